"""Words with their places on a page become lines in reading order, and lines become paragraphs."""

import re
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.texts.days import without_days
from archive.texts.ends import same_ends
from pipelines.elements.bodies import is_placed
from pipelines.numbering import prints_number

_OVERLAP = 0.5  # share of the lower box's height that two boxes of one line have in common
_BLANK, _TAB = 0.25, 1.0  # gaps between two boxes, in heights of a line
_FEWEST = 4  # lines that make a column
_FULL = 0.7  # share of a column's width that its lines fill on average; cells of tables fill less
_MOST_COLUMNS = 12  # columns drawn one after the other that are tried as a table
_WIDE = 8  # heights; a column of prose is wider
_NARROW = 0.25  # share of the page that a column has at least
_APART = 2.0  # gap between two lines of a paragraph, in heights of a line
_SHORT = 12  # heights; a line that is shorter ends its paragraph
_EDGE = 1.6  # heights that may be free at the end of a line that goes on
_NEAR = 0.7  # share of the block's width that a line fills which goes on and is not full
_PROSE = re.compile("[，。；：、]")
_ENDS = "。！？；：.!?;:”」』）)"
_LIKE = 1.2  # most that two heights of lines, or two distances between lines, differ within a paragraph
_INDENT = 1.0  # heights; a line that begins so far to the right begins a paragraph
# a decimal, which looks like the number of a section: 85.0%, 6.50立方米
_MEASURED = re.compile(r"\d+\.\d+\s*(?:[%％‰，、。；）)℃]|[立平]方|毫[米升克]|[厘分]米|微克|摄氏|[千兆]瓦)")
_CUT_FIGURE = re.compile(r"\d[.,]?$")  # the end of a line whose last figure may go on in the next line
_DECIMAL = re.compile(r"\d+\.\d")  # the beginning of that line, which is no number of a section then
_MARKED = re.compile(r"\s*\d+\.\d+[\s.]")  # a number with a blank behind it is one of a section
_LISTED = re.compile(r"[：？]|[\u3400-\u9fff]{4}")  # the common ending of two lines that are entries of a list
_LEADER = re.compile(r"(?:\.|…|·|\. ){4,}")  # between a heading and its page, in a table of contents


