"""A number of a spreadsheet as its number format shows it."""

import datetime
import functools
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: 'h"时"mm"分"', 35: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "h:mm:ss",
    47: "mm:ss", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'h"时"mm"分"', 56: 'h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip  # the formats that a file names by number alone, as a Chinese Excel shows them
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<elapsed>[hms])+\]|\[[^\]]*\]'
    r"|(?P<general>General|G/通用格式)|(?P<half>AM/PM|A/P|上午/下午)|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,4})"
    r"|(?P<power>E[+-]0+)|(?P<digits>[0#?,.]*[0#?][0#?,.]*)|(?P<percent>%)|(?P<text>@)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'((?:"[^"]*"|[\\!].|\[[^\]]*\]|[^;"\\!])*)(?:;|$)')
_CONDITION = re.compile(r"\[(?P<sign>[<>]=?|=|<>)\s*(?P<limit>-?\d+(?:\.\d+)?)\s*\]")
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_OF_THE_SYSTEM = {
    "[$-f800]": 'yyyy"年"m"月"d"日"',
    "[$-f400]": "h:mm:ss",
}  # a day or a time as a Chinese system shows it
_PLACES = re.compile("[0#?]")
EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no time zone
_EPOCH_1904 = datetime.datetime(1904, 1, 1)  # noqa: DTZ001
_LARGEST_DAY = 2_958_465  # 9999-12-31
_WEEKDAYS = "一二三四五六日"
_HALF_DAY = {"am/pm": ("AM", "PM"), "a/p": ("A", "P"), "上午/下午": ("上午", "下午")}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def shown(number: float, code: str, from_1904: bool = False) -> str:
    """A number as a cell shows it: rounded, with its separators, its sign of percent, its unit; a day as a date.

    Of a code's sections the one for its sign counts, or the first whose condition holds (`[=0]"";General`); an empty one of
    several shows nothing. Powers, fractions and Chinese figures ([DBNum1]) are shown as plain numbers.
    """
    code = _OF_THE_SYSTEM.get(code[:8].lower(), code) or "General"
    found = _section(number, code)
    if found is None:
        return ""
    tokens, number = found
    kinds = {token.kind for token in tokens}
    if kinds & {"date", "elapsed"} and not kinds & {"general", "digits"}:
        is_day = 0 <= number <= _LARGEST_DAY
        return _moment(number, tokens, _EPOCH_1904 if from_1904 else EPOCH) if is_day else plain(number)
    if "power" in kinds or any(token.text == "/" for token in tokens) or not tokens:
        return plain(number)
    return _figure(number, tokens)


def plain(number: float) -> str:
    """A number with the 15 digits that a sheet keeps, without a power of ten."""
    text = f"{number:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def _section(number: float, code: str) -> tuple[list[_Token], float] | None:
    """The tokens of the code's section for a number, and the number without the sign that the section writes itself; None
    when the section is empty.
    """
    sections = _sections(code)
    at = next((at for at in range(len(sections)) if _is_for(number, sections, at)), None)
    if at is None:
        return [], number
    if not sections[at].strip() and len(sections) > 1:
        return None
    tokens = [
        _Token(match.lastgroup, match[match.lastgroup]) for match in _TOKEN.finditer(sections[at]) if match.lastgroup
    ]
    condition = _CONDITION.search(sections[at])
    if condition is None:
        is_negative = at == 1 and number < 0 and _CONDITION.search(sections[0]) is None
        return tokens, abs(number) if is_negative else number
    is_negative = condition["sign"] in ("<", "<=") and float(condition["limit"]) <= 0
    return tokens, abs(number) if is_negative else number


@functools.lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    """The sections for numbers: up to three. The last of several is for texts when it has an @."""
    found = [match[1] for match in _SECTION.finditer(code)]
    if not code.endswith(";"):
        found.pop()  # the empty end
    if len(found) > 1 and (len(found) == 4 or "@" in found[-1]):
        found.pop()
    if len(found) == 2 and not found[1]:
        found.pop()
    return tuple(found[:3])


def _is_for(number: float, sections: tuple[str, ...], at: int) -> bool:
    """Whether a section is for a number: by its condition, else by its place: positive, negative, all others."""
    if condition := _CONDITION.search(sections[at]):
        return _COMPARED[condition["sign"]](number, float(condition["limit"]))
    if at == len(sections) - 1 and (at != 1 or number < 0 or _CONDITION.search(sections[0]) is not None):
        return True
    if at == 0:
        return number > 0 if len(sections) > 2 else number >= 0
    return number < 0


def _figure(number: float, tokens: list[_Token]) -> str:
    """A figure in a section. Its places of digits are one pattern, also with signs between them: 2026-03-05 in 0000-00-00."""
    patterns = [token.text for token in tokens if token.kind == "digits"]
    percents = sum(token.kind == "percent" for token in tokens)
    dealt = iter(_dealt(_rounded(number * 100**percents, "".join(patterns)), patterns) if patterns else ())
    written = []
    for token in tokens:
        if token.kind == "digits":
            written.append(next(dealt))
        elif token.kind in ("general", "text"):
            written.append(plain(number))
        else:
            written.append(token.text)
    text = "".join(written).strip()
    return f"-{text}" if number < 0 and patterns and "-" not in text else text


def _dealt(figures: str, patterns: list[str]) -> list[str]:
    """Figures dealt out to patterns: before the point from the right, and the first takes the rest; behind it from the left."""
    if len(patterns) == 1:
        return [figures]
    before, point, after = figures.replace(",", "").partition(".")
    pointed = next((n for n, pattern in enumerate(patterns) if "." in pattern), len(patterns) - 1)
    found = [""] * len(patterns)
    for n in range(pointed, 0, -1):
        places = len(_PLACES.findall(patterns[n].partition(".")[0]))
        at = max(0, len(before) - places)
        before, found[n] = before[:at], before[at:]
    found[0] = before
    found[pointed] += point
    for n in range(pointed, len(patterns)):
        places = len(_PLACES.findall(patterns[n].partition(".")[2] if n == pointed else patterns[n]))
        found[n] += after[:places]
        after = after[places:]
    return found


def _rounded(number: float, digits: str) -> str:
    """The figures without a sign, as a pattern like `#,##0.00` asks for them; half a unit is rounded up."""
    whole, _, decimals = digits.rstrip(",").partition(".")
    value = Decimal(f"{abs(number):.15g}").scaleb(-3 * (len(digits) - len(digits.rstrip(","))))
    places = len(decimals.replace(",", ""))
    text = format(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), ",f" if "," in whole else "f")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional):
        text = text[:-1] if text.endswith("0") else text
    before, point, after = text.partition(".")
    before = before if "0" in whole or before != "0" else ""
    return before.rjust(whole.count("0"), "0") + (point + after if after else "")


