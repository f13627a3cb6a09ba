"""What the office corrects of a task that went out: its text, its limit; and two departments
that are one. Each with a reason, in the history with what stood before, and told.

A corrected limit is no extension: the first date stays and slips are not counted.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, Refused, Stale
from tasks.models import Department, Grant, History, Part, Person, Task
from tasks.services.acts import (
    Act,
    Office,
    is_office,
    lock_task,
    lock_tasks,
    people_with,
    record,
    schedule,
)
from tasks.services.directory import get_department, merge_departments
from tasks.services.post import Kind, contacts_of, refresh_cards, tell
from tasks.services.receivers import Receivers
from tasks.services.requests import waits_for_time
from tasks.text import storable
from tasks.vocabulary import DEPARTMENT_ROLES, ENDED_STATES, FollowUp

LONGEST = 2000
"""Characters of a task's text that is typed."""


def check_task(session: Session, act: Act, number: int) -> Task:
    """The task whose text or limit the office would correct. Raises NotFound, NotAllowed, or
    Refused for one that has ended."""
    if not is_office(session, act):
        raise NotAllowed(action="edit_task")
    task = lock_task(session, number)
    if all(part.state in ENDED_STATES for part in task.parts):
        raise Refused("task_ended", task=task.id)
    return task


def edit_text(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    text: str,
    reason: str,
    *,
    seen: str | None = None,
) -> Task:
    """改文字. `seen`: the text that its editor saw. Raises as `check_task`, Stale where another
    text stands by now, Refused without a text or a reason, or where nothing changes."""
    task = check_task(session, act, number)
    text, reason = " ".join(storable(text).split()), _reason(reason)
    if not text:
        raise Refused("empty_clause")
    if len(text) > LONGEST:
        raise Refused("clause_too_long", limit=LONGEST)
    if seen is not None and seen != task.text:
        raise Stale("task_changed", task=task.id)
    if text == task.text:
        raise Refused("nothing_changed", task=task.id)
    was, task.text = task.text, text
    facts = {"was": was, "now": text, "reason": reason}
    line = record(session, act, "edit_text", task=task, text=reason, facts=facts)
    session.flush()
    said = {"task": task.id, "text": text, "reason": reason}
    _tell(session, act, task, "text_edited_told", said, f"edited:{line.id}")
    refresh_cards(session, task, line)
    return task


def needs_word(office: Office, act: Act, due: date | None) -> bool:
    """Whether a new limit has passed already, so that 按超期处理 has to be said."""
    return due is not None and due < office.cal.local_date(act.now)


def check_limit(session: Session, act: Act, number: int, due: date | None) -> Task:
    """The task that would get this limit. Raises as `check_task`, or Refused where an
    extension waits for its answer, or where it has that limit."""
    task = check_task(session, act, number)
    if any(waits_for_time(part) for part in task.parts):
        raise Refused("extension_first", task=task.id)
    if due == task.due and not any(part.due for part in task.parts):
        raise Refused("nothing_changed", task=task.id)
    return task


def edit_limit(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    due: date | None,
    reason: str,
    *,
    seen: date | None,
    as_overdue: bool = False,
) -> Task:
    """改时限; None: 无时限. Limits that single departments were granted fall with it.

    `seen`: the limit that its editor saw. Raises as `check_limit`, Stale where another limit
    stands by now, Refused without a reason, or for a limit that has passed without
    `as_overdue`. The steps of one that has passed count from today.
    """
    task, reason = check_limit(session, act, number, due), _reason(reason)
    if seen != task.due:
        raise Stale("task_changed", task=task.id)
    if needs_word(office, act, due) and not as_overdue:
        assert due is not None
        raise Refused("limit_passed", task=task.id, due=due)
    was, task.due = task.due, due
    task.original_due = task.original_due or due
    if due is None and task.follow_up is FollowUp.dated:
        task.follow_up = FollowUp.standing
    elif due is not None and task.follow_up is FollowUp.standing:
        task.follow_up = FollowUp.dated
    for part in task.parts:
        # Days on the office's desk were counted from the old limit.
        part.due, part.desk_days = None, 0
        if as_overdue:
            part.resumed_at, part.swept_to = act.now, max(part.swept_to, act.now)
    schedule(task, office)
    facts = {"was": _iso(was), "now": _iso(due), "reason": reason, "as_overdue": as_overdue}
    shown = f"{_iso(was) or '—'} → {_iso(due) or '—'}：{reason}"
    line = record(session, act, "edit_limit", task=task, text=shown, facts=facts)
    session.flush()
    said: dict[str, object] = {"task": task.id, "reason": reason}
    code = "limit_dropped_told"
    if was is not None:
        said["was"] = _iso(was)
    if due is not None:
        said["due"] = _iso(due)
        code = "limit_set_told" if was is None else "limit_edited_told"
    _tell(session, act, task, code, said, f"edited:{line.id}")
    refresh_cards(session, task, line)
    return task


