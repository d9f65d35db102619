"""The contents that were found at the addresses of releases' files, and the text of each distinct content."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive import duplicates
from archive.database import Executes, first_row, insert, transaction, update
from archive.model import FileMethod, FileState
from archive.search import index

_LINKED = "sha256 IN (SELECT sha256 FROM attachment_contents)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileText:
    """A file as it was read: its state, and its text, pages divided by U+000C."""

    state: FileState
    method: FileMethod
    reason: str = ""
    pages: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A content whose text is still to be read, as the first release that links to it names it."""

    sha256: str
    capture: int
    named: str  # its address, and its name on the page
    media_type: str  # by its server


def add_content(db: Database, release: int, url: str, content: Mapping[str, Any], seen: str) -> None:
    """Enter a content that was found at a file's address, unless it is the last one that was found there."""
    last = first_row(
        db.execute(
            "SELECT n, sha256 FROM attachment_contents WHERE release = ? AND url = ? ORDER BY n DESC LIMIT 1",
            [release, url],
        )
    )
    if last is None or last["sha256"] != content["sha256"]:
        n = last["n"] + 1 if last else 1
        insert(db, "attachment_contents", {"release": release, "url": url, "n": n, "seen": seen, **content})


def to_read(db: Database, rules: int, *, source: str = "", again: bool = False) -> list[KeptFile]:
    """The contents without a text, and those whose text earlier rules read; all of them `again`.

    Those that OCR has read are left to it. `source` names the only source whose releases count.
    """
    return _kept(db, "f.id IS NULL OR (f.method <> 'ocr' AND (f.rules < :rules OR :again))", rules, source, again=again)


def to_look_at(db: Database, rules: int, *, source: str = "", again: bool = False) -> list[KeptFile]:
    """The contents for OCR: those with pages that are pictures, and those that OCR read by earlier rules, or all `again`."""
    where = "f.state = 'scanned' OR (f.method = 'ocr' AND (f.rules < :rules OR :again))"
    return _kept(db, where, rules, source, again=again)


def _kept(db: Database, where: str, rules: int, source: str, *, again: bool) -> list[KeptFile]:
    rows = db.execute(
        f"""SELECT c.sha256, min(c.capture), c.url || ' ' || coalesce(a.name, ''), p.media_type
        FROM attachment_contents c JOIN captures p ON p.id = c.capture
        LEFT JOIN attachments a ON a.release = c.release AND a.url = c.url LEFT JOIN files f ON f.sha256 = c.sha256
        WHERE ({where}) AND (:source = '' OR c.release IN (SELECT id FROM releases WHERE source = :source))
        GROUP BY c.sha256 ORDER BY 2""",
        {"rules": rules, "again": again, "source": source},
    )
    return [
        KeptFile(sha256=sha256, capture=capture, named=named, media_type=kind)
        for sha256, capture, named, kind in rows.fetchall()
    ]


def save_text(db: Database, sha256: str, found: FileText, rules: int, time: str) -> None:
    """Enter the text of a content, in one transaction; a good text stays where none was found now.

    Releases whose text it is are compared by it.

    A content that no release links to any more, since it was removed meanwhile, has none.
    """
    with transaction(db):
        held = first_row(db.execute("SELECT * FROM files WHERE sha256 = ?", [sha256]))
        if held is None:
            _enter(db, sha256, found, rules, time)
        elif held["text"] and not found.text:
            update(db, "files", {"rules": rules}, "id = ?", held["id"])
        else:
            update(db, "files", _columns(found, rules, time), "id = ?", held["id"])
            index.write_file(db, held["id"], held["text"], found.text)
        for release in duplicates.linking(db, sha256):
            duplicates.carry(db, release)


def _enter(db: Database, sha256: str, found: FileText, rules: int, time: str) -> None:
    if db.execute("SELECT 1 FROM attachment_contents WHERE sha256 = ?", [sha256]).fetchone():
        id = insert(db, "files", {"sha256": sha256, **_columns(found, rules, time)})
        assert id is not None
        index.write_file(db, id, None, found.text)


def _columns(found: FileText, rules: int, time: str) -> dict[str, Any]:
    return {
        "state": found.state,
        "method": found.method,
        "reason": found.reason,
        "pages": found.pages,
        "read": time,
        "rules": rules,
        "text": found.text,
    }


def texts_left_alone(db: Executes, releases: Sequence[int], urls: Collection[str]) -> list[int]:
    """The texts of contents that none but these releases link to, or that were found at no address but these."""
    marks, addresses = (", ".join("?" * len(values)) for values in (releases, urls))
    others = f"SELECT sha256 FROM attachment_contents WHERE release NOT IN ({marks}) AND url NOT IN ({addresses})"
    found = db.execute(f"SELECT id FROM files WHERE sha256 NOT IN ({others}) ORDER BY id", [*releases, *urls])
    return [id for (id,) in found]


def forget_unlinked(db: Executes) -> None:
    """Delete the texts of contents that no release links to. The caller owns the transaction."""
    for (id,) in db.execute(f"SELECT id FROM files WHERE NOT {_LINKED}").fetchall():
        index.forget_file(db, id)
        db.execute("DELETE FROM files WHERE id = ?", [id])
