"""The figures of a table with a head that names units and changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.model import Direction, Indicator
from pipelines.indicators import names, periods
from pipelines.indicators.numbers import NUMBER, UNIT

_HEAD_UNIT = re.compile(rf"[(,](?:单位[::])?(?P<unit>{UNIT})\)")
_ABOVE_UNIT = re.compile(rf"单位[::](?P<unit>(?>{UNIT}))(?!/)")  # 元/吨 is not 元
_UNITS = re.compile("(?:计量)?单位")
_CHANGE = re.compile("增长|增减|增速|增幅|涨跌|涨幅|变动|±|下降|降幅|减少|降低|同比|环比")
_FALLS = re.compile("^[^增涨升±减]*(?:下降|降幅|降低)")
_BASIS = re.compile("同比|环比|[比较](?:上年|去年|上月|年初)(?:同期|同月|末)?")
_PLANNED = re.compile("预算(?!执行)|预计|计划(?!总?投资)|目标|预期|任务|安排")
_PLAIN = re.compile(
    "(?:产量|绝对[数量值额]?|总量|数[值量]|实绩|金额|余额|数|本[年期月]|累计|合计|完成数?|指标值|总计|当年|决算数?|执行数?|[(].*[)])*"
)
_NUMBERED = re.compile("序号|编号|行次")
_RANKED = re.compile("名次|排名|位次|指数|代码|电话")
_PAST = re.compile("上一?[年期月周季]|去年|同期")
_ONE_MONTH = re.compile(r"(?:年|^)[\d一二三四五六七八九十]{1,2}月份?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CELL = re.compile(rf"(?P<sign>[-+])?(?P<value>{NUMBER})\s?(?P<unit>{UNIT})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """A column, as its head and the caption above the table describe it."""

    title: str = ""  # the head's name for the value, when it says more than 产量 or 绝对数
    period: str = ""
    unit: str = ""
    basis: str = ""
    is_name: bool = False
    is_unit: bool = False
    is_change: bool = False
    falls: bool = False  # its numbers tell how far the value fell
    is_left_out: bool = False
    is_past: bool = False  # its numbers are what others are compared with

    @property
    def year(self) -> int:
        """The year of the column's period, 0 for none."""
        year = _YEAR.search(self.period)
        return int(year[0]) if year else 0


def read_table(rows: Sequence[str], caption: str, at: int) -> Iterator[Indicator]:
    """The figures of a folded table, whose cells are divided by tabs and whose first row is its head.

    A value's unit stands in its cell, in its column's head （亿元）, in a column 单位, or above the table (单位：亿元); a
    value without one is left out, as is a column of plans (预算数, 预计) with the change behind it, and a whole table with
    a caption of plans or with an empty cell in its head. A change (比上年增长%) is the preceding value's, or stands alone.
    Behind several values in a row it is the current one's: none headed 上年, 上期, 上周, 去年同期 and the like, then the one
    of the latest year, then the last. A period is that of the column's head, else of the caption; what is headed 上年同期, or
    本月 below several months, has none of the caption. `caption` are the short lines above the table.
    """
    columns = _columns([_joined(cell) for cell in rows[0].split("\t")], caption)
    if (_PLANNED.search(caption) and "执行" not in caption) or not columns:
        return
    at += len(rows[0]) + 1
    for row in rows[1:]:
        cells = row.split("\t")
        if len(cells) <= len(columns):
            yield from _read_row(cells, columns, at)
        at += len(row) + 1


def _columns(head: Sequence[str], caption: str) -> list[_Column]:
    """The columns of a table; none when its head has an empty cell, or no other than names."""
    if not all(head) or len(head) < 2 or any(_CELL.fullmatch(cell) for cell in head):
        return []
    named = 1 if _NUMBERED.fullmatch(head[0]) else 0
    unit = _ABOVE_UNIT.search(caption)
    columns: list[_Column] = []
    for n, title in enumerate(head):
        if n <= named or title == head[named]:
            columns.append(_Column(is_name=n == named or title == head[named]))
        else:
            columns.append(_column(title, _period(caption), unit["unit"] if unit else "", columns[-1]))
    return columns


