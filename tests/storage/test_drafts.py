"""A draft is reviewed step by step: every step, what refuses it, and how it is taken back."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.db import Database
from tasks.drafting import DraftEdit, Passage
from tasks.errors import DubanError, NotAllowed, NotFound, Refused, Stale
from tasks.models import Alias, Clause, ClauseRole, Department, History, Notice
from tasks.reading import NoticeReading
from tasks.reading import Passage as Sentence
from tasks.services import coverage, drafts, steps
from tasks.services.acts import Act
from tasks.services.directory import ensure_department
from tasks.services.drafts import Orders
from tasks.services.notices import clauses_of, import_notice, publish
from tasks.services.steps import Seen
from tasks.services.undoing import undo
from tasks.views.drafts import Filter
from tasks.views.drafts import clauses as listed
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    PassageState,
    Role,
    WaiveReason,
)
from tests.storage.scene import Scene, duty, notice_of

PIPES = "疏通管网。再查漏点；并建台账。"
LEAD, COOPERATING = ClauseRole.lead, ClauseRole.cooperating


@pytest.fixture
def li(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="李明")


@pytest.fixture
def chen(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="陈静")


@pytest.fixture
def notice(scene: Scene) -> int:
    text, reading = notice_of(
        duty(PIPES, lead=["水务局"], cooperating=["财政局"], due=date(2026, 12, 31)),
        duty("整修道路。", lead=["住建局"], due=date(2026, 10, 1)),
        duty("植树。", kind=ClauseKind.measure),
        duty("各部门要重视。", joint=["各部门"], kind=ClauseKind.collective_duty),
    )
    found = []
    for sentence in ("必须确保到位。", "要严肃纪律。"):
        found.append(Sentence(sentence, len(text), len(text) + len(sentence)))
        text += sentence
    reading = NoticeReading(reading.header, reading.duties, tuple(found))
    return scene.do(lambda s: import_notice(s, scene.console(), text, reading)).notice


def _clauses(scene: Scene, notice: int) -> dict[int, Clause]:
    with scene.database.reading() as session:
        found = {one.position: one for one in clauses_of(session, notice)}
        session.expunge_all()
    return found


def _passages(scene: Scene, notice: int) -> list[Passage]:
    with scene.database.reading() as session:
        query = select(Passage).where(Passage.notice_id == notice).order_by(Passage.start)
        found = list(session.scalars(query))
        session.expunge_all()
    return found


def _seen(scene: Scene, notice: int, number: int) -> Seen:
    clause = _clauses(scene, notice)[number]
    return clause.id, clause.version


def _owners(clause: Clause) -> list[tuple[str, ClauseRole]]:
    return [(one.name, one.role) for one in clause.owners]


def _stands(scene: Scene, notice: int) -> list[Any]:
    """What a draft says, without versions and steps; clauses that no text states are gone."""
    with scene.database.reading() as session:
        clauses = [
            (
                one.position,
                *(getattr(one, name) for name in steps.CLAUSE_COLUMNS),
                [(owner.position, owner.name, owner.role) for owner in one.owners],
            )
            for one in clauses_of(session, notice)
            if one.state is not ClauseState.merged or one.merged_into is not None
        ]
        passages = [
            (one.text, one.state, one.waived_as, one.reason, one.clause_id)
            for one in session.scalars(select(Passage).order_by(Passage.start))
        ]
        aliases = sorted(session.scalars(select(Alias.name)))
    return [clauses, passages, aliases]


def _revision(scene: Scene, notice: int) -> int:
    with scene.database.reading() as session:
        return session.get_one(Notice, notice).revision


Step = Callable[[Session, Act, Callable[[int], Seen], Callable[[int], Seen], int], object]
"""One step: the session, who, a clause by its number, a sentence by its place, the notice."""

STEPS: dict[str, Step] = {
    "text": lambda s, a, c, p, n: drafts.edit_text(s, a, c(1), "清淤。"),
    "owners": lambda s, a, c, p, n: drafts.set_owners(s, a, c(1), [("交通局", LEAD)]),
    "limit": lambda s, a, c, p, n: drafts.set_limit(s, a, c(1), date(2027, 1, 5), "1月5日"),
    "no_limit": lambda s, a, c, p, n: drafts.set_limit(s, a, c(1), None),
    "overdue": lambda s, a, c, p, n: drafts.keep_overdue(s, a, c(2)),
    "follow": lambda s, a, c, p, n: drafts.set_follow_up(s, a, c(1), FollowUp.standing),
    "waive": lambda s, a, c, p, n: drafts.waive(s, a, [c(1), c(3)], WaiveReason.duplicate),
    "each": lambda s, a, c, p, n: drafts.ask_each(s, a, c(4), [_known(s, a, "东湖县")]),
    "merge": lambda s, a, c, p, n: drafts.merge(s, a, c(3), c(2)),
    "split": lambda s, a, c, p, n: drafts.split(s, a, c(1), [5, 10]),
    "assign": lambda s, a, c, p, n: drafts.assign(
        s, a, n, s.get_one(Notice, n).revision, [1, 3], Orders(owners=[("林业局", LEAD)])
    ),
    "map": lambda s, a, c, p, n: coverage.map_passage(s, a, p(0)),
    "attach": lambda s, a, c, p, n: coverage.map_passage(s, a, p(0), c(1)),
    "map_all": lambda s, a, c, p, n: coverage.map_passages(s, a, [p(0), p(1)]),
    "drop": lambda s, a, c, p, n: coverage.waive_passages(
        s, a, [p(0), p(1)], WaiveReason.other, "另行发文"
    ),
    "settle": lambda s, a, c, p, n: coverage.settle_owner(
        s, a, n, "水务局", _known(s, a, "市水务局")
    ),
}


def _known(session: Session, act: Act, name: str) -> int:
    return ensure_department(session, act, name).id


def _take(scene: Scene, notice: int, step: Step, act: Act) -> object:
    clauses, passages = _clauses(scene, notice), _passages(scene, notice)
    return scene.do(
        lambda s: step(
            s,
            act,
            lambda number: (clauses[number].id, clauses[number].version),
            lambda place: (passages[place].id, passages[place].version),
            notice,
        )
    )


@pytest.mark.parametrize("name", STEPS)
def test_every_step_is_kept_counted_and_taken_back(
    scene: Scene, li: int, notice: int, name: str
) -> None:
    before, revision = _stands(scene, notice), _revision(scene, notice)
    _take(scene, notice, STEPS[name], scene.act(li))
    assert _stands(scene, notice) != before
    assert _revision(scene, notice) == revision + 1
    with scene.database.reading() as session:
        edit = session.scalars(select(DraftEdit)).one()
        assert (edit.person_id, edit.actor) == (li, "李明")
        last = session.scalars(select(History.action).order_by(History.id)).all()[-1]
        assert last == f"draft_{edit.action}"
    scene.do(lambda s: undo(s, scene.act(li), notice))
    assert _stands(scene, notice) == before
    assert _revision(scene, notice) == revision + 2
    with pytest.raises(Refused, match="nothing_to_undo"):
        scene.do(lambda s: undo(s, scene.act(li), notice))


@pytest.mark.parametrize("name", STEPS)
def test_only_the_office_takes_steps(scene: Scene, notice: int, name: str) -> None:
    people = [scene.join(Role.contact, "水务局"), scene.join(Role.leader)]
    scene.do(lambda s: [_known(s, scene.console(), one) for one in ("东湖县", "市水务局")])
    before = scene.everything()
    for act in (*(scene.act(one) for one in people), Act(scene.now, scene.now, "")):
        with pytest.raises(NotAllowed):
            _take(scene, notice, STEPS[name], act)
    assert scene.everything() == before


@pytest.mark.parametrize("name", [name for name in STEPS if name not in ("settle", "assign")])
def test_a_step_on_what_another_has_changed_is_refused(
    scene: Scene, li: int, chen: int, notice: int, name: str
) -> None:
    scene.do(lambda s: [_known(s, scene.console(), one) for one in ("东湖县", "市水务局")])
    old, sentences = _clauses(scene, notice), _passages(scene, notice)
    for number in (1, 2, 4):
        seen = _seen(scene, notice, number)
        scene.do(
            lambda s, seen=seen: drafts.edit_text(s, scene.act(chen), seen, "陈静改的。")  # type: ignore[misc]
        )
    for one in sentences:
        scene.do(
            lambda s, one=one: coverage.waive_passages(  # type: ignore[misc]
                s, scene.act(chen), [(one.id, one.version)], WaiveReason.principle
            )
        )
    before = scene.everything()
    with pytest.raises(Stale) as refused:
        scene.do(
            lambda s: STEPS[name](
                s,
                scene.act(li),
                lambda number: (old[number].id, old[number].version),
                lambda place: (sentences[place].id, sentences[place].version),
                notice,
            )
        )
    assert refused.value.code in ("clause_changed", "passage_changed")
    if refused.value.code == "clause_changed":
        assert refused.value.facts["by"] == "陈静"
    assert scene.everything() == before


def test_steps_are_taken_back_one_after_the_other(scene: Scene, li: int, notice: int) -> None:
    states = [_stands(scene, notice)]
    for name in ("split", "text", "owners", "limit", "map", "merge", "waive"):
        _take(scene, notice, STEPS[name], scene.act(li))
        states.append(_stands(scene, notice))
    for state in reversed(states[:-1]):
        scene.do(lambda s: undo(s, scene.act(li), notice))
        assert _stands(scene, notice) == state


def test_two_coordinators_take_back_their_own(
    scene: Scene, li: int, chen: int, notice: int
) -> None:
    _take(scene, notice, STEPS["limit"], scene.act(li))
    _take(scene, notice, STEPS["overdue"], scene.act(chen))
    scene.do(lambda s: undo(s, scene.act(li), notice))
    found = _clauses(scene, notice)
    assert (found[1].deadline, found[2].as_overdue) == (date(2026, 12, 31), True)


def test_what_another_changed_since_is_not_taken_back(
    scene: Scene, li: int, chen: int, notice: int
) -> None:
    start = _stands(scene, notice)
    _take(scene, notice, STEPS["limit"], scene.act(li))
    _take(scene, notice, STEPS["text"], scene.act(chen))
    before = scene.everything()
    with pytest.raises(Stale) as refused:
        scene.do(lambda s: undo(s, scene.act(li), notice))
    assert refused.value.facts == {"number": 1, "by": "陈静"}
    assert scene.everything() == before
    scene.do(lambda s: undo(s, scene.act(chen), notice))
    scene.do(lambda s: undo(s, scene.act(li), notice))
    assert _stands(scene, notice) == start


def _at_once(url: str, *works: Callable[[Session], object]) -> list[str]:
    """What came of each work, begun at the same moment on a connection of its own."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[Session], object]) -> str:
        database = Database(url)
        with database.reading() as session:
            session.execute(select(Notice.id))
        ready.wait()
        try:
            with database.transaction() as session:
                work(session)
        except DubanError as refusal:
            return refusal.code
        finally:
            database.dispose()
        return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_two_at_once_one_is_refused(
    scene: Scene, li: int, chen: int, notice: int, database_url: str
) -> None:
    for turn in range(6):
        seen, acts = _seen(scene, notice, 1), (scene.act(li), scene.act(chen))
        words = [f"第{turn}次，{act.actor}。" for act in acts]
        came = _at_once(
            database_url,
            lambda s, seen=seen, a=acts[0], w=words[0]: drafts.edit_text(s, a, seen, w),  # type: ignore[misc]
            lambda s, seen=seen, a=acts[1], w=words[1]: drafts.edit_text(s, a, seen, w),  # type: ignore[misc]
        )
        assert sorted(came) == ["clause_changed", "done"]
        assert _clauses(scene, notice)[1].text == words[came.index("done")]


