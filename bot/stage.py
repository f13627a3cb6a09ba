"""A stage for the story: people in a sandbox, moved over HTTP as its page moves them."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

Json = dict[str, Any]
PATIENCE_SECONDS = 15.0
"""How long the stage waits for the bot to answer before a step counts as failed."""


class MissedCueError(Exception):
    """Somebody waited for a message or a button that did not come."""


@dataclass(slots=True)
class Stage:
    """Speaks the sandbox's control API."""

    url: str
    http: aiohttp.ClientSession
    people: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)

    async def post(self, path: str, **body: object) -> Json:
        async with self.http.post(f"{self.url}/sandbox/{path}", json=body) as answer:
            document: Json = await answer.json()
            if answer.status >= 300:
                raise MissedCueError(str(document.get("error")))
            return document

    async def get(self, path: str, **query: object) -> Json:
        params = {name: str(value) for name, value in query.items()}
        async with self.http.get(f"{self.url}/sandbox/{path}", params=params) as answer:
            document: Json = await answer.json()
            return document

    async def enter(self, name: str, about: str) -> int:
        """Somebody takes part; `about` stands beside their name. The id of their phone."""
        number = int((await self.post("people", name=name, about=about))["id"])
        self.people[name] = number
        return number

    async def gather(self, title: str, *names: str) -> int:
        """A group of these people and the bot; its id."""
        members = [self.people[name] for name in names]
        number = int((await self.post("groups", title=title, members=members))["id"])
        self.groups[title] = number
        return number

    async def screen(self, name: str, group: str | None = None) -> list[Json]:
        """Everything that stands in somebody's chat with the bot, or in a group, by its last
        change."""
        found = await self.get("messages", person=self.people[name])
        chat = self._chat(name, group)
        return [message for message in found["items"] if message["chat"]["id"] == chat]

    def _chat(self, name: str, group: str | None) -> int:
        return self.people[name] if group is None else self.groups[group]

    async def mark(self, name: str) -> None:
        """What comes after now is new for `hears`."""
        person = self.people[name]
        self.seen[person] = int((await self.get("messages", person=person))["next"])

    async def say(
        self, name: str, text: str, reply_to: Json | None = None, group: str | None = None
    ) -> Json:
        """Send words, perhaps as a reply to a message, perhaps in a group."""
        await self.mark(name)
        return await self.post(
            "say",
            person=self.people[name],
            chat=self._chat(name, group),
            text=text,
            reply_to=None if reply_to is None else reply_to["message_id"],
        )

    async def edit(self, name: str, said: Json, text: str) -> None:
        """Change what was said."""
        await self.mark(name)
        number = said["message_id"]
        await self.post("edit", person=self.people[name], message_id=number, text=text)

    async def send(
        self, name: str, file: str, data: bytes, caption: str = "", *, photo: bool = False
    ) -> Json:
        """Send a file, perhaps as a photo, perhaps with words beside it."""
        await self.mark(name)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("person", str(self.people[name]))
        form.add_field("file", data, filename=file)
        form.add_field("caption", caption)
        form.add_field("as", "photo" if photo else "document")
        async with self.http.post(f"{self.url}/sandbox/file", data=form) as answer:
            document: Json = await answer.json()
            if answer.status >= 300:
                raise MissedCueError(str(document.get("error")))
            return document

    async def press(
        self, name: str, label: str, within: str = "", group: str | None = None
    ) -> None:
        """Press the newest button whose label contains these words, under a message that
        contains `within`. Raises MissedCueError where there is none."""
        for message in reversed(await self.screen(name, group)):
            if within in text_of(message) and has_button(message, label):
                await self.mark(name)
                await self.post(
                    "press",
                    person=self.people[name],
                    chat=message["chat"]["id"],
                    message_id=message["message_id"],
                    label=label,
                )
                return
        raise MissedCueError(f"{name}: no button {label!r}")

    async def hears(
        self, name: str, *fragments: str, button: str = "", group: str | None = None
    ) -> Json:
        """The first new message on somebody's phone that contains all of these words, and
        perhaps offers such a button."""

        def fits(found: Json) -> bool:
            told = all(one in text_of(found) for one in fragments)
            return told and (not button or has_button(found, button))

        return await self._wait(name, group, "、".join((*fragments, button)), fits)

    async def sees_button(self, name: str, label: str, group: str | None = None) -> Json:
        """The first new message on somebody's phone with such a button."""
        return await self.hears(name, button=label, group=group)

    async def sees_no_button(self, name: str, fragment: str, label: str) -> Json:
        """The first new message with these words and without such a button."""
        return await self._wait(
            name,
            None,
            f"{fragment} without 〔{label}〕",
            lambda found: fragment in text_of(found) and not has_button(found, label),
        )

    async def hears_nothing(self, name: str, fragment: str) -> bool:
        """Whether nothing new contains these words; for a moment at which all has settled."""
        page = await self.get(
            "messages", person=self.people[name], after=self.seen.get(self.people[name], 0)
        )
        return not any(fragment in text_of(message) for message in page["items"])

    async def _wait(
        self, name: str, group: str | None, what: str, fits: Callable[[Json], bool]
    ) -> Json:
        person, chat = self.people[name], self._chat(name, group)
        after, began = self.seen.get(person, 0), time.monotonic()
        while time.monotonic() - began < PATIENCE_SECONDS:
            page = await self.get("messages", person=person, after=after, wait=1)
            for message in page["items"]:
                mine = message["chat"]["id"] == chat and message["from"].get("is_bot")
                if mine and fits(message):
                    return dict(message)
            after = int(page["next"])
        raise MissedCueError(f"{name}: waited in vain for {what}")

    async def number(self, name: str, words: str) -> int:
        """The number of the task that somebody's phone shows with these words."""
        for message in await self.screen(name):
            found = re.search(rf"#(\d+)[^\n#]*{re.escape(words)}", text_of(message))
            if found:
                return int(found.group(1))
        raise MissedCueError(f"{name}: no task about {words!r}")

    async def clock(self, to: str) -> None:
        """Move the office clock; returns once everything that became due has settled."""
        await self.post("clock", to=to)


def text_of(message: Json) -> str:
    """The words of a message as the phone shows them."""
    return str(message.get("text") or message.get("caption") or "")


def has_button(message: Json, label: str) -> bool:
    """Whether a button of the message contains these words."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(label in button["text"] for row in rows for button in row)
