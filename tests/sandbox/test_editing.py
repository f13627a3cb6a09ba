"""Messages that are changed, removed or pressed."""

import pytest

from tests.sandbox.client import Desk, Json

SIGN = {"inline_keyboard": [[{"text": "全部签收 ✓", "callback_data": "sign"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)


async def _sent(desk: Desk, person: int, **more: object) -> Json:
    found: Json = await desk.result("sendMessage", chat_id=person, text="待签收", **more)
    return {"chat_id": person, "message_id": found["message_id"]}


async def test_an_edit_changes_the_message_and_takes_its_keyboard_away(desk: Desk) -> None:
    person = await desk.person()
    where = await _sent(desk, person, reply_markup=SIGN)
    edited = await desk.result("editMessageText", **where, text="已签收")
    assert edited["text"] == "已签收"
    assert edited["edit_date"] >= edited["date"]
    assert "reply_markup" not in edited
    assert await desk.last(person) == edited


async def test_an_edit_that_changes_nothing_is_refused(desk: Desk) -> None:
    person = await desk.person()
    where = await _sent(desk, person, reply_markup=SIGN)
    same = {**where, "text": "待签收", "reply_markup": SIGN}
    assert await desk.refusal("editMessageText", **same) == NOT_MODIFIED
    assert await desk.refusal("editMessageReplyMarkup", **where, reply_markup=SIGN) == NOT_MODIFIED
    bold = {**same, "text": "<b>待签收</b>", "parse_mode": "HTML"}
    await desk.result("editMessageText", **bold)
    assert await desk.refusal("editMessageText", **bold) == NOT_MODIFIED
    await desk.result("editMessageReplyMarkup", **where)
    assert await desk.refusal("editMessageReplyMarkup", **where) == NOT_MODIFIED


async def test_only_ones_own_standing_messages_can_be_edited(desk: Desk) -> None:
    person = await desk.person()
    said = await desk.post("say", person=person, text="我的话")
    theirs = {"chat_id": person, "message_id": said["message_id"]}
    refused = "Bad Request: message can't be edited"
    assert await desk.refusal("editMessageText", **theirs, text="x") == refused
    where = await _sent(desk, person)
    await desk.result("deleteMessage", **where)
    gone = "Bad Request: message to edit not found"
    assert await desk.refusal("editMessageText", **where, text="x") == gone
    assert await desk.refusal("deleteMessage", **where) == (
        "Bad Request: message to delete not found"
    )


@pytest.mark.parametrize("markup", [{"force_reply": True}, {"keyboard": [["汇总"]]}])
async def test_a_message_with_another_keyboard_than_an_inline_one_stays(
    desk: Desk, markup: dict[str, object]
) -> None:
    person = await desk.person()
    where = await _sent(desk, person, reply_markup=markup)
    refused = "Bad Request: message can't be edited"
    assert await desk.refusal("editMessageText", **where, text="x") == refused


async def test_a_deleted_message_goes_from_the_screen(desk: Desk) -> None:
    person = await desk.person()
    where = await _sent(desk, person)
    seen = (await desk.get("messages", person=person))["next"]
    await desk.result("deleteMessage", **where)
    left = await desk.get("messages", person=person)
    assert where["message_id"] not in [m["message_id"] for m in left["items"]]
    news = (await desk.get("messages", person=person, after=seen))["items"]
    assert [(m["message_id"], m["deleted"]) for m in news] == [(where["message_id"], True)]


async def test_a_press_reaches_the_bot_and_is_answered_once(desk: Desk) -> None:
    person = await desk.person()
    where = await _sent(desk, person, reply_markup=SIGN)
    pressed = await desk.post("press", person=person, message_id=where["message_id"], label="签收")
    query = (await desk.updates())[-1]["callback_query"]
    assert query["id"] == pressed["callback_query_id"]
    assert query["data"] == "sign"
    assert query["from"]["id"] == person
    assert query["message"]["reply_markup"] == SIGN
    assert query["chat_instance"]
    answer = {"callback_query_id": query["id"], "text": "已签收", "show_alert": True}
    await desk.result("answerCallbackQuery", **answer)
    toast = (await desk.get("toasts", person=person))["items"][-1]
    assert (toast["text"], toast["show_alert"]) == ("已签收", True)
    assert await desk.refusal("answerCallbackQuery", **answer) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )


async def test_a_press_answered_late_or_at_length_is_refused(desk: Desk) -> None:
    person = await desk.person()
    where = await _sent(desk, person, reply_markup=SIGN)
    press = {"person": person, "message_id": where["message_id"], "data": "sign"}
    number = (await desk.post("press", **press))["callback_query_id"]
    long = await desk.refusal("answerCallbackQuery", callback_query_id=number, text="督" * 201)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    desk.sandbox.world.query_life = 0
    late = await desk.refusal("answerCallbackQuery", callback_query_id=number)
    assert "query is too old" in late
    assert "query is too old" in await desk.refusal("answerCallbackQuery", callback_query_id="7")


async def test_only_buttons_that_stand_there_now_can_be_pressed(desk: Desk) -> None:
    person = await desk.person()
    where = await _sent(desk, person, reply_markup=SIGN)
    press = {"person": person, "message_id": where["message_id"]}
    status, answer = await desk.try_post("press", **press, label="办结")
    assert status == 400
    assert answer["error"].endswith("has no button labelled '办结'; it has: 全部签收 ✓.")
    assert (await desk.try_post("press", **press, data="other"))[0] == 400
    await desk.result("editMessageText", **where, text="已签收")
    status, answer = await desk.try_post("press", **press, label="签收")
    assert (status, answer["error"][-5:]) == (400, "none.")


async def test_a_human_edit_reaches_the_bot_as_such(desk: Desk) -> None:
    person = await desk.person()
    said = await desk.post("say", person=person, text="完成50%")
    await desk.post("edit", person=person, message_id=said["message_id"], text="完成60%")
    first, second = await desk.updates(offset=said["update_id"])
    assert first["message"]["text"] == "完成50%"
    assert second["edited_message"]["text"] == "完成60%"
    assert second["edited_message"]["message_id"] == said["message_id"]
    where = await _sent(desk, person)
    theirs = {"person": person, "message_id": where["message_id"], "text": "x"}
    status, answer = await desk.try_post("edit", **theirs)
    assert (status, "own" in answer["error"]) == (400, True)


async def test_reactions_are_kept_beside_the_message(desk: Desk) -> None:
    person = await desk.person()
    said = await desk.post("say", person=person, text="收到")
    where = {"chat_id": person, "message_id": said["message_id"]}
    thumb = [{"type": "emoji", "emoji": "👍"}]
    await desk.result("setMessageReaction", **where, reaction=thumb)
    assert (await desk.get("screen"))["reactions"][0]["reaction"] == thumb
    assert "TOO_MANY" in await desk.refusal("setMessageReaction", **where, reaction=thumb * 2)
