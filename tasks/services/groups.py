"""Groups and forum topics: bound by a code, told what concerns their department, given up.

A group belongs to one department, or to the issuing office. Whoever types its code must
speak for that department or judge for the office; nobody else learns whether a code exists.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, Refused
from tasks.services.acts import Act, departments_of, is_office, people_with, record
from tasks.services.directory import (
    CODE_ALPHABET,
    CODE_LENGTH,
    INVITATION_LIFE,
    get_department,
    hashed,
)
from tasks.services.post import Kind, tell
from tasks.staff import Group, GroupCode, WrongCode
from tasks.text import SYSTEM, storable
from tasks.vocabulary import Role

MAX_TITLE = 255

WRONG_CODES, WRONG_WITHIN = 5, timedelta(hours=1)
"""Wrong codes of one account after which it has to wait; our choice: a code cannot be guessed
in years, and a slip of the pen is forgiven."""


@dataclass(frozen=True, slots=True)
class GroupInvited:
    """A fresh code for a group, shown this once. `department`: whose group it will be."""

    code: str
    expires_at: datetime
    department: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A group chat or one topic of it, and the account that speaks there."""

    chat_id: int
    thread_id: int | None
    title: str
    account: int


def invite_group(session: Session, act: Act, department: str | None) -> GroupInvited:
    """A code that binds one group to a department, None for a group of the office.

    Raises NotAllowed for anybody but the office, NotFound for a department that is not known.
    """
    if not is_office(session, act):
        raise NotAllowed(action="invite_group")
    unit = None if department is None else get_department(session, department)
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = act.now + INVITATION_LIFE
    session.add(
        GroupCode(
            code_hash=hashed(code),
            department_id=None if unit is None else unit.id,
            created_at=act.now,
            expires_at=expires_at,
        )
    )
    record(session, act, "invite_group", department=unit)
    session.flush()
    return GroupInvited(code, expires_at, None if unit is None else unit.name)


def bind_group(session: Session, act: Act, code: str, place: Place) -> Group:
    """Bind a group by its code. The coordinators are told.

    Raises Refused: `group_code_refused` alike for a stranger, somebody of another department
    and a code that does not exist; what became of a code only for whom it was meant.
    """
    found = session.scalar(
        select(GroupCode).where(GroupCode.code_hash == hashed(code)).with_for_update()
    )
    if found is None or not _may_bind(session, act, found.department_id):
        raise Refused("group_code_refused")
    if found.used_at is not None:
        raise Refused("code_used")
    if found.expires_at <= act.said_at:
        raise Refused("code_expired")
    group = session.scalar(_at(place.chat_id, place.thread_id).with_for_update())
    if group is None:
        group = Group(chat_id=place.chat_id, thread_id=place.thread_id)
    elif group.left_at is None:
        raise Refused("group_bound_before")
    group.title = storable(place.title)[:MAX_TITLE]
    group.department_id = found.department_id
    group.bound_at, group.left_at = act.now, None
    session.add(group)
    found.used_at = act.now
    session.flush()
    line = record(
        session,
        act,
        "bind_group",
        department=found.department,
        text=group.title,
        facts={"group": group.id, "chat": group.chat_id, "thread": group.thread_id},
    )
    session.flush()
    others = [one for one in people_with(session, Role.coordinator) if one.id != act.person_id]
    name = None if found.department is None else found.department.name
    facts = {"by": act.actor, "title": group.title, "department": name}
    code = "group_bound_by_office" if name is None else "group_bound_by"
    tell(session, others, Kind.answer, act.now, f"group:{line.id}", {"code": code, "facts": facts})
    return group


def check_attempts(session: Session, account: int, now: datetime) -> None:
    """Raises Refused where that account tried too many codes that are none."""
    tried = session.scalar(
        select(func.count())
        .select_from(WrongCode)
        .where(WrongCode.chat_id == account, WrongCode.at > now - WRONG_WITHIN)
    )
    if (tried or 0) >= WRONG_CODES:
        raise Refused("group_code_later")


