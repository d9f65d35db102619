"""The periods of figures: words for a year, a part of it, or a day."""

import re

_DIGITS = r"[\d一二三四五六七八九十]"
_YEAR = r"(?:(?:19|20)\d\d年|[二〇]{2}[〇一二三四五六七八九]{2}年|今年|去年|前年)"
_MONTHS = rf"{_DIGITS}{{1,2}}(?:[-~至到]{_DIGITS}{{1,2}})?月份?(?:[-~至到](?:(?:19|20)\d\d年)?\d{{1,2}}月)?(?:\d{{1,2}}日)?(?:\d{{1,2}}(?:[:时点]\d{{0,2}}分?)?(?:[-~至到]\d{{1,2}})?时)?"
_PART = rf"(?:全年(?!级)|上半年|下半年|第?[一二三四1-4]季度|[前头](?:{_DIGITS}{{1,2}}|两)个?(?:月|季度)|{_MONTHS})"
_END = "(?:[年月季]?[末底](?![尾层部])|年初)"
_LAST = "上(?:一?年|月|季度?)"
_PLAN = r'"十[一二三四五六]五"(?:时期|期间|以来|前[一二三四]年)'
# the signs that begin one are looked at first, which makes the search several times as fast
_PERIOD = re.compile(
    rf"(?=\d{{1,4}}+[年月季\-~至到一二三四五六七八九十]|[一二三四五六七八九十〇前头第]|[今去全]年|[上下]半|上[一年月季]|[年月][末底]|\"十)(?:{_YEAR}(?:{_PART}{_END}?|{_END}|(?!前|头|同期))(?:以来)?|{_PART}{_END}?|{_LAST}(?:{_PART}{_END}?|{_END})|年[末底]|月末|{_PLAN})"
)
_SIGN = re.compile('[年月季"]')  # every period has one of them
_OTHER = re.compile(r"(?:比|较|与|同|到|至|自|从|由|于|《[^》]*)$")  # before a period that is not the figure's own


def periods(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The periods that a sentence of a folded text, from `start` to `end`, names for its figures: start and end of each.

    A year, a part of one, or both where one stands right behind the other: 2025年1-9月, 今年上半年, 前两个月, 今年以来, 全年, 年末,
    2025年末, 上年末, 2月18日0-24时, "十四五"时期. None is what something is compared with, begins or leads up to (比2020年, 到2030年,
    自2024年), what stands in the name of a document, or a year with another part behind it (去年同期).
    """
    if _SIGN.search(text, start, end) is None:
        return []
    spans = [found.span() for found in _PERIOD.finditer(text, start, end)]
    return [(at, until) for at, until in spans if _is_its_own(text[max(start, at - 40) : at])]


def _is_its_own(before: str) -> bool:
    """Whether the period behind these words is the figures'. 截至2025年末 is, though 至 stands before it."""
    return _OTHER.search(before) is None or before.endswith(("截至", "截止到", "截止至"))
