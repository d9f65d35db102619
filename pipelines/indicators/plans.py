"""Words that say of a figure that it is planned, allowed or allotted, not observed."""

import re

_PLANNED = re.compile(
    r"力争|争取|确保|预期(?!寿命)|预计|预测|计划(?!总?投资|单列|生育)|拟|将(?![军领])|安排|下达|应当|必须|不得|可[享获申按减节]|最高|奖励|给予|罚款|罚金"
    r"|补助标准|起征|上限|名额|到(?<![长高加升降低少大展]到)(?:20[2-9]\d年|\"十)|未来|力保|努力|保持在|控制在|稳定在|目标|达到以上|标准[由从为提]|预算(?:总[计额]|为|拟)"
)
_NEAR = re.compile(
    r"规划|任务|指标|要求|需(?![氧求])|应(?!急|对|用|收|届|届生)|可(?=[^比支用])"
)  # these tell it only beside the figure
SIGNS = "预计任目规指要需应可"  # a clause without them is neither near a plan nor of one
_OF_A_PLAN = re.compile(r"(?:预算|计划|任务|目标)数?(?:\S{0,14}元)?(?:的|为)?$")
_HEADING = re.compile(r"(?P<level>[一二三四五六七八九十]{1,3}、|[(][一二三四五六七八九十]{1,3}[)]).{2,40}")
_AHEAD = re.compile(
    r"安排|草案|计划|目标|预算编制|收支预算(?!执行)|预期|打算|建议|重点工作|主要任务|措施|要求|工作思路"
)
_DONE = re.compile(r"执行|决算|回顾|(?:完成|落实|工作|进展)情况")


def planned(sentence: str) -> list[int]:
    """Where a folded sentence speaks of the future: 力争达到, 安排, 预期, 最高."""
    return [found.start() for found in _PLANNED.finditer(sentence)]


def is_near_a_plan(clause: str) -> bool:
    """Whether the words right before a figure do so: 任务, 要求, 应."""
    return _NEAR.search(clause) is not None


def is_of_a_plan(clause: str) -> bool:
    """Whether a figure is measured by a plan, or is the plan's: 为预算的98%, 完成年初预算的, 预算数."""
    return _OF_A_PLAN.search(clause) is not None


class Outline:
    """Knows by the headings 一、 and （一） so far whether a section is about the future, as 二、2026年预算安排."""

    def __init__(self) -> None:
        self._outer = self._inner = self.ahead = False

    def read(self, line: str) -> None:
        """Go on to the next line, folded."""
        if not (found := _HEADING.fullmatch(line)) or line[-1] in "。;,":
            return
        ahead = bool(_AHEAD.search(line)) and not _DONE.search(line)
        self._inner = ahead and found["level"].startswith("(")
        if not found["level"].startswith("("):
            self._outer = ahead
        self.ahead = self._outer or self._inner
