"""A stage for the story: people in a sandbox, moved over HTTP as its page moves them."""

import re
from collections.abc import Awaitable, Callable
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

    async def screen(self, name: str) -> list[Json]:
        """Everything that stands on somebody's phone, by its last change."""
        found = await self.get("messages", person=self.people[name])
        items: list[Json] = found["items"]
        return items

    async def mark(self, name: str) -> None:
        """What comes after now is new for `hears`."""
        person = self.people[name]
        self.seen[person] = int((await self.get("messages", person=person))["next"])

    async def say(self, name: str, text: str, reply_to: int | None = None) -> None:
        await self.mark(name)
        await self.post("say", person=self.people[name], text=text, reply_to=reply_to)

    async def send(self, name: str, file: str, data: bytes) -> None:
        """Send a file."""
        await self.mark(name)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("person", str(self.people[name]))
        form.add_field("file", data, filename=file)
        async with self.http.post(f"{self.url}/sandbox/file", data=form) as answer:
            if answer.status >= 300:
                raise MissedCueError(str((await answer.json()).get("error")))

    async def press(self, name: str, label: str, within: str = "") -> None:
        """Press the newest button whose label contains these words, under a message that
        contains `within`. Raises MissedCueError where there is none."""
        for message in reversed(await self.screen(name)):
            if within in text_of(message) and has_button(message, label):
                await self.mark(name)
                await self.post(
                    "press",
                    person=self.people[name],
                    message_id=message["message_id"],
                    label=label,
                )
                return
        raise MissedCueError(f"{name}: no button {label!r}")

    async def hears(self, name: str, *fragments: str) -> Json:
        """The first new message on somebody's phone that contains all of these words."""
        return await self._wait(
            name, lambda found: all(one in text_of(found) for one in fragments)
        )

    async def sees_button(self, name: str, label: str) -> Json:
        """The first new message on somebody's phone with such a button."""
        return await self._wait(name, lambda message: has_button(message, label))

    async def _wait(self, name: str, fits: Callable[[Json], bool]) -> Json:
        person = self.people[name]
        after, waited = self.seen.get(person, 0), 0.0
        while waited < PATIENCE_SECONDS:
            page = await self.get("messages", person=person, after=after, wait=1)
            for message in page["items"]:
                if message["from"].get("is_bot") and fits(message):
                    return dict(message)
            after = int(page["next"])
            waited += 1.0
        raise MissedCueError(f"{name}: waited in vain")

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


Step = Callable[[Stage], Awaitable[None]]


def text_of(message: Json) -> str:
    """The words of a message as the phone shows them."""
    return str(message.get("text") or message.get("caption") or "")


def has_button(message: Json, label: str) -> bool:
    """Whether a button of the message contains these words."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return any(label in button["text"] for row in rows for button in row)
