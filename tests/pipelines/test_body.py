"""Which lines of a page are the release, and what is cut off them."""

import re
from collections.abc import Sequence

import pytest

from archive.model import Page, Release, Unreadable
from pipelines.body import find_container
from pipelines.extract import extract
from pipelines.lines import parse, read_lines
from pipelines.residue import trim
from tests.invented import NEWS, TITLE

PARAGRAPHS = NEWS.split("\n")
BODY = "".join(f"<p>　　{paragraph}</p>" for paragraph in PARAGRAPHS)
MENU = "<ul>" + "".join(f'<li><a href="/c{n}/">栏目之{n}</a></li>' for n in range(20)) + "</ul>"
SUMMARY = "这是另一篇报道的摘要，说的是别的事情，放在这里看它会不会被当成正文，仅此而已。"
CARDS = "".join(f'<div class="item"><a href="/a{n}">另一篇报道的标题</a><p>{SUMMARY}</p></div>' for n in range(30))
COMMENTS = "".join(f"<div><span>网友{n}</span><p>{SUMMARY}</p><p>回复</p></div>" for n in range(30))
CONTAINERS = [
    '<div id="zoom">{}</div>',
    "<div class=TRS_Editor>{}</div>",
    "<ucapcontent>{}</ucapcontent>",
    "<article>{}</article>",
    '<table><tr><td width="20%">左栏</td><td>{}</td></tr></table>',
    '<div id="js_content"><html><head></head><body>{}</body></html></div>',
    '<div class="view TRS_UEDITOR"><section><section>{}</section></section></div>',
    "<div><span>{}</span></div>",
]


def read(html: str, title: str = TITLE) -> list[str]:
    sheet = read_lines(parse(html))
    places = [at for at, line in enumerate(sheet.lines) if line.text == title]
    container = find_container(sheet, places)
    start, end = sheet.spans[container] if container is not None else (0, 0)
    return trim(sheet.lines[start:end], title)


def page(body: str, after: str = "", before: str = MENU) -> str:
    return f"<html><head><title>{TITLE}</title></head><body>{before}<h1>{TITLE}</h1>{body}{after}</body></html>"


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("noise", ["", CARDS, COMMENTS], ids=["alone", "cards", "comments"])
def test_the_article_and_nothing_else(container: str, noise: str) -> None:
    assert read(page(container.format(BODY), f"<div>{noise}</div>")) == PARAGRAPHS


@pytest.mark.parametrize("container", CONTAINERS)
def test_identical_short_lines_stay(container: str) -> None:
    lines = [line for n in range(12) for line in ("主持人：请继续提问。", f"答：第{n}个问题，我来回答，情况是这样的。")]
    assert read(page(container.format("".join(f"<p>{line}</p>" for line in lines)))) == lines


def test_lines_divided_by_br_are_paragraphs() -> None:
    assert read(page("<article>" + "<br>\n　　".join(PARAGRAPHS) + "</article>")) == PARAGRAPHS


@pytest.mark.parametrize(
    "wrapped",
    [
        "<table><tbody>{}</tbody></table>",
        "<div><div>{}</div></div>",
        "<div><section><section>{}</section></section></div>",
    ],
)
def test_an_article_in_several_wrapped_blocks_is_whole(wrapped: str) -> None:
    row = "<tr><td>{}</td></tr>" if "table" in wrapped else "<p>{}</p>"
    halves = (PARAGRAPHS[:2], PARAGRAPHS[2:])
    blocks = "".join(wrapped.format("".join(row.format(line) for line in half)) for half in halves)
    for article in (f"<div>{blocks}</div>", f"<div class=TRS_Editor>{blocks}</div>"):
        assert read(page(article, f"<div>{MENU}</div>")) == PARAGRAPHS
    assert read(page(wrapped.format(row.format(BODY)), f"<div><div>{MENU}</div></div>")) == PARAGRAPHS


BOXES = [
    "<div>{}</div>",
    "<div><div>{}</div></div>",
    "<section><p></p>{}</section>",
    "<div class=TRS_Editor>{}</div>",
    "<table><tr><td>{}</td></tr></table>",
    "<blockquote>{}</blockquote>",
    "<ul><li>{}</li></ul>",
    "<article>{}</article>",
]


