"""What a contact types and taps in answer to reminders: read back once, and said plainly."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.callbacks import Press, Verb, encode
from tasks.casework import Question
from tasks.models import Department, Report
from tasks.services import declines, extensions
from tasks.vocabulary import Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import duty, opened

EDUCATION, FINANCE = "市教育局", "市财政局"
DUE = date(2026, 12, 31)


@pytest.fixture
def talk(database_url: str) -> Iterator[Chats]:
    with opened(database_url) as scene:
        scene.publish(
            duty("办好学校。", lead=[EDUCATION], cooperating=[FINANCE], due=DUE),
            duty("办好校车。", lead=[EDUCATION], cooperating=[FINANCE], due=DUE),
            duty("管好资金。", lead=[FINANCE], due=DUE),
        )
        yield chats(scene)


@pytest.fixture
def helper(talk: Chats) -> int:
    chat = talk.chat_of(talk.scene.join(Role.contact, FINANCE))
    talk.shown(chat)
    return chat


def test_as_planned_of_who_cooperates_is_read_back(talk: Chats, helper: int) -> None:
    shown = talk.say(helper, "1号按计划")
    assert "按计划推进" in shown
    assert "无补充" not in shown
    assert "改1" in [one.label for one in talk.buttons]
    assert "无补充" in talk.say(helper, "2号无补充")


@pytest.mark.parametrize("text", ["2", "#2", "第2项", "２号"])
def test_a_number_alone_opens_its_card(talk: Chats, helper: int, text: str) -> None:
    assert talk.say(helper, text).startswith("<b>#2 办好校车")
    with talk.scene.database.reading() as session:
        assert session.scalars(select(Question)).all() == []


def test_a_file_without_a_number_is_asked_for_its_task(talk: Chats, helper: int) -> None:
    assert "是哪一项" in talk.send(helper, "现场.jpg")
    assert "已记入反馈" in talk.press(helper, "2")
    with talk.scene.database.reading() as session:
        assert [one.part.task_id for one in session.scalars(select(Report))] == [2]


@pytest.mark.parametrize(("text", "number"), [("99号已完成", 99), ("4号完成30%", 4)])
def test_a_number_of_nobody_or_of_others_is_told(
    talk: Chats, helper: int, text: str, number: int
) -> None:
    talk.scene.publish(duty("办好医院。", lead=["市卫生健康局"], due=DUE))
    shown = talk.say(helper, text)
    assert f"没有#{number}，或不由您单位办理。" in shown
    assert "是哪一项" in shown


def test_who_cooperates_need_not_sign(talk: Chats) -> None:
    chat = talk.chat_of(talk.scene.join(Role.contact, FINANCE))
    talk.scene.publish(
        duty("办好食堂。", lead=[FINANCE], due=DUE),
        duty("办好操场。", lead=[EDUCATION], cooperating=[FINANCE], due=DUE),
    )
    talk.shown(chat)
    toast = talk.press_data(chat, encode(Press(Verb.sign_all, (2,))))
    assert toast.startswith("已签收#4。")
    assert "状态 配合（无需签收）" in talk.say(chat, "/task 1")
    assert "状态 待签收" in talk.say(chat, "/task 3")


def test_a_task_that_was_passed_on_is_signed_by_its_new_lead(talk: Chats) -> None:
    scene = talk.scene
    chat = talk.chat_of(scene.join(Role.contact, "市体育局"))
    talk.shown(chat)
    act = scene.act(scene.join(Role.coordinator))
    part = next(one for one in scene.task(3).parts if one.department == FINANCE)
    with scene.database.reading() as session:
        unit = session.scalars(select(Department.id).where(Department.name == "市体育局")).one()
    scene.do(lambda s: declines.reassign(s, scene.office, act, part.id, unit))
    assert "前签收" in talk.shown(chat)
    assert "签收" in [one.label for one in talk.buttons]


def test_a_piece_of_a_name_is_answered_with_the_names(talk: Chats) -> None:
    chat = talk.chat_of(talk.scene.join(Role.coordinator))
    talk.shown(chat)
    shown = talk.say(chat, "/people 财政")
    assert f"是否为：{FINANCE}？" in shown
    assert "是否为" not in talk.say(chat, "/people 交通")
    assert "/pause" in talk.say(chat, "/help")


def test_the_help_of_a_head_tells_of_endorsing(talk: Chats, helper: int) -> None:
    head = talk.chat_of(talk.scene.join(Role.head, FINANCE))
    talk.shown(head)
    assert "审签" in talk.say(head, "/help")
    assert "审签" not in talk.say(helper, "/help")


def test_that_nobody_answered_is_said_once(talk: Chats) -> None:
    chat = talk.chat_of(talk.scene.join(Role.contact, EDUCATION))
    talk.shown(chat)
    shown = talk.press_data(chat, encode(Press(Verb.consolidate, (1,))))
    assert shown.count("反馈") == 1
    assert shown.split("\n")[1:] == ["配合单位本期均无反馈：", "　配合未绑定：市财政局"]


def test_a_leader_is_shown_again_what_waits_for_their_word(talk: Chats) -> None:
    scene = talk.scene
    leader = talk.chat_of(scene.join(Role.leader))
    contact = scene.act(scene.join(Role.contact, FINANCE))
    talk.shown(leader)
    assert "目前没有待您签发" in talk.say(leader, "/queue")

    def forwarded(session: Session) -> None:
        asked = extensions.ask(session, scene.office, contact, 3, date(2027, 1, 15), "资金未到位")
        asked.forwarded_at = scene.now

    scene.do(forwarded)
    talk.shown(leader)
    shown = talk.say(leader, "/queue")
    assert "资金未到位" in shown
    assert "同意" in [one.label for one in talk.buttons]


@pytest.mark.parametrize("verb", [Verb.nothing_to_add, Verb.no_change])
def test_one_tap_pressed_again_keeps_no_second_answer(
    talk: Chats, helper: int, verb: Verb
) -> None:
    numbers = (1, 2) if verb is Verb.nothing_to_add else (3,)
    talk.say(helper, "3号正在推进")
    data = encode(Press(verb, numbers))
    assert "已记入反馈" in talk.press_data(helper, data)
    assert talk.press_data(helper, data) == "此前已答复，无需重复。"
    talk.scene.go("2026-12-01 09:00")
    assert "已记入反馈" in talk.press_data(helper, data)
