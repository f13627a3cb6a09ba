"""Groups: who may bind one with a code, what reaches it, and how it is lost."""

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.mailroom import Card, Outbox
from tasks.models import Part
from tasks.services import deliveries, directory, groups
from tasks.services.acts import Act, own_departments, roles_of
from tasks.services.groups import Place
from tasks.services.post import Kind
from tasks.staff import Group
from tasks.views import cards
from tasks.views.standings import load
from tasks.vocabulary import Role
from tests.storage.scene import Scene, duty

SCHOOLS, MONEY = "临江市教育局", "临江市财政局"
CHAT = -1002000000001


def place(account: int = 1, chat: int = CHAT, thread: int | None = None) -> Place:
    return Place(chat, thread, "校车工作群", account)


def code_for(scene: Scene, department: str | None = SCHOOLS) -> str:
    return scene.do(lambda session: groups.invite_group(session, scene.console(), department).code)


def bind(scene: Scene, person: int, code: str, where: Place | None = None) -> int:
    return scene.do(
        lambda session: groups.bind_group(session, scene.act(person), code, where or place()).id
    )


def refused(scene: Scene, what: Callable[[Session], object]) -> str:
    before = scene.everything()
    with pytest.raises(Refused) as refusal:
        scene.do(what)
    assert scene.everything() == before
    return refusal.value.code


def owed(scene: Scene, chat: int = CHAT) -> list[tuple[str, int | None]]:
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox)
            .where(Outbox.chat_id == chat, Outbox.settled_at.is_(None))
            .order_by(Outbox.id)
        )
        return [(row.kind, row.thread_id) for row in rows]


def of_office(scene: Scene) -> list[str]:
    """What coordinators were told of groups."""
    with scene.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.key.startswith("group:")).order_by(Outbox.id)
        )
        return [row.facts["code"] for row in rows]


def test_only_the_office_makes_codes_and_only_for_departments_that_are_known(
    scene: Scene,
) -> None:
    contact = scene.join(Role.contact, SCHOOLS)
    leader = scene.join(Role.leader)
    for person in (contact, leader):
        act = scene.act(person)
        with pytest.raises(NotAllowed):
            scene.do(partial(groups.invite_group, act=act, department=SCHOOLS))
    with pytest.raises(NotFound):
        code_for(scene, "临江市不存在局")
    assert len(code_for(scene)) == directory.CODE_LENGTH


def test_a_code_binds_one_group_once_and_the_coordinators_are_told(scene: Scene) -> None:
    coordinator = scene.join(Role.coordinator)
    contact = scene.join(Role.contact, SCHOOLS)
    code = code_for(scene)
    bind(scene, contact, code.lower())
    assert of_office(scene) == ["group_bound_by"]
    elsewhere = place(chat=CHAT - 1)
    act = scene.act(coordinator)
    told = refused(scene, lambda s: groups.bind_group(s, act, code, elsewhere))
    assert told == "code_used"
    fresh = code_for(scene)
    assert refused(scene, lambda s: groups.bind_group(s, act, fresh, place())) == (
        "group_bound_before"
    )
    with scene.database.reading() as session:
        found = groups.group_at(session, CHAT, 17)
        assert found is not None
        assert (found.title, found.department and found.department.name) == (
            "校车工作群",
            SCHOOLS,
        )


def test_a_code_ends_after_two_weeks(scene: Scene) -> None:
    contact = scene.join(Role.contact, SCHOOLS)
    code = code_for(scene)
    scene.now += directory.INVITATION_LIFE
    act = scene.act(contact)
    assert refused(scene, lambda s: groups.bind_group(s, act, code, place())) == "code_expired"


def test_nobody_else_learns_whether_a_code_exists(scene: Scene) -> None:
    scene.join(Role.contact, SCHOOLS)
    foreign = scene.join(Role.contact, MONEY)
    leader = scene.join(Role.leader)
    real, used, office = code_for(scene), code_for(scene), code_for(scene, None)
    bind(scene, scene.join(Role.head, SCHOOLS), used, place(chat=CHAT - 5))
    nobody = Act(scene.now, scene.now, "路人")
    for code in (real, used, office, "ABCDEFGHJKMN"):
        for act in (nobody, scene.act(foreign), scene.act(leader)):
            told = refused(scene, partial(groups.bind_group, act=act, code=code, place=place()))
            assert told == "group_code_refused"


