"""The events of releases, the last learned first, with the sentences that changed: a page, JSON, CSV, a feed."""

import sqlite3
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic
from typing import Any

from datasette import Response
from datasette.utils.asgi import BadRequest

from archive import times
from archive.model import ChangedName, ChangesFormat
from archive.search import events, hits
from archive.search import query as queries
from archive.search.asked import BY_VALUE, Asked, check_address
from archive.search.events import Event, Key
from archive.search.filters import EVENTS_OF
from archive.site import diff, filing, formats, reading
from archive.site.atom import Entry, to_atom
from archive.site.frame import Site, site_of
from archive.site.overview import choices
from archive.snapshots.places import named
from archive.texts.place_names import region_name

PAGE, FEED, MOST = 20, 50, 500  # events of a page, of a feed, and of JSON or CSV
WEEK = 6  # events on the first page
_OF_EVENTS = ("kind", "from", "to", "after")  # arguments that mean something else than in a search
SENTENCES = 3  # that a page shows of an edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event with its differences. A text that a public snapshot withholds has none."""

    key: Key
    row: sqlite3.Row
    names: list[ChangedName] = field(default_factory=list)
    facts: list[tuple[str, str, str]] = field(default_factory=list)  # name, old value, new value
    sentences: list[diff.Change] = field(default_factory=list)
    files: list[filing.Replaced] = field(default_factory=list)  # those that were replaced at their addresses

    @property
    def version(self) -> dict[str, str]:
        """The version that an edit made, as an argument of the release's address."""
        return {"v": str(self.key.version)} if self.key.kind == "edited" else {}

    @property
    def shown(self) -> list[diff.Change]:
        """The first sentences, in short."""
        return _brief(self.sentences)

    @property
    def shown_files(self) -> list[tuple[filing.Replaced, list[diff.Change]]]:
        """The replaced files, each with its first changed sentences, in short."""
        return [(file, _brief(_changed(file.changes))) for file in self.files]


def _brief(changes: list[diff.Change]) -> list[diff.Change]:
    return [replace(one, old=diff.brief(one.old), new=diff.brief(one.new)) for one in changes[:SENTENCES]]


def _changed(changes: list[diff.Change]) -> list[diff.Change]:
    return [one for one in changes if one.old or one.new]


def tell(db: sqlite3.Connection, found: events.Page) -> tuple[list[Told], Key | None]:
    """The events with their differences, and the key after which the next page begins.

    When `hits.PATIENCE` ends first, as long texts are compared, the page is shorter: the next one goes on.
    """
    until = monotonic() + hits.PATIENCE
    told: list[Told] = []
    for one in found.events:
        told.append(_edit(db, one) if one.key.kind == "edited" else Told(key=one.key, row=one.row))
        if monotonic() >= until and len(told) < len(found.events):
            return told, one.key
    return told, found.next


def _edit(db: sqlite3.Connection, event: Event) -> Told:
    before, now = events.edit(db, event.key)
    told = Told(key=event.key, row=event.row, names=reading.changed(now))
    if before is None or not now["text"]:
        return told
    title = [("title", before["title"], now["title"])] if before["title"] != now["title"] else []
    changes = diff.compare(before["text"], now["text"])
    return replace(
        told,
        facts=title + reading.changed_facts(before, now),
        sentences=_changed(changes),
        files=filing.replaced(db, now),
    )


async def changes(datasette: Any, request: Any) -> Response:
    site = site_of(datasette, request)
    form: ChangesFormat | None = request.url_vars.get("format")
    if form:
        _check(site, "at", "limit", "sort")
    wanted = wanted_of(site)
    limit = PAGE if form is None else FEED if form == "atom" else MOST
    told, last = await site.read(lambda db: tell(db, events.find(db, wanted, limit)))
    following = wanted.address(after=str(last)) if last else {}
    if form is None:
        return await _show(site, wanted, told, following)
    return await _take_away(site, form, wanted, told, following)


async def search_feed(site: Site, asked: Asked) -> Response:
    """The releases that a search finds as a feed, each at the time at which the archive last learned of it."""
    _check(site, "at", "limit")
    wanted = replace(wanted_of(site), asked=asked, kinds=EVENTS_OF[asked.state], once=True)
    page = await site.read(lambda db: events.find(db, wanted, FEED))
    places, query = await site.read_once(named), queries.parse(asked.q)
    entries = [
        Entry(
            row=formats.row_of(one.row, places),
            title=one.row["title"],
            summary=formats.snippet(query, one.row),
            learned=one.key.learned,
            page=site.whole(f"/release/{one.row['id']}"),
        )
        for one in page.events
    ]
    listed = site.word("edited_list" if asked.state == "changed" else "gone_list" if asked.state else "newest")
    following = asked.address() | {"from": wanted.period[0], "to": wanted.period[1], "after": str(page.next)}
    return formats.as_feed(
        to_atom(
            entries,
            title=await _title(site, asked, listed if asked.state or not asked.q else ""),
            address=f"{site.base}{site.request.full_path}",
            following=site.base + site.link("/search.atom", **following) if page.next else "",
        )
    )


