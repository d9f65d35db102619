"""The text of list entries: days in many shapes, titles that are cut."""

import re
from html import unescape

from archive.texts.days import Day, day_beside_month, day_of, days_in, is_later, tells_of_else

LONGEST_TITLE = 500  # characters; a longer text is no title, and could be made to cost time
_BLANKS = re.compile(r"\s+")
_REFERENCE = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_MARKUP = re.compile(
    r"<!--[^<>]*-->|</?(?:font|span|b|strong|em|i|u|s|br|p|a|div|img|sup|sub|h\d|o:p)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_SIGNS = re.compile(r"[\W_]+")
_CUT = re.compile(r"(?:…|\.{2,}|。{3,})$")
_SAYS_NOTHING = re.compile(
    r"[\W_]*(?:(?:查看|点击|阅读)*(?:更多|详细|详情|全文|查看|大图|原图)|(?:在?新窗口)打开|图片|more|undefined|null)?[\W_]*",
    re.IGNORECASE,
)

_FIGURES = re.compile(r"[\W\d_年月日]+")
_ADDRESS = re.compile(r"(?:https?:/)?/[\w./%?=&+~-]*")
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_CLOCK = re.compile(r"\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?$")
_YEAR_IN_URL = re.compile(r"[/_t]((?:19|20)\d\d)(?=[01]\d|[/-])")
_LABEL = re.compile(r"^(?:发布|發[布佈]|发文|發文|公开|公開|更新|成文)?(?:时间|時間|日期)\s*[:：]?")
# the label, or the head of a column, of a day of something else
OF_ELSE = re.compile(
    r"(?:截止|截至|到期|结束|有效|失效|活动|会议|开会|举[办行]|召开|开[标幕庭工始课]|报名|投标|竞价|拍卖|听证|考试|面试|演出|施行|实施|生效)"
    r"(?:时间|時間|日期|日|期限?)?\s*[:：]?\s*$"
)
_LONGEST_DAY = 60  # characters of a text that is a day, with its time and day of the week
_MAY_BE_DAY = re.compile(r"\d|[年刚剛前昨今]|ago|day", re.IGNORECASE)
_LEFT_OVER = re.compile(r"[\s:：\d()（）\[\]星期周週一二三四五六日天]*")  # seconds, a counter, the day of the week
# A title attribute of several lines or parts, as 文章标题：… 作者：… 更新时间：…
_TOLD_TITLE = re.compile(
    r"\s*(?:文章|新闻|信息|稿件)?标\s*题\s*[:：]\s*(.*?)\s*"
    r"(?:[\r\n]|<br|\s(?:作\s*者|来\s*源|(?:发布|发表|更新|添加|录入)?(?:时间|日期)|(?:点击|浏览|阅读)(?:次?数|量)?)\s*[:：]|$)"
)
# the other facts alone, behind the title: 某县召开会议 发布时间：2026-03-05
_TOLD_BEHIND = re.compile(
    r"\s*(.+?)\s*(?:[\r\n]|<br\s*/?>|\s)\s*(?:作\s*者|来\s*源|(?:发布|发表|更新|添加|录入)(?:时间|日期)|(?:点击|浏览|阅读)(?:次?数|量)?)\s*[:：]"
)
_SAYS_ENOUGH = 6  # characters of a whole title
_MARK = r"(?:置顶|置頂|new|hot|top)!?"
_MARK_ALONE = re.compile(rf"\W*{_MARK}\W*", re.IGNORECASE)
_MARK_IN_BRACKETS = re.compile(rf"^\s*[\[【(（]\s*{_MARK}\s*[\])）】]", re.IGNORECASE)
_BRACKETS = " \t\r\n\u3000\xa0[]()【】（）〔〕|·"


def squeeze(text: str) -> str:
    """`text` on one line, blanks squeezed."""
    return _BLANKS.sub(" ", text).strip()


def plain(title: str) -> str:
    """A title without the markup, and with the characters of the references, that it shows as words."""
    for _ in range(2):
        title = _MARKUP.sub("", _REFERENCE.sub(lambda found: unescape(found[0]), title))
    return title


def is_mark(text: str) -> bool:
    """Whether a text that is set apart in a link tells of its place in the list alone: 置顶, NEW."""
    return _MARK_ALONE.fullmatch(text) is not None


def told_title(attribute: str, words: str) -> str:
    """The title that an attribute gives beside other facts: `X` of 文章标题：X, 作者：Y, 更新时间：Z, or of X 更新时间：Z; else all of it.

    `words` are those of the link. They must be the title or, cut, its beginning: 标题：… may be part of a title.
    "" for a summary: it consists of sentences, and does not begin with the words, which are whole.
    """
    stem = _CUT.sub("", words)
    for shape in (_TOLD_TITLE, _TOLD_BEHIND):
        if (found := shape.match(attribute)) and words and found[1].startswith(stem):
            return found[1]
    if len(attribute) <= 2 * len(words) or len(words) < _SAYS_ENOUGH or stem != words:
        return attribute
    return "" if attribute.rstrip().endswith("。") and not attribute.lstrip().startswith(words) else attribute


def find_day(text: str) -> str:
    """The first day that `text` prints: `2026-07-02`, or `2026-07-02T09:17` when a minute follows it; "" for none.

    Year, month and day may stand on lines of their own, and the day before or after its month. A day that tells of
    something else (截止日期：2026-07-02, 活动时间：2026-07-02, 自2026年7月2日起施行) is none.
    """
    days = (day for day in days_in(text) if not is_of_else(text, day))
    day = next(days, None) or day_beside_month(text)
    return day.local if day else ""


def is_of_else(text: str, day: Day) -> bool:
    """Whether the words beside a day, which `text` prints, or the label before it tell of something else than a publication."""
    return tells_of_else(text, day) or OF_ELSE.search(text, 0, day.start) is not None


def only_day(text: str, url: str, now: str = "") -> str:
    """The day that `text` consists of, as in `[07-02]` or `发布日期：2026-07-02`; "" for anything else.

    A year that is not printed is taken from `url`, unless the day then lies ahead (a folder 2026 that holds 12-30 of the
    year before); `now` is the time of fetching, from which 2小时前 counts.
    """
    text = _LABEL.sub("", text.strip(_BRACKETS)).strip(_BRACKETS)
    if len(text) > _LONGEST_DAY or not _MAY_BE_DAY.search(text):
        return ""
    if day := day_of(text, now):
        rest = text[: day.start] + text[day.end :] if day.end else ""
        return day.local if _LEFT_OVER.fullmatch(rest) else ""
    match = _MONTH_DAY.fullmatch(_CLOCK.sub("", text))
    year = _YEAR_IN_URL.search(url)
    found = day_of(f"{year[1]}-{match[1]}-{match[2]}") if match and year else None
    return found.day if found and not is_later(found, now) else ""


def is_cut(title: str) -> bool:
    """Whether a title ends with the signs of a cut: …, ..."""
    return _CUT.search(title.rstrip()) is not None


def uncut(title: str) -> str:
    """A title without the signs of a cut at its end."""
    return _CUT.sub("", title.rstrip())


def only_figures(text: str) -> bool:
    """Whether a text has no words: the scraps of a day, a number."""
    return _FIGURES.fullmatch(text) is not None


def whole_title(*candidates: str) -> str:
    """The first of the candidates, in their order of trust, that says something: words come before an address, or figures alone.

    One that is cut with … gives way to a whole one that begins with its words. Markup and character references that a title shows
    as words, since they were escaped once too often, are undone: `&lt;font color=red&gt;`, `&amp;ldquo;`. [置顶] before a title is none of it.
    """
    squeezed = (squeeze(_MARK_IN_BRACKETS.sub("", plain(one)))[:LONGEST_TITLE] for one in candidates)
    said = [title for title in squeezed if not _SAYS_NOTHING.fullmatch(title)]
    titles = [title for title in said if not _ADDRESS.fullmatch(title)] or said
    titles = [title for title in titles if not only_figures(title)] or titles
    if not titles or not _CUT.search(titles[0]):
        return titles[0] if titles else ""
    stem = _CUT.sub("", titles[0])
    return next((title for title in titles if not _CUT.search(title) and _goes_on(stem, title)), titles[0])


def _goes_on(stem: str, title: str) -> bool:
    """Whether a title holds the words of a cut one, and more; signs and blanks do not count."""
    short, long = (_SIGNS.sub("", one) for one in (stem, title))
    return short in long and len(short) < len(long)
