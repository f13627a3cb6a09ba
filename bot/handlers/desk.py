"""The coordinator's desk in chat: the card's rarer buttons, questions, telephone calls.

Authority is judged by the use cases; here words and presses find their way to them.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.attachments import keep_of_message
from bot.handlers.context import Talk
from tasks.errors import NotAllowed, Stale
from tasks.mailroom import Card
from tasks.services import calls, questions
from tasks.services.acts import is_office
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


def _answer(talk: Talk, press: Press, message_id: int | None) -> None:
    (number,) = press.ids
    asked = questions.check(talk.session, talk.act, number)
    talk.ask("ask_answer", "answer", {"question": number}, name=asked.person.name)


def _take_answer(talk: Talk, facts: Mapping[str, Any], text: str) -> None:
    asked = questions.answer(talk.session, talk.act, facts["question"], text)
    talk.leave_dialogue()
    talk.answer("question_relayed", name=asked.person.name)


def _question(talk: Talk, press: Press, message_id: int | None) -> str | None:
    question = press.ids[0]
    if press.name == "open":
        if not is_office(talk.session, talk.act):
            raise NotAllowed(action="answer")
        talk.view("question", question=question)
        return None
    if press.name == "file":
        if len(press.ids) != 2:
            raise Stale("old_button")
        said = questions.file(talk.session, talk.office, talk.act, question, press.ids[1])
        keep_of_message(talk, said)
        _redraw(talk, message_id)
        return talk.toast("question_filed", task=said.part.task_id)
    questions.settle(talk.session, talk.act, question)
    _redraw(talk, message_id)
    return talk.toast("question_done")


def _called(talk: Talk, press: Press, message_id: int | None) -> str:
    who, *parts = press.ids
    done = calls.called(talk.session, talk.office, talk.act, who, parts)
    _redraw(talk, message_id)
    return talk.toast("called", department=done.department)


def _redraw(talk: Talk, message_id: int | None) -> None:
    if message_id is not None:
        talk.redraw(message_id)


DESK_VERBS = {
    Verb.more: _more,
    Verb.answer: _answer,
    Verb.question: _question,
    Verb.called: _called,
}

DESK_ANSWERS = {"answer": Question(_take_answer, Files.told)}

DESK_MENDABLE = frozenset({"question_answer_needed"})
