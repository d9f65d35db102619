"""The part that all spiders share: they walk the lists of their source, ask for due articles, and yield Pages."""

import functools
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlsplit

import scrapy
from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from archive.model import Listed, LookOutcome, MissedState, Page, Part
from archive.store import ledger
from archive.texts.encoding import decode, encoding_of
from archive.times import stamp
from archive.urls import canonical
from crawler.further_pages import MOST, lacking
from crawler.headers import header, pairs
from crawler.network.download import LENGTH_LIES
from crawler.network.ends import is_unclosed
from crawler.network.failures import GONE, Verdict, failed, judge_failure, reason_of, status_of, words_of
from crawler.network.guard import is_within
from crawler.network.meta import Meta, meta_of
from crawler.network.pace import behave
from crawler.network.refusals import LARGEST_REFUSAL, block_reason
from crawler.network.slots import AskedToWait
from crawler.run.arguments import parse_arguments
from crawler.run.capture import note_failure
from crawler.run.session import Session, post, session_of, write
from crawler.sources import Source
from spiders.lists.answers import admitted, left_out
from spiders.lists.entries import MOST_ENTRIES, Reading, read_links
from spiders.lists.frames import inner_pages, is_framed, names_in
from spiders.lists.links import with_queries_in
from spiders.lists.pagers import NOTHING, Announced, announced
from spiders.lists.paging import following_page

