"""An empty database for each test, on both kinds of server; a scene in it, and chats."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Server
from tests.storage.chat import Chats, chats
from tests.storage.scene import Scene, opened


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database: the test runs once for each kind of server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'duban.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgresql_server")
    url = server.create()
    yield url.render_as_string(hide_password=False)
    server.drop(url)


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    """An office in that database, with nobody in it yet."""
    with opened(database_url) as made:
        yield made


@pytest.fixture
def chat(scene: Scene) -> Chats:
    """Everybody's private chat with that office."""
    return chats(scene)
