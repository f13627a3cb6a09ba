"""Invitations in chat: who may invite whom, how often a code may be tried, who is told.

A code that was passed on binds whoever sends it first: so the office is told at once who bound
what, and can stop it with one press.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, Refused
from tasks.models import Department, Person
from tasks.services.acts import Act, people_with, roles_of
from tasks.services.directory import Invited, bind, find_department, invite
from tasks.services.groups import WRONG_CODES, WRONG_WITHIN
from tasks.services.post import Kind, tell
from tasks.staff import WrongCode
from tasks.vocabulary import DEPARTMENT_ROLES, Role

ROLE_WORDS = {
    "联络员": Role.contact,
    "责任领导": Role.head,
    "督查员": Role.coordinator,
    "分管领导": Role.leader,
    "管理员": Role.admin,
    **{role.value: role for role in Role},
}
"""What the roles are called when somebody is invited by typing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be invited. `department` as it was typed, `known` if there is such a one."""

    role: Role
    department: str | None
    known: Department | None
    name: str | None


def may_invite(session: Session, act: Act) -> frozenset[Role]:
    """The roles that the actor may give: a coordinator those of departments, an admin all."""
    held = roles_of(session, act)
    if Role.admin in held:
        return frozenset(Role)
    return DEPARTMENT_ROLES if Role.coordinator in held else frozenset()


def read_wanted(session: Session, words: str) -> Wanted:
    """Department, role and name in any order. Raises Refused without a role, or where a
    department is missing or not wanted."""
    parts = words.replace("，", " ").replace("、", " ").replace(",", " ").split()
    role = next((ROLE_WORDS[one.lower()] for one in parts if one.lower() in ROLE_WORDS), None)
    if role is None:
        raise Refused("usage_invite")
    rest = [one for one in parts if one.lower() not in ROLE_WORDS]
    for start, end in _runs(len(rest)):
        known = find_department(session, " ".join(rest[start:end]))
        if known is not None:
            name = " ".join(rest[:start] + rest[end:])
            return _checked(Wanted(role, known.name, known, name or None))
    if role not in DEPARTMENT_ROLES:
        return Wanted(role, None, None, " ".join(rest) or None)
    if not rest:
        raise Refused("department_needed", role=role)
    # Nobody's name is longer than that of their department.
    typed = max(rest, key=len)
    name = " ".join(one for one in rest if one is not typed)
    return Wanted(role, typed, None, name or None)


def _checked(wanted: Wanted) -> Wanted:
    if wanted.role not in DEPARTMENT_ROLES:
        raise Refused("department_not_wanted", role=wanted.role)
    return wanted


def _runs(count: int) -> Iterator[tuple[int, int]]:
    """Every run of neighbours, the longest first."""
    for length in range(count, 0, -1):
        for start in range(count - length + 1):
            yield start, start + length


def invite_by(
    session: Session, act: Act, role: Role, department: str | None, name: str | None
) -> Invited:
    """A code for somebody with that role. Raises NotAllowed, or Refused as `invite`."""
    if role not in may_invite(session, act):
        raise NotAllowed(action="invite")
    return invite(session, act, role, department=department, name=name)


def accept(session: Session, act: Act, code: str, chat_id: int, shown_name: str) -> Person:
    """Bind an account by its code; coordinators and admins are told who bound what.

    Raises Refused as `bind`.
    """
    person = bind(session, act, code, chat_id, shown_name)
    others = people_with(session, Role.coordinator, Role.admin)
    tell(
        session,
        [one for one in others if one.id != person.id],
        Kind.view,
        act.now,
        f"bound:{person.id}:{act.update_id or act.now.isoformat()}",
        {"name": "bound", "person": person.id, "account": shown_name[:64]},
    )
    return person


def check_attempts(session: Session, account: int, now: datetime) -> None:
    """Raises Refused, with the time from which it may try again, where an account sent too
    many codes that are none."""
    tried = session.scalars(
        select(WrongCode.at)
        .where(WrongCode.chat_id == account, WrongCode.at > now - WRONG_WITHIN)
        .order_by(WrongCode.at.desc())
        .limit(WRONG_CODES)
    ).all()
    if len(tried) >= WRONG_CODES:
        raise Refused("code_later", again_at=tried[-1] + WRONG_WITHIN)
