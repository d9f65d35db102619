"""What a page wraps around its text inside the text's own container: counters, editors, sources, share bars, prompts."""

import re
from collections.abc import Sequence

from pipelines.lines import Line

_VALUE = r"[^。！？；，,;\t]{0,40}?"
_DAY = r"\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}\s*日?(?:[\sT]*\d{1,2}\s*[:：∶]\s*\d{2}(?:\s*[:：∶]\s*\d{2})?)?"
_EDITORS = (
    r"(?:责任|本文|值班|执行|网络|实习|本期|版面|见习|本版)?(?:编辑|责编|美编|编审|编校|编发|小编)|审核人?|校对|审校|校审|初审|复审|终审|[一二三]审"
    r"|(?:总|出品)?监\s*制|审\s*读|审签|签发|总编辑?|录入员?|录入者|信息员|发布人|上传|统筹|策划"
)
_SOURCES = r"(?:信息|文章|稿件|新闻|本文|图文|内容|文字)?来\s*源(?:于|自)?|稿源|供稿(?:单位)?|发布(?:机构|单位|部门)|信息提供"
_TIMES = r"(?:发布|更新|发表|刊发|发稿|创建|成文|生成|印发|信息|录入|编辑)?(?:时间|日期)|发布于|发表于"
_COUNTS = r"(?:浏览|阅读|点击|访问|查看|点赞|评论|收藏|播放)(?:次数|人数|人次|量|数|率)?"
_TOOLS = (
    r"打印(?:本页|此页|正文|文章|页面|该页)?|关闭(?:本页|窗口|页面)?|收藏(?:本页)?|纠错|我要纠错|返回(?:顶部|列表|上一页|首页)?|复制链接|朗读|语音播报|播报|听全文|字\s*[体号]\s*(?:[大中小默认缩放]|\s)*"
    r"|放大|缩小|大|中|小|默认|超大|标准|较大|A[+-]?|T[|+-]?|视力保护色|(?:一键)?分享(?:到|至)?|微信好友|微信|新浪微博|微博|腾讯微博|QQ(?:空间|好友)?|朋友圈|人人网|更多|扫一扫.{0,20}"
    r"|下载(?:文档|正文|word|pdf)?|转发|点赞|赞|推荐|评论|举报|手机(?:版|看|查看)?|繁体|简体|繁|简|我要评论|发表评论|背景色|护眼|保存|Word|PDF|mail|邮件|关怀版|无障碍(?:浏览)?"
)
_MARKS = r"[\s\u3000|｜/、·:：;；,，【】\[\]（）()<>《》«»+\-—_*>→※◆●]"

# Labels whose value ends at a blank, at the next label or at the line's end.
_LABELLED = rf"(?:{_EDITORS}|{_SOURCES}|作\s*者|记\s*者|通讯员|文号)\s*[:：]\s*\S{{0,40}}"
_TOKEN = rf"(?:(?:{_COUNTS})\s*[:：]?\s*[\d,.]*\s*[wW万千+]*\s*次?|(?:{_TIMES})?\s*[:：]?\s*{_DAY}|(?:{_TIMES})\s*[:：]|\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?|{_LABELLED}|{_TOOLS}|发表于\S{{2,8}})"
_INFO = re.compile(rf"(?:{_MARKS}|{_TOKEN})+", re.I)
_STRONG = re.compile(
    rf"(?:{_EDITORS})\s*[:：]|(?:{_SOURCES})\s*[:：]|(?:{_TIMES})\s*[:：]|(?:{_COUNTS})\s*[:：]?\s*\d|字\s*[体号]|打印|扫一扫|纠错|关闭(?:本页|窗口)|\d{{1,2}}\s*[:：∶]\s*\d{{2}}|分享(?:到|至)",
    re.I,
)
_CREDIT = re.compile(
    rf"[（(\[【]?\s*(?:作者[:：]\s*\S{{1,12}}\s*)?(?:[\u4e00-\u9fff]{{2,8}})?(?:{_EDITORS}|{_SOURCES})\s*(?:[:：]|(?=\s))\s*[^。！？]{{0,40}}?[)）\]】]?", re.I
)
_LINES = re.compile(
    r"[（(【\[]?原(?:标)?题(?:目|为)?\s*[:：].{2,80}"
    r"|Play\s*Video|\+1|图集|视频加载中.*|您的浏览器.*|点击图片.{0,12}|[（(]?点击(?:查看|进入|下载|放大).{0,20}"
    r"|(?:点击|扫码|扫一扫|扫描|长按|识别|关注|打开|下载|登录|用).{0,24}(?:公众号|二维码|客户端|APP|看评论|手机|全文|关注|>>|打开|查看|阅读).{0,20}"
    r"|分享(?:让更多人看到|到朋友圈|至手机|到微信|本文)?|(?:我要)?(?:收藏|评论|点赞|举报)|留个言再走呗|写留言|阅读原文|展开全文|阅读剩余全文.{0,4}|查看(?:更多|全文).{0,6}|返回.{0,8}(?:查看更多|首页|列表|顶部)"
    r"|(?:[|<>《》«»【】\[\]\s\d…共页第/]|上一页|下一页|上页|下页|首页|尾页|末页)+"
    r"|上一(?:篇|条|则|页)\s*[:：]?.{0,80}|下一(?:篇|条|则|页)\s*[:：]?.{0,80}|.{0,20}ICP备.*|.{0,20}公网安备.*|版权所有.{0,60}|主办单位\s*[:：].{0,60}|技术支持\s*[:：].{0,40}|网站标识码.*"
    r"|特别声明[:：].*|免责声明[:：].*|【?打印.{0,12}关闭.{0,6}|关注公众号.{0,20}|(?:END|-END-|—END—)",
    re.I,
)
_RELATED = re.compile(r"[\s【\[]*(?:相关|延伸|推荐|更多|热门|往期|猜你喜欢|大家都在看|精彩|最新)(?:阅读|推荐|链接|新闻|报道|文章|资讯|内容|信息|稿件|文档|专题|解读|文件|回顾|评论)?[\s:：】\]>》更多]*")
_ATTACHMENT = re.compile(r"附\s*[件表图]|\.(?:docx?|xlsx?|pdf|zip|rar|wps|ofd|txt|et)\b|^\s*注\s*[:：]|联系(?:人|电话|方式)", re.I)
_SUFFIX = re.compile(
    rf"(?<=[。！？”）)…])\s*(?:[（(\[【]\s*(?:{_EDITORS}|原标题)\s*[:：][^。！？]{{0,40}}[)）\]】]|(?:{_EDITORS})\s*[:：][^。！？）)]{{1,24}}|返回搜狐，查看更多|【?纠错】?|(?:{_COUNTS})\s*[:：]\s*\d[\d.]*[wW万]?次?|扫一扫在手机打开当前页|查看更多|展开全文)\s*$"
)
_PREFIX = re.compile(rf"^(?:(?:{_TIMES})\s*[:：]\s*{_DAY}[\s|]*|(?:{_COUNTS})\s*[:：]\s*\d[\d.]*[wW万]?次?[\s|]+)+", re.I)
_WEAK = 24  # characters
_GAP = 2  # weak lines between two of residue


