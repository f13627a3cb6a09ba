"""Health: what waits too long, what failed, and whom nobody can tell."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tasks import outbox
from tasks.mailroom import Handling, Inbox, Outbox
from tasks.models import Person
from tasks.outbox import Priority
from tasks.views.health import Finding, Level, findings
from tasks.vocabulary import Delivery, Role
from tests.storage.scene import Scene, duty

DUE = date(2026, 11, 20)


def found(scene: Scene) -> dict[str, Finding]:
    with scene.database.reading() as session:
        rows = findings(session, scene.office.cal, scene.now, scene.now)
    return {one.code: one for one in rows}


def troubles(scene: Scene) -> list[str]:
    return [code for code, one in found(scene).items() if one.level is not Level.ok]


def came(scene: Scene, state: Handling, minutes: int) -> None:
    row = Inbox(
        bot_id=1,
        update_id=minutes,
        chat_id=1,
        payload="{}",
        received_at=scene.now - timedelta(minutes=minutes),
        state=state,
    )
    scene.do(lambda session: session.add(row))


def owed(scene: Scene, key: str, at: datetime, **values: Any) -> None:
    def put(session: Session) -> None:
        outbox.put(session, key=key, kind="answer", chat_id=1, now=at, priority=Priority.answer)
        row = session.query(Outbox).filter_by(key=key).one()
        for name, value in values.items():
            setattr(row, name, value)

    scene.do(put)


def test_an_office_that_flows_has_no_trouble(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    assert troubles(scene) == []
    came(scene, Handling.waiting, 9)
    owed(scene, "soon", scene.now - timedelta(minutes=9))
    assert troubles(scene) == []


def test_what_waits_too_long_is_an_error(scene: Scene) -> None:
    came(scene, Handling.waiting, 11)
    owed(scene, "late", scene.now - timedelta(minutes=25))
    rows = found(scene)
    assert rows["inbox_late"].facts == {"count": 1, "minutes": 11}
    assert rows["outbox_late"].facts == {"count": 1, "minutes": 25}
    assert {one.level for one in (rows["inbox_late"], rows["outbox_late"])} == {Level.error}


def test_what_telegram_asked_to_send_later_is_not_late(scene: Scene) -> None:
    owed(
        scene,
        "parked",
        scene.now - timedelta(hours=1),
        retry_at=scene.now + timedelta(minutes=1),
    )
    owed(scene, "tomorrow", scene.now + timedelta(days=1))
    assert troubles(scene) == []


def test_what_failed_is_counted(scene: Scene) -> None:
    came(scene, Handling.failed, 1)
    came(scene, Handling.unparsed, 2)
    owed(scene, "no", scene.now, state=Delivery.rejected, settled_at=scene.now)
    old = scene.now - timedelta(days=8)
    owed(scene, "old", old, state=Delivery.rejected, settled_at=old)
    rows = found(scene)
    assert rows["failed_updates"].facts["count"] == 2
    assert rows["deliveries_rejected"].facts["rejected"] == 1


def test_a_sweep_that_does_not_come_is_seen_within_the_window(scene: Scene) -> None:
    scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], due=DUE))
    scene.deliver()
    scene.go("2026-11-20 08:00")
    assert troubles(scene) == []
    scene.go("2026-11-20 09:05")
    assert troubles(scene) == []
    scene.go("2026-11-20 09:30")
    assert found(scene)["sweep_late"].facts["count"] == 1
    scene.sweep()
    scene.deliver()
    assert troubles(scene) == []


def test_a_department_that_nobody_can_be_told_for_is_named(scene: Scene) -> None:
    contact = scene.join(Role.contact, "教育局")
    scene.publish(duty("办。", lead=["教育局"], cooperating=["财政局"], due=DUE))
    scene.deliver()
    assert found(scene)["departments_unreached"].facts == {"count": 1}

    def block(session: Session) -> None:
        session.get_one(Person, contact).unreachable_at = scene.now

    scene.do(block)
    assert found(scene)["departments_unreached"].facts == {"count": 2}
