"""PURE. One document -> its duties, in the order of the forms that state them most plainly.

First tables, then marks that close a passage (brackets, lines), then names that head a list,
then subjects of sentences;
what no owner was stated for is left to `goals`. Whatever a form has taken, no later one reads.
"""

from tasks.reading import marks, tables
from tasks.reading.drafts import Reader, add
from tasks.reading.header import is_addressee
from tasks.reading.offices import read_offices
from tasks.reading.outline import ANNEX, HEADING_LENGTH, Block, blocks
from tasks.reading.owners import Assignment, read_labelled, states_first_leads
from tasks.reading.sentences import Sentences
from tasks.reading.source import sentence_spans, trimmed

PAPERS = ("表", "名单", "清单", "目录", "方案", "通知", "办法", "标准", "台账", "样式", "格式")
"""How the name of an annexed paper ends: a list of them lists no duties."""


def read_part(reader: Reader) -> None:
    """Fill `drafts` and `left` of a reader."""
    part, clean = reader.part, reader.clean
    first_leads = states_first_leads(clean[part.start : part.end])
    reader.blocks = _body_blocks(reader)
    rows, reader.taken = tables.rows(clean, reader.blocks, first_leads=first_leads)
    for row in rows:
        section = f"{row.block.section or ''}{row.number}" or None
        span = trimmed(clean, row.start, row.end)
        if row.assignment.owners or row.assignment.time:
            add(reader, *span, section, row.assignment)
        elif span[0] < span[1]:
            reader.ownerless.append(span)
        reader.left += [trimmed(clean, *cell) for cell in row.rest]
    marked = _read_marks(reader, first_leads=first_leads)
    _read_lines(reader, first_leads=first_leads)
    read_offices(reader)
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
        if block.body < block.end
        and not is_addressee(clean[block.start : block.end])
        and not _lists_annexes(clean[block.start : block.end])
    ]


def _lists_annexes(line: str) -> bool:
    """附件：1.…: the line that names what is annexed."""
    found = ANNEX.match(line)
    return found is not None and "：" in found.group() and "。" not in line and "\t" not in line


def _read_marks(reader: Reader, *, first_leads: bool) -> bool:
    """Passages that a bracket or a label at their end closes."""
    clean = reader.clean
    any_marks = False
    for number, block in enumerate(reader.blocks):
        reader.reach(0, block.start)
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
                add(reader, start, end, block.section, mark.assignment)
            elif mark is found[0]:
                _assign_before(reader, number, (mark.start, mark.end), mark.assignment)
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
        first, start = number, reader.blocks[number].start
        pairs: list[tuple[str, str]] = []
        while number < len(reader.blocks) and marks.is_line(clean, reader.blocks[number]):
            block = reader.blocks[number]
            reader.taken.add(number)
            pairs += [
                pair for pair in marks.labelled(clean[block.body : block.end]) if pair not in pairs
            ]
            number += 1
        assignment = read_labelled(pairs, first_leads=first_leads)
        end = reader.blocks[number - 1].end
        if assignment is None or not assignment.owners:
            reader.left += sentence_spans(clean, start, end, reader.pairs)
            continue
        _assign_before(reader, first, (start, end), assignment)


def _assign_before(
    reader: Reader, number: int, mark: tuple[int, int], assignment: Assignment
) -> None:
    """Assign what stands above a mark of its own line; a mark that closes nothing is kept."""
    if _follows_a_copy(reader, number):
        return
    span = _task_before(reader, number)
    if span:
        section = reader.blocks[number - 1].section
        add(reader, *span, section, assignment)
    else:
        reader.ownerless.append(mark)


def _task_before(reader: Reader, number: int) -> tuple[int, int] | None:
    """The passage above a mark that stands alone: back to a heading or to what is taken."""
    clean = reader.clean
    last = number - 1
    if last < 0 or last in reader.taken:
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
    if number == 0:
        return False
    above, block = reader.blocks[number - 1], reader.blocks[number]
    for place in range(above.end, block.start + 1):
        if reader.source.resumed.get(place, above.end) <= above.start:
            return True
    return False


def _read_rest(reader: Reader, block: Block, span: tuple[int, int]) -> None:
    """What follows the last mark of a paragraph is read as sentences of their own."""
    rest = Block(span[0], span[0], span[1], "", -1, block.section, block.headings, False)
    Sentences(reader, preamble=False, unowned=False).read(rest)


def _read_sentences(reader: Reader, *, unowned: bool) -> None:
    """Subjects, and what has no owner, in every block that is left."""
    labelled = next((n for n, block in enumerate(reader.blocks) if block.level >= 0), None)
    walk = Sentences(reader, preamble=labelled is not None, unowned=unowned)
    for number, block in enumerate(reader.blocks):
        reader.reach(1, block.start)
        if labelled is not None and number >= labelled:
            walk.preamble = False
        if number in reader.taken:
            walk.forget()
            continue
        walk.read(block, leaf=_is_leaf(reader, number))


def _is_leaf(reader: Reader, number: int) -> bool:
    """Whether nothing stands below a block, so that it is no heading however short it is."""
    clean, block = reader.clean, reader.blocks[number]
    text = clean[block.body : block.end]
    if text.endswith(PAPERS):
        return False
    if number + 1 == len(reader.blocks):
        return True
    after = reader.blocks[number + 1]
    return block.level < 0 or 0 <= after.level <= block.level
