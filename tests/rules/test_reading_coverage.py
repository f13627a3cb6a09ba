"""Nothing that asks for something is lost: it stands in a duty, or among the unmapped."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.reading import NoticeReading, read_notice
from tests.rules.test_reading_forms import FORMS, HEAD, NOTHING, TAIL, Form, read

NOTICES = Path(__file__).parents[3] / "shared" / "notices"
SAMPLE = Path(__file__).parents[2] / "bot" / "sample" / "notice.txt"

ASKING = re.compile(
    r"\A(?:加强|建立|组织|开展|推进|落实|完善|制定|抓好|确保|严格|及时)|(?:必须|应当|务必|不得|严禁)"
)
LABEL = re.compile(
    r"\A(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.、])"
)
MARK = re.compile(r"（[^（）]*负责）")

LABELS = ["", "", "一、", "（一）", "1.", "2."]
SAID = [
    "加强道路养护，",
    "建立巡查制度。",
    "市交通局要修补道路。",
    "各单位必须报送名单。",
    "企业应当依法经营。",
    "组织开展演练",
    "近年来成效明显。",
    "\n市财政局\n",
    "6月底前完成验收。",
    "——落实资金",
]
MARKS = [
    "",
    "",
    "（市城管局负责）",
    "\n责任单位：市水务局",
    "\n责任人：李某",
    "\n序号\t任务\t责任单位\n1\t建立台账\t\n2\t严格执法\t市公安局",
]


def bare(words: str) -> str:
    return re.sub(r"\W", "", words)


def lost(text: str, reading: NoticeReading, begin: int) -> list[str]:
    """The asking sentences of a body that overlap nothing read and are no copy of it."""
    spans = [(one.start, one.end) for one in reading.duties]
    spans += [(one.start, one.end) for one in reading.unmapped]
    said = "".join(bare(text[start:end]) for start, end in spans)
    found = []
    pieces = [(m.start(), m.end()) for m in re.finditer(r"[^。\n]+", text) if m.start() >= begin]
    for place, (start, end) in enumerate(pieces):
        words = MARK.sub("", text[start:end].strip(" —"))
        content = LABEL.sub("", words)
        if len(content) < 6 or not ASKING.search(content):
            continue
        if any(start < b and a < end for a, b in spans) or bare(content) in said:
            continue
        below = place + 1 < len(pieces) and not LABEL.match(text[slice(*pieces[place + 1])])
        deeper = place + 1 < len(pieces) and content != words
        if len(content) <= 32 and content != words and (below or deeper):
            continue
        found.append(content)
    return found


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_no_form_loses_a_sentence(form: Form) -> None:
    text = HEAD + form.body + TAIL
    assert lost(text, read_notice(text), len(HEAD)) == []


def test_what_assigns_nothing_is_listed() -> None:
    text = HEAD + "\n".join(NOTHING) + TAIL
    assert lost(text, read_notice(text), len(HEAD)) == []


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(LABELS),
            st.lists(st.sampled_from(SAID), min_size=1, max_size=3).map("".join),
            st.sampled_from(MARKS),
        ).map("".join),
        max_size=6,
    ).map("\n".join)
)
def test_no_heap_of_items_loses_a_sentence(body: str) -> None:
    text = HEAD + body + TAIL
    assert lost(text, read_notice(text), len(HEAD)) == []


@pytest.mark.skipif(not NOTICES.is_dir(), reason="the real notices are absent")
def test_no_real_notice_loses_a_sentence() -> None:
    for path in sorted(NOTICES.glob("*.txt")):
        text = path.read_text("utf-8")
        assert lost(text, read_notice(text), text.find("：\n")) == [], path.name


def unmapped(body: str) -> list[str]:
    return [passage.text for passage in read(body).unmapped]


def test_a_row_without_an_owner_is_unmapped() -> None:
    body = "附件\n序号\t任务\t责任单位\t时限\n1\t修路\t市交通局\t\n2\t清洗护栏\t\t\n3\t植树\t-\t"
    assert unmapped(body) == ["清洗护栏", "植树"]
    assert [duty.text for duty in read(body).duties] == ["修路"]


def test_task_cells_apart_from_the_others_are_unmapped() -> None:
    body = "附件\n序号\t任务\t责任单位\t工作要求\n1\t修路\t市交通局\t严格执行技术规范"
    assert unmapped(body) == ["严格执行技术规范"]


def test_a_mark_that_closes_nothing_is_unmapped() -> None:
    body = "一、任务\n1.修补道路。（市交通局负责）\n责任单位：市财政局"
    assert unmapped(body) == ["责任单位：市财政局"]


def test_a_short_last_item_is_no_heading() -> None:
    reading = read("一、任务\n（一）加强道路养护\n（二）6月底前完成绿化工程\n（三）建立台账制度。")
    assert [passage.text for passage in reading.unmapped] == ["加强道路养护", "建立台账制度。"]
    (dated,) = reading.duties
    assert (dated.text, dated.deadline_text) == ("6月底前完成绿化工程", "6月底前")


def test_annexed_papers_are_no_duties() -> None:
    assert unmapped("请各学院认真组织报名。\n附件：\n1.督查工作报告表\n2.检查标准") == []


def test_coverage_counts_what_asks() -> None:
    coverage = read(
        "一、分工\n市交通局要修补道路。要铺设新路面。\n市民应当爱护设施。\n二、现状\n道路较好。"
    ).coverage
    assert (coverage.sentences, coverage.mapped) == (3, 2)
    assert "coverage" not in read("").as_document()


@given(st.text(max_size=200))
def test_coverage_of_any_text(text: str) -> None:
    reading = read_notice(text)
    assert reading.coverage.sentences == reading.coverage.mapped + len(reading.unmapped)
    assert reading.coverage.mapped >= len(reading.duties)


@pytest.mark.parametrize("text", ["", "一句话。", SAMPLE.read_text("utf-8") * 20])
def test_progress_only_rises_and_ends(text: str) -> None:
    told: list[float] = []
    assert read_notice(text, told.append) == read_notice(text)
    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(set(told))
    assert len(told) <= 100


def test_progress_follows_a_long_notice() -> None:
    lines = [f"{n % 90 + 1}.整治第{n}条道路。（市交通局负责）" for n in range(3000)]
    told: list[float] = []
    read_notice(HEAD + "\n".join(lines) + TAIL, told.append)
    assert len(told) > 20
    assert max(later - one for one, later in pairwise(told)) < 0.25
