"""More time: asked without typing and in words, by the gate, across a restart, and the chips."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.callbacks import Press, Verb, decode, encode
from bot.views.extensions import COMPOSING
from tasks.casework import Extension
from tasks.mailroom import Dialogue
from tasks.models import History, Report, ReportKind, Task
from tasks.vocabulary import ExtensionState, Role
from tests.stories.asked import data_of, has_button, message, press, press_data, task, timeline
from tests.stories.office import Json, Office, Phone, buttons_of, text_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def contact(office: Office) -> Phone:
    return await office.invite(Role.contact, "市教育局", "王雅琴")


@pytest.fixture
async def coordinator(office: Office) -> Phone:
    return await office.invite(Role.coordinator, name="周敏")


def requests(office: Office) -> list[tuple[str, str, str]]:
    """Every request: to when, why, and what became of it."""
    with office.db.reading() as session:
        rows = session.scalars(select(Extension).order_by(Extension.id))
        return [(f"{row.wanted}", row.reason, row.state.value) for row in rows]


def events(office: Office, number: int) -> list[str]:
    return [line["action"] for line in timeline(office, number)]


def labels(shown: Json) -> list[str]:
    return [one["text"] for one in buttons_of(shown)]


async def composer(phone: Phone, number: int) -> Json:
    """The one message in which a request is put together."""
    await phone.say(f"/task {number}")
    await phone.press("申请延期")
    return await phone.sees("原因：请选原因")


async def test_asked_without_typing_by_head_and_coordinator(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    head = await office.invite(Role.head, "市教育局", "李局")
    await office.publish(SCHOOLS)
    await contact.say("1号已自查三十所")
    shown = await composer(contact, 1)
    count = len(await contact.heard())
    assert labels(shown)[:4] == ["9-30", "10-9", "10-15", "10-29"]
    await contact.press("10-9", shown)
    await contact.press("经费未落实", shown)
    ready = await message(contact, shown["message_id"])
    assert "9-25→10-9，经费未落实，第1次" in text_of(ready)
    assert "进展：沿用上次（1号已自查三十所）" in text_of(ready)
    assert await press(contact, "提交", shown) == "#1 延期申请已提交。"
    # One message from the first question to the receipt; the card beside it is edited, too.
    assert len(await contact.heard()) == count
    await contact.sees("9-25→10-9", "已报本单位责任领导审签，其间不升级")
    await contact.sees("时限 9月25日", "延期申请 9-25→10-9，第1次，待责任领导")
    await coordinator.sees_no("【延期申请】")
    told = await head.sees("【延期申请】#1", "市教育局 第1次申请", "请于9月8日前审签")
    assert await press(head, "审签", told) == "#1 已审签，转督查室。"
    judged = await coordinator.sees("【延期申请】#1", "李局已审签", "请于9月9日前答复")
    assert await press(coordinator, "同意", judged) == "#1 已同意，单位已告知。"
    await contact.sees("同意延至10月9日。原时限9月25日留存，累计延期1次。")
    await contact.sees("时限 10月9日", "原时限 9月25日，已延期1次")
    assert (task(office, 1)["due"], task(office, 1)["original_due"]) == (
        "2026-10-09",
        "2026-09-25",
    )
    assert [
        one for one in events(office, 1) if one in ("extend", "endorse_extension", "grant")
    ] == [
        "extend",
        "endorse_extension",
        "grant",
    ]


async def test_a_sentence_is_a_report_and_the_receipt_offers_the_rest(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    await contact.say("3号请求延期到2027年1月15日，等省里批复")
    receipt = await contact.sees("#3 已记入反馈", "时限11-27，将列滞后")
    with office.db.reading() as session:
        assert session.scalars(select(Report.text)).all() == [
            "3号请求延期到2027年1月15日，等省里批复"
        ]
    assert requests(office) == []
    await contact.press("3申请延期", receipt)
    shown = await contact.sees("11-27→2027-1-15，等省里批复，第1次")
    await contact.press("提交", shown)
    assert requests(office) == [("2027-01-15", "等省里批复", "asked")]
    await contact.sees("已报督查室，2个工作日内答复，其间不升级。")
    told = await coordinator.sees("【延期申请】#3")
    # A refusal is asked why, and the words go back as they are.
    await coordinator.press("不同意", told)
    await coordinator.sees("请回复不同意的理由")
    await coordinator.say("请按期完成排查")
    await contact.sees("不同意，仍按11月27日办理。理由：", "请按期完成排查")
    assert requests(office) == [("2027-01-15", "等省里批复", "refused")]
    settled = await message(coordinator, told["message_id"])
    assert "同意" not in labels(settled)


async def test_what_is_typed_and_a_restart_between_two_questions(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    shown = await composer(contact, 1)
    await contact.press("其他", shown)
    await contact.sees("请回复日期")
    await contact.say("2026年9月1日")
    await contact.sees("#1 9月1日已过，请另选日期")
    # The choice stands in a row; what the process remembers is nothing.
    with office.db.reading() as session:
        waiting = session.get_one(Dialogue, contact.id)
        assert (waiting.kind, waiting.facts["typing"]) == (COMPOSING, "day")
    await office.app.stop()
    await office.app.start()
    await contact.say("10月17日")
    await contact.sees("延至：10-17", "（10-17非工作日）")


async def test_late_requests_unsigned_by_the_head_end_with_the_leader(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    head = await office.invite(Role.head, "市教育局", "李局")
    leader = await office.invite(Role.leader, name="陈市长")
    other = await office.invite(Role.coordinator, name="郑凯")
    await office.publish(SCHOOLS)
    granted_before(office, 1, times=2)
    await office.at("2026-09-29 10:00")
    shown = await composer(contact, 1)
    assert "时限9-25已过，补报延期至" in text_of(shown)
    await contact.press("10-19", shown)
    await contact.press("待上级批复", shown)
    await contact.press("提交", shown)
    await contact.sees("补报延期", "待上级批复，第3次")
    await head.sees("【补报延期】#1", "请于9月30日前审签")
    # The head's day passes; the queue of the next window has it, and nothing was granted.
    await office.at("2026-10-08 09:05")
    await coordinator.sees("延期申请1项", "（补报）", "未经审签")
    await coordinator.say("/task 1")
    card = await coordinator.sees("待督查室（未经审签）")
    assert "同意" not in labels(card)
    await coordinator.press("报分管领导", card)
    await other.say("/task 1")
    assert "同意" not in labels(await other.sees("待分管领导"))
    told = await leader.sees("【补报延期】#1", "未经审签", "督查室报请审定")
    await leader.press("同意", told)
    await contact.sees("同意延至10月19日", "累计延期3次")
    await coordinator.sees("同意延至10月19日")
    assert task(office, 1)["due"] == "2026-10-19"


def granted_before(office: Office, number: int, times: int) -> None:
    """The task was put off that often before the story begins."""
    now = office.app.clock.now()
    with office.db.transaction() as session:
        task = session.get_one(Task, number)
        task.extensions = times
        assert task.due is not None
        for ordinal in range(1, times + 1):
            said = Report(
                part_id=task.parts[0].id,
                kind=ReportKind.extension,
                text="申请延期",
                said_at=now,
                stored_at=now,
                confirmed_at=now,
            )
            session.add(said)
            session.flush()
            session.add(
                Extension(
                    part_id=said.part_id,
                    report_id=said.id,
                    ordinal=ordinal,
                    due=task.due,
                    wanted=task.due,
                    reason="待批复",
                    late=False,
                    state=ExtensionState.granted,
                    asked_at=now,
                )
            )


async def test_chips_say_when_a_near_task_will_be_done(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    await contact.press("全部签收")
    await office.at("2026-09-22 09:00")
    await contact.say("/task 1")
    card = await contact.sees("#1 开展食堂自查", "时限 9月25日", "预计何时完成？")
    assert {"本周", "下周", "其他"} <= set(labels(card))
    assert not has_button(card, "按计划推进")
    await contact.press("本周", card)
    await contact.sees("#1 已记入反馈", "预计9-24")
    await contact.press("下周", card)
    late = await contact.sees("预计9-30", "时限9-25，将列滞后")
    assert has_button(late, "1申请延期")
    await contact.press("其他", card)
    await contact.sees("#1 预计何时完成？")
    await contact.say("尽快")
    await contact.sees("“尽快”不是日期")
    await contact.say("10月12日")
    await contact.sees("预计10-12")
    await contact.press("1申请延期", await contact.sees("预计10-12"))
    await contact.sees("延至：10-12", "原因：请选原因")
    with office.db.reading() as session:
        said = session.execute(select(Report.text, Report.confirmed_at).order_by(Report.id)).all()
    assert [one.text for one in said] == ["预计9月24日完成", "预计9月30日完成", "预计10月12日完成"]
    assert all(one.confirmed_at is not None for one in said)


async def test_a_request_given_up_or_forged_asks_nothing(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    other = await office.invite(Role.contact, "市交通运输局", "钱立")
    await office.publish(SCHOOLS)
    shown = await composer(contact, 1)
    day = date(2026, 10, 9).toordinal()
    theirs = await other.sees("【交办】")
    assert "没有#1" in await press_data(other, theirs, encode(Press(Verb.extend, (1,))))
    _, row, _ = decode(data_of(shown, "10-9")).ids
    gone = encode(Press(Verb.compose, (1, row, day), "day"))
    assert "已提交或取消" in await press_data(other, theirs, gone)
    early = encode(Press(Verb.compose, (1, row, date(2026, 9, 15).toordinal()), "day"))
    assert "须晚于" in await press_data(contact, shown, early)
    await contact.press("取消", shown)
    left = await message(contact, shown["message_id"])
    assert "已取消" in text_of(left)
    assert "已提交或取消" in await press_data(
        contact, shown, encode(Press(Verb.compose, (1, row), "send"))
    )
    assert requests(office) == []
    await composer(contact, 1)
    await contact.say("/cancel")
    assert "已提交或取消" in await press_data(contact, shown, gone)
    asked = "".join(events(office, 1))
    assert "extend" not in asked


async def test_words_that_reply_to_the_request_answer_what_it_asks(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    shown = await composer(contact, 1)
    await contact.say("延到10月15日", shown)
    await contact.sees("延至：10-15", "原因：请选原因")
    again = await contact.sees("延至：10-15")
    await contact.say("场地10月8日后才能使用", again)
    ready = await contact.sees("9-25→10-15，场地10月8日后才能使用，第1次")
    await contact.say("已完成三十所", ready)
    ready = await contact.sees("进展：已完成三十所")
    await contact.say("10月20日", ready)
    ready = await contact.sees("9-25→10-20，场地10月8日后才能使用")
    # Words beside it are a report, as ever.
    await contact.say("1号已完成三十二所")
    await contact.sees("#1 已记入反馈")
    await contact.press("提交", ready)
    assert requests(office) == [("2026-10-20", "场地10月8日后才能使用", "asked")]
    with office.db.reading() as session:
        said = session.scalars(select(Report.text).where(Report.kind == ReportKind.words)).all()
    assert said == ["1号已完成三十二所"]


async def test_a_request_put_together_ends_with_its_task(
    office: Office, contact: Phone, coordinator: Phone
) -> None:
    await office.publish(SCHOOLS)
    shown = await composer(contact, 1)
    await coordinator.say("/task 1")
    await coordinator.press("更多", await coordinator.sees("#1", "时限"))
    await coordinator.press("终止督办")
    await coordinator.say("并入其他事项")
    await contact.sees("终止督办", "并入其他事项")
    assert "不能申请延期" in await press(contact, "10-9", shown)
    left = await message(contact, shown["message_id"])
    assert "已取消" in text_of(left)
    assert not has_button(left, "10-9")
    assert requests(office) == []


async def test_only_the_newest_message_puts_a_request_together(
    office: Office, contact: Phone
) -> None:
    await office.publish(SCHOOLS)
    first = await composer(contact, 1)
    await contact.press("10-9", first)
    second = await composer(contact, 1)
    assert first["message_id"] != second["message_id"]
    assert "已提交或取消" in await press(contact, "10-15", first)
    assert not has_button(await message(contact, first["message_id"]), "10-15")
    await contact.press("待上级批复", second)
    assert "延至：请选" in text_of(await message(contact, second["message_id"]))


async def test_the_day_that_was_typed_can_be_edited(office: Office, contact: Phone) -> None:
    await office.publish(SCHOOLS)
    await contact.press("全部签收")
    await office.at("2026-09-22 09:00")
    await contact.say("/task 1")
    await contact.press("其他", await contact.sees("预计何时完成？"))
    said = await contact.say("10月12日")
    await contact.sees("预计10-12")
    number = said["message_id"]
    await office.control("edit", person=contact.id, message_id=number, text="10月20日")
    await contact.sees("10-20")
    with office.db.reading() as session:
        old, new = session.scalars(select(Report).order_by(Report.id)).all()
        assert (new.replaces_id, new.expected) == (old.id, date(2026, 10, 20))
        lines = session.scalars(select(History.facts).where(History.action == "report")).all()
        assert lines[0] == {"report": old.id, "message": "10月12日"}
