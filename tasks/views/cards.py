"""A task as one person sees it: what it says, and what that person may do now.

The buttons of a card are the actions named here, and the same table judges the press.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.calendars import WorkCalendar
from tasks.chips import Chip, date_chips
from tasks.due import decline_until
from tasks.errors import NotFound
from tasks.models import Clause, Notice, Part
from tasks.services.acts import Act, Office, Roles, own_departments, roles_of
from tasks.services.declines import kept_parts
from tasks.services.evidence import files_of
from tasks.services.requests import JUDGED, extensions_of
from tasks.views.cooperation import consolidates
from tasks.views.judging import Review, review_of
from tasks.views.office_said import last_said
from tasks.views.requests import RequestView, request_of
from tasks.views.standings import PartView, TaskView, load
from tasks.vocabulary import (
    ENDED_STATES,
    OPEN_STATES,
    ClauseState,
    Light,
    PartRole,
    PartState,
    Role,
    WaiveReason,
)
from tasks.workflow import DEPARTMENT, Action, allowed


@dataclass(frozen=True, slots=True)
class CardView:
    """A task for one viewer. `own` is the part for which the viewer speaks, None for the
    office. `actions` are those allowed now; `about` is the part that the office's actions are
    about, `judged` the report that a judgement would name. `nudgeable`: the viewer may remind
    its departments now. `days_left`: working days to the limit, None without one. `files`:
    how many came with the answers and are kept. `sent_back`: the reason, as long as that was the
    last judgement and no newer answer stands; `nudged`: as long as nobody answered since 催办.
    `consolidates`: the viewer puts together what
    the cooperating departments answer. A department that passed the task on sees its old part
    as `own`; a department of a collective duty sees the task by its own limit. `by_hand`: the
    viewer sets milestones, corrects the task, attaches it to a leader. `request`: the one for
    more time that waits and concerns the viewer. `chips`: days by which the work may be done,
    offered instead of 按计划推进 where the light is yellow or red. `review`: what stands around
    the submission that waits, the viewer's own or the one that the office judges. `late`: a
    department still owes its share after the limit."""

    task: TaskView
    own: PartView | None
    actions: tuple[Action, ...]
    judged: int | None
    nudgeable: bool
    days_left: int | None
    today: date
    about: PartView | None = None
    files: int = 0
    sent_back: str | None = None
    nudged: bool = False
    consolidates: bool = False
    by_hand: bool = False
    request: RequestView | None = None
    chips: tuple[Chip, ...] = ()
    review: Review | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class MyTasks:
    """The open tasks of a person's departments, the most urgent first."""

    departments: tuple[str, ...]
    cards: tuple[CardView, ...]
    unsigned: tuple[int, ...]
    today: date


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """What one person is handed with one notice; `sign_by` is when signing is due.

    `information`: passages of the notice that are for everybody to know (阅知), and no task.
    """

    notice_id: int
    notice: str
    title: str | None
    departments: tuple[tuple[str, int, int], ...]
    cards: tuple[CardView, ...]
    unsigned: tuple[int, ...]
    sign_by: date
    decline_within: int
    information: tuple[str, ...] = ()


_ALL_SEEING = frozenset({Role.coordinator, Role.leader, Role.admin})
_URGENCY = {Light.red: 0, Light.yellow: 1, Light.green: 3, Light.grey: 4, Light.none: 3}


def card(session: Session, office: Office, act: Act, number: int) -> CardView:
    """The card of a task for the actor. Raises NotFound for a task that is not the actor's
    to see: departments see their own tasks, the office and leaders see all."""
    found = load(session, office, act.now, numbers=[number])
    if not found:
        raise NotFound("no_such_task", task=number)
    shown = card_of(session, office, act, found[0])
    reason, nudged = last_said(session, shown.task, shown.own, shown.about)
    return replace(
        shown,
        files=len(files_of(session, act, number)),
        sent_back=reason,
        nudged=nudged,
        review=_review(session, office, act, shown.own or shown.about),
    )


def _review(session: Session, office: Office, act: Act, of: PartView | None) -> Review | None:
    part = None if of is None else session.get(Part, of.id)
    return None if part is None else review_of(session, office, act, part)


class _Viewer:
    """Who looks at cards, and what is known of the parts for which they speak: looked up once
    for all of them."""

    def __init__(self, session: Session, act: Act, tasks: Sequence[TaskView]) -> None:
        self._departments = own_departments(session, act)
        self.roles = Roles(session, act)
        parts = [part for task in tasks for part in self.parts_of(task)]
        self.refused = kept_parts(session, [part.id for part in parts])
        self.extensions = extensions_of(
            session, [part.id for part in parts if part.role is PartRole.each]
        )

    def parts_of(self, task: TaskView) -> list[PartView]:
        """The parts of a task for which they speak, those that went elsewhere last."""
        every = (*task.parts, *task.former)
        return [part for part in every if part.department_id in self._departments]

    @property
    def sees_all(self) -> bool:
        return bool(self.roles.of() & _ALL_SEEING)


