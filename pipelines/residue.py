"""Residue around a text inside its own container: counters, editors, sources, share bars, prompts."""

import re
from collections.abc import Sequence
from itertools import takewhile

from archive.model import ELEMENTS
from archive.texts.days import PRINTED_DAY, first_day, tells_of_else
from pipelines.credited import names_somebody
from pipelines.furniture import is_furniture, names
from pipelines.labels import BARE, FIELDS, find_label, pairs
from pipelines.lines import Line, pieces
from pipelines.prompts import is_disclaimer, is_prompt
from pipelines.word_lists import words

_TIME = r"\d{1,2}\s*[:：∶]\s*\d{2}(?:\s*[:：∶]\s*\d{2})?"
_EDITORS = (
    r"(?:责任|本文|值班|执行|网络|实习|本期|版面|见习|本版)?(?:编辑|责编|美编|编审|编校|编发|小编)|审核人?|校对|审校|校审"
    r"|初审|复审|终审|[一二三]审|(?:总|出品)?监\s*制|审\s*读|审签|签发|总编辑?|录入员?|信息员|发布人|上传|统筹|策划"
    r"|(?:值班|轮值|执行|当班|信息|内容|网站|稿件|文字|图文|发布|保密|终|初|复)?(?:编委|总编|主编|审核|审查|审校|校对|把关|编发|采编)(?:员|人|者)"
    r"|(?:值班|轮值|执行|当班)(?:编委|总编|主编|审核|校对|审签)|制作|签审|核[签稿发]|审[定发]"
)
_SOURCES = (
    r"(?<!资料)(?<!数据)(?<!图片)(?:信息|文章|稿件|新闻|本文|图文|内容|文字)?来\s*源(?:于|自)?"
    r"|稿源|供稿(?:单位)?|信息提供"
)
_COUNTS = r"(?:浏览|阅读|点击|访问|查看|点赞|评论|收藏|播放|在看|转发)(?:次数|人数|人次|量|数|率)?"
_COUNT = rf"{_COUNTS}\s*[:：]?\s*[\d,.]*\s*[wW万千+]*\s*次?"
_TOOLS = (
    r"(?:智能|AI|正在)\s*(?:播报|朗读)|打印(?:本页|此页|正文|文章|页面)?|关闭(?:本页|窗口|页面)?|收藏(?:本页)?|(?:我要|内容|信息|页面|网页|网站|文章)?纠错|(?:政府网站)?找错|返回(?:顶部|列表|目录|上级|上一页|首页)?"
    r"|(?:加入|添加)收藏|设为首页|复制链接|朗读|语音播报|播报|听全文|字\s*[体号](?:大小)?|放大|缩小|大|中|小|默认|超大|标准|较大|A[+-]?|T[|+-]?"
    r"|(?:保护)?视力(?:保护)?色?|背景色|护眼|关怀版|无障碍(?:浏览)?|繁体|简体|手机(?:版|看|查看)?|扫一扫.{0,20}"
    r"|(?:一键)?分享(?:到|至)?|微信好友|微信|新浪微博|腾讯微博|微博|QQ(?:空间|好友)?|朋友圈|人人网|邮件|更多"
    r"|倍速\s*[\d.]*\s*[xX×]?|播放|暂停|(?:生成)?(?:海报|长图)|保存(?:到|至)(?:相册|手机)|(?:页面|文章)?功能"
    r"|(?:我要|在线|一键|智能)(?:咨询|客服|问答|留言|投诉|建议)|不感兴趣|有用|没用|无用|有帮助|没帮助"
    r"|下载(?:文档|正文|word|pdf)?|(?:word|pdf)\s*下载|Word|PDF|保存|转发|点赞|赞|推荐(?:给朋友|给好友)?|(?:我要|发表)?评论|举报|投稿"
    r"|网站地图|站点地图|联系我们|隐私(?:声明|政策|保护)|法律声明|版权声明|网站声明|关于我们|使用帮助"
)
_MARKS = r"[\s\u3000|｜/、·:：;；,，【】\[\]［］（）()<>《》«»+\-—_*>→※◆●]"
# possessive (++): without it, backtracking on `A+A+A+…` would take for ever
_BAR = re.compile(
    rf"(?:[（(]\s*\d{{1,6}}\s*[)）]|{_MARKS}|(?:收藏|推荐|打印)此文|{_COUNT}|{PRINTED_DAY}|{_TIME}|{_TOOLS}|发表于\S{{2,8}})++",
    re.I,
)
_BAR_SIGN = re.compile(
    rf"{_COUNTS}\s*[:：]?\s*\d|字\s*[体号]|打印|扫一扫|纠错|关闭|{_TIME}|分享|发表于|倍速|(?:我要|在线|一键|智能)(?:咨询|客服|问答)|(?:点赞|有用|没用)[（(]\d|海报|相册|找错|返回目录|推荐[给此]|网站地图|隐私",
    re.I,
)
_CREDIT = re.compile(
    rf"(?:【纠错】\s*)?[（(\[【]?\s*(?:作者\s*[:：]\s*\S{{1,12}}\s*)?"
    rf"(?:[\u4e00-\u9fff]{{2,8}}(?:编辑|责编)\s*[:：\s]|(?:编辑|责编)\s|(?:{_EDITORS}|{_SOURCES})\s*[:：]"
    rf"|(?:{_EDITORS}|{_SOURCES})\s*[｜|丨/]\s*(?=[\u4e00-\u9fff·\s、]{{2,16}}$))"
    r"\s*[^。！？年月元%]{0,40}?[)）\]】]?",
    re.I,
)
_RELATED = re.compile(
    r"[\s【\[]*(?:相关|延伸|推荐|更多|热门|往期|关联|猜你喜欢|大家都在看|精彩|最新)"
    r"(?:阅读|推荐|链接|新闻|报道|文章|资讯|内容|信息|稿件|文档|专题|解读|文件|回顾|评论)?[\s:：】\]>》更多]*"
)
_RELATED_LINK = re.compile(
    r"[\s【\[]*(?:相关|延伸|推荐|热门|往期|关联)(?:阅读|推荐|链接|新闻|报道|文章|资讯|内容|稿件|专题|解读|回顾)[】\]]?\s*[:：]|(?:标签|关键[词字]|tags?)\s*[:：]",
    re.I,
)
_AMID = re.compile(
    r"[\s【\[]*(?:相关|延伸|推荐|热门|往期|更多|关联|精彩)(?:阅读|推荐|新闻|报道|文章|资讯|稿件|回顾)[\s:：】\]>》更多]*|[\s【\[]*(?:猜你喜欢|大家都在看)[\s:：】\]]*"
)  # such a heading within a text; the links below 相关文件 or 相关链接 may be the text's own
_ENGLISH_RELATED = re.compile(
    r"\W*(?:Related|Recommended|Latest|Hot|More)\s(?:Articles?|News|Stories|Links?|Reading|Posts?|Topics?)\W*", re.I
)
_OF_POST = re.compile(
    r"[:：]\s*(?:\d{1,3}\s*[名人个位]|(?:负责|从事|承担|熟悉|具备|具有))|[:：][^:：]*[，,；;]\s*(?![^:：，,；;]{1,8}[:：])[^，,；;]{5,}"
)  # 编辑：2名，有经验者优先
_VISITORS = re.compile(
    r"[#.](?:\w+[-_])?(?:comments?|bdshare|pagination|pager|qrcode|erweima)(?:[-_]\w*)?(?= |$)", re.I
)
_EDITOR = re.compile(rf"\W*(?:{_EDITORS})\s*[:：]")
_EMPTY_LIST = re.compile(r"(?:关联|相关)(?:稿件|附件|文档|链接|解读|文件|阅读)\s*[:：]?")
_KEPT = re.compile(
    r"附\s*[件表图]|\.(?:docx?|xlsx?|pdf|zip|rar|wps|ofd|et)\b|^\s*注\s*[:：]|联系(?:人|电话|方式)", re.I
)
_SUFFIX = re.compile(
    rf"(?<=[。！？”）)…])\s*(?:[（(\[【]\s*(?:{_EDITORS}|原标题)\s*[:：][^。！？]{{0,40}}[)）\]】]"
    rf"|(?:{_EDITORS})\s*[:：][^。！？）)]{{1,24}}|{_COUNTS}\s*[:：]\s*\d[\d.]*[wW万]?次?"
    r"|返回搜狐，查看更多|【?纠错】?|扫一扫在手机打开当前页|查看更多|展开(?:阅读)?(?:全文|剩余\s*\d{0,3}\s*[%％]?))\s*$"
)
_LETTER = re.compile(r"\w")
_UNFILLED = re.compile(
    r"(?:null|undefined|NaN|\[object Object\]|\{\{[^{}]*\}\}|[$#]\{[^{}]*\}|\{\$[^{}]*\}|<%[^%]*%>)+", re.I
)
_SENTENCE_ENDS = ("。", "！", "？")  # no suffix ends so, as most paragraphs do
_PREFIX = re.compile(
    rf"^(?:(?:发布|更新|发表)(?:时间|日期)\s*[:：]\s*(?>{PRINTED_DAY}(?:\s*{_TIME})?)(?!\s*(?:[起至到止前后—~～-]|以[前后]|之[前后]|开始))[\s|]*"
    rf"|{_COUNTS}\s*[:：]\s*\d[\d.]*[wW万]?次?[\s|]+)+"
)
_STAMP = re.compile(rf"[\[【(（]?\s*(?:{PRINTED_DAY}\s*)?{_TIME}\s*[\])）】]?")
_DAY_IN_FIGURES = re.compile(r"[\[【(（]?\s*\d{4}([-./])\d{1,2}\1\d{1,2}\s*[\])）】]?")
_DATED = re.compile(
    rf"[\u4e00-\u9fff]{{2,6}}(?:时间|日期)\s*[:：]\s*\d{{4}}([-./])\d{{1,2}}\1\d{{1,2}}(?:\s+{_TIME})?[\s\u3000|｜]+"
)
_NUMBERED = re.compile(r"(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十\d]{1,3}[、.．])\D")
_SENTENCE = re.compile("[。；！？：，]")
_EVENT = re.compile(r"(?:地\s*[点址]|会\s*场|主\s*持|嘉\s*宾|参加|参会|与会|对\s*象|议\s*[题程])(?=\s|[:：]|$)")
_PLACE = re.compile(
    r"(?:会议|发布|活动|集合|报名)?(?:地\s*[点址]|主\s*持\s*人?|嘉\s*宾|出席(?:人员|领导)?|(?:参加|参会|与会)(?:人员|对象)?|会\s*场|议[题程]"
    r"|活动内容|活动主题|主办(?:单位)?)\s*[:：]"
)
_BYLINES = words("作者 撰稿 撰文 记者 通讯员 摄影 供图 标题 名称")
_LONE = words(
    "浏览次数 浏览量 浏览 阅读次数 阅读量 阅读 点击次数 点击量 点击数 点击率 点击 访问量 访问次数 字体 字号 字体大小"
    " 视力保护色 保护视力色 打印 分享 分享到 收藏 朗读 举报 我要纠错 纠错 扫一扫 原标题"
    " 审核 审核人 校对 初审 复审 终审 一审 二审 三审 监制 总监制 审读 编审"
)
_TOOL_LABELS = words("打印 分享 收藏 朗读 举报")  # also headings of a list of services (打印：每页1元)
_NAMING = words(
    "published written publisher issuer doc_number index_number editor"
)  # fields that a page's own head or foot has
_CONTROLS = 40  # characters of a line of controls
_HEADING = 20  # characters of the longest heading above links
_BEGINNING = 40  # characters of a line that tell whether it is a rule
_WEAK = 24  # characters; so short a line may be residue when residue stands around it
_GAP = 2  # weak lines between two lines of residue, at most
_LONGEST = 200  # characters; a longer line is never residue


