"""Make a copy of the archive fit for the public: withhold, mask and forget."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from archive.search import index
from archive.snapshots.columns import COLUMNS
from archive.store.delete import forget_addresses, forget_captures, placeholders, releases_at
from archive.store.removed import hidden, removed
from archive.texts import markup
from archive.texts.personal_numbers import FEWEST, mask_figures, mask_persons, suspected

Mask = Callable[[str], str]
Suspects = dict[str, list[tuple[int, ...]]]  # keys of rows, by table

EXTRACT = 60  # code points at most
PROTECTION = 8  # version of the rules by which texts are withheld and numbers masked; raise it when they protect more
LONGEST_TITLE = 80  # signs of a title whose source is not official: a title may be a whole text
# the tables and columns of a public snapshot; a new one is published only on purpose, by a word here
PUBLISHED = {
    "sources": "id name region level family url rights evidence note",
    "crawls": "id source started finished vantage outcome listed new changed unchanged failed blocked skipped problems"
    " origin",
    "captures": "id url source role fetched status sha256 media_type etag last_modified warc offset length refers_to"
    " taken_in origin",
    "backfilled": "release origin followed",
    "listings": "url source url_key list_url title date first_listed last_listed first_crawl state attempts next_try"
    " reason unlisted",
    "releases": " ".join(COLUMNS),
    "versions": "release version kind seen title text text_sha256 capture edits markup changed facts files figures rules",
    "looks": "release last_look next_look capture",
    "observations": "release at outcome status counted origin",
    "status_changes": "release at status",
    "source_events": "source at kind looks failed",
    "relations": "a b kind containment jaccard changed_numbers a_file b_file",
    "origins": "cluster release rule source",
    "repeats": "release version start length of_start text",
    "turns": "release n speaker role kind start length",
    "indicators": "release n name place period value unit change change_unit direction basis start length",
    "citations": "release n title doc_number start target",
    "provenance": "release field rule raw capture start length rules",
    "attachments": "id release url name state reason capture media_type size sha256 contents seen last_look shown",
    "attachment_contents": "release url n sha256 media_type size capture seen",
    "files": "id sha256 state method reason pages read rules salt text",
    "walks": "source list_url crawl",
    "removed": "url url_key removed_at reason",
    "salts": "release version salt",
    "folds": "code becomes",
    "_sqlite_migrations": "id migration_set name applied_at",
}
_VIEWS = {"releases_spaced", "files_spaced", "number_gaps"} | {
    f"{name}{of}" for name in ("lifetimes", "survival") for of in ("", "_with_history")
}
_TRIGGERS = {"versions_salt"}
# the columns that are published as they stand: names that we give, addresses, digests, times, words of our own
UNMASKED = frozenset(
    [
        "id",
        "source",
        "cluster",
        "url",
        "url_key",
        "list_url",
        "sha256",
        "text_sha256",
        "text_key",
        "salt",
        "warc",
        "region",
        "level",
        "family",
        "rights",
        "evidence",
        "vantage",
        "outcome",
        "captures.role",
        "media_type",
        "state",
        "kind",
        "status",
        "rule",
        "field",
        "language",
        "started",
        "finished",
        "fetched",
        "taken_in",
        "captures.origin",
        "observations.origin",
        "crawls.origin",
        "backfilled.origin",
        "followed",
        "known_from",
        "first_listed",
        "last_listed",
        "first_seen",
        "published",
        "published_meta",
        "written",
        "effective",
        "expires",
        "at",
        "seen",
        "last_look",
        "next_look",
        "next_try",
        "removed_at",
        "unlisted",
        "year",
        "versions.files",
        "changed",
        "method",
        "read",
        "direction",
        "a_file",
        "b_file",
    ]
)
# values without the words around them, by which a number is known
BARE = {("relations", "changed_numbers"), ("provenance", "raw")}
# JSON, whose strings have escapes in the place of line ends and tabs
STRUCTURED = {
    ("releases", "problems"),
    ("crawls", "problems"),
    ("versions", "facts"),
    ("versions", "figures"),
    ("relations", "changed_numbers"),
}
_MASKED_APART = {("versions", "markup")}  # a number may be bold or linked in part

_SENTENCE_END = re.compile(r"[。！？；…!?;\n]|\.(?=\s|$)")


def excerpt(text: str) -> str:
    """The beginning of a sentence of `text`, at most half of it and `EXTRACT` code points, and ……

    No sentence of four signs or more stands whole in it. A text of short sentences only becomes …… alone, no text none.
    """
    if not text:
        return ""
    sentences = [part.strip() for part in _SENTENCE_END.split(text)]
    short = {sentence for sentence in sentences if 4 <= len(sentence) <= EXTRACT}
    for sentence in sentences:
        beginning = sentence[: min(EXTRACT, len(sentence) // 2)]
        if len(beginning) >= 8 and not any(other in beginning for other in short):
            return f"{beginning}……"
    return "……"


def _plainly(mask: Mask) -> Callable[[str | None], str | None]:
    return lambda text: text and mask(text)


def _in_json(mask: Mask) -> Callable[[str | None], str | None]:
    def masked(text: str | None) -> str | None:
        if not text or len(text) < FEWEST:
            return text
        try:
            held = json.loads(text)
        except ValueError:
            return mask(text)  # an archive that was merged may hold anything
        shown = _in_strings(mask, held)
        return text if shown == held else json.dumps(shown, ensure_ascii=False)

    return masked


def _in_strings(mask: Mask, held: Any) -> Any:
    if isinstance(held, dict):
        return {name: _in_strings(mask, value) for name, value in held.items()}
    if isinstance(held, list):
        return [_in_strings(mask, value) for value in held]
    return mask(held) if isinstance(held, str) else held


_MASKS = {  # SQL functions
    "mask": _plainly(mask_persons),
    "mask_bare": _plainly(mask_figures),
    "mask_json": _in_json(mask_persons),
    "mask_bare_json": _in_json(mask_figures),
}


@dataclass(frozen=True, slots=True)
class _Long:
    """A table with long texts: its key, and whether the numbers in a column may be divided by marks of form."""

    key: tuple[str, ...]
    columns: Mapping[str, bool]


_LONG = {
    "releases": _Long(("id",), {"text": False}),
    "versions": _Long(("release", "version"), {"text": False, "markup": True}),
    "files": _Long(("id",), {"text": False}),
}
_READ = {("versions", "text"): "CASE WHEN text IS NOT (SELECT text FROM releases WHERE id = release) THEN text END"}
_BATCH = 100  # rows that are looked through at a time


def suspects(db: sqlite3.Connection) -> Suspects:
    """The keys of the rows whose long texts may hold a number of a person, in a copy or the archive that it was made of.

    A version that has the text of its release is looked through with it.
    """
    found = {table: [*_suspects(db, table, long)] for table, long in _LONG.items()}
    releases = json.dumps([id for (id,) in found["releases"]])
    own = db.execute(
        "SELECT release, version FROM versions WHERE release IN (SELECT value FROM json_each(?))", [releases]
    )
    return found | {"versions": [*{*found["versions"], *own}]}


def _suspects(db: sqlite3.Connection, table: str, long: _Long) -> Iterator[tuple[int, ...]]:
    columns = [_READ.get((table, column), column) for column in long.columns]
    rows = db.execute(f"SELECT {', '.join((*long.key, *columns))} FROM {table}")
    while batch := list(islice(rows, _BATCH)):
        found = np.zeros(len(batch), bool)
        for place, scattered in enumerate(long.columns.values(), len(long.key)):
            found |= suspected([row[place] or "" for row in batch], scattered=scattered)
        yield from (batch[at][: len(long.key)] for at in np.flatnonzero(found))


def prepare(db: sqlite3.Connection, found: Suspects) -> list[int]:
    """Make the archive that `db` has open fit to be published. Only ever for a copy: the removed texts are lost.

    What is removed is forgotten; sources that are not `official` keep metadata, an extract, digests and links; personal
    numbers are masked, in long texts those of the rows that are `found`. `merge`, and a copy of
    its tables, then leave behind what stood there. Returns the releases whose titles or texts were changed.
    """
    db.create_function("excerpt", 1, excerpt, deterministic=True)
    for name, mask in _MASKS.items():
        db.create_function(name, 1, mask, deterministic=True)
    db.create_function("mask_markup", 1, markup.mask, deterministic=True)
    db.create_function("digest", 1, lambda text: sha256(text.encode()).hexdigest(), deterministic=True)
    db.create_function("hidden", 1, hidden, deterministic=True)
    db.execute("PRAGMA foreign_keys = OFF")
    with db:
        db.execute("BEGIN")
        _drop_others(db)
        _forget_removed(db)
        _note_changes(db)
        _note_suspects(db, found)
        _hide_guessable(db)
        _mask_all(db)
        _withhold(db)
        db.execute("UPDATE captures SET warc = '', offset = 0, length = 0")
        changed = [id for (id,) in db.execute("SELECT id FROM indexed")]
    db.execute(f"PRAGMA user_version = {PROTECTION}")
    return changed


def merge(db: sqlite3.Connection) -> None:
    """Bring the search index of a prepared copy to its texts, and merge it: words that were deleted stay in it until then."""
    with db:
        db.execute("BEGIN IMMEDIATE")  # others open the copy: SQLite waits for no lock where a read becomes a write
        _index_again(db)
    index.optimize(db)


@dataclass(frozen=True, slots=True)
class Guard:
    """How a public database was made: the version of the rules, and the sources whose texts it holds in full."""

    protection: int
    official: frozenset[str]

    def covers(self, now: "Guard") -> bool:
        """Whether it withholds all that is withheld `now`."""
        return self.protection >= now.protection and self.official <= now.official


def guard_of(path: Path) -> Guard:
    """The guard of a database, a snapshot's or the live one's; for the latter, the one that a snapshot would have now."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        made = db.execute("PRAGMA user_version").fetchone()[0]
        official = db.execute("SELECT id FROM sources WHERE rights = 'official'").fetchall()
    return Guard(made, frozenset(id for (id,) in official))


