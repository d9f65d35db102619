"""Words that a page's own style sheets, or its elements, keep from its readers; and words that only look so."""

import pytest

from archive.model import Page, Release
from pipelines.extract import extract
from pipelines.stylesheets import Sheets
from tests.invented import NEWS, TITLE

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in NEWS.split("\n"))
WORDS = "扫码关注溟川发布"


def read(style: str, inside: str = "", body: str = BODY, attributes: str = "", script: str = "") -> Release:
    html = (
        f"<html><head><title>{TITLE}_溟川市人民政府</title><style{attributes}>{style}</style></head><body><h1>{TITLE}</h1>"
        f"<div class=content>{body}{inside}</div>{script}</body></html>"
    )
    return extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode()), None)


HIDING = {
    "class": (".x{display:none}", "class=x"),
    "id": ("#y { visibility : hidden }", "id=y"),
    "tag and class": ("p.x{display:none}", "class=x"),
    "two classes": (".x.z{display:none}", "class='z x'"),
    "one of several": (".a, p.x , .b{color:red;display:none;}", "class='k x'"),
    "inside another": (".content .x{display:none}", "class=x"),
    "important": (".x{display:none!important}p.x{display:block}", "class=x"),
    "the later rule": (".x{display:block}.x{display:none}", "class=x"),
    "the stronger selector": ("#y{display:none}.x{display:block}", "class=x id=y"),
    "screen": ("@media screen{.x{display:none}}", "class=x"),
    "screen and print": ("@media print, screen { .q{top:0} .x{display:none} }", "class=x"),
    "behind a comment": ("/* .x{display:block} } */ .x{display:none}", "class=x"),
    "in a comment's marks": ("<!-- .x{display:none} -->", "class=x"),
    "behind an import": ('@charset "utf-8";@import url(a.css);.x{display:none}', "class=x"),
    "opacity": (".x{opacity:0;filter:alpha(opacity=0)}", "class=x"),
    "cut away": (".x{clip-path:inset(100%)}", "class=x"),
    "a circle of nothing": (".x{clip-path: circle(0)}", "class=x"),
    "clear": (".x{color:rgba(0,0,0,0)}", "class=x"),
    "struck out": (".x{text-decoration:line-through}", "class=x"),
    "of the size 0": (".x{font-size:14px}.x{font-size:0px;color:#fff}", "class=x"),
    "off the page": (".x{position:absolute;left:-9999px}", "class=x"),
}


@pytest.mark.parametrize("name", HIDING)
def test_what_a_sheet_hides_is_not_read(name: str) -> None:
    style, attributes = HIDING[name]
    assert read(style, f"<p {attributes}>{WORDS}</p>").text == NEWS
    assert read(style, f"<p {attributes}>{WORDS}</p>").problems == ()


@pytest.mark.parametrize("style", [".x{display:none}", ".x{visibility:hidden}", ".x{opacity:0.0}"])
def test_hidden_words_inside_a_line_are_not_read(style: str) -> None:
    assert read(style, "<p>每户<span class=x>三千</span>五千元。</p>").text == NEWS + "\n每户五千元。"


