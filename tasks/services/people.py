"""Somebody leaves or changes post: everything of theirs goes to a successor, or ends.

The account of whoever left is unbound and told so; what waits for it is not sent any more.
"""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tasks import outbox
from tasks.errors import NotAllowed, NotFound, Refused
from tasks.mailroom import Card, Dialogue, Outbox
from tasks.models import Department, Grant, Invitation, Part, Person, Task
from tasks.services.acts import HIGHEST_ID, Act, is_office, lock_tasks, record, roles_of
from tasks.services.directory import Invited, clean_name, renew_invitation
from tasks.services.post import Kind, refresh_cards, tell
from tasks.staff import Absence
from tasks.vocabulary import DEPARTMENT_ROLES, Delivery, Role


def check_person(session: Session, act: Act, person_id: int) -> Person:
    """The person whom the actor may put in another's place. Raises NotAllowed, NotFound.

    Coordinators judge over people of departments; those of the office are an admin's business.
    """
    if not is_office(session, act):
        raise NotAllowed(action="hand_over")
    person = session.get(Person, person_id) if 0 < person_id <= HIGHEST_ID else None
    grants = [] if person is None else _grants(session, person.id)
    if person is None or not grants:
        raise NotFound("no_such_person")
    of_office = any(grant.role not in DEPARTMENT_ROLES for grant in grants)
    if of_office and Role.admin not in roles_of(session, act):
        raise NotAllowed(action="hand_over")
    return person


def people_in(session: Session, act: Act, department_id: int) -> list[Person]:
    """Everybody of a department, bound or not. Raises NotAllowed for anybody but the office."""
    if not is_office(session, act):
        raise NotAllowed(action="hand_over")
    return list(
        session.scalars(
            select(Person)
            .join(Grant)
            .where(Grant.department_id == department_id)
            .order_by(Person.id)
            .distinct()
        )
    )


def successors_of(session: Session, act: Act, person_id: int) -> list[Person]:
    """The others of the person's departments. Raises as `check_person`."""
    person = check_person(session, act, person_id)
    units = {grant.department_id for grant in person.grants} - {None}
    found = {one.id: one for unit in units if unit for one in people_in(session, act, unit)}
    found.pop(person.id, None)
    return [found[key] for key in sorted(found)]


def hand_over(session: Session, act: Act, leaver_id: int, successor_id: int) -> Person:
    """Give everything of one person to another, who is told what is open.

    Raises NotAllowed, NotFound, or Refused where both are one.
    """
    leaver = check_person(session, act, leaver_id)
    if leaver_id == successor_id:
        raise Refused("same_person")
    heir = check_person(session, act, successor_id)
    _give(session, act, leaver, heir)
    if heir.chat_id is not None:
        key = f"welcome:{leaver.id}:{heir.id}:{act.now.isoformat()}"
        tell(session, [heir], Kind.welcome, act.now, key, {})
    return heir


def hand_over_to_new(session: Session, act: Act, leaver_id: int, name: str) -> Invited:
    """Give everything of one person to somebody who is not known yet: a code for them.

    Raises as `hand_over`.
    """
    leaver = check_person(session, act, leaver_id)
    heir = Person(name=clean_name(name), created_at=act.now)
    session.add(heir)
    session.flush()
    unit = _units(session, leaver.id)[0]
    _give(session, act, leaver, heir)
    return renew_invitation(session, act, heir, department=unit)


def stop(session: Session, act: Act, person_id: int) -> Person:
    """停用: take every role of a person and unbind their account. Raises as `check_person`."""
    person = check_person(session, act, person_id)
    if person.id == act.person_id:
        raise Refused("stop_oneself")
    units = _units(session, person.id)
    session.execute(delete(Grant).where(Grant.person_id == person.id))
    _pass_on(session, act, person, None)
    session.execute(update(Absence).where(Absence.deputy_id == person.id).values(deputy_id=None))
    for unit in units:
        record(session, act, "stop_person", department=unit, text=person.name)
    _unbind(session, act, person)
    return person


def _give(session: Session, act: Act, leaver: Person, heir: Person) -> None:
    held = {(grant.role, grant.department_id) for grant in _grants(session, heir.id)}
    units = _units(session, leaver.id)
    for grant in _grants(session, leaver.id):
        if (grant.role, grant.department_id) in held:
            session.delete(grant)
        else:
            grant.person_id = heir.id
    told = {"from": leaver.id, "to": heir.id}
    words = f"{leaver.name} → {heir.name}"
    _pass_on(session, act, leaver, heir)
    for away in session.scalars(select(Absence).where(Absence.deputy_id == leaver.id)):
        away.deputy_id = None if away.person_id == heir.id else heir.id
    for unit in units:
        record(session, act, "hand_over", department=unit, text=words, facts=told)
    _unbind(session, act, leaver)
    session.flush()
    session.expire(leaver)
    session.expire(heir)


def _pass_on(session: Session, act: Act, leaver: Person, heir: Person | None) -> None:
    """Name another in the tasks of which somebody was in charge (指定专人) or the leader, or
    nobody; each says so."""
    named = select(Part.task_id).where(Part.delegate_id == leaver.id)
    led = select(Task.id).where(Task.leader_id == leaver.id)
    numbers = [*session.scalars(named), *session.scalars(led)]
    after = None if heir is None else heir.id
    words = leaver.name if heir is None else f"{leaver.name} → {heir.name}"
    facts = {} if heir is None else {"from": leaver.id, "to": heir.id}
    for task in lock_tasks(session, numbers):
        lines = []
        for part in task.parts:
            if part.delegate_id == leaver.id:
                part.delegate_id = after
                action = "undelegate" if heir is None else "hand_over"
                lines.append(record(session, act, action, part=part, text=words, facts=facts))
        if task.leader_id == leaver.id:
            task.leader_id = after
            action = "detach_leader" if heir is None else "hand_over"
            lines.append(record(session, act, action, task=task, text=words, facts=facts))
        refresh_cards(session, task, lines[-1])
        session.expire(task, ["leader"])


def _unbind(session: Session, act: Act, person: Person) -> None:
    """Let an account be a stranger's: nothing waits for it, no question, no card."""
    chat, person.chat_id, person.bound_at = person.chat_id, None, None
    session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        .values(expires_at=act.now)
    )
    session.execute(
        update(Absence)
        .where(Absence.person_id == person.id, Absence.returned_at.is_(None))
        .values(returned_at=act.now)
    )
    if chat is None:
        session.flush()
        return
    session.execute(
        update(Outbox)
        .where(Outbox.chat_id == chat, Outbox.settled_at.is_(None), Outbox.leased_until.is_(None))
        .values(state=Delivery.stale, settled_at=act.now, retry_at=None)
    )
    session.execute(delete(Card).where(Card.chat_id == chat))
    session.execute(delete(Dialogue).where(Dialogue.chat_id == chat))
    outbox.put(
        session,
        key=f"unbound:{person.id}:{act.now.isoformat()}",
        kind=Kind.answer,
        chat_id=chat,
        facts={"code": "unbound_told", "facts": {"name": person.name}},
        now=act.now,
    )
    session.flush()
    session.expire(person)


def _grants(session: Session, person_id: int) -> list[Grant]:
    return list(
        session.scalars(select(Grant).where(Grant.person_id == person_id).order_by(Grant.id))
    )


def _units(session: Session, person_id: int) -> list[Department | None]:
    """The departments of a person; one None for somebody of the office."""
    found = list(
        session.scalars(
            select(Department)
            .join(Grant)
            .where(Grant.person_id == person_id)
            .order_by(Department.id)
            .distinct()
        )
    )
    return [*found] or [None]
