"""What is owed is told: leased in a short transaction, sent with none open, settled in another.

Words are made at sending, from what is true then. A message whose fate is unknown is sent
again, so a double is possible; a message is never lost. `verdicts` holds the failure table.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.books import LOOK_SECONDS, Books, Ready, Result
from bot.compose import Composed
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
from tasks.outbox import Leased, Priority
from tasks.services import deliveries, groups
from tasks.vocabulary import Delivery

LANES = 8
ANSWER_LANES = 4
"""Chats in flight at once; the second few are for answers alone."""

AHEAD = 56
"""Rows taken beyond the lanes where no limit holds sending up, and it is the database that is
waited for. What waits for its lane can be overtaken by an answer only in another chat."""

FRESH_SECONDS = 0.2
"""Words older than that are made again before they are sent."""

DRAIN_SECONDS = 5.0
"""What may finish its sending when the bot stops; what does not is left to its lease."""

logger = logging.getLogger(__name__)


class Sender:
    """The loop that takes rows from the outbox."""

    def __init__(self, engine: Engine, pace: Pace, planned: Callable[[], bool]) -> None:
        self.rounds = Rounds()
        self.settled = 0
        self._engine = engine
        self._books = Books(engine)
        self._pace = pace
        self._planned = planned
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._lanes = asyncio.Semaphore(LANES)
        self._answer_lanes = asyncio.Semaphore(LANES + ANSWER_LANES)
        self._results: list[Result] = []
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`."""
        failures = 0
        while not self._stopping or self._flying:
            number = self.rounds.begin()
            try:
                ready, rest, saw_all = await self._round()
            except Exception as error:
                failures += 1
                logger.warning("outbox out of reach", extra={"error": type(error).__name__})
                await asyncio.sleep(backoff(failures))
                continue
            failures = 0
            for one in ready:
                task = asyncio.create_task(self._deliver(one))
                self._flying[one.row.id] = task
                task.add_done_callback(partial(self._ended, one.row))
            if ready:
                continue
            if saw_all and not self._flying:
                self.rounds.idle(number)
            await self.rounds.rest(rest)

    async def stop(self) -> None:
        """Let what is being sent finish, for a while."""
        self._stopping = True
        self.rounds.ring()
        await finish(tuple(self._flying.values()), within=DRAIN_SECONDS)

    async def _round(self) -> tuple[list[Ready], float, bool]:
        """One turn at the database: write what became of rows, take what may be sent now.

        Where nothing may be sent, how long to rest; whether every sort of row was looked for.
        """
        results, self._results = self._results, []
        flying = len(self._flying) - len(results)
        room = LANES + (0 if self._pace.is_limited else AHEAD) - flying
        up_to = None if self._planned() else int(Priority.at_once)
        saw_all = room > 0
        if room <= 0:
            room, up_to = room + ANSWER_LANES, int(Priority.answer)
        held = self._pace.held(time.monotonic())
        if held or self._stopping:
            room = 0
        if room <= 0 and not results:
            return [], min(held or LOOK_SECONDS, LOOK_SECONDS), saw_all
        try:
            replaced, ready, rest = await self._engine.run(
                partial(self._books.turn, results, max(room, 0), up_to)
            )
        except Exception as error:
            if is_out_of_reach(error) and not self._stopping:
                self._results[:0] = results
                raise
            if not results:
                raise
            await self._write_singly(results)
            self.rounds.ring()
            return [], LOOK_SECONDS, False
        for result, card in zip(results, replaced, strict=True):
            self._written(result, card)
        # A row whose lease ran out while its sender still cannot write what became of it.
        known = self._flying.keys() - {result.row.id for result in results}
        return [one for one in ready if one.row.id not in known], rest, saw_all

    async def _write_singly(self, results: Sequence[Result]) -> None:
        """One by one, so that one that cannot be written takes no other with it."""
        for result in results:
            try:
                card = await self._engine.write(partial(self._books.write, result=result))
            except Exception as error:
                if not result.written.done():
                    result.written.set_exception(error)
            else:
                self._written(result, card)

    def _written(self, result: Result, card: int | None) -> None:
        if not result.written.done():
            result.written.set_result(card)
        verdict = result.verdict
        level = logging.ERROR if verdict.outcome is Delivery.rejected else logging.INFO
        more = {} if verdict.error is None else {"error": verdict.error.partition(":")[0]}
        logger.log(level, "delivery", extra={**_about(result.row, verdict.word), **more})

    def _ended(self, row: Leased, task: asyncio.Task[None]) -> None:
        if self._flying.get(row.id) is task:
            del self._flying[row.id]
        self.settled += 1
        self.rounds.ring()
        if not task.cancelled() and task.exception() is not None:
            logger.error("delivery broke off", exc_info=task.exception(), extra={"row": row.id})

    async def _deliver(self, ready: Ready) -> None:
        row = ready.row
        answer = row.priority <= Priority.answer
        async with self._answer_lanes if answer else self._lanes:
            told = await self._tell(ready)
        if told is None:
            return
        composed, verdict, chat_id = told
        replaced = await self._settle(row, composed, verdict, chat_id)
        if replaced is not None:
            await self._strip(chat_id, replaced)

    async def _tell(self, ready: Ready) -> tuple[Composed | None, Verdict, int] | None:
        """Send a row; what was composed, what became of it, and in which chat. None where it
        was given back."""
        row, composed = ready.row, ready.composed
        try:
            if ready.error is not None:
                raise ready.error
            if composed is not None and composed.later is not None:
                later = composed.later
                await self._engine.write(lambda s: outbox.put_off(s, row.id, later))
                return None
            if composed is not None:
                waited = await self._turn(row)
                if waited or time.monotonic() - ready.at > FRESH_SECONDS:
                    # Time has passed: what was true then need not be now.
                    composed = await self._engine.read(partial(self._books.compose, row))
        except Exception as error:
            return None, _not_composed(error), row.chat_id
        if composed is None or not composed.pages:
            return composed, Verdict(Delivery.stale, "stale"), row.chat_id
        chat_id, verdict = await self._send(row, composed)
        return composed, verdict, chat_id

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
        self, row: Leased, composed: Composed | None, verdict: Verdict, chat_id: int
    ) -> int | None:
        """Have it written what became of a row, however long that takes; the card it replaced,
        if any."""
        written: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._results.append(Result(row, composed, verdict, chat_id, written))
        self.rounds.ring()
        return await written

    async def _strip(self, chat_id: int, message_id: int) -> None:
        """Take the buttons off a card that another replaced. Pressed, they would be judged
        by what is true then, so nothing is lost where this fails."""
        try:
            await self._engine.bot.edit_message_reply_markup(
                chat_id=chat_id, message_id=message_id, reply_markup=None
            )
        except TelegramError as error:
            logger.info("old card keeps its buttons", extra={"error": type(error).__name__})


def _not_composed(error: Exception) -> Verdict:
    told = f"{type(error).__name__}: {error} ({where(error)})"
    if is_out_of_reach(error):
        return Verdict(Delivery.waiting, "postponed", told, 1.0, counts=False)
    logger.error("not composed", extra={"error": type(error).__name__, "where": where(error)})
    return Verdict(Delivery.rejected, "rejected", told)


def _about(row: Leased, word: str) -> dict[str, object]:
    return {"row": row.id, "kind": row.kind, "chat": row.chat_id, "outcome": word}
