"""Whom a name in a draft means: a known department, one of several that look alike, or a
class of organs, which is nobody."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tasks.matching import resembling
from tasks.models import ClauseRole, Department
from tasks.reading.names import is_class
from tasks.typos import mistyped


@dataclass(frozen=True, slots=True)
class OwnerView:
    """An owner as the clause names it, and the department that it means.

    `department` is None where none is known by that name; `resembles` are known ones that
    look alike (id, name), to choose from. A class of organs means no department.
    """

    name: str
    role: ClauseRole
    department: str | None
    resembles: tuple[tuple[int, str], ...]
    is_class: bool


@dataclass(frozen=True, slots=True)
class NameView:
    """A name of an owner in a draft, in how many clauses, and what it means."""

    name: str
    clauses: int
    department: str | None
    resembles: tuple[tuple[int, str], ...]


class Names:
    """The departments that are known, and whom a name means."""

    def __init__(self, session: Session) -> None:
        rows = session.scalars(
            select(Department)
            .order_by(Department.id)
            .options(selectinload(Department.aliases), selectinload(Department.grants))
        ).all()
        self.departments = {row.id: row for row in rows}
        self._known = [
            (row.id, (row.name, *(alias.name for alias in row.aliases))) for row in rows
        ]
        self._exact = {name: key for key, names in self._known for name in names}
        self._alike: dict[str, tuple[tuple[int, str], ...]] = {}

    def department(self, name: str) -> Department | None:
        """The department with that name or alias."""
        key = self._exact.get(name)
        return None if key is None else self.departments[key]

    def alike(self, name: str) -> tuple[tuple[int, str], ...]:
        """Known departments that a name may mean, the most alike first."""
        if name not in self._alike:
            found = resembling(name, self._known)
            self._alike[name] = tuple((key, self.departments[key].name) for key in found)
        return self._alike[name]

    def meant(self, typed: str) -> tuple[tuple[int, str], ...]:
        """Known departments that somebody may have meant by a name that is not known: those
        alike, and those of which it may be a slip of the pen."""
        keys = dict.fromkeys(key for key, _ in self.alike(typed))
        keys |= dict.fromkeys(mistyped(typed, self._known))
        return tuple((key, self.departments[key].name) for key in keys)

    def owner(self, name: str, role: ClauseRole) -> OwnerView:
        found = self.department(name)
        is_one = is_class(name) and found is None
        return OwnerView(
            name,
            role,
            None if found is None else found.name,
            () if found is not None or is_one else self.alike(name),
            is_one,
        )

    def name(self, name: str, clauses: int) -> NameView:
        """What a name means that stands in so many clauses."""
        owner = self.owner(name, ClauseRole.lead)
        return NameView(name, clauses, owner.department, owner.resembles)
