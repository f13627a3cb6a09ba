"""What waits for the issuing office: to judge, to answer, to confirm, to telephone.

Every list has the oldest first. What lies longer than the office allows itself is late: its
own slowness stands in its own list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.casework import Question
from tasks.due import StepKind
from tasks.models import Ask, Grant, History, Part, Person, Report, ReportKind, Slip, Task
from tasks.services.acts import Act, Office, first_lead
from tasks.services.approvals import all_waiting
from tasks.services.post import groups_of
from tasks.services.questions import grants_of, waiting_questions
from tasks.services.receivers import Receivers
from tasks.services.slips import KINDS, is_true
from tasks.services.submissions import last_report
from tasks.views.absent import Away, absent
from tasks.views.cards import CardView, cards_of
from tasks.views.judging import Review, review_of
from tasks.views.readings import Unconfirmed as Unconfirmed
from tasks.views.readings import unconfirmed
from tasks.views.requests import waiting_requests
from tasks.views.slips import Drafted, drafted
from tasks.views.standings import ReportView, load, notice_label, report_view
from tasks.vocabulary import OPEN_STATES, Desk, PartRole, PartState, Role


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission of a department that waits for judgement, since `days` working days."""

    card: CardView
    report: ReportView
    days: int
    department: str = ""
    late: bool = False
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class Declined:
    """A department that says the task is not its own, and why."""

    task: int
    text: str
    department: str
    reason: str
    days: int
    late: bool = False


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for more time that lies on the office's desk; `id` is that of the request.
    `asked_late`: 补报延期; `unsigned`: its head had his day and did not sign it."""

    id: int
    task: int
    text: str
    department: str
    wanted: date
    ordinal: int
    days: int
    late: bool = False
    due: date | None = None
    reason: str = ""
    asked_late: bool = False
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, or words whose task nobody knows; `id` is that of the question."""

    id: int
    person: str
    departments: tuple[str, ...]
    task: int | None
    text: str
    days: int
    late: bool = False
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to telephone."""

    id: int
    name: str
    phone: str | None
    away: Away | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """Something that reached nobody: 请电话告知. `head`: it is the head who has to be told."""

    task: int
    part: int
    department: str
    kind: StepKind
    people: tuple[Callee, ...]
    head: bool = False


@dataclass(frozen=True, slots=True)
class Signing:
    """待签发: a draft that lies with the leaders, since `days` working days."""

    notice: int
    label: str
    days: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the coordinator; `signing` is shown beside it and waits for a leader."""

    today: date
    submissions: tuple[Submission, ...] = ()
    extensions: tuple[Requested, ...] = ()
    declines: tuple[Declined, ...] = ()
    unmatched: tuple[Asked, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()
    questions: tuple[Asked, ...] = ()
    untold: tuple[Untold, ...] = ()
    signing: tuple[Signing, ...] = ()
    slips: tuple[Drafted, ...] = ()

    @property
    def total(self) -> int:
        """How many things there are to do; one call tells a department everything."""
        calls = {(one.department, one.head) for one in self.untold}
        others = (*self._judged, *self.unconfirmed, *self.slips)
        return len(others) + len(calls)

    @property
    def late(self) -> int:
        """超答复时限: how many the office should have answered by now."""
        return sum(one.late for one in self._judged)

    @property
    def _judged(self) -> tuple[Submission | Requested | Declined | Asked, ...]:
        return (
            *self.submissions,
            *self.extensions,
            *self.declines,
            *self.unmatched,
            *self.questions,
        )

    def __bool__(self) -> bool:
        return self.total > 0


def queue(session: Session, office: Office, act: Act) -> Queue:
    """Everything that waits for the office."""
    asked = [_asked(session, office, act, row) for row in waiting_questions(session)]
    return Queue(
        office.cal.local_date(act.now),
        submissions=tuple(_submissions(session, office, act)),
        extensions=tuple(_extensions(session, office, act)),
        declines=tuple(_declines(session, office, act)),
        unmatched=tuple(one for one, unmatched in asked if unmatched),
        unconfirmed=tuple(unconfirmed(session)),
        questions=tuple(one for one, unmatched in asked if not unmatched),
        untold=(*_untold(session, office, act.now), *_heads_untold(session, office, act.now)),
        slips=drafted(session, office, act.now),
        signing=tuple(
            Signing(
                one.notice_id,
                notice_label(one.notice),
                waited(office, one.asked_at, act.now)[0],
            )
            for one in all_waiting(session)
        ),
    )


def waited(office: Office, since: datetime, now: datetime) -> tuple[int, bool]:
    """For how many working days something has waited, and whether that is too long."""
    cal = office.cal
    today, since_day = cal.local_date(now), cal.local_date(since)
    until = cal.add_working_days(since_day, office.policy.judge_within)
    return cal.working_days_between(since_day, today), today > until


def _submissions(session: Session, office: Office, act: Act) -> list[Submission]:
    parts = session.scalars(
        select(Part)
        .where(Part.state == PartState.submitted, Part.role != PartRole.cooperating)
        .order_by(Part.submitted_at, Part.id)
        .options(selectinload(Part.task).selectinload(Task.parts))
    ).all()
    speaking = [
        part for part in parts if part.role is not PartRole.lead or part is first_lead(part.task)
    ]
    tasks = load(session, office, act.now, numbers={part.task_id for part in speaking})
    shown = {card.task.number: card for card in cards_of(session, office, act, tasks)}
    found = []
    for part in speaking:
        said = last_report(session, part)
        if said is None or part.submitted_at is None:
            continue
        days, late = waited(office, part.submitted_at, act.now)
        review = review_of(session, office, act, part)
        name = part.department.name
        card = shown[part.task_id]
        found.append(Submission(card, report_view(said), days, name, late, review))
    return found


def _extensions(session: Session, office: Office, act: Act) -> list[Requested]:
    """The requests on the office's desk; what it put before a leader waits there."""
    return [
        Requested(
            one.id,
            one.task,
            one.text,
            one.department,
            one.wanted,
            one.ordinal,
            one.days,
            one.over,
            due=one.due,
            reason=one.reason,
            asked_late=one.late,
            unsigned=one.turn.unsigned,
        )
        for one in waiting_requests(session, office, act)
        if one.turn is not None and one.turn.desk is Desk.office
    ]


def _declines(session: Session, office: Office, act: Act) -> list[Declined]:
    parts = session.scalars(
        select(Part)
        .where(Part.state == PartState.declined)
        .options(selectinload(Part.task), selectinload(Part.department))
    )
    found = []
    for part in parts:
        said = session.scalar(
            select(Report)
            .where(Report.part_id == part.id, Report.kind == ReportKind.decline)
            .order_by(Report.id.desc())
            .limit(1)
        )
        if said is not None:
            days, late = waited(office, said.stored_at, act.now)
            name, task = part.department.name, part.task
            found.append(
                (said.stored_at, Declined(task.id, task.text, name, said.text, days, late))
            )
    return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].task))]


