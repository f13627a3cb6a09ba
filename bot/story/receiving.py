"""The notice arrives: signed for, or given back because it is somebody else's duty."""

from contextlib import suppress

from bot.stage import MissedCueError, Stage
from bot.story.cast import CONTACTS, COORDINATOR, EDUCATION, HOUSING, WELFARE
from bot.story.scene import Note, Scene, held, opens


async def _sign(stage: Stage, note: Note) -> None:
    for actor in CONTACTS:
        with suppress(MissedCueError):
            await stage.press(actor.name, "签收", within="交办")
    for actor in CONTACTS:
        signed = await held(stage.sees_no_button(actor.name, "【交办】", "签收"))
        await note(f"{actor.en}: one tap signs for the assignment, the button is gone", signed)
    canteen = await stage.number(EDUCATION, "食堂")
    await stage.say(COORDINATOR, f"/task {canteen}")
    shown = held(stage.hears(COORDINATOR, f"#{canteen} ", "状态 已签收"))
    await note("coordinator: the card says that it is signed for", await shown)


async def _reassign(stage: Stage, note: Note) -> None:
    number = await stage.number(WELFARE, "烟感报警器")
    await opens(stage, WELFARE, number, "不属本单位")
    await stage.press(WELFARE, "不属本单位", within=f"#{number} ")
    await stage.sees_button(WELFARE, "非本单位职责")
    await stage.mark(COORDINATOR)
    await stage.press(WELFARE, "非本单位职责")
    told = held(stage.hears(COORDINATOR, "【申请改办】", "市民政局", "非本单位职责"))
    await note("coordinator: told at once that welfare declines, and why", await told)
    await stage.press(COORDINATOR, "转办", within="【申请改办】")
    await stage.sees_button(COORDINATOR, "市住房城乡建设局")
    await stage.mark(HOUSING)
    await stage.mark(WELFARE)
    await stage.press(COORDINATOR, "市住房城乡建设局", within="转给")
    handed = held(stage.hears(HOUSING, "【交办】", f"#{number}"))
    await note("housing: gets the reassigned task with its limit", await handed)
    left = held(stage.hears(WELFARE, "已转办市住房城乡建设局"))
    await note("welfare: told that the task is no longer its own", await left)


SCENES = (
    Scene(
        "通知已分解为任务并交办，联络员一键签收",
        "The notice became tasks; each contact signs for them in one tap",
        _sign,
    ),
    Scene(
        "民政局申请改办，督查员转办住建局",
        "Welfare says that a task is not its own; the coordinator reassigns it",
        _reassign,
    ),
)
