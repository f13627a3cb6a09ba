"""督办单: blue slips go out by themselves, yellow and red are drafts until 签发.

Rules kept here: a slip has a number only once it is issued, so that numbers have no gaps. A
part has at most one draft that lies open, and one that is no longer true cannot be issued.
Heads are told of slips in one message a working day, inside windows: what is issued after
that message went out waits for the next working day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tasks import due
from tasks.db import Turn, take_turn
from tasks.due import StepKind
from tasks.errors import NotAllowed, NotFound, Stale
from tasks.mailroom import Outbox
from tasks.models import Ask, Grant, Part, Person, Slip, SlipLevel, Task
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    facts_of,
    is_office,
    limit_of,
    lock_task,
    record,
    roles_of,
)
from tasks.services.post import digest_key, refresh_cards, slips_key
from tasks.vocabulary import OPEN_STATES, Role

LEVELS = {
    StepKind.blue_slip: SlipLevel.blue,
    StepKind.yellow_slip: SlipLevel.yellow,
    StepKind.red_slip: SlipLevel.red,
}
KINDS = {level: kind for kind, level in LEVELS.items()}
_RANK = list(SlipLevel)


@dataclass(frozen=True, slots=True)
class Issued:
    """A slip that was issued, and from when on the department is told."""

    task: int
    level: SlipLevel
    year: int
    number: int
    told_at: datetime


def blue(
    session: Session, office: Office, act: Act, late: Sequence[tuple[Part, due.Step]]
) -> None:
    """Issue the blue slips of one sweep."""
    slips = []
    for part, step in late:
        limit = limit_of(part)
        assert limit is not None
        slips.append(
            Slip(
                part=part,
                level=SlipLevel.blue,
                key=step.key,
                year=office.cal.local_date(act.now).year,
                due=limit,
                drafted_at=act.now,
            )
        )
    session.add_all(slips)
    _issue(session, office, act, slips, act.now)


def draft(
    session: Session, office: Office, now: datetime, late: Sequence[tuple[Part, due.Step]]
) -> int:
    """Write yellow and red slips as drafts; a new one takes the place of the part's other one.
    How many are new."""
    if not late:
        return 0
    held: dict[int, list[Slip]] = {}
    for slip in session.scalars(
        select(Slip).where(Slip.part_id.in_({part.id for part, _ in late})).order_by(Slip.id)
    ):
        held.setdefault(slip.part_id, []).append(slip)
    made = 0
    for part, step in late:
        known, level, limit = held.get(part.id, []), LEVELS[step.kind], limit_of(part)
        assert limit is not None
        rank = _RANK.index(level)
        # What was issued of that limit, or stronger, is not said again in a weaker colour.
        if any(
            one.issued_at and one.due == limit and _RANK.index(one.level) >= rank for one in known
        ):
            continue
        same = next((one for one in known if one.key == step.key), None)
        if same is not None and not _is_of_before(same):
            continue
        for one in known:
            if one.issued_at is None and one.dropped_at is None:
                one.dropped_at = now
        if same is None:
            same = Slip(part=part, level=level, key=step.key, due=limit)
            session.add(same)
        same.year = office.cal.local_date(now).year
        same.drafted_at, same.dropped_at = now, None
        made += 1
    return made


def drafts(session: Session, office: Office) -> list[Slip]:
    """待签发: the drafts that are true, the oldest first."""
    rows = session.scalars(
        select(Slip)
        .join(Part)
        .where(Slip.issued_at.is_(None), Slip.dropped_at.is_(None), Part.state.in_(OPEN_STATES))
        .order_by(Slip.drafted_at, Slip.id)
        .options(
            selectinload(Slip.part).selectinload(Part.department),
            selectinload(Slip.part).selectinload(Part.task).selectinload(Task.parts),
            selectinload(Slip.part).selectinload(Part.task).selectinload(Task.nodes),
        )
    )
    return [slip for slip in rows if is_true(slip, office)]


def is_true(slip: Slip, office: Office) -> bool:
    """Whether what the slip says still holds: the limit is the same, the work is owed, and
    nothing that would change it waits for an answer."""
    part = slip.part
    if part.state not in OPEN_STATES or limit_of(part) != slip.due:
        return False
    if slip.issued_at is None and _is_of_before(slip):
        return False
    return not facts_of(part, office).pending_request


def issue(session: Session, office: Office, act: Act, slip_id: int) -> Issued:
    """签发: number a draft and owe it to the department.

    Raises NotAllowed, NotFound, or Stale where the draft is no longer true.
    """
    if not is_office(session, act):
        raise NotAllowed(action="issue_slip")
    slip = _draft(session, office, slip_id)
    slip.year = office.cal.local_date(act.now).year
    # What is issued in an open window is gathered for the one after it.
    _issue(session, office, act, [slip], office.cal.following_window(act.now))
    assert slip.number is not None
    assert slip.told_at is not None
    window = office.cal.window_start(slip.told_at)
    assert window is not None
    session.add(
        Ask(
            part_id=slip.part_id,
            kind=KINDS[slip.level],
            key=slip.key,
            due=slip.due,
            raised_at=act.now,
            window=window,
        )
    )
    return Issued(slip.part.task_id, slip.level, slip.year, slip.number, slip.told_at)


def drop(session: Session, office: Office, act: Act, slip_id: int) -> Slip:
    """不签发: put a draft away. Raises as `issue`."""
    if not is_office(session, act):
        raise NotAllowed(action="drop_slip")
    slip = _draft(session, office, slip_id)
    slip.dropped_at = act.now
    record(session, act, "drop_slip", part=slip.part, facts={"slip": slip.id, "level": slip.level})
    return slip


def read(session: Session, act: Act, slip_ids: Iterable[int]) -> tuple[int, ...]:
    """已阅: a head has read these slips; the tasks of those that nobody had read before.

    Raises NotFound where one is no slip, or not one that was told; NotAllowed for who does
    not head its department.
    """
    tasks: list[int] = []
    for slip_id in dict.fromkeys(slip_ids):
        slip = session.get(Slip, slip_id) if 0 < slip_id <= HIGHEST_ID else None
        if slip is None or slip.told_at is None or slip.told_at > act.now:
            raise NotFound("no_such_slip")
        if Role.head not in roles_of(session, act, slip.part.department_id):
            raise NotAllowed(action="read_slip")
        lock_task(session, slip.part.task_id)
        session.refresh(slip)
        if slip.read_at is not None:
            continue
        slip.read_at = act.now
        record(session, act, "read_slip", part=slip.part, facts=_facts(slip))
        tasks.append(slip.part.task_id)
    return tuple(dict.fromkeys(tasks))


def told_heads(session: Session, since: datetime, now: datetime) -> list[Person]:
    """The bound heads of departments that are to be told of a slip between these moments."""
    units = (
        select(Part.department_id)
        .join(Slip, Slip.part_id == Part.id)
        .where(Slip.told_at >= since, Slip.told_at <= now)
    )
    return list(
        session.scalars(
            select(Person)
            .join(Grant)
            .where(
                Grant.role == Role.head,
                Grant.department_id.in_(units),
                Person.chat_id.is_not(None),
            )
            .order_by(Person.id)
            .distinct()
        )
    )


def _draft(session: Session, office: Office, slip_id: int) -> Slip:
    found = session.get(Slip, slip_id) if 0 < slip_id <= HIGHEST_ID else None
    if found is None:
        raise NotFound("no_such_slip")
    lock_task(session, found.part.task_id)
    session.refresh(found)
    if found.issued_at is not None or found.dropped_at is not None or not is_true(found, office):
        raise Stale("slip_gone", task=found.part.task_id)
    return found


def _is_of_before(slip: Slip) -> bool:
    """Whether the asking began anew since the draft was written: its days count no more."""
    resumed = slip.part.resumed_at
    return resumed is not None and slip.drafted_at < resumed


def _issue(
    session: Session, office: Office, act: Act, slips: Sequence[Slip], opening: datetime
) -> None:
    """Give the next numbers of the year, say from when on each is told, write it down."""
    take_turn(session, Turn.slips)
    year = slips[0].year
    with session.no_autoflush:
        last = session.scalar(select(func.max(Slip.number)).where(Slip.year == year)) or 0
        busy = _busy(session, office, {slip.part.department_id for slip in slips}, opening)
    tomorrow = office.cal.opens(office.cal.add_working_days(office.cal.local_date(opening), 1))
    for number, slip in enumerate(slips, start=last + 1):
        slip.number, slip.issued_at = number, act.now
        slip.told_at = tomorrow if slip.part.department_id in busy else opening
    session.flush()
    lines = [
        record(session, act, KINDS[slip.level], part=slip.part, facts=_facts(slip))
        for slip in slips
    ]
    for slip, line in zip(slips, lines, strict=True):
        if slip.level is not SlipLevel.blue:
            refresh_cards(session, slip.part.task, line)


def _facts(slip: Slip) -> dict[str, object]:
    return {"slip": slip.id, "year": slip.year, "number": slip.number, "level": slip.level}


def _busy(session: Session, office: Office, departments: set[int], opening: datetime) -> set[int]:
    """Departments of which a head had slips that day before, or cannot take more in a message
    of that window, as it went out."""
    cal = office.cal
    day = cal.local_date(opening)
    window = cal.window_start(opening) or opening
    heads: dict[int, set[int]] = {}
    for person_id, unit in session.execute(
        select(Grant.person_id, Grant.department_id).where(
            Grant.role == Role.head, Grant.department_id.in_(departments)
        )
    ):
        if unit is not None:
            heads.setdefault(person_id, set()).add(unit)
    if not heads:
        return set()
    keys = [slips_key(head, day) for head in heads]
    keys += [digest_key(head, window) for head in heads]
    sent = session.scalars(
        select(Outbox.person_id).where(Outbox.key.in_(keys), Outbox.settled_at.is_not(None))
    )
    earlier = session.scalars(
        select(Grant.person_id)
        .join(Part, Part.department_id == Grant.department_id)
        .join(Slip, Slip.part_id == Part.id)
        .where(
            Grant.role == Role.head,
            Grant.person_id.in_(heads),
            Slip.told_at >= cal.day_start(day),
            Slip.told_at < window,
        )
        .distinct()
    )
    busy = {person_id for person_id in (*sent, *earlier) if person_id is not None}
    return {unit for head in busy for unit in heads[head]}
