"""The questions: who was heard, in which of three words not, and numbers that add up."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tasks.errors import NotFound, Refused
from tasks.models import Person
from tasks.services.directory import get_department
from tasks.views.cards import my_tasks
from tasks.views.desk import notices, timeline
from tasks.views.queue import queue
from tasks.views.silence import Heard
from tasks.views.summary import Summary, summarise, take_snapshots
from tasks.vocabulary import Pace, ProgressClass, Role, Silence
from tests.storage.scene import Scene, duty, words

DUE = date(2026, 11, 20)
FAR = date(2027, 6, 30)


def _summary(scene: Scene, notice: int | None = None, department: str | None = None) -> Summary:
    with scene.database.reading() as session:
        units = None if department is None else [get_department(session, department).id]
        return summarise(session, scene.office, scene.now, notice_id=notice, department_ids=units)


def _words(scene: Scene) -> dict[str, str | None]:
    return {one.department: one.silence for one in _summary(scene).heard.departments}


def test_silence_has_three_names_that_are_never_mixed(scene: Scene) -> None:
    answering = scene.join(Role.contact, "答复局")
    scene.join(Role.contact, "沉默局")
    blocked = scene.join(Role.contact, "失联局")
    scene.join(Role.head, "未绑定局")
    numbers = scene.publish(
        *(
            duty(f"{name}的事。", lead=[name], due=FAR)
            for name in ("答复局", "沉默局", "失联局", "未绑定局")
        )
    )
    assert _words(scene)["沉默局"] is Silence.not_delivered
    scene.deliver()
    scene.report(answering, numbers[0])

    def block(session: Session) -> None:
        session.get_one(Person, blocked).unreachable_at = scene.now

    scene.do(block)
    assert _words(scene)["沉默局"] is None
    assert [one.department for one in _summary(scene).heard.early] == ["沉默局"]
    scene.go("2026-11-18 09:00")
    assert _words(scene) == {
        "答复局": None,
        "沉默局": Silence.not_answered,
        "失联局": Silence.not_delivered,
        "未绑定局": Silence.not_bound,
    }
    told = _summary(scene).as_document()["answered"]
    assert told == {
        "departments": 1,
        "of": 4,
        "partial": 0,
        "not_bound": 1,
        "not_delivered": 1,
        "period": {"from": "2026-10-24", "to": "2026-11-25"},
    }


def test_who_was_reached_by_the_issue_and_not_by_the_ask_was_not_delivered(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=FAR))
    scene.deliver()
    assert _words(scene) == {"教育局": None}
    scene.go("2026-11-18 09:00")
    assert _words(scene) == {"教育局": Silence.not_answered}
    scene.sweep()
    scene.deliver(unreachable=frozenset({contact}))
    assert _words(scene) == {"教育局": Silence.not_delivered}


def test_nothing_is_owed_before_the_first_period_or_in_another_month(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.join(Role.contact, "民政局")
    scene.go("2026-11-12 09:00")
    scene.publish(duty("办。", lead=["教育局"], due=FAR), duty("长期。", lead=["民政局"]))
    scene.deliver()
    scene.go("2026-11-24 10:00")
    heard = _summary(scene).heard
    assert [(one.department, one.of, one.silence) for one in heard.departments] == [
        ("教育局", 0, None),
        ("民政局", 0, None),
    ]
    assert (heard.complete, heard.partial) == (0, 0)
    scene.go("2026-12-24 10:00")
    assert _words(scene)["教育局"] is Silence.not_answered
    scene.go("2027-03-24 10:00")
    assert _words(scene) == {
        "教育局": Silence.not_answered,
        "民政局": Silence.not_answered,
    }


def test_who_was_asked_by_the_limit_is_silent_before_the_period_asks(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=date(2026, 11, 9)))
    scene.deliver()
    scene.sign(contact, number)
    scene.go("2026-11-09 09:00")
    scene.sweep()
    scene.deliver()
    (heard,) = _summary(scene).heard.departments
    assert (heard.silence, heard.told_on) == (Silence.not_answered, date(2026, 11, 9))


def test_a_department_that_answered_one_of_two_is_heard_in_part(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    numbers = scene.publish(*(duty(f"第{n}件。", lead=["教育局"], due=FAR) for n in range(2)))
    scene.deliver()
    scene.report(contact, numbers[0])
    (heard,) = _summary(scene).heard.departments
    assert isinstance(heard, Heard)
    assert (heard.answered, heard.of, heard.tasks) == (1, 2, (numbers[1],))
    assert (_summary(scene).heard.partial, _summary(scene).heard.complete) == (1, 0)


def test_signing_is_no_answer_and_an_answer_is_forgotten_with_its_period(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=FAR))
    scene.deliver()
    scene.sign(contact, number)
    assert _summary(scene).heard.complete == 0
    scene.report(contact, number)
    assert _summary(scene).heard.complete == 1
    scene.go("2026-11-25 23:59")
    assert _summary(scene).heard.complete == 1
    scene.go("2026-11-26 00:00")
    assert _summary(scene).heard.complete == 0


def test_two_silent_periods_are_behind_and_one_is_carried(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=FAR))
    scene.deliver()
    scene.sign(contact, number)
    scene.say(contact, number, pace=Pace.ahead)
    scene.go("2026-11-26 10:00")
    assert scene.task(number).classified.cls is ProgressClass.ahead
    for day in ("2026-12-18 09:00", "2026-12-24 09:00"):
        scene.go(day)
        scene.moment()
    scene.go("2026-12-28 10:00")
    judged = scene.task(number).classified
    assert (judged.cls, judged.carried) == (ProgressClass.ahead, True)
    for day in ("2027-01-18 09:00", "2027-01-22 09:00"):
        scene.go(day)
        scene.moment()
    scene.go("2027-01-26 10:00")
    assert scene.task(number).classified.cls is ProgressClass.behind
    # Words that say nothing of the pace are an answer, and the last report decides.
    scene.report(contact, number)
    judged = scene.task(number).classified
    assert (judged.cls, judged.carried) == (ProgressClass.on_schedule, False)


def test_periods_whose_ask_reached_nobody_count_against_nobody(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"], due=FAR))
    scene.deliver()
    scene.sign(contact, number)
    scene.say(contact, number, pace=Pace.on_schedule)
    for day in ("2026-12-18", "2026-12-24", "2027-01-18", "2027-01-22"):
        scene.go(f"{day} 09:00")
        scene.sweep()
        scene.deliver(unreachable=frozenset({contact}))
    scene.go("2027-01-26 10:00")
    judged = scene.task(number).classified
    assert (judged.cls, judged.carried) == (ProgressClass.on_schedule, False)


def _one_of_each(scene: Scene) -> list[int]:
    contact, coordinator = scene.join(Role.contact, "甲局"), scene.join(Role.coordinator)
    numbers = scene.publish(
        *(duty(f"第{n}件。", lead=["甲局"], cooperating=["乙局"], due=FAR) for n in range(5)),
        duty("过期的。", lead=["丙局"], due=DUE),
        duty("还没分的。"),
    )
    scene.deliver()
    scene.close(coordinator, scene.submit(contact, numbers[0]))
    scene.say(contact, numbers[1], expected=date(2027, 6, 1))
    scene.say(contact, numbers[2], expected=date(2027, 6, 29))
    scene.say(contact, numbers[3], expected=date(2027, 7, 1), problem="经费未到位")
    return numbers


def test_the_numbers_of_a_summary_add_up(scene: Scene) -> None:
    numbers = _one_of_each(scene)
    scene.go("2026-11-24 10:00")
    told = _summary(scene, 1)
    assert dict(told.classes) == {
        ProgressClass.done: 1,
        ProgressClass.ahead: 1,
        ProgressClass.on_schedule: 1,
        ProgressClass.behind: 2,
        ProgressClass.other: 1,
    }
    assert told.total == sum(told.classes.values()) == len(numbers) == 6
    assert (told.left, told.waiting, told.past_original, told.extended) == (1, 0, 1, 0)
    (line,) = told.overdue
    assert (line.task, line.department, line.days) == (numbers[5], "丙局", 2)
    for row in told.departments:
        assert sum(row.classes.values()) == row.total
    shown = {row.name: (row.total, row.lead, row.overdue) for row in told.departments}
    assert shown == {"丙局": (1, 1, 1), "甲局": (5, 5, 0), "乙局": (5, 0, 0)}
    whole = _summary(scene)
    assert (whole.total, whole.classes) == (told.total, told.classes)


def test_a_departments_own_summary_counts_its_own(scene: Scene) -> None:
    _one_of_each(scene)
    scene.go("2026-11-24 10:00")
    told = _summary(scene, department="乙局")
    assert told.total == 5
    assert [row.name for row in told.departments] == ["乙局"]


def test_what_was_true_before_the_last_change_is_not_made_up(scene: Scene) -> None:
    _one_of_each(scene)
    last = scene.now
    scene.go("2026-11-02 08:59")
    with pytest.raises(Refused, match="as_of_past") as refusal:
        _summary(scene)
    assert refusal.value.facts["last"] == last
    scene.now = last
    assert _summary(scene).total == 6
    for wrong in (0, 99, 2**31, 2**63):
        with pytest.raises(NotFound):
            _summary(scene, wrong)


def test_the_change_is_shown_against_a_week_before(scene: Scene) -> None:
    contact = scene.join(Role.contact, "甲局")
    numbers = scene.publish(*(duty(f"第{n}件。", lead=["甲局"], due=FAR) for n in range(3)))
    for day in ("2026-11-02", "2026-11-03", "2026-11-07"):
        scene.go(f"{day} 09:00")
        scene.do(lambda s: take_snapshots(s, scene.office, scene.now))
        assert scene.do(lambda s: take_snapshots(s, scene.office, scene.now)) == 0
    # The 7th is a Saturday.
    assert len(scene.everything()["snapshot"]) == 2
    scene.go("2026-11-06 10:00")
    assert _summary(scene, 1).change is None
    scene.go("2026-11-10 10:00")
    scene.report(contact, numbers[0])
    told = _summary(scene, 1)
    assert told.change_since == date(2026, 11, 3)
    assert told.change is not None
    assert {cls: n for cls, n in told.change.items() if n} == {
        ProgressClass.on_schedule: 1,
        ProgressClass.other: -1,
    }


def test_my_tasks_stand_by_urgency(scene: Scene) -> None:
    contact = scene.join(Role.contact, "甲局")
    numbers = scene.publish(
        duty("远而未签。", lead=["甲局"], due=FAR),
        duty("近。", lead=["甲局"], due=date(2026, 11, 26)),
        duty("过期。", lead=["甲局"], due=DUE),
        duty("远而已签。", lead=["甲局"], due=FAR),
        duty("已报办结。", lead=["甲局"], due=FAR),
        duty("配合。", lead=["乙局"], cooperating=["甲局"]),
    )
    scene.deliver()
    scene.sign(contact, numbers[3])
    scene.submit(contact, numbers[4])
    scene.go("2026-11-24 10:00")
    with scene.database.reading() as session:
        mine = my_tasks(session, scene.office, scene.act(contact))
    order = [card.task.number for card in mine.cards]
    assert order[:2] == [numbers[2], numbers[1]]
    assert order[-1] == numbers[4]
    assert set(mine.unsigned) == {numbers[0], numbers[1], numbers[2]}


def test_the_queue_holds_what_waits_for_the_office(scene: Scene) -> None:
    contact, coordinator = scene.join(Role.contact, "甲局"), scene.join(Role.coordinator)
    numbers = scene.publish(*(duty(f"第{n}件。", lead=["甲局"], due=FAR) for n in range(3)))
    scene.deliver()
    scene.submit(contact, numbers[0])
    scene.report(contact, numbers[1], words(percent=40))
    scene.say(contact, numbers[2], percent=50)
    scene.go("2026-11-04 10:00")
    with scene.database.reading() as session:
        found = queue(session, scene.office, scene.act(coordinator))
        lines = notices(session)
    assert [(one.card.task.number, one.days) for one in found.submissions] == [(numbers[0], 2)]
    assert [one.task for one in found.unconfirmed] == [numbers[1]]
    assert [(line.id, line.tasks, line.left) for line in lines] == [(1, 3, 0)]


def test_a_timeline_tells_what_was_said_and_from_which_update(scene: Scene) -> None:
    contact = scene.join(Role.contact, "甲局")
    (number,) = scene.publish(duty("办。", lead=["甲局"]))
    scene.go("2026-11-03 10:00")
    scene.report(contact, number, words("第一稿已成"), said="2026-11-03 09:00")
    with scene.database.reading() as session:
        *_, line = timeline(session, number)
    assert line["text"] == "第一稿已成"
    assert (line["action"], line["department"], line["update_id"]) == ("report", "甲局", None)
    assert (line["said_at"], line["at"]) == (
        "2026-11-03T01:00:00+00:00",
        "2026-11-03T02:00:00+00:00",
    )
