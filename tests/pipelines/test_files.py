"""Which links of a page are files of its release: forms of nine systems, and links that are none. All places are invented.

The rule was written on `WRITING` and measured on `MEASURING`.
"""

import pytest

from archive.model import Page, Unreadable
from pipelines.extract import extract

URL = "http://www.yunwei.example/zw/2026/t1.html"
SITE = "http://www.yunwei.example"
TITLE = "关于公布云桅市集市收费标准的通知"
TEXT = (
    "<p>云桅市发展和改革部门今天公布了全市集市的收费标准，自二〇二六年四月一日起执行。</p>"
    "<p>各区要在显著位置公示收费项目，接受群众监督，收费标准见本通知所附一览表。</p>"
)


def page(inside: str = "", beside: str = "", around: str = "", text: str = TEXT) -> str:
    """An article: `inside` its container, `beside` it in the box with the title, `around` that box."""
    return (
        f"<html><head><title>{TITLE}_云桅市人民政府</title></head><body><div class='nav'><a href='/'>首页</a></div>"
        f"<div class='main'><div class='detail'><h1>{TITLE}</h1><div class='info'>发布时间：2026-03-05 09:17 来源：云桅市发改委</div>"
        f"<div class='TRS_Editor'>{text}{inside}</div>{beside}</div></div>{around}"
        "<div class='footer'><a href='/x/sitemap.html'>网站地图</a> 主办：云桅市人民政府</div></body></html>"
    )


def found(html: str) -> list[str]:
    release = extract(Page(url=URL, source="yunwei", fetched="2026-11-25T00:00:00+00:00", body=html.encode()), None)
    assert release.files == tuple(file.url for file in release.links)
    return [file.url.removeprefix(SITE) for file in release.links]


def link(address: str, words: str = "集市收费标准一览表", more: str = "") -> str:
    return f"<p><a href='{address}' {more}>{words}</a></p>"


