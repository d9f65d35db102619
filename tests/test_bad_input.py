"""What a user gets wrong, or a site: one sentence, exit status 2, no traceback, nothing lost."""

from pathlib import Path

import pytest

from tests.conftest import crawl, rows, scrapy
from tests.serving import Answer, Pages

DECLARED = """[one]
name = "某县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{url}"]
"""
BODY = "县人民政府召开全县春季农业生产工作会议，部署抢抓农时、保障灌溉和农资供应各项工作。" * 8


def article(title: str, body: str) -> bytes:
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>".encode()


def declare(folder: Path, text: str) -> Path:
    path = folder / "one.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('family = "html"', 'family = "htm"', "one.toml: [one] family: 'htm' is not one of"),
        ('family = "html"', 'famly = "html"', "one.toml: [one] unknown key 'famly'"),
        ('level = "county"\n', "", "one.toml: [one] lacks the key 'level'"),
        ('level = "county"', 'level = "village"', "one.toml: [one] level: 'village' is not one of"),
        ('region = "990101"', 'region = "99"', "one.toml: [one] region: '99' is not six digits"),
        ('lists = ["{url}"]', "lists = []", "one.toml: [one] lists: is empty"),
        (
            'lists = ["{url}"]',
            'lists = ["ftp://x/"]',
            "one.toml: [one] lists: 'ftp://x/' is not an http or https address",
        ),
        ("[one]", "[replay]", "one.toml: [replay] cannot be a source's name"),
        ("[one]", "[one", "one.toml: not valid TOML"),
        ('family = "html"', 'family = "html"\narticle = "("', "one.toml: [one] article: not a regular expression"),
        ('family = "html"', 'family = "html"\nbody = "div["', "one.toml: [one] body: 'div[' is not a CSS selector"),
        ('family = "html"', 'family = "html"\noverlap = "2"', "one.toml: [one] overlap: expected a number"),
        ('family = "html"', 'family = "html"\nrights = "mine"', "one.toml: [one] rights: 'mine' is not one of"),
    ],
)
def test_a_wrong_declaration_is_named_by_file_table_and_key(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = DECLARED.replace(old, new).replace("{url}", "http://127.0.0.1:1/")
    for command in (["list"], ["crawl", "one"]):
        done = scrapy(*command, SOURCES=declare(tmp_path, text), ARCHIVE_DIR=tmp_path / "data")
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody"], "no source is named 'nobody'"),
        ([], "name one source to crawl"),
        (["one", "two"], "name one source to crawl"),
        (["one", "-a", "recheck=perhaps"], "recheck=perhaps"),
        (["one", "-a", "since=spring"], "since=spring"),
        (["one", "-a", "pages=x"], "pages=x"),
        (["one", "-a", "depth=1"], "unknown argument 'depth'"),
        (["replay", "-a", "pages=1"], "replay takes no arguments"),
        (["one", "-s", "NOW=soon"], "NOW: 'soon' is not a time"),
        (["one", "-s", "SOURCES=/nowhere"], "/nowhere, which does not exist"),
        (["one", "-s", "ARCHIVE_DIR=/proc/nothing"], "cannot open the archive"),
    ],
)
def test_a_wrong_argument_is_one_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    sources = declare(tmp_path, DECLARED.replace("{url}", "http://127.0.0.1:1/"))
    done = scrapy("crawl", *arguments, SOURCES=sources, ARCHIVE_DIR=tmp_path / "data")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", [["files"], ["crawl", "replay"], ["duplicates"], ["snapshot", "--withdraw"]])
def test_a_command_on_an_archive_that_is_not_there_makes_none(tmp_path: Path, command: list[str]) -> None:
    done = scrapy(*command, ARCHIVE_DIR=tmp_path / "data")
    assert done.returncode == 2
    assert f"gongbao: there is no archive in {tmp_path / 'data'}: crawl something first" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["snapshot", "--keep", ""], "--keep needs a name, such as --keep v1.0"),
        (["snapshot", "--withdraw", "--public"], "--withdraw makes no snapshot: give it alone"),
        (["snapshot", "--withdraw", "--keep", "v1"], "--withdraw makes no snapshot: give it alone"),
        (["snapshot", "--withdraw", "--keep", ""], "--withdraw makes no snapshot: give it alone"),
        (
            ["backfill", "one", "--from", "http://127.0.0.1:1/", "--since", "2020-02-01", "--until", "2020-01-31"],
            "--since 2020-02-01 is later than --until 2020-01-31",
        ),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, command: list[str], said: str) -> None:
    sources = declare(tmp_path, DECLARED.replace("{url}", "http://127.0.0.1:1/"))
    done = scrapy(*command, SOURCES=sources, ARCHIVE_DIR=tmp_path / "data")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_sources_that_declare_nothing(tmp_path: Path) -> None:
    sources = declare(tmp_path, "# none yet\n")
    done = scrapy("crawlall", SOURCES=sources, ARCHIVE_DIR=tmp_path / "data")
    assert (done.returncode, done.stderr) == (2, f"gongbao: SOURCES names {sources}, which declares no source\n")


def test_the_state_of_sources_says_that_its_times_are_utc(tmp_path: Path) -> None:
    sources = declare(tmp_path, DECLARED.replace("{url}", "http://127.0.0.1:1/"))
    assert "last crawl, UTC" in scrapy("sources", SOURCES=sources, ARCHIVE_DIR=tmp_path / "data").stdout


