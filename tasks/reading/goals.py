"""PURE. What a notice wants done without saying by whom: measures, targets, and the rest."""

from tasks.reading import words
from tasks.reading.names import is_complete
from tasks.reading.words import listed

RESULT_STARTS = listed("形成 建成 涌现 积累 打造 实现 达到 建立起 构建起 培养造就 力争")
RESULT_ADVERBS = ("初步", "基本", "全面", "率先", "逐步", "努力", "确保")
CHANGED = listed(
    "增强 提高 优化 顺畅 完善 改善 提升 下降 降低 健全 加强 增长 倍 扩大 升级 加快 巩固 "
    "凸显 成熟 突破 明显 翻番 领先 以上 以内 左右 达标 完工 覆盖 清零"
)
CHANGE_ADVERBS = listed("明显 显著 更加 进一步 普遍 大幅 持续 稳步 不断 分别 基本 全部 全面 较")
BULLETS = ("——", "—", "●", "•")
NO_LEAVE = listed("能 行 靠 见 持 复制 推广 借鉴 操作 量化 追溯 溯 视 控 信 及 达 观 比 预期 感")
"""可复制, 可持续: what follows a 可 that gives no leave."""

GOAL_HEADINGS = ("目标",)
PRINCIPLES = ("指导思想", "基本原则", "工作原则", "总体思路", "主要原则", "整治原则", "基本思路")
STATEMENTS = listed(
    "，是 具有十分 具有重要 为指导 关系到 意义重大 ，关系 意味着 成为 取得了 得到了"
)
NUMERIC = listed("达到 达 不低于 超过 以上 控制在 提高到 增长 覆盖率 不少于 % 力争")


def is_directive(sentence: str) -> bool:
    """Whether a sentence tells someone to do something, without saying whom."""
    body = sentence.lstrip("—－-●•·*“ ")
    if not body or any(word in body[:60] for word in STATEMENTS):
        return False
    if body.startswith(
        (
            "为了",
            "为贯彻",
            "为深入",
            "为进一步",
            "为落实",
            "为加强",
            "为切实",
            "为做好",
            "为推动",
            "为确保",
            "为全面",
        )
    ):
        return False
    return body.startswith(words.ACTIONS)


def has_modal(sentence: str) -> bool:
    """Whether some clause of a sentence says 要, 应, 须."""
    for modal in words.MODALS:
        place = sentence.find(modal)
        while place >= 0:
            if not sentence.startswith(words.NOT_MODALS, place) and sentence[
                place - 1 : place
            ] not in tuple("重主需纪摘概首只"):
                return True
            place = sentence.find(modal, place + 1)
    return False


def is_permission(sentence: str) -> bool:
    """2020年底前可免缴…: leave is given, nothing is asked."""
    place = sentence.find("可")
    while place >= 0:
        if sentence[place - 1 : place] not in tuple("许认不") and not sentence.startswith(
            NO_LEAVE, place + 1
        ):
            return not has_modal(sentence)
        place = sentence.find("可", place + 1)
    return False


def is_result(sentence: str) -> bool:
    """Whether a sentence describes a state to be reached: …能力明显增强, 形成一批…."""
    body = sentence.lstrip("—－-●•·*“ ")
    for adverb in RESULT_ADVERBS:
        body = body.removeprefix(adverb)
    if body.startswith(RESULT_STARTS):
        return True
    tail = body.rstrip("。；，！")[-14:]
    if tail.endswith(CHANGED) and any(word in tail for word in CHANGE_ADVERBS):
        return True
    return tail.endswith(("倍", "翻番")) or is_numeric(body)


def is_numeric(sentence: str) -> bool:
    """Whether a sentence sets a number to be reached."""
    return any(sign.isdigit() for sign in sentence) and any(word in sentence for word in NUMERIC)


def is_heading_sentence(sentence: str, *, first: bool) -> bool:
    """Whether a sentence is only a heading: the first of an item, or a short bullet."""
    return (first or sentence.startswith(BULLETS)) and len(sentence) <= 32 and "，" not in sentence


def has_other_subject(sentence: str) -> bool:
    """企业要…, 教师应…: a sentence about somebody who is no organ."""
    clause = sentence.split("，", 1)[0]
    for modal in ("必须", "应当", "要", "应", "须"):
        place = clause.find(modal)
        if place <= 0 or clause.startswith(words.NOT_MODALS, place):
            continue
        before = clause[:place]
        if before.startswith(words.ACTIONS) or before in (
            "同时",
            "并",
            "还",
            "也",
            "均",
            "都",
            "既",
            "特别是",
            "同时还",
        ):
            return False
        return not is_complete(before) and not before.endswith(
            ("重", "主", "需", "纪", "摘", "首", "只")
        )
    return False


def speaks_of_goals(headings: tuple[str, ...]) -> bool:
    return any(word in heading for heading in headings for word in GOAL_HEADINGS)


def states_principles(headings: tuple[str, ...]) -> bool:
    return any(word in heading for heading in headings for word in PRINCIPLES)
