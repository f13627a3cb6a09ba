"""佐证材料: files that come with answers, kept by reference at once and as a copy afterwards.

Welcome and never demanded. The row is written in the transaction of the answer; the bot
fetches the file later, with no transaction open. A file that cannot be kept takes nothing from
the answer: its sender is told, the words stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tasks import inbox
from tasks.casework import Evidence, Extension, Question
from tasks.mailroom import Outbox
from tasks.models import History, Part, Person, Report
from tasks.services.acts import HIGHEST_ID, Act, departments_of, record, roles_of
from tasks.services.post import Kind, refresh_cards, reply
from tasks.services.uploads import LIMIT_MB, MAX_NAME, strike_out
from tasks.text import SYSTEM, storable
from tasks.vocabulary import EvidenceKind, EvidenceState
from tasks.workflow import DECIDERS

MAX_FILES = 20
"""Files of one answer; our choice: two albums of ten."""

ENDINGS = frozenset(
    ending
    for endings in (
        ("pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "csv", "ppt", "pptx", "dps"),
        ("txt", "rtf", "html", "htm", "jpg", "jpeg", "png", "gif", "bmp", "webp", "heic"),
        ("tif", "tiff", "mp3", "m4a", "ogg", "oga", "opus", "wav", "amr", "mp4", "mov"),
    )
    for ending in endings
)
"""Kinds of documents that are taken: what offices write, photograph and record. Programs,
macros and archives, into which nobody can look, are not."""

_ENDINGS_OF = {
    EvidenceKind.photo: "jpg",
    EvidenceKind.voice: "ogg",
    EvidenceKind.audio: "mp3",
    EvidenceKind.video: "mp4",
    EvidenceKind.document: "bin",
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. `size` in bytes, None where it was not told; `album`: files sent
    together share it."""

    kind: EvidenceKind
    file_id: str
    unique_id: str
    name: str | None = None
    mime: str | None = None
    size: int | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file to be fetched now, its attempt counted."""

    id: int
    file_id: str
    name: str | None
    ending: str
    attempts: int


def attach(
    session: Session, act: Act, said: Report, file: Attachment, inbox_id: int | None
) -> Evidence | None:
    """Keep that a file came with an answer; None where it is known already. A version of an
    answer takes over the files of the one that it replaces.

    One that is too large or of no kind that is taken is kept as refused, with the reason.
    """
    if said.replaces_id is not None:
        session.execute(
            update(Evidence)
            .where(Evidence.report_id == said.replaces_id)
            .values(report_id=said.id)
        )
    known = session.scalars(select(Evidence).where(Evidence.report_id == said.id)).all()
    if any(one.unique_id == file.unique_id for one in known):
        return None
    row = Evidence(
        report_id=said.id,
        inbox_id=inbox_id,
        kind=file.kind,
        file_id=storable(file.file_id),
        unique_id=storable(file.unique_id)[:255],
        album=None if file.album is None else storable(file.album)[:64],
        name=None if file.name is None else storable(file.name)[-MAX_NAME:],
        mime=None if file.mime is None else storable(file.mime)[:255],
        size=file.size if file.size is None or file.size < 2**62 else None,
        state=EvidenceState.waiting,
    )
    row.code = why_refused(file)
    if row.code is None and len(known) >= MAX_FILES:
        row.code = "evidence_too_many"
    if row.code is not None:
        row.state = EvidenceState.refused
    session.add(row)
    session.flush()
    if row.state is EvidenceState.refused:
        _tell_refused(session, act.now, row)
    return row


def why_refused(file: Attachment) -> str | None:
    """Why a file is not kept, whatever it comes with; None where it can be."""
    if file.size is not None and file.size > LIMIT_MB * 1024 * 1024:
        return "evidence_too_large"
    if file.kind is EvidenceKind.document and ending_of(file) not in ENDINGS:
        return "evidence_kind"
    return None


def of_album(session: Session, chat_id: int, album: str) -> list[Report]:
    """The answers to which earlier files of that album in that chat belong."""
    return list(
        session.scalars(
            select(Report)
            .join(Evidence, Evidence.report_id == Report.id)
            .where(
                Evidence.album == storable(album)[:64],
                Report.chat_id == chat_id,
                Report.replaced_at.is_(None),
            )
            .order_by(Report.id)
            .distinct()
        )
    )


def ending_of(row: Evidence | Attachment) -> str:
    """The ending of the copy: that of the name, else what the kind goes by."""
    ending = (row.name or "").rpartition(".")[2].lower() if "." in (row.name or "") else ""
    if ending.isascii() and ending.isalnum() and len(ending) <= 5:
        return ending
    return _ENDINGS_OF[row.kind]


def anything_waits(session: Session) -> bool:
    """Whether a file waits to be fetched."""
    waiting = select(Evidence.id).where(Evidence.state == EvidenceState.waiting).limit(1)
    return session.scalar(waiting) is not None


def claim(session: Session) -> Waiting | None:
    """The file that has waited longest, its attempt counted. Commit before fetching it."""
    row = session.scalar(
        select(Evidence)
        .where(Evidence.state == EvidenceState.waiting)
        .order_by(Evidence.id)
        .limit(1)
    )
    if row is None:
        return None
    row.attempts += 1
    return Waiting(row.id, row.file_id, row.name, ending_of(row), row.attempts)


def give_back(session: Session, evidence_id: int) -> None:
    """Take the attempt back: the file had no part in why it could not be fetched now."""
    row = _waiting(session, evidence_id)
    if row is not None:
        row.attempts -= 1


def stored(
    session: Session, evidence_id: int, path: str, checksum: str, size: int, now: datetime
) -> None:
    """A copy of the file stands in the data folder; `checksum` is its SHA-256 in hex."""
    row = _waiting(session, evidence_id)
    if row is None:
        return
    row.state, row.path, row.checksum, row.size = EvidenceState.stored, path, checksum, size
    row.stored_at = now
    part = row.report.part
    facts = {"evidence": row.id, "report": row.report_id, "checksum": checksum, "size": size}
    act = Act(now, now, SYSTEM)
    line = record(session, act, "evidence", part=part, text=row.name, facts=facts)
    refresh_cards(session, part.task, line)


def refuse(session: Session, evidence_id: int, code: str, now: datetime) -> None:
    """The file cannot be kept; of a classified one neither its name nor its words stay."""
    row = _waiting(session, evidence_id)
    if row is None:
        return
    row.state, row.code = EvidenceState.refused, code
    if code == "classified_file":
        row.file_id, row.name = "", None
        if row.inbox_id is not None:
            strike_out(session, row.inbox_id, everywhere=True)
            _strike_shown(session, row.report, row.inbox_id)
        _strike_words(session, row.report)
    _tell_refused(session, now, row)


def files_of(session: Session, act: Act, number: int) -> Sequence[Evidence]:
    """The stored files of a task that the actor may see, oldest first: those of their own
    departments, for the issuing office all."""
    query = (
        select(Evidence)
        .join(Report, Evidence.report_id == Report.id)
        .join(Part, Report.part_id == Part.id)
        .where(Part.task_id == min(number, HIGHEST_ID), Evidence.state == EvidenceState.stored)
        .order_by(Evidence.id)
    )
    if not roles_of(session, act) & DECIDERS:
        query = query.where(Part.department_id.in_(departments_of(session, act.person_id)))
    return session.scalars(query).all()


def _waiting(session: Session, evidence_id: int) -> Evidence | None:
    row = session.scalar(
        select(Evidence)
        .where(Evidence.id == evidence_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return row if row is not None and row.state is EvidenceState.waiting else None


def _strike_words(session: Session, said: Report) -> None:
    """What was written beside a classified file may say what it holds."""
    asked = session.scalar(select(Extension).where(Extension.report_id == said.id))
    if asked is not None:
        asked.reason, asked.progress = STRUCK, None
    lines = session.scalars(select(History).where(History.part_id == said.part_id)).all()
    for line in lines:
        asks = line.action == "extend" and asked and line.facts.get("extension") == asked.id
        if asks or line.facts.get("report") == said.id:
            line.text = STRUCK
            line.facts = {key: value for key, value in line.facts.items() if key != "message"}
    said.text, said.problem, said.next_step = STRUCK, None, None
    waited = select(Question).where(
        Question.chat_id == said.chat_id, Question.message_id == said.message_id
    )
    for question in session.scalars(waited).all() if said.message_id is not None else ():
        heard = select(History).where(
            History.action.in_(("question", "unmatched")), History.text == question.text
        )
        for line in session.scalars(heard):
            if line.facts.get("question") == question.id:
                line.text = STRUCK
        question.text = STRUCK


def _strike_shown(session: Session, said: Report, inbox_id: int) -> None:
    """What our own messages quoted of those words, where it is kept."""
    person = session.get(Person, said.person_id) if said.person_id is not None else None
    for chat_id in {said.chat_id, None if person is None else person.chat_id} - {None}:
        assert chat_id is not None
        inbox.forget_shown(session, chat_id, inbox_id)
        asked = select(Outbox).where(Outbox.chat_id == chat_id, Outbox.kind == Kind.view)
        for shown in session.scalars(asked.order_by(Outbox.id.desc()).limit(LOOKED_AT)):
            if shown.facts.get("words") == inbox_id and "text" in shown.facts:
                shown.facts = {**shown.facts, "text": STRUCK}


LOOKED_AT = 200
"""Messages of a chat among which those that quote are looked for."""

STRUCK = "〔涉密附件，未保存〕"


def _tell_refused(session: Session, now: datetime, row: Evidence) -> None:
    said = row.report
    if said.chat_id is None:
        return
    code = "evidence_refused" if row.name else "evidence_refused_nameless"
    if row.code == "classified_file":
        code = "evidence_classified"
    reply(
        session,
        said.chat_id,
        Kind.answer,
        now,
        f"evidence:{row.id}:refused",
        person_id=said.person_id,
        code=code,
        facts={
            "task": said.part.task_id,
            "name": row.name,
            "kind": row.kind.value,
            "why": row.code,
        },
        tasks=[said.part.task_id],
    )
