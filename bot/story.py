"""The story of the demo: captioned steps from a notice to the summary.

It acts as the people of the cast do, through the sandbox's HTTP, and checks what their
phones show. The dates are those of the sample notice and of 2026's calendar.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files

from bot.stage import MissedCueError, Stage
from tasks.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """One of the cast: a name, a role, and for department roles the department."""

    name: str
    role: Role
    department: str | None = None


COORDINATOR = "周敏"
LEADER = "何志远"
CAST: tuple[Actor, ...] = (
    Actor(COORDINATOR, Role.coordinator),
    Actor("王雅琴", Role.contact, "市教育局"),
    Actor("陈立群", Role.contact, "市交通运输局"),
    Actor("孙国平", Role.head, "市交通运输局"),
    Actor("刘晓东", Role.contact, "市应急管理局"),
    Actor("赵文静", Role.contact, "市住房城乡建设局"),
    Actor("黄志强", Role.contact, "市城市管理局"),
    Actor("林美华", Role.contact, "市卫生健康委"),
    Actor("吴建国", Role.contact, "市财政局"),
    Actor("杨秀兰", Role.contact, "市民政局"),
    Actor(LEADER, Role.leader),
)
CONTACTS = tuple(actor.name for actor in CAST if actor.role is Role.contact)

EDUCATION, TRANSPORT, EMERGENCY, TRANSPORT_HEAD = "王雅琴", "陈立群", "刘晓东", "孙国平"
WELFARE = "杨秀兰"

SECOND, SECOND_NAME = "opinion.txt", "云府办〔2026〕41号.txt"
"""The notice that the coordinator sends as a file."""

Note = Callable[[str, bool], Awaitable[None]]
"""Told of each check: what was looked for, and whether it held."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One captioned step; the caption in both languages."""

    zh: str
    en: str
    play: Callable[[Stage, Note], Awaitable[None]]


async def _sign(stage: Stage, note: Note) -> None:
    for name in CONTACTS:
        with suppress(MissedCueError):
            await stage.press(name, "签收", within="交办")
    for name in CONTACTS:
        shown = any("签收" in str(message) for message in await stage.screen(name))
        await note(f"{name} 收到交办并签收", shown)


async def _answer(stage: Stage, note: Note) -> None:
    await stage.clock("2026-09-10T10:00")
    canteen = await stage.number(EDUCATION, "食堂")
    await stage.say(EDUCATION, f"{canteen}号自查表已收回80%，预计9月16日前全部交回")
    await _confirms(stage, note, EDUCATION, "80%")
    gas = await stage.number(EMERGENCY, "燃气")
    await stage.say(EMERGENCY, f"{gas}号正常推进50%，两个老旧小区尚未进场，需要协调")
    await _confirms(stage, note, EMERGENCY, "50%")


async def _confirms(stage: Stage, note: Note, name: str, fragment: str) -> None:
    receipt = await _held(stage.hears(name, fragment))
    await note(f"{name} 的反馈已记入", receipt)
    await stage.press(name, "无误")


async def _remind_and_judge(stage: Stage, note: Note) -> None:
    await stage.mark(EDUCATION)
    await stage.clock("2026-09-15T09:05")
    await note("9月15日的待办提醒送达教育局", await _held(stage.hears(EDUCATION, "待办提醒")))
    canteen = await stage.number(EDUCATION, "食堂")
    await stage.say(EDUCATION, f"/task {canteen}")
    await stage.sees_button(EDUCATION, "申请办结")
    await stage.mark(COORDINATOR)
    await stage.press(EDUCATION, "申请办结", within=f"#{canteen}")
    await stage.clock("2026-09-15T14:35")
    await note("督查员收到待审核事项", await _held(stage.hears(COORDINATOR, f"#{canteen}")))
    await stage.press(COORDINATOR, str(canteen), within="待审核")
    await stage.sees_button(COORDINATOR, "退回补充")
    await stage.press(COORDINATOR, "退回补充", within=f"#{canteen}")
    await stage.hears(COORDINATOR, "理由")
    await stage.mark(EDUCATION)
    await stage.say(COORDINATOR, "请补报民办幼儿园的自查情况")
    await note("退回补充送达教育局", await _held(stage.hears(EDUCATION, "民办幼儿园")))
    await stage.clock("2026-09-16T10:00")
    await stage.say(EDUCATION, f"{canteen}号民办幼儿园的自查表已全部补齐")
    await stage.hears(EDUCATION, f"#{canteen}")
    await stage.press(EDUCATION, "申请办结", within=f"#{canteen}")
    await stage.clock("2026-09-16T14:35")
    await stage.say(COORDINATOR, f"/task {canteen}")
    await stage.sees_button(COORDINATOR, "退回补充")
    await stage.mark(EDUCATION)
    await stage.press(COORDINATOR, "办结", within=f"#{canteen}")
    await note("办结送达教育局", await _held(stage.hears(EDUCATION, "办结")))


