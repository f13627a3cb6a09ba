"""The queue of updates a bot has not yet confirmed, and its two ways out.

Telegram's rules: an update is confirmed when a later getUpdates asks for a higher offset,
and given again until then; a webhook and getUpdates exclude each other; of two pollers the
older is sent away. Update ids start from the real clock, so a bot that keeps its database
while the sandbox restarts never meets an id twice.
"""

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field

from bot.sandbox.feeds import Pulse
from bot.sandbox.refusals import conflict

Update = dict[str, object]

# Bot API, getUpdates: left out unless the bot asks for them by name.
_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Webhook:
    """Where updates are posted to, and how that went."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_date: int = 0


@dataclass(slots=True)
class Updates:
    """Unconfirmed updates in order, each with its id."""

    next_id: int
    pulse: Pulse = field(default_factory=Pulse)
    webhook: Webhook = field(default_factory=Webhook)
    allowed: frozenset[str] | None = None
    _queue: deque[tuple[int, Update]] = field(default_factory=deque)
    _poller: object = None

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, kind: str, payload: dict[str, object]) -> int | None:
        """Queue an update of this kind; None where the bot did not ask for the kind."""
        wanted = kind not in _ON_REQUEST if self.allowed is None else kind in self.allowed
        return self.put_raw({kind: payload}) if wanted else None

    def put_raw(self, body: Update) -> int:
        """Queue a body as it is; its own `update_id`, if any, is kept as given."""
        number = self.next_id
        self.next_id += 1
        self._queue.append((number, {"update_id": number, **body}))
        self.pulse.beat()
        return number

    def first(self) -> tuple[int, Update] | None:
        """The oldest unconfirmed update."""
        return self._queue[0] if self._queue else None

    def confirm_before(self, offset: int) -> None:
        """Forget updates with lower ids than `offset`."""
        while self._queue and self._queue[0][0] < offset:
            self._queue.popleft()

    def clear(self) -> None:
        """Forget everything that waits."""
        self._queue.clear()

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Update]:
        """Unconfirmed updates, waiting up to `seconds` for the first.

        Raises RefusedError 409 while a webhook is set, and when another poller takes over.
        """
        if self.webhook.url:
            raise conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        ticket = self._poller = object()
        self.pulse.beat()
        if offset < 0 and self._queue:
            keep = max(len(self._queue) + offset, 0)
            offset = self._queue[keep][0]
        if offset > 0:
            self.confirm_before(offset)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self._queue and loop.time() < until:
            await self.pulse.wait(until - loop.time())
            if self._poller is not ticket:
                raise conflict(
                    "terminated by other getUpdates request; "
                    "make sure that only one bot instance is running"
                )
        return [body for _, body in itertools.islice(self._queue, limit)]
