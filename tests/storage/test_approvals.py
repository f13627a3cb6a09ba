"""签发: where the office wants it, nothing goes out without a leader's word for that revision."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tasks.casework import Approval
from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.models import Clause, ClauseRole, History, Notice, Task
from tasks.services import approvals, drafts, notices
from tasks.services.acts import Act
from tasks.views.approvals import Decision, approval
from tasks.views.drafts import draft
from tasks.views.queue import queue
from tasks.vocabulary import NoticeState, Role
from tests.storage.scene import OFFICE, Scene, duty, notice_of, opened

SCHOOLS = "市教育局"


@pytest.fixture
def scene(database_url: str) -> Iterator[Scene]:
    with opened(database_url) as found:
        found.office = replace(OFFICE, needs_approval=True)
        yield found


@pytest.fixture
def office(scene: Scene) -> int:
    return scene.join(Role.coordinator, name="周敏")


@pytest.fixture
def leader(scene: Scene) -> int:
    return scene.join(Role.leader, name="陈立")


@pytest.fixture
def contact(scene: Scene) -> int:
    return scene.join(Role.contact, SCHOOLS, "王雅琴")


@pytest.fixture
def notice(scene: Scene) -> int:
    text, reading = notice_of(duty("排查校舍。", lead=[SCHOOLS], due=date(2026, 12, 31)))
    return scene.do(lambda s: notices.import_notice(s, scene.console(), text, reading).notice)


def revision(scene: Scene, notice: int) -> int:
    with scene.database.reading() as session:
        return session.get_one(Notice, notice).revision


def ask(scene: Scene, person: int, notice: int, seen: int | None = None) -> int:
    act, found = scene.act(person), revision(scene, notice) if seen is None else seen
    return scene.do(lambda s: approvals.request(s, scene.office, act, notice, found).id)


def sign(scene: Scene, person: int, asked: int) -> int:
    act = scene.act(person)
    return scene.do(lambda s: approvals.sign(s, scene.office, act, asked).issued)


def back(scene: Scene, person: int, asked: int, reason: str = "时限不妥") -> None:
    act = scene.act(person)
    scene.do(lambda s: approvals.send_back(s, act, asked, reason))


def change(scene: Scene, person: int) -> None:
    act = scene.act(person)

    def owners(session: object) -> None:
        clause = session.scalars(select(Clause)).one()  # type: ignore[attr-defined]
        seen = (clause.id, clause.version)
        drafts.set_owners(session, act, seen, [("市财政局", ClauseRole.lead)])  # type: ignore[arg-type]

    scene.do(owners)


def tasks(scene: Scene) -> int:
    with scene.database.reading() as session:
        return len(session.scalars(select(Task.id)).all())


def decision(scene: Scene, person: int, asked: int) -> Decision:
    with scene.database.reading() as session:
        return approval(session, scene.office, scene.act(person), asked).decision


def test_a_leader_signs_and_it_goes_out_in_that_name(
    scene: Scene, office: int, leader: int, contact: int, notice: int
) -> None:
    asked = ask(scene, office, notice)
    assert tasks(scene) == 0
    assert [(one.person, one.kind) for one in scene.deliver()] == [(leader, "view")]
    assert sign(scene, leader, asked) == 1
    said = scene.deliver()
    assert {(one.person, one.kind) for one in said} == {
        (contact, "assignment"),
        (office, "answer"),
    }
    with scene.database.reading() as session:
        lines = session.scalars(select(History).where(History.action == "publish")).all()
        assert [(line.actor, line.text, line.facts["approved_by"]) for line in lines] == [
            ("陈立", "陈立", "陈立")
        ]
        assert session.get_one(Notice, notice).state is NoticeState.issued
    assert decision(scene, leader, asked) is Decision.granted


def test_without_a_word_nothing_is_handed_out(scene: Scene, office: int, notice: int) -> None:
    act = scene.act(office)
    for one in (act, scene.console()):
        with pytest.raises(Refused, match="approval_needed"):
            publish(scene, one, notice)
    assert tasks(scene) == 0


def publish(scene: Scene, act: Act, notice: int) -> None:
    scene.do(lambda s: notices.publish(s, scene.office, act, notice))


def test_the_operator_names_who_signed_on_paper(scene: Scene, notice: int) -> None:
    act = scene.console()
    scene.do(lambda s: notices.publish(s, scene.office, act, notice, approved_by="陈立"))
    with scene.database.reading() as session:
        line = session.scalars(select(History).where(History.action == "publish")).one()
        assert (line.actor, line.facts["approved_by"]) == ("控制台", "陈立")
    assert tasks(scene) == 1


def test_a_draft_that_changed_has_to_be_put_before_the_leader_anew(
    scene: Scene, office: int, leader: int, notice: int
) -> None:
    asked = ask(scene, office, notice)
    change(scene, office)
    with pytest.raises(Stale, match="approval_outdated"):
        sign(scene, leader, asked)
    assert tasks(scene) == 0
    assert decision(scene, leader, asked) is Decision.outdated
    again = ask(scene, office, notice)
    assert again != asked
    with pytest.raises(Stale):
        sign(scene, leader, asked)
    assert sign(scene, leader, again) == 1


def test_asking_twice_asks_once(scene: Scene, office: int, leader: int, notice: int) -> None:
    other = scene.join(Role.coordinator, name="郑凯")
    assert ask(scene, office, notice) == ask(scene, other, notice)
    assert [one.kind for one in scene.deliver()] == ["view"]
    with pytest.raises(Stale, match="draft_changed"):
        ask(scene, office, notice, seen=99)


def test_sending_back_carries_its_reason_and_ends_the_request(
    scene: Scene, office: int, leader: int, notice: int
) -> None:
    asked = ask(scene, office, notice)
    scene.deliver()
    with pytest.raises(Refused, match="why_needed"):
        back(scene, leader, asked, " ")
    back(scene, leader, asked)
    assert [one.person for one in scene.deliver()] == [office]
    with pytest.raises(Stale, match="approval_decided"):
        sign(scene, leader, asked)
    assert decision(scene, office, asked) is Decision.refused
    assert ask(scene, office, notice) != asked


def test_of_two_leaders_the_first_decides(
    scene: Scene, office: int, leader: int, notice: int
) -> None:
    other = scene.join(Role.leader, name="何平")
    asked = ask(scene, office, notice)
    sign(scene, other, asked)
    with pytest.raises(Stale, match="approval_decided"):
        back(scene, leader, asked)
    assert tasks(scene) == 1


def test_only_a_leader_signs(
    scene: Scene, office: int, leader: int, contact: int, notice: int
) -> None:
    asked = ask(scene, office, notice)
    head = scene.join(Role.head, SCHOOLS)
    before = scene.everything()
    for person in (office, contact, head):
        with pytest.raises(NotAllowed):
            sign(scene, person, asked)
        with pytest.raises(NotAllowed):
            back(scene, person, asked)
    for person in (contact, leader):
        with pytest.raises(NotAllowed):
            ask(scene, person, notice)
    with pytest.raises(NotAllowed):
        decision(scene, contact, asked)
    with pytest.raises(NotFound):
        sign(scene, leader, 2**40)
    assert scene.everything() == before


def test_a_request_needs_a_leader_and_something_to_issue(
    scene: Scene, office: int, notice: int
) -> None:
    before = scene.everything()
    with pytest.raises(Refused, match="no_leader_bound"):
        ask(scene, office, notice)
    assert scene.everything() == before
    leader = scene.join(Role.leader, name="陈立")
    sign(scene, leader, ask(scene, office, notice))
    with pytest.raises(Refused, match="nothing_to_issue"):
        ask(scene, office, notice)


def test_the_draft_shows_that_it_waits(
    scene: Scene, office: int, leader: int, notice: int
) -> None:
    def shown() -> int | None:
        with scene.database.reading() as session:
            return draft(session, scene.office, scene.act(office), notice).approval

    assert shown() is None
    asked = ask(scene, office, notice)
    assert shown() == asked
    with scene.database.reading() as session:
        assert [one.id for one in approvals.all_waiting(session)] == [asked]
        waiting = queue(session, scene.office, scene.act(office))
    assert [(one.notice, one.days) for one in waiting.signing] == [(notice, 0)]
    assert not waiting
    change(scene, office)
    assert shown() is None
    with scene.database.reading() as session:
        assert approvals.all_waiting(session) == []
        assert session.get_one(Approval, asked).decided_at is None
