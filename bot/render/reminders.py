"""PURE. What is said unasked: the digest of a person, the slips of a head."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.callbacks import Press, Verb
from bot.render.buttons import (
    button,
    consolidating,
    expecting,
    joint,
    keyboard,
    openers,
    signing,
)
from bot.render.lines import late, left, marked, reading, warning
from bot.render.message import Button, Message
from bot.render.ownership import cooperated
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief
from tasks.due import SLIPS, StepKind
from tasks.services.snoozing import NEVER, Later
from tasks.views.cards import CardView, unsigned
from tasks.views.readings import Unconfirmed
from tasks.views.reminders import Digest, DigestItem, SlipView
from tasks.vocabulary import PartRole
from tasks.workflow import Action

READINGS = 5
"""Readings that one digest offers to confirm; the others are confirmed on their receipts."""

EXPECTED = 3
"""Tasks for which one digest offers days; the others offer theirs on their card."""


def digest(voice: Voice, said: Digest) -> tuple[Message, ...]:
    """【待办提醒】: what each task needs, the most urgent first."""
    half = voice.plain("digest.forenoon" if said.forenoon else "digest.afternoon")
    day = voice.day(said.today)
    lines = [voice.say("digest.title", day=day, half=half, n=len(said.items))]
    asked: dict[tuple[str, str], list[DigestItem]] = {}
    for item in said.items:
        asked.setdefault((_mark(voice, item), _asks(voice, item, said.today)), []).append(item)
    for (_, ask), items in asked.items():
        numbers = voice.tasks(item.card.task.number for item in items)
        line = voice.say("digest.line", tasks=numbers, ask=ask)
        lines.append(marked(voice, items[0].card.task, line))
        lines += [_issued(voice, item.slip) for item in items if item.slip is not None]
        for item in items:
            lines += cooperated(voice, item.helped) if item.helped is not None else []
    lines += _how(voice, said)
    near = [
        item.card
        for item in said.items
        if item.card.chips and not _holds(_promised(item.card), said.today)
    ][:EXPECTED]
    if near:
        lines.append(voice.say("extension.by_when"))
    if any(item.kind is not StepKind.sign for item in said.items):
        lines.append(voice.say("digest.stops"))
    waiting = said.unconfirmed[:READINGS]
    lines += [
        voice.say("reporting.unconfirmed", task=one.task, said=_read(voice, one, said.today))
        for one in waiting
    ]
    for slip in said.slips:
        lines += [Html(""), *_slip(voice, slip)]
    cards = [item.card for item in said.items]
    headed = [slip.task for slip in said.slips]
    planned = [card.task.number for card in cards if Action.no_change in card.actions]
    helping = [card.task.number for card in cards if Action.nothing_to_add in card.actions]
    leading = [item.card.task.number for item in said.items if item.helped is not None]
    may_wait = [item.card.task.number for item in said.items if item.kind not in NEVER]
    later = joint(voice, "snooze", Verb.snooze, may_wait)[:1]
    return fit(
        lines,
        keyboard(
            openers(voice, [*(card.task.number for card in cards), *headed]),
            *(expecting(voice, card, numbered=len(cards) > 1) for card in near),
            [consolidating(voice, number) for number in leading],
            joint(voice, "no_change_all", Verb.no_change, planned, "success"),
            joint(voice, "nothing_to_add_all", Verb.nothing_to_add, helping, "success"),
            [
                button(voice, "confirm_one", Press(Verb.confirm, (one.report.id,)), task=one.task)
                for one in waiting
            ],
            signing(voice, cards, unsigned(cards), only=True),
            later,
            _read_slips(voice, said.slips),
        ),
    )


def snooze(
    voice: Voice, numbers: Sequence[int], choices: Sequence[tuple[Later, datetime]]
) -> tuple[Message, ...]:
    """稍后提醒: when these tasks may be recalled again."""
    line = voice.say("snooze.ask", tasks=voice.tasks(numbers))
    rows = [
        joint(voice, f"snooze_{later.value}", Verb.snooze, numbers, name=later.value, at=at)
        for later, at in choices
    ]
    return fit([line], keyboard(*rows))


def _read(voice: Voice, one: Unconfirmed, today: date) -> Html:
    return reading(voice, one.report, today)


def slips(voice: Voice, issued: Sequence[SlipView]) -> tuple[Message, ...]:
    """督办单, to the head of a department: the day's slips in one message."""
    lines: list[Html] = []
    for slip in issued:
        if lines:
            lines.append(Html(""))
        lines += _slip(voice, slip)
    lines.append(voice.signature())
    numbers = list(dict.fromkeys(slip.task for slip in issued))
    if len(numbers) == 1:
        report = button(voice, "report_slip", Press(Verb.report, (numbers[0],)), "primary")
        delegate = button(voice, "delegate", Press(Verb.delegate, (numbers[0],)))
        read = _read_slips(voice, issued)
        return fit(lines, keyboard([*read, delegate, report, *openers(voice, numbers)]))
    return fit(lines, keyboard(_read_slips(voice, issued), openers(voice, numbers)))


