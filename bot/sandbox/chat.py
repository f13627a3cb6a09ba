"""The chat itself, in memory: who there is, what was said, what each screen shows.

Messages are kept as the JSON objects of the Bot API, so what the bot gets and what the page
draws cannot differ. Dates shown follow the office clock that `World.now` reads; everything
that times out follows the machine's.
"""

import copy
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.sandbox.feeds import Feed, Journal, Pulse
from bot.sandbox.records import Bot, Group, Kept, Message, Person, Query, StoredFile
from bot.sandbox.refusals import ControlError, bad, forbidden, migrated
from bot.sandbox.updates import Updates


@dataclass(slots=True)
class World:
    """Everything the sandbox knows."""

    now: Callable[[], datetime]
    bot: Bot = field(default_factory=Bot)
    # In tenths of a millisecond: no burst is fast enough for a restart to repeat its ids.
    updates: Updates = field(default_factory=lambda: Updates(next_id=time.time_ns() // 100_000))
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    reply_keyboards: dict[int, dict[str, object]] = field(default_factory=dict)
    reactions: dict[tuple[int, int], list[object]] = field(default_factory=dict)
    calls: Feed = field(default_factory=Feed)
    toasts: Feed = field(default_factory=Feed)
    pulse: Pulse = field(default_factory=Pulse)
    calls_pulse: Pulse = field(default_factory=Pulse)
    changes: int = 0
    beats: int = 0
    # Telegram lets a press be answered for a short while only; the exact time is not public.
    query_life: float = 900.0
    _messages: dict[tuple[int, int], Kept] = field(default_factory=dict)
    _journals: dict[int, Journal] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)

    # -- who there is ----------------------------------------------------------------

    def person(self, number: object) -> Person:
        """The person with this id; raises ControlError where there is none."""
        found = self.people.get(number) if isinstance(number, int) else None
        if found is None:
            raise ControlError(f"There is no person with the id {number!r}.")
        return found

    def room(self, person: Person, chat: object = None) -> Person | Group:
        """Where somebody speaks: a group they belong to, or their chat with the bot."""
        if chat is None or chat == person.id:
            return person
        group = self.groups.get(chat) if isinstance(chat, int) else None
        if group is None or person.id not in group.members:
            raise ControlError(f"{person.name} is not in a chat with the id {chat!r}.")
        return group

    def destination(self, chat_id: int | str) -> Person | Group:
        """Where a bot's message goes; raises RefusedError as Telegram does."""
        if chat_id in self.people and isinstance(chat_id, int):
            person = self.people[chat_id]
            if person.blocked:
                raise forbidden("bot was blocked by the user")
            if not person.started:
                raise forbidden("bot can't initiate conversation with a user")
            return person
        group = self.groups.get(chat_id) if isinstance(chat_id, int) else None
        if group is None:
            raise bad("chat not found")
        if group.moved_to is not None:
            raise migrated(group.moved_to)
        if group.bot in {"left", "kicked"}:
            was = "kicked from" if group.bot == "kicked" else "not a member of"
            raise forbidden(
                f"bot {'was' if group.bot == 'kicked' else 'is'} {was} the {_a(group)}"
            )
        return group

    # -- what was said ---------------------------------------------------------------

    def post(self, room: Person | Group, sender: dict[str, object], **content: object) -> Message:
        """Add a message to a room; `content` holds the fields beyond the usual four."""
        number = self._next_number(room)
        body: Message = {
            "message_id": number,
            "from": sender,
            "chat": room.chat(),
            "date": int(self.now().timestamp()),
            **{key: value for key, value in content.items() if value not in (None, [])},
        }
        self._messages[room.id, number] = Kept(body, self.changes + 1)
        self._changed(room.id, number)
        return copy.deepcopy(body)

    def _next_number(self, room: Person | Group) -> int:
        # A supergroup counts its own messages; private chats share the bot's count.
        counter = room.id if isinstance(room, Group) and room.kind == "supergroup" else 0
        self._numbers[counter] = self._numbers.get(counter, 0) + 1
        return self._numbers[counter]

    def message(self, chat_id: int, number: int) -> Message | None:
        """A copy of a message that still stands."""
        kept = self._messages.get((chat_id, number))
        return None if kept is None or kept.deleted else copy.deepcopy(kept.body)

    def replace(self, chat_id: int, number: int, body: Message, *, edited: bool = True) -> Message:
        """Put `body` in the place of a message; `edited` stamps edit_date."""
        if edited:
            body["edit_date"] = int(self.now().timestamp())
        self._messages[chat_id, number].body = body
        self._changed(chat_id, number)
        return copy.deepcopy(body)

    def show_keyboard(self, chat_id: int, number: int, markup: Message) -> None:
        """Put the keyboard of a message below the chat; the message can no more be edited."""
        self._messages[chat_id, number].fixed = True
        self.reply_keyboards[chat_id] = {**markup, "message_id": number}

    def editable(self, chat_id: int, number: int) -> bool:
        """Whether a message that stands may be edited at all."""
        return not self._messages[chat_id, number].fixed

    def delete(self, chat_id: int, number: int) -> None:
        """Take a message off every screen."""
        self._messages[chat_id, number].deleted = True
        self._changed(chat_id, number)

    def in_topic(self, group: Group, topic: int) -> list[int]:
        """The messages that stand in a topic, with the one that opened it."""
        return [
            number
            for (chat, number), kept in self._messages.items()
            if chat == group.id
            and not kept.deleted
            and topic in (number, kept.body.get("message_thread_id"))
        ]

    def quoted(self, room: Person | Group, number: int) -> Message | None:
        """A message as it stands inside a reply to it: without the one it replied to."""
        body = self.message(room.id, number)
        if body is not None:
            body.pop("reply_to_message", None)
        return body

    def _changed(self, chat_id: int, number: int) -> None:
        self.changes += 1
        self._journals.setdefault(chat_id, Journal()).mark(self.changes, number)
        self.count_change()

    def screen(self, person: Person, after: int = 0) -> list[Message]:
        """What changed on somebody's screen, in order of its last change.

        A message deleted since `after` comes as its id, chat and `"deleted": true`.
        """
        rooms = [person.id, *(g.id for g in self.groups.values() if person.id in g.members)]
        found: list[tuple[int, Message]] = []
        for room in rooms:
            journal = self._journals.get(room, Journal())
            for change, number in journal.since(after):
                kept = self._messages[room, number]
                if not kept.deleted:
                    found.append((change, copy.deepcopy(kept.body)))
                elif kept.created <= after:
                    gone = {key: kept.body[key] for key in ("message_id", "chat", "date")}
                    found.append((change, {**gone, "deleted": True}))
        return [body for _, body in sorted(found, key=lambda pair: pair[0])]

    # -- presses and files -----------------------------------------------------------

    def ask(self, person: Person) -> str:
        """A new callback query id."""
        number = str(random.getrandbits(62))  # only has to be new, not secret
        self.queries[number] = Query(person.id, time.monotonic())
        return number

    def keep_file(
        self,
        data: bytes,
        name: str,
        mime: str,
        *,
        kind: str = "documents",
        photo_size: tuple[int, int] | None = None,
    ) -> StoredFile:
        """Store bytes and give them a file_id."""
        number = len(self.files) + 1
        ending = name.rpartition(".")[2] if "." in name else ""
        plain = ending.isascii() and ending.isalnum()
        path = f"{kind}/file_{number}.{ending if plain else 'bin'}"
        stored = StoredFile(
            f"BQAC-{self.bot.id}-{number}", f"AgAD{number}", path, name, mime, data, photo_size
        )
        self.files[stored.id] = stored
        return stored

    def count_change(self) -> None:
        """Something a page shows changed."""
        self.beats += 1
        self.pulse.beat()


def _a(group: Group) -> str:
    return "supergroup chat" if group.kind == "supergroup" else "group chat"
