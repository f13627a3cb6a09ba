"""PURE. One row of an edited sheet while it is judged: its cells as what they mean.

The one rule: a cell that cannot be understood is a problem with its place, never a guess.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from tasks.exports.cells import (
    CLAUSE_COLUMNS,
    CLAUSE_SHEET,
    OTHER,
    PASSAGE_COLUMNS,
    PASSAGE_SHEET,
    REASONS,
)
from tasks.exports.draft_sheet import EditedRow, Problem
from tasks.vocabulary import WaiveReason

TITLES = {
    CLAUSE_SHEET: {column.name: column.title for column in CLAUSE_COLUMNS},
    PASSAGE_SHEET: {column.name: column.title for column in PASSAGE_COLUMNS},
}
LONGEST_NAME = 200

Why = tuple[WaiveReason, str | None]


class Row:
    """A row of a sheet while it is judged."""

    def __init__(self, sheet: str, row: EditedRow, problems: list[Problem]) -> None:
        self.sheet, self.line, self.cells = sheet, row.line, row.cells
        self._problems = problems
        self._bad = dict(row.bad)
        self.wrong = False

    def problem(self, column: str | None, code: str, **facts: Any) -> None:
        self.wrong = True
        title = None if column is None else TITLES[self.sheet][column]
        self._problems.append(Problem(self.sheet, self.line, title, code, tuple(facts.items())))

    def sound(self) -> bool:
        """Whether every cell holds a plain value; those that do not are told."""
        for column, code in self._bad.items():
            self.problem(column, code)
        return not self._bad

    def text(self, column: str) -> str:
        value = self.cells.get(column)
        if isinstance(value, date):
            return f"{value.year}年{value.month}月{value.day}日"
        return "" if value is None else str(value)

    def whole(self, column: str) -> int | None:
        """A number as people write them: 12, #12, 第12条."""
        match = re.fullmatch(r"(?:第|#)?\s*(\d{1,9})\s*条?", self.text(column))
        if match is None and self.text(column):
            self.problem(column, "sheet_number")
        return None if match is None else int(match.group(1))

    def day(self, column: str) -> date | None:
        value = self.cells.get(column)
        if value is None or isinstance(value, date):
            return value
        told = "".join(str(value).split())
        match = re.fullmatch(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?", told)
        parts = None if match is None else match.group(1, 3, 4)
        if match is None and re.fullmatch(r"\d{8}", told):
            parts = (told[:4], told[4:6], told[6:])
        try:
            if parts is not None:
                return date(*map(int, parts))
        except ValueError:
            pass
        self.problem(column, "sheet_date")
        return None

    def why(self, column: str) -> Why | None:
        """Why it is not followed up: one of the list, with words, or words alone."""
        told = self.text(column)
        if not told:
            self.problem(column, "reason_needed")
            return None
        head, mark, words = (part.strip() for part in re.split("([：:])", told + "：", maxsplit=1))
        words = words.rstrip("：").strip()
        for reason, word in REASONS.items():
            if head == word and mark:
                return reason, words or None
        if head == OTHER:
            if not words:
                self.problem(column, "reason_needed")
            return WaiveReason.other, words
        return WaiveReason.other, told

    def named(self, column: str, whole: Iterable[str] = ()) -> tuple[str, ...]:
        """The names of a cell. A mark within brackets divides none, nor one within `whole`."""
        told = self.text(column)
        kept = sorted(whole, key=len, reverse=True)
        for place, name in enumerate(kept):
            if re.search("[、，,；;\n]", name):
                told = told.replace(name, f"\0{place}\0")
        depth, names, name = 0, [], ""
        for letter in told:
            depth += (letter in "（(") - (letter in "）)" and depth > 0)
            if depth == 0 and letter in "、，,；;\n":
                names.append(name)
                name = ""
            else:
                name += letter
        cleaned = [" ".join(one.split()) for one in (*names, name)]
        cleaned = [
            re.sub("\0(\\d+)\0", lambda m: kept[int(m.group(1))], one) for one in cleaned if one
        ]
        for one, times in Counter(cleaned).items():
            if len(one) > LONGEST_NAME:
                self.problem(column, "name_too_long", limit=LONGEST_NAME)
            if times > 1:
                self.problem(column, "sheet_name_twice", name=one)
        return tuple(dict.fromkeys(cleaned))
