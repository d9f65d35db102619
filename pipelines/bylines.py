"""Who wrote an article, by its bar, its credits, its dateline and the brackets at its end."""

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.texts.days import first_day, without_days
from pipelines.credited import is_somebody
from pipelines.facts import LONGEST, Facts, name_in
from pipelines.labels import FIELDS, pairs, simple
from pipelines.lines import Line, Sheet, pieces
from pipelines.people import ENGLISH_BYLINE, is_name

_NAMES = r"[\u4e00-\u9fff·]{2,4}(?:[\s、,，]+[\u4e00-\u9fff·]{2,4}){0,5}"
_SIGNED = re.compile(rf"(?:责编|编辑)\s+(?P<v>{_NAMES})\s*[)）】\]]$")
# a role in a byline, with the names behind it: 本报记者 甲 实习生 乙
_FURTHER_ROLE = re.compile(
    rf"[\s、，]+(?:实习生|(?:见习|实习|特约|特邀)(?:记者|通讯员)|摄影|摄像|视频|制图|整理|整合|编辑)(?:[\s、，:：]+{_NAMES})?$"
)
# text and pictures by one hand or two: 文/图 甲, 文/甲 图/乙, 图文｜甲
_WRITTEN_BY = re.compile(
    r"[□■●◆▲（(\s]*(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文|图文|文图|文字?|撰文)\s*[/／|｜丨:：\s]\s*"
    rf"(?P<v>{_NAMES})(?=$|[\s|｜）)]|\s*\d)"
)
# text by one hand, pictures by another: 甲/文 乙/图
_WROTE = re.compile(
    rf"[□■●◆▲（(\s]*(?:[^（()）。，\s]{{0,8}}?(?:记者|通讯员)\s*)?(?P<v>{_NAMES})\s*[/／]\s*(?:文|图文|文图)(?=$|[\s/／）)])"
)
# 来源丨某发布, as media print it on phones; 作者｜甲
_BARRED = re.compile(
    r"(?:^|(?<=[\s|｜丨]))(?P<label>[\u4e00-\u9fff]{2,4}|文)\s*[|｜丨]\s*(?P<v>[^\s|｜丨:：]{2,30})(?=$|[\s|｜丨])"
)
_OPENS_WRITTEN_BY = frozenset("文图撰□■●◆▲（(")
# 编辑/甲, 责编｜甲
_SLASHED = re.compile(
    r"(?<![\u4e00-\u9fff])(?:责任编辑|责编|编辑)\s*[/／|｜丨]\s*(?P<v>[\u4e00-\u9fff]{2,4})(?=$|[\s|｜/／,，、)）】\]])"
)
_SLASHES = frozenset("/／|｜丨")
_STROKES = frozenset("|｜丨")
_REPORTERS = ("记者", "通讯员")  # in every byline: the patterns are slow
_BOTH = r"(?:文\s*[/／]\s*图|图\s*[/／]\s*文|图文|文图)"
_BYLINES = (
    re.compile(
        rf".{{0,16}}?(?:记者|通讯员)(?P<mark>\s*[:：|｜丨]?\s*)(?P<v>{_NAMES}?)(?:[\s、，]*通讯员\s*[:：]?\s*{_NAMES})?"
        rf"(?:\s*(?:报道|摄影报道|{_BOTH}|摄|文))?"
    ),  # a line of its own
    re.compile(
        rf".{{0,40}}?(?P<mark>[（(])[^（()）]{{0,8}}?(?:记者|通讯员)(?P<gap>\s*[:：/／]?\s*)(?P<v>{_NAMES}?)"
        rf"(?:\s*{_BOTH})?(?:\s*通讯员[^)）]*)?[)）].*",
        re.S,
    ),  # a dateline
)
# 本报讯, 新华社某地3月5日电, 某网消息, but not 通电
_WIRED = r"[^（()）。，,；;：:]{0,16}?(?:本[报网台社刊站]|[报社网台]|融媒|传媒|在线|发布|广电)[^（()）。，,；;：:]{0,24}(?:讯|电|消息)\s*"
_BEFORE_NAMES = re.compile(r"(?:讯|电|消息|报道|[报社网台]|融媒|发布)$")
# datelines without brackets (本报讯 记者甲报道：), and with names alone in them (…电（甲、乙）)
_DATELINES = (
    re.compile(rf"\s*{_WIRED}[\s，,]*[^（()）。，,；;：:]{{0,8}}?记者\s*(?P<v>{_NAMES}?)\s*(?:摄影)?报道"),
    re.compile(rf"\s*{_WIRED}[（(]\s*(?P<v>{_NAMES})\s*[)）](?!的)"),
)
# CMS users put all sorts into the meta tags for author and editor: accounts, offices, their software
PERSONS = re.compile(_NAMES)
_NAME_MARKS = re.compile(r"[\s、,，]+")
# names in brackets at a text's end, behind nothing or a sentence
_IN_END = re.compile(
    r"(?:^|[。！？!?”])\s*[（(](?P<office>[^（()）。，\s]{2,20}[局办委厅部府院校社处科队乡镇道司]\s+|[^（()）。，\s]{2,20}(?:中心|公司|集团)\s+)?(?P<role>(?:[^（()）。，\s]{0,8}?(?:记者|通讯员)|作者|撰稿|撰文|文\s*[/／]\s*图|图\s*[/／]\s*文|图文|文图)\s*[:：/／]?\s*)?"
    rf"(?P<v>{_NAMES})(?:\s*{_BOTH}|\s+供稿)?(?:\s+通讯员\s*[:：]?\s*{_NAMES})?[)）]\s*$"
)
_NO_GIVEN_NAME = frozenset(
    "完稿载页版社报网台局委办院站部省市州区县镇乡村街路组队团会厂司校米元日月年期号章表图件"
)  # ends of other words in such brackets
_BAR = 150  # characters of the longest bar without colons
_BARE_LABEL = re.compile(
    r"源(?:于|单位|机构|媒体|网站)?+(?!\s*[:：])"
)  # the end of a label of the publisher, without a colon
_OPENING = 120  # characters of a paragraph's beginning, in which its dateline stands
_IN_BAR = {
    word: re.compile(
        rf"(?:^|(?<=[\s|｜·])){word}\s*[:：]?\s*(?P<v>{_NAMES}(?=\s*(?:$|[|｜])|\s+(?:[\u4e00-\u9fff]{{2,6}}\s*[:：]|(?:实习生|通讯员|见习记者|摄影)\s))|{_NAMES}?(?=\s))"
    )
    for word in _REPORTERS
}  # 来源：… 记者：甲


