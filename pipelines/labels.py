"""The labels that pages of public bodies print before a value: 来源：, 发布日期：, 索 引 号：."""

import itertools
import re
from collections.abc import Iterator
from typing import Literal

from archive.model import ProvenanceField

# The labels by the field they fill; labels of the field "" only end the value before them.
LABELS: dict[ProvenanceField | Literal[""], str] = {
    "published": "发布时间 发布日期 发表时间 发表日期 发稿时间 刊发时间 公开日期 公开时间 公布日期 上网时间 上线时间"
    " 信息时间 录入时间 添加时间 更新时间 更新日期 日期 时间 发布于 发表于",
    "written": "成文日期 成文时间 发文日期 发文时间 生成日期 生成时间 印发日期 制发日期 签发日期",
    "publisher": "信息来源 文章来源 稿件来源 新闻来源 内容来源 文字来源 图文来源 本文来源 来源 来源于 稿源",
    "issuer": "发文机关 发文单位 发文机构 发布机构 发布机关 制发机关 公开机关 公布机关 制定机关 信息公开机构",
    "doc_number": "发文字号 文件编号 发文编号 文件号 发文号 文号",
    "index_number": "索引号 信息索引号 索引编号 信息索引",
    "editor": "责任编辑 值班编辑 网络编辑 执行编辑 本文编辑 责编 编辑 选稿",
    "author": "作者 撰稿 撰文",
    "": "浏览次数 浏览量 浏览 阅读次数 阅读量 阅读 点击次数 点击量 点击数 点击率 点击 访问量 访问次数"
    " 字体 字号 字体大小 视力保护色 保护视力色 打印 分享 分享到 收藏 评论 朗读 举报 我要纠错 纠错 扫一扫"
    " 主题分类 信息分类 组配分类 体裁分类 分类 体裁 主题词 关键词 关键字 标签 TAG"
    " 公开方式 公开形式 公开类别 公开属性 公开范围 公开程序 公开时限 有效性 时效性 效力状态"
    " 失效日期 废止日期 实施日期 施行日期 生效日期 所属区域 服务对象 责任部门 责任单位 所属栏目"
    " 标题 名称 信息名称 文件名称 原标题 审核 审核人 校对 初审 复审 终审 一审 二审 三审 监制 总监制 审读 编审"
    " 主编 美编 录入 上传 发布人 发布者 摄影 供图 记者 通讯员",
}
FIELDS = {label: name for name, labels in LABELS.items() for label in labels.split()}
LABEL = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<label>"
    + "|".join(r"\s*".join(map(re.escape, label)) for label in sorted(FIELDS, key=len, reverse=True))
    + r")\s*(?:[:：]|(?=\t)|$|(?<=于))\s*",
    re.I,
)


_MARKS = (":", "：", "\t", "于")  # one of these follows a label, or ends it
_LAST = {label[-1] for label in FIELDS}


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The known labels of a line with their values: (label without blanks, value). Tabs divide the line's pieces."""
    # a quick test first: most lines hold no label, and the pattern is slow
    if not any(mark in text for mark in _MARKS) and text.rstrip()[-1:].upper() not in _LAST:
        return
    for match, following in itertools.pairwise([*LABEL.finditer(text), None]):
        assert match
        value = text[match.end() : following.start() if following else len(text)].lstrip("\t :：")
        yield name_of(match), value


def name_of(match: re.Match[str]) -> str:
    """The label that a match found, as LABELS spells it."""
    label = re.sub(r"\s+", "", match["label"])
    return label if label in FIELDS else label.upper()
