"""What the bot may send, and how it is refused: as strictly, and in the words, as by Telegram."""

import pytest

from tests.sandbox.client import Desk

Rows = list[list[dict[str, object]]]


def inline(*labels: str) -> dict[str, object]:
    """One button a row, its label as data."""
    return {"inline_keyboard": [[{"text": text, "callback_data": text}] for text in labels]}


async def test_a_message_appears_on_the_screen_as_it_is_answered(desk: Desk) -> None:
    person = await desk.person("李娜")
    sent = await desk.result("sendMessage", chat_id=person, text="您好")
    assert sent["text"] == "您好"
    assert sent["chat"] == {"id": person, "first_name": "李娜", "type": "private"}
    assert sent["from"]["is_bot"] is True
    assert await desk.last(person) == sent


@pytest.mark.parametrize(
    ("method", "given", "reason"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 7001}, "message text is empty"),
        ("sendMessage", {"chat_id": 7001, "text": ""}, "message text is empty"),
        ("sendMessage", {"chat_id": 7001, "text": " \n "}, "text must be non-empty"),
        ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": True, "text": "x"}, 'field "chat_id" must be of type Number'),
        ("sendMessage", {"chat_id": 7001, "text": 5}, 'field "text" must be of type String'),
        ("sendMessage", {"chat_id": 7001, "text": "\ud800"}, "strings must be encoded in UTF-8"),
        ("sendDocument", {"chat_id": 7001}, "there is no document in the request"),
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "none"}, "invalid file_id"),
        ("editMessageText", {"chat_id": 7001, "text": "x"}, "message identifier is not specified"),
        ("answerCallbackQuery", {}, 'parameter "callback_query_id" is required'),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        (
            "sendChatAction",
            {"chat_id": 7001, "action": "dance"},
            "wrong parameter action in request",
        ),
        ("pinChatMessage", {"chat_id": 7001, "message_id": 99}, "message to pin not found"),
    ],
)
async def test_a_call_that_lacks_something_is_refused(
    desk: Desk, method: str, given: dict[str, object], reason: str
) -> None:
    assert await desk.person() == 7001
    body = await desk.bot(method, **given)
    assert (body["error_code"], body["description"]) == (400, f"Bad Request: {reason}")


async def test_an_unknown_method_is_not_found(desk: Desk) -> None:
    body = await desk.bot("sendMesage", chat_id=1, text="x")
    assert (body["error_code"], body["description"]) == (404, "Not Found")
    assert (await desk.bot("SENDMESSAGE", chat_id=1, text="x"))["error_code"] == 400


async def test_only_the_first_bot_is_let_in(desk: Desk) -> None:
    assert (await desk.result("getMe"))["id"] == 42
    for token, status in (("43:other", 401), ("42:another", 401), ("no-token", 404)):
        url = f"{desk.sandbox.url}/bot{token}/getMe"
        async with desk.http.get(url) as answer:
            body = await answer.json()
            assert (answer.status, body["ok"], body["error_code"]) == (status, False, status)


async def test_nobody_is_written_to_who_has_not_opened_the_bot(desk: Desk) -> None:
    person = await desk.person(started=False)
    body = await desk.bot("sendMessage", chat_id=person, text="您好")
    assert body["error_code"] == 403
    assert body["description"] == "Forbidden: bot can't initiate conversation with a user"
    await desk.post("say", person=person, text="在吗")
    await desk.result("sendMessage", chat_id=person, text="您好")


