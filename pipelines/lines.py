"""A page as the lines that a reader sees, each with the element it stands in. Parsed once, read by all rules."""

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree

from archive.model import Unreadable
from crawler.sources import load_families
from pipelines.inline import (
    after,
    brackets,
    formula,
    is_linked,
    noted_numbers,
    quotes,
    raised,
    unescaped,
)
from pipelines.numbering import Numbers, numbers, prints_its_number
from pipelines.opened import opened, openers
from pipelines.stylesheets import Sheets, sheets_of
from pipelines.tables import Cell, align, spans
from pipelines.unseen import UNSTYLED, Style, is_sizeless, styles, veiled
from pipelines.word_lists import words

LARGEST = 20_000_000  # characters of markup
_BLOCKS = words(
    "address article aside blockquote body caption center dd dialog div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr html legend li main nav ol optgroup p pre section summary table tbody td tfoot th thead tr ul"
) | {tag for family in load_families().values() for tag in family.tags}
# none is `embed`: it never ends, and the parser puts the rest of the article into it
_UNREAD = words(
    "applet audio button canvas datalist head iframe input map noembed noframes noscript object option script select"
    " style svg template textarea title video xml"
)
_CELLS = frozenset(("td", "th"))
_EMPHASIS = words("b strong em h1 h2 h3 h4 h5 h6 dt")
_STYLED = frozenset(("span", "font"))  # no blocks: the style of a block is that of the whole text
_EMPHASIS_CLASS = re.compile(r"bold|strong|name|speak|guest|host", re.I)
_SIGNED = words("a br math q rt sup")  # no blocks: they link, divide or give a line a sign
_SECTIONS = frozenset(("thead", "tbody", "tfoot", "caption"))
_UNPRINTED = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")  # a blank, for most, is none
_INVISIBLE = re.compile(  # joiners form words in other scripts
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]"
    "|[\u200c\u200d]+(?=[\u3000-\u9fff\uff00-\uff5e])|(?<=[\u3000-\u9fff\uff00-\uff5e])[\u200c\u200d]+"
)
_HAN = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_WRAP = re.compile(rf"(?<={_HAN})[ \t]*[\r\n][ \t\r\n]*(?={_HAN})")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r\v\f"})
# Word's line and page breaks are line breaks; control characters become NUL, which is then taken out: faster than at once
_BYTES = bytes.maketrans(b"\v\f" + _CONTROLS, b"\n\n" + bytes(len(_CONTROLS)))
_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*>", re.I)
# Pages pasted into pages bring their own frame; libxml2 would drop everything after an inner </html>.
# Both branches begin with one sign: the pattern is tried at these signs alone.
_FRAME = re.compile(rb"<(?:/(?:html|body|head)\s*>|(?<=.<)html[^>]*>)", re.I | re.S)
_HTML_END = re.compile(rb"</html", re.I)
_CROWDED = re.compile(rb"<[a-zA-Z](?:[^<>=]*=){5000}")  # libxml2 compares each attribute with all before it
_META_TAG = re.compile(
    r"<[mM][eE][tT][aA](?=[^<>]{0,2000}(?:[\xa0\u2000-\u200b\u3000\ufeff]|&nbsp;|&#160;))[^<>]{0,2000}>"
)
_STRANGE_BLANK = re.compile(r"[\xa0\u2000-\u200b\u3000\ufeff]|&nbsp;|&#160;")
# huge_tree lets libxml2 read more than 10 MB of text and 2,048 nested blocks; it drops deeper ones
_PARSER = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
_LARGE = 200_000  # bytes of markup
_CELL_LINES = 4  # a cell with more lines and more characters is page layout, not data
_CELL_CHARACTERS = 300
_RAISED = 12  # characters; longer raised text is read like any other


@dataclass(slots=True, eq=False)
class Line:
    """One line of a page: the text between two block boundaries or `<br>`, white space squeezed."""

    text: str
    linked: int  # characters that stand in links
    element: etree._Element  # the block around the line; for a row of a table, the row
    hidden: bool
    parts: list[str]  # the pieces between inline markup; for a row of a table, its cells
    row: bool = False  # a row of a data table, its cells divided by tabs
    lead: str = ""  # the emphasised words at its start


