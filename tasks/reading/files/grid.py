"""PURE. The lines that are drawn on a page -> the rows of its tables.

Words belong to the cell they stand in; cells without a line between them are one.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from tasks.reading.files import rows
from tasks.reading.files.layout import Line, Word, between, lines_of

NEAR = 2.5
"""Lines nearer than this are one, drawn twice or in pieces."""

LINES = 20_000
COLUMNS, ROWS = 40, 300
FULL = 1.6
"""Of the size: a line that ends this near to the border of its cell is carried on."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn line: across at `place` when `level`, else upright; `top` grows downwards."""

    level: bool
    place: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the places of its lines, and which cell each square belongs to."""

    columns: list[float]
    rows: list[float]
    owner: list[list[tuple[int, int]]]
    """By row and column, the first square of the cell."""


def page_lines(words: list[Word], strokes: list[Stroke]) -> list[Line]:
    """The lines of a page from the top; a row of a table is one, its cells divided by tabs."""
    grids = _grids(strokes)
    inside: list[dict[tuple[int, int], list[Word]]] = [{} for _ in grids]
    outside: list[Word] = []
    for word in words:
        for grid, cells in zip(grids, inside, strict=True):
            square = _square(grid, word)
            if square is not None:
                cells.setdefault(square, []).append(word)
                break
        else:
            outside.append(word)
    found = lines_of(outside)
    for grid, cells in zip(grids, inside, strict=True):
        found += _table_lines(grid, cells)
    return sorted(found, key=lambda line: line.top)


def _grids(strokes: list[Stroke]) -> list[Grid]:
    if len(strokes) > LINES:
        return []
    upright = sorted((one for one in strokes if not one.level), key=lambda one: one.start)
    bands: list[list[Stroke]] = []
    bottom = 0.0
    for one in upright:
        if bands and one.start <= bottom + NEAR:
            bands[-1].append(one)
            bottom = max(bottom, one.end)
        else:
            bands.append([one])
            bottom = one.end
    grids = []
    for band in bands:
        top, bottom = band[0].start, max(one.end for one in band)
        level = [s for s in strokes if s.level and top - NEAR <= s.place <= bottom + NEAR]
        grid = _grid(band, level)
        if grid is not None:
            grids.append(grid)
    return grids


def _grid(upright: list[Stroke], level: list[Stroke]) -> Grid | None:
    across = _merged(upright)
    columns = sorted(across)
    # What ends elsewhere is drawn under words.
    down = _merged(
        one for one in level if all(_is_near(columns, end) for end in (one.start, one.end))
    )
    lines = sorted(down)
    if not (2 < len(columns) <= COLUMNS and 2 <= len(lines) <= ROWS):
        return None
    owner: list[list[tuple[int, int]]] = []
    for row in range(len(lines) - 1):
        owner.append([])
        middle = (lines[row] + lines[row + 1]) / 2
        for column in range(len(columns) - 1):
            centre = (columns[column] + columns[column + 1]) / 2
            if column and not _covers(across[columns[column]], middle):
                owner[row].append(owner[row][column - 1])
            elif row and not _covers(down[lines[row]], centre):
                owner[row].append(owner[row - 1][column])
            else:
                owner[row].append((row, column))
    return Grid(columns, lines, owner)


def _merged(strokes: Iterable[Stroke]) -> dict[float, list[tuple[float, float]]]:
    """By place, the stretches that are drawn there; places near each other are one."""
    found: dict[float, list[tuple[float, float]]] = {}
    place: float | None = None
    for one in sorted(strokes, key=lambda one: one.place):
        if place is None or one.place - place > NEAR:
            place = one.place
        found.setdefault(place, []).append((one.start, one.end))
    return {place: _whole(stretches) for place, stretches in found.items()}


def _whole(stretches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Stretches in order, those that touch as one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1] + NEAR:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _is_near(places: list[float], place: float) -> bool:
    at = bisect_right(places, place - 2 * NEAR)
    return at < len(places) and places[at] <= place + 2 * NEAR


def _covers(stretches: list[tuple[float, float]], place: float) -> bool:
    at = bisect_right(stretches, (place, inf)) - 1
    return at >= 0 and place <= stretches[at][1]


def _square(grid: Grid, word: Word) -> tuple[int, int] | None:
    # The base line of a word can touch the border; its middle cannot.
    middle = word.top - word.size * 0.3
    across = min(word.left + word.size / 4, (word.left + word.right) / 2)
    column = bisect_right(grid.columns, across) - 1
    row = bisect_right(grid.rows, middle) - 1
    if 0 <= column < len(grid.columns) - 1 and 0 <= row < len(grid.rows) - 1:
        return grid.owner[row][column]
    return None


def _table_lines(grid: Grid, cells: dict[tuple[int, int], list[Word]]) -> list[Line]:
    borders: dict[tuple[int, int], float] = {}
    for owners in grid.owner:
        for column, square in enumerate(owners):
            borders[square] = max(borders.get(square, 0), grid.columns[column + 1])
    said = {square: _cell_text(words, borders[square]) for square, words in cells.items()}
    found = []
    for row, owners in enumerate(grid.owner):
        line: list[str] = []
        for column, square in enumerate(owners):
            # A cell that reaches down is filled in below, one that reaches across stands once.
            line.append(said.get(square, "") if square[1] == column else "")
        found += [
            Line(grid.columns[0], grid.columns[-1], grid.rows[row], 0, text)
            for text in rows.line_of(line)
        ]
    return found


def _cell_text(words: list[Word], border: float) -> str:
    """The lines of a cell; what its border broke is whole again."""
    text = ""
    full = False
    for line in lines_of(words):
        piece = line.text.replace("\t", " ")
        if text:
            text += between(text, piece) if full else "\n"
        text += piece
        full = line.right >= border - FULL * line.size
    return text
