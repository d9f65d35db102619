"""OFD (GB/T 33190): a ZIP file of XML that says at which place of a page each stretch of text stands."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from lxml import etree

from pipelines.documents.document import Read, Unread, unread_inside
from pipelines.documents.layout import Box, lines_of_boxes, paragraphs
from pipelines.documents.package import Package, resolved, value
from pipelines.documents.running import without_running

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?")
_ROOM = 1.9  # sizes between two signs; more is a gap between two cells
_ABOVE = 0.85  # share of a sign's size above its base line
_LATIN = "\u2e80"  # signs below it are half as wide
_UPRIGHT = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)  # the matrix of words that run to the right
_NEAR = 0.3  # heights between two strokes of words that are drawn twice
_REPEATS = re.compile(r"g\s+(\d{1,6})\s+(\S+)")

_Code = tuple[etree._Element, etree._Element]  # a text object, and words of it


def read_ofd(body: bytes) -> Read:
    """The text of each page of each document of an OFD file, in the order of its pages, by the places of its text.

    The text of a page's template is read with it. A page most of whose signs lie on their side is read as they stand. Words
    drawn twice at one place, to look bold, are read once. Left out are annotations, signatures and invisible objects, and the numbers
    of pages and running heads (`without_running`). Files inside are counted.
    """
    package = Package(body)
    root = package.xml("OFD.xml")
    if root is None:
        raise Unread("failed", "an OFD file without a document")
    names = [resolved("OFD.xml", one.text or "") for one in root.iter("{*}DocRoot")]
    lines = without_running([page for name in names for page in _pages(package, name)])
    pages = [paragraphs(page) for page in lines]
    package.refuse_pictures(pages)
    return Read(pages, unread_inside(sum(_count_attachments(package, name) for name in names)))


def _count_attachments(package: Package, name: str) -> int:
    document = package.xml(name)
    lists = () if document is None else document.iterfind("{*}Attachments")
    listed = [package.xml(resolved(name, one.text or "")) for one in lists]
    return sum(len(one.findall("{*}Attachment")) for one in listed if one is not None)


def _pages(package: Package, name: str) -> Iterator[list[Box]]:
    """The lines of each page."""
    document = package.xml(name)
    if document is None:
        raise Unread("failed", "an OFD file without a document")
    templates = {value(one, "ID"): value(one, "BaseLoc") for one in document.iter("{*}TemplatePage")}
    for page in document.iterfind("{*}Pages/{*}Page"):
        content = package.xml(resolved(name, value(page, "BaseLoc")))
        if content is None:
            yield []
            continue
        used = [templates.get(value(one, "TemplateID"), "") for one in content.iterfind("{*}Template")]
        layers = [package.xml(resolved(name, one)) for one in used if one]
        codes = [code for layer in (*layers, content) if layer is not None for code in _codes(layer)]
        turn = _turn(codes)
        yield lines_of_boxes(list(_once(box for text, code in codes for box in _stretches(text, code, turn))))


def _codes(page: etree._Element) -> Iterator[_Code]:
    for text in page.iter("{*}TextObject"):
        if value(text, "Visible") != "false" and value(text, "Alpha") != "0":
            yield from ((text, code) for code in text.iterchildren("{*}TextCode"))


def _turn(codes: Sequence[_Code]) -> int:
    """How a page's words run: 0 to the right, 1 downwards, -1 upwards, where more than half of its signs do."""
    signs = Counter[int]()
    for text, code in codes:
        a, b, *_ = _numbers(value(text, "CTM"), _UPRIGHT)
        signs[(b > 0) - (b < 0) if abs(b) > abs(a) else 0] += len(code.text or "")
    return next((turn for turn, count in signs.items() if 2 * count > signs.total()), 0)


def _once(boxes: Iterable[Box]) -> Iterator[Box]:
    """Boxes without those that repeat the words of another one at nearly its place."""
    places: dict[tuple[str, int], list[Box]] = defaultdict(list)  # by the words and the row
    for box in boxes:
        near, row = _NEAR * box.height, int(box.top // max(box.height, 1))
        others = (other for at in (row - 1, row, row + 1) for other in places.get((box.text, at), ()))
        if not any(abs(one.left - box.left) < near and abs(one.top - box.top) < near for one in others):
            places[box.text, row].append(box)
            yield box


def _stretches(text: etree._Element, code: etree._Element, turn: int) -> Iterator[Box]:
    """The words of a TextCode, divided where the next sign stands far away."""
    left, top, *_ = _numbers(value(text, "Boundary"), (0.0, 0.0, 0.0, 0.0))
    a, b, c, d, e, f = _numbers(value(text, "CTM"), _UPRIGHT)
    (size,) = _numbers(value(text, "Size"), (1.0,))
    (x,), (y,) = (_numbers(value(code, name), (0.0,)) for name in ("X", "Y"))
    words = (code.text or "").replace("\n", "")
    down = _steps(value(code, "DeltaY"), words, 0.0)
    across = _steps(value(code, "DeltaX"), words, 0.0 if any(down) else size)
    xs, ys = [*accumulate(across, initial=x)], [*accumulate(down, initial=y)]
    wide, high = size * math.hypot(a, b), size * math.hypot(c, d)
    cuts = [at for at, step in enumerate(across[:-1], 1) if abs(step) > _ROOM * size]
    for start, end in pairwise([0, *cuts, len(words)]):
        x0, y0 = left + a * xs[start] + c * ys[start] + e, top + b * xs[start] + d * ys[start] + f
        x1, y1 = left + a * xs[end - 1] + c * ys[end - 1] + e, top + b * xs[end - 1] + d * ys[end - 1] + f
        if turn:
            x0, y0, x1, y1 = turn * y0, -turn * x0, turn * y1, -turn * x1
        bottom = max(y0, y1) + (1 - _ABOVE) * high
        yield Box(min(x0, x1 + wide), min(y0, y1) - _ABOVE * high, max(x0, x1 + wide), bottom, words[start:end])


def _steps(said: str, words: str, usual: float) -> list[float]:
    """The distance from each sign to the next: `4.2 4.2 3`, or `g 24 4.2` for 24 times the same; else a sign's width."""
    whole = _REPEATS.sub(lambda match: " ".join([match[2]] * min(int(match[1]), len(words))), said)
    steps = [float(one) for one in _NUMBER.findall(whole)[: len(words)]]
    return steps + [usual if sign > _LATIN else usual / 2 for sign in words[len(steps) :]]


def _numbers(said: str, usual: tuple[float, ...]) -> tuple[float, ...]:
    found = tuple(float(one) for one in _NUMBER.findall(said))
    return found if len(found) == len(usual) else usual
