"""A reader's query: parse it, and turn it into an expression for the index.

`parse` reads the line that was typed and folds it as the index is folded; `expression` and `number_globs` say which releases may be hits. Both offer more
than the true ones, which `archive/search/matches.py` tells apart.
"""

import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.search.index import ZWSP, spaced
from archive.texts.folding import SIGNS, fold

MAX_QUERY = 1000  # code points; the rest of a longer query is ignored
MAX_TERMS = 32
_MAX_PHRASE = 40  # the index gets the first 40 signs of a phrase; `matches.holds` checks all of them
# A letter or digit of a script that writes words, in a folded text
WORD_SIGN = "[^\\W_\u3005-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\U0010ffff]"
_CHINESE = re.compile("[\u3400-\u9fff]+")


class Term(NamedTuple):
    """A word or phrase of a query, folded."""

    words: str
    exact: bool = False  # it stood in quotation marks, so those of a text count

    @property
    def is_chinese(self) -> bool:
        """Whether it consists of Chinese signs alone."""
        return bool(_CHINESE.fullmatch(self.words))

    def __str__(self) -> str:
        return f'"{self.words}"' if self.exact else self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A reader's query: of every group at least one word must stand in a release, and none of `without`."""

    groups: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()


# A phrase stands in quotation marks of one kind and alone, or holds a space; “十四五”规划 is a word. One that is never closed runs
# to the end. Straight marks may hold others
_PIECE = re.compile(
    r"""(?P<minus>[-－])?(?:"(?P<straight>[^"]*)(?:"(?=\s|$)|$)|"(?P<spaced>[^"]*\s[^"]*)"
    |[“”„«](?P<curly>[^"“”„»]*)(?:["“”»](?=\s|$)|$)|[“”„«](?P<wide>[^"“”„»]*\s[^"“”„»]*)["“”»]|(?P<word>\S+))""",
    re.X,
)


@functools.lru_cache(maxsize=256)  # a page asks at several places
def parse(query: str) -> Query:
    """Read a query: words divided by white space, "phrases", OR (or |) between alternatives, - before what is unwanted, also in full width.

    AND is what white space means anyway. Words without a letter or digit say nothing and are left out. Any string is a
    query; what stands after `MAX_QUERY` characters or `MAX_TERMS` words is not looked at. A word or group that comes again asks
    for nothing more.
    """
    groups: list[tuple[Term, ...]] = []
    without: list[Term] = []
    joined = False
    text = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\u3000]", " ", query[:MAX_QUERY])
    for piece in _PIECE.finditer(text):
        word, minus = piece["word"], bool(piece["minus"])
        sign = fold(word or "")
        if sign in ("OR", "|"):
            joined = True
            continue
        if sign in ("AND", "&"):
            continue
        # a line of a headline begins with another dash: ——在全市大会上的讲话
        if word is not None and word.startswith(("-", "－")):
            word, minus = word.lstrip("-－"), True
        term = _term(word, piece)
        if not _TOKEN.search(term.words):
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
    once = dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups)
    return Query(groups=tuple(once), without=tuple(dict.fromkeys(without)))


def _term(word: str | None, piece: re.Match[str]) -> Term:
    if word is not None:
        return Term(zeroed(_without_marks(fold(word))))
    phrase = next(filter(None, piece.group("straight", "spaced", "curly", "wide")), "")
    return Term(zeroed(" ".join(fold(phrase).split())), exact=True)


def _without_marks(word: str) -> str:
    """`word` without quotation marks, but for those between two Latin letters: don't."""
    return re.sub(f'(?<!{WORD_SIGN})"|"(?!{WORD_SIGN})', "", word)


def match(query: str) -> str:
    """The FTS5 expression for a reader's query where the index alone answers; `""`, which matches nothing, when it asks for nothing."""
    return narrow_expression(parse(query))


@functools.lru_cache(maxsize=256)
def expression(query: Query) -> str:
    """The FTS5 expression of a parsed query. It offers every true hit and some more, see `matches.holds`.

    Unwanted words are not in it: the index takes 泰山，东海 for 山东, and would leave out true hits.
    """
    return " AND ".join(f"({' OR '.join(_phrases(group))})" for group in query.groups) or '""'


def narrow_expression(query: Query) -> str:
    """The expression that also leaves out the index's matches of unwanted words: nearer to the true number, without some true hits."""
    # a long phrase is cut, and excluding its beginning would exclude too much
    unwanted = _phrases(tuple(term for term in query.without if len(term.words) <= _MAX_PHRASE))
    wanted = expression(query)
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if query.groups and unwanted else wanted


def near(pieces: Sequence[str], signs: int) -> str:
    """The FTS5 expression of texts that have all pieces, without figures, so many signs from the first to the last."""
    phrases = " ".join(f'"{_phrase(piece)}"' for piece in pieces)
    return f"NEAR({phrases}, {signs})"


