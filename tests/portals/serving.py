"""Serves portals that are told as routes: path with query → [status, headers, body], `*` for any other path.

`hanweb:COLUMN` and `jpaas:PAGE:N` are the answers of the interfaces of these systems. `{BASE:ID}` in a body is the address
of the portal ID, `{PATH}` the path that was asked for.
"""

import json
import re
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Portal = Mapping[str, Any]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that was killed resets its connection


class Portals:
    """`asked` holds the paths that each portal was asked for."""

    def __init__(self, portals: Iterable[Portal]) -> None:
        self.portals = {portal["id"]: portal for portal in portals}
        self.asked: dict[str, list[str]] = {id: [] for id in self.portals}
        self.servers = {
            id: _Server((f"127.0.2.{number}", 0), self._handler(id)) for number, id in enumerate(self.portals, 1)
        }

    @property
    def hosts(self) -> str:
        return ",".join(str(server.server_address[0]) for server in self.servers.values())

    def url(self, id: str, path: str = "/") -> str:
        host, port = self.servers[id].server_address[:2]
        return f"http://{host!s}:{port}{path}"

    def answer(self, id: str, path: str, posted: str = "") -> tuple[int, dict[str, str], str]:
        routes = self.portals[id]["routes"]
        found = routes.get(path) or _interface(routes, path, posted) or routes.get("*") or [404, {}, "404"]
        status, headers, body = found[:3]
        headers = {name: self.filled(value, path) for name, value in headers.items()}
        return status, headers, self.filled(body, path)

    def filled(self, text: str, path: str) -> str:
        text = re.sub(
            r"\{BASE:([\w-]+)\}", lambda found: self.url(found[1], "") if found[1] in self.servers else "", text
        )
        return text.replace("{PATH}", path)

    def _handler(self, id: str) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                posted = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                outer.asked[id].append(self.path)
                status, headers, body = outer.answer(id, self.path, posted)
                self.send_response(status)
                for name, value in {"Content-Type": "text/html", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            do_POST = do_GET

            def log_message(self, *args: object) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        for server in self.servers.values():
            Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self.servers.values():
            server.shutdown()
            server.server_close()


def _interface(routes: Mapping[str, Any], path: str, posted: str) -> list[Any] | None:
    parts, query = urlsplit(path), parse_qs(f"{urlsplit(path).query}&{posted}")
    if parts.path.endswith("/jpage/dataproxy.jsp"):
        return _records(routes.get(f"hanweb:{query.get('columnid', [''])[0]}"), query)
    if parts.path.endswith("/page/build/unit"):
        place = json.loads(query.get("paramJson", ['{"pageNo": 1}'])[0])
        return routes.get(f"jpaas:{query.get('pageId', [''])[0]}:{place['pageNo']}")
    return None


def _records(told: list[Any] | None, query: Mapping[str, list[str]]) -> list[Any] | None:
    """The records of a Hanweb column from `startrecord` to `endrecord`; without these, what the route answers."""
    if told is None or "startrecord" not in query:
        return told
    start, end = (int(query[name][0]) for name in ("startrecord", "endrecord"))
    return [200, told[1], f"<datastore><recordset>{''.join(told[4][start - 1 : end])}</recordset></datastore>"]
