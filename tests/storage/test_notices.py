"""A notice comes in as a draft, and its duties go out as tasks."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.mailroom import Outbox
from tasks.models import Clause, Department, History, Notice, Task
from tasks.services.acts import Act
from tasks.services.directory import add_alias, ensure_department
from tasks.services.notices import import_notice, publish
from tasks.vocabulary import ClauseKind, ClauseState, NoticeState, PartRole, PartState, Role
from tests.storage.scene import Scene, duty, notice_of


def _parts(scene: Scene, number: int) -> list[tuple[str, PartRole]]:
    return [(part.department, part.role) for part in scene.task(number).parts]


def test_every_clause_is_kept_and_those_with_owners_become_tasks(scene: Scene) -> None:
    text, reading = notice_of(
        duty("教育局要办一件事。", lead=["教育局"], due=date(2026, 12, 31)),
        duty("各有关部门要配合。", joint=["各有关部门"], kind=ClauseKind.collective_duty),
        duty("推进平台建设。", kind=ClauseKind.measure),
        duty("到2027年覆盖率九成。", due=date(2027, 12, 31), kind=ClauseKind.target),
    )
    kept = scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    assert (kept.tasks, kept.unassigned, kept.known) == (4, 2, False)
    done = scene.do(lambda s: publish(s, scene.office, scene.console(), kept.notice))
    assert (done.issued, done.left) == (1, 3)
    with scene.database.reading() as session:
        notice = session.get_one(Notice, kept.notice)
        assert (notice.state, notice.text) == (NoticeState.issued, text)
        for clause in session.scalars(select(Clause)):
            assert notice.text[clause.start : clause.end] == clause.text
        states = session.scalars(select(Clause.state).order_by(Clause.position)).all()
        assert states == [ClauseState.issued, *[ClauseState.open] * 3]
        actions = session.scalars(select(History.action).order_by(History.id)).all()
        assert actions == ["import", "add_department", "issue", "publish"]
    task = scene.task(1)
    assert (task.due, task.original_due, task.state) == (
        date(2026, 12, 31),
        date(2026, 12, 31),
        PartState.issued,
    )


def test_the_same_text_again_is_the_same_notice(scene: Scene) -> None:
    text, reading = notice_of(duty("甲局要办。", lead=["甲局"]))
    first = scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    before = scene.everything()
    second = scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    assert (second.notice, second.tasks, second.known) == (first.notice, 1, True)
    assert scene.everything() == before


def test_publishing_again_issues_nothing_twice(scene: Scene) -> None:
    person = scene.join(Role.contact, "甲局")
    scene.publish(duty("甲局要办。", lead=["甲局"]), duty("乙局早该办。", joint=["各局"]))
    before = scene.everything()
    again = scene.do(lambda s: publish(s, scene.office, scene.console(), 1))
    assert (again.issued, again.left) == (0, 1)
    assert scene.everything() == before
    assert scene.task(1).parts[0].department == "甲局"
    assert person


def test_joint_owners_become_leads_and_the_first_listed_speaks(scene: Scene) -> None:
    scene.publish(duty("共办。", joint=["经信局", "科技局", "各区"]))
    assert _parts(scene, 1) == [("经信局", PartRole.lead), ("科技局", PartRole.lead)]
    lead = scene.task(1).lead
    assert lead is not None
    assert lead.department == "经信局"


def test_a_department_named_twice_has_one_part_in_its_first_place(scene: Scene) -> None:
    scene.publish(duty("办。", lead=["甲局", "乙局"], cooperating=["丙局", "甲局", "丙局"]))
    assert _parts(scene, 1) == [
        ("甲局", PartRole.lead),
        ("乙局", PartRole.lead),
        ("丙局", PartRole.cooperating),
    ]


def test_names_that_mean_one_department_are_one_part(scene: Scene) -> None:
    def know(session: Session) -> None:
        unit = ensure_department(session, scene.console(), "发展改革委")
        add_alias(session, unit, "发改委")

    scene.do(know)
    scene.publish(duty("办。", lead=["发改委"], cooperating=["发展改革委", "财政局"]))
    assert _parts(scene, 1) == [("发展改革委", PartRole.lead), ("财政局", PartRole.cooperating)]


def test_a_limit_that_has_passed_is_left_for_the_coordinator(scene: Scene) -> None:
    numbers = scene.publish(
        duty("昨天。", lead=["甲局"], due=date(2026, 11, 1)),
        duty("今天。", lead=["甲局"], due=date(2026, 11, 2)),
        duty("没有期限。", lead=["甲局"]),
    )
    assert [scene.task(number).text for number in numbers] == ["今天。", "没有期限。"]


def test_a_clause_with_cooperating_owners_alone_stays_open(scene: Scene) -> None:
    assert scene.publish(duty("配合。", cooperating=["甲局"]), duty("办。", lead=["乙局"])) == [1]
    assert scene.task(1).text == "办。"


def test_an_unknown_owner_becomes_a_department_under_the_name_as_written(scene: Scene) -> None:
    scene.publish(duty("办。", lead=["市 大数据 局"]))
    with scene.database.reading() as session:
        assert session.scalars(select(Department.name)).all() == ["市 大数据 局"]


def test_each_person_is_told_once_of_all_that_is_theirs(scene: Scene) -> None:
    first = scene.join(Role.contact, "甲局")
    second = scene.join(Role.contact, "乙局")
    scene.join(Role.head, "甲局")
    scene.publish(
        duty("一。", lead=["甲局"]),
        duty("二。", lead=["乙局"], cooperating=["甲局"]),
        duty("三。", lead=["丙局"]),
    )
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.person_id)).all()
        assert [(row.person_id, row.facts["tasks"]) for row in rows] == [
            (first, [1, 2]),
            (second, [2]),
        ]


def test_only_the_office_publishes(scene: Scene) -> None:
    contact, leader = scene.join(Role.contact, "甲局"), scene.join(Role.leader)
    text, reading = notice_of(duty("甲局要办。", lead=["甲局"]))
    kept = scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    before = scene.everything()
    for person in (contact, leader):
        act = scene.act(person)
        with pytest.raises(NotAllowed):
            scene.do(lambda s, act=act: publish(s, scene.office, act, kept.notice))  # type: ignore[misc]
    stranger = Act(scene.now, scene.now, "")
    with pytest.raises(NotAllowed):
        scene.do(lambda s: publish(s, scene.office, stranger, kept.notice))
    assert scene.everything() == before
    coordinator = scene.act(scene.join(Role.coordinator))
    assert scene.do(lambda s: publish(s, scene.office, coordinator, kept.notice)).issued == 1


@pytest.mark.parametrize("number", [0, -1, 7, 2**31 - 1, 2**31, 2**70])
def test_a_notice_that_is_not_there_is_refused(scene: Scene, number: int) -> None:
    with pytest.raises(NotFound):
        scene.do(lambda s: publish(s, scene.office, scene.console(), number))


def test_a_text_without_duties_is_refused(scene: Scene) -> None:
    text, reading = "今天天气很好。", notice_of()[1]
    with pytest.raises(Refused, match="no_duties"):
        scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    assert scene.everything()["notice"] == []


def test_what_no_database_keeps_is_replaced_one_for_one(scene: Scene) -> None:
    text, reading = notice_of(duty("甲\0局\ud800办。", lead=["甲\0局"]))
    scene.do(lambda s: import_notice(s, scene.console(), text, reading, file_name="a\udcff.txt"))
    scene.do(lambda s: publish(s, scene.office, scene.console(), 1))
    with scene.database.reading() as session:
        notice, task = session.get_one(Notice, 1), session.get_one(Task, 1)
        assert (notice.text, task.text) == ("甲\ufffd局\ufffd办。", "甲\ufffd局\ufffd办。")


def test_a_name_longer_than_a_column_does_not_stop_a_notice(scene: Scene) -> None:
    text, reading = notice_of(duty("办。", lead=["长" * 300, "甲局"]))
    kept = scene.do(lambda s: import_notice(s, scene.console(), text, reading))
    done = scene.do(lambda s: publish(s, scene.office, scene.console(), kept.notice))
    assert done.issued == 1
