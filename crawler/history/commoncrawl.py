"""Common Crawl, and servers of its kind: an index for each crawl, in pages, and records that are ranges of WARC files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from crawler.history.cdx import HistoryError, Row
from crawler.history.ranges import exchange_in, other_range, range_of
from crawler.history.replay import Given
from crawler.history.witness import NotGiven, Witness, query

MOST_PAGES = 1000  # pages of one crawl's index that a host's rows stand on
_OLD = (".arc", ".arc.gz")  # files from before WARC


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """A crawl, by the address of its index, with its first and last day ("" where they are not told)."""

    index: str
    first: str = ""
    last: str = ""

    def may_hold(self, since: str, until: str) -> bool:
        """Whether it went on between two days ("" for no limit)."""
        return not (since and self.last and self.last < since) and not (until and self.first and until < self.first)


def read_crawls(url: str, content: bytes) -> list[Crawl]:
    """The crawls that a list at an address names. Raises HistoryError."""
    try:
        return [_crawl(url, one) for one in json.loads(content)]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise HistoryError(f"{url} answers with something that is no list of crawls: {_begin(content)}") from None


def _crawl(url: str, told: Any) -> Crawl:
    index = str(told["cdx-api"])
    if urlsplit(index)[:2] != urlsplit(url)[:2]:
        raise HistoryError(f"{url} names an index on another host: {index[:100]}")
    return Crawl(index=index, first=_day(told.get("from")), last=_day(told.get("to")))


def _day(moment: object) -> str:
    try:
        return datetime.fromisoformat(str(moment)).date().isoformat()
    except ValueError:
        return ""


def read_pages(url: str, content: bytes) -> int:
    """The number of pages that an index tells. Raises HistoryError."""
    try:
        pages = int(json.loads(content)["pages"])
    except (ValueError, TypeError, LookupError, OverflowError, RecursionError):
        raise HistoryError(f"{url} answers with something that is no number of pages: {_begin(content)}") from None
    if pages > MOST_PAGES:
        raise HistoryError(f"{url} tells of {pages} pages: take a part of the time, by --since and --until")
    return pages


def _begin(content: bytes) -> str:
    return repr(" ".join(content[:200].decode("utf-8", "replace").split())[:60])


class CommonCrawl(Witness):
    @cached_property
    def crawls(self) -> list[Crawl]:
        return read_crawls(self.address.index, self.read_index(self.address.index))

    def named(self, host: str, since: str, until: str) -> Iterator[Row | None]:
        for crawl in self.crawls:
            if crawl.may_hold(since, until):
                url = f"{crawl.index}?{query(host, since, until)}&output=json"
                yield from (None if row and row.file.endswith(_OLD) else row for row in self._rows(url))

    def _rows(self, url: str) -> Iterator[Row | None]:
        asked = f"{url}&showNumPages=true"
        content = self.read_index(asked)
        for page in range(read_pages(asked, content) if content else 0):
            yield from self.read_rows(f"{url}&page={page}")

    def origin(self, row: Row) -> str:
        return f"{self.address.captures}{quote(row.file)}#bytes={range_of(row)}"

    def given(self, row: Row) -> Given:
        if not row.file or not row.length:
            raise NotGiven("has no place in its index")
        if row.length > self.largest:
            raise NotGiven("is larger than DOWNLOAD_MAXSIZE")
        found = exchange_in(self._range(row), row)
        return Given(
            status=found.status,
            reason=found.reason,
            headers=found.headers,
            body=found.body,
            origin=self.origin(row),
            cut_short=found.cut_short,
        )

    def _range(self, row: Row) -> bytes:
        with self.answer(self.origin(row), {"Range": f"bytes={range_of(row)}"}) as answer:
            if fault := other_range(answer, row):
                raise NotGiven(fault)
            return self.content(answer)
