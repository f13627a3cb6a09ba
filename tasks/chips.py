"""PURE. Days that one tap can say: by when the work will be done, to when a limit is put off.

One rule: a chip is a working day that lies ahead, and no day is offered twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tasks.calendars import DAY, WorkCalendar

LATER = (5, 10, 20)
"""Working days by which a limit is usually put off."""


class ChipKind(StrEnum):
    """What a day is called on its button."""

    this_week = "this_week"  # 本周
    next_week = "next_week"  # 下周
    month_end = "month_end"  # 月底


@dataclass(frozen=True, slots=True)
class Chip:
    """A day and what it is called."""

    kind: ChipKind
    day: date


def date_chips(today: date, cal: WorkCalendar) -> tuple[Chip, ...]:
    """By when the work will be done: the last working day of this week, of the next, of the
    month, in the order of the days. Weeks run from Monday to Sunday, so a working Saturday
    counts; a week that is all holidays offers nothing."""
    monday = today - timedelta(days=today.weekday())
    found: dict[date, ChipKind] = {}
    for kind, first, after in (
        (ChipKind.this_week, monday, monday + 7 * DAY),
        (ChipKind.next_week, monday + 7 * DAY, monday + 14 * DAY),
        (ChipKind.month_end, today.replace(day=1), _next_month(today)),
    ):
        last = cal.on_or_before(after - DAY)
        if last >= max(first, today):
            found.setdefault(last, kind)
    return tuple(Chip(found[day], day) for day in sorted(found))


def later_chips(limit: date, today: date, cal: WorkCalendar) -> tuple[date, ...]:
    """To when a limit is put off: some working days after it, or after today where it has
    passed, and the end of a month. None where the calendar ends."""
    base = max(limit, today)
    try:
        ends = [cal.on_or_before(month - DAY) for month in _months_after(base)]
        days = {cal.add_working_days(base, n) for n in LATER}
    except OverflowError:
        return ()
    days.add(next(end for end in ends if end > base))
    return tuple(sorted(days))


def _months_after(day: date) -> Iterable[date]:
    """The first days of the two months after that of `day`."""
    following = _next_month(day)
    return following, _next_month(following)


def _next_month(day: date) -> date:
    """The first day of the next month. Raises OverflowError where there is none."""
    if (day.year, day.month) == (date.max.year, 12):
        raise OverflowError("no month after that")
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
