"""PURE. Of which known department a typed name may be a slip of the pen: 市教肓局.

Only one sign may be wrong, and a name that is well formed by itself is no slip: a misspelt
department must not be made silently, and a right one not be doubted.
"""

from collections.abc import Iterable, Sequence

from tasks.matching import FILLERS, FUNCTIONS, taken_apart
from tasks.reading.source import fold

SHORTEST = 3
"""Signs of a name in which one slip can still be told from another name."""


def mistyped(
    name: str, known: Iterable[tuple[int, Sequence[str]]], limit: int = 4
) -> tuple[int, ...]:
    """The departments of which a typed name may be a slip of the pen: one sign is another,
    missing, too many, or exchanged with its neighbour.

    A name that is well formed by itself is no slip: 市体育局 is never offered as 市教育局.
    """
    stated = "".join(fold(name).split()).casefold()
    if len(stated) < SHORTEST or _is_well_formed(stated):
        return ()
    found = [
        number
        for number, names in known
        if any(_one_slip(stated, "".join(fold(one).split()).casefold()) for one in names)
    ]
    return tuple(found[:limit])


def _is_well_formed(name: str) -> bool:
    apart = taken_apart(name)
    return bool(
        apart.ending
        and apart.words
        and all(word in FUNCTIONS or word in FILLERS for word in apart.words)
    )


def _one_slip(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    at = 0
    while at < len(short) and short[at] == long[at]:
        at += 1
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    if at == len(short):
        return False
    exchanged = short[at : at + 2][::-1] == long[at : at + 2] and short[at + 2 :] == long[at + 2 :]
    return exchanged or short[at + 1 :] == long[at + 1 :]
