"""To whom a broadcast is said: what was typed becomes aims, aims become people and groups.

Aims are looked up anew at each run, so who joined meanwhile hears it too. Whoever is away is
passed over for their deputy, as everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tasks.announcing import group_of, means_every_group, means_everybody, role_named
from tasks.errors import NotFound
from tasks.models import Department, Person
from tasks.services.acts import people_with
from tasks.services.directory import clean_name, find_department
from tasks.services.receivers import Receivers
from tasks.staff import Group
from tasks.vocabulary import Role

OFFICE_GROUP = 0
"""Stands for the issuing office where a department's groups are meant."""

_OFFICE_NAMES = frozenset({"本办", "督查室", "督办", "办公室"})


class AimKind(StrEnum):
    """At whom something is aimed."""

    role = "role"  # everybody who holds it
    department = "department"  # its contacts
    groups = "groups"  # every group of a department; of one, or of the office
    group = "group"  # one group or topic
    everybody = "everybody"  # whoever has bound an account


@dataclass(frozen=True, slots=True)
class Aim:
    """`id`: the department or the group, None for every department's groups."""

    kind: AimKind
    role: Role | None = None
    id: int | None = None

    def as_facts(self) -> dict[str, Any]:
        """The aim as JSON keeps it."""
        role = None if self.role is None else self.role.value
        return {"kind": self.kind.value, "role": role, "id": self.id}


@dataclass(frozen=True, slots=True)
class Named:
    """An aim as it is told to people: `name` is that of the department or the group."""

    aim: Aim
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears it, each once; `nobody`: aims that reach nobody now."""

    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    nobody: tuple[Named, ...] = ()


def aim_of(facts: Mapping[str, Any]) -> Aim:
    """The aim that `as_facts` wrote."""
    role = facts.get("role")
    return Aim(AimKind(facts["kind"]), None if role is None else Role(role), facts.get("id"))


def read_aims(session: Session, names: Sequence[str]) -> list[Aim]:
    """Whom these names mean. Raises NotFound for a name that means nobody known."""
    return list(dict.fromkeys(aim for name in names for aim in _meant(session, name)))


def gather(session: Session, aims: Iterable[Aim]) -> Audience:
    """Who hears it now."""
    receivers = Receivers(session)
    people: dict[int, Person] = {}
    groups: dict[int, Group] = {}
    nobody: list[Named] = []
    for aim in aims:
        found = receivers.present(_people(session, aim))
        places = _groups(session, aim)
        people.update((one.id, one) for one in found)
        groups.update((one.id, one) for one in places)
        if not found and not places:
            nobody.append(named(session, aim))
    return Audience(
        tuple(sorted(people.values(), key=lambda one: one.id)),
        tuple(sorted(groups.values(), key=lambda one: one.id)),
        tuple(nobody),
    )


def named(session: Session, aim: Aim) -> Named:
    """The aim with the name by which people know it."""
    if aim.kind is AimKind.group:
        group = session.get(Group, aim.id or 0)
        return Named(aim, None if group is None else group.title)
    unit = session.get(Department, aim.id) if aim.id else None
    return Named(aim, None if unit is None else unit.name)


def _meant(session: Session, name: str) -> list[Aim]:
    if means_everybody(name):
        return [Aim(AimKind.everybody)]
    if (role := role_named(name)) is not None:
        return [Aim(AimKind.role, role)]
    unit = find_department(session, clean_name(name))
    if unit is not None:
        return [Aim(AimKind.department, id=unit.id)]
    titled = session.scalars(
        select(Group).where(Group.title == name, Group.left_at.is_(None)).order_by(Group.id)
    ).all()
    if titled:
        return [Aim(AimKind.group, id=group.id) for group in titled]
    if means_every_group(name):
        return [Aim(AimKind.groups)]
    owner = group_of(name)
    if owner in _OFFICE_NAMES:
        return [Aim(AimKind.groups, id=OFFICE_GROUP)]
    unit = None if owner is None else find_department(session, clean_name(owner))
    if unit is None:
        raise NotFound("no_such_audience", name=name[:40])
    return [Aim(AimKind.groups, id=unit.id)]


def _people(session: Session, aim: Aim) -> list[Person]:
    if aim.kind is AimKind.role:
        assert aim.role is not None
        return people_with(session, aim.role)
    if aim.kind is AimKind.department:
        return people_with(session, Role.contact, department_id=aim.id)
    if aim.kind is AimKind.everybody:
        return people_with(session, *Role)
    return []


def _groups(session: Session, aim: Aim) -> list[Group]:
    query = select(Group).where(Group.left_at.is_(None)).order_by(Group.id)
    if aim.kind is AimKind.group:
        query = query.where(Group.id == aim.id)
    elif aim.kind is not AimKind.groups:
        return []
    elif aim.id is None:
        query = query.where(Group.department_id.is_not(None))
    elif aim.id == OFFICE_GROUP:
        query = query.where(Group.department_id.is_(None))
    else:
        query = query.where(Group.department_id == aim.id)
    return list(session.scalars(query))
