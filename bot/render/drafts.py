"""PURE. A draft while it is reviewed: its card, its lists, the names in it, a bulk step.

Every message here is edited in place, so each is one page.
"""

from collections.abc import Sequence
from datetime import date

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard
from bot.render.message import Button, Message
from bot.render.paging import one_page
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut
from tasks.services.drafts import Orders
from tasks.services.notices import Stays
from tasks.views.drafts import ClauseLine, DraftView, Filter
from tasks.views.names import NameView, OwnerView
from tasks.vocabulary import ClauseState, FollowUp, WaiveReason

PAGE = 6
"""Clauses on one page of a list."""

NAMES = 8
"""Names that one message settles; the next ones come up behind them."""

TOUCHED = 24
"""Clauses that the preview of a bulk step lists."""

STEPS = 10
"""Lines of an instruction that its preview repeats."""

TEXT, LINE, OWNER = 24, 34, 16
"""Cells of a clause's words beside its number, on a line of their own, and of an owner."""


def draft(voice: Voice, view: DraftView) -> tuple[Message, ...]:
    """The state of a draft in numbers, and where to go from here."""
    lines = [voice.say("draft.title", label=cut(view.label, 60))]
    if view.title and view.title != view.label:
        lines.append(voice.say("draft.about", title=cut(view.title, 120)))
    lines.append(voice.say("draft.total", n=view.total, ready=view.ready))
    if view.issued or view.waived:
        lines.append(voice.say("draft.decided", issued=view.issued, waived=view.waived))
    stays = [(f"draft.{why.value}", n) for why, n in view.stays.items() if n]
    lines += [voice.say(key, n=n) for key, n in stays]
    if view.no_limit:
        lines.append(voice.say("draft.no_limit", n=view.no_limit))
    if view.passages_open or view.passages_decided:
        lines.append(
            voice.say("draft.passages", n=view.passages_open, decided=view.passages_decided)
        )
    if view.new_names or view.unsure_names:
        lines.append(voice.say("draft.names", new=view.new_names, unsure=view.unsure_names))
    if view.approval is not None:
        lines.append(voice.say("draft.waits"))
    lines.append(voice.say("draft.secret"))
    listing: list[Button] = [_filter(voice, view, Filter.all, view.total)]
    opened = view.total - view.issued - view.waived
    if opened:
        listing.append(_typed(voice, "bulk", view))
    wanting = [_filter(voice, view, Filter(why.value), n) for why, n in view.stays.items() if n]
    if view.no_limit:
        wanting.append(_filter(voice, view, Filter.no_limit, view.no_limit))
    if view.stays[Stays.collective]:
        press = Press(Verb.all, (view.notice_id, view.revision), "information")
        wanting.append(button(voice, "all_information", press))
    if view.waived:
        wanting.append(_filter(voice, view, Filter.waived, view.waived))
    if view.passages_open:
        press = Press(Verb.passages, (view.notice_id,))
        wanting.append(button(voice, "passages", press, n=view.passages_open))
    if view.new_names or view.unsure_names:
        press = Press(Verb.names, (view.notice_id,))
        n = view.new_names + view.unsure_names
        wanting.append(button(voice, "names", press, n=n))
    last: list[Button] = []
    if view.undoable is not None:
        last.append(button(voice, "undo", Press(Verb.undo, (view.notice_id,))))
    if view.ready:
        press = Press(Verb.preview, (view.notice_id,))
        last.append(button(voice, "preview", press, "primary", n=view.ready))
    return one_page(lines, keyboard(listing, wanting, last))


