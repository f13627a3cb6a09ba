"""The end: how far everything has come, for the office and for its leader."""

from bot.stage import Stage, text_of
from bot.story.cast import COORDINATOR, HOUSING, LEADER
from bot.story.scene import Note, Scene


async def _summary(stage: Stage, note: Note) -> None:
    await stage.clock("2026-10-08T09:05")
    pipes = await stage.number(HOUSING, "供热管网")
    for name, who in ((COORDINATOR, "coordinator"), (LEADER, "leader")):
        await stage.say(name, "/summary 1")
        told = await stage.hears(name, "云府办〔2026〕36号 落实情况")
        shown = " ".join(text_of(told).split())
        await note(f"{who}: the summary counts two closed tasks", "已办结 2 12.5%" in shown)
        overdue = f"超期1项： #{pipes} 市住房城乡建设局 1日｜原因未报" in shown
        await note(f"{who}: the summary names what is overdue, and that no reason came", overdue)


COUNTED = Scene(
    "督查员一条指令，看到整个通知的落实情况",
    "One command shows how far the whole notice has come",
    _summary,
)
