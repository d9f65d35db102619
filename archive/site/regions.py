"""What the codes of GB/T 2260 are called, and how the places they stand for lie in each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


def path(code: str, lang: str) -> list[str]:
    """The names from the province down to the place with this code; the code itself when nobody knows it.

    Provinces are named in a language of `words.LANGUAGES`, what lies below them in Chinese.
    """
    if code[:2] not in PROVINCES:
        return [code]
    names = [PROVINCES[code[:2]][LANGUAGES.index(lang)]]
    if code[2:] in ("", "0000"):
        return names
    below = [_below()[one] for one in dict.fromkeys((f"{code[:4]}00", code)) if one in _below()]
    return names + (below if code in _below() else [*below, code])


def region_name(code: str, lang: str) -> str:
    """What a code is called, from the province down: 山东 临沂市 罗庄区."""
    return " ".join(path(code, lang))


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A place with the number of what lies in it, and the places in it."""

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
