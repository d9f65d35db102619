from io import BytesIO
from zipfile import ZipFile

import pytest

from pipelines.documents import read_document
from pipelines.documents.shown import shown
from tests.pipelines.documents.made import cells, xls, xlsx, zipped


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (45722, "yyyy-mm-dd", "2025-03-06"),
        (45722, 'yyyy"年"m"月"d"日"', "2025年3月6日"),
        (45722, '[$-804]yyyy"年"m"月"d"日";@', "2025年3月6日"),
        (45722, "yyyy年m月", "2025年3月"),
        (45722.5, "yyyy/m/d h:mm", "2025/3/6 12:00"),
        (45722.75, "h:mm:ss AM/PM", "6:00:00 PM"),
        (1.5, "[h]:mm", "36:00"),
        (0.0634, "0.0%", "6.3%"),
        (0.0634, "0%", "6%"),
        (1234.565, "#,##0.00", "1,234.57"),
        (0, "0.00;-0.00", "0.00"),
        (0, "#,##0.00_ ;[Red]\\-#,##0.00\\ ", "0.00"),
        (0, "0.00;-0.00;;@", ""),
        (0, "0.00;-0.00;", ""),
        (-5, "0;;", ""),
        (5, ";;;", ""),
        (-3.5, "0.0;", "-3.5"),
        (12.5, '[=0]"";General', "12.5"),
        (-12.5, '[=0]"";General', "-12.5"),
        (-12.5, '[=0]"";0.0', "-12.5"),
        (0, '[=0]"";General', ""),
        (500, '[<1000]0"元";0.0,"千元"', "500元"),
        (5000, '[<1000]0"元";0.0,"千元"', "5.0千元"),
        (-4, '[<0]"减"0;"增"0', "减4"),
        (70, '[>90]"优";[>60]"良";"差"', "良"),
        (40, '[>90]"优";[>60]"良";"差"', "差"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (-5.25, "0.0_);[Red]\\(0.0\\)", "(5.3)"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (12345678, "#,##0,", "12,346"),
        (12, '0"万元"', "12万元"),
        (5, 'General"个"', "5个"),
        (318.25, 'G/通用格式"万元"', "318.25万元"),
        (77.5, "G/通用格式", "77.5"),
        (100, '"¥"#,##0;"¥"-#,##0', "¥100"),
        (1.5, "0.##", "1.5"),
        (0.5, "#.##", ".5"),
        (3, "000", "003"),
        (182506.58999999997, "General", "182506.59"),
        (1e20, "General", "100000000000000000000"),
        (0.25, "# ?/?", "0.25"),
        (1234.5, "0.00E+00", "1234.5"),
        (-45722, "yyyy-mm-dd", "-45722"),
        (2.5, "", "2.5"),
        (1234567, '0!.0000"万元"', "123.4567万元"),
        (1234567, '0\\.0,"万元"', "123.5万元"),
        (500, '0!.0000"万元"', "0.0500万元"),
        (20260305, "0000-00-00", "2026-03-05"),
        (13812345678, "000-0000-0000", "138-1234-5678"),
        (5, '#"-"##', "-5"),
        (3.14159, '0.0" "00', "3.1 42"),
        (-1234567, '0!.0000"万元"', "-123.4567万元"),
        (1.5, '0.0!;"x"', "1.5;x"),
        (46091, "[$-F800]dddd\\, mmmm dd\\, yyyy", "2026年3月10日"),
        (0.5, "[$-F400]h:mm:ss\\ AM/PM", "12:00:00"),
        (-3.5, "0.00_);[Red]\\(0.00\\)", "(3.50)"),
        (7, '"第"0"号"', "第7号"),
    ],
)
def test_a_number_is_shown_in_its_format(number: float, code: str, text: str) -> None:
    assert shown(number, code) == text


def test_a_workbook_may_count_its_days_from_1904() -> None:
    assert shown(44260, "yyyy-mm-dd", from_1904=True) == "2025-03-06"


def test_rows_are_lines_and_cells_are_divided_by_tabs() -> None:
    made = xlsx({"表": cells(["公告", ""], ["", "单位：万元"], ["青石湾", 12.5])})
    assert read_document(made).text == "公告\n\t单位：万元\n青石湾\t12.5"


def test_each_sheet_is_a_page_and_a_hidden_one_is_none() -> None:
    made = xlsx({"一": cells(["甲"]), "二": cells(["底稿"]), "三": cells(["丙"])}, hidden="二")
    document = read_document(made)
    assert (document.text, document.pages) == ("甲\f丙", 2)


def test_hidden_rows_and_columns_are_left_out() -> None:
    row = '<row r="{0}"{1}><c r="A{0}" t="inlineStr"><is><t>左{0}</t></is></c><c r="B{0}" t="inlineStr"><is><t>右{0}</t></is></c></row>'
    hidden = '<cols><col min="2" max="2" hidden="1"/></cols>'
    rows = row.format(1, "") + row.format(2, ' hidden="1"')
    made = xlsx({"表": f"{hidden}<sheetData>{rows}</sheetData>"})
    assert read_document(made).text == "左1"