FULL_PAGE = 10  # entries; a page of so many may have others behind it
REFUSES_CONDITIONS = {400, 412}  # answers of servers that dislike a date or tag of their own that we send back
NO_ENTRIES = "shows no entries"
INDEX_PAGES = 3  # so many pages may stand before the first that shows entries


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One list page as read: its entries in order, and the requests for the pages that follow it.

    `branches` are requests for the first pages of other lists; each of these is walked on its own. `left` are the rows
    among the entries that the source does not admit, `rows` the number of all rows where entries and `left` don't make
    them up. `announced` are the totals that the page tells, `ends` that it shows a pager which ends here.
    """

    entries: tuple[Listed, ...] = ()
    next: tuple[Request, ...] = ()
    branches: tuple[Request, ...] = ()
    left: tuple[Listed, ...] = ()
    scripted: int = 0  # dated rows that only a script can follow
    rows: int = 0
    announced: Announced = NOTHING
    ends: bool = False
    more: bool = False  # it says 加载更多, which only a script can follow
    faults: tuple[str, ...] = ()  # sentences: how the page differs from its source's declaration
    nothing: str = NO_ENTRIES  # words, for a page without entries
    document: HtmlElement | None = None  # a page in HTML; its frame tells an empty list from an error
    said_empty: bool = False  # the answer says itself that its list has no entries


@dataclass(slots=True, kw_only=True)
class Walk:
    """The progress of the walk of one list."""

    list_url: str
    finished: int  # the crawl that last walked it to its end
    pages: int = 0
    shown: int = 0  # pages with entries that no page before had
    rows: int = 0  # on these pages, with those that the source does not admit
    largest: int = 0  # rows of the largest page
    announced: Announced = NOTHING
    ends: bool = False  # a page showed a pager that ends there
    more: bool = False  # a page said 加载更多, which only a script can follow
    known: bool = False  # some entry was in the ledger already
    still: int = 0  # pages in a row that showed nothing new
    undecided: int = 0  # pages that the ledger has not answered for yet
    names: frozenset[str] = frozenset()  # classes and ids of the last page with entries
    keys: set[str] = field(default_factory=set)  # the entries so far
    days: list[str] = field(default_factory=list)  # the days of its entries in order, "" where none is printed
    last: list[str] = field(default_factory=list)  # the days of the last page with entries
    asked: set[tuple[str, bytes]] = field(default_factory=set)
    waiting: list[Request] = field(default_factory=list)


class ListSpider(scrapy.Spider):
    """A list protocol: a subclass says how a list page is read, all else is the same for every source."""

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

    def first_page(self, url: str) -> Request:
        """The request for the first page of the list that a declaration names by `url`."""
        return Request(url)

    def read(self, document: HtmlElement, url: str, *, rows_only: bool = False) -> Reading:
        """The links of a list page, read. A probe's spider belongs to no crawl: its time is the real one."""
        crawler = getattr(self, "crawler", None)
        time = session_of(crawler).time() if crawler else stamp(datetime.now(UTC))
        return read_links(document, url, self.source, time, rows_only=rows_only)

    def entries(self, document: HtmlElement, url: str) -> tuple[Listed, ...]:
        """The entries that a list page shows as links."""
        return self.read(document, url).entries

    def html_page(self, html: str, document: HtmlElement, url: str, found: Reading) -> ListPage:
        """A list page with the rows that were `found` in it, what it tells of further pages, and of their number."""
        following = following_page(html, document, url, self.source.next_page)
        further = [Request(following.url, meta=Meta(counted=following.counted).as_dict())] if following.url else []
        if not further and not any(entry.date for entry in found.entries):
            # a frame may be a counter of visits as well: one without entries is no fault
            further = [Request(inner, meta=Meta(counted=True).as_dict()) for inner in inner_pages(document, url)]
        return ListPage(
            entries=found.entries,
            left=found.left,
            scripted=found.scripted,
            next=tuple(further),
            announced=announced(html, document, url),
            ends=following.ends,
            more=following.more,
            document=document,
        )

    def answer_page(self, rows: Sequence[Listed], url: str, following: Request | None, told: Announced) -> ListPage:
        """A page of rows that an interface answers: those that the source admits, and those left out."""
        return ListPage(
            entries=admitted(rows, url, self.source),
            left=left_out(rows, url, self.source),
            rows=len(rows),
            next=(following,) if following else (),
            announced=told,
        )

    def read_list(self, response: TextResponse) -> ListPage:
        """Read one list page, decoded to UTF-8. A page without entries is the end of a list."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Request]:
        session, now = self.session, self.session.now()
        # both are read first: the lists will add entries
        left = ledger.due(session.db, self.source.id, now)
        everything = self.arguments.recheck == "all"
        looks = ledger.looks(session.db, self.source.id, now, everything=everything)
        for request in self._first_requests(map(self.first_page, self.source.lists)):
            yield request
        for listed, list_url in left:
            yield self._article_request(listed, list_url)
        if self.arguments.recheck != "none":
            for look in looks:
                yield self._look_request(look)

    # lists

    def _first_requests(self, requests: Iterable[Request]) -> Iterator[Request]:
        """The requests that begin walks, each list once in a crawl."""
        for request in requests:
            if (request.url, request.body) not in self.session.begun:
                self.session.begun.add((request.url, request.body))
                finished = ledger.finished_walk(self.session.db, self.source.id, request.url)
                yield self._list_request(request, Walk(list_url=request.url, finished=finished))

    def _list_request(self, request: Request, walk: Walk) -> Request:
        walk.asked.add((request.url, request.body))
        return request.replace(
            callback=self.parse_list,
            errback=self.list_failed,
            cb_kwargs={"walk": walk},
            meta={**request.meta, **replace(meta_of(request), role="list", list_url=walk.list_url).as_dict()},
            priority=10,
        )

    def listed_on(self, response: Response) -> list[Listed]:
        """The entries of a list page that others captured; none of a page that turned them away."""
        if not isinstance(response, TextResponse) or _block_reason(response):
            return []
        return self._within(self.read_list(_decoded(response)).entries)

    def _within(self, entries: Sequence[Listed]) -> list[Listed]:
        return [entry for entry in entries[:MOST_ENTRIES] if is_within(entry.url, self.allowed_domains)]

    async def parse_list(self, response: Response, walk: Walk) -> AsyncIterator[Request]:
        session = self.session
        walk.pages += 1
        session.answered.add(walk.list_url)
        if reason := _block_reason(response):
            session.broken.append(f"list {response.url} turns crawlers away: {reason}")
            session.counts["blocked-lists"] += 1
            return
        if walk.pages == 1 and self._is_turned_away(response.url, walk.list_url):
            session.broken.append(f"list {walk.list_url} leads to {response.url}")
            return
        if walk.pages > 1 and self._leads_away(response, walk):
            said = f"a page of list {walk.list_url} leads to {response.url}"
            self._breaks_off(walk, said, counted=meta_of(response).counted)
            return
        page = self.read_list(_decoded(response)) if isinstance(response, TextResponse) else ListPage()
        walk.announced = walk.announced.most(page.announced)
        if walk.pages == 1:
            session.problems += page.faults
            if page.scripted > len(page.entries):
                said = f"{page.scripted} dated rows that only a script can follow"
                session.problems.append(f"list {response.url} shows {said}, and {len(page.entries)} entries")
        if len(page.entries) > MOST_ENTRIES:
            session.problems.append(f"list {response.url} shows more than {MOST_ENTRIES} entries: the rest is not read")
        entries = self._within(page.entries)
        keys = {canonical(entry.url) for entry in entries}
        session.counts["listed"] += len(keys - walk.keys)
        for request in self._first_requests(page.branches):
            yield request
        if not walk.keys and not keys:
            if (page.next or walk.waiting) and walk.pages <= INDEX_PAGES:  # a page that only leads to the list
                self._take_down(walk, page, entries)
                for request in self._go_on(walk):
                    yield request
            elif page.said_empty and walk.list_url not in self.source.lists and not walk.finished:
                session.empty.append(walk.list_url)
            elif not page.branches and not page.faults:
                session.broken.append(f"list {walk.list_url} {page.nothing}{_but(page.left)}")
            return
        if keys <= walk.keys:
            # no new entries: the page is empty or repeats an earlier one, and its links are not followed
            if keys:
                session.saw(walk.list_url, response.url).repeats = True
            elif fault := _fault(page, walk, response.url):
                # behind the last page sites show anything, interfaces seldom
                quiet = page.document is not None or walk.announced != NOTHING or walk.known
                self._breaks_off(walk, fault, counted=meta_of(response).counted, quiet=quiet)
                return
            self._take_down(walk, ListPage(), entries)
            for request in self._go_on(walk):
                yield request
            return
        self._take_down(walk, page, entries)
        new_left = session.leave_out(page.left)
        rows = page.rows or len(keys - walk.keys) + new_left
        walk.shown, walk.rows, walk.largest = walk.shown + 1, walk.rows + rows, max(walk.largest, rows)
        walk.ends, walk.more = walk.ends or page.ends, walk.more or page.more
        walk.names = names_in(page.document) if page.document is not None else frozenset()
        unseen = keys - walk.keys
        shown = [entry for entry in entries if canonical(entry.url) not in walk.keys]
        walk.keys |= keys
        record = functools.partial(
            ledger.record,
            entries=entries,
            source=self.source.id,
            list_url=walk.list_url,
            crawl=session.crawl,
            finished=walk.finished,
            now=session.now(),
            exclude=self.source.exclude,
            since=self.arguments.since,
        )
        # the next page need not wait for the ledger where the walk goes on even if this page has nothing new
        sure = walk.still + walk.undecided < self.source.overlap and walk.pages < self.settings.getint("LIST_PAGES_MAX")
        goes_on = sure and bool(walk.waiting)
        if goes_on:
            for request in self._go_on(walk):
                yield request
        walk.undecided += 1
        found = await write(self.crawler, record, urgent=True)
        walk.undecided -= 1
        if found is None or session.stopped:
            return
        session.saw(walk.list_url, response.url, shown, found.fresh)
        session.counts["skipped"] += len(found.skipped & unseen)
        walk.known = walk.known or found.new < len(entries)
        for entry in found.wanted:
            yield self._article_request(entry, walk.list_url)
        walk.still = 0 if found.new else walk.still + 1
        if not goes_on:
            for request in self._go_on(walk):
                yield request

    def _take_down(self, walk: Walk, page: ListPage, entries: list[Listed]) -> None:
        new = [request for request in page.next if (request.url, request.body) not in walk.asked]
        walk.waiting = new + [request for request in walk.waiting if request.url not in {one.url for one in new}]
        days = [entry.date[:10] for entry in entries]
        walk.days += days
        walk.last = days or walk.last

    def _go_on(self, walk: Walk) -> Iterator[Request]:
        if walk.still > self.source.overlap:
            self.finish(walk)
        elif not walk.waiting:
            if early := ended_early(walk):
                self.session.problems.append(early)
            self.finish(walk)
        elif self.arguments.pages and walk.pages >= self.arguments.pages:
            pass  # stopped by the user: the next crawl goes on where this one never was
        elif self.arguments.since and walk.last and all(walk.last) and max(walk.last) < self.arguments.since:
            pass
        elif walk.pages >= self.settings.getint("LIST_PAGES_MAX"):
            self.session.problems.append(
                f"list {walk.list_url} goes on beyond {walk.pages} pages: the walk was ended (LIST_PAGES_MAX)"
            )
            self.finish(walk)
        else:
            yield self._list_request(walk.waiting.pop(0), walk)

    def finish(self, walk: Walk) -> None:
        finish = functools.partial(
            ledger.finish_walk, source=self.source.id, list_url=walk.list_url, crawl=self.session.crawl
        )
        unlist = functools.partial(
            ledger.unlist,
            source=self.source.id,
            list_url=walk.list_url,
            crawl=self.session.crawl,
            days=walk.days,
            last=walk.last,
            now=self.session.now(),
        )
        post(self.crawler, finish)
        post(self.crawler, unlist)

    def list_failed(self, failure: Failure) -> None:
        session, (request, error) = self.session, failed(failure)
        walk: Walk = request.cb_kwargs["walk"]
        if session.stopped:
            return
        session.answered.add(walk.list_url)
        if self._waits(error):
            if walk.pages == 0:
                session.broken.append(f"list {request.url} was not answered: {error}")
            return
        verdict = self._judge(request, error)
        said = f"list {request.url} {words_of(error)}"
        if walk.pages == 0:
            session.broken.append(said)
            if verdict.look == "blocked":
                session.counts["blocked-lists"] += 1
            return
        if verdict.ends_list:
            self._lacks(walk, said, quiet=meta_of(request).counted)
        else:
            session.problems.append(said)

    def _leads_away(self, response: Response, walk: Walk) -> bool:
        """Whether a further page of a list is answered by the site's front page, or by another list of the source."""
        asked = {canonical(url) for url, _ in walk.asked}
        return canonical(response.url) not in asked and self._is_turned_away(response.url, walk.list_url)

    def _breaks_off(self, walk: Walk, said: str, *, counted: bool, quiet: bool = True) -> None:
        """Another page answers in the place of a list's: the walk goes on another day, unless a counted page may be missing."""
        if counted:
            self._lacks(walk, said, quiet=quiet)
        else:
            self.session.problems.append(said)

    def _lacks(self, walk: Walk, said: str, *, quiet: bool) -> None:
        """The next page of a list is not there, which is said where the list announced it, and unless that is `quiet`."""
        early = self.missing(walk)
        if early or not quiet:
            self.session.problems.append(f"{said}; {early}" if early else said)

    def missing(self, walk: Walk) -> str:
        """The next page of a list is not there: its walk ends, or has failed when the list announced more than it showed.

        Returns the sentence on the latter, "" for the former.
        """
        early = short_of_announced(walk)
        if not early:
            self.finish(walk)
        return early

    # articles

    def _article_request(self, listed: Listed, list_url: str) -> Request:
        return Request(
            listed.url,
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"listed": listed},
            meta=Meta(role="article", listed=listed, list_url=list_url).as_dict(),
            headers={"Referer": list_url},
        )

    def _look_request(self, look: ledger.Look) -> Request:
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
        if self._is_turned_away(response.url, listed.url):
            self.missed(listed, "redirected")
        elif reason := _block_reason(response, listed.title):
            self.missed(listed, reason, state="blocked")
        else:
            yield from self.complete(self._page(response, listed))

    def parse_theirs(self, response: Response, page: Page) -> Iterator[Page | Request]:
        """A page that others captured, unless it turned them away."""
        if not _block_reason(response, page.listed.title if page.listed else ""):
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
        elif response.status == 304 or self._is_turned_away(response.url, look.url):
            self.observe(look, "redirected", response.status)
        elif _block_reason(response) and _block_reason(response, ledger.title_of(self.session.db, look.release)):
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
        if _block_reason(response):
            yield from self.leave_partial(page, look, response.status)
            return
        content_type = header(response.headers, "Content-Type")
        capture = meta_of(response).capture
        part = Part(url=response.url, content_type=content_type, body=response.body, capture=capture)
        yield from self.complete(replace(page, parts=(*page.parts, part)), look)

    def part_failed(self, failure: Failure) -> list[Page]:
        request, error = failed(failure)
        if self._waits(error):
            return []
        self._judge(request, error)
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

    def _is_turned_away(self, url: str, asked: str) -> bool:
        """Whether an answer came from the home page or a list: many sites redirect there from a page that is gone."""
        key = canonical(url)
        if key == canonical(asked):
            return False
        return urlsplit(url).path in ("", "/") or key in {canonical(one) for one in self.source.lists}

    def article_failed(self, failure: Failure) -> None:
        request, error = failed(failure)
        if self._waits(error):
            return
        verdict = self._judge(request, error)
        self.missed(request.cb_kwargs["listed"], reason_of(error), state=verdict.article)

    def look_failed(self, failure: Failure) -> Iterator[Request]:
        request, error = failed(failure)
        if self._waits(error):
            return
        bare = _without_conditions(request)
        if status_of(error) in REFUSES_CONDITIONS and bare:
            yield bare
            return
        verdict = self._judge(request, error)
        self.observe(request.cb_kwargs["look"], verdict.look, status_of(error))

    def _waits(self, error: BaseException) -> bool:
        """Whether a host asked for more time than a crawl waits: its pages stay as they are, and the crawl says so once."""
        if not isinstance(error, AskedToWait):
            return False
        self.session.partial = True
        if str(error) not in self.session.problems:
            self.session.problems.append(str(error))
        return True

    def _judge(self, request: Request, error: BaseException) -> Verdict:
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


