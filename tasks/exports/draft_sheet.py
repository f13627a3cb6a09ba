"""PURE. A draft -> a workbook that a coordinator edits; the edited file -> its rows.

The workbook says which draft it is in a document property and, for programs that drop
those, in its sheet of instructions. A file that comes back is anybody's: it is looked
through within the limits of `reading.files` before a library opens it.
"""

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.errors import Unreadable
from tasks.exports.cells import (
    CLAUSE_COLUMNS,
    CLAUSE_SHEET,
    FOLLOW_UPS,
    GUIDE_SHEET,
    MAKE,
    PASSAGE_COLUMNS,
    PASSAGE_SHEET,
    REASONS,
    WAIVED,
    YES,
    Column,
    Draft,
    Value,
    clause_cells,
    found,
    passage_cells,
    seals,
)
from tasks.reading.decoding import FILE_LIMIT_MB, MEGABYTE
from tasks.reading.files.archive import Archive, attribute, local, parsed, refuse_declarations
from tasks.reading.files.kinds import Kind, kind_of
from tasks.vocabulary import ClauseState, PassageState

NOTICE, HASH = "duban_notice", "duban_text"
ROWS, WIDTH = 20_000, 40
SPARE_ROWS = 200
"""Empty rows below the last one that offer the same choices."""

