"""OAI-PMH at /oai, asked by a harvester of others (sickle) and by hand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from lxml import etree
from sickle import Sickle
from sickle.oaiexceptions import NoRecordsMatch

from archive.schema.open import open_archive
from archive.site.oai import records
from archive.site.oai.asked import Key, Wanted
from archive.snapshots.make import make
from archive.store.removed import hidden
from tests.archive.conftest import PRESS, add_release, add_version, fill, insert
from tests.archive.site.visiting import EVIL, NOW, Get, listening, visited

OAI = "{http://www.openarchives.org/OAI/2.0/}"
GONE = "www.yunling.example/art/77.html"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The usual releases, a hostile one, one that is gone from its site, and a removal."""
    folder = tmp_path_factory.mktemp("oai") / "data"
    db = open_archive(folder)
    fill(db.conn)
    add_release(db.conn, 5, "yunling", EVIL + "\x0b", EVIL, url="javascript:alert(1)", author=EVIL)
    db.execute("UPDATE releases SET status = 'gone' WHERE id = 4")
    insert(db.conn, "status_changes", release=4, at="2020-04-15T03:00:00+00:00", status="gone")
    removed = {"removed_at": "2020-04-15T04:00:00+00:00", "reason": "当事人要求"}
    insert(db.conn, "removed", url=f"https://{GONE}", url_key=GONE, **removed)
    db.close()
    return folder


@contextmanager
def harvester(snapshot: Path, *, public: bool = True) -> Iterator[Sickle]:
    with listening(snapshot, public=public) as address:
        yield Sickle(f"{address}/oai", default_retry_after=1)


