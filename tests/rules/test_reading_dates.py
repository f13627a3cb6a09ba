"""Limits, recurrences and the traps that are neither."""

from datetime import date

import pytest

from tasks.reading.dates import Era, limits, number, plain_day, recurrence

SIGNED = Era(2024, date(2024, 3, 15))

LIMITS = [
    ("2024年底前完成改造", "2024-12-31"),
    ("年底前完成改造", "2024-12-31"),
    ("今年年底前完成改造", "2024-12-31"),
    ("2024年6月底前完成改造", "2024-06-30"),
    ("6月底前完成改造", "2024-06-30"),
    ("于2024年6月30日前报送方案", "2024-06-30"),
    ("6月20日18：00前报送方案", "2024-06-20"),
    ("2024年10月17日下午17：00前各学院报送名单", "2024-10-17"),
    ("4月10日（星期三）前报送", "2024-04-10"),
    ("到2025年，建成三个园区", "2025-12-31"),
    ("到2025年底，建成三个园区", "2025-12-31"),
    ("2024年6月30日之前完成", "2024-06-30"),
    ("2024年6月30日以前完成", "2024-06-30"),
    ("自本通知印发之日起30日内制定办法", "2024-04-14"),
    ("本方案印发之日起3个月内制定办法", "2024-06-15"),
    ("印发后两周内制定办法", "2024-03-29"),
    ("1月20日前报送总结", "2025-01-20"),
    ("明年3月底前完成", "2025-03-31"),
    ("二〇二四年十二月底前完成", "2024-12-31"),
    ("十二月底前完成", "2024-12-31"),
    ("上半年完成方案，第三季度末前完成招标", "2024-09-30"),
    ("2024年第二季度前完成", "2024-06-30"),
    ("请于4月10日报送名单", "2024-04-10"),
    ("2024年内完成", "2024-12-31"),
    ("年内完成", "2024-12-31"),
    ("5月上旬前完成", "2024-05-10"),
    ("2024年12月底完成改造", "2024-12-31"),
]  # fmt: skip

TRAPS = [
    "比2010年增长二倍",
    "2024年5月1日至12月31日，对困难企业给予返还",
    "从2024年5月1日起实施三年计划",
    "自2025年起执行",
    "每人每年900元",
    "开办企业3个工作日内完成",
    "2024年前三季度增长6%",
    "2024年12月31日前已完成转制的企业继续免税",
    "2024年底前建成的，按老办法执行",
    "2023年12月底前完成了清理",
    "5月1日放假，与周末连休",
    "2018-2019学年奖学金",
    "每年12月底前报送总结",
    "公示期5个工作日",
]


@pytest.mark.parametrize(("text", "day"), LIMITS)
def test_limits(text: str, day: str) -> None:
    found = [limit.day for limit in limits(text, SIGNED) if limit.day]
    assert found, text
    assert max(found) == date.fromisoformat(day)


@pytest.mark.parametrize("text", TRAPS)
def test_traps_are_no_limits(text: str) -> None:
    assert [limit for limit in limits(text, SIGNED) if limit.day] == []


def test_the_literal_is_kept_without_a_day() -> None:
    (limit,) = limits("5年内培养300名骨干", SIGNED)
    assert (limit.text, limit.day) == ("5年内", None)


def test_without_a_year_no_day_is_guessed() -> None:
    (limit,) = limits("6月底前完成", Era(None, None))
    assert limit.day is None


def test_the_literal_stands_in_the_text() -> None:
    for text, _ in LIMITS:
        for limit in limits(text, SIGNED):
            assert text[limit.start : limit.start + len(limit.text)] == limit.text


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024年10月30日", "2024-10-30"),
        ("2024年12月", "2024-12-31"),
        ("12月底", "2024-12-31"),
        ("2024年", "2024-12-31"),
        ("2024-06-30", "2024-06-30"),
        ("6月15日", "2024-06-15"),
        ("年底前", "2024-12-31"),
    ],
)
def test_cells_that_are_a_limit(cell: str, day: str) -> None:
    limit = plain_day(cell, SIGNED)
    assert limit is not None
    assert limit.day == date.fromisoformat(day)


@pytest.mark.parametrize("cell", ["长期", "持续推进", "", "立即整改"])
def test_cells_without_a_day(cell: str) -> None:
    assert plain_day(cell, SIGNED) is None


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("每年选拔100名青年人才", "每年"),
        ("每月10日前报送进度", "每月"),
        ("每季度通报一次", "每季度通报一次"),
        ("每周2次专项督查", "每周2次"),
        ("在每个季度第一个月报送", "每个季度"),
        ("每半年评估一次", "每半年评估一次"),
    ],
)
def test_recurrences(text: str, literal: str) -> None:
    assert recurrence(text) == literal


@pytest.mark.parametrize("text", ["每人每年补助", "每年900元补贴", "定期报送", "每个学生都要参加"])
def test_no_recurrences(text: str) -> None:
    assert recurrence(text) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("十二", 12),
        ("二十", 20),
        ("三十一", 31),
        ("二〇二四", 2024),
        ("一百二十", 120),
        ("甲", None),
    ],
)
def test_numbers(written: str, value: int | None) -> None:
    assert number(written) == value
