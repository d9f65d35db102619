"""Lists that scripts draw, of a source with `browser = true`, crawled over HTTP with Chromium."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import crawl, rows, same_archive, scrapy
from tests.serving import Answer, Pages

pytest.importorskip("playwright", reason="the extra browser is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium"),
]

LINE = "`<li><a href='${r.u}'>${r.t}</a><span>${r.d}</span></li>`"
DRAW = f"const draw = rows => document.getElementById('l').innerHTML += rows.map(r => {LINE}).join('');"
KINDS = {
    "fetch": "fetch('/api/fetch.json').then(a => a.json()).then(a => draw(a.rows));",
    "posted": """const x = new XMLHttpRequest(); x.open('POST', '/api/posted.json');
        x.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
        x.onload = () => draw(JSON.parse(x.responseText).rows); x.send('page=1');""",
    "written": "document.write(ROWS.map(r => " + LINE + ").join(''));",
    "late": "setTimeout(() => fetch('/api/late.json').then(a => a.json()).then(a => draw(a.rows)), 400);",
    "callback": """window.came = a => draw(a.rows);
        const s = document.createElement('script'); s.src = '/api/callback.js'; document.head.append(s);""",
    "foot": """window.addEventListener('scroll', () => draw(ROWS), {once: true});
        document.body.style.height = '9000px';""",
    "framed": "",
}
HEAD = {"Content-Type": "text/html; charset=utf-8"}


def entries(kind: str) -> list[dict[str, str]]:
    return [
        {"u": f"/{kind}/{n}.html", "t": f"云埠市第{n}次{kind}便民服务工作推进会议召开", "d": f"2026-03-{n:02d}"}
        for n in range(1, 8)
    ]


def page(kind: str, script: str) -> Answer:
    listed = json.dumps(entries(kind), ensure_ascii=False)
    body = f"<ul id='l'></ul><script>{DRAW} const ROWS = {listed};</script><script>{script}</script>"
    return Answer(f"<!doctype html><title>要闻</title><body>{body}</body>".encode(), headers=HEAD)


def site() -> Pages:
    pages = Pages({"/robots.txt": b"User-agent: *\nDisallow: /closed/\n"})
    for kind, script in KINDS.items():
        pages.pages[f"/{kind}.html"] = page(kind, script)
        answer = json.dumps({"rows": entries(kind)}).encode()
        pages.pages[f"/api/{kind}.json"] = Answer(answer, headers={"Content-Type": "application/json"})
        for entry in entries(kind):
            text = f"<p>{entry['t']}，来自各区的代表参加了会议，会上讨论了下一阶段的安排。</p>" * 3
            article = f"<h1>{entry['t']}</h1><p>发布时间：{entry['d']}</p><div class='content'>{text}</div>"
            pages.pages[entry["u"]] = Answer(article.encode(), headers=HEAD)
    pages.pages["/framed.html"] = Answer(b"<body><iframe src='/inner/'></iframe></body>", headers=HEAD)
    pages.pages["/inner/"] = page("framed", "draw(ROWS.map(r => ({...r, u: '..' + r.u})))")
    pages.pages["/api/posted.json page=1"] = pages.pages.pop("/api/posted.json")
    called = f"came({json.dumps({'rows': entries('callback')})})".encode()
    pages.pages["/api/callback.js"] = Answer(called, headers={"Content-Type": "text/javascript"})
    return pages


def hostile(elsewhere: str) -> str:
    return f"""
    fetch('{elsewhere}/fetched'); new Image().src = '{elsewhere}/image';
    fetch('/closed/api.json'); fetch('file:///etc/passwd'); fetch('/leads-away');
    for (const [tag, key] of [['script', 'src'], ['iframe', 'src'], ['link', 'href']]) {{
        const e = document.createElement(tag); e[key] = '{elsewhere}/' + tag; e.rel = 'stylesheet'; document.head.append(e); }}
    try {{ new WebSocket('{elsewhere.replace("http", "ws")}/socket'); }} catch {{}}
    navigator.sendBeacon('{elsewhere}/beacon', 'x'); window.open('{elsewhere}/window'); alert('stop');
    try {{ navigator.serviceWorker.register('/worker.js'); }} catch {{}}
    draw(ROWS); setTimeout(() => location.href = '{elsewhere}/left', 50);"""


@dataclass
class Crawl:
    folder: Path
    sources: Path
    pages: Pages
    elsewhere: Pages
    said: str


def declare(folder: Path, pages: Pages, *kinds: str) -> Path:
    lists = json.dumps([pages.url(f"/{kind}.html") for kind in kinds])
    path = folder / "sources.toml"
    path.write_text(
        '[yunbu]\nname = "云埠市人民政府"\nregion = "990300"\nlevel = "city"\nfamily = "html"\n'
        f"browser = true\ndelay = 0\nlists = {lists}\n",
        "utf-8",
    )
    return path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder = tmp_path_factory.mktemp("drawn")
    with site() as pages, Pages({}, host="127.0.0.2") as elsewhere:
        pages.pages["/hostile.html"] = page("hostile", hostile(elsewhere.url("").rstrip("/")))
        pages.pages["/leads-away"] = Answer(status=302, headers={"Location": elsewhere.url("/redirected")})
        sources = declare(folder, pages, *KINDS, "hostile")
        done = crawl("yunbu", SOURCES=sources, ARCHIVE_DIR=folder / "archive", NOW="2026-03-10T09:00")
        yield Crawl(folder / "archive", sources, pages, elsewhere, done.stdout)


@pytest.mark.parametrize("kind", [*KINDS, "hostile"])
def test_each_entry_is_found(crawled: Crawl, kind: str) -> None:
    listed = rows(crawled.folder, "SELECT title FROM listings WHERE list_url LIKE ? ORDER BY title", f"%/{kind}.html")
    assert [title for (title,) in listed] == sorted(entry["t"] for entry in entries(kind))


def test_the_articles_are_held(crawled: Crawl) -> None:
    assert rows(crawled.folder, "SELECT count(*) FROM releases") == [(7 * len(KINDS),)], crawled.said


def test_a_page_reaches_no_other_host(crawled: Crawl) -> None:
    assert crawled.elsewhere.asked == []


def test_what_robots_txt_closes_is_not_asked_for(crawled: Crawl) -> None:
    assert [one.path for one in crawled.pages.asked if one.path.startswith("/closed/")] == []


def test_all_requests_say_who_asks(crawled: Crawl) -> None:
    assert {one.headers["user-agent"].partition("/")[0] for one in crawled.pages.asked} == {"gongbao"}


def test_what_a_page_asked_for_in_vain_is_told(crawled: Crawl) -> None:
    told = rows(crawled.folder, "SELECT problems FROM crawls")
    assert "its scripts asked for" in told[0][0]


def test_a_rebuild_reads_the_drawn_pages(crawled: Crawl, tmp_path: Path) -> None:
    for part in ("warc", "declared"):
        shutil.copytree(crawled.folder / part, tmp_path / part)
    done = scrapy("rebuild", SOURCES=crawled.sources, ARCHIVE_DIR=tmp_path)
    assert done.returncode == 0, done.stderr
    assert same_archive(tmp_path) == same_archive(crawled.folder)


def last_crawl(folder: Path) -> tuple[str, str]:
    [(outcome, problems)] = rows(folder, "SELECT outcome, problems FROM crawls")
    return outcome, problems


def test_a_challenge_is_not_solved(crawled: Crawl, tmp_path: Path) -> None:
    script = "<script>document.cookie='passed=1'; location.reload();</script>"
    crawled.pages.pages["/challenge.html"] = Answer(script.encode(), headers=HEAD)
    crawl("yunbu", SOURCES=declare(tmp_path, crawled.pages, "challenge"), ARCHIVE_DIR=tmp_path, status=2)
    assert last_crawl(tmp_path)[0] == "blocked"
    assert [one.path for one in crawled.pages.asked].count("/challenge.html") == 1


def test_without_the_extra_it_is_said(crawled: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = tmp_path / "lacking" / "playwright"
    lacking.mkdir(parents=True)
    (lacking / "__init__.py").write_text("raise ImportError('playwright')\n")
    monkeypatch.setenv("PYTHONPATH", str(lacking.parent))
    sources = declare(tmp_path, crawled.pages, *KINDS)
    crawl("yunbu", SOURCES=sources, ARCHIVE_DIR=tmp_path, EXTRACT_WORKERS=1)
    outcome, problems = last_crawl(tmp_path)
    assert outcome == "suspect"  # rows that stand in a script as data are read without it
    assert "is drawn by scripts, and was read undrawn: playwright is not installed" in problems
