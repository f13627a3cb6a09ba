"""指定专人: the head of a department names the contact who is asked for a task.

Others of the department may still answer; only the asking goes to the one who was named.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import Refused
from tasks.models import Grant, Part, Person
from tasks.services.acts import Act, Office, lock_task, part_for, people_with, record, roles_of
from tasks.services.post import Kind, refresh_cards, tell
from tasks.vocabulary import Role
from tasks.workflow import Action, advance


def delegate(
    session: Session, office: Office, act: Act, number: int, person_id: int | None
) -> Part:
    """Name the contact of a task, or nobody any more (None).

    Raises NotFound, NotAllowed, IllegalMove, or Refused where that person is no contact of
    the department, or no longer bound.
    """
    part = check_delegate(session, act, number)
    if person_id == part.delegate_id:
        return part
    before = None if part.delegate_id is None else session.get(Person, part.delegate_id)
    chosen = None
    if person_id is not None:
        found = [one for one in delegates_for(session, part) if one.id == person_id]
        if not found:
            raise Refused("no_such_contact", department=part.department.name)
        chosen = found[0]
    part.delegate_id = person_id
    if chosen is None:
        line = record(session, act, "undelegate", part=part, text=before.name if before else None)
    else:
        line = record(
            session, act, "delegate", part=part, text=chosen.name, facts={"person": chosen.id}
        )
    session.flush()
    for person, event in ((chosen, "delegated"), (before, "relieved")):
        if person is not None and person.id != act.person_id:
            facts = {"event": event, "task": number, "by": act.actor}
            tell(session, [person], Kind.owner, act.now, f"{event}:{line.id}", facts)
    refresh_cards(session, part.task, line)
    return part


def check_delegate(session: Session, act: Act, number: int) -> Part:
    """The part for which the actor may name a contact. Raises what naming one would."""
    part = part_for(session, act, lock_task(session, number), Action.delegate)
    roles = roles_of(session, act, part.department_id)
    advance(part.state, Action.delegate, roles, part.role, part.before)
    return part


def delegates_for(session: Session, part: Part) -> list[Person]:
    """The bound contacts of the part's department."""
    return people_with(session, Role.contact, department_id=part.department_id)


def delegate_of(session: Session, part: Part) -> Person | None:
    """Who was named for a part, as long as that person is a bound contact of its department."""
    if part.delegate_id is None:
        return None
    return session.scalar(
        select(Person)
        .join(Grant)
        .where(
            Person.id == part.delegate_id,
            Person.chat_id.is_not(None),
            Grant.role == Role.contact,
            Grant.department_id == part.department_id,
        )
        .limit(1)
    )
