"""PURE. The notices in a list, and the history of a task."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard, openers, view
from bot.render.lines import title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, cut, one_line
from tasks.text import SUBMIT_WORDS, SYSTEM
from tasks.views.cards import CardView
from tasks.views.desk import NoticeLine
from tasks.vocabulary import Grade

SUMMARISED = 24
"""Notices of a list that have a button."""


def notices(
    voice: Voice, found: Sequence[NoticeLine], *, drafting: bool = False
) -> tuple[Message, ...]:
    """Every notice with its number of tasks, each opening its summary; with `drafting`, those
    that have clauses to decide open their drafts as well."""
    if not found:
        return fit([voice.say("notices.nothing")])
    lines = [voice.say("notices.title", n=len(found))]
    buttons: list[Button] = []
    for notice in found:
        label = cut(notice.label, 40)
        facts = {"label": label, "state": voice.term(notice.state)}
        lines.append(voice.say("notices.line", n=notice.tasks, left=notice.left, **facts))
        if notice.title and notice.title != notice.label:
            lines.append(voice.say("notices.about", title=cut(notice.title, 60)))
        short = cut(notice.label, 24).strip() or f"({notice.id})"
        if drafting and notice.left:
            press = Press(Verb.draft, (notice.id,))
            buttons.append(button(voice, "draft_left", press, label=short, n=notice.left))
        if notice.tasks:
            buttons.append(view(voice, "summary_of", "summary", notice.id, 0, label=short))
    return fit(lines, keyboard(buttons[-SUMMARISED:]))


def log(
    voice: Voice, card: CardView, timeline: Sequence[Mapping[str, Any]]
) -> tuple[Message, ...]:
    """The history of a task, every word as it was said."""
    lines = [title(voice, card.task)]
    lines += [_event(voice, event) for event in timeline]
    if not timeline:
        lines.append(voice.say("log.nothing"))
    return fit(lines, keyboard(openers(voice, [card.task.number])))


def _event(voice: Voice, event: Mapping[str, Any]) -> Html:
    at = datetime.fromisoformat(event["at"])
    said_at = datetime.fromisoformat(event["said_at"])
    actor = event["actor"] or ""
    facts = {
        "at": at,
        "actor": voice.plain("log.system") if actor == SYSTEM else cut(actor, 24),
        "action": voice.term_of("event", event["action"]),
    }
    if event.get("revised"):
        facts["action"] = voice.plain("log.revised", action=facts["action"])
    text = one_line(event["text"] or "")
    if event.get("grade"):
        text = voice.term(Grade(event["grade"]))
    if event["action"] == "submit" and text == SUBMIT_WORDS:
        text = ""
    line = voice.say("log.said", text=text, **facts) if text else voice.say("log.line", **facts)
    # Minutes between saying and handling are only worth a word if the bot was down.
    if (at - said_at).total_seconds() >= 60:
        return voice.say("log.late", line=line, said_at=said_at)
    return line
