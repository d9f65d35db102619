"""Layers around the site's application: short addresses, closed doors, compression, 304 for unchanged pages, a rate limit a client.

`tagged`, `compressed` and `limited` stand around a public site alone (`serving.application`).
"""

import time
from collections.abc import Callable, Iterable
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from asgi_gzip import GZipMiddleware

BURST = 120  # requests that a client may make at once
RATE = 10.0  # and for each second after that
LONGEST = 12_000  # bytes of an address: a quote of 1,000 Chinese signs has 9,000, and filters stand beside it
MOST = 50  # arguments of an address
_CLIENTS = 10_000  # clients remembered at a time
DOOR = "/-/mcp"  # where programs ask
HARVEST = "/oai"  # where harvesters do
_VARY = (b"vary", b"Accept-Language, Accept-Encoding")  # with a 304 too, for caches between
_LOOPBACK = ("127.0.0.1", "::1", "testclient", None)

App = Callable[[Any, Any, Any], Any]


def fingerprint(folder: Path, digests: str) -> str:
    """A tag that changes when the snapshot with these digests does, or a file of the site's below `folder`."""
    digest = sha256(digests.encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def tagged(app: App, tag: str) -> App:
    """Answer 304 to a client that has the page already: pages change only with the served snapshot, our own files, or CONTACT.

    The list of snapshots changes with their folder, and has no tag.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"] == "/snapshots":
            await app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        language = headers.get(b"accept-language", b"")
        own = f'W/"{tag}-{sha256(language).hexdigest()[:8]}"'.encode()
        if own in headers.get(b"if-none-match", b""):
            await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", own), _VARY]})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_tag(event: Any) -> None:
            if event["type"] == "http.response.start" and event["status"] == 200:
                event = event | {"headers": _without(event["headers"], b"etag") + [(b"etag", own)]}
            await send(event)

        await app(scope, receive, send_tag)

    return answer


def bounded(app: App) -> App:
    """Answer 414 to an address that is too long, or has more arguments than any page knows: each costs time to read."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        query = scope.get("query_string", b"")
        length = len(scope.get("raw_path") or scope.get("path", "").encode()) + len(query)
        if scope["type"] == "http" and (length > LONGEST or query.count(b"&") >= MOST):
            await _refuse(send, 414, "地址太长。 The address is too long.\n")
        else:
            await app(scope, receive, send)

    return answer


def with_readable_cookies(app: App) -> App:
    """Leave out cookies that Datasette could not read, and would answer with 500: bytes that are no UTF-8, names such as a/b."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        headers = scope.get("headers") or ()
        if not all(_is_readable(value) for key, value in headers if key.lower() == b"cookie"):
            scope = scope | {"headers": _without(headers, b"cookie")}
        await app(scope, receive, send)

    return answer


def _is_readable(cookie: bytes) -> bool:
    try:
        SimpleCookie().load(cookie.decode())
    except (CookieError, UnicodeDecodeError):
        return False
    return True


def closed(app: App) -> App:
    """Answer 404 to Datasette's pages about itself: they tell paths of this machine, and stacks.

    Its own styles stay, and the door for programs.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/-/") and not path.startswith("/-/static/") and path != DOOR:
            await _refuse(send, 404, "没有这一页。 There is no such page.\n")
        else:
            await app(scope, receive, send)

    return answer


def posted(app: App) -> App:
    """Answer 405 to anything but a message at the door for programs: a GET would open a stream without end."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == DOOR and scope["method"] != "POST":
            await _refuse(send, 405, "这里只接受 POST。 Only POST is answered here.\n", (b"allow", b"POST"))
        else:
            await app(scope, receive, send)

    return answer


def compressed(app: App) -> App:
    """Compress answers for clients that can undo it, piece by piece. Downloads go through as they are: they are large, and
    a client goes by their length.
    """
    packed = GZipMiddleware(app, compresslevel=5)

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        chosen = app if scope["type"] == "http" and _is_download(scope["path"]) else packed
        await chosen(scope, receive, send)

    return answer


def _is_download(path: str) -> bool:
    return path.endswith((".db", ".zip")) or path.startswith("/snapshots/")


def _without(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[tuple[bytes, bytes]]:
    return [(key, value) for key, value in headers if key.lower() != name]


def limited(app: App, clock: Callable[[], float] = time.monotonic) -> App:
    """Answer 429 to a client that asks for more than `BURST` pages at once and `RATE` a second later; 503 to a harvester,
    which waits and goes on then.

    This computer itself is not limited: a proxy on it tells who asks (X-Forwarded-For), which the server believes.
    """
    buckets: dict[str, tuple[float, float]] = {}

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        client = (scope.get("client") or (None,))[0]
        if scope["type"] != "http" or client in _LOOPBACK:
            await app(scope, receive, send)
            return
        now = clock()
        left, last = buckets.pop(client, (float(BURST), now))
        left = min(float(BURST), left + (now - last) * RATE)
        buckets[client] = (left - 1 if left >= 1 else left, now)  # the one seen last stands last
        if len(buckets) > _CLIENTS:
            del buckets[next(iter(buckets))]
        if left >= 1:
            await app(scope, receive, send)
            return
        status = 503 if scope["path"] == HARVEST else 429
        await _refuse(send, status, "请求太快，请稍候。 Too many requests.\n", (b"retry-after", b"5"))

    return answer


async def _refuse(send: Any, status: int, words: str, *headers: tuple[bytes, bytes]) -> None:
    heads = [(b"content-type", b"text/plain; charset=utf-8"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": heads})
    await send({"type": "http.response.body", "body": words.encode()})
