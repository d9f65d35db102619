"""Our Datasette plugin: Chinese in its search box, our own pages, and security headers on every page."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from archive.search import query
from archive.site import door, faults, pages, sheets, shield, tables
from archive.site.frame import POLICY, site_of

_LONGEST_VALUE = 64_000_000  # bytes of a value or a row; a page has 32 MB at most

# Datasette's pages about itself hold inline scripts; all others are drawn with our templates
_INLINE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    b"vary": b"Accept-Language",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
}


# Datasette registers its own escape_fts when it opens a connection; ours must come after it
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def prepare_connection(conn: Any) -> None:
    conn.create_function("escape_fts", 1, lambda typed: query.match(str(typed)), deterministic=True)
    # a page of another site may lead a reader's browser to a query here: select hex(zeroblob(1000000000))
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)


@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def extra_template_vars(datasette: Any, request: Any, template: str) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    if request is None or template.startswith("gongbao/"):
        return None  # our pages bring their values

    async def values() -> dict[str, Any]:
        site = site_of(datasette, request)
        return {**await site.frame(), **tables.values(site)}

    return values


@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def render_cell(row: Any, value: Any, column: str, table: str | None, datasette: Any) -> Any:
    return tables.cell(datasette.urls, table, column, value, row)


@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Awaitable[Any]:
    return faults.answer(datasette, request, exception)


@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def forbidden(datasette: Any, request: Any) -> Awaitable[Any]:
    return faults.refuse(datasette, request)


@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Any]]]]:
    return pages.ROUTES


# a harvester's form changes nothing here, and it has no cookie
@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def skip_csrf(scope: Any) -> bool:
    return str(scope["path"]) == shield.HARVEST


# datasette-mcp's own tools must be there to be taken away
@hookimpl(trylast=True)  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def register_mcp_tools(datasette: Any, mcp: Any) -> None:
    door.fit_out(datasette, mcp)


@hookimpl  # type: ignore[untyped-decorator]  # pluggy's, by way of Datasette
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    public = (datasette.plugin_config("gongbao") or {}).get("public")

    def wrap(app: Any) -> Any:
        guarded = shield.bounded(
            shield.posted(shield.with_readable_cookies(sheets.defused(shield.closed(app) if public else app)))
        )

        async def with_headers(scope: Any, receive: Any, send: Any) -> None:
            policy = _INLINE if scope.get("path", "").startswith("/-/") else POLICY
            headers = _HEADERS | {b"content-security-policy": policy.encode()}

            async def send_more(event: Any) -> None:
                if event["type"] == "http.response.start":
                    there = {name.lower() for name, _ in event["headers"]}
                    more = [(name, value) for name, value in headers.items() if name not in there]
                    event = event | {"headers": [*event["headers"], *more]}
                await send(event)

            await guarded(scope, receive, send_more)

        return with_headers

    return wrap
