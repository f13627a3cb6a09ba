"""A department that gets a task back which it had passed on begins anew; one that only
cooperates is not closed by itself."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import Department, Part
from tasks.services import declines
from tasks.views.cards import card
from tasks.views.summary import Summary, summarise
from tasks.vocabulary import ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import Scene, duty

FIRST, SECOND = "教育局", "财政局"


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


@pytest.fixture
def number(scene: Scene, coordinator: int) -> int:
    scene.join(Role.contact, FIRST)
    scene.join(Role.contact, SECOND)
    (number,) = scene.publish(duty("办。", lead=[FIRST], due=date(2027, 3, 31)))
    scene.deliver()
    return number


def hand(scene: Scene, coordinator: int, number: int, to: str) -> None:
    """Give the task to that department."""

    def give(s: Session) -> None:
        held = s.scalars(
            select(Part.id).where(Part.task_id == number, Part.replaced_by_id.is_(None))
        ).one()
        unit = s.scalars(select(Department.id).where(Department.name == to)).one()
        declines.reassign(s, scene.office, scene.act(coordinator), held, unit)

    scene.do(give)


def look(scene: Scene) -> Summary:
    with scene.database.reading() as session:
        return summarise(session, scene.office, scene.now)


def test_what_was_asked_before_is_not_owed_again(
    scene: Scene, coordinator: int, number: int
) -> None:
    asked = scene.days("2026-11-18", "2026-11-18")
    assert asked["11-18 09:00"][0].asks == ("period",)
    assert [(one.department, one.of) for one in look(scene).heard.departments] == [(FIRST, 1)]
    scene.go("2026-11-19 10:00")
    hand(scene, coordinator, number, SECOND)
    hand(scene, coordinator, number, FIRST)
    scene.deliver()
    # It closes within the week: who gets a task that late is asked in the next period.
    (heard,) = look(scene).heard.departments
    assert (heard.department, heard.of, heard.silence) == (FIRST, 0, None)


def test_periods_in_which_it_was_silent_before_count_no_more(
    scene: Scene, coordinator: int, number: int
) -> None:
    scene.days("2026-11-16", "2026-12-28")
    assert scene.task(number).classified.cls is ProgressClass.behind
    scene.go("2026-12-29 10:00")
    hand(scene, coordinator, number, SECOND)
    hand(scene, coordinator, number, FIRST)
    assert scene.task(number).classified.cls is ProgressClass.other


def test_who_cooperates_is_closed_with_the_lead_and_offered_nowhere(
    scene: Scene, coordinator: int
) -> None:
    helping = scene.join(Role.contact, SECOND)
    (number,) = scene.publish(duty("办。", lead=[FIRST], cooperating=[SECOND]))
    scene.deliver()
    act = scene.act(helping)
    scene.do(lambda s: declines.decline(s, scene.office, act, number, "不属我局").id)
    with scene.database.reading() as session:
        shown = card(session, scene.office, scene.act(coordinator), number)
    assert shown.about is not None
    assert shown.about.department == SECOND
    assert {Action.reassign, Action.refuse_decline} <= set(shown.actions)
    assert Action.close not in shown.actions
