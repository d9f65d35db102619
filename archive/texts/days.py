"""Days as pages, meta tags and lists print them, in one reader for all three. It imports nothing of ours but China's zone.

A day stands in a text as figures (`2026-03-05`, `2026年3月5日`, `2026/03/05`, `2026.3.5`, `2026 03/05`), in figures of
full width, with dashes of any width, in Chinese numerals (二〇二六年三月五日, with 〇, ○, 零 or O; 元月), with the name
of its month in English in any order (`5 March 2026`, `Mar.5,2026`, `2026-Mar-05`), or as Java prints it
(`Thu Mar 05 09:05:00 CST 2026`). A time follows it, behind blanks, a comma, a bar, a dash, T or the day of the week,
or directly: `2026-03-0509:17`, `2026/03/12/ 10:12`; in English it may stand before it. 上午, 下午 and their like, AM and
PM are read. A zone (`Z`, GMT, UTC, `+00:00`) is turned into that of Asia/Shanghai, so that the day may be the next one;
CST is China's. The time is dropped, and the day stays, when it is none (25:61), when half of the day and hour
contradict each other, and when it is 00:00, with or without seconds, or 23:59:59: a CMS that knows the day alone
fills these in.

Only a value that consists of a day is read in shapes which mean other things in a text (`day_of`): `20260305`,
`202603050917`, `2026 03 05`, a day beside its month (`2026-03 05`, `05 | 2026-03`), `26-03-05`, and days that count
from the time of fetching (刚刚, 5分钟前, 2小时前, 昨天 09:17, 3天前, 2周前).
A year of two figures is read when one order alone of the three (year, month, day; day first; month first) gives a day
of the two years before the fetch. A machine's value may be seconds or milliseconds since 1970 (`moment_of`).

Never read: days that the calendar does not have (02-30), those at which clocks begin to count (1970-01-01), days of the moon (农历, 正月初五), years of an era (民国115年,
115年), `03/05/2026`, days without a year, parts of an address or of a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from archive.times import CHINA

# 2021-03-12, 2021年3月12日, 2021/3/12, with blanks between: a pattern for rules that only pass over a day.
PRINTED_DAY = r"\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?"
ISO_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SIGNS = str.maketrans(
    "０１２３４５６７８９：∶︰﹕－—–―−‐‑‒﹣／∕⁄．，　\xa0（）Ｏ○零◯Ｔ｜",
    "0123456789::::---------///.,  ()〇〇〇〇T|",
)
_HINT = re.compile(r"\d\d|二[〇○零◯OＯ0０]|一九")

_YEAR = r"(?P<y>(?:19|20)[0-9]{2})"
_NO_NUMBER = r"(?<![0-9])(?<![0-9A-Za-z][/_=])"  # nor a part of an address
_GOES_ON = (  # signs that make of a day a span of months, an amount, a number or an address
    r"(?!\s*(?:个?月|年|[%％‰万亿元倍届期])|[.][0-9]|/(?![0-9]{1,2}:)\w|-[0-9]+(?![0-9:点时]))"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY_OF_MONTH = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9])"
_WEEKDAY = r"[(\[]?(?:星期|周|週|礼拜)[一二三四五六日天][)\]]?|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?"
_HALF = r"上午|下午|凌晨|清晨|早上|早晨|中午|傍晚|晚上|晚间|夜间|[AaPp]\.?[Mm](?![A-Za-z])\.?"
_CLOCK = (
    rf"(?P<half>{_HALF})?\s*(?P<h>[0-9]{{1,2}})\s*[:时點点]\s*(?P<min>[0-9]{{2}}|[0-9](?=\s*分|:[0-9]{{1,2}}(?![0-9])))(?![0-9])"
    r"(?:\s*[:分]\s*(?P<s>[0-9]{1,2})(?![0-9])(?:[.][0-9]{1,9})?秒?|分)?"
    rf"(?:\s*(?P<after>{_HALF}))?"
    r"(?P<zone>Z(?![A-Za-z])|\s*(?:GMT|UTC)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|\s*CST(?![A-Za-z])|\s*\+[0-9]{2}:?[0-9]{2}(?![0-9:])"
    r"|(?<=[0-9]:[0-9]{2}:[0-9]{2})\s*-[0-9]{2}:?[0-9]{2}(?![0-9:]))?"
)
_TIME = rf"(?:(?:[\s,|:/_-]|T(?=[0-9])|at\b|{_WEEKDAY}){{0,12}}?{_CLOCK})?"
_CHINESE_YEAR = r"(?:二[〇O0]|一九)[〇O0一二三四五六七八九]{2}"
_CHINESE_MONTH = r"元|十[一二]?|[一二三四五六七八九]"
_CHINESE_DAY = r"[二三]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|卅一?|[一二三四五六七八九]"
_SHAPES = tuple(
    re.compile(shape, re.I)
    for shape in (
        rf"{_NO_NUMBER}{_YEAR}\s*[-./年\s]\s*(?P<m>[0-9]{{1,2}})\s*[-./月]\s*"
        rf"(?P<d>[0-9]{{2}}(?=[0-9]{{1,2}}:[0-9]{{2}})|[0-9]{{1,2}}(?![0-9]))\s*[日号]?{_GOES_ON}{_TIME}",
        rf"(?<![〇一二三四五六七八九十百千0-9])(?P<y>{_CHINESE_YEAR}|(?:19|20)[0-9]{{2}})\s*年\s*"
        rf"(?P<m>{_CHINESE_MONTH}|[0-9]{{1,2}})\s*月\s*(?P<d>{_CHINESE_DAY}|[0-9]{{1,2}})\s*[日号]{_TIME}",
        # Drupal in Chinese: 三月 5, 2026
        rf"(?<![〇一二三四五六七八九十0-9])(?P<m>{_CHINESE_MONTH}|[0-9]{{1,2}})月\s*{_DAY_OF_MONTH}\s*[,，]\s*{_YEAR}(?!\w)(?:\s*-)?{_TIME}",
        rf"(?:{_WEEKDAY})\s+{_MONTH}\s+(?P<d>[0-9]{{1,2}})\s+(?P<h>[0-9]{{1,2}}):(?P<min>[0-9]{{2}}):(?P<s>[0-9]{{2}})"
        rf"\s+(?:(?P<zone>[A-Z]{{1,5}}(?:[+-][0-9]{{1,2}}:?[0-9]{{0,2}})?)\s+)?{_YEAR}(?![0-9])",
        rf"(?<![A-Za-z])(?:(?:{_WEEKDAY})[\s,]+)?{_MONTH}[\s./-]*{_DAY_OF_MONTH}[\s.,/-]+{_YEAR}(?![0-9]){_TIME}",
        rf"(?<![0-9])(?<![0-9][./-])(?:(?:{_WEEKDAY})[\s,]+)?{_DAY_OF_MONTH}[\s./-]*(?:of\s+)?{_MONTH}[\s.,/-]*{_YEAR}(?![0-9]){_TIME}",
        rf"(?<![0-9]){_YEAR}[\s.,/-]*{_MONTH}[\s.,/-]*{_DAY_OF_MONTH}{_TIME}",
    )
)
_CLOCK_BEFORE = re.compile(rf"(?<![0-9:]){_CLOCK}[\s,|]*(?:(?:{_WEEKDAY})[\s,]*)?$", re.I)
_ELSE = re.compile(r"(?:[农夏阴旧農陰舊][历曆]|民[国國]|令和|平成|昭和|檀纪|主体)\s*$")  # lunar calendar, era
_COMPACT = re.compile(
    r"(?P<y>20[0-9]{2})(?P<m>[01][0-9])(?P<d>[0-3][0-9])"
    r"(?:[\sT]*(?P<h>[0-2][0-9]):?(?P<min>[0-5][0-9])(?::?(?P<s>[0-5][0-9]))?)?(?P<zone>Z)?"
)
_BLANKS = re.compile(rf"{_YEAR}\s+(?P<m>[01][0-9])\s+(?P<d>[0-3][0-9])(?:\s+{_CLOCK})?", re.I)
_BESIDE = (
    re.compile(rf"(?<![0-9]){_YEAR}\s*[-./年]\s*(?P<m>[0-9]{{1,2}})月?[\s/|]+(?P<d>[0-9]{{1,2}})日?(?![0-9:\w])"),
    re.compile(rf"(?<![0-9-])(?P<d>[0-9]{{1,2}})日?[\s/|]+{_YEAR}\s*[-./年]\s*(?P<m>[0-9]{{1,2}})月?(?![0-9])"),
)
_TWO_FIGURES = re.compile(rf"(?P<a>[0-9]{{2}})([-./])(?P<b>[0-9]{{2}})\2(?P<c>[0-9]{{2}})(?:\s+{_CLOCK})?")
# apart from other figures and words: 26-03-05 8 is a telephone, 清河路26-03-05 a room
_TWO_FIGURES_INSIDE = re.compile(rf"(?<![\w./:-]){_TWO_FIGURES.pattern}(?![\w./:-]|\s*[0-9])")
_AGO = (
    r"(?:刚刚|剛剛|刚才|just now|(?P<part>半)(?:个|個)?(?:小时|小時|钟头)之?前"
    r"|(?P<n>[0-9]{1,3})\s*(?:个|個)?\s*(?:(?P<seconds>秒钟?|seconds?)|(?P<minutes>分钟?|分鐘|min(?:ute)?s?)"
    r"|(?P<hours>小时|小時|钟头|hours?)|(?P<days>天|日|days?)|(?P<weeks>周|週|星期|weeks?))\s*(?:之?前|ago))"
)
# no day: Qinghe Today, the name of an outlet
_ENGLISH = r"(?:(?<=ed )|(?<![a-z] ))(?:today|yesterday)|(?:today|yesterday)(?=[\s,]*[0-9]{1,2}:[0-9]{2})"
_NAMED = rf"(?P<name>今[天日]|昨[天日]|前[天日]|{_ENGLISH})(?:[\s,]*{_CLOCK})?"
_RELATIVE = re.compile(rf"{_AGO}|{_NAMED}", re.I)
_RELATIVE_INSIDE = re.compile(rf"(?<![\w-])(?:{_AGO}|{_NAMED})(?=发布|更新|来源|$|[^\w])", re.I)
_NAMES = {"今": 0, "昨": 1, "前": 2, "t": 0, "y": 1}
_BEFORE = re.compile(
    r"(?:[—–―─]|^\s*-+|[0-9日]\s*[-~～]|今[天日]是?|现在(?:是|时间)|当前时间|经|截[止至]|有效期?|到期|失效|废止|施行|实施|生效|(?<!来)自|[从至到]"
    r"|(?<![布表新载稿])(?<!创建)于)(?:日期|时间|日|期限?|[至为是])*\s*[:：]?\s*$"
)
_AFTER = re.compile(
    r"\s*(?:[-—–~～]+\s*[0-9]|在(?!线)|于|经(?!济)|由|起|至|到|止|[之以]?前(?!沿)|以后|之后"
    r"|(?:开始|截止|召开|举行|施行|实施|生效|通过|审议|批准|修[订正]|废止|失效|有效)(?![\u4e00-\u9fff]{0,4}\s*[:：]))"
)
_FRAME = " \t\r\n[]()【】〔〕|·"
_ADDRESS = re.compile(
    r"(?<![0-9])(?P<y>20[0-9]{2})(?:[-/_]?(?P<m>[01][0-9])[-/_]?(?P<d>[0-3][0-9])(?![0-9])"
    r"|/(?P<m1>[0-9]{1,2})/(?P<d1>[0-9]{1,2})(?![0-9]))"
)
_EPOCH = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_ZEROS = (date(1970, 1, 1), date(1900, 1, 1))  # a CMS prints these days for a field that is not filled
_NUMERALS = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as a text prints it, and where."""

    day: str  # ISO 8601
    minute: str = ""  # HH:MM in Asia/Shanghai; "" when the text prints none
    start: int = 0
    end: int = 0
    relative: bool = False  # counted from the time of fetching

    @property
    def local(self) -> str:
        """`2026-03-05T09:17`, or the day alone."""
        return f"{self.day}T{self.minute}" if self.minute else self.day

    @property
    def iso(self) -> str:
        """`2026-03-05T09:17+08:00`, or the day alone."""
        return f"{self.local}+08:00" if self.minute else self.day


