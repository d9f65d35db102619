"""Atom feeds, the last learned first, in pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from archive.site.frame import whose
from archive.texts.days import ISO_DAY
from archive.times import CHINA, zulu


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a feed: a release as `formats.row_of` has it, and the event that is told of it."""

    row: Mapping[str, Any]
    title: str
    summary: str
    learned: str
    event: str = ""  # tells it from the release's other entries; "": the feed has one of each release
    page: str


def to_atom(entries: Sequence[Entry], *, title: str, address: str, following: str = "") -> str:
    """A feed; `following` is the address of its next page. An entry's id follows from the original's address, so it never changes."""
    updated = max((entry.learned for entry in entries), default="1970-01-01T00:00:00Z")
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh">',
        f"<id>{uuid5(NAMESPACE_URL, address).urn}</id>",
        f"<title>{to_xml(title)}</title>",
        f"<updated>{updated}</updated>",
        f'<link rel="self" href={to_attribute(address)}/>',
        *([f'<link rel="next" href={to_attribute(following)}/>'] if following else []),
        *(line for entry in entries for line in _entry(entry)),
    ]
    return "\n".join([*parts, "</feed>", ""])


def _entry(entry: Entry) -> list[str]:
    row = entry.row
    return [
        "<entry>",
        f"<id>{uuid5(NAMESPACE_URL, ' '.join(filter(None, (row['url'], entry.event)))).urn}</id>",
        f"<title>{to_xml(entry.title)}</title>",
        f"<updated>{entry.learned}</updated>",
        f"<published>{_moment(row)}</published>",
        f"<author><name>{to_xml(' · '.join(whose(row, row['place'])))}</name></author>",
        f'<link rel="alternate" href={to_attribute(entry.page)}/>',
        f"<summary>{to_xml(entry.summary)}</summary>",
        "</entry>",
    ]


def _moment(row: Mapping[str, Any]) -> str:
    """`published` as Atom wants it, to the second; of a day alone its beginning in China; else when it was first seen."""
    printed = row["published"] or ""
    try:
        if re.fullmatch(rf"{ISO_DAY}(?:T\d\d:\d\d\+08:00)?", printed, re.ASCII):
            moment = datetime.fromisoformat(printed)
            return moment.replace(tzinfo=moment.tzinfo or CHINA).isoformat()
    except ValueError:
        pass  # the 31st of a month that has none, as printed
    return zulu(datetime.fromisoformat(row["first_seen"]))


_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_xml(text: str) -> str:
    """`text` as it may stand in XML; signs that XML does not know are left out."""
    return escape(_NOT_XML.sub("", text))


def to_attribute(text: str) -> str:
    """`text` as an attribute of XML, in quotes."""
    return quoteattr(_NOT_XML.sub("", text))
