"""An edited sheet is applied to a draft: whole or not at all, by the steps of a chat."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.drafting import DraftEdit, Passage
from tasks.errors import NotAllowed, NotFound, Refused, Unreadable
from tasks.models import Clause, ClauseRole, Notice
from tasks.reading import NoticeReading
from tasks.reading import Passage as Sentence
from tasks.services import coverage, drafts, sheets, steps, undoing
from tasks.services.directory import ensure_department
from tasks.services.notices import clauses_of, import_notice, publish
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    PassageState,
    Role,
    WaiveReason,
)
from tests.sheets import PASSAGES, Book
from tests.storage.scene import Scene, duty, notice_of, opened


def _sample() -> tuple[str, NoticeReading]:
    text, reading = notice_of(
        duty("疏通城区管网。", lead=["住建局"], cooperating=["财政局"], due=date(2027, 6, 30)),
        duty("建立值守制度。", joint=["应急局", "水务局"]),
        duty("开展隐患排查。", kind=ClauseKind.measure),
        duty("建设监测平台。", kind=ClauseKind.measure, due=date(2026, 10, 1)),
        duty("各县区要落实责任。", joint=["各县区"], kind=ClauseKind.collective_duty),
        duty("完善应急预案。", kind=ClauseKind.measure),
        duty("修订应急预案。", kind=ClauseKind.measure),
    )
    sentences = ("必须确保到位。", "要严肃工作纪律。", "要定期演练。")
    passages = []
    for sentence in sentences:
        passages.append(Sentence(sentence, len(text), len(text) + len(sentence)))
        text += sentence
    return text, NoticeReading(reading.header, reading.duties, tuple(passages))


def _import(scene: Scene) -> int:
    text, reading = _sample()
    for name in ("甲县", "乙县"):
        scene.do(lambda s, name=name: ensure_department(s, scene.console(), name))  # type: ignore[misc]
    return scene.do(lambda s: import_notice(s, scene.console(), text, reading)).notice


def _book(scene: Scene, notice: int) -> Book:
    return Book(scene.do(lambda s: sheets.export(s, scene.console(), notice)))


def _apply(scene: Scene, book: Book, **given: Any) -> sheets.Reviewed:
    data = book.data()
    act = scene.console()
    return scene.do(lambda s: sheets.apply(s, scene.office, act, data, **given))


def _stands(scene: Scene, notice: int) -> list[Any]:
    """Everything that a draft is, but for its versions and the steps that led there."""
    with scene.database.reading() as session:
        numbers = {one.id: one.position for one in clauses_of(session, notice)}
        clauses = [
            (
                clause.position,
                *(getattr(clause, name) for name in steps.CLAUSE_COLUMNS),
                [(owner.position, owner.name, owner.role) for owner in clause.owners],
            )
            for clause in clauses_of(session, notice)
        ]
        passages = [
            (one.text, one.state, one.waived_as, one.reason, numbers.get(one.clause_id or 0))
            for one in session.scalars(select(Passage).order_by(Passage.start))
        ]
    return [clauses, passages]


def _edited(book: Book) -> Book:
    """The whole review in the sheet."""
    book.put(1, 任务="疏通全部管网。", 配合单位="财政局、国资委")
    book.put(2, 牵头单位="水务局", 时限=date(2027, 3, 1), 时限原文="三月一日前")
    book.put(3, 跟踪方式="不立项", 不立项原因="原则性要求")
    book.put(4, 按超期处理="是", 牵头单位="数据局")
    book.put(5, 逐单位="乙县、甲县")
    book.put(6, 跟踪方式="一次性反馈")
    book.put(7, 并入=6, 牵头单位="应急局")
    book.put(1, PASSAGES, 处理="立为条目")
    book.put(2, PASSAGES, 处理="不立项", 原因="严肃纪律不单独督办")
    book.put(3, PASSAGES, 并入条目=2)
    return book


def _stepped(scene: Scene, notice: int) -> None:
    """The same review by the steps that a chat calls."""
    act = scene.console()

    def step(number: int, do: Callable[[Session, steps.Seen], object]) -> None:
        def once(session: Session) -> None:
            clause = session.scalars(
                select(Clause).where(Clause.notice_id == notice, Clause.position == number)
            ).one()
            do(session, (clause.id, clause.version))

        scene.do(once)

    lead, cooperating, joint = ClauseRole.lead, ClauseRole.cooperating, ClauseRole.joint
    step(1, lambda s, seen: drafts.edit_text(s, act, seen, "疏通全部管网。"))
    owners = [("住建局", lead), ("财政局", cooperating), ("国资委", cooperating)]
    step(1, lambda s, seen: drafts.set_owners(s, act, seen, owners))
    step(2, lambda s, seen: drafts.set_owners(s, act, seen, [("水务局", joint)]))
    step(2, lambda s, seen: drafts.set_limit(s, act, seen, date(2027, 3, 1), "三月一日前"))
    step(3, lambda s, seen: drafts.waive(s, act, [seen], WaiveReason.principle))
    step(4, lambda s, seen: drafts.set_owners(s, act, seen, [("数据局", lead)]))
    step(4, lambda s, seen: drafts.keep_overdue(s, act, seen))
    step(5, lambda s, seen: drafts.ask_each(s, act, seen, [1, 2]))
    step(6, lambda s, seen: drafts.set_follow_up(s, act, seen, FollowUp.once))
    step(7, lambda s, seen: drafts.set_owners(s, act, seen, [("应急局", lead)]))

    def last(session: Session) -> None:
        rows = {one.position: one for one in clauses_of(session, notice)}
        six, seven, two = rows[6], rows[7], rows[2]
        drafts.merge(session, act, (six.id, six.version), (seven.id, seven.version))
        first, second, third = session.scalars(select(Passage).order_by(Passage.start)).all()
        coverage.map_passage(session, act, (first.id, 1))
        words = "严肃纪律不单独督办"
        coverage.waive_passages(session, act, [(second.id, 1)], WaiveReason.other, words)
        coverage.map_passage(session, act, (third.id, 1), (two.id, two.version))

    scene.do(last)


def test_the_same_review_in_the_sheet_and_by_steps_gives_the_same_draft(
    scene: Scene, tmp_path: Any
) -> None:
    notice = _import(scene)
    done = _apply(scene, _edited(_book(scene, notice)))
    assert done == sheets.Reviewed(notice, (1, 2, 4, 5, 6, 7), (8,), (3,), 2, 1)
    with opened(f"sqlite:///{tmp_path / 'steps.sqlite3'}") as other:
        assert _import(other) == notice
        before = _stands(other, notice)
        _stepped(other, notice)
        expected = _stands(other, notice)
    assert expected != before
    assert _stands(scene, notice) == expected


def test_the_sheet_that_goes_out_next_shows_what_was_written(scene: Scene) -> None:
    notice = _import(scene)
    book = _edited(_book(scene, notice))
    wanted = {row["编号"]: row for row in book.shown()}
    _apply(scene, book)
    now = {row["编号"]: row for row in _book(scene, notice).shown()}
    for number in (1, 2, 3, 4):
        for title in ("任务", "牵头单位", "配合单位", "时限原文", "不立项原因", "按超期处理"):
            assert now[number][title] == wanted[number][title], (number, title)
    assert (now[2]["跟踪方式"], now[3]["状态"], now[7]["状态"]) == ("定时限", "不立项", "已并入")
    assert (now[7]["并入"], now[5]["逐单位"], now[5]["牵头单位"]) == (6, "甲县、乙县", None)
    assert now[6]["任务"] == "完善应急预案。\n修订应急预案。"
    assert now[8]["任务"] == "必须确保到位。"


def test_the_same_sheet_again_changes_nothing(scene: Scene) -> None:
    notice = _import(scene)
    book = _edited(_book(scene, notice))
    assert not _apply(scene, book).nothing
    before = scene.everything()
    again = _apply(scene, book)
    assert (again.nothing, again.problems) == (True, ())
    assert scene.everything() == before


def test_a_sheet_is_undone_step_by_step(scene: Scene) -> None:
    notice = _import(scene)
    before = _stands(scene, notice)
    _apply(scene, _edited(_book(scene, notice)))
    with scene.database.reading() as session:
        count = len(session.scalars(select(DraftEdit)).all())
    for _ in range(count):
        scene.do(lambda s: undoing.undo(s, scene.console(), notice))
    clauses, passages = _stands(scene, notice)
    # A clause that was made and taken back stays, merged into none.
    assert [clauses[:7], passages] == before
    assert clauses[7][0] == 8
    with pytest.raises(Refused, match="nothing_to_undo"):
        scene.do(lambda s: undoing.undo(s, scene.console(), notice))


def test_a_trial_says_what_would_be_done_and_keeps_nothing(scene: Scene) -> None:
    notice = _import(scene)
    book = _edited(_book(scene, notice))
    before = scene.everything()
    trial = _apply(scene, book, dry_run=True)
    assert scene.everything() == before
    assert trial == _apply(scene, book)


def test_one_problem_and_nothing_is_applied(scene: Scene) -> None:
    notice = _import(scene)
    book = _edited(_book(scene, notice)).put(1, 时限="年底")
    before = scene.everything()
    done = _apply(scene, book)
    assert [(one.row, one.column, one.code) for one in done.problems] == [
        (2, "时限", "sheet_date")
    ]
    assert done.nothing
    assert scene.everything() == before


def test_what_a_step_refuses_is_a_problem_of_its_row_and_takes_all_back(scene: Scene) -> None:
    notice = _import(scene)
    book = _edited(_book(scene, notice)).put(5, 逐单位="甲县、丙县")
    before = scene.everything()
    done = _apply(scene, book)
    (problem,) = done.problems
    assert (problem.row, problem.column, problem.code, dict(problem.facts)) == (
        *(6, "逐单位", "sheet_unknown_department"),
        {"name": "丙县"},
    )
    assert scene.everything() == before


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(scene: Scene) -> None:
    notice = _import(scene)
    other = scene.join(Role.coordinator, name="乙")
    book = _book(scene, notice).put(1, 任务="改一。").put(3, 任务="改三。")
    row = scene.do(lambda s: clauses_of(s, notice)[0])
    seen = (row.id, row.version)
    scene.do(lambda s: drafts.set_limit(s, scene.act(other), seen, date(2027, 9, 1)))
    before = scene.everything()
    done = _apply(scene, book)
    assert [(one.row, one.column, one.code) for one in done.problems] == [
        (2, "任务", "sheet_conflict")
    ]
    assert scene.everything() == before
    # Left as it was in the sheet, the other's change stands and the rest is taken over.
    book.put(1, 任务="疏通城区管网。")
    assert _apply(scene, book).changed == (3,)
    stands = _stands(scene, notice)[0]
    assert (stands[0][1], stands[2][1]) == ("疏通城区管网。", "改三。")
    assert date(2027, 9, 1) in stands[0]


def test_issued_clauses_stay_and_open_ones_can_still_be_edited(scene: Scene) -> None:
    notice = _import(scene)
    book = _book(scene, notice).put(3, 牵头单位="安监局")
    scene.do(lambda s: publish(s, scene.office, scene.console(), notice))
    assert _apply(scene, book).changed == (3,)
    book.put(1, 任务="改。")
    (problem,) = _apply(scene, book).problems
    assert problem.code == "sheet_locked"


def test_a_clause_is_added_by_hand_and_can_be_taken_back(scene: Scene) -> None:
    notice = _import(scene)
    book = _book(scene, notice)
    book.add(任务="建立值守台账。", 牵头单位="应急局", 跟踪方式="一次性反馈")
    book.add(任务="开展演练。", 逐单位="甲县")
    done = _apply(scene, book)
    assert done.added == (8, 9)
    with scene.database.reading() as session:
        rows = {one.position: one for one in clauses_of(session, notice)}
        whole = session.get_one(Notice, notice).text
        assert (rows[8].follow_up, rows[8].state) == (FollowUp.once, ClauseState.open)
        assert [(o.name, o.role) for o in rows[8].owners] == [("应急局", ClauseRole.lead)]
        assert [(o.name, o.role) for o in rows[9].owners] == [("甲县", ClauseRole.each)]
        assert all(0 <= one.start <= one.end <= len(whole) for one in rows.values())
    for _ in range(3):
        scene.do(lambda s: undoing.undo(s, scene.console(), notice))
    assert [row[2] for row in _stands(scene, notice)[0] if row[0] > 7] == [
        ClauseState.merged,
        ClauseState.merged,
    ]


def test_merges_follow_each_other_and_a_waived_clause_is_opened_again(scene: Scene) -> None:
    notice = _import(scene)
    _apply(scene, _book(scene, notice).put(3, 跟踪方式="不立项", 不立项原因="重复"))
    book = _book(scene, notice).put(7, 并入=6).put(6, 并入=4)
    book.put(3, 跟踪方式="长期", 牵头单位="安监局")
    assert _apply(scene, book).problems == ()
    rows = {row[0]: row for row in _stands(scene, notice)[0]}
    assert rows[4][1] == "建设监测平台。\n完善应急预案。\n修订应急预案。"
    assert (rows[3][2], rows[3][4]) == (ClauseState.open, None)
    assert _apply(scene, _book(scene, notice).put(3, 跟踪方式="不立项", 不立项原因="阅知")).waived
    again = _book(scene, notice).put(3, 不立项原因="不属本级事权")
    assert _apply(scene, again).waived == (3,)
    waived = {row[0]: row for row in _stands(scene, notice)[0]}[3]
    assert (waived[2], waived[4]) == (ClauseState.waived, WaiveReason.not_ours)


def test_only_the_office_gives_out_and_takes_in_sheets(scene: Scene) -> None:
    notice = _import(scene)
    contact = scene.join(Role.contact, "甲县")
    data = _book(scene, notice).data()
    with pytest.raises(NotAllowed):
        scene.do(lambda s: sheets.export(s, scene.act(contact), notice))
    with pytest.raises(NotAllowed):
        scene.do(lambda s: sheets.apply(s, scene.office, scene.act(contact), data))
    with pytest.raises(NotFound):
        scene.do(lambda s: sheets.export(s, scene.console(), 99))


def test_a_sheet_of_another_text_is_refused(scene: Scene) -> None:
    notice = _import(scene)
    book = _book(scene, notice)
    assert sheets.is_draft_sheet(book.data()) == notice
    assert sheets.is_draft_sheet(b"PK\x03\x04") is None

    def revise(session: Session) -> None:
        session.get_one(Notice, notice).text_hash = "0" * 64

    scene.do(revise)
    with pytest.raises(Refused, match="sheet_of_other_notice"):
        _apply(scene, book)
    with pytest.raises(Unreadable, match="not_a_draft_sheet"):
        scene.do(lambda s: sheets.apply(s, scene.office, scene.console(), "督办".encode()))


def test_a_passage_that_was_decided_meanwhile_is_a_problem(scene: Scene) -> None:
    notice = _import(scene)
    book = _book(scene, notice).put(1, PASSAGES, 处理="不立项", 原因="重复")
    scene.do(
        lambda s: coverage.waive_passages(s, scene.console(), [(1, 1)], WaiveReason.principle)
    )
    (problem,) = _apply(scene, book).problems
    assert (problem.sheet, problem.row, problem.code) == (PASSAGES, 2, "sheet_conflict")
    with scene.database.reading() as session:
        assert session.get_one(Passage, 1).state is PassageState.waived
