"""A whole office for stories: the sandbox, the bot, people with phones, a clock to move.

Everything that people do goes over real HTTP; what the console does goes through the same
services as its commands.
"""

import io
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram.request import BaseRequest

from bot.app import App, build
from bot.clock import OfficeClock
from bot.passage import catch_up, move, oversleep
from bot.sandbox import Sandbox, create
from config.settings import Settings
from tasks.db import Database
from tasks.models import Base, Task
from tasks.reading import read_notice
from tasks.services.acts import Act
from tasks.services.directory import invite
from tasks.services.notices import import_notice, publish
from tasks.vocabulary import Role

Json = dict[str, Any]

TOKEN = "4242:sandbox-of-the-stories"
ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=ZONE)


@dataclass(slots=True)
class Office:
    """The issuing office on its first working morning."""

    app: App
    sandbox: Sandbox
    http: aiohttp.ClientSession
    phones: dict[str, "Phone"] = field(default_factory=dict)
    speaker: int | None = None
    """Who spoke last and was perhaps not answered yet."""

    @property
    def db(self) -> Database:
        return self.app.database

    @property
    def now(self) -> datetime:
        """The office's wall clock."""
        return self.app.clock.now().astimezone(ZONE)

    def act(self) -> Act:
        """The console acting now."""
        now = self.app.clock.now()
        return Act(now, now, "控制台", granted=frozenset({Role.admin}))

    async def phone(self, name: str) -> "Phone":
        """Somebody with a phone, who has not opened the bot."""
        made = await self.control("people", name=name)
        self.phones[name] = Phone(self, int(made["id"]), name)
        return self.phones[name]

    async def group(
        self,
        title: str,
        *members: "Phone",
        topics: Sequence[str] = (),
        bot: str = "member",
        kind: str = "supergroup",
    ) -> "Group":
        """A group with these people and the bot in it."""
        made = await self.control(
            "groups",
            title=title,
            members=[one.id for one in members],
            topics=list(topics),
            bot=bot,
            type=kind,
        )
        await self.settle()
        found = {str(topic["name"]): int(topic["id"]) for topic in made["topics"]}
        return Group(self, int(made["id"]), members[0], found)

    async def invite(
        self, role: Role | str, department: str | None = None, name: str = "张三"
    ) -> "Phone":
        """Somebody is invited and uses the code on their phone."""
        code = self.code(role, department, name)
        phone = self.phones.get(name) or await self.phone(name)
        await phone.say(f"/start {code}")
        await self.settle()
        return phone

    def code(self, role: Role | str, department: str | None = None, name: str = "张三") -> str:
        """An invitation that nobody has used."""
        with self.db.transaction() as session:
            invited = invite(session, self.act(), Role(role), department=department, name=name)
        return invited.code

    async def publish(self, text: str) -> list[int]:
        """Import a notice and hand out its duties; the numbers of the new tasks."""
        with self.db.transaction() as session:
            notice = import_notice(session, self.act(), text, read_notice(text)).notice
            before = _numbers(session)
            publish(session, self.app.desk.office, self.act(), notice)
            session.flush()
            new = sorted(_numbers(session) - before)
        await self.settle()
        return new

    async def settle(self) -> None:
        """Everything said is handled, everything owed is told."""
        await self.app.settle()
        self.speaker = None

    async def turn(self, speaker: int) -> None:
        """Somebody is about to speak: after what another said is handled. The bot hears one
        person in order, but two at once."""
        if self.speaker not in (None, speaker):
            await self.settle()
        self.speaker = speaker

    async def sweep(self) -> None:
        """The next minute's sweep, at once."""
        await catch_up(self.app)

    async def at(self, moment: str) -> None:
        """Time passes until then (office time, `2026-09-25 09:00`) and the bot lives it."""
        await move(self.app, office_time(moment))

    async def sleep_until(self, moment: str) -> None:
        """Time passes until then and the bot is down meanwhile."""
        await oversleep(self.app, office_time(moment))

    async def fault(self, kind: str, phone: "Phone | None" = None, **more: object) -> None:
        """Order bad weather from the sandbox."""
        person = {} if phone is None else {"person": phone.id}
        await self.control("faults", kind=kind, **person, **more)

    async def calls(self, method: str) -> list[Json]:
        """What the bot asked of Telegram, oldest first."""
        async with self.http.get(f"{self.sandbox.url}/sandbox/calls") as answer:
            items: list[Json] = (await answer.json())["items"]
        return [call for call in items if call["method"] == method]

    async def control(self, path: str, **body: object) -> Json:
        """A request to the sandbox that must succeed."""
        async with self.http.post(f"{self.sandbox.url}/sandbox/{path}", json=body) as answer:
            document: Json = await answer.json()
            assert answer.status < 300, document
            return document


