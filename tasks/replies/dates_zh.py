"""PURE. Days as Chinese names them: 12月15日, 下周五, 下月中旬, 三个工作日内, 年底, 12.15."""

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
from tasks.replies.numbers import CHINESE, NUMBER_RE, number

_DATED = re.compile(r"\s?(?:之?前|以前|左右|日|号)")
_DUE = re.compile(r"(?:预计|计划|争取|拟|延至|延?到|by|before|until|eta|due|on|expected)\W{0,2}$")
_WEEKDAYS = {
    c: n for n, cs in enumerate(["一1", "二2", "三3", "四4", "五5", "六6", "日天末7"]) for c in cs
}
_WORDS = {
    "大后天": 3,
    "今天": 0,
    "今日": 0,
    "当天": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "明晚": 1,
    "后天": 2,
    "昨天": -1,
    "昨日": -1,
    "前天": -2,
    "前几天": -3,
    "日前": -1,
}
_YEARS = {
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "明年": 1,
    "来年": 1,
    "次年": 1,
    "后年": 2,
    "去年": -1,
}
_MONTHS = {"本": 0, "这": 0, "当": 0, "下": 1, "次": 1, "上": -1}
_QUARTERS = {"本": 0, "这": 0, "该": 0, "下": 3}

_D = rf"(?:(?<!\d)\d{{1,2}}(?!\d)|[{CHINESE}]{{1,3}})"
_PART = r"(?:中下旬|上中旬|上旬|中旬|下旬|月?初|月?底|月?末|中(?![心标期间旬等央国小学])|月中)"
_TO = r"\s?(?:-|~|至|到)\s?"
_CNYEAR = r"[二〇零○一三四五六七八九]{4}"
_YEAR = rf"(?:{'|'.join(_YEARS)}|(?<!\d)(?:20)?\d\d年|{_CNYEAR}年)"


def _year(text: str | None, today: date) -> int | None:
    if not text:
        return None
    if text in _YEARS:
        return today.year + _YEARS[text]
    n = number(text.rstrip("年"))
    return n if n is None else n + 2000 if n < 100 else n


def _full(m: re.Match[str], today: date) -> Found:
    year, month, day = (number(m[k]) for k in ("y", "m", "d"))
    if year is None or month is None or day is None or not 1990 <= year <= 2099:
        return None
    return month_day(year, month, day, today)


def _month(m: re.Match[str], today: date) -> Found:
    year, month = _year(m["y"], today), 1 if m["m"] == "元" else number(m["m"])
    if month is None or not 1 <= month <= 12:
        return None
    day, part = m["e"] or ("" if m["f"] else m["d"]), m["f"] or m["p"]
    if day:
        n = number(day)
        return None if n is None else month_day(year, month, n, today)
    # A month alone ends on its last day.
    made = part_of(year or today.year, month, part or "底")
    if year is not None:
        return made, made < today
    return rolled(made, today, lambda y: part_of(y, month, part or "底"))


def _this_month(m: re.Match[str], today: date) -> Found:
    months = _MONTHS[m["w"][0]] * (2 if m["w"].startswith(("下下", "上上")) else 1)
    year, month = shift(today, months)
    if m["d"]:
        n = number(m["d"])
        made = None if n is None else date(year, month, n)
    else:
        made = part_of(year, month, m["p"] or "底")
    return None if made is None else (made, made < today)


def _month_part(m: re.Match[str], today: date) -> Found:
    made = part_of(today.year, today.month, m[0])
    return (made if made >= today else part_of(*shift(today, 1), m[0])), False


def _year_part(m: re.Match[str], today: date) -> Found:
    year, part = _year(m["y"], today), m["p"]
    if part in ("上半年", "年中"):
        month, day = 6, 30
    elif part in ("年初", "初"):
        month, day = 1, 31
    elif "季度" in part:
        month = 3 * (number(part.strip("第季度")) or 0)
        day = last_of(today.year, month).day
    else:
        month, day = 12, 31
    made = date(year or today.year, month, day)
    if year is None and made < today:
        made = date(made.year + 1, month, day)
    return made, made < today


def _this_quarter(m: re.Match[str], today: date) -> Found:
    return last_of(*shift(today, 2 - (today.month - 1) % 3 + _QUARTERS[m["w"]])), False


def _week(m: re.Match[str], today: date) -> Found:
    which, weekday = m["w"] or "", m["d"] or ""
    if not which and not weekday:
        return None
    weeks = which.count("下") - which.count("上")
    monday = today - timedelta(days=today.weekday())
    if not weekday:
        friday = weeks or today.weekday() < 5
        made = monday + timedelta(weeks=weeks, days=4 if friday else 6)
    else:
        made = monday + timedelta(weeks=weeks, days=_WEEKDAYS[weekday])
        if not which and made < today:
            made += timedelta(weeks=1)
    return made, made < today


def _word(m: re.Match[str], today: date) -> Found:
    days = _WORDS[m[0]]
    return today + timedelta(days=days), days < 0