def _read_slips(voice: Voice, issued: Sequence[SlipView]) -> list[Button]:
    """已阅, for all of them at once."""
    return joint(voice, "read_slip", Verb.read_slip, [slip.id for slip in issued])


def _mark(voice: Voice, item: DigestItem) -> str:
    # Each slip, and what the others answered, stands under its own task.
    alone = item.slip is not None or item.helped is not None
    number = str(item.card.task.number) if alone else ""
    return f"{warning(item.card.task)} {number}"


def _asks(voice: Voice, item: DigestItem, today: date) -> str:
    card = item.card
    if item.kind is StepKind.overdue or item.kind in SLIPS:
        return _overdue(voice, card, today)
    if item.kind is StepKind.limit and item.by is not None:
        if item.by == today:
            return voice.plain("digest.limit_today")
        rest = left(voice, card)
        told = {"day": voice.day(item.by, today), "rest": rest}
        promised = _promised(card)
        if promised is None:
            return voice.plain("digest.limit", **told)
        return voice.plain("digest.limit_promised", promised=voice.short(promised, today), **told)
    if item.kind is StepKind.node and item.by is not None:
        key = "node_passed" if item.by < today else "node"
        return voice.plain(f"digest.{key}", title=item.node, day=voice.short(item.by, today))
    if item.kind in (StepKind.period, StepKind.last_call):
        length = voice.plain("digest.month" if card.task.due is not None else "digest.quarter")
        last = "last_call" if item.kind is StepKind.last_call else "period"
        if item.by is None or item.by == today:
            return voice.plain(f"digest.{last}_today", period=length)
        return voice.plain(f"digest.{last}", day=voice.in_month(item.by, today), period=length)
    key = "arrangements" if item.kind is StepKind.arrangements else "sign"
    return voice.plain(f"digest.{key}")


def _overdue(voice: Voice, card: CardView, today: date) -> str:
    told = late(voice, card.task.overdue_for)
    promised = _promised(card)
    if promised is None:
        return voice.plain("digest.overdue", late=told)
    key = "promised" if _holds(promised, today) else "promise_passed"
    return voice.plain(f"digest.{key}", late=told, day=voice.short(promised, today))


def _promised(card: CardView) -> date | None:
    """By when the department said last that the work will be done."""
    said = None if card.own is None else card.own.said
    return None if said is None else said.expected


def _holds(promised: date | None, today: date) -> bool:
    return promised is not None and promised >= today


def _issued(voice: Voice, slip: SlipView) -> Html:
    facts = {"year": slip.year, "number": slip.number, "level": slip.level}
    return voice.say("digest.slip", day=voice.day(slip.answer_by), **facts)


def _how(voice: Voice, said: Digest) -> list[Html]:
    """How to answer in words, with the person's own numbers."""
    words = [item.card for item in said.items if item.kind is not StepKind.sign]
    if not words:
        return []
    planned = next((card for card in reversed(words) if _may_plan(card)), None)
    other = next((card for card in words if card is not planned), None)
    if planned is None:
        by_day = next((card for card in words if _may_end_with_the_month(card, said.today)), None)
        if by_day is not None:
            return [voice.say("digest.how", task=by_day.task.number)]
        dated = next((card for card in words if card.task.due is not None), None)
        if dated is not None:
            return [voice.say("digest.how_percent", task=dated.task.number)]
        return [voice.say("digest.how_standing", task=words[0].task.number)]
    if other is None:
        return [voice.say("digest.how_planned", task=planned.task.number)]
    return [voice.say("digest.how_both", task=other.task.number, planned=planned.task.number)]


def _may_end_with_the_month(card: CardView, today: date) -> bool:
    """Whether 预计月底完成 is no answer that breaks a limit: with none left, or a later one."""
    due = card.task.due
    if due is None:
        return False
    return card.task.overdue or (due.year, due.month) > (today.year, today.month)


def _may_plan(card: CardView) -> bool:
    return Action.no_change in card.actions


def _slip(voice: Voice, slip: SlipView) -> list[Html]:
    issued = {"year": slip.year, "number": slip.number, "level": slip.level}
    each = slip.role is not PartRole.lead
    lines = [
        voice.say("slip.title", **issued),
        voice.say("slip.to", department=slip.department),
        voice.say(
            "slip.each" if each else "slip.lead",
            task=slip.task,
            text=brief(slip.text, 40),
            day=voice.day(slip.due, slip.answer_by),
            late=late(voice, slip.days),
        ),
    ]
    if slip.reminded:
        unheard = slip.answered_on is None or slip.answered_on < slip.reminded[0]
        key = "slip.unheard" if unheard else "slip.reminded"
        lines.append(voice.say(key, days=voice.days(slip.reminded)))
    if slip.answered_on is not None:
        lines.append(voice.say("slip.heard", day=voice.day(slip.answered_on, slip.answer_by)))
    lines.append(voice.say("slip.ask", day=voice.day(slip.answer_by)))
    return lines
