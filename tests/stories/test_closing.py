"""The end of a task: 审签, 评级, 暂停计时, 终止督办, 重新督办, by buttons and in words."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import data_of, has_button, press_data, task, timeline
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


async def test_a_head_signs_what_the_contact_submitted(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    head = await office.invite(Role.head, "市教育局", "赵局")
    await education.say("1号自查表全部收回")
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.say("/queue")
    await coordinator.sees("#1", "待责任领导审签")
    asked = await head.sees("请审签", "#1", "自查表全部收回")
    await head.press("审签", asked)
    await coordinator.say("/queue")
    await coordinator.sees("#1", "已经责任领导审签（赵局，9-7）")
    assert [line["actor"] for line in timeline(office, 1) if line["action"] == "endorse"] == [
        "赵局"
    ]
    assert not has_button(await head.sees("请审签", "#1"), "审签")


async def test_a_head_returns_it_with_a_reason(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    head = await office.invite(Role.head, "市教育局", "赵局")
    await education.say("/task 1")
    await education.press("申请办结")
    await head.press("退回修改", await head.sees("请审签", "#1"))
    await head.sees("修改的意见")
    await head.say("请补民办学校")
    await education.sees("#1", "责任领导退回修改", "请补民办学校")
    assert task(office, 1)["state"] == "in_progress"


async def test_after_a_working_day_it_is_judged_unsigned(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await office.invite(Role.head, "市教育局", "赵局")
    await education.say("/task 1")
    await education.press("申请办结")
    await office.at("2026-09-09 09:00")
    await coordinator.sees("#1", "未经审签")


async def test_closing_offers_a_grade_which_only_the_department_hears(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    other = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await education.say("/task 3")
    await education.press("申请办结")
    await coordinator.say("/task 3")
    await coordinator.press("办结", await coordinator.sees("#3", "待审核"))
    await coordinator.press("较好", await coordinator.sees("可评级"))
    await coordinator.sees("可评级", "评级 较好")
    await coordinator.press("转入常态化", await coordinator.sees("可评级"))
    await education.sees("#3", "办结评级“较好”")
    await other.sees("#3", "已办结")
    await other.sees_no("较好")
    for asked in ("/task 3", "/log 3", "/summary"):
        await education.say(asked)
    await education.sees("#3", "评级")
    graded = [one for one in await education.heard() if "较好" in text_of(one)]
    assert len(graded) == 1


async def test_the_clock_stands_still_and_goes_on(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/pause 1")
    await coordinator.sees("暂停计时，理由")
    await coordinator.say("等待省厅批复")
    await education.sees("#1", "暂停计时", "等待省厅批复")
    paused = task(office, 1)
    assert (paused["state"], paused["light"], paused["class"]) == ("paused", "grey", "other")
    before = len(await education.heard())
    await office.at("2026-09-14 09:00")
    assert not [m for m in (await education.heard())[before:] if "#1" in str(m.get("text"))]
    await coordinator.say("/task 1")
    await coordinator.press("恢复计时")
    resumed = task(office, 1)
    # Five working days later than Friday the 25th; the holiday of October lies between.
    assert resumed["original_due"] == "2026-09-25"
    assert resumed["due"] > "2026-09-30"
    await education.sees("#1", "恢复计时", "5个工作日")


async def test_a_contact_is_told_how_to_ask_for_time(office: Office, education: Phone) -> None:
    await education.say("/pause 1 等批复")
    await education.sees("申请延期")
    assert task(office, 1)["state"] != "paused"


async def test_a_task_is_ended_and_taken_up_again(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/task 1")
    await coordinator.press("终止督办")
    await coordinator.press("政策调整", await coordinator.sees("终止督办，理由"))
    await education.sees("#1", "终止督办", "政策调整")
    assert task(office, 1)["state"] == "cancelled"
    await coordinator.say("/task 1")
    await coordinator.press("重新督办")
    await coordinator.say("政策恢复执行")
    await education.sees("#1", "重新督办", "政策恢复执行")
    assert task(office, 1)["state"] == "in_progress"


async def test_a_question_survives_a_restart(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/task 1")
    await coordinator.press("终止督办")
    await office.app.stop()
    await office.app.start()
    await coordinator.say("并入省级专项")
    await education.sees("#1", "终止督办", "并入省级专项")


async def test_two_coordinators_end_it_once(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    other = await office.invite(Role.coordinator, name="郑凯")
    for phone in (coordinator, other):
        await phone.say("/task 1")
        await phone.press("终止督办")
    await coordinator.say("政策调整")
    await other.say("重复立项")
    await other.sees("终止督办", "不能")
    assert len([one for one in timeline(office, 1) if one["action"] == "cancel"]) == 1


async def test_a_forged_button_ends_nothing(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/task 1")
    card = await coordinator.sees("#1", "时限")
    toast = await press_data(education, await education.sees("#1"), data_of(card, "终止督办"))
    assert "没有权限" in toast
    assert task(office, 1)["state"] == "issued"
