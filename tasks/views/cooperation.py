"""What the cooperating departments of a task answered in the period, laid before its lead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import cooperation, periods
from tasks.cooperation import Said, Share
from tasks.models import Report, ReportKind
from tasks.replies import ReplyState
from tasks.services.acts import Office
from tasks.views.silence import heard
from tasks.views.standings import REQUESTS, PartView, TaskView
from tasks.vocabulary import ENDED_STATES, OPEN_STATES, PartRole, Silence


@dataclass(frozen=True, slots=True)
class Consolidation:
    """The draft of a lead's report; `sources` are the answers that it is made of."""

    task: int
    shares: tuple[Share, ...]

    @property
    def text(self) -> str:
        return cooperation.draft(self.shares)

    @property
    def sources(self) -> tuple[int, ...]:
        return cooperation.sources(self.shares)

    @property
    def answered(self) -> tuple[str, ...]:
        return tuple(share.department for share in self.shares if share.said)

    @property
    def silent(self) -> tuple[Share, ...]:
        return tuple(share for share in self.shares if not share.said)


def consolidates(task: TaskView, own: PartView | None) -> bool:
    """Whether a part is the one that puts the cooperating departments' answers together now."""
    return (
        own is not None
        and task.lead is not None
        and own.id == task.lead.id
        and own.state in OPEN_STATES
        and any(part.state not in ENDED_STATES for part in task.cooperating)
    )


def consolidation(
    session: Session, office: Office, now: datetime, task: TaskView
) -> Consolidation:
    """What they answered in the period of `now`: a quarter, if the task has no limit."""
    cal = office.cal
    months = periods.QUARTER if task.due is None else periods.MONTH
    period = periods.period_of(cal.local_date(now), cal, months)
    asked_on = periods.ask_day(period, PartRole.cooperating, cal)
    parts = [part for part in task.cooperating if part.state not in ENDED_STATES]
    said: dict[int, list[Said]] = {}
    for row in session.scalars(
        select(Report)
        .where(
            Report.part_id.in_([part.id for part in parts]),
            Report.kind.not_in(REQUESTS),
            Report.replaced_at.is_(None),
        )
        .order_by(Report.id)
    ):
        answered_on = cal.local_date(row.said_at)
        if row.proposed == ReplyState.signed:
            continue
        if periods.is_answered(period, asked_on, (answered_on,), cal):
            nothing = row.kind is ReportKind.nothing_to_add
            said.setdefault(row.part_id, []).append(Said(row.id, row.text, nothing))
    silences = {
        one.department: one.silence for one in heard(session, office, now, [task]).departments
    }
    return Consolidation(
        task.number,
        tuple(
            Share(
                part.department,
                tuple(said.get(part.id, ())),
                silences.get(part.department) or Silence.not_answered,
            )
            for part in parts
        ),
    )
