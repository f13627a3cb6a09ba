"""PURE. What is said of one task in every message: title, limit, light, last words."""

from datetime import date

from bot.render.choices import Chosen, assembled
from bot.render.voice import Voice
from bot.render.wording import (
    BRIEF,
    FOLDED,
    NAME,
    Html,
    brief,
    clean,
    cut,
    joined,
    quoted,
    width,
)
from tasks.models import ReportKind
from tasks.views.cards import CardView
from tasks.views.judging import Review
from tasks.views.standings import REQUESTS, PartView, ReportView, TaskView
from tasks.vocabulary import ENDED_STATES, Endorsement, FollowUp, Light, PartRole, PartState
from tasks.workflow import Action

LINE = 39
"""Cells of a line on a phone."""


def title(voice: Voice, task: TaskView, cells: int = BRIEF) -> Html:
    """#8 and what the task is called."""
    return voice.say("task.title", task=task.number, text=brief(task.text, cells))


def short_name(name: str) -> str:
    """A department's name in a list."""
    return cut(name, NAME)


def warning(task: TaskView) -> Light | None:
    """The light where it warns; green is the rule and stays unsaid in lists."""
    return task.light if task.light in (Light.yellow, Light.red, Light.grey) else None


def marked(voice: Voice, task: TaskView, line: str) -> Html:
    """The line behind the task's light, if that warns."""
    light = warning(task)
    return Html(line) if light is None else joined((voice.term(light), line), " ")


def late(voice: Voice, days: int) -> str:
    """How long a limit has passed: on the free days right after it only that it has."""
    return voice.plain("limit.late", n=days) if days > 0 else voice.plain("limit.passed")


def late_briefly(voice: Voice, days: int) -> str:
    """The same where there is room for a word only."""
    return voice.plain("limit.late_briefly", n=days) if days > 0 else voice.plain("limit.passed")


def left(voice: Voice, card: CardView) -> str:
    """How long until the limit that lies ahead."""
    if card.task.due == card.today:
        return voice.plain("limit.today")
    if not card.days_left:
        return voice.plain("limit.free_days")
    return voice.plain("limit.left", n=card.days_left)


def limit(voice: Voice, card: CardView) -> Html:
    """The limit with what is left of it and its light."""
    task = card.task
    if task.due is None:
        once = task.follow_up is FollowUp.once
        return voice.say("limit.once" if once else "limit.none")
    day = voice.day(task.due, card.today)
    if task.state in ENDED_STATES or task.state is PartState.submitted:
        return voice.say("limit.bare", day=day)
    rest = late(voice, task.overdue_for) if task.overdue else left(voice, card)
    return voice.say("limit.full", day=day, rest=rest, light=voice.term(task.light))


