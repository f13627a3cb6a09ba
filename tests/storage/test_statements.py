"""How many questions the database is asked for one view or one sweep: a number that does not
grow with the tasks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tasks.services.sweep import call_out, sweep
from tasks.views import cards, queue, reminders
from tasks.views.summary import summarise, take_snapshots
from tasks.vocabulary import Role
from tests.storage.scene import ISSUES, Scene, duty

DEPARTMENTS = [f"第{n}局" for n in range(10)]
DUE = date(2026, 11, 13)
TASKS = 40
FEW = 40
"""What may be asked of the database about forty tasks of ten departments each."""


@pytest.fixture
def people(scene: Scene) -> dict[str, int]:
    found = {"coordinator": scene.join(Role.coordinator), "leader": scene.join(Role.leader)}
    for name in DEPARTMENTS:
        found[name] = scene.join(Role.contact, name)
    found["head"] = scene.join(Role.head, DEPARTMENTS[0])
    shared = [
        duty(f"第{n}项。", lead=DEPARTMENTS[:2], cooperating=DEPARTMENTS[2:], due=DUE)
        for n in range(TASKS)
    ]
    assert len(scene.publish(*shared)) == TASKS
    scene.deliver(*ISSUES)
    return found


@contextmanager
def counted(scene: Scene) -> Iterator[list[str]]:
    """What the database is asked meanwhile; a row that is written costs what it costs."""
    sent: list[str] = []

    def seen(conn: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(scene.database.engine, "before_cursor_execute", seen)
    try:
        yield sent
    finally:
        event.remove(scene.database.engine, "before_cursor_execute", seen)


def cost(scene: Scene, ask: Callable[[Session], object]) -> int:
    with counted(scene) as sent, scene.database.reading() as session:
        ask(session)
    return len(sent)


def test_a_view_asks_a_handful_of_questions(scene: Scene, people: dict[str, int]) -> None:
    scene.go("2026-11-16 10:00")
    scene.sweep()
    window = scene.office.cal.window_start(scene.now)
    assert window is not None
    office, contact = scene.act(people["coordinator"]), scene.act(people[DEPARTMENTS[0]])
    views: dict[str, Callable[[Session], object]] = {
        "summary": lambda s: summarise(s, scene.office, scene.now),
        "department": lambda s: summarise(s, scene.office, scene.now, department_ids=[1]),
        "snapshots": lambda s: take_snapshots(s, scene.office, scene.now),
        "my": lambda s: cards.my_tasks(s, scene.office, contact),
        "queue": lambda s: queue.queue(s, scene.office, office),
        "digest": lambda s: reminders.digest(s, scene.office, contact, window),
    }
    costs = {name: cost(scene, view) for name, view in views.items()}
    assert {name: asked for name, asked in costs.items() if asked > FEW} == {}


def test_a_sweep_asks_a_handful_of_questions(scene: Scene, people: dict[str, int]) -> None:
    # Every limit has passed: each lead is asked, and gets its blue slip.
    scene.go("2026-11-16 10:00")
    costs: list[int] = []

    def once(session: Session) -> None:
        with counted(scene) as sent:
            assert sweep(session, scene.office, scene.now).slips == 2 * TASKS
            session.flush()
        costs.append(len(sent))
        with counted(scene) as sent:
            # The contacts of both leads, and the head who reads slips.
            assert call_out(session, scene.office, scene.now) == 3
        costs.append(len(sent))

    scene.do(once)
    assert [asked for asked in costs if asked > FEW] == []
