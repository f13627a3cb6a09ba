"""Files that coordinators send are fetched, read in a process apart, and kept as drafts.

The sender is told how far the reading is, in one message that is edited.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.apart import read_apart
from bot.engine import Engine, finish
from bot.fileloop import FAILED, Keep, fetch
from bot.handling import tell_who_run
from tasks.models import Person
from tasks.services import uploads
from tasks.services.acts import Act
from tasks.services.sheets import is_draft_sheet
from tasks.services.uploads import Taken

TELL_SECONDS = 1.0
"""Between two edits of the message that shows how far a file is."""

Found = Callable[[Session, Act], None]
"""What was in a file, ready to be kept by its sender."""

logger = logging.getLogger(__name__)


class Receiving:
    """The job of `fileloop` that makes drafts of notices."""

    name = "upload"

    def __init__(self, engine: Engine, owed: Callable[[], None]) -> None:
        self._engine = engine
        self._owed = owed
        self._percent = 0

    def anything_waits(self, session: Session) -> bool:
        return uploads.anything_waits(session)

    def claim(self, session: Session) -> Taken | None:
        return uploads.claim(session)

    def give_back(self, session: Session, file_id: int) -> None:
        uploads.give_back(session, file_id)

    async def work(self, taken: Taken) -> Keep:
        """Fetch and read a file, the sender being told how far it is."""
        telling = asyncio.create_task(self._tell(taken))
        try:
            found = await self._read(taken)
        finally:
            await finish((telling,), within=0)
        return partial(self._keep, taken, found)

    def refuse(self, session: Session, taken: Taken, code: str, facts: Mapping[str, Any]) -> None:
        uploads.refuse(session, taken.id, code, facts, self._engine.desk.now())

    def give_up(self, session: Session, taken: Taken) -> None:
        self.refuse(session, taken, FAILED, {})
        key = f"upload-failed:{taken.id}"
        facts = {"id": taken.id}
        tell_who_run(session, self._engine.desk, key, "admin_failed_upload", facts)

    async def _read(self, taken: Taken) -> Found:
        """What to do with what stands in a file."""
        self._percent = 0
        data = await fetch(self._engine, taken.file_id)
        if await self._engine.run(lambda: is_draft_sheet(data)) is not None:
            office = self._engine.desk.office
            return lambda session, act: uploads.review(session, office, act, taken.id, data)
        text, reading = await read_apart(data, taken.file_name, self._progress)
        return lambda session, act: uploads.keep(session, act, taken.id, text, reading)

    def _progress(self, share: float) -> None:
        self._percent = int(share * 100)

    async def _tell(self, taken: Taken) -> None:
        """Let the sender see how far their file is."""
        told = 0
        while True:
            await asyncio.sleep(TELL_SECONDS)
            percent = self._percent
            if percent <= told:
                continue
            now = self._engine.desk.now()
            try:
                await self._engine.write(partial(_progressed, taken.id, percent, now))
            except Exception as error:
                # Only a courtesy: what becomes of the file is told all the same.
                logger.warning("progress not told", extra={"error": type(error).__name__})
            else:
                told = percent
                self._owed()

    def _keep(self, taken: Taken, found: Found, session: Session) -> None:
        person = session.get_one(Person, taken.person_id)
        act = self._engine.desk.act(person, said_at=taken.said_at, update_id=taken.update_id)
        found(session, act)


def _progressed(upload_id: int, percent: int, now: datetime, session: Session) -> None:
    uploads.progressed(session, upload_id, percent, now)
