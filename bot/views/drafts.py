"""What the office sees of a draft: its card, its lists, one clause, one sentence, 交办.

The one rule: every view here is for the office alone.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.render.clauses import (
    clause,
    following,
    found,
    original,
    passage,
    scope,
    splitting,
    waiving,
)
from bot.render.drafts import bulk, clauses, draft, names
from bot.render.drafts import drafts as list_of_drafts
from bot.render.issuing import issued, preview, revision
from bot.render.message import Message
from bot.render.voice import Voice
from tasks.errors import NotAllowed
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
    return draft(wish.voice, _draft_of(wish))


def _drafts(wish: "Wish") -> Pages:
    waiting = drafts.open_drafts(wish.session, wish.desk.office, wish.act)
    return list_of_drafts(wish.voice, waiting)


def _clauses(wish: "Wish") -> Pages:
    which = Filter(wish.facts["filter"])
    lines = _lines_of(wish, which)
    return clauses(wish.voice, _draft_of(wish), lines, which, wish.facts["page"])


def _names(wish: "Wish") -> Pages:
    return names(wish.voice, _draft_of(wish))


def _bulk(wish: "Wish") -> Pages:
    by_number = {line.number: line for line in _lines_of(wish, Filter.all)}
    steps = [
        (step["text"], [by_number[number] for number in step["numbers"] if number in by_number])
        for step in wish.facts["steps"]
    ]
    by_place = [number for step in wish.facts["steps"] for number in step["by_place"]]
    words = wish.facts["words"]
    return bulk(wish.voice, _draft_of(wish), steps, by_place, words)


def _clause(wish: "Wish") -> Pages:
    return clause(wish.voice, _clause_of(wish))


def _of_open(look: Callable[[Voice, ClauseView], Pages]) -> Look:
    """What can be done with an open clause; the clause itself once it is decided."""

    def show(wish: "Wish") -> Pages:
        view = _clause_of(wish)
        if view.line.state is not ClauseState.open:
            return clause(wish.voice, view)
        return look(wish.voice, view)

    return show


def _original(wish: "Wish") -> Pages:
    return original(wish.voice, _clause_of(wish))


def _each(wish: "Wish") -> Pages:
    known = [one.name for one in Names(wish.session).departments.values()]
    return _of_open(lambda voice, view: scope(voice, view, known))(wish)


def _found(wish: "Wish") -> Pages:
    """Known departments that typed words may mean."""
    offers, words = wish.facts["departments"], wish.facts["text"]
    return _of_open(lambda voice, view: found(voice, view, words, offers))(wish)


def _passage(wish: "Wish") -> Pages:
    view: PassageView = drafts.passage(wish.session, wish.facts["passage"])
    return passage(wish.voice, view)


def _issue(wish: "Wish") -> Pages:
    notice = wish.facts["notice"]
    return preview(wish.voice, issuing.preview(wish.session, wish.desk.office, wish.act, notice))


def _issued(wish: "Wish") -> Pages:
    facts = wish.facts
    return issued(wish.voice, _draft_of(wish), facts["n"], facts["left"])


def _revision(wish: "Wish") -> Pages:
    return revision(wish.voice, revisions.revision(wish.session, wish.facts["upload"]))


DRAFT_VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {
    name: _for_office(look)
    for name, look in {
        "draft": _draft,
        "drafts": _drafts,
        "clauses": _clauses,
        "names": _names,
        "bulk": _bulk,
        "clause": _clause,
        "waive_of": _of_open(waiving),
        "follow_of": _of_open(following),
        "split": _of_open(splitting),
        "each": _each,
        "found": _found,
        "text_of": _original,
        "passage": _passage,
        "issue": _issue,
        "issued": _issued,
        "revision": _revision,
    }.items()
}

OVERTAKEN = {
    **dict.fromkeys(("waive_of", "follow_of", "split", "each", "found"), "clause"),
    **dict.fromkeys(("bulk", "issued"), "draft"),
}
"""Views that ask for a choice, and what is shown instead once the choice was refused."""
