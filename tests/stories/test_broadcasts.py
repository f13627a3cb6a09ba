"""广播 over simulated weeks: each Friday, the group too, moved by a holiday, stopped."""

from tasks.services import broadcasts, groups
from tasks.vocabulary import Role
from tests.stories.office import Json, Office, text_of

SCHOOLS = "市教育局"
WORDS = "请于今日下班前反馈。"


def heard(messages: list[Json]) -> int:
    return len([one for one in messages if "工作提示" in text_of(one)])


async def test_a_weekly_one_from_the_sentence_to_its_end(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "王雅琴")
    other = await office.invite(Role.contact, "市财政局", "赵敏")
    group = await office.group("校车工作群", contact, coordinator)
    with office.db.transaction() as session:
        code = groups.invite_group(session, office.act(), SCHOOLS).code
    await group.say(contact, f"/bind {code}")
    await coordinator.say(f"/broadcast 每周五 15:00 各联络员、市教育局群：{WORDS}")
    await coordinator.sees("【广播】预览", "每周五15:00", "将发2人、1个群")
    await coordinator.press("发送")
    await coordinator.sees("下次 9月11日15:00")

    await office.at("2026-09-11 14:59")
    assert heard(await contact.heard()) == 0
    await office.at("2026-09-11 15:01")
    for messages in (await contact.heard(), await other.heard(), await group.heard()):
        assert heard(messages) == 1
    await contact.sees("【工作提示】", WORDS)

    # Friday, 25 September is a holiday: it is said when the office opens again.
    await other.block()
    await office.at("2026-09-28 09:01")
    assert heard(await contact.heard()) == 3
    await office.at("2026-09-28 09:10")
    await coordinator.sees("【广播】第1条", "已送达2", "未送达1：赵敏")

    await coordinator.say("/broadcast")
    await coordinator.press("停止1")
    await coordinator.sees("已停止")
    await office.at("2026-10-12 18:00")
    assert heard(await contact.heard()) == 3


async def test_what_could_not_be_sent_in_its_window_waits_for_the_next(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "王雅琴")
    await coordinator.say(f"/broadcast 9月7日17:20 市教育局：{WORDS}")
    await coordinator.press("发送")
    await office.at("2026-09-07 17:10")
    # Taken within the window, and the bot is down before it could send anything.
    await office.app.stop()
    office.app.clock.set(office.app.clock.now().replace(hour=9, minute=20))
    with office.db.transaction() as session:
        assert broadcasts.take_due(session, office.app.desk.office, office.app.clock.now()) == 1
    office.app.clock.set(office.app.clock.now().replace(hour=12, minute=0))
    await office.app.start()
    await office.settle()
    assert heard(await contact.heard()) == 0
    await office.at("2026-09-08 09:05")
    assert heard(await contact.heard()) == 1
