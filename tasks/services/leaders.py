"""分管领导: the leader to whom a task is attached, who reads it and decides on later extensions.

The office attaches; a leader is told once of what is attached to them.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.models import Grant, Person, Task
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    get_notice,
    is_office,
    lock_task,
    lock_tasks,
    people_with,
    record,
)
from tasks.services.post import Kind, refresh_cards, tell
from tasks.vocabulary import Role


def leaders(session: Session) -> list[Person]:
    """The leaders who have bound an account."""
    return people_with(session, Role.leader)


def attach(session: Session, act: Act, number: int, leader_id: int | None) -> Task:
    """Attach a task to a leader; None: to nobody. Raises NotFound, NotAllowed, or Refused for
    somebody who is no leader."""
    _needs_office(session, act)
    task = lock_task(session, number)
    _attach(session, act, [task], leader_id)
    return task


def attach_notice(session: Session, act: Act, notice_id: int, leader_id: int | None) -> list[Task]:
    """Attach every task of a notice to a leader, or to nobody; those that changed. Raises as
    `attach`, or Refused where the notice has no task."""
    _needs_office(session, act)
    notice = get_notice(session, notice_id)
    numbers = session.scalars(select(Task.id).where(Task.notice_id == notice.id)).all()
    if not numbers:
        raise Refused("notice_not_issued", notice=notice.id)
    return _attach(session, act, lock_tasks(session, numbers), leader_id)


def attached(session: Session, leader_id: int | None) -> list[int]:
    """The numbers of the tasks that are attached to a leader."""
    if leader_id is None:
        return []
    return list(
        session.scalars(select(Task.id).where(Task.leader_id == leader_id).order_by(Task.id))
    )


def _needs_office(session: Session, act: Act) -> None:
    if not is_office(session, act):
        raise NotAllowed(action="attach_leader")


def _attach(
    session: Session, act: Act, tasks: Sequence[Task], leader_id: int | None
) -> list[Task]:
    leader = None if leader_id is None else _leader(session, leader_id)
    changed = [task for task in tasks if task.leader_id != leader_id]
    lines = []
    for task in changed:
        task.leader_id = leader_id
        line = record(
            session,
            act,
            "detach_leader" if leader is None else "attach_leader",
            task=task,
            text=None if leader is None else leader.name,
            facts={"leader": leader_id},
        )
        lines.append(line)
        refresh_cards(session, task, line)
    if leader is not None and changed:
        numbers = [task.id for task in changed]
        named = [f"#{number}" for number in numbers]
        said = {"code": "attached_told", "facts": {"tasks": named, "n": len(named)}}
        key = f"attached:{lines[0].id}"
        tell(session, [leader], Kind.answer, act.now, key, {**said, "tasks": numbers})
    session.flush()
    for task in changed:
        session.refresh(task, ["leader"])
    return changed


def _leader(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id) if 0 < person_id <= HIGHEST_ID else None
    if found is None:
        raise NotFound("no_such_person")
    held = session.scalar(
        select(Grant.id).where(Grant.person_id == person_id, Grant.role == Role.leader).limit(1)
    )
    if held is None or found.chat_id is None:
        raise Refused("no_leader", name=found.name)
    return found
