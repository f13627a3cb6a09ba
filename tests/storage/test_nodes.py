"""Milestones: set, met, taken back and dropped; what is asked for them and what they say."""

from datetime import date

import pytest
from sqlalchemy import select

from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.models import Ask, Report
from tasks.services import nodes
from tasks.services.nodes import Milestone
from tasks.views.cards import card
from tasks.views.desk import timeline
from tasks.views.summary import summarise
from tasks.vocabulary import ProgressClass, Role
from tests.storage.scene import Scene, duty

SCHOOLS, MONEY = "市教育局", "市财政局"


@pytest.fixture
def office(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="周敏")


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, SCHOOLS, "王雅琴")


@pytest.fixture
def task(scene: Scene, office: int, contact: int) -> int:
    (number,) = scene.publish(
        duty("排查校舍。", lead=[SCHOOLS], cooperating=[MONEY], due=date(2026, 12, 31))
    )
    scene.deliver()
    scene.sign(contact, number)
    return number


def add(scene: Scene, person: int, number: int, *given: tuple[str, str]) -> list[int]:
    act = scene.act(person)
    found = [Milestone(title, date.fromisoformat(day)) for title, day in given]
    return scene.do(lambda s: [n.id for n in nodes.add_nodes(s, scene.office, act, number, found)])


def meet(scene: Scene, person: int, node: int) -> int:
    act = scene.act(person)
    return scene.do(lambda s: nodes.meet(s, scene.office, act, node).id)


def undo(scene: Scene, person: int, node: int) -> None:
    act = scene.act(person)
    scene.do(lambda s: nodes.undo_met(s, scene.office, act, node))


def drop(scene: Scene, person: int, node: int, reason: str) -> None:
    act = scene.act(person)
    scene.do(lambda s: nodes.drop_node(s, scene.office, act, node, reason))


TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "title", "due"),
    [
        ("11月30日 完成初稿", "完成初稿", date(2026, 11, 30)),
        ("11月30日前完成初稿", "完成初稿", date(2026, 11, 30)),
        ("11月30日：完成初稿", "完成初稿", date(2026, 11, 30)),
        ("完成初稿，11月30日", "完成初稿", date(2026, 11, 30)),
        ("年底 印发实施", "印发实施", date(2026, 12, 31)),
        ("1月15日 验收", "验收", date(2027, 1, 15)),
        ("2026-11-30 完成 初稿", "完成 初稿", date(2026, 11, 30)),
        ("30 Nov first draft", "first draft", date(2026, 11, 30)),
    ],
)
def test_a_line_names_a_day_and_what_is_met_by_then(text: str, title: str, due: date) -> None:
    assert nodes.read_nodes(text, TODAY) == (Milestone(title, due),)


def test_several_lines_are_several_milestones() -> None:
    read = nodes.read_nodes("11月20日 完成初稿\n\n 11月30日 征求意见 ", TODAY)
    assert [one.title for one in read] == ["完成初稿", "征求意见"]


@pytest.mark.parametrize("text", ["完成初稿", "11月30日", "", "11月31日 完成初稿"])
def test_a_line_without_day_or_name_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="node_unreadable"):
        nodes.read_nodes(text, TODAY)


def test_a_name_that_fills_no_line_is_refused() -> None:
    with pytest.raises(Refused, match="node_too_long"):
        nodes.read_nodes("11月30日 " + "长" * 61, TODAY)


