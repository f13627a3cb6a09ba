"""PURE. The states and the pace that a clause speaks of, apart from finishing."""

import re

from tasks.vocabulary import Pace

_DECLINES = re.compile(
    r"(?:不|非|并非|不是|并不)(?:应|该|是)?(?:属于?|在|归|由)?[^,]{0,14}(?:职责|职能|职权|管辖|主管|业务范围|权限|分管)(?:范围|范畴)?|"
    r"(?:没有?|无)(?:这项|此项|该项|这个|这方面|相关|对应)的?(?:职责|职能|职权|权限)|"
    r"(?:职责|职能|工作|任务|事项|此事|业务)[^,]{0,6}(?:不属于?|不在|不归|非)(?:我|本)|不(?:属于?|归)(?:我|本)(?:们|局|委|厅|办|单位|"
    r"处|科|部门|院|市|县|区)|(?:与|和)(?:我|本)[^,]{0,4}(?:职责|职能|业务)?无关|"
    r"(?:建议|请|应|应当|申请|恳请|请求|提请|拟)[^,]{0,10}?(?:改由|转由|转交|移交|调整(?:为|由|给)|改派|交由|改办|转办|变更(?:为|牵头)|"
    r"改为由|划转)|应该?给(?=[^,]{2,12}$)|申请(?:改办|退办|转办|改派|退回)|"
    r"(?:应|应当|该|宜|应该|建议)由[^,]{2,16}(?:牵头|负责|承办|办理|落实)|我们?(?:局|委|厅|办|单位|处|科|部门)?不负责|不是(?:我们?|"
    r"本)(?:局|委|厅|办|单位|处|科)?的?(?:事|活|任务|工作)|不(?:宜|应|便|该)由(?:我|本)|不宜(?:牵头|承办|负责)|"
    r"职责(?:在|属于?|归)[^,我本]{2,12}(?:局|委|厅|部|办|单位)|应该?是[^,我本]{2,12}(?:局|委|厅|部门|办|院|中心|单位)的?(?:职责|职能|"
    r"事|活|任务|工作|业务)(?!会议|安排|进)|(?:无法|不能|不予)(?:承办|认领|"
    r"签收)|"
    r"\b(?:not|isn't|is\snot|outside|beyond|falls?\soutside|out\sof)\s(?:\w+\s){0,3}?(?:our|my|"
    r"this\s(?:department|bureau|office)'?s?)\s?(?:\w+\s){0,2}?(?:responsib\w+|remit|mandate|"
    r"duty|duties|job|competence|scope|jurisdiction|department|area|task)|\b(?:should|must|"
    r"ought\sto)\s(?:be\s|go\s)(?:handled\sby|assigned\sto|transferred\sto|led\sby|reassigned|"
    r"done\sby|to\sthe)|\bplease\s(?:re-?assign|transfer|redirect)|\b(?:suggest|propose|request|"
    r"recommend)\s(?:that\s.{0,20}|to\s|a\s)?(?:re-?assign\w*|transfer\w*)|\bbelongs\sto\sthe\b|"
    r"\bwe\s(?:must\s|have\sto\s)?decline\b"
)
_EXTENDS = re.compile(
    r"延期|延至|延到|延长|顺延|推迟|推后|宽限|展期|延后|缓办|缓报|"
    r"再(?:多)?(?:给|宽限|留)(?:我们?|我局|我单位)?[^,]{0,6}(?:时间|[天日周月])|"
    r"\b(?:need|require|want)\s(?:\w+\s){0,3}?more\s(?:days?|weeks?|months?)\b|\bgive\sus\suntil\b|\bextension\b|\bextend\b|\bpostpone\w*|\bmore\stime\b|"
    r"\bpush(?:ed)?\s(?:back\s)?(?:the\s)?(?:deadline|it|this|back)|\bdefer\b|\b(?:move|change|"
    r"shift)\sthe\s(?:deadline|due)"
)
_EXTENDS_NOT = re.compile(
    r"(?:(?<![能可要会])不|无需|无须|不用|没有?|未|不会|不需要?|不再|不必|无|不申请|未申请|可能|或|恐|担心|避免|防止|以免|怕|\bno|\bnot|\bwithout|"
    r"\bmay|\bmight|n't|\bno\sneed\s(?:for|to))(?:有|要|会|能|申请|需要?|将|\s(?:need|request\w*|an?|ask|"
    r"for|any|to|the)){0,5}\s?$"
)
_EXTENDED = re.compile(
    r"(?:已|获|经)(?:经)?(?:批准|同意|获批|准)?\w{0,2}$|(?:批准|同意)(?:了)?$|\bgranted\s\w*\s?$|approved\s\w*\s?$"
)
_EVENT = re.compile(
    r"会议?|会|培训|调研|活动|考察|论坛|检查|招标|开标|演出|航班|发货|仪式|meeting|workshop|hearing|visit|session|event|"
    r"training|seminar"
)
_PLEADS = re.compile(
    r"^(?:请|恳请|敬请|望|盼)(?:领导|贵办|贵室|督查室|予以?|给予)*(?:批准|同意|准予|审批|批示|批复|支持|为盼)"
    r"|时间[太很比较有些点]*紧|^(?:please|kindly)\s(?:approve|grant|agree)"
)
_ASKS = re.compile(
    r"申请|请|恳请|请求|希望|拟|建议|需|要|能否|可否|想|望|\brequest|\bask|\bneed|\bapply|\bplease|\bwould\slike|"
    r"\bhope|\bwant|\bpropose"
)