def ended_early(walk: Walk) -> str:
    """A sentence when a list ended before it should have, as far as its pages tell; else "".

    It ended early when it announced more than its pages showed; or when its only page, all new, says 加载更多, or has FULL_PAGE entries and
    more, all with a day, and tells nothing of a second page: neither a link to one nor a pager that ends.
    """
    if early := short_of_announced(walk):
        return early
    whole = walk.announced.pages == 1 or 0 < walk.announced.entries <= walk.rows
    if walk.pages > 1 or walk.ends or whole or walk.known:
        return ""
    if not walk.more and (len(walk.days) < FULL_PAGE or not all(walk.days)):
        return ""
    return f"list {walk.list_url} shows {len(walk.days)} entries, all new, and no way to a page 2 was found"


def _fault(page: ListPage, walk: Walk, url: str) -> str:
    """A sentence when a further page without entries is no page of its list; else "": an empty one is the end."""
    if page.faults:
        return page.faults[0]
    if page.nothing != NO_ENTRIES:
        return f"list {url} {page.nothing}"
    if page.document is not None and not is_framed(page.document, walk.names):
        return f"list {url} shows no entries, and nothing of the list's other pages"
    return ""


def short_of_announced(walk: Walk) -> str:
    """A sentence when the pages of a list showed less than it announced; else "".

    Pages count, where they are announced. Of entries it is said when those that lack would fill another page: lists
    count entries that they don't show.
    """
    told = walk.announced
    if told.pages <= walk.shown and (
        told.pages or told.entries <= walk.rows or told.entries <= walk.shown * walk.largest
    ):
        return ""
    totals = (f"{number} {name}" for name, number in (("pages", told.pages), ("entries", told.entries)) if number)
    found = f"{walk.rows} entries on {walk.shown} {'page' if walk.shown == 1 else 'pages'} were found"
    return f"list {walk.list_url} announces {' with '.join(totals)}, and {found}"


