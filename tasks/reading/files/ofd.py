"""PURE. An .ofd, the format of China's electronic documents -> its lines and paragraphs."""

from collections.abc import Iterator
from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE, TEXT_LIMIT_MB
from tasks.reading.files.archive import Archive, local, resolved
from tasks.reading.files.grid import Stroke, page_lines
from tasks.reading.files.layout import Line, Word, paragraphs, placed

THIN = 1.0
MILLIMETRE = 72 / 25.4
"""Pages are measured in millimetres; the rules for lines speak of points."""


def text(data: bytes) -> str:
    """The text of an OFD file. Raises Unreadable."""
    archive = Archive(data)
    pages: list[list[Line]] = []
    size = 0
    for root in _named(archive.tree("OFD.xml"), "DocRoot"):
        path = resolved("", (root.text or "").strip())
        document = archive.tree(path)
        folder = path.rpartition("/")[0]
        for page in _named(document, "Page"):
            place = page.get("BaseLoc")
            if not place:
                continue
            at = resolved(folder, place)
            content = archive.tree(at if at in archive.names else f"{at}/Content.xml")
            words = [word for one in _named(content, "TextObject") for word in _words(one)]
            strokes = [line for one in _named(content, "PathObject") for line in _strokes(one)]
            pages.append(page_lines(words, strokes))
            size += sum(len(line.text) for line in pages[-1])
            if size > TEXT_LIMIT_MB * MEGABYTE:
                raise Unreadable("text_too_large", limit_mb=TEXT_LIMIT_MB)
    return "\n".join(paragraphs(pages)) + "\n"


def _named(element: Any, name: str) -> Iterator[Any]:
    return (one for one in element.iter() if local(one) == name)


def _words(element: Any) -> Iterator[Word]:
    box = _numbers(element.get("Boundary"))
    left, top = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
    size = (_numbers(element.get("Size")) or [4.0])[0]
    scale = _numbers(element.get("CTM"))
    wide, high = (scale[0], scale[3]) if len(scale) == 6 else (1.0, 1.0)
    x = y = 0.0
    for code in _named(element, "TextCode"):
        x = (_numbers(code.get("X")) or [x])[0]
        y = (_numbers(code.get("Y")) or [y])[0]
        said = (code.text or "").replace("\n", " ").replace("\t", " ")
        if said.strip():
            yield placed(
                (left + x * wide) * MILLIMETRE,
                (top + y * high) * MILLIMETRE,
                max(size * abs(high), 0.2) * MILLIMETRE,
                said,
            )


def _strokes(element: Any) -> Iterator[Stroke]:
    """The lines of a drawn path; curves draw no tables."""
    box = _numbers(element.get("Boundary"))
    left, top = (box[0], box[1]) if len(box) == 4 else (0.0, 0.0)
    at: tuple[float, float] | None = None
    for data in _named(element, "AbbreviatedData"):
        parts = (data.text or "").split()
        for place, part in enumerate(parts):
            if part not in ("M", "S", "L"):
                continue
            point = _numbers(" ".join(parts[place + 1 : place + 3]))
            if len(point) != 2:
                continue
            to = ((left + point[0]) * MILLIMETRE, (top + point[1]) * MILLIMETRE)
            if part == "L" and at is not None:
                yield from _stroke(at, to)
            at = to


def _stroke(one: tuple[float, float], other: tuple[float, float]) -> Iterator[Stroke]:
    across, down = abs(one[0] - other[0]), abs(one[1] - other[1])
    if down < THIN < across:
        yield Stroke(True, one[1], min(one[0], other[0]), max(one[0], other[0]))
    elif across < THIN < down:
        yield Stroke(False, one[0], min(one[1], other[1]), max(one[1], other[1]))


def _numbers(said: str | None) -> list[float]:
    try:
        return [float(one) for one in (said or "").split()]
    except ValueError:
        return []
