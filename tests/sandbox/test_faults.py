"""Failures on order: each strikes what it should, as often as it should, and nothing else."""

import asyncio
import time

import aiohttp
import pytest

from tests.sandbox.client import TOKEN, Desk, Json


async def _send(desk: Desk, person: int, text: str = "您好") -> Json:
    return await desk.bot("sendMessage", chat_id=person, text=text)


async def _texts(desk: Desk, person: int) -> list[str]:
    items = (await desk.get("messages", person=person))["items"]
    return [m["text"] for m in items if m["from"]["is_bot"]]


async def test_flood_refuses_with_the_seconds_to_wait(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="flood", times=2, retry_after=7)
    for _ in range(2):
        body = await _send(desk, person)
        assert (body["error_code"], body["parameters"]) == (429, {"retry_after": 7})
        assert body["description"] == "Too Many Requests: retry after 7"
    assert (await _send(desk, person))["ok"]
    assert await _texts(desk, person) == ["您好"]


async def test_bad_gateway_refuses_without_sending(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="bad_gateway")
    body = await _send(desk, person)
    assert (body["error_code"], body["description"]) == (502, "Bad Gateway")
    assert await _texts(desk, person) == []
    assert (await _send(desk, person))["ok"]


async def test_timeout_gives_no_answer_and_sends_nothing(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="timeout")
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await _send(desk, person)
    assert time.monotonic() - began < 5
    assert await _texts(desk, person) == []
    call = (await desk.get("calls"))["items"][-1]
    assert (call["method"], call["fault"], call["outcome"]) == (
        "sendMessage",
        "timeout",
        {"ok": None},
    )


async def test_a_lost_answer_was_sent_all_the_same(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="lost_answer")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await _send(desk, person, "已送达")
    assert await _texts(desk, person) == ["已送达"]
    call = (await desk.get("calls"))["items"][-1]
    assert call["fault"] == "lost_answer"
    assert call["outcome"]["result"]["text"] == "已送达"


async def test_a_lost_answer_to_a_poll_loses_no_update(desk: Desk) -> None:
    person = await desk.person(started=False)
    await desk.post("say", person=person, text="还在")
    await desk.post("faults", kind="lost_answer", method="getUpdates")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await desk.updates()
    assert [u["message"]["text"] for u in await desk.updates()] == ["还在"]


async def test_blocked_lasts_until_none_and_is_told_both_times(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="blocked", person=person, times=1)
    for _ in range(3):
        body = await _send(desk, person)
        assert body["error_code"] == 403
        assert body["description"] == "Forbidden: bot was blocked by the user"
    assert (await desk.get("people"))["items"][0]["blocked"] is True
    status, answer = await desk.try_post("say", person=person, text="x")
    assert (status, "has blocked the bot" in answer["error"]) == (400, True)
    await desk.post("faults", kind="none", person=person)
    assert (await _send(desk, person))["ok"]
    changes = [u["my_chat_member"] for u in await desk.updates() if "my_chat_member" in u]
    assert [c["new_chat_member"]["status"] for c in changes] == ["kicked", "member"]
    assert {c["chat"]["id"] for c in changes} == {person}


async def test_a_fault_for_a_person_leaves_others_alone(desk: Desk) -> None:
    one, two = await desk.person("李娜"), await desk.person("王强")
    await desk.post("faults", kind="bad_gateway", person=one)
    assert (await _send(desk, two))["ok"]
    assert not (await _send(desk, one))["ok"]


async def test_the_answer_to_a_press_counts_as_the_pressers(desk: Desk) -> None:
    person = await desk.person()
    keyboard = {"inline_keyboard": [[{"text": "签收", "callback_data": "s"}]]}
    sent = await desk.result("sendMessage", chat_id=person, text="x", reply_markup=keyboard)
    press = {"person": person, "message_id": sent["message_id"], "label": "签收"}
    number = (await desk.post("press", **press))["callback_query_id"]
    await desk.post("faults", kind="bad_gateway", person=person)
    body = await desk.bot("answerCallbackQuery", callback_query_id=number)
    assert body["error_code"] == 502


async def test_a_fault_for_a_method_leaves_others_alone(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="flood", method="editmessagetext", times=3)
    sent = await desk.result("sendMessage", chat_id=person, text="一")
    edit = {"chat_id": person, "message_id": sent["message_id"], "text": "二"}
    assert (await desk.bot("editMessageText", **edit))["error_code"] == 429
    open_now = (await desk.get("faults"))["items"]
    assert open_now == [{"kind": "flood", "method": "editMessageText", "person": None, "times": 2}]
    await desk.post("faults", kind="none", method="editMessageText")
    assert (await desk.bot("editMessageText", **edit))["ok"]


async def test_an_order_without_a_method_spares_the_long_poll(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="bad_gateway")
    assert (await desk.bot("getUpdates"))["ok"]
    assert not (await _send(desk, person))["ok"]
    await desk.post("faults", kind="bad_gateway", method="getUpdates")
    assert (await _send(desk, person))["ok"]
    assert not (await desk.bot("getUpdates"))["ok"]


async def test_none_for_a_person_takes_back_theirs_alone(desk: Desk) -> None:
    one, two = await desk.person("李娜"), await desk.person("王强")
    for person in (one, two):
        await desk.post("faults", kind="bad_gateway", person=person)
        await desk.post("faults", kind="blocked", person=person)
    left = await desk.post("faults", kind="none", person=one)
    assert [order["person"] for order in left["items"]] == [two]
    assert left["blocked"] == [two]
    assert (await _send(desk, one))["ok"]
    assert not (await _send(desk, two))["ok"]


async def test_none_takes_everything_back(desk: Desk) -> None:
    one, two = await desk.person("李娜"), await desk.person("王强")
    await desk.post("faults", kind="blocked", person=one)
    await desk.post("faults", kind="flood", times=100)
    cleared = await desk.post("faults", kind="none")
    assert cleared == {"items": [], "blocked": []}
    assert (await _send(desk, one))["ok"]
    assert (await _send(desk, two))["ok"]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({}, "`kind` must be one of: blocked, flood, timeout, bad_gateway, lost_answer, none."),
        ({"kind": "storm"}, "`kind` must be one of"),
        ({"kind": "blocked"}, "`blocked` needs a `person`."),
        ({"kind": "flood", "person": 5}, "There is no person with the id 5."),
        ({"kind": "flood", "method": "sendMesage"}, "There is no method 'sendMesage' here"),
        ({"kind": "flood", "method": 5}, "`method` must be a text."),
        ({"kind": "flood", "times": 0}, "`times` must be 1 or more."),
        ({"kind": "flood", "times": "many"}, "`times` must be a whole number."),
        ({"kind": "flood", "retry_after": -1}, "`retry_after` must be 0 or more seconds."),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_in_words(
    desk: Desk, order: dict[str, object], reason: str
) -> None:
    status, answer = await desk.try_post("faults", **order)
    assert status == 400
    assert answer["error"].startswith(reason)


async def test_a_token_that_is_refused_uses_up_no_fault(desk: Desk) -> None:
    person = await desk.person()
    await desk.post("faults", kind="bad_gateway")
    url = f"{desk.sandbox.url}/bot9:other/sendMessage"
    async with desk.http.post(url, json={"chat_id": person, "text": "x"}) as answer:
        assert answer.status == 401
    assert (await _send(desk, person))["error_code"] == 502
    assert TOKEN not in str(await desk.get("calls"))
