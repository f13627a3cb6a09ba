"""What came in and what goes out: stored once, in order, nothing held up by another chat."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tasks import inbox, outbox
from tasks.errors import NotFound, Refused
from tasks.inbox import Incoming
from tasks.mailroom import Handling, Inbox, Outbox
from tasks.outbox import Leased, Priority
from tasks.vocabulary import Delivery
from tests.storage.scene import Scene, at

NOW = at("2026-11-02 09:00")
MACHINE = at("2020-01-01 00:00")
"""The machine's clock, far from the office's: a mix-up of the two shows."""

SECOND = timedelta(seconds=1)


def _store(scene: Scene, *batch: Incoming, bot: int = 1) -> int:
    return scene.do(lambda s: inbox.store(s, bot, batch, NOW))


def _claim(scene: Scene, *skip: int | None) -> int | None:
    row = scene.do(lambda s: inbox.claim(s, skip))
    return None if row is None else row.update_id


def _put(
    scene: Scene,
    key: str,
    chat: int,
    priority: Priority = Priority.at_once,
    not_before: datetime | None = None,
) -> bool:
    return scene.do(
        lambda s: outbox.put(
            s,
            key=key,
            kind="answer",
            chat_id=chat,
            now=NOW,
            priority=priority,
            not_before=not_before,
        )
    )


def _lease(
    scene: Scene, limit: int = 10, now: datetime = NOW, machine: datetime = MACHINE
) -> list[Leased]:
    return scene.do(lambda s: outbox.lease(s, now, machine, limit))


def _settle(scene: Scene, row: Leased, outcome: Delivery = Delivery.sent, **more: object) -> None:
    scene.do(lambda s: outbox.settle(s, row.id, outcome, MACHINE, **more))  # type: ignore[arg-type]


def test_an_update_is_stored_once_per_bot(scene: Scene) -> None:
    first = Incoming(2**40, -(2**45), '{"text": "\\ud83d\\u0000"}')
    assert _store(scene, first, Incoming(2, 5, "{}"), first) == 2
    assert _store(scene, first, Incoming(3, 5, "{}")) == 1
    assert _store(scene, first, bot=2**40) == 1
    assert _store(scene) == 0
    with scene.database.reading() as session:
        assert session.scalars(select(Inbox.payload).order_by(Inbox.id)).first() == first.payload


def test_within_a_chat_in_order_and_no_chat_waits_for_another(scene: Scene) -> None:
    _store(scene, Incoming(1, 5, "{}"), Incoming(2, 5, "{}"), Incoming(3, 6, "{}"))
    _store(scene, Incoming(4, None, "{}"), Incoming(5, 7, "?", parsed=False))
    assert _claim(scene) == 1
    assert _claim(scene, 5) == 3
    assert _claim(scene, 5, 6) == 4
    assert _claim(scene, 5, 6, None) is None
    scene.do(lambda s: inbox.finish(s, 1, NOW))
    assert _claim(scene) == 2
    assert scene.do(inbox.pending) == 3


def test_the_third_crash_sets_an_update_aside_and_lets_the_next_one_in(scene: Scene) -> None:
    _store(scene, Incoming(1, 5, "{}"), Incoming(2, 5, "{}"))
    given_up = []
    for _ in range(inbox.MAX_ATTEMPTS):
        assert _claim(scene) == 1
        given_up.append(scene.do(lambda s: inbox.fail(s, 1, "KeyError")))
    assert given_up == [False, False, True]
    assert _claim(scene) == 2
    assert [row.update_id for row in scene.do(inbox.failures)] == [1]
    assert scene.do(lambda s: inbox.retry(s, 1)).attempts == 0
    assert _claim(scene) == 1
    with pytest.raises(Refused, match="update_not_failed"):
        scene.do(lambda s: inbox.retry(s, 1))
    with pytest.raises(NotFound):
        scene.do(lambda s: inbox.retry(s, 99))


def test_a_number_that_comes_again_after_a_quiet_week_is_another_update(scene: Scene) -> None:
    _store(scene, Incoming(1, 5, '{"n": 1}'))
    later = NOW + timedelta(days=8)
    assert scene.do(lambda s: inbox.store(s, 1, [Incoming(1, 5, '{"n": 1}')], later)) == 0
    assert scene.do(lambda s: inbox.store(s, 1, [Incoming(1, 5, '{"n": 2}')], later)) == 1
    assert len(scene.everything()["inbox"]) == 2


def test_what_cannot_be_parsed_is_kept_and_stops_nothing(scene: Scene) -> None:
    _store(scene, Incoming(1, None, "?", parsed=False), Incoming(2, None, "{}"))
    assert _claim(scene) == 2
    (row,) = scene.do(inbox.failures)
    assert (row.update_id, row.state, row.payload) == (1, Handling.unparsed, "?")


def test_an_intent_is_owed_once(scene: Scene) -> None:
    assert _put(scene, "a", 1)
    assert not _put(scene, "a", 2)
    assert [row.chat_id for row in _lease(scene)] == [1]


def test_an_answer_overtakes_and_the_rest_keeps_its_order(scene: Scene) -> None:
    for key in ("p1", "p2"):
        _put(scene, key, 1, Priority.planned)
    _put(scene, "issue", 1)
    _put(scene, "answer", 1, Priority.answer)
    sent = []
    while rows := _lease(scene):
        (row,) = rows
        assert _lease(scene) == []
        sent.append(row.key)
        _settle(scene, row)
    assert sent == ["answer", "issue", "p1", "p2"]


def test_what_is_for_later_waits_by_the_clock_of_the_office(scene: Scene) -> None:
    _put(scene, "later", 1, not_before=NOW + SECOND)
    assert _lease(scene, machine=NOW + timedelta(days=1)) == []
    assert scene.do(lambda s: outbox.owed(s, NOW)) == 0
    assert len(_lease(scene, now=NOW + SECOND)) == 1


def test_a_lease_ends_by_the_clock_of_the_machine(scene: Scene) -> None:
    _put(scene, "a", 1)
    (first,) = _lease(scene)
    assert _lease(scene, now=NOW + timedelta(days=9)) == []
    assert _lease(scene, machine=MACHINE + outbox.LEASE - SECOND) == []
    (again,) = _lease(scene, machine=MACHINE + outbox.LEASE)
    assert (again.id, again.attempts) == (first.id, 2)


def test_a_process_that_starts_alone_takes_over_what_was_leased(scene: Scene) -> None:
    _put(scene, "a", 1)
    _lease(scene)
    assert scene.do(outbox.release_all) == 1
    assert len(_lease(scene)) == 1


def test_a_chat_with_many_rows_to_be_sent_again_holds_up_no_other(scene: Scene) -> None:
    for n in range(30):
        _put(scene, f"flood{n}", 1)
    _put(scene, "other", 2)
    first = next(row for row in _lease(scene, 2) if row.chat_id == 1)
    _settle(scene, first, Delivery.waiting, retry_at=MACHINE + 60 * SECOND, counts=False)
    scene.do(outbox.release_all)
    assert [row.key for row in _lease(scene, 2)] == ["other"]
    back = [row.key for row in _lease(scene, 2, machine=MACHINE + 61 * SECOND)]
    assert back[0] == first.key


def test_behind_a_row_to_be_sent_again_waits_what_has_its_priority(scene: Scene) -> None:
    _put(scene, "first", 1)
    (row,) = _lease(scene)
    _settle(scene, row, Delivery.unsure, retry_at=MACHINE + 60 * SECOND)
    _put(scene, "second", 1)
    assert _lease(scene) == []
    _put(scene, "answer", 1, Priority.answer)
    assert [one.key for one in _lease(scene)] == ["answer"]
    assert scene.do(lambda s: outbox.next_retry(s, NOW)) == MACHINE + 60 * SECOND


@pytest.mark.parametrize(
    "outcome",
    [Delivery.sent, Delivery.unreachable, Delivery.rejected, Delivery.stale, Delivery.unsure],
)
def test_a_settled_row_is_never_sent_again(scene: Scene, outcome: Delivery) -> None:
    _put(scene, "a", 1)
    (row,) = _lease(scene)
    _settle(scene, row, outcome, message_id=2**40, error="why")
    assert _lease(scene, machine=MACHINE + timedelta(days=1)) == []
    assert scene.do(lambda s: outbox.owed(s, NOW)) == 0
    assert not _put(scene, "a", 1)
    with scene.database.reading() as session:
        kept = session.get_one(Outbox, row.id)
        assert (kept.state, kept.message_id, kept.settled_at) == (outcome, 2**40, MACHINE)


def test_what_waits_follows_a_chat_that_moved(scene: Scene) -> None:
    _put(scene, "a", 1)
    (row,) = _lease(scene)
    _settle(scene, row)
    _put(scene, "b", 1)
    scene.do(lambda s: outbox.migrate_chat(s, 1, -(2**45)))
    assert [one.chat_id for one in _lease(scene)] == [-(2**45)]
    with scene.database.reading() as session:
        assert session.get_one(Outbox, row.id).chat_id == 1
