"""Pages that say that something is missing (soft 404), and pages that are another page than the one held."""

import re
from html import unescape

from archive.texts.normalised import normalised
from archive.texts.sentences import are_alike, sentences

_THING = "页面|网页|一文|文章|内容|信息|稿件|资源|文件|链接|地址|栏目"
_LOST = "不存在|未找到|找不到|没有找到|走丢|丢失|已(?:被|经)?(?:作者|发布者|发布单位|管理员)?(?:删除|撤销|撤回|移除|下线|失效|过期|关闭)"
_GONE = re.compile(
    rf"""(?xi)
      (?:{_THING}).{{0,6}}(?:{_LOST})
    | (?:{_LOST}|无法访问).{{0,10}}(?:{_THING})
    | (?:访问|请求|浏览|查找)的.{{0,8}}(?:{_LOST})
    | (?:page|file|article|resource|content|url)\s.{{0,30}}
      (?:not\s(?:be\s)?found|does\snot\sexist|no\slonger|been\s(?:removed|deleted))
    | \b404\s*(?:not\sfound|错误|页面|[-—–|:：]|$) | (?:error|错误|代码)\s*[:：]?\s*404\b | not\sfound
    """
)
# a notice speaks to its visitor, of this very page, or of its site
SPEAKS_TO_A_VISITOR = re.compile(
    rf"""(?xi)
      您|抱歉|对不起|请(?:检查|确认|返回|点击|稍后|重新|输入|核对|尝试|联系)|返回(?:首页|上一?页|主页)|秒后|自动跳转
    | (?:该|此|本|这|所(?:访问|查找|请求|浏览)的)(?:个|篇|条)?(?:{_THING})
    | (?:访问|请求|浏览|查找)的(?:{_THING})
    | 版权所有|主办单位|承办单位|网站地图|网站标识码|ICP备|公网安备
    | \byou(?:r|\b)|\bsorry|please|requested|\bgo\sback|home\s?page|click
    """
)
MOST_OF_A_NOTICE = 300  # characters
QUOTED = re.compile('[“「『"][^”」』"\n]{1,40}[”」』"]')  # another's words, in a release that is surely one
_NAMED = re.compile(
    "《[^》\n]{1,80}》|[!-~]*/[!-~]+"
)  # the article or its address, in a notice that names what it lacks
# an open end goes on to the page's: to look for it again at each sign takes minutes
_UNREAD = re.compile(r"(?is)<!--.*?(?:-->|\Z)|<(script|style|title)\b.*?(?:</\1>|\Z)|<[^<>]*>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LINK = re.compile(r"(?i)<a\s[^<>]*href")
_FEWEST_LINKS, _FEWEST_READ = 2, 20  # links and Chinese characters of a site's frame
_HAN = re.compile("[\u3400-\u9fff]")
_TO_COME = re.compile(r"加载|载入|读取|获取|转码|生成中|loading|\{\{", re.IGNORECASE)  # {{…}}: a script's template
_ELSEWHERE = re.compile("登录|登陆|点击|下载|附件|附后|见附|浏览器|视频|播放|扫码|扫一扫|二维码|图解|图片")
_LONGEST_REMNANT = 60  # characters


def says_missing(title: str, text: str, *, confirmed: bool = False, headed: bool = False) -> bool:
    """Whether a page that was answered as if all were well says that there is nothing here (a soft 404).

    It says so in a text of 300 characters at most, in its first 60 characters or in its title; where it speaks to a
    visitor, it may name the article (您查看的文章《…》已被删除) or its address (您请求的页面 /p/1.html 不存在). A release about a page
    that was removed is longer, or begins otherwise. A short release about such pages is told by its structure: its title is
    `confirmed` by the list or by the held release, it is `headed` by a printed day, publisher or document number, and it
    tells something: sentences of ten characters or more that do not speak to a visitor or of this very page. With both
    signs one such sentence is enough, with one of them it takes two; without any the words decide. With both signs, what
    it quotes is another's word: a reply to a citizen (您反映的“页面不存在”问题) says nothing of itself.
    """
    if len(text) > MOST_OF_A_NOTICE:
        return False
    if confirmed + headed and told(text) >= (1 if confirmed and headed else 2):
        return False
    short = len(text) < MOST_OF_A_NOTICE // 2
    if confirmed and headed:
        title, text = QUOTED.sub("", title), QUOTED.sub("", text)
    unnamed = _NAMED.sub("", text) if SPEAKS_TO_A_VISITOR.search(text) else text
    return bool(_GONE.search(unnamed[:60]) or (_GONE.search(title) and short))


def told(text: str) -> int:
    """The number of sentences that tell something, unlike those of a notice."""
    said = (text[start:end] for start, end in sentences(text))
    return sum(len(one.strip()) >= 10 and not SPEAKS_TO_A_VISITOR.search(one) for one in said)


def tells_nothing(text: str) -> bool:
    """Whether a text is one of 300 characters at most without a sentence that tells something: a check of the visitor, say."""
    return len(text) <= MOST_OF_A_NOTICE and told(text) == 0


def is_another_page(old_title: str, old: str, new_title: str, new: str) -> bool:
    """Whether an address answers with something else altogether, as when a site shows its home page for what it lost.

    Then no sentence of 8 characters or more is common to both, and the titles are unlike.
    """
    return has_nothing_of(old, new) and not are_alike(old_title, new_title)


def has_nothing_of(old: str, new: str) -> bool:
    """Whether a text has none of the sentences of 8 characters and more that another one has."""
    said = {old[start:end] for start, end in sentences(old) if end - start >= 8}
    return bool(said) and not any(new[start:end] in said for start, end in sentences(new))


def is_emptied(old: str, html: str) -> bool:
    """Whether a page in HTML is the frame of its site around nothing: the held text `old` was taken out of it.

    The frame has two links and 20 Chinese characters that a visitor reads. No sentence of `old` of 8 characters or more stands
    anywhere in the page, white space apart: else it is our reading that failed. A page that names a text to come (加载, loading,
    {{…}}) is none: a script may bring it.
    """
    words = unescape(_UNREAD.sub(" ", html))
    if len(_LINK.findall(html)) < _FEWEST_LINKS or len(_HAN.findall(words)) < _FEWEST_READ or _TO_COME.search(words):
        return False
    said = [normalised(old[start:end]) for start, end in sentences(old) if end - start >= 8]
    shown = normalised(unescape(_TAG.sub("", html)))  # scripts and comments included
    return bool(said) and not any(one in shown for one in said)


def is_remnant(old: str, new: str) -> bool:
    """Whether a text is a line in the place of a held text that was taken out (该文章已归档, 此信息不再公开).

    It has 60 characters at most and stands nowhere in the held text, nor does a sentence of that stand in it. A line that names
    a text to come (正在加载), another place of it (点击下载附件, 视频) or a login is none.
    """
    if len(new) > _LONGEST_REMNANT or _TO_COME.search(new) or _ELSEWHERE.search(new):
        return False
    line, text = normalised(new), normalised(old)
    said = (normalised(old[start:end]) for start, end in sentences(old) if end - start >= 8)
    return bool(new.strip()) and (not line or line not in text) and not any(one in line for one in said)
