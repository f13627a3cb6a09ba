"""签发: where the office wants it, an issue waits for a leader's word.

One rule: what a leader signs is the revision of the draft that was put before them. A draft
that has changed since has to be put before them again.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.casework import Approval
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.models import Person
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    get_notice,
    is_office,
    people_with,
    record,
    roles_of,
)
from tasks.services.notices import Issued, hold_notice, publish, ready_clauses
from tasks.services.post import Kind, tell
from tasks.services.steps import last_actor
from tasks.text import storable
from tasks.vocabulary import Role

SIGNING = frozenset({Role.leader, Role.admin})
"""Who signs an issue; an admin stands in for recovery."""


def request(session: Session, office: Office, act: Act, notice_id: int, revision: int) -> Approval:
    """Put that revision of a draft before the leaders; what waits for it already stays.

    Raises NotFound, NotAllowed, Stale where the draft has changed, Refused where nothing would
    go out or no leader is bound.
    """
    if not is_office(session, act):
        raise NotAllowed(action="issue")
    notice = hold_notice(session, notice_id)
    if notice.revision != revision:
        raise Stale("draft_changed", by=last_actor(session, notice.id))
    if not ready_clauses(session, office, act, notice.id):
        raise Refused("nothing_to_issue")
    signing = people_with(session, Role.leader)
    if not signing:
        raise Refused("no_leader_bound")
    waiting = waiting_for(session, notice.id)
    if waiting is not None:
        return waiting
    for old in session.scalars(
        select(Approval).where(Approval.notice_id == notice.id, Approval.decided_at.is_(None))
    ):
        # Of an earlier revision: nobody can sign it any more.
        old.decided_at = act.now
    made = Approval(
        notice_id=notice.id, revision=revision, asked_at=act.now, asked_by_id=act.person_id
    )
    session.add(made)
    session.flush()
    record(
        session,
        act,
        "ask_approval",
        notice_id=notice.id,
        facts={"approval": made.id, "revision": revision},
    )
    facts = {"name": "approval", "approval": made.id}
    tell(session, signing, Kind.view, act.now, f"approval:{made.id}", facts)
    return made


def sign(session: Session, office: Office, act: Act, approval_id: int) -> Issued:
    """签发: hand out that revision in the leader's name; whoever asked is told.

    Raises NotFound, NotAllowed, Stale where it was decided or the draft has changed.
    """
    asked = check_approval(session, act, approval_id)
    done = publish(
        session,
        office,
        act,
        asked.notice_id,
        revision=asked.revision,
        approved_by=act.actor,
    )
    if not done.issued:
        raise Stale("draft_changed", by=last_actor(session, asked.notice_id))
    _decide(session, act, asked, granted=True)
    facts: dict[str, object] = {"notice": asked.notice_id, "leader": act.actor, "n": done.issued}
    _tell_asker(session, act, asked, "approved_told", facts)
    return done


def send_back(session: Session, act: Act, approval_id: int, reason: str) -> Approval:
    """退回, with its reason; whoever asked is told. Raises NotFound, NotAllowed, Stale where it
    was decided or the draft has changed, Refused without a reason."""
    asked = check_approval(session, act, approval_id)
    reason = storable(reason).strip()
    if not reason:
        raise Refused("why_needed")
    _decide(session, act, asked, granted=False, reason=reason)
    record(
        session,
        act,
        "refuse_approval",
        notice_id=asked.notice_id,
        text=reason,
        facts={"approval": asked.id},
    )
    facts: dict[str, object] = {"notice": asked.notice_id, "leader": act.actor, "reason": reason}
    _tell_asker(session, act, asked, "disapproved_told", facts)
    return asked


def check_approval(session: Session, act: Act, approval_id: int) -> Approval:
    """The request that the actor would decide. Raises what deciding it would."""
    if not roles_of(session, act) & SIGNING:
        raise NotAllowed(action="approve")
    asked = get_approval(session, approval_id)
    notice = hold_notice(session, asked.notice_id)
    session.refresh(asked)
    if notice.revision != asked.revision and asked.granted is None:
        raise Stale("approval_outdated", by=last_actor(session, notice.id))
    if asked.decided_at is not None:
        raise Stale("approval_decided")
    return asked


def get_approval(session: Session, approval_id: int) -> Approval:
    """The request with that id. Raises NotFound."""
    found = session.get(Approval, approval_id) if 0 < approval_id <= HIGHEST_ID else None
    if found is None:
        raise NotFound("no_such_approval")
    return found


def waiting_for(session: Session, notice_id: int) -> Approval | None:
    """What waits for a leader's word on a notice as it stands now."""
    return session.scalar(
        select(Approval)
        .where(
            Approval.notice_id == notice_id,
            Approval.decided_at.is_(None),
            Approval.revision == get_notice(session, notice_id).revision,
        )
        .order_by(Approval.id.desc())
        .limit(1)
    )


def all_waiting(session: Session) -> list[Approval]:
    """Every request that waits for a leader's word, the oldest first."""
    found = session.scalars(
        select(Approval).where(Approval.decided_at.is_(None)).order_by(Approval.id)
    )
    return [one for one in found if one.notice.revision == one.revision]


def _decide(
    session: Session, act: Act, asked: Approval, *, granted: bool, reason: str | None = None
) -> None:
    asked.decided_at, asked.decided_by_id = act.now, act.person_id
    asked.granted, asked.reason = granted, reason
    session.flush()


def _tell_asker(
    session: Session, act: Act, asked: Approval, code: str, facts: dict[str, object]
) -> None:
    """Who asked; where that was the console, the coordinators."""
    person = None if asked.asked_by_id is None else session.get(Person, asked.asked_by_id)
    people = people_with(session, Role.coordinator) if person is None else [person]
    said = {"code": code, "facts": facts, "tasks": []}
    tell(session, people, Kind.answer, act.now, f"approval:{asked.id}:decided", said)
