"""The archive for programs that read: the five tools of /-/mcp. Each answer is JSON of a bounded size (`answers`)."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from datasette.utils.asgi import Request
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from archive.model import SearchKind, SearchOrder, SearchState
from archive.search import hits
from archive.search import query as queries
from archive.search.asked import LAST_PAGE, Asked, check_address, read_address, read_period
from archive.site import comparing, coverage, filing, quoting, telling
from archive.site.answers import Answer, short
from archive.site.frame import Site
from archive.site.overview import browse, months
from archive.site.pages import Missing, choose
from archive.site.reading import ReleasePage
from archive.site.searching import find
from archive.snapshots.places import named

_MOST = hits.PAGE * LAST_PAGE  # hits of a search
_DIFFERENCES = 1500  # tokens for changed fields, and for changed figures


def _words(longest: int, about: str) -> Any:
    return Field(max_length=longest, description=about)


def _number(first: int, about: str) -> Any:
    return Field(ge=first, le=10**18 - 1, description=about)


_ASKS = 'Words, all of which must stand in title or text. "…" is a phrase, OR and -without work.'
_LIKE_DAY = "2020-04-13, 2020-04, 2020"
Query = Annotated[str, _words(queries.MAX_QUERY, _ASKS)]
Source = Annotated[str, _words(100, "A source's id, as results and `coverage` state it.")]
Region = Annotated[str, _words(6, "2, 4 or 6 digits of a GB/T 2260 code: 37 is 山东省, 3701 is 济南市.")]
Publisher = Annotated[str, _words(100, "The publisher, exactly as pages print it.")]
Kind = Annotated[SearchKind, Field(description="Only transcripts, or only other releases.")]
State = Annotated[SearchState, Field(description="Only edited releases, or only those whose page is gone.")]
Since = Annotated[str, _words(10, f"Published from this day, month or year on: {_LIKE_DAY}.")]
Until = Annotated[str, _words(10, f"Published until the end of this day, month or year: {_LIKE_DAY}.")]
At = Annotated[str, _words(20, "As it was at the end of this day or minute in Beijing: 2020-04-13, 2020-04-13T09:30.")]
Sort = Annotated[SearchOrder, Field(description="Best first (the default), or newest first.")]
Start = Annotated[int, _number(0, "Where to go on: the `next` of the answer before.")]
Sign = Annotated[int, _number(0, "The sign of the text to begin with: the `next` of the answer before.")]
Id = Annotated[int, _number(1, "The release's id.")]
Version = Annotated[int | None, Field(ge=1, lt=10**6, description="The version; by default the current one.")]
New = Annotated[str, _words(30, "The new side: a release's id, or with a version, as in 7 or 7@2.")]
Old = Annotated[str, _words(30, "The old side, written so too; by default the version before. May be another release.")]
Quote = Annotated[str, _words(quoting.LONGEST, "The sentence, as somebody is said to have published it.")]


class Tools:
    """The tools, each a method; programs are told its docstring and the descriptions of its arguments."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette

    async def search(
        self,
        ctx: Context,
        q: Query = "",
        source: Source = "",
        region: Region = "",
        publisher: Publisher = "",
        kind: Kind = "",
        state: State = "",
        since: Since = "",
        until: Until = "",
        at: At = "",
        sort: Sort = "",
        start: Start = 0,
    ) -> str:
        """Find press releases by words and filters. Copies on other sites are folded under one of them. 20 hits at most come
        at a time, of 1,000: go on with `start`, or narrow the search.
        """
        stated = {"source": source, "region": region, "publisher": publisher, "kind": kind, "state": state}
        site = self._site(ctx, q=q, sort=sort, **stated)
        if start >= _MOST:
            raise ToolError(f"A search shows {_MOST} hits at most: narrow it.")
        asked = _asked(site, {"from": since, "to": until, "at": at, "page": str(start // hits.PAGE + 1)})
        found = await find(site, asked)
        places, query = await site.read_once(named), queries.parse(asked.q)
        shown = [telling.hit(site, query, hit, places) for hit in found.hits[start % hits.PAGE :]]
        answer = Answer(
            total=found.total, about=found.about, ranked=found.ranked, coverage=await _coverage(site, asked)
        )
        end = start + len(shown)
        if found.more and end >= _MOST:
            answer.cuts.append(f"only the first {_MOST} hits are shown: narrow the search")
        answer.end("releases", shown, start, min(end + found.more, _MOST))
        return answer.written()

    async def release(self, ctx: Context, id: Id, version: Version = None, at: At = "", start: Sign = 0) -> str:
        """Read a release: its text, its publisher, its versions, copies, cited documents and files. `withheld` true: `text` is
        empty, because this site shows only texts of official sources; read this one at its `url`.
        """
        site = self._site(ctx)
        found = await _chosen(site, str(id), str(version or ""), at)
        answer = Answer(**telling.head(site, found), coverage=await _coverage_beside(site, found))
        for name, rows in telling.belongings(site, found).items():
            answer.add(name, short(rows))
        # not even the extract, which `found.text` would be
        text = "" if telling.withheld(site, found.row) else found.text
        answer.body["length"] = len(text)
        answer.end("text", text[start:], start, len(text))
        return answer.written()

    async def diff(self, ctx: Context, release: New, against: Old = "", start: Start = 0) -> str:
        """Compare two versions of a release, or two releases: changed fields, changed figures, files that were replaced (of one
        release), changed sentences; those of a file name it as `file`.
        """
        site = self._site(ctx, release=release, against=against)
        new = await _side(site, "release")
        old = await (_side(site, "against") if against else _before(site, new))
        hidden = any(telling.withheld(site, side.row) for side in (old, new))
        sides = await comparing.sided(site, old, new)
        found = await asyncio.to_thread(comparing.compared, *sides)
        told = [{**telling.head(site, side.page), "compared_file": side.tie and side.tie.name} for side in sides]
        heads = {"old": told[0], "new": told[1], "withheld": hidden}
        answer = Answer(**heads, coverage=await _coverage_beside(site, new))
        fields = [{"field": name, "old": one or None, "new": other or None} for name, one, other in found.facts]
        figures = [{"old": one, "new": other} for one, other in found.made.figures] if found.made and not hidden else []
        files = await site.read(lambda db: filing.differing(db, old, new))
        changes = [] if hidden else [*telling.changes(found.changes), *telling.changes_of_files(files)]
        answer.add("fields", short(fields), _DIFFERENCES)
        answer.add("figures", short(figures), _DIFFERENCES)
        answer.add("files", short([telling.file(one) for one in files]))
        answer.end("changes", changes[start:], start)
        return answer.written()

    async def quote(
        self,
        ctx: Context,
        q: Quote,
        source: Source = "",
        region: Region = "",
        since: Since = "",
        until: Until = "",
        start: Start = 0,
    ) -> str:
        """Check a quote: who published it, since when, until when, with which differences. `verdict`: `verbatim` (it stands
        in a current version; `status` says whether its page is still there; a match with `gone_since` had it and has it no longer), `removed` (it stood in an earlier version), `altered`
        (but for what `differs` says), `not-held`, which says nothing of what was published: `coverage` tells what is held at all.
        """
        site = self._site(ctx, q=q, source=source, region=region, **{"from": since, "to": until})
        asked = quoting.read_asked(site, strict=True)
        found = await quoting.check(site, asked)
        told = quoting.told(site, found, await site.read_once(named))
        answer = Answer(verdict=told["verdict"], coverage=await _coverage(site, asked))
        answer.end("matches", [telling.match(site, one) for one in told["matches"][start:]], start)
        return answer.written()

    async def coverage(
        self,
        ctx: Context,
        source: Source = "",
        region: Region = "",
        since: Since = "",
        until: Until = "",
        start: Start = 0,
    ) -> str:
        """What the archive holds at all: sources with their counts (listed = held + failed + blocked + pending + skipped), of
        one source its months; of the whole archive, in how many places of the country a source is known, declared, seen.
        """
        site = self._site(ctx, source=source, region=region)
        asked = _asked(site, {"from": since, "to": until})
        answer = Answer(coverage=await _coverage(site, asked))
        view = await site.read_once(coverage.coverage)
        if view and not (source or region):
            answer.body["country"] = coverage.levels(view.country)
        rows = await (_months(site, asked) if source else _sources(site, asked))
        answer.end("months" if source else "sources", rows[start:], start)
        return answer.written()

    def _site(self, ctx: Context, **arguments: str) -> Site:
        stated = {name: value for name, value in arguments.items() if value}
        asked: Any = ctx.request_context.request
        return Site(self.datasette, Request(asked.scope, None), "en", stated)


def _asked(site: Site, more: dict[str, str]) -> Asked:
    """The search that a tool's arguments state. Raises ValueError."""
    check_address(site.arguments)
    return read_period(read_address({**site.arguments, **more}), more)


async def _coverage(site: Site, asked: Asked) -> dict[str, Any]:
    chosen = Asked(source=asked.source, region=asked.region, since=asked.since, until=asked.until)
    return {"snapshot": Path(str(site.settings["snapshot"])).name, **await quoting.coverage(site, chosen)}


async def _coverage_beside(site: Site, found: ReleasePage) -> dict[str, Any]:
    """The coverage of a release's source."""
    return await _coverage(site, Asked(source=found.row["source"]))


async def _chosen(site: Site, id: str, version: str, at: str = "") -> ReleasePage:
    found = await choose(site, id, version, at)
    if isinstance(found, Missing):
        raise ToolError(found.reason)
    return found


async def _side(site: Site, name: str) -> ReleasePage:
    id, version = comparing.named(site, name)
    return await _chosen(site, str(id), str(version or ""))


async def _before(site: Site, new: ReleasePage) -> ReleasePage:
    if new.before is None:
        raise ToolError(site.word("no_diff"))
    return await _chosen(site, str(new.row["id"]), str(new.before["version"]))


async def _sources(site: Site, asked: Asked) -> list[dict[str, Any]]:
    """The sources of a region, with their counts."""
    names = ("id", "name", "region", "level", "rights", "url", "outcome", "finished", "releases", *quoting.STATES)
    rows = [one for one in (await site.read_once(browse)).sources if quoting.is_there(one["region"], asked)]
    return [short({name: row[name] for name in names}) for row in rows]


async def _months(site: Site, asked: Asked) -> list[dict[str, Any]]:
    rows = (await site.read_once(months)).get(asked.source, [])
    return [short(row) for row in rows if quoting.is_asked(row["month"], asked)]
