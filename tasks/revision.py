"""PURE. What a revised text of a notice changes against the clauses of the earlier one.

Clauses with the same words are one clause, in the order in which they come; of what is left
the most alike are, each once. A clause that found no other was added or removed: nothing is
guessed beyond that.
"""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from tasks.reading.model import Duty
from tasks.reading.source import fold

ALIKE = 0.6
"""At least so much of two texts must be the same for one to be a new wording of the other."""

SHINGLE = 3
"""Only texts that share stretches of so many signs are compared at all."""

BUDGET = 2000
"""So many occurrences of its stretches, the rarest first, are followed up for one text."""

CANDIDATES = 5
"""So many of the most promising texts are compared in full with each that is left."""

COMPARISONS = 6000
"""All in all no more than this many, or one for each text that is left."""

LONGEST = 600
"""Of longer texts only so much of the beginning is compared in full."""

REPETITIVE = 20_000
"""So many pairs of equal signs make difflib slow; stretches are counted instead."""

CONTAINED = 8
"""A shorter text than this is contained in too many others to say anything."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A clause as it stands; `owners` are (name, role): lead, cooperating or joint."""

    number: int
    text: str
    section: str | None
    owners: tuple[tuple[str, str], ...]
    deadline: date | None
    deadline_text: str | None


