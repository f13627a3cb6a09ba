"""PURE. How far a clause says the work has come: finished, a step of it, or still to come.

The whole task is finished only where subject and object are the task itself (已办结, 任务已
全部完成); 初稿已完成 and 完成初稿 are steps, 尚未完成 and 基本完成 are work in progress.
"""

import re
from enum import StrEnum

from tasks.replies.numbers import CHINESE


class Finish(StrEnum):
    """What a clause says of finishing."""

    closing = "closing"  # its closing is asked for
    whole = "whole"  # the whole task is done
    step = "step"  # part of it is done, or nearly all
    unfinished = "unfinished"  # said not to be done
    coming = "coming"  # will be done


_ASKS_TO_CLOSE = re.compile(
    r"(?:申请|请予?|请求|建议|提请|可以?|拟|恳请|现|特|予以?)(?:\w{0,6})?(?:办结|结案|销号|销账|结项|核销)(?!率|时|材料|标准|条件)|"
    r"\b(?:request(?:s|ing)?\s(?:to\s)?(?:close|closure|closing)|"
    r"please\s(?:mark\s.{0,20})?clos(?:e|ed)|ready\s(?:to\sbe\s|for\s)clos\w+|can\sbe\sclosed|"
    r"apply\s(?:to\sclose|for\sclosure)|propose\s(?:to\sclose|closure|closing)|"
    r"you\s(?:can|may)\s(?:now\s)?(?:sign\s.{0,8}off|close)|submit(?:ted)?\sfor\s(?:acceptance|closure))"
)
_DONE = re.compile(
    r"完成|办结|报结|办完|做完|搞定|弄好|办好|做好(?=了|$)|干完|搞完|弄完|完工|竣工|完结|了结|结束|落实到位|整改到位|落实完毕|办理完毕|完毕|办妥|完了|"
    r"(?<=已)落实(?=$|了)|(?<=全部)落实|(?<=全面)落实|销号|结案"
)
_NOUN_AFTER = re.compile(
    r"率|情况|时间|时限|期限|节点|度|后|之后|以后|前|之前|以前|的(?!$)|日期|标准|目标|质量|进度"
)
_NEGATED = re.compile(
    r"(?:未|没|没有|尚未|还未|还没|仍未|并未|暂未|不能|无法|难以|未能|不|没能|不可能|不会|尚不能|不具备|非|谈不上|有待|尚待)"
    r"(?:全部|完全|按期|按时|如期|正式|最终|及时|能|能够|够|到|有|全面|彻底|得到|有效|真正|整体|予以|申请|具备|条件)*$"
)
_PARTLY = re.compile(
    r"基本|大体|大部分|大多|多数|部分|初步|接近|即将|快要?|差不多|将近|近乎|主体|阶段性?|绝大多数|绝大部分|主要|大致|已近|几乎|逐步|陆续|一半|过半|有的"
)
_COMING = re.compile(
    r"预计|计划(?!任务)|拟|将|争取|力争|确保|能|可|会|要(?!求)|准备|打算|有望|目标|待|需|应|须|下一步|必|尽快|抓紧|加快|正在|保证|努力|希望|预期|估计|等|后|"
    r"再|推动|加紧|全力|年底|月底|内$|(?<!提)前$|底$|旬$"
)
_PAST_MARK = re.compile(r"已|业|均|都|了$|现(?!将)")
_ADVERBS = re.compile(
    r"(?:目前|现在|现已|现|截至(?:目前|今天|今日)?|截止目前|到目前为止|今天|今日|昨天|昨日|上周|上月|本月|本周|日前|近日|于|已经|已|业已|均|都|全部|"
    r"全面|全|整体|总体|总|按时序|按时|按期|如期|提前(?:\d{1,3}[个天日周月]{1,2})?|圆满|顺利|准时|按序时|按计划|按要求|高质量|保质保量|正式|"
    r"我们|我局|我委|我厅|我办|我单位|我处|我科|我部门|我方|我|本局|本单位|本委|本厅|咱们|由我局|经过努力|经努力|就|也|还|又|的|了|是|所有|整个|各项|这项|这个|"
    r"该项|该|此项|此|本项|本|上述|相关|有关|以上|以|一|年|月|日|号|底|前(?!期|置|端)|个|\d|%|[,.:、\s()\"\[\]-]|百分之百|基于此|同时|其中|关于|对于|对|"
    r"目标|年度|全年|任务|事项|工作|督办件|督办|事情|事|整改(?=$)|内容|要求|交办|承办|承担|牵头|负责|涉及|单位|报告|汇报|反馈|回复|进展|进度|情况|如下|领导|"
    r"局|委|厅|办)+"
)
_PART_WORDS = re.compile(
    r"前期|初步|准备|调研|收集|摸底|部分|一期|二期|阶段|起草|征求|招标|设计|材料|申报|论证|审核|部署|动员|宣传|培训|会议|第[一二三四\d]|其中|主体|自查|"
    r"签约|编制|上半年|季度|本月|当月|上月|本周|试点"
)
_WHOLE_NOUN = re.compile(r"(?:工作|任务|事项|项目|工程|整改|内容|问题|目标|措施|要求)$")
_ALL = re.compile(r"全部|整个|全面|整体|全都|均已|都已|圆满|所有|各项")
_WHOLE_OBJECT = re.compile(
    r"^(?:了|啦|毕)?(?:并(?!未|非).*|且(?!未|非).*|[)\]]*|全部|所有|(?:全部|所有|各项|该项?|此项?|本项?|这项|上述|相关|有关|年度|"
    r"目标|交办|督办|整改|既定|了|的){0,5}(?:任务|工作|事项|内容|目标任务|督办件|整改|目标)(?:了|的.{0,2}|要求)?|请.*|可.*|现.*|无.*|"
    r"完毕|好了?|100%|百分之百|啦|了)?$"
)