def test_a_refused_connection_is_a_broken_crawl(tmp_path: Path) -> None:
    with Pages({}) as pages:
        gone = pages.url("/list/")
    done = crawl("one", status=2, SOURCES=declare(tmp_path, DECLARED.replace("{url}", gone)), ARCHIVE_DIR=tmp_path)
    assert "refused the connection" in done.stderr
    [(outcome, problems)] = rows(tmp_path, "SELECT outcome, problems FROM crawls")
    assert outcome == "broken"
    assert "refused the connection" in problems


@pytest.mark.parametrize(
    ("page", "outcome", "said"),
    [
        (Answer(b"gone", 404), "broken", "answered 404"),
        (Answer(b"<html><body><p>nothing here</p></body></html>"), "broken", "shows no entries"),
        (Answer(b"", 200), "broken", "shows no entries"),
        (Answer(b"\x89PNG\r\n\x1a\n", 200, {"Content-Type": "image/png"}), "broken", "shows no entries"),
        (Answer(b"denied", 403), "blocked", "answered 403"),
        (Answer(b"oops", 500), "broken", "answered 500"),
        (Answer(b"", 302, {"Location": "http://10.0.0.1/"}), "broken", "is a private address: 10.0.0.1"),
        (Answer(b"", 302, {"Location": "file:///etc/passwd"}), "broken", "list "),
    ],
)
def test_a_list_that_fails_says_why(tmp_path: Path, page: Answer, outcome: str, said: str) -> None:
    with Pages({"/list/": page}) as pages:
        sources = declare(tmp_path, DECLARED.replace("{url}", pages.url("/list/")))
        done = crawl("one", status=2, SOURCES=sources, ARCHIVE_DIR=tmp_path)
    [(found, problems)] = rows(tmp_path, "SELECT outcome, problems FROM crawls")
    assert found == outcome
    assert said in problems
    assert said in done.stderr


def test_a_robots_txt_that_fails_makes_the_crawl_wait(tmp_path: Path) -> None:
    with Pages({"/robots.txt": Answer(b"", 503), "/list/": b"<a href=/a.html>x</a>"}) as pages:
        sources = declare(tmp_path, DECLARED.replace("{url}", pages.url("/list/")))
        done = crawl("one", status=2, SOURCES=sources, ARCHIVE_DIR=tmp_path)
        assert "robots.txt answers 503" in done.stderr
        assert {asked.path for asked in pages.asked} == {"/robots.txt"}


LIST = "".join(f'<li><a href="/{name}.html">县政府有关会议新闻第{n}条</a></li>' for n, name in enumerate("abcdefgh"))
BROKEN = {
    "/a.html": (article("一般会议新闻", f"<p>{BODY}</p>"), "held", ""),
    "/b.html": (article("没有正文的页面", ""), "failed", "no-text"),
    "/c.html": (Answer(b"%PDF-1.4 \xff\xfe", 200, {"Content-Type": "application/pdf"}), "failed", "not-html"),
    "/d.html": (Answer(b"", 200), "failed", "no-text"),
    "/e.html": (Answer(b"", 404), "failed", "http-404"),
    "/f.html": (Answer(b"no", 403), "blocked", "http-403"),
    "/g.html": (Answer(b"oops", 500), "failed", "http-500"),
    "/h.html": (Answer(b"", 302, {"Location": "/"}), "failed", "redirected"),
}


def test_pages_that_hold_no_release_stand_in_the_ledger_with_their_reason(tmp_path: Path) -> None:
    site: dict[str, bytes | Answer] = {path: page for path, (page, _, _) in BROKEN.items()}
    site |= {"/list/": f"<html><body><ul>{LIST}</ul></body></html>".encode(), "/": b"<html>home</html>"}
    with Pages(site) as pages:
        sources = declare(tmp_path, DECLARED.replace("{url}", pages.url("/list/")))
        crawl("one", SOURCES=sources, ARCHIVE_DIR=tmp_path)
    found = {
        url[-7:]: (state, reason) for url, state, reason in rows(tmp_path, "SELECT url, state, reason FROM listings")
    }
    assert found == {path: (state, reason) for path, (_, state, reason) in BROKEN.items()}
    assert rows(tmp_path, "SELECT title FROM releases") == [("一般会议新闻",)]
    kept = {url[-7:] for (url,) in rows(tmp_path, "SELECT url FROM captures WHERE role = 'article'")}
    assert set(BROKEN) <= kept


def test_a_page_that_turns_empty_or_short_never_replaces_a_release(tmp_path: Path) -> None:
    shown = "<li><a href='/a.html'>春季农业生产工作会议</a></li><li><a href='/b.html'>另一次会议</a></li>"
    site: dict[str, bytes | Answer] = {
        "/list/": f"<html><body><ul>{shown}</ul></body></html>".encode(),
        "/a.html": article("春季农业生产工作会议", f"<p>{BODY}</p>"),
        "/b.html": article("另一次会议", f"<p>{BODY[:200]}到会的有各乡镇负责人。</p>"),
    }
    with Pages(site) as pages:
        settings = {
            "SOURCES": declare(tmp_path, DECLARED.replace("{url}", pages.url("/list/"))),
            "ARCHIVE_DIR": tmp_path,
        }
        crawl("one", **settings)
        before = rows(tmp_path, "SELECT title, text, version FROM releases ORDER BY id")
        pages.pages["/a.html"] = article("春季农业生产工作会议", "<p>您访问的页面正在维护。</p>")
        pages.pages["/b.html"] = article("另一次会议", "")
        crawl("one", "-a", "recheck=all", **settings)
    assert rows(tmp_path, "SELECT title, text, version FROM releases ORDER BY id") == before
    assert {outcome for (outcome,) in rows(tmp_path, "SELECT outcome FROM observations")} <= {"missing", "unreachable"}
