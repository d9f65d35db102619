"""PDF, by PDFium."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pypdfium2 as pdfium

from archive.model import FileState
from archive.texts.plausible import strangeness
from pipelines.documents.document import PAGE, Document, Unread
from pipelines.documents.layout import Box, paragraphs

_FEW = 60  # characters; a page with a large picture and no more text than that is a picture
_LARGE = 0.5  # share of the page that a large picture covers
_OUTLINES = 300  # drawn shapes on a page without text, which may be outlines of signs
_SPREAD = re.compile(r"(?:[\u3400-\u9fff] ){4}")  # signs that stand apart: 年 末 农 业
_SPREAD_BLANK = re.compile(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])")
_STOPS, _SENTENCES = re.compile("[，。；]"), 2  # a line with so many is prose, whose words may be spread as well
_SPREAD_GAP = 1.2  # heights between two cells of such lines
_MOST_OBJECTS = 3_000  # objects of a page that are looked at
_FOLIO = re.compile(r"[-—–－·]+\s*\d{1,4}\s*[-—–－·]+|第\s*\d{1,4}\s*页(?:[,，、\s]*共\s*\d{1,4}\s*页)?")
_GARBLED = (
    0.3  # share of strange characters in a page whose font does not say what its signs are; a text has less than .05
)
_GAP = 0.8  # heights of a line between two cells, beyond the blanks that are written there
_BARE_GAP = 0.4  # the same where no blank is written: PDFium sets one wherever it sees a gap
_SAMPLE = 8  # signs whose boxes tell the place of a line
_CATALOG = re.compile(rb"(\d{1,9})\s+(\d{1,5})\s+obj(?:(?!endobj).){0,2000}?/Type\s*/Catalog\b", re.DOTALL)
_HYPHENS = str.maketrans("\x02\ufffe", "--")  # PDFium's signs for a hyphen at the end of a line
_PICTURES, _SHAPES = (pdfium.raw.FPDF_PAGEOBJ_IMAGE,), (pdfium.raw.FPDF_PAGEOBJ_PATH, pdfium.raw.FPDF_PAGEOBJ_SHADING)

_PageState = Literal["read", "seen", "unseen", "broken"]
Look = Callable[[Any], str]  # the words in the picture of a page


def read_pdf(body: bytes, look: Look | None = None) -> Document:
    """The text of each page in PDFium's order, its lines joined to paragraphs, the cells of a row divided by tabs.

    A page is a picture when a picture covers half of it or more and it has 60 characters or fewer, when it has no
    characters and hundreds of drawn shapes, or when three in ten of its characters are strange (the font does not say
    what its signs mean). `look` reads such pages; without it they have no text, and the state is `scanned`. Text behind
    a password is not read; a password that only bars printing or copying does not matter. The number of a page (— 3 —,
    第3页) is left out.
    """
    found: list[tuple[str, _PageState]] = []
    with _opened(body) as document:
        for number in range(len(document)):
            found.append(_read(document, number, look))
    states = Counter(state for _, state in found)
    return Document(_state(states), "ocr" if states["seen"] else "pdf", _reason(states), len(found), _joined(found))


def _read(document: Any, number: int, look: Look | None) -> tuple[str, _PageState]:
    """A page's text, and what became of it."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return "", "broken"
    try:
        text, is_picture = _page(page)
        if not is_picture:
            return text, "read"
        return (look(page), "seen") if look else ("", "unseen")
    finally:
        page.close()


def _state(states: Counter[_PageState]) -> FileState:
    """The state of a file by those of its pages."""
    return "scanned" if states["unseen"] else "ok" if states["read"] + states["seen"] else "failed"


def _reason(states: Counter[_PageState]) -> str:
    named = {"pictures": states["unseen"], "broken": states["broken"]}
    return "; ".join(f"{count} of {states.total()} pages are {what}" for what, count in named.items() if count)


def _joined(pages: list[tuple[str, _PageState]]) -> str:
    text = PAGE.join(text for text, _ in pages)
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


def _page(page: Any) -> tuple[str, bool]:
    """A page's text, and whether it is a picture."""
    words = page.get_textpage()
    text = words.get_text_range()
    signs = len("".join(text.split()))
    is_picture = strangeness(text) > _GARBLED if signs > _FEW else _is_covered(page, signs)
    return ("" if is_picture else paragraphs(_without_folio(list(_lines(page, words, text))))), is_picture


def _without_folio(lines: list[Box]) -> list[Box]:
    """The lines of a page without its number, which stands alone in its first or last line."""
    return [
        line
        for line in lines
        if not (line in (lines[0], lines[-1]) and len(lines) > 1 and _FOLIO.fullmatch(line.text.strip()))
    ]


def _is_covered(page: Any, signs: int) -> bool:
    width, height = page.get_size()
    shapes, covered = 0, 0.0
    for number, item in enumerate(page.get_objects(max_depth=3)):
        if item.type in _PICTURES:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        shapes += item.type in _SHAPES
        if number > _MOST_OBJECTS:
            break
    return covered > _LARGE * width * height or (not signs and shapes > _OUTLINES)


def _lines(page: Any, words: Any, text: str) -> Iterator[Box]:
    """PDFium's lines with their places; without places where its characters cannot be counted."""
    counted = words.count_chars() == len(text)
    turn, tall, start = page.get_rotation(), page.get_height(), 0
    for number, line in enumerate(text.split("\r\n")):
        if line.strip():
            place = _place(words, start, line, turn, tall) if counted else (0.0, 3.0 * number, 0.0, 3.0 * number + 1)
            shown = _with_tabs(words, start, line) if counted and not turn else line
            yield Box(*place, shown.translate(_HYPHENS).strip(" "))
        start += len(line) + 2


def _place(words: Any, start: int, line: str, turn: int, tall: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line on the page as it is shown."""
    signs = [start + at for at, sign in enumerate(line) if sign != " "]
    sample = sorted({*signs[:: max(1, len(signs) // _SAMPLE)], signs[-1]})
    boxes = [_turned(words.get_charbox(at, loose=True), turn, tall) for at in sample]
    if abs(boxes[-1][1] - boxes[0][1]) > abs(boxes[-1][0] - boxes[0][0]):  # written downwards, lines from right to left
        boxes = [(top, -right, bottom, -left) for left, top, right, bottom in boxes]
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _turned(box: tuple[float, float, float, float], turn: int, tall: float) -> tuple[float, float, float, float]:
    left, low, right, high = box
    turned = {90: (low, left, high, right), 180: (-right, low, -left, high), 270: (-high, -right, -low, -left)}
    return turned.get(turn, (left, tall - high, right, tall - low))


def _with_tabs(words: Any, start: int, line: str) -> str:
    """A line with tabs for the blanks at which it leaves a gap wider than a blank. A line whose signs are spread to fill its
    width loses the blanks between them.
    """
    is_spread = _SPREAD.search(line) is not None
    gap_of_cells = _SPREAD_GAP if is_spread or len(_STOPS.findall(line)) >= _SENTENCES else _BARE_GAP
    signs = list(line)
    for match in re.finditer(r"(?<=\S) +(?=\S)", line):
        before, after = (words.get_charbox(start + at, loose=True) for at in (match.start() - 1, match.end()))
        blank = words.get_charbox(start + match.end() - 1)
        is_written = blank[2] > blank[0]
        gap = after[0] - (max(before[2], blank[2]) if is_written else before[2])
        if gap > (_GAP if is_written else gap_of_cells) * (before[3] - before[1]):
            signs[match.start()] = "\t"
    return _SPREAD_BLANK.sub("", "".join(signs)) if is_spread else "".join(signs)
