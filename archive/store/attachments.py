"""Files that a release links to: kept raw like any capture, with a row for each content. No text is taken from them."""

import io
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from sqlite_utils import Database

from archive.database import insert, transaction
from archive.model import Listed
from archive.store.decide import RESTLESS
from archive.store.releases import add_file_version, add_problem
from archive.urls import canonical, file_key

_OFFICE = "application/vnd.openxmlformats-officedocument."
_INSIDE = {  # the media type of a zip that holds such a name
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
    "OFD.xml": "application/ofd",
}
_OLE = {".xls": "application/vnd.ms-excel", ".et": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint"}
_HEADS = {
    b"%PDF-": "application/pdf",
    b"Rar!\x1a\x07": "application/vnd.rar",
    b"7z\xbc\xaf\x27\x1c": "application/x-7z-compressed",
    b"{\\rtf": "application/rtf",
}


def media_type(body: bytes, url: str) -> str:
    """The media type of a file by its first bytes, and of a zip by the names in it; "" for a page or a text: no attachment.

    The address only tells old formats apart that share a container: doc and wps from xls and et.
    """
    for head, kind in _HEADS.items():
        if body[:1024].lstrip().startswith(head):
            return kind
    if body.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(body)) as zipped:
                names = zipped.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            names = []
        return next(
            (kind for name, kind in _INSIDE.items() if any(n.startswith(name) for n in names)), "application/zip"
        )
    if body.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for end, kind in _OLE.items() if end in url.lower()), "application/msword")
    return ""


def keep(
    db: Database, page: str, capture: int, url: str, name: str, body: bytes, seen: str
) -> Literal["", "kept", "changed"]:
    """Enter a file that the release at `page` links to; "" when it is none, or the release is not held.

    `changed`: another content stood at its address before, so the release has a new version.
    """
    kind = media_type(body, url)
    if not kind:
        return ""
    with transaction(db):
        row = db.execute("SELECT id FROM releases WHERE url_key = ?", [canonical(page)]).fetchone()
        if row is None:
            return ""
        file = {
            "capture": capture,
            "release": row[0],
            "url": url,
            "name": name,
            "media_type": kind,
            "size": len(body),
            "sha256": sha256(body).hexdigest(),
            "seen": seen,
        }
        return _enter(db, file)


def _enter(db: Database, file: dict[str, Any]) -> Literal["kept", "changed"]:
    """Enter a file with a content that is not the last one at its address; another content makes a version.

    A file that had five contents is one that its server makes anew for everybody: it is no longer followed, which is
    noted as a problem of the release.
    """
    id, url = file["release"], file["url"]
    sql = "SELECT sha256 FROM attachments WHERE release = ? AND url = ? ORDER BY capture DESC"
    before = [digest for (digest,) in db.execute(sql, [id, url])]
    if file["sha256"] in before[:1]:
        return "kept"
    if len(set(before)) >= RESTLESS:
        add_problem(db, id, f"restless-file: {file['seen']}: {url} differs at every look; it is no longer followed")
        return "kept"
    insert(db, "attachments", file, conflict="IGNORE")
    if not before or not _is_own(db, id, url):
        return "kept"
    add_file_version(db, id, file["seen"])
    return "changed"


def _is_own(db: Database, id: int, url: str) -> bool:
    """Whether a file belongs to the release, or is one that we do not know to be the site's."""
    sql = "SELECT v.files FROM releases r JOIN versions v ON v.release = r.id AND v.version = r.version WHERE r.id = ?"
    [files] = db.execute(sql, [id]).fetchone()
    return files is None or file_key(url) in map(file_key, json.loads(files))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that is kept, with the validators for a conditional request."""

    file: Listed
    etag: str
    last_modified: str


def kept_files(db: Database, page: str) -> list[KeptFile]:
    """The files that the current version of the release at `page` links to and that are kept, each in its last content."""
    rows = db.execute(
        "SELECT a.url, a.name, coalesce(c.etag, ''), coalesce(c.last_modified, ''), max(a.capture) FROM attachments a"
        " JOIN captures c ON c.id = a.capture JOIN releases r ON r.id = a.release"
        " JOIN versions v ON v.release = r.id AND v.version = r.version"
        " WHERE r.url_key = ? AND a.url IN (SELECT value FROM json_each(coalesce(v.files, json_array(a.url))))"
        " GROUP BY a.url ORDER BY a.url",
        [canonical(page)],
    )
    return [
        KeptFile(file=Listed(url=url, title=name), etag=etag, last_modified=modified)
        for url, name, etag, modified, _ in rows
    ]


def is_kept(db: Database, url: str) -> bool:
    """Whether a file of this address is kept already."""
    return db.execute("SELECT 1 FROM attachments WHERE url = ?", [url]).fetchone() is not None
