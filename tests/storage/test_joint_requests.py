"""Requests of departments that hold a task together: several leads, each of a collective duty."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.casework import Extension
from tasks.errors import Refused
from tasks.mailroom import Outbox
from tasks.models import Department, History, Part, Task
from tasks.services import closing, corrections, declines, extensions, pausing, submissions
from tasks.services.post import Kind
from tasks.views.summary import summarise
from tasks.vocabulary import ExtensionState, PartRole, ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import ISSUES, Scene, duty

DUE, LATER, LATEST = date(2026, 11, 20), date(2026, 12, 4), date(2026, 12, 31)
FIRST, SECOND, THIRD = "教育局", "财政局", "民政局"


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


@pytest.fixture
def leads(scene: Scene, coordinator: int) -> tuple[int, int]:
    return scene.join(Role.contact, FIRST), scene.join(Role.contact, SECOND)


@pytest.fixture
def number(scene: Scene, leads: tuple[int, int]) -> int:
    (number,) = scene.publish(duty("办。", joint=[FIRST, SECOND], due=DUE))
    scene.deliver(*ISSUES)
    return number


def ask(scene: Scene, person: int, number: int, wanted: date = LATER) -> int:
    act = scene.act(person)
    return scene.do(
        lambda s: extensions.ask(s, scene.office, act, number, wanted, "待上级批复").id
    )


def step(scene: Scene, person: int, name: str, request: int, *words: str) -> None:
    act, use = scene.act(person), getattr(extensions, name)
    scene.do(lambda s: use(s, scene.office, act, request, *words).id)


def decline(scene: Scene, person: int, number: int) -> int:
    act = scene.act(person)
    return scene.do(lambda s: declines.decline(s, scene.office, act, number, "不属我局").id)


def keep(scene: Scene, person: int, report: int) -> None:
    act = scene.act(person)
    scene.do(lambda s: declines.refuse_decline(s, scene.office, act, report, "三定已明确").id)


def reassign(scene: Scene, person: int, number: int, gone: str, to: str, report: int) -> None:
    def give(s: Session) -> None:
        unit = s.scalars(select(Department.id).where(Department.name == to)).one()
        declines.reassign(s, scene.office, scene.act(person), _part(s, number, gone), unit, report)

    scene.do(give)


def _part(session: Session, number: int, name: str) -> int:
    query = select(Part.id).join(Department).where(Department.name == name)
    return session.scalars(query.where(Part.task_id == number)).one()


def waits(scene: Scene, number: int) -> dict[str, datetime | None]:
    """Since when each department that holds the task waits for an answer."""
    return {part.department: part.requested_at for part in scene.task(number).parts}


def held(scene: Scene, number: int) -> list[str]:
    return [name for name, since in waits(scene, number).items() if since is not None]


def state(scene: Scene, request: int) -> ExtensionState:
    with scene.database.reading() as session:
        return session.get_one(Extension, request).state


def told(scene: Scene, request: int) -> list[int | None]:
    """Who was told how a request ended."""
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.kind == Kind.request).order_by(Outbox.id)
        )
        ended = [row for row in rows if row.facts["desk"] is None]
        return [row.person_id for row in ended if row.facts["extension"] == request]


def history(scene: Scene, number: int) -> list[tuple[str, str | None]]:
    with scene.database.reading() as session:
        lines = session.scalars(
            select(History).where(History.task_id == number).order_by(History.id)
        )
        return [(line.action, line.text) for line in lines]


def as_each(scene: Scene, number: int) -> None:
    def change(session: Session) -> None:
        for part in session.get_one(Task, number).parts:
            part.role = PartRole.each

    scene.do(change)


def test_a_decline_of_one_lead_does_not_keep_another_from_asking(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    report = decline(scene, one, number)
    assert Action.extend in scene.actions(two, number)
    request = ask(scene, two, number)
    # The office answers each by itself, in whatever order.
    keep(scene, coordinator, report)
    step(scene, coordinator, "grant", request)
    assert scene.task(number).due == LATER
    assert held(scene, number) == []


def test_a_decline_of_the_first_lead_shields_no_other(
    scene: Scene, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    scene.say(two, number, text="已完成一半")
    decline(scene, one, number)
    scene.go("2026-11-23 09:00")
    found = scene.task(number)
    assert (found.overdue, found.classified.cls) == (True, ProgressClass.behind)


def test_nobody_gets_later_where_one_lead_declined_and_the_other_is_paused(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    decline(scene, leads[0], number)
    office = scene.act(coordinator)
    scene.do(lambda s: pausing.pause(s, scene.office, office, number, "待批复").id)
    scene.go("2026-12-21 10:00")
    found = scene.task(number)
    assert (found.overdue, found.past_original) == (False, False)
    assert found.classified.cls is ProgressClass.other


def _kept(scene: Scene, coordinator: int, one: int, number: int) -> Callable[[], object]:
    report = decline(scene, one, number)
    return lambda: keep(scene, coordinator, report)


def _passed_on(scene: Scene, coordinator: int, one: int, number: int) -> Callable[[], object]:
    scene.join(Role.contact, THIRD)
    report = decline(scene, one, number)
    return lambda: reassign(scene, coordinator, number, FIRST, THIRD, report)


def _taken_back(scene: Scene, coordinator: int, one: int, number: int) -> Callable[[], object]:
    decline(scene, one, number)
    return lambda: scene.do(
        lambda s: submissions.withdraw(s, scene.office, scene.act(one), number).id
    )


@pytest.mark.parametrize("begin", [_kept, _passed_on, _taken_back])
def test_a_lead_that_opens_later_waits_with_the_others(
    scene: Scene,
    coordinator: int,
    leads: tuple[int, int],
    number: int,
    begin: Callable[[Scene, int, int, int], Callable[[], object]],
) -> None:
    open_again = begin(scene, coordinator, leads[0], number)
    request = ask(scene, leads[1], number)
    scene.go("2026-11-03 10:00")
    open_again()
    names = [part.department for part in scene.task(number).leads]
    assert held(scene, number) == names
    assert waits(scene, number)[names[0]] == scene.now
    scene.deliver()
    # The rungs of the limit, and the limit itself, pass in silence for both.
    assert scene.days("2026-11-04", "2026-11-24") == {}
    step(scene, coordinator, "refuse", request, "请按期办结")
    assert held(scene, number) == []
    scene.deliver()
    asked = {one.person: one.asks for one in scene.days("2026-11-25", "2026-11-25")["11-25 09:00"]}
    assert list(asked.values()) == [("overdue",), ("overdue",)]
    assert scene.task(number).overdue_for == 1


def test_no_day_on_the_desk_is_credited_twice(
    scene: Scene, coordinator: int, leads: tuple[int, int]
) -> None:
    (number,) = scene.publish(duty("办。", joint=[FIRST, SECOND], due=date(2026, 11, 4)))
    report = decline(scene, leads[0], number)
    request = ask(scene, leads[1], number)
    scene.go("2026-11-09 10:00")
    keep(scene, coordinator, report)
    scene.go("2026-11-11 10:00")
    step(scene, coordinator, "refuse", request, "请按期办结")
    # The 5th, 6th and 9th for the decline, the 10th and 11th for the request.
    assert [part.standing.desk_days for part in scene.task(number).leads] == [5, 5]


def test_a_share_that_is_taken_up_again_waits_too(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    head = scene.join(Role.head, SECOND)
    said = scene.submit(two, number)
    ask(scene, one, number)
    assert held(scene, number) == [FIRST]
    act = scene.act(head)
    scene.do(lambda s: closing.give_back(s, scene.office, act, said, "还差材料").id)
    assert held(scene, number) == [FIRST, SECOND]


def test_leads_whose_clock_runs_again_wait_too(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    two = leads[1]
    scene.submit(two, number)
    office = scene.act(coordinator)
    scene.do(lambda s: pausing.pause(s, scene.office, office, number, "待批复").id)
    # What was finished when the clock stopped is taken back: it is open while the rest stands.
    scene.do(lambda s: submissions.withdraw(s, scene.office, scene.act(two), number).id)
    ask(scene, two, number)
    assert held(scene, number) == [SECOND]
    scene.do(lambda s: pausing.resume_clock(s, scene.office, office, number).id)
    assert held(scene, number) == [FIRST, SECOND]


def test_a_share_that_is_finished_leaves_the_request_of_another_lead(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    request = ask(scene, one, number)
    scene.submit(two, number)
    assert state(scene, request) is ExtensionState.asked
    assert held(scene, number) == [FIRST]
    assert [action for action, _ in history(scene, number)][-1] == "submit"
    step(scene, coordinator, "grant", request)
    assert scene.task(number).due == LATER


def test_a_request_that_ends_with_the_share_of_its_asker_is_told_to_who_waited(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    request = ask(scene, two, number)
    scene.submit(two, number)
    assert state(scene, request) is ExtensionState.withdrawn
    assert held(scene, number) == []
    assert told(scene, request) == [one]
    assert [action for action, _ in history(scene, number)][-2:] == ["drop_extension", "submit"]


def test_a_request_that_is_taken_back_is_told_to_who_waited(
    scene: Scene, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    request = ask(scene, two, number)
    step(scene, two, "withdraw", request)
    assert told(scene, request) == [one]


def test_declining_does_not_wait_for_what_another_lead_asked(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    request = ask(scene, one, number)
    with pytest.raises(Refused, match="request_waits"):
        decline(scene, one, number)
    assert Action.decline not in scene.actions(one, number)
    assert Action.decline in scene.actions(two, number)
    report = decline(scene, two, number)
    step(scene, coordinator, "grant", request)
    assert (scene.task(number).due, scene.states(number)) == (LATER, ["issued", "declined"])
    keep(scene, coordinator, report)
    assert held(scene, number) == []


def test_times_are_counted_for_each_department_of_a_collective_duty(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    scene.join(Role.leader)
    as_each(scene, number)
    for day in (LATER, date(2026, 12, 11)):
        step(scene, coordinator, "grant", ask(scene, one, number, day))
    step(scene, coordinator, "grant", ask(scene, two, number))
    assert [scene.card(person, number).task.extensions for person in leads] == [2, 1]
    assert scene.task(number).extensions == 2
    with scene.database.reading() as session:
        assert summarise(session, scene.office, scene.now).extended == 1
    # The third of one goes to the leader, the second of the other to the office.
    third, second = ask(scene, one, number, LATEST), ask(scene, two, number, LATEST)
    with pytest.raises(Refused, match="extension_not_your_turn"):
        step(scene, coordinator, "grant", third)
    step(scene, coordinator, "grant", second)


def test_what_passed_the_first_limit_goes_by_each_department(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    one, two = leads
    as_each(scene, number)
    step(scene, coordinator, "grant", ask(scene, two, number))
    scene.go("2026-11-24 10:00")
    task = scene.task(number)
    assert (task.overdue, task.past_original) == (True, True)
    scene.go("2026-11-20 10:00")
    scene.close(coordinator, scene.submit(one, number))
    scene.submit(two, number)
    scene.go("2026-12-10 10:00")
    # One has finished, the other asked to close in time: what lies here is the office's time.
    task = scene.task(number)
    assert (task.overdue, task.past_original) == (False, False)
    with scene.database.reading() as session:
        assert summarise(session, scene.office, scene.now).past_original == 0


def test_a_limit_is_corrected_while_a_decline_waits_but_not_a_request(
    scene: Scene, coordinator: int, leads: tuple[int, int], number: int
) -> None:
    office = scene.act(coordinator)

    def correct(session: Session) -> None:
        corrections.edit_limit(session, scene.office, office, number, LATEST, "抄错", seen=DUE)

    request = ask(scene, leads[0], number)
    with pytest.raises(Refused, match="extension_first"):
        scene.do(correct)
    step(scene, leads[0], "withdraw", request)
    decline(scene, leads[0], number)
    scene.do(correct)
    assert (scene.task(number).due, scene.states(number)) == (LATEST, ["declined", "issued"])
