"""The family of a page, by the traces that its content management system leaves (crawler/families.toml)."""

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawler.sources import Family

LINKED = 3
MOST_LINKS = 5000
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s<>]+)""", re.IGNORECASE)
FALLBACK = "html"  # the family of any page of links


def recognise(text: str, url: str, families: Iterable[Family]) -> tuple[str, tuple[str, ...]]:
    """The family of a page and the traces in its address or text that tell it; `html`, by none, for any other page.

    The first family wins that shows its address or a trace. Where none does, a page that links to three and more articles of its own
    host, by addresses that one family has, is that family's; the family with most such links wins. Weak traces come last.
    """
    families = tuple(families)
    for family in families:
        if found := _address(family, url) + _matches(family.traces, text):
            return family.name, _shown(found + _matches(family.weak_traces, text))
    if linked := _linked(text, url, families):
        return linked
    for family in families:
        if found := _matches(family.weak_traces, text):
            return family.name, _shown(found)
    return FALLBACK, ()


def _linked(text: str, url: str, families: tuple[Family, ...]) -> tuple[str, tuple[str, ...]] | None:
    hosts = {urlsplit(url).hostname}
    links = {address for href in _HREF.findall(text)[:MOST_LINKS] if (address := _joined(url, href))}
    own = sorted(address for address in links if urlsplit(address).hostname in hosts and address != url)
    found = [(family.name, [one for one in own if _address(family, one)]) for family in families if family.address]
    name, matching = max(found, key=lambda pair: len(pair[1]), default=("", []))
    if len(matching) < LINKED:
        return None
    return name, (f"{len(matching)} links such as {urlsplit(matching[0]).path[-50:]}",)


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, unescape(href))
    except ValueError:
        return ""


def _address(family: Family, url: str) -> list[re.Match[str]]:
    return _all((family.address,), url) if family.address else []


def _matches(traces: Iterable[tuple[str, ...]], text: str) -> list[re.Match[str]]:
    return [match for trace in traces for match in _all(trace, text)]


def _all(patterns: tuple[str, ...], text: str) -> list[re.Match[str]]:
    """A match of each pattern; none unless all of them match."""
    found = [match for pattern in patterns if (match := re.search(pattern, text))]
    return found if len(found) == len(patterns) else []


def _shown(found: list[re.Match[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(match[0].split())[:60] for match in found))
