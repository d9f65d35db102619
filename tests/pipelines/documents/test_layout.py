import pytest

from pipelines.documents.layout import Box, paragraphs, read_boxes

FULL = "会议指出，各级部门要认真落实部署抓好重点工程"  # 21 characters of 10


def line(number: int, text: str, left: float = 0, step: float = 15) -> Box:
    return Box(left, step * number, left + 10 * len(text), step * number + 10, text)


PHONES = [line(at, f"{one}镇便民服务中心：0999-861234{at}") for at, one in enumerate(("白杨渡", "青石湾", "柳林铺"))]
NAMES = [line(0, "云桅市白杨渡集市管理服务有限公司"), line(1, "云桅市青石湾农副产品有限公司")]
QUESTIONS = [line(0, "如何办理集市摊位的登记手续和变更？"), line(1, "需要携带哪些材料到哪一个窗口办理？")]
SIGNED = [line(at, one) for at, one in enumerate(("云桅市发展和改革委员会云岭分局", "云桅市财政局", "2026年3月9日"))]
NARROW = [line(0, "云桅市集市管理办公室对全市集市"), line(1, "摊位统一编号，统一收费标准，统"), line(2, "一公示栏目。")]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ([line(0, FULL), line(1, "建设。")], FULL + "建设。"),
        ([line(0, FULL), line(1, FULL[:18]), line(2, "建设。")], FULL + FULL[:18] + "建设。"),  # a ragged edge
        ([line(0, FULL), line(1, FULL[:17] + "。"), line(2, "此外。")], f"{FULL}{FULL[:17]}。\n此外。"),
        ([line(0, FULL), line(1, "（二）建设。")], f"{FULL}\n（二）建设。"),
        ([line(0, FULL), line(1, "建设。", left=20)], f"{FULL}\n建设。"),
        ([line(0, FULL), line(3, "建设。")], f"{FULL}\n建设。"),  # far below
        ([line(0, FULL), line(1, "12\t建设")], f"{FULL}\n12\t建设"),
        ([line(0, "总则……………………………………………1"), line(1, "附则")], "总则……………………………………………1\n附则"),
        ([line(0, "林一舟"), line(1, "沈青石")], "林一舟\n沈青石"),
        ([line(0, "a report on the works of"), line(1, "bridges")], "a report on the works of bridges"),
        (PHONES, "\n".join(one.text for one in PHONES)),
        (NAMES, "\n".join(one.text for one in NAMES)),
        (QUESTIONS, "\n".join(one.text for one in QUESTIONS)),
        (SIGNED, "\n".join(one.text for one in SIGNED)),
        (NARROW, "".join(one.text for one in NARROW)),
        (
            [line(0, "全年接待游客一百余万人次，同比增长12"), line(1, ".5%，其中一季度增长11.5%。")],
            "全年接待游客一百余万人次，同比增长12.5%，其中一季度增长11.5%。",
        ),
        ([line(0, "会议指出，全市完成土方五千立方米，浆砌石121"), line(1, "6.50方，占计划的五成。")], None),
        ([line(0, "会议指出，全市完成土方五千立方米，浆砌石876."), line(1, "7方，占计划的五成。")], None),
        ([line(0, f"{FULL}，共计"), line(1, "6.50立方米，占计划的五成。")], None),
        ([line(0, "白杨渡古桥始建于明代，历经三次重修，桥身全长"), line(1, "2.5丈，列入保护单位。")], None),
        ([line(0, "会议指出，全市完成土方五千立方米，见表十二"), line(1, "6.5 工作要求")], "会议指出，全市完成土方五千立方米，见表十二\n6.5 工作要求"),
        ([line(0, "1.1培育白杨渡镇龙头企业三十家，增长百分之五"), line(1, "1.2引进企业")], "1.1培育白杨渡镇龙头企业三十家，增长百分之五\n1.2引进企业"),
        ([line(0, "全市各部门要认真落实，抓好重点工程的进度。"), line(1, "2.5工作要求")], "全市各部门要认真落实，抓好重点工程的进度。\n2.5工作要求"),
        ([line(0, "1.白杨渡镇便民服务中心，电话86123451"), line(1, "2.青石湾镇服务站，电话86123452")],
         "1.白杨渡镇便民服务中心，电话86123451\n2.青石湾镇服务站，电话86123452"),
        ([], ""),
    ],
)  # fmt: skip
def test_lines_become_paragraphs(lines: list[Box], text: str | None) -> None:
    """Without a text: one paragraph."""
    assert paragraphs(lines).rstrip("\n") == ("".join(one.text for one in lines) if text is None else text)


TITLE = Box(0, -18, 400, -4, "云桅市集市管理办公室关于全市集市摊位统一编号有关事项的通知")


@pytest.mark.parametrize("above", [TITLE, Box(0, -15, 500, -5, "地区\t户数\t面积")])
def test_a_title_or_a_row_of_a_table_does_not_widen_the_column_below_it(above: Box) -> None:
    text = paragraphs([above, line(0, FULL), line(1, FULL[:20]), line(2, "建设。")])
    assert text == f"{above.text}\n{FULL}{FULL[:20]}建设。\n"


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = [line(number, f"左{number}{FULL}") for number in range(5)]
    right = [line(number, f"右{number}{FULL}", left=260) for number in range(5)]
    title = [Box(100, -30, 400, -20, "横跨两栏的标题")]
    read = read_boxes([*right, *left, *title])
    assert read.startswith("横跨两栏的标题\n左0")
    assert read.index("左4") < read.index("右0")


def test_a_table_is_read_row_by_row() -> None:
    boxes = [line(row, f"第{row}{column}格", left=200 * column) for row in range(6) for column in range(2)]
    assert read_boxes(boxes).split("\n")[0] == "第00格\t第01格"


def test_two_lists_side_by_side_are_a_table() -> None:
    boxes = [line(row, "词" * (1 + 7 * (row % 2)), left=left) for row in range(6) for left in (0, 200)]
    assert "\t" in read_boxes(boxes).split("\n")[0]
