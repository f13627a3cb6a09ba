"""The way to the Bot API: what each failure is called, and what it never tells."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.request import AiohttpRequest, NotSent, request_for
from tests.stories.conftest import both_databases
from tests.stories.office import TOKEN, Office, open_office


@pytest.fixture
async def request_object() -> AsyncIterator[AiohttpRequest]:
    made = AiohttpRequest(answer_within=0.2)
    await made.initialize()
    yield made
    await made.shutdown()


@pytest.mark.parametrize(
    ("fault", "error"),
    [("timeout", TimedOut), ("lost_answer", NetworkError), ("bad_gateway", NetworkError)],
)
async def test_what_may_have_been_sent_is_never_called_not_sent(
    office: Office, request_object: AiohttpRequest, fault: str, error: type[TelegramError]
) -> None:
    await office.fault(fault, method="getMe")
    with pytest.raises(error) as raised:
        await request_object.post(f"{office.sandbox.url}/bot{TOKEN}/getMe")
    assert not isinstance(raised.value, NotSent)
    assert TOKEN not in repr(raised.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_closed_port_means_that_nothing_was_sent(
    office: Office, request_object: AiohttpRequest, scheme: str
) -> None:
    port = office.sandbox.url.rpartition(":")[2]
    await office.app.stop()
    await office.sandbox.stop()
    with pytest.raises(NotSent) as raised:
        await request_object.post(f"{scheme}://127.0.0.1:{port}/bot{TOKEN}/getMe")
    assert TOKEN not in repr(raised.value)


async def test_the_proxy_is_the_way_of_every_call(database_url: str) -> None:
    passed: list[str] = []

    async def forward(request: web.BaseRequest) -> web.Response:
        passed.append(request.path)
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                str(request.url),
                data=await request.read(),
                headers={"Content-Type": request.headers.get("Content-Type", "")},
            ) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read())

    runner = web.ServerRunner(web.Server(forward), handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with open_office(database_url, request=lambda: request_for(proxy)) as office:
        phone = await office.invite("contact", "市教育局", "李娜")
        await phone.sees("李娜")
        calls = {call["method"] for call in await office.calls("sendMessage")}
    assert calls == {"sendMessage"}
    methods = {path.rpartition("/")[2] for path in passed}
    assert {"getMe", "getUpdates", "sendMessage"} <= methods
    await runner.cleanup()


async def test_a_socks_proxy_takes_the_other_way() -> None:
    made = request_for("socks5://127.0.0.1:1")
    assert isinstance(made, HTTPXRequest)
    await made.initialize()
    with pytest.raises(NetworkError) as raised:
        await made.post(f"http://127.0.0.1:2/bot{TOKEN}/getMe")
    assert TOKEN not in repr(raised.value)
    await made.shutdown()


@both_databases
async def test_the_one_place_is_free_again_once_it_was_left(office: Office) -> None:
    for _ in range(3):
        await office.app.stop()
        await office.app.start()
    await office.settle()


async def test_a_bot_starts_once_its_server_can_be_reached(office: Office) -> None:
    port = int(office.sandbox.url.rpartition(":")[2])
    await office.app.stop()
    await office.sandbox.stop()
    starting = asyncio.create_task(office.app.start())
    await asyncio.sleep(0.3)
    assert not starting.done()
    await office.sandbox.start(port=port)
    await starting
    await office.settle()
