"""A revised text of a notice that is known: what differs, and what adopting it keeps."""

from datetime import date

import pytest
from sqlalchemy import func, select

from tasks.errors import NotAllowed, Refused
from tasks.models import Clause, ClauseRole, History, Notice, Task
from tasks.reading import Duty, NoticeReading, read_notice
from tasks.services import drafts, undoing
from tasks.services.notices import clauses_of, import_notice, publish
from tasks.services.revisions import Differences, adopt, differences, find_earlier
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, Role, WaiveReason
from tests.storage.scene import Scene, duty, notice_of

LAMPS = duty("更换破损的路灯和站台设施。", lead=["城管局"], due=date(2026, 11, 20))
POOLS = duty("对公共泳池的水质开展抽检并公布。", lead=["卫健局"], due=date(2026, 12, 31))
TREES = duty("修剪主干道两侧的行道树。", kind=ClauseKind.measure)
ROADS = duty("编制农村公路养护计划。", kind=ClauseKind.measure)


def _import(scene: Scene, *duties: Duty) -> int:
    text, reading = notice_of(*duties)
    return scene.do(lambda s: import_notice(s, scene.console(), text, reading)).notice


def _differences(scene: Scene, *duties: Duty) -> Differences:
    text, reading = notice_of(*duties)

    with scene.database.reading() as session:
        earlier = find_earlier(session, text, reading)
        assert earlier is not None
        return differences(session, earlier, reading)


def _adopt(scene: Scene, notice: int, *duties: Duty) -> Differences:
    text, reading = notice_of(*duties)
    return scene.do(lambda s: adopt(s, scene.console(), notice, text, reading))


def _clauses(scene: Scene, notice: int) -> dict[int, Clause]:
    with scene.database.reading() as session:
        rows = clauses_of(session, notice)
        whole = session.get_one(Notice, notice).text
        for row in rows:
            if row.state is ClauseState.open:
                assert whole[row.start : row.end], row.position
        session.expunge_all()
    return {row.position: row for row in rows}


def test_the_differences_are_told_and_nothing_is_changed(scene: Scene) -> None:
    _import(scene, LAMPS, POOLS, TREES)
    before = scene.everything()
    later = duty(LAMPS.text, lead=["住建局"], due=date(2026, 11, 30))
    found = _differences(scene, later, POOLS, ROADS)
    assert found.unchanged == 1
    (changed,) = found.changed
    assert (changed.number, changed.aspects) == (1, frozenset({"owners", "deadline"}))
    assert (changed.owners, changed.deadline) == (("住建局",), date(2026, 11, 30))
    assert [one.text for one in found.added] == [ROADS.text]
    assert [(one.number, one.text) for one in found.removed] == [(3, TREES.text)]
    assert scene.everything() == before


def test_a_new_notice_and_the_same_text_are_no_revision(scene: Scene) -> None:
    _import(scene, LAMPS, POOLS)
    with scene.database.reading() as session:
        text, reading = notice_of(LAMPS, POOLS)
        assert find_earlier(session, text, reading) is None
        other = read_notice("关于另一件事的通知\n临督发〔2026〕9号\n\n教育局要开展一次自查。")
        assert find_earlier(session, "别的", other) is None
        blank = NoticeReading(
            other.header.__class__(None, None, None, None), (), (), other.coverage
        )
        assert find_earlier(session, "又一份", blank) is None


def test_adopting_follows_the_text_and_makes_no_second_notice(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS, TREES)
    wording = "更换破损的路灯、护栏和站台设施。"
    later = duty(wording, lead=["住建局"], due=date(2026, 11, 30))
    _adopt(scene, notice, ROADS, later, POOLS)
    rows = _clauses(scene, notice)
    assert (rows[1].text, rows[1].deadline) == (wording, date(2026, 11, 30))
    assert [(owner.name, owner.role) for owner in rows[1].owners] == [("住建局", ClauseRole.lead)]
    assert rows[2].text == POOLS.text
    assert (rows[3].state, rows[3].waived_as) == (ClauseState.waived, WaiveReason.dropped)
    assert (rows[4].text, rows[4].state) == (ROADS.text, ClauseState.open)
    with scene.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1
        whole = session.get_one(Notice, notice).text
    for number in (1, 2, 4):
        assert whole[rows[number].start : rows[number].end] == rows[number].text
    # Listed as they stand in the revised text.
    assert [row.position for row in rows.values() if row.state is ClauseState.open] == [4, 1, 2]


