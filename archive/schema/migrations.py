"""The schema of archive.db, as numbered steps. A step that has been released is never changed; a new one follows it.

A step calls nothing outside this file, since other modules change: the rules that it needs stand frozen beside it.
"""

import re
import unicodedata
from importlib.resources import files

from sqlite_utils import Database, Migrations

migrations = Migrations("archive")


def _run(db: Database, script: str) -> None:
    # executescript() would commit the transaction that the migration runs in
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m001_archive(db: Database) -> None:
    _run(
        db,
        """
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    region TEXT NOT NULL,              -- GB/T 2260, six digits
    level TEXT NOT NULL,               -- national | province | city | county
    family TEXT NOT NULL,
    url TEXT NOT NULL,                 -- its first list page
    rights TEXT NOT NULL,              -- official | press | unknown
    evidence TEXT NOT NULL,            -- live | capture | transcribed | reported
    note TEXT NOT NULL DEFAULT ''
);
CREATE TABLE crawls (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL REFERENCES sources(id),
    started TEXT NOT NULL,
    finished TEXT,                     -- null: running, or killed
    vantage TEXT NOT NULL DEFAULT '',
    outcome TEXT,                      -- ok | quiet | suspect | broken | blocked
    listed INTEGER NOT NULL DEFAULT 0, -- links that the list pages showed
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0,
    problems TEXT NOT NULL DEFAULT '[]' -- JSON list of sentences
);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,
    source TEXT,
    role TEXT NOT NULL,                -- list | article | robots | other
    fetched TEXT NOT NULL,
    status INTEGER NOT NULL,
    sha256 TEXT NOT NULL,              -- of the payload as sent, Content-Encoding not undone
    media_type TEXT NOT NULL DEFAULT '',
    etag TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    warc TEXT NOT NULL,                -- path below the archive's folder
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    refers_to INTEGER REFERENCES captures(id) -- a revisit record: the capture that holds the payload
);
CREATE INDEX captures_url ON captures(url, id);
CREATE TABLE listings (
    url TEXT NOT NULL,                 -- as first listed
    source TEXT NOT NULL REFERENCES sources(id),
    url_key TEXT NOT NULL,
    list_url TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    date TEXT NOT NULL DEFAULT '',
    first_listed TEXT NOT NULL,
    last_listed TEXT NOT NULL,
    first_crawl INTEGER NOT NULL REFERENCES crawls(id),
    state TEXT NOT NULL,               -- pending | held | failed | blocked | skipped
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,
    reason TEXT NOT NULL DEFAULT '',   -- no-text, no-title, http-404, too-large, excluded, …
    PRIMARY KEY (url, source)
);
CREATE INDEX listings_key ON listings(url_key, source);
CREATE INDEX listings_state ON listings(source, state);
CREATE TABLE walks (
    source TEXT NOT NULL REFERENCES sources(id),
    list_url TEXT NOT NULL,
    crawl INTEGER NOT NULL REFERENCES crawls(id), -- the last crawl that walked this list to its end
    PRIMARY KEY (source, list_url)
);
CREATE TABLE releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL,                 -- as first seen
    url_key TEXT NOT NULL UNIQUE,      -- canonical
    source TEXT NOT NULL REFERENCES sources(id),
    title TEXT NOT NULL CHECK (title <> ''),
    text TEXT NOT NULL CHECK (text <> ''), -- paragraphs divided by one newline
    published TEXT,                    -- as printed, Asia/Shanghai; the day alone when no time is printed
    published_meta TEXT,               -- what PubDate says
    publisher TEXT,                    -- 来源
    author TEXT,
    editor TEXT,                       -- 责编
    issuer TEXT,                       -- 发文机关
    doc_number TEXT,                   -- 文号
    index_number TEXT,                 -- 索引号
    written TEXT,                      -- 成文日期
    language TEXT,
    version INTEGER NOT NULL,
    cluster INTEGER REFERENCES releases(id) DEFERRABLE INITIALLY DEFERRED,
    status TEXT NOT NULL DEFAULT 'live', -- live | unlisted | suspect | gone | moved
    first_seen TEXT NOT NULL,
    changed TEXT NOT NULL,             -- when the current version was first seen
    text_key TEXT NOT NULL,            -- digest of the normalised text
    problems TEXT NOT NULL DEFAULT '[]' -- JSON list of what reading the page met
);
CREATE INDEX releases_source ON releases(source, published);
CREATE INDEX releases_published ON releases(published);
CREATE INDEX releases_cluster ON releases(cluster);
CREATE INDEX releases_text_key ON releases(text_key);
CREATE TABLE versions (
    release INTEGER NOT NULL REFERENCES releases(id),
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,                -- published | reread
    seen TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    text_sha256 TEXT NOT NULL,
    capture INTEGER REFERENCES captures(id),
    PRIMARY KEY (release, version)
);
CREATE TABLE looks (
    release INTEGER PRIMARY KEY REFERENCES releases(id),
    last_look TEXT NOT NULL,
    next_look TEXT NOT NULL,
    quiet INTEGER NOT NULL DEFAULT 0   -- looks in a row that found nothing changed
);
CREATE INDEX looks_next ON looks(next_look);
CREATE TABLE observations (
    release INTEGER NOT NULL REFERENCES releases(id),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,             -- same | changed | missing | redirected | blocked | unreachable
    status INTEGER,                    -- of HTTP; null when nothing answered
    PRIMARY KEY (release, at)
);
CREATE TABLE relations (
    a INTEGER NOT NULL REFERENCES releases(id), -- the copy, or the part
    b INTEGER NOT NULL REFERENCES releases(id), -- its cluster's representative, or the whole
    kind TEXT NOT NULL,                -- duplicate | part_of
    containment REAL NOT NULL,         -- of a in b
    jaccard REAL NOT NULL,
    changed_numbers TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (a, b)
);
CREATE INDEX relations_b ON relations(b);
CREATE TABLE repeats (
    release INTEGER NOT NULL REFERENCES releases(id),
    version INTEGER NOT NULL,
    start INTEGER NOT NULL,            -- in the text before collapse
    length INTEGER NOT NULL,
    of_start INTEGER NOT NULL,
    text TEXT NOT NULL,                -- what was taken out
    PRIMARY KEY (release, version, start)
);
CREATE TABLE turns (
    release INTEGER NOT NULL REFERENCES releases(id),
    n INTEGER NOT NULL,
    speaker TEXT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,                -- question | answer | statement | moderator
    start INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (release, n)
);
CREATE INDEX turns_speaker ON turns(speaker);
CREATE TABLE citations (
    release INTEGER NOT NULL REFERENCES releases(id),
    n INTEGER NOT NULL,
    title TEXT NOT NULL,               -- 《…》 without the marks
    doc_number TEXT NOT NULL DEFAULT '',
    start INTEGER NOT NULL,
    target INTEGER REFERENCES releases(id),
    PRIMARY KEY (release, n)
);
CREATE INDEX citations_title ON citations(title);
CREATE INDEX citations_target ON citations(target);
CREATE TABLE provenance (
    release INTEGER NOT NULL REFERENCES releases(id),
    field TEXT NOT NULL,
    rule TEXT NOT NULL,                -- label | meta | table | list | text
    raw TEXT NOT NULL,
    PRIMARY KEY (release, field)
);
CREATE TABLE removed (
    url TEXT PRIMARY KEY,
    url_key TEXT NOT NULL,
    removed_at TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX removed_key ON removed(url_key);
""",
    )


