"""The held captures of a source, and whether each was told to the archive: for a backfill that goes on."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.database import insert
from archive.model import Page
from archive.urls import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A held capture of a list or an article."""

    id: int
    url: str
    fetched: str
    status: int
    origin: str  # "": our own
    whole: bool  # it has its payload itself


def captures(db: Database, source: str) -> list[Capture]:
    """The held captures of a source's lists, articles and their further pages, in the order of their intake."""
    rows = db.query(
        "SELECT id, url, fetched, status, origin, refers_to IS NULL AS whole FROM captures"
        " WHERE source = ? AND role IN ('list', 'article', 'part') ORDER BY id",
        [source],
    )
    return [Capture(**{**row, "whole": bool(row["whole"])}) for row in rows]


def addresses(db: Database, source: str) -> set[str]:
    """Every address that the lists of a source have shown, or that a release of it has."""
    sql = "SELECT url FROM listings WHERE source = ?1 UNION SELECT url FROM releases WHERE source = ?1"
    return {url for (url,) in db.execute(sql, [source])}


def is_told(db: Database, capture: int, url: str, fetched: str) -> bool:
    """Whether a release has a version that was read from a capture, or a look at its time."""
    row = db.execute(
        "SELECT EXISTS (SELECT 1 FROM versions WHERE capture = ?) OR EXISTS (SELECT 1 FROM observations o JOIN releases r"
        " ON r.id = o.release WHERE r.url_key = ? AND o.at = ?)",
        [capture, canonical(url), fetched],
    ).fetchone()
    return bool(row[0])


def is_entered(db: Database, list_url: str, fetched: str) -> bool:
    """Whether the ledger has entries of a list for the time of a capture of it."""
    sql = "SELECT 1 FROM listings WHERE list_url = ?1 AND (first_listed = ?2 OR last_listed = ?2)"
    return db.execute(sql, [list_url, fetched]).fetchone() is not None


def note_theirs(db: Database, id: int, page: Page, *, ours: bool) -> None:
    """Note that captures of others are held of a release, which is `ours` when we followed it before."""
    row = {"release": id, "origin": urlsplit(page.origin).hostname or page.origin}
    followed = db.execute("SELECT first_seen FROM releases WHERE id = ?", [id]).fetchone()[0] if ours else None
    insert(db, "backfilled", {**row, "followed": followed}, conflict="IGNORE")


def note_ours(db: Database, id: int, page: Page) -> None:
    """Note that we have read the page of a release ourselves."""
    db.execute("UPDATE backfilled SET followed = ? WHERE release = ? AND followed IS NULL", [page.fetched, id])
