"""The families: one table holds all that the sites of a content management system share (crawler/families.toml).

A folder of sources may hold a families.toml of its own, with families that gongbao does not know.
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from crawler.sources.answer import SPIDER
from crawler.sources.checks import (
    EVIDENCE,
    SourceError,
    check_choice,
    check_keys,
    check_name,
    check_pattern,
    check_string,
    check_strings,
    check_value,
    read_tables,
)
from crawler.sources.source import INHERITED

SHIPPED_FAMILIES = files("crawler") / "families.toml"
FILE = "families.toml"
DEFAULTS = "defaults"  # a table of the shipped file; all families share its keys
GRADES = (*EVIDENCE, "assumed", "unknown")
PARTS = ("lists", "paging", "articles")  # each has a grade of evidence
_REQUIRED = ("sites", "evidence", "spider")
_RECOGNISED_BY = ("address", "traces", "weak_traces")
_ON_ANY_PAGE = ("containers", "tags")  # the reader takes them on pages of every source, so only we may set them
_ELEMENT = re.compile(r"[#.]?[a-z][a-z0-9_-]*\*?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The sites of one content management system: how a probe recognises them, how a crawl lists and reads them."""

    name: str
    sites: str  # its name for people
    evidence: Mapping[str, str]  # PARTS to GRADES
    spider: str  # the list protocol, a key of spiders.loader.PROTOCOLS
    address: str = ""  # regex of its pages' addresses
    traces: tuple[tuple[str, ...], ...] = ()  # marks in its pages; the regexes of one mark must all match
    weak_traces: tuple[tuple[str, ...], ...] = ()  # marks that pages of other systems bear, too
    containers: tuple[str, ...] = ()  # elements that hold an article's text on any page: `#id`, `.class`, `tag`
    tags: tuple[str, ...] = ()  # its own elements, each a block of lines
    values: Mapping[str, Any]  # the keys that its sources inherit


def load_families(named: Traversable | str = "") -> dict[str, Family]:
    """The families by name: those of a folder of sources, then those that gongbao ships. Raises SourceError.

    A folder's own stand first, since a probe asks the families in their order.
    """
    shipped = _shipped()
    own = Path(str(named)) / FILE
    return {**_load(own, _defaults(), shipped), **shipped} if named and own.is_file() else shipped


@functools.cache
def _shipped() -> dict[str, Family]:
    return _load(SHIPPED_FAMILIES, _defaults(), None)


@functools.cache
def _defaults() -> dict[str, Any]:
    table = read_tables(SHIPPED_FAMILIES).get(DEFAULTS, {})
    return _inherited(f"{FILE}: [{DEFAULTS}]", table)


def _load(path: Traversable, defaults: dict[str, Any], shipped: Mapping[str, Family] | None) -> dict[str, Family]:
    """The families of one file; `shipped` are the names that it may not use, None when it is our own."""
    families: dict[str, Family] = {}
    for name, table in read_tables(path).items():
        where = f"{path.name}: [{name}]"
        if shipped is None and name == DEFAULTS:
            continue
        check_name(where, "family", name, table, {DEFAULTS})
        if shipped is not None:
            if name in shipped:
                raise SourceError(f"{where} is a family that gongbao ships: choose another name")
            if found := [key for key in _ON_ANY_PAGE if key in table]:
                raise SourceError(f"{where} {found[0]}: only a shipped family may have it; name the element in `body`")
        families[name] = _family(where, name, table, defaults)
    return families


def _family(where: str, name: str, table: dict[str, Any], defaults: dict[str, Any]) -> Family:
    check_keys(where, table, {*_REQUIRED, *_RECOGNISED_BY, *_ON_ANY_PAGE, *INHERITED}, _REQUIRED)
    if not ("address" in table or "traces" in table):
        raise SourceError(f"{where} lacks the key 'traces' or 'address': a probe would not recognise its pages")
    return Family(
        name=name,
        sites=check_string(f"{where} sites", table["sites"]),
        evidence=_evidence(f"{where} evidence", table["evidence"]),
        spider=check_string(f"{where} spider", table["spider"]),
        address=check_pattern(f"{where} address", check_string(f"{where} address", table.get("address", ""))),
        traces=_traces(f"{where} traces", table.get("traces", [])),
        weak_traces=_traces(f"{where} weak_traces", table.get("weak_traces", [])),
        containers=_elements(f"{where} containers", table.get("containers", [])),
        tags=_elements(f"{where} tags", table.get("tags", [])),
        values={
            **defaults,
            **_inherited(
                where, {key: table[key] for key in table if key in INHERITED}, of_json=table["spider"] == SPIDER
            ),
        },
    )


def _inherited(where: str, table: dict[str, Any], *, of_json: bool = False) -> dict[str, Any]:
    check_keys(where, table, INHERITED, ())
    return {key: check_value(where, key, value, of_json=of_json) for key, value in table.items()}


def _evidence(where: str, table: Any) -> dict[str, str]:
    if not isinstance(table, dict):
        raise SourceError(f"{where}: expected a grade for each of {', '.join(PARTS)}")
    check_keys(where, table, PARTS, PARTS)
    return {part: check_choice(f"{where} {part}", table[part], GRADES) for part in PARTS}


def _traces(where: str, value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list):
        raise SourceError(f"{where}: expected a list of regular expressions")
    marks = [check_strings(where, [mark] if isinstance(mark, str) else mark) for mark in value]
    for mark in marks:
        if not mark:
            raise SourceError(f"{where}: a mark without a regular expression")
        for pattern in mark:
            check_pattern(where, pattern)
    return tuple(marks)


def _elements(where: str, value: Any) -> tuple[str, ...]:
    names = check_strings(where, value)
    for name in names:
        if not _ELEMENT.fullmatch(name):
            raise SourceError(f"{where}: {name!r} is none of #id, .class and tag, in lower case")
    return names
