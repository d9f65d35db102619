"""The archive for programs that read: the five tools of /-/mcp. Each answer is JSON of a bounded size (`answers`).

On a public site no answer has words of a release whose text is withheld, not even of its extract.
"""

import asyncio
import sqlite3
from pathlib import Path
from typing import Annotated, Any

from datasette.utils.asgi import Request
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from archive.model import SearchKind, SearchOrder, SearchState
from archive.search import hits
from archive.search import query as queries
from archive.search.query import MAX_QUERY
from archive.site import comparing, coverage, formats, quoting, reading, regions
from archive.site.answers import Answer, short
from archive.site.diff import Change
from archive.site.frame import Site
from archive.site.overview import browse, months
from archive.site.pages import Missing, choose, find
from archive.site.reading import ReleasePage

LONGEST = 32_000  # bytes of a request
ABOUT = (
    "An archive of press releases of Chinese governments: texts with all their versions, sources, and coverage."
    " Search in Chinese. Cite `permalink` and name `publisher`; `rights` says whose text it is."
    " Not held is not the same as never published: see `coverage`."
    " An answer has 8,000 tokens at most; `cut` says what was left out, `next` is the value of `start` that goes on."
)
# nothing else is answered: what this server has are tools
_METHODS = ("initialize", "server/discover", "ping", "tools/list", "tools/call")
_OTHERS = ("list_databases", "get_database_schema", "execute_sql")  # datasette-mcp's own tools
_WORDS, _SENTENCE = 1500, 600  # signs of a quote as it is printed, of a changed sentence

Source = Annotated[str, Field(max_length=100, description="A source's id, as results and `coverage` state it.")]
Region = Annotated[
    str, Field(max_length=6, description="2, 4 or 6 digits of a GB/T 2260 code: 37 is 山东省, 3701 is 济南市.")
]
Since = Annotated[
    str, Field(max_length=10, description="Published from this day, month or year on: 2020-04-13, 2020-04, 2020.")
]
Until = Annotated[str, Field(max_length=10, description="Published until the end of this day, month or year.")]
Start = Annotated[int, Field(ge=0, le=10**8, description="Where to go on: the `next` of the answer before.")]
At = Annotated[
    str,
    Field(
        max_length=20,
        description="As the archive was at the end of this day or minute in Beijing: 2020-04-13, 2020-04-13T09:30.",
    ),
]


