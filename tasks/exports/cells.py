"""PURE. A draft as cells: the columns of its sheets, and what stands in each cell of a row.

The words are those of the sheet, which is Chinese whatever language a console speaks: they
are read back. The one rule: a cell that nobody touched is equal to the cell made from the
same row again, so a row is compared by its cells.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PassageState, WaiveReason

Value = str | int | date | None
Cells = Mapping[str, Value]


class Role(StrEnum):
    """How a clause names an owner, as the tables keep it."""

    lead = "lead"
    cooperating = "cooperating"
    joint = "joint"
    each = "each"


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause of a draft, with the owners in their order."""

    number: int
    version: int
    section: str | None
    kind: ClauseKind
    text: str
    owners: tuple[tuple[str, Role], ...]
    follow_up: FollowUp
    deadline: date | None
    deadline_text: str | None
    as_overdue: bool
    state: ClauseState
    waived_as: WaiveReason | None
    reason: str | None
    merged_into: int | None
    original: str


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A sentence that was read as no duty; `clause` is the number of the one that states it."""

    id: int
    version: int
    text: str
    state: PassageState
    waived_as: WaiveReason | None
    reason: str | None
    clause: int | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is written into a workbook and compared with one."""

    notice: int
    text_hash: str
    label: str
    clauses: tuple[ClauseRow, ...]
    passages: tuple[PassageRow, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `free`: it may be edited; `width` 0: it is hidden."""

    name: str
    title: str
    width: int
    free: bool = False


CLAUSE_SHEET, PASSAGE_SHEET, GUIDE_SHEET = "条目", "未对应句", "说明"

CLAUSE_COLUMNS = (
    Column("number", "编号", 6),
    Column("section", "层次", 22),
    Column("kind", "类型", 10),
    Column("text", "任务", 60, free=True),
    Column("lead", "牵头单位", 24, free=True),
    Column("cooperating", "配合单位", 24, free=True),
    Column("each", "逐单位", 20, free=True),
    Column("follow_up", "跟踪方式", 12, free=True),
    Column("deadline", "时限", 12, free=True),
    Column("deadline_text", "时限原文", 16, free=True),
    Column("overdue", "按超期处理", 10, free=True),
    Column("reason", "不立项原因", 18, free=True),
    Column("into", "并入", 7, free=True),
    Column("state", "状态", 9),
    Column("original", "原文", 60),
    Column("version", "版本", 0),
    Column("seen", "校验", 0),
)
PASSAGE_COLUMNS = (
    Column("number", "编号", 6),
    Column("text", "原文", 70),
    Column("decision", "处理", 12, free=True),
    Column("into", "并入条目", 10, free=True),
    Column("reason", "原因", 24, free=True),
    Column("id", "句号", 0),
    Column("version", "版本", 0),
    Column("seen", "校验", 0),
)
KEYS = frozenset({"number", "id", "version", "seen"})
"""Columns that say which row it is and what it was; the others are its content."""

YES = "是"
KINDS = {
    ClauseKind.department_duty: "单位事项",
    ClauseKind.collective_duty: "共同事项",
    ClauseKind.measure: "措施",
    ClauseKind.target: "目标",
}
FOLLOW_UPS = {FollowUp.dated: "定时限", FollowUp.once: "一次性反馈", FollowUp.standing: "长期"}
WAIVED = "不立项"
STATES = {
    ClauseState.open: "未分解",
    ClauseState.issued: "已立项",
    ClauseState.waived: WAIVED,
    ClauseState.merged: "已并入",
}
REASONS = {
    WaiveReason.principle: "原则性要求",
    WaiveReason.not_ours: "不属本级事权",
    WaiveReason.duplicate: "重复",
    WaiveReason.information: "阅知",
}
OTHER = "其他"
MAKE, MAPPED = "立为条目", "已对应"

LONGEST = 32_000
"""Characters of a cell; office programs keep 32 767."""

_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def written(text: str | None) -> str | None:
    """A text as a cell can hold it; None for an empty one."""
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # Office programs would show `_x0041_` as the letter that it names.
    fit = _CODED.sub(r"_x \1_", _UNFIT.sub(" ", lines))
    return fit[:LONGEST].strip() or None


def found(value: object) -> Value:
    """What a program left in a cell, in the form in which cells are compared."""
    if isinstance(value, bool):
        return YES if value else None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, float):
        return int(value) if value.is_integer() else f"{value:.15g}"
    if value is None or isinstance(value, int | date):
        return value
    return written(str(value).replace("_x000D_", "").replace("_x000d_", ""))


def names(row: ClauseRow, *roles: Role) -> str | None:
    """The owners of some roles as one cell."""
    return written("、".join(name for name, role in row.owners if role in roles))


def reason_cell(waived_as: WaiveReason | None, words: str | None) -> str | None:
    """Why something is not followed up: a reason of the list, words, or both."""
    if waived_as is None:
        return None
    told = REASONS.get(waived_as, OTHER)
    return written(f"{told}：{words}" if words else told)


def clause_cells(row: ClauseRow) -> dict[str, Value]:
    """What stands in the cells of a clause."""
    waived = row.state is ClauseState.waived
    return {
        "section": written(row.section),
        "kind": KINDS[row.kind],
        "text": written(row.text),
        "lead": names(row, Role.lead, Role.joint),
        "cooperating": names(row, Role.cooperating),
        "each": names(row, Role.each),
        "follow_up": WAIVED if waived else FOLLOW_UPS[row.follow_up],
        "deadline": row.deadline,
        "deadline_text": written(row.deadline_text),
        "overdue": YES if row.as_overdue else None,
        "reason": reason_cell(row.waived_as, row.reason),
        "into": row.merged_into,
        "state": STATES[row.state],
        "original": written(row.original),
    }


def passage_cells(row: PassageRow) -> dict[str, Value]:
    """What stands in the cells of a sentence that was read as no duty."""
    decision = {PassageState.mapped: MAPPED, PassageState.waived: WAIVED}.get(row.state)
    return {
        "text": written(row.text),
        "decision": decision,
        "into": row.clause,
        "reason": reason_cell(row.waived_as, row.reason),
    }


def content(columns: Sequence[Column]) -> tuple[str, ...]:
    """The names of the columns that hold content, in their order."""
    return tuple(column.name for column in columns if column.name not in KEYS)


def seals(cells: Cells, columns: Sequence[Column]) -> str:
    """A short sum of each cell, by which a touched one is known."""
    return "-".join(_seal(cells.get(name)) for name in content(columns))


def touched(cells: Cells, columns: Sequence[Column], seen: str) -> list[str] | None:
    """The columns that were changed since the seals were made; None where they are no seals."""
    kept = seen.split("-")
    named = content(columns)
    if len(kept) != len(named):
        return None
    return [n for n, seal in zip(named, kept, strict=True) if _seal(cells.get(n)) != seal]


def _seal(value: Value) -> str:
    told = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return hashlib.sha256(told.encode()).hexdigest()[:10]
