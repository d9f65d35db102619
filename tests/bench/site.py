"""A replica site of any size: articles in the frame of a provincial TRS site, and nginx to serve it on loopback."""

import gzip
import html
import os
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.texts import Writer

PER_LIST = 20
NEWEST = datetime(2026, 3, 16, 17, tzinfo=UTC)
REPOSTED, TWICE = 0.03, 0.02  # shares of pages with an earlier page's text, and with their own text twice
_FRAME = random.Random(7)
_STYLE = "\n".join(
    f".c{n}{{width:{_FRAME.randint(10, 1200)}px;margin:0 auto;padding:{n}px;font:14px/1.8 Arial;"
    f"color:#{_FRAME.randrange(16**6):06x};background:url(/images/bg_{n}.png) no-repeat 0 {n}px}}"
    for n in range(110)
)
_SCRIPT = "\n".join(
    f"function fn_{n}(e){{var t=document.getElementById('box_{n}');if(!t){{return false;}}"
    f"t.style.display=(e&&e.type=='click')?'block':'none';return true;}}"
    for n in range(60)
)


def _menu(writer: Writer) -> str:
    items = [
        f'<li class="nav-item"><a href="/c{n}/">{name}</a><div class="sub-nav"><ul>'
        + "".join(
            f'<li><a href="/c{n}/s{m}/" title="{sub}{name}">{sub}{name}</a></li>'
            for m, sub in enumerate(writer.words[60:72])
        )
        + "</ul></div></li>"
        for n, name in enumerate(writer.words[40:50])
    ]
    return f'<div class="header-nav"><ul class="nav-list">{"".join(items)}</ul></div>'


def _foot(writer: Writer) -> str:
    links = "".join(
        f'<select onchange="window.open(this.value)"><option>{name}</option>'
        + "".join(
            f'<option value="http://www.{n}{m}.example/">{city}</option>'
            for m, city in enumerate(writer.words[100:125])
        )
        + "</select>"
        for n, name in enumerate(writer.words[80:84])
    )
    owner = "<p>主办：栖州省人民政府办公厅</p>"
    return f'<div class="footer"><div class="links">{links}</div>{owner}</div><script>{_SCRIPT}</script>'


class Site:
    """What the pages of a replica site have in common."""

    def __init__(self, pages: int, seed: int) -> None:
        self.pages, self.seed, self.writer = pages, seed, Writer(seed)
        self.menu, self.foot = _menu(self.writer), _foot(self.writer)

    def time(self, number: int) -> datetime:
        return NEWEST - timedelta(hours=(self.pages - number) * 1.5)

    def path(self, number: int) -> str:
        time = self.time(number)
        return f"/xwfb/{time:%Y%m}/t{time:%Y%m%d}_{number:08d}.html"

    def article(self, number: int) -> str:
        chance = random.Random(f"page {self.seed} {number}")
        from_earlier = number > 50 and chance.random() < REPOSTED
        paragraphs = self.writer.paragraphs(chance.randrange(number) if from_earlier else number)
        if chance.random() < TWICE:
            paragraphs = paragraphs * 2
        title, time, style = html.escape(self.writer.title(number)), self.time(number), chance.randrange(3)
        body = "\n".join(_paragraph(html.escape(one), style) for one in paragraphs)
        source = f"省{self.writer.words[60 + number % 12]}厅"
        related = "".join(
            f'<li><a href="{self.path(max(0, number - n))}">{self.writer.title(max(0, number - n))}</a></li>'
            for n in range(1, 9)
        )
        return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>
