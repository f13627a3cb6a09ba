"""What a coordinator types about clauses: instructions, their scope, owners, limits, splits."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.errors import Refused
from tasks.instructions import (
    Line,
    Scope,
    Section,
    parse,
    read_limit,
    read_owners,
    read_reason,
    select,
    sentences,
)
from tasks.reading.source import fold
from tasks.vocabulary import WaiveReason

TODAY = date(2026, 11, 24)

# Sections are told as level:number, the outermost label first.
INSTRUCTIONS = [
    ("三（一）到三（三） → 省知识产权局牵头", "1:3.2:1..1:3.2:3 | 省知识产权局/lead"),
    (
        "三（一）-三（三）：省知识产权局牵头，省财政厅、省科技厅配合",
        "1:3.2:1..1:3.2:3 | 省知识产权局/lead 省财政厅/cooperating 省科技厅/cooperating",
    ),
    ("第19到29条 长期", "19..29 | standing"),
    ("19-29，33、35 一次性反馈", "19..29+33+35 | once"),
    ("全部未定单位 → 省知识产权局牵头", "all | without owner | 省知识产权局/lead"),
    ("八（三） 不立项 原则性要求", "1:8.2:3 | waive principle"),
    ("5-9 定时限 2027年6月底前", "5..9 | dated | 2027-06-30 2027年6月底前"),
    ("12 时限 年底前", "12 | 2026-12-31 年底前"),
    ("第三部分 → 省商务厅", "0:3 | 省商务厅/lead"),
    ("20-24 长期，省知识产权局牵头", "20..24 | 省知识产权局/lead | standing"),
    ("19-29 -> lead: 省教育厅; standing", "19..29 | 省教育厅/lead | standing"),
    ("20-24 waive duplicate", "20..24 | waive duplicate"),
    ("三(一)=>省教育厅", "1:3.2:1 | 省教育厅/lead"),
    ("１９－２９　长期", "19..29 | standing"),
    ("三（一）→省教育厅，长期", "1:3.2:1 | 省教育厅/lead | standing"),
    ("三(一)、(二) 省教育厅牵头", "1:3.2:1+1:3.2:2 | 省教育厅/lead"),
    ("三（二）1-3 一次性", "1:3.2:2.3:1..1:3.2:2.3:3 | once"),
    ("三（一）到（三） 长期", "1:3.2:1..1:3.2:3 | standing"),
    ("19 20 21 长期", "19+20+21 | standing"),
    ("12 12月底前", "12 | 2026-12-31 12月底前"),
    ("12：12月31日前", "12 | 2026-12-31 12月31日前"),
    ("12 2027-06-30", "12 | 2027-06-30 2027-06-30"),
    ("12 10个工作日内", "refused: owners_unreadable"),
    (
        "第19条至第29条，省教育厅牵头，省财政厅配合，年底前",
        "19..29 | 省教育厅/lead 省财政厅/cooperating | 2026-12-31 年底前",
    ),
    ("全部 长期", "all | standing"),
    ("未定单位的 → 省教育厅", "all | without owner | 省教育厅/lead"),
    (
        "三（一）到三（三）中未定单位的 → 省教育厅",
        "1:3.2:1..1:3.2:3 | without owner | 省教育厅/lead",
    ),
    ("全部无时限的 长期", "all | without date | standing"),
    ("19-29 无时限", "19..29 | standing"),
    ("19-29 没有时限", "19..29 | standing"),
    ("8 不立项", "refused: reason_missing"),
    ("8 不立项：其他", "refused: reason_missing"),
    ("8 不立项 其他：市里已另行发文", "8 | waive other 市里已另行发文"),
    ("8 不立项，市里已另行发文", "8 | waive other 市里已另行发文"),
    ("8 不立项（重复，见第3条）", "8 | waive duplicate 见第3条"),
    ("8 阅知", "8 | waive information"),
    ("8 仅阅知", "8 | waive information"),
    ("8 waive", "refused: reason_missing"),
    ("8 waive: not ours", "8 | waive not_ours"),
    ("8 省教育厅牵头，不立项 重复", "refused: waive_comes_alone"),
    ("8 长期 年底前", "refused: limit_with_standing"),
    ("8 长期，一次性", "refused: two_follow_ups"),
    ("8 年底前，2027年6月底前", "refused: two_limits"),
    ("29-19 长期", "refused: range_backwards"),
    ("长期", "refused: no_scope"),
    ("你好", "refused: no_scope"),
    ("12", "refused: no_instruction"),
    ("12 →", "refused: no_instruction"),
    ("12 → 你好", "refused: owners_unreadable"),
    ("第三条 长期", "0:3 | standing"),
    ("第三章第五条 长期", "refused: owners_unreadable"),
    ("一至五 长期", "1:1..1:5 | standing"),
    ("附件1 → 省教育厅", "-1:1 | 省教育厅/lead"),
    ("附件一1 → 省教育厅", "-1:0.1:1.3:1 | 省教育厅/lead"),
    ("12、15和18 省教育厅、省财政厅", "12+15+18 | 省教育厅/joint 省财政厅/joint"),
    (
        "clauses 19-29 -> lead: 省教育厅; cooperating: 省财政厅; once",
        "19..29 | 省教育厅/lead 省财政厅/cooperating | once",
    ),
    ("all without owner -> lead: 省教育厅", "all | without owner | 省教育厅/lead"),
    ("5 清空单位", "5 | nobody"),
    ("5 单位清空", "5 | nobody"),
    ("把第5条改为省教育厅牵头", "5 | 省教育厅/lead"),
    ("5 由省教育厅牵头", "5 | 省教育厅/lead"),
    ("三（一）1（2） 长期", "1:3.2:1.3:1.4:2 | standing"),
    ("三1 长期", "1:3.3:1 | standing"),
    ("第十九条 长期", "0:19 | standing"),
    ("5 时限 尽快", "refused: limit_unreadable"),
    ("5 时限：无", "5 | standing"),
    ("5 deadline 2027-06-30", "5 | 2027-06-30 2027-06-30"),
    ("5 due: 30 June 2027", "5 | 2027-06-30 30 June 2027"),
    ("5 2027年6月底前 省教育厅牵头", "5 | 省教育厅/lead | 2027-06-30 2027年6月底前"),
    ("5 省教育厅牵头 2027年6月底前", "5 | 省教育厅/lead | 2027-06-30 2027年6月底前"),
    ("5 定时限", "5 | dated"),
    (
        "5：省教育厅牵头；配合单位：省财政厅；时限：2027年6月底前",
        "5 | 省教育厅/lead 省财政厅/cooperating | 2027-06-30 2027年6月底前",
    ),
    ("#5 长期", "5 | standing"),
    ("5号 长期", "5 | standing"),
    ("3-5月底前", "refused: no_scope"),
    ("12号前 省教育厅", "refused: no_scope"),
    ("三、（一） 长期", "1:3.2:1 | standing"),
    ("第三章 → 省商务厅", "0:3 | 省商务厅/lead"),
    ("三部分 → 省商务厅", "1:3 | 省商务厅/lead"),
    ("一、三、五 长期", "1:1+1:3+1:5 | standing"),
    ("三（一）及三（三） 一次性反馈", "1:3.2:1+1:3.2:3 | once"),
    ("附件2 不立项 阅知", "-1:2 | waive information"),
    ("12；长期", "12 | standing"),
    ("7 不立项：不属本级事权范围", "7 | waive not_ours"),
    ("7 不立项，原则性要求，无具体任务", "7 | waive principle 无具体任务"),
    ("7 不立项 重复建设项目由市里负责", "7 | waive other 重复建设项目由市里负责"),
    ("7 drop: covered by another notice", "7 | waive other covered by another notice"),
    ("7 skip fyi", "7 | waive information"),
    ("3 一次性反馈 2026-12-31", "3 | once | 2026-12-31 2026-12-31"),
    ("3 by 31 December 2026", "3 | 2026-12-31 31 December 2026"),
    ("3 no deadline", "3 | standing"),
    ("3 standing", "3 | standing"),
    ("3 dated 2027-01-31", "3 | dated | 2027-01-31 2027-01-31"),
    ("3 明年6月底前 定时限", "3 | dated | 2027-06-30 明年6月底前"),
    ("3 期限：下月底", "3 | 2026-12-31 下月底"),
    ("3 省教育厅会同省财政厅负责", "3 | 省教育厅/lead 省财政厅/cooperating"),
    (
        "3 省教育厅（牵头）、省财政厅、省民政厅",
        "3 | 省教育厅/lead 省财政厅/cooperating 省民政厅/cooperating",
    ),
    ("3 各市人民政府负责", "3 | 各市人民政府/lead"),
    ("3 教育、财政、民政部门", "3 | 教育部门/joint 财政部门/joint 民政部门/joint"),
    (
        "3 牵头单位：省教育厅 配合单位：省财政厅、省民政厅",
        "3 | 省教育厅/lead 省财政厅/cooperating 省民政厅/cooperating",
    ),
    ("3 昆明海关牵头，省商务厅配合", "3 | 昆明海关/lead 省商务厅/cooperating"),
    ("3 no owners", "3 | nobody"),
    ("3-4、6—8、10~12、14至16 长期", "3..4+6..8+10..12+14..16 | standing"),
    ("全部条款 一次性反馈", "all | once"),
    ("所有未明确牵头单位的条款 → 省教育厅牵头", "all | without owner | 省教育厅/lead"),
    ("all undated standing", "all | without date | standing"),
    ("5 周五", "5 | 2026-11-27 周五"),
    ("5 省教育厅牵头，请抓紧", "refused: owners_unreadable"),
    ("5 时限 2月30日", "refused: limit_unreadable"),
    ("5 年底", "5 | 2026-12-31 年底"),
    ("5 改为长期", "5 | standing"),
    ("第5条、第7条 均为长期", "5+7 | standing"),
    ("三（一）1到三（二）2 长期", "1:3.2:1.3:1..1:3.2:2.3:2 | standing"),
]

OWNERS = [
    (
        "省教育厅牵头，省财政厅、省科技厅配合",
        "省教育厅/lead 省财政厅/cooperating 省科技厅/cooperating",
    ),
    ("省教育厅", "省教育厅/lead"),
    ("省教育厅 牵头", "省教育厅/lead"),
    ("省教育厅、省财政厅", "省教育厅/joint 省财政厅/joint"),
    ("省教育厅 省财政厅", "省教育厅/joint 省财政厅/joint"),
    ("省教育厅和省财政厅", "省教育厅/joint 省财政厅/joint"),
    ("教育、财政部门", "教育部门/joint 财政部门/joint"),
    ("牵头单位:省教育厅;配合单位:省财政厅", "省教育厅/lead 省财政厅/cooperating"),
    ("主办：省教育厅；协办：省财政厅", "省教育厅/lead 省财政厅/cooperating"),
    ("责任单位：省教育厅、省财政厅", "省教育厅/joint 省财政厅/joint"),
    ("lead: 省教育厅; cooperating: 省财政厅", "省教育厅/lead 省财政厅/cooperating"),
    ("(省教育厅牵头, 省财政厅配合)", "省教育厅/lead 省财政厅/cooperating"),
    ("省教育厅牵头、省财政厅配合", "省教育厅/lead 省财政厅/cooperating"),
    ("省教育厅牵头 省财政厅配合", "省教育厅/lead 省财政厅/cooperating"),
    ("省教育厅会同省财政厅负责", "省教育厅/lead 省财政厅/cooperating"),
    ("省教育厅（牵头）、省财政厅", "省教育厅/lead 省财政厅/cooperating"),
    ("由省教育厅负责，各市配合", "省教育厅/lead 各市/cooperating"),
    ("省教育厅、省财政厅按职责分工负责", "省教育厅/joint 省财政厅/joint"),
    ("各区人民政府", "各区人民政府/lead"),
    ("江城海关牵头", "江城海关/lead"),
    ("无", ""),
    ("清空", ""),
    ("no owners", ""),
]

NO_OWNERS = ["你好", "江城海关", "省教育厅牵头，请抓紧", "省教育厅牵头，年底前完成", "牵头", "",
             "我觉得他们牵头", "（）"]  # fmt: skip

LIMITS = [
    ("年底前", date(2026, 12, 31)),
    ("12月31日", date(2026, 12, 31)),
    ("12月31日前完成", date(2026, 12, 31)),
    ("2026-12-31", date(2026, 12, 31)),
    ("2026/12/31", date(2026, 12, 31)),
    ("２０２６年１２月３１日", date(2026, 12, 31)),
    ("6月底前", date(2027, 6, 30)),
    ("三月底前", date(2027, 3, 31)),
    ("明年6月底", date(2027, 6, 30)),
    ("2027年3月上旬", date(2027, 3, 10)),
    ("2027年", date(2027, 12, 31)),
    ("1月5日", date(2027, 1, 5)),
    ("8月1日", date(2027, 8, 1)),  # 250 days off
    ("10月1日", date(2026, 10, 1)),  # 311 days off: it has passed
    ("9月底前", date(2026, 9, 30)),
    ("2027年10月1日", date(2027, 10, 1)),
    ("时限：年底前", date(2026, 12, 31)),
    ("2020年12月31日", date(2020, 12, 31)),
    ("2020年底前", date(2020, 12, 31)),
    ("下月底", date(2026, 12, 31)),
    ("31 December 2026", date(2026, 12, 31)),
    ("无时限", None),
    ("不设时限", None),
    ("长期", None),
    ("无", None),
    ("none", None),
]

NO_LIMITS = ["尽快", "2月30日", "印发之日起30日内", "3个工作日内", "省教育厅年底前", "",
             "2027年6月底前，2028年", "长期 年底前", "比2010年"]  # fmt: skip


def told(text: str) -> str:
    """What an instruction says, in one line."""
    try:
        said = parse(text, TODAY, 2026)
    except Refused as refusal:
        return f"refused: {refusal.code}"
    spans = [
        f"{end_of(span.first)}{'..' + end_of(span.last) if span.last is not None else ''}"
        for span in said.scope.spans
    ]
    parts = ["+".join(spans) or "all"]
    if said.scope.without:
        parts.append(f"without {said.scope.without}")
    if said.owners is not None:
        parts.append(" ".join(f"{one.name}/{one.role}" for one in said.owners) or "nobody")
    if said.follow_up:
        parts.append(said.follow_up.value)
    if said.deadline:
        parts.append(f"{said.deadline} {said.deadline_text}")
    if said.waive:
        parts.append(f"waive {said.waive.value}" + (f" {said.reason}" if said.reason else ""))
    return " | ".join(parts)


def end_of(end: int | Section | None) -> str:
    if isinstance(end, Section):
        return ".".join(f"{label[0]}:{label[1]}" for label in end.path)
    return str(end)


@pytest.mark.parametrize(("text", "expected"), INSTRUCTIONS)
def test_an_instruction_is_understood(text: str, expected: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(("text", "expected"), OWNERS)
def test_owners_are_read(text: str, expected: str) -> None:
    assert " ".join(f"{one.name}/{one.role}" for one in read_owners(text)) == expected


@pytest.mark.parametrize("text", NO_OWNERS)
def test_no_word_beside_owners_is_passed_over(text: str) -> None:
    with pytest.raises(Refused, match="owners_unreadable"):
        read_owners(text)


@pytest.mark.parametrize(("text", "day"), LIMITS)
def test_a_limit_is_read(text: str, day: date | None) -> None:
    found = read_limit(text, TODAY, 2026)
    assert (found.day if found else None) == day


@pytest.mark.parametrize("text", NO_LIMITS)
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="limit_unreadable"):
        read_limit(text, TODAY, 2026)


def test_a_limit_keeps_its_words() -> None:
    found = read_limit("时限：明年6月底前", TODAY)
    assert found is not None
    assert found.text == "明年6月底前"


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("原则性要求", WaiveReason.principle, None),
        ("不属本级事权", WaiveReason.not_ours, None),
        ("重复（见第3条）", WaiveReason.duplicate, "见第3条"),
        ("阅知", WaiveReason.information, None),
        ("其他：另行发文", WaiveReason.other, "另行发文"),
        ("另行发文", WaiveReason.other, "另行发文"),
    ],
)
def test_a_reason_is_read(text: str, kind: WaiveReason, words: str | None) -> None:
    assert read_reason(text) == (kind, words)


def lines(*sections: str | None) -> list[Line]:
    return [Line(n, section, False, False, True) for n, section in enumerate(sections, 1)]


PLAIN = lines(None, "一（一）", "一（二）", "二（一）1", "二（一）2", "二（二）", "三", "附件1一")
SCRAMBLED = lines(
    "一", "二（一）", "二（二）", None, "五（一）", "二（二）", "二（三）", "三", "二（三）"
)
CHAPTERS = lines("第一章（一）", "第二章", "第三章（一）", "第三章（二）", "第十条")
ANNEXES = lines("附件1一", "附件1二", "附件2一", "附件2二")


@pytest.mark.parametrize(
    ("text", "draft", "numbers", "by_place"),
    [
        ("一 长期", PLAIN, (2, 3), ()),
        ("二（一） 长期", PLAIN, (4, 5), ()),
        ("二（一）2 长期", PLAIN, (5,), ()),
        ("一到二（一） 长期", PLAIN, (2, 3, 4, 5), ()),
        ("一（二）到三 长期", PLAIN, (3, 4, 5, 6, 7), ()),
        ("附件1 长期", PLAIN, (8,), ()),
        ("第三部分 长期", PLAIN, (7,), ()),
        ("2-4、7 长期", PLAIN, (2, 3, 4, 7), ()),
        ("7、2 长期", PLAIN, (2, 7), ()),
        ("全部 长期", PLAIN, (1, 2, 3, 4, 5, 6, 7, 8), ()),
        ("二（一）到二（三） 长期", SCRAMBLED, (2, 3, 4, 5, 6, 7, 8, 9), (4, 5, 8)),
        ("二（一）到（二） 长期", SCRAMBLED, (2, 3, 4, 5, 6), (4, 5)),
        ("二 长期", SCRAMBLED, (2, 3, 6, 7, 9), ()),
        ("二（一）到二（二）、4 长期", SCRAMBLED, (2, 3, 4, 5, 6), (5,)),
        ("第三章 长期", CHAPTERS, (3, 4), ()),
        ("三（二） 长期", CHAPTERS, (4,), ()),
        ("第一章到第三章（一） 长期", CHAPTERS, (1, 2, 3), ()),
        ("第十条 长期", CHAPTERS, (5,), ()),
        ("第二条 长期", CHAPTERS, (2,), ()),
        ("附件2一 长期", ANNEXES, (3,), ()),
        ("附件1 长期", ANNEXES, (1, 2), ()),
    ],
)
def test_clauses_are_chosen(
    text: str, draft: list[Line], numbers: tuple[int, ...], by_place: tuple[int, ...]
) -> None:
    chosen = select(parse(text, TODAY).scope, draft)
    assert (chosen.numbers, chosen.by_place) == (numbers, by_place)


@pytest.mark.parametrize(
    ("text", "draft", "code"),
    [
        ("四 长期", PLAIN, "no_such_section"),
        ("二（三） 长期", PLAIN, "no_such_section"),
        ("第九条 长期", PLAIN, "no_such_section"),
        ("9 长期", PLAIN, "no_such_clause"),
        ("2-90 长期", PLAIN, "no_such_clause"),
        ("三到一 长期", PLAIN, "range_backwards"),
        ("一 长期", ANNEXES, "section_ambiguous"),
        ("全部 长期", [], "nothing_selected"),
    ],
)
def test_what_is_not_there_is_named(text: str, draft: list[Line], code: str) -> None:
    scope = parse(text, TODAY).scope
    with pytest.raises(Refused, match=code):
        select(scope, draft)


def test_only_open_clauses_are_chosen() -> None:
    draft = [Line(n, "一", n == 2, n == 3, n != 4) for n in range(1, 6)]
    assert select(parse("一 长期", TODAY).scope, draft).numbers == (1, 2, 3, 5)
    assert select(parse("1-5 长期", TODAY).scope, draft).numbers == (1, 2, 3, 5)
    assert select(parse("未定单位 → 省教育厅", TODAY).scope, draft).numbers == (1, 3, 5)
    assert select(parse("2-5未定时限的 长期", TODAY).scope, draft).numbers == (2, 5)
    closed = parse("4 长期", TODAY).scope
    with pytest.raises(Refused, match="clause_not_open"):
        select(closed, draft)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "一是建（甲；乙。丙）；二是管。三是用！四",
            ["一是建（甲；乙。丙）；", "二是管。", "三是用！", "四"],
        ),
        ("说“好。”再做", ["说“好。”", "再做"]),
        ("第一行\n 第二行", ["第一行", "第二行"]),
        ("  ", []),
    ],
)
def test_a_clause_may_be_split_after_sentences(text: str, pieces: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == pieces


PIECES = [
    "三", "六", "（一）", "①", "到", "-", "19", "29", "第", "条", "附件", "全部", "未定单位",
    "→", "->", "长期", "一次性反馈", "时限", "年底前", "12月31日", "不立项", "重复", "waive",
    "省教育厅", "牵头", "配合", "牵头单位：", "lead:", "（", "）", "、", "，", "；", " ", "\n",
    "²", "Ⅷ", "2027", "\ud800",
]  # fmt: skip
ANY = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
DRAFTS = st.lists(
    st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["一", "三（一）", "三（三）1"])),
    max_size=8,
).map(lambda sections: lines(*sections))


@settings(max_examples=300)
@given(ANY, DRAFTS)
def test_any_text_is_understood_or_refused(text: str, draft: list[Line]) -> None:
    for read in (
        lambda: select(parse(text, TODAY, 2026).scope, draft),
        lambda: read_owners(text),
        lambda: read_limit(text, TODAY),
        lambda: read_reason(text),
    ):
        try:
            read()
        except Refused as refusal:
            assert refusal.code != "refused"  # noqa: PT017


@given(ANY)
def test_splits_lie_apart_and_lose_nothing(text: str) -> None:
    place = 0
    for start, end in sentences(text):
        assert place <= start < end <= len(text)
        assert not fold(text[place:start]).strip()
        place = end


@given(DRAFTS)
def test_a_selection_keeps_the_order_of_the_document(draft: list[Line]) -> None:
    try:
        chosen = select(Scope((), None), draft)
    except Refused:
        assert not draft
    else:
        assert list(chosen.numbers) == [line.number for line in draft]
