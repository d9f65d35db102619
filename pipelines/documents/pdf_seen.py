"""Hidden words of a PDF page, and words that were typed upon it: its reader sees others than its text has."""

import ctypes
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pypdfium2.raw as pdfium

from pipelines.documents.layout import Box, lines_of_boxes

_WHITE = 250  # least red, green and blue, up to 255, of a fill that is white
_UNSEEN_MODE = pdfium.FPDF_TEXTRENDERMODE_INVISIBLE
_TYPED = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET)
_GROUNDS = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING)
_MOST_TYPED = 5_000  # characters of annotations

_FLAT = 0.01  # points; PDFium leaves out a text object that is not wider
_LEFT, _LOW, _RIGHT, _HIGH = (ctypes.c_float() for _ in range(4))  # filled by PDFium, for many objects
_RED, _GREEN, _BLUE, _ALPHA = (ctypes.c_uint() for _ in range(4))

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
    scale = min(1.0, _LONGEST_SIDE / max(page.get_size()))
    ground = (_GROUND, _GROUND, _GROUND, 255)
    drawn = page.render(scale=scale, grayscale=True, fill_color=ground, may_draw_forms=False, draw_annots=False)
    try:
        return bool(bytes(drawn.buffer).strip(bytes((_GROUND,))))
    finally:
        drawn.close()


def _texts_in(page: Any, part: Sequence[Any]) -> list[Any]:
    """The text objects among some objects, and those in forms; of a form all those of the page's forms."""
    if all(item.type == pdfium.FPDF_PAGEOBJ_TEXT for item in part):
        return list(part)
    return [item for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)) if item.level]


def _is_embedded(item: Any) -> bool:
    return bool(pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(item.raw)) == 1)


def seen_texts(page: Any) -> list[Any]:
    """The text objects of a page without width; those that nobody sees there are taken off the page.

    One is not seen that lies outside the page as a whole, and one that is white or painted invisibly while nothing dark is
    drawn at its place: no picture, no shape with a fill that is not white. White words in the dark head of a table and the
    words behind a scanned page stay. Objects inside other objects have places of their own and stay too; where a shape or a
    picture stands inside another object, it may lie anywhere, and pale words stay.
    """
    left, low, right, high = page.get_bbox()
    flat, pale = [], []
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_TEXT,)):
        raw = item.raw
        pdfium.FPDFPageObj_GetBounds(raw, _LEFT, _LOW, _RIGHT, _HIGH)
        place = (_LEFT.value, _LOW.value, _RIGHT.value, _HIGH.value)
        if item.level == 0 and (place[0] > right or place[2] < left or place[1] > high or place[3] < low):
            pdfium.FPDFPageObj_SetIsActive(raw, False)
        elif place[2] - place[0] <= _FLAT:
            flat.append(item)
        elif item.level == 0 and _is_pale(raw):
            pale.append((raw, place))
    if pale and (grounds := _dark_grounds(page)) is not None:
        for raw, place in pale:
            if not any(_meet(place, ground) for ground in grounds):
                pdfium.FPDFPageObj_SetIsActive(raw, False)
    return flat


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
