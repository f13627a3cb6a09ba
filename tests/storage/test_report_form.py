"""报进展 in a chat: days that have passed are said to have passed, and are not dropped."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.callbacks import Press, Verb, encode
from tasks.mailroom import Dialogue
from tasks.models import Report
from tasks.vocabulary import Role
from tests.storage.chat import Chats
from tests.storage.scene import Scene, duty

EDUCATION = "市教育局"


@pytest.fixture
def contact(scene: Scene, chat: Chats) -> int:
    """The chat of a contact with a task that is due on 30 November."""
    scene.go("2026-09-07 09:00")
    person = scene.join(Role.contact, EDUCATION, "王雅琴")
    (number,) = scene.publish(duty("办好学校。", lead=[EDUCATION], due=date(2026, 11, 30)))
    scene.deliver()
    scene.sign(person, number)
    return chat.chat_of(person)


def kept(scene: Scene) -> list[tuple[str, date | None]]:
    with scene.database.reading() as session:
        rows = session.scalars(select(Report).order_by(Report.id))
        return [(row.text, row.expected) for row in rows]


def test_a_day_that_has_passed_leaves_the_form_open(
    scene: Scene, chat: Chats, contact: int
) -> None:
    chat.press_data(contact, encode(Press(Verb.report, (1,))))
    chat.press(contact, "其他时间")
    for said in ("8月1日", "预计8月1日完成"):
        assert "8月1日已过，请另选日期" in chat.say(contact, said)
        with scene.database.reading() as session:
            waiting = session.get_one(Dialogue, contact)
            assert (waiting.kind, waiting.facts["field"]) == ("report", "expected")
        assert kept(scene) == []
    assert "预计11-20" in chat.say(contact, "11月20日")
    assert [day for _, day in kept(scene)] == [date(2026, 11, 20)]


def test_a_sentence_that_promises_a_day_long_past_is_told_so(
    scene: Scene, chat: Chats, contact: int
) -> None:
    said = chat.say(contact, "1号预计8月1日完成")
    assert "所报8月1日已过，未记入" in said
    assert "已过" not in chat.say(contact, "1号预计11月20日完成")
    assert "已过" not in chat.say(contact, "1号原计划8月1日完成，已发函催办")
