"""PURE. The outline: paragraphs and labelled items with their section, also in one long line."""

import re
from dataclasses import dataclass

from tasks.reading.source import trimmed

CHAPTER = re.compile(r"第[一二三四五六七八九十百]{1,4}(?:章|节|部分|条)")
FIRST = re.compile(r"[一二三四五六七八九十]{1,3}[、.]")
SECOND = re.compile(r"（[一二三四五六七八九十]{1,3}）[、.]?")
THIRD = re.compile(r"(?<!\d)\d{1,2}(?:\.(?!\d)|、)")
FOURTH = re.compile(r"（\d{1,2}）[、.]?|(?<!\d)\d{1,2}）|[①-⑳]")
KINDS = (CHAPTER, FIRST, SECOND, THIRD, FOURTH)
ANNEX = re.compile(r"附\s*(?:件|表)\s*(\d{0,2})\s*[：.]?")

AFTER_STOP = frozenset("。）”】！？")
HEADING_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a labelled item of one; `body:end` is its text without the label."""

    start: int
    body: int
    end: int
    label: str
    level: int
    """-1 without a label, else 0 第一章, 1 一、, 2 （一）, 3 1., 4 （1）."""
    section: str | None
    headings: tuple[str, ...]
    """The headings above it and its own, outermost first."""
    opens_line: bool

    def is_heading(self, clean: str) -> bool:
        """Whether it is nothing but a heading."""
        text = clean[self.body : self.end]
        return (
            self.level >= 0
            and len(text) <= HEADING_LENGTH
            and not any(stop in text.rstrip("。") for stop in "。；：\t")
            and not text.endswith("。")
        )


def blocks(clean: str, start: int, end: int) -> list[Block]:
    """The blocks of a stretch, in order."""
    found: list[Block] = []
    stack: list[tuple[int, str, str]] = []
    place = start
    for line in clean[start:end].split("\n"):
        first, last = trimmed(clean, place, place + len(line))
        place += len(line) + 1
        if first == last:
            continue
        annex = ANNEX.fullmatch(clean[first:last])
        if annex:
            stack = [(-1, f"附件{annex.group(1)}", "")]
        cuts = _cuts(clean, first, last)
        for number, (begun, label_end, level) in enumerate(cuts):
            until = cuts[number + 1][0] if number + 1 < len(cuts) else last
            body, stop = trimmed(clean, label_end, until)
            label = clean[begun:label_end].rstrip("、. ") if level >= 0 else ""
            if level >= 0:
                while stack and stack[-1][0] >= level:
                    stack.pop()
                stack.append((level, label, _heading(clean, body, stop)))
            section = "".join(entry[1] for entry in stack) or None
            headings = tuple(entry[2] for entry in stack)
            found.append(Block(begun, body, stop, label, level, section, headings, number == 0))
    return found


def _heading(clean: str, body: int, end: int) -> str:
    text = clean[body : min(end, body + HEADING_LENGTH)]
    return text.split("。", 1)[0]


def label_at(clean: str, place: int, end: int) -> tuple[int, int] | None:
    """Where a label ends that begins here, and its level."""
    for level, kind in enumerate(KINDS):
        match = kind.match(clean, place, end)
        if match:
            return match.end(), level
    return None


def _cuts(clean: str, first: int, last: int) -> list[tuple[int, int, int]]:
    """Where the blocks of a line begin: (start, end of label, level)."""
    opening = None if "\t" in clean[first:last] else label_at(clean, first, last)
    cuts = [(first, *opening) if opening else (first, first, -1)]
    if last - first < 8 or "\t" in clean[first:last]:
        return cuts
    for level in (1, 2, 3):
        cuts += [
            (match.start(), match.end(), level)
            for match in KINDS[level].finditer(clean, first + 1, last)
            if _begins_item(clean, first, last, match, level)
        ]
    cuts.sort()
    return cuts


def _begins_item(clean: str, first: int, last: int, match: re.Match[str], level: int) -> bool:
    """Whether a label inside a line begins an item, and is no part of a sentence."""
    place = match.start()
    before = (
        clean[first:place].rstrip() if place - first < 80 else clean[place - 80 : place].rstrip()
    )
    sign = before[-1:]
    if level == 1 and sign == "：":
        return True
    if level == 2 and sign not in AFTER_STOP:
        return _runs_from_heading(before)
    if level == 3 and sign == "：":
        return match.group()[0] == "1" and _is_list_of_sentences(clean, match.end(), last)
    return sign in AFTER_STOP


def _runs_from_heading(before: str) -> bool:
    """二、明确目标（一）总体思路: a heading without a full stop runs into its first item."""
    tail = before.rsplit("。", 1)[-1].rsplit("：", 1)[-1]
    return FIRST.match(tail) is not None and len(tail) <= HEADING_LENGTH and "，（" not in tail


def _is_list_of_sentences(clean: str, place: int, last: int) -> bool:
    """Whether the item after 1. ends with a full stop before 2. begins."""
    for match in THIRD.finditer(clean, place, min(last, place + 1500)):
        if match.group()[0] == "2":
            return clean[match.start() - 1] in AFTER_STOP
    return False
