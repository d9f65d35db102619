"""The comparison of two releases: normalised text, text key, shingles for the index, and the judgement."""

import functools
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import opencc
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from archive.duplicates.clusters import Likeness, Reading, Rules

# A figure keeps its sign, its decimal point, its colon (13:09, 3:1), its slash and its % or ‰: 1.5 is not 15.
_FIGURE = r"(?:(?<![0-9a-z])-)?\d+(?:[.:/]\d+)*[%‰]?"
# the usual letters as an alternative of their own: that takes half the time
_KEPT = re.compile(r"[\u4e00-\u9fffa-z]+|[^\W\d_]+|" + _FIGURE)
_FIGURES = re.compile(_FIGURE)
_NUMERALS = re.compile(r"[零一二三四五六七八九十百千万亿两]+")
_ROUND_ZERO = re.compile(r"(?<=[〇零一二三四五六七八九])[○◯]|[○◯](?=[〇零一二三四五六七八九])")
_CJK = range(0x3400, 0xA000)


# NFKC leaves these signs as they are, or makes punctuation of them, which is dropped anyway
_PLAIN = "\x00-\x7f\u3001-\u3003\u3008-\u3011\u4e00-\u9fff“”‘’，；！？（）"
_ODD = re.compile(f"[^{_PLAIN}]+")


@functools.cache
def _simplified() -> tuple[re.Pattern[str], dict[str, str]]:
    """The traditional characters, and each one's simplified form; no phrase rule changes a text's length."""
    convert = opencc.OpenCC("t2s").convert
    table = {char: convert(char) for char in map(chr, _CJK)}
    folded = {char: simple for char, simple in table.items() if len(simple) == 1 and simple != char}
    folded |= {"〇": "零", "\u2212": "-"}
    return re.compile(f"[{''.join(folded)}]"), folded


_nfkc = functools.partial(unicodedata.normalize, "NFKC")
_nfkc_of_sign = functools.lru_cache(maxsize=4096)(_nfkc)  # most calls are for one full-width comma


def _folded(odd: re.Match[str]) -> str:
    return (_nfkc_of_sign if len(odd.group()) < 8 else _nfkc)(odd.group())


def normalised(text: str) -> str:
    """The text's letters and figures alone: width, case, script (traditional), white space and punctuation folded.

    Signs inside a figure stay, because they change its value: `1.5%` and `15%` differ, `1,234` and `1234` do not.
    """
    traditional, simple = _simplified()
    folded = _ODD.sub(_folded, text).lower()
    if "○" in folded or "◯" in folded:
        folded = _ROUND_ZERO.sub("零", folded)
    folded = traditional.sub(lambda char: simple[char.group()], folded)
    return "".join(_KEPT.findall(folded))


def text_key(text: str) -> str:
    """32 hexadecimal digits, equal for two texts when their normalised texts are equal."""
    return digest(normalised(text))