def _m002_spaced(column: str) -> str:
    """The characters of a column as the index has them: a zero-width space around each Chinese sign, width folded."""
    return f"""(WITH RECURSIVE
    chunk(s, rest) AS (
      SELECT substr({column}, 1, 64), substr({column}, 65)
      UNION ALL SELECT substr(rest, 1, 64), substr(rest, 65) FROM chunk WHERE rest <> ''),
    place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < 64)
    SELECT coalesce(group_concat(CASE
      WHEN u BETWEEN 12293 AND 65284 THEN char(8203, u, 8203)
      WHEN u = 65285 THEN char(37) WHEN u = 12288 THEN char(32) WHEN u = 9675 THEN char(8203, 12295, 8203) WHEN u = 9711 THEN char(8203, 12295, 8203)
      WHEN u BETWEEN 65296 AND 65305 OR u BETWEEN 65313 AND 65338 OR u BETWEEN 65345 AND 65370 THEN char(u - 65248)
      WHEN u >= 12293 THEN char(8203, u, 8203)
      ELSE char(u) END, ''), '')
    FROM (SELECT unicode(substr(s, i, 1)) AS u FROM chunk CROSS JOIN place WHERE i <= length(s)))"""


@migrations()
def m002_search(db: Database) -> None:
    db.execute(f"""CREATE VIEW releases_spaced AS SELECT id,
  {_m002_spaced("r.title")} AS title,
  {_m002_spaced("r.text")} AS text
FROM releases AS r""")
    db.execute("""CREATE VIRTUAL TABLE releases_fts USING fts5(
  title, text, content='releases_spaced', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""")
    db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('rank', 'bm25(8.0, 1.0)')")


@migrations()
def m003_duplicates(db: Database) -> None:
    _run(
        db,
        """
CREATE TABLE shingles (
    hash INTEGER NOT NULL,             -- of a sampled shingle of the normalised text, 32 bits, signed
    release INTEGER NOT NULL,
    PRIMARY KEY (hash, release)
) WITHOUT ROWID;
""",
    )


