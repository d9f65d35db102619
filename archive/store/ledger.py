"""The ledger: the entries of all lists, their states, and the times of the next looks.

A list page's links are written in one transaction, an article becomes `held` in the transaction that stores its
release: so a crash loses and doubles nothing, and the next crawl goes on with what is pending.

A walk of a list ends `overlap` pages beyond the first that shows nothing new. "New" is what no *finished* walk of
that list has seen: the links of a walk that was killed stay new, so that the next one goes on to where it had not been.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlite_utils import Database

from archive.database import insert, transaction, update
from archive.model import READER, Listed, ListingState, LookOutcome, MissedState, Page, Unreadable
from archive.store import life
from archive.store.removed import hidden, is_removed
from archive.texts.normalised import normalised
from archive.times import stamp
from archive.urls import apart, canonical, without

TRANSIENT = re.compile(r"http-5\d\d|http-408|http-429|timeout|connection|dns|partial|worker|notice")
MOST_ATTEMPTS = 8
CONTROLS = 3  # live pages of each kind that are looked at beside the due ones
_OF_PATH = 10_000  # entries of one path that are looked at
_MARKS = re.compile(r"^\s*(?:[\[［【（(〔][^\]］】）)〕]{1,8}[\]］】）)〕]\s*)+|\s*[（(\[]\s*\d+\s*[）)\]]\s*$")
CANDIDATES = 1000  # releases that are searched for such pages
WITNESSES = 3  # entries that show together that a parameter tells nothing of their pages
WITNESSES_UNDATED = 5  # the same, where the list prints no days
LOOKED_BACK = 1000  # held entries of a source in which parameters that changed before are looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Changing:
    """The parameters by which alone entries of a list differ from held ones: those that change from crawl to crawl."""

    names: frozenset[str]
    number: int  # entries that differ so
    held_as: dict[str, str]  # their addresses, and those that they are held under; {} where that is not sure


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The entries of a list page: those to ask for now, and how many of all no finished walk had seen."""

    wanted: tuple[Listed, ...]
    new: int
    fresh: int  # the new entries that were not in the ledger
    skipped: frozenset[str]  # the keys of those that are left out
    changing: Changing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A held release that is asked for again, with the values of a conditional request."""

    release: int
    url: str
    etag: str
    last_modified: str


def title_of(db: Database, release: int) -> str:
    """The title of a held release, "" when there is none."""
    row = db.execute("SELECT title FROM releases WHERE id = ?", [release]).fetchone()
    return row[0] or "" if row else ""


def finished_walk(db: Database, source: str, list_url: str) -> int:
    """The crawl that last walked this list to its end; 0 when none has."""
    row = db.execute("SELECT crawl FROM walks WHERE source = ? AND list_url = ?", [source, list_url]).fetchone()
    return row[0] if row else 0


def finish_walk(db: Database, source: str, list_url: str, crawl: int) -> None:
    insert(db, "walks", {"source": source, "list_url": list_url, "crawl": crawl}, conflict="REPLACE")


def finished_in(db: Database, crawl: int) -> list[str]:
    """The lists that this crawl was the last to walk to their end."""
    return [url for (url,) in db.execute("SELECT list_url FROM walks WHERE crawl = ? ORDER BY 1", [crawl])]


def unlist(
    db: Database, source: str, list_url: str, crawl: int, days: Sequence[str], last: Sequence[str], now: datetime
) -> None:
    """Note which held articles a walk of their list would have shown and did not: they are looked at in the next crawl.

    `days` are the days of all entries of the walk in order, `last` those of its last page, "" where none is printed.
    Only articles with a later day than that page's latest are judged, since older ones may stand further on, or have
    left the end of the list; and only when every entry of that page has a day and the list is in order: at most one
    entry in ten is younger than the one before it (pinned ones, late ones).
    """
    dated = [day[:10] for day in days if day]
    disorder = sum(later > earlier for earlier, later in pairwise(dated))
    if not last or not all(last) or disorder * 10 > len(dated):
        return
    with transaction(db):
        found = db.execute(
            "UPDATE listings SET unlisted = ? WHERE source = ? AND list_url = ? AND state = 'held'"
            " AND unlisted IS NULL AND substr(date, 1, 10) > ?"
            " AND last_listed < (SELECT started FROM crawls WHERE id = ?) RETURNING url_key",
            [stamp(now), source, list_url, max(last)[:10], crawl],
        ).fetchall()
        for key in found:
            db.execute(
                "UPDATE looks SET next_look = min(next_look, ?)"
                " WHERE release IN (SELECT id FROM releases WHERE url_key = ? AND source = ?)",
                [stamp(now), *key, source],
            )


def record(
    db: Database,
    entries: Iterable[Listed],
    *,
    source: str,
    list_url: str,
    crawl: int,
    finished: int,
    now: datetime,
    exclude: str = "",
    since: str = "",
) -> Entries:
    """Enter one list page, in one transaction.

    An entry whose title matches `exclude`, whose day lies before `since`, or whose address was removed is `skipped`
    (and not even entered when the address is to be forgotten),
    one whose release another source brought is `held`, any other is `pending`. An entry skipped for its
    title or its day alone is wanted after all when a later crawl no longer leaves it out. A held entry to which the same
    list gives another title now (`names_another`) bears that one, and its page is looked at in the next crawl, whatever its
    server says of its last change: it was corrected, or its address was given to another release. An entry that is
    held under another value of a parameter which changes from crawl to crawl (`_changing`) is that entry.
    """
    wanted, new, fresh = [], 0, 0
    skipped = set()
    time = stamp(now)
    with transaction(db):
        entries = list(entries)
        changing = _changing(db, entries, source, list_url, crawl) if finished else None
        held_as = changing.held_as if changing else {}
        for shown in entries:
            entry = replace(shown, url=held_as[shown.url]) if shown.url in held_as else shown
            key = canonical(entry.url)
            state, reason = _first_state(db, entry, key, exclude, since)
            row = db.execute(
                "SELECT first_crawl, title, list_url, last_listed FROM listings WHERE url = ? AND source = ?",
                [entry.url, source],
            ).fetchone()
            # the same page under another address, as Hanweb shows one in several columns: both have one state
            other = db.execute(
                "SELECT state, reason, next_try FROM listings WHERE url_key = ? AND source = ?", [key, source]
            ).fetchone()
            if other is None and reason == "removed" and is_removed(db, hidden(key)):
                continue
            next_try = None
            if other:
                if other[0] == "skipped" and other[1] in ("before-since", "excluded") and state in ("pending", "held"):
                    _wake(db, key, source, state)
                    if state == "pending":
                        wanted.append(entry)
                else:
                    state, reason, next_try = other
            elif state == "pending":
                wanted.append(entry)
            if state == "skipped" and not (reason == "robots" and (next_try or "") <= time):  # else it is asked for now
                skipped.add(key)
            if row is None:
                title = "" if reason == "removed" else entry.title
                listing = {
                    "url": entry.url,
                    "source": source,
                    "url_key": key,
                    "list_url": list_url,
                    "title": title,
                    "date": entry.date,
                    "first_listed": time,
                    "last_listed": time,
                    "first_crawl": crawl,
                    "state": state,
                    "reason": reason,
                    "next_try": next_try,
                }
                insert(db, "listings", listing)
                fresh += 1
            else:
                if row[2] == list_url and row[3] <= time and state == "held" and names_another(row[1], entry.title):
                    _retitle(db, entry, key, source, time)
                db.execute(
                    "UPDATE listings SET first_listed = min(first_listed, :time), last_listed = max(last_listed, :time),"
                    " unlisted = CASE WHEN :time < last_listed THEN unlisted END WHERE url = :url AND source = :source",
                    {"time": time, "url": entry.url, "source": source},
                )
            if row is None or row[0] > finished:
                new += 1
    return Entries(wanted=tuple(wanted), new=new, fresh=fresh, skipped=frozenset(skipped), changing=changing)


def _changing(db: Database, entries: Sequence[Listed], source: str, list_url: str, crawl: int) -> Changing | None:
    """The parameters that change from crawl to crawl in the addresses of a list: `?t=1732…`, `&sign=9f2c…`.

    They are those by which alone WITNESSES unknown entries (WITNESSES_UNDATED, where they have no day) differ from entries of the same list, title and
    day that an earlier crawl brought and that are held. Without them no other entry of the page has the address of such an entry, and of
    those that were listed under it before, more than three in four had its title and day alone: else the parameters name the page (`show.jsp?id=5`, `air.html?day=20260301`).

    Entries with a day are held under the earlier address, when the parameters have one value on the whole page, or when WITNESSES held entries changed by them
    before. A single change of many values may have been a renumbering: then the addresses are other ones now. Without a day nothing
    is sure: a report of today may have the title of yesterday's.
    """
    keys = {entry.url: canonical(entry.url) for entry in entries}
    unknown = [
        entry
        for entry in entries
        if "?" in keys[entry.url] and entry.title and not _is_listed(db, keys[entry.url], source)
    ]
    if len(unknown) < WITNESSES:
        return None
    before = {
        path: _of_path(db, path, source, list_url, crawl)
        for path in {keys[entry.url].partition("?")[0] for entry in unknown}
    }
    held: dict[tuple[str, str], list[_Earlier]] = {}
    for earlier in (one for several in before.values() for one in several if one.state == "held"):
        held.setdefault(earlier.named, []).append(earlier)
    found: dict[frozenset[str], dict[str, str]] = {}
    for entry in unknown:
        for earlier in held.get(_named(entry), ()):
            if names := apart(keys[entry.url], earlier.key):
                found.setdefault(names, {}).setdefault(entry.url, earlier.url)
    verdicts = (_weighed(db, names, pairs, entries, keys, before, source) for names, pairs in found.items())
    return max((one for one in verdicts if one), key=lambda one: one.number, default=None)


def _weighed(
    db: Database,
    names: frozenset[str],
    pairs: dict[str, str],
    entries: Sequence[Listed],
    keys: dict[str, str],
    before: "dict[str, list[_Earlier]]",
    source: str,
) -> Changing | None:
    by_url = {entry.url: entry for entry in entries}
    on_page = Counter(without(key, names) for key in set(keys.values()))
    listed: dict[str, set[tuple[str, str]]] = {}
    for earlier in (one for several in before.values() for one in several):
        listed.setdefault(without(earlier.key, names), set()).add(earlier.named)
    own = {url: without(keys[url], names) for url in pairs}
    sure = {url: held for url, held in pairs.items() if on_page[own[url]] == 1 and len(listed[own[url]]) == 1}
    dated = all(by_url[url].date for url in sure)
    if len(sure) < (WITNESSES if dated else WITNESSES_UNDATED) or (len(pairs) - len(sure)) * 3 > len(sure):
        return None
    values = {
        frozenset(pair for pair in keys[url].partition("?")[2].split("&") if pair.partition("=")[0] in names)
        for url in sure
    }
    firm = dated and (len(values) == 1 or _changed_before(db, names, source))
    return Changing(names=names, number=len(sure), held_as=sure if firm else {})


@dataclass(frozen=True, slots=True)
class _Earlier:
    """An entry that an earlier crawl brought."""

    url: str
    key: str
    named: tuple[str, str]  # title and day
    state: str


def _named(entry: Listed) -> tuple[str, str]:
    return entry.title, entry.date[:10]


def _is_listed(db: Database, key: str, source: str) -> bool:
    return db.execute("SELECT 1 FROM listings WHERE url_key = ? AND source = ?", [key, source]).fetchone() is not None


def _of_path(db: Database, path: str, source: str, list_url: str, crawl: int) -> list[_Earlier]:
    rows = db.execute(
        # by the path, since a source may have tens of thousands of entries
        """SELECT url, url_key, title, substr(date, 1, 10), state FROM listings INDEXED BY listings_key
        WHERE url_key >= :path AND url_key < :path || '@' AND (url_key = :path OR url_key > :path || '?')
        AND source = :source AND list_url = :list AND first_crawl < :crawl ORDER BY rowid LIMIT :most""",
        {"source": source, "list": list_url, "crawl": crawl, "path": path, "most": _OF_PATH},
    )
    return [_Earlier(url, key, (title, day), state) for url, key, title, day, state in rows]


def _changed_before(db: Database, names: frozenset[str], source: str) -> bool:
    """Whether WITNESSES of the latest held entries of a source are held twice, by these parameters alone."""
    rows = db.execute(
        "SELECT url_key, title, substr(date, 1, 10) FROM listings WHERE source = ? AND state = 'held' ORDER BY rowid DESC LIMIT ?",
        [source, LOOKED_BACK],
    )
    several: dict[tuple[str, str, str], set[str]] = {}
    for key, title, day in rows:
        several.setdefault((without(key, names), title, day), set()).add(key)
    return sum(len(found) > 1 for found in several.values()) >= WITNESSES


def names_another(title: str, other: str) -> bool:
    """Whether a list's title for an address is another one than before, marks of the list apart.

    Width, white space and punctuation are none, nor is a rubric in brackets before it ([置顶]), a number in brackets behind it, or
    a title cut short with … on one side.
    """
    if not title or not other or any(one.rstrip().endswith(("…", "...", "··")) for one in (title, other)):
        return False
    one, another = (normalised(_MARKS.sub("", words)) for words in (title, other))
    return bool(one and another) and one != another


def _retitle(db: Database, entry: Listed, key: str, source: str, time: str) -> None:
    """The new title of an entry; without a capture to compare with, the next look at its release has no conditions."""
    db.execute("UPDATE listings SET title = ? WHERE url = ? AND source = ?", [entry.title, entry.url, source])
    db.execute(
        "UPDATE looks SET next_look = min(next_look, ?), capture = NULL"
        " WHERE release IN (SELECT id FROM releases WHERE url_key = ? AND source = ?)",
        [time, key, source],
    )


def _wake(db: Database, key: str, source: str, state: ListingState) -> None:
    db.execute("UPDATE listings SET state = ?, reason = '' WHERE url_key = ? AND source = ?", [state, key, source])


def _first_state(db: Database, entry: Listed, key: str, exclude: str, since: str) -> tuple[ListingState, str]:
    if is_removed(db, key):
        return "skipped", "removed"
    if exclude and re.search(exclude, entry.title):
        return "skipped", "excluded"
    if since and entry.date and entry.date[:10] < since:
        return "skipped", "before-since"
    if db.execute("SELECT 1 FROM releases WHERE url_key = ?", [key]).fetchone():
        return "held", ""
    return "pending", ""


def due(db: Database, source: str, now: datetime) -> list[tuple[Listed, str]]:
    """The entries that a crawl begins with: pending ones, and failed or blocked ones that are due for another try.

    An article that broke an earlier version of the reader is due at once, one that robots.txt closed when its next try
    has come: nothing is sent while it stays closed. Each comes with the list that showed it.
    """
    rows = db.query(
        "SELECT url, title, date, list_url FROM listings WHERE source = :source AND (state = 'pending'"
        " OR (state IN ('failed', 'blocked') AND (next_try <= :now OR last_listed > :now))"
        " OR (state = 'skipped' AND reason = 'robots' AND coalesce(next_try, '') <= :now) OR (state = 'failed' AND rules < :reader)) AND rowid = (SELECT min(rowid) FROM listings o"
        " WHERE o.url_key = listings.url_key AND o.source = listings.source) ORDER BY first_listed, rowid",
        {"source": source, "now": stamp(now), "reader": READER},
    )
    return [(Listed(url=row["url"], title=row["title"], date=row["date"]), row["list_url"]) for row in rows]


def looks(db: Database, source: str, now: datetime, *, everything: bool) -> list[Look]:
    """The held releases of a source that are due for another look, or all of them, least recently looked at first.

    Beside the due ones stand a few releases of the same kinds of page that are alive as far as we know: a failure is
    only believed when others answer. They too are the ones that were longest not looked at. A look that was later than
    now says that the clock was wrong: its release is due.
    """
    rows = _looks(db, source, "? OR l.next_look <= ? OR l.last_look > ?", [everything, stamp(now), stamp(now)])
    wanted = Counter({life.path_type(row.url): CONTROLS for row in rows})
    if wanted:
        others = "l.next_look > ? AND r.status IN ('live', 'unlisted')"
        for row in [] if everything else _looks(db, source, others, [stamp(now)], limit=CANDIDATES):
            if wanted[life.path_type(row.url)] > 0:
                wanted[life.path_type(row.url)] -= 1
                rows.append(row)
    return rows


def _looks(db: Database, source: str, where: str, values: list[Any], *, limit: int = -1) -> list[Look]:
    rows = db.query(
        f"""SELECT r.id AS release, r.url, coalesce(c.etag, '') AS etag, coalesce(c.last_modified, '') AS last_modified
        FROM releases r JOIN looks l ON l.release = r.id LEFT JOIN captures c ON c.id = l.capture
        WHERE r.source = ? AND ({where}) ORDER BY l.last_look, r.id LIMIT ?""",
        [source, *values, limit],
    )
    return [Look(**row) for row in rows]


def missed(db: Database, source: str, url: str, reason: str, now: datetime, *, state: MissedState = "failed") -> None:
    """An article did not become a release: `failed` or `blocked` or `skipped`, and when it is tried again.

    A failure that may pass (5xx, time-outs) is tried again after 1, 4, 16 … hours, any other after 1, 3, 9 … days, eight times;
    of the skipped only an article that robots.txt closes, without an end: a robots.txt may be wrong for a day.
    """
    key = canonical(url)
    row = db.execute("SELECT attempts FROM listings WHERE url_key = ? AND source = ?", [key, source]).fetchone()
    if row is None:
        return
    attempts = row[0] + 1
    if TRANSIENT.match(reason):
        wait = timedelta(hours=4 ** min(attempts - 1, 5))
    else:
        wait = timedelta(days=3 ** min(attempts - 1, 4))
    goes_on = reason == "robots" or (state != "skipped" and attempts < MOST_ATTEMPTS)
    again = stamp(now + wait) if goes_on else None
    values = {"state": state, "reason": reason, "attempts": attempts, "next_try": again, "rules": None}
    update(db, "listings", values, "url_key = ? AND source = ?", key, source)


def broke_reader(db: Database, page: Page, problem: Unreadable) -> None:
    """Note on a failed article the version of the reader that its page broke, or that reads it without a fault again.

    A page that was read again changes the reason of an article that has failed for this alone.
    """
    keys = {canonical(page.url)} | ({canonical(page.listed.url)} if page.listed else set())
    marks = ", ".join("?" * len(keys))
    where = f"state = 'failed' AND url_key IN ({marks})"
    if page.reread:
        where += " AND reason = 'reader-error'"
    values = {"reason": problem.reason, "rules": READER if problem.fault else None}
    update(db, "listings", values, where, *keys)


def hold(db: Database, keys: set[str]) -> None:
    """The release of these addresses is stored; called in the transaction that stores it."""
    marks = ", ".join("?" * len(keys))
    db.execute(
        f"UPDATE listings SET state = 'held', reason = '', next_try = NULL WHERE url_key IN ({marks})", list(keys)
    )


def observe(
    db: Database,
    release: int,
    outcome: LookOutcome,
    status: int | None,
    now: datetime,
    *,
    capture: int | None = None,
    origin: str = "",
) -> None:
    """Note a look at a held release and its outcome, and set the next look.

    `capture` is the page, when it was fetched and is the release. `origin` says that it is a capture of others; a look of
    ours at the same moment wins. A failure is not judged here but when the crawl ends (`life.settle`), together with what
    the source's other pages did.
    """
    counted: int | None = 0
    if outcome in life.ALIVE:
        counted = 1
    elif outcome in life.FAILING:
        counted = None  # judged when the crawl ends
    look = {"release": release, "at": stamp(now), "outcome": outcome, "status": status, "counted": counted}
    insert(db, "observations", {**look, "origin": origin}, conflict="IGNORE" if origin else "REPLACE")
    looked(db, release, None if origin else capture)


def looked(db: Database, release: int, capture: int | None = None) -> None:
    """Set the next look at a release, and remember the page that the next look is compared with."""
    life.schedule(db, release)
    if capture is not None:
        db.execute("UPDATE looks SET capture = ? WHERE release = ?", [capture, release])
