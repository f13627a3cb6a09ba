"""申请延期 and its gate: ask, endorse, put before the leader, grant, refuse, withdraw.

A request belongs to the part that asks and stops the asking of every lead of the task, since
they share one limit; a department of a collective duty asks for itself. The first limit is
never overwritten, and silence never grants: `tasks.gate` says whose turn it is.
"""

from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tasks import outbox
from tasks.casework import Extension
from tasks.errors import Refused
from tasks.gate import Step, Turn
from tasks.mailroom import Outbox
from tasks.models import History, Part, Person, Report, ReportKind, Task
from tasks.outbox import Priority
from tasks.replies import ReplyState
from tasks.services.acts import (
    Act,
    Office,
    limit_of,
    lock_task,
    move,
    part_for,
    people_with,
    record,
    resume,
    roles_of,
    schedule,
)
from tasks.services.post import Kind, contacts_of, groups_of, refresh_cards, tell, tell_groups
from tasks.services.requests import (
    asked_by,
    granted_so_far,
    held,
    leaders_for,
    release,
    taken,
    turn,
)
from tasks.text import storable
from tasks.vocabulary import Desk, ExtensionState, PartRole, Role
from tasks.workflow import Action

FARTHEST = timedelta(days=5 * 366)
"""No limit is put off further than this; a year mistyped is no date."""

_SAID = (ReportKind.words, ReportKind.no_change)
_ASKING = (ReplyState.extension, ReplyState.declined)


def ask(
    session: Session,
    office: Office,
    act: Act,
    number: int,
    wanted: date,
    reason: str,
    progress: str | None = None,
) -> Extension:
    """Ask for more time. `progress` None: as last said.

    Raises NotFound, NotAllowed, IllegalMove, or Refused where there is no limit, a request
    waits already, the day does not lie after the limit, has passed or is years away, or no
    reason is given.
    """
    task = lock_task(session, number)
    part = part_for(session, act, task, Action.extend)
    move(session, act, part, Action.extend)
    limit = check_wanted(session, office, act, part, wanted)
    reason = storable(reason).strip()
    if not reason:
        raise Refused("extension_reason_needed")
    progress = storable(progress).strip() if progress else last_words(session, part)
    said = Report(
        part_id=part.id,
        person_id=act.person_id,
        kind=ReportKind.extension,
        text=_in_words(limit, wanted, reason, progress),
        expected=wanted,
        said_at=act.said_at,
        stored_at=act.now,
        confirmed_at=act.now,
        update_id=act.update_id,
    )
    session.add(said)
    session.flush()
    own_head = Role.head in roles_of(session, act, part.department_id)
    asked = Extension(
        part_id=part.id,
        report_id=said.id,
        person_id=act.person_id,
        ordinal=granted_so_far(session, part) + 1,
        due=limit,
        wanted=wanted,
        reason=reason,
        progress=progress,
        late=office.cal.local_date(act.said_at) > limit,
        state=ExtensionState.asked,
        asked_at=act.now,
        endorsed_at=act.now if own_head else None,
        endorsed_by_id=act.person_id if own_head else None,
    )
    session.add(asked)
    for one in held(task, part):
        one.requested_at = act.said_at
    part.answered_at = max(part.answered_at or act.said_at, act.said_at)
    session.flush()
    schedule(task, office)
    line = record(session, act, "extend", part=part, text=said.text, facts=_facts(asked))
    refresh_cards(session, task, line)
    _tell_turn(session, office, act, asked)
    return asked


def check_wanted(session: Session, office: Office, act: Act, part: Part, wanted: date) -> date:
    """The limit that would be put off to that day. Raises the refusal that asking for it
    would meet."""
    limit = check_extendable(session, part)
    today = office.cal.local_date(act.now)
    if wanted < today:
        raise Refused("extension_past", task=part.task_id, day=wanted)
    if wanted <= limit:
        raise Refused("extension_not_later", task=part.task_id, due=limit)
    if wanted > max(limit, today) + FARTHEST:
        raise Refused("extension_too_far", task=part.task_id, day=wanted)
    return limit


def check_extendable(session: Session, part: Part) -> date:
    """The limit of a part that may be put off. Raises Refused where there is none or a request
    waits already."""
    limit = limit_of(part)
    if limit is None:
        raise Refused("extension_no_limit", task=part.task_id)
    if release(part):
        raise Refused("extension_pending", task=part.task_id)
    return limit