@pytest.mark.parametrize("first", BOXES)
@pytest.mark.parametrize("second", BOXES)
def test_an_article_in_boxes_of_any_kind_is_whole(first: str, second: str) -> None:
    lines = [f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS]
    for at in (1, len(lines) // 2, len(lines) - 1):
        article = first.format("".join(lines[:at])) + second.format("".join(lines[at:]))
        assert read(page(f"<div class=content>{article}</div>", f"<div>{MENU}</div>")) == PARAGRAPHS


@pytest.mark.parametrize(
    "behind",
    [
        "<div>免责声明：本网转载内容仅为传递信息之目的，如有侵权请联系我们删除。</div>",
        "<div>您可以通过扫描二维码关注我们的微信公众号，获取更多政务信息。</div>",
        "<div><p>来源：清河日报</p><p>责任编辑：林一舟</p></div>",
        "<div>上一篇：清河市召开防汛工作会议。</div>",
    ],
)
def test_a_box_behind_the_article_that_is_none_of_it_stays_out(behind: str) -> None:
    assert read(page(f"<div class=content><div>{BODY}</div>{behind}</div>")) == PARAGRAPHS
    assert read(page(f"<div class=content><div class=TRS_Editor>{BODY}</div>{behind}</div>")) == PARAGRAPHS


def test_an_article_in_several_blocks_is_whole() -> None:
    half = len(PARAGRAPHS) // 2
    parts = ["".join(f"<p>{paragraph}</p>" for paragraph in part) for part in (PARAGRAPHS[:half], PARAGRAPHS[half:])]
    assert read(page(f"<div><div>{parts[0]}</div><div>{parts[1]}</div></div>", MENU)) == PARAGRAPHS


def test_a_hidden_copy_is_not_read() -> None:
    assert read(page(f'<div>{BODY}</div><div style="display: none">{BODY}</div>')) == PARAGRAPHS


def test_hidden_words_inside_a_line_are_not_read() -> None:
    html = BODY.replace("召开", '召<span style="display:none">x</span><a hidden href=x>y</a>开')
    assert read(page(f"<div>{html}</div>")) == PARAGRAPHS


def test_lines_of_preformatted_text_are_paragraphs() -> None:
    assert read(page(f"<pre>{NEWS}</pre>")) == PARAGRAPHS


def test_rows_of_a_table_are_lines_and_cells_divided_by_tabs() -> None:
    table = "<table><tr><th>指标</th><th>数值</th></tr><tr><td><p>河长</p></td><td>46.5<br>公里</td></tr></table>"
    assert read(page(f"<div>{BODY}{table}</div>"))[-2:] == ["指标\t数值", "河长\t46.5 公里"]


def test_a_table_that_lays_out_a_page_is_no_data() -> None:
    assert read(f"<table><tr><td>{MENU}</td><td>{BODY}</td></tr></table>") == PARAGRAPHS


def test_a_line_end_in_the_markup_is_no_blank_in_chinese() -> None:
    wrapped = BODY.replace("推进会议", "推进\n      会议")
    assert read(page(f"<div>{wrapped}</div>")) == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "来源：清河日报",
        "来源：清河日报　发布时间：2025-03-12 09:30　浏览次数：88",
        "2025-03-12 09:30:00 来源：清河日报",
        "浏览:88",
        "字号：[大 中 小]　打印　关闭",
        "【打印本页】【关闭窗口】",
        "分享到：微信 微博",
        "相关附件：",
        "索引号：000/2025-001 发文机关：清河市水利局",
    ],
)
def test_info_at_the_head_goes(line: str) -> None:
    assert read(page(f"<div><p>{line}</p>{BODY}</div>")) == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "（责编：何建中、苏文岚）",
        "责任编辑：何建中",
        "【责任编辑:何建中】",
        "一审：何建中 二审：苏文岚 三审：林一舟",
        "来源：清河日报",
        "扫一扫在手机打开当前页",
        "【纠错】",
        "展开阅读全文",
        "打开“清河新闻”看评论",
        "阅读量:53.0W",
        "（原标题：河道治理会议）",
        "上一页 1 2 3 下一页",
        "某ICP备00000000号",
        "</p><p>相关阅读</p><p><a href=/1>另一条新闻的标题</a></p><p><a href=/2>又一条新闻的标题</a>",
    ],
)
def test_residue_at_the_tail_goes(line: str) -> None:
    assert read(page(f"<div>{BODY}<p>{line}</p></div>")) == PARAGRAPHS


@pytest.mark.parametrize("residue", ["（责任编辑：何建中）", "责编：何建中", "【纠错】", "浏览:88"])
def test_residue_at_the_end_of_a_line_takes_no_text_along(residue: str) -> None:
    assert read(page(f"<div>{BODY[:-4]}{residue}</p></div>")) == PARAGRAPHS


@pytest.mark.parametrize(
    "line",
    [
        "清河市人民政府",
        "2025年3月12日",
        "附件：1.任务清单",
        "（资料来源：清河市水利局）",
        "（此件公开发布）",
        "谢谢。",
        "作者：何建中",
        "联系人：何建中",
        "资金来源：财政拨款",
        "时间：5月6日",
        "责任单位：市水利局",
        "资格审核：3月5日至8日",
        "施行日期：2025年5月1日",
        "公告时间：2025年3月5日至3月11日",
        "更新时间：2025年3月1日起执行新标准",
        "市民可以打开手机查看进度。",
    ],
)
def test_signatures_attachments_and_short_lines_stay(line: str) -> None:
    assert read(page(f"<div>{BODY}<p>{line}</p></div>")) == [*PARAGRAPHS, line]


def test_a_transcript_keeps_its_head_of_time_and_place() -> None:
    head = ["时间：2025年3月12日15:00", "地点：清河市新闻发布厅", "主持人：何建中"]
    assert read(page("<div>" + "".join(f"<p>{line}</p>" for line in head) + f"{BODY}</div>")) == [*head, *PARAGRAPHS]


def test_a_numbered_heading_cuts_no_head() -> None:
    assert read(page(f"<div><p>清河市水利局</p><p>01</p>{BODY}</div>")) == ["清河市水利局", "01", *PARAGRAPHS]


def test_a_caption_stays_and_is_marked() -> None:
    figure = "<figure><img src=x.jpg><figcaption>白杨渡泵站。何建中 摄</figcaption></figure>"
    assert "图：白杨渡泵站。何建中 摄" in read(page(f"<div>{BODY}{figure}{BODY}</div>"))


PARAGRAPH = "<p>清河市按照统一部署开展第{}轮整治行动，各县区认真落实有关要求，取得了明显成效。</p>"
SMALL = "<div><a href='/a{}.html'>另一则</a><p>清河市按照统一部署开展第{}轮整治行动，成效明显。</p></div>"


