"""A page's metadata: title, times, publisher, author, editor, and the head of an official document."""

import functools
import html
import re
from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from archive.model import ELEMENTS, Provenance, ProvenanceField, ProvenanceRule
from archive.texts.days import day_of, first_day, moment_of, without_days
from archive.texts.names import OFFICE_ENDINGS
from pipelines.doc_numbers import DOC_NUMBER, WITHOUT_END, normal_number
from pipelines.elements.bodies import BETWEEN, several_bodies
from pipelines.elements.values import is_undated, read_element
from pipelines.labels import FIELDS, find_label, name_of, pairs
from pipelines.lines import Line, Sheet, pieces, squeeze, strings
from pipelines.people import ENGLISH_BYLINE, is_name
from pipelines.residue import is_residue

_TAG = re.compile(r"<[^<>]{0,300}>")
_TOOL = re.compile(
    r"(?:打印|分享|举报|字体|字号|收藏|关闭|扫一扫|我要纠错|浏览|阅读|点击|订阅|关注|评论|大\s*中\s*小|A\+"
    r"|[【〖\[]\s*[大中小字]).*$"
)
_SITE = re.compile(
    r"\s*(?:[_|｜]+|--+|——|\s[-–－—]\s*|(?<=[报网社台府])[-–－—]"
    r"|[-–－—](?=[^-–－—]{2,16}(?:" + OFFICE_ENDINGS + r"|府|站|会|院|社|客户端|头条|在线)$))\s*"
)
_META: dict[ProvenanceField, str] = {
    "publisher": "contentsource source og:article:source article:source mediaid",
    "author": "author article:author og:article:author",
    "editor": "editor editors responsibleeditor",
}
_DECREE = re.compile(r"[\u4e00-\u9fff]{2,20}\s*第\s*\d{1,4}\s*号")
_NAMES = r"[\u4e00-\u9fff·]{2,4}(?:[\s、,，]+[\u4e00-\u9fff·]{2,4}){0,5}"
_SIGNED = re.compile(rf"(?:责编|编辑)\s+(?P<v>{_NAMES})\s*[)）】\]]$")
# a role in a byline, with the names behind it: 本报记者 甲 实习生 乙
_FURTHER_ROLE = re.compile(
    rf"[\s、，]+(?:实习生|(?:见习|实习|特约|特邀)(?:记者|通讯员)|摄影|摄像|视频|制图|编辑)(?:[\s、，:：]+{_NAMES})?$"
)
# text and pictures by one hand or two: 文/图 甲, 文/甲 图/乙, 图文｜甲
_WRITTEN_BY = re.compile(
    r"[□■●◆▲（(\s]*(?:文\s*[/／、]\s*图|图\s*[/／、]\s*文|图文|文图|文字?|撰文)\s*[/／|｜丨:：\s]\s*"
    rf"(?P<v>{_NAMES})(?=$|[\s|｜）)]|\s*\d)"
)
_OPENS_WRITTEN_BY = frozenset("文图撰□■●◆▲（(")
# 编辑/甲, 责编｜甲
_SLASHED = re.compile(
    r"(?<![\u4e00-\u9fff])(?:责任编辑|责编|编辑)\s*[/／|｜丨]\s*(?P<v>[\u4e00-\u9fff]{2,4})(?=$|[\s|｜/／,，、)）】\]])"
)
_SLASHES = frozenset("/／|｜丨")
_DATA_FROM = re.compile(r"[资資]料[来來]源\s*[:：]\s*(?P<v>[^\t]+)")
_BOOK = re.compile(r"《([^《》]+)》")
_REPORTERS = ("记者", "通讯员")  # in every byline: the patterns are slow
_BYLINES = (
    re.compile(
        rf".{{0,16}}?(?:记者|通讯员)(?P<mark>\s*[:：]?\s*)(?P<v>{_NAMES}?)(?:[\s、，]*通讯员\s*[:：]?\s*{_NAMES})?"
        r"(?:\s*(?:报道|摄影报道|文/图|摄|文))?"
    ),  # a line of its own
    re.compile(
        rf".{{0,40}}?(?P<mark>[（(])[^（()）]{{0,8}}记者\s*[:：]?\s*(?P<v>{_NAMES}?)(?:\s*通讯员[^)）]*)?[)）].*", re.S
    ),  # a dateline
)
_OUTLET = re.compile(
    r"(?!首发|首刊|原载|原刊|图片|视频|信息|新闻发布|工作|今日|最新|发布|原创|转载|来自)[\u4e00-\u9fffA-Za-z]{1,14}(?:报|[社网台办局厅委处科]|电视|广播|客户端|周刊|杂志|频道"
    r"|发布|在线|融媒体?|传媒|全媒体|中心|政府|办公室|研究室|委员会|公司|集团|医院|大学|学院|学校|街道|法院|检察院)"
)
_BODY = re.compile(f"(?:{OFFICE_ENDINGS}|委员会|政府|办公室|公开|专栏)$")
_TITLE_NAME = re.compile(r"title|headline|(?:^|[-_ ])(?:tit|bt|biaoti)(?:[-_ ]|$)", re.I)
# CMS users put all sorts into the meta tags for author and editor: accounts, offices, their software
_PERSONS = re.compile(_NAMES)
_FOOT = re.compile("版权所有|©|[Cc]opyright|ICP[备证]|网安备|网站标识码|分辨率|网站地图|主办单位[:：]")
_NAME = 60  # characters of the longest name
_IN_BAR = re.compile(
    rf"(?:^|(?<=[\s|｜·]))记者\s*[:：]?\s*(?P<v>{_NAMES}(?=\s*(?:$|[|｜]))|{_NAMES}?(?=\s))"
)  # 来源：… 记者：甲
_BETWEEN = "\t \u00a0·|｜[]［］【】"  # marks between the parts of a bar
_EDGES = " \u3000:：|｜,，;；、.。'_-—/·\t"
_BRACKETS = {
    "[": "]",
    "【": "】",
    "(": ")",
    "（": "）",
    "<": ">",
    "〔": "〕",
    "［": "］",
    "〖": "〗",
    "“": "”",
    '"': '"',
}
_OPENING = _BRACKETS.keys() - _BRACKETS.values()  # those that open alone: a straight quotation mark does both
_CLOSING = set(_BRACKETS.values()) - _BRACKETS.keys()
_JOINED = re.compile(r"\s*\t\s*([、－])\s*\t\s*")  # between two names, each in markup of its own
_PAIRED = {("li", "li"), ("dt", "dd"), ("div", "div"), ("p", "p")}
_REVIEWERS = ("审核", "审核人", "校对", "初审", "复审", "终审", "一审", "二审", "三审")
_AT_TIME = re.compile(r"[\s|｜]+\d{1,2}:\d{2}(?::\d{2})?[,，]?$")  # the rest of `Xinhua | 08:11, March 13, 2026`
_CLASS = re.compile(r"\s*[（(][A-E]\d?类?[)）]$")  # replies to proposals carry their class: 青交函〔2026〕11号（A）
_FEW = 4  # elements in one that is a value
_CATALOGUE = ("issuer", "doc_number", "index_number")  # a table with one of these tells about the release
_EMPTY = re.compile(r"[\s\[\]【】()（）<>〔〕|｜:：]*")  # a piece of markup that holds no word
_CODE = re.compile(r"(?<=[\u4e00-\u9fff])\s+[A-Z]{2}\d+$")
_NO_NAME = re.compile(
    r"[\d\s:./-]*|.*(?:[。！？{}]|<%|!--).*|null|undefined|nan|[\d一二两三四五六七八九十若干]+[名人位个]|佚名|(?:本站)?原创|本站|admin|administrator|管理员"
    r"|(?:https?://|www\.)\S*|未知|不详|暂无|无",
    re.I,
)
_OTHER_LABEL = re.compile(
    r"(?:\s(?:[\u4e00-\u9fff]{2,10}\s*[:：]|记者\s|(?:责任编辑|责编|编辑|审核|校对|文|图|摄影)\s*[/／|｜丨]|By\s[A-Z]"
    r"|\d\d([-./])\d\d\1\d\d(?!\d))|(?<=\S)\s*【[\u4e00-\u9fff]{2,6}】).*$"
)
_PAGE = re.compile(r"[\s，,]+第?\s*[0-9A-Z]{1,3}\s*版$")  # a newspaper's page, behind its day
_VOID = re.compile(
    r"\s*[（(]\s*(?:第?\s*[0-9A-Z]{1,3}\s*版)?\s*[)）]"
)  # brackets in which a day stood, with a newspaper's page or without
# a request to those who reprint, behind the source's name
_REPRINTS = re.compile(
    r"[，,。；;（(\s]+(?:如需|欢迎|谢绝|禁止|请勿)?(?:转载|版权|侵权)(?:请|须|需|应|时|者|必|所有|注明|$).*$"
)


