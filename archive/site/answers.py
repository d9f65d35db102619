"""An answer for a program that pays for every word: JSON of a bounded size, which says what was left out."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

MOST = 8000  # tokens of an answer
_LEAST = 200  # tokens kept for the parts that come last, and for what is said of cuts
_ASCII, _CHINESE = re.compile("[\0-\x7f]"), re.compile("[\u2010-\u203f\u3000-\u9fff\uff00-\uffef]")
_LONG = 300  # signs of a value; an address or a title of more is a fault of its page


def tokens(said: str) -> float:
    """The tokens of a text at most: half of one for a sign of ASCII, 1.6 for a Chinese one, its bytes for any other.

    No vocabulary of bytes has more tokens than a text has bytes. Of 669 releases cl100k makes .78 of this count in the middle
    and .99 at most, o200k .48 and .65.
    """
    plain = len(_ASCII.findall(said))
    chinese = len(_CHINESE.findall(said))
    others = len(said.encode("utf-8", "surrogatepass")) - plain - 3 * chinese
    return plain / 2 + chinese * 1.6 + others


def short(value: Any, most: int = _LONG) -> Any:
    """A value, and all values in it, cut to `most` signs each; … stands where one was cut."""
    if isinstance(value, str):
        return value if len(value) <= most else f"{value[: most - 1]}…"
    if isinstance(value, dict):
        return {name: short(one, most) for name, one in value.items()}
    return [short(one, most) for one in value] if isinstance(value, list | tuple) else value


class Answer:
    """An answer that is written from its head to its end; each part takes of what the parts before it have left."""

    def __init__(self, **head: Any) -> None:
        self.body: dict[str, Any] = short(head)
        self.cuts: list[str] = []

    def add(self, name: str, items: Sequence[Any], most: int = 600) -> None:
        """The first items that fit into `most` tokens."""
        shown = _fitting(items, min(most, self._left()))
        self.body[name] = items[:shown]
        if shown < len(items):
            self.cuts.append(f"{name}: {shown} of {len(items)}")

    def end(self, name: str, items: Sequence[Any], start: int = 0, total: int | None = None) -> None:
        """The main part, items or the signs of a text, as far as they fit; `next` says where the rest begins.

        `items` are those from `start` on, of `total`. One is always shown, so that a loop comes to its end.
        """
        whole = start + len(items) if total is None else total
        shown = max(_fitting(items, self._left()), min(1, len(items)))
        self.body[name] = items[:shown]
        self.body["next"] = start + shown if start + shown < whole else None
        if shown < whole:
            self.cuts.append(f"{name}: {start} to {start + shown} of {whole}; the rest: start={start + shown}")

    def written(self) -> str:
        return json.dumps(self.body | {"cut": self.cuts or None}, ensure_ascii=False)

    def _left(self) -> float:
        return MOST - _LEAST - tokens(self.written())


def _fitting(items: Iterable[Any], left: float) -> int:
    """How many of the first items fit."""
    count = 0
    for item in items:
        left -= tokens(json.dumps(item, ensure_ascii=False)[1:-1]) + (0 if isinstance(item, str) else 2)
        if left < 0:
            break
        count += 1
    return count
