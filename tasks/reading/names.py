"""PURE. How organs are written: what is a name, a class of organs, a list of names.

Nothing here knows an organ by heart. A name is known by its ending (局, 委, 部门), a class
by consisting of nothing but words like 各, 有关, 部门. Names are never split on 和 or 与
unless both sides are whole names.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from tasks.reading.words import listed

ENDINGS = listed(
    "部门 政府 委员会 办公厅 办公室 机关 管委会 指挥部 联席会议 工作专班 专班 办 部 局 委 "
    "厅 署 院 会 处 科 组 室 中心 站 所 队 馆 台 社 联 协 公司 集团 银行 分行 支行 学院 "
    "学校 大学 医院 党校 总行 农发行 街道 社区 园区 党委 党组 团委 工委 纪委 兵团 供电所 "
    "电网 单位"
)
"""What the name of an organ ends with."""

NO_ENDINGS = listed(
    "全部 内部 外部 干部 局部 东部 西部 中部 南部 北部 头部 底部 一部 布局 格局 结局 大局 "
    "全局 开局 社会 机会 大会 会议会 座谈会 培训会 推进会 调度会 部署会 年会 承办 主办 "
    "举办 督办 代办 协办 待办 创办 开办 经办 筹办 到处 好处 用处 之处 学科 专科 本科 教室 "
    "小组会 互联 关联 车站 网站 厕所 场所 队伍队 平台 舞台 后台 出台 电台站 居室 卧室 "
    "原则 排队 户 研讨会 发布会 博览会 招聘会 运动会 交易会 委托 理由 幼儿园 图书室 实验室 "
    "备课组 以上单位 事业单位 企事业单位 用人单位 供水单位 先进单位 获奖单位 参赛单位"
)
"""Endings of words that are no organs."""

BARE = frozenset(
    listed(
        "各级 其他 其它 有关 相关 当地 属地 省级 市级 县级 区级 二级 全体 两级 三级 "
        "部门 政府 人民政府 委员会 办公厅 办公室 机关 单位 机构 党委 管委会 局 委 办 部 厅 署 "
        "处 科 组 会 院 主管部门 中心 公司 集团 学院 学校 社区 街道 银行 有关方面 部委 组织 "
        "地区 地方 方面 园区 大学 医院 领导小组 工作组 全社会 本部门 本单位 本地区 职能部门 "
        "监管部门 管理部门 行政部门 行政主管部门 成员 "
        "省直部门 政府部门 政府机关 党政机关 行政机关 所在单位 所属单位 用人单位 建设单位 "
        "施工单位 企事业单位 所在学校 所在学院 本校 全校"
    )
)
"""Words that name no organ by themselves."""

ROLES = listed(
    "牵头 责任 配合 协同 协助 协作 参与 参加 主办 协办 承办 主责 主管 汇总 成员 包抓 包联 "
    "联系 帮扶 申报 推荐"
)
"""What makes a 单位 or a 部门 a class by its role, without a 各 in front of it."""

POINTING = listed(
    "各 有关 相关 其他 其它 当地 所在地 地方 属地 二级 成员单位 试点 省级 市级 县级 区级 "
    "市直 省直 区直 县直 校属 全体 驻 两级 三级 行业主管 国务院组成部门 国务院部门"
)
GENERIC = tuple(
    sorted(
        listed(
            "国务院 中央 各级 各 有关 相关 其他 其它 当地 所在地 所在 地方 以上 以下 主管 "
            "职能 成员 试点 牵头 责任 配合 直属 直 二级 级 以及 及其 及 其 和 与 、 / （ ） "
            "〔 〕 自治区 自治州 自治县 直辖市 计划单列市 县级市 省 市 州 盟 地 县 旗 区 乡 "
            "镇 村 居 街道 办事处 人民 政府 党委 党组 工委 纪委 党工委 部门 单位 机构 机关 "
            "地区 方面 项目 学院 系 部 处 室 科 科室 处室 系部 院 院系 所 开发 度假 园区 "
            "功能区 管委会 管理委员会 企业 企事业 事业 高校 高等学校 院校 学校 校区 校 属地 "
            "属 驻 中小学 幼儿园 社区 班级 支部 党支部 党总支 总支 行业 业务 监管 管理 行政 "
            "承担 任务 新 全 党政 群团 组织 社会 团体 基层 分 公司 集团 国有 工作 小组 专班 "
            "组 协调 参与 重点 建设 实施 领域 涉及 相应 对口 片区 平台 委 办 局 厅 委办局 "
            "部委 主要 以上 上述 第一 团 协同 协助 协作 参加 主办 协办 承办 主责 汇总 包抓 "
            "包联 联系 帮扶 申报 推荐"
        ),
        key=len,
        reverse=True,
    )
)
"""Words of which the name of a class of organs consists."""

NO_CLASS_ENDINGS = listed(
    "业务 任务 项目 工作 建设 实施 监管 管理 行政 行业 重点 协调 参与 领域 涉及 承担 人民 "
    "事业 新 全 党政 群团 社会 职能 主管 成员 试点 牵头 责任 配合 直属 直 及其 和 与 开发 "
    "联系 帮扶 申报 推荐 主要 第一 协同 协助 协作 参加 主办 协办 承办 主责 汇总"
)
"""Words of a class that end none: 有关业务, 重点项目."""

PERSONS = listed(
    "教师 师生 员工 人员 同志 干部 个人 负责人 学生 职工 企业 辅导员 班主任 党员 群众 专家 领导"
)
"""Who may stand beside an organ in a list, and is none."""

JURISDICTIONS = tuple(
    sorted(
        listed(
            "自治区 自治州 直辖市 计划单列市 县级市 省 市 州 盟 县 旗 区 乡 镇 村 街道 园区 "
            "开发区 功能区 新区 （ ） 〔 〕 、 / 办事处 地"
        ),
        key=len,
        reverse=True,
    )
)
LEVELS = ("省", "市", "州", "县", "区", "乡", "镇")
SEATS = ("人民政府", "政府", "管委会", "党委", "委员会", "办事处")

SHARED = ("行政主管部门", "主管部门", "行政部门", "部门", "人民政府", "政府", "管委会", "机关")
"""Endings that a list may state once, after its last name."""

SHARED_OFFICES = ("局", "委", "厅", "办", "部")
FUNCTIONS = frozenset(
    listed(
        "教育 科技 财政 民政 公安 司法 人社 审计 商务 水利 农业 农业农村 林业 交通 交通运输 "
        "文化 文旅 卫生 卫健 卫生健康 应急 应急管理 市场监管 统计 体育 税务 气象 信访 医保 "
        "自然资源 生态环境 环保 住建 规划 城管 城市管理 发改 经信 工信 发展改革 住房城乡建设 "
        "国土 旅游 质监 工商 食药监 安监 粮食 金融 园林"
    )
)
NO_STARTS = listed(
    "以 本次 此次 这次 报省 报市 报县 报区 报国 报送 报请 报经 报学校 向 经市 经省 经国 经县 "
    "与 并 把 将 按 如 若 或 让 使 请"
)
NEVER_INSIDE = listed(
    "由 的 是 首批 代表学校 代表学院 代表市 代表县 设在 设于 负责 牵头 组成 兼任 担任 "
    "副局长 副主任 副部长 副处长 局长"
)
BESIDE = re.compile(r"(?<=.)（[^（）]{1,12}）\Z")
"""保卫处（派出所）: another name beside the name."""

COUNTED = re.compile(r"\A\d+年|\d[个家名件所]")
"""2024年市政府, 100个社区: no names."""

CONNECTORS = ("以及", "及", "和")
MAX_NAME = 36
SIGNS_IN_NAMES = frozenset("（）、·-/“”")


def consumed(name: str, words: tuple[str, ...]) -> bool:
    """Whether a name consists of nothing but these words, the longest taken first."""
    place = 0
    while place < len(name):
        for word in words:
            if name.startswith(word, place):
                place += len(word)
                break
        else:
            return False
    return bool(name)


@lru_cache(maxsize=4096)
def is_class(name: str) -> bool:
    """Whether a name means a class of organs (各地区, 国务院有关部门), not an organ."""
    if name in BARE or name.endswith(NO_CLASS_ENDINGS):
        return False
    if name.startswith("各") and name.endswith("单位"):
        return len(name) <= MAX_NAME and name.isalnum()
    by_role = name.endswith(("单位", "部门")) and any(word in name for word in ROLES)
    if not by_role and not any(word in name for word in POINTING):
        return False
    return consumed(name, GENERIC)


@lru_cache(maxsize=4096)
def is_organ(name: str) -> bool:
    """Whether a name ends as the name of one organ, or of a functional class of them."""
    stem = BESIDE.sub("", name)
    return (
        2 <= len(name) <= MAX_NAME
        and name not in BARE
        and stem not in BARE
        and stem.endswith(ENDINGS)
        and not stem.endswith(NO_ENDINGS)
        and name.count("（") == name.count("）")
        and not name.startswith(NO_STARTS)
        and not any(word in name.replace("自由", "") for word in NEVER_INSIDE)
        and "各" not in name[1:]
        and not COUNTED.search(name)
        and all(sign.isalnum() or sign in SIGNS_IN_NAMES for sign in name)
    )


def is_complete(name: str) -> bool:
    """Whether a name can stand by itself as an owner."""
    return is_class(name) or is_organ(name)


def at_depth_0(text: str) -> Iterator[int]:
    """The places of a text that stand in no bracket."""
    depth = 0
    for place, sign in enumerate(text):
        if sign in "（【〔":
            depth += 1
        elif sign in "）】〕":
            depth = max(0, depth - 1)
        elif depth == 0:
            yield place


def split_at(text: str, signs: str) -> list[str]:
    """Split at any of these signs, outside brackets."""
    parts, begun = [], 0
    for place in at_depth_0(text):
        if text[place] in signs:
            parts.append(text[begun:place])
            begun = place + 1
    return [part.strip() for part in (*parts, text[begun:]) if part.strip()]


def split_names(phrase: str) -> tuple[str, ...]:
    """The owners that a list of names states, a shared ending restored, 等 dropped.

    Groups divided by ， share no ending (五华区、盘龙区政府，高新区、经开区管委会).
    """
    owners: list[str] = []
    for group in split_at(phrase, "，"):
        names: list[str] = []
        tail = ""
        for piece in _joined_jurisdictions(split_at(group, "、")):
            stated, tail = _without_etcetera(piece)
            names.extend(stated)
        if any(map(is_complete, names)):
            names = [n for n in names if not n.endswith(PERSONS) or is_complete(n)]
        owners.extend(_restored(names, tail))
    return tuple(dict.fromkeys(owners))


def _is_open_class(name: str) -> bool:
    """各省, 有关市: a class that the next piece of the list may continue."""
    for pointing in ("各", "有关", "相关"):
        if name.startswith(pointing):
            return consumed(name.removeprefix(pointing), JURISDICTIONS)
    return False


def _shares_each(name: str, piece: str) -> bool:
    """Whether a piece shares the 各 of the name before it: 各学院、部门."""
    if "各" not in name or not is_class(name) or is_class(piece):
        return False
    kin = consumed(piece, GENERIC) and not piece.startswith(LEVELS) and not _is_open_class(name)
    return piece in BARE or kin


def _joined_jurisdictions(pieces: list[str]) -> list[str]:
    """各省、自治区、直辖市人民政府 is one owner: what names no organ belongs to its 各.

    In 各学院、部门 the 各 is said for both; 市、县（区）爱卫会 is one owner at two levels.
    """
    joined: list[str] = []
    for piece in pieces:
        if joined and _shares_each(joined[-1], piece):
            joined.append(f"各{piece}")
            continue
        if joined and consumed(joined[-1], LEVELS) and piece.startswith(LEVELS):
            joined[-1] = f"{joined[-1]}、{piece}"
            continue
        if joined and _is_open_class(joined[-1]):
            stem = piece
            for seat in SEATS:
                if stem.endswith(seat):
                    stem = stem.removesuffix(seat)
                    break
            if stem and consumed(stem, JURISDICTIONS):
                joined[-1] = f"{joined[-1]}、{piece}"
                continue
        joined.append(piece)
    return joined


def _without_etcetera(piece: str) -> tuple[list[str], str]:
    """The names in one piece: A等有关部门及各地区 -> A, 有关部门, 各地区; and a bare tail."""
    place = piece.find("等")
    if place <= 0 or piece.startswith(("等级", "等于"), place):
        return _divided(piece), ""
    names = _divided(piece[:place])
    tail = _without_bare_start(piece[place + 1 :])
    classes = [name for name in _divided(tail) if is_class(name)] if tail else []
    return [*names, *classes], "" if classes else tail


def _without_bare_start(tail: str) -> str:
    """What follows 等: in 等部门及各区政府 the 部门 names nobody."""
    for connector in CONNECTORS:
        before, found, after = tail.partition(connector)
        if found and before in BARE:
            return after
    return tail


def _divided(piece: str) -> list[str]:
    """Split on 和, 及, 与 where both sides are whole names, and before a second 各."""
    for connector in CONNECTORS:
        place = piece.find(connector)
        while place > 0:
            left, right = piece[:place], piece[place + len(connector) :]
            if is_complete(left) and all(is_complete(name) for name in _divided(right)):
                return [left, *_divided(right)]
            if is_complete(left) and right.endswith(PERSONS):
                return [left]
            place = piece.find(connector, place + 1)
    place = piece.find("各", 1)
    if (
        place > 0
        and piece[0] == "各"
        and is_complete(piece[:place])
        and is_complete(piece[place:])
    ):
        return [piece[:place], *_divided(piece[place:])]
    return [piece] if piece else []


def shared_ending(name: str) -> str:
    """The ending of a name that names before it may share."""
    for ending in SHARED:
        if name.endswith(ending) and len(name) > len(ending):
            return ending
    return next((end for end in SHARED_OFFICES if name.endswith(end) and len(name) > 2), "")


def _restored(names: list[str], tail: str) -> list[str]:
    """Names with the ending that the last of them, or a bare 等部门, states for all."""
    restored = list(names)
    ending = tail if tail in SHARED else ""
    for place in range(len(names) - 1, -1, -1):
        name = names[place]
        if is_complete(name):
            ending = shared_ending(name) or (tail if tail in SHARED else "")
        elif ending in SHARED or (ending and name in FUNCTIONS):
            restored[place] = name + ending
    return restored


def are_subject_names(phrase: str, names: tuple[str, ...]) -> bool:
    """Whether a phrase is nothing but whole names: what a subject must be."""
    whole = bool(phrase) and not phrase.endswith(("、", "，"))
    return whole and bool(names) and all(is_complete(name) for name in names)
