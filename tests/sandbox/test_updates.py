"""How updates leave the sandbox: confirmed by a higher offset, given again until then."""

import asyncio
import time

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox import create
from tests.sandbox.client import TOKEN, Desk


def texts(updates: list[dict[str, object]]) -> list[object]:
    """What was said in these updates."""
    return [update["message"]["text"] for update in updates]  # type: ignore[index]


async def _say(desk: Desk, person: int, *words: str) -> list[int]:
    return [(await desk.post("say", person=person, text=w))["update_id"] for w in words]


async def test_updates_come_again_until_a_higher_offset_confirms_them(desk: Desk) -> None:
    person = await desk.person(started=False)
    ids = await _say(desk, person, "一", "二", "三")
    assert ids == [ids[0], ids[0] + 1, ids[0] + 2]
    assert texts(await desk.updates()) == ["一", "二", "三"]
    assert texts(await desk.updates()) == ["一", "二", "三"]
    assert texts(await desk.updates(offset=ids[0])) == ["一", "二", "三"]
    assert texts(await desk.updates(offset=ids[1])) == ["二", "三"]
    assert texts(await desk.updates()) == ["二", "三"]
    assert await desk.updates(offset=ids[2] + 1) == []
    assert await desk.updates() == []


async def test_limit_cuts_and_a_negative_offset_forgets_what_is_older(desk: Desk) -> None:
    person = await desk.person(started=False)
    await _say(desk, person, *"一二三四")
    assert texts(await desk.updates(limit=2)) == ["一", "二"]
    assert texts(await desk.updates(offset=-2)) == ["三", "四"]
    assert texts(await desk.updates()) == ["三", "四"]
    assert len(await desk.updates(limit=101)) == 2


async def test_at_most_a_hundred_come_at_once(desk: Desk) -> None:
    person = await desk.person(started=False)
    ids = await _say(desk, person, *map(str, range(130)))
    first = await desk.updates(limit=500)
    assert len(first) == 100
    rest = await desk.updates(offset=ids[99] + 1)
    assert texts(first + rest) == [str(n) for n in range(130)]


async def test_a_long_poll_ends_with_the_first_update_or_its_time(desk: Desk) -> None:
    person = await desk.person()
    await desk.updates(offset=2**50)
    began = time.monotonic()
    assert await desk.updates(timeout=1) == []
    assert 0.9 < time.monotonic() - began < 3
    poll = asyncio.create_task(desk.updates(timeout=20))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await _say(desk, person, "醒醒")
    assert texts(await poll) == ["醒醒"]
    assert time.monotonic() - began < 2


async def test_of_two_pollers_the_older_is_sent_away(desk: Desk) -> None:
    person = await desk.person(started=False)
    older = asyncio.create_task(desk.bot("getUpdates", timeout=20))
    await asyncio.sleep(0.1)
    newer = asyncio.create_task(desk.bot("getUpdates", timeout=20))
    gone = await older
    assert gone["error_code"] == 409
    assert gone["description"].startswith("Conflict: terminated by other getUpdates request")
    await _say(desk, person, "在")
    assert texts((await newer)["result"]) == ["在"]


async def test_a_poller_that_was_killed_takes_nothing_with_it(desk: Desk) -> None:
    person = await desk.person(started=False)
    url = f"{desk.sandbox.url}/bot{TOKEN}/getUpdates"
    async with aiohttp.ClientSession() as doomed:
        poll = asyncio.create_task(doomed.get(url, params={"timeout": "30"}))
        await asyncio.sleep(0.1)
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
    await _say(desk, person, "还在")
    assert texts(await desk.updates(timeout=2)) == ["还在"]


async def test_only_the_kinds_asked_for_come(desk: Desk) -> None:
    person = await desk.person()
    await desk.updates(allowed_updates=["message"])
    said = await desk.post("say", person=person, text="一")
    edited = await desk.post("edit", person=person, message_id=said["message_id"], text="二")
    assert edited["update_id"] is None
    assert [set(u) - {"update_id"} for u in await desk.updates(said["update_id"])] == [{"message"}]
    await desk.updates(allowed_updates=[])
    edited = await desk.post("edit", person=person, message_id=said["message_id"], text="三")
    assert edited["update_id"] is not None


@pytest.mark.parametrize(
    "odd",
    [
        {"message": {"message_id": "not a number"}},
        {"callback_query": {"id": "1"}},
        {"something_new": {"a": [1, 2]}},
        {"message": {"text": "\ud800 \x00"}},
        {},
    ],
)
async def test_an_update_that_cannot_be_parsed_is_handed_out_like_any_other(
    desk: Desk, odd: dict[str, object]
) -> None:
    person = await desk.person()
    number = (await desk.post("raw", update=odd))["update_id"]
    after = (await _say(desk, person, "后面的"))[0]
    assert after == number + 1
    first, second = await desk.updates(offset=number)
    assert first == {"update_id": number, **odd}
    assert second["message"]["text"] == "后面的"


async def test_ids_are_never_given_twice_even_when_the_sandbox_restarts() -> None:
    seen: list[int] = []
    for _ in range(2):
        sandbox = await create(now=lambda: pytest.fail("nothing is dated")).start()
        async with aiohttp.ClientSession() as http:
            desk = Desk(sandbox, http)
            seen += [(await desk.post("raw", update={}))["update_id"] for _ in range(50)]
        await sandbox.stop()
    assert seen == sorted(set(seen))
    assert abs(seen[0] / 10_000 - time.time()) < 60


async def test_nul_and_lone_surrogates_arrive_as_they_were_said(desk: Desk) -> None:
    person = await desk.person()
    strange = "甲\x00乙\ud83d丙\udc00"
    # Written by hand: aiohttp's own writer would refuse lone surrogates.
    number = (await desk.post("say", person=person, text=strange))["update_id"]
    assert texts(await desk.updates(offset=number)) == [strange]
    assert (await desk.last(person))["text"] == strange


async def test_a_webhook_gets_updates_in_order_and_again_until_it_says_yes(desk: Desk) -> None:
    person = await desk.person()
    got: list[tuple[str, str]] = []
    enough = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        body = await request.json()
        secret = request.headers["X-Telegram-Bot-Api-Secret-Token"]
        got.append((body["message"]["text"], secret))
        if len(got) == 1:
            return web.Response(status=500)
        if len(got) == 4:
            enough.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await desk.result("setWebhook", url=url, secret_token="s3cret", drop_pending_updates=True)
    body = await desk.bot("getUpdates")
    assert body["error_code"] == 409
    await _say(desk, person, "一", "二", "三")
    await asyncio.wait_for(enough.wait(), 10)
    assert got == [("一", "s3cret"), ("一", "s3cret"), ("二", "s3cret"), ("三", "s3cret")]
    assert "500" in (await desk.result("getWebhookInfo"))["last_error_message"]
    await runner.cleanup()
    await desk.result("deleteWebhook")
    assert texts(await desk.updates()) in ([], ["三"])
    away = await desk.refusal("setWebhook", url="https://example.org/hook")
    assert "loopback" in away
