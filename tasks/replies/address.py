"""PURE. Which tasks a clause is addressed to. When it is not sure, it is addressed to none.

A number is a task's if it is written as one (#12, 12号, 第12项, 任务12, task 12), or stands
bare at the head of a sentence before a separator or a predicate (12、…; 12已办结). Days
(12号前), documents (〔2026〕12号), counts (12家) and fractions (12 of 30) are none, and neither
is a task that is only mentioned: 待20号任务完成后启动.
"""

import re
from dataclasses import dataclass, replace

from tasks.replies.numbers import CHINESE, ENGLISH_RE, number

MAX_RANGE = 30
"""A span of tasks (12-15号任务) longer than this is taken for something else."""

_NUM = (
    rf"(?:(?<!\d)\d{{1,4}}(?!\d)|[{CHINESE}]{{1,5}}"
    rf"|(?:(?<=task )|(?<=tasks )|(?<=item )|(?<=number )){ENGLISH_RE}\b)"
)
_JOIN = (
    r"(?:\s*(?:[、,/&+]|和|及|与|跟|以及|and\b)\s*|\s+(?=#\d)"
    # "12 20 31都办完了": over spaces only where what follows says that they are several.
    r"|\s+(?=\d{1,4}(?:\s+\d{1,4})*(?:[都均皆全]|[两三四五六七八九十]项)))"
)
_RANGE = (
    r"\s*(?:-|~|至|到|to\b(?!\s\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))\s*"
)
_HEAD = r"(?:任务|事项|序号|编号|督办件|督办|\btasks?\b|\bitems?\b|\bnr\b\.?|\bno\b\.?|\bnumber\b)"
_ITEM = rf"#?\s?{_NUM}(?:号|项|#)?(?:任务|事项|工作(?!日))?"
_LIST = re.compile(
    rf"(?P<head>{_HEAD}\s?:?\s?)?(?P<ord>第)?"
    rf"(?P<items>#?\s?(?P<first>{_NUM})(?:号|项|#)?(?:任务|事项|工作(?!日))?"
    rf"(?:(?:{_JOIN}|{_RANGE})(?:{_HEAD}\s?)?第?{_ITEM}){{0,40}})"
)
_ONE = re.compile(
    rf"(?P<sep>{_RANGE})?(?P<hash>#?)\s?(?P<num>{_NUM}|{ENGLISH_RE}\b)(?P<unit>号|项|#)?"
    r"(?P<noun>任务|事项|工作(?!日))?"
)
_CLASSIFIER = re.compile(
    r"\s?(?:[家个名位户人件条份次天周年月日时点分批笔宗套台座栋处所亿万千百元吨亩米里公倍成期"
    r"类级轮村镇县区市省股户所支场期部门口头平余多几项]|%|‰|º|小时|左右|以上|以下|之[一二三四五六七八九]"
    r"|percent|per\s|(?:working |business )?(?:day|week|month|hour|year)s?\b|of\b|out\b|am\b|"
    r"pm\b|st\b|nd\b"
    r"|rd\b|th\b|x\b|k\b|km|mu\b)"
)
_DAY_AFTER = re.compile(
    r"\s?(?:之?前|以前|前后|左右|上午|下午|中午|早上|晚|凌晨|当天|那天|之?后|以后|起|至|到|~|-|底|之内|内"
    r"|\(?(?:周|星期|礼拜)|开会|开始|召开|会议|会上|参加|出差|休|请假|过来|报送|上报|提交|上会|交稿|送|报|交(?!办))"
)
_DOCUMENT_AFTER = re.compile(
    r"\s?(?:文|令|楼|线|公告|通知|通报|函|地块|厂|院|门|房|路|机组|井|桥|车|位|公报|会议室|决定|台风)"
)
_DOCUMENT_BEFORE = re.compile(r"(?:[\])]|字|发|办|函|督)\s?第?$")
_DAY_BEFORE = re.compile(
    r"(?:月|月的|预计|拟|定于|于|在|(?<![收接])到|至|将|争取|力争|确保|计划|约|截至|截止|过了|下|上|每|by|before"
    r"|on the|~|-|\.|/|:\d\d|\d)\s?$"
)
_DEPENDS = re.compile(
    r"(?:待|等|等待|等候|同|与|和|跟|参照|参考|依托|取决于|依赖|根据|按照|结合|并入|因|类似|受|需|先做|after|until"
    r"|awaiting|pending|on|upon|with|like|as|by|for|from|of|waiting for|depends on|"
    r"blocked by)\s?(?:the\s)?$"
)
_DEPENDED = re.compile(
    r"[^,]{0,12}(?:之?后|以后)(?:才|即|方|再|就|我|立即|开始|启动|推进|方可|可)|[^,]{0,12}才能|[^,]{0,10}的前提"
)
_LEAD_IN = re.compile(
    r"(?:[-*•·>\s\"(]+|其中|另外|另|此外|以及|同时|并且|还有|关于|对于|针对|有关|涉及|目前|现就|现将|现|就|将|对|经查|"
    r"(?:我们?|本)(?:局|委|厅|办|单位|处|科|部门|院|中心|方)?(?:牵头|负责|承办|配合)?的?|"
    r"(?:各位)?(?:领导|主任|处长|科长|老师|同志)?您?你?好[,!\s]?|汇报|报告|反馈|回复|"
    r"(?:re|regarding|concerning|and|but|also|for|on|as|about|while|update|status|of|hi|hello|"
    r"our|the|"
    r"please note|fyi)\b[:\s]*){0,6}"
)
_SEPARATORS = re.compile(
    r"(?:这?[两二三四五六七八九十]项(?:任务|工作|事项)?(?=[均都皆也全已没无未正按暂]))?"
    r"(?:的?(?:任务|事项|工作(?!日)|督办件|督办事项|进展情况|进展|情况|这项|这件事|事情|事)(?=[:,\s已正尚未无按预基进推目现完办]|$))?"
    r"(?:的(?!确))?[\s:、.)\]\-~,]*"
)
_PREDICATE = re.compile(
    r"\s?(?:这?[两二三四五六七八九十]项(?:任务|工作|事项)?[均都皆也全已没无未正按暂]|已|按|正|完|办(?!公)|无(?!锡)|没|尚|未|进(?!口)|推|预|基本|申|滞|延|暂|顺|签收|收到|建议|不|全部|均|都|皆|还|"
    r"仍|过半|超|提前|目前|刚|因|经|拟|争取|力争|可以|可|需|约|同意|落实|达|有序|稳步|进度|总体|"
    r"(?:is|are|was|has|have|on track|on schedule|no|not|nothing|done|complete|completed|"
    r"finished|in progress|at|"
    r"delayed|closed|signed|received|noted|ok|pending|waiting|awaiting|will|still|ahead|behind|"
    r"half|halfway|stuck|"
    r"blocked|needs|requests?|under|going|as planned|unchanged|expected|ready|due to|should|"
    r"about|nearly|almost|"
    r"mostly|fully|both|all|underway|progressing|proceeding|proceeds?|submitted)\b|\d{1,3}(?:\.\d+)?\s?%)"
)
_STRONG = re.compile(
    r"(?<=签收)\d{1,4}(?![\d号])|"
    rf"#\s?\d|第\s?{_NUM}(?:[、和]第?{_NUM})*(?:项|号)|{_HEAD}\s?:?\s?#?\d|"
    rf"(?<![\d.]){_NUM}(?:[、和,]{_NUM}){{0,20}}号|\b\d{{1,4}}#"
)
_MENTION_VERB = re.compile(
    r"(?:收到|签收|办结|完成|关于|反馈|汇报|报告|回复|申请|承办|负责|牵头|办理|落实|"
    r"receipt of|signed|received|noted|"
    r"extension (?:of|for|to|on)|finished|completed|done with|close|closing|accept|acknowledge|"
    r"regarding|re|for|on|extend|"
    r"postpone)\s?(?:了|的)?\s?$"
)


