"""Articles over several pages: which the further ones are, and that a release is stored whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.model import Page, Part, Unreadable
from crawler.further_pages import MOST, further_pages, lacking
from pipelines.extract import extract
from tests.conftest import crawl, rows, same_archive, scrapy
from tests.serving import Answer, Pages

FIRST = "http://x.example/a/202603/t20260302_118.shtml"
PLAIN = "http://x.example/news/312.html"

COUNTED = "http://x.example/news/show-12-345-1.html"


def call(count: int, current: int = 0, name: str = "t20260302_118") -> str:
    return f'<script>createPageHTML({count}, {current}, "{name}", "shtml");</script>'


def of(url: str, *names: str) -> tuple[str, ...]:
    return tuple(url.rpartition("/")[0] + "/" + name for name in names)


@pytest.mark.parametrize(
    ("url", "html", "named"),
    [
        (FIRST, call(3), of(FIRST, "t20260302_118_1.shtml", "t20260302_118_2.shtml")),
        (FIRST, call(3, 1), of(FIRST, "t20260302_118_1.shtml", "t20260302_118_2.shtml")),
        (FIRST, "<script>createPage('2','0','t20260302_118','shtml')</script>", of(FIRST, "t20260302_118_1.shtml")),
        (FIRST, call(1), ()),
        (FIRST, call(9, name="index"), ()),
        (FIRST, call(9, name="t20260302_11"), ()),
        (FIRST, "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt) {}", ()),
        (FIRST + "?a=1", call(3), ()),
        ("http://x.example/a/index.shtml", call(9, name="index"), ()),
        ("http://x.example/a/", call(3), ()),
        (PLAIN, '<a href="312_2.html">下一页</a>', of(PLAIN, "312_2.html")),
        (PLAIN, "<a class=p href='/news/312-2.html' >2</a><a href=312-4.html>[尾页]</a>", of(PLAIN, "312-2.html", "312-3.html", "312-4.html")),
        (PLAIN, '<a href="312_2.html"><span>第 2 页</span></a>', of(PLAIN, "312_2.html")),
        (PLAIN, '<a href="312_2.html">&gt;</a>', of(PLAIN, "312_2.html")),
        (PLAIN, '<a href="312_2.html">市政府召开会议</a>', ()),
        (PLAIN, '<a href="http://y.example/news/312_2.html">2</a>', ()),
        (PLAIN, '<a href="/other/312_2.html">2</a>', ()),
        (PLAIN, '<a href="1312_2.html">2</a><a href="313_2.html">下一页</a><a href="312_2.htm">2</a>', ()),
        (PLAIN, '<a href="http://[/312_2.html">2</a>', ()),
        (PLAIN, '<a href=312.html>1</a> <a href=312_1.html>2</a> <a href=312_2.html>3</a>', of(PLAIN, "312_1.html", "312_2.html")),
        (PLAIN, '<a href=312.html>1</a> <a href=312_1.html>2</a>', of(PLAIN, "312_1.html")),
        (PLAIN, '<a href=312_1.html>下一页</a> <a href=312_3.html>尾页</a>', of(PLAIN, "312_1.html", "312_2.html", "312_3.html")),
        (PLAIN, '<a href=312.html>1</a> 2 <a href=312_2.html>3</a>', of(PLAIN, "312_1.html", "312_2.html")),
        (PLAIN, '<a href=312_1.html>1</a> <a href=312_2.html>2</a>', of(PLAIN, "312_2.html")),
        (PLAIN, '<a href=312_1.html>另一篇标题</a>', ()),
        (COUNTED, '1 <a href=show-12-345-2.html>2</a> <a href=show-12-345-3.html>3</a>', of(COUNTED, "show-12-345-2.html", "show-12-345-3.html")),
        (COUNTED, '<a href=show-12-345-1.html>1</a> <a href=show-12-345-2.html>2</a>', of(COUNTED, "show-12-345-2.html")),
        (COUNTED, '<a href=show-12-345-1.html>1</a> <a href=show-12-346-1.html>2</a>', ()),
        (COUNTED, '下一篇：<a href=show-12-346-1.html>另一篇标题</a>', ()),
        (COUNTED, '<a href=show-12-345-2.html>下一页</a>', ()),
        ("http://x.example/news/index.html", '<a href="index_2.html">下一页</a>', ()),
    ],
)  # fmt: skip
def test_further_pages(url: str, html: str, named: tuple[str, ...]) -> None:
    assert further_pages(url, html.encode()) == named


def test_a_pager_of_any_encoding_is_read() -> None:
    html = '<a href="312_2.html">下一页</a>'
    assert further_pages(PLAIN, html.encode("gb18030")) == of(PLAIN, "312_2.html")


def test_a_pager_that_shows_its_next_page_alone_is_followed_from_part_to_part() -> None:
    first = Page(url=PLAIN, source="x", fetched="", body=b'<a href="312_2.html">&gt;</a>')
    second = Part(url=PLAIN.replace("312", "312_2"), body=b'<a href="312_2.html">2</a><a href="312_3.html">3</a>')
    assert lacking(first) == of(PLAIN, "312_2.html")
    more = Page(url=PLAIN, source="x", fetched="", body=first.body, parts=(second,))
    assert lacking(more) == of(PLAIN, "312_3.html")


# whole crawls

DECLARED = r"""[one]
name = "某县人民政府"
region = "990101"
level = "county"
family = "trs"
lists = ["{url}"]
body = [".TRS_Editor"]
"""
NOW, LATER, NEXT = "2026-03-02T10:00", "2026-03-02T16:00", "2026-03-05T10:00"
TITLE = "县人民政府新闻发布会实录"
NAME = "t20260302_118"
PARTS = (f"/a/202603/{NAME}.shtml", f"/a/202603/{NAME}_1.shtml", f"/a/202603/{NAME}_2.shtml")
SAID = [
    [
        "发布会现在开始，首先介绍全县水库除险加固的进展情况。",
        "今年全县安排资金三千二百万元，加固水库十七座，其中小型水库十五座。",
    ],
    ["清沟水库的溢洪道已经浇筑完成，五月底以前可以蓄水。", "其余各座也都落实了施工单位，汛期以前全部完工。"],
    ["关于农村公路养护，去年共修补路面四万平方米。", "感谢大家的参与，今天的发布会到此结束。"],
]
WHOLE = "\n".join(line for part in SAID for line in part)


def page(number: int, said: list[str], count: int = 3) -> bytes:
    body = "".join(f"<p>　　{line}</p>" for line in said)
    return f"""<html><head><meta charset=utf-8><title>{TITLE}_某县人民政府</title><meta name=ArticleTitle content={TITLE}>
