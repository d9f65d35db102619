"""One backfill under way: its server, its plan and its share of the day."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from archive.store import crawls, history, life
from archive.store.removed import removed
from archive.transfer.rebuild import Kept
from archive.urls import canonical
from crawler.history.address import Address
from crawler.history.cdx import Row
from crawler.history.commoncrawl import CommonCrawl
from crawler.history.intake import Intake
from crawler.history.plan import Plan, plan, role_of
from crawler.history.replaying import Replaying
from crawler.history.witness import Share, Witness
from crawler.network.guard import is_within
from crawler.network.turns import hosts_held, hosts_of
from crawler.run.session import Session
from crawler.run.watch import Running, clock

QUICK = 0.5  # seconds that an answer takes at least


@contextmanager
def asked(session: Session, address: Address) -> Iterator[Witness]:
    """The server at an address, while no other process of ours asks it."""
    server = CommonCrawl if address.lists_crawls else Replaying
    witness = server(address, session.settings, _share(session))
    with hosts_held(session.folder, hosts_of([address.index, address.captures]), witness.delay):
        yield witness


def _share(session: Session) -> Share:
    day, source = session.time()[:10], session.source.id
    return Share(
        requests=session.settings.getint("REQUESTS_PER_DAY"),
        bytes=session.settings.getint("BYTES_PER_DAY"),
        used=crawls.used(session.db, source, day),
        spend=functools.partial(crawls.use, session.db, source, day),
    )


def named(session: Session, witness: Witness, domains: frozenset[str], since: str, until: str) -> list[Row]:
    """The captures of the source's hosts that the server's index names. Raises HistoryError, Spent."""
    source, gone, now = session.source, removed(session.db), session.time()
    known = history.addresses(session.db, source.id)
    hosts = {urlsplit(url).netloc.rpartition("@")[2].removeprefix("www.") for url in (*source.lists, *known)} | {
        *source.hosts
    }
    rows: list[Row] = []
    with Running(len(hosts), ("hosts", "asking for the captures of")) as running:
        for host in sorted(hosts):
            with running.shown(host):
                rows += witness.rows(host, since, until)
    return [row for row in rows if row.fetched <= now and is_within(row.url, domains) and not gone.has(row.url)]


def planned(session: Session, rows: Iterable[Row]) -> Plan:
    """The captures among the rows that are worth having, by the addresses that the ledger knows now."""
    keys = {canonical(url) for url in history.addresses(session.db, session.source.id)}
    return plan(rows, role_of(session.source.lists, session.source.article, keys.__contains__))


Retell = Callable[[Iterator[Kept]], Counter[str]]  # tells the archive captures, and counts the outcomes


def take_in(
    session: Session, witness: Witness, rows: Sequence[Row], limit: int, retell: Retell, said: Callable[[str], None]
) -> tuple[Counter[str], Intake]:
    """Take in the captures among the rows, the lists' first; `said` is told the estimate before anything is fetched."""
    found = planned(session, rows)
    with Running(len(found.lists) + len(found.articles), ("captures", "fetching")) as running:
        taken = Intake(
            session=session,
            witness=witness,
            plan=found,
            gone=removed(session.db),
            limit=limit,
            time=session.time(),
            shown=running.shown,
        )
        said(estimate(found, taken.to_fetch(), witness.delay))
        counts = retell(taken.lists())
        taken.plan = planned(session, rows)  # with the entries of the lists
        counts += retell(taken.articles())
    if taken.whole:
        life.weigh(session.db, session.source.id, taken.time)
    return counts, taken


def estimate(found: Plan, number: int, delay: float) -> str:
    """The size of a plan, and the time that fetching `number` of its captures takes at least, in words."""
    rows = (*found.lists, *found.articles)
    if not rows:
        return "the server has no captures of its pages"
    days = f"{min(row.time for row in rows)[:6]} to {max(row.time for row in rows)[:6]}"
    pages = f"{len(found.articles)} captures of articles and {len(found.lists)} of list pages, {days}"
    return f"{pages}; {number} are to be fetched, {clock(number * max(delay, QUICK))} or longer"
