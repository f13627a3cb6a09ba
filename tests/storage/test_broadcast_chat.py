"""广播 in chat: set with a preview, listed, stopped while it runs, and how it went."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.compose import compose
from tasks.mailroom import Outbox
from tasks.outbox import Leased
from tasks.services import broadcasts
from tasks.services.post import Kind
from tasks.staff import Group
from tasks.vocabulary import Delivery, Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import Scene, duty

WEEKLY = "/broadcast 每周五 15:00 各联络员：请于今日下班前反馈。"


@pytest.fixture
def talk(scene: Scene) -> Chats:
    return chats(scene)


@pytest.fixture
def li(scene: Scene, talk: Chats) -> int:
    return talk.chat_of(scene.join(Role.coordinator, None, "李督查"))


@pytest.fixture
def wang(scene: Scene, talk: Chats) -> int:
    return talk.chat_of(scene.join(Role.contact, "教育局", "王强"))


@pytest.fixture
def zhao(scene: Scene, talk: Chats) -> int:
    return talk.chat_of(scene.join(Role.contact, "财政局", "赵敏"))


def take(scene: Scene, moment: str) -> int:
    scene.go(moment)
    return scene.do(lambda s: broadcasts.take_due(s, scene.office, scene.now))


def settle(scene: Scene, chat: int, state: Delivery) -> None:
    def write(session: Session) -> None:
        row = scene_row(session, chat)
        row.state, row.settled_at = state, scene.now

    scene.do(write)


def scene_row(session: Session, chat: int) -> Outbox:
    return session.scalars(
        select(Outbox)
        .where(Outbox.chat_id == chat, Outbox.kind == Kind.broadcast)
        .order_by(Outbox.id.desc())
        .limit(1)
    ).one()


def test_from_the_sentence_to_what_people_read(
    scene: Scene, talk: Chats, li: int, wang: int, zhao: int
) -> None:
    assert talk.say(li, WEEKLY).splitlines() == [
        "<b>【广播】预览</b>",
        "<blockquote>请于今日下班前反馈。</blockquote>",
        "时间 每周五15:00",
        "首次 11月6日15:00",
        "对象 各联络员",
        "将发2人、0个群",
    ]
    assert [one.label for one in talk.buttons] == ["发送", "取消"]
    said = talk.press(li, "发送")
    assert said.startswith("已设定，11月6日15:00发出。")
    assert "下次 11月6日15:00" in said
    assert take(scene, "2026-11-06 15:00") == 2
    assert talk.shown(wang).splitlines() == [
        "<b>【工作提示】</b>",
        "请于今日下班前反馈。",
        "督查室 010-1",
    ]
    listed = talk.say(li, "/broadcast")
    assert "待发1条" in listed
    assert "1 每周五15:00｜各联络员" in listed
    assert "下次 11月13日15:00" in listed
    outcome = talk.press(li, "结果1").splitlines()
    assert "11月6日15:00发出：2人、0个群" in outcome
    assert "已送达1" in outcome
    assert "待发1" in outcome


def test_it_is_stopped_while_it_runs(
    scene: Scene, talk: Chats, li: int, wang: int, zhao: int
) -> None:
    talk.say(li, WEEKLY)
    talk.press(li, "发送")
    take(scene, "2026-11-06 15:00")
    assert talk.shown(wang)
    talk.say(li, "/broadcast")
    said = talk.press(li, "停止1")
    assert said.startswith("已停止，未发出的1条不再发送。")
    assert "停止未发1" in said
    assert "已停止" in said
    assert talk.shown(zhao) == ""
    assert "已发完或已停止" in talk.press_data(li, "1bc!stop:1")
    assert take(scene, "2026-11-13 15:00") == 0


def test_what_was_leased_before_the_stop_is_not_sent(
    scene: Scene, talk: Chats, li: int, wang: int
) -> None:
    talk.say(li, WEEKLY)
    talk.press(li, "发送")
    take(scene, "2026-11-06 15:00")

    def lease(session: Session) -> None:
        scene_row(session, wang).leased_until = scene.now

    scene.do(lease)
    assert talk.press_data(li, "1bc!stop:1").startswith("已停止，未发出的0条")
    with scene.database.reading() as session:
        row = scene_row(session, wang)
        assert row.state is Delivery.waiting
        assert compose(session, talk.desk, Leased.of(row)) is None


def test_outside_windows_it_waits_for_the_next(
    scene: Scene, talk: Chats, li: int, wang: int
) -> None:
    talk.say(li, WEEKLY)
    talk.press(li, "发送")
    take(scene, "2026-11-06 15:00")
    scene.go("2026-11-06 17:30")
    with scene.database.reading() as session:
        made = compose(session, talk.desk, Leased.of(scene_row(session, wang)))
    assert made is not None
    assert made.pages == ()
    assert made.later == scene.office.cal.next_window(scene.now)


def test_a_group_reads_the_words_and_no_telephone(
    scene: Scene, talk: Chats, li: int, wang: int
) -> None:
    scene.do(lambda s: s.add(Group(chat_id=-100, title="督办工作群", bound_at=scene.now)))
    shown = talk.say(li, "/broadcast 立即 督办工作群、本办的群：会议<改期>\n请互相转告。")
    assert "发出 11月2日09:00" in shown
    assert "将发0人、1个群" in shown
    talk.press(li, "发送")
    assert take(scene, "2026-11-02 09:00") == 1
    assert talk.shown(-100).splitlines() == [
        "<b>【工作提示】</b>",
        "会议&lt;改期&gt;",
        "请互相转告。",
        "督查室",
    ]


def test_a_summary_goes_to_who_reads_all(scene: Scene, talk: Chats, li: int, wang: int) -> None:
    chen = talk.chat_of(scene.join(Role.leader, None, "陈立"))
    scene.publish(duty("办。", lead=["教育局"]))
    refused = talk.say(li, "/broadcast 每周五 9:00 各联络员：汇总")
    assert "汇总只发督查员、分管领导和管理员" in refused
    # The sentence is written anew, better.
    shown = talk.say(li, "/broadcast 每月25日 9:00 督查员、分管领导：汇总")
    assert "落实情况汇总" in shown
    talk.press(li, "发送")
    assert take(scene, "2026-11-25 09:00") == 2
    summary = talk.shown(chen)
    assert "落实情况" in summary
    assert summary == talk.say(chen, "/summary")


def test_a_better_sentence_replaces_the_one_that_waits(
    scene: Scene, talk: Chats, li: int, wang: int
) -> None:
    talk.say(li, WEEKLY)
    old = [one.data for one in talk.buttons]
    shown = talk.say(li, "每周四 18:00 教育局：请反馈。")
    assert "时间 每周四18:00" in shown
    assert "首次 11月6日09:00" in shown
    assert "顺延" in shown
    assert old[0] is not None
    assert "所输内容已失效" in talk.press_data(li, old[0])
    assert "没有名为“没有局”" in talk.say(li, "没有局：请反馈。")
    talk.say(li, "每周四 10:00 教育局：请反馈。")
    assert talk.press(li, "取消") == "已取消，未作记录。"
    assert "待发0条" in talk.say(li, "/broadcast")


def test_departments_set_and_see_nothing(scene: Scene, talk: Chats, li: int, wang: int) -> None:
    talk.say(li, WEEKLY)
    talk.press(li, "发送")
    for words in ("/broadcast", WEEKLY):
        assert "没有权限设定广播" in talk.say(wang, words)
    for data in ("1bc!show:1", "1bc!stop:1"):
        assert "没有权限设定广播" in talk.press_data(wang, data)


def test_how_a_single_one_went_is_told_by_itself(
    scene: Scene, talk: Chats, li: int, wang: int, zhao: int
) -> None:
    talk.say(li, "/broadcast 立即 各联络员：开会。")
    talk.press(li, "发送")
    take(scene, "2026-11-02 09:00")
    settle(scene, wang, Delivery.sent)
    settle(scene, zhao, Delivery.unreachable)
    assert take(scene, "2026-11-02 09:01") == 1
    told = talk.shown(li).splitlines()
    assert "已送达1" in told
    assert "未送达1：赵敏" in told
    assert told[-1] == "已发完"


def test_in_english(scene: Scene, talk: Chats, li: int, wang: int) -> None:
    talk.say(li, "/lang en")
    shown = talk.say(li, "/broadcast every Friday 15:00 contacts: please report today")
    assert "When: every Fri at 15:00" in shown
    assert "Reaches 1 person and 0 groups" in shown
    talk.press(li, "Send")
    assert "every Fri at 15:00" in talk.say(li, "/broadcast")
