"""The life of a release: its status, from all looks at its page. Decisions, and `settle`, which applies them.

A look is alive (`same`, `changed`), failing (`missing`, `redirected`), or says nothing (`blocked`, `unreachable`). A
failing one counts only when pages of its kind did answer in the same crawl; else it too says nothing: an
*unobserved* page is never *gone*.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import accumulate, chain, repeat
from typing import Literal
from urllib.parse import urlsplit

from sqlite_utils import Database

from archive.database import insert, transaction
from archive.model import LookOutcome, ReleaseStatus, SourceEvent
from archive.times import stamp

ALIVE: tuple[LookOutcome, ...] = ("same", "changed")
FAILING: tuple[LookOutcome, ...] = ("missing", "redirected")
RHYTHM_DAYS = (1, 3, 10, 30, 90)  # from one look to the next, while they find the same
FEWEST_FAILURES, SHORTEST_SPAN, SMALLEST_SHARE = 3, timedelta(days=14), 0.75
AT_ONCE = 3  # pages: fewer are no event of their source
NEAR = timedelta(days=30)
RARE = 3  # releases: a kind of page that has fewer is measured by all pages of its host


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A look as `observations` keeps it; `counted` is None until its crawl is settled."""

    at: datetime
    outcome: LookOutcome
    counted: bool | None
    ours: bool = True  # others' captures are looks of theirs

    @property
    def alive(self) -> bool:
        return self.outcome in ALIVE

    @property
    def failing(self) -> bool:
        """Whether it failed; a look that was judged to say nothing did not."""
        return self.outcome in FAILING and self.counted is not False


def verdict(probes: Sequence[Probe]) -> Literal["live", "suspect", "gone"]:
    """`live`, `suspect` or `gone`, from all looks at a page, oldest first.

    The last look that counts decides between `live` and the others. `gone` needs a stretch of looks up to now that
    begins with a failure and has 3 failures or more, one of them seen by ourselves, 14 days or more between its first and
    its last, and no more than a quarter of looks that were alive. Failures that others saw before the page was last alive
    do not count.
    """
    alive = max((probe.at for probe in probes if probe.alive), default=None)
    told = [
        probe
        for probe in probes
        if probe.alive or (probe.failing and probe.counted and (probe.ours or alive is None or probe.at > alive))
    ]
    if not told or told[-1].alive:
        return "live"
    failures, ours = 0, False
    for looks, probe in enumerate(reversed(told), 1):
        if probe.alive:
            continue
        failures, ours = failures + 1, ours or probe.ours
        long = told[-1].at - probe.at >= SHORTEST_SPAN
        if ours and failures >= FEWEST_FAILURES and long and failures >= SMALLEST_SHARE * looks:
            return "gone"
    return "suspect"


def next_look(first_seen: datetime, probes: Iterable[Probe]) -> datetime:
    """When to look at a page again, from all looks at it, oldest first.

    Looks fall 1, 4, 14, 44 and 134 days, then every 90, after the text was first seen or last changed; after the first
    of a run of failures; or after the first answer that ended one. So a look that came late, or was an extra one, moves
    none of those that follow. After the first of a run of looks that said nothing they fall 1, 4, 14 days, then every
    10. A page that has failed for 14 days, but not yet 3 times, is looked at daily.
    """
    start = last = first_seen
    failing_since = silent_since = None
    failures = 0
    for probe in probes:
        last = probe.at
        if probe.alive:
            start = last if failures or probe.outcome == "changed" else start
            failing_since, silent_since, failures = None, None, 0
        elif probe.failing:
            failing_since, silent_since, failures = failing_since or last, None, failures + 1
        else:
            silent_since = silent_since or last
    if failing_since and failures < FEWEST_FAILURES and last - failing_since >= SHORTEST_SPAN:
        return last + timedelta(days=1)
    start = silent_since or failing_since or start
    rhythm = RHYTHM_DAYS[:3] if silent_since else RHYTHM_DAYS
    waits = chain(rhythm, repeat(rhythm[-1]))
    return next(moment for days in accumulate(waits) if (moment := start + timedelta(days=days)) > last)


