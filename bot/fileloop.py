"""The loop that takes files from those that wait, one after another, whatever is done with them.

An attempt is written before it is made, so a file that crashes the bot, or the work on it, is
given up; a Bot API or a database that is not reached is no failure of the file: it waits. No
transaction is open while a file is fetched or worked on. Its name and its words never reach a
log.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy.orm import Session
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.engine import Engine, Rounds, backoff, finish
from bot.handling import KilledUs, where
from tasks.db import is_out_of_reach
from tasks.errors import Unreadable
from tasks.services.uploads import LIMIT_MB, MAX_ATTEMPTS

FETCH_SECONDS = 120.0
"""Within which a whole file must come: 20 MB on a slow line."""

FAILED = "upload_failed"

REST_AFTER_CRASH = 0.3
DRAIN_SECONDS = 5.0

logger = logging.getLogger(__name__)


class Claimed(Protocol):
    """A file to be fetched now, its attempt counted."""

    @property
    def id(self) -> int: ...
    @property
    def attempts(self) -> int: ...


T = TypeVar("T", bound=Claimed)
Keep = Callable[[Session], None]
"""Writes down, in a transaction, what was made of a file."""


class Job(Protocol[T]):
    """What is done with files of one sort; `name` stands in the log."""

    name: str

    def anything_waits(self, session: Session) -> bool: ...

    def claim(self, session: Session) -> T | None: ...

    def give_back(self, session: Session, file_id: int) -> None: ...

    async def work(self, taken: T) -> Keep:
        """Fetch a file and do what is to be done. Raises Unreadable, NotReached."""
        ...

    def refuse(self, session: Session, taken: T, code: str, facts: Mapping[str, Any]) -> None: ...

    def give_up(self, session: Session, taken: T) -> None: ...


class FileLoop(Generic[T]):
    """The loop of one job."""

    def __init__(self, engine: Engine, job: Job[T], owed: Callable[[], None]) -> None:
        self.rounds = Rounds()
        self.taken = 0
        self._engine = engine
        self._job = job
        self._owed = owed
        self._under_way: asyncio.Task[Keep] | None = None
        self._working: asyncio.Task[None] | None = None
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
                    about = {"job": self._job.name, "where": where(error)}
                    logger.exception("file loop broke off", extra=about)
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
        if self._under_way is not None:
            self._under_way.cancel()
        if self._working is not None:
            await finish((self._working,), within=DRAIN_SECONDS)

    async def _claim(self) -> T | None:
        # A look keeps no writer waiting, and mostly there is nothing.
        if not await self._engine.read(self._job.anything_waits):
            return None
        return await self._engine.write(self._job.claim)

    async def _receive(self, taken: T) -> None:
        """Work on a file and write down what became of it. Raises NotReached where it has to
        wait, and what says that the database is out of reach."""
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
            logger.log(level, self._job.name, extra={"file": taken.id, "outcome": word})

    async def _decide(self, taken: T) -> str | None:
        """What became of a file; None where it is to be taken again."""
        try:
            if taken.attempts > MAX_ATTEMPTS:
                raise KilledUs(taken.attempts - 1)
            keep = await self._followed(taken)
            if keep is None:
                await self._give_back(taken)
                return None
            await self._engine.write(keep)
        except Unreadable as refusal:
            code, facts = refusal.code, refusal.facts
            await self._engine.write(lambda s: self._job.refuse(s, taken, code, facts))
            return code
        except Exception as error:
            if isinstance(error, NotReached) or is_out_of_reach(error):
                raise
            about = {"file": taken.id, "error": type(error).__name__, "where": where(error)}
            logger.error("a file crashed", extra=about)
            if taken.attempts >= MAX_ATTEMPTS:
                await self._engine.write(lambda s: self._job.give_up(s, taken))
                return FAILED
            await asyncio.sleep(REST_AFTER_CRASH * taken.attempts)
            return None
        return "kept"

    async def _followed(self, taken: T) -> Keep | None:
        """The work on a file; None if it was broken off."""
        if self._stopping:
            return None
        work = self._under_way = asyncio.ensure_future(self._job.work(taken))
        try:
            await asyncio.wait({work})
        finally:
            # What was read may be large.
            self._under_way = None
        return None if work.cancelled() else work.result()

    async def _give_back(self, taken: T) -> None:
        """Take the attempt back, once the database can be reached again."""
        failures = 0
        while True:
            try:
                await self._engine.write(lambda s: self._job.give_back(s, taken.id))
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


async def fetch(engine: Engine, file_id: str) -> bytes:
    """The bytes of a file. Raises Unreadable where Telegram has it no more, NotReached."""
    try:
        file = await engine.bot.get_file(file_id)
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


class NotReached(Exception):
    """The Bot API is not reached, or asks to wait."""
