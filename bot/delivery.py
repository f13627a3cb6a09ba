"""What is owed is told: leased in a short transaction, sent with none open, settled in another.

Words are made at sending, from what is true then. A message whose fate is unknown is sent
again, so a double is possible; a message is never lost. `verdicts` holds the failure table.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.clock import machine_now
from bot.compose import Composed, compose
from bot.engine import Engine, Rounds, backoff, finish
from bot.handling import where
from bot.pace import Pace
from bot.posting import NO_PREVIEW, Place, inline, post
from bot.render.message import Message as Words
from bot.verdicts import (
    Topic,
    Verdict,
    has_no_target,
    is_there_already,
    judge,
    sent,
    topic_is_gone,
)
from tasks import outbox
from tasks.db import is_out_of_reach
from tasks.mailroom import Outbox
from tasks.outbox import Leased, Priority
from tasks.services import deliveries, groups, uploads
from tasks.services.directory import person_of
from tasks.services.post import Kind
from tasks.vocabulary import Delivery

LANES = 8
ANSWER_LANES = 4
"""Chats in flight at once; the second few are for answers alone."""

LOOK_SECONDS = 1.0
DRAIN_SECONDS = 5.0
"""What may finish its sending when the bot stops; what does not is left to its lease."""

MAX_ERROR = 500

logger = logging.getLogger(__name__)


class Sender:
    """The loop that takes rows from the outbox."""

    def __init__(self, engine: Engine, pace: Pace, planned: Callable[[], bool]) -> None:
        self.rounds = Rounds()
        self.settled = 0
        self._engine = engine
        self._pace = pace
        self._planned = planned
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`."""
        failures = 0
        while not self._stopping:
            number = self.rounds.begin()
            try:
                rows, rest = await self._lease()
            except Exception as error:
                failures += 1
                logger.warning("outbox out of reach", extra={"error": type(error).__name__})
                await asyncio.sleep(backoff(failures))
                continue
            failures = 0
            for row in rows:
                task = asyncio.create_task(self._deliver(row))
                self._flying[row.id] = task
                task.add_done_callback(partial(self._ended, row))
            if rows:
                continue
            if not self._flying:
                self.rounds.idle(number)
            await self.rounds.rest(rest)

    async def stop(self) -> None:
        """Let what is being sent finish, for a while."""
        self._stopping = True
        self.rounds.ring()
        await finish(tuple(self._flying.values()), within=DRAIN_SECONDS)

    async def _lease(self) -> tuple[list[Leased], float]:
        """What may be sent now; where that is nothing, how long to rest."""
        if held := self._pace.held(time.monotonic()):
            return [], min(held, LOOK_SECONDS)
        room = LANES - len(self._flying)
        up_to = None if self._planned() else int(Priority.at_once)
        if room <= 0:
            room, up_to = room + ANSWER_LANES, int(Priority.answer)
        if room <= 0:
            return [], LOOK_SECONDS

        def take(session: Session) -> tuple[list[Leased], float]:
            now, machine = self._engine.desk.now(), machine_now()
            rows = outbox.lease(session, now, machine, room, up_to=up_to)
            again = None if rows else outbox.next_retry(session, now)
            if again is None or again <= machine:
                return rows, LOOK_SECONDS
            return rows, min((again - machine).total_seconds(), LOOK_SECONDS)

        rows, rest = await self._engine.write(take)
        # A row whose lease ran out while its sender still cannot write what became of it.
        return [row for row in rows if row.id not in self._flying], rest

    def _ended(self, row: Leased, task: asyncio.Task[None]) -> None:
        self._flying.pop(row.id, None)
        self.settled += 1
        self.rounds.ring()
        if not task.cancelled() and task.exception() is not None:
            logger.error("delivery broke off", exc_info=task.exception(), extra={"row": row.id})

    async def _deliver(self, row: Leased) -> None:
        try:
            composed = await self._engine.read(partial(self._compose, row))
            if composed is not None and composed.later is not None:
                later = composed.later
                await self._engine.write(lambda s: outbox.put_off(s, row.id, later))
                return
            if composed is not None and await self._turn(row):
                # Time has passed: what was true then need not be now.
                composed = await self._engine.read(partial(self._compose, row))
        except Exception as error:
            await self._settle(row, None, _not_composed(error))
            return
        if composed is None or not composed.pages:
            await self._settle(row, composed, Verdict(Delivery.stale, "stale"))
            return
        chat_id, verdict = await self._send(row, composed)
        replaced = await self._settle(row, composed, verdict, chat_id)
        if replaced is not None:
            await self._strip(chat_id, replaced)

    def _compose(self, row: Leased, session: Session) -> Composed | None:
        if row.kind in _OF_ONE and _overtaken(session, row):
            return None
        return compose(session, self._engine.desk, row)

    async def _turn(self, row: Leased) -> bool:
        """Wait for a turn; whether there was anything to wait for."""
        answer, waited = row.priority <= Priority.answer, False
        while wait := self._pace.take(row.chat_id, time.monotonic(), answer=answer):
            waited = True
            await asyncio.sleep(wait)
        return waited

    async def _send(self, row: Leased, composed: Composed) -> tuple[int, Verdict]:
        """Send; to which chat in the end, and what became of it."""
        place = Place(row.chat_id, row.thread_id, composed.reply_to)
        page, chat_id = composed.pages[0], row.chat_id
        try:
            try:
                return chat_id, await self._put(place, page, composed.edits)
            except BadRequest as error:
                if row.thread_id is None or not (is_gone := topic_is_gone(error)):
                    raise
                logger.info("delivery", extra=_about(row, "topic"))
                if is_gone is Topic.deleted:
                    now, thread_id = self._engine.desk.now(), row.thread_id
                    await self._engine.write(
                        lambda session: groups.topic_gone(session, chat_id, thread_id, now)
                    )
                return chat_id, await self._put(Place(chat_id), page, None)
            except ChatMigrated as moved:
                logger.info("delivery", extra=_about(row, "moved"))
                old, chat_id = chat_id, moved.new_chat_id
                await self._engine.write(
                    lambda session: deliveries.chat_moved(session, old, chat_id)
                )
                return chat_id, await self._put(Place(chat_id), page, None)
        except TelegramError as error:
            verdict = judge(error, row.attempts)
            if verdict.spares_chat and verdict.again is not None:
                self._pace.refused(chat_id, verdict.again, time.monotonic())
            return chat_id, verdict

    async def _put(self, place: Place, page: Words, edits: int | None) -> Verdict:
        """Put the words in place of the message `edits`, or below everything else."""
        if edits is not None:
            try:
                await self._engine.bot.edit_message_text(
                    page.text,
                    chat_id=place.chat_id,
                    message_id=edits,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=NO_PREVIEW,
                    reply_markup=inline(page.keyboard),
                )
            except BadRequest as error:
                if is_there_already(error):
                    return sent(edits)
                if not has_no_target(error):
                    raise
            else:
                return sent(edits)
        return sent((await post(self._engine.bot, self._engine.data_dir, place, page)).message_id)

    async def _settle(
        self, row: Leased, composed: Composed | None, verdict: Verdict, chat_id: int | None = None
    ) -> int | None:
        """Write what became of a row, however long that takes; the card it replaced, if any."""
        failures = 0
        while True:
            try:
                replaced = await self._engine.write(
                    lambda session: self._write(session, row, composed, verdict, chat_id)
                )
                break
            except Exception as error:
                if not is_out_of_reach(error) or self._stopping:
                    raise
                failures += 1
                await asyncio.sleep(backoff(failures, first=0.2))
        level = logging.ERROR if verdict.outcome is Delivery.rejected else logging.INFO
        more = {} if verdict.error is None else {"error": verdict.error.partition(":")[0]}
        logger.log(level, "delivery", extra={**_about(row, verdict.word), **more})
        return replaced

    def _write(
        self,
        session: Session,
        row: Leased,
        composed: Composed | None,
        verdict: Verdict,
        chat_id: int | None,
    ) -> int | None:
        now, machine = self._engine.desk.now(), machine_now()
        chat_id = row.chat_id if chat_id is None else chat_id
        outbox.settle(
            session,
            row.id,
            verdict.outcome,
            machine,
            message_id=verdict.message_id,
            error=None if verdict.error is None else verdict.error[:MAX_ERROR],
            retry_at=None if verdict.again is None else machine + timedelta(seconds=verdict.again),
            counts=verdict.counts,
        )
        if verdict.outcome is Delivery.unreachable:
            person = person_of(session, chat_id)
            if person is not None:
                deliveries.became_unreachable(session, person.id, now)
            else:
                groups.bot_left(session, chat_id, now)
        if composed is None or verdict.again is not None:
            return None
        if composed.dropped:
            deliveries.asks_dropped(session, composed.dropped, now)
        if composed.asks and verdict.outcome in (Delivery.sent, Delivery.unsure):
            deliveries.asks_delivered(session, composed.asks, now)
        if verdict.message_id is None:
            return None
        return self._follow(session, row, composed, chat_id, verdict.message_id)

    def _follow(
        self, session: Session, row: Leased, composed: Composed, chat_id: int, message_id: int
    ) -> int | None:
        """What follows from a message that stands in its chat; the card it replaced."""
        desk = self._engine.desk
        now = desk.now()
        deliveries.remember(session, chat_id, message_id, row.kind, composed.tasks, now)
        person = person_of(session, chat_id)
        if composed.issued and person is not None:
            deliveries.issue_delivered(session, desk.office, person.id, composed.issued, now)
        group = groups.group_at(session, chat_id, row.thread_id) if chat_id < 0 else None
        if composed.issued and group is not None:
            deliveries.issue_posted(session, desk.office, group, composed.issued, now)
        if row.kind == Kind.upload:
            uploads.placed(session, row.facts["upload"], message_id)
        if len(composed.pages) > 1:
            _put_rest(session, row, composed, chat_id, now)
        if composed.card is None:
            return None
        thread_id = row.thread_id
        return deliveries.card_placed(session, chat_id, composed.card, message_id, thread_id)

    async def _strip(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a card that another replaced. Pressed, they would be judged
        by what is true then, so nothing is lost where this fails."""
        try:
            await self._engine.bot.edit_message_reply_markup(
                chat_id=chat_id, message_id=message_id, reply_markup=None
            )
        except TelegramError as error:
            logger.info("old card keeps its buttons", extra={"error": type(error).__name__})


_OF_ONE = {Kind.card: "task", Kind.upload: "upload"}
"""Kinds whose rows all show one thing as it is at sending: a task, a sent file."""


def _overtaken(session: Session, row: Leased) -> bool:
    """Whether a later row of the same thing says all that this one would."""
    fact = _OF_ONE[Kind(row.kind)]
    later = session.scalars(
        select(Outbox).where(
            Outbox.chat_id == row.chat_id,
            Outbox.kind == row.kind,
            Outbox.settled_at.is_(None),
            Outbox.id > row.id,
        )
    )
    edits = bool(row.facts.get("edit"))
    return any(
        other.facts.get(fact) == row.facts.get(fact) and (edits or not other.facts.get("edit"))
        for other in later
    )


def _put_rest(
    session: Session,
    row: Leased,
    composed: Composed,
    chat_id: int,
    now: datetime,
) -> None:
    """Owe the pages behind the first, before anything else of that priority."""
    base, number = row.key, 2
    if row.kind == Kind.page:
        base, _, last = row.key.rpartition(":p")
        number = int(last) + 1
    outbox.put(
        session,
        key=f"{base}:p{number}",
        kind=Kind.page,
        chat_id=chat_id,
        thread_id=row.thread_id,
        person_id=row.person_id,
        facts={
            "pages": [
                {
                    "text": page.text,
                    "keyboard": [
                        [
                            {"label": one.label, "data": one.data, "style": one.style}
                            for one in line
                        ]
                        for line in page.keyboard
                    ],
                }
                for page in composed.pages[1:]
            ],
            "tasks": list(composed.tasks),
        },
        priority=row.priority if row.kind == Kind.page else row.priority - 1,
        now=now,
    )


def _not_composed(error: Exception) -> Verdict:
    told = f"{type(error).__name__}: {error} ({where(error)})"
    if is_out_of_reach(error):
        return Verdict(Delivery.waiting, "postponed", told, 1.0, counts=False)
    logger.error("not composed", extra={"error": type(error).__name__, "where": where(error)})
    return Verdict(Delivery.rejected, "rejected", told)


def _about(row: Leased, word: str) -> dict[str, object]:
    return {"row": row.id, "kind": row.kind, "chat": row.chat_id, "outcome": word}
