"""The outcome of a crawl: a pure function of its facts and of the source's own history.

A source is measured against itself. Its habits (a list without dates, pages that name no publisher, a pause of a week at
the new year) are its norm; a difference from the norm that chance does not explain is reported.
docs/health.md has the table.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from math import comb, sqrt
from statistics import median
from typing import Self, get_args

from archive.model import (
    TORN,
    CrawlCount,
    CrawlOutcome,
    EditKind,
    Listed,
    ListingState,
    LookOutcome,
    ReadingDoubt,
    Release,
)
from archive.store.crawls import Past
from archive.urls import canonical
from crawler.sources import Source

GOOD: set[CrawlOutcome] = {"ok", "quiet", "suspect"}  # exit status 0
WELL: set[CrawlOutcome] = {"ok", "quiet"}

HISTORY = 90  # crawls that make up the norm, at most
SETTLED = timedelta(days=30)  # after 30 days a suspect state becomes the norm
ALIKE_DAYS = 8  # pages of one day that count as independent; they resemble each other
RARE = 1e-4  # a fill rate has changed when chance explains it less often than this
SHORTER, Z = 0.6, -4.0  # a median below this share of the norm's, by a rank test this far out
KNOWN = 20  # new articles asked for; so many show the usual rate of failure
LATEST = 5  # entries; a source with few new ones a day is judged by several days
MANY = 5  # held pages that share a fate; fewer are no matter of their source
LENGTHS = 60  # text lengths that a crawl's row keeps
PAUSE = 11  # days that a source may be silent beyond its longest pause: the longest holidays, with their weekends
FIELDS = {
    "title": "no title of their own",
    "date": "no date",
    "publisher": "no publisher",
    "body": "none of the declared containers",
    "ending": "no end: their texts break off",
    "legible": "no legible text: their charset is misread",
}
DOUBTS = frozenset(get_args(ReadingDoubt))
_COMMON = re.compile("[的一是在不了有和人中大为上国政市工发会展业民省全县区，。、：；“”（）]+")
_FAMILIAR = re.compile(r"[\x00-\x7f\s]+")  # to any charset
_ENDS = frozenset("。！？；：…”’）》」』】.!?)")


@dataclass(slots=True, kw_only=True)
class Shown:
    """A list as the crawl saw it, on all pages that were walked."""

    url: str
    address: str  # the answer's, after redirects
    pages: int = 0
    entries: int = 0
    dated: int = 0
    fresh: int = 0  # entries that no list had shown before
    newest: str = ""  # day
    repeats: bool = False  # a page had the entries of an earlier page again

    def add(self, entries: Sequence[Listed], fresh: int) -> None:
        """Add the entries of a further page that are new in this walk."""
        self.pages += 1
        self.entries += len(entries)
        self.dated += sum(bool(entry.date) for entry in entries)
        self.fresh += fresh
        self.newest = max([self.newest, *(entry.date[:10] for entry in entries)])


@dataclass(slots=True, kw_only=True)
class Readings:
    """How the article pages of a crawl read."""

    read: int = 0
    filled: Counter[str] = field(default_factory=Counter)  # pages that have each of FIELDS
    lengths: list[int] = field(default_factory=list)  # characters of the texts that were new
    texts: Counter[str] = field(default_factory=Counter)  # new texts, by their digest
    shrunk: int = 0  # held releases that lost a good part of their text
    torn: list[str] = field(default_factory=list)  # addresses of pages that break off within a tag or a sentence
    doubts: Counter[str] = field(default_factory=Counter)  # new pages that have each of DOUBTS
    doubted: int = 0  # new pages that have one or more

    def add(self, release: Release) -> None:
        """Take down one page."""
        rules = {origin.field: origin.rule for origin in release.provenance}
        has = {
            "title": rules.get("title") != "list",
            "date": bool(release.published) and rules.get("published") != "list",
            "publisher": bool(release.publisher),
            "body": "undeclared-body" not in release.problems,
            "ending": release.text[-1:] in _ENDS or "\n" in release.text[-40:].strip(),
            "legible": is_legible(release.text),
        }
        self.read += 1
        self.filled.update({name: int(filled) for name, filled in has.items()})
        if TORN in release.problems:
            self.torn.append(release.page.url)
        if release.page.listed:
            if doubts := DOUBTS.intersection(problem.partition(":")[0] for problem in release.problems):
                self.doubts.update(doubts)
                self.doubted += 1
            self.lengths.append(len(release.text))
            self.texts[release.text_key] += 1

    def without_doubts(self) -> Self:
        """The same pages, none of them in doubt."""
        return replace(self, doubts=Counter(), doubted=0)

    def count(self, others: Self) -> None:
        """Take down the pages of others."""
        self.read += others.read
        self.filled.update(others.filled)
        self.lengths += others.lengths
        self.texts.update(others.texts)
        self.shrunk += others.shrunk
        self.torn += others.torn
        self.doubts.update(others.doubts)
        self.doubted += others.doubted


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of a crawl that its outcome rests on, beside the source's history."""

    started: datetime
    counts: Counter[CrawlCount] = field(default_factory=Counter)
    fresh: Counter[tuple[ListingState, str]] = field(default_factory=Counter)  # new entries by state and reason
    latest: Counter[ListingState] = field(default_factory=Counter)  # the LATEST entries of all by state
    looks: Counter[LookOutcome] = field(default_factory=Counter)  # looks at held releases, by their outcome
    aliens: Counter[str] = field(default_factory=Counter)  # pages that stood in for held ones, by their titles
    edits: Counter[tuple[EditKind, str]] = field(default_factory=Counter)  # releases that added or dropped a sentence
    ledger: Counter[ListingState] = field(default_factory=Counter)  # all entries by state
    lists: Sequence[Shown] = ()
    readings: Readings = field(default_factory=Readings)
    broken: Sequence[str] = ()  # faults that keep a list from being judged
    problems: Sequence[str] = ()  # other faults
    faults: Sequence[tuple[str, str]] = ()  # pages that broke the reader: address and exception
    partial: bool = False  # somebody, or the day's budget, asked for less than all


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """An earlier crawl that tells how the source usually is."""

    started: datetime
    held: int  # new articles that became releases
    asked: int  # new articles that were asked for
    lists: dict[str, Shown]
    readings: Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    outcome: CrawlOutcome
    problems: tuple[str, ...]


