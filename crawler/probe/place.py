"""The publisher's name, its place and level, from a site's own pages and the table of places."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape

from archive.model import Level
from archive.texts.places import codes_named

_TITLE = re.compile(r"<title[^>]*>([^<]{1,300})</title>", re.IGNORECASE)
_DIVIDED = re.compile(r"\s*(?:[-_|—－–·•>»：:,，]+|\s{2,}|(?<=\S)\s(?=\S))\s*")
_TAIL = re.compile("(?:(?:政务|官方)?(?:门户|官方)?(?:网站|网)|首页)+$")
_BODY = re.compile(
    "(?:人民政府|政府|委员会|管委会|街道办事处|办公[室厅]|(?:厅|局|委|院|署|部|会|办)(?=$))(?:办公[室厅])?"
)
_HOSTED = re.compile(r"(?:主办单位|主办|版权所有|Copyright)\W{0,6}(?:©|&copy;)?\W{0,3}([\u4e00-\u9fff]{4,30})")
_ICP = re.compile(r"([京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云滇藏陕甘青宁新])\s*(?:ICP备|公网安备)")
_POLICE = re.compile(r"公网安备\s*(\d{6})\d{5,8}号?")
_SHORT = dict(
    zip(
        "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云滇藏陕甘青宁新",
        [
            "11",
            "12",
            "13",
            "14",
            "15",
            "21",
            "22",
            "23",
            "31",
            "32",
            "33",
            "34",
            "35",
            "36",
            "37",
            "41",
            "42",
            "43",
            "44",
            "45",
            "46",
            "50",
            "51",
            "52",
            "53",
            "53",
            "54",
            "61",
            "62",
            "63",
            "64",
            "65",
        ],
        strict=True,
    )
)
_NATIONAL = re.compile("^(?:中华人民共和国|国家|国务院|中国政府网|中央)")
_LEVELS: tuple[tuple[str, Level], ...] = (
    ("(?:省|自治区|特别行政区)", "province"),
    ("(?:自治州|地区|盟|市)", "city"),
    ("(?:县|区|旗)", "county"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The publisher as its pages tell; "" for a field that they do not tell."""

    name: str = ""
    region: str = ""
    level: Level | str = ""


def place_of(pages: Sequence[str], facts: dict[str, str]) -> Place:
    """The publisher of a site, by its pages and the facts of their meta tags.

    The name is SiteName; else the part of a <title> that all pages of the site share; else a part that ends as the name of a
    public body does (…人民政府, …局); else the words behind 主办单位 or 版权所有. 门户网站 and the like are cut off.

    The region is that of SiteIDCode; else the one place of the table that the name begins with. Of several places with one
    name (鼓楼区) it is the one in the province or county of the site's registration (鲁ICP备…, 公网安备 3701…); without
    it none is proposed. A name that begins with 国家 or 中华人民共和国 is the whole country's, 100000.

    The level is that of the region; without a region, that of the place's last word: 省, 市, 县.
    """
    name = _cut(facts.get("sitename", "")) or _from_titles(pages) or _hosted(pages)
    code = re.match(r"(?!000000)\d{6}(?=\d{4}$)", facts.get("siteidcode", ""))
    region = code[0] if code else _region(name, pages)
    return Place(name=name, region=region, level=level_of(region) if region else _level_by_name(name))


def level_of(region: str) -> Level:
    """The level of a place by its code."""
    if region == "100000":
        return "national"
    return "province" if region.endswith("0000") else "city" if region.endswith("00") else "county"


def _cut(name: str) -> str:
    """A name without 门户网站 and the like, where the rest names a public body: 云岭市人民政府, but 齐鲁网."""
    whole = " ".join(name.split())
    short = _TAIL.sub("", whole)
    return short if _BODY.search(short) else whole


def _from_titles(pages: Sequence[str]) -> str:
    titles = [unescape(found[1]).strip() for page in pages if (found := _TITLE.search(page[:200_000]))]
    pieces = [list(dict.fromkeys(part for part in _DIVIDED.split(title) if part)) for title in titles]
    shared = Counter(part for parts in pieces for part in parts)
    common = [part for part, number in shared.items() if number >= 2 and number == len(titles)]
    bodies = [part for part in shared if _BODY.search(_cut(part)) and len(part) < 30]
    for several in ([part for part in bodies if part in common], bodies[::-1], common):
        named = [cut for part in several if re.search("[\u4e00-\u9fff]{3}", cut := _cut(part))]
        if named:
            return named[0]
    return ""


def _hosted(pages: Sequence[str]) -> str:
    text = "\n".join(re.sub(r"<[^<>]*>", " ", page[-20_000:]) for page in pages)
    found = Counter(_cut(name) for name in _HOSTED.findall(text) if _BODY.search(name))
    return found.most_common(1)[0][0] if found else ""


def _region(name: str, pages: Sequence[str]) -> str:
    if _NATIONAL.match(name):
        return "100000"
    codes = codes_named(name)
    if len(codes) <= 1:
        return next(iter(codes), "")
    text = "\n".join(pages)
    police = set(_POLICE.findall(text))
    exact = [code for code in codes if code in police] or [
        code for code in codes if any(code[:4] == one[:4] for one in police)
    ]
    provinces = {_SHORT[short] for short in _ICP.findall(text)}
    near = exact or [code for code in codes if code[:2] in provinces]
    return near[0] if len(near) == 1 else ""


def _level_by_name(name: str) -> Level | str:
    place = re.match("(.{1,12}?(?:省|自治区|特别行政区|自治州|地区|盟|市|县|区|旗))+", name)
    words = place[0] if place else ""
    return next((level for pattern, level in _LEVELS if re.search(f"{pattern}$", words)), "")
