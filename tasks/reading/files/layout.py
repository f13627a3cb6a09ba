"""PURE. Words placed on pages -> lines and paragraphs.

A page holds no paragraphs: a line that is full is carried on by one that starts at the margin,
and one that is indented begins anew. Widths are taken from the characters, wide or narrow,
since files are free to leave out those of their fonts.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from unicodedata import east_asian_width

from tasks.reading.decoding import is_classified
from tasks.reading.outline import label_at
from tasks.reading.source import fold

SAME_LINE = 0.45
"""Of the size: how far apart the base lines of one line may be."""

CELL_GAP = 1.9
"""Of the size: a wider gap divides cells."""

WORD_GAP, LATIN_GAP = 0.6, 0.15
NEAR_MARGIN = 2.2
"""Of the size: a line that ends this near to the margin is full."""

NARROWEST = 12
"""Of the size: no text is set in lines shorter than this."""

INDENT = 1.0
OFTEN = 3
"""On fewer pages nothing counts as running along."""

STOPS = frozenset("。；：！？;:")
PAGE_NUMBER = re.compile(
    r"[-—–－·\s]*(?:第\s*)?\d{1,4}(?:\s*页)?[-—–－·\s]*(?:[/，,]?\s*共\s*\d{1,4}\s*页|/\s*\d{1,4})?"
)


@dataclass(frozen=True, slots=True)
class Word:
    """Text as it was placed: `top` grows downwards, all in the unit of the page."""

    left: float
    top: float
    size: float
    text: str

    @property
    def right(self) -> float:
        return self.left + self.size * width(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page."""

    left: float
    right: float
    top: float
    size: float
    text: str


def width(text: str) -> float:
    """About how wide a text is, in its size."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def placed(left: float, top: float, size: float, text: str) -> Word:
    """A word without the spaces at its ends; those that indent it move it."""
    bare = text.lstrip()
    before = text[: len(text) - len(bare)]
    if len(before) > 1 or before == "\u3000":
        left += size * width(before)
    return Word(left, top, size, bare.rstrip())


def lines_of(words: Iterable[Word]) -> list[Line]:
    """The lines of a page or a cell, from the top."""
    rows: list[list[Word]] = []
    for word in sorted((word for word in words if word.text), key=lambda word: word.top):
        row = rows[-1] if rows else None
        if row and word.top - row[0].top <= SAME_LINE * min(row[0].size, word.size):
            row.append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda word: word.left)) for row in rows]


def _line(row: list[Word]) -> Line:
    text = row[0].text
    before = row[0]
    for word in row[1:]:
        if word.text == before.text and word.left - before.left < WORD_GAP / 2 * word.size:
            continue  # printed twice to look bold
        gap = (word.left - before.right) / word.size
        latin = text[-1].isascii() and word.text[0].isascii()
        if gap > CELL_GAP:
            text += "\t"
        elif gap > (LATIN_GAP if latin else WORD_GAP):
            text += " "
        text += word.text
        before = word
    sizes = Counter[float]()
    for word in row:
        sizes[round(word.size, 1)] += len(word.text)
    right = max(word.right for word in row)
    return Line(row[0].left, right, row[0].top, sizes.most_common(1)[0][0], text)


def paragraphs(pages: Iterable[list[Line]]) -> list[str]:
    """The paragraphs of a document whose pages consist of these lines."""
    lines = [line for page in _without_running_lines(list(pages)) for line in page]
    if not lines:
        return []
    left, right = _margins(lines)
    said = [lines[0].text]
    for before, line in pairwise(lines):
        if _carries_on(before, line, left, right):
            said[-1] += between(said[-1], line.text) + line.text
        else:
            said.append(line.text)
    return said


def _carries_on(before: Line, line: Line, left: float, right: float) -> bool:
    if "\t" in before.text or "\t" in line.text or before.size != line.size:
        return False
    if before.right < right - NEAR_MARGIN * before.size or right - left < NARROWEST * line.size:
        return False
    if abs(line.left - left) >= INDENT * line.size:
        return False
    text = fold(line.text)
    return not (before.text[-1] in STOPS and label_at(text, 0, len(text)))


def between(before: str, after: str) -> str:
    """What stands between two parts of a text that a line end divides."""
    latin = before[-1:].isascii() and before[-1:].isalnum() and after[:1].isascii()
    return " " if latin and after[:1].isalpha() else ""


def _margins(lines: list[Line]) -> tuple[float, float]:
    """Where the lines of the body begin that are not indented, and where full ones end."""
    running = [line for line in lines if line.size and "\t" not in line.text]
    if not running:
        return 0, inf
    sizes = Counter[float]()
    for line in running:
        sizes[line.size] += len(line.text)
    size = sizes.most_common(1)[0][0]
    body = [line for line in running if line.size == size]
    starts = Counter(round(line.left / size * 2) for line in body)
    often = [start for start, count in starts.items() if count > 1] or list(starts)
    # Narrow characters are measured badly: they do not set the margin.
    wide = [one for one in body if width(one.text) > 0.8 * len(one.text)] or body
    return min(often) * size / 2, max(line.right for line in wide)


def _without_running_lines(pages: list[list[Line]]) -> list[list[Line]]:
    """The lines without page numbers and without what stands above or below on every page."""
    pages = [_without_number(_without_number(page, 0), -1) for page in pages if page]
    for end in (0, -1):
        seen = Counter(_trace(page[end]) for page in pages if page)
        often = {
            trace
            for trace, count in seen.items()
            if count >= OFTEN and count * 2 > len(pages) and _runs_along(*trace)
        }
        pages = [
            [line for line in page if line is not page[end] or _trace(line) not in often]
            for page in pages
        ]
    return pages


def _without_number(page: list[Line], end: int) -> list[Line]:
    if page and PAGE_NUMBER.fullmatch(page[end].text):
        return [line for line in page if line is not page[end]]
    return page


def _runs_along(text: str, _top: int, size: float) -> bool:
    """Whether a line may be left out: no head of a table, no marking of the whole."""
    return size > 0 and not is_classified(text)


def _trace(line: Line) -> tuple[str, int, float]:
    """What a running line has in common on all pages: all but the number of the page."""
    return re.sub(r"\d+", "0", line.text), round(line.top / 4), line.size
