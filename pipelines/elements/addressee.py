"""主送机关, the bodies to whom a document is addressed: the line before its first sentence."""

import re
from collections.abc import Sequence

from pipelines.elements.bodies import is_body

_FIRST = 10  # lines
_LONGEST = 300  # characters
_WIDE = re.compile(r"各|本|全|驻|有关|相关|所属|直属")
_PLACED = re.compile(r"[省市县区州盟旗镇乡国]|自治|兵团|^[\u4e00-\u9fff]{2,6}(?:厅|部|委|局)$")
_AREAS = re.compile(r"各[\u4e00-\u9fff、]{0,10}(?:[市县区州旗盟镇乡]|街道)")
_SPOKEN = re.compile(
    r"各位|同志|代表(?!处)|委员[、，：]|先生|女士|[你您]|老师|家长|居民(?!委)|市民|网友|考生|朋友|如下|以下"
)


def find_addressee(lines: Sequence[str]) -> str:
    """The words before the colon of the line that addresses a document's bodies, "" where none does.

    The line stands among the first ten, before the first sentence, and is nothing but the names of bodies, divided by
    commas and 、, with a colon at its end: `各市、县人民政府，省政府各部门：`. One name at least says where it is or is
    said of many (各, 有关). A salutation (各位代表：) addresses persons, and a heading (责任单位：) names nobody.
    """
    for line in lines[:_FIRST]:
        if re.search("[。；！？\t]", line):
            return ""
        if re.search("[：:]$", line) and (found := as_addressee(line[:-1].strip())):
            return found
    return ""


def as_addressee(words: str) -> str:
    """The words, when they name bodies and nothing else; "" otherwise."""
    if len(words) > _LONGEST or _SPOKEN.search(words):
        return ""
    plain = re.sub(r"[（(][^（()）]{0,40}[）)]", "", words)
    whole = [part.strip() for part in re.split("[，,；;]", plain)]
    # the last part alone ends as a body does in 各市、县人民政府
    ends = [part.split("、")[-1].strip() for part in whole]
    if not all(
        is_body(end) or is_body(f"各{end}") or _AREAS.fullmatch(part) for end, part in zip(ends, whole, strict=True)
    ):
        return ""
    return words if any(_WIDE.match(part) or _PLACED.search(part) for part in whole) else ""
