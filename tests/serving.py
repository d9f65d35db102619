"""A small web server for pages that a test makes up: `with Pages({"/": b"…"}) as pages: …`."""

import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """What a path answers; a plain `bytes` stands for 200 and text/html without a charset."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {"Content-Type": "text/html"}


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        # who hangs up before all is read resets the connection; on a busy machine a test would find that in its stderr
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Pages:
    """Serves `pages` (path, with its query, to answer) on a free port of loopback; anything else is 404.

    A page takes `seconds` to come. What is posted may be a part of the key, behind a blank: `"/list pageIndex=2"`. A
    conditional request is answered with the status `refuses_conditions`, when there is one.
    """

    def __init__(
        self,
        pages: Mapping[str, bytes | Answer],
        host: str = "127.0.0.1",
        refuses_conditions: int = 0,
        seconds: float = 0,
    ) -> None:
        self.pages: dict[str, bytes | Answer] = dict(pages)
        self.asked: list[Asked] = []
        self.host = host
        self.seconds = seconds
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                # what is left unread would be taken for the next request
                posted = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("latin-1")
                outer.asked.append(Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
                time.sleep(outer.seconds if self.path in outer.pages else 0)
                found = outer.pages.get(f"{self.path} {posted}") if posted else None
                found = outer.pages.get(self.path) if found is None else found
                found = Answer(b"<html>404</html>", 404) if found is None else found
                answer = found if isinstance(found, Answer) else Answer(found)
                if refuses_conditions and any(name.lower().startswith("if-") for name in self.headers):
                    answer = Answer(status=refuses_conditions)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_POST = do_HEAD = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self._server = _Server((host, 0), Handler)

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}:{self._server.server_port}{path}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
