"""Pages that lead to another page by themselves: by a meta tag, or by a script that does nothing else."""

import re
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import BaseRedirectMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.selector import Selector
from scrapy.utils.response import get_base_url, get_meta_refresh

from archive.texts.encoding import decode
from archive.texts.notices import says_missing
from archive.urls import canonical
from crawler.network.refusals import SHELL_BYTES

_LONGEST = 10  # seconds; a visitor who waits longer is to read the page
_HEAD = 4 * 4096  # bytes that hold the characters which Scrapy searches
_WORDS = 40  # characters that a page shows beside its script: 正在跳转，请稍候
_LEAP = re.compile(
    r"""(?xis) (?:<!--[^\n]*\n)? \s*
    (?:(?:window\s*\.\s*)?alert\s*\( \s*(["'])[^"'\n]*\1\s* \)\s*;?\s*)?
    (?:(?:window\s*\.\s*)?setTimeout\s*\( \s*(?:function\s*\(\s*\)\s*\{|\(\s*\)\s*=>\s*\{?|["'])\s*)?
    (?:(?:window|self|top|parent|document)\s*\.\s*)* location(?:\s*\.\s*href)?
    \s*(?:=|\.\s*(?:replace|assign)\s*\()\s* (?P<quote>["'])(?P<url>[^"'\\\s<>]+)(?P=quote) \s*\)?\s*;?
    (?:\s*[}"']?\s*,\s*(?P<wait>\d{1,6})\s*\)\s*;?)?
    \s*(?://\s*-->)?"""
)
_NAMED = re.compile(
    r"""(?:var|let|const)\s+(?P<name>[A-Za-z_$][\w$]*)\s*=\s*(?P<said>(["'])[^"'\\\s<>]+\3)\s*[;\n]\s*"""
)
_DEVICE = re.compile(r"(?=.*navigator\s*\.\s*userAgent).*\b(?:mobile|android|iphone)", re.IGNORECASE | re.DOTALL)
_OTHERWISE = re.compile(r"\belse\s*(?:\{(?P<block>[^{}]*)\}|(?P<one>[^{};]*;))")
_GOES = re.compile(r"\blocation(?:\s*\.\s*href)?\s*(?:=(?!=)|\.\s*(?:replace|assign)\s*\()")
_UNLESS = re.compile(r"\bif\s*\(\s*!|==\s*(?:-1|null|false)\b|<\s*0")
_SCRIPTS = "//script[normalize-space()]/text()"
_SHOWN = "//body//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]"


def leads_to(response: Response) -> str:
    """The address of another page to which a page leads within 10 seconds; "" for none.

    A meta tag names it. A script does where it is the only one written in a page below 4 kB that shows 40 characters at
    most, and consists of one assignment of that address as it stands, or of a variable that holds it, a `setTimeout` and an
    `alert` around it at most; or of two, the first for telephones by their `userAgent`, and the other for the rest.
    A script that sets a cookie, reckons, or names the page's own address, with whatever query, is the check of a
    firewall; words that say that something is missing are the page's answer, whatever follows. A page that loads itself
    again is the page.
    """
    if not isinstance(response, HtmlResponse):
        return ""
    return _by_tag(response) or _by_script(response)


def _by_tag(response: HtmlResponse) -> str:
    head = response.body[:_HEAD]
    # most pages have no such tag, and need not be decoded here; UTF-16 has zeros between its letters
    if b"refresh" not in head.lower() and b"\0" not in head:
        return ""
    wait, url = get_meta_refresh(response)
    if not url or canonical(url) == canonical(response.url):
        return ""
    return url if wait is not None and wait < _LONGEST and _is_of_the_web(url) else ""


def _by_script(response: HtmlResponse) -> str:
    if len(response.body) > SHELL_BYTES or b"location" not in response.body:
        return ""
    page = Selector(text=decode(response.body, "")[0])
    scripts = page.xpath(_SCRIPTS).getall()
    found = _LEAP.fullmatch(_leap(scripts[0].strip())) if len(scripts) == 1 else None
    if not found or int(found["wait"] or 0) >= 1000 * _LONGEST:
        return ""
    words = " ".join("".join(page.xpath(_SHOWN).getall()).split())
    if len(words) > _WORDS or says_missing("", words):
        return ""
    try:
        url = urljoin(get_base_url(response), found["url"])
    except ValueError:
        return ""
    return url if _is_of_the_web(url) and _bare(url) != _bare(response.url) else ""


def _leap(script: str) -> str:
    """The assignment of an address within a script: the one behind its variable, or that of a visitor without a telephone."""
    if named := _NAMED.match(script):
        said = named["said"]
        return re.sub(rf"(?<![\w$]){re.escape(named['name'])}(?![\w$])", lambda _: said, script[named.end() :])
    if (
        _DEVICE.match(script)
        and "cookie" not in script
        and len(_GOES.findall(script)) == 2
        and not _UNLESS.search(script)
    ):
        for found in _OTHERWISE.finditer(script):
            if _GOES.search(found[0]):
                return (found["block"] or found["one"] or "").strip()
    return script


def _bare(url: str) -> str:
    return canonical(url).partition("?")[0]


def _is_of_the_web(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https")


class Refresh(BaseRedirectMiddleware):
    """Follows such pages as Scrapy follows a redirect. Scrapy's own would load a page that refreshes itself until it is a loop."""

    enabled_setting = "METAREFRESH_ENABLED"

    def process_response(self, request: Request, response: Response) -> Request | Response:
        url = "" if request.meta.get("dont_redirect") else leads_to(response)
        if not url:
            return response
        return self._redirect(self._redirect_request_using_get(request, response, url), request, "page")
