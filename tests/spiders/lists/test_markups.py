"""The kinds of list markup that are known of real sites, each as it was described, about invented news.

HOST stands for the site's own address. Every kind is read here, and served over HTTP and crawled in the slow test.
"""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from archive.texts.encoding import decode
from crawler.sources import load_sources
from spiders.loader import SourceSpiderLoader
from tests.conftest import rows, scrapy
from tests.serving import Pages

HEX = "57f2227cdfff4bef8a8c37ee8580add5"
UUID = "49f13cc2-db03-4d0c-b4fe-2f3f659d3b6e"
PROXY = "/module/web/jpage/dataproxy.jsp"


@dataclass(frozen=True, kw_only=True)
class Kind:
    family: str
    list: str  # path
    markup: str
    entries: tuple[tuple[str, str, str], ...]  # path, title, day
    next: tuple[str, ...] = ()  # paths
    charset: str = "utf-8"
    posted: str = ""  # what is posted to `list`


def store(*records: str, following: str = "", before: str = "") -> str:
    """Hanweb's store of records, as columns hold it and its proxy answers it."""
    link = f'<a href="{following}"></a>' if following else ""
    items = "".join(f"<record><![CDATA[{record}]]></record>" for record in records)
    return f"<datastore>\n<nextgroup><![CDATA[{link}]]></nextgroup>\n<recordset>{before}{items}</recordset></datastore>"


def column(inner: str) -> str:
    head = '<html><head><meta charset="utf-8"><meta name="i_columnid" content="7"></head><body>'
    return f'{head}<div id="764752"><script type="text/xml">{inner}</script></div></body></html>'


