"""How two releases are compared: a fingerprint of each, and the judgement whether they are one."""

import functools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from archive.duplicates.changes import Changes, find_changes
from archive.duplicates.stages import are_stages
from archive.model import Fingerprint, LikenessKind
from archive.texts.normalised import FIGURE, normalised

_GRAM = 5  # characters of a shingle
_RATE = 48  # one shingle in 48 is sampled, by its hash, so that two texts sample the same ones
_FEWEST, _MOST = 16, 256  # shingles of a text that are sampled, at least and at most
SHORT = 30  # characters: a shorter text is too little to know a release by
_FRAMED, _ITEM = 0.45, 120  # a copy this long, in which no passage so long is new, is framed by a head and a foot alone

_OFTEN = 3  # a wording that gives way to another so often, and always, is a name
_NOTICE = 400  # characters; in a shorter text a day that moves with the day of publication makes another notice


@dataclass(frozen=True, slots=True)
class _Asked:
    """The thresholds for duplicates; they are stricter when titles or days disagree."""

    containment: float  # least share of the smaller text's shingles that stand in the larger one
    length: float  # least ratio of lengths; below it the shorter text is a part of the longer
    bare: bool  # count changed figures only in places where no word differs: not in two unlike heads
    share: float  # with a larger share of changed figures, the texts are two issues of one template …
    single: float  # … but from this containment on, one changed figure is allowed
    wording: float  # most changed wordings for every hundred equal characters


