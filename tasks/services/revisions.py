"""A revised text of a notice that is known already: what it changes, and adopting it.

The one rule: a revision never makes a second notice by itself. What a coordinator decided is
kept where the revised text does not speak against it; issued tasks are not touched, their
differences are shown.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.db import Turn, take_turn
from tasks.drafting import Passage
from tasks.errors import Refused
from tasks.models import Clause, Notice, Task
from tasks.reading import Duty, NoticeReading
from tasks.revision import Comparison, Earlier, Pair, compare, plain
from tasks.services.acts import Act, record
from tasks.services.drafts import put_limit
from tasks.services.notices import clauses_of, columns_of, owners_of
from tasks.services.stated import as_kept, as_read, made_by_steps
from tasks.services.steps import Step, begin, put_owners
from tasks.text import storable
from tasks.vocabulary import ClauseState, PassageState, WaiveReason


@dataclass(frozen=True, slots=True)
class Change:
    """A clause of which the revised text says something else. `aspects` are those that
    differ, of "text", "owners", "deadline" and "section"; `task` if it is issued."""

    number: int
    task: int | None
    state: ClauseState
    aspects: frozenset[str]
    before: str
    text: str
    owners: tuple[str, ...]
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Gone:
    """A clause that the revised text does not state any more."""

    number: int
    task: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Differences:
    """What a revised text changes in the notice that is known."""

    notice_id: int
    unchanged: int
    changed: tuple[Change, ...]
    added: tuple[Duty, ...]
    removed: tuple[Gone, ...]


def find_earlier(session: Session, text: str, reading: NoticeReading) -> Notice | None:
    """The newest notice of which this text is a revision: the same number of the same
    issuer, or the same title where there is no number; None for a new one or the same text."""
    header = reading.header
    text_hash = _hash(storable(text))
    if session.scalar(select(Notice.id).where(Notice.text_hash == text_hash)) is not None:
        return None
    query = select(Notice).order_by(Notice.id.desc()).limit(1)
    if header.number is not None:
        query = query.where(Notice.number == storable(header.number))
        if header.title is not None:
            # A number is used again by mistake more often than a title is changed with it.
            query = query.where((Notice.title == storable(header.title)) | Notice.title.is_(None))
    elif header.title is not None:
        query = query.where(Notice.number.is_(None), Notice.title == storable(header.title))
        if header.issuer is not None:
            query = query.where(Notice.issuer == storable(header.issuer))
    else:
        return None
    return session.scalar(query)


def differences(session: Session, notice: Notice, reading: NoticeReading) -> Differences:
    """What the revised reading changes."""
    return _told(session, notice, reading, *_compared(session, notice, reading))


def _told(
    session: Session,
    notice: Notice,
    reading: NoticeReading,
    rows: dict[int, Clause],
    compared: Comparison,
) -> Differences:
    tasks = _tasks(session, notice.id)
    changed = tuple(
        _change(rows[pair.number], reading.duties[pair.index], pair, tasks)
        for pair in compared.pairs
        if pair.changes
    )
    removed = tuple(
        Gone(number, tasks.get(rows[number].id), rows[number].text)
        for number in compared.removed
        if rows[number].state is not ClauseState.waived
    )
    unchanged = sum(not pair.changes for pair in compared.pairs)
    added = tuple(reading.duties[index] for index in compared.added)
    return Differences(notice.id, unchanged, changed, added, removed)


def _change(row: Clause, duty: Duty, pair: Pair, tasks: dict[int, int]) -> Change:
    return Change(
        row.position,
        tasks.get(row.id),
        row.state,
        pair.changes,
        row.text,
        storable(duty.text),
        duty.owners,
        duty.deadline,
    )


def adopt(
    session: Session,
    act: Act,
    notice_id: int,
    text: str,
    reading: NoticeReading,
    *,
    file_name: str | None = None,
) -> Differences:
    """Put the revised text in place of the known one. Raises NotFound, NotAllowed, Refused.

    Open clauses follow the revised text where nobody decided otherwise; new ones are open;
    open ones that it does not state any more are waived as such, until it states them again.
    """
    text = storable(text)
    step = begin(session, act, notice_id, "revise")
    notice = step.notice
    take_turn(session, Turn.notices)
    if session.scalar(select(Notice.id).where(Notice.text_hash == _hash(text))) is not None:
        raise Refused("revision_known")
    rows, compared = _compared(session, notice, reading)
    found = _told(session, notice, reading, rows, compared)
    read = as_read(session, notice.id)
    notice.text, notice.text_hash = text, _hash(text)
    _move_spans(session, step, rows, reading, compared, read)
    for pair in compared.pairs:
        if rows[pair.number].waived_as is WaiveReason.dropped:
            clause = step.clause(rows[pair.number])
            clause.state, clause.waived_as = ClauseState.open, None
            duty = reading.duties[pair.index]
            clause.start, clause.end = duty.start, duty.end
        if pair.changes and rows[pair.number].state is ClauseState.open:
            _follow(session, step, rows[pair.number], reading.duties[pair.index], pair, read)
    for number in compared.removed:
        if rows[number].state is ClauseState.open:
            clause = step.clause(rows[number])
            clause.state, clause.waived_as = ClauseState.waived, WaiveReason.dropped
    for index in compared.added:
        _add(session, step, reading.duties[index])
    _replace_passages(session, notice, reading)
    header = reading.header
    notice.title = notice.title if header.title is None else storable(header.title)
    notice.dated = header.date or notice.dated
    if file_name is not None:
        notice.file_name = storable(file_name)[-255:]
    edit = step.done()
    decided = [pair for pair in compared.pairs if rows[pair.number].id in read]
    edit.after = {
        **edit.after,
        "read": {
            str(rows[pair.number].id): as_kept(reading.duties[pair.index]) for pair in decided
        },
    }
    numbers = [one.task for one in found.changed] + [one.task for one in found.removed]
    for task in numbers:
        if task is not None:
            record(session, act, "revised", task=session.get_one(Task, task))
    session.flush()
    return found


def _move_spans(
    session: Session,
    step: Step,
    rows: dict[int, Clause],
    reading: NoticeReading,
    compared: Comparison,
    read: dict[int, dict[str, Any]],
) -> None:
    """Let every span lead to the place in the revised text. What was cut out of a clause moves
    with it; what is stated nowhere any more leads nowhere."""
    moves: list[tuple[int, int, Duty, bool]] = []
    for pair in compared.pairs:
        row = rows[pair.number]
        kept = read.get(row.id, {"start": row.start, "end": row.end})
        duty = reading.duties[pair.index]
        same = "text" not in pair.changes and duty.end - duty.start == kept["end"] - kept["start"]
        moves.append((kept["start"], kept["end"], duty, same))
    for clause in clauses_of(session, step.notice.id):
        start, end = clause.start, clause.end
        clause_moves = [one for one in moves if one[0] <= start and end <= one[1]]
        if not clause_moves:
            # Merged with its neighbour: from the first of what it states to the last.
            clause_moves = [one for one in moves if start <= one[0] and one[1] <= end]
            same = False
        else:
            clause_moves, same = clause_moves[:1], clause_moves[0][3]
        if same:
            first = clause_moves[0]
            there = (first[2].start + start - first[0], first[2].start + end - first[0])
        elif clause_moves:
            there = (
                min(one[2].start for one in clause_moves),
                max(one[2].end for one in clause_moves),
            )
        else:
            there = (min(start, len(step.notice.text)),) * 2
        if there != (start, end):
            step.clause(clause)
            clause.start, clause.end = there


def _follow(
    session: Session,
    step: Step,
    row: Clause,
    duty: Duty,
    pair: Pair,
    read: dict[int, dict[str, Any]],
) -> None:
    """Let an open clause say what the revised text says, but for what a coordinator decided."""
    kept = read.get(row.id)
    clause = step.clause(row)
    if "text" in pair.changes and (kept is None or kept["text"] == row.text):
        clause.text = storable(duty.text)
    stated = [[owner.name, owner.role.value] for owner in row.owners]
    if "owners" in pair.changes and duty.owners and (kept is None or kept["owners"] == stated):
        put_owners(session, clause, owners_of(duty))
        clause.kind = duty.kind
    limit = None if row.deadline is None else row.deadline.isoformat()
    if "deadline" in pair.changes and (kept is None or kept["deadline"] == limit):
        put_limit(clause, duty.deadline, duty.deadline_text)
    clause.section = _storable(duty.section)


def _add(session: Session, step: Step, duty: Duty) -> None:
    put_owners(session, step.make(**columns_of(duty)), owners_of(duty))


def _replace_passages(session: Session, notice: Notice, reading: NoticeReading) -> None:
    """Sentences that are still unmapped keep what was decided of them; others go."""
    rows = session.scalars(select(Passage).where(Passage.notice_id == notice.id)).all()
    known = {"".join(row.text.split()): row for row in rows}
    for passage in reading.unmapped:
        row = known.pop("".join(storable(passage.text).split()), None)
        if row is None:
            session.add(
                Passage(
                    notice_id=notice.id,
                    start=passage.start,
                    end=passage.end,
                    text=storable(passage.text),
                    state=PassageState.open,
                )
            )
        else:
            row.start, row.end = passage.start, passage.end
    for row in known.values():
        if row.state is PassageState.open:
            session.delete(row)


def _compared(
    session: Session, notice: Notice, reading: NoticeReading
) -> tuple[dict[int, Clause], Comparison]:
    """The clauses that the reader found, by number, and how the revised ones differ. What a
    coordinator changed since is compared as it was read; what he made of a sentence is that
    sentence, and is there as long as the reader still finds it, duty or not."""
    made = made_by_steps(session, notice.id)
    read = as_read(session, notice.id)
    rows = {
        row.position: row
        for row in clauses_of(session, notice.id)
        if row.id not in made or (made[row.id] == "map" and row.state is not ClauseState.merged)
    }
    earlier = [_earlier(row, read.get(row.id)) for row in rows.values()]
    found = compare(earlier, reading.duties)
    still = {plain(one.text) for one in reading.unmapped}
    texts = {one.number: plain(one.text) for one in earlier}
    removed = tuple(
        number
        for number in found.removed
        if rows[number].id not in made or texts[number] not in still
    )
    return rows, replace(found, removed=removed)


def _earlier(row: Clause, kept: dict[str, Any] | None) -> Earlier:
    if kept is None:
        owners = tuple((owner.name, owner.role.value) for owner in row.owners)
        text, deadline, literal = row.text, row.deadline, row.deadline_text
    else:
        owners = tuple((name, role) for name, role in kept["owners"])
        text, literal = kept["text"], kept["deadline_text"]
        deadline = None if kept["deadline"] is None else date.fromisoformat(kept["deadline"])
    return Earlier(row.position, text, row.section, owners, deadline, literal)


def _tasks(session: Session, notice_id: int) -> dict[int, int]:
    rows = session.execute(select(Task.clause_id, Task.id).where(Task.notice_id == notice_id))
    return {clause_id: number for clause_id, number in rows if clause_id is not None}


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
