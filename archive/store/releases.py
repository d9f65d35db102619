"""Keeping a release in one transaction: its row, versions and parts, its index row, its duplicates."""

import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, get_args

from sqlite_utils import Database

from archive import duplicates
from archive.database import at_the_end, first_row, insert, insert_all, transaction, update
from archive.model import (
    OPEN_END,
    READER,
    TORN,
    ChangedName,
    HeldProblem,
    Indicator,
    Listed,
    Page,
    Refusal,
    Release,
    SaveOutcome,
    Unreadable,
)
from archive.search import index
from archive.store import documents, history, ledger, life, removed
from archive.store.decide import (
    RESTLESS,
    Decision,
    Held,
    Known,
    Twin,
    decide,
    decide_unread,
    is_read_alike,
    is_same,
    is_vouched,
    may_be_the_sites,
    with_list_values,
)
from archive.store.delete import forget_release
from archive.store.kept import kept_part
from archive.store.linked import link
from archive.store.versions import FIELDS, at_its_time, come_back, copy_repeats, file_keys, next_version
from archive.texts import sentences
from archive.times import stamp
from archive.urls import canonical

EMPTY = ("no-text", "no-title")  # reasons of pages that were read and hold nothing
LARGEST_FRAME = 1 << 20  # bytes; a larger page is not searched for its lost text
_BOX = re.compile(r"""\balert\(\s*(["'])(.{1,200}?)\1""")
SMALL_PAGE = 8192  # bytes; a page that says only that something is missing is not larger
_INDICATOR = f"""INSERT INTO indicators (release, n, {", ".join(Indicator._fields)})
    VALUES (?, ?, {", ".join("?" for _ in Indicator._fields)})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The fate of a release: `new`, `changed`, `same`, `reread`, or `refused` with a reason."""

    release: int | None
    outcome: SaveOutcome
    reason: Refusal = ""
    changed: tuple[ChangedName, ...] = ()  # differences from the held version


def save(db: Database, release: Release, now: datetime, clock: datetime | None = None) -> Saved:
    """Store a release in one transaction, together with its ledger state. `clock` is the real time, where `now` is a record's.

    An address that is held gets a new version only when its title or its normalised text has changed, in more than
    noise (archive/texts/noise.py), or a field, or the files that belong to it; else the look is noted and nothing more. A re-read page (`page.reread`) changes what is
    held without a word of the publisher's. Refused are: what was `removed`; a `soft-404`; a `notice` of the site; of a held release also
    `another-page` at its address and a text that has `collapsed` to less than a fifth. They never replace a good text.
    The rules stand in archive/store/decide.py.
    """
    with transaction(db):
        held = _held(db, canonical(release.page.url))
        if held:
            release = with_list_values(held, release)
        known = replace(_known(db, held, release), now=stamp(clock or now))
        decision = decide(held, release, at_its_time(db, held, release.page, known))
        return _apply(db, decision, release, held, now)


def unread(db: Database, page: Page, problem: Unreadable, now: datetime) -> None:
    """A page that holds no release, in one transaction: its listing is `failed`; a held release stays as it is.

    A page that broke the reader is noted on the held release, and its listing is due again under the reader's next
    version. A page that was read again (`page.reread`) tells nothing but that.
    """
    with transaction(db):
        held = _held(db, canonical(page.url))
        left = _held(db, canonical(page.listed.url)) if page.listed else None
        if held and problem.fault and not page.origin:
            add_problem(db, held.id, f"reader-error: version {READER}: {problem.fault}")
        if not page.reread:
            searched = held and problem.reason in EMPTY and len(page.body) <= LARGEST_FRAME
            html = _decoded(page.body) if searched else ""
            _note(db, decide_unread(held, left, _words(page.body), html), page, held, now, problem.reason)
        if not held and not page.origin:
            ledger.broke_reader(db, page, problem)


