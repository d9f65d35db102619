"""The judgement of a list that may be a place's own news column: a pure function over its pages as read."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from archive.model import Listed, Release
from archive.texts.names import OFFICE_ENDINGS
from crawler.adopt.names import Own
from crawler.probe.report import ProbedList, Refused

FEWEST = 3  # entries with a title and a day
ARTICLES = 3  # that are read
_OLDEST = 730  # days; the newest entry of a living column is younger
_NOTICE = re.compile(
    r"(?:公示|公告|通告|通知|批复|意见|决定|办法|细则|方案|规定|名单|招标|中标|采购)(?:\W*[(（].{0,20}[)）])?\W*$"
)
_READING = re.compile(r"解读|一图(?:看懂|读懂)|问答|图解")
_UPPER = re.compile(r"^(?:全国|国务院|党中央|中共中央|中央|国家|习近平|李强|我国|外交部)")
_OF_PROVINCE = re.compile(r"^(?:全省|我省|省委|省政府|省长|省|自治区)")
# 委 alone is the party's committee of the place itself, 报 begins 报告
_ENDINGS = "|".join(one for one in OFFICE_ENDINGS.split("|") if not one.endswith(("委", "报")))
_OFFICE = re.compile(
    rf"^(?:[全我本]?[省市县区旗州])?[\u4e00-\u9fff]{{1,7}}?(?:{_ENDINGS}|委员会|街道|乡|镇|公司|医院|学校)"
)
_SAME_HEAD = 2  # characters with which titles begin when they name a place
_OF_OFFICES = re.compile("^[本我全]?[省市县区旗州]")


def fault(found: ProbedList, own: Own, level: str, today: date) -> str:
    """A sentence that says why a list is not the place's own news column; "" when it is one.

    - It shows FEWEST entries and more with a title and a day, on its own host: rows that lead elsewhere are not more than these.
    - Its newest entry is not older than two years.
    - Not half of the titles are of notices or documents (they end with 公示, 通知, 办法 …), or of readings of policies (解读,
      一图读懂); not two thirds begin with an office, a street or a town that is not named by the place.
    - Not half of the titles begin with a level above: 全国, 国务院; below a province 全省, 省委, 自治区政府; in a county whose own name and
      code tell of no 市 (州, 盟) 全市, 市委, 市长. 市场 begins titles of any place.
    - The place is named in one of ten titles; or in none, and no other word begins a third of them, and it is named in
      two of three articles (text, or publisher).
    - Of the articles that were asked for two thirds could be read, and had a text.
    """
    return (
        _few(found)
        or _old(found.entries, today)
        or _of_another_kind([entry.title for entry in found.entries], own)
        or _of_above([entry.title for entry in found.entries], level, own)
        or _unread(found)
        or _of_elsewhere([entry.title for entry in found.entries], found.releases, own)
    )


def refused(found: ProbedList, said: str) -> Refused | None:
    """`blocked` or `robots` where that alone is the fault `said`: the list is right, and each article is kept from us."""
    verdicts = set(found.refused)
    if said != _unread(found) or found.releases or len(verdicts) != 1:
        return None
    verdict = verdicts.pop()
    return verdict if verdict in ("blocked", "robots") else None


def _few(found: ProbedList) -> str:
    # a list without days is judged by its articles
    published = bool(found.releases) and all(release.published for release in found.releases)
    whole = [entry for entry in found.entries if entry.title and (entry.date or published)]
    abroad = sum(found.other_hosts.values())
    if abroad > len(found.entries):
        return f"{abroad} of its rows lead to other hosts ({', '.join(list(found.other_hosts)[:3])})"
    if len(whole) < FEWEST:
        return f"it shows {len(whole)} entries with a title and a day"
    return ""


def _old(entries: Sequence[Listed], today: date) -> str:
    newest = max((entry.date[:10] for entry in entries if entry.date), default="")
    oldest = (today - timedelta(days=_OLDEST)).isoformat()
    return f"its newest entry is of {newest}" if newest and newest < oldest else ""


def _of_another_kind(titles: Sequence[str], own: Own) -> str:
    notices = sum(1 for title in titles if _NOTICE.search(title))
    readings = sum(1 for title in titles if _READING.search(title))
    offices = sum(1 for title in titles if _OFFICE.match(title) and not own.is_named_in(title[:8]))
    if 2 * notices >= len(titles):
        return f"{notices} of {len(titles)} titles are those of notices or documents"
    if 2 * readings >= len(titles):
        return f"{readings} of {len(titles)} titles are readings of policies"
    if 3 * offices >= 2 * len(titles):
        return f"{offices} of {len(titles)} titles begin with an office or a town"
    return ""


def _of_above(titles: Sequence[str], level: str, own: Own) -> str:
    patterns = [_UPPER]
    if level in ("city", "county"):
        patterns.append(_OF_PROVINCE)
    if level == "county" and (signs := "".join(sign for sign in "市州盟" if sign not in own.signs)):
        patterns.append(re.compile(rf"^(?:[全我][{signs}]|[{signs}](?:委|长|政府|政协|人大|领导|直机关))"))
    above = sum(
        1 for title in titles if not own.is_named_in(title[:8]) and any(pattern.match(title) for pattern in patterns)
    )
    return f"{above} of {len(titles)} titles are of a level above" if 2 * above >= len(titles) else ""


def _unread(found: ProbedList) -> str:
    asked = min(ARTICLES, len(found.entries))
    read = len(found.releases)
    return "" if read and 3 * read >= 2 * asked else f"{read} of {asked} articles could be read: {_last(found)}"


def _last(found: ProbedList) -> str:
    return found.remarks[-1] if found.remarks else "they have no text"


def _of_elsewhere(titles: Sequence[str], releases: Sequence[Release], own: Own) -> str:
    named = sum(1 for title in titles if own.is_named_in(title))
    if 10 * named >= len(titles):
        return ""
    heads = Counter(title[:_SAME_HEAD] for title in titles if not _OF_OFFICES.match(title))
    head, number = heads.most_common(1)[0] if heads else ("", 0)
    if 3 * number >= len(titles):
        return f"{number} of {len(titles)} titles begin with {head}, none names {own.names[0] if own.names else 'the place'}"
    told = sum(1 for one in releases if own.is_named_in(one.title + one.text + one.publisher))
    return "" if 3 * told >= 2 * len(releases) else f"the place is named in {told} of {len(releases)} articles"
