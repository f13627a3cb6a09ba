"""PURE. The text layer of a .pdf -> its lines, paragraphs and tables.

A scanned page has no text layer: it is refused and nothing is recognised in its picture.
"""

import io
import logging
from collections.abc import Callable, Sequence
from math import hypot
from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE, TEXT_LIMIT_MB, is_binary
from tasks.reading.files.grid import Stroke, page_lines
from tasks.reading.files.layout import Line, Word, paragraphs, placed
from tasks.reading.files.pdf_work import FORM, Work

PAGES = 2000
STREAM = 16 * MEGABYTE
STREAM_OPERATIONS = 400_000
THIN = 3.0
"""A rectangle thinner than this is a line."""

MOVES = frozenset((b"Td", b"TD", b"Tm", b"T*"))
SHAPES = {b"re": 4, b"m": 2, b"l": 2}
STROKES = frozenset((b"S", b"s", b"B", b"B*", b"b", b"b*"))
FILLS = frozenset((b"f", b"F", b"f*"))
STILL = [1, 0, 0, 1, 0, 0]

Matrix = Sequence[float]
Progress = Callable[[float], None] | None


def text(data: bytes, progress: Progress = None) -> str:
    """The text of a PDF. Raises Unreadable."""
    from pypdf import apply_configuration

    # Its warnings quote the file, which may be one that is refused.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    with apply_configuration(
        zlib_maximum_output_length=STREAM,
        lzw_maximum_output_length=STREAM,
        run_length_maximum_output_length=STREAM,
        array_based_stream_maximum_output_length=STREAM,
        stream_parsing_work_maximum_count=STREAM_OPERATIONS,
        xform_maximum_invocations_per_extraction=200,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    ):
        return _text(data, progress)


def _text(data: bytes, progress: Progress) -> str:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted_file")
        if len(reader.pages) > PAGES:
            raise Unreadable("archive_too_large")
        said = "\n".join(paragraphs(_pages(reader, progress))) + "\n"
    except (DependencyError, FileNotDecryptedError):
        raise Unreadable("encrypted_file") from None
    except LimitReachedError:
        raise Unreadable("archive_too_large") from None
    if not any(sign.isalpha() for sign in said) or is_binary(said):
        raise Unreadable("scanned_pdf")
    return said


def _pages(reader: Any, progress: Progress) -> list[list[Line]]:
    found: list[list[Line]] = []
    work, size, count = Work(), 0, len(reader.pages)
    for page in reader.pages:
        seen = _Page(page, work)
        found.append(page_lines(seen.words, seen.strokes))
        if progress is not None:
            progress(len(found) / count)
        size += sum(len(line.text) for line in found[-1])
        if size > TEXT_LIMIT_MB * MEGABYTE:
            raise Unreadable("text_too_large", limit_mb=TEXT_LIMIT_MB)
    return found


class _Page:
    """What is seen of a page: its words and the lines that are drawn on it."""

    def __init__(self, page: Any, work: Work) -> None:
        self.words: list[Word] = []
        self.strokes: list[Stroke] = []
        self._work = work
        self._form = work.resources(page)
        self._path: list[tuple[bool, float, float, float, float]] = []
        self._at = (0.0, 0.0)
        box = page.mediabox
        self._turn = page.rotation % 360
        self._box = (float(box.left), float(box.bottom), float(box.right), float(box.top))
        _divide(page, work)
        page.extract_text(visitor_operand_before=self._drawn, visitor_text=self._said)
        page.pop("/Contents", None)  # the reader keeps its pages
        work.check()

    def _said(self, text: str, cm: Matrix, tm: Matrix, _font: object, size: float) -> None:
        for line in text.splitlines()[:1]:
            if line.strip():
                placing = _product(tm, cm)
                left, top = self._seen(placing[4], placing[5])
                high = abs(size) * (hypot(placing[2], placing[3]) or 1.0)
                self.words.append(placed(left, top, max(high, 0.5), line))

    def _drawn(self, operator: bytes, operands: Any, cm: Matrix, _tm: Matrix) -> None:
        self._work.operation()
        if operator == b"Do":
            self._work.parse(self._form // FORM)
        elif operator in SHAPES:
            points = [float(one) for one in operands if isinstance(one, int | float)]
            if len(points) == SHAPES[operator]:
                self._shape(operator, points, cm)
        elif operator in STROKES or operator in FILLS:
            for box, *corners in self._path:
                self._paint(box, corners, filled=operator in FILLS)
            self._path.clear()
        elif operator == b"n":
            self._path.clear()

    def _shape(self, operator: bytes, points: list[float], cm: Matrix) -> None:
        if operator == b"re":
            x, y, wide, high = points
            self._add(cm, (x, y), (x + wide, y + high), box=True)
            return
        to = (points[0], points[1])
        if operator == b"l":
            self._add(cm, self._at, to, box=False)
        self._at = to

    def _add(
        self, cm: Matrix, start: tuple[float, float], end: tuple[float, float], *, box: bool
    ) -> None:
        one = self._seen(*_moved(cm, *start))
        other = self._seen(*_moved(cm, *end))
        self._path.append((box, *one, *other))

    def _paint(self, box: bool, corners: list[float], *, filled: bool) -> None:
        left, right = sorted((corners[0], corners[2]))
        top, bottom = sorted((corners[1], corners[3]))
        if bottom - top < THIN:
            if right - left >= THIN:
                self.strokes.append(Stroke(True, (top + bottom) / 2, left, right))
        elif right - left < THIN:
            self.strokes.append(Stroke(False, (left + right) / 2, top, bottom))
        elif box and not filled:
            self.strokes += (Stroke(True, place, left, right) for place in (top, bottom))
            self.strokes += (Stroke(False, place, top, bottom) for place in (left, right))

    def _seen(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as it is shown: from the left and from the top."""
        left, bottom, right, top = self._box
        match self._turn:
            case 90:
                return y - bottom, x - left
            case 180:
                return right - x, y - bottom
            case 270:
                return top - y, right - x
        return x - left, top - y


def _divide(page: Any, work: Work) -> None:
    """Let each move of the pen begin a new piece: else those of one line come as one."""
    from pypdf.generic import ContentStream, NameObject

    contents = page.get("/Contents")
    if contents is None:
        return
    whole = ContentStream(contents.get_object(), page.pdf, "bytes")
    work.parse(len(whole.get_data()))
    divided = ContentStream(None, page.pdf)
    operations = []
    for operands, operator in whole.operations:
        if operator in MOVES:
            operations.append((STILL, b"cm"))
        operations.append((operands, operator))
    divided.operations = operations
    page[NameObject("/Contents")] = divided


def _product(one: Matrix, other: Matrix) -> list[float]:
    a, b, c, d = one[:4]
    x, y = _moved(other, one[4], one[5])
    return [
        a * other[0] + b * other[2],
        a * other[1] + b * other[3],
        c * other[0] + d * other[2],
        c * other[1] + d * other[3],
        x,
        y,
    ]


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    return (
        x * matrix[0] + y * matrix[2] + matrix[4],
        x * matrix[1] + y * matrix[3] + matrix[5],
    )
