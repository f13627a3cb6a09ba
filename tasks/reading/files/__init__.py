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

from collections.abc import Callable
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


def text_of(
    data: bytes, name: str | None = None, progress: Callable[[float], None] | None = None
) -> str:
    """The text of a file; `name` only hints at the format. Raises Unreadable, nothing else.

    `progress` is told the share that is done, from 0.0 to 1.0: a .pdf page by page.
    """
    if len(data) > FILE_LIMIT_MB * MEGABYTE:
        raise Unreadable("file_too_large", limit_mb=FILE_LIMIT_MB)
    try:
        kind = kind_of(data, name)
        text = decode(data) if kind is Kind.text else admitted(_extracted(data, kind, progress))
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable("file_too_hard") from None
    except Exception:
        # Whatever a library stumbles over; its words may quote the file.
        raise Unreadable("broken_file") from None
    if progress is not None:
        progress(1.0)
    return text


def _extracted(data: bytes, kind: Kind, progress: Callable[[float], None] | None) -> str:
    module = import_module(f"tasks.reading.files.{READERS[kind]}")
    text: str = module.text(data, progress) if kind is Kind.pdf else module.text(data)
    return text
