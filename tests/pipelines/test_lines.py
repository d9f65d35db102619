"""A page as the lines that a reader sees: signs for markup, columns of tables, numbers of lists, and what is unseen."""

import pytest

from pipelines.lines import parse, read_lines

BODY = "<p>云桅市今年修缮河道十二条，新建步道三十公里，沿线居民普遍满意。</p>"


def lines(html: str) -> list[str]:
    return [line.text for line in read_lines(parse(f"<html><body>{html}</body></html>")).lines if not line.hidden]


def text(html: str) -> str:
    return "\n".join(lines(html))


RAISED = [
    ("含细菌3×10<sup>4</sup>个", "含细菌3×10⁴个"),
    ("含细菌3×10<sup>-4</sup>个", "含细菌3×10⁻⁴个"),
    ("含细菌3×<b>10</b><sup><span>4</span></sup>个", "含细菌3×10⁴个"),
    ("含细菌3x10<sup>1</sup><sup>2</sup>个", "含细菌3x10¹²个"),
    ("含细菌3×10<span style='vertical-align: super'>4</span>个", "含细菌3×10⁴个"),
    ("每毫升10<sup>6</sup>个", "每毫升10⁶个"),
    ("即2<sup>10</sup>=1024", "即2¹⁰=1024"),
    ("面积12m<sup>2</sup>，库容20万m<sup>3</sup>，3km<sup>2</sup>", "面积12m²，库容20万m³，3km²"),
    ("面积12平方米、20米<sup>3</sup>", "面积12平方米、20米³"),
    ("流速3m·s<sup>-1</sup>", "流速3m·s⁻¹"),
    ("拟合优度R<sup>2</sup>为0.9", "拟合优度R²为0.9"),
    ("检出<sup>137</sup>Cs", "检出¹³⁷Cs"),
    ("气温30<sup>o</sup>C", "气温30°C"),
    ("到会<sup>2</sup>/<sub>3</sub>以上", "到会2/3以上"),
    ("共1<sup>1</sup>⁄<sub>2</sub>年", "共1 1⁄2年"),
    ("供水30万m<sup>3</sup>/<b>日</b>", "供水30万m³/日"),
    ("优良312天<sup>a</sup>，占86%<sup>b</sup>", "优良312天[a]，占86%[b]"),
    ("转角90<sup>o</sup>，x<sup>a</sup>", "转角90°，xa"),
    ("人口1003<sup>2</sup>万人", "人口1003[2]万人"),
    ("人口1003<sup>2</sup>", "人口1003[2]"),
    ("增加值<sup>3</sup>同比增长", "增加值[3]同比增长"),
    ("GDP<sup>1</sup>增长", "GDP[1]增长"),
    ("增加值<sup>[3]</sup>", "增加值[3]"),
    ("增加值<sup>（3）</sup>", "增加值（3）"),
    ("增加值[<sup>3</sup>]", "增加值[3]"),
    ("增加值<sup>[</sup><sup>3</sup><sup>]</sup>", "增加值[3]"),
    ("增加值<sup>注1</sup>", "增加值[注1]"),
    ("增加值<sup>1,2</sup>", "增加值[1,2]"),
    ("共12<sup>1)</sup>个，其中13<sup>2）</sup>个新建", "共12[1]个，其中13[2]个新建"),
    ("增加值<sup>3)</sup>", "增加值[3]"),
    ("优良312天<sup>a)</sup>", "优良312天[a]"),
    ("共12<sup>1,2)</sup>个", "共12[1,2]个"),
    ("共12<sup>注1）</sup>个", "共12[注1]个"),
    ("共12<sup>1]</sup>个", "共12[1]个"),
    ("共12<sup>*)</sup>个", "共12*)个"),
    ("共12<sup>(1)</sup>个", "共12(1)个"),
    ("面积大（20km<sup>2）</sup>的", "面积大（20km²）的"),
    ("共(3×10<sup>4)</sup>个", "共(3×10⁴)个"),
    ("每户10<a href='#_ftn4'><sup>4</sup></a>个", "每户10[4]个"),
    ("<sup>2</sup>常住人口指", "[2]常住人口指"),
    ("第1<sup>st</sup>届，云桅<sup>®</sup>", "第1st届，云桅®"),
    ("CO<sub>2</sub>与PM<sub>2.5</sub>", "CO2与PM2.5"),
]


@pytest.mark.parametrize(("html", "right"), RAISED)
def test_raised_figures_are_exponents_or_marks_of_footnotes(html: str, right: str) -> None:
    assert text(f"<p>{html}</p>") == right


