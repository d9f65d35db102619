"""All figures of a text, from its sentences and its tables."""

import itertools
from collections.abc import Sequence
from operator import attrgetter

from archive.model import Indicator
from archive.texts.folding import fold_one_for_one
from archive.texts.sentences import sentences
from pipelines.indicators import plans
from pipelines.indicators.numbers import numbers
from pipelines.indicators.phrases import Prose, Sentence
from pipelines.indicators.tables import read_table

_LONGEST_CAPTION = 60  # characters
_MOST = 5_000  # figures of a release; a text with more is a book of tables


def find_indicators(text: str) -> tuple[Indicator, ...]:
    """The figures that a text prints as observed, in order: a value with its unit, a change, or both; nothing is computed.

    A figure is a number in digits with a unit of statistics (numbers.py; 1.2 万亿元, 0.3 个百分点), that the name of what is
    counted stands before. The name is the clause before the number without period, place and 实现, 共有, 达 (names.py); a
    share (占…的53%) has the name before it as well, and lists with 分别 give each figure its own (lists.py).
    A change is told by 增长, 下降, 提高 and their like with their basis (changes.py), behind a name, or alone for the
    value before it: 出口12亿元，同比增长5%. 提高到63% is a value that went up; 与上年持平 is `flat`; 负增长1% went down by 1. A second
    rate for the same name (环比下降0.1%, 两年平均增长4.1%) is a figure of its own without a value. A change of a change
    (增速提高0.3个百分点, 降幅收窄) is none. The period is the last one that the sentence names before the figure
    (periods.py); the place is 全市 or a known name that began the name. A table's figures are read from its head (tables.py).

    Left out are: numbers in Chinese signs (三成, 一半, 百分之五, 一倍); bounds, ranges and 左右 (超过5%, 5%—6%, 95%以上);
    ordinals and ranks; what is planned, allowed, allotted or measured by a plan (力争, 预期, 安排, 为预算的98%), and
    whole sections and tables of plans (plans.py); numbers that stand before what they count (新建3所学校), inside
    brackets, or with a unit of time; prices, rates per head and rules' measures (names.py). Of more than 5,000 figures
    the first are kept.
    """
    folded = fold_one_for_one(text)
    found = sorted(_find(folded, text), key=attrgetter("start"))
    return tuple(found[:_MOST])


def _find(folded: str, text: str) -> list[Indicator]:
    found: list[Indicator] = []
    above: list[str] = []
    at = 0
    for (tabular, ahead), group in itertools.groupby(folded.split("\n"), _Kinds()):
        lines = [*group]
        end = at + len(lines) + sum(map(len, lines))
        if tabular and not ahead:
            found += read_table(lines, _caption(above), at)
        elif not ahead:
            found += _of_prose(folded[at:end], text[at:end], at)
        above = [] if tabular else [*above[-2:], *lines]
        at = end
    return found


class _Kinds:
    """Knows of each line in turn whether it is a table's, and whether its section is about the future."""

    def __init__(self) -> None:
        self._outline = plans.Outline()

    def __call__(self, line: str) -> tuple[bool, bool]:
        tabular = "\t" in line
        if not tabular:
            self._outline.read(line)
        return tabular, self._outline.ahead


def _caption(above: Sequence[str]) -> str:
    """The short lines right above a table, two at most."""
    short = itertools.takewhile(lambda line: len(line) <= _LONGEST_CAPTION and not line.endswith("。"), above[:-3:-1])
    return " ".join(reversed([*short]))


def _of_prose(folded: str, printed: str, at: int) -> list[Indicator]:
    if not (counted := numbers(folded)):
        return []
    prose, next_ = Prose(folded, printed, at, plans.planned(folded)), 0
    found: list[Indicator] = []
    for start, end in sentences(printed):
        first = next_
        while next_ < len(counted) and counted[next_].start < end:
            next_ += 1
        if first < next_:
            found += Sentence(prose, start, end, counted[first:next_]).figures()
    return found
