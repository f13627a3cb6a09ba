"""指定专人: the contact whom a head puts in charge, on both databases."""

import pytest
from sqlalchemy import delete

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.models import Grant
from tasks.services import delegation
from tasks.views import ownership
from tasks.vocabulary import Role
from tasks.workflow import Action
from tests.storage.scene import Scene, duty


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


def _delegate(scene: Scene, person: int, number: int, to: int | None) -> None:
    act = scene.act(person)
    scene.do(lambda s: delegation.delegate(s, scene.office, act, number, to))


def test_a_head_names_a_contact_and_takes_it_back(scene: Scene, coordinator: int) -> None:
    head = scene.join(Role.head, "教育局")
    one, two = scene.join(Role.contact, "教育局", "王雅琴"), scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    assert Action.delegate in scene.actions(head, number)
    assert Action.delegate not in scene.actions(one, number)
    _delegate(scene, head, number, one)
    assert scene.task(number).parts[0].delegate_id == one
    assert scene.told("delegated") == [one]
    _delegate(scene, head, number, two)
    assert (scene.told("delegated"), scene.told("relieved")) == ([one, two], [one])
    scene.report(one, number)  # others may still answer
    with scene.database.reading() as session:
        view = ownership.delegate(session, scene.act(head), number)
        assert ([person for person, _ in view.contacts], view.chosen) == ([one, two], "甲1004")
    _delegate(scene, head, number, None)
    assert scene.task(number).parts[0].delegate_id is None
    actions = [line["action"] for line in scene.timeline(number)]
    assert actions.count("delegate") == 2
    assert actions.count("undelegate") == 1


def test_only_a_bound_contact_of_the_department_can_be_named_and_only_by_its_head(
    scene: Scene, coordinator: int
) -> None:
    head, contact = scene.join(Role.head, "教育局"), scene.join(Role.contact, "教育局")
    other, foreign = scene.join(Role.head, "民政局"), scene.join(Role.contact, "民政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    for person in (foreign, coordinator, 999):
        scene.unchanged(
            Refused,
            "no_such_contact",
            lambda p=person: _delegate(scene, head, number, p),
        )
    scene.unchanged(NotAllowed, "not_allowed", lambda: _delegate(scene, contact, number, contact))
    for person in (other, foreign, coordinator):
        scene.unchanged(
            NotFound, "no_such_task", lambda p=person: _delegate(scene, p, number, contact)
        )


def test_whoever_is_no_contact_any_more_is_not_in_charge(scene: Scene) -> None:
    head, contact = scene.join(Role.head, "教育局"), scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    _delegate(scene, head, number, contact)
    scene.do(lambda s: s.execute(delete(Grant).where(Grant.person_id == contact)))
    with scene.database.reading() as session:
        view = ownership.delegate(session, scene.act(head), number)
    assert (view.contacts, view.chosen) == ((), None)
