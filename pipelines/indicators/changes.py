"""Words that say how a figure has changed: 同比增长, 比上年下降, 提高到, 与上年持平."""

import re
from typing import NamedTuple

from archive.model import Direction

_UP = "正增长|增产|增支|(?<!自然)增长|增加|上升|提高|提升|上涨|上浮|扩大|攀升|增收|(?<!新)增"
_DOWN = "负增长|减产|减支|下降|减少|降低|回落|下跌|下滑|下调|收窄|缩减|压减|减收|缩小|减"
_SHORT_UP, _SHORT_DOWN = "升|涨|高|多", "降|跌|低|少"  # these are usual words too, so a basis must stand before them
_THEN = r'(?:[上去前年当本同期周"\d]|预算|调整|疫|节前|全[国省市])'
_AGAINST = rf"(?<![占对])(?:比|较|与|同){_THEN}[^,;、%]{{0,18}}?"
_BASIS = rf"两年平均|[三四五]年平均|年均|平均每年|年平均|同比|环比|同口径|可比|{_AGAINST}"
_HOW = "(?:名义|实际|平均|分别|累计|同比|环比|相比|均|又|再|共|净|大幅|小幅|略微?|自然口径|口径|可比|各)*"
_FIRST = "比较与同环可两三四五年平名实分累相均又再共净大小略自口各正负增上提攀扩下减降回缩压收升涨高多跌低少按"
_LAST = frozenset(
    "加长产支升高涨浮大攀收增降少低落跌滑调窄减小缩多度了约为近率到至的-"
)  # one ends the words of a change
_CHANGE = re.compile(
    rf"(?=[{_FIRST}])(?P<basis>(?:按可比(?:口径|价格?)(?:计算)?)?(?:{_BASIS}))?{_HOW},?"
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN})|(?:(?<=[^,;])|(?=.[到至]))(?:(?P<short_up>{_SHORT_UP})|(?P<short_down>{_SHORT_DOWN})))"
    r"(?:幅度)?(?:了|约|为|近|(?<=[长降升涨])率为?)?(?P<to>到|至)?(?P<then>[^,;、]{0,12}的)?(?P<minus>-)?$"
)
FLAT = re.compile(r"[,、]?(?:(?P<basis>(?:与|同|和|较|比)[^,;、%]{1,12}?)(?:基本)?持平)")
_OF_A_CHANGE = re.compile(r"(?:增速|增幅|涨幅|降幅|增长率?|收窄|扩大)$")


class Wording(NamedTuple):
    """The words of a change that end before a number, from `start` on."""

    start: int
    basis: str
    direction: Direction
    reaches: bool  # the number is where it went to, not how far


def change_before(clause: str) -> Wording | None:
    """The change that the clause's last words tell of the number behind it; None when they tell none.

    A short word (高, 少) tells a change only behind its basis or before 到: 同比增5%, 比上年多3家, 降到4吨. 增长-1.1% and 负增长 are falls.
    """
    for found in _CHANGE.finditer(clause) if clause[-1:] in _LAST else ():
        short = found["short_up"] or found["short_down"]
        if (found["then"] and not found["to"]) or (short and not found["basis"] and not found["to"]):
            continue
        rises = bool(found["up"] or found["short_up"]) and not found["minus"]
        direction: Direction = "up" if rises else "down"
        return Wording(found.start(), found["basis"] or "", direction, bool(found["to"]))
    return None


def is_of_a_change(name: str) -> bool:
    """Whether a name says a change (增速, 降幅), which has no change itself that is the figure's."""
    return _OF_A_CHANGE.search(name) is not None
