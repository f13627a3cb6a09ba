"""What was read out of words and nobody confirmed yet: it counts for nothing meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tasks.models import Part, Report
from tasks.services.reports import needs_confirming
from tasks.views.standings import ReportView, report_view
from tasks.vocabulary import OPEN_STATES


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Words whose reading nobody confirmed."""

    task: int
    department: str
    report: ReportView


def unconfirmed(
    session: Session,
    department_ids: Sequence[int] | None = None,
    *,
    before: datetime | None = None,
) -> list[Unconfirmed]:
    """Of every open part (of those departments) the last words, where their reading waits.

    With `before` only words that came before that moment: later ones were read back just now.
    """
    newest = select(func.max(Report.id)).group_by(Report.part_id)
    query = (
        select(Report)
        .join(Part)
        .where(
            Report.id.in_(newest),
            Report.confirmed_at.is_(None),
            Part.state.in_(OPEN_STATES),
            Part.replaced_by_id.is_(None),
        )
        .order_by(Report.id)
        .options(selectinload(Report.part).selectinload(Part.department))
    )
    if department_ids is not None:
        query = query.where(Part.department_id.in_(department_ids))
    if before is not None:
        query = query.where(Report.stored_at < before)
    return [
        Unconfirmed(row.part.task_id, row.part.department.name, report_view(row))
        for row in session.scalars(query)
        if needs_confirming(row)
    ]
