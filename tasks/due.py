"""PURE. When a part is next due: the reminder ladder, the escalation, the lights.

`steps` lists what falls due in a stretch of time, `next_step` the first of it, and `merge`
makes of one part's steps what one sweep says. All three read nothing but their arguments:
a process that slept all weekend asks for the stretch it missed and gets the same answer.

How the defaults of design §5 are read where it leaves room:
- Nothing fires on the day of issue or before: the issue itself was a message.
- An answer settles every ask up to two working days after it. Slips state the fact that a
  limit has passed and ask nothing, so an answer does not put them off; submitting, an
  extension or a decline does.
- What was already overdue when it was issued ("treat as overdue"), or when the asking was
  resumed (extension refused, sent back), counts its steps from that day: nobody is escalated
  for days on which they had not been told or the office was at turn, and no slip is lost.
- A limit on a non-working day stays; the rungs are counted back from it, the one on the day
  itself moves to the working day before and swallows a rung that already stands there.
- Signing is asked for on the first three working days after delivery, then it stays with
  the coordinator. Arrangements of a task without a limit are asked for in the middle of
  their ten working days; its first quarter is one that leaves as much time after them.
- A task of which one answer is wanted (一次性反馈) has no periods, and no reminder of its
  limit once it was answered.
- A milestone (节点) that is not met is recalled before its day, and once when it has passed;
  slips follow the limit alone.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count

from tasks import periods
from tasks.calendars import DAY, WorkCalendar
from tasks.periods import Period
from tasks.policy import Policy as Policy  # its users find it here
from tasks.vocabulary import ENDED_STATES, OPEN_STATES, Light, PartRole, PartState


class StepKind(StrEnum):
    """What falls due; the asks stand from the weakest to the strongest, the drafts too."""

    sign = "sign"  # please sign
    arrangements = "arrangements"  # how is a task without a limit set up
    period = "period"  # the period's report
    last_call = "last_call"  # the period closes on the next working day
    node = "node"  # a milestone is near, or has passed without being met
    limit = "limit"  # the limit is near
    overdue = "overdue"  # the limit has passed
    blue_slip = "blue_slip"  # issued by itself
    yellow_slip = "yellow_slip"  # a draft for the coordinator
    red_slip = "red_slip"  # a draft for the coordinator


_STRENGTH = {kind: rank for rank, kind in enumerate(StepKind)}
DRAFTS = frozenset({StepKind.yellow_slip, StepKind.red_slip})
SLIPS = DRAFTS | {StepKind.blue_slip}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that falls due for one part.

    `at` is the opening of the first window of the local working day `day`, in UTC. `key` is
    unique within the part and names what the step was made for, so a changed limit makes
    another one. `expires` is the last local day on which saying it still makes sense.
    """

    kind: StepKind
    day: date
    at: datetime
    key: str
    rung: int | None = None
    period: str | None = None
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What the rules need to know of a part; days are local days of the office.

    `due` is the current limit, `answered_on` the day of the last answer (signing is none),
    `delivered_at` when the issue reached somebody. `pending_request`: an extension or a
    decline waits for the office's decision, or another lead has submitted for all.
    `resumed_on`: the day on which that, a submission or a pause last ended with the part
    open again. Slips keep their key then, so one that was issued before is known by it.
    `once`: one answer is wanted and no more (一次性反馈). `nodes`: the milestones of the task
    that are not met yet, by number and day.
    """

    role: PartRole
    state: PartState
    issued_on: date
    delivered_at: datetime | None = None
    due: date | None = None
    answered_on: date | None = None
    has_cooperating: bool = False
    pending_request: bool = False
    resumed_on: date | None = None
    once: bool = False
    nodes: tuple[tuple[int, date], ...] = ()


def is_overdue(due: date | None, today: date) -> bool:
    """Whether the limit has passed: from the day after it, working day or not."""
    return due is not None and today > due


def overdue_days(due: date | None, today: date, cal: WorkCalendar) -> int:
    """Working days since the limit, 0 if it has not passed.

    Also 0 on the non-working days right after it: ask `is_overdue` whether it has passed.
    """
    return cal.working_days_between(due, today) if due is not None and today > due else 0


def light(
    state: PartState, due: date | None, today: date, cal: WorkCalendar, policy: Policy
) -> Light:
    """The light on that local day.

    For a submitted part pass the day of the submission as `today`: time on the
    coordinator's desk never counts against a department.
    """
    if state is PartState.paused:
        return Light.grey
    if due is None or state in ENDED_STATES:
        return Light.none
    if is_overdue(due, today):
        return Light.red
    # Walking on from today keeps a limit in the far future as cheap as one next week.
    near = cal.add_working_days(today, policy.yellow_within + 1) > due
    return Light.yellow if near else Light.green


def decline_until(delivered_at: datetime, cal: WorkCalendar, policy: Policy) -> date:
    """The last local day on which a department may say that a duty is not its own."""
    return cal.add_working_days(cal.local_date(delivered_at), policy.decline_within)


def steps(
    facts: PartFacts, after: datetime, until: datetime, policy: Policy, cal: WorkCalendar
) -> list[Step]:
    """Every step in (after, until], in order, before merging."""
    return reckon(facts, after, until, policy, cal)[0]


def next_step(facts: PartFacts, after: datetime, policy: Policy, cal: WorkCalendar) -> Step | None:
    """The first step strictly after that instant; None when nothing will ever be due."""
    return reckon(facts, after, after, policy, cal)[1]


def reckon(
    facts: PartFacts, after: datetime, until: datetime, policy: Policy, cal: WorkCalendar
) -> tuple[list[Step], Step | None]:
    """The steps in (after, until], and the first one behind them: what a sweep needs, in one
    walk."""
    found: list[Step] = []
    for source in _heard(facts, after, policy, cal):
        for step in source:
            found.append(step)
            if step.at > until:
                break
    found.sort(key=lambda step: (step.day, -_STRENGTH[step.kind], step.key))
    taken = [step for step in found if step.at <= until]
    return taken, next((step for step in found if step.at > until), None)


def merge(found: Iterable[Step], today: date | None = None) -> tuple[Step, ...]:
    """What one sweep says of one part: one ask, the blue slip, one draft.

    After downtime one message, not many: of the asks the strongest (overdue, limit, milestone,
    last call, period, arrangements, sign), of several alike the latest; the blue slip if it
    fell due; the stronger of the drafts. With `today`, asks that have expired are left out, such
    as those for a period that closed while the process was down.
    """
    asks: list[Step] = []
    blue: list[Step] = []
    drafts: list[Step] = []
    for step in sorted(found, key=lambda step: (_STRENGTH[step.kind], step.at, step.key)):
        if step.kind in DRAFTS:
            drafts.append(step)
        elif step.kind is StepKind.blue_slip:
            blue.append(step)
        elif today is None or step.expires is None or today <= step.expires:
            asks.append(step)
    return (*asks[-1:], *blue[-1:], *drafts[-1:])


def _heard(
    facts: PartFacts, after: datetime, policy: Policy, cal: WorkCalendar
) -> Iterator[Iterator[Step]]:
    """The steps strictly after that instant, for ever: each sort by itself, in order."""
    if facts.state not in OPEN_STATES or facts.pending_request:
        return
    start = max(cal.local_date(after), facts.issued_on + DAY)
    quiet_until = date.min
    if facts.answered_on is not None:
        quiet_until = cal.add_working_days(facts.answered_on, policy.quiet_after_answer)
    for source in _sources(facts):
        yield (
            step
            for step in _bounded(source, facts, start, policy, cal)
            if step.at > after and (step.day > quiet_until or step.kind in SLIPS)
        )


_Source = Callable[[PartFacts, date, Policy, WorkCalendar], Iterator[Step]]
"""Makes the steps of one sort on and after the given day, in the order of their days."""


def _sources(facts: PartFacts) -> list[_Source]:
    if facts.once:
        return _once(facts)
    asked: list[_Source] = [_periods]
    if facts.role is PartRole.cooperating:
        return asked
    if facts.state is PartState.issued and facts.delivered_at is not None:
        asked.append(_sign)
    asked.append(_nodes)
    if facts.due is None:
        return [*asked, _arrangements]
    return [*asked, _limit, _overdue, _slips]


def _once(facts: PartFacts) -> list[_Source]:
    """One answer is asked for, towards the limit if there is one; a limit that passed without
    submission is overdue all the same."""
    if facts.role is PartRole.cooperating:
        return []
    asked: list[_Source] = [_nodes]
    if facts.state is PartState.issued and facts.delivered_at is not None:
        asked.append(_sign)
    if facts.due is None:
        return [*asked, _arrangements]
    if facts.answered_on is None:
        asked.append(_limit)
    return [*asked, _overdue, _slips]


def _bounded(
    source: _Source, facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar
) -> Iterator[Step]:
    # A limit in the year 9999 is nonsense but must not stop the sweep of all others.
    try:
        yield from source(facts, start, policy, cal)
    except OverflowError:
        return


def _sign(facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar) -> Iterator[Step]:
    assert facts.delivered_at is not None
    delivered_on = cal.local_date(facts.delivered_at)
    for n in range(policy.sign_repeats):
        day = cal.add_working_days(delivered_on, policy.sign_within + n)
        if day >= start:
            yield _step(StepKind.sign, day, f"{policy.sign_within + n}:{delivered_on}", cal)


def _arrangements(
    facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar
) -> Iterator[Step]:
    if facts.answered_on is None:
        day = cal.add_working_days(facts.issued_on, policy.arrangements_ask_after)
        if day >= start:
            yield _step(StepKind.arrangements, day, f"{facts.issued_on}", cal)


def _limit(facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar) -> Iterator[Step]:
    assert facts.due is not None
    by_day: dict[date, int] = {}
    for rung in sorted(policy.rungs, reverse=True):
        day = cal.add_working_days(facts.due, -rung) if rung else cal.on_or_before(facts.due)
        by_day[day] = rung
    for day, rung in by_day.items():
        if day >= start:
            yield _step(
                StepKind.limit, day, f"{rung}:{facts.due}", cal, rung=rung, expires=facts.due
            )


PASSED = "passed"
"""Stands in the key of a milestone's ask for its rung once its day has passed."""