def _is_bar(line: Line) -> bool:
    labels = {FIELDS[label] for label, _ in pairs(pieces(line))}
    told = not labels.isdisjoint(("published", "publisher", "editor"))
    return told or (len(line.text) < 100 and first_day(line.text) is not None)


def set_byline(facts: Facts, head: Sequence[Line], after: Sequence[Line]) -> None:
    """Set author and editor without a colon: an element called author, 记者 甲 乙, （记者 甲） in a dateline, （编辑 甲）."""
    for line in head:
        named = "author" in (line.element.get("class") or "") and PERSONS.fullmatch(line.text)
        if named and not any(word in simple(line.text) for word in _REPORTERS):
            facts.set("author", line.text, "label", line.text)
        _set_from_bar(facts, line)
        if line.text.startswith(("By ", "by ")) and (english := ENGLISH_BYLINE.match(line.text)):
            facts.set("author", english["names"], "text", line.text)
            facts.set("publisher", english["outlet"] or "", "text", line.text)
    for line in (*head, *after):
        _set_credit(facts, line)


def _set_from_bar(facts: Facts, line: Line) -> None:
    """Set the author from a bar that names a reporter (来源：… 记者：甲), or a correspondent alone."""
    bar, plain_bar = pieces(line), simple(pieces(line))
    for word in _REPORTERS:
        if word in plain_bar and _is_bar(line) and (match := _IN_BAR[word].search(plain_bar)):
            named = _FURTHER_ROLE.sub("", bar[slice(*match.span("v"))])
            names = _NAME_MARKS.split(named)
            first = names[0] if word == "记者" or is_name(names[0]) else ""
            facts.set("author", named if all(map(is_name, names)) else first, "label", line.text)


def _set_barred(facts: Facts, line: Line) -> None:
    """Set publisher and author from labels with a stroke for a colon: 来源丨某发布 作者丨甲."""
    for match in _BARRED.finditer(simple(line.text)):
        if FIELDS.get(match["v"]) is not None:  # strokes divide the labels: 来源 | 作者 | 日期
            return
        name = "author" if match["label"] in (*_REPORTERS, "文") else FIELDS.get(match["label"])
        value = line.text[slice(*match.span("v"))]
        if name == "publisher" or (name == "author" and is_name(value)):
            facts.set(name, name_in(value), "label", line.text)


def _set_spaced(facts: Facts, line: Line) -> None:
    """Set the publisher from a bar whose labels have blanks for colons: 发布时间 2026-03-05 来源 某局 浏览 12.

    The line begins with a label, has two or more, one of them before a day, and none stands right before another: that is
    a table's head. Or the label begins a piece of markup with no other in it, and another piece is a day.
    """
    if not _BARE_LABEL.search(simple(line.text)):
        return
    shown, text = pieces(line), simple(pieces(line))
    apart = "\t" in text and any(first_day(part) and not without_days(part) for part in text.split("\t"))
    for part, named in zip(text.split("\t"), shown.split("\t"), strict=True) if apart else [(text, shown)]:
        words, names = part.split(), named.split()
        labels = [at for at, word in enumerate(words) if word in FIELDS]
        if not labels or labels[0] or any(after - at == 1 for at, after in pairwise(labels)):
            continue
        dated = any(
            FIELDS[words[at]] == "published" and first_day(words[at + 1]) for at in labels if at + 1 < len(words)
        )
        for at, end in pairwise((*labels, len(words))):
            if FIELDS[words[at]] == "publisher" and (apart if len(labels) == 1 else dated):
                facts.set("publisher", name_in(" ".join(names[at + 1 : end])), "label", line.text)