@migrations()
def m004_life(db: Database) -> None:
    _run(
        db,
        """
-- how it came from the version before, JSON as archive/texts/sentences.py says
ALTER TABLE versions ADD COLUMN edits TEXT NOT NULL DEFAULT '[]';
-- when its list was first seen without it; null: as far as we know it is listed
ALTER TABLE listings ADD COLUMN unlisted TEXT;
ALTER TABLE looks DROP COLUMN quiet;
-- the last answer that was the release, for conditional requests
ALTER TABLE looks ADD COLUMN capture INTEGER;
-- 1; 0: says nothing of the page (unobserved); null: not judged yet
ALTER TABLE observations ADD COLUMN counted INTEGER;
CREATE INDEX observations_at ON observations(at);
CREATE INDEX observations_open ON observations(release) WHERE counted IS NULL;
CREATE TABLE status_changes (
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    at TEXT NOT NULL,
    status TEXT NOT NULL,              -- what it became: live | unlisted | suspect | gone | moved
    PRIMARY KEY (release, at)
);
CREATE TABLE source_events (
    source TEXT NOT NULL REFERENCES sources(id),
    at TEXT NOT NULL,
    kind TEXT NOT NULL,                -- unreachable | blocked | vanished | moved
    looks INTEGER NOT NULL,            -- how many pages were looked at
    failed INTEGER NOT NULL,           -- how many of them share that fate
    PRIMARY KEY (source, at, kind)
);
CREATE VIEW lifetimes AS
SELECT release, source, status = 'gone' AS died,
    CASE WHEN status = 'gone' THEN (julianday(last_alive) + julianday(first_failed)) / 2 ELSE julianday(last_alive) END
    - julianday(first_seen) AS days,
    first_seen, last_alive, first_failed
FROM (
    SELECT *, (SELECT min(at) FROM observations o WHERE o.release = seen.release AND at > last_alive
        AND counted = 1 AND outcome IN ('missing', 'redirected')) AS first_failed
    FROM (
        SELECT id AS release, source, status, first_seen, max(first_seen, coalesce((SELECT max(at) FROM observations o
            WHERE o.release = releases.id AND outcome IN ('same', 'changed')), '')) AS last_alive
        FROM releases
    ) AS seen
);
CREATE VIEW survival AS
WITH RECURSIVE
lives AS MATERIALIZED (
    SELECT source, CAST(days AS INTEGER) AS days, sum(died) AS deaths, count(*) AS ended
    FROM lifetimes GROUP BY source, CAST(days AS INTEGER)
),
steps AS MATERIALIZED (
    SELECT source, days, deaths, at_risk, row_number() OVER (PARTITION BY source ORDER BY days) AS n
    FROM (SELECT *, sum(ended) OVER (PARTITION BY source ORDER BY days DESC) AS at_risk FROM lives) WHERE deaths > 0
),
curve(source, n, days, share) AS (
    SELECT DISTINCT source, 0, 0, 1.0 FROM lives
    UNION ALL
    SELECT curve.source, steps.n, steps.days, share * (at_risk - deaths) / at_risk
    FROM curve JOIN steps ON steps.source = curve.source AND steps.n = curve.n + 1
),
ages(age) AS (VALUES (30), (90), (365), (730)),
reached AS (SELECT source, age, sum(ended) AS observed FROM lives JOIN ages ON days >= age GROUP BY source, age)
SELECT curve.source, age AS days, CASE WHEN observed > 0 THEN round(min(share), 4) END AS alive,
    coalesce(observed, 0) AS observed
FROM curve JOIN ages ON days <= age LEFT JOIN reached USING (source, age)
GROUP BY curve.source, age;
""",
    )


@migrations()
def m005_trust(db: Database) -> None:
    # one statement a line of _run ends in ";\n", which a trigger's body has too
    _run(
        db,
        """
CREATE TABLE salts (
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    salt TEXT NOT NULL,                -- 32 hexadecimal digits; with them the digest of a version can be checked
    PRIMARY KEY (release, version)
) WITHOUT ROWID;
CREATE TRIGGER versions_salt AFTER INSERT ON versions BEGIN
    INSERT INTO salts (release, version, salt) VALUES (new.release, new.version, lower(hex(randomblob(16)))); END;
INSERT INTO salts SELECT release, version, lower(hex(randomblob(16))) FROM versions;
CREATE TABLE attachments (
    capture INTEGER PRIMARY KEY REFERENCES captures(id),
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    name TEXT NOT NULL,                -- as the page calls it
    media_type TEXT NOT NULL,          -- by its first bytes, not by what the server says
    size INTEGER NOT NULL,             -- bytes
    sha256 TEXT NOT NULL,
    seen TEXT NOT NULL
);
CREATE INDEX attachments_release ON attachments(release);
""",
    )


@migrations()
def m006_health(db: Database) -> None:
    _run(
        db,
        """
-- what the lists showed and how the pages read, as crawler/health/judge.py takes it down: the norm for crawls to come
ALTER TABLE crawls ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
-- how its certificates were looked at, when not as usual: legacy | unverified
ALTER TABLE crawls ADD COLUMN tls TEXT NOT NULL DEFAULT '';
-- 1: somebody was told of this outcome
ALTER TABLE crawls ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
CREATE INDEX crawls_source ON crawls(source, id);
CREATE TABLE usage (
    source TEXT NOT NULL REFERENCES sources(id),
    day TEXT NOT NULL,                 -- UTC
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,            -- of bodies, as sent
    PRIMARY KEY (source, day)
);
""",
    )


