"""Captures that a plan names are brought in: seen again where their content is held, else fetched; each is told to the archive."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime

from archive import warc
from archive.errors import GongbaoError
from archive.model import Listed, Page, Part
from archive.removal.list_pages import without_removed
from archive.store import history
from archive.store.kept import kept_part
from archive.store.removed import Removed
from archive.transfer.rebuild import Kept
from archive.urls import canonical
from archive.warc.coding import CodingError, undo
from archive.warc.exchange import Exchange
from archive.warc.records import Record
from crawler.further_pages import lacking
from crawler.history.cdx import HistoryError, Row
from crawler.history.plan import Plan
from crawler.history.replay import Given, digests
from crawler.history.witness import NotGiven, Spent, Witness
from crawler.run.session import Session

_NEEDED = ("content-type", "content-encoding", "location")  # headers without which a content cannot be read


class _Enough(Exception):
    """As many captures were fetched as were asked for."""


@dataclass(slots=True, kw_only=True)
class Intake:
    """The captures of a plan on their way into the archive. The caller holds the source's lock."""

    session: Session
    witness: Witness
    plan: Plan
    gone: Removed
    limit: int  # captures to fetch; 0: all
    time: str  # the intake began then
    shown: Callable[[str], AbstractContextManager[None]]
    counts: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[str, str]] = field(default_factory=list)  # captures that were not given: address, and why
    end: str = ""  # why the rest waits for another run
    fault: GongbaoError | None = None  # why nothing more can be asked
    known: dict[tuple[str, str], history.Capture] = field(default_factory=dict)  # by page and time
    held: dict[tuple[str, int, str], int] = field(default_factory=dict)  # by page, status and digest

    def __post_init__(self) -> None:
        whole: dict[str, list[history.Capture]] = defaultdict(list)
        for capture in history.captures(self.session.db, self.session.source.id):
            key = canonical(capture.url)
            if key in self.plan.pages and capture.whole and capture.status == 200:
                whole[key].append(capture)
            if (key, capture.fetched) not in self.known or not capture.origin:  # ours wins
                self.known[key, capture.fetched] = capture
        for key, rows in self.plan.pages.items():
            self._note_held(key, rows, whole[key])

    def _note_held(self, key: str, rows: Sequence[Row], whole: Sequence[history.Capture]) -> None:
        """Note the contents of a page that are held: by the digests of the rows that brought them, else by their own."""
        named = set()
        for row in rows:
            if (found := self.known.get((key, row.fetched))) and found.origin:
                self.held[key, row.status, row.digest] = found.id
                named.add(found.id)
        for capture in whole:
            for digest in () if capture.id in named else self._digests(capture.id):
                self.held[key, 200, digest] = capture.id

    def _digests(self, capture: int) -> set[str]:
        db, folder = self.session.db, self.session.folder
        try:
            return digests(warc.sent(db, folder, capture), warc.payload(db, folder, capture).body)
        except (OSError, GongbaoError, CodingError):
            return set()  # it lies elsewhere, or is damaged: theirs is fetched

    @property
    def whole(self) -> bool:
        """Whether the plan was taken in to its end."""
        return not (self.end or self.fault)

    def to_fetch(self) -> int:
        """How many captures are to be fetched, further pages of articles not counted."""
        wanted = {
            (canonical(row.url), row.status, row.digest)
            for row in (*self.plan.lists, *self.plan.articles)
            if (canonical(row.url), row.fetched) not in self.known
        }
        return len(wanted - self.held.keys())

    def lists(self) -> Iterator[Kept]:
        """The captures of list pages, until something ends the run."""
        return self._until_the_end(self.plan.lists, self._list)

    def articles(self) -> Iterator[Kept]:
        """The captures of articles, each with its further pages."""
        return self._until_the_end(self.plan.articles, self._article)

    def _until_the_end(self, rows: Sequence[Row], take: Callable[[Row], Iterator[Kept]]) -> Iterator[Kept]:
        """The captures of some rows. The end is noted and no error breaks off, so that all that was fetched is told."""
        for row in rows:
            if not self.whole:
                return
            try:
                yield from take(row)
            except NotGiven as fault:
                self.left_out.append((row.url, str(fault)))
            except _Enough:
                self.end = f"{self.limit} captures were fetched (--limit)"
            except Spent as share:
                self.end = f"the source's share of this day is spent, {share}"
            except HistoryError as fault:
                self.fault = fault

    def _list(self, row: Row) -> Iterator[Kept]:
        urls = {canonical(url): url for url in self.session.source.lists}
        found = self.known.get((canonical(row.url), row.fetched))
        list_url = urls.get(canonical(row.url), row.url)
        if found and (not found.origin or history.is_entered(self.session.db, list_url, row.fetched)):
            return
        exchange = self._exchange(row, found)
        exchange = without_removed(replace(exchange, role="list", list_url=list_url), self.gone)
        yield self._kept(exchange, row, found)

    def _article(self, row: Row) -> Iterator[Kept]:
        found = self.known.get((canonical(row.url), row.fetched))
        if found and (not found.origin or history.is_told(self.session.db, found.id, row.url, row.fetched)):
            return
        kept = self._kept(replace(self._exchange(row, found), role="article"), row, found)
        yield kept
        yield from self._parts(kept)

    def _parts(self, kept: Kept) -> Iterator[Kept]:
        """The further pages of an article, each as it was captured nearest to the time of the first."""
        exchange = kept.record.exchange
        assert exchange
        assert kept.capture
        if exchange.status != 200:
            return
        page = _page(exchange)
        while wanted := lacking(page):
            rows = [row for row in self.plan.pages.get(canonical(wanted[0]), ()) if row.status == 200]
            if not rows:
                return
            row = min(rows, key=lambda row: abs(_moment(row.fetched) - _moment(exchange.fetched)))
            part = self._part(row, wanted[0], kept)
            yield part
            assert part.record.exchange
            page = replace(page, parts=(*page.parts, _part_of(part.record.exchange)))

    def _part(self, row: Row, url: str, first: Kept) -> Kept:
        assert first.capture
        held = kept_part(self.session.db, url, self.session.source.id, first.capture)
        found = self.known.get((canonical(row.url), row.fetched))
        exchange = replace(self._exchange(row, found), url=url, role="part", listed=Listed(url=first.record.url))
        if held:
            return self._told(exchange, held)
        return self._kept(exchange, row, None)

    # one capture

    def _exchange(self, row: Row, found: history.Capture | None) -> Exchange:
        """The exchange of a row: as it is held, with a content that is held, or fetched."""
        key = canonical(row.url), row.status, row.digest
        capture = found.id if found else self.held.get(key)
        given = self._fetched(row) if capture is None else self._again(row, capture)
        return Exchange(
            url=row.url,
            source=self.session.source.id,
            role="other",
            fetched=row.fetched,
            status=given.status,
            reason=given.reason,
            headers=given.headers,
            body=given.body,
            cut_short=given.cut_short,
            origin=found.origin if found else given.origin,
            taken_in=self.time,
        )

    def _again(self, row: Row, capture: int) -> Given:
        """The content that another capture has brought; of its headers those that it cannot be read without."""
        db, folder = self.session.db, self.session.folder
        held = warc.payload(db, folder, capture)
        return Given(
            status=row.status,
            reason="",
            headers=tuple((name, value) for name, value in held.headers if name.lower() in _NEEDED),
            body=warc.sent(db, folder, capture),
            origin=self.witness.origin(row),
            cut_short=held.cut_short,
        )

    def _fetched(self, row: Row) -> Given:
        if self.limit and self.counts["fetched"] >= self.limit:
            raise _Enough
        with self.shown(row.url):
            given = self.witness.give(row)
        self.counts["fetched"] += 1
        return given

    def _kept(self, exchange: Exchange, row: Row, found: history.Capture | None) -> Kept:
        try:
            capture = found.id if found else warc.capture(self.session.db, self.session.folder, exchange)
        except ValueError as error:  # bytes that neither we nor warcio expect, in its address or its head
            raise NotGiven(f"cannot be written: {error}") from None
        self.held.setdefault((canonical(row.url), row.status, row.digest), capture)
        return self._told(exchange, capture)

    def _told(self, exchange: Exchange, capture: int) -> Kept:
        record = Record(file="", offset=0, length=0, url=exchange.url, date=exchange.fetched, exchange=exchange)
        return Kept(record=record, source=exchange.source, capture=capture)


def _page(exchange: Exchange) -> Page:
    return Page(
        url=exchange.url,
        source=exchange.source,
        fetched=exchange.fetched,
        headers=exchange.headers,
        body=_read(exchange),
    )


def _part_of(exchange: Exchange) -> Part:
    return Part(url=exchange.url, content_type=exchange.header("content-type"), body=_read(exchange))


def _read(exchange: Exchange) -> bytes:
    try:
        return undo(exchange.body, exchange.headers)
    except CodingError:
        return b""


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time)