def _drop_others(db: sqlite3.Connection) -> None:
    kept = {*PUBLISHED, *index.TABLES, *_VIEWS, *_TRIGGERS}
    there = db.execute(
        "SELECT name, type, rootpage FROM sqlite_master WHERE type IN ('table', 'view', 'trigger')"
    ).fetchall()
    others = [row for row in there if row[0] not in kept and not row[0].startswith("sqlite_")]
    # its rows stand in ordinary tables; the extension that would drop it may be missing
    virtual = [name for name, kind, root in others if kind == "table" and not root]
    db.execute("PRAGMA writable_schema = ON")
    db.executemany("DELETE FROM sqlite_master WHERE name = ?", [(name,) for name in virtual])
    db.execute("PRAGMA writable_schema = OFF")
    for name, kind, _ in others:
        if name not in virtual:
            db.execute(f'DROP {kind} IF EXISTS "{name}"')  # a table takes its triggers along
    for table, columns in PUBLISHED.items():
        for _, name, _, required, default, key in db.execute(f"PRAGMA table_info({table})").fetchall():
            if name not in columns.split() and not key:
                empty = default or ("''" if required else "NULL")
                db.execute(f'UPDATE {table} SET "{name}" = {empty}')


def _forget_removed(db: sqlite3.Connection) -> None:
    """Take out every trace of the removed addresses; of each, only a digest of its key says that it was removed."""
    keys = removed(db).keys
    if not keys:
        return
    ids = releases_at(db, keys)
    linked = "SELECT release, capture FROM attachments UNION SELECT release, capture FROM attachment_contents"
    own = f"SELECT capture FROM ({linked}) WHERE capture IS NOT NULL AND release {{}}IN ({placeholders(ids)})"
    lost = [id for (id,) in db.execute(f"{own.format('')} EXCEPT {own.format('NOT ')}", [*ids, *ids])]
    forget_captures(db, f"id IN ({placeholders(lost)})", lost)
    forget_addresses(db, keys, hide_address=True)
    db.execute("UPDATE removed SET url = hidden(url), url_key = hidden(url_key), reason = ''")


