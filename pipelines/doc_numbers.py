"""文号, the numbers of official documents: 鲁政发〔2020〕3号."""

import re

_OPEN, _CLOSE = "〔\\[［(（【〈﹝", "〕\\]］)）】〉﹞"
_SIGN = r"[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z]{0,15}\s*"
_YEAR = r"(?:19|20|１９|２０)\d{2}"
_IN_BRACKETS = rf"[{_OPEN}]\s*{_YEAR}\s*年?\s*[{_CLOSE}]"
DOC_NUMBER = re.compile(rf"{_SIGN}(?:{_IN_BRACKETS}|{_YEAR}\s*年)\s*(?:第\s*)?\d{{1,5}}\s*号")
# an announcement or a decree, of bodies with blanks or 、 between them: 财政部 税务总局公告2022年第10号; 十一、 counts paragraphs
_BODY = r"(?![一二三四五六七八九十]+、)[\u4e00-\u9fff]{2,30}"
ANNOUNCEMENT = re.compile(
    rf"(?:{_BODY}[ 、\u3000\xa0]+){{0,9}}{_BODY}(?<=公告|通告|.令)[ \u3000\xa0]*{_YEAR}\s*年\s*(?:第\s*)?\d{{1,5}}\s*号"
)
# 号 is forgotten now and then; without it only a whole value, or brackets around it, tell a number
WITHOUT_END = re.compile(rf"{_SIGN}{_IN_BRACKETS}\s*(?:第\s*)?\d{{1,5}}")
_AT_END = re.compile(
    r"(?:公报|公告|通告|通知|通报|意见|决定|办法|规定|细则|方案|函|批复|命令|令)"
    rf"\s*[（(\[【]\s*(?P<number>{ANNOUNCEMENT.pattern}|{DOC_NUMBER.pattern})\s*[）)\]】]$"
)
_OF_OTHERS = re.compile(r"解读|图解|读懂|问答|转发|废止|失效|宣读")
_FIGURES = str.maketrans("０１２３４５６７８９", "0123456789")
_IN_ANY = re.compile(rf"[{_OPEN}]((?:19|20)\d{{2}})年?[{_CLOSE}]")
_LEADS_TO = re.compile(
    r"^.*(?:根据|按照|依据|依照|遵照|参照|贯彻|落实|执行|转发了?|印发了?|制定了?|出台了?|被|的)(?=\D{2})"
)


def normal_number(number: str) -> str:
    """A 文号 in the form of GB/T 9704: year in 〔〕, no blanks, 号 at its end: `鲁政发[2020] ３` -> `鲁政发〔2020〕3号`.

    Nothing stands between several bodies, where some pages print a blank and others 、.
    """
    number = _IN_ANY.sub(r"〔\1〕", re.sub(r"[\s、]+", "", number).translate(_FIGURES))
    return number if number.endswith("号") else f"{number}号"


def number_of_title(title: str) -> str:
    """The 文号 in brackets at the end of a title, behind the word for its kind: …的通知（鲁政办发〔2020〕3号）; else "".

    A title that explains, forwards or repeals a document may name that one's number.
    """
    match = None if _OF_OTHERS.search(title) else _AT_END.search(title)
    return match["number"] if match else ""


def without_lead(number: str) -> str:
    """A 文号 out of a sentence, without the words that lead to it: 根据鲁政发〔2020〕3号."""
    return _LEADS_TO.sub("", number)
