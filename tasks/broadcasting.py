"""The tables of what is said to many: broadcasts, and each time that one was said.

Nothing here judges anything: `services.broadcasts` keeps the rules.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models import Base, Person


class Broadcast(Base):
    """广播: something said to many, once or by a rule.

    `text` is None where the summary is sent. `audience` and `rule` are kept as
    `services.audiences` and `recurrence` write them. `next_run_at`: when it is said next, None
    when it is said no more. `cancelled_at`: somebody stopped it.
    """

    __tablename__ = "broadcast"
    __table_args__ = (
        Index("ix_broadcast_next_run_at", "next_run_at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None] = mapped_column(Text)
    audience: Mapped[list[Any]]
    rule: Mapped[dict[str, Any]]
    next_run_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_by: Mapped[Person | None] = relationship(foreign_keys="Broadcast.created_by_id")
    runs: Mapped[list["BroadcastRun"]] = relationship(
        back_populates="broadcast", order_by="BroadcastRun.number"
    )


class BroadcastRun(Base):
    """One time that a broadcast was said, to how many people and groups.

    `due_at`: when it was to be said, `ran_at`: when it was. Its rows of the outbox lie after
    `after_row`, up to `up_to_row`. `reported_at`: its outcome was looked at once all was settled.
    """

    __tablename__ = "broadcast_run"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "number"),
        Index("ix_broadcast_run_reported_at", "reported_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"))
    number: Mapped[int]
    due_at: Mapped[datetime]
    ran_at: Mapped[datetime]
    people: Mapped[int]
    groups: Mapped[int]
    after_row: Mapped[int]
    up_to_row: Mapped[int]
    reported_at: Mapped[datetime | None]
    broadcast: Mapped[Broadcast] = relationship(back_populates="runs")
