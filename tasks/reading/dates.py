"""PURE. The dates of a sentence: limits, what recurs, and the traps that are neither.

A limit is a date with 前, 底, 内 or 到 in front of it. Base years (比2010年), validity
(2019年1月1日至12月31日, 自2015年起), service standards (3个工作日内) and conditions
(2018年底前建成的) are no limits. A date before the signature is history, not a limit.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.reading.words import listed

DIGITS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
NUMBER = r"(?:\d{1,4}|[〇零一二两三四五六七八九十百]{1,5})"
YEAR = r"(?:(?P<year>\d{4}|[〇零一二三四五六七八九]{4})年|(?P<which>今年|本年度?|当年|明年|次年))"
MONTH = r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?"
DAY = (
    r"(?P<day>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号]"
)
CLOCK = (
    r"(?:（[^（）]{1,6}）)?(?:\s*[上下中晚]午|\s*[早晚]上?)?"
    r"(?:\s*\d{1,2}\s*(?:：\s*\d{2}|[时点](?:\d{1,2}分?|整)?))?"
)
BEFORE = r"(?:(?:之|以)?前|截止|为止)"

FULL_DATE = re.compile(
    r"(?P<year>\d{4}|[〇零一二三四五六七八九]{4})年\s*(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月"
    r"\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})日"
)
DAY_LIMIT = re.compile(rf"(?:{YEAR}\s*)?{MONTH}\s*{DAY}{CLOCK}\s*{BEFORE}")
DAY_ON = re.compile(rf"(?:[于在]|截至|截止到?)\s*(?:{YEAR}\s*)?{MONTH}\s*{DAY}{CLOCK}")
MONTH_LIMIT = re.compile(rf"(?:{YEAR}\s*)?{MONTH}(?P<part>[底末]|[上中下]旬)?\s*{BEFORE}?")
YEAR_END = re.compile(rf"(?:{YEAR}|(?P<bare>年))(?:年?[底末]|内)\s*{BEFORE}?")
QUARTER = re.compile(
    rf"(?:{YEAR}\s*)?(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>[上下])半年)(?:[底末])?\s*(?:{BEFORE}|内)?"
)
TO_YEAR = re.compile(r"到(?P<year>\d{4}|[〇零一二三四五六七八九]{4})年(?![底末内]|\s*\d{1,2}月)")
BEFORE_YEAR = re.compile(r"(?P<year>\d{4})年(?:之|以)前")
FROM_ISSUE = re.compile(
    rf"(?:自|从)?(?:本?(?:通知|意见|方案|办法|规定|文件|函)?)(?:印发|发布|下发|公布|发文|收到)(?:本?(?:通知|意见|方案))?"
    rf"(?:之日起?|之后|后|起)?的?\s*(?P<count>{NUMBER})\s*(?P<unit>个工作日|日|天|个月|周)(?:之|以)?内"
)
SPELL = re.compile(rf"(?:\d{{4}}年起)?(?P<count>{NUMBER})年(?:之|以)?内")
RECURRENCE = re.compile(
    rf"每(?:{NUMBER})?个?(?:半年|年度?|季度?|个?月|周|星期|日|天|旬)"
    r"(?:(?:至少|不少于)?[^，。；、每]{0,6}?[一二两三四\d]+[次期轮])?"
)
PLAIN_DAY = re.compile(rf"(?:{YEAR}\s*)?{MONTH}\s*{DAY}")
PLAIN_YEAR = re.compile(r"\A(\d{4})年?\Z", re.ASCII)
NUMERIC_DATE = re.compile(
    r"(?<!\d)(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})(?!\d)", re.ASCII
)

RESULTS = listed("完成 报送 上报 报 提交 建成 实现 达到 投入 落实 结束 反馈 交 印发 出台 启用")
NOT_BEFORE = re.compile(
    r"(?:前)(?:三季度|[一二三四\d]+个?[季月名位年]|期|列|沿|景|提|端|置|后|往|来|者|述|款)"
)

AMONG_RECURRENCES = re.compile(rf"{RECURRENCE.pattern}[^，。；（）]{{0,6}}（[^（）]*\Z")
"""每季度末（3月、6月…底）: the days of what recurs."""


@dataclass(frozen=True, slots=True)
class Era:
    """The time a document speaks from: its year, and the day it was signed."""

    year: int | None
    signed: date | None


@dataclass(frozen=True, slots=True)
class Limit:
    """One dated phrase; `day` is None where no calendar day follows from it."""

    start: int
    text: str
    day: date | None


def number(written: str) -> int | None:
    """A number in Arabic or Chinese numerals up to 999; years digit by digit."""
    if written.isdecimal() and written.isascii():
        return int(written)
    if not written or any(sign not in DIGITS and sign not in "十百" for sign in written):
        return None
    if not set(written) & set("十百"):
        return int("".join(str(DIGITS[sign]) for sign in written))
    hundreds, _, rest = written.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    value = 100 * (DIGITS.get(hundreds, 1) if "百" in written else 0)
    value += 10 * (DIGITS.get(tens.strip("〇零"), 1) if ten else 0)
    return value + DIGITS.get(units.strip("〇零"), 0)


def full_date(found: re.Match[str]) -> date | None:
    """A written day as a date, None for a day that does not exist."""
    return _day(*(number(found.group(name)) for name in ("year", "month", "day")))


def _day(year: int | None, month: int | None, day: int | None) -> date | None:
    if not year or not month or not day:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date | None:
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    return date(year, month, monthrange(year, month)[1])


def _year_of(found: re.Match[str], era: Era) -> tuple[int | None, bool]:
    """The year of a phrase, and whether the phrase itself states it."""
    groups = found.groupdict()
    if groups.get("year"):
        return number(groups["year"]), True
    if groups.get("which") in ("明年", "次年"):
        return (era.year + 1 if era.year else None), True
    return era.year, groups.get("which") is not None


def limits(text: str, era: Era, *, bare: bool = False) -> list[Limit]:
    """The dated limits of a passage in order. `bare`: a plain date is meant as a limit."""
    taken = bytearray(len(text))
    found: list[Limit] = []
    if not any(unit in text for unit in "年月日天周季"):
        return []
    for pattern, reading in READINGS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if taken.find(1, start, end) >= 0:
                continue
            limit = reading(text, match, era, bare)
            if limit is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            if _is_trap(text, start, end, match.group(), bare=bare):
                continue
            if limit.day and era.signed and limit.day < era.signed:
                continue
            found.append(limit)
    return sorted(found, key=lambda limit: limit.start)


def _is_trap(text: str, start: int, end: int, literal: str, *, bare: bool) -> bool:
    """A base year, the end of a range, a yearly date, a condition: no limit."""
    before = text[max(0, start - 8) : start]
    if before.endswith(
        ("每年", "每月", "每季度", "每季", "每周", "比", "较", "自", "从", "以", "每")
    ):
        return True
    if AMONG_RECURRENCES.search(text, max(0, start - 30), start):
        return True
    if before.endswith(("至", "-", "—", "~", "～")) and not bare:
        return True
    if literal.endswith("前") and NOT_BEFORE.match(text, end - 1):
        return True
    clause = text[end : end + 40]
    for stop in "，。；：":
        clause = clause.split(stop, 1)[0]
    return clause.endswith("的") or clause.startswith(("已", "的", "起", "以来", "至", "期间"))


def _rolled(day: date | None, era: Era, *, stated: bool) -> date | None:
    """A day without a year that has passed at the signature is next year's."""
    if day is None or stated or era.signed is None or day >= era.signed:
        return day
    return _day(day.year + 1, day.month, day.day)


