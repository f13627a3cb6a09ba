"""What stands around a judgement: the head's 审签, 评级, 办结类型, 终止督办, 重新督办.

A head confirms what a contact submitted, or returns it; silence of a working day lets it go on
unsigned, and the office may judge at any time. A grade is the office's word to the department
and is told to nobody else.
"""

from sqlalchemy.orm import Session

from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.models import Part, Report, Task
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    first_lead,
    held_parts,
    is_office,
    lock_task,
    move,
    record,
    resume,
    roles_of,
    schedule,
)
from tasks.services.courses import needed, tell_departments
from tasks.services.extensions import drop_pending
from tasks.services.pausing import let_run
from tasks.services.post import refresh_cards
from tasks.services.requests import join
from tasks.services.submissions import last_report
from tasks.vocabulary import ENDED_STATES, Grade, Outcome, PartState
from tasks.workflow import HEAD, Action


def endorse(session: Session, act: Act, report_id: int) -> Part:
    """审签: the head stands behind a submission. Raises NotFound, NotAllowed, IllegalMove,
    Stale."""
    part = _submitted(session, act, report_id)
    move(session, act, part, Action.endorse)
    if part.endorsed_at is None:
        part.endorsed_at, part.endorsed_by_id = act.now, act.person_id
        line = record(session, act, "endorse", part=part, facts={"report": report_id})
        refresh_cards(session, part.task, line)
    return part


def give_back(session: Session, office: Office, act: Act, report_id: int, reason: str) -> Part:
    """退回修改: the head takes a submission back, with a reason. Raises as `endorse`, and
    Refused without a reason."""
    part = check_give_back(session, act, report_id)
    reason = needed(reason)
    move(session, act, part, Action.withdraw)
    resume(office, act, part)
    join(part)
    schedule(part.task, office)
    line = record(session, act, "return_submission", part=part, text=reason)
    session.flush()
    tell_departments(
        session, act, part.task, "returned", line, parts=[part], publicly=False, reason=reason
    )
    refresh_cards(session, part.task, line)
    return part


def check_give_back(session: Session, act: Act, report_id: int) -> Part:
    """The part whose submission the head could return now. Raises what returning it would."""
    part = _submitted(session, act, report_id)
    lead = first_lead(part.task)
    if lead is not None and lead is not part and lead.state is PartState.submitted:
        raise Refused("lead_submitted", task=part.task_id, department=lead.department.name)
    return part


def grade(session: Session, act: Act, number: int, grade: Grade) -> Task:
    """评级 of a closed task, told to its leads alone. Raises NotFound, NotAllowed, IllegalMove."""
    task = _closed(session, act, number)
    if task.grade is not grade:
        task.grade = grade
        line = record(session, act, "grade", task=task, facts={"grade": grade})
        session.flush()
        tell_departments(
            session, act, task, "graded", line, parts=_graded(task), publicly=False, grade=grade
        )
        refresh_cards(session, task, line)
    return task


def _graded(task: Task) -> list[Part]:
    """Who did what is graded: who spoke for the task, of a collective duty every department."""
    lead = first_lead(task)
    if lead is not None:
        return [lead]
    return [part for part in held_parts(task) if part.state is PartState.closed]


def set_outcome(session: Session, act: Act, number: int, outcome: Outcome) -> Task:
    """办结类型 of a closed task. Raises NotFound, NotAllowed, IllegalMove."""
    task = _closed(session, act, number)
    if task.outcome is not outcome:
        before, task.outcome = task.outcome, outcome
        facts = {"outcome": outcome, "before": before}
        line = record(session, act, "outcome", task=task, facts=facts)
        refresh_cards(session, task, line)
    return task


def cancel(session: Session, office: Office, act: Act, number: int, reason: str) -> Task:
    """终止督办: nothing more is expected of the task. Raises NotFound, NotAllowed,
    IllegalMove, or Refused without a reason."""
    task = check_cancel(session, act, number)
    reason = needed(reason)
    drop_pending(session, act, task)
    # Should the task be taken up again, the time that was paused is nobody's delay.
    paused = let_run(office, act, task)
    for part in held_parts(task):
        if part.state not in ENDED_STATES:
            move(session, act, part, Action.cancel)
            part.closed_at = act.now
    task.closed_at, task.outcome = act.now, Outcome.ended
    schedule(task, office)
    line = record(session, act, "cancel", task=task, text=reason, facts={"paused": paused})
    session.flush()
    tell_departments(session, act, task, "cancelled", line, reason=reason)
    refresh_cards(session, task, line)
    return task


def check_cancel(session: Session, act: Act, number: int) -> Task:
    """The task that could be ended now. Raises what ending it would."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.cancel)
    task = lock_task(session, number)
    if all(part.state in ENDED_STATES for part in held_parts(task)):
        raise IllegalMove(action=Action.cancel, state=_state(task))
    return task


def reopen(session: Session, office: Office, act: Act, number: int, reason: str) -> Task:
    """重新督办: take an ended task up again, with a reason.

    The working days after its limit since it was submitted or ended do not count against
    anybody.
    Raises NotFound, NotAllowed, IllegalMove, or Refused without a reason.
    """
    task = check_reopen(session, act, number)
    reason = needed(reason)
    facts = {"outcome": task.outcome, "grade": task.grade}
    held = held_parts(task)
    # What a department had finished before the rest was ended stays finished.
    ended = [part for part in held if part.state is PartState.cancelled] or held
    for part in ended:
        laid_aside = [part.submitted_at, part.requested_at, part.closed_at]
        move(session, act, part, Action.reopen)
        resume(office, act, part, min((one for one in laid_aside if one), default=None))
        part.closed_at = None
    task.closed_at = task.outcome = task.grade = None
    schedule(task, office)
    line = record(session, act, "reopen", task=task, text=reason, facts=facts)
    session.flush()
    tell_departments(session, act, task, "reopened", line, reason=reason)
    refresh_cards(session, task, line)
    return task


def check_reopen(session: Session, act: Act, number: int) -> Task:
    """The task that could be taken up again now. Raises what taking it up would."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.reopen)
    task = lock_task(session, number)
    if any(part.state not in ENDED_STATES for part in held_parts(task)):
        raise IllegalMove(action=Action.reopen, state=_state(task))
    return task


def _submitted(session: Session, act: Act, report_id: int) -> Part:
    """The part of whose department the actor is head, and which submitted with that report."""
    said = session.get(Report, report_id) if 0 < report_id <= HIGHEST_ID else None
    if said is None:
        raise NotFound("no_such_report")
    task = lock_task(session, said.part.task_id)
    part = next(part for part in task.parts if part.id == said.part_id)
    roles = roles_of(session, act, part.department_id)
    if not roles:
        raise NotFound("no_such_report")
    if not roles & HEAD:
        raise NotAllowed(action=Action.endorse)
    if part.state is not PartState.submitted:
        raise IllegalMove(action=Action.endorse, state=part.state)
    latest = last_report(session, part)
    if latest is not None and latest.id != said.id:
        raise Stale("report_superseded", task=task.id)
    return part


def _closed(session: Session, act: Act, number: int) -> Task:
    if not is_office(session, act):
        raise NotAllowed(action=Action.close)
    task = lock_task(session, number)
    if task.closed_at is None or _state(task) is not PartState.closed:
        raise IllegalMove(action=Action.close, state=_state(task))
    return task


def _state(task: Task) -> PartState:
    return (first_lead(task) or held_parts(task)[0]).state
