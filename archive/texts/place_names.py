"""The names of places for readers, from the province down, as on a day."""

import re
from collections.abc import Mapping, Sequence
from typing import get_args

from archive.model import SiteLanguage
from archive.texts import places

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


# a place's name begins the name of its government; else it begins the name of a paper or an account
_PLACE = re.compile("(.{1,10}?(?:省|自治区|市|自治州|州|盟|地区|县|区|旗))(?!级)")
_ACCOUNT = re.compile("(.{2,10}?)(?:发布|人民政府|政府|日报|新闻|网)")


def named(sources: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The names of places that the table does not know, by their codes, as their sources call them.

    `sources`: the region of each, and its name. 溟川省人民政府 names 溟川省; where no source of a place is so clear, 苇汀发布
    names 苇汀.
    """
    found: dict[str, str] = {}
    for form in (_PLACE, _ACCOUNT):
        for code, name in sources:
            if not _is_known(code) and (place := form.match(name)):
                found.setdefault(code, place[1])
    return found


def _is_known(code: str) -> bool:
    return code[:2] in PROVINCES and (code[2:] == "0000" or places.name_of(code) != "")


def path(code: str, lang: SiteLanguage, named: Mapping[str, str], day: str = "") -> list[str]:
    """The names from the province down to the place with this code, as on a day (ISO 8601); the code when nobody knows it.

    Provinces are named in a language, what lies below them, and whatever `named` adds, in Chinese.
    """
    if code[:2] in PROVINCES:
        names = [PROVINCES[code[:2]][get_args(SiteLanguage).index(lang)]]
    else:
        province = named.get(f"{code[:2]}0000")
        names = [province] if province else []
    if code[2:] in ("", "0000"):
        return names or [code]
    below = {one: places.name_of(one, day) or named.get(one) for one in (f"{code[:4]}00", code)}
    names += [name for name in below.values() if name]
    return names if below[code] else [*names, code]


def region_name(code: str, lang: SiteLanguage, named: Mapping[str, str], day: str = "") -> str:
    """The name of a code as on a day, from the province down: 山东 临沂市 罗庄区."""
    return " ".join(path(code, lang, named, day))
