"""PURE. Which clauses of a draft are meant: 三（一）到三（三）, 第19到29条, 全部未定单位.

A clause number is the one that people see. A section is a label of the notice; numbers of
sections may be missing or out of order there, so a range of sections runs by place: from the
first clause of its start to the last of its end. What lies between without belonging there
by its own section is told apart, to be marked before anybody says yes.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tasks.errors import Refused
from tasks.reading.dates import number

_CN = "[一二三四五六七八九十百]{1,4}"
_AFTER = re.compile(r"\s|\Z|[、，；：→⇒➔➡\-—~～=>（）]|第|至|到|和|及|与|均|都|的|中|to\b")
_NO_DATE = (
    r"(?![\d年月日天周旬季个%/]|\s*(?:月|年(?!底|内))|\.\d|-\d{1,2}(?:-(?!>)|\s*[月日年天个周])"
    r"|[号条]?(?:之|以)?[前底内])"
)
"""After a number that is neither the head of a date nor a count."""

_NOT_DATED = re.compile(_NO_DATE)
_LABELS = (
    (-1, re.compile(r"附\s?(?:件|表)\s?(\d{0,2})")),
    (0, re.compile(rf"第({_CN})(部分|章|节|条|)")),
    (1, re.compile(rf"({_CN})(?:部分|章|节)?")),
    (2, re.compile(rf"（({_CN})）")),
    (3, re.compile(r"(\d{1,2})(?!\d)\.?")),
    (4, re.compile(r"（?(\d{1,2})）|([①-⑳])")),
)
_NUMBER = re.compile(
    rf"(?:第|#|no\.?\s?|clauses?\s|条款)?\s?(\d{{1,4}})\s?(?:条|号|项|款)?{_NO_DATE}", re.I
)
_RANGE = re.compile(r"\s*(?:[-—]+(?!>)|~|～|至|到|to\b|through\b)\s*", re.I)
_LIST = re.compile(r"\s*(?:[、，]|和|及|与|and\b)\s*|\s+(?=第?\d)", re.I)
_OPENING = re.compile(r"\s*(?:[请把将对]\s?|for\s)?", re.I)
_MISSING = "(?:未定|未明确|未指定|未分配|没定|(?:没有|尚无|无|缺)(?=[^，；→：]{2,6}的))"
_WITHOUT = re.compile(
    r"\s*(?:[里中]?的?\s?)(?:(?:所有|全部)的?)?(?:"
    rf"{_MISSING}(?:责任|牵头)?(?P<owner>单位|部门)"
    rf"|{_MISSING}(?:完成)?(?P<date>时限|期限|日期)"
    r"|(?P<unowned>unowned|(?:with|has)\s?(?:out|no)\s(?:an?\s)?owners?)"
    r"|(?P<undated>undated|(?:with|has)\s?(?:out|no)\s(?:a\s)?(?:dates?|limits?|deadlines?)))"
    r"(?:的?(?:条款|事项|条目|条))?的?",
    re.I,
)
_ALL = re.compile(r"\s*(?:全部|所有|all\b)(?:的?(?:条款|事项|条目))?", re.I)

Label = tuple[int, int, str]
"""(level, number, unit); levels as in 附件 -1, 第三章 0, 三 1, （一） 2, 1 3, （1） 4."""

Path = tuple[Label, ...]
"""Labels from outside inwards."""


@dataclass(frozen=True, slots=True)
class Line:
    """A clause as far as choosing needs it; lines come in the order of the document."""

    number: int
    section: str | None
    has_owner: bool
    has_date: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A section as written, and its labels."""

    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class Span:
    """One clause number or section, or from one to another."""

    first: int | Section
    last: int | Section | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What was named; no spans means the whole draft. `without`: "owner", "date" or None."""

    spans: tuple[Span, ...]
    without: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Clause numbers in the order of the document.

    `by_place` are those of them that a range of sections takes in only because they stand
    between its ends: their own section is missing or does not lie there.
    """

    numbers: tuple[int, ...]
    by_place: tuple[int, ...]


