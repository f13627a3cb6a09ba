"""What the sandbox offers and emits, held against the published Bot API and the library."""

from typing import Any

import aiohttp
import pytest
from telegram import Bot, Message, TelegramObject, Update

from bot.sandbox.api import METHODS
from bot.sandbox.validate import KINDS
from tests.sandbox.client import TOKEN, Desk, Json
from tests.sandbox.schema import FILE, faults_of, fields, published

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the published Bot API description is not beside the project"
)

# The service itself reads setWebhook without a url as deleteWebhook.
LOOSER = {("setWebhook", "url")}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_one_of_the_published_and_needs_what_it_needs(name: str) -> None:
    described = fields(published()["methods"][name])
    required = {field for field, told in described.items() if told["required"]}
    method = METHODS[name]
    assert set(method.required) == {field for field in required if (name, field) not in LOOSER}
    assert set(method.optional) <= set(described)


def _kind(types: list[str]) -> set[str]:
    plain = {"String", "Integer", "Boolean"}
    found = {t if t in plain else "Array" if t.startswith("Array") else "Object" for t in types}
    return {"File"} if "InputFile" in types else found


@pytest.mark.parametrize("name", METHODS)
def test_parameters_are_read_as_the_kinds_they_are_published_with(name: str) -> None:
    described = fields(published()["methods"][name])
    for parameter in (*METHODS[name].required, *METHODS[name].optional):
        assert set(KINDS[parameter]) >= _kind(described[parameter]["types"]), parameter


def _unknown(thing: TelegramObject) -> list[str]:
    """Fields that the library did not know, at any depth."""
    found = [f"{type(thing).__name__}.{key}" for key in thing.api_kwargs]
    for key in thing.__slots__:
        value = getattr(thing, str(key), None)
        for one in value if isinstance(value, tuple | list) else [value]:
            found += _unknown(one) if isinstance(one, TelegramObject) else []
    return found


async def _everything(desk: Desk) -> None:
    """People, groups and a bot do all there is to do."""
    await desk.result("getMe")
    person = (await desk.post("people", name="李娜", username="lina"))["id"]
    other = (await desk.post("people", name="王强"))["id"]
    await desk.post("say", person=other, text="/start")
    said = await desk.post("say", person=person, text="/start 见 https://a.org @somebody #校车")
    await desk.post("say", person=person, text="补充", reply_to=said["message_id"])
    await desk.post("edit", person=person, message_id=said["message_id"], text="改 /help")
    keyboard = {
        "inline_keyboard": [
            [{"text": "签收", "callback_data": "s", "style": "success"}],
            [
                {"text": "原文", "url": "https://a.org"},
                {"text": "号码", "copy_text": {"text": "1"}},
            ],
            [{"text": "看板", "web_app": {"url": "http://127.0.0.1/board"}}],
        ]
    }
    html = (
        "<b>甲</b><i>乙</i><u>丙</u><s>丁</s><tg-spoiler>戊</tg-spoiler><code>己</code>"
        '<pre><code class="language-python">庚</code></pre><blockquote expandable>辛</blockquote>'
        f'<a href="https://a.org">壬</a><a href="tg://user?id={other}">癸</a>'
    )
    sent = await desk.result(
        "sendMessage",
        chat_id=person,
        text=html,
        parse_mode="HTML",
        reply_markup=keyboard,
        reply_parameters={"message_id": said["message_id"]},
        link_preview_options={"is_disabled": True},
        protect_content=True,
    )
    where = {"chat_id": person, "message_id": sent["message_id"]}
    pressed = await desk.post("press", person=person, message_id=sent["message_id"], data="s")
    await desk.result("answerCallbackQuery", callback_query_id=pressed["callback_query_id"])
    await desk.result("editMessageText", **where, text="已签收")
    await desk.result("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👍"}])
    onward = {"chat_id": other, "from_chat_id": person, "message_id": sent["message_id"]}
    await desk.result("forwardMessage", **onward)
    await desk.result("copyMessage", **onward)
    await desk.result("pinChatMessage", **where)
    await _files(desk, person)
    await desk.result("setMyCommands", commands=[{"command": "my", "description": "我的任务"}])
    for method in ("getMyCommands", "getMyName", "getMyDescription", "getMyShortDescription"):
        await desk.result(method)
    await desk.result("setChatMenuButton", menu_button={"type": "commands"})
    for method in ("getChatMenuButton", "getWebhookInfo"):
        await desk.result(method)
    await desk.result("sendChatAction", chat_id=person, action="typing")
    await desk.post("faults", kind="blocked", person=other)
    await desk.post("faults", kind="none")
    await _group(desk, person, other)


