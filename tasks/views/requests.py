"""A request for more time as one person sees it, and one that is being put together.

Whose turn it is and what the viewer may do with it come from `services.requests`, so what is
shown is what would be allowed.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks import gate
from tasks.casework import Extension
from tasks.chips import later_chips
from tasks.errors import NotFound
from tasks.gate import Step, Turn
from tasks.models import Part, Person
from tasks.services.acts import HIGHEST_ID, Act, Office, lock_task, part_for, roles_of
from tasks.services.extensions import check_extendable, check_wanted, last_words
from tasks.services.requests import granted_so_far, steps_for, turn
from tasks.views.standings import PartView, TaskView
from tasks.vocabulary import Desk, ExtensionState, PartRole, PartState
from tasks.workflow import Action, advance


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request for more time. `turn`: None once it is settled. `steps`: what the viewer may
    do with it now. `days`: for how many working days it has lain where it is, `over`: that is
    longer than allowed. `granted`: how often the limit was put off by now."""

    id: int
    task: int
    text: str
    part: int
    department: str
    role: PartRole
    ordinal: int
    due: date
    original: date
    wanted: date
    reason: str
    progress: str | None
    late: bool
    state: ExtensionState
    endorsed_by: str | None
    returned: bool
    answer: str | None
    granted: int
    turn: Turn | None
    steps: tuple[Step, ...]
    days: int
    over: bool
    today: date

    @property
    def desk(self) -> Desk | None:
        return None if self.turn is None else self.turn.desk


@dataclass(frozen=True, slots=True)
class Composing:
    """申请延期 while it is put together. `row`: the update that began it. `typing`: what the
    next words answer. `days`: dates to choose from; `free_day`: the chosen one is no working
    day; `said`: the last words."""

    task: int
    row: int
    due: date
    late: bool
    ordinal: int
    wanted: date | None
    reason: str | None
    progress: str | None
    said: str | None
    typing: str | None
    days: tuple[date, ...]
    free_day: bool
    today: date

    @property
    def ready(self) -> bool:
        """Whether it can be sent."""
        return self.wanted is not None and self.reason is not None and self.typing is None


def request(session: Session, office: Office, act: Act, extension_id: int) -> RequestView:
    """A request by its id. Raises NotFound."""
    found = session.get(Extension, extension_id) if 0 < extension_id <= HIGHEST_ID else None
    if found is None:
        raise NotFound("no_such_request")
    return request_view(session, office, act, found)


def request_view(session: Session, office: Office, act: Act, asked: Extension) -> RequestView:
    """A request as the actor sees it."""
    part, cal = asked.part, office.cal
    today = cal.local_date(act.now)
    pending = asked.state is ExtensionState.asked
    now_at = turn(session, office, asked, act.now) if pending else None
    signed = None if asked.endorsed_by_id is None else session.get(Person, asked.endorsed_by_id)
    return RequestView(
        id=asked.id,
        task=part.task_id,
        text=part.task.text,
        part=part.id,
        department=part.department.name,
        role=part.role,
        ordinal=asked.ordinal,
        due=asked.due,
        original=part.task.original_due or asked.due,
        wanted=asked.wanted,
        reason=asked.reason,
        progress=asked.progress,
        late=asked.late,
        state=asked.state,
        endorsed_by=None if signed is None else signed.name,
        returned=asked.state is ExtensionState.withdrawn and asked.answer is not None,
        answer=asked.answer,
        granted=granted_so_far(session, part),
        turn=now_at,
        steps=() if now_at is None else steps_for(session, office, act, asked, now_at),
        days=0 if now_at is None else gate.waited(now_at, today, cal),
        over=now_at is not None and gate.is_late(now_at, today),
        today=today,
    )


def waiting_requests(session: Session, office: Office, act: Act) -> list[RequestView]:
    """Every request that waits, the oldest first."""
    rows = session.scalars(
        select(Extension)
        .where(Extension.state == ExtensionState.asked)
        .order_by(Extension.asked_at, Extension.id)
        .options(
            selectinload(Extension.part).selectinload(Part.task),
            selectinload(Extension.part).selectinload(Part.department),
        )
    )
    return [request_view(session, office, act, row) for row in rows]


def request_of(
    session: Session, office: Office, act: Act, task: TaskView, own: PartView | None
) -> RequestView | None:
    """The request of a task that concerns the viewer: of the own part or of what it shares a
    limit with; for the office the first that it can answer, else the first."""
    parts = [part for part in task.leads if _waits(part)]
    if own is not None:
        together = [part for part in parts if part.role is own.role is PartRole.lead]
        parts = together or [part for part in parts if part.id == own.id]
    if not parts:
        return None
    rows = session.scalars(
        select(Extension)
        .where(
            Extension.part_id.in_([part.id for part in parts]),
            Extension.state == ExtensionState.asked,
        )
        .order_by(Extension.asked_at, Extension.id)
    )
    found = [request_view(session, office, act, row) for row in rows]
    return next((one for one in found if one.steps), next(iter(found), None))


def _waits(part: PartView) -> bool:
    return part.requested_at is not None and part.state is not PartState.declined


def composing(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    *,
    row: int = 0,
    wanted: date | None = None,
    reason: str | None = None,
    progress: str | None = None,
    typing: str | None = None,
) -> Composing:
    """What asking for more time would say so far. Raises NotFound, NotAllowed, IllegalMove,
    Refused."""
    part = part_for(session, act, lock_task(session, number), Action.extend)
    roles = roles_of(session, act, part.department_id)
    advance(part.state, Action.extend, roles, part.role, part.before)
    limit, today = check_extendable(session, part), office.cal.local_date(act.now)
    if wanted is not None:
        check_wanted(session, office, act, part, wanted)
    return Composing(
        number,
        row,
        limit,
        today > limit,
        granted_so_far(session, part) + 1,
        wanted,
        reason,
        progress,
        last_words(session, part),
        typing,
        later_chips(limit, today, office.cal),
        wanted is not None and not office.cal.is_working_day(wanted),
        today,
    )
