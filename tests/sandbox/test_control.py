"""The control API as the design writes it down: paths, names, answers, errors in sentences."""

import asyncio
import time

import pytest

from bot.sandbox import create
from tests.sandbox.client import Desk


async def test_people_are_made_and_listed(desk: Desk) -> None:
    made = await desk.post("people", name=" 李娜 ")
    assert {"id", "chat_id", "name"} <= set(made)
    assert made["name"] == "李娜"
    assert made["chat_id"] == made["id"]
    second = await desk.post("people", name="李娜", username="lina")
    assert second["id"] != made["id"]
    assert (await desk.get("people"))["items"] == [made, second]


async def test_saying_and_pressing_answer_with_their_numbers(desk: Desk) -> None:
    person = await desk.person()
    said = await desk.post("say", person=person, text="您好")
    assert set(said) == {"update_id", "message_id"}
    heard = (await desk.updates(offset=said["update_id"]))[0]
    assert heard["update_id"] == said["update_id"]
    assert heard["message"]["message_id"] == said["message_id"]
    reply = await desk.post("say", person=person, text="补充", reply_to=said["message_id"])
    heard = (await desk.updates(offset=reply["update_id"]))[0]["message"]
    assert heard["reply_to_message"]["text"] == "您好"


async def test_messages_are_what_the_screen_shows_and_edits_reappear(desk: Desk) -> None:
    person = await desk.person()
    other = await desk.person("王强")
    keyboard = {"inline_keyboard": [[{"text": "签收", "callback_data": "s"}]]}
    sent = await desk.result("sendMessage", chat_id=person, text="一", reply_markup=keyboard)
    page = await desk.get("messages", person=person)
    assert page["items"][-1] == sent
    assert page["items"][-1]["reply_markup"] == keyboard
    assert (await desk.get("messages", person=person, after=page["next"]))["items"] == []
    await desk.result("sendMessage", chat_id=other, text="不相干")
    await desk.result("sendMessage", chat_id=person, text="二")
    edit = {"chat_id": person, "message_id": sent["message_id"]}
    await desk.result("editMessageText", **edit, text="一改")
    await desk.result("editMessageText", **edit, text="一再改")
    news = await desk.get("messages", person=person, after=page["next"])
    assert [m["text"] for m in news["items"]] == ["二", "一再改"]
    assert news["next"] > page["next"]
    whole = await desk.get("messages", person=person)
    assert [m["text"] for m in whole["items"]] == ["/start", "二", "一再改"]


async def test_waiting_for_messages_ends_with_the_first(desk: Desk) -> None:
    person = await desk.person()
    after = (await desk.get("messages", person=person))["next"]
    waiting = asyncio.create_task(desk.get("messages", person=person, after=after, wait=20))
    await asyncio.sleep(0.05)
    began = time.monotonic()
    await desk.result("sendMessage", chat_id=person, text="来了")
    assert [m["text"] for m in (await waiting)["items"]] == ["来了"]
    assert time.monotonic() - began < 2
    assert (await desk.get("messages", person=person, after=2**40, wait=1))["items"] == []