def test_a_note_that_bears_the_number_makes_a_figure_its_mark() -> None:
    html = "<p>共检查10<sup>2</sup>家企业。</p><p>面积12m<sup>2</sup>。</p>"
    assert lines(html) == ["共检查10²家企业。", "面积12m²。"]
    assert lines(html + "<p>[2]只含规模以上企业。</p>")[:2] == ["共检查10[2]家企业。", "面积12m²。"]
    assert lines(html + "<p><sup>2</sup>只含规模以上企业。</p>")[:2] == ["共检查10[2]家企业。", "面积12m²。"]


HEAD = "<tr><td>区</td><td>指标</td><td>数值</td></tr>"
TABLES = {
    "an empty corner": (
        "<tr><td></td><th>2024年</th><th>2025年</th></tr><tr><td>收入</td><td>120</td><td>131</td></tr>",
        ["\t2024年\t2025年", "收入\t120\t131"],
    ),
    "empty cells in the middle and at the end": (
        f"{HEAD}<tr><td>北岭区</td><td></td><td>131</td></tr><tr><td>南湾区</td><td>收入</td><td></td></tr>",
        ["区\t指标\t数值", "北岭区\t\t131", "南湾区\t收入"],
    ),
    "a cell over two rows": (
        f"{HEAD}<tr><td rowspan=2>北岭区</td><td>收入</td><td>131</td></tr><tr><td>支出</td><td>150</td></tr>",
        ["区\t指标\t数值", "北岭区\t收入\t131", "\t支出\t150"],
    ),
    "a cell over all rows of its section": (
        "<thead><tr><td>区</td><td>指标</td></tr></thead><tbody><tr><td rowspan=0>北岭区</td><td>收入</td></tr>"
        "<tr><td>支出</td></tr></tbody><tfoot><tr><td>合计</td><td>9</td></tr></tfoot>",
        ["区\t指标", "北岭区\t收入", "\t支出", "合计\t9"],
    ),
    "a cell over two columns": (
        "<tr><td>区</td><td colspan=2>收入</td><td colspan=2>支出</td></tr>"
        "<tr><td>北岭区</td><td>120</td><td>131</td><td>140</td><td>150</td></tr>",
        ["区\t收入\t\t支出", "北岭区\t120\t131\t140\t150"],
    ),
    "a cell over two columns and two rows": (
        "<tr><td rowspan=2 colspan=2>项目</td><td colspan=2>年份</td></tr><tr><td>2024</td><td>2025</td></tr>"
        "<tr><td>一</td><td>收入</td><td>1</td><td>2</td></tr>",
        ["项目\t\t年份", "\t\t2024\t2025", "一\t收入\t1\t2"],
    ),
    "columns in which no cell begins": (
        "<tr><td colspan=9>指标</td><td colspan=1000>数值</td><td>注</td></tr><tr><td colspan=9>收入</td><td>5</td></tr>",
        ["指标\t数值\t注", "收入\t5"],
    ),
    "a column of space at the left": (
        "<tr><td></td><td>指标</td><td>数值</td></tr><tr><td>&nbsp;</td><td>收入</td><td>5</td></tr>",
        ["指标\t数值", "收入\t5"],
    ),
    "a cell that is not shown": (
        "<tr><td>指标</td><td style='display:none'>编号</td><td>数值</td></tr>"
        "<tr><td>收入</td><td style='display:none'>7</td><td>5</td></tr>",
        ["指标\t数值", "收入\t5"],
    ),
    "a caption": (f"<caption>表一</caption>{HEAD}", ["表一", "区\t指标\t数值"]),
    "cells without a row": ("<tr><td>指标</td><td>数值</td></tr><td>收入</td><td>5</td>", ["指标\t数值", "收入\t5"]),
    "a foot above the body": (
        f"<thead>{HEAD}</thead><tfoot><tr><td>合计</td><td></td><td>9</td></tr></tfoot>"
        "<tbody><tr><td>北岭区</td><td>收入</td><td>4</td></tr><tr><td>南湾区</td><td>收入</td><td>5</td></tr></tbody>",
        ["区\t指标\t数值", "北岭区\t收入\t4", "南湾区\t收入\t5", "合计\t\t9"],
    ),
    "a foot above rows without a section": (
        "<tfoot><tr><td>合计</td><td>9</td></tr></tfoot><tr><td>北岭区</td><td>4</td></tr><tr><td>南湾区</td><td>5</td></tr>",
        ["北岭区\t4", "南湾区\t5", "合计\t9"],
    ),
    "a foot at its place, and a second body behind it": (
        "<tbody><tr><td>北岭区</td><td>4</td></tr></tbody><tfoot><tr><td>合计</td><td>9</td></tr></tfoot>",
        ["北岭区\t4", "合计\t9"],
    ),
    "a table in a cell": (
        "<tr><th>项目</th><th>明细</th></tr><tr><td>道路</td><td><table><tr><td>甲路</td><td>3</td></tr>"
        "<tr><td>乙路</td><td>5</td></tr></table></td></tr><tr><td>桥梁</td><td>7</td></tr>",
        ["项目\t明细", "道路\t甲路 3 乙路 5", "桥梁\t7"],
    ),
    "a table of one column in a cell, with words around it": (
        "<tr><td>项目</td><td>明细</td></tr><tr><td>道路</td><td>其中<table><tr><td>甲路</td></tr><tr><td>乙路</td></tr></table>"
        "合计</td></tr><tr><td>桥梁</td><td>7</td></tr>",
        ["项目\t明细", "道路\t其中 甲路 乙路 合计", "桥梁\t7"],
    ),
    "a table in each row": (
        "<tr><td>项目</td><td>数值</td></tr><tr><td>道路</td><td><table><tr><td>12</td></tr></table></td></tr>"
        "<tr><td>桥梁</td><td><table><tr><td>13</td></tr></table></td></tr>",
        ["项目\t数值", "道路\t12", "桥梁\t13"],
    ),
    "a table in a table in a cell": (
        "<tr><td>项目</td><td>明细</td></tr><tr><td>道路</td><td><table><tr><td><table><tr><td>甲路</td><td>3</td></tr></table>"
        "</td></tr></table></td></tr><tr><td>桥梁</td><td>7</td></tr>",
        ["项目\t明细", "道路\t甲路 3", "桥梁\t7"],
    ),
    "tables that lay out a page": (
        "<tr><td>首页</td><td>新闻</td></tr><tr><td><table><tr><td>要闻</td></tr></table></td>"
        "<td><table><tr><td>3月10日，某市召开会议。</td></tr></table></td></tr>",
        ["首页", "新闻", "要闻", "3月10日，某市召开会议。"],
    ),
    "a table below the bar of an article": (
        "<tr><td>来源：某市日报</td><td>浏览：7</td></tr><tr><td colspan=2><table><tr><td>甲</td><td>3</td></tr></table></td></tr>",
        ["来源：某市日报", "浏览：7", "甲\t3"],
    ),
    "a table with a page in a cell": (
        f"<tr><td>项目</td><td>明细</td></tr><tr><td>道路</td><td><table><tr><td>{'某市召开会议。' * 50}</td></tr></table></td></tr>"
        "<tr><td>桥梁</td><td>7</td></tr>",
        ["项目", "明细", "道路", "某市召开会议。" * 50, "桥梁", "7"],
    ),
    "a menu beside the paragraphs of a page": (
        "<tr><td><a href=/a>概况</a><br><a href=/b>法规</a></td><td><p>某市<a href=/c>召开</a>会议。</p><p>会议提出要求。</p></td></tr>",
        ["概况", "法规", "某市召开会议。", "会议提出要求。"],
    ),
    "links in the cells of a table": (
        "<tr><td>附件</td><td>说明</td></tr>"
        "<tr><td><a href=/a>表一</a><br><a href=/b>表二</a></td><td><p>一式两份。</p><p>当面交。</p></td></tr>",
        ["附件\t说明", "表一 表二\t一式两份。 当面交。"],
    ),
    "a row of links behind its label": (
        "<tr><td>附件</td><td><a href=/a>表一</a><br><a href=/b>表二</a></td></tr>",
        ["附件\t表一 表二"],
    ),
    "text in a section": (f"<thead>单位：万元</thead>{HEAD}", ["单位：万元", "区\t指标\t数值"]),
    "text in a row": ("<tr>单位<td>指标</td><td>数值</td></tr>", ["单位 指标\t数值"]),
    "spans that are no numbers": (
        "<tr><td colspan=x rowspan=-1>指标</td><td colspan='2.5'>数值</td></tr><tr><td>收入</td><td>5</td></tr>",
        ["指标\t数值", "收入\t5"],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_row_keeps_its_columns(name: str) -> None:
    rows, right = TABLES[name]
    assert lines(f"<table>{rows}</table>") == right


@pytest.mark.parametrize("name", TABLES)
def test_every_line_stands_in_a_block_that_holds_it(name: str) -> None:
    sheet = read_lines(parse(f"<html><body><div>{BODY}<table>{TABLES[name][0]}</table></div></body></html>"))
    for at, line in enumerate(sheet.lines):
        block = sheet.parent(line.element) if line.row else line.element
        assert block is not None
        start, end = sheet.spans[block]
        assert start <= at < end
    assert all(child in sheet.spans for children in sheet.children.values() for child in children)


ITEMS = "<li>年满十八周岁；</li><li>具有本市户籍；</li>"
LISTS = {
    f"<ol>{ITEMS}</ol>": ["1. 年满十八周岁；", "2. 具有本市户籍；"],
    f"<ol start=3>{ITEMS}</ol>": ["3. 年满十八周岁；", "4. 具有本市户籍；"],
    f"<ol reversed>{ITEMS}</ol>": ["2. 年满十八周岁；", "1. 具有本市户籍；"],
    f"<ol type=a>{ITEMS}</ol>": ["a. 年满十八周岁；", "b. 具有本市户籍；"],
    f"<ol type=I>{ITEMS}</ol>": ["I. 年满十八周岁；", "II. 具有本市户籍；"],
    f"<ol style='list-style-type:cjk-ideographic' start=10>{ITEMS}</ol>": [
        "十、年满十八周岁；",
        "十一、具有本市户籍；",
    ],
    f"<ol style='list-style:none'>{ITEMS}</ol>": ["年满十八周岁；", "具有本市户籍；"],
    f"<ul>{ITEMS}</ul>": ["年满十八周岁；", "具有本市户籍；"],
    "<ol><li><p>甲</p><p>乙</p></li><li value=7><p>丙</p></li><li>丁</li></ol>": ["1. 甲", "乙", "7. 丙", "8. 丁"],
    "<ol><li>甲<ul><li>乙</li></ul></li><li>丙</li></ol>": ["1. 甲", "乙", "2. 丙"],
    "<ol><li>1.甲</li><li>（二）乙</li><li>三、丙</li><li>第四条 丁</li><li>⑤戊</li></ol>": [
        "1.甲",
        "（二）乙",
        "三、丙",
        "第四条 丁",
        "⑤戊",
    ],
    "<ol><li>2026年起执行</li><li>3.5亿元以上</li></ol>": ["1. 2026年起执行", "2. 3.5亿元以上"],
    "<ol><li><a href='/x/'>栏目</a></li></ol>": ["栏目"],
    # a reference to another item is no number of its own, but what its neighbours have as well, or stands alone, is
    "<ol><li>住满一年</li><li>第1项所称一年按自然年计算</li></ol>": ["1. 住满一年", "2. 第1项所称一年按自然年计算"],
    "<ol>\n<li>第三条规定的费用</li>\n<li><p>水费</p></li>\n</ol>": ["1. 第三条规定的费用", "2. 水费"],
    "<ol><li>第一条为便利群众</li><li><p>第二条本办法适用于集市</p></li></ol>": [
        "第一条为便利群众",
        "第二条本办法适用于集市",
    ],
    "<ol><li>第一条为便利群众</li></ol><ol><li>第二条本办法适用于集市</li></ol>": [
        "第一条为便利群众",
        "第二条本办法适用于集市",
    ],
    "<ol><li>总则</li><li>第2项 安全</li></ol>": ["1. 总则", "第2项 安全"],
}


@pytest.mark.parametrize("html", LISTS)
def test_ordered_lists_keep_their_numbers(html: str) -> None:
    assert lines(html) == LISTS[html]


@pytest.mark.parametrize(
    "unseen",
    [
        "<s>三千</s>",
        "<del>三千</del>",
        "<strike>三千</strike>",
        "<span style='text-decoration: line-through'>三千</span>",
        "<span style='font-size:0'>三千</span>",
        "<span style='font-size: 0px;color:red'>三千</span>",
        "<span style='position:absolute;left:-9999px'>三千</span>",
        "<span style='text-indent:-9999px'>三千</span>",
        "<span style='opacity:0'>三千</span>",
        "<span style='visibility:hidden'>三千</span>",
        "<span style='display:none'>三千</span>",
        "<span hidden>三千</span>",
        "<span style='color:#fff;background:#fff'>三千</span>",
        "<span style='color:transparent'>三千</span>",
        "<span style='display:block;height:0;overflow:hidden'>三千</span>",
        "<template>三千</template>",
    ],
)
def test_what_a_reader_does_not_see_is_not_read(unseen: str) -> None:
    assert text(f"<p>每户{unseen}五千元。</p>") == "每户五千元。"
    assert text(f"<p>每户</p><div>{unseen}</div><p>五千元。</p>") == "每户\n五千元。"


@pytest.mark.parametrize(
    "seen",
    [
        "<div style='font-size:0'><span style='font-size:14px'>三千</span></div>",
        "<p style='text-indent:-28pt;margin-left:-24px'>三千</p>",
        "<p style='opacity:0.9'>三千</p>",
        "<p style='opacity:.85'>三千</p>",
        "<p style='font-size:0.9em'>三千</p>",
        "<p style='color:#fff'>三千</p>",
        "<p style='color:#fff;background:#c00'>三千</p>",
        "<p style='border-left:0;height:0'>三千</p>",
        "<p aria-hidden=true>三千</p>",
        "<p><u>三千</u></p>",
        "<p><ins>三千</ins></p>",
        "<p style='text-decoration:none'>三千</p>",
    ],
)
def test_what_a_reader_sees_is_read(seen: str) -> None:
    assert text(BODY + seen).endswith("\n三千")


def test_a_page_that_a_script_fades_in_is_read() -> None:
    assert len(lines(f"<p>标题</p><div id=js_content style='visibility: hidden; opacity: 0;'>{BODY * 3}</div>")) == 4
    assert lines(f"{BODY}<div style='opacity:0'>不见</div>") == lines(BODY)


SIGNS = {
    "提出<q>绿水青山</q>的目标": "提出“绿水青山”的目标",
    "提出<q>绿水<q>青山</q></q>": "提出“绿水‘青山’”",
    "提出<q>“绿水青山”</q>": "提出“绿水青山”",
    "提出“<q>绿水青山</q>”": "提出“绿水青山”",
    "<ruby>圳<rt>zhèn</rt></ruby>口": "圳（zhèn）口",
    "<ruby>圳<rp>（</rp><rt>zhèn</rt><rp>）</rp></ruby>口": "圳（zhèn）口",
    "<ruby>圳<rt></rt></ruby>口": "圳口",
    "即<math><msup><mi>x</mi> <mn>2</mn></msup> <mo>+</mo> <mn>1</mn></math>。": "即x^2+1。",
    "即<math><mfrac><mn>1</mn><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac></math>。": "即1/(a+b)。",
    "即<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>\\x</annotation></semantics></math>": "即x",
    "水\u202e务\u202c局\u2066（南）\u2069": "水务局（南）",
    "Green\vRiver的河\v道": "Green River的河道",
    "&amp;ldquo;十四五&amp;rdquo;规划&amp;nbsp;A&amp;amp;B": "“十四五”规划 A&B",
    "网页用实体&amp;nbsp;表示空格": "网页用实体&nbsp;表示空格",
    "AT&amp;T与R&amp;D；": "AT&T与R&D；",
}


@pytest.mark.parametrize("html", SIGNS)
def test_markup_in_a_sentence_gets_a_sign(html: str) -> None:
    assert text(f"<p>{html}</p>") == SIGNS[html]


def test_deep_formulas_and_wide_tables_end() -> None:
    assert text(f"<p>即{'<math><mrow>' * 500}x{'</mrow></math>' * 500}。</p>") == "即x。"
    cells = "<td colspan=1000 rowspan=65534>一</td>" * 500
    assert len(text(f"<table>{('<tr>' + cells + '</tr>') * 20}</table>")) < 30_000


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ("<a name=_Hlk1>云桅市</a>", 0),
        ("<a name=_Hlk1>云桅<a name=_Hlk2></a>市</a>", 0),
        ("<a name=a href=/b>云桅市</a>", 3),
        ("<a name=a onclick=go()>云桅市</a>", 3),
        ("<a href='javascript:void(0)'>展开</a>", 2),
        ("<a href=#_ftn1>[1]</a>", 3),
        ("<a class=share>分享</a>", 2),
    ],
)
def test_a_bookmark_is_no_link(html: str, linked: int) -> None:
    line, following = read_lines(parse(f"<p>{html}</p><p>下一行</p>")).lines
    assert (line.linked, following.linked) == (linked, 0)


@pytest.mark.parametrize(
    "embed", ["<embed src='/u/a.pdf'>", "<embed src='/u/a.pdf'/>", "<embed src='/u/a.swf'></embed>"]
)
def test_what_follows_an_embedded_file_is_read(embed: str) -> None:
    assert lines(f"<div>{BODY}{embed}<p>另有附表。</p></div><p>完。</p>")[1:] == ["另有附表。", "完。"]


@pytest.mark.parametrize(
    ("shown", "read"),
    [
        ("城乡\u200b融合\u200d发展\u2060试点", "城乡融合发展试点"),
        ("试点\u200c。", "试点。"),
        ("开局之年\u200c2026", "开局之年2026"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👨\u200d👩", "👨\u200d👩"),
    ],
)
def test_joiners_stand_where_they_join(shown: str, read: str) -> None:
    assert lines(f"<p>{shown}</p>") == [read]
