"""A press on a button, judged as things stand now, whatever the message shows."""

from collections.abc import Callable

from bot.callbacks import Press, Verb, decode
from bot.handlers import receipts
from bot.handlers.approvals import APPROVAL_VERBS
from bot.handlers.attachments import EVIDENCE_VERBS
from bot.handlers.away import AWAY_VERBS
from bot.handlers.broadcasts import BROADCAST_VERBS
from bot.handlers.byhand import BYHAND_VERBS
from bot.handlers.closing import CLOSING_VERBS, offer_grade
from bot.handlers.context import Talk
from bot.handlers.desk import DESK_VERBS
from bot.handlers.drafts import DRAFT_VERBS
from bot.handlers.extensions import EXTENSION_VERBS
from bot.handlers.ownership import OWNERSHIP_VERBS
from bot.handlers.records import RECORD_VERBS
from bot.handlers.reporting import REPORTING_VERBS, open_report
from bot.handlers.slips import SLIP_VERBS
from bot.handlers.snoozing import SNOOZE_VERBS
from bot.handlers.staff import STAFF_VERBS
from bot.handlers.words import choose
from bot.render.queue import SECTIONS
from tasks.errors import NotFound, Stale
from tasks.models import Report
from tasks.services import reports, submissions
from tasks.services.acts import is_office, lock_task, part_for
from tasks.services.nudges import nudge
from tasks.services.post import Kind
from tasks.services.taps import not_said_yet
from tasks.views.cards import card
from tasks.vocabulary import ProgressClass
from tasks.workflow import Action

Pressed = Callable[[Talk, Press, int | None], str | None]


def on_press(talk: Talk, data: str, message_id: int | None) -> str | None:
    """Do what a button says; the toast to show. Raises a DubanError for what is refused."""
    press = decode(data)
    return _VERBS[press.verb](talk, press, message_id)


def _one(press: Press) -> int:
    if len(press.ids) != 1:
        raise Stale("old_button")
    return press.ids[0]


def _sign(talk: Talk, press: Press, message_id: int | None) -> str:
    done = reports.sign(talk.session, talk.office, talk.act, press.ids)
    _redraw(talk, message_id)
    return _signed(talk, done)


def _sign_all(talk: Talk, press: Press, message_id: int | None) -> str:
    done = reports.sign_all(talk.session, talk.office, talk.act, _one(press))
    _redraw(talk, message_id)
    return _signed(talk, done)


def _signed(talk: Talk, done: reports.Signed) -> str:
    if not done.signed:
        return talk.toast("signed_before")
    if len(done.signed) == 1:
        return talk.toast("signed", task=done.signed[0])
    return talk.toast("signed_all", count=len(done.signed))


def _open(talk: Talk, press: Press, message_id: int | None) -> None:
    number = _one(press)
    card(talk.session, talk.office, talk.act, number)
    talk.put(Kind.card, task=number)


def _report(talk: Talk, press: Press, message_id: int | None) -> None:
    open_report(talk, _one(press))


def _choose(talk: Talk, press: Press, message_id: int | None) -> None:
    number, words = press.ids
    choose(talk, number, words)


def _no_change(talk: Talk, press: Press, message_id: int | None) -> str:
    left = not_said_yet(talk.session, talk.office, talk.act, press.ids, Action.no_change)
    if not left:
        return talk.toast("answered_before")
    made = reports.no_change(talk.session, talk.office, talk.act, left)
    talk.put(Kind.receipt, reports=[said.id for said in made])
    return talk.toast("stored")


def _submit(talk: Talk, press: Press, message_id: int | None) -> str:
    number = _one(press)
    submissions.submit(talk.session, talk.office, talk.act, number)
    _redraw(talk, message_id)
    talk.answer("submitted", tasks=(number,), task=number)
    return talk.toast("submitted_toast", task=number)


def _withdraw(talk: Talk, press: Press, message_id: int | None) -> str:
    number = _one(press)
    submissions.withdraw(talk.session, talk.office, talk.act, number)
    _redraw(talk, message_id)
    return talk.toast("withdrawn", task=number)


def _close(talk: Talk, press: Press, message_id: int | None) -> str:
    task = submissions.close(talk.session, talk.office, talk.act, _one(press))
    _redraw(talk, message_id)
    if task.closed_at is not None:
        offer_grade(talk, task.id)
    return talk.toast("closed", task=task.id)


