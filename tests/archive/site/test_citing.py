"""A version is cited with its own title, time and address; programs read the same from the page's head."""

import html
import json
import re
from pathlib import Path

from archive.schema.open import open_archive
from tests.archive.conftest import CONFERENCE, NOTICE, fill, insert
from tests.archive.site.visiting import EVIL, Get, served


def citations(page: str) -> list[str]:
    cited = page[page.index('id="cite"') :]
    return [html.unescape(one) for one in re.findall(r"<pre[^>]*>(.*?)</pre>", cited, re.DOTALL)]


def test_the_version_that_is_shown_is_cited(get: Get) -> None:
    gbt, bibtex = citations(get("/release/1?v=1").text)
    assert gbt == (
        "清河发布. 清河市举行春耕备耕发布会[EB/OL]. 云岭省 清河市: 清河市人民政府新闻办公室, 2020 (2020-04-13)[2020-04-13]."
        " https://www.qinghe.example/art/1.html."
        " 存档（第 1 版，北京时间 2020-04-13 14:00）: http://localhost/release/1?v=1."
    )
    assert bibtex.startswith("@online{gongbao-1-v1,\n  title = {清河市举行春耕备耕发布会},")
    assert "  location = {云岭省 清河市},\n  date = {2020-04-13},\n  urldate = {2020-04-13}," in bibtex
    assert r"note = {Version 1, archived 2020-04-13 14:00 Beijing time: \url{http://localhost/release/1?v=1}}" in bibtex
    assert "北京时间 2020-04-15 10:00）: http://localhost/release/1?v=2." in citations(get("/release/1").text)[0]


def test_an_address_keeps_its_percent_signs_and_a_title_loses_what_bibtex_reads(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    db.conn.execute("UPDATE releases SET url = 'https://www.qinghe.example/%E6%B2%B3.html' WHERE id = 1")
    db.conn.execute("UPDATE versions SET title = '增长 5% {上半年}' WHERE release = 1")
    db.close()
    for get in served(tmp_path / "data", public=False):
        bibtex = citations(get("/release/1").text)[1]
    assert "title = {增长 5 上半年}" in bibtex
    assert "url = {https://www.qinghe.example/%E6%B2%B3.html}" in bibtex


def test_the_head_tells_programs_what_the_page_is(get: Get) -> None:
    page = get("/release/2").text
    told = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page))
    assert told["description"].startswith("各县（市、区）人民政府")
    assert told["description"].endswith("…")
    assert told["citation_title"] == told["og:title"] == "云岭省人民政府办公厅关于印发湿地保护若干规定的通知"
    assert told["citation_publication_date"] == "2020/03/02"
    assert told["citation_public_url"] == told["og:url"] == "http://localhost/release/2"
    assert '<link rel="canonical" href="http://localhost/release/2">' in page
    [linked] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(linked)["publisher"] == {"@type": "GovernmentOrganization", "name": "云岭省人民政府"}
    assert json.loads(linked)["identifier"] == "云政办发〔2020〕5号"


def test_an_older_version_has_an_address_of_its_own(get: Get) -> None:
    assert '<link rel="canonical" href="http://localhost/release/1?v=1">' in get("/release/1?v=1").text
    assert '<link rel="canonical" href="http://localhost/release/1">' in get("/release/1?v=2").text


def test_hostile_facts_end_no_script_and_no_attribute(get: Get) -> None:
    page = get("/release/5").text
    assert "<script>alert" not in page
    [linked] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(linked)["headline"] == EVIL
    assert "isBasedOn" not in json.loads(linked)


def test_the_evidence_names_addresses_times_and_whole_digests(get: Get) -> None:
    page = get("/release/1?v=1").text
    evidence = page[page.index('id="evidence"') : page.index('id="copies"')]
    assert ">https://www.qinghe.example/art/1.html</a>" in evidence
    assert '<a href="http://localhost/release/1?v=1">http://localhost/release/1?v=1</a>' in evidence
    assert len(re.findall(r"sha256 [0-9a-f]{64}<", evidence)) == 2
    assert 'href="/release/1/evidence.zip?v=1"' in evidence


def test_a_version_stood_until_the_last_look_that_found_it_unchanged(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    looks = [("2020-04-14T02:00:00Z", "same"), ("2020-04-15T02:00:00Z", "changed"), ("2020-04-16T02:00:00Z", "missing")]
    for at, outcome in looks:
        insert(db.conn, "observations", release=1, at=at, outcome=outcome, status=200)
    db.close()
    for get in served(tmp_path / "data", public=False):
        old, new = get("/release/1?v=1").text, get("/release/1").text
    stood = re.compile(r"<dt>本版采集于</dt><dd>(.*?)</dd>")
    assert re.findall(r">([\d: -]+)<", stood.findall(old)[0]) == ["2020-04-13 14:00", "2020-04-14 10:00"]
    assert re.findall(r">([\d: -]+)<", stood.findall(new)[0]) == ["2020-04-15 10:00"]


def test_a_public_head_gives_an_extract_and_masks_numbers(get_public: Get) -> None:
    assert "护堤员" not in get_public("/release/3").text
    assert "13812345678" in NOTICE
    assert "13812345678" not in get_public("/release/2").text
    assert CONFERENCE[:20] in get_public("/release/1").text
