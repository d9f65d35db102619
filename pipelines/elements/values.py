"""The values behind labels of the elements of an official document."""

import re
from typing import Literal

from archive.model import ProvenanceField
from archive.texts.days import days_in
from pipelines.elements.addressee import as_addressee
from pipelines.elements.bodies import BETWEEN
from pipelines.people import is_name, joined

_LONGEST = 60  # characters of a class
_NONE = re.compile(r"[-—–/\\\s]*|无|暂无|空|null|请选择|未分类", re.I)
_JOINT = re.compile(r"[;；,，、\\/>]")
_OTHER = re.compile(r"[\u4e00-\u9fff]{2,}\s*[:：]")  # a label that is not known: the day is its value
_UNDATED = re.compile(r"自?.{0,8}之日起|[\d一二三四五六七八九十两]{1,3}(?:年|个月|日|天)|长期|永久")


def read_element(name: ProvenanceField | Literal[""], value: str) -> str:
    """The value of an element behind its label, "" for words that are none. Tabs divide the value's pieces.

    A class (主题分类, 体裁) is the first piece, and those that a mark of a list joins to it (财政；审计), 60 characters
    at most, no sentence. A day is the one that is printed; of 有效期 the last of two, and no day of a year count. An addressee
    names bodies alone, a signatory persons alone.
    """
    if name in ("subject_class", "genre"):
        return _class(value)
    if name in ("effective", "expires"):
        days = [day for day in days_in(value) if not _OTHER.search(value[: day.start])]
        return days[-1 if name == "expires" else 0].day if days else ""
    words = " ".join(value.split())
    if name == "addressee":
        return as_addressee(words.rstrip("。：:"))
    names = joined(words.replace("、", " ")).split()
    return BETWEEN.join(names) if names and all(map(is_name, names)) else ""


def is_undated(name: ProvenanceField | Literal[""], value: str) -> bool:
    """Whether a value tells of a beginning or an end without a day: 自印发之日起, 5年, 长期."""
    return name in ("effective", "expires") and _UNDATED.match(value.strip()) is not None


def _class(value: str) -> str:
    found = ""
    for piece in value.split("\t"):
        piece = " ".join(piece.split())
        if found and not (_JOINT.match(piece) or _JOINT.search(found[-1])):
            break
        found += piece
    found = found.strip(" ;；,，、\\/>")
    return "" if _NONE.fullmatch(found) or len(found) > _LONGEST or re.search("[：:。！？]", found) else found
