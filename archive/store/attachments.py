"""Files that a release links to: kept raw like any capture, with a row each. No text is taken from them."""

import io
import zipfile
from hashlib import sha256

from sqlite_utils import Database

from archive.database import insert, transaction
from archive.urls import canonical

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


def keep(db: Database, page: str, capture: int, url: str, name: str, body: bytes, seen: str) -> bool:
    """Enter a file that the release at `page` links to; False when it is none, or the release is not held."""
    kind = media_type(body, url)
    if not kind:
        return False
    with transaction(db):
        row = db.execute("SELECT id FROM releases WHERE url_key = ?", [canonical(page)]).fetchone()
        if row is None:
            return False
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
        insert(db, "attachments", file, conflict="IGNORE")
    return True


def is_kept(db: Database, url: str) -> bool:
    """Whether a file of this address is kept already."""
    return db.execute("SELECT 1 FROM attachments WHERE url = ?", [url]).fetchone() is not None
