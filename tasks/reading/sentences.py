"""PURE. Sentences one after another: whose turn it is, and what nobody is named for."""

from dataclasses import dataclass

from tasks.reading import goals, subjects
from tasks.reading.dates import Limit, limits
from tasks.reading.drafts import Reader, add
from tasks.reading.names import is_class
from tasks.reading.outline import Block
from tasks.reading.owners import Assignment
from tasks.reading.source import sentence_spans, trimmed
from tasks.vocabulary import ClauseKind

BRIDGE = 240
"""A sentence continues a duty across at most so many characters of cut-out copies."""

CONTINUING = ("该", "其", "此", "并", "同时", "上述", "请")
"""How a sentence begins that goes on with the subject of the one before."""

LISTING = ("一是", "一要", "首先")
"""How a list of what was just asked begins."""


@dataclass(slots=True)
class _Open:
    """A duty whose following sentences may still belong to it."""

    start: int
    end: int
    unit: subjects.Unit
    block: Block
    cooperating: list[str]


class Sentences:
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

    def read(self, block: Block, *, leaf: bool = True) -> None:
        """Read a block; what is a `leaf` heads nothing, so its last sentence is no heading."""
        reader, clean = self.reader, self.reader.clean
        if block.level in (0, 1, 2):
            self.until = None
        heading = block.is_heading(clean) and not leaf
        loose: list[tuple[int, int]] = []
        spans = sentence_spans(clean, block.body, block.end, reader.pairs)
        for number, (start, end) in enumerate(spans):
            self._resume(start)
            sentence = clean[start:end]
            first = number == 0 and block.level >= 0
            if self._assigned(block, start, end, sentence, first=first, heading=heading):
                continue
            if self._continues(start, sentence):
                assert self.open is not None
                self.open.end = end
                self.open.cooperating += [
                    name for name in subjects.joined_names(sentence) if "会同" in sentence
                ]
                continue
            self._close()
            heads = goals.is_heading_sentence(sentence, first=first) and not (
                first and leaf and len(spans) == 1
            )
            if not heading and self._goal(block, start, end, sentence, first=first):
                continue
            if heads and sentence.startswith(goals.BULLETS):
                reader.left.append((start, end))
            elif not heads:
                loose.append((start, end))
        self._close()
        if heading:
            reader.left += loose
        else:
            self._dated(block, loose)

    def _resume(self, place: int) -> None:
        """After cut-out copies the reader is back where they stood first."""
        while self.next < len(self.resumed) and self.resumed[self.next] <= place:
            back = self.reader.source.resumed[self.resumed[self.next]]
            self.next += 1
            earlier = [until for at, until in self.history if at <= back]
            if earlier:
                self.until = earlier[-1]

    def _assigned(
        self, block: Block, start: int, end: int, sentence: str, *, first: bool, heading: bool
    ) -> bool:
        found = subjects.units(
            sentence,
            preamble=self.preamble,
            issuer=self.reader.part.header.issuer,
            colon=first or block.opens_line,
        )
        if goals.states_principles(block.headings):
            found = [unit for unit in found if not all(map(is_class, unit.lead))]
        if heading:
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
        if gap <= BRIDGE and sentence.startswith(LISTING) and not self.unowned:
            return True
        if gap > BRIDGE or goals.has_other_subject(sentence):
            return False
        if self.unowned:
            return sentence.startswith(("要", "应", "同时", "并"))
        return (
            goals.is_directive(sentence)
            or goals.has_modal(sentence)
            or sentence.startswith(CONTINUING)
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
        add(self.reader, start, end, one.block.section, Assignment(lead, others, (*lead, *others)))

    def _goal(self, block: Block, start: int, end: int, sentence: str, *, first: bool) -> bool:
        """A target under 到2015年：, or, in a forwarded opinion, any measure."""
        lead_in = self._lead_in(start, sentence)
        body = sentence
        if lead_in:
            body = sentence[lead_in:]
            if not body.strip():
                return True
            if goals.is_heading_sentence(body, first=False):
                self.reader.left.append((start + lead_in, end))
                return True
        elif goals.is_heading_sentence(sentence, first=first):
            return False
        bullet = sentence.startswith(("——", "●", "•")) or block.level >= 3
        if self.until and (lead_in or (goals.is_result(body) and (self.unowned or bullet))):
            add(
                self.reader, start, end, block.section, Assignment(), ClauseKind.target, self.until
            )
            return True
        if (
            self.unowned
            and not self.preamble
            and not (first and block.level == 1)
            and goals.is_directive(sentence)
        ):
            add(self.reader, start, end, block.section, Assignment(), ClauseKind.measure)
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
                add(reader, start, end, block.section, Assignment(), ClauseKind.target)
            reader.left += [span for span in loose if span not in dated]
            return
        begun = loose[0][0] if block.level >= 3 else dated[0][0]
        text = clean[begun : dated[-1][1]]
        kind = (
            ClauseKind.target
            if goals.is_result(text) and not goals.is_directive(text)
            else ClauseKind.measure
        )
        add(reader, begun, dated[-1][1], block.section, Assignment(), kind)
        reader.left += [span for span in loose if span[1] <= begun or span[0] >= dated[-1][1]]

    def _is_dated(self, sentence: str, *, goal_section: bool) -> bool:
        if goals.is_permission(sentence):
            return False
        found = limits(sentence, self.reader.era)
        if goal_section:
            return bool(found) or goals.is_numeric(sentence)
        return any(limit.day for limit in found)