async def _title(site: Site, asked: Asked, told: str) -> str:
    """The name of a feed: its words and filters, so that no two feeds bear one name; `told` names its kind of list."""
    sources = {row["id"]: row["name"] for row in (await site.read_once(choices))["sources"]}
    names = await site.read_once(named)
    filters = [
        region_name(asked.region.ljust(6, "0"), site.lang, names) if asked.region else "",
        sources.get(asked.source) or asked.source,
        asked.year,
        *(getattr(asked, name) for name in BY_VALUE),
        *(site.word(word) for word in (asked.kind, asked.files and "with_files") if word),
    ]
    return " · ".join(filter(None, (site.word("name"), asked.q, told, *filters)))


def week(db: sqlite3.Connection) -> list[Told]:
    """The last edits and disappearances of the seven days before the archive's last news."""
    last = db.execute("SELECT max(finished) FROM crawls").fetchone()[0]
    if last is None:
        return []
    begin = times.zulu(datetime.fromisoformat(last) - timedelta(days=7))
    wanted = events.Wanted(asked=Asked(), kinds=("edited", "moved", "gone", "back"), begin=begin)
    return tell(db, events.find(db, wanted, WEEK))[0]


def wanted_of(site: Site) -> events.Wanted:
    """The events that the address of a request asks for. Raises BadRequest."""
    try:
        return events.read_address(site.arguments)
    except ValueError as fault:
        raise BadRequest(site.word("no_value", str(fault)[:40])) from None


def _check(site: Site, *unheeded: str) -> None:
    """Refuse what a program cannot have meant, such as `page`: a loop over it would get the same events for ever.

    `unheeded` are arguments of a search that this answer does not heed.
    """
    stated = {name: value for name, value in site.arguments.items() if name not in _OF_EVENTS}
    try:
        check_address(stated)
        for name in unheeded:
            if value := stated.get(name):
                raise ValueError(f"{name}={value}")
    except ValueError as fault:
        raise BadRequest(site.word("no_value", str(fault)[:40])) from None


async def _show(site: Site, wanted: events.Wanted, told: list[Told], following: dict[str, str]) -> Response:
    days = [(day, list(some)) for day, some in groupby(told, lambda one: times.beijing(one.key.learned)[:10])]
    return await site.page(
        "changes",
        wanted=wanted,
        asked=wanted.asked,
        days=days,
        following=following,
        kinds=events.KINDS,
        by_value=BY_VALUE,
        choices=await site.read_once(choices),
    )


async def _take_away(
    site: Site, form: ChangesFormat, wanted: events.Wanted, told: list[Told], following: dict[str, str]
) -> Response:
    places = await site.read_once(named)
    rows = [_row(site, one, places) for one in told]
    after = site.base + site.link(f"/changes.{form}", **following) if following else None
    if form == "atom":
        kinds = "" if wanted.kinds == events.KINDS else "、".join(site.word(f"event_{kind}") for kind in wanted.kinds)
        title = await _title(site, wanted.asked, kinds or site.word("changes"))
        address = f"{site.base}{site.request.full_path}"
        entries = [_entry(site, row) for row in rows]
        return formats.as_feed(to_atom(entries, title=title, address=address, following=after or ""))
    if form == "json":
        return formats.as_json({"count": len(rows), "next": after, "events": rows})
    return formats.as_csv([_flat(row) for row in rows], _NAMES, "gongbao-changes.csv")


_NAMES = ("event", "learned", *formats.FIELDS, "page", "what_changed", "differences")


def _row(site: Site, told: Told, places: dict[str, str]) -> dict[str, Any]:
    """An event for programs."""
    facts = [{"name": name, "old": old, "new": new} for name, old, new in told.facts]
    texts = [_difference("text", one) for one in told.sentences]
    files = [
        _difference("attachments", one) | {"file": file.name} for file in told.files for one in _changed(file.changes)
    ]
    return {
        "event": told.key.kind,
        "learned": told.key.learned,
        **formats.row_of(told.row, places),
        "version": told.key.version or told.row["version"],
        "page": site.whole(f"/release/{told.key.release}", **told.version),
        "what_changed": told.names,
        "differences": facts + texts + files,
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"what_changed": " ".join(row["what_changed"]), "differences": _lines(row)}


def _lines(row: dict[str, Any]) -> str:
    """The differences as lines: the old words after -, the new ones after +."""
    pairs = [(sign, one[name]) for one in row["differences"] for sign, name in (("-", "old"), ("+", "new"))]
    return "\n".join(f"{sign} {words}" for sign, words in pairs if words)


def _entry(site: Site, row: dict[str, Any]) -> Entry:
    names = "、".join(site.word(f"changed_{name}") for name in row["what_changed"])
    return Entry(
        row=row,
        title=f"[{site.word('event_' + row['event'])}] {row['title']}",
        summary="\n".join(filter(None, (names and site.word("changed_what") + names, _lines(row)))),
        learned=row["learned"],
        event=f"{row['event']} {row['version'] if row['event'] == 'edited' else row['learned']}",
        page=row["page"],
    )


def _difference(name: ChangedName, change: diff.Change) -> dict[str, str]:
    return {"name": name, "old": diff.words(change.old), "new": diff.words(change.new)}
