"""Presses on a draft. Each edits the message that was pressed and is one step of `tasks`.

Only the office gets this far; which version of a clause was seen comes with the button, and
the use case judges it.
"""

from collections.abc import Callable

from sqlalchemy import select

from bot.callbacks import Press, Verb
from bot.handlers.approvals import ask_word
from bot.handlers.context import Talk
from bot.handlers.draft_words import QUESTIONS, assign_as_read, drop_bulk, drop_question
from tasks.errors import NotAllowed, Stale
from tasks.instructions import sentences
from tasks.models import ClauseRole, Department
from tasks.services import coverage, drafts
from tasks.services.acts import get_notice, is_office
from tasks.services.adoptions import Choice, decide
from tasks.services.notices import Stays, publish, stays_because
from tasks.services.steps import (
    Seen,
    as_seen,
    get_clause,
    get_passage,
    last_actor,
    needs_open,
)
from tasks.services.undoing import undo
from tasks.views.drafts import Filter, draft, open_passages, shown_of
from tasks.views.drafts import passage as passage_view
from tasks.vocabulary import ClauseState, FollowUp, UploadState, WaiveReason

Pressed = Callable[[Talk, Press, int | None], str | None]

MENUS = {
    "waive": "waive_of",
    "follow": "follow_of",
    "split": "split",
    "each": "each",
    "original": "text_of",
}
"""What a clause's card opens, and the view that shows it."""


def _office(press_on: Pressed) -> Pressed:
    """Only the office opens or changes drafts, whatever a button says."""

    def judged(talk: Talk, press: Press, message_id: int | None) -> str | None:
        if not is_office(talk.session, talk.act):
            raise NotAllowed(action="draft")
        return press_on(talk, press, message_id)

    return judged


def _draft(talk: Talk, press: Press, message_id: int | None) -> None:
    notice = get_notice(talk.session, press.ids[0])
    drop_bulk(talk)
    talk.show("draft", message_id, notice=notice.id)


def _clauses(talk: Talk, press: Press, message_id: int | None) -> None:
    if press.name not in set(Filter):
        raise Stale("old_button")
    notice = get_notice(talk.session, press.ids[0])
    talk.show("clauses", message_id, notice=notice.id, filter=press.name, page=press.ids[1])


def _clause(talk: Talk, press: Press, message_id: int | None) -> None:
    talk.show("clause", message_id, clause=get_clause(talk.session, press.ids[0]).id)


def _menu(talk: Talk, press: Press, message_id: int | None) -> None:
    clause = get_clause(talk.session, press.ids[0])
    talk.show(MENUS[press.name], message_id, clause=clause.id)


_IDS = {"merge": 4, "attach": 4, "lead": 3}
"""Steps that are about something else, too."""


def _step(talk: Talk, press: Press, message_id: int | None) -> str:
    name, _, value = press.name.partition("=")
    if len(press.ids) != _IDS.get(name, 2):
        raise Stale("old_button")
    seen = (press.ids[0], press.ids[1])
    if name in ("map", "attach", "drop"):
        other = (press.ids[2], press.ids[3]) if name == "attach" else None
        _passage_step(talk, message_id, name, value, seen, other)
        return talk.toast("step_done")
    session, act = talk.session, talk.act
    if name == "waive":
        drafts.waive(session, act, [seen], WaiveReason(value))
    elif name == "follow":
        drafts.set_follow_up(session, act, seen, FollowUp(value))
    elif name == "reopen":
        drafts.reopen(session, act, seen)
    elif name == "overdue":
        drafts.keep_overdue(session, act, seen)
    elif name == "no_limit":
        drafts.set_limit(session, act, seen, None)
    elif name == "merge":
        drafts.merge(session, act, seen, (press.ids[2], press.ids[3]))
    elif name == "lead":
        department = coverage.known_department(session, press.ids[2])
        drafts.set_owners(session, act, seen, [(department.name, ClauseRole.lead)])
        drop_question(talk, seen[0])
    else:
        known = session.scalars(select(Department.id).order_by(Department.id)).all()
        drafts.ask_each(session, act, seen, known)
    talk.show("clause", message_id, clause=seen[0])
    return talk.toast("step_done")


def _passage_step(
    talk: Talk, message_id: int | None, name: str, value: str, seen: Seen, other: Seen | None
) -> None:
    if name == "drop":
        coverage.waive_passages(talk.session, talk.act, [seen], WaiveReason(value))
    else:
        _, clause = coverage.map_passage(talk.session, talk.act, seen, other)
        if other is None:
            # A new clause has neither owner nor limit: its card is where they are given.
            talk.show("clause", message_id, clause=clause.id)
            return
    show_next_passage(talk, message_id, seen[0])


def show_next_passage(talk: Talk, message_id: int | None, passage_id: int) -> None:
    """The next sentence that waits, or the draft once none does."""
    view = passage_view(talk.session, passage_id)
    if view.after is None:
        talk.show("draft", message_id, notice=view.notice_id)
    else:
        talk.show("passage", message_id, passage=view.after)


def _split_at(talk: Talk, press: Press, message_id: int | None) -> str:
    clause_id, version, sentence = press.ids
    clause = get_clause(talk.session, clause_id)
    starts = [start for start, _ in sentences(clause.text)][1:]
    # 0 stands for every sentence; a place that is not there splits nothing.
    places = starts if sentence == 0 else starts[sentence - 1 : sentence]
    drafts.split(talk.session, talk.act, (clause_id, version), places)
    talk.show("clause", message_id, clause=clause_id)
    return talk.toast("step_done")


