"""`scrapy adopt` on portals over HTTP: the right column, or the right reason, and nothing asked twice."""

import json
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from archive.warc.records import read
from crawler.sources import load_sources
from crawler.sources.candidates import COLUMNS
from tests.conftest import SHARED, environment_of, rows, scrapy
from tests.portals.replica import portals
from tests.portals.serving import Portal, Portals

NOW = "2026-04-02"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    served: Portals
    folder: Path
    said: str

    @property
    def lines(self) -> dict[str, Any]:
        text = (self.folder / "sources" / "adopt.jsonl").read_text("utf-8")
        return {line["url"]: line for line in map(json.loads, text.splitlines())}

    @property
    def declared(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "sources" / "adopted.toml").read_text("utf-8"))


def wanted(served: Portals) -> list[Portal]:
    return [portal for portal in served.portals.values() if portal["kind"] != "helper"]


def settings(served: Portals, folder: Path) -> dict[str, object]:
    return {"PRIVATE_HOSTS": served.hosts, "ARCHIVE_DIR": folder, "NOW": NOW}


def adopt(served: Portals, folder: Path, *args: str) -> "subprocess.CompletedProcess[str]":
    return scrapy(
        "adopt", *(args or [served.url(portal["id"]) for portal in wanted(served)]), **settings(served, folder)
    )


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("ours")
    with Portals(portals()) as served:
        done = adopt(served, folder)
        assert done.returncode == 0, done.stderr
        yield Run(served=served, folder=folder, said=done.stdout)


def faults(run: Run) -> list[str]:
    """The portals whose verdict, list or number of requests is wrong."""
    found = []
    for portal in wanted(run.served):
        line = run.lines[run.served.url(portal["id"])]
        truth = portal["truth"]
        named = run.served.filled(truth["list"], "")
        right = line["list"] in ("", named, run.served.url(portal["id"], named)) or line["list"].startswith(
            run.served.url(portal["id"], f"{named}?")
        )
        homes = Counter(run.served.asked[portal["id"]])["/"]
        if line["verdict"] not in truth["verdicts"] or not right or homes > 1:
            found.append(f"{portal['id']}: {line['verdict']} {line['list']} {line['reason']}, {homes} homes")
    return found


def test_the_right_column_or_the_right_reason(ours: Run) -> None:
    assert faults(ours) == []


def test_no_site_is_asked_more_than_its_budget(ours: Run) -> None:
    assert max(len(asked) for asked in ours.served.asked.values()) <= 20 + 1  # robots.txt


def test_what_is_adopted_tells_its_place_and_loads(ours: Run) -> None:
    sources = load_sources(str(ours.folder / "sources"))
    truths = {
        portal["truth"]["name"]: portal["truth"]["region"] for portal in wanted(ours.served) if portal["truth"]["list"]
    }
    assert {source.name: source.region for source in sources.values()} == truths
    assert {(source.evidence, source.verified, source.kind) for source in sources.values()} == {("live", NOW, "news")}
    assert all(table["kind"] == "news" for table in ours.declared.values())


def test_the_pages_are_kept_as_a_bundle(ours: Run) -> None:
    line = ours.lines[ours.served.url("hub")]
    folder = ours.folder / "sources" / line["saved"]
    kept = [record.url for record in read(folder / "pages.warc.gz") if record.exchange]
    assert kept[0] == ours.served.url("hub")
    assert line["list"] in kept
    assert load_sources(str(folder / "source.toml"))[line["source"]].lists == (line["list"],)


def test_it_ends_with_a_table_by_province(ours: Run) -> None:
    assert "山东省" in ours.said
    assert "16 adopted" in ours.said


def test_a_second_run_asks_for_nothing(ours: Run) -> None:
    before = {id: len(asked) for id, asked in ours.served.asked.items()}
    declared = ours.declared
    assert adopt(ours.served, ours.folder).returncode == 0
    assert {id: len(asked) for id, asked in ours.served.asked.items()} == before
    assert ours.declared == declared


