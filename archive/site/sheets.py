"""Make Datasette's own CSV fit for a spreadsheet; our own CSV is from the start."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from typing import Any

from archive.snapshots.exports import cell

App = Callable[[Any, Any, Any], Any]
_CELL = re.compile(r'"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^,\r\n"]+)')
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def defused(app: App) -> App:
    """Begin a table in CSV with a byte order mark, which Excel needs to read Chinese; give an apostrophe to every cell that
    would be taken for a formula, numbers excepted, and cut cells that are too long.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/archive"):
            await app(scope, receive, send)
            return
        is_table, pending, mark = False, b"", BOM_UTF8

        async def send_safely(event: Any) -> None:
            nonlocal is_table, pending, mark
            if event["type"] == "http.response.start":
                is_table = dict(event["headers"]).get(b"content-type", b"").startswith((b"text/plain", b"text/csv"))
            elif is_table:
                pending += event.get("body", b"")
                if event.get("more_body") and (pending.count(b'"') % 2 or not pending.endswith(b"\n")):
                    return  # in the middle of a row
                event = event | {"body": mark + _CELL.sub(_safe, pending.decode()).encode()}
                pending = mark = b""
            await send(event)

        await app(scope, receive, send_safely)

    return answer


def _safe(found: re.Match[str]) -> str:
    if found["quoted"] is None:
        return found[0] if _NUMBER.fullmatch(found[0]) else str(cell(found[0]))
    if _NUMBER.fullmatch(found["quoted"]):
        return found[0]
    text = str(cell(found["quoted"].replace('""', '"')))
    return '"' + text.replace('"', '""') + '"'