def judge(facts: Facts, history: Sequence[Past], source: Source) -> Verdict:
    """The outcome of a crawl, and why; `history` is that of the source, newest first.

    - `blocked`: the site refuses us: a list turns us away, or 2 articles or more, as many as failed and more than answered, while nothing came.
    - `broken`: a list failed or shows no entries, or of three and more new articles none could be read.
    - `suspect`: it went through, but less came than should have, or something differs from the source's norm.
    - `quiet`: nothing new, which is as it should be. `ok`: all else.
    """
    states = by_state(facts.fresh)
    problems = (*_faults(facts), *facts.problems)
    arrived = facts.counts["new"] + facts.counts["changed"]
    asked = states["held"] + states["failed"] + states["blocked"]
    refused = states["blocked"] + facts.looks["blocked"]
    failed = states["failed"] + facts.looks["missing"] + facts.looks["unreachable"]
    if facts.counts["blocked-lists"]:
        return Verdict(outcome="blocked", problems=(*facts.broken, *problems))
    answered = facts.looks["same"] + facts.looks["changed"]
    if not arrived and not states["held"] and refused >= max(failed, 2) and refused > answered:
        why = f": {_most(facts.fresh, 'blocked')}" if states["blocked"] else ", held ones that were looked at again"
        said = f"{refused} of {asked + facts.looks.total()} pages turned us away{why}"
        return Verdict(outcome="blocked", problems=(said, *facts.broken, *problems))
    if facts.broken:
        return Verdict(outcome="broken", problems=(*facts.broken, *problems))
    if asked >= 3 and not states["held"]:
        said = f"none of {asked} new articles could be read: {_why(facts.fresh)}"
        return Verdict(outcome="broken", problems=(said, *problems))
    norm = norm_of(history, facts.started)
    doubts = [*problems, *_shortfalls(facts, states, norm, source), *_readings(facts, norm)]
    if not facts.partial:
        doubts += _lists(facts, norm)
    if doubts:
        return Verdict(outcome="suspect", problems=tuple(doubts))
    return Verdict(outcome="ok" if arrived else "quiet", problems=())


