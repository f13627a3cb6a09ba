"""广播 in chat: a sentence is read and shown, 发送 sets it, 停止 ends it, also while it runs."""

from collections.abc import Callable
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Facts, Files, Question
from bot.handlers.context import Talk
from tasks.errors import Stale
from tasks.mailroom import Dialogue
from tasks.services import broadcasts


def _broadcast(talk: Talk, words: str) -> None:
    """/broadcast [每周五 15:00 各联络员：……]."""
    talk = talk.at_home()
    broadcasts.check_office(talk.session, talk.act)
    if words.strip():
        _read(talk, words)
    else:
        talk.view("broadcasts")


def _typed(talk: Talk, facts: Facts, text: str) -> None:
    _read(talk, text)


def _read(talk: Talk, typed: str) -> None:
    """Show how the sentence was read; it waits for 发送, or for a better one."""
    plan = broadcasts.read_plan(talk.session, talk.office, talk.act, typed)
    broadcasts.preview(talk.session, talk.office, talk.act, plan)
    facts = {"row": talk.row.id, "plan": plan}
    talk.leave_dialogue()
    talk.session.add(
        Dialogue(chat_id=talk.chat_id, kind="broadcast", facts=facts, asked_at=talk.now)
    )
    talk.session.flush()
    talk.view("broadcast_draft", **facts)


def _pressed(talk: Talk, press: Press, message_id: int | None) -> str | None:
    broadcasts.check_office(talk.session, talk.act)
    number = press.ids[0]
    if press.name == "send":
        made = broadcasts.create(talk.session, talk.office, talk.act, _plan(talk, number))
        talk.leave_dialogue()
        talk.show("broadcast", message_id, broadcast=made.id)
        return talk.toast("broadcast_set", again_at=made.next_run_at)
    if press.name == "drop":
        _plan(talk, number)
        talk.leave_dialogue()
        talk.show_answer("cancelled_dialogue", message_id)
        return None
    if press.name == "stop":
        held = broadcasts.stop(talk.session, talk.act, number)
        talk.show("broadcast", message_id, broadcast=number)
        return talk.toast("broadcast_stopped", n=held)
    broadcasts.get_broadcast(talk.session, number)
    talk.show("broadcast", message_id, broadcast=number)
    return None


def _plan(talk: Talk, row: int) -> dict[str, Any]:
    """The sentence that waits under that number. Raises Stale where it waits no longer."""
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != "broadcast" or waiting.facts["row"] != row:
        raise Stale("typed_gone")
    return dict(waiting.facts["plan"])


BROADCAST_COMMANDS: dict[str, Callable[[Talk, str], None]] = {"broadcast": _broadcast}
BROADCAST_VERBS: dict[Verb, Callable[[Talk, Press, int | None], str | None]] = {
    Verb.broadcast: _pressed
}
BROADCAST_ANSWERS: dict[str, Question] = {
    "broadcast": Question(_typed, Files.apart, "broadcast_draft")
}
BROADCAST_MENDABLE = frozenset(
    {
        "broadcast_unreadable",
        "broadcast_when_unreadable",
        "broadcast_past",
        "broadcast_too_long",
        "broadcast_summary_whom",
        "no_such_audience",
    }
)
"""Refusals after which the same sentence can be written better."""
