"""Who is told of what: each function owes messages for one thing that happened.

Kinds name what a message is about; `bot.compose` turns a row of that kind into words.
Facts hold ids and what was said, never words of ours.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import outbox
from tasks.mailroom import Card
from tasks.models import History, Notice, Part, Person, Task
from tasks.outbox import Priority
from tasks.services.acts import Act
from tasks.services.receivers import Receivers, receivers
from tasks.staff import Group


class Kind(StrEnum):
    """What a message is about."""

    answer = "answer"  # one sentence of the catalogue: facts code, facts
    view = "view"  # something that was asked for: facts name and its arguments
    welcome = "welcome"  # who you are, and all your open tasks
    assignment = "assignment"  # 交办: facts notice, tasks
    card = "card"  # one task: facts task; edited in place where it stands already
    receipt = "receipt"  # what was stored: facts reports
    digest = "digest"  # 待办提醒: facts window
    slips = "slips"  # 督办单, to a head: facts slips
    escalation = "escalation"  # 报分管领导: facts task
    queue = "queue"  # what waits for the coordinator: facts window
    nudge = "nudge"  # 催办: facts task
    broadcast = "broadcast"  # 广播: facts broadcast, run
    request = "request"  # 申请延期, to whose turn it is and how it ended: facts extension, desk
    relay = "relay"  # the office's answer to a question: facts question
    verdict = "verdict"  # 办结 or 退回补充: facts task, verdict, reason
    course = "course"  # how a task's course changed: facts event, task, reason
    owner = "owner"  # whose task it is, or is no more: facts event, task
    upload = "upload"  # how far a sent file is, then its notice: facts upload
    file = "file"  # a file that came with an answer: facts evidence, of, n
    page = "page"  # the rest of a long message: facts text, keyboard, tasks


def reply(
    session: Session,
    chat_id: int,
    kind: Kind,
    now: datetime,
    key: str,
    *,
    person_id: int | None = None,
    thread_id: int | None = None,
    **facts: Any,
) -> None:
    """Answer somebody who is waiting."""
    outbox.put(
        session,
        key=key,
        kind=kind,
        chat_id=chat_id,
        thread_id=thread_id,
        person_id=person_id,
        facts=facts,
        priority=Priority.answer,
        now=now,
    )


def tell(
    session: Session,
    people: Iterable[Person],
    kind: Kind,
    now: datetime,
    key: str,
    facts: Mapping[str, Any],
    *,
    priority: Priority = Priority.at_once,
) -> int:
    """Owe each of these people a message of that kind; how many were new."""
    told = 0
    for person in people:
        if person.chat_id is not None:
            told += outbox.put(
                session,
                key=f"{key}:{person.id}",
                kind=kind,
                chat_id=person.chat_id,
                person_id=person.id,
                facts=facts,
                priority=priority,
                now=now,
            )
    return told


def groups_of(session: Session, department_ids: Iterable[int]) -> list[Group]:
    """The groups of these departments in which the bot is."""
    return list(
        session.scalars(
            select(Group)
            .where(Group.department_id.in_(list(department_ids)), Group.left_at.is_(None))
            .order_by(Group.id)
        )
    )


def tell_groups(
    session: Session,
    groups: Iterable[Group],
    kind: Kind,
    now: datetime,
    key: str,
    facts: Mapping[str, Any],
    *,
    priority: Priority = Priority.at_once,
    not_before: datetime | None = None,
) -> int:
    """Owe each of these groups a message of that kind; how many were new."""
    return sum(
        outbox.put(
            session,
            key=f"{key}:g{group.id}",
            kind=kind,
            chat_id=group.chat_id,
            thread_id=group.thread_id,
            facts=facts,
            priority=priority,
            now=now,
            not_before=not_before,
        )
        for group in groups
    )


def tell_issued(session: Session, act: Act, notice: Notice, tasks: Iterable[Task]) -> None:
    """One message per person and notice with the tasks of their departments, and one in each
    group of a department."""
    mine: dict[int, tuple[Person, list[int]]] = {}
    theirs: dict[int, tuple[Group, list[int]]] = {}
    tasks, told = list(tasks), Receivers(session)
    groups: dict[int | None, list[Group]] = {}
    for group in groups_of(session, {part.department_id for task in tasks for part in task.parts}):
        groups.setdefault(group.department_id, []).append(group)
    for task in tasks:
        for part in task.parts:
            for group in groups.get(part.department_id, ()):
                held = theirs.setdefault(group.id, (group, []))[1]
                if task.id not in held:
                    held.append(task.id)
            for person in told.of(part):
                numbers = mine.setdefault(person.id, (person, []))[1]
                if task.id not in numbers:
                    numbers.append(task.id)
    for person, numbers in mine.values():
        tell(
            session,
            [person],
            Kind.assignment,
            act.now,
            f"issue:{notice.id}:{numbers[0]}",
            {"notice": notice.id, "tasks": numbers},
        )
    for group, held in theirs.values():
        tell_groups(
            session,
            [group],
            Kind.assignment,
            act.now,
            f"issue:{notice.id}:{held[0]}",
            {"notice": notice.id, "tasks": held},
        )


def digest_key(person_id: int, window: datetime) -> str:
    """The key of the one digest that somebody gets in a window."""
    return f"digest:{person_id}:{window:%Y-%m-%dT%H:%M}"


def slips_key(person_id: int, day: date) -> str:
    """The key of the one message with slips that somebody gets on a local day."""
    return f"slips:{person_id}:{day}"


def contacts_of(session: Session, part: Part) -> list[Person]:
    """The bound contacts of a part's department."""
    return receivers(session, part)


def refresh_cards(session: Session, task: Task, line: History) -> None:
    """Let every live card of a task be edited to what is true after that line of history."""
    session.flush()
    for card in session.scalars(
        select(Card).where(Card.task_id == task.id, Card.message_id.is_not(None))
    ):
        outbox.put(
            session,
            key=f"card:{card.id}:{line.id}",
            kind=Kind.card,
            chat_id=card.chat_id,
            thread_id=card.thread_id,
            facts={"task": task.id, "edit": True},
            priority=Priority.at_once,
            now=line.at,
        )
