"""广播: who hears what and when, taken once, stopped while running, and how it went."""

import threading
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.broadcasting import Broadcast, BroadcastRun
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.mailroom import Outbox
from tasks.models import History
from tasks.recurrence import Every, rule_of
from tasks.services import absences, broadcasts
from tasks.services.directory import find_department
from tasks.services.post import Kind
from tasks.staff import Group
from tasks.vocabulary import Delivery, Role
from tests.storage.scene import ISSUES, Scene, at, duty

WEEKLY = "每周五 15:00 各联络员：请于今日下班前反馈。"


@pytest.fixture
def li(scene: Scene) -> int:
    return scene.join(Role.coordinator, None, "李督查")


@pytest.fixture
def wang(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局", "王强")


@pytest.fixture
def zhao(scene: Scene) -> int:
    return scene.join(Role.contact, "财政局", "赵敏")


def preview(scene: Scene, person: int, typed: str) -> broadcasts.Preview:
    act = scene.act(person)
    return scene.do(
        lambda s: broadcasts.preview(
            s, scene.office, act, broadcasts.read_plan(s, scene.office, act, typed)
        )
    )


def create(scene: Scene, person: int, typed: str) -> int:
    act = scene.act(person)
    return scene.do(
        lambda s: (
            broadcasts.create(
                s, scene.office, act, broadcasts.read_plan(s, scene.office, act, typed)
            ).id
        )
    )


def stop(scene: Scene, person: int, number: int) -> int:
    act = scene.act(person)
    return scene.do(lambda s: broadcasts.stop(s, act, number))


def take(scene: Scene, moment: str) -> int:
    scene.go(moment)
    return scene.do(lambda s: broadcasts.take_due(s, scene.office, scene.now))


def chats(scene: Scene, state: Delivery = Delivery.waiting) -> list[tuple[int, int | None]]:
    """Where broadcasts go that are in that state: chat and topic."""
    with scene.database.reading() as session:
        rows = session.execute(
            select(Outbox.chat_id, Outbox.thread_id)
            .where(Outbox.kind == Kind.broadcast, Outbox.state == state)
            .order_by(Outbox.id)
        )
        return [(chat, thread) for chat, thread in rows]


def settle(scene: Scene, chat: int, state: Delivery, *, again: bool = False) -> None:
    def write(session: Session) -> None:
        row = session.scalars(
            select(Outbox).where(Outbox.chat_id == chat, Outbox.kind == Kind.broadcast)
        ).one()
        row.state = state
        row.retry_at = scene.now if again else None
        row.settled_at = None if again else scene.now

    scene.do(write)


def told(scene: Scene, kind: Kind = Kind.view) -> list[str]:
    with scene.database.reading() as session:
        return list(
            session.scalars(select(Outbox.key).where(Outbox.kind == kind).order_by(Outbox.id))
        )


def bind_group(scene: Scene, chat: int, title: str, *, thread: int | None = None) -> None:
    def write(session: Session) -> None:
        unit = None
        if title.startswith("教育"):
            unit = find_department(session, "教育局")
        session.add(
            Group(
                chat_id=chat,
                thread_id=thread,
                title=title,
                bound_at=scene.now,
                department_id=None if unit is None else unit.id,
            )
        )

    scene.do(write)


def next_run(scene: Scene, number: int) -> object:
    with scene.database.reading() as session:
        return session.get_one(Broadcast, number).next_run_at


def test_a_weekly_one_is_said_each_week_and_once(
    scene: Scene, li: int, wang: int, zhao: int
) -> None:
    number = create(scene, li, WEEKLY)
    assert next_run(scene, number) == at("2026-11-06 15:00")
    assert take(scene, "2026-11-06 14:59") == 0
    assert take(scene, "2026-11-06 15:00") == 2
    assert take(scene, "2026-11-06 15:00") == 0
    assert chats(scene) == [(1002, None), (1003, None)]
    assert next_run(scene, number) == at("2026-11-13 15:00")
    assert take(scene, "2026-11-13 15:03") == 2
    with scene.database.reading() as session:
        runs = session.scalars(select(BroadcastRun).order_by(BroadcastRun.number)).all()
        assert [(run.number, run.people, run.groups) for run in runs] == [(1, 2, 0), (2, 2, 0)]
        assert [run.due_at for run in runs] == [at("2026-11-06 15:00"), at("2026-11-13 15:00")]
        assert "broadcast" in session.scalars(select(History.action)).all()


def test_after_a_downtime_it_is_said_once_and_inside_a_window(
    scene: Scene, li: int, wang: int
) -> None:
    number = create(scene, li, "每个工作日 9:30 教育局：请反馈。")
    assert take(scene, "2026-11-06 12:00") == 0
    assert take(scene, "2026-11-07 10:00") == 0
    assert take(scene, "2026-11-09 09:00") == 1
    assert next_run(scene, number) == at("2026-11-09 09:30")


def test_two_sweeps_at_once_take_a_run_once(scene: Scene, li: int, wang: int) -> None:
    create(scene, li, "14:40 教育局：开会。")
    scene.go("2026-11-02 14:40")
    gate, taken = threading.Barrier(2), []

    def sweep() -> None:
        gate.wait()
        with scene.database.transaction() as session:
            taken.append(broadcasts.take_due(session, scene.office, scene.now))

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0, 1]
    assert len(chats(scene)) == 1