@dataclass(slots=True)
class Facts:
    """Found values by field, each with the rule that gave it and the words as found."""

    values: dict[ProvenanceField, str] = field(default_factory=dict)
    provenance: list[Provenance] = field(default_factory=list)

    def set(self, name: ProvenanceField, value: str, rule: ProvenanceRule, raw: str) -> None:
        """Keep the first value that a field gets; "" is none."""
        if value and name not in self.values:
            self.values[name] = value
            self.provenance = [one for one in self.provenance if one.field != name]
            self.provenance.append(Provenance(field=name, rule=rule, raw=raw[:300]))

    def note(self, name: ProvenanceField, rule: ProvenanceRule, raw: str) -> None:
        """Keep the words that a page prints for a field, though they give no value."""
        if not any(one.field == name for one in self.provenance):
            self.provenance.append(Provenance(field=name, rule=rule, raw=raw[:300]))

    def get(self, name: ProvenanceField) -> str:
        return self.values.get(name, "")


def read_meta(tree: etree._Element) -> dict[str, str]:
    """The page's meta tags by name, in lower case and without blanks (`weibo: article:create_at`), markup stripped.

    The first of a name that says something counts.
    """
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        name = "".join(name.split())
        content = meta.get("content")
        if name and content and name not in found and (value := plain(content)):
            found[name] = value
    return found


