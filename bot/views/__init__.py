"""What somebody asked to see: a name and its arguments become pages.

Whoever may not see a thing gets the refusal as their answer; departments see their own
tasks, the office and leaders see all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import render
from bot.desk import Desk
from bot.groups import HELP
from bot.render.message import Message
from bot.views.broadcasts import BROADCAST_VIEWS
from bot.views.byhand import BYHAND_VIEWS, beside_summary
from bot.views.closing import CLOSING_VIEWS
from bot.views.drafts import DRAFT_VIEWS
from bot.views.extensions import EXTENSION_VIEWS
from bot.views.ownership import OWNERSHIP_VIEWS
from bot.views.reporting import REPORTING_VIEWS
from bot.views.staff import STAFF_VIEWS
from tasks.errors import DubanError, NotAllowed, NotFound, Refused
from tasks.models import Department, Notice
from tasks.services import snoozing
from tasks.services.acts import Act, get_notice, is_office, own_departments, roles_of
from tasks.services.directory import get_department
from tasks.views import cards, silence
from tasks.views import desk as desk_views
from tasks.views import questions as question_view
from tasks.views import queue as queue_view
from tasks.views.standings import load
from tasks.views.summary import Summary, summarise
from tasks.vocabulary import NoticeState, ProgressClass, Role

Pages = tuple[Message, ...]
Shown = tuple[Pages, tuple[int, ...]]

SNOOZE = "snooze"
"""The view in which somebody chooses when to be reminded again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to see what."""

    session: Session
    desk: Desk
    act: Act
    voice: render.Voice
    facts: Mapping[str, Any]

    def scope(self) -> tuple[int | None, list[int] | None]:
        """The notice and the departments to show: for somebody of departments, their own."""
        notice = self.facts.get("notice")
        department = self.facts.get("department")
        if not cards.sees_all(self.session, self.act):
            own = own_departments(self.session, self.act)
            if not own:
                raise NotAllowed(action="summary")
            if department is not None and department not in own:
                raise NotAllowed(action="summary")
            return notice, own if department is None else [department]
        if notice is None and department is None:
            notice = only_notice(self.session)
        return notice, None if department is None else [department]

    def summary(self) -> Summary:
        notice, departments = self.scope()
        return summarise(
            self.session,
            self.desk.office,
            self.act.now,
            notice_id=notice,
            department_ids=departments,
        )

    def needs_office(self) -> None:
        """Raises NotAllowed for anybody who does not see everything."""
        if not cards.sees_all(self.session, self.act):
            raise NotAllowed(action=str(self.facts["name"]))


def compose_view(
    session: Session, desk: Desk, act: Act, voice: render.Voice, facts: Mapping[str, Any]
) -> Shown:
    """The pages of a wish and the tasks of which they speak; a refusal is a page, too."""
    try:
        return VIEWS[facts["name"]](Wish(session, desk, act, voice, facts))
    except DubanError as refusal:
        return render.answer(voice, refusal.code, refusal.facts), ()


def only_notice(session: Session) -> int | None:
    """The one notice that was issued, if it is the only one."""
    found = session.scalars(
        select(Notice.id).where(Notice.state == NoticeState.issued).limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def _my(wish: Wish) -> Shown:
    view = cards.my_tasks(wish.session, wish.desk.office, wish.act)
    return render.my(wish.voice, view), tuple(card.task.number for card in view.cards)


def _summary(wish: Wish) -> Shown:
    return beside_summary(wish, render.summary(wish.voice, wish.summary())), ()


def _class(wish: Wish) -> Shown:
    summary = wish.summary()
    cls = ProgressClass(wish.facts["class"])
    numbers = tuple(task.number for task in summary.tasks if task.classified.cls is cls)
    return render.summary_class(wish.voice, summary, cls), numbers


def _departments(wish: Wish) -> Shown:
    return render.summary_departments(wish.voice, wish.summary()), ()


def _overdue(wish: Wish) -> Shown:
    summary = wish.summary()
    return render.overdue(wish.voice, summary), tuple(line.task for line in summary.overdue)


def _who(wish: Wish) -> Shown:
    number = wish.facts.get("task")
    if number is not None:
        card = cards.card(wish.session, wish.desk.office, wish.act, number)
        wish.needs_office()
        heard = silence.heard(wish.session, wish.desk.office, wish.act.now, [card.task])
        return render.who_task(wish.voice, card, heard), (number,)
    wish.needs_office()
    summary = wish.summary()
    return render.who(wish.voice, summary.heard, summary.label), ()


def _log(wish: Wish) -> Shown:
    number = wish.facts["task"]
    card = cards.card(wish.session, wish.desk.office, wish.act, number)
    lines = desk_views.timeline(wish.session, number)
    if not cards.sees_all(wish.session, wish.act):
        own = {card.own.department} if card.own is not None else set()
        lines = [line for line in lines if line["department"] in own | {None}]
        # The grade is the office's word to the lead, told with the grading.
        lines = [{key: line[key] for key in line if key != "grade"} for line in lines]
    return render.log(wish.voice, card, lines), (number,)


def _original(wish: Wish) -> Shown:
    number = wish.facts["task"]
    card = cards.card(wish.session, wish.desk.office, wish.act, number)
    return render.original(wish.voice, card), (number,)


def _queue(wish: Wish) -> Shown:
    if not roles_of(wish.session, wish.act) & {Role.coordinator, Role.admin}:
        raise NotAllowed(action="queue")
    view = queue_view.queue(wish.session, wish.desk.office, wish.act)
    section, page = wish.facts.get("section"), wish.facts.get("page", 0)
    numbers = tuple(one.card.task.number for one in view.submissions)
    return render.queue(wish.voice, view, section, page), numbers


def _question(wish: Wish) -> Shown:
    if not is_office(wish.session, wish.act):
        raise NotAllowed(action="answer")
    found = question_view.question(wish.session, wish.facts["question"])
    return render.question(wish.voice, found), ()


def _notices(wish: Wish) -> Shown:
    wish.needs_office()
    found = desk_views.notices(wish.session)
    drafting = is_office(wish.session, wish.act)
    return render.notices(wish.voice, found, drafting=drafting), ()


def _assignment(wish: Wish) -> Shown:
    """Every task of a notice that the person's departments hold."""
    notice = get_notice(wish.session, wish.facts["notice"]).id
    own = own_departments(wish.session, wish.act)
    numbers = [
        task.number
        for task in load(
            wish.session,
            wish.desk.office,
            wish.act.now,
            notice_id=notice,
            department_ids=own,
        )
    ]
    if not numbers:
        raise NotFound("no_such_notice", notice=notice)
    view = cards.assignment(wish.session, wish.desk.office, wish.act, notice, numbers)
    return render.assignment(wish.voice, view, full=True), tuple(numbers)


