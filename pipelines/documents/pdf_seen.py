"""Hidden words of a PDF page, and words that were typed upon it: its reader sees others than its text has."""

import ctypes
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pypdfium2.raw as pdfium
from pypdfium2 import PdfObject

from pipelines.documents.layout import Box, lines_of_boxes

_WHITE = 250  # least red, green and blue, up to 255, of a fill that is white
_UNSEEN_MODE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
_TYPED = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET)
_GROUNDS = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)
_MOST_TYPED = 5_000  # characters of annotations

_FLAT = 0.01  # points; PDFium leaves out a text object that is not wider
_LEFT, _LOW, _RIGHT, _HIGH = (ctypes.c_float() for _ in range(4))  # filled by PDFium, for many objects
_RED, _GREEN, _BLUE, _ALPHA = (ctypes.c_uint() for _ in range(4))
_STRIP = 12.0  # points; the height of a strip of the page
_LEAST = 6.0  # points; the height of the lowest shape that covers words
_GROUND_SHARE = 0.5  # share of the page that a shape takes which is its ground
_SOLID = 255
_FAR = 1e6  # points
_RECTANGLE = 5  # segments of its path

Bounds = tuple[float, float, float, float]  # left, bottom, right, top

_PACKED = re.compile(rb"/Type\s*/ObjStm\b[^>]*>>\s*stream\r?\n")  # objects of a file, packed together
_MOST_PACKED = 1 << 22  # bytes of one such stream that are looked at
_OFF = re.compile(rb"/OFF\b")
_FORM_ON_LAYER = re.compile(rb"/OC[\s<]")
_LAYER = "OC"  # the mark of words that stand on a layer
_LONGEST_NAME = 200  # characters of a layer's name
_MOST_PARTS = 40  # layers and forms of a page that are drawn by themselves
_LONGEST_SIDE = 1000  # pixels of such a drawing
_GROUND = 128  # its grey, upon which white words show too

Layers = Literal["", "words", "forms"]  # hidden layers have no words, marked words, or marked words and forms


def layers_of(body: bytes) -> Layers:
    """Whether a file has layers of which one is off, told by its bytes and by its packed objects."""
    parts = [body]
    for match in _PACKED.finditer(body):
        stream = body[match.end() : body.find(b"endstream", match.end())]
        try:
            parts.append(zlib.decompressobj().decompress(stream, _MOST_PACKED))
        except zlib.error:  # encrypted, or packed in another way
            continue
    if not (any(b"/OCProperties" in part for part in parts) and any(map(_OFF.search, parts))):
        return ""
    return "forms" if _FORM_ON_LAYER.search(body) else "words"


def without_hidden_layers(page: Any, layers: Layers) -> bool:
    """Take the words on layers that are off from a page; False when some words may stand on such a layer.

    PDFium reads them and does not draw them. So each layer's words, and each form, are drawn by themselves: what leaves
    no trace is not shown. A font that the file does not embed may lack the signs; its words tell nothing and stay.
    """
    items = list(page.get_objects(max_depth=1))
    parts: dict[Any, list[Any]] = defaultdict(list)
    for number, item in enumerate(items):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT and (layer := _layer(item.raw)) is not None:
            if pdfium.FPDFTextObj_GetTextRenderMode(item.raw) != _UNSEEN_MODE:
                parts[layer].append(item)
        elif item.type == pdfium.FPDF_PAGEOBJ_FORM and layers == "forms":
            parts[number].append(item)
    unseen = [part for part in list(parts.values())[:_MOST_PARTS] if not _leaves_trace(page, items, part)]
    surely = [part for part in unseen if all(map(_is_embedded, _texts_in(page, part)))]
    for item in items:
        pdfium.FPDFPageObj_SetIsActive(item.raw, True)
    for item in (one for part in surely for one in part):
        pdfium.FPDFPageObj_SetIsActive(item.raw, False)
    return len(surely) == len(unseen) and len(parts) <= _MOST_PARTS


def _layer(item: Any) -> str | None:
    """The name of the layer on which an object stands, "" for a group of layers; None for none."""
    for at in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, at)
        if _said(pdfium.FPDFPageObjMark_GetName, mark) == _LAYER:
            return _said(pdfium.FPDFPageObjMark_GetParamStringValue, mark, b"Name")
    return None


def _said(ask: Any, mark: Any, *keys: bytes) -> str:
    text, size = (ctypes.c_ushort * _LONGEST_NAME)(), ctypes.c_ulong()
    if not ask(mark, *keys, text, ctypes.sizeof(text), size):
        return ""
    return bytes(text)[: size.value].decode("utf-16-le", "ignore").rstrip("\0")


def _leaves_trace(page: Any, items: Sequence[Any], part: Sequence[Any]) -> bool:
    """Whether anything shows of some objects when the others are taken off."""
    chosen = {id(item) for item in part}
    for item in items:
        pdfium.FPDFPageObj_SetIsActive(item.raw, id(item) in chosen)
    return bool(_drawn(page).strip(bytes((_GROUND,))))


