"""What every use case needs: the office's rules, who acts, the history, the next due time.

A use case takes an open session and an Act, changes rows, writes the history and what must
be told, and returns. It never commits: the door that opened the transaction does, so that
state, history, message and "handled" are one commit or none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tasks import due
from tasks.calendars import WorkCalendar
from tasks.errors import NotFound
from tasks.models import Department, Grant, History, Notice, Part, Person, Task
from tasks.policy import Policy
from tasks.vocabulary import DEPARTMENT_ROLES, FollowUp, PartRole, PartState, Role
from tasks.workflow import OFFICE, Action, advance, allowed

HIGHEST_ID = 2**31 - 1
"""The largest id of a row; asked for more, PostgreSQL raises instead of finding nothing."""


@dataclass(frozen=True, slots=True)
class Office:
    """The issuing office: its calendar, the numbers it goes by, and whether what goes out needs
    a leader's word (签发)."""

    cal: WorkCalendar
    policy: Policy
    needs_approval: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, and from which update.

    `now` is when it is handled, `said_at` when the person said it: lateness goes by that.
    `granted` are roles held without an invitation: those of the console and of recovery.
    `group` is the department in whose group it happens, 0 in a group of the office: of the
    person's departments only that one counts. With nobody acting it is the group that looks,
    and sees what a contact of the department would.
    """

    now: datetime
    said_at: datetime
    actor: str
    person_id: int | None = None
    update_id: int | None = None
    granted: frozenset[Role] = frozenset()
    group: int | None = None

    @property
    def is_public(self) -> bool:
        """Whether a group looks: what is said of people is not for it."""
        return self.group is not None and self.person_id is None


class Roles:
    """The roles of one actor, looked up once: for a view of many tasks."""

    def __init__(self, session: Session, act: Act) -> None:
        self._act = act
        self._held: list[tuple[Role, int | None]] = []
        if act.person_id is not None:
            rows = session.execute(
                select(Grant.role, Grant.department_id).where(Grant.person_id == act.person_id)
            )
            self._held = [(role, unit) for role, unit in rows]

    def of(self, department_id: int | None = None) -> frozenset[Role]:
        """The roles that count: those of the office, and those held in that department."""
        act, found = self._act, set(self._act.granted)
        if act.group is not None and department_id not in (None, act.group):
            department_id = None
        if act.is_public and act.group == department_id:
            found.add(Role.contact)
        for role, unit in self._held:
            if role not in DEPARTMENT_ROLES or (
                department_id is not None and unit == department_id
            ):
                found.add(role)
        return frozenset(found)

    @property
    def are_office(self) -> bool:
        """Whether the actor judges for the issuing office."""
        return bool(self.of() & OFFICE)


def roles_of(session: Session, act: Act, department_id: int | None = None) -> frozenset[Role]:
    """The roles that count: those of the office, and those held in that department."""
    return Roles(session, act).of(department_id)


def is_office(session: Session, act: Act) -> bool:
    """Whether the actor judges for the issuing office."""
    return Roles(session, act).are_office


def departments_of(session: Session, person_id: int | None, *roles: Role) -> list[int]:
    """Departments in which a person holds one of the roles (any department role if none)."""
    if person_id is None:
        return []
    return list(
        session.scalars(
            select(Grant.department_id)
            .where(
                Grant.person_id == person_id,
                Grant.role.in_(roles or DEPARTMENT_ROLES),
                Grant.department_id.is_not(None),
            )
            .group_by(Grant.department_id)
            .order_by(func.min(Grant.id))
        )
    )


def own_departments(session: Session, act: Act, *roles: Role) -> list[int]:
    """Departments for which the actor speaks, holding one of the roles: in a department's
    group that department alone."""
    if act.group is None:
        return departments_of(session, act.person_id, *roles)
    if act.is_public:
        held = [act.group] if not roles or Role.contact in roles else []
    else:
        held = departments_of(session, act.person_id, *roles)
    return [act.group] if act.group and act.group in held else []


def people_with(session: Session, *roles: Role, department_id: int | None = None) -> list[Person]:
    """People who hold one of the roles (in that department) and have bound an account."""
    query = (
        select(Person)
        .join(Grant)
        .where(Grant.role.in_(roles), Person.chat_id.is_not(None))
        .order_by(Person.id)
        .distinct()
    )
    if department_id is not None:
        query = query.where(Grant.department_id == department_id)
    return list(session.scalars(query))


def get_notice(session: Session, notice_id: int) -> Notice:
    """The notice with that id. Raises NotFound."""
    found = session.get(Notice, notice_id) if 0 < notice_id <= HIGHEST_ID else None
    if found is None:
        raise NotFound("no_such_notice", notice=notice_id)
    return found


def lock_task(session: Session, number: int) -> Task:
    """The task with that number and its parts, held until the commit. Raises NotFound."""
    found = lock_tasks(session, [number])
    if not found:
        raise NotFound("no_such_task", task=number)
    return found[0]


def lock_tasks(session: Session, numbers: Iterable[int]) -> list[Task]:
    """Those tasks that exist, in the order of their numbers, held until the commit."""
    wanted = sorted({number for number in numbers if 0 < number <= HIGHEST_ID})
    return list(
        session.scalars(
            select(Task)
            .where(Task.id.in_(wanted))
            .order_by(Task.id)
            .options(
                selectinload(Task.parts).selectinload(Part.department),
                selectinload(Task.nodes),
            )
            .with_for_update(of=Task)
            .execution_options(populate_existing=True)
        )
    )


def parts_for(session: Session, act: Act, task: Task) -> list[Part]:
    """The parts of a task for which the actor speaks, in their order, those that went to
    another department last. Raises NotFound where there is none, as for a task that does not
    exist: another department's numbers are nobody's business."""
    own = set(own_departments(session, act))
    found = [part for part in task.parts if part.department_id in own]
    found.sort(key=lambda part: part.replaced_by_id is not None)
    if not found:
        raise NotFound("no_such_task", task=task.id)
    return found


def part_for(session: Session, act: Act, task: Task, action: Action | None = None) -> Part:
    """The part for which the actor does this. Raises NotFound as `parts_for`.

    Who speaks for several departments of one task speaks for the first of them that can do
    it; to submit, for the first listed lead last, as it speaks for all.
    """
    own = parts_for(session, act, task)
    if action is None:
        return own[0]
    ready = [part for part in own if _can(session, act, part, action)]
    if action is Action.submit:
        ready.sort(key=lambda part: part is first_lead(task))
    return ready[0] if ready else own[0]


def _can(session: Session, act: Act, part: Part, action: Action) -> bool:
    return action in allowed(part.state, roles_of(session, act, part.department_id), part.role)


def first_lead(task: Task) -> Part | None:
    """The lead part that consolidates and speaks for the task."""
    return next((part for part in held_parts(task) if part.role is PartRole.lead), None)


def held_parts(task: Task) -> list[Part]:
    """The parts of a task without those that went to another department (转办)."""
    return [part for part in task.parts if part.replaced_by_id is None]


def move(session: Session, act: Act, part: Part, action: Action) -> None:
    """Change a part's state as the table says. Raises NotAllowed or IllegalMove."""
    roles = roles_of(session, act, part.department_id)
    follow(part, advance(part.state, action, roles, part.role, part.before))


