"""A reader's query: parse it, and turn it into an expression for the index.

`parse` reads the line that was typed; `expression` and `number_globs` say which releases may be hits. Both offer more
than the true ones, which `archive/search/matches.py` tells apart.
"""

import functools
import re
from dataclasses import dataclass
from typing import Any

from archive.search.index import ZWSP, spaced
from archive.texts.width import FOLDS, WIDTH, fold

MAX_QUERY = 1000  # code points; the rest of a longer query is ignored
MAX_TERMS = 32
_MAX_PHRASE = 40  # the index gets the first 40 signs of a phrase; `matches.holds` checks all of them
# A letter or digit of a script that writes words, in either width
WORD_SIGN = "[^\\W_\u3005-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\U0010ffff]"
OPENING, CLOSING = "([{〔【〖［（｛﹝", ")]}〕】〗］）｝﹞"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A reader's query: of every group at least one word must stand in a release, and none of `without`."""

    groups: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()


# An opening quote of any form starts a phrase; one that is never closed runs to the end
_PIECE = re.compile(r'(?P<minus>-)?["“”„«](?P<phrase>[^"“”„»]*)["“”»]?|(?P<word>[^\s"“”„«»]+)')


def parse(query: str) -> Query:
    """Read a query: words divided by white space, "phrases", OR (or |) between alternatives, - before what is unwanted.

    AND is what white space means anyway. Words without a letter or digit say nothing and are left out. Any string is a
    query; what stands after `MAX_QUERY` characters or `MAX_TERMS` words is not looked at.
    """
    groups: list[tuple[str, ...]] = []
    without: list[str] = []
    joined = False
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", " ", query[:MAX_QUERY])
    for piece in _PIECE.finditer(text):
        word, minus = piece["word"], bool(piece["minus"])
        if word in ("OR", "|"):
            joined = True
            continue
        if word in ("AND", "&"):
            continue
        if word is not None and word.startswith("-"):
            word, minus = word.lstrip("-"), True
        term = " ".join((piece["phrase"] if word is None else word).split())
        if not _TOKEN.search(term):
            continue
        if minus:
            without.append(term)
        elif joined and groups:
            groups[-1] += (term,)
        else:
            groups.append((term,))
        joined = False
        if sum(map(len, groups)) + len(without) >= MAX_TERMS:
            break
    return Query(groups=tuple(groups), without=tuple(without))


def match(query: str) -> str:
    """The FTS5 expression for a reader's query; `""`, which matches nothing, when the query asks for nothing."""
    return expression(parse(query))


def expression(query: Query) -> str:
    """The FTS5 expression of a parsed query. It offers every true hit and some more, see `matches.holds`."""
    if not query.groups:
        return '""'
    wanted = " AND ".join(f"({' OR '.join(_phrases(group))})" for group in query.groups)
    # a long phrase is cut, and excluding its beginning would exclude too much
    unwanted = _phrases(tuple(word for word in query.without if len(word) <= _MAX_PHRASE))
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if unwanted else wanted


def _phrases(words: tuple[str, ...]) -> list[str]:
    return [f'"{_phrase(form)}"' for word in words for form in forms(word)]


def _phrase(term: str) -> str:
    return re.sub(f'[{ZWSP}" ]+', " ", spaced(_beginning(term))).strip()


def _beginning(term: str) -> str:
    """`term` as far as the index is asked for it; a Latin word is not cut."""
    if len(term) <= _MAX_PHRASE:
        return term
    return re.sub(f"{WORD_SIGN}+$", "", term[:_MAX_PHRASE]) or term


# the characters that unicode61 treats as part of a word, private use characters among them
_TOKEN = re.compile("[^\\W_]|[\ue000-\uf8ff]")


@functools.cache
def _to_simplified() -> Any:
    import opencc  # loads its dictionaries, which a crawl never needs

    return opencc.OpenCC("t2s")


@functools.lru_cache(maxsize=1024)
def forms(term: str) -> tuple[str, ...]:
    """The term as typed, and in simplified characters where that differs."""
    simplified = str(_to_simplified().convert(term))
    return (term,) if simplified == term else (term, simplified)


@functools.cache
def same_signs() -> dict[str, str]:
    """For each character that has other forms in texts, all of them: widths, brackets of any kind, 〇 and ○."""
    same: dict[str, set[str]] = {}
    # punctuation is not folded in the index, which has none of it, but a reader may type either width
    for code in [*FOLDS, *range(0xFF01, 0xFF5F)]:
        narrow = chr(FOLDS.get(code, code - WIDTH))
        same.setdefault(narrow, {narrow}).add(chr(code))
    for signs in (OPENING, CLOSING):
        for sign in signs:
            same[sign] = set(signs)
    return {sign: "".join(sorted(signs)) for sign, signs in same.items()}


def narrow(sign: str) -> str:
    """The character that stands for all forms of `sign` in `same_signs`."""
    return chr(ord(sign) - WIDTH) if 0xFF01 <= ord(sign) <= 0xFF5E else fold(sign)


_NUMBER = re.compile(rf"[0-9０-９]\s*(?:[号號]|[{re.escape(CLOSING)}])")


def number_globs(query: Query) -> list[str]:
    """GLOB patterns for the numbers of documents (文号) that a query names: 〔2020〕5号, 第12号, in any form.

    Each matches wherever `matches.pattern` finds its word in a number whose blanks were taken out.
    """
    terms = [form for group in query.groups for term in group for form in forms(term)]
    return [f"*{''.join(map(_glob, ''.join(term.split())))}*" for term in terms if _NUMBER.search(term)]


def _glob(sign: str) -> str:
    cases = {narrow(sign).lower(), narrow(sign).upper()}
    same = "".join(sorted({form for case in cases for form in same_signs().get(case, case)}))
    if len(same) > 1:
        return f"[{same}]" if sign.isalnum() else "?"
    return f"[{same}]" if same in "*?[" else same
