"""The text of list entries: days in many shapes, titles that are cut."""

import re

LONGEST_TITLE = 500  # characters; a longer text is no title, and could be made to cost time
_BLANKS = re.compile(r"\s+")
_CUT = re.compile(r"(?:…|\.{2,}|。{3,})$")
_SAYS_NOTHING = re.compile(r"[\W_]*(?:(?:查看|点击|阅读)*(?:更多|详细|详情|全文|查看)|more)?[\W_]*", re.IGNORECASE)

_YEAR = r"((?:19|20)\d\d)\s*[-/.年]\s*"
_DAY = re.compile(
    rf"(?<!\d){_YEAR}(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})(?!\d)日?(?:[\sT]*(\d{{1,2}})\s*[:：∶]\s*(\d\d))?"
)
_DAY_LAST = re.compile(rf"(?<!\d){_YEAR}(\d{{1,2}})月?[\s/|]+(\d{{1,2}})(?![\d:：])")  # 2026-01 23
_DAY_FIRST = re.compile(rf"(?<![\d-])(\d{{1,2}})日?[\s/|]+{_YEAR}(\d{{1,2}})(?!\d)")  # 23 2026-01
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_YEAR_IN_URL = re.compile(r"[/_t]((?:19|20)\d\d)(?=[01]\d|[/-])")
_LABEL = re.compile(r"^(?:发布|发文|公开|更新|成文)?(?:时间|日期)\s*[:：]?")
_BRACKETS = " \t\r\n\u3000\xa0[]()【】（）〔〕|·"


def squeeze(text: str) -> str:
    """`text` on one line, blanks squeezed."""
    return _BLANKS.sub(" ", text).strip()


def find_day(text: str) -> str:
    """The first day that `text` prints: `2026-07-02`, or `2026-07-02T09:17` when a minute follows it; "" for none.

    Year, month and day may stand on lines of their own, and the day before or after its month.
    """
    if match := _DAY.search(text):
        year, month, day, hour, minute = match.groups()
        found = _iso(year, month, day)
        return f"{found}T{int(hour):02}:{minute}" if found and hour and int(hour) < 24 and int(minute) < 60 else found
    if match := _DAY_LAST.search(text):
        return _iso(*match.groups())
    if match := _DAY_FIRST.search(text):
        day, year, month = match.groups()
        return _iso(year, month, day)
    return ""


def only_day(text: str, url: str) -> str:
    """The day that `text` consists of, as in `[07-02]` or `发布日期：2026-07-02`; "" for anything else.

    A year that is not printed is taken from `url`.
    """
    text = _LABEL.sub("", text.strip(_BRACKETS)).strip(_BRACKETS)
    if _DAY.match(text):
        return find_day(text) if not _DAY.sub("", text, count=1).strip(" :：0123456789") else ""
    match = _MONTH_DAY.fullmatch(text)
    year = _YEAR_IN_URL.search(url)
    return _iso(year[1], match[1], match[2]) if match and year else ""


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}" if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else ""


def whole_title(*candidates: str) -> str:
    """The first of the candidates, in their order of trust, that says something.

    One that is cut with … gives way to a whole one that is longer.
    """
    squeezed = (squeeze(one)[:LONGEST_TITLE] for one in candidates)
    titles = [title for title in squeezed if not _SAYS_NOTHING.fullmatch(title)]
    if not titles or not _CUT.search(titles[0]):
        return titles[0] if titles else ""
    stem = _CUT.sub("", titles[0])
    return next((title for title in titles if not _CUT.search(title) and len(title) > len(stem)), titles[0])
