"""List pages that go on naming a removed address are masked before they are kept."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from archive.store.removed import Removed
from archive.texts.encoding import encodings
from archive.warc.coding import CodingError, undo
from archive.warc.exchange import Exchange

_ADDRESS = re.compile(r"""(?:["'(>]|\bhref\s{0,9}=)\s{0,9}((?:[^\s"'<>()\\{},]|\\/){2,400}+)(?=\\?["'<)\s>])""", re.I)
_BASE = re.compile(r"""<base\b[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
_ENTRY = "li|tr|dl|record|article|item"
_BEFORE = re.compile(rf"<(?:{_ENTRY})\b|</(?:{_ENTRY}|a)>|\{{", re.I)
_AFTER = re.compile(rf"</?(?:{_ENTRY})\b|<a\b|\}}", re.I)
_LINK = re.compile(r"""<a\b[^<>]{0,2000}>.{0,2000}?</a>""", re.I | re.S)
_OBJECT = re.compile(r"\{[^{}]{0,4000}\}")
_NEAR = 3000  # characters on either side, where nothing marks an entry
_MOST_WORDS = 200  # strings of one JSON object; an object with more is a document, not an entry
# Chinese and its punctuation, as it is or escaped; not the 年, 月 and 日 of a day
_SIGNS = re.compile(r"(?!(?<=\d)[年月日])[\u2e80-\U0010ffff]|\\u[0-9a-fA-F]{4}|&#x?[0-9a-fA-F]+;")


def without_removed(exchange: Exchange, gone: Removed) -> Exchange:
    """A list page's exchange as it may be kept: masked, and its encoding undone, when it names a removed address."""
    if not gone.keys:
        return exchange
    try:
        body = undo(exchange.body, exchange.headers)
    except CodingError as error:
        if not error.begun:
            return exchange  # an unreadable page shows no title
        body = error.begun
    masked = body
    for encoding in encodings(body, exchange.header("content-type")):
        page = masked.decode(encoding, "surrogateescape")
        masked = mask_entries(page, exchange.url, gone).encode(encoding, "surrogateescape")
    if masked == body:
        return exchange
    headers = tuple((name, value) for name, value in exchange.headers if name.lower() != "content-encoding")
    return replace(exchange, body=masked, headers=headers)


def mask_entries(page: str, url: str, gone: Removed) -> str:
    """The page with spaces for the Chinese characters of each entry that leads to a removed address, in HTML or JSON.

    Latin text and digits stay, and the page keeps its length. An entry reaches from its address to the next row, item of
    a list, brace or link on either side, at most 3,000 characters; in JSON, it is the object that the address is a value
    of, with all its values, wherever else they stand on the page (the whole page, when the object has more than 200).
    Tags, addresses and days stay, so that the rest reads as before; an address that is itself to be forgotten goes too.
    """
    base = _base_of(page, url)
    spans, masked_to = [], 0
    for match in _ADDRESS.finditer(page):
        if not _is_removed(match[1], base, gone):
            continue
        # the address itself is to be forgotten, not its page alone
        if gone.hides(urljoin(base, _plain(match[1]))):
            spans.append(match.span(1))
        if match.start(1) >= masked_to:
            start, masked_to = _entry_around(page, match.start(1), match.end(1), masked_to)
            spans += [sign.span() for sign in _SIGNS.finditer(page, start, masked_to)]
    words = _words_in_json(page, base, gone)
    if len(words) > _MOST_WORDS:
        return _SIGNS.sub(lambda sign: " " * len(sign[0]), page)
    for word in words:
        for form in {form.replace("/", slash) for form in _escaped(word) for slash in ("/", "\\/")}:
            spans += [at.span() for at in re.finditer(re.escape(form), page)]
    signs = list(page)
    for start, end in spans:
        signs[start:end] = " " * (end - start)
    return "".join(signs)


def entries_elsewhere(page: str, url: str, gone: Removed) -> list[tuple[int, int]]:
    """The places of the links of a page, or of the objects of a JSON document, that lead to addresses that stay."""
    base = _base_of(page, url)
    form = _OBJECT if page.lstrip().startswith(("{", "[")) else _LINK
    found = []
    for entry in form.finditer(page):
        led = [_is_removed(address[1], base, gone) for address in _ADDRESS.finditer(page, *entry.span())]
        if led and not any(led):
            found.append(entry.span())
    return found


def _entry_around(page: str, start: int, end: int, done: int) -> tuple[int, int]:
    """Beginning and end of the entry around the address at `start` to `end`; it begins at `done` or later."""
    first, last = max(done, start - _NEAR), end + _NEAR
    for before in _BEFORE.finditer(page, first, start):
        first = before.end()
    after = _AFTER.search(page, end, last)
    return first, after.start() if after else last


def _base_of(page: str, url: str) -> str:
    found = _BASE.search(page)
    try:
        return urljoin(url, found[1]) if found else url
    except ValueError:
        return url


def _is_removed(address: str, base: str, gone: Removed) -> bool:
    try:
        return gone.has(urljoin(base, _plain(address)))
    except ValueError:
        return False


def _plain(address: str) -> str:
    return html.unescape(address.replace("\\/", "/"))


def _words_in_json(page: str, base: str, gone: Removed) -> set[str]:
    """The words of the objects of a JSON document that hold a removed address."""
    if not page.lstrip().startswith(("{", "[")):
        return set()
    try:
        return {
            word
            for told in _objects(json.loads(page))
            if any(isinstance(value, str) and _is_removed(value, base, gone) for value in told.values())
            for word in _strings(told)
            if _SIGNS.search(word)
        }
    except (ValueError, RecursionError):  # no JSON, or nested too deeply for a list
        return set()


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in _values_in(value):
        yield from _objects(inner)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in _values_in(value):
        yield from _strings(inner)


def _values_in(value: Any) -> Iterable[Any]:
    """The values directly inside a JSON object or array."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _escaped(word: str) -> tuple[str, ...]:
    return json.dumps(word)[1:-1], json.dumps(word, ensure_ascii=False)[1:-1]
