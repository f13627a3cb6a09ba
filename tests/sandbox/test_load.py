"""Under load and bad weather: no update is lost or doubled by the sandbox's own fault."""

import asyncio
import random
import time
from collections import Counter

import aiohttp

from tests.sandbox.client import TOKEN, Desk

PEOPLE, EACH = 10, 40


async def _crowd(desk: Desk) -> list[int]:
    """What a crowd says at once; the numbers of the updates."""
    people = [await desk.person(f"人员{n}", started=False) for n in range(PEOPLE)]

    async def talk(person: int) -> list[int]:
        said = [
            await desk.post("say", person=person, text=f"{person} 第{n}句") for n in range(EACH)
        ]
        return [one["update_id"] for one in said]

    return [number for found in await asyncio.gather(*map(talk, people)) for number in found]


async def test_a_bot_killed_again_and_again_still_gets_everything_once_and_in_order(
    desk: Desk,
) -> None:
    dice = random.Random(7)
    stored: list[int] = []
    spoken: Counter[str] = Counter()
    crowd = asyncio.create_task(_crowd(desk))
    url = f"{desk.sandbox.url}/bot{TOKEN}"

    async def live() -> None:
        """Poll and answer, as a bot that stores a batch before it confirms it."""
        async with aiohttp.ClientSession() as http:
            while True:
                ask = {"timeout": 5, "limit": 20}
                if stored:
                    ask["offset"] = stored[-1] + 1
                async with http.post(f"{url}/getUpdates", json=ask) as answer:
                    batch = (await answer.json())["result"]
                stored.extend(update["update_id"] for update in batch)
                for update in batch:
                    chat = update["message"]["chat"]["id"]
                    words = update["message"]["text"]
                    echo = {"chat_id": chat, "text": words}
                    async with http.post(f"{url}/sendMessage", json=echo) as answer:
                        spoken[words] += (await answer.json())["ok"]

    began = time.monotonic()
    while len(stored) < PEOPLE * EACH:
        assert time.monotonic() - began < 60
        bot = asyncio.create_task(live())
        await asyncio.wait({bot}, timeout=dice.uniform(0.02, 0.3))
        bot.cancel()
        await asyncio.gather(bot, return_exceptions=True)
    given = await crowd
    assert stored == sorted(given)
    assert len(set(stored)) == PEOPLE * EACH
    assert set(spoken.values()) <= {1}


async def test_what_was_accepted_under_faults_stands_on_the_screen_exactly_once(
    desk: Desk,
) -> None:
    person = await desk.person()
    dice = random.Random(3)
    accepted: list[str] = []
    for n in range(200):
        kind = dice.choice(["", "", "", "lost_answer", "bad_gateway", "flood"])
        if kind:
            await desk.post("faults", kind=kind, method="sendMessage")
        text = f"第{n}条"
        try:
            body = await desk.bot("sendMessage", chat_id=person, text=text)
        except aiohttp.ServerDisconnectedError:
            assert kind == "lost_answer"
            accepted.append(text)
        else:
            assert body["ok"] is (kind == "")
            accepted += [text] if body["ok"] else []
    screen = (await desk.get("messages", person=person))["items"]
    assert [m["text"] for m in screen if m["from"]["is_bot"]] == accepted
    calls = (await desk.get("calls"))["items"]
    outcomes = Counter(c["outcome"]["ok"] for c in calls if c["method"] == "sendMessage")
    assert outcomes[True] == len(accepted)
    assert outcomes[True] + outcomes[False] == 200


async def test_a_thousand_messages_pass_in_seconds(desk: Desk) -> None:
    person = await desk.person()
    began = time.monotonic()

    async def some() -> None:
        for _ in range(100):
            await desk.result("sendMessage", chat_id=person, text="<b>您好</b>", parse_mode="HTML")

    await asyncio.gather(*(some() for _ in range(10)))
    assert len((await desk.get("messages", person=person))["items"]) == 1001
    # Some 2,000 a second on an idle machine; the bound only catches what grows with the chat.
    assert time.monotonic() - began < 20
