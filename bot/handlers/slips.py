"""督办单 in chat: the office issues drafts or puts them away, a head says 已阅, and an overdue
task goes before the leader.

Authority is judged by the use cases; here presses find their way to them.
"""

from collections.abc import Callable

from bot.callbacks import Press, Verb
from bot.handlers.context import Talk
from tasks.services import slips
from tasks.services.escalation import escalate


def _issue(talk: Talk, press: Press, message_id: int | None) -> str:
    done = slips.issue(talk.session, talk.office, talk.act, press.ids[0])
    _redraw(talk, message_id)
    return talk.toast("slip_issued", task=done.task, number=done.number, again_at=done.told_at)


def _drop(talk: Talk, press: Press, message_id: int | None) -> str:
    slip = slips.drop(talk.session, talk.office, talk.act, press.ids[0])
    _redraw(talk, message_id)
    return talk.toast("slip_dropped", task=slip.part.task_id)


def _read(talk: Talk, press: Press, message_id: int | None) -> str:
    slips.read(talk.session, talk.act, press.ids)
    return talk.toast("slip_read")


def _escalate(talk: Talk, press: Press, message_id: int | None) -> str:
    done = escalate(talk.session, talk.office, talk.act, press.ids[0])
    return talk.toast("escalated", task=done.task, told=done.told)


def _redraw(talk: Talk, message_id: int | None) -> None:
    if message_id is not None:
        talk.redraw(message_id)


SLIP_VERBS: dict[Verb, Callable[[Talk, Press, int | None], str | None]] = {
    Verb.issue_slip: _issue,
    Verb.drop_slip: _drop,
    Verb.read_slip: _read,
    Verb.escalate: _escalate,
}