def said(get: Get, words: str = "", **arguments: str) -> Any:
    """The answer's root, of arguments or of a query as it stands."""
    answer = get(f"/oai?{words or urlencode(arguments)}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return etree.fromstring(answer.content)


def code(root: Any) -> str:
    error = root.find(f"{OAI}error")
    return "" if error is None else str(error.get("code"))


def values(root: Any, name: str) -> list[str]:
    return [one.text or "" for one in root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}", f"{OAI}{name}")]


@pytest.mark.parametrize("public", [True, False])
def test_a_harvester_gets_every_record_and_is_told_of_the_removal(folder: Path, public: bool) -> None:
    with harvester(make(folder, public=public, now=NOW), public=public) as sickle:
        found = list(sickle.ListRecords(metadataPrefix="oai_dc"))
        assert [one.header.datestamp for one in found] == sorted(one.header.datestamp for one in found)
        assert {one.metadata["title"][0] for one in found if not one.deleted} >= {"油菜花开满清河两岸"}
        [gone] = [one for one in found if one.deleted]
        assert len(found) == 6
        assert gone.header.identifier == f"oai:gongbao:{hidden(GONE).removeprefix('sha256:')}"
        assert (gone.header.datestamp, gone.header.setSpecs) == ("2020-04-15T04:00:00Z", [])
        assert sickle.GetRecord(identifier=gone.header.identifier, metadataPrefix="oai_dc").deleted
        assert sickle.Identify().deletedRecord == "persistent"


def test_a_release_that_its_site_took_away_is_still_a_record_and_changed_then(get_public: Get) -> None:
    root = said(get_public, verb="ListRecords", metadataPrefix="oai_dc", **{"from": "2020-04-15T03:00:00Z", "until": "2020-04-15T03:00:00Z"})  # fmt: skip
    assert values(root, "title") == ["清河市举行春耕备耕新闻发布会"]
    assert values(root, "datestamp") == ["2020-04-15T03:00:00Z"]


def test_a_record_says_where_it_is_from_and_whose_it_is(get_public: Get) -> None:
    heads = said(get_public, verb="ListIdentifiers", metadataPrefix="oai_dc", set="source:yunling", until="2020-04-14")
    root = said(get_public, verb="GetRecord", metadataPrefix="oai_dc", identifier=values(heads, "identifier")[0])
    assert values(root, "identifier")[1:] == ["http://localhost/release/2", "云政办发〔2020〕5号"]
    assert values(root, "source") == ["https://www.yunling.example/art/2.html"]
    assert values(root, "publisher") == ["云岭省人民政府", "云岭省人民政府网站"]
    assert values(root, "date") == ["2020-03-02"]
    assert values(root, "setSpec") == ["source:yunling", "region:990000"]


@pytest.mark.parametrize("public", [True, False])
def test_words_of_the_press_are_never_told(get: Get, get_public: Get, public: bool) -> None:
    asked = get_public if public else get
    root = said(asked, verb="ListRecords", metadataPrefix="oai_dc", set="source:ribao")
    assert values(root, "title") == ["油菜花开满清河两岸"]
    assert values(root, "description") == []
    assert PRESS[:10] not in etree.tostring(root, encoding="unicode")


def test_numbers_of_persons_are_masked(get_public: Get) -> None:
    assert "13812345678" not in get_public("/oai?verb=ListRecords&metadataPrefix=oai_dc").text


def test_what_is_hostile_in_a_release_is_text_or_nothing(get_public: Get) -> None:
    root = said(get_public, verb="ListRecords", metadataPrefix="oai_dc")
    assert EVIL in values(root, "title")
    assert "javascript:alert(1)" not in values(root, "source")


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ("region:990000", 6),  # a province has its cities; every set tells of the removal
        ("region:990000:990100", 2),
        ("source:qinghe", 2),
        ("source:ribao", 2),
    ],
)
def test_a_set_has_its_records(get_public: Get, chosen: str, count: int) -> None:
    assert chosen in values(said(get_public, verb="ListSets"), "setSpec")
    root = said(get_public, verb="ListIdentifiers", metadataPrefix="oai_dc", set=chosen)
    assert len(values(root, "identifier")) == count


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "badVerb"),
        ("verb=Drop", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&set=x", "badArgument"),
        ("verb=ListSets&lang=en", "badArgument"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-04-13T06:00:00%2B08:00", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-04-14&until=2020-04-13", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-04-13&until=2020-04-13T06:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=9999-12-31", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=source:nobody", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&set='%20OR%201--", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=oai_dc,,,,2020-04-13T06:00:00Z,0,99999999999999999999,ab", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=oai_dc,x,,,2020-04-13T06:00:00Z,0,1," + "a" * 64, "badResumptionToken"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=1", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:gongbao:" + "0" * 64, "idDoesNotExist"),
        ("verb=GetRecord&identifier=1", "badArgument"),
        ("verb=ListMetadataFormats&identifier=%00%ff%3Cx%3E", "idDoesNotExist"),
        ("verb=ListMetadataFormats", ""),
        ("verb=Identify", ""),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-04-13&until=2020-04-13", ""),
    ],
)  # fmt: skip
def test_a_request_is_answered_in_the_protocols_words(get_public: Get, words: str, expected: str) -> None:
    assert code(said(get_public, words)) == expected


def test_a_posted_form_is_answered_alike_and_bounded(folder: Path) -> None:
    form = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    with listening(make(folder, public=True, now=NOW), public=True) as address:
        posted = requests.post(f"{address}/oai", data=form, headers={"Cookie": "ds_csrftoken=x"}, timeout=9)
        assert posted.content == requests.get(f"{address}/oai", params=form, timeout=9).content
        long = requests.post(f"{address}/oai", data={"verb": "x" * 100_000}, timeout=9)
        assert code(etree.fromstring(long.content)) == "badArgument"


def test_what_an_answer_says_is_as_of_its_snapshot(get_public: Get) -> None:
    assert values(said(get_public, verb="Identify"), "responseDate")[0].startswith("2020-04-15T08:30:")


def grown(folder: Path, first: int, last: int, second: int = 0) -> None:
    with closing(sqlite3.connect(folder / "archive.db")) as db, db:
        for id in range(first, last):
            seen = f"2020-05-01T{id // 3600 % 24:02}:{id // 60 % 60:02}:{second or id % 60:02}Z"
            add_release(db, id, "yunling", f"第{id}号公告", f"第{id}号公告的文字。", first_seen=seen, changed=seen)


