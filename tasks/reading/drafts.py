"""PURE. A document while it is read: its blocks, what has been drafted, what is left."""

from dataclasses import dataclass, field
from datetime import date

from tasks.reading.dates import Era, Limit, limits, plain_day, recurrence
from tasks.reading.header import Part
from tasks.reading.outline import Block
from tasks.reading.owners import Assignment
from tasks.reading.progress import Progress
from tasks.reading.source import Source
from tasks.vocabulary import ClauseKind

HEADS = 0.2
"""The share of a reading that is done when the documents are known."""

TURNS = 2
"""A document is gone through once for its marks and once for its sentences."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A duty in the offsets of the clean text."""

    start: int
    end: int
    section: str | None
    kind: ClauseKind
    assignment: Assignment
    limit: Limit | None
    recurrence: str | None


@dataclass(slots=True)
class Reader:
    """One document while it is read."""

    source: Source
    part: Part
    era: Era
    opens: list[int]
    pairs: dict[int, int]
    forwarded: bool
    progress: Progress
    drafts: list[Draft] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)
    """Sentences that no form has taken."""
    ownerless: list[tuple[int, int]] = field(default_factory=list)
    """Tasks of a table that names nobody for them, and marks that close nothing."""
    blocks: list[Block] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    @property
    def clean(self) -> str:
        return self.source.clean

    def reach(self, turn: int, place: int) -> None:
        """Tell how far the reading is: a document is gone through in `TURNS` turns."""
        start, end = self.part.start, self.part.end
        done = start + (turn * (end - start) + place - start) / TURNS
        self.progress.reach(HEADS + (1 - HEADS) * done / max(1, len(self.clean)))


def add(
    reader: Reader,
    start: int,
    end: int,
    section: str | None,
    assignment: Assignment,
    kind: ClauseKind | None = None,
    until: Limit | None = None,
) -> None:
    if start >= end:
        return
    text = reader.clean[start:end]
    found = limits(text, reader.era)
    if assignment.time:
        stated = plain_day(assignment.time, reader.era)
        if stated:
            found.append(stated)
    dated = [limit for limit in found if limit.day]
    limit = max(dated, key=_latest, default=None)
    limit = limit or until or (found[-1] if found else None)
    if kind is None:
        collective = assignment.is_collective()
        kind = ClauseKind.collective_duty if collective else ClauseKind.department_duty
    again = recurrence(text) or (recurrence(assignment.time) if assignment.time else None)
    reader.drafts.append(Draft(start, end, section, kind, assignment, limit, again))


def _latest(limit: Limit) -> date:
    return limit.day or date.min
