"""The tables. Enum values are stored, constraints have names, instants are UTC.

Reading order: who (departments, people), what (notices, clauses, tasks, parts), what was
said (reports, history), what was asked (asks, slips). The mail room has its own tables in
`mailroom`. Due dates are dates of the office's time zone; every other time is an instant.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.due import StepKind
from tasks.tables import Base as Base
from tasks.tables import stored as stored
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    NoticeState,
    Outcome,
    Pace,
    PartRole,
    PartState,
    Role,
    WaiveReason,
)


class ReportKind(StrEnum):
    """How a report was given."""

    words = "words"  # in one's own words
    no_change = "no_change"  # 按计划推进
    submission = "submission"  # 申请办结


class SlipLevel(StrEnum):
    """督办单: the colour of a slip."""

    blue = "blue"
    yellow = "yellow"
    red = "red"


class ClauseRole(StrEnum):
    """How a clause names an owner; joint owners become leads when it is issued.

    `each` is never read in a notice: a coordinator asks a collective duty of that department.
    """

    lead = "lead"
    cooperating = "cooperating"
    joint = "joint"
    each = "each"


class Department(Base):
    """单位: an organisation unit, known by its name and its aliases."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    aliases: Mapped[list["Alias"]] = relationship(
        back_populates="department", order_by="Alias.id", cascade="all, delete-orphan"
    )
    grants: Mapped[list["Grant"]] = relationship(back_populates="department", order_by="Grant.id")


class Alias(Base):
    """Another name under which notices know a department."""

    __tablename__ = "alias"
    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    department: Mapped[Department] = relationship(back_populates="aliases")