@migrations()
def m007_origins(db: Database) -> None:
    _run(
        db,
        """
CREATE TABLE origins (
    cluster INTEGER PRIMARY KEY,       -- written anew as a whole, so no references hold it
    release INTEGER NOT NULL,          -- the likely first publication
    rule TEXT NOT NULL,                -- named | issuer | earliest | first_seen
    source TEXT NOT NULL DEFAULT ''    -- the publisher that most of the cluster names
);
""",
    )


_M008_SHORTEST = 8
_M008_ISSUED = re.compile(
    r"(?:印发|发布|公布|颁布|转发|批转|出台|通过)[^《》]{0,20}《([^《》]+(?:《[^《》]+》[^《》]*)*)》"
)
_M008_TARGET = """coalesce(
    (SELECT min(r.id) FROM releases r WHERE citations.doc_number <> '' AND r.doc_number = citations.doc_number
        AND r.id <> citations.release),
    (SELECT min(d.release) FROM document_names d WHERE d.name = citations.name AND d.release <> citations.release))"""


def _m008_name(title: str) -> str:
    """A document's name, "" when it is too short to join anything."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", title) if c.isalnum())
    about = plain.find("关于")
    name = plain[about:] if about > 0 else plain
    return name if len(name) >= _M008_SHORTEST else ""


@migrations()
def m008_documents(db: Database) -> None:
    _run(
        db,
        """
CREATE TABLE document_names (
    name TEXT NOT NULL,                -- of the document that a release carries, as archive/store/documents.py writes names
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    PRIMARY KEY (name, release)
) WITHOUT ROWID;
CREATE INDEX document_names_release ON document_names(release);
ALTER TABLE citations ADD COLUMN name TEXT NOT NULL DEFAULT '';
CREATE INDEX citations_name ON citations(name);
CREATE INDEX citations_number ON citations(doc_number);
CREATE INDEX releases_number ON releases(doc_number);
""",
    )
    for release, title in db.execute("SELECT id, title FROM releases").fetchall():
        names = {_m008_name(one) for one in (title, *_M008_ISSUED.findall(title))} - {""}
        db.conn.executemany("INSERT INTO document_names VALUES (?, ?)", [(name, release) for name in sorted(names)])
    cited = db.execute("SELECT release, n, title FROM citations").fetchall()
    db.conn.executemany(
        "UPDATE citations SET name = ? WHERE release = ? AND n = ?",
        [(_m008_name(title), release, n) for release, n, title in cited],
    )
    db.execute(f"UPDATE citations SET target = {_M008_TARGET}")


@migrations()
def m009_merged(db: Database) -> None:
    _run(
        db,
        """
CREATE TABLE merged (
    sha256 TEXT PRIMARY KEY,           -- of the archive.db of a snapshot that was folded in
    at TEXT NOT NULL
) WITHOUT ROWID;
""",
    )


@migrations()
def m010_markup(db: Database) -> None:
    _run(
        db,
        """
-- the text with its structure as Markdown, '' when it has not been read for it; archive/texts/markup.py explains it
ALTER TABLE versions ADD COLUMN markup TEXT NOT NULL DEFAULT '';
""",
    )


@migrations()
def m011_fields(db: Database) -> None:
    _run(
        db,
        """
-- what differs from the version before: JSON, a list among title, text, the names of fields, attachments
ALTER TABLE versions ADD COLUMN changed TEXT NOT NULL DEFAULT '[]';
-- the fields as they stood in this version: JSON, an object without empty values; null: not known
ALTER TABLE versions ADD COLUMN facts TEXT;
-- the addresses of the files that belong to this version: JSON, a list; null: not known
ALTER TABLE versions ADD COLUMN files TEXT;
-- the version of the rules that read it; 0: read before they were counted
ALTER TABLE versions ADD COLUMN rules INTEGER NOT NULL DEFAULT 0;
UPDATE versions SET changed = coalesce((SELECT CASE WHEN b.title = versions.title THEN '["text"]'
    WHEN b.text = versions.text THEN '["title"]' ELSE '["title", "text"]' END FROM versions b
    WHERE b.release = versions.release AND b.version = versions.version - 1), '[]');
UPDATE versions SET facts = (SELECT json_patch('{}', json_object('published', r.published, 'published_meta',
    r.published_meta, 'publisher', r.publisher, 'author', r.author, 'editor', r.editor, 'issuer', r.issuer,
    'doc_number', r.doc_number, 'index_number', r.index_number, 'written', r.written, 'language', r.language))
    FROM releases r WHERE r.id = versions.release AND r.version = versions.version);
