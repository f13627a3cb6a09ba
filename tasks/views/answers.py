"""What departments answered, and the milestones that they met, as values.

A report counts once its reading is confirmed and no later version replaced it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from tasks.calendars import WorkCalendar
from tasks.models import Grant, Report, ReportKind, Task
from tasks.vocabulary import Pace, Role

REQUESTS = (ReportKind.submission, ReportKind.decline, ReportKind.extension)
"""Answers that ask for something and say nothing of how the work stands."""
UNREPORTED = (ReportKind.decline, ReportKind.extension)
"""Answers after which it is still open whether the department ever reported on the work."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """One answer, word for word, and what it was read to say. `by` said it; where it was said
    on the telephone `recorded_by` wrote it down and `informant` may be who said it."""

    id: int
    kind: ReportKind
    text: str
    said_at: datetime
    percent: int | None
    expected: date | None
    pace: Pace | None
    problem: str | None
    proposed: str | None
    confirmed: bool
    next_step: str | None = None
    by: str | None = None
    recorded_by: str | None = None
    informant: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class NodeView:
    """A milestone (节点) that was not dropped; `met_on` once it is said to be met."""

    id: int
    number: int
    title: str
    due: date
    met_on: date | None


class Reports:
    """The reports that matter of many parts, in seven queries."""

    def __init__(self, session: Session, part_ids: Sequence[int]) -> None:
        self.contacts = _contacts(session)
        self.last = self._by_part(session, part_ids)
        self.words = self._by_part(session, part_ids, Report.kind.not_in(REQUESTS))
        counting = (Report.confirmed_at.is_not(None), Report.replaced_at.is_(None))
        self.confirmed = self._by_part(session, part_ids, *counting)
        self.reported = self._by_part(session, part_ids, Report.kind.not_in(UNREPORTED))
        self.said = self._by_part(
            session,
            part_ids,
            *counting,
            Report.kind.not_in(REQUESTS),
        )
        self.percent = self._by_part(session, part_ids, *counting, Report.percent.is_not(None))

    @staticmethod
    def _by_part(
        session: Session, part_ids: Sequence[int], *conditions: object
    ) -> dict[int, ReportView]:
        found: dict[int, ReportView] = {}
        for at in range(0, len(part_ids), 500):
            newest = (
                select(func.max(Report.id))
                .where(Report.part_id.in_(part_ids[at : at + 500]), *conditions)  # type: ignore[arg-type]
                .group_by(Report.part_id)
            )
            rows = (
                select(Report)
                .where(Report.id.in_(newest))
                .options(joinedload(Report.person), joinedload(Report.recorded_by))
            )
            for row in session.scalars(rows):
                found[row.part_id] = report_view(row)
        return found


def _contacts(session: Session) -> dict[int, int]:
    """How many contacts each department has."""
    counted = (
        select(Grant.department_id, func.count(Grant.person_id.distinct()))
        .where(Grant.role == Role.contact, Grant.department_id.is_not(None))
        .group_by(Grant.department_id)
    )
    return {row[0]: row[1] for row in session.execute(counted) if row[0] is not None}


def report_view(row: Report) -> ReportView:
    """A report row as a value."""
    return ReportView(
        row.id,
        row.kind,
        row.text,
        row.said_at,
        row.percent,
        row.expected,
        row.pace,
        row.problem,
        row.proposed,
        row.confirmed_at is not None,
        row.next_step,
        None if row.person is None else row.person.name,
        None if row.recorded_by is None else row.recorded_by.name,
        row.informant,
        None if row.recorded_by is None else row.part.department.name,
    )


def milestones(task: Task, cal: WorkCalendar) -> tuple[NodeView, ...]:
    """The milestones of a task in the order of their days."""
    kept = sorted(
        (node for node in task.nodes if node.dropped_at is None),
        key=lambda node: (node.due, node.position),
    )
    return tuple(
        NodeView(
            node.id,
            node.position,
            node.title,
            node.due,
            None if node.met_at is None else cal.local_date(node.met_at),
        )
        for node in kept
    )
