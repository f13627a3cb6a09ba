"""PURE. Owners as a heading: the name of an organ alone, and below it what it is to do.

（一）市教育局            （一）市教育局。负责…。
1.检查校舍。
"""

from tasks.reading import goals, marks, subjects, words
from tasks.reading.drafts import Reader, add
from tasks.reading.names import are_subject_names, split_names
from tasks.reading.outline import Block
from tasks.reading.owners import Assignment
from tasks.reading.source import sentence_spans, trimmed

LONGEST = 40
"""A heading that names more than so many characters of owners is none."""

LEAST = 2
"""Below a name without a label stand items at least as deep as （一）."""

STOPS = "。：；， "


def read_offices(reader: Reader) -> None:
    """Give what stands under the name of an organ to it."""
    for number, block in enumerate(reader.blocks):
        if number in reader.taken:
            continue
        spans = sentence_spans(reader.clean, block.body, block.end, reader.pairs)
        if not spans:
            continue
        names = _names(reader.clean[slice(*spans[0])])
        if not names:
            continue
        if len(spans) > 1:
            if _asks(reader, spans[1]):
                _assign(reader, number, (spans[1][0], block.end), names)
            continue
        below = _below(reader, number)
        if below and _asks(reader, _span(reader.blocks[below[0]])):
            reader.taken.add(number)
            for item in below:
                _assign(reader, item, _span(reader.blocks[item]), names)


def _names(line: str) -> tuple[str, ...]:
    """The owners of a line that is nothing but their names."""
    phrase = line.strip(STOPS)
    if not 2 <= len(phrase) <= LONGEST:
        return ()
    names = split_names(phrase)
    return names if are_subject_names(phrase, names) else ()


def _below(reader: Reader, number: int) -> list[int]:
    """The items under a heading, none where one of them is read already."""
    level, first, found = reader.blocks[number].level, -1, []
    for item in range(number + 1, len(reader.blocks)):
        block = reader.blocks[item]
        if 0 <= block.level <= level or (block.level < 0 and (first >= 0 or level < 0)):
            break
        if item in reader.taken or marks.is_line(reader.clean, block):
            return []
        if level < 0 and (block.level < max(first, LEAST) or block.is_heading(reader.clean)):
            break
        first = block.level if first < 0 else first
        found.append(item)
    return found


def _span(block: Block) -> tuple[int, int]:
    return block.body, block.end


def _asks(reader: Reader, span: tuple[int, int]) -> bool:
    """Whether a passage tells somebody to do something and names nobody itself."""
    text = reader.clean[slice(*trimmed(reader.clean, *span))]
    asks = text.startswith(words.DUTY_VERBS) or goals.is_directive(text)
    return asks and not subjects.units(text, preamble=False, issuer=None)


def _assign(reader: Reader, item: int, span: tuple[int, int], names: tuple[str, ...]) -> None:
    block = reader.blocks[item]
    reader.taken.add(item)
    start, end = trimmed(reader.clean, *span)
    add(reader, start, end, block.section, Assignment(names, (), names))