@dataclass(eq=False)
class Sheet:
    """A parsed page: its tree, its lines in order, and which slice of them each block holds.

    A block without lines has no span, nor has one inside a data table. Every line's element has one, but for rows.
    """

    tree: etree._Element
    lines: list[Line] = field(default_factory=list)
    spans: dict[etree._Element, tuple[int, int]] = field(default_factory=dict)
    veiled: int = 0  # characters, at most, that a sheet of its own hides, or a closed dialog
    skipped: list[tuple[int, etree._Element]] = field(
        default_factory=list
    )  # hidden elements inside a line, by its place

    def parent(self, element: etree._Element) -> etree._Element | None:
        """The nearest block around an element that holds lines."""
        parent = element.getparent()
        while parent is not None and parent not in self.spans:
            parent = parent.getparent()
        return parent

    @functools.cached_property
    def children(self) -> dict[etree._Element, list[etree._Element]]:
        """The blocks in each block, told from `spans` alone so that the two agree. Asked for once the page is read."""
        found: dict[etree._Element, list[etree._Element]] = {}
        before: list[etree._Element] = []  # the blocks whose parent has not come yet
        starts: list[int] = []
        for element, (start, _) in self.spans.items():  # a block comes behind the blocks in it
            if starts and starts[-1] >= start:
                first = bisect_left(starts, start)
                found[element] = before[first:]
                del before[first:], starts[first:]
            before.append(element)
            starts.append(start)
        return found


