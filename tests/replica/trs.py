"""TRS WCM: server-rendered lists whose pages createPageHTML() numbers, articles tYYYYMMDD_N.html in monthly folders."""

from html import escape

from tests.replica.parts import body, date_of, listed_title, paged
from tests.replica.world import Article, Block, Column, Site


def lists(site: Site, column: Column, entries: tuple[Article, ...], base: str) -> dict[str, str]:
    """Page 0 at the folder and as index.html, page k as index_k.html."""
    pages = paged(entries, column.size)
    written = [_list_page(site, column, page, number, len(pages)) for number, page in enumerate(pages)]
    numbered = {f"{column.path}index_{number}.html": page for number, page in enumerate(written) if number}
    return {column.path: written[0], f"{column.path}index.html": written[0], **numbered}


def _list_page(site: Site, column: Column, page: tuple[Article, ...], current: int, count: int) -> str:
    entries = "\n".join(_entry(article, column) for article in page)
    return f"""<!DOCTYPE html>
<html lang="zh"><head>
<meta charset="UTF-8" />
<title>{column.name}_{site.name}门户网站</title>
<meta name="SiteName" content="{site.name}门户网站"><meta name="ColumnName" content="{column.name}">
</head><body>
{_head(site)}
<div class="list_box"><h2>{column.name}</h2>
<ul class="list">
{entries}
<li><a href="/zwgk/fdzdgknr/">法定主动公开内容</a></li>
</ul>
<div class="page"><script>
//wcm分页
createPageHTML({count}, {current}, "index", "html");
function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt) {{
  if (_nPageCount == null || _nPageCount <= 1) return;
  for (var i = 0; i < _nPageCount; i++)
    document.write(i == 0 ? _sPageName + "." + _sPageExt : _sPageName + "_" + i + "." + _sPageExt);
}}
</script></div></div>
{_foot(site)}
</body></html>
"""


def _entry(article: Article, column: Column) -> str:
    shown, whole = listed_title(article)
    href = "./" + article.path.removeprefix(column.path)
    title = f'\n    title="{whole}"' if whole else ""
    link = f'<a href="{href}" target="_blank"{title}>{shown}</a>'
    return f'  <li class="clearfix">{link}<span>{date_of(article)}</span></li>'


def article_paths(article: Article) -> tuple[str, ...]:
    """The paths of an article's pages, its own first."""
    stem = article.path.removesuffix(".html")
    return (article.path, *(f"{stem}_{page}.html" for page in range(1, article.pages)))


def told_there(article: Article, blocks: tuple[Block, ...], page: int) -> tuple[Block, ...]:
    """The blocks that stand on one page of an article, counted from 0."""
    size = -(-len(blocks) // article.pages)
    return blocks[page * size : (page + 1) * size]


def article_page(site: Site, article: Article, blocks: tuple[Block, ...], views: int, base: str) -> str:
    return (_view_page if article.template == "view" else _editor_page)(site, article, blocks, views, base)


def _view_page(site: Site, article: Article, blocks: tuple[Block, ...], views: int, base: str) -> str:
    """The newer template: meta tags with their content first, the day alone in print, the counter below the title."""
    column = site.columns[article.column]
    title = escape(article.title)
    counter = f'<p class="count">浏览:{views}</p>' if article.counter else ""
    text = body(blocks, '<p style="text-indent:32px;line-height:36px"><span style="font-family:宋体">%s</span></p>')
    return f"""<!DOCTYPE html>
<html lang="zh"><head>
<meta charset="UTF-8" />
<meta content="{site.name}门户网站" name="SiteName">
<meta content="9902000001" name="SiteIDCode">
<meta content="{column.name}" name="ColumnName">
<meta content="{title}" name="ArticleTitle">
<meta content="{article.pubdate}" name="PubDate">
<meta content="{article.publisher}" name="ContentSource">
<meta content="{base}{article.path}" name="Url">
<title>{title}_{column.name}_{site.name}门户网站</title>
</head><body>
{_head(site)}
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="../">{column.name}</a></div>
<div class="content_box"><div class="title">{title}</div>
<div class="author_font"><div class="left"><span>发布日期 : {article.published}</span>
<span>来源 : {article.publisher}</span></div>
<div class="right"><span>字体：<a href="javascript:;">大</a> <a href="javascript:;">小</a></span></div></div>
{counter}
<div id="js_content"><div class="trs_editor_view TRS_UEDITOR trs_paper_default trs_web">
{text}
</div></div>
<p class="sys">扫一扫在手机打开当前页</p><div class="erweima"></div>
<div class="share">分享到：<a href="javascript:;">微信</a> <a href="javascript:;">微博</a></div>
</div>
{_foot(site)}
<script>createPageHTML(1, 0, "{article.path.rpartition("/")[2].removesuffix(".html")}", "html");</script>
</body></html>
"""


def _editor_page(site: Site, article: Article, blocks: tuple[Block, ...], views: int, base: str) -> str:
    """The older template: unquoted class of the editor's box, labels in one line, related links below the text."""
    column = site.columns[article.column]
    title = escape(article.title)
    counter = f"　浏览:{views}" if article.counter else ""
    related = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in site.articles[:3])
    text = body(blocks, "<p>　　%s</p>")
    index = _index_table(article) if article.index_number else ""
    stem = article.path.rpartition("/")[2].removesuffix(".html")
    pager = f'<script>createPageHTML({article.pages}, 0, "{stem}", "html");</script>\n' if article.pages > 1 else ""
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{title}_{site.name}门户网站</title>
<meta name="SiteName" content="{site.name}门户网站">
<meta name="SiteIDCode" content="9902000001">
<meta name="ColumnName" content="{column.name}">
<meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{article.pubdate}">
<meta name="ContentSource" content="{article.publisher}">
<meta name="Author" content="{article.author}">
<meta name="Url" content="{base}{article.path}">
</head><body>
{_head(site)}
<div class="main">{index}
<h1>{title}</h1>
<div class="info">发布时间：{article.published}　来源：{article.publisher}{counter}</div>
<div class="article-content"><div class=TRS_Editor><style type="text/css">.TRS_Editor P{{line-height:2;}}</style>
<div class="Custom_UnionStyle">
{text}
</div></div></div>
{pager}<div class="xgxx"><h3>相关信息</h3><ul>{related}</ul></div>
<div class="tools"><a href="javascript:window.print()">打印</a> <a href="/jiucuo/">纠错</a></div>
</div>
{_foot(site)}
</body></html>
"""


def _index_table(article: Article) -> str:
    number = escape(article.doc_number)
    return f"""<table class="index"><tbody>
<tr><td>索 引 号：</td><td>{article.index_number}</td><td>发文机关：</td><td>{article.publisher}</td></tr>
<tr><td>文 号：</td><td>{number}</td><td>发布日期：</td><td>{article.day}</td></tr>
</tbody></table>"""


def _head(site: Site) -> str:
    links = "".join(f'<li><a href="{c.path}">{c.name}</a></li>' for c in site.columns)
    return f"""<div class="header"><a href="/">{site.name}</a>
<ul><li><a href="/">首页</a></li>{links}<li><a href="/zwgk/">政务公开</a></li></ul>
<form><input value="政务全搜索"></form></div>"""


def _foot(site: Site) -> str:
    return f"""<div class="footer"><p>主办：{site.name}办公室　承办：泊陵市大数据服务中心</p>
<p>网站标识码：9902000001　溟ICP备12000002号</p></div>"""