def _faults(facts: Facts) -> Iterable[str]:
    """Pages broke the reader: a fault of ours, whatever the source's norm is."""
    if facts.faults:
        url, fault = facts.faults[0]
        number = len(facts.faults)
        yield f"{number} {'page' if number == 1 else 'pages'} broke the reader (reader-error), the first was {url}: {fault}"


# articles that are missing


def _shortfalls(facts: Facts, states: Counter[ListingState], norm: Sequence[Normal], source: Source) -> Iterable[str]:
    """New articles fail as never before, or, without a norm, more of them than came; held pages fail in numbers,
    turn us away or show one page of the site; entries were never answered; too few are held at all.
    """
    missing = states["failed"] + states["blocked"]
    held, asked = sum(past.held for past in norm), sum(past.asked for past in norm)
    if missing > max(states["held"], 2) and (
        asked < KNOWN or has_dropped(states["held"], missing + states["held"], held, asked)
    ):
        yield f"{missing} of {missing + states['held']} new articles failed: {_why(facts.fresh)}"
    elif missing and facts.latest.total() == LATEST and not facts.latest["held"]:
        yield f"the last {LATEST} articles that were listed failed"
    lost = facts.looks.total() - facts.looks["same"] - facts.looks["changed"]
    if lost >= MANY and lost * 2 > facts.looks.total():
        yield f"{lost} of {facts.looks.total()} held releases that were looked at again did not answer as before"
    elif facts.looks["blocked"] >= MANY:
        yield f"{facts.looks['blocked']} of {facts.looks.total()} held releases that were looked at again turned us away"
    for title, number in facts.aliens.items():
        if number >= MANY:
            yield f"{number} held releases answer with one page that is none of them: {title}"
    if facts.partial:
        return
    if waiting := facts.ledger["pending"]:
        yield f"{waiting} listed articles were never answered"
    if facts.ledger["held"] < source.minimum:
        yield f"{facts.ledger['held']} releases are held, and a healthy crawl of this source yields {source.minimum}"


def by_state(fresh: Counter[tuple[ListingState, str]]) -> Counter[ListingState]:
    states: Counter[ListingState] = Counter()
    for (state, _), number in fresh.items():
        states[state] += number
    return states


def _why(fresh: Counter[tuple[ListingState, str]]) -> str:
    return _most(fresh, "failed") or _most(fresh, "blocked")


def _most(fresh: Counter[tuple[ListingState, str]], state: ListingState) -> str:
    """The commonest reasons of a state: `no-text (7), http-404 (1)`."""
    reasons = Counter({reason: number for (name, reason), number in fresh.items() if name == state})
    return ", ".join(f"{reason} ({number})" for reason, number in reasons.most_common(3))


# the norm


def norm_of(history: Sequence[Past], now: datetime) -> list[Normal]:
    """The crawls that went well, and those that have been suspect for longer than SETTLED."""
    usual = (
        past for past in history if past.outcome in WELL or (past.outcome == "suspect" and now - past.started > SETTLED)
    )
    return [_recalled(past) for past in usual]


