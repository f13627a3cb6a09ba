"""PURE. A ledger as .xlsx -> rows with tabs: what the cells show, merged ones filled below."""

import io
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import MEGABYTE, TEXT_LIMIT_MB
from tasks.reading.files import rows
from tasks.reading.files.archive import Archive, attribute, local, parsed, refuse_declarations

CELLS = 2_000_000
"""Cells looked at in one file, empty ones among them."""

ROWS = 200_000
MERGED = 100_000


def text(data: bytes) -> str:
    """The visible sheets of a workbook, one after another. Raises Unreadable."""
    archive = Archive(data)
    main = archive.main_part()
    related = archive.relations(main)
    titles = {
        related.get(attribute(sheet, "id") or "", ("", ""))[1]: attribute(sheet, "name")
        for sheet in archive.tree(main).iter()
        if local(sheet) == "sheet"
    }
    merged = {}
    for name in archive.names:
        if name.lower().endswith((".xml", ".rels")):
            # The library reads these itself, so they are looked through before.
            part = archive.read(name)
            refuse_declarations(part)
            if name in titles:
                merged[titles[name]] = _merged(part)
    lines: list[str] = []
    size = 0
    for title, cells in _cells(data):
        for line in _filled(cells, merged.get(title, {})):
            size += len(line)
            if size > TEXT_LIMIT_MB * MEGABYTE:
                raise Unreadable("text_too_large", limit_mb=TEXT_LIMIT_MB)
            lines.append(line)
        lines.append("")
    return "\n".join(lines)


def _cells(data: bytes) -> Iterator[tuple[str, Iterator[list[str]]]]:
    import openpyxl

    with warnings.catch_warnings():
        # It warns of what it leaves out: styles and checks, which no text needs.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=True, keep_links=False
        )
        left = [CELLS]
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                # What a file says of its own extent need not be so.
                sheet.reset_dimensions()
                yield sheet.title, _shown(sheet, left)


def _shown(sheet: Any, left: list[int]) -> Iterator[list[str]]:
    for number, row in enumerate(sheet.iter_rows()):
        left[0] -= len(row) + 1
        if left[0] < 0 or number > ROWS:
            raise Unreadable("archive_too_large")
        seen = row[: rows.COLUMNS]
        yield [shown(cell.value, getattr(cell, "number_format", "")) for cell in seen]


def shown(value: object, form: str | None = "") -> str:
    """A value as the sheet shows it; dates as notices write them."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, datetime | date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float | int):
        if form and "%" in form:
            return f"{value * 100:.10g}%"
        return f"{value:.15g}"
    return str(value)


def _merged(data: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """By the row and column of a cell that is merged into one above: that one."""
    from openpyxl.utils import range_boundaries

    found: dict[tuple[int, int], tuple[int, int]] = {}
    for one in parsed(data).iter():
        if local(one) != "mergeCell":
            continue
        left, top, _, bottom = range_boundaries(one.get("ref", ""))
        if None in (left, top, bottom):
            continue
        for row in range(top + 1, min(bottom, ROWS) + 1):
            found[(row, left)] = (top, left)
            if len(found) > MERGED:
                raise Unreadable("archive_too_large")
    return found


def _filled(
    cells: Iterator[list[str]], merged: dict[tuple[int, int], tuple[int, int]]
) -> Iterator[str]:
    origins = set(merged.values())
    kept: dict[tuple[int, int], str] = {}
    reach = max((column for _, column in merged), default=0)
    for row, line in enumerate(cells, start=1):
        line += [""] * (reach - len(line))
        for column in range(1, reach + 1):
            if (row, column) in origins:
                kept[(row, column)] = line[column - 1]
            elif (row, column) in merged:
                line[column - 1] = kept.get(merged[(row, column)], "")
        yield from rows.line_of(line)
