"""报进展: one message that takes what is chosen by tapping, and words at any moment.

What was chosen is a row, so a restart loses nothing. Values chosen by hand count at once;
typed words are stored at once, as ever, together with what was chosen, and end it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from bot.callbacks import Press, Verb
from bot.handlers import receipts
from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from bot.handlers.extensions import day_alone
from bot.handlers.words import answer_report, nothing_read
from bot.render.reporting import Chosen, assembled, chosen_of
from tasks.errors import Refused, Stale
from tasks.mailroom import Dialogue, Outbox
from tasks.models import Report
from tasks.replies import (
    ReplyReading,
    ReplyState,
    is_question,
    is_small_talk,
    promise_passed,
    read_reply,
)
from tasks.services import reports
from tasks.services.acts import lock_task, part_for
from tasks.services.post import Kind
from tasks.text import storable
from tasks.views.cards import card

LOOKED_AT = 30
"""Messages of a chat among which the one to close is looked for."""

_CLAIMS = frozenset({ReplyState.submitted, ReplyState.declined, ReplyState.extension})


def open_report(talk: Talk, number: int) -> None:
    """Show what was said last time and what can be chosen now."""
    part_for(talk.session, talk.act, lock_task(talk.session, number))
    home = talk.at_home()
    home.leave_dialogue()
    facts = {"task": number, "row": talk.row.id}
    home.session.add(Dialogue(chat_id=home.chat_id, kind="report", facts=facts, asked_at=talk.now))
    home.view("composer", task=number, row=talk.row.id)


def answer(talk: Talk, facts: Mapping[str, Any], text: str) -> None:
    """Words typed while 报进展 is open: kept with what was chosen so far."""
    chosen = chosen_of(facts)
    number, field = int(facts["task"]), facts.get("field")
    today = talk.office.cal.local_date(talk.said_at)
    day = day_alone(talk, text)
    if day is None and field == "expected":
        day = promise_passed(text, today)
    if day is not None and day < today:
        raise Refused("expected_past", task=number, day=day)
    found = read_reply(text, today)
    idle = not found and (is_small_talk(text) or is_question(text))
    elsewhere = any(one.task not in (None, number) for one in found)
    if elsewhere and chosen:
        _send(talk, number, chosen)
    if elsewhere or not (chosen or field) or (idle and field is None):
        answer_report(talk, facts, text)
    else:
        talk.leave_dialogue()
        own = found[0] if len(found) == 1 else nothing_read(text)
        _keep_typed(talk, number, chosen, field, own, text)
    if talk.dialogue() is None or talk.kept:
        _close(talk, facts)


def _keep_typed(
    talk: Talk, number: int, chosen: Chosen, field: str | None, own: ReplyReading, text: str
) -> None:
    claims = own.percent is not None or own.expected is not None or own.state in _CLAIMS
    if field in ("problem", "next") and not claims:
        asked = field == "problem"
        more = replace(chosen, problem=text) if asked else replace(chosen, next_step=text)
        _send(talk, number, more)
        return
    reading = ReplyReading(
        number,
        own.state or (ReplyState.in_progress if chosen else None),
        chosen.percent if own.percent is None else own.percent,
        chosen.expected if own.expected is None else own.expected,
        own.pace,
        own.problem or chosen.problem or None,
        text,
    )
    before = assembled(talk.voice, chosen)
    words = f"{before}；{text}" if before else text
    _keep(talk, number, words, reading, chosen.next_step, by_hand=False)


def _send(talk: Talk, number: int, chosen: Chosen, edit: int | None = None) -> None:
    words = assembled(talk.voice, chosen)
    reading = ReplyReading(
        number,
        ReplyState.in_progress,
        chosen.percent,
        chosen.expected,
        None,
        chosen.problem or None,
        words,
    )
    _keep(talk, number, words, reading, chosen.next_step, by_hand=True, edit=edit)


def _keep(
    talk: Talk,
    number: int,
    words: str,
    reading: ReplyReading,
    next_step: str | None,
    *,
    by_hand: bool,
    edit: int | None = None,
) -> None:
    said: Report = reports.report(
        talk.session,
        talk.office,
        talk.act,
        number,
        words,
        reading,
        source=talk.source,
        next_step=next_step,
        by_hand=by_hand,
    )
    talk.kept.append(said)
    if receipts.file_away(talk, said.part):
        return
    if edit is None:
        receipts.give(talk, [said])
    else:
        talk.put(Kind.receipt, reports=[said.id], edit=edit)


def _close(talk: Talk, facts: Mapping[str, Any]) -> None:
    """Take the buttons off the message that is answered."""
    rows = talk.session.scalars(
        select(Outbox)
        .where(
            Outbox.chat_id == talk.chat_id,
            Outbox.kind == Kind.view,
            Outbox.message_id.is_not(None),
        )
        .order_by(Outbox.id.desc())
        .limit(LOOKED_AT)
    )
    for shown in rows:
        if shown.facts.get("name") == "composer" and shown.facts.get("row") == facts.get("row"):
            talk.show("composer", shown.message_id, task=facts["task"], row=facts["row"])
            return


def _pressed(talk: Talk, press: Press, message_id: int | None) -> str | None:
    number, row = press.ids[:2]
    waiting = talk.dialogue()
    if waiting is None or waiting.kind != "report" or waiting.facts.get("row") != row:
        raise Stale("old_button")
    if waiting.facts["task"] != number:
        raise Stale("old_button")
    if press.name == "send":
        chosen = chosen_of(waiting.facts)
        if not chosen:
            raise Refused("nothing_chosen")
        talk.leave_dialogue()
        _send(talk, number, chosen, edit=message_id)
        return talk.toast("stored")
    waiting.facts = {**waiting.facts, "field": None, **_choice(talk, press, waiting.facts)}
    talk.session.flush()
    talk.show("composer", message_id, task=number, row=row)
    return None


def _choice(talk: Talk, press: Press, facts: Mapping[str, Any]) -> dict[str, Any]:
    name, _, argument = press.name.partition("=")
    value = press.ids[2] if len(press.ids) > 2 else 0
    if name == "percent":
        if len(press.ids) < 3 or value > 100:
            raise Stale("old_button")
        return {"percent": None if facts.get("percent") == value else value}
    if name == "expected":
        day = _day(value)
        if day is None or day < talk.office.cal.local_date(talk.now):
            raise Stale("old_button")
        said = day.isoformat()
        return {"expected": None if facts.get("expected") == said else said}
    if name == "problem" and argument != "other":
        words = "" if argument == "none" else talk.voice.plain(f"reporting.{argument}")
        return {"problem": None if facts.get("problem") == words else words}
    if name == "same":
        return _same(talk, press.ids[0])
    return {"field": {"problem": "problem", "next": "next", "other_day": "expected"}[name]}


def _same(talk: Talk, number: int) -> dict[str, Any]:
    """What was said last time, without a day that has passed."""
    own = card(talk.session, talk.office, talk.act, number).own
    last = None if own is None else own.words
    if own is None or last is None:
        raise Refused("nothing_said_yet", task=number)
    today = talk.office.cal.local_date(talk.now)
    ahead = last.expected is not None and last.expected >= today
    return {
        "percent": own.percent if last.percent is None else last.percent,
        "expected": last.expected.isoformat() if ahead and last.expected else None,
        "problem": storable(last.problem or ""),
        "next_step": last.next_step,
    }


def _day(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if 0 < ordinal <= date.max.toordinal() else None


REPORTING_VERBS = {Verb.chip: _pressed}
REPORTING_ANSWERS = {"report": Question(answer, Files.kept, "composer")}
