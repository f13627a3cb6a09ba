"""PURE. A .docx -> its text in document order: paragraphs a line each, tables as rows.

What is marked as deleted stays out and what is inserted comes in, as if all changes were
accepted: that is what the reader of the file sees.
"""

from collections.abc import Iterator
from typing import Any

from tasks.errors import Unreadable
from tasks.reading.decoding import is_classified
from tasks.reading.files import rows
from tasks.reading.files.archive import Archive, attribute, local
from tasks.reading.files.numbering import Numbering, child, read_numbering, value

GONE = frozenset(
    (
        *("del", "moveFrom", "delText", "instrText", "rPr", "pPr", "rt", "Fallback", "proofErr"),
        *("object", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr"),
    )
)
WIDEST = 63


def text(data: bytes) -> str:
    """The text of a Word file. Raises Unreadable."""
    archive = Archive(data)
    main = archive.main_part()
    related = list(archive.relations(main).values())
    parts = dict(related)
    named = [parts.get(kind) for kind in ("numbering", "styles")]
    numbering, styles = (archive.tree(n) if n and n in archive.names else None for n in named)
    body = child(archive.tree(main), "body")
    if body is None:
        raise Unreadable("broken_file")
    for kind, target in related:
        # A page header can carry the marking that the first lines are searched for.
        if kind == "header" and target in archive.names:
            above = _Walk(Numbering()).blocks(archive.tree(target))
            if is_classified("\n".join(above)):
                raise Unreadable("classified_file")
    return rows.text_of_lines(_Walk(read_numbering(numbering, styles)).blocks(body))


class _Walk:
    """One way through the document; the numbers of its lists count on."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering

    def blocks(self, element: Any) -> Iterator[str]:
        """The lines of everything in an element."""
        for one in element:
            name = local(one)
            if name in GONE:
                continue
            if name == "p":
                yield from self._paragraph(one)
            elif name == "tbl":
                yield from self._table(one)
            else:
                yield from self.blocks(one)

    def _paragraph(self, element: Any) -> Iterator[str]:
        boxes: list[str] = []
        said = "".join(self._runs(element, boxes))
        yield from boxes
        label = self.numbering.label(element) if said.strip() else ""
        yield from (label + said).split("\n")

    def _runs(self, element: Any, boxes: list[str]) -> Iterator[str]:
        for one in element:
            name = local(one)
            if name == "t":
                yield (one.text or "").replace("\t", " ").replace("\n", " ")
            elif name in ("tab", "ptab"):
                # A tab would make a row of a table out of the paragraph.
                yield " "
            elif name in ("br", "cr"):
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "txbxContent":
                boxes += self.blocks(one)
            elif name not in GONE:
                yield from self._runs(one, boxes)

    def _table(self, element: Any) -> Iterator[str]:
        above: dict[int, str] = {}
        for row in _inside(element, "tr"):
            properties = child(row, "trPr")
            if properties is not None and child(properties, "del") is not None:
                continue
            cells: list[str] = [""] * _span(properties, "gridBefore", 0)
            for cell in _inside(row, "tc"):
                said = "\n".join(self.blocks(cell))
                settings = child(cell, "tcPr")
                merged = None if settings is None else child(settings, "vMerge")
                if merged is not None and attribute(merged, "val") != "restart":
                    said = above.get(len(cells), "")
                above[len(cells)] = said
                cells += [said, *([""] * (_span(settings, "gridSpan", 1) - 1))]
            yield from rows.line_of(cells)


def _inside(element: Any, name: str) -> Iterator[Any]:
    """The rows or cells of a table, also those within a content control or an insertion."""
    for one in element:
        if local(one) == name:
            yield one
        elif local(one) in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _inside(one, name)


def _span(properties: Any, name: str, otherwise: int) -> int:
    said = None if properties is None else value(properties, name)
    return min(int(said), WIDEST) if said and said.isascii() and said.isdigit() else otherwise
