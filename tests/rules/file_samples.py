"""Files of every format with the same words in them, made on the spot."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest

from tasks.errors import Unreadable
from tasks.reading.files import text_of

PARAGRAPHS = (
    "云川市人民政府办公室关于做好2027年道路维护工作的通知",
    "云府办〔2027〕5号",
    "各县（区）人民政府，市政府有关部门：",
    "为保障道路畅通，经市政府同意，现将有关事项通知如下：",
    "一、重点任务",
    "（一）修补破损路面。对主城区三十二条道路逐条排查，建立问题台账，分批修补破损路面，"
    "修补完成后由专业机构逐条检测并公布结果。（市交通运输局牵头，市财政局、市城市管理局配合，"
    "2027年6月底前完成）",
    "（二）清洗护栏。每季度清洗一次道路护栏。（市城市管理局负责）",
    "二、工作要求",
    "市财政局要于2027年3月31日前落实专项经费。",
    "云川市人民政府办公室",
    "2027年1月12日",
)
HEAD = ("序号", "任务", "牵头单位", "配合单位", "责任人", "完成时限")
ROWS = (
    ("1", "更换路灯", "市住房城乡建设局", "市财政局", "甲某", "2027年5月底前"),
    ("2", "补划标线", "市公安局", "市交通运输局、市城市管理局", "乙某", "2027年9月30日"),
    ("3", "疏通雨水管网", "市水利局", "", "丙某", "2027年7月"),
)
TABLE = (HEAD, *ROWS)
TITLE = "道路维护任务分解表"
PLAIN = "\n".join([*PARAGRAPHS, "附件", TITLE, *("\t".join(row) for row in TABLE)]) + "\n"


def docx(paragraphs: Sequence[str] = PARAGRAPHS, table: Sequence[Sequence[str]] = TABLE) -> bytes:
    import docx as library

    document = library.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        document.add_paragraph("附件")
        document.add_paragraph(TITLE)
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    document.add_paragraph("联系人：丁某")
    return saved(document)


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_xml(body: str, **parts: str) -> bytes:
    """A .docx around the XML of a body; further parts by name (numbering, styles, header)."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    related = "".join(
        f'<Relationship Id="r{name}" Type="{office}/{name}" Target="{name}.xml"/>'
        for name in parts
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">'
            f"{related}</Relationships>",
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
            **{f"word/{name}.xml": text for name, text in parts.items()},
        }
    )


def packed(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx(
    table: Sequence[Sequence[object]] = TABLE, merge: Sequence[str] = (), title: str | None = TITLE
) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(table[0]))
    for row in table:
        sheet.append(list(row))
    for area in merge:
        sheet.merge_cells(area)
    return saved(book)


def shared(data: bytes) -> bytes:
    """The same workbook with its strings in a part of their own, as Excel writes them."""
    members = unpacked(data)
    strings: list[str] = []

    def moved(match: re.Match[str]) -> str:
        strings.append(f"<si>{match[1]}</si>")
        return f't="s"><v>{len(strings) - 1}</v></c>'

    for name, part in members.items():
        if "worksheets/" in name and isinstance(part, bytes):
            said = r't="inlineStr"><is>(.*?)</is></c>'
            members[name] = re.sub(said, moved, part.decode())
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    members["xl/sharedStrings.xml"] = f'<sst xmlns="{main}">{"".join(strings)}</sst>'
    types = members["[Content_Types].xml"]
    assert isinstance(types, bytes)
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    members["[Content_Types].xml"] = types.decode().replace("</Types>", entry)
    return packed(members)


def csv(table: Sequence[Sequence[str]] = TABLE, sign: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [sign.join(f'"{cell}"' if sign in cell else cell for cell in row) for row in table]
    return "\r\n".join(lines).encode(encoding)


def html(body: str | None = None, head: str = '<meta charset="utf-8">') -> str:
    if body is None:
        cells = "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE
        )
        said = "".join(f"<p>　　{text}</p>" for text in PARAGRAPHS)
        body = f"{said}<p>附件</p><p>{TITLE}</p><table>{cells}</table>"
    return f"<!DOCTYPE html><html><head>{head}<title>标题</title></head><body>{body}</body></html>"


SIZE, LEFT, TOP, MEASURE, LEADING = 16, 80, 760, 28, 28
Piece = tuple[float, float, str]
"""Where text stands, from the left and from the bottom, in points."""

Rule = tuple[float, float, float, float]


