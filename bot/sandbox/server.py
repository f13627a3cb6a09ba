"""The HTTP server of the sandbox, and the Python door to it.

`create(...)` makes a Sandbox, `start` opens its port, `stop` closes it. Only this machine
gets in: another address is refused at the start, another Host header or Origin per request.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web

from bot.sandbox import control
from bot.sandbox.chat import World
from bot.sandbox.clock import Clock, ClockHook, Play, PlayHook, Tip
from bot.sandbox.door import (
    file_response,
    handle_call,
    handle_download,
    json_response,
    read_multipart,
)
from bot.sandbox.faults import Faults
from bot.sandbox.feeds import Pulse
from bot.sandbox.groups import shown as shown_group
from bot.sandbox.page import add_page, screen
from bot.sandbox.records import Bot
from bot.sandbox.refusals import ControlError, RefusedError
from bot.sandbox.validate import read_json
from bot.sandbox.webhooks import deliver_forever

__all__ = ["ClockHook", "PlayHook", "Sandbox", "create"]

# A document of 50 MB and the multipart around it.
MAX_BODY = 64 * 1024 * 1024
MAX_WAIT_SECONDS = 30.0

_log = logging.getLogger(__name__)

Document = dict[str, object]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create(
    *,
    now: Callable[[], datetime],
    clock: ClockHook | None = None,
    play: PlayHook | None = None,
    tips: Sequence[Tip] = (),
    bot_name: str = "督办",
    bot_username: str = "duban_sandbox_bot",
) -> "Sandbox":
    """A sandbox that is not serving yet.

    `now` is the office clock that dates of messages follow (aware datetimes); `clock` moves
    it, `play` plays the story. Without them the page offers neither. `tips` are listed by the
    page as what to try.
    """
    world = World(now=now, bot=Bot(name=bot_name, username=bot_username))
    return Sandbox(world, Clock(now, clock), Play(play, world.count_change), tips)


class Sandbox:
    """A local Telegram on a port of this machine."""

    def __init__(self, world: World, clock: Clock, play: Play, tips: Sequence[Tip] = ()) -> None:
        self.world = world
        self.clock = clock
        self.play = play
        self.tips = tips
        self.faults = Faults()
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._webhooks: asyncio.Task[None] | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> Self:
        """Serve on a loopback address; port 0 takes a free one. `url` then has no slash at
        its end. Raises ValueError for another address, OSError where the port is taken."""
        if not _is_loopback(host):
            raise ValueError(f"the sandbox serves this machine only, not {host}")
        # A handler ends with its client: a bot that was killed leaves no poll behind.
        self._runner = web.AppRunner(
            self._application(), handler_cancellation=True, access_log=None, shutdown_timeout=0.5
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        bound = self._runner.addresses[0][1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{bound}"
        self._webhooks = asyncio.create_task(deliver_forever(self.world))
        return self

    async def stop(self) -> None:
        """Close the port, breaking off long polls and the story."""
        await self.play.stop()
        if self._webhooks is not None:
            self._webhooks.cancel()
            with suppress(asyncio.CancelledError):
                await self._webhooks
            self._webhooks = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        app = web.Application(
            client_max_size=MAX_BODY, middlewares=[_loopback_only, _errors_as_json]
        )
        app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._call)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._download)
        add_control(app, self)
        add_page(app)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        return await handle_call(self.world, self.faults, request)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        return await handle_download(self.world, request)


def add_control(app: web.Application, sandbox: Sandbox) -> None:
    """Hang the control API under /sandbox/."""
    world, faults = sandbox.world, sandbox.faults

    def post(path: str, act: Callable[[Document], Document]) -> None:
        async def handler(request: web.Request) -> web.Response:
            return json_response(act(await _body(request)))

        app.router.add_post(f"/sandbox/{path}", handler)

    def get(path: str, tell: Callable[[web.Request], Awaitable[object]]) -> None:
        async def handler(request: web.Request) -> web.Response:
            return json_response(await tell(request))

        app.router.add_get(f"/sandbox/{path}", handler)

    post("people", lambda body: control.add_person(world, body))
    post("say", lambda body: control.say(world, body))
    post("press", lambda body: control.press(world, body))
    post("edit", lambda body: control.edit(world, body))
    post("raw", lambda body: control.raw(world, body))
    post("faults", lambda body: control.order_fault(world, faults, body))
    post("groups", lambda body: control.change_group(world, body))

    async def tell_people(_request: web.Request) -> object:
        return {"items": [control.shown(person) for person in world.people.values()]}

    async def tell_groups(_request: web.Request) -> object:
        return {"items": [shown_group(group) for group in world.groups.values()]}

    async def tell_faults(_request: web.Request) -> object:
        return control.list_faults(world, faults)

    async def tell_messages(request: web.Request) -> object:
        person = world.person(control.whole(request.query.get("person"), "person", 0))
        after = control.whole(request.query.get("after"), "after", 0)
        items = await _awaited(request, world.pulse, lambda: world.screen(person, after))
        return {"items": items, "next": world.changes}

    async def tell_toasts(request: web.Request) -> object:
        after = control.whole(request.query.get("after"), "after", 0)
        wanted = control.whole(request.query.get("person"), "person", 0)

        def mine() -> list[Document]:
            entries = world.toasts.since(after)
            return [e for e in entries if not wanted or e["person"] == wanted]

        return {"items": await _awaited(request, world.pulse, mine), "next": world.toasts.last}

    async def tell_calls(request: web.Request) -> object:
        after = control.whole(request.query.get("after"), "after", 0)
        items = await _awaited(request, world.calls_pulse, lambda: world.calls.since(after))
        return {"items": items, "next": world.calls.last}

    async def _awaited(
        request: web.Request, pulse: Pulse, look: Callable[[], list[Document]]
    ) -> list[Document]:
        """What `look` finds, waiting up to `wait` seconds for the first of it."""
        loop = asyncio.get_running_loop()
        wait = min(control.whole(request.query.get("wait"), "wait", 0), MAX_WAIT_SECONDS)
        until = loop.time() + wait
        while not (found := look()) and loop.time() < until:
            await pulse.wait(until - loop.time())
        return found

    async def tell_clock(_request: web.Request) -> object:
        return sandbox.clock.shown()

    async def tell_play(_request: web.Request) -> object:
        return sandbox.play.shown()

    async def tell_screen(request: web.Request) -> object:
        shown = await screen(sandbox.world, sandbox.clock, sandbox.play, request)
        return shown | {"tips": [dict(tip) for tip in sandbox.tips]}

    get("people", tell_people)
    get("groups", tell_groups)
    get("faults", tell_faults)
    get("messages", tell_messages)
    get("toasts", tell_toasts)
    get("calls", tell_calls)
    get("clock", tell_clock)
    get("play", tell_play)
    get("screen", tell_screen)

    async def send_file(request: web.Request) -> web.Response:
        if request.content_type != "multipart/form-data":
            raise ControlError("Send the file in a multipart form.")
        return json_response(control.send_file(world, await read_multipart(request)))

    async def move_clock(request: web.Request) -> web.Response:
        # Shielded: a client that stops waiting must not leave the clock half moved.
        moved = await asyncio.shield(
            asyncio.ensure_future(sandbox.clock.move(await _body(request)))
        )
        world.count_change()
        return json_response({"now": moved.isoformat()})

    async def start_play(_request: web.Request) -> web.Response:
        sandbox.play.start()
        world.count_change()
        return json_response(sandbox.play.shown(), status=202)

    async def download(request: web.Request) -> web.StreamResponse:
        stored = world.files.get(request.match_info["file_id"])
        if stored is None:
            raise ControlError("There is no such file.", status=404)
        return file_response(stored)

    app.router.add_get("/sandbox/download/{file_id}", download)
    app.router.add_post("/sandbox/file", send_file)
    app.router.add_post("/sandbox/clock", move_clock)
    app.router.add_post("/sandbox/play", start_play)


async def _body(request: web.Request) -> Document:
    try:
        body = read_json(await request.read())
    except ValueError:
        raise ControlError("The request body must be JSON.") from None
    if not isinstance(body, dict):
        raise ControlError("The request body must be a JSON object.")
    return body


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def _loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    # A page of some other site, open in the same browser, can reach loopback ports; it
    # cannot hide its Host (DNS rebinding) or its Origin.
    host = urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""
    origin = request.headers.get("Origin")
    foreign = origin is not None and not _is_loopback(urlsplit(origin).hostname or "")
    if not _is_loopback(host) or foreign:
        return json_response({"error": "This sandbox serves this machine only."}, status=403)
    return await handler(request)


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlError as error:
        return json_response({"error": str(error)}, status=error.status)
    except RefusedError as error:
        return json_response({"error": error.description}, status=error.code)
    except web.HTTPException as error:
        if request.path.startswith("/sandbox/"):
            text = {404: "There is nothing at this address.", 413: "That is too large."}
            reason = text.get(error.status, error.reason)
            return json_response({"error": reason}, status=error.status)
        return json_response(
            {"ok": False, "error_code": error.status, "description": error.reason},
            status=error.status,
        )
    except Exception:
        _log.exception("The sandbox failed at %s", request.path)
        return json_response({"error": "The sandbox failed; its log says why."}, status=500)