LISTED = "<li><a href='/f/a1.xls'>集市摊位申请样式.xls</a></li><li><a href='/f/a2.doc'>摊位名录</a></li>"
WRITING: dict[str, tuple[str, list[str]]] = {
    "hanweb": (
        page(link("/module/download/downfile.jsp?classid=0&amp;filename=4f2a.docx", "一览表.docx")),
        ["/module/download/downfile.jsp?classid=0&filename=4f2a.docx"],
    ),
    "trs": (page(link("./P020260305.pdf")), ["/zw/2026/P020260305.pdf"]),
    "vsb, a script with the ending": (
        page(link("../../virtual_attach_file.vsb?afc=nMz&amp;oid=1&amp;e=.xls")),
        ["/virtual_attach_file.vsb?afc=nMz&oid=1&e=.xls"],
    ),
    "vsb, a number": (
        page(beside=f"<div class='attch'>{link('/system/_content/download.jsp?urltype=news&amp;wbfileid=8A1')}</div>"),
        ["/system/_content/download.jsp?urltype=news&wbfileid=8A1"],
    ),
    "jpaas": (
        page(link("/api-gateway/jpaas-web-server/front/document/download?fileName=x1.xlsx&amp;fileUrl=abc")),
        ["/api-gateway/jpaas-web-server/front/document/download?fileName=x1.xlsx&fileUrl=abc"],
    ),
    "ucap": (page(link("57f2/files/640e.pptx")), ["/zw/2026/57f2/files/640e.pptx"]),
    "a servlet that views": (
        page(link("viewFile.do?type=2&amp;filename=%E4%B8%80.pdf")),
        ["/zw/2026/viewFile.do?type=2&filename=%E4%B8%80.pdf"],
    ),
    "by its words": (page(link("/attach/10234", "附件：收费标准.xlsx（35KB）")), ["/attach/10234"]),
    "by its title": (page(link("/f/10234", "点击查看", "title='收费标准.et'")), ["/f/10234"]),
    "called an attachment": (page(link("/fileserver/get?id=2c9f81", "附件：收费标准")), ["/fileserver/get?id=2c9f81"]),
    "called an attachment, of a format without a name": (page(link("/f/a1.ppsx", "附件1 收费标准")), ["/f/a1.ppsx"]),
    "after 附件：": (
        page("<p>附件：1.<a href='/sys/openfile.aspx?id=33'>收费标准</a></p><p>2.<a href='/sys/openfile.aspx?id=34'>名录</a></p>"),
        ["/sys/openfile.aspx?id=33", "/sys/openfile.aspx?id=34"],
    ),
    "embedded, with its type": (page("<embed type='application/pdf' src='/api/file/33'>"), ["/api/file/33"]),
    "in a frame": (page("<iframe src='/upload/12.pdf'></iframe>"), ["/upload/12.pdf"]),
    "embedded": (page("<embed src='/upload/12.pdf'><object data='/upload/13.ofd'></object>"), ["/upload/12.pdf", "/upload/13.ofd"]),
    "in a viewer": (page("<iframe src='/pdfjs/web/viewer.html?file=%2Fupload%2F12.pdf'></iframe>"), ["/upload/12.pdf"]),
    "a list below the text": (page(beside=f"<ul class='a1'>{link('/f/1.7z')}{link('/f/2.rtf')}</ul>"), ["/f/1.7z", "/f/2.rtf"]),
    "in a block named as related": (page(beside=f"<div class='rel_news'>{link('/f/1.csv', '附件1：收费标准')}</div>"), ["/f/1.csv"]),
    "a list right behind the article, under its heading": (
        page(around=f"<div class='share'><a href='/s'>分享</a></div><div class='c9'><h3>附件下载</h3><ul>{LISTED}</ul></div>"),
        ["/f/a1.xls", "/f/a2.doc"],
    ),
    "a list right behind the article, named for attachments": (
        page(around=f"<div class='fj_box'><p>文件</p><ul>{LISTED}</ul></div>"),
        ["/f/a1.xls", "/f/a2.doc"],
    ),
    "a heading and a list right behind the article": (page(around=f"<h3>附件</h3><ul>{LISTED}</ul>"), ["/f/a1.xls", "/f/a2.doc"]),
    "附件： right behind the article": (page(around="<div class='c9'>附件：<p><a href='/f/a1.xls'>表</a></p></div>"), ["/f/a1.xls"]),
    "a row right behind the article": (
        page(around="<table><tr><th>附件</th><td><a href='/f/a1.xls'>表</a></td></tr></table>"),
        ["/f/a1.xls"],
    ),
    "a name without ending, size and number in the text": (
        page(
            text=f"{TEXT}<p>附件：1.集市摊位一览表 2.集市名录</p>",
            around="<div class='c4'><h3>最新文件</h3><ul><li><a href='/f/a1.xls'>1.集市摊位一览表.xls（35KB）</a></li></ul></div>",
        ),
        ["/f/a1.xls"],
    ),
    "not: a name in a sentence": (
        page(
            text=f"{TEXT}<p>我市修订集市管理服务指南，公开收费。</p>",
            around="<div class='c4'><a href='/f/a1.pdf'>集市管理服务指南.pdf</a></div>",
        ),
        [],
    ),
    "not: another release's file called an attachment": (
        page(around="<div class='c4'><h3>最新公开</h3><ul><li><a href='/f/x1.docx'>附件1：第1批决算公开表</a></li></ul></div>"),
        [],
    ),
    "not: the file that came before": (
        page(around="<p>上一篇：<a href='/f/x1.pdf'>停车收费的通知（附件：标准表）</a></p>"),
        [],
    ),
    "not: a list further behind": (
        page(around=f"<div class='c4'><a href='/1'>最新公开</a></div><div class='c9'><h3>附件下载</h3>{LISTED}</div>"),
        [],
    ),
    "not: forms for everybody": (page(around=f"<div class='side'><h3>表格下载</h3><ul>{LISTED}</ul></div>"), []),
    "not: related": (page(around=f"<div class='xg'><h3>相关阅读</h3><ul>{LISTED}</ul></div>"), []),
    "not: another article": (page(link("/zw/2026/t2.html", "相关解读：收费标准问答")), []),
    "not: another article called an attachment": (page(link("/zw/t9.html", "附件1：收费标准")), []),
    "not: a column called after attachments": (page(link("/fj/", "附件下载栏目") + link("/fj", "附件下载栏目")), []),
    "not: behind the list of attachments": (
        page("<p>附件：见网站。</p><p>解读：<a href='/sys/show.aspx?id=9'>问答</a></p>"),
        [],
    ),
    "not: called an attachment outside the container": (page(beside=link("/sys/show.aspx?id=9", "附件：收费标准")), []),
    "not: sharing": (page(link("/share?url=/f/1.pdf", "分享到微信群里")), []),
    "not: printing": (page(link("javascript:window.print()", "打印本页面")), []),
    "not: a menu of downloads": (page(around=f"<div class='menu'>{link('/download/list', '下载中心栏目')}</div>"), []),
    "not: the newest files of the site": (page(around=f"<div class='c3'><h3>最新文件</h3>{link('/f/9.pdf', '另一份公告')}</div>"), []),
    "not: software": (page(link("/download/AdbeRdr.zip", "PDF阅读器下载")), []),
    "not: an app": (page(link("/download/yunwei.apk", "云桅客户端") + link("/app/download.html", "下载手机应用")), []),
    "not: a code": (page("<a href='/qrcode?text=/f/1.pdf'><img src='/qr.png'>扫一扫查看附件</a>"), []),
    "not: a picture": (page("<a href='/upload/1.jpg'><img src='/upload/1s.jpg'></a>"), []),
}  # fmt: skip
MEASURING: dict[str, tuple[str, list[str]]] = {
    "siteweaver": (page(link("/Common/ShowDownloadUrl.aspx?urlid=0&amp;id=77")), ["/Common/ShowDownloadUrl.aspx?urlid=0&id=77"]),
    "jcms": (page(link("/jcms/jcms_files/jcms1/web1/site/attach/0/2603.doc")), ["/jcms/jcms_files/jcms1/web1/site/attach/0/2603.doc"]),
    "wordpress": (page(link("/wp-content/uploads/2026/03/biao.xls")), ["/wp-content/uploads/2026/03/biao.xls"]),
    "epoint": (
        page(beside=f"<div class='attach down'>{link('/EpointWebBuilder/attachdown.action?attachGuid=9f-1')}</div>"),
        ["/EpointWebBuilder/attachdown.action?attachGuid=9f-1"],
    ),
    "powereasy": (page(link("/upload_xc/download?siteId=3&amp;id=77")), ["/upload_xc/download?siteId=3&id=77"]),
    "an interface with a number in its path": (page(link("/yjs/business/file/download/99812")), ["/yjs/business/file/download/99812"]),
    "nfcms": (page(link("http://www.yunwei.example/attachment/0/349/3349518.wps")), ["/attachment/0/349/3349518.wps"]),
    "a script's call": (page("<p><a href='javascript:;' onclick=\"openFile('/f/1.ceb')\">收费标准</a></p>"), ["/f/1.ceb"]),
    "a download with a name": (page(link("/f/get?id=3", "下载", "download='收费标准.zip'")), ["/f/get?id=3"]),
    "a table of files": (
        page(f"<table><tr><td>附件1</td><td>{link('/f/1.rar', '下载')}</td></tr></table>"),
        ["/f/1.rar"],
    ),
    "a picture of a form": (page("<p>附件：<a href='/upload/form.png'>报名表样式</a></p>"), ["/upload/form.png"]),
    "words in the text": (
        page(text=f"{TEXT}<p>见《集市摊位名录》。</p>", around=f"<div class='c4'>{link('/f/8.docx', '集市摊位名录')}</div>"),
        ["/f/8.docx"],
    ),
    "twice": (page(link("/f/1.pdf", "收费标准之一") + link("/f/1.pdf#page=2", "收费标准之二")), ["/f/1.pdf"]),
    "below another base": (
        page(link("1.pdf")).replace("<head>", "<head><base href='/files/'>"),
        ["/files/1.pdf"],
    ),
    "an Office viewer": (
        page("<iframe src='/op/view.aspx?src=http%3A%2F%2Fwww.yunwei.example%2Ff%2F2.docx'></iframe>"),
        ["/f/2.docx"],
    ),
    "not: a page with the name of a file": (page(link("/zw/2026/t3.html", "《收费标准.doc》的解读")), []),
    "not: a weather frame": (page("<iframe src='https://tianqi.example/x?c=code&amp;a=getcode'></iframe>"), []),
    "not: a login frame": (page(around="<iframe src='/inc/login.htm'></iframe>"), []),
    "not: the menu's handbook": (page(around=f"<div class='top_nav'>{link('/f/guide.pdf', '办事指南总汇')}</div>"), []),
    "not: the footer's statement": (page(around=f"<div id='footer'>{link('/f/rules.pdf', '网站使用规则说明')}</div>"), []),
    "not: a page of the paper": (page(beside="<ul class='tools'><li><a href='/p/A07.pdf'>下载</a></li></ul>"), []),
    "not: a column of downloads": (page(link("/download/", "下载中心") + link("/bszn/downloads.shtml", "表格下载")), []),
    "not: a mail and a place in the page": (page(link("mailto:a@yunwei.example", "意见箱.doc") + link("#f", "附件.pdf")), []),
    "not: scanning": (page(link("/u/erweima.png", "附件：二维码")), []),
}  # fmt: skip