_SAME = re.compile(
    r"(?:无|没有?|暂无|未有?|尚无|并无|无任何)(?:什么|任何|新的?|啥|明显|大的?|其他|实质性?|最新|进一步的?|新增)*(?:变化|变动|进展|更新|补充|"
    r"情况更新)(?:情况)?|没(?:啥|什么)变化|没变|不变|没(?:啥|什么)新?动静|"
    r"(?<!不)(?<!未)(?<!没)(?<!没有)(?<!计)(?:按照?|照|依)(?:原定?|既定|序时|预定|年度|工作|时间|进度|节点)*(?:计划|进度|序时|安排|"
    r"节点|方案|部署|时序|时间表)(?:节点|要求|进度|安排)?(?:有序|稳步|正常|顺利|积极|持续|扎实|继续|正|正在|在|顺利地)*(?:推进|进行|开展|实施|落实|"
    r"办理|走|来|中|执行|推动)?(?:中|相关工作|各项工作|工作|之中|的|着|了|当中)*$|"
    r"(?:正常|有序|稳步|顺利|平稳|持续)(?:正|正在|有序|稳步|地)*(?:推进|进行|开展|办理|实施|落实|运转|推动)(?:中|之中|相关工作|各项工作|工作|当中|"
    r"着)*$|(?:照旧|照常|一如既往)|进展(?:顺利|正常|良好)|推进(?:顺利|正常)|一切(?:正常|顺利)|^正常$|"
    r"(?:同|与|和|跟)(?:上期|上月|上次|上周|上个月|之前|前期|上报情况)(?:报的?|反馈的?|说的?)?(?:一样|一致|相同|反馈|情况)*$|维持(?:原状|不变|上期)|沿用上|"
    r"\bno\s(?:new\s|further\s|major\s|significant\s)?(?:changes?|updates?|news|"
    r"developments?)\b|\bnothing\s(?:new|to\s(?:report|add)|has\schanged|changed)|\bunchanged\b|"
    r"\b(?:on\strack|on\sschedule|as\s(?:planned|scheduled)|according\sto\s(?:the\s)?(?:plan|"
    r"schedule)|to\splan|per\splan|proceeding\snormally|progressing\s(?:well|normally|smoothly)|"
    r"going\s(?:well|smoothly))\b|\bsame\sas\s(?:last|before|previous\w*)|\b(?:has|"
    r"have)n't\schanged|\bnot\schanged"
)
_SAME_NOT = re.compile(
    r"(?:未|没有?|不|无法|未能|不能|难以|偏离|\bnot|n't|\bno\slonger|off)\s?(?:能|能够|够|再|完全|\s?(?:going|quite|"
    r"fully|yet))?\s?$"
)

