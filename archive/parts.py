"""The further pages of an article, among the captures."""

from sqlite_utils import Database


def kept_part(db: Database, url: str, source: str, first: int) -> int | None:
    """The capture of an article's further page that goes with the capture `first` of its first page: the next after it."""
    row = db.execute(
        "SELECT min(id) FROM captures WHERE url = ? AND source = ? AND role IN ('part', 'article') AND status = 200"
        " AND id > ?",
        [url, source, first],
    ).fetchone()
    part: int | None = row[0]
    return part
