"""PURE. The rows of a table as lines of text: cells divided by tabs, one row a line."""

from collections.abc import Iterable, Sequence

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE, TEXT_LIMIT_MB

BLANK = "-"
"""Written for an empty first cell: without it the reader would see the row moved left."""

TIGHT_AFTER = frozenset("、，。；：！？（(,;:")
TIGHT_BEFORE = frozenset("、，。；：！？）),;:")
DATE_SIGNS = frozenset("年月日%")
COLUMNS = 256


def joined(pieces: Iterable[str]) -> str:
    """The lines of a cell as one line: a space where no sign divides them."""
    text = ""
    for piece in pieces:
        bare = " ".join(piece.split())
        if not bare:
            continue
        text += (" " if text and not _is_tight(text[-1], bare[0]) else "") + bare
    return text


def _is_tight(before: str, after: str) -> bool:
    """Whether two lines of a cell need nothing between them: after a sign, or within a date."""
    if before in TIGHT_AFTER or after in TIGHT_BEFORE:
        return True
    if before.isdigit():
        return after.isdigit() or after in DATE_SIGNS
    return before in DATE_SIGNS and after.isdigit()


def line_of(cells: Sequence[str]) -> list[str]:
    """A row as it is written: nothing, the lines of its only cell, or cells and tabs."""
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return []
    if len(filled) == 1:
        return [line.strip() for line in filled[0].splitlines() if line.strip()]
    flat = [joined(cell.splitlines()) for cell in cells]
    while not flat[-1]:
        flat.pop()
    return ["\t".join([flat[0] or BLANK, *flat[1:]])]


def text_of_lines(lines: Iterable[str]) -> str:
    """The lines as a text. Raises Unreadable as soon as they are too long."""
    kept = []
    left = TEXT_LIMIT_MB * MEGABYTE
    for line in lines:
        left -= len(line) + 1
        if left < 0:
            raise Unreadable("text_too_large", limit_mb=TEXT_LIMIT_MB)
        kept.append(line)
    return "\n".join(kept) + "\n"


class Spans:
    """Cells of a table put into its columns; those that reach down are filled in below."""

    def __init__(self) -> None:
        self._below: dict[int, tuple[int, str]] = {}

    def row(self, cells: Iterable[tuple[str, int, int]]) -> list[str]:
        """The columns of the next row, from its own cells: text, columns and rows they take."""
        placed: dict[int, str] = {}
        below: dict[int, tuple[int, str]] = {}
        for column, (left, text) in self._below.items():
            placed[column] = text
            if left > 1:
                below[column] = (left - 1, text)
        column = 0
        for text, wide, deep in cells:
            while column in placed:
                column += 1
            if column >= COLUMNS:
                break
            for number in range(min(wide, COLUMNS - column)):
                # The text of a wide cell stands once: twice it would be another table.
                said = "" if number else text
                placed[column + number] = said
                if deep > 1:
                    below[column + number] = (deep - 1, said)
            column += max(1, wide)
        self._below = below
        return [placed.get(at, "") for at in range(max(placed, default=-1) + 1)]
