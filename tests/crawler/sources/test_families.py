"""The table of a family: each missing or wrong part is named in one sentence with file, table and key."""

import re
from pathlib import Path

import pytest

from crawler.probe.recognise import recognise
from crawler.sources import SourceError, load_families, load_sources
from tests.conftest import scrapy

TABLE = """\
[heyun]
sites = "河云"
evidence = { lists = "assumed", paging = "assumed", articles = "assumed" }
spider = "html"
address = '/yh/c\\d+/'
traces = ["data-heyun"]
article = '/yh/c\\d+/\\d+\\.phtml$'
body = [".yh-body"]
"""
SOURCE = """\
[yunqu]
name = "云曲县人民政府"
region = "990322"
level = "county"
family = "heyun"
lists = ["http://www.yunqu.gov.cn/yh/c12/"]
"""


def write(folder: Path, toml: str) -> Path:
    (folder / "families.toml").write_text(toml, "utf-8")
    (folder / "mine.toml").write_text(SOURCE, "utf-8")
    return folder


def test_a_source_inherits_from_a_family_of_its_folder(tmp_path: Path) -> None:
    source = load_sources(write(tmp_path, TABLE))["yunqu"]
    assert (source.spider, source.body, source.article) == ("html", (".yh-body",), r"/yh/c\d+/\d+\.phtml$")
    assert "公示" in source.exclude  # from the defaults, as every family


@pytest.mark.parametrize("key", ["sites", "evidence", "spider"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    without = re.sub(rf"(?m)^{key} = .*\n", "", TABLE)
    with pytest.raises(SourceError) as error:
        load_sources(write(tmp_path, without))
    assert str(error.value) == f"families.toml: [heyun] lacks the key {key!r}"


@pytest.mark.parametrize("part", ["lists", "paging", "articles"])
def test_a_missing_grade_is_named(tmp_path: Path, part: str) -> None:
    parts = [f'{other} = "assumed"' for other in ("lists", "paging", "articles") if other != part]
    without = re.sub(r"(?m)^evidence = .*$", f"evidence = {{ {', '.join(parts)} }}", TABLE)
    with pytest.raises(SourceError) as error:
        load_families(write(tmp_path, without))
    assert str(error.value) == f"families.toml: [heyun] evidence lacks the key {part!r}"


def test_a_family_without_traces_is_named(tmp_path: Path) -> None:
    without = re.sub(r"(?m)^(?:address|traces) = .*\n", "", TABLE)
    with pytest.raises(SourceError, match=r"families\.toml: \[heyun\] lacks the key 'traces' or 'address'"):
        load_families(write(tmp_path, without))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"河云"', "7", "sites: expected a string"),
        ('lists = "assumed"', 'lists = "sure"', "evidence lists: 'sure' is not one of live, capture"),
        ('evidence = { lists = "assumed", paging = "assumed", articles = "assumed" }', 'evidence = "live"', "evidence"),
        ('"html"', "[]", "spider: expected a string"),
        ("'/yh/c\\d+/'", "'('", "address: not a regular expression"),
        ('["data-heyun"]', '["("]', "traces: not a regular expression"),
        ('["data-heyun"]', '"data-heyun"', "traces: expected a list"),
        ('["data-heyun"]', "[[]]", "traces: a mark without"),
        ('["data-heyun"]', "[7]", "traces: expected a list of strings"),
        ('[".yh-body"]', '["p >"]', "body: 'p >' is not a CSS selector"),
        ("body =", "bodies =", "unknown key 'bodies'"),
        ("body =", "lists =", "unknown key 'lists'"),
        ('body = [".yh-body"]', 'tags = ["yh-text"]', "tags: only a shipped family may have it"),
        ('body = [".yh-body"]', 'containers = ["#yh"]', "containers: only a shipped family may have it"),
        ("[heyun]", "[trs]", "is a family that gongbao ships: choose another name"),
        ("[heyun]", "[defaults]", "cannot be a family's name"),
        ("[heyun]", "['河云']", "cannot be a family's name"),
        (TABLE, "heyun = 1", "stands outside a table"),
        (TABLE, "[heyun", "not valid TOML"),
    ],
)
def test_a_wrong_part_is_named_with_file_table_and_key(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in TABLE
    with pytest.raises(SourceError) as error:
        load_sources(write(tmp_path, TABLE.replace(old, new)))
    assert str(error.value).startswith("families.toml: ")
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_an_unknown_protocol_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, TABLE.replace('"html"', '"telex"'))
    for command in (["list"], ["crawl", "yunqu"], ["probe", "yunqu"]):
        done = scrapy(*command, SOURCES=tmp_path, ARCHIVE_DIR=tmp_path / "data", PRIVATE_HOSTS="")
        assert done.returncode == 2
        assert "families.toml: [heyun] spider: 'telex' is not one of epaper, feed, gkmlpt" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


def test_a_family_of_ones_own_is_recognised_before_those_that_gongbao_ships(tmp_path: Path) -> None:
    families = load_families(write(tmp_path, TABLE)).values()
    page = '<html data-heyun="3"><div class="TRS_Editor"></div>'
    assert recognise(page, "", families)[0] == "heyun"
    assert recognise(page, "", load_families().values())[0] == "trs"


def test_families_of_one_folder_are_not_known_in_another(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    write(tmp_path / "a", TABLE)
    (tmp_path / "b" / "mine.toml").write_text(SOURCE, "utf-8")
    assert load_sources(tmp_path / "a")
    with pytest.raises(SourceError, match=r"mine\.toml: \[yunqu\] family: 'heyun' is not one of"):
        load_sources(tmp_path / "b")