def drafts(voice: Voice, found: Sequence[DraftView]) -> tuple[Message, ...]:
    """Which drafts have open clauses."""
    if not found:
        return one_page([voice.say("draft.nothing")])
    lines = [voice.say("draft.list", n=len(found))]
    buttons = []
    for one in found[-16:]:
        left = one.total - one.issued - one.waived
        label = cut(one.label, 40)
        lines.append(
            voice.say(
                "draft.line", label=label, state=voice.term(one.state), n=one.total, left=left
            )
        )
        press = Press(Verb.draft, (one.notice_id,))
        short = cut(one.label, 24).strip() or f"({one.notice_id})"
        buttons.append(button(voice, "draft_of", press, label=short))
    return one_page(lines, keyboard(buttons))


def clauses(
    voice: Voice, view: DraftView, lines: Sequence[ClauseLine], which: Filter, page: int
) -> tuple[Message, ...]:
    """One page of a draft's clauses."""
    pages = max(1, -(-len(lines) // PAGE))
    page = min(page, pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    said = [
        voice.say(
            "draft.filtered",
            label=cut(view.label, 40),
            which=voice.term_of("filter", which),
            n=len(lines),
            page=page + 1,
            pages=pages,
        )
    ]
    said += [clause_line(voice, one, view.today) for one in shown]
    if not shown:
        said.append(voice.say("draft.none"))
    openers = [
        button(voice, "clause", Press(Verb.clause, (one.id,)), number=one.number) for one in shown
    ]
    moves = []
    if page > 0:
        press = Press(Verb.clauses, (view.notice_id, page - 1), which)
        moves.append(button(voice, "before", press))
    if page + 1 < pages:
        press = Press(Verb.clauses, (view.notice_id, page + 1), which)
        moves.append(button(voice, "after", press))
    return one_page(said, keyboard(openers, [*moves, back(voice, view.notice_id)]))


def clause_line(voice: Voice, one: ClauseLine, today: date) -> Html:
    """A clause in a list: number, section, who, until when, what."""
    facts = {
        "number": one.number,
        "section": one.section or "",
        "owners": owners_briefly(voice, one.owners) or voice.plain("clause.nobody"),
        "limit": limit_briefly(voice, one, today),
        "text": brief(one.text, LINE),
    }
    return voice.say("draft.clause" if one.section else "draft.clause_bare", **facts)


def owners_briefly(voice: Voice, owners: Sequence[OwnerView]) -> str:
    """The first owner, and how many more."""
    if not owners:
        return ""
    name = cut(owners[0].department or owners[0].name, OWNER)
    if len(owners) == 1:
        return name
    return voice.plain("clause.owners_more", name=name, n=len(owners))


def limit_briefly(voice: Voice, one: ClauseLine, today: date) -> str:
    """What follows the owners in a line: the limit, or what became of the clause."""
    if one.state is not ClauseState.open:
        return voice.plain("clause.ended", state=voice.term(one.state))
    if one.deadline is not None:
        key = "clause.past" if one.past and not one.as_overdue else "clause.until"
        return voice.plain(key, day=voice.short(one.deadline, today))
    if one.follow_up is FollowUp.standing and one.stays is not None:
        return voice.plain("clause.undated")
    return voice.term(one.follow_up)


def names(voice: Voice, view: DraftView) -> tuple[Message, ...]:
    """Whom the owners of a draft mean; what looks alike is asked about."""
    numbered = list(enumerate(view.names))
    unsure = [(at, one) for at, one in numbered if one.department is None and one.resembles]
    new = [(at, one) for at, one in numbered if one.department is None and not one.resembles]
    known = [one for one in view.names if one.department is not None]
    lines = [voice.say("names.title", label=cut(view.label, 40))]
    buttons: list[list[Button]] = []
    for at, one in unsure[:NAMES]:
        lines.append(voice.say("names.unsure", name=cut(one.name, 40), n=one.clauses))
        row = [
            button(
                voice,
                "settle",
                Press(Verb.settle, (view.notice_id, at, key, view.revision)),
                name=cut(one.name, 12),
                department=cut(called, 14),
            )
            for key, called in one.resembles
        ]
        press = Press(Verb.settle, (view.notice_id, at, 0, view.revision))
        buttons.append([*row, button(voice, "settle_new", press, name=cut(one.name, 14))])
    if len(unsure) > NAMES:
        lines.append(voice.say("lists.rest", n=len(unsure) - NAMES))
    if new:
        lines.append(voice.say("names.new", n=len(new), names=_listed(voice, new)))
    matched = [one for one in known if one.department != one.name]
    lines += [
        voice.say("names.known", name=cut(one.name, 30), department=cut(one.department or "", 30))
        for one in matched[:NAMES]
    ]
    same = len(known) - len(matched)
    if same:
        lines.append(voice.say("names.same", n=same))
    return one_page(lines, keyboard(*buttons, [back(voice, view.notice_id)]))


def _listed(voice: Voice, found: Sequence[tuple[int, NameView]]) -> str:
    return voice.names([one.name for _, one in found], 12)


def bulk(
    voice: Voice,
    view: DraftView,
    steps: Sequence[tuple[str, Sequence[ClauseLine]]],
    by_place: Sequence[int],
    words: int,
) -> tuple[Message, ...]:
    """What a typed instruction would touch, before it is done."""
    placed = set(by_place)
    total = sum(len(lines) for _, lines in steps)
    said = [voice.say("bulk.title", label=cut(view.label, 40), n=total)]
    room = TOUCHED
    for orders, lines in steps[:STEPS]:
        said.append(voice.say("bulk.orders", orders=cut(orders, 120), n=len(lines)))
        for one in lines[:room]:
            key = "bulk.placed" if one.number in placed else "bulk.clause"
            said.append(
                voice.say(
                    key,
                    number=one.number,
                    section=one.section or "",
                    text=brief(one.text, TEXT),
                )
            )
        if len(lines) > room:
            said.append(voice.say("bulk.more", n=len(lines) - room))
        room = max(0, room - len(lines))
    left = sum(len(lines) for _, lines in steps[STEPS:])
    if left:
        said.append(voice.say("bulk.more", n=left))
    if placed:
        said.append(voice.say("bulk.by_place", n=len(placed)))
    press = Press(Verb.assign, (view.notice_id, words))
    sure = button(voice, "assign", press, "primary", n=total)
    return one_page(said, keyboard([sure, back(voice, view.notice_id, "leave")]))


def orders(voice: Voice, do: Orders) -> str:
    """What a bulk step does to each of its clauses."""
    said = []
    if do.owners is not None:
        names = [
            voice.plain("bulk.named", name=cut(name, 30), role=voice.term(role))
            for name, role in do.owners
        ]
        said.append(voice.plain("bulk.owners", names=voice.listed(names) or "—"))
    if do.deadline is not None:
        said.append(voice.plain("bulk.limit", day=f"{do.deadline:%Y-%m-%d}"))
    if do.follow_up is not None:
        said.append(voice.plain("bulk.follow_up", how=voice.term(do.follow_up)))
    if do.waive is not None:
        said.append(voice.plain("bulk.waive", reason=why_waived(voice, do.waive, do.reason)))
    return voice.listed(said)


def why_waived(voice: Voice, why: WaiveReason | None, reason: str | None) -> str:
    """The reason of a waiver, with what was said beyond it."""
    said = [] if why in (None, WaiveReason.other) else [voice.term(why)]
    if reason:
        said.append(cut(reason, 80))
    return voice.plain("lists.comma").join(said)


def back(voice: Voice, notice_id: int, key: str = "back") -> Button:
    """The button that leads back to the card of the draft."""
    return button(voice, key, Press(Verb.draft, (notice_id,)))


def _filter(voice: Voice, view: DraftView, which: Filter, n: int) -> Button:
    press = Press(Verb.clauses, (view.notice_id, 0), which)
    return button(voice, f"filter_{which.value}", press, n=n)


def _typed(voice: Voice, name: str, view: DraftView) -> Button:
    return button(voice, name, Press(Verb.typed, (view.notice_id, view.revision), name))
