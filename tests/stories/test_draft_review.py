"""A coordinator reviews a draft in one message, types what buttons cannot say, and issues it."""

from datetime import date

import pytest

from tasks.vocabulary import ClauseState, FollowUp, PassageState, Role, WaiveReason
from tests.stories.asked import message, summary
from tests.stories.conftest import both_databases
from tests.stories.office import Office, Phone, numbers_in, text_of
from tests.stories.reviewing import (
    HOUSES,
    bring_in,
    clauses,
    labels,
    open_clause,
    open_draft,
    owners,
    passages,
    tap,
    tasks,
    type_in,
)

HOUSING, WATER, MONEY = "市住房城乡建设局", "市水务局", "市财政局"


@pytest.fixture
async def li(office: Office) -> Phone:
    return await office.invite("coordinator", name="李明")


async def _contacts(office: Office) -> tuple[Phone, Phone, Phone]:
    return (
        await office.invite(Role.contact, HOUSING, "孙楠"),
        await office.invite(Role.contact, WATER, "何涛"),
        await office.invite(Role.contact, MONEY, "周洁"),
    )


@both_databases
async def test_from_a_file_to_tasks(office: Office) -> None:
    li = await office.invite("coordinator", name="李明")
    housing, water, money = await _contacts(office)
    await li.send("老旧小区.txt", HOUSES.encode())
    card = await li.sees("云府办〔2026〕43号")
    notice = 1

    # The first duty gets other words, the second another limit, the third other owners.
    card = await tap(li, card, "逐条核对")
    card = await tap(li, card, "1")
    said = await type_in(li, card, "改文字", "编制三年改造计划，2026年9月25日前完成。")
    assert "编制三年改造计划" in text_of(said)
    said = await tap(li, said, "▶")
    assert "更换供水管道" in text_of(said)
    said = await type_in(li, said, "另定时限", "10月15日")
    assert "10月15日" in text_of(said)
    said = await tap(li, said, "▶")
    said = await type_in(li, said, "改单位", f"{HOUSING}牵头，{WATER}配合")

    # Two sentences become clauses, the third is a principle.
    said = await tap(li, said, "返回")
    said = await tap(li, said, "未对应句3")
    said = await tap(li, said, "立为条目")
    assert "听取居民意见" in text_of(said)
    said = await tap(li, said, "返回")
    said = await tap(li, said, "未对应句2")
    said = await tap(li, said, "立为条目")
    said = await tap(li, said, "返回")
    said = await tap(li, said, "未对应句1")
    assert "专款专用" in text_of(said)
    said = await tap(li, said, "原则性要求")
    assert "集体事项" in text_of(said)
    assert {one.state for one in passages(office, notice)} == {
        PassageState.mapped,
        PassageState.waived,
    }

    # The measures are assigned in bulk, the collective duties are for information.
    said = await type_in(li, said, "批量指定", f"全部未定单位 → {MONEY}牵头")
    assert "第6条" in text_of(said)
    assert "第7条" in text_of(said)
    assert not clauses(office, notice)[6].owners
    said = await tap(li, said, "确认改动2条")
    said = await tap(li, said, "集体事项一并阅知")
    said = await tap(li, said, "交办5条")
    for words in (f"{HOUSING}：牵头2", f"{WATER}：牵头1、配合1", f"{MONEY}：牵头2、配合1"):
        assert words in text_of(said)
    said = await tap(li, said, "确认交办5条")
    assert "已交办5条" in text_of(said)

    issued = tasks(office)
    assert issued[0].text == "编制三年改造计划，2026年9月25日前完成。"
    assert [one.due for one in issued][:3] == [date(2026, 9, 25), date(2026, 10, 15), None]
    assert [one.follow_up for one in issued][:3] == [
        FollowUp.dated,
        FollowUp.dated,
        FollowUp.standing,
    ]
    numbers = {one.id: [part.department.name for part in one.parts] for one in issued}
    for phone, department in ((housing, HOUSING), (water, WATER), (money, MONEY)):
        handed = await phone.sees("云府办〔2026〕43号")
        expected = {number for number, parts in numbers.items() if department in parts}
        assert set(numbers_in(handed)) == expected
    waived = [one for one in clauses(office, notice).values() if one.waived_as]
    assert [(one.position, one.waived_as) for one in waived] == [
        (4, WaiveReason.information),
        (5, WaiveReason.information),
    ]
    assert summary(office)["left"] == 0


