"""The names of columns: which of them say that they hold a place's own news."""

import re
from dataclasses import dataclass

from archive.model import Level
from archive.texts.places import name_of

_BODY = re.compile("人民政府|政府|管理委员会|管委会|门户|网站|政务网|新闻公报|新闻局")
_PLACE = re.compile("[\u4e00-\u9fff]{2,}?(?:自治[区州县旗]|特别行政区|地区|新区|[省市县区旗州盟])")
_OF_LEVEL: dict[Level, str] = {"national": "", "province": "省", "city": "市", "county": "县"}
_NEWS = re.compile("要闻|新闻|动态|资讯|快讯|快报|时讯|时政|头条|播报|速递|今日")
_NEUTRAL = re.compile("政务|政府|时事|党政|本地|当地|综合|重要|最新|最近|近期|每日|热点|工作|文字|中心|频道|信息")
_WHOLE = re.compile("中心|频道|^(?:新闻|资讯|动态|要闻|最新|信息)+$")  # names that whole sections have, too
_COUNT = re.compile(r"[(（\[【]\s*\d+\s*[)）\]】]\s*$")  # a column may count its entries: 要闻动态 (12)
_LONGEST = 12  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The words by which a place names itself: its name, short and in full, and the signs of its level (市, 县)."""

    names: tuple[str, ...]  # the longest first
    signs: str

    @classmethod
    def of(cls, name: str, region: str, level: Level) -> "Own":
        """The words of a publisher and of its code's place: 竹垭市人民政府 gives 竹垭市, 竹垭 and 市."""
        places = [found for one in (name, name_of(region)) if (found := _place(one))]
        signs = {place[-1] for place in places} or set(_OF_LEVEL[level])
        names = sorted({*places, *(stem for place in places for stem in _stems(place))}, key=len, reverse=True)
        return cls(names=tuple(names), signs="".join(sorted(signs)))

    def is_named_in(self, text: str) -> bool:
        return any(name in text for name in self.names)


def _place(name: str) -> str:
    """The last place in a publisher's name, which is its own: 历下区 in 山东省济南市历下区人民政府."""
    bare = _BODY.split(name)[0]
    return next(reversed(_PLACE.findall(bare)), bare if 2 <= len(bare) <= 4 else "")


def _stems(place: str) -> set[str]:
    """竹垭 for 竹垭市, 云岭 for 云岭彝族自治县. A place of two characters is its own stem."""
    if "自治" in place:
        return {place[:2], re.sub("[\u4e00-\u9fff]{1,3}族自治.$|自治.$", "", place)}
    short = re.sub("(?:特别行政区|地区|新区|[省市县区旗州盟])$", "", place)
    return {short} if len(short) >= 2 else {place}


def rank(name: str, own: Own) -> int:
    """How much a column's name promises the place's own news; 0 for a name that promises something else.

    A name counts when nothing is left of it without the words for news (要闻, 动态, 今日 …), the place's own name, its own
    level (全市, 本县, 区内, 市府; 县政要闻, but not 市政动态, which tells of roads) and words that tell of no other matter (政务, 本地, 最新 …); and one of the words for news stands in
    it. So 省市要闻, 国务院要闻, 部门动态, 镇街动态, 图片新闻, and the name of any other place promise something else. 要闻 counts most,
    then the own name or level, then 政务 and 时政; 工作动态 and names that whole sections have (新闻中心) count least.
    """
    words = _plain(name)
    if not 2 <= len(words) <= _LONGEST:
        return 0
    rest, is_own = words, False
    for one in own.names:
        is_own = is_own or one in rest
        rest = rest.replace(one, "")
    news = set(_NEWS.findall(rest))
    rest = _NEUTRAL.sub("", _NEWS.sub("", rest))
    ending = "[内域级政府]" if "要闻" in news else "[内域级府]"
    level = f"[本我全]?[{own.signs}]{ending}?" if own.signs else "[本我全]"
    bare = re.sub(level, "", rest, count=1)
    if bare or not (news - {"今日"} or (is_own and news)):
        return 0
    points = (
        2
        + 3 * ("要闻" in news)
        + 2 * (is_own or bare != rest or "本地" in words)
        + bool(re.search("政务|时政|党政", words))
    )
    return max(1, points - 2 * ("工作" in words) - 3 * is_section(words))


def _plain(name: str) -> str:
    return re.sub(r"[\W_A-Za-z]+|查看|更多", "", _COUNT.sub("", name))


def is_section(name: str) -> bool:
    """Whether a name may be that of a section with columns on a page of their own (新闻中心)."""
    return _WHOLE.search(_plain(name)) is not None
