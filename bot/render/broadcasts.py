"""PURE. 广播: what many hear, what its setter sees before and after."""

from collections.abc import Sequence
from datetime import datetime

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, clean, cut, escaped, quoted
from tasks.announcing import LONGEST
from tasks.recurrence import LAST, Every, Rule
from tasks.services.audiences import OFFICE_GROUP, AimKind, Named
from tasks.services.broadcasts import Preview
from tasks.views.broadcasts import BroadcastView, RunView
from tasks.vocabulary import Delivery

SHOWN = 20
"""Broadcasts with buttons of their own in one list."""

IN_LIST = 40
"""Cells of a text in the list."""


def announcement(voice: Voice, text: str, *, in_group: bool) -> tuple[Message, ...]:
    """What many hear: the words of the office, signed by it; in a group without telephone."""
    signed = voice.say("signature.line", office=voice.office) if in_group else voice.signature()
    lines = (escaped(line) for line in clean(text).strip().split("\n"))
    return fit([voice.say("broadcast.title"), *lines, signed])


def draft(voice: Voice, shown: Preview, row: int) -> tuple[Message, ...]:
    """What confirming would do: when, to how many, and whom it would not reach."""
    lines = [voice.say("broadcast.preview"), _text(voice, shown.text)]
    if shown.rule is not None and shown.rule.every is not Every.once:
        lines.append(voice.say("broadcast.rule", rule=rule(voice, shown.rule)))
        lines.append(voice.say("broadcast.first", at=shown.first))
    else:
        lines.append(voice.say("broadcast.once", at=shown.first))
    if _moved(voice, shown.rule, shown.first):
        lines.append(voice.say("broadcast.moved"))
    lines.append(voice.say("broadcast.aims", aims=_aims(voice, shown.aims)))
    heard = shown.audience
    lines.append(voice.say("broadcast.count", people=len(heard.people), groups=len(heard.groups)))
    if heard.nobody:
        lines.append(voice.say("broadcast.nobody", names=_aims(voice, heard.nobody)))
    return fit(
        lines,
        keyboard(
            [
                button(voice, "broadcast_send", Press(Verb.broadcast, (row,), "send"), "success"),
                button(voice, "broadcast_drop", Press(Verb.broadcast, (row,), "drop")),
            ]
        ),
    )


def listed(voice: Voice, found: Sequence[BroadcastView]) -> tuple[Message, ...]:
    """Everything that is set, each with its next run, and how to set one."""
    lines = [voice.say("broadcast.all", n=sum(one.next_run_at is not None for one in found))]
    for one in found:
        text = voice.plain("broadcast.summary") if one.text is None else cut(one.text, IN_LIST)
        lines.append(
            voice.say(
                "broadcast.line",
                id=one.id,
                rule=rule(voice, one.rule),
                aims=_aims(voice, one.aims),
                text=text,
                state=_state(voice, one),
            )
        )
    lines.append(voice.say("broadcast.how"))
    groups = [_buttons(voice, one, numbered=True) for one in found[:SHOWN]]
    return fit(lines, keyboard(*groups))


def outcome(voice: Voice, one: BroadcastView) -> tuple[Message, ...]:
    """送达情况: one broadcast, how its last run went, and when it is said next."""
    lines = [voice.say("broadcast.one", id=one.id), _text(voice, one.text)]
    lines.append(voice.say("broadcast.rule", rule=rule(voice, one.rule)))
    lines.append(voice.say("broadcast.aims", aims=_aims(voice, one.aims)))
    if one.said is not None:
        lines += _said(voice, one.said)
    lines.append(voice.say("broadcast.state", state=_state(voice, one)))
    return fit(lines, keyboard(_buttons(voice, one)))


def rule(voice: Voice, said: Rule) -> str:
    """The rule in words: 每周五15:00."""
    at = f"{said.at:%H:%M}"
    if said.every is Every.once:
        assert said.on is not None
        return voice.plain("dates.when", day=voice.day(said.on), time=at)
    if said.every is Every.weekly:
        weekday = voice.plain(f"dates.weekday.{said.day}")
        return voice.plain("broadcast.weekly", weekday=weekday, at=at)
    if said.every is Every.monthly and said.day != LAST:
        return voice.plain("broadcast.monthly", day=said.day, at=at)
    return voice.plain(f"broadcast.{'daily' if said.every is Every.daily else 'month_end'}", at=at)


def _said(voice: Voice, run: RunView) -> list[Html]:
    lines = [
        voice.say("broadcast.ran", at=run.ran_at, people=run.people, groups=run.groups),
        *(
            voice.say(f"broadcast.{end.value}", n=run.outcomes[end])
            for end in (Delivery.sent, Delivery.waiting, Delivery.stale)
            if run.outcomes.get(end)
        ),
    ]
    for end, names in run.missed.items():
        told = voice.names(names)
        lines.append(voice.say(f"broadcast.{end.value}", n=run.outcomes[end], names=told))
    return lines


def _state(voice: Voice, one: BroadcastView) -> str:
    if one.stopped:
        return voice.plain("broadcast.stopped")
    if one.next_run_at is not None:
        return voice.plain("broadcast.next", at=one.next_run_at)
    return voice.plain("broadcast.running" if one.may_stop else "broadcast.over")


def _buttons(voice: Voice, one: BroadcastView, *, numbered: bool = False) -> list[Button]:
    found = []
    label = str(one.id) if numbered else ""
    if one.may_stop:
        press = Press(Verb.broadcast, (one.id,), "stop")
        found.append(button(voice, "broadcast_stop", press, "danger", number=label))
    if one.said is not None or not numbered:
        key = "broadcast_show" if numbered else "broadcast_again"
        found.append(button(voice, key, Press(Verb.broadcast, (one.id,), "show"), number=label))
    return found


def _text(voice: Voice, text: str | None) -> Html:
    return voice.say("broadcast.summary") if text is None else quoted(text, LONGEST)


def _aims(voice: Voice, aims: Sequence[Named]) -> str:
    return voice.names([_aim(voice, one) for one in aims])


def _aim(voice: Voice, one: Named) -> str:
    aim = one.aim
    if aim.kind is AimKind.role and aim.role is not None:
        return voice.plain("broadcast.to_role", role=aim.role)
    if aim.kind is AimKind.everybody:
        return voice.plain("broadcast.to_everybody")
    if aim.kind is AimKind.groups and aim.id is None:
        return voice.plain("broadcast.to_groups")
    if aim.kind is AimKind.groups and aim.id == OFFICE_GROUP:
        return voice.plain("broadcast.to_office_groups")
    if aim.kind is AimKind.groups:
        return voice.plain("broadcast.to_groups_of", name=one.name)
    return one.name or "?"


def _moved(voice: Voice, said: Rule | None, first: datetime) -> bool:
    """Whether the first run is not when the rule names it: outside the hours of reminders."""
    if said is None:
        return False
    local = voice.cal.local(first)
    return local.time() != said.at or (said.on is not None and local.date() != said.on)
