"""The whole wiring, read top-down: what runs, what it is made of, what starts and stops it.

    Telegram -> Intake -> inbox -> Handler -> history, outbox -> Sender -> Telegram
                           |          clock -> Sweeper -^
                           files -> FileLoop -> drafts, evidence

Nothing happens before `start`; `stop` leaves nothing behind. Several may live in one
process, each on a database of its own.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.clock import OfficeClock
from bot.delivery import Sender
from bot.desk import Desk, desk_of
from bot.engine import Engine, Gate, backoff
from bot.fileloop import FileLoop
from bot.gathering import Gathering
from bot.groups import COMMANDS as GROUP_COMMANDS
from bot.handling import Handler
from bot.intake import Intake
from bot.pace import Pace
from bot.receiving import Receiving
from bot.request import request_for
from bot.single import Single
from bot.texts import LANGUAGES, catalogue
from bot.ticks import Sweeper, scheduler
from config.settings import Settings
from tasks import outbox
from tasks.db import Database
from tasks.errors import Refused
from tasks.mailroom import Fact

MENU = "menu."
"""Where the catalogues keep what Telegram's menu says of each command."""

T = TypeVar("T")

HELD_SECONDS = 30
"""How often is looked whether this is still the one running bot."""

logger = logging.getLogger(__name__)


def build(
    settings: Settings,
    *,
    clock: OfficeClock | None = None,
    request: Callable[[], BaseRequest] | None = None,
    limits: bool = True,
) -> "App":
    """The bot that these settings describe.

    `clock` is the office's, `request` makes the way to the Bot API, `limits` is False where
    Telegram's pace does not matter. Raises SettingsError without a token.
    """
    # Without it python-telegram-bot warns whenever Telegram asks to wait.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    settings.bot_token()
    return App(
        settings,
        clock or OfficeClock(),
        request or (lambda: request_for(settings.proxy_address())),
        limits=limits,
    )


