"""PURE. What is no report: questions, greetings, thanks; and what only accompanies one."""

import re

_QUESTION = re.compile(
    r"[吗嘛么呢]$(?<!什么)|什么(?:时候|时间|意思|要求|情况|口径|格式|材料|原因|叫)|(?:是|要|需要?|用|做|干|报|交|填|写|有)(?:些)?(?:什么|"
    r"啥)|啥时候|怎么(?!样都)|怎样|如何(?=[^,]{0,10}$)|"
    r"是不是|能不能|可不可以|要不要|需不需要|用不用|有没有|行不行|对不对|可否|能否|是否(?:需要|可以|要|能|有|应|还|为|由|属于|算|必须|延|同意|包括|包含|"
    r"统一|按)|"
    r"请问|请教|咨询|想问|问一?下|问问|想了解|想知道|麻烦问|哪(?:里|儿|个|些|天|位|一|家|种|级|项|方)|几号(?!楼|线)|几点|多久|多少(?=[^,]{0,6}$)|"
    r"谁(?:负责|来|牵头|是|管|办)|为什么|为何|有何|何时(?=[^,]{0,6}$)"
)
_QUESTION_EN = re.compile(
    r"^(?:(?:hi|hello|hey|so|and|but|also|please|sorry|excuse me|dear \w+)[\s,]+){0,3}(?:what|"
    r"when|where|who|whom|whose|which|why|how|is|are|was|were|do|does|did|can|could|may|might|"
    r"should|shall|will|would|has|have|had)\b"
    r"(?=\s(?:the|it|this|that|we|i|you|they|he|she|there|a|an|is|are|do|does|should|can|to|"
    r"exactly|about|task|#|our|your|any|someone|somebody|\d|day|date|form|much|many|long|soon|"
    r"happens|will|was|if)\b)"
    r"|\b(?:could you (?:please )?(?:tell|clarify|explain|confirm|advise|let)|"
    r"can you (?:please )?(?:tell|clarify|explain|confirm|advise|send)|please (?:advise|clarify|"
    r"explain|tell us)|wondering|question about|not sure (?:what|how|when|which|whether|if)|"
    r"do we need|would like to (?:ask|know))\b"
)
_STATEMENT_EN = re.compile(
    r"^(?:will|should|can|is|are|was|has|have|had|may|did)\s(?:be|do|report|submit|send|finish|"
    r"complete)\b"
)
_IF = re.compile(
    r"^(?:如果|若(?!干)|假如|要是|倘若|一旦|如(?=我们|我局|不|能|需|果|遇|有)(?!期|实)"
    r"|万一|if\b|unless\b|in case\b)"
)
_GREETING = re.compile(
    r"^(?:(?:各位|尊敬的)?(?:[\u4e00-\u9fff]{0,3}(?:领导|主任|处长|科长|局长|老师|同志|同事|秘书长|部长|书记|厅长|处|局|"
    r"工))?[,:\s]?(?:大家|您|你|各位)?(?:好|早|晚上好|早上好|上午好|下午好|中午好)呀?啊?|您好|你好|大家好|hello|hi|hey|"
    r"good\s(?:morning|afternoon|evening)(?:\s\w+)?|dear\s\w+|(?:各位|"
    r"尊敬的)[\u4e00-\u9fff]{1,6})[,:!~\s]*$"
)
_THANKS = re.compile(
    r"^(?:(?:非常|十分|多|万分|衷心)?(?:感谢|谢谢|多谢|谢了|感恩)(?:[\u4e00-\u9fff]{1,2}(?:处|局|科|总|工|主任|老师|书记|厅|部|委)长?|您|你|各位|领导|大家|支持|理解|提醒|关心|告知|帮助|指导|啦|了|"
    r"配合)*(?:的[\u4e00-\u9fff]{0,6})?|谢{1,3}|(?:您|你|领导|大家|各位)?辛苦了?(?:您|你|啦|了)?|麻烦(?:您|你)?了|打扰了?|"
    r"不客气|不用谢|客气了?|抱歉|不好意思|对不起|sorry|(?:many\s|with\s)?thanks?(?:\s(?:you|a\slot|so\smuch|"
    r"very\smuch|again|for\s.{1,40}))*|thank\syou.{0,40}|thx|cheers|best\sregards|regards|"
    r"kind\sregards|此复|特此(?:报告|反馈|汇报|说明)|以上|妥否|请示|请?批示|当否)[,!~\s]*$"
)
_CHATTER = re.compile(
    r"^(?:哈+|呵+|嘿+|嘻+|嗯+|哦+|噢+|喔+|啊+|额+|呃+|在吗?|在的|不在|早|晚安|再见|拜拜|周末愉快|节日快乐|早点休息|多休息|新年快乐|中秋快乐|国庆快乐|"
    r"祝.{1,12}|生日快乐|恭喜.{0,8}|加油|厉害|棒|赞|测试一?下?|测试消息|test(?:ing)?|lol|haha\w*|hmm+|bye|"
    r"see\syou.{0,20}|have\sa\s(?:nice|good|great).{0,20}|happy\s.{1,20}|good\s(?:night|luck|"
    r"job)|nice|great|cool|well\sdone|welcome|you'?re\swelcome|no\sproblem|没事|没关系|随便|发错了?|"
    r"不好意思发错.{0,4}|误发|撤回|忽略|请忽略.{0,6})[,!~\s]*$"
)
_LEISURE = re.compile(
    r"(?:吃饭|吃了|午饭|晚饭|食堂|天气|下雨(?!.{0,6}(?:停|影响|误|延))|堵车|喝茶|打球|足球|周末(?:去|一起)|聚餐|电影|放假|加班到|红包|lunch|dinner|coffee|"
    r"weather|football|weekend\splans)"
)
_WORKED = re.compile(
    r"完成|整改|建设|推进|落实|检查|排查|改造|维修|采购|招标|资金|经费|不足|未|已|正在|预计|计划|验收|方案|%"
    r"|\b(?:done|complete\w*|finish\w*|built|repair\w*|plan\w*|will|not|budget|funds?)\b"
)
"""Words of work, beside which a canteen or a football ground is no small talk."""
_ACK = re.compile(
    r"^(?:(?:通知|任务|文件|来文|来函|贵函|督办单|督办件|交办件?|消息|提醒)(?:均|都|已)?(?=收到|收悉|知悉|阅悉|签收))?"
    r"(?:(?:(?:好的?|好滴|行|可以|ok|okay|嗯+|是|嗯嗯|好嘞|好呢)[,!\s]*){0,3}(?:我(?:们|局|委|厅|办|单位|处|科|部门)?|本(?:局|单位|委|"
    r"厅)|\w{2,8}(?:局|委|厅|办))?(?:均|都|全部|业|现|已经?)*(?:(?:收到){1,3}|收悉|签收|接收|接到|知悉|知晓|获悉|阅悉|阅知|阅|读|"
    r"知道|明白|了解|清楚|领取|"
    r"领受|认领|照办|遵办|遵照执行|遵照办理|遵命|确认(?:收到|签收)?)"
    r"(?:了|啦|哈|的|无误|确认|本?(?:项|该|此|贵单位|贵办)?(?:任务|通知|文件|督办单|督办件|督办通知|交办单?|交办通知|交办任务|事项|消息|信息|提醒|函|"
    r"来函|相关|有关|要求|工作任务|的)+)*"
    r"|(?:好|好的|好滴|好嘞|行|可以|ok|okay|okey|okk|是|没问题|1|收|roger(?:\sthat)?|copy(?:\sthat)?|"
    r"noted(?:\s(?:with\sthanks|thanks|and\s\w+|on\s.{0,20}))?|(?:well\s)?received|ack|"
    r"acknowledged?|understood|got\sit|(?:ok(?:ay)?\s)?will\sdo|sure|"
    r"(?:we\s)?(?:hereby\s)?(?:have\s)?(?:confirm|acknowledge|received|signed|noted)(?:ed|"
    r"s)?(?:\s(?:receipt|the|of|this|it|task|tasks|notice|your|message|and|assignment|"
    r"for)){0,6}|(?:task|notice|message|assignment|all)?\s?(?:is\s|are\s)?(?:signed|received|"
    r"noted|acknowledged|accepted)(?:\s(?:for|off|with\sthanks))?)"
    r")[,!~.\s]*(?:谢谢|thanks?)?$"
)
_PLEDGE = re.compile(
    r"^(?:我(?:们|局|委|厅|办|单位|处|科)?|本(?:局|单位))?(?:一定|将|会|马上|立即|立刻|尽快|抓紧|认真|按|按照|即刻|这就|后续|随后|稍后|积极|"
    r"严格|坚决|保证|全力|及时)+(?:会|将|要求|通知|部署|时限|规定|时间|组织|去)*(?:抓紧|尽快|认真|积极|及时|按时|严格|按期)?(?:落实|办理|反馈|回复|"
    r"执行|研究|处理|安排|推进|部署|报送|答复|汇报|配合|抓好落实|抓好贯彻落实|贯彻落实|完成|办|报|看)(?:到位|好|相关工作|有关工作|工作|任务)*(?:的|了|哈)?$"
    r"|^(?:(?:we|i)\s)?(?:will|shall|(?:we|i)'ll)\s(?:follow\sup|report\sback|get\sback|act|do\sso|do|comply|"
    r"handle|work\son|look\sinto|respond|reply|revert|get\s(?:to|on)\sit|implement)(?:\s(?:on|to|it|"
    r"you|soon|asap|this|accordingly|shortly|promptly|as\srequired|later)){0,5}$"
)
_MATERIAL = re.compile(
    r"(?:材料|附件|报告|情况|台账|表格?|文档|资料|照片|图片|文件|佐证|清单|扫描件|电子版|纸质版|word|pdf|excel|反馈|方案|总结|稿|数据|说明|回复|"
    r"函).{0,16}(?:发|报|送|传|寄|附|交|提交|放|见).{0,14}(?:邮箱|邮件|您|你|贵|群里|微信|oa|系统|平台|查收|审阅|附件|附后|后|上|"
    r"办公室)|"
    r"(?:见附件|详见|请见|见附|附后|附上|随附|如附|附件(?:是|为)|现(?:将|报送|报上|呈)|请查收|请查阅|请审阅|请审核|请接收|敬请|望查收|请收|请看附件|"
    r"已发(?:至|到|您|你|邮|送|贵|往|群)|发(?:您|你|贵)|已上传|已传|邮件已|传给|转给您|已发$)|"
    r"\b(?:attached|attachment|enclosed|please\sfind|see\s(?:the\s)?attach\w+|sent\s(?:you\s|"
    r"to\syou\s|it\s)?(?:by|via|to\syour)\s?\w*\s?e?-?mail|emailed|uploaded|"
    r"for\syour\s(?:review|reference|information)|please\s(?:check|review|see)|"
    r"in\syour\s(?:inbox|mailbox))"
)


