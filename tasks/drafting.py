"""The tables of drafting: files that were sent, sentences that are no clause yet, and every
step on a draft with what stood there before.

Nothing here judges anything: `services.drafts` and `services.uploads` keep the rules.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tasks.models import Base, Clause, Notice, Person, stored
from tasks.vocabulary import PassageState, UploadState, WaiveReason


class Passage(Base):
    """A sentence that looks like a duty and was read as none; `start`, `end` are its span.

    `clause_id` is the clause that states it, once it is mapped.
    """

    __tablename__ = "passage"
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[PassageState] = mapped_column(stored(PassageState))
    waived_as: Mapped[WaiveReason | None]
    reason: Mapped[str | None] = mapped_column(Text)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    version: Mapped[int] = mapped_column(default=1)
    notice: Mapped[Notice] = relationship()
    clause: Mapped[Clause | None] = relationship()


class DraftEdit(Base):
    """One step on a draft, with the rows as they stood before it.

    `before` holds `clauses` and `passages` as columns by name, `made` the ids of clauses that
    the step made, `aliases` the ids of aliases. `after` holds the version of each touched row
    when the step was done: undoing it is refused where one of them has changed since.
    """

    __tablename__ = "draft_edit"
    __table_args__ = (Index("ix_draft_edit_notice_id_id", "notice_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))
    at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    actor: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(32))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()


class Upload(Base):
    """A file that a coordinator sent to the bot: fetched and read outside any transaction.

    `inbox_id` is the update it came in, whose words are struck out where the file is marked as
    classified. `message_id`: the message that shows how far it is. `percent` is of the
    reading. `text` and `reading` are kept only while a revision waits for a decision.
    """

    __tablename__ = "upload"
    __table_args__ = (Index("ix_upload_state", "state"), {"sqlite_autoincrement": True})
    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"))
    chat_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_id: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(String(255))
    size: Mapped[int | None] = mapped_column(BigInteger)
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    said_at: Mapped[datetime]
    state: Mapped[UploadState] = mapped_column(stored(UploadState))
    attempts: Mapped[int] = mapped_column(default=0)
    percent: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    code: Mapped[str | None] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text: Mapped[str | None] = mapped_column(Text)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    person: Mapped[Person] = relationship()
    notice: Mapped[Notice | None] = relationship()
