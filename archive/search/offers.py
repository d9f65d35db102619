"""The releases that the indexes offer for a query."""

import sqlite3
from dataclasses import dataclass, field, replace

from archive.database import column
from archive.search import attached
from archive.search import query as queries

COMMON = 5000  # candidates that the index is asked for; to read on takes longer than a reader waits
COUNTED = 2000  # up to this many candidates are all verified, so that the count is exact, and ranked
LOOKED_AT = 1000  # candidates whose titles are looked at where there are more; the archive took them in last


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The releases that the indexes offer for a query. They are asked once a page: looking them through takes most of the time."""

    ids: list[int] | None = None  # all that may have the words in their own text; None: not known
    common: bool = False  # these are more than `COMMON`
    counted: int = 0  # the index's number of common ones without unwanted words; above `COMMON` it counts no further
    newest: list[int] = field(default_factory=list)  # the last that the archive took in, where the words are common
    numbered: list[int] = field(default_factory=list)  # releases whose document number (文号) the query may name
    linking: list[int] = field(default_factory=list)  # those that may have the words in a file
    cut: bool = False  # these are not all

    @property
    def linking_alone(self) -> frozenset[int]:
        """The releases that have the words in a file, if anywhere."""
        return frozenset() if self.ids is None else frozenset(self.linking).difference(self.ids, self.numbered)


def offer(db: sqlite3.Connection, query: queries.Query, *, files: bool) -> Offer:
    """Ask the indexes for a query, that of texts for one more than `COMMON`; with `files` that of files, unless the words are common."""
    sql = "SELECT rowid AS value FROM releases_fts WHERE releases_fts MATCH ? ORDER BY rowid {} LIMIT ?"
    words = queries.expression(query)
    # forwards, a rare phrase of common signs takes a fifth less
    ids = column(db, sql.format("ASC"), (words, COMMON + 1))
    numbered = _numbered(db, query)
    if len(ids) > COMMON:
        newest = column(db, sql.format("DESC"), (words, LOOKED_AT))
        left = column(db, sql.format("ASC"), (queries.narrow_expression(query), COMMON + 1)) if query.without else ids
        return Offer(common=True, counted=len(left), newest=newest, numbered=numbered)
    linking, cut = attached.offered(db, query) if files else ([], False)
    return Offer(ids=ids, numbered=numbered, linking=linking, cut=cut)


def full_offer(db: sqlite3.Connection, query: queries.Query, *, files: bool) -> Offer:
    """Ask as `offer` does, with `files` that of files for common words too."""
    offered = offer(db, query, files=files)
    return replace(offered, linking=attached.offered(db, query)[0]) if files and offered.common else offered


def _numbered(db: sqlite3.Connection, query: queries.Query) -> list[int]:
    """Releases, `COUNTED` at most, with a 文号 in their metadata that may match one in the query."""
    globs = queries.number_globs(query)
    if not globs:
        return []
    # no ORDER BY: with one, SQLite walks through all releases by day instead of sorting the few matches
    number = "replace(replace(doc_number, ' ', ''), '\u3000', '')"
    same = " OR ".join(f"{number} GLOB ?" for _ in globs)
    return column(
        db, f"SELECT id AS value FROM releases WHERE doc_number IS NOT NULL AND ({same}) LIMIT {COUNTED}", globs
    )
