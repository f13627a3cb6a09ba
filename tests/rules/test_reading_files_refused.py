"""Files that are none, broken, or meant to harm: refused with a code, and nothing else."""

import struct
import zipfile
import zlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.cli.words import Words
from bot.texts import LANGUAGES, catalogue
from tasks.errors import Unreadable
from tasks.reading.files import text_of
from tasks.reading.files.archive import TOTAL
from tests.rules import file_samples as made
from tests.rules.file_samples import refused

CODES = (
    *("empty_file", "binary_file", "text_too_large", "file_too_large", "classified_file"),
    *("broken_file", "archive_too_large", "encrypted_file", "macro_file", "legacy_word"),
    *("legacy_sheet", "scanned_pdf"),
)


def ole(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "\0".join(streams).encode("utf-16-le")
    )


def with_flag(data: bytes) -> bytes:
    """The same archive, its first member declared as encrypted."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + struct.pack("<H", 1) + data[at + 2 :]


DOCX = made.unpacked(made.SAMPLES["docx"])
XLSX = made.unpacked(made.SAMPLES["xlsx"])
BOMB = (
    '<!DOCTYPE a [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {one} "{f"&{before};" * 20}">'
        for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY i SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", None, "empty_file"),
        (b"\x89PNG\r\n\x1a\n", "a.docx", "binary_file"),
        (b"a" * (20 * 1024 * 1024 + 1), None, "file_too_large"),
        (("督办" * 400_000).encode(), None, "text_too_large"),
        (made.docx(["督办" * 400_000], ()), None, "text_too_large"),
        (made.docx([" "], ())[:0] + made.word_xml(made.paragraph(" ")), None, "empty_file"),
        (ole("WordDocument"), "a.docx", "legacy_word"),
        (ole("Something"), "a.wps", "legacy_word"),
        (b"{\\rtf1 text}", "a.doc", "legacy_word"),
        (ole("Workbook"), "a.xls", "legacy_sheet"),
        (ole("EncryptionInfo", "EncryptedPackage"), "a.docx", "encrypted_file"),
        (with_flag(made.SAMPLES["docx"]), None, "encrypted_file"),
        (made.packed({**DOCX, "word/vbaProject.bin": b"x"}), "a.docm", "macro_file"),
        (made.packed({**XLSX, "xl/vbaProject.bin": b"x"}), "a.xlsx", "macro_file"),
        (made.packed({"a.txt": "text"}), "a.docx", "binary_file"),
        (made.packed({**DOCX, "b": b"0" * (TOTAL // 2), "c": b"0" * (TOTAL // 2)}), None,
         "archive_too_large"),
        (made.packed({**DOCX, "b": b"0" * (30 * 1024 * 1024)}), None, "archive_too_large"),
        (made.packed({str(number): "" for number in range(6000)}), None, "archive_too_large"),
        (made.packed(DOCX, zipfile.ZIP_LZMA), None, "broken_file"),
        (made.packed({**DOCX, "word/document.xml": b"<w:document>"}), None, "broken_file"),
        (made.packed({name: part for name, part in DOCX.items() if name != "word/document.xml"}),
         None, "broken_file"),
        (b"PK\x03\x04" + b"text " * 40, None, "broken_file"),
        (b"%PDF-1.7 text", None, "broken_file"),
        (made.ofd(*made.PAGES, extra=BOMB), None, "broken_file"),
        (made.ofd(*made.PAGES, extra=OUTSIDE), None, "broken_file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_refused(data: bytes, name: str | None, code: str) -> None:
    assert refused(data, name) == code


@pytest.mark.parametrize("attack", [BOMB, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp037"])
@pytest.mark.parametrize(
    ("members", "part"),
    [
        (DOCX, "word/document.xml"),
        (DOCX, "word/styles.xml"),
        (XLSX, "xl/workbook.xml"),
        (XLSX, "xl/sharedStrings.xml"),
        (XLSX, "xl/worksheets/sheet1.xml"),
        (XLSX, "xl/styles.xml"),
        (XLSX, "[Content_Types].xml"),
    ],
)
def test_entities_are_refused_in_every_part(
    attack: str, encoding: str, members: dict[str, str | bytes], part: str
) -> None:
    old = members[part]
    assert isinstance(old, bytes)
    whole = old.decode().partition("?>")[2] if old.startswith(b"<?xml") else old.decode()
    inside = whole.replace("</", "&i;</", 1)
    data = f'<?xml version="1.0" encoding="{encoding}"?>{attack}{inside}'.encode(
        encoding, "xmlcharrefreplace"
    )
    code = refused(made.packed({**members, part: data}))
    assert code in ("broken_file", "binary_file")


def test_a_declaration_in_one_encoding_and_a_body_in_another_is_refused() -> None:
    data = b'<?xml version="1.0" encoding="cp037"?>' + f"{BOMB}<sst/>".encode("cp037")
    assert refused(made.packed({**XLSX, "xl/sharedStrings.xml": data})) == "broken_file"


def test_entities_of_a_page_stay_what_they_are() -> None:
    data = made.html("<p>甲&i;乙</p>").replace("<!DOCTYPE html>", OUTSIDE.replace(" a ", " html "))
    assert "root:" not in text_of(data.encode(), "a.html")


MARKED = ["机密★1年", *made.PARAGRAPHS]


def test_a_marked_head_is_refused_in_every_format() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    pieces = made.set_pages(made.PARAGRAPHS, ())[0]
    marked = [(80.0, 800.0, "机密★1年"), *pieces]
    box = f"<w:p><w:r><w:txbxContent>{made.paragraph('秘密')}</w:txbxContent></w:r></w:p>"
    header = f"<w:hdr {space}>{made.paragraph('绝密')}</w:hdr>"
    for data in (
        made.docx(MARKED),
        made.word_xml(made.paragraph("通知"), header=header),
        made.word_xml(made.paragraph("通知") + box),
        made.html("".join(f"<p>{text}</p>" for text in MARKED)).encode(),
        made.pdf(marked),
        made.ofd(marked),
        made.xlsx([["秘密", ""], *([row[0], row[1]] for row in made.TABLE)]),
        made.csv([["内部资料", ""], *([row[0], row[1], row[2]] for row in made.TABLE)]),
    ):
        assert refused(data) == "classified_file"


def crowd(pages: int, content: bytes, font: str = "<< /Type /Font /Subtype /Type1 >>") -> bytes:
    """A PDF of many pages that all show the same content."""
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 3 0 R >> /XObject << /X 5 0 R >> >> >>"
    )
    return made.pdf_of(
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{6 + at} 0 R' for at in range(pages))}] "
        f"/Count {pages} >>",
        font,
        made.stream(zlib.compress(content).decode("latin-1"), "/Filter /FlateDecode"),
        made.stream(" " * 4_000_000, "/Type /XObject /Subtype /Form /BBox [0 0 9 9]"),
        *[page] * pages,
    )


@pytest.mark.parametrize(
    ("pages", "content"),
    [
        (1, b" " * 30_000_000),
        (1, b"q Q " * 500_000),
        (90, b"%" + b"x" * 1_000_000),
        (2500, b""),
        (1, b"/X Do " * 190),
    ],
    ids=["bomb", "operations", "the same page again", "pages", "the same form again"],
)
def test_a_pdf_that_is_all_work_is_refused(pages: int, content: bytes) -> None:
    assert refused(crowd(pages, content)) == "archive_too_large"
    assert refused(crowd(1, content[:42])) == "scanned_pdf"


def test_a_merged_cell_is_not_filled_without_end() -> None:
    long = "字" * 500_000
    row = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc></w:tr>" * 20_000
    first = row[: row.index("</w:tr>")].replace("<w:p/>", made.paragraph(long))
    first = first.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>') + "</w:tr>"
    assert refused(made.word_xml(f"<w:tbl>{first}{row}</w:tbl>")) == "text_too_large"
    page = f"<table><tr><td rowspan=1000>{long}<td>a{'<tr><td>a<td>b' * 1000}</table>"
    assert refused(made.html(page).encode()) == "text_too_large"


def test_what_lies_too_deep_is_refused_and_not_left_out() -> None:
    for nested in ("<div>" * 400 + "字", "<b>" * 400 + "字", "<table><tr><td>" * 100 + "字"):
        assert refused(made.html(nested).encode()) == "broken_file"


def test_a_page_that_is_all_tags_is_refused() -> None:
    assert refused(made.html("<p>督办" + "<b></b>" * 1_000_000).encode()) == "file_too_hard"


@pytest.mark.parametrize("code", [*CODES, "file_too_hard"])
def test_every_refusal_has_its_sentences(code: str) -> None:
    for language in LANGUAGES:
        assert code in catalogue(language)
        said = Words(language).refusal(Unreadable(code, limit_mb=20))
        assert said
        assert code not in said


def assert_read_or_refused(data: bytes, name: str | None = None) -> None:
    try:
        text = text_of(data, name)
    except Unreadable as refusal:
        assert refusal.code in CODES  # noqa: PT017
        assert set(refusal.facts) <= {"limit_mb"}  # noqa: PT017
    else:
        assert text.strip()


NAMES = ["a.html", "a.csv", None]
STARTS = [
    *(b"", b"PK\x03\x04", b"%PDF-1.4\n", b"<html>", b"<table><tr><td>", b"\xd0\xcf\x11\xe0"),
    *("序号,任务,牵头单位\n".encode(), b"\xff\xfe<\0h\0t\0m\0l\0>\0"),
]


@given(
    st.sampled_from(STARTS), st.binary(max_size=300), st.sampled_from(["a.html", "a.csv", None])
)
@example(b"PK\x05\x06", bytes(18), None)
def test_any_bytes_are_read_or_refused(start: bytes, data: bytes, name: str | None) -> None:
    assert_read_or_refused(start + data, name)


@pytest.mark.parametrize("kind", made.SAMPLES)
def test_a_file_cut_short_is_read_or_refused(kind: str) -> None:
    whole = made.SAMPLES[kind]
    for part in range(1, 40):
        assert_read_or_refused(whole[: len(whole) * part // 40])


@pytest.mark.parametrize("kind", made.SAMPLES)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_file_changed_anywhere_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    changed = bytearray(made.SAMPLES[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    assert_read_or_refused(bytes(changed))


PARTS = [
    *(("docx", "word/document.xml"), ("docx", "word/styles.xml"), ("docx", "_rels/.rels")),
    *(("docx", "[Content_Types].xml"), ("xlsx", "xl/workbook.xml"), ("xlsx", "xl/styles.xml")),
    *(("xlsx", "xl/worksheets/sheet1.xml"), ("xlsx", "xl/sharedStrings.xml")),
    *(("ofd", "OFD.xml"), ("ofd", "Doc_0/Document.xml")),
    ("ofd", "Doc_0/Pages/Page_0/Content.xml"),
]
SHREDS = [
    b"", b"<", b">", b"/", b'"', b"-1", b"99999999999", b"nan", b"1e999", b"XFD1048576", b"A0",
    b"../../x", b"&#0;", b"<a/>", b"restart", b"<w:tc/>", b"\xff", "督办".encode(), b"r:id", b"0",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "part"), PARTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_a_part_changed_anywhere_is_read_or_refused(
    kind: str, part: str, data: st.DataObject
) -> None:
    members = made.unpacked(made.SAMPLES[kind])
    changed = members[part]
    assert isinstance(changed, bytes)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(changed)))
        end = min(len(changed), start + data.draw(st.integers(0, 30)))
        changed = changed[:start] + data.draw(st.sampled_from(SHREDS)) + changed[end:]
    assert_read_or_refused(made.packed({**members, part: changed}))
