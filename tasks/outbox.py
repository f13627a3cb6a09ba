"""What has to be told: put in the transaction of what happened, leased, sent, settled.

A row names an intent by its key, so doing the same twice tells once. Rows of one priority
go out in order within a chat; an answer may overtake a waiting broadcast. Facts are kept
and words are made at sending, by whoever leases the row.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from tasks.mailroom import Outbox
from tasks.vocabulary import Delivery

MAX_ATTEMPTS = 6
"""Sends of one row whose outcome stayed unknown, before it is left as `unsure`."""

LEASE = timedelta(seconds=60)
"""How long a row belongs to the sender that took it (machine clock)."""


class Priority(IntEnum):
    """What goes first; the values leave room between them."""

    answer = 0  # somebody is waiting for it
    at_once = 10  # issued, judged, nudged
    planned = 20  # digests, slips, broadcasts


@dataclass(frozen=True, slots=True)
class Leased:
    """A row as its sender needs it."""

    id: int
    key: str
    kind: str
    chat_id: int
    person_id: int | None
    facts: Mapping[str, Any]
    attempts: int
    priority: int
    thread_id: int | None = None

    @classmethod
    def of(cls, row: Outbox) -> "Leased":
        """The row as it stands."""
        return cls(
            row.id,
            row.key,
            row.kind,
            row.chat_id,
            row.person_id,
            row.facts,
            row.attempts,
            row.priority,
            row.thread_id,
        )


def put(
    session: Session,
    *,
    key: str,
    kind: str,
    chat_id: int,
    now: datetime,
    person_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    priority: int = Priority.at_once,
    not_before: datetime | None = None,
    thread_id: int | None = None,
) -> bool:
    """Owe somebody a message; False where that intent is known already."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert_new = sqlite_insert if on_sqlite else postgresql_insert
    written = session.execute(
        insert_new(Outbox)
        .values(
            key=key,
            kind=kind,
            chat_id=chat_id,
            thread_id=thread_id,
            person_id=person_id,
            facts=dict(facts or {}),
            priority=int(priority),
            created_at=now,
            not_before=not_before or now,
            state=Delivery.waiting,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Outbox.id)
    )
    return written.first() is not None


@dataclass(frozen=True, slots=True)
class Intent:
    """One message of many that say the same: its key, and where it goes."""

    key: str
    chat_id: int
    thread_id: int | None = None
    person_id: int | None = None


def put_all(
    session: Session,
    intents: Sequence[Intent],
    *,
    kind: str,
    facts: Mapping[str, Any],
    priority: int,
    now: datetime,
) -> None:
    """Owe many the same at once. The keys must be new."""
    if intents:
        session.execute(
            insert(Outbox),
            [
                {
                    "key": one.key,
                    "kind": kind,
                    "chat_id": one.chat_id,
                    "thread_id": one.thread_id,
                    "person_id": one.person_id,
                    "facts": dict(facts),
                    "priority": int(priority),
                    "created_at": now,
                    "not_before": now,
                    "state": Delivery.waiting,
                    "attempts": 0,
                }
                for one in intents
            ],
        )


def put_off(session: Session, row_id: int, later: datetime) -> None:
    """Give a leased row back, to be sent at a later time of the office; that was no attempt."""
    row = session.get_one(Outbox, row_id)
    row.not_before, row.leased_until = later, None
    row.attempts -= 1


