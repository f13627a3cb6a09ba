"""The coordinator's desk: what waits for judgement, what nobody could be told, the notices,
and the history of a task."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from tasks.due import StepKind
from tasks.models import Ask, Clause, Grant, History, Notice, Part, Person, Report, Task
from tasks.services.acts import Act, Office, first_lead
from tasks.services.reports import needs_confirming
from tasks.services.submissions import last_report
from tasks.views.cards import CardView, card_of
from tasks.views.standings import ReportView, load, notice_label, report_view
from tasks.vocabulary import OPEN_STATES, ClauseState, NoticeState, PartRole, PartState, Role


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission of a department that waits for judgement, since `days` working days."""

    card: CardView
    report: ReportView
    days: int
    department: str = ""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Words whose reading nobody confirmed."""

    task: int
    department: str
    report: ReportView


@dataclass(frozen=True, slots=True)
class Untold:
    """An ask that reached nobody: 请电话告知."""

    task: int
    department: str
    kind: StepKind
    phones: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the coordinator, the oldest first."""

    submissions: tuple[Submission, ...]
    unconfirmed: tuple[Unconfirmed, ...]
    untold: tuple[Untold, ...]
    today: date

    def __bool__(self) -> bool:
        return bool(self.submissions or self.unconfirmed or self.untold)


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in a list."""

    id: int
    label: str
    title: str | None
    state: NoticeState
    tasks: int
    left: int


def queue(session: Session, office: Office, act: Act) -> Queue:
    """Everything that waits for the office."""
    return Queue(
        tuple(_submissions(session, office, act)),
        tuple(_unconfirmed(session)),
        tuple(_untold(session, office, act.now)),
        office.cal.local_date(act.now),
    )


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
    tasks = {
        task.number: task
        for task in load(session, office, act.now, numbers={part.task_id for part in speaking})
    }
    today = office.cal.local_date(act.now)
    found = []
    for part in speaking:
        said = last_report(session, part)
        if said is None or part.submitted_at is None:
            continue
        waited = office.cal.working_days_between(office.cal.local_date(part.submitted_at), today)
        shown = card_of(session, office, act, tasks[part.task_id])
        found.append(Submission(shown, report_view(said), waited, part.department.name))
    return found


def _unconfirmed(session: Session) -> list[Unconfirmed]:
    newest = select(func.max(Report.id)).group_by(Report.part_id)
    rows = session.scalars(
        select(Report)
        .join(Part)
        .where(
            Report.id.in_(newest),
            Report.confirmed_at.is_(None),
            Part.state.in_(OPEN_STATES),
        )
        .order_by(Report.id)
        .options(selectinload(Report.part).selectinload(Part.department))
    )
    return [
        Unconfirmed(row.part.task_id, row.part.department.name, report_view(row))
        for row in rows
        if needs_confirming(row)
    ]


def _untold(session: Session, office: Office, now: datetime) -> list[Untold]:
    """Undelivered asks of windows that have closed, or for departments without a contact."""
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
    for ask in asks:
        part = ask.part
        if part.id in latest or (
            part.answered_at is not None and part.answered_at >= ask.raised_at
        ):
            continue
        if ask.expires is not None and today > ask.expires:
            continue
        people = session.scalars(
            select(Person)
            .join(Grant)
            .where(Grant.role == Role.contact, Grant.department_id == part.department_id)
        ).all()
        reachable = any(
            person.chat_id is not None and person.unreachable_at is None for person in people
        )
        if reachable and ask.window == window:
            continue
        latest[part.id] = Untold(
            part.task_id,
            part.department.name,
            ask.kind,
            tuple((person.name, person.phone) for person in people),
        )
    return list(reversed(latest.values()))


def notices(session: Session) -> list[NoticeLine]:
    """Every notice, the newest last."""
    tasks = _counts(session, select(Task.notice_id, func.count()).group_by(Task.notice_id))
    left = _counts(
        session,
        select(Clause.notice_id, func.count())
        .where(Clause.state == ClauseState.open)
        .group_by(Clause.notice_id),
    )
    return [
        NoticeLine(
            row.id,
            notice_label(row),
            row.title,
            row.state,
            tasks.get(row.id, 0),
            left.get(row.id, 0),
        )
        for row in session.scalars(select(Notice).order_by(Notice.id))
    ]


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def timeline(session: Session, number: int) -> list[dict[str, Any]]:
    """A task's history as `duban task show --json` gives it, oldest first."""
    rows = session.scalars(
        select(History)
        .where(History.task_id == number)
        .order_by(History.id)
        .options(selectinload(History.department))
    )
    return [
        {
            "at": row.at.isoformat(),
            "said_at": row.said_at.isoformat(),
            "actor": row.actor,
            "department": None if row.department is None else row.department.name,
            "action": row.action,
            "text": row.text,
            "update_id": row.update_id,
        }
        for row in rows
    ]
