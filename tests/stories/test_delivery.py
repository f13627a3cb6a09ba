"""What becomes of a message that is owed, whatever Telegram answers: the failure table."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import select
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.request import AiohttpRequest, NotSent
from bot.verdicts import AGAIN_AFTER, judge
from tasks import outbox
from tasks.mailroom import Card, Outbox, Sent
from tasks.models import Part, Person
from tasks.outbox import MAX_ATTEMPTS, Priority
from tasks.services.post import Kind
from tasks.staff import Group
from tasks.vocabulary import Delivery, Role
from tests.stories.office import TOKEN, Json, Office, Phone, buttons_of, open_office, text_of

NOTICE = """关于抓好秋季两项工作的通知

一、整理档案目录。（市教育局牵头，2026年10月30日前完成）
二、修订值班制度。（市教育局牵头，2026年11月30日前完成）
"""


@pytest.fixture
async def office(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office whose bot gives up waiting for an answer soon and tries again soon."""
    monkeypatch.setattr("bot.verdicts.AGAIN_AFTER", (0.2,) * len(AGAIN_AFTER))
    monkeypatch.setattr("bot.verdicts.UNREACHED_AFTER", 0.2)
    request = lambda: AiohttpRequest(answer_within=0.4)  # noqa: E731
    async with open_office(database_url, request=request) as opened:
        yield opened


@pytest.fixture
async def phone(office: Office) -> Phone:
    """Somebody to whom something is owed."""
    return await office.invite(Role.contact, "市教育局", "李娜")


def owe(
    office: Office,
    chat: int,
    *pages: str,
    key: str = "owed",
    priority: int = Priority.at_once,
    **facts: Any,
) -> str:
    """Owe a chat these words, each a message."""
    with office.db.transaction() as session:
        outbox.put(
            session,
            key=key,
            kind=Kind.page if pages else Kind.answer,
            chat_id=chat,
            facts=facts or {"pages": [{"text": page, "keyboard": []} for page in pages]},
            priority=priority,
            now=office.app.clock.now(),
        )
    return key


def row_of(office: Office, key: str = "owed") -> Outbox:
    """The row as it stands."""
    with office.db.reading() as session:
        row = session.scalars(select(Outbox).where(Outbox.key == key)).one()
        session.expunge(row)
        return row


async def fate(
    office: Office, key: str = "owed", *, tried: bool = False, reachable: bool = True
) -> Outbox:
    """The row once nothing more will be done with it, or once it was `tried`."""
    if reachable:
        await office.settle()
    async with asyncio.timeout(10):
        while True:
            row = row_of(office, key)
            if row.settled_at is not None or (tried and row.retry_at is not None):
                return row
            await asyncio.sleep(0.02)


def told(messages: list[Json], words: str) -> int:
    """How many of these messages say that."""
    return sum(text_of(message) == words for message in messages)


