"""The network guard: only http and https, and no private address, before and after a name is resolved.

Scrapy's `allowed_domains` covers neither start URLs nor where they redirect to. PRIVATE_HOSTS names the exceptions.
"""

import ipaddress
import logging
import socket
from collections.abc import Collection, Sequence
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler, CrawlerProcessBase
from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.network.meta import meta_of

logger = logging.getLogger(__name__)


class Forbidden(IgnoreRequest):
    """An address that the guard refuses, with the ledger's word and a sentence for people."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def private_hosts(settings: BaseSettings) -> frozenset[str]:
    """The names and addresses that may be crawled although they are private, divided by commas or blanks."""
    return frozenset(" ".join(settings.getlist("PRIVATE_HOSTS")).lower().split())


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; a v4 address inside a v6 one counts as itself."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def literal(host: str) -> str | None:
    """The address that a host is when it is no name: 127.0.0.1, 2130706433, 0x7f.1, 017700000001, [::1]."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return None


def refusal(url: str, allowed: frozenset[str]) -> str:
    """Why an address may not be asked for, as far as it can be told without resolving its name; "" when it may."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https"):
        return f"is not http or https: {parts.scheme[:20]}:…"  # the rest may be a secret of a setting
    if not host:
        return "names no host"
    address = literal(host)
    if address and address not in allowed and host not in allowed and not is_public(address):
        return f"is a private address: {host} (allow it with PRIVATE_HOSTS)"
    return ""


def is_within(url: str, hosts: Collection[str]) -> bool:
    """Whether an address stands on one of the hosts, www. or not. A host below one of them is another: a source of
    www.gov.cn must not lead to every government of the country.
    """
    return (urlsplit(url).hostname or "").lower().removeprefix("www.") in hosts


class GuardMiddleware:
    """Refuses every request, redirects among them, that `refusal` names a reason for or that leaves the source's hosts.

    Scrapy's own OffsiteMiddleware drops a redirect without a word to the errback, so that a list could fail unseen.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.allowed = private_hosts(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        if reason := refusal(request.url, self.allowed):
            raise Forbidden("forbidden-address", reason)
        domains = getattr(self.crawler.spider, "allowed_domains", ())
        if meta_of(request).role != "robots" and not is_within(request.url, domains):
            raise Forbidden("offsite", f"leads away to {urlsplit(request.url).hostname}")


class GuardedResolver(CachingThreadedResolver):
    """Resolves names as Scrapy does, and refuses those that lead to a private address."""

    allowed: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler | CrawlerProcessBase, reactor: ReactorBase) -> Self:
        resolver = super().from_crawler(crawler, reactor)  # type: ignore[arg-type]  # Scrapy names Crawler alone
        resolver.allowed = private_hosts(crawler.settings)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._check, name)

    def _check(self, address: str, name: str) -> Any:
        if name.lower() in self.allowed or address in self.allowed or is_public(address):
            return address
        logger.warning("%s leads to the private address %s (allow it with PRIVATE_HOSTS)", name, address)
        # DNSLookupError is logged without a traceback
        raise DNSLookupError(f"{name} leads to a private address")
