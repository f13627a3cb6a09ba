"""PURE. Where documents begin in a text: a notice may forward or be followed by another."""

from tasks.reading.dates import FULL_DATE
from tasks.reading.header import (
    KINDS_OF_DOCUMENT,
    LONGEST_TITLE,
    NUMBER,
    Part,
    is_addressee,
    is_title,
    is_yearly_title,
    issue_number,
    read_head,
)
from tasks.reading.names import is_organ
from tasks.reading.source import SENTENCE_ENDS, trimmed


def parts(clean: str) -> list[Part]:
    """The documents that a text consists of, the first of them from offset 0."""
    starts = _starts(clean)
    found = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(clean)
        found.append(read_head(clean, start, end))
    return found


def _starts(clean: str) -> list[int]:
    starts = [0]
    marks: list[int] = [
        match.start() for match in NUMBER.finditer(clean) if issue_number(clean, match)
    ]
    place = 0
    for line in clean.split("\n"):
        first, last = trimmed(clean, place, place + len(line))
        place += len(line) + 1
        line = clean[first:last]
        if last - first <= LONGEST_TITLE and (
            is_title(line) or is_yearly_title(line) or is_addressee(line)
        ):
            marks.append(first)
    for first in sorted(marks):
        begin = _head_start(clean, first, starts[-1])
        body = clean[starts[-1] : begin]
        if begin > starts[-1] and _has_body(body):
            starts.append(begin)
    return starts


def _has_body(text: str) -> bool:
    """Whether a text holds more than a head: some sentence has ended in it."""
    return "。" in text or text.count("\n") >= 12


def _head_start(clean: str, place: int, least: int) -> int:
    """The start of the head that a number, title or addressee belongs to."""
    begun = place
    while begun > least and clean[begun - 1] != "\n" and clean[begun - 1] not in SENTENCE_ENDS:
        begun -= 1
        if place - begun > 400:
            break
    if begun > least and clean[begun - 1] in SENTENCE_ENDS:
        for match in FULL_DATE.finditer(clean, begun, place):
            begun = match.end()
        return begun
    for _ in range(6):
        if begun <= least:
            break
        above = clean.rfind("\n", least, begun - 1) + 1
        line = clean[max(above, least) : begun].strip()
        ends = (
            line.endswith(("。", "；", "：", "）", "！"))
            or len(line) > LONGEST_TITLE
            or "\t" in line
        )
        if ends or (line and (FULL_DATE.search(line) or is_organ(line.replace(" ", "")))):
            break
        if line and not _may_be_head(line):
            break
        begun = max(above, least)
    return begun


def _may_be_head(line: str) -> bool:
    """Whether a line may belong to a head that continues below it."""
    last_line = len(line) <= 40 and line.endswith(KINDS_OF_DOCUMENT)
    return (
        "关于" in line
        or last_line
        or is_title(line)
        or NUMBER.search(line) is not None
        or line.endswith("文件")
    )
