"""Parameters of a Bot API call: required ones, their JSON types, their lengths.

A form carries everything as text and JSON carries types; both are accepted where Telegram
accepts them, and a value of the wrong kind is refused rather than guessed at.
"""

import json
import re
from dataclasses import dataclass

from bot.sandbox.html import Entity, automatic, check_entities, clean, parse_html, trim
from bot.sandbox.refusals import bad

MAX_TEXT = 4096
MAX_CAPTION = 1024

# What each parameter is, in the words of the published schema; a test compares them.
KINDS: dict[str, tuple[str, ...]] = {
    "action": ("String",),
    "allowed_updates": ("Array",),
    "cache_time": ("Integer",),
    "callback_query_id": ("String",),
    "caption": ("String",),
    "caption_entities": ("Array",),
    "chat_id": ("Integer", "String"),
    "commands": ("Array",),
    "description": ("String",),
    "disable_notification": ("Boolean",),
    "document": ("File",),
    "drop_pending_updates": ("Boolean",),
    "entities": ("Array",),
    "file_id": ("String",),
    "from_chat_id": ("Integer", "String"),
    "icon_color": ("Integer",),
    "inline_message_id": ("String",),
    "is_big": ("Boolean",),
    "language_code": ("String",),
    "limit": ("Integer",),
    "link_preview_options": ("Object",),
    "max_connections": ("Integer",),
    "menu_button": ("Object",),
    "message_id": ("Integer",),
    "message_ids": ("Array",),
    "message_thread_id": ("Integer",),
    "name": ("String",),
    "offset": ("Integer",),
    "parse_mode": ("String",),
    "photo": ("File",),
    "protect_content": ("Boolean",),
    "reaction": ("Array",),
    "reply_markup": ("Object",),
    "reply_parameters": ("Object",),
    "scope": ("Object",),
    "secret_token": ("String",),
    "short_description": ("String",),
    "show_alert": ("Boolean",),
    "text": ("String",),
    "timeout": ("Integer",),
    "url": ("String",),
    "user_id": ("Integer",),
}

_MISSING = {
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "text": "message text is empty",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "user_id": "invalid user_id specified",
}
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0", ""}
_INTEGER = re.compile(r"[+-]?\d{1,19}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent to the server: its bytes, name and content type."""

    data: bytes
    name: str
    mime: str


def read_json(source: str | bytes) -> object:
    """The value of a JSON text; raises ValueError for anything else, however deeply nested."""
    try:
        value: object = json.loads(source, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


Value = str | int | float | bool | list[object] | dict[str, object] | Upload | None


class Parameters:
    """What a call brought, read by kind; every reader raises RefusedError 400."""

    def __init__(self, raw: dict[str, Value]) -> None:
        # A null in JSON is the same as leaving the parameter out.
        self._raw = {key: value for key, value in raw.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def check(self, required: tuple[str, ...]) -> None:
        """Refuse a call that lacks one of `required`."""
        for name in required:
            if self._raw.get(name) in (None, ""):
                raise bad(_MISSING.get(name, f'parameter "{name}" is required'))

    def string(self, name: str, default: str = "") -> str:
        """A text, as given."""
        value = self._raw.get(name, default)
        if not isinstance(value, str):
            raise bad(f'field "{name}" must be of type String')
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number of at most 64 bits."""
        value = self._raw.get(name, default)
        if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
            raise bad(f'field "{name}" must be of type Number')
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """True or false; forms write it as a word."""
        value = self._raw.get(name, default)
        if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
            value = value.lower() in _TRUE
        if not isinstance(value, bool):
            raise bad(f'field "{name}" must be of type Boolean')
        return value

    def chat(self, name: str = "chat_id") -> int | str:
        """A chat id, or `@name` of a public one."""
        value = self._raw.get(name)
        if isinstance(value, str) and not _INTEGER.fullmatch(value.strip()):
            return value
        return self.integer(name)

    def array(self, name: str) -> list[object] | None:
        """A JSON array, or None where it was left out."""
        value = self._json(name)
        if value is not None and not isinstance(value, list):
            raise bad(f'can\'t parse "{name}": expected an Array')
        return value

    def mapping(self, name: str) -> dict[str, object] | None:
        """A JSON object, or None where it was left out."""
        value = self._json(name)
        if value is not None and not isinstance(value, dict):
            expected = "object expected as reply markup" if name == "reply_markup" else None
            raise bad(expected or f'can\'t parse "{name}": expected an Object')
        return value

    def file(self, name: str) -> Upload | str:
        """An uploaded file, or the file_id of one the server already has."""
        value = self._raw.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self._raw.get(value.removeprefix("attach://"))
            if not isinstance(value, Upload):
                raise bad("invalid file attach name specified")
        if not isinstance(value, str | Upload):
            raise bad(_MISSING.get(name, f'field "{name}" must be a file'))
        return value

    def _json(self, name: str) -> object:
        value = self._raw.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return read_json(value)
        except ValueError:
            raise bad(f'can\'t parse "{name}" JSON') from None

    def formatted(self, name: str, entities_name: str) -> tuple[str, list[Entity]]:
        """A text with its entities, cleaned, parsed and trimmed as Telegram does.

        The caller judges emptiness and length, which differ for texts and captions.
        """
        source = clean(self.string(name))
        mode = self.string("parse_mode").lower()
        if mode == "html":
            text, entities = parse_html(source)
        elif mode in {"markdown", "markdownv2"}:
            raise bad("unsupported parse_mode: this sandbox reads HTML only")
        elif mode:
            raise bad("unsupported parse_mode")
        else:
            text, entities = source, check_entities(source, self.array(entities_name) or [])
        return trim(text, automatic(text, entities))

    def text(self) -> tuple[str, list[Entity]]:
        """The text of a message: 1-4096 characters after parsing."""
        text, entities = self.formatted("text", "entities")
        if not text:
            raise bad("text must be non-empty" if self.string("text") else "message text is empty")
        if len(text) > MAX_TEXT:
            raise bad("message is too long")
        return text, entities

    def caption(self) -> tuple[str, list[Entity]]:
        """The caption of a file: at most 1024 characters after parsing."""
        text, entities = self.formatted("caption", "caption_entities")
        if len(text) > MAX_CAPTION:
            raise bad("message caption is too long")
        return text, entities

    def recorded(self) -> dict[str, object]:
        """The call's parameters as JSON shows them best: numbers and objects, no bytes."""
        return {key: _shown(key, value) for key, value in self._raw.items()}


def _shown(key: str, value: Value) -> object:
    if isinstance(value, Upload):
        return {"file_name": value.name, "size": len(value.data), "mime_type": value.mime}
    if not isinstance(value, str):
        return value
    kinds = KINDS.get(key, ())
    if "Integer" in kinds and _INTEGER.fullmatch(value.strip()):
        return int(value)
    if kinds == ("Boolean",) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    if kinds in (("Array",), ("Object",)):
        try:
            return read_json(value)
        except ValueError:
            return value
    return value
