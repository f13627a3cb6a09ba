"""Signing and reporting: by button, by command, by reply and in one's own words."""

import pytest
from sqlalchemy import select

from tasks.casework import Question
from tasks.models import History
from tasks.vocabulary import Role
from tests.stories.asked import data_of, has_button, message, press, press_data, task, timeline
from tests.stories.office import Office, Phone
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


async def test_one_press_signs_all_and_says_so(office: Office, education: Phone) -> None:
    given = await education.sees("【交办】", "牵头3项、配合1项")
    toast = await press(education, "全部签收")
    assert "已签收" in toast
    for number in (1, 3, 4):
        assert task(office, number)["parts"][0]["state"] == "signed"
    redrawn = await message(education, given["message_id"])
    assert not has_button(redrawn, "全部签收")


async def test_one_task_is_signed_on_its_card_which_is_edited(
    office: Office, education: Phone
) -> None:
    await education.say("/task 1")
    card = await education.sees("#1", "待签收")
    await education.press("签收", card)
    edited = await message(education, card["message_id"])
    assert "已签收" in edited["text"]
    assert has_button(edited, "报进展")


async def test_a_report_by_button_is_asked_for_and_read_back(
    office: Office, education: Phone
) -> None:
    await education.say("/task 1")
    await education.press("报进展")
    await education.sees("直接回复进展")
    await education.say("已完成60%，预计9月22日完成，民办学校进度偏慢")
    receipt = await education.sees("请核对", "60%", "9-22")
    assert task(office, 1)["percent"] is None
    await education.press("无误", receipt)
    counted = task(office, 1)
    assert counted["percent"] == 60
    assert counted["parts"][0]["state"] == "in_progress"


async def test_a_report_by_command(office: Office, education: Phone) -> None:
    await education.say("/report 1 已完成一半")
    await education.sees("#1", "50%")
    assert timeline(office, 1)[-1]["text"] == "已完成一半"


async def test_a_reply_in_ones_own_words_finds_its_task(office: Office, education: Phone) -> None:
    await education.say("/task 3")
    card = await education.sees("#3", "校舍")
    await education.say("已排查40栋，完成三成", reply_to=card)
    await education.sees("#3", "30%")
    assert timeline(office, 3)[-1]["text"] == "已排查40栋，完成三成"


async def test_one_message_answers_several_tasks(office: Office, education: Phone) -> None:
    await education.say("1号完成60%；3号正常推进20%，经费尚未到位")
    receipt = await education.sees("2项", "#1", "60%", "#3", "20%", "经费")
    await education.press("无误", receipt)
    assert task(office, 1)["percent"] == 60
    assert task(office, 3)["percent"] == 20


async def test_words_without_a_task_are_asked_about_and_not_lost(
    office: Office, education: Phone
) -> None:
    await education.say("已完成60%")
    question = await education.sees("是哪一项的进展")
    await education.press("3", question)
    await education.sees("#3", "60%")
    assert timeline(office, 3)[-1]["text"] == "已完成60%"


async def test_what_is_sure_is_kept_and_the_rest_is_asked_about(
    office: Office, education: Phone
) -> None:
    await education.say("经费已到位，1号完成60%；其余按计划推进")
    await education.sees("#1", "60%")
    await education.sees("是哪一项的进展", "其余按计划")
    with office.db.reading() as session:
        line = session.scalars(select(History).where(History.action == "report")).one()
        assert line.task_id == 1
        assert "经费已到位" in str(line.facts.get("message", line.text))


async def test_no_change_is_offered_after_a_report_and_not_when_yellow(
    office: Office, education: Phone
) -> None:
    await education.say("/task 3")
    card = await education.sees("#3")
    assert not has_button(card, "按计划推进")
    await education.say("3号已排查40栋")
    await education.press("无误")
    await education.say("/task 3")
    await education.press("按计划推进")
    assert timeline(office, 3)[-1]["action"] == "no_change"
    await education.say("1号已发通知")
    await education.press("无误")
    await office.at("2026-09-24 09:00")
    await education.say("/task 1")
    near = await education.sees("🟡")
    assert not has_button(near, "按计划推进")


async def test_received_alone_is_no_report_and_offers_the_button(
    office: Office, education: Phone
) -> None:
    given = await education.sees("【交办】")
    await education.say("收到", reply_to=given)
    await education.sees("请点“签收”")
    assert all(part["state"] == "issued" for part in task(office, 1)["parts"])


async def test_another_departments_number_is_nobodys_business(
    office: Office, education: Phone
) -> None:
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await builder.say("/task 1")
    await builder.sees("没有#1")
    await builder.say("/report 1 已完成")
    await builder.sees("没有#1")
    await builder.say("/report 999 已完成")
    await builder.sees("没有#999")
    assert not any(line["action"] == "report" for line in timeline(office, 1))


async def test_a_foreign_press_is_refused_whatever_its_data_says(
    office: Office, education: Phone
) -> None:
    await education.say("/task 1")
    card = await education.sees("#1")
    forged = data_of(card, "签收")
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    own = await builder.sees("待办")
    toast = await press_data(builder, own, forged)
    assert "没有#1" in toast
    assert task(office, 1)["parts"][0]["state"] == "issued"


