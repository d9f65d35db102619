"""The fault matrix of docs/health.md: a source was well on three days; what its next crawl says of each fault."""

import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawler.sources import SourceError, load_sources
from tests.conftest import crawl, rows
from tests.crawler.certificates import make_certificates, secured
from tests.serving import Answer, Pages

PER_PAGE, FIRST, DAILY = 10, 20, 6
DAYS = ["2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13"]
WORKS = ("春季造林", "水库除险加固", "农村公路养护", "老旧小区改造", "河道清淤", "学校食堂检查", "抗旱保苗", "集市整治")
SENTENCES = (
    "会议听取了{work}进展情况的汇报，对下一步工作作出安排。",
    "各乡镇要压实责任，倒排工期，确保{work}按时完成。",
    "县财政安排专项资金{n}万元，用于{work}。",
    "截至目前，全县已有{n}个村完成了{work}任务。",
    "县督查组将对{work}开展情况进行专项检查，并通报结果。",
    "县农业农村局负责人表示，{work}关系群众切身利益，必须抓实抓细。",
)
DECLARED = r"""[one]
name = "清峦县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
article = '/art/\d+\.html'
body = [".content"]
minimum = 10
"""


def paragraphs(n: int) -> list[str]:
    work = WORKS[n % len(WORKS)]
    return [
        "　　" + "".join(SENTENCES[(n + i + j) % len(SENTENCES)].format(work=work, n=n * 7 + i) for j in range(3))
        for i in range(6 + n % 4)
    ]


