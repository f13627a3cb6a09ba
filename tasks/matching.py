"""PURE. Which known departments a name may mean: what a coordinator is asked to settle.

A name is taken apart into where (省, 广州市), what for (the stem: 教育) and what kind (部门, 局).
Two names resemble each other if nothing that both state differs and one stem is the other,
its short form (发改 of 发展改革) or one of its functions (旅游 of 文化和旅游). Precision first: a
wrong offer is noise, and a name without an offer is offered as new.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.reading.names import BARE, is_class
from tasks.reading.source import fold
from tasks.reading.words import listed

FUNCTIONS = frozenset(
    listed(
        "教育 体育 科学 科技 财政 税务 民政 公安 司法 人力 社会 审计 商务 水利 水务 农业 农村 "
        "农牧 畜牧 兽医 渔业 林业 草原 园林 绿化 交通 公路 运输 文化 旅游 广电 广播 电视 新闻 "
        "出版 版权 文物 卫生 健康 计划 生育 计生 应急 市场 统计 气象 信访 医疗 医保 自然 规划 "
        "国土 土地 生态 环境 环保 住房 城市 城乡 建设 工业 信息化 经济 贸易 外贸 工商 工商业 "
        "质量 食品 药品 粮食 物资 储备 能源 煤炭 金融 银行 银行业 保险 证券 知识产权 数据 "
        "大数据 政务 行政 审批 国有 资产 国资 民族 宗教 外事 侨务 港澳 退役 军人 扶贫 乡村 "
        "振兴 海洋 地震 档案 保密 网络 机构 编制 机关 招商 口岸 邮政 通信 移民 烟草 盐业 人防 "
        "民防 投资 物价 价格 妇女 残疾人 文学 艺术界 专利 标准化 认证 铁路 航空 民航 测绘 "
        "地理 信用 物流 市政 市容 供销 法制 对外 劳动 人事 防震 减灾 防空"
    )
)
"""Words of which the stems of departments consist; each names a function by itself."""

FILLERS = frozenset(
    listed(
        "管理 监督 监管 监察 事务 工作 服务 资源 保障 技术 保护 发展 改革 安全 生产 促进 合作 "
        "创新 人民 地方 信息 产业 公共 建筑 开发 高新"
    )
)
"""Words of stems that name no function by themselves."""

WORDS = tuple(sorted(FUNCTIONS | FILLERS, key=len, reverse=True))
WORDS_BY_FIRST = {
    first: tuple(word for word in WORDS if word[0] == first) for first in {w[0] for w in WORDS}
}

BUREAU, DESK = "bureau", "desk"
SOCIETIES = frozenset({"association", "federation"})
ENDINGS: tuple[tuple[str, frozenset[str]], ...] = (
    *((end, frozenset({BUREAU, DESK})) for end in listed(
        "行政主管部门 主管部门 行政部门 职能部门 部门 委员会办公室 办公厅 办公室 办 部"
    )),
    *((end, frozenset({BUREAU})) for end in listed(
        "监督管理委员会 委员会 总局 总署 局 厅 署 委 机关"
    )),
    *((end, frozenset({DESK})) for end in listed("处 科")),
    *((end, frozenset({"company"})) for end in listed(
        "集团有限责任公司 集团有限公司 集团公司 有限责任公司 股份有限公司 有限公司 公司 集团"
    )),
    *((end, frozenset({"government"})) for end in listed("人民政府 政府")),
    *((end, frozenset({"zone"})) for end in listed("管理委员会 管委会")),
    *((end, frozenset({"association"})) for end in listed("协会 协")),
    *((end, frozenset({"federation"})) for end in listed("联合会 联")),
    ("中心", frozenset({"centre"})),
)  # fmt: skip
"""How a name may end, and the kinds of body that end so; names of no common kind differ."""

ENDINGS_LONGEST_FIRST = tuple(sorted(ENDINGS, key=lambda one: -len(one[0])))
WHOLE = listed(
    "党委 团委 纪委 监委 工委 省委 市委 县委 区委 州委 旗委 盟委 党组 指挥部 支部 总部 分部 "
    "俱乐部 互联 办事处 联席会议 政协"
)
"""Endings that look like one of those and are none; such a name is compared whole."""

ENFORCING = re.compile("(?<=.)[和与]综合(?:行政)?执法$")
HIGHER = ("厅", "部", "总局", "总署", "署")
"""Endings that the bureaus of cities do not bear: a bare 教育局 is no 教育厅."""

LONGEST = 40
"""No stem of a department is longer; what is was no name."""

NO_PLACES = re.compile("[和与及委局厅办部处科院会的]")
LEVEL_OF = {
    "省": 1, "自治区": 1, "市": 2, "州": 2, "自治州": 2, "盟": 2, "地区": 2, "县": 3, "自治县": 3,
    "区": 3, "新区": 3, "旗": 3, "镇": 4, "乡": 4, "街道": 4,
}  # fmt: skip
UNIT = "自治区|自治州|自治县|地区|新区|街道|省|市|州|盟|县|区|旗|镇|乡"
PLACE = re.compile(rf"([\u4e00-\u9fff]{{2,7}}?)({UNIT})")
LEVEL = re.compile(r"(?:[本我全])?(自治区|自治州|自治县|省|市|州|盟|县|区|旗|镇|乡)级?")
NATION = re.compile("(?:中华人民共和国|国家(?!安全)|全国|中央|中共中央|国务院|中国)")
NO_LEVEL = re.compile(
    "市场|市容|市政(?![务府协法数])|市监|县域|区域|区划|区块|州际|省际|乡村|镇域"
)
SEAT = re.compile("(委|人民政府|政府)(?!员会)")
PARTY = frozenset(listed("组织 宣传 统战 武装 人民武装 统一战线 社会工作 联络"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart. `level`: 0 nation, 1 province, 2 city, 3 county, 4 township."""

    level: int | None
    places: tuple[tuple[int, str], ...]
    seat: str
    core: str
    """The name without its place."""
    stem: str
    ending: str
    kinds: frozenset[str]
    words: tuple[str, ...]
    """The words of the stem in order; one that is not known stands for itself."""