def _asked(session: Session, office: Office, act: Act, row: Question) -> tuple[Asked, bool]:
    days, late = waited(office, row.asked_at, act.now)
    if row.part is not None:
        names: tuple[str, ...] = (row.part.department.name,)
    else:
        names = tuple(department.name for department in grants_of(session, row.person_id))
    said = (row.task_id, row.text, days, late, row.asked_at)
    return Asked(row.id, row.person.name, names, *said), row.unmatched


def _untold(session: Session, office: Office, now: datetime) -> list[Untold]:
    """Undelivered asks of windows that have closed, or for departments that nobody and no
    group can be reached in."""
    window = office.cal.window_start(now)
    asks = session.scalars(
        select(Ask)
        .join(Part)
        .where(
            Ask.delivered_at.is_(None),
            Ask.dropped_at.is_(None),
            Part.state.in_(OPEN_STATES),
        )
        .order_by(Ask.id.desc())
        .options(selectinload(Ask.part).selectinload(Part.department))
    )
    today = office.cal.local_date(now)
    latest: dict[int, Untold] = {}
    receivers, units = Receivers(session), _Units(session)
    away = absent(session)
    for ask in asks:
        part = ask.part
        if part.id in latest or (
            part.answered_at is not None and part.answered_at >= ask.raised_at
        ):
            continue
        if ask.expires is not None and today > ask.expires:
            continue
        unit = part.department_id
        reachable = _reachable(receivers.of(part)) or units.has_group(unit)
        if reachable and (ask.window == window or ask.window > now):
            continue
        callees = _callees(units.people(unit, Role.contact), away)
        latest[part.id] = Untold(part.task_id, part.id, part.department.name, ask.kind, callees)
    return list(reversed(latest.values()))


def _heads_untold(session: Session, office: Office, now: datetime) -> list[Untold]:
    """Slips whose heads are on file and cannot be told, until somebody telephones."""
    slips = session.scalars(
        select(Slip)
        .join(Part)
        .where(Slip.told_at <= now, Part.state.in_(OPEN_STATES))
        .order_by(Slip.id)
        .options(selectinload(Slip.part).selectinload(Part.department))
    )
    found: dict[int, Untold] = {}
    away, units = absent(session), _Units(session)
    for slip in slips:
        part = slip.part
        heads = units.people(part.department_id, Role.head)
        if not heads or _reachable(heads) or not is_true(slip, office):
            continue
        calls = session.scalars(
            select(History).where(
                History.part_id == part.id,
                History.action == "called",
                History.at >= slip.told_at,
            )
        )
        if not any(call.facts.get("head") for call in calls):
            found[part.id] = Untold(
                part.task_id,
                part.id,
                part.department.name,
                KINDS[slip.level],
                _callees(heads, away),
                head=True,
            )
    return list(found.values())


class _Units:
    """Who is in a department, and whether it has a group, each looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._people: dict[tuple[int, Role], list[Person]] = {}
        self._groups: dict[int, bool] = {}

    def people(self, unit: int, role: Role) -> list[Person]:
        if (unit, role) not in self._people:
            rows = self._session.scalars(
                select(Person)
                .join(Grant)
                .where(Grant.role == role, Grant.department_id == unit)
                .order_by(Grant.id)
            )
            self._people[unit, role] = list(rows)
        return self._people[unit, role]

    def has_group(self, unit: int) -> bool:
        if unit not in self._groups:
            self._groups[unit] = bool(groups_of(self._session, [unit]))
        return self._groups[unit]


def _callees(people: list[Person], away: Mapping[int, Away]) -> tuple[Callee, ...]:
    return tuple(
        Callee(person.id, person.name, person.phone, away.get(person.id)) for person in people
    )


def _reachable(people: list[Person]) -> bool:
    return any(person.chat_id is not None and person.unreachable_at is None for person in people)
