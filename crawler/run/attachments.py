"""Fetches the files that new and changed releases link to, within a budget: a file's size and time, a crawl's count."""

import functools
import re
from collections.abc import Iterator
from itertools import islice
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
from crawler.run.session import session_of, write

FILES = re.compile(r"\.(?:pdf|docx?|xlsx?|ofd|wps|et|zip|rar)$", re.IGNORECASE)
_NAMED = re.compile(rb"\.(?:pdf|docx?|xlsx?|ofd|wps|et|zip|rar)\b", re.IGNORECASE)
_ATTACHED = re.compile("附件|附表|附：")
OF_A_RELEASE = 20  # files at most
LAST = -10  # priority: releases come first


def links(page: Page) -> Iterator[Listed]:
    """The files that an article links to, each once: address, and the words of the link or else the file's name."""
    return (file for _, file in _files(page))


def own_files(page: Page, text: str) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """The files that an article links to, and the addresses of those that belong to its text.

    A link belongs to it when its words stand in the text, or when 附件 stands before it in its block or the one around.
    Other links are the site's: lists of the newest files, in which each look finds others.
    """
    said, files = _squeezed(text), list(_files(page))
    own = [file.url for anchor, file in files if _squeezed(_words(anchor)) in said or _ATTACHED.search(_before(anchor))]
    return tuple(file for _, file in files), tuple(own)


def _before(anchor: html.HtmlElement) -> str:
    """The words before a link in its parent and in the parent's parent, the last hundred characters of each."""
    found = []
    inner = anchor
    for block in islice(anchor.iterancestors(), 2):
        words = []
        for child in block:
            if child is inner:
                break
            words += [*map(str, child.itertext()), child.tail or ""]
        found.append(f"{block.text or ''}{''.join(words)}"[-100:])
        inner = block
    return "\n".join(found)


def _words(anchor: html.HtmlElement) -> str:
    return " ".join("".join(map(str, anchor.itertext())).split()) or "\n"  # no words stand in no text


def _squeezed(text: str) -> str:
    return text.replace(" ", "").replace("\u3000", "")


def _files(page: Page) -> Iterator[tuple[html.HtmlElement, Listed]]:
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
            name = _words(anchor).strip() or anchor.get("title") or path.rpartition("/")[2]
            yield anchor, Listed(url=url, title=name[:200])


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
    """Extension: asks for the files of each stored release after all releases, ATTACHMENTS of them in a crawl.

    With each look at a release its kept files are looked at as well, as many again, by conditional requests.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.left = self.looks_left = crawler.settings.getint("ATTACHMENTS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.stored, signals.item_scraped)
        crawler.signals.connect(extension.answered, signals.response_received)
        return extension

    def stored(self, item: Release) -> None:
        session = session_of(self.crawler)
        if session.stopped:
            return
        for file in item.links:
            if self.left > 0 and not attachments.is_kept(session.db, file.url):
                self.left -= 1
                self.crawler.engine.crawl(self.request(item.page.url, file))
        if item.page.listed is None and item.files:
            self.look_again(item.page.url)

    def answered(self, response: Response, request: Request) -> None:
        """Look at the files of a page that has not changed: no release is read from the answer."""
        meta = meta_of(request)
        if response.status == 304 and meta.role == "article" and meta.looked and not session_of(self.crawler).stopped:
            self.look_again(meta.looked)

    def look_again(self, page: str) -> None:
        for kept in attachments.kept_files(session_of(self.crawler).db, page):
            if self.looks_left > 0:
                self.looks_left -= 1
                request = self.request(page, kept.file)
                conditions = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
                request.headers.update({name: value for name, value in conditions.items() if value})
                request.meta["handle_httpstatus_list"] = [304]
                self.crawler.engine.crawl(request)

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

    async def arrived(self, response: Response) -> None:
        session, meta = session_of(self.crawler), meta_of(response)
        if response.status == 304:
            return
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
        if await write(self.crawler, keep) == "changed":
            session.counts["changed"] += 1

    def failed(self, _: Any) -> None:
        """A file that cannot be had is no fault of the release; the next look asks again."""
