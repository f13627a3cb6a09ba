"""Groups in chat: bound by a code, told, answered in, pressed in by the right and the wrong."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from telegram import Update

from bot.callbacks import Verb
from tasks.casework import Evidence
from tasks.mailroom import Inbox, Outbox
from tasks.models import Ask, Part, Report
from tasks.services import groups
from tasks.staff import Group as Bound
from tasks.vocabulary import Role
from tests.stories.asked import press_data
from tests.stories.office import Group, Office, Phone, open_office, text_of

SCHOOLS, MONEY = "市教育局", "市财政局"

NOTICE = """关于做好校车安全工作的通知

各单位：
一、市教育局牵头，市财政局配合，于9月30日前完成校车平台建设。
二、市教育局负责，于10月31日前完成驾驶人员培训。
"""


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    async with open_office(database_url) as office:
        yield office


def code(office: Office, department: str | None = SCHOOLS) -> str:
    with office.db.transaction() as session:
        return groups.invite_group(session, office.act(), department).code


async def bound(office: Office, contact: Phone, *others: Phone) -> Group:
    group = await office.group("校车工作群", contact, *others)
    await group.say(contact, f"/bind {code(office)}")
    await group.sees("本群已绑定：市教育局")
    return group


def reports(office: Office) -> list[tuple[str, int | None]]:
    with office.db.reading() as session:
        return [(said.text, said.chat_id) for said in session.scalars(select(Report))]


async def test_a_department_works_in_its_group(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    colleague = await office.invite(Role.head, SCHOOLS, "王强")
    group = await bound(office, contact, colleague, coordinator)
    await coordinator.sees("李娜已将群“校车工作群”绑定为市教育局工作群")
    first, second = await office.publish(NOTICE)
    handed = await group.sees("【交办】")
    await group.press(contact, "全部签收", handed)
    assert "已签收2项" in await contact.toast()
    # A reply to a message of one task is that task's report, and only its reading waits.
    await group.press(colleague, str(first), handed)
    card = await group.sees(f"#{first}", "校车平台")
    said = await group.say(contact, "已完成60%，预计下周五前报送方案", card)
    receipt = await group.sees("请核对", "60%")
    assert receipt["reply_to_message"]["message_id"] == said["message_id"]
    assert reports(office) == [("已完成60%，预计下周五前报送方案", group.id)]
    await group.press(contact, "无误", receipt)
    await group.sees(f"#{first}", "60%", "上次反馈")
    await group.say(contact, f"/report {second} 培训方案已印发")
    await group.sees(f"#{second}", "已记入反馈")
    await group.say(contact, "/my@duban_sandbox_bot")
    await group.sees("市教育局 待办2项")
    await group.say(coordinator, "/summary")
    await group.sees("落实情况", "共2项")


async def test_whoever_is_not_bound_is_told_once_and_changes_nothing(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    stranger = await office.phone("路人甲")
    group = await bound(office, contact, stranger)
    first, _ = await office.publish(NOTICE)
    handed = await group.sees("【交办】")
    heard = len(await group.heard())
    await group.say(stranger, "已完成90%", handed)
    await group.say(stranger, f"/report {first} 已完成95%")
    await group.say(stranger, "/summary")
    told = await group.sees("路人甲，您尚未绑定，所述内容未记录")
    assert len(await group.heard()) == heard + 1
    assert "/start" in text_of(told)
    for label in ("全部签收", str(first)):
        await group.press(stranger, label, handed)
        assert "您尚未绑定" in await stranger.toast()
    # Any data at all: what stands on no button is judged no other way.
    forged = [f"1{verb.value}:{first}" for verb in Verb]
    for data in (*forged, "1v!who", "1v!queue", "nonsense"):
        assert "您尚未绑定" in await press_data(stranger, handed, data)
    assert reports(office) == []
    assert states(office, first) == ["issued", "issued"]
    assert len(await group.heard()) == heard + 1


async def test_another_departments_people_are_refused(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    foreign = await office.invite(Role.contact, MONEY, "赵敏")
    group = await bound(office, contact, foreign)
    first, second = await office.publish(NOTICE)
    handed = await group.sees("【交办】")
    # 赵敏 has a part in the first task, and still has no say in this group.
    for said in (f"/report {first} 资金已拨付", "/my", "/summary", f"/task {first}"):
        await group.say(foreign, said)
        await group.sees("本群属市教育局，请到本单位的群或私聊中办理")
    await group.say(foreign, "资金已拨付80%", handed)
    await group.press(foreign, "全部签收", handed)
    assert await foreign.toast() == "您不是市教育局人员，不能在此办理。"
    assert await press_data(foreign, handed, f"1u:{second}") == (
        "您不是市教育局人员，不能在此办理。"
    )
    assert reports(office) == []
    assert states(office, first) == ["issued", "issued"]


async def test_what_has_to_be_typed_goes_to_the_persons_own_chat(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    group = await bound(office, contact, coordinator)
    first, second = await office.publish(NOTICE)
    await group.say(contact, f"/task {first}")
    card = await group.sees(f"#{first}", "牵头")
    await group.press(contact, "报进展", card)
    assert "请直接回复本消息" in await contact.toast()
    await contact.say("已完成30%")
    await contact.sees(f"#{first}", "请核对", "30%")
    # Words of which nobody knows the task are asked about where nobody else reads along.
    handed = await group.sees("【交办】")
    await group.say(contact, "已完成一半，预计月底完成", handed)
    await group.sees("请到与机器人的私聊中选择是哪一项")
    await contact.press(str(second), await contact.sees("是哪一项的进展"))
    assert [said for said, _ in reports(office)] == ["已完成30%", "已完成一半，预计月底完成"]
    # The office's own matters stay the office's: the group is shown none of them.
    await group.say(coordinator, "/who")
    await group.sees("请私聊机器人办理")
    assert "私聊" in await press_data(coordinator, card, "1v!who")
    await group.sees_no("反馈情况")
    await coordinator.sees("反馈情况")
    await group.say(coordinator, f"/report {first} 代报")
    await group.sees("本群属市教育局")


async def test_the_bot_keeps_silent_unless_it_is_meant(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    group = await office.group("校车工作群", contact, bot="administrator")
    await group.say(contact, "大家下午好")
    await group.say(contact, "/poll@other_bot 吃什么")
    await group.say(contact, "/weather")
    assert await group.heard() == []
    await group.say(contact, "/my")
    await group.say(contact, "/summary")
    await group.sees("本群尚未绑定")
    assert len(await group.heard()) == 1
    await group.say(contact, f"/start@duban_sandbox_bot {code(office)}")
    await group.sees("本群已绑定：市教育局")
    heard = len(await group.heard())
    handed = await group.sees("本群已绑定")
    await group.say(contact, "谢谢", handed)
    await group.say(contact, "/start@other_bot ABCD")
    await group.say(contact, "12号完成了")
    assert len(await group.heard()) == heard


async def test_a_code_is_used_once_and_guessing_is_stopped(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    foreign = await office.invite(Role.contact, MONEY, "赵敏")
    stranger = await office.phone("路人甲")
    group = await office.group("校车工作群", contact, foreign, stranger)
    good = code(office)
    for who in (foreign, stranger):
        await group.say(who, f"/bind {good}")
    refusals = [one for one in await group.heard() if "未能绑定" in text_of(one)]
    assert len(refusals) == 2
    assert len({text_of(one) for one in refusals}) == 1
    for _ in range(groups.WRONG_CODES):
        await group.say(stranger, "/bind ABCDEFGHJKMN")
    await group.sees("尝试次数过多")
    await group.say(contact, f"/bind {good}")
    await group.sees("本群已绑定：市教育局")
    await group.say(contact, "/unbind")
    await group.sees("已解除绑定")
    await group.say(contact, f"/bind {good}")
    await group.sees("邀请码已使用过")
    await contact.say("/bind XYZ")
    await contact.sees("请在要绑定的群里发送")
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    await coordinator.say("/bind 市教育局")
    made = await coordinator.sees("市教育局的群邀请码")
    fresh = re.findall(r"/bind (\w{12})", text_of(made))
    with office.db.reading() as session:
        assert not [one for one in session.scalars(select(Outbox.facts)) if fresh[0] in str(one)]
    assert f"https://t.me/duban_sandbox_bot?startgroup={fresh[0]}" in text_of(made)
    await group.say(contact, f"/bind {fresh[0]}")
    await group.say(contact, "/help")
    await group.sees("市教育局 工作群", "/unbind")
    await group.say(contact, "/lang en")
    await group.say(contact, "/help")
    await group.sees("Group of 市教育局")
    menu = await office.calls("setMyCommands")
    assert any("all_group_chats" in str(call["parameters"]) for call in menu)


async def test_an_office_group_sees_all_and_is_used_by_the_office_alone(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    group = await office.group("督查群", coordinator, contact)
    await group.say(contact, f"/bind {code(office, None)}")
    await group.sees("未能绑定")
    await coordinator.say("/bind")
    made = await coordinator.sees("督办工作群的邀请码")
    fresh = re.findall(r"/bind (\w{12})", text_of(made))
    await group.say(coordinator, f"/start@duban_sandbox_bot {fresh[0]}")
    await group.sees("本群已绑定为督办工作群")
    first, _ = await office.publish(NOTICE)
    await group.sees_no("【交办】")
    await group.say(coordinator, "/summary")
    summary = await group.sees("落实情况", "共2项")
    await group.press(coordinator, "按单位", summary)
    await group.sees("按单位", SCHOOLS)
    await group.say(contact, "/summary")
    await group.sees("本群供督查人员使用")
    await group.say(coordinator, f"/task {first}")
    card = await group.sees(f"#{first}", "状态")
    await group.press(coordinator, "催办", card)
    assert "#1" in await coordinator.toast()
    await contact.sees("【催办】")
    await coordinator.sees("#1 已催办：")
    await group.sees_no("#1 已催办：")


async def test_an_ask_that_reached_the_group_alone_was_delivered(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    group = await bound(office, contact)
    await office.publish(NOTICE)
    await contact.block()
    await office.at("2026-09-14 09:05")
    await group.sees("【待办提醒】9月14日上午")
    with office.db.reading() as session:
        asks = session.scalars(select(Ask)).all()
        assert asks
        assert all(ask.delivered_at is not None for ask in asks)


async def test_a_changed_answer_of_a_group_is_a_later_version(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    group = await bound(office, contact)
    first, _ = await office.publish(NOTICE)
    said = await group.say(contact, f"/report {first} 已完成60%")
    await office.control(
        "edit",
        person=contact.id,
        chat=group.id,
        message_id=said["message_id"],
        text=f"/report {first} 已完成70%",
    )
    await group.press(contact, "无误", await group.sees("70%"))
    with office.db.reading() as session:
        old, new = session.scalars(select(Report).order_by(Report.id)).all()
        assert (old.percent, new.percent, new.replaces_id) == (60, 70, old.id)
        assert new.confirmed_at is not None


async def test_a_file_that_answers_in_a_group_is_kept_with_the_answer(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    stranger = await office.phone("路人甲")
    group = await bound(office, contact, stranger)
    first, _ = await office.publish(NOTICE)
    await group.say(contact, f"/task {first}")
    card = await group.sees(f"#{first}", "状态")
    for who in (stranger, contact):
        await who.send("方案.pdf", b"%PDF-1.4", "方案已印发", card, chat=group.id)
        await office.settle()
    await group.sees(f"#{first}", "已记入反馈")
    with office.db.reading() as session:
        (kept,) = session.scalars(select(Evidence))
        assert (kept.name, session.get_one(Report, kept.report_id).chat_id) == (
            "方案.pdf",
            group.id,
        )


async def test_topics_removal_and_the_upgrade_of_a_group(office: Office) -> None:
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    money = await office.invite(Role.contact, MONEY, "赵敏")
    group = await office.group("工作群", contact, money, topics=["教育", "财政"])
    await group.say(contact, f"/bind {code(office)}", topic="教育")
    await group.say(money, f"/bind {code(office, MONEY)}", topic="财政")
    first, _ = await office.publish(NOTICE)
    schools = await group.sees("【交办】", "市教育局：牵头")
    assert schools["message_thread_id"] == group.topics["教育"]
    theirs = await group.sees("【交办】", "市财政局：配合")
    assert theirs["message_thread_id"] == group.topics["财政"]
    await group.say(contact, f"/report {first} 已完成40%", topic="教育")
    receipt = await group.sees("请核对", "40%")
    assert receipt["message_thread_id"] == group.topics["教育"]
    await group.press(money, "无误", receipt)
    assert "您不是市教育局人员" in await money.toast()
    await group.change(drop_topic=group.topics["教育"])
    second = await office.publish(NOTICE.replace("校车", "校园食堂"))
    told = await group.sees("【交办】", "校园食堂", "市教育局：牵头")
    assert "message_thread_id" not in told
    assert second
    await coordinator.sees("群“工作群”中绑定的话题已删除，改发到群内")
    await group.change(bot="kicked")
    await coordinator.sees("群“工作群”已无法送达")
    with office.db.reading() as session:
        assert all(one.left_at is not None for one in session.scalars(select(Bound)))

    basic = await office.group("小群", contact, kind="group")
    await basic.say(contact, f"/bind {code(office)}")
    await basic.change(migrate=True)
    await basic.say(contact, "/my")
    await basic.sees("市教育局 待办")


async def test_reminders_reach_the_group_and_stop_with_an_answer(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    coordinator = await office.invite(Role.coordinator, None, "周敏")
    group = await bound(office, contact)
    first, _ = await office.publish(NOTICE)
    await group.press(contact, "全部签收", await group.sees("【交办】"))
    await office.at("2026-09-14 09:05")
    digest = await group.sees("【待办提醒】9月14日上午", f"#{first}")
    await contact.sees("【待办提醒】9月14日上午", f"#{first}")
    await group.say(contact, f"{first}号预计9月底完成", digest)
    await office.at("2026-09-14 14:35")
    await group.sees_no("9月14日下午")
    await group.press(contact, str(first), digest)
    card = await group.sees(f"#{first}", "状态")
    await group.press(contact, "申请办结", card)
    await group.sees(f"#{first} 已申请办结")
    await coordinator.say("/queue")
    await coordinator.press(str(first))
    await coordinator.press("退回补充")
    await coordinator.say("请附验收材料")
    await group.sees("退回补充", "请附验收材料")


def states(office: Office, number: int) -> list[str]:
    with office.db.reading() as session:
        found = session.scalars(select(Part).where(Part.task_id == number).order_by(Part.id))
        return [part.state.value for part in found]


async def test_of_what_is_not_for_the_bot_nothing_is_stored(office: Office) -> None:
    contact = await office.invite(Role.contact, SCHOOLS, "李娜")
    stranger = await office.phone("路人甲")
    group = await office.group("校车工作群", contact, stranger, bot="administrator")
    await group.say(contact, "大家晚上聚餐吗")
    await stranger.send("聚餐照.png", b"\x89PNG", "聚餐在老地方", chat=group.id)
    # Words for the bot in a group that is nobody's: one hint, and no more the same day.
    for said in ("/report 1 聚餐已订好", "/my", "@duban_sandbox_bot 聚餐呢"):
        await group.say(contact, said)
    assert [text_of(one)[:6] for one in await group.heard()] == ["本群尚未绑定"]
    hint = await group.sees("本群尚未绑定")
    await group.say(stranger, "聚餐几点", hint)
    assert len(await group.heard()) == 1
    await group.say(contact, f"/bind {code(office)}")
    await group.sees("本群已绑定")
    await office.publish(NOTICE)
    await group.say(stranger, "/report 1 聚餐已完成90%")
    await group.sees("所述内容未记录")
    await group.say(contact, "/report 1 已完成90%")
    with office.db.reading() as session:
        stored = session.scalars(select(Inbox)).all()
        heard = [json.loads(row.payload) for row in stored]
        assert len(session.scalars(select(Report.text)).all()) == 1
    assert "聚餐" not in str(heard)
    assert "路人甲" not in str([one for one in heard if "message" in one])
    assert "已完成90%" in str(heard)
    kept = {"message_id", "date", "chat"}
    forgotten = [one for one in heard if one.get("message", {}).keys() == kept]
    assert len(forgotten) == 7
    assert all(Update.de_json(one, None).message for one in forgotten)
