"""The page of an indicator: its series, as a picture, a table, JSON and CSV."""

from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive.site import formats
from archive.site.figures import kept, series
from archive.site.frame import site_of
from archive.snapshots.places import named

_FIELDS = ("release", "title", "published", "source", "region", *kept.NAMES)


async def indicator(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    name, place, form = site.argument("name"), site.argument("place"), request.url_vars.get("format")
    if not name:
        raise BadRequest(site.word("no_value", "name"))
    names = await site.read_once(named)
    found = await site.read(lambda db: series.read(db, name, names))
    view = series.series(found, place)
    if form:
        rows = [_as_row(one) for one in view.points]
        if form == "csv":
            return formats.as_csv(rows, [*_FIELDS, "series"], "gongbao-indicator.csv")
        return formats.as_json({"name": name, "place": place or None, "count": len(rows), "figures": rows})
    if not view.points:
        return await site.missing(site.word("no_indicator", name[:40], place[:20]))
    return await site.page("indicator", name=name, place=place, view=view, line=_line(view))


def _line(view: series.Series) -> str:
    return " ".join(f"{one.x:.1f},{one.y:.1f}" for one in view.drawn)


def _as_row(one: series.Point) -> dict[str, Any]:
    """A figure as JSON and CSV carry it; `place` is as printed, `series` the place that it is counted for."""
    told = {name: getattr(one.told, name) for name in kept.NAMES}
    return {name: told[name] if name in told else one.row[name] for name in _FIELDS} | {"series": one.place}
