"""申请办结 and its judgement: submit, withdraw, close, send back.

A judgement names the report that it judges and is refused for any other, so nobody closes
a task on words that were replaced while they read. With several leads each submits its own
share; the first listed speaks for the task and comes last. Closing and sending back act on
the task: on all its lead parts, and closing on the cooperating ones.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.models import Part, Person, Report, ReportKind, Task
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    first_lead,
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
from tasks.services.courses import ask_head
from tasks.services.extensions import drop_pending
from tasks.services.pausing import let_run
from tasks.services.post import Kind, contacts_of, groups_of, refresh_cards, tell, tell_groups
from tasks.services.requests import join
from tasks.text import SUBMIT_WORDS, storable
from tasks.vocabulary import ENDED_STATES, Outcome, PartRole, PartState, Role
from tasks.workflow import Action, advance


def submit(
    session: Session, office: Office, act: Act, number: int, text: str | None = None
) -> Report:
    """Ask to close. A lead that is not the first listed says that its share is finished.

    Raises NotFound, NotAllowed, IllegalMove, or Refused where the first listed comes before
    the other leads are finished.
    """
    task = lock_task(session, number)
    part = part_for(session, act, task, Action.submit)
    if part is first_lead(task):
        still_open = [
            other.department.name
            for other in _leads(task)
            if other is not part and other.state not in (PartState.submitted, *ENDED_STATES)
        ]
        if still_open:
            raise Refused("other_leads_open", task=task.id, departments=still_open)
    move(session, act, part, Action.submit)
    said = Report(
        part_id=part.id,
        person_id=act.person_id,
        kind=ReportKind.submission,
        text=storable(text) if text else SUBMIT_WORDS,
        said_at=act.said_at,
        stored_at=act.now,
        confirmed_at=act.now,
        update_id=act.update_id,
    )
    session.add(said)
    drop_pending(session, act, task, part)
    part.submitted_at = act.said_at
    part.answered_at = max(part.answered_at or act.said_at, act.said_at)
    session.flush()
    ask_head(session, act, part, said)
    schedule(task, office)
    refresh_cards(session, task, record(session, act, "submit", part=part, text=said.text))
    return said


def withdraw(session: Session, office: Office, act: Act, number: int) -> Part:
    """Take a submission back before it is judged, or what was said of not being the owner.

    Raises NotFound, NotAllowed, IllegalMove, or Refused where the first listed lead has
    submitted for all: it has to withdraw first.
    """
    task = lock_task(session, number)
    part = part_for(session, act, task, Action.withdraw)
    lead = first_lead(task)
    if (
        part.role is PartRole.lead
        and lead is not None
        and lead is not part
        and lead.state is PartState.submitted
    ):
        raise Refused("lead_submitted", task=task.id, department=lead.department.name)
    declined = part.state is PartState.declined
    move(session, act, part, Action.withdraw)
    resume(office, act, part)
    join(part)
    schedule(task, office)
    line = record(session, act, "withdraw", part=part)
    refresh_cards(session, task, line)
    if declined:
        # The office heard of the decline at once, so it hears of this at once.
        facts = {"event": "withdrawn", "task": task.id, "department": part.department.name}
        people = people_with(session, Role.coordinator)
        tell(session, people, Kind.owner, act.now, f"withdrawn:{line.id}", facts)
    return part


def close(
    session: Session,
    office: Office,
    act: Act,
    report_id: int,
    outcome: Outcome = Outcome.finished,
) -> Task:
    """办结: accept the submission. Raises NotFound, NotAllowed, IllegalMove, Stale."""
    task, judged = _judged(session, act, report_id, Action.close)
    signers = _signers(session, _spoken_for(task, judged))
    for part in _spoken_for(task, judged):
        move(session, act, part, Action.close)
        part.closed_at = act.now
    if judged.role is PartRole.lead:
        for part in held_parts(task):
            if part.role is PartRole.cooperating and part.state not in ENDED_STATES:
                move(session, act, part, Action.close)
                part.closed_at = act.now
    if all(part.state in ENDED_STATES for part in task.parts):
        let_run(office, act, task)
        task.closed_at, task.outcome = act.now, outcome
    _pronounce(session, office, act, task, judged, "close", None, {"outcome": outcome}, signers)
    return task


def send_back(session: Session, office: Office, act: Act, report_id: int, reason: str) -> Task:
    """退回补充: return the submission with a reason. Raises NotFound, NotAllowed,
    IllegalMove, Stale, or Refused without a reason."""
    reason = storable(reason).strip()
    if not reason:
        raise Refused("reason_needed")
    task, judged = _judged(session, act, report_id, Action.send_back)
    signers = _signers(session, _spoken_for(task, judged))
    for part in _spoken_for(task, judged):
        move(session, act, part, Action.send_back)
        resume(office, act, part, part.submitted_at)
    _pronounce(session, office, act, task, judged, "send_back", reason, {}, signers)
    return task


def check_judgement(session: Session, act: Act, report_id: int, action: Action) -> Task:
    """The task that this judgement would be about. Raises what judging would now."""
    task, judged = _judged(session, act, report_id, action)
    roles = roles_of(session, act, judged.department_id)
    advance(judged.state, action, roles, judged.role)
    return task


def last_report(session: Session, part: Part) -> Report | None:
    """The latest words of a part, confirmed or not: what a judgement has to name."""
    return session.scalar(
        select(Report).where(Report.part_id == part.id).order_by(Report.id.desc()).limit(1)
    )


def _judged(session: Session, act: Act, report_id: int, action: Action) -> tuple[Task, Part]:
    """The part that a judgement of that report is about: never one lead's share alone."""
    if not is_office(session, act):
        raise NotAllowed(action=action)
    said = session.get(Report, report_id) if 0 < report_id <= HIGHEST_ID else None
    if said is None:
        raise NotFound("no_such_report")
    number = session.scalars(select(Part.task_id).where(Part.id == said.part_id)).one()
    task = lock_task(session, number)
    part = next(part for part in task.parts if part.id == said.part_id)
    latest = last_report(session, part)
    if latest is not None and latest.id != said.id:
        raise Stale("report_superseded", task=task.id)
    spoken_for = part.role is PartRole.lead and part is not first_lead(task)
    if spoken_for or part.role is PartRole.cooperating:
        raise IllegalMove(action=action, state=part.state)
    return task, part


