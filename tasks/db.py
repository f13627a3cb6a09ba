"""The database: an engine from a URL, and the one way to change anything, `transaction()`.

Every command of the console is a second writer beside the bot, so a transaction that may
write takes the writer's place before it reads. SQLite gets `BEGIN IMMEDIATE` with a busy
timeout (a read that is upgraded to a write fails at once where another wrote in between),
WAL and synchronous=FULL; on PostgreSQL the use cases lock the rows they judge.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from time import sleep
from typing import Any

from sqlalchemy import DateTime, Engine, create_engine, event, func, select
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

BUSY_SECONDS = 10
"""How long a writer waits for the one before it on SQLite."""

PATIENCE = 0.05
"""Seconds between two tries where SQLite does not wait by itself."""

_READS = "duban_reads"


class Instant(TypeDecorator[datetime]):
    """A moment, kept in UTC. A value without a zone raises ValueError: SQLite would drop
    the offset of any other without a word."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine and its two ways in: `transaction` to change, `reading` to look."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database not in (None, "", ":memory:"):
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        self.engine = (
            _sqlite(self.url) if self.is_sqlite else create_engine(self.url, hide_parameters=True)
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One commit, or nothing: an exception rolls everything back and goes on."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look that waits for no writer; whatever it changes is thrown away."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        engine = self.engine.execution_options(**{_READS: True}, **level)
        with Session(engine, autoflush=False) as session:
            yield session
            session.rollback()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class Turn(IntEnum):
    """What only one transaction at a time may add to."""

    notices = 1  # the same text twice
    departments = 2  # a name that two notices bring
    slips = 3  # numbers without a gap or a double


def take_turn(session: Session, turn: Turn) -> None:
    """Wait for that turn and hold it until the commit; look again at what is there after.

    On SQLite a transaction that may write has every turn already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(turn))))


def is_out_of_reach(error: BaseException) -> bool:
    """Whether the database itself is lost or locked: no failure of what was being done."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Turn a fresh file to WAL. The busy timeout does not cover the switch: where two make
    the file at once, one of them is told at once that it is locked, and has to ask again."""
    for _ in range(int(BUSY_SECONDS / PATIENCE) - 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            sleep(PATIENCE)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _sqlite(url: Any) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing; `_begin` does
        _switch_to_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READS, False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
