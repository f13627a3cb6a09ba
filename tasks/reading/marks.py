"""PURE. Where owner marks stand and what they close: brackets, lines, labels at a line's end."""

from bisect import bisect_left
from dataclasses import dataclass

from tasks.reading import words
from tasks.reading.outline import Block
from tasks.reading.owners import Assignment, read_labelled, read_mark
from tasks.reading.source import sentence_spans, trimmed

OPENS_LABEL = frozenset("。；） ，\t")
SPOKEN_ENDS = ("负责", "牵头", "配合", "参与", "落实", "协助", "组织实施")
CLOSES = frozenset("。；，\n ！”")


@dataclass(frozen=True, slots=True)
class Mark:
    """An owner mark inside a block: its span, and what it assigns."""

    start: int
    end: int
    assignment: Assignment


def marks_in(
    clean: str, block: Block, opens: list[int], pairs: dict[int, int], *, first_leads: bool
) -> list[Mark]:
    """The marks of a block in order: brackets first, then labels without a bracket."""
    found: list[Mark] = []
    place = block.body
    for number in range(bisect_left(opens, block.body), len(opens)):
        start = opens[number]
        if start >= block.end:
            break
        end = pairs[start] + 1
        if start < place or end > block.end or end - start < 5:
            continue
        if not _closes(clean, start, end, block):
            continue
        content = clean[start + 1 : end - 1]
        assignment = read_mark(content, first_leads=first_leads)
        if assignment and assignment.owners:
            found.append(Mark(start, end, assignment))
            place = end
    spoken = _spoken(clean, block, pairs, place, first_leads=first_leads)
    if spoken:
        return [*found, spoken]
    tail = _tail(clean, max(place, block.body), block.end)
    if tail is not None:
        assignment = read_labelled(labelled(clean[tail : block.end]), first_leads=first_leads)
        if assignment and assignment.owners:
            found.append(Mark(tail, block.end, assignment))
    return found


def _closes(clean: str, start: int, end: int, block: Block) -> bool:
    """Whether a bracket stands where a sentence or a clause has ended."""
    if start > block.body and clean[start - 1] in "。；！？”）":
        return True
    if end < block.end and clean[end] == "：":
        return block.level >= 0 and "。" not in clean[block.body : start]
    return end >= block.end or clean[end] in CLOSES


def _spoken(
    clean: str, block: Block, pairs: dict[int, int], place: int, *, first_leads: bool
) -> Mark | None:
    """A last sentence that is nothing but an assignment: 由A牵头，B配合。."""
    spans = sentence_spans(clean, place, block.end, pairs)
    if not spans or spans[-1][0] <= block.body:
        return None
    start, end = spans[-1]
    sentence = clean[start:end].rstrip("。 ")
    if not sentence.startswith("由") or not sentence.endswith(SPOKEN_ENDS) or len(sentence) > 160:
        return None
    assignment = read_mark(sentence, first_leads=first_leads)
    return Mark(start, end, assignment) if assignment and assignment.owners else None


def _tail(clean: str, start: int, end: int) -> int | None:
    """Where labels such as 责任单位： begin after a sentence of the same line."""
    for place in range(start, end):
        if (
            clean[place] in words.LABELS_BY_FIRST
            and (place == start or clean[place - 1] in OPENS_LABEL)
            and (found := words.label_at(clean, place))
            and words.LABELS[found[0]] in words.OWNER_ROLES
        ):
            return place
    return None


def labelled(text: str) -> list[tuple[str, str]]:
    """A stretch of labels as (label, value): 牵头单位：A；配合单位：B."""
    places: list[tuple[int, int, str]] = []
    place = 0
    while place < len(text):
        if text[place] in words.LABELS_BY_FIRST and (
            place == 0 or text[place - 1] in "。；，、 \t（\n）【—-●•·*"
        ):
            found = words.label_at(text, place)
            if found:
                places.append((place, found[1], found[0]))
                place = found[1]
                continue
        place += 1
    pairs = []
    for number, (_, begun, word) in enumerate(places):
        until = places[number + 1][0] if number + 1 < len(places) else len(text)
        value = text[begun:until].strip("。；，、 \t\n）】（【")
        if value:
            pairs.append((word, value + "）" * (value.count("（") - value.count("）"))))
    return pairs


def is_line(clean: str, block: Block) -> bool:
    """Whether a block is nothing but labels: 牵头单位：…."""
    body = block.body
    while body < block.end and clean[body] in "（【 —-●•·*":
        body += 1
    return words.label_at(clean, body) is not None


def closed_text(clean: str, start: int, end: int) -> tuple[int, int]:
    """The text that a mark closes, without the stops around it."""
    while start < end and clean[start] in "。；，、 \n\t）":
        start += 1
    start, end = trimmed(clean, start, end)
    return start, end
