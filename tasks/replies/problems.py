"""PURE. What stands in the way, in the sender's words: a blocking statement, not a delay.

无问题, 问题已解决 and 不影响进度 say that nothing does; 发现问题12个 is work.
"""

import re

_NONE = re.compile(
    r"(?:无|没有?|不存在|暂无|未发现|未遇到|尚无|没啥|没什么)(?:其他|其它|任何|明显|突出|存在|什么|大的?|遇到)?的?(?:问题|困难|障碍|阻碍|堵点|阻力|影响)"
    r"|(?:问题|困难|障碍|经费|资金|人员|手续|难点)(?:均|都|已经?|全部|也)+(?:全部|妥善|基本)?(?:得到)?(?:解决|协调|克服|到位|落实|化解|整改|"
    r"办妥|销号)"
    r"|(?:已经?)(?:协调|妥善|全部|有效)?(?:解决|克服|化解)|不影响|无影响"
    r"|\b(?:no|without|any)\s(?:major\s|real\s|other\s|open\s|further\s)?(?:problems?|issues?|"
    r"obstacles?|blockers?|difficult\w+)|\bnot\sblocked|\b(?:problem|issue)s?\s(?:is|are|was|"
    r"were|has\sbeen|have\sbeen)\s(?:solved|resolved|fixed)"
    r"|(?:问题|困难|需协调|需要协调)(?:的?(?:事项|问题))?\s?(?:是|:|方面)?\s?:?\s?(?:无|没有|暂无|none)$"
)
_NEED = (
    r"(?:主体|责任|权属|范围|经费|资金|钱|预算|款项|拨款|人员|人手|力量|编制|材料|数据|批复|批文|土地|用地|手续|审批|系统|意见|指标|标准|政策|文件|设备|场地|"
    r"专家|合同|图纸|方案|"
    r"许可|设计|名额|技术|样品|清单|配套|招标|"
    r"省厅|省里|上级|市里|部里|对方|配合单位|财政|财政厅|财政局|领导|乙方|施工方|厂家|企业|供应商|中标单位)"
)
_BLOCKS = re.compile(
    rf"{_NEED}[^,]{{0,12}}?(?:(?:尚|还|仍|暂|一直|至今|迟迟|均|都|也)?(?:未|没有?|不)(?:能|予|被|完全|全部|正式|及时|完全)?"
    r"(?:到位|下达|下来|拨付|落实|批|批复|批准|反馈|回复|回|解决|明确|确定|统一|一致|提供|报送|到账|足|够|齐|全|配合|支持|通过|签字|签|同意|给|出|出台|"
    r"印发|收到|交|报|补齐|到货|到$|动|发|兼容|符合|完善|清|畅|具备|办下来|拿到)"
    r"|不足|短缺|紧张|缺口|缺乏|欠缺|有限|困难|滞后|卡住|受限|分歧|难以?|较大|未果|故障|瘫痪|流标|空缺|偏少|不够|不到位|不齐)"
    r"|缺(?:乏|少|人|钱|口|资金|经费|专业|设备|材料|编制|数据)|(?<!攻坚克)(?<!疑)困难(?!群众|职工|家庭|学生|企业|户|人|补|党员)|难以|无法|没法|"
    r"不上[来去]|(?:进|装|办|做|干|搞|报|传|用|推|动|批|签|验|施工|开工|落)不了|不(?:同意|肯|让)(?=[^,]{0,4}(?:征|拆|搬|签|进|施工|让))|人(?:手)?(?:不够|紧缺)|不够用|[\u4e00-\u9fff]{2}(?:不足|短缺|紧缺|供不应求|供应紧张)$|(?:^|[在正要需还])等(?=[^,级同]{0,14}(?:批|审|下达|拨付|反馈|回复|同意|意见|结果|完成|到位))|受阻|"
    r"阻力|卡在|卡住|卡壳|瓶颈|堵点|难点|制约|流标|停工|停滞|搁置|违约|跑路|破产|"
    r"(?:受|因)[^,]{1,16}(?:影响|所限|制约|限制)|"
    r"(?:等待|在等|正等|等候|尚待|仍待|还待|有待|亟待|亟需|急需|需待|需等|还?要等|(?<![接期对招优款看虐])待(?!遇|办|定|续|命))[^,]{0,16}?"
    r"(?:批|审定|审议|审核|审批|反馈|回复|到位|下达|明确|确认|同意|拨付|答复|签|解决|落实|出台|印发|提供|协调|确定|部署|通知|结果|意见|研究|完成|支持|资料|"
    r"材料|后)|"
    r"(?:需要?|请|恳请|请求|希望|盼|建议|申请)[^,]{0,12}?(?:协调|支持|帮助|解决|增加经费|追加|督促|给予)|"
    r"(?:存在|遇到|面临)[^,]{0,14}(?:问题|困难|障碍|矛盾|风险|不足)|(?:主要|突出)?(?:问题|困难|堵点|难点|症结|障碍|原因)(?:是|:|在于|为|"
    r"主要)|"
    r"(?:未|没有?|不)(?:能)?(?:收到|拿到|取得|获得|得到|达成)[^,]{0,12}(?:批复|文件|反馈|意见|一致|资料|材料|数据|通知|回复|许可|资金|经费|"
    r"支持|同意|共识)|"
    r"(?:不配合|意见不一|有分歧|分歧较大|尚未达成|扯皮|没人|没钱|没经费|没有经费|人手不够|审批流程[^,]{0,4}(?:长|慢)|疫情|台风|暴雨|连续降雨|涉诉|"
    r"拆迁难|征地难|起不来|打不开|上不去|报不了|进不去)"
)
_BLOCKS_EN = re.compile(
    r"\b(?:waiting\s(?:for|on)|not\s(?:yet\s)?(?:been\s)?(?:issued|granted|cleared|supplied)|awaiting|wait\sfor|blocked|blocker|pending|lack(?:s|"
    r"ing)?(?:\sof)?|shortage|short\sof|short-?staffed|understaffed|"
    r"not\s(?:yet\s)?(?:been\s)?(?:approved|received|available|arrived|allocated|replied|signed|"
    r"confirmed|provided|released|paid|in\splace|enough|responded|agreed)"
    r"|(?:has|have|is|are|did|does|do|was|were)n't\s(?:yet\s)?(?:been\s)?(?:approved|received|"
    r"available|arrived?|allocated|repl(?:ied|y)|signed|confirmed|provided?|released|paid|"
    r"in\splace|enough|responded|come|got|respond|agreed?|enough)"
    r"|held\sup|hold\sup|stuck|cannot|can't|unable|could\snot|couldn't|due\sto|because|"
    r"owing\sto|problems?|issues?\s(?:with|is|are|in|:)|obstacles?|difficult\w*|insufficient|"
    r"no\s(?:funding|funds?|money|budget|staff|approval|reply|response|answer|permit)|"
    r"without\s(?:approval|funding)|need(?:s)?\s(?:help|support|approval|funding|more\sstaff|"
    r"coordination|your\shelp|additional)|missing|bankrupt\w*|fail(?:ed|ure)|broke(?:n)?\sdown|"
    r"accident|flood\w*|typhoon|rejected|hampered|delayed\sby|subject\sto\sapproval|"
    r"bottleneck|depends\son|outstanding\sapproval|short\son)\b"
)
_REASON = re.compile(
    r"^(?:主要)?(?:是)?(?:因为?|由于|受|鉴于|考虑到|原因)|^(?:due\sto|because|owing\sto|as\s)\b"
)
_NOT_BLOCKING = re.compile(
    r"(?:排查|整改|发现|梳理|反映|汇总|收集|解决)[^,]{0,8}(?:问题|困难)(?!是|:)|问题(?:清单|整改|台账|线索|反馈|导向)|困难(?:群众|企业)|"
    r"待遇|接待|不足之处"
)
_LEAD = re.compile(
    r"^\W*(?:\d{1,2}[、.)）．](?!\d)|但是?|不过|然而|只是|目前|现在?|(?:目前)?(?:主要|存在|突出)?的?(?:主要)?(?:问题|"
    r"困难)(?:和困难)?(?:是|在于|为|(?=[:：]))"
    r"|原因(?:是|在于|(?=[:：]))|主要(?:是)?(?:因为?|由于)?|因为|由于|因(?![素此地])|but\b|however\b|"
    r"because(?:\sof)?\b|"
    r"although\b|due\sto\b|problems?(?=:)|issues?(?=:))[\s:,，：]*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:目前)?(?:存在|主要|突出|遇到)?的?(?:主要)?(?:问题|困难|难点|堵点)(?:和困难|及困难|与困难)?(?:是|:)?$|^(?:problems?|"
    r"issues?|risks?|"
    r"blockers?):?$"
)


def is_problem(plain: str, *, delayed: bool = False) -> bool:
    """Whether the clause says what blocks; `delayed`: the answer tells of a delay, so that
    a reason given for it is what blocks."""
    if _NONE.search(plain):
        return False
    if delayed and _REASON.search(plain):
        return True
    if _BLOCKS_EN.search(plain):
        return True
    m = _BLOCKS.search(plain)
    if m is None:
        return False
    return _NOT_BLOCKING.search(plain) is None or "存在" in plain[: m.end()] or "难以" in plain


def is_label(plain: str) -> bool:
    """Whether the clause only announces a problem: 存在问题："""
    return _LABEL.search(plain) is not None and len(plain) <= 14


def denies(plain: str) -> bool:
    """Whether the clause says that there is no problem."""
    return _NONE.search(plain) is not None


def worded(said: str) -> str:
    """The statement without what only leads up to it."""
    words = said.strip(" \t\r\n,，。;；:：.!！、()（）")
    for _ in range(3):
        m = _LEAD.match(words)
        if m is None or m.end() >= len(words):
            break
        words = words[m.end() :].strip(" ,，:：")
    return words
