"""Kept records are told to the spiders again, in their order, so that the same rows follow; nothing is fetched.

`scrapy rebuild` and `scrapy import` feed an archive so. The list pages go to the ledger and the articles to the store
by the very methods that took them from the network. Events without an answer (time-outs, robots, a crawl's end) stand
in notes between them.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, assert_never
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import Settings
from sqlite_utils import Database

from archive import store
from archive.database import transaction
from archive.model import CrawlCount, LookOutcome, Page, Release, SaveOutcome, Unreadable
from archive.store import attachments, crawls, ledger, life
from archive.store.removed import removed
from archive.transfer import rebuild
from archive.transfer.rebuild import Kept
from archive.urls import canonical
from archive.warc.coding import CodingError, ends_in_html, undo
from archive.warc.exchange import Exchange
from archive.warc.notes import (
    AddressRemoved,
    CrawlBegun,
    CrawlEnded,
    ExchangeNote,
    Note,
    RecordBlanked,
    RequestFailed,
    UnknownNote,
)
from crawler.headers import sent
from crawler.network.download import LENGTH_LIES
from crawler.network.failures import judge_failure
from crawler.network.meta import Meta, meta_of
from crawler.network.refresh import leads_to
from crawler.run.arguments import parse_arguments
from crawler.run.session import OpenArchive, Session, bind
from crawler.sources import Source
from crawler.sources.row import source_row
from spiders.articles import page_of
from spiders.base import ListSpider
from spiders.loader import SourceSpiderLoader
from spiders.walks import Walk

AHEAD = 32  # pages that are read before their turn comes to be stored

Read = Callable[[Page, Source], Awaitable[Release]]


@dataclass(slots=True, kw_only=True)
class Teller:
    """A source's spider, in the state that it had in the crawl of these records."""

    spider: ListSpider
    session: Session
    clock: datetime  # the real time, while the session's is that of the record
    walks: dict[str, Walk] = field(default_factory=dict)  # by the address of the next page
    parts: dict[str, Request] = field(default_factory=dict)  # further pages that articles wait for, by their addresses
    open: bool = False  # a crawl has begun and not ended
    origin: str = ""  # the host whose captures are taken in; "": a crawl of ours
    implied: bool = False  # it began without a note: another crawler made the records


def retell(
    settings: Settings,
    folder: Path,
    db: Database,
    kept: Iterable[Kept],
    read: Read,
    sources: dict[str, Source],
    *,
    weigh: bool = True,
) -> Counter[str]:
    """Tell the archive in `folder` the records, for these sources; counts of their outcomes.

    Without `weigh` the looks of others wait to be judged: more captures of theirs are to come.
    """
    for source in sources.values():
        store.declare_source(db, source_row(source))
    archive = OpenArchive(folder=folder, db=db, settings=settings, sources=sources)
    return asyncio.run(feed(archive, kept, SourceSpiderLoader(sources).load, read, weigh=weigh))


