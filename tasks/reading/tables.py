"""PURE. Tables whose cells are divided by tabs: one row, one duty."""

from dataclasses import dataclass, field

from tasks.reading import words
from tasks.reading.names import is_complete, split_names
from tasks.reading.outline import Block
from tasks.reading.owners import Assignment, read_labelled
from tasks.reading.words import IGNORED, LABELS, OWNER_ROLES, TIME, listed

TASK_HEADS = listed("任务 措施 内容 事项 举措 项目 工作 目标 要求 名称 问题 做法 要点 成果 清单")
OWNER_HEADS = listed(
    "牵头 配合 责任单位 责任部门 负责单位 负责部门 主办 协办 承办 指导 落实单位 责任主体"
)
NUMBER_HEADS = ("序号", "编号", "号")
TASK = "task"
BLANKS = frozenset(("-", "—", "——", "/", "无"))
"""What is written into a cell that holds nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that states a task: the span of its task cells, and its owners if it has any."""

    start: int
    end: int
    assignment: Assignment
    number: str
    block: Block
    rest: tuple[tuple[int, int], ...]
    """Task cells that stand apart from the span."""


@dataclass(slots=True)
class Table:
    """The columns of a table while its rows are read."""

    columns: list[tuple[str, str]]
    """For each column its use (task, number, a role, or nothing) and its label."""
    number: str = ""
    owners: list[tuple[str, str]] = field(default_factory=list)
    """Number and owners of the row before, for what is merged with it."""


def rows(clean: str, blocks: list[Block], *, first_leads: bool) -> tuple[list[Row], set[int]]:
    """The rows of every table among these blocks, and the numbers of the blocks they take."""
    found: list[Row] = []
    taken: set[int] = set()
    table: Table | None = None
    since = 0
    for number, block in enumerate(blocks):
        text = clean[block.start : block.end]
        if "\t" not in text:
            since += 1
            if since > 6 or "。" in text:
                table = None
            continue
        since = 0
        cells = _cells(clean, block)
        head = _head([clean[a:b] for a, b in cells])
        if head is not None:
            table = head
            taken.add(number)
            continue
        if table is None:
            continue
        taken.add(number)
        row = _row(clean, block, cells, table, first_leads=first_leads)
        if row:
            found.append(row)
    return found, taken


def _cells(clean: str, block: Block) -> list[tuple[int, int]]:
    """The cells of a line, the empty ones at its ends too."""
    start, end = block.start, block.end
    while start > 0 and clean[start - 1] in "\t ":
        start -= 1
    while end < len(clean) and clean[end] in "\t ":
        end += 1
    cells, begun = [], start
    for place in range(start, end + 1):
        if place == end or clean[place] == "\t":
            cells.append((begun, place))
            begun = place + 1
    return cells


def _head(cells: list[str]) -> Table | None:
    """The columns, where a row is the head of a table with owners."""
    columns = []
    for cell in cells:
        word = "".join(cell.split())
        if len(word) > 14:
            return None
        if word in NUMBER_HEADS:
            columns.append(("number", word))
        elif (label := _owner_head(word)) is not None:
            columns.append((LABELS.get(label, IGNORED), label))
        elif any(head in word for head in TASK_HEADS):
            columns.append((TASK, word))
        else:
            columns.append((IGNORED, word))
    if not any(use in OWNER_ROLES for use, _ in columns):
        return None
    if not any(use == TASK for use, _ in columns) and columns[0][0] == "number":
        unnamed = (
            n for n, (use, word) in enumerate(columns) if use == IGNORED and word not in LABELS
        )
        first = next(unnamed, None)
        if first is not None:
            columns[first] = (TASK, columns[first][1])
    return Table(columns) if any(use == TASK for use, _ in columns) else None


def _owner_head(word: str) -> str | None:
    bare = word.split("（", 1)[0]
    for label in words.LABELS_LONGEST_FIRST:
        if bare == label or (len(label) >= 3 and bare.endswith(label)):
            return label
    if any(head in word for head in OWNER_HEADS):
        return "牵头单位" if "牵头" in word and "配合" not in word else "责任单位"
    return None


def _beside(
    cells: list[tuple[int, int]], columns: list[tuple[str, str]], uses: frozenset[str]
) -> list[tuple[tuple[int, int], tuple[str, str]]]:
    """The cells of such columns, each with its column."""
    both = zip(cells, columns, strict=False)
    return [(cell, column) for cell, column in both if column[0] in uses]


def _columns_of(clean: str, cells: list[tuple[int, int]], table: Table) -> list[tuple[str, str]]:
    """The columns of a row: where cells are missing that are merged with the row above, they
    are missing on its left, if only so its owners are names."""
    missing = len(table.columns) - len(cells)
    shifted = table.columns[max(0, missing) :]
    if missing > 0 and _has_owners(clean, cells, shifted):
        return table.columns if _has_owners(clean, cells, table.columns) else shifted
    return table.columns


def _has_owners(clean: str, cells: list[tuple[int, int]], columns: list[tuple[str, str]]) -> bool:
    values = [clean[a:b].strip() for (a, b), _ in _beside(cells, columns, OWNER_ROLES)]
    return any(is_complete(name) for value in values for name in split_names(value))


def _row(
    clean: str, block: Block, cells: list[tuple[int, int]], table: Table, *, first_leads: bool
) -> Row | None:
    pairs: list[tuple[str, str]] = []
    tasks: list[tuple[int, int]] = []
    number = ""
    columns = _columns_of(clean, cells, table)
    blank = all(
        not clean[a:b].strip() for (a, b), (use, _) in _beside(cells, columns, OWNER_ROLES)
    )
    for (start, end), (use, label) in zip(cells, columns, strict=False):
        value = clean[start:end].strip()
        if not value or value in BLANKS:
            continue
        if use == TASK:
            tasks.append((start, end))
        elif use == "number":
            number = value
        elif use in OWNER_ROLES or use == TIME:
            pairs.append((label, value))
    if not tasks:
        return None
    merged = not number and any(use == "number" for use, _ in table.columns)
    if merged and blank:
        pairs += table.owners
    number = table.number if merged else number
    table.number, table.owners = number, [pair for pair in pairs if LABELS[pair[0]] != TIME]
    run = [tasks[0]]
    for cell in tasks[1:]:
        if cell[0] == run[-1][1] + 1:
            run.append(cell)
    assignment = read_labelled(pairs, first_leads=first_leads) or Assignment()
    rest = tuple(cell for cell in tasks if cell not in run)
    return Row(run[0][0], run[-1][1], assignment, number, block, rest)
