"""Keeping a release in one transaction: its row, versions and parts, its index row, its duplicates."""

import functools
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from archive import duplicates
from archive.database import at_the_end, first_row, transaction
from archive.model import Doubt, HeldProblem, LookOutcome, MissedState, Page, Refusal, Release, SaveOutcome, VersionKind
from archive.search import index
from archive.store import documents, ledger, removed
from archive.store.kept import kept_part
from archive.texts import noise, notices, sentences
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
SMALL_PAGE = 8192  # bytes; what says only that a page is missing is not larger
RESTLESS = 5  # looks in a row that each found another text: from then on, the places that keep changing are noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a release: `new`, `changed`, `same`, `reread`, or `refused` with a reason."""

    release: int | None
    outcome: SaveOutcome
    reason: Refusal = ""


def save(db: Database, release: Release, now: datetime) -> Saved:
    """Store a release in one transaction, together with its ledger state.

    An address that is held gets a new version only when its title or its normalised text has changed, in more than
    noise (archive/texts/sentences.py); else the look is noted and nothing more. A re-read page (`page.reread`) changes what is
    held without a word of the publisher's. Refused are: what was `removed`; a `soft-404`; of a held release also
    `another-page` at its address and a text that has `collapsed` to less than a fifth. They never replace a good text.
    """
    key = canonical(release.page.url)
    keys = {key} | ({canonical(release.page.listed.url)} if release.page.listed else set())
    with transaction(db):
        if any(removed.is_removed(db, one) for one in keys):
            return _refuse(db, release, "removed", now, state="skipped")
        for left in keys - {key} if not release.page.reread else ():
            if (row := held_release(db, left)) and not _leads(db, release, row, now):
                return Saved(release=row["id"], outcome="refused", reason="redirected")
        held = held_release(db, key)
        if held is not None:
            saved = _update(db, release, held, now)
        elif notices.says_missing(release.title, release.text):
            return _refuse(db, release, "soft-404", now, state="failed")
        else:
            saved = Saved(release=_insert(db, release, key), outcome="new")
        ledger.hold(db, keys)
    return saved


def held_release(db: Database, key: str) -> dict[str, Any] | None:
    """The row of the release that is held under a canonical address."""
    return first_row(db.execute("SELECT * FROM releases WHERE url_key = ?", [key]))


def _leads(db: Database, release: Release, left: dict[str, Any], now: datetime) -> bool:
    """A held release's address led to another one: whether it is the same release that stands there."""
    ledger.observe(db, left["id"], "redirected", release.page.status, now)
    return not notices.is_another_page(left["title"], left["text"], release.title, release.text)


def _refuse(db: Database, release: Release, reason: Refusal, now: datetime, *, state: MissedState) -> Saved:
    if release.page.listed and not release.page.reread:
        ledger.missed(db, release.page.source, release.page.listed.url, reason, now, state=state)
    return Saved(release=None, outcome="refused", reason=reason)


def _insert(db: Database, release: Release, key: str) -> int:
    id: int
    [id] = db.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'releases'), 0) + 1").fetchone()
    row = {
        "id": id,
        "url": release.page.url,
        "url_key": key,
        "source": release.page.source,
        **_content(release),
        "version": 1,
        "cluster": id,
        "status": "live",
        "first_seen": release.page.fetched,
        "changed": release.page.fetched,
    }
    columns = ", ".join(row)
    db.execute(f"INSERT INTO releases ({columns}) VALUES ({', '.join('?' * len(row))})", list(row.values()))
    _index(db, id, None, (release.title, release.text))
    _write_version(db, release, id, 1, "published", "")
    _write_parts(db, release, id)
    ledger.looked(db, id, release.page.capture)
    duplicates.enter(db, id, release.fingerprint)
    return id


def _index(db: Database, id: int, old: tuple[str, str] | None, new: tuple[str, str]) -> None:
    at_the_end(db, functools.partial(index.write, db, id, old, new))


def _update(db: Database, release: Release, held: dict[str, Any], now: datetime) -> Saved:
    id, page = held["id"], release.page
    if page.reread:
        return _reread(db, release, held)
    if release.text_key == held["text_key"] and _plain(release.title) == _plain(held["title"]):
        ledger.observe(db, id, "same", page.status, now, capture=page.capture)
        return Saved(release=id, outcome="same")
    if page.fetched < held["changed"]:
        return _earlier(db, release, held)
    if reason := _doubt(db, release, held):
        # a page that shows something else is missing; of one that we fail to read nothing is known
        outcome: LookOutcome = "unreachable" if reason == "collapsed" else "missing"
        ledger.observe(db, id, outcome, page.status, now)
        return Saved(release=id, outcome="refused", reason=reason)
    if _is_same_page(db, held, page):
        ledger.observe(db, id, "same", page.status, now, capture=page.capture)
        return _reread(db, replace(release, page=replace(page, capture=_capture(db, held))), held)
    if _is_noise(db, release, held):
        ledger.observe(db, id, "same", page.status, now, capture=page.capture)
        return Saved(release=id, outcome="same")
    _replace(db, release, held, "published")
    ledger.observe(db, id, "changed", page.status, now, capture=page.capture)
    return Saved(release=id, outcome="changed")


