"""Lists beside that of a column: the most read pages of a site, and its recommendations."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from lxml.html import HtmlElement

from spiders.lists.links import text_of

Place = tuple[HtmlElement, str]  # the element that holds the rows of a list, and the tag of these rows

_HEADING = re.compile(
    r"\W*(?:(?:本[站周月日]|今日|一周|[周月]度?|点击|阅读|浏览|访问|热点|热门|热文|人气|新闻|文章|信息|内容)*(?:排行榜?|排名)"
    r"|热门(?:新闻|文章|内容|信息|推荐|资讯|阅读)?|热点(?:文章|内容|推荐)|(?:编辑|精彩|小编|本站|图文|猜你)?推荐(?:阅读|文章|新闻|信息|内容|资讯)?"
    r"|(?:相关|相關|延伸)(?:新闻|文章|阅读|信息|资讯|推荐|链接|报道|内容)|猜你喜欢|看了又看|大家都在看|(?:点击|阅读)最多|最多(?:点击|阅读))\W*(?:更多|more)?\W*",
    re.IGNORECASE,
)
_LONGEST = 16  # characters of a heading
_UP = 4  # elements between the rows of a list and its heading
_BEFORE = 2  # elements between a heading and its list


def rankings(lists: Mapping[Place, int]) -> set[Place]:
    """The lists of a page that a heading calls a ranking or a recommendation: 点击排行, 推荐阅读.

    `lists` has the number of entries of each. Only beside a larger list, and not around it: where the largest is called so, it is what the page
    is about.
    """
    if len(lists) < 2:
        return set()
    main = max(lists, key=lambda place: lists[place])
    around = {main[0], *main[0].iterancestors()}
    if any(_HEADING.fullmatch(one) for one in _headings(main[0], set())):
        return set()
    beside = (place for place in lists if place[0] not in around)
    return {
        place
        for place in beside
        if lists[place] < lists[main] and any(_HEADING.fullmatch(one) for one in _headings(place[0], around))
    }


def _headings(element: HtmlElement, around: set[HtmlElement]) -> Iterator[str]:
    """The short words before a list, and before the elements that hold it, up to those in `around`."""
    for part in islice([element, *element.iterancestors()], _UP):
        if part in around or part.tag in ("body", "html"):
            return
        for before in islice(part.itersiblings(preceding=True), _BEFORE):
            if len(words := text_of(before)) > _LONGEST:
                break  # a heading before it is that of this element
            yield words
