"""催办: a coordinator's reminder by hand, at most one per task in four hours."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, Refused
from tasks.services.acts import Act, Office, is_office, lock_task, record
from tasks.services.post import Kind, contacts_of, refresh_cards, tell
from tasks.vocabulary import OPEN_STATES


@dataclass(frozen=True, slots=True)
class Nudged:
    """Who will be told, which departments have nobody bound (`unreached`), and where nothing
    can be delivered to those who are (`undelivered`)."""

    task: int
    told: tuple[str, ...]
    unreached: tuple[str, ...]
    undelivered: tuple[str, ...] = ()


def nudge(session: Session, office: Office, act: Act, number: int) -> Nudged:
    """Remind the departments of a task at once.

    Raises NotFound, NotAllowed, or Refused: too soon after the last one (facts `again_at`),
    or nothing that anybody still owes.
    """
    if not is_office(session, act):
        raise NotAllowed(action="nudge")
    task = lock_task(session, number)
    if task.nudged_at is not None and act.now < task.nudged_at + office.policy.nudge_gap:
        raise Refused(
            "nudged_lately", task=task.id, again_at=task.nudged_at + office.policy.nudge_gap
        )
    owing = [part for part in task.parts if part.state in OPEN_STATES]
    if not owing:
        raise Refused("nothing_owed", task=task.id)
    told: list[str] = []
    unreached: list[str] = []
    undelivered: list[str] = []
    line = record(session, act, "nudge", task=task)
    session.flush()
    for part in owing:
        people = contacts_of(session, part)
        tell(session, people, Kind.nudge, act.now, f"nudge:{line.id}", {"task": task.id})
        if any(person.unreachable_at is None for person in people):
            told.append(part.department.name)
        else:
            (undelivered if people else unreached).append(part.department.name)
    line.facts = {"told": told, "unreached": unreached, "undelivered": undelivered}
    if told:
        task.nudged_at = act.now
        refresh_cards(session, task, line)
    return Nudged(task.id, tuple(told), tuple(unreached), tuple(undelivered))
