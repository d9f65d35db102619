"""Two versions beside each other: of one release, of two sites; and what a public site says of withheld ones."""

import re
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from tests.archive.conftest import PRESS, fill
from tests.archive.site.visiting import Get, served


def test_versions_of_one_release(get: Get) -> None:
    page = get("/compare?a=1@1&b=1@2").text
    assert page.index('id="figures"') < page.index('id="fields"') < page.index('id="texts"')
    assert "<li><del>318.0</del> → <ins>320.5</ins></li>" in page
    assert '<p class="old">清河市举行春耕备耕发布会</p><p class="new">清河市举行春耕备耕新闻发布会</p>' in page
    assert "<mark>318.0</mark>" in page
    assert "改动 1，删去 0，增加 0。" in page


def test_the_order_is_the_readers(get: Get) -> None:
    assert "<li><del>320.5</del> → <ins>318.0</ins></li>" in get("/compare?a=1@2&b=1@1").text


def test_copies_on_two_sites_in_their_current_versions(get: Get) -> None:
    page = get("/compare?a=1&b=4").text
    assert "清河市人民政府新闻办公室" in page
    assert "云岭省人民政府" in page
    assert "文字没有差别。" in page
    assert 'id="figures"' not in page
    assert "318.0" in get("/compare?a=1@1&b=4").text


def test_unlike_texts_can_be_compared(get: Get) -> None:
    page = get("/compare?a=2&b=3").text
    assert '<p class="old nothing"></p>' in page
    assert '<p class="new nothing"></p>' in page


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/compare", 400, "a=“”不指任何一版"),
        ("/compare?a=1", 400, "b=“”不指任何一版"),
        ("/compare?a=1@&b=1", 400, "a=“1@”不指任何一版"),
        ("/compare?a=1&b=-4", 400, "b=“-4”不指任何一版"),
        ("/compare?a=1&b=１", 400, "不指任何一版"),
        ("/compare?a=<script>&b=1", 400, "a=“&lt;script&gt;”"),
        ("/compare?a=1&b=1@9", 404, "本篇没有第 9 版"),
        ("/compare?a=99@1&b=1", 404, "没有编号 99 的发布"),
        ("/compare?a=999999999999999999&b=1", 404, "没有编号 999999999999999999 的发布"),
        ("/compare?a=1@0&b=1", 404, "本篇没有第 0 版"),
    ],
)
def test_what_names_no_version_gets_a_sentence(path: str, status: int, says: str, get: Get) -> None:
    answer = get(path)
    assert answer.status_code == status
    assert says in answer.text
    assert "<script>" not in answer.text


def test_a_public_site_compares_no_withheld_text(get_public: Get) -> None:
    page = get_public("/compare?a=3&b=2").text
    assert "正文不公开，无法对照" in page
    assert not [said for said in re.split("[。，\n]", PRESS) if len(said) > 6 and said in page]
    assert "湿地面积" not in page
    assert "改动 1" in get_public("/compare?a=1@1&b=1@2").text


@pytest.mark.parametrize(
    ("sides", "figures"), [("a=1&b=4", ["320.5", "318.0"]), ("a=4&b=1", ["318.0", "320.5"]), ("a=3&b=4", [])]
)
def test_the_figures_of_a_withheld_copy_are_told(sides: str, figures: list[str], tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.execute("UPDATE sources SET rights = 'unknown' WHERE id = 'yunling'")
    db.close()
    for get in served(tmp_path / "data", public=True):
        page = get(f"/compare?{sides}").text
        assert "正文不公开，无法对照" in page
        assert re.findall(r"<li><del>(.*?)</del> → <ins>(.*?)</ins></li>", page) == [tuple(figures)] * bool(figures)


def test_lists_of_versions_and_copies_lead_here(get: Get) -> None:
    page = get("/release/1").text
    assert 'href="/compare?a=1%401&amp;b=1%402"' in page
    assert 'href="/compare?a=1&amp;b=4"' in page
    assert 'href="/compare?a=1%401&amp;b=4"' in get("/release/1?v=1").text
    assert "/compare" not in get("/release/2").text


def test_the_head_of_an_earlier_version_names_the_publisher_of_then(tmp_path: Path) -> None:
    with open_archive(tmp_path) as db:
        fill(db.conn)
        db.execute("""UPDATE versions SET facts = '{"publisher": "河源日报"}' WHERE release = 1 AND version = 1""")
        db.conn.commit()
    for get in served(tmp_path, public=False):
        heads = get("/compare?a=1@1&b=1@2").text.split('class="sides"')[1].split("</section>")
        assert ["河源日报" in head for head in heads[:2]] == [True, False]
