import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import Page, Unreadable
from archive.texts.encoding import decode
from crawler.probe.look import provisional_source
from crawler.probe.page import boxes
from crawler.probe.proposal import common_shape, propose
from crawler.probe.recognise import recognise
from crawler.sources import load_families, load_sources
from crawler.sources.written import declaration
from pipelines.extract import extract
from spiders.lists.links import parse_html
from tests.conftest import SHARED, crawl, rows, scrapy
from tests.serving import Answer, Pages
from tests.test_families import test_articles_are_read as read_article
from tests.test_families import test_lists_are_read_page_after_page as read_lists
from tests.test_shared import f1

FAMILIES = Path(__file__).parents[2] / "families"
TEXT = "云埠市召开全市春季防汛工作会议，部署水库除险、河道清障和应急值守等工作。会议要求各县区完成物资清点。"


def recognised(text: str, url: str) -> tuple[str, tuple[str, ...]]:
    return recognise(text, url, load_families().values())


def article(title: str) -> bytes:
    meta = '<meta name="SiteName" content="云埠市人民政府"><meta name="SiteIDCode" content="9903000001">'
    info = "<p>发布时间：2026-04-11 15:20　来源：云埠日报</p>"
    body = f"<div class=TRS_Editor>{f'<p>{TEXT}</p>' * 8}</div>"
    head = f"<meta charset=utf-8>{meta}<title>{title}</title>"
    return f"<html><head>{head}</head><body><h1>{title}</h1>{info}{body}</body></html>".encode()


def site() -> dict[str, bytes | Answer]:
    rows = [
        f'<li><a href="./202604/t202604{n:02}_{n}.html">第{n}号新闻</a><span>2026-04-{n:02}</span></li>'
        for n in range(1, 9)
    ]
    pages: dict[str, bytes | Answer] = {
        f"/xw/202604/t202604{n:02}_{n}.html": article(f"第{n}号新闻") for n in range(1, 9)
    }
    pages["/xw/"] = f"<ul>{''.join(rows[:5])}</ul><script>createPageHTML(2, 0, 'index', 'html')</script>".encode()
    pages["/xw/index_1.html"] = (
        f"<ul>{''.join(rows[5:])}</ul><script>createPageHTML(2, 1, 'index', 'html')</script>".encode()
    )
    return pages


def declare(folder: Path, url: str, more: str = "") -> Path:
    path = folder / "some.toml"
    head = '[yunbu]\nname = "云埠市人民政府"\nregion = "990300"\nlevel = "city"\n'
    path.write_text(f'{head}family = "trs"\nlists = ["{url}"]\n{more}', "utf-8")
    return path


def test_a_list_is_shown_with_its_family_its_next_page_and_an_article(tmp_path):
    with Pages(site()) as pages:
        done = scrapy("probe", pages.url("/xw/"))
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "trs, by createPageHTML(2",
        "5, 5 with a day, 2026-04-01 to 2026-04-05",
        "2026-04-03        第3号新闻",
    ):
        assert words in done.stdout
    for words in (
        "index_1.html (3 entries, 3 of them new)",
        "2026-04-11T15:20+08:00",
        "云埠日报",
        "container  .TRS_Editor",
        TEXT[:20],
    ):
        assert words in done.stdout


def test_what_is_proposed_can_be_pasted_and_crawled(tmp_path):
    with Pages(site()) as pages:
        done = scrapy("probe", pages.url("/xw/"), ARCHIVE_DIR=tmp_path / "data")
        table = "[" + done.stdout.rpartition("\n[")[2]
        (tmp_path / "pasted.toml").write_text(table, "utf-8")
        (source,) = load_sources(tmp_path / "pasted.toml").values()
        assert (source.name, source.region, source.level) == ("云埠市人民政府", "990300", "city")
        assert (source.family, source.lists) == ("trs", (pages.url("/xw/"),))
        assert len([line for line in table.splitlines() if not line.startswith("#")]) == 6
        crawl(source.id, SOURCES=tmp_path / "pasted.toml", ARCHIVE_DIR=tmp_path / "data")
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(8,)]