def follow(part: Part, to: PartState) -> None:
    """Put a part into the state that the table gave; one that is set aside remembers whence."""
    aside = {PartState.declined, PartState.paused}
    if to in aside and part.state not in aside:
        part.before = part.state
    elif to not in aside:
        part.before = None
    part.state = to


def resume(office: Office, act: Act, part: Part, since: datetime | None = None) -> None:
    """Let the asking begin anew for a part that the office gives back.

    `since`: when it came to the office's desk; the working days after its limit that it lay
    there do not count against the department.
    """
    limit = limit_of(part)
    if since is not None and limit is not None:
        cal = office.cal
        asked_on, back_on = cal.local_date(since), cal.local_date(act.now)
        start = max(limit, asked_on)
        if back_on > start:
            part.desk_days += cal.working_days_between(start, back_on)
    part.submitted_at = None
    part.requested_at = None
    part.endorsed_at = None
    part.endorsed_by_id = None
    part.resumed_at = act.now
    part.swept_to = max(part.swept_to, act.now)


def limit_of(part: Part) -> date | None:
    """The limit that holds for a part: its own where it was granted one, else the task's."""
    return part.due or part.task.due


def record(
    session: Session,
    act: Act,
    action: str,
    *,
    notice_id: int | None = None,
    part: Part | None = None,
    task: Task | None = None,
    department: Department | None = None,
    text: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> History:
    """Write one line of history."""
    of_task = part.task if part is not None else task
    line = History(
        at=act.now,
        said_at=act.said_at,
        action=action,
        notice_id=notice_id if of_task is None else of_task.notice_id,
        task_id=None if of_task is None else of_task.id,
        part_id=None if part is None else part.id,
        department_id=part.department_id
        if part is not None
        else (department.id if department is not None else None),
        person_id=act.person_id,
        actor=act.actor,
        text=text,
        facts=dict(facts or {}),
        update_id=act.update_id,
    )
    session.add(line)
    return line


def facts_of(part: Part, office: Office) -> due.PartFacts:
    """What the rules of `due` need to know of a part."""
    cal = office.cal
    task = part.task
    lead = first_lead(task)
    spoken_for = lead is not None and lead is not part and lead.state is PartState.submitted
    # Who has answered has seen the task: asking for a signature would be asking twice.
    heard = part.state is PartState.issued and part.answered_at is not None
    return due.PartFacts(
        role=part.role,
        state=PartState.signed if heard else part.state,
        issued_on=cal.local_date(part.issued_at or task.issued_at),
        delivered_at=part.delivered_at,
        due=limit_of(part),
        answered_on=None if part.answered_at is None else cal.local_date(part.answered_at),
        has_cooperating=any(other.role is PartRole.cooperating for other in held_parts(task)),
        pending_request=spoken_for or part.requested_at is not None,
        resumed_on=None if part.resumed_at is None else cal.local_date(part.resumed_at),
        once=task.follow_up is FollowUp.once,
        nodes=open_nodes(task),
    )


def open_nodes(task: Task) -> tuple[tuple[int, date], ...]:
    """The milestones of a task that are neither met nor dropped: number and day, the earliest
    first."""
    found = [
        (node.due, node.position)
        for node in task.nodes
        if node.met_at is None and node.dropped_at is None
    ]
    return tuple((number, day) for day, number in sorted(found))


def schedule(task: Task, office: Office) -> None:
    """Write when the sweep has to look at the task's parts next. After every change."""
    for part in task.parts:
        step = due.next_step(facts_of(part, office), part.swept_to, office.policy, office.cal)
        part.next_due_at = None if step is None else step.at