@pytest.mark.parametrize("character", ["督", "𠮷", "😀", "&lt;"])
async def test_a_text_holds_4096_characters_counted_after_parsing(
    desk: Desk, character: str
) -> None:
    person = await desk.person()
    fits = f"<b>{character * 4096}</b>"
    await desk.result("sendMessage", chat_id=person, text=fits, parse_mode="HTML")
    longer = f"<b>{character * 4097}</b>"
    reason = await desk.refusal("sendMessage", chat_id=person, text=longer, parse_mode="HTML")
    assert reason == "Bad Request: message is too long"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("督<c>a</c>", 'Unsupported start tag "c" at byte offset 3'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("3 < 5", 'Unsupported start tag "" at byte offset 2'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_broken_markup_is_refused(desk: Desk, text: str, reason: str) -> None:
    person = await desk.person()
    answer = await desk.refusal("sendMessage", chat_id=person, text=text, parse_mode="HTML")
    assert answer == f"Bad Request: can't parse entities: {reason}"


async def test_markup_becomes_entities_in_utf16_units(desk: Desk) -> None:
    person = await desk.person()
    sent = await desk.result(
        "sendMessage",
        chat_id=person,
        parse_mode="HTML",
        text='😀<b>甲<i>乙</i></b> <a href="https://a.org/?a=1&amp;b=2">丙</a> &lt;&amp;&gt;',
    )
    assert sent["text"] == "😀甲乙 丙 <&>"
    assert sent["entities"] == [
        {"type": "bold", "offset": 2, "length": 2},
        {"type": "italic", "offset": 3, "length": 1},
        {"type": "text_link", "offset": 5, "length": 1, "url": "https://a.org/?a=1&b=2"},
    ]


async def test_entities_may_be_given_but_not_outside_the_text(desk: Desk) -> None:
    person = await desk.person()
    bold = {"type": "bold", "offset": 0, "length": 2}
    sent = await desk.result("sendMessage", chat_id=person, text="😀好", entities=[bold])
    assert sent["entities"] == [bold]
    reason = await desk.refusal(
        "sendMessage", chat_id=person, text="😀", entities=[{**bold, "length": 3}]
    )
    assert "ends after the end of the text" in reason
    reason = await desk.refusal(
        "sendMessage", chat_id=person, text="x", entities=[{**bold, "type": "loud"}]
    )
    assert "Unsupported type specified" in reason


async def test_a_mention_carries_the_whole_person_and_none_is_made_of_a_stranger(
    desk: Desk,
) -> None:
    person = await desk.person("李娜")
    text = f'<a href="tg://user?id={person}">李娜</a> <a href="tg://user?id=5">谁</a>'
    sent = await desk.result("sendMessage", chat_id=person, text=text, parse_mode="HTML")
    user = {"id": person, "is_bot": False, "first_name": "李娜", "language_code": "zh-hans"}
    mention = {"type": "text_mention", "offset": 0, "length": 2, "user": user}
    assert sent["entities"] == [mention]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[{"text": "a"}]], "Text buttons are unallowed in the inline keyboard"),
        ([[{"text": " ", "callback_data": "a"}]], "button text must be non-empty"),
        ([[{"callback_data": "a"}]], 'Can\'t find field "text"'),
        ([[{"text": "a", "callback_data": ""}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a", "callback_data": "督" * 21 + "ab"}]], "BUTTON_DATA_INVALID"),
        ([[{"text": "a", "callback_data": "b", "url": "https://c.de"}]], "exactly one optional"),
        ([[{"text": "a", "callback_data": "b", "colour": "red"}]], 'unknown field "colour"'),
        ([[{"text": "a", "callback_data": "b", "style": "pink"}]], "invalid button style"),
        ([[{"text": "a", "url": "ftp://c.de"}]], "Wrong HTTP URL"),
        ([[{"text": "a", "web_app": {"url": "http://c.de"}}]], "Only HTTPS links are allowed"),
        ([[{"text": "a", "callback_data": "b"}] * 9], "reply markup is too long"),
        ([[{"text": "a", "callback_data": "b"}]] * 101, "reply markup is too long"),
        ([{"text": "a", "callback_data": "b"}], "must be an Array of Arrays"),
    ],
)
async def test_a_keyboard_telegram_would_not_take_is_refused(
    desk: Desk, rows: object, reason: str
) -> None:
    person = await desk.person()
    markup = {"inline_keyboard": rows}
    answer = await desk.refusal("sendMessage", chat_id=person, text="x", reply_markup=markup)
    assert answer.startswith("Bad Request: ")
    assert reason in answer


async def test_a_keyboard_at_its_limits_is_taken(desk: Desk) -> None:
    person = await desk.person()
    full: Rows = [[{"text": "a", "callback_data": "督" * 21 + "a"}]] * 100
    sent = await desk.result(
        "sendMessage", chat_id=person, text="x", reply_markup={"inline_keyboard": full}
    )
    assert sent["reply_markup"]["inline_keyboard"] == full
    wide: Rows = [[{"text": "a", "callback_data": "b"}] * 8]
    await desk.result(
        "sendMessage", chat_id=person, text="x", reply_markup={"inline_keyboard": wide}
    )


async def test_placeholders_have_64_characters_at_most(desk: Desk) -> None:
    person = await desk.person()
    for length, fits in ((64, True), (65, False)):
        markup = {"force_reply": True, "input_field_placeholder": "督" * length}
        body = await desk.bot("sendMessage", chat_id=person, text="x", reply_markup=markup)
        assert body["ok"] is fits


async def test_a_reply_quotes_its_message_or_is_refused(desk: Desk) -> None:
    person = await desk.person()
    said = await desk.post("say", person=person, text="第一句")
    sent = await desk.result(
        "sendMessage",
        chat_id=person,
        text="收到",
        reply_parameters={"message_id": said["message_id"]},
    )
    assert sent["reply_to_message"]["text"] == "第一句"
    gone = {"message_id": 999}
    reason = await desk.refusal("sendMessage", chat_id=person, text="x", reply_parameters=gone)
    assert reason == "Bad Request: message to be replied not found"
    gone["allow_sending_without_reply"] = True
    sent = await desk.result("sendMessage", chat_id=person, text="x", reply_parameters=gone)
    assert "reply_to_message" not in sent


async def test_commands_are_checked_and_shown(desk: Desk) -> None:
    await desk.result("getMe")
    commands = [{"command": "my", "description": "我的任务"}]
    await desk.result("setMyCommands", commands=commands)
    assert await desk.result("getMyCommands") == commands
    for wrong, reason in (
        ([{"command": "My", "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "a" * 33, "description": "x"}], "BOT_COMMAND_INVALID"),
        ([{"command": "my", "description": ""}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        (commands * 101, "BOT_COMMANDS_TOO_MUCH"),
    ):
        assert await desk.refusal("setMyCommands", commands=wrong) == f"Bad Request: {reason}"


async def test_a_call_is_read_in_every_form_telegram_reads(desk: Desk) -> None:
    person = await desk.person()
    url = f"{desk.sandbox.url}/bot42:sandbox/sendMessage"
    markup = '{"inline_keyboard": [[{"text": "签收", "callback_data": "s"}]]}'
    fields = {"chat_id": str(person), "text": "您好 & 再见", "reply_markup": markup}
    async with desk.http.get(url, params=fields) as by_query:
        first = await by_query.json()
    async with desk.http.post(url, data=fields) as by_form:
        second = await by_form.json()
    assert first["ok"]
    assert second["ok"]
    for answer in (first, second):
        assert answer["result"]["text"] == "您好 & 再见"
        assert answer["result"]["reply_markup"]["inline_keyboard"][0][0]["text"] == "签收"


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000, b'"x"', b'{"a": NaN}'])
async def test_a_body_that_is_no_object_gets_an_answer_in_json(desk: Desk, body: bytes) -> None:
    url = f"{desk.sandbox.url}/bot42:sandbox/sendMessage"
    headers = {"Content-Type": "application/json"}
    async with desk.http.post(url, data=body, headers=headers) as answer:
        given = await answer.json()
        assert answer.status == given["error_code"] == 400
