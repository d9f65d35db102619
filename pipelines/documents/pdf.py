"""PDF, by PDFium."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any, Literal, NamedTuple

import pypdfium2 as pdfium

from archive.model import FileState
from archive.texts.plausible import strange, strangeness
from pipelines.documents.document import PAGE, Document, Unread, unread_inside
from pipelines.documents.layout import Box, paragraphs, with_rows
from pipelines.documents.pdf_lines import font_at, lines_of, words_of
from pipelines.documents.pdf_seen import Layers, layers_of, typed_upon, with_typed, without_hidden_layers
from pipelines.documents.running import without_running
from pipelines.documents.word.symbols import by_fonts, has_signs

_FEW = 60  # characters; a page with a large picture and no more text than that is a picture
_LARGE = 0.5  # share of the page that a large picture covers
_WHOLE = 0.8  # the same of a picture that fills the page but for its margins
_MARGIN = 1 / 20  # share of the page's height: the margin above, and the one below
_MOST_IN_MARGINS = 400  # characters; a site's stamp upon a scan is shorter
_OUTLINES = 300  # drawn shapes on a page without text, which may be outlines of signs
_MOST_OBJECTS = 3_000  # objects of a page that are looked at
# share of strange characters in a page without a table of its font's signs; a text has less than .05
_GARBLED = 0.3
_SURELY = 0.5  # the same of a page that is no table with rare names either
_NAMES = 15  # different characters of the names in a table
_SAMPLE = 50  # text objects that tell the direction of a page's words
_CATALOG = re.compile(rb"(\d{1,9})\s+(\d{1,5})\s+obj(?:(?!endobj).){0,2000}?/Type\s*/Catalog\b", re.DOTALL)
_PICTURES, _SHAPES = (pdfium.raw.FPDF_PAGEOBJ_IMAGE,), (pdfium.raw.FPDF_PAGEOBJ_PATH, pdfium.raw.FPDF_PAGEOBJ_SHADING)

_PageState = Literal["read", "seen", "unseen", "broken"]
Look = Callable[[Any], str]  # the words in the picture of a page


class _Page(NamedTuple):
    state: _PageState
    lines: Sequence[Box] = ()
    seen: str = ""  # the words in its picture
    is_sure: bool = True  # no words of it may stand on a hidden layer


def read_pdf(body: bytes, look: Look | None = None) -> Document:
    """The text of each page in PDFium's order, its lines joined to paragraphs, the cells of a row divided by tabs.

    A page is a picture when a picture covers half of it or more and it has 60 characters or fewer, when pictures cover
    eight tenths of it and it has up to 400 characters, all of them in its margins (the twentieth above and the one below, where
    a site prints its name upon a scan), when it has no characters and hundreds of drawn shapes, or when three in ten of its
    characters are strange (the font does not say what its signs mean). `look` reads such pages; without it they have no text, and the state is `scanned`. Text behind
    a password is not read; a password that only bars printing or copying does not matter. The numbers of pages and running
    heads are left out (`without_running`), and words that nobody sees (`seen_texts`, `without_hidden_layers`); what was typed upon a page is read with it
    (`typed_upon`). A page is read as it is shown, unless its words lie on their side or stand upon their heads then. Files inside are counted in the
    reason. A form that Adobe Reader draws from its XML (XFA) has a notice for its only page, and is not read.
    """
    layers = layers_of(body)
    with _opened(body) as document:
        if document.get_formtype() == pdfium.raw.FORMTYPE_XFA_FULL:
            raise Unread("unsupported", "a form that Adobe Reader alone shows (XFA)")
        pages = [_read(document, number, look, layers) for number in range(len(document))]
        inside = document.count_attachments()
    states = Counter(page.state for page in pages)
    unsure = sum(not page.is_sure for page in pages)
    hidden = f"{unsure} of {len(pages)} pages may have words of hidden layers" if unsure else ""
    reason = "; ".join(filter(None, (_reason(states), hidden, unread_inside(inside))))
    return Document(_state(states), "ocr" if states["seen"] else "pdf", reason, len(pages), _joined(pages))


def _read(document: Any, number: int, look: Look | None, layers: Layers) -> _Page:
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return _Page("broken")
    try:
        is_sure = not layers or without_hidden_layers(page, layers)
        lines = _lines(document, number, page)
        if lines is not None:
            return _Page("read", lines, is_sure=is_sure)
        return _Page("seen", seen=look(page)) if look else _Page("unseen")
    finally:
        page.close()


def _state(states: Counter[_PageState]) -> FileState:
    """The state of a file by those of its pages."""
    return "scanned" if states["unseen"] else "ok" if states["read"] + states["seen"] else "failed"


def _reason(states: Counter[_PageState]) -> str:
    named = {"pictures": states["unseen"], "broken": states["broken"]}
    return "; ".join(f"{count} of {states.total()} pages are {what}" for what, count in named.items() if count)


def _joined(pages: list[_Page]) -> str:
    lines = without_running([page.lines for page in pages])
    text = PAGE.join(page.seen or paragraphs(rest) for page, rest in zip(pages, lines, strict=True))
    return text if text.strip() else ""


def _opened(body: bytes) -> Any:
    """A document; one that was cut off before its table of contents gets a new end, so that PDFium looks for its objects."""
    try:
        return pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise Unread("encrypted", "a password") from None
    roots = _CATALOG.findall(body)
    if not roots:
        raise Unread("failed", "a broken PDF file")
    number, generation = roots[-1]
    try:
        return pdfium.PdfDocument(body + b"\ntrailer\n<</Root %b %b R>>\nstartxref\n0\n%%%%EOF" % (number, generation))
    except pdfium.PdfiumError:
        raise Unread("failed", "a broken PDF file") from None


def _lines(document: Any, number: int, page: Any) -> list[Box] | None:
    """A page's lines; None for a page that is a picture."""
    if page.get_rotation():
        _set_upright(page)
    words = words_of(page)
    text = words.get_text_range()
    signs = len("".join(text.split()))
    if signs > _FEW:
        is_picture = _is_garbled(text) or (
            signs <= _MOST_IN_MARGINS and _stands_in_margins(page, words) and _is_covered(page, signs, _WHOLE)
        )
    else:
        is_picture = _is_covered(page, signs)
    if is_picture:
        return None
    is_told = has_signs(text) and words.count_chars() == len(text)
    shown = by_fonts(text, partial(font_at, words)) if is_told else text
    lines = with_rows(list(lines_of(page, words, shown)), partial(_is_ruled, page))
    typed = [] if page.get_rotation() else typed_upon(document, number, page, text)
    return with_typed(lines, typed) if typed else lines