def _column(title: str, period: str, unit: str, before: _Column) -> _Column:
    if _UNITS.fullmatch(title):
        return _Column(is_unit=True)
    is_change = _CHANGE.search(title) is not None
    if _PLANNED.search(title) or _RANKED.search(title) or (is_change and before.is_left_out):
        return _Column(is_left_out=True)
    own = _HEAD_UNIT.search(title)
    basis = _BASIS.search(title)
    if is_change:
        rate = own["unit"] if own else "%" if "%" in title else ""
        return _Column(
            is_change=True, unit=rate, period=period, falls=bool(_FALLS.search(title)), basis=basis[0] if basis else ""
        )
    span = next(iter(periods.periods(title, 0, len(title))), (0, 0))
    said = f"{title[: span[0]]}{title[span[1] :]}"
    words = _HEAD_UNIT.sub("", said)
    is_past = _PAST.search(title) is not None
    if is_past or (title.startswith(("本月", "当月")) and not _ONE_MONTH.search(period)):
        period = ""
    return _Column(
        title="" if _PLAIN.fullmatch(words) else words,
        is_past=is_past,
        period=_within(period, title[slice(*span)]),
        unit=own["unit"] if own else unit,
    )


def _read_row(cells: Sequence[str], columns: Sequence[_Column], at: int) -> list[Indicator]:
    name = unit = ""
    found: list[Indicator] = []
    beside: list[tuple[int, _Column]] = []  # the values in `found` that a change may follow
    for cell, column in zip(cells, columns, strict=False):
        number = _CELL.fullmatch(cell.strip())
        if column.is_name:
            start, end, _ = names.pared(cell, 0, len(cell), ())
            name, beside = _joined(cell[start:end]), []
        elif column.is_unit:
            unit = _joined(cell)
        elif column.is_left_out or not number or not names.is_name(name):
            beside = beside if column.is_change else []
        elif column.is_change:
            if change := _change(number, column, name, at + cell.index(number[0])):
                _enter(found, beside, change)
                beside = []
        elif one := _value(number, column, name, unit, at + cell.index(number[0])):
            beside.append((len(found), column))
            found.append(one)
        at += len(cell) + 1
    return found


def _value(number: re.Match[str], column: _Column, name: str, unit: str, start: int) -> Indicator | None:
    printed = number["unit"] or column.unit or unit
    if not printed or not re.fullmatch(UNIT, printed):
        return None
    return Indicator(
        name=f"{name} {column.title}".strip(),
        period=column.period,
        value=float(f"{number['sign'] or ''}{number['value']}".replace(",", "")),
        unit=printed,
        start=start,
        length=len(number[0]),
    )


def _change(number: re.Match[str], column: _Column, name: str, start: int) -> Indicator | None:
    """A change alone; None when neither cell nor head has its unit."""
    if not (unit := number["unit"] or column.unit):
        return None
    change = float(number["value"].replace(",", ""))
    falls = column.falls != (number["sign"] == "-")
    direction: Direction = "flat" if not change else "down" if falls else "up"
    return Indicator(
        name=name,
        period=column.period,
        change=change,
        change_unit=unit,
        direction=direction,
        basis=column.basis,
        start=start,
        length=len(number[0]),
    )


def _enter(found: list[Indicator], beside: Sequence[tuple[int, _Column]], change: Indicator) -> None:
    """Give a change to the current one of the values beside it, else add it to the figures of its row."""
    if not beside:
        found.append(change)
        return
    latest = max(column.year for _, column in beside)
    at, _ = max(beside, key=lambda value: (not value[1].is_past, value[1].year or latest, value[0]))
    found[at] = found[at]._replace(
        change=change.change, change_unit=change.change_unit, direction=change.direction, basis=change.basis
    )


def _period(caption: str) -> str:
    return next((caption[start:end] for start, end in periods.periods(caption, 0, len(caption))), "")


def _within(period: str, part: str) -> str:
    """The period of a head below that of a caption: 2025年末 is 年末 below 2025年; 年末 says nothing new below 2025年年末."""
    if part in period:
        return period
    return period + part[1:] if part.startswith("年") and period.endswith("年") else part


def _joined(words: str) -> str:
    return "".join(words.split())
