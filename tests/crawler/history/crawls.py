"""A server of Common Crawl's kind for tests: a list of crawls, an index in pages for each, and ranges of WARC files."""

import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from tests.crawler.history.past import Capture
from tests.crawler.history.server import Captures, Handler
from tests.crawler.history.warcs import write

PAGE = 20  # rows
EMPTY = "2015"  # a crawl without captures of anybody


class CrawlHandler(Handler):
    outer: "Crawls"

    def serve(self) -> None:
        self.replay() if "/crawl-data/" in self.path else self.index()

    def index(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/collinfo.json":
            return self.json([self.outer.told(year) for year in (*sorted(self.outer.rows, reverse=True), EMPTY)])
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        rows = self.outer.rows.get(parts.path[4:8], [])
        first, last = asked.get("from", ""), asked.get("to", "9") + "~"
        found = [row for row in rows if first <= row["timestamp"] <= last and asked["url"] in row["url"]]
        if not found:
            return self.answer(404, b'{"message": "No Captures found for: luoxi.example"}', {})
        if "showNumPages" in asked:
            return self.json({"pages": -(-len(found) // PAGE), "pageSize": 1, "blocks": 1})
        begin = int(asked["page"]) * PAGE
        lines = "".join(f"{json.dumps(row)}\n" for row in found[begin : begin + PAGE])
        return self.answer(200, lines.encode(), {"Content-Type": "text/x-ndjson"})

    def replay(self) -> None:
        year = urlsplit(self.path).path.removeprefix("/crawl-data/CC-")[:4]
        first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        self.range(self.outer.files[year][int(first) : int(last) + 1])

    def range(self, content: bytes) -> None:
        told = self.headers["Range"].removeprefix("bytes=")
        self.answer(206, content, {"Content-Range": f"bytes {told}/99999999"})

    def json(self, found: object) -> None:
        self.answer(200, json.dumps(found).encode(), {"Content-Type": "application/json"})


class Crawls(Captures):
    """Serves captures, those of a year as one crawl. The crawl of the last year does not tell its days."""

    handler = CrawlHandler

    def __init__(self, captures: Iterable[Capture], fault: Callable[[Handler], bool] | None = None) -> None:
        super().__init__(captures, fault)
        self.address = f"{self.base}/collinfo.json"
        self.rows: dict[str, list[dict[str, str]]] = {}
        self.files: dict[str, bytes] = {}
        years: dict[str, list[Capture]] = defaultdict(list)
        for one in self.captures:
            years[one.stamp[:4]].append(one)
        for year, found in years.items():
            self._add(year, found)

    def _add(self, year: str, captures: list[Capture]) -> None:
        file = io.BytesIO()
        begins = pairwise(write(file, captures))
        self.files[year] = file.getvalue()
        self.rows[year] = [
            {
                "urlkey": "example,luoxi)/",
                "timestamp": one.stamp,
                "url": one.url,
                "mime": "text/html" if one.status == 200 else "unk",
                "status": str(one.status),
                "digest": one.digest,
                "length": str(end - begin),
                "offset": str(begin),
                "filename": f"crawl-data/CC-{year}/part.warc.gz",
            }
            for one, (begin, end) in zip(captures, begins, strict=True)
        ]

    def told(self, year: str) -> dict[str, str]:
        days = {"from": f"{year}-01-01T00:00:00", "to": f"{year}-12-31T23:59:59"} if year != max(self.rows) else {}
        return {"id": f"CC-{year}", "cdx-api": f"{self.base}/CC-{year}-index", **days}

    @property
    def fetched(self) -> list[str]:
        return [one.path for one in self.asked if "/crawl-data/" in one.path]