_AHEAD = re.compile(
    r"超(?:前|序时|计划|进度|时序)|快于|早于|领先|提前(?=[^,]{0,8}(?:完成|办结|实现|达|竣工|完工|\d+[个天日周月]|"
    r"[一二两三四五六七八九十半][个天周月]|于|推进|$|了|预计))|超额(?=完成)|比(?:原?计划|原定|序时|预期)[^,]{0,6}快|高于序时|"
    r"\bahead\sof\s(?:schedule|plan|time)|\b(?:running|well|are|is|we're|slightly|"
    r"currently)\sahead\b(?!\sof\sus)|\bearlier\sthan\s(?:planned|scheduled|expected)|"
    r"\bearly\sfinish|\bfaster\sthan\s(?:planned|expected)"
)
_AHEAD_NOT = re.compile(r"提前(?:介入|谋划|准备|沟通|告知|报|通知|申|做好|预|布|联系|到)")
_BEHIND = re.compile(
    r"滞后(?!性)|落后(?!地区|生产|产能|工艺|企业)|慢于|延误|拖延|拖期|脱期|误期|延迟|未达(?:到)?(?:序时|计划|进度)|低于(?:序时|计划|预期)|"
    r"(?:较|比)(?:原?计划|原定|预期|序时)[^,]{0,6}(?:晚|慢|迟)|"
    r"(?:进展|进度|推进|工作)[^,]{0,4}(?:缓慢|偏慢|较慢|很慢|慢|不快|不理想)|不及(?:预期|序时)|晚于|逾期|超期|赶不上|跟不上(?:进度|序时|计划)|"
    r"欠(?:序时|进度)|"
    r"(?:未能?|没能?|没有|不能|无法|难以|恐难|未|很难)(?:够)?(?:按时|按期|如期|按计划|按序时|按进度|准时|在?时限内|按原计划)|来不及|"
    r"\bbehind\b(?!\sus)|\bdelay(?:ed|s)?\b|\boverdue\b|\brunning\slate\b|\blate\b(?!\s(?:jan|"
    r"feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|next|this|last|\d))|\bslipp(?:ed|ing)\b|"
    r"\boff\strack|(?:can(?:no|')t|won't|unable\sto)\s[^,]{0,24}on\stime|\bnot\son\s(?:track|"
    r"schedule)|\bslower\sthan|\bwill\smiss|\bnot\s(?:make|"
    r"meet)\sthe\sdeadline"
)
_BEHIND_NOT = re.compile(
    r"(?:不|未|没有?|无|不会|未出现|没出现|不存在|无明显|避免|防止|不再|并未|不算|\bnot|\bno|\bwithout|n't|\bnever)(?:有|任何|"
    r"出现|存在|\s(?:any|a|been|be|running))?\s?$"
)
_ON_SCHEDULE = re.compile(
    r"(?:按|(?<!按)照|符合|达到|完成(?=序时)|与|和|满足|合)(?:照|着)?(?:原定?|既定|预定|年度|时间|工作|推进)*(?:序时|时序|计划|进度|节点|时间节点|"
    r"时间表)(?:进度|"
    r"要求|安排|节点)?|序时进度|按(?:时|期)|如期|准时|按步就班|按部就班|在(?:原?计划|时限|序时|节点)(?:进度)?(?:之|范围)?内|"
    r"\bon\s(?:track|schedule|time)\b|\bas\s(?:planned|scheduled)\b|"
    r"\baccording\sto\s(?:the\s)?(?:plan|schedule)|\bto\splan\b|\bper\splan\b"
)
_WORK = re.compile(
    r"已|正(?!常|式|确)|在(?=推|办|做|写|改|征|研|起|走|编|审|建|谈|等|弄|跑|协|落|准|抓)|了(?!解)|着手|继续|持续|进一步|组织|开展|推进|落实|"
    r"征求|起草|编制|研究|拟定|拟制|制定|形成|召开|印发|出台|报送|上报|提交|通过|启动|开工|部署|建立|成立|签订|拨付|审议|审定|批复|调研|排查|整改|梳理|对接|"
    r"协调|会签|公示|招标|采购|施工|建设|验收|筹备|完善|修改|汇总|准备|论证|评审|测试|上线|试运行|收尾|下发|分解|阶段|进入|处于|进行中|办理中|推动|培训|宣传|"
    r"还差|发放|整理|核实|审核|沟通|进展|进度|初稿|方案|延期|动静|"
    r"\b(?:working|work|started|start|begun|drafting|draft|drafted|preparing|prepared|underway|"
    r"under\s\w+|in\sprogress|ongoing|continuing|reviewing|review|consult\w*|collect\w*|"
    r"submitted|sent|issued|held|completed|finished|finalis\w*|finaliz\w*|implementing|"
    r"processing|organis\w*|organiz\w*|coordinat\w*|phase|stage|step|tender\w*|progress\w*|"
    r"proceeding|moving|kick(?:ed)?\soff|revis\w*|circulat\w*|approved|signed|launched|testing|ready|contract\w*|being\s\w+|roll(?:ed|ing)\sout|(?:nearly|almost)\sthere|left\sto|"
    r"built|building|installing|installed|survey\w*|report(?:ed|ing)?)\b"
)


