"""A single request that is no crawl, under the guard that crawls are under: a ping, a timestamp."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from crawler.network.guard import is_public


def ask(
    url: str,
    allowed: frozenset[str],
    *,
    seconds: float,
    most: int = 0,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """The status of the answer to a request as `asking` sends it, and its first `most` bytes."""
    with asking(url, allowed, seconds=seconds, content=content, headers=headers) as answer:
        return answer.status, answer.read(most) if most else b""


@contextmanager
def asking(
    url: str,
    allowed: frozenset[str],
    *,
    seconds: float,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[http.client.HTTPResponse]:
    """The answer to a request, to be read as long as the context lasts. A POST when there is content, else a GET.

    The connection goes to the very address that was checked. A redirect is not followed. Raises OSError, HTTPException
    and ValueError.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    addresses = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in addresses:
        if not (host in allowed or address in allowed or is_public(address)):
            raise OSError(f"{host} leads to the private address {address} (allow it with PRIVATE_HOSTS)")
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    sock = _connected(addresses, port, seconds)
    connection.sock = ssl.create_default_context().wrap_socket(sock, server_hostname=host) if secure else sock
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        own = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": "gongbao", **(headers or {})}
        connection.request("GET" if content is None else "POST", target, content, own)
        yield connection.getresponse()
    finally:
        connection.close()


def _connected(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """A connection to the first of the addresses that answers; a machine without IPv6 fails at some of them."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), seconds)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), seconds)
