"""PURE. A message as it will be sent: its HTML and its buttons.

Lengths are Telegram's: they count UTF-16 units after the entities are parsed.
"""

from dataclasses import dataclass
from typing import Literal

MAX_TEXT = 4096
"""UTF-16 units of one message after parsing (Bot API, sendMessage)."""

MAX_BUTTONS = 100
"""Buttons under one message (Bot API)."""

Style = Literal["primary", "success", "danger"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` is what `bot.callbacks` encoded."""

    label: str
    data: str
    style: Style | None = None


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent: its place below the data folder, and what the receiver calls it."""

    path: str
    name: str
    as_photo: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `text` is HTML as Telegram reads it; `placeholder` asks for a typed reply
    (ForceReply), in place of a keyboard. With a `file` the text is its caption."""

    text: str
    keyboard: Keyboard = ()
    placeholder: str | None = None
    file: File | None = None
