"""Whose task it is: what a coordinator judges, and from whom one chooses.

Everything is read at the moment it is shown; what is chosen is judged anew.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tasks.errors import NotFound
from tasks.models import Part, Report
from tasks.services import declines, delegation
from tasks.services.acts import Act, Office, lock_task
from tasks.services.submissions import last_report
from tasks.views.cards import CardView, card
from tasks.vocabulary import PartRole, PartState

PAGE = 16
"""Departments that one page offers."""


@dataclass(frozen=True, slots=True)
class DeclineView:
    """A decline as the coordinators read it. `judged`: the words that judging it would name,
    None once it waits no longer."""

    card: CardView
    part: int
    department: str
    role: PartRole
    reason: str
    said_on: date
    answer_by: date
    judged: int | None


@dataclass(frozen=True, slots=True)
class ReassignView:
    """The departments that could take a part over, one page of them; `judged` as in a
    decline, None where nobody declined."""

    card: CardView
    part: int
    department: str
    role: PartRole
    reason: str | None
    judged: int | None
    choices: tuple[tuple[int, str], ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class DelegateView:
    """The contacts whom a head may name, and who is named now."""

    task: int
    contacts: tuple[tuple[int, str], ...]
    chosen: str | None


def decline(session: Session, office: Office, act: Act, report_id: int) -> DeclineView:
    """The decline with that report. Raises NotFound for whoever may not see the task."""
    said = session.get(Report, report_id)
    if said is None:
        raise NotFound("no_such_report")
    part = said.part
    latest = last_report(session, part)
    waits = part.state is PartState.declined and latest is not None
    said_on = office.cal.local_date(said.said_at)
    return DeclineView(
        card(session, office, act, part.task_id),
        part.id,
        part.department.name,
        part.role,
        said.text,
        said_on,
        office.cal.add_working_days(said_on, office.policy.judge_within),
        latest.id if waits and latest is not None else None,
    )


def reassign(
    session: Session, office: Office, act: Act, part_id: int, page: int = 0
) -> ReassignView:
    """Whom the part could be given to: who is named in the reason stands first. Raises what
    giving it away would."""
    found = session.get(Part, part_id)
    latest = None if found is None else last_report(session, found)
    declined = found is not None and found.state is PartState.declined and latest is not None
    judged = latest.id if declined and latest is not None else None
    part = declines.check_reassign(session, act, part_id, judged)
    reason = latest.text if declined and latest is not None else None
    others = declines.others_for(session, part)
    if reason is not None:
        others.sort(key=lambda one: not _named(one.name, reason))
    pages = max(1, -(-len(others) // PAGE))
    page = min(page, pages - 1)
    return ReassignView(
        card(session, office, act, part.task_id),
        part.id,
        part.department.name,
        part.role,
        reason,
        judged,
        tuple((one.id, one.name) for one in others[page * PAGE : (page + 1) * PAGE]),
        page,
        pages,
    )


def _named(name: str, reason: str) -> bool:
    """Whether the reason names the department, perhaps without its place in front."""
    return name in reason or (len(name) > 3 and name[1:] in reason)


def delegate(session: Session, act: Act, number: int) -> DelegateView:
    """Whom the head may name. Raises what naming somebody would."""
    part = delegation.check_delegate(session, act, number)
    named = delegation.delegate_of(session, part)
    return DelegateView(
        number,
        tuple((one.id, one.name) for one in delegation.delegates_for(session, part)),
        None if named is None else named.name,
    )


def open_parts(session: Session, number: int) -> tuple[tuple[int, str], ...]:
    """The parts of a task that could be given to another department."""
    parts = declines.open_parts(lock_task(session, number))
    return tuple((part.id, part.department.name) for part in parts)