def endorse(session: Session, office: Office, act: Act, extension_id: int) -> Extension:
    """审签: the head puts the request forward. Raises NotFound, NotAllowed, Stale, Refused."""
    asked, part, found = taken(session, office, act, extension_id, Step.endorse)
    asked.endorsed_at, asked.endorsed_by_id = act.now, act.person_id
    _recorded(session, act, "endorse_extension", asked, part)
    if found.desk is Desk.head:
        _tell_turn(session, office, act, asked)
    return asked


def give_back(
    session: Session, office: Office, act: Act, extension_id: int, reason: str
) -> Extension:
    """退回: the head does not put the request forward. Raises as `endorse`."""
    reason = _needed(reason)
    asked, part, _ = taken(session, office, act, extension_id, Step.give_back)
    _settle(act, asked, ExtensionState.withdrawn, reason)
    waiting = release(part)
    for one in waiting:
        resume(office, act, one)
    schedule(part.task, office)
    _recorded(session, act, "return_extension", asked, part, reason)
    _tell_result(session, act, asked, waiting)
    return asked


def forward(session: Session, office: Office, act: Act, extension_id: int) -> Extension:
    """报分管领导: put the request before the leader. Raises as `endorse`."""
    asked, part, _ = taken(session, office, act, extension_id, Step.forward)
    asked.forwarded_at = act.now
    _recorded(session, act, "forward", asked, part)
    _tell_turn(session, office, act, asked)
    return asked


def grant(session: Session, office: Office, act: Act, extension_id: int) -> Extension:
    """同意: the limit moves, the first one stays. Raises as `endorse`."""
    asked, part, found = taken(session, office, act, extension_id, Step.grant)
    _settle(act, asked, ExtensionState.granted)
    if part.role is PartRole.each:
        part.due = asked.wanted
    else:
        part.task.due = asked.wanted
    # Of the departments of a collective duty the one that was granted most counts.
    part.task.extensions = max(part.task.extensions, granted_so_far(session, part))
    waiting = release(part)
    for one in waiting:
        # Days on the desk after the old limit say nothing of the new one.
        one.desk_days = 0
        resume(office, act, one, one.requested_at)
    schedule(part.task, office)
    _recorded(session, act, _decided(office, asked, Action.grant, found), asked, part)
    _tell_result(session, act, asked, waiting)
    return asked


def refuse(
    session: Session, office: Office, act: Act, extension_id: int, reason: str
) -> Extension:
    """不同意: the limit stays, and what was overdue when it was asked. Raises as `endorse`."""
    reason = _needed(reason)
    asked, part, found = taken(session, office, act, extension_id, Step.refuse)
    _settle(act, asked, ExtensionState.refused, reason)
    waiting = release(part)
    for one in waiting:
        resume(office, act, one, one.requested_at)
    schedule(part.task, office)
    _recorded(session, act, _decided(office, asked, Action.refuse, found), asked, part, reason)
    _tell_result(session, act, asked, waiting)
    return asked


def withdraw(session: Session, office: Office, act: Act, extension_id: int) -> Extension:
    """Take a request back before it is decided. Raises as `endorse`."""
    asked, part, _ = taken(session, office, act, extension_id, Step.withdraw)
    _settle(act, asked, ExtensionState.withdrawn)
    waiting = release(part)
    for one in waiting:
        resume(office, act, one)
    schedule(part.task, office)
    _recorded(session, act, "withdraw_extension", asked, part)
    _tell_others(session, act, asked, waiting)
    return asked


def drop_pending(session: Session, act: Act, task: Task, part: Part | None = None) -> None:
    """End what waits as withdrawn because the task goes another way: submitted, paused,
    cancelled. With `part` only what that one asked for, what another lead asked goes on, and
    the leads that waited with it are told; without, everything of the task, and who asked is
    told. The caller schedules and redraws."""
    for one in task.parts if part is None else [part]:
        asked = asked_by(session, one)
        if asked is None:
            continue
        _settle(act, asked, ExtensionState.withdrawn)
        line = record(session, act, "drop_extension", part=one, facts=_facts(asked))
        session.flush()
        _redraw(session, act, asked, line)
        waiting = release(one)
        for held_one in waiting:
            held_one.requested_at = None
            held_one.resumed_at = act.now
            held_one.swept_to = max(held_one.swept_to, act.now)
        if part is None:
            _tell_result(session, act, asked, [one])
        else:
            _tell_others(session, act, asked, waiting)
    if part is not None:
        part.requested_at = None


def check_step(
    session: Session, office: Office, act: Act, extension_id: int, step: Step
) -> Extension:
    """The request with which that would be done now. Raises what doing it would."""
    return taken(session, office, act, extension_id, step)[0]


