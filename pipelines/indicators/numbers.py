"""Numbers with the units of statistics."""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

_COUNTERS = (
    "人次|人公里|人|户次|户|家次|家|个|股|件次|件|所|项次|项|条|张|辆次|辆|台套|台|套|例|处|座|场次|场|次|头|只|羽|尾|株|册|名|单|笔|宗|起|批次|批"
    "|架次|班次|列|艘次|艘|支|枚|篇|部|集|床|栋|幢|间|口|盏|根|块|标箱|标准箱|标准煤|份|片|天|岁"
)
_MEASURES = (
    "元/平方米|元|美元|欧元|港元|日元|吨公里|吨标准煤|吨标煤|吨|千克|公斤|斤|立方米/秒|立方米|平方米|平方公里|平方千米|公顷|亩|公里|千米|米|毫米|升"
    "|千瓦时|千瓦小时|度|千瓦|兆瓦时|兆瓦|千伏安|吉焦|微克/立方米|毫克/升|重量箱|箱|TEU|℃"
)
_SHARES = "个百分点|%|‰|倍"


def _one_of(words: Iterable[str]) -> str:
    """A pattern for the longest word that fits; words that begin alike are behind one sign, so that few are tried."""
    alike = [(sign, [*group]) for sign, group in groupby(sorted(words), key=itemgetter(0))]
    rests = [(sign, sorted((word[1:] for word in group), key=len, reverse=True)) for sign, group in alike]
    return "|".join(f"{sign}(?:{'|'.join(rest)})" for sign, rest in rests)


UNIT = rf"(?:[十百千]?[万亿]|万亿|千)?(?:{_one_of(f'{_COUNTERS}|{_MEASURES}|{_SHARES}'.split('|'))})"
_GROUPED = r"\d{0,2}(?:,\d{3})++(?![\d,])"
_PLAIN = r"\d{0,9}+"  # more digits are the number of a card or a telephone
# It is no part of something longer. What may stand before it is asked behind its first digit, since `re` looks for a sign
# several times as fast as it tries a pattern.
NUMBER = rf"\d(?<![0-9.,A-Za-z]\d)(?:{_PLAIN}(?!,\d)|{_GROUPED})(?:\.\d++)?+"
_ROUGH = "以上|以下|以内|左右|上下|之间|不等|之[多内]"
_ENDS = r"$|[,;。、:()!?\s]|\.(?!\d)|同比|环比|比|较|与|和|及|以及|并|增|减|上升|提高|下降|降|占|持平"
_COUNTED = re.compile(
    rf"(?P<value>{NUMBER})[^\S\n]?[余多]?(?P<unit>{UNIT})(?=(?P<rough>{_ROUGH})|(?P<ends>{_ENDS})|(?P<counts>))"
)


class Number(NamedTuple):
    """A number and its unit in a folded text; groups of digits are joined in `value`, the unit is as printed.

    `behind` it stand words that make it `rough` (左右), or that begin something else, so that it `ends`; else what it counts.
    """

    start: int
    end: int
    value: str
    unit: str
    behind: str


def numbers(text: str) -> list[Number]:
    """The numbers of a folded text that have a unit, in order: 3456.78 亿元 of 3,456.78亿元, 8740 万元 of 8740余万元."""
    return [
        Number(found.start(), found.end(), found[1].replace(",", ""), found[2], found.lastgroup or "")
        for found in _COUNTED.finditer(text)
    ]
