"""What 报进展 and 代记电话答复 show, read from the rows of their dialogues."""

from typing import TYPE_CHECKING

from bot.render import reporting
from tasks.chips import date_chips
from tasks.mailroom import Dialogue
from tasks.models import Person
from tasks.views import cards
from tasks.vocabulary import ENDED_STATES

if TYPE_CHECKING:
    from bot.views import Shown, Wish


def _waiting(wish: "Wish") -> Dialogue | None:
    if wish.act.person_id is None:
        return None
    person = wish.session.get_one(Person, wish.act.person_id)
    return None if person.chat_id is None else wish.session.get(Dialogue, person.chat_id)


def _composer(wish: "Wish") -> "Shown":
    number, row = wish.facts["task"], wish.facts["row"]
    waiting = _waiting(wish)
    if waiting is None or waiting.kind != "report" or waiting.facts.get("row") != row:
        return reporting.closed(wish.voice, number), (number,)
    office = wish.desk.office
    card = cards.card(wish.session, office, wish.act, number)
    days = date_chips(card.today, office.cal)
    return reporting.composer(wish.voice, card, waiting.facts, days), (number,)


def _record_which(wish: "Wish") -> "Shown":
    wish.needs_office()
    number = wish.facts["task"]
    card = cards.card(wish.session, wish.desk.office, wish.act, number)
    parts = [part for part in card.task.parts if part.state not in ENDED_STATES]
    return reporting.which(wish.voice, number, parts, wish.facts["words"]), ()


REPORTING_VIEWS = {"composer": _composer, "record_which": _record_which}
