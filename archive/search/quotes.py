"""A quote, checked: whether what somebody is said to have published stands in the archive, in which version, with which words.

A quote and a text are compared by their letters and figures alone, folded: width, script, marks and white space do not
matter. The verdict is the first of these that holds, for one release at least:

- `verbatim`: the quote stands in the title or the text of a current version;
- `removed`: it stood in the title or the text of an earlier version, and the publisher's later ones have it no longer;
- `verbatim`: it stands in a file that a release links to now. Of the files that the index offers the newest are looked at,
  500,000 signs in all;
- `altered`: a passage of a title or a text is the quote but for figures, names or single words. Every place where they
  differ has 12 letters at most on either side, a passage keeps three quarters of the quote's letters (a figure counts as one
  letter, and does not count when it differs) and has 6 of them in a row, in which figures, Chinese numerals and the way that a
  figure moves may differ (比上半年回落0.3个百分点 for 回升); 5 will do where words are only left out, or only added
  (优惠券能转让也能兑换现金 for 不能…不能…). Of a quote of fewer than 8 letters figures and Chinese numerals alone may differ, and it has 5 others at least
  (受益人口36.8万人);
- `not-held`: none of these. It says nothing of what was published, only of what is held.

A release whose page is gone still has its current version; its status tells of the page.

Where the quote stands in some releases, those whose publishers took it out come behind them: a copy of a figure that the first
publisher has corrected stands, and that alone would mislead. They are known by a sentence that was dropped or changed and has the
whole quote, of 8 letters or more.

An ellipsis stands for words that are left out: a quote with one stands where its parts do, in their order, each of 4 letters
at least. Beside a shorter part it is a mark like others.
"""

import re
import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from archive.database import column
from archive.model import QuoteVerdict
from archive.search import attached, hits, rarity
from archive.search import query as queries
from archive.search.asked import Asked
from archive.search.attached import Passage
from archive.search.filters import filters
from archive.search.matches import Span
from archive.search.query import Term
from archive.texts import sentences
from archive.texts.folding import fold, fold_in_place
from archive.texts.normalised import FIGURE

MOST = 50  # matches that are told
_SHORT = 8  # letters; in a shorter quote figures alone may differ
_PLAIN = 5  # letters of a shorter quote that are no figures; 增长5.8% stands with other figures in any text
_KEPT, _RUN, _APART = 0.75, 6, 12
_PART = 4  # letters of a part beside an ellipsis; 他……的 stands in any text
_PIECE = 8  # signs of a piece of the quote that is looked for by itself
_FEW = 3  # pieces; of a quote that has fewer, a change may leave none as it was: it may stand on the border of two
_PIECES, _OFFERED, _LIKELY = 8, 60, 12  # pieces; releases that one may offer; releases of each kind that are compared
_RARE = 840  # the weight of a piece of the quote, divided by the number of releases that the index offers for it
_TOGETHER = (
    3  # pieces that are looked for near each other, the rarest: each takes some 25 ms where all releases have its signs
)
_STRETCH = 8  # words of a quote, the rarest, that the index is asked for as they stand
_COMMON = 3000  # releases; of a phrase that more have only the first are looked at
_IN_FILES = 500_000  # signs of files that one quote is looked for in; they take .2 s
_NEAR = 10_000  # signs of a text in which the place of each is told; a million takes 3 s
_FIGURES = 0xF0000  # the first of the signs that stand for figures
_NUMERAL = "[〇零一二两三四五六七八九十百千]+"
_BETWEEN = re.compile("[^\\W\\d_〇零一二两三四五六七八九十百千]+")
_COUNTED = re.compile(f"[{chr(_FIGURES)}-{chr(0x10FFFF)}]|{_NUMERAL}")
# the ways in which a figure moves, less the letters that two of them share: 升 of 回升, 落 of 回落
_UP = {
    "上升",
    "升",
    "增长",
    "增加",
    "增多",
    "增",
    "上涨",
    "涨",
    "提高",
    "提升",
    "扩大",
    "加快",
    "多",
    "高",
    "快",
    "正",
    "顺",
}
_DOWN = {
    "下降",
    "降",
    "减少",
    "减",
    "下跌",
    "跌",
    "回落",
    "落",
    "降低",
    "收窄",
    "缩小",
    "放缓",
    "少",
    "低",
    "慢",
    "负",
    "逆",
}
_LETTERS = re.compile(r"[^\W\d_]+|" + FIGURE.pattern)
_Span = tuple[int, int]
_LEFT_OUT = re.compile(r"[…⋯]+|\.{3,}")