def _send_back(talk: Talk, press: Press, message_id: int | None) -> None:
    report_id = _one(press)
    task = submissions.check_judgement(talk.session, talk.act, report_id, Action.send_back)
    talk.ask("ask_reason", "send_back", {"report": report_id}, task=task.id)


def _confirm(talk: Talk, press: Press, message_id: int | None) -> str:
    confirmed = reports.confirm(talk.session, talk.office, talk.act, press.ids)
    receipts.settle_others(talk, press.ids, message_id)
    _redraw(talk, message_id)
    return talk.toast("confirmed" if confirmed else "confirmed_before")


def _correct(talk: Talk, press: Press, message_id: int | None) -> None:
    said = talk.session.get(Report, _one(press))
    if said is None:
        raise NotFound("no_such_report")
    number = said.part.task_id
    facts = {"task": number, "replaces": {str(said.part_id): said.id}}
    if said.recorded_by_id is not None and is_office(talk.session, talk.act):
        talk.ask("ask_correct", "record", facts, task=number)
        return
    part_for(talk.session, talk.act, lock_task(talk.session, number))
    talk.ask("ask_correct", "report", facts, task=number)


def _nudge(talk: Talk, press: Press, message_id: int | None) -> str:
    nudged = nudge(talk.session, talk.office, talk.act, _one(press))
    talk.answer(
        "nudged",
        tasks=(nudged.task,),
        task=nudged.task,
        told=nudged.told,
        unreached=nudged.unreached,
        undelivered=nudged.undelivered,
    )
    _redraw(talk, message_id)
    return talk.toast("nudged_toast", task=nudged.task)


OF_A_TASK = {"task_log": "log", "task_who": "who", "task_text": "original"}
"""Views that a button opens for one task, and the view that shows it."""

VIEWS_BY_BUTTON = frozenset(
    {
        "my",
        "summary",
        "class",
        "departments",
        "overdue",
        "silent",
        "who",
        "queue",
        "notices",
        "assignment",
        "attached",
        "help",
        *OF_A_TASK,
    }
)


def _view(talk: Talk, press: Press, message_id: int | None) -> None:
    name, _, argument = press.name.partition("=")
    if name not in VIEWS_BY_BUTTON:
        raise Stale("old_button")
    facts: dict[str, object] = {}
    if name == "queue" and argument:
        if argument not in (*SECTIONS, "all"):
            raise Stale("old_button")
        page = press.ids[0] if press.ids else 0
        talk.show("queue", message_id, section=argument, page=page)
        return
    if name == "class":
        if argument not in set(ProgressClass):
            raise Stale("old_button")
        facts["class"] = argument
    if name in OF_A_TASK:
        number = _one(press)
        card(talk.session, talk.office, talk.act, number)
        facts["task"] = number
    else:
        # A notice and a department, 0 for all of them.
        scope = zip(("notice", "department"), press.ids, strict=False)
        facts.update({key: found for key, found in scope if found})
        if name == "assignment" and "notice" not in facts:
            raise Stale("old_button")
    talk.view(OF_A_TASK.get(name, name), **facts)


def _redraw(talk: Talk, message_id: int | None) -> None:
    if message_id is not None:
        talk.redraw(message_id)


_VERBS: dict[Verb, Pressed] = {
    Verb.sign: _sign,
    Verb.sign_all: _sign_all,
    Verb.open: _open,
    Verb.report: _report,
    Verb.choose: _choose,
    Verb.no_change: _no_change,
    Verb.submit: _submit,
    Verb.withdraw: _withdraw,
    Verb.close: _close,
    Verb.send_back: _send_back,
    Verb.confirm: _confirm,
    Verb.correct: _correct,
    Verb.nudge: _nudge,
    Verb.view: _view,
    **DRAFT_VERBS,
    **EVIDENCE_VERBS,
    **DESK_VERBS,
    **BYHAND_VERBS,
    **APPROVAL_VERBS,
    **OWNERSHIP_VERBS,
    **STAFF_VERBS,
    **AWAY_VERBS,
    **CLOSING_VERBS,
    **RECORD_VERBS,
    **REPORTING_VERBS,
    **EXTENSION_VERBS,
    **SNOOZE_VERBS,
    **SLIP_VERBS,
    **BROADCAST_VERBS,
}
