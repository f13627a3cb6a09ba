"""PURE. An owner mark, （…负责） or 责任单位：… -> who leads and who cooperates."""

from dataclasses import dataclass

from tasks.reading import words
from tasks.reading.names import at_depth_0, is_class, is_complete, is_organ, split_at, split_names
from tasks.reading.words import COOPERATING, IGNORED, LABELS, LEAD, RESPONSIBLE, TIME

FIRST_LEADS = ("第一位", "首位", "第一个", "排名第一", "排第一", "列第一", "列首", "列在第一")
SAME_BELOW = ("下同", "以下同", "以下均", "以下各项", "不再列出")


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is named, with which role; `time` is what the mark says of the limit."""

    lead: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    time: str = ""

    def is_collective(self) -> bool:
        return all(is_class(name) for name in self.owners)


def states_first_leads(text: str) -> bool:
    """Whether a text rules that the first listed leads: 排在第一位的部门为牵头部门，下同."""
    for word in FIRST_LEADS:
        place = text.find(word)
        while place >= 0:
            after = text[place : place + 16].split("。", 1)[0]
            if "牵头" in after or "主办" in after:
                return True
            place = text.find(word, place + 1)
    return False


@dataclass(slots=True)
class _Sheet:
    """Names by role while a mark is read."""

    lead: list[str]
    cooperating: list[str]
    responsible: list[str]
    order: list[str]
    time: list[str]

    def add(self, role: str, names: tuple[str, ...]) -> None:
        for name in names:
            bare, own = _own_role(name)
            if "：" in bare:
                bare = _before_label(bare)
            if not bare or len(bare) > 40:
                continue
            self.order.append(bare)
            target = {LEAD: self.lead, COOPERATING: self.cooperating}.get(
                own or role, self.responsible
            )
            target.append(bare)


def _before_label(name: str) -> str:
    """What stands in front of a label that runs into a name; nothing where it is no owner."""
    words_before = name.split("：", 1)[0]
    label = next((word for word in words.LABELS_LONGEST_FIRST if words_before.endswith(word)), "")
    bare = words_before.removesuffix(label)
    return bare if label and is_complete(bare) else ""


def _own_role(name: str) -> tuple[str, str]:
    """市教育局（牵头） names its role by itself."""
    for tail in ("（牵头）", "（牵头单位）", "（牵头部门）", "（主办）"):
        if name.endswith(tail):
            return name.removesuffix(tail), LEAD
    for tail in ("（配合）", "（协办）"):
        if name.endswith(tail):
            return name.removesuffix(tail), COOPERATING
    return name, ""


def assign(sheet: _Sheet, *, first_leads: bool) -> Assignment:
    """Settle the roles: responsible units lead alone, cooperate beside a lead, else are joint."""
    lead, cooperating = list(sheet.lead), list(sheet.cooperating)
    if lead:
        cooperating += sheet.responsible
    elif sheet.responsible and (cooperating or len(set(sheet.responsible)) == 1):
        lead = sheet.responsible
    elif first_leads and sheet.responsible:
        named = next((name for name in sheet.responsible if not is_class(name)), None)
        if named is not None:
            lead = [named]
            cooperating = [name for name in sheet.responsible if name != named]
    first = dict.fromkeys(lead)
    return Assignment(
        lead=tuple(first),
        cooperating=tuple(name for name in dict.fromkeys(cooperating) if name not in first),
        owners=tuple(dict.fromkeys(sheet.order)),
        time="；".join(sheet.time),
    )


def read_labelled(pairs: list[tuple[str, str]], *, first_leads: bool) -> Assignment | None:
    """Labels with their values, as in lines and tables: 牵头单位, A；完成时限, 12月底."""
    sheet = _Sheet([], [], [], [], [])
    for label, value in pairs:
        role = LABELS.get(label, IGNORED)
        if role == TIME:
            sheet.time.append(value.strip("。； "))
        elif role in words.OWNER_ROLES:
            inner = read_mark(value, first_leads=first_leads) if _speaks(value) else None
            if inner is not None:
                sheet.add(LEAD, inner.lead)
                sheet.add(COOPERATING, inner.cooperating)
                rest = [n for n in inner.owners if n not in inner.lead + inner.cooperating]
                sheet.add(role, tuple(rest))
            else:
                listed = value.replace("；", "，").replace(" ", "、").replace("\n", "、")
                sheet.add(role, split_names(_without_rule(listed.strip("。，、 "))))
    return assign(sheet, first_leads=first_leads) if sheet.order or sheet.time else None


def _speaks(value: str) -> bool:
    """Whether a value says its roles itself: 市教育局牵头，市财政局配合."""
    return (
        any(word in value for word in ("牵头，", "牵头；", "配合", "负责", "会同"))
        and "（牵头）" not in value
    )


def _without_rule(listed: str) -> str:
    """A list of names without the rule that follows it: …，下同."""
    kept = [
        part
        for part in split_at(listed, "，")
        if not any(word in part for word in (*SAME_BELOW, *FIRST_LEADS))
    ]
    return "，".join(kept)


def read_mark(content: str, *, first_leads: bool) -> Assignment | None:
    """What a bracket says of owners; None where it is no owner mark."""
    sheet = _Sheet([], [], [], [], [])
    waiting: list[tuple[str, ...]] = []
    role = ""
    spoken = False
    for segment in _segments(content):
        found = words.label_at(segment)
        if found:
            role = LABELS[found[0]]
            spoken = spoken or role in words.OWNER_ROLES
            segment = segment[found[1] :].strip()
            if not segment:
                continue
            if role == TIME:
                sheet.time.append(segment)
                continue
            if role == IGNORED:
                continue
        elif role == IGNORED and spoken is False and waiting == [] and "：" in segment:
            return None
        if any(word in segment for word in (*SAME_BELOW, *FIRST_LEADS)):
            continue
        read = _verbal(segment)
        if read is None:
            if _is_time(segment):
                sheet.time.append(segment)
                continue
            names = split_names(segment)
            if not _plausible(names):
                if spoken or found:
                    continue
                return None
            if role:
                sheet.add(role, names)
            elif sheet.lead and not sheet.responsible:
                sheet.add(COOPERATING, names)
            else:
                waiting.append(names)
            continue
        said, names, others = read
        if not _plausible(names) or (others and not _plausible(others)):
            if _is_time(segment):
                sheet.time.append(segment)
                continue
            if names or not spoken:
                return None
            continue
        spoken = True
        for early in waiting:
            sheet.add(said, early)
        waiting.clear()
        sheet.add(said, names)
        sheet.add(COOPERATING, others)
    if waiting:
        if not spoken and not _is_bare_list(waiting, sheet):
            return None
        for early in waiting:
            sheet.add(COOPERATING if sheet.lead else RESPONSIBLE, early)
    if not sheet.order or not any(is_complete(name) for name in sheet.order):
        return None
    return assign(sheet, first_leads=first_leads)


def _segments(content: str) -> list[str]:
    """The parts of a mark, divided by ；，。 and before every label."""
    parts: list[str] = []
    for part in split_at(content, "；，。\n"):
        begun = 0
        for place in range(1, len(part)):
            if part[place - 1] in " 、" and words.label_at(part, place):
                parts.append(part[begun:place].strip(" 、"))
                begun = place
        parts.append(part[begun:].strip())
    return [part for part in parts if part]


def _verbal(segment: str) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """A牵头, B按职责分工负责, A会同B负责 -> role, names, names after 会同."""
    body = segment
    for opening in ("由", "请", "以"):
        body = body.removeprefix(opening)
    if body.startswith(words.JOINING_WORDS[:2]) and not body.startswith(words.NOT_DUTY_VERBS):
        verbs = (*words.LEAD_WORDS, *words.COOPERATING_WORDS, *words.RESPONSIBLE_WORDS)
        found = (_verb_place(_without_brackets(body), verb) for verb in verbs)
        until = min((place for place in found if place > 2), default=len(body))
        return COOPERATING, split_names(_bare_phrase(body[2:until])), ()
    joined = next((word for word in words.JOINING_WORDS[:2] if body.find(word) > 1), None)
    bare = _without_brackets(body)
    places = [
        (place, word)
        for word in (*words.LEAD_WORDS, *words.COOPERATING_WORDS, *words.RESPONSIBLE_WORDS)
        if (place := _verb_place(bare, word)) > 0
    ]
    if not places:
        return None
    place, verb = min(places)
    said = RESPONSIBLE
    if any(word in bare for word in words.LEAD_WORDS):
        said = LEAD
    elif verb in words.COOPERATING_WORDS:
        said = COOPERATING
    names = body[:place]
    others: tuple[str, ...] = ()
    if joined and (cut := body.find(joined)) < place:
        others = split_names(_bare_phrase(body[cut + len(joined) : place]))
        names, said = body[:cut], LEAD
    return said, split_names(_bare_phrase(names)), others


def _without_brackets(text: str) -> str:
    """A text with blanks for what stands in brackets, so that places stay."""
    outside = set(at_depth_0(text))
    return "".join(sign if place in outside else " " for place, sign in enumerate(text))


def _verb_place(body: str, word: str) -> int:
    """Where a role verb stands, unless it is a piece of a name (指导, 实施 inside one)."""
    place = body.find(word)
    while place > 0 and (
        body.startswith(("负责人", "落实办", "支持中心", "指导办", "指导中心"), place)
        or body.startswith(("单位", "部门"), place + len(word))
    ):
        place = body.find(word, place + 1)
    return place


def _bare_phrase(phrase: str) -> str:
    """Names without the adverbs before their verb."""
    phrase = phrase.strip(" 、，")
    changed = True
    while changed:
        changed = False
        for tail in (
            "按照各自职责",
            "按照职责",
            "按职责",
            "按各自职责",
            "根据职责",
            "依职责",
            "依据职责",
            "根据各自职责",
            "依照职责",
            "按",
            "按照",
            "分别",
            "共同",
            "具体",
            "分头",
            "等",
            "按职能",
            "按照职能",
            "各自",
            "联合",
            "积极",
            "分工",
            "组织",
            "主要",
            "要",
            "统筹",
            "根据",
            "部门职责",
        ):
            if phrase.endswith(tail) and len(phrase) > len(tail):
                phrase, changed = phrase.removesuffix(tail).strip(" 、"), True
    return phrase


def _is_time(segment: str) -> bool:
    """Whether a part of a mark says when, not who."""
    return segment.endswith(
        ("前", "完成", "推进", "坚持", "实施", "长期", "底", "落实", "日", "月", "年")
    ) and (
        any(sign in segment for sign in "年月日")
        or segment in ("持续推进", "长期坚持", "持续实施", "长期", "长期推进")
    )


def _plausible(names: tuple[str, ...]) -> bool:
    """Whether these can be names: at least one is whole and none is a phrase."""
    return (
        bool(names)
        and all(len(name) <= 40 and not set(name) & set("。；：“”《》？！") for name in names)
        and any(is_complete(_own_role(name)[0]) for name in names)
    )


def _is_bare_list(waiting: list[tuple[str, ...]], sheet: _Sheet) -> bool:
    """（市教育局、市财政局） without a verb: every piece must be a whole name."""
    names = [name for group in waiting for name in group]
    return all(is_organ(_own_role(n)[0]) or is_class(_own_role(n)[0]) for n in names) and any(
        not is_class(name)
        and name.endswith(("局", "委", "厅", "办", "部", "部门", "政府", "署", "公室"))
        for name in names
    )
