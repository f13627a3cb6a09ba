"""PURE. The whole reading: documents, their duties, each once, and what stayed unmapped."""

from collections.abc import Callable
from datetime import date

from tasks.reading import goals
from tasks.reading.clauses import read_part
from tasks.reading.dates import Era
from tasks.reading.documents import parts
from tasks.reading.drafts import HEADS, Draft, Reader
from tasks.reading.header import Part
from tasks.reading.model import Coverage, Duty, NoticeReading, Passage
from tasks.reading.progress import Progress
from tasks.reading.source import Source, bracket_pairs, sentence_spans, source


def read_notice(text: str, progress: Callable[[float], None] | None = None) -> NoticeReading:
    """Header, duties and unmapped passages of a notice; never raises.

    `progress` is told the share that is read, from 0.0 to 1.0, some fifty times at most.
    """
    told = Progress(progress)
    told.reach(0.0)
    given = source(text)
    told.reach(HEADS / 2)
    pairs = bracket_pairs(given.clean)
    opens = sorted(pairs)
    documents = parts(given.clean)
    told.reach(HEADS)
    drafts: list[Draft] = []
    left: list[tuple[int, int]] = []
    ownerless: list[tuple[int, int]] = []
    era = Era(None, None)
    for number, part in enumerate(documents):
        era = _era(given.clean, part, era)
        forwarded = (
            number > 0
            and part.header.number is not None
            and (part.header.title or "?") in (documents[number - 1].header.title or "")
        )
        reader = Reader(given, part, era, opens, pairs, forwarded, told)
        read_part(reader)
        drafts += reader.drafts
        left += [span for span in reader.left if _is_duty(given.clean[slice(*span)])]
        ownerless += reader.ownerless
    drafts = _once(given.clean, sorted(drafts, key=lambda draft: draft.start), pairs)
    unmapped = [_passage(given, *span) for span in sorted({*left, *ownerless})]
    mapped = sum(_duties_in(given.clean, draft, pairs) for draft in drafts)
    told.reach(1.0)
    return NoticeReading(
        header=documents[0].header,
        duties=tuple(_duty(given, draft) for draft in drafts),
        unmapped=tuple(unmapped),
        coverage=Coverage(sentences=mapped + len(unmapped), mapped=mapped),
    )


def _era(clean: str, part: Part, before: Era) -> Era:
    """The time a document speaks from; what states none speaks from that of the one before."""
    signed = part.header.date
    if signed:
        return Era(signed.year, signed)
    for stretch in (
        part.header.number or "",
        part.header.title or "",
        clean[part.start : part.end],
    ):
        year = _first_year(stretch)
        if year:
            return Era(
                year, before.signed if before.signed and before.signed.year == year else None
            )
    return before


def _first_year(text: str) -> int | None:
    """The year of the first number cited, else the first year named."""
    place = text.find("〔")
    while place >= 0:
        if text[place + 1 : place + 5].isdecimal() and text[place + 5 : place + 6] == "〕":
            return _plausible(text[place + 1 : place + 5])
        place = text.find("〔", place + 1)
    place = text.find("年", 4)
    while place >= 0:
        year = _plausible(text[place - 4 : place])
        if year:
            return year
        place = text.find("年", place + 1)
    return None


def _plausible(digits: str) -> int | None:
    if len(digits) == 4 and digits.isdecimal() and digits.isascii() and "1949" <= digits <= "2099":
        return int(digits)
    return None


def _once(clean: str, drafts: list[Draft], pairs: dict[int, int]) -> list[Draft]:
    """Each duty once: text and owners agree, or all its sentences stand in an earlier one."""
    kept: list[Draft] = []
    known: dict[tuple[str, ...], set[str]] = {}
    for place, draft in enumerate(drafts):
        if _is_torn(clean, drafts, place):
            continue
        said = {
            "".join(clean[a:b].split())
            for a, b in sentence_spans(clean, draft.start, draft.end, pairs)
        }
        seen = known.setdefault(draft.assignment.owners, set())
        if said and said <= seen:
            continue
        seen |= said
        kept.append(draft)
    return kept


def _is_torn(clean: str, drafts: list[Draft], place: int) -> bool:
    """Whether a duty is the start of the next one, closed by a mark that is a copy.

    In a list without line breaks a copied sentence takes along the mark before it:
    （A负责）2.清洗。（A负责）2.清洗。（B负责）.
    """
    if place + 1 >= len(drafts):
        return False
    draft, later = drafts[place], drafts[place + 1]
    text = clean[draft.start : draft.end]
    if draft.section != later.section or not clean.startswith(text, later.start, later.end):
        return False
    earlier = drafts[place - 1].assignment if place else None
    return draft.assignment in (later.assignment, earlier)


def _duty(given: Source, draft: Draft) -> Duty:
    start, end = given.span(draft.start, draft.end)
    limit = draft.limit
    day: date | None = limit.day if limit else None
    return Duty(
        text=given.text[start:end],
        start=start,
        end=end,
        section=draft.section,
        kind=draft.kind,
        lead=draft.assignment.lead,
        cooperating=draft.assignment.cooperating,
        owners=draft.assignment.owners,
        deadline=day,
        deadline_text=limit.text if limit else None,
        recurrence=draft.recurrence,
    )


def _is_duty(sentence: str) -> bool:
    """Whether a sentence looks like a duty."""
    return len(sentence) >= 6 and (goals.is_directive(sentence) or goals.has_modal(sentence))


def _duties_in(clean: str, draft: Draft, pairs: dict[int, int]) -> int:
    """How many sentences of a duty bear one: its first, and what looks like a duty."""
    spans = sentence_spans(clean, draft.start, draft.end, pairs)
    return 1 + sum(_is_duty(clean[start:end]) for start, end in spans[1:])


def _passage(given: Source, start: int, end: int) -> Passage:
    first, last = given.span(start, end)
    return Passage(given.text[first:last], first, last)
