"""A press or a reply finds its message, also where it comes before its sending was written."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.callbacks import Press, Verb, encode
from tasks.mailroom import Outbox, Sent
from tasks.models import Report
from tasks.services.post import Kind
from tasks.vocabulary import Role
from tests.storage.chat import Chats
from tests.storage.scene import Scene, duty


@pytest.fixture
def contact(scene: Scene, chat: Chats) -> int:
    person = scene.join(Role.contact, "市教育局", "王雅琴")
    scene.publish(duty("办好学校。", lead=["市教育局"], due=date(2026, 11, 30)))
    scene.deliver()
    account = chat.chat_of(person)
    assert "60%" in chat.say(account, "1号已完成60%")
    return account


def confirm(scene: Scene, chat: Chats, contact: int) -> list[object]:
    """Press 无误 on message 1; the messages in whose place a receipt is put for it."""
    with scene.database.reading() as session:
        report = session.scalars(select(Report.id)).one()
    chat.press_data(contact, encode(Press(Verb.confirm, (report,))))
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == Kind.receipt))
        return [row.facts["edit"] for row in rows if "edit" in row.facts]


def on_its_way(scene: Scene, kind: Kind = Kind.receipt) -> None:
    """Such a message stands on the phone, and nothing of that is written down yet."""

    def lease(session: Session) -> None:
        row = session.scalars(select(Outbox).where(Outbox.kind == kind)).one()
        row.settled_at, row.leased_until = None, scene.now

    scene.do(lease)


def card_on_its_way(scene: Scene, chat: Chats, contact: int) -> None:
    """The same of the card of a second task."""
    scene.publish(duty("修好校舍。", lead=["市教育局"], due=date(2026, 11, 30)))
    scene.deliver()
    chat.say(contact, "/task 2")
    on_its_way(scene, Kind.card)


def test_the_message_on_its_way_is_the_one_pressed(
    scene: Scene, chat: Chats, contact: int
) -> None:
    on_its_way(scene)
    assert confirm(scene, chat, contact) == [1]


def test_an_older_message_that_is_not_known_is_left_alone(
    scene: Scene, chat: Chats, contact: int
) -> None:
    on_its_way(scene)
    later = Sent(chat_id=contact, message_id=2, kind=Kind.answer, tasks=[], sent_at=scene.now)
    scene.do(lambda session: session.add(later))
    assert confirm(scene, chat, contact) == []


def test_what_was_sent_long_ago_and_is_not_known_is_left_alone(
    scene: Scene, chat: Chats, contact: int
) -> None:
    assert confirm(scene, chat, contact) == []


def test_a_reply_to_the_card_on_its_way_is_about_its_task(
    scene: Scene, chat: Chats, contact: int
) -> None:
    card_on_its_way(scene, chat, contact)
    shown = chat.say(contact, "已完成70%", reply_to=9)
    assert "#2" in shown
    assert "70%" in shown


def test_a_reply_to_an_old_message_that_is_not_known_names_no_task(
    scene: Scene, chat: Chats, contact: int
) -> None:
    card_on_its_way(scene, chat, contact)
    later = Sent(chat_id=contact, message_id=9, kind=Kind.answer, tasks=[], sent_at=scene.now)
    scene.do(lambda session: session.add(later))
    assert "哪" in chat.say(contact, "已完成70%", reply_to=8)
