"""PURE. 申请延期: putting it together, what each desk is shown of it, and how it ended."""

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard, openers, request_buttons
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut, quoted
from tasks.gate import Step
from tasks.views.requests import Composing, RequestView
from tasks.vocabulary import Desk, ExtensionState

REASONS = ("approval", "funds", "partner")
"""Reasons that one tap can say."""


def composer(voice: Voice, said: Composing) -> tuple[Message, ...]:
    """The request while it is put together, one message that is edited in place."""
    return _summary(voice, said) if said.ready else _choosing(voice, said)


def left(voice: Voice, number: int) -> tuple[Message, ...]:
    """The request was given up, or sent from another message."""
    return fit([voice.say("extension.left", task=number)], keyboard(openers(voice, [number])))


def request(voice: Voice, asked: RequestView, desk: Desk | None) -> tuple[Message, ...]:
    """A request to those whose turn it is, with what they may do; to all others how it stands
    or how it ended."""
    number = asked.task
    lines = [_title(voice, asked), _change(voice, asked)]
    by = voice.say("extension.by", department=asked.department, n=asked.ordinal)
    mine = asked.turn is not None and asked.desk is desk
    if mine and asked.turn is not None:
        lines.insert(1, by)
        lines += _signed(voice, asked)
        if asked.progress:
            lines.append(voice.say("extension.progress_own", progress=cut(asked.progress, 200)))
        day = voice.day(asked.turn.until, asked.today)
        lines.append(voice.say(f"extension.{desk}_by", day=day))
        if asked.turn.for_leader:
            lines.append(voice.say("extension.for_leader", n=asked.ordinal))
    else:
        lines += [_lies(voice, asked)] if asked.turn is not None else outcome(voice, asked)
        if asked.state in (ExtensionState.granted, ExtensionState.refused):
            lines.append(voice.signature())
    shown = request_buttons(voice, asked.id, asked.steps)
    return fit(lines, keyboard(shown, openers(voice, [number])))


def sent(voice: Voice, asked: RequestView, within: int) -> tuple[Message, ...]:
    """What was asked, to who asked it: where it lies now."""
    lines = [_sum_up(voice, asked)]
    if asked.desk is None:
        lines += outcome(voice, asked)
    else:
        lines.append(voice.say(f"extension.sent_{asked.desk}", n=within))
    buttons = request_buttons(voice, asked.id, [s for s in asked.steps if s is Step.withdraw])
    return fit(lines, keyboard(buttons, openers(voice, [asked.task])))


def outcome(voice: Voice, asked: RequestView) -> list[Html]:
    """How a request ended, or on whose desk it lies."""
    due = voice.day(asked.due, asked.today)
    if asked.turn is not None:
        return [waits(voice, asked)]
    if asked.state is ExtensionState.granted:
        wanted = voice.day(asked.wanted, asked.today)
        original = voice.day(asked.original, asked.today)
        facts = {"wanted": wanted, "original": original, "n": asked.granted}
        return [voice.say("extension.granted", **facts)]
    if asked.state is ExtensionState.refused:
        key = "refused_late" if asked.late else "refused"
        return [voice.say(f"extension.{key}", due=due), quoted(asked.answer or "")]
    if asked.returned:
        return [voice.say("extension.returned", due=due), quoted(asked.answer or "")]
    return [voice.say("extension.withdrawn", due=due)]


def waits(voice: Voice, asked: RequestView) -> Html:
    """A request that waits, in one line: to when, the how manieth, for whom."""
    unsigned = asked.turn is not None and asked.turn.unsigned
    return voice.say(
        "extension.waits_unsigned" if unsigned else "extension.waits",
        what=_what(voice, asked.late),
        due=voice.short(asked.due, asked.today),
        wanted=voice.short(asked.wanted, asked.today),
        n=asked.ordinal,
        desk=asked.desk,
    )


def _lies(voice: Voice, asked: RequestView) -> Html:
    """On whose desk it lies, below its title and its days."""
    unsigned = asked.turn is not None and asked.turn.unsigned
    key = "extension.lies_unsigned" if unsigned else "extension.lies"
    return voice.say(key, n=asked.ordinal, desk=asked.desk)


