"""The lead that stands in a block of its own between title and body, and the lines there that are none."""

import pytest

from archive.model import Page
from pipelines.extract import extract

TITLE = "云桅市推进惠民工程建设"
LEAD = "3月10日，云桅市召开惠民工程推进会，要求各县区倒排工期，挂图作战，按月通报进度。"
BODY = [
    f"第{n}批惠民工程共投入资金{13 * n}亿元，覆盖城乡居民{7 * n}万人，各项指标好于去年同期，群众满意度继续提高。"
    for n in range(2, 8)
]
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)
INFO = "<div class='info'>发布日期：2026-03-12 来源：云桅市人民政府</div>"
# where a site puts the line: above it the title, below it the body
TEMPLATES = [
    "<h1>{title}</h1>{info}<div class='zy'><p>{line}</p></div><div class='TRS_Editor'>{body}</div>",
    "<h1>{title}</h1><div class='intro'>{line}</div>{info}<div id='zoom'>{body}</div>",
    "<div class='main'><div class='title'>{title}</div>{info}<p>{line}</p><div class='view TRS_UEDITOR'>{body}</div></div>",
    "<table><tr><td><h2>{title}</h2></td></tr><tr><td>{info}</td></tr><tr><td>{line}</td></tr></table>"
    "<div id='UCAP-CONTENT'>{body}</div>",
    "<article><header><h1>{title}</h1>{info}<p>{line}</p></header><section class='TRS_Editor'>{body}</section></article>",
    "<ul class='crumbs'><li><a href='/'>首页</a></li></ul><h1>{title}</h1><h1>{title}</h1>{info}"
    "<blockquote>{line}</blockquote><div class='article-content'><div class='TRS_Editor'>{body}</div></div>",
]


def text(template: str, line: str) -> list[str]:
    inner = template.format(title=TITLE, info=INFO, line=line, body=PARAGRAPHS)
    html = (
        f"<html><head><title>{TITLE}_云桅市人民政府</title></head><body><div class='top'><a href='/'>首页</a></div>"
        f"{inner}<div class='bottom'>主办单位：云桅市人民政府办公室 版权所有</div></body></html>"
    )
    return extract(
        Page(url="http://yunwei.example/1.html", source="x", fetched="", body=html.encode()), None
    ).text.split("\n")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "lead",
    [
        LEAD,
        f"核心提示：{LEAD}",
        f"【导读】{LEAD}",
        "摘要：惠民工程七批，投入资金三百余亿元",
        "云桅市把惠民工程列入年度民生实事，市县两级成立专班，每月调度一次，年内完成七批工程，惠及百万群众",
        "云桅市残联为97户家庭实施无障碍改造，安装扶手和坡道，户均补贴4800元。",
        "“云桅办事”小程序今天上线，可以办理136项业务。",
    ],
)
def test_a_lead_belongs_to_the_text(template: str, lead: str) -> None:
    assert text(template, lead) == [lead, *BODY]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize(
    "line",
    [
        "当前位置：首页 &gt; 政务公开 &gt; 工作动态",
        "来源：云桅日报 记者：林一舟 浏览次数：318 次",
        "分享到：微信 微博 【字体：大 中 小】",
        "图为云桅市惠民工程施工现场。",
        "惠民工程施工现场一派繁忙。（林一舟 摄）",
        "<img src='/1.jpg'><br>施工人员正在铺设管道。",
        "本栏目发布云桅市的工作动态，欢迎社会各界监督。",
        "您的浏览器版本过低，为了更好的浏览体验，请升级浏览器。",
        "<a href='/2.html'>云桅市召开全市经济工作会议，部署全年重点任务。</a>",
        "<span style='display:none'>这一句没有人看得见，不是正文。</span>",
        "<span class='share-bar'></span>",
        f"摘要：{BODY[0]}"[3:],
        "索引号：990100-2026-0001",
        "本站已完成无障碍改造，欢迎使用语音播报。",
        "扫一扫关注公众号，已有3万人订阅。",
        "长按二维码，您可以在手机上打开本页，支持5种语言朗读。",
    ],
)
def test_what_is_no_lead_does_not(template: str, line: str) -> None:
    assert text(template, line) == BODY


def test_lines_in_furniture_are_no_lead() -> None:
    template = TEMPLATES[0].replace("class='zy'", "class='related-box'")
    assert text(template, LEAD) == BODY


def test_related_links_at_the_end_are_no_text() -> None:
    end = "<p>云桅市发展和改革委员会</p><p><a href='/z/1.html'>相关文章：《云桅市惠民工程管理办法》政策解读</a></p>"
    template = "<h1>{title}</h1>{info}{line}<div class='TRS_Editor'>{body}" + end + "</div>"
    assert text(template, "") == [*BODY, "云桅市发展和改革委员会"]


def test_an_unlinked_sentence_of_that_form_stays() -> None:
    end = "<p>相关报道：本市将于下月公布第八批工程名单。</p>"
    template = "<h1>{title}</h1>{info}{line}<div class='TRS_Editor'>{body}" + end + "</div>"
    assert text(template, "") == [*BODY, "相关报道：本市将于下月公布第八批工程名单。"]
