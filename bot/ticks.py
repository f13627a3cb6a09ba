"""The recurring wake-ups, and the sweep that they wake.

APScheduler only sets events: the loops that do the work are ours, so that a restart in the
middle of one breaks nothing off. The database knows what is due.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.orm import Session

from bot.engine import Engine, Gate, Rounds, backoff
from tasks import outbox
from tasks.outbox import Priority
from tasks.services import broadcasts, questions
from tasks.services.absences import end_absences, there
from tasks.services.acts import Act, Office, people_with
from tasks.services.post import Kind
from tasks.services.sweep import call_out, sweep
from tasks.text import SYSTEM
from tasks.views import queue as queue_view
from tasks.views.summary import take_snapshots
from tasks.vocabulary import Endorsement, Role

EVERY_SECONDS = 60

logger = logging.getLogger(__name__)


def scheduler(wake: Callable[[], None]) -> AsyncIOScheduler:
    """A scheduler that rings once a minute; start it in a running loop."""
    made = AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )

    async def ring() -> None:
        # A plain function would be called in a thread of the scheduler's.
        wake()

    made.add_job(ring, "interval", seconds=EVERY_SECONDS, id="sweep")
    return made


class Sweeper:
    """The loop that sweeps; nothing while the gate is shut."""

    def __init__(self, engine: Engine, gate: Gate, owed: Callable[[], None]) -> None:
        self.rounds = Rounds()
        self._engine = engine
        self._gate = gate
        self._owed = owed
        self._sweeping = asyncio.Lock()
        self._opened_on: date | None = None
        self._opened_window: datetime | None = None
        self._queued: tuple[date | None, frozenset[tuple[object, ...]]] = (None, frozenset())
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`."""
        failures = 0
        while not self._stopping:
            number = self.rounds.begin()
            try:
                await self.sweep()
                failures = 0
            except Exception as error:
                failures += 1
                logger.exception("sweep failed", extra={"error": type(error).__name__})
                await self.rounds.rest(backoff(failures))
                continue
            self.rounds.idle(number)
            await self.rounds.rung()

    async def stop(self) -> None:
        """Finish the transaction under way."""
        self._stopping = True
        self.rounds.ring()
        async with self._sweeping:
            pass

    async def sweep(self) -> bool:
        """Everything that is due at the office's time; False where the gate is shut."""
        async with self._sweeping:
            if not self._gate.is_open:
                return False
            office, now = self._engine.desk.office, self._engine.desk.now()
            window = office.cal.window_start(now)
            if window is None:
                return True
            day = office.cal.local_date(now)
            if day != self._opened_on:
                await self._engine.write(lambda s: take_snapshots(s, office, now))
                self._opened_on = day
            more, told = True, 0
            while more and not self._stopping:
                # One commit: whoever is asked is owed the message that asks.
                more, new = await self._engine.write(lambda s: ask_and_tell(s, office, now))
                told += new
            told += await self._engine.write(lambda s: broadcasts.take_due(s, office, now))
            if window != self._opened_window:
                told += await self._engine.write(lambda s: self._tell_queue(s, day, window))
                self._opened_window = window
        if told:
            logger.info("sweep", extra={"told": told})
            self._owed()
        return True

    def _tell_queue(self, session: Session, day: date, window: datetime) -> int:
        """Owe every coordinator the list of what waits for them: once a day while it stays
        as it is, at each window when something has come."""
        office, now = self._engine.desk.office, self._engine.desk.now()
        act = Act(now, now, SYSTEM, granted=frozenset({Role.coordinator}))
        questions.give_up_waiting(session, window)
        waiting = _items(queue_view.queue(session, office, act))
        known, self._queued = self._queued, (day, waiting)
        if not waiting or (day == known[0] and waiting <= known[1]):
            return 0
        told = 0
        for person in there(session, people_with(session, Role.coordinator)):
            assert person.chat_id is not None
            told += outbox.put(
                session,
                key=f"queue:{person.id}:{window:%Y-%m-%dT%H:%M}",
                kind=Kind.queue,
                chat_id=person.chat_id,
                person_id=person.id,
                facts={"window": window.isoformat()},
                priority=Priority.planned,
                now=now,
            )
        return told


def _items(queue: queue_view.Queue) -> frozenset[tuple[object, ...]]:
    """What waits, each by what tells it from another."""
    return frozenset(
        [
            *(
                ("submission", one.card.task.number, one.report.id)
                for one in queue.submissions
                if one.review is None or one.review.endorsement is not Endorsement.awaited
            ),
            *(("extension", one.id) for one in queue.extensions),
            *(("decline", one.task, one.department) for one in queue.declines),
            *(("question", one.id) for one in (*queue.unmatched, *queue.questions)),
            *(("unconfirmed", one.report.id) for one in queue.unconfirmed),
            *(("untold", one.part, one.kind, one.head) for one in queue.untold),
            *(("slip", one.id) for one in queue.slips),
        ]
    )


def ask_and_tell(session: Session, office: Office, now: datetime) -> tuple[bool, int]:
    """One batch of the sweep with its messages; whether another batch should follow."""
    back = end_absences(session, office, Act(now, now, SYSTEM))
    swept = sweep(session, office, now)
    # The last batch looks at the whole window: who gets what may have changed since.
    after = swept.before if swept.more else 0
    return swept.more, back + call_out(session, office, now, after)
