"""稍后提醒: put off within bounds, said again once, and settled by an answer in between."""

from datetime import date

import pytest
from sqlalchemy import select

from tasks.errors import Refused, Stale
from tasks.models import History
from tasks.services import snoozing
from tasks.services.snoozing import Later, Snoozed
from tasks.vocabulary import Role
from tests.storage.scene import ISSUES, Scene, at, duty

DUE = date(2026, 11, 20)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局", "王强")


@pytest.fixture
def number(scene: Scene, contact: int) -> int:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver(*ISSUES)
    scene.sign(contact, number)
    return number


def snooze(scene: Scene, person: int, later: Later, *numbers: int) -> Snoozed:
    act = scene.act(person)
    return scene.do(lambda s: snoozing.snooze(s, scene.office, act, numbers, later))


def choices(scene: Scene, person: int, *numbers: int) -> list[Later]:
    act = scene.act(person)
    with scene.database.reading() as session:
        return [one for one, _ in snoozing.choices(session, scene.office, act, numbers)]


def asked(scene: Scene, moment: str) -> list[tuple[int, tuple[int, ...]]]:
    """Who was reminded of what at that moment."""
    scene.go(moment)
    return [(said.person, said.tasks) for said in scene.moment()]


def test_until_the_afternoon(scene: Scene, contact: int, number: int) -> None:
    assert asked(scene, "2026-11-11 09:00") == [(contact, (number,))]
    scene.go("2026-11-11 09:20")
    assert choices(scene, contact, number) == [Later.afternoon, Later.next_day]
    done = snooze(scene, contact, Later.afternoon, number)
    assert done == Snoozed(at("2026-11-11 14:30"), (number,), ())
    assert asked(scene, "2026-11-11 11:00") == []
    assert asked(scene, "2026-11-11 14:30") == [(contact, (number,))]
    assert asked(scene, "2026-11-11 14:31") == []
    assert asked(scene, "2026-11-12 09:00") == []
    with scene.database.reading() as session:
        (line,) = session.scalars(select(History).where(History.action == "snooze"))
        assert (line.task_id, line.person_id) == (number, contact)


def test_until_the_next_working_day_over_a_weekend(
    scene: Scene, contact: int, number: int
) -> None:
    assert asked(scene, "2026-11-11 09:00") == [(contact, (number,))]
    scene.go("2026-11-13 15:00")
    assert choices(scene, contact, number) == [Later.next_day]
    with pytest.raises(Stale, match="snooze_no_afternoon"):
        snooze(scene, contact, Later.afternoon, number)
    snooze(scene, contact, Later.next_day, number)
    assert asked(scene, "2026-11-13 15:01") == []
    # The bot was down when the time came: it is said once, when it is there again.
    assert asked(scene, "2026-11-16 14:40") == [(contact, (number,))]
    assert asked(scene, "2026-11-16 15:40") == []


def test_an_answer_in_between_settles_it(scene: Scene, contact: int, number: int) -> None:
    assert asked(scene, "2026-11-11 09:00") == [(contact, (number,))]
    snooze(scene, contact, Later.afternoon, number)
    scene.go("2026-11-11 10:00")
    scene.report(contact, number)
    assert asked(scene, "2026-11-11 14:30") == []
    with pytest.raises(Stale, match="snooze_nothing"):
        snooze(scene, contact, Later.next_day, number)


def test_nothing_is_put_off_beyond_its_limit(scene: Scene, contact: int, number: int) -> None:
    assert asked(scene, "2026-11-20 09:00") == [(contact, (number,))]
    assert choices(scene, contact, number) == [Later.afternoon]
    with pytest.raises(Refused, match="snooze_too_late"):
        snooze(scene, contact, Later.next_day, number)
    assert asked(scene, "2026-11-23 09:00") == [(contact, (number,))]
    assert choices(scene, contact, number) == []
    with pytest.raises(Refused, match="snooze_too_late"):
        snooze(scene, contact, Later.afternoon, number)


def test_what_cannot_wait_is_named(scene: Scene, contact: int, number: int) -> None:
    (later,) = scene.publish(duty("再办。", lead=["教育局"], due=date(2026, 11, 27)))
    scene.deliver(*ISSUES)
    scene.sign(contact, later)
    assert asked(scene, "2026-11-18 09:00") == [(contact, (number, later))]
    assert asked(scene, "2026-11-20 09:00") == [(contact, (number,))]
    done = snooze(scene, contact, Later.next_day, number, later)
    assert (done.tasks, done.kept) == ((later,), (number,))


def test_it_is_one_person_s_own(scene: Scene, contact: int, number: int) -> None:
    other = scene.join(Role.contact, "教育局", "李芳")
    stranger = scene.join(Role.contact, "财政局")
    assert asked(scene, "2026-11-11 09:00") == [(contact, (number,)), (other, (number,))]
    snooze(scene, contact, Later.afternoon, number)
    for nobody in (stranger, scene.join(Role.coordinator)):
        with pytest.raises(Stale, match="snooze_nothing"):
            snooze(scene, nobody, Later.afternoon, number)
    assert asked(scene, "2026-11-11 14:30") == [(contact, (number,))]


def test_it_joins_what_is_asked_in_that_window(scene: Scene, contact: int, number: int) -> None:
    (later,) = scene.publish(duty("再办。", lead=["教育局"], due=date(2026, 11, 17)))
    scene.deliver(*ISSUES)
    scene.sign(contact, later)
    assert asked(scene, "2026-11-06 09:00") == [(contact, (later,))]
    assert asked(scene, "2026-11-11 09:00") == [(contact, (number,))]
    snooze(scene, contact, Later.next_day, number)
    assert asked(scene, "2026-11-12 09:00") == [(contact, (later, number))]