@dataclass(slots=True)
class Phone:
    """One person's phone; `id` is also the id of their chat with the bot."""

    office: Office
    id: int
    name: str

    async def say(self, text: str, reply_to: Json | int | None = None) -> Json:
        """Send words, perhaps as a reply to a message."""
        await self.office.turn(self.id)
        number = reply_to["message_id"] if isinstance(reply_to, dict) else reply_to
        return await self.office.control("say", person=self.id, text=text, reply_to=number)

    async def send(
        self,
        name: str,
        data: bytes,
        caption: str = "",
        reply_to: Json | int | None = None,
        *,
        as_photo: bool = False,
        sort: str = "",
        album: str = "",
        chat: int | None = None,
    ) -> Json:
        """Send a file, perhaps with words beside it. `sort`: as voice, audio or video; `chat`:
        to a group."""
        await self.office.turn(self.id)
        number = reply_to["message_id"] if isinstance(reply_to, dict) else reply_to
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("person", str(self.id))
        form.add_field("file", io.BytesIO(data), filename=name)
        if as_photo or sort:
            form.add_field("as", sort or "photo")
        if album:
            form.add_field("album", album)
        if chat is not None:
            form.add_field("chat", str(chat))
        if caption:
            form.add_field("caption", caption)
        if number is not None:
            form.add_field("reply_to", str(number))
        url = f"{self.office.sandbox.url}/sandbox/file"
        async with self.office.http.post(url, data=form) as answer:
            document: Json = await answer.json()
            assert answer.status < 300, document
            return document

    async def press(self, label: str, on: Json | int | None = None) -> Json:
        """Press the newest button whose label contains these words (on that message), and
        wait for what comes of it."""
        wanted = on["message_id"] if isinstance(on, dict) else on
        for message in reversed(await self.screen()):
            if wanted in (None, message["message_id"]):
                for button in buttons_of(message):
                    if label in button["text"] and "callback_data" in button:
                        pressed = await self.office.control(
                            "press",
                            person=self.id,
                            message_id=message["message_id"],
                            data=button["callback_data"],
                        )
                        await self.office.settle()
                        return pressed
        raise AssertionError(f"{self.name} has no button {label!r}:\n{await self.shown()}")

    async def sees(self, *fragments: str) -> Json:
        """The newest message of the bot's that contains all of these words."""
        for message in reversed(await self.screen()):
            if message["from"]["is_bot"] and all(words in text_of(message) for words in fragments):
                return message
        raise AssertionError(f"{self.name} sees no {fragments}:\n{await self.shown()}")

    async def sees_no(self, *fragments: str) -> None:
        """No message of the bot's contains all of these words."""
        for message in await self.screen():
            if message["from"]["is_bot"]:
                assert not all(words in text_of(message) for words in fragments), text_of(message)

    async def screen(self) -> list[Json]:
        """The chat with the bot once all is settled, the oldest message first."""
        return [one for one in await self.everything() if one["chat"]["id"] == self.id]

    async def everything(self) -> list[Json]:
        """The same with the groups in which this person is."""
        await self.office.settle()
        url = f"{self.office.sandbox.url}/sandbox/messages"
        async with self.office.http.get(url, params={"person": str(self.id)}) as answer:
            items: list[Json] = (await answer.json())["items"]
        return sorted(items, key=lambda message: int(message["message_id"]))

    async def heard(self) -> list[Json]:
        """The bot's messages alone."""
        return [message for message in await self.screen() if message["from"]["is_bot"]]

    async def toast(self) -> str:
        """The last short answer to a press."""
        await self.office.settle()
        url = f"{self.office.sandbox.url}/sandbox/toasts"
        async with self.office.http.get(url, params={"person": str(self.id)}) as answer:
            items: list[Json] = (await answer.json())["items"]
        assert items, f"{self.name} saw no toast"
        return str(items[-1].get("text") or "")

    async def block(self) -> None:
        """Block the bot."""
        await self.office.fault("blocked", self)

    async def unblock(self) -> None:
        """Let the bot in again."""
        await self.office.fault("none", self)

    async def shown(self) -> str:
        """The screen in words, for a test that failed."""
        return "\n---\n".join(
            f"{'督办' if message['from']['is_bot'] else self.name}: {text_of(message)}"
            f"\n{[button['text'] for button in buttons_of(message)]}"
            for message in await self.screen()
        )