def path_type(url: str) -> str:
    """The kind of page that an address stands for: its host and path, figures, digests and the page's own name folded.

    `http://a.example/xwzx/202608/t20260808_106.shtml` and `…/xwzx/202607/t20260701_99.shtml` are of one kind.
    """
    parts = urlsplit(url)
    *folders, page = parts.path.split("/")
    path = "/".join(_folded(folder) for folder in folders)
    query = "&".join(sorted(pair.partition("=")[0] for pair in parts.query.split("&")))
    return f"{_host(url)}{path}/{re.sub('[a-z]+(?:[-_]+[a-z]+)*', 'a', _folded(page.lower()))}?{query}"


def _folded(name: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"[0-9a-fA-F]{16,}", "0", name))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """The last look of a crawl at one release."""

    release: int
    url: str
    outcome: LookOutcome
    known: bool  # it answered when it was last heard of


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a source as a whole: so many of the pages that were looked at share that fate."""

    kind: SourceEvent
    looks: int
    failed: int


_WORDS: dict[SourceEvent, str] = {
    "unreachable": "did not answer: they are unobserved, not gone",
    "blocked": "were refused to us: they are unobserved, not gone",
    "vanished": "are missing at once: the site was rebuilt or keeps us out, none of them is counted as gone",
    "moved": "that are missing were found again at new addresses",
}


def source_events(seen: Iterable[LastLook], moved: int) -> tuple[Event, ...]:
    """The events of the source of these looks; `moved` of the missing pages stand at new addresses.

    `unreachable`, `blocked`: more than half of all pages, and 3 or more. `vanished`: of the pages that had answered
    before and answered or failed now, more than half, and 3 or more, are missing. `moved`: more than half of those that
    are missing, and 3 or more, were found again.
    """
    seen = list(seen)
    tally = Counter(look.outcome for look in seen)
    told = [look for look in seen if look.known and look.outcome in ALIVE + FAILING]
    missing = sum(look.outcome in FAILING for look in told)
    candidates = [
        Event(kind="unreachable", looks=len(seen), failed=tally["unreachable"]),
        Event(kind="blocked", looks=len(seen), failed=tally["blocked"]),
        Event(kind="vanished", looks=len(told), failed=missing),
        Event(kind="moved", looks=missing, failed=moved),
    ]
    return tuple(event for event in candidates if event.failed >= AT_ONCE and 2 * event.failed > event.looks)


def settle(db: Database, crawl: int, now: str) -> tuple[str, ...]:
    """Judge the looks of a crawl that comes to its end, in one transaction; sentences about the events of its source.

    A failing look counts when an article of the same kind (`path_type`; of a kind with fewer than 3 releases: any of
    the host) answered in this crawl, unless most of the source failed at once, or the source has moved and the page
    was not seen since. Failing looks of earlier crawls that never came to an end do not count. Then each release gets
    the status that follows from all its looks. A page that is missing while its source shows the same text at an address
    that was first seen after the page last answered has `moved`; with failures that count, it is enough that the
    address was first seen after the page.
    """
    with transaction(db):
        source, since = db.execute("SELECT source, started FROM crawls WHERE id = ?", [crawl]).fetchone()
        db.execute(
            "UPDATE observations SET counted = 0 WHERE counted IS NULL AND at < ? AND origin = ''"
            " AND release IN (SELECT id FROM releases WHERE source = ?)",
            [since, source],
        )
        seen = _last_looks(db, source, since)
        targets = {look.release: _target(db, look.release) for look in seen if look.outcome in FAILING}
        moved = sum(targets[look.release] is not None for look in seen if look.known and look.outcome in FAILING)
        found = source_events(seen, moved)
        for event in found:
            insert(db, "source_events", {"source": source, "at": now, **asdict(event)}, conflict="REPLACE")
        _count(db, source, since, seen, targets, lost=any(event.kind == "vanished" for event in found))
        _set_statuses(db, source, since, now)
    return tuple(f"{event.failed} of {event.looks} pages {_WORDS[event.kind]}" for event in found)


def unheard(db: Database, source: str, since: str) -> str:
    """A sentence about held releases that a crawl, which began at `since`, found silent once more, "" when there are none.

    Their pages have not answered with them at three looks or more, over 14 days or more, and they count neither as gone nor as
    moved: the looks were refused, failed, or found a page that says nothing. Where more than half of the pages that were
    looked at did not answer, that is a matter of their source, of which others speak.
    """
    seen = _last_looks(db, source, since)
    silent = [look for look in seen if look.outcome not in ALIVE]
    if 2 * len(silent) > len(seen):
        return ""
    found: list[tuple[str, LastLook]] = []
    for look in silent:
        [status] = db.execute("SELECT status FROM releases WHERE id = ?", [look.release]).fetchone()
        heard = last_alive(db, look.release)
        looks = [probe.at for probe in history(db, look.release) if probe.ours and stamp(probe.at) > heard]
        long = looks and looks[-1] - datetime.fromisoformat(heard) >= SHORTEST_SPAN
        if status not in ("gone", "moved") and long and len(looks) >= FEWEST_FAILURES:
            found.append((heard, look))
    if not found:
        return ""
    heard, look = min(found, key=lambda one: one[0])
    number = len(found)
    said = "1 held release has" if number == 1 else f"{number} held releases have"
    place = look.url if number == 1 else f"such as {look.url}"
    return f"{said} shown no text for 14 days or more, and no page says why: {place}, last seen {heard[:10]} ({look.outcome})"


def weigh(db: Database, source: str, now: str) -> None:
    """Judge the failing looks of others at the pages of a source, in one transaction; then each release gets its status.

    There is no crawl whose other pages could be witnesses. So a failing one counts when no more pages of its kind
    (`path_type`) were lost within 30 days, never to be seen again, than there were alive: seen before and after, each
    within 30 days.
    """
    with transaction(db):
        seen = _by_kind(db.execute(_THEIR_ALIVE, [source]))
        lost = _by_kind(db.execute(f"{_THEIR_FAILING} AND {_NEVER_AGAIN}", [source]))
        for release, url, at in db.execute(f"{_THEIR_FAILING} AND o.counted IS NULL", [source]).fetchall():
            moment = datetime.fromisoformat(at)
            near = lost[path_type(url)].near(moment)
            counted = len(near) <= seen[path_type(url)].alive(moment, near)
            db.execute("UPDATE observations SET counted = ? WHERE release = ? AND at = ?", [counted, release, at])
        _set_statuses(db, source, "", now)


_THEIRS = "SELECT r.id, r.url, o.at FROM observations o JOIN releases r ON r.id = o.release WHERE r.source = ?1"
_THEIR_FAILING = f"{_THEIRS} AND o.origin <> '' AND o.outcome IN ('missing', 'redirected')"
_NEVER_AGAIN = """NOT EXISTS (SELECT 1 FROM observations l WHERE l.release = r.id AND l.at > o.at
    AND l.origin <> '' AND l.outcome IN ('same', 'changed'))"""
_THEIR_ALIVE = f"""{_THEIRS} AND o.origin <> '' AND o.outcome IN ('same', 'changed')
    UNION SELECT r.id, r.url, r.first_seen FROM releases r JOIN backfilled b ON b.release = r.id WHERE r.source = ?1"""


class _Moments:
    """The times at which releases of one kind were seen in one state."""

    def __init__(self, moments: Iterable[tuple[datetime, int]]) -> None:
        self.all = sorted(moments)
        self.spans: dict[int, tuple[datetime, datetime]] = {}
        for moment, release in self.all:
            self.spans[release] = (self.spans.get(release, (moment, moment))[0], moment)
        self.firsts = sorted(first for first, _ in self.spans.values())
        self.lasts = sorted(last for _, last in self.spans.values())

    def near(self, moment: datetime) -> set[int]:
        """The releases that were seen so within 30 days."""
        first, last = (bisect_left(self.all, (edge, 0)) for edge in (moment - NEAR, moment + NEAR))
        return {release for _, release in self.all[first:last]}

    def alive(self, moment: datetime, failing: set[int]) -> int:
        """How many releases, without the failing ones, were seen so both before and after, each within 30 days."""
        there = bisect_left(self.firsts, moment + NEAR) - bisect_left(self.lasts, moment - NEAR)
        spans = [self.spans[release] for release in failing & self.spans.keys()]
        return there - sum(first < moment + NEAR and last >= moment - NEAR for first, last in spans)


def _by_kind(rows: Iterable[tuple[int, str, str]]) -> dict[str, _Moments]:
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for release, url, at in rows:
        found[path_type(url)].append((datetime.fromisoformat(at), release))
    return defaultdict(lambda: _Moments(()), {kind: _Moments(moments) for kind, moments in found.items()})


def _last_looks(db: Database, source: str, since: str) -> list[LastLook]:
    """The last look since `since`, the crawl's start, at each release, with the status before this crawl was judged."""
    # max(o.at) is not used and must stay: SQLite then takes the outcome from the row of the last look
    rows = db.execute(
        "SELECT r.id, r.url, o.outcome, r.status IN ('live', 'unlisted'), max(o.at) FROM observations o"
        " JOIN releases r ON r.id = o.release WHERE o.at >= ? AND r.source = ? AND o.origin = '' GROUP BY r.id ORDER BY r.id",
        [since, source],
    )
    return [LastLook(release=id, url=url, outcome=outcome, known=bool(known)) for id, url, outcome, known, _ in rows]