def _note_suspects(db: sqlite3.Connection, found: Suspects) -> None:
    for table, long in _LONG.items():
        key = ", ".join(long.key)
        db.execute(f"CREATE TEMP TABLE suspects_{table} ({key}, PRIMARY KEY ({key})) WITHOUT ROWID")
        db.executemany(f"INSERT INTO suspects_{table} VALUES ({placeholders(long.key)})", found[table])


def _changes(table: str, column: str, mask: str) -> str:
    """The SQL condition that finds the rows in which masking changes a column."""
    changes = f"{mask}({column}) <> {column}"
    if column not in (_LONG[table].columns if table in _LONG else ()):
        return changes
    key = ", ".join(_LONG[table].key)
    return f"({key}) IN (SELECT {key} FROM suspects_{table}) AND {changes}"


def _hide_guessable(db: sqlite3.Connection) -> None:
    """Take away the digests of plain texts with masked numbers: with the rest of the text the digits could be tried."""
    found = f"SELECT id, sha256, text FROM files WHERE method = 'text' AND {_changes('files', 'text', 'mask')}"
    for id, was, text in db.execute(found).fetchall():
        now = sha256(f"{id}\n{mask_persons(text)}".encode()).hexdigest()
        lost = f"SELECT capture FROM attachment_contents WHERE sha256 = '{was}'"
        db.execute(f"UPDATE captures SET sha256 = ? WHERE id IN ({lost}) OR sha256 = ?", [now, was])
        for table in ("attachments", "attachment_contents", "files"):
            db.execute(f"UPDATE {table} SET sha256 = ? WHERE sha256 = ?", [now, was])
        for end in ("a_file", "b_file"):
            db.execute(f"UPDATE relations SET {end} = ? WHERE {end} = ?", [now, was])


