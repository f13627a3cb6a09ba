"""What a review must never do: lose a decision, double a duty, or leave a task to nobody."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.drafting import Passage
from tasks.errors import Refused
from tasks.models import Clause, ClauseRole, Department, Notice, Task
from tasks.reading import Duty, NoticeReading
from tasks.reading import Passage as Sentence
from tasks.services import coverage, drafts
from tasks.services.directory import ensure_department
from tasks.services.notices import clauses_of, import_notice, publish
from tasks.services.revisions import adopt
from tasks.services.steps import Seen
from tasks.services.undoing import undo
from tasks.views.issuing import preview
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PartRole, PartState, Role
from tests.storage.scene import Scene, duty, notice_of

LAMPS = duty("更换破损的路灯。再修站台设施。", lead=["城管局"], due=date(2026, 11, 20))
POOLS = duty("对公共泳池的水质开展抽检并公布。", lead=["卫健局"], due=date(2026, 12, 31))
TREES = duty("修剪主干道两侧的行道树。", kind=ClauseKind.measure)
ROADS = duty("编制农村公路养护计划。", kind=ClauseKind.measure)
LATER = duty("清理河道两岸的漂浮垃圾。", lead=["水务局"])
VOW = "必须把安全隐患排查整治到位。"


def _text(*duties: Duty, unmapped: str = "") -> tuple[str, NoticeReading]:
    text, reading = notice_of(*duties)
    left = (Sentence(unmapped, len(text), len(text) + len(unmapped)),) if unmapped else ()
    return text + unmapped, NoticeReading(reading.header, reading.duties, left)


def _import(scene: Scene, *duties: Duty, unmapped: str = "") -> int:
    text, reading = _text(*duties, unmapped=unmapped)
    return scene.do(lambda s: import_notice(s, scene.console(), text, reading)).notice


def _adopt(scene: Scene, notice: int, *duties: Duty, unmapped: str = "") -> None:
    text, reading = _text(*duties, unmapped=unmapped)
    scene.do(lambda s: adopt(s, scene.console(), notice, text, reading))


def _clauses(scene: Scene, notice: int) -> dict[int, Clause]:
    with scene.database.reading() as session:
        rows = clauses_of(session, notice)
        session.expunge_all()
    return {row.position: row for row in rows}


def _whole(scene: Scene, notice: int) -> str:
    with scene.database.reading() as session:
        return session.get_one(Notice, notice).text


def _seen(scene: Scene, notice: int, number: int) -> Seen:
    row = _clauses(scene, notice)[number]
    return row.id, row.version


def _owners(clause: Clause) -> list[tuple[str, ClauseRole]]:
    return [(owner.name, owner.role) for owner in clause.owners]


def test_decisions_outlast_a_second_revision(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS, TREES)
    seen = _seen(scene, notice, 2)
    owners = [("市监局", ClauseRole.lead)]
    scene.do(lambda s: drafts.set_owners(s, scene.console(), seen, owners))
    _adopt(scene, notice, ROADS, LAMPS, POOLS, TREES)
    _adopt(scene, notice, ROADS, LATER, LAMPS, POOLS, TREES)
    assert _owners(_clauses(scene, notice)[2]) == owners


def test_pieces_outlast_a_second_revision(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS)
    seen = _seen(scene, notice, 1)
    scene.do(lambda s: drafts.split(s, scene.console(), seen, [8]))
    _adopt(scene, notice, ROADS, LAMPS, POOLS)
    _adopt(scene, notice, ROADS, LATER, LAMPS, POOLS)
    found = _clauses(scene, notice)
    whole = _whole(scene, notice)
    for number, text in ((1, "更换破损的路灯。"), (3, "再修站台设施。")):
        row = found[number]
        assert (row.text, whole[row.start : row.end]) == (text, text)


def test_a_way_of_following_up_outlasts_a_new_limit(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS)
    seen = _seen(scene, notice, 2)
    scene.do(lambda s: drafts.set_follow_up(s, scene.console(), seen, FollowUp.once))
    later = duty(POOLS.text, lead=["卫健局"], due=date(2027, 1, 31))
    _adopt(scene, notice, LAMPS, later, TREES)
    row = _clauses(scene, notice)[2]
    assert (row.deadline, row.follow_up) == (date(2027, 1, 31), FollowUp.once)


def test_a_duty_that_comes_back_is_open_again(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS)
    _adopt(scene, notice, LAMPS)
    assert _clauses(scene, notice)[2].state is ClauseState.waived
    _adopt(scene, notice, LAMPS, POOLS)
    row = _clauses(scene, notice)[2]
    assert (row.state, row.waived_as, row.deadline) == (ClauseState.open, None, POOLS.deadline)
    assert _whole(scene, notice)[row.start : row.end] == POOLS.text


def test_what_was_decided_of_a_duty_holds_when_it_comes_back(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS)
    seen = _seen(scene, notice, 2)
    scene.do(lambda s: drafts.edit_text(s, scene.console(), seen, "抽检泳池。"))
    _adopt(scene, notice, LAMPS)
    _adopt(scene, notice, ROADS, LAMPS, POOLS)
    row = _clauses(scene, notice)[2]
    assert (row.state, row.text) == (ClauseState.open, "抽检泳池。")
    assert _whole(scene, notice)[row.start : row.end] == POOLS.text


def test_a_followed_sentence_that_becomes_a_duty_is_not_doubled(scene: Scene) -> None:
    notice = _import(scene, LAMPS, unmapped=VOW)
    with scene.database.reading() as session:
        passage = session.scalars(select(Passage)).one()
        seen = passage.id, passage.version
    scene.do(lambda s: coverage.map_passage(s, scene.console(), seen))
    _adopt(scene, notice, LAMPS, POOLS, unmapped=VOW)
    assert _clauses(scene, notice)[2].state is ClauseState.open  # still no duty, still followed
    _adopt(scene, notice, LAMPS, duty(VOW, lead=["应急局"]))
    states = {row.text: row.state for row in _clauses(scene, notice).values()}
    assert [row.text for row in _clauses(scene, notice).values()].count(VOW) == 1
    assert states[VOW] is ClauseState.open
    assert _owners(_clauses(scene, notice)[2]) == [("应急局", ClauseRole.lead)]
    _adopt(scene, notice, LAMPS, TREES)
    assert _clauses(scene, notice)[2].state is ClauseState.waived  # it is stated no more


def test_two_names_of_one_department_leave_it_in_the_lead(scene: Scene) -> None:
    notice = _import(scene, TREES)
    seen = _seen(scene, notice, 1)
    owners = [("教育部门", ClauseRole.cooperating), ("市教育局", ClauseRole.lead)]

    def settle(session: Session) -> None:
        known = ensure_department(session, scene.console(), "市教育局")
        drafts.set_owners(session, scene.console(), seen, owners)
        coverage.settle_owner(session, scene.console(), notice, "教育部门", known.id)
        (told,) = preview(session, scene.office, scene.console(), notice).recipients
        assert (told.department, told.lead, told.cooperating) == ("市教育局", 1, 0)
        publish(session, scene.office, scene.console(), notice)

    scene.do(settle)
    with scene.database.reading() as session:
        (part,) = session.scalars(select(Task)).one().parts
        assert (part.department.name, part.role) == ("市教育局", PartRole.lead)


def test_pieces_of_a_limit_kept_as_overdue_go_out_too(scene: Scene) -> None:
    past = duty(LAMPS.text, lead=["城管局"], due=date(2026, 10, 1))
    notice = _import(scene, past)
    scene.do(lambda s: drafts.keep_overdue(s, scene.console(), _seen(scene, notice, 1)))
    seen = _seen(scene, notice, 1)
    scene.do(lambda s: drafts.split(s, scene.console(), seen, [8]))
    done = scene.do(lambda s: publish(s, scene.office, scene.console(), notice))
    assert (done.issued, done.left) == (2, 0)


def test_undoing_a_new_department_takes_it_away_while_nobody_needs_it(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS)

    def settle(name: str) -> None:
        scene.do(lambda s: coverage.settle_owner(s, scene.console(), notice, name, None))

    settle("城管局")
    settle("卫健局")
    scene.join(Role.contact, "城管局")
    scene.do(lambda s: undo(s, scene.console(), notice))
    scene.do(lambda s: undo(s, scene.console(), notice))
    with scene.database.reading() as session:
        assert session.scalars(select(Department.name)).all() == ["城管局"]


def test_a_step_on_what_was_issued_since_says_so(scene: Scene) -> None:
    notice = _import(scene, POOLS)
    seen = _seen(scene, notice, 1)
    scene.do(lambda s: drafts.edit_text(s, scene.console(), seen, "改过的话。"))
    scene.do(lambda s: publish(s, scene.office, scene.console(), notice))
    with pytest.raises(Refused) as refused:
        scene.do(lambda s: undo(s, scene.console(), notice))
    assert refused.value.code == "clause_issued"


def test_each_department_that_is_asked_submits_and_is_judged_alone(scene: Scene) -> None:
    notice = _import(scene, duty("各部门要自查。", kind=ClauseKind.collective_duty))
    people = [scene.join(Role.contact, name) for name in ("水务局", "财政局")]
    judge = scene.join(Role.coordinator)
    seen = _seen(scene, notice, 1)

    def ask(session: Session) -> None:
        known = session.scalars(select(Department.id)).all()
        drafts.ask_each(session, scene.console(), seen, known)
        publish(session, scene.office, scene.console(), notice)

    scene.do(ask)
    with scene.database.reading() as session:
        number = session.scalars(select(Task.id)).one()
    first, second = (scene.submit(person, number) for person in people)
    scene.close(judge, first)
    scene.send_back(judge, second)
    with scene.database.reading() as session:
        task = session.get_one(Task, number)
        assert [part.state for part in task.parts] == [PartState.closed, PartState.in_progress]
        assert task.closed_at is None
    scene.close(judge, scene.submit(people[1], number))
    with scene.database.reading() as session:
        assert session.get_one(Task, number).closed_at == scene.now
