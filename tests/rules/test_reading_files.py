"""The same words in every format; and files that are none, broken, or meant to harm."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tasks.reading import Duty, decode, read_notice
from tasks.reading.files import text_of
from tasks.reading.files.layout import Line, paragraphs
from tests.rules import file_samples as made


def duties(data: bytes, name: str | None = None) -> list[tuple[object, ...]]:
    return [meant(duty) for duty in read_notice(text_of(data, name)).duties]


def meant(duty: Duty) -> tuple[object, ...]:
    return (
        *(duty.text, duty.kind, duty.lead, duty.cooperating, sorted(duty.owners)),
        *(duty.deadline, duty.deadline_text, duty.recurrence),
    )


PLAIN = duties(made.PLAIN.encode())


def test_the_plain_notice_is_what_the_others_are_held_against() -> None:
    assert [(found[0], found[2], found[3], found[5]) for found in PLAIN[1:]] == [
        ("清洗护栏。每季度清洗一次道路护栏。", ("市城市管理局",), (), None),
        ("市财政局要于2027年3月31日前落实专项经费。", ("市财政局",), (), date(2027, 3, 31)),
        ("更换路灯", ("市住房城乡建设局",), ("市财政局",), date(2027, 5, 31)),
        ("补划标线", ("市公安局",), ("市交通运输局", "市城市管理局"), date(2027, 9, 30)),
        ("疏通雨水管网", ("市水利局",), (), date(2027, 7, 31)),
    ]
    assert PLAIN[0][5] == date(2027, 6, 30)


@pytest.mark.parametrize("kind", ["docx", "html", "pdf", "ofd"])
def test_a_notice_gives_the_same_duties_in_every_format(kind: str) -> None:
    assert duties(made.SAMPLES[kind]) == PLAIN
    header = read_notice(text_of(made.SAMPLES[kind])).header
    assert header == read_notice(made.PLAIN).header


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_ledger_gives_one_duty_a_row(kind: str) -> None:
    assert duties(made.SAMPLES[kind]) == PLAIN[-3:]


@pytest.mark.parametrize("kind", made.SAMPLES)
def test_a_wrong_ending_changes_nothing(kind: str) -> None:
    for name in ("a.txt", "a.docx", "a.pdf", "a.csv", "a.xlsx", "a.ofd", "a", "a.doc"):
        assert text_of(made.SAMPLES[kind], name) == text_of(made.SAMPLES[kind])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_plain_text_is_taken_as_it_is(encoding: str) -> None:
    text = "\n \u3000" + made.PLAIN.replace("\n", "\r\n") + "a,b;c <b>\n"
    for name in (None, "a.txt", "a.csv", "a.pdf", "a.docx"):
        if not name or not name.endswith("csv"):
            assert text_of(text.encode(encoding), name) == text == decode(text.encode(encoding))


def test_every_real_notice_is_taken_as_it_is() -> None:
    folder = Path(__file__).parents[3] / "shared" / "notices"
    if not folder.is_dir():
        pytest.skip("the real notices are not beside the project (../shared/notices)")
    for path in folder.glob("*.txt"):
        assert text_of(path.read_bytes(), path.name) == decode(path.read_bytes())


def cell(text: str, settings: str = "") -> str:
    return f"<w:tc><w:tcPr>{settings}</w:tcPr>{made.paragraph(text)}</w:tc>"


def test_word_changes_are_read_as_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>市财政局</w:t></w:r>"
        "<w:del><w:r><w:delText>不</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>要</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:moveTo><w:hyperlink><w:r><w:t>拨付</w:t></w:r></w:hyperlink></w:moveTo>"
        "<w:sdt><w:sdtContent><w:r><w:t>经费</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:r><w:instrText>PAGE</w:instrText><w:tab/><w:t>。</w:t><w:br/><w:t>完</w:t></w:r></w:p>"
    )
    assert text_of(made.word_xml(body)) == "市财政局要拨付经费 。\n完\n"


def test_word_tables_stand_in_order_with_merged_cells_filled() -> None:
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    wide = '<w:gridSpan w:val="3"/>'
    body = (
        made.paragraph("前文。")
        + "<w:tbl>"
        + f"<w:tr>{cell('任务分解表', wide)}</w:tr>"
        + f"<w:tr>{cell('任务')}{cell('措施')}{cell('责任单位')}</w:tr>"
        + f"<w:tr>{cell('修路', down)}{cell('补坑')}{cell('市交通局', down)}</w:tr>"
        + f"<w:tr>{cell('', on)}{cell('划线')}{cell('', on)}</w:tr>"
        + f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删')}{cell('去')}{cell('者')}</w:tr>"
        + f"<w:tr>{cell('')}{cell('种树')}{cell('市园林局')}</w:tr>"
        + "</w:tbl>"
        + made.paragraph("后文。")
    )
    text = text_of(made.word_xml(body))
    assert text.splitlines() == [
        "前文。", "任务分解表", "任务\t措施\t责任单位", "修路\t补坑\t市交通局",
        "修路\t划线\t市交通局", "-\t种树\t市园林局", "后文。",
    ]  # fmt: skip
    assert [duty.owners for duty in read_notice(text).duties] == [
        ("市交通局",), ("市交通局",), ("市园林局",),
    ]  # fmt: skip


def test_word_cells_of_several_paragraphs_are_one_line() -> None:
    said = "".join(map(made.paragraph, ("市教育局、", "市财政局", "市民政局")))
    body = f"<w:tbl><w:tr><w:tc>{said}</w:tc>{cell('2027年')}</w:tr></w:tbl>"
    assert text_of(made.word_xml(body)) == "市教育局、市财政局 市民政局\t2027年\n"


def test_word_counts_the_numbers_of_its_lists() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
        '<w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="（%2）"/></w:lvl>'
        '<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%3."/></w:lvl>'
        '<w:lvl w:ilvl="3"><w:numFmt w:val="bullet"/><w:lvlText w:val="●"/></w:lvl>'
    )
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    numbering = (
        f'<w:numbering {space}><w:abstractNum w:abstractNumId="4">{levels}</w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="4"/></w:num></w:numbering>'
    )
    styles = (
        f'<w:styles {space}><w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="7"/>'
        "</w:numPr></w:pPr></w:style></w:styles>"
    )

    def item(level: int, text: str) -> str:
        place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
        return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    styled = '<w:p><w:pPr><w:pStyle w:val="H1"/></w:pPr><w:r><w:t>丙</w:t></w:r></w:p>'
    body = (
        *(item(0, "甲"), item(1, "子"), item(1, "丑"), item(2, "一"), item(2, "二")),
        *(item(3, "点"), item(0, "乙"), item(1, "寅"), styled),
    )
    text = text_of(made.word_xml("".join(body), numbering=numbering, styles=styles))
    assert text.split() == [
        "一、甲", "（一）子", "（二）丑", "3.一", "4.二", "点", "二、乙", "（一）寅", "三、丙",
    ]  # fmt: skip


def test_merged_cells_of_a_sheet_are_filled_below_and_not_beside() -> None:
    table = (
        ("序号", "工作内容", "责任单位", None, "完成时限"),
        (None, None, "牵头单位", "配合单位", None),
        (1, "修路", "市交通局", "市财政局", date(2027, 6, 30)),
        (2, "种树", None, "市园林局", "2027年3月"),
        (3.0, "浇水", "市水利局", None, 0.5),
    )
    merge = ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "C3:C4")
    data = made.xlsx(table, merge, title=None)
    assert text_of(data).splitlines() == [
        "序号\t工作内容\t责任单位\t\t完成时限",
        "序号\t工作内容\t牵头单位\t配合单位\t完成时限",
        "1\t修路\t市交通局\t市财政局\t2027年6月30日",
        "2\t种树\t市交通局\t市园林局\t2027年3月",
        "3\t浇水\t市水利局\t\t0.5",
    ]
    assert [found[:1] + found[2:4] + found[5:6] for found in duties(data)] == [
        ("修路", ("市交通局",), ("市财政局",), date(2027, 6, 30)),
        ("种树", ("市交通局",), ("市园林局",), date(2027, 3, 31)),
        ("浇水", ("市水利局",), (), None),
    ]


@pytest.mark.parametrize("order", [(5, 4, 3, 2, 1, 0), (1, 0, 2, 5, 3, 4), (2, 3, 1, 5, 0, 4)])
def test_the_columns_of_a_ledger_stand_in_any_order(order: tuple[int, ...]) -> None:
    table = [[row[at] for at in order] for row in made.TABLE]
    assert duties(made.xlsx(table)) == PLAIN[-3:]
    assert duties(made.csv(table)) == PLAIN[-3:]


def test_strings_stand_in_the_sheet_or_apart() -> None:
    assert text_of(made.xlsx()) == text_of(made.shared(made.xlsx()))


def test_a_hidden_sheet_is_not_read() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["明"])
    book.create_sheet("选项").append(["暗"])
    book["选项"].sheet_state = "hidden"
    assert text_of(made.saved(book)).split() == ["明"]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_in_any_encoding_and_with_any_sign(sign: str, encoding: str) -> None:
    data = made.csv(sign=sign, encoding=encoding)
    assert duties(data, "台账.csv") == PLAIN[-3:]


def test_a_quoted_cell_holds_signs_and_lines() -> None:
    data = '序号,任务,责任单位\n1,"修路,\n补坑","市交通局\n市财政局"\n'.encode()
    assert text_of(data).splitlines()[1] == "1\t修路,补坑\t市交通局 市财政局"
    (duty,) = read_notice(text_of(data)).duties
    assert duty.owners == ("市交通局", "市财政局")


def test_a_cell_that_says_there_is_nobody_names_nobody() -> None:
    for blank in ("-", "/", "无", "——"):
        (duty,) = read_notice(f"任务\t牵头单位\t配合单位\n修路\t市交通局\t{blank}\n").duties
        assert duty.owners == ("市交通局",)


def test_a_page_is_read_as_it_is_seen() -> None:
    body = (
        "<script>市财政局要偷跑。</script><style>p{}</style><!-- 注 -->"
        '<div style="display:none">暗</div><p hidden>暗</p>'
        "<h1>通\n  知</h1><div>甲<p>乙<b>丙</b> 丁</p>戊<br>己</div>"
        "<ul><li>一&nbsp;&lt;二&gt;</li><li>三</li></ul><table><tr><td><p>排版</p><p>用</p></td></tr></table>"
        "<table><tr><th>任务<th>单位<tr><td rowspan=2>修路<td>甲局<tr><td>乙局</table>"
    )
    assert text_of(made.html(body).encode()).splitlines() == [
        "通知", "甲", "乙丙 丁", "戊", "己", "一\xa0<二>", "三", "排版", "用",
        "任务\t单位", "修路\t甲局", "修路\t乙局",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("gb18030", "gb2312"),
        ("gb18030", "utf-8"),
        ("utf-8", "gb2312"),
        ("utf-8-sig", "gbk"),
        ("utf-16", "utf-16"),
        ("big5", "big5"),
    ],
)
def test_the_charset_of_a_page(encoding: str, said: str) -> None:
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={said}">'
    data = made.html("<p>道路清洗工程</p>", head=head).replace("标题", "路").encode(encoding)
    assert text_of(data) == "道路清洗工程\n"


def test_a_turned_page_is_read_upright() -> None:
    pieces = [(842 - y, x, text) for x, y, text in made.PAGES[0]]
    data = made.pdf(pieces, turn=90)
    turned = data.replace(b"1 0 0 1", b"0 1 -1 0")
    assert text_of(turned).splitlines()[:4] == list(made.PARAGRAPHS[:4])


@pytest.mark.parametrize("kind", [made.pdf, made.ofd])
def test_placed_lines_are_sorted_from_the_top_and_page_numbers_left_out(kind: object) -> None:
    assert callable(kind)
    pieces = [*made.PAGES[0], (280, 30, "— 1 —")]
    assert text_of(kind(pieces[::-1], made.PAGES[1])) == text_of(kind(*made.PAGES))


WIDE = "一" * 28


def test_what_runs_above_every_page_is_left_out_and_tables_and_markings_are_not() -> None:
    def page(number: int, *above: Line) -> list[Line]:
        wide = Line(80, 528, 100, 16, WIDE)
        body = Line(112, 200, 130, 16, f"第{chr(0x4E00 + number)}段。")
        return [*above, wide, body, Line(200, 260, 800, 10, f"简报  第{number}页")]

    def line(text: str, size: float = 10) -> Line:
        return Line(80, 200, 40, size, text)

    pages = [page(number, line("云川简报")) for number in range(4)]
    assert paragraphs(pages) == [
        WIDE,
        "第一段。",
        WIDE,
        "第丁段。",
        WIDE,
        "第丂段。",
        WIDE,
        "第七段。",
    ]
    for kept in (line("秘密★1年"), line("序号\t任务", 0)):
        assert paragraphs([page(number, kept) for number in range(4)]).count(kept.text) == 4
    assert len(paragraphs(pages[:2])) == 8


def test_a_full_line_is_carried_on_across_pages_unless_an_item_begins() -> None:
    def line(left: float, text: str) -> Line:
        return Line(left, left + 16 * len(text), 50, 16, text)

    full = "一" * 26
    first = [line(112, f"{full}"), line(80, "二" * 28)]
    assert paragraphs([first, [line(80, "末。"), line(80, "丙")]]) == [
        full + "二" * 28 + "末。",
        "丙",
    ]
    ended = [line(80, "甲" * 27 + "。"), line(80, "1.乙")]
    assert len(paragraphs([ended])) == 2


def test_a_scan_has_no_text() -> None:
    assert made.refused(made.pdf([])) == "scanned_pdf"
    assert made.refused(made.pdf([(280, 30, "- 1 -")])) == "scanned_pdf"


def locked(data: bytes, password: str) -> bytes:
    import io

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user_password=password, owner_password="x", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_not_guessed_but_a_mere_ban_on_printing_bars_nobody() -> None:
    assert made.refused(locked(made.SAMPLES["pdf"], "secret")) == "encrypted_file"
    assert duties(locked(made.SAMPLES["pdf"], "")) == PLAIN


LOADED = """
import sys
from tasks.reading.files import text_of
from tasks.reading.files.layout import Line, paragraphs
text_of(open(sys.argv[1], "rb").read(), sys.argv[1])
print([name for name in ("lxml", "openpyxl", "pypdf", "docx") if name in sys.modules])
"""


def test_a_plain_text_loads_no_library(tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(made.PLAIN, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
