"""The places of GB/T 2260: a name for each code, and the tree of provinces, prefectures and counties."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.model import SiteLanguage
from archive.site.words import LANGUAGES

PROVINCES: dict[str, tuple[str, str]] = {
    "10": ("全国", "National"),
    "11": ("北京", "Beijing"),
    "12": ("天津", "Tianjin"),
    "13": ("河北", "Hebei"),
    "14": ("山西", "Shanxi"),
    "15": ("内蒙古", "Inner Mongolia"),
    "21": ("辽宁", "Liaoning"),
    "22": ("吉林", "Jilin"),
    "23": ("黑龙江", "Heilongjiang"),
    "31": ("上海", "Shanghai"),
    "32": ("江苏", "Jiangsu"),
    "33": ("浙江", "Zhejiang"),
    "34": ("安徽", "Anhui"),
    "35": ("福建", "Fujian"),
    "36": ("江西", "Jiangxi"),
    "37": ("山东", "Shandong"),
    "41": ("河南", "Henan"),
    "42": ("湖北", "Hubei"),
    "43": ("湖南", "Hunan"),
    "44": ("广东", "Guangdong"),
    "45": ("广西", "Guangxi"),
    "46": ("海南", "Hainan"),
    "50": ("重庆", "Chongqing"),
    "51": ("四川", "Sichuan"),
    "52": ("贵州", "Guizhou"),
    "53": ("云南", "Yunnan"),
    "54": ("西藏", "Tibet"),
    "61": ("陕西", "Shaanxi"),
    "62": ("甘肃", "Gansu"),
    "63": ("青海", "Qinghai"),
    "64": ("宁夏", "Ningxia"),
    "65": ("新疆", "Xinjiang"),
    "71": ("台湾", "Taiwan"),
    "81": ("香港", "Hong Kong"),
    "82": ("澳门", "Macao"),
}


@cache
def _below() -> dict[str, str]:
    """The names of prefectures and counties, in Chinese only."""
    lines = Path(__file__).with_name("regions.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("#"))


# a place's name begins the name of its government; else it begins the name of a paper or an account
_PLACE = re.compile("(.{1,10}?(?:省|自治区|市|自治州|州|盟|地区|县|区|旗))(?!级)")
_ACCOUNT = re.compile("(.{2,10}?)(?:发布|人民政府|政府|日报|新闻|网)")


_WHOLE = {
    "15": "内蒙古自治区",
    "45": "广西壮族自治区",
    "54": "西藏自治区",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
}
_CITIES = {"11", "12", "31", "50"}  # provinces that are one city


def codes_named(name: str) -> list[str]:
    """The codes of the places that a publisher's name begins with, each with the name's whole chain of places.

    山东省济南市历下区人民政府 is 370102 alone, 鼓楼区人民政府 has four codes. The longest name counts: 吉林市 is no province. Of old
    and new codes those of a prefecture (ending in 00), then those inside a prefecture, leave out the others. 青岛政务网 and 中国青岛 name 青岛市.
    """
    name = re.sub(r"^中国(?=[^\s人])[·.、 ]?", "", name)
    for code, (short, _) in PROVINCES.items():
        whole = _WHOLE.get(code, f"{short}市" if code in _CITIES else f"{short}省")
        if code != "10" and name.startswith(whole):
            below = _begun(name[len(whole) :], code)
            return below or [f"{code}0000"]
    if begun := _begun(name, ""):
        return begun
    shortened = [
        code
        for code, place in _below().items()
        if code.endswith("00") and place[-1] == "市" and re.match(f"{place[:-1]}(?:政府|政务|$)", name)
    ]
    provinces = [f"{code}0000" for code, (one, _) in PROVINCES.items() if re.match(f"{one}(?:政府|政务|$)", name)]
    return shortened or provinces


def _begun(name: str, within: str) -> list[str]:
    """The codes below `within` whose names are the longest that `name` begins with, gone down as far as it goes."""
    places = [(code, place) for code, place in _below().items() if code.startswith(within) and name.startswith(place)]
    longest = max((len(place) for _, place in places), default=0)
    codes = [code for code, place in places if len(place) == longest]
    codes = [code for code in codes if code.endswith("00")] or codes
    codes = [code for code in codes if f"{code[:4]}00" in _below()] or codes
    if len(codes) == 1 and codes[0].endswith("00"):
        return _begun(name[longest:], codes[0][:4]) or codes
    return codes


def named(db: sqlite3.Connection) -> dict[str, str]:
    """The names of places that the table does not know, by their codes, as their sources call them.

    溟川省人民政府 names 溟川省; where no source of a place is so clear, 苇汀发布 names 苇汀.
    """
    rows = db.execute("SELECT DISTINCT region, name FROM sources ORDER BY region, id").fetchall()
    found: dict[str, str] = {}
    for form in (_PLACE, _ACCOUNT):
        for code, name in rows:
            if not _is_known(code) and (place := form.match(name)):
                found.setdefault(code, place[1])
    return found


def _is_known(code: str) -> bool:
    return code[:2] in PROVINCES and (code[2:] == "0000" or code in _below())


def path(code: str, lang: SiteLanguage, named: Mapping[str, str]) -> list[str]:
    """The names from the province down to the place with this code; the code itself when nobody knows it.

    Provinces are named in a language of `words.LANGUAGES`, what lies below them, and whatever `named` adds, in Chinese.
    """
    if code[:2] in PROVINCES:
        names = [PROVINCES[code[:2]][LANGUAGES.index(lang)]]
    else:
        province = named.get(f"{code[:2]}0000")
        names = [province] if province else []
    if code[2:] in ("", "0000"):
        return names or [code]
    below = {one: _below().get(one) or named.get(one) for one in (f"{code[:4]}00", code)}
    names += [name for name in below.values() if name]
    return names if below[code] else [*names, code]


def region_name(code: str, lang: SiteLanguage, named: Mapping[str, str]) -> str:
    """The name of a code, from the province down: 山东 临沂市 罗庄区."""
    return " ".join(path(code, lang, named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place, the number of releases from it, and the places inside it."""

    code: str
    count: int
    parts: "list[Area]"


def tree(counts: Mapping[str, int]) -> list[Area]:
    """The places as provinces, in each its prefectures, in order of their codes; a county counts for its prefecture.

    A county that belongs to no prefecture stands in its province like one.
    """
    provinces: dict[str, dict[str, int]] = {}
    for code, count in sorted(counts.items()):
        city = f"{code[:4]}00"
        known = city in _below() or city in counts
        parts = provinces.setdefault(f"{code[:2]}0000", {})
        parts[city if known else code] = parts.get(city if known else code, 0) + count
    return [
        Area(
            code=province,
            count=sum(parts.values()),
            parts=[Area(code=code, count=count, parts=[]) for code, count in parts.items() if code != province],
        )
        for province, parts in provinces.items()
    ]
