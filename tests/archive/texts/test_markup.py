"""A text with its structure as Markdown: what is written is read back, and nothing hostile stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.texts import markup
from archive.texts.markup import Block, Run, mask, plain, read, safe_address, text_of, unformed, write

SIGNS = st.text(st.sampled_from("水库1.)#-+=*_`~\\[]()<>|&! 　，"), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
WORDS = SIGNS.filter(bool)
LINKS = st.sampled_from(["", "https://a.example/1_2.html?a=%5D&b=*"])


def merged(runs: list[Run]) -> tuple[Run, ...]:
    """Runs as a reader finds them: neighbours of one form are one."""
    return next(iter(read(write([Block(kind="heading", level=2, runs=tuple(runs))])))).runs


RUNS = st.lists(st.builds(Run, text=WORDS, bold=st.booleans(), link=LINKS), min_size=1, max_size=4).map(merged)
BLOCKS = st.lists(
    st.one_of(
        st.builds(Block, kind=st.sampled_from(["p", "item"]), runs=RUNS),
        st.builds(Block, kind=st.just("heading"), level=st.integers(2, 6), runs=RUNS),
        st.builds(Block, kind=st.just("row"), cells=st.lists(RUNS, min_size=2, max_size=3).map(tuple)),
        st.builds(
            Block,
            kind=st.just("picture"),
            runs=st.builds(Run, text=WORDS, link=st.just("http://a.example/1.png")).map(lambda run: (run,)),
        ),
    ),
    max_size=6,
)


@given(BLOCKS)
def test_a_text_is_read_back_as_it_was_written(blocks: list[Block]) -> None:
    again = read(write(blocks))
    assert text_of(again) == text_of(blocks)
    assert [(block.kind, block.level, block.runs, block.cells) for block in again] == [
        (block.kind, block.level, block.runs, block.cells) for block in blocks
    ]
    assert write(again) == write(read(write(again)))


@given(BLOCKS)
def test_no_markup_of_html_is_written(blocks: list[Block]) -> None:
    assert "<" not in write(blocks).replace("\\\\", "").replace("\\<", "")


@given(st.text(st.sampled_from("ab|*[]()!#-\\\n <>:/htps. "), max_size=60))
def test_any_string_is_read_without_a_fault(text: str) -> None:
    for block in read(text):
        plain(block)
        for run in (*block.runs, *(run for cell in block.cells for run in cell)):
            assert not run.link or run.link.startswith(("http://", "https://"))


def test_tables_keep_their_cells_and_heads() -> None:
    rows = [
        Block(kind="row", cells=((Run(text="指标"),), (Run(text="数值"),)), first=True, head=True),
        Block(kind="row", cells=((), (Run(text="12|5", bold=True),))),
        Block(kind="row", cells=((Run(text="另一表"),), (Run(text="1"),)), first=True),
    ]
    assert write(rows) == (
        "| 指标 | 数值 |\n| --- | --- |\n|  | **12\\|5** |\n\n|  |  |\n| --- | --- |\n| 另一表 | 1 |"
    )
    assert read(write(rows)) == rows
    assert text_of(rows) == "指标\t数值\n\t12|5\n另一表\t1"


def test_lines_without_form_make_a_table_of_rows() -> None:
    assert [(block.kind, block.first) for block in unformed(["甲", "乙\t1", "丙\t2", "丁"])] == [
        ("p", False), ("row", True), ("row", False), ("p", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example/图 (1).png", "https://a.example/图%20%281%29.png"),
        ("HTTP://a.example/", "http://a.example/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example/", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://a.example/" + "a" * 2000, ""),
        ('http://a.example/"><script>', "http://a.example/%22%3E%3Cscript%3E"),
    ],
)
def test_addresses_of_the_web_alone_are_links(address: str, safe: str) -> None:
    assert safe_address(address) == safe


@pytest.mark.parametrize(
    ("formed", "masked"),
    [
        ("联系电话 **138**00138000。", "联系电话 138\\*\\*\\*\\*\\*\\*\\*\\*。"),
        ("联系 [13800138000](http://a.example/t?n=13800138000)", "联系 138\\*\\*\\*\\*\\*\\*\\*\\*"),
        ("![13800138000](http://a.example/1.png)", "![138\\*\\*\\*\\*\\*\\*\\*\\*](http://a.example/1.png)"),
        ("[名单](http://a.example/13800138000)", "[名单](http://a.example/138********)"),
        (
            "|  |  |\n| --- | --- |\n| 甲 | 1**3800138000** |",
            "|  |  |\n| --- | --- |\n| 甲 | 138\\*\\*\\*\\*\\*\\*\\*\\* |",
        ),
        ("**全年** 318.0 万", "**全年** 318.0 万"),
    ],
)
def test_numbers_of_persons_are_masked_across_forms(formed: str, masked: str) -> None:
    assert mask(formed) == masked
    assert mask(mask(formed)) == masked


def test_a_masked_text_is_the_text_of_the_masked_markup() -> None:
    from archive.texts.personal_numbers import mask_persons

    formed = "## 联系\n\n电话**13800138000**，\\*号\n\n|  |  |\n| --- | --- |\n| 甲 | 13900139000 |"
    assert text_of(markup.read(mask(formed))) == mask_persons(text_of(markup.read(formed)))