@lru_cache(maxsize=16384)
def taken_apart(name: str) -> Name:
    """A name as its place, seat, stem and ending."""
    rest = "".join(fold(name).split()).casefold()
    _, found, tail = rest.partition("总局")
    if found and PLACE.match(tail):
        rest = tail  # 国家税务总局广东省税务局 is an organ of its province
    level: int | None = None
    places: list[tuple[int, str]] = []
    seat = ""
    while (step := _placed(rest)) is not None:
        at, place, left = step
        if not left or (level is not None and at <= level):
            break
        if not _stands(left):
            break
        level, rest = at, left
        if place:
            places.append((at, place))
        found_seat = SEAT.match(rest)
        if found_seat and len(rest) > found_seat.end():
            seat = "党" if found_seat.group(1) == "委" else "政"
            left = rest[found_seat.end() :]
            if len(_ended(left)[0]) >= 2:
                rest = left
            break
    stem, ending, kinds = _ended(rest)
    if level is None:
        level = _level_by_ending(stem, ending)
    if kinds & {BUREAU, DESK} and stem in ("人民政府", "政府"):
        stem = "政府"
    return Name(level, tuple(places), seat, rest, stem, ending, kinds, _words(stem))


def _placed(rest: str) -> tuple[int, str, str] | None:
    """The place or level at the head of a name: its level, its own name, what follows."""
    found = NATION.match(rest)
    if found:
        return 0, "", rest[found.end() :]
    if NO_LEVEL.match(rest):
        return None
    found = LEVEL.match(rest)
    if found:
        return LEVEL_OF[found.group(1)], "", rest[found.end() :]
    found = PLACE.match(rest)
    if found is None or NO_PLACES.search(found.group(1)):
        return None
    if any(word in found.group(1) for word in FUNCTIONS):
        return None
    left = rest[found.end() :]
    if found.group(2) == "市" and left.startswith("场"):
        return None
    return LEVEL_OF[found.group(2)], found.group(1), left


def _ended(rest: str) -> tuple[str, str, frozenset[str]]:
    """A name without its place: its stem, its ending, the kinds of body that end so."""
    if not rest.endswith(WHOLE):
        for ending, kinds in ENDINGS_LONGEST_FIRST:
            if rest.endswith(ending):
                if ending == "监督管理委员会":
                    ending = "委员会"  # no zone, though it ends as one
                stem = rest.removesuffix(ending)
                return ENFORCING.sub("", stem), ending, kinds
        if rest.endswith("监会"):
            return rest.removesuffix("会"), "会", frozenset({BUREAU})
    return rest, "", frozenset({"other"})


def _stands(rest: str) -> bool:
    """Whether what follows a place can be a name by itself: the 监局 of 市监局 cannot."""
    stem, _, kinds = _ended(rest)
    least = 0 if kinds & {"government", "zone"} else 1 if kinds & SOCIETIES else 2
    return len(stem) >= least


def _level_by_ending(stem: str, ending: str) -> int | None:
    """教育厅 is of a province and 教育部 of the nation, though neither says so."""
    if ending == "厅":
        return 1
    if ending in ("总局", "总署", "署"):
        return 0
    known = all(word in FUNCTIONS or word in FILLERS for word in _words(stem))
    return 0 if ending == "部" and stem not in PARTY and known and len(stem) > 1 else None


def _words(stem: str) -> tuple[str, ...]:
    words: list[str] = []
    begun = place = 0
    while place < len(stem):
        word = next(
            (one for one in WORDS_BY_FIRST.get(stem[place], ()) if stem.startswith(one, place)),
            "",
        )
        joint = not word and stem[place] in "和与及、" and 0 < place < len(stem) - 1
        if not word and not joint:
            place += 1
            continue
        if begun < place:
            words.append(stem[begun:place])
        if word:
            words.append(word)
        place += len(word) or 1
        begun = place
    if begun < len(stem):
        words.append(stem[begun:])
    return tuple(words)


