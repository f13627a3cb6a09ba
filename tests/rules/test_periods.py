"""Reporting periods: their days, and who is asked when."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import periods
from tasks.calendars import WorkCalendar
from tasks.periods import MONTH, QUARTER
from tasks.vocabulary import PartRole
from tests.rules.test_calendars import calendars, days

CAL = WorkCalendar(ZoneInfo("Asia/Shanghai"))
lengths = st.sampled_from([MONTH, QUARTER])


@pytest.mark.parametrize(
    ("year", "month", "closes", "remark"),
    [
        (2026, 9, "2026-09-24", "the 25th is Mid-Autumn"),
        (2026, 10, "2026-10-23", "the 25th is a Sunday"),
        (2026, 11, "2026-11-25", "a Wednesday"),
        (2026, 2, "2026-02-25", "the second day after Spring Festival"),
        (2027, 9, "2027-09-24", "unpublished year, the 25th is a Saturday"),
    ],
)
def test_a_period_closes_on_the_25th_or_before(
    year: int, month: int, closes: str, remark: str
) -> None:
    assert str(periods.closing_day(year, month, CAL)) == closes, remark


@pytest.mark.parametrize(
    ("day", "months", "key", "opens", "closes", "remark"),
    [
        ("2026-09-24", MONTH, "2026-09", "2026-08-26", "2026-09-24", "C itself"),
        ("2026-09-25", MONTH, "2026-10", "2026-09-25", "2026-10-23", "the day after C"),
        ("2026-12-26", MONTH, "2027-01", "2026-12-26", "2027-01-25", "over the year's end"),
        ("2026-09-24", QUARTER, "2026-Q3", "2026-06-26", "2026-09-24", "a quarter's C"),
        ("2026-11-01", QUARTER, "2026-Q4", "2026-09-25", "2026-12-25", "inside a quarter"),
        ("2026-12-31", QUARTER, "2027-Q1", "2026-12-26", "2027-03-25", "the next quarter"),
    ],
)
def test_a_day_belongs_to_its_period(
    day: str, months: int, key: str, opens: str, closes: str, remark: str
) -> None:
    period = periods.period_of(date.fromisoformat(day), CAL, months)
    assert (period.key, str(period.opens), str(period.closes)) == (key, opens, closes), remark


def test_an_answer_late_on_the_closing_day_still_belongs() -> None:
    period = periods.period_of(date(2026, 11, 25), CAL)
    first, end = periods.bounds(period, CAL)
    assert first == datetime(2026, 10, 23, 16, tzinfo=UTC)  # 24 October, midnight in Shanghai
    assert first <= datetime(2026, 11, 25, 15, 59, tzinfo=UTC) < end
    assert end == datetime(2026, 11, 25, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "cooperating", "asked", "answered_by", "remark"),
    [
        (PartRole.cooperating, False, "2026-11-17", "2026-11-20", "C-6, due C-3"),
        (PartRole.lead, True, "2026-11-20", "2026-11-25", "C-3: after the cooperating ones"),
        (PartRole.lead, False, "2026-11-18", "2026-11-25", "C-5"),
        (PartRole.each, False, "2026-11-18", "2026-11-25", "C-5"),
        (PartRole.each, True, "2026-11-18", "2026-11-25", "nobody writes for `each`"),
    ],
)
def test_each_role_has_its_day(
    role: PartRole, cooperating: bool, asked: str, answered_by: str, remark: str
) -> None:
    period = periods.period_of(date(2026, 11, 1), CAL)
    found = periods.ask_day(period, role, CAL, has_cooperating=cooperating)
    assert str(found) == asked, remark
    assert str(periods.answer_day(period, role, CAL)) == answered_by, remark


def test_last_call_and_list_stand_around_the_closing_day() -> None:
    period = periods.period_of(date(2026, 10, 1), CAL)
    assert period.closes == date(2026, 10, 23)
    assert periods.last_call_day(period, CAL) == date(2026, 10, 22)
    assert periods.list_day(period, CAL) == date(2026, 10, 26)


@pytest.mark.parametrize(
    ("issued", "key", "remark"),
    [
        ("2026-11-11", "2026-11", "ten working days before the 25th"),
        ("2026-11-12", "2026-12", "nine"),
        ("2026-10-01", "2026-10", "the holidays do not count, still 13 before the 23rd"),
        ("2026-10-12", "2026-11", "nine before the 23rd"),
        ("2026-11-25", "2026-12", "on C"),
        ("2026-11-26", "2026-12", "after C"),
    ],
)
def test_what_is_issued_late_is_asked_next_period(issued: str, key: str, remark: str) -> None:
    assert periods.first_asked_period(date.fromisoformat(issued), CAL).key == key, remark


@pytest.mark.parametrize(
    ("answered", "asked", "holds", "remark"),
    [
        ("2026-11-25", "2026-11-18", True, "on C"),
        ("2026-11-26", "2026-11-18", False, "after C"),
        ("2026-10-24", "2026-11-18", True, "the first day"),
        ("2026-10-23", "2026-11-18", False, "on the C before"),
        ("2026-10-23", "2026-10-30", True, "before the period, five working days before the ask"),
        ("2026-10-22", "2026-10-30", False, "six"),
    ],
)
def test_what_answers_a_period(answered: str, asked: str, holds: bool, remark: str) -> None:
    period = periods.period_of(date(2026, 11, 1), CAL)
    answers = [date.fromisoformat(answered)]
    assert periods.is_answered(period, date.fromisoformat(asked), answers, CAL) is holds, remark


def test_a_month_without_working_days_swallows_no_day() -> None:
    closed = {date(2026, 7, 20) + timedelta(days=n): False for n in range(45)}
    cal = WorkCalendar(ZoneInfo("Asia/Shanghai"), closed)
    for n in range(120):
        day = date(2026, 6, 1) + timedelta(days=n)
        assert periods.period_of(day, cal).contains(day)


@given(calendars(), days, lengths)
def test_every_day_belongs_to_exactly_one_period(
    cal: WorkCalendar, day: date, months: int
) -> None:
    period = periods.period_of(day, cal, months)
    before, after = periods.previous_period(period, cal), periods.next_period(period, cal)
    assert period.contains(day)
    assert before.closes + timedelta(days=1) == period.opens
    assert period.closes + timedelta(days=1) == after.opens
    assert periods.previous_period(after, cal) == period
    assert before.key < period.key < after.key
    assert cal.is_working_day(period.closes)
    first, end = periods.bounds(period, cal)
    assert first < end


@given(calendars(), days, lengths)
def test_nobody_is_asked_within_ten_days_of_the_issue(
    cal: WorkCalendar, issued: date, months: int
) -> None:
    period = periods.first_asked_period(issued, cal, months)
    assert cal.working_days_between(issued, period.closes) >= periods.NOTICE_BEFORE_CLOSING
    earlier = periods.previous_period(period, cal)
    if earlier.contains(issued):
        room = cal.working_days_between(issued, earlier.closes)
        assert room < periods.NOTICE_BEFORE_CLOSING
