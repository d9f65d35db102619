"""The half of a spider that asks for articles: new ones, held ones anew, and their further pages."""

import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.model import Listed, LookOutcome, MissedState, Page, Part
from archive.store import ledger
from archive.texts.encoding import decode
from archive.urls import canonical
from crawler.further_pages import MOST, lacking
from crawler.headers import header, pairs
from crawler.network.download import LENGTH_LIES
from crawler.network.ends import is_unclosed
from crawler.network.failures import GONE, Verdict, failed, judge_failure, reason_of, status_of
from crawler.network.meta import Meta, meta_of
from crawler.network.pace import behave
from crawler.network.refusals import LARGEST_REFUSAL, block_reason
from crawler.network.slots import AskedToWait
from crawler.run.arguments import parse_arguments
from crawler.run.capture import note_failure
from crawler.run.session import Session, post, session_of
from crawler.sources import Source

REFUSES_CONDITIONS = {400, 412}  # answers of servers that dislike a date or tag of their own that we send back


class ArticleSpider(scrapy.Spider):
    """Asks for the articles of its source and yields Pages; whatever it could not have is written into the ledger."""

    source: ClassVar[Source]

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.arguments = parse_arguments(arguments)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        behave(settings, cls.source)

    @functools.cached_property
    def allowed_domains(self) -> frozenset[str]:
        """The hosts of the source's lists, www. or not, and those that the source names besides."""
        hosts = {urlsplit(url).hostname or "" for url in self.source.lists} | set(self.source.hosts)
        return frozenset(host.lower().removeprefix("www.") for host in hosts)

    @property
    def session(self) -> Session:
        return session_of(self.crawler)

    def article_request(self, listed: Listed, list_url: str) -> Request:
        return Request(
            listed.url,
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"listed": listed},
            meta=Meta(role="article", listed=listed, list_url=list_url).as_dict(),
            headers={"Referer": list_url},
        )

    def look_request(self, look: ledger.Look) -> Request:
        conditions = {"If-None-Match": look.etag, "If-Modified-Since": look.last_modified}
        return Request(
            look.url,
            self.parse_look,
            errback=self.look_failed,
            cb_kwargs={"look": look},
            meta={**Meta(role="article", looked=look.url).as_dict(), "handle_httpstatus_list": [304]},
            headers={name: value for name, value in conditions.items() if value},
        )

    def parse_article(self, response: Response, listed: Listed) -> Iterator[Page | Request]:
        if self.is_turned_away(response.url, listed.url):
            self.missed(listed, "redirected")
        elif reason := refusal(response, listed.title):
            self.missed(listed, reason, state="blocked")
        else:
            yield from self.complete(self._page(response, listed))

    def parse_theirs(self, response: Response, page: Page) -> Iterator[Page | Request]:
        """A page that others captured, unless it turned them away."""
        if not refusal(response, page.listed.title if page.listed else ""):
            yield from self.complete(page)

    def parse_look(self, response: Response, look: ledger.Look) -> Iterator[Page | Request]:
        moved = canonical(response.url) != canonical(look.url)
        request = response.request
        assert request
        bare = _without_conditions(request)
        if response.status == 304 and not moved:
            self.observe(look, "same", 304)
            self.session.counts["unchanged"] += 1
        elif response.status == 304 and bare:
            # the redirect carried our conditional headers: retry without them
            yield bare
        elif response.status == 304 or self.is_turned_away(response.url, look.url):
            self.observe(look, "redirected", response.status)
        elif refusal(response) and refusal(response, ledger.title_of(self.session.db, look.release)):
            self.observe(look, "blocked", response.status)
        else:
            yield from self.complete(self._page(response, Listed(url=look.url) if moved else None), look)

    def complete(self, page: Page, look: ledger.Look | None = None) -> Iterator[Page | Request]:
        """The page when it has all its parts, else the request for the next one. `look`: the page was held already."""
        wanted = lacking(page)
        if not wanted:
            yield page
        elif len(page.parts) + len(wanted) > MOST:
            yield from self.leave_partial(page, look)
        else:
            yield Request(
                wanted[0],
                self.parse_part,
                errback=self.part_failed,
                cb_kwargs={"page": page, "look": look},
                # `listed` is the article, as with files; a part that is redirected is no part
                meta={**Meta(role="part", listed=Listed(url=page.url)).as_dict(), "dont_redirect": True},
                headers={"Referer": page.url},
                priority=5,
            )

    def parse_part(self, response: Response, page: Page, look: ledger.Look | None) -> Iterator[Page | Request]:
        if refusal(response):
            yield from self.leave_partial(page, look, response.status)
            return
        content_type = header(response.headers, "Content-Type")
        capture = meta_of(response).capture
        part = Part(url=response.url, content_type=content_type, body=response.body, capture=capture)
        yield from self.complete(replace(page, parts=(*page.parts, part)), look)

    def part_failed(self, failure: Failure) -> list[Page]:
        request, error = failed(failure)
        if self.waits(error):
            return []
        self.judge(request, error)
        return self.leave_partial(**request.cb_kwargs, status=status_of(error))

    def leave_partial(self, page: Page, look: ledger.Look | None, status: int | None = None) -> list[Page]:
        """Give up a further page of an article: half an article is not stored but asked for again.

        Where the part is gone (404, 410) asking again helps nobody: a new article is stored as far as it goes, with the
        problem `partial`.
        """
        if look:
            self.observe(look, "unreachable", status)
        elif status in GONE:
            return [page]
        elif page.listed:
            self.missed(page.listed, "partial")
        return []

    def _page(self, response: Response, listed: Listed | None) -> Page:
        return page_of(response, self.source.id, self.session.time(), listed)

    def is_turned_away(self, url: str, asked: str) -> bool:
        """Whether an answer came from the home page or a list: many sites redirect there from a page that is gone."""
        key = canonical(url)
        if key == canonical(asked):
            return False
        return urlsplit(url).path in ("", "/") or key in {canonical(one) for one in self.source.lists}

    def article_failed(self, failure: Failure) -> None:
        request, error = failed(failure)
        if self.waits(error):
            return
        verdict = self.judge(request, error)
        self.missed(request.cb_kwargs["listed"], reason_of(error), state=verdict.article)

    def look_failed(self, failure: Failure) -> Iterator[Request]:
        request, error = failed(failure)
        if self.waits(error):
            return
        bare = _without_conditions(request)
        if status_of(error) in REFUSES_CONDITIONS and bare:
            yield bare
            return
        verdict = self.judge(request, error)
        self.observe(request.cb_kwargs["look"], verdict.look, status_of(error))

    def waits(self, error: BaseException) -> bool:
        """Whether a host asked for more time than a crawl waits: its pages stay as they are, and the crawl says so once."""
        if not isinstance(error, AskedToWait):
            return False
        self.session.partial = True
        if str(error) not in self.session.problems:
            self.session.problems.append(str(error))
        return True

    def judge(self, request: Request, error: BaseException) -> Verdict:
        """Keep a note of a failed request, so that a rebuild can judge it alike; the verdict on it."""
        reason, status = reason_of(error), status_of(error)
        note_failure(self.crawler, request, reason, status)
        if reason == "robots" and meta_of(request).role == "article":
            self.session.closed.append(request.url)
        return judge_failure(reason, status)

    def missed(self, listed: Listed, reason: str, state: MissedState = "failed") -> None:
        if self.session.stopped:
            return
        missed = functools.partial(
            ledger.missed,
            source=self.source.id,
            url=listed.url,
            reason=reason,
            now=self.session.now(),
            state=state,
        )
        post(self.crawler, missed)
        self.session.counts[state] += 1

    def observe(self, look: ledger.Look, outcome: LookOutcome, status: int | None) -> None:
        if self.session.stopped:
            return
        observe = functools.partial(
            ledger.observe, release=look.release, outcome=outcome, status=status, now=self.session.now()
        )
        post(self.crawler, observe)
        if outcome != "same":
            self.session.counts["blocked" if outcome == "blocked" else "failed"] += 1


def page_of(response: Response, source: str, fetched: str, listed: Listed | None, origin: str = "") -> Page:
    """The page that an answer holds, before its further pages are added."""
    return Page(
        url=response.url,
        source=source,
        fetched=fetched,
        status=response.status,
        headers=pairs(response.headers),
        body=response.body,
        capture=meta_of(response).capture,
        listed=listed,
        cut_short=LENGTH_LIES in response.flags,
        origin=origin,
        unclosed=is_unclosed(response.body),
    )


def _without_conditions(request: Request) -> Request | None:
    """The request without its conditional headers; None when it has none."""
    bare = {name: value for name, value in request.headers.items() if not name.startswith(b"If-")}
    return request.replace(headers=bare) if len(bare) < len(request.headers) else None


def refusal(response: Response, title: str = "") -> str:
    text = decode(response.body, "")[0] if len(response.body) <= LARGEST_REFUSAL else ""
    return block_reason(response.status, response.body, text, title)
