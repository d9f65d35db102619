"""How rare words are in an archive, by a sample of its releases.

The index reads of each word in a phrase every place where it stands, unless a rarer one of them leads it on to the few releases that
have that. So what is looked for begins with its rarest words.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from archive.texts.folding import fold

# as the index has them: Chinese signs are words of their own, 5G is one word
WORDS = re.compile(r"[\u3005-\U0010ffff]|[^\W_\u3005-\U0010ffff]+")
_SAMPLE = 400  # releases, evenly spread over their ids: about 70 ms
_LEAST = 0.1  # the weight of a word that all of them have; 1 is that of a word that none has
_LEADING = 3  # words of a stretch that decide


@dataclass(frozen=True, slots=True)
class Rarity:
    """The number of sampled releases, and in how many of them each word stands."""

    size: int = 0
    having: Counter[str] = field(default_factory=Counter)

    def weight(self, words: Iterable[str]) -> float:
        """How much less often these words stand together than any: each counts the more the fewer have it."""
        return sum((1 + _LEAST) * self.size - self.having[word] for word in words)

    def stretch(self, said: str, length: int) -> str:
        """The `length` words of a folded text that follow each other with the rarest among them; all, when there are fewer.

        A figure or a Latin word at either end of the text may be a part of one, so it is left out where others are left.
        """
        words = list(WORDS.finditer(said.lower()))
        inner = [word for place, word in enumerate(words) if word[0] >= "\u3005" or 0 < place < len(words) - 1]
        words = inner if len(inner) >= length else words
        runs = [words[at : at + length] for at in range(max(1, len(words) - length + 1))]
        rarest = min(runs, key=self._rank)
        return said[rarest[0].start() : rarest[-1].end()] if rarest else said

    def _rank(self, run: Sequence[re.Match[str]]) -> list[int]:
        return sorted(self.having[word[0]] for word in run)[:_LEADING]


def sample(db: sqlite3.Connection) -> Rarity:
    """Count the words of some releases."""
    first, last = db.execute("SELECT min(id), max(id) FROM releases").fetchone()
    chosen = range(first or 0, (last or 0) + 1, max(1, ((last or 0) - (first or 0)) // _SAMPLE))
    sql = "SELECT title || char(10) || text FROM releases WHERE id IN (SELECT value FROM json_each(?))"
    texts = [text for (text,) in db.execute(sql, [json.dumps(list(chosen))])]
    return Rarity(len(texts), Counter(word for text in texts for word in set(WORDS.findall(fold(text).lower()))))
