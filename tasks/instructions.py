"""PURE. What a coordinator types to assign many clauses at once, or to edit one.

    三（一）到三（三） → 省知识产权局牵头      19-29、33 长期      8 不立项 原则性要求

First the scope (`scopes`), then what is to become of it: owners, kind of follow-up, limit, or
a waiver with its reason. Owners and dates are read by the grammar of notices; whatever is
left over is refused, so that no word of an instruction is passed over in silence.
"""

import re
from dataclasses import dataclass
from datetime import date

from tasks.errors import Refused
from tasks.reading import words
from tasks.reading.dates import FROM_ISSUE, Era, Limit, plain_day
from tasks.reading.names import is_complete, shared_ending, split_at, split_names
from tasks.reading.owners import Assignment, read_mark
from tasks.reading.source import bracket_pairs, fold, sentence_spans, trimmed
from tasks.replies.dates import find_dates
from tasks.replies.days import ROLLS_WITHIN
from tasks.scopes import Line as Line
from tasks.scopes import Scope as Scope
from tasks.scopes import Section as Section
from tasks.scopes import Selection as Selection
from tasks.scopes import Span as Span
from tasks.scopes import scan
from tasks.scopes import select as select
from tasks.vocabulary import FollowUp, WaiveReason

LONGEST = 2000
"""No instruction is longer; what is was pasted by mistake."""

_ARROW = re.compile(
    r"[\s：，；]*(?:[-—=]+>|[→⇒➔➡]\ufe0f?)?[\s：，；]*(?:[均都]\s?)?(?:改?为(?!主))?"
)
_FOLLOW_UPS = (
    (FollowUp.dated, r"定时限|有时限|按时限|dated\b"),
    (FollowUp.once, r"一次性反馈|一次性|单次反馈|反馈一次|once\b|one-off\b"),
    (
        FollowUp.standing,
        r"长期(?:坚持|跟踪|推进|任务)?|常态化|持续推进|standing\b|long.term\b|"
        r"(?:无|不设|没有|不定)(?:完成)?(?:时限|期限)|(?:完成)?(?:时限|期限)[为：\s]*(?:无|不设|没有)|"
        r"no\s(?:date|limit|deadline)\b",
    ),
)
_KINDS = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _FOLLOW_UPS)
_LIMIT = re.compile(
    r"(?:完成|办理|办结)?(?:时限|期限|限期)[为是：]*\s*|(?:deadline|due|limit|by)\b[\s：]*", re.I
)
_WAIVE = re.compile(
    r"不(?:予)?立项|不(?:予)?督办|(?=(?:仅|只)?阅知|仅供参考)|waived?\b|drop\b|skip\b", re.I
)
_REASONS = (
    (WaiveReason.principle, r"原则性(?:要求)?|原则要求|principle\b"),
    (
        WaiveReason.not_ours,
        r"不属于?本级(?:事权)?(?:范围)?|非本级(?:事权)?|不归本级|not.?ours\b",
    ),
    (WaiveReason.duplicate, r"(?:内容)?重复|duplicates?\b"),
    (WaiveReason.information, r"(?:仅|只)?阅知|仅?供参考|information\b|info\b|fyi\b"),
    (WaiveReason.other, r"其[他它](?:原因)?|other\b"),
)
_WHY = tuple((kind, re.compile(pattern, re.I)) for kind, pattern in _REASONS)
_NOBODY = re.compile(
    r"(?:无|清空|清除|不定|没有|去掉|取消)(?:责任)?(?:单位|部门)?|(?:责任)?单位清空|none|"
    r"(?:no|clear)(?:\sowners?)?",
    re.I,
)
_OTHER_WORDS = (
    (re.compile(r"\blead(?:s|ing)?\s*：", re.I), "牵头单位："),
    (re.compile(r"\b(?:cooperating|cooperates?|support(?:s|ing)?|with)\s*：", re.I), "配合单位："),
    (re.compile(r"\b(?:joint|owners?)\s*：", re.I), "责任单位："),
    (re.compile("(?:由|主办|主责)："), "牵头单位："),
    (re.compile("(?:协办|协助|参与)："), "配合单位："),
    (re.compile("负责："), "责任单位："),
    (re.compile("(?<=牵头|主办|负责|配合|协办|参与|协助)、"), "，"),
)
_ROLE_WORDS = (*words.LEAD_WORDS, *words.COOPERATING_WORDS, *words.RESPONSIBLE_WORDS)
_LEFT_OVER = re.compile(
    "|".join(
        sorted(
            (
                *_ROLE_WORDS, *words.JOINING_WORDS, "按照职责", "按职责", "分别", "共同", "具体",
                "等", "有关", "由", "请", "以及", "及", "和", "与", "单位", "部门", "主要",
            ),
            key=len,
            reverse=True,
        )
    )
)  # fmt: skip
_UNNAMED = re.compile('牵头|负责|配合|[的了吗呢吧啊我你他她它们这那谁什么"“”《》？！。]')
_DATED = re.compile(
    "完成|办结|办理|报送|反馈|落实|截止|时限|期限|之?前|以前|以内|内|于|在|为|到|，"
)


