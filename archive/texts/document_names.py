"""The names of the document that a release carries, and whether a file begins with one of them."""

import re
import unicodedata
from collections.abc import Iterator

from rapidfuzz.distance import LCSseq

SHORTEST = 8  # characters; a shorter name (《意见》, 《预算法》) says too little
_ISSUES = "(?:印发|发布|公布|颁布|转发|批转|出台|通过)"
_ISSUED = re.compile(_ISSUES + r"[^《》]{0,20}《([^《》]+(?:《[^《》]+》[^《》]*)*)》")
_ISSUED_BARE = re.compile(_ISSUES + r"([^《》]{8,})的(?:通知|公告|通告|函|决定)(?:[（(]|$)")
_MADE_PUBLIC = re.compile(r"(?:公开|公布|公示|发布|全文|正式|的)+(?:[（(][^（）()]*[)）])?$")
_LACKING = 0.1  # share of a name that a heading may lack
_HEAD = 30  # lines in which a file names itself
_LINES = 4  # lines of one heading, at most
_FIGURE = re.compile(r"\d+")


def name(title: str) -> str:
    """A document's name as it is compared: without width, white space, punctuation, and the words before 关于."""
    plain = _plain(title)
    about = plain.find("关于")
    return plain[about:] if about > 0 else plain


def names(title: str) -> set[str]:
    """The names of the document that a release with this title carries."""
    return _long({name(title), *(name(inner) for inner in _ISSUED.findall(title))})


def heading(title: str, lines: list[str]) -> str:
    """The lines by which a file names itself as the document of a release with this title, "" when none does.

    Compared are the title's names: itself, the words in 《》 that it issues, and the same without 《》 (关于印发…规划的通知);
    each also without 公开, 公布 or 全文 at its end. A heading is one to four lines in a row among the first thirty, half as
    long again as the name and twelve characters at most. It holds a name when nine tenths of the name's characters stand
    in it in their order, and every figure.
    """
    wanted = {one for found in _names_in_files(title) for one in (found, _MADE_PUBLIC.sub("", found))}
    plain = [one for line in lines if (one := _plain(line))][:_HEAD]
    return next((words for words in _headings(plain) for one in _long(wanted) if _holds(words, one)), "")


def _names_in_files(title: str) -> set[str]:
    return names(title) | {name(inner) for inner in _ISSUED_BARE.findall(title)}


def _headings(lines: list[str]) -> Iterator[str]:
    for start in range(len(lines)):
        for end in range(start + 1, min(start + _LINES, len(lines)) + 1):
            yield "".join(lines[start:end])


def _holds(words: str, wanted: str) -> bool:
    if len(words) > 1.5 * len(wanted) + 12:
        return False
    lacking = len(wanted) - LCSseq.similarity(wanted, words)
    return lacking <= _LACKING * len(wanted) and set(_FIGURE.findall(wanted)) <= set(_FIGURE.findall(words))


def _long(found: set[str]) -> set[str]:
    return {one for one in found if len(one) >= SHORTEST}


def _plain(words: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum())
