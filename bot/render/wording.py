"""PURE. Other people's words made fit for a phone: one line, cut, measured, quoted.

One rule: what comes in is never trusted. Line breaks, control characters and characters that
turn the direction of writing cannot change the shape of a message.
"""

import html
import re
import unicodedata
from collections.abc import Iterable

BRIEF = 28
"""Cells of a task's text in a list: fourteen Chinese characters beside number and date."""

NAME = 24
"""Cells of a department's or person's name in a list."""

FULL_NAME = 48
"""Cells of a name where it is named in full; hardly any office is called longer."""

QUOTED = 600
"""UTF-16 units of a report that a card quotes; the history holds it whole."""

FOLDED = 120
"""A longer quotation is folded until it is touched."""

# Bidirectional embeddings, overrides, isolates and marks; zero-width space, byte order mark.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u061c]")
# Controls but the line feed, surrogates, line and paragraph separators.
_UNSHOWN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")
_CLAUSE_END = re.compile(r"[，。；！？：]")

_OWNERS_FIRST = re.compile(
    r"^(?:由?[^，。；！？：]{2,60}(?:牵头|配合|会同|协助|参加)，(?:于[^，。；]{2,16}前)?)+(?=.{4})"
    r"|^[^，。；！？：]{2,60}?(?:部门|[局委厅办院处室会])要(?=.{4})"
)
"""Owners at the head of a duty: a list names what is to be done, the line above says whose."""


class Html(str):
    """Text that is HTML already: placed in a sentence it is not escaped again."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """The text as HTML that shows exactly it."""
    return Html(html.escape(text, quote=False))


def joined(pieces: Iterable[str], by: str = "") -> Html:
    """Pieces of HTML put together."""
    return Html(by.join(pieces))


def clean(text: str) -> str:
    """The text without characters that disturb a message; line breaks stay."""
    return _UNSHOWN.sub(" ", _INVISIBLE.sub("", text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """The text on one line."""
    return " ".join(clean(text).split())


def width(text: str) -> int:
    """Cells on a phone: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def cut(text: str, cells: int) -> str:
    """The text on one line of at most that many cells, with … where something was left out."""
    line = one_line(text)
    taken = kept = 0
    for at, char in enumerate(line):
        taken += width(char)
        if taken < cells:
            kept = at + 1
        elif taken > cells:
            return line[:kept].rstrip() + "…"
    return line


def brief(text: str, cells: int = BRIEF) -> str:
    """What a task is called in a list: its first clause if that is short, else its start."""
    line = _OWNERS_FIRST.sub("", one_line(text))
    first = _CLAUSE_END.split(line, maxsplit=1)[0]
    return first if 8 <= width(first) <= cells else cut(line, cells)


def quoted(text: str, most: int = QUOTED) -> Html:
    """A report word for word as a quotation, cut where it is too long for a card."""
    words = clean(text).strip()
    counted = words.encode("utf-16-le")
    if len(counted) > 2 * most:
        words = counted[: 2 * (most - 1)].decode("utf-16-le", "ignore").rstrip() + "…"
    folded = " expandable" if len(words) > FOLDED else ""
    return Html(f"<blockquote{folded}>{escaped(words or '…')}</blockquote>")
