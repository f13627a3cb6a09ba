"""What a sentence in chat is understood to say: the table, and what holds for any text."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.replies import (
    ReplyReading,
    ReplyState,
    is_question,
    is_small_talk,
    promise_passed,
    read_reply,
)
from tests.rules.reply_table import Row, rows

TODAY = date(2026, 11, 24)
ROWS = rows()


def told(reading: ReplyReading) -> str:
    """The reading in the notation of the table."""
    words = ["-" if reading.task is None else f"{reading.task}", reading.state or "-"]
    if reading.percent is not None:
        words.append(f"{reading.percent}%")
    if reading.expected is not None:
        day = reading.expected.isoformat()
        words.append("@" + day.removeprefix("2026-"))
    if reading.pace is not None:
        words.append(f"~{reading.pace}")
    if reading.problem is not None:
        words.append(f"!{reading.problem}")
    return " ".join(words)


@pytest.mark.parametrize("row", ROWS, ids=[row.sentence for row in ROWS])
def test_a_sentence_says(row: Row) -> None:
    assert tuple(map(told, read_reply(row.sentence, TODAY))) == row.readings, row.remark


def test_the_table_is_long_and_every_row_has_a_remark() -> None:
    assert len({row.sentence for row in ROWS}) == len(ROWS) >= 150
    assert all(row.remark for row in ROWS)


def test_the_document_has_the_keys_of_the_contract() -> None:
    (reading,) = read_reply("12号已完成60%，预计12月15日，进度滞后，经费未到位", TODAY)
    assert reading.as_document() == {
        "task": 12,
        "state": "in_progress",
        "percent": 60,
        "expected": "2026-12-15",
        "pace": "behind",
        "problem": "经费未到位",
        "text": "已完成60%，预计12月15日，进度滞后，经费未到位",
    }


def test_words_are_kept_as_they_were_typed() -> None:
    first, second = read_reply("１２号：進度６０％；#20 On Track!", TODAY)
    assert (first.text, second.text) == ("進度６０％", "On Track")


@pytest.mark.parametrize("text", ["请问什么时候交", "Which form do we need?", "可以延期吗"])
def test_questions(text: str) -> None:
    assert is_question(text)
    assert read_reply(text, TODAY) == ()


@pytest.mark.parametrize("text", ["谢谢", "您好", "👍", "thank you", ""])
def test_small_talk(text: str) -> None:
    assert is_small_talk(text)
    assert read_reply(text, TODAY) == ()


PIECES = st.sampled_from(
    [
        *("12号", "20号", "#31", "12、", "12月15日", "12.15", "下周五", "月底", "60%", "七成"),
        *("三分之二", "已完成", "未完成", "初稿", "预计", "延期", "申请办结", "经费未到位", "，"),
        *(" ", "；", "。", "：", "\n", "按计划", "无变化", "task 12 ", "done", "by Friday"),
        *("35 of 100", "13月45日", "0", "99999999999", "〇", "百分之", "分之", "成", "?", "\0"),
        *("\ud800", "👍", "⑫", "㊿"),
    ]
)


@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map("".join), st.dates())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(text: str, today: date) -> None:
    readings = read_reply(text, today)
    tasks = [r.task for r in readings]
    assert len(tasks) == len(set(tasks)), "one reading per task"
    for r in readings:
        assert r.percent is None or 0 <= r.percent <= 100
        assert r.expected is None or r.expected >= today
        assert r.task is None or 1 <= r.task <= 9999
        assert r.text
        assert r.problem is None or r.problem.strip()


@given(n=st.integers(1, 9999), percent=st.integers(0, 100))
def test_a_number_and_its_percent(n: int, percent: int) -> None:
    for text in (f"#{n} {percent}%", f"{n}号任务完成{percent}%", f"Task {n}: {percent}% done"):
        (reading,) = read_reply(text, TODAY)
        assert (reading.task, reading.percent) == (n, percent)


@given(st.dates(date(2026, 11, 24), date(2027, 7, 31)))
def test_a_day_is_the_same_however_it_is_written(day: date) -> None:
    for written in (
        f"{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.month}.{day.day}",
        f"{day.month}-{day.day:02}",
        day.isoformat(),
    ):
        (reading,) = read_reply(f"预计{written}前完成", TODAY)
        assert (reading.expected, reading.task) == (day, None), written
    (reading,) = read_reply(f"expected by {day.day} {day:%B}", TODAY)
    assert reading.expected == day


@given(n=st.integers(1, 999))
def test_a_count_or_a_document_is_never_a_task(n: int) -> None:
    for text in (f"{n}家企业已完成改造", f"〔2026〕{n}号文已印发", f"{n}户已入住", f"{n}%"):
        assert all(r.task is None for r in read_reply(text, TODAY)), text


@given(n=st.integers(1, 31), end=st.sampled_from(["前完成", "之前报送", "上午开会", "左右印发"]))
def test_a_day_of_the_month_is_never_a_task(n: int, end: str) -> None:
    assert all(r.task is None for r in read_reply(f"{n}号{end}", TODAY))


@given(n=st.integers(100, 999))
def test_what_is_negated_or_asked_is_never_submitted(n: int) -> None:
    for text in (f"#{n}尚未全部完成", f"{n}号没办结", f"#{n} is not done", f"#{n}办结了吗？"):
        assert all(r.state is not ReplyState.submitted for r in read_reply(text, TODAY))


@pytest.mark.parametrize(
    "unit",
    ["12号", "5%", "1/2 ", "完成", "12、", "done ", "未", "12月3日，", "(", "\ud800\0", "？"],
)
def test_ten_thousand_characters_are_read_in_linear_time(unit: str) -> None:
    def cost(length: int) -> float:
        text = unit * (length // len(unit))
        began = time.process_time()
        read_reply(text, TODAY)
        return time.process_time() - began

    # Four times the length, well below the sixteen times of a quadratic reader.
    assert cost(10_000) < 10 * cost(2_500) + 0.2


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("7号预计8月1日完成", date(2026, 8, 1)),
        ("预计8月1日", date(2026, 8, 1)),
        ("已完成60%，力争8月1日前完成", date(2026, 8, 1)),
        ("原计划8月1日完成", None),
        ("8月1日已完成初稿", None),
        ("已于8月1日报送方案", None),
        ("计划8月1日召开推进会", None),
        ("预计12月1日完成", None),
        ("预计8月1日能完成吗？", None),
        ("", None),
    ],
)
def test_a_promised_day_that_has_passed_is_known(said: str, day: date | None) -> None:
    assert promise_passed(said, date(2026, 9, 7)) == day