def is_info(line: Line) -> bool:
    """Whether a line holds nothing but labels with short values, times, counters and tools.

    Its first label may be one that is not known (`without_unknown_day`). A byline alone (作者：, 记者：) is none, nor is a lone label that texts use as well (责任单位：; 修订日期：; 时间： and 日期：, unless
    all of the value is a day in figures such as 2026-03-05), nor a row of a table that names a place or persons.
    """
    text = pieces(line)
    if len(text) > _LONGEST:
        return False
    if _BAR_SIGN.search(text) and _BAR.fullmatch(text):
        return True
    text = text if line.row else without_unknown_day(text)
    first = find_label(text)
    if line.row and _EVENT.search(text):
        return False
    if not first or len(re.sub(rf"{_MARKS}|{PRINTED_DAY}|{_TIME}", "", text[: first.start()])) > 1:
        return False
    if not line.row and _is_of_post(text):
        return False
    found = pairs(text)
    if not line.row and all(label in _BYLINES for label, _ in found):
        return False
    if not line.row and len(found) == 1 and not (_is_lone(*found[0]) and names_somebody(*found[0])):
        return False
    limit = 80 if line.row else 40
    return all(len(value) <= limit and not re.search("[。！？]", value) for _, value in found)


def without_unknown_day(text: str) -> str:
    """A line from its first known label on, where a day in figures behind one unknown label (挂网日期：2026-03-05) stands before that."""
    dated = _DATED.match(text)
    label = find_label(text[dated.end() :]) if dated else None
    return text[dated.end() :] if dated and label and not label.start() else text


