"""PURE. The text as the reader sees it: folded, and each sentence once.

Crawled notices repeat whole passages. `Source` cuts every later copy of a sentence out
before anything is read, and translates offsets back, so no rule has to think of copies.
Folding changes no length: full width and half width become one, nothing moves.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter

from tasks.reading.words import is_owner_line

SENTENCE_ENDS = frozenset("。！？!?")
CLOSERS = frozenset("”’」』）)】〕]")
BRACKETS = {"（": "）", "【": "】", "〔": "〕"}
BRACKET_REACH = 600
"""A bracket that stays open longer than this is a slip of the pen, not a bracket."""

SHORTEST_COPY = 12
"""Shorter sentences may well be said twice, as headings are."""


def _folding() -> dict[int, str]:
    alphabet = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
    return {full: chr(full - 0xFEE0) for full in alphabet} | {
        ord(sign): other
        for signs, other in (
            ("(", "（"),
            (")", "）"),
            ("[［﹝", "〔"),
            ("]］﹞", "〕"),
            ("〖", "【"),
            ("〗", "】"),
            (":", "："),
            (";", "；"),
            (",", "，"),
            ("．", "."),
            ("○◯", "〇"),
            ("／", "/"),
            ("％", "%"),
            ("﹣－–", "-"),
            ("\r\x0b\x0c\x85\u2028\u2029", "\n"),
            ("\u3000\xa0\u2002\u2003\u2009\u200b\ufeff\0", " "),
        )
        for sign in signs
    }


FOLDING = _folding()


def fold(text: str) -> str:
    """The text in one width, with the same length."""
    return text.translate(FOLDING)


def bracket_pairs(text: str) -> dict[int, int]:
    """Where each bracket opens and closes; never across a line."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    closing = set(BRACKETS.values())
    for place, sign in enumerate(text):
        if sign == "\n":
            stack.clear()
        elif sign in BRACKETS:
            stack.append(place)
        elif sign in closing:
            while stack:
                opened = stack.pop()
                if BRACKETS[text[opened]] == sign:
                    if place - opened <= BRACKET_REACH:
                        pairs[opened] = place
                    break
    return pairs


def sentence_spans(
    text: str, start: int, end: int, pairs: dict[int, int]
) -> list[tuple[int, int]]:
    """The sentences of a stretch; a full stop in brackets ends none."""
    spans = []
    begun = place = start
    while place < end:
        sign = text[place]
        if sign in BRACKETS and place in pairs:
            place = min(pairs[place] + 1, end)
            continue
        place += 1
        if sign in SENTENCE_ENDS or sign == "\n":
            while place < end and text[place] in CLOSERS:
                place += 1
            spans.append((begun, place))
            begun = place
    if begun < end:
        spans.append((begun, end))
    return [(a, b) for a, b in (trimmed(text, *span) for span in spans) if a < b]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@dataclass(frozen=True, slots=True)
class Source:
    """A text to read. `clean` is folded and without copies; offsets lead back to `text`."""

    text: str
    clean: str
    starts: list[int] = field(default_factory=list)
    """Where each kept stretch begins in `clean`."""
    origins: list[int] = field(default_factory=list)
    """Where the same stretch begins in `text`."""
    resumed: dict[int, int] = field(default_factory=dict)
    """By a place in `clean` where copies were cut out: where the last of them stands."""

    def origin(self, place: int) -> int:
        """The offset in `text` of a character of `clean`."""
        stretch = bisect_right(self.starts, place) - 1
        return self.origins[stretch] + place - self.starts[stretch]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of `clean` as a span of `text`."""
        return self.origin(start), self.origin(end - 1) + 1


def source(text: str) -> Source:
    """Fold a text and cut out the copies of whole sentences."""
    folded = fold(text)
    pairs = bracket_pairs(folded)
    kept: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    resumed: dict[int, int] = {}
    last: dict[str, int] = {}
    length = 0
    place = 0
    before = ""
    copied = _copied_lines(folded)
    for start, end in _pieces(folded, pairs):
        words = "".join(folded[start:end].split())
        again = words == before or (len(words) >= SHORTEST_COPY and not is_owner_line(words))
        line = bisect_right(copied, start, key=itemgetter(0)) - 1
        again = again or (line >= 0 and end <= copied[line][1])
        before = words
        if again and words in last:
            if start > place:
                length = _keep(folded, place, start, length, kept, starts, origins)
            place = end
            resumed[length] = last[words]
            continue
        last[words] = length + end - place
    if place < len(folded) or not starts:
        _keep(folded, place, len(folded), length, kept, starts, origins)
    return Source(text, "".join(kept), starts, origins, resumed)


def _keep(
    folded: str,
    start: int,
    end: int,
    length: int,
    kept: list[str],
    starts: list[int],
    origins: list[int],
) -> int:
    kept.append(folded[start:end])
    starts.append(length)
    origins.append(start)
    return length + end - start


def _copied_lines(folded: str) -> list[tuple[int, int]]:
    """Lines that say what the one before says: copies, however short their sentences are."""
    copied = []
    place = 0
    before = ""
    for line in folded.split("\n"):
        words = "".join(line.split())
        if words and words == before:
            copied.append((place, place + len(line)))
        before = words or before
        place += len(line) + 1
    return copied


def _pieces(folded: str, pairs: dict[int, int]) -> list[tuple[int, int]]:
    """Sentences, each with the bracket that closes it: （A负责） belongs to what it assigns.

    A row of a table is one piece: its cells may well stand in other rows too.
    """
    pieces: list[tuple[int, int]] = []
    for start, end in _sentences_and_rows(folded, pairs):
        closing = _leading_bracket(folded, start, end, pairs)
        if pieces and closing and "\n" not in folded[pieces[-1][1] : start]:
            pieces[-1] = (pieces[-1][0], closing)
            start, end = trimmed(folded, closing, end)
        if start < end:
            pieces.append((start, end))
    return pieces


def _sentences_and_rows(folded: str, pairs: dict[int, int]) -> Iterator[tuple[int, int]]:
    place = 0
    for line in folded.split("\n"):
        end = place + len(line)
        if "\t" in line.strip():
            yield trimmed(folded, place, end)
        else:
            yield from sentence_spans(folded, place, end, pairs)
        place = end + 1


def _leading_bracket(folded: str, start: int, end: int, pairs: dict[int, int]) -> int | None:
    """The end of a bracket at the start of a sentence, unless it is a label like （一）."""
    closed = pairs.get(start)
    if closed is None or closed >= end or closed - start < 4:
        return None
    return closed + 1