async def test_a_question_is_kept_and_is_no_report(office: Office, education: Phone) -> None:
    await education.say("/task 1")
    card = await education.sees("#1")
    await education.say("请问这项工作由谁负责验收？", reply_to=card)
    await education.sees("不计为反馈")
    assert timeline(office, 1)[-1]["action"] == "question"


async def test_cancel_leaves_a_question(office: Office, education: Phone) -> None:
    await education.say("/task 1")
    await education.press("报进展")
    await education.say("/cancel")
    await education.sees("已取消")
    await education.say("/cancel")
    await education.sees("没有待输入")


async def test_a_restart_between_question_and_answer_loses_nothing(
    office: Office, education: Phone
) -> None:
    await education.say("/task 1")
    await education.press("报进展")
    await office.app.stop()
    await office.app.start()
    await education.say("已完成80%")
    await education.sees("#1", "80%")


async def test_every_character_that_chat_can_carry_is_kept(
    office: Office, education: Phone
) -> None:
    await education.say("1号 <b>完成</b> & 60% 🎉\u0000\ud83d")
    await education.sees("60%")
    kept = timeline(office, 1)[-1]["text"]
    assert "<b>完成</b> & 60% 🎉" in kept


async def test_an_edited_message_is_said_anew_and_both_are_kept(
    office: Office, education: Phone
) -> None:
    said = await education.say("1号完成60%")
    await education.sees("请核对", "60%")
    await office.control(
        "edit", person=education.id, message_id=said["message_id"], text="1号完成70%"
    )
    await education.press("无误", await education.sees("请核对", "70%"))
    assert task(office, 1)["percent"] == 70
    words = [line["text"] for line in timeline(office, 1) if line["action"] == "report"]
    assert words == ["1号完成60%", "1号完成70%"]


async def test_what_is_said_in_a_group_that_is_not_bound_is_no_report(
    office: Office, education: Phone
) -> None:
    group = await office.control("groups", title="教育局工作群", members=[education.id])
    before = len(timeline(office, 1))
    # A command reaches the bot in a group, too.
    said = {"person": education.id, "chat": group["id"], "text": "/report 1 完成60%"}
    await office.control("say", **said)
    await office.settle()
    assert len(timeline(office, 1)) == before


async def test_another_number_in_an_answer_means_that_task(
    office: Office, education: Phone
) -> None:
    await education.say("/task 1")
    await education.press("报进展")
    await education.say("3号完成20%，1号完成60%")
    await education.sees("2项", "#1", "60%", "#3", "20%")
    assert timeline(office, 3)[-1]["text"] == "完成20%"


async def test_thanks_in_place_of_an_answer_is_no_report(office: Office, education: Phone) -> None:
    await education.say("/task 1")
    await education.press("报进展")
    await education.say("谢谢")
    assert not any(line["action"] == "report" for line in timeline(office, 1))
    await education.say("已完成60%")
    await education.sees("#1", "60%")


async def test_words_that_wait_go_only_where_their_own_button_says(
    office: Office, education: Phone
) -> None:
    await education.say("已完成50%")
    first = await education.sees("是哪一项的进展", "50%")
    await education.say("已完成55%")
    second = await education.sees("是哪一项的进展", "55%")
    assert "失效" in await press(education, "3", first)
    await education.say("/task 1")
    await education.press("报进展", await education.sees("#1", "待签收", "时限"))
    assert "失效" in await press(education, "3", second)
    assert not any(line["action"] == "report" for line in timeline(office, 3))
    with office.db.reading() as session:
        kept = session.scalars(select(Question.text).where(Question.unmatched)).all()
    assert kept == ["已完成50%", "已完成55%"]


async def test_an_edited_report_command_is_a_later_version(
    office: Office, education: Phone
) -> None:
    said = await education.say("/report 1 已完成20%")
    await education.sees("请核对", "20%")
    await office.control(
        "edit", person=education.id, message_id=said["message_id"], text="/report 1 已完成30%"
    )
    await education.sees("请核对", "30%")


async def test_words_about_a_closed_task_of_ones_own_are_kept_with_it(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.say("/task 1")
    await coordinator.press("办结")
    await education.say("1号另附验收表，完成100%")
    await education.sees("#1 已办结，所述内容已存档")
    assert "验收表" in str(timeline(office, 1)[-1]["text"])
    await coordinator.say("/task 2")
    await coordinator.press("终止督办")
    await coordinator.say("政策调整")
    await education.say("2号材料已备齐")
    await education.sees("#2 已终止督办，所述内容已存档")
    await education.say("/lang en")
    await education.say("2号另补一份清单")
    await education.sees("#2 has been ended; your words are kept on file")
    await education.say("/report 2 再补一份")
    await office.settle()
    kept = [str(line["text"]) for line in timeline(office, 2)]
    assert [text for text in kept if "清单" in text or "备齐" in text or "再补" in text] == [
        "2号材料已备齐",
        "2号另补一份清单",
        "再补一份",
    ]
