"""A notice comes in as a draft and its duties go out as tasks (交办)."""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from tasks.db import Turn, take_turn
from tasks.drafting import Passage
from tasks.errors import NotAllowed, Refused, Stale
from tasks.models import Clause, ClauseOwner, ClauseRole, Department, Notice, Part, Task
from tasks.reading import Duty, NoticeReading
from tasks.reading.names import is_class
from tasks.services.acts import Act, Office, get_notice, record, roles_of, schedule
from tasks.services.directory import MAX_NAME, ensure_department
from tasks.services.post import tell_issued
from tasks.services.steps import last_actor
from tasks.text import storable
from tasks.vocabulary import (
    ClauseKind,
    ClauseState,
    FollowUp,
    NoticeState,
    PartRole,
    PartState,
    PassageState,
    Role,
)
from tasks.workflow import OFFICE


@dataclass(frozen=True, slots=True)
class Imported:
    """`tasks`: all clauses; `unassigned`: those of them that name no owner at all.
    `known` is True where this very text had been imported before."""

    notice: int
    tasks: int
    unassigned: int
    known: bool = False


@dataclass(frozen=True, slots=True)
class Issued:
    """How many clauses became tasks, and how many stay open."""

    issued: int
    left: int


def import_notice(
    session: Session,
    act: Act,
    text: str,
    reading: NoticeReading,
    *,
    file_name: str | None = None,
) -> Imported:
    """Keep a notice and its clauses as a draft.

    The same text a second time changes nothing and names the notice that holds it.
    Raises Refused where the notice holds no duty at all.
    """
    # PostgreSQL keeps neither NUL nor lone surrogates in a text; spans count characters,
    # so each is replaced by one other character.
    text = storable(text)
    text_hash = hashlib.sha256(text.encode()).hexdigest()
    take_turn(session, Turn.notices)
    known = session.scalar(select(Notice).where(Notice.text_hash == text_hash))
    if known is not None:
        return counted(session, known, known_before=True)
    if not reading.duties:
        raise Refused("no_duties")
    header = reading.header
    notice = Notice(
        number=_storable(header.number),
        title=_storable(header.title),
        issuer=_storable(header.issuer),
        dated=header.date,
        file_name=None if file_name is None else storable(file_name)[-255:],
        text=text,
        text_hash=text_hash,
        state=NoticeState.draft,
        imported_at=act.now,
    )
    session.add(notice)
    for position, duty in enumerate(reading.duties, start=1):
        clause = Clause(position=position, **columns_of(duty))
        for place, (name, role) in enumerate(owners_of(duty), start=1):
            clause.owners.append(ClauseOwner(position=place, name=name, role=role))
        notice.clauses.append(clause)
    session.flush()
    for passage in reading.unmapped:
        session.add(
            Passage(
                notice_id=notice.id,
                start=passage.start,
                end=passage.end,
                text=storable(passage.text),
                state=PassageState.open,
            )
        )
    record(session, act, "import", notice_id=notice.id, text=notice.number or notice.title)
    return counted(session, notice, known_before=False)


def columns_of(duty: Duty) -> dict[str, Any]:
    """The columns of an open clause that says what a duty says, but for its owners."""
    return {
        "section": _storable(duty.section),
        "start": duty.start,
        "end": duty.end,
        "text": storable(duty.text),
        "kind": duty.kind,
        "state": ClauseState.open,
        "follow_up": FollowUp.standing if duty.deadline is None else FollowUp.dated,
        "deadline": duty.deadline,
        "deadline_text": _storable(duty.deadline_text),
        "recurrence": _storable(duty.recurrence),
    }


def owners_of(duty: Duty) -> list[tuple[str, ClauseRole]]:
    """Whom a duty names, each once; joint owners where it gives nobody a role."""
    named = [
        *((name, ClauseRole.lead) for name in duty.lead),
        *((name, ClauseRole.cooperating) for name in duty.cooperating),
    ]
    if not duty.lead and not duty.cooperating:
        named = [(name, ClauseRole.joint) for name in duty.owners]
    first_named: dict[str, ClauseRole] = {}
    for name, role in named:
        first_named.setdefault(storable(name)[:MAX_NAME], role)
    return list(first_named.items())


def _storable(text: str | None) -> str | None:
    return None if text is None else storable(text)


def counted(session: Session, notice: Notice, *, known_before: bool) -> Imported:
    """How many clauses a notice has, and how many of them name nobody."""
    clauses = session.scalars(
        select(Clause).where(Clause.notice_id == notice.id).options(selectinload(Clause.owners))
    ).all()
    unassigned = sum(not clause.owners for clause in clauses)
    return Imported(notice.id, len(clauses), unassigned, known=known_before)


