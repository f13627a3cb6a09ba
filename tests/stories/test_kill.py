"""The bot is killed at any instant: nothing said is lost, nothing happens twice."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.desk import office_of
from bot.sandbox import Sandbox, create
from config.settings import Settings
from tasks import inbox
from tasks.db import Database
from tasks.mailroom import Handling, Inbox, Outbox
from tasks.models import Base, History, Person, Report
from tasks.reading import read_notice
from tasks.services.acts import Act
from tasks.services.directory import invite
from tasks.services.notices import import_notice, publish
from tasks.services.post import Kind
from tasks.vocabulary import Delivery, Role
from tests.sandbox.client import Desk, Json
from tests.stories.office import buttons_of

TOKEN = "515151:to-be-killed_to-be-killed_to-be"
DEPARTMENTS = [
    "教育局",
    "财政局",
    "民政局",
    "水利局",
    "交通局",
    "卫生局",
    "文化局",
    "体育局",
    "统计局",
    "司法局",
]
KILLS = 20
REPLIES = 160
LONGEST_LIFE = 1.4
"""Seconds that the bot lives before it is killed, at most."""


@dataclass(slots=True)
class Nursery:
    """A process from which bots are forked, one at a time."""

    process: asyncio.subprocess.Process
    bot: int | None = None

    @classmethod
    async def open(cls, folder: Path, repository: Path, **environment: str) -> Self:
        """Start it, and wait until it has imported everything."""
        with (folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.stories.run_bot"),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env={"PATH": os.environ["PATH"], "PYTHONPATH": str(repository), **environment},
                cwd=folder,
            )
        opened = cls(process)
        assert await opened._line() == "ready"
        return opened

    async def begin(self) -> int:
        """A bot begins; its process number."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"go\n")
        self.bot = int(await self._line())
        return self.bot

    async def ended(self) -> int:
        """The exit code of the bot, once it has ended."""
        code = int(await self._line())
        self.bot = None
        return code

    async def end(self, number: signal.Signals) -> int:
        """Send the bot a signal and wait for its end; its exit code."""
        assert self.bot is not None
        os.kill(self.bot, number)
        return await self.ended()

    async def close(self) -> None:
        """Nothing stays behind."""
        if self.bot is not None:
            with suppress(ProcessLookupError):
                os.kill(self.bot, signal.SIGKILL)
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    async def _line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()


@dataclass(slots=True)
class Patient:
    """A bot in a process of its own, and those who talk to it."""

    sandbox: Sandbox
    desk: Desk
    database: Database
    folder: Path
    repository: Path
    nursery: Nursery
    people: dict[str, int] = field(default_factory=dict)
    calls_before: int = 0

    async def begin(self) -> None:
        """A bot begins."""
        self.calls_before = int((await self.desk.get("calls"))["next"])
        await self.nursery.begin()

    async def greets(self) -> None:
        """Until the bot that has just begun knows who it is and is about to poll."""
        async with asyncio.timeout(30):
            after = self.calls_before
            while True:
                found = await self.desk.get("calls", after=after, wait=5)
                if any(call["method"] == "deleteWebhook" for call in found["items"]):
                    return
                after = int(found["next"])

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def in_flight(self) -> int:
        """Rows that a sender holds."""
        with self.database.reading() as session:
            held = select(func.count()).select_from(Outbox).where(Outbox.leased_until.is_not(None))
            return session.scalar(held) or 0

    async def drained(self, *, within: float = 40.0) -> None:
        """Until everything that was said is handled and everything owed is told."""
        until = asyncio.get_running_loop().time() + within
        while left := self.waiting():
            assert asyncio.get_running_loop().time() < until, f"{left} left\n{self.log()}"
            await asyncio.sleep(0.1)

    def waiting(self) -> int:
        """What Telegram, the inbox and the outbox still hold."""
        with self.database.reading() as session:
            owed = select(func.count()).select_from(Outbox).where(Outbox.settled_at.is_(None))
            return (
                len(self.sandbox.world.updates)
                + inbox.pending(session)
                + (session.scalar(owed) or 0)
            )

    async def heard(self, name: str) -> list[Json]:
        """What the bot said on somebody's phone."""
        found = await self.desk.get("messages", person=self.people[name])
        return [message for message in found["items"] if message["from"]["is_bot"]]