_DONE_EN = re.compile(
    r"\b(?:done|completed?|finished|finalised|finalized|closed|accomplished|wrapped\sup|"
    r"concluded|fulfilled|fully\simplemented)\b"
)
_NEGATED_EN = re.compile(
    r"\b(?:not|never|n't|cannot|unable\sto|yet\sto|far\sfrom|isn't|hasn't|haven't|aren't|wasn't|"
    r"won't|can't|didn't|isnt|hasnt|havent|incomplete|nor|without)\b(?:\s(?:yet|been|be|fully|"
    r"completely|all|quite|get|it|have|entirely|totally)){0,4}\s?$|n't(?:\s(?:yet|been|be|fully|"
    r"completely|all|quite|it|get)){0,4}\s?$"
)
_PARTLY_EN = re.compile(
    r"\b(?:almost|nearly|mostly|partly|partially|largely|basically|substantially|practically|"
    r"half|close\sto|about|some|most|part|nearing|soon|virtually|more\sor\sless|over\shalf)\b"
)
_COMING_EN = re.compile(
    r"\b(?:will|shall|should|can|could|would|to\sbe|expect\w*|plan\w*|aim\w*|hope\w*|intend\w*|"
    r"going\sto|by|before|until|once|after|when|if|must|may|might|trying|try|be)\b"
)
_EN_SKIP = re.compile(
    r"\b(?:the|this|that|it|all|we|i|our|us|my|have|has|is|are|was|were|had|been|be|now|already|"
    r"fully|completely|entirely|successfully|just|today|yesterday|last\s(?:week|month|\w+day)|earlier|recently|task|tasks|work|job|"
    r"assignment|item|everything|whole|thing|thing's|of|and|so|both|totally|on\stime|on\sschedule|"
    r"ahead\sof\sschedule|as\splanned|team|department|office|bureau|please\snote|good\snews|"
    r"finally|with|for|in|full|everything's|it's|that's|100|assigned|up|hi|dear|colleagues?|sir|"
    r"madam|status|update|progress|us|per\scent|percent)\b|[^a-z\u3400-\u9fff]"
)