async def feed(
    archive: OpenArchive,
    kept: Iterable[Kept],
    load: Callable[[str], type[ListSpider]],
    read: Read,
    *,
    weigh: bool = True,
) -> Counter[str]:
    """Tell an archive the records; counts of their outcomes.

    `load` gives the spider class of a source, `read` reads a page (raises Unreadable) and may run in other processes;
    the releases are stored in the order of the records.
    """
    counts: Counter[str] = Counter()
    tellers: dict[str, Teller] = {}
    ahead: deque[tuple[Kept, Teller, Response | None, asyncio.Task[Release] | None]] = deque()

    async def settle() -> None:
        told, teller, response, reading = ahead.popleft()
        teller.session.settings.set("NOW", told.record.date)
        if response is None:
            if exchange := told.record.exchange:
                _their_look(teller, exchange)
                return
            for page in _note(teller, told.record.note, told.record.url):
                counts[await _store(teller, page, read(page, teller.spider.source))] += 1
            return
        for page in await _answer(teller, told, response):
            # the reading ahead covers the first page alone
            whole = read(page, teller.spider.source) if page.parts or reading is None else reading
            counts[await _store(teller, page, whole)] += 1
        if reading:
            await asyncio.wait([reading])

    for one in kept:
        if one.source not in archive.sources:
            counts[f"undeclared: {one.source}"] += 1
            continue
        teller = tellers.get(one.source) or _teller(archive, one.source, load)
        tellers[one.source] = teller
        try:
            response = _response(one)
        except CodingError as error:
            counts["partial" if error.reason == "partial" else "unreadable"] += 1
            continue
        if response is None and one.record.exchange is not None and not _is_their_look(one.record.exchange):
            continue
        reading = None
        if (
            response is not None
            and one.record.exchange
            and one.record.exchange.role == "article"
            and response.status == 200
        ):
            page = _page(response, one.record.exchange, one.source)
            reading = asyncio.ensure_future(read(page, teller.spider.source))
            reading.add_done_callback(_retrieve)
        ahead.append((one, teller, response, reading))
        if len(ahead) > AHEAD:
            await settle()
    while ahead:
        await settle()
    for teller in tellers.values():
        if teller.parts:
            counts["partial"] += len(teller.parts)
        if teller.origin and weigh:
            _end_theirs(teller)
        elif teller.implied and not teller.origin:
            _end(teller, CrawlEnded(outcome="ok", counts=teller.session.counts))
    return counts


def _retrieve(reading: "asyncio.Task[Release]") -> None:
    """Take a reading's error, which nobody asks for when the disk has filled up meanwhile."""
    if not reading.cancelled():
        reading.exception()


def _teller(archive: OpenArchive, name: str, load: Callable[[str], type[ListSpider]]) -> Teller:
    crawler = Crawler(load(name), archive.settings.copy())
    session = Session.of(replace(archive, settings=archive.settings.copy()), archive.sources[name])
    bind(crawler, session)
    spider = crawler.spidercls.from_crawler(crawler)
    assert isinstance(spider, ListSpider)
    return Teller(spider=spider, session=session, clock=archive.now())


def _response(kept: Kept) -> Response | None:
    """The answer as a spider would be given it; None for answers that no spider sees: redirects, errors, robots.txt."""
    exchange = kept.record.exchange
    if exchange is None or exchange.role not in ("list", "article", "part", "attachment"):
        return None
    if exchange.status != 304 and not 200 <= exchange.status < 300:
        return None
    headers = Headers([(name, value) for name, value in exchange.headers if name.lower() != "content-encoding"])
    request = Request(
        exchange.url,
        method=exchange.method,
        body=exchange.request_body,
        headers=Headers(exchange.request_headers),
        meta=Meta(capture=kept.capture).as_dict(),
    )
    body = b"" if exchange.status == 304 else undo(exchange.body, exchange.headers)
    kind = responsetypes.from_args(headers=headers, url=exchange.url, body=body)
    if exchange.cut_short and not ends_in_html(body):
        raise CodingError("it breaks off before its end", "partial")
    flags = [LENGTH_LIES] if exchange.cut_short else []
    response = kind(exchange.url, status=exchange.status, headers=headers, body=body, request=request, flags=flags)
    # parts reach the spider even where they lead elsewhere
    if exchange.role != "part" and leads_to(response):
        return None
    return response


def _page(response: Response, exchange: Exchange, source: str) -> Page:
    return page_of(response, source, exchange.fetched, exchange.listed, exchange.origin)


