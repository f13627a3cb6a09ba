"""Whose task it is: 申请改办, and the office's answer to it, 转办 or 不予改办.

A department says that a duty is not its own within some days of delivery; it cannot pass it
on. Only the office gives a part to another department, asked or unasked, and only to one that
is known. The part that was passed on stays in the history and counts nowhere any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks import due
from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.models import Department, History, Part, Person, Report, ReportKind, Task
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    held_parts,
    is_office,
    lock_task,
    move,
    part_for,
    people_with,
    record,
    resume,
    roles_of,
    schedule,
)
from tasks.services.post import Kind, contacts_of, groups_of, refresh_cards, tell, tell_groups
from tasks.services.requests import asked_by, join
from tasks.services.submissions import last_report
from tasks.text import storable
from tasks.vocabulary import ENDED_STATES, PartState, Role
from tasks.workflow import Action, advance


@dataclass(frozen=True, slots=True)
class Reassigned:
    """What became of a part: from whom to whom, and whether anybody there could be told."""

    task: int
    gone: str
    department: str
    told: bool


def decline(session: Session, office: Office, act: Act, number: int, reason: str) -> Report:
    """申请改办: say that a duty is not the department's own. The coordinators hear it at once.

    Raises NotFound, NotAllowed, IllegalMove, or Refused: without a reason, after the last day
    for it (facts `until`), once the office has refused it, or while its own request for more
    time waits.
    """
    part = check_decline(session, office, act, number)
    reason = storable(reason).strip()
    if not reason:
        raise Refused("decline_reason_needed", task=number)
    move(session, act, part, Action.decline)
    said = Report(
        part_id=part.id,
        person_id=act.person_id,
        kind=ReportKind.decline,
        text=reason,
        said_at=act.said_at,
        stored_at=act.now,
        confirmed_at=act.now,
        update_id=act.update_id,
    )
    session.add(said)
    part.requested_at = act.said_at
    part.answered_at = max(part.answered_at or act.said_at, act.said_at)
    session.flush()
    schedule(part.task, office)
    line = record(session, act, "decline", part=part, text=reason, facts={"report": said.id})
    refresh_cards(session, part.task, line)
    facts = {"event": "declined", "task": number, "part": part.id, "report": said.id}
    people = people_with(session, Role.coordinator) or people_with(session, Role.admin)
    tell(session, people, Kind.owner, act.now, f"decline:{line.id}", facts)
    return said


def check_decline(session: Session, office: Office, act: Act, number: int) -> Part:
    """The part for which the actor could decline now. Raises what declining would."""
    task = lock_task(session, number)
    part = part_for(session, act, task, Action.decline)
    roles = roles_of(session, act, part.department_id)
    advance(part.state, Action.decline, roles, part.role, part.before)
    if kept_parts(session, [part.id]):
        raise Refused("decline_answered", task=task.id)
    until = decline_until(office, part)
    if until is not None and office.cal.local_date(act.said_at) > until:
        raise Refused("decline_late", task=task.id, until=until)
    if asked_by(session, part) is not None:
        raise Refused("request_waits", task=task.id)
    return part


def kept_parts(session: Session, part_ids: Sequence[int]) -> set[int]:
    """Those of the parts with which the office has kept the task (不予改办) since it was handed
    out."""
    found: set[int] = set()
    for at in range(0, len(part_ids), 500):
        found.update(
            session.scalars(
                select(Part.id)
                .join(History, History.part_id == Part.id)
                .join(Task, Part.task_id == Task.id)
                .where(
                    Part.id.in_(part_ids[at : at + 500]),
                    History.action == Action.refuse_decline,
                    History.at >= func.coalesce(Part.issued_at, Task.issued_at),
                )
            )
        )
    return found


def decline_until(office: Office, part: Part) -> date | None:
    """The last day for declining; None while the issue has reached nobody."""
    if part.delivered_at is None:
        return None
    return due.decline_until(part.delivered_at, office.cal, office.policy)


def reassign(
    session: Session,
    office: Office,
    act: Act,
    part_id: int,
    department_id: int,
    report_id: int | None = None,
) -> Reassigned:
    """转办: give a part to another department, in the same role and place.

    `report_id` names the words on which a decline is judged; None for a part that nobody
    declined. Raises NotFound, NotAllowed, IllegalMove, Stale, or Refused where that department
    has a part in the task already or a request for more time waits.
    """
    part = check_reassign(session, act, part_id, report_id)
    task, gone = part.task, part.department.name
    new_owner = session.get(Department, department_id) if 0 < department_id <= HIGHEST_ID else None
    if new_owner is None:
        raise NotFound("no_such_department", department=f"{department_id}")
    if any(other.department_id == new_owner.id for other in held_parts(task)):
        raise Refused("already_in_task", task=task.id, department=new_owner.name)
    declined_at = part.requested_at
    move(session, act, part, Action.reassign)
    part.closed_at, part.requested_at = act.now, None
    relieved = next((one.delegate for one in task.parts if one.department is new_owner), None)
    taken = _given(session, act, task, part, new_owner)
    resume(office, act, taken, declined_at)
    join(taken)
    schedule(task, office)
    line = record(
        session,
        act,
        "reassign",
        part=part,
        text=f"{gone}→{new_owner.name}",
        facts={"to": new_owner.id, "part": taken.id, "report": report_id},
    )
    if relieved is not None:
        # It was named when the department held the task before; it is asked anew.
        record(session, act, "undelegate", part=taken, text=relieved.name)
    record(session, act, "issue", part=taken, facts={"from": part.id})
    session.flush()
    told = _tell_new(session, act, taken, f"reassign:{line.id}")
    facts = {"event": "moved", "task": task.id, "department": new_owner.name}
    _tell_department(session, act, part, f"moved:{line.id}", facts)
    refresh_cards(session, task, line)
    return Reassigned(task.id, gone, new_owner.name, told)


def check_reassign(session: Session, act: Act, part_id: int, report_id: int | None) -> Part:
    """The part that could be given away now. Raises what giving it would, whoever gets it."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.reassign)
    part = _locked_part(session, part_id)
    task = part.task
    _check_held(part)
    if part.state is PartState.declined:
        _check_latest(session, part, report_id)
    elif report_id is not None:
        raise Stale("decline_gone", task=task.id)
    elif part.requested_at is not None:
        raise Refused("request_waits", task=task.id)
    roles = roles_of(session, act, part.department_id)
    advance(part.state, Action.reassign, roles, part.role, part.before)
    return part


