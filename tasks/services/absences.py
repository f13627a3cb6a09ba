"""外出: who is away until when, and who is asked meanwhile.

An absence begins when it is said. Limits keep running: only who is asked changes. On return
one message says what waits, in place of everything that was not sent.
"""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.errors import NotAllowed, Refused
from tasks.models import Grant, Person
from tasks.services.acts import Act, Office, departments_of, record
from tasks.services.post import Kind, tell
from tasks.services.sweep import owe_digest
from tasks.staff import Absence

LONGEST = timedelta(days=366)
"""An absence is no longer than that: who is away for good hands over."""


def absence_of(session: Session, person_id: int) -> Absence | None:
    """The absence of somebody who is away now."""
    return session.scalar(
        select(Absence)
        .where(Absence.person_id == person_id, Absence.returned_at.is_(None))
        .order_by(Absence.id.desc())
        .limit(1)
    )


def check_until(office: Office, act: Act, until: date) -> None:
    """Raises the refusal that being away until that day would meet."""
    today = office.cal.local_date(act.now)
    if until < today:
        raise Refused("away_past", day=until)
    if until > today + LONGEST:
        raise Refused("away_too_long", day=until)


def deputies_for(session: Session, person_id: int) -> list[Person]:
    """Who could stand in: bound people of the same departments who are there."""
    units = departments_of(session, person_id)
    away = select(Absence.person_id).where(Absence.returned_at.is_(None))
    return list(
        session.scalars(
            select(Person)
            .join(Grant)
            .where(
                Grant.department_id.in_(units),
                Person.id != person_id,
                Person.chat_id.is_not(None),
                Person.id.not_in(away),
            )
            .order_by(Person.id)
            .distinct()
        )
    )


def go_away(
    session: Session,
    office: Office,
    act: Act,
    until: date,
    deputy_id: int | None = None,
) -> Absence:
    """Be away until that day, it included; an earlier absence ends with it.

    Raises Refused for a day that has passed or lies years ahead, and for a deputy who could
    not stand in.
    """
    if act.person_id is None:
        raise NotAllowed(action="away")
    check_until(office, act, until)
    person = session.get_one(Person, act.person_id)
    deputy = None
    if deputy_id is not None:
        could = {one.id: one for one in deputies_for(session, person.id)}
        deputy = could.get(deputy_id)
        if deputy is None:
            raise Refused("no_such_deputy")
    _end(session, act, person.id)
    away = Absence(
        person_id=person.id,
        deputy_id=deputy_id,
        since=office.cal.local_date(act.now),
        until=until,
        told_at=act.now,
    )
    session.add(away)
    session.flush()
    name = None if deputy is None else deputy.name
    facts = {"until": until.isoformat(), "deputy": deputy_id}
    record(session, act, "away", text=name, facts=facts)
    if deputy is not None:
        told = {"code": "deputy_told", "facts": {"name": person.name, "until": until.isoformat()}}
        tell(session, [deputy], Kind.answer, act.now, f"deputy:{away.id}", told)
    return away


def come_back(session: Session, act: Act) -> bool:
    """Be there again; False where the person was not away."""
    if act.person_id is None or absence_of(session, act.person_id) is None:
        return False
    _end(session, act, act.person_id)
    record(session, act, "back")
    return True


def end_absences(session: Session, office: Office, act: Act) -> int:
    """Within a window, end every absence whose last day has passed: that window's digest tells
    each person what waits, also where nothing is asked. How many there were."""
    today, window = office.cal.local_date(act.now), office.cal.window_start(act.now)
    if window is None:
        return 0
    over = session.scalars(
        select(Absence)
        .where(Absence.returned_at.is_(None), Absence.until < today)
        .order_by(Absence.id)
    ).all()
    for away in over:
        away.returned_at = act.now
        if away.person.chat_id is not None:
            owe_digest(session, away.person, act.now, window)
    return len(over)


def there(session: Session, people: list[Person]) -> list[Person]:
    """Those of them who are not away; all of them where everybody is."""
    away = set(session.scalars(select(Absence.person_id).where(Absence.returned_at.is_(None))))
    return [person for person in people if person.id not in away] or people


def _end(session: Session, act: Act, person_id: int) -> None:
    for away in session.scalars(
        select(Absence).where(Absence.person_id == person_id, Absence.returned_at.is_(None))
    ):
        away.returned_at = act.now
