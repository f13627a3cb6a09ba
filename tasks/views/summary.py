"""How far it has come: the summary whose numbers all come from `standings`."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.errors import Refused
from tasks.models import Department, History, Notice, Snapshot
from tasks.services.acts import Office, get_notice
from tasks.services.notices import open_clauses
from tasks.views.silence import PeriodView, heard
from tasks.views.standings import TaskView, load, notice_label
from tasks.vocabulary import ENDED_STATES, PartRole, PartState, ProgressClass, Silence

Counts = Mapping[ProgressClass, int]

CHANGE_SINCE = 5
"""Working days: the change is shown against the last snapshot at least that old (a week)."""


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One overdue task. `department` is its first lead; the reason and the expected date
    are what that department last said, None where it said nothing."""

    task: int
    department: str
    days: int
    reason: str | None
    expected: date | None


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department's own parts: all of them, those it leads, their classes."""

    id: int
    name: str
    total: int
    lead: int
    classes: Counts
    overdue: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The state of a notice, or of all, at `as_of`.

    `change`: difference per class against an earlier snapshot of that day, None without
    one. `left`: clauses that are neither issued nor waived (未分解). `label`: what it is
    about, the notice or the department; None for everything.
    """

    as_of: datetime
    notice_id: int | None
    label: str | None
    total: int
    left: int
    classes: Counts
    overdue: tuple[OverdueLine, ...]
    extended: int
    past_original: int
    waiting: int
    heard: PeriodView
    departments: tuple[DepartmentRow, ...]
    tasks: tuple[TaskView, ...]
    change: Counts | None = None
    change_since: date | None = None
    department_ids: tuple[int, ...] | None = None

    def as_document(self) -> dict[str, Any]:
        """The JSON of `duban summary --json` (design §7)."""
        return {
            "as_of": self.as_of.isoformat(),
            "notice": self.notice_id,
            "total": self.total,
            "left": self.left,
            "classes": _plain(self.classes),
            "overdue": len(self.overdue),
            "extended": self.extended,
            "past_original": self.past_original,
            "answered": {
                "departments": self.heard.complete,
                "of": len(self.heard.departments),
                "partial": self.heard.partial,
                "not_bound": len(self.heard.silent(Silence.not_bound)),
                "not_delivered": len(self.heard.silent(Silence.not_delivered)),
                "period": {
                    "from": self.heard.opens.isoformat(),
                    "to": self.heard.closes.isoformat(),
                },
            },
            "departments": [
                {
                    "name": row.name,
                    "total": row.total,
                    "lead": row.lead,
                    "classes": _plain(row.classes),
                    "overdue": row.overdue,
                }
                for row in self.departments
            ],
        }


def summarise(
    session: Session,
    office: Office,
    as_of: datetime,
    *,
    notice_id: int | None = None,
    department_ids: Collection[int] | None = None,
) -> Summary:
    """The summary of a notice, of the tasks of some departments, or of everything.

    Raises NotFound, or Refused for a moment before the last change: what was true then is
    no longer known.
    """
    last = session.scalar(select(func.max(History.at)))
    if last is not None and as_of < last:
        raise Refused("as_of_past", last=last)
    notice: Notice | None = None if notice_id is None else get_notice(session, notice_id)
    tasks = load(session, office, as_of, notice_id=notice_id, department_ids=department_ids)
    classes = count(task.classified.cls for task in tasks)
    before = _earlier(session, office, as_of, notice_id) if department_ids is None else None
    label = None if notice is None else notice_label(notice)
    if department_ids is not None:
        label = _names(session, department_ids) or label
    return Summary(
        as_of=office.cal.local(as_of),
        notice_id=notice_id,
        label=label,
        total=len(tasks),
        left=open_clauses(session, notice_id) if department_ids is None else 0,
        classes=classes,
        overdue=overdue_lines(tasks),
        extended=sum(task.extensions > 0 for task in tasks),
        past_original=sum(task.past_original for task in tasks),
        waiting=sum(task.state is PartState.submitted for task in tasks),
        heard=heard(session, office, as_of, tasks, department_ids),
        departments=_rows(tasks, department_ids),
        tasks=tuple(tasks),
        change=None
        if before is None
        else {cls: classes[cls] - before[1].get(cls, 0) for cls in ProgressClass},
        change_since=None if before is None else before[0],
        department_ids=None if department_ids is None else tuple(department_ids),
    )


def overdue_lines(tasks: Iterable[TaskView]) -> tuple[OverdueLine, ...]:
    """The overdue tasks, the longest overdue first."""
    lines = []
    for task in tasks:
        if not task.overdue:
            continue
        lead = task.leads[0] if task.leads else task.parts[0]
        if lead.role is PartRole.each:
            # Of a collective duty the department that is latest answers for it.
            lead = max(task.leads, key=lambda part: (part.overdue, part.overdue_for))
        said = lead.said
        lines.append(
            OverdueLine(
                task.number,
                lead.department,
                task.overdue_for,
                None if said is None else said.problem,
                None if said is None else said.expected,
            )
        )
    return tuple(sorted(lines, key=lambda line: (-line.days, line.task)))


def count(classes: Iterable[ProgressClass]) -> dict[ProgressClass, int]:
    """How many of each class, all five in their order."""
    counted = Counter(classes)
    return {cls: counted[cls] for cls in ProgressClass}


def take_snapshots(session: Session, office: Office, now: datetime) -> int:
    """Keep the classes of every issued notice once per working day; how many were new."""
    day = office.cal.local_date(now)
    if not office.cal.is_working_day(day):
        return 0
    kept = set(session.scalars(select(Snapshot.notice_id).where(Snapshot.day == day)))
    new = [
        notice_id
        for notice_id in session.scalars(
            select(Notice.id).where(Notice.issued_at.is_not(None)).order_by(Notice.id)
        )
        if notice_id not in kept
    ]
    for notice_id in new:
        tasks = load(session, office, now, notice_id=notice_id)
        classes = count(task.classified.cls for task in tasks)
        session.add(Snapshot(notice_id=notice_id, day=day, classes=_plain(classes)))
    return len(new)


def _earlier(
    session: Session, office: Office, as_of: datetime, notice_id: int | None
) -> tuple[date, dict[ProgressClass, int]] | None:
    until = office.cal.add_working_days(office.cal.local_date(as_of), -CHANGE_SINCE)
    query = select(func.max(Snapshot.day)).where(Snapshot.day <= until)
    if notice_id is not None:
        query = query.where(Snapshot.notice_id == notice_id)
    day = session.scalar(query)
    if day is None:
        return None
    rows = select(Snapshot).where(Snapshot.day == day)
    if notice_id is not None:
        rows = rows.where(Snapshot.notice_id == notice_id)
    total: Counter[ProgressClass] = Counter()
    for row in session.scalars(rows):
        total.update({ProgressClass(name): number for name, number in row.classes.items()})
    return day, dict(total)


def _names(session: Session, department_ids: Collection[int]) -> str:
    query = select(Department.name).where(Department.id.in_(department_ids))
    return "、".join(session.scalars(query.order_by(Department.id)))


def _rows(tasks: Iterable[TaskView], only: Collection[int] | None) -> tuple[DepartmentRow, ...]:
    names: dict[int, str] = {}
    totals: Counter[int] = Counter()
    leads: Counter[int] = Counter()
    overdue: Counter[int] = Counter()
    classes: dict[int, list[ProgressClass]] = {}
    for task in tasks:
        for part in task.parts:
            key = part.department_id
            if only is not None and key not in only:
                continue
            names[key] = part.department
            totals[key] += 1
            leads[key] += part.role is PartRole.lead
            counts_time = part.role is not PartRole.cooperating and part.state not in ENDED_STATES
            late = part.overdue if part.role is PartRole.each else task.overdue
            overdue[key] += late and counts_time
            classes.setdefault(key, []).append(part.classified.cls)
    rows = [
        DepartmentRow(key, name, totals[key], leads[key], count(classes[key]), overdue[key])
        for key, name in names.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.overdue, -row.total, row.id)))


def _plain(classes: Counts) -> dict[str, int]:
    return {cls.value: classes.get(cls, 0) for cls in ProgressClass}