def test_nothing_is_issued_that_was_changed_at_the_same_moment(
    scene: Scene, li: int, chen: int, notice: int, database_url: str
) -> None:
    seen, revision = _seen(scene, notice, 1), _revision(scene, notice)
    mine, theirs = scene.act(li), scene.act(chen)
    came = _at_once(
        database_url,
        lambda s: publish(s, scene.office, mine, notice, revision=revision),
        lambda s: drafts.edit_text(s, theirs, seen, "陈静改的。"),
    )
    clause = _clauses(scene, notice)[1]
    assert (came, clause.text, clause.state) in (
        (["done", "clause_changed"], PIPES, ClauseState.issued),
        (["done", "clause_issued"], PIPES, ClauseState.issued),
        (["draft_changed", "done"], "陈静改的。", ClauseState.open),
    )


def test_what_was_split_off_and_issued_is_not_taken_back(
    scene: Scene, li: int, notice: int
) -> None:
    _take(scene, notice, STEPS["split"], scene.act(li))
    scene.do(lambda s: publish(s, scene.office, scene.act(li), notice))
    before = scene.everything()
    with pytest.raises(DubanError):
        scene.do(lambda s: undo(s, scene.act(li), notice))
    assert scene.everything() == before


def test_the_pieces_of_a_split_lead_to_their_places(scene: Scene, li: int, notice: int) -> None:
    _take(scene, notice, STEPS["split"], scene.act(li))
    with scene.database.reading() as session:
        text = session.get_one(Notice, notice).text
    found = _clauses(scene, notice)
    pieces = [found[1], found[5], found[6]]
    assert [text[one.start : one.end] for one in pieces] == [
        "疏通管网。",
        "再查漏点；",
        "并建台账。",
    ]
    assert [one.text for one in pieces] == [text[one.start : one.end] for one in pieces]
    for one in pieces:
        assert _owners(one) == [("水务局", LEAD), ("财政局", COOPERATING)]
        assert (one.deadline, one.follow_up) == (date(2026, 12, 31), FollowUp.dated)
    # In the order of the notice, not of their numbers.
    with scene.database.reading() as session:
        lines = listed(session, scene.office, scene.act(li), notice, Filter.all)
    assert [line.number for line in lines] == [1, 5, 6, 2, 3, 4]


