"""What a revised notice changes: the same words pair first, then the most alike, each once."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.reading import Duty, read_notice
from tasks.revision import Comparison, Earlier, compare, likeness, roles
from tasks.vocabulary import ClauseKind

SAMPLE = Path(__file__).parents[2] / "bot" / "sample" / "notice.txt"

ROADS = "修补城区破损道路，十月底前完成重点路段的检修。"
PUMPS = "更换老旧小区的供水泵房设备，保障高峰时段用水。"
LAMPS = "为背街小巷加装照明路灯，优先安排学校周边。"
PARKS = "新建三处社区公园，配齐健身和儿童游乐设施。"


def duty(
    text: str,
    *,
    section: str | None = None,
    lead: tuple[str, ...] = (),
    cooperating: tuple[str, ...] = (),
    joint: tuple[str, ...] = (),
    deadline: date | None = None,
    deadline_text: str | None = None,
) -> Duty:
    owners = (*lead, *cooperating, *joint)
    return Duty(
        text, 0, len(text), section, ClauseKind.measure, lead, cooperating, owners,
        deadline, deadline_text, None,
    )  # fmt: skip


def earlier(*duties: Duty) -> list[Earlier]:
    return [
        Earlier(n, one.text, one.section, roles(one), one.deadline, one.deadline_text)
        for n, one in enumerate(duties, 11)
    ]


def told(found: Comparison) -> list[str]:
    pairs = [
        f"{pair.number}>{pair.index}" + "".join(f" {one}" for one in sorted(pair.changes))
        for pair in found.pairs
    ]
    return [*pairs, *(f"+{index}" for index in found.added), *(f"-{n}" for n in found.removed)]


A = duty(ROADS, section="一", lead=("市住建局",), deadline=date(2026, 10, 31))
B = duty(PUMPS, section="二", lead=("市水务局",), cooperating=("市财政局",))
C = duty(LAMPS, section="三", joint=("市城管局", "市住建局"), deadline_text="5年内")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([A, B, C], [A, B, C], ["11>0", "12>1", "13>2"]),
        ([A, B, C], [C, A, B], ["11>1", "12>2", "13>0"]),
        ([A, B], [A, C, B], ["11>0", "12>2", "+1"]),
        ([A, B, C], [A, C], ["11>0", "13>1", "-12"]),
        ([A], [B], ["+0", "-11"]),
        ([], [A], ["+0"]),
        ([A], [], ["-11"]),
        ([A], [replace(A, text=ROADS.replace("，", ",  "))], ["11>0"]),
        ([A], [replace(A, text=ROADS.replace("十月", "九月"))], ["11>0 text"]),
        ([A], [replace(A, deadline=date(2026, 12, 31))], ["11>0 deadline"]),
        ([A], [replace(A, deadline=None)], ["11>0 deadline"]),
        ([A], [replace(A, deadline_text="本月底")], ["11>0"]),
        ([C], [replace(C, deadline_text="3年内")], ["11>0 deadline"]),
        ([A], [replace(A, section="四")], ["11>0 section"]),
        ([B], [replace(B, lead=("市财政局",), cooperating=("市水务局",))], ["11>0 owners"]),
        ([C], [replace(C, owners=("市住建局", "市城管局"))], ["11>0"]),
        ([A], [replace(A, text=ROADS + "其余路段明年完成，具体安排由主管部门另行公布。")],
         ["11>0 text"]),
        ([A, A], [A, A, A], ["11>0", "12>1", "+2"]),
        ([A, A], [A], ["11>0", "-12"]),
    ],
)  # fmt: skip
def test_what_became_of_each_clause(
    before: list[Duty], after: list[Duty], expected: list[str]
) -> None:
    assert told(compare(earlier(*before), after)) == expected


def test_copies_pair_with_those_that_have_the_same_owners_and_section() -> None:
    first = duty(PARKS, section="一", lead=("东区政府",))
    second = duty(PARKS, section="一", lead=("西区政府",))
    third = duty(PARKS, section="二", lead=("西区政府",))
    assert told(compare(earlier(first, second, third), [third, second])) == [
        "12>1", "13>0", "-11",
    ]  # fmt: skip


def test_of_equally_alike_clauses_the_owner_decides() -> None:
    east = duty("甲片区" + PARKS, lead=("东区政府",))
    west = duty("乙片区" + PARKS, lead=("西区政府",))
    later = [replace(west, text="丙片区" + PARKS), replace(east, text="丁片区" + PARKS)]
    assert told(compare(earlier(east, west), later)) == ["11>1 text", "12>0 text"]


def test_of_equally_alike_clauses_the_neighbours_decide() -> None:
    draft = [A, duty("甲处" + PARKS), B, duty("乙处" + PARKS), C]
    later = [A, duty("丙处" + PARKS), B, duty("丁处" + PARKS), C]
    assert told(compare(earlier(*draft), later)) == [
        "11>0", "12>1 text", "13>2", "14>3 text", "15>4",
    ]  # fmt: skip
    assert told(compare(earlier(*draft), later[2:])) == [
        "13>0", "14>1 text", "15>2", "-11", "-12",
    ]  # fmt: skip


def test_a_word_in_common_makes_no_likeness() -> None:
    assert likeness("完成。", "完成" + PARKS) < 0.6
    assert likeness("", "") == 0
    assert likeness(PARKS, PARKS) == 1
    assert likeness("新建三处社区公园", PARKS + ROADS + PUMPS + LAMPS) >= 0.6


def test_a_reading_against_itself_changes_nothing() -> None:
    duties = read_notice(SAMPLE.read_text("utf-8")).duties
    assert len(duties) > 3
    found = compare(earlier(*duties), duties)
    assert [(pair.number - 11, pair.index) for pair in found.pairs] == [
        (n, n) for n in range(len(duties))
    ]
    assert not any(pair.changes for pair in found.pairs)


NAMES = st.lists(st.sampled_from(["市教育局", "市财政局", "各区"]), max_size=3, unique=True)
DUTIES = st.lists(
    st.builds(
        duty,
        st.one_of(st.text(max_size=20), st.sampled_from([ROADS, PUMPS, LAMPS, ROADS + PUMPS])),
        section=st.sampled_from([None, "一", "二（一）"]),
        lead=NAMES.map(tuple),
        deadline=st.sampled_from([None, date(2026, 12, 31)]),
        deadline_text=st.sampled_from([None, "年底前"]),
    ),
    max_size=10,
)


@settings(max_examples=200)
@given(DUTIES, DUTIES)
def test_every_clause_appears_exactly_once(before: list[Duty], after: list[Duty]) -> None:
    found = compare(earlier(*before), after)
    numbers = [pair.number for pair in found.pairs] + list(found.removed)
    indexes = [pair.index for pair in found.pairs] + list(found.added)
    assert sorted(numbers) == [one.number for one in earlier(*before)]
    assert sorted(indexes) == list(range(len(after)))


@given(DUTIES)
def test_any_clauses_against_themselves_change_nothing(duties: list[Duty]) -> None:
    found = compare(earlier(*duties), duties)
    assert len(found.pairs) == len(duties)
    assert not any(pair.changes for pair in found.pairs)
    assert not found.added
    assert not found.removed


def test_thousands_of_reworded_clauses_are_compared_in_time() -> None:
    texts = ["".join(chr(0x4E00 + (n * 7919 + k * k * 31) % 3000) for k in range(60))
             for n in range(3000)]  # fmt: skip
    before = earlier(*(duty(text) for text in texts))
    begun = time.perf_counter()
    found = compare(before, [duty(text[:20] + "另行安排" + text[24:]) for text in texts])
    assert time.perf_counter() - begun < 30
    assert len(found.pairs) > 2900


def test_monotonous_texts_are_compared_in_time() -> None:
    before = earlier(*(duty("好" * 3000 + str(n)) for n in range(60)))
    begun = time.perf_counter()
    compare(before, [duty("好" * 2900 + f"吗{n}") for n in range(60)])
    assert time.perf_counter() - begun < 10
