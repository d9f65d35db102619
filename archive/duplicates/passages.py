"""Passages that travel: sentences that stand in releases of several places, formulas and boilerplate apart."""

import hashlib
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from archive.texts.normalised import normalised
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

Places = NDArray[np.int64]


def record_all(db: sqlite3.Connection) -> None:
    """Write `passages` anew: a row for each place of a sentence that travels. The caller owns the transaction.

    A sentence is known by its letters and figures alone (archive/texts/normalised.py); one with fewer than 16 of them,
    or in a table, is none. It travels when it stands in three places or more, in releases that are not all copies of
    one, and in 500 releases at most, nor, where a hundred or more are held, in a quarter of all. A formula or a site's boilerplate is told by its use: it comes back in releases of
    the same place that have little else in common. So what two unrelated releases of one place share, in two places and
    in a fifth of all that have it, is left out. Two releases are related when they share 30 % of the shorter one's
    sentences. The sampled shingles of the index would not do: one in 48 is sampled, and three sentences of ten have none.

    The cost is one pass over the texts: it grows with their length, 20 bytes of memory for each sentence.
    """
    db.execute("DROP TABLE IF EXISTS passages")
    db.execute("""CREATE TABLE passages (
        passage INTEGER NOT NULL,          -- the sentence's number, made of its letters and figures
        release INTEGER NOT NULL,
        start INTEGER NOT NULL,            -- place in the text, code points
        length INTEGER NOT NULL,
        PRIMARY KEY (passage, release)
    ) WITHOUT ROWID""")
    found = _Sentences(db)
    db.executemany("INSERT OR IGNORE INTO passages VALUES (?, ?, ?, ?)", found.travelling())
    db.execute("CREATE INDEX passages_release ON passages(release, start)")


def number_of(sentence: str) -> int | None:
    """The number of a sentence, equal for equal letters and figures; None for one that is too short."""
    if len(sentence) < SHORTEST or len(key := normalised(sentence)) < SHORTEST:
        return None
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big", signed=True)


class _Sentences:
    """The sentences of an archive as columns: number, release (its place in the order of ids), start, length."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._numbers, self._spans = array("q"), array("i")
        self._releases: list[tuple[int, int, str]] = []  # id, cluster, region
        self._first = array("q", [0])  # where each release's sentences begin, and the end of the last ones
        rows = db.execute("""SELECT r.id, r.cluster, s.region, r.text FROM releases AS r
            JOIN sources AS s ON s.id = r.source ORDER BY r.id""")
        for id, cluster, region, text in rows:
            self._releases.append((id, cluster, region))
            self._add(text)

    def _add(self, text: str) -> None:
        for start, end in sentences(text)[:MOST_SENTENCES]:
            if "\t" not in text[start:end] and (number := number_of(text[start:end])) is not None:
                self._numbers.append(number)
                self._spans.extend((start, end - start))
        self._first.append(len(self._numbers))

    def travelling(self) -> Iterator[tuple[int, int, int, int]]:
        """The rows of `passages`."""
        if not self._numbers:
            return
        numbers = np.frombuffer(self._numbers, np.int64)
        first = np.frombuffer(self._first, np.int64)
        owners = np.repeat(np.arange(len(self._releases)), first[1:] - first[:-1])
        order = np.argsort(numbers, kind="stable")
        begins = np.flatnonzero(np.r_[True, np.diff(numbers[order]) != 0])
        for begin, end in zip(begins, np.r_[begins[1:], len(order)], strict=True):
            if PLACES <= end - begin <= 2 * MOST and self._travels(owners[order[begin:end]]):
                for at in order[begin:end].tolist():
                    yield (
                        int(numbers[at]),
                        self._releases[owners[at]][0],
                        self._spans[2 * at],
                        self._spans[2 * at + 1],
                    )

    def _travels(self, owners: Places) -> bool:
        by_place = defaultdict[str, dict[int, int]](dict)  # one release of each cluster
        for owner in dict.fromkeys(owners.tolist()):
            _, cluster, region = self._releases[owner]
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
        a, b = (set(self._numbers[self._first[at] : self._first[at + 1]]) for at in (one, other))
        return len(a & b) > 1 and len(a & b) >= _RELATED * min(len(a), len(b))