def _is_lone(label: str, value: str) -> bool:
    """Whether a label with its value is info without others beside it."""
    if label in BARE:
        return not value or (first_day(value) is not None and "年" not in value and "午" not in value)
    if FIELDS[label] == "published" and (day := first_day(value)) and tells_of_else(value, day):
        return False  # 公告时间：2026年3月5日至3月11日
    if "修订" in label:
        return False  # a document's own history
    if label == "出处" and value.startswith("《"):
        return False  # the book that a text quotes
    if label in _TOOL_LABELS:
        return not value or _BAR.fullmatch(value) is not None
    return label in _LONE or FIELDS[label] not in ("", "author", *ELEMENTS)


def is_residue(line: Line) -> bool:
    """Whether a line at an end of a text is no text: info, credits of editors and reviewers, prompts, pagers, feet, unfilled places."""
    if len(line.text) > _LONGEST:
        return False
    if is_info(line) or is_unfilled(line) or _is_related_link(line) or _is_linked_furniture(line):
        return True
    if _CREDIT.fullmatch(line.text) and not _is_of_post(line.text) and not _names_nobody(line):
        return True
    if _leads_nowhere(line) or _is_of_visitors(line):
        return True
    return is_prompt(line.text)


def _names_nobody(line: Line) -> bool:
    """Whether a line's only label has a value that names nobody (`names_somebody`)."""
    found = pairs(pieces(line))
    return len(found) == 1 and not names_somebody(*found[0])


