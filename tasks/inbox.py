"""What came in: stored before it is acknowledged, handled in order, never lost.

An update is unique by bot and update id. Within a chat updates are handled in order, and
chats do not wait for each other. An attempt is written before it is made, so an update
that kills the process is given up after MAX_DEATHS instead of killing it for ever.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from tasks.errors import NotFound, Refused
from tasks.mailroom import Handling, Inbox

MAX_ATTEMPTS = 3
"""Crashes after which an update is set aside (design §4)."""

MAX_DEATHS = 10
"""Attempts that the process did not outlive, before an update is held to be the cause. More
than crashes: whoever kills a bot again and again hits what it does, which has no part in it."""


TELEGRAM_REMEMBERS = timedelta(days=2)
"""Longer than Telegram keeps an update that nobody fetched (24 hours)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update to be stored. `parsed` is False for what is no update we can read."""

    update_id: int
    chat_id: int | None
    payload: str
    parsed: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """One update to be handled now."""

    id: int
    update_id: int
    chat_id: int | None
    payload: str
    attempts: int
    received_at: datetime


def store(session: Session, bot_id: int, batch: Sequence[Incoming], now: datetime) -> int:
    """Keep a batch; what is known already is left as it is. How many were new."""
    if not batch:
        return 0
    _make_room(session, bot_id, batch, now)
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    written = session.execute(
        insert(Inbox)
        .values(
            [
                {
                    "bot_id": bot_id,
                    "update_id": one.update_id,
                    "chat_id": one.chat_id,
                    "payload": one.payload,
                    "received_at": now,
                    "state": Handling.waiting if one.parsed else Handling.unparsed,
                    "attempts": 0,
                }
                for one in batch
            ]
        )
        .on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
        .returning(Inbox.id)
    )
    return len(written.all())


def _make_room(session: Session, bot_id: int, batch: Sequence[Incoming], now: datetime) -> None:
    """Telegram numbers updates anew after a quiet week, so a number can come twice: what
    differs and came before Telegram's memory begins gives its number up for its row's."""
    payloads = {one.update_id: one.payload for one in batch}
    for row in session.scalars(
        select(Inbox).where(
            Inbox.bot_id == bot_id,
            Inbox.update_id.in_(payloads),
            Inbox.received_at < now - TELEGRAM_REMEMBERS,
        )
    ):
        if row.payload != payloads[row.update_id]:
            row.update_id = -row.id
    session.flush()


def claim(session: Session, skip_chats: Iterable[int | None] = ()) -> Waiting | None:
    """The next update of a chat that is not being handled, its attempt counted.

    Commit before handling it. None when nothing waits outside `skip_chats`; updates without
    a chat form a chat of their own.
    """
    skipped = set(skip_chats)
    known = {chat for chat in skipped if chat is not None}
    query = select(Inbox).where(Inbox.state == Handling.waiting).order_by(Inbox.id).limit(1)
    if known:
        query = query.where(Inbox.chat_id.is_(None) | Inbox.chat_id.not_in(known))
    if None in skipped:
        query = query.where(Inbox.chat_id.is_not(None))
    row = session.scalar(query)
    if row is None:
        return None
    row.attempts += 1
    return Waiting(row.id, row.update_id, row.chat_id, row.payload, row.attempts, row.received_at)


def finish(
    session: Session, row_id: int, now: datetime, state: Handling = Handling.handled
) -> None:
    """Mark an update as handled; in the transaction of its effect, or nowhere."""
    row = session.get_one(Inbox, row_id)
    row.state, row.handled_at, row.error = state, now, None


def forget(session: Session, row_id: int) -> None:
    """Leave of a message that it came, where and when: its words were not said to us. It stays
    an update that can be read."""
    row = session.get_one(Inbox, row_id)
    update = json.loads(row.payload)
    row.payload = json.dumps(
        {name: _stood(said) if isinstance(said, dict) else said for name, said in update.items()},
        ensure_ascii=True,
    )


def forget_shown(session: Session, chat_id: int, since: int) -> None:
    """Leave of the messages of ours that were pressed in a chat after that update where they
    stand: what they quote is not to be kept."""
    rows = select(Inbox).where(
        Inbox.chat_id == chat_id, Inbox.id > since, Inbox.payload.contains('"callback_query"')
    )
    for row in session.scalars(rows):
        update = json.loads(row.payload)
        pressed = update.get("callback_query")
        if isinstance(pressed, dict) and isinstance(pressed.get("message"), dict):
            pressed["message"] = _stood(pressed["message"])
            row.payload = json.dumps(update, ensure_ascii=True)


def _stood(said: dict[str, Any]) -> dict[str, Any]:
    return {key: _place(said[key]) for key in ("message_id", "date", "chat") if key in said}


def _place(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: value[key] for key in ("id", "type") if key in value}


def fail(session: Session, row_id: int, error: str) -> bool:
    """Write down a crash; True where the update is given up with it."""
    row = session.get_one(Inbox, row_id)
    row.error = error
    if row.attempts >= MAX_ATTEMPTS:
        row.state = Handling.failed
    return row.state is Handling.failed


def pending(session: Session) -> int:
    """How many updates wait to be handled."""
    return (
        session.scalar(
            select(func.count()).select_from(Inbox).where(Inbox.state == Handling.waiting)
        )
        or 0
    )


def failures(session: Session) -> list[Inbox]:
    """What was given up or could not be read, oldest first."""
    return list(
        session.scalars(
            select(Inbox)
            .where(Inbox.state.in_((Handling.failed, Handling.unparsed)))
            .order_by(Inbox.id)
        )
    )


def retry(session: Session, row_id: int) -> Inbox:
    """Put an update that failed back in line. Raises NotFound, or Refused for any other."""
    row = session.get(Inbox, row_id)
    if row is None:
        raise NotFound("no_such_update", id=row_id)
    if row.state not in (Handling.failed, Handling.unparsed):
        raise Refused("update_not_failed", id=row_id, state=row.state)
    row.state, row.attempts, row.error = Handling.waiting, 0, None
    return row
