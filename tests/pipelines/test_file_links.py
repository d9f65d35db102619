"""The odd forms in which pages name files: scripts' calls, attributes, viewers, addresses as people write them."""

import base64

import pytest

from archive.model import Page
from pipelines.extract import extract
from tests.pipelines.test_files import TITLE, URL, found, link, page

K = base64.b64encode(b"http://www.yunwei.example/f/1.docx").decode()
PAGE = base64.b64encode(b"http://www.yunwei.example/zw/2.html").decode()
ODD: dict[str, tuple[str, list[str]]] = {
    "window.open in onclick": (
        page("<p><a href='javascript:void(0)' onclick=\"window.open('/f/1.pdf')\">集市收费标准</a></p>"),
        ["/f/1.pdf"],
    ),
    "span with onclick": (
        page("<p><span onclick=\"location.href='/f/1.doc'\">集市收费标准一览表</span></p>"),
        ["/f/1.doc"],
    ),
    "button": (
        page("<p><input type='button' onclick=\"window.open('../f/1.pdf','_blank')\" value='下载附件'></p>"),
        ["/zw/f/1.pdf"],
    ),
    "button tag": (page("<p>附件：<button onclick='down(\"/f/1.xlsx\")'>下载</button></p>"), ["/f/1.xlsx"]),
    "data-url on a": (page("<p><a href='javascript:;' data-url='/f/1.pdf'>集市收费标准一览表</a></p>"), ["/f/1.pdf"]),
    "data-href with #": (page("<p><a href='#' data-href='/f/1.wps'>集市收费标准一览表</a></p>"), ["/f/1.wps"]),
    "a div a script fills": (page("<div id='pdf' data-pdf='/f/1.pdf'></div>"), ["/f/1.pdf"]),
    "late frame": (page("<iframe src='about:blank' data-src='/f/1.pdf'></iframe>"), ["/f/1.pdf"]),
    "late frame without src": (page("<iframe data-src='/f/1.pdf'></iframe>"), ["/f/1.pdf"]),
    "param of object": (
        page("<object classid='clsid:CA8A9780'><param name='src' value='/f/1.pdf'></object>"),
        ["/f/1.pdf"],
    ),
    "area": (
        page("<img src='/i/map.jpg' usemap='#m'><map name='m'><area href='/f/1.pdf' alt='集市收费标准一览表'></map>"),
        ["/f/1.pdf"],
    ),
    "kkfileview": (page(f"<iframe src='/kk/onlinePreview?url={K}'></iframe>"), ["/f/1.docx"]),
    "kkfileview link": (
        page(link(f"http://www.yunwei.example:8012/onlinePreview?url={K}&amp;watermark=x")),
        ["/f/1.docx"],
    ),
    "office live": (
        page(
            "<iframe src='https://view.officeapps.live.com/op/embed.aspx?src=http%3A%2F%2Fwww.yunwei.example%2Ff%2F1.pptx'></iframe>"
        ),
        ["/f/1.pptx"],
    ),
    "viewer relative": (
        page("<iframe src='/js/pdf/web/viewer.html?file=..%2F..%2F..%2Ff%2F1.pdf'></iframe>"),
        ["/f/1.pdf"],
    ),
    "viewer page": (page(link("/pdfjs/web/viewer.html?file=/f/1.pdf#page=2")), ["/f/1.pdf"]),
    "a script that sends a file": (page(link("/ShowPdf.aspx?file=/f/1.pdf")), ["/ShowPdf.aspx?file=/f/1.pdf"]),
    "ueditor": (
        page(
            "<p style='line-height: 16px;'><img style='vertical-align: middle' src='/ueditor/dialogs/attachment/fileTypeImages/icon_doc.gif'/><a style='font-size:12px' href='/ueditor/jsp/upload/file/20260305/177.doc' title='收费标准.doc'>收费标准.doc</a></p>"
        ),
        ["/ueditor/jsp/upload/file/20260305/177.doc"],
    ),
    "ewebeditor": (
        page(
            "<p><img src='/ewebeditor/sysimage/icon16/xls.gif' border=0><a href='/uploadfile/2026/1.xls' target=_blank>收费标准一览</a></p>"
        ),
        ["/uploadfile/2026/1.xls"],
    ),
    "kindeditor": (
        page("<a class='ke-insertfile' href='/attached/file/20260305/1.zip' target='_blank'>收费标准一览</a>"),
        ["/attached/file/20260305/1.zip"],
    ),
    "spaces": (page(link(" /f/收费 标准.pdf ")), ["/f/收费 标准.pdf"]),
    "line end": (page(link("/f/\n1.pdf")), ["/f/1.pdf"]),
    "backslashes": (page(link("\\f\\1.doc")), ["/f/1.doc"]),
    "backslashes up": (page(link("..\\..\\f\\1.doc")), ["/f/1.doc"]),
    "backslashes after http": (page(link("http:\\\\www.yunwei.example\\f\\1.doc")), ["/f/1.doc"]),
    "gbk": (page(link("/f/%CA%D5%B7%D1.doc", "下载")), ["/f/%CA%D5%B7%D1.doc"]),
    "upper": (page(link("/F/1.DOC")), ["/F/1.DOC"]),
    "jsessionid": (page(link("/f/1.doc;jsessionid=A1B2")), ["/f/1.doc"]),
    "query": (page(link("/f/1.pdf?v=3")), ["/f/1.pdf?v=3"]),
    "two slashes": (page(link("//www.yunwei.example/f/1.pdf")), ["/f/1.pdf"]),
    "picture link": (page("<p><a href='/f/1.pdf'><img src='/i/pdf.gif'></a></p>"), ["/f/1.pdf"]),
    "open with arguments": (
        page("<p><a href=\"javascript:openwin('../f/1.pdf','name','height=100')\">集市收费标准</a></p>"),
        ["/zw/f/1.pdf"],
    ),
    "whole address in a call": (
        page("<p><a href=\"javascript:downfile('http://www.yunwei.example/f/1.doc')\">集市收费标准</a></p>"),
        ["/f/1.doc"],
    ),
    "url-encoded call": (
        page("<p><a href=\"javascript:downfile('/f/%E6%94%B6.doc')\">集市收费标准</a></p>"),
        ["/f/%E6%94%B6.doc"],
    ),
    "call with query": (
        page("<p><a onclick=\"return preview('/down?f=1.doc')\" href='#'>集市收费标准</a></p>"),
        ["/down?f=1.doc"],
    ),
    "appendix": (page(beside="<div id='appendix'><a href='./P0202603.doc'>1</a></div>"), ["/zw/2026/P0202603.doc"]),
    "file list": (page(beside="<ul class='fileList'><li><a href='/f/1.doc'>1</a></li></ul>"), ["/f/1.doc"]),
    "enclosure": (page(beside="<div class='enclosure'><a href='/f/1.doc'>下载</a></div>"), ["/f/1.doc"]),
    "xiazai": (page(beside="<div class='wjxz'><a href='/f/1.doc'>文件下载</a></div>"), ["/f/1.doc"]),
    "hidden input": (page("<input type='hidden' id='pdfUrl' value='/f/1.pdf'><div id='viewer'></div>"), ["/f/1.pdf"]),
    "script writes": (
        page("<script>document.write(\"<a href='./P02.doc'>附件：收费标准</a>\")</script>"),
        ["/zw/2026/P02.doc"],
    ),
    "hash route": (page(link("/f/1.ofd#toolbar=0")), ["/f/1.ofd"]),
    "trailing blank in percent": (page(link("/f/1.pdf%20")), ["/f/1.pdf%20"]),
    "id alone": (page("<p>附件：<a href='/download.jsp?id=3'>收费标准</a></p>"), ["/download.jsp?id=3"]),
    "id alone, commonality": (page("<p>附件：<a href='/commonDown?fid=3'>收费标准.doc</a></p>"), ["/commonDown?fid=3"]),
    "attachment do": (
        page("<p><a href='/attachment.do?method=get&amp;id=3'>收费标准</a></p>"),
        ["/attachment.do?method=get&id=3"],
    ),
    "filed down": (page("<p>1.<a href='/u/filedown?id=3'>收费标准</a></p>"), ["/u/filedown?id=3"]),
    "embed google": (page("<embed src='/f/1.pdf' type='application/pdf' internalinstanceid=9>"), ["/f/1.pdf"]),
    "object type": (page("<object data='/down?id=7' type='application/pdf'></object>"), ["/down?id=7"]),
    "iframe of an id": (page("<iframe src='/preview/pdf?id=7'></iframe>"), []),
    "not: onclick of print": (page("<p><span onclick=\"doPrint('/zw/t1.html')\">打印</span></p>"), []),
    "not: share with data": (page("<div class='share' data-url='/zw/2026/t1.html'></div>"), []),
    "not: share of a pdf": (page("<div class='bdsharebuttonbox' data-url='/f/1.pdf'><a href='#'>分享</a></div>"), []),
    "not: lazy picture": (page("<img data-src='/u/1.png'>"), []),
    "not: menu span": (
        page(around="<div class='menu'><span onclick=\"location.href='/f/9.pdf'\">办事指南总汇</span></div>"),
        [],
    ),
    "not: footer button": (
        page(around="<div id='footer'><button onclick=\"window.open('/f/9.pdf')\">使用规则说明</button></div>"),
        [],
    ),
    "not: a stylesheet call": (page("<p><a href='javascript:;' onclick=\"zoom('big')\">大字</a></p>"), []),
    "not: local path": (page(link("file:///C:/Users/a/1.doc")), []),
    "not: hidden input in the search box": (
        page(around="<form class='search'><input type='hidden' name='tpl' value='/x/result.xml'></form>"),
        [],
    ),
    "not: kk of a page": (page(f"<iframe src='/kk/onlinePreview?url={PAGE}'></iframe>"), []),
    "not: script of software": (
        page(
            "<script>var u='/download/reader.exe'; document.write(\"<a href='/d/AdbeRdr.zip'>PDF阅读器下载</a>\")</script>"
        ),
        [],
    ),
    "not: voice": (page("<audio data-src='/u/1.mp3'></audio><div data-url='/api/count?f=1'></div>"), []),
}


