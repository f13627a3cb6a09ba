"""PURE. A message cut into the stretches that speak of one task, or of several alike.

A clause with an address opens a stretch, and what follows belongs to it until the next
address. A heading takes the numbers behind it: 按计划推进：12号、20号. What stands before
the first address and says something is kept, addressed to nobody.
"""

import re
from dataclasses import dataclass, field, replace

from tasks.replies.address import Address, at_head, mentioned, named_by_verb
from tasks.replies.wording import Clause, Wording, clauses, close_up

_REST = re.compile(
    r"(?:其余|其它|其他)(?=的|任务|事项|各项|均|都|按|无|没|未|暂|工作|$)"
    r"|(?:the rest|(?:all )?(?:the )?others?)\b"
)
_HEADING = re.compile(
    r"(?:进展|问题|困难|措施|做法|计划|下一步|方面|主要|情况|如下|工作)[^,]{0,8}:?$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause, with the plain words that are left once its address is taken out."""

    clause: Clause
    plain: str


@dataclass(slots=True)
class Stretch:
    """Clauses about the same tasks; `tasks` is empty where nobody is named."""

    tasks: tuple[int, ...] = ()
    pieces: list[Piece] = field(default_factory=list)
    leads_on: bool = False  # only the beginning of a sentence that names a task later

    @property
    def named(self) -> bool:
        return bool(self.tasks)


def stretches(whole: Wording) -> list[Stretch]:
    """The stretches of a message in order; the first may be addressed to nobody."""
    cut = clauses(whole)
    found = _addresses(cut)
    found = _without_outline(found)
    if _is_outline(cut, found):
        found = [a if a is None or not a.bare else None for a in found]
    result = [Stretch()]
    for at, (clause, address) in enumerate(zip(cut, found, strict=True)):
        if address is None:
            if _REST.match(clause.plain) and any(s.named for s in result):
                result.append(Stretch())
            result[-1].pieces.append(Piece(clause, clause.plain))
            continue
        left = close_up(clause.plain[: address.start] + " " + clause.plain[address.end :])
        if not _says(left):
            before = result[-1]
            if (
                not before.named
                and before.pieces
                and not clause.opens
                and _ends_here(cut, found, at)
                and not any(p.clause.asks for p in before.pieces)
            ):
                _take(result, address.tasks, cut, at)
                continue
            if before.named and not before.pieces and not clause.opens:
                before.tasks = _joined(before.tasks, address.tasks)
                continue
            result.append(Stretch(address.tasks))
            continue
        opener = result[-1]
        if opener.named and not opener.pieces and not clause.opens:
            # A list over commas: "12号,20号按计划".
            opener.tasks = _joined(opener.tasks, address.tasks)
            opener.pieces.append(Piece(clause, left))
            continue
        opener.leads_on = not opener.named and not clause.opens
        result.append(Stretch(address.tasks, [Piece(clause, left)]))
    _led_on(result)
    return [s for s in result if s.pieces]


def _led_on(result: list[Stretch]) -> None:
    """Give what only leads on to the one task of the message to that task: 受…制约，第12项…"""
    named = [s for s in result if s.named]
    first = result[0]
    if len(named) == 1 and first.leads_on and first.pieces and named[0] is result[1]:
        named[0].pieces[:0] = first.pieces
        first.pieces = []


def _take(result: list[Stretch], tasks: tuple[int, ...], cut: list[Clause], at: int) -> None:
    """Give the unaddressed clauses of this sentence to the numbers that end it."""
    since = at
    while since and not cut[since].opens:
        since -= 1
    begins = cut[since].start
    last = result[-1]
    taken = [p for p in last.pieces if p.clause.start >= begins]
    last.pieces = [p for p in last.pieces if p.clause.start < begins]
    result.append(Stretch(tasks, taken))
    result.append(Stretch())


def _ends_here(cut: list[Clause], found: list[Address | None], at: int) -> bool:
    return at + 1 == len(cut) or cut[at + 1].opens or found[at + 1] is not None


def _addresses(cut: list[Clause]) -> list[Address | None]:
    found: list[Address | None] = []
    seen = False
    for clause in cut:
        address = at_head(
            clause.plain,
            bare_ok=clause.opens or clause.after_colon or seen,
            first=clause.opens,
            after_colon=clause.after_colon,
        )
        if address is None and not (_REST.match(clause.plain) and seen):
            address = named_by_verb(clause.plain)
        found.append(address)
        seen = seen or address is not None
    if not seen:
        only = [(at, a) for at, c in enumerate(cut) if (a := mentioned(c.plain)) is not None]
        if len({a.tasks for _, a in only}) == 1:
            at, address = only[0]
            found[at] = address
            # Named late, the task is what the whole message is about.
            if at and _says(cut[0].plain):
                found[0] = Address(address.tasks, 0, 0, False)
    return found


def _without_outline(found: list[Address | None]) -> list[Address | None]:
    """The addresses without numbers that only count the points: 1、12号已办结；2、20号正推进."""
    pairs = [a for a in found if a is not None]
    heads = [a.tasks[0] for a in pairs]
    if len(pairs) < 2 or heads != list(range(1, len(pairs) + 1)):
        return found
    if any(len(a.tasks) != 2 or a.bare or a.tasks[1] <= len(pairs) for a in pairs):
        return found
    return [a if a is None else replace(a, tasks=a.tasks[1:]) for a in found]


def _is_outline(cut: list[Clause], found: list[Address | None]) -> bool:
    """Whether the bare numbers count the points of one report instead of naming tasks."""
    bare = [(at, a) for at, a in enumerate(found) if a is not None and a.bare]
    if not bare:
        return False
    first = bare[0][0]
    # The first point may stand right behind the task: "12号：1.已建账；2.…".
    since = 2 if first and _begins_points(cut[first - 1], found[first - 1]) else 1
    if [a.tasks for _, a in bare] != [(n,) for n in range(since, since + len(bare))]:
        return False
    if any(a is not None and not a.bare for a in found[:first]):
        return True
    return first > 0 and _HEADING.search(cut[first - 1].plain) is not None


def _begins_points(clause: Clause, address: Address | None) -> bool:
    if address is None or address.bare:
        return False
    return re.match(r"\s*1\s?[.、)]", clause.plain[address.end :]) is not None


def _joined(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return one + tuple(n for n in other if n not in one)


def _says(plain: str) -> bool:
    return any(c.isalnum() for c in plain)
