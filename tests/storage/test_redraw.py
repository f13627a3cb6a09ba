"""A press redraws its message, also where it comes before its sending was written down."""

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


def on_its_way(scene: Scene) -> None:
    """The receipt stands on the phone, and nothing of that is written down yet."""

    def lease(session: Session) -> None:
        row = session.scalars(select(Outbox).where(Outbox.kind == Kind.receipt)).one()
        row.settled_at, row.leased_until = None, scene.now

    scene.do(lease)


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
