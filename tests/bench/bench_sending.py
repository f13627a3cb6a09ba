"""What sending costs: the durable way beside a bare loop, Telegram's limits, and how long an
answer takes while a broadcast runs.

The server is a process of its own that answers at once. The durable way is the bot's: rows in
the outbox of a SQLite file with synchronous=FULL, leased, composed, sent, settled. The bare loop
is python-telegram-bot's `send_message` alone and keeps nothing.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import aiohttp
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.request import BaseRequest, HTTPXRequest

import migrations
from bot.clock import OfficeClock
from bot.delivery import LANES, Sender
from bot.desk import Desk
from bot.engine import Engine
from bot.pace import Pace
from bot.request import AiohttpRequest
from tasks import outbox
from tasks.db import Database
from tasks.mailroom import Outbox
from tasks.models import Person
from tasks.outbox import Intent, Priority
from tasks.services.post import Kind
from tasks.vocabulary import Delivery
from tests.bench.answering import answering
from tests.bench.filled import OFFICE

MESSAGES = 10_000
BARE = 3_000
"""Enough for a rate; each of them costs the same."""
LIMITED = 2_000
ANSWERS = 150
EVERY = 0.2
"""Seconds between two questions that want an answer."""

TOKEN = "42:of-the-measurement"
TEXT = "请于本周五（11月27日）17:30前反馈“一网通办”事项清单核对情况。"
NEW = 500
"""Rows put in one commit."""
FIRST_CHAT = 1_000_000

Row = dict[str, object]


def measure() -> list[Row]:
    """Rows of all four comparisons."""
    return asyncio.run(_measure())


async def _measure() -> list[Row]:
    with answering() as url:
        durable = await _durable(url, MESSAGES)
        ours = await _bare(url, AiohttpRequest(), BARE)
        theirs = await _bare(url, HTTPXRequest(connection_pool_size=LANES), BARE)
        idle, busy = await _waits(url)
    rows: list[Row] = [
        _rate(f"bare loop, our request class, {LANES} in flight", ours),
        _rate(f"bare loop, default request class, {LANES} in flight", theirs),
    ]
    for rate, peer in ((ours, rows[0]), (theirs, rows[1])):
        rows.append(
            {
                **_rate(f"broadcast of {MESSAGES:,} from the outbox", durable),
                "ratio_to": peer["name"],
                "ratio": round(durable / rate, 2),
            }
        )
    with answering(limits=True) as url:
        rate, refused = await _limited(url, LIMITED)
    rows.append(_rate(f"broadcast of {LIMITED:,} within Telegram's limits", rate))
    rows.append({"name": "of these refused with 429", "value": refused, "unit": "messages"})
    for name, waits in (("nothing else to send", idle), ("a broadcast running", busy)):
        rows.append(
            {
                "name": f"answer owed until sent, {name}, p95",
                "value": round(1000 * quantiles(waits, n=20)[-1], 1),
                "unit": "ms",
            }
        )
    return rows


def _rate(name: str, rate: float) -> Row:
    return {"name": name, "value": round(rate, 1), "unit": "messages/s"}


async def _bare(url: str, request: BaseRequest, messages: int) -> float:
    """Messages a second of `send_message` in as many loops as the bot has lanes."""
    numbers = iter(range(messages))
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request)

    async def lane() -> None:
        for number in numbers:
            await bot.send_message(FIRST_CHAT + number, TEXT, parse_mode="HTML")

    await request.initialize()
    try:
        begun = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(LANES)))
        return messages / (time.perf_counter() - begun)
    finally:
        await request.shutdown()


async def _durable(url: str, messages: int) -> float:
    """Messages a second from the first row written to the last one settled."""
    async with _office(url, messages, limits=False) as (engine, sender):
        begun = time.perf_counter()
        await _owe(engine, messages)
        await _sent_by(engine, sender)
        taken = time.perf_counter() - begun
        await engine.read(lambda session: _check(session, messages))
    return messages / taken


async def _limited(url: str, messages: int) -> tuple[float, int]:
    """Messages a second under Telegram's limits, and how many the server refused."""
    async with _office(url, messages, limits=True) as (engine, sender):
        await _owe(engine, messages)
        begun = time.perf_counter()
        await _sent_by(engine, sender)
        taken = time.perf_counter() - begun
        await engine.read(lambda session: _check(session, messages))
    async with aiohttp.ClientSession() as http, http.get(f"{url}/counts") as counts:
        return messages / taken, int((await counts.json())["refused"])


