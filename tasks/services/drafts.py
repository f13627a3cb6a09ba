"""A draft is reviewed: clauses are corrected, merged, split, waived and given owners.

The one rule: every function is one step (`steps`) on rows as their editor saw them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.drafting import DraftEdit
from tasks.errors import NotFound, Refused, Stale
from tasks.models import Clause, ClauseRole, Department
from tasks.services.acts import Act
from tasks.services.steps import (
    Owners,
    Seen,
    as_seen,
    begin,
    get_clause,
    last_actor,
    mark_waived,
    needs_open,
    on_clause,
    one_notice,
    put_owners,
    reason_for,
)
from tasks.text import storable
from tasks.vocabulary import ClauseState, FollowUp, WaiveReason

MAX_CLAUSE = 20_000
"""Characters of a clause's text; far above any sentence, far below what slows a page."""


def edit_text(session: Session, act: Act, seen: Seen, text: str) -> DraftEdit:
    """Put other words in place of a clause's; its span still leads to the original."""
    step, clause = on_clause(session, act, seen, "text")
    clause.text = _clean_text(text)
    return step.done()


def _clean_text(text: str) -> str:
    cleaned = storable(text).strip()
    if not cleaned:
        raise Refused("empty_clause")
    if len(cleaned) > MAX_CLAUSE:
        raise Refused("clause_too_long", limit=MAX_CLAUSE)
    return cleaned


def set_owners(session: Session, act: Act, seen: Seen, owners: Owners) -> DraftEdit:
    """Give a clause these owners and no others; none leaves it without owner."""
    step, clause = on_clause(session, act, seen, "owners")
    put_owners(session, clause, owners)
    return step.done()


def set_limit(
    session: Session, act: Act, seen: Seen, deadline: date | None, literal: str | None = None
) -> DraftEdit:
    """Set the limit of a clause (`literal`: as it was typed), or take it away."""
    step, clause = on_clause(session, act, seen, "limit")
    put_limit(clause, deadline, literal)
    return step.done()


def put_limit(clause: Clause, deadline: date | None, literal: str | None) -> None:
    """Give a clause another limit or none; the way of following it up goes with it."""
    clause.deadline = deadline
    clause.deadline_text = None if literal is None else storable(literal)
    clause.as_overdue = False
    if deadline is None and clause.follow_up is FollowUp.dated:
        clause.follow_up = FollowUp.standing
    elif deadline is not None and clause.follow_up is FollowUp.standing:
        clause.follow_up = FollowUp.dated


def keep_overdue(session: Session, act: Act, seen: Seen) -> DraftEdit:
    """按超期处理: a limit that had passed already is kept as it is."""
    step, clause = on_clause(session, act, seen, "as_overdue")
    if clause.deadline is None:
        raise Refused("no_limit", number=clause.position)
    clause.as_overdue = True
    return step.done()


def set_follow_up(session: Session, act: Act, seen: Seen, follow_up: FollowUp) -> DraftEdit:
    """Choose how a clause is followed up. `standing` takes its limit away; `dated` needs one."""
    step, clause = on_clause(session, act, seen, "follow_up")
    _put_follow_up(clause, follow_up)
    return step.done()


def _put_follow_up(clause: Clause, follow_up: FollowUp) -> None:
    if follow_up is FollowUp.dated and clause.deadline is None:
        raise Refused("limit_needed", number=clause.position)
    if follow_up is FollowUp.standing:
        put_limit(clause, None, None)
    clause.follow_up = follow_up


def waive(
    session: Session,
    act: Act,
    seen: Sequence[Seen],
    why: WaiveReason,
    words: str | None = None,
) -> DraftEdit:
    """不立项: these clauses of one notice are not followed up. `other` needs words."""
    reason = reason_for(why, words)
    clauses = [get_clause(session, clause_id) for clause_id, _ in seen]
    step = begin(session, act, one_notice(clauses), "waive")
    for clause_id, version in seen:
        clause = as_seen(session, get_clause(session, clause_id), version)
        needs_open(session, clause)
        mark_waived(step.clause(clause), why, reason)
    return step.done()


def reopen(session: Session, act: Act, seen: Seen) -> DraftEdit:
    """恢复: a waived clause is open again."""
    step = begin(session, act, get_clause(session, seen[0]).notice_id, "reopen")
    clause = as_seen(session, get_clause(session, seen[0]), seen[1])
    if clause.state is not ClauseState.waived:
        raise Refused("clause_not_waived", number=clause.position)
    step.clause(clause)
    clause.state, clause.waived_as, clause.reason = ClauseState.open, None, None
    return step.done()


