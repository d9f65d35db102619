"""Find a query's words in a text: decide whether it is a hit, mark the words, cut a snippet."""

import functools
import itertools
import re
from bisect import bisect_left
from typing import NamedTuple

from archive.search.index import CUT
from archive.search.query import CLOSING, OPENING, WORD_SIGN, Query, forms, narrow, same_signs

_BLANK = "[\\s\u200b-\u200f\u2060\ufeff]"


@functools.lru_cache(maxsize=1024)
def pattern(term: str) -> re.Pattern[str]:
    """A regex that finds `term` where it truly stands in a stored text.

    Case, width, the form of brackets and of 〇 do not matter. White space beside a Chinese sign or a bracket does not
    matter, since lines break anywhere; between two Latin words it must be there. A run of Latin letters and digits
    is a word: 5G is not in 1.5GHz, nor 2020 in 12020.
    """
    return re.compile("|".join(_pattern(form) for form in forms(term)), re.IGNORECASE)


def _pattern(term: str) -> str:
    parts: list[str] = []
    before, blank = "", False
    for sign in map(narrow, term):
        if sign.isspace():
            blank = True
            continue
        if before and (_loose(before) or _loose(sign)):
            parts.append(f"{_BLANK}*")
        elif before and blank:
            parts.append(f"{_BLANK}+")
        parts.append(_any_form(sign))
        before, blank = sign, False
    first = f"(?<!{WORD_SIGN})" if re.match(WORD_SIGN, term) else ""
    last = f"(?!{WORD_SIGN})" if re.match(WORD_SIGN, term[-1]) else ""
    return first + "".join(parts) + last


def _any_form(sign: str) -> str:
    same = same_signs().get(sign, sign)
    return f"[{''.join(map(re.escape, same))}]" if len(same) > 1 else re.escape(sign)


def _loose(sign: str) -> bool:
    return ord(sign) >= CUT or sign in OPENING or sign in CLOSING


def holds(query: Query, *texts: str) -> bool:
    """Whether a release is a true hit: `texts` are its title, its text and whatever else a word may stand in.

    The index alone also offers 泰山，东海 for 山东.
    """

    def stands(word: str) -> bool:
        return any(pattern(word).search(text) for text in texts)

    return all(any(map(stands, group)) for group in query.groups) and not any(map(stands, query.without))


class Span(NamedTuple):
    """A stretch of text; `hit` when it is one of the words that were searched."""

    text: str
    hit: bool


def mark(query: Query, text: str) -> list[Span]:
    """`text` in spans, those that the query's words stand on marked; the spans joined are `text`."""
    return _spans(text, 0, len(text), _places(query, text))


def snippet(query: Query, text: str, width: int = 120) -> list[Span]:
    """About `width` code points of `text` around the place where most words of the query stand close together.

    Line ends become spaces; … stands where the text goes on. Without a hit, it is the beginning.
    """
    places = _places(query, text)
    start = 0
    if places:
        starts = [first for first, _ in places]
        best = max(places, key=lambda place: bisect_left(starts, place[0] + width) - bisect_left(starts, place[0]))
        start = max(0, min(best[0] - width // 4, len(text) - width))
        cut = max(text.rfind(sign, start, best[0]) for sign in "。！？\n")
        start = cut + 1 if cut >= start and len(text) - cut > width // 2 else start
    end = min(len(text), start + width)
    spans = [Span(span.text.replace("\n", " "), span.hit) for span in _spans(text, start, end, places)]
    if start > 0:
        spans.insert(0, Span("…", False))
    if end < len(text):
        spans.append(Span("…", False))
    return spans


def _places(query: Query, text: str) -> list[tuple[int, int]]:
    """Where the query's words stand in `text`: (start, end) in order, none overlapping. At most 200 of each word."""
    words = [word for group in query.groups for word in group]
    found = sorted(found.span() for word in words for found in itertools.islice(pattern(word).finditer(text), 200))
    places: list[tuple[int, int]] = []
    for start, end in found:
        if places and start < places[-1][1]:
            places[-1] = (places[-1][0], max(end, places[-1][1]))
        else:
            places.append((start, end))
    return places


def _spans(text: str, start: int, end: int, places: list[tuple[int, int]]) -> list[Span]:
    spans: list[Span] = []
    at = start
    for first, last in places:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if first > at:
            spans.append(Span(text[at:first], False))
        spans.append(Span(text[first:last], True))
        at = last
    if at < end:
        spans.append(Span(text[at:end], False))
    return spans
