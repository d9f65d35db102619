"""The part that all protocols share: they walk the lists of their source, and ask for the articles that these show and for those that are due."""

import functools
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from lxml.html import HtmlElement
from scrapy import Request
from scrapy.http import Response, TextResponse
from twisted.python.failure import Failure

from archive.model import Listed
from archive.store import ledger
from archive.texts.encoding import decode, encoding_of
from archive.times import stamp
from archive.urls import canonical
from crawler.headers import header
from crawler.network.failures import failed, words_of
from crawler.network.guard import is_within
from crawler.network.meta import Meta, meta_of
from crawler.run.session import post, session_of, write
from spiders.articles import ArticleSpider, refusal
from spiders.lists.answers import admitted, left_out
from spiders.lists.entries import MOST_ENTRIES, Reading, read_links
from spiders.lists.frames import inner_pages, names_in
from spiders.lists.links import with_queries_in
from spiders.lists.pagers import NOTHING, Announced, announced
from spiders.lists.paging import following_page
from spiders.walks import ListPage, Walk, ended_early, fault, short_of_announced

INDEX_PAGES = 3  # so many pages may stand before the first that shows entries


class ListSpider(ArticleSpider):
    """A list protocol: a subclass says how a list page is read, all else is the same for every source."""

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
        following = following_page(html, document, url, self.source.next_page, found.entries)
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
            sent=following.sent,
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
            yield self.article_request(listed, list_url)
        if self.arguments.recheck != "none":
            for look in looks:
                yield self.look_request(look)

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
        if not isinstance(response, TextResponse) or refusal(response):
            return []
        return self._within(self.read_list(_decoded(response)).entries)

    def _within(self, entries: Sequence[Listed]) -> list[Listed]:
        return [entry for entry in entries[:MOST_ENTRIES] if is_within(entry.url, self.allowed_domains)]

    async def parse_list(self, response: Response, walk: Walk) -> AsyncIterator[Request]:
        session = self.session
        walk.pages += 1
        session.answered.add(walk.list_url)
        if reason := refusal(response):
            session.broken.append(f"list {response.url} turns crawlers away: {reason}")
            session.counts["blocked-lists"] += 1
            return
        if walk.pages == 1 and self.is_turned_away(response.url, walk.list_url):
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
                walk.take_down(page, entries)
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
            elif said := fault(page, walk, response.url):
                # behind the last page sites show anything, interfaces seldom
                quiet = page.document is not None or walk.announced != NOTHING or walk.known
                self._breaks_off(walk, said, counted=meta_of(response).counted, quiet=quiet)
                return
            walk.take_down(ListPage(), entries)
            for request in self._go_on(walk):
                yield request
            return
        walk.take_down(page, entries)
        new_left = session.leave_out(page.left)
        rows = page.rows or len(keys - walk.keys) + new_left
        walk.shown, walk.rows, walk.largest = walk.shown + 1, walk.rows + rows, max(walk.largest, rows)
        walk.ends, walk.more = walk.ends or page.ends, walk.more or page.more
        walk.sent = page.sent
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
        if found.changing and not walk.changing:
            walk.changing = True
            self._tell_changing(walk, found.changing)
        session.counts["skipped"] += len(found.skipped & unseen)
        walk.known = walk.known or found.new < len(entries)
        for entry in found.wanted:
            yield self.article_request(entry, walk.list_url)
        walk.still = 0 if found.new else walk.still + 1
        if not goes_on:
            for request in self._go_on(walk):
                yield request

    def _tell_changing(self, walk: Walk, changing: ledger.Changing) -> None:
        """Tell of addresses with a parameter that changes: a problem where each article comes as new, else a remark."""
        names = ", ".join(sorted(changing.names))
        said = f"addresses of list {walk.list_url} change from crawl to crawl in {names}"
        if changing.held_as:
            self.session.remarks.append(f"{said}: known by the rest")
        else:
            self.session.problems.append(f"{said}: {changing.number} held entries or more come as new")

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
        if self.waits(error):
            if walk.pages == 0:
                session.broken.append(f"list {request.url} was not answered: {error}")
            return
        verdict = self.judge(request, error)
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
        return canonical(response.url) not in asked and self.is_turned_away(response.url, walk.list_url)

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


def _but(left: Sequence[Listed]) -> str:
    if not left:
        return ""
    return f"; {len(left)} rows lead elsewhere or match no `article`, such as {left[0].url}"


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
