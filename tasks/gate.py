"""PURE. The gate of a request for more time: whose turn it is, and who may do what with it.

The way of a request is head, coordinator and, from the third of a task on, leader:

- A head has one working day after the day of asking. Silence sends the request on, marked
  未经审签, and grants nothing; the head may still sign it while it lies with the office.
- Where no leader is bound the coordinator decides, and before the leader only the leader does.
- Every desk has a clock of its own: it runs from the day on which the request came to it.

Like the workflow of a part this is one table, STEPS: what does not stand there is forbidden.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.calendars import WorkCalendar
from tasks.policy import Policy
from tasks.vocabulary import Desk, Endorsement, Role


class Step(StrEnum):
    """What can be done with a request, in the order in which buttons stand."""

    endorse = "endorse"  # 审签
    give_back = "give_back"  # 退回: the head does not put it forward
    grant = "grant"  # 同意
    forward = "forward"  # 报分管领导
    refuse = "refuse"  # 不同意
    withdraw = "withdraw"  # 撤回申请


_HEAD = frozenset({Role.head})
_DEPARTMENT = frozenset({Role.contact, Role.head})
_OFFICE = frozenset({Role.coordinator, Role.admin})
_LEADER = frozenset({Role.leader})

STEPS: dict[tuple[Desk, Step], frozenset[Role]] = {
    (Desk.head, Step.endorse): _HEAD,
    (Desk.head, Step.give_back): _HEAD,
    (Desk.office, Step.endorse): _HEAD,
    (Desk.office, Step.grant): _OFFICE,
    (Desk.office, Step.forward): _OFFICE,
    (Desk.office, Step.refuse): _OFFICE,
    (Desk.leader, Step.grant): _LEADER,
    (Desk.leader, Step.refuse): _LEADER,
    **{(desk, Step.withdraw): _DEPARTMENT for desk in Desk},
}
"""Who may do what with a request that lies on that desk."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the gate needs to know; days are local days of the office.

    `headed`: a head of the department is bound, `led`: a leader who could decide is.
    `endorsed_on`, `forwarded_on`: when the head signed it and when it was put before the leader.
    """

    ordinal: int
    asked_on: date
    headed: bool
    led: bool
    endorsed_on: date | None = None
    forwarded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, since which day and until which; `unsigned`: it went on without the
    head's word; `for_leader`: the coordinator cannot grant it, but put it before the leader."""

    desk: Desk
    since: date
    until: date
    unsigned: bool = False
    for_leader: bool = False


def turn_of(request: Request, today: date, policy: Policy, cal: WorkCalendar) -> Turn:
    """On whose desk a request lies on that day."""
    endorsed = request.endorsed_on is not None
    unsigned = request.headed and not endorsed
    if request.forwarded_on is not None and request.led:
        until = cal.add_working_days(request.forwarded_on, policy.judge_within)
        return Turn(Desk.leader, request.forwarded_on, until, unsigned)
    endorse_by = cal.add_working_days(request.asked_on, policy.endorse_within)
    since = request.endorsed_on or request.asked_on
    if unsigned:
        if today <= endorse_by:
            return Turn(Desk.head, request.asked_on, endorse_by)
        since = cal.add_working_days(endorse_by, 1)
    until = cal.add_working_days(since, policy.judge_within)
    for_leader = request.led and request.ordinal >= policy.leader_from
    return Turn(Desk.office, since, until, unsigned, for_leader)


def endorsement(
    submitted_on: date,
    today: date,
    policy: Policy,
    cal: WorkCalendar,
    *,
    headed: bool,
    signed: bool,
) -> Endorsement | None:
    """Whether the head stands behind a submission; None where nobody could."""
    if signed:
        return Endorsement.signed
    if not headed:
        return None
    by = cal.add_working_days(submitted_on, policy.endorse_within)
    return Endorsement.awaited if today <= by else Endorsement.unsigned


def steps_of(turn: Turn, roles: frozenset[Role], *, endorsed: bool) -> tuple[Step, ...]:
    """What somebody with those roles may do with the request, in the order of `Step`.

    `endorsed`: nothing is left to be signed, because a head did or because there is none.
    """
    found = {step for step in Step if STEPS.get((turn.desk, step), frozenset()) & roles}
    if endorsed:
        found.discard(Step.endorse)
    if turn.desk is Desk.office:
        found.discard(Step.grant if turn.for_leader else Step.forward)
    return tuple(step for step in Step if step in found)


def waited(turn: Turn, today: date, cal: WorkCalendar) -> int:
    """For how many working days it has lain on that desk."""
    return max(cal.working_days_between(turn.since, today), 0)


def is_late(turn: Turn, today: date) -> bool:
    """超过答复时限: whoever has to answer has had the days for it."""
    return today > turn.until