-- the page that the value was read from
ALTER TABLE provenance ADD COLUMN capture INTEGER;
-- where `raw` stands in the decoded page, in code points; null: not there in these words, or more than once
ALTER TABLE provenance ADD COLUMN start INTEGER;
ALTER TABLE provenance ADD COLUMN length INTEGER;
ALTER TABLE provenance ADD COLUMN rules INTEGER NOT NULL DEFAULT 0;
UPDATE provenance SET capture = (SELECT v.capture FROM releases r JOIN versions v ON v.release = r.id
    AND v.version = r.version WHERE r.id = provenance.release);
-- the version of the rules that an article broke; null: it did not
ALTER TABLE listings ADD COLUMN rules INTEGER;
""",
    )


@migrations()
def m012_files(db: Database) -> None:
    _run(
        db,
        """
DROP INDEX attachments_release;
ALTER TABLE attachments RENAME TO m012_attachments;
-- a row for every file that the current version of a release links to, whatever became of it
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY,
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    url TEXT NOT NULL,                 -- as the page links to it
    name TEXT NOT NULL,                -- as the page calls it
    state TEXT NOT NULL DEFAULT 'kept', -- kept | failed | too-large | over-budget | not-a-file | skipped
    reason TEXT NOT NULL DEFAULT '',   -- http-404, timeout, robots, …; of a kept file: how the last look at it failed
    capture INTEGER REFERENCES captures(id), -- the content; null unless kept
    media_type TEXT NOT NULL DEFAULT '', -- by its bytes, not by what the server says
    size INTEGER,                      -- bytes
    sha256 TEXT NOT NULL DEFAULT '',
    contents INTEGER NOT NULL DEFAULT 1, -- how many were found at its address
    seen TEXT NOT NULL,                -- when the release was first seen to link to it
    last_look TEXT,                    -- when it was last asked for; null: never
    UNIQUE (release, url)
);
INSERT INTO attachments (release, url, name, state, capture, media_type, size, sha256, contents, seen, last_look)
    SELECT release, url, name, 'kept', capture, media_type, size, sha256,
    (SELECT count(DISTINCT o.sha256) FROM m012_attachments o WHERE o.release = a.release AND o.url = a.url),
    (SELECT min(o.seen) FROM m012_attachments o WHERE o.release = a.release AND o.url = a.url), seen
    FROM m012_attachments a WHERE capture = (SELECT max(o.capture) FROM m012_attachments o
    WHERE o.release = a.release AND o.url = a.url) ORDER BY capture;
DROP TABLE m012_attachments;
CREATE INDEX attachments_url ON attachments(url);
CREATE INDEX attachments_capture ON attachments(capture);
""",
    )


@migrations()
def m013_skipped(db: Database) -> None:
    _run(
        db,
        """
-- entries that the lists showed and that were left out: by a pattern, a day, robots.txt, or since they lead elsewhere
ALTER TABLE crawls ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
""",
    )


@migrations()
def m016_heeded(db: Database) -> None:
    _run(
        db,
        """
CREATE INDEX captures_place ON captures(warc, offset, length);
CREATE TABLE heeded (
    file TEXT PRIMARY KEY,             -- a WARC file of removals, below the archive's folder
    size INTEGER NOT NULL              -- bytes of it whose removals were carried out in this database
) WITHOUT ROWID;
""",
    )


@migrations()
def m017_taken_in(db: Database) -> None:
    _run(
        db,
        """
-- when an import brought it; '': when it was fetched, or not known
ALTER TABLE captures ADD COLUMN taken_in TEXT NOT NULL DEFAULT '';
""",
    )


_M019_TABLE = files("archive.texts") / "signs.txt"  # a table that is never changed
_M019_BEFORE = {0xFF05: "%", 0x3000: " ", 0x25CB: "〇", 0x25EF: "〇"} | {
    code: chr(code - 65248) for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)
}
_M019_NONE = re.compile(r"[\W_]+")  # signs that are of no token


class _M019Spacing(dict[int, str]):
    """Each sign as it stands in the index: folded, and parted from its neighbours when it is a token of its own."""

    def __init__(self, folds: dict[int, str]) -> None:
        super().__init__({code: "".join(map(self._parted, becomes)) for code, becomes in folds.items()})

    def __missing__(self, code: int) -> str:
        self[code] = self._parted(chr(code))
        return self[code]

    @staticmethod
    def _parted(sign: str) -> str:
        return f"\u200b{sign}\u200b" if ord(sign) >= 0x3005 else sign


def _m019_spaced(column: str) -> str:
    """The characters of a column as the index has them, each sign folded as the table `folds` says."""
    return f"""(WITH RECURSIVE
    chunk(s, rest) AS (
      SELECT substr({column}, 1, 64), substr({column}, 65)
      UNION ALL SELECT substr(rest, 1, 64), substr(rest, 65) FROM chunk WHERE rest <> ''),
    place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < 64)
    SELECT coalesce(group_concat(CASE WHEN unicode(sign) >= 12293 THEN char(8203) || sign || char(8203) ELSE sign END, ''), '')
    FROM (SELECT coalesce((SELECT becomes FROM folds WHERE code = unicode(substr(s, i, 1))), substr(s, i, 1)) AS sign
      FROM chunk CROSS JOIN place WHERE i <= length(s)))"""


@migrations()
def m019_folds(db: Database) -> None:
    """The index rows of releases in which a sign is now folded that was not are written anew, in this transaction."""
    lines = (line.split() for line in _M019_TABLE.read_text("utf-8").splitlines() if not line.startswith("#"))
    folds = {int(code, 16): "".join(chr(int(one, 16)) for one in becomes) for code, *becomes in lines}
    _run(
        db,
        """
