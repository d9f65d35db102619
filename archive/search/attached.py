"""Words in the files that releases link to: whether they stand there, and on which page."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from archive.database import column, has_table
from archive.search import matches
from archive.search import query as queries
from archive.search.asked import Asked
from archive.search.filters import filters

SHOWN = 3  # files of a hit that are shown with a passage
OFFERED = 200  # files that the index is asked for, the newest; more cost a reader more time than they are worth
PAGE_END = "\f"
_LINKING = """SELECT a.release AS value FROM json_each(?) AS m JOIN files AS f ON f.id = m.value
    JOIN attachments AS a ON a.sha256 = f.sha256"""
_TEXTS = """SELECT a.release, f.text FROM attachments AS a JOIN files AS f ON f.sha256 = a.sha256
    WHERE a.release IN ({marks}) AND f.text <> ''"""
_FOUND = """SELECT a.release, f.sha256, f.pages, f.text, f.method, a.name, a.url
    FROM attachments AS a JOIN files AS f ON f.sha256 = a.sha256
    WHERE a.release IN ({marks}) AND f.text <> '' AND f.id IN (
      SELECT rowid FROM files_fts WHERE files_fts MATCH ? AND rowid IN (
        SELECT i.id FROM files AS i JOIN attachments AS j ON j.sha256 = i.sha256 WHERE j.release IN ({marks})))
    ORDER BY a.id"""
_OFFERING = """SELECT f.id, a.release, f.sha256, f.pages, f.method, coalesce(nullif(a.name, ''), a.url) AS name,
    coalesce((SELECT min(c.seen) FROM attachment_contents AS c
      WHERE c.release = a.release AND c.url = a.url AND c.sha256 = a.sha256), a.seen) AS first_seen,
    CASE WHEN a.reason = '' THEN a.last_look END AS last_look
    FROM files_fts AS m CROSS JOIN files AS f ON f.id = m.rowid CROSS JOIN attachments AS a ON a.sha256 = f.sha256
    CROSS JOIN releases AS r ON r.id = a.release WHERE files_fts MATCH ? {where} ORDER BY m.rowid DESC"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A place in a file where the words stand. `page` counts from 1, 0: the file has but one; `ocr`: words of the file were guessed."""

    sha256: str
    name: str
    page: int
    snippet: list[matches.Span]
    ocr: bool = False


def has_files(db: sqlite3.Connection) -> bool:
    """Whether the snapshot has texts of files; an older one has none."""
    return has_table(db, "files_fts")


def holding(db: sqlite3.Connection, query: queries.Query, releases: Collection[int]) -> set[int]:
    """The releases of which one file truly holds all words of a query."""
    texts = db.execute(_TEXTS.format(marks=", ".join("?" * len(releases))), list(releases))
    found: set[int] = set()
    for release, text in texts:
        if release not in found and matches.holds(query, text):
            found.add(release)
    return found


def offered(db: sqlite3.Connection, query: queries.Query) -> tuple[list[int], bool]:
    """The releases that may have the words in a file, and whether there are more: the index is asked for the newest files."""
    if not has_files(db):
        return [], False
    sql = "SELECT rowid AS value FROM files_fts WHERE files_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
    files = column(db, sql, [queries.expression(query), OFFERED + 1])
    return column(db, _LINKING, [json.dumps(files[:OFFERED])]), len(files) > OFFERED


def texts_offered(db: sqlite3.Connection, expression: str, asked: Asked) -> Iterator[tuple[str, list[sqlite3.Row]]]:
    """The texts that the index offers, the newest file first, each with the links to it of releases that the filters leave."""
    if not has_files(db):
        return
    where, values = filters(asked)
    rows = db.execute(_OFFERING.format(where=where), [expression, *values])
    for id, links in groupby(rows, lambda row: row["id"]):
        yield db.execute("SELECT text FROM files WHERE id = ?", [id]).fetchone()["text"], list(links)


def passages(db: sqlite3.Connection, query: queries.Query, releases: Iterable[int]) -> dict[int, list[Passage]]:
    """For each release the passages of its first `SHOWN` files in which all words stand, one of each file."""
    ids = list(releases)
    found: dict[int, list[Passage]] = {}
    if not (ids and query.groups and has_files(db)):
        return found
    sql = _FOUND.format(marks=", ".join("?" * len(ids)))
    for release, sha256, pages, text, method, name, url in db.execute(sql, [*ids, queries.expression(query), *ids]):
        of_release = found.setdefault(release, [])
        if len(of_release) < SHOWN and matches.holds(query, text):
            number, page = _page(query, text)
            passage = Passage(
                sha256=sha256,
                name=name or url,
                page=number if pages > 1 else 0,
                snippet=matches.snippet(query, page),
                ocr=method == "ocr",
            )
            of_release.append(passage)
    return found


def _page(query: queries.Query, text: str) -> tuple[int, str]:
    """The first page on which all words stand, else the first with one of them: its number, and its text."""
    pages = text.split(PAGE_END)
    for number, page in enumerate(pages, 1):
        if matches.holds(query, page):
            return number, page
    for number, page in enumerate(pages, 1):
        if any(span.hit for span in matches.mark(query, page)):
            return number, page
    return 1, text  # the words run over the end of a page
