"""Departments and people: invitations that work once, names that stay unambiguous."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotFound, Refused
from tasks.models import Department, Grant, History, Invitation, Person
from tasks.services import directory
from tasks.services.acts import Act
from tasks.vocabulary import Role
from tests.storage.scene import Scene, duty


def _invite(scene: Scene, role: Role, department: str | None = None, name: str = "") -> str:
    return scene.do(
        lambda s: directory.invite(s, scene.console(), role, department=department, name=name).code
    )


def _bind(scene: Scene, code: str, chat: int, shown: str = "小王") -> Person:
    stranger = Act(scene.now, scene.now, shown)
    return scene.do(lambda s: directory.bind(s, stranger, code, chat, shown))


def _grants(scene: Scene, person: int) -> list[tuple[Role, str | None]]:
    with scene.database.reading() as session:
        return [
            (grant.role, None if grant.department is None else grant.department.name)
            for grant in session.scalars(
                select(Grant).where(Grant.person_id == person).order_by(Grant.id)
            )
        ]


def test_a_code_binds_once_and_is_kept_as_its_hash(scene: Scene) -> None:
    code = _invite(scene, Role.contact, "教育局")
    person = _bind(scene, code.lower(), 501)
    assert (person.chat_id, person.name, person.bound_at) == (501, "小王", scene.now)
    assert _grants(scene, person.id) == [(Role.contact, "教育局")]
    told = repr(scene.everything())
    assert code not in told
    before = scene.everything()
    with pytest.raises(Refused, match="code_used"):
        _bind(scene, code, 502)
    assert scene.everything() == before


def test_a_code_is_refused_after_its_time_and_when_it_was_never_given(scene: Scene) -> None:
    code = _invite(scene, Role.contact, "教育局")
    scene.now += directory.INVITATION_LIFE
    before = scene.everything()
    with pytest.raises(Refused, match="code_expired"):
        _bind(scene, code, 501)
    for wrong in ("", "ABC", "\0\ud800", "长" * 5000):
        with pytest.raises(Refused, match="code_unknown"):
            _bind(scene, wrong, 501)
    assert scene.everything() == before
    scene.now -= timedelta(seconds=1)
    assert _bind(scene, code, 501).chat_id == 501


def test_words_said_in_time_count_although_they_are_handled_late(scene: Scene) -> None:
    code = _invite(scene, Role.contact, "教育局")
    said = scene.now + timedelta(days=1)
    scene.now += timedelta(days=30)
    stranger = Act(scene.now, said, "小王")
    assert scene.do(lambda s: directory.bind(s, stranger, code, 501, "小王")).chat_id == 501


def test_an_account_that_is_bound_takes_a_second_role(scene: Scene) -> None:
    first = _bind(scene, _invite(scene, Role.contact, "教育局"), 501)
    again = _bind(scene, _invite(scene, Role.head, "财政局"), 501)
    assert again.id == first.id
    assert _grants(scene, first.id) == [(Role.contact, "教育局"), (Role.head, "财政局")]
    _bind(scene, _invite(scene, Role.head, "财政局"), 501)
    _bind(scene, _invite(scene, Role.coordinator), 501)
    _bind(scene, _invite(scene, Role.coordinator), 501)
    assert _grants(scene, first.id) == [
        (Role.contact, "教育局"),
        (Role.head, "财政局"),
        (Role.coordinator, None),
    ]


def test_a_name_that_was_given_stays(scene: Scene) -> None:
    assert _bind(scene, _invite(scene, Role.leader, name=" 李　主任 "), 501).name == "李 主任"
    assert _bind(scene, _invite(scene, Role.leader), 502, "长" * 300).name == "长" * 200


def test_a_new_code_puts_the_older_one_out_of_use(scene: Scene) -> None:
    code = _invite(scene, Role.contact, "教育局")

    def renew(session: Session) -> str:
        person = session.scalars(select(Person)).one()
        return directory.renew_invitation(session, scene.console(), person).code

    newer = scene.do(renew)
    with pytest.raises(Refused, match="code_expired"):
        _bind(scene, code, 501)
    assert _bind(scene, newer, 501).chat_id == 501
    with scene.database.reading() as session:
        assert len(session.scalars(select(Invitation)).all()) == 2


def test_a_role_and_a_department_must_fit(scene: Scene) -> None:
    for role in (Role.contact, Role.head):
        with pytest.raises(Refused, match="department_needed"):
            _invite(scene, role)
    for role in (Role.coordinator, Role.leader, Role.admin):
        with pytest.raises(Refused, match="department_not_wanted"):
            _invite(scene, role, "教育局")
    with pytest.raises(Refused, match="empty_name"):
        _invite(scene, Role.contact, " 　 ")
    with pytest.raises(Refused, match="name_too_long"):
        _invite(scene, Role.contact, "长" * 201)
    assert not any(scene.everything().values())


def test_a_name_belongs_to_one_department(scene: Scene) -> None:
    def know(session: Session) -> None:
        one = directory.ensure_department(session, scene.console(), "发展改革委")
        other = directory.ensure_department(session, scene.console(), "财政局")
        assert directory.add_alias(session, one, "发改委")
        assert not directory.add_alias(session, one, "发改委")
        assert not directory.add_alias(session, one, "发展改革委")
        for name in ("发改委", "发展改革委"):
            with pytest.raises(Refused, match="name_taken"):
                directory.add_alias(session, other, name)
        assert directory.ensure_department(session, scene.console(), "发改委").id == one.id
        with pytest.raises(NotFound):
            directory.get_department(session, "审计局")

    scene.do(know)


def test_merging_carries_everything_over(scene: Scene) -> None:
    old = scene.join(Role.contact, "经信委")
    both = scene.join(Role.contact, "工信局")
    code = _invite(scene, Role.contact, "经信委")
    with scene.database.reading() as session:
        chat = session.get_one(Person, both).chat_id
    assert chat is not None
    _bind(scene, code, chat)
    (number,) = scene.publish(duty("经信委要办。", lead=["经信委"], due=date(2026, 12, 31)))
    scene.report(old, number)
    kept = scene.do(
        lambda s: directory.merge_departments(s, scene.console(), "经信委", "工信局").name
    )
    assert kept == "工信局"
    assert [part.department for part in scene.task(number).parts] == ["工信局"]
    assert _grants(scene, old) == [(Role.contact, "工信局")]
    assert _grants(scene, both) == [(Role.contact, "工信局")]
    scene.report(both, number)
    with scene.database.reading() as session:
        assert session.scalars(select(Department.name)).all() == ["工信局"]
        assert directory.get_department(session, "经信委").name == "工信局"
        told = session.scalars(
            select(History).where(History.action == "report").order_by(History.id)
        ).all()
        assert [line.department and line.department.name for line in told] == ["工信局"] * 2


def test_departments_of_one_task_are_not_merged(scene: Scene) -> None:
    scene.publish(duty("办。", lead=["甲局"], cooperating=["乙局"]))
    before = scene.everything()
    with pytest.raises(Refused, match="both_in_task"):
        scene.do(lambda s: directory.merge_departments(s, scene.console(), "甲局", "乙局"))
    with pytest.raises(Refused, match="same_department"):
        scene.do(lambda s: directory.merge_departments(s, scene.console(), "甲局", "甲局"))
    with pytest.raises(NotFound):
        scene.do(lambda s: directory.merge_departments(s, scene.console(), "甲局", "丙局"))
    assert scene.everything() == before
