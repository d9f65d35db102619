"""What a page says about its release: title, times, publisher, author, editor, and the head of an official document."""

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archive.model import Provenance
from lxml import etree

from pipelines.lines import Line, Sheet, squeeze

# The labels that pages print before a value, by the field they fill; a field "" only ends the value before it.
_LABELS = {
    "published": "发布时间 发布日期 发表时间 发表日期 发稿时间 刊发时间 公开日期 公开时间 公布日期 上网时间 上线时间 信息时间 录入时间 添加时间"
    " 更新时间 更新日期 日期 时间 发布于 发表于",
    "written": "成文日期 成文时间 发文日期 发文时间 生成日期 生成时间 印发日期 制发日期 签发日期",
    "publisher": "信息来源 文章来源 稿件来源 新闻来源 内容来源 文字来源 图文来源 本文来源 来源 来源于 稿源",
    "issuer": "发文机关 发文单位 发文机构 发布机构 发布机关 制发机关 公开机关 公布机关 制定机关 信息公开机构",
    "doc_number": "发文字号 文件编号 发文编号 文件号 发文号 文号",
    "index_number": "索引号 信息索引号 索引编号 信息索引",
    "editor": "责任编辑 值班编辑 网络编辑 执行编辑 本文编辑 责编 编辑 选稿",
    "author": "作者 撰稿 撰文",
    "": "浏览次数 浏览量 浏览 阅读次数 阅读量 阅读 点击次数 点击量 点击数 点击率 点击 访问量 访问次数 字体 字号 字体大小 打印 分享 分享到 主题分类 公开方式 公开形式 公开类别 公开属性"
    " 公开范围 公开程序 公开时限 有效性 时效性 效力状态 信息分类 组配分类 主题词 关键词 关键字 体裁分类 体裁 分类 标题 名称 信息名称 文件名称 审核 审核人 校对 初审 复审 终审 一审 二审 三审 监制 总监制 审读"
    " 编审 摄影 记者 通讯员 失效日期 废止日期 实施日期 施行日期 生效日期 所属区域 服务对象 责任部门 责任单位 所属栏目 视力保护色 保护视力色 我要纠错 纠错 扫一扫 举报 收藏 评论 朗读 主编 美编 供图 录入"
    " 发布人 发布者 上传 原标题 标签 TAG",
}
_FIELDS = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_LABEL = re.compile(
    "(?P<label>"
    + "|".join(r"\s*".join(map(re.escape, label)) for label in sorted(_FIELDS, key=len, reverse=True))
    + r")\s*(?:[:：]|(?=\t)|$|(?<=于))\s*",
    re.I,
)
_TOOL = re.compile(r"(?:打印|分享|举报|字体|字号|收藏|关闭|扫一扫|我要纠错|浏览|阅读|点击|订阅|关注|评论|大\s*中\s*小|A\+|【|〖).*$")
_DAY = re.compile(
    r"(?P<y>(?:19|20)\d{2})\s*[-年./／\s]\s*(?P<m>\d{1,2})\s*[-月./／]\s*(?P<d>\d{1,2})(?!\d)\s*日?"
    r"(?:(?:\s|[T,，|:：]|[(（]?(?:星期|周)[一二三四五六日天][)）]?){0,12}(?P<h>\d{1,2})\s*[:：∶时]\s*(?P<min>\d{2})(?!\d))?"
)
_COMPACT = re.compile(r"^\s*(?P<y>20\d{2})(?P<m>[01]\d)(?P<d>[0-3]\d)(?:(?P<h>[0-2]\d)(?P<min>[0-5]\d)(?:\d\d)?)?\s*$")
_SITE = re.compile(r"\s*(?:[_|｜]+|--+|——|\s[-–－—]\s*|[-–－—](?=[^-–－—]{2,16}$))\s*")
_META = {
    "title": "articletitle og:title twitter:title",
    "published": "pubdate publishdate publish_date publishtime pubtime article:published_time og:published_time"
    " published_time og:release_date _pubtime weibo:article:create_at datepublished",
    "publisher": "contentsource source og:article:source article:source mediaid",
    "author": "author article:author og:article:author",
    "editor": "editor editors responsibleeditor",
}
_NUMBER = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{0,15}\s*[〔\[［(（【]?\s*(?:19|20)\d{2}\s*年?\s*[〕\]］)）】]?\s*(?:第\s*)?\d{1,5}(?:-\d+)?\s*号")
_BYLINE = re.compile(
    r"(?:本报|本网|本台|新华社|人民网|[\u4e00-\u9fff]{2,6}(?:新闻|日报|晚报|网|报|客户端))?(?:见习|实习|首席|融媒体?)?记者\s*[:：]?\s*(?P<v>[\u4e00-\u9fff·]{2,4}(?:[\s、,，]+[\u4e00-\u9fff·]{2,4}){0,5})"
)
_OUTLET = re.compile(r"[\u4e00-\u9fffA-Za-z]{2,12}")
_NAME = 60  # characters that a name has at most


