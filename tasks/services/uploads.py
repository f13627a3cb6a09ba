"""A file that a coordinator sent becomes a notice: what is kept of it, and what is struck out.

The bot fetches and reads between two of these steps, with no transaction open. A file that
waits is decided once: whoever comes second finds it decided and changes nothing. Every step
owes the sender the message that shows it; all rows of a file show what is true at sending.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks import outbox
from tasks.db import Turn, take_turn
from tasks.drafting import Upload
from tasks.errors import DubanError, NotAllowed
from tasks.mailroom import Inbox, Outbox
from tasks.outbox import Priority
from tasks.reading import NoticeReading
from tasks.services import sheets
from tasks.services.acts import Act, Office, is_office
from tasks.services.notices import import_notice
from tasks.services.post import Kind
from tasks.services.revisions import find_earlier
from tasks.text import storable
from tasks.vocabulary import UploadState

LIMIT_MB = 20
"""Of a file that Telegram lets a bot fetch (Bot API, getFile)."""

MAX_ATTEMPTS = 3
"""Attempts at a file that crashed, or that the process did not outlive."""

MAX_NAME = 255

MAX_PLACES = 10
"""Cells with a problem that are named; whoever mends them sees the next ones."""

TELLING = frozenset({"file_id", "file_unique_id", "file_name", "caption", "caption_entities"})
"""What an update says of a file: how to fetch it, what it is called, and the words beside it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file to be fetched and read now, its attempt counted."""

    id: int
    person_id: int
    file_id: str
    file_name: str | None
    update_id: int | None
    said_at: datetime
    attempts: int


def receive(
    session: Session,
    act: Act,
    *,
    chat_id: int,
    file_id: str,
    file_name: str | None,
    size: int | None,
    inbox_id: int | None,
) -> Upload:
    """Keep that somebody of the office sent a file; one that is too large is refused at once.

    Raises NotAllowed for anybody else.
    """
    if act.person_id is None or not is_office(session, act):
        raise NotAllowed(action="upload")
    upload = Upload(
        inbox_id=inbox_id,
        chat_id=chat_id,
        person_id=act.person_id,
        file_id=storable(file_id),
        # The ending tells the format.
        file_name=None if file_name is None else storable(file_name)[-MAX_NAME:],
        size=size,
        update_id=act.update_id,
        said_at=act.said_at,
        state=UploadState.waiting,
        facts={},
    )
    if size is not None and size > LIMIT_MB * 1024 * 1024:
        # No column holds every number that a server might tell.
        upload.size = None
        _decide(upload, UploadState.refused, "file_too_large", {"limit_mb": LIMIT_MB})
    session.add(upload)
    session.flush()
    _show(session, upload, act.now)
    return upload


def anything_waits(session: Session) -> bool:
    """Whether a file waits to be fetched and read."""
    waiting = select(Upload.id).where(Upload.state == UploadState.waiting).limit(1)
    return session.scalar(waiting) is not None


def ahead_of(session: Session, upload: Upload) -> int:
    """How many files are read before this one."""
    earlier = (Upload.state == UploadState.waiting, Upload.id < upload.id)
    return session.scalar(select(func.count()).select_from(Upload).where(*earlier)) or 0


def claim(session: Session) -> Taken | None:
    """The file that has waited longest, its attempt counted. Commit before fetching it."""
    upload = session.scalar(
        select(Upload).where(Upload.state == UploadState.waiting).order_by(Upload.id).limit(1)
    )
    if upload is None:
        return None
    upload.attempts += 1
    upload.percent = 0
    return Taken(
        id=upload.id,
        person_id=upload.person_id,
        file_id=upload.file_id,
        file_name=upload.file_name,
        update_id=upload.update_id,
        said_at=upload.said_at,
        attempts=upload.attempts,
    )


def give_back(session: Session, upload_id: int) -> None:
    """Take the attempt back: the file had no part in why it could not be read now."""
    upload = _waiting(session, upload_id)
    if upload is not None:
        upload.attempts -= 1


def progressed(session: Session, upload_id: int, percent: int, now: datetime) -> None:
    """That much of the file is read."""
    upload = _waiting(session, upload_id)
    if upload is not None and upload.percent < percent:
        upload.percent = min(percent, 100)
        _show(session, upload, now)


def keep(session: Session, act: Act, upload_id: int, text: str, reading: NoticeReading) -> None:
    """Keep the notice that was read in the file; one that holds no duty is refused, and one
    that revises an earlier notice waits for a decision."""
    upload = _waiting(session, upload_id)
    if upload is None:
        return
    take_turn(session, Turn.notices)
    earlier = find_earlier(session, text, reading)
    if earlier is not None and reading.duties:
        upload.notice_id = earlier.id
        upload.text, upload.reading = storable(text), reading.as_document()
        _decide(upload, UploadState.revises, None, {})
        _show(session, upload, act.now)
        return
    try:
        kept = import_notice(session, act, text, reading, file_name=upload.file_name)
    except DubanError as refusal:
        _decide(upload, UploadState.refused, refusal.code, refusal.facts)
    else:
        upload.notice_id = kept.notice
        _decide(upload, UploadState.stored, None, {"known": True} if kept.known else {})
    _show(session, upload, act.now)


def review(session: Session, office: Office, act: Act, upload_id: int, data: bytes) -> None:
    """Apply the edited workbook of a draft that was in the file, whole or not at all."""
    upload = _waiting(session, upload_id)
    if upload is None:
        return
    try:
        with session.begin_nested():
            done = sheets.apply(session, office, act, data)
    except DubanError as refusal:
        _decide(upload, UploadState.refused, refusal.code, refusal.facts)
    else:
        upload.notice_id = done.notice
        if done.problems:
            places = [[one.sheet, one.row, one.column] for one in done.problems[:MAX_PLACES]]
            facts = {"count": len(done.problems), "places": places}
            _decide(upload, UploadState.refused, "sheet_problems", facts)
        else:
            counts = {
                "changed": len(done.changed),
                "added": len(done.added),
                "waived": len(done.waived),
                "mapped": done.mapped,
                "dropped": done.dropped,
            }
            _decide(upload, UploadState.stored, None, {"sheet": counts})
    _show(session, upload, act.now)


def refuse(
    session: Session, upload_id: int, code: str, facts: Mapping[str, Any], now: datetime
) -> bool:
    """Decide that a file cannot be taken in; False where that was decided before. Of one that
    is marked as classified nothing stays behind that says what it was."""
    upload = _waiting(session, upload_id)
    if upload is None:
        return False
    _decide(upload, UploadState.refused, code, facts)
    if code == "classified_file":
        upload.file_id, upload.file_name = "", None
        if upload.inbox_id is not None:
            strike_out(session, upload.inbox_id, everywhere=True)
    _show(session, upload, now)
    return True


def strike_out(session: Session, inbox_id: int, *, everywhere: bool = False) -> None:
    """Take out of an update how its file is called and fetched and the words beside it; it
    stays valid JSON. `everywhere`: also of every other update in its chat that has the file."""
    row = session.get_one(Inbox, inbox_id)
    rows = {row.id: row}
    for known in _values(json.loads(row.payload), "file_unique_id") if everywhere else ():
        same = select(Inbox).where(
            Inbox.chat_id == row.chat_id,
            Inbox.payload.contains(json.dumps(known, ensure_ascii=True), autoescape=True),
        )
        rows |= {other.id: other for other in session.scalars(same)}
    for one in rows.values():
        one.payload = json.dumps(_struck(json.loads(one.payload)), ensure_ascii=True)


def placed(session: Session, upload_id: int, message_id: int) -> None:
    """The message that shows how far the file is stands in its chat."""
    session.get_one(Upload, upload_id).message_id = message_id


def _waiting(session: Session, upload_id: int) -> Upload | None:
    """That file, held until the commit, unless it is decided already."""
    upload = session.scalar(
        select(Upload)
        .where(Upload.id == upload_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if upload is None or upload.state is not UploadState.waiting:
        return None
    return upload


def _decide(
    upload: Upload, state: UploadState, code: str | None, facts: Mapping[str, Any]
) -> None:
    upload.state, upload.code, upload.facts = state, code, dict(facts)


def _show(session: Session, upload: Upload, now: datetime) -> None:
    """Owe the sender what is true of the file now."""
    base = f"upload:{upload.id}:"
    number = session.scalar(
        select(func.count()).select_from(Outbox).where(Outbox.key.startswith(base))
    )
    outbox.put(
        session,
        key=f"{base}{number}",
        kind=Kind.upload,
        chat_id=upload.chat_id,
        person_id=upload.person_id,
        facts={"upload": upload.id},
        priority=Priority.answer,
        now=now,
    )


def _values(document: Any, name: str) -> set[str]:
    """Every text under that name, anywhere in a JSON document."""
    if isinstance(document, list):
        return set().union(*(_values(one, name) for one in document))
    if not isinstance(document, dict):
        return set()
    found = set().union(*(_values(one, name) for one in document.values()))
    value = document.get(name)
    return found | {value} if isinstance(value, str) and value else found


def _struck(document: Any) -> Any:
    if isinstance(document, list):
        return [_struck(one) for one in document]
    if not isinstance(document, dict):
        return document
    return {
        name: ("" if isinstance(value, str) else []) if name in TELLING else _struck(value)
        for name, value in document.items()
    }
