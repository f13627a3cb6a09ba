"""Whose task it is, and several departments on one task: whole conversations."""

import pytest

from tasks.vocabulary import Role
from tests.stories.asked import data_of, has_button, press, press_data, task, timeline
from tests.stories.office import Office, Phone, buttons_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    return await office.invite(Role.contact, "市教育局", "王雅琴")


@pytest.fixture
async def transport(office: Office) -> Phone:
    return await office.invite(Role.contact, "市交通运输局", "钱立")


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


def owners(office: Office, number: int) -> list[tuple[str, str]]:
    return [(part["department"], part["state"]) for part in task(office, number)["parts"]]


async def test_not_ours_by_a_chip_goes_to_another_department(
    office: Office, education: Phone, transport: Phone, coordinator: Phone
) -> None:
    other = await office.invite(Role.coordinator, name="郑凯")
    await office.publish(SCHOOLS)
    await education.say("/task 1")
    await education.press("不属本单位")
    asked = await education.sees("请选理由", "9月14日前")
    await education.press("已由他单位承办", asked)
    await education.sees("#1", "已申请改办")
    assert owners(office, 1) == [("市教育局", "declined")]
    told = await coordinator.sees("【申请改办】", "市教育局", "已由他单位承办", "9月9日前答复")
    theirs = await other.sees("【申请改办】", "已由他单位承办")
    await coordinator.press("转办", told)
    listed = await coordinator.sees("现由市教育局", "转给：")
    assert not has_button(listed, "市教育局")
    await coordinator.press("市交通运输局", listed)
    await coordinator.sees("#1 已转办市交通运输局")
    assert owners(office, 1) == [("市交通运输局", "issued")]
    await transport.sees("【交办】", "#1")
    await education.sees("已转办市交通运输局", "不再由你单位办理")
    # The other coordinator comes second: a gentle toast, and the message says how it stands.
    assert "已转办市交通运输局" in await press(other, "转办", theirs)
    redrawn = await other.sees("【申请改办】", "已撤回或已答复")
    assert not has_button(redrawn, "转办")
    card = await education.sees("#1", "状态 已转办市交通运输局")
    assert [one["text"] for one in buttons_of(card)] in ([], ["更多"])
    await transport.press("签收")
    assert owners(office, 1) == [("市交通运输局", "signed")]
    await education.say("1号材料已移交")
    await education.sees("#1 已转办市交通运输局，所述内容已存档")


