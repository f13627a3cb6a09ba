"""One running bot per database: the second one refuses to start.

The lock ends with the process that holds it, however that ends: a lock of the operating
system on a file beside the SQLite file, a session lock on PostgreSQL.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tasks.db import Database
from tasks.errors import Refused

ADVISORY_KEY = 0x64756261
"""Any fixed number will do, as the lock belongs to the one database."""


NOTICED_WITHIN = 3.0
"""Seconds in which a server notices that the process before this one was killed."""


class Single:
    """Holds the place of the one running bot. Raises Refused where it is taken.

    Made in a worker thread: it may wait for a server to notice an end.
    """

    def __init__(self, database: Database) -> None:
        self._file: int | None = None
        self._connection: Connection | None = None
        if not database.is_sqlite:
            self._connection = _lock_session(database)
        elif database.url.database not in (None, "", ":memory:"):
            self._file = _lock_file(Path(f"{database.url.database}.lock"))

    def is_held(self) -> bool:
        """Whether the place is still ours: a session lock ends with its connection."""
        if self._connection is None:
            return True
        try:
            self._connection.execute(text("SELECT 1"))
            self._connection.commit()
        except Exception:
            return False
        return True

    def release(self) -> None:
        """Leave the place."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._connection is not None:
            # Unlocked first, as the server takes a while to notice an end; and not given back
            # to the pool, where a lock would live on.
            with suppress(DBAPIError):
                self._connection.execute(
                    text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_KEY}
                )
                self._connection.commit()
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _lock_file(path: Path) -> int:
    # The file stays: whoever removed it could remove the one that another has just locked.
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(number, 32, 0).decode(errors="replace").strip()
        os.close(number)
        raise Refused("already_running", process=holder or None, lock=str(path)) from None
    os.ftruncate(number, 0)
    os.pwrite(number, f"{os.getpid()}\n".encode(), 0)
    return number


def _lock_session(database: Database) -> Connection:
    connection = database.engine.connect()
    until = time.monotonic() + NOTICED_WITHIN
    while True:
        taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY_KEY})
        connection.commit()
        if taken:
            return connection
        if time.monotonic() > until:
            connection.close()
            raise Refused("already_running", process=None, lock=database.url.database)
        time.sleep(0.1)