@dataclass(frozen=True, slots=True)
class Owner:
    """A name as typed. `role`: "lead", "cooperating" or "joint"."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """What is to become of the clauses in scope; None leaves a thing as it is.

    `owners` () takes the owners away. A waiver comes alone; `reason` holds its words.
    """

    scope: Scope
    owners: tuple[Owner, ...] | None = None
    follow_up: FollowUp | None = None
    deadline: date | None = None
    deadline_text: str | None = None
    waive: WaiveReason | None = None
    reason: str | None = None


def parse(text: str, today: date, year: int | None = None) -> Instruction:
    """A whole instruction. Raises Refused with what could not be understood."""
    if len(text) > LONGEST:
        raise Refused("instruction_too_long", limit=LONGEST)
    folded = fold(text)
    scope, place = scan(folded)
    place = _past(_ARROW, folded, place)
    if not folded[place:].strip("。；，： "):
        raise Refused("no_instruction")
    waived = _WAIVE.match(folded, place)
    if waived:
        kind, reason = _reason(text[waived.end() :])
        return Instruction(scope, waive=kind, reason=reason)
    follow_up: FollowUp | None = None
    limit: Limit | None = None
    named: list[str] = []
    for piece in _pieces(folded[place:], today, year):
        if _WAIVE.match(piece):
            raise Refused("waive_comes_alone")
        said, rest = _follow_up(piece)
        if said is not None:
            if follow_up not in (None, said):
                raise Refused("two_follow_ups")
            follow_up = said
        if not rest:
            continue
        found = _dated(rest, today, year)
        if found is None:
            named.append(rest)
        elif limit is not None:
            raise Refused("two_limits", a=limit.text, b=found.text)
        else:
            limit = found
    if limit and follow_up is FollowUp.standing:
        raise Refused("limit_with_standing", text=limit.text)
    return Instruction(
        scope,
        owners=read_owners("，".join(named)) if named else None,
        follow_up=follow_up,
        deadline=limit.day if limit else None,
        deadline_text=limit.text if limit else None,
    )


def _past(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _pieces(text: str, today: date, year: int | None) -> list[str]:
    """An instruction cut at ，；, and around the kinds and limits that white space sets off."""
    pieces: list[str] = []
    for part in split_at(text, "，；。\n"):
        held: list[str] = []
        spoken = part.split()
        place = 0
        while place < len(spoken):
            count = _length_of_limit(spoken[place : place + 6], today, year)
            if count or _follow_up(spoken[place])[0] or _WAIVE.match(spoken[place]):
                pieces.append(" ".join(held))
                pieces.append(" ".join(spoken[place : place + (count or 1)]))
                held = []
            else:
                held.append(spoken[place])
            place += count or 1
        pieces.append(" ".join(held))
    return [piece for piece in pieces if piece]


def _length_of_limit(spoken: list[str], today: date, year: int | None) -> int:
    """How many of these words are one limit, with its label or a kind before it."""
    for count in range(len(spoken), 0, -1):
        rest = _follow_up(" ".join(spoken[:count]))[1]
        label = _LIMIT.match(rest)
        if _limit(rest[label.end() :] if label else rest, today, year):
            return count
    return 0


def _follow_up(piece: str) -> tuple[FollowUp | None, str]:
    """The kind of follow-up that a piece opens with, and what follows it."""
    for kind, pattern in _KINDS:
        found = pattern.match(piece)
        if found:
            return kind, piece[found.end() :].strip("： ，（）")
    return None, piece


def _reason(typed: str) -> tuple[WaiveReason, str | None]:
    """Why something is waived, and what was said beyond the well-known reasons."""
    why = typed.strip(" 　\t\n，,。；;：:（()）-—、")
    folded = fold(why)
    for kind, pattern in _WHY:
        found = pattern.match(folded)
        if found:
            more = why[found.end() :]
            if more and (more[0].isalnum() and kind is not WaiveReason.other):
                continue  # 重复建设项目 is no 重复
            told = more.strip(" 　，,。；;：:（()）") or None
            if kind is WaiveReason.other and told is None:
                break
            return kind, told
    else:
        if why:
            return WaiveReason.other, why
    raise Refused("reason_missing")


def read_reason(text: str) -> tuple[WaiveReason, str | None]:
    """The reason of a waiver by itself: 原则性要求, 重复（见第3条）, or free words."""
    return _reason(text)


def _dated(piece: str, today: date, year: int | None) -> Limit | None:
    """The limit that a piece is, None where it is none. A stated limit must be readable."""
    label = _LIMIT.match(piece)
    rest = piece[label.end() :] if label else piece
    found = _limit(rest, today, year)
    if found is None and label:
        raise Refused("limit_unreadable", text=piece)
    return found


def _limit(text: str, today: date, year: int | None) -> Limit | None:
    """A text that is nothing but one day, read as it would be in a notice of today."""
    text = text.strip(" ，。；：")
    if not text or len(text) > 40 or FROM_ISSUE.search(text) or "工作日" in text:
        return None
    era = max(today.year, year or 0)
    for signed in (today, None):
        found = plain_day(text, Era(era, signed))
        if found and found.day:
            found = _as_said(found, text, today, era)
            rest = text[: found.start] + text[found.start + len(found.text) :]
            if not _DATED.sub("", rest).strip():
                return Limit(0, text, found.day)
    plain = text.translate({ord("："): ":", ord("（"): "(", ord("）"): ")"}).lower()
    named = find_dates(plain, today) if len(plain) == len(text) else []
    if len(named) == 1:
        rest = text[: named[0].start] + text[named[0].end :]
        if not _DATED.sub("", rest).strip(" ."):
            return Limit(0, text, named[0].day)
    return None


def _as_said(found: Limit, text: str, today: date, era: int) -> Limit:
    """A day that rolled on into the next year, back where that is too far off to be meant."""
    if found.day is None or (found.day - today).days <= ROLLS_WITHIN:
        return found
    plain = plain_day(text, Era(era, None))
    return plain if plain and plain.day and plain.day < today else found


def read_limit(text: str, today: date, year: int | None = None) -> Limit | None:
    """A limit typed for one clause; None for 无时限 and 长期. Raises Refused.

    Words without a year are said today: 年底 is the end of this year, or of the notice's if
    that is later; a day that has passed is next year's, unless that is as far off as no
    spoken date is (`ROLLS_WITHIN`): it is given as it is, for the caller to refuse.
    """
    folded = fold(text).strip(" 。，；\n")
    said, rest = _follow_up(folded)
    if (said is FollowUp.standing and not rest) or _NOBODY.fullmatch(folded):
        return None
    label = _LIMIT.match(folded)
    found = _limit(folded[label.end() :] if label else folded, today, year)
    if found is None:
        raise Refused("limit_unreadable", text=text.strip()[:60])
    return found


def read_owners(text: str) -> tuple[Owner, ...]:
    """The owners typed for a clause, in order; () for 无 and 清空. Raises Refused.

    One name without a role leads; several without a role are joint.
    """
    folded = fold(text)
    if _NOBODY.fullmatch(folded.strip(" \n。")):
        return ()
    folded = _one_line(folded)
    read = read_mark(folded, first_leads=False)
    if read is None or not _whole(folded, read.owners):
        read = _plainly(folded)
    if read is None or not read.owners:
        raise Refused("owners_unreadable", text=text.strip()[:60])
    roles = dict.fromkeys(read.lead, "lead") | dict.fromkeys(read.cooperating, "cooperating")
    return tuple(Owner(name, roles.get(name, "joint")) for name in read.owners)


def _one_line(text: str) -> str:
    """Owners as a mark of a notice would state them: labels in Chinese, no white space."""
    for pattern, label in _OTHER_WORDS:
        text = pattern.sub(label, text)
    line = ""
    for piece in text.strip(" \n\t。，；、→").split():
        if line and not line.endswith(tuple("，；、：。")) and piece[0] not in "，；、：。":
            spoken = line.endswith(_ROLE_WORDS)
            if spoken or words.label_at(piece):
                line += "，"
            elif is_complete(piece.rstrip("，；、")) or not piece.startswith(_ROLE_WORDS):
                line += "、"
        line += piece
    pairs = bracket_pairs(line)
    return line[1:-1] if pairs.get(0) == len(line) - 1 and line else line


def _whole(text: str, owners: tuple[str, ...]) -> bool:
    """Whether nothing was said but these names, labels, and the words of roles."""
    left = text
    for name in sorted(owners, key=len, reverse=True):
        stem = name.removesuffix(shared_ending(name))
        left = left.replace(name, "、") if name in left else left.replace(stem, "、", 1)
    for label in words.LABELS_LONGEST_FIRST:
        left = left.replace(label + "：", "、").replace(label + "为：", "、")
        left = left.replace(f"（{label}）", "、")
    return not _LEFT_OVER.sub("", left).strip("、，；。：（） ")


def _plainly(text: str) -> Assignment | None:
    """Names that the grammar of marks does not take: unknown ones whose role is stated,
    and classes of organs."""
    by_role: dict[str, list[str]] = {words.LEAD: [], words.COOPERATING: [], words.RESPONSIBLE: []}
    for part in split_at(text, "，；"):
        label = words.label_at(part)
        role, listed = words.RESPONSIBLE, part
        if label:
            role, listed = words.LABELS[label[0]], part[label[1] :]
        elif part.endswith(words.LEAD_WORDS):
            role, listed = words.LEAD, part[:-2]
        elif part.endswith(words.COOPERATING_WORDS):
            role, listed = words.COOPERATING, part[:-2]
        elif not all(map(is_complete, split_names(part))):
            return None
        names = split_names(listed)
        if role not in by_role or not names or not all(map(_may_be_name, names)):
            return None
        by_role[role].extend(names)
    lead, responsible = by_role[words.LEAD], by_role[words.RESPONSIBLE]
    cooperating = by_role[words.COOPERATING]
    if lead:
        cooperating = cooperating + responsible
    elif cooperating or len(responsible) == 1:
        lead = responsible
    first = tuple(dict.fromkeys(lead))
    others = tuple(name for name in dict.fromkeys(cooperating) if name not in first)
    joint = () if first else tuple(dict.fromkeys(responsible))
    return Assignment(first, others, (*first, *joint, *others))


def _may_be_name(name: str) -> bool:
    if is_complete(name):
        return True
    plain = all(sign.isalnum() or sign in "（）·-" for sign in name)
    return 2 <= len(name) <= 20 and plain and not _UNNAMED.search(name)


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where a clause may be split: after 。！？； and line ends, never inside a bracket."""
    folded = fold(text)
    pairs = bracket_pairs(folded)
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(folded, 0, len(folded), pairs):
        begun = place = start
        while place < end:
            closed = pairs.get(place)
            place = closed + 1 if closed is not None and closed < end else place + 1
            if folded[place - 1] == "；":
                spans.append(trimmed(folded, begun, place))
                begun = place
        spans.append(trimmed(folded, begun, end))
    return tuple(span for span in spans if span[0] < span[1])