def test_at_once_waits_for_the_next_window(scene: Scene, li: int, wang: int) -> None:
    scene.go("2026-11-06 18:20")
    shown = preview(scene, li, "教育局：开会。")
    assert (shown.first, shown.rule) == (at("2026-11-09 09:00"), None)
    number = create(scene, li, "教育局：开会。")
    assert take(scene, "2026-11-06 20:00") == 0
    assert take(scene, "2026-11-09 09:00") == 1
    assert next_run(scene, number) is None
    with scene.database.reading() as session:
        assert rule_of(session.get_one(Broadcast, number).rule).every is Every.once


def test_everybody_hears_it_once_and_who_joined_later_too(
    scene: Scene, li: int, wang: int, zhao: int
) -> None:
    bind_group(scene, -100, "教育群")
    bind_group(scene, -100, "教育群", thread=7)
    bind_group(scene, -200, "督办工作群")
    shown = preview(scene, li, "各联络员、教育局、各单位群、督办工作群：开会。")
    assert (len(shown.audience.people), len(shown.audience.groups)) == (2, 3)
    create(scene, li, "14:40 各联络员、教育局、各单位群、督办工作群：开会。")
    scene.join(Role.contact, "民政局")
    assert take(scene, "2026-11-02 14:40") == 6
    assert chats(scene) == [
        *((1002, None), (1003, None), (1004, None)),
        *((-100, None), (-100, 7), (-200, None)),
    ]


def test_groups_by_whose_they_are(scene: Scene, li: int, wang: int, zhao: int) -> None:
    bind_group(scene, -100, "教育群")
    bind_group(scene, -200, "督办工作群")
    for typed, found in (
        ("教育局群", ["教育群"]),
        ("督查室工作群", ["督办工作群"]),
        ("各单位群", ["教育群"]),
    ):
        shown = preview(scene, li, f"{typed}：开会。")
        assert [group.title for group in shown.audience.groups] == found


def test_whom_it_does_not_reach_is_named(scene: Scene, li: int, wang: int, zhao: int) -> None:
    shown = preview(scene, li, "教育局、财政局群：开会。")
    assert [one.id for one in shown.audience.people] == [wang]
    assert [one.name for one in shown.audience.nobody] == ["财政局"]


def test_a_deputy_hears_it_for_who_is_away(scene: Scene, li: int, wang: int) -> None:
    deputy = scene.join(Role.contact, "教育局", "替班")
    act = scene.act(wang)
    scene.do(
        lambda s: absences.go_away(s, scene.office, act, date(2026, 11, 20), deputy_id=deputy)
    )
    shown = preview(scene, li, "教育局：开会。")
    assert [one.id for one in shown.audience.people] == [deputy]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("请反馈", "broadcast_unreadable"),
        ("没有的局：开会", "no_such_audience"),
        ("11月2日8:00 教育局：开会", "broadcast_past"),
        ("每周五 9:00 各联络员：汇总", "broadcast_summary_whom"),
        ("每周五 9:00 教育局群：汇总", "broadcast_summary_whom"),
    ],
)
def test_what_makes_no_broadcast(scene: Scene, li: int, wang: int, typed: str, code: str) -> None:
    scene.go("2026-11-02 09:30")
    with pytest.raises((Refused, NotFound), match=code):
        create(scene, li, typed)
    assert scene.everything()["broadcast"] == []


