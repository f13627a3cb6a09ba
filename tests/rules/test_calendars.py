"""Working days, office hours and the clock changes of other zones."""

import time as machine
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import WorkCalendar

SHANGHAI = WorkCalendar(ZoneInfo("Asia/Shanghai"))
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Beirut", "Pacific/Auckland")

days = st.dates(date(2003, 6, 1), date(2031, 6, 1))
zones = st.sampled_from(ZONES).map(ZoneInfo)
EPOCH = datetime(2003, 6, 1, tzinfo=UTC)
instants = st.integers(0, 28 * 365 * 24 * 60).map(lambda n: EPOCH + timedelta(minutes=n))
overrides = st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.booleans())


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    return WorkCalendar(draw(zones), draw(overrides))


def at(text: str, cal: WorkCalendar = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=cal.zone)


@pytest.mark.parametrize(
    ("day", "working", "remark"),
    [
        ("2026-09-20", True, "Sunday, made up for National Day"),
        ("2026-09-25", False, "Friday, Mid-Autumn"),
        ("2026-09-30", True, "Wednesday before National Day"),
        ("2026-10-01", False, "National Day"),
        ("2026-10-07", False, "its last day, a Wednesday"),
        ("2026-10-08", True, "back to work"),
        ("2026-10-10", True, "Saturday, made up for National Day"),
        ("2026-10-11", False, "the Sunday after it stays free"),
        ("2026-02-14", True, "Saturday, made up for Spring Festival"),
        ("2027-01-01", True, "not published: a Friday counts, with a warning elsewhere"),
        ("2027-10-02", False, "not published: a Saturday does not"),
        ("2003-12-31", True, "before the first published year, a Wednesday"),
    ],
)
def test_a_working_day_is_what_was_published(day: str, working: bool, remark: str) -> None:
    assert SHANGHAI.is_working_day(date.fromisoformat(day)) is working, remark


def test_national_day_2026_costs_no_working_day_of_the_count() -> None:
    # Wed 30 Sep, then Thu 8, Fri 9 and the made-up Saturday 10, then Mon 12.
    found = [SHANGHAI.add_working_days(date(2026, 9, 29), n) for n in range(1, 6)]
    assert [str(d) for d in found] == [
        "2026-09-30",
        "2026-10-08",
        "2026-10-09",
        "2026-10-10",
        "2026-10-12",
    ]
    assert SHANGHAI.working_days_between(date(2026, 9, 29), date(2026, 10, 11)) == 4
    assert SHANGHAI.working_days_between(date(2026, 10, 11), date(2026, 9, 29)) == -4


@pytest.mark.parametrize(
    ("day", "n", "found", "remark"),
    [
        ("2026-02-13", 3, "2026-02-25", "over Spring Festival, with its Saturday 14"),
        ("2026-11-20", 0, "2026-11-20", "0 keeps a working day"),
        ("2026-11-21", 0, "2026-11-23", "0 goes on from a Saturday"),
        ("2026-11-21", 1, "2026-11-23", "a Saturday itself is never counted"),
        ("2026-11-21", -1, "2026-11-20", "nor backwards"),
        ("2026-11-23", -1, "2026-11-20", "over a weekend"),
        ("2026-12-31", 1, "2027-01-01", "into an unpublished year"),
        ("2027-01-01", -1, "2026-12-31", "and back"),
        ("2026-11-23", 600, "2029-03-12", "120 plain weeks over unpublished years"),
    ],
)
def test_working_days_are_added(day: str, n: int, found: str, remark: str) -> None:
    assert str(SHANGHAI.add_working_days(date.fromisoformat(day), n)) == found, remark


def test_the_operators_own_days_come_first() -> None:
    own = {
        date(2026, 10, 10): False,  # the office does not make it up
        date(2026, 10, 3): True,  # on duty in the holidays
        date(2027, 10, 1): False,  # an unpublished holiday
    }
    cal = WorkCalendar(ZoneInfo("Asia/Shanghai"), own)
    own.clear()
    assert not cal.is_working_day(date(2026, 10, 10))
    assert cal.is_working_day(date(2026, 10, 3))
    assert not cal.is_working_day(date(2027, 10, 1))
    assert cal.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 3)


def test_unpublished_years_are_named_and_do_not_fail() -> None:
    assert SHANGHAI.covers(date(2026, 12, 31))
    assert not SHANGHAI.covers(date(2040, 1, 1))
    assert SHANGHAI.uncovered_years(date(2025, 1, 1), date(2026, 12, 31)) == ()
    assert SHANGHAI.uncovered_years(date(2002, 5, 1), date(2005, 1, 1)) == (2002, 2003)
    with pytest.raises(OverflowError):
        SHANGHAI.add_working_days(date.max, 5)