def kept(facts: Facts) -> str:
    """The facts that a crawl's row keeps for the norm of later crawls, as JSON."""
    readings, states = facts.readings, by_state(facts.fresh)
    lengths = readings.lengths[:: len(readings.lengths) // LENGTHS + 1]
    said = {
        "held": states["held"],
        "asked": states["held"] + states["failed"] + states["blocked"],
        "lists": [asdict(shown) for shown in facts.lists],
        "readings": {"read": readings.read, "filled": readings.filled, "lengths": lengths, "shrunk": readings.shrunk},
    }
    return json.dumps(said, ensure_ascii=False)


def _recalled(past: Past) -> Normal:
    said = json.loads(past.facts)
    shown = [Shown(**one) for one in said.get("lists", ())]
    readings = said.get("readings", {})
    return Normal(
        started=past.started,
        held=said.get("held", 0),
        asked=said.get("asked", 0),
        lists={one.url: one for one in shown},
        readings=Readings(**{**readings, "filled": Counter(readings.get("filled", {}))}),
    )


# pages


def _readings(facts: Facts, norm: Sequence[Normal]) -> Iterable[str]:
    now = facts.readings
    runs = [now, *(past.readings for past in norm[:4])]
    usual = _sum(past.readings for past in norm)
    for name, words in FIELDS.items():
        # few pages prove little: pages of earlier crawls are added until there are enough
        for several in range(1, len(runs) + 1):
            seen = _sum(runs[:several])
            if now.read and has_dropped(seen.filled[name], seen.read, usual.filled[name], usual.read):
                lack = seen.read - seen.filled[name]
                yield f"{lack} of {seen.read} pages have {words}; before, {_share(usual, name)} had it"
                break
            if seen.read >= ALIKE_DAYS:
                break
    lengths = [length for past in norm for length in past.readings.lengths][:600]
    if are_shorter(now.lengths, lengths):
        yield f"texts are {median(now.lengths):.0f} characters long (median), and were {median(lengths):.0f} before"
    if now.shrunk >= 2 and now.shrunk * 2 > facts.counts["changed"]:
        yield f"{now.shrunk} of {facts.counts['changed']} changed releases lost a good part of their text"
    yield from _shared_edits(facts)
    same = max(now.texts.values(), default=0)
    if same >= 3 and same * 2 > now.texts.total():
        yield f"{same} of {now.texts.total()} new pages hold the same text"


def _shared_edits(facts: Facts) -> Iterable[str]:
    """Most of the held pages that answered gained, or lost, one same sentence: their template changed, not what they say."""
    answered = facts.looks["same"] + facts.looks["changed"]
    ways: tuple[tuple[EditKind, str], ...] = (("added", "gained"), ("dropped", "lost"))
    for kind, word in ways:
        numbers = Counter({sentence: number for (one, sentence), number in facts.edits.items() if one == kind})
        for sentence, number in numbers.most_common(1):
            if number >= MANY and number * 2 > answered:
                yield f"{number} of {facts.looks['changed']} changed releases {word} the same sentence: {sentence[:80]}"


def _sum(readings: Iterable[Readings]) -> Readings:
    total = Readings()
    for one in readings:
        total.count(one)
    return total


def _share(readings: Readings, name: str) -> str:
    return f"{readings.filled[name] / readings.read:.0%}"


def has_dropped(filled: int, number: int, usually: int, of: int) -> bool:
    """Whether a rate is by half of all pages below its norm, and by more than chance.

    Pages of one day are no independent witnesses: more than ALIKE_DAYS of them count as so many. A norm of few pages is
    taken with a grain of salt: as if one more page had it and one more had not.
    """
    if not number or of < 4:
        return False
    rate = (usually + 1) / (of + 2)
    if filled / number > rate - 0.5:
        return False
    n = min(number, ALIKE_DAYS)
    k = round(filled * n / number)
    return sum(comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k + 1)) < RARE


def are_shorter(lengths: Sequence[int], usual: Sequence[int]) -> bool:
    """Whether texts have become much shorter: by their median, and by a rank test (Mann and Whitney) against chance.

    Few texts fail that test whatever they are; they are shorter when each is shorter than any before, by a fifth.
    """
    n, m = len(lengths), len(usual)
    if n < 4 or m < 20 or median(lengths) > SHORTER * median(usual):
        return False
    if max(lengths) < 0.8 * min(usual):
        return True
    ordered = sorted(usual)
    shorter = sum((bisect_left(ordered, one) + bisect_right(ordered, one)) / 2 for one in lengths)
    return (shorter - n * m / 2) / sqrt(n * m * (n + m + 1) / 12) < Z


