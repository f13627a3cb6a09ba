"""PURE. Buttons and their rows: readable on a phone, never more than Telegram takes."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from bot.callbacks import Press, Verb, encode, fits
from bot.render.message import MAX_BUTTONS, Button, Keyboard, Style
from bot.render.voice import Voice
from bot.render.wording import width
from tasks.gate import Step
from tasks.views.cards import CardView
from tasks.vocabulary import ENDED_STATES
from tasks.workflow import Action

MAX_IN_ROW = 8
"""Buttons beside each other (python-telegram-bot: InlineKeyboardMarkupLimit)."""

ROW = 40
"""Cells of a row on a phone; all its buttons are as wide as the widest."""

FRAME = 3
"""Cells that the edge of a button takes."""

OPENED = 64
"""Tasks that one list offers to open; any other is reached by its number."""

NAMED = 3
"""Task numbers that a label names before it says how many there are."""

_STYLES: dict[Action, Style] = {
    Action.sign: "primary",
    Action.no_change: "success",
    Action.nothing_to_add: "success",
    Action.close: "success",
    Action.send_back: "danger",
    Action.grant: "success",
    Action.refuse: "danger",
}


def _task(card: CardView) -> int | None:
    return card.task.number


def _own_last(card: CardView) -> int | None:
    own = card.own
    return None if own is None or own.last is None else own.last.id


def _judged(card: CardView) -> int | None:
    return card.judged


def _request(card: CardView) -> int | None:
    return None if card.request is None else card.request.id


def _about(card: CardView) -> int | None:
    return None if card.about is None else card.about.id


_PRESSES: dict[Action, tuple[Verb, Callable[[CardView], int | None]]] = {
    Action.sign: (Verb.sign, _task),
    Action.no_change: (Verb.no_change, _task),
    Action.report: (Verb.report, _task),
    Action.submit: (Verb.submit, _task),
    Action.withdraw: (Verb.withdraw, _task),
    Action.endorse: (Verb.endorse, _own_last),
    Action.pause: (Verb.pause, _task),
    Action.resume: (Verb.resume, _task),
    Action.cancel: (Verb.cancel, _task),
    Action.reopen: (Verb.reopen, _task),
    Action.close: (Verb.close, _judged),
    Action.send_back: (Verb.send_back, _judged),
    Action.nothing_to_add: (Verb.nothing_to_add, _task),
    Action.extend: (Verb.extend, _task),
    Action.grant: (Verb.grant, _request),
    Action.refuse: (Verb.refuse, _request),
    Action.forward: (Verb.forward, _request),
    Action.decline: (Verb.decline, _task),
    Action.delegate: (Verb.delegate, _task),
    Action.record: (Verb.record, _task),
    Action.reassign: (Verb.reassign, _about),
    Action.refuse_decline: (Verb.refuse_decline, _judged),
}
"""What a button for an action carries: the verb, and the number of what it is about."""


def button(
    voice: Voice, key: str, press: Press, style: Style | None = None, /, **facts: Any
) -> Button:
    """A button labelled with a sentence of the catalogue's table `button`."""
    return Button(voice.plain(f"button.{key}", **facts), encode(press), style)


def view(voice: Voice, key: str, name: str, /, *ids: int, **facts: Any) -> Button:
    """A button that shows a view."""
    return button(voice, key, Press(Verb.view, ids, name), **facts)


def keyboard(*groups: Iterable[Button]) -> Keyboard:
    """The groups below each other, each in as few rows as can be read."""
    rows: list[tuple[Button, ...]] = []
    left = MAX_BUTTONS
    for group in groups:
        row: list[Button] = []
        for one in islice(group, left):
            left -= 1
            if row and (len(row) == MAX_IN_ROW or _cells([*row, one]) > ROW):
                rows.append(tuple(row))
                row = []
            row.append(one)
        if row:
            rows.append(tuple(row))
    return tuple(rows)


def openers(voice: Voice, numbers: Iterable[int]) -> list[Button]:
    """A button per task, labelled with the bare number, that opens its card."""
    return _per_task(voice, numbers, lambda number: Press(Verb.open, (number,)))