@dataclass(frozen=True, slots=True)
class Merging:
    """What would become of two departments that are one: who and what moves to `kept`."""

    gone: str
    kept: str
    people: tuple[str, ...]
    tasks: tuple[int, ...]
    aliases: tuple[str, ...]


def merging(session: Session, act: Act, gone: str, kept: str) -> Merging:
    """What merging would move. Raises NotAllowed, NotFound, or Refused where both are one or
    both have a part in the same task."""
    if not is_office(session, act):
        raise NotAllowed(action="merge")
    old, new = get_department(session, gone), get_department(session, kept)
    if old.id == new.id:
        raise Refused("same_department", department=new.name)
    both = session.scalar(
        select(Part.task_id)
        .where(Part.department_id.in_((old.id, new.id)))
        .group_by(Part.task_id)
        .having(func.count() > 1)
        .limit(1)
    )
    if both is not None:
        raise Refused("both_in_task", task=both, a=old.name, b=new.name)
    people = session.scalars(
        select(Person.name).join(Grant).where(Grant.department_id == old.id).distinct()
    )
    tasks = session.scalars(
        select(Part.task_id).where(Part.department_id == old.id).order_by(Part.task_id)
    )
    names = (old.name, *(alias.name for alias in old.aliases))
    return Merging(old.name, new.name, tuple(sorted(people)), tuple(tasks), names)


def merge(session: Session, act: Act, gone: str, kept: str, reason: str) -> Department:
    """合并单位, with its reason; the people of both are told once, and which open tasks came to
    them by it. Raises as `merging`, or Refused without a reason."""
    moved, reason = merging(session, act, gone, kept), _reason(reason)
    held = lock_tasks(session, moved.tasks)
    before = [_Side.of(session, name) for name in (moved.gone, moved.kept)]
    department = merge_departments(session, act, moved.gone, moved.kept)
    facts = {"gone": moved.gone, "tasks": list(moved.tasks)}
    line = record(session, act, "merge_reason", department=department, text=reason, facts=facts)
    session.flush()
    for person in people_with(session, *DEPARTMENT_ROLES, department_id=department.id):
        came = {number for side in before if person.id not in side.people for number in side.tasks}
        said: dict[str, object] = {"a": moved.gone, "b": moved.kept, "reason": reason}
        if came:
            said["tasks"] = [f"#{number}" for number in sorted(came)]
        told = {
            "code": "merged_told_tasks" if came else "merged_told",
            "facts": said,
            "tasks": sorted(came),
            "signed": True,
        }
        tell(session, [person], Kind.answer, act.now, f"merged:{line.id}", told)
    _tell_undelivered(session, act, held, department, line)
    for task in held:
        refresh_cards(session, task, line)
    return department


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two departments before they are merged: its people and its open tasks."""

    people: frozenset[int]
    tasks: tuple[int, ...]

    @classmethod
    def of(cls, session: Session, name: str) -> "_Side":
        unit = get_department(session, name).id
        tasks = session.scalars(
            select(Part.task_id).where(
                Part.department_id == unit,
                Part.state.not_in(ENDED_STATES),
                Part.replaced_by_id.is_(None),
            )
        )
        people = session.scalars(select(Grant.person_id).where(Grant.department_id == unit))
        return cls(frozenset(people), tuple(tasks))


def _tell_undelivered(
    session: Session, act: Act, tasks: list[Task], department: Department, line: History
) -> None:
    """交办 of what reached nobody while it was the other department's."""
    owed: dict[tuple[int, int], tuple[Person, list[int]]] = {}
    receivers = Receivers(session)
    for task in tasks:
        for part in task.parts:
            late = part.department_id == department.id and part.delivered_at is None
            if not late or part.state in ENDED_STATES or part.replaced_by_id is not None:
                continue
            for person in receivers.of(part):
                owed.setdefault((task.notice_id, person.id), (person, []))[1].append(task.id)
    for (notice, _), (person, numbers) in owed.items():
        facts = {"notice": notice, "tasks": numbers}
        key = f"merged-issue:{line.id}:{notice}"
        tell(session, [person], Kind.assignment, act.now, key, facts)


def _reason(reason: str) -> str:
    reason = storable(reason).strip()
    if not reason:
        raise Refused("why_needed")
    return reason


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _tell(
    session: Session, act: Act, task: Task, code: str, facts: dict[str, object], key: str
) -> None:
    people: dict[int, Person] = {
        person.id: person
        for part in task.parts
        if part.state not in ENDED_STATES
        for person in contacts_of(session, part)
    }
    tell(
        session,
        people.values(),
        Kind.answer,
        act.now,
        key,
        {"code": code, "facts": facts, "tasks": [task.id], "signed": True},
    )
