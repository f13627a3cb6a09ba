"""Two at once: processes on one SQLite file, connections on one PostgreSQL.

Every command of the console is a second writer beside the bot. Each test lets two or three
processes do the same at the same moment and looks at what came of it.
"""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from multiprocessing.context import ForkServerContext
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks import inbox, outbox
from tasks.db import Database
from tasks.errors import DubanError
from tasks.mailroom import Handling, Inbox, Outbox
from tasks.models import Ask, Department, History, Notice, Report, Slip, Task
from tasks.services import approvals, directory, nudges, reports
from tasks.services.acts import Act
from tasks.services.notices import import_notice, publish
from tasks.services.post import Kind
from tasks.services.sweep import call_out, sweep
from tasks.vocabulary import Role
from tests.storage.scene import OFFICE, Scene, at, duty, notice_of, words

DUE = date(2026, 11, 20)
OVERDUE_MONDAY = "2026-11-23 09:00"
MANY = 12


def _fresh() -> ForkServerContext:
    """Processes that share nothing with this one; what they import is imported once."""
    fresh = multiprocessing.get_context("forkserver")
    fresh.set_forkserver_preload([__name__])
    return fresh


def _at_once(url: str, *works: Callable[[Database], Any]) -> list[Any]:
    """What came of each work, done by a process of its own, all begun at the same moment."""
    fresh = _fresh()
    ready, answers = fresh.Barrier(len(works)), fresh.Queue()
    processes = [
        fresh.Process(target=_work, args=(url, place, work, ready, answers))
        for place, work in enumerate(works)
    ]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=120) for _ in works)
    for process in processes:
        process.join()
    return [found[place] for place in range(len(works))]


def _work(url: str, place: int, work: Callable[[Database], Any], ready: Any, answers: Any) -> None:
    database = Database(url)
    with database.reading() as session:
        session.execute(select(Department.id))
    ready.wait()
    try:
        answers.put((place, work(database)))
    except DubanError as refusal:
        answers.put((place, refusal.code))
    except Exception as error:
        answers.put((place, f"{type(error).__name__}: {error}"))
    database.dispose()


def _sweep(database: Database) -> tuple[int, int]:
    now = at(OVERDUE_MONDAY)
    with database.transaction() as session:
        swept = sweep(session, OFFICE, now)
        return swept.asks, call_out(session, OFFICE, now)


def test_two_sweeps_at_once_ask_once(scene: Scene, database_url: str) -> None:
    for place in range(MANY):
        scene.join(Role.contact, f"第{place}局")
    scene.publish(*(duty(f"第{n}件。", lead=[f"第{n}局"], due=DUE) for n in range(MANY)))
    scene.deliver()
    asks, calls = zip(*_at_once(database_url, _sweep, _sweep, _sweep), strict=True)
    # Every part is overdue and gets its slip: two asks each, one digest for each contact.
    assert (sum(asks), sum(calls)) == (2 * MANY, MANY)
    with scene.database.reading() as session:
        assert len(session.scalars(select(Ask)).all()) == 2 * MANY
        numbers = session.scalars(select(Slip.number).order_by(Slip.number)).all()
        assert numbers == list(range(1, MANY + 1))
        digests = session.scalars(select(Outbox.person_id).where(Outbox.kind == Kind.digest))
        assert max(Counter(digests).values()) == 1


def _report(database: Database) -> int:
    for n in range(20):
        with database.transaction() as session:
            act = Act(at("2026-11-03 10:00"), at("2026-11-03 10:00"), "甲", 1)
            reports.report(session, OFFICE, act, 1, f"第{n}次", words(percent=n))
    return 20


def test_no_answer_is_lost_when_two_write_to_one_task(scene: Scene, database_url: str) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE))
    assert _at_once(database_url, _report, _report) == [20, 20]
    with scene.database.reading() as session:
        assert len(session.scalars(select(Report)).all()) == 40
        told = session.scalars(select(History.text).where(History.action == "report")).all()
        assert Counter(told) == {f"第{n}次": 2 for n in range(20)}


def _confirm(database: Database) -> int:
    with database.transaction() as session:
        act = Act(at("2026-11-03 11:00"), at("2026-11-03 11:00"), "甲", 1)
        return len(reports.confirm(session, OFFICE, act, [1]))


def test_a_report_is_confirmed_once(scene: Scene, database_url: str) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.report(contact, number, words(percent=50))
    assert sorted(_at_once(database_url, _confirm, _confirm, _confirm)) == [0, 0, 1]
    with scene.database.reading() as session:
        actions = session.scalars(select(History.action)).all()
        assert actions.count("confirm") == 1


def _nudge(database: Database) -> str:
    with database.transaction() as session:
        now = at("2026-11-03 11:00")
        act = Act(now, now, "控制台", granted=frozenset({Role.admin}))
        nudges.nudge(session, OFFICE, act, 1)
        return "nudged"


def test_of_two_nudges_at_once_one_is_too_soon(scene: Scene, database_url: str) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"]))
    found = sorted(_at_once(database_url, _nudge, _nudge))
    assert found == ["nudged", "nudged_lately"]


def _publish(database: Database) -> int:
    with database.transaction() as session:
        now = at("2026-11-03 11:00")
        act = Act(now, now, "控制台", granted=frozenset({Role.admin}))
        return publish(session, OFFICE, act, 1).issued


def test_a_notice_is_published_once(scene: Scene, database_url: str) -> None:
    text, reading = notice_of(*(duty(f"第{n}件。", lead=["教育局"]) for n in range(5)))
    scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    assert sorted(_at_once(database_url, _publish, _publish)) == [0, 5]
    with scene.database.reading() as session:
        assert len(session.scalars(select(Task)).all()) == 5


