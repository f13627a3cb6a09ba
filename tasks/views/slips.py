"""What the office reads of slips: the drafts that wait for 签发, and what a leader is shown of
an overdue task."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.models import Ask, Slip, SlipLevel
from tasks.services import slips
from tasks.services.acts import Act, Office
from tasks.views.cards import CardView, card, is_late
from tasks.views.reminders import REMINDERS
from tasks.views.standings import PartView


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft that waits; `id` is that of the slip. `sent`: how often its department was
    reminded of the limit, `delivered`: how often that reached somebody, `answered_on`: the day
    of the last answer."""

    id: int
    task: int
    text: str
    department: str
    level: SlipLevel
    days: int
    sent: int
    delivered: int
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class LatePart:
    """A department that is late, with the slips it got."""

    part: PartView
    slips: tuple[tuple[SlipLevel, int], ...]


@dataclass(frozen=True, slots=True)
class Escalation:
    """An overdue task as it is put before a leader."""

    card: CardView
    late: tuple[LatePart, ...]


def drafted(session: Session, office: Office, now: datetime) -> tuple[Drafted, ...]:
    """待签发督办单, the oldest first, with the facts to decide on."""
    found = slips.drafts(session, office)
    if not found:
        return ()
    rows = session.execute(
        select(Ask.part_id, func.count(Ask.id), func.count(Ask.delivered_at))
        .where(
            Ask.part_id.in_({slip.part_id for slip in found}),
            Ask.kind.in_(REMINDERS),
            Ask.dropped_at.is_(None),
        )
        .group_by(Ask.part_id)
    )
    asked = {part_id: (sent, delivered) for part_id, sent, delivered in rows}
    cal = office.cal
    today = cal.local_date(now)
    return tuple(
        Drafted(
            slip.id,
            slip.part.task_id,
            slip.part.task.text,
            slip.part.department.name,
            slip.level,
            cal.working_days_between(slip.due, today),
            *asked.get(slip.part_id, (0, 0)),
            None if slip.part.answered_at is None else cal.local_date(slip.part.answered_at),
        )
        for slip in found
    )


def escalation(session: Session, office: Office, act: Act, number: int) -> Escalation | None:
    """What a leader is shown of a task; None where nobody is late any more."""
    shown = card(session, office, act, number)
    late = [part for part in shown.task.parts if is_late(part)]
    issued: dict[int, list[tuple[SlipLevel, int]]] = {}
    for slip in session.scalars(
        select(Slip)
        .where(Slip.part_id.in_({part.id for part in late}), Slip.issued_at.is_not(None))
        .order_by(Slip.issued_at, Slip.id)
    ):
        assert slip.number is not None
        issued.setdefault(slip.part_id, []).append((slip.level, slip.number))
    if not late:
        return None
    return Escalation(
        shown, tuple(LatePart(part, tuple(issued.get(part.id, ()))) for part in late)
    )
