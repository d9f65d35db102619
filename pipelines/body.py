"""Which of a page's lines are the release."""

import re
from collections.abc import Sequence
from itertools import accumulate

from lxml import etree

from pipelines.lines import Line, Sheet

# Containers that the CMS families of these sites give to an article's text, the surest first.
_KNOWN = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"#ucap-content$|#zoom2?$|#zoomcon$|#js_content$|#rwb_zw$|#vsb_content(_\d+)?$|#ozoom$|#ivs_content$|#p-detail$",
        r"#(ucap)?articlecontent$|#artibody$|#endtext$|#bodylabel$|#fontzoom$|#contenttext$|#mp-editor$|#detailcontent$",
        r"\.(trs_editor_view|trs_ueditor|trs_editor|easysite-news-detail|j-fontcontent|rm_txt_con|custom_unionstyle)$",
    )
)
_SENTENCE = re.compile(r"[。；！？：，、…;!?]")
_FURNITURE = re.compile(
    r"(^|[-_#. ])(nav|menu|foot|footer|footer\w*|copyright|breadcrumb|crumbs?|related?|relevant|recommend\w*|hot\w*|rank\w*|side|sidebar"
    r"|aside|comments?|share\w*|bdshare\w*|pagination|pager|login|search\w*|weixin|qrcode|erweima|tuijian|xiangguan)($|[-_ #.])",
    re.I,
)
_PARAGRAPHS = frozenset("p li h1 h2 h3 h4 h5 h6 dd dt blockquote tr".split())
_NOTICE = re.compile(r"版权|免责|ICP备|公网安备|举报|copyright|©|all rights reserved|主办单位|承办单位|标识码|许可证编?号|客服电话", re.I)


def prose(line: Line) -> float:
    """How much of a line reads like text: its characters outside links, a quarter of them when it has no punctuation."""
    if line.hidden or (len(line.text) < 300 and _NOTICE.search(line.text)):
        return 0
    loose = max(0, len(line.text) - line.linked)
    return loose if line.row or _SENTENCE.search(line.text) else loose / 4


def names(element: etree._Element) -> str:
    """Its id and classes as one string: `#id .class .class`."""
    classes = " ".join("." + name for name in (element.get("class") or "").split())
    return f"#{element.get('id') or ''} {classes}"


def find_container(sheet: Sheet, title_at: int = 0) -> etree._Element:
    """The smallest block that holds the article."""
    scores: dict[etree._Element, float] = {}
    for at, line in enumerate(sheet.lines):
        weight = prose(line) * (0.2 if at < title_at else 1)
        if not weight:
            continue
        element: etree._Element | None = line.element
        if element.tag in _PARAGRAPHS:
            element = element.getparent()
        for share in (1, 0.5, 0.25):
            while element is not None and element not in sheet.spans:
                element = element.getparent()
            if element is None:
                break
            scores[element] = scores.get(element, 0) + weight * share
            element = element.getparent()
    for element in scores:
        if _is_furniture(element):
            scores[element] *= 0.2
    return max(scores, key=scores.__getitem__)


def _is_furniture(element: etree._Element) -> bool:
    return element.tag in ("nav", "footer", "aside") or _FURNITURE.search(names(element)) is not None


def read_body(sheet: Sheet, container: etree._Element) -> Sequence[Line]:
    a, b = sheet.spans[container]
    return [line for line in sheet.lines[a:b] if not line.hidden]
