"""Find a query's words in a text: decide whether it is a hit, mark the words, cut a snippet."""

import functools
import itertools
import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

from archive.search.index import CUT
from archive.search.query import NTH, NUMERAL, WORD_SIGN, Query, Term, forms
from archive.texts.folding import fold, fold_in_place, has_rare_signs

_WORD_OR_NUMBER = re.compile(WORD_SIGN)
# Chinese signs and marks that are folded each by itself, unlike figures, letters, dashes and points
_SIGN_BY_SIGN = re.compile('[\u3400-\u9fff\\s",、。:;?!()…]+')
_DOTS = r"(?:…+|⋯+|\.{3,}|。{3,})"
_ZERO_OF_YEAR = re.compile(f"(?<={NUMERAL})〇(?={NUMERAL}|年)")
_NTH = re.compile(NTH)
_APART = re.compile("[\u3400-\u9fff\\s。；：、%％）]?")


@functools.lru_cache(maxsize=1024)
def pattern(term: Term) -> re.Pattern[str]:
    """A regex that finds `term` where it truly stands in a folded text.

    Case does not matter. White space beside a Chinese sign or a bracket does not matter, since lines break anywhere, nor
    do quotation marks, unless the term is exact; nor blanks between a figure and its % or ‰. Between two Latin words white space must be there. A run of Latin
    letters and digits is a word: 5G is not in 1.5GHz, nor 2020 in 12020. So is a number with its decimals: 5亿元 is not in
    12.5亿元, nor 12 in 12.5. An ellipsis is one in any length and form: …, ……, ......; (2020)5号
    may be (2020)第5号; a 〇 between Chinese numerals may be an O or a 零.

    A point between digits parts decimals when no other joins their number: 2026.3 is in 2026.3.5, and 3.5 too. It parts none behind
    one or two digits that begin a line or follow a full stop or a semicolon, the number of an item: 5G is in `1.5G基站`. Nor
    between a year of 1900 to 2099 and one of the numbers 1 to 12, its month: 2026 is in 2026.3.
    """
    return _compiled(term, {})


@functools.lru_cache(maxsize=1024)
def printed_pattern(term: Term) -> re.Pattern[str]:
    """A regex that finds `term` in a text that is not folded, each of its signs in any of the forms that are folded to it.

    It takes a quarter of the time of folding: 覆 is one of the forms of 复, which every text would have to be folded for.
    """
    return _compiled(term, forms())


def _compiled(term: Term, printed: Mapping[str, str]) -> re.Pattern[str]:
    def any_form(sign: str, *, also: str = "") -> str:
        if sign == "…":
            return _DOTS
        cases = {case: None for one in (sign, sign.lower(), sign.upper()) for case in printed.get(one, one)}
        return f"[{also}{re.escape(''.join(cases))}]"

    between = r"\s*" if term.exact else any_form('"', also=r"\s") + "*"
    parts: list[str] = []
    before, blank = "", False
    words = _NTH.sub("第", re.sub(_DOTS, "…", term.words))
    for at, sign in enumerate(words):
        if sign.isspace():
            blank = True
            continue
        if before and (_loose(before) or _loose(sign)):
            parts.append(between)
        elif before and blank:
            parts.append(r"\s+")
        elif sign in "%‰" and before.isdecimal():
            parts.append(r"[^\S\n]{0,2}")
        nth = sign == "第" and _NTH.match(words, at)
        parts.append(
            any_form(sign, also="Oo零" if sign == "〇" and _ZERO_OF_YEAR.match(words, at) else "")
            + ("?" if nth else "")
        )
        before, blank = sign, False
    sought, point = "".join(parts), any_form(".")
    # its first sign before all: to look back, or ahead, at every place of a text takes ten times as long
    begin, rest = parts[0], "".join(parts[1:])
    first = f"(?<!{WORD_SIGN}{begin})" if re.match(WORD_SIGN, term.words) else ""
    last = f"(?!{WORD_SIGN})" if re.match(WORD_SIGN, term.words[-1]) else ""
    before, behind = _before(term.words, begin, rest, point), _behind(term.words, sought, point)
    # a set with letters of both cases is looked for faster than one that is compared in any case
    beyond = any(sign.lower() != sign.upper() and not sign.isascii() for sign in term.words)
    return re.compile(begin + first + before + rest + behind + last, re.MULTILINE | (re.IGNORECASE if beyond else 0))


