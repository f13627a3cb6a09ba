"""What the coordinator does by hand, in chat: milestones, new tasks, corrections, merging,
leaders, and an issue that waits for a leader's word."""

from collections.abc import AsyncIterator

import pytest

from bot.callbacks import Press, Verb, encode
from tasks.vocabulary import Role
from tests.stories.asked import data_of, press_data, task, timeline
from tests.stories.office import Office, Phone, open_office, text_of
from tests.stories.reviewing import bring_in
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


@pytest.fixture
async def education(office: Office) -> Phone:
    return await office.invite(Role.contact, "市教育局", "王雅琴")


@pytest.fixture
async def issued(office: Office, coordinator: Phone, education: Phone) -> list[int]:
    return await office.publish(SCHOOLS)


async def test_milestones_are_set_asked_for_met_and_taken_back(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    await coordinator.say("/task 3")
    await coordinator.press("更多")
    await coordinator.press("节点")
    await coordinator.press("新增节点")
    await coordinator.say("完成初稿")
    await coordinator.sees("读不懂", "11月30日 完成初稿")
    await coordinator.say("9月16日 完成初稿\n10月20日 征求意见")
    await coordinator.sees("#3 节点", "○ 9-16 完成初稿", "○ 10-20 征求意见")
    await education.sees("#3", "设有节点", "9-16 完成初稿")
    await office.at("2026-09-16 09:00")
    await education.sees("待办提醒", "#3", "节点“完成初稿”9-16到期")
    await office.at("2026-09-17 09:00")
    await education.sees("待办提醒", "#3 节点“完成初稿”9-16已过")
    await education.say("/task 3")
    await education.press("更多")
    await education.press("节点")
    await education.press("完成：完成初稿")
    await education.sees("✓ 9-16 完成初稿")
    assert task(office, 3)["class"] == "on_schedule"
    assert [line["text"] for line in timeline(office, 3) if line["action"] == "node_met"] == [
        "完成初稿"
    ]
    await coordinator.say("/task 3")
    await coordinator.press("更多")
    await coordinator.press("节点")
    await coordinator.press("未完成：完成初稿")
    await education.sees("#3", "完成初稿", "经核未完成")
    await coordinator.press("取消：征求意见")
    await coordinator.sees("取消节点“征求意见”的理由")
    await coordinator.say("改为书面征求")
    await education.sees("#3", "征求意见", "已取消", "改为书面征求")
    assert task(office, 3)["class"] == "behind"


async def test_a_milestone_cannot_be_met_by_others(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    transport = await office.invite(Role.contact, "市交通运输局", "李明")
    await coordinator.say("/task 3")
    card = await coordinator.sees("#3")
    await press_data(coordinator, card, encode(Press(Verb.nodes, (3,), "add")))
    await coordinator.say("9月16日 完成初稿")
    await coordinator.press("新增节点")
    await coordinator.say("/cancel")
    await transport.say("/my")
    screen = await transport.sees("#2")
    for press in (
        Press(Verb.node, (1,), "met"),
        Press(Verb.node, (1,), "undo"),
        Press(Verb.drop_node, (1,)),
        Press(Verb.nodes, (3,)),
        Press(Verb.nodes, (3,), "add"),
        Press(Verb.edit_task, (3,), "text"),
        Press(Verb.edit_task, (3,), "limit"),
        Press(Verb.edit_task, (3, 1), "overdue"),
        Press(Verb.attach_leader, (3, 1), "task"),
        Press(Verb.attach_leader, (1, 1), "notice"),
        Press(Verb.by_hand, (1,), "start"),
        Press(Verb.by_hand, (1,), "issue"),
        Press(Verb.merge, (1,), "do"),
        Press(Verb.approve, (1,)),
        Press(Verb.disapprove, (1,)),
    ):
        before = timeline(office, 3)
        toast = await press_data(transport, screen, encode(press))
        assert toast, press
        assert any(word in toast for word in ("没有", "失效")), (press, toast)
        assert timeline(office, 3) == before
    assert task(office, 3)["due"] == "2026-11-27"


async def test_a_task_is_added_by_hand(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    await coordinator.say("/add 1")
    await coordinator.sees("请输入任务")
    await coordinator.say("开展演练")
    await coordinator.sees("没有读懂")
    await coordinator.say("市水务局牵头：开展演练")
    await coordinator.sees("没有名为“市水务局”")
    await coordinator.say("市教育局牵头，市交通运输局配合：开展应急演练，9月30日前完成")
    await coordinator.sees("新增任务", "牵头 市教育局", "配合 市交通运输局", "时限 9月30日")
    await coordinator.press("确认交办")
    await coordinator.sees("#5 已交办")
    await education.sees("【交办】", "应急演练")
    made = task(office, 5)
    assert made["due"] == "2026-09-30"
    assert [(part["department"], part["role"]) for part in made["parts"]] == [
        ("市教育局", "lead"),
        ("市交通运输局", "cooperating"),
    ]
    await education.say("/task 5")
    await education.press("签收")
    assert task(office, 5)["state"] == "signed"


async def test_a_name_that_looks_like_one_is_chosen_and_a_press_twice_issues_once(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    await coordinator.say("/summary 1")
    await coordinator.press("新增任务")
    await coordinator.say("教育局牵头：开展应急演练，无时限")
    shown = await coordinator.sees("教育局（未登记")
    await coordinator.press("市教育局", shown)
    chosen = await coordinator.sees("新增任务", "牵头 市教育局", "时限 无")
    data = data_of(chosen, "确认交办")
    await press_data(coordinator, chosen, data)
    await press_data(coordinator, chosen, data)
    assert task(office, 5)["due"] is None
    await coordinator.say("/notices")
    await coordinator.sees("5项")


async def test_a_limit_and_a_text_are_corrected_with_a_reason(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    await education.say("/task 1")
    await coordinator.say("/task 1")
    await coordinator.press("更多")
    await coordinator.press("改时限")
    await coordinator.say("10月15日")
    await coordinator.sees("改动理由")
    await coordinator.say("与市里要求一致")
    await education.sees("#1 时限由9月25日改为10月15日", "与市里要求一致", "督查室 010-1234567")
    card = await education.sees("#1", "时限 10月15日", "原时限 9月25日")
    assert "已延期1次" not in text_of(card)
    changed = task(office, 1)
    assert (changed["due"], changed["original_due"]) == ("2026-10-15", "2026-09-25")
    await coordinator.say("/task 1")
    await coordinator.press("更多")
    await coordinator.press("改文字")
    await coordinator.say("对全市学校和幼儿园食堂逐一自查")
    await coordinator.say("漏列幼儿园")
    await education.sees("#1 任务文字已更正", "幼儿园食堂", "漏列幼儿园")
    assert "幼儿园" in task(office, 1)["text"]


async def test_a_limit_in_the_past_needs_a_word(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    await coordinator.say("/task 1")
    await coordinator.press("更多")
    await coordinator.press("改时限")
    await coordinator.say("2026年9月1日")
    await coordinator.sees("按超期处理？")
    assert task(office, 1)["due"] == "2026-09-25"
    await coordinator.press("按超期处理")
    await coordinator.say("原定即为9月1日")
    await education.sees("#1 时限由9月25日改为9月1日")
    assert task(office, 1)["due"] == "2026-09-01"


async def test_two_departments_are_merged(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    housing = await office.invite(Role.contact, "市住房城乡建设局", "赵刚")
    transport = await office.invite(Role.contact, "市交通运输局", "李明")
    await coordinator.say("/merge 市住房城乡建设局 市教育局 机构改革")
    await coordinator.sees("各有分工")
    await coordinator.say("/merge 市住房城乡建设局 市交通运输局")
    await coordinator.sees("市住房城乡建设局 并入 市交通运输局", "赵刚", "#3", "请回复合并理由")
    await coordinator.say("机构改革")
    await coordinator.sees("理由：机构改革")
    await coordinator.press("确认合并")
    for phone in (housing, transport):
        await phone.sees("市住房城乡建设局已并入市交通运输局", "机构改革")
    await housing.say("/my")
    await housing.sees("#2", "#3")


async def test_leaders_see_what_is_attached_to_them(
    office: Office, coordinator: Phone, education: Phone, issued: list[int]
) -> None:
    leader = await office.invite(Role.leader, name="陈立")
    await coordinator.say("/summary 1")
    await coordinator.press("分管领导")
    await coordinator.press("陈立")
    await leader.sees("以下4项由您分管", "#1、#2、#3、#4")
    await leader.say("/my")
    await leader.sees("您分管4项", "#2", "#1")
    await leader.press("2")
    card = await leader.sees("#2", "校车")
    assert "签收" not in str(card.get("reply_markup"))
    await coordinator.say("/task 4")
    await coordinator.sees("#4", "分管 陈立")
    await coordinator.press("更多")
    await coordinator.press("分管领导")
    await coordinator.press("不分管")
    await leader.say("/summary")
    await leader.press("我分管的")
    shown = await leader.sees("您分管3项")
    assert "#4" not in text_of(shown)


@pytest.fixture
async def signing(database_url: str) -> AsyncIterator[Office]:
    """The office where a leader signs what goes out."""
    async with open_office(database_url, needs_approval=True) as opened:
        yield opened


async def test_an_issue_waits_for_a_leaders_word(signing: Office) -> None:
    coordinator = await signing.invite(Role.coordinator, name="周敏")
    education = await signing.invite(Role.contact, "市教育局", "王雅琴")
    notice = bring_in(signing, SCHOOLS)
    await issue(coordinator, notice)
    assert "尚无已绑定的分管领导" in await coordinator.toast()
    leader = await signing.invite(Role.leader, name="陈立")
    await issue(coordinator, notice)
    assert "已报请签发" in await coordinator.toast()
    await coordinator.say(f"/draft {notice}")
    await coordinator.sees("【拟稿】", "待签发：已报分管领导")
    shown = await leader.sees("【待签发】", "周敏", "市教育局", "第1条", "开展食堂自查")
    data = data_of(shown, "签发4条")
    for forger in (coordinator, education):
        toast = await press_data(forger, (await forger.heard())[-1], data)
        assert "没有权限签发" in toast
    await education.sees_no("【交办】")
    await leader.press("退回", shown)
    await leader.say("第2条时限太紧")
    await coordinator.sees("陈立退回拟稿", "第2条时限太紧")
    await leader.sees("已由陈立退回")
    await issue(coordinator, notice)
    again = await leader.sees("【待签发】")
    await coordinator.say(f"/draft {notice}")
    await coordinator.press("批量指定")
    await coordinator.say("2 时限 2026年9月30日")
    await coordinator.press("确认改动")
    data = data_of(again, "签发4条")
    assert "须重新报请签发" in await press_data(leader, again, data)
    await leader.sees("拟稿已改动")
    await education.sees_no("【交办】")
    await issue(coordinator, notice)
    await leader.press("签发4条", await leader.sees("【待签发】"))
    await leader.sees("已由陈立签发")
    await coordinator.sees("陈立已签发，已交办4条")
    await education.sees("【交办】")
    assert task(signing, 2)["due"] == "2026-09-30"
    assert {line["actor"] for line in timeline(signing, 1) if line["action"] == "issue"} == {
        "陈立"
    }


async def issue(coordinator: Phone, notice: int) -> None:
    """确认交办 from the card of the draft."""
    await coordinator.say(f"/draft {notice}")
    await coordinator.press("交办4条")
    await coordinator.press("确认交办4条")
