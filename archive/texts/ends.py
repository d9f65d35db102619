"""How far two texts, or two lists of sentences, are alike at their ends."""

from collections.abc import Sequence
from typing import Any


def same_ends(a: Sequence[Any], b: Sequence[Any]) -> tuple[int, int]:
    """How many items two sequences begin with alike, and how many of the others they end with alike."""
    head = _same_start(a, b)
    tail = _same_start(a[head:][::-1], b[head:][::-1])
    return head, tail


def _same_start(a: Sequence[Any], b: Sequence[Any]) -> int:
    # halving compares slices, which is done in C: a text has 50,000 characters
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
