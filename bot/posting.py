"""The Bot API's calls that put a message into a chat: words with buttons, a question, a file.

Nothing here judges what an answer of Telegram's means; `delivery` does, by `verdicts`.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode

from bot.render.message import File, Keyboard
from bot.render.message import Message as Words


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a chat, in a group perhaps one topic and below one message."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None

    @property
    def quotes(self) -> ReplyParameters | None:
        """The message that is answered, as far as it still stands."""
        if self.reply_to is None:
            return None
        return ReplyParameters(self.reply_to, allow_sending_without_reply=True)


NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def post(bot: Bot, data_dir: Path, place: Place, page: Words) -> Message:
    """Put a page into its place. Files are read from below the data folder."""
    if page.file is not None:
        return await _post_file(bot, data_dir, place, page, page.file)
    markup = (
        inline(page.keyboard)
        if page.placeholder is None
        else ForceReply(input_field_placeholder=page.placeholder)
    )
    return await bot.send_message(
        place.chat_id,
        page.text,
        parse_mode=ParseMode.HTML,
        link_preview_options=NO_PREVIEW,
        reply_markup=markup,
        message_thread_id=place.thread_id,
        reply_parameters=place.quotes,
    )


async def _post_file(bot: Bot, data_dir: Path, place: Place, page: Words, file: File) -> Message:
    data = await asyncio.to_thread((data_dir / file.path).read_bytes)
    sent_as = InputFile(data, filename=file.name)
    if file.as_photo:
        return await bot.send_photo(
            place.chat_id,
            sent_as,
            caption=page.text or None,
            parse_mode=ParseMode.HTML,
            message_thread_id=place.thread_id,
        )
    return await bot.send_document(
        place.chat_id,
        sent_as,
        caption=page.text or None,
        parse_mode=ParseMode.HTML,
        message_thread_id=place.thread_id,
    )


def inline(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None where there are none."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(one.label, callback_data=one.data, style=one.style)
                for one in row
            ]
            for row in keyboard
        ]
    )