@pytest.mark.parametrize(
    ("behind", "rounds"),
    [
        ("<div>{4}{5}</div>", "12345"),  # the article goes on in a block of its own
        ("<div>{4}</div><div>{5}</div>", "12345"),
        ("<div class='tj'>{4}{5}</div>", "123"),  # another box of the page
        ("".join(SMALL.format(number, number) for number in range(6, 10)), "123"),  # summaries of others
    ],
)
def test_an_article_in_several_blocks_below_its_title(behind: str, rounds: str) -> None:
    paragraphs = [PARAGRAPH.format(number) for number in range(6)]
    blocks = f"<div>{''.join(paragraphs[1:4])}</div>{behind.format(*paragraphs)}"
    title = "全市整治行动部署会议召开"
    html = f"<title>{title}</title><body><div><h1>{title}</h1><div>2026-03-05</div>{blocks}</div></body>"
    text = extract(Page(url="http://x/", source="x", fetched="", body=html.encode()), None).text
    assert re.findall(r"第(\d)轮", text) == [*rounds]
    assert text.startswith("清河市按照")


FIRST, SECOND = ("".join(f"<p>{line}</p>" for line in part) for part in (PARAGRAPHS[:5], PARAGRAPHS[5:]))
REST = "".join(f"<p>{line}</p>" for line in PARAGRAPHS[1:])
LINKS = "".join(f"<p><a href=/{number}.html>清河市水利局发布第{number}号汛情通报</a></p>" for number in range(3))
CAPTION = "白杨渡泵站夜景（何建中 摄）"
JOINED = {
    "two": f"<div class=TRS_Editor>{FIRST}</div><div class=TRS_Editor>{SECOND}</div>",
    "the longer one last": f"<div class=TRS_Editor><p>{PARAGRAPHS[0]}</p></div><div class=TRS_Editor>{REST}</div>",
    "three": "".join(f"<div class=pages_content><p>{line}</p></div>" for line in PARAGRAPHS),
    "in a box": f"<div class=wrap><div class='view TRS_UEDITOR'>{FIRST}</div><div class='view TRS_UEDITOR'>{SECOND}</div></div>",
    "a picture between": f"<div class=TRS_Editor>{FIRST}</div><p><img src=a.jpg></p><div class=TRS_Editor>{SECOND}</div>",
    "a picture with its caption between": f"<div class=TRS_Editor>{FIRST}</div><div class=pic><img src=a.jpg><span>{CAPTION}</span></div><div class=TRS_Editor>{SECOND}</div>",
    "a share bar behind": f"<div class=TRS_Editor>{FIRST}</div><div class=TRS_Editor>{SECOND}</div><p>分享到：微信</p>",
}
APART = {
    "a list of links": f"<div class=TRS_Editor>{BODY}</div><div class=TRS_Editor>{LINKS}</div>",
    "another article": f"<div class=TRS_Editor>{BODY}</div><div class=TRS_Editor><h2>白杨渡泵站建成</h2><p>3月2日，泵站建成投用，附近群众都说好。</p></div>",
    "a bar of another article": f"<div class=TRS_Editor>{BODY}</div><div class=TRS_Editor><p>白杨渡泵站建成</p><p>来源：清河日报</p><p>3月2日，泵站建成投用。</p></div>",
    "another class": f"<div class=TRS_Editor>{BODY}</div><div class=tips><p>本网站提醒您，请理性留言，文明上网。</p></div>",
    "a line between": f"<div class=TRS_Editor>{BODY}</div><p>延伸阅读</p><div class=TRS_Editor><p>泵站是一种水工建筑物，用来提水。</p></div>",
}


@pytest.mark.parametrize("name", JOINED)
def test_an_article_in_two_boxes_of_one_name_is_read_whole(name: str) -> None:
    assert article(JOINED[name]).replace(f"{CAPTION}\n", "") == NEWS


@pytest.mark.parametrize("name", APART)
def test_a_box_of_something_else_is_left_out(name: str) -> None:
    assert article(APART[name]) == NEWS


SIGNED = "<p>清河市水利局</p><p>2026年3月5日</p>"
GROWN = {
    "an addressee and a signature": f"<div id=zoom class=TRS_Editor><p>各县区水利局：</p><div class=WordSection1>{BODY}</div>{SIGNED}</div>",
    "a signature in boxes": f"<div id=zoom><div>{BODY}</div><div><p>清河市水利局</p></div><div><p>2026年3月5日</p></div></div>",
    "attachments": f"<div id=zoom><div class=WordSection1>{BODY}</div><p>附件：1.任务清单</p><p><a href=/2.doc>2.承诺书.doc</a></p></div>",
    "headings around a list": f"<div id=zoom><p>一、会议情况</p><ul>{BODY.replace('p>', 'li>')}</ul><p>二、咨询电话</p><p>0990-1231231</p></div>",
    "a signature below a table": f"<div id=zoom><table><tr><td>{BODY}</td></tr></table>{SIGNED}</div>",
    "a byline in a section": f"<div id=js_content><section>{BODY}</section><section><p>（记者 何建中）</p></section></div>",
    "a known box in a known box": f"<div id=zoom><div class=TRS_Editor>{BODY}</div>{SIGNED}<p>分享到：微信</p></div>",
}
NOT_GROWN = {
    "a share bar": f"<div id=zoom><div class=TRS_Editor>{BODY}</div><div class=share>分享到朋友圈的同时请注明出处</div></div>",
    "comments": f"<div id=zoom><div class=TRS_Editor>{BODY}</div>{COMMENTS.replace(SUMMARY, '支持')}</div>",
    "headlines": f"<div id=zoom><div class=TRS_Editor>{BODY}</div><div><p>往日报道</p>{LINKS}</div></div>",
    "a word to the visitor": f"<div id=zoom><div class=TRS_Editor>{BODY}</div><p>您可以扫描二维码关注我们</p></div>",
    "no known container": f"<div class=box><div class=TRS_Editor>{BODY}</div><p>首页推荐</p></div>",
}


