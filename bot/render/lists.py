"""PURE. Several tasks for one person: what they were handed, and what they owe."""

from collections.abc import Sequence

from bot.render.buttons import choices, keyboard, openers, signing, view
from bot.render.lines import due, in_line, listed
from bot.render.message import Message
from bot.render.paging import fit
from bot.render.voice import Voice
from bot.render.wording import Html, cut, one_line
from tasks.views.cards import AssignmentView, CardView, MyTasks
from tasks.vocabulary import DEPARTMENT_ROLES, Role

SHOWN = 10
"""Tasks of a long list that are shown before its rest is a button."""

INFORMED, BRIEF_TEXT, FULL_TEXT = 3, 80, 400
"""Passages for information in a first message, and their characters there and in full."""


def assignment(voice: Voice, given: AssignmentView, *, full: bool = False) -> tuple[Message, ...]:
    """【交办】: what one person is handed with one notice; `full`: every task, 逐项查看."""
    shown, rest = _cut(given.cards, full=full)
    lines = [voice.say("assignment.title", notice=given.notice)]
    if given.title and given.title != given.notice:
        lines.append(voice.say("assignment.about", title=cut(given.title, 80)))
    for name, leading, helping in given.departments:
        key = "both" if leading and helping else "lead" if leading else "cooperating"
        lines.append(voice.say(f"assignment.{key}", name=name, lead=leading, helping=helping))
    lines += [in_line(voice, one.task, due(voice, one.task, one.today)) for one in shown]
    if rest:
        lines.append(voice.say("assignment.rest", n=rest))
    lines += _information(voice, given.information, full=full)
    if given.unsigned:
        end = f"{voice.cal.end_of_day:%H:%M}"
        lines.append(voice.say("assignment.sign_by", day=given.sign_by, time=end))
    lines.append(voice.say("assignment.decline", n=given.decline_within))
    lines += [voice.say("warning.secret"), voice.signature()]
    signs = signing(voice, given.cards, given.unsigned)
    if rest or (len(given.information) > INFORMED and not full):
        signs.append(view(voice, "one_by_one", "assignment", given.notice_id))
    if rest:
        return fit(lines, keyboard(signs))
    return fit(lines, keyboard(signs, openers(voice, _numbers(shown))))


def _information(voice: Voice, texts: Sequence[str], *, full: bool) -> list[Html]:
    """阅知: what concerns everybody and asks nobody for an answer."""
    if not texts:
        return []
    shown = texts if full else texts[:INFORMED]
    lines = [voice.say("assignment.information", n=len(texts))]
    length = FULL_TEXT if full else BRIEF_TEXT
    lines += [voice.say("assignment.informed", text=cut(text, length)) for text in shown]
    if len(shown) < len(texts):
        lines.append(voice.say("assignment.more_information", n=len(texts) - len(shown)))
    return lines


def welcome(
    voice: Voice, name: str, roles: Sequence[tuple[Role, str | None]], mine: MyTasks | None
) -> tuple[Message, ...]:
    """After binding: who you are here, all that is open, and how to answer."""
    called = one_line(name)
    lines = [voice.say("welcome.to", name=called) if called else voice.say("welcome.nameless")]
    held: dict[str, list[str]] = {}
    for role, department in roles:
        held.setdefault(department or voice.office, []).append(voice.term(role))
    for where, terms in held.items():
        lines.append(voice.say("welcome.role", roles=voice.listed(terms), department=where))
    office = [role for role, _ in roles if role not in DEPARTMENT_ROLES]
    if mine is None:
        lines += [
            voice.say("welcome.leader" if set(office) == {Role.leader} else "welcome.office"),
            voice.signature(),
        ]
        return fit(lines, keyboard([view(voice, "summary", "summary", 0, 0)]))
    shown, rest = _cut(mine.cards, full=False)
    if not shown:
        lines.append(voice.say("welcome.nothing"))
    else:
        lines.append(voice.say("welcome.open", n=len(mine.cards)))
        lines += [listed(voice, card) for card in shown]
    if rest:
        lines.append(voice.say("welcome.rest", n=rest))
    lines.append(voice.say("welcome.how"))
    if office:
        lines.append(
            voice.say("welcome.leader" if set(office) == {Role.leader} else "welcome.office")
        )
    lines += [voice.say("warning.secret"), voice.signature()]
    signs = signing(voice, mine.cards, mine.unsigned)
    if rest:
        return fit(lines, keyboard([*signs, view(voice, "one_by_one", "my")]))
    return fit(lines, keyboard(signs, openers(voice, _numbers(shown))))


def my(voice: Voice, mine: MyTasks) -> tuple[Message, ...]:
    """我的任务: every open task, the most urgent first."""
    if not mine.cards:
        return fit([voice.say("my.nothing")])
    lines = [voice.say("my.title", names=voice.names(mine.departments, 3), n=len(mine.cards))]
    lines += [listed(voice, card) for card in mine.cards]
    lines.append(voice.say("my.how"))
    signs = signing(voice, mine.cards, mine.unsigned)
    return fit(lines, keyboard(signs, openers(voice, _numbers(mine.cards))))


def which(
    voice: Voice, mine: MyTasks, text: str, words: int, unknown: Sequence[int] = ()
) -> tuple[Message, ...]:
    """Which task words are about that name none, or only `unknown` ones: a number hands them to
    that task."""
    if not mine.cards:
        return fit([voice.say("which.nothing")])
    lines = []
    if unknown:
        lines.append(voice.say("which.unknown", tasks=voice.tasks(unknown)))
    lines.append(voice.say("which.title", text=cut(text, 40)))
    shown, rest = _cut(mine.cards, full=False)
    lines += [listed(voice, card) for card in shown]
    if rest:
        lines.append(voice.say("which.rest", n=rest))
    lines.append(voice.say("which.how", task=shown[0].task.number))
    return fit(lines, keyboard(choices(voice, _numbers(mine.cards), words)))


def _cut(cards: Sequence[CardView], *, full: bool) -> tuple[Sequence[CardView], int]:
    # A rest of one or two takes as much room as saying that there is a rest.
    if full or len(cards) <= SHOWN + 2:
        return cards, 0
    return cards[:SHOWN], len(cards) - SHOWN


def _numbers(cards: Sequence[CardView]) -> list[int]:
    return [card.task.number for card in cards]