-- signs that mean the same: the code point of one, and what it becomes before it is indexed
CREATE TABLE folds (
    code INTEGER PRIMARY KEY,
    becomes TEXT NOT NULL              -- several signs, or none
);
DROP VIEW releases_spaced;
""",
    )
    db.conn.executemany("INSERT INTO folds VALUES (?, ?)", folds.items())
    db.execute(f"""CREATE VIEW releases_spaced AS SELECT id,
  {_m019_spaced("r.title")} AS title,
  {_m019_spaced("r.text")} AS text
FROM releases AS r""")
    before, now = _M019Spacing(_M019_BEFORE), _M019Spacing(folds)
    delete = "INSERT INTO releases_fts(releases_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)"
    insert = "INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)"
    for id, *texts in db.conn.execute("SELECT id, title, text FROM releases"):
        was, becomes = ([text.translate(signs) for text in texts] for signs in (before, now))
        if any(_M019_NONE.sub(" ", old) != _M019_NONE.sub(" ", new) for old, new in zip(was, becomes, strict=True)):
            db.execute(delete, [id, *was])
            db.execute(insert, [id, *becomes])
    # rows that were deleted take room until then
    db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('optimize')")


@migrations()
def m020_texts(db: Database) -> None:
    _run(
        db,
        """
CREATE INDEX attachments_sha256 ON attachments(sha256);
-- 1: a picture that stands in the text; 0: a file that the release links to
ALTER TABLE attachments ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
-- every content that was found at the address of a release's file; the last one stands in `attachments` too
CREATE TABLE attachment_contents (
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    n INTEGER NOT NULL,                -- its place in their order, from 1
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,          -- by its bytes
    size INTEGER NOT NULL,             -- bytes
    capture INTEGER REFERENCES captures(id),
    seen TEXT NOT NULL,                -- when it was first found there; a version that it made has the same time
    PRIMARY KEY (release, url, n)
) WITHOUT ROWID;
INSERT INTO attachment_contents SELECT release, url, 1, sha256, media_type, size, capture, seen
    FROM attachments WHERE state = 'kept' AND sha256 <> '';
CREATE INDEX attachment_contents_sha256 ON attachment_contents(sha256);
CREATE INDEX attachment_contents_capture ON attachment_contents(capture);
-- the text of each distinct content
CREATE TABLE files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,               -- ok | empty | encrypted | scanned | too-large | failed | unsupported
    method TEXT NOT NULL,              -- pdf | docx | …; ocr: words of it were guessed; '' when its kind is not known
    reason TEXT NOT NULL DEFAULT '',   -- why it has no text, or not all
    pages INTEGER NOT NULL,
    read TEXT NOT NULL,                -- when
    rules INTEGER NOT NULL,            -- version of the rules that read it
    salt TEXT NOT NULL DEFAULT (lower(hex(randomblob(16)))), -- with it the chain's digest of the text can be checked
    text TEXT NOT NULL                 -- its pages divided by U+000C
);
""",
    )
    db.execute(f"""CREATE VIEW files_spaced AS SELECT id,
  {_m019_spaced("f.text")} AS text