def _phrases(terms: tuple[Term, ...]) -> list[str]:
    return [f'"{_phrase(form)}"' for term in terms for form in _as_indexed(beginning(term.words))]


def _phrase(words: str) -> str:
    return re.sub(f'[{ZWSP}" ]+', " ", spaced(words)).strip()


_LONG = "(?<![0-9A-Za-z.])(?<![0-9],)[1-9][0-9]{3,}(?![0-9])"  # a number that may be grouped in a text
_POWER = "(?<=[A-Za-z])[23](?![0-9A-Za-z])"  # it may be printed as ² or ³
NUMERAL = "[〇一二三四五六七八九]"
_ZERO = f"(?<={NUMERAL})〇(?={NUMERAL}|年)"
# many type the letter, or print the other sign: 二OO五年, 二零零五年
_ZEROS = re.compile(f"[Oo零〇](?<={NUMERAL}.)[Oo零〇]*(?={NUMERAL}|年)")
NTH = r"(?<=(?:19|20)[0-9]{2}\))第?(?=[0-9]{1,5}号)"  # the number of a document has it or not: (2020)5号, (2020)第5号
_TWO_WAYS = re.compile(f"{_LONG}|{_POWER}|{_ZERO}|{NTH}")
_MOST_PLACES = 4  # places of a phrase that are looked for both ways


def _as_indexed(words: str) -> list[str]:
    """The words, and in the other forms that the index may have them in: 1200 as 1 200, m2 as m², 〇 in a year as O or 零, 〔2020〕5号
    as 〔2020〕第5号."""
    words = zeroed(words)
    places = [found.span() for found in _TWO_WAYS.finditer(words)][:_MOST_PLACES]
    forms = []
    for chosen in itertools.product((False, True), repeat=len(places)):
        form = words
        for (start, end), apart in reversed(list(zip(places, chosen, strict=True))):
            form = form[:start] + _otherwise(words[start:end]) + form[end:] if apart else form
        forms.append(form)
    return list(dict.fromkeys((*forms, *(re.sub(_ZERO, "零", form) for form in forms))))


def zeroed(words: str) -> str:
    """A folded text with 〇 for each letter O and each 零 that stands among the numerals of a year or a number, sign for sign."""
    return _ZEROS.sub(lambda zeros: "〇" * len(zeros[0]), words)


def _otherwise(digits: str) -> str:
    """A number in groups of thousands, the sign of a power, the letter that is typed for 〇, or 第 where there was none."""
    if digits in ("〇", "第", ""):
        return {"〇": "O", "第": "", "": "第"}[digits]
    return f"{int(digits):,}" if len(digits) > 1 else digits.translate(str.maketrans("23", "²³"))


def beginning(term: str, most: int = _MAX_PHRASE) -> str:
    """`term` as far as the index is asked for it; a Latin word is not cut."""
    if len(term) <= most:
        return term
    return re.sub(f"{WORD_SIGN}+$", "", term[:most]) or term


# the characters that unicode61 treats as part of a word, private use characters among them
_TOKEN = re.compile("[^\\W_]|[\ue000-\uf8ff]")


@functools.cache
def forms() -> dict[str, str]:
    """For each folded sign all that are folded to it, and itself."""
    found: dict[str, str] = {}
    for code, becomes in SIGNS.items():
        found[becomes] = found.get(becomes, becomes) + chr(code)
    return found


_NUMBER = re.compile(r"[0-9]\s*(?:号|\))")


def number_globs(query: Query) -> list[str]:
    """GLOB patterns for the numbers of documents (文号) that a query names: 〔2020〕5号, 第12号, in any form.

    Each matches wherever `matches.pattern` finds its word in a number whose blanks were taken out.
    """
    words = [term.words for group in query.groups for term in group]
    numbers = dict.fromkeys(
        form for word in words if _NUMBER.search(word) for form in _with_and_without("".join(word.split()))
    )
    return [f"*{''.join(map(_glob, number))}*" for number in numbers]


def _with_and_without(number: str) -> tuple[str, str]:
    """A number of a document without 第 and with it."""
    return re.sub(NTH, "", number), re.sub(NTH, "第", number)


def sign_words(query: Query) -> list[Term]:
    """The wanted words that may stand in the sign of a document's number: two Chinese signs or more, 云水发."""
    return [term for group in query.groups for term in group if term.is_chinese and len(term.words) > 1]


def _glob(sign: str) -> str:
    same = "".join(sorted({form for case in {sign.lower(), sign.upper()} for form in forms().get(case, case)}))
    if len(same) == 1:
        return same
    return (
        f"[{same}]" if sign.isalnum() else "?"
    )  # signs that GLOB reads in its own way have wide forms, so they end here
