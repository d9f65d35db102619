"""The state of a release as the chain tells it: its facts and its history, each as one salted digest.

The facts are read from a page, so better rules may correct them (`versions.rules` rises). The history never changes; it only
grows: versions, looks and changes of status that come later stand behind those that were stated.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any

DIGITS = 40  # hexadecimal digits of a digest: 160 bits
_JSON = json.JSONEncoder(sort_keys=True)  # with the usual spaces, and all beyond ASCII escaped
_RELEASES = "SELECT id, url, source, version FROM releases{} ORDER BY id"
_VERSIONS = """SELECT v.release, v.version, v.rules, s.salt, v.facts, v.files, v.markup,
    v.kind, v.seen, v.changed, v.edits, c.id, c.url, c.fetched, c.status, c.sha256
    FROM versions v LEFT JOIN salts s ON s.release = v.release AND s.version = v.version
    LEFT JOIN captures c ON c.id = v.capture{} ORDER BY v.release, v.version"""
_LOOKS = "SELECT release, at, outcome, status, counted FROM observations{} ORDER BY release, rowid"
_CHANGES = "SELECT release, at, status FROM status_changes{} ORDER BY release, rowid"
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A release at one moment. Its digests are "" where the salt of the shown version is kept back.

    facts: SHA-256 of the JSON `[salt, [[version, facts, files, markup], …]]`, facts as an object with sorted keys.
    history: of `[salt, url, source, [[version, kind, seen, changed, edits, capture], …], [look, …], [change, …]]`; capture
    is `[id, url, fetched, status, sha256]`, a look `[at, outcome, status, counted]`, a change `[at, status]`, in the
    order of entry. `counted` is null behind the first `judged` looks.
    """

    shown: int  # the current version
    rules: int  # the version of the rules that read it
    versions: int  # the highest number
    looks: int
    judged: int
    changes: int
    facts: str
    history: str


def states(db: sqlite3.Connection, stated: Mapping[int, State] | None = None) -> Iterator[tuple[int, State]]:
    """The state of each release; with `stated`, of the named ones alone, as far as they reached then."""
    versions, looks, changes = (_Rows(db.execute(sql.format(""))) for sql in (_VERSIONS, _LOOKS, _CHANGES))
    for id, url, source, shown in db.execute(_RELEASES.format("")):
        parts = versions.of(id), looks.of(id), changes.of(id)
        if stated is None:
            yield id, _state(url, source, shown, parts)
        elif id in stated:
            yield id, _state(url, source, stated[id].shown, _cut(parts, stated[id]), judged=stated[id].judged)


def history_of(db: sqlite3.Connection, release: int) -> str:
    """The history of a release as JSON; a link made now states its digest. "" where the salt is kept back."""
    id, url, source, shown = db.execute(_RELEASES.format(" WHERE id = ?"), [release]).fetchone()
    sqls = (_VERSIONS.format(" WHERE v.release = ?"), *(sql.format(" WHERE release = ?") for sql in (_LOOKS, _CHANGES)))
    versions, looks, changes = (db.execute(sql, [id]).fetchall() for sql in sqls)
    salt = next((row[3] for row in versions if row[1] == shown), None)
    return _JSON.encode(_history(salt, url, source, (versions, looks, changes), _judged(looks))) if salt else ""


def _cut(parts: tuple[list[Row], list[Row], list[Row]], stated: State) -> tuple[list[Row], list[Row], list[Row]]:
    versions, looks, changes = parts
    known = [version for version in versions if version[1] <= stated.versions]
    return known, looks[: stated.looks], changes[: stated.changes]


def _state(
    url: str, source: str, shown: int, parts: tuple[list[Row], list[Row], list[Row]], judged: int | None = None
) -> State:
    versions, looks, changes = parts
    [(rules, salt)] = [row[2:4] for row in versions if row[1] == shown] or [(0, None)]
    if judged is None:
        judged = _judged(looks)
    facts = [[row[1], _object(row[4]), *row[5:7]] for row in versions]
    return State(
        shown=shown,
        rules=rules,
        versions=max((row[1] for row in versions), default=0),
        looks=len(looks),
        judged=judged,
        changes=len(changes),
        facts=_digest([salt, facts]) if salt else "",
        history=_digest(_history(salt, url, source, parts, judged)) if salt else "",
    )


def _judged(looks: list[Row]) -> int:
    return next((n for n, look in enumerate(looks) if look[4] is None), len(looks))


def _history(salt: str, url: str, source: str, parts: tuple[list[Row], list[Row], list[Row]], judged: int) -> list[Any]:
    versions, looks, changes = parts
    read = [[row[1], *row[7:11], list(row[11:]) if row[11] is not None else None] for row in versions]
    told = [[*look[1:4], look[4] if n < judged else None] for n, look in enumerate(looks)]
    return [salt, url, source, read, told, [list(row[1:]) for row in changes]]


def _object(facts: str | None) -> Any:
    """The fields of a version, white space between them left out; a string that is no JSON stands for itself."""
    try:
        return None if facts is None else json.loads(facts)
    except ValueError:
        return facts


def _digest(told: list[Any]) -> str:
    return sha256(_JSON.encode(told).encode()).hexdigest()[:DIGITS]


class _Rows:
    """Rows that begin with a release's id and come in its order, taken one release after the other."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._id, self._waiting = -1, list[Row]()

    def of(self, id: int) -> list[Row]:
        while self._id < id:
            self._id, rows = next(self._groups, (1 << 63, iter(())))
            self._waiting = list(rows)
        return self._waiting if self._id == id else []
