"""What the coordinator does by hand: new tasks, corrected texts and limits, merging, leaders."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.instructions import Owner
from tasks.mailroom import Outbox
from tasks.models import Clause, ClauseRole, History, Notice, Part, Task
from tasks.services import byhand, corrections, directory, leaders
from tasks.services.acts import Office
from tasks.services.revisions import differences
from tasks.views.desk import timeline
from tasks.vocabulary import ClauseState, FollowUp, PartRole, Role
from tests.storage.chat import chats
from tests.storage.scene import Scene, duty, notice_of

SCHOOLS, MONEY, PARKS = "市教育局", "市财政局", "市城管局"
TODAY = date(2026, 11, 2)
LEADS = [(SCHOOLS, ClauseRole.lead)]
FIRST = date(2026, 12, 31)


@pytest.fixture
def office(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="周敏")


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, SCHOOLS, "王雅琴")


DUTY = duty("排查校舍。", lead=[SCHOOLS], cooperating=[MONEY], due=FIRST)


@pytest.fixture
def task(scene: Scene, office: int, contact: int) -> int:
    (number,) = scene.publish(DUTY)
    scene.deliver()
    scene.sign(contact, number)
    return number


@pytest.fixture
def notice(scene: Scene, task: int) -> int:
    with scene.database.reading() as session:
        return session.scalars(select(Notice.id)).one()


def add(
    scene: Scene,
    person: int,
    notice: int,
    owners: list[tuple[str, ClauseRole]] = LEADS,
    text: str = "开展演练，11月30日前完成",
    due: date | None = date(2026, 11, 30),
    office: Office | None = None,
) -> byhand.Added:
    act = scene.act(person)
    used = office or scene.office
    return scene.do(lambda s: byhand.add_task(s, used, act, notice, text, owners, due, None))


def limit(
    scene: Scene,
    person: int,
    number: int,
    due: date | None,
    reason: str = "原件有误",
    **more: Any,
) -> None:
    act = scene.act(person)
    seen = more.pop("seen", scene.task(number).due)
    scene.do(
        lambda s: corrections.edit_limit(
            s, scene.office, act, number, due, reason, seen=seen, **more
        )
    )


def told(scene: Scene) -> list[dict[str, Any]]:
    with scene.database.reading() as session:
        return [dict(row.facts) for row in session.scalars(select(Outbox).order_by(Outbox.id))]


def codes(scene: Scene, *wanted: str) -> list[str]:
    return [one["code"] for one in told(scene) if one.get("code") in wanted]


@pytest.mark.parametrize(
    ("text", "owners", "said", "due"),
    [
        (
            "市教育局牵头，市财政局配合：开展校舍排查，12月31日前完成",
            [(SCHOOLS, "lead"), (MONEY, "cooperating")],
            "开展校舍排查，12月31日前完成",
            date(2026, 12, 31),
        ),
        ("市教育局：开展校舍排查", [(SCHOOLS, "lead")], "开展校舍排查", None),
        ("市教育局牵头: 开展排查，无时限", [(SCHOOLS, "lead")], "开展排查", None),
        (
            "市教育局、市财政局：明年3月底前印发方案并报送",
            [(SCHOOLS, "joint"), (MONEY, "joint")],
            "明年3月底前印发方案并报送",
            date(2027, 3, 31),
        ),
        (
            "牵头单位：市教育局：排查三类隐患：校舍、校车、食堂，2027年1月20日前完成",
            [(SCHOOLS, "lead")],
            "排查三类隐患：校舍、校车、食堂，2027年1月20日前完成",
            date(2027, 1, 20),
        ),
    ],
)
def test_a_typed_duty_is_read_whole(
    text: str, owners: list[tuple[str, str]], said: str, due: date | None
) -> None:
    read = byhand.read_duty(text, TODAY)
    assert read.owners == tuple(Owner(*one) for one in owners)
    assert (read.text, read.due) == (said, due)


@pytest.mark.parametrize(
    "text", ["开展排查", "市教育局牵头", "市教育局牵头：", "：开展排查", "请尽快办理：开展排查"]
)
def test_words_without_owner_or_duty_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="by_hand_unreadable"):
        byhand.read_duty(text, TODAY)


def test_a_task_by_hand_is_a_clause_and_is_told_like_an_issue(
    scene: Scene, office: int, contact: int, notice: int
) -> None:
    helper = scene.join(Role.contact, MONEY)
    owners = [(SCHOOLS, ClauseRole.lead), (MONEY, ClauseRole.cooperating)]
    made = add(scene, office, notice, owners)
    assert made.task is not None
    said = scene.deliver()
    assert {(one.person, one.kind, one.tasks) for one in said if one.kind == "assignment"} == {
        (contact, "assignment", (made.task,)),
        (helper, "assignment", (made.task,)),
    }
    view = scene.task(made.task)
    assert [(part.department, part.role) for part in view.parts] == [
        (SCHOOLS, PartRole.lead),
        (MONEY, PartRole.cooperating),
    ]
    assert (view.due, view.original_due) == (date(2026, 11, 30), date(2026, 11, 30))
    with scene.database.reading() as session:
        clause = session.scalars(select(Clause).where(Clause.position == made.clause)).one()
        whole = session.get_one(Notice, notice).text
        assert (clause.start, clause.end, clause.section) == (len(whole), len(whole), None)
        assert clause.state is ClauseState.issued
        assert [line["action"] for line in timeline(session, made.task)][:1] == ["issue"]


def test_a_task_by_hand_is_nothing_that_a_revision_took_away(
    scene: Scene, office: int, notice: int
) -> None:
    add(scene, office, notice)
    _, reading = notice_of(DUTY)
    with scene.database.reading() as session:
        found = differences(session, session.get_one(Notice, notice), reading)
    assert (found.unchanged, found.added, found.removed) == (1, (), ())


@pytest.mark.parametrize(
    ("owners", "due", "refusal", "code"),
    [
        ([("市水务局", ClauseRole.lead)], None, NotFound, "no_such_department"),
        ([(MONEY, ClauseRole.cooperating)], None, Refused, "lead_needed"),
        (LEADS, date(2026, 11, 1), Refused, "by_hand_past"),
    ],
)
def test_a_task_that_makes_no_sense_is_not_made(
    scene: Scene,
    office: int,
    notice: int,
    owners: list[tuple[str, ClauseRole]],
    due: date | None,
    refusal: type[Exception],
    code: str,
) -> None:
    before = scene.everything()
    with pytest.raises(refusal, match=code):
        add(scene, office, notice, owners, due=due)
    assert scene.everything() == before


def test_where_a_leader_signs_a_task_by_hand_waits_in_the_draft(
    scene: Scene, office: int, notice: int
) -> None:
    signing = replace(scene.office, needs_approval=True)
    made = add(scene, office, notice, office=signing)
    assert made.task is None
    with scene.database.reading() as session:
        clause = session.scalars(select(Clause).where(Clause.position == made.clause)).one()
        assert clause.state is ClauseState.open
        assert [owner.name for owner in clause.owners] == [SCHOOLS]


def test_a_corrected_text_keeps_what_stood_before(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    act = scene.act(office)
    scene.do(
        lambda s: corrections.edit_text(
            s, scene.office, act, task, "排查全市校舍。", "原文漏字", seen="排查校舍。"
        )
    )
    assert scene.task(task).text == "排查全市校舍。"
    with scene.database.reading() as session:
        line = session.scalars(select(History).where(History.action == "edit_text")).one()
        assert line.facts == {"was": "排查校舍。", "now": "排查全市校舍。", "reason": "原文漏字"}
    assert codes(scene, "text_edited_told") == ["text_edited_told"]
    with pytest.raises(Stale, match="task_changed"):
        scene.do(
            lambda s: corrections.edit_text(
                s, scene.office, act, task, "别的", "理由", seen="排查校舍。"
            )
        )


def test_a_corrected_limit_is_no_extension_and_keeps_the_first(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    limit(scene, office, task, date(2026, 11, 20))
    view = scene.task(task)
    assert (view.due, view.original_due, view.extensions) == (date(2026, 11, 20), FIRST, 0)
    with scene.database.reading() as session:
        line = session.scalars(select(History).where(History.action == "edit_limit")).one()
        assert (line.facts["was"], line.facts["now"]) == ("2026-12-31", "2026-11-20")
        assert line.text == "2026-12-31 → 2026-11-20：原件有误"
    (said,) = [one for one in told(scene) if one.get("code") == "limit_edited_told"]
    assert said["facts"]["was"] == "2026-12-31"
    asked = scene.days("2026-11-11", "2026-11-11")
    assert [one.asks for one in asked["11-11 09:00"]] == [("limit",)]


def test_an_ask_for_the_old_limit_is_not_said(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    limit(scene, office, task, date(2026, 11, 12))
    scene.deliver()
    scene.go("2026-11-03 09:00")
    scene.sweep()
    limit(scene, office, task, date(2026, 12, 15))
    assert [one for one in scene.deliver() if one.kind == "digest"] == []


def test_without_a_limit_a_task_is_standing_and_gets_one_back(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    limit(scene, office, task, None)
    view = scene.task(task)
    assert (view.due, view.original_due, view.follow_up) == (None, FIRST, FollowUp.standing)
    assert codes(scene, "limit_dropped_told") == ["limit_dropped_told"]
    limit(scene, office, task, date(2027, 1, 15))
    view = scene.task(task)
    assert (view.due, view.original_due) == (date(2027, 1, 15), FIRST)
    assert view.follow_up is FollowUp.dated
    assert codes(scene, "limit_set_told") == ["limit_set_told"]


def test_a_limit_that_has_passed_needs_a_word_and_counts_from_today(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    before = scene.everything()
    with pytest.raises(Refused, match="limit_passed"):
        limit(scene, office, task, date(2026, 10, 20))
    assert scene.everything() == before
    limit(scene, office, task, date(2026, 10, 20), as_overdue=True)
    assert scene.task(task).overdue
    scene.deliver()
    said = scene.days("2026-11-03", "2026-11-03")
    assert [(one.asks, one.slips) for one in said["11-03 09:00"]] == [(("overdue",), (1,))]


def test_a_correction_of_what_has_changed_or_not_is_refused(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    with pytest.raises(Stale, match="task_changed"):
        limit(scene, office, task, date(2026, 11, 20), seen=date(2026, 11, 30))
    with pytest.raises(Refused, match="nothing_changed"):
        limit(scene, office, task, FIRST)
    with pytest.raises(Refused, match="why_needed"):
        limit(scene, office, task, date(2026, 11, 20), "  ")
    scene.close(office, scene.submit(contact, task))
    with pytest.raises(Refused, match="task_ended"):
        limit(scene, office, task, date(2026, 11, 20))


def test_only_the_office_works_by_hand(
    scene: Scene, office: int, contact: int, task: int, notice: int
) -> None:
    leader = scene.join(Role.leader, name="陈立")
    before = scene.everything()
    for person in (contact, leader):
        act = scene.act(person)
        with pytest.raises(NotAllowed):
            add(scene, person, notice)
        with pytest.raises(NotAllowed):
            add(scene, person, notice, [("市水务局", ClauseRole.lead)])
        with pytest.raises(NotAllowed):
            limit(scene, person, task, None)
        with pytest.raises(NotAllowed):
            attach(scene, person, task, leader)
        with pytest.raises(NotAllowed):
            merge(scene, person, MONEY, PARKS)
        assert act.person_id == person
    assert scene.everything() == before


def merge(scene: Scene, person: int, gone: str, kept: str, reason: str = "机构改革") -> None:
    act = scene.act(person)
    scene.do(lambda s: corrections.merge(s, act, gone, kept, reason))


def test_merging_moves_all_and_tells_the_people_of_both_once(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    moved = scene.join(Role.contact, MONEY, "李明")
    stays = scene.join(Role.contact, PARKS, "赵刚")
    with scene.database.reading() as session:
        found = corrections.merging(session, scene.act(office), MONEY, PARKS)
    assert (found.people, found.tasks, found.aliases) == (("李明",), (task,), (MONEY,))
    merge(scene, office, MONEY, PARKS)
    assert [part.department for part in scene.task(task).parts] == [SCHOOLS, PARKS]
    said = [one for one in scene.deliver() if one.kind == "answer"]
    assert sorted(one.person for one in said) == sorted([moved, stays])
    with scene.database.reading() as session:
        line = session.scalars(select(History).where(History.action == "merge_reason")).one()
        assert (line.text, line.facts["gone"]) == ("机构改革", MONEY)


def test_each_is_told_which_tasks_came_to_them(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    moved = scene.join(Role.contact, MONEY, "李明")
    stays = scene.join(Role.contact, PARKS, "赵刚")
    both = scene.join(Role.head, PARKS, "何平")
    act = scene.console()
    made = scene.do(lambda s: directory.invite(s, act, Role.head, department=MONEY))
    talk = chats(scene)
    chat = talk.chat_of(both)
    scene.do(lambda s: directory.bind(s, act, made.code, chat, "").id)
    (parks,) = scene.publish(duty("管好公园。", lead=[PARKS]))
    scene.deliver()
    scene.do(lambda s: s.execute(update(Part).values(delivered_at=scene.now)))
    merge(scene, office, MONEY, PARKS)
    shown = {one: talk.shown(talk.chat_of(one)) for one in (moved, stays, both)}
    assert f"现由您承办：#{parks}" in shown[moved]
    assert f"现由您承办：#{task}\n" in shown[stays]
    assert "承办" not in shown[both]
    assert all("已并入" in one for one in shown.values())
    assert "【交办】" not in "".join(shown.values())


def test_what_reached_nobody_is_handed_out_to_who_takes_over(
    scene: Scene, office: int, contact: int, task: int
) -> None:
    stays = scene.join(Role.contact, PARKS, "赵刚")
    scene.deliver()
    assert scene.task(task).parts[1].delivered_at is None
    merge(scene, office, MONEY, PARKS)
    said = scene.deliver()
    assert [(one.kind, one.person, one.tasks) for one in said] == [
        ("answer", stays, ()),
        ("assignment", stays, (task,)),
    ]
    assert scene.task(task).parts[1].delivered_at == scene.now


def test_departments_that_share_a_task_are_not_merged(
    scene: Scene, office: int, task: int
) -> None:
    before = scene.everything()
    with pytest.raises(Refused, match="both_in_task"):
        merge(scene, office, MONEY, SCHOOLS)
    with pytest.raises(Refused, match="same_department"):
        merge(scene, office, MONEY, MONEY)
    with pytest.raises(NotFound):
        merge(scene, office, MONEY, "市水务局")
    assert scene.everything() == before


def attach(scene: Scene, person: int, number: int, leader: int | None) -> None:
    act = scene.act(person)
    scene.do(lambda s: leaders.attach(s, act, number, leader))


def test_a_leader_is_told_once_of_what_is_attached(
    scene: Scene, office: int, contact: int, task: int, notice: int
) -> None:
    leader, other = scene.join(Role.leader, name="陈立"), scene.join(Role.leader, name="何平")
    second = add(scene, office, notice).task
    assert second is not None
    scene.deliver()
    act = scene.act(office)
    scene.do(lambda s: leaders.attach_notice(s, act, notice, leader))
    attach(scene, office, task, leader)
    said = [one for one in scene.deliver() if one.kind == "answer"]
    assert [one.person for one in said] == [leader]
    with scene.database.reading() as session:
        assert leaders.attached(session, leader) == [task, second]
    attach(scene, office, task, other)
    attach(scene, office, second, None)
    with scene.database.reading() as session:
        assert leaders.attached(session, leader) == []
        assert session.get_one(Task, task).leader_id == other
        assert [line["action"] for line in timeline(session, second)][-1] == "detach_leader"
    assert scene.task(task).leader == "何平"


def test_only_a_bound_leader_can_have_tasks(scene: Scene, office: int, task: int) -> None:
    for person in (office, 2**33):
        with pytest.raises(Refused):
            attach(scene, office, task, person)
    assert scene.task(task).leader_id is None