@pytest.mark.parametrize("name", GROWN)
def test_short_lines_around_a_block_in_a_known_container_are_text(name: str) -> None:
    shown = [line.text for line in read_lines(parse(GROWN[name])).lines]
    assert article(GROWN[name]).split("\n") == [line for line in shown if line != "分享到：微信"]


@pytest.mark.parametrize("name", NOT_GROWN)
def test_what_is_no_article_in_a_known_container_stays_out(name: str) -> None:
    assert article(NOT_GROWN[name]) == NEWS


def test_a_code_beside_the_article_in_a_known_container_is_no_picture_of_it() -> None:
    inner = f"<div id=zoom><table><tr><td><img src=/qr/838.png></td></tr></table><div>{BODY}</div><p>打印</p></div>"
    html = f"<title>{TITLE}</title><h1>{TITLE}</h1>{inner}"
    assert extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None).pictures == ()


def table(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


ROWS_OF_TEXT = [
    ("作者|作品|奖项", "何建中|清河长流|一等奖", "苏文岚|大堤之歌|二等奖"),
    ("名称|类型|等级", "清河博物馆|综合|二级"),
    ("分类|数量|占比", "工程|12|30%", "货物|28|70%"),
    ("文件名称|文号|废止理由", "清河市节水办法|清政发〔2010〕3号|被新规定代替"),
    ("标题|文号", "清河市节水办法|清政发〔2010〕3号", "清河市供水办法|清政发〔2011〕3号"),
    ("索引号|名称|公开日期", "QH001|清河市节水办法|2026年3月5日"),
    ("名称|清河惠民食品有限公司", "法定代表人|何建中", "注册资本|100万元"),
    ("许可证编号|QH-001", "许可范围|供水", "有效期至|2031-03-04"),
    ("初审|合格", "复审|合格", "终审|优秀"),
]
HEADS = [
    ("索引号|QH001|发布机构|市水利局", "发布日期|2026-03-05|文号|清水发〔2026〕3号"),
    ("索引号：|QH001", "主题分类：|水利", "发布机构：|市水利局", f"名称：|{TITLE}"),
    ("来源：清河日报|发布时间：2026-03-05|点击：22",),
    ("信息来源|市水利局", "公开日期|2026-03-05"),
    ("责任编辑|何建中", "审核|苏文岚"),
]


@pytest.mark.parametrize("rows", ROWS_OF_TEXT)
def test_a_row_whose_table_is_no_head_of_the_page_is_text(rows: tuple[str, ...]) -> None:
    lines = [row.replace("|", "\t") for row in rows]
    assert read(page(f"<div id=zoom>{table(*rows)}{BODY}</div>")) == [*lines, *PARAGRAPHS]
    assert read(page(f"<div id=zoom>{BODY}{table(*rows)}</div>")) == [*PARAGRAPHS, *lines]


@pytest.mark.parametrize("rows", HEADS)
def test_a_table_that_is_the_head_of_the_page_goes(rows: tuple[str, ...]) -> None:
    assert read(page(f"<div id=zoom>{table(*rows)}{BODY}</div>")) == PARAGRAPHS
    assert read(page(f"<div id=zoom>{BODY}{table(*rows)}</div>")) == PARAGRAPHS


def test_a_row_with_an_index_number_is_the_page_s_beside_unknown_labels() -> None:
    rows = ("索引号|QH001", "发布机构|市水利局", "内容概述|会议情况")
    assert read(page(f"<div id=zoom>{table(*rows)}{BODY}</div>")) == ["内容概述\t会议情况", *PARAGRAPHS]


BY = ("清河市水利局", "2026年3月5日")
PROVEN = [
    ("特别声明：本次考试不指定任何辅导用书，不举办也不委托任何机构举办辅导培训班。", *BY),
    ("技术支持：0990-7654321", *BY),
    ("信息来源：清河调查队", "清河市统计局", "二〇二六年三月五日"),
    ("初审：各学校", "复审：县区教育局", "终审：市教育局", *BY),
    ("三、报名方式", "扫描下方二维码关注“清河水利”微信公众号报名"),
    ("地点：市文化馆一楼剧场", "时间：2026-03-20 14:30"),
    ("时间：2026-03-20 14:30", "地点：市文化馆一楼剧场"),
]
UNPROVEN = [
    ("特别声明：本网站转载文章版权归原作者所有。",),
    ("技术支持：清河信息中心",),
    ("来源：清河日报", "2026-03-05", "责任编辑：何建中"),
    ("监制：何建中", "清河发布", "2026年3月5日 09:17", "浏览：88"),
    ("时间：2026-03-20 14:30",),
    ("扫描下方二维码关注“清河水利”微信公众号",),
]


@pytest.mark.parametrize("lines", PROVEN)
def test_a_signature_an_event_and_a_heading_prove_that_the_text_goes_on(lines: tuple[str, ...]) -> None:
    markup = "".join(f"<p>{line}</p>" for line in lines)
    assert read(page(f"<div id=zoom>{BODY}{markup}</div>")) == [*PARAGRAPHS, *lines]
    assert read(page(f"<div id=zoom>{BODY}{markup}<p>责任编辑：何建中</p></div>")) == [*PARAGRAPHS, *lines]


@pytest.mark.parametrize("lines", UNPROVEN)
def test_residue_that_nothing_proves_to_be_text_goes(lines: tuple[str, ...]) -> None:
    markup = "".join(f"<p>{line}</p>" for line in lines)
    assert read(page(f"<div id=zoom>{BODY}{markup}</div>")) == PARAGRAPHS


# a page speaks about itself below an article; a sentence with the same words is text
OF_THE_PAGE = {
    "您是本文第88位读者": "第88位读者领到了水利书签。",
    "此文章已被阅读 88 次": "阅读 12 部水利名著，是今年读书月的任务。",
    "0人点赞": "点赞：为守堤人点赞。",
    "评论（0）</p><p>暂无评论": "暂无评论意见的，视为同意。",
    "发表评论 共有0条评论": "评论员文章说，守河有责。",
    "用户名: 验证码: 匿名?": "用户名为身份证号，初始密码为后六位。",
    "您的评分： ★★★★★": "评分：总分100分，90分以上为优秀。",
    "—— 已经到底了 ——": "已经到底的水位开始回升。",
    "没有更多了": "没有更多的豪言，只有行动。",
    "继续滑动看下一个": "继续滑动的山体已经设置警戒线。",
    "喜欢此内容的人还喜欢": "喜欢此活动的居民可到社区报名。",
    "觉得不错，请点赞分享": "觉得不便的居民可以来电。",
    "手机扫码浏览本页": "扫码浏览导览图的游客有八千人次。",
    "更多精彩内容请下载“清河新闻”客户端": "更多样表请下载附件查看",
    "标签： 水利 河道": "标签：水表上的标签应当标注口径和日期。",
    "TAG：水利": "关键词：河畅、水清、岸绿。",
    "本内容由AI生成，仅供参考，请以官方发布为准": "AI生成的宣传画经审核后张贴。",
    "建议使用1024*768分辨率、IE8.0以上浏览器访问": "浏览器不兼容的，由运维单位解决。",
    "生成海报　保存到相册": "生成海报后，可张贴于店内。",
    "收藏此文　推荐此文　［打印文章］": "收藏：市博物馆今年新收藏水文资料82件。",
    "有用(3)　无用(0)": "有用的旧水表统一回收。",
    "欢迎分享给更多人": "转给村民小组的水表共有312只。",
    "<a href=/1>网站地图</a> <a href=/2>联系我们</a> <a href=/3>隐私声明</a>": "联系我们：市水利局三楼，电话0990-7654321。",
    "[<a href='#'>返回</a>] [<a href='#'>推荐给朋友</a>] [<a href='#'>邮寄</a>]": "推荐：张禾为先进个人候选人。",
    "声明：转载此文是出于传递更多信息之目的。": "声明：名单如有不实，由推荐单位负责。",
    "（本文仅代表作者个人观点，不代表本网立场）": "不代表任何立场，只讲事实，是讲解员的守则。",
    "凡本网注明“来源：清河日报”的作品，未经授权不得转载。": "未经授权不得转载课程，违者追责。",
}


@pytest.mark.parametrize("own", OF_THE_PAGE)
def test_what_a_page_says_about_itself_goes_and_a_sentence_stays(own: str) -> None:
    assert read(page(f"<div id=zoom>{BODY}<p>{own}</p></div>")) == PARAGRAPHS
    assert read(page(f"<div id=zoom>{BODY}<p>{OF_THE_PAGE[own]}</p></div>")) == [*PARAGRAPHS, OF_THE_PAGE[own]]


@pytest.mark.parametrize(
    "line", ["本文共1203字，阅读约需4分钟", "AI朗读 00:00 / 03:21", "当前位置：首页 &gt; 要闻", "收录于合集 #水利 12个"]
)
def test_what_a_page_says_about_itself_goes_above_a_text_too(line: str) -> None:
    assert read(page(f"<div id=zoom><p>{line}</p>{BODY}</div>")) == PARAGRAPHS


def test_a_disclaimer_below_a_title_that_speaks_of_rights_is_text() -> None:
    lines = ["本网站转载的文章版权归原作者所有。", "转载不代表本网站赞同其观点。"]
    markup = "".join(f"<p>{line}</p>" for line in lines)
    assert read(page(f"<div id=zoom>{BODY}{markup}</div>")) == PARAGRAPHS
    sheet = read_lines(parse(f"<div>{BODY}{markup}</div>"))
    assert trim(sheet.lines, "清河市水利局网站声明") == [*PARAGRAPHS, *lines]


def test_a_picture_below_a_heading_leaves_the_editor_cut() -> None:
    markup = "<p>三、报名方式</p><p><img src=a.png></p><p>责任编辑：何建中</p>"
    assert read(page(f"<div id=zoom>{BODY}{markup}</div>")) == [*PARAGRAPHS, "三、报名方式"]


def article(markup: str) -> str:
    html = f"<html><head><title>{TITLE}</title></head><body><div class=main><h1>{TITLE}</h1>{markup}</div><p>版权所有 清河市</p></body></html>"
    return extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None).text


