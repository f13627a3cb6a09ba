"""How the follow-up itself is doing: what waits too long, what failed, who cannot be reached.

Two clocks: what is due goes by the office's, what was received and is sent again by the
machine's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tasks.calendars import WorkCalendar
from tasks.mailroom import Handling, Inbox, Outbox
from tasks.models import Grant, Part, Person
from tasks.vocabulary import OPEN_STATES, Delivery, Role

LATE_AFTER = timedelta(minutes=10)
"""What waits longer than this waits too long: the loops look every second, the sweep every
minute; our choice."""

LOOKS_BACK = timedelta(days=7)
"""How far back failed deliveries are counted; our choice."""


class Level(StrEnum):
    """How bad a finding is."""

    ok = "ok"
    warning = "warning"  # somebody should look at it
    error = "error"  # the bot does not do its work


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `code` names the sentence, `facts` what stands in it."""

    check: str
    level: Level
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def findings(
    session: Session, cal: WorkCalendar, now: datetime, machine_now: datetime
) -> list[Finding]:
    """Everything about the mail room, the sweep and the people, the good with the bad."""
    return [
        _intake(session, machine_now),
        _failed(session),
        _delivery(session, now, machine_now),
        _rejected(session, machine_now),
        _sweep(session, cal, now),
        _reach(session),
    ]


def _intake(session: Session, machine_now: datetime) -> Finding:
    count, oldest = session.execute(
        select(func.count(), func.min(Inbox.received_at)).where(Inbox.state == Handling.waiting)
    ).one()
    return _backlog("inbox", count, oldest, machine_now)


def _failed(session: Session) -> Finding:
    count = session.scalar(
        select(func.count()).where(Inbox.state.in_((Handling.failed, Handling.unparsed)))
    )
    if count:
        return Finding("failed", Level.warning, "failed_updates", {"count": count})
    return Finding("failed", Level.ok, "no_failed_updates")


def _delivery(session: Session, now: datetime, machine_now: datetime) -> Finding:
    count, oldest = session.execute(
        select(func.count(), func.min(Outbox.not_before)).where(
            Outbox.state == Delivery.waiting,
            Outbox.not_before <= now,
            or_(Outbox.retry_at.is_(None), Outbox.retry_at <= machine_now),
        )
    ).one()
    return _backlog("outbox", count, oldest, now)


def _backlog(name: str, count: int, oldest: datetime | None, now: datetime) -> Finding:
    waited = timedelta() if oldest is None else now - oldest
    facts = {"count": count, "minutes": max(int(waited.total_seconds() // 60), 0)}
    if waited > LATE_AFTER:
        return Finding("backlog", Level.error, f"{name}_late", facts)
    return Finding("backlog", Level.ok, f"{name}_flows", facts)


def _rejected(session: Session, machine_now: datetime) -> Finding:
    rows = session.execute(
        select(Outbox.state, func.count())
        .where(
            Outbox.state.in_((Delivery.rejected, Delivery.unsure)),
            Outbox.settled_at >= machine_now - LOOKS_BACK,
        )
        .group_by(Outbox.state)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    facts = {
        "rejected": counts.get(Delivery.rejected, 0),
        "unsure": counts.get(Delivery.unsure, 0),
        "days": LOOKS_BACK.days,
    }
    if facts["rejected"]:
        return Finding("delivery", Level.warning, "deliveries_rejected", facts)
    return Finding("delivery", Level.ok, "deliveries_settled", facts)


def _sweep(session: Session, cal: WorkCalendar, now: datetime) -> Finding:
    window = cal.window_start(now)
    late = now - LATE_AFTER
    if window is None or window > late:
        return Finding("sweep", Level.ok, "sweep_rests")
    count, oldest = session.execute(
        select(func.count(), func.min(Part.next_due_at)).where(Part.next_due_at <= late)
    ).one()
    if count:
        return Finding("sweep", Level.error, "sweep_late", {"count": count, "since": oldest})
    return Finding("sweep", Level.ok, "sweep_done")


def _reach(session: Session) -> Finding:
    """Departments that owe something and have nobody who could be told."""
    bound = (
        select(Grant.department_id)
        .join(Person, Grant.person_id == Person.id)
        .where(
            Grant.role == Role.contact,
            Grant.department_id.is_not(None),
            Person.chat_id.is_not(None),
            Person.unreachable_at.is_(None),
        )
    )
    count = session.scalar(
        select(func.count(func.distinct(Part.department_id))).where(
            Part.state.in_(OPEN_STATES), Part.department_id.not_in(bound)
        )
    )
    if count:
        return Finding("people", Level.warning, "departments_unreached", {"count": count})
    return Finding("people", Level.ok, "departments_reached")
