"""Our own pages: the first page, search, a release, ways to browse, the state of the archive, rights."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from datasette import Response
from datasette.utils.asgi import BadRequest
from sqlite_utils import Database

from archive import times, warc
from archive.model import ReleaseFormat, TableFormat
from archive.search import hits
from archive.search import query as queries
from archive.search.asked import BY_VALUE, LAST_PAGE, Asked, check_address, read_address, read_period
from archive.search.moment import as_of
from archive.site import (
    alerting,
    changes,
    citing,
    comparing,
    coverage,
    diff,
    downloads,
    facets,
    filing,
    formats,
    passages,
    pictures,
    quoting,
    reading,
    robots,
    sources,
)
from archive.site.figures import kept, page
from archive.site.frame import Site, minute, place_of, site_of
from archive.site.oai import answers as oai
from archive.site.official import documents, numbers, organs
from archive.site.overview import Browse, browse, choices, months, overview
from archive.site.searching import find
from archive.site.words import FIELDS
from archive.snapshots.places import named
from archive.texts import sentences


async def home(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    return await site.page("home", view=await site.read_once(overview), week=await site.read_once(changes.week))


async def search_page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    form = request.url_vars.get("format")
    asked = read_address(site.arguments)
    if form == "atom":  # its `from` and `to` tell when the archive learned
        return await changes.search_feed(site, asked)
    try:
        if form:
            check_address(site.arguments)
        asked = read_period(asked, site.arguments)
    except ValueError as fault:
        raise BadRequest(site.word("no_value", str(fault)[:60])) from None
    return await (_take_away(site, asked, form) if form else _show_hits(site, asked))


async def _take_away(site: Site, asked: Asked, form: TableFormat) -> Response:
    limit = int(site.argument("limit") or formats.LIMIT)
    after = int(site.argument("after")) if site.argument("after") else None

    def read(db: sqlite3.Connection) -> hits.Portion:
        with as_of(db, asked.end):
            return hits.portion(db, asked, limit, after)

    found = await site.read(read)
    places = await site.read_once(named)
    following: dict[str, str] = asked.address(limit=limit, after=found.after) if found.after else {}
    link = f"{site.base}{site.link(f'/search.{form}', **following)}" if following else None
    return formats.respond(form, found, asked, places, base=site.base, limit=limit, following=link)


async def _show_hits(site: Site, asked: Asked) -> Response:
    found = await find(site, asked)
    counts = await facets.read(site, asked, found)
    query = queries.parse(asked.q)
    terms = [str(term) for group in query.groups for term in group]
    return await site.page(
        "search",
        asked=asked,
        found=found,
        choices=await site.read_once(choices),
        counted=facets.shower(counts),
        copies=await site.read(lambda db: facets.copies(db, [hit.row["cluster"] for hit in found.hits])),
        terms=terms,
        readable=bool(query.groups),
        unwanted=bool(query.without),
        last_page=LAST_PAGE,
        by_value=BY_VALUE,
    )


async def release(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    found = await choose(site, request.url_vars["id"], site.argument("v"), site.argument("at"))
    if isinstance(found, Missing):
        return await site.missing(found.reason, hint=not found.held, id=found.held)
    form = request.url_vars.get("format")
    return await (_as_file(site, found, form) if form else _show_release(site, found))


@dataclass(frozen=True, slots=True)
class Missing:
    """A release, or a version of one that is held, which the archive does not have."""

    reason: str
    held: int = 0  # the release's id


async def choose(site: Site, text: str, version: str = "", day: str = "") -> reading.ReleasePage | Missing:
    """The release of the id `text` in its current version, in one by its number, or in that of a day or minute."""
    id = int(text) if len(text) < 19 else 0
    newest = await site.read(lambda db: reading.read(db, id))
    if newest is None:
        return Missing(site.word("not_found_release", text[:20]))
    if fault := _fault(site, newest, version, day):
        return Missing(fault, held=id)
    number = int(version) if version else None
    asked = await site.read(lambda db: reading.read(db, id, number, _end(day))) if version or day else newest
    assert asked
    return asked


def _fault(site: Site, newest: reading.ReleasePage, version: str, day: str) -> str:
    """The reason why no version fits the address; "" when one does."""
    first = newest.versions[-1]["seen"]
    if version and version not in {str(one["version"]) for one in newest.versions}:
        return site.word("not_found_version", version[:20])
    try:
        end = _end(day)
    except ValueError:
        return site.word("no_day", day[:20])
    chosen = [one for one in newest.versions if str(one["version"]) == version or not version]
    if end and not any(times.is_before(one["seen"], end) for one in chosen):
        return site.word("not_found_day", day, minute(first))
    return ""


def _end(day: str) -> str:
    """The end of a day or a minute that an address names, "" when it names none. Raises ValueError."""
    return times.span(day)[1] if day else ""


async def _as_file(site: Site, found: reading.ReleasePage, form: ReleaseFormat) -> Response:
    """A version as JSON or as plain text, or (`diff`) its differences from the one before, a sentence a line."""
    if form == "json":
        place = place_of(found.row, "zh", await site.read_once(named))
        return formats.release_json(found, place, base=site.base)
    if form == "txt":
        return Response.text(f"{found.shown['title']}\n\n{found.text}\n")
    if found.before is None or found.withheld:
        return await site.missing(site.word("no_diff"), id=found.row["id"])
    facts = "".join(f"-{name}: {old}\n+{name}: {new}\n" for name, old, new in found.changed_facts)
    words = await asyncio.to_thread(sentences.unified, found.before["text"], found.shown["text"])
    files = await site.read(lambda db: filing.replaced(db, found.shown))
    return Response.text(f"{facts}{words}\n{''.join(map(filing.as_lines, files))}")


async def _show_release(site: Site, found: reading.ReleasePage) -> Response:
    query = queries.parse(site.argument("q"))
    texts = (found.before["text"], found.shown["text"]) if found.before else ("", "")

    def read_texts() -> tuple[list[diff.Change], list[reading.Block]]:
        return diff.compare(*texts), reading.blocks(found.text, found.turns, query, found.markup)

    # in a thread: long texts take time, and other readers' requests must not wait
    changes, blocks = await asyncio.to_thread(read_texts)
    beside = await site.read(lambda db: _beside(db, found))
    names = await site.read_once(named)
    place = place_of(found.row, "zh", names)
    path, version = f"/release/{found.row['id']}", {"v": str(found.shown["version"])}
    address, canonical = site.whole(path, **version), site.whole(path, **({} if found.current else version))
    return await site.page(
        "release",
        r=found,
        row=found.row,
        facts=found.facts,
        changed=reading.changed,
        fields=FIELDS,
        by_value=BY_VALUE,
        blocks=blocks,
        is_figure=reading.is_figure,
        figures=kept.table(
            found.indicators, found.text, [one.start for one in blocks], found.row["region"] or "", names
        ),
        changes=changes,
        **beside,
        numbers=lambda copy: json.loads(copy["changed_numbers"] or "[]"),
        gbt7714=citing.gbt7714(found, place, address),
        bibtex=citing.bibtex(found, place, address),
        head=citing.head(found, place, canonical),
        address=address,
        host=urlsplit(found.row["url"]).hostname or "",
    )


def _beside(db: sqlite3.Connection, found: reading.ReleasePage) -> dict[str, Any]:
    """All that a release's page shows beside its text and its versions, read at once: each way to a thread and back takes time."""
    id = found.row["id"]
    return {
        "passages": passages.of_release(db, id) if found.current else [],
        "replaced": filing.replaced(db, found.shown) if found.before else [],
        "cited": documents.of_release(db, id),
        "pictures": [] if found.text else filing.pictures(db, id),
    }


