"""What a contact types and taps in answer to reminders: read back once, and said plainly."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.callbacks import Press, Verb, encode
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
