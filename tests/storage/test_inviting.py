"""/invite in chat: by tapping a role or in one line, for a person or for a group."""

import re

import pytest
from sqlalchemy import select

from bot.callbacks import Press, Verb, encode
from tasks.models import Grant, Person
from tasks.staff import GroupCode
from tasks.vocabulary import Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import Scene

EDUCATION = "市教育局"


@pytest.fixture
def talk(scene: Scene) -> Chats:
    scene.join(Role.head, EDUCATION)
    return chats(scene)


def labels(talk: Chats) -> list[str]:
    return [one.label for one in talk.buttons]


def invited(talk: Chats, name: str) -> set[Role]:
    with talk.scene.database.reading() as session:
        query = select(Grant.role).join(Person).where(Person.name == name)
        return set(session.scalars(query))


def group_codes(talk: Chats) -> list[str | None]:
    with talk.scene.database.reading() as session:
        found = session.scalars(select(GroupCode).order_by(GroupCode.id))
        return [None if one.department is None else one.department.name for one in found]


def test_a_coordinator_chooses_and_names(scene: Scene, talk: Chats) -> None:
    office = talk.chat_of(scene.join(Role.coordinator))
    assert "邀请谁" in talk.say(office, "/invite")
    assert labels(talk) == ["联络员", "责任领导", "群"]
    assert "请发送该联络员的单位和姓名" in talk.press(office, "联络员")
    made = talk.say(office, f"{EDUCATION} 张三")
    assert len(set(re.findall(r"[A-Z2-9]{12}", made))) == 1
    assert invited(talk, "张三") == {Role.contact}
    # The line that names everything is taken as the answer, too.
    talk.say(office, "/invite")
    assert "邀请码" in talk.say(office, f"{EDUCATION} 责任领导 李四")
    assert invited(talk, "李四") == {Role.head}


def test_an_admin_invites_for_the_office(scene: Scene, talk: Chats) -> None:
    admin = talk.chat_of(scene.join(Role.admin))
    talk.say(admin, "/invite")
    assert labels(talk) == ["联络员", "责任领导", "督查员", "分管领导", "管理员", "群"]
    assert "请发送该分管领导的姓名" in talk.press(admin, "分管领导")
    assert "邀请码" in talk.say(admin, "赵六")
    assert invited(talk, "赵六") == {Role.leader}


def test_what_is_missing_is_asked_again(scene: Scene, talk: Chats) -> None:
    office = talk.chat_of(scene.join(Role.coordinator))
    talk.say(office, "/invite")
    talk.press(office, "责任领导")
    assert "没有登记“市教育居”" in talk.say(office, "市教育居 王五")
    assert EDUCATION in labels(talk)
    assert "邀请码" in talk.press(office, EDUCATION)
    assert invited(talk, "王五") == {Role.head}


def test_a_group_gets_its_code_by_tapping_and_in_one_line(scene: Scene, talk: Chats) -> None:
    office = talk.chat_of(scene.join(Role.coordinator))
    assert "startgroup" in talk.say(office, f"/invite {EDUCATION} 群")
    talk.say(office, "/invite")
    assert "请发送该群的单位" in talk.press(office, "群")
    assert "没有名为“市教局”" in talk.say(office, "市教局")
    assert "startgroup" in talk.say(office, EDUCATION)
    assert "请发送该群的单位" in talk.say(office, "/invite 群")
    assert "startgroup" in talk.say(office, "本办")
    assert group_codes(talk) == [EDUCATION, EDUCATION, None]


@pytest.mark.parametrize("role", [Role.contact, Role.head, Role.leader])
def test_nobody_else_does(scene: Scene, talk: Chats, role: Role) -> None:
    joined = scene.join(role, EDUCATION if role is not Role.leader else None)
    chat = talk.chat_of(joined)
    before = scene.everything()["group_code"]
    for text in ("/invite", f"/invite {EDUCATION} 群", f"/invite {EDUCATION} 联络员 张三"):
        assert "没有权限" in talk.say(chat, text)
    for name in ("contact", "coordinator", "group"):
        assert "没有权限" in talk.press_data(chat, encode(Press(Verb.invite, (0,), name)))
    assert scene.everything()["group_code"] == before
    assert invited(talk, "张三") == set()


def test_a_coordinator_has_no_button_for_the_office(scene: Scene, talk: Chats) -> None:
    office = talk.chat_of(scene.join(Role.coordinator))
    forged = encode(Press(Verb.invite, (0,), "admin"))
    assert "没有权限" in talk.press_data(office, forged)
    assert "没有权限" in talk.say(office, "/invite 管理员 张三")
