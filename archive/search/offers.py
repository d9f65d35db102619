"""The releases that the indexes offer for a query."""

import json
import sqlite3
from dataclasses import dataclass, field, replace

from archive.database import column, has_table
from archive.search import attached, matches, ranges
from archive.search import query as queries

COMMON = 5000  # candidates that the index is asked for; to read on takes longer than a reader waits
COUNTED = 2000  # up to this many candidates are all verified, so that the count is exact, and ranked
LOOKED_AT = 1000  # candidates whose titles are looked at where there are more; the archive took them in last
_NEWEST = "SELECT rowid AS value FROM releases_fts WHERE releases_fts MATCH ? ORDER BY rowid DESC LIMIT ?"
# the part of a number up to its year: 云水发〔2026〕18号, 云水公告2026年第5号
_SIGN = "substr(doc_number || '〔', 1, instr(replace(replace(doc_number || '〔', '1', '〔'), '2', '〔'), '〔'))"
_LAST = "char(0x10FFFF)"  # behind a sign: no number of it comes later
# from each sign straight to the next one: some hundreds take a millisecond, all numbers of 100,000 releases 50
_SIGNS = f"""WITH RECURSIVE signs(sign) AS (
    SELECT (SELECT {_SIGN} FROM main.releases WHERE doc_number > '' ORDER BY doc_number LIMIT 1)
    UNION SELECT (SELECT {_SIGN} FROM main.releases WHERE doc_number > sign || {_LAST} ORDER BY doc_number LIMIT 1)
    FROM signs WHERE sign IS NOT NULL)
  SELECT sign AS value FROM signs WHERE sign IS NOT NULL"""
_SIGNED = f"""SELECT r.id AS value FROM json_each(?) AS s CROSS JOIN main.releases AS r
    ON r.doc_number BETWEEN s.value AND s.value || {_LAST}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The releases that the indexes offer for a query. They are asked once a page: looking them through takes most of the time."""

    ids: list[int] | None = None  # all that may have the words in their own text; None: not known
    common: bool = False  # these are more than `COMMON`
    counted: int = 0  # the index's number of common ones without unwanted words; above `COMMON` it counts no further
    newest: list[int] = field(default_factory=list)  # the last that the archive took in, where the words are common
    numbered: list[int] = field(default_factory=list)  # releases whose document number (文号) the query may name
    signed: list[int] = field(default_factory=list)  # releases with a word of the query in their number before its year
    linking: list[int] = field(default_factory=list)  # those that may have the words in a file
    cut: bool = False  # the last two are not all

    @property
    def linking_alone(self) -> frozenset[int]:
        """The releases that have the words in a file, if anywhere."""
        return (
            frozenset()
            if self.ids is None
            else frozenset(self.linking).difference(self.ids, self.numbered, self.signed)
        )


def offer(db: sqlite3.Connection, query: queries.Query, *, files: bool) -> Offer:
    """Ask the indexes for a query, that of texts for one more than `COMMON`; with `files` that of files, unless the words are common."""
    words = queries.expression(query)
    ids = ranges.offered(db, words, COMMON + 1)
    numbered, signed = _numbered(db, query), _signed(db, query)
    if len(ids) > COMMON:
        newest = column(db, _NEWEST, (words, LOOKED_AT))
        left = ranges.offered(db, queries.narrow_expression(query), COMMON + 1) if query.without else ids
        return Offer(common=True, counted=len(left), newest=newest, numbered=numbered, signed=signed)
    linking, cut = attached.offered(db, query) if files else ([], False)
    cut = cut or len(signed) > COUNTED or len(numbered) > COUNTED
    return Offer(ids=ids, numbered=numbered, signed=signed, linking=linking, cut=cut)


def full_offer(db: sqlite3.Connection, query: queries.Query, *, files: bool) -> Offer:
    """Ask as `offer` does, with `files` that of files for common words too."""
    offered = offer(db, query, files=files)
    return replace(offered, linking=attached.offered(db, query)[0]) if files and offered.common else offered


def _numbered(db: sqlite3.Connection, query: queries.Query) -> list[int]:
    """Releases, one more than `COUNTED` at most, with a 文号 in their metadata that may match one in the query."""
    globs = queries.number_globs(query)
    if not globs:
        return []
    # no ORDER BY: with one, SQLite walks through all releases by day instead of sorting the few matches
    number = "replace(replace(doc_number, ' ', ''), '\u3000', '')"
    same = " OR ".join(f"{number} GLOB ?" for _ in globs)
    return column(
        db, f"SELECT id AS value FROM releases WHERE doc_number IS NOT NULL AND ({same}) LIMIT {COUNTED + 1}", globs
    )


def _signed(db: sqlite3.Connection, query: queries.Query) -> list[int]:
    """Releases that have a word of the query in the sign of their 文号 (云水发), and that the index offers for the groups without such a
    word: the last taken in, one more than `COUNTED` at most.

    The numbers are those of now: as of a moment, a release that had another one then is looked through anyway.
    """
    words = queries.sign_words(query)
    if not words or not has_table(db, "releases_number"):  # without that index each step would read all releases
        return []
    signs = column(db, _SIGNS)
    held = {word: [sign for sign in signs if matches.printed_pattern(word).search(sign)] for word in words}
    found = sorted({sign for some in held.values() for sign in some})
    if not found:
        return []
    others = tuple(group for group in query.groups if not any(held.get(word) for word in group))
    sql, values = _SIGNED, [json.dumps(found)]
    if others:
        asked = "SELECT rowid AS value FROM releases_fts WHERE releases_fts MATCH ? LIMIT ?"
        offered = column(db, asked, [queries.expression(queries.Query(groups=others)), COMMON + 1])
        if len(offered) <= COMMON:
            # + lets SQLite find the releases by their numbers: by their ids it would read their long rows
            sql, values = f"{sql} WHERE +r.id IN (SELECT value FROM json_each(?))", [*values, json.dumps(offered)]
    return column(db, f"{sql} ORDER BY r.id DESC LIMIT {COUNTED + 1}", values)