def declines(plain: str) -> bool:
    m = _DECLINES.search(plain)
    if m is None:
        return False
    return re.search(r"(?:不|无需|未|没有|不再)(?:申请)?$", plain[: m.start()]) is None


def extends(plain: str, *, dated: bool) -> bool:
    """Whether more time is asked for; `dated`: a day to come is named with it."""
    for m in _EXTENDS.finditer(plain):
        before = plain[: m.start()]
        if _EXTENDS_NOT.search(before) or _EXTENDED.search(before[-8:]):
            continue
        if re.match(
            r"(?:已|获|申请(?:已|获))[^,]{0,4}(?:批|同意|准)|的?(?:原因|影响|风险|费)",
            plain[m.end() :],
        ):
            continue
        word = m.group()
        asked = _ASKS.search(before[-14:]) is not None
        if word in {"延长", "推迟", "推后", "顺延", "延后"} or word.startswith("postpone"):
            if _EVENT.search(before[-10:]) and not asked:
                continue
            if not asked and not dated:
                continue
            if word == "延长" and re.search(r"服务|产业链|链条|营业|开放|有效期|寿命", plain):
                continue
        if word == "延期" and _EVENT.search(before[-8:]) and not asked:
            continue
        return True
    return False


def pleads_for_it(plain: str) -> bool:
    """Whether it begs that what was asked beside it be granted: 请批准."""
    return _PLEADS.search(plain) is not None


def says_same(plain: str) -> bool:
    m = _SAME.search(plain)
    return m is not None and _SAME_NOT.search(plain[: m.start()]) is None


def says_work(plain: str) -> bool:
    """Whether the clause tells of work on the task at all."""
    return _WORK.search(plain) is not None


def pace_of(plain: str) -> Pace | None:
    if (m := _BEHIND.search(plain)) and not _BEHIND_NOT.search(plain[: m.start()]):
        return Pace.behind
    if m is not None:
        return Pace.on_schedule
    m = _AHEAD.search(plain)
    if m is not None and not _AHEAD_NOT.search(plain):
        if re.search(r"(?:不|未|没有?|无法|不能|难以|未能|\bnot)\s?$", plain[: m.start()]):
            return None
        return Pace.ahead
    m = _ON_SCHEDULE.search(plain)
    if m is not None and not _SAME_NOT.search(plain[: m.start()]):
        return Pace.on_schedule
    return None
