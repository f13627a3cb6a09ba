"""What stands around a judgement: 审签, 评级, 办结类型, 终止督办, 重新督办."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.mailroom import Outbox
from tasks.models import History, Part
from tasks.services import closing, submissions
from tasks.services.acts import Act
from tasks.services.post import Kind
from tasks.views import queue as queue_view
from tasks.views.cards import card
from tasks.views.judging import Review
from tasks.vocabulary import Endorsement, Grade, Outcome, PartRole, PartState, Role
from tests.storage.scene import Scene, duty

DUE = date(2026, 11, 20)


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局")


def head_of(scene: Scene) -> int:
    return scene.join(Role.head, "教育局")


def endorse(scene: Scene, person: int, report_id: int) -> None:
    act = scene.act(person)
    scene.do(lambda s: closing.endorse(s, act, report_id))


def give_back(scene: Scene, person: int, report_id: int, reason: str = "补民办学校") -> None:
    act = scene.act(person)
    scene.do(lambda s: closing.give_back(s, scene.office, act, report_id, reason))


def cancel(scene: Scene, person: int, number: int, reason: str = "政策调整") -> None:
    act = scene.act(person)
    scene.do(lambda s: closing.cancel(s, scene.office, act, number, reason))


def reopen(scene: Scene, person: int, number: int, reason: str = "复查发现问题") -> None:
    act = scene.act(person)
    scene.do(lambda s: closing.reopen(s, scene.office, act, number, reason))


def told(scene: Scene, event: str) -> list[int | None]:
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.kind == Kind.course).order_by(Outbox.id)
        )
        return [row.person_id for row in rows if row.facts["event"] == event]


def mark(scene: Scene, coordinator: int) -> Endorsement | None:
    shown = scene.do(lambda s: queue_view.queue(s, scene.office, scene.act(coordinator)))
    review = shown.submissions[0].review
    assert review is not None
    return review.endorsement


def test_a_head_signs_what_a_contact_submitted(
    scene: Scene, coordinator: int, contact: int
) -> None:
    head = head_of(scene)
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    report_id = scene.submit(contact, number)
    assert told(scene, "submitted") == [head]
    assert mark(scene, coordinator) is Endorsement.awaited
    for person in (contact, coordinator):
        with pytest.raises((NotAllowed, NotFound)):
            endorse(scene, person, report_id)
    endorse(scene, head, report_id)
    assert mark(scene, coordinator) is Endorsement.signed
    before = scene.everything()
    endorse(scene, head, report_id)
    assert scene.everything() == before


def verdicts(scene: Scene) -> list[tuple[int | None, str]]:
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.kind == Kind.verdict).order_by(Outbox.id)
        )
        return [(row.person_id, row.facts["verdict"]) for row in rows]


def test_the_head_who_signed_hears_what_became_of_it(
    scene: Scene, coordinator: int, contact: int
) -> None:
    head, other = head_of(scene), head_of(scene)
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    report_id = scene.submit(contact, number)
    endorse(scene, head, report_id)
    scene.send_back(coordinator, report_id)
    assert verdicts(scene) == [(contact, "send_back"), (head, "send_back")]
    # Who signed before has no part in what is submitted anew.
    report_id = scene.submit(contact, number)
    endorse(scene, other, report_id)
    scene.close(coordinator, report_id)
    assert verdicts(scene)[2:] == [(contact, "close"), (other, "close")]


def test_the_mark_after_a_working_day_and_without_a_head(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.go("2026-11-06 16:00")
    report_id = scene.submit(contact, number)
    assert mark(scene, coordinator) is None
    head_of(scene)
    scene.go("2026-11-09 16:00")
    assert mark(scene, coordinator) is Endorsement.awaited
    scene.go("2026-11-10 09:00")
    assert mark(scene, coordinator) is Endorsement.unsigned
    scene.close(coordinator, report_id)
    assert scene.states(number) == ["closed"]


def test_a_heads_own_submission_is_signed(scene: Scene, coordinator: int) -> None:
    head = head_of(scene)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    scene.submit(head, number)
    assert mark(scene, coordinator) is Endorsement.signed
    assert told(scene, "submitted") == []


def test_a_head_gives_it_back_once_and_names_what_it_was(
    scene: Scene, coordinator: int, contact: int
) -> None:
    head, stranger = head_of(scene), scene.join(Role.head, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    first = scene.submit(contact, number)
    with pytest.raises(NotFound):
        give_back(scene, stranger, first)
    with pytest.raises(Refused, match="why_needed"):
        give_back(scene, head, first, " ")
    give_back(scene, head, first)
    assert scene.states(number) == ["in_progress"]
    assert contact in told(scene, "returned")
    with pytest.raises(IllegalMove):
        endorse(scene, head, first)
    second = scene.submit(contact, number)
    before = scene.everything()
    for stale in (endorse, give_back):
        with pytest.raises(Stale):
            stale(scene, head, first)
    assert scene.everything() == before
    endorse(scene, head, second)
    give_back(scene, head, second)
    scene.submit(contact, number)
    assert mark(scene, coordinator) is Endorsement.awaited


def test_the_card_says_who_signed_and_how_often_it_came_back(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))

    def review(person: int = coordinator) -> Review | None:
        return scene.do(lambda s: card(s, scene.office, scene.act(person), number)).review

    assert review() is None
    report_id = scene.submit(contact, number)
    assert review() == Review(None)
    scene.send_back(coordinator, report_id)
    assert review() is None
    withdrawn = scene.act(contact)
    scene.submit(contact, number)
    scene.do(lambda s: submissions.withdraw(s, scene.office, withdrawn, number).id)
    head = head_of(scene)
    second = scene.submit(contact, number)
    assert review() == review(contact) == Review(Endorsement.awaited, returned=1)
    scene.go("2026-11-03 10:00")
    endorse(scene, head, second)
    signed = Review(Endorsement.signed, scene.act(head).actor, date(2026, 11, 3), 1)
    assert review() == review(head) == signed
    scene.send_back(coordinator, second)
    scene.submit(contact, number)
    scene.go("2026-11-05 10:00")
    assert review() == Review(Endorsement.unsigned, returned=2)


def test_each_department_is_counted_by_itself(scene: Scene, coordinator: int) -> None:
    first, second = (scene.join(Role.contact, name) for name in ("教育局", "民政局"))
    (number,) = scene.publish(duty("办。", joint=["教育局", "民政局"], due=DUE))
    scene.submit(second, number)
    scene.send_back(coordinator, scene.submit(first, number))
    scene.submit(second, number)
    scene.submit(first, number)
    act = scene.act(coordinator)
    shown = scene.do(lambda s: queue_view.queue(s, scene.office, act)).submissions
    assert [(one.department, one.review) for one in shown] == [("教育局", Review(returned=1))]


def test_grade_and_outcome_of_what_is_closed(scene: Scene, coordinator: int, contact: int) -> None:
    helper = scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    act = scene.act(coordinator)
    with pytest.raises(IllegalMove):
        scene.do(lambda s: closing.grade(s, act, number, Grade.good))
    scene.close(coordinator, scene.submit(contact, number))
    scene.do(lambda s: closing.grade(s, act, number, Grade.good))
    scene.do(lambda s: closing.set_outcome(s, act, number, Outcome.routine))
    task = scene.task(number)
    assert (task.grade, task.outcome, task.state) == (
        Grade.good,
        Outcome.routine,
        PartState.closed,
    )
    assert told(scene, "graded") == [contact]
    before = scene.everything()
    scene.do(lambda s: closing.grade(s, act, number, Grade.good))
    theirs = scene.act(helper)
    with pytest.raises(NotAllowed):
        scene.do(lambda s: closing.grade(s, theirs, number, Grade.poor))
    with pytest.raises(NotAllowed):
        scene.do(lambda s: closing.set_outcome(s, theirs, number, Outcome.ended))
    assert scene.everything() == before


def test_a_grade_stands_on_no_departments_card(
    scene: Scene, coordinator: int, contact: int
) -> None:
    helper, leader = scene.join(Role.contact, "财政局"), scene.join(Role.leader)
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.close(coordinator, scene.submit(contact, number))
    act = scene.act(coordinator)
    scene.do(lambda s: closing.grade(s, act, number, Grade.poor))

    def seen(act: Act) -> Grade | None:
        return scene.do(lambda s: card(s, scene.office, act, number)).task.grade

    assert [seen(scene.act(one)) for one in (coordinator, leader)] == [Grade.poor] * 2
    assert [seen(scene.act(one)) for one in (contact, head_of(scene), helper)] == [None] * 3
    held = scene.task(number).lead
    assert held is not None
    assert seen(Act(scene.now, scene.now, "", group=held.department_id)) is None


def test_the_grade_of_a_collective_duty_is_told_to_each_department(
    scene: Scene, coordinator: int, contact: int
) -> None:
    other = scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("各自办。", joint=["教育局", "财政局"], due=DUE))
    scene.do(each)
    for person in (contact, other):
        scene.close(coordinator, scene.submit(person, number))
    act = scene.act(coordinator)
    scene.do(lambda s: closing.grade(s, act, number, Grade.fair))
    assert told(scene, "graded") == [contact, other]


def each(session: Session) -> None:
    """Let every department owe a share of its own."""
    for part in session.scalars(select(Part)):
        part.role = PartRole.each


def test_ending_ends_every_part_and_once(scene: Scene, coordinator: int, contact: int) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    with pytest.raises(NotAllowed):
        cancel(scene, contact, number)
    with pytest.raises(Refused, match="why_needed"):
        cancel(scene, coordinator, number, "\u3000")
    scene.submit(contact, number)
    cancel(scene, coordinator, number)
    assert scene.states(number) == ["cancelled", "cancelled"]
    assert scene.task(number).outcome is Outcome.ended
    assert told(scene, "cancelled") == [contact]
    before = scene.everything()
    with pytest.raises(IllegalMove):
        cancel(scene, coordinator, number)
    assert scene.everything() == before
    scene.deliver()
    assert scene.days("2026-11-03", "2026-12-11") == {}


def test_days_on_the_desk_and_after_the_end_are_nobodys(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.go("2026-11-20 16:00")
    report_id = scene.submit(contact, number)
    scene.go("2026-11-24 10:00")
    scene.close(coordinator, report_id)
    scene.go("2026-12-04 10:00")
    reopen(scene, coordinator, number)
    task = scene.task(number)
    assert scene.states(number) == ["in_progress"]
    assert (task.outcome, task.grade, task.overdue) == (None, None, False)
    assert told(scene, "reopened") == [contact]
    scene.go("2026-12-08 10:00")
    assert (scene.task(number).overdue, scene.task(number).overdue_for) == (True, 2)
    with pytest.raises(IllegalMove):
        reopen(scene, coordinator, number)


def test_history_keeps_the_grade_that_reopening_takes(
    scene: Scene, coordinator: int, contact: int
) -> None:
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.close(coordinator, scene.submit(contact, number))
    act = scene.act(coordinator)
    scene.do(lambda s: closing.grade(s, act, number, Grade.excellent))
    with pytest.raises(NotAllowed):
        reopen(scene, contact, number)
    with pytest.raises(Refused, match="why_needed"):
        reopen(scene, coordinator, number, "")
    reopen(scene, coordinator, number)
    with scene.database.reading() as session:
        (line,) = session.scalars(select(History).where(History.action == "reopen"))
        assert (line.facts["grade"], line.text) == (Grade.excellent, "复查发现问题")
    scene.close(coordinator, scene.submit(contact, number))
    assert scene.task(number).grade is None


def test_each_department_is_judged_alone_and_keeps_what_it_finished(
    scene: Scene, coordinator: int, contact: int
) -> None:
    other = scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("各自办。", lead=["教育局", "财政局"], due=DUE))

    scene.do(each)
    scene.close(coordinator, scene.submit(contact, number))
    assert scene.states(number) == ["closed", "issued"]
    assert scene.task(number).outcome is None
    report_id = scene.submit(other, number)
    scene.send_back(coordinator, report_id)
    assert scene.states(number) == ["closed", "in_progress"]
    cancel(scene, coordinator, number)
    assert scene.states(number) == ["closed", "cancelled"]
    reopen(scene, coordinator, number)
    assert scene.states(number) == ["closed", "in_progress"]
    scene.close(coordinator, scene.submit(other, number))
    assert scene.states(number) == ["closed", "closed"]
    assert scene.task(number).outcome is Outcome.finished


def test_a_withdrawal_takes_the_signature_with_it(
    scene: Scene, coordinator: int, contact: int
) -> None:
    head = head_of(scene)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    endorse(scene, head, scene.submit(contact, number))
    act = scene.act(contact)
    scene.do(lambda s: submissions.withdraw(s, scene.office, act, number))
    scene.submit(contact, number)
    assert mark(scene, coordinator) is Endorsement.awaited
