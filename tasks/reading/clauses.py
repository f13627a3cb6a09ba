"""PURE. One document -> its duties, in the order of the forms that state them most plainly.

First tables, then marks that close a passage (brackets, lines), then subjects of sentences;
what no owner was stated for is left to `goals`. Whatever a form has taken, no later one reads.
"""

from dataclasses import dataclass, field
from datetime import date

from tasks.reading import goals, marks, subjects, tables
from tasks.reading.dates import Era, Limit, limits, plain_day, recurrence
from tasks.reading.header import Part, is_addressee
from tasks.reading.names import is_class
from tasks.reading.outline import HEADING_LENGTH, Block, blocks
from tasks.reading.owners import Assignment, read_labelled, states_first_leads
from tasks.reading.source import Source, sentence_spans, trimmed
from tasks.vocabulary import ClauseKind

BRIDGE = 240
"""A sentence continues a duty across at most so many characters of cut-out copies."""


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
    drafts: list[Draft] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)
    """Sentences that no form has taken."""
    blocks: list[Block] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    @property
    def clean(self) -> str:
        return self.source.clean


def read_part(reader: Reader) -> None:
    """Fill `drafts` and `left` of a reader."""
    part, clean = reader.part, reader.clean
    first_leads = states_first_leads(clean[part.start : part.end])
    reader.blocks = _body_blocks(reader)
    rows, reader.taken = tables.rows(clean, reader.blocks, first_leads=first_leads)
    for row in rows:
        section = f"{row.block.section or ''}{row.number}" or None
        _add(reader, *trimmed(clean, row.start, row.end), section, row.assignment)
    marked = _read_marks(reader, first_leads=first_leads)
    _read_lines(reader, first_leads=first_leads)
    _read_sentences(reader, unowned=reader.forwarded and not marked)


def _body_blocks(reader: Reader) -> list[Block]:
    """The blocks of a document without head, addressee and signature."""
    part, clean = reader.part, reader.clean
    stretches = [(part.head_end, part.end)]
    if part.signature and part.signature[0] >= part.head_end:
        stretches = [(part.head_end, part.signature[0]), (part.signature[1], part.end)]
    return [
        block
        for start, end in stretches
        for block in blocks(clean, start, end)
        if not is_addressee(clean[block.start : block.end]) and block.body < block.end
    ]


