import pytest

from pipelines.documents.layout import Box
from pipelines.documents.running import without_running

BODY = ("白杨渡镇集市", "摊位统一编号")


def page(*, head: str = "", foot: str = "", small: bool = False, words: tuple[str, ...] = BODY) -> list[Box]:
    lines = [Box(60, 100 + 20 * at, 300, 112 + 20 * at, text) for at, text in enumerate(words)]
    ends = [Box(60, top, 300, top + (9 if small else 12), text) for top, text in ((40, head), (780, foot)) if text]
    return [*ends, *lines]  # many programs write the margins first


def left(pages: list[list[Box]]) -> list[list[str]]:
    return [[line.text for line in lines if line.text not in BODY] for lines in without_running(pages)]


@pytest.mark.parametrize(
    "foot",
    ["— 3 —", "-3-", "第3页", "第3页 共9页", "第3页/共9页", "第 3 页 / 共 9 页", "共9页，第3页"],
)
def test_the_usual_forms_of_a_page_number_are_left_out(foot: str) -> None:
    assert left([page(foot=foot)]) == left([page(head=foot)]) == [[]]


@pytest.mark.parametrize(
    "form",
    ["{}", "{} / 3", "{}/3", "({})", "Page {}", "Page {} of 3", "青石湾规划 第{}页", "第{}页 青石湾规划", "- {}"],
)
def test_a_number_that_grows_with_the_pages_is_theirs(form: str) -> None:
    assert left([page(foot=form.format(at)) for at in (1, 2, 3)]) == [[], [], []]
    cover = page(foot="二〇二六年三月")
    assert left([cover, *(page(head=form.format(at)) for at in (7, 8))]) == [["二〇二六年三月"], [], []]
    assert left([page(foot=form.format(1))]) == [[form.format(1)]]


@pytest.mark.parametrize(
    "ends",
    [
        ["3", "合计", "备注"],  # a cell of a table
        ["3", "3", "3"],
        ["3", "5", "7"],
        ["表1-1", "表1-2", "表1-3"],
        ["附件 1", "附件 2", "附件 3"],
        ["合计\t7", "合计\t8", "合计\t9"],
        ["2023", "2024", "2025"],
        ["一、总则", "二、收费", "三、附则"],
    ],
)
def test_other_lines_at_the_ends_of_pages_stay(ends: list[str]) -> None:
    assert left([page(foot=end) for end in ends]) == left([page(head=end) for end in ends]) == [[end] for end in ends]


def test_a_running_head_stands_once() -> None:
    head = "青石湾市集市发展规划"
    pages = [page(head=f"{head} · 封面"), *(page(head=head, foot=f"{at}", small=True) for at in (1, 2, 3, 4))]
    assert left(pages) == [[f"{head} · 封面"], [head], [], [], []]


@pytest.mark.parametrize(
    "pages",
    [
        [page(head="摊位申请表") for _ in range(4)],  # as tall as the other lines: the title of each form
        [page(head="摊位申请表", small=True) for _ in range(2)],
        [page(foot="项目\t金额", small=True) for _ in range(4)],  # a row of a table, which each page repeats
        [page(head=f"第{at}章", small=True) for at in range(4)],
    ],
)
def test_titles_and_rows_that_recur_stay(pages: list[list[Box]]) -> None:
    assert all(left(pages))


def test_a_page_of_its_number_alone_keeps_it() -> None:
    assert left([page(foot="— 3 —", words=())]) == [["— 3 —"]]