def _set_credit(facts: Facts, line: Line) -> None:
    """Set author and editor from a line of credits or a dateline, in simplified or traditional characters."""
    text = simple(line.text)
    if text[0] in _OPENS_WRITTEN_BY and len(text) < LONGEST and (match := _WRITTEN_BY.match(text)):
        named = line.text[slice(*match.span("v"))]
        facts.set("author", named if _are_names(match["v"]) else "", "text", line.text)
    if "文" in text and len(text) < LONGEST and (match := _WROTE.match(text)):
        named = line.text[slice(*match.span("v"))]
        facts.set("author", named if all(map(is_name, _NAME_MARKS.split(named))) else "", "text", line.text)
    if len(text) < LONGEST and not line.row and not _STROKES.isdisjoint(text):
        _set_barred(facts, line)
    if "源" in text and len(text) < _BAR and not line.row:
        _set_spaced(facts, line)
    if "编" in text and not _SLASHES.isdisjoint(text):
        match = _SLASHED.search(text)
        facts.set(
            "editor", line.text[slice(*match.span("v"))] if match and is_name(match["v"]) else "", "label", line.text
        )
    if any(word in text for word in _REPORTERS):
        _set_reporters(facts, line)
    if "编" in text and (match := _SIGNED.search(text)):
        facts.set("editor", line.text[slice(*match.span("v"))], "label", line.text)


def _set_reporters(facts: Facts, line: Line) -> None:
    """Set the author from a line of reporters (本报记者 甲 乙 2026-03-05) or a dateline with brackets (记者 甲)."""
    printed = without_days(line.text) if len(line.text) < LONGEST else line.text[:_OPENING]
    for pattern in _BYLINES:
        # a mark before the names, or their form: 新闻记者座谈会 names nobody, nor does 参会的有（记者代表）
        if (match := pattern.fullmatch(simple(printed))) and _shows_names(match):
            named = printed[slice(*match.span("v"))]
            facts.set("author", name_in(_FURTHER_ROLE.sub("", named)), "text", line.text)


def _shows_names(match: re.Match[str]) -> bool:
    """Whether a mark before the names of a byline shows them, or their form.

    A mark is a blank or a colon before what may be a name, or a bracket at the start or behind an outlet's 讯 or 电; in another bracket a blank or
    a colon divides names in their form from the role.
    """
    if match["mark"] not in ("（", "("):
        marked = (
            bool(match["mark"]) and _STROKES.isdisjoint(match["mark"]) and is_somebody(_NAME_MARKS.split(match["v"])[0])
        )
        return marked or _are_names(match["v"])
    before = match.string[: match.start("mark")].strip()
    if not before or _BEFORE_NAMES.search(before):
        return True
    return bool(match["gap"]) and _are_names(match["v"])


def set_dateline(facts: Facts, lines: Sequence[Line]) -> None:
    """Set the author from the dateline of a text's first paragraphs, however long they are."""
    for line in lines:
        opening = line.text[:_OPENING]
        if any(word in simple(opening) for word in _REPORTERS):
            _set_reporters(facts, line)
        for pattern in _DATELINES:
            match = pattern.match(simple(opening))
            named = opening[slice(*match.span("v"))] if match else ""
            facts.set("author", named if all(map(is_name, _NAME_MARKS.split(named))) else "", "text", line.text)


def set_signature(facts: Facts, sheet: Sheet, start: int, end: int) -> None:
    """Set the author from the brackets that end a text: （甲 乙）, （通讯员 甲）, alone or behind its last sentence.

    A name without a role must be told from 全文完, a place or somebody the text speaks of: it has a name's form and
    stands nowhere else in the text; one name alone has three characters.
    """
    lines = [line for line in sheet.lines[max(start, end - 2) : end + 1] if line.text and not line.hidden]
    for line in lines:
        match = _IN_END.search(simple(line.text))
        if match is None:
            continue
        named = line.text[slice(*match.span("v"))]
        names = _NAME_MARKS.split(named)
        if match["role"] or _are_unspoken(names, sheet.lines[start:end]):
            facts.set("author", named if all(map(is_name, names)) else "", "text", line.text)


def _are_unspoken(names: Sequence[str], lines: Sequence[Line]) -> bool:
    if (len(names) == 1 and len(names[0]) != 3) or any(name[-1] in _NO_GIVEN_NAME for name in names):
        return False
    return all(is_name(name) and sum(line.text.count(name) for line in lines) <= 1 for name in names)


def _are_names(text: str) -> bool:
    return is_name(_NAME_MARKS.split(text)[0])