def refuse_decline(
    session: Session, office: Office, act: Act, report_id: int, reason: str
) -> Part:
    """不予改办: the task stays where it is, with a reason; its part goes back to where it stood.

    Raises NotFound, NotAllowed, IllegalMove, Stale, or Refused without a reason.
    """
    part = check_refuse(session, act, report_id)
    reason = storable(reason).strip()
    if not reason:
        raise Refused("refusal_reason_needed", task=part.task_id)
    declined_at = part.requested_at
    move(session, act, part, Action.refuse_decline)
    resume(office, act, part, declined_at)
    join(part)
    schedule(part.task, office)
    line = record(session, act, "refuse_decline", part=part, text=reason)
    session.flush()
    facts = {"event": "kept", "task": part.task_id, "reason": reason}
    _tell_department(session, act, part, f"kept:{line.id}", facts)
    refresh_cards(session, part.task, line)
    return part


def check_refuse(session: Session, act: Act, report_id: int) -> Part:
    """The part whose decline that report is about. Raises what refusing it would now."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.refuse_decline)
    said = session.get(Report, report_id) if 0 < report_id <= HIGHEST_ID else None
    if said is None:
        raise NotFound("no_such_report")
    part = _locked_part(session, said.part_id)
    _check_held(part)
    _check_latest(session, part, report_id)
    if part.state is not PartState.declined:
        raise IllegalMove(action=Action.refuse_decline, state=part.state)
    return part


def _locked_part(session: Session, part_id: int) -> Part:
    found = session.get(Part, part_id) if 0 < part_id <= HIGHEST_ID else None
    if found is None:
        raise NotFound("not_found")
    task = lock_task(session, found.task_id)
    return next(part for part in task.parts if part.id == part_id)


def _check_held(part: Part) -> None:
    taken = next((one for one in part.task.parts if one.id == part.replaced_by_id), None)
    if taken is not None:
        raise Stale("reassigned_before", task=part.task_id, department=taken.department.name)


def _check_latest(session: Session, part: Part, report_id: int | None) -> None:
    latest = last_report(session, part)
    if latest is not None and latest.id != report_id:
        raise Stale("report_superseded", task=part.task_id)


def _given(session: Session, act: Act, task: Task, gone: Part, owner: Department) -> Part:
    """The part of the new owner, right behind the old one. A department that passed the task
    on before takes its own part up again."""
    for later in task.parts:
        if later.position > gone.position:
            later.position += 1
    taken = next((part for part in task.parts if part.department_id == owner.id), None)
    if taken is None:
        taken = Part(task=task, department=owner, swept_to=act.now)
        session.add(taken)
    taken.position, taken.role, taken.state = gone.position + 1, gone.role, PartState.issued
    taken.before = taken.delivered_at = taken.signed_at = taken.submitted_at = None
    taken.closed_at = taken.answered_at = taken.delegate_id = None
    taken.due, taken.desk_days = gone.due, gone.desk_days
    taken.replaced_by_id, taken.issued_at = None, act.now
    session.flush()
    gone.replaced_by_id = taken.id
    session.expire(task, ["parts"])
    return taken


def _tell_new(session: Session, act: Act, part: Part, key: str) -> bool:
    """Hand the task to the people of its new department as an issue is; False where there are
    none."""
    facts = {"notice": part.task.notice_id, "tasks": [part.task_id]}
    people = contacts_of(session, part)
    tell(session, people, Kind.assignment, act.now, key, facts)
    groups = groups_of(session, [part.department_id])
    tell_groups(session, groups, Kind.assignment, act.now, key, facts)
    return bool(people or groups)


def _tell_department(
    session: Session, act: Act, part: Part, key: str, facts: dict[str, Any]
) -> None:
    """Tell the contacts of a department and its groups, and the head who declined."""
    people = contacts_of(session, part)
    asked = session.scalar(
        select(Person)
        .join(Report, Report.person_id == Person.id)
        .where(Report.part_id == part.id, Report.kind == ReportKind.decline)
        .order_by(Report.id.desc())
        .limit(1)
    )
    if asked is not None and asked not in people:
        people.append(asked)
    tell(session, people, Kind.owner, act.now, key, facts)
    groups = groups_of(session, [part.department_id])
    tell_groups(session, groups, Kind.owner, act.now, key, facts)


def others_for(session: Session, part: Part) -> list[Department]:
    """The known departments that could take a part over, by name."""
    taken = [other.department_id for other in held_parts(part.task)]
    return list(
        session.scalars(
            select(Department).where(Department.id.not_in(taken)).order_by(Department.name)
        )
    )


def open_parts(task: Task) -> list[Part]:
    """The parts that the office can give to another department."""
    return [part for part in held_parts(task) if part.state not in ENDED_STATES]