async def _files(desk: Desk, person: int) -> None:
    picture = b"GIF89a" + b"\x10\x00\x10\x00" + b"\x00" * 20
    for kind, name, data in (("document", "通知.docx", b"x"), ("photo", "现场.gif", picture)):
        form = aiohttp.FormData({"person": str(person), "caption": "见附件 #校车"})
        form.add_field("as", kind)
        form.add_field("file", data, filename=name)
        async with desk.http.post(f"{desk.sandbox.url}/sandbox/file", data=form) as answer:
            assert answer.status == 200
        sent = await desk.last(person)
        media = sent["document"] if kind == "document" else sent["photo"][-1]
        await desk.result("getFile", file_id=media["file_id"])
        again = {"chat_id": person, kind: media["file_id"], "caption": "<b>回</b>"}
        await desk.result(f"send{kind.title()}", **again, parse_mode="HTML")


async def _group(desk: Desk, person: int, other: int) -> None:
    group = await desk.post(
        "groups", title="督办群", members=[person, other], topics=["校车"], bot="administrator"
    )
    topic = group["topics"][0]["id"]
    await desk.post("say", person=person, text="收到", chat=group["id"], topic=topic)
    where = {"chat_id": group["id"], "message_thread_id": topic}
    await desk.result("sendMessage", **where, text="请反馈")
    await desk.result("createForumTopic", chat_id=group["id"], name="食堂")
    for status in ("member", "kicked", "administrator"):
        await desk.post("groups", group=group["id"], bot=status, add=[], remove=[])
    await desk.post("groups", group=group["id"], remove=[other])
    await desk.post("groups", group=group["id"], add=[other])
    for method in ("getChat", "getChatMemberCount", "getChatAdministrators"):
        await desk.result(method, chat_id=group["id"])
    for user in (person, 42):
        await desk.result("getChatMember", chat_id=group["id"], user_id=user)
    await desk.result("getChat", chat_id=person)
    basic = await desk.post("groups", title="小群", members=[person], type="group")
    await desk.post("groups", group=basic["id"], migrate=True)


@pytest.fixture
async def day(desk: Desk) -> tuple[list[Json], list[Json]]:
    """The updates and the calls of a busy day."""
    await _everything(desk)
    updates = await desk.updates(limit=100)
    return updates, (await desk.get("calls"))["items"]


async def test_every_update_has_the_published_fields_and_parses(
    day: tuple[list[Json], list[Json]],
) -> None:
    updates, _ = day
    bot = Bot(TOKEN)
    kinds = {next(iter(set(update) - {"update_id"})) for update in updates}
    assert kinds == {"message", "edited_message", "callback_query", "my_chat_member"}
    assert len(updates) < 100
    for update in updates:
        assert faults_of(update, "Update") == []
        parsed = Update.de_json(update, bot)
        assert parsed.effective_user is not None
        assert _unknown(parsed) == []


async def test_every_answer_is_what_its_method_returns(
    day: tuple[list[Json], list[Json]],
) -> None:
    _, calls = day
    bot = Bot(TOKEN)
    answered = {call["method"] for call in calls}
    assert len(answered) > 25
    for call in calls:
        assert call["outcome"]["ok"], call
        if call["method"] == "getUpdates":
            continue
        result: Any = call["outcome"]["result"]
        returns = published()["methods"][call["method"]]["returns"]
        judged = [faults_of(result, kind) for kind in returns]
        assert [] in judged, (call["method"], judged)
        if "Message" in returns:
            assert _unknown(Message.de_json(result, bot)) == []


def test_the_judge_finds_what_is_wrong() -> None:
    chat = {"id": 1, "type": "private"}
    message = {"message_id": 1, "date": 1, "chat": chat, "text": "x"}
    assert faults_of(message, "Message") == []
    assert faults_of({**message, "colour": 1}, "Message") == [
        "Message has the unknown field colour"
    ]
    assert faults_of({**message, "text": 1}, "Message") == ["Message.text is no String: 1"]
    assert faults_of({**message, "chat": {"id": 1}}, "Message") == ["Message.chat has no type"]
    assert (
        faults_of([message, {}], "Array of Message")[0] == "Array of Message[1] has no message_id"
    )
