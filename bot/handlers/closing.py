"""The end of a task in chat: 审签, 退回修改, 评级, 办结类型, 暂停计时, 终止督办, 重新督办.

What ends or stops something wants a reason: a usual one by a tap, any other in words. The
question is a row, so a restart in between loses nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from bot.handlers.spoken import first_word
from tasks.errors import Refused
from tasks.mailroom import Dialogue
from tasks.services import closing, pausing
from tasks.services.acts import is_office
from tasks.services.post import Kind
from tasks.vocabulary import Grade, Outcome

Facts = Mapping[str, Any]
Pressed = Callable[[Talk, Press, int | None], str | None]

WITH_REASON = {"pause": pausing.pause, "cancel": closing.cancel, "reopen": closing.reopen}
_CHECKS = {
    "pause": pausing.check_pause,
    "cancel": closing.check_cancel,
    "reopen": closing.check_reopen,
}
_DONE = {"pause": "paused", "cancel": "cancelled", "reopen": "reopened"}


def _with_reason(what: str) -> Pressed:
    """A press that stops or ends something: with the reason that it names, or asking for one."""

    def pressed(talk: Talk, press: Press, message_id: int | None) -> str | None:
        number = press.ids[0]
        if not press.name:
            _CHECKS[what](talk.session, talk.act, number)
            _ask(talk.at_home(), what, number)
            return None
        reason = talk.voice.plain(f"course.reasons.{press.name}")
        _do(talk, what, number, reason, message_id)
        return talk.toast(f"{_DONE[what]}_toast", task=number)

    return pressed


def _ask(talk: Talk, what: str, number: int) -> None:
    talk.leave_dialogue()
    talk.session.add(
        Dialogue(chat_id=talk.chat_id, kind=what, facts={"task": number}, asked_at=talk.now)
    )
    talk.view("course", what=what, task=number)


def _do(talk: Talk, what: str, number: int, reason: str, message_id: int | None = None) -> None:
    WITH_REASON[what](talk.session, talk.office, talk.act, number, reason)
    waiting = talk.dialogue()
    if waiting is not None and waiting.kind == what:
        talk.leave_dialogue()
    facts = {} if message_id is None else {"edit": message_id}
    done = {"task": number}
    talk.put(Kind.answer, code=_DONE[what], facts=done, tasks=[number], **facts)


def _reason_of(what: str) -> Callable[[Talk, Facts, str], None]:
    def answered(talk: Talk, facts: Facts, text: str) -> None:
        _do(talk, what, int(facts["task"]), text)

    return answered


def _resume(talk: Talk, press: Press, message_id: int | None) -> str:
    task = pausing.resume_clock(talk.session, talk.office, talk.act, press.ids[0])
    if message_id is not None:
        talk.redraw(message_id)
    return talk.toast("resumed_toast", task=task.id)


def _endorse(talk: Talk, press: Press, message_id: int | None) -> str:
    part = closing.endorse(talk.session, talk.act, press.ids[0])
    if message_id is not None:
        talk.redraw(message_id)
    return talk.toast("endorsed", task=part.task_id)


def _return(talk: Talk, press: Press, message_id: int | None) -> None:
    report_id = press.ids[0]
    part = closing.check_give_back(talk.session, talk.act, report_id)
    home = talk.at_home()
    home.ask("ask_return", "return_submission", {"report": report_id}, task=part.task_id)


def _returned(talk: Talk, facts: Facts, text: str) -> None:
    part = closing.give_back(talk.session, talk.office, talk.act, int(facts["report"]), text)
    talk.leave_dialogue()
    talk.answer("returned", tasks=(part.task_id,), task=part.task_id)


def _grade(talk: Talk, press: Press, message_id: int | None) -> str:
    chosen = Grade(press.name)
    task = closing.grade(talk.session, talk.act, press.ids[0], chosen)
    talk.show("closed", message_id, task=task.id)
    return talk.toast("graded", task=task.id, grade=chosen)


def _outcome(talk: Talk, press: Press, message_id: int | None) -> str:
    chosen = Outcome(press.name)
    task = closing.set_outcome(talk.session, talk.act, press.ids[0], chosen)
    talk.show("closed", message_id, task=task.id)
    return talk.toast("outcome_set", task=task.id, outcome=chosen)


def offer_grade(talk: Talk, number: int) -> None:
    """Offer the coordinator to grade what they closed."""
    talk.at_home().view("closed", task=number)


def pause_command(talk: Talk, words: str) -> None:
    """/pause N 理由: stop a task's clock; without a reason it is asked for."""
    from bot.handlers.commands import number_of

    if not is_office(talk.session, talk.act):
        raise Refused("pause_not_yours")
    first, reason = first_word(words)
    number = number_of(first, "usage_pause")
    if reason:
        _do(talk, "pause", number, reason)
        return
    pausing.check_pause(talk.session, talk.act, number)
    _ask(talk.at_home(), "pause", number)


CLOSING_VERBS: dict[Verb, Pressed] = {
    Verb.pause: _with_reason("pause"),
    Verb.cancel: _with_reason("cancel"),
    Verb.reopen: _with_reason("reopen"),
    Verb.resume: _resume,
    Verb.endorse: _endorse,
    Verb.return_submission: _return,
    Verb.grade: _grade,
    Verb.outcome: _outcome,
}

CLOSING_ANSWERS: dict[str, Question] = {
    **{what: Question(_reason_of(what), Files.told, "course") for what in WITH_REASON},
    "return_submission": Question(_returned, Files.told),
}

CLOSING_MENDABLE = frozenset({"why_needed"})