def _may_be_one(a: Name, b: Name) -> bool:
    """Whether nothing that both names state differs."""
    if not a.kinds & b.kinds:
        return False
    if a.level is not None and b.level is not None and a.level != b.level:
        return False
    for one, other in ((a, b), (b, a)):
        if one.ending == "局" and one.level is None and other.ending in HIGHER:
            return False
    if a.seat and b.seat and a.seat != b.seat:
        return False
    here, there = dict(a.places), dict(b.places)
    return all(here[level] == there[level] for level in here.keys() & there.keys())


def _likeness(a: Name, b: Name) -> int:
    """How much one name resembles the other: 0 not at all, 100 the same stem."""
    if not _may_be_one(a, b):
        return 0
    if a.core == b.core:
        return 110
    if not a.stem and not b.stem:
        return 100
    if a.stem and a.words == b.words and (len(a.stem) > 1 or a.ending == b.ending):
        return 100
    if len(a.stem) == len(b.stem):
        return 0
    short, long = (a, b) if len(a.stem) < len(b.stem) else (b, a)
    if len(long.stem) > LONGEST or not set("".join(short.words)) <= set(long.stem):
        return 0
    if all(word in FILLERS for word in short.words) or not short.stem:
        return 0
    if len(short.stem) == 1 and not a.kinds & SOCIETIES:
        return 0
    return _shortened("".join(short.words), long.words, single=len(short.stem) == 1)


def _shortened(short: str, words: tuple[str, ...], *, single: bool) -> int:
    """How well a short form stands for these words; every word may be cut to its beginning."""
    if single and len(words) > 2:
        return 0
    used = _taken(short, words)
    if used and words[0][0] == short[0]:
        return 60 + 30 * used // len(words)
    for begun in range(1, len(words)):
        for end in range(begun + 1, len(words) + 1):
            if "".join(words[begun:end]) == short and all(
                word in WORDS for word in (*words[:begun], *words[end:])
            ):
                return 50 + 30 * (end - begun) // len(words)
    return 0


def _taken(short: str, words: tuple[str, ...]) -> int:
    """How many of the words the short form takes up in order, the first of them among them."""
    reached: dict[int, int] = {0: 0}
    for number, word in enumerate(words):
        known = word in FUNCTIONS or word in FILLERS
        following = dict(reached) if known and number else {}
        for place, used in reached.items():
            for length in range(1 if known else len(word), len(word) + 1):
                if short.startswith(word[:length], place):
                    end = place + length
                    following[end] = max(following.get(end, 0), used + 1)
        reached = following
        if not reached:
            return 0
    return reached.get(len(short), 0)


def _order(name: Name, other: Name) -> tuple[int, int, int]:
    """Among equals: the same ending, no other place, the higher level."""
    apart = set(name.places) ^ set(other.places)
    return (name.ending != other.ending, len(apart), other.level or 0)


def resembling(
    name: str, known: Iterable[tuple[int, Sequence[str]]], limit: int = 4
) -> tuple[int, ...]:
    """The departments that a name may mean, the most alike first.

    `known` holds each department's id and all its names.
    """
    stated = "".join(fold(name).split())
    if len(stated) < 2 or stated in BARE or is_class(stated):
        return ()
    mine = taken_apart(stated)
    found: list[tuple[int, tuple[int, int, int], int]] = []
    for number, names in known:
        best: tuple[int, tuple[int, int, int]] | None = None
        for one in names:
            other = taken_apart(one)
            likeness = _likeness(mine, other)
            if likeness and (best is None or (-likeness, _order(mine, other)) < best):
                best = (-likeness, _order(mine, other))
        if best is not None:
            found.append((*best, number))
    return tuple(number for *_, number in sorted(found)[:limit])


def search(words: str, known: Iterable[tuple[int, Sequence[str]]]) -> tuple[int, ...]:
    """The departments that somebody looks for, best first: part of a name, or a short form.

    Several words must all be found; which of a department's names they stand in is free.
    """
    wanted = [word for word in fold(words).casefold().split() if word]
    if not wanted:
        return ()
    found: list[tuple[int, int, int]] = []
    for number, names in known:
        folded = ["".join(fold(one).casefold().split()) for one in names]
        ranks = [min((_rank(word, one) for one in folded), default=9) for word in wanted]
        if max(ranks) < 9:
            found.append((sum(ranks), min(map(len, folded)), number))
    return tuple(number for *_, number in sorted(found))


def _rank(word: str, name: str) -> int:
    """0 the name itself, then its head, a part of it, its short form; 9 none of these."""
    if word == name:
        return 0
    if name.startswith(word) or taken_apart(name).core.startswith(word):
        return 1
    if word in name:
        return 2
    if len(word) > 1 and _likeness(taken_apart(word), taken_apart(name)):
        return 3
    if len(word) > 1 and _in_order(word, name):
        return 4
    return 9


def _in_order(word: str, name: str) -> bool:
    """Whether the signs of a word stand in a name in the same order."""
    signs = iter(name)
    return all(sign in signs for sign in word)