def finish_of(plain: str, topic: str = "", *, dated: bool = False) -> Finish | None:
    """What the clause says of finishing. `topic`: a subject named in the clause before it.
    `dated`: it names a day to come."""
    found: Finish | None = None
    if m := _ASKS_TO_CLOSE.search(plain):
        before = plain[: m.start()]
        asks_now = re.match(r"可以?", m.group()) is None or not _COMING.search(before)
        if _NEGATED.search(before) or re.search(r"(?:不|暂不|未|尚未|没)(?:\w{0,2})$", before):
            return Finish.unfinished
        if (
            asks_now
            and not dated
            and not re.search(r"(?:准备|打算|计划|下周|后|待|将|再|会)\w{0,6}$", before)
        ):
            return Finish.closing
        return Finish.coming
    for m in _DONE.finditer(plain):
        kind = _chinese(plain, m.start(), m.end(), topic, dated)
        if kind is not None:
            found = _weightier(found, kind)
    for m in _DONE_EN.finditer(plain):
        found = _weightier(found, _english(plain, m.start(), m.end(), dated))
    return found


def _weightier(one: Finish | None, other: Finish) -> Finish:
    """What keeps a task open outweighs what would close it."""
    order = [Finish.unfinished, Finish.step, Finish.coming, Finish.whole, Finish.closing]
    return other if one is None else min(one, other, key=order.index)


def _chinese(plain: str, start: int, end: int, topic: str, dated: bool) -> Finish | None:
    before, after = plain[:start], plain[end:]
    near = before[-24:]
    if _NOUN_AFTER.match(after):
        return None
    if _NEGATED.search(near):
        return Finish.unfinished
    if _PARTLY.search(near[-10:]):
        return Finish.step
    past = list(_PAST_MARK.finditer(before))
    # "已于11月15日前完成": a day that has passed is no promise.
    coming = [
        m for m in _COMING.finditer(before) if dated or not past or m.group() not in {"前", "底"}
    ]
    if dated and not past:
        return Finish.coming
    if (
        coming
        and (not past or past[-1].start() < coming[-1].start())
        and not re.match(r"了", after)
    ):
        return Finish.coming
    if re.match(
        rf"(?:了|约|近|过|超)*(?:\d|[{CHINESE}]+(?:成|分之)|百分之|过半|一半|大半)", after
    ) and not re.match(r"(?:了)?(?:100%|百分之百|全部)", after):
        return Finish.step
    if _WHOLE_OBJECT.match(after) is None:
        return Finish.step
    subject = _ADVERBS.sub("", topic + before)
    if not subject:
        return Finish.whole
    told = topic + before
    if _PART_WORDS.search(told):
        return Finish.step
    if re.search(r"\d", told) and re.search(r"\d\s?[^\d\s%]{0,6}$", _ADVERBS.sub("", before)):
        return Finish.step
    bare = re.sub(
        r"(?:已|已经|均|都|全部|全面|整体|圆满|顺利|也|按时|按期|如期|提前|现|业|于[\d年月日号]+|\s)+$",
        "",
        told,
    )
    if _ALL.search(told) and _WHOLE_NOUN.search(bare):
        return Finish.whole
    if plain[start:end] in {"办结", "销号", "结案"} and _WHOLE_NOUN.search(bare):
        return Finish.whole
    return Finish.step


def _english(plain: str, start: int, end: int, dated: bool) -> Finish:
    before, after = plain[:start], plain[end:]
    if _NEGATED_EN.search(before):
        return Finish.unfinished
    if _PARTLY_EN.search(before[-30:]):
        return Finish.step
    if _COMING_EN.search(before) or dated:
        return Finish.coming
    if (
        re.search(r"\d\s?%|\bpercent|\d\s?/\s?\d|\d\sof\s|\bhalf|third|quarter", plain)
        and "100" not in plain
    ):
        return Finish.step
    subject = _EN_SKIP.sub("", before)
    obj = _EN_SKIP.sub("", re.sub(r"\b(?:by|on|in|at|as|and)\b.*", "", after))
    return Finish.step if subject or obj else Finish.whole