def _but(left: Sequence[Listed]) -> str:
    if not left:
        return ""
    return f"; {len(left)} rows lead elsewhere or match no `article`, such as {left[0].url}"


def _without_conditions(request: Request) -> Request | None:
    """The request without its conditional headers; None when it has none."""
    bare = {name: value for name, value in request.headers.items() if not name.startswith(b"If-")}
    return request.replace(headers=bare) if len(bare) < len(request.headers) else None


def _block_reason(response: Response, title: str = "") -> str:
    text = decode(response.body, "")[0] if len(response.body) <= LARGEST_REFUSAL else ""
    return block_reason(response.status, response.body, text, title)


def _decoded(response: TextResponse) -> TextResponse:
    """The list page as UTF-8, since headers and meta tags lie and Scrapy believes them."""
    text, _ = decode(response.body, header(response.headers, "Content-Type"))
    body = text.encode()
    if body != response.body and (encoding := _encoding(response)) != "utf-8":
        body = with_queries_in(text, encoding).encode()
    return response.replace(body=body, encoding="utf-8")


def _encoding(response: TextResponse) -> str:
    """The encoding that a browser would take for a page's queries: as declared, unless its bytes say otherwise."""
    told = encoding_of(response.body)
    declared = response.encoding.lower()
    return told if told == "utf-8" or declared in ("utf-8", "ascii", "cp1252") else declared
