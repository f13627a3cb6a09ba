"""What a digest and a head's slips say, chosen when they are sent.

An ask that was answered, overtaken or made for another limit says nothing any more; when
nothing is left the message is not sent at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from tasks import periods
from tasks.due import SLIPS, StepKind, node_of
from tasks.mailroom import Outbox
from tasks.models import Ask, Part, Person, Slip, SlipLevel, Snooze, Task
from tasks.services.acts import Act, Office, limit_of, open_nodes, own_departments
from tasks.services.post import slips_key
from tasks.services.receivers import Receivers
from tasks.services.slips import is_true
from tasks.staff import Absence
from tasks.views.cards import CardView, cards_of, urgency
from tasks.views.cooperation import Consolidation, consolidation
from tasks.views.readings import Unconfirmed, unconfirmed
from tasks.views.standings import TaskView, load
from tasks.vocabulary import OPEN_STATES, PartRole, Role

_WITH_PART = (
    selectinload(Slip.part).selectinload(Part.department),
    selectinload(Slip.part).selectinload(Part.task).selectinload(Task.parts),
    selectinload(Slip.part).selectinload(Part.task).selectinload(Task.nodes),
)

REMINDERS = (StepKind.limit, StepKind.overdue, StepKind.sign)
"""The asks that a slip rests on."""


@dataclass(frozen=True, slots=True)
class SlipView:
    """A slip on one part; `id` names it in buttons. `reminded`: local days on which asks were
    delivered, `answered_on` that of the last answer."""

    level: SlipLevel
    year: int
    number: int
    department: str
    task: int
    text: str
    due: date
    days: int
    reminded: tuple[date, ...]
    answer_by: date
    role: PartRole
    answered_on: date | None
    id: int = 0


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One task of a digest and what is asked of it; `by` is the day for the answer, `node` the
    milestone that is asked for. `helped`: what the cooperating departments answered, for the
    lead that puts it together."""

    card: CardView
    kind: StepKind
    by: date | None
    slip: SlipView | None = None
    node: str | None = None
    helped: Consolidation | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's reminders of one window, the most urgent first. `asks`: the asks that
    it says; `dropped`: those that are no longer true. `slips`: those of the window on other
    departments of which the person is the head. `unconfirmed`: words of their departments
    whose reading nobody confirmed. `back`: the person returned in that window, and everything
    that was not sent is in it."""

    today: date
    forenoon: bool
    items: tuple[DigestItem, ...]
    asks: tuple[int, ...]
    dropped: tuple[int, ...]
    slips: tuple[SlipView, ...] = ()
    unconfirmed: tuple[Unconfirmed, ...] = ()
    back: bool = False


def digest(session: Session, office: Office, act: Act, window: datetime) -> Digest:
    """What that person is asked in that window."""
    receivers = Receivers(session)
    person = None if act.person_id is None else session.get(Person, act.person_id)
    own = (
        own_departments(session, act, Role.contact)
        if person is None
        else receivers.units_of(person)
    )
    asks = session.scalars(
        select(Ask)
        .join(Part)
        .where(
            Part.department_id.in_(own),
            Ask.dropped_at.is_(None),
            (Ask.window == window)
            | (Ask.delivered_at.is_(None) & (Ask.window < window))
            | Ask.id.in_(_put_off(act, window)),
        )
        .order_by(Ask.id)
        .options(selectinload(Ask.part))
    ).all()
    if person is not None:
        asks = [ask for ask in asks if person in receivers.of(ask.part)]
    tasks = {
        task.number: task
        for task in load(session, office, act.now, numbers={ask.part.task_id for ask in asks})
    }
    today = office.cal.local_date(act.now)
    strongest: dict[int, Ask] = {}
    told: list[int] = []
    dropped: list[int] = []
    with_slip: list[Ask] = []
    for ask in asks:
        if not _still_true(ask, today):
            dropped.append(ask.id)
            continue
        told.append(ask.id)
        if ask.kind in SLIPS:
            with_slip.append(ask)
            strongest.setdefault(ask.part.task_id, ask)
        elif ask.part.task_id not in strongest or _stronger(ask, strongest[ask.part.task_id]):
            strongest[ask.part.task_id] = ask
    slips = _slips_of(session, office, with_slip, today)
    cards = cards_of(session, office, act, [tasks[number] for number in strongest])
    items = [
        DigestItem(
            card,
            ask.kind,
            _by(office, ask),
            slips.get(number),
            _milestone(ask, tasks[number]),
        )
        for card, (number, ask) in zip(cards, strongest.items(), strict=True)
    ]
    items = [_with_help(session, office, act, item) for item in items]
    items.sort(key=lambda item: urgency(item.card))
    forenoon = office.cal.local(window).hour < 12
    headed = () if _told_apart(session, act, today) else _headed(session, office, act, window)
    others = tuple(slip for slip in headed if slip.task not in slips)
    readings = tuple(unconfirmed(session, own, before=window)) if items else ()
    back = person is not None and _returned_since(session, person, window)
    said = (tuple(items), tuple(told), tuple(dropped))
    return Digest(today, forenoon, *said, others, readings, back)


def _returned_since(session: Session, person: Person, window: datetime) -> bool:
    query = select(Absence.id).where(Absence.person_id == person.id, Absence.returned_at >= window)
    return session.scalar(query.limit(1)) is not None


def _put_off(act: Act, window: datetime) -> Select[int]:
    """The asks that the person put off until that window (稍后提醒)."""
    return select(Snooze.ask_id).where(Snooze.person_id == act.person_id, Snooze.window == window)


def _with_help(session: Session, office: Office, act: Act, item: DigestItem) -> DigestItem:
    """With the cooperating departments' answers, when the lead is asked for the period."""
    if item.kind not in (StepKind.period, StepKind.last_call) or not item.card.consolidates:
        return item
    return replace(item, helped=consolidation(session, office, act.now, item.card.task))


