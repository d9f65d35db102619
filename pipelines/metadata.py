"""A page's metadata: title, times, publisher, author, editor, and the head of an official document."""

import functools
import html
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from typing import Literal

from lxml import etree

from archive.model import ELEMENTS, ProvenanceField, ProvenanceRule
from archive.texts.days import PRINTED_DAY, day_of, first_day, moment_of
from archive.texts.names import OFFICE_ENDINGS
from pipelines.bylines import PERSONS, set_byline, set_dateline, set_signature
from pipelines.credited import names_somebody
from pipelines.doc_numbers import ANNOUNCEMENT, DOC_NUMBER, WITHOUT_END, normal_number
from pipelines.elements.bodies import BETWEEN, several_bodies
from pipelines.elements.values import is_undated, read_element
from pipelines.facts import LONGEST, Facts, name_in
from pipelines.furniture import is_furniture
from pipelines.labels import FIELDS, find_label, name_of, pairs
from pipelines.lead import tells_path
from pipelines.lines import Line, Sheet, pieces, squeeze, strings
from pipelines.residue import is_residue
from pipelines.word_lists import words

_TAG = re.compile(r"<[^<>]{0,300}>")
# a tool or a counter and all behind it; in 县互联网举报中心 and 阅读青梧 the words are a part of the name
_TOOL = re.compile(
    r"[【〖\[]\s*我要.*$|(?:(?<=[\u4e00-\u9fff])(?:阅读|订阅|关注|评论)(?=[^\u4e00-\u9fff])"
    r"|(?<![\u4e00-\u9fff])(?:阅读|订阅|关注|评论)(?![\u4e00-\u9fff])"
    r"|(?:打印|分享|举报|字体|字号|收藏|关闭|浏览|点击)(?![\u4e00-\u9fff])"
    r"|(?:打印|分享|举报|字体|字号|收藏|关闭|浏览|阅读|点击|订阅|关注|评论)(?:"
    r"(?=打印|分享|收藏|关闭|人?[次数量率]|[本此正该页全文到至按窗给]|大小|大?\s*中\s*小|设置|选择|默认|我们|微信|新浪|朋友圈|二维码|在手机|器))"
    r"|(?<=[\s\u3000])(?:听新闻|听全文|语音|播报|朗读|原文链接|[查阅][看读]原文|返回|我要|发表评论|简\s*[|｜/]\s*繁|[繁简][体體]|T\s*[|｜+-]"
    r"|文字大小|视力保护|保护视力|无障碍|适老|复制链接|点赞|转发)"
    r"|(?<=[\s\u3000（(|｜])\d[\d,.]*\s*[万wW]?\s*次?\s*(?:浏览|阅读|点击|访问)(?![\u4e00-\u9fff])"
    r"|扫一扫|我要纠错|大\s*中\s*小|A\+|[【〖\[]\s*[大中小字]).*$"
)
# behind a headline, in its own line
_TOOLS = re.compile(
    rf"\s*[【\[]\s*(?:字\s*[体号]|大\s+中\s+小|打印|收藏|关闭|编辑\s*[】\]]|{PRINTED_DAY}\s*[】\]]).*$|(?<=[\u4e00-\u9fff])(?:NEW|HOT|New)$"
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
_CLAUSE = re.compile(r"[\u4e00-\u9fff《》“”]{6,}[，,]\s*$")
_GOES_ON = re.compile(r"[^（()）。]{1,40}[)）][\u4e00-\u9fff]{4}")
_DECREE = re.compile(r"[\u4e00-\u9fff]{2,20}\s*第\s*\d{1,4}\s*号")
_DATA_FROM = re.compile(r"[资資]料[来來]源\s*[:：]\s*(?P<v>[^\t]+)")
_BOOK = re.compile(r"《([^《》]+)》")
_OUTLET = re.compile(
    r"(?!首发|首刊|原载|原刊|图片|视频|信息|新闻发布|工作|今日|最新|发布|原创|转载|来自)[\u4e00-\u9fffA-Za-z]{1,14}(?:报|[社网台办局厅委处科]|电视|广播|客户端|周刊|杂志|频道"
    r"|发布|在线|融媒体?|传媒|全媒体|中心|政府|办公室|研究室|委员会|公司|集团|医院|大学|学院|学校|街道|法院|检察院)"
)
_BODY = re.compile(f"(?:{OFFICE_ENDINGS}|委员会|政府|办公室|公开|专栏)$")
_TITLE_NAME = re.compile(r"title|headline|(?:^|[-_ ])(?:tit|bt|biaoti)(?:[-_ ]|$)", re.I)
_FOOT = re.compile("版权所有|©|[Cc]opyright|ICP[备证]|网安备|网站标识码|分辨率|网站地图|主办单位[:：]")
_BETWEEN = "\t \u00a0·|｜[]［］【】"  # marks between the parts of a bar
_JOINED = re.compile(r"\s*\t\s*([、－])\s*\t\s*")  # between two names, each in markup of its own
_PAIRED = {("li", "li"), ("dt", "dd"), ("div", "div"), ("p", "p")}
_REVIEWERS = ("审核", "审核人", "校对", "初审", "复审", "终审", "一审", "二审", "三审")
_CLASS = re.compile(r"\s*[（(][A-E]\d?类?[)）]$")  # replies to proposals carry their class: 青交函〔2026〕11号（A）
_SIGNED = re.compile(r"\s+签\s?发\s?人\s*[：:].*$")  # letters upwards name who signed beside the number
_CORRESPONDENT = re.compile(r"\s通讯员\s.*$")  # behind a source: 来源：某局 通讯员 甲
_FEW = 4  # elements in one that is a value
# a body's name begins with a place, and may stand in pieces of markup: <span>溟川市</span><span>水务局</span>
_OF_PLACE = re.compile(
    rf"[\u4e00-\u9fff]{{1,9}}[省市县區区州旗盟镇乡](?P<body>[\u4e00-\u9fff]{{1,20}}(?:{OFFICE_ENDINGS}|委员会|政府|办公室))"
)
_MOST_PIECES = 4  # pieces of markup that a name is divided into
_HEADINGS = ("h1", "h2", "h3")
_CUT_SHORT = ("…", "...")  # how a name ends that a list or a `<title>` cuts short
_STEM = 8  # characters of such a name that tell it from the names of sites
_SITE_ITSELF = "本站"
_PUBLISHING = words("发布机构 发布机关 发布单位 发布部门")
_CATALOGUE = ("issuer", "doc_number", "index_number")  # a table with one of these tells about the release
_EMPTY = re.compile(r"[\s\[\]【】()（）<>〔〕|｜:：]*")  # a piece of markup that holds no word


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
    nothing, and so is what a line holds behind a headline: tools (【字体：大 中 小】), a label (（阅读：352）). A run shorter than four characters, or mostly linked, is none; a headline may be linked. A name of eight
    characters or more that ends in … or ..., and that no other name gives whole, is a stem: a run may go on behind it
    (`_runs`). The first one that does is the name in full.
    """
    parts = {part.strip() for name in names for part in _SITE.split(name)}
    keys = {bare(part) for part in (*names, *parts)} - {""}
    stems = {stem for part in parts if part.endswith(_CUT_SHORT) and len(stem := bare(part)) >= _STEM}
    stems = {stem for stem in stems if not any(stem != (key := bare(part)) and key.startswith(stem) for part in parts)}
    opening = {key[0] for key in keys} | {""}
    best, longest, places = "", 3, []
    for start, line in enumerate(lines):
        if line.hidden or line.row or len(line.text) > 200:
            continue
        if line.linked > len(line.text) / 2 and line.element.tag not in ("h1", "h2"):
            continue
        if next(filter(str.isalnum, line.text), "").lower()[:1] not in opening:  # most lines; to bare them takes long
            continue
        for run, text in _runs(lines[start : start + 6], keys, stems):
            if len(run) > longest:
                best, longest, places = text, len(run), [start]
            elif len(run) == longest and best:
                places.append(start)
        if any(len(stem) < longest and bare(best).startswith(stem) for stem in stems):
            keys.add(bare(best))
            stems = set()
    return best, places


def _runs(lines: Sequence[Line], keys: Set[str], stems: Set[str]) -> Iterator[tuple[str, str]]:
    """The runs of the first line, bare and as printed: each is one of `keys` or begins it, or goes on behind one of `stems`.

    What goes on is no sentence, label, link or residue. It stands in the line in which the stem ends, or behind a `<br>` of
    the same heading.
    """
    run = text = ""
    for before, line in zip([None, *lines[:-1]], lines, strict=True):
        reached = any(map(run.startswith, stems))
        begun, run, shown = run + bare(line.text[:2]), run + bare(line.text), line.text
        if not any(key.startswith(run) for key in keys) and any(key.startswith(begun) for key in keys):
            own = _before_tools(line) or line.text
            run, shown = run.removesuffix(bare(line.text)) + bare(own), own
        text += shown
        if not any(key.startswith(run) for key in keys):
            if not any(map(run.startswith, stems)) or line.linked or "。" in line.text or not _is_free(line):
                return
            if reached and (before is None or before.element is not line.element or line.element.tag not in _HEADINGS):
                return
        yield run, text


def _before_tools(line: Line) -> str:
    """The words of a line before its tools or its first label; "" where it has none behind other words."""
    tools = _TOOLS.search(line.text)
    label = None if tools or line.row else find_label(line.text)
    return line.text[: tools.start() if tools else label.start() if label else 0].rstrip("（([【 ")


def find_heading(lines: Sequence[Line], start: int) -> tuple[str, int]:
    """The heading that stands closest above the body's first line `start`, or just below, and its line; else "", -1.

    A heading is a line of 6 to 150 characters, not linked, in `<h1>` to `<h3>` or an element whose name says title
    (linked too in `<h1>`), or the line above the first one that prints time or source, unless it is a table's row or the page's path in its site.
    """
    top = max(0, start - 12)
    near = list(enumerate(lines[top : start + 4], top))
    for at, line in reversed(near):
        name = f"{line.element.get('id') or ''} {line.element.get('class') or ''}"
        if (line.element.tag in _HEADINGS or _TITLE_NAME.search(name)) and _is_heading(line):
            return _whole_heading(lines, at)
    for at, line in near[1:]:
        if any(FIELDS[label] in ("published", "publisher") for label, _ in pairs(pieces(line))):
            above = lines[at - 1]
            fits = _is_heading(above) and "\t" not in above.text and not tells_path(above.text)
            return _whole_heading(lines, at - 1) if fits else ("", -1)
    return "", -1


def _whole_heading(lines: Sequence[Line], at: int) -> tuple[str, int]:
    """A heading with the lines above it that stand in an element of the same kind, or in the same one; links are no part."""
    first = at
    kind = (lines[at].element.tag, lines[at].element.get("class"))
    while (
        first > max(0, at - 3)
        and kind[0] != "p"
        and (lines[first - 1].element.tag, lines[first - 1].element.get("class")) == kind
        and (kind[0] == "h1" or lines[first - 1].linked < 4)
    ):
        first -= 1
    return "".join(line.text for line in lines[first : at + 1]), first


def is_site(title: str) -> bool:
    """Whether a title is rather the name of a body, an outlet or a column: short, and ending as those do."""
    return len(title) <= 16 and _BODY.search(title) is not None


def _is_heading(line: Line) -> bool:
    fits = 6 <= len(line.text) <= 150 and not line.hidden and (line.linked < 4 or line.element.tag == "h1")
    return fits and _is_free(line)


def _is_free(line: Line) -> bool:
    """Whether a line holds neither a label nor residue."""
    return not find_label(pieces(line)) and not is_residue(line)


def cut_site(title: str) -> str:
    """A `<title>` without the names of site and column before or behind `_`, `|`, `--` or a dash."""
    parts = [part.strip("-–— ") for part in _SITE.split(title) if part.strip("-–— ")]
    named = [part for part in parts if not is_site(part)] or parts
    if not named:
        return title.strip()
    return named[0] if len(named[0]) >= 6 else max(named, key=len)


def find_facts(sheet: Sheet, title_at: int, start: int, end: int, facts: Facts) -> None:
    """Fill the fields, but for the time of publication, from the lines around the body (`start` to `end`).

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
    # the responsible editor (责任编辑) comes before other editors, an author before the body that handed the text in (供稿)
    listed = _listed(found, inside)
    ending = {id(line) for line in around}
    teased = _teased([one for one in found if id(one[2]) not in inside], sheet.lines[max(0, end - 1) : end + 14])
    for label, value, line in sorted(found, key=lambda item: ("责" not in item[0], "供稿" in item[0])):
        if id(line) in inside and (
            label in listed
            or _quotes(label, value)
            or _is_sentence(value)
            or not names_somebody(label, value)
            or _is_column(label, line)
        ):
            continue
        if (label, id(line)) in teased or (id(line) in ending and _in_clause(line)):
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
    set_byline(facts, [line for line in head if line is not title], after)
    set_dateline(facts, [line for line in sheet.lines[start : min(end, start + 3)] if not line.hidden])
    set_signature(facts, sheet, start, end)
    if number := _own_number(head):
        facts.set("doc_number", normal_number(number), "text", number)


def _quotes(label: str, value: str) -> bool:
    """Whether a line of a text names the book that it quotes: 出处：《溟川水利志》; a newspaper may be the publisher."""
    book = _BOOK.match(value.strip()) if label == "出处" else None
    return book is not None and not _OUTLET.fullmatch(book[1])


def _is_sentence(value: str) -> bool:
    """Whether a label in a text heads a sentence with a clause: 作者：参赛者须为本县居民，作品未公开发表过。"""
    return value.rstrip().endswith(("。", "！", "？")) and "，" in value


def _listed(found: Sequence[tuple[str, str, Line]], inside: Set[int]) -> Set[str]:
    """The labels that stand in the text more than once with other values: 《江岸》 作者：甲 and 《远山》 作者：乙 are a list."""
    values: dict[str, set[str]] = defaultdict(set)
    for label, value, line in found:
        if id(line) in inside and FIELDS[label] in ("publisher", "author", "editor"):
            values[label].add(value.strip())
    return {label for label, several in values.items() if len(several) > 1}


def _is_column(label: str, line: Line) -> bool:
    """Whether a label heads a column of a table in the text: 来源 before 金额, where the row below has as many cells and no label."""
    following = line.element.getnext()
    if not line.row or following is None or label not in line.parts:
        return False
    cells = [squeeze("".join(strings(cell))) for cell in following if cell.tag in ("td", "th")]
    return len(cells) == len(line.parts) and not any(find_label(cell) for cell in cells)


def _teased(found: Sequence[tuple[str, str, Line]], below: Sequence[Line]) -> Set[tuple[str, int]]:
    """The labels of other articles below the text: each behind an article's link, in a side column, or with several values."""
    led = {id(line) for before, line in pairwise(below) if _is_link(before) or _opens_with_link(line)}
    values: dict[str, set[str]] = defaultdict(set)
    for label, value, line in found:
        if id(line) in led:
            values[label].add(value.strip())
    return {
        (label, id(line))
        for label, _, line in found
        if id(line) in led and (len(values[label]) > 1 or any(map(is_furniture, line.element.iterancestors())))
    }


def _is_link(line: Line) -> bool:
    return line.linked > len(line.text) / 2


def _opens_with_link(line: Line) -> bool:
    """Whether words stand before a line's first label, linked ones among its words: `<a>…</a> 作者：甲`."""
    label = find_label(pieces(line))
    return line.linked > 0 and label is not None and label.start() > 0


def _in_clause(line: Line) -> bool:
    """Whether a line's first label stands behind a clause: 获奖的是《江岸》，作者：甲. Or in brackets in a sentence: 《江岸》（作者：甲）五百册另行公告."""
    text = pieces(line)
    if (label := find_label(text)) is None:
        return False
    return _CLAUSE.search(text[: label.start()]) is not None or (
        text[: label.start()].rstrip()[-1:] in ("（", "(") and _GOES_ON.match(text, label.end()) is not None
    )


def _own_number(lines: Sequence[Line]) -> str:
    """The number that the document prints on a line of its own, in brackets or not, below its title, before its first sentence; "" for several.

    Behind it the line may name who signed: 云水发〔2026〕3号　　签发人：…
    """
    numbers = set()
    for line in lines:
        if "。" in line.text:
            break
        text = _SIGNED.sub("", line.text) if len(line.text) < LONGEST else line.text
        text = re.sub(r"[（(](.+)[)）]", r"\1", _CLASS.sub("", text)) if len(line.text) < LONGEST else line.text
        if not line.linked and (DOC_NUMBER.fullmatch(text) or ANNOUNCEMENT.fullmatch(text)):
            numbers.add(text)
    return numbers.pop() if len(numbers) == 1 else ""


def set_from_meta(meta: dict[str, str], facts: Facts) -> None:
    """Fill publisher, author and editor from the meta tags where the page prints none."""
    for name, keys in _META.items():
        for key in keys.split():
            raw = meta.get(key, "")
            if raw and (name == "publisher" or PERSONS.fullmatch(raw)):
                value = name_in(re.sub(r"^\s*来源\s*[:：]\s*", "", raw))
                facts.set(name, "" if value == _SITE_ITSELF else value, "meta", raw)


def set_publishing_body(facts: Facts) -> None:
    """Where a page names no source: the body behind 发布机构：; one behind 发文机关： or 制定机关： may be another."""
    for one in facts.provenance:
        labels = [label for label, _ in pairs(one.raw) if FIELDS[label] == "issuer"] if one.field == "issuer" else []
        if labels and labels[0] in _PUBLISHING:
            facts.set("publisher", facts.get("issuer"), one.rule, one.raw)
            return


def set_site_itself(facts: Facts) -> None:
    """The publisher is 本站 where a page prints 来源：本站 and nothing else names one."""
    for one in facts.provenance:
        if one.field == "publisher" and _SITE_ITSELF in one.raw and not facts.get("publisher"):
            facts.set("publisher", _SITE_ITSELF, one.rule, one.raw)
            return


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
    return "" if len(words) > LONGEST or find_label(words) else words


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
        whole = value.strip()
        match = (
            ANNOUNCEMENT.match(whole)
            or DOC_NUMBER.search(value)
            or WITHOUT_END.fullmatch(whole)
            or _DECREE.search(value)
        )
        facts.set(name, normal_number(match[0]) if match else "", rule, match[0] if match else "")
    elif name == "index_number":
        facts.set(name, value.split("\t")[0].strip(" |｜,，;；、"), rule, line.text)
    elif name and name in ELEMENTS:
        found = read_element(name, value)
        facts.set(name, found, rule, line.text)
        if not found and is_undated(name, value):
            facts.note(name, rule, line.text)
    elif name == "issuer" and (several := several_bodies(value)):
        facts.set(name, several[0], rule, line.text)
        facts.set("co_issuers", BETWEEN.join(several), rule, line.text)
    elif name and name != "published":
        value = _CORRESPONDENT.sub("", value) if name == "publisher" else value
        found = _divided(value, line) or _first_name(value)
        if found != _SITE_ITSELF:
            facts.set(name, found, rule, line.text)
        elif name == "publisher":  # the page may name it elsewhere
            facts.note(name, rule, line.text)


def _divided(value: str, line: Line) -> str:
    """The body's name that begins a value in several pieces of markup, without a blank between them; "" for none."""
    pieces = value.strip().split("\t")[:_MOST_PIECES]
    for count in range(len(pieces), 1, -1):
        name = "".join(pieces[:count])
        match = _OF_PLACE.fullmatch(name)
        if match and match.start("body") == len(pieces[0]) and name in line.text:
            return name
    return ""


def _first_name(value: str) -> str:
    """The name in the first piece of a value that holds one: the link's words in `[ <a>云桅日报</a> ]`.

    Pieces between which nothing but 、 or － stands are one: `<a>云桅网</a>－<a>云桅日报</a>`.
    """
    value = _JOINED.sub(r"\1", value)
    found = (name_in(_TOOL.sub("", piece)) for piece in value.split("\t") if not _EMPTY.fullmatch(piece))
    return next(found, "")


def clean_publisher(text: str) -> str:
    """The publisher in a declared element: the value of 来源：, else the whole text."""
    found = [value for label, value in pairs(text) if FIELDS.get(label) == "publisher"]
    return _first_name(found[0]) if found else name_in(_TOOL.sub("", text))
