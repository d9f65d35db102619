"""A server of raw answers, sent byte for byte: `with Raw(answer) as site`, where `answer` says what a request is sent."""

import re
import socketserver
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple, Self


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]  # names in small letters


Answer = Callable[[Asked], bytes]
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def sent(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """An answer after which the connection is closed; `_` in a header's name stands for a dash."""
    fields = {"Content_Type": "text/html; charset=utf-8", **headers, "Content_Length": str(len(body))}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "Connection: close", "", ""]).encode() + body


class Raw:
    def __init__(self, answer: Answer, host: str = "127.0.0.1") -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                first = self.rfile.readline().decode("latin-1").split()
                lines = iter(lambda: self.rfile.readline().decode("latin-1").strip(), "")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                if len(first) > 1:
                    outer.asked.append(Asked(first[1], headers))
                    self.wfile.write(answer(outer.asked[-1]))

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True
            block_on_close = False

            def handle_error(self, request: Any, client_address: Any) -> None:
                if not isinstance(sys.exc_info()[1], ConnectionError):  # the client hung up before all was read
                    super().handle_error(request, client_address)

        self._server = Server((host, 0), Handler)
        self.base = f"http://{host}:{self._server.server_address[1]}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def cookies(asked: Asked) -> set[str]:
    """The cookies that a request brings, each as `name=value`."""
    return set(re.split(r";\s*", asked.headers.get("cookie", ""))) - {""}
