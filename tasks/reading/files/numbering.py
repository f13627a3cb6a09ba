"""PURE. The numbers that Word counts itself: 一、（一）1. stand in no paragraph of a .docx."""

from dataclasses import dataclass, field
from typing import Any

from tasks.reading.files.archive import attribute, local

DIGITS = "〇一二三四五六七八九"
CHINESE = (
    *("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"),
    *("taiwaneseCountingThousand", "ideographDigital", "koreanDigital2"),
)
LEVELS = 9
LARGEST = 9999


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is counted and written, as in （%2）."""

    kind: str
    pattern: str
    start: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document while its paragraphs are read, top to bottom."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    """By list, what it is counted together with."""
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By style, the list and level that its paragraphs belong to."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: Any) -> str:
        """The number before a paragraph, counted on; "" where it has none."""
        place = self._place(paragraph)
        if place is None or place[0] not in self.lists:
            return ""
        name, depth = place
        levels = self.lists[name]
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self.counts.setdefault(self.abstract.get(name, name), {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.kind in ("bullet", "none"):
            return ""
        label = level.pattern
        for number in range(LEVELS):
            mark = f"%{number + 1}"
            if mark in label and (other := levels.get(number)) is not None:
                label = label.replace(mark, written(counts.get(number, other.start), other.kind))
        return label

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = child(paragraph, "pPr")
        if properties is None:
            return None
        own = child(properties, "numPr")
        style = child(properties, "pStyle")
        inherited = self.styles.get(attribute(style, "val") or "") if style is not None else None
        if own is None:
            return inherited
        name, depth = _place_of(own)
        if name is None and inherited:
            return inherited[0], depth
        return (name, depth) if name not in (None, "0") else None


def child(element: Any, name: str) -> Any:
    """The first child of that name, or None."""
    return next((one for one in element if local(one) == name), None)


def value(element: Any, name: str) -> str | None:
    """The value of the first child of that name."""
    found = child(element, name)
    return None if found is None else attribute(found, "val")


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """The lists of a document from its parts; either may be None."""
    found = Numbering()
    patterns: dict[str, dict[int, Level]] = {}
    for one in () if numbering is None else numbering:
        if local(one) == "abstractNum":
            patterns[attribute(one, "abstractNumId") or ""] = _levels(one)
    for one in () if numbering is None else numbering:
        if local(one) == "num":
            name = attribute(one, "numId") or ""
            shared = value(one, "abstractNumId") or ""
            found.lists[name] = dict(patterns.get(shared, {}))
            restarts = [part for part in one if local(part) == "lvlOverride"]
            # A list that starts anew is counted by itself.
            found.abstract[name] = f"{shared} {name}" if restarts else shared
            for part in restarts:
                _override(found.lists[name], part)
    for style in () if styles is None else styles:
        properties = child(style, "pPr") if local(style) == "style" else None
        own = None if properties is None else child(properties, "numPr")
        if own is not None:
            name_of_list, depth = _place_of(own)
            if name_of_list not in (None, "0"):
                found.styles[attribute(style, "styleId") or ""] = (name_of_list, depth)
    return found


def _place_of(properties: Any) -> tuple[str | None, int]:
    return value(properties, "numId"), _number(value(properties, "ilvl"), 0)


def _levels(element: Any) -> dict[int, Level]:
    return {
        _number(attribute(one, "ilvl"), 0): _level(one) for one in element if local(one) == "lvl"
    }


def _level(element: Any) -> Level:
    return Level(
        value(element, "numFmt") or "decimal",
        value(element, "lvlText") or "",
        _number(value(element, "start"), 1),
    )


def _override(levels: dict[int, Level], element: Any) -> None:
    depth = _number(attribute(element, "ilvl"), 0)
    replaced = child(element, "lvl")
    if replaced is not None:
        levels[depth] = _level(replaced)
    start = value(element, "startOverride")
    if start is not None and depth in levels:
        old = levels[depth]
        levels[depth] = Level(old.kind, old.pattern, _number(start, old.start))


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def written(number: int, kind: str) -> str:
    """A number as a level writes it; kinds that notices do not use are written in digits."""
    if kind in CHINESE and 0 < number <= LARGEST:
        return chinese(number)
    if kind.startswith("decimalEnclosedCircle") and 0 < number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr((97 if kind == "lowerLetter" else 65) + number - 1)
    return str(number)


def chinese(number: int) -> str:
    """一, 十, 十二, 二十, 一百零三."""
    text = ""
    for unit, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            text += DIGITS[digit] + unit
        elif text and not text.endswith("零") and number % size:
            text += "零"
    return text.removeprefix("一") if text.startswith("一十") else text