def _is_of_post(text: str) -> bool:
    """Whether a line names an editor's post, not an editor: a number of persons behind it, a duty (编辑：负责文稿编校), or a clause (编辑：2名，有经验者优先)."""
    return _OF_POST.search(text) is not None and _EDITOR.match(text) is not None


def _is_linked_furniture(line: Line) -> bool:
    """Whether a line is but links, and those lead to a previous and a next page (`rel`), or stand in furniture of links."""
    if (
        line.row
        or not line.linked
        or line.linked < 0.9 * len("".join(line.text.split())) - 4
        or _KEPT.search(line.text)
    ):
        return False
    if any(link.get("rel") in ("prev", "next") for link in line.element.iter("a")):
        return True
    box = next((one for one in (line.element, *line.element.iterancestors()) if is_furniture(one)), None)
    if box is None:
        return False
    linked = sum(len("".join(map(str, link.itertext()))) for link in box.iter("a"))
    return linked >= 0.7 * len("".join("".join(map(str, box.itertext())).split()))


def _is_of_visitors(line: Line) -> bool:
    """Whether a line is of the visitors' own making: it has radio buttons, or a brief box of comments is around it."""
    if line.row:
        return False
    if any((one.get("type") or "").lower() in ("radio", "checkbox") for one in line.element.iter("input")):
        return len(line.text) <= _CONTROLS
    box = next((one for one in (line.element, *line.element.iterancestors()) if _VISITORS.search(names(one))), None)
    return box is not None and sum(len(part.strip()) for part in map(str, box.itertext())) <= _LONGEST


def _leads_nowhere(line: Line) -> bool:
    """Whether a line is controls: nine tenths of it are links, and none has an address (`javascript:`, `#`, none)."""
    if line.row or len(line.text) > _CONTROLS or _KEPT.search(line.text):
        return False
    if not line.linked or line.linked < 0.9 * len(_LETTER.findall(line.text)):
        return False
    addresses = [(link.get("href") or "").strip() for link in line.element.iter("a")]
    return bool(addresses) and all(not one or one == "#" or one[:11].lower() == "javascript:" for one in addresses)


def is_unfilled(line: Line) -> bool:
    """Whether a line is a place that its template left unfilled: null, {{article.content}}."""
    return not line.row and _UNFILLED.fullmatch(line.text) is not None


def is_stamp(line: Line) -> bool:
    """Whether a line is a day in figures or a time alone."""
    return any(shape.fullmatch(line.text) for shape in (_DAY_IN_FIGURES, _STAMP))


def is_rule(line: Line) -> bool:
    """Whether a line is a rule of signs, with a word in it at most: ------分隔线------."""
    said = line.text[:_BEGINNING]
    return not line.row and 2 * len(_LETTER.findall(said)) < len(said)