def set_pages(
    paragraphs: Sequence[str] = PARAGRAPHS, table: Sequence[Sequence[str]] = TABLE
) -> tuple[list[Piece], list[Rule]]:
    """A page as an office sets it: paragraphs indented and broken, a ruled table below."""
    pieces: list[Piece] = []
    y = float(TOP)
    for number, text in enumerate(paragraphs):
        centred = number < 2
        first = 0 if centred else 2
        lines = [text] if centred else broken(text, first)
        for place, line in enumerate(lines):
            indent = (MEASURE - len(line)) / 2 if centred else (first if place == 0 else 0)
            pieces.append((LEFT + indent * SIZE, y, line))
            y -= LEADING
    rules: list[Rule] = []
    if table:
        pieces += [(LEFT, y, "附件"), (LEFT + 9 * SIZE, y - LEADING, TITLE)]
        y -= 2 * LEADING + 10 - SIZE
        xs = [LEFT + SIZE * at for at in (0, 3, 8, 14, 20, 23, 28)]
        rules.append((xs[0], y, xs[-1], y))
        begun = y
        for row in table:
            cells = [
                broken(cell, 0, (right - left - 12) / SIZE)
                for cell, left, right in zip(row, xs, xs[1:], strict=False)
            ]
            for lines, left in zip(cells, xs, strict=False):
                pieces += [(left + 6, y - (at + 1) * 20, line) for at, line in enumerate(lines)]
            y -= 20 * max(len(lines) for lines in cells) + 8
            rules.append((xs[0], y, xs[-1], y))
        rules += [(x, begun, x, y) for x in xs]
    return pieces, rules


def broken(text: str, indent: int, measure: float = MEASURE) -> list[str]:
    """The lines of a paragraph in a measure, figures half as wide as characters."""
    lines: list[str] = []
    line = ""
    for sign in text:
        used = sum(0.5 if one.isascii() else 1 for one in line + sign)
        if used + (0 if lines else indent) > measure:
            lines.append(line)
            line = ""
        line += sign
    return [*lines, line]


def pdf(pieces: Sequence[Piece], rules: Sequence[Rule] = (), turn: int = 0) -> bytes:
    """A PDF of one page with a font that names its characters and is not embedded."""
    signs = sorted({sign for _, _, text in pieces for sign in text})
    codes = {sign: number for number, sign in enumerate(signs, start=1)}
    said = "".join(
        f"BT /F1 {SIZE} Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{codes[s]:04x}' for s in text)}> Tj ET\n"
        for x, y, text in pieces
    )
    drawn = "".join(
        f"{x0} {y0 - 0.25} {max(x1 - x0, 0.5)} {max(y0 - y1, 0.5)} re f\n"
        if x1 > x0
        else f"{x0 - 0.25} {y1} 0.5 {y0 - y1} re f\n"
        for x0, y0, x1, y1 in rules
    )
    named = "".join(
        f"<{code:04x}> <{sign.encode('utf-16-be').hex()}>\n" for sign, code in codes.items()
    )
    groups = named.splitlines()
    mapping = "".join(
        f"{len(groups[at : at + 100])} beginbfchar\n"
        + "\n".join(groups[at : at + 100])
        + "\nendbfchar\n"
        for at in range(0, len(groups), 100)
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{mapping}endcmap end end"
    )
    return pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate {turn} "
        "/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        stream(drawn + said),
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        "/DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        stream(cmap),
    )


def stream(content: str, entries: str = "") -> str:
    return f"<< {entries} /Length {len(content)} >>\nstream\n{content}\nendstream"


def pdf_of(*objects: str) -> bytes:
    out = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    return out + trailer.encode()


def ofd(pieces: Sequence[Piece], rules: Sequence[Rule] = (), extra: str = "") -> bytes:
    """The same page as an OFD, which measures in millimetres from the top."""
    unit = 25.4 / 72
    said = "".join(
        f'<ofd:TextObject ID="{number}" Boundary="{x * unit:.3f} {(842 - y - SIZE) * unit:.3f} '
        f'{len(text) * SIZE * unit:.3f} {SIZE * unit:.3f}" Font="1" Size="{SIZE * unit:.3f}">'
        f'<ofd:TextCode X="0" Y="{SIZE * unit:.3f}" DeltaX="g {len(text)} 5.6">{text}'
        "</ofd:TextCode></ofd:TextObject>"
        for number, (x, y, text) in enumerate(pieces, start=10)
    )
    drawn = "".join(
        f'<ofd:PathObject ID="{number}" Boundary="0 0 210 297"><ofd:AbbreviatedData>'
        f"M {x0 * unit:.3f} {(842 - y0) * unit:.3f} L {x1 * unit:.3f} {(842 - y1) * unit:.3f}"
        "</ofd:AbbreviatedData></ofd:PathObject>"
        for number, (x0, y0, x1, y1) in enumerate(rules, start=5000)
    )
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    return packed(
        {
            "OFD.xml": f'<?xml version="1.0" encoding="UTF-8"?>{extra}<ofd:OFD {space}>'
            "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>"
            '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
            "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>"
            f"{drawn}{said}</ofd:Layer></ofd:Content></ofd:Page>",
        }
    )


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


PAGES = set_pages()
SAMPLES = {
    "docx": docx(),
    "html": html().encode(),
    "pdf": pdf(*PAGES),
    "ofd": ofd(*PAGES),
    "xlsx": shared(xlsx()),
    "csv": csv(),
}


def refused(data: bytes, name: str | None = None) -> str:
    with pytest.raises(Unreadable) as refusal:
        text_of(data, name)
    assert set(refusal.value.facts) <= {"limit_mb"}
    return refusal.value.code