async def _slip(stage: Stage, note: Note) -> None:
    await stage.mark(TRANSPORT)
    await stage.mark(TRANSPORT_HEAD)
    await stage.clock("2026-09-28T09:05")
    await note("超期后蓝色督办单送达责任领导", await _held(stage.hears(TRANSPORT_HEAD, "督办单")))
    buses = await stage.number(TRANSPORT, "校车")
    await stage.say(TRANSPORT, f"{buses}号还差12辆车未检，预计9月30日完成，因检测线排队")
    await _confirms(stage, note, TRANSPORT, f"#{buses}")


async def _review(stage: Stage, note: Note) -> None:
    """A second notice: sent as a file, corrected, assigned in bulk, waived in part, issued."""
    who = COORDINATOR
    await stage.send(who, SECOND_NAME, (files("bot.sample") / SECOND).read_bytes())
    await note("来文读成拟稿", await _held(stage.sees_button(who, "批量指定")))
    await stage.press(who, "单位核对")
    for name in ("教育部门→", "民政部门→", "财政部门→"):
        await stage.sees_button(who, name)
        await stage.press(who, name)
    await note("“教育部门”等与已知单位对应", await _held(stage.hears(who, "【拟稿】")))
    await _correct(stage, note)
    await stage.press(who, "批量指定")
    await stage.hears(who, "请输入范围")
    await stage.say(who, "二（一）到三（二） → 市民政局牵头")
    await stage.sees_button(who, "确认改动")
    await stage.press(who, "确认改动")
    await stage.sees_button(who, "集体事项一并阅知")
    await stage.press(who, "集体事项一并阅知")
    await stage.sees_button(who, "未对应句")
    await stage.press(who, "未对应句")
    await stage.sees_button(who, "原则性要求")
    await stage.press(who, "原则性要求", within="未对应句")
    await note("未对应句定为不立项", await _held(stage.hears(who, "未对应句0")))
    await stage.press(who, "交办", within="【拟稿】")
    await stage.hears(who, "预览")
    for name in (EDUCATION, WELFARE):
        await stage.mark(name)
    await stage.press(who, "确认交办")
    for name, what in ((EDUCATION, "组织中小学生"), (WELFARE, "高龄独居老人")):
        await note(f"{name} 收到第二份通知的任务", await _held(stage.hears(name, "交办", what)))


async def _correct(stage: Stage, note: Note) -> None:
    """Three duties are corrected: the words, the limit and the owner of one each."""
    who = COORDINATOR
    for number, label, answer in (
        ("5", "改文字", "推动新建住宅小区同步配建养老服务用房，并同步移交。"),
        ("7", "改时限", "12月31日"),
        ("8", "改单位", "市民政局牵头，市卫生健康委配合"),
    ):
        await stage.press(who, "逐条核对", within="【拟稿】")
        await stage.hears(who, "全部")
        await _open(stage, number)
        await stage.press(who, label, within=f"第{number}条")
        await stage.hears(who, "请输入")
        await stage.say(who, answer)
        await note(f"第{number}条已{label}", await _held(stage.hears(who, f"第{number}条")))
        await stage.press(who, "返回", within=f"第{number}条")
        await stage.sees_button(who, "逐条核对")


