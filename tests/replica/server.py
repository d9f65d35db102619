"""The replica sites over real HTTP: one port of 127.0.0.1 per site, one process, standard library only."""

import gzip
import hashlib
import json
import socket
import sys
import threading
import zlib
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from tests.replica import hanweb, people, plain, trs
from tests.replica.world import DATES, Article, Site, blocks, load

FAMILIES: dict[str, ModuleType] = {"hanweb": hanweb, "trs": trs, "people": people, "html": plain}
MISSING = "<html><head><title>404</title></head><body><p>您访问的页面不存在或已删除！</p></body></html>"


class Request(NamedTuple):
    """One request as the sites saw it; `status` is what they answered."""

    site: str
    method: str
    path: str  # with its query
    status: int
    headers: dict[str, str]  # names in lower case


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer before it is negotiated. `steady`: the same at every request of a day, so it may carry an ETag."""

    body: bytes
    content_type: str
    status: int = 200
    steady: bool = True


def reply(site: Site, day: int, path: str, query: dict[str, str], base: str, views: int) -> Reply:
    """What a site answers on that day. `base` is its own address, `views` how often the path has been asked for."""
    family = FAMILIES[site.family]
    if path == "/robots.txt":
        denied = f"Disallow: {site.disallow}\n" if site.disallow else ""
        return Reply(body=f"User-agent: *\n{denied}Allow: /\n".encode(), content_type="text/plain")
    if path == hanweb.PROXY and family is hanweb:
        listed = {hanweb.number(c): (c, site.listed(index, day)) for index, c in enumerate(site.columns)}
        return Reply(body=hanweb.dataproxy(listed, query, base).encode(), content_type="text/xml;charset=UTF-8")
    for article in site.articles:
        if path in article.files and article.exists(day):
            return Reply(body=article.files[path].encode("utf-8-sig"), content_type="text/csv")
        paths = trs.article_paths(article)
        if path in paths and article.exists(day) and article.fails != "http-404":
            told = trs.told_there(article, blocks(article.id, day), paths.index(path)) * (2 if article.twice else 1)
            page = family.article_page(site, article, told, views, base)
            return Reply(
                body=_encode(page, site), content_type=_article_type(site, article), steady=not article.counter
            )
    for index, column in enumerate(site.columns):
        if page := family.lists(site, column, site.listed(index, day), base).get(path):
            return Reply(body=_encode(page, site), content_type="text/html")
    if path == "/":
        links = "".join(f'<li><a href="{column.path}">{column.name}</a></li>' for column in site.columns)
        home = f"<html><head><title>{site.name}</title></head><body><ul>{links}</ul></body></html>"
        return Reply(body=_encode(home, site), content_type=f"text/html; charset={site.encoding}")
    return Reply(body=_encode(MISSING, site), content_type="text/html", status=404)


def _encode(page: str, site: Site) -> bytes:
    return page.encode(site.encoding)


def _modified(day: int) -> str:
    """When the state of a day came about."""
    return format_datetime(datetime.fromisoformat(f"{DATES[day]}T10:00:00+00:00"), usegmt=True)


def _article_type(site: Site, article: Article) -> str:
    if site.family == "people":  # the older pages tell the same untruth as their meta tag, the others nothing
        return "text/html; charset=GB2312" if article.template == "2019" else "text/html"
    return "text/html" if site.family == "html" else "text/html; charset=utf-8"


class ReplicaSite:
    """The sites, served while the context is open. Sites stand on consecutive ports from `port`, or on any free ones.

    `day` may be set to 2 while they run. `requests` holds what they were asked since the start or the last `clear()`.
    """

    def __init__(self, day: int = 1, port: int = 0) -> None:
        self.day = day
        self.requests: list[Request] = []
        self._views: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self._servers: dict[str, _Server] = {}
        try:
            for offset, site in enumerate(load()):
                self._servers[site.id] = _Server(("127.0.0.1", port + offset if port else 0), self, site)
        except OSError:
            self._close()
            raise

    def __enter__(self) -> Self:
        for server in self._servers.values():
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
        self._close()

    def _close(self) -> None:
        for server in self._servers.values():
            server.server_close()

    def url(self, site: str, path: str = "") -> str:
        """The address of a path of a site, named by its id."""
        return f"http://127.0.0.1:{self._servers[site].server_port}{path}"

    def clear(self) -> None:
        self.requests.clear()

    def write_sources(self, folder: Path | str) -> Path:
        """Write the declarations of all sites, with the ports they stand on, to `folder`/replica.toml."""
        path = Path(folder) / "replica.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(self._declaration(site) for site in load()), "utf-8")
        return path

    def _declaration(self, site: Site) -> str:
        lists = [self.url(site.id, f"{c.path}{'index.html' if site.family == 'people' else ''}") for c in site.columns]
        keys = {"name": site.name, "family": site.family, "lists": lists, "delay": 0, "evidence": "live"}
        keys |= site.declaration
        # JSON's strings, lists and numbers are TOML's as well
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
        return "\n".join([f"[{site.id}]", *lines, ""])

    def _view(self, site: str, path: str) -> int:
        """How often a page has been looked at, from some number of its own on."""
        with self._lock:
            seen = self._views[site, path] = self._views.get((site, path), zlib.crc32(path.encode()) % 900 + 60) + 1
        return seen


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], replica: ReplicaSite, site: Site) -> None:
        self.replica, self.site = replica, site
        self.open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.open):  # kept alive by a client: let its thread end
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that was killed is no news
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "Replica"
    disable_nagle_algorithm = True
    timeout = 60

    def do_GET(self) -> None:
        self._answer({})

    def do_HEAD(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(dict(parse_qsl(sent.decode("utf-8", "replace"))))

    def _answer(self, form: dict[str, str]) -> None:
        replica, site = self.server.replica, self.server.site
        parts = urlsplit(self.path)
        query = {**dict(parse_qsl(parts.query)), **form}
        base = replica.url(site.id)
        views = replica._view(site.id, parts.path)
        found = reply(site, replica.day, parts.path, query, base, views)
        headers = {"Content-Type": found.content_type}
        body = found.body
        if found.status == 200 and found.steady and self.command != "POST":
            same = reply(site, 1, parts.path, query, base, views).body == body
            headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["Last-Modified"] = _modified(1 if same else replica.day)
        status = 304 if self._known(headers) else found.status
        # a page in two is compressed, as on sites whose front end caches some
        if site.family in ("trs", "html") and zlib.crc32(parts.path.encode()) % 2:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                body = gzip.compress(body, mtime=0)
                headers["Content-Encoding"] = "gzip"
        asked = {name.lower(): value for name, value in self.headers.items()}
        replica.requests.append(Request(site.id, self.command, self.path, status, asked))
        self._send(status, headers, body)

    def _known(self, headers: dict[str, str]) -> bool:
        if "ETag" not in headers:
            return False
        if etags := self.headers.get("If-None-Match"):
            return headers["ETag"] in etags
        return self.headers.get("If-Modified-Since") == headers["Last-Modified"]

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        if status == 304:
            headers.pop("Content-Encoding", None)
        else:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """`requests` is the log."""
