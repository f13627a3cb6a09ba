"""稍后提醒: whoever was reminded asks to be reminded again this afternoon or on the next
working day.

It is no answer: the limit, the period and the slips run on. It is bounded by them: nothing is
put off beyond the day on which it makes sense, and what is overdue is not put off at all.
An answer in between settles it as it settles every ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from tasks.calendars import WorkCalendar
from tasks.due import SLIPS, StepKind
from tasks.errors import Refused, Stale
from tasks.models import Ask, Part, Person, Snooze
from tasks.services.acts import HIGHEST_ID, Act, Office, limit_of, record
from tasks.services.receivers import Receivers
from tasks.vocabulary import OPEN_STATES

NEVER = SLIPS | {StepKind.overdue, StepKind.sign}
"""Asks that are not put off: the limit has passed, or one tap settles it."""


class Later(StrEnum):
    """When to be reminded again."""

    afternoon = "afternoon"  # 今天下午
    next_day = "next_day"  # 下一工作日


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Which tasks are recalled again and when, and which cannot be put off so far."""

    until: datetime
    tasks: tuple[int, ...]
    kept: tuple[int, ...]


def moment(cal: WorkCalendar, later: Later, now: datetime) -> datetime | None:
    """When the window opens in which that is; None where today has no further one."""
    if later is Later.next_day:
        return cal.opens(cal.add_working_days(cal.local_date(now), 1))
    rest = [start for start in cal.openings(cal.local_date(now)) if start > now]
    return rest[0] if rest else None


def choices(
    session: Session, office: Office, act: Act, numbers: Sequence[int]
) -> tuple[tuple[Later, datetime], ...]:
    """What the actor may choose for these tasks: each with its moment. Empty where nothing that
    was asked can be put off."""
    asks = asked(session, act, numbers)
    found = []
    for later in Later:
        until = moment(office.cal, later, act.now)
        if until is not None and any(_may_wait(office, ask, until) for ask in asks):
            found.append((later, until))
    return tuple(found)


def snooze(
    session: Session, office: Office, act: Act, numbers: Sequence[int], later: Later
) -> Snoozed:
    """Remind the actor again of what they were asked of these tasks.

    Raises Stale where nothing is asked of them any more, or Refused where nothing can be put
    off so far.
    """
    asks = asked(session, act, numbers)
    if not asks:
        raise Stale("snooze_nothing")
    until = moment(office.cal, later, act.now)
    if until is None:
        raise Stale("snooze_no_afternoon")
    waiting = [ask for ask in asks if _may_wait(office, ask, until)]
    if not waiting:
        raise Refused("snooze_too_late", tasks=_numbers(asks))
    known = {
        row.ask_id: row
        for row in session.scalars(select(Snooze).where(Snooze.person_id == act.person_id))
    }
    for ask in waiting:
        row = known.get(ask.id)
        if row is None:
            assert act.person_id is not None
            row = Snooze(person_id=act.person_id, ask_id=ask.id)
            session.add(row)
        row.until, row.window = until, None
        record(session, act, "snooze", part=ask.part, facts={"until": until.isoformat()})
    put_off = _numbers(waiting)
    rest = tuple(number for number in _numbers(asks) if number not in put_off)
    return Snoozed(until, put_off, rest)


def come_due(session: Session, window: datetime) -> list[Person]:
    """Take what was put off until that window, or an earlier one that nobody lived through, into
    it; whom to remind."""
    due = or_(Snooze.window == window, Snooze.window.is_(None) & (Snooze.until <= window))
    people = session.scalars(
        select(Person).where(Person.id.in_(select(Snooze.person_id).where(due)))
    ).all()
    if people:
        session.execute(update(Snooze).where(due).values(window=window))
    return [person for person in people if person.chat_id is not None]


def asked(session: Session, act: Act, numbers: Sequence[int]) -> list[Ask]:
    """What the actor was told of these tasks and still owes: of each part the latest ask."""
    wanted = {number for number in numbers if 0 < number <= HIGHEST_ID}
    person = None if act.person_id is None else session.get(Person, act.person_id)
    if person is None or not wanted:
        return []
    receivers = Receivers(session)
    latest: dict[int, Ask] = {}
    for ask in session.scalars(
        select(Ask)
        .join(Part)
        .where(
            Part.task_id.in_(wanted),
            Part.state.in_(OPEN_STATES),
            Part.requested_at.is_(None),
            Ask.delivered_at.is_not(None),
            Ask.dropped_at.is_(None),
        )
        .order_by(Ask.id)
    ):
        latest[ask.part_id] = ask
    return [
        ask
        for ask in latest.values()
        if (ask.part.answered_at is None or ask.part.answered_at < ask.raised_at)
        and person in receivers.of(ask.part)
    ]


def _may_wait(office: Office, ask: Ask, until: datetime) -> bool:
    """Whether the ask still makes sense then."""
    day = office.cal.local_date(until)
    limit = limit_of(ask.part)
    if ask.kind in NEVER or (limit is not None and day > limit):
        return False
    return ask.expires is None or day <= ask.expires


def _numbers(asks: Sequence[Ask]) -> tuple[int, ...]:
    return tuple(sorted({ask.part.task_id for ask in asks}))
