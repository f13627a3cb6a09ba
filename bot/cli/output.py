"""What the console prints: one JSON document, or lines that stand under each other."""

import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

_BREAKS = re.compile(r"\s+")


def prepare() -> None:
    """Let a terminal that cannot show Chinese show its code points, not end in an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def document(value: Any) -> None:
    """The one JSON document on standard output."""
    can_show = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    sys.stdout.write(json.dumps(value, ensure_ascii=not can_show, indent=2) + "\n")


def line(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def now(text: str) -> None:
    """A line that is read while the command goes on."""
    line(text)
    sys.stdout.flush()


def complain(sentence: str) -> None:
    """One sentence on standard error."""
    sys.stderr.write(sentence + "\n")


def table(rows: Iterable[Sequence[object]], head: Sequence[str] = ()) -> None:
    """Rows with their columns under each other, a Chinese character two places wide."""
    cells = [[_cell(value) for value in row] for row in ([head] if head else [])]
    cells += [[_cell(value) for value in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (
            cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)
        )
        line("  ".join(padded).rstrip())


def width(text: str) -> int:
    """How many places of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def short(text: str, places: int) -> str:
    """The text on one line of at most that many places."""
    text = _BREAKS.sub(" ", text).strip()
    if width(text) <= places:
        return text
    kept, used = [], 1
    for c in text:
        used += width(c)
        if used > places:
            break
        kept.append(c)
    return "".join(kept) + "…"


def _cell(value: object) -> str:
    return "-" if value is None or value == "" else _BREAKS.sub(" ", str(value)).strip()