@pytest.fixture
async def patient(tmp_path: Path, repository: Path) -> AsyncIterator[Patient]:
    """A bot with ten contacts, each with a task of their department's."""
    async with _ward(tmp_path, repository) as made:
        yield made


@asynccontextmanager
async def _ward(folder: Path, repository: Path) -> AsyncIterator[Patient]:
    database = Database(f"sqlite:///{folder / 'duban.sqlite3'}")
    Base.metadata.create_all(database.engine)
    sandbox = await create(now=lambda: datetime.now(UTC)).start()
    async with aiohttp.ClientSession() as http:
        nursery = await another(folder, repository, sandbox, database)
        made = Patient(sandbox, Desk(sandbox, http), database, folder, repository, nursery)
        try:
            await made.begin()
            await _gather(made)
            yield made
        finally:
            await nursery.close()
    await sandbox.stop()
    database.dispose()


async def another(folder: Path, repository: Path, sandbox: Sandbox, database: Database) -> Nursery:
    """A nursery for bots on that database."""
    return await Nursery.open(
        folder,
        repository,
        DUBAN_TOKEN=TOKEN,
        DUBAN_API_URL=sandbox.url,
        DUBAN_DATABASE_URL=database.url.render_as_string(hide_password=False),
    )


async def _gather(patient: Patient) -> None:
    now = datetime.now(UTC)
    act = Act(now, now, "控制台", granted=frozenset({Role.admin}))
    duties = "\n".join(
        f"{number}．办好第{number}件事。（市{department}牵头，{now.year + 1}年12月30日前完成）"
        for number, department in enumerate(DEPARTMENTS, start=1)
    )
    text = f"关于办好十件事的通知\n\n{duties}\n"
    with patient.database.transaction() as session:
        codes = {
            name: invite(session, act, Role.contact, department=f"市{name}", name=name).code
            for name in DEPARTMENTS
        }
    for name, code in codes.items():
        patient.people[name] = (await patient.desk.post("people", name=name))["id"]
        await patient.desk.post("say", person=patient.people[name], text=f"/start {code}")
    await patient.drained()
    with patient.database.transaction() as session:
        notice = import_notice(session, act, text, read_notice(text)).notice
        assert publish(session, office_of(Settings()), act, notice).issued == len(DEPARTMENTS)
    await patient.drained()


async def speak(patient: Patient, dice: random.Random, said: dict[str, list[str]]) -> None:
    """The contacts report and sign, one every now and then, whether the bot lives or not."""
    unsigned = dice.sample(DEPARTMENTS, len(DEPARTMENTS))
    for number in range(REPLIES):
        name = dice.choice(DEPARTMENTS)
        words = f"第{number}句：继续推进"
        said[name].append(words)
        task = DEPARTMENTS.index(name) + 1
        await patient.desk.post("say", person=patient.people[name], text=f"/report {task} {words}")
        if unsigned and dice.random() < 0.2:
            await _sign(patient, unsigned.pop())
        await asyncio.sleep(dice.uniform(0, 0.25))
    for name in unsigned:
        await _sign(patient, name)


async def _sign(patient: Patient, name: str) -> None:
    """Press 签收 twice, as impatient people do."""
    for message in await patient.heard(name):
        for button in buttons_of(message):
            if button["text"].startswith("签收"):
                for _ in range(2):
                    await patient.desk.try_post(
                        "press",
                        person=patient.people[name],
                        message_id=message["message_id"],
                        data=button["callback_data"],
                    )
                return


async def spoil(patient: Patient, dice: random.Random) -> None:
    """Answers get lost now and then: of messages, and of polls."""
    while True:
        await asyncio.sleep(dice.uniform(0.5, 1.5))
        method = dice.choice(["sendMessage", "sendMessage", "getUpdates"])
        await patient.desk.post("faults", kind="lost_answer", method=method)


