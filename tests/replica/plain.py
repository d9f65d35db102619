"""Sites of no known family: a plain list with a link to the next page, an article in a box that has no telling name."""

from html import escape

from tests.replica.parts import body, date_of, listed_title, paged
from tests.replica.world import Article, Block, Column, Site


def lists(site: Site, column: Column, entries: tuple[Article, ...], base: str) -> dict[str, str]:
    """The folder, then list_2.html, list_3.html, …, each linking to the next one."""
    pages = paged(entries, column.size)
    return {
        column.path + (f"list_{number}.html" if number > 1 else ""): _list_page(site, column, page, number, len(pages))
        for number, page in enumerate(pages, 1)
    }


def _list_page(site: Site, column: Column, page: tuple[Article, ...], current: int, count: int) -> str:
    entries = "\n".join(_entry(article) for article in page)
    previous = f'<a href="{"./" if current == 2 else f"list_{current - 1}.html"}">上一页</a> ' if current > 1 else ""
    following = f'<a href="list_{current + 1}.html">下一页</a>' if current < count else "<span>下一页</span>"
    return f"""<!doctype html>
<html><head><meta charset="utf-8"><title>{column.name}-{site.name}</title></head><body>
{_head(site)}
<h2>{column.name}</h2>
<ul class="news">
{entries}
</ul>
<p class="pager">第{current}页/共{count}页 {previous}{following}</p>
{_foot(site)}
</body></html>
"""


def _entry(article: Article) -> str:
    shown, whole = listed_title(article)
    title = f' title="{whole}"' if whole and article.listed else ""
    return f'<li><a href="{article.path}"{title}>{shown}</a> <span class="date">{date_of(article)}</span></li>'


def article_page(site: Site, article: Article, blocks: tuple[Block, ...], views: int, base: str) -> str:
    column = site.columns[article.column]
    title = escape(article.title)
    counter = f"　点击：{views}次" if article.counter else ""
    # without a name of any kind: the page that no one can call by its title
    named = f"<title>{title}-{site.name}</title>" if title else ""
    heading = f'<h1 class="tit">{title}</h1>' if title else ""
    info = f"时间：{article.published}　来源：{article.publisher}{counter}" if title else ""
    author = f"<p class='zz'>（记者：{article.author}）</p>" if article.author else ""
    return f"""<!doctype html>
<html><head><meta charset="utf-8">{named}<meta name="viewport" content="width=device-width"></head><body>
{_head(site)}
<div class="pos">位置：<a href="/">首页</a> &gt; <a href="{column.path}">{column.name}</a></div>
<div class="wrap">{heading}
<div class="fbt">{info}</div>
<div class="nr">
{_text(article, blocks)}
</div>{author}
<div class="bt">【打印】【关闭】</div></div>
{_foot(site)}
</body></html>
"""


def _text(article: Article, blocks: tuple[Block, ...]) -> str:
    if article.template == "lines":  # one box, its lines divided by <br>
        lines = [escape(line, quote=False) for block in blocks for line in block.lines]
        return "<br>\n<br>\n".join(f"&emsp;&emsp;{line}" for line in lines)
    if article.template == "boxes":  # every paragraph a div
        return body(blocks, "<div>%s</div>")
    return body(blocks, "<p>&emsp;&emsp;%s</p>")


def _head(site: Site) -> str:
    links = " | ".join(f'<a href="{c.path}">{c.name}</a>' for c in site.columns)
    return f"""<div class="top"><a href="/">{site.name}</a></div>
<div class="nav"><a href="/">首页</a> | {links} | <a href="/about.html">关于我们</a></div>"""


def _foot(site: Site) -> str:
    return f'<div class="foot">版权所有：{site.name}　地址：溟川省泊陵市　溟ICP备15000009号</div>'
