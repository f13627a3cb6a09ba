"""One typed line for many clauses: what it orders, and which clauses of a draft it means."""

from datetime import date

from sqlalchemy.orm import Session

from tasks.instructions import Instruction, Line, Selection, parse, select
from tasks.models import ClauseRole
from tasks.services.acts import get_notice
from tasks.services.drafts import Orders
from tasks.services.notices import Stays, clauses_of, stays_because
from tasks.vocabulary import ClauseState


def read_order(
    session: Session, notice_id: int, line: str, today: date
) -> tuple[Orders, Selection]:
    """What a line orders and for which clauses, as the draft stands now.

    Raises NotFound, or Refused where it cannot be read or means no open clause.
    """
    said = order_of(session, notice_id, line, today)
    return orders_of(said), select(said.scope, _lines(session, notice_id, today))


def order_of(session: Session, notice_id: int, line: str, today: date) -> Instruction:
    """What a line says; a date without a year is one of the notice's time or of today's."""
    dated = get_notice(session, notice_id).dated
    return parse(line, today, None if dated is None else dated.year)


def orders_of(said: Instruction) -> Orders:
    """The same as what is done to each clause."""
    owners = None
    if said.owners is not None:
        owners = [(one.name, ClauseRole(one.role)) for one in said.owners]
    return Orders(
        owners=owners,
        follow_up=said.follow_up,
        deadline=said.deadline,
        deadline_text=said.deadline_text,
        waive=said.waive,
        reason=said.reason,
    )


def _lines(session: Session, notice_id: int, today: date) -> list[Line]:
    """The clauses as scopes see them. A collective duty is not without owner: it is nobody's
    alone, and is decided as such."""
    return [
        Line(
            clause.position,
            clause.section,
            stays_because(clause, today) is not Stays.no_owner,
            clause.deadline is not None,
            clause.state is ClauseState.open,
        )
        for clause in clauses_of(session, notice_id)
        if clause.state is not ClauseState.merged
    ]