async def _answer(teller: Teller, kept: Kept, response: Response) -> Iterable[Page]:
    """The pages that an answer holds, when it is an article's; a list page's entries are in the ledger afterwards."""
    exchange = kept.record.exchange
    assert exchange
    _imply(teller, exchange)
    if exchange.role == "list" and exchange.origin:
        _their_list(teller, exchange, response)
        return ()
    if exchange.role == "list":
        await _list(teller, exchange, response)
        return ()
    if exchange.role == "attachment":
        _attachment(teller, kept, response)
        return ()
    if exchange.role == "part" or exchange.url in teller.parts:
        waiting = teller.parts.pop(exchange.url, None)
        return _pages(teller, teller.spider.parse_part(response, **waiting.cb_kwargs)) if waiting else ()
    if exchange.origin:
        return _pages(teller, teller.spider.parse_theirs(response, _page(response, exchange, kept.source)))
    if exchange.listed:
        return _pages(teller, teller.spider.parse_article(response, exchange.listed))
    release = rebuild.release_at(teller.session.db, exchange.looked or exchange.url)
    if release is None or not exchange.looked:
        return (
            _pages(teller, teller.spider.complete(_page(response, exchange, kept.source)))
            if response.status == 200
            else ()
        )
    return _pages(teller, teller.spider.parse_look(response, _look(release, exchange.looked)))


def _pages(teller: Teller, told: Iterable[Page | Request]) -> list[Page]:
    """The whole pages among the results. A requested part is waited for; other requests have records of their own."""
    pages = []
    for one in told:
        if isinstance(one, Page):
            pages.append(one)
        elif meta_of(one).role == "part":
            teller.parts[one.url] = one
    return pages


def _look(release: int, url: str) -> ledger.Look:
    return ledger.Look(release=release, url=url, etag="", last_modified="")


def _attachment(teller: Teller, kept: Kept, response: Response) -> None:
    exchange, session = kept.record.exchange, teller.session
    if not (exchange and exchange.listed and kept.capture):
        return
    page, url = exchange.listed, exchange.looked or response.url
    if response.status == 304:
        attachments.confirm(session.db, page.url, url, page.title, session.time())
    else:
        about = (page.url, kept.capture, url, page.title, response.body)
        attachments.keep(session.db, *about, session.time(), sent(response.headers))


def _missed_file(teller: Teller, note: RequestFailed, url: str) -> None:
    if page := note.listed:
        db, state, time = teller.session.db, attachments.state_of(note.reason), teller.session.time()
        asked = state != "skipped"
        attachments.missed(db, page.url, url, page.title, state=state, reason=note.reason, seen=time, asked=asked)


async def _list(teller: Teller, exchange: Exchange, response: Response) -> None:
    url = exchange.list_url or exchange.url
    walk = teller.walks.get(url)
    if walk is None:
        finished = ledger.finished_walk(teller.session.db, teller.spider.source.id, url)
        walk = teller.walks[url] = Walk(list_url=url, finished=finished)
    walk.asked.add((response.url, exchange.request_body))
    async for request in teller.spider.parse_list(response, walk):
        if following := request.cb_kwargs.get("walk"):
            teller.walks.setdefault(request.url, following)


async def _store(teller: Teller, page: Page, reading: Awaitable[Release]) -> SaveOutcome | Literal["failed"]:
    session = teller.session
    try:
        release = replace(await reading, page=page)
    except Unreadable as problem:
        store.unread(session.db, page, problem, session.now())
        session.counts["failed"] += 1
        return "failed"
    return store.save(session.db, release, session.now(), teller.clock).outcome


def _note(teller: Teller, note: Note | None, url: str) -> list[Page]:
    """Carry out a note; the pages to store after it: articles with a part that is gone."""
    match note:
        case CrawlBegun():
            _begin(teller, note)
        case CrawlEnded():
            _end(teller, note)
        case RequestFailed():
            _imply(teller)
            return _failed(teller, note, url)
        case ExchangeNote() | AddressRemoved() | RecordBlanked() | UnknownNote() | None:
            pass
        case _:
            assert_never(note)
    return []


# captures of others


def _is_their_look(exchange: Exchange) -> bool:
    """Whether a capture without a page for a spider says that others found an article's page missing, or elsewhere."""
    return bool(exchange.origin) and exchange.role == "article"


