"""The comparison of two versions as a page shows it."""

import time

from hypothesis import given
from hypothesis import strategies as st

from archive.site import diff
from archive.texts import sentences as edits


@given(st.text("清河。！\n", max_size=60), st.text("清河。！\n", max_size=60))
def test_a_comparison_tells_both_texts(old: str, new: str) -> None:
    changes = diff.compare(old, new)
    if not any(change.skipped for change in changes):
        for text, side in ((old, "old"), (new, "new")):
            told = [change.same or "".join(span.text for span in getattr(change, side)) for change in changes]
            assert "".join(told) == "".join(text[start:end] for start, end in edits.sentences(text))


def test_what_stayed_is_shown_around_a_change_only() -> None:
    old = "".join(f"这是第{n}句。" for n in range(20))
    changes = diff.compare(old, old.replace("第9句", "第玖句"))
    assert [change.skipped or change.same for change in changes] == [8, "这是第8句。", "", "这是第10句。", 9]


def test_a_hostile_pair_of_versions_is_compared_in_time() -> None:
    old, new = ("".join(f"{'甲' * 900}{sign}{n}。" for n in range(400)) for sign in "乙丙")
    start = time.process_time()
    assert len(diff.compare(old, new)) == 400
    assert time.process_time() - start < 20


def test_a_number_that_changed_is_marked_whole() -> None:
    (change,) = diff.compare("播种318.0万亩。", "播种320.5万亩。")
    assert [span.text for span in change.old if span.hit] == ["318.0"]
    assert [span.text for span in change.new if span.hit] == ["320.5"]
