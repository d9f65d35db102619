"""The stages of a procedure that titles name: the notices of two stages are two acts, however alike their texts are."""

import functools
import re

from archive.model import Fingerprint

_APART = 2  # days; a reprint that names the stage wrongly comes sooner
# for each procedure its stages, as normalised titles name them. The words of one stage are hidden from those that follow, and a
# stage with `!` hides all others: 招标更正公告 is a correction, no call
_PROCEDURES = (
    {
        "accepted": "受理",
        "proposed": "拟(?:对.{1,60}?)?(?:作出|予以)?(?:审批|审查|批准|批复|核准|许可|同意|准予|通过)|(?:审|报)?批前",
        "decided": "批复|批后|(?:审批|批准|核准|许可)(?:的|意见|结果)?(?:决定|公告|公布|结果|意见)",
        "inspected": "竣工.{0,8}验收",
    },
    {
        "ended!": "终止|中止|废标|流标",
        "corrected!": "更正|变更|澄清|补遗|延期",
        "planned!": "意向",
        "candidates!": "候选人",
        "contract": "合同",
        "result": "中标|成交|结果",
        "call": "(?:招标|采购|磋商|谈判|询价|比选|出让|拍卖|挂牌)(?:公告|公示|文件|邀请)",
    },
    {
        "answered!": "采纳情况|反馈情况",
        "draft!": "征求.{0,60}意见|征集.{0,60}意见|意见稿|草案",
        "issued": "印发|公布|发布|施行",
    },
    {"early!": "预公[示告]|拟征", "open": "公[示告]"},
    {one: one for one in ("报名", "资格(?:复|初)?审", "笔试", "面试", "体检", "考察", "拟聘", "拟录用", "递补")},
)
_PATTERNS = tuple({stage: re.compile(words) for stage, words in stages.items()} for stages in _PROCEDURES)


def are_stages(a: Fingerprint, b: Fingerprint) -> bool:
    """Whether two releases are notices of two stages of one procedure: 受理公示 and 拟审批公示, 招标公告 and 中标公告.

    Both titles name stages of one procedure, and none in common. An editor may shorten a headline to another stage's
    (中标候选人公示, 中标公示), so that one thing more is asked: the days are two days or more apart; or the texts differ, and one of
    them has a word of its own title's stage that the other has not.
    """
    for here, there in zip(_stages(a.title), _stages(b.title), strict=True):
        if here and there and not here.keys() & there.keys():
            apart = 0 if a.day is None or b.day is None else abs(a.day - b.day)
            if apart >= _APART or _says(here, a, b) or _says(there, b, a):
                return True
    return False


def _says(stages: dict[str, str], own: Fingerprint, other: Fingerprint) -> bool:
    return any(word in own.key and word not in other.key for word in stages.values())


@functools.lru_cache(maxsize=4096)
def _stages(title: str) -> tuple[dict[str, str], ...]:
    """For each procedure the stages that a normalised title names, with their words."""
    return tuple(_named(title, patterns) for patterns in _PATTERNS)


def _named(title: str, patterns: dict[str, re.Pattern[str]]) -> dict[str, str]:
    named = {}
    for stage, pattern in patterns.items():
        if found := pattern.search(title):
            named[stage] = found.group()
            if stage.endswith("!"):
                break
            title = pattern.sub(" ", title)
    return named
