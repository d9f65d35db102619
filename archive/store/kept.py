"""The further pages of an article, among the captures."""

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
    """An article page that the archive keeps, with its entry in the list."""

    url: str
    source: str
    capture: int
    listed: Listed | None


def kept_pages(db: Database) -> Iterator[KeptPage]:
    """The page of each release's current version, and the last page of each article that failed to become one.

    The pages are chosen at the beginning: a release that is stored meanwhile does not change the choice.
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
