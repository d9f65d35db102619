"""Lists that come as JSON."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from archive.model import Listed
from archive.urls import canonical
from crawler.sources import Source
from spiders.lists.dates import plain, squeeze
from spiders.lists.entries import MOST_ENTRIES
from spiders.lists.links import MOST_LINKS, address, same_site

_TAG = re.compile(r"<(?:/?[A-Za-z]|!--)[^<>]*>")


def read_json(text: str, *path: str) -> Any:
    """The value of a JSON answer under these keys, one within the other; None when there is none. Its texts may hold line ends."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def json_entries(
    rows: Any, base: str, url: Sequence[str], title: str, day: Callable[[dict[str, Any]], str]
) -> tuple[Listed, ...]:
    """The entries of an interface's answer.

    Each of `rows` that is an object with an address under one of the keys `url`. Anything else is passed over.
    """
    entries = []
    for row in rows[:MOST_LINKS] if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        named = next((str(row[key]) for key in url if row.get(key)), "")
        if target := address(named, base):
            entries.append(Listed(url=target, title=words_of(str(row.get(title) or "")), date=day(row)))
    return tuple(entries)


def words_of(title: str) -> str:
    """A title of a JSON answer without its markup, escaped or not; <办法> in one is no markup."""
    return squeeze(_TAG.sub("", plain(title)))


def left_out(entries: Sequence[Listed], url: str, source: Source) -> tuple[Listed, ...]:
    """The entries of a JSON answer that the source does not admit."""
    return tuple(entry for entry in entries if not _is_admitted(entry, url, source))


def admitted(entries: Sequence[Listed], url: str, source: Source) -> tuple[Listed, ...]:
    """The entries of a JSON answer that the source admits, each page once, with the title and day of its last row.

    At most MOST_ENTRIES + 1 are returned: the one too many tells the caller that the list was cut.
    """
    pages: dict[str, Listed] = {}
    for entry in entries:
        if _is_admitted(entry, url, source):
            pages[canonical(entry.url)] = entry
        if len(pages) > MOST_ENTRIES:
            break
    return tuple(pages.values())


def _is_admitted(entry: Listed, url: str, source: Source) -> bool:
    return same_site(entry.url, url, source.hosts) and re.search(source.article, entry.url) is not None