GREY, HEAD, FREE_HEAD = "FFD9D9D9", "FFBFBFBF", "FF9DC3E6"
GUIDE = (
    "蓝色表头的列可以修改；灰色的行已立项或已并入，不再修改。",
    "“跟踪方式”选“不立项”时填写“不立项原因”，可选可写。",
    "多个单位用顿号分隔；“逐单位”写已登记的单位名称，与牵头、配合单位不同时填写。",
    "“并入”填另一条的编号，本条即并入该条；“按超期处理”填“是”，保留已过的时限。",
    "新增条目：在“条目”表的空行填写，编号留空。删除一行不会删除条目。",
    "“未对应句”：选“立为条目”或“不立项”（写原因），或在“并入条目”填已有条目的编号。",
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"[A-Z]+(\d+)")
_EXTENT = re.compile(rb"<(?:\w+:)?mergeCell\s")


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be taken over, and where: `code` and `facts` are of its sentence."""

    sheet: str
    row: int | None
    column: str | None
    code: str
    facts: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class EditedRow:
    """A row of an edited sheet; `bad` are columns whose cells hold no plain value."""

    line: int
    cells: dict[str, Value]
    bad: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Edited:
    """An edited workbook: which draft it is of, and its rows."""

    notice: int
    text_hash: str
    clauses: tuple[EditedRow, ...]
    passages: tuple[EditedRow, ...]
    problems: tuple[Problem, ...]


def write(draft: Draft) -> bytes:
    """The draft as a workbook."""
    from openpyxl import Workbook
    from openpyxl.packaging.custom import IntProperty, StringProperty

    book = Workbook()
    clauses, passages = book.active, book.create_sheet(PASSAGE_SHEET)
    clauses.title = CLAUSE_SHEET
    rows = []
    for clause in draft.clauses:
        cells = clause_cells(clause)
        keys = {"number": clause.number, "version": clause.version}
        cells |= {**keys, "seen": seals(cells, CLAUSE_COLUMNS)}
        rows.append((cells, clause.state in (ClauseState.issued, ClauseState.merged)))
    choices: dict[str, tuple[Sequence[str], bool]] = {
        "follow_up": ((*FOLLOW_UPS.values(), WAIVED), True),
        "reason": (tuple(REASONS.values()), False),
        "overdue": ((YES,), True),
    }
    _fill(clauses, CLAUSE_COLUMNS, rows, choices, SPARE_ROWS)
    rows = []
    for number, passage in enumerate(draft.passages, start=1):
        cells = passage_cells(passage)
        keys = {"number": number, "id": passage.id, "version": passage.version}
        cells |= {**keys, "seen": seals(cells, PASSAGE_COLUMNS)}
        rows.append((cells, passage.state is not PassageState.open))
    choices = {
        "decision": ((MAKE, WAIVED), True),
        "reason": (tuple(REASONS.values()), False),
    }
    _fill(passages, PASSAGE_COLUMNS, rows, choices, 0)
    guide = book.create_sheet(GUIDE_SHEET)
    guide.column_dimensions["A"].width, guide.column_dimensions["B"].width = 16, 90
    for key, value in (("通知", draft.label), (NOTICE, draft.notice), (HASH, draft.text_hash)):
        guide.append([key, None])
        _put(guide.cell(guide.max_row, 2), value)
    for line in GUIDE:
        guide.append([None, line])
    book.custom_doc_props.append(IntProperty(name=NOTICE, value=draft.notice))
    book.custom_doc_props.append(StringProperty(name=HASH, value=draft.text_hash))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _fill(
    sheet: Any,
    columns: Sequence[Column],
    rows: Sequence[tuple[dict[str, Value], bool]],
    choices: dict[str, tuple[Sequence[str], bool]],
    spare: int,
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    wrapped = Alignment(wrap_text=True, vertical="top")
    grey = PatternFill("solid", fgColor=GREY)
    last = len(rows) + 1 + spare
    for place, column in enumerate(columns, start=1):
        head = sheet.cell(1, place, column.title)
        head.font = Font(bold=True)
        head.fill = PatternFill("solid", fgColor=FREE_HEAD if column.free else HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        letter = get_column_letter(place)
        shape = sheet.column_dimensions[letter]
        shape.width, shape.hidden = column.width or 4, not column.width
        if column.name in choices and last > 1:
            offered, only = choices[column.name]
            listed = DataValidation("list", formula1=f'"{",".join(offered)}"', allow_blank=True)
            listed.showErrorMessage = only
            listed.add(f"{letter}2:{letter}{last}")
            sheet.add_data_validation(listed)
    for line, (cells, locked) in enumerate(rows, start=2):
        for place, column in enumerate(columns, start=1):
            cell = sheet.cell(line, place)
            _put(cell, cells.get(column.name), text=column.name not in ("deadline", "number"))
            cell.alignment = wrapped
            if locked or not column.free:
                cell.fill = grey if locked else PatternFill()
            if locked:
                cell.font = Font(color="FF7F7F7F")
    for line in range(len(rows) + 2, last + 1):
        for place, column in enumerate(columns, start=1):
            if column.free:
                cell = sheet.cell(line, place)
                _put(cell, None, text=column.name != "deadline")
                cell.alignment = wrapped
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(1, len(rows) + 1)}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _put(cell: Any, value: Value, *, text: bool = True) -> None:
    """Write a value; a text stays one whatever it begins with, now and when it is edited."""
    if value is not None:
        cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    cell.number_format = "@" if text and not isinstance(value, int) else "yyyy-mm-dd"
    if isinstance(value, int):
        cell.number_format = "0"


def notice_of(data: bytes) -> int | None:
    """The notice whose draft the file says to be, if it is such a workbook; any bytes do."""
    try:
        archive = _opened(data)
        return _marks(archive, data)[0]
    except Exception:
        return None


def read(data: bytes) -> Edited:
    """The rows of an edited workbook. Raises Unreadable for anything else, and nothing else."""
    try:
        return _read(data)
    except Unreadable:
        raise
    except Exception:
        # Whatever the library stumbles over; its words may quote the file.
        raise Unreadable("broken_file") from None


def _opened(data: bytes) -> Archive:
    if len(data) > FILE_LIMIT_MB * MEGABYTE:
        raise Unreadable("file_too_large", limit_mb=FILE_LIMIT_MB)
    if kind_of(data, "draft.xlsx") is not Kind.xlsx:
        raise Unreadable("not_a_draft_sheet")
    return Archive(data)


def _marks(archive: Archive, data: bytes) -> tuple[int, str]:
    """The notice and the hash of its text. Raises Unreadable where the file names none."""
    marks: dict[str, str] = {}
    if "docProps/custom.xml" in archive.names:
        for one in archive.tree("docProps/custom.xml"):
            name = attribute(one, "name")
            if local(one) == "property" and name in (NOTICE, HASH):
                marks[name] = "".join(one.itertext()).strip()
    if len(marks) < 2:
        marks = _guide_marks(data)
    notice, text_hash = marks.get(NOTICE, ""), marks.get(HASH, "")
    if not (notice.isascii() and notice.isdigit() and len(notice) < 11 and text_hash):
        raise Unreadable("not_a_draft_sheet")
    return int(notice), text_hash


def _guide_marks(data: bytes) -> dict[str, str]:
    marks = {}
    with _book(data) as book:
        if GUIDE_SHEET in book.sheetnames:
            for row in book[GUIDE_SHEET].iter_rows(max_row=10, max_col=2, values_only=True):
                if len(row) == 2 and row[0] in (NOTICE, HASH):
                    marks[str(row[0])] = str(row[1])
    return marks


class _book:
    """The workbook, opened for reading; formulas are seen as such."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __enter__(self) -> Any:
        import openpyxl

        with warnings.catch_warnings():
            # It warns of what it leaves out: styles and checks, which no cell needs.
            warnings.simplefilter("ignore")
            self._book = openpyxl.load_workbook(
                io.BytesIO(self._data), read_only=True, keep_links=False
            )
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


