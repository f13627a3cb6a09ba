"""PURE. Where documents begin in a text, and what the head and the signature of one state."""

import re
from dataclasses import dataclass
from datetime import date

from tasks.reading.dates import FULL_DATE, NUMERIC_DATE, full_date
from tasks.reading.model import Header
from tasks.reading.names import is_class, is_organ
from tasks.reading.outline import label_at
from tasks.reading.source import trimmed
from tasks.reading.words import listed

NUMBER = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{1,24})\s*[〔【（](\d{4})[〕】）]\s*(?:第)?\s*(\d{1,5})\s*号"
)
KINDS_OF_DOCUMENT = listed(
    "通知 意见 决定 方案 通告 公告 公示 批复 的函 报告 办法 规定 细则 纪要 要点 计划 通报 "
    "命令 议案 请示 规划 纲要 条例 清单 分工 安排 措施 实事 责任书 指南 工作函 复函 "
    "倡议书 决议 制度"
)
CITING = listed("根据 按照 依据 依照 贯彻 落实 执行 印发 以及 和 及 与 关于 按")
META = (
    "发布日期",
    "发布时间",
    "发文日期",
    "成文日期",
    "生成日期",
    "索引号",
    "文号",
    "发文字号",
    "发文机关",
    "来源",
    "主题分类",
    "信息来源",
    "发布机构",
    "标题",
    "# source",
    "字号",
    "浏览次数",
    "有效性",
    "公开方式",
    "名称",
    "主题词",
    "分类",
    "有效期",
    "公文种类",
    "发文单位",
    "颁布时间",
    "作者",
    "体裁",
    "日期",
)
DATE_META = ("成文日期", "发文日期", "发布日期", "发布时间", "生成日期", "颁布时间")
ISSUER_META = ("发文机关", "发布机构", "发文单位")
LONGEST_TITLE = 120
SEALS = ("政府", "办公厅", "办公室", "委", "局", "厅", "部")
"""How a line of a title ends that names only who issues."""

