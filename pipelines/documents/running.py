"""What pages repeat in their margins: their numbers, and running heads."""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.documents.layout import Box

_DASHES = r"[-—–－·]"
_OF = r"[,，、/／\s]*共\s*\d{1,4}\s*页"
_FOLIO = re.compile(
    rf"{_DASHES}+\s*\d{{1,4}}\s*{_DASHES}+|第\s*\d{{1,4}}\s*页(?:{_OF})?|共\s*\d{{1,4}}\s*页[,，、/／\s]*第\s*\d{{1,4}}\s*页"
)
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?!\d)")  # four digits may be a year at the head of its page
# the same with # for the number in question: forms that a cell of a table or a fraction may have as well
_COUNTED = re.compile(
    rf"[(（]?{_DASHES}*\s*#(?:\s*[/／]\s*\d{{1,4}})?\s*{_DASHES}*[)）]?|.*第\s*#\s*页.*|(?i:page)\s*#(?:\s*of\s*\d{{1,4}})?"
)
_FEWEST_HEADS = 3  # pages that repeat a running head; two forms may have the same title
_SMALL = 0.9  # share of the other lines' height; a running head is smaller than the title of a form


class _End(NamedTuple):
    """The highest or lowest line of a page."""

    page: int
    is_top: bool
    line: Box
    is_small: bool


def without_running(pages: Sequence[Sequence[Box]]) -> list[list[Box]]:
    """The lines of each page without its number and without the running heads that an earlier page has.

    Looked at are the highest and the lowest line of a page of two lines or more. `— 3 —`, `第3页` and `第3页/共9页` are numbers
    of pages by themselves. `3`, `3/9`, `Page 3 of 9` and `规划 第3页` may be something else: they are numbers of pages where
    more than half of the pages, two at least, have such a line there, equal but for a number of up to three digits that grows
    with the page. 表1-1 on one page and 表1-2 on the next are no such lines.
    A running head is a line without cells that more than half of the pages, three at least, have at the same height, in signs
    smaller than nine tenths of their other lines'; it stays where it first stands, so that no words are lost.
    """
    ends = [end for number, lines in enumerate(pages) for end in _ends(number, lines)]
    most = len({end.page for end in ends}) / 2
    left_out = {id(end.line) for end in (*_numbers(ends, most), *_heads(ends, most))}
    return [[line for line in lines if id(line) not in left_out] for lines in pages]


def _ends(page: int, lines: Sequence[Box]) -> Iterator[_End]:
    if len(lines) > 1:
        usual = _SMALL * statistics.median(line.height for line in lines)
        for is_top, line in (
            (True, min(lines, key=lambda one: one.top)),
            (False, max(lines, key=lambda one: one.bottom)),
        ):
            yield _End(page, is_top, line, line.height < usual)


def _numbers(ends: Sequence[_End], most: float) -> Iterator[_End]:
    yield from (end for end in ends if _FOLIO.fullmatch(end.line.text.strip()))
    counted: dict[tuple[bool, str, int], list[_End]] = defaultdict(list)
    for end in ends:
        text = end.line.text.strip()
        for number in _NUMBER.finditer(text):
            rest = f"{text[: number.start()]}#{text[number.end() :]}"
            if _COUNTED.fullmatch(rest):
                counted[end.is_top, rest, int(number[0]) - end.page].append(end)
    for alike in counted.values():
        if len(alike) > max(most, 1):
            yield from alike


def _heads(ends: Sequence[_End], most: float) -> Iterator[_End]:
    repeated: dict[tuple[bool, str, int], list[_End]] = defaultdict(list)
    for end in ends:
        text = end.line.text.strip()
        if end.is_small and "\t" not in text:
            repeated[end.is_top, text, round(end.line.top)].append(end)
    for alike in repeated.values():
        if len(alike) > max(most, _FEWEST_HEADS - 1):
            yield from alike[1:]
