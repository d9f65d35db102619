"""The declared sources: one TOML table each. What the sites of a family share stands in ../families.toml."""

import functools
import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from cssselect import SelectorError
from cssselect.parser import parse as parse_selector

from archive.errors import GongbaoError
from archive.model import Evidence, Level, Rights, Tls

# no Path: an egg that Scrapyd runs is a zip file
SHIPPED = files("crawler") / "sources"
FAMILIES = files("crawler") / "families.toml"
RESERVED = {"replay"}


class SourceError(GongbaoError):
    """A source is declared wrongly; the message is one line that names file, table and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A news section that we crawl. What a source leaves out comes from its family.

    `body`, `title`, `date` and `source` are CSS selectors, tried in order, the first that finds something wins;
    none means that the page is read by the general rules alone.
    """

    id: str
    name: str
    region: str  # GB/T 2260
    level: Level
    family: str
    lists: tuple[str, ...]
    spider: str = "html"  # the list protocol, a key of spiders.loader.PROTOCOLS; a family's affair
    article: str = ""  # regex that an article's URL must match; "" admits any link
    body: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    next_page: str = ""  # CSS selector of the link to the next list page
    minimum: int = 1
    overlap: int = 1
    every: float = 24  # hours between crawls
    delay: float | None = None  # seconds between requests to the host
    hosts: tuple[str, ...] = ()
    tls: Tls | Literal[""] = (
        ""  # legacy: TLS 1.0 and ciphers of its time; unverified: any certificate. Else as it should be
    )
    exclude: str = ""
    rights: Rights = "unknown"
    evidence: Evidence = "reported"
    verified: str = ""
    note: str = ""


_REQUIRED = tuple(f.name for f in fields(Source) if f.default is MISSING and f.name != "id")
_LISTS = {"lists", "body", "title", "date", "source", "hosts"}
_SELECTORS = ("body", "title", "date", "source", "next_page")
_PATTERNS = ("article", "exclude")
_CHOICES = {"level": get_args(Level), "rights": get_args(Rights), "evidence": get_args(Evidence), "tls": get_args(Tls)}
_NUMBERS = {"minimum": int, "overlap": int, "every": float, "delay": float}
_FAMILY_ONLY = {"id", "spider"}


@functools.cache
def load_families(path: Traversable = FAMILIES) -> dict[str, dict[str, Any]]:
    """The families by name: what their sites share, in the keys of a source, and `spider`, the list protocol.

    What the table `defaults` holds is shared by all of them.
    """
    families = tomllib.loads(path.read_text("utf-8"))
    defaults = families.pop("defaults")
    return {name: {**defaults, **family} for name, family in families.items()}


def load_sources(named: Traversable | str = SHIPPED) -> dict[str, Source]:
    """The sources that a folder of TOML files, or one file, declares, by id. Raises SourceError."""
    place: Traversable = SHIPPED if str(named) == str(SHIPPED) else Path(str(named))
    if not (place.is_dir() or place.is_file()):
        raise SourceError(f"SOURCES names {place}, which does not exist")
    paths = [place] if place.is_file() else [path for path in place.iterdir() if path.name.endswith(".toml")]
    if not paths:
        raise SourceError(f"SOURCES names {place}, which holds no .toml file")
    sources: dict[str, Source] = {}
    for path in sorted(paths, key=lambda path: path.name):
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SourceError(f"{path.name}: not valid TOML: {error}") from None
        for id, table in tables.items():
            if id in sources:
                raise SourceError(f"{path.name}: [{id}] is declared twice")
            sources[id] = _source(f"{path.name}: [{id}]", id, table)
    return sources


def _source(where: str, id: str, table: Any) -> Source:
    if not isinstance(table, dict):
        raise SourceError(f"{where} stands outside a table; write [{id}] and its keys below")
    if id in RESERVED or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", id):
        raise SourceError(
            f"{where} cannot be a source's name: use letters, digits and _, and not {', '.join(RESERVED)}"
        )
    known = {f.name for f in fields(Source)} - _FAMILY_ONLY
    for key in table:
        if key not in known:
            raise SourceError(f"{where} unknown key {key!r}")
    for key in _REQUIRED:
        if key not in table:
            raise SourceError(f"{where} lacks the key {key!r}")
    families = load_families()
    if table["family"] not in families:
        raise SourceError(f"{where} family: {table['family']!r} is not one of {', '.join(sorted(families))}")
    values = {**families[table["family"]], **table}
    return Source(id=id, **{key: _value(where, key, value) for key, value in values.items()})


def _value(where: str, key: str, value: Any) -> Any:
    if key in _LISTS:
        value = (value,) if isinstance(value, str) and key != "lists" else value
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
            raise SourceError(f"{where} {key}: expected a list of strings")
        value = tuple(value)
        if key == "lists":
            _check_urls(where, value)
    elif key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise SourceError(f"{where} {key}: expected a number that is not negative")
        if _NUMBERS[key] is int and not isinstance(value, int):
            raise SourceError(f"{where} {key}: expected a whole number")
    elif key == "verified" and isinstance(value, date):
        value = value.isoformat()
    elif not isinstance(value, str):
        raise SourceError(f"{where} {key}: expected a string")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise SourceError(f"{where} {key}: {value!r} is not one of {', '.join(_CHOICES[key])}")
    if key == "region" and not re.fullmatch(r"\d{6}", value):
        raise SourceError(f"{where} region: {value!r} is not six digits (GB/T 2260)")
    if key == "name" and not value.strip():
        raise SourceError(f"{where} name: is empty")
    if key in _PATTERNS:
        try:
            re.compile(value)
        except re.error as error:
            raise SourceError(f"{where} {key}: not a regular expression: {error}") from None
    if key in _SELECTORS:
        for selector in (value,) if isinstance(value, str) else value:
            _check_selector(f"{where} {key}", selector)
    return value


def _check_urls(where: str, urls: tuple[str, ...]) -> None:
    if not urls:
        raise SourceError(f"{where} lists: is empty")
    for url in urls:
        try:
            parts = urlsplit(url)
            ok = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except ValueError:
            ok = False
        if not ok:
            raise SourceError(f"{where} lists: {url!r} is not an http or https address")


@functools.cache
def _selector_fault(selector: str) -> str:
    try:
        parse_selector(selector)
    except SelectorError as error:
        return str(error)
    return ""


def _check_selector(where: str, selector: str) -> None:
    if selector and (fault := _selector_fault(selector)):
        raise SourceError(f"{where}: {selector!r} is not a CSS selector: {fault}")
