"""Lists that end before they should, crawled over HTTP: the crawl says so, and only then."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import crawl, rows
from tests.serving import Answer, Pages

HTML = {"Content-Type": "text/html; charset=utf-8"}
TEXT = "全县水库除险加固工程第{n}批开工，涉及{n}个乡镇，要求汛前完成主体施工，并逐月通报进度。"


def article(n: int) -> Answer:
    text = "".join(f"<p>{TEXT.format(n=10 * n + k)}</p>" for k in range(4))
    page = f"<html><head><title>第{n}批除险加固工程开工</title></head><body><h1>第{n}批除险加固工程开工</h1>{text}</body></html>"
    return Answer(page.encode(), headers=HTML)


def page(numbers: range, more: str = "", dated: bool = True) -> Answer:
    items = "".join(
        f"<li><a href='/art/{n}.html'>第{n}批除险加固工程开工</a>{f'<i>2026-01-{28 - n % 28:02}</i>' * dated}</li>"
        for n in numbers
    )
    return Answer(f"<html><body><ul>{items}</ul><div>{more}</div></body></html>".encode(), headers=HTML)


@dataclass(frozen=True)
class Case:
    pages: dict[str, Answer]
    outcome: str
    said: tuple[str, ...] = ()
    family: str = "html"
    arguments: tuple[str, ...] = ()
    asked: str = ""
    then: str = ""  # the outcome of a second crawl, which finds nothing new
    declared: str = field(default="")


def script(count: int, current: int) -> str:
    return f"<script>createPageHTML({count}, {current}, 'index', 'html')</script>"


def scripted(count: int, served: int) -> dict[str, Answer]:
    names = ["/list/"] + [f"/list/index_{k}.html" for k in range(1, served)]
    return {name: page(range(4 * k, 4 * k + 4), script(count, k)) for k, name in enumerate(names)}


def answer(numbers: range, total: int = 0) -> Answer:
    rows = [{"u": f"/art/{n}.html", "t": f"第{n}批除险加固工程开工", "d": f"2026-01-{28 - n:02}"} for n in numbers]
    return Answer(json.dumps({"data": {"rows": rows, **({"total": total} if total else {})}}).encode())


NEXT = "<a href='/list/2.html'>下一页</a>"
SORRY = Answer("<html><body><h3>系统繁忙，请稍后再试</h3></body></html>".encode(), headers=HTML)
LAST = "<html><body><ul></ul><div><a href='/list/'>上一页</a></div></body></html>"


def said_in_frame(words: str) -> Answer:
    return Answer(LAST.replace("<ul></ul>", f"<ul></ul><p>{words}</p>").encode(), headers=HTML)


TO_FRONT = Answer(b"", 302, {"Location": "/"})
INTERFACE = 'rows = "data.rows"\nurl = "u"\ntitle = "t"\ndate = "d"\npage = "p"\n'

MENU = "<a href='/wap/'>手机版</a> <a href='/login.jsp'>登录</a> <a href='/bm/'>部门动态</a>"
FRAMES = f"<html>{{}}<body>{MENU}</body></html>"

CASES = {
    "more that a script loads": Case(
        {"/list/": page(range(4), "<button>加载更多</button>")}, "suspect", ("no way to a page 2",), then="quiet"
    ),
    "a list in a frame of its page": Case(
        {"/list/": Answer(FRAMES.format("<iframe src='in.html'></iframe>").encode(), headers=HTML)}
        | {"/list/in.html": page(range(4))},
        "ok",
        asked="/list/in.html",
        then="quiet",
    ),
    "a list in one of several frames": Case(
        {
            "/list/": Answer(
                b"<html><frameset><frame src='t.html'><frame src='l.html'><frame src='m.html'></frameset>"
            ),
            "/list/t.html": Answer(b"<html><body><img src='1.gif'></body></html>"),
            "/list/l.html": Answer(FRAMES.format("").encode(), headers=HTML),
            "/list/m.html": page(range(4)),
        },
        "ok",
        asked="/list/m.html",
        then="quiet",
    ),
    "a frame that holds no list": Case(
        {"/list/": page(range(4), "<iframe src='c.html'></iframe>", dated=False), "/list/c.html": SORRY}, "ok"
    ),
    "all announced pages": Case(scripted(3, 3), "ok", then="quiet"),
    "a page that is missing": Case(
        scripted(5, 3), "suspect", ("index_3.html answered 404", "5 pages", "12 entries on 3 pages"), then="suspect"
    ),
    "a pager that cannot be read": Case(
        {"/list/": page(range(4), "共29页 <a href='javascript:next()'>下一页</a>")}, "suspect", ("29 pages", "1 page")
    ),
    "a pager that sends a form": Case(
        {"/list/": page(range(4), "<a href=\"javascript:__doPostBack('next','')\">下一页</a>")},
        "suspect",
        ("goes on by a form", "4 entries on 1 page"),
        then="quiet",
    ),
    "a second page whose pager sends a form": Case(
        {
            "/list/": page(range(4), NEXT),
            "/list/2.html": page(range(4, 8), "<form method=post><input type=submit value=下一页></form>"),
        },
        "suspect",
        ("goes on by a form", "8 entries on 2 pages"),
    ),
    "a pager that sends a form, after all that was announced": Case(
        {"/list/": page(range(4), "共4条记录 <a onclick='document.f.submit()'>下一页</a>")}, "ok", then="quiet"
    ),
    "entries that lack": Case({"/list/": page(range(4), "<p>共107条</p>")}, "suspect", ("107", "4 entries")),
    "a full page and no way on": Case({"/list/": page(range(10))}, "suspect", ("10 entries", "page 2"), then="quiet"),
    "pages go round": Case(
        {"/list/": page(range(4), "共3页 <a href='/list/2.html'>下一页</a>"), "/list/2.html": page(range(4), "共3页")},
        "suspect",
        ("3 pages", "1 page"),
    ),
    "a counted page that is missing": Case(
        {"/list/": page(range(4), "共3页"), "/list/index_2.html": page(range(4, 8), "共3页")},
        "suspect",
        ("index_3.html answered 404", "3 pages"),
        family="shanghai",
        declared='article = "/art/"\n',
    ),
    "a page that is an error and answers 200": Case(
        {"/list/": page(range(4), NEXT), "/list/2.html": SORRY},
        "suspect",
        ("2.html shows no entries, and nothing of the list's other pages",),
        then="suspect",
    ),
    "an error within the list's frame": Case(
        {"/list/": page(range(4), NEXT), "/list/2.html": said_in_frame("抱歉，您访问的页面不存在或已删除")},
        "suspect",
        ("2.html shows no entries, and says that it does not exist",),
    ),
    "a last page that says that it is empty": Case(
        {"/list/": page(range(4), NEXT), "/list/2.html": said_in_frame("没有找到相关信息")}, "ok", then="quiet"
    ),
    "a page that is empty": Case(
        {"/list/": page(range(4), NEXT), "/list/2.html": Answer(b"", headers=HTML)}, "suspect", ("2.html",)
    ),
    "a page that leads to the front page": Case(
        {"/list/": page(range(4), NEXT), "/list/2.html": TO_FRONT, "/": page(range(20, 28))},
        "suspect",
        ("a page of list", "leads to"),
    ),
    "an announced page that leads to the front page": Case(
        {**scripted(3, 2), "/list/index_2.html": TO_FRONT, "/": page(range(20, 28))}, "suspect", ("announces 3 pages",)
    ),
    "an interface that breaks off": Case(
        {"/list/": answer(range(4), 9), "/list/?p=2": Answer(b'{"code": 500, "data": null}')},
        "suspect",
        ("announces 9 entries", "4 entries on 1 page"),
        family="json",
        declared=INTERFACE,
    ),
    "an interface without totals that breaks off": Case(
        {"/list/": answer(range(4)), "/list/?p=2": SORRY},
        "suspect",
        ("answers no JSON",),
        family="json",
        declared=INTERFACE,
        then="quiet",
    ),
    # no early ends
    "an empty last page": Case(
        {"/list/": page(range(4), NEXT), "/list/2.html": Answer(LAST.encode(), headers=HTML)}, "ok", then="quiet"
    ),
    "an interface that ends with nothing": Case(
        {"/list/": answer(range(4), 4), "/list/?p=2": answer(range(0), 4)}, "ok", family="json", declared=INTERFACE
    ),
    "an interface that breaks off behind its last row": Case(
        {"/list/": answer(range(4), 4), "/list/?p=2": SORRY}, "ok", family="json", declared=INTERFACE
    ),
    "a counted page that leads to the front page, none announced": Case(
        {"/list/": page(range(4)), "/list/index_2.html": TO_FRONT, "/": page(range(20, 28))},
        "ok",
        family="shanghai",
        declared='article = "/art/"\n',
    ),
    "a counted page that is missing, none announced": Case(
        {"/list/": page(range(4)), "/list/index_2.html": page(range(4, 8))},
        "ok",
        family="shanghai",
        declared='article = "/art/"\n',
    ),
    "one page, as announced": Case({"/list/": page(range(12), "共1页 共12条")}, "ok"),
    "one page, by its script": Case({"/list/": page(range(12), script(1, 0))}, "ok"),
    "one page, and a pager that ends": Case({"/list/": page(range(12), "<span>下一页</span>")}, "ok"),
    "a short page": Case({"/list/": page(range(9))}, "ok"),
    "a full page without days": Case({"/list/": page(range(12), dated=False)}, "ok"),
    "the last page is full": Case(
        {"/list/": page(range(12), "<a href='2.html'>下一页</a>"), "/list/2.html": page(range(12, 24))}, "ok"
    ),
    "pages that somebody asked for": Case(scripted(29, 3), "ok", arguments=("-a", "pages=2")),
    "days that somebody asked for": Case(
        scripted(29, 3), "ok", arguments=("-a", "since=2026-01-26"), asked="/list/index_1.html"
    ),
    "a few that are not shown": Case(
        {"/list/": page(range(6), "共11条 <a href='2.html'>下一页</a>"), "/list/2.html": page(range(6, 10), "共11条")},
        "ok",
    ),
}


def run(case: Case, folder: Path, pages: Pages) -> tuple[str, str]:
    table = 'name = "list"\nregion = "990000"\nlevel = "city"\n'
    table += f'family = "{case.family}"\nlists = ["{pages.url("/list/")}"]\n{case.declared}'
    (folder / "sources.toml").write_text(f"[list]\n{table}", "utf-8")
    crawl("list", *case.arguments, SOURCES=folder / "sources.toml", ARCHIVE_DIR=folder, NOW="2026-03-10")
    [(outcome, said)] = rows(folder, "SELECT outcome, problems FROM crawls ORDER BY id DESC LIMIT 1")
    return outcome, said


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_list_that_ends_early_says_so(tmp_path: Path, case: Case) -> None:
    with Pages({**case.pages, **{f"/art/{n}.html": article(n) for n in range(40)}}) as pages:
        outcome, said = run(case, tmp_path, pages)
        assert outcome == case.outcome, said
        for words in case.said:
            assert words in said
        if case.then:
            assert run(case, tmp_path, pages)[0] == case.then


def test_a_page_that_was_an_error_once_is_asked_for_again(tmp_path: Path) -> None:
    """Without that the rows behind it would be lost for good: later crawls end at known ones."""
    case = Case({"/list/": page(range(4), NEXT), "/list/2.html": SORRY}, "suspect")
    with Pages({**case.pages, **{f"/art/{n}.html": article(n) for n in range(40)}}) as pages:
        assert run(case, tmp_path, pages)[0] == "suspect"
        pages.pages["/list/2.html"] = page(range(4, 8))
        assert run(case, tmp_path, pages)[0] == "ok"
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(8,)]


def test_what_only_a_script_can_follow_is_told(tmp_path: Path) -> None:
    scripted = "".join(f"<li><a onclick='show({n})'>第{n}批验收</a><i>2026-01-03</i></li>" for n in range(9))
    rows_of_list = page(range(4)).body.decode().replace("</ul>", f"{scripted}</ul>")
    case = Case({"/list/": Answer(rows_of_list.encode(), headers=HTML)}, "suspect")
    with Pages({**case.pages, **{f"/art/{n}.html": article(n) for n in range(40)}}) as pages:
        assert "9 dated rows that only a script can follow, and 4 entries" in run(case, tmp_path, pages)[1]


def test_a_list_that_goes_on_is_incremental_without_an_alarm(tmp_path: Path) -> None:
    """The second crawl stops at known pages, far from the 6 that are announced."""
    case = Case(scripted(6, 6), "ok")
    with Pages({**case.pages, **{f"/art/{n}.html": article(n) for n in range(40)}}) as pages:
        assert run(case, tmp_path, pages)[0] == "ok"
        pages.asked.clear()
        assert run(case, tmp_path, pages)[0] == "quiet"
        assert "/list/index_3.html" not in {one.path for one in pages.asked}


def test_a_menu_alone_is_no_list(tmp_path: Path) -> None:
    with Pages({"/list/": Answer(FRAMES.format("").encode(), headers=HTML), "/bm/": article(1)}) as pages:
        table = f'name = "x"\nregion = "990000"\nlevel = "city"\nfamily = "html"\nlists = ["{pages.url("/list/")}"]\n'
        (tmp_path / "sources.toml").write_text(f"[list]\n{table}", "utf-8")
        done = crawl("list", status=2, SOURCES=tmp_path / "sources.toml", ARCHIVE_DIR=tmp_path, NOW="2026-03-10")
    assert "shows no entries" in done.stderr
    assert rows(tmp_path, "SELECT url FROM listings") == []


LEFT = {
    "/list/": page(
        range(3),
        "<ul><li><a href='/art/30.html'>关于某同志任前公示</a><i>2026-01-03</i></li>"
        "<li><a href='/art/31.html'>第31批除险加固工程开工公示</a><i>2026-01-03</i></li>"
        "<li><a href='http://127.0.7.7:8953/art/9.html'>外站新闻</a><i>2026-01-03</i></li></ul>",
    )
}


def test_what_is_left_out_is_counted_and_the_host_named(tmp_path: Path) -> None:
    with Pages({**LEFT, **{f"/art/{n}.html": article(n) for n in range(40)}}) as pages:
        table = f'name = "x"\nregion = "990000"\nlevel = "city"\nfamily = "html"\nlists = ["{pages.url("/list/")}"]\n'
        (tmp_path / "sources.toml").write_text(f"[list]\n{table}", "utf-8")
        settings = {"SOURCES": tmp_path / "sources.toml", "ARCHIVE_DIR": tmp_path, "NOW": "2026-03-10"}
        done = crawl("list", **settings)
        assert re.search(r"0 blocked, 2 skipped: entries that lead to other hosts.* to 127\.0\.7\.7 \(1\)", done.stdout)
        assert rows(tmp_path, "SELECT skipped, outcome FROM crawls") == [(2, "ok")]
        states = dict(rows(tmp_path, "SELECT title, state FROM listings WHERE url LIKE '%/art/3_.html'"))
        assert states == {"关于某同志任前公示": "skipped", "第31批除险加固工程开工公示": "held"}
        assert "/art/30.html" not in {one.path for one in pages.asked}
        # a declaration that no longer leaves it out
        (tmp_path / "sources.toml").write_text(f"[list]\n{table}exclude = '没有这样的标题'\n", "utf-8")
        crawl("list", **settings)
        assert "/art/30.html" in {one.path for one in pages.asked}


def test_queries_of_a_gbk_page_are_asked_for_in_gbk(tmp_path: Path) -> None:
    query = "lm=%B9%AB%B8%E6"
    first = (
        "<meta charset=gb2312><ul><li><a href='/art/q.jsp?lm=公告&id=1'>一号水库开工</a>2026-01-05</li>"
        "<li><a href='/art/公告.html'>二号水库开工</a>2026-01-04</li></ul><a href='?lm=公告&p=2'>下一页</a>"
    ).encode("gbk")
    second = "<meta charset=gb2312><ul><li><a href='/art/3.html'>三号水库开工公告</a>2026-01-03</li></ul>".encode("gbk")
    served: dict[str, bytes | Answer] = {
        f"/art/q.jsp?{query}&id=1": article(1),
        "/art/%E5%85%AC%E5%91%8A.html": article(2),
        "/art/3.html": article(3),
        "/list/": first,
        f"/list/?{query}&p=2": second,
    }
    with Pages(served) as pages:
        outcome, said = run(Case({}, "ok", declared='article = "/art/"\n'), tmp_path, pages)
    assert (outcome, rows(tmp_path, "SELECT count(*) FROM releases")) == ("ok", [(3,)]), said