SIDE = "".join(f"<p>{SUMMARY}</p>" for _ in range(3))
MARKED = "".join(f'<p><a name="_Hlk{at}">{line}</a></p>' for at, line in enumerate(PARAGRAPHS))
BOOKMARKED = {
    "alone": f"<div class=con>{MARKED}</div>",
    "empty ones too": f"<div class=con>{MARKED.replace('<p>', '<p><a name=OLE_LINK1></a>')}</div>",
    "a box of prose beside": f"<div class=con>{MARKED}</div><div class=tips>{SIDE}</div>",
    "one that is left open": f"<div class=con><a name=top><div>{BODY}</div></div><div class=tips>{SIDE}</div>",
    "with an address inside": f"<div class=con>{MARKED.replace('推进会议', '<a href=/h.html>推进会议</a>')}</div>",
    "the second box": f"<div class=con><div>{FIRST}</div><div><p><a name=_Hlk9>{'</a></p><p><a name=_Hlk9>'.join(PARAGRAPHS[5:])}</a></p></div></div>",
}


@pytest.mark.parametrize("name", BOOKMARKED)
def test_bookmarked_text_is_no_link(name: str) -> None:
    assert article(BOOKMARKED[name]) == NEWS


@pytest.mark.parametrize("row", ["1 青石岭纪念碑 桑园村", "2 白杨渡渡口旧址"])
def test_short_rows_without_a_stop_come_before_the_bar(row: str) -> None:
    html = f"<title>{TITLE}</title><table><tr><td>首页 公告<tr><td>{TITLE}<tr><td>发布时间：2026-03-05　来源：清河市水利局<tr><td><pre>序号 名称\n{row}</pre></table>"
    assert extract(Page(url="http://x/", source="x", fetched="", body=html.encode()), None).text.endswith(row)