def test_the_pieces_of_an_edited_text_lead_to_the_whole(
    scene: Scene, li: int, notice: int
) -> None:
    _take(scene, notice, STEPS["text"], scene.act(li))
    seen = _seen(scene, notice, 1)
    scene.do(lambda s: drafts.edit_text(s, scene.act(li), seen, "一事。二事。"))
    seen = _seen(scene, notice, 1)
    scene.do(lambda s: drafts.split(s, scene.act(li), seen, [3]))
    found = _clauses(scene, notice)
    assert [found[1].text, found[5].text] == ["一事。", "二事。"]
    assert {(one.start, one.end) for one in (found[1], found[5])} == {(0, len(PIPES))}


@pytest.mark.parametrize("places", [[], [0], [len(PIPES)], [-1], [10**9]])
def test_where_nothing_is_cut_nothing_is_split(
    scene: Scene, li: int, notice: int, places: list[int]
) -> None:
    seen, before = _seen(scene, notice, 1), scene.everything()
    with pytest.raises(Refused, match="nothing_to_split"):
        scene.do(lambda s: drafts.split(s, scene.act(li), seen, places))
    assert scene.everything() == before


def test_a_merged_clause_is_stated_by_the_other(scene: Scene, li: int, notice: int) -> None:
    _take(scene, notice, STEPS["merge"], scene.act(li))
    found = _clauses(scene, notice)
    assert (found[2].state, found[2].merged_into) == (ClauseState.merged, 3)
    assert found[3].text == "整修道路。\n植树。"
    assert _owners(found[3]) == [("住建局", LEAD)]
    assert (found[3].deadline, found[3].follow_up) == (date(2026, 10, 1), FollowUp.dated)
    assert (found[3].start, found[3].end) == (found[2].start, found[2].end + len("植树。"))


