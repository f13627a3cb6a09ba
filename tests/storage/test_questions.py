"""Questions and telephone calls: nothing said is lost, nothing is seen to twice, by nobody but
the office."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.mailroom import Dialogue, Outbox
from tasks.models import Ask, History, Part, Report
from tasks.services import calls, questions
from tasks.services.acts import Act, lock_task
from tasks.services.post import Kind
from tasks.services.sweep import call_out
from tasks.views.questions import question
from tasks.views.queue import Queue, queue
from tasks.views.reminders import digest
from tasks.vocabulary import Role
from tests.storage.scene import Scene, duty


def waiting(scene: Scene) -> Queue:
    return scene.do(lambda session: queue(session, scene.office, scene.console()))


def asked(scene: Scene, person: int, text: str, number: int | None = None, **more: Any) -> int:
    """Somebody of a department says something that is no report; the id of the question."""
    act = scene.act(person)

    def ask(session: Any) -> int:
        part = None if number is None else lock_task(session, number).parts[0]
        return questions.ask(session, act, text, chat_id=1001, message_id=77, part=part, **more).id

    return scene.do(ask)


@pytest.fixture
def people(scene: Scene) -> tuple[int, int, int]:
    """A contact, two coordinators."""
    return (
        scene.join(Role.contact, "教育局", "王雅琴"),
        scene.join(Role.coordinator, name="周敏"),
        scene.join(Role.coordinator, name="郑凯"),
    )


def test_an_answer_goes_to_who_asked_and_only_once(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, coordinator, other = people
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    one = asked(scene, contact, "材料报给谁？", number)
    (shown,) = waiting(scene).questions
    assert (shown.id, shown.person, shown.task, shown.departments) == (
        one,
        "王雅琴",
        number,
        ("教育局",),
    )
    with scene.database.reading() as session:
        assert session.scalars(select(Part.answered_at)).all() == [None]
    act = scene.act(coordinator)
    scene.do(lambda s: questions.answer(s, act, one, "报督查室综合科。"))
    with pytest.raises(Refused, match="question_answered") as refusal:
        scene.do(lambda s: questions.answer(s, scene.act(other), one, "不必报。"))
    assert refusal.value.facts == {"by": "周敏"}
    assert not waiting(scene)
    with scene.database.reading() as session:
        (row,) = session.scalars(select(Outbox).where(Outbox.kind == Kind.relay)).all()
        assert (row.chat_id, row.person_id, row.facts["reply_to"]) == (1001, contact, 77)
        seen = question(session, one)
        assert (seen.answer, seen.by, seen.waits) == ("报督查室综合科。", "周敏", False)
        actions = session.scalars(
            select(History.action).where(History.task_id == number).order_by(History.id)
        ).all()
        assert actions[-2:] == ["question", "answer"]


def test_a_question_may_need_no_answer(scene: Scene, people: tuple[int, int, int]) -> None:
    contact, coordinator, other = people
    one = asked(scene, contact, "在吗？")
    scene.do(lambda s: questions.settle(s, scene.act(coordinator), one))
    with pytest.raises(Refused, match="question_settled"):
        scene.do(lambda s: questions.settle(s, scene.act(other), one))
    assert waiting(scene).total == 0


@pytest.mark.parametrize("role", [Role.contact, Role.head, Role.leader])
def test_nobody_but_the_office_sees_to_questions(scene: Scene, role: Role) -> None:
    contact = scene.join(Role.contact, "教育局")
    person = scene.join(role, "教育局" if role is not Role.leader else None)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    one = asked(scene, contact, "已完成一半", unmatched=True)
    with scene.database.reading() as session:
        (part,) = session.scalars(select(Part.id)).all()
    before = scene.everything()
    act = scene.act(person)
    for attempt in (
        lambda s: questions.answer(s, act, one, "好"),
        lambda s: questions.settle(s, act, one),
        lambda s: questions.file(s, scene.office, act, one, number),
        lambda s: calls.called(s, scene.office, act, 0, [part]),
    ):
        with pytest.raises(NotAllowed):
            scene.do(attempt)
    assert scene.everything() == before


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**63])
def test_a_question_that_is_none(scene: Scene, number: int) -> None:
    act = scene.act(scene.join(Role.coordinator))
    with pytest.raises(NotFound, match="no_such_question"):
        scene.do(lambda s: questions.answer(s, act, number, "好"))


def test_an_empty_answer_is_none(scene: Scene, people: tuple[int, int, int]) -> None:
    contact, coordinator, _ = people
    one = asked(scene, contact, "在吗？")
    with pytest.raises(Refused, match="question_answer_needed"):
        scene.do(lambda s: questions.answer(s, scene.act(coordinator), one, " \n"))
    assert waiting(scene).total == 1


def test_words_without_a_task_become_a_report_of_who_said_them(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, coordinator, other = people
    numbers = scene.publish(*(duty(f"第{n}件。", lead=["教育局"]) for n in range(2)))
    scene.publish(duty("别家的事。", lead=["民政局"]))
    said = scene.now
    one = asked(scene, contact, "已完成60%", unmatched=True)
    with scene.database.reading() as session:
        assert question(session, one).tasks == tuple(numbers)
    scene.go("2026-11-03 10:00")
    with pytest.raises(NotFound, match="no_such_task"):
        scene.do(lambda s: questions.file(s, scene.office, scene.act(coordinator), one, 3))
    scene.do(lambda s: questions.file(s, scene.office, scene.act(coordinator), one, numbers[1]))
    with scene.database.reading() as session:
        (report,) = session.scalars(select(Report)).all()
        assert (report.text, report.person_id, report.percent) == ("已完成60%", contact, 60)
        assert (report.said_at, report.confirmed_at) == (said, None)
        assert report.part.answered_at == said
        kinds = session.scalars(
            select(Outbox.kind).where(Outbox.key.like("question:%")).order_by(Outbox.id)
        ).all()
        assert kinds == [Kind.answer, Kind.receipt]
        who = {
            line.action: line.person_id
            for line in session.scalars(select(History).where(History.task_id == numbers[1]))
        }
        assert (who["report"], who["file_question"]) == (contact, coordinator)
    with pytest.raises(Refused, match="question_settled"):
        scene.do(lambda s: questions.file(s, scene.office, scene.act(other), one, numbers[0]))
    assert [one.task for one in waiting(scene).unconfirmed] == [numbers[1]]


def test_words_that_wait_for_their_task_too_long_come_to_the_queue(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, _, _ = people
    facts = {"text": "已完成一半", "said_at": scene.now.isoformat(), "row": 5, "message": 9}
    scene.do(
        lambda s: s.add(Dialogue(chat_id=1001, kind="which", facts=facts, asked_at=scene.now))
    )
    before = scene.now
    assert scene.do(lambda s: questions.give_up_waiting(s, before)) == 0
    scene.go("2026-11-02 14:30")
    assert scene.do(lambda s: questions.give_up_waiting(s, scene.now)) == 1
    assert scene.do(lambda s: questions.give_up_waiting(s, scene.now)) == 0
    (shown,) = waiting(scene).unmatched
    assert (shown.text, shown.person) == ("已完成一半", "王雅琴")
    # The sender says it after all: the office need not.
    assert scene.do(lambda s: questions.resolved_by_sender(s, scene.act(contact), shown.id))
    assert not waiting(scene)
    assert not scene.do(lambda s: questions.resolved_by_sender(s, scene.act(contact), shown.id))


def test_a_call_counts_as_delivered_and_is_written_down_once(scene: Scene) -> None:
    coordinator = scene.join(Role.coordinator, name="周敏")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 13)))
    scene.go("2026-11-12 09:00")
    scene.sweep()
    (owed,) = waiting(scene).untold
    assert (owed.task, owed.department, owed.people) == (number, "教育局", ())
    act = scene.act(coordinator, update_id=31)
    done = scene.do(lambda s: calls.called(s, scene.office, act, 0, [owed.part]))
    assert (done.department, done.tasks) == ("教育局", (number,))
    assert waiting(scene).untold == ()
    with scene.database.reading() as session:
        assert None not in session.scalars(select(Ask.delivered_at)).all()
        assert session.scalars(select(Part.delivered_at)).one() is not None
        line = session.scalars(select(History).where(History.action == "called")).one()
        assert (line.actor, line.at, line.update_id) == ("周敏", scene.now, 31)


def test_a_call_names_people_of_that_department_alone(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, coordinator, _ = people
    scene.publish(duty("甲事。", lead=["教育局"]), duty("乙事。", lead=["民政局"]))
    with scene.database.reading() as session:
        ours, theirs = session.scalars(select(Part.id).order_by(Part.id)).all()
    act = scene.act(coordinator)
    for person, parts in ((contact, [theirs]), (0, [ours, theirs]), (0, []), (0, [2**40])):
        with pytest.raises(NotFound, match="no_such_call"):
            _call(scene, act, person, parts)
    scene.do(lambda s: calls.called(s, scene.office, act, contact, [ours]))
    with scene.database.reading() as session:
        line = session.scalars(select(History).where(History.action == "called")).one()
        assert line.text == "王雅琴"


def _call(scene: Scene, act: Act, person: int, parts: list[int]) -> None:
    scene.do(lambda session: calls.called(session, scene.office, act, person, parts))


def test_a_head_who_cannot_be_told_of_a_slip_is_to_be_telephoned(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    head, coordinator = scene.join(Role.head, "教育局", "李局"), scene.join(Role.coordinator)
    scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 5)))
    scene.deliver()
    scene.do(lambda s: _forget(s, head))
    scene.days("2026-11-03", "2026-11-06")
    (owed,) = waiting(scene).untold
    assert (owed.head, [one.name for one in owed.people]) == (True, ["李局"])
    act = scene.act(coordinator)
    scene.do(lambda s: calls.called(s, scene.office, act, contact, [owed.part]))
    assert [one.head for one in waiting(scene).untold] == [True]
    scene.do(lambda s: calls.called(s, scene.office, act, head, [owed.part]))
    assert waiting(scene).untold == ()


def _forget(session: Any, person: int) -> None:
    from tasks.models import Person

    session.get_one(Person, person).unreachable_at = session.get_one(Person, person).created_at


def test_what_the_office_leaves_lying_is_late(scene: Scene, people: tuple[int, int, int]) -> None:
    contact, _, _ = people
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    scene.submit(contact, number)
    asked(scene, contact, "在吗？")
    scene.go("2026-11-04 17:00")
    assert (waiting(scene).total, waiting(scene).late) == (2, 0)
    scene.go("2026-11-05 09:00")
    found = waiting(scene)
    assert (found.total, found.late) == (2, 2)
    assert [one.days for one in found.submissions] == [3]


def test_who_heads_here_and_answers_there_gets_two_messages_a_day(scene: Scene) -> None:
    person = scene.join(Role.contact, "教育局", "李兼")
    scene.do(lambda s: _also_head(s, person, "民政局"))
    scene.join(Role.contact, "民政局")
    scene.publish(
        duty("甲事。", lead=["民政局"], due=date(2026, 11, 5)),
        duty("乙事。", lead=["教育局"], due=date(2026, 11, 6)),
    )
    scene.deliver()
    told = scene.days("2026-11-03", "2026-11-10")
    mine: dict[str, list[str]] = {}
    for moment, said in told.items():
        mine.setdefault(moment[:5], []).extend(one.kind for one in said if one.person == person)
    assert max(len(kinds) for kinds in mine.values()) <= 2
    # The slip on the 6th stands in the digest of that morning.
    act = scene.act(person)
    scene.go("2026-11-06 09:00")
    window = scene.office.cal.window_start(scene.now)
    assert window is not None
    with scene.database.reading() as session:
        found = digest(session, scene.office, act, window)
    assert [(slip.department, slip.task) for slip in found.slips] == [("民政局", 1)]
    scene.go("2026-11-06 14:30")
    window = scene.office.cal.window_start(scene.now)
    assert window is not None
    with scene.database.reading() as session:
        assert digest(session, scene.office, act, window).slips == ()
    with scene.database.reading() as session:
        assert call_out(session, scene.office, scene.now) == 0


def _also_head(session: Any, person: int, department: str) -> None:
    from tasks.models import Department, Grant

    found = session.scalars(select(Department).where(Department.name == department)).first()
    if found is None:
        found = Department(name=department)
        session.add(found)
        session.flush()
    session.add(Grant(person_id=person, role=Role.head, department_id=found.id))