SHOWN = {
    "print": ("@media print{.x{display:none}}", "class=x"),
    "a small screen": ("@media screen and (max-width: 768px){.x{display:none}}", "class=x"),
    "a rule that a later one takes back": (".x{display:none}.x{display:block}", "class=x"),
    "a rule that a stronger one takes back": ("p.x{display:block}.x{display:none}", "class=x"),
    "a rule that an important one takes back": (".x{display:block !important}.x{display:none}", "class=x"),
    "a rule that its place takes back": (".content .x{display:block}.x{display:none}", "class=x"),
    "a rule that its active state takes back": (".x{display:none}.x.active{display:block}", "class='x active'"),
    "a rule that a first place takes back": (".x{display:none}.x:first-child{display:block}", "class=x"),
    "a rule that its own style takes back": (".x{display:none}", "class=x style='display:block'"),
    "another class": (".xx{display:none}.x-y{display:none}", "class=x"),
    "another tag": ("div.x{display:none}", "class=x"),
    "one class of two": (".x.z{display:none}", "class=x"),
    "another place": (".side .x{display:none}", "class=x"),
    "a state": (".x:hover{display:none}.x:empty{display:none}", "class=x"),
    "a generated sign": (".x::before{display:none}.x:after{display:none}", "class=x"),
    "a comment": ("/* .x{display:none} */", "class=x"),
    "an animation": (".x{opacity:0;animation:fade 1s forwards}", "class=x"),
    "steps of an animation": ("@keyframes x{from{opacity:0}to{opacity:1}}.x{color:red}", "class=x"),
    "half": (".x{opacity:0.5}", "class=x"),
    "a list without bullets": (".x{list-style:none;border:none;text-decoration:none;overflow:hidden}", "class=x"),
    "a gradient": (".x{background:linear-gradient(red,blue);background-clip:text;color:transparent}", "class=x"),
    "a size that a later rule takes back": (".x{font-size:0}.x{font-size:1.2em}", "class=x"),
    "a size below one": (".x{font-size:0.9rem}.z{font-size:0}", "class=x"),
    "a size that its own style takes back": (".x{font-size:0}", "class=x style='font-size:14px'"),
    "a support": ("@supports not (display:grid){.x{display:none}}", "class=x"),
    "the whole page": ("body{display:none}html{visibility:hidden}", "class=x"),
    "an unfinished sheet": (".x{display:none", "class=x"),
    "a nested rule": (".side{color:red;.x{display:none}}", "class=x"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_sheet_shows_is_read(name: str) -> None:
    style, attributes = SHOWN[name]
    assert read(style, f"<p {attributes}>每户补助三千元。</p>").text == NEWS + "\n每户补助三千元。"


@pytest.mark.parametrize(
    "attributes", [" media=print", ' media="only screen and (max-width:600px)"', " type=text/less"]
)
def test_a_sheet_for_others_hides_nothing(attributes: str) -> None:
    assert read(".x{display:none}", "<p class=x>每户补助三千元。</p>", attributes=attributes).text.endswith("三千元。")


@pytest.mark.parametrize("attributes", [" media=screen", " media=all", " type=text/css", " media='screen, print'"])
def test_a_sheet_for_the_screen_hides(attributes: str) -> None:
    assert read(".x{display:none}", f"<p class=x>{WORDS}</p>", attributes=attributes).text == NEWS


@pytest.mark.parametrize(
    "body",
    [
        f"<div class=x>{BODY}</div>",
        f"<div class=x><div class=TRS_Editor>{BODY}</div></div>",
        f"<p>3月10日，溟川市召开推进会。</p><div class=x>{BODY}</div>",
    ],
)
def test_an_article_that_a_script_shows_stays(body: str) -> None:
    release = read(".x{display:none}", body=body)
    assert NEWS in release.text
    assert "hidden-by-style" in release.problems


def test_a_hidden_box_that_is_longer_than_the_article_is_no_article() -> None:
    notice = "<div class=x>" + "<p>本网站尊重并保护所有用户的个人隐私权，请您仔细阅读下列条款。</p>" * 30 + "</div>"
    html = f"<html><head><title>{TITLE}</title><style>.x{{display:none}}</style></head><body><h1>{TITLE}</h1><div class=a>{BODY}</div>"
    release = extract(Page(url="http://x/1.html", source="x", fetched="", body=f"{html}{notice}".encode()), None)
    assert (release.text, release.problems) == (NEWS, ())


@pytest.mark.parametrize("script", ["$('.x').show()", 'document.getElementsByClassName("x")[0].style.display="block"'])
def test_words_that_a_script_of_the_page_names_stay(script: str) -> None:
    inside = "<p class=x>每户补助三千元。</p>"
    assert read(".x{display:none}", inside, script=f"<script>{script}</script>").text.endswith("三千元。")


def test_words_that_are_visible_within_invisible_ones_are_read() -> None:
    inside = "<div style='visibility:hidden'><p>扫码关注</p><p style='visibility:visible'>每户三千元。</p></div>"
    assert read("", inside).text == f"{NEWS}\n每户三千元。"
    inside = "<p>每户<span style='visibility:hidden'>补助<b style='visibility: visible'>三千</b>五千</span>元。</p>"
    assert read("", inside).text == f"{NEWS}\n每户三千元。"
    inside = "<div class=x><p>扫码关注</p><p class=y>每户三千元。</p></div>"
    assert read(".x{visibility:hidden}.x .y{visibility:visible}", inside).text == f"{NEWS}\n每户三千元。"
    assert read(".x{display:none}.y{visibility:visible}", inside).text == NEWS
    assert read(".x{opacity:0}.y{visibility:visible}", inside).text == NEWS


def test_an_article_that_fades_in_keeps_what_is_not_marked_visible_in_it() -> None:
    body = "".join(
        f"<p{' style=visibility:visible' * (number % 2)}>{line}</p>" for number, line in enumerate(NEWS.split("\n"))
    )
    for style in ("visibility:hidden;opacity:0", "visibility:hidden"):
        assert read("", body=f"<div id=js_content style='{style}'>{body}</div>").text == NEWS


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"<dialog>{WORDS}</dialog>", ""),
        (f"<dialog><p>{WORDS}</p></dialog>", ""),
        (f"<noembed>{WORDS}</noembed>", ""),
        (f"<noframes><p>{WORDS}</p></noframes>", ""),
        ("<dialog open>每户三千元。</dialog>", "\n每户三千元。"),
        ("<details><summary>补助标准</summary><p>每户三千元。</p></details>", "\n补助标准\n每户三千元。"),
        (f"<p style='clip-path:inset(100%)'>{WORDS}</p>", ""),
        (f"<p style='clip-path: inset(50%)'>{WORDS}</p>", ""),
        (f"<p style='clip-path:circle(0 at center)'>{WORDS}</p>", ""),
        (f"<p style='-webkit-clip-path:circle(0px)'>{WORDS}</p>", ""),
        (f"<p style='color:rgba(255, 255, 255, 0)'>{WORDS}</p>", ""),
        (f"<p style='color:rgb(0 0 0 / 0%)'>{WORDS}</p>", ""),
        (f"<p style='color: hsla(0,0%,0%,0.0)'>{WORDS}</p>", ""),
        ("<p style='clip-path:inset(10%)'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='clip-path:circle(50%)'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='color:rgba(0,0,0,.85)'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='color:rgba(0,0,0,0.0.5)'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='background-color:rgba(0,0,0,0)'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='background-color:transparent'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='color:transparent;-webkit-background-clip:text'>每户三千元。</p>", "\n每户三千元。"),
        ("<p style='color:transparent;text-shadow:0 0 0 #333'>每户三千元。</p>", "\n每户三千元。"),
    ],
)
def test_elements_and_styles_that_hide(inside: str, text: str) -> None:
    assert read("", inside).text == NEWS + text


