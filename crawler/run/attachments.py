"""Fetches the files that new and changed releases link to, within a budget: a file's size and time, a crawl's count."""

import functools
import re
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from archive.model import Listed, Page, Release
from archive.store import attachments
from archive.texts.encoding import decode
from crawler.network.meta import Meta, meta_of
from crawler.run.session import post, session_of

FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|ofd|wps|et|zip|rar)$", re.IGNORECASE)
_NAMED = re.compile(rb"\.(?:pdf|docx?|xlsx?|ofd|wps|et|zip|rar)\b", re.IGNORECASE)
OF_A_RELEASE = 20  # files at most
LAST = -10  # priority: releases come first


def links(page: Page) -> Iterator[Listed]:
    """The files that an article links to, each once: address, and the words of the link or else the file's name."""
    bodies = [(page.body, page.header("content-type")), *((part.body, part.content_type) for part in page.parts)]
    seen: set[str] = set()
    for anchor in (anchor for body, content_type in bodies for anchor in _anchors(body, content_type)):
        try:
            url = urljoin(page.url, (anchor.get("href") or "").strip())
            path = urlsplit(url).path
        except ValueError:
            continue
        if FILES.search(path) and url not in seen and len(seen) < OF_A_RELEASE:
            seen.add(url)
            name = (
                " ".join("".join(map(str, anchor.itertext())).split()) or anchor.get("title") or path.rpartition("/")[2]
            )
            yield Listed(url=url, title=name[:200])


def _anchors(body: bytes, content_type: str) -> Iterator[html.HtmlElement]:
    if not _NAMED.search(body):  # most pages; parsing one takes the crawler's process as long as fetching it
        return
    text, _ = decode(body, content_type)
    try:
        root = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, ValueError):
        return
    yield from root.iter("a")


class Attachments:
    """Extension: asks for the files of each stored release after all releases, ATTACHMENTS of them in a crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.left = crawler.settings.getint("ATTACHMENTS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.stored, signals.item_scraped)
        return extension

    def stored(self, item: Release) -> None:
        session = session_of(self.crawler)
        if session.stopped:
            return
        for file in links(item.page):
            if self.left > 0 and not attachments.is_kept(session.db, file.url):
                self.left -= 1
                self.crawler.engine.crawl(self.request(item.page.url, file))

    def request(self, page: str, file: Listed) -> Request:
        settings = self.crawler.settings
        return Request(
            file.url,
            self.arrived,
            errback=self.failed,
            priority=LAST,
            headers={"Referer": page},
            meta={
                # the page that names it, and how
                **Meta(role="attachment", listed=Listed(url=page, title=file.title)).as_dict(),
                "download_maxsize": settings.getint("ATTACHMENT_MAXSIZE"),
                "download_timeout": settings.getfloat("ATTACHMENT_TIMEOUT"),
            },
        )

    def arrived(self, response: Response) -> None:
        session, meta = session_of(self.crawler), meta_of(response)
        page = meta.listed
        assert page
        assert meta.capture
        keep = functools.partial(
            attachments.keep,
            page=page.url,
            capture=meta.capture,
            url=response.url,
            name=page.title,
            body=response.body,
            seen=session.time(),
        )
        post(self.crawler, keep)

    def failed(self, _: Any) -> None:
        """A file that cannot be had is no fault of the release; the next look asks again."""
