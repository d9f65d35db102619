"""The labels that pages of public bodies print before a value: 来源：, 发布日期：, 索 引 号：, 發佈時間：."""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Literal

from archive.model import ProvenanceField
from pipelines.lines import squeeze
from pipelines.word_lists import words

# The labels by the field they fill; labels of the field "" only end the value before them.
LABELS: dict[ProvenanceField | Literal[""], str] = {
    "published": "发布时间 发布日期 发布日 发表时间 发表日期 发表日时 发稿时间 发稿日期 刊发时间 刊发日期 刊登时间 刊登日期"
    " 公开日期 公开时间 公布日期 公布时间 公告日期 公告时间 上网时间 上网日期 上线时间 信息时间 信息日期 录入时间 录入日期 添加时间 添加日期"
    " 上传时间 上传日期 挂网时间 挂网日期 登载时间 登载日期 刊载时间 刊载日期 推送时间 推送日期 创建时间 创建日期 编辑时间 编辑日期 采编时间 采编日期 转载时间 转载日期 发布于 发表于"
    " 答复时间 答复日期 回复时间 回复日期 办复时间"
    " 首发时间 首发日期 首次上线时间 首次上线日期 首次公布时间 首次公布日期 首次发表时间 首次发表日期 首次发布于 首次发表于 初次发布于 初次发表于"
    " 更新时间 更新日期 更新于 最后更新 最近更新 最后更新时间 最近更新时间 最后更新日期 最近更新日期 最后更新于 最新更新"
    " 修改时间 修改日期 修改于 最后修改 最近修改 最后修改时间 最近修改时间 最后修改日期 最后修改于 最后编辑 最后编辑于 最后编辑时间"
    " 修订时间 修订日期 修订于 最后修订 最近修订 最新修订 最后修订时间 最近修订时间 最后修订日期 最近修订日期 最后修订于 日期 时间",
    "written": "成文日期 成文时间 发文日期 发文时间 生成日期 生成时间 印发日期 制发日期 签发日期",
    "publisher": "信息来源 文章来源 稿件来源 新闻来源 消息来源 发布来源 原文来源 信息提供 信息提供单位 信息报送 来稿单位 供稿单位 内容来源 文字来源 图文来源 本文来源 来源 来源于 本文来源于"
    " 文章来源于 稿源 信源 转载来源 来源单位 来源机构 来源媒体 来源网站 文章出处 信息出处 出处 来自 本文来自 文章来自 转自 转载自 摘自",
    "issuer": "发文机关 发文单位 发文机构 发布机构 发布机关 发布单位 发布部门 制发机关 公开机关 公布机关 制定机关 信息公开机构",
    "doc_number": "发文字号 发布文号 公文编号 公文文号 公文字号 文件文号 文件字号 文件编号 发文编号 文件号 发文号 文号",
    "index_number": "索引号 信息索引号 索引编号 信息索引",
    "editor": "责任编辑 值班编辑 网络编辑 执行编辑 本文编辑 责编 编辑 选稿",
    "author": "文章作者 本文作者 作者 撰稿人 撰稿 撰文 供稿人 供稿",
    "subject_class": "主题分类 主题类别",
    "genre": "体裁分类 体裁 文种 公文种类",
    "effective": "实施日期 施行日期 生效日期 实施时间 施行时间 生效时间",
    "expires": "失效日期 失效时间 废止日期 废止时间 有效期 有效期至 有效期限 有效期截至 有效期截止",
    "addressee": "主送机关 主送单位 主送",
    "signatory": "签发人",
    "": "文章类型 信息类型 人气 人气指数 查看次数 播放次数 播放量 浏览次数 浏览人数 浏览数 浏览量 浏览 阅读次数 阅读人数 阅读数 阅读量 阅读 点击次数 点击量 点击数 点击率 点击 访问量 访问人数 访问数 访问次数"
    " 字体 字号 字体大小 视力保护色 保护视力色 打印 分享 分享到 收藏 评论 朗读 举报 我要纠错 纠错 扫一扫"
    " 信息分类 组配分类 分类 主题词 关键词 关键字 标签 TAG"
    " 公开方式 公开形式 公开类别 公开属性 公开范围 公开程序 公开时限 有效性 时效性 效力状态"
    " 抄送机关 抄送单位 抄送 截止日期 截止时间 截止至 截至日期 截至时间 到期日期 到期时间 过期时间 下线时间 所属区域 服务对象 责任部门 责任单位 所属栏目"
    " 标题 名称 信息名称 文件名称 原标题 审核 审核人 校对 初审 复审 终审 一审 二审 三审 监制 总监制 审读 编审"
    " 主编 美编 录入 上传 发布人 发布者 摄影 供图 记者 通讯员"
    " 留言时间 留言日期 来信时间 来信日期 写信时间 写信日期 提交时间 提问时间 咨询时间 受理时间",
}
FIELDS = {label: name for name, labels in LABELS.items() for label in labels.split()}
_KINDS = words("信息 文章 新闻 内容 稿件 公告 通知 网上 首次 初次")  # before a label of publication: 信息发布日期
FIELDS |= {kind + label: "published" for kind in _KINDS for label in ("发布时间", "发布日期", "公开时间", "公开日期")}
# labels before a day alone, and a colon
_BEFORE_A_DAY = words(
    "发布 发表 公布 公开 刊发 首发 首次发布 首次公开 首次公布 首次发表 初次发布 初次发表 更新 修改 修订 创建 创建于"
)
_OF_DOCUMENTS = ("published", "written", "issuer", "doc_number", "index_number", "effective", "expires")
FIELDS |= dict.fromkeys(_BEFORE_A_DAY, "published")
BARE = frozenset(("日期", "时间"))  # as much labels of an event as of the publication
# labels that stand in brackets, without a colon: 【文号】, 【来源】; others may be a heading of a text (【时间】, 【记者】)
_FRAMED = (
    {label for label, name in FIELDS.items() if name in (*_OF_DOCUMENTS, "publisher", "author", "editor")}
    - _BEFORE_A_DAY
    - BARE
)
_FRAMED |= words("浏览次数 浏览量 浏览 阅读次数 阅读量 阅读 点击次数 点击量 点击数 点击 字体 字号 审核 校对")
UPDATES = frozenset(label for label in FIELDS if re.search("更新|修[改订]|最后", label))
# times of steps before the publication: a page may print them beside its time
STEPS = frozenset(
    label
    for label, name in FIELDS.items()
    if name == "published" and label[:-2] in words("录入 添加 上传 创建 编辑 采编 答复 回复 办复")
) | {"创建", "创建于"}
_LATIN = {
    "source": "来源",
    "published": "发布时间",
    "updated": "更新时间",
    "author": "作者",
    "editor": "编辑",
    "date": "日期",
    "time": "时间",
    "views": "浏览",
    "hits": "点击",
    "clicks": "点击",
}  # labels only before a colon
_NAMES = sorted((*(FIELDS.keys() - _BEFORE_A_DAY), "tag", "Tag"), key=len, reverse=True)
_FIRST = {
    name[0] for name in (*_NAMES, *_BEFORE_A_DAY, *_LATIN, *map(str.upper, _LATIN), "【")
}  # to ask for it first is fast
_LABEL = re.compile(
    rf"(?=[{''.join(sorted(_FIRST))}])(?:(?<![\u4e00-\u9fff“‘「『])(?P<label>"
    + "|".join(r"\s*".join(map(re.escape, name)) for name in _NAMES)
    + r")\s*(?:[:：]|(?=\t)|$|(?<=于)|(?<=[本文][文章]来自)|(?<=来自)(?=[ \u3000]))\s*"
    rf"|(?<![\u4e00-\u9fff])(?P<issued>{'|'.join(sorted(_BEFORE_A_DAY))})\s*[:：]\s*(?=[\[(（]?\s*(?:(?:19|20)[0-9]{{2}}\s*[-年./]|[0-9]{{2}}(?P<sign>[-./])[0-9]{{2}}(?P=sign)[0-9]{{2}}(?![0-9])))"
    rf"|【(?P<framed>{'|'.join(sorted(_FRAMED, key=len, reverse=True))})】\s*[:：]?\s*"
    rf"|(?<![\u4e00-\u9fffA-Za-z])(?P<latin>(?i:{'|'.join(_LATIN)}))\s*[:：]\s*)"
)
# a label glued to the value before it: 来源：某局作者：甲; a bare one needs a day behind it
_GLUED = re.compile(
    r"(?<=[\u4e00-\u9fff][\u4e00-\u9fff])(?P<label>"
    + "|".join(name for name in _NAMES if name not in BARE and name.isalpha() and not name.isascii())
    + r"|(?:日期|时间)(?=[:：]\s*(?:19|20)\d\d))[:：]\s*(?P<issued>(?!))?(?P<framed>(?!))?(?P<latin>(?!))?"
)
_NAMED = ("publisher", "author", "editor")  # fields whose values are names
# The traditional characters of these labels, the Japanese ones that differ, and other colons
_SIMPLE = str.maketrans(
    "來發佈發時間於處編輯責號機關單構瀏覽點擊閱讀數訪問體標題審監製簽開錄聞圖報記員攝內創網線實廢經過選類屬誤優頁轉載訊訂発処読覧関︰﹕∶",
    "来发布发时间于处编辑责号机关单构浏览点击阅读数访问体标题审监制签开录闻图报记员摄内创网线实废经过选类属误优页转载讯订发处读览关：：：",
)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLE))}]")
_SHORT = 200  # characters of a line whose labels are remembered
_LAST = {name[-1] for name in FIELDS.keys() - _BEFORE_A_DAY}
_LAST |= {chr(sign) for sign, simple in _SIMPLE.items() if chr(simple) in _LAST}
# a sign that follows a label, or 于 or 自 that ends one; a pattern that begins with one sign is looked for four times as fast
_MARK = re.compile(
    r"[:：︰﹕∶\t于於自】](?:(?<=[:：︰﹕∶\t])|(?<=[布佈表新源改订訂辑輯\s][于於])|(?<=[来來]自)|(?<=[期间間日时時构構关關位号號期至限编編源处處出自稿者辑輯责責文览覽读讀击擊量数數体體核对對]】))"
)


