"""PURE. Working days and office hours: the only place that knows a holiday.

Statutory holidays and make-up working days of mainland China come from the kept package
`chinese_calendar`, for the years that it holds. Beyond them a working day is Monday to
Friday: the State Council publishes each year's arrangement only in the autumn before, and
a limit in two years must still be computable today. `covers` tells the two apart, so that
a door can warn. The operator's own days come first everywhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar

SATURDAY = 5
DAY = timedelta(days=1)

REMEMBERED = 4096
"""Days of which a calendar remembers when they open."""


class _Year(NamedTuple):
    """A year's working days as ordinals, in order for counting and as a set for asking."""

    days: tuple[int, ...]
    lookup: frozenset[int]


@lru_cache(maxsize=256)
def _published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=256)
def _statutory(year: int) -> frozenset[int]:
    """The year's working days before any operator's override."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    every = range(first, last + 1)
    if _published(year):
        return frozenset(n for n in every if chinese_calendar.is_workday(date.fromordinal(n)))
    return frozenset(n for n in every if date.fromordinal(n).weekday() < SATURDAY)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The office's days and hours.

    `overrides` are the operator's own days (True: a working day, False: none); they are
    copied, so later changes need a new calendar. `windows` are the hours in which people
    may be reminded, each half-open `[start, end)`, in order and without overlap.
    `end_of_day` is when a working day ends for limits with an hour (签收 until 18:00).
    All times of day are the wall clock of `zone`; all instants given must carry a zone, all
    instants returned are UTC. A day beyond the years 1-9999 raises OverflowError; a naive
    instant or a window that is none raises ValueError.
    """

    zone: ZoneInfo
    overrides: Mapping[date, bool] = field(default_factory=dict, hash=False)
    windows: tuple[tuple[time, time], ...] = (
        (time(9, 0), time(11, 30)),
        (time(14, 30), time(17, 30)),
    )
    end_of_day: time = time(18, 0)
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _opens: dict[date, datetime] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        edges = [edge for window in self.windows for edge in window]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            raise ValueError(f"windows must be in order and not overlap: {self.windows}")
        object.__setattr__(self, "overrides", MappingProxyType(dict(self.overrides)))

    def is_working_day(self, d: date) -> bool:
        return d.toordinal() in self._year(d.year).lookup

    def covers(self, d: date) -> bool:
        """Whether the official arrangement of that day's year is known."""
        return _published(d.year)

    def uncovered_years(self, first: date, last: date) -> tuple[int, ...]:
        """The years from `first` to `last`, both included, whose arrangement is not known."""
        return tuple(y for y in range(first.year, last.year + 1) if not _published(y))

    def add_working_days(self, d: date, n: int) -> date:
        """The n-th working day after `d` (before it, when `n` is negative).

        The day `d` itself is never counted, whether it is a working day or not. With n = 0
        the answer is `d`, or the first working day after it when `d` is none.
        """
        if n == 0:
            return self.on_or_after(d)
        year, ordinal = d.year, d.toordinal()
        days = self._year(year).days
        at = bisect_right(days, ordinal) + n - 1 if n > 0 else bisect_left(days, ordinal) + n
        while at < 0:
            year -= 1
            days = self._year(year).days
            at += len(days)
        while at >= len(days):
            at -= len(days)
            year += 1
            days = self._year(year).days
        return date.fromordinal(days[at])

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative when `b` comes first."""
        if b < a:
            return -self.working_days_between(b, a)
        through_b = bisect_right(self._year(b.year).days, b.toordinal())
        through_a = bisect_right(self._year(a.year).days, a.toordinal())
        return through_b - through_a + sum(len(self._year(y).days) for y in range(a.year, b.year))

    def on_or_before(self, d: date) -> date:
        """`d`, or the last working day before it."""
        return d if self.is_working_day(d) else self.add_working_days(d, -1)

    def on_or_after(self, d: date) -> date:
        """`d`, or the first working day after it."""
        return d if self.is_working_day(d) else self.add_working_days(d, 1)

    def local(self, instant: datetime) -> datetime:
        """The instant on the office's wall clock."""
        if instant.tzinfo is None:
            raise ValueError("an instant without time zone")
        return instant.astimezone(self.zone)

    def local_date(self, instant: datetime) -> date:
        return self.local(instant).date()

    def at(self, d: date, when: time) -> datetime:
        """That time of that day, in UTC.

        An hour that the change to summer time skips is read with the offset before the
        change, one that comes twice is the first: both stay on the day and keep the order.
        """
        return datetime.combine(d, when.replace(fold=0), tzinfo=self.zone).astimezone(UTC)

    def day_start(self, d: date) -> datetime:
        """The first instant of that local day, in UTC: the end of the day before."""
        return self.at(d, time(0, 0))

    def opens(self, d: date) -> datetime:
        """When the first window of that day opens, in UTC; the day need not be a working day."""
        found = self._opens.get(d)
        if found is None:
            if len(self._opens) >= REMEMBERED:
                self._opens.clear()
            found = self._opens[d] = self.at(d, self.windows[0][0])
        return found

    def in_window(self, instant: datetime) -> bool:
        return self.window_start(instant) is not None

    def openings(self, d: date) -> list[datetime]:
        """When the windows of that day open, in UTC; none on a day that is no working day."""
        return [start for start, _ in self._windows_of(d)]

    def window_start(self, instant: datetime) -> datetime | None:
        """When the window in which the instant lies opened, in UTC; None outside windows."""
        for start, end in self._windows_of(self.local_date(instant)):
            if start <= instant < end:
                return start
        return None

    def next_window(self, instant: datetime) -> datetime:
        """The instant itself (in UTC) inside a window, else when the next window opens."""
        today = self.local_date(instant)
        for start, end in self._windows_of(today):
            if instant < end:
                return max(start, instant.astimezone(UTC))
        return self.opens(self.add_working_days(today, 1))

    def following_window(self, instant: datetime) -> datetime:
        """When the next window opens, in UTC: of one that is open, the one after it."""
        ends = [
            end for start, end in self._windows_of(self.local_date(instant)) if start <= instant
        ]
        return self.next_window(max([instant.astimezone(UTC), *ends]))

    def _windows_of(self, d: date) -> list[tuple[datetime, datetime]]:
        # Compared in UTC: on the wall clock an hour that comes twice would open a window twice.
        if not self.is_working_day(d):
            return []
        return [(self.at(d, start), self.at(d, end)) for start, end in self.windows]

    def _year(self, year: int) -> _Year:
        found = self._years.get(year)
        if found is None:
            if not date.min.year <= year <= date.max.year:
                raise OverflowError(f"no working day is known in the year {year}")
            lookup = set(_statutory(year))
            for d, working in self.overrides.items():
                if d.year == year:
                    (lookup.add if working else lookup.discard)(d.toordinal())
            found = _Year(tuple(sorted(lookup)), frozenset(lookup))
            # Two threads may both build it; they build the same, and the store is one step.
            self._years[year] = found
        return found
