"""A site that means harm, on 127.0.0.2, and the inner server on 127.0.0.1 that nobody may reach through it."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import brotli

from archive.warc.coding import zstd

GOOD = (
    "<html><head><meta charset='utf-8'><title>{0}</title></head><body><h1>{0}</h1><p>2026-03-16 来源：云岭省人民政府</p>"
    "<div class='article'><p>云岭省人民政府今天宣布，全省一百二十座水库的除险加固工程已经全部完工，汛期之前投入使用。</p>"
    "<p>省水利部门负责人介绍，工程总投资四十二亿元，惠及沿河六十多个乡镇的居民和三百万亩农田。</p></div></body></html>"
)


def bomb(packer: Any) -> bytes:
    """Three hundred megabytes of nothing, packed."""
    pack, end = (
        (packer.process, packer.finish) if isinstance(packer, brotli.Compressor) else (packer.compress, packer.flush)
    )
    return b"".join(pack(b"0" * (1 << 20)) for _ in range(300)) + end()


class Inner:
    """A server that notes who comes: the first line of each request, "" of who says nothing."""

    def __init__(self) -> None:
        self.visits: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._count, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def _count(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._socket.accept()
                with visitor:
                    visitor.settimeout(2)
                    asked = b""
                    with suppress(OSError):
                        asked = visitor.recv(4096)
                    self.visits.append(asked.partition(b"\r\n")[0].decode("latin-1"))
                    visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")


Answer = Callable[["Hostile"], None]


class Hostile(BaseHTTPRequestHandler):
    """Answers each path as `answers` says; any other is a harmless article."""

    protocol_version = "HTTP/1.1"
    answers: dict[str, Answer]

    def do_GET(self) -> None:
        with suppress(OSError):
            self.answers.get(self.path, good)(self)

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **headers, "Content-Length": str(len(body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def good(handler: Hostile) -> None:
    handler.send(GOOD.format(f"全省水库除险加固工程完工（第{handler.path[-3:]}期）").encode())


def page(body: str) -> Answer:
    return lambda handler: handler.send(body.encode())


def redirect(target: str) -> Answer:
    return lambda handler: handler.send(b"", 302, Location=target)


def refresh(target: str) -> Answer:
    return page(f'<html><head><meta http-equiv="refresh" content="0; url={target}"></head><body></body></html>')


def script(target: str) -> Answer:
    return page(f"<html><head><script>window.location.href='{target}';</script></head><body></body></html>")


def encoded(body: bytes, encoding: str) -> Answer:
    return lambda handler: handler.send(body, Content_Encoding=encoding)


def endless_body(handler: Hostile) -> None:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    while True:
        handler.wfile.write(piece)


def endless_headers(handler: Hostile) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    piece = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(100))
    while True:
        handler.wfile.write(piece)


def endless_line(handler: Hostile) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Y: ")
    while True:
        handler.wfile.write(b"y" * 65536)


def slow_body(handler: Hostile) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    trickle(handler, b"x" * 1000)


def slow_headers(handler: Hostile) -> None:
    trickle(handler, b"HTTP/1.1 200 OK\r\n" + b"X-Y: 1\r\n" * 200)


def silence(handler: Hostile) -> None:
    time.sleep(60)


def trickle(handler: Hostile, content: bytes) -> None:
    for sign in content:
        handler.wfile.write(bytes([sign]))
        time.sleep(0.1)


class HostileSite:
    """The site, served while the context is open; `lists` are its list pages, the links of each."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        handler = type("Handler", (Hostile,), {"answers": answers, "timeout": 90})
        self.server = ThreadingHTTPServer(("127.0.0.2", 0), handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.answers = answers

    @property
    def base(self) -> str:
        return f"http://127.0.0.2:{self.server.server_port}"

    def list_page(self, path: str, links: list[str]) -> None:
        items = "".join(
            f'<li><a href="{link}">关于水利工程的第{n}号通告</a><span>2026-03-16</span></li>'
            for n, link in enumerate(links)
        )
        self.answers[path] = page(f"<html><body><ul>{items}</ul></body></html>")

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.shutdown()
        self.server.server_close()


def bombs() -> dict[str, Answer]:
    """What is small and grows when it is unpacked; made before anybody asks for it."""
    gzipped = bomb(zlib.compressobj(9, zlib.DEFLATED, 31))
    brotlied = bomb(brotli.Compressor(quality=5))
    return {
        "/a/gzip.html": encoded(gzipped, "gzip"),
        "/a/gzip-twice.html": encoded(gzip.compress(gzipped), "gzip, gzip"),
        "/a/deflate.html": encoded(bomb(zlib.compressobj()), "deflate"),
        "/a/brotli.html": encoded(brotlied, "br"),
        "/a/brotli-twice.html": encoded(brotli.compress(brotlied), "br, br"),
        "/a/zstd.html": encoded(bomb(zstd.ZstdCompressor()), "zstd"),
    }


ENDLESS: dict[str, Answer] = {
    "/a/endless-body.html": endless_body,
    "/a/endless-headers.html": endless_headers,
    "/a/endless-line.html": endless_line,
    "/a/slow-body.html": slow_body,
    "/a/slow-headers.html": slow_headers,
    "/a/silence.html": silence,
}