def test_declared_sources_are_checked_in_bulk(ours: Run) -> None:
    given = {**settings(ours.served, ours.folder), "SOURCES": ours.folder / "sources"}
    done = scrapy("probe", "--all", **given)
    assert (done.returncode, done.stdout.count(": right: ")) == (0, len(ours.declared))


def test_a_check_tells_what_has_changed(tmp_path: Path) -> None:
    site = next(portal for portal in portals() if portal["id"] == "hub")
    head = 'name = "云麓市人民政府"\nregion = "430181"\nlevel = "county"\n'
    with Portals([site]) as served:
        lists = {
            "right": "/c/7/index.html",
            "gone": "/old/",
            "moved": "/moved/",
            "busy": "/waf/",
            "trs": "/c/7/index.html",
        }
        site["routes"]["/moved/"] = [301, {"Location": "/c/7/index.html"}, ""]
        site["routes"]["/waf/"] = [412, {}, ""]
        tables = "".join(
            f'[{id}]\n{head}family = "{"nn" if id == "trs" else "html"}"\nlists = ["{served.url("hub", path)}"]\n'
            for id, path in lists.items()
        )
        (tmp_path / "some.toml").write_text(tables, "utf-8")
        done = scrapy("probe", "--all", **{**settings(served, tmp_path / "data"), "SOURCES": tmp_path})
    states = {line.split(": ")[0]: line.split(": ")[1] for line in done.stdout.splitlines() if ": " in line}
    assert done.returncode == 2
    assert states == {
        "right": "right",
        "gone": "not-a-list",
        "moved": "moved",
        "busy": "blocked",
        "trs": "changed-family",
    }


# candidates


def table(served: Portals, path: Path, chosen: dict[str, list[str]]) -> Path:
    """A table of candidates: the columns of portals, by the names that the portals give them."""
    lines = ["\t".join(COLUMNS)]
    for id, names in chosen.items():
        portal = served.portals[id]
        for name in names:
            place = (portal["truth"]["region"], portal["truth"]["name"], "news", name)
            lines.append("\t".join([*place, served.url(id, portal["neighbours"][name]), "", "1", "x", NOW, "direct"]))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_no_neighbour_is_adopted_as_a_candidate(ours: Run, tmp_path: Path) -> None:
    chosen = {portal["id"]: list(portal["neighbours"]) for portal in wanted(ours.served) if portal["truth"]["list"]}
    done = adopt(ours.served, tmp_path, "--candidates", str(table(ours.served, tmp_path / "some.tsv", chosen)))
    assert done.returncode == 2
    assert "nothing could be adopted" in done.stderr
    assert not (tmp_path / "sources" / "adopted.toml").exists()


def test_a_candidate_of_another_place_is_none(ours: Run, tmp_path: Path) -> None:
    list = ours.served.url("hub", "/c/7/index.html")
    row = ["370102", "历下区人民政府", "news", "要闻", list, "", "1", "x", NOW, "direct"]
    (tmp_path / "some.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n", "utf-8")
    adopt(ours.served, tmp_path, "--candidates", str(tmp_path / "some.tsv"))
    (line,) = map(json.loads, (tmp_path / "sources" / "adopt.jsonl").read_text("utf-8").splitlines())
    assert (line["verdict"], "430181" in line["reason"]) == ("no-column", True)