KINDS = {
    "hanweb: records in a script, and the group that follows": Kind(
        family="hanweb",
        list="/col/col103585/index.html",
        markup=column(
            store(
                '<li><s></s><a class="ellipsis-line-clamp" href="HOST/art/2026/9/4/art_103585_10328790.html"'
                ' target="_blank">关于印发《罗溪市水网规划》的通知</a><span class="pull-right">2026-09-04</span></li>',
                following=f"{PROXY}?page=1&webid=73&columnid=103585&unitid=764752",
            )
        ),
        entries=(("/art/2026/9/4/art_103585_10328790.html", "关于印发《罗溪市水网规划》的通知", "2026-09-04"),),
        next=(f"{PROXY}?page=1&webid=73&columnid=103585&unitid=764752",),
    ),
    "hanweb: what the proxy answers, titles cut": Kind(
        family="hanweb",
        list=f"{PROXY}?page=1&columnid=12377&unitid=38486",
        markup=store(
            '<li class="clearfix"><a target="_blank" href="/art/2026/1/20/art_12377_1486865.html"'
            ' title="罗溪市召开全市春季造林绿化动员大会">罗溪市召开全市春季造林...</a><b>2026-01-20</b></li>'
        ),
        entries=(("/art/2026/1/20/art_12377_1486865.html", "罗溪市召开全市春季造林绿化动员大会", "2026-01-20"),),
    ),
    "hanweb: escaped records": Kind(
        family="hanweb",
        list="/col/col33718/index.html",
        markup=column(
            "&lt;datastore&gt;&lt;recordset&gt;&lt;record&gt;&lt;![CDATA[&lt;li&gt;&lt;a"
            ' href="/art/2026/4/11/art_33718_11.html"&gt;罗溪新闻&lt;/a&gt;&lt;span&gt;2026-04-11&lt;/span&gt;&lt;/li&gt;'
            "]]&gt;&lt;/record&gt;&lt;/recordset&gt;&lt;/datastore&gt;"
        ),
        entries=(("/art/2026/4/11/art_33718_11.html", "罗溪新闻", "2026-04-11"),),
    ),
    "hanweb: a store that is not well-formed": Kind(
        family="hanweb",
        list=f"{PROXY}?page=2&unitid=5",
        markup=store(
            "<li><a href='/art/2026/4/11/art_7_11.html'>罗溪新闻</a><span>2026-04-11</span>",
            before='<ul class="list">\n</ul>',
        ),
        entries=(("/art/2026/4/11/art_7_11.html", "罗溪新闻", "2026-04-11"),),
    ),
    "hanweb: a table in each record": Kind(
        family="hanweb",
        list="/module/jslib/jquery/jpage/dataproxy.jsp?page=1&unitid=5",
        markup=store(
            '<table width="100%"><tr><td width="20">·</td><td><a href="/art/2026/4/11/art_7_11.html" target="_blank"'
            ' title="罗溪新闻">罗溪新闻</a></td><td align="right">[2026-04-11]</td></tr></table>',
            '<table width="100%"><tr><td width="20">·</td><td><a href="/art/2026/4/10/art_7_10.html" target="_blank"'
            ' title="罗溪旧闻">罗溪旧闻</a></td><td align="right">[2026-04-10]</td></tr></table>',
        ),
        entries=(
            ("/art/2026/4/11/art_7_11.html", "罗溪新闻", "2026-04-11"),
            ("/art/2026/4/10/art_7_10.html", "罗溪旧闻", "2026-04-10"),
        ),
    ),
    "hanweb: a day over three lines, single quotes": Kind(
        family="hanweb",
        list="/col/col7/index.html",
        markup=column(
            store("<li><a href='/art/2026/1/23/art_7_23.html' title='罗溪新闻'>罗溪…</a><b>2026-\n 01-\n 23</b></li>")
        ),
        entries=(("/art/2026/1/23/art_7_23.html", "罗溪新闻", "2026-01-23"),),
    ),
    "hanweb: day and office in a line of their own": Kind(
        family="hanweb",
        list="/col/col15201/index.html",
        markup=column(
            store(
                '<li><div class="text"><h3><a href="/art/2026/7/21/art_15201_21.html" title="关于开展数字化车间认定的通知">'
                "关于开展数字化车间认定的通知</a></h3>"
                '<div class="bottom"><span>2026-07-21 09:17</span><span>装备产业处</span></div></div></li>'
            )
        ),
        entries=(("/art/2026/7/21/art_15201_21.html", "关于开展数字化车间认定的通知", "2026-07-21T09:17"),),
    ),
    "hanweb: articles named by 32 digits": Kind(
        family="hanweb",
        list="/col/col48336/index.html",
        markup=column(store(f'<li><a href="/col/col48336/art/2026/art_{HEX}.html">罗溪新闻</a><i>2026/04/11</i></li>')),
        entries=((f"/col/col48336/art/2026/art_{HEX}.html", "罗溪新闻", "2026-04-11"),),
    ),
    "jpaas: HTML in JSON": Kind(
        family="jpaas",
        list='/api-gateway/jpaas-publish-server/front/page/build/unit?paramJson={"pageNo":1,"pageSize":1}',
        markup=json.dumps(
            {
                "success": True,
                "data": {
                    "html": '<div count="2"><li><a href="/art/2026/4/11/art_1229565788_11.html" title="罗溪新闻">罗…</a>'
                    "<span>2026-04-11</span></li></div>"
                },
            }
        ),
        entries=(("/art/2026/4/11/art_1229565788_11.html", "罗溪新闻", "2026-04-11"),),
        next=(
            "/api-gateway/jpaas-publish-server/front/page/build/unit"
            "?paramJson=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A1%7D",
        ),
    ),
    "trs: links from the list's own folder": Kind(
        family="trs",
        list="/zwgk_176/",
        markup='<ul class="list">\n  <li class="clearfix"><a href="./202607/t20260702_15795188.html" target="_blank"\n'
        '    title="关于罗溪科技大赛报名延期的通知">关于罗溪科技大赛报名延期的通知</a><span>2026-07-02</span></li>\n'
        '  <li><a href="../zwdt/202607/t20260701_15795101.html" title="罗溪旧闻">罗溪旧闻</a><span>2026-07-01</span></li>\n'
        '  <li><a href="/zwgk_176/fdzdgknr/czyjs/">无详情链接的栏目导航</a></li>\n</ul>\n'
        '<script>\n//wcm分页，总记录：2\ncreatePage(34, 0, "index", "html");\n'
        "function createPage(_nPageCount, _nCurrIndex, _sPageName, _sPageExt) {}\n</script>",
        entries=(
            ("/zwgk_176/202607/t20260702_15795188.html", "关于罗溪科技大赛报名延期的通知", "2026-07-02"),
            ("/zwdt/202607/t20260701_15795101.html", "罗溪旧闻", "2026-07-01"),
        ),
        next=("/zwgk_176/index_1.html",),
    ),
    "trs: pages counted by createPageHTML": Kind(
        family="trs",
        list="/ywdt/zwyw/index_3.shtml",
        markup='<li><a href="./202608/t20260808_10696867.shtml" title="罗溪新闻">罗溪新闻</a><span>2026-08-08</span></li>'
        '<li><a href="/a/tnull_8817958.shtml" title="罗溪旧闻">罗溪旧闻</a><span>08-07</span></li>'
        "<script>createPageHTML(28,3,'index','shtml');</script>",
        entries=(
            ("/ywdt/zwyw/202608/t20260808_10696867.shtml", "罗溪新闻", "2026-08-08"),
            ("/a/tnull_8817958.shtml", "罗溪旧闻", ""),
        ),
        next=("/ywdt/zwyw/index_4.shtml",),
    ),
    "trs: a list that a script writes": Kind(
        family="trs",
        list="/sy/whyw/",
        markup='<ul><script>\ndocument.writeln("<li><a href=\\"./202604/t20260411_11.shtml\\" title=\\"罗溪新闻\\">");'
        '\ndocument.writeln("罗溪新闻</a><span>2026-04-11</span></li>");\n</script></ul>',
        entries=(("/sy/whyw/202604/t20260411_11.shtml", "罗溪新闻", "2026-04-11"),),
    ),
    "trs: the day in a class of its own": Kind(
        family="trs",
        list="/ztzl/nyzyjg/index.html",
        markup='<ul class="newsList"><li><a href="./202604/t20260411_11.html">罗溪粮食价格周报</a>'
        '<span class="pubTime">2026-04-11</span></li></ul>',
        entries=(("/ztzl/nyzyjg/202604/t20260411_11.html", "罗溪粮食价格周报", "2026-04-11"),),
    ),
    "nfcms: posts, pages counted from 1": Kind(
        family="nfcms",
        list="/zwgk_n/tzgg/index.html",
        markup='<ul><li><a href="HOST/zwgk_n/tzgg/content/post_9360641.html" title="关于申报罗溪重点实验室的通知">'
        "关于申报罗溪重点…</a><span>2026-04-11</span></li>"
        '<li><a href="/zwgk_n/tzgg/content/mpost_9360641.html">手机版</a></li></ul>',
        entries=(("/zwgk_n/tzgg/content/post_9360641.html", "关于申报罗溪重点实验室的通知", "2026-04-11"),),
        next=("/zwgk_n/tzgg/index_2.html",),
    ),
    "gkmlpt: a category in JSON": Kind(
        family="gkmlpt",
        list="/gkmlpt/api/all/4211?page=1&sid=200001",
        markup=json.dumps(
            {
                "classify": {"post_count": 30},
                "articles": [
                    {
                        **{"id": 4211902, "title": "罗溪市城市更新办法", "document_number": "罗府〔2026〕1号"},
                        **{"url": "HOST/gkmlpt/content/4/4211/post_4211902.html", "date": 1775865600},
                        **{"created_at": "2026-04-11 09:00:00", "is_abolished": 0},
                    }
                ],
            }
        ),
        entries=(("/gkmlpt/content/4/4211/post_4211902.html", "罗溪市城市更新办法", "2026-04-11T09:00"),),
        next=("/gkmlpt/api/all/4211?page=2&sid=200001",),
    ),
    "ucap: static pages": Kind(
        family="ucap",
        list="/10462/13241/list.shtml",
        markup=f'<ul><li><a href="/10462/10464/13298/2026/4/1/{HEX}.shtml" title="罗溪新闻">罗溪新闻</a><span>2026-04-01</span>'
        "</li></ul><script>createPageHTML('page_div',12,1,'list','shtml',230);</script>",
        entries=((f"/10462/10464/13298/2026/4/1/{HEX}.shtml", "罗溪新闻", "2026-04-01"),),
        next=("/10462/13241/list_2.shtml",),
    ),
    "ucap: articles in folders of their own": Kind(
        family="ucap",
        list="/web/ywdt/index.shtml",
        markup='<ul><li><a href="/web/ywdt/2026081212345678901/index.shtml">罗溪新闻</a><span>2026-08-12</span></li></ul>',
        entries=(("/web/ywdt/2026081212345678901/index.shtml", "罗溪新闻", "2026-08-12"),),
    ),
    "ucap: a search in JSON": Kind(
        family="ucap",
        list="/common/search/48edb3bd?page=1&_pageSize=15&_isAgg=true&_isJson=true&_template=index",
        markup=json.dumps(
            {
                "data": {
                    "results": [
                        {
                            **{"title": "罗溪<em>春耕</em>", "url": f"/lx/c1/202604/{HEX}.shtml", "content": "…"},
                            **{"contentHtml": "<p>…</p>", "publishedTimeStr": "2026-04-11 16:20:31"},
                        }
                    ]
                }
            }
        ),
        entries=((f"/lx/c1/202604/{HEX}.shtml", "罗溪春耕", "2026-04-11T16:20"),),
        next=("/common/search/48edb3bd?page=2&_pageSize=15&_isAgg=true&_isJson=true&_template=index",),
    ),
    "ucap: an interface that is posted to": Kind(
        family="ucap",
        list="/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15",
        posted="pageIndex=1",
        markup=json.dumps(
            {
                "data": {
                    "list": [
                        {
                            **{"TITLE": "罗溪市河湖管理办法", "URL": f"HOST/lxsrmzf/zfwj/202604/{HEX}.shtml"},
                            **{"C_WJBH": "罗府〔2026〕1号", "PUBLISHED_TIME_FORMAT": "2026-04-11"},
                        }
                    ]
                }
            }
        ),
        entries=((f"/lxsrmzf/zfwj/202604/{HEX}.shtml", "罗溪市河湖管理办法", "2026-04-11"),),
        next=("/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=15",),
    ),
    "nn: a list in a division that is filled": Kind(
        family="nn",
        list="/n172/n1530/n32936/index.html",
        markup='<div id="listChangeDiv"><ul><li><a href="/n172/n1530/n32936/200413130912345678.html" title="罗溪新闻">罗溪…</a>'
        "<span>2026-04-13</span></li></ul></div>",
        entries=(("/n172/n1530/n32936/200413130912345678.html", "罗溪新闻", "2026-04-13"),),
        next=("/n172/n1530/n32936/index_2.html",),
    ),
    "nn: the day in the next cell": Kind(
        family="nn",
        list="/n1403/n38391604/index_2.html",
        markup='<div id="listChangeDiv"><table><tr><td><a href="/n1403/n38391604/c92093823/content.html" title="罗溪新闻">'
        "罗溪新闻</a></td><td>2026-04-13</td></tr><tr><td><a href='/n1403/n38391604/c92093822/content.html'"
        " title='罗溪旧闻'>罗溪旧闻</a></td><td>2026-04-12</td></tr></table></div>",
        entries=(
            ("/n1403/n38391604/c92093823/content.html", "罗溪新闻", "2026-04-13"),
            ("/n1403/n38391604/c92093822/content.html", "罗溪旧闻", "2026-04-12"),
        ),
        next=("/n1403/n38391604/index_3.html",),
    ),
    "channel_doc: documents in the column's folder": Kind(
        family="channel_doc",
        list=f"/gongkai/channel_c_{HEX[:24]}_n_1605682684.3626/",
        markup='<ul><li><a href="./doc_6979ae8ffeaac88756e04888.html">罗溪新闻</a><span>2026-04-11</span></li></ul>',
        entries=(
            (
                f"/gongkai/channel_c_{HEX[:24]}_n_1605682684.3626/doc_6979ae8ffeaac88756e04888.html",
                "罗溪新闻",
                "2026-04-11",
            ),
        ),
    ),
    "vsb: pages counted down": Kind(
        family="vsb",
        list="/zcwj.htm",
        markup='<ul><li id="line_u7_0"><a href="info/11351/1241182.htm" title="罗溪新闻">罗溪新闻</a><span>2026-04-11</span></li>'
        '</ul><span class="p_next p_fun"><a href="zcwj/26.htm">下页</a></span>',
        entries=(("/info/11351/1241182.htm", "罗溪新闻", "2026-04-11"),),
        next=("/zcwj/26.htm",),
    ),
    "lonsun: a disclosure column": Kind(
        family="lonsun",
        list="/public/column/6617021?type=4&catId=6721041&action=list&nav=3",
        markup='<ul><li><a class="title" href="/public/6617021/10758829.html" title="罗溪市集市管理办法">罗溪市集市…</a>'
        '<span class="date">2026-04-11</span></li><li><a href="/zwzx/bmdt/196237841.html">罗溪新闻</a>'
        '<span class="date">2026-04-10</span></li></ul>',
        entries=(
            ("/public/6617021/10758829.html", "罗溪市集市管理办法", "2026-04-11"),
            ("/zwzx/bmdt/196237841.html", "罗溪新闻", "2026-04-10"),
        ),
    ),
    "hebei: columns and articles named by UUIDs": Kind(
        family="hebei",
        list=f"/columns/{UUID}/index.html",
        markup=f'<ul><li><a href="/columns/{UUID}/202605/26/{UUID}.html">罗溪新闻</a><span>2026-05-26</span></li></ul>',
        entries=((f"/columns/{UUID}/202605/26/{UUID}.html", "罗溪新闻", "2026-05-26"),),
    ),
    "shanghai: articles by day and 32 digits": Kind(
        family="shanghai",
        list="/nw39220/index.html",
        markup=f'<ul><li><a href="/nw12344/20260515/{HEX}.html" title="罗溪新闻">罗溪…</a><span>2026.05.15</span></li></ul>',
        entries=((f"/nw12344/20260515/{HEX}.html", "罗溪新闻", "2026-05-15"),),
        next=("/nw39220/index_2.html",),
    ),
    "people: single quotes, the day in grey, GB2312": Kind(
        family="people",
        list="/GB/166192/index.html",
        charset="gb18030",
        markup='<html><head><meta http-equiv="Content-Type" content="text/html;charset=GB2312"></head><body><ul>'
        "<li><a href='/n2/2026/0413/c166192-33944000.html' target=_blank>罗溪新闻</a> <i class='gray'>2026-04-13</i></li>"
        "<li><a href='/n2/2026/0412/c166192-33943999.html' target=_blank>罗溪旧闻</a> <em>[04月12日]</em></li>"
        "<li><a href='/BIG5/n2/2026/0412/c166192-33943999.html'>舊聞</a></li></ul>"
        "<div class='page_n'><a href='index1.html' class='common_current_page'>1</a><a href='index2.html'>2</a></div></body></html>",
        entries=(
            ("/n2/2026/0413/c166192-33944000.html", "罗溪新闻", "2026-04-13"),
            ("/n2/2026/0412/c166192-33943999.html", "罗溪旧闻", "2026-04-12"),
        ),
        next=("/GB/166192/index2.html",),
    ),
    "iqilu: headings between comments": Kind(
        family="iqilu",
        list="/shandong/yuanchuang/list_564_1.shtml",
        markup='<!-- 齐鲁原创 --><div class="list"><h3><a href="HOST/shandong/yuanchuang/2026/0531/5817656.shtml">罗溪新闻</a>'
        "</h3><p>2026-05-31 10:20:11</p></div><!-- 分页 -->",
        entries=(("/shandong/yuanchuang/2026/0531/5817656.shtml", "罗溪新闻", "2026-05-31T10:20"),),
        next=("/shandong/yuanchuang/list_564_2.shtml",),
    ),
    "dzwww: text beside pictures": Kind(
        family="trs",
        list="/sdnews/",
        charset="gb18030",
        markup='<div id="main2"><ul><li><a href="./202610/t20261003_16554923.htm"><img src="1.jpg"></a><div class="text">'
        '<h3><a href="./202610/t20261003_16554923.htm">罗溪新闻</a></h3><p>2026-10-03 08:00</p></div></li></ul></div>'
        '<div id="flip"><a href="index_1.htm">下一页</a></div>',
        entries=(("/sdnews/202610/t20261003_16554923.htm", "罗溪新闻", "2026-10-03T08:00"),),
        next=("/sdnews/index_1.htm",),
    ),
    "qlwb: an edition's page": Kind(
        family="qlwb",
        list="/qlwb/content/20261216/PageA06TB.htm",
        markup='<div id="bmdh"><table><tr><td><a href="PageA01TB.htm">A01</a></td></tr><tr><td><a href="PageA06TB.htm">A06</a></td>'
        '</tr></table></div><div id="btdh"><a href="ArticelA06003SA.htm">罗溪新闻</a></div>',
        entries=(("/qlwb/content/20261216/ArticelA06003SA.htm", "罗溪新闻", ""),),
        next=("/qlwb/content/20261216/PageA01TB.htm",),
    ),
    "founder: an edition's page": Kind(
        family="founder",
        list="/html/2026-05/19/node_2.htm",
        markup='<map><area coords="1,2" href="content_1516_343187.htm"></map><ul><li><a href="content_1516_343187.htm">罗溪新闻</a>'
        '</li></ul><a href="node_3.htm">第A03版</a>',
        entries=(("/html/2026-05/19/content_1516_343187.htm", "罗溪新闻", ""),),
        next=("/html/2026-05/19/node_3.htm",),
    ),
    "govcn: the policy library's search": Kind(
        family="govcn",
        list="/search-gov/data?t=zhengcelibrary_gw&q=&p=1&n=50",
        markup=json.dumps(
            {
                "searchVO": {
                    **{"totalCount": 60, "totalpage": 2},
                    "listVO": [
                        {
                            **{"title": "关于罗溪流域规划的批复", "url": "HOST/zhengce/content_6969.htm"},
                            **{"pcode": "国函〔2026〕1号", "pubtime": 1775836800000},
                        }
                    ],
                }
            }
        ),
        entries=(("/zhengce/content_6969.htm", "关于罗溪流域规划的批复", "2026-04-11"),),
        next=("/search-gov/data?t=zhengcelibrary_gw&q=&p=2&n=50",),
    ),
}


