"""PURE. Days as English names them: 15 December, next Friday, in two weeks, end of month."""

import re
from datetime import date, timedelta

from tasks.replies.days import (
    Form,
    Found,
    after_working_days,
    last_of,
    month_day,
    part_of,
    rolled,
    shift,
)
from tasks.replies.numbers import ENGLISH_RE, number

_DAYS = {d: n for n, d in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_MONTHS = {
    m: n
    for n, m in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?"
)
_DAYNAME = (
    r"(?:mondays?|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|mon|tues?|wed|thurs?|thu|fri|sat|sun)\b"
)
_PARTS = r"(?:the\s)?(?:early|mid|late|end(?:\sof)?|beginning\sof|start\sof|middle\sof)"
_PART_OF = {
    "early": "上旬",
    "beginning": "上旬",
    "start": "上旬",
    "mid": "中旬",
    "middle": "中旬",
}
_WORDS = {
    "the day after tomorrow": 2,
    "tomorrow": 1,
    "today": 0,
    "tonight": 0,
    "eod": 0,
    "cob": 0,
    "yesterday": -1,
}


def _part_word(text: str | None) -> str:
    words = re.sub(r"\b(?:by|the|of)\b", "", text or "").split()
    return _PART_OF.get(words[0] if words else "", "底")


def _month(m: re.Match[str], today: date) -> Found:
    month, groups = _MONTHS[m["m"][:3]], m.groupdict()
    year = int(groups["y"]) if groups.get("y") else None
    if groups.get("d"):
        return month_day(year, month, int(groups["d"]), today)
    part = _part_word(groups.get("p"))
    made = part_of(year or today.year, month, part)
    if year is not None:
        return made, made < today
    return rolled(made, today, lambda y: part_of(y, month, part))


def _period(m: re.Match[str], today: date) -> Found:
    part, unit = _part_word(m["p"]), m["u"]
    offset = {"next": 1, "coming": 1, "last": -1}.get(m["w"] or "", 0)
    if unit == "week":
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=offset, days=2 if part == "中旬" else 4), offset < 0
    if unit == "year":
        day = (6, 30) if part == "中旬" else (12, 31)
        return date(today.year + offset, *day), offset < 0
    if unit == "quarter":
        return last_of(*shift(today, 2 - (today.month - 1) % 3 + 3 * offset)), offset < 0
    made = part_of(*shift(today, offset), part)
    return made, made < today


def _quarter(m: re.Match[str], today: date) -> Found:
    year = int(m["y"]) if m["y"] else today.year
    made = last_of(year, 3 * int(m["q"]))
    if not m["y"] and made < today:
        made = last_of(year + 1, 3 * int(m["q"]))
    return made, made < today


def _weekday(m: re.Match[str], today: date) -> Found:
    offset = {"next": 1, "last": -1}.get(m["w"] or "", 0)
    monday = today - timedelta(days=today.weekday())
    made = monday + timedelta(weeks=offset, days=_DAYS[m["d"][:3]])
    if not m["w"] and made < today:
        made += timedelta(weeks=1)
    return made, made < today


def _word(m: re.Match[str], today: date) -> Found:
    days = _WORDS[m[0]]
    return today + timedelta(days=days), days < 0


def _span(m: re.Match[str], today: date) -> Found:
    n, unit = number(m["n"]) or (2 if m["n"] == "couple of" else None), m["u"]
    if n is None or not 0 < n <= 400:
        return None
    if unit.startswith(("working", "business")):
        return after_working_days(today, n), False
    if unit.startswith("month"):
        year, month = shift(today, n)
        return date(year, month, min(today.day, last_of(year, month).day)), False
    return today + timedelta(days=n * (7 if unit.startswith("week") else 1)), False


def _day_only(m: re.Match[str], today: date) -> Found:
    n = int(m["d"])
    for months in (0, 1, 2):
        year, month = shift(today, months)
        if 0 < n <= last_of(year, month).day and date(year, month, n) >= today:
            return date(year, month, n), False
    return None


FORMS = (
    Form(
        re.compile(r"\bthe\s(?P<d>\d{1,2})(?:st|nd|rd|th)\b(?!\s(?:of|meeting|session))"),
        _day_only,
    ),
    Form(re.compile(r"\b(?:" + "|".join(_WORDS) + r")\b"), _word),
    Form(
        re.compile(
            r"\b(?:in|within|another|needs?|about|take|next|requires?)\s"
            r"(?:the\snext\s|another\s|about\s|the\s|a\s(?=couple))?"
            rf"(?P<n>\d{{1,3}}|couple\sof|{ENGLISH_RE})\s(?:more\s)?"
            r"(?P<u>(?:working|business)\sdays?|days?|weeks?|months?)\b"
        ),
        _span,
    ),
    Form(
        re.compile(
            rf"\b(?P<n>\d{{1,3}}|couple\sof|{ENGLISH_RE})\s(?P<u>days?|weeks?|months?)\sfrom\s(?:now|today)"
        ),
        _span,
    ),
    Form(
        re.compile(rf"\b(?:(?P<p>{_PARTS})[\s-])?(?P<m>{_MONTH})(?!\s?\d)(?:\s(?P<y>20\d\d))?"),
        _month,
    ),
    Form(re.compile(rf"\b(?P<p>{_PARTS})[\s-](?P<m>{_MONTH})\s(?P<y>20\d\d)"), _month),
    Form(re.compile(rf"\b(?P<m>{_MONTH})\s(?P<y>20\d\d)(?!\d)"), _month),
    Form(
        re.compile(
            rf"\b(?P<m>{_MONTH})\s?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s?(?P<y>20\d\d))?"
        ),
        _month,
    ),
    Form(
        re.compile(
            r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th)?\s?(?:of\s)?"
            rf"(?P<m>{_MONTH})(?:,?\s?(?P<y>20\d\d))?"
        ),
        _month,
    ),
    Form(
        re.compile(
            rf"\b(?:(?P<p>{_PARTS})[\s-])?(?P<w>this|next|the|last|coming)\s"
            r"(?P<u>week|month|year|quarter)\b"
        ),
        _period,
    ),
    Form(
        re.compile(rf"\b(?P<p>{_PARTS})[\s-](?:of[\s-])?(?P<w>)(?P<u>month|year|week)\b"), _period
    ),
    Form(re.compile(r"\b(?P<p>)(?P<w>)(?P<u>year|month|week)[\s-]?end\b"), _period),
    Form(re.compile(r"\b(?:end\sof\s)?q(?P<q>[1-4])(?:\s(?P<y>20\d\d))?(?!\d)"), _quarter),
    Form(re.compile(rf"\b(?:(?P<w>this|next|last)\s)?(?P<d>{_DAYNAME})"), _weekday),
)
