"""PURE. How much is done, in percent; growth rates, prices and plans are no progress.

Of several the one that speaks of the whole counts first (总体), else the last that was
said. What remains (还剩40%) is turned round, fractions are rounded half up.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.replies.numbers import CHINESE, ENGLISH_RE, number

_CN = rf"[{CHINESE}]"
_COUNT = rf"(?:(?<![\d.])\d{{1,7}}(?:\.\d+)?|{_CN}{{1,6}})"
_UNIT = (
    r"(?:[个家户项条份件所套处栋座台人名亩米吨宗批次村镇县区市万亿]"
    r"|公里|万元|亿元|平方米|单位|企业|项目)"
)

_PERCENT = re.compile(
    r"(?P<n>(?<![\d.])\d{1,4}(?:\.\d{1,4})?)\s?(?:%|percent\b|per\scent\b|pct\b|个点(?!位))(?!\s?-\s?\d)"
)
_CN_PERCENT = re.compile(rf"百分之(?P<n>\d{{1,3}}(?:\.\d+)?|{_CN}{{1,5}})")
_TENTHS = re.compile(
    r"(?<![\d.])(?P<n>[一二三四五六七八九1-9])成(?P<h>[一二三四五六七八九半])?(?![为立员效熟果本长都功绩品分就交])"
)
_WORD_PERCENT = re.compile(
    rf"\b(?P<n>{ENGLISH_RE})(?:[-\s](?P<o>one|two|three|four|five|six|seven|eight|"
    r"nine))?\s(?:percent|per\scent)\b"
)
_HALF = re.compile(r"一?大?半数?(?:以上|多)|过半|一半|半数|大半|\bhalf\b|\bhalfway\b|\bmidway\b")
_HALF_NOT = re.compile(
    r"半(?:年|月|个|天|小时|径|导)|\bhalf\s(?:a|an|of\sthe\s)?\s?(?:year|month|day|hour|week)"
)
_PARTS = re.compile(rf"(?P<d>{_CN}{{1,3}}|\d{{1,4}})分之(?P<n>{_CN}{{1,3}}|\d{{1,4}})")
_EN_PARTS = re.compile(
    r"\b(?P<n>a|an|one|two|three|four)[\s-](?P<d>third|quarter|fifth|sixth|"
    r"tenth)s?\b(?!\s(?:quarter|of\s(?:the\s)?year|party|parties))"
)
_EN_DENOMINATORS = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "tenth": 10}
_SLASH = re.compile(r"(?<![\d.\-/])(?P<n>\d{1,6})\s?/\s?(?P<d>\d{1,6})(?![\d.\-/%])")
_OF = re.compile(
    r"(?P<n>(?<![\d.,])\d{1,6}(?:,\d{3})?)\s(?:\w+\s){0,2}?(?:out\s)?of\s(?:the\s|all\s|"
    r"a\stotal\sof\s|our\s)?(?P<d>\d{1,6}(?:,\d{3})?)(?!\d)"
)
_OF_ORDINAL = re.compile(
    rf"\b(?P<n>{ENGLISH_RE})\s(?:out\s)?of\s(?:the\s|all\s)?(?P<d>{ENGLISH_RE}|\d{{1,4}})\b"
)
_AMONG = re.compile(
    rf"(?P<d>{_COUNT}){_UNIT}[^,\d]{{0,10}}?(?:中|里|内)(?:面)?(?:的|有|已|已经|已有|"
    rf",)?[^,\d]{{0,10}}?(?P<n>{_COUNT}){_UNIT}"
)
_TOTAL_FIRST = re.compile(
    r"(?:共有?|总共|合计|全部|全市|全县|全省|应|[要需拟]建|计划|涉及|总计|"
    rf"一共)[^,\d{CHINESE}]{{0,8}}?(?P<d>{_COUNT})(?P<u>{_UNIT})[^\d{CHINESE}]{{0,14}}?"
    rf"(?:已|现|目前|完成|办结|整改|建成|建好)[^\d{CHINESE}]{{0,8}}?(?P<n>{_COUNT})(?P=u)"
)
_DONE_FIRST = re.compile(
    r"(?:已|完成|办结|整改|改造|"
    rf"建成)[^\d,{CHINESE}]{{0,8}}?(?P<n>{_COUNT})(?P<u>{_UNIT})[^\d{CHINESE}]{{0,6}}?"
    rf"(?:共|总共|总计|一共|合计)[^\d{CHINESE}]{{0,4}}?(?P<d>{_COUNT})(?P=u)?"
)
_OUT_OF = re.compile(
    rf"(?P<d>{_COUNT})(?P<u>{_UNIT})[^,\d]{{0,6}}[,，]?(?:其中|目前|现)?已(?:经)?(?:完成|办结|整改|办理)"
    rf"(?:整改|办理|改造)?(?P<n>{_COUNT})(?P=u)"
)
_OUT_OF_DONE = re.compile(
    rf"(?P<d>{_COUNT})(?P<u>{_UNIT})[^,\d]{{0,6}}?(?:完成|办结|整改)了(?P<n>{_COUNT})(?P=u)"
)
_SO_MANY_DONE = re.compile(
    rf"共有?(?P<d>{_COUNT})(?P<u>{_UNIT})[^\d]{{0,8}}?(?P<n>{_COUNT})(?P=u)(?:均|都)?已?(?:完成|办结)"
)
_GROWTH_NEAR = re.compile(
    r"(?:增长|增加|增幅|增速|提高|提升|下降|上升|降低|减少|降幅|涨|回落|下浮|上浮|攀升|优惠|打|折|利率|税率|比例|补贴|奖励|"
    r"(?<!完成)(?<!办结)(?<!完工)(?<!推进)(?<!整改)(?<!进度)(?<!执行)率|满意度|占比|概率|gdp|grew|growth|up|rose|down|"
    r"fell|increase[ds]?|decrease[ds]?|rise)"
    r"(?:了|约|近|超过?|达到?|为|是|仅|by|of|\s|:|不低于|至少|在){0,4}$"
)
_GROWTH_AFTER = re.compile(
    r"\s?(?:以上|左右)?\s?(?:的?(?:增长|增速|增幅|涨幅|降幅|折扣|补贴|利率|税率|股)|(?:year[\s-]on|yoy|growth|increase|"
    r"higher|more\sthan|up\b|rise|interest|discount|of\sthe\s(?:budget|funds)))"
)
_FROM = re.compile(
    r"\s?(?:逐步|稳步|再)?(?:提高|提升|增长|增加|上升|推进|进展|降低?|up\s)?(?:到|至|to\s|~|-)\s?"
    rf"(?:\d|百分之|{_CN}成)"
)
_RATE = re.compile(
    r"(?<!完成)(?<!办结)(?<!进度)率|占比|比例|增速|比重|\brate\b|\bratio\b|\bshare\b"
)
_YEAR_ON_YEAR = re.compile(
    r"同比|环比|较上年|较去年|比去年|比上年|year[\s-]on[\s-]year|yoy|month[\s-]on[\s-]month"
)
_MONEY = re.compile(
    r"资金|经费|款|预算|占|比重|补助|贴息|股权|\bbudget|\bfunds?\b|\bfunding|\bshare\b"
)
_PROGRESS = re.compile(
    r"进度|进展|完成|任务|推进|完工|办结|总体|整体|年度计划|年度目标|全年目标|总任务|总量|\bprogress|\bdone|complet|\bfinish|"
    r"\boverall"
)
_PLANNED = re.compile(
    r"预计|计划(?!的|总|任务|投资)|力争|争取|确保|将|目标(?!任务|的)|拟|下月|下周|下个月|原定|应完成|上月|上周|上期|上次|上个月|此前|去年|有望|可完成|"
    r"能完成|要求|"
    r"\bplan|\btarget|\bgoal|\baim|\bwill\b|\bexpect|\blast\s(?:week|month|time|period)|"
    r"\bpreviously|\bup\sfrom|\bshould\b|\bby\s"
)
_ACTUAL = re.compile(
    r"已|实际|目前|现在|截至|本月|本周|本期|\bnow\b|\bactual|\bcurrently|\bso\sfar|\bis\sat\b"
)
_REMAINING = re.compile(
    r"(?:还?剩余?|尚余|还差|差|余下?|未完成的?|还有)(?:下|约|近|的|不到)?$|\bremaining\s?$"
)
_REMAINING_AFTER = re.compile(
    r"\s?(?:的(?:工作|任务|量)?)?(?:还?未完成|还没完成|尚未完成|没完成|未做|没做)|\s?(?:is\s|are\s)?(?:left|remain(?:s|"
    r"ing)?|to\sgo|outstanding)\b"
)
_OVERALL = re.compile(r"总体|整体|总进度|累计|合计|综合|总的|\boverall|\bin\stotal|\baltogether")
_NOT_STARTED = re.compile(
    r"(?:尚未|还未|未|还没有?|没有?|暂未|仍未|并未)(?:正式|全面|实质性?|能|有)?(?:启动|开始|开工|动工|着手|开展|动手|进场|起步)"
    r"|\b(?:not|n't|yet\sto|never)\s(?:yet\s)?(?:been\s)?(?:started|begun|start|begin|"
    r"commenced?)\b|n't\s(?:yet\s)?(?:been\s)?(?:started|begun|start|commenced)|还没动$|没动工?$|零进展|"
    r"\bno\sprogress\b"
)


@dataclass(frozen=True, slots=True)
class _Share:
    """A share found in a clause; the higher `rank` counts, of equals the later."""

    value: float
    rank: int


def percent_of(plains: list[str]) -> int | None:
    """The percent that the clauses of one answer say is done."""
    shares: list[_Share] = []
    for plain in plains:
        shares.extend(_in_clause(plain))
    if not shares:
        shares.extend(_counted("，".join(plains)))
    if not shares:
        return 0 if any(says_not_started(p) for p in plains[:3]) else None
    best = max(share.rank for share in shares)
    value = [share.value for share in shares if share.rank == best][-1]
    return max(0, min(100, int(value + 0.5)))


def says_not_started(plain: str) -> bool:
    """Whether the whole is said not to have begun: 尚未启动, but not 二期尚未启动."""
    m = _NOT_STARTED.search(plain)
    if m is None:
        return False
    before = re.sub(
        r"\b(?:we|have|has|it|the|task|work|on|is|this|still|are|was|project|as|of|now|do)\b",
        "",
        plain[: m.start()],
    )
    subject = re.sub(
        r"目前|现在|这个|这项|这块|一点|完全|该?项?(?:任务|工作|事项|项目)|我(?:们|局|委|厅|单位|办|处)|还|仍|暂|均|都|因故|\W",
        "",
        before,
    )
    return len(subject) <= 1 or subject in {"haven", "hasn", "didn", "wehaven"}


def _in_clause(plain: str) -> list[_Share]:
    found = sorted(_stated(plain))
    if not found:
        return _counted(plain)
    judged = (_judged(plain, *one) for one in found)
    return [share for share in judged if share is not None]


def _stated(plain: str) -> Iterator[tuple[int, int, float]]:
    """Every share that the clause states in words or figures, whatever it is a share of."""
    for m in _PERCENT.finditer(plain):
        yield m.start(), m.end(), float(m["n"])
    for m in _CN_PERCENT.finditer(plain):
        n = float(m["n"]) if m["n"].isascii() else number(m["n"])
        if n is not None:
            yield m.start(), m.end(), float(n)
    for m in _WORD_PERCENT.finditer(plain):
        n = (number(m["n"]) or 0) + (number(m["o"]) or 0 if m["o"] else 0)
        yield m.start(), m.end(), float(n)
    for m in _TENTHS.finditer(plain):
        half = 5 if m["h"] == "半" else (number(m["h"]) or 0) if m["h"] else 0
        yield m.start(), m.end(), 10.0 * (number(m["n"]) or 0) + half
    for m in _HALF.finditer(plain):
        half_at = plain.index("半", m.start()) if "半" in m.group() else m.start()
        if not _HALF_NOT.match(plain, half_at):
            yield m.start(), m.end(), 50.0
    for m in _PARTS.finditer(plain):
        if m["d"] != "百" and (share := _ratio(m["n"], m["d"])) is not None:
            yield m.start(), m.end(), share
    for m in _EN_PARTS.finditer(plain):
        n = number(m["n"]) or 1
        if n <= _EN_DENOMINATORS[m["d"]]:
            yield m.start(), m.end(), 100 * n / _EN_DENOMINATORS[m["d"]]


def _judged(plain: str, start: int, end: int, value: float) -> _Share | None:
    before, after = plain[max(0, start - 24) : start], plain[end : end + 24]
    near = before[-14:]
    progress = _PROGRESS.search(plain) is not None
    if _YEAR_ON_YEAR.search(before) or _GROWTH_AFTER.match(after):
        return None
    if _FROM.match(after):
        return None
    to = re.search(r"(?:到|至|to|~|-)\s?$", near) is not None
    if not to and _GROWTH_NEAR.search(near):
        return None
    if to and _RATE.search(before) and not progress:
        return None
    if not progress and _MONEY.search(before + after[:6]):
        return None
    if value > 100:
        if not progress or value > 200:
            return None
        value = 100.0
    if _REMAINING.search(near) or _REMAINING_AFTER.match(after):
        value = 100 - value
    rank = 2
    # "由上月的40%提高到58%": what stands there of last month is where it comes from.
    since = re.sub(r"(?:由|从|\bfrom\b).*$", "", before) if to else before
    planned = list(_PLANNED.finditer(since))
    if planned:
        actual = list(_ACTUAL.finditer(since))
        if not actual or actual[-1].start() < planned[-1].start():
            return None
    if _OVERALL.search(before):
        rank = 3
    return _Share(value, rank)


def _counted(plain: str) -> list[_Share]:
    if _YEAR_ON_YEAR.search(plain):
        return []
    for pattern in (
        _SLASH,
        _OF,
        _OF_ORDINAL,
        _AMONG,
        _OUT_OF,
        _OUT_OF_DONE,
        _SO_MANY_DONE,
        _TOTAL_FIRST,
        _DONE_FIRST,
    ):
        for m in pattern.finditer(plain):
            if pattern is _SLASH and not _slash_is_share(plain, m):
                continue
            if _PLANNED.search(
                plain[max(0, m.start() - 10) : m.start("n")]
            ) and not _ACTUAL.search(plain[max(0, m.start() - 40) : m.start("n")]):
                continue
            share = _ratio(m["n"], m["d"])
            if share is not None:
                left = _REMAINING_AFTER.match(plain, m.end())
                return [_Share(100 - share if left else share, 2)]
    return []


def _slash_is_share(plain: str, m: re.Match[str]) -> bool:
    if re.match(r"\s?(?:之?前|日|号|开|会)", plain[m.end() : m.end() + 12]) or re.search(
        r"(?:预计|于|在|by|before|on|due|计划)\s?$", plain[max(0, m.start() - 12) : m.start()]
    ):
        return False
    # Alone, 6/15 is as likely a day.
    may_be_day = int(m["n"]) <= 12 and int(m["d"]) <= 31
    near = plain[max(0, m.start() - 40) : m.end() + 40]
    return not may_be_day or _PROGRESS.search(near) is not None


def _ratio(part: str, of: str) -> float | None:
    def value(text: str) -> float | None:
        text = text.replace(",", "")
        return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else number(text)

    n, d = value(part), value(of)
    if n is None or not d or n > d:
        return None
    return 100 * n / d
