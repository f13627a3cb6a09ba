"""What the office sees of a draft: its card, its lists, one clause, one sentence, 交办.

The one rule: every view here is for the office alone.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.render import clauses as of_clause
from bot.render import drafts as of_draft
from bot.render import issuing as of_issue
from bot.render.message import Message
from bot.render.voice import Voice
from tasks.errors import NotAllowed
from tasks.instructions import Instruction
from tasks.services.acts import is_office
from tasks.views import drafts, issuing, revisions
from tasks.views.drafts import ClauseLine, ClauseView, DraftView, Filter, PassageView
from tasks.views.names import Names
from tasks.vocabulary import ClauseState

if TYPE_CHECKING:
    from bot.views import Wish

Pages = tuple[Message, ...]
Shown = tuple[Pages, tuple[int, ...]]
Look = Callable[["Wish"], Pages]


def _for_office(look: Look) -> Callable[["Wish"], Shown]:
    def show(wish: "Wish") -> Shown:
        if not is_office(wish.session, wish.act):
            raise NotAllowed(action="draft")
        return look(wish), ()

    return show


def _draft_of(wish: "Wish") -> DraftView:
    return drafts.draft(wish.session, wish.desk.office, wish.act, wish.facts["notice"])


def _lines_of(wish: "Wish", which: Filter) -> tuple[ClauseLine, ...]:
    notice = wish.facts["notice"]
    return drafts.clauses(wish.session, wish.desk.office, wish.act, notice, which)


def _clause_of(wish: "Wish") -> ClauseView:
    return drafts.clause(wish.session, wish.desk.office, wish.act, wish.facts["clause"])


def _draft(wish: "Wish") -> Pages:
    return of_draft.draft(wish.voice, _draft_of(wish))


def _drafts(wish: "Wish") -> Pages:
    found = drafts.open_drafts(wish.session, wish.desk.office, wish.act)
    return of_draft.drafts(wish.voice, found)


def _clauses(wish: "Wish") -> Pages:
    which = Filter(wish.facts["filter"])
    lines = _lines_of(wish, which)
    return of_draft.clauses(wish.voice, _draft_of(wish), lines, which, wish.facts["page"])


def _names(wish: "Wish") -> Pages:
    return of_draft.names(wish.voice, _draft_of(wish))


def _bulk(wish: "Wish") -> Pages:
    by_number = {line.number: line for line in _lines_of(wish, Filter.all)}
    steps = [
        (step["text"], [by_number[number] for number in step["numbers"] if number in by_number])
        for step in wish.facts["steps"]
    ]
    by_place = [number for step in wish.facts["steps"] for number in step["by_place"]]
    words = wish.facts["words"]
    return of_draft.bulk(wish.voice, _draft_of(wish), steps, by_place, words)


def orders_in_words(voice: Voice, said: Instruction) -> str:
    """What an instruction was understood to order."""
    parts = []
    if said.owners is not None:
        named = [
            voice.plain(
                "bulk.named", name=one.name, role=voice.term_of("clause_role", one.role)
            )
            for one in said.owners
        ]
        parts.append(
            voice.plain("bulk.owners", names=voice.listed(named))
            if named
            else voice.plain("clause.nobody")
        )
    if said.follow_up is not None:
        parts.append(voice.plain("bulk.follow_up", how=voice.term(said.follow_up)))
    if said.deadline is not None:
        parts.append(voice.plain("bulk.limit", day=said.deadline))
    if said.waive is not None:
        reason = said.reason or voice.term(said.waive)
        parts.append(voice.plain("bulk.waive", reason=reason))
    return voice.listed(parts)


def _clause(wish: "Wish") -> Pages:
    return of_clause.clause(wish.voice, _clause_of(wish))


def _of_open(look: Callable[[Voice, ClauseView], Pages]) -> Look:
    """What can be done with an open clause; the clause itself once it is decided."""

    def show(wish: "Wish") -> Pages:
        view = _clause_of(wish)
        if view.line.state is not ClauseState.open:
            return of_clause.clause(wish.voice, view)
        return look(wish.voice, view)

    return show


def _original(wish: "Wish") -> Pages:
    return of_clause.original(wish.voice, _clause_of(wish))


def _each(wish: "Wish") -> Pages:
    known = [one.name for one in Names(wish.session).departments.values()]
    return _of_open(lambda voice, view: of_clause.scope(voice, view, known))(wish)


def _passage(wish: "Wish") -> Pages:
    view: PassageView = drafts.passage(wish.session, wish.facts["passage"])
    return of_clause.passage(wish.voice, view)


def _issue(wish: "Wish") -> Pages:
    notice = wish.facts["notice"]
    found = issuing.preview(wish.session, wish.desk.office, wish.act, notice)
    return of_issue.preview(wish.voice, found)


def _issued(wish: "Wish") -> Pages:
    facts = wish.facts
    return of_issue.issued(wish.voice, _draft_of(wish), facts["n"], facts["left"])


def _revision(wish: "Wish") -> Pages:
    return of_issue.revision(wish.voice, revisions.revision(wish.session, wish.facts["upload"]))


VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {
    name: _for_office(look)
    for name, look in {
        "draft": _draft,
        "drafts": _drafts,
        "clauses": _clauses,
        "names": _names,
        "bulk": _bulk,
        "clause": _clause,
        "waive_of": _of_open(of_clause.waiving),
        "follow_of": _of_open(of_clause.following),
        "split": _of_open(of_clause.splitting),
        "each": _each,
        "text_of": _original,
        "passage": _passage,
        "issue": _issue,
        "issued": _issued,
        "revision": _revision,
    }.items()
}

OVERTAKEN = {
    **dict.fromkeys(("waive_of", "follow_of", "split", "each"), "clause"),
    **dict.fromkeys(("bulk", "issued"), "draft"),
}
"""Views that ask for a choice, and what is shown instead once the choice was refused."""
