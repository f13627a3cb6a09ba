"""PURE. Days of the calendar that spoken dates are made of; no working calendar is asked."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

ROLLS_WITHIN = 270
"""A month and day that has passed is next year's, if that is no further off than this."""

Found = tuple[date, bool] | None
"""A day, and whether it is over by its own words (昨天) or for good (去年)."""


@dataclass(frozen=True, slots=True)
class Form:
    """A way to name a day. `resolve` may raise ValueError or OverflowError: no such day."""

    pattern: re.Pattern[str]
    resolve: Callable[[re.Match[str], date], Found]


def last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def after_working_days(day: date, n: int) -> date:
    """The n-th day after it that is a Monday to Friday."""
    weeks, left = divmod(n, 5)
    if day.weekday() > 4:
        day -= timedelta(days=day.weekday() - 4)
    day += timedelta(weeks=weeks)
    for _ in range(left):
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    return day


def part_of(year: int, month: int, part: str) -> date:
    if "下旬" in part or part[-1] in "底末":
        return last_of(year, month)
    if part == "上旬" or part[-1] == "初":
        return date(year, month, 10)
    return date(year, month, 20)


def shift(today: date, months: int) -> tuple[int, int]:
    years, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return years, month + 1


def rolled(day: date, today: date, again: Callable[[int], date]) -> Found:
    """A day without a year: this year's, next year's once it has passed."""
    if day >= today:
        return day, False
    later = again(day.year + 1)
    return (later, False) if (later - today).days <= ROLLS_WITHIN else (day, True)


def month_day(year: int | None, month: int, day: int, today: date) -> Found:
    if year is not None:
        exact = date(year, month, day)
        return exact, exact < today
    return rolled(date(today.year, month, day), today, lambda y: date(y, month, day))