def _drawn(page: Any) -> bytes:
    """A page as a small grey picture."""
    scale = min(1.0, _LONGEST_SIDE / max(page.get_size()))
    ground = (_GROUND, _GROUND, _GROUND, 255)
    drawn = page.render(scale=scale, grayscale=True, fill_color=ground, may_draw_forms=False, draw_annots=False)
    try:
        return bytes(drawn.buffer)
    finally:
        drawn.close()


def _texts_in(page: Any, part: Sequence[Any]) -> list[Any]:
    """The text objects among some objects, and those in forms; of a form all those of the page's forms."""
    if all(item.type == pdfium.FPDF_PAGEOBJ_TEXT for item in part):
        return list(part)
    return [item for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)) if item.level]


def _is_embedded(item: Any) -> bool:
    return _has_embedded_font(item.raw)


def _has_embedded_font(text: Any) -> bool:
    return bool(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(text)) == 1)


def seen_texts(page: Any) -> list[Any]:
    """The text objects of a page without width; those that nobody sees there are taken off the page.

    One is not seen that lies outside the page as a whole, one that is painted over (`_Covered`), and one that is white or
    painted invisibly while nothing dark is drawn at its place: no picture, no shape with a fill that is not white. White words
    in the dark head of a table and the words behind a scanned page stay. Objects inside other objects have places of their own
    and stay too; where a shape or a picture stands inside another object, it may lie anywhere, and pale words stay.
    """
    left, low, right, high = page.get_bbox()
    covered = _Covered(page)
    flat, pale = [], []
    for at in range(pdfium.FPDFPage_CountObjects(page)):
        raw = pdfium.FPDFPage_GetObject(page, at)
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            place = _bounds(raw)
            if place[0] > right or place[2] < left or place[1] > high or place[3] < low:
                pdfium.FPDFPageObj_SetIsActive(raw, False)
            elif place[2] - place[0] <= _FLAT:
                flat.append(PdfObject(raw, page=page, pdf=page.pdf))
            else:
                covered.add_text(raw, place)
                if _is_pale(raw):
                    pale.append((raw, place))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            covered.add_shape(raw)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            form = PdfObject(raw, page=page, pdf=page.pdf)
            texts = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,), form=form, level=1)
            flat += [item for item in texts if _is_flat(item.raw)]
    if pale and (grounds := _dark_grounds(page)) is not None:
        for raw, place in pale:
            if not any(_meet(place, ground) for ground in grounds):
                pdfium.FPDFPageObj_SetIsActive(raw, False)
    for raw in covered.texts():  # moved off the page: PDFium leaves out a text like one before it at the same place
        pdfium.FPDFPageObj_SetIsActive(raw, False)
        pdfium.FPDFPageObj_Transform(raw, 1, 0, 0, 1, 0, _FAR)
    return flat


