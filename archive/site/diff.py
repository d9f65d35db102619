"""What changed between two versions of a text, by sentence, and inside a sentence by sign."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from archive.search import Span

_SENTENCE = re.compile(r"[^。！？!?\n]*(?:[。！？!?]+[”’」』）)]*|\n|$)")
_SIGN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[A-Za-z]+|.", re.DOTALL)  # a number that changed, changed whole
_CONTEXT = 1  # unchanged sentences that are shown on either side of a change
_LONG = 1000  # sentences longer than this are not compared sign by sign, which takes quadratic time


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stretch of the comparison: `same` (shown, or `skipped` when many), or what was taken out and put in."""

    same: str = ""
    skipped: int = 0
    old: list[Span] = field(default_factory=list)
    new: list[Span] = field(default_factory=list)


def sentences(text: str) -> list[str]:
    """`text` cut after each sentence and line; line ends and white space around are dropped, empty ones too."""
    return [found for part in _SENTENCE.findall(text) if (found := part.strip())]


def compare(old: str, new: str) -> list[Change]:
    """How `new` came from `old`, in reading order. No change: one stretch that is the same, or none of empty texts."""
    before, after = sentences(old), sentences(new)
    changes: list[Change] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            changes += _same(before[a:b], first=a == 0, last=b == len(before))
        else:
            changes.append(_changed("".join(before[a:b]), "".join(after[c:d])))
    return changes


def _same(run: list[str], *, first: bool, last: bool) -> list[Change]:
    head = 0 if first else _CONTEXT
    tail = 0 if last else _CONTEXT
    if len(run) <= head + tail + 1:
        return [Change(same=sentence) for sentence in run]
    middle = Change(skipped=len(run) - head - tail)
    return [*_shown(run[:head]), middle, *_shown(run[len(run) - tail :])]


def _shown(run: list[str]) -> list[Change]:
    return [Change(same=sentence) for sentence in run]


def _changed(old: str, new: str) -> Change:
    if not old or not new or max(len(old), len(new)) > _LONG:
        return Change(old=[Span(old, True)] if old else [], new=[Span(new, True)] if new else [])
    before, after = _SIGN.findall(old), _SIGN.findall(new)
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if a < b:
            left.append(Span("".join(before[a:b]), kind != "equal"))
        if c < d:
            right.append(Span("".join(after[c:d]), kind != "equal"))
    return Change(old=left, new=right)
