"""The values that a page gives, each with the rule that found it, and names without the marks around them."""

import re
from dataclasses import dataclass, field

from archive.model import Provenance, ProvenanceField, ProvenanceRule
from archive.texts.days import without_days
from pipelines.lines import squeeze

LONGEST = 60  # characters of the longest name
_EDGES = " \u3000:：|｜,，;；、.。'_-—/·\t"
_BRACKETS = {
    "[": "]",
    "【": "】",
    "(": ")",
    "（": "）",
    "<": ">",
    "〔": "〕",
    "［": "］",
    "〖": "〗",
    "“": "”",
    '"': '"',
}
_OPENERS = _BRACKETS.keys() - _BRACKETS.values()  # those that open alone: a straight quotation mark does both
_CLOSING = set(_BRACKETS.values()) - _BRACKETS.keys()
_AT_TIME = re.compile(r"[\s|｜]+\d{1,2}:\d{2}(?::\d{2})?[,，]?$")  # the rest of `Xinhua | 08:11, March 13, 2026`
_CODE = re.compile(r"(?<=[\u4e00-\u9fff])\s+[A-Z]{2}\d+$")
_NO_NAME = re.compile(
    r"[\d\W_]*|.*(?:[。！？{}]|<%|%=|!--).*|null|undefined|nan|[\d一二两三四五六七八九十若干]+[名人位个]|.*\d[名位个]|佚名|(?:本站)?原创|admin|administrator|管理员"
    r"|(?:https?://|www\.)\S*|未知|不详|暂无(?:来源|作者|编辑)?|请选择|无",
    re.I,
)
_OTHER_LABEL = re.compile(
    r"(?:\s(?:[\u4e00-\u9fff]{2,10}\s*[:：]|(?:记者|责任编辑|责编|编辑|审核|校对)\s|(?:责任编辑|责编|编辑|审核|校对|文|图|摄影)\s*[/／|｜丨]|By\s[A-Z]"
    r"|\d\d([-./])\d\d\1\d\d(?!\d))|(?<=\S)\s*【[\u4e00-\u9fff]{2,6}】).*$"
)
_PAGE = re.compile(r"[\s，,]+第?\s*[0-9A-Z]{1,3}\s*版$")  # a newspaper's page, behind its day
# how often a text was read, behind a blank, a stroke or in brackets: （55次浏览）, | 55
_READ = re.compile(
    r"(?<=[\u4e00-\u9fff]{3})(?:\s*[（(]|\s+[|｜·]?)\s*\d[\d,.]*\s*[万wW]?\+?\s*(?:人?次|人)?\s*(?:浏览|阅读|点击|访问|查看|播放)?\s*[)）]?$"
)
_BEFORE_DAY = re.compile(
    r"\s+(?:截[止至]|(?:最[后近])?(?:更新|修[改订])[于至]?|[发刊]表于|打印于?)$"
)  # words that led to a day
# a counter with a word that is no label: 已阅 35 次, 热度 120 ℃
_COUNTER = re.compile(r"\s+[\u4e00-\u9fff]{1,4}\s*[:：]?\s*\d[\d,.]*\s*[万wW]?\s*(?:人次|次|人|℃|°C?)$")
_VOID = re.compile(
    r"\s*[（(]\s*(?:第?\s*[0-9A-Z]{1,3}\s*版)?\s*[)）]"
)  # brackets in which a day stood, with a newspaper's page or without
# a request to those who reprint, behind the source's name
_REPRINTS = re.compile(
    r"[，,。；;（(\s]+(?:本文|文章|原文)?(?:如需|欢迎|谢绝|禁止|请勿)?(?:转载|版权|侵权)(?:请|须|需|应|时|者|必|所有|注明|$).*$"
)


@dataclass(slots=True)
class Facts:
    """Found values by field, each with the rule that gave it and the words as found."""

    values: dict[ProvenanceField, str] = field(default_factory=dict)
    provenance: list[Provenance] = field(default_factory=list)

    def set(self, name: ProvenanceField, value: str, rule: ProvenanceRule, raw: str) -> None:
        """Keep the first value that a field gets; "" is none."""
        if value and name not in self.values:
            self.values[name] = value
            self.provenance = [one for one in self.provenance if one.field != name]
            self.provenance.append(Provenance(field=name, rule=rule, raw=raw[:300]))

    def replace(self, name: ProvenanceField, value: str, rule: ProvenanceRule, raw: str) -> None:
        """Put a better value in the place of a field's."""
        self.values.pop(name, None)
        self.set(name, value, rule, raw)

    def note(self, name: ProvenanceField, rule: ProvenanceRule, raw: str) -> None:
        """Keep the words that a page prints for a field, though they give no value."""
        if not any(one.field == name for one in self.provenance):
            self.provenance.append(Provenance(field=name, rule=rule, raw=raw[:300]))

    def get(self, name: ProvenanceField) -> str:
        return self.values.get(name, "")


def name_in(value: str) -> str:
    """A name as printed, without the marks and codes around it, without a label or a word on reprints (，转载请注明) that follows it.

    "" for numbers, times, sentences and what a template did not fill ({{source}}, null). Brackets and quotation marks are cut off in pairs, and single ones: those inside a name stay.
    """
    value = _AT_TIME.sub("", squeeze(without_days(value)))
    value = _READ.sub("", _COUNTER.sub("", _BEFORE_DAY.sub("", value)))
    value = _REPRINTS.sub("", _PAGE.sub("", _VOID.sub("", _OTHER_LABEL.sub("", value))))
    value = _without_brackets(_CODE.sub("", value.strip(_EDGES)))
    return "" if len(value) > LONGEST or _NO_NAME.fullmatch(value) else value


def _without_brackets(value: str) -> str:
    """A value without the brackets around the whole of it, and without those at its ends that have no partner."""
    while value:
        first, last = value[0], value[-1]
        if first in _BRACKETS and _closing(value) == len(value) - 1:
            value = value[1:-1]
        elif first in _CLOSING or (first in _BRACKETS and _closing(value) < 0):
            value = value[1:]
        elif last in _OPENERS or (last in _BRACKETS.values() and not _is_paired(value)):
            value = value[:-1]
        else:
            return value
        value = value.strip(_EDGES)
    return value


def _closing(value: str) -> int:
    """The place of the bracket that closes a value's first one; -1 for none."""
    if _BRACKETS[value[0]] == value[0]:
        return value.find(value[0], 1)
    depth = 0
    for at, sign in enumerate(value):
        depth += (sign == value[0]) - (sign == _BRACKETS[value[0]])
        if not depth:
            return at
    return -1


def _is_paired(value: str) -> bool:
    """Whether a value's last bracket closes one that stands before it."""
    opening = next(first for first, last in _BRACKETS.items() if last == value[-1])
    if opening == value[-1]:
        return value.count(opening) % 2 == 0
    return value.count(opening) >= value.count(value[-1])
