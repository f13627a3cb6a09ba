"""Departments and people: who is known, under which names, bound by which invitation.

A code is shown once and only its hash is kept; it works once and for a limited time.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tasks.db import Turn, take_turn
from tasks.errors import NotFound, Refused
from tasks.models import (
    Alias,
    Department,
    Grant,
    History,
    Invitation,
    Part,
    Person,
)
from tasks.services.acts import Act, record
from tasks.staff import Group, GroupCode
from tasks.vocabulary import DEPARTMENT_ROLES, Role

INVITATION_LIFE = timedelta(days=14)
"""How long a code may be used; our choice: two weeks outlast a holiday."""

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
"""Letters that cannot be misread on the telephone, about 59 bits; the hash needs no salt."""

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh code, shown this once."""

    code: str
    expires_at: datetime
    person_id: int


LIKE = 5
"""Departments that are named where a name is only a piece of theirs."""


def clean_name(name: str) -> str:
    """A name as it is kept: without white space around or inside a Chinese name."""
    cleaned = " ".join(name.replace("\u3000", " ").split())
    if not cleaned:
        raise Refused("empty_name")
    if len(cleaned) > MAX_NAME:
        raise Refused("name_too_long", limit=MAX_NAME)
    return cleaned


def find_department(session: Session, name: str) -> Department | None:
    """The department with that name or alias."""
    found = session.scalar(select(Department).where(Department.name == name))
    if found is None:
        found = session.scalar(select(Department).join(Alias).where(Alias.name == name))
    return found


def get_department(session: Session, name: str) -> Department:
    """The department with that name or alias. Raises NotFound, with those whose name it is a
    piece of."""
    cleaned = clean_name(name)
    found = find_department(session, cleaned)
    if found is None:
        raise NotFound("no_such_department", department=name, **_like(session, cleaned))
    return found


def _like(session: Session, name: str) -> dict[str, list[str]]:
    """A few departments whose name contains these characters, as a fact of a refusal."""
    if len(name) < 2:
        return {}
    found = session.scalars(
        select(Department.name)
        .where(Department.name.contains(name, autoescape=True))
        .order_by(Department.name)
        .limit(LIKE)
    ).all()
    return {"like": list(found)} if found else {}


def ensure_department(session: Session, act: Act, name: str) -> Department:
    """The department with that name or alias, made if it is not known."""
    name = clean_name(name)
    found = find_department(session, name)
    if found is None:
        take_turn(session, Turn.departments)
        found = find_department(session, name)
    if found is None:
        found = Department(name=name)
        session.add(found)
        session.flush()
        record(session, act, "add_department", department=found, text=name)
    return found


def add_alias(session: Session, department: Department, name: str) -> bool:
    """Let a department be known by another name; False if it is already.

    Raises Refused where that name belongs to another department.
    """
    name = clean_name(name)
    holder = find_department(session, name)
    if holder is not None:
        if holder.id != department.id:
            raise Refused("name_taken", name=name, department=holder.name)
        return False
    department.aliases.append(Alias(name=name))
    session.flush()
    return True


def drop_department(session: Session, department_id: int) -> bool:
    """Take a department away that nobody needs; False where it has people, tasks or aliases,
    or is not there. Its lines of history keep its name."""
    found = session.get(Department, department_id)
    needed = (
        session.scalar(select(table.id).where(table.department_id == department_id).limit(1))
        for table in (Grant, Part, Alias, Group, GroupCode)
    )
    if found is None or any(one is not None for one in needed):
        return False
    session.execute(
        update(History).where(History.department_id == department_id).values(department_id=None)
    )
    session.delete(found)
    session.flush()
    return True


def merge_departments(session: Session, act: Act, gone: str, kept: str) -> Department:
    """Let `kept` take over everything of `gone`, whose names become its aliases.

    Raises NotFound, or Refused where both are one or both have a part in the same task.
    """
    old, new = get_department(session, gone), get_department(session, kept)
    if old.id == new.id:
        raise Refused("same_department", department=new.name)
    both = session.scalar(
        select(Part.task_id)
        .where(Part.department_id.in_((old.id, new.id)))
        .group_by(Part.task_id)
        .having(func.count() > 1)
        .limit(1)
    )
    if both is not None:
        raise Refused("both_in_task", task=both, a=old.name, b=new.name)
    held = {
        (grant.person_id, grant.role)
        for grant in session.scalars(select(Grant).where(Grant.department_id == new.id))
    }
    for grant in session.scalars(select(Grant).where(Grant.department_id == old.id)).all():
        if (grant.person_id, grant.role) in held:
            session.delete(grant)
        else:
            grant.department_id = new.id
    session.execute(update(Part).where(Part.department_id == old.id).values(department_id=new.id))
    session.execute(
        update(History).where(History.department_id == old.id).values(department_id=new.id)
    )
    for table in (Alias, Group, GroupCode):
        session.execute(
            update(table).where(table.department_id == old.id).values(department_id=new.id)
        )
    name = old.name
    session.flush()
    session.expire_all()
    session.delete(session.get_one(Department, old.id))
    session.flush()
    session.add(Alias(department_id=new.id, name=name))
    record(session, act, "merge_departments", department=new, text=name)
    session.flush()
    session.expire_all()
    return session.get_one(Department, new.id)


