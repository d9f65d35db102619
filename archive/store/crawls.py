"""The `crawls` table: one row for each crawl of a source, with its counts and the facts that later crawls are judged by.

A crawl that the operator stopped tells nothing of the source: the norm, the timetable and the messages pass it over.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlite_utils import Database

from archive.database import insert, transaction, update
from archive.model import CrawlCount, CrawlOutcome, EditKind, ListingState, LookOutcome, SourceState, Tls
from archive.texts.sentences import sentences
from archive.urls import canonical

COUNTED: tuple[CrawlCount, ...] = ("listed", "new", "changed", "unchanged", "failed", "blocked", "skipped")
_ENDED = "finished IS NOT NULL AND outcome IS NOT 'stopped'"
SHRUNK = 0.6  # a new version that is shorter than this share of the one before has lost something


def begin(
    db: Database, source: str, started: str, vantage: str, tls: Tls | Literal[""] = "", *, origin: str = ""
) -> int:
    """Enter a crawl that begins; its row keeps an empty `finished` when the crawl is killed.

    With `origin` it is no crawl of ours: captures of that host are taken in, and the row never gets an end. There is one for
    each intake.
    """
    if origin:
        taken = "SELECT id FROM crawls WHERE source = ? AND started = ? AND origin = ?"
        if found := db.execute(taken, [source, started, origin]).fetchone():
            return int(found[0])
    row = {"source": source, "started": started, "vantage": vantage, "tls": tls, "origin": origin}
    with transaction(db):
        id = insert(db, "crawls", row)
    assert id is not None
    return id


def end(
    db: Database,
    crawl: int,
    finished: str,
    outcome: CrawlOutcome | Literal[""],
    counts: Counter[CrawlCount],
    problems: Sequence[str],
    facts: str = "{}",
) -> None:
    """Enter how a crawl ended; `facts` is JSON, for `history`."""
    values: dict[str, Any] = {
        "finished": finished,
        "outcome": outcome,
        "problems": json.dumps(list(problems), ensure_ascii=False),
        "facts": facts,
        **{name: counts[name] for name in COUNTED},
    }
    with transaction(db):
        update(db, "crawls", values, "id = ?", crawl)


# a crawl, and the norm of its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier crawl that came to its end."""

    started: datetime
    outcome: CrawlOutcome | Literal[""]
    facts: str  # JSON


def history(db: Database, source: str, before: int, most: int) -> list[Past]:
    """The crawls of a source that ended before crawl `before` began, newest first."""
    rows = db.execute(
        f"SELECT started, outcome, facts FROM crawls WHERE source = ? AND id < ? AND {_ENDED} ORDER BY id DESC LIMIT ?",
        [source, before, most],
    )
    return [Past(started=datetime.fromisoformat(row[0]), outcome=row[1], facts=row[2]) for row in rows]


def listed_since_last(db: Database, source: str, crawl: int) -> Counter[tuple[ListingState, str]]:
    """The fate of the entries that the lists have shown for the first time since the last crawl that ended.

    By state and reason. Entries that were known before, retries among them, do not count.
    """
    rows = db.execute(
        "SELECT state, reason, count(*) FROM listings WHERE source = ? AND first_crawl > coalesce((SELECT max(id)"
        f" FROM crawls WHERE source = ? AND id < ? AND {_ENDED}), 0) GROUP BY state, reason",
        [source, source, crawl],
    )
    return Counter({(state, reason): number for state, reason, number in rows})


def latest_states(db: Database, source: str, number: int) -> Counter[ListingState]:
    """The states of the newest entries that were asked for."""
    rows = db.execute(
        "SELECT state FROM listings WHERE source = ? AND state IN ('held', 'failed', 'blocked')"
        " ORDER BY first_crawl DESC, rowid DESC LIMIT ?",
        [source, number],
    )
    return Counter(state for (state,) in rows)


def ledger_states(db: Database, source: str) -> Counter[ListingState]:
    """How many entries of a source are in which state."""
    return Counter(dict(db.execute("SELECT state, count(*) FROM listings WHERE source = ? GROUP BY state", [source])))


def looks_since(db: Database, source: str, time: str) -> Counter[LookOutcome]:
    """The outcomes of the looks at held releases since `time`, counted."""
    rows = db.execute(
        "SELECT o.outcome, count(*) FROM observations o JOIN releases r ON r.id = o.release"
        " WHERE o.at >= ? AND r.source = ? AND o.origin = '' GROUP BY o.outcome",
        [time, source],
    )
    return Counter(dict(rows))


def aliens_since(db: Database, source: str, time: str) -> Counter[str]:
    """The pages that stood in for held releases since `time` (`another-page`), counted by their titles."""
    rows = db.execute(
        "SELECT p.value FROM observations o JOIN releases r ON r.id = o.release, json_each(r.problems) p"
        " WHERE o.at >= ? AND r.source = ? AND o.outcome IN ('missing', 'unreachable') AND p.value LIKE 'another-page: %'",
        [time, source],
    )
    noted = (problem.split(": ", 2)[1:] for (problem,) in rows)
    return Counter(title for at, title in noted if at >= time)


def shared_edits_since(db: Database, source: str, time: str) -> Counter[tuple[EditKind, str]]:
    """The sentences that the new versions of a source's releases added or dropped since `time`, each with the number of releases."""
    rows = db.execute(
        "SELECT p.text, v.text FROM releases r JOIN versions v ON v.release = r.id"
        " JOIN versions p ON p.release = v.release AND p.version = v.version - 1"
        " WHERE r.id IN (SELECT release FROM observations WHERE at >= ? AND outcome = 'changed')"
        " AND r.source = ? AND v.seen >= ? AND v.kind = 'published'",
        [time, source, time],
    )
    edits: Counter[tuple[EditKind, str]] = Counter()
    for before, after in rows:
        had, has = ({text[start:end].strip() for start, end in sentences(text)} for text in (before, after))
        edits.update(("added", one) for one in has - had)
        edits.update(("dropped", one) for one in had - has)
    return edits


