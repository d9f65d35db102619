"""The places where a text prints a label before a speech: a colon, brackets, a bar, a table's cell, a line of its own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from archive.texts.days import PRINTED_DAY
from pipelines.people import ENDS_IN_TITLE, TITLES, is_name, name_points
from pipelines.speakers import Named, named

Layout = Literal["colon", "brackets", "bar", "dash", "cell", "line", "emphasis", "blank", "time"]

OPENING = 60  # characters by which a line is told from others
_COLONS = "：:∶﹕︰"
_BARS = "丨｜|│∣┃"
_OPEN, _CLOSE = r"\[【(（［〔〖「『", r"\]】)）］〕〗」』"
_HOUR = rf"(?:上午|下午|晚上)?\d{{1,2}}(?:[{_COLONS}]\d{{2}}(?:[{_COLONS}]\d{{2}})?|[时点]\d{{1,2}}分?)(?!\d)"
_TIME = rf"(?:[{_OPEN}]\s*(?:{PRINTED_DAY}\s*)?{_HOUR}\s*[{_CLOSE}]|(?:{PRINTED_DAY}\s*)?{_HOUR})"
# a label begins with a letter or with the title of an outlet, and holds none of these signs
_STOPS = rf"{_COLONS}{_BARS}{_OPEN}{_CLOSE}，,。；;！!？?…—–\t\n"
_WHO = rf"(?P<who>(?=[\w《])[^\s\d{_STOPS}](?:[^{_STOPS}]{{0,38}}?[^\s{_STOPS}])??)"
_BEHIND = rf"\s*[{_OPEN}](?P<behind>[^{_CLOSE}\n]{{1,40}})[{_CLOSE}]"
_BULLETS = "■◆●▲★□○◇△☆▶►◎•·▪▍※⊙"
_BEFORE = re.compile(rf"[{_BULLETS}{_BARS}\s]*(?:\d{{1,3}}\t)?(?:{_TIME}[\s{_BARS}]*)?[{_BULLETS}\s]*")
_CLOCK = re.compile(_TIME)
_NUMBERED = re.compile(
    rf"[（(]?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,2}})[)）]?\s*[.．、]?\s*(?=[问答QA]\s*[{_COLONS}])"
    r"|(?:\d{1,3}\s*[.．、]|[（(]\d{1,3}[)）])\s*(?!\d)"
)
_IN_BRACKETS = re.compile(
    rf"[{_OPEN}]\s*(?:{_TIME}\s*)?{_WHO}(?:{_BEHIND})?\s*(?P<time>{_TIME})?\s*[{_COLONS}]?\s*[{_CLOSE}]"
    rf"\s*(?:{_TIME}\s*)?[{_COLONS}]?\s*"
)
_SIGN = rf"(?:(?P<colon>[{_COLONS}])|(?P<bar>[{_BARS}])|(?P<dash>—+|–)|(?P<cell>\t)|(?P<line>$))(?:\s*{_TIME})?\s*"
_SIGNED = re.compile(rf"{_WHO}(?:{_BEHIND})?\s*{_SIGN}")
_TIMED = re.compile(rf"{_WHO}(?:{_BEHIND})??\s*{_TIME}(?:\s*{_SIGN}|\s+)")
_PROSE = re.compile(rf"[^{_STOPS}]*+[，,。；;！!？?…{_CLOSE}]")  # no sign of a label stands before such a mark
_FIGURE = re.compile(r"\d")
_QUESTION = re.compile(r"(?P<who>[问答QA])\s*\d{0,2}[、.．]\s*")
_SPACED = re.compile(rf"(?P<who>[^\s{_STOPS}]{{1,10}})\s+(?=\S)")
_ASKED = re.compile(r"(?P<who>[问答])\s+(?=\S\S)")
_OFFICE_CELL = re.compile(rf"(?P<office>[^\t]{{2,30}}{TITLES})\t")
_INLINE = re.compile(
    rf"(?<=[。？！?!…”.])\s*(?P<who>(?:《[^》\n]{{1,20}}》)?[^\s\d“”《》、{_STOPS}][^《》、{_STOPS}]{{0,20}})(?:{_BEHIND})?[{_COLONS}]\s*"
)
_CREDIT = re.compile(TITLES + "|摄影?$|供图|报道|整理|摘编")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that may open a turn: the start of the label, the start of the speech, and the speaker."""

    start: int
    said: int
    named: Named
    layout: Layout
    emphasised: bool


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a line as a label and a speech."""

    who: str
    behind: str  # words in brackets behind the label
    layout: Layout
    said: int


def marks(text: str, emphasised: Mapping[str, str]) -> list[Mark]:
    """Every place that has the form of a label before a speech, in their order.

    Lines of a head or a credit (`主持人：甲某 某局局长`, `记者：甲某`) are none. A time on a line of its own belongs to the
    label below it, and to the one above it that fills its line.
    """
    found: list[Mark] = []
    start = 0
    before = ""
    for line in text.split("\n"):
        if mark := _mark(line, start, emphasised.get(line[:OPENING], "")):
            found.append(replace(mark, start=start - len(before) - 1) if _CLOCK.fullmatch(before) else mark)
            if mark.layout == "colon":
                found.extend(_inline(line, start, mark.said - start))
        elif found and found[-1].said == start - 1 and _CLOCK.fullmatch(line):
            found[-1] = replace(found[-1], said=start + len(line))
        start += len(line) + 1
        before = line
    return _without_deeds(text, found)


def _behind_is(label: str, words: str) -> bool:
    """Whether words stand in brackets within a label."""
    place = label.find(words)
    around = label[place - 1 : place], label[place + len(words) :][:1]
    return place > 0 and all(around) and around[0] in "（([【〔" and around[1] in "）)]】〕"


def _without_deeds(text: str, found: list[Mark]) -> list[Mark]:
    """The marks with 主持人 alone where the brackets hold a deed: 主持人（微笑）.

    Two or three characters behind 主持人 that are no name by their form are a name when the text says so (我是晓梦,
    主持人晓梦), or when the moderator never stands without them.
    """
    doubted = {
        mark.start: mark.named.speaker
        for mark in found
        if mark.named.kind == "moderator"
        and mark.named.role
        and not is_name(mark.named.speaker)
        and _behind_is(text[mark.start : mark.said], mark.named.speaker)
    }
    if not doubted:
        return found
    moderated = [mark for mark in found if mark.named.kind == "moderator"]
    always = len(doubted) == len(moderated) and len(set(doubted.values())) == 1
    names = {
        name for name in doubted.values() if always or re.search(f"(?:我[是叫]|主持人|主播|叫){re.escape(name)}", text)
    }
    return [
        replace(mark, named=Named(mark.named.role, "", "moderator", 3, True))
        if mark.start in doubted and doubted[mark.start] not in names
        else mark
        for mark in found
    ]


def opening(text: str, start: int, end: int) -> int:
    """Where the words of a line begin, behind its bullet, time and number: `[09:31] `, `■`, `1.`."""
    before = _BEFORE.match(text, start, end)
    at = before.end() if before else start
    numbered = _NUMBERED.match(text, at, end)
    return numbered.end() if numbered else at


def _mark(line: str, start: int, lead: str) -> Mark | None:
    at = opening(line, 0, len(line))
    if line.startswith(lead):
        lead = lead[at:]
    elif not line.startswith(lead, at):
        lead = ""
    for reading in _readings(line, at, lead):
        who = named(reading.who, reading.behind)
        if who is not None and (reading.layout == "line" or not _is_head(line[reading.said :])):
            return Mark(start, start + reading.said, who, reading.layout, bool(lead) and lead.startswith(reading.who))
    return None


def _readings(line: str, at: int, lead: str) -> Iterator[_Reading]:
    """The ways to read a line, the likeliest first."""
    if match := _IN_BRACKETS.match(line, at):
        if ENDS_IN_TITLE.search(match["who"]) and (behind := _SIGNED.match(line, match.end())) and behind["colon"]:
            yield _Reading(behind["who"], match["who"], "colon", behind.end())
        yield _Reading(match["who"], match["behind"] or "", "brackets", match.end())
    signed = _sign(line, at)
    if lead and not (signed and signed.end() - at <= len(lead) + 2) and not (signed and lead == signed["who"]):
        yield from _emphasised(line, at, lead)
    if signed:
        yield _signed(line, signed)
    if match := _QUESTION.match(line, at):
        yield _Reading(match["who"], "", "colon", match.end())
    if match := (_SPACED.match(line, at) if at else _ASKED.match(line)):
        yield _Reading(match["who"], "", "blank", match.end())


def _sign(line: str, at: int) -> re.Match[str] | None:
    """A label with the sign or the time behind it."""
    if prose := _PROSE.match(line, at):  # most lines; the patterns are slow
        return _TIMED.match(line, at) if _FIGURE.search(prose[0]) else None
    return _TIMED.match(line, at) or _SIGNED.match(line, at)


def _signed(line: str, match: re.Match[str]) -> _Reading:
    layouts: tuple[Layout, ...] = ("colon", "bar", "dash", "cell", "line")
    layout: Layout = next((layout for layout in layouts if match[layout] is not None), "time")
    behind, said = match["behind"] or "", match.end()
    if layout == "cell" and (office := _OFFICE_CELL.match(line, said)):
        behind, said = office["office"], office.end()
    return _Reading(match["who"], behind, layout, said)


def _emphasised(line: str, at: int, lead: str) -> Iterator[_Reading]:
    """The emphasised words at the line's start as a label, with no sign behind it."""
    end = at + len(lead)
    inside = _TIMED.match(lead) or _SIGNED.match(lead)
    if inside and len(line) > end:
        behind = re.compile(_BEHIND).match(line, end)
        if behind and not inside["behind"]:
            end = behind.end()
        said = len(line) - len(line[end:].lstrip())
        yield _Reading(inside["who"], inside["behind"] or (behind["behind"] if behind else ""), "emphasis", said)


def _is_head(rest: str) -> bool:
    """Whether the text behind a label shows a line of a head or a credit: `甲某 某局局长`, `甲某`, `甲某摄`."""
    if not 0 < len(rest) <= 40 or re.search("[。！？!?…请您你我]", rest):
        return False
    return name_points(rest.strip()) > 0 or _CREDIT.search(rest) is not None


def _inline(line: str, start: int, at: int) -> Iterator[Mark]:
    """Labels inside a paragraph, each behind the end of a sentence: `问：…？答：…`."""
    for match in _INLINE.finditer(line, at):
        if who := named(match["who"], match["behind"] or ""):
            yield Mark(start + match.start(), start + match.end(), who, "colon", False)
