"""报进展 by tapping: one message, put together, sent, and words at any moment."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import data_of, has_button, message, press_data, task, timeline
from tests.stories.office import Office, Phone, text_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


async def test_a_report_is_put_together_without_typing(office: Office, education: Phone) -> None:
    await education.say("/report 3")
    composer = await education.sees("#3", "点选")
    assert not has_button(composer, "提交")
    await education.press("70%", composer)
    await education.press("月底", composer)
    await education.press("经费未落实", composer)
    put = await message(education, composer["message_id"])
    assert all(words in text_of(put) for words in ("进度 70%", "9月30日", "问题 经费未落实"))
    await office.app.stop()
    await office.app.start()
    await education.press("提交", composer)
    sent = await message(education, composer["message_id"])
    assert "#3 已记入反馈" in text_of(sent)
    assert not has_button(sent, "无误")
    assert timeline(office, 3)[-1]["text"] == "进度70%，预计9月30日完成，经费未落实"
    assert (task(office, 3)["percent"], task(office, 3)["state"]) == (70, "in_progress")
    await education.say("/report 3")
    again = await education.sees("上次", "70%", "经费未落实")
    assert not has_button(again, "50%")
    assert has_button(again, "90%")
    await education.press("沿用上次", again)
    await education.press("70%", again)
    await education.press("90%", again)
    await education.press("提交", again)
    assert timeline(office, 3)[-1]["text"] == "进度90%，预计9月30日完成，经费未落实"


async def test_typed_words_end_it_and_keep_what_was_chosen(
    office: Office, education: Phone
) -> None:
    await education.say("/report 3")
    composer = await education.sees("#3", "点选")
    await education.press("50%", composer)
    await education.say("已排查40栋，预计10月20日完成")
    await education.sees("请核对", "50%", "10-20")
    assert timeline(office, 3)[-1]["text"] == "进度50%；已排查40栋，预计10月20日完成"
    assert task(office, 3)["percent"] is None
    left = await message(education, composer["message_id"])
    assert "已结束" in text_of(left)
    assert not has_button(left, "70%")


async def test_a_problem_and_a_next_step_can_be_typed(office: Office, education: Phone) -> None:
    await education.say("/report 3")
    composer = await education.sees("#3", "点选")
    await education.press("30%", composer)
    await education.press("其他问题", composer)
    await education.say("图纸遗失")
    await education.sees("#3 已记入反馈")
    assert timeline(office, 3)[-1]["text"] == "进度30%，图纸遗失"
    assert task(office, 3)["percent"] == 30
    await education.say("/report 3")
    await education.press("下一步", await education.sees("#3", "点选"))
    await education.say("逐栋鉴定")
    await education.say("/task 3")
    await education.sees("#3", "时限", "下一步：逐栋鉴定")


async def test_an_old_or_forged_chip_changes_nothing(office: Office, education: Phone) -> None:
    await education.say("/report 3")
    first = await education.sees("#3", "点选")
    chip = data_of(first, "70%")
    await education.say("/report 1")
    second = await education.sees("#1", "点选")
    assert "失效" in await press_data(education, first, chip)
    percent = data_of(second, "70%")
    stem = percent.rpartition(".")[0]
    assert "失效" in await press_data(education, second, f"{stem}.zz")
    assert not has_button(await message(education, first["message_id"]), "70%")
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    own = await builder.sees("待办")
    assert "失效" in await press_data(builder, own, percent)
    assert not any(line["action"] == "report" for line in timeline(office, 1))


async def test_nothing_near_the_limit_goes_on_as_planned(office: Office, education: Phone) -> None:
    await education.say("1号已发通知")
    await office.at("2026-09-24 09:30")
    await education.say("1号无变化")
    receipt = await education.sees("已记入反馈", "请报预计完成时间")
    assert has_button(receipt, "下周")
    assert not has_button(receipt, "无误")
    await education.press("下周", receipt)
    assert task(office, 1)["class"] == "behind"


async def test_everything_in_english(office: Office, education: Phone) -> None:
    await education.say("/lang en")
    await education.say("#3: 60% done, expected by 20 October; waiting for funding")
    receipt = await education.sees("#3", "60%", "20 Oct", "waiting for funding")
    await education.press("Correct", receipt)
    assert task(office, 3)["percent"] == 60
    await education.say("/report 1")
    composer = await education.sees("#1", "tap and send")
    await education.press("50%", composer)
    await education.press("No problem", composer)
    await education.press("Send", composer)
    assert timeline(office, 1)[-1]["text"] == "50% done, no problems"
    await education.say("1 done, 3 no change since last report")
    await education.sees("#1", "#3")


async def test_who_said_it_is_shown_where_there_are_several_contacts(
    office: Office, education: Phone
) -> None:
    other = await office.invite(Role.contact, "市教育局", "李建国")
    await education.say("3号已排查40栋")
    await office.settle()
    await other.say("/task 3")
    await other.sees("#3", "已排查40栋", "王雅琴")


async def test_a_message_of_blanks_is_told_so(office: Office, education: Phone) -> None:
    await education.say(" \u3000\n ")
    await education.sees("消息没有文字")


async def test_a_reading_that_nobody_confirmed_is_said_again(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await education.say("全部签收")
    await education.press("全部签收")
    await education.say("3号完成30%")
    await education.sees("请核对", "30%")
    await office.at("2026-09-08 09:05")
    await coordinator.say("/queue")
    await coordinator.sees("#3", "30%")
    await office.at("2026-09-16 09:05")
    digest = await education.sees("【待办提醒】", "待确认：#3", "30%")
    await education.press("3无误", digest)
    assert task(office, 3)["percent"] == 30
