"""The office with which a text introduces a person."""

import re
from collections.abc import Iterator

from archive.texts.folding import SIGNS
from pipelines.labelled import opening
from pipelines.people import COMPOUND, ENDS_IN_TITLE, ENGLISH_TITLES, SURNAMES, TITLES

_BEFORE = 60  # characters before a name
_OPENING = 50_000  # characters: people are introduced before they speak
_CLAUSE = re.compile(r"[。；：:！？!?“”\"\n，,（()）\[\]［］【】〔〕〖〗「」『』\t]")
_LEAD = re.compile(
    r".*(?:(?:[是的还都中]|了(?!解))(?:有(?![关限机色]))?(?<![还都中])|专访|采访|对话|邀请|(?<![申聘])请[到来]?|[见来遇]到|欢迎|感谢|谢谢|做客|走进|连线"
    r"|(?<!自)由|嘉宾[为有]|分别[为有]|来自|——)"
)
_OPENS = re.compile(
    r"(?:(?:今|昨|当)[天日晚]|\d{1,4}[年月日]|[上下]午|近日|日前|本期|现在|下面|接下来|首先|随后|最后|其中|同时|以及|及|与|还|也|我们|我|现场|嘉宾|[这一两三几]位|访)+"
)
_NAME = rf"(?:[{''.join(sorted(SURNAMES))}]|{'|'.join(sorted(COMPOUND))})[\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]+"
_ANOTHER = re.compile(rf".*(?:先生|女士|同志|老师|{TITLES}\s?(?:{_NAME}))(?:、|和|与|及|以及)")
_BEHIND = re.compile(rf"[（(，,\s]\s*(?P<office>[^\n。；：:，,（()）]{{2,40}}?{TITLES})(?=[）)，,。\s]|$)")
_BEHIND_IN_ENGLISH = re.compile(
    rf",\s(?:the\s)?(?P<office>(?:[A-Z][\w-]*\s){{0,3}}?{ENGLISH_TITLES}(?:\s(?:of|for)(?:\s(?:the|and|of|[A-Z][\w-]*)){{1,8}})?)"
    r"(?=[.,;)\n]|$)"
)
# traditional signs become simplified ones, and every sign stays in its place
_SIMPLE = {code: simple for code, simple in SIGNS.items() if len(simple) == 1 and simple >= "\u3400"}
_HOLDS = re.compile(r"^(?:是|系|现任|任|担任)")
_SPEAKS = re.compile(r"[我你您吗呢]")


def office_of(name: str, text: str) -> str:
    """The office with which the text introduces a person; "" for none.

    It ends right before the name, in its clause, and begins behind the last word that leads to it (请来了, 做客的是, 出席的有),
    behind the person who is named before (局长张三、副局长李四), and behind words of time (今天). Or it stands behind the
    name, in brackets or as a clause of its own, and nothing in it leads to somebody else (张三，下面请李四局长). The bullet,
    the time and the number of its line are no part of it, and it is given in the script of the text.
    """
    for place in places(name, text[:_OPENING]):
        if office := _before(text, place) or _behind(text, place + len(name)):
            return office
    return ""


def _before(text: str, place: int) -> str:
    """The office that ends where a name begins."""
    start = opening(text, text.rfind("\n", 0, place) + 1, place)
    printed = text[max(start, place - _BEFORE) : place].rstrip()
    clause = _CLAUSE.split(printed.translate(_SIMPLE))[-1]
    if ENDS_IN_TITLE.search(clause) and len(office := _alone(clause)) > 2:
        return printed[-len(office) :]
    return ""


def _behind(text: str, end: int) -> str:
    """The office in brackets, or in a clause of its own, where a name has ended."""
    printed = text[end : end + _BEFORE]
    if english := _BEHIND_IN_ENGLISH.match(printed):
        return english["office"]
    simple = printed.translate(_SIMPLE)
    if behind := _BEHIND.match(simple):
        office = _HOLDS.sub("", behind["office"], count=1)
        if _alone(office) == office and not _SPEAKS.search(office):
            return printed[behind.end("office") - len(office) : behind.end("office")]
    return ""


def places(name: str, text: str) -> Iterator[int]:
    """Where a name begins in a text; a pattern for each name would cost a transcript more than all else."""
    place = text.find(name)
    while place >= 0:
        yield place
        place = text.find(name, place + len(name))


def _alone(clause: str) -> str:
    """The end of a clause without the words that lead to an office, and without the person before."""
    clause = _ANOTHER.sub("", _LEAD.sub("", clause)).strip()
    opening = _OPENS.match(clause)
    return clause[opening.end() :].strip() if opening else clause
