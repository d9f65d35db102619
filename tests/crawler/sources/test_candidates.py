"""The table of candidates: it keeps to its rules, and a wrong one is refused in one sentence."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from archive.texts.places import name_of
from crawler.sources.candidates import CANDIDATES, COLUMNS, read_candidates
from crawler.sources.checks import SourceError
from crawler.sources.declared import load_sources
from crawler.sources.families import load_families

ROWS = list(read_candidates())
# forms of articles' addresses, as the families have them
ARTICLE = re.compile(r"/t?\d{8}_\d+|/art/\d{4}/|content_\d+|/\d{6}/t\d|info/\d+/\d+\.htm|/\d{7,}\.s?html?$")


def test_there_are_enough_of_them_and_each_address_stands_once() -> None:
    assert len(ROWS) >= 2300
    assert len({row.url for row in ROWS}) == len(ROWS)
    assert len({row.region[:2] for row in ROWS}) >= 31


def test_none_is_a_home_page_or_an_article() -> None:
    for row in ROWS:
        parts = urlsplit(row.url)
        assert parts.query or not re.fullmatch(r"/?|/(?:index|default)\.\w+", parts.path), row
        assert not ARTICLE.search(parts.path), row


def test_none_is_named_for_a_higher_level() -> None:
    for row in ROWS:
        above = [f"{row.region[:2]}0000", f"{row.region[:4]}00"]
        for code in above if not row.region.endswith("0000") else ():
            if code != row.region and name_of(code):
                assert name_of(code) not in row.column, row
        assert not re.search("国务院|公示|公告|视频", row.column), row


def test_each_says_where_it_was_seen_and_names_a_family_that_we_have() -> None:
    families = load_families()
    for row in ROWS:
        assert row.seen_in
        assert row.name
        assert not row.family or row.family in families


def test_a_candidate_is_no_source() -> None:
    assert CANDIDATES.is_file()
    declared = {url for source in load_sources().values() for url in source.lists}
    assert len(declared) < 300


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("url\tregion\n", "the first line names url, region; expected are region, name"),
        ("", "the first line names ; expected are"),
        ("{head}\n370100\tx\n", "line 2 has 2 columns; expected are 10"),
        ("{head}\n370199\ta\tnews\t\thttps://a.cn/x/\t\t1\ts\t\t\n", "line 2: region '370199' is no code in force"),
        ("{head}\n370100\ta\tnews\t\tftp://a.cn/x/\t\t1\ts\t\t\n", "line 2: 'ftp://a.cn/x/' is no address of the web"),
        ("{head}\n370100\ta\tnews\t\thttps://a.cn/x/\t\t5\ts\t\t\n", "line 2: grade '5' is not one of 1, 2, 3"),
        ("{head}\n370100\ta\tother\t\thttps://a.cn/x/\t\t1\ts\t\t\n", "line 2: kind 'other' is not one of news"),
    ],
)
def test_a_wrong_table_is_refused_in_a_sentence(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "mine.tsv"
    path.write_text(text.replace("{head}", "\t".join(COLUMNS)), "utf-8")
    with pytest.raises(SourceError, match=re.escape(f"mine.tsv: {fault}")):
        list(read_candidates(path))


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"absent\.tsv: cannot be read"):
        list(read_candidates(tmp_path / "absent.tsv"))