def is_info(text: str) -> bool:
    """Whether a line holds nothing but labels, times, counters and tools."""
    return len(text) < 200 and _STRONG.search(text) is not None and _INFO.fullmatch(text) is not None


def is_residue(text: str) -> bool:
    """Whether a line at an end of a text is no text: info, credits of editors and reviewers, prompts, pagers, footers."""
    if len(text) > 200:
        return False
    return is_info(text) or _CREDIT.fullmatch(text) is not None or _LINES.fullmatch(text) is not None


def is_weak(line: Line) -> bool:
    """Whether a line may be residue when residue stands around it: short, or all links, and no sentence."""
    if _ATTACHMENT.search(line.text) or line.row:
        return False
    return (len(line.text) <= _WEAK and not re.search(r"[。；！？：，]", line.text)) or line.linked >= 0.9 * len(line.text)


def trim(lines: Sequence[Line], title: str) -> list[str]:
    """The text's paragraphs: residue cut off both ends, and off the ends of lines that also hold text.

    Head: from the first line on, lines that are residue, the title, or weak; cut behind the last that is residue.
    Tail: from the last line back, lines that are residue or weak, with at most two weak ones in a row; cut before
    the first that is residue. A heading of related links takes the linked or short lines behind it along.
    Attachments, tables, signatures and whatever stands between two sentences stay.
    """
    lines = [line for line in lines if not line.hidden]
    end = _tail(lines)
    start = _head(lines[:end], title)
    texts = [line.text for line in lines[start:end]]
    texts = [_strip(text) for text in texts]
    return [text for text in texts if text]


def _strip(text: str) -> str:
    if len(text) > 100_000:
        return text
    tail = text[-80:]
    cut = _SUFFIX.search(tail)
    if cut:
        text = text[: len(text) - len(tail) + cut.start()]
    return _PREFIX.sub("", text, count=1).strip(" \u3000")


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _head(lines: Sequence[Line], title: str) -> int:
    cut = 0
    wanted = _plain(title)
    for at, line in enumerate(lines[:20]):
        if is_residue(line.text):
            cut = at + 1
        elif not (is_weak(line) or (len(line.text) < 120 and wanted and _plain(line.text) in wanted)):
            break
    return cut


def _tail(lines: Sequence[Line]) -> int:
    cut = len(lines)
    gap = 0
    for at in range(len(lines) - 1, max(-1, len(lines) - 60), -1):
        line = lines[at]
        if is_residue(line.text):
            cut, gap = at, 0
        elif len(line.text) < 20 and _RELATED.fullmatch(line.text) and all(
            is_weak(other) or is_residue(other.text) or len(other.text) < 60 for other in lines[at + 1 : cut]
        ):
            cut, gap = at, 0
        elif is_weak(line) and (gap < _GAP or line.linked >= 0.9 * len(line.text)):
            gap += 1
        else:
            break
    return cut