def _is_related_link(line: Line) -> bool:
    """Whether a line is a heading such as 相关文章： or 标签： with the linked headline of another page, or linked words, behind it."""
    heading = _RELATED_LINK.match(line.text)
    return heading is not None and line.linked >= 0.9 * len("".join(line.text[heading.end() :].split())) > 0


def is_weak(line: Line) -> bool:
    """Whether a line may be residue when residue stands around it: short, or all links, and no sentence."""
    if _KEPT.search(line.text) or line.row:
        return False
    return (len(line.text) <= _WEAK and not _SENTENCE.search(line.text)) or line.linked >= 0.9 * len(line.text)


def trim(lines: Sequence[Line], title: str) -> list[str]:
    """The text's paragraphs, as `kept` finds them."""
    return [text for _, text in kept(lines, title)]


def kept(lines: Sequence[Line], title: str) -> list[tuple[Line, str]]:
    """The text's lines, each with the paragraph that it gives: residue cut off both ends, and off the ends of lines that also hold text.

    Head: from the first line on, lines that are residue, the title, or weak; cut behind the last that is residue, or
    the page's headline (`<h1>`), a day alone in figures right behind one of these too; and never into a transcript, which prints a time again and again. A title printed as the first paragraph of a document is part of it.
    Tail: from the last line back, lines that are residue or weak, with at most two weak ones in a row, and any number that are nine tenths
    links; cut before the first that is residue. A heading of related links takes the linked or short lines behind it along. A signature with
    its day proves that the text goes on to there, and so does 时间： beside a place (地点：). An unlinked prompt right below a
    numbered heading is its content (三、报名方式, 扫描下方二维码关注公众号报名). A line that is but links is residue where no link
    has an address (`_leads_nowhere`), where they lead to the previous and the next page, or stand in furniture of links
    (`_is_linked_furniture`); so are radio buttons and a brief box of comments (`_is_of_visitors`). A post that is advertised
    (编辑：2名) is text.
    Amid the text go a heading such as 相关阅读 and the headlines of other pages below it (`_related_amid`).
    Attachments, tables, signatures and whatever stands between two sentences stay. So does a row of a table that is no head
    of the page (`_is_row_of_text`): 作者, 作品, 奖项 are columns of a text, 有效期至 is a row of a licence.
    """
    shown = [line for line in lines if not line.hidden]
    end = _tail(shown, title)
    start = _head(shown[:end], title)
    related = _related_amid(shown[start:end])
    return [
        (line, text)
        for line in shown[start:end]
        if id(line) not in related and (text := _mark(line, _strip(line.text)))
    ]


def _related_amid(lines: Sequence[Line]) -> set[int]:
    """The ids of the lines of boxes with related articles amid a text: a heading, and two lines or more that are but links to pages."""
    found: set[int] = set()
    for at, line in enumerate(lines):
        if len(line.text) > _HEADING or line.linked or line.row or not _AMID.fullmatch(line.text):
            continue
        links = list(takewhile(_is_headline, lines[at + 1 :]))
        if len(links) > 1:
            found.update(map(id, (line, *links)))
    return found


def _is_headline(line: Line) -> bool:
    """Whether nine tenths of a line are links, and none is a file's."""
    return not line.row and line.linked >= 0.9 * len("".join(line.text.split())) and not _KEPT.search(line.text)


def _is_cut(line: Line, lines: Sequence[Line]) -> bool:
    return is_residue(line) and not (line.row and _is_row_of_text(line, lines))