class App:
    """A bot, running between `start` and `stop`; both may follow each other again."""

    def __init__(
        self,
        settings: Settings,
        clock: OfficeClock,
        request: Callable[[], BaseRequest],
        *,
        limits: bool,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.desk: Desk = desk_of(settings, clock.now)
        self.database = Database(settings.database())
        self._request = request
        self._limits = limits
        self._running: _Running | None = None

    async def start(self) -> None:
        """Take the place of the one running bot, find out who it is, begin.

        Waits for a Bot API that cannot be reached. Raises Refused where another bot runs on
        the same database, or where Telegram does not know the token.
        """
        single = await asyncio.to_thread(Single, self.database)
        try:
            polls, calls = self._request(), self._request()
            bot = Bot(
                self.settings.bot_token(),
                base_url=f"{self.settings.api_url}/bot",
                base_file_url=f"{self.settings.api_url}/file/bot",
                request=calls,
                get_updates_request=polls,
            )
            await asyncio.gather(polls.initialize(), calls.initialize())
            engine = Engine(self.database, self.desk, self.clock, bot, self.settings.data_dir)
            self._running = _Running(engine, single, polls, calls)
            bot_id = await _introduce(engine)
            await engine.write(outbox.release_all)
            await _tell_commands(bot)
            self._running.begin(bot_id, Pace(limited=self._limits))
        except BaseException:
            if self._running is None:
                single.release()
            else:
                await self.stop()
            raise

    async def stop(self) -> None:
        """Finish what is under way, within seconds; what is not finished comes again."""
        if self._running is not None:
            running, self._running = self._running, None
            await running.end()
        self.database.dispose()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT."""
        asyncio.run(self.serve())

    async def serve(self) -> None:
        """Start, wait for SIGTERM, SIGINT or a loop that broke, stop."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        starting = asyncio.ensure_future(self.start())
        waiting = asyncio.ensure_future(stopped.wait())
        try:
            await asyncio.wait({starting, waiting}, return_when="FIRST_COMPLETED")
            if starting.done():
                starting.result()
                logger.info("running")
                assert self._running is not None
                await self._running.until_broken(waiting)
        finally:
            for future in (starting, waiting):
                future.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await future
            await self.stop()
            logger.info("stopped")

    async def settle(self, within: float = 15.0) -> None:
        """Until everything said is handled and everything owed now is told.

        What Telegram wants later, or what is sent again later because its fate is unknown, is
        not owed now. Raises TimeoutError after `within` seconds.
        """
        running = self._alive()
        async with asyncio.timeout(within):
            while await running.did_something():
                pass

    async def sweep_now(self) -> bool:
        """Sweep at once; False where updates may still be waiting (see Gate)."""
        return await self._alive().sweeper.sweep()

    async def read(self, look: Callable[[Session], T]) -> T:
        """Look at the database, also while the bot does not run."""

        def whole() -> T:
            with self.database.reading() as session:
                return look(session)

        return await asyncio.to_thread(whole)

    def _alive(self) -> "_Running":
        if self._running is None:
            raise RuntimeError("the bot is not running")
        return self._running


class _Running:
    """What exists while the bot runs."""

    def __init__(
        self, engine: Engine, single: Single, polls: BaseRequest, calls: BaseRequest
    ) -> None:
        self._engine = engine
        self._single = single
        self._requests = (polls, calls)
        self._loops: list[asyncio.Task[None]] = []
        self.gate = Gate(self._opened)
        self.handler = Handler(engine, self.gate, owed=self._handled)
        self.receiver = FileLoop(engine, Receiving(engine, self._owed), self._owed)
        self.gatherer = FileLoop(engine, Gathering(engine), self._owed)
        self.sweeper = Sweeper(engine, self.gate, owed=self._owed)
        self.scheduler = scheduler(self.sweeper.rounds.ring)
        self.intake: Intake | None = None
        self.sender: Sender | None = None

    def begin(self, bot_id: int, pace: Pace) -> None:
        """Start the loops."""
        self.intake = Intake(
            self._engine,
            self._requests[0],
            bot_id,
            self.gate,
            stored=self.handler.rounds.ring,
            round_of_handling=lambda: self.handler.rounds.begun,
        )
        self.sender = Sender(self._engine, pace, planned=lambda: self.gate.is_open)
        files = (self.receiver, self.gatherer)
        loops = (self.intake, self.handler, *files, self.sender, self.sweeper)
        self._loops = [
            asyncio.create_task(loop.run(), name=type(loop).__name__.lower()) for loop in loops
        ]
        # The last one never ends by itself.
        self._loops.append(asyncio.create_task(self._hold_the_place(), name="single"))
        self.scheduler.start()

    async def end(self) -> None:
        """Stop the loops. What is under way has a few seconds to finish."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)
        if self.intake is not None and self.sender is not None:
            self.intake.stop()
            files = (self.receiver, self.gatherer)
            loops = (self.handler, *files, self.sweeper, self.sender)
            await asyncio.gather(*(loop.stop() for loop in loops))
            self._loops[-1].cancel()
            await asyncio.wait(self._loops, timeout=1)
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await asyncio.gather(*(one.shutdown() for one in self._requests), return_exceptions=True)
        await asyncio.to_thread(self._engine.threads.shutdown)
        self._single.release()

    async def _hold_the_place(self) -> None:
        """Raises Refused where another bot may have begun on the same database."""
        while True:
            await asyncio.sleep(HELD_SECONDS)
            if not await self._engine.run(self._single.is_held):
                raise Refused("place_lost")

    async def until_broken(self, stopped: "asyncio.Future[Any]") -> None:
        """Until `stopped`, or until a loop ends by itself; raises what it ended with."""
        await asyncio.wait({stopped, *self._loops}, return_when="FIRST_COMPLETED")
        for loop in self._loops:
            if loop.done():
                loop.result()

    async def did_something(self) -> bool:
        """Wait for every loop to have nothing to do; whether one of them did anything."""
        assert self.intake is not None
        assert self.sender is not None
        before = self._done()
        files = (self.receiver, self.gatherer)
        loops = (self.intake, self.handler, *files, self.sender)
        for rounds in (loop.rounds for loop in loops):
            quiet = asyncio.ensure_future(rounds.quiet())
            try:
                await self.until_broken(quiet)
            finally:
                quiet.cancel()
        return before != self._done()

    def _done(self) -> tuple[int, ...]:
        assert self.intake is not None
        assert self.sender is not None
        files = self.receiver.taken + self.gatherer.taken
        return (self.intake.received, self.handler.handled, files, self.sender.settled)

    def _handled(self) -> None:
        self.receiver.rounds.ring()
        self.gatherer.rounds.ring()
        self._owed()

    def _opened(self) -> None:
        self.sweeper.rounds.ring()
        self._owed()

    def _owed(self) -> None:
        if self.sender is not None:
            self.sender.rounds.ring()


async def _introduce(engine: Engine) -> int:
    """Who the bot is, kept for invitation links; its id."""
    failures = 0
    while True:
        try:
            me = await engine.bot.get_me()
            await engine.bot.delete_webhook()
            break
        except InvalidToken:
            raise Refused("token_rejected") from None
        except TelegramError as error:
            failures += 1
            extra = {"error": type(error).__name__, "again_in": backoff(failures)}
            logger.warning("the Bot API is not reached", extra=extra)
            await asyncio.sleep(backoff(failures))

    def keep(session: Session) -> None:
        value = {"id": me.id, "username": me.username}
        session.merge(Fact(key="bot", value=value, at=engine.desk.now()))

    await engine.write(keep)
    return me.id


async def _tell_commands(bot: Bot) -> None:
    """Fill Telegram's menu: in each language for its speakers, the first for all others."""
    for language in LANGUAGES:
        commands = [
            BotCommand(key.removeprefix(MENU), sentence)
            for key, sentence in catalogue(language).items()
            if key.startswith(MENU)
        ]
        if not commands:
            continue
        here = [command for command in commands if command.command in GROUP_COMMANDS]
        groups = BotCommandScopeAllGroupChats()
        try:
            await bot.set_my_commands(commands, language_code=language)
            await bot.set_my_commands(here, groups, language_code=language)
            if language == LANGUAGES[0]:
                await bot.set_my_commands(commands)
                await bot.set_my_commands(here, groups)
        except TelegramError as error:
            logger.warning("menu not set", extra={"error": type(error).__name__})
