"""A Bot API server that accepts everything, in a process of its own.

It answers from bytes made before, so that what is measured is whoever calls. With limits it
refuses as Telegram's FAQ says: more than 30 messages in any second, or one chat more than one a
second beyond a short burst. `python -m tests.bench.answering [limits]` prints its port.
"""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from subprocess import PIPE, Popen

from aiohttp import web

OVERALL = 30
IN_A_CHAT = 4
"""Messages in a second in one chat, a short burst allowed."""

BUSY = b'{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1",' + (
    b'"parameters":{"retry_after":1}}'
)


class Answering:
    """What was asked of it, and its answers."""

    def __init__(self, *, limits: bool) -> None:
        self.sent = 0
        self.refused = 0
        self._limits = limits
        self._numbers = count(1)
        self._recent: deque[float] = deque()
        self._chats: dict[int, deque[float]] = {}

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.post()
        chat, now = int(str(body.get("chat_id", 0))), time.monotonic()
        if self._limits and self._is_too_much(chat, now):
            self.refused += 1
            return web.Response(body=BUSY, status=429, content_type="application/json")
        self.sent += 1
        message = (
            b'{"ok":true,"result":{"message_id":%d,"date":1790000000,"text":"x",'
            b'"chat":{"id":%d,"type":"private","first_name":"x"}}}' % (next(self._numbers), chat)
        )
        return web.Response(body=message, content_type="application/json")

    async def counts(self, _request: web.Request) -> web.Response:
        return web.json_response({"sent": self.sent, "refused": self.refused})

    def _is_too_much(self, chat: int, now: float) -> bool:
        mine = self._chats.setdefault(chat, deque())
        for moments in (self._recent, mine):
            while moments and now - moments[0] >= 1.0:
                moments.popleft()
        if len(self._recent) >= OVERALL or len(mine) >= IN_A_CHAT:
            return True
        self._recent.append(now)
        mine.append(now)
        return False


@contextmanager
def answering(*, limits: bool = False) -> Iterator[str]:
    """The address of such a server, until the end of the block."""
    words = [sys.executable, "-m", "tests.bench.answering", *(["limits"] if limits else [])]
    with Popen(words, stdout=PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


async def serve(*, limits: bool) -> None:
    """Answer until the process ends."""
    one = Answering(limits=limits)
    app = web.Application()
    app.router.add_get("/counts", one.counts)
    app.router.add_post("/{token}/{method}", one.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(limits="limits" in sys.argv[1:]))
