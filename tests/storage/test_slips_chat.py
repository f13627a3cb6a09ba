"""督办单 and 报分管领导 as they read and are pressed in chat."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.callbacks import Press, Verb, encode
from tasks.errors import NotAllowed, NotFound, Refused
from tasks.models import History, Person, Slip, Task
from tasks.services.escalation import escalate
from tasks.views.queue import Queue, queue
from tasks.vocabulary import Role
from tests.storage.chat import Chats
from tests.storage.scene import Scene, duty

DUE = date(2026, 11, 20)


@pytest.fixture
def people(scene: Scene) -> tuple[int, int, int, int]:
    """A contact, a head, a coordinator and a leader; a task of theirs, overdue by a few days."""
    found = (
        scene.join(Role.contact, "教育局", "王强"),
        scene.join(Role.head, "教育局", "李局"),
        scene.join(Role.coordinator, name="周敏"),
        scene.join(Role.leader, name="陈立"),
    )
    scene.publish(duty("制定方案。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.days("2026-11-20", "2026-11-25")
    scene.go("2026-11-25 10:00")
    scene.deliver()
    return found


def waiting(scene: Scene, person: int) -> Queue:
    act = scene.act(person)
    with scene.database.reading() as session:
        return queue(session, scene.office, act)


def test_the_queue_lists_a_draft_with_its_facts(
    scene: Scene, people: tuple[int, int, int, int]
) -> None:
    (one,) = waiting(scene, people[2]).slips
    assert (one.task, one.department, one.level, one.days) == (1, "教育局", "yellow", 3)
    # On the 20th its day, then overdue on the 23rd, 24th and 25th.
    assert (one.sent, one.delivered, one.answered_on) == (4, 4, None)
    scene.say(people[0], 1, text="正在收尾")
    (one,) = waiting(scene, people[2]).slips
    assert one.answered_on == date(2026, 11, 25)


def test_from_the_queue_to_the_head(
    scene: Scene, chat: Chats, people: tuple[int, int, int, int]
) -> None:
    contact, head, coordinator, _ = (chat.chat_of(one) for one in people)
    shown = chat.say(coordinator, "/queue")
    assert "待签发督办单1份：" in shown
    assert "教育局 超期3个工作日 拟发黄色督办单" in shown
    assert "已提醒4次，送达4次，未见反馈" in shown
    assert [one.label for one in chat.buttons] == ["1", "签发 #1", "不签发 #1", "报领导 #1"]
    said = chat.press(coordinator, "签发 #1")
    assert said.startswith("#1 督办单2号已签发，11月25日14:30发单位。")
    assert waiting(scene, people[2]).slips == ()
    scene.go("2026-11-25 14:30")
    scene.sweep()
    told = chat.shown(head)
    assert "【督办单】督〔2026〕2号（黄）" in told
    assert "请于11月27日前办结" in told
    assert [one.label for one in chat.buttons] == ["已阅", "指定专人", "报情况", "1"]
    assert chat.press(head, "已阅") == "已记录：已阅。"
    assert "督办单 督〔2026〕2号（黄），11月27日前答复" in chat.shown(contact)
    log = chat.say(coordinator, "/log 1")
    assert "周敏 发督办单（黄）" in log
    assert "李局 已阅督办单" in log


def test_who_has_nobody_to_be_told_is_to_be_telephoned(
    scene: Scene, chat: Chats, people: tuple[int, int, int, int]
) -> None:
    coordinator = chat.chat_of(people[2])
    chat.say(coordinator, "/queue")
    scene.do(lambda s: _out_of_reach(s, people[0], people[1]))
    chat.press(coordinator, "签发 #1")
    owed = {(one.kind, one.head) for one in waiting(scene, people[2]).untold}
    assert owed == {("yellow_slip", False), ("blue_slip", True)}
    scene.go("2026-11-25 15:00")
    scene.sweep()
    scene.deliver(unreachable=frozenset(people[:2]))
    owed = {(one.kind, one.head) for one in waiting(scene, people[2]).untold}
    assert owed == {("yellow_slip", False), ("yellow_slip", True)}


def _out_of_reach(session: Session, *people: int) -> None:
    for one in people:
        person = session.get_one(Person, one)
        person.unreachable_at = person.created_at


def test_a_leader_is_told_at_a_press_once_a_day(
    scene: Scene, chat: Chats, people: tuple[int, int, int, int]
) -> None:
    _, _, coordinator, leader = (chat.chat_of(one) for one in people)
    scene.say(people[0], 1, text="等待批复")
    assert chat.shown(leader) == ""
    chat.say(coordinator, "/task 1")
    assert chat.press(coordinator, "报分管领导").startswith("#1 已报陈立。")
    told = chat.shown(leader)
    for line in (
        "【呈阅】超期事项",
        "#1 制定方案",
        "时限11月20日，超期3个工作日",
        "已发督办单 1号（蓝）",
        "11月25日反馈：“等待批复”",
    ):
        assert line in told
    assert chat.press_data(coordinator, encode(Press(Verb.escalate, (1,)))).startswith(
        "#1 今日已报分管领导。"
    )
    scene.go("2026-11-26 09:00")
    assert chat.press_data(coordinator, encode(Press(Verb.escalate, (1,)))).startswith("#1 已报")
    # Settled before it was sent, it is not sent.
    scene.submit(people[0], 1)
    assert chat.shown(leader) == ""
    with scene.database.reading() as session:
        made = select(func.count()).select_from(History).where(History.action == "escalate")
        assert session.scalar(made) == 2


def test_the_leader_of_a_task_is_told_alone_and_nobody_else_may(
    scene: Scene, people: tuple[int, int, int, int]
) -> None:
    contact, head, coordinator, _ = people
    second = scene.join(Role.leader, name="高远")
    before = scene.everything()
    for nobody in (contact, head, people[3], second):
        with pytest.raises(NotAllowed):
            scene.do(partial(escalate, office=scene.office, act=scene.act(nobody), number=1))
    act = scene.act(coordinator)
    with pytest.raises(NotFound, match="no_such_task"):
        scene.do(lambda s: escalate(s, scene.office, act, 99))
    (early,) = scene.publish(duty("不急。", lead=["教育局"], due=date(2027, 3, 1)))
    with pytest.raises(Refused, match="not_overdue"):
        scene.do(lambda s: escalate(s, scene.office, act, early))
    assert before["slip"] == scene.everything()["slip"]
    assert scene.do(lambda s: escalate(s, scene.office, act, 1)).told == ("陈立", "高远")
    scene.go("2026-11-26 10:00")
    scene.do(lambda s: _attach(s, second))
    later = scene.act(coordinator)
    assert scene.do(lambda s: escalate(s, scene.office, later, 1)).told == ("高远",)


def _attach(session: Session, leader: int) -> None:
    session.get_one(Task, 1).leader_id = leader


def test_a_forged_button_says_why_and_changes_nothing(
    scene: Scene, chat: Chats, people: tuple[int, int, int, int]
) -> None:
    with scene.database.reading() as session:
        draft = session.scalars(select(Slip.id).where(Slip.issued_at.is_(None))).one()
    for who in (people[0], people[1], people[3]):
        account = chat.chat_of(who)
        for verb in (Verb.issue_slip, Verb.drop_slip):
            said = chat.press_data(account, encode(Press(verb, (draft,))))
            assert "没有权限" in said, said
    with scene.database.reading() as session:
        slip = session.get_one(Slip, draft)
        assert (slip.number, slip.issued_at, slip.dropped_at) == (None, None, None)