def _count(
    db: Database, source: str, since: str, seen: list[LastLook], targets: dict[int, int | None], *, lost: bool
) -> None:
    failing = [look for look in seen if look.outcome in FAILING]
    if not failing:
        return
    stored = db.execute(
        "SELECT url FROM releases WHERE source = ? AND first_seen >= ? AND status = 'live'", [source, since]
    ).fetchall()
    answered = [look.url for look in seen if look.outcome in ALIVE] + [url for (url,) in stored]
    kinds, hosts = {path_type(url) for url in answered}, {_host(url) for url in answered}
    rare = _rare(db, source) if any(path_type(look.url) not in kinds for look in failing) else set()
    left = db.execute("SELECT max(at) FROM source_events WHERE source = ? AND kind = 'moved'", [source]).fetchone()[0]
    for look in failing:
        kind = path_type(look.url)
        witnessed = kind in kinds or (kind in rare and _host(look.url) in hosts)
        behind = left is not None and targets[look.release] is None and last_alive(db, look.release) < left
        counted = witnessed and not lost and not behind
        db.execute(
            "UPDATE observations SET counted = ? WHERE release = ? AND at >= ? AND counted IS NULL AND origin = ''",
            [counted, look.release, since],
        )
        if not counted:
            schedule(db, look.release)