_STATED = re.compile(r"(?:还没|没|未|还在|正在|着)[^,]*呢$(?<!什么呢)(?<!吗呢)")
"""A statement that ends softly: 还没启动呢."""

_PICTURED = re.compile(r"\[(?!照片|文件|语音|录音|视频)[\u4e00-\u9fff]{1,3}\]$")
"""A face that a phone writes in words, [抱拳]; not the mark of a file that came with the words."""


def is_question(text: str) -> bool:
    """Whether that clause, in plain form and without its question mark, asks something."""
    plain = text.strip().rstrip("?？ ")
    if text.rstrip().endswith(("?", "？")):
        return True
    if _QUESTION.search(plain) and not _STATED.search(plain):
        return True
    return _QUESTION_EN.search(plain) is not None and _STATEMENT_EN.search(plain) is None


def is_small_talk(text: str) -> bool:
    """Whether that clause is only a greeting, thanks or chatter."""
    plain = _PICTURED.sub("", text).strip()
    return (
        not any(c.isalnum() for c in plain)
        or _GREETING.match(plain) is not None
        or _THANKS.match(plain) is not None
        or _CHATTER.search(plain) is not None
        or (_LEISURE.search(plain) is not None and _WORKED.search(plain) is None)
    )


def is_acknowledgement(plain: str) -> bool:
    said = re.sub(r"\W+$", "", plain.strip())
    alone = re.sub(r"^(?:ok|okay|great|sure|alright)[\s,]+(?=\w)", "", said)
    return _ACK.match(said) is not None or _ACK.match(alone) is not None


def is_pledge(plain: str) -> bool:
    """Whether it only promises to see to it: 我们尽快落实."""
    return _PLEDGE.match(plain.strip()) is not None


def is_material(plain: str) -> bool:
    """Whether it only says that material comes with it: 材料已发邮箱."""
    return _MATERIAL.search(plain) is not None


def is_condition(plain: str) -> bool:
    return _IF.match(plain) is not None