@dataclass(slots=True)
class Box:
    """Words at a place; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        return self.bottom - self.top


def read_boxes(boxes: Sequence[Box]) -> str:
    """The text of a page: columns one after the other, rows from top to bottom, wide gaps as tabs."""
    return paragraphs(lines_of_boxes(boxes))


def lines_of_boxes(boxes: Sequence[Box]) -> list[Box]:
    """The lines of a page in that order."""
    return _ordered(_rows([box for box in boxes if box.text.strip()]))


def with_rows(lines: Sequence[Box], is_ruled: Callable[[Sequence[Box], int], bool]) -> list[Box]:
    """Lines in the order of their drawing, but a table row by row whose columns were drawn one after the other.

    A column runs downwards, and the next one begins beside it, higher up. Columns are those of a table when four lines or
    more of each stand beside lines of the others, one to one, and no two columns share a place across; three columns, or two
    with a rule between their rows (`is_ruled`, by the lines and the number of rows). Columns of prose stay as they are: each
    is eight heights wide or more, and its lines fill it. What stands above the first column and below the last one stays outside.
    """
    runs = _runs_down(lines)
    ordered: list[Box] = []
    at = 0
    while at < len(runs):
        end = min(len(runs), at + _MOST_COLUMNS)
        while end > at + 1 and (table := _table(runs[at:end], is_ruled)) is None:
            end -= 1
        ordered += runs[at] if end == at + 1 else table or []
        at = end
    return ordered


def _runs_down(lines: Sequence[Box]) -> list[list[Box]]:
    """Lines in runs; a line that stands higher than the one before, and beside it, begins a run."""
    runs: list[list[Box]] = []
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last is None or (line.bottom < last.top and not _share(line, last)):
            runs.append([line])
        else:
            runs[-1].append(line)
    return runs


def _share(one: Box, other: Box) -> bool:
    return one.left < other.right and other.left < one.right


def _table(runs: Sequence[list[Box]], is_ruled: Callable[[Sequence[Box], int], bool]) -> list[Box] | None:
    """The rows of a table whose columns are these runs, with what stands above and below; None when it is none."""
    top = min(run[0].top for run in runs[1:])
    bottom = max(run[-1].bottom for run in runs[:-1])
    above = [line for line in runs[0] if line.bottom <= top]
    below = [line for line in runs[-1] if line.top >= bottom]
    columns = [runs[0][len(above) :], *runs[1:-1], runs[-1][: len(runs[-1]) - len(below)]]
    if min(map(len, columns)) < _FEWEST:
        return None
    places = sorted((min(one.left for one in column), max(one.right for one in column)) for column in columns)
    if any(after[0] < before[1] for before, after in pairwise(places)) or all(map(_is_prose, columns)):
        return None
    rows = _rows([line for column in columns for line in column])
    if len(rows) > max(map(len, columns)) or any(
        _is_beside(one, other) for column in columns for one, other in pairwise(column)
    ):
        return None
    table = [_line(row) for row in rows]
    if len(columns) == 2 and not is_ruled(table, len(rows)):
        return None
    return [*above, *table, *below]


def _is_prose(column: Sequence[Box]) -> bool:
    room = max(one.right for one in column) - min(one.left for one in column)
    filled = statistics.mean(one.right - one.left for one in column)
    return room > _WIDE * statistics.median(one.height for one in column) and filled > _FULL * room


def paragraphs(lines: Sequence[Box]) -> str:
    """Lines in reading order as paragraphs.

    A line goes on in the next when it ends at the right edge of the lines around it, or near that edge, with commas in it
    and not with the end of a sentence, and is no row of a table or a list of contents; and when the next stands as close below it as the
    other lines do, has the same height, is not set in, and begins with no number of its own. A figure that a line's end cuts
    (8776. and 7立方米, 121 and 6.50立方米) is no end of a sentence, and its rest no number; nor is a decimal (2.5丈) that is the
    only number before a line of its block, behind a line that ends no sentence. Two lines that end alike are entries of a list and stay
    two: both end in four Chinese characters (有限公司), a question mark, or a colon and as many figures. So do the names of bodies
    that sign below each other, and the day below them.
    """
    text: list[str] = []
    for block in _blocks(lines):
        left, right = min(line.left for line in block), max(line.right for line in block)
        step = statistics.median([after.top - line.top for line, after in pairwise(block)] or [0.0])
        is_listed = sum(map(_begins_with_number, block)) > 1
        for line, after in pairwise(block):
            is_cut = _is_cut(line.text.rstrip(), after.text.lstrip())
            may_measure = is_cut or not (is_listed or _ends_sentence(line.text) or _MARKED.match(after.text))
            goes_on = (
                _is_full(line, right, is_cut)
                and _continues(after, line, left, step, may_measure)
                and not _stay_apart(line, after)
            )
            text.append(line.text.rstrip() + (_joint(line.text, after.text) if goes_on else "\n"))
        text.append(block[-1].text.rstrip() + "\n")
    return "".join(text)


def _blocks(lines: Sequence[Box]) -> list[list[Box]]:
    """Runs of lines that stand close below each other, are of one height, and are rows of a table, or none of them is: a
    title or a table is wider than the column of prose below it.
    """
    blocks: list[list[Box]] = []
    for line in lines:
        last = blocks[-1][-1] if blocks else None
        if last is not None and _stands_below(line, last) and _is_like(line, last) and _is_row(line) == _is_row(last):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _stands_below(line: Box, last: Box) -> bool:
    height = max(line.height, last.height)
    overlaps = line.left < last.right and last.left < line.right
    return overlaps and line.top > last.top and line.top - last.bottom < _APART * height


def _is_like(line: Box, last: Box) -> bool:
    return 1 / _LIKE < line.height / max(last.height, 0.1) < _LIKE


def _is_row(line: Box) -> bool:
    return "\t" in line.text.strip()


def _is_cut(text: str, after: str) -> bool:
    """Whether a line ends within a figure, as far as its signs tell: 8776. and 7立方米, 121 and 6.50立方米."""
    return _CUT_FIGURE.search(text) is not None and after[:1].isdecimal()


def _is_full(line: Box, right: float, is_cut: bool) -> bool:
    size = line.height
    if _is_row(line) or _LEADER.search(line.text) or line.right - line.left < _SHORT * size:
        return False
    is_prose = _PROSE.search(line.text) is not None and (is_cut or not _ends_sentence(line.text))
    is_open = is_prose and line.right > _NEAR * right + (1 - _NEAR) * line.left
    return is_open or line.right > right - _EDGE * size


def _ends_sentence(text: str) -> bool:
    return text.rstrip()[-1:] in _ENDS


def _begins_with_number(line: Box) -> bool:
    return prints_number(line.text) and not _MEASURED.match(line.text)


def _continues(line: Box, last: Box, left: float, step: float, may_measure: bool) -> bool:
    is_near = line.top - last.top < _LIKE * step
    is_set_in = line.left > left + _INDENT * line.height
    is_numbered = _begins_with_number(line) and not (may_measure and _DECIMAL.match(line.text))
    return is_near and not is_set_in and not _is_row(line) and not is_numbered


def _stay_apart(line: Box, after: Box) -> bool:
    return _end_alike(line, after) or _sign(line, after)


def _sign(line: Box, after: Box) -> bool:
    """Whether two lines are names of bodies and nothing else, or such a name above a day."""
    name, below = ("".join(one.text.split()) for one in (line, after))
    return is_placed(name) and (is_placed(below) or not without_days(below))


def _end_alike(line: Box, after: Box) -> bool:
    text, other = (re.sub(r"\d", "0", one.text.strip()) for one in (line, after))
    _, common = same_ends(text, other)
    return _LISTED.search(text[len(text) - common :]) is not None


def _joint(before: str, after: str) -> str:
    """A blank between two words of Latin letters, nothing between others."""
    ends = before.rstrip()[-1:] + after.lstrip()[:1]
    return " " if ends.isascii() and ends[:1].isalpha() and ends[1:].isalpha() else ""


def _rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Boxes that stand beside each other, rows from top to bottom, each from left to right."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: (one.top + one.bottom, one.left)):
        if rows and _is_beside(box, rows[-1][-1]):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda one: one.left) for row in rows]


def _is_beside(box: Box, other: Box) -> bool:
    common = min(box.bottom, other.bottom) - max(box.top, other.top)
    return common > _OVERLAP * min(box.height, other.height)


def _ordered(rows: list[list[Box]]) -> list[Box]:
    """Rows as lines; where a gutter divides several rows into two columns of prose, the left column first."""
    lines: list[Box] = []
    at = 0
    while at < len(rows):
        end, gutter = _columns(rows, at)
        if end:
            left = [[box for box in row if box.right <= gutter] for row in rows[at:end]]
            right = [[box for box in row if box.left >= gutter] for row in rows[at:end]]
            lines += [*_ordered(list(filter(None, left))), *_ordered(list(filter(None, right)))]
            at = end
        else:
            lines.append(_line(rows[at]))
            at += 1
    return lines


def _columns(rows: list[list[Box]], start: int) -> tuple[int, float]:
    """The row before which two columns end, and the place between them; 0 where no columns begin."""
    for one, other in pairwise(rows[start]):
        low, high, end = one.right, other.left, start
        while end < len(rows):
            shared = _free(rows[end], low, high)
            if shared is None:
                break
            low, high, end = *shared, end + 1
        if end - start >= _FEWEST and high > low and _are_prose(rows[start:end], (low + high) / 2):
            return end, (low + high) / 2
    return 0, 0.0


def _free(row: list[Box], low: float, high: float) -> tuple[float, float] | None:
    """The part of a gap that a row leaves free."""
    middle = (low + high) / 2
    low = max([low, *(box.right for box in row if box.right <= middle)])
    high = min([high, *(box.left for box in row if box.left >= middle)])
    crossed = any(box.left < middle < box.right for box in row)
    return None if crossed or high <= low else (low, high)


def _are_prose(rows: list[list[Box]], gutter: float) -> bool:
    boxes = [box for row in rows for box in row]
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    for side in ([b for b in boxes if b.right <= gutter], [b for b in boxes if b.left >= gutter]):
        if not side:
            return False
        room = max(box.right for box in side) - min(box.left for box in side)
        lines = len({round(box.top) for box in side})
        filled = sum(box.right - box.left for box in side) / max(1, lines)
        if lines < _FEWEST or room < _NARROW * width or filled < _FULL * room:
            return False
    return True


def _line(row: list[Box]) -> Box:
    text = row[0].text
    for one, other in pairwise(row):
        gap = (other.left - one.right) / max(one.height, other.height, 0.1)
        text += ("\t" if gap > _TAB else " " if gap > _BLANK else "") + other.text
    tops, bottoms = [box.top for box in row], [box.bottom for box in row]
    return Box(row[0].left, min(tops), max(box.right for box in row), max(bottoms), text)