def test_a_bookmarked_headline_is_the_title() -> None:
    html = f"<title>{TITLE}</title><p class=t><a name=top>{TITLE}</a></p><p>来源：清河日报</p><div>{BODY}</div>"
    release = extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None)
    assert (release.title, release.provenance[0].rule, release.text) == (TITLE, "label", NEWS)


SHORT = "经研究，同意成立河道管理所。"
FEET = [
    "主办：云桅市人民政府办公室　承办：云桅市信息中心",
    "联系我们：000-000（工作日：8:30-12:00，14:30-18:00）<br>技术支持：云桅市信息中心，运维电话：000-000",
    "<p>版权所有：云桅市人民政府　邮编：000000</p><p>电话：000-000　传真：000-000</p>"
    "<p>建议使用1024×768以上分辨率浏览本站，以获得最佳效果。</p>",
]
PAGES_WITH_A_FOOT = {
    "a known container": "<h1>{title}</h1><p>发布时间：2026-03-05　来源：云桅市水务局，云桅市司法局</p>"
    "<div class=TRS_Editor><p>{said}</p></div><div>分享到：</div><div class=footer>{foot}</div>",
    "no name": "<table><tr><td><b>{title}</b></td></tr><tr><td>发布日期：2026-03-05</td></tr><tr><td>{said}</td></tr></table>"
    "<table><tr><td>{foot}</td></tr></table>",
    "beside a list": "<div><section><h1>{title}</h1><p>发布日期：2026-03-05</p><div class=detail>{said}</div></section><div><h3>最新</h3>"
    "<ul><li><a href=/1>云桅市修缮堤防</a></li></ul></div></div><div class=bottom>{foot}</div>",
}


@pytest.mark.parametrize("page", PAGES_WITH_A_FOOT.values(), ids=PAGES_WITH_A_FOOT)
@pytest.mark.parametrize("foot", FEET)
def test_an_article_shorter_than_the_foot_of_its_page_is_read_without_it(page: str, foot: str) -> None:
    assert read(page.format(title=TITLE, said=SHORT, foot=foot)) == [SHORT]


@pytest.mark.parametrize("page", [PAGES_WITH_A_FOOT[name] for name in ("a known container", "no name")])
@pytest.mark.parametrize("foot", FEET)
@pytest.mark.parametrize("unfilled", ["", "&nbsp;", "null", "undefined", "{{article.content}}", "------分隔线------"])
def test_the_foot_of_a_page_is_no_article_that_was_not_filled_in(page: str, foot: str, unfilled: str) -> None:
    assert read(page.format(title=TITLE, said=unfilled, foot=foot)) in ([], [unfilled])
    html = f"<html><head><title>{TITLE}</title></head><body>{page.format(title=TITLE, said=unfilled, foot=foot)}"
    with pytest.raises(Unreadable, match="no-text"):
        extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None)


@pytest.mark.parametrize("page", PAGES_WITH_A_FOOT.values(), ids=PAGES_WITH_A_FOOT)
def test_a_line_without_a_stop_right_below_the_title_is_the_article(page: str) -> None:
    said = "任命周小满为云桅市审计局局长"
    assert read(page.format(title=TITLE, said=said, foot=FEET[2])) == [said]


@pytest.mark.parametrize("place", ["<div class=footer>{}</div>", "<footer>{}</footer>"])
def test_a_foot_is_told_by_its_element_too(place: str) -> None:
    foot = place.format("<p>本站由信息中心维护，欢迎来信，云桅市河道路1号。</p>")
    html = "<h1>{}</h1><p>发布时间：2026-03-05</p><div class=article>{}</div>{}"
    assert read(html.format(TITLE, f"<p>{SHORT}</p>", foot)) == [SHORT]
    page = f"<html><head><title>{TITLE}</title></head><body>{html.format(TITLE, '', foot)}"
    with pytest.raises(Unreadable, match="no-text"):
        extract(Page(url="http://x/1.html", source="x", fetched="", body=page.encode()), None)


def test_links_below_a_title_may_be_the_article() -> None:
    links = [f"云桅市湿地第{n}次巡护" for n in range(4)]
    items = "".join(f"<li><a href='/{n}'>{link}</a></li>" for n, link in enumerate(links))
    found = read(f"<h1>{TITLE}</h1><div class=x><ul>{items}</ul></div><div>{FEET[0]}</div>")
    assert not set(links) - set(found)


def test_null_within_a_text_stays() -> None:
    lines = [SHORT, "null", "该字样表示空值，填表时须改正。"]
    assert read(f"<h1>{TITLE}</h1><div>{''.join(f'<p>{line}</p>' for line in lines)}</div>") == lines


def test_who_runs_a_meeting_is_no_foot() -> None:
    lines = [SHORT, "主办：云桅市文化局，承办：云桅市图书馆", "报名请登录图书馆网站，浏览器须为新版。"]
    said = "".join(f"<p>{line}</p>" for line in lines)
    assert read(f"<h1>{TITLE}</h1><div><div>{said}</div><div>{MENU}</div></div>") == lines


