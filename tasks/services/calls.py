"""已电话告知: a coordinator told a department by telephone what no message could."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound
from tasks.models import Ask, Grant, Part, Person
from tasks.services import deliveries
from tasks.services.acts import HIGHEST_ID, Act, Office, is_office, lock_tasks, record, schedule
from tasks.vocabulary import OPEN_STATES, Role


@dataclass(frozen=True, slots=True)
class Called:
    """Of which tasks a department was told."""

    department: str
    tasks: tuple[int, ...]


def called(
    session: Session, office: Office, act: Act, person_id: int, part_ids: Sequence[int]
) -> Called:
    """Write down who was telephoned (0 for nobody known by name) about these parts.

    What had been asked and reached nobody counts as delivered now, and so does the task
    itself. Raises NotAllowed, or NotFound for parts of no or of several departments, for a
    person of another one, and where nothing is owed any more.
    """
    if not is_office(session, act):
        raise NotAllowed(action="called")
    wanted = [one for one in part_ids if 0 < one <= HIGHEST_ID]
    numbers = session.scalars(select(Part.task_id).where(Part.id.in_(wanted))).all()
    parts = [
        part
        for task in lock_tasks(session, numbers)
        for part in task.parts
        if part.id in wanted and part.state in OPEN_STATES
    ]
    if len({part.department_id for part in parts}) != 1:
        raise NotFound("no_such_call")
    department = parts[0].department
    callee = _callee(session, person_id, department.id)
    head = callee is not None and _is_head_alone(session, callee, department.id)
    for part in parts:
        waiting = session.scalars(
            select(Ask.id).where(
                Ask.part_id == part.id, Ask.delivered_at.is_(None), Ask.dropped_at.is_(None)
            )
        ).all()
        if not head:
            deliveries.asks_delivered(session, waiting, act.now)
            if part.delivered_at is None:
                part.delivered_at = act.now
        record(
            session,
            act,
            "called",
            part=part,
            text=None if callee is None else callee.name,
            facts={"asks": list(waiting), "person": person_id or None, "head": head},
        )
        schedule(part.task, office)
    return Called(department.name, tuple(dict.fromkeys(part.task_id for part in parts)))


def _callee(session: Session, person_id: int, department_id: int) -> Person | None:
    if not person_id:
        return None
    found = session.scalar(
        select(Person)
        .join(Grant)
        .where(Person.id == min(person_id, HIGHEST_ID), Grant.department_id == department_id)
    )
    if found is None:
        raise NotFound("no_such_call")
    return found


def _is_head_alone(session: Session, person: Person, department_id: int) -> bool:
    """Whether that is the department's head and none of its contacts: the head was told of
    a slip, the contacts are still to be told of their tasks."""
    roles = session.scalars(
        select(Grant.role).where(
            Grant.person_id == person.id, Grant.department_id == department_id
        )
    ).all()
    return Role.contact not in roles
