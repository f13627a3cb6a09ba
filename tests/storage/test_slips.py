"""督办单: drafts that wait for 签发, numbers without gaps, one message a head and day.

November 2026: the limit is Friday the 20th; blue falls on the 23rd, yellow on the 25th, red on
the 27th, counted from design §5 by hand.
"""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.models import Ask, History, Slip, SlipLevel
from tasks.services import escalation, extensions, slips
from tasks.services.post import Kind
from tasks.vocabulary import Role
from tests.storage.scene import Scene, at, duty

DUE = date(2026, 11, 20)


@pytest.fixture
def people(scene: Scene) -> tuple[int, int, int]:
    """A contact, a head and a coordinator."""
    return (
        scene.join(Role.contact, "教育局", "王强"),
        scene.join(Role.head, "教育局", "李局"),
        scene.join(Role.coordinator, name="周敏"),
    )


def overdue(scene: Scene, *texts: str, department: str = "教育局") -> list[int]:
    numbers = scene.publish(*(duty(text, lead=[department], due=DUE) for text in texts))
    scene.deliver()
    return numbers


def drafts(scene: Scene) -> list[tuple[int, SlipLevel]]:
    with scene.database.reading() as session:
        return [(one.part.task_id, one.level) for one in slips.drafts(session, scene.office)]


def first_draft(scene: Scene) -> int:
    with scene.database.reading() as session:
        return slips.drafts(session, scene.office)[0].id


def issue(scene: Scene, who: int, slip: int | None = None) -> slips.Issued:
    act, number = scene.act(who), first_draft(scene) if slip is None else slip
    return scene.do(lambda s: slips.issue(s, scene.office, act, number))


def drop(scene: Scene, who: int) -> None:
    act, slip = scene.act(who), first_draft(scene)
    scene.do(lambda s: slips.drop(s, scene.office, act, slip))


def numbers_of(scene: Scene) -> list[tuple[SlipLevel, int | None]]:
    with scene.database.reading() as session:
        return [(one.level, one.number) for one in session.scalars(select(Slip).order_by(Slip.id))]


