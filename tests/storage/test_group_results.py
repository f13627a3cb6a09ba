"""What the office decides reaches the groups of the departments, and nothing private with it."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.groups import PRIVATE_FACTS
from tasks.mailroom import Outbox
from tasks.models import Person
from tasks.services import closing, declines, extensions, groups
from tasks.services.groups import Place
from tasks.vocabulary import Grade, Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import Scene, duty

SCHOOLS, MONEY = "市教育局", "市财政局"
THEIRS, OTHERS = -1002000000001, -1002000000002
DUE, LATER = date(2026, 12, 31), date(2027, 1, 15)


@pytest.fixture
def talk(scene: Scene) -> Chats:
    return chats(scene)


@pytest.fixture
def office(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="周敏")


def bind(scene: Scene, person: int, department: str, chat: int) -> None:
    """Somebody binds a group of their department."""
    console, act, place = scene.console(), scene.act(person), Place(chat, None, "工作群", 1)
    made = scene.do(lambda s: groups.invite_group(s, console, department))
    scene.do(lambda s: groups.bind_group(s, act, made.code, place).id)


@pytest.fixture
def contact(scene: Scene) -> int:
    person = scene.join(Role.contact, SCHOOLS, "王雅琴")
    scene.do(lambda s: setattr(s.get_one(Person, person), "phone", "010-5555"))
    other = scene.join(Role.contact, MONEY, "李明")
    for who, unit, chat in ((person, SCHOOLS, THEIRS), (other, MONEY, OTHERS)):
        bind(scene, who, unit, chat)
    return person


@pytest.fixture
def task(scene: Scene, talk: Chats, contact: int) -> int:
    (number,) = scene.publish(duty("排查校舍。", lead=[SCHOOLS], due=DUE))
    assert "#1" in talk.shown(THEIRS)
    assert talk.shown(OTHERS) == ""
    return number


def ask(scene: Scene, contact: int, task: int) -> int:
    act = scene.act(contact)
    return scene.do(lambda s: extensions.ask(s, scene.office, act, task, LATER, "待批复").id)


def test_more_time_granted(
    scene: Scene, talk: Chats, office: int, contact: int, task: int
) -> None:
    asked, act = ask(scene, contact, task), scene.act(office)
    assert talk.shown(THEIRS) == ""
    scene.do(lambda s: extensions.grant(s, scene.office, act, asked))
    said = talk.shown(THEIRS)
    assert "同意延至1月15日" in said.replace("2027年", "")
    assert "王雅琴" not in said
    assert "010-5555" not in said
    assert talk.shown(OTHERS) == ""


def test_more_time_refused(
    scene: Scene, talk: Chats, office: int, contact: int, task: int
) -> None:
    asked, act = ask(scene, contact, task), scene.act(office)
    scene.do(lambda s: extensions.refuse(s, scene.office, act, asked, "请按原时限办理"))
    assert "请按原时限办理" in talk.shown(THEIRS)


def test_what_the_head_returns_stays_among_the_departments_people(
    scene: Scene, talk: Chats, office: int, contact: int, task: int
) -> None:
    head = scene.join(Role.head, SCHOOLS, "陈立")
    asked, act = ask(scene, contact, task), scene.act(head)
    scene.do(lambda s: extensions.give_back(s, scene.office, act, asked, "先报方案"))
    assert "先报方案" in talk.shown(talk.chat_of(contact))
    assert talk.shown(THEIRS) == ""


def test_a_decline_refused(
    scene: Scene, talk: Chats, office: int, contact: int, task: int
) -> None:
    mine, act = scene.act(contact), scene.act(office)
    declined = scene.do(lambda s: declines.decline(s, scene.office, mine, task, "不属我局").id)
    scene.do(lambda s: declines.refuse_decline(s, scene.office, act, declined, "三定方案有此职责"))
    assert "三定方案有此职责" in talk.shown(THEIRS)


def test_closed_without_its_grade(
    scene: Scene, talk: Chats, office: int, contact: int, task: int
) -> None:
    report = scene.submit(contact, task)
    talk.shown(THEIRS)
    scene.close(office, report)
    act = scene.act(office)
    scene.do(lambda s: closing.grade(s, act, task, Grade.poor))
    said = talk.shown(THEIRS)
    assert "办结" in said
    assert "评级" not in said
    assert "较差" not in said
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox.facts).where(Outbox.chat_id < 0)).all()
        assert not [facts for facts in rows if PRIVATE_FACTS & facts.keys()]