def card_of(session: Session, office: Office, act: Act, task: TaskView) -> CardView:
    """The card of a task that is loaded already. Raises NotFound as `card` does."""
    return cards_of(session, office, act, [task])[0]


def cards_of(
    session: Session, office: Office, act: Act, tasks: Sequence[TaskView]
) -> list[CardView]:
    """The cards of these tasks, in their order. Raises NotFound as `card` does."""
    viewer = _Viewer(session, act, tasks)
    return [_card_of(session, office, act, viewer, task) for task in tasks]


def _card_of(
    session: Session, office: Office, act: Act, viewer: _Viewer, task: TaskView
) -> CardView:
    if act.is_public or not viewer.sees_all:
        task = replace(task, grade=None)
    mine = viewer.parts_of(task)
    own = next((part for part in mine if part.state not in ENDED_STATES), None)
    own = own or next(iter(mine), None)
    if own is None and not viewer.sees_all:
        raise NotFound("no_such_task", task=task.number)
    today = office.cal.local_date(act.now)
    found: set[Action] = set()
    if own is not None:
        roles = viewer.roles.of(own.department_id)
        found.update(_of_department(office, own, roles & DEPARTMENT, today))
        if own.id in viewer.refused:
            found.discard(Action.decline)
        if own.role is PartRole.each:
            task = _by_own_limit(task, own, viewer.extensions.get(own.id, 0))
    about = waiting_part(task)
    if about is not None:
        found.update(_of_office(about, viewer.roles.of() - DEPARTMENT))
    request = request_of(session, office, act, task, own)
    if request is not None and own is not None and request.part == own.id:
        found.discard(Action.decline)
    found -= set(JUDGED.values())
    if request is not None:
        found |= {JUDGED[step] for step in request.steps if step in JUDGED}
    judging = about is not None and about.last is not None and found & JUDGEMENTS
    judged = about.last.id if judging and about is not None and about.last is not None else None
    gap = task.nudged_at is None or act.now >= task.nudged_at + office.policy.nudge_gap
    owing = any(part.state in OPEN_STATES for part in task.parts)
    left = None if task.due is None else office.cal.working_days_between(today, task.due)
    return CardView(
        task,
        own,
        tuple(action for action in Action if action in found),
        judged,
        viewer.roles.are_office and gap and owing,
        left,
        today,
        about,
        consolidates=consolidates(task, own),
        by_hand=viewer.roles.are_office,
        request=request,
        chips=_chips(office, own, found, today),
        late=any(is_late(part) for part in task.parts),
    )


def _chips(
    office: Office, own: PartView | None, found: set[Action], today: date
) -> tuple[Chip, ...]:
    if own is None or own.role is PartRole.cooperating or Action.report not in found:
        return ()
    asked = own.state in OPEN_STATES and own.requested_at is None
    return date_chips(today, office.cal) if asked and _is_near(own) else ()


def _by_own_limit(task: TaskView, own: PartView, extensions: int) -> TaskView:
    """A collective duty as one of its departments sees it: its own limit and light, and how
    often that was put off."""
    return replace(
        task,
        due=own.due,
        light=own.light,
        overdue=own.overdue,
        overdue_for=own.overdue_for,
        extensions=extensions,
    )


JUDGEMENTS = frozenset({Action.close, Action.send_back, Action.refuse_decline})
"""Actions that carry the report they judge, and are refused for any other."""


def waiting_part(task: TaskView) -> PartView | None:
    """The part that the office's next action is about: the first that waits for the office,
    else the one that speaks for the task."""
    speaking = [part for part in task.parts if part.role is PartRole.each]
    speaking = speaking if task.lead is None else [task.lead]
    declined = [part for part in task.parts if part.state is PartState.declined]
    asked = [
        part
        for part in (*speaking, *task.leads)
        if part.state is PartState.submitted or part.requested_at is not None
    ]
    waiting = [*declined, *(part for part in asked if part in speaking or part.requested_at)]
    open_ones = [part for part in speaking if part.state not in ENDED_STATES]
    return next(iter((*waiting, *open_ones, *speaking)), None)


