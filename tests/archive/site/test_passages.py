"""Sentences that stand in several places, on the page of a release and on one of their own."""

from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.site.passages import key
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import Get

SHARED = "对连续三年轮休的水田，县级财政按验收面积分档给予补助，所需资金列入次年预算。"
HELD = [("溟川市", "990200", "2020-03-09"), ("汐州市", "990300", "2020-03-02"), ("苇汀市", "990400", "2020-03-20")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("passages") / "data"
    db = open_archive(folder)
    fill(db.conn)
    for n, (name, region, day) in enumerate(HELD):
        values = {"id": f"s{n}", "name": f"{name}人民政府", "region": region, "level": "city", "family": "html"}
        insert(db.conn, "sources", **values, url="http://s.example/", rights="official", evidence="live")
        insert(db.conn, "crawls", source=f"s{n}", started="2020-04-14T06:00:00Z", outcome="ok")
        text = f"{name}印发轮休水田的补助办法。\n{SHARED}\n本办法由{name}农业农村局负责解释。"
        add_release(db.conn, 20 + n, f"s{n}", f"{name}轮休水田办法", text, published=day)
    db.close()
    return folder


def passage_of(page: str) -> str:
    return page.split('href="/passage/')[1][:16]


def test_a_release_says_where_else_a_sentence_stands_and_since_when(get: Get) -> None:
    page = get("/release/20", lang="en").text
    assert SHARED in page[page.index('id="passages"') :]
    assert "also in 2 places, since 2020-03-02" in page


def test_a_release_of_its_own_words_says_nothing(get: Get) -> None:
    assert 'id="passages"' not in get("/release/2").text


def test_a_passage_lists_its_releases_by_their_days(get: Get) -> None:
    address = f"/passage/{passage_of(get('/release/20').text)}"
    page = get(address).text
    assert [page.index(f"/release/{id}") for id in (21, 20, 22)] == sorted(
        page.index(f"/release/{id}") for id in (20, 21, 22)
    )
    told = get(f"{address}.json").json()
    assert (told["words"], told["places"], [one["release"] for one in told["releases"]]) == (SHARED, 3, [21, 20, 22])


def test_a_passage_that_nobody_has_is_said_so(get: Get) -> None:
    assert get("/passage/00000000000000ff").status_code == 404


def test_the_public_site_tells_them_too(get_public: Get) -> None:
    assert 'id="passages"' in get_public("/release/20").text


@pytest.mark.parametrize(("number", "address"), [(1, "0000000000000001"), (-1, "ffffffffffffffff")])
def test_a_number_has_sixteen_digits_in_its_address(number: int, address: str) -> None:
    assert key(number) == address