def days_in(text: str) -> Iterator[Day]:
    """The days that a text prints, in their order, in the shapes that mean nothing but a day."""
    if not _HINT.search(text):
        return
    signs = text.translate(_SIGNS)
    at = 0
    while match := _earliest(signs, at):
        at = match.end()
        day = _absolute(match)
        if day is None or _ELSE.search(signs[: match.start()]):
            continue
        yield _with_clock_before(day, signs) if "month" in match.groupdict() and not day.minute else day


def first_day(text: str) -> Day | None:
    """The first day that a text prints."""
    return next(days_in(text), None)


def day_of(value: str, fetched: str = "") -> Day | None:
    """The day of a value that should be one: the first that it prints, else the day that all of it is.

    `fetched` is the time of fetching, ISO 8601; without it no relative day is read and no year of two figures.
    """
    return first_day(value) or _whole(value.translate(_SIGNS).strip(_FRAME), fetched)


def relative_in(text: str, fetched: str) -> Day | None:
    """The first day of a line that counts from the time of fetching, a word of its own: `云桅日报 昨天 09:17`.

    今天 and 前天 are too common for one without a time behind them.
    """
    now = _fetch_moment(fetched)
    for match in _RELATIVE_INSIDE.finditer(text.translate(_SIGNS)) if now else ():
        if now and (not match["name"] or match["name"][0] not in "今前" or match["h"]):
            return replace(_counted(match, now), start=match.start(), end=match.end())
    return None