def plain(text: str) -> str:
    """Without markup, entities and surplus white space: some sites put `<br>` and `<div>` into their meta tags."""
    return squeeze(_TAG.sub("", html.unescape(text)))


def timestamp(text: str, fetched: str = "") -> str:
    """The first day of a text as ISO 8601, with minute and zone (Asia/Shanghai) where it prints a time; else ""."""
    day = moment_of(squeeze(text), fetched)
    return day.iso if day else ""


@functools.lru_cache(maxsize=1024)  # menus repeat from page to page of a site
def bare(text: str) -> str:
    """Letters and digits only, lower case: equal for a title printed with other marks."""
    return re.sub(r"[\W_]", "", text).lower()


def head_title(tree: etree._Element) -> str:
    """The text of `<title>`."""
    for element in tree.iter("title"):
        if text := plain("".join(strings(element))[:1000]):
            return text
    return ""


def confirmed(lines: Sequence[Line], names: Sequence[str]) -> tuple[str, list[int]]:
    """The longest visible run of up to six lines that is one of `names` or begins it, and the lines where it stands.

    `names` are what the page calls itself elsewhere (`<title>`, ArticleTitle, its list entry); marks and case are
    nothing. A run shorter than four characters, or mostly linked, is none; a headline may be linked.
    """
    keys = {bare(part) for name in names for part in (name, *_SITE.split(name))} - {""}
    opening = {key[0] for key in keys} | {""}
    best, longest, places = "", 3, []
    for start, line in enumerate(lines):
        if line.hidden or line.row or len(line.text) > 200:
            continue
        if line.linked > len(line.text) / 2 and line.element.tag not in ("h1", "h2"):
            continue
        if next(filter(str.isalnum, line.text), "").lower()[:1] not in opening:  # most lines; to bare them takes long
            continue
        run, text = "", ""
        for part in lines[start : start + 6]:
            run += bare(part.text)
            if not any(key.startswith(run) for key in keys):
                break
            text += part.text
            if len(run) > longest:
                best, longest, places = text, len(run), [start]
            elif len(run) == longest and best:
                places.append(start)
    return best, places


