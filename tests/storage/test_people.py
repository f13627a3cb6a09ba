"""Invitations and successors: who may, what moves, and what an account that was unbound keeps."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.mailroom import Dialogue, Outbox
from tasks.models import Grant, History, Part, Person, Task
from tasks.services import groups, invitations, people
from tasks.services.acts import Act
from tasks.services.post import Kind
from tasks.vocabulary import Delivery, Role
from tests.storage.scene import Scene, at, duty

EDUCATION, HEALTH = "市教育局", "市卫生健康局"


def roles(scene: Scene, person: int) -> set[tuple[Role, int | None]]:
    with scene.database.reading() as session:
        rows = session.scalars(select(Grant).where(Grant.person_id == person))
        return {(row.role, row.department_id) for row in rows}


def chat_of(scene: Scene, number: int) -> int | None:
    with scene.database.reading() as session:
        return session.get_one(Person, number).chat_id


def test_everything_of_a_leaver_goes_to_the_successor(scene: Scene) -> None:
    office = scene.join(Role.coordinator)
    old, new = scene.join(Role.contact, EDUCATION), scene.join(Role.contact, EDUCATION)
    scene.do(lambda s: people_add(s, old, Role.head))
    (number,) = scene.publish(duty("办好学校。", lead=[EDUCATION]))
    chat = chat_of(scene, old)
    held = roles(scene, old)

    def begun(session: Session) -> None:
        session.scalars(select(Part)).one().delegate_id = old
        session.add(Dialogue(chat_id=chat, kind="report", facts={}, asked_at=scene.now))

    scene.do(begun)
    act = scene.act(office)
    scene.do(lambda s: people.hand_over(s, act, old, new))
    assert roles(scene, old) == set()
    assert roles(scene, new) >= held
    assert chat_of(scene, old) is None
    with scene.database.reading() as session:
        assert session.scalars(select(Part.delegate_id)).one() == new
        assert session.get(Dialogue, chat) is None
        waiting = session.scalars(select(Outbox).where(Outbox.chat_id == chat)).all()
        alive = [row for row in waiting if row.state is Delivery.waiting]
        assert [row.facts["code"] for row in alive] == ["unbound_told"]
        told = session.scalars(select(Outbox).where(Outbox.person_id == new)).all()
        assert Kind.welcome in {row.kind for row in told}
        lines = session.scalars(select(History).where(History.action == "hand_over")).all()
        assert {line.person_id for line in lines} == {office}
        assert number in {line.task_id for line in lines}


def people_add(session: Session, number: int, role: Role) -> None:
    unit = session.scalars(select(Grant.department_id).where(Grant.person_id == number)).first()
    session.add(Grant(person_id=number, role=role, department_id=unit))


def test_a_successor_who_is_not_known_gets_a_code(scene: Scene) -> None:
    office, old = scene.join(Role.coordinator), scene.join(Role.contact, EDUCATION)
    held = roles(scene, old)
    act = scene.act(office)
    made = scene.do(lambda s: people.hand_over_to_new(s, act, old, "李四"))
    with scene.database.reading() as session:
        assert session.get_one(Person, made.person_id).name == "李四"
    assert roles(scene, made.person_id) == held
    stranger = Act(scene.now, scene.now, "")
    bound = scene.do(lambda s: invitations.accept(s, stranger, made.code, 5005, "L").id)
    assert bound == made.person_id


def test_an_account_that_is_stopped_holds_nothing(scene: Scene) -> None:
    office, old = scene.join(Role.coordinator), scene.join(Role.contact, EDUCATION)
    act = scene.act(office)
    scene.do(lambda s: people.stop(s, act, old).id)
    assert roles(scene, old) == set()
    assert chat_of(scene, old) is None
    with pytest.raises(NotFound):
        scene.do(lambda s: people.stop(s, act, old).id)


@pytest.mark.parametrize("role", [Role.contact, Role.head, Role.leader])
def test_only_the_office_hands_over_and_stops(scene: Scene, role: Role) -> None:
    unit = EDUCATION if role in (Role.contact, Role.head) else None
    someone, other = scene.join(role, unit), scene.join(Role.contact, HEALTH)
    act = scene.act(someone)
    before = scene.everything()
    attempts: tuple[Callable[[Session], object], ...] = (
        lambda s: people.hand_over(s, act, other, someone),
        lambda s: people.hand_over_to_new(s, act, other, "李四"),
        lambda s: people.stop(s, act, other),
        lambda s: people.people_in(s, act, 1),
        lambda s: invitations.invite_by(s, act, Role.contact, HEALTH, None),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            scene.do(attempt)
    assert scene.everything() == before


def test_a_coordinator_does_not_judge_over_the_office(scene: Scene) -> None:
    office, other = scene.join(Role.coordinator), scene.join(Role.admin)
    act, boss = scene.act(office), scene.act(other)
    with pytest.raises(NotAllowed):
        scene.do(lambda s: people.stop(s, act, other))
    for role in (Role.coordinator, Role.leader, Role.admin):
        with pytest.raises(NotAllowed):
            scene.do(partial(_invite, act, role))
        scene.do(partial(_invite, boss, role))
    with pytest.raises(Refused, match="stop_oneself"):
        scene.do(lambda s: people.stop(s, boss, other))


def _invite(act: Act, role: Role, session: Session) -> str:
    return invitations.invite_by(session, act, role, None, None).code


def test_the_office_is_told_who_bound_what(scene: Scene) -> None:
    office = scene.join(Role.coordinator)
    act = scene.act(office)
    made = scene.do(lambda s: invitations.invite_by(s, act, Role.contact, EDUCATION, "王雅琴"))
    stranger = Act(scene.now, scene.now, "", update_id=9)
    bound = scene.do(lambda s: invitations.accept(s, stranger, made.code, 5005, "Yaqin").id)
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.person_id == office)).all()
        told = [row.facts for row in rows]
    assert told == [{"name": "bound", "person": bound, "account": "Yaqin"}]


def test_five_wrong_codes_an_hour_and_then_one_waits(scene: Scene) -> None:
    first = scene.now
    for _ in range(groups.WRONG_CODES):
        scene.do(lambda s: invitations.check_attempts(s, 7, scene.now))
        scene.do(lambda s: groups.attempt_failed(s, 7, scene.now))
        scene.now += timedelta(minutes=1)
    with pytest.raises(Refused) as refused:
        scene.do(lambda s: invitations.check_attempts(s, 7, scene.now))
    assert refused.value.code == "code_later"
    assert refused.value.facts["again_at"] == first + timedelta(hours=1)
    scene.do(lambda s: invitations.check_attempts(s, 8, scene.now))
    scene.go("2026-11-02 10:00")
    scene.do(lambda s: invitations.check_attempts(s, 7, scene.now))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("市教育局 联络员 张三", (Role.contact, EDUCATION, True, "张三")),
        ("张三 联络员 市教育局", (Role.contact, EDUCATION, True, "张三")),
        ("联络员，张三，市教育局", (Role.contact, EDUCATION, True, "张三")),
        ("责任领导 市教育局", (Role.head, EDUCATION, True, None)),
        ("contact Zhang San 市教育局", (Role.contact, EDUCATION, True, "Zhang San")),
        ("李四 市教育厅 联络员", (Role.contact, "市教育厅", False, "李四")),
        ("督查员 周敏", (Role.coordinator, None, False, "周敏")),
    ],
)
def test_department_role_and_name_in_any_order(
    scene: Scene, words: str, expected: tuple[Role, str | None, bool, str | None]
) -> None:
    scene.join(Role.contact, EDUCATION)
    with scene.database.reading() as session:
        wanted = invitations.read_wanted(session, words)
        known = wanted.known is not None
    assert (wanted.role, wanted.department, known, wanted.name) == expected


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("市教育局 张三", "usage_invite"),
        ("联络员", "department_needed"),
        ("督查员 市教育局", "department_not_wanted"),
    ],
)
def test_an_invitation_that_cannot_be_is_refused(scene: Scene, words: str, code: str) -> None:
    scene.join(Role.contact, EDUCATION)
    with scene.database.reading() as session, pytest.raises(Refused) as refused:
        invitations.read_wanted(session, words)
    assert refused.value.code == code


def test_a_code_sent_late_is_judged_by_when_it_was_tried(scene: Scene) -> None:
    scene.do(lambda s: groups.attempt_failed(s, 7, at("2026-11-02 09:00")))
    scene.go("2026-11-02 09:30")
    scene.do(lambda s: invitations.check_attempts(s, 7, scene.now))


def test_whoever_is_stopped_or_leaves_is_named_in_no_task_and_each_says_so(scene: Scene) -> None:
    boss = scene.join(Role.admin)
    gone, heir, leader = (
        scene.join(Role.contact, EDUCATION, "王强"),
        scene.join(Role.contact, EDUCATION, "李军"),
        scene.join(Role.leader, name="陈市长"),
    )
    one, two = scene.publish(duty("一。", lead=[EDUCATION]), duty("二。", lead=[EDUCATION]))

    def named(session: Session) -> None:
        for part in session.scalars(select(Part)):
            part.delegate_id, part.task.leader_id = gone, leader

    scene.do(named)
    act = scene.act(boss)
    scene.do(lambda s: people.hand_over(s, act, gone, heir))
    scene.do(lambda s: people.stop(s, act, heir))
    scene.do(lambda s: people.stop(s, act, leader))
    with scene.database.reading() as session:
        assert session.scalars(select(Part.delegate_id)).all() == [None, None]
        assert session.scalars(select(Task.leader_id)).all() == [None, None]
        for number in (one, two):
            lines = session.scalars(
                select(History).where(History.task_id == number, History.person_id == boss)
            )
            assert [(line.action, line.text) for line in lines] == [
                ("hand_over", "王强 → 李军"),
                ("undelegate", "李军"),
                ("detach_leader", "陈市长"),
            ]