def declaration(id: str, kind: Kind, host: str) -> str:
    head = f'[{id}]\nname = "罗溪市"\nregion = "990100"\nlevel = "city"\nfamily = "{kind.family}"\n'
    return head + f"lists = [{json.dumps(host + kind.list)}]\n"


def served(kind: Kind, host: str) -> bytes:
    return kind.markup.replace("HOST", host).encode(kind.charset)


def test_there_are_more_than_twenty() -> None:
    assert len(KINDS) > 20


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_of_list_is_read(kind: Kind, tmp_path: Path) -> None:
    host = "http://www.luoxi.gov.cn"
    (tmp_path / "luoxi.toml").write_text(declaration("luoxi", kind, host), "utf-8")
    sources = load_sources(tmp_path)
    spider = SourceSpiderLoader(sources).load("luoxi")()
    asked = spider.first_page(sources["luoxi"].lists[0])
    assert asked.body.decode() == kind.posted
    text, _ = decode(served(kind, host), "")
    page = spider.read_list(TextResponse(asked.url, body=text.encode(), encoding="utf-8", request=asked))
    assert tuple((one.url, one.title, one.date) for one in page.entries) == tuple(
        (host + path, title, day) for path, title, day in kind.entries
    )
    assert [one.url for one in page.next] == [host + path for path in kind.next]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_all_kinds_are_crawled_over_http(tmp_path: Path, part: int) -> None:
    kinds = {f"kind{n}": kind for n, kind in enumerate(KINDS.values()) if n % 4 == part}
    with ExitStack() as held:
        hosts = {}
        for id, kind in kinds.items():
            site = held.enter_context(Pages({}))
            host = hosts[id] = site.url("")
            path = Request(host + kind.list).url.removeprefix(host)
            site.pages = {f"{path} {kind.posted}" if kind.posted else path: served(kind, host)}
            (tmp_path / f"{id}.toml").write_text(declaration(id, kind, host), "utf-8")
        done = scrapy("crawlall", SOURCES=tmp_path, ARCHIVE_DIR=tmp_path / "data")
    assert "Traceback" not in done.stdout + done.stderr
    found = rows(tmp_path / "data", "SELECT source, url, title, date FROM listings")
    assert {row[0] for row in found} == set(kinds)
    assert "never answered" not in done.stdout
    for id, kind in kinds.items():
        shown = {(url, title, day) for source, url, title, day in found if source == id}
        assert shown == {(hosts[id] + path, title, day) for path, title, day in kind.entries}
