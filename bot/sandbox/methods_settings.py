"""Bot API methods about the bot itself: commands, descriptions, menu button, webhook."""

import re
from urllib.parse import urlsplit

from bot.sandbox.chat import World
from bot.sandbox.keyboards import check_app
from bot.sandbox.refusals import bad
from bot.sandbox.updates import Webhook
from bot.sandbox.validate import Parameters

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SCOPES: dict[str, tuple[str, ...]] = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def get_me(world: World, call: Parameters) -> dict[str, object]:
    """getMe."""
    flags = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return world.bot.user() | flags


def _scope(world: World, call: Parameters) -> tuple[str, str]:
    scope = call.mapping("scope") or {"type": "default"}
    kind = scope.get("type")
    if not isinstance(kind, str) or kind not in _SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    ids: list[str] = [kind]
    for key in _SCOPES[kind]:
        number = scope.get(key)
        if not isinstance(number, int) or isinstance(number, bool):
            raise bad(f"can't parse BotCommandScope: Can't find field \"{key}\"")
        if number not in world.people and number not in world.groups:
            raise bad("chat not found" if key == "chat_id" else "user not found")
        ids.append(str(number))
    return " ".join(ids), call.string("language_code")


def set_my_commands(world: World, call: Parameters) -> bool:
    """setMyCommands."""
    commands = call.array("commands") or []
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    kept: list[object] = []
    for item in commands:
        if not isinstance(item, dict):
            raise bad("can't parse BotCommand: expected an Object")
        name, about = item.get("command"), item.get("description")
        if not isinstance(name, str) or not isinstance(about, str):
            raise bad("can't parse BotCommand: field must be of type String")
        name = name.removeprefix("/")
        if not _COMMAND.fullmatch(name):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(about.strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": about.strip()})
    world.bot.commands[_scope(world, call)] = kept
    world.count_change()
    return True


def get_my_commands(world: World, call: Parameters) -> list[object]:
    """getMyCommands, of exactly this scope and language."""
    return world.bot.commands.get(_scope(world, call), [])


def delete_my_commands(world: World, call: Parameters) -> bool:
    """deleteMyCommands."""
    world.bot.commands.pop(_scope(world, call), None)
    world.count_change()
    return True


def commands_for(world: World, chat_id: int, language: str) -> list[object]:
    """The command menu somebody sees in a chat: the narrowest scope that has one."""
    wide = "all_private_chats" if chat_id > 0 else "all_group_chats"
    for scope in (f"chat {chat_id}", wide, "default"):
        for code in (language[:2], ""):
            if found := world.bot.commands.get((scope, code)):
                return found
    return []


def set_words(world: World, call: Parameters, name: str, limit: int) -> bool:
    """setMyName, setMyDescription, setMyShortDescription."""
    text = call.string(name)
    if len(text) > limit:
        raise bad(f"{name.replace('_', ' ')} is too long")
    world.bot.words[name, call.string("language_code")] = text
    if name == "name" and text and not call.string("language_code"):
        world.bot.name = text
    world.count_change()
    return True


def get_words(world: World, call: Parameters, name: str) -> dict[str, object]:
    """getMyName, getMyDescription, getMyShortDescription."""
    default = world.bot.words.get((name, ""), world.bot.name if name == "name" else "")
    return {name: world.bot.words.get((name, call.string("language_code")), default)}


def set_chat_menu_button(world: World, call: Parameters) -> bool:
    """setChatMenuButton; without chat_id, for every private chat."""
    button = call.mapping("menu_button") or {"type": "default"}
    if button.get("type") not in {"commands", "default", "web_app"}:
        raise bad("can't parse MenuButton: Unsupported type specified")
    if button["type"] == "web_app":
        if not isinstance(button.get("text"), str) or not button["text"]:
            raise bad("can't parse MenuButton: Can't find field \"text\"")
        check_app(button.get("web_app"))
    chat_id = call.integer("chat_id") if "chat_id" in call else 0
    if chat_id and chat_id not in world.people:
        raise bad("chat not found")
    world.bot.menu_buttons[chat_id] = button
    world.count_change()
    return True


def get_chat_menu_button(world: World, call: Parameters) -> dict[str, object]:
    """getChatMenuButton."""
    chat_id = call.integer("chat_id") if "chat_id" in call else 0
    shared = world.bot.menu_buttons.get(0, {"type": "default"})
    return world.bot.menu_buttons.get(chat_id, shared)


def remember_allowed(world: World, call: Parameters) -> None:
    """Keep `allowed_updates`; leaving it out keeps the earlier choice, [] is the default."""
    if "allowed_updates" not in call:
        return
    kinds = call.array("allowed_updates") or []
    if any(not isinstance(kind, str) for kind in kinds):
        raise bad("can't parse allowed_updates: expected an Array of String")
    world.updates.allowed = frozenset(map(str, kinds)) or None


def set_webhook(world: World, call: Parameters) -> bool:
    """setWebhook; plain http is accepted on this machine only, where no certificate is."""
    url = call.string("url")
    if not url:
        return delete_webhook(world, call)
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not local:
        # The sandbox must not reach out of this machine, whatever a bot asks.
        raise bad("bad webhook: this sandbox posts to loopback addresses only")
    if parts.scheme not in {"http", "https"}:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    secret = call.string("secret_token")
    if "secret_token" in call and not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    if not 1 <= call.integer("max_connections", 40) <= 100:
        raise bad("max_connections must be 1-100")
    remember_allowed(world, call)
    if call.boolean("drop_pending_updates"):
        world.updates.clear()
    world.updates.webhook = Webhook(url, secret, call.integer("max_connections", 40))
    world.updates.pulse.beat()
    return True


def delete_webhook(world: World, call: Parameters) -> bool:
    """deleteWebhook."""
    if call.boolean("drop_pending_updates"):
        world.updates.clear()
    world.updates.webhook = Webhook()
    world.updates.pulse.beat()
    return True


def get_webhook_info(world: World, call: Parameters) -> dict[str, object]:
    """getWebhookInfo."""
    hook = world.updates.webhook
    shown: dict[str, object] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook.url:
        shown |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
    if hook.last_error:
        shown["last_error_date"] = hook.last_error_date
        shown["last_error_message"] = hook.last_error
    if world.updates.allowed is not None:
        shown["allowed_updates"] = sorted(world.updates.allowed)
    return shown
