"""Two coordinators on one draft, previews that are out of date, a restart, forged presses."""

from datetime import date

import pytest

from bot.callbacks import Press, Verb, encode
from tasks.vocabulary import ClauseState, PassageState, Role
from tests.stories.asked import data_of, message, press_data
from tests.stories.office import Office, Phone, text_of
from tests.stories.reviewing import (
    bring_in,
    clauses,
    drafts_stand,
    labels,
    open_clause,
    open_draft,
    owners,
    passages,
    tap,
    tap_as_seen,
    tasks,
    type_in,
)

HOUSING, WATER, MONEY = "市住房城乡建设局", "市水务局", "市财政局"


@pytest.fixture
async def li(office: Office) -> Phone:
    return await office.invite("coordinator", name="李明")


@pytest.fixture
async def chen(office: Office) -> Phone:
    return await office.invite("coordinator", name="陈静")


async def test_the_second_press_on_a_clause_is_refused(
    office: Office, li: Phone, chen: Phone
) -> None:
    notice = bring_in(office)
    mine = await open_clause(li, notice, 1)
    theirs = await open_clause(chen, notice, 1)
    mine = await tap(li, mine, "不立项")
    theirs = await tap(chen, theirs, "不立项")
    await tap(li, mine, "重复")
    before = drafts_stand(office, notice)
    shown = await tap(chen, theirs, "原则性要求")
    assert await chen.toast() == "第1条已由李明改动，现显示最新内容。"
    assert "不立项：重复" in text_of(shown)
    assert labels(shown)[0] == "恢复"
    assert drafts_stand(office, notice) == before


async def test_a_typed_answer_comes_after_another_change(
    office: Office, li: Phone, chen: Phone
) -> None:
    notice = bring_in(office)
    mine = await open_clause(li, notice, 1)
    theirs = await open_clause(chen, notice, 1)
    await tap(chen, theirs, "改文字")
    await type_in(li, mine, "改时限", "10月15日")
    before = drafts_stand(office, notice)
    await chen.say("另一种写法")
    await chen.sees("第1条已由李明改动")
    # It shows what the other one did, and asks no more.
    assert "10月15日" in text_of((await chen.heard())[-1])
    await chen.say("另一种写法")
    await chen.heard()
    assert drafts_stand(office, notice) == before
    assert clauses(office, notice)[1].text.startswith("编制改造计划")


async def test_an_old_question_is_not_asked(office: Office, li: Phone, chen: Phone) -> None:
    notice = bring_in(office)
    seen = await open_clause(li, notice, 1)
    theirs = await open_clause(chen, notice, 1)
    await type_in(chen, theirs, "改时限", "10月15日")
    before = len(await li.heard())
    shown = await tap_as_seen(li, seen, "改文字")
    assert "陈静" in await li.toast()
    assert "10月15日" in text_of(shown)
    assert len(await li.heard()) == before


async def test_a_preview_that_is_out_of_date_issues_nothing(
    office: Office, li: Phone, chen: Phone
) -> None:
    notice = bring_in(office)
    mine = await open_draft(li, notice)
    mine = await tap(li, mine, "交办2条")
    theirs = await open_clause(chen, notice, 3)
    theirs = await tap(chen, theirs, "不立项")
    await tap(chen, theirs, "重复")
    shown = await tap(li, mine, "确认交办2条")
    assert await li.toast() == "拟稿已由陈静改动，请再看一遍。"
    assert not tasks(office)
    await tap(li, shown, "确认交办1条")
    assert [one.text[:6] for one in tasks(office)] == ["编制改造计划"]


async def test_orders_that_are_out_of_date_do_nothing(
    office: Office, li: Phone, chen: Phone
) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    mine = await type_in(li, card, "批量指定", "1-3 长期")
    theirs = await open_clause(chen, notice, 3)
    await type_in(chen, theirs, "改时限", "10月15日")
    before = drafts_stand(office, notice)
    shown = await tap(li, mine, "确认改动3条")
    assert await li.toast() == "拟稿已由陈静改动，请再看一遍。"
    assert "逐条核对" in labels(shown)
    assert drafts_stand(office, notice) == before


async def test_nobody_takes_back_what_another_changed_since(
    office: Office, li: Phone, chen: Phone
) -> None:
    notice = bring_in(office)
    mine = await open_clause(li, notice, 1)
    await type_in(li, mine, "改时限", "10月15日")
    theirs = await open_clause(chen, notice, 1)
    await type_in(chen, theirs, "改文字", "陈静改过的文字")
    card = await open_draft(li, notice)
    await tap(li, card, "撤销上一步")
    assert "陈静" in await li.toast()
    found = clauses(office, notice)[1]
    assert (found.text, found.deadline) == ("陈静改过的文字", date(2026, 10, 15))
    card = await open_draft(chen, notice)
    await tap(chen, card, "撤销上一步")
    assert clauses(office, notice)[1].text.startswith("编制改造计划")
    card = await open_draft(li, notice)
    await tap(li, card, "撤销上一步")
    assert clauses(office, notice)[1].deadline == date(2026, 9, 25)


