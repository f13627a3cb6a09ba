"""Simulated weeks: who is reminded of what, on which day, and when it stops.

November 2026: the 2nd is a Monday, the period closes on Wednesday the 25th, and there is no
holiday. The days expected below are counted from design §5 by hand.
"""

from datetime import date

import pytest
from sqlalchemy import func, select

from bot.ticks import ask_and_tell
from tasks.mailroom import Outbox
from tasks.models import Ask, Slip
from tasks.services import nudges
from tasks.services.post import Kind
from tasks.services.sweep import call_out
from tasks.views import queue as queue_view
from tasks.vocabulary import Role
from tests.storage.scene import Said, Scene, duty

DUE = date(2026, 11, 20)
FAR = date(2027, 6, 30)


def _asked(told: dict[str, list[Said]]) -> dict[str, tuple[str, ...]]:
    """What the one person of a scene was asked, by moment."""
    return {moment: said[0].asks for moment, said in told.items()}


def test_the_ladder_of_a_task_that_nobody_answers(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    assert _asked(scene.days("2026-11-02", "2026-12-07")) == {
        "11-03 09:00": ("sign",),
        "11-04 09:00": ("sign",),
        "11-05 09:00": ("sign",),
        "11-11 09:00": ("limit",),
        "11-17 09:00": ("limit",),
        "11-18 09:00": ("period",),
        "11-19 09:00": ("limit",),
        "11-20 09:00": ("limit",),
        **{f"11-{day} 09:00": ("overdue",) for day in (23, 24, 25, 26, 27, 30)},
        "12-07 09:00": ("overdue",),
    }


def test_an_answer_stops_the_asking(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.sign(contact, number)
    first = scene.days("2026-11-02", "2026-11-16")
    scene.go("2026-11-17 08:30")
    scene.say(contact, number, percent=50)
    # The rungs of the 17th and the 19th and the period's ask of the 18th are settled by it.
    told = {**first, **scene.days("2026-11-17", "2026-11-24")}
    assert _asked(told) == {
        "11-11 09:00": ("limit",),
        "11-20 09:00": ("limit",),
        "11-23 09:00": ("overdue",),
        "11-24 09:00": ("overdue",),
    }
    scene.submit(contact, number)
    assert scene.days("2026-11-25", "2026-12-07") == {}


def test_an_answer_between_sweep_and_sending_takes_the_ask_back(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.sign(contact, number)
    scene.go("2026-11-11 09:00")
    scene.sweep()
    scene.go("2026-11-11 09:01")
    scene.report(contact, number)
    assert [one for one in scene.deliver() if one.kind == Kind.digest] == []
    with scene.database.reading() as session:
        (ask,) = session.scalars(select(Ask)).all()
        assert (ask.delivered_at, ask.dropped_at) == (None, scene.now)


def test_a_bot_that_slept_asks_once(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE), duty("远。", lead=["教育局"], due=FAR))
    scene.deliver()
    scene.days("2026-11-02", "2026-11-05")
    scene.go("2026-11-24 10:17")
    (said,) = scene.moment()
    assert said.asks == ("overdue", "last_call")
    assert said.slips == (1,)
    assert scene.moment() == []
    # A last call that is late by a day is for a period that has closed: it is not made up for.
    assert _asked(scene.days("2026-11-25", "2026-11-26")) == {
        "11-25 09:00": ("overdue",),
        "11-26 09:00": ("overdue",),
    }


def test_a_weekend_asleep_is_no_different_from_one_awake(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 14)))
    scene.deliver()
    # The limit is a Saturday: last recalled on the Friday, overdue from the Monday.
    told = _asked(scene.days("2026-11-12", "2026-11-17"))
    assert told == {
        "11-12 09:00": ("limit",),
        "11-13 09:00": ("limit",),
        "11-16 09:00": ("overdue",),
        "11-17 09:00": ("overdue",),
    }


def test_nothing_is_said_outside_the_windows(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    for moment in ("2026-11-03 08:59", "2026-11-03 11:30", "2026-11-03 17:30", "2026-11-07 10:00"):
        scene.go(moment)
        before = scene.everything()
        assert scene.moment() == []
        assert scene.everything() == before
    scene.go("2026-11-09 11:29")
    assert [said.asks for said in scene.moment()] == [("sign",)]


def test_one_digest_for_all_tasks_and_never_more_than_two_a_day(scene: Scene) -> None:
    first, second = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "教育局")
    numbers = scene.publish(
        *(duty(f"第{n}件。", lead=["教育局"], due=date(2026, 11, 16 + n)) for n in range(5))
    )
    scene.deliver()
    told = scene.days("2026-11-03", "2026-11-30")
    for moment, said in told.items():
        assert sorted(one.person for one in said) == [first, second], moment
    assert {number for said in told.values() for number in said[0].tasks} == set(numbers)
    per_day: dict[tuple[str, int], int] = {}
    for moment, said in told.items():
        for one in said:
            per_day[moment[:5], one.person] = per_day.get((moment[:5], one.person), 0) + 1
    assert max(per_day.values()) <= 2


