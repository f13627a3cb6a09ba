"""PURE. One clause or sentence of a draft: what it says, whose it is, what can be done with it.

Every message here is edited in place, so each is one page. The buttons are those that make
sense in the clause's state; each carries the version that is shown.
"""

from collections.abc import Iterable

from bot.callbacks import Press, Verb, encode
from bot.render.buttons import button, keyboard
from bot.render.drafts import back, why_waived
from bot.render.message import Button, Message
from bot.render.paging import one_page
from bot.render.voice import Voice
from bot.render.wording import Html, cut
from tasks.services.notices import Stays
from tasks.views.drafts import ClauseView, PassageView
from tasks.views.names import OwnerView
from tasks.vocabulary import ClauseKind, ClauseState, FollowUp, PassageState, WaiveReason

LONG = 1500
"""Cells of a clause's text on its card."""

PIECE, PIECES = 120, 24
"""Cells of a sentence where a clause is split, and how many sentences are listed."""

OWNERS = 12
"""Owners that a card names."""

REASONS = (WaiveReason.principle, WaiveReason.not_ours, WaiveReason.duplicate)
"""What is offered in one tap; any other reason is typed."""


def clause(voice: Voice, view: ClauseView) -> tuple[Message, ...]:
    """A clause with everything that will become of it."""
    line = view.line
    lines = [
        voice.say(
            "clause.title",
            number=line.number,
            section=line.section or "",
            place=view.place,
            of=view.of,
        ),
        voice.say("clause.text", text=cut(line.text, LONG)),
    ]
    if view.original is not None:
        lines.append(voice.say("clause.edited"))
    lines.append(voice.say("clause.kind", kind=voice.term(line.kind)))
    lines += _owners(voice, line.owners)
    lines.append(_limit(voice, view))
    if line.recurrence:
        lines.append(voice.say("clause.recurrence", words=cut(line.recurrence, 40)))
    lines.append(voice.say("clause.follow_up", how=voice.term(line.follow_up)))
    lines += _state(voice, view)
    return one_page(lines, keyboard(*_actions(voice, view), _moves(voice, view)))


def _owners(voice: Voice, owners: Iterable[OwnerView]) -> list[Html]:
    found = list(owners)
    if not found:
        return [voice.say("clause.no_owner")]
    lines = []
    for one in found[:OWNERS]:
        facts = {"role": voice.term(one.role), "name": cut(one.name, 40)}
        if one.department is not None and one.department != one.name:
            lines.append(voice.say("clause.means", department=cut(one.department, 30), **facts))
        elif one.department is None and one.resembles:
            called = cut(one.resembles[0][1], 30)
            lines.append(voice.say("clause.unsure", department=called, **facts))
        elif one.department is None and not one.is_class:
            lines.append(voice.say("clause.new", **facts))
        else:
            lines.append(voice.say("clause.owner", **facts))
    if len(found) > OWNERS:
        lines.append(voice.say("clause.more_owners", n=len(found) - OWNERS))
    return lines


def _limit(voice: Voice, view: ClauseView) -> Html:
    line = view.line
    literal = cut(line.deadline_text or "", 40)
    if line.deadline is None:
        return voice.say("clause.literal" if literal else "clause.no_limit", words=literal)
    day = voice.day(line.deadline, view.today)
    return voice.say("clause.limit_read" if literal else "clause.limit", day=day, words=literal)


def _state(voice: Voice, view: ClauseView) -> list[Html]:
    line = view.line
    if line.state is ClauseState.issued:
        return [voice.say("clause.issued", task=line.task or 0)]
    if line.state is ClauseState.waived:
        return [_waived(voice, line.waived_as, line.reason)]
    if line.state is ClauseState.merged:
        return [voice.say("clause.merged", number=line.merged_into or 0)]
    if line.as_overdue:
        return [voice.say("clause.as_overdue")]
    return [] if line.stays is None else [voice.say(f"clause.stays_{line.stays.value}")]


