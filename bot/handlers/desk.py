"""The coordinator's desk in chat: the card's rarer buttons, questions, telephone calls.

Authority is judged by the use cases; here words and presses find their way to them.
"""

from sqlalchemy import select

from bot.callbacks import Press, Verb
from bot.handlers.context import Talk
from tasks.errors import Stale
from tasks.mailroom import Card
from tasks.services.post import Kind
from tasks.views.cards import card


def _more(talk: Talk, press: Press, message_id: int | None) -> None:
    """Show the buttons behind 更多, or put them away. Only the live card has any."""
    (number,) = press.ids
    card(talk.session, talk.office, talk.act, number)
    live = talk.session.scalar(
        select(Card).where(Card.chat_id == talk.chat_id, Card.task_id == number)
    )
    if message_id is None:
        # Pressed in a group: the person's own chat shows the card.
        talk.put(Kind.card, task=number)
        return
    if live is None or live.message_id != message_id:
        raise Stale("old_button")
    live.more = not live.more
    talk.put(Kind.card, task=number, edit=True)


DESK_VERBS = {Verb.more: _more}
