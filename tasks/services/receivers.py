"""Who gets what is told unasked about a part.

Whoever is in charge of it (指定专人), else every contact of its department who is there; an absent
one's deputy stands in. Where all are away and nobody stands in there is nobody: limits keep
running and the office is asked to telephone. Somebody who blocked the bot is passed over as
long as anybody else can be reached.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.models import Grant, Part, Person
from tasks.staff import Absence
from tasks.vocabulary import Role


class Receivers:
    """The receivers of many parts, each department looked up once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._contacts: dict[int, list[Person]] = {}
        rows = session.scalars(select(Absence).where(Absence.returned_at.is_(None)))
        self._deputies = {row.person_id: row.deputy_id for row in rows}

    def of(self, part: Part) -> list[Person]:
        """Bound people, each once; empty where nobody is there."""
        return self.at(part.department_id, part.delegate_id)

    def at(self, department_id: int, delegate_id: int | None) -> list[Person]:
        """The receivers of every part of that department that has that person in charge."""
        contacts = self._of_department(department_id)
        if delegate_id is not None:
            chosen = [person for person in contacts if person.id == delegate_id]
            found = self.present(chosen)
            if found and any(person.unreachable_at is None for person in found):
                return found
        found = self.present(contacts)
        reachable = [person for person in found if person.unreachable_at is None]
        return reachable or found

    def look_up(self, department_ids: Collection[int]) -> None:
        """Ask for the contacts of all these departments at once."""
        missing = sorted(set(department_ids) - self._contacts.keys())
        if not missing:
            return
        self._contacts |= {unit: [] for unit in missing}
        rows = self._session.execute(
            select(Grant.department_id, Person)
            .join(Grant.person)
            .where(
                Grant.role == Role.contact,
                Grant.department_id.in_(missing),
                Person.chat_id.is_not(None),
            )
            .order_by(Person.id)
        )
        for unit, person in rows:
            if unit is not None and person not in self._contacts[unit]:
                self._contacts[unit].append(person)

    def units_of(self, person: Person) -> list[int]:
        """Departments of whose parts the person may be a receiver."""
        absent = [one for one, deputy in self._deputies.items() if deputy == person.id]
        rows = self._session.scalars(
            select(Grant.department_id).where(
                Grant.person_id.in_([person.id, *absent]),
                Grant.role == Role.contact,
                Grant.department_id.is_not(None),
            )
        )
        return sorted({unit for unit in rows if unit is not None})

    def is_away(self, person: Person) -> bool:
        return person.id in self._deputies

    def _of_department(self, unit: int) -> list[Person]:
        self.look_up([unit])
        return self._contacts[unit]

    def present(self, people: Iterable[Person]) -> list[Person]:
        """Those of them who are there, and the deputies of the others."""
        found: dict[int, Person] = {}
        for person in people:
            if person.id not in self._deputies:
                found[person.id] = person
                continue
            deputy_id = self._deputies[person.id]
            if deputy_id is None or deputy_id in self._deputies:
                continue  # a deputy who is away himself stands in for nobody
            deputy = self._session.get(Person, deputy_id)
            if deputy is not None and deputy.chat_id is not None:
                found[deputy.id] = deputy
        return sorted(found.values(), key=lambda one: one.id)


def receivers(session: Session, part: Part) -> list[Person]:
    """The receivers of one part."""
    return Receivers(session).of(part)
