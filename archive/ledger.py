"""The ledger: what the lists have shown, what became of it, and when to look again.

A list page's links are written in one transaction, an article becomes `held` in the transaction that stores its
release: so a crash loses and doubles nothing, and the next crawl goes on with what is pending.

A walk of a list ends `overlap` pages beyond the first that shows nothing new. "New" is what no *finished* walk of
that list has seen: the links of a walk that was killed stay new, so that the next one goes on to where it had not been.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from archive.database import transaction
from archive.model import Listed
from archive.urls import canonical

RHYTHM_DAYS = (1, 3, 10, 30, 90)  # until the next look at a release that did not change, by looks in a row
TRANSIENT = re.compile(r"http-5\d\d|http-408|http-429|timeout|connection|dns|partial|worker")
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """What a list page brought: the entries to ask for now, and how many no finished walk had seen."""

    wanted: tuple[Listed, ...]
    new: int
    fresh: int  # of them, entered in the ledger only now


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A held release that is asked for again, with what a conditional request needs."""

    release: int
    url: str
    etag: str
    last_modified: str


def finished_walk(db: Database, source: str, list_url: str) -> int:
    """The crawl that last walked this list to its end; 0 when none has."""
    row = db.execute("SELECT crawl FROM walks WHERE source = ? AND list_url = ?", [source, list_url]).fetchone()
    return row[0] if row else 0


