"""What became of the files that a release links to. Contents are captures; their texts stand in `files` (files.py).

A release has a row for each file that its current version links to (archive/store/linked.py). `keep` enters an answer,
`confirm` one that says that nothing has changed, `missed` a failure. A file that is kept stays so when a later look at it
fails; its `reason` then says how that look ended.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from sqlite_utils import Database

from archive import duplicates
from archive.database import first_row, transaction, update
from archive.model import AttachmentState, Listed
from archive.store import files
from archive.store.decide import RESTLESS
from archive.store.linked import add, row_at
from archive.store.media import Sent, is_small, media_type
from archive.store.releases import add_file_version, add_problem
from archive.texts.file_names import names_nothing, sent_name
from archive.urls import canonical, file_key

DECORATION = "decoration"  # reason: a picture too small to hold text; it is not asked for again
_OURS = {"robots", "offsite", "forbidden-address"}  # the site was not asked
_TWIN = ("capture", "media_type", "size", "sha256")


def state_of(reason: str) -> AttachmentState:
    """The state of a file that could not be had, by the ledger's word for the reason."""
    if reason in _OURS:
        return "skipped"
    return "too-large" if reason == "too-large" else "failed"


def keep(
    db: Database, page: str, capture: int, url: str, name: str, body: bytes, seen: str, sent: Sent
) -> Literal["", "kept", "changed"]:
    """Enter an answer for the file at `url`, as the release at `page` links to it; "" when it is no file, or not asked for.

    `changed`: another content stood at its address before, so the release has a new version. A file that had five
    contents is one that its server makes anew for everybody: it is no longer followed, which is noted as a problem. An
    answer that is older than the last look tells nothing. A picture in the text that is too small is decoration. Where the page
    names nothing (下载), the file has its server's name.
    """
    kind = media_type(body, f"{url} {name}", sent)
    with transaction(db):
        row = _row(db, page, Listed(url=url, title=name), seen)
        if row is None:
            return ""
        if not kind:
            _note(db, row, "not-a-file", "not-a-file", seen)
            return ""
        if row["shown"] and is_small(body):
            _note(db, row, "skipped", DECORATION, seen)
            return "kept"
        digest = sha256(body).hexdigest()
        looked = {"state": "kept", "reason": "", "last_look": seen}
        if names_nothing(row["name"], row["url"]) and (given := sent_name(sent.disposition)):
            looked["name"] = given
        content = {"capture": capture, "media_type": kind, "size": len(body), "sha256": digest}
        if row["state"] != "kept":
            update(db, "attachments", {**looked, **content, "contents": 1}, "id = ?", row["id"])
            _add(db, row, content, seen)
            return "kept"
        if seen < row["last_look"]:
            return "kept"
        if row["sha256"] == digest or row["contents"] >= RESTLESS:
            update(db, "attachments", looked, "id = ?", row["id"])
            if row["sha256"] != digest:
                words = f"restless-file: {seen}: {url} differs at every look; it is no longer followed"
                add_problem(db, row["release"], words)
            return "kept"
        update(db, "attachments", {**looked, **content, "contents": row["contents"] + 1}, "id = ?", row["id"])
        _add(db, row, content, seen)
        if not _is_own(db, row["release"], url):
            return "kept"
        add_file_version(db, row["release"], seen)
        return "changed"


def confirm(db: Database, page: str, url: str, name: str, seen: str) -> None:
    """Enter an answer that nothing has changed; a file that another release has is then kept for this one as well."""
    with transaction(db):
        row = _row(db, page, Listed(url=url, title=name), seen)
        if row is None:
            return
        looked = {"state": "kept", "reason": "", "last_look": seen}
        if row["state"] == "kept":
            update(db, "attachments", looked, "id = ?", row["id"])
        elif twin := _kept_at(db, url):
            content = {name: twin[name] for name in _TWIN}
            looked |= {"name": twin["name"]} if names_nothing(row["name"], url) else {}
            update(db, "attachments", {**looked, **content, "contents": 1}, "id = ?", row["id"])
            _add(db, row, content, seen)


def _add(db: Database, row: dict[str, Any], content: dict[str, Any], seen: str) -> None:
    files.add_content(db, row["release"], row["url"], content, seen)
    duplicates.carry(db, row["release"])


def missed(
    db: Database, page: str, url: str, name: str, *, state: AttachmentState, reason: str, seen: str, asked: bool = True
) -> None:
    """A file could not be had, or (not `asked`) was not asked for."""
    with transaction(db):
        row = _row(db, page, Listed(url=url, title=name), seen)
        if row is not None:
            _note(db, row, state, reason, seen if asked else row["last_look"])


def _note(db: Database, row: dict[str, Any], state: AttachmentState, reason: str, looked: str | None) -> None:
    state = "kept" if row["state"] == "kept" else state
    update(db, "attachments", {"state": state, "reason": reason, "last_look": looked}, "id = ?", row["id"])


def _row(db: Database, page: str, file: Listed, seen: str) -> dict[str, Any] | None:
    """The row of a file; None when the release is not held, or links to it no longer, or the address was removed."""
    found = db.execute("SELECT id FROM releases WHERE url_key = ?", [canonical(page)]).fetchone()
    if found is None:
        return None
    id = row_at(db, found[0], file.url)
    if id is None and _is_own(db, found[0], file.url):
        id = add(db, found[0], file, seen)
    return None if id is None else first_row(db.execute("SELECT * FROM attachments WHERE id = ?", [id]))


def _is_own(db: Database, id: int, url: str) -> bool:
    """Whether a file belongs to the current version of a release, as far as that is known."""
    sql = "SELECT v.files FROM releases r JOIN versions v ON v.release = r.id AND v.version = r.version WHERE r.id = ?"
    [files] = db.execute(sql, [id]).fetchone()
    return files is None or file_key(url) in map(file_key, json.loads(files))


def _kept_at(db: Database, url: str) -> dict[str, Any] | None:
    """The last content that is kept of an address, for any release."""
    sql = "SELECT * FROM attachments WHERE url = ? AND state = 'kept' ORDER BY capture DESC LIMIT 1"
    return first_row(db.execute(sql, [url]))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFile:
    """A file that a release links to, with the validators for a conditional request when a content of it is kept."""

    file: Listed
    state: AttachmentState
    etag: str = ""
    last_modified: str = ""
    shown: bool = False  # a picture that stands in the text


def linked_files(db: Database, page: str) -> list[LinkedFile]:
    """The files that the release at `page` links to, in their order; validators may come from another release's content."""
    rows = db.execute(
        "SELECT a.url, a.name, a.state, coalesce(c.etag, ''), coalesce(c.last_modified, ''), a.shown"
        " FROM attachments a"
        " JOIN releases r ON r.id = a.release"
        " LEFT JOIN captures c ON c.id = coalesce(a.capture, (SELECT max(b.capture) FROM attachments b WHERE b.url = a.url))"
        " WHERE r.url_key = ? AND a.reason <> ? ORDER BY a.shown, a.id",
        [canonical(page), DECORATION],
    )
    return [
        LinkedFile(file=Listed(url=url, title=name), state=state, etag=etag, last_modified=modified, shown=bool(shown))
        for url, name, state, etag, modified, shown in rows.fetchall()
    ]