async def raw_page(datasette: Any, request: Any) -> Response:
    """The archived page as a download, never shown: its scripts would run at our address. Not on public sites."""
    site = site_of(datasette, request)
    id, version = int(request.url_vars["id"][:18]), int(request.url_vars["version"])
    folder = Path(str(site.settings["snapshot"])).parent.parent

    def read(db: sqlite3.Connection) -> warc.Payload | None:
        sql = "SELECT capture FROM versions WHERE release = ? AND version = ? AND capture IS NOT NULL"
        row = db.execute(sql, (id, version)).fetchone()
        try:
            return warc.payload(Database(db), folder, row["capture"]) if row else None
        except (KeyError, OSError, warc.DamagedError):
            return None  # the files of the archive lie elsewhere

    kept = None if site.settings.get("public") else await site.read(read)
    if kept is None:
        return await site.missing(site.word("not_found_raw"), id=id)
    headers = {
        "Content-Disposition": f'attachment; filename="release-{id}-{version}.html"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(kept.body, content_type="application/octet-stream", headers=headers)


async def browse_page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    at = site.argument("at")
    try:
        end = times.span(at)[1] if at else ""
    except ValueError:
        raise BadRequest(site.word("no_value", at[:60])) from None

    def read(db: sqlite3.Connection) -> Browse:
        with as_of(db, end):
            return browse(db)

    return await site.page("browse", view=await (site.read(read) if end else site.read_once(browse)), at=at)


async def source(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    id = request.url_vars["id"]
    row = next((one for one in (await site.read_once(browse)).sources if one["id"] == id), None)
    if row is None:
        return await site.missing(site.word("not_found_source", id[:60]), hint=True)
    view = await site.read(lambda db: sources.view(db, id))
    known = sources.joined((await site.read_once(months)).get(id, []))
    return await site.page(
        "source", row=row, view=view, months=known, problems=sources.problems, shown=sources.PROBLEMS
    )


async def health(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    history = bool(site.argument("history"))
    view = await site.read_once(pictures.health_with_history if history else pictures.health)
    return await site.page("health", view=view, line=pictures.outline(view.curve, 720, 180), history=history)


async def rights(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    return await site.page("rights", contact=str(site.settings.get("contact", "")))


ROUTES: list[tuple[str, Callable[..., Awaitable[Any]]]] = [
    (r"^/$", home),
    (r"^/search(?:\.(?P<format>json|jsonl|csv|atom))?$", search_page),
    (r"^/release/(?P<id>[0-9]+)(?:\.(?P<format>json|txt|diff))?$", release),
    (r"^/release/(?P<id>[0-9]+)/(?P<version>[0-9]{1,6})/raw$", raw_page),
    (r"^/release/(?P<id>[0-9]+)/evidence\.zip$", downloads.evidence_zip),
    (r"^/file/(?P<sha256>[0-9a-f]{64})$", filing.page),
    (r"^/file/(?P<sha256>[0-9a-f]{64})/raw$", filing.raw),
    (r"^/alerts$", alerting.alerts),
    (r"^/compare$", comparing.compare),
    (r"^/indicator(?:\.(?P<format>json|csv))?$", page.indicator),
    (r"^/passage/(?P<key>[0-9a-f]{16})(?:\.(?P<format>json))?$", passages.passage),
    (r"^/browse$", browse_page),
    (r"^/quote(?:\.(?P<format>json))?$", quoting.quote),
    (r"^/source/(?P<id>[^/]+)$", source),
    (r"^/health$", health),
    (r"^/coverage(?:\.(?P<format>json))?$", coverage.page),
    (r"^/numbers(?:\.(?P<format>json|csv))?$", numbers.page),
    (r"^/organ$", organs.page),
    (r"^/document$", documents.page),
    (r"^/changes(?:\.(?P<format>json|csv|atom))?$", changes.changes),
    (r"^/archive\.db$", downloads.database),  # in the place of Datasette's
    (r"^/snapshots(?:\.(?P<format>jsonld))?$", downloads.snapshots),
    (r"^/snapshots/(?P<snapshot>[0-9TZa-z-]+)/(?P<name>[A-Za-z0-9._-]+)$", downloads.snapshot_file),
    (r"^/robots\.txt$", robots.robots),
    (r"^/llms\.txt$", robots.llms),
    (r"^/opensearch\.xml$", robots.opensearch),
    (r"^/sitemap(?:-(?P<part>[0-9]{1,6}))?\.xml$", robots.sitemap),
    (r"^/oai$", oai.harvest),
    (r"^/rights$", rights),
]
