"""PURE. The coordinator's desk: what waits, the notices, the history of a task."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.callbacks import Press, Verb
from bot.render.buttons import button, keyboard, openers, view
from bot.render.lines import reading, short_name, title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, cut, one_line
from tasks.views.cards import CardView
from tasks.views.desk import NoticeLine, Queue, Submission, Unconfirmed, Untold

CONFIRMED = 16
"""Readings that one message offers to confirm; the queue shows the next ones after them."""

SUMMARISED = 24
"""Notices of a list that have a button."""


def queue(voice: Voice, waiting: Queue) -> tuple[Message, ...]:
    """What waits for the coordinator: to judge, to confirm, to telephone."""
    if not waiting:
        return fit([voice.say("queue.nothing")])
    lines: list[Html] = []
    if waiting.submissions:
        lines.append(voice.say("queue.submissions", n=len(waiting.submissions)))
        lines += [_submission(voice, one) for one in waiting.submissions]
    if waiting.unconfirmed:
        lines.append(voice.say("queue.unconfirmed", n=len(waiting.unconfirmed)))
        lines += [_unconfirmed(voice, one, waiting) for one in waiting.unconfirmed]
    if waiting.untold:
        lines += _untold(voice, waiting.untold)
    numbers = [one.card.task.number for one in waiting.submissions]
    numbers += [one.task for one in waiting.unconfirmed]
    numbers += [one.task for one in waiting.untold]
    confirming = [
        button(voice, "confirm_one", Press(Verb.confirm, (one.report.id,)), task=one.task)
        for one in waiting.unconfirmed[:CONFIRMED]
    ]
    return fit(lines, keyboard(openers(voice, numbers), confirming))


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


def _submission(voice: Voice, one: Submission) -> Html:
    return voice.say(
        "queue.submission" if one.days > 0 else "queue.submission_today",
        title=title(voice, one.card.task),
        department=short_name(one.department),
        n=one.days,
    )


def _unconfirmed(voice: Voice, one: Unconfirmed, waiting: Queue) -> Html:
    return voice.say(
        "queue.reading",
        task=one.task,
        department=short_name(one.department),
        words=cut(one.report.text, 60),
        said=reading(voice, one.report, waiting.today),
    )


def _untold(voice: Voice, untold: Sequence[Untold]) -> list[Html]:
    """One call per department, with everything that it was not told."""
    calls: dict[str, list[Untold]] = {}
    for one in untold:
        calls.setdefault(one.department, []).append(one)
    lines = [voice.say("queue.untold", n=len(calls))]
    for department, owed in calls.items():
        people = voice.listed(
            f"{cut(name, 16)} {one_line(phone or '')}".strip()
            for name, phone in owed[0].phones[:3]
        )
        key = "queue.call" if people.strip() else "queue.call_nobody"
        lines.append(voice.say(key, department=short_name(department), people=people))
        for kind in dict.fromkeys(one.kind for one in owed):
            numbers = [one.task for one in owed if one.kind is kind]
            lines.append(
                voice.say("queue.to_say", tasks=voice.tasks(numbers), what=voice.term(kind))
            )
    return lines


def _event(voice: Voice, event: Mapping[str, Any]) -> Html:
    at = datetime.fromisoformat(event["at"])
    said_at = datetime.fromisoformat(event["said_at"])
    facts = {
        "at": at,
        "actor": cut(event["actor"] or "", 24),
        "action": voice.term_of("event", event["action"]),
    }
    text = one_line(event["text"] or "")
    line = voice.say("log.said", text=text, **facts) if text else voice.say("log.line", **facts)
    # Minutes between saying and handling are only worth a word if the bot was down.
    if (at - said_at).total_seconds() >= 60:
        return voice.say("log.late", line=line, said_at=said_at)
    return line
