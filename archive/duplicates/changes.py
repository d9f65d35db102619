"""Where two normalised texts differ, and which of the differences are changed figures or changed wordings."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz.distance import Indel

from archive.texts.ends import same_ends
from archive.texts.normalised import FIGURE

_NUMERALS = re.compile(r"[零一二三四五六七八九十百千万亿两]+")
_DAY = re.compile("日(?![讯電电])")
_ALIGNED = 50_000  # characters between the equal ends of two texts that are aligned


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
    exchanged: tuple[tuple[str, str], ...]  # the wordings of such places, single characters too
    moved: tuple[int, ...]  # by how many days each day of a month is later in the second text, amid equal words


def find_changes(a: str, b: str) -> Changes:
    """Aligns two normalised texts, each figure counting as one character, and says where they differ.

    A place where they differ ends at 3 equal characters. It is a change only when both texts have something there, 40
    characters at most, neither four times as long as the other: an added head or foot, a dropped passage is none,
    apart from a figure of the body that stands beside it.
    Figures are paired in their order. Those pairs count as changed figures that stand in equal words, or between 8
    equal characters on either side. A run of Chinese numerals that replaces another (第二次, 第三次) is a figure.
    A day of a month is a figure before 日, from 1 to 31; that of a dateline (22日讯, 22日电) is none.
    """
    signs: dict[str, str] = {}
    coded_a, coded_b = (FIGURE.sub(functools.partial(_sign, signs), text) for text in (a, b))
    figures_of = {sign: figure for figure, sign in signs.items()}
    equal = same_figures = wordings = bare = paired = added = 0
    changed: list[tuple[str, str]] = []
    exchanged: list[tuple[str, str]] = []
    moved: list[int] = []
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
        if pairs and _words(place_a, figures_of) == _words(place_b, figures_of):
            behind = places[index + 1][0][:2] if index + 1 < len(places) else ""
            moved += _moved(place_a + behind, place_b + behind, figures_of)
        if not pairs:
            wordings += max(len(place_a), len(place_b)) > 1
            if not any(sign in figures_of for sign in place_a + place_b):
                exchanged.append((place_a, place_b))
    return Changes(
        equal=equal,
        same_figures=same_figures,
        figures=tuple(changed),
        bare=bare,
        paired=paired,
        wordings=wordings,
        added=added,
        exchanged=tuple(exchanged),
        moved=tuple(moved),
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


def _moved(a: str, b: str, figures_of: dict[str, str]) -> Iterator[int]:
    """By how many days each day of a month is later in b, in two places whose words are equal."""
    for at in range(len(a) - 1):
        if a[at] != b[at] and _DAY.match(a, at + 1):
            before, after = (_day(place[: at + 1], figures_of) for place in (a, b))
            if before and after:
                yield (after - before).days


def _day(place: str, figures_of: dict[str, str]) -> date | None:
    """The day at the end of the place, in the month before it, else in January, of a leap year; None when it is no day."""
    month = figures_of.get(place[-3], "") if len(place) > 2 and place[-2] == "月" else "1"
    day = figures_of.get(place[-1], "")
    try:
        return date(4, int(month), int(day))
    except ValueError:
        return None


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
    head, tail = same_ends(a, b)
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
