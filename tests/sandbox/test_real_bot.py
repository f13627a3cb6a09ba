"""A whole bot on python-telegram-bot, unchanged, against the sandbox over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)

from tests.sandbox.client import TOKEN, Desk

Bot = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE


async def _greet(update: Update, context: Context) -> None:
    assert update.effective_message is not None
    button = InlineKeyboardButton("全部签收", callback_data="sign:1")
    text = f"<b>您好</b> {' '.join(context.args or [])}"
    await update.effective_message.reply_html(
        text, reply_markup=InlineKeyboardMarkup([[button]]), do_quote=True
    )


async def _sign(update: Update, context: Context) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("已签收")
    await update.callback_query.edit_message_text(f"已签收 {update.callback_query.data}")


async def _return_file(update: Update, context: Context) -> None:
    message = update.effective_message
    assert message is not None
    assert message.document is not None
    file = await message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await message.reply_document(content, filename="台账.txt", caption=message.document.file_name)


@pytest.fixture
async def bot(desk: Desk) -> AsyncIterator[Bot]:
    app = (
        ApplicationBuilder()
        .token(TOKEN)
        .base_url(f"{desk.sandbox.url}/bot")
        .base_file_url(f"{desk.sandbox.url}/file/bot")
        .build()
    )
    app.add_handler(CommandHandler("start", _greet))
    app.add_handler(CallbackQueryHandler(_sign))
    app.add_handler(MessageHandler(filters.Document.ALL, _return_file))
    async with app:
        assert app.updater is not None
        await app.updater.start_polling(poll_interval=0, timeout=5)
        await app.start()
        yield app
        await app.updater.stop()
        await app.stop()


@pytest.mark.usefixtures("bot")
async def test_a_command_a_press_and_its_toast_pass_through_a_real_bot(desk: Desk) -> None:
    person = (await desk.post("people", name="李娜"))["id"]
    said = await desk.post("say", person=person, text="/start 邀请码1")
    page = await desk.get("messages", person=person, after=1, wait=5)
    greeting = page["items"][-1]
    assert greeting["text"] == "您好 邀请码1"
    assert greeting["reply_to_message"]["message_id"] == said["message_id"]
    assert greeting["entities"] == [{"type": "bold", "offset": 0, "length": 2}]

    pressed = await desk.post(
        "press", person=person, message_id=greeting["message_id"], label="签收"
    )
    toast = (await desk.get("toasts", person=person, wait=5))["items"][-1]
    assert toast["text"] == "已签收"
    assert toast["callback_query_id"] == pressed["callback_query_id"]
    edited = (await desk.get("messages", person=person, after=page["next"], wait=5))["items"]
    assert [m["text"] for m in edited] == ["已签收 sign:1"]
    assert "reply_markup" not in edited[0]


@pytest.mark.usefixtures("bot")
async def test_a_file_goes_both_ways_with_its_chinese_name(desk: Desk) -> None:
    person = (await desk.post("people", name="李娜"))["id"]
    form = aiohttp.FormData()
    form.add_field("person", str(person))
    form.add_field("file", "通知内容".encode(), filename="通知.txt", content_type="text/plain")
    async with desk.http.post(f"{desk.sandbox.url}/sandbox/file", data=form) as answer:
        assert answer.status == 200
    answer_back = (await desk.get("messages", person=person, after=1, wait=5))["items"][-1]
    assert answer_back["caption"] == "通知.txt"
    assert answer_back["document"]["file_name"] == "台账.txt"
    assert answer_back["document"]["file_size"] == len("通知内容".encode())
