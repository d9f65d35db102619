"""Pages that say that something is missing (soft 404), and pages that are another page than the one held."""

import re

from archive.texts.sentences import are_alike, sentences

_THING = "页面|网页|文章|内容|信息|稿件|资源|文件|链接|地址|栏目"
_LOST = "不存在|未找到|找不到|没有找到|走丢|丢失|已(?:被|经)?(?:删除|撤销|撤回|移除|下线|失效|过期|关闭)"
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
MOST_OF_A_NOTICE = 300  # characters


def says_missing(title: str, text: str) -> bool:
    """Whether a page that was answered as if all were well says that there is nothing here (a soft 404).

    It says so in a text of 300 characters at most, in its first 60 characters or in its title; a release about a page
    that was removed is longer, or begins otherwise.
    """
    if len(text) > MOST_OF_A_NOTICE:
        return False
    return bool(_GONE.search(text[:60]) or (_GONE.search(title) and len(text) < MOST_OF_A_NOTICE // 2))


def is_another_page(old_title: str, old: str, new_title: str, new: str) -> bool:
    """Whether an address answers with something else altogether, as when a site shows its home page for what it lost.

    Then no sentence of 8 characters or more is common to both, and the titles are unlike.
    """
    said = {old[start:end] for start, end in sentences(old) if end - start >= 8}
    common = any(new[start:end] in said for start, end in sentences(new))
    return bool(said) and not common and not are_alike(old_title, new_title)
