"""The day on which a release was published, among all the days that its page prints."""

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, takewhile
from typing import Any, Literal

from lxml import etree

from archive.model import ELEMENTS, Page, ProvenanceRule
from archive.texts.days import (
    PRINTED_DAY,
    Day,
    day_of,
    day_of_address,
    days_in,
    first_day,
    is_later,
    moment_of,
    relative_in,
    short_day_in,
    tells_of_else,
    without_days,
)
from archive.texts.names import OFFICE_ENDINGS
from archive.urls import FILE_NAME
from pipelines.facts import Facts
from pipelines.labels import BARE, FIELDS, STEPS, UPDATES, labelled, name_of
from pipelines.lines import Line, Sheet, pieces, squeeze, strings
from pipelines.metadata import bare, before_foot, below, is_near, outlet_beside
from pipelines.people import ENGLISH_BYLINE
from pipelines.residue import is_residue, without_unknown_day

_META = [
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publishtime",
    "pubtime",
    "article:published_time",
    "og:published_time",
    "published_time",
    "og:release_date",
    "_pubtime",
    "weibo:article:create_at",
    "datepublished",
    "firstpublishedtime",
]
_LINKED_DATA = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_MADE = re.compile(r"生成|缓存|快照")  # a meta tag with the time at which the page was made
_LIKE_A_DAY = re.compile(PRINTED_DAY)
_ISSUED_WORD = re.compile(
    r"(?:发布|發布|發佈|发表|發表|公布|公开|刊发|发稿|录入|添加|上传|创建|[Pp]osted|[Pp]ublished|[Cc]reated)(?:于|於|时间|日期|日|時間|\s(?:on|at))?\s*[:：]?\s*$"
)
_UPDATED_WORD = re.compile(r"(?:更新|修[改订訂])(?:于|於|时间|日期|日|時間)?\s*[:：]?\s*$")
_EVENT = re.compile(  # a label of the time of an event
    r"(?:活动|会议|开会|举办|举行|召开|开标|评标|报名|报到|考试|笔试|面试|体检|比赛|演出|展览|访谈|直播|开庭|庭审|听证|施工|停[水电气]|领[证取]|集合|培训|招聘|招生"
    r"|受理|公示|征集|申[报请]|检查|执法|事发|发生|抽样|监测|检测|采样|签订|竣工|开工|验收|调[查研]|截[止至]|到期|生产|中标|成交|拍卖|竞[买价])"
)
_PLACE = re.compile(r"地\s*点\s*(?:[:：\t]|$)")
_ITEM = re.compile(r"[\W_]{0,3}[\u4e00-\u9fff\s]{2,8}(?:[:：\t]|$)")  # a line that is a label, or begins with one
_OF_A_DAY = re.compile(r"日期|时间|期限|有效|截[止至]|时限")
_UNKNOWN_LABEL = re.compile(r"[\u4e00-\u9fff]\s*[:：]\s*$")
_PROSE = re.compile(r"[，。；！？]")
_ELSE = re.compile(
    r"会议[上通]|次会议|大会[上第]|通过|召开|举行|施行|实施|生效|截止|截至|有效|报名|开标|今[天日](?:是|[:：，,\s\d]|星期|$)|现在|当前|天气|℃|版权|[Cc]opyright"
    r"|备案|[日号]电|本报讯|审议|印发|第[^版]{1,6}[条号届次]"
)
_TOOLS = re.compile(
    r"(?:浏览|阅读|点击|访问|人气|查看|点赞|评论|转发)(?:次数|人数|人次|量|数|率)?\s*[:：]?\s*\d*\s*次?|\d+\s*次(?:浏览|阅读|点击)?"
    r"|查看旧版(?:[（(].*?[)）])?|往期回顾|字[体号].*$|[【\[〖]?\s*大\s*中\s*小.*$|打印.*$|分享.*$|收藏|关闭|纠错|扫一扫.*$"
    r"|(?:星期|周|週)[一二三四五六日天]|\d{1,2}[:：∶]\d{2}(?:[:：∶]\d{2})?|\d{1,3}\s*min(?:ute)?s?\s+read"
)
_MARKS = re.compile(r"[\s|｜/、·•:：;,\[\]【】()（）<>《》«»+\-—–_*>→※◆●\"'“”.…\ue000-\uf8ff]+")
_REPRINTS = ("原载", "原刊", "首发于", "首刊于", "转载自", "转自", "摘自", "来源", "版")
# the day of the paper from which a page reprints: 原载：某报2026年2月1日, 原载 2026年2月1日《某报》, 来源：某报（2026-03-01）, 2026年2月1日第3版
_REPRINTED = re.compile(
    rf"(?:原载|原刊|首发|首刊|转载自|转自|摘自)于?\s*[:：]?\s*[^|｜\d]{{0,20}}?[（(]?{PRINTED_DAY}[)）]?(?:\s*《[^《》]{{2,20}}》)?"
    rf"|来源\s*[:：]\s*[^|｜\s\d（(]{{2,20}}\s*[（(]{PRINTED_DAY}[)）]"
    rf"|{PRINTED_DAY}[\s,，]*第?\s*[0-9A-Z]{{1,3}}\s*版"
)
_ADDRESSED = re.compile(r"(?<=先生|女士|同志)\s*[:：]\s*$")
_OF_A_BAR = frozenset(("published", "publisher", "author", "editor", ""))
_WHOLE = 30  # characters of the longest line that is all a day, in one of the shapes of `day_of`
_PIECE = 20  # characters of the longest name beside an unlabelled day
_HANDS = ("文", "图")  # labels in a bar with strokes: 文｜甲 图｜乙
_PIECES = 4  # names beside it, at most
_BELOW = 4  # lines below the text in which a label of publication is the page's own
_HEADLINE = 6  # characters of the shortest headline below the text
_LINK = 4  # characters of the shortest link to another release
_NEAR = 12  # lines above the title in which an unlabelled day may stand
_SIGNED = 12  # last lines of a text, among which its signature stands
_BAR = 100  # characters of a line of labels
_SIGNATURE = 40  # characters of a line that holds the day of a signature
_CLOCKS = ("今", "现在", "打印", "dited", "dified", "pdated")
_WEEKDAY = re.compile(r"(?:星期|周|週)[一二三四五六日天]|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
_TODAY = re.compile(
    r"(?:(?:今[天日]|现在)(?:是|时间)?|打印(?:于|时间|日期)?|(?:last\s)?(?:edited|modified|updated)(?:\s(?:on|at))?)\s*[:：]?\s*$",
    re.I,
)
_CLOCK = re.compile(r"\s*\d{1,2}\s*[:：时時点]\s*\d{1,2}(?:\s*[:：分]\s*(?:\d{1,2}\s*秒?)?)?\s*")
_ANNEX = re.compile(r"附\s*件\s*[\d一二三四五六七八九十]{0,2}\s*[:：]?")
_DATE = re.compile(r"日\s*期\s*[:：]\s*")
_SIGNER = re.compile(rf"(?:{OFFICE_ENDINGS}|委员会|政府|办公室|公司|中心|[)）])\s*$")
_SPELLED = re.compile(r"年.*月.*[日号]")

Role = Literal["issued", "weak"]


@dataclass(frozen=True, slots=True)
class Printed:
    """A day that the page prints, with the rule that found it and the words as found."""

    day: Day
    rule: ProvenanceRule
    line: Line
    role: Role


@dataclass(frozen=True, slots=True)
class Places:
    """The lines of a page by where they stand: from the title to the text, above the title, below the text; the text.

    `inside` are lines between title and text that stand in the text's container. `brought` are those of them that
    follow a second place of the title: a head that the text has brought along from the page where it was published first.
    """

    between: Sequence[Line]
    above: Sequence[Line]
    below: Sequence[Line]
    text: Sequence[Line]
    inside: frozenset[int]  # ids of lines
    brought: frozenset[int]
    housed: frozenset[int]  # those of the container above and below the text


def find_published(
    page: Page, sheet: Sheet, meta: Mapping[str, str], places: Places, title: str, facts: Facts
) -> tuple[str, ...]:
    """Set when the release was published, by the role of each day that its page prints; return the problems. The day of writing is set already.

    A day that the source's declaration has set stays. `published_meta` is always set, from the first meta tag.

    A day counts by its role. Printed days are, in this order, with every place of the title and the lines outermost
    first: those behind a label of publication (发布时间：) or, between title and text and above, behind a bare one
    (时间：), then those without a label, outside the text alone, in a line that holds nothing but the title, labels, a
    clock, counters and names; each first between title and text, then above the title (without a label: in the 12 lines
    above it, with a clock, or when PubDate, the list or the address gives the day), then in the four lines below the
    text (labels of publication alone). A day that the calendar does not have, that lies more than a day after the fetch,
    an update in or below the first line of the site's foot (版权所有, ICP备, 分辨率), one behind a bare label in a block of labels
    with a place (时间：… 地点：…), or one whose words tell of something else (`tells_of_else`; 截止：; an unknown label before it) is none. Of several the
    first whose day PubDate or the list gives is taken, else the first; where its day stands again with a time, with it, or
    with the time of the `<time datetime>` that prints it.

    A weak day is taken only when it prints a time and PubDate or the list gives its day, or when nothing else gives
    one: an update (更新时间：), the day of the paper from which the page reprints (原载 2026年2月1日), a relative day, one in a head that the text brought along, a line of its own that spells
    the day with 年 and 月 (unless PubDate, list or address give it), a day behind an unknown label that begins a bar
    (`_opens_bar`), a bare label on a line of its own in the text's
    container or below the text, a label of publication further below or in the text, an unlabelled day above the title
    without a clock (but not the day of the fetch with its day of the week: the page's clock; nor days beside links
    of four characters or more, where several lines have one: a list), and figures alone in the text's first line.

    After printed days come the meta tags (PubDate and its like), JSON-LD's datePublished and `<time datetime>` between
    title and text (all rule `meta`), then the list's day. Where PubDate and list lie more than a day from each other and
    nothing is printed, the one is taken that the address agrees with, else PubDate. Where PubDate, list and address
    agree within a day, and one day alone is printed and lies further off, PubDate is taken; so it is, or the list's day,
    where the printed one is the day of the fetch and both lie before, or has no label and lies after the list's (`_contradicted`). The problem `day-doubted:` tells, with
    its words, a printed day that is not taken for this reason or is held against PubDate and list, one behind a label of publication
    in the text's container, or in the text's first or last two lines, that the list contradicts, and PubDate where there is one (unless the list shows the day of writing), a PubDate that
    the list's day contradicts, and a day behind a label that is no day or lies in the future; a future day without a label is passed over.
    """
    fetched = page.fetched
    stamps = [(day, raw) for raw in _from_meta(sheet, meta) if (day := moment_of(squeeze(raw), fetched))]
    if stamps:
        facts.set("published_meta", stamps[0][0].iso, "meta", stamps[0][1])
    if facts.get("published"):  # by the source's declaration
        return ()
    stamps = [stamp for stamp in stamps if not is_later(stamp[0], fetched)]
    listed = day_of(page.listed.date) if page.listed and page.listed.date else None
    if listed and is_later(listed, fetched):
        listed = None
    stated = {day.day for day, _ in stamps[:1]} | ({listed.day} if listed else set())
    address = day_of_address(page.url)
    finder = _Finder(title, fetched, stated | {address})
    found = finder.between(places)
    printed = _chosen(found, stated)
    if printed is None or (stated and printed.day.day not in stated):  # else no other day would be taken
        found += [*finder.above(places), *finder.below(places)]
        printed = _chosen(found, stated)
    doubted = finder.doubted
    pasted: list[Printed] = []
    if printed and len({one.day.day for one in found if one.role == "issued"}) == 1:
        others = [*(day.day for day, _ in stamps[:1]), *([listed.day] if listed else ())]
        later = printed.rule == "text" and listed is not None
        if judged := _contradicted(printed.day.day, others, address, fetched, later=later):
            doubted.append(printed.line.text)
            printed = None if judged == "wrong" else printed
        elif _is_pasted(printed, places):
            pasted = [printed]
    if printed is None:
        weak = [*(one for one in found if one.role == "weak"), *finder.inside(places)]
        timed = (one for one in weak if one.day.day in stated and one.day.minute)
        printed = next(timed, None)
        if printed is None and stamps and listed and not _agree(stamps[0][0].day, listed.day):
            doubted.append(stamps[0][1])
            if address and _agree(address, listed.day):
                stamps = []
        dated = printed is None and _set_unprinted(page, sheet, places, stamps, listed, facts)
        pasted = finder.pasted(places) if dated else []
        printed = printed or (None if dated or not weak else weak[0])
    if pasted and listed and facts.get("written") != listed.day:  # a list of documents may show when these were written
        given = (listed.day, *(day.day for day, _ in stamps[:1]))
        doubted += [one.line.text for one in pasted if not any(_agree(one.day.day, day) for day in given)]
    _set_printed(facts, printed and _with_time_of_tag(printed, fetched))
    return tuple(f"day-doubted:{text[:60]}" for text in dict.fromkeys(doubted))


def _chosen(found: Sequence[Printed], stated: Container[str]) -> Printed | None:
    """The first printed day that is stated elsewhere, else the first; where it stands again with a time, with that."""
    issued = [one for one in found if one.role == "issued"]
    chosen = next((one for one in issued if one.day.day in stated), issued[0] if issued else None)
    if chosen is None or chosen.day.minute:
        return chosen
    return next((one for one in issued if one.day.day == chosen.day.day and one.day.minute), chosen)


def _contradicted(
    printed: str, others: Sequence[str], address: str, fetched: str, *, later: bool
) -> Literal["", "doubtful", "wrong"]:
    """How the days of PubDate and list, where they agree, judge a printed one that lies more than a day from each.

    It is wrong where there are both, and the address agrees too, or it is the day of the fetch and they lie
    before: a server has printed its clock; or where it has no label and the list's day lies before (`later`): a release
    that is listed already tells of an event. Both without the address make it doubtful, and so does one alone against the
    day of the fetch: lists of documents print the day on which these were written.
    """
    if not others or not _agree(*others) or any(_agree(printed, day) for day in others):
        return ""
    if later and printed > max(others):
        return "wrong"
    now = day_of("今天", fetched)
    is_clock = now is not None and now.day == printed > max(others)
    if len(others) < 2:
        return "doubtful" if is_clock else ""
    return "wrong" if is_clock or (address and _agree(*others, address)) else "doubtful"


def _is_pasted(printed: Printed, places: Places) -> bool:
    """Whether a day stands behind a label of publication in the text's own container, above or below the text."""
    return printed.rule != "text" and id(printed.line) in places.housed and not _is_bare(printed.line)


def _with_time_of_tag(printed: Printed, fetched: str) -> Printed:
    """A day without a time, with the one that the `<time datetime>` around it gives for the same day."""
    for tag in () if printed.day.minute else printed.line.element.iter("time"):
        words = squeeze("".join(strings(tag)))
        day = moment_of(squeeze(tag.get("datetime") or ""), fetched)
        if day and day.day == printed.day.day and words in printed.line.text and _LIKE_A_DAY.search(words):
            return replace(printed, day=replace(printed.day, minute=day.minute))
    return printed


def _set_unprinted(
    page: Page, sheet: Sheet, places: Places, stamps: Sequence[tuple[Day, str]], listed: Day | None, facts: Facts
) -> bool:
    """Set the day that meta tags, `<time>` or the list give; return whether one does."""
    for day, raw in (*stamps, *_from_time_tags(sheet, places, page.fetched)):
        facts.set("published", day.iso, "meta", raw)
        return True
    if listed and page.listed:
        facts.set("published", listed.iso, "list", page.listed.date)
    return listed is not None


def find_signed(places: Places, fetched: str, facts: Facts) -> None:
    """Set `written` from the signature, where no label gives it.

    A signature's day stands among the last 12 lines of the text, in a line of its own or behind the signer's name, of
    40 characters at most, and is spelled with 年, 月 and 日. One that stands above an annex (附件, a line of its own) comes
    before those below it. Below the name of a body 日期： may stand before it.
    """
    text = places.text
    annex = next((at for at, line in enumerate(text) if _ANNEX.fullmatch(line.text)), len(text))
    if any(_SPELLED.search(line.text) and _is_day(line.text) for line in text[max(0, annex - _SIGNED) : annex]):
        text = text[:annex]
    last = text[-_SIGNED:]
    for before, line in reversed(list(zip([None, *last[:-1]], last, strict=False))):
        if len(line.text) > _SIGNATURE or line.row or not _SPELLED.search(line.text):
            continue
        day = next(days_in(line.text), None)
        label = _DATE.match(line.text) if before is not None and _SIGNER.search(before.text) else None
        if day and _is_signature(line.text, day, label.end() if label else 0) and not is_later(day, fetched):
            facts.set("written", day.day, "text", line.text)
            return


def _is_signature(text: str, day: Day, start: int) -> bool:
    rest = text[start : day.start] + text[day.end :]
    return not text[day.end :].strip(" 。)）") and not re.search(r"[，。；：:！？—]", rest) and not day.minute


def places_of(sheet: Sheet, titles: Sequence[int], start: int, end: int, text: Sequence[Line]) -> Places:
    """Where the lines stand around the text, which is a part of the container's lines `start` to `end`.

    Where the title is not visible, the six lines above the container stand for those between title and text.
    """
    lines = sheet.lines
    own = {id(line) for line in text}
    first = next((at for at in range(start, end) if id(lines[at]) in own), end)
    last = next((at for at in reversed(range(start, end)) if id(lines[at]) in own), first - 1)
    top = titles[0] if titles else max(0, start - 6)
    second = next((at for at in titles if at >= start), None) if top < start else None
    brought = () if second is None else lines[second : max(first, second + 8)]
    return Places(
        between=[line for line in lines[top : max(first, top + 1)] if is_near(line)],
        above=[line for line in lines[max(0, top - 40) : top] if is_near(line)],
        below=[line for line in lines[last + 1 : end + 14] if is_near(line)],
        text=text,
        inside=frozenset(map(id, lines[start:first])),
        housed=frozenset(map(id, (*lines[start:first], *lines[last + 1 : end]))),
        brought=frozenset(map(id, brought)),
    )


class _Finder:
    """Finds the days of lines. It is a class because all rules need title, time of fetching and the stated days."""

    def __init__(self, title: str, fetched: str, confirmed: set[str]) -> None:
        self.title = title
        self.bare_title = bare(title)
        self.fetched = fetched
        self.confirmed = confirmed
        self.doubted: list[str] = []

    def between(self, places: Places) -> list[Printed]:
        found = [
            *self._labelled(places.between),
            *self._not_beside_links(self._unlabelled(places.between), places.between),
        ]
        return [_weakened(one) if self._is_doubtful(one, places) else one for one in found]

    def _is_doubtful(self, printed: Printed, places: Places) -> bool:
        line = printed.line
        if id(line) in places.brought or (id(line) in places.inside and _is_lone_and_bare(line)):
            return True
        spelled = (
            printed.rule == "text" and not printed.day.minute and _is_day(line.text) and _SPELLED.search(line.text)
        )
        return bool(spelled) and printed.day.day not in self.confirmed

    def above(self, places: Places) -> list[Printed]:
        loose = [
            one if one.day.minute or one.day.day in self.confirmed else _weakened(one)
            for one in reversed(list(self._unlabelled(places.above[-_NEAR:])))
            if one.day.day in self.confirmed or not self._is_clock(one)
        ]
        loose = self._not_beside_links(loose, places.above)
        labelled = sorted(self._labelled(places.above), key=lambda one: -places.above.index(one.line))
        return [*labelled, *loose]

    def _not_beside_links(self, found: Iterable[Printed], lines: Sequence[Line]) -> list[Printed]:
        """The days without those of a list of other releases: several lines with a link and a day."""
        others = {id(line) for line in lines if line.linked >= _LINK and _LIKE_A_DAY.search(line.text)}
        several = len(others) > 1
        return [one for one in found if not several or id(one.line) not in others or one.day.day in self.confirmed]

    def _is_clock(self, printed: Printed) -> bool:
        """Whether a day is the page's clock: the day of the fetch with its day of the week."""
        now = day_of("今天", self.fetched)
        return now is not None and now.day == printed.day.day and _WEEKDAY.search(printed.line.text) is not None

    def below(self, places: Places) -> list[Printed]:
        lines = places.below[:_BELOW]
        # right below the headline of another release its own day stands
        led = {id(line) for before, line in pairwise(lines) if _is_headline(before)}
        near = {id(line) for line in lines} - led
        of_the_site = set(map(id, places.below[len(before_foot(places.below)) :]))
        return [
            one if id(one.line) in near and not _is_bare(one.line) else _weakened(one)
            for one in self._labelled(places.below)
            if one.role == "issued" or id(one.line) not in of_the_site
        ]

    def inside(self, places: Places) -> list[Printed]:
        """The days inside the text: behind a label of publication, and, right below the title, in figures alone."""
        ends = [line for line in (*places.text[:8], *places.text[-8:]) if is_near(line)]
        found = [one for one in self._labelled(ends) if not _is_bare(one.line)]
        opening = [line for line in ends[:1] if not _SPELLED.search(line.text)]
        return [_weakened(one) for one in (*found, *self._unlabelled(opening))]

    def pasted(self, places: Places) -> list[Printed]:
        """The days behind a label of publication in the text's first line and its last two, where these are short."""
        lines = [line for line in (*places.text[:1], *places.text[-2:]) if len(line.text) < _BAR and is_near(line)]
        return [one for one in self._labelled(lines) if one.role == "issued" and not _is_bare(one.line)]

    def _labelled(self, lines: Sequence[Line]) -> Iterator[Printed]:
        """The days behind labels: those of publication first, then those of other steps (创建时间), then bare ones."""
        found = [(*pair, line) for line, pair in _with_next(lines)]
        events = _of_events(lines)
        for label, value, line in sorted(found, key=lambda one: (one[0] in BARE, one[0] in STEPS)):
            if FIELDS[label] != "published":
                continue
            day = self._of_value(value)
            if day is None or is_later(day, self.fetched):
                if day or _LIKE_A_DAY.search(value):
                    self.doubted.append(value)
                continue
            if label in BARE and (id(line) in events or tells_of_else(value, day)):
                continue
            role: Role = "weak" if label in UPDATES or day.relative else "issued"
            yield Printed(day, "relative" if day.relative else "table" if line.row else "label", line, role)

    def _of_value(self, value: str) -> Day | None:
        """The day of a label's value, behind which a bar may go on."""
        return (
            day_of(value, self.fetched)
            or relative_in(value, self.fetched)
            or self._short_day(value)
            or day_of(re.split(r"[\s|｜【\[（(]", value)[0], self.fetched)
        )

    def _short_day(self, value: str) -> Day | None:
        """A day with a year of two figures at a value's beginning: 26-03-05 09:17 某局."""
        day = short_day_in(value, self.fetched)
        return day if day and not value[: day.start].strip() else None

    def _short_in_bar(self, text: str) -> Day | None:
        """A day with a year of two figures that PubDate, list or address give, or that stands first or behind a label's
        value in a line with labels of a page (`26-03-05 来源：某局`).
        """
        day = short_day_in(text, self.fetched)
        if day is None or day.day in self.confirmed:
            return day
        before = text[: day.start]
        named = {FIELDS[name_of(match)] for match, _ in labelled(text)} & _OF_A_BAR
        return day if named and (not _MARKS.sub("", before) or labelled(before)) else None

    def _unlabelled(self, lines: Sequence[Line]) -> Iterator[Printed]:
        for before, line in zip([None, *lines[:-1]], lines, strict=False):
            if before is not None and _ends_in_label(before):
                continue  # the value of that label
            if line.linked >= 0.9 * len(line.text) or bare(line.text) in self.bare_title:
                continue
            if found := self._lone_day(_without_labelled_days(pieces(line)).replace(self.title, " ")):
                day, role = found
                yield Printed(day, "relative" if day.relative else "text", line, role)

    def _lone_day(self, text: str) -> tuple[Day, Role] | None:
        """The day of a line that holds nothing but labels, a clock, counters and names beside it, and its role."""
        if len(text) > 150:
            return None
        text = _without_today(text)
        own = _REPRINTED.sub(" ", text) if any(word in text for word in _REPRINTS) else text
        reprinted = own != text
        if reprinted and first_day(own) is not None:
            text, reprinted = own, False
        day = next(days_in(text), None) or relative_in(text, self.fetched)
        if day is None and len(text) < _WHOLE:
            day = day_of(text, self.fetched)
        day = day or self._short_in_bar(text)
        if day is None or is_later(day, self.fetched):
            return None
        if not day.end:  # all of the line
            return day, "weak" if day.relative else "issued"
        if tells_of_else(text, day) or not self._is_alone(text, day):
            return None
        before = text[: day.start]
        spelled = re.search(r"[（(]\s*$", before) and _SPELLED.search(text)  # （2026年3月31日）: that of a document
        doubtful = reprinted or _UPDATED_WORD.search(before) or spelled or _opens_bar(text)
        return day, "weak" if day.relative or doubtful else "issued"

    def _is_alone(self, text: str, day: Day) -> bool:
        before, behind = text[: day.start], text[day.end :]
        known = labelled(before)
        if known and known[-1][1].strip():
            before = _ADDRESSED.sub("", before)  # 发布人：李女士：
        if known and not known[-1][1].strip():
            if not _may_stand_before_a_day(name_of(known[-1][0])):
                return False
        elif (
            _UNKNOWN_LABEL.search(before)
            and not _ISSUED_WORD.search(before)
            and not _UPDATED_WORD.search(before)
            and not _opens_bar(text)
        ):
            return False
        before = _UPDATED_WORD.sub("", _ISSUED_WORD.sub("", before))
        before = ENGLISH_BYLINE.sub("", before) if before[:3] in ("By ", "by ") else before
        rest = without_days(f"{_without_labels(before)} {_without_labels(behind)}")
        if _LIKE_A_DAY.search(before) or any(other.day != day.day for other in days_in(behind)):
            return False  # the line lists several things, each with its day
        names = [
            name for name in _MARKS.split(_TOOLS.sub(" ", rest)) if name and name not in FIELDS and name not in _HANDS
        ]
        if len(names) > _PIECES or _PROSE.search(rest) or _ELSE.search(rest):
            return False
        return all(len(name) <= _PIECE for name in names)


def _is_headline(line: Line) -> bool:
    """Whether a line is a link of six characters or more that names no tool and no file: the headline of another release."""
    linked = line.linked >= max(_HEADLINE, 0.9 * len(line.text))
    return linked and "附件" not in line.text and not FILE_NAME.search(line.text) and not is_residue(line)


def _opens_bar(text: str) -> bool:
    """Whether a line begins with a day behind an unknown label, and a source, a person or a counter stands right behind: 挂网日期：2026-03-05　来源：某局.

    A label that names an event (活动时间) gives the day of that.
    """
    rest = without_unknown_day(text)
    if rest == text or _EVENT.match(text):
        return False
    return FIELDS[name_of(labelled(rest)[0][0])] in ("publisher", "author", "editor") or bool(_TOOLS.match(rest))


def _without_today(text: str) -> str:
    """A bar without the page's clock: 今天是2026年3月5日 星期四 2026-03-01 09:17 来源：某局. Nor has it the day on which it is printed out (打印于 2026年3月5日), or, beside another day, last modified."""
    others = list(days_in(text)) if any(word in text for word in _CLOCKS) else []
    for day in others:
        today = _TODAY.search(text[: day.start])
        if today and (today[0][0] in "今现打" or len(others) > 1):
            behind = text[day.end :].lstrip()
            weekday = _WEEKDAY.match(behind)
            return f"{text[: today.start()]} {behind[weekday.end() if weekday else 0 :]}"
    return text


def _weakened(printed: Printed) -> Printed:
    return replace(printed, role="weak")


def _of_events(lines: Sequence[Line]) -> set[int]:
    """The ids of lines that tell of an event: one with a place (地点：文化馆), and the labels right above and below it.

    A line with a label of a bar (来源：, 浏览：) ends them, and so does one in another element than the place's.
    """
    found: set[int] = set()
    for at, line in enumerate(lines):
        if _PLACE.search(pieces(line)):
            found.add(id(line))
            for beside in (reversed(lines[:at]), lines[at + 1 :]):
                found.update(id(other) for other in takewhile(_is_item, beside) if _are_siblings(other, line))
    return found


def _are_siblings(one: Line, other: Line) -> bool:
    return one.element.getparent() is other.element.getparent()


def _is_item(line: Line) -> bool:
    """Whether a line begins with a label, but none of a bar, or is the day behind one."""
    text = pieces(line)
    if not _ITEM.match(text):
        return _is_day(text)
    return all(
        FIELDS[name] not in _OF_A_BAR or name in BARE for name in (name_of(match) for match, _ in labelled(text))
    )


def _is_lone_and_bare(line: Line) -> bool:
    """Whether a line holds one label alone, and that is bare: 时间：2026-03-05."""
    found = [name_of(match) for match, _ in labelled(pieces(line))]
    return len(found) == 1 and found[0] in BARE


def _with_next(lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[str, str]]]:
    """The labels of lines with their values; a value that is missing at a line's end is the next line's day.

    A bare label whose value is a clock alone goes on the value before it: 日期：2026年3月5日 时间：07时50分.
    """
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        found = (below(line) if line.row else ()) or [
            (name_of(match), value) for match, value in labelled(pieces(line))
        ]
        for number, (label, value) in enumerate(found, 1):
            if not value.strip() and number == len(found) and following is not None and _is_day(following.text):
                value = following.text
            if number < len(found) and found[number][0] in BARE and _CLOCK.fullmatch(found[number][1]):
                value = f"{value.strip()} {found[number][1]}"
            yield line, (label, value)