async def test_a_typed_reason_is_refused_with_a_reason(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    await education.say("/task 1")
    await education.press("不属本单位")
    await education.press("其他")
    await education.sees("不属本单位的理由")
    await office.app.stop()
    await office.app.start()
    await education.say("食堂监管职责已划转市场监管部门")
    await education.sees("#1", "已申请改办")
    await coordinator.sees("【申请改办】", "食堂监管职责已划转市场监管部门")
    await coordinator.press("不予改办")
    await coordinator.sees("不予改办的理由", "市教育局")
    await office.app.stop()
    await office.app.start()
    await coordinator.say("校内食堂仍由你局主管")
    await coordinator.sees("不予改办，理由已告知市教育局")
    await education.sees("仍由你单位办理", "校内食堂仍由你局主管")
    assert owners(office, 1) == [("市教育局", "issued")]
    said = {line["action"]: line["text"] for line in timeline(office, 1)}
    assert said["refuse_decline"] == "校内食堂仍由你局主管"
    assert all(line["update_id"] for line in timeline(office, 1) if "decline" in line["action"])


async def test_a_sentence_only_offers_the_tap(
    office: Office, education: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    await education.say("1号这项不归我们管")
    receipt = await education.sees("#1", "申请改办须点下方按钮确认")
    assert owners(office, 1) == [("市教育局", "issued")]
    await coordinator.sees_no("【申请改办】")
    await education.press("1不属本单位", receipt)
    assert owners(office, 1) == [("市教育局", "declined")]
    await coordinator.sees("【申请改办】", "这项不归我们管")
    await education.say("/task 1")
    await education.press("撤回申请")
    assert owners(office, 1) == [("市教育局", "issued")]
    await coordinator.sees("市教育局已撤回改办申请")
    told = await coordinator.sees("【申请改办】")
    assert "已撤回或已答复" in await press(coordinator, "转办", told)
    await coordinator.sees_no("转给：")


async def test_after_the_days_for_it_the_refusal_names_the_day(
    office: Office, education: Phone
) -> None:
    await office.publish(SCHOOLS)
    await education.say("/task 1")
    card = await education.sees("#1", "状态")
    data = data_of(card, "不属本单位")
    await office.at("2026-09-15 09:30")
    toast = await press_data(education, card, data)
    assert "9月14日前" in toast
    assert "申请延期" in toast
    await education.say("/task 1")
    assert not has_button(await education.sees("#1", "状态"), "不属本单位")


async def test_a_wrong_owner_is_mended_without_being_asked(
    office: Office, education: Phone, transport: Phone, coordinator: Phone
) -> None:
    await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await office.publish(SCHOOLS)
    await coordinator.say("/task 3")
    await coordinator.press("更多")
    await coordinator.press("转办")
    await coordinator.press("其他承办单位", await coordinator.sees("现由市教育局（牵头）承办"))
    await coordinator.press("市教育局", await coordinator.sees("转办哪家单位的分工"))
    await coordinator.press("输入名称")
    await coordinator.say("市某某局")
    await coordinator.sees("没有名为“市某某局”")
    await coordinator.say("市住房城乡建设局")
    await coordinator.sees("市住房城乡建设局已承担分工")
    await coordinator.say("市交通运输局")
    await coordinator.sees("#3 已转办市交通运输局")
    assert owners(office, 3)[0] == ("市交通运输局", "issued")
    await transport.sees("【交办】", "#3")


async def test_a_department_cannot_pass_a_task_on(
    office: Office, education: Phone, transport: Phone, coordinator: Phone
) -> None:
    head = await office.invite(Role.head, "市教育局", "陈敏")
    leader = await office.invite(Role.leader, name="孙岚")
    await office.publish(SCHOOLS)
    await education.say("/task 1")
    await education.press("不属本单位")
    await education.press("非本单位职责")
    told = await coordinator.sees("【申请改办】")
    await coordinator.press("转办", told)
    listed = await coordinator.sees("转给：")
    forged = [
        data_of(told, "转办"),
        data_of(told, "不予改办"),
        data_of(listed, "市交通运输局"),
        data_of(listed, "输入名称"),
    ]
    for phone in (education, transport, head, leader):
        await phone.say("/help")
        shown = await phone.sees("督办机器人")
        for data in forged:
            assert "没有权限" in await press_data(phone, shown, data)
    assert owners(office, 1) == [("市教育局", "declined")]


async def test_a_head_puts_a_contact_in_charge(
    office: Office, education: Phone, transport: Phone
) -> None:
    second = await office.invite(Role.contact, "市教育局", "何平")
    head = await office.invite(Role.head, "市教育局", "陈敏")
    await office.publish(SCHOOLS)
    await head.say("/task 1")
    await head.press("更多")
    await head.press("指定专人")
    asked = await head.sees("指定哪位联络员负责")
    assert [one["text"] for one in buttons_of(asked)] == ["王雅琴", "何平"]
    await head.press("何平", asked)
    await second.sees("#1", "陈敏指定由您负责")
    await head.sees("现由何平负责")
    data = data_of(asked, "何平")
    assert "没有权限" in await press_data(education, await education.sees("【交办】"), data)
    assert "没有#1" in await press_data(transport, await transport.sees("【交办】"), data)
    await head.press("取消指定")
    await second.sees("#1", "不再由您专门负责")
    actions = [line["action"] for line in timeline(office, 1)]
    assert actions[-2:] == ["delegate", "undelegate"]


async def test_the_answers_of_the_others_become_the_leads_report(
    office: Office, education: Phone
) -> None:
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await office.publish(SCHOOLS)
    await office.at("2026-10-15 09:00")
    await builder.sees("【待办提醒】", "#3")
    await builder.press("3无补充")
    await builder.sees("#3", "已记入反馈")
    assert owners(office, 3)[1] == ("市住房城乡建设局", "in_progress")
    await builder.say("3号已排查校舍二十栋")
    await office.at("2026-10-20 09:00")
    digest = await education.sees("【待办提醒】", "配合已反馈：市住房城乡建设局")
    await education.press("3汇总", digest)
    draft = await education.sees("配合单位本期反馈", "已排查校舍二十栋")
    await education.press("采用", draft)
    await education.sees("#3", "已记入反馈")
    said = [line for line in timeline(office, 3) if line["action"] == "consolidate"]
    assert [line["text"] for line in said] == ["市住房城乡建设局：3号已排查校舍二十栋"]
    assert owners(office, 3)[0] == ("市教育局", "in_progress")


async def test_a_draft_can_be_corrected_and_a_newer_answer_is_not_lost(
    office: Office, education: Phone
) -> None:
    builder = await office.invite(Role.contact, "市住房城乡建设局", "赵文静")
    await office.publish(SCHOOLS)
    await builder.say("3号无变化")
    await builder.sees("#3", "已记入反馈")
    await education.say("/task 3")
    await education.press("3汇总")
    draft = await education.sees("配合单位本期反馈", "无变化")
    await builder.say("3号另已完成加固两栋")
    await office.settle()
    assert "又有新反馈" in await press(education, "采用", draft)
    await education.press("修改")
    await education.sees("请复制上面的汇总稿")
    await education.say("市住房城乡建设局已加固两栋，其余正在排查")
    await education.sees("#3", "已记入反馈")
    said = [line for line in timeline(office, 3) if line["department"] == "市教育局"]
    assert [line["action"] for line in said][-2:] == ["report", "consolidate"]


async def test_no_addition_in_words_is_the_answer_of_who_cooperates(
    office: Office, education: Phone, transport: Phone
) -> None:
    await office.publish(SCHOOLS)
    await education.say("2号没有补充")
    receipt = await education.sees("#2", "已记入反馈")
    assert not has_button(receipt, "无误")
    said = [line for line in timeline(office, 2) if line["department"] == "市教育局"]
    assert (said[-1]["action"], said[-1]["text"]) == ("nothing_to_add", "2号没有补充")
