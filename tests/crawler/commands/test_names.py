"""A misspelt name of a setting, a source or a key is answered by the one that was meant."""

from pathlib import Path

import pytest

from crawler.configuration import meant
from crawler.sources import SourceError, load_sources
from tests.conftest import scrapy
from tests.crawler.sources.test_sources import TABLE


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("qingdoa", "; did you mean qingdao?"),
        ("QINGDAO", "; did you mean qingdao?"),
        ("tai-an", "; did you mean tai_an?"),
        ("wuhan", ""),
        ("", ""),
    ],
)
def test_a_word_that_is_like_a_known_one(word: str, said: str) -> None:
    assert meant(word, ["qingdao", "jinan", "tai_an"]) == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "-s", "DOWNLOD_DELAY=1"], "-s DOWNLOD_DELAY: there is no such setting; did you mean DOWNLOAD_DELAY?"),
        (["list", "-s", "ARCHIVEDIR=x"], "did you mean ARCHIVE_DIR?"),
        (["list", "-s", "COLOUR=red"], "-s COLOUR: there is no such setting"),
        (["crawl", "qingdoa"], "no source is named 'qingdoa'; `scrapy list` shows them; did you mean qingdao?"),
        (["probe", "qingdoa"], "did you mean qingdao?"),
        (["crawl", "qingdao", "-a", "rechek=all"], "did you mean recheck?"),
        (["crawl", "qingdao", "-o", "file.json"], "-o, -O: a crawl writes into the archive alone; `scrapy snapshot`"),
        (["crawl", "replay", "-O", "file.json"], "-o, -O: a crawl writes into the archive alone; `scrapy snapshot`"),
        (["bench"], "gongbao has no `scrapy bench`: `scrapy probe URL`"),
        (["fetch", "http://127.0.0.1/"], "gongbao has no `scrapy fetch`: `scrapy probe URL`"),
        (["parse", "--spider", "qingdao", "http://127.0.0.1/"], "gongbao has no `scrapy parse`: `scrapy probe URL`"),
        (["shell", "-c", "1"], "gongbao has no `scrapy shell`: `scrapy probe URL`"),
        (["view", "http://127.0.0.1/"], "gongbao has no `scrapy view`: `scrapy probe URL`"),
    ],
)
def test_a_misspelt_argument_is_one_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = scrapy(*arguments, ARCHIVE_DIR=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("EXTRACT_WORKERS", "abc", "'abc' is not a whole number, 0 or more"),
        ("EXTRACT_WORKERS", "-1", "'-1' is not a whole number, 0 or more"),
        ("REQUESTS_PER_DAY", "abc", "'abc' is not a whole number, 0 or more"),
        ("BYTES_PER_DAY", "1.5", "'1.5' is not a whole number, 0 or more"),
        ("DOWNLOAD_DELAY", "-0.5", "'-0.5' is not a number, 0 or more"),
        ("DOWNLOAD_DELAY", "nan", "'nan' is not a number, 0 or more"),
        ("RETRY_TIMES", "", "'' is not a whole number, 0 or more"),
        ("CONCURRENT_REQUESTS", "0", "'0' is not a whole number, 1 or more"),
        ("ROBOTSTXT_OBEY", "yes", "'yes' is neither True nor False"),
        ("COOKIES_ENABLED", "", "'' is neither True nor False"),
    ],
)
@pytest.mark.parametrize("command", [["rebuild"], ["crawl", "replay"]])
def test_a_setting_of_another_kind_is_one_sentence(
    tmp_path: Path, command: list[str], name: str, value: str, said: str
) -> None:
    done = scrapy(*command, "-s", f"{name}={value}", ARCHIVE_DIR=tmp_path)
    assert (done.returncode, done.stderr) == (2, f"gongbao: {name}: {said}\n")


def test_a_misspelt_setting_of_the_environment_is_refused(tmp_path: Path) -> None:
    done = scrapy("list", ARCHIVE_DRI=tmp_path)
    assert done.returncode == 2
    assert (
        "GONGBAO_ARCHIVE_DRI in the environment: there is no such setting; did you mean GONGBAO_ARCHIVE_DIR?"
        in done.stderr
    )


def test_a_variable_that_is_like_no_setting_is_told_and_passed_over() -> None:
    done = scrapy("list", HOMEPAGE="x")
    assert done.returncode == 0
    assert done.stderr == "gongbao: GONGBAO_HOMEPAGE in the environment: there is no such setting\n"


def test_settings_of_scrapys_own_are_known() -> None:
    assert scrapy("list", "-s", "LOG_LEVEL=ERROR", "-s", "HTTPCACHE_ENABLED=0", RETRY_TIMES="1").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lists =", "list =", "unknown key 'list'; did you mean lists?"),
        ('family = "trs"', 'family = "tsr"', "did you mean trs?"),
        ('level = "city"', 'level = "contry"', "did you mean county?"),
        ('region = "990300"', 'region = "000000"', "region: 000000 was never"),
    ],
)
def test_a_misspelt_key_or_value_of_a_table(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "some.toml").write_text(TABLE.replace(old, new), "utf-8")
    with pytest.raises(SourceError) as error:
        load_sources(tmp_path)
    assert said in str(error.value)