@dataclass
class Site:
    """A county's site on its fourth day, with one thing wrong with it."""

    number: int = FIRST + 3 * DAILY  # of articles, the newest last
    container: str = "content"
    printed: str = "发布日期：{day} 09:30"
    listed: str = "{day}"
    encode: Callable[[str], bytes] = str.encode
    texts: Callable[[int], list[str]] = paragraphs
    second: int = 2  # the page that /list/2.html shows
    pages: Mapping[str, bytes | Answer] = field(default_factory=dict)  # what is served instead
    articles: Callable[[int], bytes | Answer] | None = None

    def day(self, n: int) -> str:
        return DAYS[max(0, (n - FIRST) // DAILY + 1)] if n >= FIRST else f"2026-02-{n + 1:02}"

    def article(self, n: int) -> bytes | Answer:
        if self.articles:
            return self.articles(n)
        body = "".join(f"<p>{one}</p>" for one in self.texts(n))
        printed = self.printed.format(day=self.day(n))
        return self.encode(
            f"<html><head><title>{title(n)}-清峦县人民政府</title></head><body><h1>{title(n)}</h1>"
            f"<div class='info'>{printed}　来源：清峦县融媒体中心</div>"
            f"<div class='{self.container}'>{body}</div></body></html>"
        )

    def list_page(self, page: int) -> bytes:
        shown = range(self.number - 1, -1, -1)[(page - 1) * PER_PAGE : page * PER_PAGE]
        items = "".join(
            f"<li><a href='/art/{n}.html'>{title(n)}</a><span>{self.listed.format(day=self.day(n))}</span></li>"
            for n in shown
        )
        following = f"<a href='/list/{page + 1}.html'>下一页</a>" if page * PER_PAGE < self.number else ""
        return self.encode(f"<html><body><ul>{items}</ul><div>{following}</div></body></html>")

    def served(self) -> dict[str, bytes | Answer]:
        lists = {f"/list/{p}.html": self.list_page(p) for p in range(1, self.number // PER_PAGE + 2)}
        lists |= {"/list/": self.list_page(1), "/list/2.html": self.list_page(self.second)}
        return {**lists, **{f"/art/{n}.html": self.article(n) for n in range(self.number)}, **self.pages}


def title(n: int) -> str:
    return f"全县{WORKS[n % len(WORKS)]}工作第{n}次推进会召开"


@dataclass
class Stand:
    """The archive after three days in health, and the server that stands for the site."""

    pages: Pages
    folder: Path
    before: list[tuple[str, str]]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder = tmp_path_factory.mktemp("healthy")
    with Pages({}) as pages:
        (folder / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        for day in range(3):
            pages.pages = Site(number=FIRST + day * DAILY).served()
            crawl("one", SOURCES=folder / "one.toml", ARCHIVE_DIR=folder, NOW=f"{DAYS[day]}T22:00")
        assert [outcome for (outcome,) in rows(folder, "SELECT outcome FROM crawls")] == ["ok"] * 3
        yield Stand(pages, folder, rows(folder, TEXTS))


@pytest.fixture
def stand(healthy: Stand, tmp_path: Path) -> Stand:
    """A copy of it, for a fourth day."""
    shutil.copytree(healthy.folder, tmp_path / "archive")
    return Stand(healthy.pages, tmp_path / "archive", healthy.before)


TEXTS = "SELECT url_key, v.text FROM versions v JOIN releases r ON r.id = v.release"


def last(folder: Path) -> tuple[str, str]:
    """The outcome of the last crawl, and its problems."""
    [(outcome, problems)] = rows(folder, "SELECT outcome, problems FROM crawls ORDER BY id DESC LIMIT 1")
    return outcome, " | ".join(json.loads(problems))


SHELL = b"<html><script>document.cookie='__jsl_clearance=1;path=/';location.href=location.pathname</script></html>"
LOGIN = "<html><h2>用户登录</h2><form><input name=u><input type='password' name=p></form></html>".encode()
SORRY = (
    "<html><head><title>出错了</title></head><body><h1>出错了</h1><div class='content'>"
    "<p>很抱歉，您访问的页面不存在或已被删除，请返回首页。</p></div></body></html>"
).encode()
OTHER = "".join(
    f"<li><a href='/art/9{n:02}.html'>旧闻{n}：县志编修工作座谈会召开</a><span>2019-05-{n + 10}</span></li>"
    for n in range(9)
)


def old_news(n: int) -> bytes:
    """An article of the list that took the other's place."""
    head = f"<h1>旧闻{n}：县志编修工作座谈会召开</h1><div class='info'>发布日期：2019-05-{n + 10} 09:30</div>"
    return f"<html><body>{head}<div class='content'>{''.join(map('<p>{}</p>'.format, paragraphs(40 + n)))}</div></body></html>".encode()


EMPTY = b"<html><body><ul></ul></body></html>"


def garbled(text: str) -> bytes:
    return text.encode().decode("gb18030", "replace").encode()


def half(n: int) -> list[str]:
    return paragraphs(n)[: len(paragraphs(n)) // 2]


def new_ones(other: Callable[[int], list[str]]) -> Callable[[int], list[str]]:
    return lambda n: other(n) if n >= FIRST + 2 * DAILY else paragraphs(n)


FAULTS: dict[str, tuple[Site, str, str]] = {
    "nothing is wrong": (Site(), "ok", ""),
    "the list's markup has changed": (Site(pages={"/list/": b"<ul><li data-u='/art/1'>x</li></ul>"}), "broken", "no entries"),
    "the list is empty": (Site(pages={"/list/": EMPTY}), "broken", "shows no entries"),
    "the list is an error page with 200": (Site(pages={"/list/": SORRY}), "broken", "shows no entries"),
    "the list answers 404": (Site(pages={"/list/": Answer(b"", 404)}), "broken", "answered 404"),
    "the list leads to the front page": (
        Site(pages={"/list/": Answer(b"", 302, {"Location": "/"}), "/": Site().list_page(1)}), "broken", "leads to",
    ),
    "the list asks for a login": (Site(pages={"/list/": LOGIN}), "blocked", "login"),
    "the list is an anti-bot shell": (Site(pages={"/list/": SHELL}), "blocked", "challenge"),
    "the list answers 403": (Site(pages={"/list/": Answer(b"", 403)}), "blocked", "answered 403"),
    "the articles are anti-bot shells": (Site(articles=lambda n: SHELL), "blocked", "challenge"),
    "the articles have no text": (Site(texts=lambda n: []), "broken", "no-text"),
    "the articles are error pages with 200": (Site(articles=lambda n: SORRY), "broken", "none of 6 new articles"),
    "the articles all say the same": (Site(texts=new_ones(lambda n: paragraphs(0))), "suspect", "the same text"),
    "the declared container is gone": (Site(container="neirong"), "suspect", "none of the declared containers"),
    "dates of articles are not understood": (Site(printed="时间：丙午年二月"), "suspect", "no date"),
    "dates of the list are not understood": (Site(listed="三天前"), "suspect", "no date any more"),
    "the column has moved": (
        Site(pages={"/list/": Answer(b"", 301, {"Location": "/news/"}), "/news/": Site().list_page(1)}),
        "suspect", "/news/ now",
    ),
    "the column has been replaced": (
        Site(
            pages={
                "/list/": f"<ul>{OTHER}</ul>".encode(),
                **{f"/art/9{n:02}.html": old_news(n) for n in range(9)},
            }
        ),
        "suspect", "nothing that it showed before",
    ),
    "the column shows the old list for ever": (Site(number=FIRST + 2 * DAILY), "quiet", ""),
    "the charset has changed": (Site(encode=lambda text: text.encode("gb18030")), "ok", ""),
    "the text is garbled": (Site(encode=garbled), "broken", "garbled ("),
    "pages go round": (Site(number=FIRST + 4 * DAILY, second=1), "suspect", "its first pages again"),
    "half of the body is gone, of held pages": (Site(texts=half), "suspect", "lost a good part of their text"),
    "all pages gain a line of their template": (
        Site(texts=lambda n: [*paragraphs(n), "运维单位：清峦县融媒体中心"]), "suspect",
        "9 of 9 changed releases gained the same sentence: 运维单位：清峦县融媒体中心",
    ),
    "two held pages are corrected alike": (
        Site(texts=lambda n: [*paragraphs(n), "更正：总投资三百万元。"] if n in (30, 31) else paragraphs(n)), "ok", "",
    ),
    "half of the body is gone, of new pages": (Site(texts=new_ones(half)), "suspect", "characters long (median)"),
    "robots.txt answers 503": (Site(pages={"/robots.txt": Answer(b"", 503)}), "broken", "robots.txt answers 503"),
    "robots.txt closes the list": (
        Site(pages={"/robots.txt": Answer(b"User-agent: *\nDisallow: /\n", 200, {"Content-Type": "text/plain"})}),
        "blocked", "robots.txt",
    ),
    "robots.txt closes the articles": (
        Site(pages={"/robots.txt": Answer(b"User-agent: *\nDisallow: /art/\n", 200, {"Content-Type": "text/plain"})}),
        "blocked", "articles that robots.txt closes: ",
    ),
}  # fmt: skip
ALWAYS = {
    "nothing is wrong",
    "the list's markup has changed",
    "the list is an error page with 200",
    "the list is an anti-bot shell",
    "the list is empty",
    "the list asks for a login",
    "dates of articles are not understood",
    "the column has moved",
    "the text is garbled",
    "pages go round",
    "half of the body is gone, of held pages",
    "all pages gain a line of their template",
    "two held pages are corrected alike",
}


@pytest.mark.parametrize(
    "fault", [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.slow) for name in FAULTS]
)
def test_the_fault_matrix(stand: Stand, fault: str) -> None:
    site, expected, said = FAULTS[fault]
    stand.pages.pages = site.served()
    settings = {"SOURCES": stand.folder / "one.toml", "ARCHIVE_DIR": stand.folder, "NOW": f"{DAYS[3]}T22:00"}
    done = crawl("one", status=2 if expected in ("broken", "blocked") else 0, **settings)
    outcome, problems = last(stand.folder)
    assert (outcome, said in problems) == (expected, True), problems
    assert f"one: {expected}:" in done.stdout.splitlines()[-1]
    kept = rows(stand.folder, TEXTS)
    assert set(stand.before) <= set(kept)


# faults of a host rather than of its pages


def declared(folder: Path, url: str, more: str = "") -> dict[str, object]:
    (folder / "one.toml").write_text(DECLARED.format(url=url) + more, "utf-8")
    return {"SOURCES": folder / "one.toml", "ARCHIVE_DIR": folder / "archive"}


def test_a_host_without_an_address_is_broken(tmp_path: Path) -> None:
    crawl("one", status=2, **declared(tmp_path, "http://no-such-host.invalid/list/"))
    outcome, problems = last(tmp_path / "archive")
    assert outcome == "broken"
    assert "has a name that cannot be resolved" in problems


def test_a_host_that_does_not_answer_in_time_is_broken(tmp_path: Path) -> None:
    class Slow(dict[str, bytes | Answer]):
        def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
            time.sleep(3)
            return Answer(b"", 404)

    with Pages({}) as pages:
        pages.pages = Slow()
        crawl("one", status=2, DOWNLOAD_TIMEOUT=1, **declared(tmp_path, pages.url("/list/")))
    outcome, problems = last(tmp_path / "archive")
    assert outcome == "broken"
    assert "did not answer in time" in problems


@pytest.mark.parametrize(
    ("days", "tls", "outcome", "said"),
    [
        (-5, "", "broken", "has a certificate that is not valid"),
        (-5, "unverified", "ok", ""),
        (50, "", "ok", ""),
        pytest.param(50, "legacy", "ok", "", marks=pytest.mark.slow),
    ],
)
def test_certificates_are_verified_unless_a_declaration_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, tls: str, outcome: str, said: str
) -> None:
    authority, certificate = make_certificates(tmp_path, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    with secured(Pages(Site(number=11).served()), certificate) as pages:
        url = pages.url("/list/").replace("http:", "https:")
        settings = declared(tmp_path, url, f'tls = "{tls}"\n' if tls else "")
        crawl("one", status=2 if outcome == "broken" else 0, **settings)
    found, problems = last(tmp_path / "archive")
    assert found == outcome
    assert said in problems
    assert rows(tmp_path / "archive", "SELECT tls FROM crawls") == [(tls,)]


class Calendar(dict[str, bytes | Answer]):
    """A calendar that has a page for every day of all time."""

    def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
        if path == "/robots.txt":
            return Answer(b"", 404)
        if path.startswith("/art/"):
            return Answer(Site().article(int(path.split("/")[2].split(".")[0])))  # type: ignore[arg-type]
        n = int(path.strip("/").removeprefix("list").strip("/") or 0)
        links = "".join(f"<li><a href='/art/{n * 3 + i}.html'>{title(n * 3 + i)}</a></li>" for i in range(3))
        return Answer(f"<ul>{links}</ul><a href='/list/{n + 1}'>下一页</a>".encode())


def test_an_endless_calendar_comes_to_an_end_that_is_explained(tmp_path: Path) -> None:
    with Pages({}) as pages:
        pages.pages = Calendar()
        crawl("one", LIST_PAGES_MAX=8, **declared(tmp_path, pages.url("/list/")))
        lists = [asked.path for asked in pages.asked if asked.path.startswith("/list/")]
    outcome, problems = last(tmp_path / "archive")
    assert len(lists) == 8
    assert outcome == "suspect"
    assert "goes on beyond 8 pages: the walk was ended (LIST_PAGES_MAX)" in problems


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ({"REQUESTS_PER_DAY": 8}, "8 requests"),
        pytest.param({"BYTES_PER_DAY": 9000}, "9000 bytes", marks=pytest.mark.slow),
    ],
)
def test_what_a_day_s_budget_leaves_is_taken_up_the_next_day(tmp_path: Path, budget: dict[str, int], said: str) -> None:
    with Pages(Site(number=12).served()) as pages:
        settings = declared(tmp_path, pages.url("/list/"))
        asked = []
        for hour in ("01", "09"):
            crawl("one", NOW=f"{DAYS[0]}T{hour}:00", **settings, **budget)
            asked.append(len(pages.asked))
        outcome, problems = last(tmp_path / "archive")
        assert (outcome, said in problems) == ("quiet", True)
        assert 0 < asked[0] == asked[1] < 14
        left = rows(tmp_path / "archive", "SELECT state, count(*) FROM listings GROUP BY 1 ORDER BY 1")
        assert [state for state, _ in left] == ["held", "pending"]
        assert rows(tmp_path / "archive", "SELECT day, requests FROM usage") == [(DAYS[0], asked[0])]
        crawl("one", NOW=f"{DAYS[1]}T01:00", **settings)
    assert rows(tmp_path / "archive", "SELECT state, count(*) FROM listings GROUP BY 1") == [("held", 12)]
    assert rows(tmp_path / "archive", "SELECT DISTINCT attempts FROM listings") == [(0,)]


@pytest.mark.slow
def test_pages_that_go_round_in_a_first_crawl_end_by_themselves(tmp_path: Path) -> None:
    with Pages(Site(number=30, second=1).served()) as pages:
        crawl("one", **declared(tmp_path, pages.url("/list/")))
    outcome, said = last(tmp_path / "archive")
    assert (outcome, "list" in said) == ("ok", False)
    assert rows(tmp_path / "archive", "SELECT count(*) FROM releases") == [(10,)]


def test_a_tls_exception_that_is_none_is_said(tmp_path: Path) -> None:
    settings = declared(tmp_path, "https://127.0.0.1:1/list/", 'tls = "none"\n')
    with pytest.raises(SourceError, match="tls: 'none' is not one of legacy, unverified"):
        load_sources(str(settings["SOURCES"]))
