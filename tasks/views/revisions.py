"""A file that revises a known notice: what differs, while it waits for a decision."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tasks.services.adoptions import get_revision
from tasks.services.revisions import Differences, differences
from tasks.views.standings import notice_label


@dataclass(frozen=True, slots=True)
class RevisionView:
    """What a revised text changes in a notice."""

    upload_id: int
    notice_id: int
    label: str
    found: Differences


def revision(session: Session, upload_id: int) -> RevisionView:
    """The differences. Raises NotFound, or Stale once they are decided."""
    _, notice, reading = get_revision(session, upload_id)
    return RevisionView(
        upload_id, notice.id, notice_label(notice), differences(session, notice, reading)
    )
