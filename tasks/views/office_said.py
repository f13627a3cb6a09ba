"""What the office said last on a task, as long as nobody answered it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import History
from tasks.views.standings import PartView, TaskView
from tasks.vocabulary import OPEN_STATES, PartRole
from tasks.workflow import Action

_ANSWERS = frozenset(
    {
        Action.report,
        Action.no_change,
        Action.nothing_to_add,
        Action.submit,
        Action.extend,
        Action.decline,
        Action.record,
    }
)


def last_said(
    session: Session, task: TaskView, own: PartView | None, about: PartView | None
) -> tuple[str | None, bool]:
    """What the office said last and nobody answered: the reason of 退回补充, of a lead's
    submission for everybody who works on the task, and whether it was 催办.

    `own`: the part for which the viewer speaks, None for the office, which sees all and acts
    on `about`. The order of the history tells, not the clock: two things may happen in one
    minute.
    """
    part = own or about
    judged = {one.id for one in task.leads}
    if part is not None and part.role is PartRole.each:
        judged = {part.id}
    seen = task.parts if own is None else (own,)
    shown = {one.id for one in seen if one.state in OPEN_STATES}
    reason: str | None = None
    reminded: set[int] = set()
    for line in session.scalars(
        select(History)
        .where(
            History.task_id == task.number,
            History.action.in_(
                (*_ANSWERS, "nudge", Action.send_back, Action.close, Action.reopen)
            ),
        )
        .order_by(History.id)
    ):
        if line.action == "nudge":
            reminded = set(shown) if line.facts.get("told") else reminded
        elif line.action in _ANSWERS:
            reminded.discard(line.part_id or 0)
            if line.part_id in judged or (part is not None and line.part_id == part.id):
                reason = None
        elif line.part_id in judged:
            reason = line.text if line.action == Action.send_back else None
    if part is None or part.state not in OPEN_STATES:
        reason = None
    return reason, bool(reminded)
