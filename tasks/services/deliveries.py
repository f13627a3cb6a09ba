"""What follows from a delivery: an ask counts only when it reached somebody.

Delivery calls these in the transaction in which it settles the row.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tasks.mailroom import Card, Outbox, Sent
from tasks.models import Ask, Person
from tasks.services import groups
from tasks.services.acts import (
    Act,
    Office,
    departments_of,
    lock_tasks,
    people_with,
    record,
    schedule,
)
from tasks.services.post import Kind, tell
from tasks.staff import Group
from tasks.text import SYSTEM
from tasks.vocabulary import Role


def asks_delivered(session: Session, ask_ids: Collection[int], now: datetime) -> None:
    """These asks reached somebody; the first time counts."""
    session.execute(
        update(Ask).where(Ask.id.in_(ask_ids), Ask.delivered_at.is_(None)).values(delivered_at=now)
    )


def asks_dropped(session: Session, ask_ids: Collection[int], now: datetime) -> None:
    """These asks were no longer true when their turn came."""
    session.execute(
        update(Ask)
        .where(Ask.id.in_(ask_ids), Ask.delivered_at.is_(None), Ask.dropped_at.is_(None))
        .values(dropped_at=now)
    )


def issue_delivered(
    session: Session, office: Office, person_id: int, numbers: Collection[int], now: datetime
) -> None:
    """The tasks reached a person of their departments: the clock for signing begins."""
    own = departments_of(session, person_id)
    _reached(session, office, own, numbers, now, {"person": person_id})


def issue_posted(
    session: Session, office: Office, group: Group, numbers: Collection[int], now: datetime
) -> None:
    """The tasks stand in a group of their department, which is as good."""
    if group.department_id is not None:
        own = [group.department_id]
        _reached(session, office, own, numbers, now, {"group": group.id})


def _reached(
    session: Session,
    office: Office,
    own: Collection[int],
    numbers: Collection[int],
    now: datetime,
    facts: dict[str, int],
) -> None:
    act = Act(now, now, SYSTEM)
    for task in lock_tasks(session, numbers):
        for part in task.parts:
            if part.department_id in own and part.delivered_at is None:
                part.delivered_at = now
                record(session, act, "delivered", part=part, facts=facts)
        schedule(task, office)


def remembered(
    session: Session, messages: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Sent]:
    """What is kept of these messages, by chat and number."""
    if not messages:
        return {}
    rows = session.scalars(
        select(Sent).where(
            Sent.chat_id.in_({chat for chat, _ in messages}),
            Sent.message_id.in_({number for _, number in messages}),
        )
    )
    return {(row.chat_id, row.message_id): row for row in rows}


def remember(
    session: Session,
    chat_id: int,
    message_id: int,
    kind: str,
    numbers: Collection[int],
    now: datetime,
    standing: Mapping[tuple[int, int], Sent] | None = None,
) -> None:
    """Keep which tasks a message speaks of, so that a reply to it finds them. `standing`: what
    was looked up of it before."""
    if standing is None:
        standing = remembered(session, [(chat_id, message_id)])
    found = standing.get((chat_id, message_id))
    if found is None:
        session.add(
            Sent(
                chat_id=chat_id,
                message_id=message_id,
                kind=kind,
                tasks=list(numbers),
                sent_at=now,
            )
        )
    else:
        found.kind, found.tasks = kind, list(numbers)


def card_placed(
    session: Session,
    chat_id: int,
    number: int,
    message_id: int,
    thread_id: int | None = None,
) -> int | None:
    """The task's live card in this chat is that message now; the one it replaces, if any."""
    card = session.scalar(select(Card).where(Card.chat_id == chat_id, Card.task_id == number))
    if card is None:
        session.add(
            Card(
                chat_id=chat_id,
                task_id=number,
                message_id=message_id,
                thread_id=thread_id,
            )
        )
        return None
    before, card.message_id = card.message_id, message_id
    card.thread_id = thread_id
    if before == message_id:
        return None
    card.more = False
    return before


def chat_moved(session: Session, old: int, new: int) -> None:
    """What waits for a chat follows it to its new id, and so do its groups.

    Its messages do not: they keep their numbers in the old chat, which the new one counts
    anew. A card is sent again when it is next opened, what would be edited is sent anew.
    """
    waiting = session.scalars(
        select(Outbox).where(Outbox.chat_id == old, Outbox.settled_at.is_(None))
    )
    for row in waiting:
        row.chat_id = new
        if row.facts.get("edit") is not True:
            row.facts = {name: fact for name, fact in row.facts.items() if name != "edit"}
    session.execute(delete(Card).where(Card.chat_id == old))
    groups.chat_moved(session, old, new)


def became_unreachable(session: Session, person_id: int, now: datetime) -> None:
    """Nothing can be delivered to a person: the coordinators are told, once."""
    person = session.get_one(Person, person_id)
    if person.unreachable_at is not None:
        return
    person.unreachable_at = now
    line = record(session, Act(now, now, SYSTEM), "unreachable", text=person.name)
    session.flush()
    departments = [
        grant.department.name for grant in person.grants if grant.department is not None
    ]
    others = [one for one in people_with(session, Role.coordinator) if one.id != person.id]
    tell(
        session,
        others,
        Kind.answer,
        now,
        f"unreachable:{line.id}",
        {
            "code": "person_unreachable",
            "facts": {"name": person.name, "departments": departments, "phone": person.phone},
        },
    )


def became_reachable(session: Session, person: Person) -> None:
    """They wrote or unblocked the bot."""
    person.unreachable_at = None
