"""Who is away now, until when, and who stands in: shown wherever somebody looks for a person."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.staff import Absence


@dataclass(frozen=True, slots=True)
class Away:
    """外出: away until that day, it included; `deputy` is asked meanwhile."""

    until: date
    deputy: str | None = None


def absent(session: Session) -> dict[int, Away]:
    """Everybody who is away, by the number of the person."""
    rows = session.scalars(
        select(Absence)
        .where(Absence.returned_at.is_(None))
        .order_by(Absence.id)
        .options(selectinload(Absence.deputy))
    )
    return {
        row.person_id: Away(row.until, None if row.deputy is None else row.deputy.name)
        for row in rows
    }
