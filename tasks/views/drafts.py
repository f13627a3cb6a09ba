"""A draft as its coordinator sees it: what is ready, what is open, whom a name means.

Nothing here changes anything; what may be done with a clause is judged by `services.drafts`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.drafting import Passage
from tasks.instructions import sentences
from tasks.models import Clause, Notice, Task
from tasks.reading.names import is_class
from tasks.services.acts import Act, Office, get_notice
from tasks.services.approvals import waiting_for
from tasks.services.notices import Stays, clauses_of, stays_because
from tasks.services.steps import get_clause, get_passage
from tasks.services.undoing import last_edit
from tasks.views.names import Names, NameView, OwnerView
from tasks.views.standings import notice_label
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    NoticeState,
    PassageState,
    WaiveReason,
)


class Filter(StrEnum):
    """Which clauses of a draft a list shows."""

    all = "all"
    ready = "ready"  # would go out now
    no_owner = "no_owner"
    no_limit = "no_limit"
    collective = "collective"
    past_limit = "past_limit"
    waived = "waived"


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause in a list. `past`: its limit has passed. `stays`: why it would not go out."""

    id: int
    version: int
    number: int
    section: str | None
    kind: ClauseKind
    state: ClauseState
    text: str
    owners: tuple[OwnerView, ...]
    deadline: date | None
    deadline_text: str | None
    recurrence: str | None
    follow_up: FollowUp
    as_overdue: bool
    past: bool
    waived_as: WaiveReason | None
    reason: str | None
    merged_into: int | None
    task: int | None
    stays: Stays | None


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause alone. `original` is what the notice says there, if that differs.

    `before`, `after`: ids of its neighbours in the notice. `mergeable`: the next clause if it
    is open (id, version, number). `sentences`: where its text can be split, as spans.
    `place`, `of`: which of how many it is.
    """

    line: ClauseLine
    notice_id: int
    notice: str
    original: str | None
    before: int | None
    after: int | None
    mergeable: tuple[int, int, int] | None
    sentences: tuple[tuple[int, int], ...]
    place: int
    of: int
    today: date


@dataclass(frozen=True, slots=True)
class PassageView:
    """A sentence that looks like a duty and is no clause. `near`: the clause before it (id,
    version, number), which most likely states it already. `place`, `of` count the open ones."""

    id: int
    version: int
    notice_id: int
    notice: str
    text: str
    state: PassageState
    near: tuple[int, int, int] | None
    revision: int
    after: int | None
    place: int
    of: int


@dataclass(frozen=True, slots=True)
class DraftView:
    """The state of a draft in numbers; `stays` are open clauses that would not go out.

    `undoable` is the actor's last step, if it can be taken back: its action and its moment's
    clause numbers stand in the history. `approval`: the request by which it waits for a
    leader's word (待签发).
    """

    notice_id: int
    label: str
    title: str | None
    state: NoticeState
    revision: int
    dated: date | None
    issuer: str | None
    total: int
    ready: int
    issued: int
    waived: int
    stays: dict[Stays, int]
    no_limit: int
    passages_open: int
    passages_decided: int
    names: tuple[NameView, ...]
    undoable: str | None
    today: date
    approval: int | None = None

    @property
    def unsure_names(self) -> int:
        """Names that look like a known department and may mean it."""
        return sum(one.department is None and bool(one.resembles) for one in self.names)

    @property
    def new_names(self) -> int:
        """Names that nobody knows: each becomes a department when it is issued."""
        return sum(one.department is None and not one.resembles for one in self.names)


def draft(session: Session, office: Office, act: Act, notice_id: int) -> DraftView:
    """The state of a draft. Raises NotFound."""
    notice = get_notice(session, notice_id)
    clauses = shown_of(session, notice.id)
    return draft_of(session, office, act, notice, clauses, Names(session))


def with_open_clauses(session: Session) -> list[int]:
    """The notices that have clauses to decide, the newest last."""
    return list(
        session.scalars(
            select(Clause.notice_id)
            .where(Clause.state == ClauseState.open)
            .distinct()
            .order_by(Clause.notice_id)
        )
    )


def open_drafts(session: Session, office: Office, act: Act) -> tuple[DraftView, ...]:
    """Those notices as drafts."""
    return tuple(draft(session, office, act, one) for one in with_open_clauses(session))


def clauses(
    session: Session, office: Office, act: Act, notice_id: int, which: Filter
) -> tuple[ClauseLine, ...]:
    """The clauses of a draft that a filter lets through, in the order of the notice."""
    notice = get_notice(session, notice_id)
    names, today = Names(session), office.cal.local_date(act.now)
    tasks = _tasks(session, notice.id)
    lines = (_line(clause, names, tasks, today) for clause in shown_of(session, notice.id))
    return tuple(line for line in lines if passes(line, which))


def passes(line: ClauseLine, which: Filter) -> bool:
    """Whether a clause belongs to a filter; those but `all` and `waived` are of open ones."""
    if which is Filter.all:
        return True
    if which is Filter.waived:
        return line.state is ClauseState.waived
    if line.state is not ClauseState.open:
        return False
    if which is Filter.ready:
        return line.stays is None
    if which is Filter.no_limit:
        return line.deadline is None
    return line.stays is not None and line.stays.value == which.value


def clause(session: Session, office: Office, act: Act, clause_id: int) -> ClauseView:
    """One clause. Raises NotFound."""
    row = get_clause(session, clause_id)
    notice = get_notice(session, row.notice_id)
    shown = shown_of(session, notice.id)
    today = office.cal.local_date(act.now)
    line = _line(row, Names(session), _tasks(session, notice.id), today)
    ids = [one.id for one in shown]
    place = ids.index(row.id) if row.id in ids else 0
    following = shown[place + 1] if row.id in ids and place + 1 < len(shown) else None
    original = notice.text[row.start : row.end]
    return ClauseView(
        line=line,
        notice_id=notice.id,
        notice=notice_label(notice),
        original=None if _same(original, row.text) else original,
        before=ids[place - 1] if place > 0 else None,
        after=None if following is None else following.id,
        mergeable=None
        if following is None or following.state is not ClauseState.open
        else (following.id, following.version, following.position),
        sentences=sentences(row.text),
        place=place + 1,
        of=len(ids),
        today=today,
    )


def _same(original: str, text: str) -> bool:
    """Whether a clause says what its notice says there, or stands nowhere in it any more."""
    return not original or "".join(original.split()) == "".join(text.split())


def passage(session: Session, passage_id: int) -> PassageView:
    """One sentence that is no clause. Raises NotFound."""
    row = get_passage(session, passage_id)
    notice = get_notice(session, row.notice_id)
    waiting = open_passages(session, notice.id)
    ids = [one.id for one in waiting]
    later = [one.id for one in waiting if (one.start, one.id) > (row.start, row.id)]
    others = [one for one in ids if one != row.id]
    near = session.scalar(
        select(Clause)
        .where(
            Clause.notice_id == notice.id,
            Clause.start <= row.start,
            Clause.state.in_((ClauseState.open, ClauseState.issued)),
        )
        .order_by(Clause.start.desc(), Clause.position.desc())
        .limit(1)
    )
    return PassageView(
        row.id,
        row.version,
        notice.id,
        notice_label(notice),
        row.text,
        row.state,
        None if near is None else (near.id, near.version, near.position),
        notice.revision,
        later[0] if later else (others[0] if others else None),
        ids.index(row.id) + 1 if row.id in ids else 0,
        len(ids),
    )


def open_passages(session: Session, notice_id: int) -> list[Passage]:
    """Sentences that wait for a decision, in the order of the notice."""
    return list(
        session.scalars(
            select(Passage)
            .where(Passage.notice_id == notice_id, Passage.state == PassageState.open)
            .order_by(Passage.start, Passage.id)
        )
    )


def shown_of(session: Session, notice_id: int) -> list[Clause]:
    """The clauses that are shown: all clauses but those that another states."""
    return [one for one in clauses_of(session, notice_id) if one.state is not ClauseState.merged]


def _tasks(session: Session, notice_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Task.clause_id, Task.id).where(
            Task.notice_id == notice_id, Task.clause_id.is_not(None)
        )
    )
    return {clause_id: number for clause_id, number in rows if clause_id is not None}


def _line(row: Clause, names: Names, tasks: dict[int, int], today: date) -> ClauseLine:
    return ClauseLine(
        id=row.id,
        version=row.version,
        number=row.position,
        section=row.section,
        kind=row.kind,
        state=row.state,
        text=row.text,
        owners=tuple(names.owner(owner.name, owner.role) for owner in row.owners),
        deadline=row.deadline,
        deadline_text=row.deadline_text,
        recurrence=row.recurrence,
        follow_up=row.follow_up,
        as_overdue=row.as_overdue,
        past=row.deadline is not None and row.deadline < today,
        waived_as=row.waived_as,
        reason=row.reason,
        merged_into=row.merged_into,
        task=tasks.get(row.id),
        stays=stays_because(row, today) if row.state is ClauseState.open else None,
    )


def draft_of(
    session: Session,
    office: Office,
    act: Act,
    notice: Notice,
    shown: Sequence[Clause],
    names: Names,
) -> DraftView:
    """The same, of rows that are loaded."""
    today = office.cal.local_date(act.now)
    waiting = [one for one in shown if one.state is ClauseState.open]
    stays = Counter(why for one in waiting if (why := stays_because(one, today)) is not None)
    used = Counter(
        owner.name
        for one in waiting
        for owner in one.owners
        if names.department(owner.name) is not None or not is_class(owner.name)
    )
    states = Counter(one.state for one in shown)
    decided = session.scalars(
        select(Passage.id).where(
            Passage.notice_id == notice.id, Passage.state != PassageState.open
        )
    ).all()
    edit = last_edit(session, act, notice.id)
    asked = waiting_for(session, notice.id)
    return DraftView(
        notice_id=notice.id,
        label=notice_label(notice),
        title=notice.title,
        state=notice.state,
        revision=notice.revision,
        dated=notice.dated,
        issuer=notice.issuer,
        total=len(shown),
        ready=len(waiting) - sum(stays.values()),
        issued=states[ClauseState.issued],
        waived=states[ClauseState.waived],
        stays={why: stays[why] for why in Stays},
        no_limit=sum(one.deadline is None for one in waiting),
        passages_open=len(open_passages(session, notice.id)),
        passages_decided=len(decided),
        approval=None if asked is None else asked.id,
        names=tuple(names.name(name, count) for name, count in used.items()),
        undoable=None if edit is None else edit.action,
        today=today,
    )