@pytest.mark.parametrize("name", [*WRITING, *MEASURING])
def test_the_files_of_a_release(name: str) -> None:
    html, expected = ({**WRITING, **MEASURING})[name]
    assert found(html) == expected


@pytest.mark.parametrize(
    ("shown", "text", "files"),
    [
        ("<iframe src='/upload/12.pdf' width='100%'></iframe>", "12.pdf", ["/upload/12.pdf"]),
        ("<embed src='/u/%E5%85%AC%E6%8A%A5.pdf'>", "公报.pdf", ["/u/%E5%85%AC%E6%8A%A5.pdf"]),
        ("<object data='/upload/12.ofd'>请安装插件</object>", "12.ofd", ["/upload/12.ofd"]),
        ("<iframe src='/pdf/viewer.html?file=/u/公报.pdf'></iframe>", "公报.pdf", ["/u/公报.pdf"]),
        ("<div id=p></div><script>PDFObject.embed('/u/3.pdf', '#p')</script>", "3.pdf", ["/u/3.pdf"]),
        (
            "<a href='/module/download/downfile.jsp?filename=9.docx'>云桅市二〇二五年度财政决算表</a>",
            "云桅市二〇二五年度财政决算表",
            ["/module/download/downfile.jsp?filename=9.docx"],
        ),
    ],
)
def test_a_release_that_shows_nothing_but_files_has_their_names_as_its_text(
    shown: str, text: str, files: list[str]
) -> None:
    html = page(inside=shown, text="")
    assert found(html) == files
    read = extract(Page(url=URL, source="yunwei", fetched="2026-11-25T00:00:00+00:00", body=html.encode()), None)
    assert (read.title, read.text) == (TITLE, text)


@pytest.mark.parametrize(
    "html",
    [
        page(text=""),
        page(text="", around=f"<div class='menu'>{link('/f/9.pdf', '网站使用规则与隐私说明')}</div>"),
        page(text="<img src='/u/1.jpg' width='16'>", inside="<iframe src='/inc/login.htm'></iframe>"),
    ],
)
def test_a_page_that_shows_neither_text_nor_files_is_none(html: str) -> None:
    with pytest.raises(Unreadable, match="no-text"):
        found(html)
