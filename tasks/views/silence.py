"""Who has answered in the current period, and why the others were not heard.

Silence has three names that are never mixed: nobody of the department is bound, nothing
reached them, or they did not answer. A department that was not bound or not reached is
never listed as one that did not answer, nor is one whose day to be asked has not come
(未到反馈期): of what is asked by the quarter, or from the next period on, nothing is owed yet.
"""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import periods
from tasks.due import PartFacts, StepKind, first_period
from tasks.models import Ask, Grant, Person
from tasks.services.acts import Office
from tasks.views.absent import Away, absent
from tasks.views.standings import PartView, TaskView
from tasks.vocabulary import ENDED_STATES, FollowUp, PartRole, PartState, Role, Silence


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact of a department; `bound` once the invitation was used."""

    name: str
    phone: str | None
    bound: bool
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One department in the period: `answered` of the `of` parts that are asked of it in it,
    and the word for its silence, None where nothing is open or none was asked yet. `told_on`:
    the last day in the period on which an ask reached it."""

    department: str
    answered: int
    of: int
    silence: Silence | None
    tasks: tuple[int, ...]
    contacts: tuple[ContactView, ...]
    told_on: date | None = None

    @property
    def complete(self) -> bool:
        return self.answered == self.of > 0


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

    @property
    def early(self) -> tuple[Heard, ...]:
        """Those that answered nothing and were not to be asked yet."""
        return tuple(one for one in self.departments if one.silence is None and not one.answered)

    def silent(self, word: Silence) -> tuple[Heard, ...]:
        """Those that answered nothing, for that reason. With `complete`, `partial` and `early`
        the three add up to all departments."""
        return tuple(one for one in self.departments if one.silence is word and not one.answered)


def heard(
    session: Session,
    office: Office,
    now: datetime,
    tasks: Sequence[TaskView],
    department_ids: Collection[int] | None = None,
) -> PeriodView:
    """What was heard of these tasks in the period of `now`, from some departments or all."""
    cal = office.cal
    period = periods.period_of(cal.local_date(now), cal)
    today = cal.local_date(now)
    asked: dict[int, tuple[str, list[_Owed]]] = {}
    for task in tasks:
        for part in task.parts:
            if department_ids is not None and part.department_id not in department_ids:
                continue
            if _ended_before(task, part, period, office):
                continue
            entry = asked.setdefault(part.department_id, (part.department, []))
            entry[1].append(_owed(task, part, period, today, office))
    contacts = _contacts(session, list(asked))
    away = absent(session)
    reached, urged = _reached(
        session, office, period, [one.part for _, owed in asked.values() for one in owed]
    )
    found = []
    for department_id, (name, parts) in asked.items():
        still_open = [one for one in parts if not one.answered]
        due_now = [one for one in still_open if one.asked_on is not None or one.part.id in urged]
        people = contacts.get(department_id, [])
        silence = _silence(people, [one.part for one in still_open], reached)
        if silence is Silence.not_answered:
            silence = _silence(
                people, [one.part for one in due_now if one.is_late(today, urged)], reached
            )
        told = [reached[one.part.id] for one in parts if reached.get(one.part.id) is not None]
        found.append(
            Heard(
                name,
                len(parts) - len(still_open),
                len(parts) - len(still_open) + len(due_now),
                silence,
                tuple(one.task for one in due_now),
                tuple(
                    ContactView(
                        person.name, person.phone, person.chat_id is not None, away.get(person.id)
                    )
                    for person in people
                ),
                max((cal.local_date(at) for at in told if at is not None), default=None),
            )
        )
    return PeriodView(period.opens, period.closes, tuple(found))


def _silence(
    people: Sequence[Person],
    silent: Sequence[PartView],
    reached: Mapping[int, datetime | None],
) -> Silence | None:
    if not silent:
        return None
    bound = [person for person in people if person.chat_id is not None]
    if not bound:
        return Silence.not_bound
    if all(person.unreachable_at is not None for person in bound):
        return Silence.not_delivered
    if any(part.delivered_at is None or reached.get(part.id, True) is None for part in silent):
        return Silence.not_delivered
    return Silence.not_answered


def _ended_before(task: TaskView, part: PartView, period: periods.Period, office: Office) -> bool:
    if part.state is PartState.cancelled:
        return True
    if part.state not in ENDED_STATES:
        return False
    last = part.answered_at
    return last is None or office.cal.local_date(last) < period.opens


@dataclass(frozen=True, slots=True)
class _Owed:
    """A part in the period: whether it was answered, and on which day it is asked, None where
    it is not asked in this period at all."""

    task: int
    part: PartView
    answered: bool
    asked_on: date | None

    def is_late(self, today: date, urged: Set[int]) -> bool:
        """Whether it was asked for, by its limit or by the period."""
        return self.part.id in urged or (self.asked_on is not None and self.asked_on <= today)


def _owed(
    task: TaskView, part: PartView, month: periods.Period, today: date, office: Office
) -> _Owed:
    """What is owed of a part in the period of that month: of a task without a limit in that
    of the quarter, and in none before the first for which it is asked."""
    cal, once = office.cal, task.follow_up is FollowUp.once
    period = month if part.due is not None else periods.period_of(today, cal, periods.QUARTER)
    asked_on = periods.ask_day(period, part.role, cal, has_cooperating=bool(task.cooperating))
    answered = part.state in (PartState.closed, PartState.submitted)
    if part.answered_at is not None and not answered:
        answered_on = cal.local_date(part.answered_at)
        answered = once or periods.is_answered(period, asked_on, (answered_on,), cal)
    issued_on = cal.local_date(part.issued_at or task.issued_at)
    if once:
        asks = part.role is not PartRole.cooperating
        return _Owed(task.number, part, answered, issued_on if asks else None)
    facts = PartFacts(part.role, part.state, issued_on, due=part.due)
    first = first_period(facts, office.policy, cal)
    asks = period.closes == month.closes and period.closes >= first.closes
    asks = asks and part.state is not PartState.paused
    return _Owed(task.number, part, answered, asked_on if asks else None)


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
    session: Session, office: Office, period: periods.Period, parts: Sequence[PartView]
) -> tuple[dict[int, datetime | None], set[int]]:
    """Per part when the last ask that was due in the period was delivered, None where it was
    not; and the parts of which more than a signature was asked. What was asked of a department
    before it passed the task on counts no more when it gets it back."""
    taken = {part.id: part.issued_at for part in parts}
    part_ids = list(taken)
    since, until = periods.bounds(period, office.cal)
    found: dict[int, datetime | None] = {}
    urged: set[int] = set()
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
            taken_at = taken[ask.part_id]
            if taken_at is not None and ask.raised_at < taken_at:
                continue
            found[ask.part_id] = ask.delivered_at
            if ask.kind is not StepKind.sign:
                urged.add(ask.part_id)
    return found, urged
