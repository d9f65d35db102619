"""The snapshots, and the evidence of a version, to be taken away."""

import asyncio
import functools
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from datasette import Response
from datasette.utils.asgi import AsgiFileDownload, asgi_send_file

from archive.site import dataset
from archive.site.frame import Site, site_of
from archive.snapshots.package import PACKAGE, edition_of
from archive.snapshots.publish import Guard, guard_of
from archive.snapshots.shelf import DATABASE, KEPT_DAYS, SUMS, Snapshot, list_snapshots
from archive.verification import evidence

_PIECE = 1 << 18  # bytes; each piece costs as much time as a small page, and Datasette's pieces have 4 kB


class Download(AsgiFileDownload):  # type: ignore[misc]  # Datasette has no types
    """A file in large pieces, with its length."""

    async def asgi_send(self, send: Any) -> None:
        await asgi_send_file(
            send, self.filepath, filename=self.filename, content_type=self.content_type, chunk_size=_PIECE
        )


class Stream:
    """A file that is made while it is sent, in a thread, a piece at a time."""

    def __init__(self, pieces: Iterator[bytes], *, filename: str, content_type: str) -> None:
        self.pieces, self.filename, self.content_type = pieces, filename, content_type

    async def asgi_send(self, send: Any) -> None:
        named = f'attachment; filename="{self.filename}"'.encode()
        headers = [(b"content-type", self.content_type.encode()), (b"content-disposition", named)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while (piece := await asyncio.to_thread(next, self.pieces, None)) is not None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def evidence_zip(datasette: Any, request: Any) -> Response | Stream:
    """The files that prove a version; the current one when the address names none."""
    site = site_of(datasette, request)
    snapshot, public = Path(str(site.settings["snapshot"])), bool(site.settings.get("public"))
    text, version = request.url_vars["id"], site.argument("v")
    id = int(text) if len(text) < 19 else 0

    def gather(db: sqlite3.Connection) -> evidence.Evidence | None:
        known = "SELECT version FROM versions WHERE release = ? AND (CAST(version AS TEXT) = ? OR (? = '' AND version ="
        row = db.execute(
            f"{known} (SELECT version FROM releases WHERE id = release)))", [id, version, version]
        ).fetchone()
        return evidence.gather(db, snapshot, id, row[0], public=public) if row else None

    found = await site.read(gather)
    if found is None:
        reason = site.word("not_found_version", version[:20]) if version else site.word("not_found_release", text[:20])
        return await site.missing(reason)
    return Stream(evidence.zipped(found), filename=f"gongbao-{found.name}.zip", content_type="application/zip")


async def database(datasette: Any, request: Any) -> Download:
    path = Path(str(site_of(datasette, request).settings["snapshot"])) / DATABASE
    return Download(str(path), filename=path.name, content_type="application/octet-stream")


async def snapshots(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    served = Path(str(site.settings["snapshot"]))
    found = [_described(one) for one in _offered(site)]
    if request.url_vars.get("format"):
        text = json.dumps(dataset.catalogue(site, found), ensure_ascii=False)
        return Response(text, content_type="application/ld+json; charset=utf-8")
    for place, one in enumerate(found):
        one["since"] = _since(one, found[place + 1 :])
    withheld = len(_beside(site)) - len(found)
    cited = next((one for one in found if one["name"] == served.name), None)
    return await site.page(
        "snapshots",
        snapshots=found,
        served=served.name,
        kept_days=KEPT_DAYS,
        withheld=withheld,
        cited=cited,
        linked=cited and dataset.linked(site, cited),
        gbt7714=cited and dataset.gbt7714(site, cited),
        bibtex=cited and dataset.bibtex(site, cited),
    )


def _since(one: dict[str, Any], older: list[dict[str, Any]]) -> dict[str, int]:
    """How many more of each kind of thing a snapshot holds than the last of its edition before it."""
    before = next((other for other in older if other["public"] == one["public"] and other["counts"]), None)
    return {name: count - before["counts"].get(name, 0) for name, count in one["counts"].items()} if before else {}


def _offered(site: Site) -> list[Snapshot]:
    """The snapshots beside the one that is served; on a public site none that holds more than that one may."""
    if not site.settings.get("public"):
        return _beside(site)
    now = _guard(Path(str(site.settings["snapshot"])))
    return [one for one in _beside(site) if _guard(one.folder).covers(now)]


def _beside(site: Site) -> list[Snapshot]:
    """The snapshots that lie beside the one that is served; on a public site only those that are public."""
    served = Path(str(site.settings["snapshot"]))
    public = bool(site.settings.get("public"))
    return [one for one in list_snapshots(served.parent.parent) if one.public or not public]


@functools.lru_cache(maxsize=512)  # a snapshot never changes what it withholds
def _guard(folder: Path) -> Guard:
    return guard_of(folder / DATABASE)


def _described(one: Snapshot) -> dict[str, Any]:
    folder = one.folder
    lines = [line.partition("  ") for line in (folder / SUMS).read_text("utf-8").splitlines()]
    files = [
        {"name": name, "size": (folder / name).stat().st_size, "sha256": digest, "kind": _kind(name)}
        for digest, _, name in [*lines, ("", "", SUMS)]
        if (folder / name).is_file()
    ]
    package = folder / PACKAGE
    counts = json.loads(package.read_text("utf-8"))["counts"] if package.is_file() else {}
    return {
        "name": folder.name,
        "made": one.made,
        "public": one.public,
        "version": edition_of(folder).version,
        "kept": one.kept,
        "files": files,
        "counts": counts,
    }


async def snapshot_file(datasette: Any, request: Any) -> Response | Download:
    site = site_of(datasette, request)
    for one in _offered(site):
        if one.folder.name == request.url_vars["snapshot"]:
            for file in _described(one)["files"]:
                if file["name"] == request.url_vars["name"]:
                    path = one.folder / file["name"]
                    kind = _kind(path.name)
                    charset = "; charset=utf-8" if path.suffix in _TEXTS else ""
                    return Download(str(path), filename=path.name, content_type=kind + charset)
    return await site.missing(request.path)


_KINDS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".txt": "text/plain",
    ".cff": "text/plain",
    ".gz": "application/gzip",
    ".db": "application/vnd.sqlite3",
    ".parquet": "application/vnd.apache.parquet",
}
_TEXTS = (".csv", ".json", ".txt", ".cff")


def _kind(name: str) -> str:
    """The media type of a snapshot's file."""
    return _KINDS.get(Path(name).suffix, "application/octet-stream" if "." in name else "text/plain")
