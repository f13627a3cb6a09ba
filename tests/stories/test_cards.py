"""One live card per task and person, true to the state, whatever was pressed on which."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import data_of, has_button, message, press, press_data, task
from tests.stories.office import Json, Office, Phone, buttons_of, text_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


async def live(phone: Phone, number: int) -> list[Json]:
    """The messages that are cards of that task and have buttons."""
    return [
        one
        for one in await phone.heard()
        if f"#{number} " in text_of(one) and (has_button(one, "更多") or has_button(one, "返回"))
    ]


async def test_there_is_one_live_card_and_it_follows_the_state(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    (first,) = await live(education, 1)
    await education.say("/task 1")
    (second,) = await live(education, 1)
    assert second["message_id"] > first["message_id"]
    assert buttons_of(await message(education, first["message_id"])) == []
    await education.press("申请办结", second)
    (third,) = await live(education, 1)
    assert third["message_id"] == second["message_id"]
    assert has_button(third, "撤回申请")
    assert not has_button(third, "申请办结")
    await coordinator.say("/task 1")
    await coordinator.press("办结")
    closed = await message(education, second["message_id"])
    assert "已办结" in text_of(closed)
    assert not has_button(closed, "撤回申请")


async def test_what_was_sent_back_becomes_the_card_and_says_why_until_answered(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("申请办结")
    (before,) = await live(education, 1)
    await coordinator.say("/task 1")
    await coordinator.press("退回补充")
    await coordinator.say("请补报民办学校")
    (card,) = await live(education, 1)
    assert card["message_id"] > before["message_id"]
    assert "【退回补充】" in text_of(card)
    assert "请补报民办学校" in text_of(card)
    # Another change edits it, and it still says so.
    await education.press("更多", card)
    card = await message(education, card["message_id"])
    assert "请补报民办学校" in text_of(card)
    await coordinator.sees("#1", "已退回补充", "请补报民办学校")
    await education.say("已补报民办学校", reply_to=card)
    await education.sees("已记入反馈")
    assert "退回" not in text_of(await message(education, card["message_id"]))


async def test_a_reminder_is_the_card_until_it_is_answered(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/task 1")
    await coordinator.press("催办")
    (card,) = await live(education, 1)
    assert text_of(card).startswith("【催办】")
    await coordinator.sees("#1", "已催办", "尚未答复")
    await education.press("报进展", card)
    await education.say("已自查20所")
    await education.sees("已记入反馈")
    assert "【催办】" not in text_of(await message(education, card["message_id"]))


async def test_what_is_rare_is_shown_in_place_and_put_away(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    (card,) = await live(education, 1)
    assert not has_button(card, "办理记录")
    await education.press("更多", card)
    more = await message(education, card["message_id"])
    assert has_button(more, "办理记录")
    await education.press("原文", more)
    await education.sees("#1", "对全市学校食堂逐一自查")
    await education.press("办理记录", more)
    await education.sees("#1", "交办")
    await education.press("返回", more)
    assert not has_button(await message(education, card["message_id"]), "办理记录")


async def test_a_press_on_a_card_from_three_states_ago_is_gentle_and_shows_the_truth(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    old = await education.sees("#1", "待签收", "时限")
    sign = data_of(old, "签收")
    await education.press("签收", old)
    await education.press("申请办结", old)
    await coordinator.say("/task 1")
    await coordinator.press("退回补充")
    await coordinator.say("请补充材料")
    (card,) = await live(education, 1)
    assert card["message_id"] != old["message_id"]
    toast = await press_data(education, old, sign)
    assert toast
    assert task(office, 1)["state"] == "in_progress"
    (now,) = await live(education, 1)
    assert "请补充材料" in text_of(now)
    withdraw = await press_data(education, old, sign.replace("1s", "1w"))
    assert "不能" in withdraw
    assert task(office, 1)["state"] == "in_progress"
    assert (await live(education, 1))[0]["message_id"] == now["message_id"]


async def test_another_departments_card_shows_nothing(office: Office, education: Phone) -> None:
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await education.say("/task 1")
    data = data_of(await education.sees("#1", "时限"), "更多")
    toast = await press(builder, "3")
    own = await builder.sees("#3")
    toast = await press_data(builder, own, data)
    assert "没有#1" in toast