def digest(key: str) -> str:
    """The text key of a normalised text."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


_GRAM = 5  # characters of a shingle
_RATE = 48  # one shingle in 48 is sampled, by its hash, so that two texts sample the same ones
_FEWEST, _MOST = 16, 256  # bounds of the sample of one text
_SHORT = 30  # characters; a shorter text does not identify a release
_FRAMED, _ITEM = 0.45, 120  # a copy this long without a new passage this long differs by head and foot alone
_ALIGNED = 50_000  # characters aligned at most, between the equal beginning and the equal end of two texts


@dataclass(frozen=True, slots=True)
class _Asked:
    """The thresholds for duplicates; they are stricter when titles or days disagree."""

    containment: float  # least share of the smaller text's shingles that stand in the larger one
    length: float  # least ratio of lengths; below it the shorter text is a part of the longer
    bare: bool  # count changed figures only in places where no word differs: not in two unlike heads
    share: float  # with a larger share of changed figures, the texts are two issues of one template …
    single: float  # … but from this containment on, one changed figure is allowed
    wording: float  # most changed wordings for every hundred equal characters


_NEVER = 2.0
# titles and days agree
_SAME_DAY = _Asked(containment=0.35, length=0.15, bare=True, share=0.2, single=0.9, wording=1.5)
# titles agree, days are within a week
_SAME_WEEK = _Asked(containment=0.5, length=0.2, bare=True, share=0.12, single=0.9, wording=1.2)
# titles agree, a day is unknown
_SAME_TITLE = _Asked(containment=0.5, length=0.2, bare=False, share=0.12, single=0.9, wording=1.2)
# titles differ, days are within a week or unknown
_NEAR = _Asked(containment=0.6, length=0.7, bare=False, share=0.1, single=0.9, wording=0.9)
# days are more than a week apart
_FAR = _Asked(containment=0.8, length=0.75, bare=False, share=0.05, single=_NEVER, wording=0.2)


def read(title: str, published: str | None, text: str) -> Reading:
    """A release in the form that `judge` compares; `published` is an ISO 8601 day or time, or none."""
    key = normalised(text)
    shingles = _shingles(key)
    sample = _sample(shingles) if len(key) >= _SHORT else ()
    return Reading(key=key, title=normalised(title), day=_day(published), shingles=shingles, sample=sample)


def judge(a: Reading, b: Reading) -> Likeness:
    """How `a` stands to `b`: `duplicate`, `part_of`, `whole_of` (b is a part of a), or "" (unlike).

    Equal normalised texts are duplicates; when they have fewer than 30 characters, only under equal titles. Others are
    when enough of the smaller one's shingles (5 characters each) stand in the larger one, unless the places where the
    two differ look like two issues of one template: several figures differ where the words around them agree, or
    wordings do. How much is asked depends on titles and days: less when both agree, more when days are far apart, so
    that the bulletins of two days, this year's notice and last year's, and two documents of one pattern stay apart. A
    text that stands inside one that is much longer, under another title, is a part of it: an item of a digest.
    """
    shared = int(np.intersect1d(a.shingles, b.shingles, assume_unique=True).size)
    inside = shared / max(1, a.shingles.size)
    around = shared / max(1, b.shingles.size)
    jaccard = shared / max(1, a.shingles.size + b.shingles.size - shared)
    likeness = functools.partial(Likeness, inside=inside, around=around, jaccard=jaccard)
    if a.key == b.key:
        return likeness(kind="duplicate" if len(a.key) >= _SHORT or a.title == b.title else "")
    shorter, longer = sorted((len(a.key), len(b.key)))
    containment = max(inside, around)
    asked = _asked(a, b)
    if shorter < _SHORT or containment < asked.containment:
        return likeness(kind="")
    changes = compare(a.key, b.key)
    figures = changes.bare if asked.bare else changes.paired
    single = figures == 1 and containment >= asked.single
    if figures and not single and figures / (figures + changes.same_figures) > asked.share:
        return likeness(kind="")
    if 100 * changes.wordings / max(1, changes.equal) > asked.wording:
        return likeness(kind="")
    if shorter >= asked.length * longer or (shorter >= _FRAMED * longer and changes.added < _ITEM):
        return likeness(kind="duplicate", changed_numbers=changes.figures)
    if containment < _NEAR.containment:
        return likeness(kind="")
    return likeness(kind="part_of" if len(a.key) < len(b.key) else "whole_of", changed_numbers=changes.figures)


@dataclass(frozen=True, slots=True)
class Changes:
    """Where two normalised texts that are mostly alike differ."""

    equal: int  # characters
    same_figures: int
    figures: tuple[tuple[str, str], ...]  # each figure that differs, in both texts
    bare: int  # changed figures in places where nothing but figures differs
    paired: int  # `bare`, and changed figures among changed words, as in two heads or feet
    wordings: int  # places where one wording replaces another, without a changed figure
    added: int  # characters of the longest passage that stands in one text only


def compare(a: str, b: str) -> Changes:
    """Aligns two normalised texts, each figure counting as one character, and says where they differ.

    A place where they differ ends at 3 equal characters. It is a change only when both texts have something there, 40
    characters at most, neither four times as long as the other: an added head or foot, a dropped passage is none,
    apart from a figure of the body that stands beside it.
    Figures are paired in their order. Those pairs count as changed figures that stand in equal words, or between 8
    equal characters on either side. A run of Chinese numerals that replaces another (第二次, 第三次) is a figure.
    """
    signs: dict[str, str] = {}
    coded_a, coded_b = (_FIGURES.sub(functools.partial(_sign, signs), text) for text in (a, b))
    figures_of = {sign: figure for figure, sign in signs.items()}
    equal = same_figures = wordings = bare = paired = added = 0
    changed: list[tuple[str, str]] = []
    places = list(_aligned(coded_a, coded_b))
    for index, (place_a, place_b, alike) in enumerate(places):
        if alike:
            equal += len(place_a)
            same_figures += sum(sign in figures_of for sign in place_a)
            continue
        added = max(added, abs(len(place_a) - len(place_b)))
        around = [len(places[beside][0]) if 0 <= beside < len(places) else 0 for beside in (index - 1, index + 1)]
        at_edges = _at_edges(place_a, place_b, figures_of, around)
        if not 0 < max(len(place_a), len(place_b)) <= min(40, 4 * min(len(place_a), len(place_b))):
            changed += at_edges
            paired += len(at_edges)
            continue
        pairs = _changed(place_a, place_b, figures_of)
        within = min(around) >= 8 or _words(place_a, figures_of) == _words(place_b, figures_of)
        changed += pairs if within else at_edges
        if len(pairs) == max(len(place_a), len(place_b)):
            bare += len(pairs)
        paired += len(pairs)
        if not pairs and max(len(place_a), len(place_b)) > 1:
            wordings += 1
    return Changes(
        equal=equal,
        same_figures=same_figures,
        figures=tuple(changed),
        bare=bare,
        paired=paired,
        wordings=wordings,
        added=added,
    )


def _sign(signs: dict[str, str], figure: re.Match[str]) -> str:
    # each figure gets its own character of the private planes; when they run out, the last one serves all others
    return signs.setdefault(figure.group(), chr(min(0xF0000 + len(signs), 0x10FFFD)))


def _changed(a: str, b: str, figures_of: dict[str, str]) -> list[tuple[str, str]]:
    """The figures that differ in a place where two texts do."""
    if _NUMERALS.fullmatch(a) and _NUMERALS.fullmatch(b):
        return [(a, b)]
    figures_a, figures_b = ([figures_of[sign] for sign in place if sign in figures_of] for place in (a, b))
    return [pair for pair in zip(figures_a, figures_b, strict=False) if pair[0] != pair[1]]


def _at_edges(a: str, b: str, figures_of: dict[str, str], around: list[int]) -> list[tuple[str, str]]:
    """The figures that differ where a head or foot begins in one text: the body's first figure, or its last."""
    pairs = []
    if around[0] >= 8:
        pairs += _changed(a[:1], b[:1], figures_of)
    if around[1] >= 8 and not pairs:
        pairs += _changed(a[-1:], b[-1:], figures_of)
    return pairs