def test_hidden_labels_give_no_facts() -> None:
    body = f"<p class=x>来源：云桅日报</p>{BODY}"
    assert read(".x{display:none}", body=body).publisher == ""
    assert read(".x{display:block}", body=body).publisher == "云桅日报"


def test_a_sheet_of_many_rules_is_read_once() -> None:
    style = "".join(f".a{number}{{color:red}}" for number in range(2000)) + ".x{display:none}"
    assert read(style, f"<p class=x>{WORDS}</p>").text == NEWS
    assert not Sheets(("." + "{" * 5000,)).hide


def test_a_sheet_with_more_rules_than_there_is_time_for_hides_nothing_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.stylesheets._MOST", 5)
    lines = "每户补助三千元。", "每户补助五千元。"
    inside = "".join(f"<p class=x>{line}</p>" for line in lines)
    assert read(".x{color:red}" * 2 + ".x{display:none}", inside).text == f"{NEWS}\n{lines[1]}"


def test_a_sheet_s_size_0_hides_no_box_of_others() -> None:
    style = ".x{font-size:0}"
    assert read(style, "<p class=x><span>每户补助三千元。</span></p>").text.endswith("三千元。")


ITEMS = "<li>甲类补助由区里承担；</li><li>乙类补助由市里承担。</li>"