def _without_labelled_days(text: str) -> str:
    """A line without the days that a label of publication or of an update names, and without these labels."""
    for match, value in reversed(labelled(text)):
        day = day_of(value) if FIELDS[name_of(match)] == "published" else None
        if day:
            end = text.index(value, match.end()) + (day.end or len(value))
            text = f"{text[: match.start()]} {text[end:]}"
    return text


def _is_day(text: str) -> bool:
    day = day_of(text)
    return day is not None and (not day.end or not (text[: day.start] + text[day.end :]).strip(" []()（）"))


def _ends_in_label(line: Line) -> bool:
    """Whether a line ends in a label whose value is missing, and which may have a day for it."""
    found = labelled(pieces(line))
    if found and not found[-1][1].strip():
        return not _may_stand_before_a_day(name_of(found[-1][0]))
    return _UNKNOWN_LABEL.search(line.text) is not None


def _may_stand_before_a_day(label: str) -> bool:
    """Whether a day behind a label without a value may be one of publication: 来源：, 浏览：, but not 有效期：."""
    if FIELDS[label] == "published":
        return label not in BARE
    return FIELDS[label] in ("publisher", "author", "editor", "", *ELEMENTS) and not _OF_A_DAY.search(label)


def _is_bare(line: Line) -> bool:
    return all(name_of(match) in BARE for match, _ in labelled(pieces(line)) if FIELDS[name_of(match)] == "published")


