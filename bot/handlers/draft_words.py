"""What is typed about a draft: the text, owners or limit of a clause, a reason, many orders.

The question stays open while the same one can still be answered; a clause that somebody
else has changed meanwhile is shown as it stands now.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from bot.handlers.asking import Files, Question
from bot.handlers.context import Talk
from bot.render.drafts import orders
from tasks.errors import DubanError, NotAllowed, NotFound, Refused, Stale
from tasks.instructions import read_limit, read_owners
from tasks.mailroom import Dialogue
from tasks.matching import search
from tasks.models import ClauseRole, Notice
from tasks.services import coverage, drafts
from tasks.services.acts import get_notice, is_office
from tasks.services.orders import order_of, orders_of, read_order
from tasks.services.steps import Seen, get_clause, last_actor
from tasks.text import storable
from tasks.views.drafts import passage as passage_view
from tasks.views.names import Names
from tasks.vocabulary import WaiveReason

Facts = Mapping[str, Any]

BULK = "bulk"
"""Waits for orders; once they are read, for 确认 or other orders."""

QUESTIONS = {
    "text": ("clause_text", "ask_clause_text"),
    "owners": ("clause_owners", "ask_clause_owners"),
    "each": ("clause_each", "ask_clause_owners"),
    "limit": ("clause_limit", "ask_clause_limit"),
    "waive": ("waive_reason", "ask_waive"),
    "drop": ("drop_reason", "ask_drop"),
    "bulk": (BULK, "ask_bulk"),
}
"""What is to be typed: the kind of question that waits, and its sentence."""

OFFERED = 12
"""Departments that typed words may mean, at most."""

_DECIDED = frozenset({"clause_issued", "clause_not_open"})


def answer(kind: str, talk: Talk, facts: Facts, text: str) -> None:
    """Take words as the answer to that question about a draft."""
    try:
        with talk.session.begin_nested():
            if not is_office(talk.session, talk.act):
                raise NotAllowed(action="draft")
            _TYPED[kind](talk, facts, text)
    except DubanError as refusal:
        talk.refuse(refusal)
        if kind != BULK and _is_over(refusal):
            talk.leave_dialogue()
            if "clause" in facts and not isinstance(refusal, NotAllowed | NotFound):
                talk.view("clause", clause=facts["clause"])


def _is_over(refusal: DubanError) -> bool:
    """Whether no other answer to the same question could be taken."""
    return isinstance(refusal, Stale | NotFound | NotAllowed) or refusal.code in _DECIDED


def _text(talk: Talk, facts: Facts, text: str) -> None:
    drafts.edit_text(talk.session, talk.act, _seen(facts), text)
    _answered(talk, facts)


def _owners(talk: Talk, facts: Facts, text: str) -> None:
    try:
        owners = [(one.name, ClauseRole(one.role)) for one in read_owners(text)]
    except Refused as refusal:
        _offer(talk, facts, text, refusal)
        return
    drafts.set_owners(talk.session, talk.act, _seen(facts), owners)
    _answered(talk, facts)


def _each(talk: Talk, facts: Facts, text: str) -> None:
    owners = [(one.name, ClauseRole.each) for one in read_owners(text)]
    drafts.set_owners(talk.session, talk.act, _seen(facts), owners)
    _answered(talk, facts)


def _offer(talk: Talk, facts: Facts, text: str, refusal: Refused) -> None:
    """Part of a name was typed: offer the known departments that bear it, and let the
    question wait. Raises the refusal where there is none."""
    names = Names(talk.session)
    known = [
        (key, (one.name, *(alias.name for alias in one.aliases)))
        for key, one in names.departments.items()
    ]
    found = [(key, names.departments[key].name) for key in search(text, known)[:OFFERED]]
    if not found:
        raise refusal
    talk.view("found", clause=facts["clause"], text=text.strip(), departments=found)


def _limit(talk: Talk, facts: Facts, text: str) -> None:
    clause = get_clause(talk.session, facts["clause"])
    notice = get_notice(talk.session, clause.notice_id)
    found = read_limit(text, _today(talk), _year(notice))
    day, literal = (None, None) if found is None else (found.day, found.text)
    drafts.set_limit(talk.session, talk.act, _seen(facts), day, literal)
    _answered(talk, facts)


def _waive(talk: Talk, facts: Facts, text: str) -> None:
    drafts.waive(talk.session, talk.act, [_seen(facts)], WaiveReason.other, text)
    _answered(talk, facts)


def _drop(talk: Talk, facts: Facts, text: str) -> None:
    seen = (facts["passage"], facts["version"])
    coverage.waive_passages(talk.session, talk.act, [seen], WaiveReason.other, text)
    talk.leave_dialogue()
    view = passage_view(talk.session, facts["passage"])
    if view.after is None:
        talk.view("draft", notice=view.notice_id)
    else:
        talk.view("passage", passage=view.after)


def _seen(facts: Facts) -> Seen:
    return facts["clause"], facts["version"]


def _answered(talk: Talk, facts: Facts) -> None:
    talk.leave_dialogue()
    talk.view("clause", clause=facts["clause"])


def _today(talk: Talk) -> date:
    return talk.office.cal.local_date(talk.said_at)


def _year(notice: Notice) -> int | None:
    return None if notice.dated is None else notice.dated.year


def _bulk(talk: Talk, facts: Facts, text: str) -> None:
    """Read the orders and show what they would touch; nothing is done before 确认."""
    notice = get_notice(talk.session, facts["notice"])
    revision, today = notice.revision, _today(talk)
    texts = [line.strip() for line in storable(text).splitlines() if line.strip()]
    steps = []
    with talk.session.begin_nested() as trial:
        for line in texts:
            do, chosen = read_order(talk.session, notice.id, line, today)
            # Tried out, so that the next line counts on it and a refusal comes before 确认.
            drafts.assign(
                talk.session,
                talk.act,
                notice.id,
                notice.revision,
                chosen.numbers,
                do,
            )
            steps.append(
                {
                    "line": line,
                    "text": orders(talk.voice, do),
                    "numbers": list(chosen.numbers),
                    "by_place": list(chosen.by_place),
                }
            )
        trial.rollback()
    if not steps:
        raise Refused("no_instruction")
    talk.leave_dialogue()
    kept = {
        "notice": notice.id,
        "revision": revision,
        "row": talk.row.id,
        "today": today.isoformat(),
        "steps": steps,
    }
    talk.session.add(Dialogue(chat_id=talk.chat_id, kind=BULK, facts=kept, asked_at=talk.now))
    talk.view("bulk", notice=notice.id, words=talk.row.id, steps=steps)


def assign_as_read(talk: Talk, notice_id: int, words: int) -> int:
    """确认: do what was read in those words to the clauses that were shown, all or nothing;
    how many they are. Raises Stale where the words or the draft are not those any more."""
    waiting = talk.dialogue()
    if (
        waiting is None
        or waiting.kind != BULK
        or waiting.facts.get("row") != words
        or waiting.facts["notice"] != notice_id
    ):
        raise Stale("bulk_gone")
    facts = dict(waiting.facts)
    notice = get_notice(talk.session, notice_id)
    if notice.revision != facts["revision"]:
        raise Stale("draft_changed", by=last_actor(talk.session, notice_id))
    today = date.fromisoformat(facts["today"])
    touched: set[int] = set()
    for step in facts["steps"]:
        said = order_of(talk.session, notice_id, step["line"], today)
        drafts.assign(
            talk.session,
            talk.act,
            notice_id,
            notice.revision,
            step["numbers"],
            orders_of(said),
        )
        touched.update(step["numbers"])
    talk.leave_dialogue()
    return len(touched)


def drop_question(talk: Talk, clause_id: int) -> None:
    """The owners of a clause were chosen with a button: nobody has to type them any more."""
    waiting = talk.dialogue()
    if (
        waiting is not None
        and waiting.kind == "clause_owners"
        and waiting.facts["clause"] == clause_id
    ):
        talk.leave_dialogue()


def drop_bulk(talk: Talk) -> None:
    """取消: orders that wait for 确认 are forgotten."""
    waiting = talk.dialogue()
    if waiting is not None and waiting.kind == BULK and "row" in waiting.facts:
        talk.leave_dialogue()


_TYPED: dict[str, Callable[[Talk, Facts, str], None]] = {
    "clause_text": _text,
    "clause_owners": _owners,
    "clause_each": _each,
    "clause_limit": _limit,
    "waive_reason": _waive,
    "drop_reason": _drop,
    BULK: _bulk,
}

DRAFT_ANSWERS = {
    kind: Question(partial(answer, kind), Files.apart, kind if kind == BULK else "")
    for kind in _TYPED
}
"""A file meanwhile is another notice, or the workbook of the draft."""