def _snooze(wish: Wish) -> Shown:
    """When the tasks of a digest may be recalled again."""
    numbers = tuple(int(number) for number in wish.facts["tasks"])
    found = snoozing.choices(wish.session, wish.desk.office, wish.act, numbers)
    if not found:
        raise Refused("snooze_too_late", tasks=numbers)
    return render.snooze(wish.voice, numbers, found), numbers


def _group_help(wish: Wish) -> Shown:
    unit = wish.session.get(Department, wish.act.group or 0)
    return render.group_help(wish.voice, None if unit is None else unit.name), ()


def _help(wish: Wish) -> Shown:
    roles = set(roles_of(wish.session, wish.act))
    if own_departments(wish.session, wish.act, Role.contact):
        roles.add(Role.contact)
    if own_departments(wish.session, wish.act, Role.head):
        roles.add(Role.head)
    return render.help(wish.voice, frozenset(roles)), ()


def _stranger(wish: Wish) -> Shown:
    return render.stranger(wish.voice), ()


def _which(wish: Wish) -> Shown:
    view = cards.my_tasks(wish.session, wish.desk.office, wish.act)
    words, unknown = wish.facts["words"], wish.facts.get("unknown", ())
    return render.which(wish.voice, view, wish.facts["text"], words, unknown), ()


VIEWS: dict[str, Callable[[Wish], Shown]] = {
    "my": _my,
    "summary": _summary,
    "class": _class,
    "departments": _departments,
    "overdue": _overdue,
    "silent": _who,
    "who": _who,
    "log": _log,
    "original": _original,
    "queue": _queue,
    "question": _question,
    "notices": _notices,
    "assignment": _assignment,
    "help": _help,
    HELP: _group_help,
    "stranger": _stranger,
    "which": _which,
    **REPORTING_VIEWS,
    **DRAFT_VIEWS,
    **BYHAND_VIEWS,
    **OWNERSHIP_VIEWS,
    **CLOSING_VIEWS,
    **EXTENSION_VIEWS,
    **STAFF_VIEWS,
    **BROADCAST_VIEWS,
    SNOOZE: _snooze,
}


def view_facts(session: Session, act: Act, name: str, words: str) -> dict[str, Any]:
    """The facts of a wish from the words behind a command: a notice by its id or number, or
    a department by its name. Raises NotFound where the words name neither."""
    facts: dict[str, Any] = {"name": name}
    words = words.strip()
    if not words:
        return facts
    notice = notice_named(session, words)
    if notice is not None:
        return {**facts, "notice": notice.id}
    return {**facts, "department": get_department(session, words).id}


def notice_named(session: Session, words: str) -> Notice | None:
    """The notice with that id or number."""
    by_number = select(Notice).where(Notice.number == words)
    if words.isascii() and words.isdigit() and int(words) < 2**31:
        by_number = select(Notice).where(Notice.id == int(words))
    return session.scalar(by_number)
