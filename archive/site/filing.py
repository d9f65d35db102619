"""The text of a file by its pages, beside a link to its bytes or its original; how a file was changed at its address."""

import asyncio
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasette import Response
from sqlite_utils import Database

from archive import warc
from archive.database import has_table
from archive.search import query as queries
from archive.site import diff, reading
from archive.site.frame import Site, site_of
from archive.site.linked import File
from archive.urls import file_key

MOST_COMPARED = 300_000  # characters of a text; longer ones are not compared
PAGE_END = "\f"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePage:
    """A content with its text, and the releases that link to it or linked to it."""

    row: sqlite3.Row
    links: list[sqlite3.Row]  # release, title, url and name of the file; `now`: it stands there now

    @property
    def name(self) -> str:
        return str(self.links[0]["name"] or self.links[0]["url"]) if self.links else str(self.row["sha256"])

    @property
    def guessed(self) -> bool:
        """Whether OCR has guessed words of it."""
        return bool(self.row["method"] == "ocr")

    @property
    def withheld(self) -> bool:
        """Whether there is a text that a public snapshot does not carry."""
        return self.row["state"] == "ok" and not self.row["text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A file that was replaced at its address: its contents, and the sentences that differ."""

    name: str
    before: str  # SHA-256
    now: str
    changes: list[diff.Change]


def read(db: sqlite3.Connection, sha256: str) -> FilePage | None:
    """The content with this digest; None when no release has linked to it, or it has not been read."""
    if not has_table(db, "files"):
        return None
    row = db.execute("SELECT * FROM files WHERE sha256 = ?", [sha256]).fetchone()
    if row is None:
        return None
    links = db.execute(
        """SELECT c.release, r.title, c.url, coalesce(a.name, '') AS name, c.media_type, c.size, c.capture, c.seen,
          a.last_look, a.sha256 IS c.sha256 AS now
        FROM attachment_contents AS c JOIN releases AS r ON r.id = c.release
        LEFT JOIN attachments AS a ON a.release = c.release AND a.url = c.url WHERE c.sha256 = ?
        ORDER BY now DESC, c.seen, c.release""",
        [sha256],
    ).fetchall()
    return FilePage(row=row, links=links)


def replaced(db: sqlite3.Connection, version: sqlite3.Row) -> list[Replaced]:
    """The files whose replacement made this version of a release, with the sentences that differ."""
    if "attachments" not in reading.changed(version) or not has_table(db, "attachment_contents"):
        return []
    rows = db.execute(
        """SELECT coalesce(nullif(a.name, ''), c.url) AS name, b.sha256 AS before, c.sha256 AS now, old.text AS old,
          new.text AS new
        FROM attachment_contents AS c
        JOIN attachment_contents AS b ON b.release = c.release AND b.url = c.url AND b.n = c.n - 1
        LEFT JOIN attachments AS a ON a.release = c.release AND a.url = c.url
        LEFT JOIN files AS old ON old.sha256 = b.sha256 LEFT JOIN files AS new ON new.sha256 = c.sha256
        WHERE c.release = ? AND c.seen = ? ORDER BY c.url""",
        [version["release"], version["seen"]],
    )
    return [
        Replaced(
            name=row["name"],
            before=row["before"],
            now=row["now"],
            changes=_compared(row["old"] or "", row["new"] or ""),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A file in which two versions of a release differ; None on the side that does not link to it."""

    name: str
    old: File | None
    new: File | None
    changes: list[diff.Change]


def differing(db: sqlite3.Connection, old: reading.ReleasePage, new: reading.ReleasePage) -> list[Differing]:
    """The files in which two versions of one release differ: in their content, where both are kept, or in being linked to."""
    if old.row["id"] != new.row["id"]:
        return []
    before, now = ({file_key(file["url"]): file for file in page.attachments} for page in (old, new))
    pairs = [(before.get(key), now.get(key)) for key in {**before, **now}]
    return [_differing(db, *pair) for pair in pairs if _differ(*pair)]


def _differ(old: File | None, new: File | None) -> bool:
    if old is None or new is None:
        return True
    return {old["state"], new["state"]} == {"kept"} and bool(old["sha256"] != new["sha256"])


def _differing(db: sqlite3.Connection, old: File | None, new: File | None) -> Differing:
    named = new or old
    assert named
    texts = [_text(db, file["sha256"]) if file else "" for file in (old, new)]
    return Differing(name=named["name"] or named["url"], old=old, new=new, changes=_compared(*texts))


def _text(db: sqlite3.Connection, sha256: str) -> str:
    row = db.execute("SELECT text FROM files WHERE sha256 = ?", [sha256]).fetchone() if has_table(db, "files") else None
    return row["text"] if row else ""


def _compared(old: str, new: str) -> list[diff.Change]:
    """The differences of two texts; none where one of them is not known, or too long."""
    if not old or not new or max(len(old), len(new)) > MOST_COMPARED:
        return []
    return diff.compare(*(text.replace(PAGE_END, "\n") for text in (old, new)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that stands in a release, with the text that OCR has guessed; "" when none has."""

    sha256: str
    name: str
    url: str
    text: str


def pictures(db: sqlite3.Connection, release: int) -> list[Picture]:
    """The pictures of a release that has no other text."""
    if not has_table(db, "files"):
        return []
    rows = db.execute(
        """SELECT coalesce(f.sha256, '') AS sha256, a.name, a.url, coalesce(f.text, '') AS text FROM attachments AS a
        LEFT JOIN files AS f ON f.sha256 = a.sha256 AND a.state = 'kept'
        WHERE a.release = ? AND a.shown AND a.reason <> 'decoration' ORDER BY a.id""",
        [release],
    )
    return [Picture(**dict(row)) for row in rows]


async def page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    sha256 = request.url_vars["sha256"]
    found = await site.read(lambda db: read(db, sha256))
    if found is None:
        return await site.missing(site.word("not_found_file"))
    query = queries.parse(site.argument("q"))
    pages = found.row["text"].split(PAGE_END) if found.row["text"] else []
    blocks = await asyncio.to_thread(lambda: [reading.blocks(text, [], query) for text in pages])
    return await site.page("file", f=found, row=found.row, pages=blocks, is_figure=reading.is_figure)


async def raw(datasette: Any, request: Any) -> Response:
    """The bytes as a download, never shown: a file may be a page with scripts. Not on public sites."""
    site = site_of(datasette, request)
    sha256 = request.url_vars["sha256"]
    body = None if site.settings.get("public") else await site.read(lambda db: _bytes(site, db, sha256))
    if body is None:
        return await site.missing(site.word("not_found_raw"))
    headers = {
        "Content-Disposition": f'attachment; filename="{sha256[:16]}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(body, content_type="application/octet-stream", headers=headers)


def _bytes(site: Site, db: sqlite3.Connection, sha256: str) -> bytes | None:
    if not has_table(db, "attachment_contents"):
        return None
    sql = "SELECT max(capture) FROM attachment_contents WHERE sha256 = ?"
    [capture] = db.execute(sql, [sha256]).fetchone()
    try:
        folder = Path(str(site.settings["snapshot"])).parent.parent
        return None if capture is None else warc.payload(Database(db), folder, capture).body
    except (KeyError, OSError, warc.DamagedError):
        return None  # the files of the archive lie elsewhere


def as_lines(one: Replaced) -> str:
    """A replacement as lines: the file's name and digests, the old sentences after -, the new ones after +."""
    lines = [f"--- {one.name} {one.before}", f"+++ {one.name} {one.now}"]
    for change in one.changes:
        lines += [f"{sign}{diff.words(spans)}" for sign, spans in (("-", change.old), ("+", change.new)) if spans]
    return "".join(f"{line}\n" for line in lines)
