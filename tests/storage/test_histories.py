"""Random histories of several departments against a simple model of what should come of them.

The model (`expected`) knows states, limits, requests and every answer; it is written from the
design, not from the program. After every step the database must hold the same, every word that
was said, and a line of history that says who did it when; what the model forbids must be refused
and change nothing. As time goes on people are asked as the bot would ask them: never of what
waits or stands still, never twice of one thing, never more than twice a day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

import migrations
from tasks.db import Database
from tasks.models import Department, Grant, Task
from tasks.services import extensions
from tasks.vocabulary import Role
from tests.databases import Server
from tests.storage.histories.clock import Clock
from tests.storage.histories.departments import Departments
from tests.storage.histories.expected import EACH
from tests.storage.histories.office import TheOffice
from tests.storage.histories.played import (
    ARCHIVE,
    EARLIER,
    EDUCATION,
    FINANCE,
    LATER,
    SOON,
    TRAFFIC,
    WELFARE,
)
from tests.storage.histories.requests import Requests
from tests.storage.scene import OFFICE, Scene
from tests.storage.scene import duty as clause


class Histories(Departments, Requests, TheOffice, Clock):
    """Five departments, four tasks, one office."""


def furnish(database: Database) -> None:
    """The office as it stands before anything happens: people, tasks, all of them told."""
    migrations.models().create_all(database.engine, checkfirst=False)
    scene = Scene(database)
    scene.join(Role.coordinator)
    scene.join(Role.leader)
    for unit in (EDUCATION, EDUCATION, FINANCE, WELFARE, TRAFFIC, ARCHIVE):
        scene.join(Role.contact, unit)
    for unit in (EDUCATION, WELFARE):
        scene.join(Role.head, unit)
    numbers = scene.publish(
        clause("一项。", lead=[EDUCATION], cooperating=[FINANCE], due=SOON),
        clause("二项。", joint=[EDUCATION, FINANCE], due=EARLIER),
        clause("三项。", lead=[WELFARE], cooperating=[EDUCATION]),
        clause("四项。", joint=[WELFARE, TRAFFIC], due=SOON),
    )

    def as_each(session: Session) -> None:
        for part in session.get_one(Task, numbers[3]).parts:
            part.role = EACH

    scene.do(as_each)
    with database.reading() as session:
        asking = session.scalars(
            select(Grant.person_id).join(Department).where(Department.name == FINANCE)
        ).one()
    for wanted in (EARLIER + timedelta(days=4), LATER):
        put_off_once(scene, asking, numbers[1], wanted)
    scene.deliver()


def put_off_once(scene: Scene, asking: int, number: int, wanted: date) -> None:
    """The department asks for more time, and the coordinator grants it."""
    mine, office = scene.act(asking), scene.act(1)
    request = scene.do(lambda s: extensions.ask(s, OFFICE, mine, number, wanted, "待批复").id)
    scene.do(lambda s: extensions.grant(s, OFFICE, office, request).id)


@contextmanager
def template(request: pytest.FixtureRequest) -> Iterator[type[Histories]]:
    """The machine over copies of a furnished database of that kind."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgresql_server")
        url = server.create()
        database = Database(url.render_as_string(hide_password=False))
        furnish(database)
        database.dispose()
        name = url.database
        yield type("OnPostgreSQL", (Histories,), {"template": name, "server": server})
        server.drop(url)
        return
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.exists() else None) as folder:
        path = Path(folder) / "furnished.sqlite3"
        database = Database(f"sqlite:///{path}")
        furnish(database)
        database.dispose()
        yield type("OnSqlite", (Histories,), {"template": path})


EXAMPLES = {"sqlite": 8, "postgresql": 3}


@pytest.fixture(params=list(EXAMPLES))
def machine(request: pytest.FixtureRequest) -> Iterator[tuple[type[Histories], int]]:
    with template(request) as made:
        yield made, EXAMPLES[request.param]


def test_histories(machine: tuple[type[Histories], int]) -> None:
    made, examples = machine
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=examples,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
