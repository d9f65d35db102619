"""Whether the value of a label that stands in a text names somebody: 编辑：何建中, but not 编辑：3人，负责编发."""

import re

from archive.texts.names import OFFICE_ENDINGS
from pipelines.facts import name_in
from pipelines.labels import FIELDS
from pipelines.people import is_name, name_points

_PARTS = re.compile(r"[\s、,，/／|｜丨&_]+")
_BRACKETED = re.compile(r"[（(][^（()）]*[)）]")
_OF_REPORTERS = re.compile("记者|通讯员|评论员|特约|供稿|[/／](?:文|图|摄)|(?:文|图|摄影)[/／]")
_BEHIND_POST = re.compile(r"[员长任授家师士记席生](?P<name>[\u4e00-\u9fff]{2,3})$")  # 某研究所研究员何建中
_OFFICE = re.compile(
    rf"(?:{OFFICE_ENDINGS}|[委办室组科股处部站台社报网队院校馆所系县市镇乡村府]|政府|委员会|中心|街道|公司|集团|大学|融媒体?|传媒|发布|新闻|在线|客户端|频道|电视|广播"
    r"|公众号|微博|平台|头条|周刊|杂志|强国|媒体|网站|编辑部)[”\"》]?$"
)
_FOREIGN = re.compile(r"[A-Za-z]")
_NOBODY = re.compile(
    r"匿名|附后|同上|见?附[件表录].?|不限|自拟|待定|本人|若干|(?:[\d一二两三四五六七八九十]+|每|各|限).{0,2}[人名位个]"
)
_CLAUSE = re.compile("[，；：:。！？]")
_WORDS = re.compile(
    r"[的了]|^(?:以(?!色列)|由|按|从(?!化|江)|根据|主要|一是|凡|须|应(?!急)|每(?!日)|各(?!地)|如(?!皋|东)|附后|同上|见附)|(?:为主|各半|附后|均可|不限|其他|等)$"
)
_SHORT_NAME = 3  # characters of the longest pen name
_COMING_FROM = "来自"


def names_somebody(label: str, value: str) -> bool:
    """Whether a label's value can be a credit: it names a person or an office behind 作者 and 编辑, a source behind 来源.

    A person has the form of a name, or three characters at most (a pen name); an office ends as these do. Of several parts the
    first one counts, and each where a comma divides them. A source is no clause (以自报数据为主), and of several parts (税收、非税)
    one ends as outlets and offices do; so does the one behind 来自. Other labels name nobody, and pass.
    """
    field = FIELDS.get(label, "")
    name = next((found for piece in value.split("\t") if (found := name_in(piece))), "")
    if not name or field not in ("publisher", "author", "editor"):
        return True
    if field == "publisher":
        return _is_source(name, label)
    if _OF_REPORTERS.search(name) or ((match := _BEHIND_POST.search(name)) and is_name(match["name"])):
        return True
    parts = [part for part in _PARTS.split(_BRACKETED.sub("", name)) if part]
    return all(map(is_somebody, parts if _CLAUSE.search(name) else parts[:1]))


def _is_source(name: str, label: str) -> bool:
    if _CLAUSE.search(name) or _WORDS.search(name):
        return False
    parts = name.split("、")
    return (len(parts) == 1 and label != _COMING_FROM) or any(map(_OFFICE.search, parts))


def is_somebody(name: str) -> bool:
    """Whether a single name is a person's or an office's by its form, or a short word that may be a pen name."""
    if _NOBODY.fullmatch(name):
        return False
    if is_name(name) or _OFFICE.search(name) or _FOREIGN.match(name):
        return True
    return len(name) <= _SHORT_NAME and name_points(name) == 0