def simple(text: str) -> str:
    """A text of the same length in which the traditional characters of labels are simplified ones; most texts have none."""
    return text.translate(_SIMPLE) if _TRADITIONAL.search(text) else text


def find_label(text: str) -> re.Match[str] | None:
    """The first known label of a line; one behind an opening quotation mark (注明“来源：云桅日报”) is none. A label in traditional characters is as one in simplified ones."""
    found = labelled(text)
    return found[0][0] if found else None


def pairs(text: str) -> Sequence[tuple[str, str]]:
    """The known labels of a line with their values: (label without blanks, value). Tabs divide the line's pieces."""
    return [(name_of(match), value) for match, value in labelled(text)]


def labelled(text: str) -> Sequence[tuple[re.Match[str], str]]:
    """The places of a line's known labels, each with the value that follows it."""
    return _labelled(text) if len(text) > _SHORT else _labelled_short(text)


def _labelled(text: str) -> Sequence[tuple[re.Match[str], str]]:
    if not _may_hold_label(text):
        return ()
    found: list[re.Match[str]] = []
    signs = simple(text)
    for match in _LABEL.finditer(signs):
        # 须注明【来源】和【作者】 is a sentence; behind another label the value may end right before it
        if found or not match["framed"] or not text[: match.start()][-1:].isalpha():
            found.append(match)
    if len(text) <= _SHORT and signs.count("：") + signs.count(":") > 1:
        found = list(_with_glued(found, signs))
    ends = [*(match.start() for match in found[1:]), len(text)]
    return [(match, text[match.end() : end].lstrip("\t :：︰﹕∶")) for match, end in zip(found, ends, strict=False)]


def _with_glued(found: Sequence[re.Match[str]], text: str) -> Iterator[re.Match[str]]:
    """The labels of a line with those that stand in the value of a name, without a blank: 来源：某局作者：甲."""
    for match, end in zip(found, [*(one.start() for one in found[1:]), len(text)], strict=False):
        yield match
        if FIELDS[name_of(match)] in _NAMED:
            glued = list(_GLUED.finditer(text, match.end(), end))
            # 来源：某局 报名截止时间： is a label that is not known, and no 截止时间
            if glued and " " not in squeeze(text[match.end() : glued[0].start()]):
                yield from glued


# each rule asks for the labels of a line anew, and menus repeat from page to page of a site
_labelled_short = functools.lru_cache(maxsize=2048)(_labelled)


def _may_hold_label(text: str) -> bool:
    """A quick test: most lines hold no label, and the pattern is slow."""
    return _MARK.search(text) is not None or text.rstrip()[-1:].upper() in _LAST


def name_of(match: re.Match[str]) -> str:
    """The label that a match found, as LABELS spells it."""
    if match["latin"]:
        return _LATIN[match["latin"].lower()]
    label = "".join((match["label"] or match["issued"] or match["framed"]).split())
    return label if label in FIELDS else label.upper()