def find_heading(lines: Sequence[Line], start: int) -> tuple[str, int]:
    """The heading that stands closest above the body's first line `start`, or just below, and its line; else "", -1.

    A heading is a line of 6 to 150 characters, not linked, in `<h1>` to `<h3>` or an element whose name says title
    (linked too in `<h1>`), or the line above the first one that prints time or source, unless it is a table's row.
    """
    top = max(0, start - 12)
    near = list(enumerate(lines[top : start + 4], top))
    for at, line in reversed(near):
        name = f"{line.element.get('id') or ''} {line.element.get('class') or ''}"
        if (line.element.tag in ("h1", "h2", "h3") or _TITLE_NAME.search(name)) and _is_heading(line):
            return _whole_heading(lines, at)
    for at, line in near[1:]:
        if any(FIELDS[label] in ("published", "publisher") for label, _ in pairs(pieces(line))):
            above = lines[at - 1]
            return _whole_heading(lines, at - 1) if _is_heading(above) and "\t" not in above.text else ("", -1)
    return "", -1


def _whole_heading(lines: Sequence[Line], at: int) -> tuple[str, int]:
    """A heading with the lines above it that stand in an element of the same kind, or in the same one."""
    first = at
    kind = (lines[at].element.tag, lines[at].element.get("class"))
    while (
        first > max(0, at - 3)
        and kind[0] != "p"
        and (lines[first - 1].element.tag, lines[first - 1].element.get("class")) == kind
    ):
        first -= 1
    return "".join(line.text for line in lines[first : at + 1]), first


def is_site(title: str) -> bool:
    """Whether a title is rather the name of a body, an outlet or a column: short, and ending as those do."""
    return len(title) <= 16 and _BODY.search(title) is not None


def _is_heading(line: Line) -> bool:
    fits = 6 <= len(line.text) <= 150 and not line.hidden and (line.linked < 4 or line.element.tag == "h1")
    return fits and not find_label(pieces(line)) and not is_residue(line)


def cut_site(title: str) -> str:
    """A `<title>` without the names of site and column before or behind `_`, `|`, `--` or a dash."""
    parts = [part.strip("-–— ") for part in _SITE.split(title) if part.strip("-–— ")]
    named = [part for part in parts if not is_site(part)] or parts
    if not named:
        return title.strip()
    return named[0] if len(named[0]) >= 6 else max(named, key=len)


def find_facts(sheet: Sheet, title_at: int, start: int, end: int, facts: Facts) -> None:
    """Fill the fields, but for the time of publication, from the lines around the body (`start` to `end`), then meta.

    Around is: from the title's first place on (or 40 lines above the body) to the body's eighth line; then upward from
    the title; then the body's last lines and the 14 that follow.
    """
    top = title_at if 0 <= title_at < start + 8 else max(0, start - 40)
    head = [line for line in sheet.lines[top : min(end, max(start, title_at) + 8)] if is_near(line)]
    above = [line for line in reversed(sheet.lines[max(0, top - 40) : top]) if is_near(line)]
    around = [*sheet.lines[max(start, end - 8) : end], *before_foot(sheet.lines[end : end + 14])]
    after = [line for line in around if is_near(line)]
    found = [(label, value, line) for line in [*head, *above, *after] for label, value in _with_value(line)]
    inside = {id(line) for line in sheet.lines[start:end]}
    catalogued = any(FIELDS[label] in _CATALOGUE for label, _, line in found if id(line) in inside)
    # the responsible editor (责任编辑) comes before other editors
    listed = _listed(found, inside)
    for label, value, line in sorted(found, key=lambda item: "责" not in item[0]):
        if id(line) in inside and (label in listed or _quotes(label, value)):
            continue
        # a text may speak of a licence that is valid until a day
        if FIELDS[label] not in ELEMENTS or ((catalogued or id(line) not in inside) and _tells(label, line)):
            _label(facts, FIELDS[label], value, line)
    title = sheet.lines[title_at] if title_at >= 0 else None
    for line in head:
        # below a chart it names the origin of figures, above the text the page's
        if id(line) not in inside and "料" in line.text and (match := _DATA_FROM.search(pieces(line))):
            value = match["v"]
            label_at = find_label(value)
            facts.set("publisher", name_in(value[: label_at.start()] if label_at else value), "label", line.text)
    _set_byline(facts, [line for line in head if line is not title], after)
    if number := _own_number(head):
        facts.set("doc_number", normal_number(number), "text", number)


