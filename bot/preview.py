"""What waiting messages would read like, without a chat: plain text of composed rows.

A sweep here owes reminders, slips and broadcasts, no lists of what waits for coordinators.
`rehearse` does one and takes it back; `sweep_now` does it for good. Both tell what is new of it
in the same form.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.compose import compose
from bot.desk import Desk
from tasks.db import Database
from tasks.mailroom import Outbox
from tasks.models import Person
from tasks.outbox import Leased
from tasks.services import broadcasts
from tasks.services.groups import group_at
from tasks.services.post import Kind
from tasks.services.sweep import call_out, sweep
from tasks.vocabulary import Role

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Told:
    """One message: which person or group gets it, for which department, what it speaks of, how
    it reads."""

    person: str
    department: str
    kind: str
    tasks: tuple[int, ...]
    text: str

    def as_document(self) -> dict[str, Any]:
        return {**asdict(self), "tasks": list(self.tasks)}


def rehearse(database: Database, desk: Desk) -> list[Told]:
    """Who would be told what by a sweep at the desk's now; nothing is kept."""
    with Session(database.engine) as session:
        last = _last_row(session)
        _sweep(session, desk)
        told = _told(session, desk, _rows_after(session, last, desk.now()))
        session.rollback()
    return told


def sweep_now(database: Database, desk: Desk) -> list[Told]:
    """One sweep at the desk's now; who is going to be told what."""
    with database.transaction() as session:
        last = _last_row(session)
        _sweep(session, desk)
        return _told(session, desk, _rows_after(session, last, desk.now()))


def plain(text: str) -> str:
    """A message's HTML as it reads."""
    return html.unescape(_TAG.sub("", text))


def _sweep(session: Session, desk: Desk) -> None:
    now = desk.now()
    while sweep(session, desk.office, now).more:
        session.flush()
    call_out(session, desk.office, now)
    broadcasts.take_due(session, desk.office, now)
    session.flush()


def _last_row(session: Session) -> int:
    return session.scalar(select(func.max(Outbox.id))) or 0


def _rows_after(session: Session, last: int, now: datetime) -> list[Outbox]:
    return list(
        session.scalars(
            select(Outbox)
            .where(Outbox.id > last, Outbox.not_before <= now)
            .order_by(Outbox.priority, Outbox.id)
        )
    )


def _told(session: Session, desk: Desk, rows: Iterable[Outbox]) -> list[Told]:
    found = []
    for row in rows:
        composed = compose(session, desk, Leased.of(row))
        if composed is None or not composed.pages:
            continue
        name, department = _reader(session, row)
        found.append(
            Told(
                name,
                department,
                row.kind,
                composed.tasks,
                "\n\n".join(plain(page.text) for page in composed.pages),
            )
        )
    return found


def _reader(session: Session, row: Outbox) -> tuple[str, str]:
    """The name of who reads a row, and the department for which: of a person or of a group."""
    person = None if row.person_id is None else session.get(Person, row.person_id)
    if person is not None:
        role = Role.head if row.kind == Kind.slips else Role.contact
        return person.name, _departments(person, role)
    group = group_at(session, row.chat_id, row.thread_id)
    if group is None:
        return "", ""
    return group.title, "" if group.department is None else group.department.name


def _departments(person: Person, role: Role) -> str:
    names = (
        grant.department.name
        for grant in person.grants
        if grant.role is role and grant.department is not None
    )
    return "、".join(dict.fromkeys(names))