def _typed(talk: Talk, press: Press, message_id: int | None) -> None:
    """Ask for what is typed, unless it could not be done anyway."""
    subject, version = press.ids
    kind, code = QUESTIONS[press.name]
    if press.name == "bulk":
        notice = get_notice(talk.session, subject)
        talk.ask(code, kind, {"notice": notice.id})
    elif press.name == "drop":
        passage = get_passage(talk.session, subject)
        if passage.version != version:
            raise Stale("passage_changed")
        talk.ask(code, kind, {"passage": passage.id, "version": version})
    else:
        clause = as_seen(talk.session, get_clause(talk.session, subject), version)
        needs_open(talk.session, clause)
        facts = {"clause": clause.id, "version": version}
        talk.ask(code, kind, facts, number=clause.position)


def _passages(talk: Talk, press: Press, message_id: int | None) -> None:
    notice = get_notice(talk.session, press.ids[0])
    waiting = open_passages(talk.session, notice.id)
    if waiting:
        talk.show("passage", message_id, passage=waiting[0].id)
    else:
        talk.show("draft", message_id, notice=notice.id)


def _passage(talk: Talk, press: Press, message_id: int | None) -> None:
    talk.show("passage", message_id, passage=get_passage(talk.session, press.ids[0]).id)


def _names(talk: Talk, press: Press, message_id: int | None) -> None:
    talk.show("names", message_id, notice=get_notice(talk.session, press.ids[0]).id)


def _settle(talk: Talk, press: Press, message_id: int | None) -> str:
    notice_id, place, department, revision = press.ids
    _as_shown(talk, notice_id, revision)
    view = draft(talk.session, talk.office, talk.act, notice_id)
    if place >= len(view.names):
        raise Stale("old_button")
    name = view.names[place].name
    coverage.settle_owner(talk.session, talk.act, notice_id, name, department or None)
    after = draft(talk.session, talk.office, talk.act, notice_id)
    talk.show("names" if after.unsure_names else "draft", message_id, notice=notice_id)
    return talk.toast("step_done")


def _all(talk: Talk, press: Press, message_id: int | None) -> str:
    """The same for every collective duty, or for every sentence that waits."""
    session, act = talk.session, talk.act
    notice_id, revision = press.ids
    _as_shown(talk, notice_id, revision)
    name, _, value = press.name.partition("=")
    if name == "information":
        today = talk.office.cal.local_date(talk.now)
        waiting = [
            (one.id, one.version)
            for one in shown_of(session, notice_id)
            if one.state is ClauseState.open and stays_because(one, today) is Stays.collective
        ]
        if not waiting:
            raise Stale("old_button")
        drafts.waive(session, act, waiting, WaiveReason.information)
    else:
        left = [(one.id, one.version) for one in open_passages(session, notice_id)]
        if not left:
            raise Stale("passage_changed")
        if name == "map":
            coverage.map_passages(session, act, left)
        else:
            coverage.waive_passages(session, act, left, WaiveReason(value))
    talk.show("draft", message_id, notice=notice_id)
    return talk.toast("step_done")


def _as_shown(talk: Talk, notice_id: int, revision: int) -> None:
    """Raises Stale where the draft is not the one that was shown any more."""
    if get_notice(talk.session, notice_id).revision != revision:
        raise Stale("draft_changed", by=last_actor(talk.session, notice_id))


def _undo(talk: Talk, press: Press, message_id: int | None) -> str:
    undo(talk.session, talk.act, press.ids[0])
    talk.show("draft", message_id, notice=press.ids[0])
    return talk.toast("undone")


def _preview(talk: Talk, press: Press, message_id: int | None) -> None:
    talk.show("issue", message_id, notice=get_notice(talk.session, press.ids[0]).id)


def _issue(talk: Talk, press: Press, message_id: int | None) -> str:
    notice_id, revision = press.ids
    if talk.office.needs_approval:
        return ask_word(talk, notice_id, revision, message_id)
    done = publish(talk.session, talk.office, talk.act, notice_id, revision=revision)
    talk.show("issued", message_id, notice=notice_id, n=done.issued, left=done.left)
    return talk.toast("issued_toast", n=done.issued)


def _assign(talk: Talk, press: Press, message_id: int | None) -> str:
    notice_id, words = press.ids
    touched = assign_as_read(talk, notice_id, words)
    talk.show("draft", message_id, notice=notice_id)
    return talk.toast("bulk.done", n=touched)


def _adopt(talk: Talk, press: Press, message_id: int | None) -> str:
    upload = decide(talk.session, talk.act, press.ids[0], Choice(press.name))
    if upload.state is UploadState.dropped:
        talk.show_answer("revision.dropped", message_id)
        return talk.toast("revision.dropped")
    assert upload.notice_id is not None
    talk.show("draft", message_id, notice=upload.notice_id)
    return talk.toast("step_done")


DRAFT_VERBS: dict[Verb, Pressed] = {
    verb: _office(press_on)
    for verb, press_on in {
        Verb.draft: _draft,
        Verb.clauses: _clauses,
        Verb.clause: _clause,
        Verb.menu: _menu,
        Verb.step: _step,
        Verb.split_at: _split_at,
        Verb.typed: _typed,
        Verb.passages: _passages,
        Verb.passage: _passage,
        Verb.names: _names,
        Verb.settle: _settle,
        Verb.all: _all,
        Verb.undo: _undo,
        Verb.preview: _preview,
        Verb.issue: _issue,
        Verb.assign: _assign,
        Verb.adopt: _adopt,
    }.items()
}
