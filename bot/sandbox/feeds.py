"""Numbered lists that somebody waits on: what changed since N."""

import asyncio
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field
from itertools import islice


class Pulse:
    """Wakes everybody who waits for a change."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Something changed."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def wait(self, seconds: float) -> bool:
        """Until the next change, or False after `seconds` without one."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True


@dataclass(slots=True)
class Feed:
    """Entries numbered from 1; the oldest go when there are more than `keep`."""

    keep: int = 100_000
    last: int = 0
    _entries: deque[dict[str, object]] = field(default_factory=deque)

    def add(self, entry: dict[str, object]) -> dict[str, object]:
        """Append an entry and give it its number `n`."""
        self.last += 1
        numbered: dict[str, object] = {"n": self.last, **entry}
        self._entries.append(numbered)
        if len(self._entries) > self.keep:
            self._entries.popleft()
        return numbered

    def since(self, after: int) -> list[dict[str, object]]:
        """Entries numbered above `after`."""
        dropped = self.last - len(self._entries)
        return list(islice(self._entries, max(after - dropped, 0), None))


@dataclass(slots=True)
class Journal:
    """Which keys changed when; a key changed twice is told once, by its last change."""

    _numbers: list[int] = field(default_factory=list)
    _keys: list[int] = field(default_factory=list)
    _latest: dict[int, int] = field(default_factory=dict)

    def mark(self, number: int, key: int) -> None:
        """`key` changed; `number` is larger than any before."""
        self._numbers.append(number)
        self._keys.append(key)
        self._latest[key] = number

    def since(self, after: int) -> list[tuple[int, int]]:
        """(number, key) of everything changed after `after`, by its last change."""
        start = bisect_right(self._numbers, after)
        pairs = zip(self._numbers[start:], self._keys[start:], strict=True)
        return [(number, key) for number, key in pairs if self._latest[key] == number]
