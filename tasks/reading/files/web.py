"""PURE. A page of the web -> its text: what a reader sees, a block a line, tables as rows."""

import codecs
import re
from collections.abc import Iterator
from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE, TEXT_LIMIT_MB
from tasks.reading.files import rows
from tasks.reading.files.archive import failure, local

HIDDEN = frozenset(
    (
        *("script", "style", "noscript", "template", "head", "iframe", "svg", "canvas", "object"),
        *("select", "option", "textarea", "button", "input", "audio", "video", "map", "math"),
    )
)
INLINE = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "rb", "ruby", "s", "samp"),
        *("small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
CHARSETS = frozenset(("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "utf-16-le", "utf-16-be"))
HEAD = 8192
GAPS = re.compile(r"[ \t\r\n\f]+")
CHINESE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
WIDE = re.compile(f"(?<={CHINESE})\n(?={CHINESE})")
DEEPEST = 200
TAGS = 2_000_000
"""Tags of a page; the longest text as a table has half of that."""


def text(data: bytes) -> str:
    """The text of a page. Raises Unreadable."""
    from lxml import etree

    whole = _decoded(data).replace("\0", "")
    if whole.count("<") > TAGS:
        raise Unreadable("file_too_hard")
    # The parser of lxml.html is this one and a class of its own for every element.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(whole.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise failure(error) from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        # The parser leaves out what lies too deep and goes on.
        raise Unreadable("broken_file")
    return rows.text_of_lines(_lines(root, 0))


def _decoded(data: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    said = CHARSET.search(data[:HEAD])
    name = said.group(1).decode("ascii").lower() if said else ""
    # Hardly a text in another encoding happens to be legal UTF-8; what a page says can be wrong.
    guesses = ["utf-8", *([name] if name in CHARSETS else []), "gb18030"]
    for encoding in guesses:
        try:
            return data.decode("gb18030" if encoding in ("gb2312", "gbk") else encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(guesses[1], "replace")


def _lines(element: Any, depth: int) -> list[str]:
    """The lines of an element and everything in it."""
    lines: list[str] = []
    run = ""
    for piece in _pieces(element, depth):
        if isinstance(piece, str):
            run += piece
        else:
            lines += _broken(run)
            run = ""
            lines += piece
    return [*lines, *_broken(run)]


def _broken(run: str) -> Iterator[str]:
    for line in run.split("\0"):
        bare = WIDE.sub("", line).replace("\n", " ").strip(" ")
        if bare.strip():
            yield bare


def _pieces(element: Any, depth: int) -> Iterator[str | list[str]]:
    """Running text, with NUL where a line breaks, and the lines of blocks between it."""
    if depth > DEEPEST:
        raise Unreadable("broken_file")
    if element.text:
        yield _folded(element.text)
    for one in element:
        name = local(one)
        if name and name not in HIDDEN and not _is_unseen(one):
            if name == "br":
                yield "\0"
            elif name == "table":
                yield _table(one, depth + 1)
            elif name == "pre":
                yield [line for line in "".join(one.itertext()).splitlines() if line.strip()]
            elif name in ("rt", "rp"):
                pass
            elif name in INLINE:
                yield from _pieces(one, depth + 1)
            else:
                yield _lines(one, depth + 1)
        if one.tail:
            yield _folded(one.tail)


def _folded(text: str) -> str:
    """White space as a browser shows it; a line end stays one, to vanish between characters."""
    return GAPS.sub(lambda gap: "\n" if "\n" in gap.group() else " ", text)


def _is_unseen(element: Any) -> bool:
    return element.get("hidden") is not None or bool(UNSEEN.search(element.get("style") or ""))


def _table(element: Any, depth: int) -> list[str]:
    spans = rows.Spans()
    lines = [line for one in element if local(one) == "caption" for line in _lines(one, depth)]
    size = 0
    for row in _rows(element):
        own = [cell for cell in row if local(cell) in ("td", "th") and not _is_unseen(cell)]
        if any(next(cell.iter("table"), None) is not None for cell in own):
            # Such a table only places things on the page.
            for cell in own:
                lines += _lines(cell, depth)
            continue
        cells = spans.row(
            (
                "\n".join(_lines(cell, depth)),
                _span(cell, "colspan"),
                _span(cell, "rowspan"),
            )
            for cell in own
        )
        # A cell may be said to reach down a thousand rows.
        size += sum(map(len, cells))
        if size > TEXT_LIMIT_MB * MEGABYTE:
            raise Unreadable("text_too_large", limit_mb=TEXT_LIMIT_MB)
        lines += rows.line_of(cells)
    return lines


def _rows(element: Any) -> Iterator[Any]:
    for one in element:
        if local(one) == "tr":
            if not _is_unseen(one):
                yield one
        elif local(one) in ("thead", "tbody", "tfoot"):
            yield from _rows(one)


def _span(element: Any, name: str) -> int:
    said = element.get(name) or ""
    return max(1, min(int(said), 1000)) if said.isascii() and said.isdigit() and said else 1
