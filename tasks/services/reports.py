"""Signing and reporting: what a department says is kept before it is understood.

Words are a report as soon as they are stored: asking stops at once. Only what they were
read to say (percent, date, pace, problem, state) waits until somebody confirms it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.due import light
from tasks.errors import IllegalMove, NotFound, Refused
from tasks.models import Part, Report, ReportKind, Task
from tasks.replies import ReplyReading, ReplyState, next_step_of
from tasks.services import versions
from tasks.services.acts import (
    HIGHEST_ID,
    Act,
    Office,
    limit_of,
    lock_task,
    lock_tasks,
    move,
    own_departments,
    part_for,
    parts_for,
    record,
    roles_of,
    schedule,
)
from tasks.services.post import refresh_cards
from tasks.text import storable
from tasks.vocabulary import ENDED_STATES, Light, Pace, PartRole, PartState
from tasks.workflow import DEPARTMENT, OFFICE, Action, advance, allowed

NO_CHANGE_WORDS = "按计划推进"


@dataclass(frozen=True, slots=True)
class Source:
    """The message in which something was said."""

    chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Signed:
    """Which tasks were signed now, and which of them had been before."""

    signed: tuple[int, ...]
    before: tuple[int, ...] = ()


def sign(session: Session, office: Office, act: Act, numbers: Iterable[int]) -> Signed:
    """签收 of tasks; those that are signed already are passed over.

    Raises NotFound for a task that is not one of the actor's, NotAllowed.
    """
    done: list[int] = []
    before: list[int] = []
    for task in lock_tasks(session, numbers):
        waiting = [
            part for part in parts_for(session, act, task) if part.state is PartState.issued
        ]
        for part in waiting:
            _sign(session, act, part)
        schedule(task, office)
        (done if waiting else before).append(task.id)
    if not done and not before:
        raise NotFound("no_such_task", task=next(iter(numbers), 0))
    return Signed(tuple(done), tuple(before))


def sign_all(session: Session, office: Office, act: Act, notice_id: int) -> Signed:
    """全部签收: every task of the notice that waits for the actor's departments; those in which
    they only cooperate need no signing."""
    own = own_departments(session, act)
    numbers = session.scalars(
        select(Part.task_id)
        .join(Task)
        .where(
            Task.notice_id == notice_id,
            Part.department_id.in_(own),
            Part.state == PartState.issued,
            Part.role != PartRole.cooperating,
        )
    ).all()
    return sign(session, office, act, numbers) if numbers else Signed(())


def _sign(session: Session, act: Act, part: Part) -> None:
    move(session, act, part, Action.sign)
    part.signed_at = act.said_at
    refresh_cards(session, part.task, record(session, act, "sign", part=part))


def report(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    text: str,
    reading: ReplyReading,
    *,
    message: str | None = None,
    source: Source | None = None,
    replaces: int | None = None,
    next_step: str | None = None,
    by_hand: bool = False,
) -> Report:
    """Keep what a department said of a task. Its reading waits for `confirm`.

    `message` is the whole message where `text` is the piece of it that is about this task;
    the history keeps both. `source`: where it was said. `replaces`: the report of which it is
    a later version. `by_hand`: every value was chosen, none was read, so they count at once.
    Words for a task that has ended are kept too, for the coordinator to see. Raises NotFound
    for a task that is not one of the actor's.
    """
    task = lock_task(session, number)
    part = part_for(session, act, task, Action.report)
    if part.state not in ENDED_STATES:
        advance(part.state, Action.report, roles_of(session, act, part.department_id), part.role)
    said = keep(session, office, act, part, text, reading, source, replaces, next_step)
    said.person_id = act.person_id
    if part.state not in ENDED_STATES and (by_hand or counts_at_once(session, said)):
        said.confirmed_at = act.now
        versions.retire_older(session, act, said)
        move(session, act, part, Action.report)
    session.flush()
    schedule(task, office)
    facts: dict[str, object] = {"report": said.id}
    if message is not None and message != text:
        facts["message"] = storable(message)
    line = record(session, act, "report", part=part, text=said.text, facts=facts)
    refresh_cards(session, task, line)
    return said


def keep(
    session: Session,
    office: Office,
    act: Act,
    part: Part,
    text: str,
    reading: ReplyReading,
    source: Source | None = None,
    replaces: int | None = None,
    next_step: str | None = None,
) -> Report:
    """The row of an answer in words, without any move. Whoever calls sees to the rest."""
    if _says_no_change_too_near(office, act, part, reading):
        # Kept as words: who is that near the limit is asked when it will be done.
        reading = replace(reading, state=None, pace=None)
    further = next_step or next_step_of(text)
    said = Report(
        part_id=part.id,
        kind=ReportKind.words,
        text=storable(text),
        percent=reading.percent,
        expected=reading.expected,
        pace=reading.pace,
        problem=None if reading.problem is None else storable(reading.problem),
        next_step=None if further is None else storable(further),
        proposed=reading.state,
        said_at=act.said_at,
        stored_at=act.now,
        update_id=act.update_id,
    )
    if source is not None:
        said.chat_id, said.message_id = source.chat_id, source.message_id
    old = None if replaces is None else versions.latest(session, replaces)
    if old is not None and old.part_id == part.id:
        versions.put_in_place(act, said, old)
    session.add(said)
    _answered(part, act.said_at)
    session.flush()
    return said


def counts_at_once(session: Session, said: Report) -> bool:
    """Whether nothing was read out of the words that would wait for a tap. A late version of
    words that others have followed never counts by itself."""
    if needs_confirming(said):
        return False
    old = None if said.replaces_id is None else session.get(Report, said.replaces_id)
    return old is None or not versions.is_overtaken(session, old)


def _says_no_change_too_near(office: Office, act: Act, part: Part, reading: ReplyReading) -> bool:
    return (
        reading.state is ReplyState.no_change
        and reading.expected is None
        and part.role is not PartRole.cooperating
        and not may_say_no_change(office, part, act.now, reported=True)
    )


def needs_confirming(said: Report) -> bool:
    """Whether the words were read to say something that would move a number or a state."""
    return said.confirmed_at is None and any(
        value is not None
        for value in (said.percent, said.expected, said.pace, said.problem, said.proposed)
    )


def confirm(session: Session, office: Office, act: Act, report_ids: Sequence[int]) -> list[Report]:
    """无误: let the reading of these reports count. Those that count already are passed over.

    The department itself or the office may. Raises NotFound, NotAllowed, or Refused where a
    later version replaced it, or a later report of the same part was confirmed already: that
    one is the newer word.
    """
    confirmed: list[Report] = []
    wanted = select(Report).where(
        Report.id.in_([one for one in report_ids if 0 < one <= HIGHEST_ID])
    )
    parts = {
        part.id: part
        for part in session.scalars(
            select(Part).where(Part.id.in_(wanted.with_only_columns(Report.part_id)))
        )
    }
    tasks = {
        task.id: task for task in lock_tasks(session, {part.task_id for part in parts.values()})
    }
    # Read once the tasks are held: somebody else may have confirmed in between.
    reports = {said.id: said for said in session.scalars(wanted)}
    for report_id in report_ids:
        said = reports.get(report_id)
        if said is None:
            raise NotFound("no_such_report")
        task = tasks[parts[said.part_id].task_id]
        part = next(part for part in task.parts if part.id == said.part_id)
        _may_speak(session, act, part)
        if versions.next_version(session, said) is not None:
            raise Refused("report_superseded", task=task.id)
        if said.confirmed_at is not None:
            continue
        if versions.is_overtaken(session, said):
            raise Refused("report_superseded", task=task.id)
        said.confirmed_at = act.now
        versions.retire_older(session, act, said)
        _follow(session, act, part, said)
        schedule(task, office)
        line = record(session, act, "confirm", part=part, facts={"report": said.id})
        refresh_cards(session, task, line)
        confirmed.append(said)
    return confirmed


def _follow(session: Session, act: Act, part: Part, said: Report) -> None:
    roles = roles_of(session, act, part.department_id)
    if said.proposed == ReplyState.signed:
        if part.state is PartState.issued and Action.sign in allowed(part.state, roles, part.role):
            _sign(session, act, part)
    elif part.state not in ENDED_STATES:
        # Whoever confirms, it is the department that reported.
        part.state = advance(part.state, Action.report, DEPARTMENT, part.role)


def _may_speak(session: Session, act: Act, part: Part) -> None:
    if not roles_of(session, act, part.department_id) & (DEPARTMENT | OFFICE):
        raise NotFound("no_such_task", task=part.task_id)


def no_change(session: Session, office: Office, act: Act, numbers: Sequence[int]) -> list[Report]:
    """按计划推进: a report in one tap.

    Raises Refused where no report was made before or the light is yellow or red, since
    those are asked when the work will be done; for several tasks, all or none.
    """
    made: list[Report] = []
    tasks = lock_tasks(session, numbers)
    if len(tasks) < len(set(numbers)):
        missing = set(numbers) - {task.id for task in tasks}
        raise NotFound("no_such_task", task=min(missing))
    for task in tasks:
        part = part_for(session, act, task, Action.no_change)
        check_no_change(session, office, act, part)
        move(session, act, part, Action.no_change)
        said = Report(
            part_id=part.id,
            person_id=act.person_id,
            kind=ReportKind.no_change,
            text=NO_CHANGE_WORDS,
            pace=Pace.on_schedule,
            proposed=ReplyState.no_change,
            said_at=act.said_at,
            stored_at=act.now,
            confirmed_at=act.now,
            update_id=act.update_id,
        )
        session.add(said)
        _answered(part, act.said_at)
        session.flush()
        schedule(task, office)
        refresh_cards(session, task, record(session, act, "no_change", part=part, text=said.text))
        made.append(said)
    return made


def check_no_change(session: Session, office: Office, act: Act, part: Part) -> None:
    """Raises the refusal that 按计划推进 would meet now; returns where it would meet none."""
    roles = roles_of(session, act, part.department_id)
    if Action.no_change not in allowed(part.state, roles, part.role):
        raise IllegalMove(action=Action.no_change, state=part.state)
    if not may_say_no_change(office, part, act.now, reported=has_report(session, part)):
        reason = "no_change_too_near" if has_report(session, part) else "no_change_first"
        raise Refused(reason, task=part.task_id)


def may_say_no_change(office: Office, part: Part, now: datetime, *, reported: bool) -> bool:
    """Whether 按计划推进 is offered: after a report, with the light neither yellow nor red."""
    today = office.cal.local_date(now)
    shown = light(part.state, limit_of(part), today, office.cal, office.policy)
    return reported and shown not in (Light.yellow, Light.red)


def has_report(session: Session, part: Part) -> bool:
    """Whether the department ever reported on this part; to ask for something is no report."""
    asking = (ReportKind.decline, ReportKind.extension)
    query = select(Report.id).where(Report.part_id == part.id, Report.kind.not_in(asking))
    return session.scalar(query.limit(1)) is not None


def _answered(part: Part, said_at: datetime) -> None:
    part.answered_at = said_at if part.answered_at is None else max(part.answered_at, said_at)
