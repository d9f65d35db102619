"""Hanweb (大汉 JCMS): entries stand as CDATA in a script, three pages a group; dataproxy.jsp gives further groups."""

from html import escape

from tests.replica.parts import body, date_of, listed_title
from tests.replica.world import Article, Block, Column, Site

PROXY = "/module/web/jpage/dataproxy.jsp"
WEB = "173"
GROUP = 3  # pages that one datastore holds


def lists(site: Site, column: Column, entries: tuple[Article, ...], base: str) -> dict[str, str]:
    """The column's only static page, which carries the first group."""
    store = _datastore(column, entries, 0, column.size * GROUP, base)
    if column.escaped:
        store = escape(store, quote=False)
    column_number = number(column)
    return {
        column.path: f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<title>{site.name} {column.name}</title>
<meta name="SiteName" content="{site.name}"><meta name="ColumnName" content="{column.name}">
<meta name="i_webid" content="{WEB}"><meta name="i_columnid" content="{column_number}">
<script language="javascript" src="/module/jslib/jquery/jquery.js"></script>
</head><body id="page_type" class="list">
{_head(site, column)}
<div class="list-con"><div id="{column.unit}"><script type="text/xml">{store}</script></div>
<script>var param_{column.unit}={{col:1,webid:{WEB},path:'/',columnid:{column_number},sourceContentType:1,
unitid:'{column.unit}',webname:'{site.name}',permissiontype:0}};
$('#{column.unit}').jpage({{totalRecord:{len(entries)},perPage:{column.size},barPosition:'bottom',
proxyUrl:'{PROXY}',ajaxParam:param_{column.unit}}});</script>
</div>
{_foot(site)}
</body></html>
"""
    }


def dataproxy(listed: dict[str, tuple[Column, tuple[Article, ...]]], query: dict[str, str], base: str) -> str:
    """A further group, by `page` (1 is the second group) or by `startrecord` and `endrecord`, which count from 1."""
    if query.get("columnid") not in listed:
        return "<datastore></datastore>"
    column, entries = listed[query["columnid"]]
    width = column.size * GROUP
    if query.get("startrecord", "").isdigit() and query.get("endrecord", "").isdigit():
        return _datastore(column, entries, int(query["startrecord"]) - 1, int(query["endrecord"]), base)
    page = int(query["page"]) if query.get("page", "").isdigit() else 0
    return _datastore(column, entries, page * width, (page + 1) * width, base)


def _datastore(column: Column, entries: tuple[Article, ...], start: int, end: int, base: str) -> str:
    following = ""
    if end < len(entries) or (column.endless and start < len(entries)):
        page = end // (column.size * GROUP)
        following = (
            f'<a href="{PROXY}?page={page}&appid=1&webid={WEB}&path=/&columnid={number(column)}'
            f'&unitid={column.unit}&permissiontype=0"></a>'
        )
    records = "\n".join(f"<record><![CDATA[\n{_entry(a, base)}]]></record>" for a in entries[max(start, 0) : end])
    return (
        f"<datastore>\n<nextgroup><![CDATA[{following}]]></nextgroup>\n"
        f'<recordset><ul id="information-list"></ul>\n{records}\n</recordset></datastore>'
    )


def _entry(article: Article, base: str) -> str:
    shown, whole = listed_title(article)
    # both forms occur: absolute with double quotes, rooted with single ones
    if article.template == "absolute":
        link = f'<a class="ellipsis-line-clamp" target="_blank" href="{base}{article.path}" title="{whole}">{shown}</a>'
    else:
        link = f"<a href='{article.path}' title='{whole}' target='_blank'>{shown}</a>"
    return f'<li><s></s>{link}<span class="pull-right">{date_of(article)}</span></li>'


def article_page(site: Site, article: Article, blocks: tuple[Block, ...], views: int, base: str) -> str:
    column = site.columns[article.column]
    column_number = number(column)
    counted = f"<span>浏览次数：{views}</span>" if article.counter else "<span>浏览次数： </span>"
    text = body(blocks, '<p style="text-indent:2em;line-height:2em;">　　%s</p>')
    title = escape(article.title)
    author = f"<span>作者：{article.author}</span>" if article.author else ""
    editor = f'<div class="corner-compile"><span>编辑：{article.editor}</span></div>' if article.editor else ""
    article_number = article.path.rpartition("_")[2].removesuffix(".html")
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
<title>{site.name} {column.name} {title}</title>
<meta name="Maketime" content="2026-03-15 02:10:44">
<meta name="SiteName" content="{site.name}">
<meta name="SiteDomain" content="www.mingchuan.example">
<meta name="SiteIDCode" content="9900000001">
<meta name="ColumnName" content="{column.name}">
<meta name="ColumnType" content="工作动态">
<meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{article.pubdate}">
<meta name="author" content="{article.author}">
<meta name="contentSource" content="{article.publisher}">
<meta name="url" content="{base}{article.path}">
<meta name="i_webid" content="{WEB}"><meta name="i_columnid" content="{column_number}">
<meta name="i_articleid" content="{article_number}">
<link type="text/css" rel="stylesheet" href="/script/page.css">
<script language="javascript" src="/module/jslib/jquery/jquery.js"></script>
</head><body id="page_type" class="article">
{_head(site, column)}
<div class="wz-con bt-box-1200"><div class="con">
<p class="con-title"><!--<$[标题]>begin-->{title}<!--<$[标题]>end--></p>
<div class="small-title clearfix">
<span>发布日期：{article.published}</span>
{counted}
<span>信息来源：<!--<$[信息来源]>begin-->{article.publisher}<!--<$[信息来源]>end--></span>
{author}
<span>字号：[ <a href="javascript:doZoom(18)">大</a> <a href="javascript:doZoom(14)">小</a> ]</span>
</div>
<div class="main-txt" id="zoom"><!--<$[信息内容]>begin--><!--ZJEG_RSS.content.begin--><meta name="ContentStart">
{text}
<meta name="ContentEnd"><!--ZJEG_RSS.content.end--><!--<$[信息内容]>end--></div>
{editor}
<div class="main-word"><a href="javascript:window.print()">【打印本页】</a>
<a href="javascript:window.close()">【关闭窗口】</a></div>
</div></div>
{_foot(site)}
<!-- visitcount Begin --><iframe name="vishidden" id="vishidden" frameborder="0" style="display:none"
src='/module/visitcount/visit.jsp?type=3&i_webid={WEB}&i_columnid={column_number}&i_articleid={article_number}'>
</iframe><!-- visitcount End -->
</body></html>
"""


def number(column: Column) -> str:
    """The number of a column, which its path gives."""
    return column.path.split("/")[2].removeprefix("col")


def _head(site: Site, column: Column) -> str:
    links = "".join(f'<li><a href="{c.path}">{c.name}</a></li>' for c in site.columns)
    return f"""<div class="header"><div class="logo"><a href="/">{site.name}</a></div>
<ul class="nav"><li><a href="/">首页</a></li>{links}<li><a href="/col/col10390/index.html">政务服务</a></li></ul></div>
<table><tbody><tr><td>您现在的位置：<a href="/">首页</a></td>
<td>&gt;<a href="{column.path}">{column.name}</a></td></tr></tbody></table>"""


def _foot(site: Site) -> str:
    return f"""<div class="footer"><p>{site.name}办公厅主办 网站标识码：9900000001</p>
<p>溟ICP备09000001号 溟公网安备99010002000001号</p>
<p>联系我们 | 网站地图 | 技术支持：溟川省大数据中心</p></div>
<a href="/" style="display:none">Produced By 大汉网络 大汉版通发布系统</a>"""
