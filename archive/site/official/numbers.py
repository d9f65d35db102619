"""Series of document numbers: of each sign (鲁政发) and year the numbers that are held, cited alone, or neither."""

import re
import sqlite3
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive.database import has_table
from archive.model import TableFormat
from archive.site import formats
from archive.site.frame import Site, site_of

PAGE = 200  # series
MOST = 2000  # runs of a series on its page
SERIES = ("issuer", "year", "largest", "held", "cited", "unseen")
RUNS = ("issuer", "year", "first", "last", "state", "release", "cited_by")
_LONGEST = 60  # signs that may be asked for

Row = dict[str, Any]


def series(db: sqlite3.Connection) -> list[Row]:
    """Every series, with how many of its numbers up to the largest known are in each state; [] in an older snapshot."""
    if not has_table(db, "number_runs"):
        return []
    rows = db.execute("""SELECT issuer, year, max(last) AS largest, sum(state = 'held') AS held, sum(state = 'cited') AS cited,
        sum(CASE WHEN state = 'unseen' THEN last - first + 1 ELSE 0 END) AS unseen
        FROM number_runs GROUP BY issuer, year ORDER BY issuer, year DESC""")
    return [dict(row) for row in rows]


def runs(db: sqlite3.Connection, issuer: str, year: int, most: int) -> list[Row]:
    """The numbers of one series in runs of one state, up to the largest known; the first `most` runs, -1: all."""
    sql = f"SELECT {', '.join(RUNS)} FROM number_runs WHERE issuer = ? AND year = ? ORDER BY first LIMIT ?"
    return [dict(row) for row in db.execute(sql, [issuer, year, most])]


def of_number(number: str) -> tuple[str, int, int] | None:
    """Sign, year and place of a number in its series; None for one of another form."""
    match = re.fullmatch(r"(.{1,40})〔([12]\d{3})〕第?(\d{1,9})号?", number, re.ASCII)
    return (match[1], int(match[2]), int(match[3])) if match else None


async def page(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    form = request.url_vars.get("format")
    sign, year = site.argument("issuer")[:_LONGEST], site.argument("year")
    _check(site, year, strictly=bool(form))
    known = await site.read_once(series)
    found = [one for one in known if sign in one["issuer"] and year in ("", str(one["year"]))]
    chosen = next((one for one in found if sign == one["issuer"] and year), None)
    shown = await site.read(lambda db: runs(db, sign, int(year), -1 if form else MOST)) if chosen else []
    if form:
        return _take_away(form, found, chosen, shown)
    at = max(1, int(site.argument("page") or 1))
    return await site.page(
        "numbers",
        sign=sign,
        year=year,
        years=sorted({one["year"] for one in known}, reverse=True),
        series=found[(at - 1) * PAGE : at * PAGE],
        total=len(found),
        at=at,
        more=len(found) > at * PAGE,
        chosen=chosen,
        runs=shown,
        most=MOST,
    )


def _check(site: Site, year: str, *, strictly: bool) -> None:
    """Refuse a year or a page that cannot be one, and of programs also arguments that are none."""
    names = ["year"] if year and not re.fullmatch(r"\d{4}", year, re.ASCII) else []
    names += ["page"] if not re.fullmatch(r"\d{0,6}", site.argument("page"), re.ASCII) else []
    names += sorted(site.arguments.keys() - {"issuer", "year", "lang"}) if strictly else []
    for name in names:
        raise BadRequest(site.word("no_value", f"{name}={site.argument(name)}"[:60]))


def _take_away(form: TableFormat, found: list[Row], chosen: Row | None, shown: list[Row]) -> Response:
    if form == "csv":
        rows, names = (shown, RUNS) if chosen else (found, SERIES)
        return formats.as_csv(rows, names, "gongbao-numbers.csv")
    body: Row = {"count": len(found), "series": found}
    return formats.as_json(body | {"runs": shown} if chosen else body)