def parse(html: str) -> etree._Element:
    """The tree of a page. Raises Unreadable `too-large`, or `not-html` when there is nothing to parse."""
    if len(html) > LARGEST:
        raise Unreadable("too-large")
    # a parser takes such a blank for a part of an attribute's name
    html = _META_TAG.sub(lambda tag: _STRANGE_BLANK.sub(" ", tag[0]), html)
    markup = _DECLARATION.sub(b"", html.encode("utf-8", "ignore").translate(_BYTES).replace(b"\0", b""))
    if _HTML_END.search(markup, 0, max(0, len(markup) - 200)):
        markup = _FRAME.sub(b"", markup)
    if len(markup) > _LARGE and _CROWDED.search(markup):
        raise Unreadable("too-large")
    try:
        tree = etree.fromstring(markup, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        tree = None
    if tree is None:
        raise Unreadable("not-html")
    _lower_feet(tree)
    return tree


def _lower_feet(tree: etree._Element) -> None:
    """Move a table's `<tfoot>` to its end, where readers see it; markup often has it above the rows."""
    for foot in list(tree.iter("tfoot")):
        table, following = foot.getparent(), foot.getnext()
        first = next(foot.itersiblings("tfoot", preceding=True), None) is None and not (foot.tail or "").strip()
        if first and table is not None and table.tag == "table" and following is not None:
            table.append(foot)


def strings(element: etree._Element) -> Iterator[str]:
    """The texts of an element and of all within it, in their order."""
    if not len(element):  # most elements; lxml takes ten times as long to walk over one
        return iter((element.text or "",))
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
    if not text.isascii() and _UNPRINTED.search(text):
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def pieces(line: Line) -> str:
    """A line with a tab wherever inline markup divides it, and a blank where its markup is wrapped."""
    if len(line.parts) == 1:  # most lines
        return " ".join(_visible(line.parts[0]).split())
    return "\t".join([piece for part in line.parts if (piece := " ".join(_visible(part).split()))])


def _visible(text: str) -> str:
    return text if text.isprintable() or not _UNPRINTED.search(text) else _INVISIBLE.sub("", text)


def read_lines(tree: etree._Element, unveiled: bool = False) -> Sheet:
    """Every line of a page. Scripts, forms' controls and the head hold none; hidden ones are marked.

    A `<textarea>` that is `readonly` or `disabled` shows its text, as a letter and its answer; buttons that are headings are
    read (`pipelines.opened.openers`), and boxes that a reader opens (`opened`).

    `unveiled`: read also what the page's sheets hide (`pipelines.unseen.veiled`).

    Words that are hidden or struck out inside a line are not read. What markup says inside a line gets a sign: raised
    figures (`pipelines.inline.raised`), formulas, quotations, readings, and the numbers of ordered lists, where the
    item does not print one and is no link as a whole. A bookmark (`<a name>` without an address) is no link.
    """
    return _Reader(tree, unveiled).sheet


class _Reader:
    """One walk over the tree. It is a class because the walk carries state."""

    def __init__(self, tree: etree._Element, unveiled: bool) -> None:
        self.sheet = Sheet(tree)
        self.lines = self.sheet.lines
        self.styles = styles(tree)
        hidden = {} if unveiled else veiled(tree, self.styles)
        self.styles |= hidden
        for box in opened(self.styles):
            self.styles[box] = replace(self.styles[box], hidden=False)
        self.openers = openers(tree)
        if hidden := {one: style for one, style in hidden.items() if self.styles[one] is style}:
            self.sheet.veiled = sum(len(squeeze("".join(strings(one)))) for one in hidden)
        self.parts: list[str] = []
        self.linked = 0
        self.links = 0  # how many links are open
        self.emphasised: list[etree._Element] = []  # the emphasised elements that are open
        self.lead: list[str] = []  # the emphasised pieces at the line's start
        self.leading = 0  # how many were open at the line's first word; -1 when that emphasis has ended
        self.hidden: list[etree._Element] = []  # the hidden blocks that are open
        self.faded: list[tuple[etree._Element, bool]] = []  # those that change whether text is invisible in its place
        self.faint: set[Line] = set()  # the lines that are hidden because a block is faded
        self.within = 0  # characters that are visible within a faded block
        self.sizeless: list[tuple[etree._Element, bool]] = []  # the open elements that change it
        self.skipped: etree._Element | None = None  # the last hidden element inside a line
        self.closing: list[tuple[etree._Element, str]] = []  # the signs that open elements end with
        self.lists: list[tuple[etree._Element, Numbers]] = []
        self.mark = ""  # the number that the next line begins with …
        self.item = tree  # … and its item
        self.blocks: list[etree._Element] = []
        self.starts: list[int] = []
        self.tables: list[_Table] = []
        walk = etree.iterwalk(tree, events=("start", "end"))
        enter, leave, skip = self._enter, self._leave, walk.skip_subtree
        for event, element in walk:
            if event == "end":
                leave(element)
            elif not enter(element):
                skip()
        self._show_faint()

    def _enter(self, element: etree._Element) -> bool:
        tag = element.tag
        read = tag not in _UNREAD
        if not read and element not in self.openers and not _is_shown_text(element, tag):
            return False
        style = self.styles.get(element, UNSTYLED)
        if tag in _BLOCKS or not self.blocks or not read:
            self._open(element, tag, style)
        elif style.hidden or (style.faded and not self._shows_inside(element)):
            self.skipped = element
            self.sheet.skipped.append((len(self.lines), element))
            return False
        elif (tag in _SIGNED or style.raised) and not self._begin(element, tag, style):
            return False
        if style is not UNSTYLED:  # few elements
            if style.shown or style.faded:
                self._fade(element, tag, style)
            if style.size is not None:
                self.sizeless.append((element, is_sizeless(style, self._is_sizeless())))
        if tag in _EMPHASIS or (tag in _STYLED and _is_emphasised(element, style)):
            self.emphasised.append(element)
        if text := element.text:
            self._add(text)
        return True

    def _open(self, element: etree._Element, tag: str, style: Style) -> None:
        if self.parts:
            self._flush()
        self.blocks.append(element)
        self.starts.append(len(self.lines))
        if tag == "table":
            if self.tables:
                self.tables[-1].hold_table()
            self.tables.append(_Table(self.styles))
        elif self.tables and tag in _CELLS:
            self.tables[-1].begin_cell(element, len(self.lines))
        elif self.tables and (tag == "tr" or tag in _SECTIONS):
            self.tables[-1].begin_row(element if tag == "tr" else None, len(self.lines))
        elif tag == "ol":
            self.lists.append((element, numbers(element, self.sheets.mark(element))))
        elif tag == "li":
            self.mark, self.item = "", element
            if self.lists and element.getparent() is self.lists[-1][0]:
                self.mark = self.lists[-1][1].take(element, self.sheets.mark(element))
        if style.hidden:
            self.hidden.append(element)

    def _shows_inside(self, element: etree._Element) -> bool:
        """Whether something within an invisible element is visible."""
        return any(self.styles.get(inner, UNSTYLED).shown for inner in element.iterdescendants())

    def _fade(self, element: etree._Element, tag: str, style: Style) -> None:
        """Begin an element that is invisible in its place, or visible within such a one; nothing is within `opacity:0`."""
        if tag in _BLOCKS:
            self.faded.append((element, not style.shown or any(self._is_clear(outer) for outer, _ in self.faded)))
        elif style.faded or (self._is_sizeless() and self._is_veil(self.sizeless[-1][0])):
            self.sizeless.append((element, not style.shown))  # its words are passed over

    def _is_clear(self, element: etree._Element) -> bool:
        return self.styles.get(element, UNSTYLED).clear

    def _is_veil(self, element: etree._Element) -> bool:
        style = self.styles.get(element, UNSTYLED)
        return style.faded and not style.clear

    def _begin(self, element: etree._Element, tag: str, style: Style) -> bool:
        """Begin an element inside a line; False when all of it is written."""
        if tag == "a":
            self.links += _is_link(element)
        elif tag == "br":
            self._flush()
        elif tag == "math":
            self._add(formula(element) or element.get("alttext") or "")
            return False
        elif tag == "q" or tag == "rt":
            opening, closing = quotes(element, self._before()) if tag == "q" else brackets(element)
            self._add(opening)
            self.closing.append((element, closing))
        elif (tag == "sup" or style.raised) and len(text := squeeze("".join(strings(element)))) <= _RAISED:
            linked = is_linked(element)
            noted = not linked and text in self.notes
            self._add(raised(self._before(), text, after(element), noted, linked))
            return False
        return True

    @functools.cached_property
    def sheets(self) -> Sheets:
        return sheets_of(self.sheet.tree)

    @functools.cached_property
    def notes(self) -> frozenset[str]:
        """The numbers of the page's footnotes."""
        return noted_numbers(self.sheet.tree)

    def _before(self) -> str:
        """The end of the line so far."""
        return squeeze("".join(self.parts[-8:]))

    def _is_sizeless(self) -> bool:
        return bool(self.sizeless) and self.sizeless[-1][1]

    def _leave(self, element: etree._Element) -> None:
        if self.closing and self.closing[-1][0] is element:
            self._add(self.closing.pop()[1])
        if self.blocks and self.blocks[-1] is element:
            self._close(element)
            if self.hidden and self.hidden[-1] is element:
                self.hidden.pop()
            if self.faded and self.faded[-1][0] is element:
                self.faded.pop()
        elif self.links and element.tag == "a" and element is not self.skipped:
            self.links -= _is_link(element)
        if self.sizeless and self.sizeless[-1][0] is element:
            self.sizeless.pop()
        if self.emphasised and self.emphasised[-1] is element:
            self.emphasised.pop()
        if (tail := element.tail) and self.blocks:
            self._add(tail)

    def _add(self, text: str) -> None:
        if (self.sizeless and self.sizeless[-1][1]) or (not self.parts and text.isspace()):
            return
        if "&" in text:
            text = unescaped(text)
        if "\n" in text and self.blocks and self.blocks[-1].tag in ("pre", "textarea"):
            first, *others = text.split("\n")
            self.parts.append(first)
            for line in others:
                self._flush()
                self.parts.append(line)
            return
        self.parts.append(text)
        if self.leading >= 0:
            self._add_lead(text)
        if self.links:
            self.linked += len(squeeze(text))

    def _add_lead(self, text: str) -> None:
        """Signs before the first word (bullets, a time) are no part of the emphasised words."""
        worded = text[:1].isalpha() or any(map(str.isalpha, text))
        if not self.lead and not worded:
            return
        open_now = len(self.emphasised)
        self.leading = self.leading or open_now
        if open_now and open_now >= self.leading:
            self.lead.append(text)
        elif worded:
            self.leading = -1

    def _flush(self) -> None:
        if not self.parts:
            return
        if text := squeeze("".join(self.parts)):
            if self.mark and self.linked < len(text) and not prints_its_number(text, self.item):
                text = self.mark + text
            self.mark = ""
            faded = bool(self.faded) and self.faded[-1][1]
            hidden = bool(self.hidden) or faded
            lead = squeeze("".join(self.lead)) if self.lead else ""
            line = Line(text, self.linked, self.blocks[-1], hidden, self.parts, lead=lead)
            if faded and not self.hidden:
                self.faint.add(line)
            elif self.faded and not self.hidden:
                self.within += len(text)
            self.lines.append(line)
        self.parts = []
        self.lead = []
        self.linked = 0
        self.leading = 0

    def _close(self, element: etree._Element) -> None:
        if self.parts:
            self._flush()
        self.blocks.pop()
        start, end, tag = self.starts.pop(), len(self.lines), element.tag
        if tag == "tr" and self.tables:
            self.tables[-1].end_row(element, end)
        elif tag == "table" and self.tables:
            table = self.tables.pop()
            table.end_row(None, end)
            if table.is_data(self.lines):
                self._join_rows(table, element, start)
                for inner in element.iterdescendants():
                    self.sheet.spans.pop(inner, None)
                end = len(self.lines)
        elif tag == "li":
            self.mark = ""
        elif self.lists and self.lists[-1][0] is element:
            self.lists.pop()
        if end > start:
            self.sheet.spans[element] = (start, end)

    def _join_rows(self, table: "_Table", element: etree._Element, start: int) -> None:
        """Join the table's lines from `start` on into one line a row; lines outside rows (captions) stay."""
        lines = self.lines[start:]
        del self.lines[start:]
        at = start
        for row, texts in zip(table.rows, table.texts(lines, start), strict=True):
            self._keep(lines[at - start : row.start - start], element)
            at = row.end
            if inside := lines[row.start - start : row.end - start]:
                self._add_row(row, texts, inside)
        self._keep(lines[at - start :], element)

    def _keep(self, lines: Sequence[Line], table: etree._Element) -> None:
        for line in lines:
            line.element = table
            self.lines.append(line)

    def _add_row(self, row: "_Row", texts: list[str], inside: list[Line]) -> None:
        hidden = all(line.hidden for line in inside)
        parts = texts if row.cells and not hidden else [line.text for line in inside]
        linked = sum(line.linked for line in inside)
        line = Line("\t".join(parts), linked, row.element, hidden, parts, True)
        if self.faint.issuperset(inside):
            self.faint.add(line)
        self.lines.append(line)

    def _show_faint(self) -> None:
        """Show the text that is invisible in its place when it is most of the page: a script shows it, as on WeChat's pages.

        What is visible within an invisible block counts with that block's text.
        """
        if not self.faint:
            return
        sizes = [len(line.text) for line in self.lines if line in self.faint]
        if sum(sizes) + self.within > sum(len(line.text) for line in self.lines) / 2:
            for line in self.faint:
                line.hidden = False


@dataclass(slots=True)
class _Cell:
    """A cell of a row: its element, and the first of its lines."""

    element: etree._Element
    start: int
    table: bool = False  # it holds a table


@dataclass(slots=True)
class _Row:
    """A row of a table: its lines, and its cells. A row of cells that stand in no `<tr>` has their parent's element."""

    element: etree._Element
    start: int
    given: bool  # by a <tr>
    end: int = 0
    cells: list[_Cell] = field(default_factory=list)

    def ranges(self) -> Iterator[tuple[_Cell, int, int]]:
        """Each cell with the slice of lines that it holds."""
        ends = [*(cell.start for cell in self.cells[1:]), self.end]
        return ((cell, cell.start, end) for cell, end in zip(self.cells, ends, strict=False))


@dataclass(slots=True)
class _Table:
    styles: Mapping[etree._Element, Style]
    nested: bool = False  # it holds a table outside its cells, or a row that holds a row
    rows: list[_Row] = field(default_factory=list)
    row: _Row | None = None  # the open one

    def begin_row(self, element: etree._Element | None, at: int) -> None:
        """Begin a row or, without an element, a section or caption."""
        if self.row is not None and self.row.given:
            self.nested = True
            return
        self.end_row(None, at)
        if element is not None:
            self.row = _Row(element, at, True)

    def begin_cell(self, element: etree._Element, at: int) -> None:
        if self.row is None:
            parent = element.getparent()
            self.row = _Row(element if parent is None else parent, at, False)
        # text that stands before the first cell belongs to it
        self.row.cells.append(_Cell(element, at if self.row.cells else self.row.start))

    def hold_table(self) -> None:
        """Note that the open cell holds a table."""
        if self.row is not None and self.row.cells:
            self.row.cells[-1].table = True
        else:
            self.nested = True

    def end_row(self, element: etree._Element | None, at: int) -> None:
        """End the open row: that of a `<tr>` with its element, one of loose cells without."""
        row = self.row
        if row is not None and (row.element is element if row.given else element is None):
            row.end = at
            self.rows.append(row)
            self.row = None

    def is_data(self, lines: list[Line]) -> bool:
        """Whether rows and columns mean something: a row of two cells, and no cell that is a page.

        A table whose one row of several cells holds a menu beside other paragraphs (`_has_menu`) lays out a page too.
        A table with tables in its cells lays out a page, unless these are brief (300 characters a cell), their rows have
        another filled cell beside them, and more rows are without such a cell than one (a heading of columns alone
        suffices where two rows or more hold tables in the same column alone).
        """
        several = [row for row in self.rows if _filled(row) > 1]
        if self.nested or not several or (len(several) == 1 and _has_menu(several[0], lines)):
            return False
        for row in self.rows:
            for cell, start, end in row.ranges():
                if (end - start > _CELL_LINES or cell.table) and sum(
                    len(line.text) for line in lines[start:end]
                ) > _CELL_CHARACTERS:
                    return False
        holding = [[cell.table for cell in row.cells] for row in self.rows if any(cell.table for cell in row.cells)]
        if not holding:
            return True
        others = sum(_filled(row) > 1 for row in self.rows) - len(holding)
        alike = all(cells == holding[0] and sum(cells) == 1 for cells in holding)
        beside = all(_filled(row) > 1 for row in self.rows if any(cell.table for cell in row.cells))
        return beside and (others > 1 or (others == 1 and alike and len(holding) > 1))

    def texts(self, lines: Sequence[Line], offset: int) -> list[list[str]]:
        """The texts of each row, one for each column; `offset`: the place of the first of `lines` on the page."""
        sections: list[tuple[etree._Element | None, list[list[Cell]]]] = []
        for row in self.rows:
            section = row.element.getparent() if row.given else row.element
            if not sections or sections[-1][0] is not section:
                sections.append((section, []))
            sections[-1][1].append(
                [
                    Cell(_text(lines[start - offset : end - offset]), *spans(cell.element))
                    for cell, start, end in row.ranges()
                    if not self.styles.get(cell.element, UNSTYLED).hidden
                ]
            )
        return align([rows for _, rows in sections])


def _filled(row: _Row) -> int:
    return sum(1 for _, start, end in row.ranges() if end > start)


def _has_menu(row: _Row, lines: Sequence[Line]) -> bool:
    """Whether a row holds a cell of two lines or more that are all links, and one of two or more that are mostly none."""
    cells = [lines[start:end] for _, start, end in row.ranges() if end - start > 1]
    menu = any(all(line.linked >= 0.9 * len(line.text) for line in cell) for cell in cells)
    return menu and any(2 * sum(line.linked for line in cell) < sum(len(line.text) for line in cell) for cell in cells)


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text.replace("\t", " ") if line.row else line.text for line in lines if not line.hidden)


def _is_link(element: etree._Element) -> bool:
    """Whether an `<a>` leads away: one that has a name and no address is a place in the text, as Word's bookmarks are.

    One without either is a link: a script listens to it.
    """
    return element.get("name") is None or element.get("href") is not None or element.get("onclick") is not None


def _is_shown_text(element: etree._Element, tag: str) -> bool:
    """Whether an element that is not read otherwise shows words: a `<textarea>` into which nobody can write."""
    return tag == "textarea" and (element.get("readonly") is not None or element.get("disabled") is not None)


def _is_emphasised(element: etree._Element, style: Style) -> bool:
    if style is not UNSTYLED:
        return style.emphasised
    return _EMPHASIS_CLASS.search(element.get("class") or "") is not None