def test_wrong_codes_are_counted_by_account_and_forgiven_after_an_hour(scene: Scene) -> None:
    def tries(account: int) -> None:
        scene.do(lambda s: groups.check_attempts(s, account, scene.now))

    for _ in range(groups.WRONG_CODES):
        tries(71)
        scene.do(lambda s: groups.attempt_failed(s, 71, scene.now))
    assert refused(scene, lambda s: groups.check_attempts(s, 71, scene.now)) == "group_code_later"
    tries(72)
    scene.now += groups.WRONG_WITHIN
    tries(71)


def test_topics_of_one_chat_belong_to_different_departments(scene: Scene) -> None:
    one, two = scene.join(Role.contact, SCHOOLS), scene.join(Role.contact, MONEY)
    office = scene.join(Role.coordinator)
    bind(scene, one, code_for(scene), place(thread=11))
    bind(scene, two, code_for(scene, MONEY), place(thread=12))
    bind(scene, office, code_for(scene, None), place())
    with scene.database.reading() as session:
        found = [groups.group_at(session, CHAT, thread) for thread in (11, 12, 13, None)]
        names = [one.department.name if one and one.department else None for one in found]
    assert names == [SCHOOLS, MONEY, None, None]
    (number,) = scene.publish(duty("建设校车平台。", lead=[SCHOOLS], cooperating=[MONEY]))
    assert owed(scene) == [(Kind.assignment, 11), (Kind.assignment, 12)]
    report = scene.submit(one, number)
    scene.close(office, report)
    assert owed(scene)[2:] == [(Kind.verdict, 11), (Kind.verdict, 12)]


def test_who_may_give_a_group_up_or_change_its_language(scene: Scene) -> None:
    one, two = scene.join(Role.contact, SCHOOLS), scene.join(Role.contact, MONEY)
    number = bind(scene, one, code_for(scene))

    def unbind(person: int) -> None:
        act = scene.act(person)
        scene.do(lambda s: groups.unbind_group(s, act, s.get_one(Group, number)))

    def speak(person: int) -> None:
        act = scene.act(person)
        scene.do(lambda s: groups.set_language(s, act, s.get_one(Group, number), "en"))

    for forbidden in (unbind, speak):
        with pytest.raises(NotAllowed):
            forbidden(two)
    speak(one)
    unbind(one)
    with scene.database.reading() as session:
        assert groups.group_at(session, CHAT, None) is None
    bind(scene, scene.join(Role.coordinator), code_for(scene, MONEY))


def test_a_group_is_owed_one_digest_per_window_and_counts_as_reached(scene: Scene) -> None:
    contact = scene.join(Role.contact, SCHOOLS)
    bind(scene, contact, code_for(scene))
    scene.publish(
        duty("建设校车平台。", lead=[SCHOOLS], due=date(2026, 11, 11)),
        duty("检查校车。", lead=[SCHOOLS], due=date(2026, 11, 11)),
    )
    scene.go("2026-11-10 09:00")
    scene.sweep()
    scene.sweep()
    assert [kind for kind, _ in owed(scene)].count(Kind.digest) == 1
    with scene.database.transaction() as session:
        group = session.scalars(select(Group)).one()
        deliveries.issue_posted(session, scene.office, group, [1, 2], scene.now)
    with scene.database.reading() as session:
        assert all(part.delivered_at == scene.now for part in session.scalars(select(Part)))


def test_a_lost_group_gets_nothing_and_is_bound_anew_by_a_new_code(scene: Scene) -> None:
    contact = scene.join(Role.contact, SCHOOLS)
    scene.join(Role.coordinator)
    bind(scene, contact, code_for(scene))
    for _ in range(2):
        scene.do(lambda s: groups.bot_left(s, CHAT, scene.now))
    assert of_office(scene)[1:] == ["group_lost"]
    scene.publish(duty("建设校车平台。", lead=[SCHOOLS]))
    assert owed(scene) == []
    bind(scene, contact, code_for(scene))
    scene.publish(duty("检查校车。", lead=[SCHOOLS]))
    assert owed(scene) == [(Kind.assignment, None)]


