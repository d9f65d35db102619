"""Lists of names, followed by their figures in the same order: A、B和C分别为1、2和3."""

import re
from collections.abc import Sequence

_DIVIDED = re.compile(r"、|以及|[和及与](?!谐|平)")
_AREA = re.compile(r".{2,9}?[省市县区州旗]")
_MEASURE = re.compile(
    r"(?:地区生产总值|增加值|总产值|产值|总量|产量|总额|收入|支出|投资额?|面积|人数|户数|比重|占比|指数|价格|进出口|进口额?|出口额?|存款|贷款|余额|利润"
    r"|消费|能耗|(?:授权|发明)?专利|用电量|排放量|销量|销售额|客流量|吞吐量)$"
)
_OWN = re.compile(rf"{_MEASURE.pattern}|[量额率数]$")


def respective(words: str, before: str, count: int) -> list[tuple[str, ...]]:
    """The names of `count` figures behind a list, each as the printed pieces that make it; [] when it has not so many.

    A measure at the end of the last name belongs to all that have none: 小麦和玉米产量 are 小麦产量 and 玉米产量; what stands
    behind the last of several counties belongs to each. Where `words` are such a measure alone, the list stands in the clause
    before it, up to a 等: 船舶、汽车等产品…，出口分别增长.
    """
    items = _DIVIDED.split(words)
    if len(items) == count and count > 1:
        shared = _shared(items)
        return [(item,) if item.endswith(shared) else (item, shared) for item in items]
    listed = _DIVIDED.split(before.partition("等")[0])
    if len(items) == 1 and len(listed) == count > 1 and _OWN.search(words):
        return [(item, words) for item in listed]
    return []


def _shared(items: Sequence[str]) -> str:
    *others, last = items
    if all(_AREA.fullmatch(item) for item in others) and (area := _AREA.match(last)):
        return last[area.end() :]
    measure = _MEASURE.search(last)
    return measure[0] if measure and not any(_OWN.search(item) for item in others) else ""
