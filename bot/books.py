"""The database's side of sending: in one commit what became of rows and which are taken next,
then their words.

Everything here runs in a worker thread and waits for nobody but the database. Rows that are
settled one by one would each cost a commit; together they cost one.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import machine_now
from bot.compose import Composed, compose
from bot.engine import Engine
from bot.verdicts import Verdict
from tasks import outbox
from tasks.mailroom import Outbox, Sent
from tasks.outbox import Leased
from tasks.services import deliveries, directory, groups, uploads
from tasks.services.directory import person_of
from tasks.services.post import Kind
from tasks.vocabulary import Delivery

LOOK_SECONDS = 1.0

MAX_ERROR = 500

_Standing = Mapping[tuple[int, int], Sent]
"""What is kept of messages, by chat and number."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A leased row with its words, or with why there are none, and when they were made."""

    row: Leased
    composed: Composed | None
    error: Exception | None
    at: float


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row. `written` brings the card that it replaced, if any."""

    row: Leased
    composed: Composed | None
    verdict: Verdict
    chat_id: int
    written: "asyncio.Future[int | None]"


class Books:
    """What the sender reads and writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def turn(
        self, results: Sequence[Result], room: int, up_to: int | None
    ) -> tuple[list[int | None], list[Ready], float]:
        """In a worker thread, one commit for all: what became of rows, and the next leases."""
        with self._engine.database.transaction() as session:
            held = outbox.rows(session, [result.row.id for result in results])
            standing = deliveries.remembered(
                session,
                [
                    (result.chat_id, result.verdict.message_id)
                    for result in results
                    if result.verdict.message_id is not None
                ],
            )
            replaced = [self.write(session, result, standing) for result in results]
            del held
            now, machine = self._engine.desk.now(), machine_now()
            rows = outbox.lease(session, now, machine, room, up_to=up_to) if room else []
            again = None if rows else outbox.next_retry(session, now)
        rest = LOOK_SECONDS
        if again is not None and again > machine:
            rest = min((again - machine).total_seconds(), LOOK_SECONDS)
        return replaced, self._compose_all(rows), rest

    def _compose_all(self, rows: Sequence[Leased]) -> list[Ready]:
        """The words of these rows, from one look at the database; one that cannot be composed
        costs the rest another look."""
        ready: list[Ready] = []
        while len(ready) < len(rows):
            try:
                with self._engine.database.reading() as session:
                    people = directory.people(session, [row.person_id for row in rows])
                    for row in rows[len(ready) :]:
                        composed = self.compose(row, session)
                        ready.append(Ready(row, composed, None, time.monotonic()))
                    del people
            except Exception as error:
                if len(ready) < len(rows):
                    ready.append(Ready(rows[len(ready)], None, error, time.monotonic()))
        return ready

    def compose(self, row: Leased, session: Session) -> Composed | None:
        if row.kind in _OF_ONE and _overtaken(session, row):
            return None
        return compose(session, self._engine.desk, row)

    def write(
        self, session: Session, result: Result, standing: _Standing | None = None
    ) -> int | None:
        """Write what became of one row; the card it replaced, if any."""
        row, composed, verdict = result.row, result.composed, result.verdict
        chat_id = result.chat_id
        now, machine = self._engine.desk.now(), machine_now()
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
        return self._follow(session, row, composed, chat_id, verdict.message_id, standing)

    def _follow(
        self,
        session: Session,
        row: Leased,
        composed: Composed,
        chat_id: int,
        message_id: int,
        standing: _Standing | None,
    ) -> int | None:
        """What follows from a message that stands in its chat; the card it replaced."""
        desk = self._engine.desk
        now = desk.now()
        deliveries.remember(session, chat_id, message_id, row.kind, composed.tasks, now, standing)
        person = person_of(session, chat_id) if composed.issued else None
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