def node_of(key: str) -> tuple[int, date]:
    """The number and the day of the milestone for which an ask with that key was made."""
    _, _, number, day = key.split(":")
    return int(number), date.fromisoformat(day)


def _nodes(facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar) -> Iterator[Step]:
    found: list[Step] = []
    for number, day in facts.nodes:
        by_day: dict[date, str] = {}
        for rung in sorted(policy.node_rungs, reverse=True):
            asked_on = cal.add_working_days(day, -rung) if rung else cal.on_or_before(day)
            by_day[asked_on] = f"{rung}"
        passed = max(day, facts.issued_on, facts.resumed_on or date.min)
        by_day[cal.add_working_days(passed, 1)] = PASSED
        for asked_on, rung_name in by_day.items():
            if asked_on >= start:
                expires = None if rung_name == PASSED else day
                made_for = f"{rung_name}:{number}:{day}"
                found.append(_step(StepKind.node, asked_on, made_for, cal, expires=expires))
    yield from sorted(found, key=lambda step: (step.day, step.key))


def _overdue(facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar) -> Iterator[Step]:
    assert facts.due is not None
    passed = max(facts.due, facts.issued_on, facts.resumed_on or date.min)
    day = passed
    for n in range(1, policy.overdue_daily_until + 1):
        day = cal.add_working_days(passed, n)
        if day >= start:
            yield _step(StepKind.overdue, day, f"{day}:{facts.due}", cal)
    # From the week of `start` on, so that a task overdue for years costs no more.
    last_daily, later = day, max(day, start)
    monday = later - timedelta(days=later.weekday())
    for week in count():
        monday_of = monday + timedelta(weeks=week)
        day = cal.on_or_after(monday_of)
        if last_daily < day < monday_of + timedelta(weeks=1) and day >= start:
            yield _step(StepKind.overdue, day, f"{day}:{facts.due}", cal)