def test_a_clause_is_not_merged_with_itself(scene: Scene, li: int, notice: int) -> None:
    seen, before = _seen(scene, notice, 1), scene.everything()
    with pytest.raises(DubanError):
        scene.do(lambda s: drafts.merge(s, scene.act(li), seen, seen))
    assert scene.everything() == before


def test_a_sentence_becomes_a_clause_where_it_stands(scene: Scene, li: int, notice: int) -> None:
    _take(scene, notice, STEPS["map"], scene.act(li))
    [first, second] = _passages(scene, notice)
    made = _clauses(scene, notice)[5]
    assert (first.state, first.clause_id) == (PassageState.mapped, made.id)
    assert second.state is PassageState.open
    assert (made.text, made.start, made.end) == (first.text, first.start, first.end)


def test_the_number_of_a_clause_is_never_given_again(scene: Scene, li: int, notice: int) -> None:
    _take(scene, notice, STEPS["map"], scene.act(li))
    scene.do(lambda s: undo(s, scene.act(li), notice))
    _take(scene, notice, STEPS["map"], scene.act(li))
    with scene.database.reading() as session:
        lines = listed(session, scene.office, scene.act(li), notice, Filter.all)
    assert [line.number for line in lines] == [1, 2, 3, 4, 6]


def test_orders_for_an_older_draft_are_refused(
    scene: Scene, li: int, chen: int, notice: int
) -> None:
    revision = _revision(scene, notice)
    _take(scene, notice, STEPS["limit"], scene.act(chen))
    before = scene.everything()
    orders = Orders(follow_up=FollowUp.standing)
    with pytest.raises(Stale) as refused:
        scene.do(lambda s: drafts.assign(s, scene.act(li), notice, revision, [3], orders))
    assert (refused.value.code, refused.value.facts) == ("draft_changed", {"by": "陈静"})
    with pytest.raises(Stale):
        scene.do(lambda s: publish(s, scene.office, scene.act(li), notice, revision=revision))
    assert scene.everything() == before


