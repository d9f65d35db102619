"""Snapshots packaged for a repository: judged by the programs that repositories use, and what a deposit may hold."""

import gzip
import json
import subprocess
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from archive.snapshots.deposit.wacz import sort_key
from tests.conftest import rows, same_archive
from tests.trust.conftest import Crawled
from tests.trust.test_removal import residue

PRIVATE, PUBLIC = "20260317T110000Z", "20260317T120000Z-public"


def deposit(crawled: Crawled, folder: Path, name: str, form: str, to: Path, status: int = 0) -> str:
    return crawled.run(folder, "deposit", name, "--as", form, "--to", str(to), status=status)


def made(crawled: Crawled, name: str, form: str, to: Path) -> Path:
    return Path(deposit(crawled, crawled.folder, name, form, to).splitlines()[-1])


def accepted(*command: object) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [PRIVATE, PUBLIC])
def test_bagit_and_frictionless_find_no_fault_in_a_bag(
    others: Path, crawled: Crawled, tmp_path: Path, name: str
) -> None:
    bag = made(crawled, name, "bagit", tmp_path)
    accepted(others / "bagit.py", "--validate", bag)
    accepted(others / "frictionless", "validate", bag / "data" / "datapackage.json")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_wacz_finds_no_fault_in_a_wacz_and_its_index_is_that_of_others(
    others: Path, crawled: Crawled, tmp_path: Path
) -> None:
    path = made(crawled, PRIVATE, "wacz", tmp_path)
    accepted(others / "wacz", "validate", "-f", path)
    with zipfile.ZipFile(path) as zipped:
        ours = [
            line.split(" ", 2) for line in gzip.decompress(zipped.read("indexes/index.cdx.gz")).decode().splitlines()
        ]
        zipped.extractall(tmp_path / "x")
    found = subprocess.run(
        [others / "cdxj-indexer", "--sort", *sorted((tmp_path / "x" / "archive").iterdir())],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    theirs = [line.split(" ", 2) for line in found.stdout.splitlines()]
    assert sorted(map(placed, ours)) == sorted(map(placed, theirs))
    assert [line[:2] for line in ours] == sorted(line[:2] for line in ours)


def placed(line: list[str]) -> tuple[str, ...]:
    """A line of an index: key, time, file, offset, length."""
    facts = json.loads(line[2])
    return (*line[:2], facts["filename"], facts["offset"], facts["length"])


def test_a_wacz_comes_back_in(crawled: Crawled, tmp_path: Path) -> None:
    path = made(crawled, PRIVATE, "wacz", tmp_path)
    crawled.run(tmp_path / "new", "import", str(path), "--source", "mingchuan")
    ours = [row for row in same_archive(crawled.folder)["listings"] if row[1] == "mingchuan"]
    assert same_archive(tmp_path / "new")["listings"] == ours


def test_a_wacz_says_what_it_holds(crawled: Crawled, tmp_path: Path) -> None:
    with zipfile.ZipFile(made(crawled, PRIVATE, "wacz", tmp_path)) as zipped:
        assert zipped.testzip() is None
        package = json.loads(zipped.read("datapackage.json"))
        digest = json.loads(zipped.read("datapackage-digest.json"))
        assert digest["hash"] == f"sha256:{sha256(zipped.read('datapackage.json')).hexdigest()}"
        for told in package["resources"]:
            content = zipped.read(told["path"])
            assert (told["bytes"], told["hash"]) == (len(content), f"sha256:{sha256(content).hexdigest()}")
        named = {told["path"] for told in package["resources"]} | {"datapackage.json", "datapackage-digest.json"}
        assert named == set(zipped.namelist())
        pages = zipped.read("pages/pages.jsonl").decode().splitlines()
        [(count,)] = rows(crawled.folder, "SELECT count(*) FROM releases")
        assert len(pages) == count + 1
        assert "private" in package["description"]
        [head, block, *_] = zipped.read("indexes/index.idx").decode().splitlines()
        assert head.startswith("!meta 0 ")
        place = json.loads(block.split(" ", 2)[2])
        piece = zipped.read("indexes/index.cdx.gz")[place["offset"] :][: place["length"]]
        assert gzip.decompress(piece).decode().startswith(block.rsplit(" {", 1)[0])


def test_a_bag_of_a_private_snapshot_has_the_warc_files_and_says_so(crawled: Crawled, tmp_path: Path) -> None:
    bag = made(crawled, PRIVATE, "bagit", tmp_path)
    assert bag.name == f"gongbao-{PRIVATE}"
    assert {path.name for path in (bag / "data" / "warc").iterdir()} == {
        path.name for path in (crawled.folder / "warc").glob("*.warc.gz")
    }
    assert "Access: private" in (bag / "bag-info.txt").read_text("utf-8")
    assert manifest(bag) == {
        path.relative_to(bag).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in (bag / "data").rglob("*")
        if path.is_file()
    }


def manifest(bag: Path) -> dict[str, str]:
    lines = (bag / "manifest-sha256.txt").read_text("utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def test_a_public_bag_has_the_files_of_the_public_snapshot_alone(crawled: Crawled, tmp_path: Path) -> None:
    bag, place = made(crawled, PUBLIC, "bagit", tmp_path), crawled.folder / "snapshots" / PUBLIC
    assert {path.name: path.read_bytes() for path in (bag / "data").iterdir()} == {
        path.name: path.read_bytes() for path in place.iterdir()
    }
    assert "Access: public\n" in (bag / "bag-info.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        ((), "name a snapshot and a form"),
        ((PRIVATE,), "name a snapshot and a form"),
        ((PRIVATE, "--as", "zip"), "name a snapshot and a form"),
        (("nothing", "--as", "bagit"), "there is no snapshot nothing"),
        (("../snapshots", "--as", "bagit"), "there is no snapshot ../snapshots"),
        ((PUBLIC, "--as", "wacz"), "a public snapshot holds no WARC files"),
    ],
)
def test_what_cannot_be_deposited_is_refused_with_a_sentence(
    crawled: Crawled, tmp_path: Path, args: tuple[str, ...], fault: str
) -> None:
    assert fault in crawled.run(crawled.folder, "deposit", *args, "--to", str(tmp_path), status=2)
    assert not list(tmp_path.iterdir())


def test_a_deposit_in_the_archive_or_over_another_is_refused(crawled: Crawled, tmp_path: Path) -> None:
    within = deposit(crawled, crawled.folder, PUBLIC, "bagit", crawled.folder / "deposits", status=2)
    assert "lies in the archive" in within
    made(crawled, PUBLIC, "bagit", tmp_path)
    assert "is there already" in deposit(crawled, crawled.folder, PUBLIC, "bagit", tmp_path, status=2)


def test_a_snapshot_that_was_changed_is_not_deposited(
    crawled: Crawled, copy: Callable[..., Path], tmp_path: Path
) -> None:
    folder = copy()
    with (folder / "snapshots" / PUBLIC / "releases.csv").open("a") as file:
        file.write("x")
    said = deposit(crawled, folder, PUBLIC, "bagit", tmp_path / "to", status=2)
    assert "releases.csv is not as the snapshot says" in said
    assert not list((tmp_path / "to").iterdir())


def test_a_warc_file_that_is_damaged_or_gone_is_not_deposited(
    crawled: Crawled, copy: Callable[..., Path], tmp_path: Path
) -> None:
    folder = copy()
    path = next((folder / "warc").glob("mingchuan*.warc.gz"))
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\0" + content[101:])
    for form in ("wacz", "bagit"):
        assert "is not as the snapshot says" in deposit(crawled, folder, PRIVATE, form, tmp_path / "to", status=2)
    path.unlink()
    assert "is gone" in deposit(crawled, folder, PRIVATE, "wacz", tmp_path / "to", status=2)
    assert not list((tmp_path / "to").iterdir())


def test_a_deposit_after_a_removal_and_a_crawl_holds_nothing_of_either(
    crawled: Crawled, copy: Callable[..., Path], tmp_path: Path
) -> None:
    folder = copy()
    [(url, text), *_] = rows(folder, "SELECT url, text FROM releases WHERE source = 'mingchuan' ORDER BY id")
    crawled.run(folder, "remove", url, "--reason", "asked")
    crawled.run(folder, "crawl", "boling", "-a", "recheck=all")
    for form in ("bagit", "wacz"):
        deposit(crawled, folder, PRIVATE, form, tmp_path / "to")
    assert residue(tmp_path / "to", [text]) == set()
    with zipfile.ZipFile(tmp_path / "to" / f"gongbao-{PRIVATE}.wacz") as zipped:
        warcs = {name: zipped.getinfo(name).file_size for name in zipped.namelist() if name.startswith("archive/")}
    grown = folder / "warc" / "boling-2026-03.warc.gz"
    assert warcs["archive/boling-2026-03.warc.gz"] == (crawled.folder / "warc" / grown.name).stat().st_size
    assert warcs["archive/boling-2026-03.warc.gz"] < grown.stat().st_size


def test_what_a_killed_deposit_left_is_cleared(crawled: Crawled, tmp_path: Path) -> None:
    for name in (f".making-gongbao-{PUBLIC}", f".making-gongbao-{PRIVATE}"):
        (tmp_path / name / "data").mkdir(parents=True)
    (tmp_path / f".making-gongbao-{PRIVATE}.wacz").write_bytes(b"half")
    for name, form in ((PUBLIC, "bagit"), (PRIVATE, "bagit"), (PRIVATE, "wacz")):
        made(crawled, name, form, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"gongbao-{PRIVATE}", f"gongbao-{PRIVATE}.wacz", f"gongbao-{PUBLIC}",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.qinghe.example/", "example,qinghe)/"),
        ("https://qinghe.example", "example,qinghe)/"),
        ("http://Qinghe.example:8731/A/b.html?N=1#x", "example,qinghe:8731)/a/b.html?n=1"),
        ("https://user@qinghe.example:443/%E6%98%A5 b", "example,qinghe)/%e6%98%a5%20b"),
        ("http://www2.qinghe.example:443/春/", "example,qinghe:443)/%e6%98%a5"),
        ("http://qinghe.example/b?z=1&a=2&a=1&Q", "example,qinghe)/b?a=1&a=2&q&z=1"),
    ],
)
def test_an_address_is_a_key_of_the_index(url: str, key: str) -> None:
    assert sort_key(url) == key
