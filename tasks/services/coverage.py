"""Coverage of a draft: sentences that are no clause yet, and names that are no department.

The one rule: every function is one step (`steps`) on rows as their editor saw them.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.db import Turn, take_turn
from tasks.drafting import DraftEdit, Passage
from tasks.errors import NotFound, Stale
from tasks.models import Alias, Clause, Department
from tasks.services.acts import HIGHEST_ID, Act
from tasks.services.directory import (
    add_alias,
    clean_name,
    ensure_department,
    find_department,
)
from tasks.services.steps import (
    Seen,
    Step,
    as_seen,
    begin,
    get_clause,
    get_passage,
    mark_waived,
    one_notice,
    reason_for,
)
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PassageState, WaiveReason


def map_passage(
    session: Session, act: Act, seen: Seen, into: Seen | None = None
) -> tuple[DraftEdit, Clause]:
    """立为条目: make a clause of a passage; or, with `into`, say that this clause states it."""
    step = begin(session, act, get_passage(session, seen[0]).notice_id, "map")
    passage = _open_passage(session, seen)
    if into is None:
        clause = _make(session, step, passage)
    else:
        clause = as_seen(session, get_clause(session, into[0]), into[1])
        if clause.notice_id != passage.notice_id:
            raise NotFound("no_such_clause")
    step.passage(passage)
    passage.state, passage.clause_id = PassageState.mapped, clause.id
    return step.done(), clause


def map_passages(session: Session, act: Act, seen: Sequence[Seen]) -> DraftEdit:
    """立为条目: make a clause of each of these passages of one notice."""
    rows = [get_passage(session, passage_id) for passage_id, _ in seen]
    step = begin(session, act, one_notice(rows), "map")
    for one in seen:
        passage = step.passage(_open_passage(session, one))
        passage.state = PassageState.mapped
        passage.clause_id = _make(session, step, passage).id
    return step.done()


def _make(session: Session, step: Step, passage: Passage) -> Clause:
    return step.make(
        text=passage.text,
        start=passage.start,
        end=passage.end,
        section=_section_at(session, passage),
        kind=ClauseKind.measure,
        state=ClauseState.open,
        follow_up=FollowUp.standing,
    )


def waive_passages(
    session: Session,
    act: Act,
    seen: Sequence[Seen],
    why: WaiveReason,
    words: str | None = None,
) -> DraftEdit:
    """不立项: these passages of one notice are not followed up, all for one reason."""
    reason = reason_for(why, words)
    rows = [get_passage(session, passage_id) for passage_id, _ in seen]
    step = begin(session, act, one_notice(rows), "waive_passages")
    for one in seen:
        mark_waived(step.passage(_open_passage(session, one)), why, reason)
    return step.done()


def known_department(session: Session, department_id: int, name: str = "") -> Department:
    """The department with that id, which somebody chose for a name. Raises NotFound."""
    found = None
    if 0 < department_id <= HIGHEST_ID:
        found = session.get(Department, department_id)
    if found is None:
        raise NotFound("no_such_department", department=name)
    return found


def _open_passage(session: Session, seen: Seen) -> Passage:
    passage = get_passage(session, seen[0])
    if passage.version != seen[1] or passage.state is not PassageState.open:
        raise Stale("passage_changed")
    return passage


def _section_at(session: Session, passage: Passage) -> str | None:
    """The section of the clause before a passage: where it most likely stands."""
    return session.scalar(
        select(Clause.section)
        .where(Clause.notice_id == passage.notice_id, Clause.start <= passage.start)
        .order_by(Clause.start.desc())
        .limit(1)
    )


def settle_owner(
    session: Session, act: Act, notice_id: int, name: str, department_id: int | None
) -> DraftEdit:
    """Say which department a name in a notice means, now and later; None makes it one of
    its own. Raises Refused where the name belongs to another department already."""
    step = begin(session, act, notice_id, "settle_owner")
    take_turn(session, Turn.departments)
    if department_id is None:
        is_new = find_department(session, clean_name(name)) is None
        made = ensure_department(session, act, name)
        if is_new:
            step.departments.append(made.id)
    else:
        department = known_department(session, department_id, name)
        if add_alias(session, department, name):
            alias = session.scalars(select(Alias.id).where(Alias.name == clean_name(name))).one()
            step.aliases.append(alias)
    return step.done()
