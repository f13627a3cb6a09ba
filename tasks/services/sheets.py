"""A draft goes out as a workbook, and an edited one is applied to it.

The one rule: a sheet is applied whole or not at all, and by the same steps as a chat.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.drafting import Passage
from tasks.errors import DubanError, NotAllowed, Refused
from tasks.exports import draft_sheet
from tasks.exports.cells import (
    CLAUSE_SHEET,
    PASSAGE_SHEET,
    ClauseRow,
    Draft,
    PassageRow,
    Role,
)
from tasks.exports.changes import Changes, ClauseChange, NewClause, Owners
from tasks.exports.differences import differences
from tasks.exports.draft_sheet import Problem
from tasks.exports.judging import TITLES, Why
from tasks.models import Clause, ClauseRole, Notice
from tasks.services import coverage, drafts, steps
from tasks.services.acts import Act, Office, get_notice, is_office
from tasks.services.directory import find_department
from tasks.services.notices import clauses_of
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What an edited sheet did; with `problems` it did nothing.

    `changed`, `added`, `waived` are numbers of clauses, `added` also those made of sentences;
    `mapped`, `dropped` count the sentences that are stated by a clause now, and those waived.
    """

    notice: int
    changed: tuple[int, ...] = ()
    added: tuple[int, ...] = ()
    waived: tuple[int, ...] = ()
    mapped: int = 0
    dropped: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the sheet held nothing that the draft does not."""
        return not (self.changed or self.added or self.waived or self.mapped or self.dropped)


class _Undone(Exception):
    """Takes back what was done inside of a savepoint."""


def is_draft_sheet(data: bytes) -> int | None:
    """The notice whose draft a file is a workbook of; None for any other bytes."""
    return draft_sheet.notice_of(data)


def export(session: Session, act: Act, notice_id: int) -> bytes:
    """The draft of a notice as a workbook. Raises NotFound, NotAllowed."""
    if not is_office(session, act):
        raise NotAllowed(action="draft")
    return draft_sheet.write(as_rows(session, get_notice(session, notice_id)))


def as_rows(session: Session, notice: Notice) -> Draft:
    """A draft as it is written into a workbook and compared with one."""
    clauses = clauses_of(session, notice.id)
    numbers = {clause.id: clause.position for clause in clauses}
    passages = session.scalars(
        select(Passage)
        .where(Passage.notice_id == notice.id)
        .order_by(Passage.start, Passage.id)
        .execution_options(populate_existing=True)
    )
    return Draft(
        notice.id,
        notice.text_hash,
        notice.number or notice.title or f"({notice.id})",
        tuple(_clause_row(notice, clause) for clause in clauses),
        tuple(
            PassageRow(
                one.id,
                one.version,
                one.text,
                one.state,
                one.waived_as,
                one.reason,
                None if one.clause_id is None else numbers.get(one.clause_id),
            )
            for one in passages
        ),
    )


def _clause_row(notice: Notice, clause: Clause) -> ClauseRow:
    return ClauseRow(
        number=clause.position,
        version=clause.version,
        section=clause.section,
        kind=clause.kind,
        text=clause.text,
        owners=tuple((owner.name, Role(owner.role.value)) for owner in clause.owners),
        follow_up=clause.follow_up,
        deadline=clause.deadline,
        deadline_text=clause.deadline_text,
        as_overdue=clause.as_overdue,
        state=clause.state,
        waived_as=clause.waived_as,
        reason=clause.reason,
        merged_into=clause.merged_into,
        original=notice.text[clause.start : clause.end],
    )


def apply(
    session: Session, office: Office, act: Act, data: bytes, *, dry_run: bool = False
) -> Reviewed:
    """Do to a draft what its edited workbook says, all of it or nothing.

    What cannot be taken over is named in `problems`. Raises Unreadable for a file that is no
    workbook of a draft; NotFound, NotAllowed, and Refused where it is of another notice.
    """
    edited = draft_sheet.read(data)
    # The draft is held from here on: what is compared is what is changed.
    notice = steps.begin(session, act, edited.notice, "sheet").notice
    if notice.text_hash != edited.text_hash:
        raise Refused("sheet_of_other_notice", notice=notice.id)
    changes = differences(as_rows(session, notice), edited, drafts.MAX_CLAUSE)
    if changes.problems:
        return Reviewed(notice.id, problems=_in_order(changes.problems))
    applying = _Applying(session, act, notice.id)
    done = Reviewed(notice.id)
    try:
        with session.begin_nested():
            done = applying.all(changes)
            if dry_run or applying.problems:
                raise _Undone
    except _Undone:
        session.expire_all()
    if applying.problems:
        return Reviewed(notice.id, problems=_in_order(applying.problems))
    return done


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.sheet != CLAUSE_SHEET, one.row or 0)))


class _Applying:
    """The steps of one sheet, one after another; what is refused is a problem of its row."""

    def __init__(self, session: Session, act: Act, notice_id: int) -> None:
        self.session, self.act, self.notice_id = session, act, notice_id
        self.problems: list[Problem] = []
        self.clauses = {clause.position: clause for clause in clauses_of(session, notice_id)}

    def all(self, changes: Changes) -> Reviewed:
        for change in changes.clauses:
            self._change(change)
        added = [self._attempt(CLAUSE_SHEET, one.line, self._adder(one)) for one in changes.added]
        for change in _children_first(changes.clauses):
            self._attempt(CLAUSE_SHEET, change.line, self._merger(change), "into")
        waived = self._waive(changes.clauses)
        mapped, made, dropped = self._passages(changes)
        return Reviewed(
            self.notice_id,
            tuple(
                one.number
                for one in changes.clauses
                if replace(one, waive=None) != ClauseChange(one.line, one.number)
            ),
            tuple(number for number in (*added, *made) if number is not None),
            tuple(waived),
            mapped,
            dropped,
        )

    def _seen(self, number: int) -> steps.Seen:
        clause = self.clauses[number]
        return clause.id, clause.version

    def _attempt(
        self, sheet: str, line: int, step: Callable[[], T], column: str | None = None
    ) -> T | None:
        try:
            return step()
        except DubanError as refusal:
            title = None if column is None else TITLES[sheet][column]
            facts = tuple(refusal.facts.items())
            self.problems.append(Problem(sheet, line, title, refusal.code, facts))
            return None

    def _change(self, change: ClauseChange) -> None:
        session, act, number = self.session, self.act, change.number

        def do(step: Callable[[], object], column: str) -> None:
            self._attempt(CLAUSE_SHEET, change.line, step, column)

        if change.reopen:
            do(lambda: drafts.reopen(session, act, self._seen(number)), "follow_up")
        if (text := change.text) is not None:
            do(lambda: drafts.edit_text(session, act, self._seen(number), text), "text")
        if (owners := change.owners) is not None:
            named = _roles(owners)
            do(lambda: drafts.set_owners(session, act, self._seen(number), named), "lead")
        if (each := change.each) is not None:
            do(lambda: self._ask_each(number, each), "each")
        if (limit := change.limit) is not None:
            do(lambda: drafts.set_limit(session, act, self._seen(number), *limit), "deadline")
        if change.overdue:
            do(lambda: drafts.keep_overdue(session, act, self._seen(number)), "overdue")
        kind = change.follow_up
        if kind is not None and kind is not self.clauses[number].follow_up:
            do(lambda: drafts.set_follow_up(session, act, self._seen(number), kind), "follow_up")

    def _ask_each(self, number: int, named: Iterable[str]) -> None:
        drafts.ask_each(self.session, self.act, self._seen(number), self._departments(named))

    def _departments(self, named: Iterable[str]) -> list[int]:
        found = []
        for name in named:
            department = find_department(self.session, name)
            if department is None:
                raise Refused("sheet_unknown_department", name=name)
            found.append(department.id)
        return found

    def _adder(self, new: NewClause) -> Callable[[], int]:
        def add() -> int:
            step = steps.begin(self.session, self.act, self.notice_id, "add")
            place = step.notice.text.find(new.text)
            above = self.clauses.get(new.after or 0)
            # Words that the notice does not hold stand, without a span, by the row above them.
            start = place if place >= 0 else 0 if above is None else above.start
            clause = step.make(
                text=new.text,
                start=start,
                end=start + len(new.text) if place >= 0 else start,
                section=None if above is None else above.section,
                kind=ClauseKind.department_duty if new.owners else ClauseKind.measure,
                state=ClauseState.open,
                follow_up=new.follow_up
                or (FollowUp.standing if new.deadline is None else FollowUp.dated),
                deadline=new.deadline,
                deadline_text=new.deadline_text,
            )
            steps.put_owners(self.session, clause, _roles(new.owners))
            step.done()
            self.clauses[clause.position] = clause
            if new.each is not None:
                self._ask_each(clause.position, new.each)
            return clause.position

        return add

    def _merger(self, change: ClauseChange) -> Callable[[], object]:
        into, number = change.into or 0, change.number
        return lambda: drafts.merge(self.session, self.act, self._seen(into), self._seen(number))

    def _waive(self, changes: Iterable[ClauseChange]) -> list[int]:
        groups: dict[Why, list[ClauseChange]] = {}
        for change in changes:
            if change.waive is not None:
                groups.setdefault(change.waive, []).append(change)
        for (why, words), group in groups.items():
            seen = [self._seen(one.number) for one in group]
            self._attempt(
                CLAUSE_SHEET,
                group[0].line,
                partial(drafts.waive, self.session, self.act, seen, why, words),
                "reason",
            )
        return [one.number for group in groups.values() for one in group]

    def _passages(self, changes: Changes) -> tuple[int, list[int], int]:
        made: list[int] = []
        mapped = 0
        groups: dict[Why, list[tuple[int, steps.Seen]]] = {}
        for change in changes.passages:
            seen = (change.id, steps.get_passage(self.session, change.id).version)
            if change.waive is not None:
                groups.setdefault(change.waive, []).append((change.line, seen))
                continue
            into = None if change.into is None else self._seen(change.into)
            done = self._attempt(
                PASSAGE_SHEET,
                change.line,
                partial(coverage.map_passage, self.session, self.act, seen, into),
                "into",
            )
            mapped += 1
            if done is not None and into is None:
                made.append(done[1].position)
        for (why, words), group in groups.items():
            rows = [seen for _, seen in group]
            self._attempt(
                PASSAGE_SHEET,
                group[0][0],
                partial(coverage.waive_passages, self.session, self.act, rows, why, words),
                "reason",
            )
        return mapped, made, sum(map(len, groups.values()))


def _roles(owners: Owners) -> list[tuple[str, ClauseRole]]:
    return [(name, ClauseRole(role.value)) for name, role in owners]


def _children_first(changes: Iterable[ClauseChange]) -> list[ClauseChange]:
    """Merges in an order in which no clause is gone before another is merged into it."""
    left = {one.number: one for one in changes if one.into is not None}
    ordered: list[ClauseChange] = []
    while left:
        taken = {one.into for one in left.values()}
        free = [one for number, one in left.items() if number not in taken]
        ordered += free
        for one in free:
            del left[one.number]
    return ordered
