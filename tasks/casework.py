"""The tables of what happens to a task on its way: requests for more time, files that came with
answers, questions, and issues that wait for a leader's word.

Nothing here judges anything: the use cases in `services` keep the rules.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models import Base, Notice, Part, Person, Report, stored
from tasks.vocabulary import EvidenceKind, EvidenceState, ExtensionState


class Extension(Base):
    """申请延期: more time that a department asked for, and what became of it.

    `report_id` is the answer that asks for it, `wanted` the new limit, `due` the one it was
    asked for. `ordinal`: the how manieth of this task (for a collective duty, of this part).
    `late`: asked after the limit (补报延期). `endorsed_at`: its head signed it; `forwarded_at`:
    a coordinator put it before the leaders. `answer`: the reason of a refusal.
    """

    __tablename__ = "extension"
    __table_args__ = (Index("ix_extension_state", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ordinal: Mapped[int]
    due: Mapped[date]
    wanted: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    progress: Mapped[str | None] = mapped_column(Text)
    late: Mapped[bool]
    state: Mapped[ExtensionState] = mapped_column(stored(ExtensionState))
    asked_at: Mapped[datetime]
    endorsed_at: Mapped[datetime | None]
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    forwarded_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    part: Mapped[Part] = relationship()
    report: Mapped[Report] = relationship()


class Evidence(Base):
    """佐证材料: a file that came with an answer, kept by reference and as a copy.

    `path` is below the data folder, `checksum` the SHA-256 of the copy in hex, `size` in bytes.
    `code`: why it is not kept, the key of a sentence.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index("ix_evidence_state", "state"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    kind: Mapped[EvidenceKind] = mapped_column(stored(EvidenceKind))
    file_id: Mapped[str] = mapped_column(Text)
    unique_id: Mapped[str] = mapped_column(String(255))
    album: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(String(255))
    mime: Mapped[str | None] = mapped_column(String(255))
    size: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[EvidenceState] = mapped_column(stored(EvidenceState))
    attempts: Mapped[int] = mapped_column(default=0)
    checksum: Mapped[str | None] = mapped_column(String(64))
    path: Mapped[str | None] = mapped_column(String(255))
    code: Mapped[str | None] = mapped_column(String(64))
    stored_at: Mapped[datetime | None]
    report: Mapped[Report] = relationship()


class Question(Base):
    """留言: words of a contact that report nothing, or whose task nobody knows.

    `answered_at`: a coordinator answered, the words went back; `settled_at`: needs no answer.
    """

    __tablename__ = "question"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    unmatched: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    settled_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys="Question.person_id")
    part: Mapped[Part | None] = relationship()


class Approval(Base):
    """签发: an issue that waits for a leader, of one revision of a draft."""

    __tablename__ = "approval"
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    revision: Mapped[int]
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)
    notice: Mapped[Notice] = relationship()