def publish(
    session: Session,
    office: Office,
    act: Act,
    notice_id: int,
    *,
    revision: int | None = None,
    approved_by: str | None = None,
) -> Issued:
    """交办: every clause with named owners becomes an open task, and its people are told.

    A named owner that is not known becomes a department under the name as written; joint
    owners become leads, the first listed consolidates. Clauses without owner, collective
    ones whose scope nobody chose and those whose limit has passed undecided stay open.
    `approved_by`: the leader who signed it (签发); a leader may hand out what he signs himself.
    Raises NotFound, NotAllowed; with `revision` Stale where the draft has changed since;
    Refused where the office needs a leader's word and nobody gave it.
    """
    may = OFFICE if approved_by is None else OFFICE | {Role.leader}
    if not roles_of(session, act) & may:
        raise NotAllowed(action="issue")
    notice = hold_notice(session, notice_id)
    if revision is not None and notice.revision != revision:
        raise Stale("draft_changed", by=last_actor(session, notice.id))
    if office.needs_approval and approved_by is None:
        raise Refused("approval_needed")
    issued = [
        issue_clause(session, act, notice, clause)
        for clause in ready_clauses(session, office, act, notice.id)
    ]
    signed = {} if approved_by is None else {"approved_by": approved_by}
    for task in issued:
        schedule(task, office)
        record(session, act, "issue", task=task, facts=signed)
    if issued:
        notice.revision += 1
        notice.state = NoticeState.issued
        notice.issued_at = notice.issued_at or act.now
        facts = {"issued": len(issued), **signed}
        record(session, act, "publish", notice_id=notice.id, text=approved_by, facts=facts)
        tell_issued(session, act, notice, issued)
    return Issued(len(issued), open_clauses(session, notice.id))


def hold_notice(session: Session, notice_id: int) -> Notice:
    """The notice with that id as it stands now, held until the commit. Raises NotFound."""
    notice = get_notice(session, notice_id)
    session.scalar(
        select(Notice)
        .where(Notice.id == notice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return notice


def ready_clauses(session: Session, office: Office, act: Act, notice_id: int) -> list[Clause]:
    """The open clauses that would become tasks if their notice were issued now."""
    today = office.cal.local_date(act.now)
    return [
        clause
        for clause in clauses_of(session, notice_id, ClauseState.open)
        if stays_because(clause, today) is None
    ]


def clauses_of(session: Session, notice_id: int, *states: ClauseState) -> list[Clause]:
    """The clauses of a notice with their owners, in the order of their places in it."""
    query = (
        select(Clause)
        .where(Clause.notice_id == notice_id)
        .order_by(Clause.start, Clause.position)
        .options(selectinload(Clause.owners))
    )
    if states:
        query = query.where(Clause.state.in_(states))
    return list(session.scalars(query))


def open_clauses(session: Session, notice_id: int | None = None) -> int:
    """未分解: clauses that are neither issued nor waived."""
    query = select(func.count()).select_from(Clause).where(Clause.state == ClauseState.open)
    if notice_id is not None:
        query = query.where(Clause.notice_id == notice_id)
    return session.scalar(query) or 0


class Stays(StrEnum):
    """Why a clause would not become a task if its notice were issued now."""

    no_owner = "no_owner"  # 未定单位
    collective = "collective"  # 集体事项: nobody chose whom to ask
    past_limit = "past_limit"  # 时限已过: a new one, none, or 按超期处理


def named_owners(clause: Clause) -> list[ClauseOwner]:
    """The owners that are organs; a class (各地区, 有关部门) is nobody who could be told."""
    return [owner for owner in clause.owners if not is_class(owner.name)]


def stays_because(clause: Clause, today: date) -> Stays | None:
    """Why an open clause stays open when its notice is issued; None where it will go out."""
    named = named_owners(clause)
    if not any(owner.role is not ClauseRole.cooperating for owner in named):
        collective = clause.kind is ClauseKind.collective_duty
        return Stays.collective if collective else Stays.no_owner
    if clause.deadline is not None and clause.deadline < today and not clause.as_overdue:
        return Stays.past_limit
    return None


_ROLES = {
    ClauseRole.lead: PartRole.lead,
    ClauseRole.joint: PartRole.lead,
    ClauseRole.cooperating: PartRole.cooperating,
    ClauseRole.each: PartRole.each,
}


def issue_clause(session: Session, act: Act, notice: Notice, clause: Clause) -> Task:
    """Make the task of one clause; whoever calls schedules it, writes it down and tells it."""
    task = Task(
        notice_id=notice.id,
        clause_id=clause.id,
        section=clause.section,
        text=clause.text,
        follow_up=clause.follow_up,
        due=clause.deadline,
        original_due=clause.deadline,
        issued_at=act.now,
        nodes=[],
    )
    session.add(task)
    units: dict[Department, PartRole] = {}
    for owner in named_owners(clause):
        department = ensure_department(session, act, owner.name)
        # Two names may mean one department: whoever leads does not also cooperate.
        if units.get(department, PartRole.cooperating) is PartRole.cooperating:
            units[department] = _ROLES[owner.role]
    for place, (department, role) in enumerate(units.items(), start=1):
        task.parts.append(
            Part(
                department_id=department.id,
                department=department,
                position=place,
                role=role,
                state=PartState.issued,
                swept_to=act.now,
            )
        )
    clause.state = ClauseState.issued
    clause.version += 1
    session.flush()
    return task
