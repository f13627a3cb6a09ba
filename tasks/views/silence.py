"""Who has answered in the current period, and why the others were not heard.

Silence has three names that are never mixed: nobody of the department is bound, nothing
reached them, or they did not answer. A department that was not bound or not reached is
never listed as one that did not answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import periods
from tasks.models import Ask, Grant, Person
from tasks.services.acts import Office
from tasks.views.standings import PartView, TaskView
from tasks.vocabulary import ENDED_STATES, FollowUp, PartState, Role, Silence


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact of a department; `bound` once the invitation was used."""

    name: str
    phone: str | None
    bound: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One department in the period: `answered` of the `of` parts that are asked of it, and
    the word for its silence, None where nothing is open."""

    department: str
    answered: int
    of: int
    silence: Silence | None
    tasks: tuple[int, ...]
    contacts: tuple[ContactView, ...]

    @property
    def complete(self) -> bool:
        return self.answered == self.of


@dataclass(frozen=True, slots=True)
class PeriodView:
    """The departments heard in a period; both its days are local days of the office."""

    opens: date
    closes: date
    departments: tuple[Heard, ...]

    @property
    def complete(self) -> int:
        return sum(heard.complete for heard in self.departments)

    @property
    def partial(self) -> int:
        return len(self.partly)

    @property
    def partly(self) -> tuple[Heard, ...]:
        """Those that answered for some of their tasks: they are not silent."""
        return tuple(one for one in self.departments if one.answered and not one.complete)

    def silent(self, word: Silence) -> tuple[Heard, ...]:
        """Those that answered nothing, for that reason. With `complete` and `partial` the
        three add up to all departments."""
        return tuple(one for one in self.departments if one.silence is word and not one.answered)


def heard(
    session: Session,
    office: Office,
    now: datetime,
    tasks: Sequence[TaskView],
    department_id: int | None = None,
) -> PeriodView:
    """What was heard of these tasks in the period of `now`, from one department or all."""
    cal = office.cal
    period = periods.period_of(cal.local_date(now), cal)
    asked: dict[int, tuple[str, list[tuple[int, PartView, bool]]]] = {}
    for task in tasks:
        for part in task.parts:
            if department_id not in (None, part.department_id):
                continue
            if _ended_before(task, part, period, office):
                continue
            entry = asked.setdefault(part.department_id, (part.department, []))
            entry[1].append((task.number, part, _answered(task, part, period, office)))
    contacts = _contacts(session, list(asked))
    reached = _reached(session, office, period, [p.id for _, e in asked.values() for _, p, _ in e])
    found = []
    for department_id, (name, parts) in asked.items():
        open_parts = [(number, part) for number, part, answered in parts if not answered]
        people = contacts.get(department_id, [])
        silence = _silence(people, [part for _, part in open_parts], reached)
        found.append(
            Heard(
                name,
                len(parts) - len(open_parts),
                len(parts),
                silence,
                tuple(number for number, _ in open_parts),
                tuple(
                    ContactView(person.name, person.phone, person.chat_id is not None)
                    for person in people
                ),
            )
        )
    return PeriodView(period.opens, period.closes, tuple(found))


def _silence(
    people: Sequence[Person], silent: Sequence[PartView], reached: Mapping[int, bool]
) -> Silence | None:
    if not silent:
        return None
    bound = [person for person in people if person.chat_id is not None]
    if not bound:
        return Silence.not_bound
    if all(person.unreachable_at is not None for person in bound):
        return Silence.not_delivered
    if any(part.delivered_at is None or not reached.get(part.id, True) for part in silent):
        return Silence.not_delivered
    return Silence.not_answered


def _ended_before(task: TaskView, part: PartView, period: periods.Period, office: Office) -> bool:
    if part.state is PartState.cancelled:
        return True
    if part.state not in ENDED_STATES:
        return False
    last = part.answered_at
    return last is None or office.cal.local_date(last) < period.opens


def _answered(task: TaskView, part: PartView, period: periods.Period, office: Office) -> bool:
    if part.state in (PartState.closed, PartState.submitted):
        return True
    if part.answered_at is None:
        return False
    if task.follow_up is FollowUp.once:
        return True
    asked_on = periods.ask_day(
        period, part.role, office.cal, has_cooperating=bool(task.cooperating)
    )
    answered_on = office.cal.local_date(part.answered_at)
    return periods.is_answered(period, asked_on, (answered_on,), office.cal)


def _contacts(session: Session, department_ids: Sequence[int]) -> dict[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    rows = session.execute(
        select(Grant.department_id, Person)
        .join(Person, Grant.person_id == Person.id)
        .where(Grant.department_id.in_(department_ids), Grant.role == Role.contact)
        .order_by(Grant.id)
    )
    for department_id, person in rows:
        assert department_id is not None
        found.setdefault(department_id, []).append(person)
    return found


def _reached(
    session: Session, office: Office, period: periods.Period, part_ids: Sequence[int]
) -> dict[int, bool]:
    """Per part whether the last ask that was due in the period was delivered."""
    since, until = periods.bounds(period, office.cal)
    found: dict[int, bool] = {}
    for at in range(0, len(part_ids), 500):
        for ask in session.scalars(
            select(Ask)
            .where(
                Ask.part_id.in_(part_ids[at : at + 500]),
                Ask.raised_at >= since,
                Ask.raised_at < until,
                Ask.dropped_at.is_(None),
            )
            .order_by(Ask.id)
        ):
            found[ask.part_id] = ask.delivered_at is not None
    return found