def _read(data: bytes) -> Edited:
    archive = _opened(data)
    for name in archive.names:
        if name.lower().endswith((".xml", ".rels")):
            # The library reads these itself, so they are looked through before.
            refuse_declarations(archive.read(name))
    archive = Archive(data)
    notice, text_hash = _marks(archive, data)
    problems = list(_merged_cells(archive))
    with _book(data) as book:
        if CLAUSE_SHEET not in book.sheetnames:
            raise Unreadable("not_a_draft_sheet")
        clauses = list(_rows(book[CLAUSE_SHEET], CLAUSE_SHEET, CLAUSE_COLUMNS, problems))
        passages = []
        if PASSAGE_SHEET in book.sheetnames:
            sheet = book[PASSAGE_SHEET]
            passages = list(_rows(sheet, PASSAGE_SHEET, PASSAGE_COLUMNS, problems))
    return Edited(notice, text_hash, tuple(clauses), tuple(passages), tuple(problems))


def _merged_cells(archive: Archive) -> Iterator[Problem]:
    main = archive.main_part()
    related = archive.relations(main)
    for sheet in parsed(archive.read(main)).iter():
        title = attribute(sheet, "name") if local(sheet) == "sheet" else None
        if title in (CLAUSE_SHEET, PASSAGE_SHEET):
            part = archive.read(related[attribute(sheet, "id") or ""][1])
            if _EXTENT.search(part):
                at = _MERGED.search(part)
                row = None if at is None else int(at.group(1)[:9])
                yield Problem(title or "", row, None, "sheet_merged_cells")


def _rows(
    sheet: Any, title: str, columns: Sequence[Column], problems: list[Problem]
) -> Iterator[EditedRow]:
    # What a file says of its own extent need not be so.
    sheet.reset_dimensions()
    places: dict[int, str] = {}
    for line, row in enumerate(sheet.iter_rows(), start=1):
        if line > ROWS:
            raise Unreadable("sheet_too_long", limit=ROWS)
        if line == 1:
            heads = [str(cell.value or "").strip() for cell in row[:WIDTH]]
            for column in columns:
                if heads.count(column.title) == 1:
                    places[heads.index(column.title)] = column.name
                else:
                    problems.append(Problem(title, 1, column.title, "sheet_column_missing"))
            if len(places) < len(columns):
                return
            continue
        cells: dict[str, Value] = {}
        bad = []
        for place, name in places.items():
            if place >= len(row) or row[place].value is None:
                cells[name] = None
                continue
            kind, value = row[place].data_type, row[place].value
            cells[name] = None
            if kind in ("f", "e"):
                bad.append((name, "sheet_formula" if kind == "f" else "sheet_error_cell"))
            else:
                cells[name] = found(value)
        if bad or any(value is not None for value in cells.values()):
            yield EditedRow(line, cells, tuple(bad))
