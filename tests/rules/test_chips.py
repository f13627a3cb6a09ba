"""Days offered for one tap: working days ahead, each once, in order."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import WorkCalendar
from tasks.chips import ChipKind, date_chips, later_chips

CAL = WorkCalendar(ZoneInfo("Asia/Shanghai"))
THIS, NEXT, MONTH = ChipKind.this_week, ChipKind.next_week, ChipKind.month_end
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("today", "offered"),
    [
        # The month ends between the two Fridays: the days keep their order.
        ("2026-11-24", [(THIS, "2026-11-27"), (MONTH, "2026-11-30"), (NEXT, "2026-12-04")]),
        ("2026-11-09", [(THIS, "2026-11-13"), (NEXT, "2026-11-20"), (MONTH, "2026-11-30")]),
        # On a Friday the week's end is today; on a Saturday it has passed.
        ("2026-11-13", [(THIS, "2026-11-13"), (NEXT, "2026-11-20"), (MONTH, "2026-11-30")]),
        ("2026-11-14", [(NEXT, "2026-11-20"), (MONTH, "2026-11-30")]),
        # One day is one chip, called by the nearest name.
        ("2026-07-28", [(THIS, "2026-07-31"), (NEXT, "2026-08-07")]),
        # The week of National Day 2025 has no working day until the one that makes up for it.
        ("2025-09-29", [(THIS, "2025-09-30"), (NEXT, "2025-10-11")]),
        # Sunday, the last day of the month: the month has no working day left.
        ("2026-05-31", [(NEXT, "2026-06-05")]),
    ],
)
def test_by_when_the_work_will_be_done(today: str, offered: list[tuple[ChipKind, str]]) -> None:
    found = date_chips(date.fromisoformat(today), CAL)
    assert [(chip.kind, str(chip.day)) for chip in found] == offered


@given(days)
def test_chips_lie_ahead_on_working_days_and_once_each(today: date) -> None:
    found = [chip.day for chip in date_chips(today, CAL)]
    assert found == sorted(set(found))
    assert all(day >= today and CAL.is_working_day(day) for day in found)
    kinds = [chip.kind for chip in date_chips(today, CAL)]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize(
    ("limit", "today", "offered"),
    [
        ("2026-12-31", "2026-11-24", ["2027-01-07", "2027-01-14", "2027-01-28", "2027-01-29"]),
        ("2026-11-10", "2026-11-02", ["2026-11-17", "2026-11-24", "2026-11-30", "2026-12-08"]),
        # Once the limit has passed the days are counted from today.
        ("2026-11-10", "2026-11-24", ["2026-11-30", "2026-12-01", "2026-12-08", "2026-12-22"]),
        # The last working day of a month: the end of the next one.
        ("2026-11-30", "2026-11-24", ["2026-12-07", "2026-12-14", "2026-12-28", "2026-12-31"]),
    ],
)
def test_to_when_a_limit_is_put_off(limit: str, today: str, offered: list[str]) -> None:
    found = later_chips(date.fromisoformat(limit), date.fromisoformat(today), CAL)
    assert [str(day) for day in found] == offered


@given(days, days)
def test_a_later_limit_is_later_and_a_working_day(limit: date, today: date) -> None:
    found = later_chips(limit, today, CAL)
    assert found
    assert list(found) == sorted(set(found))
    assert all(day > max(limit, today) and CAL.is_working_day(day) for day in found)


def test_the_end_of_the_calendar_offers_nothing() -> None:
    assert later_chips(date.max, date(2026, 11, 24), CAL) == ()
