"""PURE. Tables whose cells are divided by tabs: one row, one duty."""

from dataclasses import dataclass

from tasks.reading import words
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
    cells, begun = [], block.start
    for place in range(block.start, block.end + 1):
        if place == block.end or clean[place] == "\t":
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


def _row(
    clean: str, block: Block, cells: list[tuple[int, int]], table: Table, *, first_leads: bool
) -> Row | None:
    pairs: list[tuple[str, str]] = []
    tasks: list[tuple[int, int]] = []
    number = ""
    for (start, end), (use, label) in zip(cells, table.columns, strict=False):
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
    run = [tasks[0]]
    for cell in tasks[1:]:
        if cell[0] == run[-1][1] + 1:
            run.append(cell)
    assignment = read_labelled(pairs, first_leads=first_leads) or Assignment()
    rest = tuple(cell for cell in tasks if cell not in run)
    return Row(run[0][0], run[-1][1], assignment, number, block, rest)
