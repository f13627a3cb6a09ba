"""An edited message says anew what it said, and nothing else twice."""

from typing import Any

import pytest
from sqlalchemy import select

from tasks.models import History, Report
from tasks.services import groups
from tasks.services.questions import waiting_questions
from tasks.vocabulary import Role
from tests.stories.asked import has_button, message, press, task, timeline
from tests.stories.office import Office, Phone, text_of
from tests.stories.samples import SCHOOLS


@pytest.fixture
async def education(office: Office) -> Phone:
    phone = await office.invite(Role.contact, "市教育局", "王雅琴")
    await office.publish(SCHOOLS)
    return phone


async def _edit(phone: Phone, said: dict[str, Any], text: str) -> None:
    await phone.office.control("edit", person=phone.id, message_id=said["message_id"], text=text)
    await phone.office.settle()


async def test_the_receipt_is_redrawn_in_place(office: Office, education: Phone) -> None:
    said = await education.say("1号完成60%")
    receipt = await education.sees("请核对", "60%")
    await _edit(education, said, "1号完成70%")
    redrawn = await message(education, receipt["message_id"])
    assert "70%" in text_of(redrawn)
    assert "60%" not in text_of(redrawn)
    assert len([one for one in await education.heard() if "请核对" in text_of(one)]) == 1
    await education.press("无误", redrawn)
    assert task(office, 1)["percent"] == 70
    with office.db.reading() as session:
        first, second = session.scalars(select(Report).order_by(Report.id))
        assert (second.replaces_id, first.confirmed_at) == (first.id, None)
        assert first.replaced_at is not None


async def test_a_confirmed_percent_stays_until_the_edit_is_confirmed(
    office: Office, education: Phone
) -> None:
    said = await education.say("1号完成60%")
    await education.press("无误")
    await _edit(education, said, "1号完成70%")
    assert task(office, 1)["percent"] == 60
    await education.press("无误", await education.sees("请核对", "70%"))
    assert task(office, 1)["percent"] == 70


async def test_a_task_that_is_named_no_more_keeps_its_answer(
    office: Office, education: Phone
) -> None:
    said = await education.say("1号完成60%；3号完成20%")
    await education.sees("2项")
    await _edit(education, said, "1号完成65%")
    await education.sees("#3", "原反馈保留")
    assert timeline(office, 3)[-1]["action"] == "edit"
    assert [line["action"] for line in timeline(office, 1)][-2:] == ["report", "report"]


async def test_an_answer_that_names_no_task_is_not_asked_about_again(
    office: Office, education: Phone
) -> None:
    await education.say("/report 3")
    said = await education.say("已完成50%")
    await education.sees("请核对", "50%")
    await _edit(education, said, "已完成55%")
    await education.sees("请核对", "55%")
    await education.sees_no("是哪一项的进展")
    assert timeline(office, 3)[-1]["text"] == "已完成55%"


async def test_words_that_still_wait_for_their_task_are_asked_about_anew(
    office: Office, education: Phone
) -> None:
    said = await education.say("已完成50%")
    first = await education.sees("是哪一项的进展", "50%")
    await _edit(education, said, "已完成55%")
    assert "失效" in await press(education, "3", first)
    chosen = await education.sees("是哪一项的进展", "55%")
    await education.press("3", chosen)
    assert timeline(office, 3)[-1]["text"] == "已完成55%"
    await _edit(education, said, "已完成58%")
    assert timeline(office, 3)[-1]["text"] == "已完成58%"


async def test_the_reason_of_a_judgement_is_not_given_again(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await education.say("/task 1")
    await education.press("申请办结")
    await coordinator.say("/task 1")
    await coordinator.press("退回补充")
    said = await coordinator.say("材料不全")
    await education.sees("退回补充", "材料不全")
    await _edit(coordinator, said, "材料不齐全")
    await coordinator.sees("改动已留存")
    assert timeline(office, 1)[-1]["action"] == "edit"
    assert len([line for line in timeline(office, 1) if line["action"] == "send_back"]) == 1


async def test_a_correction_replaces_what_it_corrects(office: Office, education: Phone) -> None:
    await education.say("1号完成60%")
    receipt = await education.sees("请核对", "60%")
    await education.press("改1", receipt)
    await education.say("完成40%")
    old = await message(education, receipt["message_id"])
    assert "40%" in text_of(old)
    assert has_button(old, "无误")
    await education.press("无误", old)
    assert task(office, 1)["percent"] == 40


async def test_words_that_the_office_was_given_are_answered_once(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    said = await education.say("已完成50%")
    await education.sees("是哪一项的进展")
    await office.at("2026-09-09 10:00")
    await coordinator.say("/queue")
    await coordinator.sees("未能对应任务1条", "已完成50%")
    await _edit(education, said, "已完成55%")
    await education.press("3", await education.sees("是哪一项的进展", "55%"))
    await coordinator.say("/queue")
    await coordinator.sees_no("未能对应任务1条", "已完成55%")
    with office.db.reading() as session:
        assert session.scalars(select(Report.text)).all() == ["已完成55%"]
        assert waiting_questions(session) == []
        # What was said first is kept beside it.
        remarks = session.scalars(select(History.text).where(History.action == "remark"))
        assert remarks.all() == ["已完成50%"]


async def test_words_of_a_group_that_wait_elsewhere_are_said_anew(
    office: Office, education: Phone
) -> None:
    group = await office.group("校园安全群", education)
    with office.db.transaction() as session:
        code = groups.invite_group(session, office.act(), "市教育局").code
    await group.say(education, f"/bind {code}")
    await office.publish(SCHOOLS.replace("41号", "78号"))
    said = await group.say(education, "已完成50%", await group.sees("【交办】"))
    await education.sees("是哪一项的进展", "50%")
    changed = {"chat": group.id, "message_id": said["message_id"], "text": "已完成55%"}
    await office.control("edit", person=education.id, **changed)
    await education.press("3", await education.sees("是哪一项的进展", "55%"))
    with office.db.reading() as session:
        assert session.scalars(select(Report.text)).all() == ["已完成55%"]
        assert waiting_questions(session) == []
    # The answer is known by the message of the group.
    await office.control("edit", person=education.id, **{**changed, "text": "已完成58%"})
    await group.sees("请核对", "58%")
    with office.db.reading() as session:
        old, new = session.scalars(select(Report).order_by(Report.id))
        assert (new.text, new.replaces_id) == ("已完成58%", old.id)


async def test_a_decline_and_an_answer_stand_as_they_were_given(
    office: Office, education: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="周敏")
    await education.say("1号是否需要盖章？")
    await education.sees("#1 已转督查室")
    await coordinator.say("/queue")
    await coordinator.press("1号是否")
    await coordinator.press("回复")
    answered = await coordinator.say("需要盖公章")
    await education.sees("需要盖公章")
    await _edit(coordinator, answered, "需要盖公章，一式两份")
    await coordinator.sees("改动已留存")
    await education.say("/task 3")
    await education.press("不属本单位")
    declined = await education.say("由住建部门负责")
    await education.sees("#3", "已申请改办")
    await _edit(education, declined, "由市住房城乡建设局负责")
    await education.sees("改动已留存")
    edits = [line["text"] for line in timeline(office, 3) if line["action"] == "edit"]
    assert edits == ["由市住房城乡建设局负责"]
    with office.db.reading() as session:
        assert session.scalars(select(Report.text)).all() == ["由住建部门负责"]