def _quotes(label: str, value: str) -> bool:
    """Whether a line of a text names the book that it quotes: 出处：《溟川水利志》; a newspaper may be the publisher."""
    book = _BOOK.match(value.strip()) if label == "出处" else None
    return book is not None and not _OUTLET.fullmatch(book[1])


def _listed(found: Sequence[tuple[str, str, Line]], inside: Set[int]) -> Set[str]:
    """The labels that stand in the text more than once with other values: 《江岸》 作者：甲 and 《远山》 作者：乙 are a list."""
    values: dict[str, set[str]] = defaultdict(set)
    for label, value, line in found:
        if id(line) in inside and FIELDS[label] in ("publisher", "author", "editor"):
            values[label].add(value.strip())
    return {label for label, several in values.items() if len(several) > 1}


def _own_number(lines: Sequence[Line]) -> str:
    """The number that the document prints on a line of its own below its title, before its first sentence; "" for several."""
    numbers = set()
    for line in lines:
        if "。" in line.text:
            break
        text = _CLASS.sub("", line.text)
        if not line.linked and DOC_NUMBER.fullmatch(text):
            numbers.add(text)
    return numbers.pop() if len(numbers) == 1 else ""


def set_from_meta(meta: dict[str, str], facts: Facts) -> None:
    """Fill publisher, author and editor from the meta tags where the page prints none."""
    for name, keys in _META.items():
        for key in keys.split():
            raw = meta.get(key, "")
            if raw and (name == "publisher" or _PERSONS.fullmatch(raw)):
                facts.set(name, name_in(re.sub(r"^\s*来源\s*[:：]\s*", "", raw)), "meta", raw)


def outlet_beside(line: Line) -> str:
    """The outlet that a line without labels names behind its time, `2024-05-09 22:30·新华社`, or alone before it; it ends as outlets and bodies do."""
    text = pieces(line)
    day = first_day(text)
    label = find_label(text)
    if not day or (label and (label.start() < day.start or FIELDS[name_of(label)] in ("published", "publisher"))):
        return ""
    text = text[: label.start()] if label else text  # 责任编辑：甲, 浏览：77
    before = text[: day.start].strip(_BETWEEN)
    rest = re.sub(r"^[:：]\d\d", "", text[day.end :]).strip(_BETWEEN)
    name = before if len(before) > 1 else re.split(rf"[{re.escape(_BETWEEN)}]+", rest)[0]
    name = re.sub("^《([^《》]+)》$", r"\1", name)
    # else it may be a column, a tag, a person: 要闻动态, 城市更新
    return name if _OUTLET.fullmatch(name) and name not in FIELDS and not _TOOL.match(name) else ""


def _is_bar(line: Line) -> bool:
    labels = {FIELDS[label] for label, _ in pairs(pieces(line))}
    told = not labels.isdisjoint(("published", "publisher", "editor"))
    return told or (len(line.text) < 100 and first_day(line.text) is not None)


