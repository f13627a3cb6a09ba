"""PURE. The days that a clause names, in Chinese and English, absolute and relative.

Conventions: the first, second and last ten days of a month (上旬/初/early, 中旬/中/mid,
下旬/底/late) are its 10th, 20th and last day; a week ends on its Friday; a month, quarter
or year on its last day. Working days are Monday to Friday: no calendar of holidays is
asked here, the reader of a confirmed date knows them.
"""

import re
from dataclasses import dataclass
from datetime import date

from tasks.replies import dates_en, dates_zh

_FORMS = (*dates_zh.FORMS, *dates_en.FORMS)
_TO = re.compile(r"\s?(?:-|~|至|到|to)\s?")


@dataclass(frozen=True, slots=True)
class Named:
    """A day named between `start` and `end`.

    `passed`: it is over by its own words (昨天, 上周), or would be a year ago otherwise.
    """

    start: int
    end: int
    day: date
    passed: bool = False


def find_dates(plain: str, today: date) -> list[Named]:
    """The days named there, in order; of "from x to y" only y."""
    found: list[Named] = []
    for form in _FORMS:
        for m in form.pattern.finditer(plain):
            try:
                got = form.resolve(m, today)
            except (ValueError, OverflowError):
                continue
            if got is not None:
                found.append(Named(m.start(), m.end(), *got))
    found.sort(key=lambda n: (n.start, -n.end))
    kept: list[Named] = []
    for named in found:
        if kept and named.start < kept[-1].end:
            continue
        if kept and _TO.fullmatch(plain, kept[-1].end, named.start):
            kept.pop()
        kept.append(named)
    return kept