async def _waits(url: str) -> tuple[list[float], list[float]]:
    """Seconds from owing an answer until it was sent: alone, and during a broadcast."""
    rows = round(ANSWERS * EVERY * 100)
    async with _office(url, ANSWERS + rows, limits=True) as (engine, sender):
        running = asyncio.create_task(sender.run())
        idle = await _answers(engine, sender, "idle")
        await _owe(engine, rows, chats=range(FIRST_CHAT + ANSWERS, FIRST_CHAT + ANSWERS + rows))
        sender.rounds.ring()
        await asyncio.sleep(1.0)
        busy = await _answers(engine, sender, "busy")
        if await engine.read(lambda session: outbox.owed(session, engine.desk.now())) < LANES:
            raise AssertionError("the broadcast ended before the answers")
        await sender.stop()
        await running
    return idle, busy


async def _answers(engine: Engine, sender: Sender, name: str) -> list[float]:
    waits = []
    for number in range(ANSWERS):
        key, chat = f"{name}:{number}", FIRST_CHAT + number
        begun = time.time()
        await engine.write(lambda s, k=key, c=chat: _put(s, engine, k, c, Priority.answer))  # type: ignore[misc]
        sender.rounds.ring()
        await asyncio.sleep(EVERY)
        settled = await engine.read(lambda s, k=key: _settled(s, k))  # type: ignore[misc]
        while settled is None:
            await asyncio.sleep(EVERY)
            settled = await engine.read(lambda s, k=key: _settled(s, k))  # type: ignore[misc]
        waits.append(settled.timestamp() - begun)
    return waits


async def _sent_by(engine: Engine, sender: Sender) -> None:
    """Run the loop until nothing is owed any more, what Telegram put off included."""
    running = asyncio.create_task(sender.run())
    await sender.rounds.quiet()
    # What is put off rings nobody.
    while await engine.read(lambda s: outbox.owed(s, engine.desk.now())):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await sender.stop()
    await running


@asynccontextmanager
async def _office(url: str, people: int, *, limits: bool) -> AsyncIterator[tuple[Engine, Sender]]:
    """A database with that many people, and the loop that sends."""
    clock = OfficeClock()
    desk = Desk(OFFICE, "市政府办公室", None, "zh", frozenset(), clock.now)
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'duban.db'}")
        migrations.upgrade(database)
        with database.transaction() as session:
            session.execute(insert(Person), [_person(n) for n in range(people)])
        request = AiohttpRequest()
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=request)
        await request.initialize()
        engine = Engine(database, desk, clock, bot, Path(folder))
        try:
            yield engine, Sender(engine, Pace(limited=limits), planned=lambda: True)
        finally:
            await request.shutdown()
            engine.threads.shutdown()
            database.dispose()


def _person(number: int) -> dict[str, object]:
    before = datetime.now(UTC) - timedelta(days=1)
    return {
        "id": number + 1,
        "name": f"联络员{number}",
        "chat_id": FIRST_CHAT + number,
        "created_at": before,
        "bound_at": before,
    }


async def _owe(engine: Engine, messages: int, chats: Sequence[int] | None = None) -> None:
    chats = range(FIRST_CHAT, FIRST_CHAT + messages) if chats is None else chats
    for at in range(0, messages, NEW):
        some = chats[at : at + NEW]

        intents = [
            Intent(f"broadcast:{chat}", chat, person_id=chat - FIRST_CHAT + 1) for chat in some
        ]

        def put(session: Session, intents: Sequence[Intent] = intents) -> None:
            outbox.put_all(
                session,
                intents,
                kind=Kind.page,
                facts={"pages": [{"text": TEXT}]},
                priority=Priority.planned,
                now=engine.desk.now(),
            )

        await engine.write(put)


def _put(session: Session, engine: Engine, key: str, chat: int, priority: Priority) -> None:
    outbox.put(
        session,
        key=key,
        kind=Kind.page,
        chat_id=chat,
        facts={"pages": [{"text": TEXT}]},
        priority=priority,
        now=engine.desk.now(),
    )


def _settled(session: Session, key: str) -> datetime | None:
    return session.scalar(select(Outbox.settled_at).where(Outbox.key == key))


def _check(session: Session, messages: int) -> None:
    sent = session.scalar(select(func.count()).where(Outbox.state == Delivery.sent))
    if sent != messages:
        raise AssertionError(f"{sent} sent of {messages}")