<meta name="SiteName" content="栖州省人民政府"><meta name="ArticleTitle" content="{title}">
<meta name="PubDate" content="{time:%Y-%m-%d %H:%M:%S}"><meta name="ContentSource" content="{source}">
<style>{_STYLE}</style><script src="/js/jquery.min.js"></script></head>
<body><div class="top"><a href="/wap/">手机版</a></div>{self.menu}
<div class="main"><div class="location"><a href="/">首页</a> &gt; <a href="/xwfb/">新闻发布</a> &gt; 正文</div>
<div class="article"><h1 class="tit">{title}</h1><div class="info"><span>发布日期：{time:%Y-%m-%d %H:%M}</span>
<span>来源：{source}</span> <span>浏览次数：<script src="/n.js"></script></span></div>
<div class="content" id="zoom"><div class="view TRS_UEDITOR trs_web">{body}</div></div>
<div class="print"><a href="javascript:window.print()">【打印本页】</a></div></div>
<div class="related"><h3>相关信息</h3><ul>{related}</ul></div></div>{self.foot}</body></html>"""

    def list_page(self, page: int, held_back: int = 0) -> str:
        """A page of the list, on which the newest `held_back` articles do not stand yet."""
        last = self.pages - 1 - held_back
        newest_first = range(last - page * PER_LIST, max(-1, last - (page + 1) * PER_LIST), -1)
        items = "\n".join(
            f'<li><a href="{self.path(n)}" title="{self.writer.title(n)}">{self.writer.title(n)}</a>'
            f"<span>{self.time(n):%Y-%m-%d}</span></li>"
            for n in newest_first
        )
        pager = f'<script>createPageHTML({self.list_pages}, {page}, "index", "html");</script>'
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>新闻发布</title>
<style>{_STYLE}</style></head>
<body>{self.menu}<ul class="news-list">{items}</ul><div class="page">{pager}</div>{self.foot}</body></html>"""

    @property
    def list_pages(self) -> int:
        return -(-self.pages // PER_LIST)


def _paragraph(text: str, style: int) -> str:
    if style == 0:
        span = '<span style="font-family: 仿宋_GB2312; font-size: 16pt; line-height: 200%;">'
        return f'<p style="text-align: justify; text-indent: 2em;">{span}{text}</span></p>'
    if style == 1:
        return f"<p>　　{text}</p>"
    return f'<p class="MsoNormal" style="margin: 0cm; text-indent: 32pt"><font face="仿宋_GB2312">{text}</font></p>'


def build(folder: Path, pages: int, seed: int = 1, held_back: int = 0) -> list[str]:
    """Write a site of so many articles below `folder`, unless it stands there; the paths of its articles.

    The newest `held_back` of them do not stand in its list.
    """
    site, done = Site(pages, seed), folder / "ready"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        for number in range(pages):
            _put(folder, site.path(number), site.article(number), site.time(number))
        for page in range(site.list_pages):
            name = f"/xwfb/index{f'_{page}' if page else ''}.html"
            _put(folder, name, site.list_page(page, held_back), NEWEST - timedelta(days=1) if held_back else NEWEST)
        (folder / "robots.txt").write_text("User-agent: *\nAllow: /\n")
        done.touch()
    return [site.path(number) for number in range(pages)]


def publish(folder: Path, pages: int, seed: int = 1) -> None:
    """Let what a site of one list page held back stand in it. nginx knows of the new page within a second."""
    _put(folder, "/xwfb/index.html", Site(pages, seed).list_page(0), NEWEST)


def _put(folder: Path, path: str, page: str, time: datetime) -> None:
    target = folder / path.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = target.with_name(target.name + ".gz")
    target.write_bytes(page.encode())
    packed.write_bytes(gzip.compress(page.encode(), 6, mtime=0))
    for file in (target, packed):
        os.utime(file, (time.timestamp(), time.timestamp()))


def address(host: int) -> str:
    """The loopback address of a host, counted from 0."""
    return f"127.0.{1 + host // 250}.{1 + host % 250}"


@contextmanager
def workplace(folder: Path | None) -> Iterator[Path]:
    """A folder that nginx may serve from: the one named, which stays, or a temporary one."""
    with tempfile.TemporaryDirectory(prefix="gongbao-bench-") as temporary:
        work = folder or Path(temporary)
        work.mkdir(parents=True, exist_ok=True)
        work.chmod(0o755)
        yield work


@contextmanager
def served(folder: Path, hosts: int = 1) -> Iterator[list[str]]:
    """nginx over `folder`, compressed files as they are; the addresses of its hosts.

    Several hosts are 127.0.1.1 and on; each serves the folder of its name.
    """
    root = folder.absolute() if hosts == 1 else f"{folder.absolute()}/$server_addr"
    addresses = ["127.0.0.1"] if hosts == 1 else [address(n) for n in range(hosts)]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    listens = " ".join(f"listen {one}:{port} backlog=512;" for one in addresses)
    with tempfile.TemporaryDirectory(prefix="gongbao-nginx-") as work:
        temporary = " ".join(f"{kind}_temp_path {work}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
        Path(work, "nginx.conf").write_text(
            f"""worker_processes 1; pid {work}/pid; error_log {work}/error.log; daemon off;
events {{ worker_connections 16384; multi_accept on; }}
http {{ types {{ text/html html; text/plain txt; }} charset utf-8; access_log off; sendfile on;
 keepalive_requests 1000000;
 etag on; open_file_cache max=60000 inactive=600s; open_file_cache_valid 1s; client_body_temp_path {work}/body; {temporary}
 server {{ {listens} root {root}; gzip_static on; }} }}\n"""
        )
        server = subprocess.Popen(["nginx", "-c", f"{work}/nginx.conf"], stderr=subprocess.DEVNULL)
        try:
            while not Path(work, "pid").exists() or not Path(work, "pid").read_text():
                if server.poll() is not None:
                    raise SystemExit(f"nginx did not start: {Path(work, 'error.log').read_text()[-300:]}")
            yield [f"http://{one}:{port}" for one in addresses]
        finally:
            server.terminate()
            server.wait()


def source(id: str, lists: list[str]) -> str:
    """The declaration of a source with these lists."""
    quoted = ", ".join(f'"{url}"' for url in lists)
    return (
        f'[{id}]\nname = "栖州省人民政府"\nregion = "370000"\nlevel = "province"\nfamily = "trs"\nlists = [{quoted}]\n'
        'rights = "official"\n'
    )