def is_legible(text: str) -> bool:
    """Whether a text is Chinese as it is written, or not Chinese at all; not what a wrong charset makes of it.

    Of the characters of any Chinese text a few in a hundred are among the commonest and the marks; of UTF-8 that was
    read as GB18030, or as Latin-1, none are. The first few hundred tell.
    """
    text = text[:400]
    foreign = _FAMILIAR.sub("", text)
    if len(foreign) < 50:
        return True
    return len(foreign) - len(_COMMON.sub("", foreign)) > 0.02 * len(foreign) > text.count("\ufffd")


# lists


def _lists(facts: Facts, norm: Sequence[Normal]) -> Iterable[str]:
    pasts = {
        shown.url: [(n.started, n.lists[shown.url]) for n in norm if shown.url in n.lists] for shown in facts.lists
    }
    dated = sum(shown.dated for shown in facts.lists)
    entries = sum(shown.entries for shown in facts.lists)
    usual = [old for past in pasts.values() for _, old in past]
    if has_dropped(dated, entries, sum(old.dated for old in usual), sum(old.entries for old in usual)):
        yield f"{entries - dated} of {entries} entries of the lists have no date any more"
    faults = [
        fault for shown in facts.lists if pasts[shown.url] for fault in _list(shown, pasts[shown.url], facts.started)
    ]
    yield from faults
    if faults or any(shown.fresh for shown in facts.lists):
        return
    # each edition of a newspaper is a list of its own, so lists are taken together
    arrivals = (past.started for past in norm if any(shown.fresh for shown in past.lists.values()))
    if silence := silent_days(arrivals, facts.started):
        yield f"no list has shown anything new for {silence[0]} days; none ever paused longer than {silence[1]}"


def _list(shown: Shown, past: Sequence[tuple[datetime, Shown]], now: datetime) -> Iterable[str]:
    _, last = past[0]
    if canonical(shown.address) != canonical(last.address):
        yield f"list {shown.url} is answered by {shown.address} now, and was by {last.address}"
    if shown.repeats and not any(old.repeats for _, old in past) and any(old.pages > 1 for _, old in past):
        yield f"list {shown.url} shows its first pages again where others followed"
    if shown.entries == shown.fresh and _is_another(shown, [old for _, old in past]):
        yield f"list {shown.url} shows nothing that it showed before"
    if not shown.fresh and (silence := silent_days((started for started, old in past if old.fresh), now)):
        yield f"list {shown.url} has shown nothing new for {silence[0]} days, and never paused longer than {silence[1]}"


def _is_another(shown: Shown, past: Sequence[Shown]) -> bool:
    """Whether a list of which no entry is known has been replaced, rather than moved on.

    Some lists show new entries alone: of them nothing is said. Of one whose crawls, but for the first, always met
    known entries it is said when three of them did, or when its newest entry is no newer than before, when its entries
    have lost their days, or when it has shrunk to a few.
    """
    last, later = past[0], [old for old in past if old.fresh < old.entries]
    if len(past) > len(later) + 1:  # all but the first crawl met known entries
        return False
    if last.dated and (not shown.newest or shown.newest <= last.newest):
        return True
    return len(later) >= 3 or shown.entries * 4 <= last.entries


def silent_days(arrivals: Iterable[datetime], now: datetime) -> tuple[int, int] | None:
    """How many days nothing new has arrived, and the longest pause before, when that is longer than is usual.

    Usual is up to three times the longest pause that was seen, and at least PAUSE days beyond it: who rests at
    weekends, or never yet, may rest over the holidays. Arrivals on seven days are needed to know a rhythm.
    """
    days = sorted({arrival.date() for arrival in arrivals})
    if len(days) < 7:
        return None
    longest = max(later - earlier for earlier, later in pairwise(days)).days
    silence = (now.date() - days[-1]).days
    return (silence, longest) if silence > longest + max(PAUSE, 2 * longest) else None