def test_what_was_issued_stays_and_is_told(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS, TREES)
    scene.do(lambda s: publish(s, scene.office, scene.console(), notice))
    later = duty(LAMPS.text, lead=["城管局"], due=date(2026, 11, 30))
    found = _adopt(scene, notice, later, TREES, ROADS)
    assert [(one.number, one.task) for one in found.changed] == [(1, 1)]
    assert [(one.number, one.task) for one in found.removed] == [(2, 2)]
    with scene.database.reading() as session:
        assert [task.due for task in session.scalars(select(Task).order_by(Task.id))] == [
            date(2026, 11, 20),
            date(2026, 12, 31),
        ]
        told = session.scalars(select(History.task_id).where(History.action == "revised")).all()
    assert sorted(number for number in told if number is not None) == [1, 2]
    again = scene.do(lambda s: publish(s, scene.office, scene.console(), notice))
    assert (again.issued, again.left) == (0, 2)


def test_what_a_coordinator_decided_is_kept(scene: Scene) -> None:
    notice = _import(scene, LAMPS, POOLS, TREES, ROADS)
    rows = _clauses(scene, notice)
    act = scene.console()
    owners = [("园林局", ClauseRole.lead)]
    scene.do(lambda s: drafts.set_owners(s, act, (rows[3].id, 1), owners))
    scene.do(lambda s: drafts.set_limit(s, act, (rows[1].id, 1), date(2027, 1, 31)))
    scene.do(lambda s: drafts.waive(s, act, [(rows[4].id, 1)], WaiveReason.principle))
    later = duty(LAMPS.text, lead=["城管局"], due=date(2026, 11, 30))
    found = _adopt(scene, notice, POOLS, later, TREES, ROADS)
    assert [(one.number, one.aspects) for one in found.changed] == [(1, frozenset({"deadline"}))]
    rows = _clauses(scene, notice)
    assert rows[1].deadline == date(2027, 1, 31)
    assert [owner.name for owner in rows[3].owners] == ["园林局"]
    assert rows[4].state is ClauseState.waived
    assert rows[3].follow_up is FollowUp.standing


def test_pieces_of_a_clause_move_with_it(scene: Scene) -> None:
    whole = duty("修剪行道树。清理绿化带里的垃圾。", kind=ClauseKind.measure)
    notice = _import(scene, whole, ROADS)
    act, first = scene.console(), _clauses(scene, notice)[1]
    scene.do(lambda s: drafts.split(s, act, (first.id, 1), [len("修剪行道树。")]))
    _adopt(scene, notice, ROADS, LAMPS, whole)
    rows = _clauses(scene, notice)
    with scene.database.reading() as session:
        text = session.get_one(Notice, notice).text
    assert [text[rows[n].start : rows[n].end] for n in (1, 3)] == [
        "修剪行道树。",
        "清理绿化带里的垃圾。",
    ]
    assert [rows[n].state for n in (1, 3, 4)] == [ClauseState.open] * 3


def test_steps_before_a_revision_cannot_be_undone_after_it(scene: Scene) -> None:
    notice = _import(scene, LAMPS, TREES)
    act, row = scene.console(), _clauses(scene, notice)[2]
    scene.do(lambda s: drafts.waive(s, act, [(row.id, 1)], WaiveReason.not_ours))
    _adopt(scene, notice, LAMPS, TREES, ROADS)
    with pytest.raises(Refused, match="nothing_to_undo"):
        scene.do(lambda s: undoing.undo(s, act, notice))


def test_only_the_office_adopts_and_a_known_text_is_no_revision(scene: Scene) -> None:
    notice = _import(scene, LAMPS)
    contact = scene.act(scene.join(Role.contact, "城管局"))
    text, reading = notice_of(LAMPS, POOLS)
    with pytest.raises(NotAllowed):
        scene.do(lambda s: adopt(s, contact, notice, text, reading))
    _adopt(scene, notice, LAMPS, POOLS)
    with pytest.raises(Refused, match="revision_known"):
        scene.do(lambda s: adopt(s, scene.console(), notice, text, reading))