def test_yellow_and_red_wait_for_a_word_and_red_takes_the_place(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    (number,) = overdue(scene, "办。")
    scene.days("2026-11-23", "2026-11-24")
    assert drafts(scene) == []
    told = scene.days("2026-11-25", "2026-11-26")
    assert drafts(scene) == [(number, SlipLevel.yellow)]
    assert [one for said in told.values() for one in said if one.slips] == []
    scene.days("2026-11-27", "2026-12-04")
    assert drafts(scene) == [(number, SlipLevel.red)]
    assert numbers_of(scene) == [
        (SlipLevel.blue, 1),
        (SlipLevel.yellow, None),
        (SlipLevel.red, None),
    ]


def test_a_slip_is_numbered_when_it_is_issued_and_told_in_the_next_window(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, head, coordinator = people
    first, second = overdue(scene, "一。", "二。")
    scene.days("2026-11-20", "2026-11-25")
    scene.go("2026-11-25 10:00")
    assert drafts(scene) == [(first, SlipLevel.yellow), (second, SlipLevel.yellow)]
    drop(scene, coordinator)
    done = issue(scene, coordinator)
    # Blue 1 and 2; what was not issued left no gap.
    assert (done.task, done.year, done.number) == (second, 2026, 3)
    assert done.told_at == at("2026-11-25 14:30")
    assert scene.moment() == []
    told = scene.days("2026-11-25", "2026-11-30")
    slipped = {moment: said for moment, said in told.items() if any(one.slips for one in said)}
    assert list(slipped) == ["11-25 14:30"]
    kinds = [(one.person, one.kind, one.tasks, one.slips) for one in slipped["11-25 14:30"]]
    assert kinds == [(contact, Kind.digest, (second,), (3,)), (head, Kind.slips, (second,), (3,))]
    with scene.database.reading() as session:
        lines = session.scalars(
            select(History).where(History.action.in_(["yellow_slip", "drop_slip"]))
        ).all()
        assert [(one.action, one.task_id, one.actor) for one in lines] == [
            ("drop_slip", first, "周敏"),
            ("yellow_slip", second, "周敏"),
        ]


def test_a_head_gets_slips_in_one_message_a_day(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    _, head, coordinator = people
    (yellow,) = overdue(scene, "一。")
    (later,) = scene.publish(duty("二。", lead=["教育局"], due=date(2026, 11, 24)))
    scene.deliver()
    # On the 25th the blue slip of the second task is told at nine.
    told = scene.days("2026-11-20", "2026-11-24")
    scene.go("2026-11-25 09:00")
    told["11-25 09:00"] = scene.moment()
    scene.go("2026-11-25 09:30")
    done = issue(scene, coordinator)
    assert done.told_at == at("2026-11-26 09:00")
    told |= scene.days("2026-11-26", "2026-12-04")
    mine = {
        moment: one.tasks for moment, said in told.items() for one in said if one.person == head
    }
    assert mine == {
        "11-23 09:00": (yellow,),
        "11-25 09:00": (later,),
        "11-26 09:00": (yellow,),
    }


def test_out_of_hours_it_waits_for_the_next_window(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    overdue(scene, "办。")
    scene.days("2026-11-20", "2026-11-27")
    scene.go("2026-11-27 20:00")
    assert issue(scene, people[2]).told_at == at("2026-11-30 09:00")
    scene.go("2026-11-28 10:00")
    assert scene.moment() == []
    scene.go("2026-11-30 09:00")
    assert [one.slips for one in scene.moment()] == [(2,), (2,)]


def test_a_draft_that_is_no_longer_true_cannot_be_issued(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, _, coordinator = people
    asked, handed_in, closed = overdue(scene, "一。", "二。", "三。")
    scene.days("2026-11-20", "2026-11-25")
    with scene.database.reading() as session:
        known = {one.part.task_id: one.id for one in slips.drafts(session, scene.office)}
    scene.go("2026-11-25 16:00")
    act = scene.act(contact)
    wanted = date(2026, 12, 18)
    request = scene.do(
        lambda s: extensions.ask(s, scene.office, act, asked, wanted, "待上级批复").id
    )
    submission = scene.submit(contact, handed_in)
    scene.close(coordinator, scene.submit(contact, closed))
    assert drafts(scene) == []
    for slip in known.values():
        with pytest.raises(Stale, match="slip_gone"):
            issue(scene, coordinator, slip)
    # Sent back, its days begin anew; the limit that moved makes a slip of its own.
    scene.send_back(coordinator, submission)
    office, head = scene.act(coordinator), scene.act(people[1])
    scene.do(lambda s: extensions.endorse(s, scene.office, head, request))
    scene.do(lambda s: extensions.grant(s, scene.office, office, request))
    assert drafts(scene) == []
    scene.days("2026-11-26", "2026-11-30")
    assert drafts(scene) == [(handed_in, SlipLevel.yellow)]
    assert issue(scene, coordinator).number == 4
    scene.days("2026-12-21", "2026-12-23")
    assert (asked, SlipLevel.yellow) in drafts(scene)


def test_a_draft_is_issued_once(scene: Scene, people: tuple[int, int, int]) -> None:
    overdue(scene, "办。")
    scene.days("2026-11-20", "2026-11-25")
    slip = first_draft(scene)
    issue(scene, people[2])
    before = scene.everything()
    with pytest.raises(Stale, match="slip_gone"):
        issue(scene, people[2], slip)
    assert scene.everything() == before
    # A second round of the same limit does not say again what was issued.
    scene.go("2026-11-25 17:00")
    scene.send_back(people[2], scene.submit(people[0], 1))
    scene.days("2026-11-26", "2026-11-30")
    assert drafts(scene) == []


def test_who_may_not_cannot(scene: Scene, people: tuple[int, int, int]) -> None:
    contact, head, coordinator = people
    others = [
        scene.join(Role.head, "财政局"),
        scene.join(Role.leader),
        contact,
        head,
    ]
    overdue(scene, "办。")
    scene.days("2026-11-20", "2026-11-25")
    slip = first_draft(scene)
    before = scene.everything()
    for nobody in others:
        act = scene.act(nobody)
        for use in (slips.issue, slips.drop):
            with pytest.raises(NotAllowed):
                scene.do(partial(use, office=scene.office, act=act, slip_id=slip))
    for wrong in (0, -1, 99, 2**40):
        with pytest.raises(NotFound, match="no_such_slip"):
            issue(scene, coordinator, wrong)
    assert scene.everything() == before


def test_a_head_says_that_it_was_read(scene: Scene, people: tuple[int, int, int]) -> None:
    contact, head, coordinator = people
    other = scene.join(Role.head, "财政局")
    (number,) = overdue(scene, "办。")
    scene.days("2026-11-20", "2026-11-25")
    scene.go("2026-11-25 15:00")
    slip = first_draft(scene)
    mine = scene.act(head)
    with pytest.raises(NotFound, match="no_such_slip"):
        scene.do(lambda s: slips.read(s, mine, [slip]))
    issue(scene, coordinator)
    scene.go("2026-11-26 09:00")
    scene.moment()
    mine = scene.act(head)
    for nobody in (contact, other, coordinator):
        act = scene.act(nobody)
        with pytest.raises(NotAllowed):
            scene.do(partial(slips.read, act=act, slip_ids=[slip]))
    assert scene.do(lambda s: slips.read(s, mine, [slip, slip])) == (number,)
    assert scene.do(lambda s: slips.read(s, mine, [slip])) == ()
    with scene.database.reading() as session:
        (line,) = session.scalars(select(History).where(History.action == "read_slip"))
        assert (line.actor, line.task_id) == ("李局", number)


def test_an_answer_after_it_was_issued_does_not_take_it_back_but_closing_does(
    scene: Scene, people: tuple[int, int, int]
) -> None:
    contact, head, coordinator = people
    said, closed = overdue(scene, "一。", "二。")
    scene.days("2026-11-20", "2026-11-25")
    scene.go("2026-11-25 15:00")
    issue(scene, coordinator)
    issue(scene, coordinator)
    scene.say(contact, said, text="正在收尾")
    scene.close(coordinator, scene.submit(contact, closed))
    scene.go("2026-11-26 09:00")
    told = {one.person: one.tasks for one in scene.moment()}
    assert told == {contact: (said,), head: (said,)}
    with scene.database.reading() as session:
        asks = session.scalars(select(Ask).where(Ask.kind == "yellow_slip").order_by(Ask.id))
        assert [ask.delivered_at is not None for ask in asks] == [True, False]


def test_days_on_the_desk_make_nothing_overdue(scene: Scene, people: tuple[int, int, int]) -> None:
    contact, _, coordinator = people
    scene.join(Role.leader, name="陈副市长")
    (number,) = overdue(scene, "办。")
    scene.go("2026-11-18 10:00")
    submitted = scene.submit(contact, number)
    scene.go("2026-11-25 10:00")
    scene.send_back(coordinator, submitted)
    act = scene.act(coordinator)
    with pytest.raises(Refused, match="not_overdue"):
        scene.do(lambda s: escalation.escalate(s, scene.office, act, number))
    scene.go("2026-11-26 10:00")
    act = scene.act(coordinator)
    told = scene.do(lambda s: escalation.escalate(s, scene.office, act, number))
    assert told.told == ("陈副市长",)