def _without_labels(text: str) -> str:
    """A text up to its first known label, and, behind the labels, what their values leave over: nothing."""
    found = labelled(text)
    return text[: found[0][0].start()] if found else text


def _agree(*days: str) -> bool:
    """Whether days lie within one day of each other; "" is none."""
    found = [_ordinal(day) for day in days if day]
    return len(found) == len(days) and max(found) - min(found) <= 1


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _from_meta(sheet: Sheet, meta: Mapping[str, str]) -> Iterator[str]:
    """What the meta tags say, then JSON-LD."""
    yield from (raw for key in _META if (raw := meta.get(key, "")) and not _MADE.search(raw))
    for script in sheet.tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and (raw := _linked_day("".join(strings(script)))):
            yield raw


def _linked_day(script: str) -> str:
    """The datePublished of JSON-LD: of the outermost node that is an article (NewsArticle) before others, such as the site's own.

    What an ItemList holds are other releases.
    """
    found = _LINKED_DATA.findall(script)
    if len(found) > 1 or (found and "itemListElement" in script):
        with suppress(ValueError, RecursionError):
            nodes = [node for node in _nodes(json.loads(script)) if isinstance(node.get("datePublished"), str)]
            found = [
                node["datePublished"]
                for node in sorted(nodes, key=lambda node: "Article" not in str(node.get("@type")))
            ]
    return found[0] if found else ""


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """The nodes of JSON-LD, the outermost first, without those of its lists of other releases."""
    level = [tree]
    while level:
        yield from (node for node in level if isinstance(node, dict))
        level = [
            inner
            for node in level
            for key, inner in (
                node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
            )
            if key != "itemListElement"
        ]


def _from_time_tags(sheet: Sheet, places: Places, fetched: str) -> Iterator[tuple[Day, str]]:
    """The days of `<time datetime>`, and of elements called datePublished, in the lines between title and text."""
    blocks = {line.element for line in places.between}
    for element in sheet.tree.iter(etree.Element):
        raw = element.get("datetime") if element.tag == "time" else None
        if element.get("itemprop") == "datePublished":
            raw = raw or element.get("datetime") or element.get("content")
        if not raw or not any(block in blocks for block in (element, *element.iterancestors())):
            continue
        day = moment_of(squeeze(raw), fetched)
        if day and not is_later(day, fetched):
            yield day, raw


def _set_printed(facts: Facts, found: Printed | None) -> None:
    if found:
        facts.set("published", found.day.iso, found.rule, found.line.text)
        if found.rule == "text":
            facts.set("publisher", outlet_beside(found.line), "text", found.line.text)
