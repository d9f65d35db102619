"""Releases, hits, edits and quotes as programs that read are told of them, each with its permalink.

On a public site nothing has words of a release whose text is withheld, not even of its extract.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from archive.search import hits
from archive.search import query as queries
from archive.site import formats, reading
from archive.site.answers import short
from archive.site.diff import Change
from archive.site.filing import Differing
from archive.site.frame import Site
from archive.site.reading import ReleasePage

_WORDS, _SENTENCE = 1500, 600  # signs of a quote as it is printed, of a changed sentence
_COPIES = 20  # copies that are shown with a hit


def withheld(site: Site, row: sqlite3.Row | Mapping[str, Any]) -> bool:
    """Whether this public site keeps the text back, because the source is not official."""
    return bool(site.settings.get("public")) and row["rights"] != "official"


def hit(site: Site, query: queries.Query, found: hits.Hit, places: dict[str, str]) -> dict[str, Any]:
    row = formats.row_of(found.row, places) | {"rights": found.row["rights"]}
    return {
        **short(row),
        "snippet": None if withheld(site, found.row) else formats.snippet(query, found.row),
        "copies": [one["id"] for one in found.also[:_COPIES]],
        "permalink": _permalink(site, found.row["id"]),
    }


def head(site: Site, found: ReleasePage) -> dict[str, Any]:
    """A version without its text."""
    row, version = found.row, found.shown["version"]
    names = ("id", "url", "source", "source_name", "rights", "region", "status", "first_seen")
    return formats.timed(
        {
            **{name: row[name] for name in names},
            **{name: value for name, value in found.facts.items() if value},
            "title": found.shown["title"],
            "version": version,
            "seen": found.shown["seen"],
            "last_seen": found.last_seen,
            "permalink": _permalink(site, row["id"], version),
            "evidence": site.whole(f"/release/{row['id']}/evidence.zip", v=str(version)),
            "withheld": withheld(site, row),
        }
    )


def belongings(site: Site, found: ReleasePage) -> dict[str, list[dict[str, Any]]]:
    """Whatever belongs to a release but its text: versions, copies, cited documents, files."""
    copies = [one for one in found.copies if one["id"] != found.row["id"]]
    named = {"copies": ("id", "title", "source_name", "published"), "attachments": ("name", "url", "state", "sha256")}
    return {
        "versions": [
            formats.timed({"version": one["version"], "kind": one["kind"], "seen": one["seen"]})
            | {"changed": reading.changed(one)}
            for one in found.versions
        ],
        "copies": [
            {name: one[name] for name in named["copies"]} | {"permalink": _permalink(site, one["id"])} for one in copies
        ],
        "citations": [{"title": one["title"], "release": one["target"]} for one in found.citations],
        "attachments": [{name: one[name] for name in named["attachments"]} for one in found.attachments],
    }


def changes(found: Iterable[Change]) -> list[dict[str, str | None]]:
    """The changed sentences of a comparison."""
    return [_change(one) for one in found if one.old or one.new]


def _change(one: Change) -> dict[str, str | None]:
    old, new = ("".join(span.text for span in spans) for spans in (one.old, one.new))
    return {"old": short(old, _SENTENCE) or None, "new": short(new, _SENTENCE) or None}


def changes_of_files(found: Iterable[Differing]) -> list[dict[str, str | None]]:
    """The changed sentences of the files in which two versions differ, each with the file's name."""
    return [one | {"file": short(file.name)} for file in found for one in changes(file.changes)]


def file(one: Differing) -> dict[str, str | None]:
    """A file in which two versions differ, by the digests of its contents; null where a version does not have it."""
    old, new = (side["sha256"] or None if side else None for side in (one.old, one.new))
    return {"name": one.name, "old": old, "new": new}


def match(site: Site, found: Mapping[str, Any]) -> dict[str, Any]:
    """A match of a quote, as `quoting.told` has it."""
    told = {name: value for name, value in found.items() if name not in ("page", "words")}
    hidden = withheld(site, found)
    return {
        **short(told | ({"differs": []} if hidden else {})),
        "words": None if hidden else short(found["words"], _WORDS),
        "permalink": found["page"],
    }


def _permalink(site: Site, id: int, version: int | None = None) -> str:
    return site.whole(f"/release/{id}", **({"v": str(version)} if version else {}))
