"""Asks for the files that releases link to, within a budget: a file's size and time, a crawl's count."""

import functools
from collections import Counter
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from archive.model import AttachmentState, Listed
from archive.store import attachments
from archive.store.attachments import LinkedFile
from crawler.headers import sent
from crawler.network.failures import failed, reason_of, status_of
from crawler.network.meta import Meta, meta_of
from crawler.network.slots import AskedToWait
from crawler.run.capture import note_failure
from crawler.run.reading import Reading
from crawler.run.session import post, session_of, write

OF_A_RELEASE = 100  # files that are asked for at a time; a budget's page has links to seventy
LAST = -10  # priority: releases come first


class Attachments:
    """Extension: asks for the files of each release that is stored or looked at, after all releases.

    ATTACHMENTS is the number of requests in a crawl for files that are not kept, again for pictures in texts, and again for
    looks at kept ones. A file beyond it, or beyond OF_A_RELEASE, is `over-budget`, and is asked for with the next look at its
    release.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.left = self.pictures_left = self.looks_left = crawler.settings.getint("ATTACHMENTS")
        self.ended: Counter[str] = Counter()  # files that were not had, by their states

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.stored, signals.item_scraped)
        crawler.signals.connect(extension.answered, signals.response_received)
        crawler.signals.connect(extension.idle, signals.spider_idle)
        return extension

    def stored(self, item: Reading) -> None:
        self.ask(item.page.url, looks=item.page.listed is None)

    def answered(self, response: Response, request: Request) -> None:
        """Ask for the files of a page that has not changed: no release is read from the answer."""
        meta = meta_of(request)
        if response.status == 304 and meta.role == "article" and meta.looked:
            self.ask(meta.looked, looks=True)

    def idle(self) -> None:
        """Say how many files were not had, when all have been asked for."""
        if self.ended.total():
            said = ", ".join(f"{number} {state}" for state, number in sorted(self.ended.items()) if number)
            session_of(self.crawler).remarks.append(f"linked files that were not had: {said}")
            self.ended.clear()

    def ask(self, page: str, *, looks: bool) -> None:
        """Ask for the files of a release that are not kept, and with a look also for those that are, conditionally."""
        session = session_of(self.crawler)
        if session.stopped:
            return
        asked = 0
        for linked in attachments.linked_files(session.db, page):
            kept = linked.state == "kept"
            if kept and (not looks or not self.looks_left):
                continue
            left = self.pictures_left if linked.shown else self.left
            if asked >= OF_A_RELEASE or (not kept and not left):
                self.over_budget(page, linked, "release" if asked >= OF_A_RELEASE else "crawl")
                continue
            asked += 1
            self.looks_left -= kept
            self.left -= not (kept or linked.shown)
            self.pictures_left -= linked.shown and not kept
            self.crawler.engine.crawl(self.request(page, linked))

    def over_budget(self, page: str, linked: LinkedFile, reason: str) -> None:
        if linked.state == "kept":
            return
        state: AttachmentState = "over-budget" if self.crawler.settings.getint("ATTACHMENTS") else "skipped"
        self.ended[state] += not linked.shown
        self.note(page, linked.file, state, reason if state == "over-budget" else "off", asked=False)

    def note(self, page: str, file: Listed, state: AttachmentState, reason: str, *, asked: bool) -> None:
        session = session_of(self.crawler)
        missed = functools.partial(
            attachments.missed,
            page=page,
            url=file.url,
            name=file.title,
            state=state,
            reason=reason,
            seen=session.time(),
            asked=asked,
        )
        post(self.crawler, missed)

    def request(self, page: str, linked: LinkedFile) -> Request:
        settings = self.crawler.settings
        conditions = {"If-None-Match": linked.etag, "If-Modified-Since": linked.last_modified}
        return Request(
            linked.file.url,
            self.arrived,
            errback=self.failed,
            cb_kwargs={"shown": linked.shown},
            priority=LAST,
            headers={"Referer": page, **{name: value for name, value in conditions.items() if value}},
            meta={
                # the page that names it, and how; and the address there, since it may lead elsewhere
                **Meta(
                    role="attachment", listed=Listed(url=page, title=linked.file.title), looked=linked.file.url
                ).as_dict(),
                "download_maxsize": settings.getint("ATTACHMENT_MAXSIZE"),
                "download_timeout": settings.getfloat("ATTACHMENT_TIMEOUT"),
                "handle_httpstatus_list": [304],
            },
        )

    async def arrived(self, response: Response, *, shown: bool) -> None:
        session, meta = session_of(self.crawler), meta_of(response)
        page = meta.listed
        assert page
        assert meta.capture
        if response.status == 304:
            confirm = functools.partial(
                attachments.confirm, page=page.url, url=meta.looked, name=page.title, seen=session.time()
            )
            post(self.crawler, confirm)
            return
        keep = functools.partial(
            attachments.keep,
            page=page.url,
            capture=meta.capture,
            url=meta.looked,
            name=page.title,
            body=response.body,
            seen=session.time(),
            sent=sent(response.headers),
        )
        outcome = await write(self.crawler, keep)
        if outcome == "changed":
            session.counts["changed"] += 1
        elif outcome == "":
            self.ended["not-a-file"] += not shown

    def failed(self, failure: Failure) -> None:
        """A file that cannot be had is no fault of the release; the next look asks again."""
        request, error = failed(failure)
        meta, reason = meta_of(request), reason_of(error)
        if session_of(self.crawler).stopped:
            return
        if isinstance(error, AskedToWait):  # the file stays `not-asked`, or kept
            problems = session_of(self.crawler).problems
            problems += [str(error)] if str(error) not in problems else []
            return
        assert meta.listed
        state = attachments.state_of(reason)
        self.ended[state] += not request.cb_kwargs["shown"]
        note_failure(self.crawler, request, reason, status_of(error))
        self.note(
            meta.listed.url, Listed(url=meta.looked, title=meta.listed.title), state, reason, asked=state != "skipped"
        )