def test_a_user_s_tables_stay(ours: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    mine = '# mine\n[site_3_2_0_127]\nname = "x"\nregion = "990300"\nlevel = "city"\nfamily = "html"\nlists = ["http://h/"]\n'
    path.write_text(mine, "utf-8")
    assert (
        adopt(ours.served, tmp_path, "--to", str(path), ours.served.url("hub"), ours.served.url("feed")).returncode == 0
    )
    assert path.read_text("utf-8").startswith(mine)
    assert len(load_sources(str(path))) > 1


# bad input


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["nowhere"], "is no address"),
        (["--region", "3x"], "expected the first digits of a region code"),
        (["--region", "370199"], "no place has or had this code"),
        (["--region", "9"], "expected the first digits of a region code"),
        (["--region", "71"], "no candidate"),
        (["--grade", "5"], "--grade 1, 2 or 3"),
        (["--candidates", "HERE/header.tsv"], "expected are region, name"),
        (["--candidates", "HERE/region.tsv"], "is no code in force"),
        (["--candidates", "HERE/absent.tsv"], "cannot be read"),
        (["--to", "HERE/broken.toml", "http://127.0.0.1:1/"], "is not valid TOML"),
    ],
)
def test_bad_input_is_one_sentence(tmp_path: Path, args: list[str], sentence: str) -> None:
    (tmp_path / "header.tsv").write_text("url\n", "utf-8")
    row = ["370199", "x", "news", "x", "http://h/xw/", "", "1", "x", NOW, "direct"]
    (tmp_path / "region.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n", "utf-8")
    (tmp_path / "broken.toml").write_text("[x\n", "utf-8")
    done = scrapy("adopt", *(one.replace("HERE", str(tmp_path)) for one in args), ARCHIVE_DIR=tmp_path / "data")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert sentence in done.stderr


def test_a_closed_port_is_a_verdict(tmp_path: Path) -> None:
    done = scrapy("adopt", "http://127.0.0.1:1/", ARCHIVE_DIR=tmp_path)
    (line,) = map(json.loads, (tmp_path / "sources" / "adopt.jsonl").read_text("utf-8").splitlines())
    assert (done.returncode, line["verdict"], "refused" in line["reason"]) == (2, "unreachable", True)


# slow


def crawled(run: Run) -> dict[str, float]:
    """The share of its articles that a crawl of each adopted source holds."""
    shares = {}
    given = {**settings(run.served, run.folder / "crawled"), "SOURCES": run.folder / "sources"}
    for portal in wanted(run.served):
        source = run.lines[run.served.url(portal["id"])]["source"]
        if source and portal["truth"]["articles"]:
            scrapy("crawl", source, **given)
            held = {url for (url,) in rows(run.folder / "crawled", "SELECT url FROM listings WHERE state = 'held'")}
            articles = [run.served.url(portal["id"], path) for path in portal["truth"]["articles"]]
            shares[portal["id"]] = sum(url in held for url in articles) / len(articles)
    return shares


@pytest.mark.slow
def test_what_is_adopted_crawls(ours: Run) -> None:
    assert {id: share for id, share in crawled(ours).items() if share < 0.95} == {}


@pytest.mark.slow
def test_ten_kills_ask_no_home_page_twice(tmp_path: Path) -> None:
    with Portals(portals()) as served:
        command = [sys.executable, "-m", "scrapy", "adopt", *(served.url(portal["id"]) for portal in wanted(served))]
        environment = environment_of(**settings(served, tmp_path), **{"DOWNLOAD_DELAY": 0.2})
        path = tmp_path / "sources" / "adopted.toml"
        for number in range(10):
            asked = sum(map(len, served.asked.values()))
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while process.poll() is None and sum(map(len, served.asked.values())) < asked + 3 + 2 * number:
                time.sleep(0.02)
            time.sleep(0.1)  # seconds; in the middle of the host's pause, or of an article
            process.kill()
            process.wait()
            assert tomllib.loads(path.read_text("utf-8") if path.is_file() else "") is not None
        assert adopt(served, tmp_path).returncode == 0
        run = Run(served=served, folder=tmp_path, said="")
        lost = [line for line in run.lines.values() if "was killed" in line["reason"]]
        assert max(Counter(asked)["/"] for asked in served.asked.values()) == 1
        assert len([fault for fault in faults(run) if "was killed" not in fault]) == 0
        assert len(lost) <= 2


@pytest.mark.slow
def test_the_portals_that_were_collected(tmp_path: Path) -> None:
    path = SHARED / "cases" / "portals" / "portals.jsonl"
    if not path.is_file():
        pytest.skip("the collected portals are not at hand")
    with Portals(map(json.loads, path.read_text("utf-8").splitlines())) as served:
        assert adopt(served, tmp_path).returncode == 0
        run = Run(served=served, folder=tmp_path, said="")
        assert faults(run) == []
        assert min(crawled(run).values()) >= 0.95
