"""PURE. What a coordinator types to have something said to many: when, to whom, what.

    每周五 15:00 各联络员：请于今日下班前反馈。
    12月1日 9:30 市教育局、各单位群：会议改期。
    每月25日 9:00 督查员、分管领导：汇总

Without a time it is said at once, with a day alone at nine. Names stay names here: whom they
mean is looked up where people are known.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from tasks.errors import Refused
from tasks.recurrence import LAST, WEEK, Every, Rule
from tasks.replies.dates import find_dates
from tasks.vocabulary import Role

LONGEST = 1000
"""Characters of one announcement: what a phone shows without tiring."""

OPENS = time(9, 0)
"""When something is said on a day of which no time is named."""

_WEEKDAYS = "一二三四五六日"
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY_DAY = re.compile(
    r"(?:每个?工作日|每天|每日|(?:every|each) (?:working )?day|daily)(?![a-z])", re.IGNORECASE
)
_EVERY_WEEK = re.compile(
    rf"每(?:个?星期|个?礼拜|周)(?P<zh>[{_WEEKDAYS}天])"
    rf"|(?:every|each|weekly on) (?P<en>{'|'.join(_ENGLISH)})s?(?![a-z])",
    re.IGNORECASE,
)
_EVERY_MONTH = re.compile(
    r"每个?月(?:的)?(?:(?P<zh>\d{1,2})[日号]|(?P<last>最后一天|月末|月底|末|底))"
    r"|(?:every month|monthly) on the (?:(?P<en>\d{1,2})(?:st|nd|rd|th)|(?P<end>last day))"
    r"(?![a-z])",
    re.IGNORECASE,
)
_THIS_WEEKDAY = re.compile(rf"(?:本?周|星期|礼拜)(?P<zh>[{_WEEKDAYS}天])")
_AT_ONCE = re.compile(r"(?:立即|马上|现在|即时|now|at once)(?![a-z])", re.IGNORECASE)
_TIME = re.compile(
    r"(?:at )?(?P<half>上午|早上|中午|下午|晚上)?\s*(?P<hour>\d{1,2})"
    r"(?:[:：](?P<minute>\d{2})(?!\d)|[点时](?:(?P<thirty>半)|(?P<said>\d{1,2})分?)?整?)"
    r"|(?:at )?(?P<en>\d{1,2})(?::(?P<past>\d{2}))? ?(?P<noon>am|pm)(?![a-z])",
    re.IGNORECASE,
)
_LATER = ("中午", "下午", "晚上", "pm")
_BETWEEN = re.compile(r"[、，,;；\s]+|(?<=[\u4e00-\u9fff])[和及](?=[\u4e00-\u9fff])")
_SPACE = re.compile(r"[\s，,]*")
_COLON = re.compile(r"[:：]")
_SUMMARY = frozenset({"汇总", "总体情况", "落实情况", "周报", "月报", "summary"})
_ROLES = {
    "联络员": Role.contact,
    "责任领导": Role.head,
    "督查员": Role.coordinator,
    "分管领导": Role.leader,
    "管理员": Role.admin,
    "contacts": Role.contact,
    "heads": Role.head,
    "coordinators": Role.coordinator,
    "leaders": Role.leader,
    "admins": Role.admin,
}
_ALL = re.compile(r"^(?:各位|各|全体|所有|全部|all )(?:的)?", re.IGNORECASE)
_EVERYBODY = frozenset({"全体人员", "所有人", "全体", "全员", "everybody", "everyone", "all"})
_GROUPS = frozenset({"单位群", "工作群", "群", "群组", "groups"})


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is to be said, to whom by name, and when; `rule` is None for at once. `text` is
    empty where the summary is to be sent."""

    rule: Rule | None
    audience: tuple[str, ...]
    text: str

    @property
    def is_summary(self) -> bool:
        return not self.text


