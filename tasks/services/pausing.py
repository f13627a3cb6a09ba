"""暂停计时 and 恢复计时: the clock of a task stands still while something outside is awaited.

Hearings, tests and decisions of others are nobody's delay (domain.md, row 33). Resuming moves
the current limit by the working days that were paused, and every milestone that is still to be
met; the first limit stays where it was, and it is no extension.
"""

from datetime import date

from sqlalchemy.orm import Session

from tasks.calendars import WorkCalendar
from tasks.errors import IllegalMove, NotAllowed, Refused
from tasks.models import Task
from tasks.services.acts import (
    Act,
    Office,
    first_lead,
    held_parts,
    is_office,
    lock_task,
    move,
    record,
    resume,
    schedule,
)
from tasks.services.courses import needed, tell_departments
from tasks.services.extensions import drop_pending
from tasks.services.post import refresh_cards
from tasks.services.requests import join
from tasks.vocabulary import OPEN_STATES, PartState
from tasks.workflow import Action


def pause(session: Session, office: Office, act: Act, number: int, reason: str) -> Task:
    """Stop a task's clock. Raises NotFound, NotAllowed, IllegalMove, or Refused: without a
    reason, or while a submission of the task waits to be judged."""
    task = check_pause(session, act, number)
    reason = needed(reason)
    drop_pending(session, act, task)
    for part in held_parts(task):
        if part.state in OPEN_STATES:
            move(session, act, part, Action.pause)
    # What came back to a department meanwhile stops too; the clock has stood since the first.
    task.paused_at = task.paused_at or act.now
    schedule(task, office)
    line = record(session, act, "pause", task=task, text=reason)
    session.flush()
    tell_departments(session, act, task, "paused", line, reason=reason)
    refresh_cards(session, task, line)
    return task


def check_pause(session: Session, act: Act, number: int) -> Task:
    """The task whose clock could be stopped now. Raises what stopping it would."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.pause)
    task = lock_task(session, number)
    lead = first_lead(task)
    if lead is not None and lead.state is PartState.submitted:
        raise Refused("judge_first", task=task.id)
    parts = held_parts(task)
    if not any(part.state in OPEN_STATES for part in parts):
        raise IllegalMove(action=Action.pause, state=(lead or parts[0]).state)
    return task


def resume_clock(session: Session, office: Office, act: Act, number: int) -> Task:
    """Let a task's clock go on. Raises NotFound, NotAllowed, IllegalMove."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.resume)
    task = lock_task(session, number)
    paused = [part for part in held_parts(task) if part.state is PartState.paused]
    if not paused or task.paused_at is None:
        raise IllegalMove(action=Action.resume, state=(first_lead(task) or task.parts[0]).state)
    before = task.due
    days = let_run(office, act, task)
    for part in paused:
        move(session, act, part, Action.resume)
        resume(office, act, part)
    for part in paused:
        join(part)
    schedule(task, office)
    facts = {
        "days": days,
        "from": None if before is None else before.isoformat(),
        "to": None if task.due is None else task.due.isoformat(),
    }
    line = record(session, act, "resume", task=task, facts=facts)
    session.flush()
    tell_departments(session, act, task, "resumed", line, days=days)
    refresh_cards(session, task, line)
    return task


def let_run(office: Office, act: Act, task: Task) -> int:
    """Move every limit that stood still, and say by how many working days; 0 for a task that
    was not paused. The states are the caller's."""
    if task.paused_at is None:
        return 0
    cal = office.cal
    days = cal.working_days_between(cal.local_date(task.paused_at), cal.local_date(act.now))
    task.due = later(task.due, days, cal)
    for part in held_parts(task):
        if part.state is PartState.paused:
            part.due = later(part.due, days, cal)
    for node in task.nodes:
        if node.met_at is None and node.dropped_at is None:
            node.due = later(node.due, days, cal) or node.due
    task.paused_at = None
    return days


def later(due: date | None, days: int, cal: WorkCalendar) -> date | None:
    """A limit put off by so many working days; one paused for none stays where it is."""
    return due if due is None or days == 0 else cal.add_working_days(due, days)