def _reread(db: Database, release: Release, held: dict[str, Any]) -> Saved:
    """A page that we keep, read by better rules. Any difference counts: the publisher has no part in it."""
    if (release.title, release.text) == (held["title"], held["text"]):
        _correct(db, release, held)
        return Saved(release=held["id"], outcome="same")
    if reason := _doubt(db, release, held):
        return Saved(release=held["id"], outcome="refused", reason=reason)
    _replace(db, release, held, "reread")
    return Saved(release=held["id"], outcome="reread")


def _doubt(db: Database, release: Release, held: dict[str, Any]) -> Doubt:
    """Why what a page now shows must not replace what is held, "" when it may; noted as a problem of the release."""
    had, has = len(held["text"]), len(release.text) + sum(cut.length for cut in release.repeats)
    if notices.says_missing(release.title, release.text) and not notices.says_missing(held["title"], held["text"]):
        return "soft-404"
    if not release.page.reread and notices.is_another_page(held["title"], held["text"], release.title, release.text):
        _add_problem(db, held, "another-page", f"{release.page.fetched}: {release.title[:80]}")
        return "another-page"
    if has * COLLAPSED < had:
        _add_problem(db, held, "collapsed", f"{release.page.fetched}: {has} characters instead of {had}")
        return "collapsed"
    return ""


def _is_same_page(db: Database, held: dict[str, Any], page: Page) -> bool:
    """Whether the very same bytes were sent as those that the held text was read from: then our reading has changed."""
    first = _capture(db, held)
    pairs = [(page.capture, first)]
    if first is not None:
        pairs += [(part.capture, kept_part(db, part.url, page.source, first)) for part in page.parts]
    same = "SELECT a.sha256 = b.sha256 FROM captures a, captures b WHERE a.id = ? AND b.id = ?"
    rows = [db.execute(same, pair).fetchone() for pair in pairs]
    return all(row is not None and bool(row[0]) for row in rows)


def _capture(db: Database, held: dict[str, Any]) -> int | None:
    sql = "SELECT capture FROM versions WHERE release = ? AND version = ?"
    capture: int | None = db.execute(sql, [held["id"], held["version"]]).fetchone()[0]
    return capture


def _is_noise(db: Database, release: Release, held: dict[str, Any]) -> bool:
    """Whether a page differs from what is held only where pages differ at every request.

    That is what `edits.noise_only` knows by its looks, and what shows itself: when five looks in a row each found
    another text, the places that differ among the last six versions are noise from then on, noted as a problem.
    """
    if _plain(release.title) != _plain(held["title"]):
        return False
    if noise.noise_only(held["text"], release.text):
        return True
    known = any(problem.startswith("restless:") for problem in json.loads(held["problems"]))
    if not known:
        alive = "release = ? AND outcome IN ('same', 'changed')"
        sql = f"SELECT outcome FROM observations WHERE {alive} ORDER BY at DESC LIMIT ?"
        looks = [outcome for (outcome,) in db.execute(sql, [held["id"], RESTLESS])]
        if looks != ["changed"] * RESTLESS:
            return False
    sql = "SELECT text FROM versions WHERE release = ? AND kind = 'published' ORDER BY version DESC LIMIT ?"
    texts = [text for (text,) in db.execute(sql, [held["id"], RESTLESS + 1])]
    if not noise.is_restless(texts, release.text):
        return False
    if not known:
        note = f"{release.page.fetched}: the text differs at every look; where it does, it is no longer followed"
        _add_problem(db, held, "restless", note)
    return True


def _replace(db: Database, release: Release, held: dict[str, Any], kind: VersionKind) -> None:
    """Enter a new version, and make it what is held."""
    id, version = held["id"], _next_version(db, held["id"])
    _index(db, id, (held["title"], held["text"]), (release.title, release.text))
    content = {**_content(release), "version": version, "changed": release.page.fetched}
    if kind == "reread":
        content["changed"] = held["changed"]
    restless = [problem for problem in json.loads(held["problems"]) if problem.startswith("restless:")]
    content["problems"] = json.dumps([*release.problems, *restless], ensure_ascii=False)
    assignments = ", ".join(f"{column} = ?" for column in content)
    db.execute(f"UPDATE releases SET {assignments} WHERE id = ?", [*content.values(), id])
    _write_version(db, release, id, version, kind, held["text"])
    _write_parts(db, release, id)
    duplicates.place(db, id, release.fingerprint)