def _mask_all(db: sqlite3.Connection) -> None:
    # with a digest of the whole text, the masked digits could be found by trying all
    for table, digest in (("versions", "text_sha256"), ("releases", "text_key")):
        db.execute(f"UPDATE {table} SET {digest} = digest(mask(text)) WHERE {_changes(table, 'text', 'mask')}")
    for table in PUBLISHED:
        for column in masked_columns(db, table):
            mask = _mask_of(table, column)
            db.execute(f"UPDATE {table} SET {column} = {mask}({column}) WHERE {_changes(table, column, mask)}")
    db.execute(
        f"UPDATE versions SET markup = mask_markup(markup) WHERE {_changes('versions', 'markup', 'mask_markup')}"
    )


def _mask_of(table: str, column: str) -> str:
    """The name of the SQL function that masks a column."""
    mask = "mask_bare" if (table, column) in BARE else "mask"
    return f"{mask}_json" if (table, column) in STRUCTURED else mask


def masked_columns(db: sqlite3.Connection, table: str) -> list[str]:
    """The published columns of a table in which the numbers of persons are masked: every one that holds text."""
    texts = [name for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})") if kind == "TEXT"]
    left = UNMASKED | {name for name in texts if f"{table}.{name}" in UNMASKED or (table, name) in _MASKED_APART}
    return [name for name in texts if name in PUBLISHED[table].split() and name not in left]


def _withhold(db: sqlite3.Connection) -> None:
    others = "SELECT r.id FROM releases AS r JOIN sources AS s ON s.id = r.source WHERE s.rights <> 'official'"
    db.execute(f"DELETE FROM turns WHERE release IN ({others})")
    db.execute(f"DELETE FROM indicators WHERE release IN ({others})")
    db.execute(f"DELETE FROM repeats WHERE release IN ({others})")
    db.execute(f"UPDATE provenance SET raw = '', start = NULL, length = NULL WHERE release IN ({others})")
    db.execute(f"UPDATE versions SET text = '', markup = '', edits = '[]', figures = NULL WHERE release IN ({others})")
    db.execute(f"UPDATE releases SET text = excerpt(text), problems = '[]' WHERE id IN ({others})")
    long, cut = f"length(title) > {LONGEST_TITLE}", f"substr(title, 1, {LONGEST_TITLE - 1}) || '…'"
    db.execute(f"UPDATE releases SET title = {cut} WHERE {long} AND id IN ({others})")
    db.execute(f"UPDATE versions SET title = {cut} WHERE {long} AND release IN ({others})")
    # a file's text follows the releases that link to it: one official source is enough
    official = f"SELECT sha256 FROM attachment_contents WHERE release NOT IN ({others})"
    db.execute(f"UPDATE files SET text = '' WHERE text <> '' AND sha256 NOT IN ({official})")
    strangers = "SELECT id FROM sources WHERE rights <> 'official'"
    db.execute(f"UPDATE listings SET title = {cut} WHERE {long} AND source IN ({strangers})")


def _note_changes(db: sqlite3.Connection) -> None:
    """Keep the indexed words of releases and files that change: an index row can only be deleted with them."""
    db.execute("CREATE TEMP TABLE indexed (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
    db.execute("""CREATE TEMP TRIGGER changes BEFORE UPDATE OF title, text ON releases BEGIN
        INSERT OR IGNORE INTO indexed VALUES (old.id, old.title, old.text); END""")
    db.execute("CREATE TEMP TABLE indexed_files (id INTEGER PRIMARY KEY, text TEXT)")
    db.execute("""CREATE TEMP TRIGGER file_changes BEFORE UPDATE OF text ON files BEGIN
        INSERT OR IGNORE INTO indexed_files VALUES (old.id, old.text); END""")


def _index_again(db: sqlite3.Connection) -> None:
    changed = db.execute("""SELECT id, was.title, was.text, now.title, now.text
        FROM indexed AS was JOIN releases AS now USING (id)""")
    for id, *texts in changed:
        index.write(db, id, (texts[0], texts[1]), (texts[2], texts[3]))
    for id, was, now in db.execute(
        "SELECT id, was.text, now.text FROM indexed_files AS was JOIN files AS now USING (id)"
    ):
        index.write_file(db, id, was, now)
