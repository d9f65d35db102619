"""Evidence from the whole text: that a label names a speaker, and that the text is a dialogue."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.introductions import office_of, places
from pipelines.labelled import Layout, Mark
from pipelines.people import HONORIFICS, TITLES, is_name

_ENOUGH = 3.5  # points
_LAYOUT = 1  # the labels are printed as the role words are, or as other labels that come back
_REPEATED = 1  # for each further use, two at most
_OFFICE = 2  # the text introduces the person with an office
_HANDED = 1.5  # the words before most uses ask, or invite to speak
_ADDRESSED = 1  # they do so by name
_ASKS = 1.5  # a label that may ask does
_BETWEEN = 1.5  # it stands between two uses of another label, as somebody who cuts in does
_TALKS = 1.5  # most of its speeches have signs of talk
_FIRST_PERSON = 1  # or one of them says 我, 我们, 我市
_ANSWERED = 2  # somebody replies with a greeting to a label that may ask
_EMPHASISED = 0.5
_HEARD = 600  # characters of a speech that are looked at
_BEFORE = 60  # characters before a label
_HANDS_OVER = re.compile(r"[？?]|(?<![申邀])请|谁先|欢迎|\bplease\b", re.I)
_I = re.compile(r"[我咱]|本[局厅市区县]|\b(?:I|we|our|my|us)\b")
_TALK = re.compile(
    r"[您你咱？?吗呢吧呀啊]|谢谢|抱歉|大家|各位|朋友们|同志们|先生们|补充一|有请|请.{0,12}(?:发言|提问|回答|介绍|先?说|先?讲)|我(?![市县区省国局院部校村镇乡州军党们])"
    r"|\b(?:I|[Yy]ou|[Mm]y|[Yy]our|[Tt]hanks?)\b"
)
_GREETS = re.compile(r"\s*(?:尊敬的|[^，,。；;！!？?\n]{0,12}[您你]好(?![\u4e00-\u9fff])|.{0,20}(?:收悉|已收到))")
_QUESTION = re.compile(r"[？?]|请问|提问|想了解|想问")
_ASKED = re.compile(r"[请问让]\S{0,30}\Z")
_ADDRESS = re.compile(f"{TITLES}|{HONORIFICS}")
_YOU = re.compile("[，,]?[你您]")
_HAN = re.compile("[\u4e00-\u9fff]{2,4}")
_SENTENCE = re.compile(r"[。！？!?；，,…]|\.(?:\s|$)")


@dataclass(slots=True)
class Candidate:
    """A possible speaker: the places of the label, the words behind each and the words before each."""

    speaker: str
    marks: list[Mark] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    between: bool = False

    @property
    def form(self) -> float:
        return max(mark.named.form for mark in self.marks)

    @property
    def is_role(self) -> bool:
        return any(mark.named.is_role for mark in self.marks)

    @property
    def asks(self) -> bool:
        return 2 * sum(_QUESTION.search(words) is not None for words in self.spoken) >= len(self.spoken)

    @property
    def talks(self) -> int:
        """How many of the speeches have a sign of talk: a question, 您, 谢谢, 我 that is not 我市."""
        return sum(_TALK.search(words) is not None for words in self.spoken)

    @property
    def lively(self) -> int:
        """How many of the turns have a sign of talk or are handed over."""
        pairs = zip(self.spoken, self.before, strict=True)
        return sum(bool(_TALK.search(spoken) or _hands_over(self.speaker, before)) for spoken, before in pairs)

    @property
    def speaks(self) -> bool:
        return any(map(_SENTENCE.search, self.spoken))

    @property
    def handed(self) -> bool:
        return 2 * sum(_hands_over(self.speaker, words) for words in self.before) >= len(self.before)

    @property
    def may_ask(self) -> bool:
        return any(mark.named.kind == "question" for mark in self.marks)

    @property
    def may_answer(self) -> bool:
        return any(mark.named.kind == "answer" for mark in self.marks)

    @property
    def greets(self) -> bool:
        """Whether this replies to a letter: 您好！您的来信收悉。"""
        return self.may_answer and any(map(_GREETS.match, self.spoken))

    @property
    def leads(self) -> bool:
        """Whether somebody asks or moderates here."""
        moderates = any(mark.named.kind == "moderator" for mark in self.marks)
        return moderates or (self.may_ask and (self.is_role or self.asks))

    def is_person(self, text: str) -> bool:
        """Whether this is surely a person: an office or an honorific, a name of three characters or with a point."""
        return (
            (self.form >= 2 and not self.is_role)
            or (len(self.speaker) > 2 and is_name(self.speaker))
            or office_of(self.speaker, text) != ""
        )


def candidates(text: str, marks: Sequence[Mark], layout: Layout) -> list[Candidate]:
    """The possible speakers of a text that prints its labels in one layout."""
    found: dict[str, Candidate] = defaultdict(lambda: Candidate(""))
    same = [mark for mark in marks if mark.layout == layout]
    last = 0
    for at, mark in enumerate(same):
        end = same[at + 1].start if at + 1 < len(same) else len(text)
        spoken = text[mark.said : min(end, mark.said + _HEARD)]
        if layout == "line" and not spoken.strip():
            continue  # names below each other are a list
        one = found[mark.named.speaker]
        one.speaker = mark.named.speaker
        one.marks.append(mark)
        one.spoken.append(spoken)
        one.before.append(text[max(last, mark.start - _BEFORE) : mark.start])
        last = mark.start
        if 0 < at < len(same) - 1 and same[at - 1].named.speaker == same[at + 1].named.speaker != mark.named.speaker:
            one.between = True
    return list(found.values())


def speaking(text: str, found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates whose points reach `_ENOUGH`."""
    roles = sum(len(one.marks) for one in found if one.is_role)
    common = _LAYOUT * (roles >= 2 or _come_back(found))
    replied = _ANSWERED * any(one.greets for one in found)

    def points(one: Candidate) -> float:
        return _points(text, one) + common + replied * (one.may_ask or one.greets)

    return [one for one in found if one.speaks and points(one) >= _ENOUGH]


