"""Search results and releases to take away: JSON, JSON lines, CSV."""

import csv
import io
import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from datasette import Response

from archive.model import TableFormat
from archive.search import hits, matches
from archive.search import query as queries
from archive.search.asked import Asked
from archive.search.attached import Passage
from archive.site import reading
from archive.site.frame import place_of
from archive.site.linked import File
from archive.snapshots.exports import cell

LIMIT = 1000
FIELDS = (
    "id",
    "url",
    "title",
    "published",
    "publisher",
    "source",
    "source_name",
    "region",
    "place",
    "doc_number",
    "version",
    "status",
    "cluster",
    "first_seen",
    "changed",
)


def rows(found: hits.Portion, asked: Asked, places: Mapping[str, str]) -> list[dict[str, Any]]:
    """The hits for programs, each with a snippet."""
    query = queries.parse(asked.q)
    return [row_of(row, places) | _passages(query, row, found.within.get(row["id"], [])) for row in found.rows]


def _passages(query: queries.Query, row: sqlite3.Row, within: Sequence[Passage]) -> dict[str, Any]:
    """The snippet of a hit, and where its words stand in files when they stand nowhere else."""
    files = [place_in_file(one) | {"snippet": "".join(span.text for span in one.snippet)} for one in within]
    return {"snippet": files[0]["snippet"] if files else snippet(query, row), "files": files}


def place_in_file(found: Passage) -> dict[str, Any]:
    return {"sha256": found.sha256, "name": found.name, "page": found.page or None, "ocr": found.ocr}


def row_of(row: sqlite3.Row | Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    """A release as results carry it, with the name of its place on its day."""
    values = {name: row[name] for name in FIELDS if name != "place"}
    return timed({name: place_of(row, "zh", places) if name == "place" else values[name] for name in FIELDS})


_TIMES = {"first_seen", "last_seen", "changed", "seen", "last_look", "gone_since", "status_since"}


def timed(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, with times of ours as programs are told them: `2026-03-17T10:00:00Z`; tables have +00:00 instead."""
    return {
        name: value.replace("+00:00", "Z") if name in _TIMES and isinstance(value, str) else value
        for name, value in told.items()
    }


def snippet(query: queries.Query, row: sqlite3.Row | Mapping[str, Any]) -> str:
    return "".join(span.text for span in matches.snippet(query, row["text"]))


def respond(
    form: TableFormat,
    found: hits.Portion,
    asked: Asked,
    places: Mapping[str, str],
    *,
    base: str,
    limit: int,
    following: str | None,
) -> Response:
    """The answer with the hits as `json`, `jsonl` or `csv`; `base` is the site's own address, `following` that of the next part."""
    told = [row | {"page": f"{base}/release/{row['id']}"} for row in rows(found, asked, places)]
    link = {"Link": f'<{following}>; rel="next"'} if following else {}
    if form == "json":
        body = {
            "total": found.total,
            "about": found.about,
            "ranked": found.total if found.ranked else 0,
            "count": len(told),
            "limit": limit,
            "from": asked.since or None,
            "to": asked.until or None,
            "next": following,
            "releases": told,
        }
        return as_json(body, headers=link)
    if form == "jsonl":
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
        return _answer(lines, "application/jsonl; charset=utf-8", headers=link)
    return as_csv(told, [*FIELDS, "page", "snippet"], "gongbao-search.csv", headers=link)


def as_csv(
    rows: list[dict[str, Any]], names: Sequence[str], filename: str, headers: dict[str, str] | None = None
) -> Response:
    """The rows as a table to be saved."""
    named = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return _answer(to_csv(rows, names), "text/csv; charset=utf-8", headers=named | (headers or {}))


def as_feed(feed: str) -> Response:
    return _answer(feed, "application/atom+xml; charset=utf-8")


def as_json(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return _answer(json.dumps(body, ensure_ascii=False), "application/json; charset=utf-8", headers)


def _answer(body: str, kind: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body, content_type=kind, headers=headers or {})


def release_json(found: reading.ReleasePage, place: str, *, base: str) -> Response:
    """A release in the version that is read, with its copies, citations, turns and figures, as JSON. Unknown values are null."""
    row, shown = found.row, found.shown
    version = "" if found.current else f"?v={shown['version']}"
    body = {
        **{name: row[name] for name in row.keys() if name not in ("text_key", "problems", "source_url")},  # noqa: SIM118
        "place": place,
        **found.facts,
        "title": shown["title"],
        "text": found.text,
        "markup": found.markup or None,
        "problems": json.loads(row["problems"]) if found.current else None,
        "version": shown["version"],
        "seen": shown["seen"],
        "page": f"{base}/release/{row['id']}{version}",
        "versions": [
            timed({name: one[name] for name in ("version", "kind", "seen", "title", "text_sha256")})
            | {"changed": reading.changed(one), "captured_by": found.witnesses.get(one["version"])}
            for one in found.versions
        ],
        "copies": [
            {name: one[name] for name in ("id", "url", "title", "published", "publisher", "source_name", "region")}
            | {
                "by_files": [
                    {"name": tie.name, "sha256": tie.sha256, "ocr": tie.ocr} for tie in found.ties.get(one["id"], [])
                ]
            }
            for one in found.copies
            if one["id"] != row["id"]
        ],
        "citations": [
            {"title": one["title"], "doc_number": one["doc_number"] or None, "release": one["target"]}
            for one in found.citations
        ],
        "attachments": [
            timed(
                {
                    name: one[name]
                    for name in ("url", "name", "state", "reason", "media_type", "size", "sha256", "last_look")
                }
            )
            | _text_of(one)
            for one in found.attachments
        ],
        "turns": [
            {name: one[name] for name in ("n", "speaker", "role", "kind", "start", "length")} for one in found.turns
        ],
        "indicators": [one._asdict() for one in found.indicators],
    }
    return as_json(timed(body))


def _text_of(file: File) -> dict[str, Any]:
    """The state of a file's text; nothing for a file that has not been read."""
    if file.get("text_state") is None:
        return {}
    return {
        "text": file["text_state"],
        "method": file["method"],
        "pages": file["pages"],
    }


def to_csv(rows: list[dict[str, Any]], names: Sequence[str]) -> str:
    """The rows as CSV with a byte order mark, which Excel needs to read Chinese.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it; one that is too long is cut.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(names)
    writer.writerows([cell(row[name]) for name in names] for row in rows)
    return "\ufeff" + file.getvalue()
