"""Answers: one sentence, a photo with words that are edited, a question, a telephone call."""

from importlib.resources import files

from bot.stage import Stage
from bot.story.cast import COORDINATOR, EDUCATION, EMERGENCY, FINANCE, HEALTH
from bot.story.scene import Note, Scene, confirms, held, opens

PHOTO = "gas.png"


async def _sentence(stage: Stage, note: Note) -> None:
    await stage.clock("2026-09-10T10:00")
    canteen = await stage.number(EDUCATION, "食堂")
    await stage.say(EDUCATION, f"{canteen}号自查表已收回80%，预计9月16日前全部交回")
    read = held(stage.hears(EDUCATION, "请核对", "80%", "9-16"))
    await note("education: percent and date of one sentence are read back", await read)
    await confirms(stage, EDUCATION, "80%")
    await stage.say(COORDINATOR, f"/task {canteen}")
    counted = held(stage.hears(COORDINATOR, f"#{canteen} ", "80%"))
    await note("coordinator: the card shows what education confirmed", await counted)


async def _photo(stage: Stage, note: Note) -> None:
    gas = await stage.number(EMERGENCY, "燃气")
    picture = files("bot.sample").joinpath(PHOTO).read_bytes()
    said = await stage.send(
        EMERGENCY, PHOTO, picture, f"{gas}号已排查餐饮场所40%，两个老旧小区尚未进场", photo=True
    )
    read = held(stage.hears(EMERGENCY, "请核对", "40%"))
    await note("emergency: a photo with a sentence is an answer", await read)
    await stage.edit(EMERGENCY, said, f"{gas}号已排查餐饮场所50%，两个老旧小区尚未进场")
    again = held(stage.hears(EMERGENCY, "请核对", "50%"))
    await note("emergency: the edited message changes the read-back in place", await again)
    await confirms(stage, EMERGENCY, "50%")
    await opens(stage, COORDINATOR, gas)
    await stage.sees_button(COORDINATOR, "材料1")  # once the copy is kept, the card offers it
    await stage.press(COORDINATOR, "材料1", within=f"#{gas} ")
    sent = held(stage.hears(COORDINATOR, "佐证材料1/1", "市应急管理局"))
    await note("coordinator: opens the photo from the card", await sent)


async def _question(stage: Stage, note: Note) -> None:
    fever = await stage.number(HEALTH, "发热诊区")
    card = await opens(stage, HEALTH, fever)
    await stage.say(HEALTH, "这项由哪个部门组织验收？", card)
    kept = held(stage.hears(HEALTH, "已转督查室", "不计为反馈"))
    await note("health: a question is passed on and counts as no answer", await kept)
    await stage.say(COORDINATOR, "/queue")
    listed = held(stage.hears(COORDINATOR, "待处理", "留言1条", "组织验收"))
    await note("coordinator: the question stands in the queue", await listed)
    await stage.press(COORDINATOR, "“这项由哪个", within="待处理")
    await stage.sees_button(COORDINATOR, "回复")
    await stage.press(COORDINATOR, "回复", within="组织验收")
    await stage.hears(COORDINATOR, "林美华", "答复")
    await stage.mark(HEALTH)
    await stage.say(COORDINATOR, "由市卫生健康委初验，督查室会同专家复核。")
    relayed = held(stage.hears(HEALTH, "督查室答复", f"#{fever}", "会同专家复核"))
    await note("health: the coordinator's reply arrives under the question", await relayed)


async def _telephone(stage: Stage, note: Note) -> None:
    money = await stage.number(FINANCE, "过冬补助资金")
    await opens(stage, FINANCE, money)
    await stage.say(COORDINATOR, f"/record {money} 吴建国：已完成60%，预计10月12日前拨完")
    read = held(stage.hears(COORDINATOR, "代记 市财政局", "60%", "10-12"))
    await note("coordinator: a telephone answer is read back", await read)
    await stage.mark(FINANCE)
    await confirms(stage, COORDINATOR, "代记 市财政局")
    shown = held(stage.hears(FINANCE, f"#{money}", "电话答复", "周敏代记"))
    await note("finance: sees what was written down in its name, and by whom", await shown)


SCENES = (
    Scene(
        "联络员用一句话反馈，机器人读懂并请其核对",
        "A contact answers in one sentence; the bot reads it back for a tap",
        _sentence,
    ),
    Scene(
        "附照片反馈；改了消息，反馈随之更新",
        "A photo goes with an answer; the edited message makes a new version",
        _photo,
    ),
    Scene(
        "联络员的提问进入待处理，督查员回复转达",
        "A contact's question enters the queue; the coordinator's reply is relayed",
        _question,
    ),
)

TELEPHONE = Scene(
    "财政局电话答复，督查员代记",
    "Finance answers by telephone; the coordinator writes it down",
    _telephone,
)