def _set_byline(facts: Facts, head: Sequence[Line], after: Sequence[Line]) -> None:
    """Set author and editor without a colon: an element called author, 记者 甲 乙, （记者 甲） in a dateline, （编辑 甲）."""
    for line in head:
        if "author" in (line.element.get("class") or "") and _PERSONS.fullmatch(line.text):
            facts.set("author", line.text, "label", line.text)
        if "记者" in line.text and _is_bar(line) and (match := _IN_BAR.search(pieces(line))):
            names = re.split(r"[\s、,，]+", match["v"])
            facts.set("author", match["v"] if all(map(is_name, names)) else names[0], "label", line.text)
        if line.text.startswith(("By ", "by ")) and (english := ENGLISH_BYLINE.match(line.text)):
            facts.set("author", english["names"], "text", line.text)
            facts.set("publisher", english["outlet"] or "", "text", line.text)
    for line in (*head, *after):
        if line.text[0] in _OPENS_WRITTEN_BY and len(line.text) < _NAME and (match := _WRITTEN_BY.match(line.text)):
            facts.set("author", match["v"] if _are_names(match["v"]) else "", "text", line.text)
        if "编" in line.text and not _SLASHES.isdisjoint(line.text):
            match = _SLASHED.search(line.text)
            facts.set("editor", match["v"] if match and is_name(match["v"]) else "", "label", line.text)
        reporters = any(word in line.text for word in _REPORTERS)
        text = (
            without_days(line.text) if reporters and len(line.text) < _NAME else line.text
        )  # 本报记者 甲 乙 2026-03-05
        for pattern in _BYLINES if reporters else ():
            # a mark before the names, or their form: 新闻记者座谈会 names nobody
            if (match := pattern.fullmatch(text)) and (match["mark"] or _are_names(match["v"])):
                facts.set("author", name_in(_FURTHER_ROLE.sub("", match["v"])), "text", line.text)
        if "编" in line.text and (match := _SIGNED.search(line.text)):
            facts.set("editor", match["v"], "label", line.text)


def _are_names(text: str) -> bool:
    return is_name(re.split(r"[\s、,，]+", text)[0])


