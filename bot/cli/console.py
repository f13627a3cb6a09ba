"""The office as the console sees it: settings, an open database, who acts.

A database with nothing in it is made at first use. One that an older program left is not
touched without being asked: migrating is the operator's moment, after a backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import migrations
from bot.cli.words import Words
from bot.clock import machine_now
from bot.desk import Desk, desk_of
from config import logs
from config.settings import Settings, load
from migrations import Standing
from tasks.db import Database
from tasks.errors import Refused
from tasks.services.acts import Act
from tasks.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Console:
    """What a command needs to do its work."""

    settings: Settings
    database: Database
    desk: Desk
    words: Words

    def act(self, now: datetime | None = None) -> Act:
        """The console acting now: whoever may run it may do everything."""
        moment = now or self.desk.now()
        return Act(moment, moment, self.words.term("console"), granted=frozenset({Role.admin}))

    def moment(self, given: datetime) -> datetime:
        """A time from the command line; without an offset it is office time."""
        if given.tzinfo is None:
            given = given.replace(tzinfo=self.settings.timezone)
        try:
            return given.astimezone(UTC)
        except OverflowError:
            raise Refused("time_out_of_range") from None


def settings() -> Settings:
    """The settings, with the log told what to hide. Raises SettingsError."""
    logs.configure("WARNING")
    found = load()
    logs.configure("WARNING", *found.secrets())
    return found


@contextmanager
def opened(words: Words) -> Iterator[Console]:
    """The office with its database, made if there was none. Raises Refused for a database
    that this program must not work on."""
    found = settings()
    database = Database(found.database())
    try:
        make_ready(database)
        yield Console(found, database, desk_of(found, machine_now), words)
    finally:
        database.dispose()


def make_ready(database: Database) -> None:
    """Make an empty database; raise Refused for one that is not at today's tables."""
    standing = migrations.standing(database)
    if standing is Standing.empty:
        migrations.upgrade(database)
    elif standing is not Standing.current:
        raise Refused(f"database_{standing}")
