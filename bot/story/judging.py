"""Limits and judgements: reminded, sent back, closed, overdue, signed by the head, graded."""

from bot.stage import Stage
from bot.story.cast import COORDINATOR, EDUCATION, TRANSPORT, TRANSPORT_HEAD
from bot.story.scene import Note, Scene, confirms, held, opens, stands


async def _remind_and_judge(stage: Stage, note: Note) -> None:
    canteen = await stage.number(EDUCATION, "食堂")
    await stage.mark(EDUCATION)
    await stage.clock("2026-09-15T09:05")
    reminded = held(stage.hears(EDUCATION, "【待办提醒】", f"#{canteen}"))
    await note("education: reminded three working days before the limit", await reminded)
    await _submits(stage, EDUCATION, canteen)
    await stage.mark(COORDINATOR)
    await stage.clock("2026-09-15T14:35")
    queued = held(stage.hears(COORDINATOR, "待审核", f"#{canteen}"))
    await note("coordinator: the queue comes with the window and names it", await queued)
    await stage.press(COORDINATOR, str(canteen), within="待审核")
    await stage.sees_button(COORDINATOR, "退回补充")
    await stage.press(COORDINATOR, "退回补充", within=f"#{canteen}")
    await stage.hears(COORDINATOR, "理由")
    await stage.mark(EDUCATION)
    await stage.say(COORDINATOR, "请补报民办幼儿园的自查情况")
    back = held(stage.hears(EDUCATION, "退回补充", "民办幼儿园"))
    await note("education: sent back with the reason", await back)
    await stage.clock("2026-09-16T10:00")
    await stage.say(EDUCATION, f"{canteen}号民办幼儿园的自查表已全部补齐")
    await stage.hears(EDUCATION, f"#{canteen} 已记入反馈")
    await confirms(stage, EDUCATION, f"#{canteen} 已记入反馈")
    await _submits(stage, EDUCATION, canteen)
    await opens(stage, COORDINATOR, canteen, "退回补充")
    await stage.mark(EDUCATION)
    await stage.press(COORDINATOR, "办结", within=f"#{canteen}")
    await note("education: told that it is closed", await held(stage.hears(EDUCATION, "已办结")))


async def _submits(stage: Stage, name: str, number: int) -> None:
    await opens(stage, name, number, "申请办结")
    await stage.press(name, "申请办结", within=f"#{number} ")


async def _slip(stage: Stage, note: Note) -> None:
    buses = await stage.number(TRANSPORT, "校车")
    slip = await stands(stage, TRANSPORT_HEAD, "【督办单】", "（蓝）", f"#{buses}")
    await note("head of transport: a numbered blue slip on the next working day", slip)
    await stage.say(TRANSPORT, f"{buses}号还差12辆车未检，问题是检测线排队，预计9月30日完成")
    await stage.hears(TRANSPORT, "请核对", "9-30")
    await confirms(stage, TRANSPORT, "9-30")
    await stage.say(COORDINATOR, "/overdue")
    reason = held(stage.hears(COORDINATOR, f"#{buses}", "市交通运输局", "检测线", "9-30"))
    await note("coordinator: overdue with reason and expected date", await reason)


async def _close(stage: Stage, note: Note) -> None:
    buses = await stage.number(TRANSPORT, "校车")
    await stage.say(TRANSPORT, f"{buses}号已全部完成，不合格的9辆已停运")
    await stage.hears(TRANSPORT, f"#{buses} 已记入反馈", button="申请办结")
    await stage.mark(TRANSPORT_HEAD)
    await stage.press(TRANSPORT, "申请办结", within=f"#{buses} 已记入反馈")
    asked = held(stage.hears(TRANSPORT_HEAD, "请审签", f"#{buses}", "9辆已停运"))
    await note("head of transport: asked to sign what the contact submits", await asked)
    await stage.press(TRANSPORT_HEAD, "审签", within="请审签")
    await stage.hears(TRANSPORT_HEAD, "请审签", "已审签")
    await stage.say(COORDINATOR, "/queue")
    signed = held(stage.hears(COORDINATOR, f"#{buses}", "责任领导审签"))
    await note("coordinator: the queue says that the head has signed", await signed)
    await opens(stage, COORDINATOR, buses, "退回补充")
    await stage.press(COORDINATOR, "办结", within=f"#{buses} ")
    await stage.sees_button(COORDINATOR, "较好")
    await stage.press(COORDINATOR, "转入常态化", within="可评级")
    await stage.sees_button(COORDINATOR, "较好")
    await stage.mark(TRANSPORT)
    await stage.press(COORDINATOR, "较好", within="可评级")
    graded = held(stage.hears(COORDINATOR, "转入常态化", "较好"))
    await note("coordinator: closed with its outcome and a grade", await graded)
    told = held(stage.hears(TRANSPORT, f"#{buses}", "评级“较好”"))
    await note("transport: told of its grade", await told)


REMINDED = Scene(
    "到期前提醒；申请办结、退回补充、办结",
    "Reminders before the limit; asking to close, sent back, closed",
    _remind_and_judge,
)
OVERDUE = Scene(
    "超期次日，蓝色督办单送达责任领导",
    "The day after a limit passed, a blue slip reaches the head",
    _slip,
)
CLOSED = Scene(
    "责任领导审签，督查员办结并评级",
    "The head signs; the coordinator closes with outcome and grade",
    _close,
)
