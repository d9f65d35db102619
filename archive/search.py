"""Full text search of Chinese in any SQLite: one-character tokens, queried as phrases, verified on the stored text.

FTS5's unicode61 takes a run of Chinese characters for one word. We therefore put a zero-width space around every
character from U+3005 upwards before the text is indexed, so that each is a token of its own and a word of any length is
a phrase of tokens. No extension is needed: the stock `sqlite3` searches the file with `"山 东"`.

The index is wider than the truth, since a phrase also matches across punctuation (`泰山，东海` for 山东). `find` says
where a word really stands.
"""

import functools
import itertools
import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

ZWSP = "\u200b"
MAX_QUERY = 1000  # code points of a query that are looked at
MAX_TERMS = 32
_MAX_PHRASE = 40  # signs of a phrase that the index is asked for; `holds` looks at them all
_CUT = 0x3005  # 々; everything from here on is a token of its own
_WIDE = ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))  # ０-９ Ａ-Ｚ ａ-ｚ
_WIDTH = 0xFEE0
# ○ and ◯ are what typists use for 〇: 二○二○年
_SINGLE = {0xFF05: 0x25, 0x3000: 0x20, 0x25CB: 0x3007, 0x25EF: 0x3007}
_FOLDS = _SINGLE | {code: code - _WIDTH for first, last in _WIDE for code in range(first, last + 1)}
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLDS))}]")  # few signs of a text; translate() would look at them all


def fold(text: str) -> str:
    """`text`, code point for code point: full-width letters, digits, ％ and U+3000 made narrow, ○ and ◯ made 〇."""
    return _FOLDED.sub(_fold_sign, text)


def _fold_sign(sign: re.Match[str]) -> str:
    return chr(_FOLDS[ord(sign[0])])


_SIGNS = re.compile(f"[{chr(_CUT)}-\U0010ffff]+")


def spaced(text: str) -> str:
    """What the index row of `text` gets: `fold(text)` with a zero-width space on either side of each Chinese sign."""
    return _SIGNS.sub(_space_out, fold(text))


def _space_out(run: re.Match[str]) -> str:
    # by runs: a replacement for each single sign takes ten times as long
    return ZWSP + (ZWSP + ZWSP).join(run[0]) + ZWSP


def _spaced_sql(column: str) -> str:
    """An SQL expression that yields the characters of `spaced(column)`; texts hold no NUL."""
    wide = " OR ".join(f"u BETWEEN {first} AND {last}" for first, last in _WIDE)
    # the first case, which is nearly all of a Chinese text, ends before ％, the first full-width sign that is folded
    single = " ".join(f"WHEN u = {code} THEN {_sql_token(str(narrow), narrow)}" for code, narrow in _SINGLE.items())
    return f"""(WITH RECURSIVE
    chunk(s, rest) AS (
      SELECT substr({column}, 1, 64), substr({column}, 65)
      UNION ALL SELECT substr(rest, 1, 64), substr(rest, 65) FROM chunk WHERE rest <> ''),
    place(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place WHERE i < 64)
    SELECT coalesce(group_concat(CASE
      WHEN u BETWEEN {_CUT} AND {0xFF05 - 1} THEN {_sql_token("u", _CUT)}
      {single}
      WHEN {wide} THEN char(u - {_WIDTH})
      WHEN u >= {_CUT} THEN {_sql_token("u", _CUT)}
      ELSE char(u) END, ''), '')
    FROM (SELECT unicode(substr(s, i, 1)) AS u FROM chunk CROSS JOIN place WHERE i <= length(s)))"""


def _sql_token(code: str, point: int) -> str:
    return f"char(8203, {code}, 8203)" if point >= _CUT else f"char({code})"


SPACED_VIEW = f"""CREATE VIEW releases_spaced AS SELECT id,
  {_spaced_sql("r.title")} AS title,
  {_spaced_sql("r.text")} AS text
FROM releases AS r"""

INDEX = """CREATE VIRTUAL TABLE releases_fts USING fts5(
  title, text, content='releases_spaced', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"""


