"""PURE. How far it has come: one screen for a leader, and what stands behind each number."""

from collections.abc import Iterable

from bot.render.absent import callee
from bot.render.buttons import keyboard, openers, view
from bot.render.lines import due, late, short_name, standing, title
from bot.render.message import Button, Keyboard, Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, brief, cut, joined, width
from tasks.classes import shares
from tasks.views.cards import CardView
from tasks.views.silence import Heard, PeriodView
from tasks.views.standings import TaskView
from tasks.views.summary import DepartmentRow, OverdueLine, Summary
from tasks.vocabulary import ProgressClass, Silence

OVERDUE = 10
"""Overdue tasks on the first screen; the rest is a button."""

EARLY = 8
"""Departments not asked yet that are named."""

DIGIT = "\u2007"
"""A space as wide as a digit: numbers stand below each other in a proportional font."""

IDEOGRAPH = "\u3000"
"""A space as wide as a Chinese character."""


def summary(voice: Voice, found: Summary) -> tuple[Message, ...]:
    """The five classes with their change, what is overdue, who was heard."""
    lines = [_head(voice, found), _as_of(voice, found)]
    if not found.total:
        lines.append(voice.say("summary.nothing"))
        if found.left:
            lines.append(voice.say("summary.left", n=found.left))
        return fit(lines)
    lines += _classes(voice, found)
    if found.change is not None and found.change_since is not None:
        since = voice.day(found.change_since, found.as_of.date())
        lines.append(voice.say("summary.since", since=since))
    if found.overdue:
        lines.append(voice.say("summary.overdue", n=len(found.overdue)))
        shown = found.overdue if len(found.overdue) <= OVERDUE + 2 else found.overdue[:OVERDUE]
        lines += [_overdue_line(voice, line, found) for line in shown]
        if len(shown) < len(found.overdue):
            lines.append(voice.say("lists.rest", n=len(found.overdue) - len(shown)))
    lines += [_heard_line(voice, found.heard), _counts(voice, found)]
    return fit(lines, _behind_the_numbers(voice, found))


def summary_class(voice: Voice, found: Summary, cls: ProgressClass) -> tuple[Message, ...]:
    """The tasks of one class."""
    tasks = [task for task in found.tasks if task.classified.cls is cls]
    lines = [
        _head(voice, found),
        voice.say("summary.class", name=voice.term(cls), n=len(tasks)),
        *(_task_line(voice, task, found) for task in tasks),
    ]
    return fit(lines, _opening(voice, found, (task.number for task in tasks)))


def summary_departments(voice: Voice, found: Summary) -> tuple[Message, ...]:
    """Each department with its own parts."""
    lines = [_head(voice, found), voice.say("summary.by_department", n=len(found.departments))]
    lines += [_department_line(voice, row) for row in found.departments]
    return fit(lines, keyboard(_back(voice, found)))


def overdue(voice: Voice, found: Summary) -> tuple[Message, ...]:
    """Everything overdue, with reason and expected date."""
    lines = [_head(voice, found), _as_of(voice, found)]
    if found.overdue:
        lines.append(voice.say("summary.overdue", n=len(found.overdue)))
        names = {task.number: brief(task.text) for task in found.tasks}
        for line in found.overdue:
            lines.append(_overdue_line(voice, line, found))
            if line.task in names:
                lines.append(voice.say("summary.overdue_text", text=names[line.task]))
    else:
        lines.append(voice.say("summary.none_overdue"))
    return fit(lines, _opening(voice, found, (line.task for line in found.overdue)))


def who(voice: Voice, heard: PeriodView, label: str | None) -> tuple[Message, ...]:
    """Who was not heard in the period, under the three words of silence, with telephones."""
    if label is None:
        lines = [voice.say("who.all")]
    else:
        lines = [voice.say("who.of", label=cut(label, 60))]
    lines.append(
        voice.say("who.period", opens=voice.day(heard.opens), closes=voice.day(heard.closes))
    )
    lines += _silences(voice, heard)
    return fit(lines)


def who_task(voice: Voice, card: CardView, heard: PeriodView) -> tuple[Message, ...]:
    """The same for the departments of one task."""
    lines = [title(voice, card.task)]
    lines.append(
        voice.say("who.period", opens=voice.day(heard.opens), closes=voice.day(heard.closes))
    )
    lines += _silences(voice, heard)
    return fit(lines, keyboard(openers(voice, [card.task.number])))


def _head(voice: Voice, found: Summary) -> Html:
    if found.label is None:
        return voice.say("summary.all")
    return voice.say("summary.of", label=cut(found.label, 60))


def _as_of(voice: Voice, found: Summary) -> Html:
    return voice.say("summary.as_of", at=found.as_of, n=found.total)


def _classes(voice: Voice, found: Summary) -> list[Html]:
    percents = shares(found.classes)
    names = {cls: voice.term(cls) for cls in ProgressClass}
    # Only Chinese characters are all of one width in a proportional font.
    chinese = all(width(name) == 2 * len(name) for name in names.values())
    longest = max(len(name) for name in names.values()) if chinese else 0
    digits = max(2, *(len(f"{found.classes.get(cls, 0)}") for cls in ProgressClass))
    lines = []
    for cls, name in names.items():
        changed = 0 if found.change is None else found.change.get(cls, 0)
        key = "up" if changed > 0 else "down" if changed < 0 else "same"
        lines.append(
            voice.say(
                f"summary.line_{key}",
                name=Html(name.ljust(longest, IDEOGRAPH)),
                n=Html(f"{found.classes.get(cls, 0)}".rjust(digits, DIGIT)),
                percent=Html(f"{percents[cls]}".rjust(5 if percents[cls] >= 100 else 4, DIGIT)),
                change=abs(changed),
            )
        )
    return lines


