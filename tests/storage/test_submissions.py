"""申请办结 and its judgement: which names what it judges, and speaks for every lead."""

from datetime import date

import pytest
from sqlalchemy import select

from tasks.errors import IllegalMove, NotAllowed, NotFound, Refused, Stale
from tasks.mailroom import Outbox
from tasks.models import Report, ReportKind
from tasks.services import submissions
from tasks.services.post import Kind
from tasks.views import cards
from tasks.views import queue as queue_view
from tasks.vocabulary import Outcome, PartState, ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import Scene, duty, words

DUE = date(2026, 11, 20)


@pytest.fixture
def coordinator(scene: Scene) -> int:
    return scene.join(Role.coordinator)


def _withdraw(scene: Scene, person: int, number: int) -> None:
    act = scene.act(person)
    scene.do(lambda s: submissions.withdraw(s, scene.office, act, number))


def _verdicts(scene: Scene) -> list[tuple[int | None, str, str | None]]:
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.kind == Kind.verdict).order_by(Outbox.id)
        )
        return [(row.person_id, row.facts["verdict"], row.facts["reason"]) for row in rows]


def test_a_submission_is_closed_and_everybody_is_told(scene: Scene, coordinator: int) -> None:
    lead, helper = scene.join(Role.contact, "教育局"), scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    report_id = scene.submit(lead, number)
    assert scene.states(number) == ["submitted", "issued"]
    scene.close(coordinator, report_id)
    task = scene.task(number)
    assert scene.states(number) == ["closed", "closed"]
    assert (task.state, task.outcome) == (PartState.closed, Outcome.finished)
    assert task.classified.cls is ProgressClass.done
    assert _verdicts(scene) == [(lead, "close", None), (helper, "close", None)]
    with scene.database.reading() as session:
        said = session.scalars(select(Report)).one()
        assert (said.kind, said.text) == (ReportKind.submission, "申请办结")


def test_only_the_office_judges(scene: Scene) -> None:
    contact, head = scene.join(Role.contact, "教育局"), scene.join(Role.head, "教育局")
    leader = scene.join(Role.leader)
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    report_id = scene.submit(head, number)
    before = scene.everything()
    for person in (contact, head, leader):
        with pytest.raises(NotAllowed):
            scene.close(person, report_id)
        with pytest.raises(NotAllowed):
            scene.send_back(person, report_id)
    assert scene.everything() == before
    scene.close(scene.join(Role.admin), report_id)
    assert scene.states(number) == ["closed"]


def test_a_judgement_of_words_that_were_replaced_is_stale(scene: Scene, coordinator: int) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    first = scene.submit(contact, number)
    _withdraw(scene, contact, number)
    with pytest.raises(IllegalMove):
        scene.close(coordinator, first)
    second = scene.submit(contact, number)
    added = scene.report(contact, number, words("补一份材料"))
    assert scene.states(number) == ["submitted"]
    before = scene.everything()
    for stale in (first, second):
        with pytest.raises(Stale):
            scene.close(coordinator, stale)
        with pytest.raises(Stale):
            scene.send_back(coordinator, stale)
    assert scene.everything() == before
    shown = scene.do(lambda s: cards.card(s, scene.office, scene.act(coordinator), number))
    assert shown.judged == added
    scene.close(coordinator, added)
    with pytest.raises(IllegalMove):
        scene.close(coordinator, added)
    with pytest.raises(IllegalMove):
        scene.send_back(coordinator, added)


@pytest.mark.parametrize("wrong", [0, 99, -1, 2**31, 2**63, 2**80])
def test_a_report_that_is_not_there_is_refused(scene: Scene, coordinator: int, wrong: int) -> None:
    with pytest.raises(NotFound):
        scene.close(coordinator, wrong)
    with pytest.raises(NotFound):
        scene.send_back(coordinator, wrong)


def test_sending_back_needs_a_reason_and_opens_the_work_again(
    scene: Scene, coordinator: int
) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    report_id = scene.submit(contact, number)
    for nothing in ("", " \n\u3000"):
        with pytest.raises(Refused, match="reason_needed"):
            scene.send_back(coordinator, report_id, nothing)
    scene.send_back(coordinator, report_id, " 缺佐证\0 ")
    assert scene.states(number) == ["in_progress"]
    assert scene.task(number).parts[0].submitted_at is None
    assert _verdicts(scene) == [(contact, "send_back", "缺佐证\ufffd")]
    assert scene.states(number) == ["in_progress"]
    scene.close(coordinator, scene.submit(contact, number))
    assert scene.states(number) == ["closed"]


