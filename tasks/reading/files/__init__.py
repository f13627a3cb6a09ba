"""PURE. The file of a notice, in whatever format -> its text: `text_of`.

    kinds      which format the bytes are in
    archive    zip archives within limits; XML that names nothing outside itself
    rows       the rows of a table as the reader expects them, cells divided by tabs
    word, numbering    .docx in document order, with the numbers that Word counts itself
    sheets, commas     ledgers: .xlsx and .csv
    web        .html
    pdf, pdf_work, ofd pages of placed words,
    layout, grid       which become lines, paragraphs and tables again

The one rule: for any bytes there is a text or `Unreadable`. Nothing is written, run,
fetched or resolved, and a format's library is imported when that format is met.
"""

from importlib import import_module

from tasks.errors import Unreadable
from tasks.reading.decoding import FILE_LIMIT_MB, MEGABYTE, admitted, decode
from tasks.reading.files.kinds import Kind, kind_of

READERS = {
    Kind.docx: "word",
    Kind.xlsx: "sheets",
    Kind.csv: "commas",
    Kind.html: "web",
    Kind.pdf: "pdf",
    Kind.ofd: "ofd",
}


def text_of(data: bytes, name: str | None = None) -> str:
    """The text of a file; `name` only hints at the format. Raises Unreadable, nothing else."""
    if len(data) > FILE_LIMIT_MB * MEGABYTE:
        raise Unreadable("file_too_large", limit_mb=FILE_LIMIT_MB)
    try:
        kind = kind_of(data, name)
        if kind is Kind.text:
            return decode(data)
        return admitted(_extracted(data, kind))
    except Unreadable:
        raise
    except Exception:
        # Whatever a library stumbles over; its words may quote the file.
        raise Unreadable("broken_file") from None


def _extracted(data: bytes, kind: Kind) -> str:
    module = import_module(f"tasks.reading.files.{READERS[kind]}")
    text: str = module.text(data)
    return text
