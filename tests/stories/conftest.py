"""An office for each story."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.databases import Server
from tests.stories.office import Office, open_office


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: SQLite, or by indirect parameter `postgresql`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield f"sqlite:///{tmp_path / 'duban.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.create()
    yield url.render_as_string(hide_password=False)
    server.drop(url)


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    """The office on Monday, 2026-09-07, at 09:00, when everything has settled."""
    async with open_office(database_url) as opened:
        yield opened


both_databases = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""Runs a story on either kind of database."""