def _of_department(
    office: Office, own: PartView, roles: frozenset[Role], today: date
) -> set[Action]:
    """What the table allows those who speak for a part, as far as it makes sense now."""
    found = set(allowed(own.state, roles, own.role))
    if not _offers_no_change(own):
        found.discard(Action.no_change)
    if own.due is None or own.requested_at is not None:
        found.discard(Action.extend)
    if own.role is PartRole.cooperating:
        found.discard(Action.sign)
    if own.endorsed_at is not None or own.last is None:
        found.discard(Action.endorse)
    late = own.delivered_at is not None and today > decline_until(
        own.delivered_at, office.cal, office.policy
    )
    if late:
        found.discard(Action.decline)
    return found


def _of_office(about: PartView, roles: frozenset[Role]) -> set[Action]:
    """What the table allows the office to do with a part, as far as it makes sense now."""
    found = set(allowed(about.state, roles, about.role))
    if about.role is PartRole.cooperating:
        found.discard(Action.close)  # it closes with the lead
    if about.last is None:
        found -= JUDGEMENTS
    if about.requested_at is not None and about.state is not PartState.declined:
        # Whoever asks for more time is answered first.
        found.discard(Action.reassign)
    return found


def sees_all(session: Session, act: Act) -> bool:
    """Whether the actor belongs to the issuing office: coordinators, leaders, admins."""
    return bool(roles_of(session, act) & _ALL_SEEING)


def _offers_no_change(part: PartView) -> bool:
    return part.standing.reported and not _is_near(part)


def is_late(part: PartView) -> bool:
    """Whether a department still owes its share after the limit."""
    return part.role is not PartRole.cooperating and part.overdue and part.state in OPEN_STATES


def _is_near(part: PartView) -> bool:
    return part.light in (Light.yellow, Light.red)


def my_tasks(session: Session, office: Office, act: Act) -> MyTasks:
    """What the actor's departments still owe."""
    own = own_departments(session, act)
    tasks = load(session, office, act.now, department_ids=own)
    cards = cards_of(session, office, act, tasks)
    return _mine(cards, office.cal.local_date(act.now))


def _mine(cards: list[CardView], today: date) -> MyTasks:
    waiting = [one for one in cards if one.own is not None and _is_open(one.own)]
    waiting.sort(key=urgency)
    names = {one.own.department: None for one in cards if one.own is not None}
    return MyTasks(tuple(names), tuple(waiting), unsigned(waiting), today)


def _is_open(part: PartView) -> bool:
    return part.state not in ENDED_STATES


def urgency(card: CardView) -> tuple[int, date, int]:
    """Red, then yellow, then unsigned, then by limit."""
    rank = _URGENCY[card.task.light]
    if rank > 1 and Action.sign in card.actions and card.own is not None:
        rank = 2
    if card.own is not None and card.own.state is PartState.submitted:
        rank = 5
    return rank, card.task.due or date.max, card.task.number


def unsigned(cards: list[CardView]) -> tuple[int, ...]:
    """The numbers of the tasks among these that wait for a signature they need."""
    return tuple(
        card.task.number
        for card in cards
        if card.own is not None
        and card.own.role is not PartRole.cooperating
        and Action.sign in card.actions
    )


def assignment(
    session: Session, office: Office, act: Act, notice_id: int, numbers: list[int]
) -> AssignmentView:
    """The tasks of a notice that were handed to the actor's departments."""
    tasks = load(session, office, act.now, notice_id=notice_id, numbers=numbers)
    cards = cards_of(session, office, act, tasks)
    cards = [one for one in cards if one.own is None or one.own not in one.task.former]
    counted: dict[str, list[int]] = {}
    for one in cards:
        if one.own is not None:
            leads_and_others = counted.setdefault(one.own.department, [0, 0])
            leads_and_others[one.own.role is PartRole.cooperating] += 1
    notice = session.scalars(select(Notice).where(Notice.id == notice_id)).one()
    return AssignmentView(
        notice_id,
        tasks[0].notice if tasks else "",
        notice.title,
        tuple((name, leading, helping) for name, (leading, helping) in counted.items()),
        tuple(cards),
        unsigned(cards),
        sign_by(office.cal, act.now, office.policy.sign_within),
        office.policy.decline_within,
        _information(session, notice_id),
    )


def _information(session: Session, notice_id: int) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            select(Clause.text)
            .where(
                Clause.notice_id == notice_id,
                Clause.state == ClauseState.waived,
                Clause.waived_as == WaiveReason.information,
            )
            .order_by(Clause.start, Clause.position)
        )
    )


def sign_by(cal: WorkCalendar, now: datetime, within: int) -> date:
    """The last day for signing what is delivered now."""
    return cal.add_working_days(cal.local_date(now), within)
