"""PURE. An edited sheet against the draft as it stands now: what is to be done, what cannot be.

A cell counts as edited where it is no longer what the sheet was made with and not what the
draft holds by now. The one rule: where a row was edited here and changed there, neither
wins; it is a problem.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tasks.exports.cells import (
    CLAUSE_COLUMNS,
    CLAUSE_SHEET,
    FOLLOW_UPS,
    MAKE,
    MAPPED,
    PASSAGE_COLUMNS,
    PASSAGE_SHEET,
    WAIVED,
    YES,
    Cells,
    ClauseRow,
    Draft,
    PassageRow,
    Role,
    Value,
    clause_cells,
    passage_cells,
    touched,
    written,
)
from tasks.exports.changes import Changes, ClauseChange, NewClause, Owners, PassageChange
from tasks.exports.draft_sheet import Edited, EditedRow, Problem
from tasks.exports.judging import TITLES, Row
from tasks.vocabulary import ClauseState, FollowUp, PassageState

FREE = frozenset(column.name for column in (*CLAUSE_COLUMNS, *PASSAGE_COLUMNS) if column.free)


def differences(draft: Draft, edited: Edited, longest: int) -> Changes:
    """What the edited sheet does to the draft. `longest`: characters of a clause's text."""
    changes = Changes(problems=list(edited.problems))
    clauses = {clause.number: clause for clause in draft.clauses}
    above: int | None = None
    seen: Counter[int] = Counter()
    for one in edited.clauses:
        row = Row(CLAUSE_SHEET, one, changes.problems)
        if not row.sound():
            continue
        number = row.whole("number")
        if row.wrong:
            continue
        if number is None:
            made = _added(row, above, draft, longest)
            changes.added += [made] if made is not None else []
            continue
        above = number
        seen[number] += 1
        if number not in clauses:
            row.problem("number", "sheet_number_unknown", number=number)
        elif seen[number] > 1:
            row.problem("number", "sheet_number_twice", number=number)
        else:
            change = _changed(row, clauses[number], longest)
            changes.clauses += [change] if change is not None else []
    _check_merges(changes, clauses)
    passages = {passage.id: passage for passage in draft.passages}
    met: Counter[int] = Counter()
    going = {c.number for c in changes.clauses if c.waive is not None or c.into is not None}
    for one in edited.passages:
        row = Row(PASSAGE_SHEET, one, changes.problems)
        if row.sound():
            decided = _decided(row, passages, met, clauses, going)
            changes.passages += [decided] if decided is not None else []
    return changes


def _edited(
    row: Row,
    now: Cells,
    columns: tuple[Any, ...],
    version: int | None,
    settled: Callable[[str], bool] = lambda _: False,
) -> list[str]:
    """The columns of a row that were edited and differ from what is there now; none where the
    row cannot be taken over, which is told."""
    changed = touched(row.cells, columns, row.text("seen"))
    if changed is None or not isinstance(row.cells.get("version"), int):
        if any(row.cells.get(name) != now.get(name) for name in now):
            row.problem(None, "sheet_guard_missing")
        return []
    changed = [n for n in changed if not _same(row, n, now.get(n)) and not settled(n)]
    for name in changed:
        if name not in FREE or (columns is PASSAGE_COLUMNS and name == "text"):
            row.problem(name, "sheet_read_only")
    if changed and not row.wrong and version not in (None, row.cells["version"]):
        row.problem(changed[0], "sheet_conflict")
    return [] if row.wrong else changed


def _same(row: Row, name: str, now: Value) -> bool:
    """Whether a cell says what the draft holds, in whatever way it is written."""
    cell = row.cells.get(name)
    if cell == now or name not in FREE or None in (cell, now):
        return cell == now
    told = [_meaning(row.sheet, name, value) for value in (cell, now)]
    return told[0] is not None and told[0] == told[1]


def _meaning(sheet: str, name: str, value: Value) -> object:
    alone = Row(sheet, EditedRow(0, {name: value}), [])
    readings: dict[str, Callable[[str], object]] = {
        "deadline": alone.day,
        "lead": alone.named,
        "cooperating": alone.named,
        "each": lambda column: frozenset(alone.named(column)),
        "reason": alone.why,
        "into": alone.whole,
    }
    read = readings.get(name)
    found = None if read is None else read(name)
    return None if alone.wrong else found


