"""What comes in is stored before it is acknowledged, whatever it looks like."""

import asyncio
import json
import logging
import random
import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot import handlers, handling
from bot.app import build
from bot.intake import chat_of, incoming
from tasks import inbox
from tasks.errors import Refused
from tasks.mailroom import Handling, Inbox
from tasks.models import History, Report
from tasks.vocabulary import Role
from tests.stories.conftest import both_databases
from tests.stories.office import TOKEN, Json, Office, Phone, text_of

ODD = [
    pytest.param({"message": "no message"}, id="not a message"),
    pytest.param({"message": {"message_id": 1, "date": 1, "chat": {"id": 7001}}}, id="no type"),
    pytest.param({"callback_query": {"id": 5, "from": []}}, id="no sender"),
    pytest.param({"message": {"message_id": 1, "date": "gestern"}}, id="date in words"),
    pytest.param({"message": {"message_id": 1, "date": 10**30}}, id="date beyond time"),
]


NOTICE = """关于抓好一项工作的通知

一、整理档案目录。（市教育局牵头，2026年12月10日前完成）
"""


@pytest.fixture
async def phone(office: Office) -> Phone:
    """Somebody whose words must not be lost."""
    invited = await office.invite(Role.contact, "市教育局", "李娜")
    assert await office.publish(NOTICE) == [1]
    return invited


async def report(phone: Phone, words: str) -> Json:
    """Say something that must be kept."""
    return await phone.say(f"/report 1 {words}")


def rows(office: Office) -> list[Inbox]:
    """The inbox, oldest first."""
    with office.db.reading() as session:
        found = list(session.scalars(select(Inbox).order_by(Inbox.id)))
        session.expunge_all()
        return found


def kept_words(office: Office) -> list[str]:
    """What people reported and what the history has of it, oldest first."""
    with office.db.reading() as session:
        words = list(session.scalars(select(Report.text).order_by(Report.id)))
        line = select(History.text).where(History.action == "report").order_by(History.id)
        assert list(session.scalars(line)) == words
        return words


@both_databases
@pytest.mark.parametrize("body", ODD)
async def test_what_cannot_be_read_is_kept_reported_and_stops_nothing(
    office: Office, phone: Phone, body: Json
) -> None:
    admin = await office.invite(Role.admin, name="管理员")
    await office.app.stop()
    await report(phone, "前一句话")
    odd = (await office.control("raw", update=body))["update_id"]
    await report(phone, "后一句话")
    await office.app.start()
    await office.settle()
    kept = next(row for row in rows(office) if row.update_id == odd)
    assert kept.state is Handling.unparsed
    assert json.loads(kept.payload) == {"update_id": odd, **body}
    assert kept.error
    assert kept_words(office) == ["前一句话", "后一句话"]
    assert sum(f"inbox retry {kept.id}" in text_of(m) for m in await admin.heard()) == 1


@pytest.mark.parametrize("number", ["abc", None, True, 1.5, -3, 2**63, [], 10**40])
async def test_what_has_no_number_is_kept_once_and_stops_nothing(
    office: Office, phone: Phone, number: object
) -> None:
    admin = await office.invite(Role.admin, name="管理员")
    body = {"update_id": number, "message": {"text": "无编号"}}
    await office.control("raw", update=body)
    await office.settle()
    for words in ("第一句", "第二句"):
        await report(phone, words)
        await office.settle()
    odd = [row for row in rows(office) if row.state is Handling.unparsed]
    assert [json.loads(row.payload) for row in odd] == [body]
    assert kept_words(office) == ["第一句", "第二句"]
    assert sum("inbox retry" in text_of(m) for m in await admin.heard()) == 1


@both_databases
@pytest.mark.parametrize("words", ["甲\0乙", "甲\ud800乙", "\udfff\0" * 50, "甲\u2028乙" * 40])
async def test_odd_characters_reach_the_inbox_whole_and_the_history_readable(
    office: Office, phone: Phone, words: str
) -> None:
    await report(phone, words)
    await office.settle()
    last = rows(office)[-1]
    assert last.state is Handling.handled
    assert last.payload.isascii()
    assert json.loads(last.payload)["message"]["text"] == f"/report 1 {words}"
    kept = kept_words(office)[-1]
    assert len(kept) == len(words)
    assert kept.encode()


async def test_an_update_that_comes_again_is_handled_once(office: Office, phone: Phone) -> None:
    await office.app.stop()
    for number in range(5):
        await report(phone, f"第{number}句话")
    await office.app.start()
    await office.settle()
    before = len(rows(office))
    last = rows(office)[-1]
    # As when the poll that would have acknowledged it never reached Telegram.
    await office.control("raw", update=json.loads(last.payload))
    await office.settle()
    assert len(rows(office)) == before
    assert kept_words(office) == [f"第{number}句话" for number in range(5)]