<meta name=PubDate content="2026-03-02 09:30"></head><body><h1>{TITLE}</h1><div>发布时间：2026-03-02 09:30</div>
<div class=TRS_Editor>{body}</div><div class=page><script>createPageHTML({count}, {number}, "{NAME}", "shtml");</script></div>
</body></html>""".encode()


@pytest.fixture
def pages() -> Iterator[Pages]:
    entry = f'<li><a href="./202603/{NAME}.shtml">{TITLE}</a><span>2026-03-02</span></li>'
    site: dict[str, bytes | Answer] = {"/a/": f"<html><body><ul>{entry}</ul></body></html>".encode()}
    site |= {path: page(n, said) for n, (path, said) in enumerate(zip(PARTS, SAID, strict=True))}
    with Pages(site) as served:
        yield served


def settings(folder: Path, pages: Pages, now: str = NOW) -> dict[str, object]:
    path = folder / "one.toml"
    path.write_text(DECLARED.format(url=pages.url("/a/")), "utf-8")
    return {"SOURCES": path, "ARCHIVE_DIR": folder / "data", "NOW": now}


def held(folder: Path) -> list[tuple[str, str]]:
    return rows(folder / "data", "SELECT title, text FROM releases")


def listing(folder: Path) -> tuple[str, str]:
    [(state, reason)] = rows(folder / "data", "SELECT state, reason FROM listings")
    return state, reason


def rebuilt(folder: Path, values: dict[str, object]) -> Path:
    """The archive made anew from its WARC files, which it then shares."""
    place = folder / "anew"
    place.mkdir()
    (place / "warc").symlink_to(folder / "data" / "warc")
    done = scrapy("rebuild", **{**values, "ARCHIVE_DIR": place})
    assert done.returncode == 0, done.stderr
    return place


def test_the_pages_of_an_article_become_one_release(tmp_path: Path, pages: Pages) -> None:
    crawl("one", **settings(tmp_path, pages))
    assert held(tmp_path) == [(TITLE, WHOLE)]
    assert listing(tmp_path) == ("held", "")
    assert [asked.path for asked in pages.asked][-3:] == list(PARTS)
    assert rows(tmp_path / "data", "SELECT count(*) FROM captures WHERE role = 'part'") == [(2,)]


def test_replay_and_rebuild_find_the_parts(tmp_path: Path, pages: Pages) -> None:
    values = settings(tmp_path, pages)
    crawl("one", **values)
    before, asked = same_archive(tmp_path / "data"), len(pages.asked)
    assert "1 same" in crawl("replay", **values).stdout
    assert same_archive(tmp_path / "data") == before
    assert same_archive(rebuilt(tmp_path, values)) == before
    assert len(pages.asked) == asked


BUSY = "<html><title>提示</title><body><p>系统繁忙，请稍后再试！</p></body></html>".encode()
# a firewall's page, larger than those that are told by their words
SLIDER = f"<html><title>访问验证</title><style>{'.a{color:red}' * 2000}</style><p>请按住滑块，拖动到最右边</p></html>".encode()
EMPTIED = page(2, []).replace(TITLE.encode(), b"")


@pytest.mark.parametrize(
    "failing",
    [
        Answer(BUSY),
        Answer(EMPTIED),
        Answer(b"", 403),
        Answer(b"", 500),
        Answer(b"", 302, {"Location": "/a/"}),
        Answer(
            "<html><title>404</title><body><div class=TRS_Editor>您访问的页面不存在或已删除！</div></body></html>".encode()
        ),
    ],
)
def test_half_an_article_is_not_stored_but_tried_again(tmp_path: Path, pages: Pages, failing: Answer) -> None:
    whole = pages.pages[PARTS[2]]
    pages.pages[PARTS[2]] = failing
    values = settings(tmp_path, pages)
    crawl("one", **values)
    assert held(tmp_path) == []
    assert listing(tmp_path) == ("failed", "partial")
    before = same_archive(tmp_path / "data")
    crawl("replay", **values)
    assert same_archive(tmp_path / "data") == before
    assert same_archive(rebuilt(tmp_path, values)) == before
    pages.pages[PARTS[2]] = whole
    crawl("one", **settings(tmp_path, pages, LATER))
    assert held(tmp_path) == [(TITLE, WHOLE)]


FOOT = "<div class=foot>主办单位：某县人民政府办公室</div>"
MAINTAINED = "网站正在进行系统维护，暂停访问。"


@pytest.mark.parametrize(
    ("further", "text"),
    [
        # pages of the site, or of a firewall before it
        (BUSY, None),
        (SLIDER, None),
        (EMPTIED, None),
        (page(1, ["系统繁忙，请稍后再试！"]), None),
        (f"<html><title>提示</title><body><p>{MAINTAINED}</p>{FOOT}</body></html>".encode(), None),
        (f"<html><body><div class=TRS_Editor>{MAINTAINED}</div></body></html>".encode(), None),
        (f"<html><title>某县人民政府</title><body><div class=TRS_Editor></div>{FOOT}</body></html>".encode(), None),
        # pages of the article
        (page(1, ["某县人民政府办公室", "2026年3月2日"]), "某县人民政府办公室\n2026年3月2日"),
        (
            "<html><body><div class=TRS_Editor><p>汛期以前全部完工。</p></div></body></html>".encode(),
            "汛期以前全部完工。",
        ),
        (
            f"<html><body><div class=x><p>{SAID[1][0]}</p><p>{SAID[1][1]}</p></div>{FOOT}</body></html>".encode(),
            "\n".join(SAID[1]),
        ),
        (page(1, ["全县政务服务平台的升级改造已经完成。"]), "全县政务服务平台的升级改造已经完成。"),
        (page(1, []), ""),
    ],
)
def test_a_further_page_vouches_for_itself(further: bytes, text: str | None) -> None:
    body = page(0, SAID[0], 2).replace(b"</body>", f"{FOOT}</body>".encode())
    part = Part(url=FIRST.replace(".shtml", "_1.shtml"), body=further)
    whole = Page(url=FIRST, source="one", fetched=f"{NOW}:00+00:00", body=body, parts=(part,))
    if text is None:
        with pytest.raises(Unreadable, match="partial"):
            extract(whole, None)
    else:
        assert extract(whole, None).text == "\n".join([*SAID[0], text]).strip()


def test_an_article_of_which_a_part_is_gone_is_stored_as_far_as_it_goes(tmp_path: Path, pages: Pages) -> None:
    del pages.pages[PARTS[2]]
    values = settings(tmp_path, pages)
    crawl("one", **values)
    [(title, text)] = held(tmp_path)
    assert title == TITLE
    assert text
    assert WHOLE.startswith(text)
    assert text != WHOLE
    assert "partial" in rows(tmp_path / "data", "SELECT problems FROM releases")[0][0]
    before = same_archive(tmp_path / "data")
    crawl("replay", **values)
    assert same_archive(tmp_path / "data") == before
    assert same_archive(rebuilt(tmp_path, values)) == before


def test_a_site_that_shows_the_first_page_again_adds_nothing(tmp_path: Path, pages: Pages) -> None:
    pages.pages |= dict.fromkeys(PARTS, page(0, SAID[0]))
    crawl("one", **settings(tmp_path, pages))
    assert held(tmp_path) == [(TITLE, "\n".join(SAID[0]))]


def test_an_article_without_end_is_not_followed(tmp_path: Path, pages: Pages) -> None:
    pages.pages[PARTS[0]] = page(0, SAID[0], count=MOST + 2)
    crawl("one", **settings(tmp_path, pages))
    assert listing(tmp_path) == ("failed", "partial")
    assert PARTS[1] not in {asked.path for asked in pages.asked}


def test_a_part_that_changes_makes_a_version(tmp_path: Path, pages: Pages) -> None:
    crawl("one", **settings(tmp_path, pages))
    added = [*SAID[2][:1], "另外，县里新增客运班线六条，惠及山区群众一万多人。", *SAID[2][1:]]
    pages.pages[PARTS[2]] = page(2, added)
    values = settings(tmp_path, pages, NEXT)
    crawl("one", "-a", "recheck=all", **values)
    kinds = rows(tmp_path / "data", "SELECT version, kind FROM versions ORDER BY 1")
    assert kinds == [(1, "published"), (2, "published")]
    assert held(tmp_path) == [(TITLE, WHOLE.replace("\n" + SAID[2][1], "\n".join(["", *added[1:]])))]
    before = same_archive(tmp_path / "data")
    crawl("replay", **values)
    assert same_archive(tmp_path / "data") == before
    assert same_archive(rebuilt(tmp_path, values)) == before


def test_a_look_at_an_unchanged_first_page_ends_there(tmp_path: Path, pages: Pages) -> None:
    pages.pages[PARTS[0]] = Answer(page(0, SAID[0]), 200, {"Content-Type": "text/html", "ETag": '"1"'})
    crawl("one", **settings(tmp_path, pages))
    pages.pages[PARTS[0]] = Answer(b"", 304)
    pages.asked.clear()
    crawl("one", "-a", "recheck=all", **settings(tmp_path, pages, NEXT))
    assert {asked.path for asked in pages.asked}.isdisjoint(PARTS[1:])
    assert rows(tmp_path / "data", "SELECT outcome FROM observations") == [("same",)]


def test_a_look_that_lacks_a_part_says_nothing_of_the_release(tmp_path: Path, pages: Pages) -> None:
    crawl("one", **settings(tmp_path, pages))
    pages.pages[PARTS[1]] = Answer(b"", 404)
    crawl("one", "-a", "recheck=all", **settings(tmp_path, pages, NEXT))
    assert held(tmp_path) == [(TITLE, WHOLE)]
    assert rows(tmp_path / "data", "SELECT outcome, status FROM observations") == [("unreachable", 404)]
    assert rows(tmp_path / "data", "SELECT status FROM releases") == [("live",)]


def test_a_look_that_is_told_that_the_site_is_busy_changes_no_text(tmp_path: Path, pages: Pages) -> None:
    crawl("one", **settings(tmp_path, pages))
    pages.pages[PARTS[0]] = page(0, SAID[0]).replace(b"<h1>", b"<h1 >")
    pages.pages[PARTS[1]] = BUSY
    crawl("one", "-a", "recheck=all", **settings(tmp_path, pages, NEXT))
    assert held(tmp_path) == [(TITLE, WHOLE)]
    assert rows(tmp_path / "data", "SELECT outcome FROM observations") == [("unreachable",)]
    assert rows(tmp_path / "data", "SELECT count(*) FROM versions") == [(1,)]


def test_a_removal_takes_the_parts_along(tmp_path: Path, pages: Pages) -> None:
    values = settings(tmp_path, pages)
    crawl("one", **values)
    done = scrapy("remove", pages.url(PARTS[0]), "--reason", "测试", **values)
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "data", "SELECT count(*) FROM captures WHERE role IN ('article', 'part')") == [(0,)]