def _moment(number: float, tokens: list[_Token], epoch: datetime.datetime) -> str:
    moment = epoch + datetime.timedelta(seconds=round(number * 86400))
    half = next((token.text.lower() for token in tokens if token.kind == "half"), "")
    dated = [at for at, token in enumerate(tokens) if token.kind in ("date", "elapsed")]
    written = []
    for at, token in enumerate(tokens):
        if token.kind == "date":
            before = next((tokens[one].text[0].lower() for one in reversed(dated) if one < at), "")
            after = next((tokens[one].text[0].lower() for one in dated if one > at), "")
            minutes = token.text[0].lower() == "m" and (before == "h" or after == "s")
            written.append(_part(moment, "n" * len(token.text) if minutes else token.text.lower(), bool(half)))
        elif token.kind == "elapsed":
            written.append(str(int(number * {"h": 24, "m": 1440, "s": 86400}[token.text.lower()])))
        elif token.kind == "half":
            written.append(_HALF_DAY[half][moment.hour >= 12])
        else:
            written.append(token.text)
    return "".join(written).strip()


def _part(moment: datetime.datetime, asked: str, half: bool) -> str:
    """A part of a moment: `yyyy`, `m`, `dd` …; `n` for minutes."""
    if asked[0] == "y":
        return f"{moment.year:04}" if len(asked) > 2 else f"{moment.year % 100:02}"
    if asked[0] == "a":
        return ("星期" if len(asked) == 4 else "") + _WEEKDAYS[moment.weekday()]
    if asked[0] in "md" and len(asked) > 2:
        return moment.strftime({"mmm": "%b", "mmmm": "%B", "ddd": "%a", "dddd": "%A"}.get(asked, "%b"))
    hour = (moment.hour % 12 or 12) if half else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "n": moment.minute, "s": moment.second}[asked[0]]
    return f"{number:02}" if len(asked) > 1 else str(number)
