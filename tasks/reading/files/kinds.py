"""PURE. Which format the bytes of a file are in, by content; the name decides only a doubt."""

import re
from enum import StrEnum

from tasks.errors import Unreadable
from tasks.reading.files import archive, commas

OLE = b"\xd0\xcf\x11\xe0"
RICH_TEXT = b"{\\rtf"
SNIFFED = 4096
PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|(?:html|head|body|title|meta|"
    rb"link|script|style|div|table|span|font|center|article|section|main|p|h[1-6])\b[^<]*>)",
    re.IGNORECASE | re.DOTALL,
)
TAG = re.compile(rb"<[a-zA-Z!/][^<]*>")


class Kind(StrEnum):
    """A format that is read."""

    text = "text"
    docx = "docx"
    xlsx = "xlsx"
    pdf = "pdf"
    ofd = "ofd"
    html = "html"
    csv = "csv"


def kind_of(data: bytes, name: str | None) -> Kind:
    """The format. Raises Unreadable for those that are known and not read."""
    ending = (name or "").rpartition(".")[2].lower()
    if data.startswith(archive.STARTS):
        return _packed(data)
    if data.startswith(b"%PDF") or (ending == "pdf" and b"%PDF-" in data[:1024]):
        return Kind.pdf
    if data.startswith(OLE):
        raise Unreadable(_compound(data, ending))
    if data.startswith(RICH_TEXT):
        raise Unreadable("legacy_word")
    if ending in ("doc", "wps") and b"\0" in data[:SNIFFED]:
        raise Unreadable("legacy_word")
    if _is_page(data, ending):
        return Kind.html
    return Kind.csv if commas.is_ledger(data, ending) else Kind.text


def _packed(data: bytes) -> Kind:
    packed = archive.Archive(data)
    names = packed.names
    if any(part.lower().endswith(archive.MACROS) for part in names):
        raise Unreadable("macro_file")
    if "OFD.xml" in names:
        return Kind.ofd
    if "[Content_Types].xml" in names:
        types = packed.read("[Content_Types].xml")
        if b"macroEnabled" in types:
            raise Unreadable("macro_file")
        if b"wordprocessingml" in types:
            return Kind.docx
        if b"spreadsheetml" in types:
            return Kind.xlsx
    raise Unreadable("binary_file")


def _compound(data: bytes, ending: str) -> str:
    """Why a compound file is not read: legacy Word or Excel, or a package under a password."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return "encrypted_file"
    if holds("WordDocument") or ending in ("doc", "wps", "dot", "wpt"):
        return "legacy_word"
    if holds("Workbook") or holds("Book\0") or ending in ("xls", "et", "xlt"):
        return "legacy_sheet"
    return "legacy_word" if not holds("PowerPoint Document") else "binary_file"


def _is_page(data: bytes, ending: str) -> bool:
    head = data[: SNIFFED * 2]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\0", b"")[2:]
    head = head.removeprefix(b"\xef\xbb\xbf")
    if PAGE.match(head):
        return True
    return ending in ("html", "htm", "xhtml") and TAG.search(head) is not None
