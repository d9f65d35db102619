"""Our own pages: the first page, search, a release, the snapshot that is served, rights."""

import asyncio
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from datasette import Response
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import AsgiFileDownload
from sqlite_utils import Database
from warcio.exceptions import ArchiveLoadFailed

from archive import search, warc
from archive.site import diff, formats, hits, pictures, reading, regions, words
from archive.site.events import events
from archive.site.overview import browse, overview
from archive.snapshot import SUMS, Snapshot, list_snapshots

T = TypeVar("T")
DATABASE = "archive"
TIME_LIMIT = 2000  # milliseconds that one page may read
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


# control characters and others that no page may hold, and that a crawled text may
_NOT_HTML = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Site:
    """What a page needs of the server: `public`, the snapshot that is served, and the language of the request."""

    datasette: Any
    request: Any
    lang: str

    @property
    def settings(self) -> dict[str, Any]:
        """Our plugin's settings: `public`, `snapshot` (its folder), `contact`."""
        return self.datasette.plugin_config("gongbao") or {}

    def argument(self, name: str) -> str:
        """An argument of the address, "" when it is absent."""
        return (self.request.args.get(name) or "").strip()

    def word(self, key: str, *values: object) -> str:
        """The interface's word in the request's language."""
        return words.word(key, self.lang, *values)

    def link(self, path: str, **arguments: object) -> str:
        """An address on this site; it keeps the language when the request's address states one."""
        chosen = {"lang": self.lang} if self.request.args.get("lang") else {}
        query = urlencode({name: value for name, value in {**arguments, **chosen}.items() if value not in ("", None)})
        return str(self.datasette.urls.path(path)) + (f"?{query}" if query else "")

    async def read(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """Call `function` with a connection to the archive, in a thread, under the time limit."""

        def limited(connection: sqlite3.Connection) -> T:
            with sqlite_timelimit(connection, TIME_LIMIT):
                return function(connection)

        result: T = await self.datasette.get_database(DATABASE).execute_fn(limited)
        return result

    async def read_once(self, function: Callable[[sqlite3.Connection], T]) -> T:
        """As `read`, but what was read is kept: a snapshot never changes while it is served."""
        kept: dict[Any, T] = self.datasette.__dict__.setdefault("_gongbao", {})
        if function not in kept:
            kept[function] = await self.read(function)
        return kept[function]

    async def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The answer that shows a template."""
        other = "en" if self.lang == "zh" else "zh"
        arguments = {name: self.request.args.get(name) for name in self.request.args} | {"lang": other}
        html = await self.datasette.render_template(
            f"gongbao/{template}.html",
            {
                **values,
                "t": self.word,
                "lang": self.lang,
                "link": self.link,
                "other_language": f"{self.request.path}?{urlencode(arguments)}",
                "region_name": lambda code: regions.region_name(code, self.lang),
                "region_path": lambda code: regions.path(code, self.lang),
                "minute": minute,
                "safe": safe_url,
                "public": bool(self.settings.get("public")),
                "size": size,
                "number": lambda value: f"{value:,}",
            },
            request=self.request,
        )
        headers = {"Content-Security-Policy": _POLICY, "Content-Language": self.lang, "Vary": "Accept-Language"}
        return Response.html(_NOT_HTML.sub("", html), status=status, headers=headers)


def site_of(datasette: Any, request: Any) -> Site:
    """The site as this request meets it."""
    lang = words.choose_language(request.args.get("lang") or "", request.headers.get("accept-language", ""))
    return Site(datasette, request, lang)


def safe_url(url: str) -> str:
    """`url` when a reader may follow it, that is, when it is of http or https; else ""."""
    return url if re.fullmatch(r"https?://[^\s\"'<>]+", url) else ""


def minute(moment: str | None) -> str:
    """A time as people read it: 2020-04-13 13:09, or the day alone; of UTC times the day alone."""
    moment = moment or ""
    return moment[:10] if moment.endswith(("Z", "+00:00")) else moment[:16].replace("T", " ")


def size(count: int) -> str:
    """A number of bytes for people: 1.5 MB."""
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.1f} {units[0]}" if value < 100 and units[0] != "B" else f"{value:.0f} {units[0]}"


async def home(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    return await site.page("home", view=await site.read_once(overview))


async def search_page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    asked = hits.read_address({name: request.args.get(name) for name in request.args})
    form = request.url_vars.get("format")
    try:
        return await (_take_away(site, asked, form) if form else _show_hits(site, asked))
    except sqlite3.OperationalError as error:
        if str(error) != "interrupted":
            raise
        return await site.page("missing", status=400, reason=site.word("too_slow"), hint=False)


async def _take_away(site: Site, asked: hits.Asked, form: str) -> Response:
    request = site.request
    limit = formats.FEED if form == "atom" else formats.LIMIT
    rows = await site.read(lambda db: formats.rows(db, asked, limit))
    base = f"{request.scheme}://{request.host}"
    title = f"{site.word('name')} · {asked.q or site.word('newest')}"
    return formats.respond(form, rows, base=base, title=title, address=f"{base}{request.full_path}")


async def _show_hits(site: Site, asked: hits.Asked) -> Response:
    found = await site.read(lambda db: hits.find(db, asked))
    query = search.parse(asked.q)
    parts = [term for group in query.groups for term in group]
    return await site.page(
        "search",
        asked=asked,
        found=found,
        choices=await site.read_once(hits.choices),
        parts=parts if len(parts) > 1 else [],
        readable=bool(query.groups),
        last_page=hits.LAST_PAGE,
    )


async def release(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    text = request.url_vars["id"]
    id = int(text) if len(text) < 19 else 0
    version = site.argument("v")
    day = site.argument("at") if re.fullmatch(r"\d{4}-\d{2}-\d{2}", site.argument("at"), re.ASCII) else ""
    number = int(version) if re.fullmatch(r"[0-9]{1,6}", version) else None
    found, newest = await site.read(lambda db: (reading.read(db, id, number, day), reading.read(db, id)))
    if newest is None:
        return await site.page("missing", status=404, reason=site.word("not_found_release", text[:20]), hint=True)
    if found is None:
        seen = newest.versions[-1]["seen"] if newest.versions else ""
        reason = site.word("not_found_day", day or f"v{version}", minute(seen))
        return await site.page("missing", status=404, reason=reason, hint=False, id=id)
    if request.url_vars.get("format") == "json":
        return formats.release_json(found, base=f"{request.scheme}://{request.host}")
    withheld = bool(site.settings.get("public")) and found.row["rights"] != "official"
    shown = found.row["text"] if withheld or found.current else found.shown["text"]
    against = next((one for one in found.versions if one["version"] == found.shown["version"] - 1), None)
    # not here: long texts take their time, and whoever asks for another page would wait
    texts = (against["text"], found.shown["text"]) if against and not withheld else ("", "")
    changes = await asyncio.to_thread(diff.compare, *texts)
    return await site.page(
        "release",
        r=found,
        row=found.row,
        blocks=reading.blocks(shown, [] if withheld else found.turns, search.parse(site.argument("q"))),
        withheld=withheld,
        against=against,
        changes=changes,
        numbers=lambda copy: json.loads(copy["changed_numbers"] or "[]"),
        gbt7714=reading.gbt7714(found.row),
        bibtex=reading.bibtex(found.row),
        host=urlsplit(found.row["url"]).hostname or "",
        edits=sum(one["kind"] == "published" for one in found.versions) - 1,
    )


async def raw_page(datasette: Any, request: Any) -> Response:
    """The page as archived, to be saved; never shown, since it would run on our own address. Not on public sites."""
    site = site_of(datasette, request)
    id, version = int(request.url_vars["id"][:18]), int(request.url_vars["version"])
    folder = Path(str(site.settings["snapshot"])).parent.parent

    def read(db: sqlite3.Connection) -> warc.Payload | None:
        sql = "SELECT capture FROM versions WHERE release = ? AND version = ? AND capture IS NOT NULL"
        row = db.execute(sql, (id, version)).fetchone()
        try:
            return warc.payload(Database(db), folder, row["capture"]) if row else None
        except (KeyError, OSError, StopIteration, ArchiveLoadFailed):
            return None  # the files of the archive lie elsewhere

    kept = None if site.settings.get("public") else await site.read(read)
    if kept is None:
        return await site.page("missing", status=404, reason=site.word("not_found_raw"), hint=False, id=id)
    headers = {
        "Content-Disposition": f'attachment; filename="release-{id}-{version}.html"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(kept.body, content_type="application/octet-stream", headers=headers)


async def browse_page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    return await site.page("browse", view=await site.read_once(browse))


async def health(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    view = await site.read_once(pictures.health)
    return await site.page("health", view=view, line=pictures.outline(view.curve, 720, 180))


async def changes(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    found = [
        row | {"title": f"[{site.word('event_' + row['kind'])}] {row['title']}", "snippet": ""}
        for row in await site.read_once(events)
    ]
    base = f"{request.scheme}://{request.host}"
    title = f"{site.word('name')} · {site.word('changes')}"
    return formats.respond("atom", found, base=base, title=title, address=f"{base}{request.full_path}")


async def snapshots(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    served = Path(str(site.settings["snapshot"]))
    found = [_described(one.folder, one.made, one.public) for one in _offered(site)]
    return await site.page("snapshots", snapshots=found, served=served.name)


def _offered(site: Site) -> list[Snapshot]:
    """The snapshots that lie beside the one that is served; on a public site only those that are public."""
    served = Path(str(site.settings["snapshot"]))
    public = bool(site.settings.get("public"))
    return [one for one in list_snapshots(served.parent.parent) if one.public or not public]


def _described(folder: Path, made: str, public: bool) -> dict[str, Any]:
    lines = [line.partition("  ") for line in (folder / SUMS).read_text("utf-8").splitlines()]
    files = [
        {"name": name, "size": (folder / name).stat().st_size, "sha256": digest}
        for digest, _, name in [*lines, ("", "", SUMS)]
        if (folder / name).is_file()
    ]
    package = folder / "datapackage.json"
    counts = json.loads(package.read_text("utf-8"))["counts"] if package.is_file() else {}
    return {"name": folder.name, "made": made, "public": public, "files": files, "counts": counts}


async def snapshot_file(datasette: Any, request: Any) -> Response | AsgiFileDownload:
    site = site_of(datasette, request)
    for one in _offered(site):
        if one.folder.name == request.url_vars["snapshot"]:
            for file in _described(one.folder, one.made, one.public)["files"]:
                if file["name"] == request.url_vars["name"]:
                    path = one.folder / file["name"]
                    kind = _KINDS.get(path.suffix, "application/octet-stream")
                    return AsgiFileDownload(str(path), filename=path.name, content_type=kind)
    return await site.page("missing", status=404, reason=request.path, hint=False)


_KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".gz": "application/gzip",
}


async def robots(datasette: Any, request: Any) -> Response:
    if not (datasette.plugin_config("gongbao") or {}).get("public"):
        return Response.text("User-agent: *\nDisallow: /\n")
    base = f"{request.scheme}://{request.host}"
    # tables and searches are without end; every release is in the sitemap
    return Response.text(f"User-agent: *\nDisallow: /archive\nDisallow: /search\nSitemap: {base}/sitemap.xml\n")


async def sitemap(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    base = f"{request.scheme}://{request.host}"
    part = request.url_vars.get("part")
    if part is None:
        last = await site.read(lambda db: db.execute("SELECT max(id) FROM releases").fetchone()[0] or 0)
        parts = range(last // _SITEMAP + 1)
        entries = "".join(f"<sitemap><loc>{base}/sitemap-{number}.xml</loc></sitemap>" for number in parts)
        body = f"<sitemapindex {_SITEMAP_SCHEMA}>{entries}</sitemapindex>"
    else:
        first = int(part) * _SITEMAP
        sql = "SELECT id, substr(changed, 1, 10) FROM releases WHERE id >= ? AND id < ? ORDER BY id"
        rows = await site.read(lambda db: db.execute(sql, (first, first + _SITEMAP)).fetchall())
        entries = "".join(
            f"<url><loc>{base}/release/{id}</loc><lastmod>{formats.to_xml(day)}</lastmod></url>" for id, day in rows
        )
        body = f"<urlset {_SITEMAP_SCHEMA}>{entries}</urlset>"
    return Response(f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n', content_type="application/xml; charset=utf-8")


_SITEMAP = 10_000  # releases in one part
_SITEMAP_SCHEMA = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


async def rights(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    return await site.page("rights", contact=str(site.settings.get("contact", "")))


ROUTES: list[tuple[str, Callable[..., Awaitable[Any]]]] = [
    (r"^/$", home),
    (r"^/search(?:\.(?P<format>json|jsonl|csv|atom))?$", search_page),
    (r"^/release/(?P<id>[0-9]+)(?:\.(?P<format>json))?$", release),
    (r"^/release/(?P<id>[0-9]+)/(?P<version>[0-9]{1,6})/raw$", raw_page),
    (r"^/browse$", browse_page),
    (r"^/health$", health),
    (r"^/changes\.atom$", changes),
    (r"^/snapshots$", snapshots),
    (r"^/snapshots/(?P<snapshot>[0-9TZa-z-]+)/(?P<name>[A-Za-z0-9._-]+)$", snapshot_file),
    (r"^/robots\.txt$", robots),
    (r"^/sitemap(?:-(?P<part>[0-9]{1,6}))?\.xml$", sitemap),
    (r"^/rights$", rights),
]
