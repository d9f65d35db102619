"""The changes between two versions of a text as a page shows them: by sentence, inside a sentence by sign."""

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from archive.search.matches import Span
from archive.texts import sentences

_SIGN = re.compile(r"[0-9]+(?:[.,][0-9]+)*%?|[A-Za-z]+|.", re.DOTALL)  # a number is one sign: it changes as a whole
_CONTEXT = 1  # unchanged sentences shown on either side of a change
_LONG = 1000  # longer sentences are not compared sign by sign: that takes quadratic time
_BESIDE, _SHORT = 30, 200  # signs
_MOST_SIGNS = 20_000  # signs compared one by one on one page, over all sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A stretch of the comparison: `same` (shown, or `skipped` when many), or the `old` words and the `new`."""

    same: str = ""
    skipped: int = 0
    old: list[Span] = field(default_factory=list)
    new: list[Span] = field(default_factory=list)


def compare(old: str, new: str) -> list[Change]:
    """How `new` came from `old`, in reading order. No change: one stretch that is the same, or none of empty texts."""
    changes: list[Change] = []
    left = sentences.sentences(old)
    at = signs = 0
    for edit in sentences.compare(old, new):
        start = at
        while at < len(left) and left[at][1] <= edit.old_start:
            at += 1
        changes += _same([old[a:b] for a, b in left[start:at]], first=not changes, last=False)
        before = old[edit.old_start : edit.old_start + edit.old_length]
        after = new[edit.new_start : edit.new_start + edit.new_length]
        while at < len(left) and left[at][0] < edit.old_start + edit.old_length:
            at += 1
        signs += len(before) + len(after)
        changes.append(_changed(before, after, fine=signs <= _MOST_SIGNS))
    return changes + _same([old[a:b] for a, b in left[at:]], first=not changes, last=True)


def words(spans: list[Span]) -> str:
    """The words of one side of a change."""
    return "".join(span.text for span in spans)


def brief(spans: list[Span]) -> list[Span]:
    """A changed sentence in short: unchanged words are cut to the `_BESIDE` signs beside a change, changed ones to `_SHORT`."""
    found = []
    for place, span in enumerate(spans):
        if span.hit:
            found.append(Span(_cut(span.text, _SHORT, 0), True))
        else:
            found.append(Span(_cut(span.text, place and _BESIDE, place < len(spans) - 1 and _BESIDE), False))
    return found


def _cut(text: str, head: int, tail: int) -> str:
    return text if len(text) <= head + tail + 1 else f"{text[:head]}…{text[len(text) - tail :]}"


def _same(run: list[str], *, first: bool, last: bool) -> list[Change]:
    head = 0 if first else _CONTEXT
    tail = 0 if last else _CONTEXT
    if len(run) <= head + tail + 1:
        return _shown(run)
    middle = Change(skipped=len(run) - head - tail)
    return [*_shown(run[:head]), middle, *_shown(run[len(run) - tail :])]


def _shown(run: list[str]) -> list[Change]:
    return [Change(same=sentence) for sentence in run]


def _changed(old: str, new: str, *, fine: bool) -> Change:
    if not old or not new or not fine or max(len(old), len(new)) > _LONG:
        return Change(old=[Span(old, True)] if old else [], new=[Span(new, True)] if new else [])
    before, after = _SIGN.findall(old), _SIGN.findall(new)
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if a < b:
            left.append(Span("".join(before[a:b]), kind != "equal"))
        if c < d:
            right.append(Span("".join(after[c:d]), kind != "equal"))
    return Change(old=left, new=right)
