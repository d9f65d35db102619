"""The structure of a text by trafilatura: sub-headings, bold, links, tables, pictures; aligned with our own lines.

We find the container and cut the residue; trafilatura reads what is left. Our lines are the text: what trafilatura
dropped is put back at its place, what it doubled is left out, and both are counted.
"""

import copy
import functools
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

import trafilatura
from lxml import etree
from lxml.html import HtmlComment, HtmlElement
from trafilatura.settings import DEFAULT_CONFIG, Document, Extractor
from trafilatura.xml import remove_empty_elements, strip_double_tags

from archive.texts.markup import Block, unformed
from pipelines.alignment import align
from pipelines.lines import Line
from pipelines.units import Unit, units

LARGEST = 1_000_000  # characters of markup; more takes trafilatura too long
_BRIEF = 1000  # characters of text; a longer one is read `fast`
_INLINE = ("span", "font", "b", "strong", "em", "i", "u")
_READ = frozenset(("id", "class", "role", "aria-hidden", "data-component", "data-lp-replacement-content"))
_MOST = 20_000  # lines, and half as many as there may be tags
# all elements have one class: lxml's own parser asks a function in Python for that of each
_PARSER = etree.HTMLParser(encoding="utf-8")
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment))

logger = logging.getLogger(__name__)
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # our lines stand in for a page that it cannot read


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


def _pruned(container: etree._Element, kept: set[etree._Element], cut: set[etree._Element]) -> etree._Element:
    """The container without the elements that hold cut lines and no kept one: a copy, where there are such."""
    alive = {above for element in kept for above in (element, *element.iterancestors())}
    if not (dead := cut - alive):
        return container
    article = copy.deepcopy(container)
    twins = [twin for element, twin in zip(container.iter(), article.iter(), strict=True) if element in dead]
    for element in twins:
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
    markup = b"".join(etree.tostring(part, encoding="utf-8", method="html", with_tail=False) for part in parts)
    if markup.count(b"<") > 2 * _MOST or (len(markup) > LARGEST and len(markup.decode()) > LARGEST):
        return None
    try:
        tree = etree.fromstring(b"<html><body><article><div>%b</div></article></body></html>" % markup, _PARSER)
        fast = length > _BRIEF
        if fast:
            _hide_spans(tree)
        found = trafilatura.bare_extraction(tree, options=_options(fast))
        return _units(found.body, base) if isinstance(found, Document) else None
    except Exception as error:  # it reads hostile pages, and any fault of it leaves us our lines
        logger.info("trafilatura failed: %s", error)
        return None


def _units(body: etree._Element, base: str) -> list[Unit]:
    """The lines of a text that trafilatura found, with the two of its last steps that make a difference to them.

    Its `extract` cleans spaces and attributes too, and writes the tree, parses and writes it again: a quarter of its time.
    """
    remove_empty_elements(body)
    strip_double_tags(body)
    return units(body, base)


def _hide_spans(tree: etree._Element) -> None:
    """Call the spans that mean nothing to trafilatura fonts: it asks six patterns about each span, and drops fonts unasked.

    Such a span stands in a paragraph with nothing but inline markup around it, holds text and no link, has none of the
    attributes that the patterns read, and its style speaks neither of `hidden` nor of `display`.
    """
    linked = {above for link in tree.iter("a") for above in link.iterancestors("span")}
    inside: set[etree._Element] = set()
    for element in list(tree.iter(*_INLINE)):
        parent = element.getparent()
        if parent is not None and (parent.tag == "p" or parent in inside):
            inside.add(element)
            if element.tag == "span" and element not in linked and _means_nothing(element):
                element.tag = "font"


def _means_nothing(span: etree._Element) -> bool:
    style = span.get("style") or ""
    quiet = _READ.isdisjoint(span.keys()) and "hidden" not in style and "display" not in style
    return quiet and bool(span.text or next(span.itertext(), None))


@functools.cache
def _options(fast: bool) -> Extractor:
    """What trafilatura keeps: structure, links, pictures, tables; no comments, which have their own place in its answer.

    `fast` leaves out its two other readers; without them it runs the paragraphs of a brief text together.
    """
    settings = copy.deepcopy(DEFAULT_CONFIG)
    # below this size of a text, 250 characters of its own, it would run the paragraphs together
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    return Extractor(
        config=settings,
        output_format="xml",
        fast=fast,
        recall=True,
        comments=False,
        formatting=True,
        links=True,
        images=True,
        tables=True,
    )