def test_a_single_one_needs_somebody_who_hears_it(scene: Scene, li: int) -> None:
    with pytest.raises(Refused, match="broadcast_nobody"):
        create(scene, li, "各联络员：开会。")
    create(scene, li, WEEKLY)


def test_only_the_office_may(scene: Scene, li: int, wang: int) -> None:
    head, leader = scene.join(Role.head, "教育局"), scene.join(Role.leader)
    number = create(scene, li, WEEKLY)
    before = scene.everything()
    for person in (wang, head, leader):
        with pytest.raises(NotAllowed):
            create(scene, person, WEEKLY)
        with pytest.raises(NotAllowed):
            stop(scene, person, number)
    assert scene.everything() == before
    assert stop(scene, scene.join(Role.admin), number) == 0


def test_stopped_while_running_what_waits_is_not_said(
    scene: Scene, li: int, wang: int, zhao: int
) -> None:
    scene.join(Role.contact, "民政局")
    number = create(scene, li, WEEKLY)
    take(scene, "2026-11-06 15:00")
    settle(scene, 1002, Delivery.sent)
    settle(scene, 1003, Delivery.unsure, again=True)
    assert stop(scene, li, number) == 1
    assert chats(scene, Delivery.stale) == [(1004, None)]
    assert chats(scene, Delivery.unsure) == [(1003, None)]
    assert next_run(scene, number) is None
    assert take(scene, "2026-11-13 15:00") == 1  # how it went, as somebody may not have heard
    assert len(chats(scene)) == 0
    with pytest.raises(Stale, match="broadcast_ended"):
        stop(scene, li, number)


def test_what_was_said_to_all_cannot_be_stopped(scene: Scene, li: int, wang: int) -> None:
    number = create(scene, li, "教育局：开会。")
    take(scene, "2026-11-02 09:00")
    settle(scene, 1002, Delivery.sent)
    with pytest.raises(Stale, match="broadcast_ended"):
        stop(scene, li, number)
    with pytest.raises(NotFound, match="no_such_broadcast"):
        stop(scene, li, 99)


def test_how_it_went_is_told_once_all_is_settled(
    scene: Scene, li: int, wang: int, zhao: int
) -> None:
    create(scene, li, "各联络员：开会。")
    assert take(scene, "2026-11-02 09:00") == 2
    settle(scene, 1002, Delivery.sent)
    settle(scene, 1003, Delivery.unsure, again=True)
    assert take(scene, "2026-11-02 09:01") == 0
    settle(scene, 1003, Delivery.unreachable)
    assert take(scene, "2026-11-02 09:02") == 1
    assert take(scene, "2026-11-02 09:03") == 0
    assert told(scene) == ["broadcast:1:1:report:1"]
    with scene.database.reading() as session:
        (run,) = session.scalars(select(BroadcastRun))
        found = broadcasts.outcomes_of(session, run)
    assert found == {Delivery.sent: 1, Delivery.unreachable: 1}


def test_a_recurring_one_that_reached_all_reports_nothing(
    scene: Scene, li: int, wang: int
) -> None:
    create(scene, li, WEEKLY)
    assert take(scene, "2026-11-06 15:00") == 1
    settle(scene, 1002, Delivery.sent)
    assert take(scene, "2026-11-06 15:01") == 0
    assert told(scene) == []


def test_it_counts_against_nobodys_daily_limit(scene: Scene, li: int, wang: int) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 20)))
    scene.deliver(*ISSUES)
    scene.sign(wang, number)
    for clock in ("9:00", "9:10", "9:20"):
        create(scene, li, f"11月11日{clock} 教育局：开会。")
    assert take(scene, "2026-11-11 09:30") == 3
    scene.go("2026-11-11 09:30")
    assert [said.tasks for said in scene.moment()] == [(number,)]
