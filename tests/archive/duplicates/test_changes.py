"""Where two normalised texts differ."""

import pytest

from archive.duplicates.changes import find_changes


@pytest.mark.parametrize(
    ("a", "b", "figures", "wordings"),
    [
        ("全市完成投资12亿元工程进展顺利", "全市完成投资15亿元工程进展顺利", (("12", "15"),), 0),
        ("大会第二次会议将在本月举行", "大会第三次会议将在本月举行", (("二", "三"),), 0),
        ("会议由市长主持并作总结讲话", "会议由书记主持并作总结讲话", (), 1),
        ("会议由市长主持并作总结讲话", "会议由市长主持并作总结讲话另有通知印发", (), 0),
        ("同上", "同上", (), 0),
        ("", "", (), 0),
    ],
)
def test_changed_figures_and_wordings(a: str, b: str, figures: tuple[tuple[str, str], ...], wordings: int) -> None:
    changes = find_changes(a, b)
    assert (changes.figures, changes.wordings) == (figures, wordings)


def test_wordings_that_give_way_to_others_are_named_in_their_order() -> None:
    changes = find_changes("本次停水由北山县水务局负责通知甲区各用户", "本次停水由云溪县水务局负责通知乙区各用户")
    assert changes.exchanged == (("北山", "云溪"), ("甲", "乙"))


@pytest.mark.parametrize(
    ("a", "b", "moved"),
    [
        ("气象台6月22日15时发布预警信号", "气象台6月23日9时发布预警信号", (1,)),
        ("报名时间为7月1日至7月5日", "报名时间为7月3日至7月8日", (2, 3)),
        ("本次停水自6月30日8时开始", "本次停水自7月1日8时开始", (1,)),
        ("本次停水自6月31日8时开始", "本次停水自7月1日8时开始", ()),
        ("本报6月22日讯记者叶小舟报道", "本报6月23日讯记者叶小舟报道", ()),
        ("完成投资22亿元工程进展顺利", "完成投资23亿元工程进展顺利", ()),
        ("公示期为22个工作日期满后执行", "公示期为23个工作日期满后执行", ()),
        ("评价为9.2日后再行公布结果", "评价为9.3日后再行公布结果", ()),
    ],
)
def test_days_of_a_month_that_move(a: str, b: str, moved: tuple[int, ...]) -> None:
    assert find_changes(a, b).moved == moved