def _title(voice: Voice, asked: RequestView) -> Html:
    what, text = _what(voice, asked.late), brief(asked.text)
    return voice.say("extension.ask", what=what, task=asked.task, text=text)


def _what(voice: Voice, late: bool) -> str:
    return voice.plain("extension.late" if late else "extension.request")


def _change(voice: Voice, asked: RequestView) -> Html:
    return voice.say(
        "extension.change",
        due=voice.short(asked.due, asked.today),
        wanted=voice.short(asked.wanted, asked.today),
        reason=cut(asked.reason, 200),
    )


def _signed(voice: Voice, asked: RequestView) -> list[Html]:
    if asked.endorsed_by is not None:
        return [voice.say("extension.endorsed", name=cut(asked.endorsed_by, 24))]
    if asked.turn is not None and asked.turn.unsigned:
        return [voice.say("extension.unsigned")]
    return []


def _sum_up(voice: Voice, asked: RequestView) -> Html:
    return voice.say(
        "extension.summary_late" if asked.late else "extension.summary",
        task=asked.task,
        due=voice.short(asked.due, asked.today),
        wanted=voice.short(asked.wanted, asked.today),
        reason=cut(asked.reason, 200),
        n=asked.ordinal,
    )


def _summary(voice: Voice, said: Composing) -> tuple[Message, ...]:
    assert said.wanted is not None
    wanted = voice.short(said.wanted, said.today)
    lines = [
        voice.say(
            "extension.summary_late" if said.late else "extension.summary",
            task=said.task,
            due=voice.short(said.due, said.today),
            wanted=wanted,
            reason=cut(said.reason or "", 200),
            n=said.ordinal,
        )
    ]
    if said.free_day:
        lines.append(voice.say("extension.free_day", day=wanted))
    lines.append(_progress(voice, said))
    send = _press(said, "send")
    return fit(
        lines,
        keyboard(
            _progress_chips(voice, said),
            [
                button(voice, "send", send, "primary"),
                button(voice, "change", _press(said, "change")),
                button(voice, "leave", _press(said, "leave")),
            ],
        ),
    )


def _choosing(voice: Voice, said: Composing) -> tuple[Message, ...]:
    title = "extension.title_late" if said.late else "extension.title"
    lines = [voice.say(title, task=said.task, due=voice.short(said.due, said.today))]
    if said.wanted is None:
        lines.append(voice.say("extension.wanted_none"))
    else:
        day = voice.short(said.wanted, said.today)
        lines.append(voice.say("extension.wanted", day=day))
        if said.free_day:
            lines.append(voice.say("extension.free_day", day=day))
    if said.reason is None:
        lines.append(voice.say("extension.reason_none"))
    else:
        lines.append(voice.say("extension.reason", reason=cut(said.reason, 200)))
    lines.append(_progress(voice, said))
    if said.typing is not None:
        lines.append(voice.say(f"extension.type_{said.typing}"))
    days = [
        button(
            voice,
            "chip_day",
            _press(said, "day", day.toordinal()),
            "success" if day == said.wanted else None,
            day=voice.short(day, said.today),
        )
        for day in said.days
    ]
    days.append(button(voice, "other", _press(said, "type_day")))
    reasons = [
        button(
            voice,
            f"reason_{name}",
            _press(said, name),
            "success" if said.reason == voice.plain(f"button.reason_{name}") else None,
        )
        for name in REASONS
    ]
    reasons.append(button(voice, "other", _press(said, "type_reason")))
    leave = button(voice, "leave", _press(said, "leave"))
    return fit(lines, keyboard(days, reasons, _progress_chips(voice, said), [leave]))


def _progress(voice: Voice, said: Composing) -> Html:
    if said.progress is not None:
        return voice.say("extension.progress_own", progress=cut(said.progress, 120))
    if said.said is not None:
        return voice.say("extension.progress", progress=cut(said.said, 120))
    return voice.say("extension.progress_none")


def _press(said: Composing, name: str, *more: int) -> Press:
    return Press(Verb.compose, (said.task, said.row, *more), name)


def _progress_chips(voice: Voice, said: Composing) -> list[Button]:
    own = button(voice, "own_progress", _press(said, "type_progress"))
    if said.progress is None or said.said is None:
        return [own]
    return [
        button(voice, "last_progress", _press(said, "last")),
        own,
    ]