class _Covered:
    """The text objects that shapes cover which are painted later: a figure under the white box of its correction, a number
    that was blacked out.

    A shape counts that is filled, lets nothing through, and takes less than half of the page: a scan may lie upon its words.
    The text has to lie under it as a whole, and the page has to look the same without the text. A font that the file
    does not embed may be drawn as nothing; then the shape has to be a rectangle that nothing clips.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        width, height = page.get_size()
        self.most = _GROUND_SHARE * width * height
        self.rows: dict[float, list[tuple[Any, Bounds]]] = defaultdict(list)  # texts by the strip in which they begin
        self.found: list[Any] = []

    def add_text(self, raw: Any, place: Bounds) -> None:
        self.rows[place[1] // _STRIP].append((raw, place))

    def add_shape(self, raw: Any) -> None:
        if not self.rows:
            return
        place = _bounds(raw)
        wide, high = place[2] - place[0], place[3] - place[1]
        if wide < _LEAST or high < _LEAST or wide * high > self.most:
            return
        strips = (at + place[1] // _STRIP for at in range(int(high // _STRIP) + 2))
        under = [text for strip in strips for text, one in self.rows.get(strip, ()) if _lies_in(one, place)]
        if under and _hides(raw):
            is_plain = pdfium.FPDFPath_CountSegments(raw) <= _RECTANGLE and not _is_clipped(raw)
            self.found += [text for text in under if is_plain or _has_embedded_font(text)]

    def texts(self) -> list[Any]:
        found = list(filter(_is_active, self.found))
        return found if found and _is_unseen(self.page, found) else []


def _bounds(raw: Any) -> Bounds:
    pdfium.FPDFPageObj_GetBounds(raw, _LEFT, _LOW, _RIGHT, _HIGH)
    return (_LEFT.value, _LOW.value, _RIGHT.value, _HIGH.value)


def _is_flat(raw: Any) -> bool:
    place = _bounds(raw)
    return place[2] - place[0] <= _FLAT


def _hides(path: Any) -> bool:
    """Whether a shape is filled, lets nothing through, and stands on no layer, which may be off."""
    if not _is_filled(path) or pdfium.FPDFPageObj_HasTransparency(path) or _layer(path) is not None:
        return False
    return bool(pdfium.FPDFPageObj_GetFillColor(path, _RED, _GREEN, _BLUE, _ALPHA) and _ALPHA.value == _SOLID)


def _is_active(raw: Any) -> bool:
    found = ctypes.c_int()
    return bool(pdfium.FPDFPageObj_GetIsActive(raw, found) and found.value)


def _lies_in(one: Bounds, other: Bounds) -> bool:
    return other[0] <= one[0] and one[2] <= other[2] and other[1] <= one[1] and one[3] <= other[3]


def _is_clipped(path: Any) -> bool:
    return bool(pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(path)) > 0)


def _is_unseen(page: Any, texts: Sequence[Any]) -> bool:
    """Whether the page looks the same without some of its texts."""
    before = _drawn(page)
    for raw in texts:
        pdfium.FPDFPageObj_SetIsActive(raw, False)
    after = _drawn(page)
    for raw in texts:
        pdfium.FPDFPageObj_SetIsActive(raw, True)
    return before == after


def _meet(one: Bounds, other: Bounds) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _is_white(item: Any) -> bool:
    """Whether the fill of an object is white; a pattern is not."""
    if not pdfium.FPDFPageObj_GetFillColor(item, _RED, _GREEN, _BLUE, _ALPHA):
        return False
    return min(_RED.value, _GREEN.value, _BLUE.value) >= _WHITE


def _is_pale(item: Any) -> bool:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
    return bool(mode == _UNSEEN_MODE or (mode == pdfium.FPDF_TEXTRENDERMODE_FILL and _is_white(item)))


def _dark_grounds(page: Any) -> list[Bounds] | None:
    """The places of pictures and of dark shapes; None when one stands inside another object."""
    found = []
    for item in page.get_objects(filter=_GROUNDS):
        if item.level:
            return None
        if item.type != pdfium.FPDF_PAGEOBJ_PATH or (_is_filled(item) and not _is_white(item)):
            found.append(item.get_bounds())
    return found


def _is_filled(path: Any) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return not pdfium.FPDFPath_GetDrawMode(path, fill, stroke) or fill.value != pdfium.FPDF_FILLMODE_NONE


def typed_upon(document: Any, number: int, page: Any, text: str) -> list[Box]:
    """The words of annotations that a page shows: typed text, stamps, and the values of a form's fields; no comments.

    PDFium paints them into the page, and what its text has then beyond `text` are their words.
    """
    kinds = [pdfium.FPDFAnnot_GetSubtype(one) for one in _annotations(page)]
    if not any(kind in _TYPED for kind in kinds):
        return []
    for at in reversed(range(len(kinds))):
        if kinds[at] not in _TYPED:
            pdfium.FPDFPage_RemoveAnnot(page, at)
    if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return []
    painted = document[number]
    try:
        words, tall = painted.get_textpage(), painted.get_height()
        whole = words.get_text_range()
        if not whole.startswith(text) or words.count_chars() != len(whole) or len(whole) - len(text) > _MOST_TYPED:
            return []
        return lines_of_boxes(list(_runs(words, whole, len(text), tall)))
    finally:
        painted.close()


def _runs(words: Any, text: str, start: int, tall: float) -> Iterator[Box]:
    """The characters of a page's text from `start` on, as runs of those that stand close behind each other."""
    run: Box | None = None
    for at in range(start, len(text)):
        if text[at].isspace():
            if run is not None:
                run.text += " "
            continue
        left, low, right, high = words.get_charbox(at, loose=True)
        box = Box(left, tall - high, right, tall - low, text[at])
        if run is not None and _follows(box, run):
            run.text, run.right = run.text + box.text, max(run.right, box.right)
            continue
        if run is not None:
            yield _stripped(run)
        run = box
    if run is not None:
        yield _stripped(run)


def _follows(box: Box, run: Box) -> bool:
    middle = (box.top + box.bottom) / 2
    return run.top <= middle <= run.bottom and -run.height < box.left - run.right < run.height


def _stripped(run: Box) -> Box:
    return Box(run.left, run.top, run.right, run.bottom, run.text.strip())


def _annotations(page: Any) -> Iterator[Any]:
    for at in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        if annotation:
            yield annotation
            pdfium.FPDFPage_CloseAnnot(annotation)


def with_typed(lines: Sequence[Box], typed: Sequence[Box]) -> list[Box]:
    """Lines with those of annotations: each behind the line that it stands beside, or before the next line below it."""
    found = list(lines)
    for box in typed:
        beside = next((one for one in found if _is_beside(box, one)), None)
        if beside is not None:
            beside.text = f"{beside.text}\t{box.text}"
            beside.right = max(beside.right, box.right)
        else:
            found.insert(next((at for at, one in enumerate(found) if one.top > box.top), len(found)), box)
    return found


def _is_beside(box: Box, line: Box) -> bool:
    middle = (box.top + box.bottom) / 2
    return line.top <= middle <= line.bottom and line.right <= box.left + box.height