def _still_true(ask: Ask, today: date) -> bool:
    part = ask.part
    if part.state not in OPEN_STATES or part.requested_at is not None:
        return False
    if ask.kind is StepKind.node:
        # A milestone keeps its day when the limit is put off.
        if node_of(ask.key) not in open_nodes(part.task):
            return False
    elif ask.due != limit_of(part):
        return False
    if ask.expires is not None and today > ask.expires:
        return False
    if ask.kind is StepKind.sign and (part.signed_at or part.answered_at) is not None:
        return False
    if ask.kind in SLIPS:
        return True
    return part.answered_at is None or part.answered_at < ask.raised_at


def _stronger(ask: Ask, than: Ask) -> bool:
    order = list(StepKind)
    if than.kind in SLIPS:
        return True
    return order.index(ask.kind) >= order.index(than.kind)


def _by(office: Office, ask: Ask) -> date | None:
    if ask.period is not None:
        period = periods.period_named(ask.period, office.cal)
        return periods.answer_day(period, ask.part.role, office.cal)
    if ask.kind is StepKind.node:
        return node_of(ask.key)[1]
    return ask.due if ask.kind is StepKind.limit else None


def _milestone(ask: Ask, task: TaskView) -> str | None:
    if ask.kind is not StepKind.node:
        return None
    number, _ = node_of(ask.key)
    return next((node.title for node in task.nodes if node.number == number), None)


def slips_of_day(
    session: Session, office: Office, act: Act, day: date, since: datetime | None = None
) -> tuple[SlipView, ...]:
    """The slips told that day (from `since` on) on parts of the departments that the actor
    heads, as far as they are still true."""
    own = own_departments(session, act, Role.head)
    found = session.scalars(
        select(Slip)
        .join(Part)
        .where(
            Part.department_id.in_(own),
            Part.state.in_(OPEN_STATES),
            Slip.told_at >= (since or office.cal.day_start(day)),
            Slip.told_at < office.cal.day_start(office.cal.add_working_days(day, 1)),
            Slip.told_at <= act.now,
        )
        .order_by(Slip.id)
        .options(*_WITH_PART)
    ).all()
    today = office.cal.local_date(act.now)
    found = [slip for slip in found if is_true(slip, office)]
    return tuple(_slip_views(session, office, found, today))


def _told_apart(session: Session, act: Act, day: date) -> bool:
    """Whether a head has that day's slips in a message of their own."""
    if act.person_id is None:
        return False
    key = slips_key(act.person_id, day)
    return session.scalar(select(Outbox.id).where(Outbox.key == key)) is not None


def _headed(session: Session, office: Office, act: Act, window: datetime) -> tuple[SlipView, ...]:
    return slips_of_day(session, office, act, office.cal.local_date(act.now), since=window)


def _slips_of(
    session: Session, office: Office, asks: Sequence[Ask], today: date
) -> dict[int, SlipView]:
    """The slips of which these asks tell, by task."""
    named = {(ask.part_id, ask.key) for ask in asks}
    found = [
        slip
        for slip in session.scalars(
            select(Slip)
            .where(Slip.part_id.in_({part_id for part_id, _ in named}))
            .order_by(Slip.id)
            .options(*_WITH_PART)
        )
        if (slip.part_id, slip.key) in named
    ]
    return {one.task: one for one in _slip_views(session, office, found, today)}


def _slip_views(
    session: Session, office: Office, slips: Sequence[Slip], today: date
) -> list[SlipView]:
    """Slips with the facts they rest on, in their order."""
    reminded: dict[int, dict[date, None]] = {}
    for part_id, at in session.execute(
        select(Ask.part_id, Ask.delivered_at)
        .where(
            Ask.part_id.in_({slip.part_id for slip in slips}),
            Ask.kind.in_(REMINDERS),
            Ask.delivered_at.is_not(None),
        )
        .order_by(Ask.id)
    ):
        if at is not None:
            reminded.setdefault(part_id, {})[office.cal.local_date(at)] = None
    return [
        _slip_view(office, slip, today, tuple(reminded.get(slip.part_id, ()))) for slip in slips
    ]


def _slip_view(office: Office, slip: Slip, today: date, reminded: tuple[date, ...]) -> SlipView:
    part = slip.part
    assert slip.number is not None
    assert slip.told_at is not None
    told_on = office.cal.local_date(slip.told_at)
    return SlipView(
        slip.level,
        slip.year,
        slip.number,
        part.department.name,
        part.task_id,
        part.task.text,
        slip.due,
        office.cal.working_days_between(slip.due, today),
        reminded[-3:],
        office.cal.add_working_days(told_on, office.policy.judge_within),
        part.role,
        None if part.answered_at is None else office.cal.local_date(part.answered_at),
        slip.id,
    )
