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
