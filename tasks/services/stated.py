"""What the last text of a notice that came in states of its clauses, whatever was decided since.

The one rule: it is told from the steps on the draft alone; a revision writes down, for every
clause that somebody had changed, what it states of it (`as_kept`).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.drafting import DraftEdit
from tasks.reading import Duty
from tasks.services.notices import owners_of
from tasks.text import storable


def as_kept(duty: Duty) -> dict[str, Any]:
    """What the text says of a clause about which somebody has decided otherwise."""
    return {
        "text": storable(duty.text),
        "owners": [[name, role.value] for name, role in owners_of(duty)],
        "deadline": None if duty.deadline is None else duty.deadline.isoformat(),
        "deadline_text": None if duty.deadline_text is None else storable(duty.deadline_text),
        "start": duty.start,
        "end": duty.end,
    }


def _edits(session: Session, notice_id: int) -> Sequence[DraftEdit]:
    return session.scalars(
        select(DraftEdit).where(DraftEdit.notice_id == notice_id).order_by(DraftEdit.id)
    ).all()


def as_read(session: Session, notice_id: int) -> dict[int, dict[str, Any]]:
    """Clauses that a coordinator changed, as the last text that came in states them."""
    found: dict[int, dict[str, Any]] = {}
    for edit in _edits(session, notice_id):
        if edit.action == "revise":
            found |= {int(key): kept for key, kept in edit.after["read"].items()}
            continue
        for key, kept in edit.before["clauses"].items():
            found.setdefault(int(key), kept)
    return found


def made_by_steps(session: Session, notice_id: int) -> dict[int, str]:
    """Clauses that a coordinator's step made, and which step."""
    return {
        clause_id: edit.action
        for edit in _edits(session, notice_id)
        if edit.action != "revise"
        for clause_id in edit.after["made"]
    }