def _rare(db: Database, source: str) -> set[str]:
    """The kinds of page with too few releases in the source to be each other's witness."""
    urls = db.execute("SELECT url FROM releases WHERE source = ?", [source])
    return {kind for kind, number in Counter(path_type(url) for (url,) in urls).items() if number < RARE}


def last_alive(db: Database, release: int) -> str:
    """When the page last answered with the release; at the latest when it was first seen."""
    return str(
        db.execute(
            "SELECT max(first_seen, coalesce((SELECT max(at) FROM observations o WHERE o.release = r.id"
            " AND outcome IN ('same', 'changed')), '')) FROM releases r WHERE id = ?",
            [release],
        ).fetchone()[0]
    )


def _target(db: Database, release: int, *, after: str = "") -> int | None:
    """The release, of the same source and cluster, at whose newer address a missing page stands again.

    `after` is when that address must have been first seen; the page's last answer when it is not given.
    """
    row = db.execute(
        "SELECT n.id FROM releases o JOIN releases n ON n.cluster = o.cluster AND n.source = o.source AND n.id <> o.id"
        " WHERE o.id = ? AND n.first_seen > ? AND n.status IN ('live', 'unlisted') ORDER BY n.first_seen, n.id LIMIT 1",
        [release, after or last_alive(db, release)],
    ).fetchone()
    return row[0] if row else None