@both_databases
async def test_numbers_that_begin_anew_lose_nothing(office: Office, phone: Phone) -> None:
    await report(phone, "旧编号下")
    await office.settle()
    old = rows(office)[-1]
    await office.at("2026-09-21 10:00")
    # After a quiet week Telegram goes on with any number: a lower one, or one used before.
    for number, words in ((17, "编号变小后说的话"), (old.update_id, "编号重复后说的话")):
        body = json.loads(old.payload)
        body["message"] |= {"message_id": 9000 + number % 1000, "text": f"/report 1 {words}"}
        await office.control("raw", update=body | {"update_id": number})
        await office.settle()
    assert kept_words(office) == ["旧编号下", "编号变小后说的话", "编号重复后说的话"]
    assert [row.state for row in rows(office)][-3:] == [Handling.handled] * 3


async def test_the_same_number_with_the_same_words_stays_one_update_for_ever(
    office: Office, phone: Phone
) -> None:
    await report(phone, "只说一次的话给督查室听")
    await office.settle()
    old = json.loads(rows(office)[-1].payload)
    await office.sleep_until("2026-09-21 10:00")
    await office.control("raw", update=old)
    await office.settle()
    assert kept_words(office) == ["只说一次的话给督查室听"]


async def test_a_first_poll_names_no_offset_and_later_ones_only_that_of_their_batch(
    office: Office, phone: Phone
) -> None:
    await office.app.stop()
    said = [(await report(phone, f"第{n}句话"))["update_id"] for n in range(3)]
    before = len(await office.calls("getUpdates"))
    await office.app.start()
    await office.settle()
    polls = [call["parameters"] for call in (await office.calls("getUpdates"))[before:]]
    assert "offset" not in polls[0]
    assert int(polls[1]["offset"]) == said[-1] + 1
    assert all("offset" not in poll for poll in polls[2:])


