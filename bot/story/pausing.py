"""Time: more of it is asked for and granted, and a clock is stopped and started again."""

from bot.stage import Stage
from bot.story.cast import COORDINATOR, TRANSPORT, TRANSPORT_HEAD
from bot.story.scene import Note, Scene, held, opens


async def _more_time(stage: Stage, note: Note) -> None:
    """Asked for by chips, endorsed by the head, granted; the first limit is kept."""
    roads = await stage.number(TRANSPORT, "道路")
    await opens(stage, TRANSPORT, roads, "申请延期")
    await stage.press(TRANSPORT, "申请延期", within=f"#{roads} ")
    await stage.hears(TRANSPORT, "请选原因")
    await stage.press(TRANSPORT, "11-", within="请选原因")
    await stage.hears(TRANSPORT, "请选原因")
    await stage.mark(TRANSPORT_HEAD)
    await stage.press(TRANSPORT, "经费未落实", within="请选原因")
    await stage.sees_button(TRANSPORT, "提交")
    await stage.press(TRANSPORT, "提交", within="经费未落实")
    asked = held(stage.hears(TRANSPORT_HEAD, "延期申请", "经费未落实"))
    await note("head of transport: the request comes with its reason", await asked)
    await stage.mark(COORDINATOR)
    await stage.press(TRANSPORT_HEAD, "审签", within="延期申请")
    signed = held(stage.hears(COORDINATOR, "延期申请", "已审签"))
    await note("coordinator: gets the request that the head signed", await signed)
    await stage.mark(TRANSPORT)
    await stage.press(COORDINATOR, "同意", within="延期申请")
    granted = held(stage.hears(TRANSPORT, "同意延至11月6日", "原时限10月30日留存"))
    await note("transport: granted, and the first limit is kept", await granted)


async def _pause(stage: Stage, note: Note) -> None:
    """The clock of one task stands still, and goes on."""
    roads = await stage.number(TRANSPORT, "道路")
    await stage.say(COORDINATOR, f"/pause {roads}")
    await stage.hears(COORDINATOR, "理由")
    await stage.mark(TRANSPORT)
    await stage.say(COORDINATOR, "等待省厅批复")
    paused = held(stage.hears(TRANSPORT, f"#{roads}", "暂停计时", "等待省厅批复"))
    await note("transport: the clock stands still, with the reason", await paused)
    await stage.clock("2026-09-30T10:00")
    await opens(stage, COORDINATOR, roads, "恢复计时")
    await stage.mark(TRANSPORT)
    await stage.press(COORDINATOR, "恢复计时", within=f"#{roads}")
    resumed = held(stage.hears(TRANSPORT, f"#{roads}", "共暂停2个工作日", "时限 11月10日"))
    await note("transport: the limit moves by the two working days", await resumed)


SCENES = (
    Scene(
        "点选申请延期，责任领导审签，督查员同意",
        "More time: asked by chips, endorsed by the head, granted",
        _more_time,
    ),
    Scene(
        "督查员暂停计时，条件具备后恢复",
        "The office stops a task's clock and starts it again",
        _pause,
    ),
)
