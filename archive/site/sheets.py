"""Make Datasette's own CSV safe to open in a spreadsheet; our own CSV is safe from the start."""

import re
from collections.abc import Callable
from typing import Any

from archive.snapshots.exports import harmless

App = Callable[[Any, Any, Any], Any]
_CELL = re.compile(r'"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^,\r\n"]+)')
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?")


def defused(app: App) -> App:
    """Give an apostrophe to every cell of a table in CSV that would be taken for a formula, numbers excepted."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/archive"):
            await app(scope, receive, send)
            return
        is_table, pending = False, b""

        async def send_safely(event: Any) -> None:
            nonlocal is_table, pending
            if event["type"] == "http.response.start":
                is_table = dict(event["headers"]).get(b"content-type", b"").startswith((b"text/plain", b"text/csv"))
            elif is_table:
                pending += event.get("body", b"")
                if event.get("more_body") and (pending.count(b'"') % 2 or not pending.endswith(b"\n")):
                    return  # in the middle of a row
                event = event | {"body": _CELL.sub(_safe, pending.decode()).encode()}
                pending = b""
            await send(event)

        await app(scope, receive, send_safely)

    return answer


def _safe(cell: re.Match[str]) -> str:
    text = cell["plain"] if cell["quoted"] is None else cell["quoted"]
    if _NUMBER.fullmatch(text):
        return cell[0]
    return f'"{harmless(text)}"' if cell["plain"] is None else str(harmless(text))
