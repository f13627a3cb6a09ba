"""PURE. One task for one viewer, and what is said to a department about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.callbacks import Press, Verb
from bot.render.buttons import button, card_keys, chunks, expecting, keyboard, openers
from bot.render.evidence import material
from bot.render.extensions import waits
from bot.render.lines import (
    LINE,
    awaits_confirming,
    last_words,
    limit,
    reading,
    review,
    short_name,
    standing,
    title,
)
from bot.render.message import Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut, joined, one_line, quoted, width
from tasks.models import ReportKind
from tasks.replies import promise_passed
from tasks.text import SUBMIT_WORDS
from tasks.views.cards import CardView
from tasks.views.standings import PartView, ReportView, TaskView
from tasks.vocabulary import ENDED_STATES, Outcome, PartRole, PartState
from tasks.workflow import Action

CORRECTED = 24
"""Reports that one receipt offers to correct."""

WHOLE = 12000
"""UTF-16 units of the notice's own words where they are asked for."""

ORIGINAL = 1200
"""UTF-16 units of the notice's own words that a card quotes."""

NODES = 6
"""Milestones that a card lists."""

PARTS = 12
"""Departments whose state a card of the office lists."""


def card(voice: Voice, card: CardView, *, more: bool = False) -> tuple[Message, ...]:
    """A task as the viewer sees it, with exactly the buttons of what they may do now: those
    of every day, with `more` the others too."""
    banner = _banner(voice, card)
    lines = [*banner, *_lines(voice, card)]
    if banner and card.own is not None:
        lines.append(voice.signature())
    return fit(lines, (*card_keys(voice, card, more), *keyboard(material(voice, card))))


def _banner(voice: Voice, card: CardView) -> list[Html]:
    """What the office said last, as long as nobody answered it: 催办, 退回补充."""
    lines = []
    if card.nudged and card.own is not None:
        lines.append(voice.say("desk.nudged"))
    elif card.nudged and card.task.nudged_at is not None:
        lines.append(voice.say("desk.nudged_office", at=card.task.nudged_at))
    if card.sent_back is not None:
        key = "desk.sent_back" if card.own is not None else "desk.sent_back_office"
        lines += [voice.say(key), quoted(card.sent_back)]
    return lines


def original(voice: Voice, card: CardView) -> tuple[Message, ...]:
    """原文: what the notice says of the task, whole."""
    task = card.task
    where = cut(f"{task.notice} {task.section or ''}", 60)
    lines = [title(voice, task), voice.say("card.source_text", where=where)]
    return fit([*lines, quoted(task.text, WHOLE)], keyboard(openers(voice, [task.number])))


def verdict(voice: Voice, card: CardView) -> tuple[Message, ...]:
    """办结, to those who submitted and those who worked with them. 退回补充 is the card itself."""
    task = card.task
    facts = {"task": task.number, "text": brief(task.text)}
    if task.outcome not in (None, Outcome.finished):
        lines = [voice.say("verdict.outcome", outcome=task.outcome, **facts)]
    else:
        lines = [voice.say("verdict.close", **facts)]
    return fit([*lines, voice.signature()], keyboard(openers(voice, [task.number])))


def receipt(voice: Voice, stored: Sequence[tuple[CardView, ReportView]]) -> tuple[Message, ...]:
    """What was kept, read back for confirming, with a warning where a date is after the limit."""
    open_ones = [(card, report) for card, report in stored if _awaits(card, report)]
    waiting = [report.id for _, report in open_ones]
    numbers = tuple(dict.fromkeys(card.task.number for card, _ in stored))
    key = "check" if waiting else "done"
    facts = {"n": len(numbers), "tasks": voice.tasks(numbers)}
    if len(numbers) == 1:
        lines = [voice.say(f"receipt.one_{key}", **facts)]
    else:
        lines = [voice.say(f"receipt.many_{key}", **facts)]
    for card, report in stored:
        if report.recorded_by is not None and report.department is not None:
            lines.append(voice.say("reporting.read_back", department=report.department))
        lines += _read_back(voice, card, report, alone=len(numbers) == 1)
    tapped = [one for one in stored if _can_decline(*one)]
    extending = [one for one in stored if _can_extend(*one)]
    asking = [one for one in stored if one not in extending and _needs_office(*one)]
    if tapped:
        lines.append(voice.say("ownership.tap"))
    if len(asking) > len(tapped):
        lines += [voice.say("receipt.ask_office"), voice.signature()]
    declining = [
        button(
            voice,
            "decline_said",
            Press(Verb.decline, (card.task.number, report.id), "said"),
            task=card.task.number,
        )
        for card, report in tapped
    ]
    confirming = [
        button(voice, "confirm", Press(Verb.confirm, ids), "success")
        for ids in chunks(waiting, lambda ids: Press(Verb.confirm, ids))
    ]
    correcting = [
        button(voice, "correct", Press(Verb.correct, (report.id,)), task=card.task.number)
        for card, report in open_ones
    ]
    submitting = [
        button(voice, "submit_one", Press(Verb.submit, (card.task.number,)), task=card.task.number)
        for card, report in stored
        if report.proposed == "submitted" and Action.submit in card.actions
    ]
    checking = [*confirming, *correcting[:CORRECTED]]
    owing = [card for card, report in stored if _owes_a_day(card, report)]
    days = expecting(voice, owing[0]) if len(owing) == 1 else []
    return fit(
        lines,
        keyboard(
            checking,
            days,
            submitting[:CORRECTED],
            [
                button(
                    voice,
                    "extend_one",
                    Press(Verb.extend, (card.task.number, report.id)),
                    task=card.task.number,
                )
                for card, report in extending[:CORRECTED]
            ],
            declining,
        ),
    )


