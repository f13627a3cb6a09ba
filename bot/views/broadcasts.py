"""广播 as the office sees it: what is set, a draft before it is confirmed, how one went."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.render import broadcasts as shown
from bot.render.message import Message
from tasks.services.broadcasts import preview
from tasks.views import broadcasts as seen

if TYPE_CHECKING:
    from bot.views import Wish

Shown = tuple[tuple[Message, ...], tuple[int, ...]]


def _listed(wish: "Wish") -> Shown:
    return shown.listed(wish.voice, seen.broadcasts(wish.session, wish.act)), ()


def _one(wish: "Wish") -> Shown:
    found = seen.broadcast(wish.session, wish.act, wish.facts["broadcast"])
    return shown.outcome(wish.voice, found), ()


def _draft(wish: "Wish") -> Shown:
    found = preview(wish.session, wish.desk.office, wish.act, wish.facts["plan"])
    return shown.draft(wish.voice, found, wish.facts["row"]), ()


BROADCAST_VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {
    "broadcasts": _listed,
    "broadcast": _one,
    "broadcast_draft": _draft,
}