def _before(words: str, begin: str, rest: str, point: str) -> str:
    """A regex for the place behind the first sign of a term: the digits that it begins with are no decimals there."""
    number = re.sub("[^0-9.].*", "", words)
    if not number.isdecimal():
        return ""
    item_or_date = "".join(
        rf"(?<!{before}\d{{{n}}}{point}{begin})" for before in ("^", "[。;；]", rf"\d{point}") for n in (1, 2)
    )
    amid_date = rf"(?!{rest}{point}\d)" if number == words else ""
    return rf"(?!(?<=\d{point}{begin}){item_or_date}{amid_date})"


def _behind(words: str, sought: str, point: str) -> str:
    """A regex for the place behind a term: no decimals of the digits that it ends with follow."""
    number = re.sub(".*[^0-9.]", "", words)
    if not number.isdecimal():
        return ""
    amid_date = rf"(?<!\d{point}{sought})" if number == words else ""
    month = rf"(?!{point}(?:0?[1-9]|1[0-2])(?!\d))" if re.fullmatch("(?:19|20)[0-9]{2}", number) else ""
    return rf"(?!{amid_date}{month}{point}\d+(?!{point}?\d))"


def _loose(sign: str) -> bool:
    return ord(sign) >= CUT or sign in "()"


def holds(query: Query, *texts: str) -> bool:
    """Whether a release is a true hit: `texts` are its title, its text and whatever else a word may stand in.

    The index alone also offers 泰山，东海 for 山东.
    """
    folded: list[str] = []

    def stands(term: Term) -> bool:
        if is_plain(term) and any(term.words in text for text in texts):
            return True
        for found in (pattern(term), printed_pattern(term)):
            if any(_stands_folded(term, text, at) for text in texts if (at := found.search(text))):
                return True
        if _SIGN_BY_SIGN.fullmatch(term.words) and not any(map(has_rare_signs, texts)):
            return False  # the regex for the print finds such a word wherever that of the folded text does
        folded[:] = folded or map(fold, texts)
        return any(map(pattern(term).search, folded))

    return all(any(map(stands, group)) for group in query.groups) and not any(map(stands, query.without))


@functools.lru_cache(maxsize=1024)
def is_plain(term: Term) -> bool:
    """Whether a term stands wherever its very signs do: neither end can be a part of a number or a Latin word."""
    return not (_WORD_OR_NUMBER.match(term.words) or _WORD_OR_NUMBER.match(term.words[-1]))


def _stands_folded(term: Term, text: str, at: re.Match[str]) -> bool:
    """Whether a term that stands in a text does so when that is folded, which takes ten times as long as the search.

    Chinese signs do. A number or a Latin word at an end of the term may be a part of another: 6 of 6,200. It is none beside a Chinese
    sign, a blank, a per cent or the text's end.
    """
    before, after = text[max(0, at.start() - 1) : at.start()], text[at.end() : at.end() + 1]
    first, last = _WORD_OR_NUMBER.match(term.words), _WORD_OR_NUMBER.match(term.words[-1])
    return not (first and not _APART.fullmatch(before)) and not (last and not _APART.fullmatch(after))


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
    """Where the query's words stand in `text` as printed: (start, end) in order, none overlapping. At most 200 of each word."""
    words = [word for group in query.groups for word in group]
    folded = fold_in_place(text)
    spans = [at.span() for word in words for at in itertools.islice(pattern(word).finditer(folded.text), 200)]
    found = sorted(folded.place(*span) for span in spans)
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
