"""The common part of all pages: the request's language and links, reads of the archive, the frame around a page."""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from datasette import Response
from datasette.utils import sqlite_timelimit
from jinja2 import Environment, FileSystemLoader

from archive import times
from archive.duplicates.origins import same_name
from archive.model import SiteLanguage
from archive.site import words
from archive.snapshots.places import named
from archive.texts import place_names

T = TypeVar("T")
DATABASE = "archive"
TIME_LIMIT = 1200  # milliseconds that one page may read
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


# Datasette's own environment renders asynchronously, which takes our templates twice the time and none of them needs
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)

# control characters and others that are forbidden in HTML but occur in crawled texts
_NOT_HTML = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Site:
    """The server as a page sees it: the snapshot with its settings, and the language of the request."""

    datasette: Any
    request: Any
    lang: SiteLanguage
    arguments: Mapping[str, str]  # of the address, each name's first value; Datasette parses them anew for each name

    @property
    def settings(self) -> dict[str, Any]:
        """Our plugin's settings: `public`, `snapshot` (its folder), `contact`."""
        return self.datasette.plugin_config("gongbao") or {}

    @property
    def searchers(self) -> Any:
        """The `searching.Searchers` of a site that has them, else None."""
        return getattr(self.datasette, "gongbao_searchers", None)

    @property
    def base(self) -> str:
        """The site's own address."""
        return f"{self.request.scheme}://{self.request.host}"

    @property
    def states_language(self) -> bool:
        """Whether the request's address names a language."""
        return bool(self.arguments.get("lang") or self.arguments.get("_lang"))

    def argument(self, name: str) -> str:
        """An argument of the address, "" when it is absent."""
        return self.arguments.get(name, "").strip()

    def word(self, key: str, *values: object) -> str:
        """The interface's word in the request's language."""
        return words.word(key, self.lang, *values)

    def link(self, path: str, **arguments: object) -> str:
        """An address on this site; it keeps the language when the request's address states one."""
        chosen = {_language_of(path): self.lang} if self.states_language else {}
        query = urlencode({name: value for name, value in {**arguments, **chosen}.items() if value not in ("", None)})
        return str(self.datasette.urls.path(path)) + (f"?{query}" if query else "")

    def whole(self, path: str, **arguments: str) -> str:
        """An address on this site with scheme and host, in no language of its own."""
        return f"{self.base}{self.datasette.urls.path(path)}" + (f"?{urlencode(arguments)}" if arguments else "")

    async def read(self, function: Callable[[sqlite3.Connection], T], limit: int | None = None) -> T:
        """Call `function` with a connection to the archive, in a thread, under a time limit in ms (`TIME_LIMIT`).

        Raises sqlite3.OperationalError, "interrupted", when the time is over.
        """

        def limited(connection: sqlite3.Connection) -> T:
            with sqlite_timelimit(connection, TIME_LIMIT if limit is None else limit):
                return function(connection)

        result: T = await self.datasette.get_database(DATABASE).execute_fn(limited)
        return result

    async def read_once(self, function: Callable[[sqlite3.Connection], T], limit: int | None = None) -> T:
        """Like `read`, but cached for good: a snapshot never changes while it is served. Readers who ask meanwhile wait for it."""
        kept: dict[Any, asyncio.Task[T]] = self.datasette.__dict__.setdefault("_gongbao", {})
        if function not in kept:
            kept[function] = asyncio.ensure_future(self.read(function, limit))
        try:
            return await asyncio.shield(kept[function])
        except sqlite3.Error:
            kept.pop(function, None)
            raise

    async def frame(self) -> dict[str, Any]:
        """The values that every template needs, ours and those of Datasette's pages."""
        names = await self.read_once(named)
        other = {_language_of(self.request.path): "en" if self.lang == "zh" else "zh"}
        return {
            "t": self.word,
            "lang": self.lang,
            "link": self.link,
            "states_language": self.states_language,
            "other_language": f"{self.request.path}?{urlencode({**self.arguments, **other})}",
            "region_name": lambda code, day="": place_names.region_name(code, self.lang, names, day or ""),
            "region_path": lambda code: place_names.path(code, self.lang, names),
            "minute": minute,
            "whose": lambda row: whose(row, place_of(row, self.lang, names)),
            "is_day": is_day,
            "safe": safe_url,
            "public": bool(self.settings.get("public")),
            "size": size,
            "number": lambda value: f"{value:,}",
            "figure": lambda value: f"{value:,.12g}",
        }

    async def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """The answer that shows a template."""
        html = _TEMPLATES.get_template(f"gongbao/{template}.html").render(
            {**values, "urls": self.datasette.urls, "status": status, **await self.frame()}
        )
        headers = {"Content-Security-Policy": POLICY, "Content-Language": self.lang, "Vary": "Accept-Language"}
        return Response.html(_NOT_HTML.sub("", html), status=status, headers=headers)

    async def missing(self, reason: str, *, status: int = 404, hint: bool = False, id: int = 0) -> Response:
        """The answer where an address has nothing: JSON where the address asks for it, else a page."""
        if self.request.path.endswith(".json"):
            return Response.json({"ok": False, "error": reason, "status": status, "title": None}, status=status)
        return await self.page("missing", status=status, reason=reason, hint=hint, id=id)


def site_of(datasette: Any, request: Any) -> Site:
    """The site as this request meets it."""
    pairs = parse_qsl(request.query_string, keep_blank_values=True)
    arguments = dict(reversed(pairs))
    asked = arguments.get("lang") or arguments.get("_lang", "")
    lang = words.choose_language(asked, request.headers.get("accept-language", ""))
    return Site(datasette, request, lang, arguments)


def _language_of(path: str) -> str:
    """The argument that names the language; in a table's address Datasette takes a plain name for a column's."""
    return "_lang" if path.startswith(f"/{DATABASE}") else "lang"


def whose(row: Mapping[str, Any], place: str) -> list[str]:
    """The site that carries a release, its place, and the publisher that the page prints when that is another."""
    printed = row["publisher"] or ""
    return [row["source_name"], place, *([printed] if printed and not same_name(printed, row["source_name"]) else [])]


def place_of(row: sqlite3.Row | Mapping[str, Any], lang: SiteLanguage, names: Mapping[str, str]) -> str:
    """The name of a release's place on the day of the release."""
    return place_names.region_name(row["region"] or "", lang, names, row["published"] or "")


def safe_url(url: str) -> str:
    """`url` when a reader may follow it, that is, when it is of http or https; else ""."""
    return url if re.fullmatch(r"https?://[^\s\"'<>]+", url) else ""


def minute(moment: str | None) -> str:
    """A time as people read it, in Beijing: 2020-04-13 13:09, or the day alone when a page prints no more."""
    moment = moment or ""
    return times.beijing(moment) if moment.endswith(("Z", "+00:00")) else moment[:16].replace("T", " ")


def is_day(moment: str | None) -> bool:
    """Whether a printed day exists; some pages print the 31st of a month that has none."""
    try:
        datetime.fromisoformat(moment or "")
    except ValueError:
        return False
    return True


def size(count: int) -> str:
    """A number of bytes for people: 1.5 MB."""
    value, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.1f} {units[0]}" if value < 100 and units[0] != "B" else f"{value:.0f} {units[0]}"