def _words(body: bytes) -> str:
    """The words of a small page, as far as they can be told without reading it; none of a large one.

    Those that a script shows the visitor in a box (alert) are among them: old sites say so that an article is gone.
    """
    if len(body) > SMALL_PAGE:
        return ""
    html = _decoded(body)
    boxes = " ".join(found[2] for found in _BOX.finditer(html))
    return " ".join([*boxes.split(), *re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", html).split()])


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


# the facts that the rules ask for


def _held(db: Database, key: str) -> Held | None:
    """The release that is held under a canonical address."""
    row = first_row(
        db.execute(
            "SELECT r.*, v.capture, v.rules, v.files FROM releases r JOIN versions v ON v.release = r.id AND v.version = r.version"
            " WHERE r.url_key = ?",
            [key],
        )
    )
    if row is None:
        return None
    metadata: dict[str, Any] = {name: row[name] or "" for name in FIELDS}
    given = db.execute("SELECT field FROM provenance WHERE release = ? AND rule = 'list'", [row["id"]])
    return Held(
        id=row["id"],
        version=row["version"],
        title=row["title"],
        text=row["text"],
        text_key=row["text_key"],
        changed=row["changed"],
        capture=row["capture"],
        problems=tuple(json.loads(row["problems"])),
        reader=row["rules"],
        files=file_keys(None if row["files"] is None else json.loads(row["files"])),
        listed=frozenset(field for (field,) in given),
        **metadata,
    )


def _known(db: Database, held: Held | None, release: Release) -> Known:
    page, key = release.page, canonical(release.page.url)
    listed = canonical(page.listed.url) if page.listed else key
    known = Known(
        listed=_listed(db, listed),
        removed=any(removed.is_removed(db, one) for one in {key, listed}),
        left=_held(db, listed) if listed != key and not page.reread else None,
    )
    line = not page.reread and may_be_the_sites(release, known)
    if held is None and ((is_vouched(release, known) and not line) or not release.text):
        return known  # no rule asks about twins; releases of pictures have the same text, which is none
    if held is None:
        return replace(known, twins=_twins(db, release), refused_twin=_was_notice(db, page))
    if page.reread:
        return known
    files = file_keys(release.files)
    if is_same(held, release) and is_read_alike(held, release) and files in (None, held.files):
        return known  # no rule asks about the past
    outcomes = db.execute(
        "SELECT outcome FROM observations WHERE release = ? AND outcome IN ('same', 'changed') AND origin = ''"
        " ORDER BY at DESC LIMIT ?",
        [held.id, 0 if page.origin else RESTLESS],  # others' captures are years apart, and only changes are taken
    ).fetchall()
    texts = db.execute(
        "SELECT text FROM versions WHERE release = ? AND kind = 'published' ORDER BY version DESC LIMIT ?",
        [held.id, RESTLESS + 1],
    ).fetchall()
    return replace(
        known,
        twins=_twins(db, release) if line else (),
        same_bytes=_is_same_page(db, held, page),
        has_text=_has_text(db, held.id, release.text),
        outcomes=tuple(outcome for (outcome,) in outcomes),
        texts=tuple(text for (text,) in texts),
        files=files,
        values=_last_values(db, held, release),
    )


def _listed(db: Database, key: str) -> Listed | None:
    """The first entry with a title that the ledger has of an address."""
    sql = "SELECT url, title, date FROM listings WHERE url_key = ? AND title <> '' ORDER BY rowid LIMIT 1"
    row = db.execute(sql, [key]).fetchone()
    return Listed(url=row[0], title=row[1], date=row[2]) if row else None


def _twins(db: Database, release: Release) -> tuple[Twin, ...]:
    rows = db.execute(
        "SELECT r.id, r.title, r.version, EXISTS (SELECT 1 FROM provenance p WHERE p.release = r.id AND p.field = 'title'"
        " AND p.rule = 'list'), coalesce((SELECT l.title FROM listings l WHERE l.url_key = r.url_key AND l.source = r.source"
        " ORDER BY l.rowid LIMIT 1), ''), NOT EXISTS (SELECT 1 FROM attachments a WHERE a.release = r.id) FROM releases r WHERE r.text_key = ? AND r.source = ? AND r.url_key <> ?",
        [release.text_key, release.page.source, canonical(release.page.url)],
    )
    return tuple(
        Twin(id=id, listed=listed, title="" if by_list else title, version=version, bare=bool(bare))
        for id, title, version, by_list, listed, bare in rows
    )


def _was_notice(db: Database, page: Page) -> bool:
    """Whether the very bytes of a page were refused as a notice at another address of its source, which still waits."""
    row = db.execute(
        "SELECT 1 FROM listings l JOIN captures c ON c.url = l.url WHERE l.source = ? AND l.state = 'failed'"
        " AND l.reason = 'notice' AND l.url_key <> ? AND c.sha256 = (SELECT sha256 FROM captures WHERE id = ?) LIMIT 1",
        [page.source, canonical(page.url), page.capture],
    ).fetchone()
    return row is not None


def _last_values(db: Database, held: Held, release: Release) -> tuple[tuple[str, str], ...]:
    """The last values of fields that are empty in the held version and not in the page that was read."""
    found: dict[str, str] = {}
    names = [name for name in FIELDS if getattr(release, name) and not getattr(held, name)]
    if names:
        sql = "SELECT facts FROM versions WHERE release = ? AND facts IS NOT NULL ORDER BY version"
        for (facts,) in db.execute(sql, [held.id]):
            found |= {name: value for name, value in json.loads(facts).items() if name in names}
    return tuple(found.items())


def _is_same_page(db: Database, held: Held, page: Page) -> bool:
    """Whether the very same bytes were sent as those that the held text was read from, further pages included."""
    pairs = [(page.capture, held.capture)]
    if held.capture is not None:
        pairs += [(part.capture, kept_part(db, part.url, page.source, held.capture)) for part in page.parts]
    same = "SELECT a.sha256 = b.sha256 FROM captures a, captures b WHERE a.id = ? AND b.id = ?"
    rows = [db.execute(same, pair).fetchone() for pair in pairs]
    return all(row is not None and bool(row[0]) for row in rows)


def _has_text(db: Database, id: int, text: str) -> bool:
    sql = "SELECT 1 FROM versions WHERE release = ? AND text_sha256 = ?"
    return db.execute(sql, [id, _digest(text)]).fetchone() is not None


# the decision is carried out


def _apply(db: Database, decision: Decision, release: Release, held: Held | None, now: datetime) -> Saved:
    """Write all that a decision says, in the transaction under way."""
    id = decision.release
    if held and release.page.origin:
        history.note_theirs(db, held.id, release.page, ours=True)
    if decision.write == "insert":
        id = _insert(db, release)
    elif held and decision.write == "replace":
        _replace(db, release, held, decision)
    elif held and decision.write == "correct":
        _correct(db, release, held)
    elif held and decision.write == "add":
        _add_earlier(db, release, held, decision)
    elif held and decision.write == "confirm":
        update(db, "versions", _reading(release), "release = ? AND version = ?", held.id, held.version)
    if held and (decision.answered or decision.write == "correct"):
        _drop_problem(db, held, "reader-error")
    if held and decision.answered and not release.page.unclosed:
        _drop_problem(db, held, TORN)
        _drop_problem(db, held, OPEN_END)
    if id is not None and release.files is not None and _is_current(decision, release, held):
        link(db, id, release.links, release.pictures, release.page.fetched)
        duplicates.carry(db, id)
    if id is not None and release.page.origin:
        history.note_theirs(db, id, release.page, ours=False)
    elif held and decision.answered:
        history.note_ours(db, held.id, release.page)
    _note(db, decision, release.page, held, now, decision.reason)
    for wrong in decision.undone:
        _undo(db, wrong, now)
    return Saved(release=id, outcome=decision.outcome, reason=decision.reason, changed=decision.changed)


def _is_current(decision: Decision, release: Release, held: Held | None) -> bool:
    """Whether the page shows the current version, so that the files are those that it links to now."""
    if decision.write in ("insert", "replace", "correct", "confirm"):
        return True
    return bool(decision.answered and held and release.page.fetched >= held.changed)


def _note(db: Database, decision: Decision, page: Page, held: Held | None, now: datetime, reason: str) -> None:
    """Note in the ledger, and among the problems of the held release, a decision about a page; `reason` of a refusal."""
    if decision.redirected is not None:
        ledger.observe(db, decision.redirected, decision.led, page.status, now)
    if held and decision.problem:
        add_problem(db, held.id, decision.problem)
    if held and decision.look:
        capture = page.capture if decision.answered else None
        ledger.observe(db, held.id, decision.look, page.status, now, capture=capture, origin=page.origin)
    if decision.listing == "held":
        ledger.hold(db, {canonical(page.url)} | ({canonical(page.listed.url)} if page.listed else set()))
    elif decision.listing and page.listed:
        ledger.missed(db, page.source, page.listed.url, reason, now, state=decision.listing)


def add_problem(db: Database, id: int, problem: str) -> None:
    """Note a problem on a held release, in place of the last one of its kind."""
    kind = problem.partition(":")[0]
    [noted] = db.execute("SELECT problems FROM releases WHERE id = ?", [id]).fetchone()
    others = [one for one in json.loads(noted) if not one.startswith(f"{kind}:")]
    update(db, "releases", {"problems": _json([*others, problem])}, "id = ?", id)


def _drop_problem(db: Database, held: Held, kind: str) -> None:
    if any(one.partition(":")[0] == kind for one in held.problems):
        [noted] = db.execute("SELECT problems FROM releases WHERE id = ?", [held.id]).fetchone()
        left = [one for one in json.loads(noted) if one.partition(":")[0] != kind]
        update(db, "releases", {"problems": _json(left)}, "id = ?", held.id)


def _undo(db: Database, id: int, now: datetime) -> None:
    """Release no more what turns out to be a page of the site; its article is asked for again."""
    url, source, title, text = db.execute("SELECT url, source, title, text FROM releases WHERE id = ?", [id]).fetchone()
    _index(db, id, (title, text), None)
    forget_release(db, id)
    ledger.missed(db, source, url, "notice", now)


def _insert(db: Database, release: Release) -> int:
    id: int
    [id] = db.execute("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'releases'), 0) + 1").fetchone()
    row = {
        "id": id,
        "url": release.page.url,
        "url_key": canonical(release.page.url),
        "source": release.page.source,
        **_content(release),
        "version": 1,
        "cluster": id,
        "status": "live",
        "first_seen": release.page.fetched,
        "changed": release.page.fetched,
    }
    insert(db, "releases", row)
    _index(db, id, None, (release.title, release.text))
    _write_version(db, release, id, 1, Decision(outcome="new"), before="")
    _enter_parts(db, release, id)
    documents.enter(db, id, release.title, release.doc_number)
    life.begin(db, id, release.page.fetched, None if release.page.origin else release.page.capture)
    duplicates.enter(db, id, release.fingerprint)
    return id


def _replace(db: Database, release: Release, held: Held, decision: Decision) -> None:
    """Enter a new version, and make it the current one."""
    if decision.held_page:
        release = replace(release, page=replace(release.page, capture=held.capture))
    kind = decision.kind
    version = next_version(db, held.id)
    _index(db, held.id, (held.title, held.text), (release.title, release.text))
    restless = [problem for problem in held.problems if problem.startswith("restless")]
    content = {
        **_content(release),
        "version": version,
        "changed": held.changed if kind == "reread" else release.page.fetched,
        "problems": _json([*release.problems, *restless]),
    }
    update(db, "releases", content, "id = ?", held.id)
    _write_version(db, release, held.id, version, decision, before=held.text)
    _write_parts(db, release, held.id)
    duplicates.place(db, held.id, release.fingerprint)


def _correct(db: Database, release: Release, held: Held) -> None:
    """Better rules may read more out of the same page: fields, parts, problems and markup follow, the text does not change."""
    release = replace(release, page=replace(release.page, capture=held.capture))
    changed = {name for name in (*FIELDS, "text_key") if getattr(held, name) != getattr(release, name)}
    if changed:
        update(db, "releases", {**_fields(release), "text_key": release.text_key}, "id = ?", held.id)
    noted = [problem for problem in held.problems if problem.partition(":")[0] in get_args(HeldProblem)]
    if (problems := (*release.problems, *noted)) != held.problems:
        update(db, "releases", {"problems": _json(problems)}, "id = ?", held.id)
    reading = {"markup": release.markup, "facts": _facts(release), **_reading(release)}
    update(db, "versions", reading, "release = ? AND version = ?", held.id, held.version)
    _write_parts(db, release, held.id)
    if changed & {"published", "text_key"}:
        duplicates.place(db, held.id, release.fingerprint)  # the earliest published represents a cluster


def _add_earlier(db: Database, release: Release, held: Held, decision: Decision) -> None:
    """Add an older version. Versions are numbered as they come in; `seen` says when each was published."""
    seen = release.page.fetched
    before = db.execute(
        "SELECT text FROM versions WHERE release = ? AND seen < ? ORDER BY seen DESC LIMIT 1", [held.id, seen]
    ).fetchone()
    version = next_version(db, held.id)
    decision = replace(decision, changed=decision.changed if before else ())
    _write_version(db, release, held.id, version, decision, before=before[0] if before else release.text)
    db.execute("UPDATE releases SET first_seen = min(first_seen, ?) WHERE id = ?", [seen, held.id])
    if release.page.origin:
        come_back(db, held.id, version, seen)


def _content(release: Release) -> dict[str, Any]:
    return {
        "title": release.title,
        "text": release.text,
        **_fields(release),
        "text_key": release.text_key,
        "problems": _json(release.problems),
    }


def _fields(release: Release) -> dict[str, str | None]:
    return {name: getattr(release, name) or None for name in FIELDS}


def _index(db: Database, id: int, old: tuple[str, str] | None, new: tuple[str, str] | None) -> None:
    at_the_end(db, functools.partial(index.write, db, id, old, new))


def _facts(release: Release) -> str:
    return _to_json({name: value for name, value in _fields(release).items() if value})


def _reading(release: Release) -> dict[str, Any]:
    """The version of the reader, and the figures and files that it found, as columns of `versions`."""
    files = {} if release.files is None else {"files": _json(release.files)}
    return {"rules": release.reader, "figures": _to_short_json(release.indicators), **files}


def add_file_version(db: Database, id: int, seen: str) -> None:
    """A version of a release that differs in the content of a file alone, within the transaction under way."""
    version, columns = next_version(db, id), "title, text, text_sha256, capture, facts, files, figures, rules"
    current = "release = ? AND version = (SELECT version FROM releases WHERE id = release)"
    [shown] = db.execute("SELECT version FROM releases WHERE id = ?", [id]).fetchone()
    copy_repeats(db, id, shown, version)
    db.execute(
        f"INSERT INTO versions (release, version, kind, seen, changed, {columns})"
        f" SELECT release, ?, 'published', ?, '[\"attachments\"]', {columns} FROM versions WHERE {current}",
        [version, seen, id],
    )
    update(db, "releases", {"version": version, "changed": seen}, "id = ?", id)
    ledger.observe(db, id, "changed", 200, datetime.fromisoformat(seen))


def _write_version(db: Database, release: Release, id: int, version: int, decision: Decision, *, before: str) -> None:
    row = {
        "release": id,
        "version": version,
        "kind": decision.kind,
        "seen": release.page.fetched,
        "title": release.title,
        "text": release.text,
        "text_sha256": _digest(release.text),
        "markup": release.markup,
        "capture": release.page.capture,
        "edits": sentences.to_json(sentences.compare(before, release.text)) if version > 1 else "[]",
        "changed": _json(decision.changed),
        "facts": _facts(release),
        **_reading(release),
    }
    insert(db, "versions", row)
    insert_all(db, "repeats", [{"release": id, "version": version, **vars(cut)} for cut in release.repeats])


def _write_parts(db: Database, release: Release, id: int) -> None:
    """Turns, citations, indicators and provenance, which are kept of the current version alone."""
    for table in ("turns", "citations", "indicators", "provenance"):
        db.execute(f"DELETE FROM {table} WHERE release = ?", [id])
    _enter_parts(db, release, id)
    documents.join(db, id)


def _enter_parts(db: Database, release: Release, id: int) -> None:
    insert_all(db, "turns", [{"release": id, "n": n, **vars(turn)} for n, turn in enumerate(release.turns)])
    cited = [
        {"release": id, "n": n, "name": documents.cited(citation.title), **vars(citation)}
        for n, citation in enumerate(release.citations)
    ]
    insert_all(db, "citations", cited)
    db.conn.executemany(_INDICATOR, [(id, n, *one) for n, one in enumerate(release.indicators)])
    origin = {"release": id, "capture": release.page.capture, "rules": release.reader}
    found = [{**origin, **vars(provenance)} for provenance in release.provenance]
    insert_all(db, "provenance", found, conflict="REPLACE")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _json(problems: Iterable[str]) -> str:
    return _to_json(list(problems))


# `json.dumps` would make an encoder for each call
_to_json = json.JSONEncoder(ensure_ascii=False).encode
_to_short_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
