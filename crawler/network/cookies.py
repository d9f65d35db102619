"""Cookies by the public suffixes that come with tldextract: Scrapy's own middleware asks the internet for them.

It does so at the first cookie of a crawl: two foreign hosts, through a proxy of the environment, with no time-out.
"""

from collections import defaultdict
from collections.abc import Iterable
from http.cookiejar import Cookie, DefaultCookiePolicy

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http.cookies import CookieJar
from scrapy.utils.httpobj import urlparse_cached
from tldextract import TLDExtract

_split = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


def is_shared(domain: str) -> bool:
    """Whether unrelated sites stand below a domain: gov.cn, com, github.io."""
    return not _split(domain).domain


class Cookies(CookiesMiddleware):
    """Scrapy's middleware. A cookie without a domain goes to its own host alone, and so does one for a shared domain
    that is itself the host; any other cookie for a shared domain is dropped.
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        policy = DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)
        self.jars = defaultdict(lambda: CookieJar(policy))

    def _process_cookies(self, cookies: Iterable[Cookie], *, jar: CookieJar, request: Request) -> None:
        host = (urlparse_cached(request).hostname or "").lower()
        for cookie in cookies:
            domain = cookie.domain.removeprefix(".")
            if is_shared(domain):
                if domain != host:
                    continue
                cookie.domain, cookie.domain_specified = host, False
            jar.set_cookie_if_ok(cookie, request)
