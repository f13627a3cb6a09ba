"""Which Bot API methods there are here, what each needs, and how a call is made.

A method not in the table is answered 404, as Telegram does: a misspelled or forgotten one
must not pass unseen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.sandbox import methods_chats as chats
from bot.sandbox import methods_files as files
from bot.sandbox import methods_messages as messages
from bot.sandbox import methods_settings as settings
from bot.sandbox.chat import World
from bot.sandbox.validate import Parameters

MAX_POLL_SECONDS = 50

_SENDING = (
    "message_thread_id",
    "disable_notification",
    "protect_content",
    "reply_parameters",
    "reply_markup",
)
_CAPTIONED = ("caption", "parse_mode", "caption_entities", *_SENDING)
_EDITED = ("chat_id", "message_id", "inline_message_id", "reply_markup")
_SCOPED = ("scope", "language_code")


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what runs, what it must be given, what else it reads."""

    run: Callable[[World, Parameters], object]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def _set(name: str, limit: int) -> Method:
    run = partial(settings.set_words, name=name, limit=limit)
    return Method(run, (), (name, "language_code"))


def _get(name: str) -> Method:
    return Method(partial(settings.get_words, name=name), (), ("language_code",))


def _topic(change: str, *optional: str) -> Method:
    run = partial(chats.change_forum_topic, change=change)
    return Method(run, ("chat_id", "message_thread_id"), optional)


def _copy(world: World, call: Parameters) -> dict[str, object]:
    return {"message_id": messages.forward_or_copy(world, call, forward=False)["message_id"]}


# getUpdates waits, so it stands in `poll` below and not in the table.
GET_UPDATES = Method(
    lambda _world, _call: [], (), ("offset", "limit", "timeout", "allowed_updates")
)

METHODS: dict[str, Method] = {
    "getUpdates": GET_UPDATES,
    "getMe": Method(settings.get_me),
    "setWebhook": Method(
        settings.set_webhook,
        (),  # the schema requires url; the service reads its absence as deleteWebhook
        ("url", "max_connections", "allowed_updates", "drop_pending_updates", "secret_token"),
    ),
    "deleteWebhook": Method(settings.delete_webhook, (), ("drop_pending_updates",)),
    "getWebhookInfo": Method(settings.get_webhook_info),
    "sendMessage": Method(
        messages.send_message,
        ("chat_id", "text"),
        ("parse_mode", "entities", "link_preview_options", *_SENDING),
    ),
    "forwardMessage": Method(
        partial(messages.forward_or_copy, forward=True),
        ("chat_id", "from_chat_id", "message_id"),
        ("message_thread_id", "disable_notification", "protect_content"),
    ),
    "copyMessage": Method(_copy, ("chat_id", "from_chat_id", "message_id"), _CAPTIONED),
    "editMessageText": Method(
        messages.edit_message_text,
        ("text",),
        ("parse_mode", "entities", "link_preview_options", *_EDITED),
    ),
    "editMessageCaption": Method(
        messages.edit_message_caption,
        (),
        ("caption", "parse_mode", "caption_entities", *_EDITED),
    ),
    "editMessageReplyMarkup": Method(messages.edit_message_reply_markup, (), _EDITED),
    "deleteMessage": Method(messages.delete_message, ("chat_id", "message_id")),
    "deleteMessages": Method(messages.delete_messages, ("chat_id", "message_ids")),
    "answerCallbackQuery": Method(
        messages.answer_callback_query,
        ("callback_query_id",),
        ("text", "show_alert", "url", "cache_time"),
    ),
    "sendChatAction": Method(
        messages.send_chat_action, ("chat_id", "action"), ("message_thread_id",)
    ),
    "setMessageReaction": Method(
        messages.set_message_reaction, ("chat_id", "message_id"), ("reaction", "is_big")
    ),
    "sendDocument": Method(files.send_document, ("chat_id", "document"), _CAPTIONED),
    "sendPhoto": Method(files.send_photo, ("chat_id", "photo"), _CAPTIONED),
    "getFile": Method(files.get_file, ("file_id",)),
    "setMyCommands": Method(settings.set_my_commands, ("commands",), _SCOPED),
    "getMyCommands": Method(settings.get_my_commands, (), _SCOPED),
    "deleteMyCommands": Method(settings.delete_my_commands, (), _SCOPED),
    "setMyName": _set("name", 64),
    "getMyName": _get("name"),
    "setMyDescription": _set("description", 512),
    "getMyDescription": _get("description"),
    "setMyShortDescription": _set("short_description", 120),
    "getMyShortDescription": _get("short_description"),
    "setChatMenuButton": Method(settings.set_chat_menu_button, (), ("chat_id", "menu_button")),
    "getChatMenuButton": Method(settings.get_chat_menu_button, (), ("chat_id",)),
    "getChat": Method(chats.get_chat, ("chat_id",)),
    "getChatMember": Method(chats.get_chat_member, ("chat_id", "user_id")),
    "getChatMemberCount": Method(chats.get_chat_member_count, ("chat_id",)),
    "getChatAdministrators": Method(chats.get_chat_administrators, ("chat_id",)),
    "leaveChat": Method(chats.leave_chat, ("chat_id",)),
    "createForumTopic": Method(chats.create_forum_topic, ("chat_id", "name"), ("icon_color",)),
    "editForumTopic": _topic("edit", "name"),
    "closeForumTopic": _topic("close"),
    "reopenForumTopic": _topic("reopen"),
    "deleteForumTopic": _topic("delete"),
    "pinChatMessage": Method(chats.pin, ("chat_id", "message_id"), ("disable_notification",)),
    "unpinChatMessage": Method(chats.pin, ("chat_id",), ("message_id",)),
}

# Telegram reads method names without regard to case.
_BY_LOWER = {name.lower(): name for name in METHODS}


def method_named(name: str) -> str | None:
    """The method's proper name, or None where there is no such method."""
    return _BY_LOWER.get(name.lower())


async def call(world: World, name: str, given: Parameters) -> object:
    """Make a call; the result as JSON. Raises RefusedError in Telegram's words."""
    method = METHODS[name]
    given.check(method.required)
    if name == "getUpdates":
        return await _poll(world, given)
    return method.run(world, given)


async def _poll(world: World, given: Parameters) -> object:
    settings.remember_allowed(world, given)
    limit = given.integer("limit", 100)
    return await world.updates.poll(
        given.integer("offset"),
        limit if 1 <= limit <= 100 else 100,
        min(max(given.integer("timeout"), 0), MAX_POLL_SECONDS),
    )
