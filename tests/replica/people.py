"""People's Daily Online's local channels: GB18030 bytes that call themselves GB2312, two article templates."""

from html import escape

from tests.replica.parts import body, date_of, listed_title, paged
from tests.replica.world import Article, Block, Column, Site


def lists(site: Site, column: Column, entries: tuple[Article, ...], base: str) -> dict[str, str]:
    """index.html, then index2.html, index3.html, …"""
    pages = paged(entries, column.size)
    return {
        f"{column.path}index{number if number > 1 else ''}.html": _list_page(site, column, page, number, len(pages))
        for number, page in enumerate(pages, 1)
    }


def _list_page(site: Site, column: Column, page: tuple[Article, ...], current: int, count: int) -> str:
    entries = "\n".join(_entry(article, index) for index, article in enumerate(page))
    pager = "".join(f"<a href='index{n if n > 1 else ''}.html'>{n}</a>" for n in range(1, count + 1))
    following = f"<a href='index{current + 1}.html'>下一页</a>" if current < count else ""
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="content-type" content="text/html;charset=GB2312"/>
<title>{column.name}--溟川频道--溟声网</title>
</head><body>
{_nav(column)}
<div class="fl w655 p2j_list"><h2>{column.name}</h2>
<ul class="list_16 mt10">
{entries}
</ul>
<div class="page_n clearfix">{pager}{following}</div>
</div>
{_foot()}
</body></html>
"""


def _entry(article: Article, index: int) -> str:
    shown, _ = listed_title(article)
    date = f"<i class='gray'>{date_of(article)}</i>" if index % 2 else f"<em>{date_of(article)}</em>"
    return f"<li><a href='{article.path}' target='_blank'>{shown}</a> {date}</li>"


def article_page(site: Site, article: Article, blocks: tuple[Block, ...], views: int, base: str) -> str:
    return (_page_2019 if article.template == "2019" else _page_2021)(site, article, blocks)


def _page_2019(site: Site, article: Article, blocks: tuple[Block, ...]) -> str:
    column = site.columns[article.column]
    title = escape(article.title)
    return f"""<html xmlns="http://www.w3.org/1999/xhtml"><head>
<meta http-equiv="content-type" content="text/html;charset=GB2312">
<meta http-equiv="Content-Language" content="utf-8">
<meta content="all" name="robots">
<title>{title}--溟川频道--溟声网 </title>
{_meta(article)}
<meta http-equiv="X-UA-Compatible" content="IE=EmulateIE7">
</head><body>
{_nav(column)}
<!--text_title-->
<div class="clearfix w1000_320 text_title">
	<h3 class="pre">{article.kicker}</h3>
	<h1>{title}</h1>
	<h4 class="sub"></h4>
	<p class="author">{article.author}</p>
	<div class="box01">
		<div class="fl">{_printed(article)}&nbsp;&nbsp;来源：<a href="/" target="_blank">{article.publisher}</a></div>
		<div class="fr"><span class="ops_tit">分享到：</span><ul><li><a href="#">微信</a></li></ul></div>
	</div>
</div>
<!--text_title end-->
<div class="clearfix w1000_320 text_con"><div class="fl text_con_left">
<div class="box_con" id="rwb_zw">
<div class="box_pic"></div>
{_text(blocks)}
<div class="box_pic"></div>
<div class="edit clearfix">(责编：{article.editor})</div>
</div>
<div class="box_down clearfix"><div class="fl"><span>客户端下载</span><span>手机溟声网</span></div></div>
</div></div>
{_foot()}
</body></html>
"""


def _page_2021(site: Site, article: Article, blocks: tuple[Block, ...]) -> str:
    column = site.columns[article.column]
    title = escape(article.title)
    related = "".join(f'<li><a href="{a.path}">{escape(a.title)}</a></li>' for a in site.articles[:3])
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="content-type" content="text/html;charset=GB2312"/>
<meta http-equiv="Content-Language" content="utf-8" />
<title>{title}</title>
{_meta(article)}
</head>
<body>
<div class="main">
{_nav(column)}
<div class="layout rm_txt cf">
	<div class="col col-1">
		<h3 class="pre">{article.kicker}</h3>
		<h1 id="newstit">{title}</h1>
		<h4 class="sub"></h4>
		<div class="author cf">{article.author}</div>
		<div class="channel cf">
			<div class="col-1-1">
				{_printed(article)} | 来源：<a href="/" target="_blank">{article.publisher}</a>
			</div>
			<div class="col-1-2 fr"><span class="rm_type"><i>小字号</i></span></div>
		</div>
		<div class="rm_txt_con cf">
			<div class="bza"><span></span><p></p></div>
			<div class="box_pic"></div>
{_text(blocks)}
<div class="zdfy clearfix"></div><center><table border="0" width="40%"><tr></tr></table></center>
			<div class="box_pic"></div>
			<div class="edit cf">(责编：{article.editor})</div>
			<p class="paper_num"><em class="section-common-share-wrap">分享让更多人看到 <i></i> </em></p>
		</div>
		<div class="rm_relevant cf box_news"><h5><span></span>相关新闻</h5><ul>{related}</ul></div>
		<div class="rm_relevant rm_download cf"><h5><span></span>客户端下载</h5><ul><li>溟声网+</li></ul></div>
	</div>
</div>
{_foot()}
</div>
</body>
</html>
"""


def _meta(article: Article) -> str:
    return f"""<meta name="copyright" content="溟声网版权所有">
<meta name="filetype" content="0">
<meta name="contentid" content="L_{article.path.rpartition("-")[2].removesuffix(".html")}">
<meta name="publishdate" content="{article.day}">
<meta name="author" content="L_990031">
<meta name="editor" content="">
<meta name="source" content="来源：{article.publisher}">"""


def _printed(article: Article) -> str:
    year, month, day = article.day.split("-")
    return f"{year}年{month}月{day}日{article.published[11:]}"


def _text(blocks: tuple[Block, ...]) -> str:
    return body(blocks, '<p style="text-indent: 2em;">\n\t%s</p>')


def _nav(column: Column) -> str:
    return f"""<div class="wb_nav"><ul><li><a href="/">首页</a></li><li><a href="/GB/990199/">视频</a></li></ul></div>
<div class="layout route cf" id="rwb_navpath"><a href="/" class="clink">溟声网</a>&gt;&gt;
<a href="/" class="clink">溟川频道</a>&gt;&gt;<a href="{column.path}index.html" class="clink">{column.name}</a></div>"""


def _foot() -> str:
    return """<div class="rm_footer cf"><p>溟声网股份有限公司版权所有，未经书面授权禁止使用</p>
<p>溟新网备 990001　Copyright &copy; 2010-2026 all rights reserved</p></div>"""
