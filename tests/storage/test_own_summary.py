"""What a department sees of the whole: its own tasks, of all its people's departments at once."""

from collections.abc import Iterator
from datetime import date

import pytest

from tasks.services import directory
from tasks.vocabulary import Role
from tests.storage.chat import Chats, chats
from tests.storage.scene import duty, opened

EDUCATION, SPORTS, HEALTH = "市教育局", "市体育局", "市卫生健康局"
DUE = date(2026, 12, 31)


@pytest.fixture
def talk(database_url: str) -> Iterator[Chats]:
    with opened(database_url) as scene:
        scene.publish(
            duty("办好学校。", lead=[EDUCATION], due=DUE),
            duty("办好赛事。", lead=[SPORTS], due=DUE),
            duty("联合办学。", lead=[EDUCATION], cooperating=[SPORTS, HEALTH], due=DUE),
            duty("办好医院。", lead=[HEALTH], due=DUE),
        )
        yield chats(scene)


def both(talk: Chats, role: Role = Role.contact) -> int:
    """Somebody of two departments; their chat."""
    chat = talk.chat_of(talk.scene.join(role, EDUCATION))
    scene = talk.scene
    act = scene.console()
    made = scene.do(lambda s: directory.invite(s, act, role, department=SPORTS))
    scene.do(lambda s: directory.bind(s, act, made.code, chat, "").id)
    return chat


@pytest.mark.parametrize("role", [Role.contact, Role.head])
def test_who_speaks_for_two_departments_sees_both(talk: Chats, role: Role) -> None:
    chat = both(talk, role)
    mine = talk.say(chat, "/my")
    assert all(text in mine for text in ("办好学校", "办好赛事", "联合办学"))
    assert "办好医院" not in mine
    summary = talk.say(chat, "/summary")
    assert "共3项" in summary
    assert f"{EDUCATION}、{SPORTS}" in summary
    by_department = talk.press(chat, "按单位")
    assert "市教育局" in by_department
    assert "市体育局" in by_department
    assert "卫生健康" not in by_department
    assert "共3项" in talk.press(chat, "总体情况")
    assert "共3项" in talk.say(chat, "/overdue")


@pytest.mark.parametrize("role", [Role.contact, Role.head])
def test_one_of_them_by_name_and_no_other(talk: Chats, role: Role) -> None:
    chat = both(talk, role)
    assert "共2项" in talk.say(chat, f"/summary {EDUCATION}")
    assert "共2项" in talk.say(chat, f"/summary {SPORTS}")
    for command in ("/summary", "/overdue"):
        refused = talk.say(chat, f"{command} {HEALTH}")
        assert "共" not in refused
        assert "没有权限" in refused


def test_the_office_sees_any(talk: Chats) -> None:
    chat = talk.chat_of(talk.scene.join(Role.coordinator))
    assert "共4项" in talk.say(chat, "/summary")
    assert "共2项" in talk.say(chat, f"/summary {HEALTH}")
