"""What is seen of the coordinator's own work: milestones, leaders, typed duties, merging, and
what waits for a leader's word.

The one rule: every view here judges by itself whose it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bot.callbacks import Press, Verb
from bot.render import byhand as render
from bot.render.buttons import button, keyboard, view
from bot.render.message import Message
from tasks.errors import NotAllowed
from tasks.services import corrections, leaders
from tasks.services.acts import get_notice, is_office, own_departments, roles_of
from tasks.views import cards
from tasks.views.approvals import approval
from tasks.views.standings import load, notice_label
from tasks.vocabulary import ENDED_STATES, Role

if TYPE_CHECKING:
    from bot.views import Wish

Pages = tuple[Message, ...]
Shown = tuple[Pages, tuple[int, ...]]


def _nodes(wish: "Wish") -> Shown:
    number = wish.facts["task"]
    card = cards.card(wish.session, wish.desk.office, wish.act, number)
    own = own_departments(wish.session, wish.act)
    answering = any(
        part.department_id in own and part.state not in ENDED_STATES for part in card.task.leads
    )
    office = is_office(wish.session, wish.act)
    return render.nodes(wish.voice, card, office=office, answering=answering), (number,)


def _leaders(wish: "Wish") -> Shown:
    _needs_office(wish, "attach_leader")
    known = [(person.id, person.name) for person in leaders.leaders(wish.session)]
    number = wish.facts.get("task")
    if number is not None:
        card = cards.card(wish.session, wish.desk.office, wish.act, number)
        subject = render.subject_of_task(wish.voice, card)
        chosen = card.task.leader_id
        pages = render.leaders(wish.voice, subject, "task", number, known, chosen)
        return pages, (number,)
    notice = get_notice(wish.session, wish.facts["notice"])
    tasks = load(wish.session, wish.desk.office, wish.act.now, notice_id=notice.id)
    held = {task.leader_id for task in tasks}
    subject = render.subject_of_notice(wish.voice, notice_label(notice), len(tasks))
    chosen = held.pop() if len(held) == 1 else None
    return render.leaders(wish.voice, subject, "notice", notice.id, known, chosen), ()


def _attached(wish: "Wish") -> Shown:
    """The tasks attached to the reader, whoever that is."""
    numbers = leaders.attached(wish.session, wish.act.person_id)
    if not roles_of(wish.session, wish.act) & {Role.leader}:
        raise NotAllowed(action="summary")
    tasks = load(wish.session, wish.desk.office, wish.act.now, numbers=numbers)
    found = cards.cards_of(wish.session, wish.desk.office, wish.act, tasks)
    found.sort(key=cards.urgency)
    today = wish.desk.office.cal.local_date(wish.act.now)
    mine = cards.MyTasks((), tuple(found), (), today)
    return render.attached(wish.voice, mine), tuple(card.task.number for card in found)


def _by_hand(wish: "Wish") -> Shown:
    _needs_office(wish, "issue")
    read = dict(wish.facts["read"])
    notice = get_notice(wish.session, read["notice"])
    today = wish.desk.office.cal.local_date(wish.act.now)
    return render.by_hand(wish.voice, notice_label(notice), read, today), ()


def _late_limit(wish: "Wish") -> Shown:
    _needs_office(wish, "edit_task")
    number, due = wish.facts["task"], date.fromisoformat(wish.facts["due"])
    today = wish.desk.office.cal.local_date(wish.act.now)
    return render.late_limit(wish.voice, number, due, wish.facts["row"], today), (number,)


def _merge(wish: "Wish") -> Shown:
    facts = wish.facts
    found = corrections.merging(wish.session, wish.act, facts["gone"], facts["kept"])
    return render.merging(wish.voice, found, facts.get("reason"), facts["row"]), ()


def _approval(wish: "Wish") -> Shown:
    found = approval(wish.session, wish.desk.office, wish.act, wish.facts["approval"])
    return render.approval(wish.voice, found), ()


def _needs_office(wish: "Wish", action: str) -> None:
    if not is_office(wish.session, wish.act):
        raise NotAllowed(action=action)


BYHAND_VIEWS: Mapping[str, Callable[["Wish"], Shown]] = {
    "nodes": _nodes,
    "leaders": _leaders,
    "attached": _attached,
    "by_hand": _by_hand,
    "late_limit": _late_limit,
    "merge": _merge,
    "approval": _approval,
}


def beside_summary(wish: "Wish", pages: Pages) -> Pages:
    """A summary with what its reader can do from there: the office adds a task to the notice or
    attaches it to a leader, a leader opens what is attached to them."""
    notice, departments = wish.scope()
    extra = []
    if is_office(wish.session, wish.act) and notice is not None:
        extra.append(button(wish.voice, "by_hand_new", Press(Verb.by_hand, (notice,), "start")))
        press = Press(Verb.attach_leader, (notice,), "notice")
        extra.append(button(wish.voice, "leader", press))
    if leaders.attached(wish.session, wish.act.person_id) and departments is None:
        extra.append(view(wish.voice, "attached", "attached"))
    if not extra or not pages:
        return pages
    last = pages[-1]
    return (*pages[:-1], replace(last, keyboard=(*last.keyboard, *keyboard(extra))))
