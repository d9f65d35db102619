"""All rules that compare texts take bounded time."""

import pytest

from archive.texts.noise import is_restless, noise_only
from archive.texts.normalised import normalised
from archive.texts.notices import is_another_page, says_missing
from archive.texts.sentences import compare, unified


def many(name: str) -> str:
    return "".join(f"{name}第{n}句。" for n in range(60_000))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (many("甲"), many("乙")),
        ("甲" * 2_000_000, "乙" * 2_000_000),
        (",".join("甲" * 500_000), ",".join("甲" * 500_000) + "乙"),
        ("。" * 500_000, "！" * 500_000),
    ],
    ids=["sentences", "one sentence", "one sentence that is alike", "marks alone"],
)
@pytest.mark.timeout(30)
def test_huge_texts_are_compared_in_bounded_time(old: str, new: str) -> None:
    assert sum(edit.old_length for edit in compare(old, new)) <= len(old)
    assert unified(old, new)
    assert not noise_only(old, new) or normalised(old) == normalised(new)
    assert not is_restless([old, new], old + new)
    assert not says_missing("", old)
    is_another_page(old, old, new, new)