@pytest.mark.parametrize(
    ("style", "first"),
    [
        ("ol.plain{list-style-type:none}", "甲类"),
        ("ul,ol,li{margin:0;list-style:none outside}", "甲类"),
        ("*{padding:0;list-style:none}", "甲类"),
        (".content ol li{list-style:none}", "甲类"),
        ("ol{list-style:upper-alpha}", "A. 甲类"),
        ("*{list-style:none}.content ol{list-style:decimal}.content li{list-style:inherit}", "1. 甲类"),
        ("ul{list-style:none}", "1. 甲类"),
        (".side ol{list-style:none}", "1. 甲类"),
        ("ol:hover{list-style:none}ol > li{list-style:none}", "1. 甲类"),
        ("@media print{ol{list-style:none}}", "1. 甲类"),
    ],
)
def test_a_sheet_tells_whether_a_list_shows_numbers(style: str, first: str) -> None:
    assert f"\n{first}" in read(style, f"<ol class=plain>{ITEMS}</ol>").text


QUESTIONS = {"去哪里缴费？": "可以到镇便民服务站缴费，也可以用手机缴费。", "缴多少？": "每人每年四百元，财政另有补助。"}
TABS = "<ul><li>新闻稿</li><li>实录</li></ul>"
PANE = "<div class=pane style='display:none'><p>主持人：请水利局介绍情况。</p></div>"
OPENED = {
    "answers below questions": "".join(
        f"<li><h4>{q}</h4><div style='display:none'>{a}</div></li>" for q, a in QUESTIONS.items()
    ),
    "answers that a sheet hides": "".join(
        f"<div class=q>{q}</div><div class=x>{a}</div>" for q, a in QUESTIONS.items()
    ),
    "a tab": f"{TABS}<div class='pane on'><p>三月十日，会议召开。</p></div>{PANE}",
    "a tab with its bar below": f"<div class=pane><p>三月十日，会议召开。</p></div>{PANE}<p><a href='javascript:;'>1</a> <a>2</a></p>",
    "a page told by its id": "<div><span>1</span><span>2</span></div><div id=p1>三月十日，会议召开。</div>"
    "<div id=p2 style='display:none'>主持人：请水利局介绍情况。</div>",
}
LEFT_SHUT = {
    "one box": "<h4>去哪里缴费？</h4><div style='display:none'>可以到镇便民服务站缴费，也可以用手机缴费。</div>",
    "menus": "".join(
        f"<div><a href=/{n}/>栏目之{n}</a><div style='display:none'>介绍栏目，共{n}条。</div></div>" for n in "一二"
    ),
    "a box beside prose without a bar": f"<div class=pane><p>三月十日，会议召开。</p></div>{PANE}",
    "another class": f"{TABS}<div class=a><p>三月十日，会议召开。</p></div>{PANE}",
    "a form": "".join(f"<h4>反馈{n}</h4><div style='display:none'>请留言，我们将答复。<input></div>" for n in "一二"),
    "paragraphs": f"{TABS}<p class=pane>三月十日，会议召开。</p><p class=pane style='display:none'>三月九日，会议召开。</p>",
}


@pytest.mark.parametrize("name", OPENED)
def test_a_box_that_readers_open_is_read(name: str) -> None:
    release = read(".x{display:none}", OPENED[name])
    words = list(QUESTIONS.values()) if "answers" in name else ["三月十日，会议召开。", "主持人：请水利局介绍情况。"]
    assert all(one in release.text for one in words)
    assert "hidden-by-style" not in release.problems


@pytest.mark.parametrize("name", LEFT_SHUT)
def test_a_box_that_nothing_opens_is_not_read(name: str) -> None:
    text = read("", LEFT_SHUT[name]).text
    assert not any(words in text for words in ("可以到镇", "介绍栏目", "请水利局", "请留言", "三月九日"))


