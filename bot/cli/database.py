"""`duban db`: bring the database to today's tables, and check that it is there."""

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import arguments, output
from bot.cli.words import Words
from tasks.errors import Refused

if TYPE_CHECKING:
    from tasks.db import Database


def add(commands: arguments.Group) -> None:
    below = commands.command("db").group("action")
    below.command("upgrade", _upgrade)
    check = below.command("check", _check)
    check.add_argument("--models", action="store_true", help=check.words.help("db_models"))


def _upgrade(args: argparse.Namespace, words: Words) -> None:
    import migrations
    from bot.cli import console
    from tasks.db import Database

    database = Database(console.settings().database())
    try:
        standing = migrations.standing(database)
        if standing in (migrations.Standing.ahead, migrations.Standing.foreign):
            raise Refused(f"database_{standing}")
        changed = migrations.upgrade(database)
    finally:
        database.dispose()
    output.line(words.say("upgraded" if changed else "up_to_date"))


def _check(args: argparse.Namespace, words: Words) -> None:
    from tasks.db import Database

    if args.models:
        with tempfile.TemporaryDirectory() as folder:
            _check_models(Database(f"sqlite:///{Path(folder) / 'check.sqlite3'}"))
    else:
        from bot.cli import console

        _check_database(Database(console.settings().database()))
    output.line(words.say("up_to_date"))


def _check_models(database: "Database") -> None:
    import migrations

    try:
        migrations.upgrade(database)
        _compare(database)
    finally:
        database.dispose()


def _check_database(database: "Database") -> None:
    import migrations

    try:
        standing = migrations.standing(database)
        if standing is not migrations.Standing.current:
            raise Refused(f"database_{standing}")
        _compare(database)
    finally:
        database.dispose()


def _compare(database: "Database") -> None:
    import migrations

    found = migrations.differences(database)
    if found:
        named = ", ".join(
            sorted({str(one[0] if isinstance(one, tuple) else one[0][0]) for one in found})
        )
        raise Refused("database_differs", count=len(found), named=named)
