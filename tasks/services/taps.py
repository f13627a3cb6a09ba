"""Answers of one tap, pressed again: said once, they are not said twice.

The one rule: whoever was asked anew since, or answers in another month, may answer again.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import Ask, Part, ReportKind
from tasks.services.acts import Act, Office, lock_tasks, part_for
from tasks.services.submissions import last_report
from tasks.workflow import Action

_KINDS = {
    Action.no_change: ReportKind.no_change,
    Action.nothing_to_add: ReportKind.nothing_to_add,
}


def not_said_yet(
    session: Session, office: Office, act: Act, numbers: Sequence[int], action: Action
) -> list[int]:
    """Those tasks whose last answer is not that very one, or was given to an earlier question.
    A number of no task stays, for the use case to refuse it."""
    kind = _KINDS[action]
    said = {
        task.id
        for task in lock_tasks(session, numbers)
        if _stands(session, office, act, part_for(session, act, task, action), kind)
    }
    return [number for number in numbers if number not in said]


def _stands(session: Session, office: Office, act: Act, part: Part, kind: ReportKind) -> bool:
    last = last_report(session, part)
    if last is None or last.kind is not kind:
        return False
    then, today = office.cal.local_date(last.stored_at), office.cal.local_date(act.now)
    since = select(Ask.id).where(Ask.part_id == part.id, Ask.raised_at > last.stored_at)
    anew = session.scalar(since.limit(1)) is not None
    return not anew and (then.year, then.month) == (today.year, today.month)