@dataclass(slots=True)
class Group:
    """A group chat as its first member sees it; `topics` are their ids by name."""

    office: Office
    id: int
    member: Phone
    topics: dict[str, int] = field(default_factory=dict)

    async def say(
        self,
        who: Phone,
        text: str,
        reply_to: Json | int | None = None,
        topic: str | None = None,
    ) -> Json:
        """Somebody writes in the group, perhaps in a topic; `update_id` is None where the bot
        does not hear it."""
        number = reply_to["message_id"] if isinstance(reply_to, dict) else reply_to
        where = {} if topic is None else {"topic": self.topics[topic]}
        said = await self.office.control(
            "say", person=who.id, chat=self.id, text=text, reply_to=number, **where
        )
        await self.office.settle()
        return said

    async def press(self, who: Phone, label: str, on: Json) -> Json:
        """Somebody presses a button under a message of the group."""
        for button in buttons_of(on):
            if label in button["text"]:
                pressed = await self.office.control(
                    "press",
                    person=who.id,
                    chat=self.id,
                    message_id=on["message_id"],
                    data=button["callback_data"],
                )
                await self.office.settle()
                return pressed
        raise AssertionError(f"no button {label!r}: {[b['text'] for b in buttons_of(on)]}")

    async def change(self, **what: object) -> Json:
        """Change the group: who is in it, what the bot is, its topics, its upgrade."""
        changed = await self.office.control("groups", group=self.id, **what)
        self.id = int(changed["id"])
        self.topics = {str(topic["name"]): int(topic["id"]) for topic in changed["topics"]}
        await self.office.settle()
        return changed

    async def screen(self) -> list[Json]:
        """What stands in the group."""
        return [one for one in await self.member.everything() if one["chat"]["id"] == self.id]

    async def heard(self) -> list[Json]:
        """The bot's messages in the group."""
        return [one for one in await self.screen() if one["from"]["is_bot"]]

    async def sees(self, *fragments: str) -> Json:
        """The newest message of the bot's in the group that contains all of these words."""
        for message in reversed(await self.heard()):
            if all(words in text_of(message) for words in fragments):
                return message
        shown = "\n---\n".join(text_of(one) for one in await self.heard())
        raise AssertionError(f"the group sees no {fragments}:\n{shown}")

    async def sees_no(self, *fragments: str) -> None:
        """No message of the bot's in the group contains all of these words."""
        for message in await self.heard():
            assert not all(words in text_of(message) for words in fragments), text_of(message)


@asynccontextmanager
async def open_office(
    database_url: str,
    *,
    limits: bool = False,
    moment: datetime = MONDAY,
    request: Callable[[], BaseRequest] | None = None,
    needs_approval: bool = False,
) -> AsyncIterator[Office]:
    """A sandbox on a free port, and the bot on an empty database of its own."""
    clock = OfficeClock(moment)
    sandbox = await create(now=clock.now).start()
    data_dir = TemporaryDirectory()
    settings = Settings.checked(
        token=TOKEN,
        api_url=sandbox.url,
        database_url=database_url,
        data_dir=data_dir.name,
        office_phone="010-1234567",
        issue_needs_approval="true" if needs_approval else "false",
    )
    app = build(settings, clock=clock, limits=limits, request=request)
    try:
        Base.metadata.create_all(app.database.engine)
        async with aiohttp.ClientSession() as http:
            await app.start()
            office = Office(app, sandbox, http)
            await office.settle()
            yield office
    finally:
        await app.stop()
        await sandbox.stop()
        data_dir.cleanup()


def office_time(moment: str) -> datetime:
    """`2026-09-25 09:00` on the office's wall clock, in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE).astimezone(UTC)


def text_of(message: Json) -> str:
    """What a message says."""
    return str(message.get("text", message.get("caption", "")))


def buttons_of(message: Json) -> list[Json]:
    """The buttons under a message, in order."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def numbers_in(message: Json) -> list[int]:
    """The task numbers that a message shows."""
    return [int(number) for number in re.findall(r"#(\d+)", text_of(message))]


def _numbers(session: Session) -> set[int]:
    return set(session.scalars(select(Task.id)))