def test_buttons_that_are_headings_are_read_and_others_are_not() -> None:
    rows = "".join(f"<h3><button class=t>{q}</button></h3><div>{a}</div>" for q, a in QUESTIONS.items())
    text = read("", rows + "<button>提交</button><div>您的意见，我们会认真办理。</div>").text
    assert all(f"{q}\n{a}" in text for q, a in QUESTIONS.items())
    assert "提交" not in text


def test_a_textarea_that_nobody_writes_into_is_read() -> None:
    letter = "您好，我家自来水发黄，请查一下原因。"
    inside = f"<textarea readonly>{letter}\n谢谢！</textarea><textarea>请输入评论，不超过五百字。</textarea>"
    assert read("", inside).text == f"{NEWS}\n{letter}\n谢谢！"


REST = "<p>溟川市供销社恢复基层网点27个，统一采购化肥4100吨。</p><p>市林业局落实护林员412名，重点时段每两小时上传一次轨迹。</p>"
MORE = REST + "<p>市档案馆完成契约2860件的扫描，六月起开放阅览；市气象局新建自动站4座，预警时间提前到47分钟。</p>"
UNFOLDED = {
    "a link below": "<div style='display:none'>{}</div><div><a href='javascript:;'>展开全文</a></div>",
    "a button below": "<section hidden>{}</section><button class=unfold>点击展开全部</button>",
    "a link above": "<p><a href='#rest'>查看全文</a></p><div id=rest style='display:none'>{}</div>",
    "below the parent": "<div><p>会议要求，各地要抓好落实。</p><div style='display:none'>{}</div></div><a onclick='a()'>阅读全文</a>",
}
FOLDED = {
    "no control": "<div style='display:none'>{}</div>",
    "a link to a column": "<div style='display:none'>{}</div><a href='/xw/'>更多</a>",
    "the page's own beginning": "<div style='display:none'>" + BODY + "{}</div><a href='javascript:;'>展开全文</a>",
    "inside a line": "<p>会后<span style='display:none'>{}</span></p>",
}


@pytest.mark.parametrize("name", UNFOLDED)
def test_the_rest_of_a_text_is_read_that_a_control_offers(name: str) -> None:
    release = read("", UNFOLDED[name].format(MORE))
    assert "恢复基层网点27个" in release.text
    assert "预警时间提前到47分钟" in release.text
    assert not any(one.startswith("hidden-text:") for one in release.problems)


@pytest.mark.parametrize("name", FOLDED)
def test_prose_that_stays_hidden_in_an_article_is_told(name: str) -> None:
    inside = MORE.replace("<p>", "").replace("</p>", "") if name == "inside a line" else MORE
    release = read("", FOLDED[name].format(inside))
    assert "恢复基层网点27个" not in release.text
    assert any(one.startswith("hidden-text:") for one in release.problems)


@pytest.mark.parametrize(
    "inside",
    [
        f"<div style='display:none'>{REST}</div>",  # brief
        f"<div style='display:none'>{BODY}</div>",  # stands in the text
        f"<div style='text-decoration:line-through'>{MORE}</div>",
        f"<dialog>{MORE}</dialog>",
        f"<div class=comments style='display:none'>{MORE}</div>",
        f"<div style='display:none'>{MORE.replace('溟川市', '请您登录后查看溟川市').replace('市林', '您关注的市林').replace('市档', '您关注的市档')}</div>",
        "<ul style='display:none'>" + "<li><a href='/2.html'>溟川市供销社恢复基层网点二十七个。</a></li>" * 9 + "</ul>",
    ],
)
def test_hidden_words_that_are_no_part_of_an_article_are_not_told(inside: str) -> None:
    assert not any(one.startswith("hidden-text:") for one in read("", inside).problems)


def test_answers_are_read_on_a_page_with_hundreds_of_them() -> None:
    inside = "".join(
        f"<div class=qa><div class=q>第{number}项事项如何办理？</div><div style='display:none'>第{number}项到{number % 40}号窗口办理，当日办结。</div></div>"
        for number in range(300)
    )
    assert "第299项到19号窗口办理" in read("", inside).text