def test_what_a_person_vouches_for_stands_behind_the_table():
    table = propose("http://www.luoxi.gov.cn/xw/", "trs", [], [], "2026-04-11")
    vouched = table.replace("# rights", "rights").replace("# evidence", "evidence").replace("# verified", "verified")
    (before,), (after,) = (tomllib.loads(text).values() for text in (table, vouched))
    assert after == before | {"rights": "official", "evidence": "live", "verified": "2026-04-11"}


def test_a_name_that_is_taken_is_not_proposed():
    made = [
        propose("http://www.luoxi.gov.cn/xw/", "trs", [], [], "", taken)
        for taken in ((), {"luoxi"}, {"luoxi", "luoxi_2"})
    ]
    assert [table.splitlines()[0] for table in made] == ["[luoxi]", "[luoxi_2]", "[luoxi_3]"]


def test_an_interface_that_is_asked_by_post_is_probed():
    place = "/szinf/xxgk/interfacesWebZcwj/loadData?pageSize=2"
    with Pages(site()) as pages:
        for number in (1, 2, 3):
            name = f"/lx/zfwj/202604/57f2227cdfff4bef8a8c37ee8580add{number}.shtml"
            row = {"TITLE": f"第{number}号通知", "URL": pages.url(name), "PUBLISHED_TIME_FORMAT": "2026-04-11"}
            pages.pages[name] = article(row["TITLE"])
            pages.pages[f"{place} pageIndex={number}"] = json.dumps({"data": {"list": [row]}}).encode()
        done = scrapy("probe", pages.url(place))
    assert done.returncode == 0
    for words in (
        "ucap, by /interfacesWebZcwj/loadData",
        "第1号通知",
        "next page  POST",
        "1 entries, 1 of them new",
        TEXT[:20],
    ):
        assert words in done.stdout


def test_a_declared_source_that_is_as_declared_shows_no_disagreement(tmp_path):
    with Pages(site()) as pages:
        done = scrapy("probe", "yunbu", SOURCES=declare(tmp_path, pages.url("/xw/")))
    assert done.returncode == 0
    assert "disagrees" not in done.stdout


