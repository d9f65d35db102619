"""Real texts and pages, where a collection of them lies beside the checkout: crawled over HTTP, then compared."""

import csv
import html
import json
import re
import sqlite3
from collections import Counter
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.conftest import SHARED, crawl, rows
from tests.serving import Answer, Pages

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="no collection of real pages (../shared) beside this checkout"
)
SOURCE = """[{id}]
name = "{id}"
region = "370000"
level = "province"
family = "{family}"
lists = ["{url}"]
{more}
"""


def grams(text: str, n: int = 4) -> Counter[str]:
    text = re.sub(r"[\s\u00a0\u3000\u200b\ufeff|\\]+", "", re.sub(r"(?m)^\s*[-•·]\s", "", text))
    return Counter(text[i : i + n] for i in range(max(1, len(text) - n + 1)))


def f1(found: str, truth: str) -> float:
    a, b = grams(found), grams(truth)
    return 2 * (a & b).total() / (a.total() + b.total())


def seed(number: str) -> list[str]:
    """The lines of a seed that hold text."""
    [path] = (SHARED / "seeds").glob(f"{number}_*.txt")
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>　　{html.escape(line, quote=False)}</p>\n" for line in lines)


def epaper(title: str, lines: list[str]) -> bytes:
    body = "<br/>\n".join("　　" + html.escape(line, quote=False) for line in lines)
    return (
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=utf-8'><title>齐鲁晚报数字报</title></head><body>"
        "<div id='btdh'><a href='/qlwb/content/20200720/ArticelA06002SA.htm'>上一篇</a></div><table><tr>"
        f"<td class='font01'>{title}</td></tr><tr><td class='xx'><span id='contenttext'>{body}</span></td></tr></table></body></html>"
    ).encode()


