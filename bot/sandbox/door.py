"""The door bots come through: /bot<token>/METHOD and /file/bot<token>/PATH.

Reads a call in any form Telegram accepts (query, form, multipart, JSON), lets an ordered
fault strike, answers, and writes every call down.
"""

import asyncio
import json
import logging
import re
from datetime import UTC, datetime
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.sandbox import api
from bot.sandbox.chat import World
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.records import StoredFile
from bot.sandbox.refusals import RefusedError, bad, flood, not_found, unauthorized
from bot.sandbox.validate import Parameters, Upload, Value, read_json

# Longer than any client waits for an answer.
HOLD_SECONDS = 120.0

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[0-9]{1,20}:\S+")


def admit(world: World, token: str) -> None:
    """Let the bot in: the first well-formed token seen is the bot; raises RefusedError."""
    if not _TOKEN.fullmatch(token):
        raise not_found()
    if not world.bot.token:
        world.bot.token = token
        world.bot.id = int(token.partition(":")[0])
        world.count_change()
    if token != world.bot.token:
        raise unauthorized()


async def handle_call(world: World, faults: Faults, request: web.Request) -> web.StreamResponse:
    """One Bot API call over HTTP."""
    asked = request.match_info["method"]
    started = datetime.now(UTC)
    given = Parameters({})
    fault: Fault | None = None
    try:
        admit(world, request.match_info["token"])
        name = api.method_named(asked)
        if name is None:
            raise not_found()
        given = Parameters(await read_parameters(request))
        fault = faults.take(name, _addressee(world, given))
        asked = name
        if fault is not None and fault.kind == "timeout":
            _record(world, started, asked, given, {"ok": None}, fault)
            return await _hold(request)
        if fault is not None:
            _strike(fault)
        answer: dict[str, object] = {"ok": True, "result": await api.call(world, name, given)}
        status = 200
    except RefusedError as refused:
        answer, status = refused.body(), refused.code
    except Exception:
        # The bot must get an answer it can read, and the sandbox's keeper the reason.
        _log.exception("The sandbox failed in %s", asked)
        answer, status = RefusedError(500, "Internal Server Error").body(), 500
    _record(world, started, asked, given, answer, fault)
    if fault is not None and fault.kind == "lost_answer":
        return _cut(request)
    return json_response(answer, status=status)


def _addressee(world: World, given: Parameters) -> object:
    """Whose chat a call is about: the one it names, or that of the press it answers."""
    recorded = given.recorded()
    query = world.queries.get(str(recorded.get("callback_query_id")))
    return query.person if query else recorded.get("chat_id")


def _strike(fault: Fault) -> None:
    if fault.kind == "flood":
        raise flood(fault.retry_after)
    if fault.kind == "bad_gateway":
        raise RefusedError(502, "Bad Gateway")


async def _hold(request: web.Request) -> web.StreamResponse:
    # The server cancels this when the client gives up and closes the connection.
    await asyncio.sleep(HOLD_SECONDS)
    return _cut(request)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=204)  # never written: the connection is gone


def _record(
    world: World,
    started: datetime,
    method: str,
    given: Parameters,
    answer: dict[str, object],
    fault: Fault | None,
) -> None:
    outcome = dict(answer)
    if method == "getUpdates" and isinstance(outcome.get("result"), list):
        # A poll's updates are on the screens already; their ids tell what was handed out.
        outcome["result"] = [u["update_id"] for u in outcome["result"]]  # type: ignore[attr-defined]
    entry: dict[str, object] = {
        "time": started.isoformat(),
        "method": method,
        "parameters": given.recorded(),
        "outcome": outcome,
    }
    if fault is not None:
        entry["fault"] = fault.kind
    world.calls.add(entry)
    world.calls_pulse.beat()


async def read_parameters(request: web.Request) -> dict[str, Value]:
    """The parameters of a call from its query and body; raises RefusedError 400."""
    found: dict[str, Value] = dict(request.query)
    kind = request.content_type
    if request.method != "POST" or not request.can_read_body:
        return found
    if kind == "application/json":
        return found | await _json_body(request)
    if kind == "application/x-www-form-urlencoded":
        form = await request.post()
        return found | {key: value for key, value in form.items() if isinstance(value, str)}
    if kind == "multipart/form-data":
        return found | await read_multipart(request)
    return found


async def _json_body(request: web.Request) -> dict[str, Value]:
    try:
        body = read_json(await request.read())
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad("object expected as request body")
    return body


async def read_multipart(request: web.Request) -> dict[str, Value]:
    """Fields and files of a multipart body."""
    found: dict[str, Value] = {}
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            data = bytes(await part.read(decode=True))
            if part.filename is None:
                found[part.name] = data.decode(errors="replace")
            else:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                found[part.name] = Upload(data, part.filename, mime.partition(";")[0])
    except ValueError:
        raise bad("can't parse multipart body") from None
    return found


async def handle_download(world: World, request: web.Request) -> web.StreamResponse:
    """A file by the path that getFile told."""
    try:
        admit(world, request.match_info["token"])
        path = request.match_info["path"]
        stored = next((f for f in world.files.values() if f.path == path), None)
        if stored is None:
            raise not_found()
    except RefusedError as refused:
        return json_response(refused.body(), status=refused.code)
    return file_response(stored)


def file_response(stored: StoredFile) -> web.Response:
    """The bytes of a file under its own name, to be saved and not opened."""
    name = quote(stored.name, errors="replace")
    return web.Response(
        body=stored.data,
        content_type=stored.mime if "/" in stored.mime else "application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
        },
    )


def json_response(body: object, *, status: int = 200) -> web.Response:
    """JSON with \\u escapes only, so that NUL and lone surrogates survive the way."""
    return web.Response(
        body=json.dumps(body, ensure_ascii=True).encode(),
        status=status,
        content_type="application/json",
    )