_COUNTED = re.compile(FIGURE.pattern + "|[零一二三四五六七八九十百千万亿两]+")
# a document and its explanation, picture, questions, comment or interview share titles and sentences
_GENRES = {
    genre: re.compile(words)
    for genre, words in {
        "explanation": "解读",
        "picture": "图解|[一张]图(?:读懂|看懂|了解)|图说",
        "questions": "问答|答记者问",
        "comment": "评论|述评|时评|社论",
        "interview": "访谈|专访",
    }.items()
}
_TWO_DIGITS = re.compile(r"(?=(\d)(\.?)(\d))")
_RATIO = 80  # percent; titles that are more alike than that are near-equal
_NEVER = 2.0
# titles and days agree, or titles do and a duplicate of both links the two
_SAME_DAY = _Asked(containment=0.35, length=0.15, bare=True, share=0.2, single=0.9, wording=1.5)
# titles agree, days are within a week
_SAME_WEEK = _Asked(containment=0.5, length=0.2, bare=True, share=0.12, single=0.9, wording=1.2)
# titles agree, a day is unknown
_SAME_TITLE = _Asked(containment=0.5, length=0.2, bare=False, share=0.12, single=0.9, wording=1.2)
# titles differ, days are within a week or unknown
_NEAR = _Asked(containment=0.6, length=0.7, bare=False, share=0.1, single=0.9, wording=0.9)
# titles agree, days are more than a week apart
_LATER = _Asked(containment=0.6, length=0.3, bare=False, share=0.05, single=_NEVER, wording=0.2)
# titles differ and days are more than a week apart, or titles differ in a figure alone
_FAR = _Asked(containment=0.8, length=0.75, bare=False, share=0.05, single=_NEVER, wording=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How one release stands to another."""

    kind: LikenessKind  # "": unlike
    inside: float  # containment of the first in the second
    around: float  # containment of the second in the first
    jaccard: float
    changed_numbers: tuple[tuple[str, str], ...] = ()
    file: str = ""  # SHA-256 of the file whose text was compared in the place of the first one's own
    other_file: str = ""  # in the place of the second one's own

    def reversed(self) -> "Likeness":
        """How the second stands to the first."""
        kinds: dict[LikenessKind, LikenessKind] = {"part_of": "whole_of", "whole_of": "part_of"}
        return Likeness(
            kind=kinds.get(self.kind, self.kind),
            inside=self.around,
            around=self.inside,
            jaccard=self.jaccard,
            changed_numbers=tuple((there, here) for here, there in self.changed_numbers),
            file=self.other_file,
            other_file=self.file,
        )


def fingerprint(title: str, published: str | None, text: str) -> Fingerprint:
    """A release as `judge` compares it; `published` is an ISO 8601 day or time, or none."""
    key = normalised(text)
    shingles = _shingles(key)
    sample = _sample(shingles) if len(key) >= SHORT else ()
    return Fingerprint(key=key, title=normalised(title), day=_day(published), shingles=shingles, sample=sample)


def judge(a: Fingerprint, b: Fingerprint, *, linked: bool = False) -> Likeness:
    """How `a` stands to `b`: `duplicate`, `part_of`, `whole_of` (b is a part of a), or "" (unlike).

    Equal normalised texts are duplicates; when they have fewer than 30 characters, only under equal titles. Others are
    when enough of the smaller one's shingles (5 characters each) stand in the larger one, unless the places where the
    two differ look like two issues of one template: several figures differ where the words around them agree, or
    wordings do, or a name or a day does that tells them apart by itself (`_are_two`). How much is asked depends on titles
    and days: less when both agree, more when days are far apart, so that the bulletins of two days, this year's notice and last year's, and two documents of one pattern stay apart.
    Least is asked of two that are `linked`, by a duplicate of both under a like title: days may be misread. Titles that
    are near-equal but for a figure or a numeral count as days far apart. A genre in one title and not in the other
    (解读, 图解, 问答, 评论, 访谈) makes two releases, and so do two stages of one procedure (`are_stages`). A figure of which two digits have changed places (46.5, 45.6) is a slip,
    and does not count where the days are not far apart. A text that stands inside one that is much longer, whatever their
    titles, is a part of it: an item of a digest. It stays a duplicate when it has 45 % of the longer one's length, and
    the longer one adds no passage of 120 characters: a head and a foot alone are new.
    """
    shared = _shared(a.shingles, b.shingles)
    inside = shared / max(1, a.shingles.size)
    around = shared / max(1, b.shingles.size)
    jaccard = shared / max(1, a.shingles.size + b.shingles.size - shared)
    likeness = functools.partial(Likeness, inside=inside, around=around, jaccard=jaccard)
    other_genre = genres(a.title) != genres(b.title)
    if a.key == b.key and not other_genre and not are_stages(a, b):
        return likeness(kind="duplicate" if len(a.key) >= SHORT or a.title == b.title else "")
    shorter, longer = sorted((len(a.key), len(b.key)))
    containment = max(inside, around)
    asked = _asked(a, b, linked)
    if shorter < SHORT or containment < asked.containment:
        return likeness(kind="")
    changes = find_changes(a.key, b.key)
    if are_stages(a, b) or _are_two(a, b, changes):
        return likeness(kind="")
    figures = changes.bare if asked.bare else changes.paired
    if asked.single < _NEVER:
        figures = max(0, figures - sum(_is_slip(*pair) for pair in changes.figures))
    single = figures == 1 and containment >= asked.single
    if figures and not single and figures / (figures + changes.same_figures) > asked.share:
        return likeness(kind="")
    if 100 * changes.wordings / max(1, changes.equal) > asked.wording:
        return likeness(kind="")
    if shorter >= asked.length * longer or (shorter >= _FRAMED * longer and changes.added < _ITEM):
        return likeness(kind="" if other_genre else "duplicate", changed_numbers=changes.figures)
    if containment < _NEAR.containment:
        return likeness(kind="")
    return likeness(kind="part_of" if len(a.key) < len(b.key) else "whole_of", changed_numbers=changes.figures)


def _is_slip(one: str, other: str) -> bool:
    """Whether two digits side by side have changed places (46.5, 45.6; 137, 173), as a typist does and no next issue."""
    swapped = (f"{one[: at.start()]}{at[3]}{at[2]}{at[1]}{one[at.end(3) :]}" for at in _TWO_DIGITS.finditer(one))
    return one != other and len(one) == len(other) and other in swapped


def _are_two(a: Fingerprint, b: Fingerprint, changes: Changes) -> bool:
    """Whether one difference shows by itself that two texts were made after one pattern.

    - A name gives way to another, always: a wording of two characters or more to another such, three times, or twice
      beside a second pair (北山县 and 柳青, 云溪县 and 白桦), or in the titles too (远帆集团, 南风集团). A single character
      counts in titles and text, with the one behind it (黄色预警, 橙色预警). No name is what has one of 我本全该各某
      (我市 that becomes 清河市), nor a single character for several.
    - The titles differ in such a wording alone, of two characters or more, and each text has its own title's, with a
      character that stands beside it there, and not the other's: 启动黄色预警, 解除黄色预警.
    - A day moves as the days of publication do: 6月25日 of one day's notice is 6月26日 in the next day's, in a text of
      less than 400 characters.
    """
    found = Counter(pair for pair in changes.exchanged if _may_be_names(*pair))
    titles = find_changes(a.title, b.title)
    titled = titles.exchanged
    words = sum(len(one) > 1 for one, _ in found)
    for (one, other), times in found.items():
        if (one, other) in titled and len(one) == 1:
            one, other = _with_next(a.title, one), _with_next(b.title, other)
        elif (one, other) not in titled and (len(one) == 1 or times < _OFTEN - (words > 1)):
            continue
        if one not in b.key and other not in a.key:
            return True
    if len(titled) == 1 and titles.added == abs(len(titled[0][0]) - len(titled[0][1])) and not titles.figures:
        one, other = titled[0]
        if len(one) > 1 and _may_be_names(one, other) and _is_said(one, a, b) and _is_said(other, b, a):
            return True
    apart = 0 if a.day is None or b.day is None else b.day - a.day
    return apart != 0 and apart in changes.moved and min(len(a.key), len(b.key)) < _NOTICE


def _may_be_names(one: str, other: str) -> bool:
    return (len(one) > 1) == (len(other) > 1) and not set("我本全该各某") & {*one, *other}


def _is_said(word: str, a: Fingerprint, b: Fingerprint) -> bool:
    """Whether a's text has a word of its title, with a character that stands beside it there, and b's text has not the word."""
    start = a.title.index(word)
    before, behind = a.title[max(0, start - 1) : start + len(word)], a.title[start : start + len(word) + 1]
    forms = {before, behind} - {word}
    return word not in b.key and any(form in a.key for form in forms)


def _with_next(title: str, word: str) -> str:
    """The word and the character that stands behind it in the title."""
    start = title.index(word)
    return title[start : start + len(word) + 1]


def _asked(a: Fingerprint, b: Fingerprint, linked: bool) -> _Asked:
    alike = titles_alike(a.title, b.title)
    if alike and linked:
        return _SAME_DAY
    days = None if a.day is None or b.day is None else abs(a.day - b.day)
    far_apart = days is not None and days > 7
    if not alike:  # near-equal but for a figure: 二次会议, 三次会议
        return _FAR if far_apart or fuzz.ratio(a.title, b.title) >= _RATIO else _NEAR
    if far_apart:
        return _LATER
    if days is None:
        return _SAME_TITLE
    return _SAME_DAY if days == 0 else _SAME_WEEK


def titles_alike(a: str, b: str) -> bool:
    """Equal; or one holds the other, which has 8 characters or more; or near-equal with the same figures and numerals."""
    shorter, longer = sorted((a, b), key=len)
    if shorter == longer or (len(shorter) >= 8 and shorter in longer):
        return True
    return _COUNTED.findall(a) == _COUNTED.findall(b) and fuzz.ratio(a, b) >= _RATIO


def genres(title: str) -> frozenset[str]:
    """The genres that a normalised title names (解读, 图解), beside its subject."""
    return frozenset(genre for genre, words in _GENRES.items() if words.search(title))


def _day(published: str | None) -> int | None:
    try:
        return date.fromisoformat((published or "")[:10]).toordinal()
    except ValueError:
        return None


def _shingles(key: str) -> NDArray[np.uint64]:
    """The distinct hashes of the text's shingles, ascending; none when the text is shorter than one."""
    codes = np.frombuffer(key.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    size = max(0, codes.size - _GRAM + 1)
    hashes = codes[:size].copy()
    for place in range(1, _GRAM):  # in place: a new array for each step took a sixth of the time
        hashes *= np.uint64(1000003)
        hashes += codes[place : place + size]
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):  # factors of MurmurHash3: they spread near numbers
        hashes ^= hashes >> np.uint64(33)
        hashes *= np.uint64(factor)
    hashes ^= hashes >> np.uint64(33)
    hashes.sort()
    distinct = np.ones(size, np.bool_)
    distinct[1:] = hashes[1:] != hashes[:-1]
    return hashes[distinct]  # numpy.unique would take three times as long


def _shared(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> int:
    """How many hashes stand in both. Both ascend, so that numpy.intersect1d, which sorts, would take longer."""
    few, many = sorted((a, b), key=len)
    places = np.searchsorted(many, few)
    return int(np.count_nonzero(many.take(places, mode="clip") == few)) if many.size else 0


def _sample(shingles: NDArray[np.uint64]) -> tuple[int, ...]:
    """The text's hashes for the index: the smallest ones, cut to 32 bits."""
    below = int(np.searchsorted(shingles, np.uint64(2**64 // _RATE)))
    sampled = shingles[: min(max(below, _FEWEST), _MOST)]
    return tuple(((sampled & np.uint64(0xFFFFFFFF)).astype(np.int64) - 2**31).tolist())