class Executes(Protocol):
    """A connection: sqlite3's, or a sqlite-utils Database."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...


def write(db: Executes, id: int, old: tuple[str, str] | None, new: tuple[str, str] | None) -> None:
    """Bring the index row of release `id` from its (title, text) `old` to `new`; None: there is (to be) no row.

    `old` must be exactly what was written before, or the index is corrupted. Belongs to the caller's transaction.
    """
    if old is not None:
        db.execute(
            "INSERT INTO releases_fts(releases_fts, rowid, title, text) VALUES ('delete', ?, ?, ?)",
            (id, spaced(old[0]), spaced(old[1])),
        )
    if new is not None:
        db.execute(
            "INSERT INTO releases_fts(rowid, title, text) VALUES (?, ?, ?)", (id, spaced(new[0]), spaced(new[1]))
        )


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
    """The FTS5 expression of a parsed query. It offers every true hit and some more, see `holds`."""
    if not query.groups:
        return '""'
    wanted = " AND ".join(f"({' OR '.join(_phrases(group))})" for group in query.groups)
    # the beginning of a long phrase would exclude too much
    unwanted = _phrases(tuple(word for word in query.without if len(word) <= _MAX_PHRASE))
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if unwanted else wanted


def _phrases(words: tuple[str, ...]) -> list[str]:
    return [f'"{_phrase(form)}"' for word in words for form in _forms(word)]


def _phrase(term: str) -> str:
    return re.sub(f'[{ZWSP}" ]+', " ", spaced(_beginning(term))).strip()


def _beginning(term: str) -> str:
    """`term` as far as the index is asked for it; a Latin word is not cut."""
    if len(term) <= _MAX_PHRASE:
        return term
    return re.sub(f"{_WORD_SIGN}+$", "", term[:_MAX_PHRASE]) or term


# What unicode61 takes for a part of a word; it counts private use characters in
_TOKEN = re.compile("[^\\W_]|[\ue000-\uf8ff]")


@functools.cache
def _to_simplified() -> Any:
    import opencc  # loads its dictionaries, which a crawl never needs

    return opencc.OpenCC("t2s")


@functools.lru_cache(maxsize=1024)
def _forms(term: str) -> tuple[str, ...]:
    """The term as typed, and in simplified characters where that differs."""
    simplified = str(_to_simplified().convert(term))
    return (term,) if simplified == term else (term, simplified)


_OPENING, _CLOSING = "([{〔【〖［（｛﹝", ")]}〕】〗］）｝﹞"
_BLANK = "[\\s\u200b-\u200f\u2060\ufeff]"
# A letter or digit of a script that writes words, in either width
_WORD_SIGN = "[^\\W_\u3005-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\U0010ffff]"


@functools.cache
def _same_sign() -> dict[str, str]:
    """For each character that has other forms in texts, a regex class of them all."""
    forms: dict[str, set[str]] = {}
    # punctuation is not folded in the index, which has none of it, but a reader may type either width
    for code in [*_FOLDS, *range(0xFF01, 0xFF5F)]:
        narrow = chr(_FOLDS.get(code, code - _WIDTH))
        forms.setdefault(narrow, {narrow}).add(chr(code))
    for signs in (_OPENING, _CLOSING):
        for sign in signs:
            forms[sign] = set(signs)
    return {sign: f"[{''.join(re.escape(form) for form in sorted(same))}]" for sign, same in forms.items()}


@functools.lru_cache(maxsize=1024)
def pattern(term: str) -> re.Pattern[str]:
    """A regex that finds `term` where it truly stands in a stored text.

    Case, width, the form of brackets and of 〇 do not matter. White space beside a Chinese sign or a bracket does not
    matter, since lines break anywhere; between two Latin words it must be there. A run of Latin letters and digits
    is a word: 5G is not in 1.5GHz, nor 2020 in 12020.
    """
    return re.compile("|".join(_pattern(form) for form in _forms(term)), re.IGNORECASE)


def _pattern(term: str) -> str:
    parts: list[str] = []
    before, blank = "", False
    for sign in map(_narrow, term):
        if sign.isspace():
            blank = True
            continue
        if before and (_loose(before) or _loose(sign)):
            parts.append(f"{_BLANK}*")
        elif before and blank:
            parts.append(f"{_BLANK}+")
        parts.append(_same_sign().get(sign, re.escape(sign)))
        before, blank = sign, False
    first = f"(?<!{_WORD_SIGN})" if re.match(_WORD_SIGN, term) else ""
    last = f"(?!{_WORD_SIGN})" if re.match(_WORD_SIGN, term[-1]) else ""
    return first + "".join(parts) + last


def _narrow(sign: str) -> str:
    return chr(ord(sign) - _WIDTH) if 0xFF01 <= ord(sign) <= 0xFF5E else fold(sign)


def _loose(sign: str) -> bool:
    return ord(sign) >= _CUT or sign in _OPENING or sign in _CLOSING


def holds(query: Query, title: str, text: str) -> bool:
    """Whether a release is a true hit, as `pattern` defines it; the index alone also offers 泰山，东海 for 山东."""

    def stands(word: str) -> bool:
        return bool(pattern(word).search(title) or pattern(word).search(text))

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
    return [Span("…", False)] * (start > 0) + spans + [Span("…", False)] * (end < len(text))


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