@pytest.mark.parametrize(
    ("numbers", "orders", "code"),
    [
        ([1, 99], Orders(follow_up=FollowUp.once), "no_such_clause"),
        ([], Orders(follow_up=FollowUp.once), "no_such_clause"),
        ([1, 3], Orders(follow_up=FollowUp.dated), "limit_needed"),
        ([1], Orders(waive=WaiveReason.other), "reason_needed"),
        ([1, 2], Orders(waive=WaiveReason.other, reason="  "), "reason_needed"),
    ],
)
def test_orders_are_carried_out_whole_or_not_at_all(
    scene: Scene, li: int, notice: int, numbers: list[int], orders: Orders, code: str
) -> None:
    revision, before = _revision(scene, notice), scene.everything()
    with pytest.raises(Refused, match=code):
        scene.do(lambda s: drafts.assign(s, scene.act(li), notice, revision, numbers, orders))
    assert scene.everything() == before


def test_an_issued_clause_is_changed_no_more(scene: Scene, li: int, notice: int) -> None:
    scene.do(lambda s: publish(s, scene.office, scene.act(li), notice))
    before = scene.everything()
    for name in ("text", "owners", "limit", "no_limit", "follow", "waive", "split", "assign"):
        with pytest.raises(Refused, match="clause_issued") as refused:
            _take(scene, notice, STEPS[name], scene.act(li))
        assert refused.value.facts == {"number": 1, "task": 1}
    assert scene.everything() == before


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty_clause"), (" \n ", "empty_clause"), ("长" * 20_001, "clause_too_long")],
)
def test_a_clause_says_something_and_not_too_much(
    scene: Scene, li: int, notice: int, text: str, code: str
) -> None:
    seen, before = _seen(scene, notice, 1), scene.everything()
    with pytest.raises(Refused, match=code):
        scene.do(lambda s: drafts.edit_text(s, scene.act(li), seen, text))
    assert scene.everything() == before


def test_the_limit_and_the_way_of_following_up_go_together(
    scene: Scene, li: int, notice: int
) -> None:
    ways = []
    for number, change in (
        (1, lambda s, seen: drafts.set_limit(s, scene.act(li), seen, None)),
        (1, lambda s, seen: drafts.set_follow_up(s, scene.act(li), seen, FollowUp.once)),
        (1, lambda s, seen: drafts.set_limit(s, scene.act(li), seen, date(2027, 1, 1))),
        (1, lambda s, seen: drafts.set_follow_up(s, scene.act(li), seen, FollowUp.standing)),
        (3, lambda s, seen: drafts.set_limit(s, scene.act(li), seen, date(2027, 1, 1))),
    ):
        seen = _seen(scene, notice, number)
        scene.do(lambda s, change=change, seen=seen: change(s, seen))  # type: ignore[misc]
        clause = _clauses(scene, notice)[number]
        ways.append((clause.follow_up, clause.deadline))
    assert ways == [
        (FollowUp.standing, None),
        (FollowUp.once, None),
        (FollowUp.once, date(2027, 1, 1)),
        (FollowUp.standing, None),
        (FollowUp.dated, date(2027, 1, 1)),
    ]


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63 - 1, 2**70])
def test_what_is_not_there_is_refused(scene: Scene, li: int, notice: int, number: int) -> None:
    before = scene.everything()
    act = scene.act(li)
    for change in (
        lambda s: drafts.edit_text(s, act, (number, 1), "字"),
        lambda s: drafts.reopen(s, act, (number, 1)),
        lambda s: coverage.map_passage(s, act, (number, 1)),
        lambda s: undo(s, act, number),
        lambda s: coverage.settle_owner(s, act, notice, "水务局", number),
    ):
        with pytest.raises(NotFound):
            scene.do(change)
    assert scene.everything() == before


def test_a_settled_name_means_that_department_from_then_on(
    scene: Scene, li: int, notice: int
) -> None:
    _take(scene, notice, STEPS["settle"], scene.act(li))
    scene.do(lambda s: publish(s, scene.office, scene.act(li), notice))
    with scene.database.reading() as session:
        names = set(session.scalars(select(Department.name)))
    assert "市水务局" in names
    assert "水务局" not in names
    assert scene.task(1).parts[0].department == "市水务局"
