"""What holds for every test: no setting of the operator's machine reaches it."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.databases import NoServer, Server, postgresql

REPOSITORY = Path(__file__).parent.parent


def pytest_configure() -> None:
    # The operator's settings are forgotten; what is meant for tests says so in its name.
    for name in list(os.environ):
        if name.startswith("DUBAN_") and not name.startswith("DUBAN_TEST_"):
            del os.environ[name]
    # How long an example takes says more about the machine's other work than about the code.
    hypothesis.settings.register_profile("duban", deadline=None)
    hypothesis.settings.load_profile("duban")


@pytest.fixture(scope="session", autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests and what they start run in an empty folder: no `.env` and no `data/` is there."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's root folder."""
    return REPOSITORY


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    """One PostgreSQL server for this test process, started when a test first asks for it."""
    try:
        with postgresql() as server:
            yield server
    except NoServer as error:
        pytest.skip(str(error))
