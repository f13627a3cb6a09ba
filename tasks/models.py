"""The tables. Enum values are stored, constraints have names, instants are UTC.

Reading order: what (notices, clauses, tasks, parts), what was said (reports, history), what
was asked (asks, slips). Who there is stands in `staff`, what happens to a task on its way in
`casework`, drafts in `drafting`, the mail room in `mailroom`. Due dates are dates of the
office's time zone; every other time is an instant.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.due import StepKind
from tasks.staff import Alias as Alias
from tasks.staff import Department as Department
from tasks.staff import Grant as Grant
from tasks.staff import Invitation as Invitation
from tasks.staff import Person as Person
from tasks.tables import Base as Base
from tasks.tables import stored as stored
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    Grade,
    NoticeState,
    Outcome,
    Pace,
    PartRole,
    PartState,
    WaiveReason,
)


class ReportKind(StrEnum):
    """How a report was given."""

    words = "words"  # in one's own words
    no_change = "no_change"  # 按计划推进
    submission = "submission"  # 申请办结
    nothing_to_add = "nothing_to_add"  # 无补充: a cooperating department, in one tap
    decline = "decline"  # 申请改办
    extension = "extension"  # 申请延期


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
    `extensions` counts how often it was put off. `paused_at`: since when its clock stands
    still. `leader_id`: the leader to whom it is attached.
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
    grade: Mapped[Grade | None] = mapped_column(stored(Grade))
    paused_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    notice: Mapped[Notice] = relationship()
    leader: Mapped[Person | None] = relationship()
    parts: Mapped[list["Part"]] = relationship(back_populates="task", order_by="Part.position")
    nodes: Mapped[list["Node"]] = relationship(back_populates="task", order_by="Node.position")


class Node(Base):
    """节点: a milestone of a task with a date of its own; `met_at` once it is said to be met."""

    __tablename__ = "node"
    __table_args__ = (UniqueConstraint("task_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    due: Mapped[date]
    met_at: Mapped[datetime | None]
    met_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    dropped_at: Mapped[datetime | None]
    task: Mapped[Task] = relationship(back_populates="nodes")


class Part(Base):
    """承办单位: one department's share of a task.

    `next_due_at`: when the sweep has to look at it next, None when nothing will fall due.
    `swept_to`: up to which instant its steps were taken. `delivered_at`: when the issue
    reached somebody. `answered_at`: the last answer (signing is none). `resumed_at`: when
    the asking last began anew after a submission, a request or a pause. `desk_days`: working
    days after its limit that it lay on the office's desk; they never count against it.

    `before`: the state from which it was declined or paused. `due`: a limit of its own, where
    a department of a collective duty was granted one; else that of the task holds.
    `requested_at`: since when a request for more time waits; asking stops meanwhile.
    `endorsed_at`: when its head confirmed the submission. `delegate_id`: the contact whom the
    head chose (指定专人). `replaced_by_id`: the part that took over from it (转办).
    `issued_at`: when it took over, None where it is as old as the task.
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
    desk_days: Mapped[int] = mapped_column(default=0)
    before: Mapped[PartState | None]
    requested_at: Mapped[datetime | None]
    due: Mapped[date | None]
    endorsed_at: Mapped[datetime | None]
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    issued_at: Mapped[datetime | None]
    swept_to: Mapped[datetime]
    next_due_at: Mapped[datetime | None]
    task: Mapped[Task] = relationship(back_populates="parts")
    department: Mapped[Department] = relationship()
    delegate: Mapped[Person | None] = relationship(foreign_keys="Part.delegate_id")
    replaced_by: Mapped["Part | None"] = relationship(
        foreign_keys="Part.replaced_by_id", remote_side="Part.id", post_update=True
    )
    reports: Mapped[list["Report"]] = relationship(back_populates="part", order_by="Report.id")


class Report(Base):
    """反馈: what a department answered, word for word, and what it was understood to say.

    The reading (percent, expected, pace, problem, proposed) counts only once `confirmed_at`
    is set. `proposed` is the state that the words ask for. `update_id`: the update in which
    it came, None from the console.

    `chat_id`, `message_id`: the message in which it was said, so that an edit of it is known;
    `replaces_id`: the version that it replaces, `replaced_at`: when it ceased to count because of
    a later one (`services.versions`).
    `recorded_by_id`: the coordinator who wrote down what was said on the telephone, `informant`
    who said it.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_part_id_said_at", "part_id", "said_at"),
        Index("ix_report_chat_id_message_id", "chat_id", "message_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[ReportKind] = mapped_column(stored(ReportKind))
    text: Mapped[str] = mapped_column(Text)
    percent: Mapped[int | None]
    expected: Mapped[date | None]
    pace: Mapped[Pace | None]
    problem: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    proposed: Mapped[str | None] = mapped_column(String(32))
    said_at: Mapped[datetime]
    stored_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    replaced_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    informant: Mapped[str | None] = mapped_column(String(200))
    part: Mapped[Part] = relationship(back_populates="reports")
    person: Mapped[Person | None] = relationship(foreign_keys="Report.person_id")
    recorded_by: Mapped[Person | None] = relationship(foreign_keys="Report.recorded_by_id")


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


class Snooze(Base):
    """稍后提醒: an ask that one person has put off until the window that opens at `until`.
    `window` is the one in which it was said again, None until then."""

    __tablename__ = "snooze"
    __table_args__ = (
        UniqueConstraint("person_id", "ask_id"),
        Index("ix_snooze_window", "window", "until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ask_id: Mapped[int] = mapped_column(ForeignKey("ask.id"))
    until: Mapped[datetime]
    window: Mapped[datetime | None]
    person: Mapped[Person] = relationship()
    ask: Mapped[Ask] = relationship()


class Slip(Base):
    """督办单: a slip on an overdue part. A draft has neither `issued_at` nor `number`;
    `dropped_at`: it was not to be issued (不签发), or another took its place. `told_at`: from
    then on the department is told; `read_at`: its head said 已阅."""

    __tablename__ = "slip"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        UniqueConstraint("part_id", "key"),
        Index("ix_slip_told_at", "told_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    level: Mapped[SlipLevel] = mapped_column(stored(SlipLevel))
    key: Mapped[str] = mapped_column(String(64))
    year: Mapped[int]
    number: Mapped[int | None]
    due: Mapped[date]
    drafted_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    part: Mapped[Part] = relationship()


class Snapshot(Base):
    """The classes of a notice's tasks at the opening of a working day, to show the change."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("notice_id", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    day: Mapped[date]
    classes: Mapped[dict[str, Any]]