@dataclass(slots=True)
class Facts:
    """Found values by field, each with the rule that gave it and the words as found."""

    values: dict[str, str] = field(default_factory=dict)
    provenance: list[Provenance] = field(default_factory=list)

    def set(self, name: str, value: str, rule: str, raw: str) -> None:
        """Keep the first value that a field gets; "" is none."""
        if value and name not in self.values:
            self.values[name] = value
            self.provenance.append(Provenance(field=name, rule=rule, raw=raw[:300]))

    def get(self, name: str) -> str:
        return self.values.get(name, "")


def read_meta(tree: etree._Element) -> dict[str, str]:
    """The page's meta tags by lower-cased name, markup stripped; the first of a name that says something counts."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        content = meta.get("content")
        if name and content and name not in found and (value := plain(content)):
            found[name] = value
    return found


def plain(text: str) -> str:
    """Without markup, entities and surplus white space: some sites put `<br>` and `<div>` into their meta tags."""
    return squeeze(re.sub(r"<[^<>]{0,300}>", "", html.unescape(text)))


def timestamp(text: str) -> str:
    """The first day of a text as ISO 8601, with minute and zone (Asia/Shanghai) where it prints a time; else ""."""
    match = _DAY.search(text) or _COMPACT.match(text)
    if not match:
        return ""
    year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    iso = f"{year:04}-{month:02}-{day:02}"
    if match["h"] is None or int(match["h"]) > 23 or int(match["min"]) > 59:
        return iso
    return f"{iso}T{int(match['h']):02}:{match['min']}+08:00"


def bare(text: str) -> str:
    """Letters and digits only, lower case: what stays when a title is printed with other marks."""
    return re.sub(r"[\W_]+", "", text).lower()


def head_title(tree: etree._Element) -> str:
    """What stands in `<title>`."""
    for element in tree.iter("title"):
        if text := plain("".join(element.itertext())):
            return text
    return ""


def find_title(sheet: Sheet, meta: dict[str, str]) -> tuple[str, str, list[int]]:
    """The title, the rule that gave it, and the lines where it stands.

    Visible lines count when `<title>` or ArticleTitle confirms them: the longest run of up to six lines that begins
    the one or is the other. Then a lone `<h1>`; then ArticleTitle,
    og:title; then `<title>` up to the site's name.
    """
    head, named = bare(head_title(sheet.tree)), bare(meta.get("articletitle", ""))
    best: str = ""
    places: list[int] = []
    if head or named:
        for start, text in _runs(sheet.lines, head, named):
            size, longest = len(bare(text)), len(bare(best))
            if size > max(3, longest):
                best, places = text, [start]
            elif size == longest > 3:
                places.append(start)
    if best:
        return best, "label", places
    lone = [(at, line) for at, line in enumerate(sheet.lines) if line.element.tag == "h1" and not line.hidden]
    if len(lone) == 1 and 6 <= len(lone[0][1].text) <= 150 and lone[0][1].linked < 4:
        return lone[0][1].text, "label", [lone[0][0]]
    for name in _META["title"].split():
        if meta.get(name):
            return cut_site(meta[name]), "meta", []
    return cut_site(head_title(sheet.tree)), "meta", []


def _runs(lines: Sequence[Line], head: str, named: str) -> Iterator[tuple[int, str]]:
    for start, line in enumerate(lines):
        if line.hidden or len(line.text) > 200 or line.linked > len(line.text) / 2 or line.row:
            continue
        run, text = "", ""
        for part in lines[start : start + 6]:
            run += bare(part.text)
            if not (head.startswith(run) or named.startswith(run)):
                break
            text += part.text
            if run == named or head.startswith(run):
                yield start, text


def cut_site(title: str) -> str:
    """A `<title>` without the names of site and column that follow `_`, `|`, `--` or a dash."""
    parts = [part.strip() for part in _SITE.split(title) if part.strip()]
    if not parts:
        return title.strip()
    return parts[0] if len(parts[0]) >= 6 or len(parts) == 1 else max(parts, key=len)


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """What a line says behind labels that we know: (label without blanks, value). Tabs divide its pieces."""
    found = list(_LABEL.finditer(text))
    for match, following in itertools.pairwise([*found, None]):
        value = text[match.end() : following.start() if following else len(text)].lstrip("\t :：")
        yield re.sub(r"\s+", "", match["label"]), value


def _pieces(line: Line) -> str:
    return "\t".join(filter(None, map(squeeze, line.parts)))


def find_facts(sheet: Sheet, meta: dict[str, str], title_at: int, start: int, end: int, facts: Facts) -> None:
    """Fill the fields from the lines around the body (`start` to `end`): labels first, then lines without, then meta.

    Before the body: from the title on, at most 40 lines, and the body's own first lines. Behind it: the body's last
    lines and the 14 that follow.
    """
    top = max(0, start - 40, title_at if 0 <= title_at < start else 0)
    before = [line for line in sheet.lines[top : min(end, max(start, title_at) + 8)] if _is_near(line)]
    after = [line for line in sheet.lines[max(start, end - 8) : end + 14] if _is_near(line)]
    found = [(label, value, line) for line in [*before, *after] for label, value in pairs(_pieces(line))]
    # who answers for a page (责任编辑) comes before who edited it
    for label, value, line in sorted(found, key=lambda item: "责" not in item[0]):
        _label(facts, _FIELDS[label if label in _FIELDS else label.upper()], value, line)
    title = bare(facts.get("title"))
    for line in before:
        if bare(line.text) in title:
            continue
        if stamp := _printed(line):
            facts.set("published", stamp, "text", line.text)
            facts.set("publisher", _beside_time(line), "text", line.text)
            break
    for name in ("published", "publisher", "author", "editor"):
        for key in _META[name].split():
            raw = meta.get(key, "")
            if name == "published":
                facts.set("published_meta", timestamp(raw), "meta", raw)
                facts.set("published", timestamp(raw), "meta", raw)
            else:
                facts.set(name, _name(re.sub(r"^\s*(?:来源|作者|责任编辑|责编|编辑)\s*[:：]\s*", "", raw)), "meta", raw)


def _printed(line: Line) -> str:
    """The time that a line prints without a label: near its start, in a line that is no sentence."""
    text = " ".join(line.parts)
    match = _DAY.search(text)
    if not match or len(text) > 150 or re.search("[，。；！？]", text):
        return ""
    labels = [re.sub(r"\s", "", label) for label in _LABEL.findall(text[: match.start()])]
    if labels and _FIELDS.get(labels[-1]) not in ("publisher", "author", "published"):
        return ""
    return "" if match.start() > 30 else timestamp(text)


def _beside_time(line: Line) -> str:
    """The outlet that a line without labels names behind its time: `2024-05-09 22:30·新华社`."""
    text = "\t".join(line.parts)
    match = _DAY.search(text)
    if not match or _LABEL.search(text) or match.start() > 2:
        return ""
    rest = re.sub(r"^[:：]\d\d", "", text[match.end() :])
    words = re.split(r"[\s\u00a0·|｜]+", rest.strip("\t \u00a0·|｜"))
    return words[0] if _OUTLET.fullmatch(words[0]) else ""


def _is_near(line: Line) -> bool:
    return not line.hidden and len(line.text) < 300


def _label(facts: Facts, name: str, value: str, line: Line) -> None:
    rule = "table" if line.row else "label"
    if name in ("published", "written"):
        facts.set(name, timestamp(value.replace("\t", " ")), rule, line.text)
    elif name == "doc_number":
        match = _NUMBER.search(value)
        facts.set(name, match[0] if match else "", rule, line.text)
    elif name == "index_number":
        facts.set(name, value.split("\t")[0].strip(), rule, line.text)
    elif name:
        facts.set(name, _name(_TOOL.sub("", value.split("\t")[0])), rule, line.text)


def _name(value: str) -> str:
    """A name as printed, without the marks and codes around it; "" for what is none: numbers, times, sentences."""
    value = re.sub(r"(?<=[\u4e00-\u9fff])\s+[A-Z]{2}\d+$", "", _DAY.sub("", squeeze(value))).strip(" \u3000:：|｜,，;；、.。[]【】()（）<>\"'“”_-—/·")
    return value if len(value) <= _NAME and not re.fullmatch(r"[\d\s:./-]*|.*[。！？].*", value) else ""


def publisher(text: str) -> str:
    """The publisher that a declared element names: what follows 来源：, else the whole of it."""
    found = [value for label, value in pairs(text) if _FIELDS.get(label) == "publisher"]
    return _name(_TOOL.sub("", found[0].split("\t")[0] if found else text))
