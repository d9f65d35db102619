"""Pages that refresh themselves."""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import HtmlResponse, Response
from scrapy.utils.response import get_meta_refresh

from archive.urls import canonical

_HEAD = 4 * 4096  # bytes that hold the characters which Scrapy searches


def _may_refresh(head: bytes) -> bool:
    """Whether a page may have such a tag. Most have not, and need not be decoded here; UTF-16 has zeros between its letters."""
    return b"refresh" in head.lower() or b"\0" in head


def leads_elsewhere(response: Response) -> bool:
    """Whether a page's meta tag leads to another page. One that only loads itself again is the page."""
    if not isinstance(response, HtmlResponse) or not _may_refresh(response.body[:_HEAD]):
        return False
    url = get_meta_refresh(response)[1]
    return bool(url) and canonical(str(url)) != canonical(response.url)


class Refresh(MetaRefreshMiddleware):
    """Scrapy's middleware, which would load a page that refreshes itself until it is given up as a loop."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]  # Scrapy's takes a spider too
        return super().process_response(request, response) if leads_elsewhere(response) else response