def finish_walk(db: Database, source: str, list_url: str, crawl: int) -> None:
    db.execute("INSERT OR REPLACE INTO walks (source, list_url, crawl) VALUES (?, ?, ?)", [source, list_url, crawl])


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

    An entry whose title matches `exclude`, whose day lies before `since`, or whose address was removed is `skipped`,
    one whose release another source brought is `held`, any other is `pending`. What was skipped for its day alone is
    wanted after all when a later crawl asks for earlier days.
    """
    wanted, new, fresh = [], 0, 0
    time = stamp(now)
    with transaction(db):
        for entry in entries:
            key = canonical(entry.url)
            state, reason = _first_state(db, entry, key, exclude, since)
            row = db.execute(
                "SELECT url, first_crawl, state, reason FROM listings WHERE url_key = ? AND source = ?", [key, source]
            ).fetchone()
            if row is None:
                db.execute(
                    "INSERT INTO listings (url, source, url_key, list_url, title, date, first_listed, last_listed,"
                    " first_crawl, state, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [entry.url, source, key, list_url, entry.title, entry.date, time, time, crawl, state, reason],
                )
                new += 1
                fresh += 1
                if state == "pending":
                    wanted.append(entry)
                continue
            url, first_crawl, held_state, held_reason = row
            new += first_crawl > finished
            db.execute("UPDATE listings SET last_listed = ? WHERE url = ? AND source = ?", [time, url, source])
            if held_reason == "before-since" and held_state == "skipped" and state == "pending":
                db.execute(
                    "UPDATE listings SET state = 'pending', reason = '' WHERE url = ? AND source = ?", [url, source]
                )
                wanted.append(Listed(url=url, title=entry.title, date=entry.date))
    return Entries(wanted=tuple(wanted), new=new, fresh=fresh)


def _first_state(db: Database, entry: Listed, key: str, exclude: str, since: str) -> tuple[str, str]:
    if is_removed(db, key):
        return "skipped", "removed"
    if exclude and re.search(exclude, entry.title):
        return "skipped", "excluded"
    if since and entry.date and entry.date[:10] < since:
        return "skipped", "before-since"
    if db.execute("SELECT 1 FROM releases WHERE url_key = ?", [key]).fetchone():
        return "held", ""
    return "pending", ""


def is_removed(db: Database, key: str) -> bool:
    return db.execute("SELECT 1 FROM removed WHERE url_key = ?", [key]).fetchone() is not None


def due(db: Database, source: str, now: datetime) -> list[tuple[Listed, str]]:
    """What a crawl begins with: entries that are pending, and failed or blocked ones whose time has come again.

    Each comes with the list that showed it.
    """
    rows = db.query(
        "SELECT url, title, date, list_url FROM listings WHERE source = :source AND (state = 'pending'"
        " OR (state IN ('failed', 'blocked') AND next_try <= :now)) ORDER BY first_listed, rowid",
        {"source": source, "now": stamp(now)},
    )
    return [(Listed(url=row["url"], title=row["title"], date=row["date"]), row["list_url"]) for row in rows]


def looks(db: Database, source: str, now: datetime, *, everything: bool) -> list[Look]:
    """The held releases of a source that are due for another look, or all of them, least recently looked at first."""
    rows = db.query(
        """SELECT r.id AS release, r.url, coalesce(c.etag, '') AS etag, coalesce(c.last_modified, '') AS last_modified
        FROM releases r JOIN looks l ON l.release = r.id
        LEFT JOIN captures c ON c.id = (
            SELECT max(id) FROM captures WHERE url = r.url AND role = 'article' AND status = 200)
        WHERE r.source = :source AND (:everything OR l.next_look <= :now) ORDER BY l.last_look, r.id""",
        {"source": source, "now": stamp(now), "everything": everything},
    )
    return [Look(**row) for row in rows]


def missed(db: Database, source: str, url: str, reason: str, now: datetime, *, state: str = "failed") -> None:
    """An article did not become a release: `failed` or `blocked` or `skipped`, and when it is tried again.

    What may pass (5xx, time-outs) is tried again after 1, 4, 16 … hours, the rest after 1, 3, 9 … days, eight times.
    """
    row = db.execute("SELECT attempts FROM listings WHERE url = ? AND source = ?", [url, source]).fetchone()
    if row is None:
        return
    attempts = row[0] + 1
    if TRANSIENT.match(reason):
        wait = timedelta(hours=4 ** min(attempts - 1, 5))
    else:
        wait = timedelta(days=3 ** min(attempts - 1, 4))
    again = stamp(now + wait) if state != "skipped" and attempts < MOST_ATTEMPTS else None
    db.execute(
        "UPDATE listings SET state = ?, reason = ?, attempts = ?, next_try = ? WHERE url = ? AND source = ?",
        [state, reason, attempts, again, url, source],
    )


def hold(db: Database, keys: set[str]) -> None:
    """The release of these addresses is stored; called in the transaction that stores it."""
    db.execute(
        f"UPDATE listings SET state = 'held', reason = '', next_try = NULL WHERE url_key IN ({', '.join('?' * len(keys))})",
        list(keys),
    )


def observe(db: Database, release: int, outcome: str, status: int | None, now: datetime) -> None:
    """A look at a held release: what was found (the words of `observations`), and when to look next.

    A page that is missing becomes `suspect`, and `live` again when it answers. Nothing is taken from the archive.
    """
    time = stamp(now)
    db.execute(
        "INSERT OR REPLACE INTO observations (release, at, outcome, status) VALUES (?, ?, ?, ?)",
        [release, time, outcome, status],
    )
    if outcome in ("missing", "redirected"):
        db.execute("UPDATE releases SET status = 'suspect' WHERE id = ? AND status IN ('live', 'unlisted')", [release])
    elif outcome in ("same", "changed"):
        db.execute("UPDATE releases SET status = 'live' WHERE id = ? AND status <> 'live'", [release])
    row = db.execute("SELECT quiet FROM looks WHERE release = ?", [release]).fetchone()
    quiet = row[0] + 1 if row and outcome == "same" else 0
    looked(db, release, now, quiet)


def looked(db: Database, release: int, now: datetime, quiet: int = 0) -> None:
    """Set the next look at a release by how many looks in a row found it the same."""
    following = now + timedelta(days=RHYTHM_DAYS[min(quiet, len(RHYTHM_DAYS) - 1)])
    db.execute(
        "INSERT OR REPLACE INTO looks (release, last_look, next_look, quiet) VALUES (?, ?, ?, ?)",
        [release, stamp(now), stamp(following), quiet],
    )


def stamp(time: datetime) -> str:
    """How a time of ours is written: UTC, to the second."""
    return time.isoformat(timespec="seconds")