def _changed(row: Row, clause: ClauseRow, longest: int) -> ClauseChange | None:
    now = clause_cells(clause)
    locked = clause.state in (ClauseState.issued, ClauseState.merged)
    names = _edited(row, now, CLAUSE_COLUMNS, None if locked else clause.version)
    if not names:
        return None
    change = ClauseChange(row.line, clause.number)
    if locked:
        row.problem(names[0], "sheet_locked", number=clause.number)
        return None
    waived = row.cells.get("follow_up") == WAIVED
    if clause.state is ClauseState.waived:
        if not waived or "reason" in names:
            change.reopen = True
        elif names:
            row.problem(names[0], "sheet_waived_row")
    if "text" in names:
        change.text = _worded(row, longest)
    _put_owners(row, clause, names, change)
    _put_limit(row, clause, names, change)
    if waived and ("follow_up" in names or change.reopen):
        change.waive = row.why("reason")
    elif not waived:
        # The reason of a clause that is opened again may stay where it was.
        if row.text("reason") and "reason" in names:
            row.problem("reason", "sheet_reason_unwanted")
        if "follow_up" in names:
            change.follow_up = _followed(row, change, clause)
    if "into" in names:
        change.into = row.whole("into")
        if change.waive is not None:
            row.problem("into", "sheet_two_decisions")
    return None if row.wrong else change


def _worded(row: Row, longest: int) -> str | None:
    text = row.text("text")
    if not text:
        row.problem("text", "empty_clause")
    elif len(text) > longest:
        row.problem("text", "clause_too_long", limit=longest)
    return text


def _put_owners(row: Row, clause: ClauseRow, names: list[str], change: ClauseChange) -> None:
    if "each" in names and row.text("each"):
        stated = [name for name in ("lead", "cooperating") if name in names and row.text(name)]
        if stated:
            row.problem(stated[0], "sheet_each_alone")
        change.each = row.named("each")
    elif {"lead", "cooperating", "each"} & set(names):
        change.owners = _owners(row, clause.owners)


def _owners(row: Row, before: Owners) -> Owners:
    """The owners that the cells name. Who was there keeps the role; a new name leads, or is
    joint where all the others are."""
    roles = dict(before)
    leading = [role for role in roles.values() if role in (Role.lead, Role.joint)]
    new = Role.joint if leading and set(leading) == {Role.joint} else Role.lead
    found: dict[str, Role] = {}
    for column in ("lead", "cooperating", "each"):
        for name in row.named(column, roles):
            if name in found:
                row.problem(column, "sheet_name_twice", name=name)
            held = roles.get(name)
            if column == "lead":
                found[name] = held if held in (Role.lead, Role.joint) else new
            else:
                found[name] = Role(column)
    return tuple(found.items())


def _put_limit(row: Row, clause: ClauseRow, names: list[str], change: ClauseChange) -> None:
    if "deadline" in names or "deadline_text" in names:
        day = row.day("deadline") if "deadline" in names else clause.deadline
        words = row.text("deadline_text") or None
        if "deadline_text" not in names:
            words = _words_for(clause, day)
        change.limit = (day, words)
    if "overdue" not in names:
        return
    told = row.text("overdue")
    if told and told != YES:
        row.problem("overdue", "sheet_choice", choices=YES)
    elif told and (clause.deadline if change.limit is None else change.limit[0]) is None:
        row.problem("overdue", "no_limit", number=clause.number)
    elif told:
        change.overdue = True
    elif change.limit is None:
        change.limit = (clause.deadline, clause.deadline_text)


def _words_for(clause: ClauseRow, day: date | None) -> str | None:
    """The words of a limit whose date alone was edited: those of another day are true no more,
    those that no date could be read from explain the new one."""
    if day is None or clause.deadline is None or day == clause.deadline:
        return None if day is None else clause.deadline_text
    return f"{day.year}年{day.month}月{day.day}日"


def _followed(row: Row, change: ClauseChange, clause: ClauseRow) -> FollowUp | None:
    told = row.text("follow_up")
    chosen = next((kind for kind, word in FOLLOW_UPS.items() if word == told), None)
    if chosen is None:
        row.problem("follow_up", "sheet_choice", choices="、".join((*FOLLOW_UPS.values(), WAIVED)))
        return None
    day = clause.deadline if change.limit is None else change.limit[0]
    if chosen is FollowUp.dated and day is None:
        row.problem("deadline", "limit_needed", number=clause.number)
    if chosen is FollowUp.standing and change.limit is not None and day is not None:
        row.problem("deadline", "sheet_limit_unwanted")
    return chosen


