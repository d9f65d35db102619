"""How much a crawl asks for, counted at the server: of a source that has not changed, has grown, or hides a late item."""

from pathlib import Path

import pytest

from spiders.lists.entries import MOST_ENTRIES
from tests.conftest import crawl, rows
from tests.serving import Pages
from tests.test_family_crawls import article, day, page, title

ON_A_PAGE = 10


def path(n: int) -> str:
    return f"/zw/202604/t20260401_{n}.html"


def lists(numbers: list[int]) -> dict[str, bytes]:
    """The list pages of a TRS site that shows these articles, in this order."""
    count = -(-len(numbers) // ON_A_PAGE)
    made = {}
    for k in range(count):
        shown = numbers[k * ON_A_PAGE : (k + 1) * ON_A_PAGE]
        items = "".join(f'<li><a href="{path(n)}">{title(n)}</a><span>{day(n % 300)}</span></li>' for n in shown)
        pager = f'<script>createPageHTML({count}, {k}, "index", "html")</script>'
        made[f"/zw/index_{k}.html" if k else "/zw/"] = page(items, pager)
    return made


class Column(Pages):
    """A list of so many articles; what is asked for since the last look is told by `asked_for`."""

    def __init__(self, articles: int) -> None:
        super().__init__({path(n): article(n) for n in range(articles)} | lists(list(range(articles))))
        self.order = list(range(articles))

    def add(self, n: int, at: int) -> None:
        self.order.insert(at, n)
        self.pages |= {path(n): article(n), **lists(self.order)}

    def asked_for(self) -> tuple[list[str], list[str]]:
        """The articles, in order of their addresses, and all else as it came."""
        seen = [asked.path for asked in self.asked]
        self.asked.clear()
        return sorted(one for one in seen if "/t2026" in one), [one for one in seen if "/t2026" not in one]


def declared(folder: Path, column: Column, overlap: int) -> dict[str, Path]:
    head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\nfamily = "trs"\n'
    (folder / "some.toml").write_text(f'{head}lists = ["{column.url("/zw/")}"]\noverlap = {overlap}\n', "utf-8")
    return {"SOURCES": folder / "some.toml", "ARCHIVE_DIR": folder / "data"}


NUMBERS = [40, pytest.param(1000, marks=pytest.mark.slow)]
ROBOTS, FIRST, SECOND, THIRD, FOURTH = "/robots.txt", "/zw/", *(f"/zw/index_{n}.html" for n in (1, 2, 3))


@pytest.mark.parametrize("articles", NUMBERS)
def test_of_an_unchanged_source_three_pages_are_asked_for_and_of_a_grown_one_what_is_new(
    tmp_path: Path, articles: int
) -> None:
    """robots.txt, the page that shows nothing new, and one more: the overlap of a source that declares none is 1."""
    with Column(articles) as column:
        settings = declared(tmp_path, column, overlap=1)
        crawl("yunbu", **settings)
        assert column.asked_for()[0] == sorted(path(n) for n in range(articles))
        crawl("yunbu", **settings)
        assert column.asked_for() == ([], [ROBOTS, FIRST, SECOND])
        for n in range(3):
            column.add(articles + n, at=0)
        crawl("yunbu", **settings)
        assert column.asked_for() == ([path(articles + n) for n in range(3)], [ROBOTS, FIRST, SECOND, THIRD])


def test_what_is_inserted_late_is_found_as_far_down_as_the_overlap_reaches(tmp_path: Path) -> None:
    with Column(60) as column:
        settings = declared(tmp_path, column, overlap=2)
        crawl("yunbu", **settings)
        column.asked.clear()
        column.add(60, at=2 * ON_A_PAGE + 5)
        crawl("yunbu", **settings)
        articles, others = column.asked_for()
        assert articles == [path(60)]
        assert others[:4] == [ROBOTS, FIRST, SECOND, THIRD]
        column.add(61, at=3 * ON_A_PAGE + 5)
        crawl("yunbu", **settings)
        assert column.asked_for() == ([], [ROBOTS, FIRST, SECOND, THIRD])
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(61,)]


@pytest.mark.slow
def test_of_a_list_without_measure_the_first_entries_are_taken(tmp_path: Path) -> None:
    links = "".join(f'<li><a href="/zw/{n}.html">第{n}号</a><span>2026-04-01</span></li>' for n in range(100_000))
    with Pages({"/zw/": f"<ul>{links}</ul>".encode()}) as pages:
        head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\nfamily = "html"\n'
        (tmp_path / "some.toml").write_text(f'{head}lists = ["{pages.url("/zw/")}"]\n', "utf-8")
        # of a later day, so that none of them is asked for
        settings = {"SOURCES": tmp_path / "some.toml", "ARCHIVE_DIR": tmp_path / "data"}
        done = crawl("yunbu", "-a", "since=2026-05-01", **settings)
        assert [asked.path for asked in pages.asked] == ["/robots.txt", "/zw/"]
    assert rows(tmp_path / "data", "SELECT count(*) FROM listings") == [(MOST_ENTRIES,)]
    assert "shows more than 2000 entries: the rest is not read" in done.stdout


def test_a_list_whose_address_is_chinese_is_known_by_its_answer(tmp_path: Path) -> None:
    with Pages(
        {"/%E8%A6%81%E9%97%BB/": page(f'<li><a href="{path(1)}">{title(1)}</a></li>'), path(1): article(1)}
    ) as pages:
        head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\nfamily = "trs"\n'
        (tmp_path / "some.toml").write_text(f'{head}lists = ["{pages.url("/要闻/")}"]\n', "utf-8")
        crawl("yunbu", SOURCES=tmp_path / "some.toml", ARCHIVE_DIR=tmp_path / "data")
    assert rows(tmp_path / "data", "SELECT outcome FROM crawls") == [("ok",)]
