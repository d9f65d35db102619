"""Search results and releases to take away: JSON, JSON lines, CSV, Atom."""

import csv
import io
import json
import re
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from datasette import Response

from archive.model import SearchFormat
from archive.search import hits, matches
from archive.search import query as queries
from archive.site import reading
from archive.snapshots.exports import cell
from archive.texts.days import ISO_DAY
from archive.times import CHINA

LIMIT = 1000
FEED = 50
FIELDS = (
    "id",
    "url",
    "title",
    "published",
    "publisher",
    "source",
    "source_name",
    "region",
    "doc_number",
    "version",
    "status",
    "cluster",
    "first_seen",
    "changed",
)


def rows(found: hits.Portion, asked: hits.Asked) -> list[dict[str, Any]]:
    """The hits for programs, each with a snippet."""
    query = queries.parse(asked.q)
    return [
        {name: row[name] for name in FIELDS}
        | {"snippet": "".join(span.text for span in matches.snippet(query, row["text"]))}
        for row in found.rows
    ]


def respond(
    form: SearchFormat, found: hits.Portion, asked: hits.Asked, *, base: str, limit: int, following: str | None
) -> Response:
    """The answer with the hits as `json`, `jsonl` or `csv`; `base` is the site's own address, `following` that of the next part."""
    told = [row | {"page": f"{base}/release/{row['id']}"} for row in rows(found, asked)]
    link = {"Link": f'<{following}>; rel="next"'} if following else {}
    if form == "json":
        body = {
            "total": found.total,
            "about": found.about,
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
    named = {"Content-Disposition": 'attachment; filename="gongbao-search.csv"'}
    return _answer(to_csv(told), "text/csv; charset=utf-8", headers=named | link)


def feed(rows: list[dict[str, Any]], *, base: str, title: str, address: str) -> Response:
    """The rows as an Atom feed."""
    told = [row | {"page": f"{base}/release/{row['id']}"} for row in rows]
    return _answer(to_atom(told, title=title, address=address), "application/atom+xml; charset=utf-8")


def as_json(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return _answer(json.dumps(body, ensure_ascii=False), "application/json; charset=utf-8", headers)


def _answer(body: str, kind: str, headers: dict[str, str] | None = None) -> Response:
    return Response(body, content_type=kind, headers=headers or {})


def release_json(found: reading.ReleasePage, *, base: str) -> Response:
    """A release in the version that is read, with its copies, citations and turns, as JSON. Unknown values are null."""
    row, shown = found.row, found.shown
    version = "" if found.current else f"?v={shown['version']}"
    body = {
        **{name: row[name] for name in row.keys() if name not in ("text_key", "problems", "source_url")},  # noqa: SIM118
        **found.facts,
        "title": shown["title"],
        "text": found.text,
        "markup": found.markup or None,
        "version": shown["version"],
        "seen": shown["seen"],
        "page": f"{base}/release/{row['id']}{version}",
        "versions": [
            {name: one[name] for name in ("version", "kind", "seen", "title", "text_sha256")}
            | {"changed": reading.changed(one)}
            for one in found.versions
        ],
        "copies": [
            {"id": one["id"], "url": one["url"], "title": one["title"], "published": one["published"]}
            for one in found.copies
            if one["id"] != row["id"]
        ],
        "citations": [
            {"title": one["title"], "doc_number": one["doc_number"] or None, "release": one["target"]}
            for one in found.citations
        ],
        "attachments": [
            {
                name: one[name]
                for name in ("url", "name", "state", "reason", "media_type", "size", "sha256", "last_look")
            }
            for one in found.attachments
        ],
        "turns": [
            {name: one[name] for name in ("n", "speaker", "role", "kind", "start", "length")} for one in found.turns
        ],
    }
    return as_json(body)


def to_csv(rows: list[dict[str, Any]]) -> str:
    """The rows as CSV with a byte order mark, which Excel needs to read Chinese.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it; one that is too long is cut.
    """
    file = io.StringIO()
    names = [*FIELDS, "page", "snippet"]
    writer = csv.writer(file)
    writer.writerow(names)
    writer.writerows([cell(row[name]) for name in names] for row in rows)
    return "\ufeff" + file.getvalue()


_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_atom(rows: list[dict[str, Any]], *, title: str, address: str) -> str:
    """An Atom feed of the rows. An entry's id follows from the address of the original, so it never changes.

    A row with an `event` is an entry of its own for each of them.
    """
    updated = max((row["changed"] for row in rows), default="1970-01-01T00:00:00Z")
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh">',
        f"<id>{uuid5(NAMESPACE_URL, address).urn}</id>",
        f"<title>{to_xml(title)}</title>",
        f"<updated>{updated}</updated>",
        f'<link rel="self" href={_attribute(address)}/>',
    ]
    for row in rows:
        parts += [
            "<entry>",
            f"<id>{uuid5(NAMESPACE_URL, ' '.join(filter(None, (row['url'], row.get('event'))))).urn}</id>",
            f"<title>{to_xml(row['title'])}</title>",
            f"<updated>{row['changed']}</updated>",
            f"<published>{_moment(row)}</published>",
            f"<author><name>{to_xml(row['publisher'] or row['source_name'])}</name></author>",
            f'<link rel="alternate" href={_attribute(row["page"])}/>',
            f"<summary>{to_xml(row['snippet'])}</summary>",
            "</entry>",
        ]
    return "\n".join([*parts, "</feed>", ""])


def _moment(row: dict[str, Any]) -> str:
    """`published` as Atom wants it, to the second; of a day alone its beginning in China; else when it was first seen."""
    printed = row["published"] or ""
    try:
        if re.fullmatch(rf"{ISO_DAY}(?:T\d\d:\d\d\+08:00)?", printed, re.ASCII):
            moment = datetime.fromisoformat(printed)
            return moment.replace(tzinfo=moment.tzinfo or CHINA).isoformat()
    except ValueError:
        pass  # the 31st of a month that has none, as printed
    return str(row["first_seen"])


def to_xml(text: str) -> str:
    """`text` as it may stand in XML; signs that XML does not know are left out."""
    return escape(_NOT_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))