@pytest.mark.parametrize(
    ("path", "more", "words"),
    [
        ("/xw/", 'body = ["#gone"]', "no selector of `body` finds anything"),
        ("/moved/", "", "the list has moved to"),
        ("/xw/", 'exclude = "新闻"', "every entry is left out"),
        ("/other/", "", "looks like family vsb, and trs is declared"),
    ],
)
def test_what_disagrees_with_a_declaration_is_said(tmp_path, path, more, words):
    with Pages(site()) as pages:
        pages.pages["/moved/"] = Answer(b"", 302, {"Location": "/xw/"})
        pages.pages["/other/"] = b'<div id="vsb_content"></div><a href="/xw/202604/t20260401_1.html">x</a> 2026-04-01'
        done = scrapy("probe", "yunbu", SOURCES=declare(tmp_path, pages.url(path), more))
    assert done.returncode == 0
    assert words in done.stdout


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"%PDF-1.4 x", 200, {"Content-Type": "application/pdf"}), "is a PDF, not a page"),
        (Answer(b"%PDF-1.4 x", 200, {"Content-Type": "text/html"}), "is a PDF, not a page"),
        (Answer(b"\x89PNG", 200, {"Content-Type": "image/png"}), "is of type image/png, not a page"),
        (Answer(b"gone", 404), "answered 404"),
        (Answer(b"no", 403), "answered 403"),
        (b"<html><body>nothing here</body></html>", "shows no list"),
        (b"", "shows no list"),
        (article("一则新闻") + b'<a href="/a.html">x</a>', "looks like an article"),
        (b"<script>document.cookie='x=1';location.reload()</script>", "turns us away"),
    ],
)
def test_what_is_no_list_is_said_in_one_sentence(answer, words):
    with Pages({"/x": answer}) as pages:
        done = scrapy("probe", pages.url("/x"))
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_page_that_is_too_large_is_said(tmp_path):
    with Pages({"/x": b"<p>" * 400_000}) as pages:
        done = scrapy("probe", pages.url("/x"), DOWNLOAD_MAXSIZE=1_000_000)
    assert done.returncode == 2
    assert "is larger than DOWNLOAD_MAXSIZE" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_what_robots_closes_is_not_probed():
    with Pages({**site(), "/robots.txt": b"User-agent: *\nDisallow: /xw/"}) as pages:
        done = scrapy("probe", pages.url("/xw/"))
        assert [asked.path for asked in pages.asked] == ["/robots.txt"]
    assert done.returncode == 2
    assert "robots.txt" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name one list to probe"),
        (["nosuch"], "neither an address"),
        (["ftp://luoxi.gov.cn/"], "neither an address"),
        (["http://127.0.0.1:9/"], "http://127.0.0.1:9/ waits: its host refused the connection"),
        (["http://nosuch.invalid/"], "waits: its host has a name that cannot be resolved"),
        (["http://10.0.0.1/"], "private address"),
        (["http://[bad/"], "address"),
    ],
)
def test_a_wrong_argument_is_said_in_one_sentence(arguments, words):
    done = scrapy("probe", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_pages_are_kept_as_a_bundle(tmp_path):
    folder = tmp_path / "bundle"
    with Pages(site()) as pages:
        assert scrapy("probe", pages.url("/xw/"), "--save", str(folder)).returncode == 0
        again = scrapy("probe", pages.url("/xw/"), "--save", str(folder))
        truth = tomllib.loads((folder / "truth.toml").read_text("utf-8"))
        assert [one["url"] for one in truth["list"]] == [pages.url("/xw/"), pages.url("/xw/index_1.html")]
        assert (folder / truth["list"][0]["file"]).read_bytes() == pages.pages["/xw/"]
        assert truth["list"][0]["entries"][0] == [pages.url("/xw/202604/t20260401_1.html"), "第1号新闻", "2026-04-01"]
        assert truth["article"]["published"] == "2026-04-11T15:20+08:00"
    assert again.returncode == 2
    assert "is not empty" in again.stderr


@pytest.mark.parametrize("how", ["address", "declaration"])
def test_a_bundle_is_read_as_the_families_pages_are(tmp_path, how):
    with Pages(site()) as pages:
        declared = declare(tmp_path, pages.url("/xw/"), 'delay = 0\nexclude = ""\nbody = [".TRS_Editor"]\n')
        target = pages.url("/xw/") if how == "address" else "yunbu"
        assert scrapy("probe", target, "--save", str(tmp_path / "bundle"), SOURCES=declared).returncode == 0
    read_lists(tmp_path / "bundle")
    read_article(tmp_path / "bundle")


def test_a_declaration_is_written_as_it_was_read(tmp_path):
    for source in load_sources().values():
        (tmp_path / "again.toml").write_text(declaration(source, load_families()[source.family]), "utf-8")
        assert load_sources(tmp_path) == {source.id: source}


def test_what_a_site_says_does_not_steer_the_terminal():
    with Pages({"/": "<a href='/1.html'>一\x1b[2J\u202e二</a> 2026-04-01".encode()}) as pages:
        done = scrapy("probe", pages.url("/"))
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


# what a bare list does not show, its address would: iqilu's host
@pytest.mark.parametrize("family", sorted(set(load_families()) - {"iqilu"}))
def test_a_family_is_recognised_by_its_list(family):
    told = tomllib.loads((FAMILIES / family / "truth.toml").read_text("utf-8"))["list"][0]
    text, _ = decode((FAMILIES / family / told["file"]).read_bytes(), "")
    assert recognised(text, told["url"])[0] == family


@pytest.mark.parametrize(
    ("url", "family"),
    [
        ("http://news.iqilu.com/shandong/yuanchuang/list_564_1.shtml", "iqilu"),
        ("http://mc.people.com.cn/GB/1662/", "people"),
        ("http://www.luoxi.gov.cn/", "html"),
    ],
)
def test_a_family_is_recognised_by_its_address(url, family):
    assert recognised("<p>nothing</p>", url)[0] == family


# The collection's words for families; what it calls dahe, media and other are no systems
LABELS = {"hanweb-jpaas": "jpaas", "hanweb-old": "hanweb", "zibo-channel-doc": "channel_doc", "gov.cn": "govcn"}
LABELS |= {"hebei-columns-uuid": "hebei", "founder-epaper": "founder", "litenews-shandianyun": "litenews"}

# Pages of which the collection says less, or something else, than they show themselves
SHOWN = {
    # two e-papers of Founder's: its tags around the text, pages and their pictures where Founder puts them
    "epaper.huanbohainews.com.cn__tangshan_2025_budget_report.html": "founder",
    "szb.kelamayi.com.cn__karamay_2025_statistical_bulletin_page07.html": "founder",
    # a page of a newspaper's edition, with the edition's other pages (node_2.htm) and articles (content_547409.htm)
    "www.dahe.cn__cwce-274a65d9.html": "founder",
    # /2020/06-09/98750.html and /2026/04-20/1398809.html
    "caizj.nanyang.gov.cn__nanyang_2019_budget_report.html": "henan",
    "tj.nanyang.gov.cn__nanyang_2025_statistical_bulletin.html": "henan",
    "tjj.xinyang.gov.cn__xinyang_2025_statistical_bulletin.html": "henan",
    "www.zmdrd.gov.cn__zhumadian_2018_budget_report.html": "henan",
    # /D08Y/9970746.jhtml
    "public.zhengzhou.gov.cn__zhengzhou_2025_budget_report.html": "jeecms",
    "tjj.zhengzhou.gov.cn__zhengzhou_2025_statistical_bulletin.html": "jeecms",
    # /dlzrmzf/xxgkml/c106264/pc/content/…/content_….html
    "www.dali.gov.cn__dali_2025_budget_report.html": "pclist",
    # /nw12338/20260515/<32 hex>.html
    "www.shanghai.gov.cn__shanghai_2025_budget_report.html": "shanghai",
}


def captured() -> list[tuple[str, str, str, str, bytes]]:
    """The captured pages: file, address or "", kind, the collection's word for the family, bytes."""
    index = SHARED / "captures" / "INDEX.tsv"
    if not index.exists():
        pytest.skip("the captured pages are not at hand")
    lines = (line.split("\t") for line in index.read_text("utf-8").splitlines()[1:])
    return [
        (
            file,
            url.split(" ")[0] if url.startswith("http") else "",
            kind,
            label.split(" ")[0],
            (index.parent / file).read_bytes(),
        )
        for file, url, kind, label, *_ in lines
    ]


def test_families_are_recognised_on_real_pages():
    right = known = 0
    for file, url, _, label, body in captured():
        family = recognised(decode(body, "")[0], url)[0]
        label = LABELS.get(label, label)
        if label in load_families():
            known += 1
            right += family == label
        else:
            assert family == SHOWN.get(file, "html"), file
    assert known > 80
    assert right >= 0.95 * known


@pytest.mark.parametrize(
    ("page", "family"),
    [
        ('<div class="Custom_UnionStyle"><p>一</p></div>', "trs"),
        # a text that was pasted from TRS's editor into another system
        ('<div class="Custom_UnionStyle"><p>一</p></div><script>_zcms_stat("SiteID=1")</script>', "html"),
        ("<!--enpproperty <date>2026-04-11</date>--><!--enpcontent-->一<!--/enpcontent-->", "html"),
        ('<a href="node_2.htm">2版</a><!--enpcontent-->一<!--/enpcontent-->', "founder"),
    ],
)
def test_what_is_pasted_tells_no_family(page, family):
    assert recognised(page, "")[0] == family


@pytest.mark.parametrize(
    ("urls", "shape"),
    [
        (["http://h/news/202603/5521.html", "http://h/news/202602/55.html"], r"/news/\d+/\d+\.html$"),
        (["http://h/c/9bc459f53d3d4abda752ae0e967cf68a.shtml"] * 2, r"/c/[0-9a-f]{32}\.shtml$"),
        (["http://h/about/", "http://h/news/1.html"], ""),
        (
            ["http://h/about/", "http://h/zt/", "http://h/news/1.html", "http://h/news/2.html", "http://h/news/3.html"],
            r"/news/\d+\.html$",
        ),
        (["http://h/c/1/", "http://h/news/1.html", "http://h/news/2.html", "http://h/news/3.html"], ""),
        (["http://h/about/", "http://h/about/"], ""),
        ([], ""),
    ],
)
def test_the_shape_that_addresses_share(urls, shape):
    assert common_shape(urls) == shape


@given(st.text(), st.text())
def test_whatever_a_page_says_the_table_is_valid(name, code):
    page = f'<meta name="SiteName" content="{name}"><META CONTENT="{code}" NAME=siteidcode>'
    (table,) = tomllib.loads(propose("http://www.luoxi.gov.cn/xw/", "html", [page], [], "2026-04-11")).values()
    assert table["lists"] == ["http://www.luoxi.gov.cn/xw/"]


def test_families_know_the_containers_of_real_pages():
    found = known = 0
    for _, url, kind, _, body in captured():
        text, _ = decode(body, "")
        family, _ = recognised(text, url)
        if kind != "article" or family == "html":
            continue
        try:
            extract(Page(url="http://www.luoxi.gov.cn/", source="", fetched="", body=body), None)
        except Unreadable:  # a page that only leads to a file has no container
            continue
        known += 1
        document = parse_html(text)
        selectors = load_families()[family].values.get("body", ())
        found += any(one.text_content().strip() for selector in selectors for one in document.cssselect(selector))
    assert found >= 0.95 * known


@pytest.mark.slow
def test_a_family_reads_its_pages_no_worse_than_the_general_rules_do():
    bench = SHARED / "bench" / "extract"
    if not bench.is_dir():
        pytest.skip("the pages with known texts are not at hand")
    scores = []
    for path in sorted(bench.glob("*.json")):
        truth, body = json.loads(path.read_text("utf-8")), path.with_suffix(".html").read_bytes()
        family, _ = recognised(decode(body, "")[0], truth["url"] or "")
        if family != "html":
            page = Page(url=truth["url"] or "http://www.luoxi.gov.cn/", source="", fetched="", body=body)
            found = (
                extract(page, source).text for source in (provisional_source(page.url, load_families()[family]), None)
            )
            scores.append([f1(text, truth["body"]) for text in found])
    by_family, by_rules = (sum(column) / len(scores) for column in zip(*scores, strict=True))
    assert len(scores) > 20
    assert by_family >= by_rules >= 0.99


def box(n: int, titles: int) -> str:
    rows = "".join(f"<li><a href='/{n}/{k}.html'>云埠市召开防汛工作会议{k}</a></li>" for k in range(titles))
    return f"<div><h3>栏目{n}<a href='/{n}/'>更多</a></h3><ul>{rows}</ul></div>"


@pytest.mark.parametrize(
    ("html", "number"),
    [
        (box(1, 3) + box(2, 4), 2),
        (box(1, 3), 0),
        (
            box(1, 3) + box(2, 4) + f"<ul>{box(3, 9).partition('<ul>')[2]}",
            0,
        ),  # the list of a column, with boxes beside it
        # a page made to take long: many links in one element, and in many
        (f"<div>{(box(1, 1) + '<a href=/m/>更多</a>') * 3000}</div>", 0),
        ("".join(f"<div>{box(n, 1)}" for n in range(2000)) + "</div>" * 2000, 2000),
    ],
)
def test_the_beginnings_of_columns_are_told(html: str, number: int) -> None:
    assert len(boxes(parse_html(f"<html><body>{html}</body></html>"), "http://x.example/")) == number
