"""Keeping a release: its row, versions, repeats, turns, citations, provenance, index row and duplicates, in one transaction."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from archive import duplicates, ledger, search
from archive.database import transaction
from archive.model import Listed, Page, Release
from archive.urls import canonical

FIELDS = (
    "published",
    "published_meta",
    "publisher",
    "author",
    "editor",
    "issuer",
    "doc_number",
    "index_number",
    "written",
    "language",
)
COLLAPSED = 5  # a text that shrinks to less than a fifth of what is held is a broken page, not an edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a release: `new`, `changed`, `same`, `reread`, or `refused` with a reason."""

    release: int | None
    outcome: str
    reason: str = ""


def declare_source(db: Database, row: dict[str, str]) -> None:
    """Enter a source, or what its declaration now says of it."""
    with transaction(db):
        db.table("sources").upsert(row, pk="id")


def save(db: Database, release: Release, rules: duplicates.Rules, now: datetime) -> Saved:
    """Store a release in one transaction, together with its ledger state.

    An address that is held gets a new version only when its title or its normalised text has changed; else the look
    is noted and nothing more. A re-read page (`page.reread`) changes what is held without a word of the publisher's.
    """
    key = canonical(release.page.url)
    keys = {key} | ({canonical(release.page.listed.url)} if release.page.listed else set())
    with transaction(db):
        if any(ledger.is_removed(db, one) for one in keys):
            return _refuse(db, release, "removed", now, state="skipped")
        held = next(iter(db.query("SELECT * FROM releases WHERE url_key = ?", [key])), None)
        if held is None:
            saved = Saved(release=_insert(db, release, key, rules, now), outcome="new")
        else:
            saved = _update(db, release, held, rules, now)
        ledger.hold(db, keys)
    return saved


def _refuse(db: Database, release: Release, reason: str, now: datetime, *, state: str) -> Saved:
    if release.page.listed:
        ledger.missed(db, release.page.source, release.page.listed.url, reason, now, state=state)
    return Saved(release=None, outcome="refused", reason=reason)