def in_line(voice: Voice, task: TaskView, tail: str, before: int = 0) -> Html:
    """Number, name and what follows, the name cut so that they share a line. `before`: cells
    that are taken already."""
    around = voice.plain("task.line", title=f"#{task.number} ", tail=tail)
    room = max(min(LINE - before - width(around), BRIEF), BRIEF // 2)
    return voice.say("task.line", title=title(voice, task, room), tail=tail)


def listed(voice: Voice, card: CardView) -> Html:
    """One task in a list of one's own: light, number, name, limit, what is open."""
    task = card.task
    own = task.state if card.own is None else card.own.state
    if own in (PartState.submitted, *ENDED_STATES):
        tail = voice.term(own)
    elif task.overdue:
        tail = late_briefly(voice, task.overdue_for)
    else:
        tail = due(voice, task, card.today)
    if Action.sign in card.actions:
        tail = voice.plain("task.unsigned", tail=tail)
    return marked(voice, task, in_line(voice, task, tail, 0 if warning(task) is None else 3))


def due(voice: Voice, task: TaskView, today: date) -> str:
    """A limit in a list; without one, how the task is followed up."""
    if task.due is not None:
        return voice.short(task.due, today)
    if task.follow_up is FollowUp.once:
        return voice.term(task.follow_up)
    return voice.plain("limit.long_term")


def standing(voice: Voice, part: PartView, percent: int | None) -> str:
    """A part's state, with the percent that counts while the work goes on. Whoever cooperates
    need not sign."""
    if part.role is PartRole.cooperating and part.state is PartState.issued and percent is None:
        return voice.plain("task.helping")
    if percent is None or part.state in ENDED_STATES:
        return voice.term(part.state)
    return voice.plain("task.percent", state=voice.term(part.state), percent=percent)


def reading(voice: Voice, report: ReportView, today: date) -> Html:
    """What a report was read to say, in the order in which a receipt says it."""
    said: list[str] = []
    if report.proposed is not None:
        said.append(voice.term_of("reply_state", report.proposed))
    if report.percent is not None:
        said.append(voice.plain("reading.percent", percent=report.percent))
    if report.pace is not None and report.proposed != "no_change":
        said.append(voice.plain("reading.pace", pace=voice.term(report.pace)))
    if report.expected is not None:
        said.append(voice.plain("reading.expected", day=voice.short(report.expected, today)))
    first = voice.say("reading.facts", facts=voice.plain("lists.comma").join(said))
    if report.problem is None:
        return first
    problem = cut(report.problem, 80)
    if not said:
        return voice.say("reading.problem", problem=problem)
    return voice.say("reading.both", facts=first, problem=problem)


def review(voice: Voice, of: Review | None, today: date) -> str:
    """Who of the department stands behind a submission, and how often one came back before."""
    if of is None:
        return ""
    said: list[str] = []
    if of.endorsement is Endorsement.signed and of.by is not None and of.on is not None:
        day = voice.short(of.on, today)
        said.append(voice.plain("review.signed", name=cut(of.by, 24), day=day))
    elif of.endorsement is not None:
        said.append(voice.term(of.endorsement))
    if of.returned:
        said.append(voice.plain("review.returned", n=of.returned))
    return voice.plain("lists.comma").join(said)


def reads_something(report: ReportView) -> bool:
    """Whether there is a reading that somebody may confirm or correct."""
    return any(
        value is not None
        for value in (
            report.percent,
            report.expected,
            report.pace,
            report.problem,
            report.proposed,
        )
    )


def awaits_confirming(report: ReportView) -> bool:
    """待确认: the words count, what they were read to say does not yet."""
    return not report.confirmed and reads_something(report)


def last_words(
    voice: Voice, report: ReportView, today: date, *, of_several: bool = False
) -> list[Html]:
    """A report with its day, its reading and its words; who said it where the department has
    several contacts, and who wrote it down."""
    return [*_words(voice, report, today), *_speaker(voice, report, of_several)]


def _speaker(voice: Voice, report: ReportView, of_several: bool) -> list[Html]:
    lines = []
    if report.next_step is not None and not _is_quoted(voice, report, report.next_step):
        lines.append(voice.say("reporting.last_next", text=cut(report.next_step, 80)))
    if report.recorded_by is not None:
        key = "recorded" if report.informant is None else "recorded_of"
        name, who = report.recorded_by, cut(report.informant or "", 16)
        lines.append(voice.say(f"reporting.{key}", name=name, who=who))
    elif of_several and report.by is not None:
        lines.append(voice.say("reporting.by", name=report.by))
    return lines


def _is_quoted(voice: Voice, report: ReportView, words: str) -> bool:
    """Whether the quotation of a report shows these words without being unfolded."""
    return not _is_tapped(voice, report) and words in clean(report.text)[:FOLDED]


def _is_tapped(voice: Voice, report: ReportView) -> bool:
    """Whether the words say nothing but what was tapped, which the reading says already."""
    chosen = Chosen(report.percent, report.expected, report.problem, report.next_step)
    return bool(chosen) and report.text == assembled(voice, chosen)


def _words(voice: Voice, report: ReportView, today: date) -> list[Html]:
    facts = {
        "day": voice.short(voice.cal.local_date(report.said_at), today),
        "pending": voice.say("task.pending") if awaits_confirming(report) else "",
    }
    if report.kind in (ReportKind.no_change, ReportKind.nothing_to_add):
        return [voice.say("task.last_plain", said=voice.term(report.kind), **facts)]
    said = reading(voice, report, today)
    if report.kind in REQUESTS:
        said = voice.say("reading.facts", facts=voice.term(report.kind))
    first = (
        voice.say("task.last_plain", said=said, **facts)
        if said
        else voice.say("task.last", **facts)
    )
    return [first] if said and _is_tapped(voice, report) else [first, quoted(report.text)]