async def test_every_call_is_written_down_with_its_outcome(desk: Desk) -> None:
    person = await desk.person()
    after = (await desk.get("calls"))["next"]
    await desk.result("sendMessage", chat_id=person, text="您好")
    await desk.bot("sendMessage", chat_id=99, text="您好")
    await desk.bot("noSuchThing", a=1)
    calls = await desk.get("calls", after=after)
    first, second, third = calls["items"]
    assert calls["next"] == after + 3
    assert first["method"] == "sendMessage"
    assert first["parameters"] == {"chat_id": person, "text": "您好"}
    assert first["outcome"]["ok"] is True
    assert first["outcome"]["result"]["text"] == "您好"
    assert first["time"] < second["time"]
    assert second["outcome"]["error_code"] == 400
    assert (third["method"], third["outcome"]["error_code"]) == ("noSuchThing", 404)
    said = await desk.post("say", person=person, text="在")
    await desk.updates(offset=said["update_id"])
    last = (await desk.get("calls", after=calls["next"]))["items"][-1]
    assert last["outcome"]["result"] == [said["update_id"]]


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("people", {}, "`name` must be a text."),
        ("people", {"name": "  "}, "`name` must have 1 to 64 characters."),
        ("people", {"name": "督" * 65}, "`name` must have 1 to 64 characters."),
        ("say", {"person": 5, "text": "x"}, "There is no person with the id 5."),
        ("say", {"person": "7001", "text": "x"}, "There is no person with the id '7001'."),
        ("say", {"person": 7001}, "`text` must be a text."),
        ("say", {"person": 7001, "text": ""}, "`text` must not be empty."),
        ("say", {"person": 7001, "text": "x", "chat": -5}, "is not in a chat with the id -5."),
        ("say", {"person": 7001, "text": "x", "reply_to": 99}, "There is no message 99 in that"),
        ("say", {"person": 7001, "text": "x", "topic": 9}, "There is no topic 9 in that chat."),
        ("press", {"person": 7001, "message_id": 1}, "Give either `label` or `data`."),
        ("press", {"person": 7001, "message_id": 9, "label": "x"}, "There is no message 9"),
        ("press", {"person": 7001, "message_id": 1, "label": "x"}, "it has: none."),
        ("press", {"person": 7001, "message_id": 1, "label": ""}, "`label` must not be empty."),
        ("edit", {"person": 7001, "message_id": 9, "text": "x"}, "There is no message 9"),
        ("edit", {"person": 7001, "message_id": 1, "text": ""}, "`text` must not be empty."),
        ("raw", {"update": []}, "`update` must be an object."),
        ("groups", {"title": ""}, "`title` must have 1 to 128 characters."),
        ("groups", {"title": "x"}, "A group needs at least one member."),
        ("groups", {"title": "x", "members": 5}, "`members` must be a list of person ids."),
        ("groups", {"title": "x", "members": [5]}, "There is no person with the id 5."),
        ("groups", {"title": "x", "members": [7001], "bot": "king"}, "`bot` must be one of"),
        ("groups", {"title": "x", "members": [7001], "topics": [""]}, "1 to 128 characters."),
        (
            "groups",
            {"title": "x", "members": [7001], "type": "group", "topics": ["a"]},
            "Only supergroups have topics.",
        ),
        ("groups", {"group": 5}, "There is no group with the id 5."),
    ],
)
async def test_what_cannot_be_done_is_refused_in_a_sentence(
    desk: Desk, path: str, body: dict[str, object], reason: str
) -> None:
    assert await desk.person("李娜") == 7001
    status, answer = await desk.try_post(path, **body)
    assert status == 400
    assert set(answer) == {"error"}
    assert reason in answer["error"]
    assert (await desk.get("groups"))["items"] == []


async def test_other_addresses_and_bodies_are_refused_in_json(desk: Desk) -> None:
    status, answer = await desk.try_post("nothing")
    assert (status, answer) == (404, {"error": "There is nothing at this address."})
    url = f"{desk.sandbox.url}/sandbox/say"
    for body, reason in (
        (b"{", "The request body must be JSON."),
        (b"[1]", "The request body must be a JSON object."),
        (b"[" * 100_000, "The request body must be JSON."),
    ):
        async with desk.http.post(url, data=body) as given:
            assert given.status == 400
            assert await given.json() == {"error": reason}
    async with desk.http.get(url) as given:
        assert given.status == 405
        assert "error" in await given.json()
    for query in ("person=x", "person=5", "person=7001&after=x"):
        async with desk.http.get(f"{desk.sandbox.url}/sandbox/messages?{query}") as given:
            assert given.status == 400
            assert (await given.json())["error"]


async def test_only_this_machine_is_served(desk: Desk) -> None:
    url = f"{desk.sandbox.url}/sandbox/people"
    for headers in (
        {"Host": "example.org"},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
    ):
        async with desk.http.get(url, headers=headers) as answer:
            assert answer.status == 403
            assert await answer.json() == {"error": "This sandbox serves this machine only."}
    async with desk.http.get(url, headers={"Origin": "http://localhost:80"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", ""])
async def test_no_other_address_than_loopback_is_opened(host: str) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        await create(now=lambda: pytest.fail("unused")).start(host)


async def test_a_port_that_is_taken_is_told_and_one_that_was_given_up_is_free(desk: Desk) -> None:
    port = int(desk.sandbox.url.rpartition(":")[2])
    second = create(now=lambda: pytest.fail("unused"))
    with pytest.raises(OSError, match=str(port)):
        await second.start(port=port)
    await desk.sandbox.stop()
    await second.start(port=port)
    await second.stop()


async def test_the_page_loads_nothing_from_elsewhere(desk: Desk) -> None:
    async with desk.http.get(desk.sandbox.url) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()
    assert policy.startswith("default-src 'self'")
    for name in ("page.css", "page.js", "page_message.js", "page_phone.js", "page_words.js"):
        async with desk.http.get(f"{desk.sandbox.url}/{name}") as answer:
            assert answer.status == 200
            page += await answer.text()
    assert "https://" not in page
