"""PURE. A ledger as .csv -> rows with tabs; cells may be divided by commas, semicolons or tabs."""

import csv
import io
from codecs import getincrementaldecoder

from tasks.errors import Unreadable
from tasks.reading.decoding import TEXT_LIMIT_MB, UTF16_MARKS, decode
from tasks.reading.files import rows

DIVIDERS = (",", ";", "\t")
HEAD_LINES = 12
TOP = 8192
HEADS = ("任务", "内容", "事项", "措施", "牵头", "责任", "配合", "时限", "序号", "单位")
"""Words of which the head of a ledger holds several."""

ENDINGS = ("csv", "tsv")


def is_ledger(data: bytes, ending: str) -> bool:
    """Whether a text is a ledger: it says so by its name or by a head with commas."""
    dividers = DIVIDERS if ending in ENDINGS else DIVIDERS[:2]
    for encoding in ("utf-16",) if data.startswith(UTF16_MARKS) else ("utf-8-sig", "gb18030"):
        try:
            # The last character may be cut in two.
            top = getincrementaldecoder(encoding)().decode(data[:TOP])
        except UnicodeDecodeError:
            continue
        return _divider(top, dividers) is not None
    return False


def text(data: bytes) -> str:
    """The rows of a ledger as lines."""
    whole = decode(data)
    divider = _divider(whole[:TOP], DIVIDERS) or ","
    lines: list[str] = []
    for row in _rows(whole, divider):
        lines += rows.line_of(row)
    return "\n".join(lines) + "\n"


def _rows(text: str, divider: str) -> list[list[str]]:
    # A cell may be as long as the file: what is too long was refused before.
    csv.field_size_limit(TEXT_LIMIT_MB * 1024 * 1024)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=divider))
    except csv.Error:
        raise Unreadable("broken_file") from None


def _divider(top: str, dividers: tuple[str, ...]) -> str | None:
    """The sign that divides the cells of a head among the first lines."""
    for line in top.splitlines()[:HEAD_LINES]:
        for sign in dividers:
            cells = [cell.strip().strip('"') for cell in line.split(sign)]
            known = [
                cell
                for cell in cells
                if 2 <= len(cell) <= 14 and any(word in cell for word in HEADS)
            ]
            if len(known) >= 3 and len(known) * 2 >= len(cells):
                return sign
    return None