def test_milestones_are_set_told_and_shown(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    add(scene, office, task, ("完成初稿", "2026-11-20"), ("征求意见", "2026-11-30"))
    told = [one for one in scene.deliver() if one.kind == "answer"]
    assert [one.person for one in told] == [contact]
    found = scene.task(task).nodes
    assert [(node.title, node.due.isoformat(), node.met_on) for node in found] == [
        ("完成初稿", "2026-11-20", None),
        ("征求意见", "2026-11-30", None),
    ]


def test_each_is_asked_for_before_and_after_its_day(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    add(scene, office, task, ("完成初稿", "2026-11-06"), ("征求意见", "2026-11-13"))
    scene.deliver()
    said = scene.days("2026-11-03", "2026-11-17")
    asked = {moment: [one.asks for one in told] for moment, told in said.items()}
    assert asked == {
        "11-03 09:00": [("node",)],
        "11-06 09:00": [("node",)],
        "11-09 09:00": [("node",)],
        "11-10 09:00": [("node",)],
        "11-13 09:00": [("node",)],
        "11-16 09:00": [("node",)],
    }


def test_what_is_met_is_an_answer_and_asked_for_no_more(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    (first, _) = add(scene, office, task, ("完成初稿", "2026-11-06"), ("征求意见", "2026-11-13"))
    scene.go("2026-11-04 10:00")
    report = meet(scene, contact, first)
    with scene.database.reading() as session:
        said = session.get_one(Report, report)
        assert said.text == "节点“完成初稿”已完成"
        assert said.confirmed_at is not None
        assert said.person_id == contact
        assert "node_met" in [line["action"] for line in timeline(session, task)]
    assert scene.states(task)[0] == "in_progress"
    asked = scene.days("2026-11-05", "2026-11-17")
    assert list(asked) == ["11-10 09:00", "11-13 09:00", "11-16 09:00"]
    assert scene.task(task).nodes[0].met_on == date(2026, 11, 4)


def test_one_that_passed_is_behind_until_it_is_met(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    (node,) = add(scene, office, task, ("完成初稿", "2026-11-06"))
    scene.say(contact, task, text="正在办")
    scene.go("2026-11-06 17:00")
    assert scene.task(task).classified.cls is ProgressClass.on_schedule
    scene.go("2026-11-07 09:00")
    assert scene.task(task).classified.cls is ProgressClass.behind
    meet(scene, contact, node)
    assert scene.task(task).classified.cls is ProgressClass.on_schedule
    act = scene.act(office)
    scene.do(lambda s: nodes.undo_met(s, scene.office, act, node))
    assert scene.task(task).classified.cls is ProgressClass.behind


def test_a_milestone_that_passed_is_not_held_against_who_cooperates(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    helping = scene.join(Role.contact, MONEY)
    add(scene, office, task, ("完成初稿", "2026-11-10"))
    scene.say(helping, task, text="已配合")
    scene.go("2026-11-11 10:00")
    with scene.database.reading() as session:
        found = summarise(session, scene.office, scene.now)
    classes = {row.name: [cls for cls, n in row.classes.items() if n] for row in found.departments}
    assert classes == {SCHOOLS: [ProgressClass.behind], MONEY: [ProgressClass.on_schedule]}


def test_an_ask_of_a_milestone_that_was_dropped_is_not_said(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    (node,) = add(scene, office, task, ("完成初稿", "2026-11-06"))
    scene.deliver()
    scene.go("2026-11-03 09:00")
    scene.sweep()
    act = scene.act(office)
    scene.do(lambda s: nodes.drop_node(s, scene.office, act, node, "已并入正式稿"))
    assert [one.kind for one in scene.deliver()] == ["answer"]
    with scene.database.reading() as session:
        (ask,) = session.scalars(select(Ask).where(Ask.key.startswith("node:")))
        assert ask.dropped_at is not None
        texts = [line["text"] for line in timeline(session, task)]
    assert "完成初稿：已并入正式稿" in texts
    assert scene.task(task).nodes == ()


def test_a_milestone_keeps_its_ask_when_the_limit_is_corrected(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    from tasks.services.corrections import edit_limit

    add(scene, office, task, ("完成初稿", "2026-11-06"))
    scene.deliver()
    scene.go("2026-11-03 09:00")
    scene.sweep()
    act = scene.act(office)
    scene.do(
        lambda s: edit_limit(s, scene.office, act, task, None, "不设时限", seen=date(2026, 12, 31))
    )
    digests = [one for one in scene.deliver() if one.kind == "digest"]
    assert [one.asks for one in digests] == [("node",)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([("完成初稿", "2026-11-01")], "node_past"),
        ([("完成初稿", "2027-01-01")], "node_after_limit"),
        ([("完成初稿", "2026-11-06"), ("完成初稿", "2026-11-06")], "node_known"),
        ([(f"第{n}步", "2026-11-06") for n in range(21)], "nodes_too_many"),
    ],
)
def test_what_makes_no_sense_is_refused_whole(
    scene: Scene, office: int, task: int, given: list[tuple[str, str]], code: str
) -> None:
    before = scene.everything()
    with pytest.raises(Refused, match=code):
        add(scene, office, task, *given)
    assert scene.everything() == before


def test_only_the_office_sets_drops_and_takes_back(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    (node,) = add(scene, office, task, ("完成初稿", "2026-11-20"))
    strangers = [contact, scene.join(Role.leader), scene.join(Role.contact, "市民政局")]
    before = scene.everything()
    for person in strangers:
        with pytest.raises(NotAllowed):
            add(scene, person, task, ("甲", "2026-11-20"))
        with pytest.raises(NotAllowed):
            undo(scene, person, node)
        with pytest.raises(NotAllowed):
            drop(scene, person, node, "理由")
    assert scene.everything() == before


def test_only_a_department_that_answers_for_the_task_meets(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    (node,) = add(scene, office, task, ("完成初稿", "2026-11-20"))
    helper, other = scene.join(Role.contact, MONEY), scene.join(Role.contact, "市民政局")
    before = scene.everything()
    with pytest.raises(NotAllowed):
        meet(scene, helper, node)
    for person in (other, office):
        with pytest.raises(NotFound):
            meet(scene, person, node)
    assert scene.everything() == before
    head = scene.join(Role.head, SCHOOLS)
    meet(scene, head, node)
    with pytest.raises(Stale):
        meet(scene, contact, node)


def test_a_task_that_has_ended_keeps_its_milestones_as_they_are(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    (node,) = add(scene, office, task, ("完成初稿", "2026-11-20"))
    scene.close(office, scene.submit(contact, task))
    with pytest.raises(Refused, match="task_ended"):
        add(scene, office, task, ("甲", "2026-11-20"))
    with pytest.raises(Refused, match="task_ended"):
        meet(scene, contact, node)
    scene.go("2026-11-23 09:00")
    assert scene.moment() == []
    assert scene.task(task).classified.cls is ProgressClass.done


def test_a_drop_needs_a_reason(scene: Scene, office: int, task: int) -> None:
    (node,) = add(scene, office, task, ("完成初稿", "2026-11-20"))
    act = scene.act(office)
    with pytest.raises(Refused, match="why_needed"):
        scene.do(lambda s: nodes.drop_node(s, scene.office, act, node, "  "))
    with pytest.raises(NotFound):
        scene.do(lambda s: nodes.drop_node(s, scene.office, act, 2**40, "理由"))


def test_the_card_of_the_contact_lists_them(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    add(scene, office, task, ("完成初稿", "2026-11-20"))
    with scene.database.reading() as session:
        shown = card(session, scene.office, scene.act(contact), task)
        seen = card(session, scene.office, scene.act(office), task)
    assert [node.title for node in shown.task.nodes] == ["完成初稿"]
    assert (shown.by_hand, seen.by_hand) == (False, True)
