"""A version as others cite it: references, and the head of its page that programs read."""

import re
from typing import Any

from archive import times
from archive.site.frame import safe_url
from archive.site.reading import ReleasePage

_DESCRIPTION = 150  # signs


def gbt7714(found: ReleasePage, place: str, address: str) -> str:
    """A reference in the form of GB/T 7714, with the version's time in Beijing and its address here."""
    facts, seen = found.facts, times.beijing(found.shown["seen"])
    day = (facts["published"] or "")[:10]
    issued = f"{place}: {found.row['source_name']}" if place else found.row["source_name"]
    dated = f"{issued}, {day[:4]} ({day})" if day else issued
    kept = f"存档（第 {found.shown['version']} 版，北京时间 {seen}）: {address}."
    return f"{_author(found)}. {found.shown['title']}[EB/OL]. {dated}[{seen[:10]}]. {found.row['url']}. {kept}"


def bibtex(found: ReleasePage, place: str, address: str) -> str:
    """A reference as a BibTeX (biblatex) entry."""
    seen, version = times.beijing(found.shown["seen"]), found.shown["version"]
    values = {
        "title": found.shown["title"],
        "organization": _author(found),
        "publisher": found.row["source_name"],
        "location": place,
        "date": (found.facts["published"] or "")[:10],
        "urldate": seen[:10],
        "langid": "chinese",
    }
    plain = {name: " ".join(re.sub(r"[{}%\\]", " ", value).split()) for name, value in values.items() if value}
    # an address is taken as it stands, with its percent signs
    plain["url"] = re.sub(r"[{}\\\s]", "", found.row["url"])
    plain["note"] = rf"Version {version}, archived {seen} Beijing time: \url{{{address}}}"
    lines = [f"  {name} = {{{value}}}," for name, value in plain.items()]
    return "\n".join([f"@online{{gongbao-{found.row['id']}-v{version},", *lines, "}"])


def _author(found: ReleasePage) -> str:
    return str(found.facts["publisher"] or found.row["source_name"])


def head(found: ReleasePage, place: str, address: str) -> dict[str, Any]:
    """The facts for search engines, reference managers and previews of links."""
    facts, row = found.facts, found.row
    words = " ".join(found.text.split())
    return {
        "description": words if len(words) <= _DESCRIPTION else f"{words[: _DESCRIPTION - 1]}…",
        "address": address,
        "day": (facts["published"] or "")[:10],
        "author": _author(found),
        "linked": _linked(found, place, address),
        "publisher": row["source_name"],
    }


def _linked(found: ReleasePage, place: str, address: str) -> dict[str, Any]:
    """The version as schema.org has it (JSON-LD)."""
    facts, row = found.facts, found.row
    kind = "GovernmentOrganization" if row["rights"] == "official" else "Organization"
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": found.shown["title"],
        "datePublished": facts["published"],
        "inLanguage": row["language"] or "zh",
        "identifier": facts["doc_number"],
        "author": {"@type": "Organization", "name": _author(found)},
        "publisher": {"@type": kind, "name": row["source_name"]},
        "locationCreated": {"@type": "Place", "name": place} if place else None,
        "url": address,
        "isBasedOn": safe_url(row["url"]),
        "version": found.shown["version"],
    }
    return {name: value for name, value in told.items() if value}
