"""待签发: what waits for a leader's word, as the leader sees it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from tasks.casework import Approval
from tasks.errors import NotAllowed
from tasks.models import Person
from tasks.services.acts import Act, Office, is_office, roles_of
from tasks.services.approvals import SIGNING, get_approval
from tasks.views.drafts import ClauseLine, Filter, clauses
from tasks.views.issuing import Preview, preview


class Decision(StrEnum):
    """How a request for a leader's word stands."""

    waiting = "waiting"
    granted = "granted"
    refused = "refused"
    outdated = "outdated"  # the draft has changed since


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """One request. `preview`, `lines`: what would go out, as the draft stands now."""

    id: int
    decision: Decision
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    reason: str | None
    preview: Preview
    lines: tuple[ClauseLine, ...]
    may_sign: bool


def approval(session: Session, office: Office, act: Act, approval_id: int) -> ApprovalView:
    """A request for a leader's word, for leaders and the office. Raises NotFound, NotAllowed."""
    may_sign = bool(roles_of(session, act) & SIGNING)
    if not (may_sign or is_office(session, act)):
        raise NotAllowed(action="approve")
    asked = get_approval(session, approval_id)
    return ApprovalView(
        asked.id,
        decision_of(asked),
        _name(session, asked.asked_by_id),
        asked.asked_at,
        _name(session, asked.decided_by_id) or None,
        asked.reason,
        preview(session, office, act, asked.notice_id),
        clauses(session, office, act, asked.notice_id, Filter.ready),
        may_sign,
    )


def decision_of(asked: Approval) -> Decision:
    """How a request stands."""
    if asked.granted is not None:
        return Decision.granted if asked.granted else Decision.refused
    if asked.decided_at is not None or asked.notice.revision != asked.revision:
        return Decision.outdated
    return Decision.waiting


def _name(session: Session, person_id: int | None) -> str:
    found = None if person_id is None else session.get(Person, person_id)
    return "" if found is None else found.name