def short_day_in(text: str, fetched: str) -> Day | None:
    """The first day with a year of two figures in a line, apart from its other words: `26-03-05 来源：某局`.

    It is as good as the words beside it, so that the line must tell that it is a day.
    """
    now = _fetch_moment(fetched)
    for match in _TWO_FIGURES_INSIDE.finditer(text.translate(_SIGNS)) if now else ():
        day = _short_year(match[0], now) if now else None
        counted = text[: match.start()].rstrip(" ")[-1:].isdigit()  # 8 26-03-05
        if day and (day.minute or not counted):
            return replace(day, start=match.start(), end=match.end())
    return None


def moment_of(value: str, fetched: str = "") -> Day | None:
    """The day of a value that a machine wrote: like `day_of`, or seconds or milliseconds since 1970."""
    if _EPOCH.fullmatch(value.strip()):
        return _moment(datetime.fromtimestamp(int(value.strip()[:10]), CHINA))
    return day_of(value, fetched)


def without_days(text: str) -> str:
    """A text without the days that it prints, those that count from the time of fetching among them."""
    for day in reversed(list(days_in(text))):
        text = text[: day.start] + " " + text[day.end :]
    for match in reversed(list(_RELATIVE_INSIDE.finditer(text.translate(_SIGNS)))):
        text = text[: match.start()] + " " + text[match.end() :]
    return text.strip()