def _leads(task: Task) -> list[Part]:
    return [part for part in task.parts if part.role is PartRole.lead]


def _spoken_for(task: Task, judged: Part) -> list[Part]:
    """The judged part first; with the first listed lead, every lead."""
    if judged is not first_lead(task):
        return [judged]
    others = (part for part in _leads(task) if part is not judged)
    return [judged, *(part for part in others if part.state not in ENDED_STATES)]


def _signers(session: Session, parts: list[Part]) -> list[Person]:
    """The heads who stand behind these submissions: they hear what became of them."""
    numbers = {part.endorsed_by_id for part in parts if part.endorsed_by_id is not None}
    return [session.get_one(Person, number) for number in sorted(numbers)]


def _pronounce(
    session: Session,
    office: Office,
    act: Act,
    task: Task,
    judged: Part,
    action: str,
    reason: str | None,
    facts: dict[str, object],
    signers: list[Person],
) -> None:
    schedule(task, office)
    line = record(session, act, action, part=judged, text=reason, facts=facts)
    session.flush()
    told: set[int] = set()
    working = [one for part in held_parts(task) for one in contacts_of(session, part)]
    for person in (*working, *signers):
        if person.id not in told:
            told.add(person.id)
            tell(
                session,
                [person],
                Kind.verdict,
                act.now,
                f"verdict:{line.id}",
                {"task": task.id, "verdict": action, "reason": reason},
            )
    tell_groups(
        session,
        groups_of(session, {part.department_id for part in task.parts}),
        Kind.verdict,
        act.now,
        f"verdict:{line.id}",
        {"task": task.id, "verdict": action, "reason": reason},
    )
    refresh_cards(session, task, line)