@pytest.mark.parametrize(
    ("weather", "at_first", "counted", "doubles"),
    [
        ({"kind": "flood", "retry_after": 1}, Delivery.waiting, 0, 1),
        ({"kind": "timeout"}, Delivery.unsure, 1, 1),
        ({"kind": "bad_gateway"}, Delivery.unsure, 1, 1),
        ({"kind": "lost_answer"}, Delivery.unsure, 1, 2),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else str(value),
)
async def test_bad_weather_passes_and_the_message_arrives(
    office: Office,
    phone: Phone,
    weather: dict[str, Any],
    at_first: Delivery,
    counted: int,
    doubles: int,
) -> None:
    await office.control("faults", method="sendMessage", **weather)
    owe(office, phone.id, "天气")
    first = await fate(office, tried=True)
    assert (first.state, first.attempts) == (at_first, counted)
    assert first.leased_until is None
    last = await fate(office)
    assert (last.state, last.attempts) == (Delivery.sent, counted + 1)
    assert told(await phone.heard(), "天气") == doubles


async def test_what_never_gets_an_answer_is_left_unsure(office: Office, phone: Phone) -> None:
    await office.fault("bad_gateway", method="sendMessage", times=100)
    owe(office, phone.id, "天气")
    row = await fate(office)
    assert (row.state, row.attempts, row.retry_at) == (Delivery.unsure, MAX_ATTEMPTS, None)
    assert len([c for c in await office.calls("sendMessage") if "fault" in c]) == MAX_ATTEMPTS


async def test_who_blocked_the_bot_is_unreachable_and_the_coordinators_learn_it_once(
    office: Office, phone: Phone
) -> None:
    coordinator = await office.invite(Role.coordinator, name="赵敏")
    # Before the bot reads that it was blocked, as when it happened while a message was sent.
    await office.app.stop()
    await phone.block()
    owe(office, phone.id, "一", key="first")
    owe(office, phone.id, "二", key="second")
    await office.app.start()
    assert (await fate(office, "first")).state is Delivery.unreachable
    assert (await fate(office, "second")).state is Delivery.unreachable
    with office.db.reading() as session:
        person = session.scalars(select(Person).where(Person.chat_id == phone.id)).one()
        assert person.unreachable_at is not None
    assert sum("李娜" in text_of(m) for m in await coordinator.heard()) == 1


async def test_a_chat_that_is_gone_is_unreachable(office: Office) -> None:
    owe(office, 99, "有人吗")
    assert (await fate(office)).state is Delivery.unreachable


async def test_a_group_that_moved_gets_its_messages_under_its_new_id(
    office: Office, phone: Phone
) -> None:
    made = await office.control("groups", title="联络群", members=[phone.id], type="group")
    with office.db.transaction() as session:
        session.add(Group(chat_id=made["id"], title="联络群", bound_at=office.app.clock.now()))
    owe(office, made["id"], "第一句", key="before")
    await fate(office, "before")
    moved = await office.control("groups", group=made["id"], migrate=True)
    assert moved["id"] != made["id"]
    owe(office, made["id"], "第二句")
    row = await fate(office)
    assert (row.state, row.chat_id) == (Delivery.sent, moved["id"])
    with office.db.reading() as session:
        # What was sent keeps its number where it was sent: the new chat counts anew.
        chats = set(session.scalars(select(Sent.chat_id).where(Sent.kind == Kind.page)))
        assert session.scalars(select(Group.chat_id)).all() == [moved["id"]]
    assert chats == {made["id"], moved["id"]}
    heard = [m for m in await phone.everything() if text_of(m) == "第二句"]
    assert [m["chat"]["id"] for m in heard] == [moved["id"]]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"pages": [{"text": "<b>没有关上", "keyboard": []}]}, id="refused"),
        pytest.param({"no": "pages"}, id="not composed"),
    ],
)
async def test_our_own_bug_is_never_sent_again_and_holds_nothing_up(
    office: Office, phone: Phone, facts: dict[str, Any]
) -> None:
    with office.db.transaction() as session:
        outbox.put(
            session,
            key="owed",
            kind=Kind.page,
            chat_id=phone.id,
            facts=facts,
            now=office.app.clock.now(),
        )
    owe(office, phone.id, "后一句", key="after")
    assert (await fate(office, "after")).state is Delivery.sent
    row = await fate(office)
    assert (row.state, row.retry_at) == (Delivery.rejected, None)
    assert row.error


async def test_what_is_no_longer_true_is_not_sent(office: Office, phone: Phone) -> None:
    with office.db.transaction() as session:
        outbox.put(
            session,
            key="owed",
            kind=Kind.card,
            chat_id=phone.id,
            facts={"task": 404},
            now=office.app.clock.now(),
        )
    before = len(await phone.heard())
    assert (await fate(office)).state is Delivery.stale
    assert len(await phone.heard()) == before


