"""预计何时完成: a report in one tap, and the days that are offered for it."""

from datetime import date

import pytest

from tasks.errors import NotFound, Refused
from tasks.services import extensions, forecasts
from tasks.vocabulary import ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import Scene, duty

DUE, LATER = date(2026, 11, 20), date(2026, 12, 4)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局", "王强")


@pytest.fixture
def number(scene: Scene, contact: int) -> int:
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.say(contact, number, text="已完成初稿")
    return number


def expect(scene: Scene, person: int, number: int, day: date) -> None:
    act = scene.act(person)
    scene.do(lambda s: forecasts.expect(s, scene.office, act, number, day).id)


def test_a_day_to_be_done_by_is_a_report_that_counts(
    scene: Scene, contact: int, number: int
) -> None:
    scene.go("2026-11-18 10:00")
    near = scene.card(contact, number)
    assert [str(chip.day) for chip in near.chips] == ["2026-11-20", "2026-11-27", "2026-11-30"]
    assert Action.no_change not in near.actions
    expect(scene, contact, number, date(2026, 11, 27))
    part = scene.task(number).parts[0]
    assert part.said is not None
    assert (part.said.text, part.said.expected) == ("预计11月27日完成", date(2026, 11, 27))
    assert part.classified.cls is ProgressClass.behind
    # Answered: nothing is asked on the next two working days.
    assert scene.days("2026-11-19", "2026-11-20") == {}


def test_a_day_that_cannot_be_is_no_report(scene: Scene, contact: int, number: int) -> None:
    stranger, before = scene.join(Role.contact, "民政局"), scene.everything()
    for person, day, error in (
        (contact, date(2026, 10, 30), Refused),
        (contact, date(9999, 12, 31), Refused),
        (stranger, LATER, NotFound),
    ):
        with pytest.raises(error):
            expect(scene, person, number, day)
    after = scene.everything()
    assert {name: after[name] for name in before} == before


def test_there_are_no_chips_far_from_the_limit_or_while_a_request_waits(
    scene: Scene, contact: int, number: int
) -> None:
    assert scene.card(contact, number).chips == ()
    scene.go("2026-11-18 10:00")
    act = scene.act(contact)
    scene.do(lambda s: extensions.ask(s, scene.office, act, number, LATER, "待上级批复").id)
    assert scene.card(contact, number).chips == ()