def _can_extend(card: CardView, report: ReportView) -> bool:
    """Whether the words ask for more time, or name a day after the limit."""
    due = card.task.due
    after = due is not None and report.expected is not None and report.expected > due
    return Action.extend in card.actions and (after or report.proposed == "extension")


def _owes_a_day(card: CardView, report: ReportView) -> bool:
    """Whether the task is near or past its limit and the words do not say when it is done."""
    plain = report.proposed in (None, "in_progress", "no_change")
    return bool(card.chips) and report.expected is None and plain


def _can_decline(card: CardView, report: ReportView) -> bool:
    return report.proposed == "declined" and Action.decline in card.actions


def _needs_office(card: CardView, report: ReportView) -> bool:
    """Whether the words ask for something that was not asked for yet by a tap."""
    if report.proposed == "declined" and card.own is not None:
        return card.request is None and card.own.state not in (PartState.declined, *ENDED_STATES)
    return report.proposed in {"declined", "extension"} and card.request is None


def _awaits(card: CardView, report: ReportView) -> bool:
    return awaits_confirming(report) and not _has_ended(card)


def _has_ended(card: CardView) -> bool:
    return card.own is not None and card.own.state in ENDED_STATES


def _read_back(voice: Voice, card: CardView, report: ReportView, *, alone: bool) -> list[Html]:
    task = card.task
    said = reading(voice, report, card.today)
    if report.kind is ReportKind.nothing_to_add:
        said = voice.say("reading.facts", facts=voice.term(report.kind))
    ended = _has_ended(card)
    lines = []
    if card.own is not None and card.own in task.former:
        lines.append(voice.say("receipt.moved", task=task.number, department=_owner(voice, card)))
    elif ended and card.own is not None:
        lines.append(voice.say(f"receipt.{card.own.state}", task=task.number))
    elif said:
        key = "receipt.read_alone" if alone else "receipt.read"
        lines.append(voice.say(key, task=task.number, said=said))
    elif not alone:
        lines.append(voice.say("receipt.kept", task=task.number))
    passed = None
    if report.kind is ReportKind.words and report.expected is None and not ended:
        passed = promise_passed(report.text, voice.cal.local_date(report.said_at))
    if passed is not None:
        lines.append(voice.say("receipt.passed", task=task.number, day=voice.day(passed)))
    if _owes_a_day(card, report):
        lines.append(voice.say("reporting.when", task=task.number))
    due = task.due
    if due is not None and report.expected is not None and report.expected > due and not ended:
        key = "receipt.overdue" if task.overdue else "receipt.late"
        lines.append(voice.say(key, day=voice.short(due, card.today)))
    return lines


def _lines(voice: Voice, card: CardView) -> list[Html]:
    task = card.task
    name = brief(task.text, 36)
    lines = [voice.say("card.title", task=task.number, text=name)]
    lines += _owners(voice, task)
    lines.append(limit(voice, card))
    if task.original_due is not None and task.original_due != task.due:
        day = voice.day(task.original_due, card.today)
        lines.append(voice.say("card.original", day=day, n=task.extensions))
    if card.request is not None:
        lines.append(waits(voice, card.request))
        lines.append(voice.say("card.reason", reason=cut(card.request.reason, 60)))
    lines += _state(voice, card)
    around = review(voice, card.review, card.today)
    if around:
        lines.append(voice.say("card.review", said=around))
    part = card.own or card.about or task.lead or next(iter(task.parts), None)
    said = None if part is None else _answer(card, part)
    if part is not None and said is not None:
        lines += last_words(voice, said, card.today, of_several=part.contacts > 1)
    if task.leader is not None:
        lines.append(voice.say("card.leader", name=cut(task.leader, 24)))
    lines += milestones(voice, task, card.today)
    lines += _source(voice, task, name)
    if card.chips:
        lines.append(voice.say("extension.by_when"))
    return lines


