"""PURE. 报分管领导: an overdue task with the facts, for a leader."""

from bot.render.buttons import keyboard, openers
from bot.render.lines import late, title
from bot.render.message import Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, cut
from tasks.views.slips import Escalation, LatePart

WORDS = 60
"""Cells of a department's last words."""


def escalation(voice: Voice, shown: Escalation) -> tuple[Message, ...]:
    """【呈阅】: who is late, by how much, which slips went out, and what was said last."""
    task = shown.card.task
    lines = [voice.say("escalation.title"), title(voice, task, 40)]
    if task.extensions and task.original_due is not None:
        first = voice.day(task.original_due, shown.card.today)
        lines.append(voice.say("escalation.original", day=first, n=task.extensions))
    for one in shown.late:
        lines += _late(voice, shown, one)
    return fit([*lines, voice.signature()], keyboard(openers(voice, [task.number])))


def _late(voice: Voice, shown: Escalation, one: LatePart) -> list[Html]:
    part, today = one.part, shown.card.today
    lines = [voice.say("escalation.part", department=part.department)]
    if part.due is not None:
        limit = voice.day(part.due, today)
        said = late(voice, part.overdue_for)
        lines.append(voice.say("escalation.limit", due=limit, late=said))
    issued = voice.listed(
        voice.plain("escalation.slip", number=number, level=level) for level, number in one.slips
    )
    if one.slips:
        lines.append(voice.say("escalation.slips", slips=issued))
    else:
        lines.append(voice.say("escalation.no_slip"))
    if part.words is None:
        lines.append(voice.say("escalation.silent"))
    else:
        day = voice.day(voice.cal.local_date(part.words.said_at), today)
        words = cut(part.words.text, WORDS)
        lines.append(voice.say("escalation.words", day=day, words=words))
    return lines
