"""撤销: a step on a draft is taken back by who made it, unless the same was changed since."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.drafting import DraftEdit, Passage
from tasks.errors import Refused, Stale
from tasks.models import Alias, Clause, ClauseRole
from tasks.services.acts import Act
from tasks.services.directory import drop_department
from tasks.services.steps import (
    CLAUSE_COLUMNS,
    Step,
    as_seen,
    begin,
    get_clause,
    get_passage,
    needs_open,
    put_owners,
)
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PassageState, WaiveReason


def last_edit(session: Session, act: Act, notice_id: int) -> DraftEdit | None:
    """The actor's last step on a draft that is not undone, since its text last came in."""
    revised = session.scalar(
        select(func.max(DraftEdit.id)).where(
            DraftEdit.notice_id == notice_id, DraftEdit.action == "revise"
        )
    )
    return session.scalar(
        select(DraftEdit)
        .where(
            DraftEdit.notice_id == notice_id,
            DraftEdit.person_id.is_not_distinct_from(act.person_id),
            DraftEdit.undone_at.is_(None),
            DraftEdit.action.not_in(("undo", "revise")),
            DraftEdit.id > (revised or 0),
        )
        .order_by(DraftEdit.id.desc())
        .limit(1)
    )


def undo(session: Session, act: Act, notice_id: int) -> DraftEdit:
    """撤销: put back what stood before the actor's last step.

    Raises Refused where there is none, Stale where somebody changed the same since.
    """
    step = begin(session, act, notice_id, "undo")
    edit = last_edit(session, act, notice_id)
    if edit is None:
        raise Refused("nothing_to_undo")
    clauses = {int(key): version for key, version in edit.after["clauses"].items()}
    found = {clause_id: get_clause(session, clause_id) for clause_id in clauses}
    for clause_id, version in clauses.items():
        if found[clause_id].state is ClauseState.issued:
            needs_open(session, found[clause_id])
        as_seen(session, found[clause_id], version)
    passages = {int(key): version for key, version in edit.after["passages"].items()}
    for passage_id, version in passages.items():
        if get_passage(session, passage_id).version != version:
            raise Stale("passage_changed")
    for clause_id in edit.after["made"]:
        step.clause(found[clause_id])
        found[clause_id].state = ClauseState.merged
        found[clause_id].merged_into = None
    for key, kept in edit.before["clauses"].items():
        _restore_clause(session, step.clause(found[int(key)]), kept)
    for key, kept in edit.before["passages"].items():
        passage = step.passage(get_passage(session, int(key)))
        passage.state = PassageState(kept["state"])
        passage.waived_as = None if kept["waived_as"] is None else WaiveReason(kept["waived_as"])
        passage.reason, passage.clause_id = kept["reason"], kept["clause_id"]
    for alias_id in edit.after["aliases"]:
        alias = session.get(Alias, alias_id)
        if alias is not None:
            session.delete(alias)
    for department_id in edit.after["departments"]:
        # One that people or tasks have come to since stays.
        drop_department(session, department_id)
    # Versions of the earlier steps on the same rows move on with the undoing, so that these
    # can be undone in their turn.
    step.done()
    _follow_versions(session, edit, step)
    edit.undone_at = act.now
    session.flush()
    return edit


def _restore_clause(session: Session, clause: Clause, kept: dict[str, Any]) -> None:
    kinds: dict[str, Any] = {
        "state": ClauseState,
        "follow_up": FollowUp,
        "waived_as": WaiveReason,
        "kind": ClauseKind,
        "deadline": date.fromisoformat,
    }
    for name in CLAUSE_COLUMNS:
        value = kept[name]
        setattr(clause, name, value if value is None else kinds.get(name, lambda v: v)(value))
    put_owners(session, clause, [(name, ClauseRole(role)) for name, role in kept["owners"]])


def _follow_versions(session: Session, undone: DraftEdit, step: Step) -> None:
    before = session.scalars(
        select(DraftEdit)
        .where(
            DraftEdit.notice_id == undone.notice_id,
            DraftEdit.id < undone.id,
            DraftEdit.action != "undo",
            DraftEdit.undone_at.is_(None),
        )
        .order_by(DraftEdit.id.desc())
    ).all()
    for kind in ("clauses", "passages"):
        now = {
            str(one.id): one.version
            for one in step.touched
            if isinstance(one, Clause if kind == "clauses" else Passage)
        }
        for key in undone.before[kind]:
            earlier = next((edit for edit in before if key in edit.after[kind]), None)
            if earlier is not None and key in now:
                after = {**earlier.after, kind: {**earlier.after[kind], key: now[key]}}
                earlier.after = after