class Tools:
    """The tools, each a method; its docstring and its annotations are what programs are told of it."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette

    async def search(
        self,
        ctx: Context,
        q: Annotated[
            str,
            Field(
                max_length=MAX_QUERY,
                description='Words, all of which must stand in title or text. "…" is a phrase, OR and -without work.',
            ),
        ] = "",
        source: Source = "",
        region: Region = "",
        publisher: Annotated[str, Field(max_length=100, description="The publisher, exactly as pages print it.")] = "",
        kind: Annotated[SearchKind, Field(description="Only transcripts, or only others.")] = "",
        state: Annotated[
            SearchState, Field(description="Only edited releases, or only those whose page is gone.")
        ] = "",
        since: Since = "",
        until: Until = "",
        at: At = "",
        sort: Annotated[SearchOrder, Field(description="Best first (the default), or newest first.")] = "",
        start: Start = 0,
    ) -> str:
        """Find press releases by words and filters. Copies on other sites are folded under one of them. 20 hits at most come
        at a time, of 1,000; ask for more with `start`, or narrow the search."""
        site = self._site(
            ctx, q=q, source=source, region=region, publisher=publisher, kind=kind, state=state, sort=sort
        )
        asked = _asked(site, {"from": since, "to": until, "at": at, "page": str(start // hits.PAGE + 1)})
        if start >= hits.PAGE * hits.LAST_PAGE:
            raise ToolError(f"A search shows {hits.PAGE * hits.LAST_PAGE} hits at most: narrow it.")
        found = await find(site, asked)
        places = await site.read_once(regions.named)
        answer = Answer(total=found.total, about=found.about, coverage=await self._coverage(site, asked))
        shown = [self._hit(site, asked, hit, places) for hit in found.hits[start % hits.PAGE :]]
        answer.end("releases", shown, start, start + len(shown) + found.more)
        return answer.written()

    async def release(
        self,
        ctx: Context,
        id: Annotated[int, Field(ge=1, lt=10**18, description="The release's id.")],
        version: Annotated[
            int | None, Field(ge=1, lt=10**6, description="The version; by default the current one.")
        ] = None,
        at: At = "",
        start: Annotated[
            int,
            Field(ge=0, le=10**8, description="The sign of the text to begin with: the `next` of the answer before."),
        ] = 0,
    ) -> str:
        """Read a release: its text, its publisher, its versions, copies, cited documents and files."""
        site = self._site(ctx)
        found = await self._release(site, str(id), str(version or ""), at)
        answer = Answer(
            **self._head(site, found), coverage=await self._coverage(site, hits.Asked(source=found.row["source"]))
        )
        for name, rows in _lists(site, found).items():
            answer.add(name, short(rows))
        text = "" if self._withheld(site, found.row) else found.text
        answer.body["length"] = len(text)
        answer.end("text", text[start:], start, len(text))
        return answer.written()

    async def diff(
        self,
        ctx: Context,
        release: Annotated[
            str, Field(max_length=30, description="A release's id, or with a version: 7, 7@2. The new side.")
        ],
        against: Annotated[
            str,
            Field(
                max_length=30,
                description="The old side, written so too; by default the version before. May be another release.",
            ),
        ] = "",
        start: Start = 0,
    ) -> str:
        """Compare two versions of a release, or two releases: changed fields, changed figures, changed sentences."""
        site = self._site(ctx, release=release, against=against)
        new = await self._side(site, "release")
        old = await (self._side(site, "against") if against else self._before(site, new))
        withheld = any(self._withheld(site, side.row) for side in (old, new))
        differences = await asyncio.to_thread(comparing.compared, old, new)
        answer = Answer(
            old=self._head(site, old),
            new=self._head(site, new),
            withheld=withheld,
            coverage=await self._coverage(site, hits.Asked(source=new.row["source"])),
        )
        facts = [{"field": name, "old": one or None, "new": other or None} for name, one, other in differences.facts]
        answer.add("fields", short(facts), most=1500)
        figures = differences.made.figures if differences.made and not withheld else ()
        answer.add("figures", short([{"old": one, "new": other} for one, other in figures]), most=1500)
        changes = [] if withheld else [_change(one) for one in differences.changes if one.old or one.new]
        answer.end("changes", changes[start:], start)
        return answer.written()

    async def quote(
        self,
        ctx: Context,
        q: Annotated[
            str,
            Field(
                min_length=1,
                max_length=quoting.LONGEST,
                description="The sentence, as somebody is said to have published it.",
            ),
        ],
        source: Source = "",
        region: Region = "",
        since: Since = "",
        until: Until = "",
        start: Start = 0,
    ) -> str:
        """Check a quote: who published it, since when, until when, with which differences. `verdict`: `verbatim` (it stands
        there now), `removed` (it stood in an earlier version), `altered` (but for what `differs` says), `not-held`, which
        says nothing of what was published: `coverage` tells what is held at all."""
        site = self._site(ctx, q=q, source=source, region=region, **{"from": since, "to": until})
        asked = quoting.read_asked(site, strict=True)
        told = quoting.told(site, await quoting.check(site, asked))
        answer = Answer(verdict=told["verdict"], coverage=await self._coverage(site, asked))
        answer.end("matches", [self._match(site, one) for one in told["matches"][start:]], start)
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
        one source its months; of the whole archive, in how many places of the country a source is known, declared, seen."""
        site = self._site(ctx, source=source, region=region)
        asked = _asked(site, {"from": since, "to": until})
        answer = Answer(coverage=await self._coverage(site, asked))
        view = await site.read_once(coverage.coverage)
        if view and not (source or region):
            answer.body["country"] = coverage.levels(view.country)
        rows = await (self._months(site, asked) if source else self._sources(site, asked))
        answer.end("months" if source else "sources", rows[start:], start)
        return answer.written()

    def _site(self, ctx: Context, **arguments: str) -> Site:
        stated = {name: value for name, value in arguments.items() if value}
        asked: Any = ctx.request_context.request
        return Site(self.datasette, Request(asked.scope, None), "en", stated)

    def _withheld(self, site: Site, row: sqlite3.Row) -> bool:
        return bool(site.settings.get("public")) and row["rights"] != "official"

    async def _coverage(self, site: Site, asked: hits.Asked) -> dict[str, Any]:
        chosen = hits.Asked(source=asked.source, region=asked.region, since=asked.since, until=asked.until)
        return {"snapshot": Path(str(site.settings["snapshot"])).name, **await quoting.coverage(site, chosen)}

    def _hit(self, site: Site, asked: hits.Asked, hit: hits.Hit, places: dict[str, str]) -> dict[str, Any]:
        snippet = None if self._withheld(site, hit.row) else formats.snippet(queries.parse(asked.q), hit.row)
        row = formats.row_of(hit.row, places) | {"rights": hit.row["rights"], "snippet": snippet}
        copies = [one["id"] for one in hit.also[:20]]
        return {**short(row), "copies": copies, "permalink": _permalink(site, hit.row["id"])}

    async def _release(self, site: Site, id: str, version: str, at: str = "") -> ReleasePage:
        found = await choose(site, id, version, at)
        if isinstance(found, Missing):
            raise ToolError(found.reason)
        return found

    async def _side(self, site: Site, name: str) -> ReleasePage:
        id, version = comparing.named(site, name)
        return await self._release(site, str(id), str(version or ""))

    async def _before(self, site: Site, new: ReleasePage) -> ReleasePage:
        if new.before is None:
            raise ToolError(site.word("no_diff"))
        return await self._release(site, str(new.row["id"]), str(new.before["version"]))

    def _head(self, site: Site, found: ReleasePage) -> dict[str, Any]:
        row, version = found.row, found.shown["version"]
        named = {
            name: row[name]
            for name in ("id", "url", "source", "source_name", "rights", "region", "status", "first_seen")
        }
        facts = {name: value for name, value in found.facts.items() if value and name not in ("title", *named)}
        return {
            **named,
            **facts,
            "title": found.shown["title"],
            "version": version,
            "seen": found.shown["seen"],
            "last_seen": found.last_seen,
            "permalink": _permalink(site, row["id"], version),
            "evidence": site.whole(f"/release/{row['id']}/evidence.zip", v=str(version)),
            "withheld": self._withheld(site, row),
        }

    def _match(self, site: Site, match: dict[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in match.items() if name not in ("page", "words")}
        words = short(match["words"], _WORDS)
        if site.settings.get("public") and match["rights"] != "official":
            told["differs"], words = [], None
        return {**short(told), "words": words, "permalink": match["page"]}

    async def _sources(self, site: Site, asked: hits.Asked) -> list[dict[str, Any]]:
        """The sources of a region; of each its counts."""
        names = ("id", "name", "region", "level", "rights", "url", "outcome", "finished", "releases", *quoting.STATES)
        rows = [one for one in (await site.read_once(browse)).sources if quoting.is_there(one["region"], asked)]
        return [short({name: row[name] for name in names}) for row in rows]

    async def _months(self, site: Site, asked: hits.Asked) -> list[dict[str, Any]]:
        rows = (await site.read_once(months)).get(asked.source, [])
        return [short(row) for row in rows if quoting.is_asked(row["month"], asked)]


def _permalink(site: Site, id: int, version: int | None = None) -> str:
    return site.whole(f"/release/{id}", **({"v": str(version)} if version else {}))


def _asked(site: Site, more: dict[str, str]) -> hits.Asked:
    """The search that a tool's arguments state. Raises ValueError."""
    hits.check_address(site.arguments)
    return hits.read_period(hits.read_address({**site.arguments, **more}), more)


def _change(change: Change) -> dict[str, str | None]:
    old, new = ("".join(span.text for span in spans) for spans in (change.old, change.new))
    return {"old": short(old, _SENTENCE) or None, "new": short(new, _SENTENCE) or None}


def _lists(site: Site, found: ReleasePage) -> dict[str, list[dict[str, Any]]]:
    """Whatever belongs to a release, but for its text."""
    return {
        "versions": [
            {"version": one["version"], "kind": one["kind"], "seen": one["seen"], "changed": reading.changed(one)}
            for one in found.versions
        ],
        "copies": [
            {name: one[name] for name in ("id", "title", "source_name", "published")}
            | {"permalink": _permalink(site, one["id"])}
            for one in found.copies
            if one["id"] != found.row["id"]
        ],
        "citations": [{"title": one["title"], "release": one["target"]} for one in found.citations],
        "attachments": [{name: one[name] for name in ("name", "url", "state", "sha256")} for one in found.attachments],
    }