async def test_killed_at_any_instant_it_loses_no_reply_and_repeats_none(patient: Patient) -> None:
    seed = int(os.environ.get("DUBAN_TEST_SEED") or random.randrange(2**32))
    print(f"DUBAN_TEST_SEED={seed}")  # noqa: T201
    dice = random.Random(seed)
    said: dict[str, list[str]] = {name: [] for name in DEPARTMENTS}
    speaking = asyncio.create_task(speak(patient, random.Random(seed + 1), said))
    spoiling = asyncio.create_task(spoil(patient, random.Random(seed + 2)))
    flying = 0
    try:
        for _ in range(KILLS):
            if dice.random() < 0.8:
                await patient.greets()
            await asyncio.sleep(dice.uniform(0, LONGEST_LIFE))
            assert await patient.nursery.end(signal.SIGKILL) == -signal.SIGKILL
            flying += patient.in_flight()
            await patient.begin()
        await speaking
    finally:
        for task in (speaking, spoiling):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    await patient.desk.post("faults", kind="none")
    await patient.drained()

    with patient.database.reading() as session:
        odd = session.scalars(select(Inbox).where(Inbox.state != Handling.handled)).all()
        assert not odd, [(row.state, row.attempts, row.error) for row in odd]
        for name, words in said.items():
            person = select(Person.id).where(Person.name == name).scalar_subquery()
            kept = select(Report.text).where(Report.person_id == person).order_by(Report.id)
            assert list(session.scalars(kept)) == words
            line = (
                select(History.text)
                .where(History.person_id == person, History.action == "report")
                .order_by(History.id)
            )
            assert list(session.scalars(line)) == words
        signed = Counter(session.scalars(select(History.task_id).where(History.action == "sign")))
        assert signed == dict.fromkeys(range(1, len(DEPARTMENTS) + 1), 1)
        rows = session.scalars(select(Outbox)).all()
        assert {row.state for row in rows} <= {Delivery.sent, Delivery.stale}
        assert sum(row.kind == Kind.receipt for row in rows) == REPLIES
        sent = {row.message_id for row in rows if row.state is Delivery.sent}

    standing = {
        message["message_id"] for name in DEPARTMENTS for message in await patient.heard(name)
    }
    assert sent <= standing
    calls = (await patient.desk.get("calls"))["items"]
    lost = sum(
        call["method"] == "sendMessage" and call.get("fault") == "lost_answer" for call in calls
    )
    doubles = len(standing - sent)
    print(f"{KILLS} kills, {flying} in flight, {lost} answers lost, {doubles} doubles")  # noqa: T201
    assert lost > 0
    assert doubles <= flying + lost
    assert TOKEN not in patient.log()


async def test_told_to_end_it_ends_within_ten_seconds_and_loses_nothing(patient: Patient) -> None:
    for number in range(100):
        person = patient.people[DEPARTMENTS[number % 10]]
        text = f"/report {number % 10 + 1} 第{number}句"
        await patient.desk.post("say", person=person, text=text)
    await patient.desk.post("faults", kind="timeout", method="sendMessage", times=2)
    await asyncio.sleep(0.5)
    async with asyncio.timeout(10):
        assert await patient.nursery.end(signal.SIGTERM) == 0
    assert "stopped" in patient.log()
    await patient.begin()
    await patient.drained()
    with patient.database.reading() as session:
        kept = Counter(session.scalars(select(Report.text)))
    assert kept == {f"第{number}句": 1 for number in range(100)}


async def test_a_second_process_on_the_same_database_says_why_it_does_not_start(
    patient: Patient,
) -> None:
    second = await another(patient.folder, patient.repository, patient.sandbox, patient.database)
    try:
        await second.begin()
        async with asyncio.timeout(10):
            assert await second.ended() == 1
    finally:
        await second.close()
    assert f"already_running (process={patient.nursery.bot}" in patient.log()
    await patient.desk.post("say", person=patient.people["教育局"], text="/report 1 照常")
    await patient.drained()