FROM files AS f""")
    db.execute("""CREATE VIRTUAL TABLE files_fts USING fts5(
  text, content='files_spaced', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""")


@migrations()
def m021_pictures(db: Database) -> None:
    """A release may consist of pictures: its text is empty then. SQLite names this way of dropping a CHECK."""
    [version] = db.execute("PRAGMA schema_version").fetchone()
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ' CHECK (text <> ' || char(39, 39) || ')', '')"
        " WHERE type = 'table' AND name = 'releases'"
    )
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")


@migrations()
def m023_history(db: Database) -> None:
    """Captures and looks of others. A release that we followed ourselves is told apart from one that others alone have seen."""
    _run(
        db,
        """
-- the address that another's capture came from; '': our own
ALTER TABLE captures ADD COLUMN origin TEXT NOT NULL DEFAULT '';
-- the address of another's capture that is the look; '': our own
ALTER TABLE observations ADD COLUMN origin TEXT NOT NULL DEFAULT '';
-- the host whose captures were taken in; '': a crawl of ours. Such a row is no crawl and never gets a `finished`
ALTER TABLE crawls ADD COLUMN origin TEXT NOT NULL DEFAULT '';
-- releases of which others' captures are held
CREATE TABLE backfilled (
    release INTEGER PRIMARY KEY REFERENCES releases(id) ON DELETE CASCADE,
    origin TEXT NOT NULL,              -- the host whose captures they were first
    followed TEXT                      -- when we first read its page ourselves; null: never
);
DROP VIEW survival;
DROP VIEW lifetimes;
""",
    )
    for name, looks, begin, lives in (
        (
            "",
            "AND o.origin = ''",
            "coalesce(b.followed, r.first_seen)",
            "WHERE b.release IS NULL OR b.followed IS NOT NULL",
        ),
        ("_with_history", "", "r.first_seen", ""),
    ):
        _run(db, _m023_views(name, looks, begin, lives))


def _m023_views(name: str, looks: str, begin: str, lives: str) -> str:
    """The views `lifetimes` and `survival`, over our own looks and first sights or over everybody's."""
    return f"""CREATE VIEW lifetimes{name} AS
SELECT release, source, status = 'gone' AS died,
    CASE WHEN status = 'gone' THEN (julianday(last_alive) + julianday(first_failed)) / 2 ELSE julianday(last_alive) END
    - julianday(first_seen) AS days,
    first_seen, last_alive, first_failed
FROM (
    SELECT *, (SELECT min(at) FROM observations o WHERE o.release = seen.release AND at > last_alive
        AND counted = 1 AND outcome IN ('missing', 'redirected') {looks}) AS first_failed
    FROM (
        SELECT r.id AS release, r.source, r.status, {begin} AS first_seen, max({begin}, coalesce((SELECT max(at)
            FROM observations o WHERE o.release = r.id AND outcome IN ('same', 'changed') {looks}), '')) AS last_alive
        FROM releases r LEFT JOIN backfilled b ON b.release = r.id {lives}
    ) AS seen
);
CREATE VIEW survival{name} AS
WITH RECURSIVE
lives AS MATERIALIZED (
    SELECT source, CAST(days AS INTEGER) AS days, sum(died) AS deaths, count(*) AS ended
    FROM lifetimes{name} GROUP BY source, CAST(days AS INTEGER)
),
steps AS MATERIALIZED (
    SELECT source, days, deaths, at_risk, row_number() OVER (PARTITION BY source ORDER BY days) AS n
    FROM (SELECT *, sum(ended) OVER (PARTITION BY source ORDER BY days DESC) AS at_risk FROM lives) WHERE deaths > 0
),
curve(source, n, days, share) AS (
    SELECT DISTINCT source, 0, 0, 1.0 FROM lives
    UNION ALL
    SELECT curve.source, steps.n, steps.days, share * (at_risk - deaths) / at_risk
    FROM curve JOIN steps ON steps.source = curve.source AND steps.n = curve.n + 1
),
ages(age) AS (VALUES (30), (90), (365), (730)),
reached AS (SELECT source, age, sum(ended) AS observed FROM lives JOIN ages ON days >= age GROUP BY source, age)
SELECT curve.source, age AS days, CASE WHEN observed > 0 THEN round(min(share), 4) END AS alive,
    coalesce(observed, 0) AS observed
FROM curve JOIN ages ON days <= age LEFT JOIN reached USING (source, age)
GROUP BY curve.source, age;
"""


@migrations()
def m024_carried(db: Database) -> None:
    """A release whose text is a file is compared by it, and the relation says so."""
    _run(
        db,
        """
-- the releases whose text is a file, or the pictures that stand in them; derived
CREATE TABLE carried (
    release INTEGER PRIMARY KEY REFERENCES releases(id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,              -- of the file; of several pictures, of the first
    text_key TEXT NOT NULL,            -- digest of its normalised text
    sample TEXT NOT NULL               -- what `shingles` holds of it, JSON
);
CREATE INDEX carried_text_key ON carried(text_key);
-- the file whose text was compared in the place of the release's own; '': its own was
ALTER TABLE relations ADD COLUMN a_file TEXT NOT NULL DEFAULT '';
ALTER TABLE relations ADD COLUMN b_file TEXT NOT NULL DEFAULT '';
""",
    )


@migrations()
def m026_elements(db: Database) -> None:
    """The further elements of official documents, and the series of their numbers."""
    _run(
        db,
        """
ALTER TABLE releases ADD COLUMN subject_class TEXT;
ALTER TABLE releases ADD COLUMN genre TEXT;
-- the days that the page prints; null where it prints none, though provenance may have its words
ALTER TABLE releases ADD COLUMN effective TEXT;
ALTER TABLE releases ADD COLUMN expires TEXT;
ALTER TABLE releases ADD COLUMN addressee TEXT;
-- all bodies that issued it together, divided by a wide semicolon
ALTER TABLE releases ADD COLUMN co_issuers TEXT;
-- with the office, where one is printed
ALTER TABLE releases ADD COLUMN signatory TEXT;
CREATE VIEW number_gaps AS
"""
        + _m026_gaps(),
    )


def _m026_gaps() -> str:
    """The numbers of each series (sign and year) in runs: each that is held or cited alone, those that neither is together.

    A number has the form 鲁政发〔2020〕3号, as the reader writes it. The view is bounded by the numbers that are known, however
    large one is.
    """

    def parts(column: str) -> str:
        return f"""substr({column}, 1, instr({column}, '〔') - 1) AS issuer,
        CAST(substr({column}, instr({column}, '〔') + 1, 4) AS INTEGER) AS year,
        CAST(replace(substr({column}, instr({column}, '〕') + 1), '第', '') AS INTEGER) AS number"""

    form = "GLOB '?*〔[12][0-9][0-9][0-9]〕*[0-9]*'"
    return f"""
WITH known AS (
    SELECT {parts("doc_number")}, id AS release, NULL AS citing FROM releases WHERE doc_number {form}
    UNION ALL
    SELECT {parts("doc_number")}, NULL, release FROM citations WHERE doc_number {form}
),
numbers AS (
    SELECT issuer, year, number, min(release) AS release, count(DISTINCT citing) AS cited_by
    FROM known WHERE number > 0 GROUP BY issuer, year, number
),
runs AS (
    SELECT *, coalesce(lag(number) OVER (PARTITION BY issuer, year ORDER BY number), 0) AS before FROM numbers
)
SELECT issuer, year, CASE WHEN gap THEN before + 1 ELSE number END AS first, number - gap AS last,
    CASE WHEN gap THEN 'unseen' WHEN release IS NULL THEN 'cited' ELSE 'held' END AS state,
    CASE WHEN NOT gap THEN release END AS release, CASE WHEN gap THEN 0 ELSE cited_by END AS cited_by
FROM runs CROSS JOIN (SELECT 0 AS gap UNION ALL SELECT 1) WHERE NOT gap OR number > before + 1;
"""


_M028_TABLE = files("archive.texts") / "signs_2.txt"  # a table that is never changed


@migrations()
def m027_indicators(db: Database) -> None:
    """Figures that releases print. Those of the current version are rows; each version keeps its own."""
    _run(
        db,
        """
CREATE TABLE indicators (
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    n INTEGER NOT NULL,                -- its place in their order, from 0
    name TEXT NOT NULL,                -- what is counted, as printed
    place TEXT NOT NULL,               -- as printed before the name; '' when none is
    period TEXT NOT NULL,              -- as printed; '' when none is
    value REAL,                        -- null: the change alone is printed
    unit TEXT NOT NULL,                -- as printed: 万亿元
    change REAL,                       -- without a sign; null when none is printed
    change_unit TEXT NOT NULL,
    direction TEXT NOT NULL,           -- up | down | flat; '' when none is printed
    basis TEXT NOT NULL,               -- what it is compared with, as printed: 同比
    start INTEGER NOT NULL,            -- place of the number in the text, code points
    length INTEGER NOT NULL,
    PRIMARY KEY (release, n)
) WITHOUT ROWID;
CREATE INDEX indicators_name ON indicators(name);
-- the figures of the version as a JSON list of lists, name to length; null: not looked for
ALTER TABLE versions ADD COLUMN figures TEXT;
""",
    )


@migrations()
def m028_more_signs(db: Database) -> None:
    """More rows of `folds`. A sign that becomes several has them parted, since the views part one sign alone."""
    tables = (table.read_text("utf-8").splitlines() for table in (_M019_TABLE, _M028_TABLE))
    old, more = (
        {
            int(code, 16): "".join(chr(int(one, 16)) for one in becomes)
            for code, *becomes in (line.split() for line in lines if not line.startswith("#"))
        }
        for lines in tables
    )
    before, now = _M019Spacing(old), _M019Spacing(old | more)
    db.conn.executemany(
        "INSERT INTO folds VALUES (?, ?)",
        [(code, becomes if len(becomes) == 1 else becomes.translate(before)) for code, becomes in more.items()],
    )
    low, high = ([chr(code) for code in more if (code > 0xFFFF) == beyond] for beyond in (False, True))
    # apart, since a class of signs from both sides of U+10000 takes a hundred times longer
    held = re.compile(f"[{re.escape(''.join(low))}]"), re.compile(f"[{min(high)}-{max(high)}]")
    for name, columns in (("releases", "title, text"), ("files", "text")):
        marks = ", ".join("?" for _ in columns.split(", "))
        for id, *texts in db.conn.execute(f"SELECT id, {columns} FROM {name}"):
            if any(shape.search(text) for shape in held for text in texts):
                db.execute(
                    f"INSERT INTO {name}_fts({name}_fts, rowid, {columns}) VALUES ('delete', ?, {marks})",
                    [id, *(text.translate(before) for text in texts)],
                )
                db.execute(
                    f"INSERT INTO {name}_fts(rowid, {columns}) VALUES (?, {marks})",
                    [id, *(text.translate(now) for text in texts)],
                )
        # rows that were deleted take room until then
        db.execute(f"INSERT INTO {name}_fts({name}_fts) VALUES ('optimize')")


@migrations()
def m029_names(db: Database) -> None:
    """Readers alone look figures up by their names, so that snapshots have the index. Here nearly each new row changed a page of it."""
    db.execute("DROP INDEX IF EXISTS indicators_name")