def has_shrunk(db: Database, url: str, seen: str) -> bool:
    """Whether a look at a held release, at `seen`, made a version that lost a good part of the text before."""
    row = db.execute(
        "SELECT length(v.text) < ? * length(p.text) FROM releases r"
        " JOIN versions v ON v.release = r.id AND v.version = r.version AND v.seen = ?"
        " JOIN versions p ON p.release = r.id AND p.version = v.version - 1 WHERE r.url_key = ?",
        [SHRUNK, seen, canonical(url)],
    ).fetchone()
    return bool(row and row[0])


# how sources stand


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of a source: its last crawl, and the held part of its listings."""

    outcome: SourceState  # of the last crawl
    finished: str
    # all entries that its lists have shown, and how many of them are in each state: these add up
    listed: int
    held: int
    failed: int
    blocked: int
    pending: int
    skipped: int
    newest: str  # day of the newest release
    problem: str  # the first of the last crawl's
    unread: int  # articles that broke the reader and were not read since


def states(db: Database, is_crawled: Callable[[str], bool]) -> dict[str, State]:
    """The state of every source that was ever crawled, by id.

    A crawl without an end is `running` while `is_crawled` says so of its source (its lock is held), else `interrupted`.
    """
    counts = ", ".join(
        f"(SELECT count(*) FROM listings l WHERE l.source = c.source AND l.state = '{state}') AS {state}"
        for state in get_args(ListingState)
    )
    rows = db.query(
        f"""SELECT c.source, c.outcome, coalesce(c.finished, c.started) AS finished,
        coalesce(json_extract(c.problems, '$[0]'), '') AS problem,
        (SELECT count(*) FROM listings l WHERE l.source = c.source) AS listed, {counts},
        (SELECT count(*) FROM listings l WHERE l.source = c.source AND l.reason = 'reader-error') AS unread,
        coalesce((SELECT substr(max(published), 1, 10) FROM releases r WHERE r.source = c.source), '') AS newest
        FROM crawls c WHERE c.id = (SELECT max(id) FROM crawls WHERE source = c.source AND origin = '')"""
    )
    return {row["source"]: _state(row, is_crawled) for row in rows}


def _state(row: dict[str, Any], is_crawled: Callable[[str], bool]) -> State:
    source = row["source"]
    if row["outcome"] is None:
        row["outcome"] = "running" if is_crawled(source) else "interrupted"
    return State(**{name: value for name, value in row.items() if name != "source"})


def last_started(db: Database, now: str) -> dict[str, str]:
    """When each source was last crawled to an end, by id. A crawl that began later than now, by a wrong clock, does not count."""
    rows = db.execute(
        f"SELECT source, max(started) FROM crawls WHERE {_ENDED} AND started <= ? GROUP BY source", [now]
    ).fetchall()
    return dict(rows)


def clock_was_wrong(db: Database, source: str, now: str) -> str:
    """A sentence when the source's last crawl began later than now; "" when not."""
    row = db.execute(
        "SELECT started FROM crawls WHERE source = ? AND origin = '' ORDER BY id DESC LIMIT 1", [source]
    ).fetchone()
    if row is None or row[0] <= now:
        return ""
    return f"the last crawl bears the time {row[0]}, which is still to come: the clock was wrong then, or is now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A source's last crawl beside the outcome that somebody was last told of, "" when nobody ever was."""

    source: str
    name: str
    crawl: int
    outcome: CrawlOutcome | Literal[""]
    problem: str
    told: CrawlOutcome | Literal[""]


def standings(db: Database, sources: Sequence[str]) -> list[Standing]:
    """How the last crawls of these sources ended, for those that were crawled to an end."""
    rows = db.query(
        f"""SELECT c.source, s.name, c.id AS crawl, c.outcome,
        coalesce(json_extract(c.problems, '$[0]'), '') AS problem, coalesce((
            SELECT outcome FROM crawls WHERE source = c.source AND told ORDER BY id DESC LIMIT 1), '') AS told
        FROM crawls c JOIN sources s ON s.id = c.source
        WHERE c.source IN ({", ".join("?" * len(sources))})
        AND c.id = (SELECT max(id) FROM crawls WHERE source = c.source AND {_ENDED}) ORDER BY c.source""",
        list(sources),
    )
    return [Standing(**row) for row in rows]


def mark_told(db: Database, crawls: Sequence[int]) -> None:
    """Note that somebody was told of these crawls' outcomes."""
    with transaction(db):
        db.conn.executemany("UPDATE crawls SET told = 1 WHERE id = ?", [(crawl,) for crawl in crawls])


# a source's daily budget


def used(db: Database, source: str, day: str) -> tuple[int, int]:
    """The requests and bytes that a source was asked for on a day."""
    row = db.execute("SELECT requests, bytes FROM usage WHERE source = ? AND day = ?", [source, day]).fetchone()
    return (row[0], row[1]) if row else (0, 0)


def use(db: Database, source: str, day: str, requests: int, size: int) -> None:
    """Add requests and bytes to the use of a source on a day."""
    with transaction(db):
        db.execute(
            "INSERT INTO usage (source, day, requests, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " requests = requests + excluded.requests, bytes = bytes + excluded.bytes",
            [source, day, requests, size],
        )