def _waived(voice: Voice, why: WaiveReason | None, reason: str | None) -> Html:
    return voice.say("clause.waived", reason=why_waived(voice, why, reason))


def _actions(voice: Voice, view: ClauseView) -> list[list[Button]]:
    line = view.line
    seen = (line.id, line.version)
    if line.state is ClauseState.issued and line.task is not None:
        return [[button(voice, "open_task", Press(Verb.open, (line.task,)), task=line.task)]]
    if line.state is ClauseState.waived:
        return [[_step(voice, "reopen", seen, "restore")]]
    if line.state is not ClauseState.open:
        return []
    first: list[Button] = []
    owners = [_typed(voice, "owners", seen, "owners")]
    limit = [_typed(voice, "limit", seen, "limit")]
    if line.stays is Stays.past_limit:
        first = [
            _typed(voice, "limit", seen, "new_limit"),
            _step(voice, "no_limit", seen),
            _step(voice, "overdue", seen, "keep_overdue"),
        ]
        limit = []
    elif line.stays is Stays.collective or line.kind is ClauseKind.collective_duty:
        first = [
            _step(voice, "waive=information", seen, "information"),
            _menu(voice, "each", line.id),
            _typed(voice, "owners", seen, "lead"),
        ]
        owners = []
    second = [*owners, *limit, _typed(voice, "text", seen, "text")]
    third = [_menu(voice, "follow", line.id), _menu(voice, "waive", line.id)]
    if view.mergeable is not None:
        other = view.mergeable
        press = Press(Verb.step, (*seen, other[0], other[1]), "merge")
        third.append(button(voice, "merge", press, number=other[2]))
    if len(view.sentences) > 1:
        third.append(_menu(voice, "split", line.id))
    if view.original is not None:
        third.append(_menu(voice, "original", line.id))
    return [first, second, third]


def _moves(voice: Voice, view: ClauseView) -> list[Button]:
    moves = []
    if view.before is not None:
        moves.append(button(voice, "before", Press(Verb.clause, (view.before,))))
    if view.after is not None:
        moves.append(button(voice, "after", Press(Verb.clause, (view.after,))))
    return [*moves, back(voice, view.notice_id)]


def waiving(voice: Voice, view: ClauseView) -> tuple[Message, ...]:
    """Why a clause is not followed up."""
    seen = (view.line.id, view.line.version)
    reasons = [_step(voice, f"waive={why.value}", seen, f"reason_{why.value}") for why in REASONS]
    reasons.append(_step(voice, "waive=information", seen, "information"))
    reasons.append(_typed(voice, "waive", seen, "other_reason"))
    return one_page([_head(voice, view), voice.say("clause.why")], _under(voice, view, reasons))


def following(voice: Voice, view: ClauseView) -> tuple[Message, ...]:
    """How a clause is followed up."""
    seen = (view.line.id, view.line.version)
    ways = [
        Button(voice.term(way), encode(Press(Verb.step, seen, f"follow={way.value}")))
        for way in FollowUp
    ]
    return one_page([_head(voice, view), voice.say("clause.how")], _under(voice, view, ways))


def splitting(voice: Voice, view: ClauseView) -> tuple[Message, ...]:
    """Before which sentence a clause is cut."""
    line = view.line
    lines = [_head(voice, view), voice.say("clause.where")]
    cuts = []
    for at, (start, end) in enumerate(view.sentences[:PIECES], start=1):
        lines.append(voice.say("clause.piece", n=at, text=cut(line.text[start:end], PIECE)))
        if at > 1:
            press = Press(Verb.split_at, (line.id, line.version, at - 1))
            cuts.append(button(voice, "cut", press, n=at))
    if len(view.sentences) > PIECES:
        lines.append(voice.say("lists.rest", n=len(view.sentences) - PIECES))
    press = Press(Verb.split_at, (line.id, line.version, 0))
    cuts.append(button(voice, "cut_all", press))
    return one_page(lines, _under(voice, view, cuts))