def test_a_cooperating_department_never_submits(scene: Scene) -> None:
    helper = scene.join(Role.contact, "财政局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"]))
    before = scene.everything()
    with pytest.raises(IllegalMove):
        scene.submit(helper, number)
    with pytest.raises(IllegalMove):
        _withdraw(scene, helper, number)
    assert scene.everything() == before


def test_the_first_listed_lead_speaks_last_and_for_all(scene: Scene, coordinator: int) -> None:
    first, second = scene.join(Role.contact, "经信局"), scene.join(Role.contact, "科技局")
    helper = scene.join(Role.contact, "财政局")
    (number,) = scene.publish(
        duty("共办。", lead=["经信局", "科技局"], cooperating=["财政局"], due=DUE)
    )
    with pytest.raises(Refused, match="other_leads_open") as refusal:
        scene.submit(first, number)
    assert refusal.value.facts["departments"] == ["科技局"]
    scene.submit(second, number)
    assert scene.states(number) == ["issued", "submitted", "issued"]
    assert scene.task(number).state is not PartState.submitted
    report_id = scene.submit(first, number)
    with pytest.raises(Refused, match="lead_submitted"):
        _withdraw(scene, second, number)
    queue = scene.do(lambda s: queue_view.queue(s, scene.office, scene.act(coordinator)))
    assert [one.report.id for one in queue.submissions] == [report_id]
    scene.send_back(coordinator, report_id)
    assert scene.states(number) == ["in_progress", "in_progress", "issued"]
    scene.submit(second, number)
    scene.close(coordinator, scene.submit(first, number))
    assert scene.states(number) == ["closed"] * 3
    assert helper


def test_one_leads_share_alone_is_not_judged(scene: Scene, coordinator: int) -> None:
    first, second = scene.join(Role.contact, "经信局"), scene.join(Role.contact, "科技局")
    (number,) = scene.publish(duty("共办。", lead=["经信局", "科技局"], cooperating=["财政局"]))
    share = scene.submit(second, number)
    before = scene.everything()
    with pytest.raises(IllegalMove):
        scene.close(coordinator, share)
    with pytest.raises(IllegalMove):
        scene.send_back(coordinator, share)
    assert scene.everything() == before
    for_all = scene.submit(first, number)
    with pytest.raises(IllegalMove):
        scene.close(coordinator, share)
    scene.close(coordinator, for_all)
    assert scene.states(number) == ["closed"] * 3


def test_a_lead_withdraws_until_it_is_judged(scene: Scene, coordinator: int) -> None:
    first, second = scene.join(Role.contact, "经信局"), scene.join(Role.contact, "科技局")
    (number,) = scene.publish(duty("共办。", lead=["经信局", "科技局"]))
    scene.submit(second, number)
    _withdraw(scene, second, number)
    assert scene.states(number) == ["issued", "in_progress"]
    with pytest.raises(IllegalMove):
        _withdraw(scene, second, number)
    scene.submit(second, number)
    report_id = scene.submit(first, number)
    _withdraw(scene, first, number)
    assert scene.states(number) == ["in_progress", "submitted"]
    _withdraw(scene, second, number)
    scene.submit(second, number)
    with pytest.raises(Refused):
        scene.close(coordinator, report_id)
    report_id = scene.submit(first, number)
    scene.close(coordinator, report_id)
    with pytest.raises(IllegalMove):
        _withdraw(scene, first, number)


def test_the_buttons_of_a_card_are_what_may_be_done(scene: Scene, coordinator: int) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))

    def shown(person: int) -> tuple[Action, ...]:
        return scene.do(lambda s: cards.card(s, scene.office, scene.act(person), number)).actions

    of_contact = (Action.sign, Action.report, Action.submit, Action.extend, Action.decline)
    assert shown(contact) == of_contact
    of_office = (Action.reassign, Action.record, Action.pause, Action.cancel)
    assert shown(coordinator) == of_office
    scene.submit(contact, number)
    assert shown(contact) == (Action.report, Action.withdraw)
    of_office = (Action.close, Action.send_back, Action.record, Action.cancel)
    assert shown(coordinator) == of_office


def test_time_on_the_coordinators_desk_is_not_the_departments(
    scene: Scene, coordinator: int
) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.go("2026-11-20 17:00")
    report_id = scene.submit(contact, number)
    scene.go("2026-11-30 10:00")
    task = scene.task(number)
    assert (task.overdue, task.light.value) == (False, "yellow")
    assert task.classified.cls is ProgressClass.on_schedule
    scene.send_back(coordinator, report_id)
    assert not scene.task(number).overdue
    scene.go("2026-12-02 10:00")
    assert (scene.task(number).overdue, scene.task(number).overdue_for) == (True, 2)
    assert scene.task(number).classified.cls is ProgressClass.behind