async def _open(stage: Stage, number: str) -> None:
    """Page through the clauses until that one can be opened."""
    for _ in range(3):
        try:
            await stage.press(COORDINATOR, number, within="全部")
        except MissedCueError:
            await stage.press(COORDINATOR, "▶", within="全部")
            await stage.hears(COORDINATOR, "全部")
        else:
            await stage.hears(COORDINATOR, f"第{number}条")
            return


async def _more_time(stage: Stage, note: Note) -> None:
    """Asked for by chips, endorsed by the head, granted; the first limit is kept."""
    roads = await stage.number(TRANSPORT, "道路")
    await stage.say(TRANSPORT, f"/task {roads}")
    await stage.sees_button(TRANSPORT, "申请延期")
    await stage.press(TRANSPORT, "申请延期", within=f"#{roads}")
    await stage.hears(TRANSPORT, "请选原因")
    await stage.press(TRANSPORT, "11-", within="请选原因")
    await stage.hears(TRANSPORT, "请选原因")
    await stage.mark(TRANSPORT_HEAD)
    await stage.press(TRANSPORT, "经费未落实", within="请选原因")
    await stage.sees_button(TRANSPORT, "提交")
    await stage.press(TRANSPORT, "提交", within="经费未落实")
    await note("延期申请送责任领导审签", await _held(stage.hears(TRANSPORT_HEAD, "延期申请")))
    await stage.mark(COORDINATOR)
    await stage.press(TRANSPORT_HEAD, "审签", within="延期申请")
    await note("审签后转督查员", await _held(stage.hears(COORDINATOR, "延期申请", "已审签")))
    await stage.mark(TRANSPORT)
    await stage.press(COORDINATOR, "同意", within="延期申请")
    await note("同意延期，原时限留存", await _held(stage.hears(TRANSPORT, "原时限", "留存")))


async def _pause(stage: Stage, note: Note) -> None:
    """The clock of one task stands still, and goes on."""
    roads = await stage.number(TRANSPORT, "道路")
    await stage.say(COORDINATOR, f"/pause {roads}")
    await stage.hears(COORDINATOR, "理由")
    await stage.mark(TRANSPORT)
    await stage.say(COORDINATOR, "等待省厅批复")
    await note("暂停计时送达单位", await _held(stage.hears(TRANSPORT, "暂停计时", "省厅")))
    await stage.say(COORDINATOR, f"/task {roads}")
    await stage.sees_button(COORDINATOR, "恢复计时")
    await stage.mark(TRANSPORT)
    await stage.press(COORDINATOR, "恢复计时", within=f"#{roads}")
    await note("恢复计时送达单位", await _held(stage.hears(TRANSPORT, "恢复计时")))


async def _summary(stage: Stage, note: Note) -> None:
    for name in (COORDINATOR, LEADER):
        await stage.say(name, "/summary")
        await note(f"{name} 看到落实情况", await _held(stage.hears(name, "落实情况", "已办结")))


async def _held(waited: Awaitable[object]) -> bool:
    try:
        await waited
    except MissedCueError:
        return False
    return True


SCENES: tuple[Scene, ...] = (
    Scene(
        "通知已分解为任务并交办，联络员一键签收",
        "The notice became tasks; each contact signs for them in one tap",
        _sign,
    ),
    Scene(
        "联络员用一句话反馈，机器人读懂并请其核对",
        "Contacts answer in one sentence; the bot reads it back for a tap",
        _answer,
    ),
    Scene(
        "到期前提醒；申请办结、退回补充、办结",
        "Reminders before the limit; asking to close, sent back, closed",
        _remind_and_judge,
    ),
    Scene(
        "超期次日，蓝色督办单送达责任领导",
        "The day after a limit passed, a blue slip reaches the head",
        _slip,
    ),
    Scene(
        "第二份通知发给机器人：核对、批量指定、交办",
        "A second notice is sent as a file: checked, assigned in bulk, issued",
        _review,
    ),
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
    Scene(
        "督查员一条指令，看到整个通知的落实情况",
        "One command shows how far the whole notice has come",
        _summary,
    ),
)