def day_beside_month(text: str) -> Day | None:
    """The first day that stands before or behind its year and month, as in `2026-03 05` or `05 | 2026-03`.

    Behind them it is a day only where no word goes on: 2026-03 in front of 12个部门 is a month.
    """
    signs = text.translate(_SIGNS)
    return next((day for shape in _BESIDE if (match := shape.search(signs)) and (day := _absolute(match))), None)


def tells_of_else(text: str, day: Day) -> bool:
    """Whether the words beside a day, which `text` prints, say that it is no day of publication.

    A session (——2026年2月9日在…会议上), a decision (…日经…通过), a period (…日至…日, …日起施行), an end (截止, 有效期至),
    the page's clock (今天是). A hyphen alone divides names from days; a wide dash, or one at the beginning, does not.
    """
    return bool(_BEFORE.search(text[max(0, day.start - 20) : day.start]) or _AFTER.match(text, day.end))


def is_later(day: Day, fetched: str) -> bool:
    """Whether a day lies more than one day after the fetch, so that it cannot be that of a publication."""
    now = _fetch_moment(fetched)
    return now is not None and date.fromisoformat(day.day) > (now + timedelta(days=1)).date()


def day_of_address(url: str) -> str:
    """The day that an address names: `/2026/03/05/`, `/2026-03/05/`, `t20260305_1.html`, `/art/2026/3/5/`; else ""."""
    for match in _ADDRESS.finditer(url):
        if day := _calendar(int(match["y"]), int(match["m"] or match["m1"]), int(match["d"] or match["d1"])):
            return day.isoformat()
    return ""


def _earliest(signs: str, at: int) -> re.Match[str] | None:
    found = (match for shape in _SHAPES if (match := shape.search(signs, at)))
    return min(found, key=lambda match: match.start(), default=None)


def _absolute(match: re.Match[str]) -> Day | None:
    parts = match.groupdict()
    month = _MONTHS.index(parts["month"][:3].lower()) + 1 if parts.get("month") else _number(parts["m"])
    day = _calendar(_number(parts["y"]), month, _number(parts["d"]))
    if day in _ZEROS or day is None:
        return None
    minute = _clock(parts)
    if minute is None or not parts.get("zone"):
        return Day(day.isoformat(), minute or "", match.start(), match.end())
    offset = _offset(parts["zone"])
    if offset is None:
        return Day(day.isoformat(), "", match.start(), match.end())
    found = _moment(datetime.combine(day, time.fromisoformat(minute), timezone(offset)).astimezone(CHINA))
    return replace(found, start=match.start(), end=match.end())


def _moment(found: datetime) -> Day:
    """The day and minute of a moment; midnight in China is no time."""
    minute = f"{found:%H:%M}"
    return Day(found.date().isoformat(), "" if minute == "00:00" else minute)


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(text: str) -> int:
    """A number in figures, or in numerals below a hundred, or a year spelled sign by sign."""
    if text.isdecimal():
        return int(text)
    text = re.sub("[Oo0]", "〇", text.replace("元", "一").replace("廿", "二十").replace("卅", "三十"))
    tens, ten, ones = text.rpartition("十")
    if ten:
        return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)
    return int("".join(str(_NUMERALS[sign]) for sign in text))