async def test_a_server_out_of_reach_costs_no_attempt(office: Office, phone: Phone) -> None:
    port = int(office.sandbox.url.rpartition(":")[2])
    await office.sandbox.stop()
    owe(office, phone.id, "天气")
    first = await fate(office, tried=True, reachable=False)
    assert (first.state, first.attempts) == (Delivery.waiting, 0)
    await office.sandbox.start(port=port)
    last = await fate(office)
    assert (last.state, last.attempts) == (Delivery.sent, 1)
    assert told(await phone.heard(), "天气") == 1


async def test_a_full_chat_that_must_wait_keeps_nobody_else_waiting(
    office: Office, phone: Phone
) -> None:
    other = await office.invite(Role.contact, "市财政局", "王强")
    await office.fault("flood", phone, method="sendMessage", retry_after=2)
    await office.app.stop()
    for number in range(40):
        owe(office, phone.id, f"第{number}句", key=f"full:{number}")
    await office.app.start()
    await fate(office, "full:0", tried=True)
    owe(office, phone.id, "急件", key="urgent", priority=Priority.answer)
    owe(office, other.id, "别人的")
    row = await fate(office)
    assert row.state is Delivery.sent
    # Telegram asked to spare that chat: an answer waits there as well.
    assert row_of(office, "urgent").attempts == 0
    assert row_of(office, "full:0").settled_at is None
    await fate(office, "full:39")
    said = [text_of(m) for m in await phone.heard()]
    assert said[-41] == "急件"
    assert said[-40:] == [f"第{number}句" for number in range(40)]


async def test_pages_follow_their_first_one_before_anything_else(
    office: Office, phone: Phone
) -> None:
    await office.app.stop()
    # As the second to fourth page of some message.
    rest = Priority.at_once - 1
    owe(office, phone.id, "一", "二", "三", key="pages:p2", priority=rest)
    owe(office, phone.id, "其他", key="other")
    await office.app.start()
    await office.settle()
    assert [text_of(m) for m in await phone.heard()][-4:] == ["一", "二", "三", "其他"]
    assert row_of(office, "pages:p4").state is Delivery.sent


async def test_an_edit_that_changes_nothing_counts_as_sent(office: Office, phone: Phone) -> None:
    card = await _card(office, phone, 1)
    before = len(await phone.heard())
    _redraw(office, phone, 1, "again")
    row = await fate(office, "again")
    assert (row.state, row.message_id) == (Delivery.sent, card["message_id"])
    assert len(await phone.heard()) == before
    refused = [c for c in await office.calls("editMessageText") if not c["outcome"]["ok"]]
    assert len(refused) == 1


async def test_an_edit_whose_message_is_gone_is_sent_anew(office: Office, phone: Phone) -> None:
    card = await _card(office, phone, 1)
    url = f"{office.sandbox.url}/bot{TOKEN}/deleteMessage"
    gone = {"chat_id": phone.id, "message_id": card["message_id"]}
    async with office.http.post(url, json=gone) as answer:
        assert answer.status == 200
    _redraw(office, phone, 1, "again")
    row = await fate(office, "again")
    assert row.state is Delivery.sent
    assert row.message_id not in (None, card["message_id"])
    with office.db.reading() as session:
        live = session.scalars(select(Card.message_id).where(Card.task_id == 1)).all()
    assert live == [row.message_id]


async def test_a_new_card_takes_the_buttons_off_the_one_before(
    office: Office, phone: Phone
) -> None:
    first = await _card(office, phone, 1)
    assert buttons_of(first)
    second = await _card(office, phone, 1)
    assert second["message_id"] != first["message_id"]
    shown = {m["message_id"]: buttons_of(m) for m in await phone.heard()}
    assert not shown[first["message_id"]]
    assert shown[second["message_id"]]


