"""Files that coordinators send are fetched and read, one after another.

An attempt is written before it is made, so a file that crashes the bot or its reading is given
up; a Bot API or a database that is not reached is no failure of the file: it waits. No
transaction is open while a file is fetched or read. Its name and its words never reach a log.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.apart import read_apart
from bot.engine import Engine, Rounds, backoff, finish
from bot.handling import tell_who_run, where
from tasks.db import is_out_of_reach
from tasks.errors import Unreadable
from tasks.models import Person
from tasks.services import uploads
from tasks.services.acts import Act
from tasks.services.sheets import is_draft_sheet
from tasks.services.uploads import LIMIT_MB, MAX_ATTEMPTS, Taken

FETCH_SECONDS = 120.0
"""Within which a whole file must come: 20 MB on a slow line."""

TELL_SECONDS = 1.0
"""Between two edits of the message that shows how far a file is."""

FAILED = "upload_failed"

REST_AFTER_CRASH = 0.3
DRAIN_SECONDS = 5.0

Found = Callable[[Session, Act], None]
"""What was in a file, ready to be kept in a transaction."""

logger = logging.getLogger(__name__)


class Receiver:
    """The loop that takes files from those that wait."""

    def __init__(self, engine: Engine, owed: Callable[[], None]) -> None:
        self.rounds = Rounds()
        self.taken = 0
        self._engine = engine
        self._owed = owed
        self._reading: asyncio.Task[Found] | None = None
        self._working: asyncio.Task[None] | None = None
        self._percent = 0
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`."""
        failures = 0
        while not self._stopping:
            number = self.rounds.begin()
            try:
                taken = await self._claim()
                if taken is not None:
                    self._working = asyncio.create_task(self._receive(taken))
                    await asyncio.shield(self._working)
            except Exception as error:
                if not isinstance(error, NotReached) and not is_out_of_reach(error):
                    logger.exception("receiving broke off", extra={"where": where(error)})
                failures += 1
                wait = backoff(failures)
                why = {"error": type(error.__cause__ or error).__name__, "again_in": wait}
                logger.warning("no file received", extra=why)
                await self._sleep(wait)
                continue
            failures = 0
            if taken is None:
                self.rounds.idle(number)
                await self.rounds.rung()

    async def stop(self) -> None:
        """Break off what is being fetched or read; it comes again. What is being written
        down is finished."""
        self._stopping = True
        self.rounds.ring()
        if self._reading is not None:
            self._reading.cancel()
        if self._working is not None:
            await finish((self._working,), within=DRAIN_SECONDS)

    async def _claim(self) -> Taken | None:
        # A look keeps no writer waiting, and mostly there is nothing.
        if not await self._engine.read(uploads.anything_waits):
            return None
        return await self._engine.write(uploads.claim)

    async def _receive(self, taken: Taken) -> None:
        """Fetch and read a file and write down what became of it. Raises NotReached where it
        has to wait, and what says that the database is out of reach."""
        try:
            word = await self._decide(taken)
        except Exception as error:
            if not isinstance(error, NotReached) and not is_out_of_reach(error):
                raise
            await self._give_back(taken)
            raise
        if word is not None:
            self.taken += 1
            self._owed()
            level = logging.ERROR if word == FAILED else logging.INFO
            logger.log(level, "upload", extra={"upload": taken.id, "outcome": word})

    async def _decide(self, taken: Taken) -> str | None:
        """What became of a file; None where it is to be taken again."""
        try:
            if taken.attempts > MAX_ATTEMPTS:
                raise KilledUs(taken.attempts - 1)
            found = await self._followed(taken)
            if found is None:
                await self._give_back(taken)
                return None
            await self._engine.write(partial(self._keep, taken, found))
        except Unreadable as refusal:
            await self._engine.write(partial(self._refuse, taken, refusal.code, refusal.facts))
            return refusal.code
        except Exception as error:
            if isinstance(error, NotReached) or is_out_of_reach(error):
                raise
            about = {"upload": taken.id, "error": type(error).__name__, "where": where(error)}
            logger.error("a file crashed", extra=about)
            if taken.attempts >= MAX_ATTEMPTS:
                await self._engine.write(partial(self._give_up, taken))
                return FAILED
            await asyncio.sleep(REST_AFTER_CRASH * taken.attempts)
            return None
        return "kept"

    async def _followed(self, taken: Taken) -> Found | None:
        """Fetch and read a file, the sender being told how far it is; None if broken off."""
        if self._stopping:
            return None
        reading = self._reading = asyncio.create_task(self._read(taken))
        telling = asyncio.create_task(self._tell(taken))
        try:
            await asyncio.wait({reading})
        finally:
            # What was read may be large.
            self._reading = None
            await finish((telling,), within=0)
        return None if reading.cancelled() else reading.result()

    async def _read(self, taken: Taken) -> Found:
        """What to do with what stands in a file."""
        self._percent = 0
        data = await self._fetch(taken)
        if await self._engine.run(lambda: is_draft_sheet(data)) is not None:
            office = self._engine.desk.office
            return lambda session, act: uploads.review(session, office, act, taken.id, data)
        text, reading = await read_apart(data, taken.file_name, self._progress)
        return lambda session, act: uploads.keep(session, act, taken.id, text, reading)

    def _progress(self, share: float) -> None:
        self._percent = int(share * 100)

    async def _fetch(self, taken: Taken) -> bytes:
        """The bytes of a file. Raises Unreadable where Telegram has it no more."""
        try:
            file = await self._engine.bot.get_file(taken.file_id)
        except BadRequest as error:
            if "too big" in error.message:
                raise Unreadable("file_too_large", limit_mb=LIMIT_MB) from None
            raise Unreadable("file_gone") from None
        except TelegramError as error:
            raise NotReached from error
        try:
            return bytes(await file.download_as_bytearray(read_timeout=FETCH_SECONDS))
        except (BadRequest, InvalidToken):
            # The path of a file is good for an hour; a file server knows no other reason.
            raise Unreadable("file_gone") from None
        except TelegramError as error:
            raise NotReached from error

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

    def _refuse(self, taken: Taken, code: str, facts: Mapping[str, Any], session: Session) -> None:
        uploads.refuse(session, taken.id, code, facts, self._engine.desk.now())

    def _give_up(self, taken: Taken, session: Session) -> None:
        self._refuse(taken, FAILED, {}, session)
        facts = {"id": taken.id}
        key = f"upload-failed:{taken.id}"
        tell_who_run(session, self._engine.desk, key, "admin_failed_upload", facts)

    async def _give_back(self, taken: Taken) -> None:
        """Take the attempt back, once the database can be reached again."""
        failures = 0
        while True:
            try:
                await self._engine.write(lambda session: uploads.give_back(session, taken.id))
            except Exception as error:
                if not is_out_of_reach(error) or self._stopping:
                    raise
                failures += 1
                await asyncio.sleep(backoff(failures, first=0.2))
            else:
                return

    async def _sleep(self, seconds: float) -> None:
        """Nothing to do until then: whoever waits for that hurries nobody; `stop` does."""
        until = asyncio.get_running_loop().time() + seconds
        while not self._stopping and (left := until - asyncio.get_running_loop().time()) > 0:
            self.rounds.idle(self.rounds.begin())
            await self.rounds.rest(left)


def _progressed(upload_id: int, percent: int, now: datetime, session: Session) -> None:
    uploads.progressed(session, upload_id, percent, now)


class NotReached(Exception):
    """The Bot API is not reached, or asks to wait."""


class KilledUs(Exception):
    """The process ended every time that this file was being read."""