def letters(said: str) -> str:
    """`said` as quotes are compared."""
    return "".join(_LETTERS.findall(_plain(said)))


def _plain(said: str) -> str:
    return queries.zeroed(fold(said)).lower().replace("零", "〇")


class Signs(dict[str, str]):
    """A sign for each figure, so that figures are compared as a whole; letters stand for themselves."""

    def __missing__(self, figure: str) -> str:
        self[figure] = chr(_FIGURES + len(self))
        return self[figure]

    def coded(self, said: str) -> str:
        """`said` as quotes are compared: letters, and a sign for each figure."""
        return "".join(self[one] if FIGURE.match(one) else one for one in _LETTERS.findall(_plain(said)))


@dataclass(frozen=True, slots=True)
class Printed:
    """A text, and where each letter and each figure of it stands as printed."""

    said: str
    places: list[tuple[int, int]]

    def words(self, start: int, end: int) -> str:
        """The stretch of the text from one letter to another."""
        return self.said[self.places[start][0] : self.places[end - 1][1]] if end > start else ""


def printed(said: str) -> Printed:
    """`said` with the place of each sign of `Signs.coded`."""
    folded = fold_in_place(said)
    places: list[tuple[int, int]] = []
    for found in _LETTERS.finditer(folded.text.lower()):
        start, end = found.span()
        step = end - start if FIGURE.match(found[0]) else 1
        places += (folded.place(at, at + step) for at in range(start, end, step))
    return Printed(said, places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A version of a release in which the quote stands, or something like it."""

    row: sqlite3.Row  # the release's
    version: int
    first_seen: str  # when the words were first seen there
    last_seen: str  # and when last
    until: str  # the first look at which they were gone; "": they are there, if the page is
    status_since: str  # when the archive learned of the release's status; "": it never had another
    sha256: str  # the capture's; "" when none is kept
    words: str  # as they are printed
    differs: list[tuple[str, str]]  # in the quote, in the archive
    file: Passage | None  # the file that has the words; `sha256` is then that of the file


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The verdict on a quote, and the releases that bear it out, the first published first."""

    verdict: QuoteVerdict
    matches: list[Match]

    @property
    def taken_out(self) -> bool:
        """Whether the quote stands in some releases and was taken out of others."""
        return self.verdict == "verbatim" and any(match.until for match in self.matches)

    @property
    def lost(self) -> bool:
        """Whether no page with the words is at its address any more."""
        here = [match for match in self.matches if self.verdict != "verbatim" or not match.until]
        return bool(here) and all(match.row["status"] in ("gone", "moved") for match in here)


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of an archive that every quote needs; a server reads them once."""

    rarity: rarity.Rarity
    gone: Sequence[
        tuple[int, str]
    ]  # the titles and sentences that publishers took out or changed, as letters, each with its release


def known(db: sqlite3.Connection) -> Known:
    """Read the facts that `check` needs."""
    return Known(rarity.sample(db), _dropped(db))


def check(db: sqlite3.Connection, asked: Asked, known: Known) -> Checked:
    """Look for the quote `asked.q` among the releases that the filters leave."""
    look = _Look(db, asked, known)
    for verdict, find in look.steps():
        if matches := find():
            also = look.taken_out({match.row["id"] for match in matches}) if verdict == "verbatim" else []
            return Checked(verdict=verdict, matches=[*sorted(matches, key=_first), *sorted(also, key=_first)][:MOST])
    return Checked(verdict="not-held", matches=[])


def _first(match: Match) -> tuple[str, int]:
    return match.row["published"] or "~", match.row["id"]


class _Look:
    """One quote that is looked for."""

    def __init__(self, db: sqlite3.Connection, asked: Asked, known: Known) -> None:
        self.db, self.asked, self.known, self.signs = db, asked, known, Signs()
        self.said = _parts(fold(asked.q))
        self.quote, self.parts = self.signs.coded(asked.q), [self.signs.coded(part) for part in self.said]
        self.likely: list[sqlite3.Row] = []

    def steps(self) -> Iterator[tuple[QuoteVerdict, Callable[[], list[Match]]]]:
        if not self.quote:
            return
        phrase = _phrase(self.known.rarity.stretch(max(self.said, key=len), _STRETCH))
        yield "verbatim", lambda: self.verbatim(self._rows(self._offered(phrase, _COMMON)))
        self.likely = list(self._rows(self._likely()))
        yield "verbatim", lambda: self.verbatim(self.likely)  # a figure that a line end cuts is two words for the index
        yield "removed", self.removed
        yield "verbatim", lambda: self.in_files(phrase)
        if len(self.quote) >= _SHORT or len(_COUNTED.sub("", self.quote)) >= _PLAIN:
            yield "altered", self.altered

    def verbatim(self, rows: Iterable[sqlite3.Row]) -> list[Match]:
        now = ((row, row["version"], row[part]) for row in rows for part in ("text", "title"))
        return list(islice(self._standing(now), MOST))

    def removed(self) -> list[Match]:
        return list(self._standing(self._earlier(self.likely)))

    def taken_out(self, standing: set[int]) -> list[Match]:
        """The quote in earlier versions of other releases than those where it stands."""
        if len(self.quote) < _SHORT:
            return []
        words = [letters(part) for part in self.said]
        ids = {id for id, said in self.known.gone if all(word in said for word in words)} - standing
        found = self._standing(self._earlier(self._rows(self._filtered(sorted(ids)[:MOST]))))
        last = {match.row["id"]: match for match in reversed(list(found)) if match.until}
        return list(last.values())

    def _standing(self, texts: Iterable[tuple[sqlite3.Row, int, str]]) -> Iterator[Match]:
        """The quote in the text of a version, else in its title."""
        told: tuple[int, int] | None = None
        for row, version, said in texts:
            spans = self._spans(said)
            if spans and told != (row["id"], version):
                told = row["id"], version
                yield self._match(row, version, said, _Passage(spans, [], 0))

    def _spans(self, said: str) -> list[_Span]:
        coded = self.signs.coded(said)
        return _in_order([self.quote], coded) or _in_order(self.parts, coded)

    def in_files(self, phrase: str) -> list[Match]:
        """The quote in files that releases link to, one of each release."""
        found: dict[int, Match] = {}
        left = _IN_FILES
        # files share their standing phrases: one alone may be offered in more of them than are looked at
        stretches = _spread([one for part in self.said for one in _stretches(part.lower())])
        whole = " AND ".join([phrase, *map(_phrase, stretches)])
        for text, links in attached.texts_offered(self.db, whole, self.asked):
            said, left = text[:left], left - len(text)
            new = {link["release"]: link for link in reversed(links) if link["release"] not in found}
            if new and self._spans(said):
                there = self._place(said)
                found |= {row["id"]: self._match_in_file(row, new[row["id"]], *there) for row in self._rows(new)}
            if left <= 0 or len(found) >= MOST:
                break
        return list(found.values())

    def _place(self, text: str) -> tuple[int, str]:
        """The page on which the quote begins, and its words."""
        start, end = 0, len(text)
        while end - start > _NEAR:
            middle = (start + end) // 2
            halves = ((start, middle + _NEAR // 4), (middle - _NEAR // 4, end))
            half = next((half for half in halves if self._spans(text[slice(*half)])), None)
            if half is None:
                break  # the parts beside an ellipsis stand far from each other
            start, end = half
        spans, there = self._spans(text[start:end]), printed(text[start:end])
        page = text.count(attached.PAGE_END, 0, start + there.places[spans[0][0]][0]) + 1
        return page, "……".join(there.words(*span) for span in spans).replace(attached.PAGE_END, "\n")

    def _match_in_file(self, row: sqlite3.Row, link: sqlite3.Row, page: int, words: str) -> Match:
        """`link`: of the release to the file, as `attached.texts_offered` has it."""
        file = Passage(
            sha256=link["sha256"],
            name=link["name"],
            page=page if link["pages"] > 1 else 0,
            snippet=[Span(words, True)],
            ocr=link["method"] == "ocr",
        )
        return Match(
            row=row,
            version=row["version"],
            first_seen=link["first_seen"],
            last_seen=max(link["first_seen"], link["last_look"] or ""),
            until="",
            status_since=self._status_since(row),
            sha256=link["sha256"],
            words=words,
            differs=[],
            file=file,
        )

    def altered(self) -> list[Match]:
        now = ((row, row["version"], row[part]) for row in self.likely for part in ("text", "title"))
        for texts in (now, self._earlier(self.likely)):
            found = [
                (row, version, said, passage)
                for row, version, said in texts
                if (passage := _passage_like(self.quote, self.signs.coded(said)))
            ]
            best = min((passage.cost for *_, passage in found), default=0.0)
            if found:
                return [self._match(*one) for one in found if one[-1].cost == best]
        return []

    def _rows(self, ids: Iterable[int]) -> Iterator[sqlite3.Row]:
        return hits.true_rows(self.db, queries.Query(), ids)

    def _earlier(self, rows: Iterable[sqlite3.Row]) -> Iterator[tuple[sqlite3.Row, int, str]]:
        """The versions before the publisher's last of releases, the last first: release, version, text; then its title."""
        sql = """SELECT version, text, title FROM versions AS v WHERE release = ? AND version <> ? AND EXISTS (SELECT 1
            FROM versions AS w WHERE w.release = v.release AND w.kind = 'published' AND w.seen > v.seen)
            ORDER BY seen DESC, version DESC"""
        for row in rows:
            for version, *texts in self.db.execute(sql, [row["id"], row["version"]]):
                yield from ((row, version, said) for said in texts)

    def _likely(self) -> list[int]:
        """The releases that have the quote's pieces together; then those that share most of them, of which each counts the more
        the fewer have it; of edited ones, by what they dropped too."""
        pieces = _pieces(self.said)
        offered = {piece: ids for piece in pieces if (ids := self._offered(_phrase(piece), _OFFERED))}
        shared = Counter[int]()
        for ids in offered.values():
            shared.update(dict.fromkeys(ids, _RARE // len(ids)))
        # a change falls into one piece: with two that few releases have, one at least stands as it was
        rare = sum(len(ids) < _OFFERED for ids in offered.values())
        plain = [piece for piece in offered if not re.search("[0-9]", piece)]
        together = Counter(id for group in self._together(plain) for id in group) if rare < 2 else Counter[int]()
        parts = [letters(piece) for piece in pieces]
        edited = Counter(id for id, said in self.known.gone for part in parts if part in said)
        allowed = set(self._filtered(edited))
        before = Counter({id: count * _RARE + shared[id] for id, count in edited.items() if id in allowed})
        ranked = [count.most_common(_LIKELY) for count in (together, shared, before)]
        return list(dict.fromkeys([*self._worded(), *(id for count in ranked for id, _ in count)]))

    def _worded(self) -> list[int]:
        """The releases that have, or had, all words of a short quote which stand between its figures and numerals."""
        words = [word for part in self.said for word in _BETWEEN.findall(part.lower())]
        if len(self.quote) >= _SHORT or sum(map(len, words)) < _PLAIN:
            return []
        had = [id for id, said in self.known.gone if all(word in said for word in words)]
        return [*self._offered(" AND ".join(map(_phrase, words)), _LIKELY), *self._filtered(had[:_LIKELY])]

    def _together(self, pieces: list[str]) -> Iterator[list[int]]:
        """The releases that have the rarest pieces near each other; where none has, those that have all but one of some more.

        A piece alone may stand in so many releases that the one that has them all is not among the first.
        """
        signs = len(self.quote) + 2 * _APART
        pieces = sorted(pieces, key=lambda piece: -self.known.rarity.weight(piece.split()))[: _TOGETHER + 1]
        whole = self._offered(queries.near(pieces[:_TOGETHER], signs), _OFFERED) if len(pieces) > 1 else []
        yield whole
        if not whole and len(pieces) > 2:
            for piece in pieces[:_TOGETHER]:
                yield self._offered(queries.near([one for one in pieces if one is not piece], signs), _OFFERED)

    def _offered(self, expression: str, most: int) -> list[int]:
        """Releases that the index offers."""
        where, values = filters(self.asked)
        sql = f"""SELECT r.id AS value FROM (SELECT rowid AS id FROM releases_fts WHERE releases_fts MATCH ? LIMIT ?) AS f
            CROSS JOIN releases AS r ON r.id = f.id WHERE 1 {where}"""
        return column(self.db, sql, [expression, most if not where else -1, *values])

    def _filtered(self, ids: Iterable[int]) -> list[int]:
        where, values = filters(self.asked)
        wanted = ",".join(str(int(id)) for id in ids)
        return column(self.db, f"SELECT r.id AS value FROM releases AS r WHERE r.id IN ({wanted}) {where}", values)

    def _match(self, row: sqlite3.Row, version: int, said: str, passage: "_Passage") -> Match:
        own, there = printed(self.asked.q), printed(said)
        differs = [(own.words(*here), there.words(*its)) for here, its in passage.differs]
        coded = self.signs.coded(said)
        return Match(
            row=row,
            version=version,
            words="……".join(there.words(*span) for span in passage.spans),
            differs=differs,
            file=None,
            status_since=self._status_since(row),
            **self._times(row, version, [coded[slice(*span)] for span in passage.spans]),
        )

    def _status_since(self, row: sqlite3.Row) -> str:
        sql = "SELECT coalesce(max(at), '') FROM status_changes WHERE release = ? AND status = ?"
        return str(self.db.execute(sql, [row["id"], row["status"]]).fetchone()[0])

    def _times(self, row: sqlite3.Row, version: int, words: list[str]) -> dict[str, str]:
        """When these words were seen in the release, and the digest of the page of this version."""
        versions = self.db.execute(
            """SELECT version, seen, title, text, coalesce(c.sha256, '') AS sha256 FROM versions AS v
            LEFT JOIN captures AS c ON c.id = v.capture WHERE release = ? ORDER BY seen, version""",
            [row["id"]],
        ).fetchall()
        has = [one for one in versions if _in_order(words, self.signs.coded(f"{one['title']}\n{one['text']}"))]
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


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage of a text that is the quote, or nearly: its place, the places where the two differ, and how much they do.

    It has several places where the quote leaves words out.
    """

    spans: list[_Span]
    differs: list[tuple[_Span, _Span]]
    cost: float


def _parts(said: str) -> list[str]:
    """The parts of a quote beside its ellipses. One that is too short to be looked for by itself belongs to the part before, or behind."""
    parts: list[str] = []
    for part in filter(letters, _LEFT_OUT.split(said)):
        if parts and min(len(letters(parts[-1])), len(letters(part))) < _PART:
            parts[-1] += f"…{part}"
        else:
            parts.append(part)
    return parts or [said]


def _in_order(parts: Iterable[str], text: str) -> list[_Span]:
    """The places of the parts in a text, each after the one before; none, when one is missing."""
    places, at = list[_Span](), 0
    for part in parts:
        if (start := text.find(part, at)) < 0:
            return []
        at = start + len(part)
        places.append((start, at))
    return places


def _phrase(words: str) -> str:
    return queries.expression(queries.Query(groups=((Term(words),),)))


def _pieces(parts: list[str]) -> list[str]:
    """Runs of words and Chinese signs of the quote's parts, without words that have a figure, spread over it.

    A quote that is short (他们坚持修旧如旧不换) or full of figures (共12000余吨，约II类水质) has few, and a change may be in each of
    them: of such a one, stretches that overlap too, with their figures.
    """
    runs: list[list[str]] = []
    for part in parts:
        runs.append([])
        for word in rarity.WORDS.findall(part.lower()):
            if re.search("[0-9]", word):
                runs.append([])
            else:
                runs[-1].append(word)
    pieces = [" ".join(piece) for run in runs for piece in _cut(run) if len(piece) >= 3]
    stretches = [one for part in parts for one in _stretches(part.lower())] if len(pieces) < _FEW else []
    return list(dict.fromkeys([*_spread(pieces), *_spread(stretches)]))


def _spread(pieces: list[str]) -> list[str]:
    return pieces[:: -(-len(pieces) // _PIECES) or 1]


def _stretches(said: str) -> list[str]:
    """All stretches of a folded text that are a sign shorter than the letters in a row which an altered quote keeps, so that
    every other one will do; a word that is not Chinese counts as three signs. The whole, when it is shorter."""
    words = list(rarity.WORDS.finditer(said))
    ends = list(accumulate(_size(word[0]) for word in words))
    lasts = [bisect_left(ends, begun + _RUN - 1) for begun in (0, *ends[:-1])]
    found = [
        said[first.start() : words[last].end()] for first, last in zip(words, lasts, strict=True) if last < len(words)
    ]
    return found or [said]


def _size(word: str) -> int:
    """The signs that a word counts as: a Chinese sign or a figure one, another word three."""
    return 1 if word >= "\u3005" or word.isdecimal() else 3


def _cut(run: list[str]) -> Iterator[list[str]]:
    """Pieces of a run: eight Chinese signs, or three words, since one that is changed takes its piece away."""
    piece: list[str] = []
    for word in run:
        piece.append(word)
        if sum(map(_size, piece)) >= _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def _passage_like(quote: str, text: str) -> _Passage | None:
    """The passage that differs from the quote as far as a quote of its length may; None: there is none."""
    return _passage(quote, text) if len(quote) >= _SHORT else _counted_otherwise(quote, text)


def _counted_otherwise(quote: str, text: str) -> _Passage | None:
    """The first passage that differs from the quote in its figures and numerals alone, one for one."""
    counts = [found.span() for found in _COUNTED.finditer(quote)]
    if not counts:
        return None
    ends = [0, *(end for _, end in counts)]
    words = [quote[end:start] for end, (start, _) in zip(ends, counts, strict=False)]
    pattern = "".join(f"{re.escape(word)}({_COUNTED.pattern})" for word in words) + re.escape(quote[ends[-1] :])
    found = re.search(pattern, text)
    if not found:
        return None
    pairs = [(here, found.span(group)) for group, here in enumerate(counts, 1)]
    differs = [(here, there) for here, there in pairs if quote[slice(*here)] != text[slice(*there)]]
    return _Passage([found.span()], differs, 0.1 * len(differs))


def _passage(quote: str, text: str) -> _Passage | None:
    """The passage of a text that is the quote but for what may differ; None: there is none."""
    best = fuzz.partial_ratio_alignment(quote, text, score_cutoff=55)
    if best is None or len(text) < _KEPT * len(quote):
        return None
    # a passage that is longer or shorter than the quote reaches beyond the place; another letter there may mislead
    tried = (_aligned(quote, text, best.dest_start - more, best.dest_end + more) for more in (0, _APART))
    return min(filter(None, tried), key=lambda passage: passage.cost, default=None)


def _aligned(quote: str, text: str, first: int, last: int) -> _Passage | None:
    first = max(0, first)
    found = Indel.opcodes(quote, text[first:last]).as_matching_blocks()
    blocks = [(one.a, one.b + first, one.size) for one in found]
    # one letter between two differences belongs to them, but for the unit of a figure
    blocks = [(a, b, size) for a, b, size in blocks if size > 1 or (_amid_figures(quote, a) and _amid_figures(text, b))]
    if not blocks:
        return None
    start = max(0, blocks[0][1] - blocks[0][0])
    end = min(len(text), blocks[-1][1] - blocks[-1][0] + len(quote))
    return _judged(quote, text, blocks, (start, end))


def _amid_figures(coded: str, at: int) -> bool:
    """Whether a letter stands between two figures, as 人 in 1942人，3 and 月 in 5月9日 do."""
    return 0 < at < len(coded) - 1 and not _letters_in(coded[at - 1] + coded[at + 1])


def _judged(quote: str, text: str, blocks: list[tuple[int, int, int]], span: _Span) -> _Passage | None:
    edges = [(0, span[0], 0), *blocks, (len(quote), span[1], 0)]
    between = [((a + size, b), (at + size, to)) for (a, at, size), (b, to, _) in pairwise(edges)]
    places = [_trimmed(quote, text, here, there) for here, there in between]
    places = [(here, there) for here, there in places if here[0] < here[1] or there[0] < there[1]]
    lost = sum(_letters_in(quote[slice(*here)]) for here, _ in places)
    added = sum(_letters_in(text[slice(*there)]) for _, there in places)
    far = any(max(here[1] - here[0], there[1] - there[0]) > _APART for here, there in places)
    least = _RUN - 1 if (lost > 0) != (added > 0) else _RUN
    if far or _in_a_row(quote, text, places) < least or max(lost, added) > (1 - _KEPT) * len(quote):
        return None
    return _Passage([span], places, max(lost, added) + 0.1 * len(places))


def _in_a_row(quote: str, text: str, places: list[tuple[_Span, _Span]]) -> int:
    """The most letters in a row that a passage keeps. What differs does not count; a figure, a numeral and a way up or down do not
    end the row: 转移群众1942人，2人失联 has no other six."""
    rows, kept = [0], 0
    for here, there in places:
        rows[-1] += here[0] - kept
        kept = here[1]
        one, other = quote[slice(*here)], text[slice(*there)]
        if _letters_in(one + other) and not _counts_otherwise(one, other):
            rows.append(0)
    rows[-1] += len(quote) - kept
    return max(rows)


def _counts_otherwise(one: str, other: str) -> bool:
    """Whether two words are numerals, or one is the way up and the other the way down."""
    numerals = re.fullmatch(_NUMERAL, one) and re.fullmatch(_NUMERAL, other)
    return bool(numerals) or (one in _UP and other in _DOWN) or (one in _DOWN and other in _UP)


def _trimmed(quote: str, text: str, here: _Span, there: _Span) -> tuple[_Span, _Span]:
    """Two stretches without the letters that they share at their beginnings and ends."""
    a, b, at, to = *here, *there
    while a < b and at < to and quote[a] == text[at]:
        a, at = a + 1, at + 1
    while a < b and at < to and quote[b - 1] == text[to - 1]:
        b, to = b - 1, to - 1
    return (a, b), (at, to)


def _letters_in(coded: str) -> int:
    return sum(ord(sign) < _FIGURES for sign in coded)


def _dropped(db: sqlite3.Connection) -> list[tuple[int, str]]:
    sql = """SELECT v.release, b.title, v.title, b.text, v.text FROM versions AS v JOIN versions AS b ON b.release = v.release
        AND b.version = (SELECT version FROM versions WHERE release = v.release AND (seen, version) < (v.seen, v.version)
        ORDER BY seen DESC, version DESC LIMIT 1)
        WHERE v.release IN (SELECT release FROM versions WHERE version > 1) AND v.kind = 'published'
        AND (v.title, v.text) <> (b.title, b.text)"""
    found = (
        (release, [title if title != new else "", _taken_out(before, now)])
        for release, title, new, before, now in db.execute(sql)
    )
    return [(release, letters(one)) for release, gone in found for one in gone if one]


def _taken_out(before: str, now: str) -> str:
    """The sentences of a text that do not stand in the next version."""
    kept = set(sentences.said(now, sentences.sentences(now)))
    return "\n".join(one for one in sentences.said(before, sentences.sentences(before)) if one not in kept)
