"""PURE. Reporting periods: when a month closes, and who is asked for it on which day.

A period ends with the closing day C, the 25th or the working day before, and begins on the
day after the one before it, so that every day belongs to exactly one period. Days are whole
local days of the office: an answer late on the evening of C still belongs to it.

The days are those of design §5; the reporting day "by the 25th to 28th" and the lead who
needs the cooperating departments' answers before its own are practice (domain.md b12, c).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from tasks.calendars import DAY, WorkCalendar
from tasks.vocabulary import PartRole

CLOSING_DAY = 25
"""Day of the month on which a period closes, if it is a working day."""

ASK_COOPERATING, DUE_COOPERATING = 6, 3
"""Working days before C on which a cooperating department is asked, and has to answer."""

ASK_LEAD_WITH_COOPERATING, ASK_OTHERS = 3, 5
"""Working days before C on which the lead is asked: later, if others write for it first."""

LAST_CALL = 1
"""Working days before C of the last call, which only the silent get."""

LISTED = 1
"""Working days after C on which the coordinator gets the list."""

NOTICE_BEFORE_CLOSING = 10
"""Issued fewer working days than this before C, a task is first asked in the next period."""

SETTLED_BEFORE_ASK = 5
"""A report within this many working days before the ask answers the period, too."""

MONTH, QUARTER = 1, 3
"""Lengths of a period in months; tasks without a limit are asked by the quarter."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One reporting period: from `opens` to `closes` (its C), both days included.

    `key` is "2026-09" for a month and "2026-Q3" for a quarter.
    """

    closes: date
    opens: date
    year: int
    month: int
    months: int = MONTH

    @property
    def key(self) -> str:
        if self.months == QUARTER:
            return f"{self.year:04}-Q{self.month // 3}"
        return f"{self.year:04}-{self.month:02}"

    def contains(self, day: date) -> bool:
        return self.opens <= day <= self.closes


def closing_day(year: int, month: int, cal: WorkCalendar) -> date:
    """C of that month: the 25th, or the working day before."""
    return cal.on_or_before(date(year, month, CLOSING_DAY))


def period_of(day: date, cal: WorkCalendar, months: int = MONTH) -> Period:
    """The period to which that local day belongs. Raises OverflowError after the year 9999."""
    month = -(-day.month // months) * months
    period = _period(day.year, month, months, cal)
    while day > period.closes:
        period = next_period(period, cal)
    return period


def period_named(key: str, cal: WorkCalendar) -> Period:
    """The period with that key. Raises ValueError for text that is none."""
    year, _, rest = key.partition("-")
    if rest.startswith("Q"):
        return _period(int(year), int(rest[1:]) * QUARTER, QUARTER, cal)
    return _period(int(year), int(rest), MONTH, cal)


def previous_period(period: Period, cal: WorkCalendar) -> Period:
    return _period(*_shift(period.year, period.month, -period.months), period.months, cal)


def next_period(period: Period, cal: WorkCalendar) -> Period:
    return _period(*_shift(period.year, period.month, period.months), period.months, cal)


def bounds(period: Period, cal: WorkCalendar) -> tuple[datetime, datetime]:
    """First instant of the period and first instant after it, in UTC."""
    return cal.day_start(period.opens), cal.day_start(period.closes + DAY)


def ask_day(
    period: Period, role: PartRole, cal: WorkCalendar, *, has_cooperating: bool = False
) -> date:
    """The working day on which a part of that role is asked for the period.

    `has_cooperating`: cooperating departments answer into this part's report first.
    """
    if role is PartRole.cooperating:
        ahead = ASK_COOPERATING
    elif role is PartRole.lead and has_cooperating:
        ahead = ASK_LEAD_WITH_COOPERATING
    else:
        ahead = ASK_OTHERS
    return cal.add_working_days(period.closes, -ahead)


def answer_day(period: Period, role: PartRole, cal: WorkCalendar) -> date:
    """The last day to answer: C, for a cooperating department C-3."""
    if role is PartRole.cooperating:
        return cal.add_working_days(period.closes, -DUE_COOPERATING)
    return period.closes


def last_call_day(period: Period, cal: WorkCalendar) -> date:
    return cal.add_working_days(period.closes, -LAST_CALL)


def list_day(period: Period, cal: WorkCalendar) -> date:
    """When the coordinator gets the list of who answered and who did not."""
    return cal.add_working_days(period.closes, LISTED)


@lru_cache(maxsize=2048)
def first_asked_period(issued_on: date, cal: WorkCalendar, months: int = MONTH) -> Period:
    """The first period for which a task issued that day is asked at all."""
    period = period_of(issued_on, cal, months)
    if cal.working_days_between(issued_on, period.closes) < NOTICE_BEFORE_CLOSING:
        return next_period(period, cal)
    return period


def is_answered(
    period: Period, asked_on: date, answered_on: Iterable[date], cal: WorkCalendar
) -> bool:
    """Whether answers on those local days answer the period that was asked on that day."""
    since = min(period.opens, cal.add_working_days(asked_on, -SETTLED_BEFORE_ASK))
    return any(since <= day <= period.closes for day in answered_on)


@lru_cache(maxsize=2048)
def _period(year: int, month: int, months: int, cal: WorkCalendar) -> Period:
    opens = closing_day(*_shift(year, month, -months), cal) + DAY
    return Period(closing_day(year, month, cal), opens, year, month, months)


def _shift(year: int, month: int, months: int) -> tuple[int, int]:
    years, month = divmod(year * 12 + month - 1 + months, 12)
    if not date.min.year <= years <= date.max.year:
        raise OverflowError(f"no period closes in the year {years}")
    return years, month + 1
