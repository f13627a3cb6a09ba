"""What is chosen from when a task changes hands, and the draft that a lead puts together.

The one rule: who may not do a thing does not see its choices.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.render import ownership as shown
from bot.render.message import Message
from tasks.errors import NotAllowed
from tasks.services import cooperation, declines
from tasks.services.acts import is_office
from tasks.views import ownership
from tasks.views.cards import card
from tasks.workflow import Action

if TYPE_CHECKING:
    from bot.views import Wish

Shown = tuple[tuple[Message, ...], tuple[int, ...]]


def _decline(wish: "Wish") -> Shown:
    number = wish.facts["task"]
    part = declines.check_decline(wish.session, wish.desk.office, wish.act, number)
    view = card(wish.session, wish.desk.office, wish.act, number)
    until = declines.decline_until(wish.desk.office, part)
    return shown.ask_decline(wish.voice, view, until), (number,)


def _reassign(wish: "Wish") -> Shown:
    part, page = wish.facts["part"], wish.facts.get("page", 0)
    view = ownership.reassign(wish.session, wish.desk.office, wish.act, part, page)
    return shown.reassign(wish.voice, view), (view.card.task.number,)


def _which(wish: "Wish") -> Shown:
    if not is_office(wish.session, wish.act):
        raise NotAllowed(action=Action.reassign)
    number = wish.facts["task"]
    parts = ownership.open_parts(wish.session, number)
    return shown.reassign_which(wish.voice, number, parts), (number,)


def _delegate(wish: "Wish") -> Shown:
    view = ownership.delegate(wish.session, wish.act, wish.facts["task"])
    return shown.delegate(wish.voice, view), (view.task,)


def _consolidation(wish: "Wish") -> Shown:
    number = wish.facts["task"]
    found = cooperation.draft_for(wish.session, wish.desk.office, wish.act, number)
    view = card(wish.session, wish.desk.office, wish.act, number)
    copied = bool(wish.facts.get("copied"))
    return shown.consolidation(wish.voice, view, found, copied=copied), (number,)


OWNERSHIP_VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {
    "decline": _decline,
    "reassign": _reassign,
    "reassign_which": _which,
    "delegate": _delegate,
    "consolidation": _consolidation,
}