def _come_back(found: Sequence[Candidate]) -> bool:
    """Whether two labels come back, or one does between the others."""
    return sum(len(one.marks) > 1 for one in found) >= 2 or sum(one.between for one in found) >= 2


def _points(text: str, one: Candidate) -> float:
    points = one.form + _REPEATED * min(len(one.marks) - 1, 2)
    points += _HANDED * one.handed
    points += _ADDRESSED * any(_speaks_to(one.speaker, words) for words in one.before)
    points += _ASKS * (one.may_ask and one.asks)
    points += _BETWEEN * one.between
    if 2 * one.talks >= len(one.spoken):
        points += _TALKS
    elif any(map(_I.search, one.spoken)):
        points += _FIRST_PERSON
    points += _EMPHASISED * any(mark.emphasised for mark in one.marks)
    return points + _OFFICE * (points < _ENOUGH and office_of(one.speaker, text) != "")


def is_dialogue(text: str, speakers: Sequence[Candidate]) -> bool:
    """Whether two speakers or more have three turns, and somebody asks or moderates, or persons speak by turns; or a
    question or letter has its answer."""
    if len(speakers) < 2:
        return False
    if _is_answered(speakers):
        return True
    if sum(len(one.marks) for one in speakers) < 3:
        return False
    if any(one.leads for one in speakers):
        return not all(one.may_ask for one in speakers)
    if not _come_back(speakers):
        return False
    turns = sum(len(one.marks) for one in speakers)
    lively = sum(one.lively for one in speakers) / turns
    if sum(one.is_person(text) for one in speakers) >= 2:
        return lively >= 1 / 3
    return turns >= 6 and lively >= 1 / 2 and any(one.form >= 1 for one in speakers)


def _is_answered(speakers: Sequence[Candidate]) -> bool:
    """Whether the first speaker may ask, and somebody answers with a greeting, or the next one after a question."""
    first, *others = sorted(speakers, key=lambda one: one.marks[0].start)
    return first.may_ask and (any(one.greets for one in others) or (others[0].may_answer and first.asks))


def _hands_over(name: str, words: str) -> bool:
    return _HANDS_OVER.search(words) is not None or _speaks_to(name, words)


def _speaks_to(name: str, words: str) -> bool:
    """Whether words speak to a person: 请……张三, 张局长, 三丰，你说."""
    if any(_ASKED.search(words, 0, place) for place in places(name, words)):
        return True
    if _HAN.fullmatch(name) is None:
        return False
    addressed = (_ADDRESS.match(words, place + 1) for place in places(name[0], words))
    return any(addressed) or any(_YOU.match(words, place + len(name) - 1) for place in places(name[1:], words))
