"""A page as the lines that a reader sees, each with the element it stands in. Parsed once, read by all rules."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from archive.model import Unreadable
from pipelines.word_lists import words

LARGEST = 20_000_000  # characters of markup
_BLOCKS = words(
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html legend li main nav ol optgroup p pre section summary table tbody td tfoot th thead tr ul"
    " ucapcontent ucaptitle publishtime founder-content founder-title"
)
_UNREAD = words(
    "applet audio button canvas datalist embed head iframe input map math noscript object option script select"
    " style svg template textarea title video xml"
)
_CELLS = frozenset(("td", "th"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")
_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_WRAP = re.compile(rf"(?<={_HAN})[ \t]*[\r\n][ \t\r\n]*(?={_HAN})")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*>", re.I)
# Pages pasted into pages bring their own frame; libxml2 would drop everything after an inner </html>.
_FRAME = re.compile(rb"</(?:html|body|head)\s*>|(?<=.)<html[^>]*>", re.I | re.S)
_CROWDED = re.compile(rb"<[a-zA-Z](?:[^<>=]*=){5000}")  # libxml2 compares each attribute with all before it
_META_TAG = re.compile(
    r"<[mM][eE][tT][aA](?=[^<>]{0,2000}(?:[\xa0\u2000-\u200b\u3000\ufeff]|&nbsp;|&#160;))[^<>]{0,2000}>"
)
_STRANGE_BLANK = re.compile(r"[\xa0\u2000-\u200b\u3000\ufeff]|&nbsp;|&#160;")
_LARGE = 200_000  # bytes of markup
_CELL_LINES = 4  # a cell with more lines and more characters is page layout, not data
_CELL_CHARACTERS = 300


@dataclass(slots=True, eq=False)
class Line:
    """One line of a page: the text between two block boundaries or `<br>`, white space squeezed."""

    text: str
    linked: int  # characters that stand in links
    element: etree._Element  # the block around the line; for a row of a table, the row
    hidden: bool
    parts: list[str]  # the pieces between inline markup; for a row of a table, its cells
    row: bool = False  # a row of a data table, its cells divided by tabs


@dataclass(slots=True, eq=False)
class Sheet:
    """A parsed page: its tree, its lines in order, and which slice of them each block holds."""

    tree: etree._Element
    lines: list[Line] = field(default_factory=list)
    spans: dict[etree._Element, tuple[int, int]] = field(default_factory=dict)
    children: dict[etree._Element, list[etree._Element]] = field(default_factory=dict)  # blocks that hold lines


def parse(html: str) -> etree._Element:
    """The tree of a page. Raises Unreadable `too-large`, or `not-html` when there is nothing to parse."""
    if len(html) > LARGEST:
        raise Unreadable("too-large")
    # a parser takes such a blank for a part of an attribute's name
    html = _META_TAG.sub(lambda tag: _STRANGE_BLANK.sub(" ", tag[0]), html)
    markup = _DECLARATION.sub(b"", html.encode("utf-8", "ignore").translate(None, _CONTROLS))
    if b"</html" in markup[:-200].lower():
        markup = _FRAME.sub(b"", markup)
    if len(markup) > _LARGE and _CROWDED.search(markup):
        raise Unreadable("too-large")
    # huge_tree lets libxml2 read more than 10 MB of text and 2,048 nested blocks; it drops deeper ones
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(markup, parser)
    except (etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None:
        raise Unreadable("not-html")
    return tree


def strings(element: etree._Element) -> Iterator[str]:
    """The texts of an element and of all within it, in their order."""
    return map(str, element.itertext())


def squeeze(text: str) -> str:
    """Without white space at its ends, with one blank for a run of white space inside.

    Where markup is wrapped in the middle of a Chinese sentence, the line end leaves nothing behind.
    """
    text = text.strip()
    if text.isprintable():  # most texts; then blanks are the only white space, and no sign is invisible
        return " ".join(text.split()) if "  " in text else text
    if "\n" in text or "\r" in text:
        text = _WRAP.sub("", text)
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def pieces(line: Line) -> str:
    """A line with a tab wherever inline markup divides it, and a blank where its markup is wrapped."""
    return "\t".join(filter(None, (" ".join(_INVISIBLE.sub("", part).split()) for part in line.parts)))


def read_lines(tree: etree._Element) -> Sheet:
    """Every line of a page. Scripts, forms' controls and the head hold none; hidden ones are marked."""
    return _Reader(tree).sheet


