"""The family of a page, by the traces that its content management system leaves (crawler/families.toml)."""

import re
from collections.abc import Iterable

from crawler.sources import Family

FALLBACK = "html"  # the family of any page of links


def recognise(text: str, url: str, families: Iterable[Family]) -> tuple[str, tuple[str, ...]]:
    """The family of a page and the traces in its address or text that tell it; `html`, by none, for any other page.

    The first family wins that shows its address or a trace; weak traces count where no family shows those.
    """
    families = tuple(families)
    for family in families:
        if found := _address(family, url) + _matches(family.traces, text):
            return family.name, _shown(found + _matches(family.weak_traces, text))
    for family in families:
        if found := _matches(family.weak_traces, text):
            return family.name, _shown(found)
    return FALLBACK, ()


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