def _is_row_of_text(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a row of info belongs to a table of the text.

    A row whose cells hold labels with their values (来源：…) does when they name nothing but days and another row is no info;
    another row with labels does unless all rows are info and one of them names the document, or one gives an 索引号.
    """
    table = next(line.element.iterancestors("table"), None)
    rows = [other for other in lines if other.row and next(other.element.iterancestors("table"), None) is table]
    whole = all(map(is_info, rows))
    labels = [label for label, _ in pairs(pieces(line))]
    if any(value.strip() for cell in line.parts for _, value in pairs(cell)):
        return not whole and {FIELDS[label] for label in labels} <= {"published", "written"}
    found = [(FIELDS[label], value) for row in rows for label, value in pairs(pieces(row)) if label not in BARE]
    heads = (whole and any(field in _NAMING for field, _ in found)) or any(
        field == "index_number" and value.strip() for field, value in found
    )
    return bool(labels) and not heads


def _mark(line: Line, text: str) -> str:
    """A line's text; a caption gets 图： before it."""
    return f"图：{text}" if line.element.tag == "figcaption" and text[:1] not in "图（▲△" else text


def _strip(text: str) -> str:
    tail = text[-80:]
    if not tail.rstrip().endswith(_SENTENCE_ENDS) and (cut := _SUFFIX.search(tail)):
        text = text[: len(text) - len(tail) + cut.start()]
    return _PREFIX.sub("", text, count=1).strip(" \u3000")


def _plain(text: str) -> str:
    return re.sub(r"\W", "", text)


def _head(lines: Sequence[Line], title: str) -> int:
    cut = 0
    wanted = _plain(title)
    for at, line in enumerate(lines[:30]):
        headline = line.element.tag == "h1"
        if _opens_event(lines[at : at + 3]) or _is_stamp_of_many(line, lines):
            break
        beside = at > 0 and cut == at and _DAY_IN_FIGURES.fullmatch(line.text)
        if (
            beside
            or _is_cut(line, lines)
            or _EMPTY_LIST.fullmatch(line.text)
            or (headline and _plain(line.text) == wanted)
        ):
            cut = at + 1
        elif not (is_weak(line) or (len(line.text) < 120 and _plain(line.text) in wanted)):
            break
    return cut


def _is_stamp_of_many(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a line is a time alone, as two others are: those of a transcript, not the page's own."""
    return _STAMP.fullmatch(line.text) is not None and sum(bool(_STAMP.fullmatch(other.text)) for other in lines) > 2


def _opens_event(lines: Sequence[Line]) -> bool:
    """Whether lines tell of a meeting: 地点：, 主持人： and their like open a transcript, and 时间： above one of them."""
    if _PLACE.match(lines[0].text):
        return True
    labels = [label for label, _ in pairs(pieces(lines[0]))]
    return len(labels) == 1 and labels[0] in BARE and any(_PLACE.match(line.text) for line in lines[1:])


def _tail(lines: Sequence[Line], title: str) -> int:
    cut = len(lines)
    gap = 0
    for at in range(len(lines) - 1, max(-1, len(lines) - 60), -1):
        line = lines[at]
        if _ends_signature(lines[: at + 1]) or _is_of_event(lines, at):
            break
        if _is_cut(line, lines) or _opens_links(lines[at:cut]) or _disclaims(line, title):
            cut, gap = at, 0
        elif is_weak(line) and (gap < _GAP or line.linked >= 0.9 * len(line.text)):
            gap += 1
        else:
            break
    return cut + 1 if 0 < cut < len(lines) and _fills_heading(lines[cut - 1], lines[cut]) else cut


def _disclaims(line: Line, title: str) -> bool:
    return not line.row and len(line.text) <= _LONGEST and is_disclaimer(line.text, title)


def _ends_signature(lines: Sequence[Line]) -> bool:
    """Whether lines end in a day alone, spelled with 年, below the signer's name: the text goes on to here."""
    text = lines[-1].text
    if len(lines) < 2 or "年" not in text or len(text) > _WEAK:
        return False
    day, signer = first_day(text), lines[-2]
    if day is None or day.minute or (text[: day.start] + text[day.end :]).strip(" 　()（）。"):
        return False
    return is_weak(signer) and not signer.linked and not is_residue(signer)


def _fills_heading(heading: Line, prompt: Line) -> bool:
    """Whether a prompt is the one line below a numbered heading, unlinked and in an element beside it."""
    if not (_NUMBERED.match(heading.text) and is_weak(heading) and is_prompt(prompt.text)) or prompt.linked:
        return False
    return prompt.element.getparent() is heading.element.getparent() and prompt.element is not heading.element


def _is_of_event(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is a bare label (时间：) beside a place or the persons of an event."""
    if not any(_PLACE.match(line.text) for line in lines[max(0, at - 2) : at + 3]):
        return False
    labels = [label for label, _ in pairs(pieces(lines[at]))]
    return len(labels) == 1 and labels[0] in BARE


def _opens_links(lines: Sequence[Line]) -> bool:
    """Whether the first line is a heading such as 相关阅读 and the other lines are its links or their headlines."""
    if len(lines[0].text) > _HEADING or not (
        _RELATED.fullmatch(lines[0].text) or _ENGLISH_RELATED.fullmatch(lines[0].text)
    ):
        return False
    return all(is_weak(line) or is_residue(line) or len(line.text) < 60 for line in lines[1:])
