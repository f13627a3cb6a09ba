"""代记电话答复: a coordinator writes down what a department said on the telephone.

It is the department's answer and counts as one; the history, and whoever sees it, is told who
wrote it down. What was read out of the words is read back to the coordinator.
"""

import re
from collections.abc import Sequence

from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, NotFound, Refused
from tasks.models import Part, Report, Task
from tasks.replies import ReplyReading
from tasks.services import versions
from tasks.services.acts import (
    Act,
    Office,
    held_parts,
    is_office,
    lock_task,
    move,
    record,
    schedule,
)
from tasks.services.post import refresh_cards
from tasks.services.reports import Source, counts_at_once, keep
from tasks.text import storable
from tasks.vocabulary import ENDED_STATES
from tasks.workflow import Action

MAX_NAME = 20
"""Characters of a name before the colon; longer words there are no name."""

_SPEAKER = re.compile(rf"\s*([^\s：:，,。；;\d%#]{{2,{MAX_NAME}}})\s*[：:]\s*(?=\S)")
_NO_NAME = re.compile(
    r"进展|进度|问题|困难|下一步|情况|原因|预计|目前|完成|答复|problem|progress|status|next|eta|task",
    re.IGNORECASE,
)


def informant_of(text: str) -> tuple[str | None, str]:
    """ "张三：已完成六成" is who said it and what; without a name the words alone."""
    found = _SPEAKER.match(text)
    if found is None or _NO_NAME.search(found.group(1)):
        return None, text.strip()
    return found.group(1), text[found.end() :].strip()


def recordable(session: Session, act: Act, number: int) -> tuple[Task, list[Part]]:
    """The task and those of its parts for which an answer can be written down. Raises
    NotAllowed for whoever is not the office, NotFound, Refused where all have ended."""
    if not is_office(session, act):
        raise NotAllowed(action=Action.record)
    task = lock_task(session, number)
    parts = [part for part in held_parts(task) if part.state not in ENDED_STATES]
    if not parts:
        raise Refused("nothing_to_record", task=task.id)
    return task, parts


def part_named(parts: Sequence[Part], words: str) -> tuple[Part | None, str]:
    """The part whose department the words begin with, and what follows its name."""
    said = words.lstrip()
    for part in sorted(parts, key=lambda one: -len(one.department.name)):
        name = part.department.name
        if said.startswith(name) and len(said) > len(name):
            return part, said[len(name) :].lstrip(" ：:，,")
    return (parts[0], words) if len(parts) == 1 else (None, words)


def record_answer(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    part_id: int,
    text: str,
    reading: ReplyReading,
    *,
    informant: str | None = None,
    source: Source | None = None,
    replaces: int | None = None,
) -> Report:
    """Keep what a department said on the telephone. Its reading waits for `confirm`.

    Raises as `recordable`; NotFound for a part of another task; NotAllowed or IllegalMove as
    the table says; Refused without words.
    """
    text = storable(text).strip()
    if not text:
        raise Refused("usage_record")
    task, parts = recordable(session, act, number)
    part = next((one for one in parts if one.id == part_id), None)
    if part is None:
        raise NotFound("no_such_task", task=number)
    said = keep(session, office, act, part, text, reading, source, replaces)
    said.recorded_by_id = act.person_id
    said.informant = None if informant is None else storable(informant)[:200]
    state, before = part.state, part.before
    move(session, act, part, Action.record)
    if counts_at_once(session, said):
        said.confirmed_at = act.now
        versions.retire_older(session, act, said)
    else:
        # As with words of its own, what was read moves nothing before it is confirmed.
        part.state, part.before = state, before
    session.flush()
    schedule(task, office)
    told = text if informant is None else f"{said.informant}：{text}"
    line = record(session, act, "record", part=part, text=told, facts={"report": said.id})
    refresh_cards(session, task, line)
    return said
