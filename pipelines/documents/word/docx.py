"""DOCX: the words of a WordprocessingML document, as they stand after all tracked changes."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from pipelines.documents.document import Read, Unread, unread_inside
from pipelines.documents.package import Package, local, value
from pipelines.documents.word.fields import answered, shown_by
from pipelines.documents.word.listed import OFF, Lists
from pipelines.documents.word.symbols import has_signs, of_font, sign_of

_PARTS = frozenset(("footnotes", "endnotes", "numbering", "styles"))
_GONE = frozenset(("del", "moveFrom"))
_NOTED = frozenset(("Word.Deletion", "Word.Comment"))
_BESIDE = frozenset(
    ("pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "instrText", "delText", "delInstrText", "rt")
)
_SIGNS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}
_DEEPEST = 40  # styles that are based on each other
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


def read_docx(body: bytes, read_chunk: Callable[[bytes], list[str] | None]) -> Read:
    """The pages of a DOCX file, as far as its writer divided them; `read_chunk` reads a document that is embedded as a whole.

    Read are paragraphs with the numbers of their lists, tables (a tab between cells, a line for each row), text boxes, word
    art and diagrams after the paragraph that they hang on, footnotes at the end of their page and endnotes at the end. Left out are
    words that tracked changes delete or move away, comments, hidden words (by themselves, by a style, or in a hidden row), headers and footers. Files inside are counted.
    """
    package = Package(body)
    main = package.main()
    root = package.xml(main)
    if root is None:
        raise Unread("failed", "an Office file without a document")
    related = package.related(main)
    parts = {kind: package.xml(name) for kind, name in related.values() if kind in _PARTS}
    package.put_diagrams(root, related)
    chunks = {id: package.named(name) for id, (kind, name) in related.items() if kind == "aFChunk"}
    read = {id: read_chunk(chunk) for id, chunk in chunks.items() if chunk}
    lines = {id: "\f".join(pages).split("\n") for id, pages in read.items() if pages is not None}
    pages = read_wordml(root, {kind: part for kind, part in parts.items() if part is not None}, lines)
    package.refuse_pictures(pages)
    return Read(pages, unread_inside(len(read) - len(lines) + package.embedded()))


def read_wordml(
    root: etree._Element, parts: dict[str, etree._Element], chunks: dict[str, list[str]] | None = None
) -> list[str]:
    """The pages of a document; `parts`: its notes, lists and styles, by their kinds; `chunks`: embedded pages, as lines."""
    styles = parts.get("styles")
    words = _Words(parts, Lists(parts.get("numbering"), styles), chunks or {}, _hidden_styles(styles))
    body = next(root.iter("{*}body"), root)
    words.blocks(body)
    return words.finished()


@dataclass(slots=True)
class _Field:
    """An open field."""

    form: etree._Element | None  # the properties of a form's field
    start: int  # number of pieces of the paragraph before it
    code: str = ""


class _Words:
    """One walk over blocks. It is a class because a page, a paragraph and their notes are open meanwhile."""

    def __init__(
        self, parts: dict[str, etree._Element], lists: Lists, chunks: dict[str, list[str]], hidden: frozenset[str]
    ) -> None:
        self.parts, self.lists, self.chunks = parts, lists, chunks
        self.hidden = hidden  # styles that hide their words
        self.is_hidden = False  # by the style of the open paragraph
        self.pages: list[str] = []
        self.lines: list[str] = []  # lines of the open page
        self.line: list[str] = []  # pieces of the open paragraph
        self.boxes: list[etree._Element] = []  # text boxes that hang on it
        self.fields: list[_Field] = []  # fields that are open
        self.notes: dict[str, list[etree._Element]] = {"footnotes": [], "endnotes": []}

    def finished(self) -> list[str]:
        self._flush()
        self._write_notes("footnotes")
        self._write_notes("endnotes")
        return [*self.pages, "\n".join(self.lines)]

    def blocks(self, parent: etree._Element) -> None:
        for child in parent:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._flush()
                self._table(child)
            elif name == "AlternateContent":
                self.blocks(_chosen(child))
            elif name == "altChunk":
                self.lines += self.chunks.get(value(child, "id"), [])
            elif name not in _BESIDE and not _is_gone(child):
                self.blocks(child)

    def _paragraph(self, element: etree._Element) -> None:
        """Read a paragraph. One without its end goes on in the next one, and the number is then that of the next one."""
        if _is_on(element, "pPr", "pageBreakBefore"):
            self._break()
        self.is_hidden = _value(element, "pPr", "pStyle") in self.hidden
        ends = all(_find(element, "pPr", "rPr", gone) is None for gone in _GONE)
        if ends and not self.is_hidden and (mark := self.lists.mark(element)):
            self.line.insert(0, mark)
        self._inline(element)
        if ends:
            self._flush()
        section = _find(element, "pPr", "sectPr")
        if section is not None and _value(section, "type") != "continuous":
            self._break()

    def _inline(self, parent: etree._Element) -> None:
        for child in parent:
            name = local(child)
            if name in _BESIDE or _is_gone(child) or (name == "r" and self._vanishes(child)):
                if name == "instrText" and self.fields:
                    self.fields[-1].code += child.text or ""
                continue
            if name == "t":
                self.line.append(_in_font(parent, child.text or ""))
            elif name == "fldChar":
                self._field(child)
            elif name in _SIGNS:
                self.line.append(_SIGNS[name])
            elif name == "br":
                self._break() if value(child, "type") == "page" else self.line.append("\n")
            elif name == "sym":
                self.line.append(sign_of(value(child, "font"), value(child, "char")))
            elif name in _NOTES:
                self._note(_NOTES[name], value(child, "id"))
            elif name in ("txbxContent", "relIds"):
                self.boxes.append(child)
            elif name == "textpath":
                self.boxes.append(_box_of(value(child, "string")))
            elif name == "AlternateContent":
                self._inline(_chosen(child))
            else:
                self._inline(child)

    def _field(self, mark: etree._Element) -> None:
        """Open or close a field. One that shows something and has no result is read from its code or its form."""
        kind = value(mark, "fldCharType")
        if kind == "begin":
            self.fields.append(_Field(_find(mark, "ffData"), len(self.line)))
        elif kind == "end" and self.fields:
            field = self.fields.pop()
            if not "".join(self.line[field.start :]).strip():
                self.line.append(answered(field.form) or shown_by(field.code))

    def _vanishes(self, run: etree._Element) -> bool:
        """Whether a run is hidden: as it says itself, else by its style or the paragraph's."""
        if _find(run, "rPr", "vanish") is not None:
            return _is_on(run, "rPr", "vanish")
        return self.is_hidden or _value(run, "rPr", "rStyle") in self.hidden

    def _flush(self) -> None:
        if self.line:
            self.lines.append("".join(self.line))
            self.line, self.fields = [], []
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box)

    def _break(self) -> None:
        self._flush()
        self._write_notes("footnotes")
        if any(map(str.strip, self.lines)):
            self.pages.append("\n".join(self.lines))
            self.lines = []

    def _note(self, kind: str, id: str) -> None:
        notes = self.parts.get(kind)
        self.notes[kind] += [note for note in (() if notes is None else notes) if value(note, "id") == id]

    def _write_notes(self, kind: str) -> None:
        notes, self.notes[kind] = self.notes[kind], []
        for note in notes:
            self.blocks(note)

    def _table(self, table: etree._Element) -> None:
        for row in _inside(table, "tr"):
            if _find(row, "trPr", "del") is None and not _is_on(row, "trPr", "hidden"):
                self._row([self._cell(cell) for cell in _inside(row, "tc")])

    def _row(self, cells: list[list[str]]) -> None:
        """A row of one cell is layout, and keeps its lines."""
        self.lines += cells[0] if len(cells) == 1 else ["\t".join(" ".join(" ".join(cell).split()) for cell in cells)]

    def _cell(self, cell: etree._Element) -> list[str]:
        words = _Words(self.parts, self.lists, self.chunks, self.hidden)
        words.notes = self.notes
        words.blocks(cell)
        words._flush()
        return [line for page in [*words.pages, *words.lines] for line in page.split("\n") if line.strip()]


