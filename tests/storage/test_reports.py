"""Signing and reporting: words are kept before they are understood."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tasks.errors import IllegalMove, NotFound, Refused
from tasks.mailroom import Card, Outbox
from tasks.models import History, Report, ReportKind
from tasks.replies import ReplyState
from tasks.services import reports
from tasks.services.post import Kind
from tasks.views import cards
from tasks.vocabulary import Pace, PartState, ProgressClass, Role
from tasks.workflow import Action
from tests.storage.scene import Scene, at, duty, words

YEAR_END = date(2026, 12, 31)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局")


@pytest.fixture
def number(scene: Scene, contact: int) -> int:
    (number,) = scene.publish(duty("办一件事。", lead=["教育局"], due=YEAR_END))
    return number


def _history(scene: Scene, number: int) -> list[tuple[str, str | None]]:
    with scene.database.reading() as session:
        lines = session.scalars(
            select(History).where(History.task_id == number).order_by(History.id)
        )
        return [(line.action, line.text) for line in lines]


def test_one_press_signs_what_waits_and_passes_over_the_rest(scene: Scene, contact: int) -> None:
    numbers = scene.publish(*(duty(f"第{n}件。", lead=["教育局"]) for n in range(3)))
    scene.sign(contact, numbers[1])
    act = scene.act(contact)
    done = scene.do(lambda s: reports.sign_all(s, scene.office, act, 1))
    assert done.signed == (numbers[0], numbers[2])
    again = scene.do(lambda s: reports.sign_all(s, scene.office, act, 1))
    assert again == reports.Signed(())
    once_more = scene.do(lambda s: reports.sign(s, scene.office, act, numbers))
    assert (once_more.signed, once_more.before) == ((), tuple(numbers))
    assert all(scene.states(number) == ["signed"] for number in numbers)
    assert [_history(scene, number)[-1][0] for number in numbers] == ["sign"] * 3


def test_another_departments_task_does_not_exist(scene: Scene, number: int) -> None:
    foreign = scene.join(Role.contact, "财政局")
    coordinator = scene.join(Role.coordinator)
    report_id = scene.report(scene.join(Role.head, "教育局"), number, words(percent=10))
    before = scene.everything()
    for person in (foreign, coordinator):
        with pytest.raises(NotFound, match="no_such_task"):
            scene.sign(person, number)
        with pytest.raises(NotFound, match="no_such_task"):
            scene.report(person, number)
        act = scene.act(person)
        with pytest.raises(NotFound, match="no_such_task"):
            scene.do(lambda s, act=act: reports.no_change(s, scene.office, act, [number]))  # type: ignore[misc]
    with pytest.raises(NotFound, match="no_such_task"):
        scene.confirm(foreign, report_id)
    with pytest.raises(NotFound, match="no_such_task"):
        scene.do(lambda s: cards.card(s, scene.office, scene.act(foreign), number))
    assert scene.everything() == before


@pytest.mark.parametrize("wrong", [0, -3, 99, 2**31, 2**63, 2**80])
def test_a_task_that_is_not_there_is_refused(scene: Scene, contact: int, wrong: int) -> None:
    before = scene.everything()
    act = scene.act(contact)
    with pytest.raises(NotFound):
        scene.sign(contact, wrong)
    with pytest.raises(NotFound):
        scene.report(contact, wrong)
    with pytest.raises(NotFound):
        scene.confirm(contact, wrong)
    with pytest.raises(NotFound):
        scene.do(lambda s: reports.no_change(s, scene.office, act, [wrong]))
    assert scene.everything() == before


def test_signing_a_foreign_task_beside_ones_own_signs_neither(scene: Scene, number: int) -> None:
    contact = scene.join(Role.contact, "教育局")
    (foreign,) = scene.publish(duty("财政局的事。", lead=["财政局"]))
    before = scene.everything()
    with pytest.raises(NotFound):
        scene.sign(contact, number, foreign)
    assert scene.everything() == before


def test_words_that_say_no_number_move_the_part_at_once(
    scene: Scene, contact: int, number: int
) -> None:
    scene.report(contact, number, words("正在起草"))
    part = scene.task(number).parts[0]
    assert (part.state, part.last and part.last.confirmed) == (PartState.in_progress, True)
    assert _history(scene, number)[-1] == ("report", "正在起草")


def test_a_reading_counts_only_once_it_is_confirmed(
    scene: Scene, contact: int, number: int
) -> None:
    report_id = scene.report(
        contact,
        number,
        words("六成，年后才能完", percent=60, expected=date(2027, 1, 20), problem="缺钱"),
    )
    task = scene.task(number)
    part = task.parts[0]
    assert part.answered_at == scene.now
    assert (task.percent, part.confirmed, part.state) == (None, None, PartState.issued)
    assert task.classified.cls is not ProgressClass.behind
    scene.confirm(contact, report_id)
    task = scene.task(number)
    part = task.parts[0]
    assert (task.percent, part.state) == (60, PartState.in_progress)
    assert part.confirmed is not None
    assert part.confirmed.problem == "缺钱"
    assert task.classified.cls is ProgressClass.behind
    before = scene.everything()
    scene.confirm(contact, report_id)
    assert scene.everything() == before


def test_the_office_may_confirm_what_the_department_did_not(
    scene: Scene, contact: int, number: int
) -> None:
    report_id = scene.report(contact, number, words(percent=60))
    scene.confirm(scene.join(Role.coordinator), report_id)
    assert scene.states(number) == ["in_progress"]
    leader = scene.join(Role.leader)
    again = scene.report(contact, number, words(percent=70))
    with pytest.raises(NotFound):
        scene.confirm(leader, again)


def test_an_older_reading_is_refused_once_a_newer_one_counts(
    scene: Scene, contact: int, number: int
) -> None:
    older = scene.report(contact, number, words(percent=60))
    newer = scene.report(contact, number, words(percent=70))
    scene.confirm(contact, newer)
    before = scene.everything()
    with pytest.raises(Refused, match="report_superseded"):
        scene.confirm(contact, older)
    assert scene.everything() == before
    assert scene.task(number).percent == 70


def test_a_percent_stays_although_a_later_report_names_none(
    scene: Scene, contact: int, number: int
) -> None:
    scene.say(contact, number, percent=60)
    scene.say(contact, number, pace=Pace.on_schedule)
    assert scene.task(number).percent == 60


def test_a_confirmed_acknowledgement_signs(scene: Scene, contact: int, number: int) -> None:
    scene.say(contact, number, state=ReplyState.signed)
    assert scene.states(number) == ["signed"]


def test_words_that_claim_the_end_end_nothing(scene: Scene, contact: int, number: int) -> None:
    scene.say(contact, number, state=ReplyState.submitted)
    assert scene.states(number) == ["in_progress"]


def test_lateness_goes_by_when_it_was_said(scene: Scene, contact: int, number: int) -> None:
    scene.go("2026-11-05 10:00")
    scene.report(contact, number, said="2026-11-03 10:00")
    assert scene.task(number).parts[0].answered_at == at("2026-11-03 10:00")
    scene.report(contact, number, said="2026-11-02 10:00")
    assert scene.task(number).parts[0].answered_at == at("2026-11-03 10:00")
    with scene.database.reading() as session:
        said = session.scalars(select(Report).order_by(Report.id)).all()
        assert [one.stored_at for one in said] == [at("2026-11-05 10:00")] * 2


def test_what_no_database_keeps_is_replaced_and_long_words_are_kept(
    scene: Scene, contact: int, number: int
) -> None:
    long = "进" * 10_000
    scene.report(contact, number, words(long))
    scene.report(contact, number, words("坏\0字\ud83d", problem="\0"))
    with scene.database.reading() as session:
        texts = session.scalars(select(Report.text).order_by(Report.id)).all()
        assert texts == [long, "坏\ufffd字\ufffd"]


def test_no_change_is_offered_after_a_report_and_far_from_the_limit(
    scene: Scene, contact: int, number: int
) -> None:
    def press() -> None:
        act = scene.act(contact)
        scene.do(lambda s: reports.no_change(s, scene.office, act, [number]))

    def offered() -> bool:
        view = scene.do(lambda s: cards.card(s, scene.office, scene.act(contact), number))
        return Action.no_change in view.actions

    assert not offered()
    with pytest.raises(Refused, match="no_change_first"):
        press()
    scene.say(contact, number, pace=Pace.behind)
    assert scene.task(number).classified.cls is ProgressClass.behind
    assert offered()
    press()
    task = scene.task(number)
    assert task.classified.cls is ProgressClass.on_schedule
    assert task.parts[0].last is not None
    assert task.parts[0].last.kind is ReportKind.no_change
    # Three working days before the 31st the light is yellow.
    scene.go("2026-12-25 10:00")
    assert offered()
    scene.go("2026-12-28 10:00")
    assert not offered()
    before = scene.everything()
    with pytest.raises(Refused, match="no_change_too_near"):
        press()
    assert scene.everything() == before


def test_no_change_for_several_is_all_or_none(scene: Scene, contact: int, number: int) -> None:
    (other,) = scene.publish(duty("另一件。", lead=["教育局"], due=YEAR_END))
    scene.say(contact, number)
    act = scene.act(contact)
    before = scene.everything()
    with pytest.raises(Refused, match="no_change_first"):
        scene.do(lambda s: reports.no_change(s, scene.office, act, [number, other]))
    assert scene.everything() == before
    scene.say(contact, other)
    made = scene.do(lambda s: reports.no_change(s, scene.office, act, [number, other]))
    assert len(made) == 2


def test_words_after_the_end_are_kept_and_move_nothing(
    scene: Scene, contact: int, number: int
) -> None:
    coordinator = scene.join(Role.coordinator)
    scene.close(coordinator, scene.submit(contact, number))
    report_id = scene.report(contact, number, words("补充一份材料", percent=50))
    assert scene.states(number) == ["closed"]
    assert _history(scene, number)[-1] == ("report", "补充一份材料")
    scene.confirm(contact, report_id)
    assert scene.states(number) == ["closed"]
    act = scene.act(contact)
    with pytest.raises(IllegalMove):
        scene.do(lambda s: reports.no_change(s, scene.office, act, [number]))


def test_every_change_names_who_when_and_from_which_update(
    scene: Scene, contact: int, number: int
) -> None:
    scene.go("2026-11-03 10:00")
    act = scene.act(contact, said="2026-11-03 09:59", update_id=12_345_678_901)
    scene.do(lambda s: reports.report(s, scene.office, act, number, "在办", words("在办")))
    with scene.database.reading() as session:
        line = session.scalars(select(History).order_by(History.id.desc())).first()
        assert line is not None
        assert (line.person_id, line.update_id) == (contact, 12_345_678_901)
        assert (line.said_at, line.at) == (at("2026-11-03 09:59"), at("2026-11-03 10:00"))
        assert line.department is not None
        assert line.department.name == "教育局"


def test_each_change_redraws_the_cards_that_stand_in_chats(
    scene: Scene, contact: int, number: int
) -> None:
    def place() -> None:
        def put(session: object) -> None:
            session.add(Card(chat_id=77, task_id=number, message_id=5))  # type: ignore[attr-defined]

        scene.do(put)

    place()
    scene.sign(contact, number)
    scene.now += timedelta(minutes=1)
    scene.report(contact, number)
    with scene.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == Kind.card)).all()
        assert [(row.chat_id, row.facts) for row in rows] == [
            (77, {"task": number, "edit": True})
        ] * 2
