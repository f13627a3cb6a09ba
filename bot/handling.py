"""Updates are handled: in order within a chat, chats without waiting for each other.

An attempt is written before it is made; the effect of an update and the mark that it was
handled are one commit. What crashes three times is set aside, and its sender and the admins
are told. A database that is lost or locked is no failure of the update: its chat waits.
"""

import asyncio
import json
import logging
import traceback
from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy.orm import Session
from telegram import Update
from telegram.error import TelegramError

from bot.desk import Desk
from bot.engine import Engine, Gate, Rounds, backoff, finish
from bot.handlers import Toast, handle
from tasks import inbox, outbox
from tasks.db import is_out_of_reach
from tasks.inbox import Waiting
from tasks.mailroom import Handling, Inbox
from tasks.services.acts import people_with
from tasks.services.post import Kind
from tasks.text import storable
from tasks.vocabulary import Role

WORKERS = 4
LOOK_SECONDS = 1.0
REST_AFTER_CRASH = 0.3
"""Seconds, times the attempt: long enough for a race to pass, too short to be noticed."""

DRAIN_SECONDS = 5.0
MAX_ERROR = 2_000

logger = logging.getLogger(__name__)


class Handler:
    """The loop that takes updates from the inbox."""

    def __init__(self, engine: Engine, gate: Gate, owed: Callable[[], None]) -> None:
        self.rounds = Rounds()
        self.handled = 0
        self._engine = engine
        self._gate = gate
        self._owed = owed
        self._busy: dict[int | None, asyncio.Task[None]] = {}
        self._toasts: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`."""
        failures = 0
        while not self._stopping:
            number = self.rounds.begin()
            try:
                row = await self._claim()
            except Exception as error:
                failures += 1
                logger.warning("inbox out of reach", extra={"error": type(error).__name__})
                await asyncio.sleep(backoff(failures))
                continue
            failures = 0
            if row is not None:
                task = asyncio.create_task(self._handle(row))
                self._busy[row.chat_id] = task
                task.add_done_callback(partial(self._ended, row.chat_id))
                continue
            if not self._busy:
                self._gate.drained(number)
                if not self._toasts:
                    self.rounds.idle(number)
            await self.rounds.rest(LOOK_SECONDS)

    async def stop(self) -> None:
        """Take nothing new, and let what is being handled finish, for a while."""
        self._stopping = True
        self.rounds.ring()
        await finish((*self._busy.values(), *self._toasts), within=DRAIN_SECONDS)

    async def _claim(self) -> Waiting | None:
        if len(self._busy) >= WORKERS:
            return None
        return await self._engine.write(partial(inbox.claim, skip_chats=frozenset(self._busy)))

    def _ended(self, chat_id: int | None, task: asyncio.Task[None]) -> None:
        self._busy.pop(chat_id, None)
        self.handled += 1
        self.rounds.ring()
        if not task.cancelled() and task.exception() is not None:
            logger.error("handling broke off", exc_info=task.exception())

    async def _handle(self, row: Waiting) -> None:
        word, more = "handled", {}
        try:
            if row.attempts > inbox.MAX_DEATHS:
                raise KilledUs(row.attempts - 1)
            update = await self._engine.run(partial(_parse, row.payload))
            toast = await self._engine.write(
                lambda session: _apply(session, self._engine.desk, update, row)
            )
            if toast is not None:
                self._answer(toast)
        except Exception as error:
            more = {"error": type(error).__name__, "where": where(error)}
            if is_out_of_reach(error):
                word = "postponed"
                await self._give_back(row)
            else:
                word = await self._crashed(row, error)
        self._owed()
        level = logging.INFO if word == "handled" else logging.ERROR
        about = {"inbox": row.id, "update_id": row.update_id, "chat": row.chat_id}
        logger.log(level, "update", extra={**about, "outcome": word, **more})

    async def _crashed(self, row: Waiting, error: Exception) -> str:
        """Write down a crash; what became of the update."""

        def write(session: Session) -> bool:
            if isinstance(error, Unparsed):
                inbox.finish(session, row.id, self._engine.desk.now(), Handling.unparsed)
                session.get_one(Inbox, row.id).error = told
                given_up = True
            else:
                given_up = inbox.fail(session, row.id, told)
            if given_up:
                tell_sender(session, self._engine.desk, row)
                tell_admins(session, self._engine.desk, row.id)
            return given_up

        told = storable(f"{type(error).__name__}: {error} ({where(error)})")[:MAX_ERROR]
        failures = 0
        while not self._stopping:
            try:
                given_up = await self._engine.write(write)
            except Exception as again:
                if not is_out_of_reach(again):
                    raise
                failures += 1
                await asyncio.sleep(backoff(failures))
                continue
            if given_up:
                return "unparsed" if isinstance(error, Unparsed) else "failed"
            await asyncio.sleep(REST_AFTER_CRASH * row.attempts)
            return "crashed"
        return "crashed"

    async def _give_back(self, row: Waiting) -> None:
        """Take the attempt back, once the database can be reached again."""

        def write(session: Session) -> None:
            session.get_one(Inbox, row.id).attempts -= 1

        failures = 0
        while not self._stopping:
            failures += 1
            await asyncio.sleep(backoff(failures, first=0.2))
            try:
                await self._engine.write(write)
            except Exception as error:
                if not is_out_of_reach(error):
                    raise
            else:
                return

    def _answer(self, toast: Toast) -> None:
        task = asyncio.create_task(self._send_toast(toast))
        self._toasts.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._toasts.discard(task)
        self.rounds.ring()

    async def _send_toast(self, toast: Toast) -> None:
        try:
            await self._engine.bot.answer_callback_query(
                toast.query_id, text=toast.text, show_alert=toast.alert
            )
        except TelegramError as error:
            # It is a courtesy: the effect is committed, and a query grows old quickly.
            logger.info("toast not shown", extra={"error": type(error).__name__})


class Unparsed(Exception):
    """The payload is no update that python-telegram-bot can read."""


class KilledUs(Exception):
    """The process ended every time that this update was being handled."""


def _parse(payload: str) -> Update:
    try:
        return Update.de_json(json.loads(payload), None)
    except Exception as error:
        raise Unparsed(f"{type(error).__name__}: {error}") from error


def _apply(session: Session, desk: Desk, update: Update, row: Waiting) -> Toast | None:
    toast = handle(session, desk, update, row)
    session.flush()
    if session.get_one(Inbox, row.id).state is Handling.waiting:
        raise RuntimeError("the handler left its update unfinished")
    return toast


def tell_sender(session: Session, desk: Desk, row: Waiting) -> None:
    """Tell who sent an update that it arrived and will be looked at."""
    spoken = ("message", "edited_message", "callback_query")
    if row.chat_id is None or not any(f'"{kind}":' in row.payload for kind in spoken):
        return
    outbox.put(
        session,
        key=f"received:{row.id}",
        kind=Kind.answer,
        chat_id=row.chat_id,
        facts={"code": "received_will_look", "facts": {}},
        priority=outbox.Priority.answer,
        now=desk.now(),
    )


def tell_admins(session: Session, desk: Desk, inbox_id: int) -> None:
    """Tell everybody who runs the installation that an update was set aside."""
    tell_who_run(session, desk, f"set-aside:{inbox_id}", "admin_failed_update", {"id": inbox_id})


def tell_who_run(
    session: Session, desk: Desk, key: str, code: str, facts: Mapping[str, int]
) -> None:
    """Tell everybody who runs the installation one sentence of the catalogue."""
    people = {person.chat_id: person.id for person in people_with(session, Role.admin)}
    for chat_id in (*people, *(desk.admin_ids - people.keys())):
        assert chat_id is not None
        outbox.put(
            session,
            key=f"{key}:{chat_id}",
            kind=Kind.answer,
            chat_id=chat_id,
            person_id=people.get(chat_id),
            facts={"code": code, "facts": dict(facts)},
            now=desk.now(),
        )


def where(error: BaseException) -> str:
    """The place in the source at which it was raised; never its words, they may be people's."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/site-packages/" not in frame.filename]
    if not ours:
        return "?"
    last = ours[-1]
    return f"{'/'.join(last.filename.rsplit('/', 3)[1:])}:{last.lineno}"
