"""A second notice: sent as a file, corrected, assigned in bulk, waived in part, issued."""

from importlib.resources import files

from bot.stage import MissedCueError, Stage
from bot.story.cast import COORDINATOR, EDUCATION, WELFARE
from bot.story.scene import Note, Scene, held

FILE, FILE_NAME = "opinion.txt", "云府办〔2026〕41号.txt"
LISTED = "云府办〔2026〕41号 全部"
"""The list of its clauses."""


async def _review(stage: Stage, note: Note) -> None:
    who = COORDINATOR
    await stage.send(who, FILE_NAME, (files("bot.sample") / FILE).read_bytes())
    read = held(stage.sees_button(who, "批量指定"))
    await note("coordinator: the file was read into a draft", await read)
    await stage.press(who, "单位核对")
    for name in ("教育部门→", "民政部门→", "财政部门→"):
        await stage.sees_button(who, name)
        await stage.press(who, name)
    known = held(stage.hears(who, "【拟稿】"))
    await note("coordinator: names as written are matched with known departments", await known)
    await _correct(stage, note)
    await stage.press(who, "批量指定")
    await stage.hears(who, "请输入范围")
    await stage.say(who, "二（一）到三（二） → 市民政局牵头")
    bulk = held(stage.sees_button(who, "确认改动"))
    await note("coordinator: one line assigns whole sections, after a preview", await bulk)
    await stage.press(who, "确认改动")
    await stage.sees_button(who, "集体事项一并阅知")
    await stage.press(who, "集体事项一并阅知")
    await stage.sees_button(who, "未对应句")
    await stage.press(who, "未对应句")
    await stage.sees_button(who, "原则性要求")
    await stage.press(who, "原则性要求", within="未对应句")
    waived = held(stage.hears(who, "未对应句0"))
    await note("coordinator: no sentence that may be a duty is left open", await waived)
    await stage.press(who, "交办", within="【拟稿】")
    await stage.hears(who, "预览")
    for name in (EDUCATION, WELFARE):
        await stage.mark(name)
    await stage.press(who, "确认交办")
    for name, actor, what in (
        (EDUCATION, "education", "组织中小学生"),
        (WELFARE, "welfare", "高龄独居老人"),
    ):
        handed = held(stage.hears(name, "【交办】", what, button="签收"))
        await note(f"{actor}: gets the tasks of the second notice", await handed)
        await stage.press(name, "签收", within=what)


async def _correct(stage: Stage, note: Note) -> None:
    """Three duties are corrected: the words, the limit and the owner of one each."""
    who = COORDINATOR
    for number, label, what, answer, part in (
        (
            "5",
            "改文字",
            "words",
            "推动新建住宅小区同步配建养老服务用房，并同步移交。",
            "并同步移交",
        ),
        ("7", "改时限", "limit", "12月31日", "时限 12月31日"),
        ("8", "改单位", "owners", "市民政局牵头，市卫生健康委配合", "市卫生健康委"),
    ):
        await stage.press(who, "逐条核对", within="【拟稿】")
        await stage.hears(who, LISTED)
        await _open(stage, number)
        await stage.press(who, label, within=f"第{number}条")
        await stage.hears(who, "请输入")
        await stage.say(who, answer)
        shown = held(stage.hears(who, f"第{number}条", part))
        await note(f"coordinator: clause {number} shows its new {what}", await shown)
        await stage.press(who, "返回", within=f"第{number}条")
        await stage.sees_button(who, "逐条核对")


async def _open(stage: Stage, number: str) -> None:
    """Page through the clauses until that one can be opened."""
    for _ in range(3):
        try:
            await stage.press(COORDINATOR, number, within=LISTED)
        except MissedCueError:
            await stage.press(COORDINATOR, "▶", within=LISTED)
            await stage.hears(COORDINATOR, LISTED)
        else:
            await stage.hears(COORDINATOR, f"第{number}条")
            return


REVIEWED = Scene(
    "第二份通知发给机器人：核对、批量指定、交办",
    "A second notice is sent as a file: checked, assigned in bulk, issued",
    _review,
)