def _clock(parts: dict[str, str | None]) -> str | None:
    """HH:MM of a time that is one; None for none, and for those that a CMS fills in."""
    if not parts.get("h"):
        return None
    hour, minute, second = int(parts["h"] or 0), int(parts["min"] or 0), int(parts.get("s") or 0)
    half = _half(parts.get("half") or parts.get("after") or "", hour)
    if half is None or minute > 59 or (half, minute, second) in ((0, 0, 0), (23, 59, 59)):
        return None
    return f"{half:02}:{minute:02}"


def _half(word: str, hour: int) -> int | None:
    """The hour of the day, from 0 to 23; None where the word for the half of the day contradicts it."""
    word = word.replace(".", "").lower()
    if word == "am":
        hour = 0 if hour == 12 else hour
        return hour if hour < 12 else None
    if word in ("pm", "下午", "傍晚"):
        return _afternoon(hour, 12)
    if word in ("晚上", "晚间", "夜间"):
        return _afternoon(hour, 11) if hour != 12 else None
    if word == "中午":
        return _afternoon(hour, 12) if hour in (12, 13, 1, 2) else hour if hour == 11 else None
    if word in ("上午", "凌晨", "清晨", "早上", "早晨"):
        return hour if hour < 12 else None
    return hour if hour < 24 else None


def _afternoon(hour: int, last: int) -> int | None:
    return hour + 12 if 0 < hour <= min(11, last) else hour if 12 <= hour < 24 else None


def _offset(zone: str) -> timedelta | None:
    """The offset of a zone from UTC; CST is China's. None for a name that is not known."""
    zone = zone.strip().upper()
    if zone == "CST":
        return CHINA.utcoffset(None)
    match = re.fullmatch(r"(?:Z|GMT|UTC)?(?:([+-])([0-9]{1,2}):?([0-9]{2})?)?", zone)
    if not match:
        return None
    hours, minutes = int(match[2] or 0), int(match[3] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if hours > 14:
        return None
    return -offset if match[1] == "-" else offset


def _with_clock_before(day: Day, signs: str) -> Day:
    """A day in English with the time that stands before it: `09:05, March 05, 2026`."""
    match = _CLOCK_BEFORE.search(signs[max(0, day.start - 40) : day.start])
    minute = _clock(match.groupdict()) if match else None
    return replace(day, minute=minute) if minute else day


def _whole(value: str, fetched: str) -> Day | None:
    for shape in (_COMPACT, _BLANKS, *_BESIDE):
        if match := shape.fullmatch(value):
            return _absolute(match)
    now = _fetch_moment(fetched)
    return (_short_year(value, now) or _relative(value, now)) if now else None


def _short_year(value: str, fetched: datetime) -> Day | None:
    """A day with a year of two figures, when one order of the three alone gives a day of the last two years."""
    match = _TWO_FIGURES.fullmatch(value)
    if not match:
        return None
    a, b, c = int(match["a"]), int(match["b"]), int(match["c"])
    orders = {_calendar(2000 + y, m, d) for y, m, d in ((a, b, c), (c, b, a), (c, a, b))}
    near = [day for day in orders if day and timedelta(days=-1) <= fetched.date() - day <= timedelta(days=731)]
    if len(near) != 1 or near[0] != _calendar(2000 + a, b, c):
        return None
    return Day(near[0].isoformat(), _clock(match.groupdict()) or "")


def _relative(value: str, fetched: datetime) -> Day | None:
    """A day counted from the fetch. An hour or a minute that is counted is not known to the minute: the day stands."""
    match = _RELATIVE.fullmatch(value)
    return _counted(match, fetched) if match else None


def _counted(match: re.Match[str], fetched: datetime) -> Day:
    if match["name"]:
        day = fetched.date() - timedelta(days=_NAMES[match["name"][0].lower()])
        return Day(day.isoformat(), _clock(match.groupdict()) or "", relative=True)
    number = int(match["n"] or 0)
    unit = next((unit for unit in ("seconds", "minutes", "hours", "days", "weeks") if match["n"] and match[unit]), "")
    ago = timedelta(minutes=30) if match["part"] else timedelta(**{unit: number}) if unit else timedelta()
    return Day((fetched - ago).date().isoformat(), relative=True)


def _fetch_moment(fetched: str) -> datetime | None:
    """The time of fetching, in China's zone; one without a zone is UTC. None when it is "" or no ISO 8601."""
    try:
        found = datetime.fromisoformat(fetched)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(CHINA)