@pytest.mark.parametrize(
    ("moment", "inside", "following", "remark"),
    [
        ("2026-10-09T08:59:59", None, "2026-10-09T09:00", "before the first"),
        ("2026-10-09T09:00", "2026-10-09T09:00", "2026-10-09T09:00", "its start belongs to it"),
        ("2026-10-09T10:07", "2026-10-09T09:00", "2026-10-09T10:07", "inside"),
        ("2026-10-09T11:30", None, "2026-10-09T14:30", "its end does not"),
        ("2026-10-09T16:00", "2026-10-09T14:30", "2026-10-09T16:00", "in the second"),
        ("2026-10-09T17:30", None, "2026-10-10T09:00", "then the made-up Saturday"),
        ("2026-10-10T17:30", None, "2026-10-12T09:00", "then Monday"),
        ("2026-10-03T10:00", None, "2026-10-08T09:00", "in the holidays"),
    ],
)
def test_windows_open_on_working_days_only(
    moment: str, inside: str | None, following: str, remark: str
) -> None:
    instant = at(moment)
    assert SHANGHAI.window_start(instant) == (at(inside) if inside else None), remark
    assert SHANGHAI.in_window(instant) is (inside is not None), remark
    assert SHANGHAI.next_window(instant) == at(following), remark


@pytest.mark.parametrize(
    ("moment", "following"),
    [
        ("2026-10-09T08:59", "2026-10-09T09:00"),
        ("2026-10-09T09:00", "2026-10-09T14:30"),
        ("2026-10-09T12:00", "2026-10-09T14:30"),
        ("2026-10-09T17:29", "2026-10-10T09:00"),
        ("2026-10-03T10:00", "2026-10-08T09:00"),
    ],
)
def test_the_following_window_is_never_the_one_that_is_open(moment: str, following: str) -> None:
    assert SHANGHAI.following_window(at(moment)) == at(following)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        SHANGHAI.local_date(datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "windows",
    [
        (),
        ((time(9), time(9)),),
        ((time(14), time(17)), (time(9), time(11))),
        ((time(9), time(12)), (time(11), time(15))),
    ],
)
def test_windows_that_are_none_are_refused(windows: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError, match="windows"):
        WorkCalendar(ZoneInfo("Asia/Shanghai"), windows=windows)


def test_the_window_follows_the_wall_clock_over_summer_time() -> None:
    cal = WorkCalendar(ZoneInfo("America/New_York"))
    # Summer time ends on Sunday 1 November 2026.
    assert cal.opens(date(2026, 10, 30)) == datetime(2026, 10, 30, 13, tzinfo=UTC)
    assert cal.opens(date(2026, 11, 2)) == datetime(2026, 11, 2, 14, tzinfo=UTC)
    friday_evening = datetime(2026, 10, 30, 22, tzinfo=UTC)
    assert cal.next_window(friday_evening) == datetime(2026, 11, 2, 14, tzinfo=UTC)


def test_an_hour_that_comes_twice_opens_its_window_once() -> None:
    night = ((time(1, 15), time(1, 45)),)
    cal = WorkCalendar(ZoneInfo("America/New_York"), {date(2026, 11, 1): True}, night)
    assert cal.in_window(datetime(2026, 11, 1, 5, 20, tzinfo=UTC))  # 01:20 summer time
    assert not cal.in_window(datetime(2026, 11, 1, 6, 20, tzinfo=UTC))  # 01:20 again


def test_a_day_without_midnight_starts_with_its_first_instant() -> None:
    beirut = WorkCalendar(ZoneInfo("Asia/Beirut"))
    start = beirut.day_start(date(2026, 3, 29))  # clocks go from 00:00 to 01:00
    assert beirut.local_date(start) == date(2026, 3, 29)
    assert beirut.local_date(start - timedelta(seconds=1)) == date(2026, 3, 28)


@given(calendars(), days)
def test_a_window_opens_on_its_own_local_day(cal: WorkCalendar, d: date) -> None:
    assert cal.local_date(cal.opens(d)) == d
    assert cal.local(cal.opens(d)).time() == time(9)
    assert cal.local_date(cal.day_start(d)) == d
    assert cal.local_date(cal.day_start(d) - timedelta(microseconds=1)) == d - timedelta(days=1)


@given(calendars(), instants)
def test_the_next_window_is_open_and_never_earlier(cal: WorkCalendar, now: datetime) -> None:
    found = cal.next_window(now)
    assert found >= now
    assert cal.in_window(found)
    assert cal.is_working_day(cal.local_date(found))
    assert (found == now) is cal.in_window(now)
    start = cal.window_start(found)
    assert start is not None
    assert start <= found
    if found > now:
        assert start == found


@given(calendars(), days, st.integers(-300, 300))
def test_adding_and_counting_agree(cal: WorkCalendar, d: date, n: int) -> None:
    found = cal.add_working_days(d, n)
    assert cal.is_working_day(found)
    if n == 0:
        assert found == cal.on_or_after(d)
    elif n > 0:
        assert cal.working_days_between(d, found) == n
    else:
        assert cal.working_days_between(found - timedelta(days=1), d - timedelta(days=1)) == -n


@given(calendars(), days, days, days)
def test_counts_add_up(cal: WorkCalendar, a: date, b: date, c: date) -> None:
    between = cal.working_days_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(calendars(), days, st.integers(0, 60))
def test_counting_is_counting(cal: WorkCalendar, a: date, span: int) -> None:
    one_by_one = sum(cal.is_working_day(a + timedelta(days=n)) for n in range(1, span + 1))
    assert cal.working_days_between(a, a + timedelta(days=span)) == one_by_one


def test_a_hundred_thousand_questions_are_fast() -> None:
    began = machine.perf_counter()
    for n in range(100_000):
        SHANGHAI.is_working_day(date.fromordinal(739_000 + n % 2_000))
    # Measured 0.03 s; the bound only catches a look-up that is made anew every time.
    assert machine.perf_counter() - began < 2