def _span(m: re.Match[str], today: date) -> Found:
    unit = m["u"]
    if m["n"] == "半":
        return (today + timedelta(days=15), False) if "月" in unit else None
    n = number(m["n"])
    if n is None or not 0 < n <= 400:
        return None
    if "工作" in unit:
        return after_working_days(today, n), False
    if "月" in unit:
        year, month = shift(today, n)
        return date(year, month, min(today.day, last_of(year, month).day)), False
    return today + timedelta(days=n * (1 if unit in "天日" else 7)), False


def _day_only(m: re.Match[str], today: date) -> Found:
    n = number(m["d"])
    if n is None or not 1 <= n <= 31:
        return None
    for months in (0, 1, 2):
        year, month = shift(today, months)
        if n <= last_of(year, month).day and date(year, month, n) >= today:
            return date(year, month, n), False
    return None


def _numeric(m: re.Match[str], today: date) -> Found:
    # 12/30 may be a share as well: only what makes it a date lets it be one.
    if m["s"] == "/" and not (
        _DATED.match(m.string, m.end())
        or _DUE.search(m.string[max(0, m.start() - 12) : m.start()])
    ):
        return None
    return month_day(None, int(m["m"]), int(m["d"]), today)


_SPRING_FESTIVALS = (
    *((2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13), (2030, 2, 3), (2031, 1, 23)),
    *((2032, 2, 11), (2033, 1, 31), (2034, 2, 19), (2035, 2, 8), (2036, 1, 28), (2037, 2, 15)),
)
"""The first days of the lunar years; of a later one nothing is read."""


def _holiday(m: re.Match[str], today: date) -> Found:
    if m["h"] == "春节":
        days = (date(*one) for one in _SPRING_FESTIVALS)
    else:
        month = {"元旦": 1, "五一": 5, "国庆": 10}[m["h"]]
        days = (date(year, month, 1) for year in (today.year, today.year + 1))
    day = next((one for one in days if one > today), None)
    return None if day is None else (day - timedelta(days=1), False)


FORMS = (
    Form(
        re.compile(
            rf"(?P<y>(?<!\d)\d{{4}}|{_CNYEAR})\s?[年\-/.]\s?"
            rf"(?P<m>{_D})\s?[月\-/.]\s?(?P<d>{_D})[日号]?"
        ),
        _full,
    ),
    Form(re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)(?!\d)"), _full),
    Form(
        re.compile(
            rf"(?P<y>{_YEAR})?(?P<m>{_D}|(?<!\d)元)月份?"
            rf"(?:(?P<d>{_D})(?:[日号]|(?![\d个家项,.%天])))?(?P<p>{_PART})?"
            rf"(?:{_TO}(?:(?P<e>{_D})[日号]|(?P<f>{_PART})))?(?!度)"
        ),
        _month,
    ),
    Form(
        re.compile(
            r"(?P<w>下下个?|上上个?|本|这个?|当|下个?|次|上个?)月份?"
            rf"(?:(?P<d>{_D})[日号]|(?P<p>{_PART}))?"
        ),
        _this_month,
    ),
    Form(
        re.compile(
            rf"(?<!前)(?P<y>{_YEAR})?(?P<p>年底|年末|年终|岁末|年内|年度内|年初|年中|上半年|下半年"
            r"|第?[一二三四1-4]季度)末?"
        ),
        _year_part,
    ),
    Form(re.compile(rf"(?P<y>{_YEAR})(?P<p>底|末|初|之内|内|度内)"), _year_part),
    Form(re.compile(r"(?P<w>本|这|该|下)(?:一?个)?季度?(?:末|内|底)?"), _this_quarter),
    Form(
        re.compile(r"(?<![上中下])(?:月底|月末|月初|月中(?!旬)|上旬|中下旬|中旬|下旬)"),
        _month_part,
    ),
    Form(
        re.compile(
            r"(?<![每两一二三四五六七八九十几\d])(?P<w>下下个?|本|这一?个?|下一?个?|上一?个?)?"
            r"(?:周|星期|礼拜)(?P<d>[一二三四五六日天末1-6](?![\d个年期月]))?(?![围边密全转期]|到(?![货位齐场岗账]))"
        ),
        _week,
    ),
    Form(re.compile("|".join(_WORDS)), _word),
    Form(
        re.compile(
            rf"(?<!提前)(?<!超期)(?<!逾期)(?<!滞后)(?P<n>{NUMBER_RE}|半)\s?(?P<u>个?工作日|天|日|个?星期|个?礼拜|周|个月)"
            r"(?:左右|时间)?(?=之?内|以内|后|可|能|完|左右|办|提|报|就|[啊吧呀哈]?$)"
        ),
        _span,
    ),
    Form(
        re.compile(
            rf"(?<![\d.月第年{CHINESE}])(?:{_D}[日号]?{_TO})?(?P<d>{_D})[日号]"
            r"(?!任务|事项|文|楼|线|令|工作|常)"
        ),
        _day_only,
    ),
    Form(
        re.compile(
            r"(?<![\d.\-/:第])(?P<m>1[0-2]|0?[1-9])(?P<s>[.\-/])(?P<d>3[01]|[12]\d|0?[1-9])"
            r"(?![\d.\-/:%]|\s?(?:亿|万|千|元|%|个|家|户|米|公里|倍|成|分))"
        ),
        _numeric,
    ),
    Form(re.compile(r"(?P<h>元旦|国庆|五一|春节)节?(?=之?前)"), _holiday),
)
