"""节点: milestones of a task with days of their own.

The office sets them, takes them away and takes back what was said to be met; a department
that answers for the task says that one is met, and that is an answer like any other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound, Refused, Stale
from tasks.instructions import read_limit
from tasks.models import Node, Part, Person, Report, ReportKind, Task
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    is_office,
    lock_task,
    move,
    parts_for,
    record,
    schedule,
)
from tasks.services.post import Kind, contacts_of, refresh_cards, tell
from tasks.text import storable
from tasks.vocabulary import ENDED_STATES, PartRole
from tasks.workflow import Action

MOST = 20
"""Milestones that a task may have at a time; more would be tasks of their own."""

LONGEST = 60
"""Characters of a milestone's name: it stands in one line of a card."""

MET_WORDS = "节点“{title}”已完成"
"""What a department is noted to have said by its tap."""

_ATTACHED = re.compile(r"(.*?[日号底末](?:之?前|以前)?)(\S.*)")


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone as it was typed."""

    title: str
    due: date


def read_nodes(text: str, today: date, year: int | None = None) -> tuple[Milestone, ...]:
    """Typed milestones, one a line: 11月30日 完成初稿. Raises Refused with the first line that
    has no day or no name."""
    lines = [line.strip() for line in storable(text).splitlines() if line.strip()]
    if not lines:
        raise Refused("node_unreadable", text="")
    return tuple(_read(line, today, year) for line in lines)


def _read(line: str, today: date, year: int | None) -> Milestone:
    spoken = [word for word in re.split(r"[\s　：:，,]+", line) if word]
    ways = [
        (" ".join(spoken[:count]), " ".join(spoken[count:])) for count in range(1, len(spoken))
    ]
    ways += [(last, first) for first, last in ways]
    attached = _ATTACHED.fullmatch(line)
    if attached is not None:
        ways.append((attached.group(1), attached.group(2)))
    for said, title in ways:
        try:
            found = read_limit(said, today, year)
        except Refused:
            continue
        if found is not None and found.day is not None:
            if len(title) > LONGEST:
                raise Refused("node_too_long", limit=LONGEST)
            return Milestone(title, found.day)
    raise Refused("node_unreadable", text=line[:LONGEST])


def add_nodes(
    session: Session, office: Office, act: Act, number: int, given: Sequence[Milestone]
) -> list[Node]:
    """新增节点. Raises NotFound, NotAllowed, or Refused for a task that has ended, a day that
    has passed or lies after the limit, a milestone that is there, or too many."""
    task = _of_office(session, act, number)
    today = office.cal.local_date(act.now)
    for one in given:
        if one.due < today:
            raise Refused("node_past", title=one.title, due=one.due)
        if task.due is not None and one.due > task.due:
            raise Refused("node_after_limit", title=one.title, due=task.due)
    known = {(node.title, node.due) for node in task.nodes if node.dropped_at is None}
    made: list[Node] = []
    for one in given:
        if (one.title, one.due) in known:
            raise Refused("node_known", title=one.title)
        if len(known) >= MOST:
            raise Refused("nodes_too_many", limit=MOST)
        known.add((one.title, one.due))
        node = Node(position=len(task.nodes) + 1, title=one.title, due=one.due)
        task.nodes.append(node)
        made.append(node)
    session.flush()
    named = [f"{node.due.month}-{node.due.day} {node.title}" for node in made]
    line = record(
        session,
        act,
        "node_add",
        task=task,
        text="；".join(named),
        facts={"nodes": [node.id for node in made]},
    )
    session.flush()
    facts = {"task": task.id, "nodes": named}
    _tell(session, act, task, "nodes_told", facts, f"nodes:{line.id}")
    schedule(task, office)
    refresh_cards(session, task, line)
    return made


def meet(session: Session, office: Office, act: Act, node_id: int) -> Report:
    """节点完成, said by a department that answers for the task; it counts as an answer.

    Raises NotFound for another's task, NotAllowed for a cooperating department, Refused for
    a task that has ended, Stale where the milestone is met or gone already.
    """
    task, node = _of_any(session, node_id)
    answering = [
        part for part in parts_for(session, act, task) if part.role is not PartRole.cooperating
    ]
    if not answering:
        raise NotAllowed(action="node_met")
    part = next((one for one in answering if one.state not in ENDED_STATES), None)
    if part is None:
        raise Refused("task_ended", task=task.id)
    if node.met_at is not None or node.dropped_at is not None:
        raise Stale("node_changed", title=node.title)
    move(session, act, part, Action.report)
    node.met_at, node.met_by_id = act.now, act.person_id
    said = Report(
        part_id=part.id,
        person_id=act.person_id,
        kind=ReportKind.words,
        text=MET_WORDS.format(title=node.title),
        said_at=act.said_at,
        stored_at=act.now,
        confirmed_at=act.now,
        update_id=act.update_id,
    )
    session.add(said)
    part.answered_at = max(part.answered_at or act.said_at, act.said_at)
    session.flush()
    schedule(task, office)
    facts = {"node": node.id, "report": said.id}
    line = record(session, act, "node_met", part=part, text=node.title, facts=facts)
    refresh_cards(session, task, line)
    return said


def undo_met(session: Session, office: Office, act: Act, node_id: int) -> Node:
    """恢复节点: the office takes back what was said to be met. Raises NotFound, NotAllowed,
    Refused for a task that has ended, Stale where it is open."""
    task, node = _judged(session, act, node_id)
    if node.met_at is None or node.dropped_at is not None:
        raise Stale("node_changed", title=node.title)
    node.met_at = node.met_by_id = None
    schedule(task, office)
    line = record(session, act, "node_undo", task=task, text=node.title, facts={"node": node.id})
    session.flush()
    facts = {"task": task.id, "title": node.title, "due": node.due.isoformat()}
    _tell(session, act, task, "node_undone_told", facts, f"nodes:{line.id}")
    refresh_cards(session, task, line)
    return node


def drop_node(session: Session, office: Office, act: Act, node_id: int, reason: str) -> Node:
    """取消节点, with its reason. Raises NotFound, NotAllowed, Refused without a reason or for
    a task that has ended, Stale where it is gone already."""
    task, node = check_node(session, act, node_id)
    reason = storable(reason).strip()
    if not reason:
        raise Refused("why_needed")
    node.dropped_at = act.now
    schedule(task, office)
    line = record(
        session,
        act,
        "node_drop",
        task=task,
        text=f"{node.title}：{reason}",
        facts={"node": node.id},
    )
    session.flush()
    facts = {"task": task.id, "title": node.title, "reason": reason}
    _tell(session, act, task, "node_dropped_told", facts, f"nodes:{line.id}")
    refresh_cards(session, task, line)
    return node


def check_node(session: Session, act: Act, node_id: int) -> tuple[Task, Node]:
    """The task and the milestone that the office would drop. Raises what dropping would."""
    task, node = _judged(session, act, node_id)
    if node.dropped_at is not None:
        raise Stale("node_changed", title=node.title)
    return task, node


def check_task(session: Session, act: Act, number: int) -> Task:
    """The task to which the office would give milestones. Raises NotFound, NotAllowed, or
    Refused for one that has ended."""
    return _of_office(session, act, number)


def _of_office(session: Session, act: Act, number: int) -> Task:
    if not is_office(session, act):
        raise NotAllowed(action="node")
    task = lock_task(session, number)
    if all(part.state in ENDED_STATES for part in task.parts):
        raise Refused("task_ended", task=task.id)
    return task


def _judged(session: Session, act: Act, node_id: int) -> tuple[Task, Node]:
    if not is_office(session, act):
        raise NotAllowed(action="node")
    task, node = _of_any(session, node_id)
    return _of_office(session, act, task.id), node


def _of_any(session: Session, node_id: int) -> tuple[Task, Node]:
    """A milestone and its task, held until the commit. Raises NotFound."""
    number = None
    if 0 < node_id <= HIGHEST_ID:
        number = session.scalar(select(Node.task_id).where(Node.id == node_id))
    if number is None:
        raise NotFound("no_such_node")
    task = lock_task(session, number)
    return task, session.get_one(Node, node_id, populate_existing=True)


def _answers(part: Part) -> bool:
    return part.role is not PartRole.cooperating and part.state not in ENDED_STATES


def _tell(
    session: Session, act: Act, task: Task, code: str, facts: dict[str, object], key: str
) -> None:
    people: dict[int, Person] = {
        person.id: person
        for part in task.parts
        if _answers(part)
        for person in contacts_of(session, part)
    }
    said = {"code": code, "facts": facts, "tasks": [task.id], "signed": True}
    tell(session, people.values(), Kind.answer, act.now, key, said)