def _words(place: str, figures_of: dict[str, str]) -> str:
    if _NUMERALS.fullmatch(place):
        return "0"
    return "".join("0" if sign in figures_of else sign for sign in place)


def _aligned(a: str, b: str) -> Iterator[tuple[str, str, bool]]:
    """Both texts cut into places that are alike and places that differ."""
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    yield a[:head], b[:head], True
    a_rest, b_rest = a[head : len(a) - tail][:_ALIGNED], b[head : len(b) - tail][:_ALIGNED]
    start_a = start_b = 0
    for op in Indel.opcodes(a_rest, b_rest):
        if op.tag == "equal" and op.src_end - op.src_start >= 3:
            yield a_rest[start_a : op.src_start], b_rest[start_b : op.dest_start], False
            yield a_rest[op.src_start : op.src_end], b_rest[op.dest_start : op.dest_end], True
            start_a, start_b = op.src_end, op.dest_end
    yield a_rest[start_a:], b_rest[start_b:], False
    yield a[len(a) - tail :], b[len(b) - tail :], True


def _common(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low


def _asked(a: Reading, b: Reading) -> _Asked:
    alike = titles_alike(a.title, b.title)
    days = None if a.day is None or b.day is None else abs(a.day - b.day)
    if days is not None and days > 7:
        return _FAR
    if not alike:
        return _NEAR
    if days is None:
        return _SAME_TITLE
    return _SAME_DAY if days == 0 else _SAME_WEEK


def titles_alike(a: str, b: str) -> bool:
    """Equal; or one holds the other, which has 8 characters or more; or near-equal with the same figures."""
    shorter, longer = sorted((a, b), key=len)
    if shorter == longer or (len(shorter) >= 8 and shorter in longer):
        return True
    return _FIGURES.findall(a) == _FIGURES.findall(b) and fuzz.ratio(a, b) >= 80


def _day(published: str | None) -> int | None:
    try:
        return date.fromisoformat((published or "")[:10]).toordinal()
    except ValueError:
        return None


def _shingles(key: str) -> NDArray[np.uint64]:
    """The distinct hashes of the text's shingles, ascending; none when the text is shorter than one."""
    codes = np.frombuffer(key.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    hashes = np.zeros(max(0, codes.size - _GRAM + 1), np.uint64)
    for place in range(_GRAM):
        hashes = hashes * np.uint64(1000003) + codes[place : place + hashes.size]
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):  # factors of MurmurHash3: they spread near numbers
        hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(factor)
    hashes = np.sort(hashes ^ (hashes >> np.uint64(33)))
    distinct = np.ones(hashes.size, np.bool_)
    distinct[1:] = hashes[1:] != hashes[:-1]
    return hashes[distinct]  # numpy.unique would take three times as long


def _sample(shingles: NDArray[np.uint64]) -> tuple[int, ...]:
    """The text's hashes for the index: the smallest ones, cut to 32 bits."""
    below = int(np.searchsorted(shingles, np.uint64(2**64 // _RATE)))
    sampled = shingles[: min(max(below, _FEWEST), _MOST)]
    return tuple(((sampled & np.uint64(0xFFFFFFFF)).astype(np.int64) - 2**31).tolist())


RULES = Rules(read=read, judge=judge, titles_alike=titles_alike)
