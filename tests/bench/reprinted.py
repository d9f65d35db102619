"""The labelled set of duplicates as three sites on loopback, crawled into an archive by the real command.

Each page prints title, day (where the document has one) and source plainly, so that duplicates are measured and not
the reading of days.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import Any

from tests.serving import Pages

Doc = dict[str, Any]
PER_LIST = 40
SETTINGS = {
    "NOW": "2026-11-25T09:00:00+00:00",
    "PRIVATE_HOSTS": "127.0.0.1",
    "ROBOTSTXT_OBEY": "0",
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "LOG_LEVEL": "ERROR",
}


def crawl(docs: list[Doc], folder: Path) -> dict[str, int]:
    """Crawl the documents into an archive in `folder`; the id of each one's document by its address."""
    addresses: dict[str, int] = {}
    declared = []
    with ExitStack() as servers:
        for number, (family, (article, path, pager)) in enumerate(FAMILIES.items()):
            own = docs[number :: len(FAMILIES)]
            site = servers.enter_context(Pages({}))
            addresses |= {site.url(path(doc)): doc["id"] for doc in own}
            site.pages.update({path(doc): article(doc).encode() for doc in own})
            site.pages.update(_lists(own, path, pager))
            declared.append(
                f'[{family}]\nname = "溟川{family}"\nregion = "370000"\nlevel = "province"\nfamily = "{family}"\n'
                f'lists = ["{site.url("/xw/index.html")}"]\nexclude = "^$"\nrights = "official"\n'
            )
        (folder / "sources.toml").write_text("\n".join(declared), "utf-8")
        for family in FAMILIES:
            _scrapy("crawl", family, ARCHIVE_DIR=str(folder), SOURCES=str(folder / "sources.toml"), **SETTINGS)
    return addresses


def _scrapy(*arguments: str, **settings: str) -> None:
    environment = {**os.environ, **{f"GONGBAO_{name}": value for name, value in settings.items()}}
    subprocess.run([sys.executable, "-m", "scrapy", *arguments], env=environment, check=True)


def _lists(docs: list[Doc], path: Callable[[Doc], str], pager: Callable[[int, int], str]) -> dict[str, bytes]:
    count = -(-len(docs) // PER_LIST)
    return {
        f"/xw/index{f'_{page}' if page else ''}.html": _list_page(
            docs[page * PER_LIST : (page + 1) * PER_LIST], path, pager(page, count)
        ).encode()
        for page in range(count)
    }


def _list_page(docs: list[Doc], path: Callable[[Doc], str], pager: str) -> str:
    rows = "\n".join(f'<li><a href="{path(d)}">{escape(title(d))}</a><span>{day(d)}</span></li>' for d in docs)
    return f"<html><head><meta charset='utf-8'><title>要闻</title></head><body><ul>{rows}</ul>{pager}</body></html>"


def title(doc: Doc) -> str:
    return doc["title"] or doc["text"].split("\n")[0][:30]


def day(doc: Doc) -> str:
    """The day as a page prints it, "" when the document has none."""
    digits = doc["date"]
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else ""


def _paragraphs(doc: Doc) -> list[str]:
    return [escape(line) for line in doc["text"].split("\n")]


def _framed(doc: Doc, head: str, body: str) -> str:
    name = escape(title(doc))
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{name}_溟川省人民政府</title>{head}</head><body>
<div class="nav"><a href="/">首页</a> <a href="/xw/">要闻</a> <a href="/zw/">政务公开</a></div>
{body}
<div class="footer">主办单位：溟川省人民政府　溟ICP备15000009号</div></body></html>"""


def _trs(doc: Doc) -> str:
    meta = f'<meta name="ArticleTitle" content="{escape(title(doc))}"><meta name="PubDate" content="{day(doc)}">'
    printed = f"<span>发布日期：{day(doc)}</span>" if day(doc) else ""
    lines = "".join(f"<p>　　{line}</p>" for line in _paragraphs(doc))
    info = f'<div class="info">{printed}<span>来源：溟川日报</span></div>'
    body = f'<h1>{escape(title(doc))}</h1>{info}<div class="TRS_Editor">{lines}</div>'
    return _framed(doc, meta, f'<div class="main">{body}</div>')


def _vsb(doc: Doc) -> str:
    printed = f"时间：{day(doc)}　" if day(doc) else ""
    lines = "".join(f'<p style="text-indent:2em"><span>{line}</span></p>' for line in _paragraphs(doc))
    info = f"<p class='xx'>{printed}来源：溟川省人民政府办公厅</p>"
    body = f'<form><h2>{escape(title(doc))}</h2>{info}<div id="vsb_content"><div class="v_news_content">{lines}</div></div></form>'
    return _framed(doc, "", body)


def _plain(doc: Doc) -> str:
    printed = f"发布时间：{day(doc)}　" if day(doc) else ""
    lines = "<br>\n".join(f"&emsp;&emsp;{line}" for line in _paragraphs(doc))
    info = f"<div class='fbt'>{printed}来源：泊陵发布</div>"
    return _framed(doc, "", f"<div class='wrap'><h1>{escape(title(doc))}</h1>{info}<div class='nr'>{lines}</div></div>")


def _next(page: int, count: int) -> str:
    return f'<a href="index_{page + 1}.html">下一页</a>' if page + 1 < count else ""


# the page of an article, its path, and the pager of a list
FAMILIES: dict[str, tuple[Callable[[Doc], str], Callable[[Doc], str], Callable[[int, int], str]]] = {
    "trs": (
        _trs,
        lambda doc: f"/xw/202603/t20260302_{doc['id']:08}.html",
        lambda page, count: f'<script>createPageHTML({count}, {page}, "index", "html");</script>',
    ),
    "vsb": (_vsb, lambda doc: f"/info/1001/{doc['id']}.htm", _next),
    "html": (_plain, lambda doc: f"/xw/{doc['id']}.html", _next),
}