def _their_look(teller: Teller, exchange: Exchange) -> None:
    """Note that others found the page of a held release missing, or that it led elsewhere."""
    _imply(teller, exchange)
    release = rebuild.release_at(teller.session.db, exchange.url)
    outcome = _their_outcome(exchange)
    if release is not None and outcome:
        now, origin = teller.session.now(), exchange.origin
        with transaction(teller.session.db):
            ledger.observe(teller.session.db, release, outcome, exchange.status, now, origin=origin)


def _their_outcome(exchange: Exchange) -> LookOutcome | None:
    """The outcome of the look that an answer without a page is; None where it leads to the same page, by https or www."""
    if exchange.status >= 400:
        return judge_failure(f"http-{exchange.status}", exchange.status).look
    target = urljoin(exchange.url, exchange.header("location"))
    return None if canonical(target) == canonical(exchange.url) and exchange.status >= 300 else "redirected"


def _their_list(teller: Teller, exchange: Exchange, response: Response) -> None:
    """Enter the entries of a list page that others captured. No walk ends by that: how far they followed the list is not known."""
    source = teller.spider.source
    ledger.record(
        teller.session.db,
        teller.spider.listed_on(response),
        source=source.id,
        list_url=exchange.list_url or exchange.url,
        crawl=teller.session.crawl,
        finished=0,
        now=teller.session.now(),
        exclude=source.exclude,
    )


def _end_theirs(teller: Teller) -> None:
    life.weigh(teller.session.db, teller.spider.source.id, teller.session.started)
    teller.open, teller.origin = False, ""


# crawls


def _imply(teller: Teller, exchange: Exchange | None = None) -> None:
    """Begin a crawl where none is under way; captures of others are taken in apart from ours."""
    origin = urlsplit(exchange.origin).hostname or "" if exchange else ""
    if teller.open and teller.origin == origin:
        return
    _begin(teller, CrawlBegun(), origin, exchange.taken_in if exchange else "")
    teller.implied = True


def _begin(teller: Teller, note: CrawlBegun, origin: str = "", taken_in: str = "") -> None:
    if teller.origin:
        _end_theirs(teller)
    session = teller.session = Session.of(teller.session, teller.spider.source)
    bind(teller.spider.crawler, session)
    session.started = taken_in or session.time()
    session.crawl = crawls.begin(session.db, teller.spider.source.id, session.started, note.vantage, origin=origin)
    teller.walks.clear()
    teller.parts.clear()
    teller.spider.arguments = parse_arguments(dict(note.arguments))
    teller.open, teller.implied, teller.origin = True, False, origin


def _end(teller: Teller, note: CrawlEnded) -> None:
    session = teller.session
    if teller.open:
        counts: Counter[CrawlCount] = Counter(note.counts)
        with transaction(session.db):
            for url in note.walked:
                ledger.finish_walk(session.db, teller.spider.source.id, url, session.crawl)
        life.settle(session.db, session.crawl, session.time())
        gone = removed(session.db)
        problems = tuple(map(gone.untold, note.problems))  # a crawl's end may name an address that was removed later
        crawls.end(session.db, session.crawl, session.time(), note.outcome, counts, problems, note.facts)
    teller.open = False


def _failed(teller: Teller, note: RequestFailed, url: str) -> list[Page]:
    """Tell the spider of a failed request; the page to store, when it is an article with a part that is gone."""
    spider, verdict = teller.spider, judge_failure(note.reason, note.status)
    if note.role == "list":
        walk = teller.walks.get(note.list_url)
        if walk and walk.pages and verdict.ends_list:
            spider.missing(walk)
    elif note.role == "part":
        if waiting := teller.parts.pop(url, None):
            return spider.leave_partial(**waiting.cb_kwargs, status=note.status)
    elif note.role == "attachment":
        _missed_file(teller, note, note.looked or url)
    elif note.listed:
        spider.missed(note.listed, note.reason, state=verdict.article)
    elif release := rebuild.release_at(teller.session.db, note.looked or url):
        spider.observe(_look(release, url), verdict.look, note.status)
    return []
