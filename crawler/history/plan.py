"""Which captures are worth having: of each page one for each state, its first and its last."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from archive.urls import canonical
from crawler.history.cdx import Row

SOON = timedelta(minutes=10)
_NUMBER = re.compile(r"[_-]\d{1,2}(?=\.s?html?$)")

Role = Literal["list", "article", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The captures to take in, in the order of their times: of the lists, and of the articles; and all rows by page."""

    lists: tuple[Row, ...]
    articles: tuple[Row, ...]
    pages: Mapping[str, Sequence[Row]] = field(repr=False)  # by their keys


def plan(rows: Iterable[Row], role: Callable[[Row], Role]) -> Plan:
    """The captures to take in. An article's further pages are taken with it, not by themselves."""
    pages: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        pages[canonical(row.url)].append(row)
    told = {key: with_status(found) for key, found in pages.items()}
    lists: list[Row] = []
    articles: list[Row] = []
    for found in told.values():
        match role(found[0]):
            case "list":
                lists += _one_a_day(worth(found))
            case "article" if canonical(_NUMBER.sub("", found[0].url)) in told.keys() - {canonical(found[0].url)}:
                pass
            case "article":
                articles += worth(found)
    return Plan(lists=_in_order(lists), articles=_in_order(articles), pages=told)


def with_status(rows: Iterable[Row]) -> list[Row]:
    """The rows of one page in the order of their times, one a moment; a revisit has the status of the content it repeats."""
    found: dict[str, Row] = {}
    statuses: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row.time, row.url)):
        if row.status:
            statuses[row.digest] = row.status
        found.setdefault(row.time, row if row.status else replace(row, status=statuses.get(row.digest, 200)))
    return list(found.values())


def worth(rows: Sequence[Row]) -> list[Row]:
    """The first and the last of each run of captures with the same content.

    A redirect that is followed within ten minutes by an answer of the same page only leads from http to https, or to www.
    A page of another kind than HTML is none that we read, and an error of the server (5xx) says nothing of the page.
    """
    wanted: list[Row] = []
    direct = [row for n, row in enumerate(rows) if not _leads_to_itself(row, rows[n + 1 : n + 2])]
    pages = [row for row in direct if row.status < 500 and (row.status != 200 or "html" in (row.media_type or "html"))]
    for _, run in groupby(pages, key=lambda row: (row.status, row.digest)):
        first, *others = run
        wanted += [first, *others[-1:]]
    return wanted


def _leads_to_itself(row: Row, following: Sequence[Row]) -> bool:
    return 300 <= row.status < 400 and any(
        other.status < 300 and _moment(other) - _moment(row) <= SOON for other in following
    )


def _one_a_day(rows: Iterable[Row]) -> list[Row]:
    return list({row.time[:8]: row for row in reversed(list(rows)) if row.status == 200}.values())


def _moment(row: Row) -> datetime:
    return datetime.fromisoformat(row.fetched)


def _in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (row.time, row.url)))


def role_of(lists: Iterable[str], article: str, known: Callable[[str], bool]) -> Callable[[Row], Role]:
    """A function that tells the role of a row's page.

    A declared list page is a list. An article is an address that matches `article` (a regex; "" matches none here, for a
    host has many pages), or one that is `known`, by its key; never a host's first page.
    """
    keys = {canonical(url) for url in lists}

    def role(row: Row) -> Role:
        key = canonical(row.url)
        if key in keys:
            return "list"
        if urlsplit(row.url).path in ("", "/"):
            return ""
        return "article" if known(key) or (article and re.search(article, row.url)) else ""

    return role
