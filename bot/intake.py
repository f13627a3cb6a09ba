"""Updates come in: stored before they are acknowledged, whatever they look like.

Fetched as raw JSON, so that one which cannot be read does not spoil its batch. The offset
comes only from the batch just stored and is forgotten once a poll came back empty: Telegram
begins its numbers anew after a quiet week.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session
from telegram.constants import UpdateType
from telegram.error import Conflict, InvalidToken, RetryAfter
from telegram.request import BaseRequest

from bot.engine import Engine, Gate, Rounds, backoff
from bot.handling import tell_admins
from bot.request import seconds_of
from tasks import inbox
from tasks.inbox import Incoming
from tasks.mailroom import Inbox

POLL_SECONDS = 30
BATCH = 100
WAIT_FOR_OTHER = 5.0
"""Seconds to wait at first where another program polls with the same token."""

WAIT_WITH_ODD = 1.0
"""Seconds between polls while all they bring is what has no number."""

ASKED_FOR = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
)

MAX_ID = 2**63 - 1
NO_ID = 2**62
"""What has no number of its own gets a negative one below this, made from its content."""

logger = logging.getLogger(__name__)


class Rejected(Exception):
    """Telegram does not know the token."""


class Intake:
    """The loop that asks Telegram for updates."""

    def __init__(
        self,
        engine: Engine,
        request: BaseRequest,
        bot_id: int,
        gate: Gate,
        *,
        stored: Callable[[], None],
        round_of_handling: Callable[[], int],
    ) -> None:
        self.rounds = Rounds()
        self.received = 0
        self._engine = engine
        self._request = request
        self._bot_id = bot_id
        self._gate = gate
        self._stored = stored
        self._round_of_handling = round_of_handling
        self._offset: int | None = None
        self._failures = 0
        self._stopping = False

    async def run(self) -> None:
        """Until `stop`. Raises Rejected where the token is not known."""
        while not self._stopping:
            number = self.rounds.begin()
            try:
                batch = await self._fetch()
                if batch is None:
                    continue
                new, moved = await self._keep(batch)
            except InvalidToken:
                raise Rejected("Telegram does not know this token (DUBAN_TOKEN)") from None
            except Exception as error:
                await self._failed(error)
                continue
            if self._failures:
                logger.info("polling again", extra={"failures": self._failures})
                self._failures = 0
            if new:
                self.received += new
                self._stored()
            elif not moved:
                if not batch:
                    self._offset = None
                self._nothing_new(number)
                if batch:
                    # Nothing of it can be acknowledged; it comes again with every poll.
                    await self.rounds.rest(WAIT_WITH_ODD)

    def stop(self) -> None:
        """Break off a poll that waits; what was fetched is stored."""
        self._stopping = True
        self.rounds.ring()

    def _nothing_new(self, number: int) -> None:
        if not self._gate.heard:
            self._gate.heard_all(self._round_of_handling())
            self._stored()
        self.rounds.idle(number)

    async def _failed(self, error: Exception) -> None:
        self._failures += 1
        self._gate.shut()
        wait = backoff(self._failures)
        if isinstance(error, RetryAfter):
            wait = max(wait, seconds_of(error))
        if isinstance(error, Conflict):
            wait = max(wait, WAIT_FOR_OTHER)
            logger.error(
                "another program receives this bot's updates; only one may: is the bot "
                "running elsewhere with the same token?",
                extra={"again_in": wait},
            )
        else:
            extra = {"error": type(error).__name__, "again_in": wait}
            logger.warning("poll failed", extra=extra)
        await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        """Whoever waits for an empty poll does not hurry one that failed; `stop` does."""
        until = asyncio.get_running_loop().time() + seconds
        while not self._stopping and (left := until - asyncio.get_running_loop().time()) > 0:
            self.rounds.begin()
            await self.rounds.rest(left)

    async def _fetch(self) -> list[Any] | None:
        """A batch of raw updates; None where somebody wanted to know sooner."""
        hurried = self.rounds.awaited or not self._gate.heard
        seconds = 0 if hurried else POLL_SECONDS
        asked: dict[str, object] = {
            "timeout": seconds,
            "limit": BATCH,
            "allowed_updates": json.dumps(ASKED_FOR),
        }
        if self._offset is not None:
            asked["offset"] = self._offset
        # The address is complete with its parameters: a body would need what
        # python-telegram-bot keeps to itself.
        call = asyncio.ensure_future(
            self._request.post(
                f"{self._engine.bot.base_url}/getUpdates?{urlencode(asked)}",
                read_timeout=seconds + 10.0,
            )
        )
        bell = asyncio.ensure_future(self.rounds.rung())
        try:
            await asyncio.wait({call} if hurried else {call, bell}, return_when="FIRST_COMPLETED")
            if not call.done():
                return None
            found = call.result()
        finally:
            for future in (call, bell):
                future.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await future
        if not isinstance(found, list):
            raise TypeError("getUpdates gave no list")
        return found

    async def _keep(self, batch: Sequence[Any]) -> tuple[int, bool]:
        """Store a batch; how much was new, and whether the offset moved."""
        if not batch:
            return 0, False
        rows = [incoming(entry) for entry in batch]
        new = await self._engine.write(partial(self._store, rows))
        numbers = [row.update_id for row in rows if row.update_id >= 0]
        before = self._offset
        if numbers:
            self._offset = max(numbers) + 1
        elif before is not None:
            # Each of them has a number of at least the offset, and no two have the same.
            self._offset = before + len(rows)
        # A server that gives again what was acknowledged has nothing new to tell.
        return new, bool(numbers) and self._offset != before

    def _store(self, rows: Sequence[Incoming], session: Session) -> int:
        now = self._engine.desk.now()
        odd = [row.update_id for row in rows if not row.parsed]
        known = set(self._ids(session, odd))
        new = inbox.store(session, self._bot_id, rows, now)
        for row_id in set(self._ids(session, odd)) - known:
            logger.error("no update", extra={"inbox": row_id, "outcome": "unparsed"})
            tell_admins(session, self._engine.desk, row_id)
        return new

    def _ids(self, session: Session, update_ids: Sequence[int]) -> Sequence[int]:
        if not update_ids:
            return ()
        return session.scalars(
            select(Inbox.id).where(Inbox.bot_id == self._bot_id, Inbox.update_id.in_(update_ids))
        ).all()


def incoming(entry: Any) -> Incoming:
    """A raw entry of a batch as it is kept: NUL and lone surrogates stay as escapes."""
    payload = json.dumps(entry, ensure_ascii=True)
    number = entry.get("update_id") if isinstance(entry, dict) else None
    if type(number) is int and 0 <= number <= MAX_ID:
        return Incoming(number, chat_of(entry), payload)
    digest = int.from_bytes(hashlib.sha256(payload.encode()).digest()[:8]) % NO_ID
    return Incoming(-NO_ID - digest, None, payload, parsed=False)


def chat_of(update: dict[str, Any]) -> int | None:
    """The chat in whose order an update stands: that of its message, else its sender's."""
    for part in update.values():
        if not isinstance(part, dict):
            continue
        message = part.get("message")
        for holder in (part, message if isinstance(message, dict) else {}):
            if (number := _id(holder.get("chat"))) is not None:
                return number
        for sender in ("from", "user"):
            if (number := _id(part.get(sender))) is not None:
                return number
    return None


def _id(holder: Any) -> int | None:
    number = holder.get("id") if isinstance(holder, dict) else None
    return number if type(number) is int and abs(number) <= MAX_ID else None
