"""The five classes of a summary, and percentages that add up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import WorkCalendar
from tasks.classes import (
    Classified,
    Standing,
    asks_about_limit,
    classify,
    classify_task,
    elapsed_percent,
    shares,
)
from tasks.due import Policy
from tasks.vocabulary import Pace, PartRole, PartState, ProgressClass

CAL = WorkCalendar(ZoneInfo("Asia/Shanghai"))
POLICY = Policy()
DONE, AHEAD, ON, BEHIND, OTHER = ProgressClass


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


FRESH = Standing(PartState.in_progress, due=d("12-18"))
SAID = replace(FRESH, reported=True, last_pace=Pace.on_schedule)
TODAY = d("11-27")


@pytest.mark.parametrize(
    ("standing", "found", "carried", "remark"),
    [
        (FRESH, OTHER, False, "never reported: 尚未反馈"),
        (replace(FRESH, state=PartState.issued), OTHER, False, "not even signed"),
        (SAID, ON, False, "the rest"),
        (replace(SAID, last_pace=None), ON, False, "a report without a word on pace"),
        (replace(SAID, due=d("11-27")), ON, False, "on the day itself"),
        (replace(SAID, due=d("11-26")), BEHIND, False, "the limit has passed"),
        (replace(FRESH, due=d("11-26")), BEHIND, False, "passed and never reported: behind first"),
        (replace(SAID, node=d("11-26")), BEHIND, False, "a milestone counts like a limit"),
        (replace(SAID, last_pace=Pace.behind), BEHIND, False, "it says so"),
        (replace(SAID, last_expected=d("12-19")), BEHIND, False, "expected after the limit"),
        (
            replace(SAID, last_pace=Pace.ahead, last_expected=d("12-19")),
            BEHIND,
            False,
            "behind comes first",
        ),
        (replace(SAID, last_pace=Pace.ahead), AHEAD, False, "it says so"),
        (replace(SAID, last_expected=d("12-11")), AHEAD, False, "five working days early"),
        (replace(SAID, last_expected=d("12-14")), ON, False, "four"),
        (replace(SAID, last_expected=d("12-18")), ON, False, "on the day"),
        (replace(SAID, silent_periods=1), ON, True, "one unanswered period: 沿用上期"),
        (
            replace(SAID, last_pace=Pace.ahead, silent_periods=1),
            AHEAD,
            True,
            "whatever class it was",
        ),
        (replace(SAID, silent_periods=2), BEHIND, False, "two in a row"),
        (replace(FRESH, silent_periods=1), OTHER, False, "nothing to carry over"),
        (replace(FRESH, silent_periods=2), BEHIND, False, "silent from the start"),
        (replace(SAID, due=None, last_pace=Pace.ahead), ON, False, "no limit: never ahead"),
        (replace(SAID, due=None, last_expected=d("11-30")), ON, False, "nor by an early date"),
        (
            replace(SAID, due=None, last_pace=Pace.behind),
            BEHIND,
            False,
            "but behind if it says so",
        ),
        (replace(SAID, due=None, silent_periods=2), BEHIND, False, "or keeps silent"),
        (replace(SAID, state=PartState.paused, due=d("11-01")), OTHER, False, "paused"),
        (replace(SAID, state=PartState.declined, due=d("11-01")), OTHER, False, "decline pending"),
        (replace(SAID, state=PartState.cancelled, due=d("11-01")), OTHER, False, "cancelled"),
        (replace(FRESH, state=PartState.closed, due=d("11-01")), DONE, False, "closed, if late"),
        (
            replace(SAID, state=PartState.submitted, due=d("11-20"), submitted_on=d("11-20")),
            ON,
            False,
            "submitted in time: the desk's days do not count",
        ),
        (
            replace(SAID, state=PartState.submitted, due=d("11-20"), submitted_on=d("11-21")),
            BEHIND,
            False,
            "submitted late",
        ),
        (
            replace(FRESH, state=PartState.submitted, submitted_on=d("11-20"), silent_periods=2),
            ON,
            False,
            "a submission is a report and ends the silence",
        ),
        (
            replace(SAID, due=d("11-20"), submitted_on=None),
            BEHIND,
            False,
            "sent back: the clock runs again",
        ),
    ],
)
def test_the_first_rule_that_holds_decides(
    standing: Standing, found: ProgressClass, carried: bool, remark: str
) -> None:
    assert classify(standing, TODAY, CAL, POLICY) == Classified(found, carried), remark


CLOSED = replace(SAID, state=PartState.closed)
EARLY = replace(SAID, last_pace=Pace.ahead)
LATE = replace(SAID, last_pace=Pace.behind)
PAUSED = replace(SAID, state=PartState.paused)
DECLINED = replace(SAID, state=PartState.declined)
CANCELLED = replace(SAID, state=PartState.cancelled)
CARRIED = replace(SAID, silent_periods=1)
OVERDUE = replace(SAID, due=d("11-20"))
SUBMITTED = replace(OVERDUE, state=PartState.submitted, submitted_on=d("11-19"))
DECLINES = replace(SUBMITTED, state=PartState.declined)
HELPER = replace(LATE, role=PartRole.cooperating)
EACH = replace(OVERDUE, role=PartRole.each)


@pytest.mark.parametrize(
    ("parts", "found", "carried", "remark"),
    [
        ([SAID], ON, False, "one lead: its class"),
        ([SAID, EARLY, LATE], BEHIND, False, "behind if any is"),
        ([CLOSED, CLOSED], DONE, False, "done if all are"),
        ([CLOSED, SAID], ON, False, "not if one is open"),
        ([FRESH, FRESH], OTHER, False, "other if none reported"),
        ([FRESH, SAID], ON, False, "one report is enough"),
        ([CLOSED, FRESH], ON, False, "a closed part has reported"),
        ([EARLY, EARLY], AHEAD, False, "ahead if every open one is"),
        ([EARLY, CLOSED], AHEAD, False, "closed ones aside"),
        ([EARLY, SAID], ON, False, "not if one is on schedule"),
        ([EARLY, FRESH], ON, False, "nor if one never reported"),
        ([PAUSED, PAUSED], OTHER, False, "paused"),
        ([DECLINED, SAID], ON, False, "a declined one does not decide for the others"),
        ([DECLINED, EARLY], AHEAD, False, "nor hold them back"),
        ([CANCELLED, CLOSED], DONE, False, "one that was reassigned no longer counts"),
        ([CANCELLED, CANCELLED], OTHER, False, "all cancelled"),
        ([SAID, HELPER], ON, False, "cooperating parts never change it"),
        ([CLOSED, replace(HELPER, silent_periods=2)], DONE, False, "not even silent ones"),
        ([HELPER], OTHER, False, "nobody leads"),
        ([], OTHER, False, "nobody at all"),
        ([CARRIED, SAID], ON, True, "carried if a part is"),
        ([CARRIED, LATE], BEHIND, False, "the part behind is not carried"),
        ([EACH, replace(SUBMITTED, role=PartRole.each)], BEHIND, False, "each for itself"),
    ],
)
def test_a_task_combines_its_leads(
    parts: list[Standing], found: ProgressClass, carried: bool, remark: str
) -> None:
    assert classify_task(parts, TODAY, CAL, POLICY) == Classified(found, carried), remark
    assert classify_task(parts[::-1], TODAY, CAL, POLICY) == Classified(found, carried), remark


@pytest.mark.parametrize(
    ("parts", "found", "remark"),
    [
        ([SUBMITTED, OVERDUE], ON, "the first listed lead submits for all"),
        ([OVERDUE, SUBMITTED], BEHIND, "another's finished share freezes its own part alone"),
        ([DECLINES, OVERDUE], BEHIND, "who declines speaks for itself"),
        ([replace(SUBMITTED, submitted_on=d("11-23")), SUBMITTED], BEHIND, "submitted late"),
    ],
)
def test_the_first_listed_lead_freezes_the_class(
    parts: list[Standing], found: ProgressClass, remark: str
) -> None:
    assert classify_task(parts, TODAY, CAL, POLICY) == Classified(found), remark


@pytest.mark.parametrize(
    ("counts", "percents", "remark"),
    [
        ([24, 10, 162, 17, 9], ["10.8", "4.5", "73.0", "7.7", "4.0"], "a county's 222 items"),
        ([9, 3, 38, 6, 4], ["15.0", "5.0", "63.3", "10.0", "6.7"], "the model in texts.md"),
        ([1, 1, 1, 0, 0], ["33.4", "33.3", "33.3", "0.0", "0.0"], "equal: the first gets it"),
        ([0, 0, 0, 0, 0], ["0.0"] * 5, "nothing to share"),
        ([0, 0, 7, 0, 0], ["0.0", "0.0", "100.0", "0.0", "0.0"], "all in one"),
    ],
)
def test_shares_add_up_to_a_hundred(counts: list[int], percents: list[str], remark: str) -> None:
    found = shares(dict(zip(ProgressClass, counts, strict=True)))
    assert [str(found[cls]) for cls in ProgressClass] == percents, remark


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than no tasks"):
        shares({DONE: -1, ON: 2})


@given(st.dictionaries(st.sampled_from(ProgressClass), st.integers(0, 10**9)))
def test_shares_sum_exactly_and_stay_close(counts: dict[ProgressClass, int]) -> None:
    found = shares(counts)
    total = sum(counts.values())
    assert list(found) == list(ProgressClass)
    assert sum(found.values()) == (Decimal("100.0") if total else 0)
    for cls, share in found.items():
        exact = Decimal(counts.get(cls, 0) * 100) / Decimal(total or 1)
        assert abs(share - exact) < Decimal("0.1")
        assert share == round(share, 1)


days = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
standings = st.builds(
    Standing,
    state=st.sampled_from(PartState),
    role=st.sampled_from(PartRole),
    due=days,
    submitted_on=days,
    reported=st.booleans(),
    last_pace=st.none() | st.sampled_from(Pace),
    last_expected=days,
    silent_periods=st.integers(0, 4),
    node=days,
)


@given(standings, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_every_part_has_a_class_and_unlimited_ones_are_never_ahead(
    standing: Standing, today: date
) -> None:
    found = classify(standing, today, CAL, POLICY)
    assert found.cls in ProgressClass
    if standing.due is None:
        assert found.cls is not AHEAD
    assert (found.cls is DONE) is (standing.state is PartState.closed)
    if found.carried:
        assert standing.silent_periods == 1


@given(standings, st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(0, 300))
def test_time_on_the_desk_never_changes_a_class(
    standing: Standing, today: date, later: int
) -> None:
    submitted = replace(standing, state=PartState.submitted, submitted_on=today)
    now = classify(submitted, today, CAL, POLICY)
    assert classify(submitted, date.fromordinal(today.toordinal() + later), CAL, POLICY) == now


@given(
    st.lists(standings, max_size=5),
    st.lists(standings, max_size=3),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_cooperating_parts_never_change_a_task(
    parts: list[Standing], helpers: list[Standing], today: date
) -> None:
    found = classify_task(parts, today, CAL, POLICY)
    more = [replace(helper, role=PartRole.cooperating) for helper in helpers]
    assert classify_task([*more, *parts], today, CAL, POLICY) == found
    if found.cls is BEHIND:
        assert any(part.role is not PartRole.cooperating for part in parts)


@pytest.mark.parametrize(
    ("percent", "due", "today", "elapsed", "asks", "remark"),
    [
        (30, "11-01", "10-17", 51, True, "21 points below"),
        (31, "11-01", "10-17", 51, True, "20"),
        (32, "11-01", "10-17", 51, False, "19"),
        (0, "11-01", "09-01", 0, False, "before the issue"),
        (90, "11-01", "12-01", 100, False, "never above a hundred"),
        (None, "11-01", "10-17", 51, False, "no percent, no question"),
        (0, None, "10-17", None, False, "no limit"),
        (0, "10-01", "10-17", None, False, "issued on its limit"),
    ],
)
def test_a_percent_far_below_elapsed_time_asks(
    percent: int | None,
    due: str | None,
    today: str,
    elapsed: int | None,
    asks: bool,
    remark: str,
) -> None:
    limit = d(due) if due else None
    assert elapsed_percent(d("10-01"), limit, d(today)) == elapsed, remark
    assert asks_about_limit(percent, d("10-01"), limit, d(today), POLICY) is asks, remark
