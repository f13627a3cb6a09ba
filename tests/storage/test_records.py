"""代记电话答复: a department's answer that a coordinator wrote down."""

from datetime import date

import pytest

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.models import Report
from tasks.services import records
from tasks.views.desk import timeline
from tasks.vocabulary import Role
from tests.storage.scene import Scene, duty, words

YEAR_END = date(2026, 12, 31)


@pytest.fixture
def number(scene: Scene) -> int:
    (number,) = scene.publish(
        duty("办一件事。", lead=["教育局"], cooperating=["财政局"], due=YEAR_END)
    )
    return number


def _record(
    scene: Scene, person: int, number: int, department: str = "教育局", **said: object
) -> int:
    act = scene.act(person)
    part = next(one for one in scene.task(number).parts if one.department == department)
    reading = words("六成", **said)  # type: ignore[arg-type]
    return scene.do(
        lambda s: (
            records.record_answer(
                s, scene.office, act, number, part.id, "六成", reading, informant="张三"
            ).id
        )
    )


def test_a_call_counts_as_the_departments_answer(scene: Scene, number: int) -> None:
    coordinator = scene.join(Role.coordinator, name="周敏")
    report_id = _record(scene, coordinator, number, percent=60)
    part = scene.task(number).parts[0]
    assert part.answered_at == scene.now
    assert (scene.task(number).percent, part.state.value) == (None, "issued")
    assert part.last is not None
    assert (part.last.recorded_by, part.last.informant, part.last.by) == ("周敏", "张三", None)
    scene.confirm(coordinator, report_id)
    assert (scene.task(number).percent, scene.states(number)[0]) == (60, "in_progress")
    assert scene.task(number).parts[1].answered_at is None
    with scene.database.reading() as session:
        line = next(one for one in timeline(session, number) if one["action"] == "record")
    assert (line["actor"], line["department"], line["text"]) == ("周敏", "教育局", "张三：六成")


def test_a_call_that_says_no_number_counts_at_once(scene: Scene, number: int) -> None:
    admin = scene.join(Role.admin)
    report_id = _record(scene, admin, number, "财政局")
    with scene.database.reading() as session:
        assert session.get_one(Report, report_id).confirmed_at is not None
    assert scene.states(number) == ["issued", "in_progress"]


@pytest.mark.parametrize("role", [Role.contact, Role.head, Role.leader])
def test_nobody_else_writes_down_a_call(scene: Scene, number: int, role: Role) -> None:
    department = "教育局" if role in (Role.contact, Role.head) else None
    person = scene.join(role, department)
    before = scene.everything()
    with pytest.raises(NotAllowed):
        _record(scene, person, number)
    assert scene.everything() == before


def test_a_part_of_another_task_or_of_an_ended_one_is_refused(scene: Scene, number: int) -> None:
    coordinator = scene.join(Role.coordinator)
    (other,) = scene.publish(duty("另一件。", lead=["教育局"], due=YEAR_END))
    foreign = scene.task(number).parts[0].id
    act = scene.act(coordinator)
    with pytest.raises(NotFound):
        scene.do(
            lambda s: records.record_answer(
                s, scene.office, act, other, foreign, "六成", words("六成")
            )
        )
    contact = scene.join(Role.contact, "教育局")
    scene.close(coordinator, scene.submit(contact, other))
    with pytest.raises(Refused, match="nothing_to_record"):
        _record(scene, coordinator, other)


@pytest.mark.parametrize(
    ("said", "who", "what"),
    [
        ("张三：完成六成", "张三", "完成六成"),
        ("王处长: 月底办结", "王处长", "月底办结"),
        ("进展：完成六成", None, "进展：完成六成"),
        ("完成六成", None, "完成六成"),
        ("12：完成六成", None, "12：完成六成"),
        ("李四：", None, "李四："),
    ],
)
def test_who_said_it_stands_before_the_colon(said: str, who: str | None, what: str) -> None:
    assert records.informant_of(said) == (who, what)