def _day_limit(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    year, stated = _year_of(match, era)
    day = _day(year, number(match.group("month")), number(match.group("day")))
    return Limit(match.start(), match.group(), _rolled(day, era, stated=stated))


def _day_on(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    """于3月5日报送: a day without 前 counts where something is finished on it."""
    rest = text[match.end() : match.end() + 60]
    clause = rest
    for stop in "。；":
        clause = clause.split(stop, 1)[0]
    if clause.startswith(("至", "-", "—", "起", "～")):
        return None
    if not bare and not any(word in clause for word in ("报送", "上报", "提交", "完成", "报")):
        return None
    if match.group().startswith("截") and "已" in rest.split("。", 1)[0]:
        return None
    limit = _day_limit(text, match, era, bare)
    if limit is None:
        return None
    literal = match.group().lstrip("于在")
    return Limit(match.end() - len(literal), literal, limit.day)


def _month_limit(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    part, literal = match.group("part"), match.group()
    before = literal.endswith(("前", "截止", "为止"))
    if not before and not bare:
        rest = text[match.end() : match.end() + 12]
        if part not in ("底", "末") or not any(word in rest for word in RESULTS):
            return None
    if text[match.end() : match.end() + 1].isdigit():
        return None
    year, stated = _year_of(match, era)
    month = number(match.group("month"))
    if year is None or month is None or not 1 <= month <= 12:
        return Limit(match.start(), literal, None)
    if part in ("上旬", "中旬"):
        day = _day(year, month, 10 if part == "上旬" else 20)
    elif before and part is None and not bare:
        day = _day(year, month, 1)
        day = day - timedelta(days=1) if day else None
    else:
        day = _month_end(year, month)
    return Limit(match.start(), literal, _rolled(day, era, stated=stated))


def _year_end(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    start = match.start()
    if (
        match.group("bare")
        and start
        and (text[start - 1].isdigit() or text[start - 1] in "半每学当今本明去近多几数两三五十")
    ):
        return None
    if match.group("bare") and match.group()[-1] in "底末" and not _is_finished(text, match, bare):
        return None
    year, _ = _year_of(match, era)
    return Limit(start, match.group(), _day(year, 12, 31))


def _is_finished(text: str, match: re.Match[str], bare: bool) -> bool:
    """Whether a bare 年底 is when something is to be done: 到年底, 年底完成."""
    before = text[max(0, match.start() - 2) : match.start()]
    rest = text[match.end() : match.end() + 12]
    return bare or before.endswith(("到", "至", "截至")) or any(word in rest for word in RESULTS)


def _quarter(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    literal = match.group()
    if text[max(0, match.start() - 1) : match.start()] in ("每", "前"):
        return None
    if not bare and not literal.endswith(("前", "底", "末", "内", "截止", "为止")):
        return None
    year, stated = _year_of(match, era)
    if year is None:
        return Limit(match.start(), literal, None)
    if match.group("half"):
        month = 6 if match.group("half") == "上" else 12
    else:
        month = 3 * (number(match.group("quarter")) or 4)
    return Limit(match.start(), literal, _rolled(_month_end(year, month), era, stated=stated))


def _to_year(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    if text[max(0, match.start() - 1) : match.start()] in ("达", "得", "回"):
        return None
    clause = re.split("[，。；]", text[max(0, match.start() - 20) : match.start()])[-1]
    if "从" in clause or "自" in clause:
        return None
    return Limit(match.start(), match.group(), _day(number(match.group("year")), 12, 31))


def _before_year(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    year = number(match.group("year"))
    return Limit(match.start(), match.group(), _day(year - 1, 12, 31) if year else None)


def _from_issue(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    count, unit = number(match.group("count")), match.group("unit")
    if count is None or era.signed is None or unit == "个工作日":
        return Limit(match.start(), match.group(), None)
    try:
        if unit == "个月":
            months = era.signed.month - 1 + count
            year, month = era.signed.year + months // 12, months % 12 + 1
            day: date | None = date(year, month, min(era.signed.day, monthrange(year, month)[1]))
        else:
            day = era.signed + timedelta(days=count * (7 if unit == "周" else 1))
    except (ValueError, OverflowError):
        day = None
    return Limit(match.start(), match.group(), day)


def _spell(text: str, match: re.Match[str], era: Era, bare: bool) -> Limit | None:
    return Limit(match.start(), match.group(), None)


READINGS = (
    (FROM_ISSUE, _from_issue),
    (DAY_LIMIT, _day_limit),
    (DAY_ON, _day_on),
    (TO_YEAR, _to_year),
    (BEFORE_YEAR, _before_year),
    (QUARTER, _quarter),
    (MONTH_LIMIT, _month_limit),
    (YEAR_END, _year_end),
    (SPELL, _spell),
)
"""Each form with the function that reads it; the more exact form first."""


def plain_day(text: str, era: Era) -> Limit | None:
    """A cell or line that is nothing but a limit: 2026年10月30日, 12月底, 2020年."""
    found = limits(text, era, bare=True)
    dated = [limit for limit in found if limit.day]
    if dated:
        return max(dated, key=lambda limit: limit.day or date.min)
    for match in FULL_DATE.finditer(text):
        day = full_date(match)
        if day:
            return Limit(match.start(), match.group(), day)
    for match in PLAIN_DAY.finditer(text):
        return _day_limit(text, match, era, True)
    for match in PLAIN_YEAR.finditer(text.strip()):
        return Limit(0, text.strip(), _day(int(match.group(1)), 12, 31))
    for match in NUMERIC_DATE.finditer(text):
        year, month, number_of_day = map(int, match.groups())
        return Limit(match.start(), match.group(), _day(year, month, number_of_day))
    return found[0] if found else None


def recurrence(text: str) -> str | None:
    """What recurs: 每年, 每季度, 每周2次; prices per year are none."""
    for match in RECURRENCE.finditer(text):
        before = text[max(0, match.start() - 2) : match.start()]
        after = text[match.end() : match.end() + 8].lstrip()
        if before.endswith(("人", "户", "亩", "生", "名")) or (
            after[:1].isdigit() and "元" in after
        ):
            continue
        return match.group()
    return None
