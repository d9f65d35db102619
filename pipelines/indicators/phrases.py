"""The figures of one sentence, read from left to right."""

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from archive.model import Indicator
from pipelines.indicators import changes, lists, names, periods, plans
from pipelines.indicators.changes import Wording
from pipelines.indicators.numbers import Number

_RATES = ("%", "‰", "个百分点", "倍")
_OF = {"岁": ("寿命",), "天": ("天数", "日数", "优良", "达标")}  # units that are statistics of these alone
_CLAUSE = 90  # characters; words further before a number are not looked at
_DIVIDES = re.compile(r"[、和及与,以]{1,2}")
_BESIDE = re.compile(
    r"(?:\([^()]*\))?[,()、]*(?:(?:按|可比|同口径|扣除|剔除)[^,]*)?,?"
)  # may stand between a value and its change
_MARKS = re.compile(r"[;。:!?\n\t(),.](?:(?!\d)|(?<![,.])|(?<=,)(?<!\d,))")
_BASIS = re.compile("[比较](?![重例])[^,]{0,20}$")
_TELLING = re.compile(f"[{plans.SIGNS}比较从由]")  # words without them tell of no plan, no basis and no beginning
_FROM = re.compile(r"(?:从|由)(?:[^,;、]{1,13}[年的底末初])?$")

_Words = tuple[int, int, str]  # where the words before a number begin and end, and the place that stood before them


@dataclass(slots=True)
class _Figure:
    """A figure under way; `number` is the one that marks its place, None as long as it has none of its own."""

    name: str
    place: str
    period: str
    number: Number | None = None
    value: Number | None = None
    change: Number | None = None
    wording: Wording | None = None


class Prose(NamedTuple):
    """Lines of sentences, folded and as printed, from `at` of a text on, and where they speak of the future."""

    folded: str
    printed: str
    at: int
    planned: Sequence[int]


