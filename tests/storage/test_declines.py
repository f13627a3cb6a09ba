"""Whose task it is: 申请改办, 转办, 不予改办, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.mailroom import Outbox
from tasks.models import Department, Part, Report, ReportKind, Task
from tasks.services import declines, delegation, extensions, submissions
from tasks.services.acts import first_lead
from tasks.services.declines import Reassigned
from tasks.services.post import Kind
from tasks.views import cards, ownership
from tasks.views import queue as queue_view
from tasks.views.summary import summarise
from tasks.vocabulary import Light, PartRole, PartState, ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import ISSUES, Scene, duty

DUE = date(2026, 11, 27)
REASON = "该事项属民政部门职责"


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


def _decline(
    scene: Scene, person: int, number: int, reason: str = REASON, said: str | None = None
) -> int:
    act = scene.act(person, said)
    return scene.do(lambda s: declines.decline(s, scene.office, act, number, reason).id)


def _withdraw(scene: Scene, person: int, number: int) -> None:
    act = scene.act(person)
    scene.do(lambda s: submissions.withdraw(s, scene.office, act, number))


def _refuse(scene: Scene, person: int, report_id: int, reason: str = "三定方案已明确") -> None:
    act = scene.act(person)
    scene.do(lambda s: declines.refuse_decline(s, scene.office, act, report_id, reason))


def _reassign(
    scene: Scene, person: int, number: int, gone: str, to: str, report: int | None = None
) -> Reassigned:
    act, part, unit = scene.act(person), _part(scene, number, gone), _unit(scene, to)
    return scene.do(lambda s: declines.reassign(s, scene.office, act, part, unit, report))


def _unit(scene: Scene, name: str) -> int:
    with scene.database.reading() as session:
        return session.scalars(select(Department.id).where(Department.name == name)).one()


def _part(scene: Scene, number: int, name: str) -> int:
    with scene.database.reading() as session:
        query = select(Part.id).join(Department).where(Department.name == name)
        return session.scalars(query.where(Part.task_id == number)).one()


def _rows(scene: Scene, kind: Kind) -> list[tuple[int | None, dict[str, Any]]]:
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id))
        return [(row.person_id, dict(row.facts)) for row in rows]


def _owners(scene: Scene, number: int) -> list[tuple[str, str, str]]:
    parts = scene.task(number).parts
    return [(part.department, part.role.value, part.state.value) for part in parts]


def test_a_decline_is_an_answer_and_the_coordinators_hear_it_at_once(
    scene: Scene, coordinator: int
) -> None:
    contact, other = scene.join(Role.contact, "教育局"), scene.join(Role.coordinator)
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    report_id = _decline(scene, contact, number)
    assert scene.states(number) == ["declined"]
    assert scene.task(number).classified.cls is ProgressClass.other
    with scene.database.reading() as session:
        said = session.get_one(Report, report_id)
        assert (said.kind, said.text, said.person_id) == (ReportKind.decline, REASON, contact)
        assert said.confirmed_at is not None
        part = session.scalars(select(Part)).one()
        assert (part.answered_at, part.next_due_at) == (said.said_at, None)
    assert scene.told("declined") == [coordinator, other]
    facts = _rows(scene, Kind.owner)[0][1]
    with scene.database.reading() as session:
        act = scene.act(coordinator)
        view = ownership.decline(session, scene.office, act, facts["report"])
        assert (view.department, view.reason, view.judged) == ("教育局", REASON, report_id)
        assert view.answer_by == date(2026, 11, 4)
    assert scene.actions(coordinator, number) >= {Action.reassign, Action.refuse_decline}
    line = [one for one in scene.timeline(number) if one["action"] == "decline"]
    assert [(one["actor"], one["text"]) for one in line] == [("甲1002", REASON)]


def test_an_admin_hears_of_a_decline_where_there_is_no_coordinator(scene: Scene) -> None:
    contact, admin = scene.join(Role.contact, "教育局"), scene.join(Role.admin)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    _decline(scene, contact, number)
    assert scene.told("declined") == [admin]


def test_declining_is_open_for_five_working_days_after_delivery(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    first, second, third = scene.publish(
        *(duty(f"办{n}。", lead=["教育局"], due=DUE) for n in range(3))
    )
    scene.go("2026-11-04 10:00")
    _decline(scene, contact, first)  # the issue has reached nobody: still open
    scene.deliver(*ISSUES)
    scene.go("2026-11-11 23:00")
    assert Action.decline in scene.actions(contact, second)
    _decline(scene, contact, second)
    scene.go("2026-11-12 00:30")
    assert Action.decline not in scene.actions(contact, third)
    refused = scene.unchanged(Refused, "decline_late", lambda: _decline(scene, contact, third))
    assert refused.facts == {"task": third, "until": date(2026, 11, 11)}
    # Lateness goes by when it was said, not by when the bot handled it.
    _decline(scene, contact, third, said="2026-11-11 22:00")
    assert scene.states(third) == ["declined"]


def test_a_decline_needs_a_reason_and_an_open_part_of_ones_own(
    scene: Scene, coordinator: int
) -> None:
    contact, stranger = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    scene.unchanged(
        Refused, "decline_reason_needed", lambda: _decline(scene, contact, number, " \n")
    )
    scene.unchanged(NotFound, "no_such_task", lambda: _decline(scene, stranger, number))
    scene.unchanged(NotFound, "no_such_task", lambda: _decline(scene, coordinator, number))
    scene.submit(contact, number)
    scene.unchanged(IllegalMove, "illegal_move", lambda: _decline(scene, contact, number))


def test_a_decline_waits_for_a_request_for_more_time(scene: Scene, coordinator: int) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    act = scene.act(contact)
    scene.do(
        lambda s: extensions.ask(s, scene.office, act, number, date(2026, 12, 4), "待批复").id
    )
    scene.unchanged(Refused, "request_waits", lambda: _decline(scene, contact, number))
    scene.unchanged(
        Refused,
        "request_waits",
        lambda: _reassign(scene, coordinator, number, "教育局", "民政局"),
    )


def test_a_withdrawn_decline_goes_back_and_the_office_hears_of_it(
    scene: Scene, coordinator: int
) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.sign(contact, number)
    report_id = _decline(scene, contact, number)
    _withdraw(scene, contact, number)
    assert scene.states(number) == ["signed"]
    assert scene.told("withdrawn") == [coordinator]
    scene.unchanged(IllegalMove, "illegal_move", lambda: _refuse(scene, coordinator, report_id))
    scene.join(Role.contact, "民政局")
    scene.unchanged(
        Stale,
        "decline_gone",
        lambda: _reassign(scene, coordinator, number, "教育局", "民政局", report_id),
    )
    with scene.database.reading() as session:
        part = session.scalars(select(Part)).one()
        assert part.requested_at is None
        assert part.next_due_at is not None


def test_a_refused_decline_goes_back_with_a_reason_and_costs_no_days(
    scene: Scene, coordinator: int
) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 4)))
    scene.deliver()
    report_id = _decline(scene, contact, number)
    scene.go("2026-11-09 10:00")
    assert not scene.task(number).overdue
    scene.unchanged(
        Refused,
        "refusal_reason_needed",
        lambda: _refuse(scene, coordinator, report_id, "  "),
    )
    _refuse(scene, coordinator, report_id)
    assert scene.states(number) == ["issued"]
    told = [facts for _, facts in _rows(scene, Kind.owner) if facts["event"] == "kept"]
    assert [one["reason"] for one in told] == ["三定方案已明确"]
    assert scene.told("kept") == [contact]
    task = scene.task(number)
    # Three working days lay on the office's desk after the limit.
    assert (task.parts[0].standing.desk_days, task.overdue, task.light) == (3, False, Light.yellow)
    # To ask for something is no report: the class is as if nothing had been said.
    assert task.classified.cls is ProgressClass.other
    assert Action.no_change not in scene.actions(contact, number)


def test_a_refused_decline_stands_until_the_task_comes_anew(
    scene: Scene, coordinator: int
) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    _refuse(scene, coordinator, _decline(scene, contact, number))
    assert Action.decline not in scene.actions(contact, number)
    scene.unchanged(Refused, "decline_answered", lambda: _decline(scene, contact, number))
    scene.go("2026-11-03 10:00")
    _reassign(scene, coordinator, number, "教育局", "财政局")
    scene.go("2026-11-04 10:00")
    _reassign(scene, coordinator, number, "财政局", "教育局")
    assert Action.decline in scene.actions(contact, number)
    _decline(scene, contact, number)


def test_only_the_office_answers_a_decline(scene: Scene, coordinator: int) -> None:
    contact, head = scene.join(Role.contact, "教育局"), scene.join(Role.head, "教育局")
    others = (scene.join(Role.contact, "民政局"), scene.join(Role.leader), contact, head)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    report_id = _decline(scene, contact, number)
    for person in others:
        scene.unchanged(NotAllowed, "not_allowed", lambda p=person: _refuse(scene, p, report_id))
        scene.unchanged(
            NotAllowed,
            "not_allowed",
            lambda p=person: _reassign(scene, p, number, "教育局", "民政局", report_id),
        )
        with scene.database.reading() as session, pytest.raises(NotAllowed):
            ownership.reassign(
                session, scene.office, scene.act(person), _part(scene, number, "教育局")
            )


def test_a_reassigned_lead_consolidates_and_the_old_one_counts_nowhere(
    scene: Scene, coordinator: int
) -> None:
    old, new = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "民政局")
    second, helper = scene.join(Role.contact, "财政局"), scene.join(Role.contact, "卫健委")
    (number,) = scene.publish(
        duty("办。", lead=["教育局"], cooperating=["卫健委"], due=DUE),
    )
    scene.do(lambda s: _second_lead(s, number, "财政局"))
    report_id = _decline(scene, old, number)
    scene.go("2026-11-04 10:00")
    done = _reassign(scene, coordinator, number, "教育局", "民政局", report_id)
    assert done == Reassigned(number, "教育局", "民政局", True)
    assert _owners(scene, number) == [
        ("民政局", "lead", "issued"),
        ("财政局", "lead", "issued"),
        ("卫健委", "cooperating", "issued"),
    ]
    task = scene.task(number)
    assert task.lead is not None
    assert task.lead.department == "民政局"
    assert [part.department for part in task.former] == ["教育局"]
    with scene.database.reading() as session:
        row = session.get_one(Task, number)
        lead = first_lead(row)
        assert lead is not None
        assert (lead.department.name, lead.swept_to) == ("民政局", scene.now)
        gone = session.get_one(Part, _part(scene, number, "教育局"))
        assert gone.replaced_by_id == lead.id
        closed = [part.closed_at for part in row.parts if part.state is PartState.cancelled]
        assert closed == [scene.now]
        summary = summarise(session, scene.office, scene.now)
        assert [row.name for row in summary.departments] == ["民政局", "财政局", "卫健委"]
        assert "教育局" not in [one.department for one in summary.heard.departments]
        units = [_unit(scene, "教育局")]
        own = summarise(session, scene.office, scene.now, department_ids=units)
        assert own.total == 0
    assert scene.told("moved") == [old]
    assigned = [person for person, facts in _rows(scene, Kind.assignment)][-1]
    assert assigned == new
    # The new lead speaks for the task: it comes last, the old one speaks no more.
    with pytest.raises(Refused) as refused:
        scene.submit(new, number)
    assert refused.value.code == "other_leads_open"
    with pytest.raises(IllegalMove):
        scene.submit(old, number)
    scene.submit(second, number)
    judged = scene.submit(new, number)
    scene.close(coordinator, judged)
    task = scene.task(number)
    assert (task.state, task.classified.cls) == (PartState.closed, ProgressClass.done)
    assert {state for _, _, state in _owners(scene, number)} == {"closed"}
    assert [person for person, _ in _rows(scene, Kind.verdict)] == [new, second, helper]


def _second_lead(session: Any, number: int, name: str) -> None:
    unit = session.scalars(select(Department).where(Department.name == name)).one()
    task = session.get_one(Task, number)
    lead, helper = task.parts
    helper.position = 3
    session.add(
        Part(
            task=task,
            department=unit,
            position=2,
            role=lead.role,
            state=PartState.issued,
            swept_to=lead.swept_to,
        )
    )


def test_the_new_department_has_a_clock_of_its_own(scene: Scene, coordinator: int) -> None:
    scene.join(Role.contact, "教育局")
    new = scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 4)))
    scene.deliver()
    scene.go("2026-11-10 10:00")
    _reassign(scene, coordinator, number, "教育局", "民政局")
    assert scene.task(number).parts[0].delivered_at is None
    told = scene.moment()
    assert [one.person for one in told] == []  # nothing on the day on which it came
    assert scene.task(number).parts[0].delivered_at == scene.now
    days = scene.days("2026-11-11", "2026-11-11")
    (said,) = days["11-11 09:00"]
    # The limit had passed before: it is told, and the blue slip waits for a day of its own.
    assert (said.person, said.asks) == (new, ("overdue",))
    assert Action.decline in scene.actions(new, number)


def test_a_task_goes_on_only_to_a_known_department_without_a_part_in_it(
    scene: Scene, coordinator: int
) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.join(Role.contact, "财政局")
    scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"]))
    report_id = _decline(scene, contact, number)
    for name in ("财政局", "教育局"):
        refused = scene.unchanged(
            Refused,
            "already_in_task",
            lambda n=name: _reassign(scene, coordinator, number, "教育局", n, report_id),
        )
        assert refused.facts["department"] == name
    part = _part(scene, number, "教育局")
    for unit in (0, 999, 2**40):
        act = scene.act(coordinator)
        scene.unchanged(
            NotFound,
            "no_such_department",
            lambda u=unit, a=act: scene.do(
                lambda s: declines.reassign(s, scene.office, a, part, u, report_id)
            ),
        )
    with scene.database.reading() as session:
        view = ownership.reassign(session, scene.office, scene.act(coordinator), part)
        assert [name for _, name in view.choices] == ["民政局"]
        assert (view.reason, view.judged) == (REASON, report_id)


def test_who_judges_newer_words_or_comes_second_is_told_so(scene: Scene, coordinator: int) -> None:
    other = scene.join(Role.coordinator)
    contact = scene.join(Role.contact, "教育局")
    scene.join(Role.contact, "民政局")
    scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    report_id = _decline(scene, contact, number)
    newer = scene.report(contact, number)
    for act in (
        lambda: _refuse(scene, coordinator, report_id),
        lambda: _reassign(scene, coordinator, number, "教育局", "民政局", report_id),
        lambda: _reassign(scene, coordinator, number, "教育局", "民政局"),
    ):
        scene.unchanged(Stale, "report_superseded", act)
    _reassign(scene, coordinator, number, "教育局", "民政局", newer)
    refused = scene.unchanged(
        Stale,
        "reassigned_before",
        lambda: _reassign(scene, other, number, "教育局", "财政局", newer),
    )
    assert refused.facts == {"task": number, "department": "民政局"}
    scene.unchanged(Stale, "reassigned_before", lambda: _refuse(scene, other, newer))


def test_two_coordinators_at_once_answer_once(scene: Scene, coordinator: int) -> None:
    other = scene.join(Role.coordinator)
    contact = scene.join(Role.contact, "教育局")
    for name in ("民政局", "财政局"):
        scene.join(Role.contact, name)
    numbers = scene.publish(*(duty(f"办{n}。", lead=["教育局"], due=DUE) for n in range(4)))
    reports = {number: _decline(scene, contact, number) for number in numbers}
    for number in numbers:
        begin = Barrier(3)
        works = (
            lambda n=number: _reassign(scene, coordinator, n, "教育局", "民政局", reports[n]),
            lambda n=number: _reassign(scene, other, n, "教育局", "财政局", reports[n]),
            lambda n=number: _refuse(scene, other, reports[n]),
        )

        def run(work: Callable[[], object], begin: Barrier = begin) -> str:
            begin.wait()
            try:
                work()
            except (Stale, IllegalMove) as refusal:
                return refusal.code
            return "done"

        with ThreadPoolExecutor(3) as pool:
            found = list(pool.map(run, works))
        assert found.count("done") == 1
        assert set(found) <= {"done", "reassigned_before", "decline_gone", "illegal_move"}
        assert len(scene.task(number).parts) == 1


def test_a_task_can_come_back_to_whoever_passed_it_on(scene: Scene, coordinator: int) -> None:
    contact, other = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.sign(contact, number)
    head = scene.act(scene.join(Role.head, "教育局"))
    scene.do(lambda s: delegation.delegate(s, scene.office, head, number, contact))
    _reassign(scene, coordinator, number, "教育局", "民政局")
    report_id = _decline(scene, other, number)
    _reassign(scene, coordinator, number, "民政局", "教育局", report_id)
    assert _owners(scene, number) == [("教育局", "lead", "issued")]
    assert [part.department for part in scene.task(number).former] == ["民政局"]
    assert scene.task(number).parts[0].signed_at is None
    # Whoever was named then is in charge no more, and the history says so.
    assert scene.task(number).parts[0].delegate_id is None
    lines = [(one["action"], one["text"]) for one in scene.timeline(number)]
    assert lines[-3:-1] == [("reassign", "民政局→教育局"), ("undelegate", "甲1002")]
    assert Action.sign in scene.actions(contact, number)
    assert scene.actions(other, number) == set()


def test_an_old_owner_sees_no_task_in_its_list(scene: Scene, coordinator: int) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    _reassign(scene, coordinator, number, "教育局", "民政局")
    with scene.database.reading() as session:
        act = scene.act(contact)
        assert cards.my_tasks(session, scene.office, act).cards == ()
        view = cards.assignment(session, scene.office, act, 1, [number])
        assert view.cards == ()
        card = cards.card(session, scene.office, act, number)
        assert card.own in card.task.former


def test_each_department_of_a_collective_duty_is_judged_in_turn(
    scene: Scene, coordinator: int
) -> None:
    people = [scene.join(Role.contact, name) for name in ("教育局", "民政局", "财政局")]
    scene.join(Role.contact, "卫健委")
    (number,) = scene.publish(duty("办。", joint=["教育局", "民政局", "财政局"], due=DUE))
    scene.do(lambda s: _as_each(s, number))
    first, second = scene.submit(people[0], number), scene.submit(people[1], number)
    refused = _decline(scene, people[2], number)
    with scene.database.reading() as session:
        card = cards.card(session, scene.office, scene.act(coordinator), number)
        assert card.about is not None
        assert (card.about.department, card.judged) == ("财政局", refused)
    _reassign(scene, coordinator, number, "财政局", "卫健委", refused)
    for report_id, name in ((first, "教育局"), (second, "民政局")):
        with scene.database.reading() as session:
            card = cards.card(session, scene.office, scene.act(coordinator), number)
            assert card.about is not None
            assert (card.about.department, card.judged) == (name, report_id)
            queue = queue_view.queue(session, scene.office, scene.act(coordinator))
            assert name in [one.department for one in queue.submissions]
        scene.close(coordinator, report_id)
    assert _owners(scene, number) == [
        ("教育局", "each", "closed"),
        ("民政局", "each", "closed"),
        ("卫健委", "each", "issued"),
    ]
    assert scene.task(number).state is PartState.in_progress


def test_a_department_of_a_collective_duty_goes_by_its_own_limit(scene: Scene) -> None:
    people = [scene.join(Role.contact, name) for name in ("教育局", "民政局")]
    (number,) = scene.publish(duty("办。", joint=["教育局", "民政局"], due=date(2026, 11, 6)))
    scene.do(lambda s: _as_each(s, number))
    own = _part(scene, number, "民政局")
    scene.do(lambda s: setattr(s.get_one(Part, own), "due", DUE))
    scene.go("2026-11-09 10:00")
    with scene.database.reading() as session:
        seen = [cards.card(session, scene.office, scene.act(one), number) for one in people]
    assert [one.task.due for one in seen] == [date(2026, 11, 6), DUE]
    assert [one.task.light for one in seen] == [Light.red, Light.green]
    assert [one.task.overdue for one in seen] == [True, False]
    assert [one.days_left for one in seen][1] == 14
    with scene.database.reading() as session:
        (late,) = summarise(session, scene.office, scene.now).overdue
        rows = summarise(session, scene.office, scene.now).departments
    assert (late.department, late.days) == ("教育局", 1)
    assert {row.name: row.overdue for row in rows} == {"教育局": 1, "民政局": 0}
    assert scene.task(number).classified.cls is ProgressClass.behind
    # Once the late one is done, the task goes by the limit of the other.
    scene.close(scene.join(Role.coordinator), scene.submit(people[0], number))
    task = scene.task(number)
    assert (task.overdue, task.light) == (False, Light.green)


def _as_each(session: Any, number: int) -> None:
    for part in session.get_one(Task, number).parts:
        part.role = PartRole.each
