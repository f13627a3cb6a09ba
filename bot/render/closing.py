"""PURE. How a task's course changed, to those who work on it; reasons to choose; a grade."""

from collections.abc import Mapping
from typing import Any

from bot.callbacks import Press, Verb, encode
from bot.render.buttons import acting, button, keyboard, openers
from bot.render.lines import limit, title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import brief, quoted
from tasks.views.cards import CardView
from tasks.vocabulary import Grade, Outcome, PartState
from tasks.workflow import Action

CHIPS: Mapping[str, tuple[str, ...]] = {
    "pause": ("approval", "hearing", "testing"),
    "cancel": ("policy", "joined", "duplicate"),
    "reopen": (),
}
"""Reasons that one tap can say."""

_LIMITED = frozenset({"resumed", "reopened"})
"""Events after which the limit is said anew."""


def course(
    voice: Voice, card: CardView, event: str, facts: Mapping[str, Any]
) -> tuple[Message, ...]:
    """What became of a task, signed by the office, with what the reader may do now."""
    if event == "submitted":
        return _to_head(voice, card, facts)
    number = card.task.number
    told = {**facts, "task": number, "text": brief(card.task.text)}
    key = "resumed_at_once" if event == "resumed" and not facts.get("days") else event
    lines = [voice.say(f"course.{key}", **told)]
    reason = str(facts.get("reason") or "")
    if reason:
        lines.append(quoted(reason))
    if event in _LIMITED:
        lines.append(limit(voice, card))
    if event != "returned":
        lines.append(voice.signature())
    shown = acting(voice, card) if event in {"resumed", "reopened", "returned"} else []
    return fit(lines, keyboard(shown or openers(voice, [number])))


def _to_head(voice: Voice, card: CardView, facts: Mapping[str, Any]) -> tuple[Message, ...]:
    """A contact's submission, for the head to stand behind."""
    number, report = card.task.number, int(facts["report"])
    lines = [voice.say("course.submitted", title=title(voice, card.task))]
    own = card.own
    waits = own is not None and own.state is PartState.submitted and own.last is not None
    if own is not None and own.words is not None:
        # Also what nobody confirmed: the head signs what the contact said last.
        lines.append(quoted(own.words.text))
    if not (waits and own is not None and own.last is not None and own.last.id == report):
        lines.append(voice.say("course.settled"))
        return fit(lines, keyboard(openers(voice, [number])))
    if own.endorsed_at is not None:
        lines.append(voice.say("course.signed"))
        return fit(lines, keyboard(openers(voice, [number])))
    lines.append(voice.say("course.sign_by"))
    return fit(
        lines,
        keyboard(
            [
                button(voice, "endorse", Press(Verb.endorse, (report,)), "primary"),
                button(
                    voice, "return_submission", Press(Verb.return_submission, (report,)), "danger"
                ),
            ],
            openers(voice, [number]),
        ),
    )


def ask_course(voice: Voice, card: CardView, what: str) -> tuple[Message, ...]:
    """Why: a usual reason by a tap, any other in words."""
    number = card.task.number
    lines = [voice.say(f"course.ask_{what}", title=title(voice, card.task))]
    chips = [
        Button(voice.plain(f"course.reasons.{chip}"), encode(Press(Verb[what], (number,), chip)))
        for chip in CHIPS[what]
    ]
    how = voice.say("course.ask_how" if chips else "course.ask_words")
    return fit([*lines, how], keyboard(chips))


def _capital(term: str) -> str:
    """A term as the label of a button."""
    return term[:1].upper() + term[1:]


def closed(voice: Voice, card: CardView) -> tuple[Message, ...]:
    """What was closed, for the coordinator to grade."""
    task = card.task
    if task.state is not PartState.closed:
        return fit([voice.say("course.not_closed", task=task.number)])
    lines = [voice.say("course.closed", title=title(voice, task))]
    if task.outcome is not None:
        lines.append(voice.say("course.outcome", outcome=task.outcome))
    if task.grade is not None:
        lines.append(voice.say("course.grade", grade=task.grade))
    number = (task.number,)
    grades = [
        Button(_capital(voice.term(one)), encode(Press(Verb.grade, number, one.value)))
        for one in Grade
        if one is not task.grade
    ]
    outcomes = [
        Button(_capital(voice.term(one)), encode(Press(Verb.outcome, number, one.value)))
        for one in Outcome
        if one is not task.outcome
    ]
    again = (
        [button(voice, "reopen", Press(Verb.reopen, number))]
        if Action.reopen in card.actions
        else []
    )
    return fit(lines, keyboard(grades, outcomes, again))