def _add(
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


def _read_marks(reader: Reader, *, first_leads: bool) -> bool:
    """Passages that a bracket or a label at their end closes."""
    clean = reader.clean
    any_marks = False
    for number, block in enumerate(reader.blocks):
        if number in reader.taken or marks.is_line(clean, block):
            any_marks = any_marks or number not in reader.taken
            continue
        found = marks.marks_in(clean, block, reader.opens, reader.pairs, first_leads=first_leads)
        if not found:
            continue
        any_marks = True
        reader.taken.add(number)
        begun = block.body
        for mark in found:
            start, end = marks.closed_text(clean, begun, mark.start)
            begun = mark.end
            if start < end:
                if len(found) == 1 and _is_in_heading(clean, block, mark):
                    begun = end = block.end
                elif len(found) == 1:
                    end = _with_body(reader, number, mark.end, end)
                _add(reader, start, end, block.section, mark.assignment)
            elif mark is found[0]:
                span = _task_before(reader, number)
                if span:
                    _add(reader, *span, block.section, mark.assignment)
        rest = marks.closed_text(clean, begun, block.end)
        if rest[0] < rest[1]:
            _read_rest(reader, block, rest)
    return any_marks


def _is_in_heading(clean: str, block: Block, mark: marks.Mark) -> bool:
    """（一）修补道路（A牵头）。逐条修补…: the mark assigns the whole item."""
    heading = clean[block.body : mark.start]
    return (
        block.level >= 0
        and len(heading) <= HEADING_LENGTH
        and not any(stop in heading for stop in "。；，")
        and len(clean[mark.end : block.end].strip("。：；， ")) >= 6
        and clean[mark.end] in "。："
    )


def _with_body(reader: Reader, number: int, mark_end: int, end: int) -> int:
    """A heading that carries the mark takes in what stands below it without marks."""
    clean, block = reader.clean, reader.blocks[number]
    if block.level < 0 or "。" in clean[block.body : end] or mark_end < block.end - 1:
        return end
    below: list[int] = []
    for later in range(number + 1, len(reader.blocks)):
        one = reader.blocks[later]
        if 0 <= one.level <= block.level or one.start < block.end:
            break
        if later in reader.taken or marks.is_line(clean, one):
            return end
        if marks.marks_in(clean, one, reader.opens, reader.pairs, first_leads=False):
            return end
        if one.level < 0 and not clean[one.body : one.end].endswith(("。", "；")):
            break
        below.append(later)
    reader.taken.update(below)
    return reader.blocks[below[-1]].end if below else end


def _read_lines(reader: Reader, *, first_leads: bool) -> None:
    """Tasks followed by lines such as 牵头单位：…, one after another."""
    clean, number = reader.clean, 0
    while number < len(reader.blocks):
        if number in reader.taken or not marks.is_line(clean, reader.blocks[number]):
            number += 1
            continue
        first = number
        pairs: list[tuple[str, str]] = []
        while number < len(reader.blocks) and marks.is_line(clean, reader.blocks[number]):
            block = reader.blocks[number]
            reader.taken.add(number)
            pairs += [
                pair for pair in marks.labelled(clean[block.body : block.end]) if pair not in pairs
            ]
            number += 1
        assignment = read_labelled(pairs, first_leads=first_leads)
        if assignment is None or not assignment.owners:
            continue
        span = _task_before(reader, first)
        if span:
            _add(reader, *span, reader.blocks[first - 1].section, assignment)


def _task_before(reader: Reader, number: int) -> tuple[int, int] | None:
    """The passage above a mark that stands alone: back to a heading or to what is taken."""
    clean = reader.clean
    last = number - 1
    if last < 0 or last in reader.taken or _follows_a_copy(reader, number):
        return None
    first = last
    following = reader.blocks[number + 1] if number + 1 < len(reader.blocks) else None
    level = reader.blocks[last].level
    listed = level >= 0 and following is not None and following.level == level
    while first > 0 and not reader.blocks[first].is_heading(clean):
        above = reader.blocks[first - 1]
        if 0 <= above.level < reader.blocks[first].level:
            break
        if first - 1 in reader.taken or (
            reader.blocks[first].level >= 0 and (listed or level < 3)
        ):
            break
        if above.is_heading(clean) or (above.section != reader.blocks[last].section and level < 3):
            break
        first -= 1
    for taken in range(first, last + 1):
        reader.taken.add(taken)
    return trimmed(clean, reader.blocks[first].body, reader.blocks[last].end)


def _follows_a_copy(reader: Reader, number: int) -> bool:
    """Whether what a mark closed was a copy, and so has been cut out."""
    above, block = reader.blocks[number - 1], reader.blocks[number]
    for place in range(above.end, block.start + 1):
        if reader.source.resumed.get(place, above.end) <= above.start:
            return True
    return False


def _read_rest(reader: Reader, block: Block, span: tuple[int, int]) -> None:
    """What follows the last mark of a paragraph is read as sentences of their own."""
    rest = Block(span[0], span[0], span[1], "", -1, block.section, block.headings, False)
    _Sentences(reader, preamble=False, unowned=False).read(rest)


def _read_sentences(reader: Reader, *, unowned: bool) -> None:
    """Subjects, and what has no owner, in every block that is left."""
    labelled = next((n for n, block in enumerate(reader.blocks) if block.level >= 0), None)
    walk = _Sentences(reader, preamble=labelled is not None, unowned=unowned)
    for number, block in enumerate(reader.blocks):
        if labelled is not None and number >= labelled:
            walk.preamble = False
        if number in reader.taken:
            walk.forget()
            continue
        walk.read(block)


@dataclass(slots=True)
class _Open:
    """A duty whose following sentences may still belong to it."""

    start: int
    end: int
    unit: subjects.Unit
    block: Block
    cooperating: list[str]


class _Sentences:
    """Reads blocks sentence by sentence and remembers whose turn it is."""

    def __init__(self, reader: Reader, *, preamble: bool, unowned: bool) -> None:
        self.reader = reader
        self.preamble = preamble
        self.unowned = unowned
        self.open: _Open | None = None
        self.until: Limit | None = None
        self.history: list[tuple[int, Limit | None]] = []
        self.resumed = sorted(reader.source.resumed) if unowned else []
        self.next = 0

    def forget(self) -> None:
        self.until = None

    def read(self, block: Block) -> None:
        reader, clean = self.reader, self.reader.clean
        if block.level in (0, 1, 2):
            self.until = None
        heading = block.is_heading(clean)
        loose: list[tuple[int, int]] = []
        spans = sentence_spans(clean, block.body, block.end, reader.pairs)
        for number, (start, end) in enumerate(spans):
            self._resume(start)
            sentence = clean[start:end]
            first = number == 0 and block.level >= 0
            if self._assigned(block, start, end, sentence, first=first):
                continue
            if self._continues(start, sentence):
                assert self.open is not None
                self.open.end = end
                self.open.cooperating += [
                    name for name in subjects.joined_names(sentence) if "会同" in sentence
                ]
                continue
            self._close()
            if not heading and self._goal(block, start, end, sentence, first=first):
                continue
            if not goals.is_heading_sentence(sentence, first=first):
                loose.append((start, end))
        self._close()
        if not heading:
            self._dated(block, loose)

    def _resume(self, place: int) -> None:
        """After cut-out copies the reader is back where they stood first."""
        while self.next < len(self.resumed) and self.resumed[self.next] <= place:
            back = self.reader.source.resumed[self.resumed[self.next]]
            self.next += 1
            earlier = [until for at, until in self.history if at <= back]
            if earlier:
                self.until = earlier[-1]

    def _assigned(self, block: Block, start: int, end: int, sentence: str, *, first: bool) -> bool:
        found = subjects.units(
            sentence,
            preamble=self.preamble,
            issuer=self.reader.part.header.issuer,
            colon=first or block.opens_line,
        )
        if goals.states_principles(block.headings):
            found = [unit for unit in found if not all(map(is_class, unit.lead))]
        if block.is_heading(self.reader.clean):
            found = [unit for unit in found if unit.strong]
        for unit in found:
            self._close()
            self.open = _Open(start + unit.start, start + unit.end, unit, block, [])
        return bool(found)

    def _continues(self, start: int, sentence: str) -> bool:
        if self.open is None:
            return False
        source = self.reader.source
        gap = source.origin(start) - source.origin(self.open.end - 1)
        if gap > BRIDGE or goals.has_other_subject(sentence):
            return False
        if self.unowned:
            return sentence.startswith(("要", "应", "同时", "并"))
        return (
            goals.is_directive(sentence)
            or goals.has_modal(sentence)
            or sentence.startswith(("该", "其", "此", "并", "同时", "上述"))
        )

    def _close(self) -> None:
        if self.open is None:
            return
        one, self.open = self.open, None
        lead = tuple(dict.fromkeys(one.unit.lead))
        others = tuple(
            name
            for name in dict.fromkeys([*one.unit.cooperating, *one.cooperating])
            if name not in lead
        )
        start, end = trimmed(self.reader.clean, one.start, one.end)
        while end > start and self.reader.clean[end - 1] in "，：":
            end -= 1
        _add(
            self.reader, start, end, one.block.section, Assignment(lead, others, (*lead, *others))
        )

    def _goal(self, block: Block, start: int, end: int, sentence: str, *, first: bool) -> bool:
        """A target under 到2015年：, or, in a forwarded opinion, any measure."""
        lead_in = self._lead_in(start, sentence)
        body = sentence
        if lead_in:
            body = sentence[lead_in:]
            if not body.strip() or goals.is_heading_sentence(body, first=False):
                return True
        elif goals.is_heading_sentence(sentence, first=first):
            return self.unowned or sentence.startswith("——")
        bullet = sentence.startswith(("——", "●", "•")) or block.level >= 3
        if self.until and (lead_in or (goals.is_result(body) and (self.unowned or bullet))):
            _add(
                self.reader, start, end, block.section, Assignment(), ClauseKind.target, self.until
            )
            return True
        if (
            self.unowned
            and not self.preamble
            and not (first and block.level == 1)
            and goals.is_directive(sentence)
        ):
            _add(self.reader, start, end, block.section, Assignment(), ClauseKind.measure)
            return True
        return False

    def _lead_in(self, start: int, sentence: str) -> int:
        """Where the text after 到2015年： begins; it dates what follows."""
        place = sentence.find("：", 0, 14)
        if place < 0:
            return 0
        found = [limit for limit in limits(sentence[:place], self.reader.era) if limit.day]
        if not found:
            return 0
        self.until = found[-1]
        self.history.append((start, self.until))
        return place + 1

    def _dated(self, block: Block, loose: list[tuple[int, int]]) -> None:
        """Sentences without an owner: with a date they are a measure or a target."""
        reader, clean = self.reader, self.reader.clean
        if self.unowned or self.preamble:
            reader.left += loose
            return
        goal_section = goals.speaks_of_goals(block.headings)
        dated = [
            (start, end)
            for start, end in loose
            if self._is_dated(clean[start:end], goal_section=goal_section)
        ]
        if not dated:
            reader.left += loose
            return
        if goal_section:
            for start, end in dated:
                _add(reader, start, end, block.section, Assignment(), ClauseKind.target)
            reader.left += [span for span in loose if span not in dated]
            return
        begun = loose[0][0] if block.level >= 3 else dated[0][0]
        text = clean[begun : dated[-1][1]]
        kind = (
            ClauseKind.target
            if goals.is_result(text) and not goals.is_directive(text)
            else ClauseKind.measure
        )
        _add(reader, begun, dated[-1][1], block.section, Assignment(), kind)
        reader.left += [span for span in loose if span[1] <= begun or span[0] >= dated[-1][1]]

    def _is_dated(self, sentence: str, *, goal_section: bool) -> bool:
        if goals.is_permission(sentence):
            return False
        found = limits(sentence, self.reader.era)
        if goal_section:
            return bool(found) or goals.is_numeric(sentence)
        return any(limit.day for limit in found)