def _added(row: Row, above: int | None, draft: Draft, longest: int) -> NewClause | None:
    free = [column.name for column in CLAUSE_COLUMNS if column.free]
    if all(row.cells.get(name) is None for name in free):
        return None
    text = _worded(row, longest)
    same = next((c.number for c in draft.clauses if text and written(c.text) == text), None)
    if same is not None:
        row.problem("text", "sheet_same_text", number=same)
    each = row.named("each") if row.text("each") else None
    if each and (row.text("lead") or row.text("cooperating")):
        row.problem("each", "sheet_each_alone")
    owners = () if each else _owners(row, ())
    day = row.day("deadline")
    told = row.text("follow_up")
    chosen = next((kind for kind, word in FOLLOW_UPS.items() if word == told), None)
    if told and chosen is None:
        row.problem("follow_up", "sheet_choice", choices="、".join(FOLLOW_UPS.values()))
    if chosen is FollowUp.dated and day is None and not row.wrong:
        row.problem("deadline", "sheet_date")
    if chosen is FollowUp.standing and day is not None:
        row.problem("deadline", "sheet_limit_unwanted")
    for name in ("into", "reason", "overdue"):
        if row.cells.get(name) is not None:
            row.problem(name, "sheet_new_row")
    if row.wrong or text is None:
        return None
    words = row.text("deadline_text") or None
    return NewClause(row.line, above, text, owners, each, day, words, chosen)


def _check_merges(changes: Changes, clauses: Mapping[int, ClauseRow]) -> None:
    going = {c.number: c.into for c in changes.clauses if c.into is not None}
    waived = {c.number for c in changes.clauses if c.waive is not None}
    opened = {c.number for c in changes.clauses if c.reopen and c.waive is None}
    for change in changes.clauses:
        if change.into is None:
            continue
        code, into, met = None, change.into, {change.number}
        target = clauses.get(into)
        if target is None:
            code = "sheet_number_unknown"
        elif into in waived or (target.state is not ClauseState.open and into not in opened):
            code = "clause_not_open"
        step: int | None = into
        while code is None and step is not None:
            if step in met:
                code = "sheet_merge_circle"
            met.add(step)
            step = going.get(step)
        if code is not None:
            title = TITLES[CLAUSE_SHEET]["into"]
            facts = (("number", into),)
            changes.problems.append(Problem(CLAUSE_SHEET, change.line, title, code, facts))


def _decided(
    row: Row,
    passages: Mapping[int, PassageRow],
    met: Counter[int],
    clauses: Mapping[int, ClauseRow],
    going: set[int],
) -> PassageChange | None:
    key = row.cells.get("id")
    if not isinstance(key, int) or key not in passages:
        row.problem("number", "sheet_passage_unknown")
        return None
    met[key] += 1
    if met[key] > 1:
        row.problem("number", "sheet_number_twice", number=row.text("number"))
        return None
    passage = passages[key]
    mapped = passage.state is PassageState.mapped
    told: Value = row.cells.get("decision")
    now = passage_cells(passage)

    def settled(name: str) -> bool:
        # The same sheet again: what it asked for has been done.
        return name == "decision" and mapped and told in (MAKE, None, MAPPED)

    names = _edited(row, now, PASSAGE_COLUMNS, passage.version, settled)
    if not names:
        return None
    if passage.state is not PassageState.open:
        row.problem(names[0], "sheet_passage_closed")
        return None
    change = PassageChange(row.line, key, into=row.whole("into"))
    if told not in (None, MAKE, WAIVED):
        row.problem("decision", "sheet_choice", choices=f"{MAKE}、{WAIVED}")
    elif told is not None and change.into is not None:
        row.problem("into", "sheet_two_decisions")
    elif told == WAIVED:
        change.waive = row.why("reason")
    elif row.cells.get("reason") is not None:
        row.problem("reason", "sheet_reason_unwanted")
    elif told is None and change.into is None:
        return None
    if change.into is not None and not row.wrong:
        target = clauses.get(change.into)
        if target is None:
            row.problem("into", "sheet_number_unknown", number=change.into)
        elif change.into in going or target.state in (ClauseState.waived, ClauseState.merged):
            row.problem("into", "clause_not_open", number=change.into)
    return None if row.wrong else change
