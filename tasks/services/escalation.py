"""报分管领导: the coordinator puts an overdue task before the leader, once a day at most.

Nothing here happens by itself: leaders get a task only when somebody of the office presses.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.classes import judged_limit
from tasks.due import is_overdue
from tasks.errors import NotAllowed, Refused
from tasks.models import History, Part
from tasks.services.acts import Act, Office, is_office, limit_of, lock_task, record
from tasks.services.post import Kind, refresh_cards, tell
from tasks.services.requests import leaders_for
from tasks.vocabulary import OPEN_STATES, PartRole


@dataclass(frozen=True, slots=True)
class Escalated:
    """Which leaders a task was put before."""

    task: int
    told: tuple[str, ...]


def escalate(session: Session, office: Office, act: Act, number: int) -> Escalated:
    """Put an overdue task before its leader, or every leader where it has none.

    Raises NotFound, NotAllowed, or Refused: not overdue, put before them that day already,
    nobody bound.
    """
    if not is_office(session, act):
        raise NotAllowed(action="escalate")
    task = lock_task(session, number)
    if not any(is_late(part, office, act) for part in task.parts):
        raise Refused("not_overdue", task=task.id)
    cal = office.cal
    today = session.scalar(
        select(History.id)
        .where(
            History.task_id == task.id,
            History.action == "escalate",
            History.at >= cal.day_start(cal.local_date(act.now)),
        )
        .limit(1)
    )
    if today is not None:
        raise Refused("escalated_today", task=task.id)
    leaders = leaders_for(session, task)
    if not leaders:
        raise Refused("no_leader_bound")
    names = tuple(person.name for person in leaders)
    line = record(session, act, "escalate", task=task, facts={"told": list(names)})
    session.flush()
    tell(session, leaders, Kind.escalation, act.now, f"escalate:{line.id}", {"task": task.id})
    refresh_cards(session, task, line)
    return Escalated(task.id, names)


def is_late(part: Part, office: Office, act: Act) -> bool:
    """Whether a department still owes its share after the limit, the office's days added to it."""
    return (
        part.role is not PartRole.cooperating
        and part.state in OPEN_STATES
        and is_overdue(
            judged_limit(limit_of(part), part.desk_days, office.cal),
            office.cal.local_date(act.now),
        )
    )
