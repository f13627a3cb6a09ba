"""What is chosen from at the end of a task: reasons, a grade. Who may not do it, sees nothing."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.render import closing as shown
from bot.render.message import Message
from tasks.errors import NotAllowed
from tasks.services.acts import is_office
from tasks.views.cards import card
from tasks.workflow import Action

if TYPE_CHECKING:
    from bot.views import Wish

Shown = tuple[tuple[Message, ...], tuple[int, ...]]


def _course(wish: "Wish") -> Shown:
    number, what = wish.facts["task"], wish.facts["what"]
    if not is_office(wish.session, wish.act):
        raise NotAllowed(action=Action(what))
    view = card(wish.session, wish.desk.office, wish.act, number)
    return shown.ask_course(wish.voice, view, what), (number,)


def _closed(wish: "Wish") -> Shown:
    number = wish.facts["task"]
    if not is_office(wish.session, wish.act):
        raise NotAllowed(action=Action.close)
    view = card(wish.session, wish.desk.office, wish.act, number)
    return shown.closed(wish.voice, view), (number,)


CLOSING_VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {"course": _course, "closed": _closed}
