"""What the loops of the bot share: the database from worker threads, and rounds of work.

The one rule: nothing here blocks the event loop. A transaction runs whole in one worker
thread; whoever is cancelled meanwhile leaves it to end by itself.
"""

import asyncio
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session
from telegram import Bot

from bot.clock import OfficeClock
from bot.desk import Desk
from tasks.db import Database

THREADS = 8

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Engine:
    """The installation as its loops see it."""

    database: Database
    desk: Desk
    clock: OfficeClock
    bot: Bot
    data_dir: Path
    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS, thread_name_prefix="duban")
    )

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    async def write(self, work: Callable[[Session], T]) -> T:
        """Do work in a transaction of its own: one commit, or nothing."""

        def whole() -> T:
            with self.database.transaction() as session:
                return work(session)

        return await self.run(whole)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Look at the database without keeping any writer waiting."""

        def whole() -> T:
            with self.database.reading() as session:
                return work(session)

        return await self.run(whole)


class Rounds:
    """The rounds of a loop: others ring for the next one, or wait for one without work."""

    def __init__(self) -> None:
        self.begun = 0
        self._bell = asyncio.Event()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []

    @property
    def awaited(self) -> bool:
        """Whether somebody waits for a round without work."""
        return bool(self._waiting)

    def ring(self) -> None:
        """There may be work."""
        self._bell.set()

    def begin(self) -> int:
        """A round begins; its number."""
        self._bell.clear()
        self.begun += 1
        return self.begun

    def idle(self, number: int) -> None:
        """That round found nothing to do, and nothing is under way."""
        still = []
        for least, future in self._waiting:
            if least > number:
                still.append((least, future))
            elif not future.done():
                future.set_result(None)
        self._waiting = still

    async def rung(self) -> None:
        """Until somebody rings."""
        await self._bell.wait()

    async def rest(self, seconds: float) -> None:
        """Until somebody rings, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._bell.wait()

    async def quiet(self) -> None:
        """Until a round that begins from now on finds nothing to do."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((self.begun + 1, future))
        self.ring()
        await future


class Gate:
    """Shut until everything said while nobody listened is stored and handled.

    Nobody is to be asked what they have answered already: so it shuts at a start and with
    every failed poll, and opens once a poll came back empty and the inbox is drained.
    """

    def __init__(self, opened: Callable[[], None]) -> None:
        self.is_open = False
        self._opened = opened
        self._after: int | None = None

    @property
    def heard(self) -> bool:
        """Whether a poll came back empty since it was shut."""
        return self._after is not None

    def shut(self) -> None:
        """Something may be waiting that was not heard."""
        self.is_open, self._after = False, None

    def heard_all(self, round_number: int) -> None:
        """A poll came back empty while handling was in that round."""
        if not self.heard:
            self._after = round_number

    def drained(self, round_number: int) -> None:
        """That round of handling found the inbox empty."""
        if not self.is_open and self._after is not None and round_number > self._after:
            self.is_open = True
            self._opened()


def backoff(failures: int, *, first: float = 1.0, most: float = 30.0) -> float:
    """Seconds to wait after so many failures in a row."""
    return float(min(first * 2 ** min(failures - 1, 16), most))


async def finish(tasks: Collection[asyncio.Task[None]], *, within: float) -> None:
    """Let tasks come to their end, and break off what takes longer."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