def _overdue_line(voice: Voice, line: OverdueLine, found: Summary) -> Html:
    facts = {
        "task": line.task,
        "department": short_name(line.department),
        "days": voice.plain("summary.days", n=line.days)
        if line.days
        else voice.plain("limit.passed"),
    }
    said = [] if line.reason is None else [cut(line.reason, 28)]
    if line.expected is not None:
        day = voice.short(line.expected, found.as_of.date())
        said.append(voice.plain("reading.expected", day=day))
    if not said:
        return voice.say("summary.overdue_silent", **facts)
    return voice.say("summary.overdue_line", said=voice.plain("lists.comma").join(said), **facts)


def _heard_line(voice: Voice, heard: PeriodView) -> Html:
    return voice.say(
        "summary.heard_partly" if heard.partial else "summary.heard",
        n=heard.complete,
        partial=heard.partial,
        of=len(heard.departments),
        **{word.value: len(heard.silent(word)) for word in Silence},
    )


def _counts(voice: Voice, found: Summary) -> Html:
    counts = {"extended": found.extended, "waiting": found.waiting, "left": found.left}
    line = voice.say("summary.counts", **counts)
    if not found.past_original:
        return line
    return joined((line, voice.say("summary.past_original", n=found.past_original)), "\n")


def _behind_the_numbers(voice: Voice, found: Summary) -> Keyboard:
    ids = _scope(found)
    buttons = []
    behind = found.classes.get(ProgressClass.behind, 0)
    if behind:
        name = voice.term(ProgressClass.behind)
        buttons.append(view(voice, "class", "class=behind", *ids, name=name, n=behind))
    silent = len(found.heard.silent(Silence.not_answered))
    if found.department_ids is None:  # who was not heard is the office's to see
        if silent:
            buttons.append(view(voice, "silent", "silent", *ids, n=silent))
        elif found.heard.complete < len(found.heard.departments):
            buttons.append(view(voice, "heard", "silent", *ids))
    buttons.append(view(voice, "departments", "departments", *ids))
    if len(found.overdue) > OVERDUE + 2:
        buttons.append(view(voice, "overdue", "overdue", *ids, n=len(found.overdue)))
    return keyboard(buttons)


def _scope(found: Summary) -> tuple[int, int]:
    """What a button carries: a notice, and a department; all that are the reader's own are 0."""
    units = found.department_ids or ()
    return found.notice_id or 0, units[0] if len(units) == 1 else 0


def _opening(voice: Voice, found: Summary, numbers: Iterable[int]) -> Keyboard:
    return keyboard(openers(voice, numbers), _back(voice, found))


def _back(voice: Voice, found: Summary) -> list[Button]:
    return [view(voice, "summary", "summary", *_scope(found))]


def _task_line(voice: Voice, task: TaskView, found: Summary) -> Html:
    lead = task.leads[0] if task.leads else task.parts[0]
    line = voice.say(
        "summary.task",
        title=title(voice, task),
        department=short_name(lead.department),
        due=due(voice, task, found.as_of.date()),
        state=late(voice, task.overdue_for)
        if task.overdue
        else standing(voice, lead, task.percent),
    )
    if task.classified.carried:
        return voice.say("summary.carried", line=line)
    return line


def _department_line(voice: Voice, row: DepartmentRow) -> Html:
    classes = [
        voice.plain("summary.of_class", name=voice.term(cls), n=row.classes.get(cls, 0))
        for cls in ProgressClass
        if row.classes.get(cls, 0)
    ]
    if row.overdue:
        classes.append(voice.plain("summary.of_overdue", n=row.overdue))
    return voice.say(
        "summary.department",
        name=short_name(row.name),
        n=row.total,
        lead=row.lead,
        classes=voice.plain("lists.space").join(classes),
    )


def _silences(voice: Voice, heard: PeriodView) -> list[Html]:
    line = _heard_line(voice, heard)
    if heard.early:
        line = voice.say("who.with_early", line=line, n=len(heard.early))
    lines = [line]
    if heard.complete == len(heard.departments):
        lines.append(voice.say("who.everyone"))
    if heard.partly:
        lines.append(voice.say("who.partly", n=heard.partial))
        lines += [_silent_line(voice, one) for one in heard.partly]
    for word in (Silence.not_answered, Silence.not_bound, Silence.not_delivered):
        silent = heard.silent(word)
        if silent:
            lines.append(voice.say("who.word", word=voice.term(word), n=len(silent)))
            lines += [_silent_line(voice, one) for one in silent]
    if heard.early:
        lines.append(voice.say("who.early", n=len(heard.early)))
        lines += [_silent_line(voice, one) for one in heard.early[:EARLY]]
        if len(heard.early) > EARLY:
            lines.append(voice.say("who.more", n=len(heard.early) - EARLY))
    return lines


def _silent_line(voice: Voice, one: Heard) -> Html:
    name = short_name(one.department)
    tasks = voice.tasks(one.tasks[:6])
    if len(one.tasks) > 6:
        tasks = voice.plain("lists.many_tasks", tasks=tasks, n=len(one.tasks))
    line = voice.say("who.department", name=name, tasks=tasks, n=one.answered, of=one.of)
    if one.told_on is not None:
        line = voice.say("who.told", line=line, day=voice.short(one.told_on))
    people = _people(voice, one)
    return line if not people else voice.say("who.with_people", line=line, people=people)


def _people(voice: Voice, one: Heard) -> str:
    called = [callee(voice, person.name, person.phone, person.away) for person in one.contacts[:3]]
    return voice.listed(person for person in called if person)
