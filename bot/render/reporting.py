"""PURE. 报进展: what was said last, what can be chosen now, and the words it becomes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard
from bot.render.choices import Chosen as Chosen
from bot.render.choices import assembled as assembled
from bot.render.choices import chosen_of as chosen_of
from bot.render.lines import reading, short_name, title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, cut
from tasks.chips import Chip
from tasks.views.cards import CardView
from tasks.views.standings import PartView

PERCENTS = (30, 50, 70, 90)
PROBLEMS = ("none", "funds", "approval", "partner")


def composer(
    voice: Voice, card: CardView, facts: Mapping[str, Any], days: Sequence[Chip]
) -> tuple[Message, ...]:
    """The message in which a report is put together."""
    chosen, field, row = chosen_of(facts), facts.get("field"), int(facts["row"])
    lines = [title(voice, card.task), voice.say("reporting.how")]
    last = None if card.own is None else card.own.words
    if last is not None:
        day = voice.short(voice.cal.local_date(last.said_at), card.today)
        said = reading(voice, last, card.today) or cut(last.text, 60)
        lines.append(voice.say("reporting.last", day=day, said=said))
        if last.next_step:
            lines.append(voice.say("reporting.last_next", text=cut(last.next_step, 60)))
    lines += _chosen(voice, chosen, card.today)
    if field is not None:
        lines.append(voice.say(f"reporting.type_{field}"))
    number = card.task.number
    groups = [
        _percents(voice, card.own, chosen, number, row),
        _days(voice, chosen, days, number, row),
    ]
    further = [*_problems(voice, chosen, number, row)]
    further += [button(voice, "pick_next", Press(Verb.chip, (number, row), "next"))]
    if last is not None:
        further.append(button(voice, "pick_same", Press(Verb.chip, (number, row), "same")))
    send = Press(Verb.chip, (number, row), "send")
    sending = [button(voice, "pick_send", send, "success")] if chosen else []
    return fit(lines, keyboard(*groups, further, sending))


def closed(voice: Voice, number: int) -> tuple[Message, ...]:
    """The same once it was answered or left."""
    return fit([voice.say("reporting.closed", task=number)])


def which(voice: Voice, number: int, parts: Sequence[PartView], words: int) -> tuple[Message, ...]:
    """Which department said it on the telephone."""
    buttons = [
        button(
            voice,
            "record_of",
            Press(Verb.record, (part.id, words)),
            name=short_name(part.department),
        )
        for part in parts
    ]
    return fit([voice.say("reporting.which", task=number)], keyboard(buttons))


def _chosen(voice: Voice, chosen: Chosen, today: date) -> list[Html]:
    lines = []
    if chosen.percent is not None:
        lines.append(voice.say("reporting.percent", percent=chosen.percent))
    if chosen.expected is not None:
        lines.append(voice.say("reporting.expected", day=voice.day(chosen.expected, today)))
    if chosen.problem is not None:
        words = cut(chosen.problem, 60) or voice.plain("reporting.none")
        lines.append(voice.say("reporting.problem", problem=words))
    if chosen.next_step is not None:
        lines.append(voice.say("reporting.next", text=cut(chosen.next_step, 60)))
    return lines


def _chip(
    voice: Voice, key: str, name: str, ids: tuple[int, ...], picked: bool, **facts: Any
) -> Button:
    label = voice.plain(f"button.{key}", **facts)
    pressed = Press(Verb.chip, ids, name)
    if picked:
        return button(voice, "picked", pressed, "primary", label=label)
    return button(voice, "pick_label", pressed, label=label)


def _percents(
    voice: Voice, own: PartView | None, chosen: Chosen, number: int, row: int
) -> list[Button]:
    """Never below what was said last: who has to say less types it."""
    known = None if own is None else own.percent
    offered = {one for one in PERCENTS if known is None or one >= known}
    if known is not None:
        offered.add(known)
    if chosen.percent is not None:
        offered.add(chosen.percent)
    return [
        _chip(
            voice,
            "pick_percent",
            "percent",
            (number, row, one),
            one == chosen.percent,
            percent=one,
        )
        for one in sorted(offered)
    ]


def _days(
    voice: Voice, chosen: Chosen, days: Sequence[Chip], number: int, row: int
) -> list[Button]:
    found = [
        _chip(
            voice,
            "pick_day",
            "expected",
            (number, row, one.day.toordinal()),
            one.day == chosen.expected,
            kind=one.kind,
            day=voice.short(one.day),
        )
        for one in days
    ]
    other = Press(Verb.chip, (number, row), "other_day")
    return [*found, button(voice, "pick_other_day", other)]


def _problems(voice: Voice, chosen: Chosen, number: int, row: int) -> list[Button]:
    found = []
    for name in PROBLEMS:
        words = "" if name == "none" else voice.plain(f"reporting.{name}")
        key, picked = f"pick_{name}", chosen.problem == words
        found.append(_chip(voice, key, f"problem={name}", (number, row), picked))
    other = Press(Verb.chip, (number, row), "problem=other")
    return [*found, button(voice, "pick_problem", other)]
