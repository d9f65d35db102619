"""The design that one writes first: read and store where the answer comes in."""

import hashlib
from collections.abc import Iterator
from typing import Any

from scrapy.http import Response

from tests.bench import fetching


class NaiveSpider(fetching.FetchSpider):
    """trafilatura in the callback, and each release upserted with sqlite-utils into a table with a trigram index."""

    name = "naive"

    def __init__(self, lists: str, db: str) -> None:
        from sqlite_utils import Database

        super().__init__(lists)
        self.db = Database(db)
        self.db.enable_wal()
        table = self.db.table("releases").create(
            {"id": str, "url": str, "title": str, "date": str, "text": str}, pk="id"
        )
        table.enable_fts(["title", "text"], create_triggers=True, tokenize="trigram")

    def parse_article(self, response: Response) -> Iterator[Any]:
        import trafilatura

        found = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True, include_comments=False)
        row = {
            "id": hashlib.sha256(response.url.encode()).hexdigest()[:16],
            "url": response.url,
            "title": found.title,
            "date": found.date,
            "text": found.text,
        }
        self.db.table("releases").upsert(row, pk="id")
        yield row
