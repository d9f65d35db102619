"""A quote, checked: whether what somebody is said to have published stands in the archive, in which version, with which words.

A quote and a text are compared by their letters and figures alone, folded: width, script, marks and white space do not
matter. The verdict is the first of these that holds, for one release at least:

- `verbatim`: the quote stands in a current version, its title or its text;
- `removed`: it stood in an earlier version, and the publisher's later ones have it no longer;
- `altered`: a passage is the quote but for figures, names or single words. Every place where they differ has 12 letters at
  most on either side, a passage keeps three quarters of the quote's letters (a figure counts as one letter, and does not
  count when it differs) and has 6 of them in a row. A quote of fewer than 8 letters is never altered;
- `not-held`: none of these. It says nothing of what was published, only of what is held.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from archive.model import QuoteVerdict
from archive.search import hits
from archive.search import query as queries
from archive.search.query import Term
from archive.texts import sentences
from archive.texts.folding import fold, fold_in_place
from archive.texts.normalised import FIGURE

MOST = 50  # matches that are told
_SHORT = 8  # letters; a shorter quote is only looked for as it stands
_KEPT, _RUN, _APART = 0.75, 6, 12
_PIECE = 8  # signs of a piece of the quote that is looked for by itself
_PIECES, _OFFERED, _LIKELY = 8, 60, 12  # pieces; releases that one may offer; releases that are compared
_COMMON = 3000  # releases; of a phrase that more have only the first are looked at
_WORDS = re.compile(r"[0-9]+|[\u3005-\U0010ffff]|[^\W\d_\u3005-\U0010ffff]+")  # Chinese signs are words of their own
_LETTERS = re.compile(r"[^\W\d_]+|" + FIGURE.pattern)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters and figures of a text, and where each stands in it as printed."""

    text: str
    places: list[tuple[int, int]]

    def printed(self, said: str, start: int, end: int) -> str:
        """The stretch of the printed text `said` that these letters stand in."""
        return said[self.places[start][0] : self.places[end - 1][1]] if end > start else ""


def letters(said: str) -> str:
    """`said` as quotes are compared."""
    return "".join(_LETTERS.findall(fold(said).lower()))


