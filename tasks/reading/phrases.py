"""PURE. The words and patterns by which a clause shows whose task it states, and whose not."""

import re

from tasks.reading import words
from tasks.reading.names import ENDINGS
from tasks.reading.words import listed

REACH = 200
"""A list of subjects longer than this is none."""

NAMED_FIRST = 60
"""Names after 请 or 由 end within so many characters, where no known word follows them."""

MOST_OPENINGS = 6
"""No clause opens with more words like 请 or 由, or names owners after more of them."""

OPENINGS = listed(
    "请 要求 分别由 应当由 应由 要由 由 其中 并由 原则上由 主要由 统一由 具体由 可由"
)
PREDICATE = re.compile(
    "|".join(
        sorted(
            {*words.MODALS, *words.DUTY_VERBS, *words.ACTIONS, "办成", "办好", "："},
            key=len,
            reverse=True,
        )
    )
)
STOPPERS = frozenset({*words.MODALS, *words.DUTY_VERBS, *words.ACTIONS, "："}) - words.NAME_WORDS
NOT_STOPPERS = listed(
    "代表工作 代表处 代表团 代表联 以上 以下 以及 以外 对外 对口 对台 在线 在校 向阳 从业 将来 "
    "从事 按揭 应用技术 应用科 使用"
)
ROLE_NAME = re.compile(
    r"(?:牵头|责任|配合|协同|协助|协作|参与|参加|主办|协办|承办|主责){1,3}(?:单位|部门|处室|科室)(?!责任)"
)
"""A role verb that is part of a name: 协同配合单位."""

OFFICE = re.compile(r"(?:办公室|办(?![理法事好成结案])|中心|小组|专班|指挥部)")
"""What makes a verb in front of it a part of a name: 督查落实办, 创建办公室."""

EXPLAINED = re.compile(r"（(?:以下|下)(?:简称|称|统称)[^（）]*）")
NOT_AFTER = listed(
    "长 主任 副 领导 分管 主要 负责人 负责同志 工作人员 人员 干部 成员 职工 专家 组成 的 等 派 "
    "系统 、 和 及 与 或 ，"
)
"""What follows a name that is only the beginning of another, or no subject at all."""

LAST_SIGNS = frozenset(word[-1] for word in ENDINGS) | set("区县市镇乡地村校")
BEFORE_NO_MODAL = frozenset("重主需纪摘概首只")
"""重要, 主要, 需要: no 要 of a duty."""

DONE = re.compile(r"(?<![为除])了(?!解)")
HISTORY = re.compile(r"(?:近年来|今年以来|去年以来|一直以来|多年来|据统计|从[^，]{2,12}看，)")
RELATIVE = re.compile(r"(?:负责|牵头|主办|承办|承担|协办|配合)的")
"""由市教育局负责的项目: said of a thing, assigning nothing."""

DEFINES = re.compile(r"为(?:牵头|责任|配合|主办|协办|汇总|成员|联系)(?:单位|部门)")
"""列第一位的为牵头单位: a rule of the document, no task."""

WHEN = re.compile(r"[^，；：。]{2,24}?(?:前|后|时|期间|过程中)(?=各|有关|相关)")
"""在开课前各院部要…: a time in front of a class, without a comma."""

THEN = re.compile(
    r"(?:在|于)?(?:(?:放假|节假日|假期|假日|寒假|暑假|节|开学|汛期?|会|活动)(?:之)?(?:前|后|期间)"
    r"|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日|[底末])(?:（[^（）]{1,6}）)?(?:之?前)?)\Z"
)
"""各部门放假前要…: a time between the names and what they are to do."""

PREAMBLES = ("根据", "为", "按照", "近年来", "现将", "经")
"""How a text goes on after its addressee."""

HOPES = ("希望", "号召", "望各", "特此")
BESIDES = ("特别是", "尤其是", "包括", "含", "以及")
ADVERBS = ("不", "同时", "也都", "也", "还", "均", "都", "则", "亦", "一定", "并", "，")
PURPOSES = ("配合", "协助", "参与", "参加", "协同", "支持")
REPORTS = listed("报送 上报 报告 反馈 报省 报市 报国 报县 报区 报学校")
