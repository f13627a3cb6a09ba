"""PURE. What an edited sheet does to a draft, as values."""

from dataclasses import dataclass, field
from datetime import date

from tasks.exports.cells import Role
from tasks.exports.draft_sheet import Problem
from tasks.exports.judging import Why
from tasks.vocabulary import FollowUp

Owners = tuple[tuple[str, Role], ...]


@dataclass(slots=True)
class ClauseChange:
    """What the sheet does to one clause; None and False leave a thing as it is."""

    line: int
    number: int
    reopen: bool = False
    text: str | None = None
    owners: Owners | None = None
    each: tuple[str, ...] | None = None
    limit: tuple[date | None, str | None] | None = None
    overdue: bool = False
    follow_up: FollowUp | None = None
    waive: Why | None = None
    into: int | None = None


@dataclass(slots=True)
class NewClause:
    """A clause that was added in the sheet; `after` is the number of the row above it."""

    line: int
    after: int | None
    text: str
    owners: Owners
    each: tuple[str, ...] | None
    deadline: date | None
    deadline_text: str | None
    follow_up: FollowUp | None


@dataclass(slots=True)
class PassageChange:
    """A sentence becomes a clause (`make`), is stated by one (`into`), or is waived."""

    line: int
    id: int
    into: int | None = None
    waive: Why | None = None


@dataclass(slots=True)
class Changes:
    """Everything that an edited sheet does, or why it does nothing."""

    clauses: list[ClauseChange] = field(default_factory=list)
    added: list[NewClause] = field(default_factory=list)
    passages: list[PassageChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