async def test_a_review_is_one_message(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    before = len(await li.heard())
    for label in (
        "逐条核对",
        "3",
        "跟踪方式",
        "一次性反馈",
        "不立项",
        "返回",
        "拆分",
        "返回",
        "返回",
    ):
        card = await tap(li, card, label)
    assert len(await li.heard()) == before
    assert clauses(office, notice)[3].follow_up is FollowUp.once


async def test_what_was_done_last_is_taken_back(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 1)
    card = await tap(li, card, "不立项")
    card = await tap(li, card, "重复")
    assert clauses(office, notice)[1].state is ClauseState.waived
    card = await tap(li, card, "返回")
    card = await tap(li, card, "撤销上一步")
    assert clauses(office, notice)[1].state is ClauseState.open
    assert "撤销上一步" not in labels(card)


async def test_a_waived_clause_is_taken_up_again(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 1)
    card = await tap(li, card, "不立项")
    said = await type_in(li, card, "其他原因", "已另行发文部署")
    assert "已另行发文部署" in text_of(said)
    assert clauses(office, notice)[1].reason == "已另行发文部署"
    await tap(li, said, "恢复")
    assert clauses(office, notice)[1].state is ClauseState.open


@pytest.mark.parametrize(
    ("label", "deadline", "as_overdue"),
    [("不设时限", None, False), ("按超期处理", date(2026, 9, 5), True)],
)
async def test_a_limit_that_has_passed_is_decided(
    office: Office, li: Phone, label: str, deadline: date | None, as_overdue: bool
) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 2)
    assert {"另定时限", "不设时限", "按超期处理"} <= set(labels(card))
    card = await tap(li, card, label)
    clause = clauses(office, notice)[2]
    assert (clause.deadline, clause.as_overdue) == (deadline, as_overdue)
    card = await tap(li, card, "返回")
    assert "交办3条" in labels(card)


async def test_another_limit_that_has_passed_is_asked_about_again(
    office: Office, li: Phone
) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 2)
    said = await type_in(li, card, "另定时限", "2026年9月1日")
    assert {"另定时限", "不设时限", "按超期处理"} <= set(labels(said))
    said = await type_in(li, said, "另定时限", "9月30日")
    assert clauses(office, notice)[2].deadline == date(2026, 9, 30)
    assert "按超期处理" not in labels(said)


async def test_what_cannot_be_read_keeps_the_question(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 1)
    said = await type_in(li, card, "改时限", "等通知吧")
    assert "等通知吧" in text_of(said)
    await li.say("10月8日")
    await li.sees("10月8日")
    assert clauses(office, notice)[1].deadline == date(2026, 10, 8)


async def test_a_question_is_left(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 1)
    await tap(li, card, "改文字")
    await li.say("/cancel")
    await li.say("这不是新的文字")
    await li.heard()
    assert clauses(office, notice)[1].text.startswith("编制改造计划")


async def test_part_of_a_name_is_enough_to_be_offered_it(office: Office, li: Phone) -> None:
    await _contacts(office)
    notice = bring_in(office)
    card = await open_clause(li, notice, 3)
    said = await type_in(li, card, "改单位", "水务")
    assert owners(clauses(office, notice)[3]) == [(HOUSING, "lead")]
    said = await tap(li, said, WATER)
    assert owners(clauses(office, notice)[3]) == [(WATER, "lead")]
    await li.say("这些字不再算作单位")
    await li.heard()
    assert owners(clauses(office, notice)[3]) == [(WATER, "lead")]


async def test_a_clause_is_split_and_merged_again(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 3)
    card = await tap(li, card, "拆分")
    card = await tap(li, card, "第3句起")
    found = clauses(office, notice)
    assert found[6].text.startswith("同步规整楼道线缆。")
    assert "同步规整" not in found[3].text
    assert owners(found[6]) == owners(found[3]) == [(HOUSING, "lead")]
    card = await tap(li, card, "并入第6条")
    found = clauses(office, notice)
    assert found[6].state is ClauseState.merged
    assert "同步规整楼道线缆" in found[3].text


async def test_a_collective_duty_is_asked_of_each(office: Office, li: Phone) -> None:
    for name in ("东湖县", "西山县"):
        await office.invite(Role.contact, name, f"{name}联络员")
    notice = bring_in(office)
    card = await open_clause(li, notice, 4)
    card = await tap(li, card, "逐单位")
    card = await tap(li, card, "全部2家")
    assert owners(clauses(office, notice)[4]) == [("东湖县", "each"), ("西山县", "each")]
    card = await open_clause(li, notice, 5)
    card = await tap(li, card, "逐单位")
    await type_in(li, card, "指定若干单位", "东湖县人民政府、市水务局")
    assert owners(clauses(office, notice)[5]) == [
        ("东湖县人民政府", "each"),
        (WATER, "each"),
    ]


async def test_a_collective_duty_is_led_by_one(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 5)
    said = await type_in(li, card, "指定牵头", "市财政局")
    assert owners(clauses(office, notice)[5]) == [(MONEY, "lead")]
    said = await tap(li, said, "返回")
    assert "交办3条" in labels(said)


async def test_sentences_are_decided_together_or_belong_to_a_clause(
    office: Office, li: Phone
) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    card = await tap(li, card, "未对应句3")
    card = await tap(li, card, "第3条已含")
    card = await tap(li, card, "2句全部：不属本级事权")
    assert [(one.state, one.waived_as) for one in passages(office, notice)] == [
        (PassageState.mapped, None),
        (PassageState.waived, WaiveReason.not_ours),
        (PassageState.waived, WaiveReason.not_ours),
    ]
    await tap(li, card, "撤销上一步")
    assert [one.state for one in passages(office, notice)] == [
        PassageState.mapped,
        PassageState.open,
        PassageState.open,
    ]


