"""申请延期: what it asks, who has the next word, what a grant moves and a refusal leaves."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.casework import Extension
from tasks.errors import DubanError, IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.gate import Step
from tasks.mailroom import Outbox
from tasks.models import Ask, History, Part, Report, ReportKind, Task
from tasks.services import extensions, pausing
from tasks.services.post import Kind
from tasks.views import queue
from tasks.views.summary import summarise
from tasks.vocabulary import Desk, ExtensionState, Light, PartRole, ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import Scene, duty

STEPS = ("endorse", "give_back", "forward", "grant", "refuse", "withdraw")
DUE, LATER, LATEST = date(2026, 11, 20), date(2026, 12, 4), date(2026, 12, 31)


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="周敏")


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局", "王强")


@pytest.fixture
def number(scene: Scene, contact: int) -> int:
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.say(contact, number, text="已完成初稿")
    return number


def ask(
    scene: Scene, person: int, number: int, wanted: date = LATER, said: str | None = None
) -> int:
    act = scene.act(person, said)
    return scene.do(
        lambda s: extensions.ask(s, scene.office, act, number, wanted, "待上级批复").id
    )


def step(scene: Scene, person: int, name: str, request: int, *words: str) -> None:
    act, use = scene.act(person), getattr(extensions, name)
    scene.do(lambda s: use(s, scene.office, act, request, *words).id)


def row(scene: Scene, request: int) -> Extension:
    with scene.database.reading() as session:
        found = session.get_one(Extension, request)
        session.expunge(found)
        return found


def desk(scene: Scene, person: int, number: int) -> Desk | None:
    request = scene.card(person, number).request
    return None if request is None else request.desk


def told(scene: Scene) -> list[tuple[int | None, str | None]]:
    """To whom requests were told, and as whose turn."""
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.kind == Kind.request).order_by(Outbox.id)
        )
        return [(row.person_id, row.facts["desk"]) for row in rows]


def events(scene: Scene, number: int) -> list[str]:
    with scene.database.reading() as session:
        return list(
            session.scalars(
                select(History.action).where(History.task_id == number).order_by(History.id)
            )
        )


def test_what_is_asked_is_a_report_and_stops_the_asking(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    scene.go("2026-11-10 10:00")
    request = row(scene, ask(scene, contact, number))
    assert (request.ordinal, request.due, request.wanted) == (1, DUE, LATER)
    assert (request.late, request.progress) == (False, "已完成初稿")
    with scene.database.reading() as session:
        said = session.get_one(Report, request.report_id)
        assert (said.kind, said.expected) == (ReportKind.extension, LATER)
        assert "待上级批复" in said.text
        assert "已完成初稿" in said.text
    assert told(scene) == [(coordinator, "office")]
    # A week of rungs, and the limit itself, pass in silence.
    assert scene.days("2026-11-11", "2026-11-27") == {}
    assert scene.task(number).light is Light.green
    assert "extend" in events(scene, number)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (DUE, "extension_not_later"),
        (date(2026, 11, 2), "extension_not_later"),
        (date(2036, 11, 20), "extension_too_far"),
    ],
)
def test_a_day_that_is_none_is_refused(
    scene: Scene, contact: int, number: int, wanted: date, code: str
) -> None:
    before = scene.everything()
    with pytest.raises(Refused, match=code):
        ask(scene, contact, number, wanted)
    assert scene.everything() == before


def test_a_day_that_has_passed_is_refused(scene: Scene, contact: int, number: int) -> None:
    scene.go("2026-12-10 10:00")
    with pytest.raises(Refused, match="extension_past"):
        ask(scene, contact, number, LATER)
    ask(scene, contact, number, date(2026, 12, 12))  # a Saturday is a day


def test_who_may_not_ask_does_not(scene: Scene, coordinator: int, contact: int) -> None:
    helper, stranger = scene.join(Role.contact, "财政局"), scene.join(Role.contact, "民政局")
    limited, standing = scene.publish(
        duty("一。", lead=["教育局"], cooperating=["财政局"], due=DUE),
        duty("二。", lead=["教育局"]),
    )
    before = scene.everything()
    expected: list[tuple[int, int, type[DubanError]]] = [
        (helper, limited, IllegalMove),
        (stranger, limited, NotFound),
        (coordinator, limited, NotFound),
        (contact, standing, Refused),
        (contact, 999, NotFound),
    ]
    for person, task, error in expected:
        with pytest.raises(error):
            ask(scene, person, task)
    assert scene.everything() == before


def test_one_request_at_a_time(scene: Scene, contact: int, number: int) -> None:
    ask(scene, contact, number)
    assert Action.extend not in scene.card(contact, number).actions
    with pytest.raises(Refused, match="extension_pending"):
        ask(scene, contact, number, LATEST)


def test_a_grant_moves_the_limit_and_keeps_the_first(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    scene.go("2026-11-18 10:00")
    request = ask(scene, contact, number)
    assert {Action.grant, Action.refuse} <= set(scene.card(coordinator, number).actions)
    scene.go("2026-11-24 10:00")
    step(scene, coordinator, "grant", request)
    task = scene.task(number)
    assert (task.due, task.original_due, task.extensions) == (LATER, DUE, 1)
    assert (task.overdue, task.past_original, task.light) == (False, True, Light.green)
    assert task.parts[0].standing.desk_days == 0
    assert told(scene)[-1] == (contact, None)
    assert events(scene, number)[-1] == "grant"
    with scene.database.reading() as session:
        assert summarise(session, scene.office, scene.now).extended == 1
    # What follows is about the new limit alone.
    scene.days("2026-11-25", "2026-12-08")
    with scene.database.reading() as session:
        after = session.scalars(select(Ask).where(Ask.raised_at > scene.now.replace(day=1))).all()
        assert {ask.due for ask in after if ask.kind in ("limit", "overdue")} == {LATER}


def test_a_refusal_leaves_the_limit_and_gives_back_the_days_on_the_desk(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    scene.go("2026-11-18 10:00")
    request = ask(scene, contact, number)
    scene.go("2026-11-24 10:00")
    step(scene, coordinator, "refuse", request, "请按期办结")
    task = scene.task(number)
    assert (task.due, task.extensions, task.overdue) == (DUE, 0, False)
    assert task.parts[0].standing.desk_days == 2  # the 23rd and the 24th
    assert (row(scene, request).state, row(scene, request).answer) == (
        ExtensionState.refused,
        "请按期办结",
    )
    scene.go("2026-11-26 10:00")
    assert (scene.task(number).overdue, scene.task(number).overdue_for) == (True, 2)


def test_days_overdue_before_asking_stay_counted(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    scene.go("2026-11-25 10:00")
    request = ask(scene, contact, number)
    assert row(scene, request).late
    frozen = scene.task(number)
    assert (frozen.overdue_for, frozen.classified.cls) == (3, ProgressClass.behind)
    scene.go("2026-11-27 10:00")
    assert scene.task(number).overdue_for == 3
    step(scene, coordinator, "refuse", request, "按原时限")
    assert (scene.task(number).overdue, scene.task(number).overdue_for) == (True, 3)


def test_lateness_is_judged_by_when_it_was_said(scene: Scene, contact: int, number: int) -> None:
    scene.go("2026-11-23 10:00")
    assert not row(scene, ask(scene, contact, number, said="2026-11-20 17:00")).late


def test_the_head_comes_first_and_only_then_the_office(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    head = scene.join(Role.head, "教育局", "李局")
    request = ask(scene, contact, number)
    assert told(scene) == [(head, "head")]
    assert desk(scene, coordinator, number) is Desk.head
    assert Action.grant not in scene.card(coordinator, number).actions
    with pytest.raises(Refused, match="extension_not_your_turn"):
        step(scene, coordinator, "grant", request)
    asked = scene.card(head, number).request
    assert asked is not None
    assert asked.steps == (Step.endorse, Step.give_back, Step.withdraw)
    step(scene, head, "endorse", request)
    assert told(scene)[1:] == [(coordinator, "office")]
    step(scene, coordinator, "grant", request)
    assert scene.task(number).due == LATER


def test_a_heads_own_request_is_signed(scene: Scene, coordinator: int, number: int) -> None:
    head = scene.join(Role.head, "教育局")
    ask(scene, head, number)
    assert told(scene) == [(coordinator, "office")]


def test_a_heads_silence_sends_it_on_and_grants_nothing(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    head = scene.join(Role.head, "教育局")
    request = ask(scene, contact, number)
    assert waiting(scene, coordinator) == []
    scene.go("2026-11-04 09:00")
    (line,) = waiting(scene, coordinator)
    assert (line.id, line.unsigned, line.days, line.late) == (request, True, 0, False)
    scene.go("2026-11-09 09:00")
    (line,) = waiting(scene, coordinator)
    assert (line.days, line.late) == (3, True)
    assert row(scene, request).state is ExtensionState.asked
    # The head may still sign; nobody is told a second time.
    before = told(scene)
    step(scene, head, "endorse", request)
    assert told(scene) == before
    assert not waiting(scene, coordinator)[0].unsigned


def waiting(scene: Scene, coordinator: int) -> tuple[Any, ...] | list[Any]:
    act = scene.act(coordinator)
    with scene.database.reading() as session:
        return list(queue.queue(session, scene.office, act).extensions)


def test_a_head_may_give_it_back(scene: Scene, contact: int, number: int) -> None:
    head = scene.join(Role.head, "教育局")
    request = ask(scene, contact, number)
    step(scene, head, "give_back", request, "先抓紧办")
    found = row(scene, request)
    assert (found.state, found.answer) == (ExtensionState.withdrawn, "先抓紧办")
    assert (contact, None) in told(scene)
    assert Action.extend in scene.card(contact, number).actions
    assert row(scene, ask(scene, contact, number)).ordinal == 1


def thrice(scene: Scene, coordinator: int, contact: int, number: int) -> int:
    for day in (LATER, date(2026, 12, 11)):
        step(scene, coordinator, "grant", ask(scene, contact, number, day))
    return ask(scene, contact, number, LATEST)


def test_from_the_third_on_the_leader_decides(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    leader = scene.join(Role.leader, name="陈市长")
    request = thrice(scene, coordinator, contact, number)
    assert row(scene, request).ordinal == 3
    actions = scene.card(coordinator, number).actions
    assert Action.forward in actions
    assert Action.grant not in actions
    for person in (coordinator, leader):
        with pytest.raises(Refused, match="extension_not_your_turn"):
            step(scene, person, "grant", request)
    step(scene, coordinator, "forward", request)
    assert told(scene)[-1] == (leader, "leader")
    assert {Action.grant, Action.refuse} <= set(scene.card(leader, number).actions)
    with pytest.raises(Refused, match="extension_not_your_turn"):
        step(scene, coordinator, "grant", request)
    step(scene, leader, "grant", request)
    task = scene.task(number)
    assert (task.due, task.original_due, task.extensions) == (LATEST, DUE, 3)
    assert {(contact, None), (coordinator, None)} <= set(told(scene))


def test_the_leader_of_the_task_decides_alone(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    first, second = scene.join(Role.leader), scene.join(Role.leader)
    scene.do(lambda s: setattr(s.get_one(Task, number), "leader_id", second))
    request = thrice(scene, coordinator, contact, number)
    step(scene, coordinator, "forward", request)
    assert told(scene)[-1] == (second, "leader")
    with pytest.raises(Refused, match="extension_not_your_turn"):
        step(scene, first, "grant", request)
    step(scene, second, "refuse", request, "不再延期")
    assert scene.task(number).due == date(2026, 12, 11)


def test_without_a_leader_the_office_decides_and_the_history_says_so(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    request = thrice(scene, coordinator, contact, number)
    step(scene, coordinator, "grant", request)
    assert events(scene, number)[-1] == "grant_unled"


def test_a_decision_is_made_once(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    other = scene.join(Role.coordinator)
    request = ask(scene, contact, number)
    step(scene, coordinator, "refuse", request, "不同意")
    for name, more in (("grant", ()), ("refuse", ("又",)), ("withdraw", ())):
        person = contact if name == "withdraw" else other
        with pytest.raises(Stale, match="extension_settled"):
            step(scene, person, name, request, *more)
    assert scene.task(number).extensions == 0


@pytest.mark.parametrize(
    "name", ["endorse", "give_back", "forward", "grant", "refuse", "withdraw"]
)
def test_forged_presses_change_nothing(scene: Scene, contact: int, number: int, name: str) -> None:
    foreign_head = scene.join(Role.head, "民政局")
    foreign = scene.join(Role.contact, "民政局")
    helper = scene.join(Role.contact, "财政局")
    request = ask(scene, contact, number)
    more = ("理由",) if name in ("give_back", "refuse") else ()
    before = scene.everything()
    for person in (foreign, foreign_head, helper):
        with pytest.raises(NotFound, match="no_such_request"):
            step(scene, person, name, request, *more)
    for missing in (0, 999, 2**40):
        with pytest.raises(NotFound, match="no_such_request"):
            step(scene, contact, name, missing, *more)
    if name != "withdraw":
        with pytest.raises(NotAllowed):
            step(scene, contact, name, request, *more)
    assert scene.everything() == before


def test_a_refusal_needs_a_reason(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    request = ask(scene, contact, number)
    with pytest.raises(Refused, match="extension_reason_needed"):
        step(scene, coordinator, "refuse", request, "  ")


def test_withdrawing_lets_the_asking_begin_anew(scene: Scene, contact: int, number: int) -> None:
    scene.go("2026-11-09 10:00")
    request = ask(scene, contact, number)
    scene.go("2026-11-16 10:00")
    step(scene, contact, "withdraw", request)
    assert row(scene, request).state is ExtensionState.withdrawn
    assert [said.asks for said in scene.days("2026-11-17", "2026-11-17")["11-17 09:00"]] == [
        ("limit",)
    ]


def test_a_submission_ends_it(scene: Scene, coordinator: int, contact: int, number: int) -> None:
    request = ask(scene, contact, number)
    scene.submit(contact, number)
    assert row(scene, request).state is ExtensionState.withdrawn
    assert events(scene, number)[-2:] == ["drop_extension", "submit"]
    assert waiting(scene, coordinator) == []
    with pytest.raises(Stale):
        step(scene, coordinator, "grant", request)


def test_the_leads_of_a_task_share_one_request(scene: Scene, coordinator: int) -> None:
    one, two = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", joint=["教育局", "财政局"], due=DUE))
    request = ask(scene, two, number)
    with pytest.raises(Refused, match="extension_pending"):
        ask(scene, one, number, LATEST)
    assert scene.days("2026-11-11", "2026-11-20") == {}
    step(scene, coordinator, "grant", request)
    assert {(one, None), (two, None)} <= set(told(scene))
    with scene.database.reading() as session:
        parts = session.scalars(select(Part).where(Part.task_id == number)).all()
        assert [part.requested_at for part in parts] == [None, None]
        assert [part.due for part in parts] == [None, None]


def test_whoever_asked_hears_that_a_pause_ends_the_request(
    scene: Scene, coordinator: int, contact: int, number: int
) -> None:
    request = ask(scene, contact, number)
    act = scene.act(coordinator)
    scene.do(lambda s: pausing.pause(s, scene.office, act, number, "等待上级批复").id)
    assert row(scene, request).state is ExtensionState.withdrawn
    assert told(scene)[-1] == (contact, None)


def test_a_department_of_a_collective_duty_asks_for_itself(scene: Scene, coordinator: int) -> None:
    one, two = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", joint=["教育局", "财政局"], due=DUE))

    def collective(session: Session) -> None:
        for part in session.scalars(select(Part).where(Part.task_id == number)):
            part.role = PartRole.each

    scene.do(collective)
    request = ask(scene, one, number)
    assert row(scene, ask(scene, two, number, LATEST)).ordinal == 1
    step(scene, coordinator, "grant", request)
    task = scene.task(number)
    assert (task.due, task.original_due, [part.due for part in task.parts]) == (
        DUE,
        DUE,
        [LATER, DUE],
    )
    assert [part.requested_at is None for part in task.parts] == [True, False]
    assert told(scene)[-1] == (one, None)
    assert scene.card(one, number).task.due == LATER
    # The other's request still waits, and is the one that the office sees now.
    found = scene.card(coordinator, number).request
    assert found is not None
    assert found.department == "财政局"
    step(scene, coordinator, "grant", found.id)
    # Each department goes by how often its own limit was put off.
    assert [scene.card(one, number).task.extensions, scene.task(number).extensions] == [1, 1]
    assert row(scene, ask(scene, one, number, LATEST)).ordinal == 2