def choices(voice: Voice, numbers: Iterable[int], words: int) -> list[Button]:
    """A button per task that says: those words are for this one."""
    return _per_task(voice, numbers, lambda number: Press(Verb.choose, (number, words)))


def _per_task(voice: Voice, numbers: Iterable[int], press: Callable[[int], Press]) -> list[Button]:
    return [
        button(voice, "open", press(number), task=number)
        for number in islice(dict.fromkeys(numbers), OPENED)
    ]


def joint(
    voice: Voice,
    key: str,
    verb: Verb,
    numbers: Sequence[int],
    style: Style | None = None,
    *,
    name: str = "",
    **facts: Any,
) -> list[Button]:
    """One button for all these tasks, or as few as their data allows."""
    return [
        button(voice, key, Press(verb, chunk, name), style, tasks=_named(voice, chunk), **facts)
        for chunk in chunks(numbers, lambda chunk: Press(verb, chunk, name))
    ]


def chunks(ids: Sequence[int], press: Callable[[tuple[int, ...]], Press]) -> list[tuple[int, ...]]:
    """The ids in their order, cut where their press would no longer fit."""
    found: list[tuple[int, ...]] = []
    for number in ids:
        if found and fits(press((*found[-1], number))):
            found[-1] = (*found[-1], number)
        else:
            found.append((number,))
    return found


def signing(
    voice: Voice, cards: Iterable[CardView], unsigned: Iterable[int], *, only: bool = False
) -> list[Button]:
    """签收 of a single task, 全部签收 per notice with more than one that waits. `only`: it signs
    just these, where the message does not show all that wait."""
    waiting = set(unsigned)
    notices: dict[int, list[CardView]] = {}
    for card in cards:
        if card.task.number in waiting:
            notices.setdefault(card.task.notice_id, []).append(card)
    found = []
    for notice_id, held in notices.items():
        numbers = tuple(card.task.number for card in held)
        if len(numbers) == 1:
            press = Press(Verb.sign, numbers)
            key = "sign" if len(notices) == 1 else "sign_one"
        else:
            press = Press(Verb.sign, numbers)
            if not only or not fits(press):
                press = Press(Verb.sign_all, (notice_id,))
            key = "sign_all" if len(notices) == 1 else "sign_all_of"
        found.append(
            button(
                voice,
                key,
                press,
                "primary",
                tasks=_named(voice, numbers),
                notice=held[0].task.notice,
            )
        )
    return found


_FRONT: tuple[tuple[Action, ...], ...] = (
    (Action.sign, Action.no_change, Action.nothing_to_add, Action.report),
    (Action.submit, Action.extend, Action.decline, Action.endorse, Action.withdraw),
    (Action.close, Action.send_back),
    (Action.grant, Action.refuse, Action.forward),
    (Action.reassign, Action.refuse_decline),
    (Action.resume, Action.reopen),
    (Action.cancel,),
)
"""The rows of a card as a thumb finds them; every other action stands behind 更多."""


def acting(voice: Voice, card: CardView) -> list[Button]:
    """What the viewer may do now, exactly the actions of the card, and 催办."""
    return [one for row in _front(voice, card) for one in row] + _rarer(voice, card)


def card_keys(voice: Voice, card: CardView, more: bool) -> Keyboard:
    """The buttons of a card: what is done often, and behind 更多 what is not."""
    number = card.task.number
    front = [row for row in _front(voice, card) if row]
    if not more:
        unfold = button(voice, "more", Press(Verb.more, (number,)))
        return keyboard(*front[:-1], [*(front[-1] if front else ()), unfold])
    behind = [
        *_rarer(voice, card),
        *_by_hand(voice, card),
        view(voice, "log", "task_log", number),
        view(voice, "original", "task_text", number),
    ]
    return keyboard(*front, behind, [button(voice, "less", Press(Verb.more, (number,)))])


