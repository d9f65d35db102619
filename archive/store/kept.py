"""The captures that `scrapy crawl replay` reads again: pages of articles, and their further pages."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from archive.model import Listed


def kept_part(db: Database, url: str, source: str, first: int) -> int | None:
    """The capture of an article's further page that goes with the capture `first` of its first page: the next after it."""
    row = db.execute(
        "SELECT min(id) FROM captures WHERE url = ? AND source = ? AND role IN ('part', 'article') AND status = 200"
        " AND id > ?",
        [url, source, first],
    ).fetchone()
    part: int | None = row[0]
    return part


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """The capture of an article's page, with the page's entry in the list. Its WARC file may be missing."""

    url: str
    source: str
    capture: int
    listed: Listed | None


def kept_pages(db: Database) -> Iterator[KeptPage]:
    """The pages to read again: the capture of each release's current version, and the last one of each address whose
    reading failed.

    All are chosen at the first step, since the caller stores releases between the steps.
    """
    rows = db.execute(
        """SELECT v.capture, r.url, r.source, r.url_key FROM releases r
        JOIN versions v ON v.release = r.id AND v.version = r.version WHERE v.capture IS NOT NULL
        UNION ALL
        SELECT max(c.id), l.url, l.source, l.url_key FROM listings l
        JOIN captures c ON c.url = l.url AND c.source = l.source AND c.role = 'article' AND c.status = 200
        WHERE l.state = 'failed' GROUP BY l.url, l.source ORDER BY 1"""
    ).fetchall()
    listings = "SELECT url, title, date FROM listings WHERE url_key = ? AND source = ?"
    for capture, url, source, key in rows:
        listed = next(iter(db.query(listings, [key, source])), None)
        yield KeptPage(url=url, source=source, capture=capture, listed=Listed(**listed) if listed else None)
