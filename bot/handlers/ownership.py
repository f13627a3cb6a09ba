"""Whose task it is, in chat: 不属本单位, 转办, 不予改办, 指定专人, 无补充, 汇总.

Authority is judged by the use cases; here words and presses find their way to them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.callbacks import Press, Verb
from bot.handlers.asking import Files, Question
from bot.handlers.attachments import keep_held
from bot.handlers.context import Talk
from bot.handlers.words import report_on
from tasks.errors import NotFound, Stale
from tasks.mailroom import Dialogue
from tasks.models import Report
from tasks.services import cooperation, declines, delegation
from tasks.services.acts import record
from tasks.services.directory import get_department
from tasks.services.post import Kind
from tasks.services.taps import not_said_yet
from tasks.views import ownership
from tasks.workflow import Action

Facts = Mapping[str, Any]


def _decline(talk: Talk, press: Press, message_id: int | None) -> str | None:
    number = press.ids[0]
    if press.name in ("not_ours", "other_does"):
        reason = talk.voice.plain(f"ownership.reasons.{press.name}")
        return _declined(talk, number, reason, message_id)
    if press.name == "said":
        said = talk.session.get(Report, press.ids[1]) if len(press.ids) > 1 else None
        part = declines.check_decline(talk.session, talk.office, talk.act, number)
        if said is None or said.part_id != part.id:
            raise NotFound("no_such_report")
        toast = _declined(talk, number, said.text, None)
        if message_id is not None:
            talk.redraw(message_id)
        return toast
    declines.check_decline(talk.session, talk.office, talk.act, number)
    talk = talk.at_home()
    if press.name == "other":
        talk.ask("ask_decline", "decline", {"task": number}, task=number)
        return None
    talk.leave_dialogue()
    talk.session.add(
        Dialogue(chat_id=talk.chat_id, kind="decline", facts={"task": number}, asked_at=talk.now)
    )
    talk.view("decline", task=number)
    return None


def _declined(talk: Talk, number: int, reason: str, message_id: int | None) -> str:
    said = declines.decline(talk.session, talk.office, talk.act, number, reason)
    _leave(talk, "decline", [said])
    facts = {} if message_id is None else {"edit": message_id}
    talk.put(Kind.answer, code="declined", facts={"task": number}, tasks=[number], **facts)
    return talk.toast("declined_toast", task=number)


def _leave(talk: Talk, kind: str, made: Sequence[Report] = ()) -> None:
    """Forget the question if it is that one: it was answered by a press. Files that were sent
    beforehand belong to what it made."""
    waiting = talk.dialogue()
    if waiting is not None and waiting.kind == kind:
        talk.kept.extend(made)
        keep_held(talk, talk.kept, waiting.facts)
        talk.leave_dialogue()


def _answer_decline(talk: Talk, facts: Facts, text: str) -> None:
    number = int(facts["task"])
    talk.kept.append(declines.decline(talk.session, talk.office, talk.act, number, text))
    talk.leave_dialogue()
    talk.answer("declined", tasks=(number,), task=number)


def _reassign(talk: Talk, press: Press, message_id: int | None) -> str | None:
    if press.name == "to":
        if len(press.ids) != 3:
            raise Stale("old_button")
        part, department, judged = press.ids
        done = declines.reassign(
            talk.session, talk.office, talk.act, part, department, judged or None
        )
        _leave(talk, "reassign")
        _reassigned(talk, done, message_id)
        return talk.toast("reassigned_before", task=done.task, department=done.department)
    if press.name == "of":
        _reassign_of(talk, press.ids[0])
        return None
    if press.name == "typed":
        if len(press.ids) != 2:
            raise Stale("old_button")
        part, judged = press.ids
        found = declines.check_reassign(talk.session, talk.act, part, judged or None)
        asked = {"part": part, "report": judged or None}
        talk.ask("ask_reassign", "reassign", asked, task=found.task_id)
        return None
    if press.name == "asked":
        if len(press.ids) != 2:
            raise Stale("old_button")
        part, judged = press.ids
        declines.check_reassign(talk.session, talk.act, part, judged)
        talk.view("reassign", part=part)
        return None
    part, page = press.ids[0], press.ids[1] if len(press.ids) > 1 else None
    ownership.reassign(talk.session, talk.office, talk.act, part, page or 0)
    if page is None:
        talk.view("reassign", part=part)
    else:
        talk.show("reassign", message_id, part=part, page=page)
    return None


def _reassign_of(talk: Talk, number: int) -> None:
    """转办 of a task that nobody declined: of whose part, if there are several."""
    parts = ownership.open_parts(talk.session, number)
    if len(parts) == 1:
        declines.check_reassign(talk.session, talk.act, parts[0][0], None)
        talk.view("reassign", part=parts[0][0])
    else:
        talk.view("reassign_which", task=number)


def _reassigned(talk: Talk, done: declines.Reassigned, message_id: int | None) -> None:
    code = "reassigned" if done.told else "reassigned_untold"
    facts = {"task": done.task, "department": done.department}
    where = {} if message_id is None else {"edit": message_id}
    talk.put(Kind.answer, code=code, facts=facts, tasks=[done.task], **where)


def _answer_reassign(talk: Talk, facts: Facts, text: str) -> None:
    department = get_department(talk.session, text)
    done = declines.reassign(
        talk.session, talk.office, talk.act, facts["part"], department.id, facts["report"]
    )
    talk.leave_dialogue()
    _reassigned(talk, done, None)


def _refuse(talk: Talk, press: Press, message_id: int | None) -> None:
    part = declines.check_refuse(talk.session, talk.act, press.ids[0])
    talk.ask(
        "ask_refuse_decline",
        "refuse_decline",
        {"report": press.ids[0]},
        task=part.task_id,
        department=part.department.name,
    )


def _answer_refuse(talk: Talk, facts: Facts, text: str) -> None:
    part = declines.refuse_decline(talk.session, talk.office, talk.act, facts["report"], text)
    talk.leave_dialogue()
    number = part.task_id
    talk.answer("decline_refused", tasks=(number,), task=number, department=part.department.name)


def _delegate(talk: Talk, press: Press, message_id: int | None) -> str | None:
    number = press.ids[0]
    if press.name == "off":
        delegation.delegate(talk.session, talk.office, talk.act, number, None)
        toast = talk.toast("undelegated_toast", task=number)
    elif press.name == "to":
        if len(press.ids) != 2:
            raise Stale("old_button")
        part = delegation.delegate(talk.session, talk.office, talk.act, number, press.ids[1])
        named = delegation.delegate_of(talk.session, part)
        toast = talk.toast("delegated_toast", task=number, name=named.name if named else "")
    else:
        delegation.check_delegate(talk.session, talk.act, number)
        talk.at_home().view("delegate", task=number)
        return None
    if message_id is not None:
        talk.redraw(message_id)
    return toast


def _nothing_to_add(talk: Talk, press: Press, message_id: int | None) -> str:
    left = not_said_yet(talk.session, talk.office, talk.act, press.ids, Action.nothing_to_add)
    if not left:
        return talk.toast("answered_before")
    made = cooperation.nothing_to_add(talk.session, talk.office, talk.act, left)
    talk.put(Kind.receipt, reports=[said.id for said in made])
    return talk.toast("stored")


def _consolidate(talk: Talk, press: Press, message_id: int | None) -> None:
    number = press.ids[0]
    found = cooperation.draft_for(talk.session, talk.office, talk.act, number)
    talk = talk.at_home()
    if press.name != "edit":
        talk.view("consolidation", task=number)
        return
    talk.view("consolidation", task=number, copied=True)
    asked = {"task": number, "sources": list(found.sources)}
    talk.ask("ask_consolidation", "consolidation", asked, task=number)


def _adopt(talk: Talk, press: Press, message_id: int | None) -> str:
    number, newest = press.ids
    said = cooperation.adopt(talk.session, talk.office, talk.act, number, newest)
    _leave(talk, "consolidation")
    talk.put(Kind.receipt, reports=[said.id])
    return talk.toast("consolidated_toast", task=number)


def _answer_consolidation(talk: Talk, facts: Facts, text: str) -> None:
    number = int(facts["task"])
    talk.leave_dialogue()
    report_on(talk, number, text)
    said = talk.kept[-1]
    line = {"report": said.id, "sources": list(facts["sources"])}
    record(talk.session, talk.act, "consolidate", part=said.part, facts=line)


OWNERSHIP_VERBS: dict[Verb, Callable[[Talk, Press, int | None], str | None]] = {
    Verb.decline: _decline,
    Verb.reassign: _reassign,
    Verb.refuse_decline: _refuse,
    Verb.delegate: _delegate,
    Verb.nothing_to_add: _nothing_to_add,
    Verb.consolidate: _consolidate,
    Verb.adopt_draft: _adopt,
}

OWNERSHIP_ANSWERS: dict[str, Question] = {
    "decline": Question(_answer_decline, Files.beside, "decline"),
    "reassign": Question(_answer_reassign, Files.told),
    "refuse_decline": Question(_answer_refuse, Files.told),
    "consolidation": Question(_answer_consolidation, Files.kept),
}

OWNERSHIP_MENDABLE = frozenset(
    {
        "decline_reason_needed",
        "refusal_reason_needed",
        "no_such_department",
        "already_in_task",
        "empty_name",
        "name_too_long",
    }
)
"""Refusals after which the same question can be answered better."""
