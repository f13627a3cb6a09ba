"""What is known of a request for more time: whom it holds, whose turn it is, who may judge it.

Nothing here changes anything; `extensions` does. Which words of a judgement stand for which
move of a part is said here, so that gate and workflow both have to allow it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks import gate
from tasks.casework import Extension
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.gate import Step, Turn
from tasks.models import Part, Person, Task
from tasks.services.acts import HIGHEST_ID, Act, Office, lock_task, people_with, roles_of
from tasks.vocabulary import OPEN_STATES, Desk, ExtensionState, PartRole, PartState, Role
from tasks.workflow import Action, advance

JUDGED = {Step.grant: Action.grant, Step.refuse: Action.refuse, Step.forward: Action.forward}
"""The moves of a part that are steps of its request."""


def pending_of(session: Session, part: Part) -> Extension | None:
    """The request that waits and holds this part."""
    for one in part.task.parts:
        if sharing(part, one):
            asked = asked_by(session, one)
            if asked is not None:
                return asked
    return None


def granted_so_far(session: Session, part: Part) -> int:
    """How often the limit of this part was put off, for leads that of the task."""
    if part.role is PartRole.each:
        return extensions_of(session, [part.id]).get(part.id, 0)
    found = session.scalar(
        select(func.count())
        .select_from(Extension)
        .join(Part, Extension.part_id == Part.id)
        .where(Part.task_id == part.task_id, Extension.state == ExtensionState.granted)
    )
    return found or 0


def extensions_of(session: Session, part_ids: Sequence[int]) -> dict[int, int]:
    """How often more time was granted to each of these parts itself."""
    found: dict[int, int] = {}
    for at in range(0, len(part_ids), 500):
        rows = session.execute(
            select(Extension.part_id, func.count())
            .where(
                Extension.part_id.in_(part_ids[at : at + 500]),
                Extension.state == ExtensionState.granted,
            )
            .group_by(Extension.part_id)
        )
        found.update((part_id, times) for part_id, times in rows)
    return found


def leaders_for(session: Session, task: Task) -> list[Person]:
    """Who decides at the leader's desk: the leader of the task, else every leader."""
    every = people_with(session, Role.leader)
    own = [person for person in every if person.id == task.leader_id]
    return own or every


def turn(session: Session, office: Office, asked: Extension, now: datetime) -> Turn:
    """Whose turn a request is."""
    cal, part = office.cal, asked.part

    def day(moment: datetime | None) -> date | None:
        return None if moment is None else cal.local_date(moment)

    known = gate.Request(
        asked.ordinal,
        cal.local_date(asked.asked_at),
        is_headed(session, part),
        bool(leaders_for(session, part.task)),
        day(asked.endorsed_at),
        day(asked.forwarded_at),
    )
    return gate.turn_of(known, cal.local_date(now), office.policy, cal)


def is_headed(session: Session, part: Part) -> bool:
    """Whether a head of the part's department is bound."""
    return bool(people_with(session, Role.head, department_id=part.department_id))


def steps_for(
    session: Session, office: Office, act: Act, asked: Extension, found: Turn
) -> tuple[Step, ...]:
    """What the actor may do with a request whose turn that is."""
    if asked.state is not ExtensionState.asked:
        return ()
    roles = roles_of(session, act, asked.part.department_id)
    if found.desk is Desk.leader and not _decides(session, act, asked.part.task):
        roles -= {Role.leader}
    signed = asked.endorsed_at is not None or not is_headed(session, asked.part)
    return gate.steps_of(found, roles, endorsed=signed)


def taken(
    session: Session, office: Office, act: Act, extension_id: int, step: Step
) -> tuple[Extension, Part, Turn]:
    """A request and its task, held until the commit, where the actor may do that with it."""
    asked = session.get(Extension, extension_id) if 0 < extension_id <= HIGHEST_ID else None
    if asked is None:
        raise NotFound("no_such_request")
    task = lock_task(session, asked.part.task_id)
    # Somebody else may have decided before the task was held.
    session.refresh(asked)
    part = next(part for part in task.parts if part.id == asked.part_id)
    roles = roles_of(session, act, part.department_id)
    if not roles:
        # Another department's requests are nobody's business.
        raise NotFound("no_such_request")
    ever = {role for (_, known), held in gate.STEPS.items() if known is step for role in held}
    if not roles & ever:
        raise NotAllowed(action=step.value)
    if asked.state is not ExtensionState.asked:
        raise Stale("extension_settled", task=task.id, state=asked.state)
    found = turn(session, office, asked, act.now)
    if step not in steps_for(session, office, act, asked, found):
        raise Refused("extension_not_your_turn", task=task.id, desk=found.desk)
    if step in JUDGED:
        advance(part.state, JUDGED[step], roles, part.role)
    return asked, part, found


def _decides(session: Session, act: Act, task: Task) -> bool:
    return any(person.id == act.person_id for person in leaders_for(session, task))


def sharing(part: Part, other: Part) -> bool:
    """Whether one request holds both: a part itself, and the leads of a task together."""
    return part is other or (part.role is PartRole.lead and other.role is PartRole.lead)


def held(task: Task, part: Part) -> list[Part]:
    """The open parts that a request of that part holds, itself first."""
    others = [one for one in task.parts if one is not part and sharing(part, one)]
    return [part, *(one for one in others if one.state in OPEN_STATES)]


def release(part: Part) -> list[Part]:
    """The parts that wait for the answer to a request of that part."""
    return [one for one in part.task.parts if sharing(part, one) and waits_for_time(one)]


def waits_for_time(part: Part) -> bool:
    """Whether a request for more time holds the part; one that declined waits for another
    answer."""
    return part.requested_at is not None and part.state is not PartState.declined


def join(part: Part) -> None:
    """Let a lead that opens again wait with the others, where a request of theirs holds them:
    from then on, as days before that were credited to it already."""
    others = (one for one in release(part) if one is not part and one.state in OPEN_STATES)
    if part.state in OPEN_STATES and any(others):
        part.requested_at = part.resumed_at


def asked_by(session: Session, part: Part) -> Extension | None:
    return session.scalar(
        select(Extension).where(
            Extension.part_id == part.id, Extension.state == ExtensionState.asked
        )
    )
