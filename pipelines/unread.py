"""Text of an article that no rule reads: what its page keeps hidden, and further pages that are not asked for."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Set
from itertools import count, takewhile
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from archive.texts.notices import SPEAKS_TO_A_VISITOR
from pipelines.file_links import base_of
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
_PAGE = re.compile(r"\D{0,2}(\d{1,2})\D{0,2}")  # the words of a link to a page
_BEHIND = 10  # lines behind a container in which the pager of its article stands
_NEXT = re.compile(r"下一?页[>»›]*")
_NO_ADDRESS = ("javascript:", "#")
_COMMENTS = re.compile("评论|留言|跟帖")
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


def unread_pages(sheet: Sheet, container: etree._Element, url: str) -> int:
    """How many further pages of an article are not asked for (`further_pages`), since a parameter counts them: `show.jsp?id=5&page=2`.

    A link in its container, or in the ten lines behind that, leads to its own address with one parameter more, or with another value of
    one, and that is the number which the link shows, from 2 on (下一页: 2), or one less; or links to 2 and further and 下一页 have no address but a script's. Behind the word 评论, 留言 or 跟帖 the pages are those of comments.
    """
    start, end = sheet.spans[container]
    lines = takewhile(lambda line: not _COMMENTS.search(line.text), sheet.lines[start : end + _BEHIND])
    # once each: a text that <br> divides is one element for all of its lines
    elements = dict.fromkeys(line.element for line in lines if line.linked)
    numbered = {(number, address) for element in elements for number, address in _numbered(element)}
    if not numbered:  # most pages
        return _drawn_pages(elements)
    base, (path, own) = base_of(sheet.tree, url), _taken_apart(url)
    pages = [1]
    for number, address in numbered:
        there, named = _taken_apart(_joined(base, address))
        if there == path and _counts(number, own, named):
            pages.append(number)
    return max(pages) - 1


def _drawn_pages(elements: Iterable[etree._Element]) -> int:
    """How many further pages a script would draw: links that show 2 and further, in order, and one that shows 下一页, all without an address."""
    shown = {
        squeeze("".join(strings(link)))
        for element in elements
        for link in element.iter("a")
        if (link.get("href") or "").strip().lower().startswith(_NO_ADDRESS)
    }
    if not any(_NEXT.fullmatch(words) for words in shown):
        return 0
    return sum(1 for _ in takewhile(lambda number: str(number) in shown, count(2)))


def _numbered(element: etree._Element) -> Iterator[tuple[int, str]]:
    """The links of an element that show a number from 2 on, or 下一页 for the second page, and lead to an address with a query."""
    for link in element.iter("a"):
        address = link.get("href") or ""
        words = squeeze("".join(strings(link))) if "?" in address else ""
        if (shown := _PAGE.fullmatch(words)) and int(shown[1]) > 1:
            yield int(shown[1]), address
        elif _NEXT.fullmatch(words):
            yield 2, address


def _counts(number: int, own: Set[tuple[str, str]], named: Set[tuple[str, str]]) -> bool:
    """Whether parameters are those of a page and one more, which is the number, or that in the place of the first page's."""
    counted = [value for _, value in named - own]
    first = all(value in ("0", "1") for _, value in own - named)
    same = {name for name, _ in own} <= {name for name, _ in named}
    return counted in ([str(number)], [str(number - 1)]) and first and same


def _taken_apart(url: str) -> tuple[str, Set[tuple[str, str]]]:
    """An address without its query, and the parameters of that."""
    return url.partition("#")[0].partition("?")[0], {*parse_qsl(urlsplit(url).query, keep_blank_values=True)}


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


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