def test_a_blue_slip_is_numbered_and_goes_to_contact_and_head_once(scene: Scene) -> None:
    contact, head = scene.join(Role.contact, "教育局"), scene.join(Role.head, "教育局")
    coordinator = scene.join(Role.coordinator)
    numbers = scene.publish(
        duty("一。", lead=["教育局"], due=DUE),
        duty("二。", lead=["教育局"], cooperating=["财政局"], due=DUE),
    )
    scene.deliver()
    told = scene.days("2026-11-20", "2026-11-27")
    assert told["11-23 09:00"] == [
        Said(contact, Kind.digest, tuple(numbers), ("overdue", "overdue"), (1, 2)),
        Said(head, Kind.slips, tuple(numbers), slips=(1, 2)),
    ]
    later = [one for moment, said in told.items() if moment > "11-23 09:00" for one in said]
    assert [one for one in later if one.slips] == []
    # Sent back, it is overdue again; the slip that stands is not issued a second time.
    scene.go("2026-11-27 16:00")
    scene.send_back(coordinator, scene.submit(contact, numbers[0]))
    again = scene.days("2026-11-30", "2026-12-04")
    assert [one for said in again.values() for one in said if one.slips] == []
    with scene.database.reading() as session:
        slips = session.scalars(
            select(Slip).where(Slip.issued_at.is_not(None)).order_by(Slip.id)
        ).all()
        assert [(slip.year, slip.number, slip.due) for slip in slips] == [
            (2026, 1, DUE),
            (2026, 2, DUE),
        ]


def test_slips_are_numbered_by_the_year_of_the_office(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(
        duty("一。", lead=["教育局"], due=date(2026, 12, 30)),
        duty("二。", lead=["教育局"], due=date(2026, 12, 31)),
        duty("三。", lead=["教育局"], due=date(2027, 1, 4)),
    )
    scene.deliver()
    scene.days("2026-12-31", "2027-01-06")
    with scene.database.reading() as session:
        found = session.execute(
            select(Slip.year, Slip.number).where(Slip.issued_at.is_not(None)).order_by(Slip.id)
        ).all()
        assert [tuple(row) for row in found] == [(2026, 1), (2027, 1), (2027, 2)]


def test_while_the_office_judges_nobody_is_asked(scene: Scene) -> None:
    first, second = scene.join(Role.contact, "经信局"), scene.join(Role.contact, "科技局")
    coordinator = scene.join(Role.coordinator)
    (number,) = scene.publish(
        duty("共办。", lead=["经信局", "科技局"], cooperating=["财政局"], due=DUE)
    )
    scene.join(Role.contact, "财政局")
    scene.deliver()
    scene.go("2026-11-10 10:00")
    scene.submit(second, number)
    told = scene.days("2026-11-11", "2026-11-12")
    assert [one.person for said in told.values() for one in said] == [first]
    report_id = scene.submit(first, number)
    assert scene.days("2026-11-13", "2026-12-04") == {}
    scene.send_back(coordinator, report_id)
    # Overdue counts from the day on which the office gave it back.
    assert [one.asks for one in scene.days("2026-12-05", "2026-12-07")["12-07 09:00"]] == [
        ("overdue",),
        ("overdue",),
    ]


def test_cooperating_departments_are_asked_first_and_leads_after_them(scene: Scene) -> None:
    lead, helper = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=FAR))
    scene.deliver()
    scene.sign(lead, number)
    told = scene.days("2026-11-02", "2026-11-27")
    # C-6 is the 17th, C-3 the 20th, C-1 the 24th, which only the lead is called on.
    assert {moment: [(one.person, one.asks) for one in said] for moment, said in told.items()} == {
        "11-17 09:00": [(helper, ("period",))],
        "11-20 09:00": [(lead, ("period",))],
        "11-24 09:00": [(lead, ("last_call",))],
    }


def test_who_was_issued_late_in_the_month_is_asked_in_the_next(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.go("2026-11-12 10:00")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=FAR))
    scene.deliver()
    scene.sign(contact, number)
    told = _asked(scene.days("2026-11-13", "2026-12-24"))
    assert told == {"12-18 09:00": ("period",), "12-24 09:00": ("last_call",)}


def test_a_task_without_a_limit_is_asked_for_its_arrangements_once(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("长期坚持。", lead=["教育局"]))
    scene.deliver()
    scene.sign(contact, number)
    told = _asked(scene.days("2026-11-03", "2026-12-24"))
    assert told == {
        "11-09 09:00": ("arrangements",),
        "12-18 09:00": ("period",),
        "12-24 09:00": ("last_call",),
    }