@dataclass(frozen=True, slots=True)
class Address:
    """The tasks named in a stretch of a clause's `plain` text.

    `bare`: only by place, without a mark. `style` tells enumerations from marked tasks.
    """

    tasks: tuple[int, ...]
    start: int
    end: int
    bare: bool


def at_head(plain: str, *, bare_ok: bool, first: bool, after_colon: bool) -> Address | None:
    """The address with which that clause begins; `first`: it opens a sentence."""
    lead = _LEAD_IN.match(plain)
    at = lead.end() if lead else 0
    found = _parse(plain, at, bare_ok=bare_ok, after_colon=after_colon)
    if found is None and at:
        found = _parse(plain, 0, bare_ok=bare_ok, after_colon=after_colon)
    if found is not None and not first and _DEPENDED.match(plain, found.end):
        return None
    return found and replace(found, start=0)


def mentioned(plain: str) -> Address | None:
    """The only marked address inside the clause, if nothing there says it is another matter."""
    found: Address | None = None
    at = 0
    while m := _STRONG.search(plain, at):
        at = max(m.end(), at + 1)
        before = plain[max(0, m.start() - 16) : m.start()]
        if _DEPENDS.search(before) and not _MENTION_VERB.search(before):
            continue
        named = re.match(r"任务|事项", plain[m.end() :])
        if not named and _DAY_BEFORE.search(before) and re.fullmatch(r"[\d〇-龥]+号", m.group()):
            continue
        signs = before.endswith("签收")
        address = _parse(plain, m.start(), bare_ok=signs, after_colon=signs)
        if address is None or _DEPENDED.match(plain, address.end):
            continue
        if found is not None:
            return None
        found = address
        at = max(at, address.end)
    return found


