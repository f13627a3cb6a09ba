"""What a coordinator types to have something said to many."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.announcing import (
    LONGEST,
    Announcement,
    group_of,
    means_every_group,
    means_everybody,
    read_announcement,
    role_named,
)
from tasks.errors import Refused
from tasks.recurrence import Every, Rule
from tasks.vocabulary import Role

WEDNESDAY = date(2026, 11, 25)


def read(typed: str) -> Announcement:
    return read_announcement(typed, WEDNESDAY)


def test_the_model_sentence() -> None:
    assert read("每周五 15:00 各联络员：请于今日下班前反馈") == Announcement(
        Rule(Every.weekly, time(15), 4), ("各联络员",), "请于今日下班前反馈"
    )


@pytest.mark.parametrize(
    ("when", "rule"),
    [
        ("", None),
        ("立即 ", None),
        ("now ", None),
        ("每周五 15:00", Rule(Every.weekly, time(15), 4)),
        ("每周五15：00", Rule(Every.weekly, time(15), 4)),
        ("每星期天下午3点半，", Rule(Every.weekly, time(15, 30), 6)),
        ("每周一", Rule(Every.weekly, time(9), 0)),
        ("每个工作日9点", Rule(Every.daily, time(9))),
        ("每天上午10时15分 ", Rule(Every.daily, time(10, 15))),
        ("每日中午12点", Rule(Every.daily, time(12))),
        ("每月25日 9:30", Rule(Every.monthly, time(9, 30), 25)),
        ("每个月的5号下午2点", Rule(Every.monthly, time(14), 5)),
        ("每月最后一天16:00", Rule(Every.monthly, time(16), 31)),
        ("每月底", Rule(Every.monthly, time(9), 31)),
        ("明天 15:00", Rule(Every.once, time(15), on=date(2026, 11, 26))),
        ("12月1日9:30 ", Rule(Every.once, time(9, 30), on=date(2026, 12, 1))),
        ("2026-12-01 9:30 ", Rule(Every.once, time(9, 30), on=date(2026, 12, 1))),
        ("下周一", Rule(Every.once, time(9), on=date(2026, 11, 30))),
        ("周五15:00", Rule(Every.once, time(15), on=date(2026, 11, 27))),
        ("15:00 ", Rule(Every.once, time(15), on=WEDNESDAY)),
        ("every Friday 15:00 ", Rule(Every.weekly, time(15), 4)),
        ("Every working day at 9am ", Rule(Every.daily, time(9))),
        ("daily 3pm ", Rule(Every.daily, time(15))),
        ("monthly on the 25th at 9:30 ", Rule(Every.monthly, time(9, 30), 25)),
        ("every month on the last day 4pm ", Rule(Every.monthly, time(16), 31)),
        ("tomorrow at 15:00 ", Rule(Every.once, time(15), on=date(2026, 11, 26))),
    ],
)
def test_when_it_is_said(when: str, rule: Rule | None) -> None:
    assert read(f"{when}各联络员：请注意15:00的会") == Announcement(
        rule, ("各联络员",), "请注意15:00的会"
    )


@pytest.mark.parametrize(
    ("whom", "names"),
    [
        ("各联络员、责任领导", ("各联络员", "责任领导")),
        ("市教育局，市财政局 各单位群", ("市教育局", "市财政局", "各单位群")),
        ("督查员和分管领导", ("督查员", "分管领导")),
        ("coordinators and leaders", ("coordinators", "leaders")),
        ("联络员、联络员", ("联络员",)),
    ],
)
def test_to_whom_it_is_said(whom: str, names: tuple[str, ...]) -> None:
    assert read(f"{whom}: 开会").audience == names


@pytest.mark.parametrize("word", ["汇总", "Summary", " 周报 "])
def test_a_summary_is_one_word(word: str) -> None:
    assert read(f"每周五 9:00 分管领导：{word}").is_summary
    assert not read(f"每周五 9:00 分管领导：请看{word}").is_summary


def test_a_text_of_several_lines_stays_as_it_is() -> None:
    assert read("各联络员：第一条：\n第二条").text == "第一条：\n第二条"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "broadcast_unreadable"),
        ("请大家反馈", "broadcast_unreadable"),
        ("各联络员：", "broadcast_unreadable"),
        ("：请反馈", "broadcast_unreadable"),
        ("每周五 15:00", "broadcast_unreadable"),
        ("每周五 25:00 各联络员：开会", "broadcast_when_unreadable"),
        ("每月32日 各联络员：开会", "broadcast_when_unreadable"),
        ("昨天 各联络员：开会", "broadcast_past"),
        ("各联络员：" + "长" * (LONGEST + 1), "broadcast_too_long"),
    ],
)
def test_what_cannot_be_read_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        read(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        found = read(typed)
    except Refused:
        return
    assert found.audience
    assert found.is_summary or found.text in typed


@pytest.mark.parametrize(
    ("name", "role"),
    [("各联络员", Role.contact), ("全体督查员", Role.coordinator), ("Leaders", Role.leader)],
)
def test_roles_as_people_name_them(name: str, role: Role) -> None:
    assert role_named(name) is role
    assert role_named(f"市{name}") is None


def test_groups_and_everybody() -> None:
    assert means_every_group("各单位群")
    assert means_every_group("所有群")
    assert not means_every_group("市教育局群")
    assert group_of("市教育局工作群") == "市教育局"
    assert group_of("市教育局") is None
    assert means_everybody("全体人员")
    assert not means_everybody("各联络员")
