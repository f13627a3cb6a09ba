"""Cooperating departments: what they owe, 无补充, and the draft laid before the lead."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.cooperation import Said, Share, draft
from tasks.errors import DubanError, IllegalMove, NotFound, Refused, Stale
from tasks.models import History, Report, ReportKind, Slip
from tasks.services import cooperation
from tasks.services.reports import Source
from tasks.views import cards, reminders
from tasks.views.cooperation import Consolidation
from tasks.vocabulary import ProgressClass, Role, Silence
from tasks.workflow import Action
from tests.storage.scene import Scene, duty, words

DUE = date(2026, 12, 31)
"""November closes on the 25th: cooperating departments are asked on the 17th, leads on the
20th."""


@pytest.fixture
def lead(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局")


@pytest.fixture
def helper(scene: Scene) -> int:
    return scene.join(Role.contact, "财政局")


def _nothing(scene: Scene, person: int, *numbers: int) -> list[int]:
    act = scene.act(person)
    return scene.do(
        lambda s: [one.id for one in cooperation.nothing_to_add(s, scene.office, act, numbers)]
    )


def _draft(scene: Scene, person: int, number: int) -> Consolidation:
    act = scene.act(person)
    return scene.do(lambda s: cooperation.draft_for(s, scene.office, act, number))


def _adopt(scene: Scene, person: int, number: int, newest: int) -> int:
    act = scene.act(person)
    return scene.do(lambda s: cooperation.adopt(s, scene.office, act, number, newest).id)


def _card(scene: Scene, person: int, number: int) -> cards.CardView:
    with scene.database.reading() as session:
        return cards.card(session, scene.office, scene.act(person), number)


def _refused(scene: Scene, kind: type[DubanError], code: str, act: Any) -> None:
    before = scene.everything()
    with pytest.raises(kind) as refused:
        act()
    assert refused.value.code == code
    assert scene.everything() == before


def _publish(scene: Scene, due: date | None = DUE, helpers: Sequence[str] = ("财政局",)) -> int:
    (number,) = scene.publish(duty("办。", lead=["教育局"], cooperating=helpers, due=due))
    scene.deliver()
    return number


def test_one_tap_answers_the_period_of_several_tasks(scene: Scene, lead: int, helper: int) -> None:
    first, second = _publish(scene), _publish_more(scene)
    assert Action.nothing_to_add in _card(scene, helper, first).actions
    assert Action.nothing_to_add not in _card(scene, lead, first).actions
    told = scene.days("2026-11-17", "2026-11-17")["11-17 09:00"]
    assert [(one.tasks, one.asks) for one in told if one.person == helper] == [
        ((first, second), ("period", "period"))
    ]
    made = _nothing(scene, helper, first, second)
    with scene.database.reading() as session:
        rows = [session.get_one(Report, one) for one in made]
        assert {(row.kind, row.text) for row in rows} == {(ReportKind.nothing_to_add, "无补充")}
        assert all(row.confirmed_at is not None for row in rows)
    assert scene.states(first) == ["issued", "in_progress"]
    later = scene.days("2026-11-18", "2026-11-25")
    assert all(one.person == lead for said in later.values() for one in said)


def test_an_edited_message_makes_a_later_version(scene: Scene, lead: int, helper: int) -> None:
    number = _publish(scene)
    first = scene.report(helper, number, words("已下达"))
    act = scene.act(helper)

    def again(session: Session) -> Report:
        (said,) = cooperation.nothing_to_add(
            session,
            scene.office,
            act,
            [number],
            "没有补充",
            source=Source(1002, 7),
            replaces=first,
        )
        return said

    said = scene.do(again)
    assert (said.replaces_id, said.chat_id, said.message_id) == (first, 1002, 7)
    with scene.database.reading() as session:
        assert session.get_one(Report, first).replaced_at is not None
    assert _draft(scene, lead, number).text == "财政局：没有补充"


def _publish_more(scene: Scene) -> int:
    (number,) = scene.publish(duty("另办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.deliver()
    return number


def test_all_or_none_have_nothing_to_add(scene: Scene, lead: int, helper: int) -> None:
    first = _publish(scene)
    (own,) = scene.publish(duty("自办。", lead=["财政局"]))
    (other,) = scene.publish(duty("他办。", lead=["教育局"]))
    _refused(scene, IllegalMove, "illegal_move", lambda: _nothing(scene, helper, first, own))
    for foreign in (other, 999):
        _refused(
            scene, NotFound, "no_such_task", lambda n=foreign: _nothing(scene, helper, first, n)
        )


def test_a_cooperating_department_is_never_pressed_and_changes_no_class(
    scene: Scene, lead: int, helper: int
) -> None:
    coordinator = scene.join(Role.coordinator)
    number = _publish(scene, due=date(2026, 11, 6))
    assert Action.sign not in _card(scene, helper, number).actions
    assert _card(scene, helper, number).own is not None
    scene.say(lead, number, expected=date(2026, 11, 6))
    expected = scene.task(number).classified
    scene.report(helper, number, words(expected=date(2027, 3, 1), percent=5))
    assert scene.task(number).classified == expected
    told = scene.days("2026-11-03", "2026-11-16")
    assert {one.person for said in told.values() for one in said} == {lead}
    with scene.database.reading() as session:
        slips = session.scalars(select(Slip)).all()
        assert {slip.part.department.name for slip in slips} == {"教育局"}
    assert scene.task(number).classified.cls is ProgressClass.behind
    helping = scene.task(number).parts[1]
    assert helping.classified.cls is ProgressClass.on_schedule
    judged = scene.submit(lead, number)
    scene.close(coordinator, judged)
    assert scene.states(number) == ["closed", "closed"]


def test_the_answers_are_laid_before_the_lead_with_the_silent_named(
    scene: Scene, lead: int, helper: int
) -> None:
    second = scene.join(Role.contact, "民政局")
    number = _publish(scene, helpers=("财政局", "民政局", "卫健委", "商务局"))
    scene.join(Role.contact, "商务局")
    scene.go("2026-11-17 10:00")
    scene.moment()
    scene.report(helper, number, words("经费已安排300万元，首批已下达"))
    scene.report(helper, number, words("第二批下周下达"))
    (last,) = _nothing(scene, second, number)
    scene.go("2026-11-20 09:00")
    scene.sweep()
    digest = _digest(scene, lead)
    (item,) = digest.items
    assert item.helped is not None
    assert item.helped.answered == ("财政局", "民政局")
    assert {one.department: one.silence for one in item.helped.silent} == {
        "卫健委": Silence.not_bound,
        "商务局": Silence.not_delivered,
    }
    assert item.helped.sources[-1] == last
    assert item.helped.text == (
        "财政局：经费已安排300万元，首批已下达。第二批下周下达\n"
        "民政局：无补充\n"
        "卫健委：未反馈（未绑定）\n"
        "商务局：未反馈（未送达）"
    )
    report_id = _adopt(scene, lead, number, last)
    with scene.database.reading() as session:
        said = session.get_one(Report, report_id)
        assert (said.kind, said.text, said.person_id) == (ReportKind.words, item.helped.text, lead)
        assert said.confirmed_at is not None
        line = session.scalars(select(History).where(History.action == "consolidate")).one()
        assert line.facts == {"report": report_id, "sources": list(item.helped.sources)}
        assert len(item.helped.sources) == 3
    assert scene.states(number)[0] == "in_progress"
    # The lead has answered: it is asked no more in this period.
    told = scene.days("2026-11-23", "2026-11-25")
    assert lead not in {one.person for said in told.values() for one in said}


def _digest(scene: Scene, person: int) -> reminders.Digest:
    with scene.database.reading() as session:
        window = scene.office.cal.window_start(scene.now)
        assert window is not None
        return reminders.digest(session, scene.office, scene.act(person), window)


def test_an_answer_after_the_draft_is_not_passed_over(
    scene: Scene, lead: int, helper: int
) -> None:
    number = _publish(scene)
    scene.go("2026-11-17 10:00")
    first = scene.report(helper, number, words("已下达"))
    assert _draft(scene, lead, number).sources == (first,)
    second = scene.report(helper, number, words("更正：部分下达"))
    _refused(scene, Stale, "answers_came_in", lambda: _adopt(scene, lead, number, first))
    _adopt(scene, lead, number, second)


def test_a_draft_holds_the_answers_of_its_period_alone(
    scene: Scene, lead: int, helper: int
) -> None:
    number = _publish(scene)
    scene.report(helper, number, words("十一月的情况"))
    assert len(_draft(scene, lead, number).sources) == 1
    scene.go("2026-12-08 10:00")
    found = _draft(scene, lead, number)
    assert found.sources == ()
    assert found.answered == ()
    _refused(scene, Refused, "nobody_answered", lambda: _adopt(scene, lead, number, 1))
    scene.report(helper, number, words("十二月的情况"))
    assert _draft(scene, lead, number).text == "财政局：十二月的情况"


def test_only_the_first_listed_lead_puts_the_answers_together(
    scene: Scene, lead: int, helper: int
) -> None:
    coordinator = scene.join(Role.coordinator)
    number = _publish(scene)
    answer = scene.report(helper, number)
    assert _card(scene, lead, number).consolidates
    for person in (helper, coordinator):
        assert not _card(scene, person, number).consolidates
    _refused(scene, IllegalMove, "not_consolidating", lambda: _draft(scene, helper, number))
    _refused(
        scene, IllegalMove, "not_consolidating", lambda: _adopt(scene, helper, number, answer)
    )
    _refused(scene, NotFound, "no_such_task", lambda: _draft(scene, coordinator, number))
    (alone,) = scene.publish(duty("自办。", lead=["教育局"]))
    _refused(scene, Refused, "nothing_to_consolidate", lambda: _draft(scene, lead, alone))
    scene.submit(lead, number)
    assert not _card(scene, lead, number).consolidates
    _refused(scene, Refused, "nothing_to_consolidate", lambda: _draft(scene, lead, number))


def test_nothing_to_add_stands_behind_words_and_silence_behind_nobody() -> None:
    shares = (
        Share(
            "甲局", (Said(1, "无补充", nothing=True), Said(2, "已办三项。"), Said(4, "又办一项"))
        ),
        Share("乙局", (Said(3, "无变化", nothing=True), Said(5, "无补充", nothing=True))),
        Share("丙局", (), Silence.not_answered),
    )
    assert draft(shares) == "甲局：已办三项。又办一项\n乙局：无补充\n丙局：未反馈（未答复）"


def test_nobody_but_a_cooperating_department_has_nothing_to_add(scene: Scene) -> None:
    lead = scene.join(Role.contact, "教育局")
    (number,) = scene.publish(duty("办。", lead=["教育局"]))
    act = scene.act(lead)
    scene.unchanged(
        IllegalMove,
        "illegal_move",
        lambda: scene.do(lambda s: cooperation.nothing_to_add(s, scene.office, act, [number])),
    )