ROW_REACH = 500


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a text: its span, what it states of itself, where its head ends."""

    start: int
    end: int
    header: Header
    head_end: int
    signature: tuple[int, int] | None


def issue_number(clean: str, match: re.Match[str]) -> str | None:
    """The number a document carries itself; None for one that is cited."""
    prefix = match.group(1)
    for kind in KINDS_OF_DOCUMENT:
        place = prefix.rfind(kind)
        if place >= 0:
            prefix = prefix[place + len(kind) :]
    if not prefix or len(prefix) > 12 or prefix.startswith(CITING):
        return None
    start = match.end(1) - len(prefix)
    before = clean[start - 1 : start].strip()
    after = clean[match.end() : match.end() + 1]
    if before == "（" and after == "）":
        line = clean[clean.rfind("\n", 0, start) + 1 : start - 1]
        alone = not line.strip() and clean[match.end() + 1 : match.end() + 2] in ("", "\n", " ")
        return f"{prefix}〔{match.group(2)}〕{int(match.group(3))}号" if alone else None
    if before in tuple("（《“，、；和及》") and before:
        return None
    if (after and after not in "\n ━—-*\t各（") or (
        after == "（" and clean[match.end() : match.end() + 2] == "（）"
    ):
        return None
    line_start = clean.rfind("\n", max(0, start - 300), start) + 1
    if "。" in clean[line_start:start] and not before:
        return None
    return f"{prefix}〔{match.group(2)}〕{int(match.group(3))}号"


def is_addressee(line: str) -> bool:
    """Whether a line is whom the document is sent to: 各…人民政府，…：."""
    if not line.endswith("：") or len(line) > LONGEST_TITLE or "。" in line:
        return False
    words = line[:-1].replace(" ", "")
    return words.startswith(
        (
            "各",
            "校属",
            "院属",
            "局属",
            "机关各",
            "市直",
            "省直",
            "市各",
            "区直",
            "县直",
            "局机关",
            "全市各",
            "全省各",
        )
    ) or (
        words.endswith(
            ("部门", "单位", "政府", "学院", "委员会", "局", "厅", "委", "机构", "中心")
        )
        and len(words) <= 60
        and not words.endswith(("牵头单位", "责任单位", "配合单位", "责任部门", "牵头部门"))
        and ("各" in words or "、" in words or is_organ(words))
    )


def is_title(line: str) -> bool:
    bare = line.rstrip("》」 ")
    if bare.endswith("）"):
        bare = bare[: bare.rfind("（")] if "（" in bare else bare
    return (
        "关于" in bare
        and bare.endswith(KINDS_OF_DOCUMENT)
        and not any(sign in bare for sign in "。；：\t，")
        and not bare.startswith(("附件", "根据", "按照", "《", "一、", "二、", "三、"))
        and len(bare) >= 8
    )


def is_yearly_title(line: str) -> bool:
    """云川市2024年民生实事: a title without 关于 that names its year."""
    return (
        8 <= len(line) <= 30
        and "年" in line
        and line.endswith(KINDS_OF_DOCUMENT)
        and all(sign.isalnum() for sign in line)
        and line[line.find("年") - 4 : line.find("年")].isdecimal()
    )


def read_head(clean: str, start: int, end: int) -> Part:
    number, number_span = None, None
    for match in NUMBER.finditer(clean, start, min(end, start + 1500)):
        number = issue_number(clean, match)
        if number:
            number_span = (match.end(1) - len(number.split("〔", 1)[0]), match.end())
            break
    title, head_end = _title(clean, start, end, number_span)
    if number_span:
        head_end = max(head_end, number_span[1])
    signed = _signature(clean, start, end)
    issuer, day = (signed[0], signed[1]) if signed else (None, None)
    meta = _metadata(clean, start, end)
    issuer = issuer or _issuer_of(title) or meta.get("issuer")
    day = day or _day_of(meta.get("date", ""))
    return Part(
        start, end, Header(number, title, issuer, day), head_end, signed[2] if signed else None
    )


def _title(
    clean: str, start: int, end: int, number: tuple[int, int] | None
) -> tuple[str | None, int]:
    """The title and where it ends."""
    gathered = ""
    stop = start
    place = start
    whole: tuple[str, int] | None = None
    for line in clean[start : min(end, start + 1500)].split("\n"):
        first, last = trimmed(clean, place, place + len(line))
        place += len(line) + 1
        text = clean[first:last]
        if number and first <= number[0] < last:
            text = clean[first : number[0]]
            for word in META:
                text = text.split(word, 1)[0]
        cut = _cut_at_metadata(text)
        if not gathered and (not cut or cut.endswith("文件")):
            if (
                text
                and not cut.endswith("文件")
                and not text.startswith(META)
                and not (number and number[0] >= first)
            ):
                break
            continue
        if not cut and ("关于" in gathered or gathered.endswith(SEALS)):
            whole = whole or (gathered, stop)
            continue
        if (
            not cut
            or is_addressee(text)
            or any(sign in cut for sign in "。；\t")
            or len(cut) > LONGEST_TITLE
        ):
            break
        if gathered and (FULL_DATE.match(cut.lstrip("（")) or cut.startswith("（")):
            break
        gathered += "".join(cut.strip(" *#").split())
        stop = first + clean[first:last].find(cut) + len(cut)
        if (
            gathered.endswith(KINDS_OF_DOCUMENT)
            or len(gathered) > LONGEST_TITLE
            or len(cut) < len(text)
        ):
            break
        if "关于" not in gathered and not gathered.endswith(SEALS):
            break
    if whole and not is_kind(gathered):
        gathered, stop = whole
    title = "".join(gathered.split())
    if label_at(title, 0, len(title)):
        return None, start
    if not title or len(title) > LONGEST_TITLE or title.endswith(("：", "，")):
        return None, start
    if "关于" not in title and not is_kind(title):
        return None, start
    return title, stop


def is_kind(title: str) -> bool:
    """Whether a title ends as one does: …的通知, …方案（一）."""
    if title.endswith("）") and "（" in title:
        title = title[: title.rfind("（")]
    return title.endswith(KINDS_OF_DOCUMENT)


def _cut_at_metadata(text: str) -> str:
    """A line of the head without what a web page adds to it."""
    for word in META:
        place = text.find(word)
        if place == 0 and text.startswith(("标题", "名称")) and "：" in text[:6]:
            return text.split("：", 1)[1].strip()
        if place >= 0 and (
            text[place + len(word) : place + len(word) + 2].strip()[:1] in "：:" or place == 0
        ):
            return text[:place].strip()
    return text.strip()


def _metadata(clean: str, start: int, end: int) -> dict[str, str]:
    """Date and issuer as a web page states them above or in the head."""
    found: dict[str, str] = {}
    for line in clean[start : min(end, start + 1000)].split("\n")[:20]:
        for kind, labels in (("date", DATE_META[:2]), ("issuer", ISSUER_META)):
            for label in labels:
                tail = line.strip().removeprefix(label)
                if tail != line.strip() and tail.lstrip().startswith("："):
                    found.setdefault(kind, tail.lstrip()[1:].strip())
    return found


def _day_of(text: str) -> date | None:
    match = FULL_DATE.search(text) or NUMERIC_DATE.search(text)
    return full_date(match) if match else None


def _issuer_of(title: str | None) -> str | None:
    """国务院办公厅关于…: the title names who issues."""
    if not title or "关于" not in title:
        return None
    name = title.split("关于", 1)[0].removesuffix("转发").removesuffix("印发")
    return name if is_organ(name) and not is_class(name) else None


def _signature(
    clean: str, start: int, end: int
) -> tuple[str | None, date, tuple[int, int]] | None:
    """Issuer, day and span of the first signature."""
    fallback: tuple[str | None, date, tuple[int, int]] | None = None
    for match in FULL_DATE.finditer(clean, start, end):
        day = full_date(match)
        if day is None or _is_row(clean, match):
            continue
        first = match.start()
        while (
            first > start
            and clean[first - 1] not in "\n。！；：，）"
            and match.start() - first < 60
        ):
            first -= 1
        before = clean[first : match.start()].strip()
        after = clean[match.end() : match.end() + 1]
        again = FULL_DATE.match(clean, match.end()) is not None
        if before:
            names = _organs(before)
            if names and (
                not after
                or again
                or after in "\n（ "
                or clean[first - 1 : first] in ("", "\n", "。")
            ):
                return "、".join(names), day, (first, match.end())
            if (
                before == "（"
                and after == "）"
                and fallback is None
                and match.start() - start < 600
            ):
                fallback = (None, day, (match.start(), match.end()))
            continue
        apart = not after or again or after in "\n（ "
        if clean[first - 1 : first] not in ("", "\n") or not apart:
            continue
        names, top = _organs_above(clean, start, first)
        if names:
            return "、".join(names), day, (top, match.end())
        if fallback is None and first - start > 40:
            fallback = (None, day, (match.start(), match.end()))
    return fallback


def _is_row(clean: str, match: re.Match[str]) -> bool:
    """Whether a date stands in a row of a table, beside an owner who signs nothing."""
    begin, end = max(0, match.start() - ROW_REACH), match.end() + ROW_REACH
    line = clean[begin : match.start()].rpartition("\n")[2]
    return (line + clean[match.end() : end].partition("\n")[0]).count("\t") >= 2


def _organs(line: str) -> list[str]:
    """The organs that a line of a signature names, however it is spaced."""
    pieces = line.split()
    if len(pieces) > 1 and all(is_organ(piece) for piece in pieces):
        return pieces
    if "\t" in line:
        return []
    whole = "".join(pieces)
    return [whole] if is_organ(whole) and not is_class(whole) else []


def _organs_above(clean: str, start: int, place: int) -> tuple[list[str], int]:
    names: list[str] = []
    top = place
    while top > start:
        above = clean.rfind("\n", start, top - 1) + 1 if top - 1 > start else start
        above = max(above, start)
        line = clean[above:top].strip()
        if line:
            found = _organs(line) if len(line) <= 60 else []
            if not found or len(names) > 12:
                break
            names = found + names
        top = above
    return names, top
