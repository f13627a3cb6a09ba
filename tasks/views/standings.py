"""Tasks as they stand: the one place where rows become classes, lights and percentages.

Every other view, the summary and the card alike, is made of these values, so two of them
cannot disagree. `load` reads; nothing here changes anything.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks import periods
from tasks.calendars import WorkCalendar
from tasks.classes import Classified, Standing, classify, classify_task, judged_limit
from tasks.due import StepKind, is_overdue, light, overdue_days
from tasks.models import Ask, Notice, Part, Task
from tasks.services.acts import Office, held_parts, limit_of, open_nodes
from tasks.views.answers import REQUESTS as REQUESTS
from tasks.views.answers import NodeView as NodeView
from tasks.views.answers import Reports, milestones
from tasks.views.answers import ReportView as ReportView
from tasks.views.answers import report_view as report_view
from tasks.vocabulary import (
    ENDED_STATES,
    FollowUp,
    Grade,
    Light,
    Outcome,
    PartRole,
    PartState,
)

_PERIOD_ASKS = (StepKind.period, StepKind.last_call)
_WORK_DONE = (PartState.submitted, *ENDED_STATES)
_WARNS = (Light.none, Light.grey, Light.green, Light.yellow, Light.red)
_ASKING = (PartState.submitted, PartState.declined, PartState.closed, PartState.cancelled)
_PROGRESS = (PartState.issued, PartState.signed, PartState.in_progress)


@dataclass(frozen=True, slots=True)
class PartView:
    """One department's share. `last` is its latest report, `confirmed` the latest that
    counts, `said` the latest counting one that tells how the work stands, `percent` the latest
    that any counting report named. `due`: the limit that holds for it. `requested_at`: since
    when a request for more time waits. `judged_on`: the day as of which its lateness is judged.
    `words`: the latest that is no request. `contacts`: how many contacts its department has.
    `passed_to`: the department that has the share now, where it went to another."""

    id: int
    department_id: int
    department: str
    role: PartRole
    state: PartState
    light: Light
    classified: Classified
    standing: Standing
    delivered_at: datetime | None
    signed_at: datetime | None
    submitted_at: datetime | None
    answered_at: datetime | None
    last: ReportView | None
    confirmed: ReportView | None
    percent: int | None
    said: ReportView | None = None
    due: date | None = None
    requested_at: datetime | None = None
    endorsed_at: datetime | None = None
    delegate_id: int | None = None
    issued_at: datetime | None = None
    overdue: bool = False
    overdue_for: int = 0
    judged_on: date = date.min
    words: ReportView | None = None
    contacts: int = 1
    passed_to: str | None = None

    @property
    def shown(self) -> ReportView | None:
        """The answer to show: a request that was taken back or sent back is none any more."""
        waits = self.state in _ASKING or self.requested_at is not None
        if self.last is not None and self.last.kind in REQUESTS and not waits:
            return self.words
        return self.last


@dataclass(frozen=True, slots=True)
class TaskView:
    """One task. `overdue_for` counts working days, 0 also on the days right after a limit
    that are none; `overdue` says whether it has passed. `former`: parts that went to another
    department; nothing counts them."""

    number: int
    notice_id: int
    notice: str
    section: str | None
    text: str
    state: PartState
    light: Light
    classified: Classified
    percent: int | None
    due: date | None
    original_due: date | None
    extensions: int
    overdue: bool
    overdue_for: int
    past_original: bool
    issued_at: datetime
    nudged_at: datetime | None
    outcome: Outcome | None
    parts: tuple[PartView, ...]
    follow_up: FollowUp = FollowUp.standing
    grade: Grade | None = None
    paused_at: datetime | None = None
    leader_id: int | None = None
    leader: str | None = None
    former: tuple[PartView, ...] = ()
    nodes: tuple[NodeView, ...] = ()

    @property
    def lead(self) -> PartView | None:
        """The first listed lead."""
        return next((part for part in self.parts if part.role is PartRole.lead), None)

    @property
    def leads(self) -> tuple[PartView, ...]:
        """The parts that make the class: leads, and each of a collective duty."""
        return tuple(part for part in self.parts if part.role is not PartRole.cooperating)

    @property
    def cooperating(self) -> tuple[PartView, ...]:
        return tuple(part for part in self.parts if part.role is PartRole.cooperating)


def notice_label(notice: Notice) -> str:
    """What a notice is called in a line: its number, else its title, else its id."""
    return notice.number or notice.title or f"({notice.id})"


def load(
    session: Session,
    office: Office,
    now: datetime,
    *,
    numbers: Collection[int] | None = None,
    notice_id: int | None = None,
    department_ids: Collection[int] | None = None,
) -> list[TaskView]:
    """The tasks that meet every condition given, by number, as they stand at `now`."""
    query = (
        select(Task)
        .order_by(Task.id)
        .options(
            selectinload(Task.parts).selectinload(Part.department),
            selectinload(Task.notice),
            selectinload(Task.leader),
            selectinload(Task.nodes),
        )
    )
    if numbers is not None:
        query = query.where(Task.id.in_([n for n in numbers if 0 < n < 2**31]))
    if notice_id is not None:
        query = query.where(Task.notice_id == notice_id)
    if department_ids is not None:
        held = select(Part.task_id).where(
            Part.department_id.in_(department_ids), Part.replaced_by_id.is_(None)
        )
        query = query.where(Task.id.in_(held))
    tasks = session.scalars(query).all()
    reports = Reports(session, [part.id for task in tasks for part in task.parts])
    silences = _silences(session, office.cal, now, tasks)
    return [_task_view(task, office, now, reports, silences) for task in tasks]


def _silences(
    session: Session, cal: WorkCalendar, now: datetime, tasks: Sequence[Task]
) -> dict[int, int]:
    """Per part: closed periods since its last answer that were asked for and delivered."""
    parts = {part.id: part for task in tasks for part in task.parts}
    today = cal.local_date(now)
    silent: dict[int, set[str]] = {}
    ids = list(parts)
    for at in range(0, len(ids), 500):
        for ask in session.scalars(
            select(Ask).where(
                Ask.part_id.in_(ids[at : at + 500]),
                Ask.kind.in_(_PERIOD_ASKS),
                Ask.delivered_at.is_not(None),
            )
        ):
            part = parts[ask.part_id]
            # What was asked before the department passed the task on was settled with that.
            settled = [one for one in (part.answered_at, part.issued_at) if one is not None]
            if ask.period is None or any(one >= ask.raised_at for one in settled):
                continue
            if periods.period_named(ask.period, cal).closes < today:
                silent.setdefault(ask.part_id, set()).add(ask.period)
    return {part_id: len(named) for part_id, named in silent.items()}


def _task_view(
    task: Task, office: Office, now: datetime, reports: Reports, silences: dict[int, int]
) -> TaskView:
    cal, today = office.cal, office.cal.local_date(now)
    views = {
        part.id: _part_view(task, part, office, today, reports, silences.get(part.id, 0))
        for part in task.parts
    }
    parts = tuple(views.pop(part.id) for part in held_parts(task))
    judged = [part for part in parts if part.role is not PartRole.cooperating]
    state = _state(judged or list(parts))
    paused = [part for part in judged if part.state is PartState.paused]
    stopped_on = _stopped_on(task, cal) if paused else None
    days = (*(part.standing.submitted_on for part in judged), stopped_on)
    submissions = [day for day in days if day is not None]
    working = [part for part in judged if part.state not in _WORK_DONE]
    asked = bool(working) and all(part.requested_at or part in paused for part in working)
    frozen = (state is PartState.submitted or asked) and bool(submissions)
    judged_on = max(submissions) if frozen else today
    if state is PartState.paused:
        judged_on = stopped_on or today
    ended = state in (PartState.closed, PartState.cancelled)
    desk_days = judged[0].standing.desk_days if judged else 0
    judged_due = judged_limit(task.due, desk_days, cal)
    overdue = not ended and is_overdue(judged_due, judged_on)
    late_for = overdue_days(judged_due, judged_on, cal) if overdue else 0
    shown = light(state, judged_due, judged_on, cal, office.policy)
    past_original = not ended and is_overdue(task.original_due, judged_on)
    if judged and judged[0].role is PartRole.each and not ended:
        # Each department goes by its own limit; the task is as late as the latest of them.
        owing = [part for part in judged if part.state not in (*ENDED_STATES, PartState.paused)]
        overdue = any(part.overdue for part in owing)
        late_for = max((part.overdue_for for part in owing), default=0)
        shown = max((part.light for part in owing), key=_WARNS.index, default=shown)
        running = (part for part in judged if part.state not in ENDED_STATES)
        past_original = any(is_overdue(task.original_due, part.judged_on) for part in running)
    return TaskView(
        number=task.id,
        notice_id=task.notice_id,
        notice=notice_label(task.notice),
        section=task.section,
        text=task.text,
        state=state,
        light=shown,
        classified=classify_task((part.standing for part in parts), today, cal, office.policy),
        percent=next((part.percent for part in judged if part.percent is not None), None),
        due=task.due,
        original_due=task.original_due,
        extensions=task.extensions,
        overdue=overdue,
        overdue_for=late_for,
        past_original=past_original,
        issued_at=task.issued_at,
        nudged_at=task.nudged_at,
        outcome=task.outcome,
        parts=parts,
        follow_up=task.follow_up,
        grade=task.grade,
        paused_at=task.paused_at,
        leader_id=task.leader_id,
        leader=None if task.leader is None else task.leader.name,
        nodes=milestones(task, cal),
        former=tuple(views.values()),
    )


def _part_view(
    task: Task, part: Part, office: Office, today: date, reports: Reports, silent: int
) -> PartView:
    cal = office.cal
    waits_since = part.submitted_at or part.requested_at
    submitted_on = None if waits_since is None else cal.local_date(waits_since)
    limit = limit_of(part)
    stopped_on = _stopped_on(task, cal) if part.state is PartState.paused else None
    judged_due = judged_limit(limit, part.desk_days, cal)
    judged_on = stopped_on or submitted_on or today
    helps = part.role is PartRole.cooperating
    owing = not helps and part.state not in ENDED_STATES
    overdue = owing and is_overdue(judged_due, judged_on)
    said = reports.said.get(part.id)
    with_percent = reports.percent.get(part.id)
    standing = Standing(
        state=part.state,
        role=part.role,
        # A cooperating department is never late: limit and milestones are the lead's.
        due=None if helps else limit,
        submitted_on=submitted_on,
        desk_days=part.desk_days,
        reported=part.id in reports.reported,
        last_pace=None if said is None else said.pace,
        last_expected=None if said is None else said.expected,
        silent_periods=silent,
        node=None if helps else next((day for _, day in open_nodes(task)), None),
    )
    return PartView(
        id=part.id,
        department_id=part.department_id,
        department=part.department.name,
        role=part.role,
        state=part.state,
        light=light(part.state, judged_due, judged_on, cal, office.policy),
        classified=classify(standing, today, cal, office.policy),
        standing=standing,
        delivered_at=part.delivered_at,
        signed_at=part.signed_at,
        submitted_at=part.submitted_at,
        answered_at=part.answered_at,
        last=reports.last.get(part.id),
        confirmed=reports.confirmed.get(part.id),
        percent=None if with_percent is None else with_percent.percent,
        said=said,
        due=limit,
        requested_at=part.requested_at,
        endorsed_at=part.endorsed_at,
        delegate_id=part.delegate_id,
        issued_at=part.issued_at,
        overdue=overdue,
        overdue_for=overdue_days(judged_due, judged_on, cal) if overdue else 0,
        judged_on=judged_on,
        words=reports.words.get(part.id),
        contacts=reports.contacts.get(part.department_id, 0),
        passed_to=_passed_to(part),
    )


def _passed_to(part: Part) -> str | None:
    now = part
    while now.replaced_by is not None:
        now = now.replaced_by
    return None if now is part else now.department.name


def _stopped_on(task: Task, cal: WorkCalendar) -> date | None:
    """The day on which the clock was stopped: nobody gets later while it stands."""
    return None if task.paused_at is None else cal.local_date(task.paused_at)


def _state(parts: Sequence[PartView]) -> PartState:
    """A task's state: its first lead's once that has submitted or ended, else how far the
    parts have come together: issued while all wait, signed until one of them has begun."""
    first = parts[0].state
    if first not in _PROGRESS:
        if parts[0].role is PartRole.lead or all(part.state is first for part in parts):
            return first
        return PartState.in_progress
    states = {part.state for part in parts}
    if states == {PartState.issued}:
        return PartState.issued
    if states <= {PartState.issued, PartState.signed}:
        return PartState.signed
    return PartState.in_progress
