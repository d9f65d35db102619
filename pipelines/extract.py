"""Page -> Release: one pure function, safe to run in a worker process."""

from archive.model import Page, Provenance, Release, Unreadable
from crawler.sources import Source
from lxml import etree
from lxml.cssselect import CSSSelector

from pipelines.body import find_container
from pipelines.decode import decode
from pipelines.lines import Sheet, parse, read_lines, squeeze
from pipelines.metadata import Facts, find_facts, find_title, publisher, read_meta, timestamp
from pipelines.residue import trim

LARGEST = 16_000_000  # bytes; the crawler fetches no more


def extract(page: Page, source: Source | None) -> Release:
    """Read the release out of its page: clean text, metadata with provenance. Turns and citations are found later.

    What the source declares comes first where it finds something; then the containers that the CMS families use;
    then the densest block of the page. Raises Unreadable: `not-html`, `too-large`, `no-text`, `no-title`.
    """
    html, problems = read_html(page)
    sheet = read_lines(parse(html))
    meta = read_meta(sheet.tree)
    facts = Facts()
    _set_declared(sheet, source, facts)
    title, rule, places = find_title(sheet, meta)
    facts.set("title", title, rule, title)
    if page.listed:
        facts.set("title", page.listed.title, "list", page.listed.title)
    container = _declared_body(sheet, source)
    if container is None:
        container = find_container(sheet, places[0] if places else 0)
    start, end = sheet.spans[container]
    text = "\n".join(trim(sheet.lines[start:end], facts.get("title")))
    if not text:
        raise Unreadable("no-text")
    heading = max((place for place in places if place <= start + 3), default=-1)
    find_facts(sheet, meta, heading, start, end, facts)
    if page.listed:
        facts.set("published", timestamp(page.listed.date), "list", page.listed.date)
    if not facts.get("title"):
        raise Unreadable("no-title")
    return Release(page=page, text=text, provenance=tuple(facts.provenance), problems=problems, **facts.values)


def read_html(page: Page) -> tuple[str, tuple[str, ...]]:
    """The page's markup as characters. Raises Unreadable for what is no markup at all, or too much of it."""
    if len(page.body) > LARGEST:
        raise Unreadable("too-large")
    head = page.body[:1024].lstrip()
    if not head:
        raise Unreadable("no-text")
    if head.startswith((b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"Rar!", b"\x1f\x8b")):
        raise Unreadable("not-html")
    return decode(page.body, page.header("Content-Type"))


def _select(tree: etree._Element, selectors: tuple[str, ...]) -> etree._Element | None:
    for selector in selectors:
        for element in CSSSelector(selector, translator="html")(tree):
            if "".join(element.itertext()).strip():
                return element
    return None


def _declared_body(sheet: Sheet, source: Source | None) -> etree._Element | None:
    element = _select(sheet.tree, source.body) if source else None
    while element is not None and element not in sheet.spans:
        element = element.getparent()
    return element


def _set_declared(sheet: Sheet, source: Source | None, facts: Facts) -> None:
    if source is None:
        return
    for name, selectors in (("title", source.title), ("published", source.date), ("publisher", source.source)):
        element = _select(sheet.tree, selectors)
        if element is None:
            continue
        raw = squeeze(" ".join(element.itertext()))
        if name == "title":
            facts.set(name, squeeze("".join(element.itertext())), "label", raw)
        elif name == "published":
            facts.set(name, timestamp(raw), "label", raw)
        else:
            facts.set(name, publisher(raw), "label", raw)
