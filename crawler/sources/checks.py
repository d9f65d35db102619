"""The values of a declaration, checked one by one; a wrong one is named in one sentence."""

import functools
import re
import tomllib
from collections.abc import Collection
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any, get_args
from urllib.parse import urlsplit

from cssselect import SelectorError
from cssselect.parser import parse as parse_selector

from archive.errors import GongbaoError
from archive.model import Evidence, Level, Rights, SourceKind, Tls
from archive.texts.places import is_code
from crawler.configuration import meant

LEVELS, RIGHTS, EVIDENCE, TLS = get_args(Level), get_args(Rights), get_args(Evidence), get_args(Tls)
KINDS = get_args(SourceKind)
_LISTS = {"lists", "body", "title", "date", "source", "hosts"}
_SELECTORS = ("body", "title", "date", "source", "next_page")
_JSON_PATHS = ("title", "date")  # selectors of the article in all other tables
_PATTERNS = ("article", "exclude")
_CHOICES = {"level": LEVELS, "rights": RIGHTS, "evidence": EVIDENCE, "tls": TLS, "kind": KINDS}
_LARGEST = 1_000_000  # hours, seconds or entries; nan and inf are no numbers to wait or count by
_HOST = re.compile(r"\w(?:[\w.-]*\w)?|[0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*")  # a name, or an address of IPv6
_NUMBERS = {"minimum": int, "overlap": int, "every": float, "delay": float}


class SourceError(GongbaoError):
    """A source or a family is declared wrongly; the message is one line that names file, table and key."""


def read_tables(path: Traversable) -> dict[str, Any]:
    """The tables of a TOML file. Raises SourceError."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name}: not valid TOML: {error}") from None


def check_name(where: str, kind: str, name: str, table: Any, reserved: Collection[str]) -> None:
    """Raise SourceError unless a table can stand under this name."""
    if not isinstance(table, dict):
        raise SourceError(f"{where} stands outside a table; write [{name}] and its keys below")
    if name in reserved or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise SourceError(
            f"{where} cannot be a {kind}'s name: use letters, digits and _, and not {', '.join(sorted(reserved))}"
        )


def check_keys(where: str, table: dict[str, Any], known: Collection[str], required: Collection[str]) -> None:
    """Raise SourceError when a key is unknown or missing."""
    for key in table:
        if key not in known:
            raise SourceError(f"{where} unknown key {key!r}{meant(key, known)}")
    for key in required:
        if key not in table:
            raise SourceError(f"{where} lacks the key {key!r}")


def check_value(where: str, key: str, value: Any, *, of_json: bool = False) -> Any:
    """The value of a source's key as the archive uses it; `of_json`: in a table of spider `json`. Raises SourceError."""
    if of_json and key in _JSON_PATHS:
        return check_string(f"{where} {key}", value)
    if key in _LISTS:
        value = (value,) if isinstance(value, str) and key != "lists" else value
        value = check_strings(f"{where} {key}", value)
        if key == "lists":
            _check_urls(where, value)
        if key == "hosts":
            _check_hosts(where, value)
    elif key in _NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
            raise SourceError(f"{where} {key}: expected a number that is not negative, and {_LARGEST} at most")
        if _NUMBERS[key] is int and not isinstance(value, int):
            raise SourceError(f"{where} {key}: expected a whole number")
    elif key == "browser":
        if not isinstance(value, bool):
            raise SourceError(f"{where} browser: expected true or false")
    elif key == "verified":
        value = _check_day(where, value)
    else:
        check_string(f"{where} {key}", value)
    if key in _CHOICES:
        check_choice(f"{where} {key}", value, _CHOICES[key])
    if key == "region" and not re.fullmatch(r"\d{6}", value):
        raise SourceError(f"{where} region: {value!r} is not six digits (GB/T 2260)")
    if key == "region" and not is_code(value):
        raise SourceError(f"{where} region: {value} was never a place's code in GB/T 2260 (100000: the whole country)")
    if key == "name" and not value.strip():
        raise SourceError(f"{where} name: is empty")
    if key in _PATTERNS:
        check_pattern(f"{where} {key}", value)
    if key in _SELECTORS:
        for selector in (value,) if isinstance(value, str) else value:
            _check_selector(f"{where} {key}", selector)
    return value


def check_string(where: str, value: Any) -> str:
    if not isinstance(value, str):
        raise SourceError(f"{where}: expected a string")
    return value


def check_strings(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item for item in value):
        raise SourceError(f"{where}: expected a list of strings")
    return tuple(value)


def check_choice(where: str, value: str, choices: Collection[str]) -> str:
    if value not in choices:
        raise SourceError(f"{where}: {value!r} is not one of {', '.join(choices)}{meant(value, choices)}")
    return value


def check_pattern(where: str, value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise SourceError(f"{where}: not a regular expression: {error}") from None
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


def _check_hosts(where: str, hosts: tuple[str, ...]) -> None:
    for host in hosts:
        if not _HOST.fullmatch(host):
            name = re.sub(r"^.*//|[:/?#].*", "", host)
            wanted = repr(name) if _HOST.fullmatch(name) else "a name such as 'www.example.gov.cn'"
            raise SourceError(f"{where} hosts: {host!r} is not a host's name: write {wanted}, which admits every port")


def _check_day(where: str, value: Any) -> str:
    """A day, as a date of TOML or in quotes."""
    day = value.isoformat() if isinstance(value, date) else check_string(f"{where} verified", value)
    try:
        if date.fromisoformat(day).isoformat() == day:
            return day
    except ValueError:
        pass
    raise SourceError(f"{where} verified: {day!r} is not a day: write it as 2026-04-01")


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
