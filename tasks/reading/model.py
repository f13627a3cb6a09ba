"""PURE. What a reading of a notice consists of; every span reproduces its text."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tasks.vocabulary import ClauseKind


@dataclass(frozen=True, slots=True)
class Header:
    """What the notice states of itself; None where it states nothing."""

    number: str | None
    title: str | None
    issuer: str | None
    date: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """One clause: `text` is `start:end` of the text read.

    `owners` holds every owner in order, with a shared suffix restored; `lead` and
    `cooperating` are those with a stated role, so joint owners stand in `owners` only.
    """

    text: str
    start: int
    end: int
    section: str | None
    kind: ClauseKind
    lead: tuple[str, ...]
    cooperating: tuple[str, ...]
    owners: tuple[str, ...]
    deadline: date | None
    deadline_text: str | None
    recurrence: str | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that looks like a duty and became none."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many sentences bear a duty, and how many of them stand in a duty that was read."""

    sentences: int
    mapped: int


@dataclass(frozen=True, slots=True)
class NoticeReading:
    """Everything read from one notice."""

    header: Header
    duties: tuple[Duty, ...]
    unmapped: tuple[Passage, ...]
    coverage: Coverage = Coverage(0, 0)

    def as_document(self) -> dict[str, Any]:
        """The JSON document of `duban notice read --json`."""
        document: dict[str, Any] = asdict(self)
        del document["coverage"]
        document["header"]["date"] = _iso(self.header.date)
        for duty, written in zip(self.duties, document["duties"], strict=True):
            written["kind"] = duty.kind.value
            written["deadline"] = _iso(duty.deadline)
            for name in ("lead", "cooperating", "owners"):
                written[name] = list(written[name])
        document["duties"] = list(document["duties"])
        document["unmapped"] = list(document["unmapped"])
        return document


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
