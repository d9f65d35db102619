"""The lead: paragraphs of the text that stand in a block of their own between title and body."""

import re
from collections.abc import Iterator

from lxml import etree

from archive.texts.notices import SPEAKS_TO_A_VISITOR
from pipelines.furniture import is_furniture, names
from pipelines.labels import find_label
from pipelines.lines import Line, Sheet, pieces
from pipelines.residue import is_residue

_SUMMARY = re.compile(
    r"[\s【\[（(]*(?:核心提示|核心提要|内容提要|内容摘要|内容提示|导\s*读|导\s*语|提\s*要|摘\s*要|编者按)[】\])）]?\s*[:：|｜\s】]"
)
_CAPTION = re.compile(
    r"[（(▲△▼\s]*(?:图为|图片|图[一二三四五六七八九十\d]*\s*[:：]|资料图|配图|视频[:：]|题图)"
    r"|.*(?:摄|/摄影|供图|制图|资料图|图源.{0,12})\s*[)）。]?$"
)
_CAPTION_NAME = re.compile(
    r"[#.][\w-]*(?:caption|picture|photo|figure|video|player|img|image|pic|tushuo)[\w-]*(?= |$)", re.I
)
_PLACE = re.compile(
    r"(?:您|你)?(?:现在|当前|目前)?的?(?:所在)?(?:的)?位置\s*(?:是)?\s*[:：]|.{0,12}首页\s*[>»›＞/]|.*[>»›＞].*[>»›＞]"
)
_TOOL = re.compile(
    r"浏览器|JavaScript|Flash|(?:请|未)登[录陆]|扫一扫|版权所有|未经授权|转载请"
    r"|字体|字号|ICP备|欢迎(?:您|访问|光临)|温馨提示|本栏目|投稿|来稿",
    re.I,
)
# tools of a site, which releases tell of as well: 实施无障碍改造，惠及97户。
_TOOL_OR_TOPIC = re.compile(
    "注册|验证码|客户端|公众号|二维码|小程序|无障碍|适老|长者|朗读|播报|语音|分享|收藏|打印|点赞"
)
_COUNTED = re.compile(r"\d[\d.,]*\s*[\u4e00-\u9fff%％]")
_END = re.compile(r"[。！？…][”’」』）)]?\s*$")
_MARK = re.compile("[。！？；，]")
_SHORTEST = 10  # characters of a line that ends like a sentence
_LONG = 40  # characters; so long a line with a comma is prose without such an end
_FAR = 60  # lines between title and body, at most
_TOOL_LINE = 80  # characters; a longer line that speaks of tools is prose


def tells_path(text: str) -> bool:
    """Whether a line is the page's path in its site: 当前位置：首页 > 要闻."""
    return _PLACE.match(text) is not None


def find_lead(sheet: Sheet, title_at: int, start: int, container: etree._Element) -> list[Line]:
    """The lines between the title's last place `title_at` and the body's first line `start` that belong to the text.

    They read as prose: ten characters or more that end like a sentence, forty or more with a comma, or whatever stands
    behind 核心提示：, 导读： and the like. None are hidden lines, rows of tables, lines with a link, residue (bars of
    source, time and counters), lines that begin with a label, breadcrumbs, prompts of the site (`_is_prompt`, up to 80 characters), and
    captions: by their words (图为, 摄), their element, or as the only line around a picture. None are lines in furniture,
    lines farther than 60 from the body, and lines that stand in the body again (a summary that repeats its beginning).
    """
    if not 0 <= title_at < start or start - title_at > _FAR:
        return []
    around = {container, *container.iterancestors()}
    between = sheet.lines[title_at + 1 : start]
    found = [line for line in between if _is_prose(line) and _stands_free(line, around)]
    if not found:  # most pages
        return []
    first, end = sheet.spans[container]
    body = "".join(_bare(line.text) for line in sheet.lines[first:end])
    return [line for line in found if _bare(line.text) not in body]


def _is_prose(line: Line) -> bool:
    text = line.text
    if line.hidden or line.row or line.linked or is_residue(line) or tells_path(text) or _CAPTION.match(text):
        return False
    if len(text) <= _TOOL_LINE and _is_prompt(text):
        return False
    if _SUMMARY.match(text):
        return len(text) >= _SHORTEST
    if (label := find_label(pieces(line))) and label.start() < 2:
        return False
    return (len(text) >= _SHORTEST and _END.search(text) is not None) or (
        len(text) >= _LONG and _MARK.search(text) is not None
    )


def _is_prompt(text: str) -> bool:
    """Whether a line speaks of a site's tools. One that ends like a sentence, with a comma and a counted figure in it, tells of them."""
    if _TOOL.search(text):
        return True
    tells = "，" in text and _END.search(text) and _COUNTED.search(text) and not SPEAKS_TO_A_VISITOR.search(text)
    return _TOOL_OR_TOPIC.search(text) is not None and not tells


def _stands_free(line: Line, around: set[etree._Element]) -> bool:
    """Whether no element between the line and the body's surroundings is furniture, a form or a caption."""
    for element in _upwards(line.element, around):
        if is_furniture(element) or element.tag in ("figure", "figcaption", "form", "button"):
            return False
        if _CAPTION_NAME.search(names(element)):
            return False
        if next(element.iter("img", "video"), None) is not None and _is_only_line(element, line):
            return False
    return True


def _upwards(element: etree._Element, around: set[etree._Element]) -> Iterator[etree._Element]:
    current: etree._Element | None = element
    while current is not None and current not in around:
        yield current
        current = current.getparent()


def _is_only_line(element: etree._Element, line: Line) -> bool:
    words = sum(len(_bare(str(text))) for text in element.itertext())
    return words <= 1.2 * len(_bare(line.text))


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)
