"""Text of an article that its page keeps hidden, so that no rule reads it."""

from bisect import bisect_left
from collections.abc import Iterator, Set
from itertools import takewhile

from lxml import etree

from archive.texts.notices import SPEAKS_TO_A_VISITOR
from pipelines.furniture import is_furniture
from pipelines.lines import Line, Sheet, squeeze, strings
from pipelines.metadata import bare
from pipelines.residue import is_residue
from pipelines.unseen import is_struck
from pipelines.word_lists import words

_ELSEWHERE = words("form dialog nav footer header aside")
_LINE = 20  # characters of a line of prose
_LEAST = 100  # characters; less is a tip or a caption
_BEGINNING = 20  # letters that tell whether a line stands in the text
_ENDS = ("。", "！", "？", "；", "”", "：", "）")


def hidden_text(sheet: Sheet, container: etree._Element, text: str) -> int:
    """How many characters of prose the page hides in the article's container, or right before or behind it.

    Prose are lines of 20 characters or more, a half of them in links at most, that end as a sentence does, in no form,
    menu, dialog or other furniture but for those around the container. A line does not count that stands in the text, is struck out, speaks to the
    visitor, or is residue. Less than 100 characters are none.
    """
    lines, (start, end) = sheet.lines, sheet.spans[container]
    around = {container, *container.iterancestors()}
    while start and lines[start - 1].hidden:
        start -= 1
    while end < len(lines) and lines[end].hidden:
        end += 1
    found = [line for line in _hidden(sheet, start, end) if _is_prose(line, around)]
    if sum(len(line.text) for line in found) < _LEAST:  # most pages
        return 0
    shown = bare(text)
    own = {line.text for line in found if bare(line.text)[:_BEGINNING] not in shown}
    size = sum(map(len, own))
    return size if size >= _LEAST else 0


def _hidden(sheet: Sheet, start: int, end: int) -> Iterator[Line]:
    yield from (line for line in sheet.lines[start:end] if line.hidden)
    first = bisect_left(sheet.skipped, start, key=lambda one: one[0])
    for at, element in sheet.skipped[first:]:
        if at >= end:
            return
        yield Line(squeeze("".join(strings(element))), 0, element, True, [])


def _is_prose(line: Line, around: Set[etree._Element]) -> bool:
    text = line.text
    if len(text) < _LINE or 2 * line.linked > len(text) or not text.endswith(_ENDS):
        return False
    if SPEAKS_TO_A_VISITOR.search(text) or is_residue(line):
        return False
    boxes = takewhile(lambda box: box not in around, (line.element, *line.element.iterancestors()))
    return not any(map(_is_elsewhere, boxes))


def _is_elsewhere(box: etree._Element) -> bool:
    return box.tag in _ELSEWHERE or is_furniture(box) or is_struck(box)
