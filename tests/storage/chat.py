"""A private chat without a network: what somebody says or presses, and what they are shown."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram import Update

from bot.compose import compose
from bot.desk import Desk
from bot.handlers import handle
from bot.render.message import Button
from tasks import inbox
from tasks.inbox import Incoming
from tasks.mailroom import Outbox
from tasks.models import Person
from tasks.outbox import Leased
from tasks.vocabulary import Delivery
from tests.storage.scene import Scene

BOT = 4242


@dataclass
class Chats:
    """Everybody's private chat. What one update makes is composed at once and shown."""

    scene: Scene
    desk: Desk
    toast: str | None = None
    updates: "Iterator[int]" = field(default_factory=lambda: itertools.count(1))
    buttons: list[Button] = field(default_factory=list)

    def say(
        self, account: int, text: str, name: str = "某人", *, reply_to: int | None = None
    ) -> str:
        """Words in the account's own chat, perhaps as a reply to a message of the bot's;
        everything that the bot then shows it."""
        message = {**self._message(account, name), "text": text}
        if reply_to is not None:
            bot = {"id": BOT, "is_bot": True, "first_name": "督办"}
            quoted = {**self._message(account, name), "message_id": reply_to, "from": bot}
            message["reply_to_message"] = {**quoted, "text": "x"}
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self._happens({"message": message}, account)

    def send(self, account: int, file_name: str, name: str = "某人", beside: str = "") -> str:
        """A file with the words beside it; what the bot shows."""
        document = {"file_id": "f1", "file_unique_id": "u1", "file_name": file_name}
        message = {**self._message(account, name), "document": {**document, "file_size": 9}}
        if beside:
            message["caption"] = beside
        return self._happens({"message": message}, account)

    def _message(self, account: int, name: str) -> dict[str, Any]:
        return {
            "message_id": next(self.updates),
            "date": int(self.scene.now.timestamp()),
            "chat": {"id": account, "type": "private", "first_name": name},
            "from": {"id": account, "is_bot": False, "first_name": name},
        }

    def press(self, account: int, label: str, name: str = "某人") -> str:
        """The first button with these words under what was shown last; what comes of it."""
        found = [one.data for one in self.buttons if label in one.label]
        assert found, (label, [one.label for one in self.buttons])
        assert found[0] is not None
        return self.press_data(account, found[0], name)

    def press_data(self, account: int, data: str, name: str = "某人") -> str:
        """A button with that data, wherever it came from; the toast and what is shown."""
        chat = {"id": account, "type": "private", "first_name": name}
        query = {
            "id": "1",
            "from": {"id": account, "is_bot": False, "first_name": name},
            "chat_instance": "1",
            "data": data,
            "message": {"message_id": 1, "date": 1, "chat": chat, "text": "x"},
        }
        shown = self._happens({"callback_query": query}, account)
        return f"{self.toast or ''}{shown}"

    def shown(self, chat: int) -> str:
        """What waits for a chat, composed as delivery would."""
        return self.scene.do(lambda session: self._compose(session, chat))

    def _happens(self, told: dict[str, Any], chat: int) -> str:
        number = next(self.updates)
        document = {"update_id": number, **told}

        def once(session: Session) -> str:
            told = [Incoming(number, chat, json.dumps(document))]
            inbox.store(session, BOT, told, self.scene.now)
            row = inbox.claim(session)
            parsed = Update.de_json(document, None)
            assert row is not None
            toast = handle(session, self.desk, parsed, row)
            self.toast = None if toast is None else toast.text
            session.flush()
            return self._compose(session, chat)

        return self.scene.do(once)

    def _compose(self, session: Session, chat: int) -> str:
        rows = session.scalars(
            select(Outbox)
            .where(Outbox.chat_id == chat, Outbox.state == Delivery.waiting)
            .order_by(Outbox.id)
        ).all()
        texts = []
        for row in rows:
            leased = Leased.of(row)
            row.state, row.settled_at = Delivery.sent, self.scene.now
            made = compose(session, self.desk, leased)
            if made is not None and made.pages:
                texts += [page.text for page in made.pages]
                self.buttons = [
                    one for page in made.pages for line in page.keyboard for one in line
                ]
        return "\n".join(texts)

    def chat_of(self, person: int) -> int:
        """The chat of somebody who joined."""
        with self.scene.database.reading() as session:
            chat = session.get_one(Person, person).chat_id
        assert chat is not None
        return chat

    def listing(self, *accounts: int) -> None:
        """Let these be the accounts of DUBAN_ADMIN_IDS from now on."""
        self.desk = replace(self.desk, admin_ids=frozenset(accounts))


def chats(scene: Scene) -> Chats:
    """The chats of a scene's office."""
    return Chats(
        scene, Desk(scene.office, "督查室", "010-1", "zh", frozenset(), lambda: scene.now)
    )
