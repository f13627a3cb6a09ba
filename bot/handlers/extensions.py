"""More time in chat: putting a request together, answering it, 预计何时完成.

A request is put together in one message that is edited in place; what was chosen stands in the
dialogue's row, so a restart in between loses nothing. Authority is judged by the use cases.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.attachments import keep_held
from bot.handlers.context import Talk
from bot.handlers.words import free_words
from bot.views.extensions import COMPOSING, is_composing
from tasks.casework import Extension
from tasks.errors import DubanError, NotFound, Refused, Stale
from tasks.gate import Step
from tasks.instructions import read_limit
from tasks.mailroom import Dialogue
from tasks.models import Report
from tasks.replies import promise_passed, read_reply
from tasks.services import extensions
from tasks.services.acts import lock_task, part_for
from tasks.services.forecasts import expect
from tasks.services.post import Kind
from tasks.text import storable
from tasks.views import requests
from tasks.views.cards import card
from tasks.workflow import Action

Facts = Mapping[str, Any]


def _extend(talk: Talk, press: Press, message_id: int | None) -> None:
    """Begin a request, with the day and the problem of the words that ask for it."""
    number = press.ids[0]
    talk = talk.at_home()
    facts: dict[str, Any] = {"task": number, "row": talk.row.id}
    part = part_for(talk.session, talk.act, lock_task(talk.session, number), Action.extend)
    requests.composing(talk.session, talk.office, talk.act, number)
    if len(press.ids) > 1:
        said = talk.session.get(Report, press.ids[1])
        if said is None or said.part_id != part.id:
            raise NotFound("no_such_report")
        facts |= _prefilled(talk, part.task_id, said)
    talk.leave_dialogue()
    talk.session.add(
        Dialogue(chat_id=talk.chat_id, kind=COMPOSING, facts=facts, asked_at=talk.now)
    )
    talk.session.flush()
    talk.view(COMPOSING, task=number, row=talk.row.id, chat=talk.chat_id)


def _prefilled(talk: Talk, number: int, said: Report) -> dict[str, Any]:
    found: dict[str, Any] = {} if said.problem is None else {"reason": said.problem}
    if said.expected is not None:
        try:
            _check_day(talk, number, said.expected)
        except Refused:
            return found
        found["wanted"] = said.expected.isoformat()
    return found


def _compose(talk: Talk, press: Press, message_id: int | None) -> str | None:
    (number, row), waiting = press.ids[:2], talk.dialogue()
    if waiting is None or not is_composing(waiting, number, row):
        raise Stale("extension_gone")
    if press.name != "leave":
        try:
            requests.composing(talk.session, talk.office, talk.act, number)
        except DubanError as refusal:
            # The task went another way meanwhile: there is nothing left to put together.
            talk.leave_dialogue(cancelled=True)
            talk.show(COMPOSING, message_id, task=number, row=row, chat=talk.chat_id)
            return talk.toast(refusal.code, **refusal.facts)
    facts = {**waiting.facts, "message": message_id, "typing": None}
    if press.name == "send":
        return _send(talk, facts, message_id)
    if press.name == "leave":
        talk.leave_dialogue(cancelled=True)
    elif press.name == "day":
        if len(press.ids) < 3:
            raise Stale("old_button")
        facts["wanted"] = _check_day(talk, number, _day(press)).isoformat()
    elif press.name.startswith("type_"):
        facts["typing"] = press.name.removeprefix("type_")
    elif press.name == "last":
        facts["progress"] = None
    elif press.name == "change":
        facts |= {"wanted": None, "reason": None}
    else:
        facts["reason"] = talk.voice.plain(f"button.reason_{press.name}")
    if press.name != "leave":
        waiting.facts = facts
    talk.session.flush()
    talk.show(COMPOSING, message_id, task=number, row=row, chat=talk.chat_id)
    return None


def _send(talk: Talk, facts: Facts, message_id: int | None) -> str:
    number, wanted, reason = facts["task"], facts.get("wanted"), facts.get("reason")
    if wanted is None or reason is None:
        raise Stale("extension_gone")
    asked = extensions.ask(
        talk.session,
        talk.office,
        talk.act,
        number,
        date.fromisoformat(wanted),
        reason,
        facts.get("progress"),
    )
    talk.kept.append(asked.report)
    keep_held(talk, talk.kept, facts)
    talk.leave_dialogue()
    shown = {} if message_id is None else {"edit": message_id}
    talk.put(Kind.request, extension=asked.id, task=number, desk="asker", **shown)
    return talk.toast("extension_sent", task=number)


def _day(press: Press) -> date:
    """The day that a button names, the last of its numbers."""
    ordinal = press.ids[-1]
    if not 0 < ordinal <= date.max.toordinal():
        raise Stale("old_button")
    return date.fromordinal(ordinal)


def _check_day(talk: Talk, number: int, day: date) -> date:
    requests.composing(talk.session, talk.office, talk.act, number, wanted=day)
    return day


def _typed(talk: Talk, facts: Facts, text: str) -> None:
    """Words while a request is put together: a day by itself is the one to ask for; else the
    answer to 其他 and 重写, or to what is still open where they reply to it; else a report."""
    number, typing = int(facts["task"]), facts.get("typing")
    waiting, day = talk.dialogue(), day_alone(talk, text)
    if waiting is None or (typing is None and day is None and not talk.to_question):
        free_words(talk, text, [number])
        return
    changed: dict[str, Any]
    if typing == "day" or day is not None:
        day = _check_day(talk, number, day or read_day(talk, text))
        changed = {"wanted": day.isoformat()}
        typing = None if typing == "day" else typing
    elif typing is not None:
        changed, typing = {typing: storable(text).strip()}, None
    else:
        changed = _replied(talk, number, facts, text)
    waiting.facts = {**facts, **changed, "typing": typing}
    talk.session.flush()
    talk.show(COMPOSING, facts.get("message"), task=number, row=facts["row"], chat=talk.chat_id)


def _replied(talk: Talk, number: int, facts: Facts, text: str) -> dict[str, Any]:
    """What words in reply to the request say: the day that is missing, with a problem that
    they name; else the reason; where both stand the day anew, or how the work stands."""
    wanted, reason = facts.get("wanted"), facts.get("reason")
    if wanted is None or reason is not None:
        try:
            day = read_day(talk, text)
        except Refused:
            day = None
        if day is not None:
            found = {"wanted": _check_day(talk, number, day).isoformat()}
            read = read_reply(text, talk.office.cal.local_date(talk.said_at))
            problem = read[0].problem if len(read) == 1 else None
            if reason is None and problem is not None:
                found["reason"] = storable(problem)
            return found
    return {"reason" if reason is None else "progress": storable(text).strip()}


def _files_now(facts: Facts) -> Files:
    """Files join the request beside the words that answer it, else they are a report."""
    return Files.beside if facts.get("typing") or facts.get("replied") else Files.kept


def day_alone(talk: Talk, text: str) -> date | None:
    """The day that words are and nothing else."""
    try:
        found = read_limit(text, talk.office.cal.local_date(talk.said_at))
    except Refused:
        return None
    return None if found is None else found.day


def read_day(talk: Talk, text: str) -> date:
    """A day as people type it. Raises Refused for words that name none."""
    day = day_alone(talk, text)
    if day is None:
        # A day that has passed is refused as one, not as words that name none.
        today = talk.office.cal.local_date(talk.said_at)
        day = promise_passed(text, today)
    if day is None:
        days = {one.expected for one in read_reply(text, today) if one.expected is not None}
        day = days.pop() if len(days) == 1 else None
    if day is None:
        raise Refused("day_unreadable", text=text.strip()[:60])
    return day


def _judge(step: Callable[..., Extension], code: str) -> Callable[..., str]:
    def pressed(talk: Talk, press: Press, message_id: int | None) -> str:
        asked = step(talk.session, talk.office, talk.act, press.ids[0])
        if message_id is not None:
            talk.redraw(message_id)
        return talk.toast(code, task=asked.part.task_id)

    return pressed


def _ask_why(step: Step, code: str, kind: str) -> Callable[..., None]:
    """A judgement that needs a reason: it is judged now, and again with the words."""

    def pressed(talk: Talk, press: Press, message_id: int | None) -> None:
        asked = extensions.check_step(talk.session, talk.office, talk.act, press.ids[0], step)
        facts = {"request": asked.id, "message": message_id}
        talk.ask(code, kind, facts, task=asked.part.task_id)

    return pressed


def _because(step: Callable[..., Extension], code: str) -> Callable[[Talk, Facts, str], None]:
    def answered(talk: Talk, facts: Facts, text: str) -> None:
        asked = step(talk.session, talk.office, talk.act, int(facts["request"]), text)
        talk.leave_dialogue()
        talk.answer(code, tasks=(asked.part.task_id,), task=asked.part.task_id)
        if facts.get("message") is not None:
            talk.redraw(int(facts["message"]))

    return answered


def _expect(talk: Talk, press: Press, message_id: int | None) -> str | None:
    number = press.ids[0]
    if len(press.ids) == 1:
        card(talk.session, talk.office, talk.act, number)
        part_for(talk.session, talk.act, lock_task(talk.session, number))
        talk.ask("ask_expected", "expected", {"task": number}, task=number)
        return None
    _expected(talk, number, _day(press))
    if message_id is not None:
        talk.redraw(message_id)
    return talk.toast("stored")


def _expected_typed(talk: Talk, facts: Facts, text: str) -> None:
    number = int(facts["task"])
    _expected(talk, number, read_day(talk, text), text)
    talk.leave_dialogue()


def _expected(talk: Talk, number: int, day: date, words: str | None = None) -> None:
    said = expect(
        talk.session, talk.office, talk.act, number, day, source=talk.source, message=words
    )
    talk.kept.append(said)
    talk.put(Kind.receipt, reports=[said.id])


EXTENSION_VERBS = {
    Verb.extend: _extend,
    Verb.compose: _compose,
    Verb.grant: _judge(extensions.grant, "extension_granted"),
    Verb.forward: _judge(extensions.forward, "extension_forwarded"),
    Verb.endorse_request: _judge(extensions.endorse, "extension_endorsed"),
    Verb.withdraw_request: _judge(extensions.withdraw, "extension_withdrawn"),
    Verb.refuse: _ask_why(Step.refuse, "ask_refuse_extension", "refuse_extension"),
    Verb.return_request: _ask_why(Step.give_back, "ask_return_extension", "return_extension"),
    Verb.expect: _expect,
}

EXTENSION_ANSWERS = {
    COMPOSING: Question(_typed, _files_now, COMPOSING),
    "refuse_extension": Question(_because(extensions.refuse, "extension_refused"), Files.told),
    "return_extension": Question(_because(extensions.give_back, "extension_returned"), Files.told),
    "expected": Question(_expected_typed, Files.beside),
}

EXTENSION_MENDABLE = frozenset(
    {
        "extension_reason_needed",
        "extension_not_later",
        "extension_past",
        "extension_too_far",
        "expected_past",
        "day_unreadable",
    }
)