def attempt_failed(session: Session, account: int, now: datetime) -> None:
    """Count a code that was none; outside of what a refusal takes back."""
    session.add(WrongCode(chat_id=account, at=now))


def unbind_group(session: Session, act: Act, group: Group) -> None:
    """Give a group up. Raises NotAllowed for anybody but the department and the office."""
    if not _may_bind(session, act, group.department_id):
        raise NotAllowed(action="unbind")
    record(
        session,
        act,
        "unbind_group",
        department=group.department,
        text=group.title,
        facts={"group": group.id, "chat": group.chat_id, "thread": group.thread_id},
    )
    session.delete(group)
    session.flush()


def set_language(session: Session, act: Act, group: Group, language: str) -> None:
    """Let the bot speak that language in a group. Raises NotAllowed as `unbind_group`."""
    if not _may_bind(session, act, group.department_id):
        raise NotAllowed(action="lang")
    group.language = language
    session.flush()


def group_at(session: Session, chat_id: int, thread_id: int | None) -> Group | None:
    """The group that is bound there: the topic itself, else the whole chat."""
    found = session.scalar(_at(chat_id, thread_id).where(Group.left_at.is_(None)))
    if found is None and thread_id is not None:
        found = session.scalar(_at(chat_id, None).where(Group.left_at.is_(None)))
    return found


def looking(group: Group, now: datetime) -> Act:
    """The group itself looking: everybody there sees what it is shown, whoever asked."""
    if group.department_id is None:
        return Act(now, now, "", granted=frozenset({Role.coordinator}), group=0)
    return Act(now, now, "", group=group.department_id)


def belongs(session: Session, act: Act, group: Group) -> bool:
    """Whether somebody has a say there: of its department, or of the office."""
    return _may_bind(session, act, group.department_id)


def bot_left(session: Session, chat_id: int, now: datetime) -> None:
    """The bot was removed from a chat: nothing goes there, and the coordinators are told."""
    lost = session.scalars(
        select(Group).where(Group.chat_id == chat_id, Group.left_at.is_(None)).order_by(Group.id)
    ).all()
    for group in lost:
        group.left_at = now
        _lost(session, group, now, "group_lost", "lose_group")


def topic_gone(session: Session, chat_id: int, thread_id: int, now: datetime) -> None:
    """A topic was deleted: its group goes on in the chat itself where that is free; the
    coordinators are told."""
    group = session.scalar(_at(chat_id, thread_id).where(Group.left_at.is_(None)))
    if group is None:
        return
    beside = session.scalar(_at(chat_id, None))
    if beside is None:
        group.thread_id = None
        _lost(session, group, now, "group_topic_gone", "lose_topic")
    else:
        group.left_at = now
        _lost(session, group, now, "group_lost", "lose_group")


def chat_moved(session: Session, old: int, new: int) -> None:
    """The groups of a chat follow it to its new id."""
    session.execute(update(Group).where(Group.chat_id == old).values(chat_id=new))


def _at(chat_id: int, thread_id: int | None) -> Select[Group]:
    place = Group.thread_id.is_(None) if thread_id is None else Group.thread_id == thread_id
    return select(Group).where(Group.chat_id == chat_id, place)


def _may_bind(session: Session, act: Act, department_id: int | None) -> bool:
    if is_office(session, act):
        return True
    return department_id is not None and department_id in departments_of(session, act.person_id)


def _lost(session: Session, group: Group, now: datetime, code: str, event: str) -> None:
    line = record(
        session,
        Act(now, now, SYSTEM),
        event,
        department=group.department,
        text=group.title,
        facts={"group": group.id, "chat": group.chat_id, "thread": group.thread_id},
    )
    session.flush()
    tell(
        session,
        people_with(session, Role.coordinator),
        Kind.answer,
        now,
        f"group:{line.id}",
        {"code": code, "facts": {"title": group.title}},
    )
