"""Versions of a release beside its current one: as it stood at a time, and one that a look found again."""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

from sqlite_utils import Database

from archive.database import first_row, insert
from archive.model import Metadata, Page
from archive.store import life
from archive.store.decide import Held, Known
from archive.texts import sentences
from archive.texts.normalised import normalised, text_key
from archive.urls import file_key

FIELDS = tuple(field.name for field in fields(Metadata))


def at_its_time(db: Database, held: Held | None, page: Page, known: Known) -> Known:
    """`known`, with the versions before and after a page of others that comes late."""
    if not page.origin or held is None or page.fetched >= max(held.changed, life.last_alive(db, held.id)):
        return known
    sql = "SELECT * FROM versions WHERE release = ? AND seen"
    then = first_row(db.execute(f"{sql} <= ? ORDER BY seen DESC, version DESC LIMIT 1", [held.id, page.fetched]))
    after = first_row(db.execute(f"{sql} > ? ORDER BY seen, version LIMIT 1", [held.id, page.fetched]))
    return replace(known, then=_as_held(held, then) if then else None, after=_as_held(held, after) if after else held)


def _as_held(held: Held, version: dict[str, Any]) -> Held:
    """A held release as it stood in one of its versions."""
    facts = json.loads(version["facts"] or "{}")
    metadata: dict[str, Any] = {name: facts.get(name, "") for name in FIELDS}
    return replace(
        held,
        version=version["version"],
        title=version["title"],
        text=version["text"],
        text_key=text_key(normalised(version["text"])),
        changed=version["seen"],
        capture=version["capture"],
        reader=version["rules"] if version["facts"] else 0,
        files=file_keys(None if version["files"] is None else json.loads(version["files"])),
        **metadata,
    )


def come_back(db: Database, id: int, added: int, seen: str) -> None:
    """Enter the version before an added one again, where a later look found that it stands there, as after an edit taken back."""
    then, at = _found_again(db, id, added, seen)
    if then and at:
        [text] = db.execute("SELECT text FROM versions WHERE release = ? AND version = ?", [id, added]).fetchone()
        edits = sentences.to_json(sentences.compare(text, then["text"]))
        version = next_version(db, id)
        again = {"version": version, "kind": "published", "seen": at, "edits": edits, "changed": '["text"]'}
        insert(db, "versions", {**then, **again, "capture": _capture_at(db, id, at) or then["capture"]})
        copy_repeats(db, id, then["version"], version)
        db.execute("UPDATE releases SET version = ?, changed = ? WHERE id = ? AND changed < ?", [version, at, id, at])


def _found_again(db: Database, id: int, added: int, seen: str) -> tuple[dict[str, Any] | None, str | None]:
    """The version before an added one, and the first look that found it before the version after that."""
    versions = "FROM versions WHERE release = ? AND version <> ? AND seen"
    before = f"SELECT * {versions} <= ? ORDER BY seen DESC, version DESC LIMIT 1"
    then = first_row(db.execute(before, [id, added, seen]))
    [after] = db.execute(f"SELECT coalesce(min(seen), '~') {versions} > ?", [id, added, seen]).fetchone()
    looks = "SELECT min(at) FROM observations WHERE release = ? AND outcome = 'same' AND at > ? AND at < ?"
    return then, db.execute(looks, [id, seen, after]).fetchone()[0]


def _capture_at(db: Database, id: int, at: str) -> int | None:
    """The capture of a look at a release."""
    where = "url = (SELECT url FROM releases WHERE id = ?) AND fetched <= ?"
    row = db.execute(f"SELECT id FROM captures WHERE {where} ORDER BY fetched DESC LIMIT 1", [id, at]).fetchone()
    return row[0] if row else None


def next_version(db: Database, id: int) -> int:
    return int(db.execute("SELECT max(version) + 1 FROM versions WHERE release = ?", [id]).fetchone()[0])


def copy_repeats(db: Database, id: int, version: int, to: int) -> None:
    """Give a version that shows the text of another again the repeats that were taken out of it."""
    db.execute(
        "INSERT INTO repeats (release, version, start, length, of_start, text)"
        " SELECT release, ?, start, length, of_start, text FROM repeats WHERE release = ? AND version = ?",
        [to, id, version],
    )


def file_keys(urls: Iterable[str] | None) -> frozenset[str] | None:
    return None if urls is None else frozenset(map(file_key, urls))
