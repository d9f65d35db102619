"""Lists that come as JSON."""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from archive.model import Listed
from archive.urls import canonical
from crawler.sources import Source
from spiders.lists.dates import squeeze
from spiders.lists.entries import MOST_ENTRIES
from spiders.lists.links import MOST_LINKS, address, same_site


def read_json(text: str, *path: str) -> Any:
    """What an interface's answer holds under these keys, one within the other; None when there is no such thing."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def json_entries(
    rows: Any, base: str, url: Sequence[str], title: str, day: Callable[[dict[str, Any]], str]
) -> tuple[Listed, ...]:
    """The entries of an interface's answer.

    Each of `rows` that is an object with an address under one of the keys `url`. What is in the way is passed over.
    """
    rows = [row for row in rows[:MOST_LINKS] if isinstance(row, dict)] if isinstance(rows, list) else []
    found = ((row, address(next((str(row[key]) for key in url if row.get(key)), ""), base)) for row in rows)
    return tuple(
        Listed(url=target, title=squeeze(re.sub(r"<[^<>]*>", "", str(row.get(title) or ""))), date=day(row))
        for row, target in found
        if target
    )


def allowed(entries: Sequence[Listed], url: str, source: Source) -> tuple[Listed, ...]:
    """Those of the entries, read from something else than links, that the source admits, each page once.

    Of more than MOST_ENTRIES one more than these, so that it can be told.
    """
    kept = {
        canonical(entry.url): entry
        for entry in entries[: MOST_ENTRIES + 1]
        if same_site(entry.url, url, source.hosts) and re.search(source.article, entry.url)
    }
    return tuple(kept.values())
