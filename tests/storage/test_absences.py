"""Who is told unasked: whoever is in charge, the contacts who are there, a deputy, or nobody."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.ticks import ask_and_tell
from tasks.errors import Refused
from tasks.mailroom import Outbox
from tasks.models import Part, Person
from tasks.services import absences, people
from tasks.services.post import Kind
from tasks.services.receivers import receivers
from tasks.vocabulary import Delivery, Role
from tests.storage.chat import chats
from tests.storage.scene import Scene, duty

EDUCATION, HEALTH = "市教育局", "市卫生健康局"


def told(scene: Scene) -> list[int]:
    with scene.database.reading() as session:
        return [one.id for one in receivers(session, session.scalars(select(Part)).one())]


def leave(scene: Scene, person: int, deputy: int | None = None, until: str = "2026-11-06") -> None:
    act, day = scene.act(person), date.fromisoformat(until)
    scene.do(lambda s: absences.go_away(s, scene.office, act, day, deputy).id)


def back(scene: Scene, person: int) -> bool:
    act = scene.act(person)
    return scene.do(lambda s: absences.come_back(s, act))


def test_contacts_then_deputies_then_nobody(scene: Scene) -> None:
    one, two = scene.join(Role.contact, EDUCATION), scene.join(Role.contact, EDUCATION)
    head = scene.join(Role.head, EDUCATION)
    scene.publish(duty("办好学校。", lead=[EDUCATION]))
    assert told(scene) == [one, two]
    leave(scene, one)
    assert told(scene) == [two]
    leave(scene, two, head)
    assert told(scene) == [head]
    leave(scene, head)
    assert told(scene) == []
    assert back(scene, head)
    assert told(scene) == [head]
    assert back(scene, one)
    assert told(scene) == sorted([one, head])
    assert not back(scene, one)


def test_who_is_in_charge_alone_unless_away_or_out_of_reach(scene: Scene) -> None:
    one, two = scene.join(Role.contact, EDUCATION), scene.join(Role.contact, EDUCATION)
    scene.publish(duty("办好学校。", lead=[EDUCATION]))
    scene.do(lambda s: setattr(s.scalars(select(Part)).one(), "delegate_id", two))
    assert told(scene) == [two]
    scene.do(lambda s: setattr(s.get_one(Person, two), "unreachable_at", scene.now))
    assert told(scene) == [one]
    scene.do(lambda s: setattr(s.get_one(Person, two), "unreachable_at", None))
    leave(scene, two)
    assert told(scene) == [one]


def test_a_deputy_is_of_the_department_and_there(scene: Scene) -> None:
    one, two = scene.join(Role.contact, EDUCATION), scene.join(Role.contact, EDUCATION)
    stranger = scene.join(Role.contact, HEALTH)
    for deputy in (one, stranger, 999):
        with pytest.raises(Refused, match="no_such_deputy"):
            leave(scene, one, deputy)
    leave(scene, two)
    with pytest.raises(Refused, match="no_such_deputy"):
        leave(scene, one, two)


@pytest.mark.parametrize(
    ("day", "code"), [("2026-11-01", "away_past"), ("2028-01-01", "away_too_long")]
)
def test_days_that_cannot_be(scene: Scene, day: str, code: str) -> None:
    one = scene.join(Role.contact, EDUCATION)
    before = scene.everything()
    with pytest.raises(Refused, match=code):
        leave(scene, one, until=day)
    assert scene.everything() == before


def test_whoever_returns_is_told_once(scene: Scene) -> None:
    one = scene.join(Role.contact, EDUCATION)
    leave(scene, one, until="2026-11-04")
    leave(scene, one, until="2026-11-05")

    def ended() -> int:
        act = scene.console()
        return scene.do(lambda s: absences.end_absences(s, scene.office, act))

    scene.go("2026-11-05 17:00")
    assert ended() == 0
    scene.go("2026-11-06 09:00")
    assert ended() == 1
    assert ended() == 0
    with scene.database.reading() as session:
        keys = session.scalars(select(Outbox.key).where(Outbox.kind == Kind.digest)).all()
    assert len(keys) == 1


def test_a_deputy_who_is_stopped_stands_in_for_nobody(scene: Scene) -> None:
    office = scene.join(Role.coordinator)
    one, head = scene.join(Role.contact, EDUCATION), scene.join(Role.head, EDUCATION)
    scene.publish(duty("办好学校。", lead=[EDUCATION]))
    leave(scene, one, head)
    assert told(scene) == [head]
    act = scene.act(office)
    scene.do(lambda s: people.stop(s, act, head).id)
    assert told(scene) == []


def test_that_somebody_is_away_is_shown_where_one_looks_for_them(scene: Scene) -> None:
    talk = chats(scene)
    office = talk.chat_of(scene.join(Role.coordinator))
    wang = scene.join(Role.contact, EDUCATION, "王雅琴")
    scene.do(lambda s: setattr(s.get_one(Person, wang), "phone", "010-5555"))
    chen = scene.join(Role.head, EDUCATION, "陈立")
    scene.publish(duty("办好学校。", lead=[EDUCATION]))
    scene.go("2026-11-20 09:00")
    scene.moment()
    assert "外出" not in talk.say(office, "/who")
    assert "/away" in talk.say(office, "/help")
    leave(scene, wang, chen, until="2026-12-05")
    shown = "王雅琴 010-5555（外出至12-5，陈立代办）"
    assert shown in talk.say(office, "/who")
    assert shown in talk.say(office, "/who 1")
    assert "已绑定（外出至12-5，陈立代办）" in talk.say(office, f"/people {EDUCATION}")
    leave(scene, wang, until="2026-12-05")
    assert "已绑定（外出至12-5）" in talk.say(office, f"/people {EDUCATION}")
    english = scene.join(Role.coordinator)
    scene.do(lambda s: setattr(s.get_one(Person, english), "language", "en"))
    assert "010-5555 (away until 5 Dec)" in talk.say(talk.chat_of(english), "/who")


def test_where_all_are_away_the_office_telephones(scene: Scene) -> None:
    talk = chats(scene)
    office = talk.chat_of(scene.join(Role.coordinator))
    one = scene.join(Role.contact, EDUCATION, "王雅琴")
    two = scene.join(Role.contact, EDUCATION, "李强")
    (number,) = scene.publish(duty("办好学校。", lead=[EDUCATION]))
    scene.deliver()
    scene.sign(one, number)
    leave(scene, one, until="2026-12-05")
    assert "请电话告知" not in talk.say(office, "/queue")
    leave(scene, two, until="2026-11-27")
    scene.go("2026-11-18 09:00")
    told = scene.days("2026-11-18", "2026-11-23")
    assert told == {}
    queue = talk.say(office, "/queue")
    assert "请电话告知1家" in queue
    assert "王雅琴（外出至12-5）、李强（外出至11-27）" in queue
    assert f"#{number}" in queue


def woken(scene: Scene, person: int) -> list[str]:
    """What is owed to a person once the bot has looked at the clock: the kinds."""
    scene.do(lambda s: ask_and_tell(s, scene.office, scene.now))
    with scene.database.reading() as session:
        rows = select(Outbox.kind).where(
            Outbox.person_id == person, Outbox.state == Delivery.waiting
        )
        return list(session.scalars(rows.order_by(Outbox.id)))


def test_one_digest_on_return_with_everything_that_was_not_sent(scene: Scene) -> None:
    talk = chats(scene)
    one = scene.join(Role.contact, EDUCATION, "王雅琴")
    numbers = scene.publish(
        duty("办好学校。", lead=[EDUCATION], due=date(2026, 11, 26)),
        duty("建设校园。", lead=[EDUCATION], due=date(2027, 3, 31)),
    )
    scene.deliver()
    scene.sign(one, *numbers)
    leave(scene, one, until="2026-11-26")
    for day in ("11-18", "11-23", "11-25"):
        scene.go(f"2026-{day} 09:00")
        assert woken(scene, one) == []
    scene.go("2026-11-27 09:00")
    assert woken(scene, one) == ["digest"]
    said = talk.shown(talk.chat_of(one))
    assert said.startswith("您已返回，全部待办：/my\n【待办提醒】")
    assert "#1 超期1个工作日" in said
    assert woken(scene, one) == []
    scene.go("2026-11-27 14:30")
    assert woken(scene, one) == []
    scene.go("2026-11-30 09:00")
    assert woken(scene, one) == ["digest"]
    assert talk.shown(talk.chat_of(one)).startswith("【待办提醒】")


def test_who_returns_and_is_asked_nothing_sees_what_is_open(scene: Scene) -> None:
    talk = chats(scene)
    one = scene.join(Role.contact, EDUCATION, "王雅琴")
    numbers = scene.publish(duty("办好学校。", lead=[EDUCATION], due=date(2027, 3, 31)))
    scene.deliver()
    scene.sign(one, *numbers)
    office = scene.join(Role.coordinator)
    for person in (one, office):
        leave(scene, person, until="2026-11-04")
    scene.go("2026-11-05 09:00")
    assert woken(scene, one) == ["digest"]
    said = talk.shown(talk.chat_of(one))
    assert said.startswith("您已返回。\n")
    assert "办好学校" in said
    assert talk.shown(talk.chat_of(office)) == "您已返回。"


def test_a_day_that_has_passed_is_no_day_of_next_year(scene: Scene) -> None:
    talk = chats(scene)
    one = talk.chat_of(scene.join(Role.contact, EDUCATION, "王雅琴"))
    scene.go("2026-09-28 09:00")
    assert "9月1日" in (said := talk.say(one, "/away 9月1日"))
    assert "已过" in said
    scene.go("2026-09-07 09:00")
    assert "已过" in talk.say(one, "/away 8月1日")
    assert "外出至2027年1月5日（周二）" in talk.say(one, "/away 1月5日")
    assert "外出至12月5日（周六）" in talk.say(one, "/away 12月5日")


def test_whoever_leaves_alone_is_not_told_of_others(scene: Scene) -> None:
    talk = chats(scene)
    one = talk.chat_of(scene.join(Role.contact, EDUCATION, "王雅琴"))
    alone = talk.say(one, "/away 12月5日")
    assert "未指定代办人" in alone
    assert "其他联络员" not in alone
    talk.say(one, "/away 取消")
    scene.join(Role.contact, EDUCATION, "李强")
    talk.say(one, "/away 12月5日")
    assert "提醒发给本单位其他联络员" in talk.press(one, "不指定")