def _by_hand(voice: Voice, card: CardView) -> list[Button]:
    """What the office does to a task by hand, and the milestones for those who meet them."""
    number = (card.task.number,)
    nodes = button(voice, "nodes", Press(Verb.nodes, number))
    if not card.by_hand:
        return [nodes] if card.own is not None and card.task.nodes else []
    leader = button(voice, "leader", Press(Verb.attach_leader, number, "task"))
    if card.task.state in ENDED_STATES:
        return [leader]
    return [
        button(voice, "edit_limit", Press(Verb.edit_task, number, "limit")),
        button(voice, "edit_text", Press(Verb.edit_task, number, "text")),
        nodes,
        leader,
    ]


def _front(voice: Voice, card: CardView) -> list[list[Button]]:
    rows = [_buttons(voice, card, [one for one in row if _is_front(card, one)]) for row in _FRONT]
    if card.request is not None:
        steps = [step for step in card.request.steps if step not in _ON_CARD]
        rows[1] += request_buttons(voice, card.request.id, steps)
    if card.chips:
        rows.insert(0, expecting(voice, card))
    if card.consolidates:
        rows[0].append(consolidating(voice, card.task.number))
    if card.late and card.by_hand:
        rows[-1].insert(0, button(voice, "escalate", Press(Verb.escalate, (card.task.number,))))
    if card.nudgeable:
        rows[-1].insert(0, button(voice, "nudge", Press(Verb.nudge, (card.task.number,))))
    return rows


def _rarer(voice: Voice, card: CardView) -> list[Button]:
    return _buttons(voice, card, [one for one in card.actions if not _is_front(card, one)])


def _is_front(card: CardView, action: Action) -> bool:
    if action is Action.reassign:
        # Unasked it is rare; asked for it stands beside its refusal.
        return Action.refuse_decline in card.actions
    return any(action in row for row in _FRONT)


def _buttons(voice: Voice, card: CardView, actions: Iterable[Action]) -> list[Button]:
    found = []
    for action in actions:
        if action not in card.actions or action not in _PRESSES:
            continue
        verb, number_of = _PRESSES[action]
        about = number_of(card)
        if about is not None:
            found.append(button(voice, action.value, Press(verb, (about,)), _STYLES.get(action)))
    return found


def consolidating(voice: Voice, number: int) -> Button:
    """What the cooperating departments of that task answered."""
    return button(voice, "consolidate", Press(Verb.consolidate, (number,)), task=number)


_STEPS: dict[Step, tuple[str, Verb, Style | None]] = {
    Step.endorse: ("endorse_request", Verb.endorse_request, "primary"),
    Step.give_back: ("return_request", Verb.return_request, "danger"),
    Step.grant: ("grant", Verb.grant, "success"),
    Step.forward: ("forward", Verb.forward, "primary"),
    Step.refuse: ("refuse", Verb.refuse, "danger"),
    Step.withdraw: ("withdraw_request", Verb.withdraw_request, None),
}
_ON_CARD = frozenset({Step.grant, Step.forward, Step.refuse})
"""Steps of a request that are moves of its part, and buttons of a card as such."""


def request_buttons(voice: Voice, request: int, steps: Iterable[Step]) -> list[Button]:
    """What may be done with a request for more time."""
    return [
        button(voice, key, Press(verb, (request,)), style)
        for key, verb, style in (_STEPS[step] for step in steps)
    ]


def expecting(voice: Voice, card: CardView, *, numbered: bool = False) -> list[Button]:
    """预计何时完成: the days that one tap can say; 其他 to type another. `numbered`: with the
    task's number, where buttons of several tasks stand together."""
    number = card.task.number
    key = "expect_of" if numbered else "expect"
    found = [
        button(
            voice,
            key,
            Press(Verb.expect, (number, chip.day.toordinal())),
            task=number,
            name=voice.term(chip.kind),
        )
        for chip in card.chips
    ]
    other = voice.plain("button.other")
    return [*found, button(voice, key, Press(Verb.expect, (number,)), task=number, name=other)]


def _named(voice: Voice, numbers: Sequence[int]) -> str:
    if len(numbers) <= NAMED:
        return voice.listed(f"{number}" for number in numbers)
    return voice.plain(
        "button.many", tasks=voice.listed(f"{number}" for number in numbers[:2]), n=len(numbers)
    )


def _cells(row: Sequence[Button]) -> int:
    return len(row) * (max(width(one.label) for one in row) + FRAME)
