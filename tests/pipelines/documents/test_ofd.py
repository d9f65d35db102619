import pytest

from pipelines.documents import read_document
from tests.pipelines.documents.made import ofd, stretch

LEFT = [stretch(20, 40 + 7 * at, f"左栏第{at}行文字排满此栏") for at in range(6)]
RIGHT = [stretch(110, 40 + 7 * at, f"右栏第{at}行文字排满此栏") for at in range(6)]
CELLS = [stretch(x, 40 + 7 * y, f"格{y}{x}") for y in range(6) for x in (20, 60, 100)]


def turned(x: float, y: float, text: str) -> str:
    """Words that run upwards, as in a wide table on an upright page."""
    return stretch(x, y, text, said='CTM="0 -1 1 0 0 40"')


@pytest.mark.parametrize(
    ("objects", "text"),
    [
        (stretch(20, 30, "第二句。") + stretch(20, 20, "第一句。"), "第一句。\n第二句。"),
        (stretch(60, 20, "右") + stretch(20, 20, "左"), "左\t右"),
        (stretch(24, 20, "连") + stretch(20, 20, "相"), "相连"),
        (stretch(20, 20, "甲乙", steps="30"), "甲\t乙"),
        (stretch(20, 20, "看不见", said='Visible="false"') + stretch(20, 30, "看得见"), "看得见"),
        (stretch(20, 20, "粗字") + stretch(20.3, 20.1, "粗字"), "粗字"),
        (stretch(20, 20, "万元") + stretch(60, 20, "万元") + stretch(20, 27, "万元"), "万元\t万元\n万元"),
        ("".join(turned(20 + 9 * row, 200 - 40 * at, f"{row}行{at}列") for row in range(3) for at in range(3)),
         "\n".join("\t".join(f"{row}行{at}列" for at in range(3)) for row in range(3))),
        ("".join(stretch(180 - 9 * row, 20 + 40 * at, f"{row}行{at}列", said='CTM="0 1 -1 0 5 0"')
                 for row in range(3) for at in range(3)),
         "\n".join("\t".join(f"{row}行{at}列" for at in range(3)) for row in range(3))),
        (turned(190, 100, "骑缝") + stretch(20, 20, "第一句很长。") + stretch(20, 30, "第二句。"), "第一句很长。\n第二句。\n骑缝"),
        (stretch(20, 20, "大字", said='CTM="2 0 0 2 0 0"'), "大字"),
        ("".join(LEFT + RIGHT).replace("</ofd:TextObject><", "</ofd:TextObject>\n<"),
         "".join(f"左栏第{at}行文字排满此栏" for at in range(6)) + "\n" + "".join(f"右栏第{at}行文字排满此栏" for at in range(6))),
        ("".join(CELLS), "\n".join(f"格{y}20\t格{y}60\t格{y}100" for y in range(6))),
    ],
)  # fmt: skip
def test_places_make_the_order(objects: str, text: str) -> None:
    document = read_document(ofd([objects]))
    assert (document.state, document.method) == ("ok", "ofd")
    assert document.text.replace("\n", "") == text.replace("\n", "") if "左栏" in text else document.text == text


def test_pages_keep_the_order_of_the_document() -> None:
    document = read_document(ofd([stretch(20, 20, "首页"), "", stretch(20, 20, "末页")]))
    assert (document.text, document.pages) == ("首页\f\f末页", 3)


def test_the_numbers_of_pages_are_left_out() -> None:
    pages = [stretch(20, 20, f"第{at}章") + stretch(90, 280, f"{at}") for at in (1, 2, 3)]
    assert read_document(ofd(pages)).text == "第1章\f第2章\f第3章"


def test_a_template_is_read_with_each_page() -> None:
    template = '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T/Content.xml"/>'
    members = {"Doc_0/Tpls/T/Content.xml": stretch(20, 10, "申请表")}
    assert read_document(ofd([stretch(20, 20, "姓名")], template, members)).text == "申请表\n姓名"


def test_a_reference_does_not_leave_the_file() -> None:
    template = '<ofd:TemplatePage ID="9" BaseLoc="../../../../etc/passwd"/>'
    assert read_document(ofd([stretch(20, 20, "正文")], template, {"x.xml": ""})).text == "正文"


def test_files_inside_are_told() -> None:
    document = read_document(ofd([stretch(20, 20, "正文")], inside=["附表"]))
    assert (document.text, document.reason) == ("正文", "1 file inside not read")