def _insert(db: Database, release: Release, key: str, rules: duplicates.Rules, now: datetime) -> int:
    row = {
        "url": release.page.url,
        "url_key": key,
        "source": release.page.source,
        **_content(release),
        "version": 1,
        "status": "live",
        "first_seen": release.page.fetched,
        "changed": release.page.fetched,
    }
    columns = ", ".join(row)
    cursor = db.execute(f"INSERT INTO releases ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    id = cursor.lastrowid
    assert id is not None
    db.execute("UPDATE releases SET cluster = id WHERE id = ?", [id])
    search.write(db, id, None, (release.title, release.text))
    _write_version(db, release, id, 1, "published")
    _write_parts(db, release, id)
    ledger.looked(db, id, now)
    duplicates.place(db, id, rules)
    return id


def _update(db: Database, release: Release, held: dict[str, Any], rules: duplicates.Rules, now: datetime) -> Saved:
    id, page = held["id"], release.page
    same = release.text_key == held["text_key"] and _plain(release.title) == _plain(held["title"])
    if same:
        if page.reread:
            _correct(db, release, held)
        else:
            ledger.observe(db, id, "same", page.status, now)
        return Saved(release=id, outcome="same")
    if not page.reread and len(release.text) * COLLAPSED < len(held["text"]):
        note = f"collapsed: {page.fetched}: {len(release.text)} characters instead of {len(held['text'])}"
        _add_problem(db, held, note)
        ledger.observe(db, id, "missing", page.status, now)
        return Saved(release=id, outcome="refused", reason="collapsed")
    version = held["version"] + 1
    search.write(db, id, (held["title"], held["text"]), (release.title, release.text))
    content = {**_content(release), "version": version, "changed": page.fetched}
    if page.reread:
        content["changed"] = held["changed"]
    assignments = ", ".join(f"{column} = ?" for column in content)
    db.execute(f"UPDATE releases SET {assignments} WHERE id = ?", [*content.values(), id])
    _write_version(db, release, id, version, "reread" if page.reread else "published")
    _write_parts(db, release, id)
    if not page.reread:
        ledger.observe(db, id, "changed", page.status, now)
    duplicates.place(db, id, rules)
    return Saved(release=id, outcome="reread" if page.reread else "changed")


def _correct(db: Database, release: Release, held: dict[str, Any]) -> None:
    """Better rules may read more out of the same page: its metadata and parts follow, its text does not change."""
    found = {name: value for name, value in _content(release).items() if name in FIELDS}
    if any(held[name] != value for name, value in found.items()):
        assignments = ", ".join(f"{name} = ?" for name in found)
        db.execute(f"UPDATE releases SET {assignments} WHERE id = ?", [*found.values(), held["id"]])
    if release.text == held["text"]:
        _write_parts(db, release, held["id"])


def _content(release: Release) -> dict[str, Any]:
    values = {name: getattr(release, name) or None for name in FIELDS}
    problems = json.dumps(list(release.problems), ensure_ascii=False)
    return {"title": release.title, "text": release.text, **values, "text_key": release.text_key, "problems": problems}


def _write_version(db: Database, release: Release, id: int, version: int, kind: str) -> None:
    digest = sha256(release.text.encode()).hexdigest()
    seen = release.page.fetched
    db.execute(
        "INSERT INTO versions (release, version, kind, seen, title, text, text_sha256, capture)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [id, version, kind, seen, release.title, release.text, digest, release.page.capture],
    )
    db.conn.executemany(
        "INSERT INTO repeats (release, version, start, length, of_start, text) VALUES (?, ?, ?, ?, ?, ?)",
        [(id, version, cut.start, cut.length, cut.of_start, cut.text) for cut in release.repeats],
    )


def _write_parts(db: Database, release: Release, id: int) -> None:
    """What belongs to the current version alone: turns, citations, provenance."""
    for table in ("turns", "citations", "provenance"):
        db.execute(f"DELETE FROM {table} WHERE release = ?", [id])
    db.conn.executemany(
        "INSERT INTO turns (release, n, speaker, role, kind, start, length) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(id, n, t.speaker, t.role, t.kind, t.start, t.length) for n, t in enumerate(release.turns)],
    )
    db.conn.executemany(
        "INSERT INTO citations (release, n, title, doc_number, start) VALUES (?, ?, ?, ?, ?)",
        [(id, n, c.title, c.doc_number, c.start) for n, c in enumerate(release.citations)],
    )
    db.conn.executemany(
        "INSERT OR REPLACE INTO provenance (release, field, rule, raw) VALUES (?, ?, ?, ?)",
        [(id, p.field, p.rule, p.raw) for p in release.provenance],
    )


def _add_problem(db: Database, held: dict[str, Any], note: str) -> None:
    problems = [*json.loads(held["problems"]), note][-10:]
    db.execute(
        "UPDATE releases SET problems = ? WHERE id = ?", [json.dumps(problems, ensure_ascii=False), held["id"]]
    )


def _plain(title: str) -> str:
    return "".join(title.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An article page that the archive keeps, with what the list said of it."""

    url: str
    source: str
    capture: int
    listed: Listed | None


def kept(db: Database) -> list[Kept]:
    """The page of each release's current version, and the last page of each article that failed to become one."""
    rows = db.query(
        """SELECT r.url, r.source, v.capture, r.url_key FROM releases r
        JOIN versions v ON v.release = r.id AND v.version = r.version WHERE v.capture IS NOT NULL
        UNION ALL
        SELECT l.url, l.source, max(c.id), l.url_key FROM listings l
        JOIN captures c ON c.url = l.url AND c.source = l.source AND c.role = 'article' AND c.status = 200
        WHERE l.state = 'failed' GROUP BY l.url, l.source ORDER BY 3"""
    )
    listings = "SELECT url, title, date FROM listings WHERE url_key = ? AND source = ?"
    found = []
    for row in list(rows):
        listed = next(iter(db.query(listings, [row["url_key"], row["source"]])), None)
        found.append(
            Kept(
                url=row["url"],
                source=row["source"],
                capture=row["capture"],
                listed=Listed(**listed) if listed else None,
            )
        )
    return found


def unread(db: Database, page: Page, reason: str, now: datetime) -> None:
    """A page that holds no release, in one transaction: its listing is `failed`; a held release stays as it is."""
    with transaction(db):
        row = db.execute("SELECT id FROM releases WHERE url_key = ?", [canonical(page.url)]).fetchone()
        if row and not page.reread:
            ledger.observe(db, row[0], "missing", page.status, now)
        elif page.listed and not page.reread:
            ledger.missed(db, page.source, page.listed.url, reason, now)