def _import_and_publish(database: Database) -> int:
    """Each process the same text; every owner is a department that nobody knows yet."""
    text, reading = notice_of(*(duty(f"第{n}件。", lead=[f"第{n}局"]) for n in range(5)))
    with database.transaction() as session:
        now = at("2026-11-03 11:00")
        act = Act(now, now, "控制台", granted=frozenset({Role.admin}))
        kept = import_notice(session, act, text, reading)
        return publish(session, OFFICE, act, kept.notice).issued


def test_the_same_file_imported_twice_at_once_is_one_notice(
    scene: Scene, database_url: str
) -> None:
    found = _at_once(database_url, _import_and_publish, _import_and_publish)
    assert sorted(found) == [0, 5]
    with scene.database.reading() as session:
        assert len(session.scalars(select(Notice)).all()) == 1
        assert len(session.scalars(select(Department)).all()) == 5


def _departments(database: Database) -> int:
    with database.transaction() as session:
        now = at("2026-11-03 11:00")
        act = Act(now, now, "控制台", granted=frozenset({Role.admin}))
        return sum(directory.ensure_department(session, act, f"第{n}局").id > 0 for n in range(20))


def test_a_department_that_two_make_at_once_is_one(scene: Scene, database_url: str) -> None:
    assert _at_once(database_url, _departments, _departments) == [20, 20]
    with scene.database.reading() as session:
        assert len(session.scalars(select(Department)).all()) == 20
        added = session.scalars(select(History.action)).all()
        assert added == ["add_department"] * 20


def _bind(database: Database) -> str:
    with database.transaction() as session:
        now = at("2026-11-03 11:00")
        # The code is in the scene for this test alone.
        code = session.scalars(select(History.text).where(History.action == "code")).one()
        assert code is not None
        chat = 1 if _first(session) else 2
        directory.bind(session, Act(now, now, ""), code, chat, "甲")
        return "bound"


def _first(session: Session) -> bool:
    return bool(session.get_bind()) and multiprocessing.current_process().name.endswith("1")


def test_a_code_binds_one_of_two_that_use_it_at_once(scene: Scene, database_url: str) -> None:
    def give(session: Session) -> None:
        made = directory.invite(session, scene.console(), Role.contact, department="教育局")
        session.add(
            History(
                at=scene.now, said_at=scene.now, action="code", actor="", text=made.code, facts={}
            )
        )

    scene.do(give)
    assert sorted(_at_once(database_url, _bind, _bind)) == ["bound", "code_used"]


def _take_in(database: Database) -> int:
    with database.transaction() as session:
        batch = [inbox.Incoming(n, n % 3, "{}") for n in range(100)]
        return inbox.store(session, 1, batch, at("2026-11-03 11:00"))


def test_an_update_that_two_store_is_stored_once(scene: Scene, database_url: str) -> None:
    assert sum(_at_once(database_url, _take_in, _take_in, _take_in)) == 100
    with scene.database.reading() as session:
        rows = session.scalars(select(Inbox)).all()
        assert sorted(row.update_id for row in rows) == list(range(100))
        assert {row.state for row in rows} == {Handling.waiting}


def _owe(database: Database) -> int:
    now = at("2026-11-03 11:00")
    with database.transaction() as session:
        return sum(
            outbox.put(session, key=f"k{n}", kind="answer", chat_id=n, now=now) for n in range(50)
        )


def test_an_intent_that_two_have_is_owed_once(scene: Scene, database_url: str) -> None:
    assert sum(_at_once(database_url, _owe, _owe)) == 50


def _lease(database: Database) -> list[int]:
    now = at("2026-11-03 11:00")
    taken: list[int] = []
    for _ in range(10):
        with database.transaction() as session:
            taken += [row.id for row in outbox.lease(session, now, now, 5)]
    return taken


def test_a_row_is_leased_to_one_of_two_senders(scene: Scene, database_url: str) -> None:
    _owe(scene.database)
    first, second = _at_once(database_url, _lease, _lease)
    assert sorted(first + second) == list(range(1, 51))


def _sign(person: int, asked: int) -> Callable[[Database], Any]:
    return partial(_signed, person=person, asked=asked)


def _signed(database: Database, person: int, asked: int) -> int:
    now = at("2026-11-02 10:00")
    office = replace(OFFICE, needs_approval=True)
    with database.transaction() as session:
        act = Act(now, now, f"领导{person}", person)
        return approvals.sign(session, office, act, asked).issued


def test_two_leaders_signing_at_once_hand_out_once(scene: Scene, database_url: str) -> None:
    first, second = scene.join(Role.leader, name="陈立"), scene.join(Role.leader, name="何平")
    office = replace(OFFICE, needs_approval=True)
    clerk = scene.act(scene.join(Role.coordinator, name="周敏"))
    text, reading = notice_of(duty("排查校舍。", lead=["市教育局"], due=DUE))

    def request(session: Session) -> int:
        notice = import_notice(session, clerk, text, reading).notice
        return approvals.request(session, office, clerk, notice, 0).id

    asked = scene.do(request)
    came = _at_once(database_url, _sign(first, asked), _sign(second, asked))
    assert sorted(map(str, came)) == ["1", "approval_decided"]
    with scene.database.reading() as session:
        assert len(session.scalars(select(Task.id)).all()) == 1
        assert len(session.scalars(select(History).where(History.action == "issue")).all()) == 1
