"""Comparing the files that releases carry with their versions, and with the WARC records of their contents."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import warc
from archive.database import has_table
from archive.errors import GongbaoError
from archive.store.removed import removed
from archive.urls import file_key
from archive.warc.read import exchange_length
from archive.warc.records import read_bytes

_CONTENTS = """SELECT l.release, l.url, l.sha256, c.id, c.url AS asked, c.sha256 AS sent, c.warc, c.offset, c.length
    FROM (SELECT release, url, sha256, capture FROM attachment_contents WHERE capture IS NOT NULL
        UNION SELECT release, url, sha256, capture FROM attachments WHERE state = 'kept') AS l
    LEFT JOIN captures AS c ON c.id = l.capture ORDER BY l.release, l.url"""
_LINKED = """SELECT r.id, v.files FROM releases r JOIN versions v ON v.release = r.id AND v.version = r.version
    WHERE v.files IS NOT NULL ORDER BY r.id"""


def other_files(db: sqlite3.Connection, root: Path) -> Iterator[str]:
    """Faults of the files of the live archive; the rows of a snapshot are bound by the digest of its archive.db.

    A release has the files that its version names, but for removed ones, and keeps no others; pictures of its text stand in no
    version. A kept content is one of those that were found at the file's address. It is the content of its capture, which
    the record tells where an encoding was undone, and that answered a request for this file, which the record's note
    tells where a redirect led elsewhere.
    """
    if not has_table(db, "attachment_contents"):  # an archive of an earlier schema, which no command has opened yet
        return
    rows: dict[int, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for release, url, state, shown in db.execute("SELECT release, url, state, shown FROM attachments"):
        rows[release][file_key(url)] = (url, state == "kept" and not shown)
    gone = removed(db)
    for release, files in db.execute(_LINKED).fetchall():
        named = {file_key(url): url for url in json.loads(files)}
        for key in sorted(named.keys() - rows[release].keys()):
            if not gone.has(named[key]):
                yield f"release {release} lacks the file {named[key]}, which its version names"
        for key, (url, kept) in sorted(rows[release].items()):
            if kept and key not in named:
                yield f"release {release} has the file {url}, which its version does not name"
    found = {(release, file_key(url), sha) for release, url, sha in _found(db)}
    for row in _kept(db):
        item = f"the file {row['url']} of release {row['release']}"
        if (row["release"], file_key(row["url"]), row["sha256"]) not in found:
            yield f"{item} has a content that was never found at its address"
        elif row["id"] is None:
            yield f"{item} has no record of its content"
        elif row["sent"] != row["sha256"] and _digest(db, root, row["id"]) not in ("", row["sha256"]):
            yield f"{item} has another content than its record"
        elif file_key(row["asked"]) != file_key(row["url"]) and not _led_here(root, row):
            yield f"{item} has the content of another address, {row['asked']}"


def _found(db: sqlite3.Connection) -> list[tuple[int, str, str]]:
    return db.execute("SELECT release, url, sha256 FROM attachment_contents").fetchall()


def _kept(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    cursor = db.execute(_CONTENTS)
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _digest(db: sqlite3.Connection, root: Path, capture: int) -> str:
    """The digest of a captured file, encodings undone; "" where the record cannot be read, which other checks name."""
    try:
        return sha256(warc.payload(Database(db), root, capture).body).hexdigest()
    except (KeyError, OSError, GongbaoError):
        return ""


def _led_here(root: Path, row: dict[str, Any]) -> bool:
    """Whether the record of a content says that the request for this file led there, or cannot be read."""
    path = root / row["warc"]
    try:
        length = exchange_length(path, row["offset"], row["length"])
        with path.open("rb") as file:
            file.seek(row["offset"])
            records = [*read_bytes(file.read(length))]
    except (OSError, GongbaoError):
        return True
    if not (asked := [record.exchange for record in records if record.exchange and record.note]):
        return True  # a record of others, who say nothing of redirects
    return any(file_key(one.looked) == file_key(row["url"]) for one in asked)
