"""The steps by which a database comes to the tables of today, and how far one has come.

Alembic's own files are `env.py` and `versions/`; everybody else comes in by these
functions. The one rule: the steps are found beside this file, so they work from a checkout
and from an installed package, from whatever folder.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

    from tasks.db import Database

_LOCK = 0x647562616E
"""Names the advisory lock under which PostgreSQL is migrated ("duban" in ASCII)."""


class Standing(StrEnum):
    """How far a database has come."""

    empty = "empty"  # nothing in it: it may be made without asking
    behind = "behind"  # `duban db upgrade` brings it here
    current = "current"
    ahead = "ahead"  # a newer program made it
    foreign = "foreign"  # holds tables, and none that say whose they are


def upgrade(database: Database) -> bool:
    """Bring a database to the tables of today, whole or not at all; False if it was there."""
    from alembic import command

    with database.engine.begin() as connection:
        _take_turn(connection)
        before = _revision(connection)
        command.upgrade(_config(connection), "head")
        return _revision(connection) != before


def downgrade(database: Database, revision: str) -> None:
    """Take steps back, with what they hold: for those who write them."""
    from alembic import command

    with database.engine.begin() as connection:
        _take_turn(connection)
        command.downgrade(_config(connection), revision)


def standing(database: Database) -> Standing:
    """How far the database has come."""
    from alembic.script import ScriptDirectory
    from sqlalchemy import inspect

    script = ScriptDirectory.from_config(_config())
    with database.engine.connect() as connection:
        found = _revision(connection)
        if found is None:
            tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
            return Standing.foreign if tables else Standing.empty
    if found == script.get_current_head():
        return Standing.current
    known = {step.revision for step in script.walk_revisions()}
    return Standing.behind if found in known else Standing.ahead


def differences(database: Database) -> list[Any]:
    """What alembic would still change to reach the models; empty when they are equal."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        return list(compare_metadata(context, models()))


def models() -> Any:
    """The metadata of every table that the program knows."""
    from tasks import broadcasting, casework, drafting, mailroom
    from tasks.models import Base

    rooms = (broadcasting.Broadcast, casework.Question, drafting.Passage, mailroom.Inbox)
    assert all(table.metadata is Base.metadata for table in rooms)
    return Base.metadata


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _take_turn(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE lets one in at a time already.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
