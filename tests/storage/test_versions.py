"""Versions of an answer: what an edit replaces, what it leaves, and what counts meanwhile."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tasks.errors import Refused
from tasks.models import Report
from tasks.replies import ReplyReading, ReplyState, read_reply
from tasks.services import reports
from tasks.services.reports import Source
from tasks.views.standings import TaskView, load
from tasks.vocabulary import PartState, ProgressClass, Role
from tests.rules.reply_table import rows
from tests.storage.scene import Scene, duty, words

YEAR_END = date(2026, 12, 31)


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, "教育局")


@pytest.fixture
def number(scene: Scene, contact: int) -> int:
    (number,) = scene.publish(duty("办一件事。", lead=["教育局"], due=YEAR_END))
    return number


def _say(
    scene: Scene, person: int, number: int, text: str, replaces: int | None = None, **said: object
) -> int:
    act, reading = scene.act(person), words(text, **said)  # type: ignore[arg-type]
    return scene.do(
        lambda s: (
            reports.report(
                s,
                scene.office,
                act,
                number,
                text,
                reading,
                source=Source(7, 70),
                replaces=replaces,
            ).id
        )
    )


def _row(scene: Scene, report_id: int) -> Report:
    with scene.database.reading() as session:
        row = session.get_one(Report, report_id)
        session.expunge(row)
        return row


def test_a_replaced_version_cannot_be_confirmed(scene: Scene, contact: int, number: int) -> None:
    first = _say(scene, contact, number, "六成", percent=60)
    second = _say(scene, contact, number, "七成", first, percent=70)
    assert _row(scene, second).replaces_id == first
    assert _row(scene, first).replaced_at is not None
    before = scene.everything()
    with pytest.raises(Refused, match="report_superseded"):
        scene.confirm(contact, first)
    assert scene.everything() == before
    assert scene.task(number).percent is None
    scene.confirm(contact, second)
    assert scene.task(number).percent == 70


def test_what_was_confirmed_counts_until_a_later_version_does(
    scene: Scene, contact: int, number: int
) -> None:
    first = _say(scene, contact, number, "年后", expected=date(2027, 2, 1), percent=60)
    scene.confirm(contact, first)
    assert scene.task(number).classified.cls is ProgressClass.behind
    second = _say(scene, contact, number, "年内", first, expected=YEAR_END)
    task = scene.task(number)
    assert (task.percent, task.classified.cls) == (60, ProgressClass.behind)
    with pytest.raises(Refused, match="report_superseded"):
        scene.confirm(contact, first)
    scene.confirm(contact, second)
    task = scene.task(number)
    # The later version names no percent, so none is left of the earlier one.
    assert (task.percent, task.classified.cls) == (None, ProgressClass.on_schedule)


def test_a_chain_of_versions_ends_all_that_came_before(
    scene: Scene, contact: int, number: int
) -> None:
    first = _say(scene, contact, number, "六成", percent=60)
    scene.confirm(contact, first)
    second = _say(scene, contact, number, "七成", first, percent=70)
    third = _say(scene, contact, number, "起草中", second)
    assert _row(scene, third).confirmed_at is not None
    assert scene.task(number).percent is None
    assert _row(scene, first).replaced_at is not None


def test_an_edit_of_words_that_others_followed_counts_by_a_tap_alone(
    scene: Scene, contact: int, number: int
) -> None:
    first = _say(scene, contact, number, "起草中")
    scene.say(contact, number, expected=date(2027, 2, 1))
    second = _say(scene, contact, number, "起草中。", first)
    assert _row(scene, second).confirmed_at is None
    assert scene.task(number).classified.cls is ProgressClass.behind


def _kind_of(one: ReplyReading) -> tuple[object, ...]:
    named = (one.percent is None, one.expected is None, one.problem is None)
    return one.state, one.pace, *named


def test_only_a_confirmed_reading_moves_percent_date_or_state(scene: Scene) -> None:
    """Every kind of reading that the reply table knows, before and after its tap."""
    contact = scene.join(Role.contact, "教育局")
    scene.go("2026-11-24 10:00")
    today, far = date(2026, 11, 24), date(2027, 12, 31)
    read = [one for row in rows() for one in read_reply(row.sentence, today)]
    kinds = list({_kind_of(one): one for one in read}.values())
    assert len(kinds) > 25
    numbers = scene.publish(
        *(duty(f"第{n}件。", lead=["教育局"], due=far) for n in range(len(kinds)))
    )
    act = scene.act(contact)

    def keep(session: Session) -> list[int]:
        return [
            reports.report(session, scene.office, act, number, one.text, one).id
            for number, one in zip(numbers, kinds, strict=True)
        ]

    def standing() -> list[TaskView]:
        with scene.database.reading() as session:
            return load(session, scene.office, scene.now, numbers=numbers)

    kept = scene.do(keep)
    waiting = []
    for report_id, task, one in zip(kept, standing(), kinds, strict=True):
        part = task.parts[0]
        assert part.answered_at == scene.now
        assert (task.percent, part.standing.last_expected, part.standing.last_pace) == (
            (None, None, None)
        ), one.text
        if _kind_of(one) == (None, None, True, True, True):
            assert part.state is PartState.in_progress
        else:
            assert part.state is PartState.issued, one.text
            waiting.append(report_id)
    scene.do(lambda s: reports.confirm(s, scene.office, act, waiting))
    for task, one in zip(standing(), kinds, strict=True):
        part = task.parts[0]
        assert (task.percent, part.standing.last_expected) == (one.percent, one.expected)
        assert part.standing.last_pace == one.pace
        signed = one.state is ReplyState.signed
        # 办结, 改办 and 延期 need a tap of their own.
        assert part.state is (PartState.signed if signed else PartState.in_progress)


def test_no_change_near_the_limit_is_kept_as_words(
    scene: Scene, contact: int, number: int
) -> None:
    scene.go("2026-12-29 10:00")
    said = _row(scene, _say(scene, contact, number, "无变化", state=ReplyState.no_change))
    assert (said.text, said.proposed, said.pace) == ("无变化", None, None)
    assert scene.task(number).parts[0].answered_at == scene.now


def test_what_was_said_of_the_next_step_is_kept(scene: Scene, contact: int, number: int) -> None:
    said = _row(scene, _say(scene, contact, number, "方案已印发，下一步：组织实施，预计月底完成"))
    assert said.next_step == "组织实施"


def test_a_submission_that_was_taken_back_is_not_shown_as_the_last_words(
    scene: Scene, contact: int, number: int
) -> None:
    coordinator = scene.join(Role.coordinator)
    scene.say(contact, number, text="缺经费", problem="缺经费")
    report_id = scene.submit(contact, number)
    waiting = scene.task(number).parts[0]
    assert waiting.shown is not None
    assert waiting.shown.id == report_id
    scene.send_back(coordinator, report_id)
    back = scene.task(number).parts[0]
    assert back.shown is not None
    assert back.shown.text == "缺经费"
    assert back.said is not None
    assert back.said.problem == "缺经费"
