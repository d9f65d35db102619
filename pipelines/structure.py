"""The structure of a text by trafilatura: sub-headings, bold, links, tables, pictures; aligned with our own lines.

We find the container and cut the residue; trafilatura reads what is left. Our lines are the text: what trafilatura
dropped is put back at its place, what it doubled is left out, and both are counted.
"""

import bisect
import copy
import functools
import itertools
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from configparser import ConfigParser
from dataclasses import dataclass, field
from urllib.parse import urljoin

import trafilatura
from lxml import etree
from lxml import html as lxml_html
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq
from trafilatura.settings import DEFAULT_CONFIG

from archive.texts.markup import Block, Kind, Run, plain, safe_address, unformed
from pipelines.lines import Line, squeeze

Style = tuple[bool, str]  # bold, address

LARGEST = 1_000_000  # characters of markup; more takes trafilatura too long
_BRIEF = 1000  # characters of text
_MOST = 20_000  # elements, lines
_PLAIN: Style = (False, "")
_ALIKE = 75  # per cent; so like a line is a paragraph that only marks or numbers tell apart
_SHORT = 3  # signs; a shorter line stands in many others
_LONG = 5000  # signs; a longer line is not asked whether it is alike
_NEAR = 20  # units that a line is compared with
_FAR = 200_000_000  # signs that are looked through, at most
_UNSEEN = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff\u00ad]+")
_UNITS = frozenset(("p", "head", "item", "row", "quote", "code", "list", "table", "lb", "graphic"))

logger = logging.getLogger(__name__)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # our lines stand in for a page that it cannot read


@dataclass(slots=True)
class Unit:
    """A line or a row as trafilatura gives it; `signs` without white space, with the form of each."""

    kind: Kind = "p"
    level: int = 0
    first: bool = False
    head: bool = False
    signs: str = ""
    styles: list[Style] = field(default_factory=list)
    picture: Run | None = None


Form = tuple[Unit, int]  # a unit, and where in its signs a line begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """The blocks of a text; `repaired` counts the lines that trafilatura dropped or doubled, None when it failed."""

    blocks: tuple[Block, ...]
    repaired: int | None


def structured(
    kept: Sequence[tuple[Line, str]], lead: Sequence[Line], container: etree._Element, cut: Iterable[Line], page: str
) -> Structure:
    """The lines of a text, each with its words as we print them, in the form that trafilatura finds.

    `lead` are those of them that stand above the container; `cut` are the container's lines that are no text; `page`
    is the page's address. Where trafilatura fails, or the container is larger than it reads in time, the lines stand
    without form.
    """
    lines = [text for _, text in kept]
    units = None
    if len(lines) <= _MOST:
        article = _pruned(container, {line.element for line, _ in kept}, {line.element for line in cut})
        units = _read([*_above(lead), article], _base(container, page), sum(map(len, lines)))
    if not units:
        return Structure(blocks=tuple(unformed(lines)), repaired=None)
    blocks, repaired = align(lines, units)
    return Structure(blocks=tuple(blocks), repaired=repaired)


def follow(blocks: Sequence[Block], text: str) -> list[Block]:
    """The blocks of a text of which passages were taken out: lines and pictures that stood in them go too."""
    lines = text.split("\n")
    worded = [block for block in blocks if block.kind != "picture"]
    kept: dict[int, Sequence[Block]] = {}  # block -> the blocks that stand for it
    for step in LCSseq.opcodes([plain(block) for block in worded], lines):
        if step.tag == "equal":
            kept |= {id(block): (block,) for block in worded[step.src_start : step.src_end]}
        else:  # lines of which a part is left stand behind the line before them
            before = id(worded[step.src_start - 1]) if step.src_start else 0
            kept[before] = (*kept.get(before, ()), *unformed(lines[step.dest_start : step.dest_end]))
    found = list(kept.get(0, ()))
    stays = True
    for block in blocks:
        if block.kind != "picture":
            stays = bool(kept.get(id(block)))
            found += kept.get(id(block), ())
        elif stays:
            found.append(block)
    return found