async def test_pressing_twice_does_it_once(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    card = await tap(li, card, "交办2条")
    await tap(li, card, "确认交办2条")
    assert await press_data(li, card, data_of(card, "确认交办"))
    assert len(tasks(office)) == 2
    card = await open_draft(li, notice)
    said = await type_in(li, card, "批量指定", "2 无时限")
    await tap(li, said, "确认改动1条")
    before = drafts_stand(office, notice)
    toast = await press_data(li, said, data_of(said, "确认改动"))
    assert toast == "该批量指令已失效，请重新输入。"
    assert drafts_stand(office, notice) == before


async def test_a_question_outlives_a_restart(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 3)
    await tap(li, card, "改单位")
    await office.app.stop()
    await office.app.start()
    await li.say(f"{MONEY}牵头，{WATER}配合")
    await li.sees("第3条", MONEY)
    assert owners(clauses(office, notice)[3]) == [(MONEY, "lead"), (WATER, "cooperating")]


async def test_commands_in_between_leave_the_question(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_clause(li, notice, 1)
    await tap(li, card, "改时限")
    await li.say("/notices")
    await li.say("/task 77")
    await li.say("10月8日")
    await li.heard()
    assert clauses(office, notice)[1].deadline == date(2026, 10, 8)


@pytest.mark.parametrize("role", [Role.contact, Role.leader])
async def test_forged_presses_change_nothing(office: Office, li: Phone, role: Role) -> None:
    department = WATER if role is Role.contact else None
    he = await office.invite(role, department, "何涛")
    notice = bring_in(office)
    found = clauses(office, notice)
    [first, *_] = passages(office, notice)
    seen = (found[1].id, found[1].version)
    before = drafts_stand(office, notice)
    on = (await he.heard())[-1]
    shown = text_of(on)
    revision = before[0]
    for press in (
        Press(Verb.draft, (notice,)),
        Press(Verb.clauses, (notice, 0), "all"),
        Press(Verb.clause, (found[1].id,)),
        Press(Verb.menu, (found[1].id,), "split"),
        Press(Verb.step, seen, "waive=duplicate"),
        Press(Verb.step, seen, "follow=standing"),
        Press(Verb.step, (*seen, found[2].id, found[2].version), "merge"),
        Press(Verb.step, (first.id, first.version), "map"),
        Press(Verb.split_at, (*seen, 0)),
        Press(Verb.typed, seen, "text"),
        Press(Verb.typed, (notice, revision), "bulk"),
        Press(Verb.passages, (notice,)),
        Press(Verb.passage, (first.id,)),
        Press(Verb.names, (notice,)),
        Press(Verb.settle, (notice, 0, 0, revision)),
        Press(Verb.all, (notice, revision), "map"),
        Press(Verb.undo, (notice,)),
        Press(Verb.preview, (notice,)),
        Press(Verb.issue, (notice, revision)),
        Press(Verb.assign, (notice, 1)),
        Press(Verb.adopt, (1,), "revise"),
    ):
        toast = await press_data(he, on, encode(press))
        assert toast, press
        assert "改动" not in toast, press
    await he.say("1-3 不立项 重复")
    await he.say(f"/draft {notice}")
    await he.heard()
    assert drafts_stand(office, notice) == before
    assert not tasks(office)
    assert {one.state for one in clauses(office, notice).values()} == {ClauseState.open}
    assert {one.state for one in passages(office, notice)} == {PassageState.open}
    assert text_of(await message(he, on["message_id"])) == shown
    await he.sees_no("编制改造计划")


async def test_forged_numbers_of_the_office_change_nothing(office: Office, li: Phone) -> None:
    notice = bring_in(office)
    card = await open_draft(li, notice)
    before = drafts_stand(office, notice)
    found = clauses(office, notice)
    seen = (found[1].id, found[1].version)
    for press in (
        Press(Verb.draft, (2**62,)),
        Press(Verb.clause, (2**62,)),
        Press(Verb.passage, (0,)),
        Press(Verb.step, (2**62, 1), "reopen"),
        Press(Verb.step, seen, "merge"),
        Press(Verb.step, (*seen, *seen), "merge"),
        Press(Verb.step, (*seen, 2**62), "lead"),
        Press(Verb.step, (2**62, 1), "map"),
        Press(Verb.split_at, (*seen, 2**62)),
        Press(Verb.typed, (2**62, 1), "drop"),
        Press(Verb.settle, (notice, 2**62, 0, before[0])),
        Press(Verb.settle, (notice, 0, 2**62, before[0])),
        Press(Verb.clauses, (notice, 0), "no_such"),
        Press(Verb.all, (2**62, 1), "map"),
        Press(Verb.issue, (notice, 2**62)),
        Press(Verb.adopt, (2**62,), "new"),
    ):
        assert await press_data(li, card, encode(press)), press
    assert drafts_stand(office, notice) == before
    assert not tasks(office)
    # A page that is not there is the last one.
    await press_data(li, card, encode(Press(Verb.clauses, (notice, 2**62), "all")))
    assert "第5条" in text_of(await message(li, card["message_id"]))
