"""A server of captures for tests: CDX and `id_` replay, with the faults that a test asks for."""

import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlsplit

from tests.crawler.history.past import Capture


class Asked(NamedTuple):
    path: str
    begun: float  # monotonic
    ended: float


class Handler(BaseHTTPRequestHandler):
    outer: "Captures"

    def do_GET(self) -> None:
        begun = time.monotonic()
        try:
            if not (self.outer.fault and self.outer.fault(self)):
                self.serve()
        except ConnectionError:
            pass
        self.outer.asked.append(Asked(self.path, begun, time.monotonic()))

    def serve(self) -> None:
        self.index() if "/cdx?" in self.path else self.replay()

    def index(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        first, last = asked.get("from", ""), asked.get("to", "") + "~"
        fitting = [one for one in self.outer.captures if first <= one.stamp <= last or (one.stamp[:8] == last[:8])]
        host = asked["url"].removeprefix("www.")
        body = "".join(one.cdx for one in fitting if urlsplit(one.url).netloc.removeprefix("www.") == host)
        self.answer(200, body.encode(), {"Content-Type": "text/plain"})

    def replay(self) -> None:
        _, _, rest = self.path.partition("/c/")
        stamp, _, url = rest.partition("id_/")
        found = next((one for one in self.outer.captures if one.url == url and one.stamp == stamp), None)
        if found is None:
            self.answer(404, b"not here", {"Content-Type": "text/html"})
            return
        told = {
            name if name in ("Content-Type", "Location") else f"X-Archive-Orig-{name}": v for name, v in found.headers
        }
        moment = found.time.strftime("%a, %d %b %Y %H:%M:%S GMT")
        self.answer(found.status, found.body, {**told, "Memento-Datetime": moment})

    def answer(self, status: int, body: bytes, headers: dict[str, str], length: int | None = None) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body) if length is None else length)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


class Captures:
    """Serves captures at `address`. `fault` may answer a request itself: it then returns True."""

    handler = Handler

    def __init__(self, captures: Iterable[Capture], fault: Callable[[Handler], bool] | None = None) -> None:
        self.captures = sorted(captures, key=lambda one: (one.url, one.time))
        self.fault = fault
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (self.handler,), {"outer": self}))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.address = f"{self.base}/c/cdx"

    @property
    def fetched(self) -> list[str]:
        return [one.path for one in self.asked if "id_/" in one.path]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