def _next_version(db: Database, id: int) -> int:
    return int(db.execute("SELECT max(version) + 1 FROM versions WHERE release = ?", [id]).fetchone()[0])


def _earlier(db: Database, release: Release, held: dict[str, Any]) -> Saved:
    """An import brought an older text than the one that is held: it is kept as a version, and nothing else changes.

    Versions are numbered as they come in; when each was published, its `seen` says.
    """
    id, seen = held["id"], release.page.fetched
    if notices.says_missing(release.title, release.text):
        return Saved(release=id, outcome="refused", reason="soft-404")
    digest = sha256(release.text.encode()).hexdigest()
    if db.execute("SELECT 1 FROM versions WHERE release = ? AND text_sha256 = ?", [id, digest]).fetchone():
        return Saved(release=id, outcome="same")
    before = db.execute(
        "SELECT text FROM versions WHERE release = ? AND seen < ? ORDER BY seen DESC LIMIT 1", [id, seen]
    ).fetchone()
    _write_version(db, release, id, _next_version(db, id), "published", before[0] if before else release.text)
    db.execute("UPDATE releases SET first_seen = min(first_seen, ?) WHERE id = ?", [seen, id])
    return Saved(release=id, outcome="changed")


def _correct(db: Database, release: Release, held: dict[str, Any]) -> None:
    """Better rules may read more out of the same page: its metadata and parts follow, its text does not change."""
    found = {name: value for name, value in _content(release).items() if name in (*FIELDS, "text_key")}
    if any(held[name] != value for name, value in found.items()):
        assignments = ", ".join(f"{name} = ?" for name in found)
        db.execute(f"UPDATE releases SET {assignments} WHERE id = ?", [*found.values(), held["id"]])
    _write_parts(db, release, held["id"])
    if any(held[name] != found[name] for name in ("published", "text_key")):
        duplicates.place(db, held["id"], release.fingerprint)  # the earliest published represents a cluster


def _content(release: Release) -> dict[str, Any]:
    values = {name: getattr(release, name) or None for name in FIELDS}
    problems = json.dumps(list(release.problems), ensure_ascii=False)
    return {"title": release.title, "text": release.text, **values, "text_key": release.text_key, "problems": problems}


def _write_version(db: Database, release: Release, id: int, version: int, kind: VersionKind, before: str) -> None:
    digest = sha256(release.text.encode()).hexdigest()
    seen = release.page.fetched
    edited = sentences.to_json(sentences.compare(before, release.text)) if version > 1 else "[]"
    db.execute(
        "INSERT INTO versions (release, version, kind, seen, title, text, text_sha256, capture, edits)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [id, version, kind, seen, release.title, release.text, digest, release.page.capture, edited],
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
    documents.join(db, id)


def _add_problem(db: Database, held: dict[str, Any], kind: HeldProblem, words: str) -> None:
    """Note the last problem of its kind."""
    problems = [problem for problem in json.loads(held["problems"]) if not problem.startswith(f"{kind}:")]
    noted = json.dumps([*problems, f"{kind}: {words}"], ensure_ascii=False)
    db.execute("UPDATE releases SET problems = ? WHERE id = ?", [noted, held["id"]])


def _plain(title: str) -> str:
    return "".join(title.split())


def unread(db: Database, page: Page, reason: str, now: datetime) -> None:
    """A page that holds no release, in one transaction: its listing is `failed`; a held release stays as it is.

    Of a held release such a page says that it is missing when its words say so, else only that we could not read it.
    """
    with transaction(db):
        held = held_release(db, canonical(page.url))
        left = held_release(db, canonical(page.listed.url)) if page.listed else None
        if held:
            missing = notices.says_missing("", _words(page.body))
            ledger.observe(db, held["id"], "missing" if missing else "unreachable", page.status, now)
        elif left:
            ledger.observe(db, left["id"], "redirected", page.status, now)
        elif page.listed:
            ledger.missed(db, page.source, page.listed.url, reason, now)


def _words(body: bytes) -> str:
    """The words of a small page, as far as they can be told without reading it; of a large one none."""
    if len(body) > SMALL_PAGE:
        return ""
    try:
        html = body.decode()
    except UnicodeDecodeError:
        html = body.decode("gb18030", "replace")
    return " ".join(re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", html).split())