def _answer(card: CardView, part: PartView) -> ReportView | None:
    """The answer to show: not one that only says what the lines above say, but how the work
    stood."""
    shown = part.shown
    if shown is None:
        return None
    if part.state in ENDED_STATES and awaits_confirming(shown):
        # Nobody confirms it any more: its words stand, what was read out of them counts never.
        return replace(shown, percent=None, expected=None, pace=None, problem=None, proposed=None)
    told = shown.kind is ReportKind.extension and card.request is not None
    bare = shown.kind is ReportKind.submission and shown.text == SUBMIT_WORDS
    return part.words if told or bare else shown


def milestones(voice: Voice, task: TaskView, today: date, most: int = NODES) -> list[Html]:
    """节点, with what is met: of many the open ones come first."""
    shown = sorted(task.nodes, key=lambda node: node.met_on is not None)[:most]
    shown.sort(key=lambda node: (node.due, node.number))
    lines = []
    for node in shown:
        late = node.met_on is None and node.due < today and task.state not in ENDED_STATES
        mark = "○" if node.met_on is None else "✓"
        facts = {"mark": mark, "day": voice.short(node.due, today), "title": cut(node.title, 40)}
        lines.append(voice.say("node.late" if late else "node.line", **facts))
    if len(task.nodes) > len(shown):
        lines.append(voice.say("node.rest", n=len(task.nodes) - len(shown)))
    return lines


def _owners(voice: Voice, task: TaskView) -> list[Html]:
    by_role: dict[PartRole, list[str]] = {}
    for part in task.parts:
        by_role.setdefault(part.role, []).append(part.department)
    if len(by_role.get(PartRole.lead, [])) > 1:
        first, *others = by_role[PartRole.lead]
        by_role[PartRole.lead] = [voice.plain("card.consolidates", name=one_line(first)), *others]
    owners = [
        voice.say("card.owners", role=voice.term(role), names=voice.names(by_role[role]))
        for role in PartRole
        if role in by_role
    ]
    beside = joined(owners, voice.plain("card.beside"))
    return [beside] if width(beside) <= LINE else owners


def _state(voice: Voice, card: CardView) -> list[Html]:
    task, own = card.task, card.own
    if own is not None and own in task.former:
        return [voice.say("ownership.card_moved", department=_owner(voice, card))]
    if own is not None:
        return [_state_of(voice, card, own)]
    if len(task.parts) == 1:
        return [_state_of(voice, card, task.parts[0])]
    state = voice.term(task.state)
    if task.percent is not None and task.state not in ENDED_STATES:
        state = voice.plain("task.percent", state=state, percent=task.percent)
    lines = [voice.say("card.state", state=state)]
    for part in task.parts[:PARTS]:
        name, how = short_name(part.department), standing(voice, part, part.percent)
        if part.due is not None and part.due != task.due and part.state not in ENDED_STATES:
            day = voice.day(part.due, card.today)
            lines.append(voice.say("card.part_due", name=name, state=how, day=day))
        else:
            lines.append(voice.say("card.part", name=name, state=how))
    if len(task.parts) > PARTS:
        lines.append(voice.say("lists.rest", n=len(task.parts) - PARTS))
    if card.about is not None and _waits(card.about):
        lines.append(voice.say("ownership.card_about", department=card.about.department))
    return lines


def _state_of(voice: Voice, card: CardView, part: PartView) -> Html:
    if part.state is PartState.submitted and part.submitted_at is not None:
        day = voice.short(voice.cal.local_date(part.submitted_at), card.today)
        return voice.say("card.submitted", state=voice.term(part.state), day=day)
    return voice.say("card.state", state=standing(voice, part, part.percent))


def _owner(voice: Voice, card: CardView) -> str:
    """Who has what the viewer's department passed on."""
    own, parts = card.own, card.task.parts
    if own is not None and own.passed_to is not None:
        return own.passed_to
    return voice.names(one.department for one in parts if own is None or one.role is own.role)


def _waits(part: PartView) -> bool:
    """Whether a department waits for the office."""
    asked = (PartState.submitted, PartState.declined)
    return part.state in asked or part.requested_at is not None


def _source(voice: Voice, task: TaskView, shown: str) -> list[Html]:
    where = cut(f"{task.notice} {task.section or ''}", 60)
    if one_line(task.text) == shown:
        return [voice.say("card.source", where=where)]
    return [voice.say("card.source_text", where=where), quoted(task.text, ORIGINAL)]