def _slips(facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar) -> Iterator[Step]:
    assert facts.due is not None
    passed = max(facts.due, facts.issued_on, facts.resumed_on or date.min)
    for after, kind in sorted(
        (
            (policy.blue_after, StepKind.blue_slip),
            (policy.yellow_slip_after, StepKind.yellow_slip),
            (policy.red_slip_after, StepKind.red_slip),
        )
    ):
        day = cal.add_working_days(passed, after)
        if day >= start:
            yield _step(kind, day, f"{facts.due}", cal)


def _periods(facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar) -> Iterator[Step]:
    """The asks for reports, and before each period closes the last call."""
    for period, asked_on in _open_periods(facts, start, policy, cal):
        key = period.key
        if asked_on >= start:
            expires = periods.answer_day(period, facts.role, cal)
            yield _step(StepKind.period, asked_on, key, cal, period=key, expires=expires)
        if facts.role is PartRole.cooperating:
            continue
        day = periods.last_call_day(period, cal)
        if day >= start:
            yield _step(StepKind.last_call, day, key, cal, period=key, expires=period.closes)


def _open_periods(
    facts: PartFacts, start: date, policy: Policy, cal: WorkCalendar
) -> Iterator[tuple[Period, date]]:
    """The unanswered periods from the one of `start` on, with the day of the ask."""
    answers = () if facts.answered_on is None else (facts.answered_on,)
    period = first_period(facts, policy, cal)
    if start > period.closes:
        period = periods.period_of(start, cal, period.months)
    while True:
        asked_on = periods.ask_day(period, facts.role, cal, has_cooperating=facts.has_cooperating)
        if not periods.is_answered(period, asked_on, answers, cal):
            yield period, asked_on
        period = periods.next_period(period, cal)


def first_period(facts: PartFacts, policy: Policy, cal: WorkCalendar) -> Period:
    """The first period for which the part is asked: a quarter, if the task has no limit."""
    if facts.due is not None:
        return periods.first_asked_period(facts.issued_on, cal)
    arranged = cal.add_working_days(facts.issued_on, policy.arrangements_within)
    return periods.first_asked_period(arranged, cal, periods.QUARTER)


def _step(
    kind: StepKind,
    day: date,
    made_for: str,
    cal: WorkCalendar,
    *,
    rung: int | None = None,
    period: str | None = None,
    expires: date | None = None,
) -> Step:
    return Step(kind, day, cal.opens(day), f"{kind}:{made_for}", rung, period, expires)