def invite(
    session: Session,
    act: Act,
    role: Role,
    *,
    department: str | None = None,
    name: str | None = None,
) -> Invited:
    """Make a person with that role, not bound yet, and a code that binds them.

    A department that is not known is made. Raises Refused where a department is missing
    for a department role, or given for a role of the office.
    """
    if role in DEPARTMENT_ROLES and department is None:
        raise Refused("department_needed", role=role)
    if role not in DEPARTMENT_ROLES and department is not None:
        raise Refused("department_not_wanted", role=role)
    unit = None if department is None else ensure_department(session, act, department)
    person = Person(name=clean_name(name) if name else "", created_at=act.now)
    session.add(person)
    session.flush()
    session.add(
        Grant(person_id=person.id, role=role, department_id=None if unit is None else unit.id)
    )
    return renew_invitation(session, act, person, facts={"role": role}, department=unit)


def renew_invitation(
    session: Session,
    act: Act,
    person: Person,
    *,
    facts: dict[str, object] | None = None,
    department: Department | None = None,
) -> Invited:
    """A new code for somebody who is known and not bound yet; older ones stop working."""
    session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        .values(expires_at=act.now)
    )
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = act.now + INVITATION_LIFE
    session.add(
        Invitation(
            code_hash=hashed(code), person_id=person.id, created_at=act.now, expires_at=expires_at
        )
    )
    record(session, act, "invite", department=department, text=person.name or None, facts=facts)
    session.flush()
    return Invited(code, expires_at, person.id)


def hashed(code: str) -> str:
    """What is kept of a code; case and white space do not matter."""
    return hashlib.sha256("".join(code.split()).upper().encode(errors="replace")).hexdigest()


def bind(session: Session, act: Act, code: str, chat_id: int, shown_name: str) -> Person:
    """Bind a chat account by its code and return who it is.

    An account that is bound already gets the new role beside those it has. Raises Refused
    where the code is unknown, used or expired; nothing tells a stranger which codes exist,
    only what became of one they hold.
    """
    invitation = session.scalar(
        select(Invitation).where(Invitation.code_hash == hashed(code)).with_for_update()
    )
    if invitation is None:
        raise Refused("code_unknown")
    if invitation.used_at is not None:
        raise Refused("code_used")
    if invitation.expires_at <= act.said_at:
        raise Refused("code_expired")
    invited = invitation.person
    present = session.scalar(select(Person).where(Person.chat_id == chat_id))
    if present is None:
        invited.chat_id, invited.bound_at = chat_id, act.now
        invited.name = invited.name or shown_name[:MAX_NAME]
        person = invited
    else:
        person = present
        _hand_over(session, invited, present)
        invitation.person_id = present.id
    invitation.used_at = act.now
    person.unreachable_at = None
    session.flush()
    for grant in session.scalars(select(Grant).where(Grant.person_id == person.id)).all():
        session.refresh(grant)
    mine = Act(act.now, act.said_at, person.name, person.id, act.update_id)
    record(session, mine, "bind", text=person.name)
    return person


def _hand_over(session: Session, invited: Person, present: Person) -> None:
    held = {
        (grant.role, grant.department_id)
        for grant in session.scalars(select(Grant).where(Grant.person_id == present.id))
    }
    for grant in session.scalars(select(Grant).where(Grant.person_id == invited.id)).all():
        if (grant.role, grant.department_id) in held:
            session.delete(grant)
        else:
            grant.person_id = present.id
    session.flush()


def people(session: Session, ids: Iterable[int | None]) -> Sequence[Person]:
    """Those of them who exist, looked up at once."""
    wanted = {one for one in ids if one is not None}
    return session.scalars(select(Person).where(Person.id.in_(wanted))).all() if wanted else ()


def person_of(session: Session, chat_id: int) -> Person | None:
    """Who is bound to that private chat."""
    return session.scalar(select(Person).where(Person.chat_id == chat_id))