class _Reader:
    """One walk over the tree. It is a class because the walk carries state."""

    def __init__(self, tree: etree._Element) -> None:
        self.sheet = Sheet(tree)
        self.parts: list[str] = []
        self.linked = 0
        self.links = 0  # how many <a> are open
        self.hidden: list[etree._Element] = []  # the hidden blocks that are open
        self.skipped: etree._Element | None = None  # the last hidden element inside a line
        self.blocks: list[etree._Element] = []
        self.starts: list[int] = []
        self.tables: list[_Table] = []
        walk = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walk:
            if event == "start":
                if not self._enter(element):
                    walk.skip_subtree()
            else:
                self._leave(element)

    def _enter(self, element: etree._Element) -> bool:
        tag = element.tag
        if tag in _UNREAD:
            return False
        if tag in _BLOCKS or not self.blocks:
            self._flush()
            self.blocks.append(element)
            self.starts.append(len(self.sheet.lines))
            if tag == "table":
                if self.tables:
                    self.tables[-1].nested = True
                self.tables.append(_Table())
            elif tag in _CELLS and self.tables:
                self.tables[-1].cells.append(len(self.sheet.lines))
            elif tag == "tr" and self.tables:
                self.tables[-1].cells = []
            if _is_hidden(element):
                self.hidden.append(element)
        elif _is_hidden(element):
            self.skipped = element
            return False
        elif tag == "br":
            self._flush()
        elif tag == "a":
            self.links += 1
        if element.text:
            self._add(element.text)
        return True

    def _leave(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in _BLOCKS or element is self.sheet.tree:
            self._close(element)
            if self.hidden and self.hidden[-1] is element:
                self.hidden.pop()
        elif tag == "a" and element is not self.skipped:
            self.links -= 1
        if element.tail and self.blocks:
            self._add(element.tail)

    def _add(self, text: str) -> None:
        if "\n" in text and self.blocks and self.blocks[-1].tag == "pre":
            first, *others = text.split("\n")
            self.parts.append(first)
            for line in others:
                self._flush()
                self.parts.append(line)
            return
        self.parts.append(text)
        if self.links:
            self.linked += len(squeeze(text))

    def _flush(self) -> None:
        if self.parts:
            text = squeeze("".join(self.parts))
            if text:
                self.sheet.lines.append(Line(text, self.linked, self.blocks[-1], bool(self.hidden), self.parts))
            self.parts = []
        self.linked = 0

    def _close(self, element: etree._Element) -> None:
        self._flush()
        self.blocks.pop()
        start = self.starts.pop()
        end = len(self.sheet.lines)
        if element.tag == "tr" and self.tables:
            table = self.tables[-1]
            table.rows.append((element, start, end, table.cells))
            table.cells = []
        elif element.tag == "table" and self.tables:
            table = self.tables.pop()
            if table.is_data(self.sheet.lines):
                self._join_rows(table, start)
                for inner in element.iterdescendants():
                    self.sheet.spans.pop(inner, None)
                    self.sheet.children.pop(inner, None)
                self.sheet.children.pop(element, None)
                end = len(self.sheet.lines)
        if end > start:
            self.sheet.spans[element] = (start, end)
            if self.blocks:
                self.sheet.children.setdefault(self.blocks[-1], []).append(element)

    def _join_rows(self, table: "_Table", start: int) -> None:
        """Join the table's lines from `start` on into one line a row; lines outside rows (captions) stay."""
        lines = self.sheet.lines[start:]
        del self.sheet.lines[start:]
        at = start
        for element, first, last, cells in table.rows:
            self.sheet.lines.extend(lines[at - start : first - start])
            at = last
            if first == last:
                continue
            texts = [
                " ".join(line.text for line in lines[a - start : b - start])
                for a, b in itertools.pairwise([*cells, last])
            ]
            inside = lines[first - start : last - start]
            if not cells:
                texts = [line.text for line in inside]
            self.sheet.lines.append(
                Line(
                    "\t".join(texts).strip("\t"),
                    sum(line.linked for line in inside),
                    element,
                    any(line.hidden for line in inside),
                    texts,
                    True,
                )
            )
        self.sheet.lines.extend(lines[at - start :])


@dataclass(slots=True)
class _Table:
    nested: bool = False
    cells: list[int] = field(default_factory=list)  # first line of each cell in the open row
    rows: list[tuple[etree._Element, int, int, list[int]]] = field(default_factory=list)

    def is_data(self, lines: list[Line]) -> bool:
        """Whether rows and columns mean something: no table inside, a row of two cells, and no cell that is a page."""
        if self.nested or not any(_filled(cells, last) > 1 for _, _, last, cells in self.rows):
            return False
        for _, _, last, cells in self.rows:
            for start, end in itertools.pairwise([*cells, last]):
                if end - start > _CELL_LINES and sum(len(line.text) for line in lines[start:end]) > _CELL_CHARACTERS:
                    return False
        return True


def _filled(cells: list[int], last: int) -> int:
    return sum(1 for start, end in itertools.pairwise([*cells, last]) if end > start)


def _is_hidden(element: etree._Element) -> bool:
    style = element.get("style")
    return (style is not None and _HIDDEN.search(style) is not None) or element.get("hidden") is not None