def read_announcement(typed: str, today: date) -> Announcement:
    """Read such a sentence. Raises Refused for one that names nobody or says nothing."""
    rule, rest = _read_when(typed.strip(), today)
    found = _COLON.search(rest)
    if found is None:
        raise Refused("broadcast_unreadable")
    names = tuple(
        dict.fromkeys(
            name.strip()
            for name in _BETWEEN.split(rest[: found.start()].removeprefix("to "))
            if name.strip() not in {"", "and"}
        )
    )
    text = rest[found.end() :].strip()
    if not names or not text:
        raise Refused("broadcast_unreadable")
    if len(text) > LONGEST:
        raise Refused("broadcast_too_long", limit=LONGEST)
    return Announcement(rule, names, "" if text.lower() in _SUMMARY else text)


def role_named(name: str) -> Role | None:
    """The role of which somebody speaks: 各联络员."""
    return _ROLES.get(_ALL.sub("", name).lower())


def means_everybody(name: str) -> bool:
    return name.lower() in _EVERYBODY


def means_every_group(name: str) -> bool:
    """各单位群: every group of a department."""
    return _ALL.sub("", name).lower() in _GROUPS


def group_of(name: str) -> str | None:
    """Of whom a group is meant: 市教育局群, 市教育局工作群; None where no group is."""
    found = re.fullmatch(r"(.+?)的?(?:工作)?群", name)
    return None if found is None else found[1]


def _read_when(typed: str, today: date) -> tuple[Rule | None, str]:
    """When it is to be said, and what stands behind that."""
    for pattern in (_EVERY_DAY, _EVERY_WEEK, _EVERY_MONTH):
        if found := pattern.match(typed):
            at, rest = _read_time(typed[found.end() :])
            return _recurring(found, at or OPENS), rest
    if found := _AT_ONCE.match(typed):
        return None, _after(typed[found.end() :])
    day, rest = _read_day(typed, today)
    at, rest = _read_time(rest)
    if day is None and at is None:
        return None, rest
    return Rule(Every.once, at or OPENS, on=day or today), rest


def _recurring(found: re.Match[str], at: time) -> Rule:
    named = found.groupdict()
    if found.re is _EVERY_DAY:
        return Rule(Every.daily, at)
    if found.re is _EVERY_WEEK:
        if named["zh"]:
            return Rule(Every.weekly, at, _weekday(named["zh"]))
        return Rule(Every.weekly, at, _ENGLISH.index(named["en"].lower()))
    day = LAST if named["last"] or named["end"] else int(named["zh"] or named["en"])
    if not 1 <= day <= LAST:
        raise Refused("broadcast_when_unreadable")
    return Rule(Every.monthly, at, day)


def _read_day(typed: str, today: date) -> tuple[date | None, str]:
    head = _COLON.split(typed, maxsplit=1)[0]
    for named in find_dates(head, today):
        if named.start == 0:
            if named.passed or named.day < today:
                raise Refused("broadcast_past")
            return named.day, typed[named.end :]
    if found := _THIS_WEEKDAY.match(typed):
        ahead = (_weekday(found["zh"]) - today.weekday()) % WEEK
        return today + timedelta(days=ahead), typed[found.end() :]
    return None, typed


def _read_time(typed: str) -> tuple[time | None, str]:
    typed = _after(typed)
    found = _TIME.match(typed)
    if found is None:
        return None, typed
    hour = int(found["hour"] or found["en"])
    minute = int(found["minute"] or found["said"] or found["past"] or 0)
    if found["thirty"]:
        minute = 30
    half = (found["half"] or found["noon"] or "").lower()
    if half in _LATER and hour < 12 and not (half == "中午" and hour >= 10):
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    try:
        return time(hour, minute), _after(typed[found.end() :])
    except ValueError:
        raise Refused("broadcast_when_unreadable") from None


def _after(typed: str) -> str:
    found = _SPACE.match(typed)
    return typed if found is None else typed[found.end() :]


def _weekday(name: str) -> int:
    return _WEEKDAYS.index("日" if name == "天" else name)