def _is_gone(element: etree._Element) -> bool:
    """Whether a tracked change takes the words away, or they are a comment's, as the XML of Word 2003 has them."""
    return local(element) in _GONE or value(element, "type") in _NOTED


def _inside(element: etree._Element, name: str) -> list[etree._Element]:
    """The rows of a table, or the cells of a row, also those in a content control."""
    found: list[etree._Element] = []
    for child in element:
        if local(child) == name:
            found.append(child)
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            found += _inside(child, name)
    return found


def _chosen(forms: etree._Element) -> etree._Element:
    """The first form with words among several forms of the same content."""
    return next((one for one in forms if next(one.iter("{*}t"), None) is not None), etree.Element("none"))


def _find(element: etree._Element, *names: str) -> etree._Element | None:
    return element.find("/".join(f"{{*}}{name}" for name in names))


def _value(element: etree._Element, *names: str) -> str:
    found = _find(element, *names)
    return "" if found is None else value(found, "val")


def _in_font(run: etree._Element, text: str) -> str:
    """The text of a run, its signs by the run's font. A line's end is none of Word's: a program has laid out the XML."""
    if "\n" in text:
        text = " ".join(text.split())
    if not has_signs(text):
        return text
    fonts = _find(run, "rPr", "rFonts")
    return text if fonts is None else of_font(value(fonts, "ascii") or value(fonts, "hAnsi"), text)


def _box_of(text: str) -> etree._Element:
    """A text as a text box."""
    box = etree.Element("txbxContent")
    etree.SubElement(etree.SubElement(etree.SubElement(box, "p"), "r"), "t").text = text
    return box


def _hidden_styles(styles: etree._Element | None) -> frozenset[str]:
    """The names of the styles that hide their words, also because the style that they are based on does."""
    defined = {} if styles is None else {value(one, "styleId"): one for one in styles.iterfind("{*}style")}
    if not any(_find(one, "rPr", "vanish") is not None for one in defined.values()):
        return frozenset()
    return frozenset(name for name in defined if _hides(defined, name))


def _hides(defined: dict[str, etree._Element], name: str) -> bool:
    for _ in range(_DEEPEST):
        style = defined.get(name)
        if style is None:
            break
        if _find(style, "rPr", "vanish") is not None:
            return _is_on(style, "rPr", "vanish")
        name = _value(style, "basedOn")
    return False


def _is_on(element: etree._Element, *names: str) -> bool:
    found = _find(element, *names)
    return found is not None and value(found, "val") not in OFF
