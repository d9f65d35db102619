"""The replica sites serve what tests/replica/truth.py says, over real HTTP."""

import gzip
import http.client
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.sources import load_sources
from tests.replica import ReplicaSite, hanweb, trs
from tests.replica.truth import Truth, groups, releases, tagged, truths
from tests.replica.world import article, load

ROOT = Path(__file__).parent.parent.parent
SITES = {site.id: site for site in load()}
Answer = tuple[int, dict[str, str], bytes]


@pytest.fixture
def replica() -> Iterator[ReplicaSite]:
    with ReplicaSite() as running:
        yield running


def ask(replica: ReplicaSite, source: str, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(replica.url(source)).netloc, timeout=10)
    try:
        connection.request(
            method, path, body or None, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def page(replica: ReplicaSite, source: str, path: str) -> str:
    status, _, body = ask(replica, source, path)
    assert status == 200, path
    return body.decode(SITES[source].encoding)


def one(tag: str, day: int = 1) -> Truth:
    return next(truth for truth in tagged(tag, day) if truth.source == "boling" or tag not in ("late", "new"))


def list_pages(replica: ReplicaSite, source: str) -> list[str]:
    """All pages of a site's lists, by the numbers that the sites themselves give."""
    site = SITES[source]
    found = []
    for index, column in enumerate(site.columns):
        pages = -(-len(site.listed(index, replica.day)) // column.size)
        if site.family == "trs":
            paths = [column.path, *(f"{column.path}index_{n}.html" for n in range(1, pages))]
        elif site.family == "people":
            paths = [f"{column.path}index{n if n > 1 else ''}.html" for n in range(1, pages + 1)]
        elif site.family == "hanweb":
            number = re.findall(r"col(\d+)", column.path)[-1]
            groups_ = range(1, -(-pages // hanweb.GROUP))
            paths = [column.path, *(f"{hanweb.PROXY}?page={n}&columnid={number}&unitid={column.unit}" for n in groups_)]
        else:
            paths = [column.path, *(f"{column.path}list_{n}.html" for n in range(2, pages + 1))]
        found += [page(replica, source, path) for path in paths]
    return found


def test_there_are_enough_pages_in_four_families() -> None:
    assert sum(truth.fails != "http-404" for truth in truths(1)) >= 60
    assert {site.family for site in load()} == {"hanweb", "trs", "people", "html"}
    assert {site.declaration["rights"] for site in load()} == {"official", "press", "unknown"}


@pytest.mark.parametrize("day", [1, 2])
def test_every_listed_page_is_served_and_says_its_text(day: int) -> None:
    with ReplicaSite(day) as replica:
        for truth in truths(day):
            if truth.fails == "http-404":
                assert ask(replica, truth.source, truth.path)[0] == 404
                continue
            paths = trs.article_paths(article(truth.id))
            served = "\n".join(page(replica, truth.source, path) for path in paths)
            said = unescape(re.sub("<[^>]*>", "", served))
            for line in truth.paragraphs:
                for cell in line.split("\t"):
                    assert cell in said, (truth.path, cell)
            assert truth.title in unescape(served)


@pytest.mark.parametrize("source", list(SITES))
@pytest.mark.parametrize("day", [1, 2])
def test_the_lists_show_every_article_once(source: str, day: int) -> None:
    with ReplicaSite(day) as replica:
        shown = "\n".join(list_pages(replica, source))
        for truth in truths(day):
            if truth.source == source:
                name = truth.path.rpartition("/")[2]
                assert len(re.findall(rf"""{re.escape(name)}['"]""", shown)) == 1, name


def test_a_list_has_four_pages_and_more(replica: ReplicaSite) -> None:
    assert 'createPageHTML(5, 3, "index", "html")' in page(replica, "boling", "/ywdt/bldt/index_3.html")
    assert ask(replica, "boling", "/ywdt/bldt/index_5.html")[0] == 404


def test_hanweb_gives_groups_by_page_and_by_record(replica: ReplicaSite) -> None:
    path = f"{hanweb.PROXY}?page=1&webid=173&columnid=10301&unitid=176402"
    by_page = ask(replica, "mingchuan", path)[2]
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    proxy = f"{hanweb.PROXY}?startrecord=10&endrecord=18&perpage=3"
    by_record = ask(replica, "mingchuan", proxy, "POST", "col=1&columnid=10301&unitid=176402", **form)[2]
    assert by_page == by_record
    assert by_page.count(b"<record>") == len(SITES["mingchuan"].listed(0, 1)) - 9
    ended = ask(replica, "mingchuan", path.replace("page=1", "page=2"))[2]
    assert ended.count(b"<record>") == 0
    assert b"<nextgroup><![CDATA[]]></nextgroup>" in ended


def test_the_press_site_sends_gb18030_that_calls_itself_gb2312(replica: ReplicaSite) -> None:
    truth = one("rare")
    body = ask(replica, truth.source, truth.path)[2]
    assert b"charset=GB2312" in body
    assert {"㛃", "𬭩"} <= set(body.decode("gb18030"))
    with pytest.raises(UnicodeDecodeError):
        body.decode("gb2312")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_a_counter_changes_at_every_request_and_forbids_validators(replica: ReplicaSite) -> None:
    truth = one("transcript")
    first, second = (ask(replica, truth.source, truth.path) for _ in range(2))
    assert first[2] != second[2]
    assert re.sub(rb"\xe6\xb5\x8f\xe8\xa7\x88:\d+", b"", first[2]) == re.sub(
        rb"\xe6\xb5\x8f\xe8\xa7\x88:\d+", b"", second[2]
    )
    assert not {"etag", "last-modified"} & first[1].keys()


def test_a_page_without_counter_answers_304(replica: ReplicaSite) -> None:
    truth = next(truth for truth in releases(1) if truth.id == "m-forest")
    status, headers, _ = ask(replica, truth.source, truth.path)
    assert status == 200
    assert ask(replica, truth.source, truth.path, If_None_Match=headers["etag"])[0::2] == (304, b"")
    assert ask(replica, truth.source, truth.path, If_Modified_Since=headers["last-modified"])[0] == 304
    assert ask(replica, truth.source, truth.path, If_None_Match='"another"')[0] == 200


def test_an_edit_changes_the_validators(replica: ReplicaSite) -> None:
    truth = one("edited")
    before = ask(replica, truth.source, truth.path)[1]
    replica.day = 2
    status, after, _ = ask(replica, truth.source, truth.path, If_None_Match=before["etag"])
    assert status == 200
    assert not {after["etag"], after["last-modified"]} & set(before.values())


def test_head_sends_no_body(replica: ReplicaSite) -> None:
    truth = releases(1)[0]
    assert ask(replica, truth.source, truth.path, "HEAD")[0::2] == (200, b"")


def test_some_pages_are_compressed_for_those_who_can_read_them(replica: ReplicaSite) -> None:
    compressed = 0
    for truth in releases(1):
        if truth.source == "boling" and "counter" not in truth.tags:
            _, plain, body = ask(replica, truth.source, truth.path)
            _, headers, sent = ask(replica, truth.source, truth.path, Accept_Encoding="gzip, deflate")
            assert "content-encoding" not in plain
            if headers.get("content-encoding") == "gzip":
                compressed += 1
                assert gzip.decompress(sent) == body
            else:
                assert sent == body
    assert compressed


def test_day_two_differs_as_told() -> None:
    first, second = ({truth.id: truth for truth in releases(day)} for day in (1, 2))
    assert {truth.source for truth in tagged("new", 2)} == {"mingchuan", "boling", "mingsheng", "weiting"}
    assert second.keys() - first.keys() == {truth.id for truth in (*tagged("new", 2), *tagged("late", 2))}
    assert first.keys() - second.keys() == {truth.id for truth in tagged("vanished")}
    changed = {id for id in first.keys() & second.keys() if first[id].text != second[id].text}
    assert changed == {truth.id for truth in releases(1) if "edited" in truth.tags}


def test_the_vanished_page_answers_404_on_day_two(replica: ReplicaSite) -> None:
    truth = one("vanished")
    assert ask(replica, truth.source, truth.path)[0] == 200
    replica.day = 2
    assert ask(replica, truth.source, truth.path)[0] == 404


@pytest.mark.parametrize(
    ("source", "path"), [("boling", "/ywdt/bldt/index_1.html"), ("qingzhen", "/xwzx/qzyw/list_2.html")]
)
def test_a_late_article_stands_on_page_two(replica: ReplicaSite, source: str, path: str) -> None:
    late = next(truth for truth in tagged("late", 2) if truth.source == source)
    name = late.path.rpartition("/")[2]
    assert name not in page(replica, source, path)
    replica.day = 2
    assert name in page(replica, source, path)


def test_the_transcript_stands_twice_in_one_container(replica: ReplicaSite) -> None:
    truth = one("transcript")
    served = unescape(page(replica, truth.source, truth.path))
    assert len(truth.text) >= 2500
    assert served.count(truth.paragraphs[5]) == 2
    assert truth.paragraphs.count("谢谢。") == 3


def test_the_digest_holds_its_three_releases_whole() -> None:
    truth = one("digest")
    assert len(truth.quotes) == 3
    for quoted in releases(1):
        if quoted.id in truth.quotes:
            assert quoted.text in truth.text


def test_copies_of_a_release_stand_on_three_sites() -> None:
    for copies in groups(1).values():
        assert len({truth.source for truth in copies}) >= 3
        assert any("headed" in truth.tags for truth in copies)


def test_bulletins_differ_only_in_figures() -> None:
    bulletins = tagged("bulletin")
    assert len(bulletins) >= 4
    assert len({re.sub(r"[\d.]+", "#", truth.text) for truth in bulletins}) == 1
    assert len({truth.text for truth in bulletins}) == len(bulletins)


def test_a_cut_title_is_whole_in_its_attribute(replica: ReplicaSite) -> None:
    for truth in tagged("truncated"):
        entry = re.escape(f'title="{truth.title}"') + r"[^>]*>" + re.escape(truth.listed) + "</a>"
        assert truth.listed != truth.title
        assert any(re.search(entry, unescape(shown)) for shown in list_pages(replica, truth.source))


def test_some_dates_are_divided_over_lines(replica: ReplicaSite) -> None:
    assert re.search(r">\d{4}-\s+\d\d-\s+\d\d<", "\n".join(list_pages(replica, "mingchuan")))


def test_numbers_of_persons_have_right_check_digits() -> None:
    text = one("persons").text
    card, account = re.search(r"\d{17}[\dX]", text), re.search(r"62\d{17}", text)
    assert card
    assert account
    assert re.search(r"1[3-9]\d{9}", text)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    assert "10X98765432"[sum(int(d) * w for d, w in zip(card[0], weights, strict=False)) % 11] == card[0][17]
    digits = [int(digit) for digit in reversed(account[0])]
    assert sum(d if n % 2 == 0 else sum(divmod(2 * d, 10)) for n, d in enumerate(digits)) % 10 == 0


def test_robots_allows_and_forbids(replica: ReplicaSite) -> None:
    forbidden = next(truth for truth in truths(1) if truth.fails == "robots")
    robots = page(replica, forbidden.source, "/robots.txt")
    assert f"Disallow: {forbidden.path.rpartition('/')[0]}/" in robots
    assert "Crawl-delay" not in robots
    assert "Disallow" not in page(replica, "boling", "/robots.txt")


def test_every_way_to_fail_is_there() -> None:
    assert {truth.fails for truth in truths(1)} == {
        "",
        "no-text",
        "no-title",
        "http-404",
        "robots",
        "excluded",
        "again",
    }


def test_declared_sources_admit_and_exclude_exactly_what_is_told(replica: ReplicaSite, tmp_path: Path) -> None:
    sources = load_sources(replica.write_sources(tmp_path))
    for truth in truths(2):
        source = sources[truth.source]
        assert re.search(source.article, truth.path), truth.path
        assert bool(re.search(source.exclude, truth.title)) == (truth.fails == "excluded"), truth.title


def test_requests_are_noted_until_cleared(replica: ReplicaSite) -> None:
    ask(replica, "boling", "/robots.txt", User_Agent="test")
    assert [request[:4] for request in replica.requests] == [("boling", "GET", "/robots.txt", 200)]
    assert replica.requests[0].headers["user-agent"] == "test"
    replica.clear()
    assert replica.requests == []


def test_written_sources_name_the_ports(replica: ReplicaSite, tmp_path: Path) -> None:
    declared = tomllib.loads(replica.write_sources(tmp_path).read_text("utf-8"))
    assert list(declared) == list(SITES)
    for id, table in declared.items():
        for address in table["lists"]:
            assert address.startswith(replica.url(id, "/"))
            assert ask(replica, id, urlsplit(address).path)[0] == 200
        assert table["minimum"] <= sum(truth.source == id for truth in releases(1))


def test_sites_stand_on_consecutive_ports_when_one_is_named() -> None:
    # below the ports that the system gives away, where tests that run beside this one have theirs
    for port in range(21_000, 30_000, 500):
        try:
            replica = ReplicaSite(port=port)
        except OSError:
            continue
        with replica:
            ports = [urlsplit(replica.url(id)).port for id in SITES]
        assert ports == list(range(port, port + len(SITES)))
        return
    pytest.fail("no consecutive ports are free on this machine")


def test_the_command_says_when_it_is_ready_and_ends_on_interrupt(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "tests.replica", "--port", "0", "--day", "2", "--sources", str(tmp_path)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline().startswith("day 2:")
            assert (tmp_path / "replica.toml").exists()
        finally:
            process.terminate()
        assert process.wait(10) == 0


def test_articles_are_told_once() -> None:
    told = [a for site in load() for a in site.articles]
    assert len({a.id for a in told}) == len(told)
    assert len({(site.id, a.path) for site in load() for a in site.articles}) == len(told)
    assert all(article(a.id) is a for a in told)


def test_an_article_goes_on_over_several_pages(replica: ReplicaSite) -> None:
    [divided] = [told for site in load() for told in site.articles if told.pages > 1]
    pages = [page(replica, "boling", path) for path in trs.article_paths(divided)]
    first, last = "市政府确定的十件为民实事", "2026年为民实事项目正在征集"
    assert [first in shown for shown in pages] == [True, False, False]
    assert [last in shown for shown in pages] == [False, False, True]
    assert all(f"createPageHTML({divided.pages}, " in shown for shown in pages)