HEADED = [("一粒种子", PARAGRAPHS[:1]), ("一条水渠", PARAGRAPHS[1:2]), ("一个院子", PARAGRAPHS[2:])]
BOXED = {
    "headings beside boxes": "".join(
        f"<div class=card><div class=hd>{head}</div><div class=bd>{''.join(f'<p>{one}</p>' for one in lines)}</div></div>"
        for head, lines in HEADED
    ),
    "numbered boxes": "".join(
        f"<div class=part{at}><h2>{head}</h2>{''.join(f'<p>{one}</p>' for one in lines)}</div>"
        for at, (head, lines) in enumerate(HEADED)
    ),
}


@pytest.mark.parametrize("name", BOXED)
def test_an_article_in_boxes_with_headings_is_whole(name: str) -> None:
    expected = [line for head, lines in HEADED for line in (head, *lines)]
    assert read(page(f"<div class=txt>{BOXED[name]}</div>")) == expected


def test_numbered_boxes_below_the_title_are_one_article() -> None:
    first, last = "".join(f"<p>{one}</p>" for one in PARAGRAPHS[:-1]), f"<p>{PARAGRAPHS[-1]}</p>"
    html = f"<body>{MENU}<div class=ny><div class=bt>{TITLE}</div><div>来源：清河日报</div><div class=zw1>{first}</div><div class=zw2>{last}</div></div></body>"
    assert read(html) == PARAGRAPHS


def test_a_heading_with_linked_summaries_is_no_part_of_an_article() -> None:
    boxes = f"<div class=box><h3>热点新闻</h3><div><a href=/1>{SUMMARY}</a></div></div>" * 3
    assert read(page(f"<div class=box><div>{BODY}</div></div>{boxes}")) == PARAGRAPHS


CUT = [
    "<p>— END —</p>",
    "<p>前一篇：<a href=/1>供水工程完工</a></p>",
    "<div><a href=/1 rel=prev>← 供水工程完工</a> <a href=/2 rel=next>开会 →</a></div>",
    "<div class=nav-links><a href=/1>供水工程完工</a></div>",
    "<div><a href='javascript:;'>有用(3)</a> <a>没用(0)</a></div>",
    "<p>您觉得这篇文章对您有帮助吗？</p>",
    "<p>您对本页内容是否满意？</p>",
    "<div>对本页面内容是否满意 <a>满意</a> <a>一般</a> <a>不满意</a></div>",
    "<p>您觉得这篇文章有用吗？</p>",
    "<p>本文是否解决了您的问题？</p><p>您对这条信息的评价：</p>",
    "<div>满意度评价</div><div>【网页纠错】</div>",
    "<div><a>点赞(12)</a><a>收藏</a><span>阅读 1233</span></div>",
    "<div>我要咨询 | 一键咨询 | 智能客服</div>",
    "<div>用手机扫一扫，把本文分享给朋友</div>",
    "<p>信息审核员：赵川</p><p>值班编委：李岳</p>",
    "<p>编辑｜王小禾</p><p>校对｜赵小川</p>",
    "<div>本页面内容评价：<input type=radio>满意<input type=radio>不满意</div>",
    "<div class=comment-list><h4>网友评论（0）</h4><p>暂无评论，快来抢沙发吧！</p></div>",
    "<p>值班审核：李禾</p><p>制作：王岳 签审：赵川</p>",
    "<p>更多资讯请关注“清河发布”微信公众号</p>",
    "<p>特别声明：本网转载文章，版权归原作者所有。</p>",
    "<div class=btn-more>展开剩余60%</div>",
    "<p>【纠错】 【责任编辑:李禾】</p>",
    "<p>阅读 1203　在看 15　点赞 30</p>",
    "<p>本文链接：http://www.qinghe.example/p/1.html</p>",
    "<p>【返回列表】【加入收藏】【打印】</p>",
    "<p>标签：<a href=/t/1>防汛</a> <a href=/t/2>备汛</a></p>",
    "<p>责任编辑：李禾，王岳</p>",
    "<p>本文来源于网络，如有侵权请联系删除。</p>",
    "<p>Share to: Weibo WeChat</p><p>Previous: <a href=/1>Spring Planting</a></p><p>Next: None</p>",
    "<p>下一篇：谁来守护这片湿地？</p>",
    "<p>技术支持：清河网络科技有限公司 电话：0990-3333333</p>",
    "<p>免责声明：以上内容不代表平台立场。</p>",
    "<h4>Related Articles</h4><ul><li><a href=/1>Spring Planting Starts in the North</a></li></ul>",
]
STAYS = [
    ("<p>招聘岗位如下，欢迎报名。</p>", "编辑：2名，新闻学专业，有经验者优先"),
    ("<p>招聘岗位如下，欢迎报名。</p>", "校对：1名"),
    ("<p>岗位职责如下。</p>", "责任编辑：负责文稿编校与版面把关"),
    ("", "下一篇章已经开启，全市上下将继续奋斗。"),
    ("", "版权所有者可持作品样本申请登记"),
    ("", "技术支持：市农技推广中心 何建中 0990-3333333"),
    ("", "特别声明：本县未委托任何机构代办报名，凡收费代办的均系诈骗。"),
    ("<p>收费标准如下。</p>", "打印：每页1元"),
    ("<p>非遗工坊分三步。</p>", "制作：每盏灯笼由六位老人合作，历时三天完成"),
    ("", "标签：防汛物资一律贴红色标签"),
    ("", "<a href='javascript:down(1)'>附件：河道名录.docx</a>"),
    ("", "<a href=/f/1.html>清河市河道管理办法</a>"),
    ("", "您对这次改造满意吗？"),
    ("", "对本页岩气田的评价工作今年完成。"),
    ("", "该文件对群众是否满意的考核办法作了规定，自五月起执行。"),
    ("", "会议要求，把好做法分享到各乡镇，写好下一篇文章。"),
]


