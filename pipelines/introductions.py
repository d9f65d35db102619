"""The office with which a text introduces a person."""

import re
from collections.abc import Iterator

from pipelines.people import COMPOUND, ENDS_IN_TITLE, SURNAMES, TITLES

_BEFORE = 60  # characters before a name
_OPENING = 50_000  # characters: people are introduced before they speak
_CLAUSE = re.compile(r"[。；：:！？!?“”\"\n，,（()）\t]")
_LEAD = re.compile(
    r".*(?:(?:[是的还都中]|了(?!解))(?:有(?![关限机色]))?(?<![还都中])|专访|采访|对话|邀请|(?<![申聘])请[到来]?|[见来遇]到|欢迎|感谢|谢谢|做客|走进|连线"
    r"|(?<!自)由|嘉宾[为有]|分别[为有]|来自|——)"
)
_OPENS = re.compile(
    r"(?:(?:今|昨|当)[天日晚]|近日|日前|本期|现在|下面|接下来|首先|随后|最后|其中|同时|以及|及|与|还|也|我们|我|现场|嘉宾|[这一两三几]位|访)+"
)
_NAME = rf"(?:[{''.join(sorted(SURNAMES))}]|{'|'.join(sorted(COMPOUND))})[\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]+"
_ANOTHER = re.compile(rf".*(?:先生|女士|同志|老师|{TITLES}\s?(?:{_NAME}))(?:、|和|与|及|以及)")
_BEHIND = re.compile(rf"[（(，,\s]\s*(?P<office>[^\n。；：:，,（()）]{{2,40}}?{TITLES})(?=[）)，,。\s]|$)")
_HOLDS = re.compile(r"^(?:是|系|现任|任|担任)")
_SPEAKS = re.compile(r"[我你您吗呢]")


def office_of(name: str, text: str) -> str:
    """The office with which the text introduces a person; "" for none.

    It ends right before the name, in its clause, and begins behind the last word that leads to it (请来了, 做客的是, 出席的有),
    behind the person who is named before (局长张三、副局长李四), and behind words of time (今天). Or it stands behind the
    name, in brackets or as a clause of its own, and nothing in it leads to somebody else (张三，下面请李四局长).
    """
    for place in places(name, text[:_OPENING]):
        clause = _CLAUSE.split(text[max(0, place - _BEFORE) : place])[-1].rstrip()
        if ENDS_IN_TITLE.search(clause) and len(office := _alone(clause)) > 2:
            return office
        end = place + len(name)
        if behind := _BEHIND.match(text, end, end + _BEFORE):
            office = _HOLDS.sub("", behind["office"], count=1)
            if _alone(office) == office and not _SPEAKS.search(office):
                return office
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