class Sentence:
    """A sentence of a prose, from `start` to `end`, and the numbers in it."""

    def __init__(self, prose: Prose, start: int, end: int, counted: Sequence[Number]) -> None:
        self._text, self._printed = prose.folded, prose.printed
        self._at = prose.at
        self._planned = prose.planned
        self._start = start
        self._end = end
        self._numbers = counted
        self._times = periods.periods(prose.folded, start, end)
        self._found: list[_Figure] = []
        self._topic: list[_Figure] = []  # the figures that a change without a name is of: one, or those of a list
        self._done = start  # end of the last number
        self._tells = False  # whether `_TELLING` finds something before the number that is read

    def figures(self) -> list[Indicator]:
        """The figures of the sentence, in order; see `find_indicators`."""
        for n, (number, begun, depth) in enumerate(_in_clauses(self._text, self._start, self._numbers)):
            if number.start < self._done:  # it was read with its list
                continue
            clause = max(begun, self._done, number.start - _CLAUSE)
            if self._text.find(";", self._done, clause) >= 0:
                self._topic = []
            last = self._read(n, clause, depth)
            self._done = self._numbers[last].end
            self._take_flat()
        return [self._indicator(one) for one in self._found if one.number]

    def _read(self, n: int, clause: int, depth: int) -> int:
        """Read the nth number in the clause from `clause` on, and the rest of a list that it begins; the last that was read.

        `depth` brackets are open before it.
        """
        number = self._numbers[n]
        said = self._text[clause : number.start]
        words = said.rstrip()
        self._tells = _TELLING.search(words) is not None
        if (self._tells and plans.is_of_a_plan(words)) or words == "的":  # 为预算631万元的80%
            return n
        wording = changes.change_before(words)
        if wording is None and self._tells and _BASIS.match(words):  # 比上年的9亿元下降5%
            return n
        if "分别" in words:
            return self._read_list(n, said, wording)
        if depth and not wording:
            return n
        before = clause + wording.start if wording else number.start
        pared = names.pared(self._text, clause, before, self._times)
        if depth and pared[0] < pared[1]:
            return n
        if not self._is_list_of_things(n):
            self._read_one(number, said, pared, wording)
        return n

    def _is_list_of_things(self, n: int) -> bool:
        """In 100米和200米两项冠军 the second number counts no name before it, so the first does not."""
        if n + 1 == len(self._numbers):
            return False
        number, after = self._numbers[n : n + 2]
        return after.behind != "ends" and _DIVIDES.fullmatch(self._text, number.end, after.start) is not None

    def _read_one(self, number: Number, words: str, pared: _Words, wording: Wording | None) -> None:
        if number.behind == "counts" or self._is_planned(number, words):
            self._topic = []
            return
        topic = self._topic_of(pared)
        leads = self._tells and _FROM.search(words[: wording.start] if wording else words)  # 由上年的增长3.2%提高到5.6%
        falls = wording is None and words.endswith("-")  # 自然增长率-0.7‰
        rough = number.behind == "rough" or leads or falls or names.is_bounded(words)
        if topic is None:
            if wording is not None and not rough and pared[0] >= pared[1]:
                self._take_change(number, number.start - len(words), wording)
            elif wording is None:
                self._topic = []
            return
        self._topic = [topic]
        if number.unit in _OF and not any(word in topic.name for word in _OF[number.unit]):
            return
        if rough or (wording and changes.is_of_a_change(topic.name)) or (not wording and number.unit in _RATES[2:]):
            return
        self._enter(topic, number, wording)

    def _enter(self, figure: _Figure, number: Number, wording: Wording | None) -> None:
        figure.number, figure.wording = number, wording
        if wording is None or wording.reaches:
            figure.value = number
        else:
            figure.change = number
        self._found.append(figure)

    def _topic_of(self, pared: _Words) -> _Figure | None:
        start, end, place = pared
        name = self._text[start:end]
        if len(name) > 1 and name[0] == "占" and len(self._topic) == 1:  # a share: its whole was named before
            share = self._printed[start:end].removesuffix("的")
            return replace(_bare(self._topic[0]), name=self._topic[0].name + share, period=self._period(end))
        if self._tells and (leads := _FROM.search(name)):
            name = name[: leads.start()]
        if not names.is_name(name):
            return None
        return _Figure(self._printed[start : start + len(name)], place, self._period(end))

    def _take_change(self, number: Number, clause: int, wording: Wording) -> None:
        """A change without a name is of the figure before it."""
        if not self._topic or not _BESIDE.fullmatch(self._text[self._done : clause]):
            return
        [topic, *more] = self._topic
        if more:
            return
        if wording.reaches:
            self._topic = [replace(_bare(topic), period=self._then(clause + wording.start, number))]
            self._enter(self._topic[0], number, wording)
        elif topic.number is None:
            self._enter(topic, number, wording)
        elif topic.wording is None:
            if number.unit in _RATES or topic.value is None or _is_one_kind(number, topic.value):
                topic.change, topic.wording = number, wording
        elif number.unit in _RATES[:2] and self._is_another(topic, wording):
            self._enter(_bare(topic), number, wording)

    def _is_another(self, topic: _Figure, wording: Wording) -> bool:
        """Whether a rate is told beside the first change: on another basis (环比, 两年平均), or beside its amount."""
        in_rates = topic.change is None or topic.change.unit in _RATES
        return not in_rates or (topic.wording is not None and wording.basis not in ("", topic.wording.basis))

    def _read_list(self, n: int, words: str, wording: Wording | None) -> int:
        """The figures of a list: those behind its first that follow it with nothing but 、 or 和 between, or another turn."""
        number = self._numbers[n]
        listed, wordings, end = [number], [wording], number.end
        for one in map(self._numbers.__getitem__, range(n + 1, len(self._numbers))):
            between = self._text[end : one.start]
            turn = changes.change_before(between) if wording else None  # 分别增长10.1%、下降2.2%
            if not _DIVIDES.fullmatch(between[: turn.start] if turn else between):
                break
            listed.append(one)
            wordings.append(turn._replace(basis=turn.basis or wording.basis) if wording and turn else wording)
            end = one.end
        clause = number.start - len(words)
        topic, self._topic = self._topic, []
        if self._is_planned(number, words) or listed[-1].behind == "rough":
            return n + len(listed) - 1
        until = min(words.index("分别"), wording.start if wording else len(words))  # 同比分别增长
        start, stop, place = names.pared(self._text, clause, clause + until, self._times)
        if said := self._printed[start:stop]:
            before = self._printed[self._done : clause].rstrip("，,；;").rpartition("，")[2]
            made = ["".join(pieces) for pieces in lists.respective(said, before, len(listed))]
            if all(map(names.is_name, made)):
                self._topic = [_Figure(name, place, self._period(number.start)) for name in made]
            for figure, one, how in zip(self._topic, listed, wordings, strict=False):
                self._enter(figure, one, how)
        elif wording and (values := self._values_before(number.start, topic, len(listed))):
            for figure, one, how in zip(values, listed, wordings, strict=True):
                figure.change, figure.wording = one, how
        return n + len(listed) - 1

    def _values_before(self, at: int, topic: list[_Figure], count: int) -> list[_Figure]:
        """The values that a list of `count` changes is of: those of a list before it, or the last ones of its clauses.

        Each of them is without a change: 接待游客5万人次、旅游收入4亿元，分别增长10%和13%.
        """
        values = topic if len(topic) == count else self._found[-count:]
        begun = self._text.rfind(";", self._start, at)
        told = all(one.value and one.value.start > begun and one.wording is None for one in values)
        return values if told and len(values) == count else []

    def _take_flat(self) -> None:
        """与上年持平 right behind a value says that it has not changed."""
        if len(self._topic) != 1 or not self._topic[0].value or self._topic[0].wording:
            return
        if flat := changes.FLAT.match(self._text, self._done, self._end):
            self._topic[0].wording = Wording(flat.start(), flat["basis"], "flat", False)

    def _is_planned(self, number: Number, words: str) -> bool:
        """Whether something since the last semicolon says that it is planned, or the clause `words` does."""
        last = bisect.bisect_left(self._planned, number.start) - 1
        if last >= 0 and (at := self._planned[last]) >= self._start and self._text.find(";", at, number.start) < 0:
            return True
        return self._tells and plans.is_near_a_plan(words)

    def _period(self, at: int) -> str:
        """The last period that the sentence names before a place."""
        for start, end in reversed(self._times):
            if start <= at:
                return self._printed[start:end]
        return ""

    def _then(self, start: int, number: Number) -> str:
        """The period in 增加到2002年的, which is none of the whole sentence."""
        words = re.search(r"[到至]([^到至]*)的$", self._text[start : number.start])
        return self._printed[start + words.start(1) : start + words.end(1)] if words else self._period(number.start)

    def _indicator(self, one: _Figure) -> Indicator:
        assert one.number is not None
        return Indicator(
            name=" ".join(one.name.split()),
            place=one.place,
            period=one.period,
            value=float(one.value.value) if one.value else None,
            unit=one.value.unit if one.value else "",
            change=float(one.change.value) if one.change else None,
            change_unit=one.change.unit if one.change else "",
            direction=one.wording.direction if one.wording else "",
            basis=one.wording.basis if one.wording else "",
            start=self._at + one.number.start,
            length=one.number.end - one.number.start,
        )


def _bare(figure: _Figure) -> _Figure:
    """The name of a figure, for another one of it."""
    return _Figure(figure.name, figure.place, figure.period)


def _is_one_kind(one: Number, other: Number) -> bool:
    return one.unit.lstrip("十百千万亿") == other.unit.lstrip("十百千万亿")


def _in_clauses(text: str, start: int, counted: Sequence[Number]) -> Iterator[tuple[Number, int, int]]:
    """The numbers of a sentence that begins at `start`: each, where its clause begins, and how many brackets are open there.

    A clause begins behind a comma or an open bracket. Behind a closed bracket the clause around it goes on. A comma or a
    point between digits divides nothing.
    """
    begun, depth, read = [start], 0, start
    for number in counted:
        for mark in _MARKS.finditer(text, read, number.start):
            if mark[0] == "(":
                begun.append(mark.end())
                depth += 1
            elif mark[0] == ")":
                del begun[max(1, len(begun) - 1) :]
                depth -= 1
            else:
                begun[-1] = mark.end()
        yield number, begun[-1], depth
        read = number.end
