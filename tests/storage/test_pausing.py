"""暂停计时: the clock stands still, and a limit moves by the working days that were paused."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused
from tasks.models import Part
from tasks.services import closing, declines, pausing, submissions
from tasks.vocabulary import Light, ProgressClass, Role
from tests.storage.scene import OFFICE, Scene, duty, opened

DUE = date(2026, 9, 30)
"""The day before the holiday of October: the 1st to the 7th are free, Saturday the 10th is not."""


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    with opened(database_url) as scene:
        scene.go("2026-09-21 09:00")
        yield scene


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局")


def pause(scene: Scene, person: int, number: int, reason: str = "等待省厅批复") -> None:
    act = scene.act(person)
    scene.do(lambda s: pausing.pause(s, scene.office, act, number, reason))


def go_on(scene: Scene, person: int, number: int) -> None:
    act = scene.act(person)
    scene.do(lambda s: pausing.resume_clock(s, scene.office, act, number))


@pytest.mark.parametrize(
    ("due", "days", "then"),
    [
        (DUE, 0, DUE),
        (DUE, 1, date(2026, 10, 8)),
        (DUE, 3, date(2026, 10, 10)),
        (DUE, 4, date(2026, 10, 12)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 10, 3), 0, date(2026, 10, 3)),
        (None, 5, None),
    ],
)
def test_a_limit_moves_by_working_days(due: date | None, days: int, then: date | None) -> None:
    assert pausing.later(due, days, OFFICE.cal) == then


def test_the_limit_moves_and_the_first_one_stays(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.say(contact, number, text="已完成初稿")
    scene.go("2026-09-28 10:00")
    pause(scene, coordinator, number)
    assert scene.states(number) == ["paused", "paused"]
    scene.go("2026-10-09 10:00")
    paused = scene.task(number)
    assert (paused.light, paused.overdue) == (Light.grey, False)
    assert paused.classified.cls is ProgressClass.other
    go_on(scene, coordinator, number)
    task = scene.task(number)
    # Paused were the 29th and 30th of September, the 8th and 9th of October.
    assert (task.due, task.original_due, task.extensions) == (date(2026, 10, 12), DUE, 0)
    assert scene.states(number) == ["in_progress", "issued"]
    assert task.paused_at is None


def test_nobody_is_asked_while_the_clock_stands(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.sign(contact, number)
    pause(scene, coordinator, number)
    scene.deliver()
    assert scene.days("2026-09-22", "2026-10-16") == {}
    go_on(scene, coordinator, number)
    scene.deliver()
    # Fourteen working days: six in September, eight from the 8th of October on.
    assert scene.task(number).due == date(2026, 10, 26)
    assert scene.days("2026-10-17", "2026-10-29")


def test_a_task_without_a_limit_pauses_too(scene: Scene, coordinator: int, contact: int) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    scene.say(contact, number)
    pause(scene, coordinator, number)
    scene.go("2026-09-24 10:00")
    go_on(scene, coordinator, number)
    assert (scene.task(number).due, scene.states(number)) == (None, ["in_progress"])


def test_what_is_refused_changes_nothing(scene: Scene, coordinator: int, contact: int) -> None:
    leader = scene.join(Role.leader)
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    before = scene.everything()
    for person in (contact, leader):
        with pytest.raises(NotAllowed):
            pause(scene, person, number)
    with pytest.raises(Refused, match="why_needed"):
        pause(scene, coordinator, number, " \n\u3000")
    with pytest.raises(IllegalMove):
        go_on(scene, coordinator, number)
    for wrong in (0, -1, 99, 2**80):
        with pytest.raises(NotFound):
            pause(scene, coordinator, wrong)
    assert scene.everything() == before
    pause(scene, coordinator, number)
    before = scene.everything()
    with pytest.raises(IllegalMove):
        pause(scene, coordinator, number)
    with pytest.raises(NotAllowed):
        go_on(scene, contact, number)
    assert scene.everything() == before


def test_a_submission_is_judged_first(scene: Scene, coordinator: int, contact: int) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.submit(contact, number)
    before = scene.everything()
    with pytest.raises(Refused, match="judge_first"):
        pause(scene, coordinator, number)
    assert scene.everything() == before


def test_who_cooperates_is_done_with_the_lead_though_paused(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    mine = scene.act(contact)
    scene.do(lambda s: declines.decline(s, scene.office, mine, number, "不属我局").id)
    pause(scene, coordinator, number)
    # The lead thinks better of it, and finishes while the clock of the other stands.
    scene.do(lambda s: submissions.withdraw(s, scene.office, mine, number))
    scene.close(coordinator, scene.submit(contact, number))
    assert scene.states(number) == ["closed", "closed"]
    scene.go("2026-09-24 10:00")
    late = scene.act(coordinator)
    scene.do(lambda s: closing.reopen(s, scene.office, late, number, "核查未过"))
    assert scene.task(number).due == DUE
    pause(scene, coordinator, number)
    scene.go("2026-09-28 10:00")
    go_on(scene, coordinator, number)
    # One day stood still, not the four since the first time.
    assert scene.task(number).due == date(2026, 10, 8)


def test_own_limits_move_as_well(scene: Scene, coordinator: int, contact: int) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))

    def grant(session: Session) -> None:
        session.get_one(Part, scene.task(number).parts[0].id).due = date(2026, 10, 9)

    scene.do(grant)
    scene.go("2026-09-28 10:00")
    pause(scene, coordinator, number)
    scene.go("2026-09-30 10:00")
    go_on(scene, coordinator, number)
    task = scene.task(number)
    assert (task.due, task.parts[0].due) == (date(2026, 10, 9), date(2026, 10, 12))


def test_time_paused_before_the_end_counts_when_it_is_taken_up_again(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.go("2026-09-28 10:00")
    pause(scene, coordinator, number)
    scene.go("2026-09-30 10:00")
    act = scene.act(coordinator)
    scene.do(lambda s: closing.cancel(s, scene.office, act, number, "政策调整"))
    task = scene.task(number)
    assert (task.paused_at, task.due, task.original_due) == (None, date(2026, 10, 9), DUE)
    assert scene.states(number) == ["cancelled"]