def last_words(session: Session, part: Part) -> str | None:
    """What the part last said of how the work stands."""
    return session.scalar(
        select(Report.text)
        .where(
            Report.part_id == part.id,
            Report.kind.in_(_SAID),
            Report.replaced_at.is_(None),
            # Words that ask for something say nothing of how the work stands.
            or_(Report.proposed.is_(None), Report.proposed.not_in(_ASKING)),
        )
        .order_by(Report.id.desc())
        .limit(1)
    )


def _needed(reason: str) -> str:
    reason = storable(reason).strip()
    if not reason:
        raise Refused("extension_reason_needed")
    return reason


def _settle(act: Act, asked: Extension, state: ExtensionState, answer: str | None = None) -> None:
    asked.state, asked.answer = state, answer
    asked.decided_at, asked.decided_by_id = act.now, act.person_id


def _decided(office: Office, asked: Extension, action: Action, found: Turn) -> str:
    """What the history calls a decision; it says where the leader's was due and none is bound."""
    unled = found.desk is Desk.office and asked.ordinal >= office.policy.leader_from
    return f"{action}_unled" if unled and not found.for_leader else action.value


def _recorded(
    session: Session,
    act: Act,
    action: str,
    asked: Extension,
    part: Part,
    text: str | None = None,
) -> History:
    line = record(session, act, action, part=part, text=text, facts=_facts(asked))
    refresh_cards(session, part.task, line)
    _redraw(session, act, asked, line)
    return line


def _redraw(session: Session, act: Act, asked: Extension, line: History) -> None:
    """Let the messages that put the request before somebody show how it went on, so that none
    keeps a button that is over; whoever acted sees it on their own."""
    shown = session.scalars(
        select(Outbox).where(
            Outbox.kind == Kind.request,
            Outbox.key.like(f"request:{asked.id}:%"),
            Outbox.message_id.is_not(None),
            Outbox.person_id.is_not(None),
        )
    )
    for row in shown.all():
        if row.person_id == act.person_id or row.facts["desk"] is None:
            continue
        outbox.put(
            session,
            key=f"redraw:{line.id}:{row.id}",
            kind=Kind.request,
            chat_id=row.chat_id,
            person_id=row.person_id,
            facts={**row.facts, "edit": row.message_id},
            priority=Priority.at_once,
            now=act.now,
        )


def _facts(asked: Extension) -> dict[str, object]:
    return {"extension": asked.id, "due": f"{asked.due}", "wanted": f"{asked.wanted}"}


def _in_words(limit: date, wanted: date, reason: str, progress: str | None) -> str:
    words = f"申请由{limit:%Y-%m-%d}延至{wanted:%Y-%m-%d}；原因：{reason}"
    return f"{words}；进展：{progress}" if progress else words


def _tell_turn(session: Session, office: Office, act: Act, asked: Extension) -> None:
    """Whoever has the next word hears of it at once."""
    part = asked.part
    desk = turn(session, office, asked, act.now).desk
    people = {
        Desk.head: lambda: people_with(session, Role.head, department_id=part.department_id),
        Desk.office: lambda: people_with(session, Role.coordinator),
        Desk.leader: lambda: leaders_for(session, part.task),
    }[desk]()
    facts = {"extension": asked.id, "task": part.task_id, "desk": desk.value}
    tell(session, people, Kind.request, act.now, f"request:{asked.id}:{desk}", facts)


def _tell_others(session: Session, act: Act, asked: Extension, waiting: list[Part]) -> None:
    """The leads that waited with the one that asked, where it asks no more."""
    others = [part for part in waiting if part.id != asked.part_id]
    if others:
        _tell_result(session, act, asked, others)


def _tell_result(session: Session, act: Act, asked: Extension, waiting: list[Part]) -> None:
    """The contacts of every part that waited, and who had a hand in it; their groups where it
    was decided: what a head returns stays within the department's people."""
    people = {person.id: person for part in waiting for person in contacts_of(session, part)}
    involved = [asked.person_id, asked.endorsed_by_id]
    if asked.forwarded_at is not None:
        people |= {person.id: person for person in people_with(session, Role.coordinator)}
    for person_id in involved:
        person = None if person_id is None else session.get(Person, person_id)
        if person is not None:
            people[person.id] = person
    told = [person for person in people.values() if person.id != act.person_id]
    facts = {"extension": asked.id, "task": asked.part.task_id, "desk": None}
    tell(session, told, Kind.request, act.now, f"request:{asked.id}:result", facts)
    if asked.state in (ExtensionState.granted, ExtensionState.refused):
        groups = groups_of(session, {part.department_id for part in waiting})
        tell_groups(session, groups, Kind.request, act.now, f"request:{asked.id}:result", facts)
