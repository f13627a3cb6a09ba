"""A look at what would be said now, and the sweep that says it: the same messages."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import preview
from bot.cli.words import Words
from tasks.broadcasting import Broadcast
from tasks.mailroom import Outbox
from tasks.services import broadcasts
from tasks.services.directory import find_department
from tasks.staff import Group
from tasks.vocabulary import Role
from tests.storage.chat import Chats
from tests.storage.scene import Scene

WEEKLY = "每周五 15:00 各联络员、所有群：请于今日下班前反馈。"


def test_broadcasts_are_rehearsed_and_then_said(scene: Scene, chat: Chats) -> None:
    coordinator = scene.join(Role.coordinator, None, "李督查")
    scene.join(Role.contact, "市教育局", "王强")
    bind(scene, -1001, "教育督办群")
    act = scene.act(coordinator)
    scene.do(
        lambda s: broadcasts.create(
            s, scene.office, act, broadcasts.read_plan(s, scene.office, act, WEEKLY)
        )
    )

    scene.go("2026-11-06 14:59")
    assert preview.rehearse(scene.database, chat.desk) == []
    scene.go("2026-11-06 15:00")
    told = preview.rehearse(scene.database, chat.desk)
    assert [(one.person, one.department, one.kind) for one in told] == [
        ("王强", "市教育局", "broadcast"),
        ("教育督办群", "市教育局", "broadcast"),
    ]
    assert all("请于今日下班前反馈" in one.text for one in told)
    with scene.database.reading() as session:
        assert session.scalars(select(Outbox)).all() == []
        assert session.scalars(select(Broadcast.next_run_at)).one() == scene.now

    assert preview.sweep_now(scene.database, chat.desk) == told
    assert preview.sweep_now(scene.database, chat.desk) == []


def test_the_console_has_a_word_for_everything_that_a_sweep_says() -> None:
    for language in ("zh", "en"):
        words = Words(language)
        for kind in ("digest", "slips", "escalation", "queue", "broadcast", "view"):
            assert words.term(f"Kind_{kind}") != f"Kind_{kind}"


def bind(scene: Scene, chat: int, title: str) -> None:
    """A group of the department of education's, and the bot in it."""

    def write(session: Session) -> None:
        unit = find_department(session, "市教育局")
        assert unit is not None
        session.add(Group(chat_id=chat, title=title, bound_at=scene.now, department_id=unit.id))

    scene.do(write)