def named_by_verb(plain: str) -> Address | None:
    """Like `mentioned`, but only right behind a verb that takes a task: 签收12号."""
    found = mentioned(plain)
    if found is None:
        return None
    return found if _MENTION_VERB.search(plain[max(0, found.start - 14) : found.start]) else None


def _parse(plain: str, at: int, *, bare_ok: bool, after_colon: bool) -> Address | None:
    m = _LIST.match(plain, at)
    if m is None:
        return None
    # The list may have run on into a count or a date: 12、20家企业. Then nothing is sure.
    tasks: list[int] = []
    marked = bool(m["head"])
    ranged = False
    units: set[str] = set()
    chinese = False
    for one in _ONE.finditer(m["items"]):
        value = number(one["num"])
        if value is None or not 0 < value <= 9999:
            return None
        chinese = chinese or not one["num"].isdecimal() or not one["num"].isascii()
        marked = marked or bool(one["hash"]) or one["unit"] == "#"
        if one["noun"]:
            units.add("noun")
        if one["unit"]:
            units.add(one["unit"])
        if one["sep"] and tasks:
            ranged = True
            if not tasks[-1] < value <= tasks[-1] + MAX_RANGE:
                return None
            tasks.extend(range(tasks[-1] + 1, value + 1))
        elif value not in tasks:
            tasks.append(value)
    if not tasks:
        return None
    end = m.end()
    rest = plain[end:]
    last_has_unit = m["items"].rstrip().endswith(("号", "项", "#", "任务", "事项", "工作"))
    apart = marked and rest.startswith(" ")  # "#2 月底前" speaks of no February
    if (
        _CLASSIFIER.match(rest)
        and not last_has_unit
        and not apart
        and not re.match(r"\s?\d{1,3}%", rest)
    ):
        return None
    clock = r"[.\-/]\d" if last_has_unit else r"[.\-/]\d|:\d(?!\d{0,2}%)"
    if re.match(clock, rest) or (rest[:1].isdecimal() and not last_has_unit):
        return None
    if "项" in units and not m["ord"] and not marked:
        return None
    by_number = "号" in units and not marked
    if by_number:
        if _DOCUMENT_BEFORE.search(plain[max(0, m.start() - 3) : m.start()]) and m.start():
            return None
        if "noun" not in units and not re.match(r"的?(?:任务|事项|工作(?!日)|督办)", rest):
            if max(tasks) <= 31 and _DAY_AFTER.match(rest):
                return None
            if _DOCUMENT_AFTER.match(rest):
                return None
            if ranged and not re.match(r"[均都皆全]", rest):
                return None
    strong = marked or by_number or bool(m["ord"] and units)
    if m["ord"] and not units:
        return None
    if not strong:
        if not bare_ok or ranged or (chinese and tasks[0] < 10):
            return None
        if any(1900 <= n <= 2100 for n in tasks):
            return None
        separated = re.match(r"\s?[、:.)](?!\d)|\s?[、:)](?=\d{1,3}%)|\s?-\s?(?![\s\d])", rest)
        if separated and _CLASSIFIER.match(rest, separated.end()) and "、" in separated.group():
            return None
        ends = not rest.strip() and (after_colon or len(tasks) > 1)
        if not (separated or ends or _PREDICATE.match(rest)):
            return None
        if "/" in m["items"]:
            return None
        if "," in m["items"] and re.search(r"\d,\d{3}(?!\d)", m["items"]):
            return None
    tail = _SEPARATORS.match(plain, end)
    return Address(tuple(tasks), at, tail.end() if tail else end, not strong)