async def test_nothing_is_acknowledged_that_could_not_be_stored(
    office: Office, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> int:
        raise RuntimeError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(inbox, "store", fail)
        before = len(await office.calls("getUpdates"))
        said = (await report(phone, "存不下的话"))["update_id"]
        await asyncio.sleep(0.5)
    await office.settle()
    polls = [call["parameters"] for call in (await office.calls("getUpdates"))[before:]]
    offsets = [int(poll["offset"]) for poll in polls if "offset" in poll]
    assert offsets[0] == said + 1
    assert kept_words(office) == ["存不下的话"]


async def test_another_poller_is_named_in_the_log_and_outlived(
    office: Office, phone: Phone, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.WAIT_FOR_OTHER", 0.1)
    url = f"{office.sandbox.url}/bot{TOKEN}/getUpdates"
    async with asyncio.timeout(10):
        while not any("only one may" in record.message for record in caplog.records):
            async with office.http.post(url, json={"timeout": 0}) as answer:
                assert answer.status == 200
            await asyncio.sleep(0.05)
    await report(phone, "另有程序时")
    await office.settle()
    assert kept_words(office) == ["另有程序时"]
    assert TOKEN not in caplog.text


async def test_no_words_of_people_stand_in_the_log(
    office: Office, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await report(phone, "不该进日志的话")
    await office.settle()
    told = [record for record in caplog.records if record.message in ("update", "delivery")]
    assert {record.message for record in told} == {"update", "delivery"}
    assert all("不该进日志" not in str(vars(record)) for record in caplog.records)


@pytest.fixture
def crashing(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Handling fails with a bug of ours for every update that says 坏; the row ids it met."""
    met: list[int] = []

    def handle(session, desk, update, row):  # type: ignore[no-untyped-def]
        toast = handlers.handle(session, desk, update, row)
        if update.message is not None and "坏" in (update.message.text or ""):
            met.append(row.id)
            raise ZeroDivisionError("a bug")
        return toast

    monkeypatch.setattr(handling, "handle", handle)
    monkeypatch.setattr(handling, "REST_AFTER_CRASH", 0.01)
    return met


@both_databases
async def test_the_third_crash_sets_an_update_aside_and_tells_sender_and_admins(
    office: Office, phone: Phone, crashing: list[int]
) -> None:
    admin = await office.invite(Role.admin, name="管理员")
    await report(phone, "坏消息")
    await report(phone, "好消息")
    await office.settle()
    broken = next(row for row in rows(office) if row.state is Handling.failed)
    assert crashing == [broken.id] * inbox.MAX_ATTEMPTS
    assert broken.error is not None
    assert "ZeroDivisionError" in broken.error
    # Nothing of the three attempts stayed, and what was said after it came through.
    assert kept_words(office) == ["好消息"]
    await phone.sees("已收到并保存")
    assert sum(f"inbox retry {broken.id}" in text_of(m) for m in await admin.heard()) == 1


async def test_an_update_that_failed_can_be_run_again(
    office: Office, phone: Phone, crashing: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await report(phone, "坏消息")
    await office.settle()
    monkeypatch.undo()
    with office.db.transaction() as session:
        inbox.retry(session, crashing[0])
    await office.settle()
    assert kept_words(office) == ["坏消息"]


async def test_an_update_that_kills_the_process_is_given_up(office: Office, phone: Phone) -> None:
    await office.app.stop()
    await report(phone, "致命的话")
    await office.app.start()
    await office.settle()
    with office.db.transaction() as session:
        row = session.scalars(select(Inbox).order_by(Inbox.id.desc())).first()
        assert row is not None
        row.state, row.attempts = Handling.waiting, inbox.MAX_DEATHS
    await office.settle()
    last = rows(office)[-1]
    assert last.state is Handling.failed
    assert "KilledUs" in (last.error or "")


async def test_a_locked_database_costs_no_attempt_and_no_word(
    office: Office, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = 5

    def handle(session, desk, update, row):  # type: ignore[no-untyped-def]
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        return handlers.handle(session, desk, update, row)

    monkeypatch.setattr(handling, "handle", handle)
    monkeypatch.setattr(handling, "backoff", lambda *_args, **_more: 0.02)
    await report(phone, "锁住时")
    await office.settle()
    last = rows(office)[-1]
    assert failures < 0
    assert (last.state, last.attempts) == (Handling.handled, 1)
    assert kept_words(office) == ["锁住时"]


async def test_each_chat_is_handled_in_order_and_none_waits_for_another(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await office.invite(Role.coordinator, name=name) for name in ("甲", "乙", "丙")]
    slow = people[0]
    began: list[tuple[int, int]] = []
    ended: list[tuple[int, int]] = []
    parse = handling._parse

    def slowly(payload):  # type: ignore[no-untyped-def]
        update = parse(payload)
        assert update.effective_chat is not None
        began.append((update.effective_chat.id, update.update_id))
        if update.effective_chat.id == slow.id:
            time.sleep(0.3)
        return update

    def handled(session, desk, update, row):  # type: ignore[no-untyped-def]
        ended.append((row.chat_id, row.update_id))
        return handlers.handle(session, desk, update, row)

    monkeypatch.setattr(handling, "_parse", slowly)
    monkeypatch.setattr(handling, "handle", handled)
    dice = random.Random(4)
    await office.app.stop()
    for turn in range(12):
        speaker = slow if turn < 3 else dice.choice(people[1:])
        await office.control("say", person=speaker.id, text="/help")
    await office.app.start()
    await office.settle()
    assert len(ended) == 12
    for person in people:
        of_chat = [update for chat, update in began if chat == person.id]
        assert of_chat == sorted(of_chat)
        assert of_chat == [update for chat, update in ended if chat == person.id]
    # What was said first took longest, and nobody but its own chat waited for it.
    assert [chat for chat, _ in ended][-2:] == [slow.id] * 2


def test_the_chat_of_an_update_is_that_of_its_message_or_of_its_sender() -> None:
    chat = {"id": -5, "type": "group"}
    user = {"id": 7}
    assert chat_of({"update_id": 1, "message": {"chat": chat, "from": user}}) == -5
    assert chat_of({"update_id": 1, "edited_message": {"chat": chat}}) == -5
    assert chat_of({"update_id": 1, "my_chat_member": {"chat": chat, "from": user}}) == -5
    pressed = {"from": user, "message": {"chat": chat}}
    assert chat_of({"update_id": 1, "callback_query": pressed}) == -5
    assert chat_of({"update_id": 1, "callback_query": {"from": user}}) == 7
    assert chat_of({"update_id": 1, "poll_answer": {"user": user}}) == 7
    for odd in ("x", True, 2**63, None, 1.0):
        assert chat_of({"update_id": 1, "message": {"chat": {"id": odd}}}) is None


@pytest.mark.parametrize(
    "entry", [None, 5, "text", [], {}, {"update_id": "1"}, {"update_id": True}]
)
def test_an_entry_without_a_number_gets_a_negative_one_of_its_own(entry: object) -> None:
    row = incoming(entry)
    assert not row.parsed
    assert -(2**63) <= row.update_id < -(2**61)
    assert incoming(entry) == row
    assert json.loads(row.payload) == entry


@both_databases
async def test_a_second_bot_on_the_same_database_refuses_to_start(office: Office) -> None:
    second = build(office.app.settings, clock=office.app.clock)
    with pytest.raises(Refused, match="already_running"):
        await second.start()
    await second.stop()
    await office.app.stop()
    await second.start()
    await second.settle()
    await second.stop()


async def test_nobody_is_asked_while_their_answer_may_wait(office: Office) -> None:
    phone = await office.invite(Role.contact, "市教育局", "李娜")
    await office.publish(NOTICE.replace("12月10日", "9月10日"))
    await phone.press("签收")
    await office.app.stop()
    office.app.clock.set(office.app.clock.now() + timedelta(days=2))
    await report(phone, "已整理完一半，预计按期完成")
    before = len(await phone_messages(office, phone))
    await office.app.start()
    await office.sweep()
    new = (await phone_messages(office, phone))[before:]
    assert new
    assert not [message for message in new if "待办提醒" in text_of(message)]


async def phone_messages(office: Office, phone: Phone) -> list[Json]:
    """The bot's messages, also while it does not run."""
    url = f"{office.sandbox.url}/sandbox/messages"
    async with office.http.get(url, params={"person": str(phone.id)}) as answer:
        items: list[Json] = (await answer.json())["items"]
    return [message for message in items if message["from"]["is_bot"]]