def scan(text: str) -> tuple[Scope, int]:
    """The scope that a folded text opens with, and where it ends. Raises Refused."""
    place = _end(_OPENING, text, 0)
    spans: list[Span] = []
    every = _ALL.match(text, place)
    if every:
        place = every.end()
    else:
        before: Span | None = None
        while (one := _span(text, place, before)) is not None:
            spans.append(one[0])
            place = one[1]
            joint = _LIST.match(text, place)
            if joint is None or _span(text, joint.end(), one[0]) is None:
                break
            place, before = joint.end(), one[0]
    found = _WITHOUT.match(text, place)
    if found is None and not spans and not every:
        raise Refused("no_scope", text=text.strip()[:60])
    without = None
    if found:
        place = found.end()
        without = "owner" if found["owner"] or found["unowned"] else "date"
    return Scope(tuple(spans), without), place


def _end(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place


def _span(text: str, place: int, before: Span | None) -> tuple[Span, int] | None:
    """A number, section or range; 三（一）、（三） leaves out what was said before."""
    first = _one(text, place, None)
    if first and before and isinstance(first[0], Section) and first[0].path[0][0] > 1:
        said = before.last or before.first
        if isinstance(said, Section):
            first = _within(said, first[0]), first[1]
    if first is None:
        return None
    joint = _RANGE.match(text, first[1])
    last = _one(text, joint.end(), first[0]) if joint else None
    if last is None:
        return Span(first[0]), first[1]
    if isinstance(last[0], int) and isinstance(first[0], int) and last[0] < first[0]:
        raise Refused("range_backwards", first=first[0], last=last[0])
    return Span(first[0], last[0]), last[1]


def _one(text: str, place: int, before: int | Section | None) -> tuple[int | Section, int] | None:
    """A number or a section; the end of a range leaves out what its start has said."""
    if not (isinstance(before, Section) and before.path[-1][0] == 3):
        found = _NUMBER.match(text, place)
        if found:
            return int(found.group(1)), found.end()
    path, end = _labels(text, place, typed=True, inner=isinstance(before, Section))
    if not path:
        return None
    section = Section(text[place:end].strip(), path)
    return _within(before, section) if isinstance(before, Section) else section, end


def _within(before: Section, section: Section) -> Section:
    above = tuple(label for label in before.path if label[0] < section.path[0][0])
    return Section(section.text, above + section.path)


def _labels(text: str, place: int, *, typed: bool, inner: bool) -> tuple[Path, int]:
    """The labels that stand here, each deeper than the one before.

    `typed`: words may follow, so a number must not be the head of something else.
    """
    path: list[Label] = []
    level = -2
    while True:
        begun = place
        if path and text.startswith("、（", place):
            begun += 1
        for at, pattern in _LABELS:
            if at <= level or (at > 2 and not path and not inner):
                continue
            found = pattern.match(text, begun)
            if found and (not typed or _ends_well(text, found.end(), at)):
                unit = (found.group(2) or "") if at == 0 else ""
                path.append((at, _value(found), unit))
                level, place = at, found.end()
                break
        else:
            return tuple(path), place


def _ends_well(text: str, end: int, level: int) -> bool:
    if level in (0, 1):
        return _AFTER.match(text, end) is not None or (
            text[end : end + 1].isdigit() and _labels(text, end, typed=True, inner=True)[1] > end
        )
    return level != 3 or _NOT_DATED.match(text, end) is not None


def _value(found: re.Match[str]) -> int:
    sign = found.group(2) if found.re.groups > 1 and found.group(1) is None else None
    if sign:
        return ord(sign) - ord("①") + 1
    return number(found.group(1)) or 0


def path_of(section: str) -> Path:
    """The labels of a section as the reader states it."""
    return _labels(section, 0, typed=False, inner=True)[0]


def select(scope: Scope, lines: Sequence[Line]) -> Selection:
    """The open clauses that a scope means. Raises Refused, naming what is not there."""
    paths = [path_of(line.section) if line.section else () for line in lines]
    named: set[int] = set()
    between: set[int] = set()
    for span in scope.spans:
        if isinstance(span.first, Section) or isinstance(span.last, Section):
            inside, strays = _by_place(span, lines, paths)
            named |= inside
            between |= strays
        else:
            named |= _by_number(span.first, span.last, lines)
    if not scope.spans:
        named = set(range(len(lines)))
    chosen = [
        index
        for index, line in enumerate(lines)
        if index in named | between
        and line.open
        and not (scope.without == "owner" and line.has_owner)
        and not (scope.without == "date" and line.has_date)
    ]
    if not chosen:
        raise Refused("nothing_selected")
    strays_only = between - named
    return Selection(
        tuple(lines[index].number for index in chosen),
        tuple(lines[index].number for index in chosen if index in strays_only),
    )


def _by_number(first: int, last: int | None, lines: Sequence[Line]) -> set[int]:
    known = {line.number: line for line in lines}
    for end in (first, first if last is None else last):
        if end not in known:
            raise Refused("no_such_clause", number=end)
        if not known[end].open:
            raise Refused("clause_not_open", number=end)
    until = first if last is None else last
    return {index for index, line in enumerate(lines) if first <= line.number <= until}


def _by_place(
    span: Span, lines: Sequence[Line], paths: Sequence[Path]
) -> tuple[set[int], set[int]]:
    """The clauses of a section or of a range of them: those that belong, those between."""
    starts, low = _found(span.first, lines, paths)
    if span.last is None:
        return set(starts), set()
    ends, high = _found(span.last, lines, paths)
    first, last = starts[0], ends[-1]
    if last < first:
        raise Refused("range_backwards", first=_said(span.first), last=_said(span.last))
    belonging: set[int] = set(starts) | set(ends)
    if low and high:
        belonging |= {
            index
            for index, path in enumerate(paths)
            if _key(low) <= _key(path) and path and _key(path)[: len(high)] <= _key(high)
        }
    inside = set(range(first, last + 1))
    return inside & belonging, inside - belonging


def _said(end: int | Section) -> int | str:
    return end.text if isinstance(end, Section) else end


def _key(path: Path) -> tuple[tuple[int, int], ...]:
    return tuple(label[:2] for label in path)


def _found(
    end: int | Section, lines: Sequence[Line], paths: Sequence[Path]
) -> tuple[list[int], Path]:
    """The clauses of one end of a range in order, and the labels under which they stand."""
    if isinstance(end, int):
        (index,) = _by_number(end, None, lines)
        return [index], paths[index]
    for same in (_is, _may_be):
        groups: dict[Path, list[int]] = {}
        for index, path in enumerate(paths):
            at = _place_in(end.path, path, same)
            if at is not None:
                groups.setdefault(path[:at], []).append(index)
        if () in groups or len(groups) == 1:
            above = () if () in groups else next(iter(groups))
            indexes = groups[above]
            return indexes, paths[indexes[0]][: len(above) + len(end.path)]
        if groups:
            places = [lines[indexes[0]].section for indexes in groups.values()]
            raise Refused("section_ambiguous", section=end.text, places=places)
    if (
        len(end.path) == 1
        and end.path[0][2] == "条"
        and end.path[0][1] in {line.number for line in lines}
    ):
        return _found(end.path[0][1], lines, paths)
    raise Refused("no_such_section", section=end.text)


def _is(one: Label, other: Label) -> bool:
    units = one[2] == other[2] or "" in (one[2], other[2])
    return one[:2] == other[:2] and units


def _may_be(one: Label, other: Label) -> bool:
    """第三部分 may mean 三, and 三 第三章; an article (条) is no chapter."""
    top = {one[0], other[0]} <= {0, 1} and "条" not in (one[2], other[2])
    return _is(one, other) or (top and one[1] == other[1])


def _place_in(wanted: Path, path: Path, same: Callable[[Label, Label], bool]) -> int | None:
    """Where in the labels of a clause those of a section stand."""
    for at in range(len(path) - len(wanted) + 1):
        if all(same(a, b) for a, b in zip(wanted, path[at:], strict=False)):
            return at
    return None
