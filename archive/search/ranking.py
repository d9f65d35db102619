"""How well a release answers a query, by its own words.

The index ranks too, but reads all that it has of the words twice for it. A page reads the texts of its candidates anyway.
"""

import math
import re
import sqlite3
from collections.abc import Callable, Iterable
from itertools import islice

from archive.search import matches
from archive.search.query import Query, Term
from archive.texts.folding import fold

_MOST = 50  # places of a word that are counted
_USUAL = 1000  # signs: in a text of this length a word that stands there once counts half
_EARLY = 200  # signs: a word that first stands here counts half
_OF_FREQUENCY, _OF_PLACE = 0.7, 0.3


def score(query: Query, title: str, text: str) -> float:
    """The higher, the better: 1 for each group of words in the title, and less than 1 for the text.

    Of the text 0.7 are for the frequency, 0.3 for the first place, each the mean over the groups. A group that stands n times
    in a text of l signs has the frequency n / (n + sqrt(l / 1000)), one that first stands at sign p the place 200 / (200 + p).
    A group's words count together, each 50 times at most; where a word stands sign for sign, its other forms do not count, nor those of a
    Chinese word with a line's end in them. Unwanted words count nothing, nor do words in files. A title is read as it is printed, with
    all forms of its signs; a text that does not have the words so is folded.
    """
    groups = query.groups
    titled = sum(any(matches.printed_pattern(term).search(title) for term in group) for group in groups)
    return titled + sum(_of_text(group, text) for group in groups) / max(1, len(groups))


def _of_text(group: tuple[Term, ...], text: str) -> float:
    # a word's own signs are looked for in a tenth of the time that all their forms take
    found = _count(matches.pattern, group, text) or _count(matches.printed_pattern, group, text)
    found = found or _count(matches.pattern, group, fold(text))
    if not found:
        return 0.0
    number, first = sum(found.values()), min(found)
    frequency = number / (number + math.sqrt(len(text) / _USUAL))
    return _OF_FREQUENCY * frequency + _OF_PLACE * _EARLY / (_EARLY + first)


def _count(pattern: Callable[[Term], re.Pattern[str]], group: tuple[Term, ...], text: str) -> dict[int, int]:
    """How often the words of a group stand in a text, by the place where each first does."""
    found: dict[int, int] = {}
    for term in group:
        if matches.is_plain(term) and (number := text.count(term.words)):
            first = text.find(term.words)
        else:
            starts = [at.start() for at in islice(pattern(term).finditer(text), _MOST)]
            first, number = (starts[0], len(starts)) if starts else (0, 0)
        if number:
            found[first] = found.get(first, 0) + min(number, _MOST)
    return found


def best_first(query: Query, rows: Iterable[sqlite3.Row]) -> list[sqlite3.Row]:
    """The rows by their score; those that are equally good stay in their order."""
    return sorted(rows, key=lambda row: -score(query, row["title"], row["text"]))