def letters_in_place(said: str) -> Letters:
    """`letters`, with the place of each."""
    folded = fold_in_place(said)
    signs: list[str] = []
    places: list[tuple[int, int]] = []
    for found in _LETTERS.finditer(folded.text.lower()):
        signs.append(found[0])
        places += (folded.place(at, at + 1) for at in range(*found.span()))
    return Letters("".join(signs), places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A version of a release in which the quote stands, or something like it."""

    row: sqlite3.Row  # of the release
    version: int
    first_seen: str  # when the words were first seen there
    last_seen: str  # and when last
    until: str  # the first look at which they were gone; "": they are there
    sha256: str  # of the capture; "" when none is kept
    words: str  # as they are printed
    differs: list[tuple[str, str]]  # in the quote, in the archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The verdict on a quote, and the releases that bear it out, the first published first."""

    verdict: QuoteVerdict
    matches: list[Match]


def check(db: sqlite3.Connection, asked: hits.Asked, gone: Sequence[tuple[int, str]]) -> Checked:
    """Look for the quote `asked.q` among the releases that the filters leave; `gone` is what `dropped` has found."""
    quote = letters(asked.q)
    if not quote:
        return Checked(verdict="not-held", matches=[])
    look = _Look(db, asked, quote, gone)
    for verdict, find in look.steps():
        if matches := find():
            return Checked(verdict=verdict, matches=sorted(matches, key=_first)[:MOST])
    return Checked(verdict="not-held", matches=[])


def _first(match: Match) -> tuple[str, int]:
    return match.row["published"] or "~", match.row["id"]


class _Look:
    """One quote that is looked for."""

    def __init__(self, db: sqlite3.Connection, asked: hits.Asked, quote: str, gone: Sequence[tuple[int, str]]) -> None:
        self.db, self.asked, self.quote, self.gone = db, asked, quote, gone
        self.likely: list[int] = []

    def steps(self) -> Iterator[tuple[QuoteVerdict, Callable[[], list[Match]]]]:
        yield "verbatim", self.verbatim
        self.likely = self._likely()
        yield "removed", self.removed
        if len(self.quote) >= _SHORT:
            yield "altered", self.altered

    def verbatim(self) -> list[Match]:
        ids = self._offered(fold(self.asked.q), _COMMON)
        found: list[Match] = []
        for row in hits.true_rows(self.db, queries.Query(), ids):
            for said in (row["text"], row["title"]):
                if _place(self.quote, letters(said)) >= 0:
                    found.append(self._match(row, row["version"], said))
                    break
            if len(found) == MOST:
                break
        return found

    def removed(self) -> list[Match]:
        return [
            self._match(row, version, text)
            for row, version, text in self._earlier()
            if _place(self.quote, letters(text)) >= 0
        ]

    def altered(self) -> list[Match]:
        rows = list(hits.true_rows(self.db, queries.Query(), self.likely))
        now = [(row, row["version"], row[part]) for row in rows for part in ("text", "title")]
        for texts in (now, self._earlier()):
            found = [(row, version, said, like) for row, version, said in texts if (like := _passage(self.quote, said))]
            if found:
                best = min(cost for *_, (cost, _, _) in found)
                return [
                    self._match(row, version, said, like[1:]) for row, version, said, like in found if like[0] == best
                ]
        return []

    def _earlier(self) -> Iterator[tuple[sqlite3.Row, int, str]]:
        """The versions before the publisher's last of likely releases, the last first: release, version, text."""
        sql = """SELECT version, text FROM versions AS v WHERE release = ? AND version <> ? AND EXISTS (SELECT 1
            FROM versions AS w WHERE w.release = v.release AND w.kind = 'published' AND w.seen > v.seen)
            ORDER BY seen DESC, version DESC"""
        for row in hits.true_rows(self.db, queries.Query(), self.likely):
            for version, text in self.db.execute(sql, [row["id"], row["version"]]):
                yield row, version, text

    def _likely(self) -> list[int]:
        """The releases that share most pieces with the quote; of edited ones, also those whose earlier versions do."""
        pieces = _pieces(self.asked.q)
        shared = Counter(id for piece in pieces for id in self._offered(piece, _OFFERED))
        parts = [letters(piece) for piece in pieces]
        edited = Counter(id for id, said in self.gone for part in parts if part in said)
        allowed = set(self._filtered(edited))
        shared.update({id: count for id, count in edited.items() if id in allowed})
        return [id for id, _ in shared.most_common(_LIKELY)]

    def _offered(self, words: str, most: int) -> list[int]:
        """Releases that the index offers for a phrase."""
        phrase = queries.expression(queries.Query(groups=((Term(words),),)))
        where, values = hits.filters(self.asked)
        sql = f"""SELECT r.id FROM (SELECT rowid AS id FROM releases_fts WHERE releases_fts MATCH ? LIMIT ?) AS f
            CROSS JOIN releases AS r ON r.id = f.id WHERE 1 {where}"""
        return [id for (id,) in self.db.execute(sql, [phrase, most if not where else -1, *values])]

    def _filtered(self, ids: Iterable[int]) -> list[int]:
        where, values = hits.filters(self.asked)
        wanted = ",".join(str(int(id)) for id in ids)
        return [
            id for (id,) in self.db.execute(f"SELECT r.id FROM releases AS r WHERE r.id IN ({wanted}) {where}", values)
        ]

    def _match(self, row: sqlite3.Row, version: int, said: str, like: "_Like | None" = None) -> Match:
        found = letters_in_place(said)
        if like is None:
            at = _place(self.quote, found.text)
            like = ((at, at + len(self.quote)), [])
        (start, end), places = like
        own = letters_in_place(self.asked.q)
        differs = [(own.printed(self.asked.q, *here), found.printed(said, *there)) for here, there in places]
        words = found.printed(said, start, end)
        return Match(
            row=row, version=version, words=words, differs=differs, **self._times(row, version, found.text[start:end])
        )

    def _times(self, row: sqlite3.Row, version: int, words: str) -> dict[str, str]:
        """When these words were seen in the release, and the digest of the page of this version."""
        versions = self.db.execute(
            """SELECT version, seen, title, text, coalesce(c.sha256, '') AS sha256 FROM versions AS v
            LEFT JOIN captures AS c ON c.id = v.capture WHERE release = ? ORDER BY seen, version""",
            [row["id"]],
        ).fetchall()
        has = [one for one in versions if words in letters(f"{one['title']}\n{one['text']}")]
        last = versions.index(has[-1]) if has else len(versions) - 1
        gone = versions[last + 1]["seen"] if last + 1 < len(versions) else ""
        look = self.db.execute(
            "SELECT max(at) FROM observations WHERE release = ? AND outcome IN ('same', 'changed')", [row["id"]]
        ).fetchone()[0]
        return {
            "first_seen": has[0]["seen"] if has else row["first_seen"],
            "last_seen": versions[last]["seen"] if gone else max(look or "", row["changed"]),
            "until": gone,
            "sha256": next((one["sha256"] for one in versions if one["version"] == version), ""),
        }


_Span = tuple[int, int]
_Like = tuple[_Span, list[tuple[_Span, _Span]]]


def _place(quote: str, text: str) -> int:
    """Where the letters of a quote stand in those of a text, no figure cut; -1: nowhere."""
    at = text.find(quote)
    while at >= 0 and _whole(text, (at, at + len(quote))) != (at, at + len(quote)):
        at = text.find(quote, at + 1)
    return at


def _pieces(said: str) -> list[str]:
    """Runs of words and Chinese signs of the quote, without figures, spread over it."""
    runs: list[list[str]] = [[]]
    for word in _WORDS.findall(fold(said).lower()):
        if word[0].isdigit():
            runs.append([])
        else:
            runs[-1].append(word)
    pieces = [run[at : at + _PIECE] for run in runs for at in range(0, len(run), _PIECE)]
    pieces = [piece for piece in pieces if len(piece) >= 3] or [piece for piece in pieces if piece] or [[fold(said)]]
    step = -(-len(pieces) // _PIECES)
    return [" ".join(piece) for piece in pieces[::step]]


def _passage(quote: str, said: str) -> tuple[float, _Span, list[tuple[_Span, _Span]]] | None:
    """The passage of a text that is the quote but for what may differ: how much does, its place, and where; None: there is none."""
    text = letters(said)
    best = fuzz.partial_ratio_alignment(quote, text, score_cutoff=55)
    if best is None or len(text) < _KEPT * len(quote):
        return None
    from_, to = max(0, best.dest_start - _APART), min(len(text), best.dest_end + _APART)
    blocks = _blocks(quote, text[from_:to])
    if not blocks:
        return None
    blocks = [(at, there + from_, size) for at, there, size in blocks]
    start = max(0, blocks[0][1] - blocks[0][0]) if blocks[0][0] <= _APART else blocks[0][1]
    end = min(len(text), blocks[-1][1] + blocks[-1][2] + len(quote) - blocks[-1][0] - blocks[-1][2])
    places = _between(blocks, len(quote), start, end)
    return _judged(quote, text, blocks, places, (start, end))


def _blocks(a: str, b: str) -> list[tuple[int, int, int]]:
    """Equal stretches of two texts; one letter between two differences belongs to them."""
    return [(one.a, one.b, one.size) for one in Indel.opcodes(a, b).as_matching_blocks() if one.size > 1]


def _between(blocks: list[tuple[int, int, int]], length: int, start: int, end: int) -> list[tuple[_Span, _Span]]:
    edges = [(0, start, 0), *blocks, (length, end, 0)]
    places = [((a + size, next_a), (b + size, next_b)) for (a, b, size), (next_a, next_b, _) in pairwise(edges)]
    return [(here, there) for here, there in places if here[0] < here[1] or there[0] < there[1]]


def _judged(
    quote: str, text: str, blocks: list[tuple[int, int, int]], places: list[tuple[_Span, _Span]], span: _Span
) -> tuple[float, _Span, list[tuple[_Span, _Span]]] | None:
    places = [(_whole(quote, here), _whole(text, there)) for here, there in places]
    lost = sum(_weight(quote[slice(*here)]) for here, _ in places)
    added = sum(_weight(text[slice(*there)]) for _, there in places)
    far = any(max(here[1] - here[0], there[1] - there[0]) > _APART for here, there in places)
    weight = len(FIGURE.sub("0", quote))
    if far or max(size for *_, size in blocks) < _RUN or max(lost, added) > (1 - _KEPT) * weight or not places:
        return None
    return max(lost, added) + 0.1 * len(places), span, places


def _weight(letters: str) -> int:
    return len(FIGURE.sub("", letters))


def _whole(text: str, span: _Span) -> _Span:
    """The span, grown to the whole figures at its ends."""
    start, end = span
    while 0 < start < len(text) and re.match("[0-9.]", text[start - 1]) and re.match("[0-9.]", text[start]):
        start -= 1
    while 0 < end < len(text) and re.match("[0-9.]", text[end - 1]) and re.match("[0-9.]", text[end]):
        end += 1
    return start, end


def dropped(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """The sentences that publishers took out or changed, as letters, each with its release."""
    sql = """SELECT v.release, b.text, v.text FROM versions AS v JOIN versions AS b ON b.release = v.release
        AND b.version = (SELECT version FROM versions WHERE release = v.release AND (seen, version) < (v.seen, v.version)
        ORDER BY seen DESC, version DESC LIMIT 1)
        WHERE v.release IN (SELECT release FROM versions WHERE version > 1) AND v.kind = 'published' AND v.text <> b.text"""
    found = ((release, _taken_out(before, now)) for release, before, now in db.execute(sql))
    return [(release, letters(gone)) for release, gone in found if gone]


def _taken_out(before: str, now: str) -> str:
    """The sentences of a text that do not stand in the next version."""
    kept = set(sentences.said(now, sentences.sentences(now)))
    return "\n".join(one for one in sentences.said(before, sentences.sentences(before)) if one not in kept)
