"""When a part is next due: ladder, escalation, periods, lights, and what one sweep says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import due
from tasks.calendars import WorkCalendar
from tasks.due import PartFacts, Policy, Step, StepKind, light, merge, next_step, steps
from tasks.vocabulary import OPEN_STATES, Light, PartRole, PartState
from tests.rules.test_calendars import calendars

CAL = WorkCalendar(ZoneInfo("Asia/Shanghai"))
POLICY = Policy()


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CAL.zone)


def shown(found: list[Step] | tuple[Step, ...], *kinds: StepKind) -> list[str]:
    """As "MM-DD kind rung", of the given kinds only."""
    return [
        f"{step.day:%m-%d} {step.kind}" + (f" {step.rung}" if step.rung is not None else "")
        for step in found
        if not kinds or step.kind in kinds
    ]


LEAD = PartFacts(
    role=PartRole.lead,
    state=PartState.in_progress,
    issued_on=d("10-12"),
    delivered_at=at("10-12T09:01"),
    due=d("11-20"),
)
YEAR = (at("01-01T00:00"), at("12-31T23:00"))


@pytest.mark.parametrize(
    ("facts", "rungs", "remark"),
    [
        (
            LEAD,
            ["11-11 limit 7", "11-17 limit 3", "11-19 limit 1", "11-20 limit 0"],
            "a Friday: seven, three and one working day before, and on the day",
        ),
        (
            replace(LEAD, due=d("11-21")),
            ["11-12 limit 7", "11-18 limit 3", "11-20 limit 0"],
            "a Saturday stays; the last reminder is Friday's, once",
        ),
        (
            replace(LEAD, issued_on=d("09-01"), due=d("10-06")),
            ["09-21 limit 7", "09-28 limit 3", "09-30 limit 0"],
            "in the holidays, with 20 September made up and 25 September free",
        ),
        (
            replace(LEAD, due=d("10-16")),
            ["10-13 limit 3", "10-15 limit 1", "10-16 limit 0"],
            "no rung before the issue ever fires",
        ),
        (
            replace(LEAD, due=d("10-15")),
            ["10-14 limit 1", "10-15 limit 0"],
            "nor one on the day of the issue",
        ),
        (
            replace(LEAD, answered_on=d("11-13")),
            ["11-19 limit 1", "11-20 limit 0"],
            "answered on a Friday: quiet on Monday and Tuesday",
        ),
        (
            replace(LEAD, answered_on=d("11-12")),
            ["11-17 limit 3", "11-19 limit 1", "11-20 limit 0"],
            "on Tuesday three working days have gone",
        ),
        (replace(LEAD, answered_on=d("11-18")), [], "a late answer settles the rest"),
        (replace(LEAD, pending_request=True), [], "an extension waits for the office"),
        (
            replace(LEAD, role=PartRole.cooperating),
            [],
            "cooperating parts have no limit of theirs",
        ),
        (replace(LEAD, due=None), [], "no limit, no rung"),
    ],
)
def test_the_ladder_counts_back_from_the_limit(
    facts: PartFacts, rungs: list[str], remark: str
) -> None:
    assert shown(steps(facts, *YEAR, POLICY, CAL), StepKind.limit) == rungs, remark


@pytest.mark.parametrize("state", sorted(set(PartState) - OPEN_STATES))
def test_a_part_that_owes_nothing_has_no_steps(state: PartState) -> None:
    facts = replace(LEAD, state=state)
    assert steps(facts, *YEAR, POLICY, CAL) == []
    assert next_step(facts, at("10-13T08:00"), POLICY, CAL) is None


@pytest.mark.parametrize(
    ("facts", "found", "remark"),
    [
        (
            LEAD,
            "11-23 11-24 11-25 11-26 11-27 11-30 12-07 12-14 12-21 12-28",
            "daily for five working days, then Mondays",
        ),
        (
            replace(LEAD, due=d("11-21")),
            "11-23 11-24 11-25 11-26 11-27 11-30 12-07 12-14 12-21 12-28",
            "a limit on Saturday is overdue from Monday on",
        ),
        (
            replace(LEAD, due=d("11-20"), answered_on=d("11-24")),
            "11-27 11-30 12-07 12-14 12-21 12-28",
            "quiet for two working days after an answer",
        ),
        (
            replace(LEAD, due=d("09-30")),
            "10-13 10-14 10-15 10-16 10-19 10-26 11-02 11-09 11-16 11-23 11-30 12-07 12-14"
            " 12-21 12-28",
            "issued as overdue: counted from the issue",
        ),
    ],
)
def test_overdue_is_recalled_daily_then_weekly(facts: PartFacts, found: str, remark: str) -> None:
    told = steps(facts, *YEAR, POLICY, CAL)
    assert [
        f"{step.day:%m-%d}" for step in told if step.kind is StepKind.overdue
    ] == found.split(), remark


def test_a_free_monday_moves_the_weekly_recall_into_the_week() -> None:
    facts = replace(LEAD, issued_on=d("08-03"), due=d("09-11"))
    told = steps(facts, at("09-19T00:00"), at("10-20T00:00"), POLICY, CAL)
    # 21 and 28 September are Mondays; 5 October is a holiday, the 8th its first working day.
    weekly = ["09-21 overdue", "09-28 overdue", "10-08 overdue", "10-12 overdue", "10-19 overdue"]
    assert shown(told, StepKind.overdue) == weekly


def test_a_week_without_working_days_has_no_weekly_recall() -> None:
    closed = {d("10-12") + timedelta(days=n): False for n in range(7)}
    cal = WorkCalendar(ZoneInfo("Asia/Shanghai"), closed)
    facts = replace(LEAD, issued_on=d("08-03"), due=d("09-11"))
    told = steps(facts, at("10-03T00:00"), at("10-27T00:00"), POLICY, cal)
    assert shown(told, StepKind.overdue) == ["10-08 overdue", "10-19 overdue", "10-26 overdue"]


def test_slips_follow_the_limit_and_no_answer_puts_them_off() -> None:
    slips = ["11-23 blue_slip", "11-25 yellow_slip", "11-27 red_slip"]
    answered = replace(LEAD, answered_on=d("11-20"))
    for facts in (LEAD, answered):
        assert shown(steps(facts, *YEAR, POLICY, CAL), *due.SLIPS) == slips
    moved = replace(LEAD, due=d("11-27"))
    keys = {step.key for step in steps(LEAD, *YEAR, POLICY, CAL) if step.kind in due.SLIPS}
    again = {step.key for step in steps(moved, *YEAR, POLICY, CAL) if step.kind in due.SLIPS}
    assert not keys & again


def test_a_refused_extension_starts_the_overdue_steps_afresh() -> None:
    refused = replace(LEAD, resumed_on=d("12-02"))
    found = [step for step in steps(refused, *YEAR, POLICY, CAL) if step.day > d("12-02")]
    assert shown(found, StepKind.overdue)[:6] == [
        "12-03 overdue",
        "12-04 overdue",
        "12-07 overdue",
        "12-08 overdue",
        "12-09 overdue",
        "12-14 overdue",
    ]
    assert shown(found, *due.SLIPS) == ["12-03 blue_slip", "12-07 yellow_slip", "12-09 red_slip"]
    before = {step.key for step in steps(LEAD, *YEAR, POLICY, CAL)}
    assert {step.key for step in found if step.kind in due.SLIPS} <= before
    in_time = replace(LEAD, resumed_on=d("11-10"))
    assert steps(in_time, *YEAR, POLICY, CAL) == steps(LEAD, *YEAR, POLICY, CAL)


def test_signing_is_asked_for_on_three_working_days() -> None:
    fresh = replace(LEAD, state=PartState.issued)
    asked = ["10-13 sign", "10-14 sign", "10-15 sign"]
    assert shown(steps(fresh, *YEAR, POLICY, CAL), StepKind.sign) == asked
    late = replace(fresh, delivered_at=at("10-16T23:30"))
    asked = ["10-19 sign", "10-20 sign", "10-21 sign"]
    assert shown(steps(late, *YEAR, POLICY, CAL), StepKind.sign) == asked
    for silent in (
        replace(fresh, delivered_at=None),
        replace(fresh, state=PartState.signed),
        replace(fresh, role=PartRole.cooperating),
    ):
        assert shown(steps(silent, *YEAR, POLICY, CAL), StepKind.sign) == []


PERIODIC = (StepKind.period, StepKind.last_call)


@pytest.mark.parametrize(
    ("facts", "found", "remark"),
    [
        (
            replace(LEAD, due=d("12-31")),
            ["11-18 period", "11-24 last_call", "12-18 period", "12-24 last_call"],
            "issued nine working days before 23 October: first asked for November",
        ),
        (
            replace(LEAD, due=d("12-31"), has_cooperating=True),
            ["11-20 period", "11-24 last_call", "12-22 period", "12-24 last_call"],
            "a lead with cooperating departments is asked later",
        ),
        (
            replace(LEAD, due=d("12-31"), role=PartRole.cooperating),
            ["11-17 period", "12-17 period"],
            "a cooperating department has only its ask",
        ),
        (
            replace(LEAD, due=d("12-31"), answered_on=d("11-19")),
            ["12-18 period", "12-24 last_call"],
            "an answer settles its period",
        ),
        (
            replace(LEAD, due=d("12-31"), answered_on=d("10-26")),
            ["12-18 period", "12-24 last_call"],
            "from the period's first days on",
        ),
        (
            replace(LEAD, due=None),
            ["12-18 period", "12-24 last_call"],
            "without a limit by the quarter",
        ),
        (
            replace(LEAD, due=None, issued_on=d("09-01")),
            ["12-18 period", "12-24 last_call"],
            "arrangements until 15 September leave too little of the third quarter",
        ),
        (
            replace(LEAD, due=None, issued_on=d("08-20")),
            ["09-18 period", "09-23 last_call", "12-18 period", "12-24 last_call"],
            "until 3 September they leave enough; Sunday the 20th is made up",
        ),
    ],
)
def test_periods_are_asked_and_called_once(
    facts: PartFacts, found: list[str], remark: str
) -> None:
    assert shown(steps(facts, *YEAR, POLICY, CAL), *PERIODIC) == found, remark


def test_arrangements_are_asked_once_and_only_without_a_limit() -> None:
    open_ended = replace(LEAD, due=None)
    asked = ["10-19 arrangements"]
    assert shown(steps(open_ended, *YEAR, POLICY, CAL), StepKind.arrangements) == asked
    for other in (LEAD, replace(open_ended, answered_on=d("10-13"))):
        assert shown(steps(other, *YEAR, POLICY, CAL), StepKind.arrangements) == []


def test_a_changed_limit_makes_other_keys() -> None:
    moved = replace(LEAD, due=d("11-23"))
    for one in steps(LEAD, *YEAR, POLICY, CAL):
        for other in steps(moved, *YEAR, POLICY, CAL):
            if one.kind not in PERIODIC:
                assert one.key != other.key
    assert steps(LEAD, *YEAR, POLICY, CAL)[0].key == "limit:7:2026-11-20"


@pytest.mark.parametrize(
    ("after", "until", "today", "said", "remark"),
    [
        ("11-17T08:00", "11-18T10:00", None, ["11-17 limit 3"], "the limit includes the period"),
        ("11-10T08:00", "11-20T10:00", None, ["11-20 limit 0"], "the latest rung of several"),
        (
            "11-10T08:00",
            "11-23T10:00",
            None,
            ["11-23 overdue", "11-23 blue_slip"],
            "the blue slip goes beside the ask",
        ),
        (
            "11-10T08:00",
            "12-02T10:00",
            None,
            ["11-30 overdue", "11-23 blue_slip", "11-27 red_slip"],
            "after three weeks three things, not thirty",
        ),
        ("11-20T10:00", "11-20T20:00", None, [], "nothing fell due"),
        (
            "11-19T10:00",
            "11-20T10:00",
            "11-21",
            [],
            "a limit that has passed since is not recalled",
        ),
    ],
)
def test_one_sweep_says_little(
    after: str, until: str, today: str | None, said: list[str], remark: str
) -> None:
    found = steps(LEAD, at(after), at(until), POLICY, CAL)
    assert shown(merge(found, d(today) if today else None)) == said, remark


def test_a_period_that_closed_meanwhile_is_not_asked_for() -> None:
    facts = replace(LEAD, due=d("12-31"))
    missed = steps(facts, at("11-17T18:00"), at("11-26T09:30"), POLICY, CAL)
    assert shown(missed) == ["11-18 period", "11-24 last_call"]
    assert shown(merge(missed, d("11-25"))) == ["11-24 last_call"]
    assert merge(missed, d("11-26")) == ()


def test_sign_gives_way_to_every_other_ask() -> None:
    facts = replace(LEAD, state=PartState.issued, due=d("10-16"))
    found = steps(facts, at("10-12T10:00"), at("10-13T09:00"), POLICY, CAL)
    assert shown(found) == ["10-13 limit 3", "10-13 sign"]
    assert shown(merge(found)) == ["10-13 limit 3"]


@pytest.mark.parametrize(
    ("state", "limit", "today", "colour", "days", "remark"),
    [
        (PartState.in_progress, "11-20", "11-16", Light.green, 0, "four working days left"),
        (PartState.in_progress, "11-20", "11-17", Light.yellow, 0, "three"),
        (PartState.in_progress, "11-20", "11-20", Light.yellow, 0, "the day itself"),
        (PartState.in_progress, "11-20", "11-21", Light.red, 0, "Saturday: passed, no day spent"),
        (PartState.in_progress, "11-20", "11-23", Light.red, 1, "Monday: one"),
        (PartState.in_progress, "11-20", "11-30", Light.red, 6, "a week and a day"),
        (
            PartState.in_progress,
            "10-06",
            "09-29",
            Light.yellow,
            0,
            "the holidays are no time left",
        ),
        (PartState.in_progress, "10-06", "10-07", Light.red, 0, "a holiday limit stays"),
        (PartState.in_progress, "10-06", "10-08", Light.red, 1, "and counts from the first day"),
        (PartState.in_progress, None, "11-20", Light.none, 0, "no limit"),
        (PartState.paused, "11-20", "11-30", Light.grey, 6, "paused"),
        (PartState.closed, "11-20", "11-30", Light.none, 6, "ended: no light"),
        (PartState.cancelled, "11-20", "11-30", Light.none, 6, "ended: no light"),
        (PartState.issued, "11-20", "11-30", Light.red, 6, "limits never wait for signing"),
    ],
)
def test_the_light_follows_the_limit(
    state: PartState, limit: str | None, today: str, colour: Light, days: int, remark: str
) -> None:
    when = d(limit) if limit else None
    assert light(state, when, d(today), CAL, POLICY) is colour, remark
    assert due.overdue_days(when, d(today), CAL) == days, remark


def test_a_duty_may_be_declined_for_five_working_days() -> None:
    assert due.decline_until(at("09-30T22:00"), CAL, POLICY) == d("10-13")


def test_a_limit_at_the_end_of_time_stops_nothing() -> None:
    facts = replace(LEAD, due=date.max)
    first = next_step(facts, at("10-13T08:00"), POLICY, CAL)
    assert first is not None
    assert first.kind is StepKind.period
    assert light(facts.state, facts.due, d("10-13"), CAL, POLICY) is Light.green
    last = datetime(9999, 12, 31, 10, tzinfo=UTC)
    assert next_step(facts, last, POLICY, CAL) is None


# Properties over random calendars, policies and histories.

dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
BEGIN = datetime(2025, 12, 1, tzinfo=UTC)
moments = st.integers(0, 800 * 24 * 60).map(lambda n: BEGIN + timedelta(minutes=n))
policies = st.builds(
    Policy,
    rungs=st.lists(st.integers(0, 15), unique=True, max_size=5).map(tuple),
    node_rungs=st.lists(st.integers(0, 9), unique=True, max_size=3).map(tuple),
    quiet_after_answer=st.integers(0, 5),
    sign_repeats=st.integers(0, 4),
    overdue_daily_until=st.integers(0, 7),
    blue_after=st.integers(1, 3),
)
parts = st.builds(
    PartFacts,
    role=st.sampled_from(PartRole),
    state=st.sampled_from(sorted(OPEN_STATES)),
    issued_on=dates,
    delivered_at=st.none() | moments,
    due=st.none() | dates,
    answered_on=st.none() | dates,
    has_cooperating=st.booleans(),
    resumed_on=st.none() | dates,
    nodes=st.lists(dates, max_size=3).map(lambda days: tuple(enumerate(days, start=1))),
)


@given(parts, moments, policies, calendars())
def test_the_next_step_is_later_and_at_a_window_of_a_working_day(
    facts: PartFacts, now: datetime, policy: Policy, cal: WorkCalendar
) -> None:
    step = next_step(facts, now, policy, cal)
    assert step is not None  # the periods of an open part never end
    assert step.at > now
    assert cal.is_working_day(step.day)
    assert cal.local_date(step.at) == step.day
    assert step.at == cal.opens(step.day) == cal.window_start(step.at)
    assert step.day > facts.issued_on


@given(parts, moments, moments, policies, calendars())
def test_the_next_step_is_monotone(
    facts: PartFacts, one: datetime, other: datetime, policy: Policy, cal: WorkCalendar
) -> None:
    earlier = next_step(facts, min(one, other), policy, cal)
    later = next_step(facts, max(one, other), policy, cal)
    assert earlier is not None
    assert later is not None
    assert earlier.at <= later.at


@settings(max_examples=60)
@given(parts, st.lists(moments, min_size=3, max_size=3), policies, calendars())
def test_a_skipped_tick_loses_nothing(
    facts: PartFacts, ticks: list[datetime], policy: Policy, cal: WorkCalendar
) -> None:
    a, b, c = sorted(ticks)
    whole = steps(facts, a, c, policy, cal)
    assert whole == steps(facts, a, b, policy, cal) + steps(facts, b, c, policy, cal)
    assert len({step.key for step in whole}) == len(whole)
    assert [step.at for step in whole] == sorted(step.at for step in whole)


@settings(max_examples=60)
@given(parts, moments, moments, policies, calendars())
def test_one_walk_finds_what_fell_due_and_what_follows(
    facts: PartFacts, one: datetime, other: datetime, policy: Policy, cal: WorkCalendar
) -> None:
    after, until = sorted([one, other])
    taken, following = due.reckon(facts, after, until, policy, cal)
    assert all(after < step.at <= until for step in taken)
    # Asked only from then on, the rules give the same.
    assert following == next_step(facts, until, policy, cal)


@settings(max_examples=60)
@given(parts, moments, policies, calendars())
def test_walking_from_step_to_step_meets_every_one(
    facts: PartFacts, now: datetime, policy: Policy, cal: WorkCalendar
) -> None:
    whole = steps(facts, now, now + timedelta(days=200), policy, cal)
    met = []
    step = next_step(facts, now, policy, cal)
    while step is not None and step.at <= now + timedelta(days=200):
        met += [one for one in whole if one.at == step.at]
        assert step in met
        step = next_step(facts, step.at, policy, cal)
    assert met == whole


@given(parts, moments, policies, calendars())
def test_nothing_is_asked_soon_after_an_answer(
    facts: PartFacts, now: datetime, policy: Policy, cal: WorkCalendar
) -> None:
    asked = [
        step.day
        for step in steps(facts, now, now + timedelta(days=200), policy, cal)
        if step.kind not in due.SLIPS
    ]
    if facts.answered_on is not None:
        quiet = cal.add_working_days(facts.answered_on, policy.quiet_after_answer)
        assert all(day > quiet for day in asked)


@given(parts, moments, moments, policies, calendars())
def test_a_sweep_says_at_most_one_ask_a_slip_and_a_draft(
    facts: PartFacts, one: datetime, other: datetime, policy: Policy, cal: WorkCalendar
) -> None:
    found = steps(facts, min(one, other), max(one, other), policy, cal)
    said = merge(found)
    assert set(said) <= set(found)
    assert bool(said) is bool(found)
    assert sum(step.kind not in due.SLIPS for step in said) <= 1
    assert sum(step.kind is StepKind.blue_slip for step in said) <= 1
    assert sum(step.kind in due.DRAFTS for step in said) <= 1
    assert merge(reversed(found)) == said


@given(parts, dates, dates, policies, calendars())
def test_a_light_only_ever_grows_worse(
    facts: PartFacts, one: date, other: date, policy: Policy, cal: WorkCalendar
) -> None:
    order = [Light.none, Light.green, Light.yellow, Light.red]
    earlier, later = (
        order.index(light(facts.state, facts.due, day, cal, policy))
        for day in sorted([one, other])
    )
    assert earlier <= later


@pytest.mark.parametrize(
    ("facts", "found", "remark"),
    [
        (
            replace(LEAD, nodes=((1, d("11-06")),)),
            ["11-03 node:3:1", "11-06 node:0:1", "11-09 node:passed:1"],
            "a Friday: three working days before, on the day, and on the Monday after",
        ),
        (
            replace(LEAD, nodes=((2, d("11-07")),)),
            ["11-04 node:3:2", "11-06 node:0:2", "11-09 node:passed:2"],
            "a Saturday stays and is recalled on the Friday",
        ),
        (
            replace(LEAD, nodes=((1, d("10-30")), (2, d("11-06")))),
            ["10-27 node:3:1", "10-30 node:0:1", "11-02 node:passed:1", "11-03 node:3:2",
             "11-06 node:0:2", "11-09 node:passed:2"],
            "a milestone that was missed does not keep the next one from being recalled",
        ),
        (
            replace(LEAD, nodes=((1, d("11-06")),), answered_on=d("11-02")),
            ["11-06 node:0:1", "11-09 node:passed:1"],
            "answered on the Monday before: quiet until Wednesday",
        ),
        (
            replace(LEAD, nodes=((1, d("11-06")),), answered_on=d("11-06")),
            [],
            "whoever answered on the day is not asked once more",
        ),
        (
            replace(LEAD, nodes=((1, d("10-10")),)),
            ["10-13 node:passed:1"],
            "past before the issue: asked once, on the day after it",
        ),
        (replace(LEAD, nodes=((1, d("11-06")),), role=PartRole.cooperating), [], "the lead's"),
        (replace(LEAD, nodes=((1, d("11-06")),), state=PartState.paused), [], "the clock stands"),
        (replace(LEAD, nodes=((1, d("11-06")),), pending_request=True), [], "the office's turn"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("once", [False, True])
def test_a_milestone_is_recalled_twice_and_once_when_it_passed(
    facts: PartFacts, found: list[str], remark: str, once: bool
) -> None:
    asked = steps(replace(facts, once=once), *YEAR, POLICY, CAL)
    told = [
        f"{step.day:%m-%d} {step.key.rpartition(':')[0]}"
        for step in asked
        if step.kind is StepKind.node
    ]
    assert told == found, remark


def test_the_key_of_a_milestone_names_it_and_its_day() -> None:
    facts = replace(LEAD, nodes=((4, d("11-06")),))
    asked = [step for step in steps(facts, *YEAR, POLICY, CAL) if step.kind is StepKind.node]
    assert {due.node_of(step.key) for step in asked} == {(4, d("11-06"))}
    assert len({step.key for step in asked}) == 3


def test_of_two_milestones_in_one_sweep_the_limit_comes_first() -> None:
    facts = replace(LEAD, nodes=((1, d("11-16")), (2, d("11-17"))))
    whole = steps(facts, at("11-16T00:00"), at("11-17T20:00"), POLICY, CAL)
    assert [step.kind for step in merge(whole)] == [StepKind.limit]
    nodes = [step for step in whole if step.kind is StepKind.node]
    (said,) = merge(nodes)
    assert due.node_of(said.key) == (1, d("11-16"))
    assert said.key.startswith("node:passed:")


def test_one_answer_is_asked_for_where_one_is_wanted() -> None:
    once = replace(LEAD, once=True)
    asked = shown(steps(once, *YEAR, POLICY, CAL), StepKind.period, StepKind.limit)
    assert asked == ["11-11 limit 7", "11-17 limit 3", "11-19 limit 1", "11-20 limit 0"]
    answered = replace(once, answered_on=d("10-20"))
    left = steps(answered, at("01-01T00:00"), at("11-30T00:00"), POLICY, CAL)
    assert {step.kind for step in left} == {
        StepKind.overdue,
        StepKind.blue_slip,
        StepKind.yellow_slip,
        StepKind.red_slip,
    }
    open_ended = replace(once, due=None)
    assert shown(steps(open_ended, *YEAR, POLICY, CAL), StepKind.arrangements) != []
    assert steps(replace(open_ended, answered_on=d("10-20")), *YEAR, POLICY, CAL) == []
    assert steps(replace(once, role=PartRole.cooperating), *YEAR, POLICY, CAL) == []