def ask_each(session: Session, act: Act, seen: Seen, departments: Iterable[int]) -> DraftEdit:
    """逐单位: a collective duty is asked of each of these departments."""
    step, clause = on_clause(session, act, seen, "each")
    found = session.scalars(
        select(Department).where(Department.id.in_(list(departments))).order_by(Department.id)
    ).all()
    if not found:
        raise Refused("scope_needed")
    put_owners(session, clause, [(one.name, ClauseRole.each) for one in found])
    return step.done()


def merge(session: Session, act: Act, seen: Seen, other: Seen) -> DraftEdit:
    """合并: the first clause states the other one too, which is no clause any more.

    Owners and limit stay those of the first; what only the other had is taken over.
    """
    step, clause = on_clause(session, act, seen, "merge")
    gone = as_seen(session, get_clause(session, other[0]), other[1])
    if gone.notice_id != clause.notice_id or gone.id == clause.id:
        raise NotFound("no_such_clause")
    needs_open(session, gone)
    step.clause(gone)
    first, second = sorted((clause, gone), key=lambda one: (one.start, one.position))
    clause.text = _clean_text(f"{first.text}\n{second.text}")
    clause.start, clause.end = min(clause.start, gone.start), max(clause.end, gone.end)
    if not clause.owners:
        put_owners(session, clause, [(owner.name, owner.role) for owner in gone.owners])
        if clause.owners:
            clause.kind = gone.kind
    if clause.deadline is None and gone.deadline is not None:
        put_limit(clause, gone.deadline, gone.deadline_text)
    gone.state, gone.merged_into = ClauseState.merged, clause.position
    return step.done()


def split(session: Session, act: Act, seen: Seen, places: Sequence[int]) -> DraftEdit:
    """拆分: cut a clause's text at these places (characters of its text); the first piece
    keeps its number. Owners, limit and the way of following up are those of the whole."""
    step, clause = on_clause(session, act, seen, "split")
    cuts = [0, *sorted(set(places)), len(clause.text)]
    pieces = [(a, b) for a, b in pairwise(cuts) if clause.text[a:b].strip()]
    if len(pieces) < 2 or cuts[-2] >= len(clause.text) or cuts[1] <= 0:
        raise Refused("nothing_to_split", number=clause.position)
    whole, start, end = clause.text, clause.start, clause.end
    exact = step.notice.text[start:end] == whole
    owners = [(owner.name, owner.role) for owner in clause.owners]
    for place, (first, last) in enumerate(pieces):
        text = whole[first:last]
        # A text that was edited has no places of its own in the notice any more.
        from_, to = (start + first, start + last) if exact else (start, end)
        if exact:
            from_ += len(text) - len(text.lstrip())
            to -= len(text) - len(text.rstrip())
        if place == 0:
            clause.text, clause.start, clause.end = text.strip(), from_, to
            continue
        made = step.make(
            text=text.strip(),
            start=from_,
            end=to,
            section=clause.section,
            kind=clause.kind,
            state=ClauseState.open,
            follow_up=clause.follow_up,
            as_overdue=clause.as_overdue,
            deadline=clause.deadline,
            deadline_text=clause.deadline_text,
            recurrence=clause.recurrence,
        )
        put_owners(session, made, owners)
    return step.done()


@dataclass(frozen=True, slots=True)
class Orders:
    """What a bulk step does to every clause that it touches; None leaves a thing as it is."""

    owners: Owners | None = None
    follow_up: FollowUp | None = None
    deadline: date | None = None
    deadline_text: str | None = None
    waive: WaiveReason | None = None
    reason: str | None = None


def assign(
    session: Session, act: Act, notice_id: int, revision: int, numbers: Sequence[int], do: Orders
) -> DraftEdit:
    """Do the same to many clauses, by their numbers, as the previewed revision showed them.

    Raises Stale where the draft has changed since the preview.
    """
    step = begin(session, act, notice_id, "assign")
    if step.notice.revision != revision:
        raise Stale("draft_changed", by=last_actor(session, notice_id))
    clauses = session.scalars(
        select(Clause)
        .where(Clause.notice_id == notice_id, Clause.position.in_(list(numbers)))
        .order_by(Clause.start, Clause.position)
        .options(selectinload(Clause.owners))
        .execution_options(populate_existing=True)
    ).all()
    if not clauses or len(clauses) != len(set(numbers)):
        raise NotFound("no_such_clause")
    reason = None if do.waive is None else reason_for(do.waive, do.reason)
    for clause in clauses:
        needs_open(session, clause)
        step.clause(clause)
        if do.owners is not None:
            put_owners(session, clause, do.owners)
        if do.deadline is not None:
            put_limit(clause, do.deadline, do.deadline_text)
        if do.follow_up is not None:
            _put_follow_up(clause, do.follow_up)
        if do.waive is not None:
            mark_waived(clause, do.waive, reason)
    return step.done()
