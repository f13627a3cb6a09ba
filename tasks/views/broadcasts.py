"""What is said to many: what is set, when it is said next, and how it went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.broadcasting import Broadcast, BroadcastRun
from tasks.mailroom import Outbox
from tasks.recurrence import Rule, rule_of
from tasks.services.acts import Act
from tasks.services.audiences import Named, aim_of, named
from tasks.services.broadcasts import (
    MISSED,
    check_office,
    get_broadcast,
    last_run,
    outcomes_of,
    rows_of,
)
from tasks.staff import Group
from tasks.vocabulary import Delivery

ENDED = 5
"""Broadcasts that are over and still stand in the list, for their outcome."""

NAMED = 20
"""Receivers of one outcome that a report names."""


@dataclass(frozen=True, slots=True)
class RunView:
    """One time that it was said. `outcomes` counts its messages; `missed` names whom it may not
    have reached."""

    ran_at: datetime
    people: int
    groups: int
    outcomes: dict[Delivery, int]
    missed: dict[Delivery, tuple[str, ...]]

    @property
    def waiting(self) -> int:
        return self.outcomes.get(Delivery.waiting, 0)


@dataclass(frozen=True, slots=True)
class BroadcastView:
    """A broadcast; `text` is None for a summary. `said`: how its last run went."""

    id: int
    text: str | None
    rule: Rule
    next_run_at: datetime | None
    stopped: bool
    aims: tuple[Named, ...]
    said: RunView | None = None

    @property
    def may_stop(self) -> bool:
        """Whether there is anything left to stop."""
        waits = self.said is not None and self.said.waiting > 0
        return not self.stopped and (self.next_run_at is not None or waits)


def broadcasts(session: Session, act: Act) -> list[BroadcastView]:
    """What is set, the next one first, then the last that are over. Raises NotAllowed for
    anybody outside the office."""
    check_office(session, act)
    running = session.scalars(
        select(Broadcast)
        .where(Broadcast.next_run_at.is_not(None))
        .order_by(Broadcast.next_run_at, Broadcast.id)
    ).all()
    over = session.scalars(
        select(Broadcast)
        .where(Broadcast.next_run_at.is_(None))
        .order_by(Broadcast.id.desc())
        .limit(ENDED)
    ).all()
    return [_view(session, one) for one in (*running, *over)]


def broadcast(session: Session, act: Act, broadcast_id: int) -> BroadcastView:
    """One broadcast with whom it did not reach. Raises NotAllowed or NotFound."""
    check_office(session, act)
    return _view(session, get_broadcast(session, broadcast_id), named_too=True)


def _view(session: Session, row: Broadcast, *, named_too: bool = False) -> BroadcastView:
    run = last_run(session, row.id)
    return BroadcastView(
        row.id,
        row.text,
        rule_of(row.rule),
        row.next_run_at,
        row.cancelled_at is not None,
        tuple(named(session, aim_of(one)) for one in row.audience),
        None if run is None else _run(session, run, named_too=named_too),
    )


def _run(session: Session, run: BroadcastRun, *, named_too: bool) -> RunView:
    outcomes = outcomes_of(session, run)
    missed = {
        outcome: _names(session, run, outcome)
        for outcome in MISSED
        if named_too and outcomes.get(outcome)
    }
    return RunView(run.ran_at, run.people, run.groups, outcomes, missed)


def _names(session: Session, run: BroadcastRun, outcome: Delivery) -> tuple[str, ...]:
    rows = session.scalars(
        select(Outbox)
        .where(*rows_of(run), Outbox.state == outcome, Outbox.retry_at.is_(None))
        .order_by(Outbox.id)
        .limit(NAMED)
    ).all()
    return tuple(_name(session, row) for row in rows)


def _name(session: Session, row: Outbox) -> str:
    if row.person is not None:
        return row.person.name
    title = session.scalar(
        select(Group.title).where(Group.chat_id == row.chat_id).order_by(Group.id).limit(1)
    )
    return title or str(row.chat_id)