def _pruned(container: etree._Element, kept: set[etree._Element], cut: set[etree._Element]) -> etree._Element:
    """A copy of the container without the elements that hold cut lines and no kept one."""
    alive = {above for element in kept for above in (element, *element.iterancestors())}
    article = copy.deepcopy(container)
    article.tail = None
    if cut - alive:
        dead = [twin for element, twin in zip(container.iter(), article.iter(), strict=True) if element in cut - alive]
        for element in dead:
            _drop(element)
    return article


def _drop(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _above(lead: Sequence[Line]) -> list[etree._Element]:
    """The lines of the lead as paragraphs."""
    found = []
    for line in lead:
        paragraph = etree.Element("p")
        paragraph.text = line.text
        found.append(paragraph)
    return found


def _base(element: etree._Element, page: str) -> str:
    """The address that the page's links are relative to."""
    base = element.getroottree().find(".//base[@href]")
    try:
        return urljoin(page, base.get("href")) if base is not None else page
    except ValueError:
        return page


def _read(parts: Sequence[etree._Element], base: str, length: int) -> list[Unit] | None:
    """The paragraphs that trafilatura finds in an article of these parts; None when it finds none or fails.

    `length` is that of our text, in characters.
    """
    markup = "".join(etree.tostring(part, encoding="unicode", method="html") for part in parts)
    if len(markup) > LARGEST or markup.count("<") > 2 * _MOST:
        return None
    try:
        tree = lxml_html.document_fromstring(f"<html><body><article><div>{markup}</div></article></body></html>")
        # `fast` leaves out two other readers; without them it runs the paragraphs of a brief text together
        found = trafilatura.extract(
            tree,
            output_format="xml",
            include_formatting=True,
            include_images=True,
            include_links=True,
            include_tables=True,
            favor_recall=True,
            fast=length > _BRIEF,
            config=_settings(),
        )
        return list(units(etree.fromstring(found, etree.XMLParser(huge_tree=True)), base)) if found else None
    except Exception as error:  # it reads hostile pages, and any fault of it leaves us our lines
        logger.info("trafilatura failed: %s", error)
        return None


@functools.cache
def _settings() -> ConfigParser:
    """trafilatura's own, but it must not run the paragraphs of a text below 250 characters together."""
    settings = copy.deepcopy(DEFAULT_CONFIG)
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    return settings


# its answer, as units


def units(answer: etree._Element, base: str) -> Iterator[Unit]:
    """The lines, rows and pictures of an XML answer of trafilatura, in their order."""
    main = answer.find("main")
    if main is not None:
        yield from _Walk(main, base).units()


class _Walk:
    """One walk over the answer. It is a class because the walk carries state."""

    def __init__(self, main: etree._Element, base: str) -> None:
        self.main, self.base = main, base
        self.unit = Unit()
        self.done: list[Unit] = []
        self.rows = 0  # how many rows are open
        self.first = False  # a table has begun, its first row has not
        self.styles: list[Style] = [_PLAIN]
        self.frames: list[Unit] = []  # the forms of the blocks that are open

    def units(self) -> list[Unit]:
        for event, element in etree.iterwalk(self.main, events=("start", "end")):
            if event == "start":
                self._enter(element)
                self._add(element.text)
            else:
                self._leave(element)
                self._add(element.tail)
        self._flush()
        return self.done

    def _enter(self, element: etree._Element) -> None:
        tag = element.tag
        bold, link = self.styles[-1]
        if tag == "hi":
            self.styles.append((bold or "#b" in (element.get("rend") or ""), link))
        elif tag == "ref":
            self.styles.append((bold, safe_address(_joined(self.base, element.get("target") or ""))))
        elif tag in _UNITS and not self.rows:
            self._flush()
            self.first = self.first or tag == "table"
            if tag in ("p", "head", "item", "row", "quote", "code"):
                self.frames.append(self._form(element))
                self.unit = _like(self.frames[-1])
        if tag == "row":
            self.rows += 1
        elif tag == "graphic":
            self._picture(element)

    def _leave(self, element: etree._Element) -> None:
        tag = element.tag
        if tag in ("hi", "ref"):
            self.styles.pop()
        elif tag == "row":
            self.rows -= 1
        if tag in _UNITS and not self.rows:
            self._flush()
            if tag in ("p", "head", "item", "row", "quote", "code"):
                self.frames.pop()
            self.unit = _like(self.frames[-1]) if self.frames else Unit()

    def _form(self, element: etree._Element) -> Unit:
        """An empty unit of the form that a block gives to its lines; a paragraph in an item is an item."""
        if element.tag == "head":
            rend = element.get("rend") or ""
            return Unit(kind="heading", level=int(rend[1]) if re.fullmatch("h[1-6]", rend) else 2)
        if element.tag == "item" and element.xpath("string(../@rend)") != "ol":
            return Unit(kind="item")
        if element.tag == "row":
            first, self.first = self.first, False
            head = first and all(cell.get("role") == "head" for cell in element.iter("cell"))
            return Unit(kind="row", first=first, head=head)
        return _like(self.frames[-1]) if element.tag == "p" and self.frames else Unit()

    def _picture(self, element: etree._Element) -> None:
        address = safe_address(_joined(self.base, element.get("src") or ""))
        words = squeeze(element.get("alt") or element.get("title") or "")
        if address:
            self.done.append(Unit(kind="picture", picture=Run(text=words[:300], link=address)))

    def _add(self, text: str | None) -> None:
        if text and (signs := key(text)):
            self.unit.signs += signs
            self.unit.styles += [self.styles[-1]] * len(signs)

    def _flush(self) -> None:
        if self.unit.signs:
            self.done.append(self.unit)
        self.unit = _like(self.unit)


def _like(unit: Unit) -> Unit:
    return Unit(kind=unit.kind, level=unit.level, first=unit.first, head=unit.head)


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""


def key(text: str) -> str:
    """The signs of a text, by which lines are compared: composed as trafilatura composes them, without white space."""
    return _UNSEEN.sub("", text if text.isascii() else unicodedata.normalize("NFC", text))


# alignment


def align(lines: Sequence[str], units: Sequence[Unit]) -> tuple[list[Block], int]:
    """Our lines as blocks in the form of trafilatura's units, pictures at their places; how many had to be repaired.

    A line and a unit of the same signs belong together, in order. Between two such pairs a line also takes the form of
    the stretch in which its signs stand (units that run several lines together), or of a unit that is three quarters
    alike. A line that is left was dropped: it is put back without form. A unit that is left while its signs are those of
    a line was doubled: it is left out. Other units that are left are residue that we cut.
    """
    keys = [key(line) for line in lines]
    worded = [unit for unit in units if unit.picture is None]
    forms: list[Form | None] = [None] * len(lines)
    at: dict[int, int] = {}  # unit -> the last line that took its form
    number = {id(unit): n for n, unit in enumerate(worded)}
    used: set[int] = set()
    pairs = [pair for pair in LCSseq.opcodes(keys, [unit.signs for unit in worded]) if pair.tag == "equal"]
    line = other = 0
    for pair in pairs:
        forms[line : pair.src_start] = _between(keys[line : pair.src_start], worded[other : pair.dest_start])
        line, other = pair.src_end, pair.dest_end
        forms[pair.src_start : line] = [(unit, 0) for unit in worded[pair.dest_start : other]]
    forms[line:] = _between(keys[line:], worded[other:])
    for n, form in enumerate(forms):
        if form:
            at[number[id(form[0])]] = n
            used.add(number[id(form[0])])
    known = set(keys)
    doubled = sum(1 for n, unit in enumerate(worded) if n not in used and unit.signs in known)
    repaired = doubled + sum(1 for signs, form in zip(keys, forms, strict=True) if form is None and signs)
    return list(_with_pictures(_blocks(lines, keys, forms), units, number, at)), repaired


def _between(keys: Sequence[str], units: Sequence[Unit]) -> list[Form | None]:
    """The forms of lines that stand between two pairs, from the units that stand there."""
    if not units:
        return [None] * len(keys)
    whole = "".join(unit.signs for unit in units)
    starts = [0, *itertools.accumulate(len(unit.signs) for unit in units)]
    if len(whole) * len(keys) > _FAR:
        return [None] * len(keys)
    forms: list[Form | None] = []
    place = 0
    for signs in keys:
        found = whole.find(signs, place)
        n = bisect.bisect_right(starts, found if found >= 0 else place, hi=len(units)) - 1
        if found >= 0 and (len(signs) > _SHORT or found in (place, starts[n])):
            forms.append((units[n], found - starts[n]))
            place = found + len(signs)
            continue
        near = next((m for m in range(n, min(len(units), n + _NEAR)) if _are_alike(signs, units[m].signs)), None)
        forms.append(None if near is None else (units[near], 0))
        place = place if near is None else max(place, starts[near + 1])
    return forms


def _are_alike(signs: str, others: str) -> bool:
    if not others or not 0.5 < len(signs) / len(others) < 2 or len(signs) > _LONG:
        return False
    return fuzz.ratio(signs, others, score_cutoff=_ALIKE) > 0


def _blocks(lines: Sequence[str], keys: Sequence[str], forms: Sequence[Form | None]) -> list[Block]:
    blocks: list[Block] = []
    for line, signs, form in zip(lines, keys, forms, strict=True):
        unit, start = form or (Unit(), 0)
        same = unit.signs[start : start + len(signs)] == signs
        styles = unit.styles[start : start + len(signs)] if same else []
        own_row = unit.kind == "row" and unit.signs == signs
        if "\t" in line or own_row:
            goes_on = bool(blocks) and blocks[-1].kind == "row" and not (own_row and unit.first)
            head = own_row and unit.head and not goes_on
            blocks.append(Block(kind="row", cells=_cells(line, styles), first=not goes_on, head=head))
        elif unit.kind in ("heading", "item"):
            blocks.append(Block(kind=unit.kind, level=unit.level, runs=_runs(line, styles)))
        else:
            blocks.append(Block(kind="p", runs=_runs(line, styles)))
    return blocks


def _cells(line: str, styles: Sequence[Style]) -> tuple[tuple[Run, ...], ...]:
    cells, at = [], 0
    for cell in line.split("\t"):
        count = len(key(cell))
        cells.append(_runs(cell, styles[at : at + count]))
        at += count
    return tuple(cells)


def _runs(text: str, styles: Sequence[Style]) -> tuple[Run, ...]:
    """A text in runs; `styles` are those of its signs, white space takes the style before it."""
    if not text:
        return ()
    if not styles or all(style == _PLAIN for style in styles) or len(key(text)) != len(_UNSEEN.sub("", text)):
        return (Run(text=text),)
    runs: list[tuple[Style, list[str]]] = []
    at = 0
    for sign in text:
        style = runs[-1][0] if runs else styles[0]
        if not _UNSEEN.match(sign):
            style = styles[at] if at < len(styles) else _PLAIN
            at += 1
        if not runs or runs[-1][0] != style:
            runs.append((style, []))
        runs[-1][1].append(sign)
    return tuple(Run(text="".join(signs), bold=bold, link=link) for (bold, link), signs in runs)


def _with_pictures(
    blocks: Sequence[Block], units: Sequence[Unit], number: dict[int, int], at: dict[int, int]
) -> Iterator[Block]:
    """The blocks with each picture behind the line whose unit stands before it."""
    pictures: dict[int, list[Block]] = {}  # line -> the pictures behind it, -1 for the top
    line = -1
    for unit in units:
        if unit.picture is None:
            line = max(line, at.get(number[id(unit)], line))
        else:
            pictures.setdefault(line, []).append(Block(kind="picture", runs=(unit.picture,)))
    yield from pictures.get(-1, ())
    for n, block in enumerate(blocks):
        yield block
        yield from pictures.get(n, ())
