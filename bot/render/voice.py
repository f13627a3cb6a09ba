"""PURE. Who speaks, in which language: a key of the catalogue and facts become a sentence.

One rule: no words in Python. Dates, lists and terms are worded by the catalogue too.

A placeholder may say how its fact is to read, since facts that come out of a row of the
outbox are plain JSON: `{due:day}` 11月27日, `{at:when}` 11月27日09:00, `{state:part_state}`
the term, `{n:task|tasks}` the first word for one and the second for any other number.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from string import Formatter
from typing import Any

from bot.render.wording import FULL_NAME, Html, cut, escaped, one_line
from bot.texts import catalogue
from tasks.calendars import WorkCalendar

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Voice:
    """The office speaking one language: its name and telephone sign what it says."""

    language: str
    office: str
    phone: str | None
    cal: WorkCalendar
    today: date | None = None

    def say(self, key: str, /, **facts: Any) -> Html:
        """A sentence of the catalogue as HTML, every fact formatted and escaped. Raises
        KeyError for a key or a fact that is missing."""
        return Html(_Filler(self, html=True).vformat(self._words[key], (), facts))

    def plain(self, key: str, /, **facts: Any) -> str:
        """The same for where no HTML is read: labels of buttons, toasts, placeholders."""
        return _Filler(self, html=False).vformat(self._words[key], (), facts)

    def knows(self, key: str) -> bool:
        return key in self._words

    def term(self, value: StrEnum) -> str:
        """The term of the trade for a value."""
        return self.term_of(_CAPITAL.sub("_", type(value).__name__).lower(), value)

    def term_of(self, kind: str, value: str) -> str:
        """The term for a stored value of that kind; the value itself where there is none."""
        return self._words.get(f"terms.{kind}.{value}", str(value))

    def day(self, day: date, today: date | None = None) -> str:
        """11月27日; with the year where it is not that of `today`."""
        return self._dated("day" if today is None or today.year == day.year else "far", day)

    def short(self, day: date, today: date | None = None) -> str:
        """11-27; with the year where it is not that of `today`."""
        near = today is None or today.year == day.year
        return self._dated("short" if near else "short_far", day)

    def full(self, day: date) -> str:
        """11月27日（周五）; with the year where it is not this one."""
        near = self.today is None or self.today.year == day.year
        return self._dated("full" if near else "full_far", day)

    def in_month(self, day: date, today: date) -> str:
        """27日; with the month where it is not that of `today`."""
        near = (today.year, today.month) == (day.year, day.month)
        return self._dated("in_month", day) if near else self.day(day, today)

    def when(self, instant: datetime) -> str:
        """11月27日09:00 on the office's clock."""
        local = self.cal.local(instant)
        return self.plain("dates.when", day=self.day(local.date()), time=f"{local:%H:%M}")

    def days(self, days: Iterable[date]) -> str:
        """11月17、20、23日: days, the month said once."""
        months: dict[int, list[date]] = {}
        for day in days:
            months.setdefault(day.month, []).append(day)
        return self.listed(
            self._dated("days", found[0], days=self.listed(f"{day.day}" for day in found))
            for found in months.values()
        )

    def listed(self, items: Iterable[str]) -> str:
        """Items as a list within a sentence."""
        return self._words["lists.joiner"].join(items)

    def tasks(self, numbers: Iterable[int]) -> str:
        """#12、#20."""
        return self.listed(f"#{number}" for number in numbers)

    def names(self, names: Iterable[str], most: int = 8) -> str:
        """Names as a list, the first ones of many."""
        every = [cut(name, FULL_NAME) for name in names]
        if len(every) <= most:
            return self.listed(every)
        return self.plain("lists.many", names=self.listed(every[:most]), n=len(every))

    def signature(self) -> Html:
        """The office's name and telephone, the last line of what it sends."""
        if self.phone:
            return self.say("signature.reachable", office=self.office, phone=self.phone)
        return self.say("signature.line", office=self.office)

    def format(self, value: Any, spec: str = "") -> str:
        """A fact as people read it."""
        if "|" in spec:
            one, other = spec.split("|", 1)
            return one if value == 1 else other
        if value is not None and spec in {"day", "full", "short", "when"}:
            return self._instant(value, spec)
        if spec:
            return self.term_of(spec, str(value))
        if isinstance(value, StrEnum):
            return self.term(value)
        if isinstance(value, datetime):
            return self.when(value)
        if isinstance(value, date):
            return self.full(value)
        if isinstance(value, list | tuple):
            return self.listed(self.format(item) for item in value)
        return "" if value is None else str(value)

    def _instant(self, value: Any, spec: str) -> str:
        found = datetime.fromisoformat(value) if isinstance(value, str) else value
        if spec == "when":
            return self.when(found)
        day = self.cal.local_date(found) if isinstance(found, datetime) and found.tzinfo else found
        if isinstance(day, datetime):
            day = day.date()
        return {"day": self.day, "full": self.full, "short": self.short}[spec](day)

    def _dated(self, form: str, day: date, **more: str) -> str:
        return self.plain(
            f"dates.{form}",
            year=day.year,
            month=self._words[f"dates.month.{day.month}"],
            mm=f"{day.month:02}",
            day=day.day,
            dd=f"{day.day:02}",
            weekday=self._words[f"dates.weekday.{day.weekday()}"],
            **more,
        )

    @property
    def _words(self) -> Mapping[str, str]:
        return catalogue(self.language)


class _Filler(Formatter):
    def __init__(self, voice: Voice, *, html: bool) -> None:
        self._voice, self._html = voice, html

    def format_field(self, value: Any, format_spec: str) -> Any:
        if isinstance(value, Html):
            return value if self._html else str(value)
        text = one_line(self._voice.format(value, format_spec))
        return escaped(text) if self._html else text