def scope(voice: Voice, view: ClauseView, departments: Iterable[str]) -> tuple[Message, ...]:
    """Whom a collective duty is asked of."""
    known = list(departments)
    seen = (view.line.id, view.line.version)
    lines = [
        _head(voice, view),
        voice.say("clause.scope", n=len(known), names=voice.names(known, 20)),
    ]
    every = button(voice, "each_known", Press(Verb.step, seen, "each"), n=len(known))
    some = _typed(voice, "each", seen, "each_typed")
    return one_page(lines, _under(voice, view, [every, some] if known else [some]))


def found(
    voice: Voice, view: ClauseView, words: str, departments: Iterable[tuple[int, str]]
) -> tuple[Message, ...]:
    """Departments that typed words may mean."""
    line = view.line
    offers = [
        Button(
            cut(name, 30).strip() or f"({key})",
            encode(Press(Verb.step, (line.id, line.version, key), "lead")),
        )
        for key, name in departments
    ]
    key = "clause.found" if offers else "clause.found_none"
    return one_page(
        [_head(voice, view), voice.say(key, words=cut(words, 40))], _under(voice, view, offers)
    )


def original(voice: Voice, view: ClauseView) -> tuple[Message, ...]:
    """What the notice says where a clause was edited."""
    text = view.original if view.original is not None else view.line.text
    lines = [_head(voice, view), voice.say("clause.original", text=cut(text, LONG))]
    return one_page(lines, _under(voice, view, []))


def passage(voice: Voice, view: PassageView) -> tuple[Message, ...]:
    """A sentence that looks like a duty and is no clause yet."""
    lines = [voice.say("passage.title", label=cut(view.notice, 40), place=view.place, of=view.of)]
    lines.append(voice.say("clause.text", text=cut(view.text, LONG)))
    lines.append(voice.say(f"passage.{view.state.value}"))
    seen = (view.id, view.version)
    first, second, every = [], [], []
    if view.state is PassageState.open:
        first.append(_step(voice, "map", seen))
        if view.near is not None:
            press = Press(Verb.step, (*seen, view.near[0], view.near[1]), "attach")
            first.append(button(voice, "attach", press, number=view.near[2]))
        second = [
            _step(voice, f"drop={why.value}", seen, f"reason_{why.value}") for why in REASONS
        ]
        second.append(_typed(voice, "drop", seen, "other_reason"))
        if view.of > 1:
            both = (view.notice_id, view.revision)
            every = [
                button(voice, "all_mapped", Press(Verb.all, both, "map"), n=view.of),
                *(
                    button(
                        voice,
                        f"all_{why.value}",
                        Press(Verb.all, both, f"drop={why.value}"),
                        n=view.of,
                    )
                    for why in REASONS
                ),
            ]
    moves = []
    if view.after is not None:
        moves.append(button(voice, "next_passage", Press(Verb.passage, (view.after,))))
    moves.append(back(voice, view.notice_id))
    return one_page(lines, keyboard(first, second, every, moves))


def _head(voice: Voice, view: ClauseView) -> Html:
    text = cut(view.line.text, 160)
    return voice.say("clause.head", number=view.line.number, text=text)


def _under(
    voice: Voice, view: ClauseView, buttons: list[Button]
) -> tuple[tuple[Button, ...], ...]:
    home = button(voice, "back", Press(Verb.clause, (view.line.id,)))
    return keyboard(buttons, [home])


def _step(voice: Voice, name: str, seen: tuple[int, int], key: str | None = None) -> Button:
    return button(voice, key or name, Press(Verb.step, seen, name))


def _typed(voice: Voice, name: str, seen: tuple[int, int], key: str) -> Button:
    return button(voice, f"type_{key}", Press(Verb.typed, seen, name))


def _menu(voice: Voice, name: str, clause_id: int) -> Button:
    return button(voice, f"menu_{name}", Press(Verb.menu, (clause_id,), name))
