"""When a broadcast runs next: later than before, on a working day, inside a window."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import WorkCalendar
from tasks.recurrence import Every, Rule, as_facts, next_run, rule_of

SHANGHAI = WorkCalendar(ZoneInfo("Asia/Shanghai"))
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Beirut", "Pacific/Auckland")
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)

times = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))
instants = st.integers(0, 4 * 365 * 24 * 60).map(lambda n: EPOCH + timedelta(minutes=n))
calendars = st.builds(
    WorkCalendar,
    st.sampled_from(ZONES).map(ZoneInfo),
    st.dictionaries(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.booleans(), max_size=30),
)
recurring = st.one_of(
    st.builds(Rule, st.just(Every.daily), times),
    st.builds(Rule, st.just(Every.weekly), times, st.integers(0, 6)),
    st.builds(Rule, st.just(Every.monthly), times, st.integers(1, 31)),
)
single = st.builds(
    Rule, st.just(Every.once), times, st.just(0), st.dates(date(2024, 1, 1), date(2028, 12, 31))
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI.zone)


def runs(rule: Rule, after: str, n: int) -> list[str]:
    """The next runs on the office's clock."""
    found, now = [], at(after)
    for _ in range(n):
        moment = next_run(rule, now, SHANGHAI)
        assert moment is not None
        found.append(f"{SHANGHAI.local(moment):%m-%d %H:%M}")
        now = moment
    return found


@given(recurring, instants, calendars)
def test_a_next_run_comes_later_on_a_working_day_inside_a_window(
    rule: Rule, after: datetime, cal: WorkCalendar
) -> None:
    moment = next_run(rule, after, cal)
    assert moment is not None
    assert moment > after
    assert cal.in_window(moment)
    assert cal.is_working_day(cal.local_date(moment))


@given(recurring, instants, st.integers(1, 60 * 24 * 40), calendars)
def test_a_next_run_never_goes_back_as_time_passes(
    rule: Rule, after: datetime, minutes: int, cal: WorkCalendar
) -> None:
    first = next_run(rule, after, cal)
    later = next_run(rule, after + timedelta(minutes=minutes), cal)
    assert first is not None
    assert later is not None
    assert first <= later
    if after + timedelta(minutes=minutes) < first:
        assert first == later


@given(recurring, instants, calendars)
def test_no_named_time_is_passed_over(rule: Rule, after: datetime, cal: WorkCalendar) -> None:
    """Looked for day by day: no time that the rule names moves in between."""
    moment = next_run(rule, after, cal)
    assert moment is not None
    day = cal.local_date(after) - timedelta(days=40)
    while day <= cal.local_date(moment):
        if _named(rule, day, cal):
            assert not after < cal.next_window(cal.at(day, rule.at)) < moment, day
        day += timedelta(days=1)


def _named(rule: Rule, day: date, cal: WorkCalendar) -> bool:
    if rule.every is Every.daily:
        return cal.is_working_day(day)
    if rule.every is Every.weekly:
        return day.weekday() == rule.day
    last = (day + timedelta(days=1)).day == 1
    return day.day == rule.day or (last and day.day < rule.day)


@given(single, instants, calendars)
def test_a_single_time_comes_once(rule: Rule, after: datetime, cal: WorkCalendar) -> None:
    moment = next_run(rule, after, cal)
    assert rule.on is not None
    wanted = cal.next_window(cal.at(rule.on, rule.at))
    assert moment == (wanted if wanted > after else None)
    assert next_run(rule, wanted, cal) is None


@given(st.one_of(recurring, single))
def test_a_rule_comes_back_from_json(rule: Rule) -> None:
    assert rule_of(as_facts(rule)) == rule


@pytest.mark.parametrize(
    ("rule", "after", "found"),
    [
        (Rule(Every.daily, time(9)), "2026-11-25 08:00", ["11-25 09:00", "11-26 09:00"]),
        (Rule(Every.daily, time(9)), "2026-11-27 09:00", ["11-30 09:00", "12-01 09:00"]),
        (Rule(Every.daily, time(12)), "2026-11-25 08:00", ["11-25 14:30", "11-26 14:30"]),
        (Rule(Every.daily, time(20)), "2026-11-25 08:00", ["11-25 09:00", "11-26 09:00"]),
        (Rule(Every.weekly, time(15), 4), "2026-11-25 08:00", ["11-27 15:00", "12-04 15:00"]),
        # 25 September is a holiday, 1 to 7 October too, 10 October a make-up Saturday.
        (
            Rule(Every.weekly, time(15), 4),
            "2026-09-24 08:00",
            ["09-28 09:00", "10-08 09:00", "10-09 15:00"],
        ),
        (Rule(Every.weekly, time(10), 5), "2026-10-09 08:00", ["10-10 10:00", "10-19 09:00"]),
        (Rule(Every.monthly, time(9, 30), 25), "2026-11-25 10:00", ["12-25 09:30"]),
        (Rule(Every.monthly, time(15), 31), "2026-11-02 09:00", ["11-30 15:00", "12-31 15:00"]),
    ],
)
def test_the_runs_of_a_rule(rule: Rule, after: str, found: list[str]) -> None:
    assert runs(rule, after, len(found)) == found


def test_the_hour_stays_the_same_over_a_change_of_the_clock() -> None:
    cal = WorkCalendar(ZoneInfo("America/New_York"))
    rule, now = Rule(Every.daily, time(9, 30)), datetime(2026, 3, 5, tzinfo=UTC)
    found = []
    for _ in range(4):
        moment = next_run(rule, now, cal)
        assert moment is not None
        now = moment
        found.append(f"{moment:%d %H:%M}")
    # The clocks go forward on Sunday, 8 March 2026.
    assert found == ["05 14:30", "06 14:30", "09 13:30", "10 13:30"]


@pytest.mark.parametrize(
    "made",
    [
        lambda: Rule(Every.weekly, time(9), 7),
        lambda: Rule(Every.monthly, time(9), 0),
        lambda: Rule(Every.once, time(9)),
        lambda: Rule(Every.daily, time(9, tzinfo=UTC)),
    ],
)
def test_a_rule_that_names_no_day_is_none(made: "object") -> None:
    with pytest.raises(ValueError, match="no such rule"):
        made()  # type: ignore[operator]