def before_foot(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines below a text up to the first of the site's own foot: 版权所有, ICP备, 主办单位：."""
    return lines[: next((at for at, line in enumerate(lines) if _FOOT.search(line.text)), len(lines))]


def is_near(line: Line) -> bool:
    """Whether a line may hold what a page says about its release."""
    return not line.hidden and len(line.text) < 300


def _with_value(line: Line) -> Sequence[tuple[str, str]]:
    """The labels of a line with their values; that of a label which fills its `<li>`, `<dt>` or block is its neighbour's."""
    found = pairs(pieces(line))
    if len(found) == 1 and not found[0][1].strip() and (value := _beside(line)):
        return [(found[0][0], value)]
    return (below(line) if line.row and len(found) > 1 else ()) or found


def below(line: Line) -> Sequence[tuple[str, str]]:
    """The labels of a row that holds nothing else, each with the cell below it; () for other rows."""
    following = line.element.getnext()
    labels = [re.sub(r"[\s:：]+", "", cell) for cell in line.parts]
    if following is None or not all(FIELDS.get(label) for label in labels):
        return ()
    cells = [squeeze("".join(strings(cell))) for cell in following if cell.tag == "td"]
    return (
        list(zip(labels, cells, strict=True)) if len(cells) == len(labels) and not any(map(find_label, cells)) else ()
    )


def _tells(label: str, line: Line) -> bool:
    """Whether a label of an element may have a value: the next cell of its row is not blank, and it is no credit of editors."""
    if FIELDS[label] == "signatory":
        return all(FIELDS[other] != "editor" and other not in _REVIEWERS for other, _ in pairs(pieces(line)))
    cells = [re.sub(r"[\s:：]+", "", cell) for cell in line.parts]
    return not line.row or label not in cells[:-1] or cells[cells.index(label) + 1] != ""


def _beside(line: Line) -> str:
    """The words of the element right behind a line that is its whole element; "" for none, or when they are labelled."""
    following = line.element.getnext()
    if line.row or following is None or (line.element.tag, following.tag) not in _PAIRED or len(following) > _FEW:
        return ""
    if (
        line.element.tag in ("div", "p")
        and not re.search("[:：]$", line.text)
        and not _in_grid(line.element, following)
    ):
        return ""
    words = squeeze("".join(strings(following)))
    return "" if len(words) > _NAME or find_label(words) else words


def _in_grid(label: etree._Element, value: etree._Element) -> bool:
    """Whether a label without a colon stands in a grid: where the row before or behind has its label, one stands too."""
    row, before = label.getparent(), label.getprevious()
    if row is None or next(value.iter("a"), None) is not None:
        return False
    rows = (other for other in (row.getprevious(), row.getnext()) if len(row) == 2 and other is not None)
    firsts = [other[0] for other in rows if len(other) == 2]
    beside = [value.getnext(), None if before is None else before.getprevious()]
    return any(one is not None and FIELDS.get(squeeze("".join(strings(one)))) for one in (*firsts, *beside))


def _label(facts: Facts, name: ProvenanceField | Literal[""], value: str, line: Line) -> None:
    rule: ProvenanceRule = "table" if line.row else "label"
    if name == "written":
        day = day_of(squeeze(value))
        facts.set(name, day.day if day else "", rule, line.text)
    elif name == "doc_number":
        match = DOC_NUMBER.search(value) or WITHOUT_END.fullmatch(value.strip()) or _DECREE.search(value)
        facts.set(name, normal_number(match[0]) if match else "", rule, match[0] if match else "")
    elif name == "index_number":
        facts.set(name, value.split("\t")[0].strip(), rule, line.text)
    elif name and name in ELEMENTS:
        found = read_element(name, value)
        facts.set(name, found, rule, line.text)
        if not found and is_undated(name, value):
            facts.note(name, rule, line.text)
    elif name == "issuer" and (several := several_bodies(value)):
        facts.set(name, several[0], rule, line.text)
        facts.set("co_issuers", BETWEEN.join(several), rule, line.text)
    elif name and name != "published":
        facts.set(name, _first_name(value), rule, line.text)


def _first_name(value: str) -> str:
    """The name in the first piece of a value that holds one: the link's words in `[ <a>云桅日报</a> ]`.

    Pieces between which nothing but 、 or － stands are one: `<a>云桅网</a>－<a>云桅日报</a>`.
    """
    value = _JOINED.sub(r"\1", value)
    found = (name_in(_TOOL.sub("", piece)) for piece in value.split("\t") if not _EMPTY.fullmatch(piece))
    return next(found, "")


def name_in(value: str) -> str:
    """A name as printed, without the marks and codes around it, without a label or a word on reprints (，转载请注明) that follows it.

    "" for numbers, times, sentences and what a template did not fill ({{source}}, null). Brackets and quotation marks are cut off in pairs, and single ones: those inside a name stay.
    """
    value = _AT_TIME.sub("", squeeze(without_days(value)))
    value = _REPRINTS.sub("", _PAGE.sub("", _VOID.sub("", _OTHER_LABEL.sub("", value))))
    value = _without_brackets(_CODE.sub("", value.strip(_EDGES)))
    return "" if len(value) > _NAME or _NO_NAME.fullmatch(value) else value


def _without_brackets(value: str) -> str:
    """A value without the brackets around the whole of it, and without those at its ends that have no partner."""
    while value:
        first, last = value[0], value[-1]
        if first in _BRACKETS and _closing(value) == len(value) - 1:
            value = value[1:-1]
        elif first in _CLOSING or (first in _BRACKETS and _closing(value) < 0):
            value = value[1:]
        elif last in _OPENING or (last in _BRACKETS.values() and not _is_paired(value)):
            value = value[:-1]
        else:
            return value
        value = value.strip(_EDGES)
    return value


def _closing(value: str) -> int:
    """The place of the bracket that closes a value's first one; -1 for none."""
    if _BRACKETS[value[0]] == value[0]:
        return value.find(value[0], 1)
    depth = 0
    for at, sign in enumerate(value):
        depth += (sign == value[0]) - (sign == _BRACKETS[value[0]])
        if not depth:
            return at
    return -1


def _is_paired(value: str) -> bool:
    """Whether a value's last bracket closes one that stands before it."""
    opening = next(first for first, last in _BRACKETS.items() if last == value[-1])
    if opening == value[-1]:
        return value.count(opening) % 2 == 0
    return value.count(opening) >= value.count(value[-1])


def clean_publisher(text: str) -> str:
    """The publisher in a declared element: the value of 来源：, else the whole text."""
    found = [value for label, value in pairs(text) if FIELDS.get(label) == "publisher"]
    return _first_name(found[0]) if found else name_in(_TOOL.sub("", text))
