"""The tables of the mail room: what came in, what goes out, and what a chat remembers.

Nothing here judges anything: `inbox` and `outbox` keep the rules.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models import Base, Person, stored
from tasks.vocabulary import Delivery


class Handling(StrEnum):
    """What became of an update."""

    waiting = "waiting"  # stored, not handled yet
    handled = "handled"  # its effect is committed
    ignored = "ignored"  # nothing of ours to do
    failed = "failed"  # given up after three crashes; `duban inbox retry` runs it again
    unparsed = "unparsed"  # no update that we can read


class Inbox(Base):
    """One update as Telegram sent it. `payload` is its JSON in ASCII.

    `chat_id` orders it: within a chat in order, chats independently.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index("ix_inbox_state_chat_id_id", "state", "chat_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    payload: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    state: Mapped[Handling] = mapped_column(stored(Handling))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    handled_at: Mapped[datetime | None]


class Outbox(Base):
    """One thing to be told. Facts are kept, words are made when it is sent.

    `key` names the intent, so a repeated intent adds nothing. Lower `priority` goes first.
    `not_before` is a moment of the office clock; `leased_until` and `retry_at` are the
    machine's. `thread_id`: the forum topic of the chat, None for the chat itself.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_not_before", "state", "not_before"),
        Index("ix_outbox_chat_id_state", "chat_id", "state"),
        Index(
            "ix_outbox_open",
            "priority",
            "id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        Index(
            "ix_outbox_leased_until",
            "leased_until",
            "chat_id",
            sqlite_where=text("leased_until IS NOT NULL"),
            postgresql_where=text("leased_until IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(32))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    facts: Mapped[dict[str, Any]]
    priority: Mapped[int]
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    state: Mapped[Delivery] = mapped_column(stored(Delivery))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    person: Mapped[Person | None] = relationship()


class Sent(Base):
    """A message of ours that stands in a chat, so that a reply to it finds its tasks.

    `tasks` are the task numbers it speaks of, in the order in which they stand there.
    """

    __tablename__ = "sent"
    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(32))
    tasks: Mapped[list[Any]]
    sent_at: Mapped[datetime]


class Card(Base):
    """The one live card of a task in a chat, edited in place. `thread_id`: the topic in which
    it stands; `more`: the buttons behind 更多 are shown."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("chat_id", "task_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    more: Mapped[bool] = mapped_column(default=False)


class Dialogue(Base):
    """A question that waits for its answer in a chat; one at a time."""

    __tablename__ = "dialogue"
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]


class Fact(Base):
    """What the installation remembers of itself: the bot's name, leases, marks."""

    __tablename__ = "fact"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[dict[str, Any]]
    at: Mapped[datetime]