async def test_a_sentence_is_dropped_for_a_reason_of_its_own(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    card = await tap(li, card, "未对应句3")
    said = await type_in(li, card, "其他原因", "由区县自行安排")
    assert "定期巡查施工现场" in text_of(said)
    first, *others = passages(office, notice)
    assert (first.state, first.reason) == (PassageState.waived, "由区县自行安排")
    assert {one.state for one in others} == {PassageState.open}
    # The older message still offers the sentence that is decided by now.
    await tap(li, card, "立为条目")
    assert await li.toast() == "该句已处理过，现显示最新内容。"
    assert len(clauses(office, notice)) == 5


async def test_several_lines_are_done_together_or_not_at_all(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    said = await type_in(li, card, "批量指定", f"1 → {MONEY}牵头\n99 长期")
    assert "取消" not in labels(said)
    await li.say(f"1 → {MONEY}牵头\n一（三） 12月31日\n4-5 不立项 阅知")
    said = await li.sees("将改动4条")
    assert owners(clauses(office, notice)[1])[0] == (HOUSING, "lead")
    await tap(li, said, "确认改动4条")
    found = clauses(office, notice)
    assert owners(found[1]) == [(MONEY, "lead")]
    assert found[3].deadline == date(2026, 12, 31)
    assert {found[4].waived_as, found[5].waived_as} == {WaiveReason.information}


async def test_orders_are_dropped_by_a_button(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    said = await type_in(li, card, "批量指定", "1-3 长期")
    said = await tap(li, said, "取消")
    assert "逐条核对" in labels(said)
    await li.say("1-3 不立项 重复")
    await li.heard()
    assert {one.state for one in clauses(office, notice).values()} == {ClauseState.open}


async def test_a_part_is_issued_and_the_rest_later(office: Office, li: Phone) -> None:
    await _contacts(office)
    notice = bring_in(office)
    card = await open_draft(li, notice)
    card = await tap(li, card, "交办2条")
    assert "保留未分解3条" in text_of(card)
    card = await tap(li, card, "确认交办2条")
    assert "未分解3条" in text_of(card)
    assert summary(office)["left"] == 3
    await li.say("/summary")
    assert "未分解3" in text_of((await li.heard())[-1])
    card = await tap(li, card, "拟稿")
    card = await tap(li, card, "集体事项一并阅知")
    card = await tap(li, card, "逐条核对")
    card = await tap(li, card, "2")
    card = await tap(li, card, "按超期处理")
    card = await tap(li, card, "返回")
    card = await tap(li, card, "交办1条")
    await tap(li, card, "确认交办1条")
    assert [one.due for one in tasks(office)] == [date(2026, 9, 25), None, date(2026, 9, 5)]
    assert summary(office)["left"] == 0


async def test_an_issued_clause_leads_to_its_task(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    card = await tap(li, card, "交办2条")
    card = await tap(li, card, "确认交办2条")
    card = await open_clause(li, notice, 1)
    assert "改文字" not in labels(card)
    before = card["message_id"]
    await tap(li, card, "#1")
    assert (await li.heard())[-1]["message_id"] > before
    assert "#1" in text_of((await li.heard())[-1])


async def test_names_that_look_alike_are_settled(office: Office, li: Phone) -> None:
    await office.invite(Role.contact, "云川市水务局", "何涛")
    notice = bring_in(office)
    card = await open_draft(li, notice)
    card = await tap(li, card, "单位核对3")
    assert "云川市水务局" in text_of(card) + "".join(labels(card))
    [choice] = [label for label in labels(card) if label.endswith("→云川市水务局")]
    card = await tap(li, card, choice)
    card = await tap(li, card, "逐条核对")
    card = await tap(li, card, "2")
    assert "云川市水务局" in text_of(card)


async def test_notices_lead_the_office_to_their_drafts(office: Office, li: Phone) -> None:
    leader = await office.invite(Role.leader, name="郑毅")
    bring_in(office)
    await leader.say("/notices")
    assert "云府办〔2026〕43号 待定5" not in labels((await leader.heard())[-1])
    await li.say("/notices")
    card = await tap(li, (await li.heard())[-1], "云府办〔2026〕43号 待定5")
    assert "逐条核对" in labels(card)


async def test_drafts_are_listed(office: Office, li: Phone) -> None:
    await li.say("/draft")
    assert "没有待核对的拟稿" in text_of((await li.heard())[-1])
    bring_in(office)
    await li.say("/draft")
    assert "逐条核对" in labels((await li.heard())[-1])
    bring_in(office, HOUSES.replace("43号", "44号"))
    await li.say("/draft")
    listed = (await li.heard())[-1]
    assert "云府办〔2026〕44号" in text_of(listed)
    card = await tap(li, listed, "云府办〔2026〕44号")
    assert "云府办〔2026〕44号" in text_of(await message(li, card["message_id"]))
    assert "逐条核对" in labels(card)