@pytest.mark.parametrize("name", ODD)
def test_a_file_is_found_in_its_odd_form(name: str) -> None:
    html, files = ODD[name]
    assert found(html) == files


def test_a_name_in_gbk_is_read() -> None:
    assert "收费.doc" in extract_names("<p><a href='/f/%CA%D5%B7%D1.doc'><img src='/i/doc.gif'></a></p>")


def extract_names(inside: str) -> list[str]:
    read = extract(
        Page(url=URL, source="yunwei", fetched="2026-11-25T00:00:00+00:00", body=page(inside).encode()), None
    )
    return [file.title for file in read.links]


SCRIPT = "<script>var files = [{}];</script>"
NAMED: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a list in a script": (
        page(
            SCRIPT.format(
                '{"fileName":"收费标准.xlsx","fileUrl":"\\/u\\/8.xlsx","size":3},{url:\'/u/9.pdf\',name:\'名录\'}'
            )
        ),
        [("/u/8.xlsx", "收费标准.xlsx"), ("/u/9.pdf", "名录")],
    ),
    "a list in a script, with codes": (
        page(SCRIPT.format('{"title":"\\u540d\\u5f55","path":"/u/8.ofd"}')),
        [("/u/8.ofd", "名录")],
    ),
    "not: one without a name": (page(SCRIPT.format('{"worker":"/js/pdf.worker.zip"},{"lib":"/js/a.rar","v":"2"}')), []),
    "not: a list for everybody": (
        page(around=SCRIPT.format('{"title":"居住证办理指南","url":"/zn/1.pdf"}')),
        [],
    ),
    "not: files of the releases that a script lists": (
        page(
            around=f'<script>var all=[{{"title":"{TITLE}","files":[]}},{{"title":"停车公告","files":[{{"name":"停车收费表.pdf","path":"/g/1.pdf"}}]}}]</script>'
        ),
        [],
    ),
    "not: a viewer elsewhere": (page(around="<script>new PDFView('/g/1.pdf')</script>"), []),
    "not: what search engines read": (
        page(
            around=f'<script type="application/ld+json">{{"headline":"{TITLE}","x":{{"url":"/g/1.zip","name":"标志图"}}}}</script>'
        ),
        [],
    ),
    "not: the next release": (
        page(
            beside="<div>下一篇：<a href='/a/9.pdf'>关于停车收费的公告</a></div><p><a href='/a/8.pdf'>上一条：集市管理办法</a></p>"
        ),
        [],
    ),
    "behind the next release": (
        page(beside="<div>下一篇：没有了</div><p><a href='/a/9.pdf'>集市收费标准</a></p>"),
        [("/a/9.pdf", "集市收费标准")],
    ),
    "an icon and a name": (
        page("<p><a href='/u/1.pdf'></a><a href='/u/1.pdf'><b>收费标准.pdf</b></a></p>"),
        [("/u/1.pdf", "收费标准.pdf")],
    ),
    "in a menu and in the text": (
        page("<p><a href='/u/1.pdf'>标准</a></p>").replace(
            "<div class='nav'>", "<div class='nav'><a href='/u/1.pdf'>标准</a>"
        ),
        [("/u/1.pdf", "标准")],
    ),
    "a name in the attribute": (
        page("<p><a href='/u/1f3c' download='收费标准.docx'>下载</a></p>"),
        [("/u/1f3c", "收费标准.docx")],
    ),
    "beside one with a name": (
        page("<p><a href='/OpenFile?fid=2'>1.目标一览表</a></p><p><a href='/OpenFile?fid=3'>2.摊位名录.xls</a></p>"),
        [("/OpenFile?fid=2", "1.目标一览表"), ("/OpenFile?fid=3", "2.摊位名录.xls")],
    ),
    "not: another script, or other keys": (
        page(
            "<p><a href='/Open?id=2'>摊位规定</a> <a href='/OpenFile?id=4'>规定</a> <a href='/OpenFile?fid=3'>名录.xls</a></p>"
        ),
        [("/OpenFile?fid=3", "名录.xls")],
    ),
    "words that say to load": (
        page("<p><a href='/eportal/fileDir?attId=9'>点击下载</a></p>"),
        [("/eportal/fileDir?attId=9", "点击下载")],
    ),
    "not: a page, and words that load no file": (
        page("<p><a href='/app/get.html'>下载</a> <a href='/app/get'>下载手机应用</a></p>"),
        [],
    ),
    "not: a template": (page("<p><a href='http://{{host}}/u/1.pdf'>{{name}}</a></p>"), []),
}


@pytest.mark.parametrize(("html", "files"), NAMED.values(), ids=NAMED)
def test_a_file_has_the_name_that_tells_most(html: str, files: list[tuple[str, str]]) -> None:
    release = extract(Page(url=URL, source="yunwei", fetched="2026-11-25T00:00:00+00:00", body=html.encode()), None)
    assert [(file.url.removeprefix("http://www.yunwei.example"), file.title) for file in release.links] == files
