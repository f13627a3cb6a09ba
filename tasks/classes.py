"""PURE. The five classes of a summary (进展分类), and percentages that add up to 100.

The rules are those of design §2, in its order: the first that holds decides. A percent
never sets a class, and a task without a limit is never ahead.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tasks.calendars import WorkCalendar
from tasks.due import Policy, is_overdue
from tasks.vocabulary import Pace, PartRole, PartState, ProgressClass

_SET_ASIDE = frozenset({PartState.cancelled, PartState.paused, PartState.declined})
"""States in which nothing is judged: cancelled, paused, decline pending."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a part stands; days are local days of the office.

    `submitted_on`: day of the submission, or of the request for more time, that waits for the
    office; for a lead also that of the lead who submitted for all; None again when it was
    withdrawn or decided.
    `reported`: a report was ever made. `last_pace` and `last_expected`: what the latest
    report says, None where it says nothing. `silent_periods`: periods closed since the last
    answer that were asked for, delivered and not answered; any answer makes it 0. `node`:
    earliest milestone not yet met, None without one.
    """

    state: PartState
    role: PartRole = PartRole.lead
    due: date | None = None
    submitted_on: date | None = None
    reported: bool = False
    last_pace: Pace | None = None
    last_expected: date | None = None
    silent_periods: int = 0
    node: date | None = None
    desk_days: int = 0


@dataclass(frozen=True, slots=True)
class Classified:
    """The class, and whether it is only carried over one unanswered period (沿用上期)."""

    cls: ProgressClass
    carried: bool = False


def classify(standing: Standing, today: date, cal: WorkCalendar, policy: Policy) -> Classified:
    """The class of one part on that local day."""
    state = standing.state
    if state in _SET_ASIDE:
        return Classified(ProgressClass.other)
    if state is PartState.closed:
        return Classified(ProgressClass.done)
    # Submission freezes the class: the days on the coordinator's desk are not the department's.
    judged_on = today if standing.submitted_on is None else standing.submitted_on
    limit = judged_limit(standing.due, standing.desk_days, cal)
    if is_overdue(limit, judged_on) or is_overdue(standing.node, judged_on):
        return Classified(ProgressClass.behind)
    silent = 0 if state is PartState.submitted else standing.silent_periods
    if silent >= policy.silent_behind:
        return Classified(ProgressClass.behind)
    if not standing.reported and state is not PartState.submitted:
        return Classified(ProgressClass.other)
    return Classified(_by_last_report(standing, cal, policy), carried=silent > 0)


def judged_limit(due: date | None, desk_days: int, cal: WorkCalendar) -> date | None:
    """The day from which a limit counts as passed: the office's own days are added to it."""
    return cal.add_working_days(due, desk_days) if due is not None and desk_days else due


def _by_last_report(standing: Standing, cal: WorkCalendar, policy: Policy) -> ProgressClass:
    due, expected = standing.due, standing.last_expected
    if standing.last_pace is Pace.behind:
        return ProgressClass.behind
    if due is None:
        return ProgressClass.on_schedule
    if expected is not None and expected > due:
        return ProgressClass.behind
    if standing.last_pace is Pace.ahead:
        return ProgressClass.ahead
    if expected is not None and expected <= cal.add_working_days(due, -policy.ahead_margin):
        return ProgressClass.ahead
    return ProgressClass.on_schedule


def classify_task(
    parts: Iterable[Standing], today: date, cal: WorkCalendar, policy: Policy
) -> Classified:
    """The class of a task from the standings of its parts; cooperating parts do not count.

    Behind if any part is, done if all are, other if none is more than that, ahead if every
    open one is, else on schedule. A part that was cancelled while others go on (转办) no
    longer counts. The first listed lead submits for all: its submission freezes the others.
    """
    counted = [part for part in parts if part.role is not PartRole.cooperating]
    live = [part for part in counted if part.state is not PartState.cancelled]
    judged = [(part.state, classify(part, today, cal, policy)) for part in _frozen_together(live)]
    classes = {found.cls for _, found in judged}
    carried = any(found.carried for _, found in judged)
    if ProgressClass.behind in classes:
        behind = [found for _, found in judged if found.cls is ProgressClass.behind]
        return Classified(ProgressClass.behind, all(found.carried for found in behind))
    if classes <= {ProgressClass.other}:
        return Classified(ProgressClass.other)
    if classes == {ProgressClass.done}:
        return Classified(ProgressClass.done)
    still_open = {
        found.cls
        for state, found in judged
        if state is not PartState.closed and state not in _SET_ASIDE
    }
    if still_open == {ProgressClass.ahead}:
        return Classified(ProgressClass.ahead, carried)
    return Classified(ProgressClass.on_schedule, carried)


def _frozen_together(parts: Sequence[Standing]) -> list[Standing]:
    first = next((part for part in parts if part.role is PartRole.lead), None)
    # One that declines, or asks for more time, speaks for itself alone.
    if first is None or first.state is not PartState.submitted or first.submitted_on is None:
        return list(parts)
    return [
        replace(part, submitted_on=first.submitted_on) if part.role is PartRole.lead else part
        for part in parts
    ]


def shares(counts: Mapping[ProgressClass, int]) -> dict[ProgressClass, Decimal]:
    """Percent of each class with one decimal, by largest remainder: the sum is exactly 100.0.

    All five classes are in the answer, in their order; all are 0.0 when there is nothing to
    share. Equal remainders go to the class that comes first. A negative count raises
    ValueError.
    """
    if any(counted < 0 for counted in counts.values()):
        raise ValueError(f"a class cannot hold fewer than no tasks: {dict(counts)}")
    total = sum(counts.values())
    if total == 0:
        return dict.fromkeys(ProgressClass, Decimal("0.0"))
    tenths = {cls: divmod(counts.get(cls, 0) * 1000, total) for cls in ProgressClass}
    left = 1000 - sum(whole for whole, _ in tenths.values())
    rounded_up = sorted(ProgressClass, key=lambda cls: -tenths[cls][1])[:left]
    return {
        cls: Decimal(whole + (cls in rounded_up)).scaleb(-1) for cls, (whole, _) in tenths.items()
    }


def elapsed_percent(issued_on: date, due: date | None, today: date) -> int | None:
    """How much of the time from issue to limit has passed, in percent of calendar days.

    Between 0 and 100; None without a limit or with one not after the issue.
    """
    if due is None or due <= issued_on:
        return None
    passed = (min(max(today, issued_on), due) - issued_on).days
    return passed * 100 // (due - issued_on).days


def asks_about_limit(
    percent: int | None, issued_on: date, due: date | None, today: date, policy: Policy
) -> bool:
    """Whether reported progress is so far below elapsed time that one asks if it will do."""
    elapsed = elapsed_percent(issued_on, due, today)
    return percent is not None and elapsed is not None and elapsed - percent >= policy.lag_points
