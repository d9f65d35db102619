"""A new family of a known protocol, by values alone: the list in CONTRIBUTING.md, and a folder of one's own."""

import shutil
import tomllib
from pathlib import Path

import pytest

from crawler.sources.catalogue import main
from tests.conftest import crawl, rows, scrapy
from tests.contributing.steps import HERE, add_family, check, copy_house, declare, places, run, site, write_catalogue
from tests.serving import Pages

CASE = HERE / "yunhe"
TEXT = "\n".join(tomllib.loads((CASE / "truth.toml").read_text("utf-8"))["article"]["text"])
HELD = "SELECT title, text FROM releases WHERE title LIKE '%水库%'"


def own_sources(folder: Path, pages: Pages) -> Path:
    declare(CASE, folder, pages.url(""))
    shutil.copy(CASE / "families.toml", folder)
    return folder


@pytest.mark.slow
def test_the_places_that_are_listed_suffice(tmp_path: Path) -> None:
    assert places("A new family") == ["crawler/families.toml", "tests/families/", "docs/sources.md"]
    house = copy_house(tmp_path / "house")
    add_family(house, CASE)
    write_catalogue(house)
    check(
        house,
        "tests/test_families.py",
        "tests/crawler/sources",
        "tests/crawler/probe",
        "tests/test_family_crawls.py",
        "-k",
        "yunhe or every_ or recognised_by_its_list or page_says or families_are_explained",
    )
    with Pages(site(CASE)) as pages:
        declared = declare(CASE, tmp_path / "declared", pages.url(""))
        done = run(house, "scrapy", "crawl", "yunqu", SOURCES=declared, ARCHIVE_DIR=tmp_path / "data")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(3,)]


def test_a_family_in_the_folder_of_sources_is_crawled(tmp_path: Path) -> None:
    with Pages(site(CASE)) as pages:
        crawl("yunqu", SOURCES=own_sources(tmp_path / "mine", pages), ARCHIVE_DIR=tmp_path / "data")
    assert rows(tmp_path / "data", HELD) == [("云曲县三座小型水库完成除险加固", TEXT)]
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases") == [(3,)]
    assert rows(tmp_path / "data", "SELECT family FROM sources") == [("yunhe",)]


def test_a_family_in_the_folder_of_sources_is_known_to_the_list_and_the_probe(tmp_path: Path) -> None:
    with Pages(site(CASE)) as pages:
        settings = {"SOURCES": own_sources(tmp_path / "mine", pages), "ARCHIVE_DIR": tmp_path / "data"}
        listed = scrapy("list", **settings)
        probed = scrapy("probe", pages.url("/yh/c12/"), **settings)
    assert listed.stdout == "yunqu\n"
    assert probed.returncode == 0, probed.stderr
    for words in ('yunhe, by /yh/c12/, data-yunhe="3', "container  .yh-body", 'family = "yunhe"', "1 of them new"):
        assert words in probed.stdout


def test_families_alone_are_enough_for_a_probe(tmp_path: Path) -> None:
    with Pages(site(CASE)) as pages:
        (own_sources(tmp_path / "mine", pages) / "mine.toml").unlink()
        done = scrapy("probe", pages.url("/yh/c12/"), SOURCES=tmp_path / "mine", ARCHIVE_DIR=tmp_path / "data")
    assert 'family = "yunhe"' in done.stdout


def test_a_family_in_the_folder_of_sources_is_in_its_catalogue(tmp_path: Path, capsys) -> None:
    declare(CASE, tmp_path, "http://www.yunqu.gov.cn")
    shutil.copy(CASE / "families.toml", tmp_path)
    assert main([str(tmp_path)]) == 0
    page = capsys.readouterr().out
    assert "| `yunhe` | 云河 | `html` | assumed | assumed | assumed |" in page
    assert "| `yunqu` | 云曲县人民政府 |" in page
    assert "`trs`" in page


def test_the_catalogue_ends_with_a_sentence(tmp_path: Path, capsys) -> None:
    (tmp_path / "families.toml").write_text("[yunhe]\n", "utf-8")
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == "gongbao: families.toml: [yunhe] lacks the key 'sites'\n"


def test_the_catalogue_of_a_house_with_a_wrong_family_ends_with_a_sentence(tmp_path: Path) -> None:
    house = tmp_path / "house"
    shutil.copytree(HERE.parents[1] / "crawler", house / "crawler", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HERE.parents[1] / "archive", house / "archive", ignore=shutil.ignore_patterns("__pycache__"))
    with (house / "crawler" / "families.toml").open("a", encoding="utf-8") as file:
        file.write('\n[yunhe]\nspider = "html"\n')
    done = run(house, "crawler.sources.catalogue")
    assert (done.returncode, done.stderr) == (2, "gongbao: families.toml: [yunhe] lacks the key 'sites'\n")