def test_an_ask_that_reached_nobody_waits_on_the_coordinators_desk(scene: Scene) -> None:
    coordinator = scene.join(Role.coordinator)
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    assert scene.days("2026-11-02", "2026-11-11") == {}

    def untold() -> list[tuple[int, str, str]]:
        view = scene.do(lambda s: queue_view.queue(s, scene.office, scene.act(coordinator)))
        return [(one.task, one.department, one.kind.value) for one in view.untold]

    assert untold() == [(number, "教育局", "limit")]
    contact = scene.join(Role.contact, "教育局")
    scene.go("2026-11-17 09:00")
    (said,) = scene.moment()
    assert (said.person, said.asks) == (contact, ("limit",))
    assert untold() == []


def test_an_ask_to_somebody_unreachable_is_not_delivered(scene: Scene) -> None:
    contact, coordinator = scene.join(Role.contact, "教育局"), scene.join(Role.coordinator)
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.sign(contact, number)
    scene.go("2026-11-11 09:00")
    scene.sweep()
    assert scene.deliver(unreachable=frozenset({contact})) == []
    with scene.database.reading() as session:
        assert session.scalars(select(Ask.delivered_at)).all() == [None]
    scene.go("2026-11-11 15:00")
    view = scene.do(lambda s: queue_view.queue(s, scene.office, scene.act(coordinator)))
    assert [one.task for one in view.untold] == [number]


def test_calling_out_twice_owes_nothing_twice(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.join(Role.head, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.go("2026-11-23 09:00")
    scene.sweep()
    before = scene.everything()
    scene.sweep()
    assert scene.do(lambda s: call_out(s, scene.office, scene.now)) == 0
    assert scene.everything() == before


def test_more_parts_than_one_batch_holds_are_all_taken(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.services.sweep.BATCH", 3)
    scene.join(Role.contact, "教育局")
    numbers = scene.publish(*(duty(f"第{n}件。", lead=["教育局"], due=DUE) for n in range(8)))
    scene.deliver()
    scene.go("2026-11-23 09:00")
    (said,) = scene.moment()
    assert sorted(said.tasks) == numbers
    with scene.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Slip)) == 8


def test_a_nudge_goes_at_once_and_at_most_every_four_hours(scene: Scene) -> None:
    contact, coordinator = scene.join(Role.contact, "教育局"), scene.join(Role.coordinator)
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.deliver()
    scene.go("2026-11-07 20:00")

    def nudge(person: int) -> nudges.Nudged:
        act = scene.act(person)
        return scene.do(lambda s: nudges.nudge(s, scene.office, act, number))

    done = nudge(coordinator)
    assert (done.told, done.unreached) == (("教育局",), ("财政局",))
    assert [(one.person, one.kind) for one in scene.deliver()] == [(contact, Kind.nudge)]
    before = scene.everything()
    scene.go("2026-11-07 23:59")
    with pytest.raises(Exception, match="nudged_lately"):
        nudge(coordinator)
    with pytest.raises(Exception, match="not_allowed"):
        nudge(contact)
    assert scene.everything() == before
    scene.go("2026-11-08 00:00")
    assert nudge(coordinator).told == ("教育局",)
    scene.submit(contact, number)
    scene.go("2026-11-09 12:00")
    assert nudge(coordinator).unreached == ("财政局",)


def test_a_nudge_that_reached_nobody_does_not_hold_up_the_next(scene: Scene) -> None:
    coordinator = scene.join(Role.coordinator)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    act = scene.act(coordinator)
    for _ in range(2):
        assert scene.do(lambda s: nudges.nudge(s, scene.office, act, number)).told == ()
    with scene.database.reading() as session:
        assert session.scalars(select(Outbox)).all() == []


def test_every_batch_owes_its_digests_in_the_same_commit(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.services.sweep.BATCH", 2)
    for name in ("教育局", "财政局", "公安局"):
        scene.join(Role.contact, name)
        scene.publish(*(duty(f"{name}{n}。", lead=[name], due=DUE) for n in range(2)))
    scene.deliver()
    scene.go("2026-11-11 09:00")
    owed = []
    more = True
    while more:
        more, _ = scene.do(lambda s: ask_and_tell(s, scene.office, scene.now))
        with scene.database.reading() as session:
            asks = session.scalars(select(Ask).where(Ask.raised_at == scene.now)).all()
            asked = {ask.part.department_id for ask in asks}
            told = session.scalars(select(Outbox.person_id).where(Outbox.kind == Kind.digest))
            owed.append((len(asks), len(asked), len(set(told))))
    assert owed == [(2, 1, 1), (4, 2, 2), (6, 3, 3), (6, 3, 3)]
    assert [len(said.asks) for said in scene.deliver() if said.kind == Kind.digest] == [2, 2, 2]
