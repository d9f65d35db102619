"""The files that a version of a release links to, each with the contents that were found at its address until then."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from archive import times
from archive.database import has_table
from archive.store.removed import is_removed
from archive.urls import canonical, file_key

File = dict[str, Any]  # a row of `attachments` with the state of its text, and the `earlier` contents of its address
_NOT_HAD = {"state": "failed", "reason": "", "media_type": "", "size": None, "sha256": "", "text_state": None}
_CONTENT = ("media_type", "size", "sha256", "text_state", "method", "pages", "text_reason")


def linked(db: sqlite3.Connection, version: sqlite3.Row, end: str) -> list[File]:
    """The files that a version links to. `end`: when the publisher's next version was seen; "" for the current one.

    A file of an older version has the last content that was found at its address before that, and is `failed` where none
    was. Where nobody knows to which files it linked, they are those of the current version that were there before the end;
    so are the pictures that stand in the text. A snapshot that is older than these contents tells of the current files alone.
    """
    now = _attachments(db, version["release"])
    contents = _contents(db, version["release"], end)
    files = _then(db, version, end, now, contents) if end and has_table(db, "attachment_contents") else now
    return [
        file | {"earlier": [one for one in contents.get(file_key(file["url"]), []) if one["sha256"] != file["sha256"]]}
        for file in files
    ]


def _attachments(db: sqlite3.Connection, id: int) -> list[File]:
    if not has_table(db, "attachments"):
        return []  # a snapshot older than this table
    if not any(column[1] == "state" for column in db.execute("PRAGMA table_info(attachments)")):
        old = "SELECT *, 'kept' AS state, '' AS reason, NULL AS last_look, max(capture) FROM attachments"
        return _all(db, f"{old} WHERE release = ? GROUP BY url", id)
    if not has_table(db, "files"):
        return _all(db, "SELECT * FROM attachments WHERE release = ? ORDER BY id", id)
    return _all(
        db,
        """SELECT a.*, f.state AS text_state, f.method, f.pages, f.reason AS text_reason FROM attachments AS a
        LEFT JOIN files AS f ON f.sha256 = a.sha256 AND a.state = 'kept' WHERE a.release = ? ORDER BY a.id""",
        id,
    )


def _contents(db: sqlite3.Connection, id: int, end: str) -> dict[str, list[File]]:
    """The contents of a release's files that were found before `end`, by the files' keys, the newest first."""
    if not has_table(db, "attachment_contents"):
        return {}
    rows = _all(
        db,
        """SELECT c.*, f.state AS text_state, f.method, f.pages, f.reason AS text_reason FROM attachment_contents AS c
        LEFT JOIN files AS f ON f.sha256 = c.sha256 WHERE c.release = ? ORDER BY c.seen DESC, c.n DESC""",
        id,
    )
    found: dict[str, list[File]] = {}
    for row in rows:
        if not end or times.is_before(row["seen"], end):
            found.setdefault(file_key(row["url"]), []).append(row)
    return found


def _then(
    db: sqlite3.Connection, version: sqlite3.Row, end: str, now: list[File], contents: dict[str, list[File]]
) -> list[File]:
    """The files of an older version, as they stood at its end."""
    files = [file for file in now if times.is_before(file["seen"], end)]
    if version["files"] is not None:
        held = {file_key(file["url"]): file for file in now}
        urls = {file_key(url): url for url in json.loads(version["files"]) if not is_removed(db, canonical(url))}
        pictures = [file for file in files if file["shown"]]
        files = [held.get(key, {"name": "", "last_look": None, **_NOT_HAD}) | {"url": url} for key, url in urls.items()]
        files += pictures
    return [file | _content(file, contents.get(file_key(file["url"]), [])) for file in files]


def _content(file: File, contents: Sequence[File]) -> File:
    """The content of a file by those that had been found at its address; nothing when it is that of now."""
    if not contents:
        return {} if file["state"] != "kept" else {**_NOT_HAD, "last_look": None}
    if contents[0]["sha256"] == file["sha256"]:
        return {}
    return {"state": "kept", "reason": "", "last_look": None, **{name: contents[0][name] for name in _CONTENT}}


def _all(db: sqlite3.Connection, sql: str, id: int) -> list[File]:
    return [dict(row) for row in db.execute(sql, [id])]
