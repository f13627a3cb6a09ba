"""A file that turned out to revise a known notice is decided by whoever reviews it."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.drafting import Upload
from tasks.errors import NotAllowed, NotFound, Stale
from tasks.models import Notice
from tasks.reading import NoticeReading
from tasks.reading.written import reading_from
from tasks.services import notices, revisions
from tasks.services.acts import HIGHEST_ID, Act, get_notice, is_office
from tasks.vocabulary import UploadState


class Choice(StrEnum):
    """What to do with a revised text."""

    revise = "revise"  # 采用修订
    new = "new"  # 另立为新通知
    drop = "drop"  # 放弃


def get_revision(session: Session, upload_id: int) -> tuple[Upload, Notice, NoticeReading]:
    """A file that waits for that decision, the notice that it revises, and what it says.

    Raises NotFound, or Stale once it is decided.
    """
    upload = None
    if 0 < upload_id <= HIGHEST_ID:
        upload = session.scalar(
            select(Upload)
            .where(Upload.id == upload_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    if upload is None or upload.notice_id is None:
        raise NotFound("no_such_file")
    if upload.state is not UploadState.revises or upload.text is None or upload.reading is None:
        raise Stale("revision_decided")
    reading = reading_from(upload.reading, upload.text)
    return upload, get_notice(session, upload.notice_id), reading


def decide(session: Session, act: Act, upload_id: int, choice: Choice) -> Upload:
    """Adopt a revised text, keep it as a notice of its own, or drop it. Raises NotFound,
    NotAllowed, Stale once it is decided, Refused where the text is known by now."""
    if not is_office(session, act):
        raise NotAllowed(action="draft")
    upload, notice, reading = get_revision(session, upload_id)
    assert upload.text is not None
    upload.state = UploadState.dropped if choice is Choice.drop else UploadState.stored
    if choice is Choice.revise:
        revisions.adopt(session, act, notice.id, upload.text, reading, file_name=upload.file_name)
    elif choice is Choice.new:
        kept = notices.import_notice(
            session, act, upload.text, reading, file_name=upload.file_name
        )
        upload.notice_id = kept.notice
    upload.text = upload.reading = None
    session.flush()
    return upload
