"""Submitting and its judgement, and what the coordinator sees."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import data_of, press, press_data, summary, task, timeline
from tests.stories.office import Office, Phone
from tests.stories.samples import SCHOOLS, SHARED


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


async def test_submit_withdraw_submit_and_close(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("申请办结")
    assert task(office, 1)["state"] == "submitted"
    await education.press("撤回申请")
    assert task(office, 1)["state"] == "in_progress"
    await education.press("申请办结")
    await coordinator.say("/queue")
    await coordinator.sees("待审核1项", "#1")
    await coordinator.press("1")
    card = await coordinator.sees("#1", "待审核")
    await coordinator.press("办结", card)
    await education.sees("#1", "已办结")
    judged = task(office, 1)
    assert (judged["state"], judged["class"]) == ("closed", "done")


async def test_send_back_carries_its_reason(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.say("/task 1")
    await coordinator.press("退回补充")
    await coordinator.sees("退回理由")
    await coordinator.say("请补报民办学校")
    await education.sees("#1", "退回补充", "请补报民办学校")
    assert task(office, 1)["state"] == "in_progress"


async def test_a_judgement_is_refused_once_newer_words_stand(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.say("/task 1")
    card = await coordinator.sees("#1", "待审核")
    data = data_of(card, "办结")
    await education.say("1号更正：还有两所学校未查")
    await office.settle()
    toast = await press_data(coordinator, card, data)
    assert "新的反馈" in toast
    assert task(office, 1)["state"] == "submitted"


async def test_two_coordinators_pressing_at_once_judge_once(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    other = await office.invite(Role.coordinator, name="郑凯")
    await education.say("/task 1")
    await education.press("申请办结")
    for phone in (coordinator, other):
        await phone.say("/task 1")
    mine = await coordinator.sees("#1", "待审核")
    theirs = await other.sees("#1", "待审核")
    await coordinator.press("办结", mine)
    await press_data(other, theirs, data_of(theirs, "退回补充"))
    await other.say("还要补充")
    assert task(office, 1)["state"] == "closed"
    closed = [line for line in timeline(office, 1) if line["action"] == "close"]
    assert len(closed) == 1


async def test_a_contact_cannot_close_with_a_forged_button(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.say("/task 1")
    card = await coordinator.sees("#1", "待审核")
    toast = await press_data(education, await education.sees("#1"), data_of(card, "办结"))
    assert "没有权限" in toast
    assert task(office, 1)["state"] == "submitted"


async def test_the_first_listed_lead_submits_last(office: Office) -> None:
    first = await office.invite(Role.contact, "市应急管理局", "刘晓东")
    second = await office.invite(Role.contact, "市财政局", "吴建国")
    await office.publish(SHARED)
    await first.say("/task 1")
    toast = await press(first, "申请办结")
    assert "市财政局" in toast
    await second.say("/task 1")
    await second.press("申请办结")
    await first.press("申请办结")
    assert task(office, 1)["state"] == "submitted"


async def test_remind_reaches_at_once_and_not_twice_in_four_hours(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await coordinator.say("/remind 1")
    await coordinator.sees("已催办", "市教育局")
    await education.sees("【催办】", "#1")
    await coordinator.say("/remind 1")
    await coordinator.sees("刚催办过")
    await education.say("/remind 1")
    await education.sees("没有权限")


async def test_summary_overdue_and_who_agree_with_the_console(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("1号完成60%，预计9月22日完成")
    await education.press("无误")
    await coordinator.say("/summary")
    shown = await coordinator.sees("落实情况", "共4项")
    told = summary(office)
    plain = " ".join(shown["text"].replace("\u3000", " ").split())
    assert f"按序时 {told['classes']['on_schedule']} " in plain
    answered = told["answered"]
    assert f"反馈{answered['departments']}/{answered['of']}家" in shown["text"]
    assert f"未绑定{answered['not_bound']}" in shown["text"]
    await coordinator.say("/who")
    who = await coordinator.sees("反馈期")
    assert "未绑定2家" in who["text"]
    await office.at("2026-09-21 09:30")
    await coordinator.say("/overdue")
    await coordinator.sees("#2", "市交通运输局", "1日")
    assert summary(office)["overdue"] == 1


async def test_departments_see_their_own_numbers_only(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await builder.say("/summary")
    await builder.sees("共1项")
    for text in ("/who", "/queue", "/notices"):
        await builder.say(text)
        await builder.sees("没有权限")


async def test_everyone_gets_the_help_of_their_role(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await education.say("/help")
    helped = await education.sees("/report")
    assert "/queue" not in helped["text"]
    await coordinator.say("/help")
    await coordinator.sees("/queue", "/remind")


async def test_language_is_a_persons_own(office: Office, coordinator: Phone) -> None:
    await coordinator.say("/lang en")
    await coordinator.sees("English")
    await coordinator.say("/help")
    await coordinator.sees("who has not")


async def test_who_speaks_for_both_leads_submits_for_one_after_the_other(office: Office) -> None:
    phone = await office.invite(Role.contact, "市应急管理局", "刘晓东")
    await office.invite(Role.contact, "市财政局", "刘晓东")
    await office.publish(SHARED)
    await phone.press("签收")
    assert {part["state"] for part in task(office, 1)["parts"]} == {"signed"}
    await phone.say("/task 1")
    await phone.press("申请办结")
    states = {part["department"]: part["state"] for part in task(office, 1)["parts"]}
    assert states == {"市应急管理局": "signed", "市财政局": "submitted"}
    await phone.press("申请办结")
    assert task(office, 1)["state"] == "submitted"
