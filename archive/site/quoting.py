"""A quote, checked: the page that takes a sentence, and its answer for programs."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive.search import quotes
from archive.search.asked import Asked, check_address, read_address, read_period
from archive.search.filters import filters, prefix
from archive.site import formats
from archive.site.frame import Site, place_of, site_of
from archive.site.overview import choices, months
from archive.snapshots.places import named
from archive.texts.places import other_codes

_ONCE = 60_000  # milliseconds to read all edits, once for a server: 20,000 of them take 4 s
LONGEST = 1000  # signs of a quote, as of a query
_ARGUMENTS = ("q", "source", "region", "from", "to", "lang")
STATES = ("listed", "held", "failed", "blocked", "pending", "skipped")


async def quote(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    form = request.url_vars.get("format")
    asked = read_asked(site, strict=bool(form))
    checked = await check(site, asked) if asked.q else None
    held = await coverage(site, asked)
    if form:
        assert checked
        found = told(site, checked, await site.read_once(named))
        return formats.as_json({"quote": asked.q, **found, "coverage": held})
    choice = await site.read_once(choices)
    return await site.page("quote", asked=asked, checked=checked, coverage=held, choices=choice, longest=LONGEST)


async def check(site: Site, asked: Asked) -> quotes.Checked:
    known = await site.read_once(quotes.known, limit=_ONCE)
    return await site.read(lambda db: quotes.check(db, asked, known))


def read_asked(site: Site, *, strict: bool) -> Asked:
    """The quote and the filters that the address states; a value that cannot be is answered with 400."""
    for name, value in site.arguments.items() if strict else ():
        if name not in _ARGUMENTS:
            raise BadRequest(site.word("no_value", f"{name}={value}"[:60]))
    try:
        check_address({name: value for name, value in site.arguments.items() if name in _ARGUMENTS})
        stated = {name: site.argument(name) for name in ("q", "source", "region")}
        asked = read_period(read_address(stated), {name: site.argument(name) for name in ("from", "to")})
    except ValueError as fault:
        raise BadRequest(site.word("no_value", str(fault)[:60])) from None
    if len(site.argument("q")) > LONGEST or ((strict or asked.q) and not quotes.letters(asked.q)):
        raise BadRequest(site.word("no_quote", LONGEST))
    return asked


def told(site: Site, checked: quotes.Checked, names: Mapping[str, str]) -> dict[str, Any]:
    base = f"{site.request.scheme}://{site.request.host}"
    return {
        "verdict": checked.verdict,
        "matches": [
            formats.timed(
                {
                    "release": match.row["id"],
                    "version": match.version,
                    "title": match.row["title"],
                    "url": match.row["url"],
                    "source": match.row["source"],
                    "source_name": match.row["source_name"],
                    "place": place_of(match.row, "zh", names),
                    "publisher": match.row["publisher"],
                    "published": match.row["published"],
                    "rights": match.row["rights"],
                    "first_seen": match.first_seen,
                    "last_seen": match.last_seen,
                    "gone_since": match.until or None,
                    "status": match.row["status"],
                    "status_since": match.status_since or None,
                    "sha256": match.sha256 or None,
                    "words": match.words,
                    "file": formats.place_in_file(match.file) if match.file else None,
                    "differs": [{"quote": here, "archive": there} for here, there in match.differs],
                    "page": f"{base}/release/{match.row['id']}?v={match.version}",
                }
            )
            for match in checked.matches
        ],
    }


async def coverage(site: Site, asked: Asked) -> dict[str, Any]:
    """The releases held of the sources and months that are asked for, all of them where none is named."""
    by_source = await site.read_once(months)
    where, values = filters(asked)

    def count(db: sqlite3.Connection) -> tuple[int, int, dict[str, str]]:
        sql = f"""SELECT count(*), coalesce(sum(s.rights <> 'official'), 0) FROM releases AS r
            JOIN sources AS s ON s.id = r.source WHERE 1 {where}"""
        releases, others = db.execute(sql, values).fetchone()
        return releases, others, dict(db.execute("SELECT id, region FROM sources").fetchall())

    releases, others, regions = await site.read(count)
    chosen = [id for id in regions if asked.source in ("", id) and is_there(regions[id], asked)]
    rows = [row for id in chosen for row in by_source.get(id, []) if is_asked(row["month"], asked)]
    dated = sorted(row["month"] for row in rows if row["month"])
    return {
        "sources": len(chosen),
        "releases": releases,
        "withheld": others if site.settings.get("public") else 0,
        "from": dated[0] if dated else None,
        "to": dated[-1] if dated else None,
        **{name: sum(row[name] for row in rows) for name in STATES},
        "unobserved_months": sum(row["unobserved"] for row in rows),
    }


def is_there(region: str, asked: Asked) -> bool:
    """Whether a source of a region is one of those that are asked for."""
    return not asked.region or region.startswith(prefix(asked.region)) or region in other_codes(prefix(asked.region))


def is_asked(month: str, asked: Asked) -> bool:
    if not month:
        return not asked.since and not asked.until
    return asked.since[:7] <= month and month <= (asked.until[:7] or "9") + "~"