def seed_pages() -> dict[str, tuple[str, str, bytes, dict[str, str]]]:
    """By name: family and further keys of its source, the page in its family's markup, and what must be held."""
    zero, one, two, three, four = (seed(f"00{n}") for n in range(5))
    author = [line for line in one if "记者" in line and "报道" in line and len(line) < 30][-1]
    one_body = one[4 : one.index(author) + 1]
    three_body = three[4 : next(i for i, line in enumerate(three) if line.startswith("(责编"))]
    half = four[2 : 2 + (len(four) - 2) // 2]
    assert half == four[2 + len(half) :]
    litenews = (
        "<!--a , 21 , 5164118--><html><head><meta charset='utf-8'><title>闪电新闻</title></head><body>"
        f"<div class='article_header'><h1>{one[0]}</h1><div class='from_pv'><p>{one[1]}</p><p>2020-02-22 12:33</p><p>{one[3]}</p></div></div>"
        f"<article class='shandianyun'>{paragraphs(one_body)}<p>来源：闪电新闻</p></article>"
        "<div class='hot'>闪电热点</div><p>阅读量:53.0W</p><p>打开“闪电新闻”看评论</p><p>351</p><div>相关推荐</div></body></html>"
    ).encode()
    editor = next(line for line in three if line.startswith("(责编"))
    people = (
        "<html><head><meta http-equiv='Content-Type' content='text/html; charset=GB2312'>"
        f"<title>{three[1]}--山东频道--人民网</title><meta name='publishdate' content='2020-04-13'></head><body>"
        f"<div class='clearfix w1000_320 text_title'><h3 class='pre'>{three[0]}</h3><h1>{three[1]}</h1><h4 class='sub'></h4>"
        f"<p class='author'>{three[2]}</p><div class='box01'><div class='fl'>2020年04月13日13:09&nbsp;&nbsp;来源：<a href='/'>人民网-山东频道</a></div>"
        f"</div></div><div class='box_con' id='rwb_zw'>{paragraphs(three_body)}<div class='edit clearfix'>{editor}</div></div>"
        "<div>推荐阅读</div></body></html>"
    ).encode("gb18030")
    head = f"<html><head><meta charset='utf-8'><title>{four[0]}_青岛政务网</title></head><body><div class='title'>{four[0]}</div><div>{four[1]}</div>"
    qingdao = f"{head}<div id='Zoom2'>{paragraphs(half)}{paragraphs(half)}</div></body></html>".encode()
    lines = "<br>\n".join("&nbsp; &nbsp; " + html.escape(line, quote=False) for line in half + half)
    broken = f"{head}<article>{lines}</article></body></html>".encode()
    zero_title, two_title = "稳住外贸外资基本盘 打造对外开放新高地", "专访山东省工业和信息化厅厅长于海田"
    qlwb = {"family": "html", "more": 'body = "#contenttext"\ntitle = "td.font01"'}
    return {
        "000": (zero_title, "\n".join(zero), epaper(zero_title, zero), qlwb),
        "001": (
            one[0],
            "\n".join(one_body),
            litenews,
            {"published": "2020-02-22T12:33+08:00", "publisher": "闪电新闻"},
        ),
        "002": (two_title, "\n".join(two), epaper(two_title, two), qlwb),
        "003": (
            three[1],
            "\n".join(three_body),
            people,
            {
                "family": "people",
                "published": "2020-04-13T13:09+08:00",
                "publisher": "人民网-山东频道",
                "path": "/n2/2020/0413/c166192-33944000.html",
            },
        ),
        "004": (four[0], "\n".join(half), qingdao, {"more": 'body = "#Zoom2"'}),
        "004br": (four[0], "\n".join(half), broken, {}),
    }


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    made = seed_pages()
    paths = {name: facts.get("path", f"/a/{name}.html") for name, (_, _, _, facts) in made.items()}
    site: dict[str, bytes | Answer] = {paths[name]: page for name, (_, _, page, _) in made.items()}
    for name, (title, _, _, _) in made.items():
        site[f"/{name}/"] = f"<html><body><ul><li><a href='{paths[name]}'>{title}</a></li></ul></body></html>".encode()
    with Pages(site) as pages:
        declared = [
            SOURCE.format(
                id=f"s{name}",
                url=pages.url(f"/{name}/"),
                family=facts.get("family", "html"),
                more=facts.get("more", ""),
            )
            for name, (_, _, _, facts) in made.items()
        ]
        (folder / "seeds.toml").write_text("\n".join(declared), "utf-8")
        for name in made:
            crawl(f"s{name}", SOURCES=folder / "seeds.toml", ARCHIVE_DIR=folder)
    return folder


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004", "004br"])
def test_a_seed_is_held_as_it_was_published(seeds: Path, name: str) -> None:
    title, text, _, facts = seed_pages()[name]
    [(found_title, found, published, publisher)] = rows(
        seeds, "SELECT title, text, published, publisher FROM releases WHERE source = ?", f"s{name}"
    )
    assert found_title.split() == title.split()
    assert f1(found, text) >= 0.98
    assert Counter("".join(line.split()) for line in found.split("\n")) == Counter(
        "".join(line.split()) for line in text.split("\n")
    )
    assert published == facts.get("published")
    assert publisher == facts.get("publisher")


def test_only_the_transcript_is_cut(seeds: Path) -> None:
    cut = rows(seeds, "SELECT DISTINCT source FROM releases JOIN repeats ON repeats.release = releases.id ORDER BY 1")
    assert cut == [("s004",), ("s004br",)]


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that a crawl of all captured articles gives, each at its own path, by family html."""
    folder = tmp_path_factory.mktemp("captures")
    with (SHARED / "captures" / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        index = [
            row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row["kind"] == "article"
        ]
    site: dict[str, bytes | Answer] = {}
    for row in index:
        path = urlsplit(row["original_url"].split(" ")[0]).path if row["original_url"].startswith("http") else ""
        path = path if len(path) > 1 and path not in site else f"/{quote(row['file'])}"
        site[path] = (SHARED / "captures" / row["file"]).read_bytes()
    links = "".join(f"<li><a href='{path}'>{path}</a></li>" for path in site)
    assert len(site) == len(index)
    with Pages({**site, "/index/": f"<html><body><ul>{links}</ul></body></html>".encode()}) as pages:
        declared = SOURCE.format(id="captures", url=pages.url("/index/"), family="html", more='exclude = ""')
        (folder / "captures.toml").write_text(declared, "utf-8")
        crawl("captures", SOURCES=folder / "captures.toml", ARCHIVE_DIR=folder, EXTRACT_WORKERS=2)
    return folder


def test_every_captured_article_is_read(captures: Path) -> None:
    """One of the 114 holds a title and no text: its bulletin was in a script that was not captured."""
    missing = rows(captures, "SELECT state, reason FROM listings WHERE state <> 'held'")
    assert missing == [("failed", "no-text")]
    assert rows(captures, "SELECT count(*) FROM releases") == [(113,)]


def test_a_bulletin_of_pictures_alone_is_a_release(captures: Path) -> None:
    assert rows(captures, "SELECT title, published FROM releases WHERE text = ''") == [
        ("喀什地区2025年国民经济和社会发展统计公报", "2026-04-08")
    ]


def test_no_replacement_character_is_stored(captures: Path) -> None:
    assert rows(captures, "SELECT url FROM releases WHERE instr(text, char(65533)) OR instr(title, char(65533))") == []


def test_the_benchmark_pages_are_read_through_the_crawl(tmp_path: Path) -> None:
    bench = SHARED / "bench" / "extract"
    truth = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(bench.glob("*.json"))}
    site: dict[str, bytes | Answer] = {f"/p/{name}.html": (bench / f"{name}.html").read_bytes() for name in truth}
    links = "".join(f"<li><a href='{path}'>{path}</a></li>" for path in site)
    with Pages({**site, "/index/": f"<html><body><ul>{links}</ul></body></html>".encode()}) as pages:
        (tmp_path / "bench.toml").write_text(
            SOURCE.format(id="bench", url=pages.url("/index/"), family="html", more='exclude = ""'), "utf-8"
        )
        crawl("bench", SOURCES=tmp_path / "bench.toml", ARCHIVE_DIR=tmp_path)
    found = {urlsplit(url).path[3:-5]: text for url, text in rows(tmp_path, "SELECT url, text FROM releases")}
    scores = {name: f1(found.get(name, ""), facts["body"]) for name, facts in truth.items()}
    assert sum(scores.values()) / len(scores) >= 0.95, sorted(scores.items(), key=lambda item: item[1])[:8]
    assert sqlite3.connect(tmp_path / "archive.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
