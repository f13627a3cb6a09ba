"""What cooperating departments answer, and how the lead's report is made of it.

A cooperating department has said enough with 无补充. The first listed lead may adopt what the
others answered as its own report; it names the answers that it saw, so that no later one is
passed over.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from tasks.cooperation import NOTHING_TO_ADD_WORDS
from tasks.errors import IllegalMove, NotFound, Refused, Stale
from tasks.models import Part, Report, ReportKind, Task
from tasks.services import versions
from tasks.services.acts import (
    Act,
    Office,
    first_lead,
    lock_task,
    lock_tasks,
    move,
    part_for,
    parts_for,
    record,
    schedule,
)
from tasks.services.post import refresh_cards
from tasks.services.reports import Source
from tasks.text import storable
from tasks.views.cooperation import Consolidation, consolidates, consolidation
from tasks.views.standings import load
from tasks.vocabulary import PartRole
from tasks.workflow import Action


def nothing_to_add(
    session: Session,
    office: Office,
    act: Act,
    numbers: Sequence[int],
    text: str = NOTHING_TO_ADD_WORDS,
    *,
    source: Source | None = None,
    replaces: int | None = None,
) -> list[Report]:
    """无补充 of one or several tasks, all or none. `source`, `replaces` as in `reports.report`.

    Raises NotFound for a task that is not one of the actor's, IllegalMove where the department
    does not cooperate or the part is not open.
    """
    made: list[Report] = []
    tasks = lock_tasks(session, numbers)
    missing = set(numbers) - {task.id for task in tasks}
    if missing:
        raise NotFound("no_such_task", task=min(missing))
    for task in tasks:
        part = part_for(session, act, task, Action.nothing_to_add)
        move(session, act, part, Action.nothing_to_add)
        said = _answer(act, part, ReportKind.nothing_to_add, text)
        if source is not None:
            said.chat_id, said.message_id = source.chat_id, source.message_id
        old = None if replaces is None else versions.latest(session, replaces)
        if old is not None and old.part_id == part.id:
            versions.put_in_place(act, said, old)
        session.add(said)
        session.flush()
        versions.retire_older(session, act, said)
        schedule(task, office)
        line = record(session, act, "nothing_to_add", part=part, text=said.text)
        refresh_cards(session, task, line)
        made.append(said)
    return made


def cooperates(session: Session, act: Act, task: Task) -> bool:
    """Whether the actor's departments only cooperate in a task."""
    return all(part.role is PartRole.cooperating for part in parts_for(session, act, task))


def draft_for(session: Session, office: Office, act: Act, number: int) -> Consolidation:
    """The draft of the actor's report. Raises NotFound as a card does, or Refused where the
    actor's department is not the one that consolidates, or nobody cooperates."""
    task = lock_task(session, number)
    own = _consolidating(session, act, task)
    (view,) = load(session, office, act.now, numbers=[number])
    if not consolidates(view, next((part for part in view.parts if part.id == own.id), None)):
        raise Refused("nothing_to_consolidate", task=number)
    return consolidation(session, office, act.now, view)


def adopt(session: Session, office: Office, act: Act, number: int, newest: int) -> Report:
    """采用: take the draft as the lead's own report. `newest` is the latest answer in the draft
    that was seen.

    Raises what `draft_for` does, IllegalMove, Refused where nobody answered, or Stale where
    an answer came in since.
    """
    found = draft_for(session, office, act, number)
    if not found.sources:
        raise Refused("nobody_answered", task=number)
    if found.sources[-1] != newest:
        raise Stale("answers_came_in", task=number)
    task = lock_task(session, number)
    part = _consolidating(session, act, task)
    move(session, act, part, Action.report)
    said = _answer(act, part, ReportKind.words, found.text)
    session.add(said)
    session.flush()
    schedule(task, office)
    facts = {"report": said.id, "sources": list(found.sources)}
    line = record(session, act, "consolidate", part=part, text=said.text, facts=facts)
    refresh_cards(session, task, line)
    return said


def _consolidating(session: Session, act: Act, task: Task) -> Part:
    lead = first_lead(task)
    if lead is None or lead not in parts_for(session, act, task):
        raise IllegalMove("not_consolidating", task=task.id)
    return lead


def _answer(act: Act, part: Part, kind: ReportKind, text: str) -> Report:
    part.answered_at = max(part.answered_at or act.said_at, act.said_at)
    return Report(
        part_id=part.id,
        person_id=act.person_id,
        kind=kind,
        text=storable(text),
        said_at=act.said_at,
        stored_at=act.now,
        confirmed_at=act.now,
        update_id=act.update_id,
    )