def test_a_harvest_goes_on_over_a_new_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records that changed, came or were removed meanwhile are told; no other comes twice."""
    monkeypatch.setattr(records, "PAGE", 7)
    folder = tmp_path / "data"
    db = open_archive(folder)
    fill(db.conn)
    grown(folder, 10, 40)
    first, asked = make(folder, public=True, now=NOW), {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    with visited(first, public=True) as get:
        begun = said(get, **asked)
    add_version(db.conn, 2, 2, "改过的标题", "改过的文字。", "2020-05-03T00:00:00Z")
    grown(folder, 40, 45)
    db.execute("INSERT INTO removed SELECT url, url_key, '2020-05-02T00:00:00Z', '' FROM releases WHERE id IN (1, 30)")
    db.close()
    told, token = values(begun, "identifier"), values(begun, "resumptionToken")[0]
    with visited(make(folder, public=True, now=NOW + timedelta(days=30)), public=True) as get:
        whole = dict(_all(get, asked))
        while token:
            page = said(get, verb="ListIdentifiers", resumptionToken=token)
            told += values(page, "identifier")
            token = values(page, "resumptionToken")[0]
    twice = {one for one in told if told.count(one) > 1}
    assert set(told) >= whole.keys()
    assert twice <= {key for key, learned in whole.items() if learned >= "2020-05-02"}


def _all(get: Get, asked: dict[str, str]) -> Iterator[tuple[str, str]]:
    page = said(get, **asked)
    while True:
        yield from zip(values(page, "identifier"), values(page, "datestamp"), strict=True)
        if not (token := "".join(values(page, "resumptionToken"))):
            return
        page = said(get, verb=asked["verb"], resumptionToken=token)


def test_the_last_page_ends_the_list_with_an_empty_token(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PAGE", 5)
    with visited(make(folder, public=True, now=NOW), public=True) as get:
        page = said(get, verb="ListIdentifiers", metadataPrefix="oai_dc")
        last = said(get, verb="ListIdentifiers", resumptionToken=values(page, "resumptionToken")[0])
        assert (len(values(page, "identifier")), len(values(last, "identifier"))) == (5, 1)
        assert values(last, "resumptionToken") == [""]


@pytest.mark.parametrize(
    "asked", [{}, {"from": "2020-01-01"}, {"until": "2020-01-01T00:00:00Z", "set": "region:37:a!b"}]
)
def test_a_token_says_all_that_was_asked(asked: dict[str, str]) -> None:
    key, wanted = Key("2020-04-13T06:00:00Z", 0, 7, "ab" * 32), Wanted.read(asked)
    assert Wanted.resumed(wanted.token(key)) == replace(wanted, after=key)


@pytest.mark.slow
def test_five_thousand_records_are_harvested_whole_and_removals_told(tmp_path: Path) -> None:
    db = open_archive(tmp_path)
    fill(db.conn)
    grown(tmp_path, 10, 5010)
    at = "2020-05-02T00:00:00+00:00"
    db.execute("INSERT INTO removed SELECT url, url_key, ?, '' FROM releases WHERE id % 100 = 0", [at])
    held = {key for (key,) in db.execute("SELECT url_key FROM releases WHERE id % 100 <> 0")}
    gone = {key for (key,) in db.execute("SELECT url_key FROM removed")}
    db.close()
    with harvester(make(tmp_path, public=True, now=NOW + timedelta(days=30))) as sickle:
        found = list(sickle.ListRecords(metadataPrefix="oai_dc"))
        later = list(sickle.ListIdentifiers(metadataPrefix="oai_dc", **{"from": "2020-05-02"}))
        with pytest.raises(NoRecordsMatch):
            sickle.ListRecords(metadataPrefix="oai_dc", until="2019-01-01")

    def named(keys: set[str]) -> list[str]:
        return sorted(f"oai:gongbao:{hidden(key).removeprefix('sha256:')}" for key in keys)

    assert sorted(one.header.identifier for one in found if not one.deleted) == named(held)
    assert sorted(one.header.identifier for one in found if one.deleted) == named(gone)
    assert sorted(one.identifier for one in later if one.deleted) == named(gone)
