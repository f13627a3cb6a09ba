"""The coordinator's queue, questions that are answered, calls that are written down."""

import pytest
from sqlalchemy import select

from tasks.casework import Question
from tasks.vocabulary import Role
from tests.stories.asked import data_of, has_button, press, press_data, task, timeline
from tests.stories.office import Office, Phone, text_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


async def test_a_question_comes_to_the_queue_and_its_answer_goes_back(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    asked = await education.say("这项由谁验收？", reply_to=await education.sees("#1"))
    await education.sees("#1", "已转督查室", "不计为反馈")
    other = await office.invite(Role.coordinator, name="郑凯")
    for phone in (coordinator, other):
        await phone.say("/queue")
        await phone.sees("待处理", "留言1条", "这项由谁验收")
        await phone.press("“这项由谁验收")
    theirs = await other.sees("留言", "市教育局", "这项由谁验收")
    forged = data_of(theirs, "回复")
    await coordinator.press("回复")
    await coordinator.sees("给王雅琴的答复")
    await coordinator.say("由督查室会同专家验收。")
    await coordinator.sees("已将答复转给王雅琴")
    answer = await education.sees("督查室答复", "#1", "由督查室会同专家验收", "这项由谁验收")
    assert answer["reply_to_message"]["message_id"] == asked["message_id"]
    assert "已由周敏答复" in await press_data(other, theirs, forged)
    await other.sees("已由周敏答复", "由督查室会同专家验收")
    # What is replied to the answer is about the same task: a report, or a further question.
    await education.say("好的，已完成30%", reply_to=answer)
    await education.sees("请核对", "30%")
    await education.say("专家由谁请？", reply_to=answer)
    await office.settle()
    assert timeline(office, 1)[-1]["action"] == "question"
    assert "没有权限" in await press_data(education, answer, forged)


async def test_words_without_a_task_are_filed_by_the_coordinator(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("已完成60%")
    await education.sees("是哪一项的进展")
    await education.say("另一项正在招标")
    await office.settle()
    await coordinator.say("/queue")
    await coordinator.sees("未能对应任务1条", "已完成60%")
    await coordinator.press("“已完成60%”")
    shown = await coordinator.sees("未能对应任务", "已完成60%")
    assert has_button(shown, "归入#1")
    assert "已归入#1" in await press(coordinator, "归入#1", shown)
    await education.sees("已将您的留言归入#1")
    await education.press("无误", await education.sees("请核对", "60%"))
    assert task(office, 1)["percent"] == 60
    line = next(one for one in timeline(office, 1) if one["action"] == "report")
    assert line["actor"] == "王雅琴"


async def test_words_that_nobody_placed_come_at_the_next_window(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("已完成50%")
    waiting = await education.sees("是哪一项的进展")
    await office.at("2026-09-07 14:31")
    await coordinator.sees("待处理", "未能对应任务1条", "已完成50%")
    await education.press("3", waiting)
    await education.sees("#3", "请核对", "50%")
    with office.db.reading() as session:
        assert session.scalars(select(Question.settled_at)).one() is not None


async def test_a_call_is_one_tap_and_counts(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await office.at("2026-09-15 09:01")
    queue = await coordinator.sees("请电话告知", "市交通运输局", "#2")
    assert "已记录" in await press(coordinator, "已电话告知市交通运输局", queue)
    assert "请电话告知" not in text_of(
        next(one for one in await coordinator.screen() if one["message_id"] == queue["message_id"])
    )
    called = [line for line in timeline(office, 2) if line["action"] == "called"]
    assert [(line["actor"], line["department"]) for line in called] == [("周敏", "市交通运输局")]


async def test_what_the_office_leaves_lying_is_marked_in_its_own_digest(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("申请办结")
    await office.at("2026-09-10 09:01")
    await coordinator.sees("待处理", "1项已超答复时限", "已3个工作日，已超答复时限")


async def test_a_long_queue_is_shown_by_sections(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    card = await education.sees("#1")
    for n in range(20):
        await education.say(f"第{n}个问题由谁答复？", reply_to=card)
    await office.settle()
    await coordinator.say("/queue")
    await coordinator.sees("留言20条", "……余14项")
    await coordinator.press("留言…")
    whole = await coordinator.sees("留言20条", "第15个问题")
    await coordinator.press("▶", whole)
    await coordinator.sees("第19个问题")
    await coordinator.press("返回", whole)
    await coordinator.sees("待处理20项")


async def test_an_old_question_of_ours_swallows_no_words(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("报进展")
    await office.at("2026-09-11 10:00")
    await education.say("3号完成30%")
    await education.sees("原先的提问已过期")
    await education.sees("#3", "请核对", "30%")
    assert not any(line["action"] == "report" for line in timeline(office, 1))