@pytest.mark.parametrize("end", CUT)
def test_furniture_at_an_end_is_cut(end: str) -> None:
    assert read(page(f"<article>{BODY}{end}</article>")) == PARAGRAPHS


@pytest.mark.parametrize(("before", "line"), STAYS)
def test_a_line_that_only_looks_like_furniture_stays(before: str, line: str) -> None:
    assert read(page(f"<article>{BODY}{before}<p>{line}</p></article>"))[-1] == re.sub("<[^>]*>", "", line)


UPPER, LOWER = NEWS.split("\n")[:3], NEWS.split("\n")[3:]


def _pasted(inside: str) -> Release:
    """A release whose text stands in boxes beside its title."""
    html = f"<title>{TITLE}</title><body><div class=detail><h1>{TITLE}</h1><div class=info>发布时间：2026-03-05　来源：清河日报</div>{inside}</div></body>"
    return extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None)


def _box(name: str, lines: Sequence[str], tag: str = "div") -> str:
    return f"<{tag} class={name}>{''.join(f'<p>{line}</p>' for line in lines)}</{tag}>"


@pytest.mark.parametrize(
    "inside",
    [
        _box("wz-up", UPPER) + _box("lower-part", LOWER),
        _box("wz-up", LOWER[:2]) + "<div class=pic><img src=/1.jpg></div>" + _box("k-2", [*UPPER, LOWER[2]], "section"),
        f"<div class=outer>{_box('a', UPPER)}</div><div class=other>{_box('b', LOWER)}</div>",
        "<div class=a>" + "<br>".join(UPPER) + "</div><div class=b>" + "<br>".join(LOWER) + "</div>",
    ],
)
def test_an_article_in_boxes_of_several_names_is_read_whole(inside: str) -> None:
    assert sorted(_pasted(inside).text.split("\n")) == sorted(NEWS.split("\n"))


TOLD = "清河政务网于2009年开通，是发布政务信息、提供在线服务、与公众互动交流的平台，由市政府办公室主办，年访问量逾三百万人次。"


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (f"<div class=bz>{TOLD}</div>", True),
        (f"<div class=bz><p>{TOLD}</p><p>{TOLD}</p></div>", True),
        ("<div class=bz>声明：本网站转载文章，不代表本网立场；如涉及版权问题，请与我们联系。</div>", False),
        (f"<div class=pl><h3>网友评论</h3><p>{TOLD}</p><p>{TOLD}</p></div>", False),
        (f"<div class=next><a href=/2.html>市妇联走访慰问困难家庭</a><p>{TOLD}</p><p>{TOLD}</p></div>", False),
        (f"<div class=dc><p>{TOLD}</p><p>{TOLD}</p><input type=radio>满意</div>", False),
        (f"<div class=related><p>{TOLD}</p><p>{TOLD}</p></div>", False),
        (
            "<div class=tip><p>如您有疑问，可拨打电话咨询，工作人员将在三个工作日内回复。</p><p>" + TOLD + "</p></div>",
            False,
        ),
    ],
)
def test_a_box_behind_an_article_that_may_be_another_s_is_not_read(inside: str, told: bool) -> None:
    release = _pasted(_box("txt", NEWS.split("\n")) + inside)
    assert release.text == NEWS
    assert any(one.startswith("text-beside:") for one in release.problems) == told


def test_boxes_of_one_name_with_something_else_between_are_told() -> None:
    release = _pasted(_box("zw", UPPER * 2) + "<div class=ad><p>广告位招租</p></div>" + _box("zw", LOWER))
    assert any(one.startswith("text-beside:") for one in release.problems)


ANOTHER = "<div class='art two'><h3>白杨渡泵站连夜抢修</h3><p>发布时间：2026-02-20　来源：清河日报</p>{}</div>"


@pytest.mark.parametrize("before", ["", "<div>评论 0</div>"])
def test_a_second_article_below_the_page_s_own_is_left_out(before: str) -> None:
    release = _pasted(_box("txt", UPPER) + before + ANOTHER.format(_box("txt", LOWER * 2)))
    assert (release.title, release.text) == (TITLE, "\n".join(UPPER))


LINKED = "".join(f"<li><a href=/{number}.html>清河市水利局发布第{number}号汛情通报</a></li>" for number in range(3))


@pytest.mark.parametrize(
    ("box", "stays"),
    [
        (f"<div class=rel><strong>相关阅读</strong><ul>{LINKED}</ul></div>", False),
        (f"<p>【延伸阅读】</p><ul>{LINKED}</ul>", False),
        (f"<p>相关文件：</p><ul>{LINKED}</ul>", True),
        ("<p>相关阅读</p><p><a href=/1.html>清河市水利局发布汛情通报</a></p>", True),
        (
            "<p>延伸阅读</p><ul><li><a href=/1.docx>附件1：河道名录.docx</a><li><a href=/2.docx>附件2.docx</a></ul>",
            True,
        ),
    ],
)
def test_related_articles_amid_a_text_are_left_out(box: str, stays: bool) -> None:
    text = _pasted(_box("txt", UPPER)[:-6] + box + _box("", LOWER)).text
    assert (text != NEWS) == stays
    assert text.startswith(UPPER[0])
    assert text.endswith(LOWER[-1])


def test_a_summary_in_a_box_above_an_article_is_not_read_twice() -> None:
    summary = [UPPER[0], UPPER[1]]
    assert _pasted(_box("zy", summary) + _box("txt", NEWS.split("\n"))).text == NEWS
