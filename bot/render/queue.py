"""PURE. What waits for the coordinator, each with a button to act, and one question alone."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.callbacks import Press, Verb
from bot.render.absent import callee
from bot.render.buttons import button, chunks, keyboard, openers, view
from bot.render.lines import late, reading, review, short_name, title
from bot.render.message import Button, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut, quoted
from tasks.views.questions import QuestionView
from tasks.views.queue import (
    Asked,
    Declined,
    Queue,
    Requested,
    Submission,
    Unconfirmed,
    Untold,
)
from tasks.views.slips import Drafted

SHOWN = 6
"""Items of a section in the whole queue; the rest is a button."""

PAGE = 16
"""Items on a page of one section."""

CALLED = 3
"""People of a department whom one may have telephoned."""

RECORDED = 2
"""Tasks of a call for which an answer can be written down at once; the others on their card."""

_FILE_ALONE = re.compile(r"〔[^〔〕]{2}〕")

FILED = 24
"""Tasks to which words may belong that are offered as buttons."""

SECTIONS = (
    "submissions",
    "extensions",
    "declines",
    "slips",
    "unmatched",
    "unconfirmed",
    "questions",
    "untold",
)
"""The lists of the queue in their order; their names stand in the data of buttons."""


def queue(
    voice: Voice, waiting: Queue, section: str | None = None, page: int = 0
) -> tuple[Message, ...]:
    """What waits for the coordinator: to judge, to answer, to confirm, to telephone. With
    `section` that list alone, page by page."""
    signing = [
        voice.say("queue.signing", label=cut(one.label, 40), n=one.days)
        for one in waiting.signing[:SHOWN]
    ]
    drafts = [
        button(
            voice, "draft_of", Press(Verb.draft, (one.notice,)), label=cut(one.label, 24) or "…"
        )
        for one in waiting.signing[:SHOWN]
    ]
    if not waiting:
        return fit([voice.say("queue.nothing"), *signing], keyboard(drafts))
    if section in SECTIONS:
        return _one_section(voice, waiting, section, page)
    lines = [voice.say("queue.total_late" if waiting.late else "queue.total", **_counts(waiting))]
    opening: dict[int, None] = {}
    acting: list[Button] = []
    more: list[Button] = []
    for name in SECTIONS:
        items = _items(waiting, name)
        if not items:
            continue
        # A section of one more is shown whole: a button would take as much room.
        shown = items if len(items) <= SHOWN + 1 else items[:SHOWN]
        found, numbers, buttons = _section(voice, waiting, name, shown)
        lines += [voice.say(f"queue.{name}", n=len(items)), *found]
        opening.update(dict.fromkeys(numbers))
        acting += buttons
        if len(shown) < len(items):
            rest = len(items) - len(shown)
            lines.append(voice.say("lists.rest", n=rest))
            more.append(view(voice, "queue_more", f"queue={name}", 0, what=_name(voice, name)))
    lines += signing
    return fit(lines, keyboard(openers(voice, opening), acting, more, drafts))


def question(voice: Voice, found: QuestionView) -> tuple[Message, ...]:
    """One question, or words whose task nobody knows, with what can be done about them."""
    lines = [
        voice.say(
            "question.unmatched" if found.unmatched else "question.title",
            name=cut(found.person, 24),
            departments=voice.names(found.departments, 2),
            at=found.asked_at,
        )
    ]
    if found.task is not None:
        text = brief(found.task_text or "")
        lines.append(voice.say("task.title", task=found.task, text=text))
    lines.append(quoted(found.text))
    if found.answer is not None:
        lines += [voice.say("question.answered", by=found.by or ""), quoted(found.answer)]
    elif found.settled:
        lines.append(voice.say("question.settled", by=found.by or ""))
    if not found.waits:
        numbers = [] if found.task is None else [found.task]
        return fit(lines, keyboard(openers(voice, numbers)))
    settling = [
        button(voice, "answer", Press(Verb.answer, (found.id,)), "primary"),
        button(voice, "settle_question", Press(Verb.question, (found.id,), "done")),
    ]
    filing = [
        button(voice, "file", Press(Verb.question, (found.id, task), "file"), task=task)
        for task in found.tasks[:FILED]
    ]
    if filing:
        lines.append(voice.say("question.which"))
    return fit(lines, keyboard(settling, filing))


def relayed(voice: Voice, found: QuestionView) -> tuple[Message, ...]:
    """督查室答复, to who asked, with what they had asked."""
    if found.task is None:
        lines = [voice.say("question.relayed")]
    else:
        lines = [voice.say("question.relayed_task", task=found.task)]
    lines += [quoted(found.text, 200), voice.say("question.words", words=found.answer or "")]
    return fit([*lines, voice.signature()])


def _counts(waiting: Queue) -> dict[str, int]:
    return {"n": waiting.total, "late": waiting.late}


def _name(voice: Voice, section: str) -> str:
    return voice.term_of("queue_section", section)


def _items(waiting: Queue, section: str) -> Sequence[Any]:
    if section == "untold":
        calls: dict[tuple[str, bool], list[Untold]] = {}
        for one in waiting.untold:
            calls.setdefault((one.department, one.head), []).append(one)
        return list(calls.values())
    found: Sequence[Any] = getattr(waiting, section)
    return found


def _one_section(voice: Voice, waiting: Queue, name: str, page: int) -> tuple[Message, ...]:
    items = _items(waiting, name)
    pages = max(-(-len(items) // PAGE), 1)
    page = min(page, pages - 1)
    shown = items[page * PAGE : (page + 1) * PAGE]
    found, numbers, buttons = _section(voice, waiting, name, shown)
    lines = [voice.say(f"queue.{name}", n=len(items)), *found]
    turning = []
    if page:
        turning.append(view(voice, "before", f"queue={name}", page - 1))
    turning.append(view(voice, "back", "queue=all", 0))
    if page + 1 < pages:
        turning.append(view(voice, "after", f"queue={name}", page + 1))
    return fit(lines, keyboard(openers(voice, numbers), buttons, turning))


def _section(
    voice: Voice, waiting: Queue, name: str, items: Iterable[Any]
) -> tuple[list[Html], list[int], list[Button]]:
    lines: list[Html] = []
    numbers: list[int] = []
    buttons: list[Button] = []
    for item in items:
        said, task, acting = _ITEMS[name](voice, waiting, item)
        lines += said
        numbers += task
        buttons += acting
    return lines, numbers, buttons


_Item = tuple[list[Html], list[int], list[Button]]


def _submission(voice: Voice, waiting: Queue, one: Submission) -> _Item:
    task = one.card.task
    line = voice.say(
        "queue.submission",
        title=title(voice, task),
        department=short_name(one.department),
        since=_since(voice, one),
    )
    known = review(voice, one.review, waiting.today)
    around = [voice.say("queue.review", said=known)] if known else []
    return [line, *around], [task.number], []


def _requested(voice: Voice, waiting: Queue, one: Requested) -> _Item:
    late = voice.plain("queue.extension_late") if one.asked_late else ""
    unsigned = voice.plain("queue.extension_unsigned") if one.unsigned else ""
    key = "over" if one.late else "days" if one.days else "today"
    lines = [
        voice.say(
            "queue.extension_title",
            title=voice.say("task.title", task=one.task, text=brief(one.text)),
            late=late,
        ),
        voice.say(
            "queue.extension",
            department=short_name(one.department),
            due="" if one.due is None else voice.short(one.due, waiting.today),
            wanted=voice.short(one.wanted, waiting.today),
            ordinal=one.ordinal,
        ),
        voice.say("queue.extension_reason", reason=cut(one.reason, 40), unsigned=unsigned),
        voice.say(f"queue.extension_{key}", n=one.days),
    ]
    return lines, [one.task], []


def _declined(voice: Voice, waiting: Queue, one: Declined) -> _Item:
    line = voice.say(
        "queue.decline",
        title=voice.say("task.title", task=one.task, text=brief(one.text)),
        department=short_name(one.department),
        reason=cut(one.reason, 40),
        since=_since(voice, one),
    )
    return [line], [one.task], []


def _drafted(voice: Voice, waiting: Queue, one: Drafted) -> _Item:
    if one.answered_on is None:
        heard = voice.plain("queue.slip_unheard")
    else:
        day = voice.short(one.answered_on, waiting.today)
        heard = voice.plain("queue.slip_heard", day=day)
    line = voice.say(
        "queue.slip",
        title=voice.say("task.title", task=one.task, text=brief(one.text)),
        department=short_name(one.department),
        late=late(voice, one.days),
        level=one.level,
        sent=one.sent,
        delivered=one.delivered,
        heard=heard,
    )
    acting = [
        button(voice, "issue_slip", Press(Verb.issue_slip, (one.id,)), "primary", task=one.task),
        button(voice, "drop_slip", Press(Verb.drop_slip, (one.id,)), task=one.task),
        button(voice, "escalate_one", Press(Verb.escalate, (one.task,)), task=one.task),
    ]
    return [line], [one.task], acting


def _asked(voice: Voice, waiting: Queue, one: Asked) -> _Item:
    facts = {
        "name": cut(one.person, 16),
        "department": short_name(one.departments[0] if one.departments else ""),
        "words": cut(one.text, 60),
        "since": _since(voice, one),
    }
    if one.task is None:
        line = voice.say("queue.asked", **facts)
    else:
        line = voice.say("queue.asked_task", task=one.task, **facts)
    press = Press(Verb.question, (one.id,), "open")
    if _FILE_ALONE.fullmatch(one.text) and one.asked_at is not None:
        # Files without words look alike: who sent them, and when, tells them apart.
        named = {"name": cut(one.person, 8), "at": one.asked_at}
        opening = button(voice, "question_file", press, **named)
    else:
        opening = button(voice, "question", press, words=cut(one.text, 16) or "…")
    return [line], [], [opening]


def _unconfirmed(voice: Voice, waiting: Queue, one: Unconfirmed) -> _Item:
    line = voice.say(
        "queue.reading",
        task=one.task,
        department=short_name(one.department),
        words=cut(one.report.text, 60),
        said=reading(voice, one.report, waiting.today),
    )
    press = Press(Verb.confirm, (one.report.id,))
    return [line], [one.task], [button(voice, "confirm_one", press, task=one.task)]


def _call(voice: Voice, waiting: Queue, owed: Sequence[Untold]) -> _Item:
    """One call per department, with everything that it was not told."""
    first = owed[0]
    people = voice.listed(
        callee(voice, one.name, one.phone, one.away) for one in first.people[:CALLED]
    )
    key = "queue.call" if people.strip() else "queue.call_nobody"
    if first.head:
        key = "queue.call_head"
    lines = [voice.say(key, department=short_name(first.department), people=people)]
    for kind in dict.fromkeys(one.kind for one in owed):
        numbers = [one.task for one in owed if one.kind is kind]
        lines.append(voice.say("queue.to_say", tasks=voice.tasks(numbers), what=voice.term(kind)))
    parts = list(dict.fromkeys(one.part for one in owed))
    named = [(one.id, cut(one.name, 12)) for one in first.people[:CALLED]]
    buttons = [
        button(voice, "called", _told(who, parts), name=name)
        for who, name in named or [(0, short_name(first.department))]
    ]
    # What the department answered on the telephone is written down in the same call.
    buttons += [
        button(voice, "record_one", Press(Verb.record, (task,)), task=task)
        for task in list(dict.fromkeys(one.task for one in owed))[:RECORDED]
        if not first.head
    ]
    return lines, [one.task for one in owed], buttons


def _told(who: int, parts: Sequence[int]) -> Press:
    """已电话告知, of as many parts as fit; of a long list the rest is still there after it."""

    def press(some: tuple[int, ...]) -> Press:
        return Press(Verb.called, (who, *some))

    return press(chunks(parts, press)[0])


def _since(voice: Voice, one: Submission | Declined | Asked) -> str:
    said = voice.plain("queue.since", n=one.days) if one.days else voice.plain("queue.today")
    return voice.plain("queue.late", since=said) if one.late else said


_ITEMS: dict[str, Callable[[Voice, Queue, Any], _Item]] = {
    "submissions": _submission,
    "extensions": _requested,
    "declines": _declined,
    "slips": _drafted,
    "unmatched": _asked,
    "unconfirmed": _unconfirmed,
    "questions": _asked,
    "untold": _call,
}