@dataclass(frozen=True, slots=True)
class Pair:
    """An earlier clause and the index of what it has become.

    `changes` holds what differs of "text", "owners", "deadline" and "section".
    """

    number: int
    index: int
    changes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every clause exactly once: `pairs` and `removed` in the order of the earlier text,
    `added` (indexes) in that of the later."""

    pairs: tuple[Pair, ...]
    added: tuple[int, ...]
    removed: tuple[int, ...]


def compare(earlier: Sequence[Earlier], later: Sequence[Duty]) -> Comparison:
    """What became of each earlier clause in a later reading."""
    before = [plain(clause.text) for clause in earlier]
    after = [plain(duty.text) for duty in later]
    found = _equal(earlier, later, before, after)
    gone = [place for place in range(len(earlier)) if place not in found]
    taken = set(found.values())
    new = [index for index in range(len(later)) if index not in taken]
    found |= _alike(earlier, later, before, after, gone, new, _Order(found))
    taken = set(found.values())
    return Comparison(
        tuple(
            Pair(earlier[place].number, index, changes(earlier[place], later[index]))
            for place, index in sorted(found.items())
        ),
        tuple(index for index in range(len(later)) if index not in taken),
        tuple(earlier[place].number for place in range(len(earlier)) if place not in found),
    )


def plain(text: str) -> str:
    """A text as it is compared: one width, no white space."""
    return "".join(fold(text).split())


def roles(duty: Duty) -> tuple[tuple[str, str], ...]:
    """The owners of a duty in order, with their roles."""
    lead, cooperating = set(duty.lead), set(duty.cooperating)
    return tuple(
        (name, "lead" if name in lead else "cooperating" if name in cooperating else "joint")
        for name in duty.owners
    )


def changes(clause: Earlier, duty: Duty) -> frozenset[str]:
    """What differs between an earlier clause and a duty."""
    differing = {
        "text": plain(clause.text) != plain(duty.text),
        "owners": sorted(clause.owners) != sorted(roles(duty)),
        "section": (clause.section or None) != (duty.section or None),
        # Where neither has a day, the words of the limit are all there is to compare.
        "deadline": clause.deadline != duty.deadline
        or (
            clause.deadline is None
            and plain(clause.deadline_text or "") != plain(duty.deadline_text or "")
        ),
    }
    return frozenset(name for name, differs in differing.items() if differs)


def _equal(
    earlier: Sequence[Earlier], later: Sequence[Duty], before: list[str], after: list[str]
) -> dict[int, int]:
    """Places whose texts are the same. Of copies first those with the same owners and section,
    then those with the same owners, then the first with the first."""
    found: dict[int, int] = {}
    taken: set[int] = set()
    mine = [(tuple(sorted(clause.owners)), clause.section or None) for clause in earlier]
    theirs = [(tuple(sorted(roles(duty))), duty.section or None) for duty in later]
    for stated in (2, 1, 0):
        places: dict[Hashable, deque[int]] = defaultdict(deque)
        for index, text in enumerate(after):
            if index not in taken:
                places[text, theirs[index][:stated]].append(index)
        for place, text in enumerate(before):
            waiting = places.get((text, mine[place][:stated]))
            if place not in found and waiting:
                found[place] = waiting.popleft()
                taken.add(found[place])
    return found


class _Order:
    """Where a clause would stand in the later text, by its neighbours that are known."""

    def __init__(self, found: dict[int, int]) -> None:
        self.places = sorted(found)
        self.indexes = [found[place] for place in self.places]

    def distance(self, place: int, index: int) -> int:
        """0 where the neighbours on both sides agree with that index."""
        at = bisect_left(self.places, place)
        low = self.indexes[at - 1] if at else -1
        high = self.indexes[at] if at < len(self.indexes) else index + 1
        return max(low - index, index - high, 0)


def _alike(
    earlier: Sequence[Earlier],
    later: Sequence[Duty],
    before: list[str],
    after: list[str],
    gone: list[int],
    new: list[int],
    order: _Order,
) -> dict[int, int]:
    """The most alike of what is left, the best first, each once."""
    offers: list[tuple[float, int, int, int, int]] = []
    for place, promising in _promising(before, after, gone, new):
        for index in promising:
            ratio = likeness(before[place], after[index])
            if ratio < ALIKE:
                continue
            clause, duty = earlier[place], later[index]
            ratio += 0.1 * (clause.section == duty.section and duty.section is not None)
            ratio += 0.1 * (bool(duty.owners) and sorted(clause.owners) == sorted(roles(duty)))
            distance = order.distance(place, index)
            offers.append((-round(ratio, 2), distance, abs(place - index), place, index))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, place, index in sorted(offers):
        if place not in found and index not in taken:
            found[place] = index
            taken.add(index)
    return found


def likeness(one: str, other: str) -> float:
    """How much of two texts is the same, 0 to 1; one that holds the other is alike."""
    short, long = sorted((one, other), key=len)
    if not short:
        return 0.0
    ratio = _ratio(one[:LONGEST], other[:LONGEST])
    if ratio < ALIKE and len(short) >= CONTAINED and short.strip("。；") in long:
        return ALIKE
    return ratio


def _ratio(one: str, other: str) -> float:
    """The ratio of difflib for what lies between a common beginning and a common end."""
    length = len(one) + len(other)
    same = _beginning(one, other)
    one, other = one[same:], other[same:]
    end = _beginning(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    same += end
    if (2 * same + 2 * min(len(one), len(other))) / length < ALIKE:
        return 0.0
    signs, others = Counter(one), Counter(other)
    if 2 * (same + (signs & others).total()) / length < ALIKE:
        return 0.0
    if sum(count * others[sign] for sign, count in signs.items()) > REPETITIVE:
        shared = len(_stretches(one) & _stretches(other))
        return 2 * (same + shared) / length
    blocks = SequenceMatcher(None, other, one, autojunk=False).get_matching_blocks()
    return 2 * (same + sum(block.size for block in blocks)) / length


def _beginning(one: str, other: str) -> int:
    """How many signs two texts begin with in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _promising(
    before: list[str], after: list[str], gone: list[int], new: list[int]
) -> Iterator[tuple[int, list[int]]]:
    """For each text that is left those of the others that share the most rare stretches."""
    holders: dict[str, list[int]] = defaultdict(list)
    for index in new:
        for stretch in _stretches(after[index]):
            holders[stretch].append(index)
    most = max(1, min(CANDIDATES, COMPARISONS // max(1, len(gone))))
    for place in gone:
        shared: Counter[int] = Counter()
        held = [holders[one] for one in _stretches(before[place]) if one in holders]
        left = BUDGET
        for indexes in sorted(held, key=len):
            shared.update(indexes[:left])
            left -= len(indexes)
            if left <= 0:
                break
        length = len(before[place])
        ranked = [(-count / (length + len(after[at])), at) for at, count in shared.items()]
        yield place, [index for _, index in sorted(ranked)[:most]]


def _stretches(text: str) -> set[str]:
    text = text[:LONGEST]
    return {text[place : place + SHINGLE] for place in range(max(1, len(text) - SHINGLE + 1))}
