"""PURE. How fast may be sent: buckets overall, per private chat and per group.

Telegram asks for at most 30 messages a second in all, one a second in a chat, 20 a minute
in a group (Bots FAQ). A bucket's size counts as much as its rate: both together stay below
the limit in any window. What was sent in the last second is counted besides, so that a
broadcast comes near the limit overall and never over it; its last place is kept for answers, so
that nobody who waits for one stands behind a broadcast.
"""

from collections import deque
from dataclasses import dataclass, field

OVERALL = 30
"""Messages in any second."""
SECOND = 1.02
"""What counts as one: what leaves evenly arrives a little less so."""
BROADCAST = (29.0, 3.0)
"""Tokens a second of what nobody waits for, and how many the bucket holds: no bursts."""
CHAT = (1.0, 3.0)
GROUP = (18 / 60, 2.0)
"""20 in any minute."""

KEPT_FOR_ANSWERS = 1
"""Messages of any second that only an answer may be."""

KEEP = 5_000
"""Chats remembered before those whose bucket is full again are forgotten."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come back with time."""

    rate: float
    size: float
    at: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.size

    def wait(self, now: float) -> float:
        """Seconds until one can be taken."""
        self._fill(now)
        missing = 1.0 - self.tokens
        # What rounding leaves missing is no reason to wait.
        return missing / self.rate if missing > 1e-9 else 0.0

    def take(self, now: float) -> None:
        """Take one."""
        self._fill(now)
        self.tokens -= 1.0

    def is_full(self, now: float) -> bool:
        self._fill(now)
        return self.tokens >= self.size

    def _fill(self, now: float) -> None:
        if now > self.at:
            self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
            self.at = now


class Pace:
    """Whose turn it is. `now` is any clock in seconds that only goes forward."""

    def __init__(self, *, limited: bool = True) -> None:
        self._limited = limited
        self._broadcast: Bucket | None = None
        self._left: deque[float] = deque(maxlen=OVERALL)
        self._chats: dict[int, Bucket] = {}
        self._refused: dict[int, float] = {}
        self._held_until = 0.0

    @property
    def is_limited(self) -> bool:
        """Whether anybody ever waits."""
        return self._limited

    def take(self, chat_id: int, now: float, *, answer: bool) -> float:
        """Take a turn: 0.0, or the seconds after which to try again."""
        if not self._limited:
            return 0.0
        if self._broadcast is None:
            self._broadcast = Bucket(*BROADCAST, now)
        chat = self._chats.get(chat_id)
        if chat is None:
            self._forget(now)
            chat = self._chats[chat_id] = Bucket(*(GROUP if chat_id < 0 else CHAT), now)
        wait = max(
            self.held(now), chat.wait(now), self._full(now, 0 if answer else KEPT_FOR_ANSWERS)
        )
        if not answer:
            wait = max(wait, self._broadcast.wait(now))
        if wait == 0.0:
            chat.take(now)
            self._left.append(now)
            if not answer:
                self._broadcast.take(now)
        return wait

    def _full(self, now: float, keep: int) -> float:
        """Seconds until of the last second's messages so many may still be sent besides one."""
        if len(self._left) < OVERALL - keep:
            return 0.0
        wait = self._left[keep - OVERALL] + SECOND - now
        return wait if wait > 1e-9 else 0.0

    def refused(self, chat_id: int, seconds: float, now: float) -> None:
        """Telegram asked to wait. Where two chats are refused at once, it means everybody."""
        self._refused = {chat: until for chat, until in self._refused.items() if until > now}
        self._refused[chat_id] = now + seconds
        if self._limited and len(self._refused) > 1:
            self._held_until = max(self._held_until, min(self._refused.values()))

    def held(self, now: float) -> float:
        """Seconds for which nothing at all may be sent."""
        return max(0.0, self._held_until - now)

    def _forget(self, now: float) -> None:
        if len(self._chats) >= KEEP:
            self._chats = {
                number: bucket for number, bucket in self._chats.items() if not bucket.is_full(now)
            }
