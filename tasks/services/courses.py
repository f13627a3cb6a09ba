"""Telling the people of a task how its course changed: one kind of message for all."""

from typing import Any

from sqlalchemy.orm import Session

from tasks.errors import Refused
from tasks.models import History, Part, Report, Task
from tasks.services.acts import Act, held_parts, people_with, roles_of
from tasks.services.post import Kind, contacts_of, groups_of, tell, tell_groups
from tasks.text import storable
from tasks.vocabulary import Role


def needed(reason: str) -> str:
    """The reason as it is kept. Raises Refused without one."""
    reason = storable(reason).strip()
    if not reason:
        raise Refused("why_needed")
    return reason


def ask_head(session: Session, act: Act, part: Part, said: Report) -> None:
    """Put a contact's submission before the heads of the department; a head's own is signed."""
    if Role.head in roles_of(session, act, part.department_id):
        part.endorsed_at, part.endorsed_by_id = act.now, act.person_id
        return
    heads = people_with(session, Role.head, department_id=part.department_id)
    facts = {"event": "submitted", "task": part.task_id, "report": said.id}
    tell(session, heads, Kind.course, act.now, f"endorse:{said.id}", facts)


def tell_departments(
    session: Session,
    act: Act,
    task: Task,
    event: str,
    line: History,
    *,
    parts: list[Part] | None = None,
    publicly: bool = True,
    **facts: Any,
) -> None:
    """Tell the people of these parts (all that hold the task), each once, and with `publicly`
    their groups, what happened. `line` is where the history says it."""
    told = {"event": event, "task": task.id, **facts}
    held = held_parts(task) if parts is None else parts
    people = {one.id: one for part in held for one in contacts_of(session, part)}
    tell(session, people.values(), Kind.course, act.now, f"course:{line.id}", told)
    if publicly:
        groups = groups_of(session, {part.department_id for part in held})
        tell_groups(session, groups, Kind.course, act.now, f"course:{line.id}", told)