def test_styles_strings_truths_and_formulas() -> None:
    content = (
        '<row r="1"><c r="A1" s="1"><v>0.0634</v></c><c r="B1" s="2"><v>45722</v></c><c r="C1" t="s"><v>0</v></c>'
        '<c r="D1" t="b"><v>1</v></c><c r="E1"><f>A1*2</f><v>0.1268</v></c><c r="F1" t="str"><f>x</f><v>合计</v></c></row>'
    )
    string = "<r><t>分_x000D_</t></r><r><t>段_x005F_x000D_</t></r><rPh><t>fēn</t></rPh>"
    made = xlsx({"表": f"<sheetData>{content}</sheetData>"}, ["0.0%", "yyyy-mm-dd"], [string])
    assert read_document(made).text == "6.3%\t2025-03-06\t分 段_x000D_\tTRUE\t0.1268\t合计"


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ([247.5, 7846.7, 1066.4, 4186], "247.5 7846.7 1066.4 4186.0"),
        ([0.25, 1.75, 3.55, 2], "0.25 1.75 3.55 2.00"),
        ([2.5, 3.5, 1.5, 2024], "2.5 3.5 1.5 2024"),  # a year
        ([2.5, 3.25, 1.5, 7], "2.5 3.25 1.5 7"),  # decimals differ
        ([2.5, 3.5, 7], "2.5 3.5 7"),  # too few
        ([2.5, 3.5, 4.5, 7, 8, 9], "2.5 3.5 4.5 7 8 9"),  # too many whole ones
        ([1, 2, 3, 4], "1 2 3 4"),
    ],
)
def test_a_column_of_decimals_gets_its_zeros_back(column: list[float], text: str) -> None:
    assert read_document(xlsx({"表": cells(*([number] for number in column))})).text == text.replace(" ", "\n")


def test_an_old_sheet_is_read_like_a_new_one() -> None:
    made = xls(
        {"表": [["项目", (0.0634, 1), (45722, 2)], ["数", (12.5, 0)]], "底稿": [["无"]]}, ["0.0%", "yyyy-mm-dd"], "底稿"
    )
    document = read_document(made)
    assert (document.method, document.text) == ("xls", "项目\t6.3%\t2025-03-06\n数\t12.5")


def test_formulas_without_values_are_counted() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>2</v></c><c r="B1"><f>SUM(A1)</f></c><c r="C1"><f>A1</f><v></v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2"><f>A1</f><v>0</v></c></row>'
        '<row r="3" hidden="1"><c r="A3"><f>A1</f></c></row>'
    )
    document = read_document(xlsx({"表": f"<sheetData>{rows}</sheetData>"}))
    assert (document.state, document.text, document.reason) == ("ok", "2\n\t0", "2 formulas without their values")


def test_what_is_as_narrow_as_nothing_is_hidden() -> None:
    columns = '<cols><col min="2" max="2" width="0" customWidth="1"/></cols>'
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2" ht="0" customHeight="1"><c r="A2"><v>3</v></c></row>'
    assert read_document(xlsx({"表": f"{columns}<sheetData>{rows}</sheetData>"})).text == "1"


def test_xml_of_2003_is_shown_in_its_formats() -> None:
    cell = '<Cell ss:StyleID="{}"{}><Data ss:Type="{}">{}</Data></Cell>'
    formats = {"p": "0.0%", "n": "Percent", "d": "yyyy/m/d", "s": "Short Date"}
    styles = "".join(f'<Style ss:ID="{id}"><NumberFormat ss:Format="{code}"/></Style>' for id, code in formats.items())
    rows = [
        cell.format("x", ' ss:MergeAcross="1"', "String", "项目") + cell.format("x", "", "String", "占比"),
        cell.format("d", "", "DateTime", "2026-03-23T00:00:00.000") + cell.format("x", "", "Number", "7"),
        cell.format("s", "", "DateTime", "2026-03-23T00:00:00.000")
        + cell.format("p", ' ss:Index="3"', "Number", "0.1234"),
        cell.format("n", ' ss:Index="3"', "Number", "0.5") + cell.format("x", "", "String", "底稿"),
    ]
    table = "".join(f"<Row>{one}</Row>" for one in rows)
    made = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        f' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>{styles}</Styles><Worksheet ss:Name="甲"><Table>'
        f'<Column/><Column ss:Index="4" ss:Span="1" ss:Hidden="1"/>{table}</Table></Worksheet></Workbook>'
    )
    assert read_document(made.encode()).text == "项目\t\t占比\n2026/3/23\t7\n2026-03-23\t\t12.3%\n\t\t50.00%"


def test_text_boxes_stand_below_the_cells() -> None:
    made = xlsx({"表": cells(["青石湾", 12.5])})
    shape = '<x:sp><x:cNvPr hidden="{}"/><a:p><a:r><a:t>{}</a:t></a:r></a:p></x:sp>'
    drawing = (
        f'<x:wsDr xmlns:x="urn:x" xmlns:a="urn:a">{shape.format(0, "单位：万元")}{shape.format(1, "底稿")}</x:wsDr>'
    )
    relations = (
        '<Relationships><Relationship Id="r1" Type="x/drawing" Target="../drawings/drawing1.xml"/></Relationships>'
    )
    with ZipFile(BytesIO(made)) as file:
        held = {name: file.read(name) for name in file.namelist()}
    [sheet] = [name for name in held if name.startswith("xl/worksheets/")]
    related = sheet.replace("worksheets/", "worksheets/_rels/") + ".rels"
    document = read_document(zipped({**held, related: relations, "xl/drawings/drawing1.xml": drawing}))
    assert document.text == "青石湾\t12.5\n单位：万元"
