"""PURE. A reading that was written down as its JSON document, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tasks.reading.model import Coverage, Duty, Header, NoticeReading, Passage
from tasks.vocabulary import ClauseKind


def reading_from(document: Mapping[str, Any], text: str) -> NoticeReading:
    """The reading of `text` whose `as_document` this is. Coverage is not written down."""
    header = document["header"]
    duties = tuple(_duty(one, text) for one in document["duties"])
    unmapped = tuple(_passage(one, text) for one in document["unmapped"])
    return NoticeReading(
        Header(header["number"], header["title"], header["issuer"], _day(header["date"])),
        duties,
        unmapped,
        Coverage(0, 0),
    )


def _duty(one: Mapping[str, Any], text: str) -> Duty:
    return Duty(
        text=text[one["start"] : one["end"]],
        start=one["start"],
        end=one["end"],
        section=one["section"],
        kind=ClauseKind(one["kind"]),
        lead=tuple(one["lead"]),
        cooperating=tuple(one["cooperating"]),
        owners=tuple(one["owners"]),
        deadline=_day(one["deadline"]),
        deadline_text=one["deadline_text"],
        recurrence=one["recurrence"],
    )


def _passage(one: Mapping[str, Any], text: str) -> Passage:
    return Passage(text[one["start"] : one["end"]], one["start"], one["end"])


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)
