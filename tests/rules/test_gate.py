"""The gate of a request for more time: whose turn it is, and what each role may do then."""

from datetime import date, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.calendars import WorkCalendar
from tasks.gate import STEPS, Request, Step, Turn, is_late, steps_of, turn_of, waited
from tasks.policy import Policy
from tasks.vocabulary import Desk, Role

CAL, POLICY = WorkCalendar(ZoneInfo("Asia/Shanghai")), Policy()
THURSDAY, FRIDAY, MONDAY = date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 9)
TUESDAY, WEDNESDAY = date(2026, 11, 10), date(2026, 11, 11)


def turn(today: date, **facts: object) -> Turn:
    known: dict[str, object] = {"ordinal": 1, "asked_on": THURSDAY, "headed": True, "led": True}
    return turn_of(Request(**{**known, **facts}), today, POLICY, CAL)  # type: ignore[arg-type]


def test_the_head_has_one_working_day() -> None:
    for today in (THURSDAY, FRIDAY):
        assert turn(today) == Turn(Desk.head, THURSDAY, FRIDAY)
    # The weekend is nobody's time: silence sends it on, and the office's clock starts on Monday.
    for today in (date(2026, 11, 7), MONDAY, WEDNESDAY):
        assert turn(today) == Turn(Desk.office, MONDAY, WEDNESDAY, unsigned=True)


def test_a_head_who_signs_sends_it_on_at_once() -> None:
    assert turn(THURSDAY, endorsed_on=THURSDAY) == Turn(Desk.office, THURSDAY, MONDAY)


def test_without_a_head_it_goes_to_the_office_and_nothing_is_missing() -> None:
    assert turn(THURSDAY, headed=False) == Turn(Desk.office, THURSDAY, MONDAY)


@pytest.mark.parametrize(("ordinal", "led", "for_leader"), [(2, True, False), (3, True, True)])
def test_from_the_third_on_it_is_for_the_leader(ordinal: int, led: bool, for_leader: bool) -> None:
    found = turn(THURSDAY, headed=False, ordinal=ordinal, led=led)
    assert (found.desk, found.for_leader) == (Desk.office, for_leader)


def test_where_no_leader_is_bound_the_office_decides() -> None:
    assert turn(THURSDAY, headed=False, ordinal=5, led=False).for_leader is False
    # Also where the only leader has left after it was put before him.
    gone = turn(MONDAY, headed=False, ordinal=3, led=False, forwarded_on=FRIDAY)
    assert gone.desk is Desk.office


def test_the_leader_has_a_clock_of_his_own() -> None:
    found = turn(TUESDAY, ordinal=3, endorsed_on=THURSDAY, forwarded_on=MONDAY)
    assert found == Turn(Desk.leader, MONDAY, WEDNESDAY)
    assert turn(TUESDAY, ordinal=3, forwarded_on=MONDAY).unsigned


def test_each_desk_counts_the_days_since_it_came_there() -> None:
    found = turn(WEDNESDAY)
    assert waited(found, WEDNESDAY, CAL) == 2
    assert not is_late(found, WEDNESDAY)
    assert is_late(found, date(2026, 11, 12))
    # On the weekend after the head's day nothing is negative.
    assert waited(turn(date(2026, 11, 7)), date(2026, 11, 7), CAL) == 0


MAY = {
    (Desk.head, Role.contact): {Step.withdraw},
    (Desk.head, Role.head): {Step.endorse, Step.give_back, Step.withdraw},
    (Desk.office, Role.contact): {Step.withdraw},
    (Desk.office, Role.head): {Step.endorse, Step.withdraw},
    (Desk.office, Role.coordinator): {Step.grant, Step.refuse},
    (Desk.office, Role.admin): {Step.grant, Step.refuse},
    (Desk.leader, Role.contact): {Step.withdraw},
    (Desk.leader, Role.head): {Step.withdraw},
    (Desk.leader, Role.leader): {Step.grant, Step.refuse},
}


@pytest.mark.parametrize(("desk", "role"), list(product(Desk, Role)))
def test_every_desk_belongs_to_those_who_sit_there(desk: Desk, role: Role) -> None:
    unsigned = desk is Desk.office
    found = steps_of(Turn(desk, MONDAY, MONDAY, unsigned), frozenset({role}), endorsed=False)
    assert set(found) == MAY.get((desk, role), set())


def test_what_is_for_the_leader_the_coordinator_puts_before_him_or_refuses() -> None:
    lying = Turn(Desk.office, MONDAY, MONDAY, for_leader=True)
    office = frozenset({Role.coordinator})
    assert steps_of(lying, office, endorsed=True) == (Step.forward, Step.refuse)


def test_what_is_signed_is_not_signed_again() -> None:
    lying = Turn(Desk.office, MONDAY, MONDAY)
    assert steps_of(lying, frozenset({Role.head}), endorsed=True) == (Step.withdraw,)


@given(
    st.integers(1, 6),
    st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    st.booleans(),
    st.booleans(),
    st.integers(0, 40),
)
def test_time_alone_moves_a_request_to_the_office_and_no_further(
    ordinal: int, asked_on: date, headed: bool, led: bool, days: int
) -> None:
    request = Request(ordinal, asked_on, headed, led)
    found = turn_of(request, asked_on + timedelta(days), POLICY, CAL)
    assert found.desk in ((Desk.head, Desk.office) if headed else (Desk.office,))
    assert found.since >= asked_on
    assert found.until > found.since
    # Whoever waits is never the one who decides.
    asker = steps_of(found, frozenset({Role.contact}), endorsed=not headed)
    assert asker == (Step.withdraw,)


def test_nobody_grants_but_office_and_leader() -> None:
    granting = {
        (desk, role) for (desk, step), r in STEPS.items() if step is Step.grant for role in r
    }
    assert granting == {
        (Desk.office, Role.coordinator),
        (Desk.office, Role.admin),
        (Desk.leader, Role.leader),
    }
