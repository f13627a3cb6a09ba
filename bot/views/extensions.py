"""申请延期 while it is put together: what the dialogue holds by now, read at sending."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from bot.render import extensions as words
from bot.render.message import Message
from tasks.mailroom import Dialogue
from tasks.views import requests

if TYPE_CHECKING:
    from bot.views import Wish

COMPOSING = "extension"
"""The kind of the dialogue that holds a request while it is put together."""

Shown = tuple[tuple[Message, ...], tuple[int, ...]]


def is_composing(waiting: Dialogue | None, number: int, row: int) -> bool:
    """Whether the request for that task which that update began is being put together."""
    if waiting is None or waiting.kind != COMPOSING:
        return False
    return (waiting.facts["task"], waiting.facts["row"]) == (number, row)


def _composing(wish: "Wish") -> Shown:
    number, row = int(wish.facts["task"]), int(wish.facts["row"])
    waiting = wish.session.get(Dialogue, wish.facts["chat"])
    if not is_composing(waiting, number, row):
        return words.left(wish.voice, number), (number,)
    assert waiting is not None
    held = waiting.facts
    wanted = held.get("wanted")
    view = requests.composing(
        wish.session,
        wish.desk.office,
        wish.act,
        number,
        row=row,
        wanted=None if wanted is None else date.fromisoformat(wanted),
        reason=held.get("reason"),
        progress=held.get("progress"),
        typing=held.get("typing"),
    )
    return words.composer(wish.voice, view), (number,)


EXTENSION_VIEWS: dict[str, Callable[["Wish"], Shown]] = {COMPOSING: _composing}