def _set_statuses(db: Database, source: str, since: str, now: str) -> None:
    """The status of each release that was looked at, is not simply live, or is no longer listed."""
    rows = db.execute(
        f"""SELECT id, status, first_seen, {_UNLISTED} AS unlisted FROM releases r WHERE source = ? AND
            (status <> 'live' OR unlisted OR EXISTS (SELECT 1 FROM observations o WHERE release = r.id AND at >= ?))""",
        [source, since],
    ).fetchall()
    for id, held, first_seen, unlisted in rows:
        probes = history(db, id)
        found = verdict(probes)
        target = None
        if found != "live":
            target = _target(db, id) or _target(db, id, after=first_seen)
        elif probes and probes[-1].outcome in FAILING:
            target = _target(db, id)
        status: ReleaseStatus = found
        if target:
            status = "moved"
        elif found == "live" and unlisted:
            status = "unlisted"
        if status != held:
            db.execute("UPDATE releases SET status = ? WHERE id = ?", [status, id])
            insert(db, "status_changes", {"release": id, "at": now, "status": status}, conflict="REPLACE")


# no list of its source shows it any more where it would stand
_LISTINGS = "SELECT 1 FROM listings l WHERE l.url_key = r.url_key AND l.source = r.source"
_UNLISTED = f"(EXISTS ({_LISTINGS}) AND NOT EXISTS ({_LISTINGS} AND l.unlisted IS NULL))"


def history(db: Database, release: int) -> list[Probe]:
    """All looks at a release, oldest first."""
    rows = db.execute("SELECT at, outcome, counted, origin FROM observations WHERE release = ? ORDER BY at", [release])
    return [
        Probe(
            at=datetime.fromisoformat(at),
            outcome=outcome,
            counted=None if counted is None else bool(counted),
            ours=not origin,
        )
        for at, outcome, counted, origin in rows
    ]


def begin(db: Database, release: int, first_seen: str, capture: int | None) -> None:
    """`schedule` for a release that is stored for the first time; `capture` is the page that the next look is compared with."""
    seen = datetime.fromisoformat(first_seen)
    row = {"last_look": stamp(seen), "next_look": stamp(next_look(seen, ())), "capture": capture}
    insert(db, "looks", {"release": release, **row})


def schedule(db: Database, release: int) -> None:
    """Set the day of the next look at a release by all looks at it; the first reading of its text is none."""
    probes = history(db, release)
    [stamped] = db.execute("SELECT first_seen FROM releases WHERE id = ?", [release]).fetchone()
    first_seen = datetime.fromisoformat(stamped)
    if probes and probes[-1].at < first_seen:  # the clock was wrong when it was first seen
        first_seen = probes[0].at
    following = next_look(first_seen, probes)
    last = probes[-1].at if probes else first_seen
    db.execute(
        "INSERT INTO looks (release, last_look, next_look) VALUES (?, ?, ?)"
        " ON CONFLICT (release) DO UPDATE SET last_look = excluded.last_look, next_look = excluded.next_look",
        [release, stamp(last), stamp(following)],
    )
