"""PURE. When the work, or its announced product, is due; never a meeting and never the past.

A day counts if its clause speaks of what is to come or to be handed over. Of several the
last one counts, because that is when the work is finished: 初稿12月5日，12月20日印发.
"""

import re
from dataclasses import replace
from datetime import date

from tasks.replies.dates import Named, find_dates

_COMING = re.compile(
    r"预计|计划|拟|将|力争|争取|确保|之?前|以前|内|底|可|能|会(?!议)|要|准备|打算|有望|目标|延期|延至|延到|延长|顺延|推迟|推后|宽限|定于|预期|估计|大概|"
    r"还需|还要|需要|需|后|再|给|左右|末|改为|最迟|调整|"
    r"'ll\b|\b(?:by|before|until|till|expect|will|due|eta|plan|aim|target|deliver|within|in|should|"
    r"to\s|going|extend|extension|postpone|deadline|finish|hope|can|around|on\strack|end|next|estimated)"
)
_PRODUCT = re.compile(
    r"完成|办结|报送|上报|提交|印发|出台|报|交|反馈|送|上线|交付|验收|竣工|完工|发布|落实|整改|拨付|形成|出|定稿|答复|发(?:您|你|给|送|出)|回复|到位|"
    r"建成|投用|投产|投入使用|通车|交房|搞定|做完|办完|弄好|弄完|干完|搞完|给|"
    r"解决|发放|投入|达到|下发|签订|"
    r"\b(?:done|finish|complet|submit|deliver|send|issue|publish|report|ready|close|launch|hand|"
    r"due|sign|final)"
)
_MEETING = re.compile(
    r"开(?:个|了|一次|完)?[^,]{0,8}会|会议|召开|座谈|研讨|论证会|评审会|评审|推进会|调度会|专题会|听证|上会|现场会|培训|调研|例会|协调会|常务会|"
    r"党组会|办公会|动员会|部署会|碰头|会商|审议|论坛|出差|休假|"
    r"请假|考察|督导|\b(?:meeting|meet|workshop|hearing|conference|visit|session|training|seminar|"
    r"call\b|review\s(?:panel|meeting)|discuss|leave|holiday)"
)
_START = re.compile(
    r"启动|开工|开始|动工|进场|招标|起(?:施行|执行|实施)?(?![草来])|动员|着手|施行|生效|\b(?:start|begin|kick|"
    r"launch\sthe\stender|effective)"
)
_PAST = re.compile(
    r"已(?!定|列|纳)|了(?!$)|过(?!后|程)|曾|刚|截至|原定|原计划|原时限|本应|原|收到|接到|\b(?:was|were|had|did|held|as\sof|"
    r"since|already|originally|sent|received|submitted|issued)\b"
)
_STRONG_COMING = re.compile(
    r"预计|计划|拟|力争|争取|确保|将|延期|延至|延到|推迟|顺延|有望|之?前|以前|'ll\b|\b(?:by|before|expect|will|due|until|plan|eta|within|end|later|can|should|hope|aim|finish|submit|deliver|send)"
)


_PROMISED = re.compile(
    r"预计|计划|拟|力争|争取|确保|将|延期|延至|延到|推迟|顺延|\b(?:expect|plan|aim|will|eta|due)"
)


def expected_of(plains: list[str], today: date) -> date | None:
    """The day by which the clauses of one answer say the work will be there."""
    return _announced(plains, today)


def passed_of(plains: list[str], today: date) -> date | None:
    """The day that has passed by which they promise the work all the same."""
    return _announced(plains, today, passed=True)


def _announced(plains: list[str], today: date, *, passed: bool = False) -> date | None:
    alone = len(plains) == 1
    found: date | None = None
    for at, plain in enumerate(plains):
        dates = find_dates(plain, today)
        for i, named in enumerate(dates):
            until = dates[i + 1].start if i + 1 < len(dates) else len(plain)
            since = dates[i - 1].end if i else 0
            rest = plain[named.end : until]
            # "12月15日前，报送方案": the product stands in the next clause.
            ends = i + 1 == len(dates) and not rest.strip(" 前之内左右以")
            if ends and at + 1 < len(plains) and _PRODUCT.match(plains[at + 1]):
                rest += " " + plains[at + 1]
            before = plain[since : named.start]
            if passed and (named.day >= today or not _PROMISED.search(before)):
                continue
            meant, since_when = (
                (replace(named, passed=False), named.day) if passed else (named, today)
            )
            if _counts(plain, before, rest, meant, since_when, alone):
                found = named.day
    return found


def _counts(plain: str, before: str, after: str, named: Named, today: date, alone: bool) -> bool:
    if named.passed or named.day < today:
        return False
    whole = re.sub(r"[\s前之内左右以吧.,]|\bby\b|\bbefore\b", "", before + after)
    if not whole:
        return alone
    if _PAST.search(before) and not _STRONG_COMING.search(before + after[:4]):
        return False
    if re.match(r"[^,]{0,6}?(?:完成|办|做|交|报|结|弄|搞)不(?:了|完|成|出)", after):
        return False
    if re.search(r"(?:(?<!最)[晚慢迟]|落后|滞后|超)了?(?:约|大约|近|整整)?\s?$", before):
        return False
    if re.match(r"(?:\s?(?:已|曾|刚|起|开始(?!报)))", after):
        return False
    if re.match(r"this\s", plain[named.start : named.end]) and not _STRONG_COMING.search(before):
        return False  # from 40% to 65% this month
    if re.search(r"\b(?:our|the|this)\s?$", before) and re.match(
        r"\s?(?:\w+\s)?(?:report|summary|figures|data|statement|bulletin)\b", after
    ):
        return False  # our November progress report
    if re.match(r"(?:计划|应|拟|要求|需)[^,]{0,6}的[^,]{0,12}已", after):
        return False  # 本月计划完成的3件已完成2件
    if re.search(
        r"截至|截止(?:到|至)?(?:目前)?$|\bas\sof\s?$|原定于?$|原(?:计划|时限)[^,]{0,6}$|自$|从$",
        before,
    ):
        return False
    meeting, start, product = _MEETING.search(after), _START.search(after), _PRODUCT.search(after)
    if product and product.group() in {"出", "报", "交", "送", "给", "达到"} and meeting:
        product = None if product.start() > meeting.start() - 3 else product
    first = min((m.start() for m in (meeting, start, product) if m), default=None)
    if first is not None:
        if meeting and meeting.start() == first:
            return False
        if start and start.start() == first:
            return False
        if (
            meeting
            and product
            and re.fullmatch(r"[^,]{0,10}", after[product.end() : meeting.start()])
            and (
                product.group() in {"完成", "complet", "finish"}
                and after.endswith(("会", "会议", "调研", "培训", "评审"))
            )
        ):
            return False
    elif _MEETING.search(before) or _START.search(before[-8:]):
        return False
    if product:
        return True
    return _COMING.search(before + plain[named.start : named.end] + after) is not None