class Person(Base):
    """人员: somebody who was invited; `chat_id` is set once the invitation was used.

    `unreachable_at`: when Telegram last said that nothing can be delivered to them.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(8))
    chat_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    created_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    unreachable_at: Mapped[datetime | None]
    grants: Mapped[list["Grant"]] = relationship(back_populates="person", order_by="Grant.id")


class Grant(Base):
    """One role of a person, for department roles in one department."""

    __tablename__ = "grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "department_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="grants")
    department: Mapped[Department | None] = relationship(back_populates="grants")


class Invitation(Base):
    """A one-time code that binds a chat account to a person; only its hash is kept."""

    __tablename__ = "invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Notice(Base):
    """通知: an official document, its text kept whole.

    `revision` goes up with every step on its draft: a preview is of one revision.
    """

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(200))
    title: Mapped[str | None] = mapped_column(Text)
    issuer: Mapped[str | None] = mapped_column(Text)
    dated: Mapped[date | None]
    file_name: Mapped[str | None] = mapped_column(String(255))
    text: Mapped[str] = mapped_column(Text)
    text_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[NoticeState]
    revision: Mapped[int] = mapped_column(default=0)
    imported_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    clauses: Mapped[list["Clause"]] = relationship(
        back_populates="notice", order_by="Clause.start, Clause.position"
    )


class Clause(Base):
    """条目: a duty-bearing passage and what became of it. `start`, `end` are its span.

    `position` is the number that people see, never used twice in a notice; the order is that
    of the spans. `version` goes up with every change: who changes it names the one he saw.
    `merged_into`: the position of the clause that states it now. `as_overdue`: a limit that
    had passed already is to be kept.
    """

    __tablename__ = "clause"
    __table_args__ = (UniqueConstraint("notice_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    position: Mapped[int]
    section: Mapped[str | None] = mapped_column(Text)
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    kind: Mapped[ClauseKind]
    state: Mapped[ClauseState]
    follow_up: Mapped[FollowUp]
    waived_as: Mapped[WaiveReason | None]
    reason: Mapped[str | None] = mapped_column(Text)
    merged_into: Mapped[int | None]
    as_overdue: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    deadline: Mapped[date | None]
    deadline_text: Mapped[str | None] = mapped_column(Text)
    recurrence: Mapped[str | None] = mapped_column(Text)
    notice: Mapped[Notice] = relationship(back_populates="clauses")
    owners: Mapped[list["ClauseOwner"]] = relationship(
        order_by="ClauseOwner.position", cascade="all, delete-orphan"
    )


class ClauseOwner(Base):
    """An owner as the clause names it."""

    __tablename__ = "clause_owner"
    __table_args__ = (UniqueConstraint("clause_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    clause_id: Mapped[int] = mapped_column(ForeignKey("clause.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[ClauseRole] = mapped_column(stored(ClauseRole))


class Task(Base):
    """任务: one duty that is followed up; its id is the number that people see as #12.

    `due` is the current limit, `original_due` the first one, never overwritten;
    `extensions` counts how often it was put off.
    """

    __tablename__ = "task"
    __table_args__: Any = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"), unique=True)
    section: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    follow_up: Mapped[FollowUp]
    due: Mapped[date | None]
    original_due: Mapped[date | None]
    extensions: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    nudged_at: Mapped[datetime | None]
    notice: Mapped[Notice] = relationship()
    parts: Mapped[list["Part"]] = relationship(back_populates="task", order_by="Part.position")


class Part(Base):
    """承办单位: one department's share of a task.

    `next_due_at`: when the sweep has to look at it next, None when nothing will fall due.
    `swept_to`: up to which instant its steps were taken. `delivered_at`: when the issue
    reached somebody. `answered_at`: the last answer (signing is none). `resumed_at`: when
    the asking last began anew after a submission.
    """

    __tablename__ = "part"
    __table_args__ = (
        UniqueConstraint("task_id", "department_id"),
        Index("ix_part_next_due_at", "next_due_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    position: Mapped[int]
    role: Mapped[PartRole]
    state: Mapped[PartState]
    delivered_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    resumed_at: Mapped[datetime | None]
    swept_to: Mapped[datetime]
    next_due_at: Mapped[datetime | None]
    task: Mapped[Task] = relationship(back_populates="parts")
    department: Mapped[Department] = relationship()
    reports: Mapped[list["Report"]] = relationship(back_populates="part", order_by="Report.id")


class Report(Base):
    """反馈: what a department answered, word for word, and what it was understood to say.

    The reading (percent, expected, pace, problem, proposed) counts only once `confirmed_at`
    is set. `proposed` is the state that the words ask for. `update_id`: the update in which
    it came, None from the console.
    """

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_part_id_said_at", "part_id", "said_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ReportKind] = mapped_column(stored(ReportKind))
    text: Mapped[str] = mapped_column(Text)
    percent: Mapped[int | None]
    expected: Mapped[date | None]
    pace: Mapped[Pace | None]
    problem: Mapped[str | None] = mapped_column(Text)
    proposed: Mapped[str | None] = mapped_column(String(32))
    said_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    part: Mapped[Part] = relationship(back_populates="reports")
    person: Mapped[Person | None] = relationship()


class History(Base):
    """One change: who did what, when it was said and handled, from which update."""

    __tablename__ = "history"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    said_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(32))
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor: Mapped[str] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    department: Mapped[Department | None] = relationship()


class Ask(Base):
    """A step of the ladder that fell due for a part, and whether it reached anybody.

    `key` names what it was made for; `window` is when the window opened in which it is to
    be said; `due` the limit it was made for; `expires` the last local day on which saying
    it makes sense. `delivered_at`: when delivery settled it.
    `dropped_at`: it was no longer true when its turn came.
    """

    __tablename__ = "ask"
    __table_args__ = (
        UniqueConstraint("part_id", "key"),
        Index("ix_ask_window", "window"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    kind: Mapped[StepKind]
    key: Mapped[str] = mapped_column(String(64))
    period: Mapped[str | None] = mapped_column(String(16))
    due: Mapped[date | None]
    expires: Mapped[date | None]
    raised_at: Mapped[datetime]
    window: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    part: Mapped[Part] = relationship()


class Slip(Base):
    """督办单: a numbered slip on an overdue part. `issued_at` is None for a draft."""

    __tablename__ = "slip"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        UniqueConstraint("part_id", "key"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    level: Mapped[SlipLevel] = mapped_column(stored(SlipLevel))
    key: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    number: Mapped[int]
    due: Mapped[date]
    drafted_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    part: Mapped[Part] = relationship()


class Snapshot(Base):
    """The classes of a notice's tasks at the opening of a working day, to show the change."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("notice_id", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    day: Mapped[date]
    classes: Mapped[dict[str, Any]]