async def test_of_several_redraws_of_a_card_only_the_last_is_sent(
    office: Office, phone: Phone
) -> None:
    await _card(office, phone, 1)
    await _card(office, phone, 2)
    await office.app.stop()
    for number in range(3):
        _redraw(office, phone, 1, f"one:{number}")
    _redraw(office, phone, 2, "two")
    await office.app.start()
    await office.settle()
    states = [row_of(office, f"one:{number}").state for number in range(3)]
    assert states == [Delivery.stale, Delivery.stale, Delivery.sent]
    assert row_of(office, "two").state is Delivery.sent


async def test_a_card_that_was_asked_for_comes_though_a_redraw_waits_behind_it(
    office: Office, phone: Phone
) -> None:
    await _card(office, phone, 1)
    await office.app.stop()
    with office.db.transaction() as session:
        outbox.put(
            session,
            key="asked",
            kind=Kind.card,
            chat_id=phone.id,
            facts={"task": 1},
            now=office.app.clock.now(),
        )
    _redraw(office, phone, 1, "redraw")
    await office.app.start()
    await office.settle()
    assert row_of(office, "asked").state is Delivery.sent


async def test_a_notice_counts_as_delivered_only_once_it_was_sent(
    office: Office, phone: Phone
) -> None:
    await office.fault("flood", phone, method="sendMessage", retry_after=1)
    await office.publish(NOTICE)
    assert _delivered(office) == [None, None]
    await fate(office, _issue_key(office))
    assert None not in _delivered(office)


@pytest.mark.parametrize(
    ("error", "outcome", "again", "counts"),
    [
        (lambda: RetryAfter(7), Delivery.waiting, 7.0, False),
        (lambda: NotSent("not reached"), Delivery.waiting, 5.0, False),
        (lambda: InvalidToken(f"The token `{TOKEN}` was rejected"), Delivery.waiting, 60.0, False),
        (
            lambda: Forbidden("Forbidden: bot was blocked by the user"),
            Delivery.unreachable,
            None,
            True,
        ),
        (lambda: BadRequest("Chat not found"), Delivery.unreachable, None, True),
        (lambda: BadRequest("Can't parse entities"), Delivery.rejected, None, True),
        (TimedOut, Delivery.unsure, 2.0, True),
        (lambda: NetworkError("Bad Gateway"), Delivery.unsure, 2.0, True),
        (lambda: TelegramError("Invalid server response"), Delivery.unsure, 2.0, True),
    ],
)
def test_the_table(
    error: Callable[[], TelegramError],
    outcome: Delivery,
    again: float | None,
    counts: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    verdict = judge(error(), 1)
    assert (verdict.outcome, verdict.again, verdict.counts) == (outcome, again, counts)
    assert TOKEN not in (verdict.error or "")


def test_each_attempt_waits_longer_and_the_last_is_the_last() -> None:
    waits = [judge(TimedOut(), attempt).again for attempt in range(1, MAX_ATTEMPTS + 1)]
    assert waits == [2.0, 8.0, 32.0, 128.0, 512.0, None]


async def _card(office: Office, phone: Phone, number: int) -> Json:
    """A card of that task, asked for."""
    with office.db.reading() as session:
        issued = session.scalar(select(Part.id)) is not None
    if not issued:
        await office.publish(NOTICE)
    await phone.say(f"/task {number}")
    return (await phone.heard())[-1]


def _redraw(office: Office, phone: Phone, number: int, key: str) -> None:
    with office.db.transaction() as session:
        outbox.put(
            session,
            key=key,
            kind=Kind.card,
            chat_id=phone.id,
            facts={"task": number, "edit": True},
            now=office.app.clock.now(),
        )


def _delivered(office: Office) -> list[Any]:
    with office.db.reading() as session:
        return list(session.scalars(select(Part.delivered_at).order_by(Part.id)))


def _issue_key(office: Office) -> str:
    with office.db.reading() as session:
        return session.scalars(select(Outbox.key).where(Outbox.kind == Kind.assignment)).one()
