"""申请延期 in a chat: days that are typed while the request is put together."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.callbacks import Press, Verb, encode
from tasks.mailroom import Outbox
from tasks.models import Report
from tasks.services.post import Kind
from tasks.vocabulary import Role
from tests.storage.chat import Chats
from tests.storage.scene import Scene, duty

EDUCATION = "市教育局"


@pytest.fixture
def contact(scene: Scene, chat: Chats) -> int:
    """The chat of a contact with a task that is due on 30 September."""
    scene.go("2026-09-07 09:00")
    person = scene.join(Role.contact, EDUCATION, "王雅琴")
    (number,) = scene.publish(duty("办好学校。", lead=[EDUCATION], due=date(2026, 9, 30)))
    scene.deliver()
    scene.say(person, number, text="已完成初稿")
    return chat.chat_of(person)


def opens(chat: Chats, account: int) -> None:
    shown = chat.press_data(account, encode(Press(Verb.extend, (1,))))
    assert "申请延至" in shown


def said(scene: Scene) -> list[str]:
    with scene.database.reading() as session:
        return list(session.scalars(select(Report.text).order_by(Report.id)))


def test_a_typed_day_that_has_passed_leaves_the_form_open(
    scene: Scene, chat: Chats, contact: int
) -> None:
    opens(chat, contact)
    buttons = list(chat.buttons)
    other = [one.data for one in buttons if one.label == "其他" or "其他" in one.label]
    assert other[0] is not None
    chat.press_data(contact, other[0])
    assert "8月1日已过，请另选日期" in chat.say(contact, "8月1日")
    assert "11-10" in chat.say(contact, "11月10日")
    assert said(scene) == ["已完成初稿"]


def test_a_typed_day_sets_the_day_at_any_moment(scene: Scene, chat: Chats, contact: int) -> None:
    opens(chat, contact)
    assert "10-30" in chat.say(contact, "10月30日")
    assert "11-10" in chat.say(contact, "11月10日")
    shown = chat.press(contact, "待上级批复")
    assert "9-30→11-10" in shown
    assert "9-30→11-12" in chat.say(contact, "11月12日")
    chat.press(contact, "修改")
    assert "11-13" in chat.say(contact, "11-13")
    assert "已过" in chat.say(contact, "8月1日")
    assert said(scene) == ["已完成初稿"]


def test_other_words_beside_the_form_are_a_report(scene: Scene, chat: Chats, contact: int) -> None:
    opens(chat, contact)
    chat.say(contact, "1号已完成60%，预计9月20日完成")
    assert said(scene) == ["已完成初稿", "1号已完成60%，预计9月20日完成"]


def test_a_request_taken_back_leaves_no_button_with_the_head(
    scene: Scene, chat: Chats, contact: int
) -> None:
    head = chat.chat_of(scene.join(Role.head, EDUCATION, "陈立"))
    chat.shown(head)
    opens(chat, contact)
    chat.say(contact, "10月30日")
    chat.press(contact, "待上级批复")
    chat.press(contact, "提交")
    (withdraw,) = [one.data for one in chat.buttons if "撤回" in one.label]
    assert "审签" in chat.shown(head)
    assert any("审签" in one.label for one in chat.buttons)

    def stands(session: Session) -> None:
        row = session.scalars(
            select(Outbox).where(Outbox.chat_id == head, Outbox.kind == Kind.request)
        ).one()
        row.message_id = 77

    scene.do(stands)
    assert withdraw is not None
    chat.press_data(contact, withdraw)
    assert "申请已撤回" in chat.shown(head)
    assert not any("审签" in one.label for one in chat.buttons)
    with scene.database.reading() as session:
        last = session.scalars(select(Outbox).where(Outbox.chat_id == head)).all()[-1]
        assert last.facts["edit"] == 77
