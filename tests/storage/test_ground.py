"""The ground of the storage tests: databases come up empty, alone, and leave nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from tests.databases import Server, postgresql


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("run", ["first", "second"])
def test_a_database_is_empty_whatever_ran_before(engine: Engine, run: str) -> None:
    assert inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (run VARCHAR(20))"))
        connection.execute(text("INSERT INTO left_behind VALUES (:run)"), {"run": run})
        found = connection.execute(text("SELECT run FROM left_behind")).scalars().all()
    assert found == [run]


def test_a_database_is_a_real_one(engine: Engine, database_url: str) -> None:
    with engine.connect() as connection:
        if make_url(database_url).get_backend_name() == "sqlite":
            # A file, not memory: two connections must see one database.
            (row,) = connection.execute(text("PRAGMA database_list"))
            assert Path(row.file).is_file()
        else:
            told = connection.execute(text("SELECT version()")).scalar_one()
            assert told.startswith("PostgreSQL ")


def test_a_database_keeps_chinese_and_sorts_by_code_point(engine: Engine) -> None:
    words = ["督办", "Ä", "a", "B", "签收", "𠮷"]
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE words (word VARCHAR(20))"))
        for word in words:
            connection.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})
        found = connection.execute(text("SELECT word FROM words ORDER BY word")).scalars().all()
    assert found == sorted(words)


def test_two_databases_of_one_server_do_not_see_each_other(postgresql_server: Server) -> None:
    first, second = postgresql_server.create(), postgresql_server.create()
    assert first != second
    one, other = create_engine(first), create_engine(second)
    with one.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (n INTEGER)"))
    assert inspect(other).get_table_names() == []
    one.dispose()
    # `other` still holds a connection: a test that forgets to close one stops nobody.
    postgresql_server.drop(first)
    postgresql_server.drop(second)
    other.dispose()


@pytest.mark.skipif("DUBAN_TEST_DATABASE_URL" in os.environ, reason="the server is not ours")
def test_a_server_goes_with_its_folder(postgresql_server: Server) -> None:
    with postgresql() as server:
        home = Path(str(server.url.query["host"]))
        assert home != Path(str(postgresql_server.url.query["host"]))
        pid, data = _server_pid(home), (home / "data").resolve()
        assert _runs(pid)
        assert data.is_dir()
    assert not home.exists()
    assert not data.exists()
    assert not _runs(pid)


HOLDER = """
import time
from tests.databases import postgresql
with postgresql() as server:
    print(server.url.query["host"], flush=True)
    time.sleep(600)
"""


@pytest.mark.skipif("DUBAN_TEST_DATABASE_URL" in os.environ, reason="the server is not ours")
def test_a_killed_test_run_leaves_no_server(postgresql_server: Server, repository: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(repository)},
    )
    assert holder.stdout is not None
    with holder.stdout as told:
        home = Path(told.readline().strip())
    pid, data = _server_pid(home), (home / "data").resolve()
    assert _runs(pid)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    deadline = time.monotonic() + 20
    while (_runs(pid) or home.exists() or data.exists()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(pid)
    assert not home.exists()
    assert not data.exists()


def _server_pid(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