def lease(
    session: Session,
    now: datetime,
    machine_now: datetime,
    limit: int,
    *,
    up_to: int | None = None,
) -> list[Leased]:
    """Take up to `limit` rows that are due, the first of each chat.

    `now` is the office clock, `machine_now` the clock of leases and retries. `up_to` leaves
    out what is less urgent than that priority. A chat that Telegram asked to spare gets
    nothing until then; behind a row to be sent again waits what has its priority.
    """
    parked, earlier, beside = aliased(Outbox), aliased(Outbox), aliased(Outbox)
    busy = select(Outbox.chat_id).where(Outbox.leased_until > machine_now)

    def due(row: type[Outbox]) -> list[ColumnElement[bool]]:
        found = [
            row.settled_at.is_(None),
            row.not_before <= now,
            or_(row.leased_until.is_(None), row.leased_until <= machine_now),
            or_(row.retry_at.is_(None), row.retry_at <= machine_now),
        ]
        return found if up_to is None else [*found, row.priority <= up_to]

    # Walked in the order of the index until enough are found: what waits behind costs nothing.
    # PostgreSQL judges a row again once it is locked, so two senders never take one row.
    taken = session.scalars(
        select(Outbox)
        .where(
            *due(Outbox),
            Outbox.chat_id.not_in(busy),
            ~exists().where(
                parked.chat_id == Outbox.chat_id,
                parked.settled_at.is_(None),
                parked.retry_at > machine_now,
                or_(parked.state == Delivery.waiting, parked.priority == Outbox.priority),
            ),
            ~exists().where(
                earlier.chat_id == Outbox.chat_id,
                or_(
                    earlier.priority < Outbox.priority,
                    and_(earlier.priority == Outbox.priority, earlier.id < Outbox.id),
                ),
                *due(earlier),
                ~exists().where(
                    beside.chat_id == earlier.chat_id,
                    beside.settled_at.is_(None),
                    beside.retry_at > machine_now,
                    beside.priority == earlier.priority,
                ),
            ),
        )
        .order_by(Outbox.priority, Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Outbox)
    ).all()
    for row in taken:
        row.leased_until = machine_now + LEASE
        row.attempts += 1
    return [Leased.of(row) for row in taken]


def rows(session: Session, ids: Collection[int]) -> Sequence[Outbox]:
    """These rows, looked up at once: whoever holds them settles each without another look."""
    return session.scalars(select(Outbox).where(Outbox.id.in_(ids))).all() if ids else ()


def settle(
    session: Session,
    row_id: int,
    outcome: Delivery,
    machine_now: datetime,
    *,
    message_id: int | None = None,
    error: str | None = None,
    retry_at: datetime | None = None,
    chat_id: int | None = None,
    counts: bool = True,
) -> None:
    """Write what became of a leased row and give it back.

    With `retry_at` it will be sent again then. `counts` is False where Telegram asked to
    wait: that was no attempt. `chat_id` is the new one of a chat that moved.
    """
    row = session.get_one(Outbox, row_id)
    row.state = outcome
    row.leased_until = None
    row.retry_at = retry_at
    row.error = error
    if message_id is not None:
        row.message_id = message_id
    if chat_id is not None:
        row.chat_id = chat_id
    if not counts:
        row.attempts -= 1
    if retry_at is None:
        row.settled_at = machine_now
        if "secret" in row.facts.get("facts", {}):
            # A code is kept as its hash alone, once it was told.
            row.facts = {**row.facts, "facts": {}}


def release_all(session: Session) -> int:
    """Give every lease back: a process that starts alone knows that nobody is sending.

    Most of them were not sent yet, so the attempt is given back as well: however often the
    process ends, no row is given up for it.
    """
    held = session.execute(
        update(Outbox)
        .where(Outbox.leased_until.is_not(None))
        .values(leased_until=None, attempts=Outbox.attempts - 1)
    )
    return int(getattr(held, "rowcount", 0))


def owed(session: Session, now: datetime) -> int:
    """How many rows are due and not settled."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Outbox)
            .where(
                Outbox.not_before <= now,
                or_(
                    Outbox.state == Delivery.waiting,
                    and_(Outbox.state == Delivery.unsure, Outbox.retry_at.is_not(None)),
                ),
            )
        )
        or 0
    )


def next_retry(session: Session, now: datetime) -> datetime | None:
    """When the next parked row may go (machine clock), None without one."""
    return session.scalar(
        select(func.min(Outbox.retry_at)).where(
            Outbox.not_before <= now, Outbox.settled_at.is_(None)
        )
    )


def migrate_chat(session: Session, old: int, new: int) -> None:
    """Let every row that still waits for a chat follow it to its new id."""
    session.execute(
        update(Outbox)
        .where(Outbox.chat_id == old, Outbox.settled_at.is_(None))
        .values(chat_id=new)
    )
