"""PURE. When something that is said again and again is said next.

One rule: a run is a moment inside a window of a working day. What a rule names outside of one
(a holiday, the noon break, the evening) moves to the next window that opens.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any

from tasks.calendars import DAY, WorkCalendar

WEEK = 7
LAST = 31
"""The day of a month that stands for its last."""

_LOOKED_AT = 800
"""Days, weeks or months looked at before a rule is held to name nothing any more."""


class Every(StrEnum):
    """How often something is said."""

    once = "once"  # 一次
    daily = "daily"  # 每个工作日
    weekly = "weekly"  # 每周
    monthly = "monthly"  # 每月


@dataclass(frozen=True, slots=True)
class Rule:
    """At which times of the office's clock something is said.

    `day` is the weekday (Monday 0) of a weekly rule and the day of the month of a monthly one:
    a shorter month has its last day instead. `on` is the day of a single time. Raises
    ValueError for a rule that names no day.
    """

    every: Every
    at: time
    day: int = 0
    on: date | None = None

    def __post_init__(self) -> None:
        fits = {
            Every.once: self.on is not None,
            Every.daily: True,
            Every.weekly: 0 <= self.day < WEEK,
            Every.monthly: 1 <= self.day <= LAST,
        }
        if not fits[self.every] or self.at.tzinfo is not None:
            raise ValueError(f"no such rule: {self}")


def next_run(rule: Rule, after: datetime, cal: WorkCalendar) -> datetime | None:
    """The first run later than `after`, in UTC; None for a single time that has passed.

    Two times that move into one window are one run, so whoever slept through many hears one.
    """
    # What was named before the last working day has been moved into it at the latest.
    since = cal.add_working_days(cal.local_date(after), -1)
    for day in islice(_days(rule, since, cal), _LOOKED_AT):
        moment = cal.next_window(cal.at(day, rule.at))
        if moment > after:
            return moment
    return None


def _days(rule: Rule, since: date, cal: WorkCalendar) -> Iterator[date]:
    """The days that a rule names, from `since` on and in order."""
    if rule.every is Every.once:
        assert rule.on is not None
        yield rule.on
    elif rule.every is Every.daily:
        day = cal.on_or_after(since)
        while True:
            yield day
            day = cal.add_working_days(day, 1)
    elif rule.every is Every.weekly:
        day = since + timedelta(days=(rule.day - since.weekday()) % WEEK)
        while True:
            yield day
            day += WEEK * DAY
    else:
        first = since.replace(day=1)
        while True:
            length = monthrange(first.year, first.month)[1]
            day = first.replace(day=min(rule.day, length))
            if day >= since:
                yield day
            first += length * DAY


def as_facts(rule: Rule) -> dict[str, Any]:
    """The rule as JSON keeps it."""
    return {
        "every": rule.every.value,
        "at": f"{rule.at:%H:%M}",
        "day": rule.day,
        "on": None if rule.on is None else rule.on.isoformat(),
    }


def rule_of(facts: Mapping[str, Any]) -> Rule:
    """The rule that `as_facts` wrote."""
    on = facts.get("on")
    return Rule(
        Every(facts["every"]),
        time.fromisoformat(facts["at"]),
        int(facts.get("day", 0)),
        None if on is None else date.fromisoformat(on),
    )
