"""One step on a draft: what it touches is kept before it changes, and written down after.

Every step names the version of what it changes, so two coordinators cannot overwrite each
other. Issued clauses are tasks and are no longer changed by steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tasks.drafting import DraftEdit, Passage
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.models import Clause, ClauseOwner, ClauseRole, Notice, Task
from tasks.services.acts import HIGHEST_ID, Act, is_office, record
from tasks.services.directory import MAX_NAME, clean_name
from tasks.text import storable
from tasks.vocabulary import ClauseState, PassageState, WaiveReason

Seen = tuple[int, int]
"""The id of a clause or passage, and the version that its editor saw."""

Owners = Sequence[tuple[str, ClauseRole]]

CLAUSE_COLUMNS = (
    "text",
    "state",
    "follow_up",
    "waived_as",
    "reason",
    "merged_into",
    "as_overdue",
    "deadline",
    "deadline_text",
    "start",
    "end",
    "section",
    "kind",
    "recurrence",
)
PASSAGE_COLUMNS = ("state", "waived_as", "reason", "clause_id")


@dataclass(slots=True)
class Step:
    """One step on a draft under way: what it touches is kept before it changes."""

    session: Session
    act: Act
    notice: Notice
    action: str
    before: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {"clauses": {}, "passages": {}}
    )
    made: list[Clause] = field(default_factory=list)
    aliases: list[int] = field(default_factory=list)
    departments: list[int] = field(default_factory=list)
    touched: list[Clause | Passage] = field(default_factory=list)

    def clause(self, clause: Clause) -> Clause:
        """That clause is about to be changed."""
        key = str(clause.id)
        if key not in self.before["clauses"]:
            kept = {name: _plain(getattr(clause, name)) for name in CLAUSE_COLUMNS}
            kept["owners"] = [[owner.name, owner.role.value] for owner in clause.owners]
            self.before["clauses"][key] = kept
            clause.version += 1
            self.touched.append(clause)
        return clause

    def passage(self, passage: Passage) -> Passage:
        """That passage is about to be changed."""
        key = str(passage.id)
        if key not in self.before["passages"]:
            kept = {name: _plain(getattr(passage, name)) for name in PASSAGE_COLUMNS}
            self.before["passages"][key] = kept
            passage.version += 1
            self.touched.append(passage)
        return passage

    def make(self, **columns: Any) -> Clause:
        """A clause that was not there before, with the next free number."""
        last = self.session.scalar(
            select(func.max(Clause.position)).where(Clause.notice_id == self.notice.id)
        )
        made = Clause(notice_id=self.notice.id, position=(last or 0) + 1, version=1, **columns)
        self.session.add(made)
        self.session.flush()
        self.made.append(made)
        return made

    def done(self) -> DraftEdit:
        """Write the step down."""
        self.session.flush()
        after = {
            "clauses": {
                str(one.id): one.version
                for one in (*self.touched, *self.made)
                if isinstance(one, Clause)
            },
            "passages": {
                str(one.id): one.version for one in self.touched if isinstance(one, Passage)
            },
            "made": [one.id for one in self.made],
            "aliases": self.aliases,
            "departments": self.departments,
        }
        self.notice.revision += 1
        edit = DraftEdit(
            notice_id=self.notice.id,
            at=self.act.now,
            person_id=self.act.person_id,
            actor=self.act.actor,
            action=self.action,
            before=self.before,
            after=after,
        )
        self.session.add(edit)
        numbers = sorted(one.position for one in self.touched if isinstance(one, Clause))
        record(
            self.session,
            self.act,
            f"draft_{self.action}",
            notice_id=self.notice.id,
            facts={"clauses": numbers, "made": [one.position for one in self.made]},
        )
        self.session.flush()
        return edit


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def begin(session: Session, act: Act, notice_id: int, action: str) -> Step:
    """A step on that notice's draft, which is held until the commit. Raises NotFound, or
    NotAllowed for anybody but the office."""
    if not is_office(session, act):
        raise NotAllowed(action="draft")
    notice = None
    if 0 < notice_id <= HIGHEST_ID:
        notice = session.scalar(
            select(Notice)
            .where(Notice.id == notice_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    if notice is None:
        raise NotFound("no_such_notice", notice=notice_id)
    return Step(session, act, notice, action)


def get_clause(session: Session, clause_id: int) -> Clause:
    """The clause with that id. Raises NotFound."""
    found = None
    if 0 < clause_id <= HIGHEST_ID:
        found = session.scalar(
            select(Clause)
            .where(Clause.id == clause_id)
            .options(selectinload(Clause.owners))
            .execution_options(populate_existing=True)
        )
    if found is None:
        raise NotFound("no_such_clause")
    return found


def get_passage(session: Session, passage_id: int) -> Passage:
    """The passage with that id. Raises NotFound."""
    found = None
    if 0 < passage_id <= HIGHEST_ID:
        found = session.get(Passage, passage_id, populate_existing=True)
    if found is None:
        raise NotFound("no_such_passage")
    return found


def on_clause(session: Session, act: Act, seen: Seen, action: str) -> tuple[Step, Clause]:
    """A step on one open clause, as its editor saw it."""
    clause = get_clause(session, seen[0])
    step = begin(session, act, clause.notice_id, action)
    clause = as_seen(session, get_clause(session, seen[0]), seen[1])
    needs_open(session, clause)
    return step, step.clause(clause)


def as_seen(session: Session, clause: Clause, version: int) -> Clause:
    if clause.version != version:
        raise Stale("clause_changed", number=clause.position, by=_last_editor(session, clause))
    return clause


def _last_editor(session: Session, clause: Clause) -> str:
    edits = session.scalars(
        select(DraftEdit)
        .where(DraftEdit.notice_id == clause.notice_id)
        .order_by(DraftEdit.id.desc())
        .limit(50)
    )
    return next((edit.actor for edit in edits if str(clause.id) in edit.after["clauses"]), "")


def needs_open(session: Session, clause: Clause) -> None:
    if clause.state is ClauseState.issued:
        task = session.scalar(select(Task.id).where(Task.clause_id == clause.id))
        raise Refused("clause_issued", number=clause.position, task=task)
    if clause.state is not ClauseState.open:
        raise Refused("clause_not_open", number=clause.position)


def put_owners(session: Session, clause: Clause, owners: Owners) -> None:
    first: dict[str, ClauseRole] = {}
    for name, role in owners:
        first.setdefault(clean_name(storable(name)), role)
    clause.owners.clear()
    session.flush()
    for place, (name, role) in enumerate(first.items(), start=1):
        clause.owners.append(ClauseOwner(position=place, name=name[:MAX_NAME], role=role))


def reason_for(why: WaiveReason, words: str | None) -> str | None:
    reason = storable(words or "").strip() or None
    if why is WaiveReason.other and reason is None:
        raise Refused("reason_needed")
    return reason


def mark_waived(row: Clause | Passage, why: WaiveReason, reason: str | None) -> None:
    row.waived_as, row.reason = why, reason
    if isinstance(row, Clause):
        row.state = ClauseState.waived
    else:
        row.state = PassageState.waived


def one_notice(rows: Sequence[Clause] | Sequence[Passage]) -> int:
    found = {row.notice_id for row in rows}
    if len(found) != 1:
        raise NotFound("no_such_clause")
    return found.pop()


def last_actor(session: Session, notice_id: int) -> str:
    return (
        session.scalar(
            select(DraftEdit.actor)
            .where(DraftEdit.notice_id == notice_id)
            .order_by(DraftEdit.id.desc())
            .limit(1)
        )
        or ""
    )
