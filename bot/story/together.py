"""Several answer for one task: cooperating departments, a department's group, a deputy."""

from bot.stage import Stage
from bot.story.cast import CITY, EDUCATION, EDUCATION_DEPUTY, EMERGENCY, GROUP, TRANSPORT
from bot.story.scene import Note, Scene, confirms, held, opens


async def _group(stage: Stage, note: Note) -> None:
    shelters = await stage.number(CITY, "公交站台")
    card = await opens(stage, CITY, shelters, group=GROUP)
    await stage.say(CITY, "已更换站台40处，完成50%", card, GROUP)
    read = held(stage.hears(CITY, "请核对", "50%", group=GROUP))
    await note("city management: a reply in the group is read back there", await read)
    await stage.press(CITY, "无误", within="请核对", group=GROUP)
    shown = held(stage.hears(CITY, f"#{shelters} ", "50%", group=GROUP))
    await note("city management: the card in the group shows it", await shown)


async def _consolidate(stage: Stage, note: Note) -> None:
    roads = await stage.number(TRANSPORT, "道路")
    await stage.mark(CITY)
    await stage.clock("2026-09-17T09:05")
    asked = held(stage.hears(CITY, "【待办提醒】", f"#{roads}"))
    await note("city management: who cooperates is asked before the lead", await asked)
    await stage.press(CITY, f"{roads}无补充", within="【待办提醒】")
    tapped = held(stage.hears(CITY, "已记入反馈", f"#{roads} 无补充"))
    await note("city management: answers 'nothing to add' in one tap", await tapped)
    await stage.say(EMERGENCY, f"{roads}号已备齐急弯路段警示标志120套")
    await stage.hears(EMERGENCY, f"#{roads}", "请核对")
    await confirms(stage, EMERGENCY, f"#{roads} 已记入反馈")
    await stage.mark(TRANSPORT)
    await stage.clock("2026-09-21T09:05")
    laid = held(stage.hears(TRANSPORT, "【待办提醒】", "配合已反馈"))
    await note("transport: the digest says who of the others has answered", await laid)
    await stage.press(TRANSPORT, f"{roads}汇总", within="【待办提醒】")
    draft = held(stage.hears(TRANSPORT, "配合单位本期反馈", "警示标志120套", "无补充"))
    await note("transport: their answers lie before the lead as a draft", await draft)
    await stage.press(TRANSPORT, "采用", within="配合单位本期反馈")
    adopted = held(stage.hears(TRANSPORT, f"#{roads}", "已记入反馈"))
    await note("transport: adopts the draft as its own report", await adopted)


async def _deputy(stage: Stage, note: Note) -> None:
    await stage.say(EDUCATION, "/away 9月24日")
    await stage.sees_button(EDUCATION, "何平")
    await stage.mark(EDUCATION_DEPUTY)
    await stage.press(EDUCATION, "何平", within="代办")
    noted = held(stage.hears(EDUCATION, "已登记外出至9月24日", "由何平代办"))
    await note("education: away until a day, a deputy is named", await noted)
    told = held(stage.hears(EDUCATION_DEPUTY, "王雅琴", "外出至9月24日"))
    await note("education's second contact: told to stand in", await told)
    await stage.mark(EDUCATION)
    await stage.mark(EDUCATION_DEPUTY)
    await stage.clock("2026-09-23T09:05")
    coats = await stage.number(EDUCATION_DEPUTY, "棉衣")
    asked = held(stage.hears(EDUCATION_DEPUTY, "【待办提醒】", f"#{coats}"))
    await note("education's second contact: reminded meanwhile", await asked)
    quiet = await stage.hears_nothing(EDUCATION, "待办提醒")
    await note("education: hears no reminder while away", quiet)
    await stage.say(EDUCATION_DEPUTY, f"{coats}号已完成尺码统计，完成30%")
    await stage.hears(EDUCATION_DEPUTY, "请核对", "30%")
    await confirms(stage, EDUCATION_DEPUTY, "30%")
    shown = held(stage.hears(EDUCATION_DEPUTY, f"#{coats}", "30%"))
    await note("education's second contact: answers for the department", await shown)
    await stage.mark(EDUCATION)
    await stage.clock("2026-09-28T09:05")
    back = held(stage.hears(EDUCATION, "您已返回"))
    await note("education: one message on return says what waits", await back)


GROUPED = Scene(
    "城管局在单位群里回复，同样算反馈",
    "An answer in a department's group counts like any other",
    _group,
)
CONSOLIDATED = Scene(
    "配合单位先答，牵头单位一键采用汇总",
    "Cooperating departments answer first; the lead adopts the draft in one tap",
    _consolidate,
)
DEPUTED = Scene(
    "联络员外出，代办人接收提醒并反馈",
    "A contact is away; the deputy is reminded and answers",
    _deputy,
)
