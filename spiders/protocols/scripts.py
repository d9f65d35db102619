"""Lists that stand in the scripts of their page: HTML that document.write() writes, or rows as JSON."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from archive.model import Listed
from crawler.probe.interface import interface_of
from crawler.sources import Source
from spiders.lists.answers import admitted, left_out
from spiders.lists.dates import plain, squeeze
from spiders.lists.entries import Reading
from spiders.lists.links import base_of, parse_html
from spiders.lists.pagers import NOTHING, Announced
from spiders.protocols.json import at, day, target, totals

FEWEST_DAYS = 3  # entries; with a day beside each they are clearly a list
LONGEST_SCRIPT = 1_000_000  # characters
_MOST_VALUES = 20  # values of a page's scripts that are looked at
_SHORTEST_VALUE = 100  # characters of a value that holds rows
_WRITTEN = re.compile(r"""document\.write(?:ln)?\(\s*(["'])((?:\\.|(?!\1)[^\\\n])*)\1\s*\)""")
_BEGINS = re.compile(r"(?<![=!<>])=\s*(?=[\[{]\s*[\[{\"'\w])|\A\s*(?=[\[{])")
_STRING = r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\""""
_KEY_OR_STRING = re.compile(rf"({_STRING})|([{{,]\s*)([A-Za-z_$][\w$]*)(?=\s*:)|,(?=\s*[\]}}])")

Read = Callable[[HtmlElement, str], Reading]


def scripted_html(html: str) -> str:
    """The HTML that a page's scripts write by document.write() of plain strings, as the lists of Wuhan are."""
    if "document.write" not in html:
        return ""
    return "".join(re.sub(r"\\(.)", r"\1", text) for _, text in _WRITTEN.findall(html))


def is_dated(entries: Iterable[Listed]) -> bool:
    """Whether entries are clearly a list's: enough of them have a day."""
    return len(list(islice((entry for entry in entries if entry.date), FEWEST_DAYS))) == FEWEST_DAYS


def read_scripts(html: str, document: HtmlElement, url: str, source: Source, read: Read) -> tuple[Reading, Announced]:
    """The entries in the scripts of a page that shows none with days, and the totals told beside them; nothing where they are not clearly a list.

    First those that document.write() writes, then rows of a JSON value (`var list = […]`, __NEXT_DATA__): its rows have addresses that the
    source admits, titles, and days (`interface_of`). Keys without quotes, and strings in single ones, are read as well.
    """
    if written := scripted_html(html):
        found = read(parse_html(written), url)
        if is_dated(found.entries):
            return found, NOTHING
    base = base_of(document, url)
    for value in islice(_values(document), _MOST_VALUES):
        place = interface_of(value)
        if place is None or not place.date:
            continue
        rows = tuple(
            Listed(url=one, title=_words(at(row, place.title)), date=day(at(row, place.date)))
            for row in at(value, place.rows)
            if (one := target(row, place.url, base))
        )
        entries = admitted(rows, url, source)
        if is_dated(entries):
            return Reading(entries=entries, left=left_out(rows, url, source)), totals(value, place.rows)
    return Reading(), NOTHING


def _words(value: Any) -> str:
    return squeeze(re.sub(r"<[^<>]*>", "", plain(value))) if isinstance(value, str) else ""


def _values(document: HtmlElement) -> Iterator[Any]:
    """The lists and objects that the scripts of a page give to names, or consist of."""
    decoder = json.JSONDecoder()
    for script in document.iter("script"):
        text = (script.text or "")[:LONGEST_SCRIPT]
        end = 0
        for begin in islice(_BEGINS.finditer(text), _MOST_VALUES):
            if begin.end() < end:  # a part of the value before
                continue
            try:
                value, end = decoder.raw_decode(text, begin.end())
            except (ValueError, RecursionError):
                value, end = _loose(text, begin.end(), decoder)
            if end - begin.end() >= _SHORTEST_VALUE:
                yield value


def _loose(text: str, start: int, decoder: json.JSONDecoder) -> tuple[Any, int]:
    """The value of a script that begins at `start`, and the end of it, as JSON would write it; (None, 0) where it holds code."""
    ends = _end(text, start)
    try:
        value, _ = decoder.raw_decode(_KEY_OR_STRING.sub(_as_json, text[start:ends]))
    except (ValueError, RecursionError):
        return None, 0
    return value, ends


def _as_json(found: re.Match[str]) -> str:
    if found[1]:
        text = found[1]
        return text if text[0] == '"' else json.dumps(re.sub(r"\\(['\"/])", r"\1", text[1:-1]), ensure_ascii=False)
    return f'{found[2]}"{found[3]}"' if found[3] else ""


def _end(text: str, start: int) -> int:
    """The place behind the bracket that closes the one at `start`."""
    depth = 0
    for sign in re.compile(rf"{_STRING}|[\[{{\]}}]").finditer(text, start):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign[0], 0)
        if not depth:
            return sign.end()
    return start
