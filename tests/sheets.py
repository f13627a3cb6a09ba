"""What a coordinator does to the workbook of a draft, in any office program."""

import io
from datetime import date
from typing import Any

import openpyxl

CLAUSES, PASSAGES = "条目", "未对应句"


class Book:
    """A workbook that is edited by the titles of its columns and the numbers of its rows."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(data))

    def heads(self, sheet: str = CLAUSES) -> dict[str, int]:
        return {cell.value: cell.column for cell in self.book[sheet][1]}

    def row(self, number: int, sheet: str = CLAUSES) -> int:
        (found,) = (cell.row for cell in self.book[sheet]["A"][1:] if cell.value == number)
        return int(found)

    def cell(self, number: int, title: str, sheet: str = CLAUSES) -> Any:
        return self.book[sheet].cell(self.row(number, sheet), self.heads(sheet)[title])

    def put(self, number: int, sheet: str = CLAUSES, **cells: str | int | date | None) -> "Book":
        for title, value in cells.items():
            self.cell(number, title, sheet).value = value
        return self

    def add(self, **cells: str | int | date | None) -> int:
        """A new clause in the first row that has no number; the row."""
        sheet = self.book[CLAUSES]
        place = next(cell.row for cell in sheet["A"] if cell.value is None)
        while any(sheet.cell(place, column).value for column in self.heads().values()):
            place += 1
        for title, value in cells.items():
            sheet.cell(place, self.heads()[title]).value = value
        return int(place)

    def shown(self, sheet: str = CLAUSES) -> list[dict[str, Any]]:
        """The rows of a sheet without those columns that guard them."""
        rows = []
        for row in self.book[sheet].iter_rows(min_row=2, values_only=True):
            told = dict(zip(self.heads(sheet), row, strict=True))
            if any(value is not None for value in row):
                rows.append({k: v for k, v in told.items() if k not in ("版本", "校验", "句号")})
        return rows

    def data(self) -> bytes:
        made = io.BytesIO()
        self.book.save(made)
        return made.getvalue()