def test_a_deleted_topic_falls_back_to_the_chat_unless_that_is_anothers(scene: Scene) -> None:
    one, two = scene.join(Role.contact, SCHOOLS), scene.join(Role.contact, MONEY)
    scene.join(Role.coordinator)
    first = bind(scene, one, code_for(scene), place(thread=11))
    second = bind(scene, two, code_for(scene, MONEY), place(thread=12))
    for thread in (11, 12, 99):
        scene.do(partial(groups.topic_gone, chat_id=CHAT, thread_id=thread, now=scene.now))
    with scene.database.reading() as session:
        kept, lost = session.get_one(Group, first), session.get_one(Group, second)
        assert (kept.thread_id, kept.left_at) == (None, None)
        assert (lost.thread_id, lost.left_at) == (12, scene.now)
    assert of_office(scene)[2:] == ["group_topic_gone", "group_lost"]


def test_everything_follows_a_chat_that_became_a_supergroup(scene: Scene) -> None:
    contact = scene.join(Role.contact, SCHOOLS)
    old, new = -4000001, CHAT
    bind(scene, contact, code_for(scene), place(chat=old))
    (number,) = scene.publish(duty("建设校车平台。", lead=[SCHOOLS]))

    def move(session: Session) -> None:
        deliveries.card_placed(session, old, number, 31)
        deliveries.remember(session, old, 31, Kind.card, [number], scene.now)
        task = load(session, scene.office, scene.now, numbers=[number])[0]
        assert task.number == number
        deliveries.chat_moved(session, old, new)

    scene.do(move)
    assert owed(scene, old) == []
    assert owed(scene, new) == [(Kind.assignment, None)]
    with scene.database.reading() as session:
        assert groups.group_at(session, new, None) is not None
        assert session.scalars(select(Card)).all() == []


def test_a_card_is_refreshed_in_the_topic_where_it_stands(scene: Scene) -> None:
    contact = scene.join(Role.contact, SCHOOLS)
    bind(scene, contact, code_for(scene), place(thread=11))
    (number,) = scene.publish(duty("建设校车平台。", lead=[SCHOOLS]))
    scene.do(lambda s: deliveries.card_placed(s, CHAT, number, 31, 11))
    scene.sign(contact, number)
    assert owed(scene)[1:] == [(Kind.card, 11)]


def test_in_a_group_only_its_department_counts(scene: Scene) -> None:
    both = scene.join(Role.contact, SCHOOLS)
    other = scene.do(
        lambda s: directory.invite(s, scene.console(), Role.head, department=MONEY).code
    )
    chat = 1001  # the first of the scene
    scene.do(lambda s: directory.bind(s, Act(scene.now, scene.now, ""), other, chat, ""))
    (number,) = scene.publish(duty("建设校车平台。", lead=[SCHOOLS]))
    with scene.database.reading() as session:
        schools = directory.get_department(session, SCHOOLS).id
        money = directory.get_department(session, MONEY).id
        act = scene.act(both)
        inside = Act(act.now, act.said_at, act.actor, both, group=money)
        assert own_departments(session, act) == [schools, money]
        assert own_departments(session, inside) == [money]
        assert roles_of(session, inside, schools) == frozenset()
        assert roles_of(session, inside, money) == {Role.head}
        with pytest.raises(NotFound):
            cards.card(session, scene.office, inside, number)
        looking = Act(scene.now, scene.now, "", group=schools)
        assert cards.card(session, scene.office, looking, number).own is not None
        assert roles_of(session, looking) == frozenset()
        foreign = Act(scene.now, scene.now, "", group=money)
        with pytest.raises(NotFound):
            cards.card(session, scene.office, foreign, number)
        offices = Act(scene.now, scene.now, "", group=0, granted=frozenset({Role.coordinator}))
        assert own_departments(session, offices) == []
        assert cards.card(session, scene.office, offices, number).own is None


def test_departments_that_become_one_keep_their_groups_and_codes(scene: Scene) -> None:
    contact = scene.join(Role.contact, MONEY)
    scene.join(Role.contact, SCHOOLS)
    number = bind(scene, contact, code_for(scene, MONEY))
    code = code_for(scene, MONEY)
    scene.do(lambda s: directory.merge_departments(s, scene.console(), MONEY, SCHOOLS))
    bind(scene, contact, code, place(chat=CHAT - 1))
    with scene.database.reading() as session:
        found = session.get_one(Group, number).department
        assert found is not None
        assert found.name == SCHOOLS
