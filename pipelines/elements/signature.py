"""The signatures of a document: the bodies that issued it together, the person's name."""

import re
from collections.abc import Iterator, Sequence

from archive.texts.days import first_day
from pipelines.elements.bodies import bodies
from pipelines.people import HAN_NAME, TITLES, is_name, joined

_FIRST = 6  # lines below the title, among which bodies may sign
_MOST = 20  # bodies
_KIND = re.compile(
    r"(?:公报|公告|通告|通知|通报|意见|决定|办法|规定|细则|方案|函|批复|命令|令)(?:[（(][^（()）]*[）)]|\[\d+\])*$"
)
_ORDER = re.compile(r"(?:令|命令)(?:[（(].*|第.{1,8}号)?$|^第[\d〇一二三四五六七八九十百]{1,6}号$")
_SIGNER = re.compile(rf"(?P<office>[\u4e00-\u9fff]{{0,14}}{TITLES})\s*[:：]?\s*(?P<name>{HAN_NAME})")
_NEAR = 2  # lines between a signer and the day


def joint(title: str, lines: Sequence[str]) -> tuple[str, ...]:
    """The two bodies or more that signed a document together; () when one did, or none is printed.

    They stand in the lines right above a day that fills its line, or in one line with it; or, in a document whose title
    says its kind (公报, 通知, …), among the first six lines of the text, before the first sentence. A line holds names of
    bodies alone, divided by blanks.
    """
    for at, line in enumerate(lines):
        if (rest := _beside_day(line)) is not None:
            found = [*_upwards(lines[max(0, at - _MOST) : at]), *bodies(rest)]
            if 1 < len(found) <= _MOST:
                return tuple(found)
    return _below(lines) if _KIND.search(title) else ()


def _below(lines: Sequence[str]) -> tuple[str, ...]:
    found: list[str] = []
    for line in lines[:_FIRST]:
        named = bodies(line)
        if (found and not named) or re.search("[，。；：\t]", line):
            break
        found += named
    return tuple(found) if 1 < len(found) <= _MOST else ()


def _upwards(lines: Sequence[str]) -> list[str]:
    found: list[str] = []
    for line in reversed(lines):
        if not (named := bodies(line)):
            break
        found = [*named, *found]
    return found


def _beside_day(line: str) -> str | None:
    """The words of a line beside the day, spelled with 年 and 月, that ends it; None for a line without one."""
    if len(line) > 80 or "年" not in line or "月" not in line or "\t" in line:
        return None
    day = first_day(line)
    if day is None or day.minute or line[day.end :].strip(" 。)）"):
        return None
    return line[: day.start].strip(" (（")


def signers(title: str, lines: Sequence[str]) -> Iterator[str]:
    """The persons under an order, each with the office, as `市长 某某`.

    An order says 令 at the end of its title, or has its number (第12号) in a line of its own. A signer's line holds an
    office and a name by its form, and stands two lines at most from a day that fills its line, or before the day in one line.
    """
    heads = [title, *lines[:_FIRST]]
    if not any(_ORDER.search("".join(head.split())) for head in heads if "令" in head or "第" in head):
        return
    days = {at for at, line in enumerate(lines) if _beside_day(line) == ""}
    for at, line in enumerate(lines):
        near = range(at - _NEAR, at + _NEAR + 1)
        rest = _beside_day(line)
        if not rest and days.isdisjoint(near):
            continue
        if (match := _SIGNER.fullmatch(joined(rest or line))) and is_name(match["name"]):
            yield f"{match['office']} {match['name']}"
