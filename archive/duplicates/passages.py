"""Passages that travel: sentences that stand in releases of several places, formulas and boilerplate apart."""

import functools
import hashlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray

from archive.texts.normalised import normalised
from archive.texts.sentence_sums import stretches
from archive.texts.sentences import sentences

SHORTEST = 16  # characters of the normalised sentence; a shorter one is a phrase
PLACES = 3  # a passage stands in so many at least
MOST = 500  # releases; a sentence of more belongs to a template
_PART, _FEW = 4, 100  # a sentence of one release in so many is a formula, in an archive of so many or more
MOST_SENTENCES = 400  # the first sentences of a release; later ones are not looked at
_REPEATS = 2  # places that repeat a formula, at least …
_SHARE = 5  # … and one place in so many
_RELATED = 0.3  # share of the shorter release's sentences; two with more in common are about one thing
_PAIRS = 3  # pairs of releases of one place that are compared
_BATCH = 100  # releases that are looked through at a time
_REMEMBERED = 1000  # releases whose numbers are remembered while they are compared

Column = NDArray[np.int64]
Sums = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sums of the long sentences of releases, release after release: equal for equal sentences."""

    releases: Column  # ids
    counts: Column  # the sentences of each
    sums: Sums

    def renewed(self, db: sqlite3.Connection, changed: Collection[int]) -> "Sentences":
        """These, with the releases that are `changed` read again from `db`."""
        kept = ~np.isin(self.releases, np.fromiter(changed, np.int64))
        again = read(db, changed)
        return Sentences(
            np.r_[self.releases[kept], again.releases],
            np.r_[self.counts[kept], again.counts],
            np.r_[self.sums[np.repeat(kept, self.counts)], again.sums],
        )


def read(db: sqlite3.Connection, ids: Collection[int] | None = None) -> Sentences:
    """The sentences of an archive, live or copied, or of some of its releases."""
    chosen = "" if ids is None else " WHERE id IN (SELECT value FROM json_each(?))"
    rows = db.execute(f"SELECT id, text FROM releases{chosen}", [] if ids is None else [json.dumps([*ids])])
    releases, counts, sums = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    while batch := list(islice(rows, _BATCH)):
        found = stretches([text for _, text in batch], SHORTEST)
        releases.append(np.array([id for id, _ in batch], np.int64))
        counts.append(np.bincount(found.texts, minlength=len(batch)))
        sums.append(found.sums)
    return Sentences(np.concatenate(releases), np.concatenate(counts), np.concatenate(sums))


def record_all(db: sqlite3.Connection, held: Sentences) -> None:
    """Write `passages` anew: a row for each place of a sentence that travels. The caller owns the transaction.

    A sentence is known by its letters and figures alone (archive/texts/normalised.py); one with fewer than 16 of them,
    or in a table, is none. It travels when it stands in three places or more, in releases that are not all copies of
    one, and in 500 releases at most, nor, where a hundred or more are held, in a quarter of all. A formula or a site's boilerplate is told by its use: it comes back in releases of
    the same place that have little else in common. So what two unrelated releases of one place share, in two places and
    in a fifth of all that have it, is left out. Two releases are related when they share 30 % of the shorter one's
    sentences. The sampled shingles of the index would not do: one in 48 is sampled, and three sentences of ten have none.

    `held` has the sums of all sentences, from one pass over the texts: 8 bytes of memory for each. A sentence whose sum comes
    in fewer than three places does not travel; the others are read again and told apart by their letters and figures.
    """
    db.execute("DROP TABLE IF EXISTS passages")
    db.execute("""CREATE TABLE passages (
        passage INTEGER NOT NULL,          -- the sentence's number, made of its letters and figures
        release INTEGER NOT NULL,
        start INTEGER NOT NULL,            -- place in the text, code points
        length INTEGER NOT NULL,
        PRIMARY KEY (passage, release)
    ) WITHOUT ROWID""")
    found = _Travelling(db, held)
    db.executemany("INSERT OR IGNORE INTO passages VALUES (?, ?, ?, ?)", found.rows())
    db.execute("CREATE INDEX passages_release ON passages(release, start)")


def number_of(sentence: str) -> int | None:
    """The number of a sentence, equal for equal letters and figures; None for one that is too short."""
    if len(sentence) < SHORTEST or len(key := normalised(sentence)) < SHORTEST:
        return None
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


class _Travelling:
    """The sentences that travel, among those whose sums come in several places."""

    def __init__(self, db: sqlite3.Connection, held: Sentences) -> None:
        self._db = db
        rows = db.execute("SELECT r.id, r.cluster, s.region FROM releases AS r JOIN sources AS s ON s.id = r.source")
        self._releases = {id: (cluster, region) for id, cluster, region in rows}
        of_release = np.repeat(held.releases, held.counts)
        self._sums = _in_several(held.sums, self._regions(held.releases).repeat(held.counts))
        self._owners = np.unique(of_release[_are_among(held.sums, self._sums)]).tolist()
        self._numbers_of = functools.lru_cache(_REMEMBERED)(self._all_numbers)

    def _regions(self, releases: Column) -> Column:
        """The region of each release, as a number."""
        numbers = {region: n for n, region in enumerate({region for _, region in self._releases.values()})}
        return np.array([numbers[self._releases[id][1]] if id in self._releases else -1 for id in releases.tolist()])

    def rows(self) -> Iterator[tuple[int, int, int, int]]:
        """The rows of `passages`."""
        places = defaultdict[int, list[tuple[int, int, int]]](list)
        for release in self._owners:
            if release in self._releases:
                for number, start, length in _numbers(self._text(release), self._sums):
                    places[number].append((release, start, length))
        for number, found in places.items():
            if PLACES <= len(found) <= 2 * MOST and self._travels([release for release, _, _ in found]):
                yield from ((number, *place) for place in found)

    def _travels(self, owners: Sequence[int]) -> bool:
        by_place = defaultdict[str, dict[int, int]](dict)  # one release of each cluster
        for owner in dict.fromkeys(owners):
            cluster, region = self._releases[owner]
            by_place[region].setdefault(cluster, owner)
        clusters = {cluster for members in by_place.values() for cluster in members}
        count, held = sum(map(len, by_place.values())), len(self._releases)
        if len(by_place) < PLACES or len(clusters) < 2 or count > MOST or (held >= _FEW and count * _PART >= held):
            return False
        enough = max(_REPEATS, -(-len(by_place) // _SHARE))
        repeated = (1 for members in by_place.values() if self._is_repeated([*members.values()]))
        return sum(one for one, _ in zip(repeated, range(enough), strict=False)) < enough

    def _is_repeated(self, owners: Sequence[int]) -> bool:
        """Whether two releases of a place have the sentence, and little else, in common."""
        pairs = zip(combinations(owners, 2), range(_PAIRS), strict=False)
        return any(not self._are_related(one, other) for (one, other), _ in pairs)

    def _are_related(self, one: int, other: int) -> bool:
        a, b = self._numbers_of(one), self._numbers_of(other)
        return len(a & b) > 1 and len(a & b) >= _RELATED * min(len(a), len(b))

    def _all_numbers(self, release: int) -> frozenset[int]:
        return frozenset(number for number, _, _ in _numbers(self._text(release)))

    def _text(self, release: int) -> str:
        return str(self._db.execute("SELECT text FROM releases WHERE id = ?", [release]).fetchone()[0])


def _numbers(text: str, sums: Sums | None = None) -> Iterator[tuple[int, int, int]]:
    """Number, start and length of each sentence that is none of a table; with `sums`, of those that have one of them."""
    found = stretches([text], SHORTEST)
    wanted = np.ones(found.sums.size, bool) if sums is None else _are_among(found.sums, sums)
    for start, end in sentences(text)[:MOST_SENTENCES]:
        at = int(np.searchsorted(found.starts, start, "right")) - 1
        if (
            at >= 0
            and wanted[at]
            and "\t" not in text[start:end]
            and (number := number_of(text[start:end])) is not None
        ):
            yield number, start, end - start


def _in_several(sums: Sums, regions: Column) -> Sums:
    """The sums that come in several regions, in order."""
    often = _are_among(sums, _met(np.sort(sums)))
    sums, regions = sums[often], regions[often]
    order = np.lexsort((regions, sums))
    sums, regions = sums[order], regions[order]
    first = np.r_[True, (np.diff(sums) != 0) | (np.diff(regions) != 0)][: sums.size]
    return _met(sums[first])


def _met(ordered: Sums) -> Sums:
    """The values that come in an ordered column `PLACES` times or more."""
    last, first = ordered[PLACES - 1 :], ordered[: max(0, ordered.size - PLACES + 1)]
    return np.unique(last[last == first])


def _are_among(values: Sums, ordered: Sums) -> NDArray[np.bool_]:
    if not ordered.size:
        return np.zeros(values.size, bool)
    at = np.minimum(np.searchsorted(ordered, values), ordered.size - 1)
    return np.equal(ordered[at], values)