def _is_ruled(page: Any, lines: Sequence[Box], rows: int) -> bool:
    """Whether as many edges of drawn shapes as there are rows, but one, run across the place of some lines."""
    if page.get_rotation():
        return False
    tall = page.get_height()
    top, bottom, middle = tall - lines[0].top, tall - lines[-1].bottom, (lines[0].left + lines[0].right) / 2
    edges = set()
    for item in islice(page.get_objects(filter=_SHAPES), _MOST_OBJECTS):
        left, low, right, high = item.get_bounds()
        if left < middle < right:
            edges |= {round(edge) for edge in (low, high) if bottom < edge < top}
    return len(edges) >= rows - 1


def _is_garbled(text: str) -> bool:
    """Whether three in ten of a text's characters are strange. In a table of figures, more than half of whose signs are ASCII,
    a few rare characters of names come row after row: fewer than 15 different ones, in less than half of the others, are names.
    """
    share = strangeness(text)
    if share <= _GARBLED or share >= _SURELY:
        return share > _GARBLED
    signs = "".join(text.split())
    is_table = 2 * len(signs.encode("ascii", "ignore")) > len(signs)
    return not (is_table and strange("".join(set(signs)))[0] < _NAMES)


def _stands_in_margins(page: Any, words: Any) -> bool:
    tall = page.get_height()
    low, high = _MARGIN * tall, (1 - _MARGIN) * tall
    rects = (words.get_rect(at) for at in range(words.count_rects()))
    return not page.get_rotation() and all(top < low or bottom > high for _, bottom, _, top in rects)


def _set_upright(page: Any) -> None:
    """Take back a page's turn if its words stand in fewer lines without it: they lay on their side; or upon their heads."""
    if page.get_rotation() == 180:
        if _stands_upright(page):
            page.set_rotation(0)
        return
    turn, shown = page.get_rotation(), page.get_textpage().get_text_range()
    page.set_rotation(0)
    if len(shown) <= _FEW or page.get_textpage().get_text_range().count("\n") >= shown.count("\n"):
        page.set_rotation(turn)


def _stands_upright(page: Any) -> bool:
    """Whether the words of a page run to the right before its turn."""
    texts = page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_TEXT,))
    turns = [item.get_matrix().a for item in islice(texts, _SAMPLE)]
    return bool(2 * sum(a > 0 for a in turns) > len(turns))


def _is_covered(page: Any, signs: int, least: float = _LARGE) -> bool:
    width, height = page.get_size()
    shapes, covered = 0, 0.0
    for number, item in enumerate(page.get_objects(max_depth=3)):
        if item.type in _PICTURES:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        shapes += item.type in _SHAPES
        if number > _MOST_OBJECTS:
            break
    return covered > least * width * height or (not signs and shapes > _OUTLINES)
