"""The rows of a data table with each cell in its column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

_ACROSS = 1000  # columns; HTML lets a cell span no more
_DOWN = 65534  # rows; likewise
_COLUMNS = 100  # a table with more is a page's trick, its spans are not followed
_OPEN = 100  # cells that reach down into one row, at most


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and over how many columns and rows it stands."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class _Reach:
    """The columns that a cell of a row above still stands in, and for how many rows."""

    start: int
    end: int
    rows: int


def spans(element: etree._Element) -> tuple[int, int]:
    """Over how many columns and rows a cell stands. `rowspan=0` reaches down to the end of its section."""
    across = _number(element.get("colspan"), _ACROSS) or 1
    down = _number(element.get("rowspan"), _DOWN)
    return across, _DOWN if down == 0 else down or 1


def _number(text: str | None, most: int) -> int | None:
    text = (text or "").strip()
    return min(int(text[:6]), most) if text.isascii() and text.isdigit() else None


def align(sections: Sequence[Sequence[Sequence[Cell]]]) -> list[list[str]]:
    """The rows of a table's sections as texts, one for each column up to the last that is filled.

    A cell over several columns or rows stands in the first of them; the others are empty, so that no word stands more
    often than it is printed. A column in which no cell begins is none, nor is one at the left without any text.
    """
    rows = [row for section in sections for row in _placed(section)]
    columns = sorted({at for row in rows for at, _ in row})
    if len(columns) > _COLUMNS:
        return [_trimmed([cell.text for cell in row]) for section in sections for row in section]
    filled = {at for row in rows for at, text in row if text}
    while columns and columns[0] not in filled:
        del columns[0]
    return [_trimmed([dict(row).get(at, "") for at in columns]) for row in rows]


def _trimmed(texts: list[str]) -> list[str]:
    while texts and not texts[-1]:
        del texts[-1]
    return texts


def _placed(section: Sequence[Sequence[Cell]]) -> Iterator[list[tuple[int, str]]]:
    """The cells of each row with their columns."""
    above: list[_Reach] = []
    for row in section:
        placed: list[tuple[int, str]] = []
        down = [_Reach(reach.start, reach.end, reach.rows - 1) for reach in above if reach.rows > 1]
        at = 0
        for cell in row:
            at = _free(above, at)
            placed.append((at, cell.text))
            if cell.down > 1:
                down.append(_Reach(at, at + cell.across, cell.down - 1))
            at += cell.across
        above = sorted(down, key=lambda reach: reach.start)[:_OPEN]
        yield placed


def _free(above: Sequence[_Reach], at: int) -> int:
    """The first column from `at` on that no cell of a row above stands in."""
    for reach in above:
        if reach.start <= at < reach.end:
            at = reach.end
    return at
