"""The lines of a page of a PDF, with their places."""

import ctypes
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.documents.layout import Box
from pipelines.documents.pdf_seen import seen_texts

_GAP = 0.8  # heights of a line between two cells, beyond the blanks that are written there
_BARE_GAP = 0.4  # the same where no blank is written: PDFium sets one wherever it sees a gap
_SPREAD = re.compile(r"(?:[\u3400-\u9fff] ){4}")  # signs that stand apart: 年 末 农 业
_SPREAD_BLANK = re.compile(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])")
_STOPS, _SENTENCES = re.compile("[，。；]"), 2  # a line with so many is prose: its words may be spread as well
_SPREAD_GAP = 1.2  # heights between two cells of such lines
_COLUMN = re.compile(r"\d{3}\s*$")  # how a column of numbers ends that PDFium takes for a line
_STEP = 1.3  # heights from one cell of a column to the next; signs of vertical writing stand closer
_LONGEST_NAME = 200  # bytes of a font's name
_SAMPLE = 8  # signs of a line that are asked for their places
_HYPHENS = str.maketrans("\x02\ufffe", "--")  # PDFium's signs for a hyphen at the end of a line


def words_of(page: Any) -> Any:
    """PDFium's text of a page without the text objects that nobody sees, and with those that it leaves out since they have no width.

    A sign has none when its font is not embedded and the font that stands for it lacks the sign: a lone 1 or √ in a cell
    was lost. Drawn as an outline it has the width of the outline's line, one point. Objects of blanks stay left out: gaps are measured without them.
    """
    flat = [(item, pdfium.FPDFTextObj_GetTextRenderMode(item)) for item in seen_texts(page)]
    for item, _ in flat:
        _set_mode(item, pdfium.FPDF_TEXTRENDERMODE_STROKE)
    words = page.get_textpage()
    blank = [one for one in flat if not _says(one[0], words)]
    for item, mode in blank:
        _set_mode(item, mode)
    return page.get_textpage() if blank else words


def font_at(words: Any, at: int) -> str:
    """The name of the font of a page's character."""
    name = ctypes.create_string_buffer(_LONGEST_NAME)
    pdfium.FPDFText_GetFontInfo(words, at, name, _LONGEST_NAME, ctypes.c_int())
    return name.value.decode("utf-8", "ignore")


def _set_mode(item: Any, mode: int) -> None:
    """How an object is painted; PDFium measures it anew when it is moved, here by nothing."""
    pdfium.FPDFTextObj_SetTextRenderMode(item, mode)
    pdfium.FPDFPageObj_SetStrokeWidth(item, 1.0)
    pdfium.FPDFPageObj_Transform(item, 1, 0, 0, 1, 0, 0)


def _says(item: Any, words: Any) -> bool:
    item.textpage = words
    return any(sign.isprintable() and not sign.isspace() for sign in item.extract())


def lines_of(page: Any, words: Any, text: str) -> Iterator[Box]:
    """PDFium's lines of a page with their places, tabs in their gaps; without places where its characters cannot be counted."""
    counted = words.count_chars() == len(text)
    turn, tall, start = page.get_rotation(), page.get_height(), 0
    for number, line in enumerate(text.split("\r\n")):
        if counted and not turn and _COLUMN.search(line) and (cells := _stacked(words, start, line, tall)):
            yield from cells
        elif line.strip():
            place = _place(words, start, line, turn, tall) if counted else (0.0, 3.0 * number, 0.0, 3.0 * number + 1)
            shown = _with_tabs(words, start, line) if counted and not turn else line
            yield Box(*place, shown.translate(_HYPHENS).strip(" "))
        start += len(line) + 2


def _stacked(words: Any, start: int, line: str, tall: float) -> list[Box]:
    """The cells of a column that PDFium takes for a line of vertical writing: 序号123 for 序号, 1, 2 and 3 below each other.

    They stand farther apart than signs of one line do, and are numbers, but for the head; [] for any other line.
    """
    first, last_sign = (words.get_charbox(start + at)[1] for at in (line.index(line.strip()), len(line.rstrip()) - 1))
    if first - last_sign < 1:  # a line of the usual kind
        return []
    cells: list[Box] = []
    for at, sign in enumerate(line):
        if sign == " ":
            continue
        left, low, right, high = words.get_charbox(start + at, loose=True)
        box = Box(left, tall - high, right, tall - low, sign)
        last = cells[-1] if cells else None
        if last is not None and abs(box.top - last.top) < 0.5 * last.height:
            last.text, last.right = last.text + sign, right
        elif last is None or _STEP * last.height < box.top - last.top:
            cells.append(box)
        else:
            return []
    return cells if len(cells) > 2 and all(cell.text.isdecimal() for cell in cells[1:]) else []


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
