"""DUBAN_ADMIN_IDS: an account that lost everything gets in, and nobody else does."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from tasks.drafting import Upload
from tasks.models import History, Person
from tasks.vocabulary import Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import duty, opened

EDUCATION = "市教育局"
LISTED, OTHER = 777_001, 777_002
STRANGER = "仅供受邀单位人员使用"


@pytest.fixture
def talk(database_url: str) -> Iterator[Chats]:
    with opened(database_url) as scene:
        made = chats(scene)
        made.listing(LISTED)
        yield made


def count(talk: Chats) -> int:
    with talk.scene.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_listed_account_has_all_rights_without_an_invitation(talk: Chats) -> None:
    talk.scene.join(Role.contact, EDUCATION)
    talk.scene.publish(duty("办好学校。", lead=[EDUCATION]))
    assert "管理员" in talk.say(LISTED, "/start", "陈站长")
    assert "/queue" in talk.say(LISTED, "/help")
    assert "共1项" in talk.say(LISTED, "/summary")
    assert "待处理" in talk.say(LISTED, "/queue")
    assert EDUCATION in talk.say(LISTED, f"/people {EDUCATION}")
    assert "邀请码" in talk.say(LISTED, "/invite 管理员 李四")
    with talk.scene.database.reading() as session:
        person = session.scalars(select(Person).where(Person.chat_id == LISTED)).one()
        assert (person.name, list(person.grants)) == ("陈站长", [])
        line = session.scalars(select(History).where(History.action == "recover")).one()
        assert (line.actor, line.person_id) == ("陈站长", person.id)


def test_nobody_is_made_of_an_account_that_is_not_listed(talk: Chats) -> None:
    for text in ("/start", "/help", "/summary", "1号完成"):
        assert STRANGER in talk.say(OTHER, text)
    assert count(talk) == 0


def test_the_rights_end_with_the_setting(talk: Chats) -> None:
    talk.scene.join(Role.contact, EDUCATION)
    talk.say(LISTED, "/help")
    talk.listing()
    for text in ("/help", "/summary", "/invite 管理员 李四", "/queue"):
        assert STRANGER in talk.say(LISTED, text)
    talk.listing(LISTED)
    assert "/queue" in talk.say(LISTED, "/help")
    assert count(talk) == 2


def test_what_an_invitation_gave_stays(talk: Chats) -> None:
    talk.say(LISTED, f"/invite {EDUCATION} 联络员 王雅琴")
    made = talk.press(LISTED, "按新单位登记")
    (code,) = set(re.findall(r"[A-Z2-9]{12}", made))
    welcome = talk.say(LISTED, f"/start {code}")
    assert "联络员" in welcome
    assert "管理员" in welcome
    assert "/queue" in talk.say(LISTED, "/help")
    talk.listing()
    assert "/queue" not in talk.say(LISTED, "/help")
    assert "/my" in talk.say(LISTED, "/help")
    assert count(talk) == 2


def test_a_bound_person_is_not_made_twice(talk: Chats) -> None:
    contact = talk.scene.join(Role.contact, EDUCATION)
    talk.listing(talk.chat_of(contact))
    assert "/queue" in talk.say(talk.chat_of(contact), "/help")
    assert count(talk) == 1


def test_a_notice_that_a_listed_account_sends_is_taken_in(talk: Chats) -> None:
    talk.send(LISTED, "通知.txt")
    with talk.scene.database.reading() as session:
        assert session.scalars(select(Upload.chat_id)).all() == [LISTED]
    talk.send(OTHER, "通知.txt")
    with talk.scene.database.reading() as session:
        assert session.scalars(select(Upload.chat_id)).all() == [LISTED]
